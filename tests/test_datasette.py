"""The SQLite file for others: consistent, the same every time, and what Datasette shows of it."""

import asyncio
import io
import json
import sqlite3
from contextlib import closing
from html import unescape

import pytest
from datasette.app import Datasette

from hostile_archive import hostile_archive, with_topics
from policytext.export.claims import recurrence_rows
from policytext.export.files.datasette import metadata
from policytext.export.files.sqlite import missing, write_layer
from policytext.export.files.sqlite_schema import TABLES, VIEWS
from policytext.export.layers import ALL_LAYERS, layer_rows
from policytext.store.archive import Archive

PROVENANCE = {"command": "policytext export all -o papers.db", "versions": {"policytext": "0"}, "seed": 0}


def written(archive):
    stream = io.BytesIO()
    with Archive.open(archive) as store:
        write_layer(store, "all", PROVENANCE, stream)
    return stream.getvalue()


@pytest.fixture(scope="module", params=["ours", "hostile", "uncoded"])
def archive(request, tmp_path_factory):
    if request.param == "hostile":
        return hostile_archive(tmp_path_factory)
    if request.param == "uncoded":
        return request.getfixturevalue("corpus_archive")
    return with_topics(request.getfixturevalue("coded_archive"), tmp_path_factory)


@pytest.fixture(scope="module")
def file(archive, tmp_path_factory):
    path = tmp_path_factory.mktemp("sqlite") / "papers.db"
    path.write_bytes(written(archive))
    return path


@pytest.fixture
def sql(file):
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as opened:
        opened.row_factory = sqlite3.Row
        yield opened


@pytest.fixture
def ours(coded_archive, tmp_path_factory):
    """A connection to our own papers, coded and with topics."""
    archive = with_topics(coded_archive, tmp_path_factory)
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(written(archive))
        opened.row_factory = sqlite3.Row
        yield opened


def test_it_is_whole_and_every_key_leads_somewhere(sql):
    assert sql.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    assert sql.execute("PRAGMA foreign_key_check").fetchall() == []
    for name, table in TABLES.items():
        pointing = {row["from"]: row["table"] for row in sql.execute(f'PRAGMA foreign_key_list("{name}")')}
        assert pointing == table.points
        assert all(row["to"] for row in sql.execute(f'PRAGMA foreign_key_list("{name}")'))


def test_the_same_archive_gives_the_same_bytes(archive, file):
    assert written(archive) == file.read_bytes()


def test_tables_hold_the_layers(archive, sql):
    tables = {layer: layer for layer in ALL_LAYERS} | {"topics": "topic_passages"}
    with Archive.open(archive) as store:
        absent = {line.partition(":")[0] for line in missing(store)}
        for layer, table in tables.items():
            rows = [] if layer in absent else list(layer_rows(store, layer))
            kept = list(sql.execute(f'SELECT * FROM "{table}" ORDER BY rowid'))
            assert len(kept) == len(rows)
            for row, mine in zip(rows, kept, strict=True):
                for name in mine.keys() & row.keys():
                    assert mine[name] == _plain(row[name])


def _plain(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, (list, dict)) else value


def test_what_was_not_made_is_said_and_empty(corpus_archive):
    with Archive.open(corpus_archive) as store:
        lines = missing(store)
    assert [line.partition(":")[0] for line in lines] == ["claims", "topics"]
    with closing(sqlite3.connect(":memory:")) as opened:
        opened.deserialize(written(corpus_archive))
        about = dict(opened.execute("SELECT name, value FROM about"))
        assert "policytext claims" in about["missing: claims"]
        assert about["command"] == PROVENANCE["command"]
        for table in ("claims", "codebook", "topics", "topic_passages"):
            assert opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] == 0
        for view in VIEWS:
            opened.execute(f"SELECT * FROM {view}").fetchall()


def test_an_uncertain_date_stays_what_it_is_beside_its_days(ours):
    found = ours.execute("SELECT * FROM statements WHERE statement_date = '1946-04-30'").fetchall()
    assert {(r["said_earliest"], r["said_latest"]) for r in found} == {("1946-04-30", "1946-04-30")}
    years = ours.execute("SELECT * FROM dates WHERE edtf GLOB '19[0-9][0-9]'").fetchall()
    assert years
    for row in years:
        assert (row["date_earliest"], row["date_latest"]) == (f"{row['edtf']}-01-01", f"{row['edtf']}-12-31")


def test_words_are_found_by_their_stems(ours):
    query = (
        "SELECT p.text, p.section FROM passages_fts JOIN passages p ON p.rowid = passages_fts.rowid "
        "WHERE passages_fts MATCH ?"
    )
    found = ours.execute(query, ("hospital",)).fetchall()
    assert len(found) > 5
    assert all("hospital" in (row["text"] + row["section"]).casefold() for row in found)
    assert ours.execute(query, ("hospitals",)).fetchall() == found


