"""Timelines of claims, topics, speakers, Acts and queries, from the archive to the file."""

import csv
import io
import json
import shutil
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from policytext.analysis.witness import REPRINTS
from policytext.cli.root import root
from policytext.errors import BadRequest, NotFound
from policytext.export.tables import TIMELINE_COLUMNS, restore, timeline_rows, visible
from policytext.pipeline.timeline import (
    act_named,
    act_timeline,
    claim_timeline,
    claims_named,
    speaker_named,
    speaker_timeline,
    topic_named,
    topic_timeline,
)
from policytext.pipeline.timelines.spool import Spool
from policytext.ranking import Filters
from policytext.store.archive import Archive
from policytext.store.folding import fold
from witnesses import HOSTILE, timeline_of, witness


@pytest.fixture
def archive(coded_archive):
    with Archive.open(coded_archive) as opened:
        yield opened


@pytest.fixture(scope="module")
def with_topics(coded_archive, tmp_path_factory):
    folder = tmp_path_factory.mktemp("topics") / "archive"
    shutil.copytree(coded_archive, folder)
    done = CliRunner().invoke(root, ["topics", "--archive", str(folder), "-n", "4"])
    assert done.exit_code == 0, done.output
    return folder


def run(archive, *arguments, code=0):
    done = CliRunner().invoke(root, ["timeline", *map(str, arguments), "--archive", str(archive)])
    assert done.exit_code == code, done.output
    return done


def rows(archive, *arguments):
    out = run(archive, *arguments, "--format", "jsonl").stdout
    return [json.loads(line) for line in out.splitlines()]


def in_raw(folder, row):
    """The raw characters that a row points to."""
    with Archive.open(folder) as opened:
        from policytext.store.reader import raw_document

        raw = raw_document(opened, row["document"]).raw
    return " ".join(raw[row["start"] : row["end"]].split())


# --- the collection of witnesses ------------------------------------------------------------------------


def test_a_spool_is_the_sorted_list():
    many = [
        witness(n, statement_edtf=edtf, start=100 - n % 7, speaker=HOSTILE[n % len(HOSTILE)])
        for n, edtf in enumerate(["1956", "1948-07-05", "196X", "1956/..", "2000~", "../1950"] * 9)
    ]
    many.append(
        witness(98, exact="a\n b", start=100, end=104, raw_before="\t", spans=((100, 101), (103, 104)))
    )
    many.append(witness(99, statement_edtf=None, statement_date_basis=None, quality=0.25, page="12"))
    spool = Spool()
    for one in reversed(many):
        spool.add(one)
    assert len(spool) == len(many)
    assert list(spool) == sorted(many, key=lambda w: w.order)
    assert list(spool) == list(spool)
    assert many[3] in spool
    assert witness(100) not in spool
    assert [(a, b) for a, b in zip(spool, spool, strict=True) if a != b] == []
    with pytest.raises(RuntimeError, match="before"):
        spool.add(witness(101))
    assert list(Spool()) == []


# --- claims ---------------------------------------------------------------------------------------------


def test_a_claim_has_all_its_witnesses_in_the_order_of_saying(archive):
    found = claim_timeline(archive, claims_named(archive, ["stability"]))
    stored = archive.sql.execute("SELECT id FROM witnesses WHERE claim = 'stability'").fetchall()
    told = list(found.witnesses)
    assert {w.witness_id for w in told} == {row["id"] for row in stored}
    assert [w.order for w in told] == sorted(w.order for w in told)
    assert set(found.papers) == {w.document for w in told}
    for w in told:
        paper = found.papers[w.document]
        assert (paper.title, paper.sha256) == (w.title, w.source_sha256)
    assert (found.kind, found.asked, list(found.labels)) == ("claim", ("stability",), ["stability"])


