"""The report as a page: its structure, that its figures are those of the archive, and that nothing runs."""

import contextlib
import json
import re
import shutil
import sqlite3
from collections import Counter
from itertools import pairwise

import pytest
from lxml import html

from conftest import ROOT
from policytext.cli.root import run
from policytext.export import witness_words
from policytext.export.claims import recurrence_rows
from policytext.export.report import words
from policytext.export.report.svg import inline_svg
from policytext.store.archive import FILE_NAME, Archive
from policytext.store.claims import stored_claims, witness_rows
from policytext.store.reader import raw_document, speakers
from report_pages import LONG_NAME, hostile, report, text_of, tree, whole
from witnesses import HOSTILE

WORDS = json.loads((ROOT / "tests/data/report/words.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def made(coded_archive):
    return whole(coded_archive)


@pytest.fixture(scope="module")
def page(made):
    return tree(made[1].read_bytes())


@pytest.fixture(scope="module")
def hostile_page(coded_archive):
    return hostile(coded_archive).read_bytes()


@pytest.fixture(scope="module", params=["whole", "hostile"])
def any_page(request):
    if request.param == "whole":
        return request.getfixturevalue("page")
    return tree(request.getfixturevalue("hostile_page"))


@pytest.mark.parametrize("case", WORDS, ids=lambda c: f"{c['function']}({c['args']!r:.40})")
def test_words(case):
    assert (
        getattr(words if hasattr(words, case["function"]) else witness_words, case["function"])(*case["args"])
        == case["gives"]
    )


def test_every_id_is_there_once_and_every_link_inside_leads_to_one(any_page):
    ids = Counter(any_page.xpath("//@id"))
    assert [name for name, count in ids.items() if count > 1] == []
    assert {link[1:] for link in any_page.xpath("//a/@href") if link.startswith("#")} <= set(ids)
    assert set(any_page.xpath("//@aria-labelledby")) <= set(ids)


def test_headings_go_down_by_one(any_page):
    levels = [int(h.tag[1]) for h in any_page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


def test_landmarks_language_and_a_way_past_the_contents(any_page):
    assert any_page.get("lang") == "en"
    for landmark in ("header", "nav", "main", "footer"):
        assert len(any_page.findall(f".//{landmark}")) == 1
    first = any_page.xpath("//a")[0]
    assert first.get("href") == f"#{any_page.find('.//main').get('id')}"


def test_tables_say_what_they_are(any_page):
    tables = any_page.findall(".//table")
    assert len(tables) > 10
    for table in tables:
        assert text_of(table.find("caption"))
        heads = table.xpath(".//th")
        assert heads
        assert all(th.get("scope") in ("col", "row") for th in heads)
        columns = len(table.xpath("./thead/tr/th"))
        for row in table.xpath("./tbody/tr"):
            assert sum(int(cell.get("colspan", 1)) for cell in row) == columns


def test_what_scrolls_can_be_reached_and_has_a_name_of_its_own(any_page):
    regions = any_page.xpath("//*[@role='region']")
    assert len(regions) == len(any_page.xpath("//*[contains(@class, 'scroll')]"))
    assert all(region.get("tabindex") == "0" for region in regions)
    names = [r.get("aria-label") or r.get("aria-labelledby") for r in regions]
    assert all(names)
    for svg in any_page.findall(".//svg"):
        assert svg.get("role") == "img"
        assert svg.get("aria-label").strip()


def test_nothing_runs_and_nothing_is_loaded(any_page):
    policy = any_page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; img-src data:"]
    tags = {element.tag for element in any_page.iter() if isinstance(element.tag, str)}
    assert not tags & {"script", "iframe", "object", "embed", "link", "img", "base", "form", "image", "use"}
    attributes = {name for element in any_page.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on")} | (attributes & {"src", "srcset"})
    style = any_page.findtext(".//style")
    assert "url(" not in style
    assert "@import" not in style
    outside = [link for link in any_page.xpath("//@href") if not link.startswith("#")]
    assert all(link.startswith("https://www.legislation.gov.uk/uk") for link in outside)


def test_every_confirmed_witness_is_a_row_with_its_words_and_its_place(made, page):
    rows = {row.get("id"): row for row in page.xpath("//table[contains(@class, 'witnesses')]/tbody/tr")}
    with Archive.open(made[0]) as archive:
        confirmed = [w for w in witness_rows(archive) if w["tier"] == "confirmed"]
        raws = {w["document"]: raw_document(archive, w["document"]) for w in confirmed}
    assert len(rows) == len(confirmed) > 100
    exact = 0
    for w in confirmed:
        row = rows[words.anchor("witness", w["id"])]
        words_cell, place = row.xpath("./td")[1], text_of(row.xpath("./td")[2])
        said = " ".join(w["text"].split())
        assert text_of(words_cell.find("q")) == said
        assert f"{w['source']}, " in place
        assert f"line {w['line']}, characters {w['raw_start']}–{w['raw_end']}" in place
        raw = " ".join(raws[w["document"]].raw[w["raw_start"] : w["raw_end"]].split())
        assert raw == said or text_of(words_cell.xpath(".//*[contains(@class, 'raw')]")[0])
        exact += raw == said
    assert exact > 20


def test_the_table_of_claims_is_that_of_the_archive(made, page):
    rows = page.xpath("//table[@id='claims-table']/tbody/tr")
    with Archive.open(made[0]) as archive:
        known = list(recurrence_rows(archive))
    assert len(rows) == len(known)
    for row, fact in zip(rows, known, strict=True):
        cells = [text_of(cell) for cell in row]
        assert cells[0] == f"{fact['label']} {fact['claim']}"
        assert cells[1:3] == [str(fact["works"]), str(fact["papers"])]
        assert re.match(r"\d+", cells[3])[0] == str(fact["confirmed"])
        if fact["suggested"]:
            assert f"{fact['suggested']} more suggested" in cells[3]
        if fact["first_said"]:
            assert cells[4].startswith(fact["first_said"][:4])
            assert cells[6] == fact["periods"].replace("/", " of ")
        years = f"{fact['longest_silence']} year{'s' * (fact['longest_silence'] != 1)}"
        assert cells[7] == (years if fact["longest_silence"] else "–")
        assert cells[8] == (fact["verdict"] or "–")


def test_denominators_of_claims_are_the_papers_listed_by_decade(made, page):
    speaking = {
        row.get("id"): int(re.match(r"\d+", text_of(row.xpath("./td")[1]))[0])
        for row in page.xpath("//table[@id='decades-table']/tbody/tr")
    }
    with Archive.open(made[0]) as archive:
        claims = stored_claims(archive)
    periods = [p for c in claims for p in c.facts["recurrence"].get("periods", [])]
    assert len(periods) > 100
    for period in periods:
        assert speaking[words.anchor("decade", period["label"])] == period["sources"]


def test_papers_and_their_figures(made, page):
    rows = {row.get("id"): row for row in page.xpath("//table[@id='papers-table']/tbody/tr")}
    with Archive.open(made[0]) as archive:
        known = archive.sql.execute(
            "SELECT id, title, key, (SELECT count(*) FROM statements s WHERE s.document = d.key) AS said, "
            "(SELECT count(*) FROM witnesses w JOIN passages p ON p.key = w.passage "
            "WHERE p.document = d.key AND w.counts AND w.tier = 'confirmed') AS counted FROM documents d"
        ).fetchall()
    assert len(rows) == len(known)
    for paper in known:
        cells = [text_of(cell) for cell in rows[words.anchor("paper", paper["id"])]]
        assert cells[0].startswith(paper["title"])
        assert cells[6] == str(paper["said"])
        assert re.match(r"\d+", cells[7])[0] == str(paper["counted"])
    inferred = rows[words.anchor("paper", "1963-circular-digest")]
    assert "inferred by the rule date.masthead" in text_of(inferred)


def test_speakers_come_with_places_and_the_rest_is_counted(made, page):
    rows = page.xpath("//table[@id='speakers-table']/tbody/tr")
    with Archive.open(made[0]) as archive:
        heard = speakers(archive)
    assert len(rows) == 20
    for row, speaker in zip(rows, heard, strict=False):
        cells = [text_of(cell) for cell in row]
        assert cells[0].startswith(speaker.name)
        assert cells[1:3] == [str(speaker.statements), str(speaker.documents)]
        places = row.xpath(".//li[.//*[@class='place']]")
        more = row.xpath(".//li[not(.//*[@class='place'])]")
        left = sum(int(text_of(li).split()[0]) for li in more)
        assert len(places) + left == speaker.statements
    assert f"{len(heard) - 20} more speakers" in text_of(page)


def test_says_first_what_nobody_checked_and_what_cannot_be_tested(page):
    summary = text_of(page.xpath("//section[@aria-labelledby='summary']")[0])
    assert "17 papers were read, printed 1949–2018." in summary
    assert "No person has checked the" in summary
    assert "cannot be tested" in summary


def test_what_does_not_fit_is_counted(made):
    from policytext.export.report.collecting import collect
    from policytext.export.report.records import Limits
    from policytext.pipeline.recurring import source_facts
    from policytext.pipeline.timeline import claim_timeline, claims_named

    limits = Limits(papers=3, claims=2, pictures=1, witnesses=2, names=1, places=1)
    with Archive.open(made[0]) as archive:
        found = collect(
            archive,
            source_facts(archive),
            lambda names, tier: claim_timeline(archive, claims_named(archive, names), tier=tier),
            {},
            title="t",
            limits=limits,
        )
        confirmed = Counter(w["claim"] for w in witness_rows(archive) if w["tier"] == "confirmed")
    assert len(found.papers) == 3
    assert found.papers_more == 14
    detailed = [s for s in found.claims.sections if s.detailed]
    assert len(detailed) == 2
    assert sum(s.picture is not None for s in detailed) == 1
    assert max(s.row["works"] for s in found.claims.sections) == max(s.row["works"] for s in detailed)
    for section in detailed:
        assert section.witnesses == confirmed[section.claim.id]
        assert len(section.counted.shown) == 2
    assert found.names.speakers[0].more == found.names.speakers[0].of.statements - 1


def test_the_same_archive_gives_the_same_bytes(made, tmp_path):
    few = ("--claim", "stability", "--claim", "prevention", "--title", "Two claims")
    first = report(made[0], tmp_path / "report.html", *few)
    assert report(made[0], tmp_path / "report.html", *few) == first
    ids = tree(first).xpath("//article/@aria-labelledby")
    assert ids == ["claim-stability", "claim-prevention"]


def test_says_what_to_run_where_there_are_no_claims_and_no_topics(corpus_archive, tmp_path):
    page = tree(report(corpus_archive, tmp_path / "report.html"))
    summary = text_of(page.xpath("//section[@aria-labelledby='summary']")[0])
    assert "No claims: no claims yet; policytext claims --codebook FILE" in summary
    assert "no topics yet; policytext topics" in text_of(page)


def test_an_empty_archive_has_a_report_too(tmp_path):
    with Archive.create(tmp_path / "archive"):
        pass
    page = tree(report(tmp_path / "archive", tmp_path / "report.html"))
    assert text_of(page.find(".//h1")) == "An archive without papers"
    assert "This archive holds no papers" in text_of(page)
    assert "policytext ingest FOLDER" in text_of(page)
    assert [table.get("id") for table in page.findall(".//table")] == ["made-table"]
    assert not re.search("[Ee]very paper|No file was skipped|No claims to tell of", text_of(page))
    links = {link[1:] for link in page.xpath("//a/@href") if link.startswith("#")}
    assert links <= set(page.xpath("//@id"))


def test_an_archive_of_nothing_but_skipped_files_names_them(tmp_path):
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers/broken.pdf").write_bytes(b"no pdf at all")
    assert run(["ingest", str(tmp_path / "papers"), "--archive", str(tmp_path / "archive")]) == 3
    page = tree(report(tmp_path / "archive", tmp_path / "report.html"))
    assert "The last reading skipped 1 file, told below." in text_of(page)
    assert "broken.pdf: " in text_of(page.xpath("//section[@aria-labelledby='not-known']")[0])


def test_no_table_is_all_headings(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "archive")
    with contextlib.closing(sqlite3.connect(tmp_path / "archive" / FILE_NAME)) as sql, sql:
        for column in ("publication_date", "published_earliest", "published_latest"):
            sql.execute(f"UPDATE documents SET {column} = NULL")
        sql.execute("UPDATE statements SET statement_date = NULL, said_earliest = NULL, said_latest = NULL")
        sql.execute("DELETE FROM witnesses")
        sql.execute("DELETE FROM claims")
    page = tree(report(tmp_path / "archive", tmp_path / "report.html"))
    assert all(table.xpath("./tbody/tr") for table in page.findall(".//table"))
    assert "No paper is surely of one decade" in text_of(page)
    assert "No claims were found in them" in text_of(page)


def test_claims_of_other_papers_are_not_told(made, tmp_path):
    shutil.copytree(made[0], tmp_path / "archive")
    with sqlite3.connect(tmp_path / "archive" / FILE_NAME) as sql:
        sql.execute("UPDATE meta SET value = '99' WHERE name = 'generation'")
    page = tree(report(tmp_path / "archive", tmp_path / "report.html"))
    assert "the documents changed since claims were coded" in text_of(page)
    assert not page.xpath("//article")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--claim", "stabilty"], "no such claim"),
        (["-o", "nowhere/report.html"], "no such folder"),
    ],
)
def test_mistakes_are_told_in_one_line(made, tmp_path, monkeypatch, capsys, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert run(["report", "--archive", str(made[0]), *arguments]) == 1
    line = capsys.readouterr().err
    assert message in line
    assert line.count("\n") == 1
    assert not (tmp_path / "report.html").exists()


def test_harm_shows_as_text(hostile_page):
    page = tree(hostile_page)
    told = text_of(page)
    for text in HOSTILE:
        seen = " ".join(words.cut(text.encode("utf-8", "replace").decode(), 200).split())
        assert seen in told, seen
    assert page.find(".//title").text == HOSTILE[0]
    source = hostile_page.decode("utf-8")
    assert not re.search(
        "[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2028\u2029\ud800-\udfff]", source
    )
    assert LONG_NAME not in source
    assert LONG_NAME[:70] in told


PICTURE = b"""<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "file:///etc/hostname">]>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="alert(1)">
<defs><clipPath id="clip0"><rect width="1"/></clipPath></defs><script>alert(1)</script>
<style>@import url(http://example.org/x.css);</style><foreignObject><b>x</b></foreignObject>
<image href="http://example.org/x.png"/><a xlink:href="javascript:alert(1)"><text>link</text></a>
<g clip-path="url(#clip0)" fill="url(http://example.org/#a)" role="graphics-object" aria-label="noise">
<text>&e;said &lt;b&gt;</text></g></svg>"""


def test_a_picture_keeps_its_drawing_and_nothing_else():
    drawn = inline_svg(PICTURE, "one", 'the "label" <b>')
    svg = html.fragment_fromstring(str(drawn))
    assert {element.tag for element in svg.iter()} == {"svg", "defs", "clippath", "rect", "g", "text"}
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == 'the "label" <b>'
    assert svg.xpath("//@id") == ["one-clip0"]
    assert svg.xpath("//g/@clip-path") == ["url(#one-clip0)"]
    assert not re.search("onload|example|javascript|noise|hostname|alert", str(drawn))
    assert "said &lt;b&gt;" in str(drawn)


def test_a_broken_picture_is_refused():
    with pytest.raises(ValueError, match="no well-formed SVG"):
        inline_svg(b"<svg><g></svg>", "one", "label")


def test_the_page_names_no_folder_and_its_sidecar_has_the_line_as_typed(coded_archive, tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["policytext", "report", "--archive", str(coded_archive)])
    target = tmp_path / "page.html"
    assert run(["report", "--archive", str(coded_archive), "-o", str(target), "--claim", "silos"]) == 0
    assert str(coded_archive.parent) not in target.read_text("utf-8")
    made = json.loads((tmp_path / "page.html.provenance.json").read_text("utf-8"))
    assert str(coded_archive) in made["command"]
    assert made["config"]["claims"] == ["silos"]