def test_the_views_count_what_the_claims_command_counts(ours, coded_archive):
    with Archive.open(coded_archive) as store:
        recurring = {row["claim"]: row for row in recurrence_rows(store)}
    book = {row["id"]: row for row in ours.execute("SELECT * FROM codebook")}
    assert list(book) == list(recurring)
    works = dict(ours.execute("SELECT family, sum(works) FROM claims_by_decade GROUP BY family").fetchall())
    for claim, row in recurring.items():
        assert book[claim]["works"] == row["works"]
        assert works.get(claim, 0) == row["works"]
    assert ours.execute("SELECT sum(papers) FROM papers_by_decade").fetchone()[0] == 17
    statements = ours.execute("SELECT count(*) FROM statements").fetchone()[0]
    assert ours.execute("SELECT sum(statements) FROM statements_by_decade").fetchone()[0] == statements


def test_the_timeline_runs_in_the_order_of_saying(ours):
    rows = ours.execute("SELECT * FROM timeline").fetchall()
    assert len(rows) == ours.execute("SELECT count(*) FROM claims").fetchone()[0] > 100
    said = [row["said_earliest"] or row["said_latest"] or "~" for row in rows]
    assert said == sorted(said)
    assert any(row["said_latest"] and row["said_latest"] < row["published_earliest"] for row in rows)
    later = ours.execute("SELECT * FROM quoted_later").fetchall()
    assert later
    assert all(row["years_between"] >= 0 and row["printed"] for row in later)


def served(file, archive):
    with Archive.open(archive) as store:
        told = metadata(store, PROVENANCE, file.stem)
    return Datasette(files=[str(file)], metadata=told), told["databases"][file.stem]


def pages(datasette, paths):
    async def fetch():
        await datasette.invoke_startup()
        return [await datasette.client.get(path) for path in paths]

    return asyncio.run(fetch())


def test_datasette_shows_every_page(file, archive):
    datasette, told = served(file, archive)
    assert set(told["tables"]) == {*TABLES, *VIEWS}
    paths = ["/", "/papers", *(f"/papers/{name}" for name in told["tables"])]
    paths += [f"/papers/{query}" for query in told["queries"]]
    paths += ["/papers/passages?_search=the+services", "/papers/claims?_facet=speaker"]
    for path, page in zip(paths, pages(datasette, paths), strict=True):
        assert page.status_code == 200, path
        assert "alert(1)>" not in page.text  # an image that runs, or a script
        assert "<script>alert" not in page.text


def test_datasette_describes_and_links(coded_archive, tmp_path_factory):
    archive = with_topics(coded_archive, tmp_path_factory)
    path = tmp_path_factory.mktemp("served") / "papers.db"
    path.write_bytes(written(archive))
    datasette, told = served(path, archive)
    found = pages(
        datasette,
        [
            "/papers",
            "/papers/claims",
            "/papers/timeline.json?_shape=array&_size=3",
            "/papers/claim_over_time.json?_shape=array&claim=stability",
            "/papers/statements_with.json?_shape=array&words=%22joint+planning%22+OR+hospital*",
            "/papers/said_by_speaker.json?_shape=array&speaker=Aneurin+Bevan",
            "/papers/claim_against_sources.json?_shape=array&claim=stability",
        ],
    )
    home, claims, timeline, claim, words, speaker, decades = found
    assert "17 papers" in home.text
    assert told["queries"]["claim_over_time"]["title"] in home.text
    assert "What the columns hold" in claims.text
    assert 'href="/papers/codebook/stability"' in claims.text
    assert len(timeline.json()) == 3
    assert {row["printed"] for row in claim.json()}
    assert next(row["said"] for row in claim.json() if row["said"]).startswith("19")
    assert words.json()
    assert any(row["said"] == "1946-04-30" for row in speaker.json())
    assert sum(row["papers_printed"] for row in decades.json()) == 17


def test_hostile_text_is_shown_as_text(tmp_path_factory):
    archive = hostile_archive(tmp_path_factory)
    path = tmp_path_factory.mktemp("served") / "papers.db"
    path.write_bytes(written(archive))
    datasette, _ = served(path, archive)
    (page,) = pages(datasette, ["/papers/documents"])
    shown = unescape(page.text)
    for text in (
        "<script>alert(1)</script>",
        '=HYPERLINK("http://example.org","click")',
        "${alert(1)} {{x}} %s",
    ):
        assert text in shown
        assert text not in page.text or "<" not in text