def test_a_document_is_opened_once_however_many_witnesses_it_has(archive):
    opened = []
    archive.sql.set_trace_callback(
        lambda sql: opened.append(sql) if sql.startswith("SELECT * FROM documents WHERE id") else None
    )
    found = claim_timeline(archive, claims_named(archive, []))
    assert list(found.witnesses) == list(found.witnesses)
    archive.sql.set_trace_callback(None)
    assert len(opened) == len(found.papers) < len(found.witnesses)


def test_several_claims_are_families_of_one_timeline(archive):
    pair = claim_timeline(archive, claims_named(archive, ["power_closer", "stability"]))
    singles = [
        w
        for name in ("power_closer", "stability")
        for w in claim_timeline(archive, claims_named(archive, [name])).witnesses
    ]
    assert list(pair.witnesses) == sorted(singles, key=lambda w: w.order)
    assert list(pair.labels) == ["stability", "power_closer"]  # as the codebook has them


def test_what_is_left_out_is_counted(archive):
    claims = claims_named(archive, ["pool_money"])
    every = list(claim_timeline(archive, claims).witnesses)
    found = claim_timeline(archive, claims, tier="confirmed", denials=False)
    kept = list(found.witnesses)
    assert kept == [w for w in every if w.tier == "confirmed" and w.stance != "denies"]
    suggested = sum(w.tier != "confirmed" for w in every)
    assert any(f"{suggested} only suggested" in note for note in found.notes)


def test_every_row_says_how_the_claim_stands_against_chance(archive):
    found = claim_timeline(archive, claims_named(archive, []))
    test = found.tests["stability"]
    for row in timeline_rows(found):
        if row["family_id"] == "stability":
            assert (row["family_p"], row["family_q"], row["verdict"]) == (test.p, test.q, test.verdict)
    assert test.verdict


def test_quote_status_of_all_witnesses(archive):
    told = list(claim_timeline(archive, claims_named(archive, [])).witnesses)
    assert {w.quote_status for w in told} <= {
        *("exact", "normalised", "elided", "altered", "not-found", "second-hand-only"),
    }
    for w in told:
        if w.quote_status == "second-hand-only":
            assert w.relation == "quoted-at-second-hand"
        if w.relation not in REPRINTS and w.quote_status == "exact":
            assert w.quote == w.quote_raw
        assert w.quality is None or 0 <= w.quality <= 1
    assert {w.relation for w in told if w.quote_status == "second-hand-only"}
    assert {w.quote_status for w in told if w.relation == "edited-reprint"} & {"altered", "exact"}


def test_a_page_is_the_one_whose_number_is_printed(archive):
    told = list(claim_timeline(archive, claims_named(archive, [])).witnesses)
    by_document = {w.document: w.page for w in told if w.page}
    assert by_document["2013-wellbeing-board-paper"] in {"61", "62", "63", "64", "65"}
    assert "2018-seventy-years-web-page" not in by_document
    early = [w for w in told if w.document == "1949-health-committee-briefing" and w.line_start < 30]
    assert {w.page for w in early} == {"3"}


# --- topics, speakers, Acts -----------------------------------------------------------------------------


def test_a_topic_gives_what_is_said_in_the_passages_it_leads(with_topics):
    with Archive.open(with_topics) as opened:
        topic = topic_named(opened, "2")
        assert topic_named(opened, topic.label).number == 2
        found = topic_timeline(opened, topic)
        led = {
            row[0]
            for row in opened.sql.execute(
                "SELECT p.id FROM topic_passages x JOIN passages p ON p.key = x.passage GROUP BY p.key "
                "HAVING max(CASE WHEN x.topic = 2 THEN x.share END) = max(x.share)"
            )
        }
        assert len(led) == topic.passages
        assert found.witnesses
        assert {w.passage for w in found.witnesses} <= led
        assert all(0 < w.score <= 1 for w in found.witnesses)
        with pytest.raises(NotFound, match="no such topic"):
            topic_named(opened, "zeppelins")
        with pytest.raises(NotFound):
            topic_named(opened, "99")


