"""REFI-QDA: what a coder opens in NVivo, ATLAS.ti, MAXQDA or QualCoder."""

import io
import json
import re
import zipfile
from collections import Counter

import pytest
from lxml import etree

from hostile_archive import hostile_archive
from policytext.errors import NotFound
from policytext.export.files.refi import CODEBOOK, PROJECT, write_codebook, write_project
from policytext.export.files.refi_variables import decade_words
from policytext.export.files.refi_words import NAME_LIMIT, guid, name_of, readable, source_names
from policytext.store.archive import Archive
from policytext.store.claims import stored_claims, witness_rows
from schemas import schema
from witnesses import HOSTILE

NS = {"q": PROJECT}
PROVENANCE = {"command": "policytext export claims -o <p>.qdpx", "seed": 0}


def written(write, archive, provenance=PROVENANCE):
    stream = io.BytesIO()
    with Archive.open(archive) as store:
        write(store, "claims", provenance, stream)
    return stream.getvalue()


def project_of(data):
    """The project, and the papers by the name that it gives them."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        texts = {n: file.read(n).decode("utf-8") for n in file.namelist() if n != "project.qde"}
        return etree.fromstring(file.read("project.qde")), texts


@pytest.fixture(scope="module", params=["ours", "hostile", pytest.param("papers", marks=pytest.mark.papers)])
def archive(request, tmp_path_factory):
    if request.param == "hostile":
        return hostile_archive(tmp_path_factory)
    return request.getfixturevalue("coded_archive" if request.param == "ours" else "coded_papers_archive")


@pytest.fixture(scope="module")
def project(archive):
    return project_of(written(write_project, archive))


@pytest.fixture(scope="module")
def rows(archive):
    with Archive.open(archive) as store:
        return list(map(dict, witness_rows(store)))


def test_the_project_is_valid(project):
    etree.XMLSchema(etree.parse(schema("refi-qda", "Project.xsd"))).assertValid(project[0])


def test_the_codebook_is_valid(archive):
    book = etree.fromstring(written(write_codebook, archive))
    assert book.tag == f"{{{CODEBOOK}}}CodeBook"
    assert {etree.QName(e).localname for e in book.iter()} <= {"CodeBook", "Codes", "Code", "Description"}
    # The schema of projects has the same types under its own namespace.
    text = etree.tostring(book[0]).decode().replace(CODEBOOK, PROJECT)
    whole = f'<Project xmlns="{PROJECT}" name="p"><CodeBook>{text}</CodeBook></Project>'
    etree.XMLSchema(etree.parse(schema("refi-qda", "Project.xsd"))).assertValid(etree.fromstring(whole))


def test_every_coding_stands_where_its_witness_does(project, rows):
    root, texts = project
    witnesses = {guid("coding", row["id"]): row for row in rows}
    found = 0
    for source in root.iterfind(".//q:TextSource", NS):
        text = texts["sources/" + source.get("plainTextPath").removeprefix("internal://")]
        for selection in source.iterfind("q:PlainTextSelection", NS):
            stretch = text[int(selection.get("startPosition")) : int(selection.get("endPosition"))]
            for coding in selection.iterfind("q:Coding", NS):
                witness = witnesses[coding.get("guid")]
                assert stretch == readable(witness["text"])
                place = f"characters {witness['raw_start']}-{witness['raw_end']}, line {witness['line']}"
                assert place in selection.findtext("q:Description", namespaces=NS)
                found += 1
    assert found == len(rows) > 20


def test_a_claims_code_holds_what_is_counted(project, rows):
    root, _ = project
    names = {c.get("guid"): c.get("name") for c in root.iterfind(".//q:Code", NS)}
    coded = Counter(names[ref.get("targetGUID")] for ref in root.iterfind(".//q:Coding/q:CodeRef", NS))
    for claim in {row["claim"] for row in rows}:
        mine = [r for r in rows if r["claim"] == claim and r["tier"] == "confirmed"]
        said = [r for r in mine if r["stance"] == "supports"]
        assert coded[claim] == sum(r["counts"] for r in said)
        assert coded[f"{claim} (same work)"] == sum(not r["counts"] for r in said)
        denied = sum(n for name, n in coded.items() if name in _denied(claim))
        assert denied == len(mine) - len(said)
    assert sum(coded.values()) == len(rows)


def _denied(claim):
    return f"{claim} (denied)", f"{claim} (denied, same work)"


def test_whatever_is_pointed_to_is_there_and_once(project):
    root, texts = project
    guids = [e.get("guid") for e in root.iter() if e.get("guid")]
    assert len(guids) == len(set(guids))
    assert {e.get("targetGUID") for e in root.iter() if e.get("targetGUID")} <= set(guids)
    paths = [s.get("plainTextPath").removeprefix("internal://") for s in root.iterfind(".//q:TextSource", NS)]
    assert {f"sources/{path}" for path in paths} == set(texts)
    for kind in ("Code", "Case", "TextSource"):  # QualCoder knows these by their names
        names = [e.get("name") for e in root.iterfind(f".//q:{kind}", NS)]
        assert len(names) == len(set(names))
        assert all(0 < len(name) <= NAME_LIMIT for name in names)
    for element in root.iterfind(".//q:PlainTextSelection", NS):  # and reads none without a time
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", element.get("creationDateTime"))


def test_papers_keep_the_place_of_every_character(archive, project):
    with Archive.open(archive) as store:
        clean = [row[0] for row in store.sql.execute("SELECT clean FROM documents ORDER BY id")]
    for text, before in zip(project[1].values(), clean, strict=True):
        assert len(text) == len(before)
        assert not set("\r\0\ufeff") & set(text)


def test_the_same_archive_gives_the_same_bytes(archive):
    assert written(write_project, archive) == written(write_project, archive)
    assert written(write_codebook, archive) == written(write_codebook, archive, {"seed": 1})
    with zipfile.ZipFile(io.BytesIO(written(write_project, archive))) as file:
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_project_says_how_it_was_made(coded_archive):
    made = {**PROVENANCE, "time": "2024-01-02T03:04:05Z"}
    root, _ = project_of(written(write_project, coded_archive, made))
    assert root.get("creationDateTime") == made["time"]
    notes = {
        n.get("name"): n.findtext("q:PlainTextContent", namespaces=NS) for n in root.iterfind(".//q:Note", NS)
    }
    assert json.loads(notes["How this project was made"]) == made
    assert "verdict: " in notes["stability: how it comes again"]


def cases_of(archive):
    """The variables of every case, by its name."""
    root, _ = project_of(written(write_project, archive))
    variables = {v.get("guid"): v.get("name") for v in root.iterfind(".//q:Variable", NS)}
    return {
        case.get("name"): {
            variables[v[0].get("targetGUID")]: v[1].text for v in case.iterfind("q:VariableValue", NS)
        }
        for case in root.iterfind(".//q:Case", NS)
    }


def test_cases_are_occasions(coded_archive):
    cases = cases_of(coded_archive)
    bevan = cases["Aneurin Bevan, 30 Apr 1946"]
    assert bevan["Said from"] == bevan["Said to"] == bevan["Said (EDTF)"] == "1946-04-30"
    assert bevan["Decade said"] == "1940s"
    assert any(v["Decade said"] == "not dated" and "Said from" not in v for v in cases.values())


def test_hostile_speakers_are_text_and_a_year_stays_a_year(tmp_path_factory):
    cases = cases_of(hostile_archive(tmp_path_factory))
    for values in cases.values():
        assert values["Said (EDTF)"] == "1956"
        assert (values["Said from"], values["Said to"]) == ("1956-01-01", "1956-12-31")
    kept = {re.sub("\r\n?", "\n", t.encode("utf-8", "replace").decode()) for t in HOSTILE}
    assert {v["Speaker"] for v in cases.values()} == {re.sub("[\0\7\ufffe\uffff]", "\ufffd", t) for t in kept}
    assert not re.search("[\u200b\u202a-\u202e\u2060-\u2069\ufffe\x00-\x1f]", "".join(cases))


def test_an_archive_without_claims_writes_nothing(corpus_archive):
    stream = io.BytesIO()
    for write in (write_codebook, write_project):
        with Archive.open(corpus_archive) as store, pytest.raises(NotFound, match="no claims yet"):
            write(store, "claims", PROVENANCE, stream)
    assert stream.getvalue() == b""


def test_a_claim_is_described_by_its_sentences(coded_archive):
    with Archive.open(coded_archive) as store:
        claim = next(c for c in stored_claims(store) if c.denies)
    book = etree.fromstring(written(write_codebook, coded_archive))
    code = next(c for c in book.iter(f"{{{CODEBOOK}}}Code") if c.get("name") == claim.id)
    words = code.findtext(f"{{{CODEBOOK}}}Description")
    assert words.startswith(claim.label)
    assert all(f"- {sentence}" in words for sentence in (*claim.says, *claim.denies))
    assert [c.get("name") for c in code.iterfind(f"{{{CODEBOOK}}}Code")] == [f"{claim.id} (denied)"]


@pytest.mark.parametrize(
    ("clean", "expected"),
    [
        ("a\nb\tc", "a\nb\tc"),
        ("a\r\nb\rc", "a \nb c"),
        ("\ufeffa\ufeff", " a "),
        ("a\0b\x0bc\x0cd", "a\ufffdb c d"),
        ("\ud800 \ufffe 😀", "\ufffd \ufffd 😀"),
        ("a\x85b", "a b"),
    ],
)
def test_what_no_reader_agrees_on_is_one_plain_character(clean, expected):
    assert readable(clean) == expected
    assert len(readable(clean)) == len(clean)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("1956-01-01", "1956-12-31"), "1950s"),
        (("1956-01-01", "1962-12-31"), "1950s–1960s"),
        ((None, "1962-12-31"), "–1960s"),
        (("1956-01-01", None), "1950s–"),
        ((None, None), "not dated"),
    ],
)
def test_decades(days, expected):
    assert decade_words(*days) == expected


def test_names_of_papers_run_in_time_and_are_no_paths():
    paper = {"name": "n.txt", "publication_date": "1958-07"}
    papers = [
        {**paper, "id": "a", "title": "Minutes: 1957/58"},
        {**paper, "id": "b", "title": "minutes- 1957-58"},
        {**paper, "id": "c", "title": None, "publication_date": None},
        {**paper, "id": "d", "title": "x" * 10_000},
    ]
    names = source_names(papers)
    assert names["a"] == "1958 Minutes- 1957-58 [a]"
    assert names["b"] == "1958 minutes- 1957-58 [b]"
    assert names["c"] == "n.d. n.txt"
    assert len(names["d"]) == NAME_LIMIT
    assert name_of("\u202e\u200b") == "—"
