"""TEI: valid by its schema, and both the clean text and the source can be read out of it again."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from policytext.document import BLOCK_KINDS, Block
from policytext.export.files.tei import write_layer
from policytext.export.files.tei_atoms import Text
from policytext.export.files.tei_spans import Mark, nest
from policytext.export.files.tei_text import body_of
from policytext.export.files.tei_words import Names, date_attributes, place
from policytext.export.tables import provenance
from policytext.store.archive import Archive
from policytext.store.reader import raw_document
from policytext.text.alignment import Alignment
from schemas import schema
from tei_reading import TEI, clean_side, raw_side
from test_alignment import edits_on, moves_on
from witnesses import HOSTILE

DATES = json.loads((Path(__file__).parent / "data/files/tei_dates.json").read_text("utf-8"))
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"


def written(folder):
    facts = provenance(
        command="policytext export documents --format tei",
        query=None,
        corpus=[],
        config={},
        model=None,
        seed=None,
        environment={},
    )
    stream = io.BytesIO()
    with Archive.open(folder) as archive:
        write_layer(archive, "documents", facts, stream)
    return stream.getvalue()


def read(data):
    return etree.fromstring(data, etree.XMLParser(huge_tree=True))


@pytest.fixture(scope="session")
def tei_schema():
    return etree.RelaxNG(etree.parse(schema("tei", "tei_all-2.7.0.rng")))


@pytest.fixture(scope="session")
def own(coded_archive):
    return read(written(coded_archive))


def assert_valid(relaxng, root):
    assert relaxng.validate(root), [str(e) for e in list(relaxng.error_log)[:5]]


def assert_both_texts(folder, root):
    texts = root.findall(f"{TEI}TEI")
    with Archive.open(folder) as archive:
        ids = [row["id"] for row in archive.sql.execute("SELECT id FROM documents ORDER BY id")]
        assert [t.findtext(f".//{TEI}publicationStmt/{TEI}idno") for t in texts] == ids
        for text, document in zip(texts, ids, strict=True):
            raw, body = raw_document(archive, document), text.find(f"{TEI}text/{TEI}body")
            assert clean_side(body) == raw.clean
            assert raw_side(body) == raw.raw


def test_our_papers_are_valid(own, tei_schema):
    assert_valid(tei_schema, own)


def test_our_papers_read_back(own, coded_archive):
    assert_both_texts(coded_archive, own)


@pytest.mark.papers
def test_real_papers_are_valid_and_read_back(coded_papers_archive, tei_schema):
    root = read(written(coded_papers_archive))
    assert_valid(tei_schema, root)
    assert_both_texts(coded_papers_archive, root)


def test_the_same_archive_gives_the_same_bytes(coded_archive):
    assert written(coded_archive) == written(coded_archive)


def test_ids_are_unique_and_every_pointer_has_its_end(own):
    ids = [e.get(XML_ID) for e in own.iter() if e.get(XML_ID)]
    assert len(ids) == len(set(ids))
    names = ("who", "corresp", "next", "prev", "target", "ana", "resp", "datingMethod")
    pointers = {p for e in own.iter() for name in names for p in (e.get(name) or "").split()}
    assert {p[1:] for p in pointers if p.startswith("#")} <= set(ids)


def test_nothing_found_is_left_out(own, coded_archive):
    with Archive.open(coded_archive) as archive:
        for tag, table in (("said", "statements"), ("date", "dates"), ("ref", "citations")):
            stored = {row[0] for row in archive.sql.execute(f"SELECT id FROM {table}")}
            bodies = own.iterfind(f"{TEI}TEI/{TEI}text/{TEI}body")
            inside = [e.get(XML_ID) for body in bodies for e in body.iter(TEI + tag)]
            found = {i for i in inside if i and not i.rpartition(".")[2].count("-")}
            assert len(found) == len(stored)


def test_a_statement_with_its_speaker_and_its_date(own):
    said = next(s for s in own.iter(f"{TEI}said") if "put a pound on the" in clean_side(s))
    when = next(s for s in own.iter(f"{TEI}setting") if s.get(XML_ID) == said.get("corresp")[1:])
    date = when.find(f"{TEI}date")
    assert (said.get("direct"), said.get("who")) == ("true", "#p.kenneth-lorimer")
    assert (date.get("when"), date.get("when-custom"), date.text) == (
        "1976-12-09",
        "1976-12-09",
        "9 Dec 1976",
    )
    assert date.get("evidence") == "internal"
    assert "date asserted by: Review Group" in when.findtext(f"{TEI}activity")


def test_an_act_points_to_legislation_gov_uk(own):
    ref = next(r for r in own.iter(f"{TEI}ref") if r.get("type") == "act")
    assert ref.get("target").startswith("http://www.legislation.gov.uk/ukpga/")
    entry = next(b for b in own.iter(f"{TEI}bibl") if b.get(XML_ID) == ref.get("corresp")[1:])
    assert entry.findtext(f"{TEI}idno[@type='URI']") == ref.get("target")


def test_a_misreading_is_corrected_and_a_line_end_regularised(own):
    choices = list(own.iter(f"{TEI}choice"))
    misread = {c.findtext(f"{TEI}sic"): c.findtext(f"{TEI}corr") for c in choices}
    assert misread["patlent"] == "patient"
    assert any(c.findtext(f"{TEI}orig") == "\n" and c.findtext(f"{TEI}reg") == " " for c in choices)


@pytest.mark.parametrize(("edtf", "expected"), DATES, ids=[d[0] for d in DATES])
def test_dates_keep_their_precision(edtf, expected):
    attributes = date_attributes(edtf)
    assert {n: attributes.get(n) for n in expected} == expected
    assert attributes["when__custom"] == edtf
    assert ("when" in attributes) == ("when" in expected)


def test_names_are_told_apart():
    names = Names("d.")
    assert [names.of(text) for text in ("a b", "a-b", "a b", "ä")] == ["d.a-b", "d.a-b-2", "d.a-b", "d.-"]
    assert place("two words.txt", 3, 9) == "two%20words.txt#char=3,9"


def test_hostile_text_comes_back(tmp_path, tei_schema):
    from policytext.pipeline.ingesting import ingest

    # A file with a null in it is refused as binary: the laws below have nulls.
    texts = [t.encode("utf-8", "replace").decode().replace("\0", "") for t in HOSTILE]
    paper = "THE PAPER\n\n" + "\n\n".join(f"Mr. Pryce said: “{t}” in 1956." for t in texts)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a&b <c>.txt").write_bytes(paper.encode())
    rows = [f'"{t.replace(chr(34), chr(34) * 2)}"' for t in ("<b>&amp;", "=1\u202e", "N" * 10_000)]
    header = "file,title,authors,publisher,date,kind,rights"
    catalogue = tmp_path / "catalogue.csv"
    catalogue.write_text(f"{header}\na&b <c>.txt,{','.join(rows)},1956~,report,\n", "utf-8")
    ingest([tmp_path / "in"], tmp_path / "archive", catalogue=catalogue)
    root = read(written(tmp_path / "archive"))
    assert_valid(tei_schema, root)
    assert_both_texts(tmp_path / "archive", root)
    title = root.find(f"{TEI}TEI/{TEI}teiHeader//{TEI}titleStmt")
    assert title.findtext(f"{TEI}title") == "<b>&amp;"


# Laws, on texts that nobody would write.

raws = st.text(alphabet="ab \n\t\r\x0c\x00|•\ud800\u2028", max_size=30)


@st.composite
def blocks_on(draw, clean):
    points = sorted(draw(st.sets(st.integers(0, len(clean)), max_size=8)))
    pairs = zip(points[::2], points[1::2], strict=False)
    return [
        Block(start, end, draw(st.sampled_from(BLOCK_KINDS)), draw(st.integers(1, 3)), "", "test", 1.0)
        for start, end in pairs
    ]


@st.composite
def marks_on(draw, length):
    spans = draw(st.lists(st.tuples(st.integers(0, length), st.integers(0, length)), max_size=6))
    kinds = [("said", 0), ("ref", 1), ("date", 2), ("unclear", 4)]
    marks = []
    for number, (one, other) in enumerate(spans):
        tag, rank = draw(st.sampled_from(kinds))
        if one != other:
            marks.append(Mark(min(one, other), max(one, other), rank, tag, f"m{number}"))
    return marks


@st.composite
def laid_out(draw):
    raw = draw(raws)
    edits = draw(edits_on(raw))
    moves = draw(moves_on(raw, edits))
    alignment = Alignment(len(raw), edits, moves)
    clean = alignment.apply(raw)
    marks = draw(marks_on(len(clean)))
    return Text("d", raw, clean, alignment, moves, draw(blocks_on(clean)), marks)


def reread(body):
    return etree.fromstring(etree.tostring(body, encoding="utf-8"))


@given(laid_out())
@settings(max_examples=300)
def test_both_texts_are_in_every_body(text):
    body = reread(body_of(text))
    assert clean_side(body) == text.clean
    assert raw_side(body) == text.raw


@given(laid_out())
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_body_is_valid(tei_schema, text):
    header = (
        "<teiHeader><fileDesc><titleStmt><title/></titleStmt><publicationStmt><p/></publicationStmt>"
        "<sourceDesc><p/></sourceDesc></fileDesc></teiHeader>"
    )
    root = etree.fromstring(f'<TEI xmlns="{TEI[1:-1]}">{header}<text/></TEI>')
    root[1].append(body_of(text))
    assert_valid(tei_schema, reread(root))


@given(laid_out())
def test_a_block_that_no_repair_crosses_reads_as_it_is(text):
    ends = {edge for b in text.blocks for edge in (b.start, b.end)}
    inner = [p for p in text.alignment.pieces if p.edit and any(p.start < e < p.end for e in ends)]
    assume(not inner)
    body = reread(body_of(text))
    for number, block in enumerate(text.blocks, 1):
        holder = body.find(f".//*[@{XML_ID}='d.b{number:05d}']")
        wanted = text.clean[block.start : block.end]
        assert clean_side(holder).strip() == wanted.strip() or wanted.strip() in clean_side(holder)


@given(st.data())
def test_parts_nest_and_lose_nothing(data):
    edges = sorted(data.draw(st.sets(st.integers(0, 30), max_size=8)))
    leaves = list(zip(edges[::2], edges[1::2], strict=False))
    marks = data.draw(marks_on(30))
    nested = nest(marks, leaves)
    for parts, (start, end) in zip(nested, leaves, strict=True):
        for number, part in enumerate(parts):
            assert start <= part.start < part.end <= end
            for later in parts[number + 1 :]:
                assert later.start >= part.end or (later.start >= part.start and later.end <= part.end)
        for number, mark in enumerate(marks):
            covered = [at for p in parts if p.mark == number for at in range(p.start, p.end)]
            assert sorted(covered) == list(range(max(start, mark.start), min(end, mark.end)))