def test_a_speaker_says_all_that_the_archive_attributes_to_them(archive):
    name, called = speaker_named(archive, "Ruth Calloway")
    found = list(speaker_timeline(archive, name).witnesses)
    said = {
        row[0]
        for row in archive.sql.execute(
            "SELECT s.id FROM sayers y JOIN statements s ON s.key = y.statement WHERE y.person = ?", (name,)
        )
    }
    assert said <= {w.witness_id for w in found}
    assert len({w.witness_id for w in found}) == len(found)
    for w in found:
        assert fold(called) in fold(w.speaker)
    own = [w for w in found if w.voice == "own"]
    assert all(w.witness_id not in said for w in own)
    assert speaker_named(archive, name) == (name, called)


@pytest.mark.parametrize(
    ("name", "error", "words"),
    [
        ("Caloway", NotFound, "Ruth Calloway"),
        ("Mr", BadRequest, "no word"),
        ("Ruth", BadRequest, "several speakers"),
    ],
)
def test_a_name_that_means_nobody(archive, name, error, words):
    with pytest.raises(error, match=words):
        speaker_named(archive, name)


def test_an_act_gives_whoever_cites_it(archive):
    act = act_named(archive, "National Assistance Act")
    found = list(act_timeline(archive, act).witnesses)
    assert found
    titles = {row["title"] for row in archive.sql.execute("SELECT title FROM citations") if row["title"]}
    assert set(act.titles) == {t for t in titles if "National Assistance Act" in t}
    for w in found:
        place = archive.sql.execute(
            "SELECT count(*) FROM citations c JOIN documents d ON d.key = c.document WHERE d.id = ? "
            "AND c.raw_start < ? AND c.raw_end > ? AND instr(c.title, 'National Assistance Act')",
            (w.document, w.end, w.start),
        ).fetchone()
        assert place[0]
    with pytest.raises(NotFound, match="National Assistance Act"):
        act_named(archive, "Nationel Asistance Act")


ACTS = [
    ("National Health Service Act 2006", "ukpga/2006/41"),  # cited by its sections only
    ("Health Act 1999", "ukpga/1999/8"),  # as a whole and by a section
    ("Local Government Act 1972", "ukpga/1972/70"),  # as a whole only
]


@pytest.mark.parametrize(("title", "identifier"), ACTS, ids=[i for _, i in ACTS])
def test_an_identifier_gives_what_its_title_gives(archive, title, identifier):
    uris = {row["uri"] for row in archive.sql.execute("SELECT uri FROM citations WHERE title = ?", (title,))}
    assert all(uri == identifier or uri.startswith(f"{identifier}/") for uri in uris)
    by_title = list(act_timeline(archive, act_named(archive, title)).witnesses)
    for name in (identifier, f"{identifier}/"):
        act = act_named(archive, name)
        assert act.titles == (title,)
        assert list(act_timeline(archive, act).witnesses) == by_title != []


@pytest.mark.parametrize("name", ["ukpga/2006/4", "ukpga/2006/41/section/7", "ukpga/%/41", "2006/41"])
def test_an_identifier_stands_for_its_own_parts_only(archive, name):
    with pytest.raises(NotFound):
        act_named(archive, name)


@pytest.mark.parametrize("kind", ["claim", "speaker", "act"])
def test_filters_hold_for_every_kind(archive, kind):
    def made(filters):
        if kind == "claim":
            return claim_timeline(archive, claims_named(archive, []), filters)
        if kind == "speaker":
            return speaker_timeline(archive, "tom-harbinger", filters)
        return act_timeline(archive, act_named(archive, "Act"), filters)

    every = list(made(Filters()).witnesses)
    early = list(made(Filters(latest="1970-12-31")).witnesses)
    assert len(early) < len(every)
    assert {w.witness_id for w in early} <= {w.witness_id for w in every}
    assert all(w.statement_bounds[0] <= "1970-12-31" for w in early)
    document = every[0].document
    here = made(Filters(document=document))
    assert {w.document for w in here.witnesses} == {document} == set(here.papers)


# --- the command ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "asked",
    [
        ("stability",),
        ("stability", "power_closer"),
        ("reorganisation", "-k", "5"),
        ("reorganisation", "--as", "query"),
        ("--as", "topic", "1"),
        ("--as", "speaker", "Ruth Calloway"),
        ("--as", "act", "National Assistance Act"),
    ],
    ids=" ".join,
)
def test_rows_lead_to_the_raw_file(with_topics, asked):
    found = rows(with_topics, *asked)
    assert found
    for row in found:
        assert tuple(row) == TIMELINE_COLUMNS
        assert in_raw(with_topics, row) == row["quote_raw"]
        assert (row["statement_edtf"] is None) == (row["date_asserted_by"] is None)
        assert (row["publication_edtf"] is None) == (row["publication_asserted_by"] is None)
    assert ({r["family_id"] for r in found} == {None}) == ("--as" in asked or "-k" in asked)


@pytest.mark.parametrize(
    ("asked", "code", "words"),
    [
        ((), 2, "Missing argument"),
        (("--as", "claim"), 2, "which claims? stability, "),
        (("--as", "claim", "stabilty"), 1, "stability"),
        (("--as", "topic", "a", "b"), 2, "one name in quotes"),
        (("--as", "speaker", "Caloway"), 1, "Ruth Calloway"),
        (("--as", "act", "Zeppelin Act 1999"), 1, "no such Act is cited"),
        (("--as", "topic", "1"), 1, "policytext topics"),
        (("joint", "finance"), 2, '"joint finance"'),
        (("stability", "-k", "3"), 2, "-k and --mode are for queries"),
        (("--as", "speaker", "Calloway", "--mode", "lexical"), 2, "-k and --mode are for queries"),
        (("joint finance", "--tier", "all"), 2, "--tier is for claims"),
        (("stability", "-o", "t.json"), 2, "timelinejs, csljson: give --format"),
        (("stability", "-o", "t.docx"), 2, "no format for t.docx"),
        (("--as", "dragon", "x"), 2, "dragon"),
    ],
    ids=repr,
)
def test_what_cannot_be_is_one_clear_line(coded_archive, asked, code, words):
    done = CliRunner().invoke(root, ["timeline", *asked, "--archive", str(coded_archive)])
    assert done.stdout == ""
    assert done.exit_code == code or words in str(done.exception)
    assert words in done.output + str(done.exception)


def test_a_mistyped_claim_is_a_query_and_the_claim_is_offered(coded_archive):
    told = run(coded_archive, "stabilty", "--mode", "lexical").stderr
    assert "stabilty is taken for a query; there is a claim stability" in told
    assert "there is a claim" not in run(coded_archive, "reorganisation", "--mode", "lexical").stderr


def test_no_binary_file_goes_to_a_screen(coded_archive, monkeypatch):
    from policytext.cli import timeline

    class Screen(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stdout", Screen())
    with pytest.raises(Exception, match="png is no text"):
        timeline.command.main(
            ["stability", "--archive", str(coded_archive), "--format", "png"], standalone_mode=False
        )


def test_the_sidecar_says_how_it_was_made(coded_archive, tmp_path):
    target = tmp_path / "two.csv"
    run(coded_archive, "stability", "power_closer", "-o", target)
    how = json.loads(Path(f"{target}.provenance.json").read_text("utf-8"))
    assert how["query"] == "stability, power_closer"
    assert len(how["corpus_sha256"]) == len(how["config_sha256"]) == len(how["model_sha256"]) == 64
    assert how["config"]["claims"]["codebook"] == "codebook.toml"
    assert how["config"]["tier"] == "all"
    assert how["witnesses"] > 0
    assert {"policytext", "python", "numpy", "rapidfuzz"} <= set(how["versions"])
    first = target.read_bytes()
    run(coded_archive, "stability", "power_closer", "-o", target)
    assert target.read_bytes() == first
    again = json.loads(Path(f"{target}.provenance.json").read_text("utf-8"))
    assert again == how


def test_pandas_and_the_table_agree_on_every_value(with_topics, tmp_path):
    pandas = pytest.importorskip("pandas")
    target = tmp_path / "t.csv"
    run(with_topics, "stability", "pool_money", "-o", target)
    frame = pandas.read_csv(target, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    told = rows(with_topics, "stability", "pool_money")
    assert list(frame.columns) == list(TIMELINE_COLUMNS)
    assert len(frame) == len(told)
    for (_, cells), row in zip(frame.iterrows(), told, strict=True):
        for column in TIMELINE_COLUMNS:
            value = row[column]
            assert restore(cells[column]) == ("" if value is None else visible(str(value)))


def test_a_hostile_paper_goes_through_as_text(tmp_path):
    """Names, quotations and titles of a paper that means harm stand in the table as they do in the paper."""
    from policytext.config import Settings
    from policytext.pipeline.ingesting import ingest

    name = "N" * 10_000
    told = " ".join(
        f"“The zebra must have {text} and its own field,” said Mr. Zachary Quill in 1956."
        for text in HOSTILE
        if "\ud800" not in text and "\x00" not in text and len(text) < 99
    )
    paper = {"id": "h", "title": HOSTILE[2], "text": f"{name} met the zebra.\n\n{told}\n"}
    (tmp_path / "papers.jsonl").write_text(json.dumps(paper) + "\n", encoding="utf-8")
    ingest([tmp_path / "papers.jsonl"], tmp_path / "archive", settings=Settings(model="none"))
    target = tmp_path / "z.csv"
    run(tmp_path / "archive", "zebra", "-o", target)
    data = target.read_bytes().decode("utf-8-sig")
    found = list(csv.DictReader(io.StringIO(data, newline="")))
    assert found
    plain = rows(tmp_path / "archive", "zebra")
    for cells, row in zip(found, plain, strict=True):
        assert restore(cells["title"]) == visible(row["title"]) == visible(HOSTILE[2])
        assert restore(cells["quote"]) == visible(row["quote"])
        assert not any(cell[:1] in tuple("=+-@\t\r") for cell in cells.values())


def test_a_timeline_that_is_a_list_is_written_alike():
    listed = timeline_of([witness(n) for n in range(3)])
    spool = Spool()
    for one in listed.witnesses:
        spool.add(one)
    assert list(timeline_rows(timeline_of(list(spool)))) == list(timeline_rows(listed))


# --- from Python ----------------------------------------------------------------------------------------


def test_a_session_has_the_rows_of_the_command(with_topics):
    import policytext

    with policytext.open(with_topics) as session:
        for names, asked, options in (
            (("stability",), ("stability",), {}),
            (("stability", "power_closer"), ("stability", "power_closer"), {}),
            (("reorganisation",), ("reorganisation", "-k", "5"), {"k": 5}),
            (("1",), ("--as", "topic", "1"), {"kind": "topic"}),
            (("Ruth Calloway",), ("--as", "speaker", "Ruth Calloway"), {"kind": "speaker"}),
            (
                ("Assistance Act",),
                ("--as", "act", "Assistance Act", "--to", "1970"),
                {"kind": "act", "to": 1970},
            ),
        ):
            assert session.timeline(*names, **options).to_dicts() == rows(with_topics, *asked)
        assert {row["claim"] for row in session.claims} >= {"stability", "power_closer"}
        for names, options in (
            ((), {}),
            (("a", "b"), {}),
            (("x",), {"kind": "dragon"}),
            (("x",), {"tier": "?"}),
        ):
            with pytest.raises(BadRequest):
                session.timeline(*names, **options)
        with pytest.raises(NotFound):
            session.timeline("nobody", kind="speaker")
