"""Readers of containers: PDF with a text layer, Word, ALTO and hOCR."""

import io
import pickle
import random
import re
import subprocess
import sys
import zipfile
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pagesizes import A4
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen import canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

from conftest import CORPUS
from policytext.document import Fact
from policytext.errors import UnreadableSource
from policytext.ingest import alto, docx_parts, docx_styles, properties, readers
from policytext.ingest.discovery import FORMATS, Found, Skipped, discover
from policytext.text.cleaning import clean

DATA = Path(__file__).parent / "data" / "ingest"
PAPERS = sorted((CORPUS / "clean").glob("*.txt"))


def found(data, name):
    kind = FORMATS["." + name.rpartition(".")[2]]
    return Found(f"/{name}", name, name, kind, data, sha256(data).hexdigest(), len(data))


def reading_of(data, name):
    """The reading of some bytes; the laws that hold for every reading are checked on the way."""
    reading = readers.read(found(data, name))
    text = reading.text
    assert readers.read(found(data, name)) == reading == pickle.loads(pickle.dumps(reading))
    assert reading.edits == ()
    for span in (*reading.hints, *reading.doubts):
        assert text[span.start : span.end].strip() == text[span.start : span.end] != ""
    assert all(a.end <= b.start for a, b in pairwise(reading.doubts))
    cleaned = clean(
        text,
        edits=reading.edits,
        hints=reading.hints,
        doubts=reading.doubts,
        carrier=reading.carrier,
    )
    assert cleaned.alignment.rebuild(cleaned.text) == text
    assert cleaned.alignment.apply(text) == cleaned.text
    return reading


def data_file(name):
    return reading_of((DATA / name).read_bytes(), name)


def hinted(reading):
    return [(h.kind, h.level, reading.text[h.start : h.end]) for h in reading.hints]


def blocks_of(reading):
    cleaned = clean(reading.text, hints=reading.hints, doubts=reading.doubts, carrier=reading.carrier)
    return [(b.kind, cleaned.text[b.start : b.end]) for b in cleaned.blocks]


def refused(data, name, says):
    with pytest.raises(UnreadableSource, match=says) as caught:
        readers.read(found(data, name))
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)
    return str(caught.value)


def paragraphs(path):
    return [" ".join(p.split()) for p in path.read_text("utf-8").split("\n\n") if p.strip()]


def in_order(parts, text):
    """Whether the parts stand in the text one behind the other, line ends and page ends aside."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True


def flat(text):
    return " ".join(text.split())


# PDF


def pdf_of(draw, **settings):
    """A PDF of what ``draw`` puts on a canvas."""
    file = io.BytesIO()
    page = canvas.Canvas(file, pagesize=A4, invariant=True, **settings)
    draw(page)
    page.save()
    return file.getvalue()


def write_lines(page, *lines, top=780, size=11, font="Times-Roman"):
    page.setFont(font, size)
    for number, line in enumerate(lines):
        page.drawString(72, top - number * 13, line)


def scan(page):
    picture = io.BytesIO(b"P5 8 8 255 " + bytes(range(64)))
    page.drawImage(ImageReader(picture), 0, 0, 500, 700)


def paper_as_pdf(path):
    """One of our own papers, typeset; its first line is the title."""
    file = io.BytesIO()
    style = getSampleStyleSheet()
    title, *rest = [re.sub("[<&>]", " ", p) for p in paragraphs(path)]
    half = len(rest) // 2
    story = [Paragraph(title, style["Title"]), *(Paragraph(p, style["BodyText"]) for p in rest[:half])]
    story += [PageBreak(), *(Paragraph(p, style["BodyText"]) for p in rest[half:])]
    SimpleDocTemplate(file, pagesize=A4, invariant=True).build(story)
    return file.getvalue()


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.stem)
def test_a_paper_comes_back_from_a_pdf_in_order(path):
    reading = reading_of(paper_as_pdf(path), "a.pdf")
    assert (reading.source.format, reading.carrier) == ("pdf", "pdf")
    assert (reading.source.encoding, reading.source.encoding_rule) == ("none", "extracted")
    wanted = [flat(re.sub("[<&>]", " ", p)) for p in paragraphs(path)]
    # A hyphen at a line end is kept, so words that PDFium joined come apart at it: compare without blanks.
    assert in_order([re.sub(r"\s", "", p) for p in wanted], re.sub(r"\s", "", reading.text))
    assert reading.text.count("\f") >= 1
    assert {"\r", "\x02", "\ufffe", "\0"}.isdisjoint(reading.text)


def test_paragraphs_of_a_pdf_stand_apart_and_headings_are_told():
    style = getSampleStyleSheet()
    body = "The board met and agreed that the pooled fund should be continued for one more year. " * 4
    story = []
    for name in ("Pooled funds", "Care trusts", "Beds in hospital", "Home nursing"):
        story += [Paragraph(name, style["Heading2"]), Paragraph(body, style["BodyText"])] * 1
        story += [Paragraph(body, style["BodyText"])]
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4).build(story)
    reading = readers.read(found(file.getvalue(), "a.pdf"))
    assert hinted(reading) == [
        ("heading", 1, n) for n in ("Pooled funds", "Care trusts", "Beds in hospital", "Home nursing")
    ]
    assert [kind for kind, _ in blocks_of(reading)] == ["heading", "paragraph", "paragraph"] * 4
    assert blocks_of(reading)[1][1] == body.strip()


def test_what_stands_again_at_the_edge_of_the_next_page_is_no_running_text():
    def draw(page, numbers=(7, 8), heads=("Board minutes", "Board minutes")):
        for number, head in zip(numbers, heads, strict=True):
            page.setFont("Times-Roman", 9)
            page.drawString(300, 30, str(number))  # the foot is drawn first, and so comes first in the file
            page.drawString(72, 810, head)
            write_lines(
                page, *(f"The board met in 19{number}{n} and agreed to meet again." for n in range(9))
            )
            write_lines(page, f"Table {number}", top=300)
            page.showPage()

    twice = reading_of(pdf_of(draw), "a.pdf")
    margins = [("page_number", 0, "7"), ("running_header", 0, "Board minutes")]
    assert hinted(twice) == [*margins, ("page_number", 0, "8"), margins[1]]
    running = [text for kind, text in blocks_of(twice) if kind not in ("page_number", "running_header")]
    assert "Board minutes" not in "".join(running)
    assert not {"7", "8"} & set(running)
    apart = reading_of(pdf_of(lambda page: draw(page, (7, 9), heads=("Board minutes", "Agenda"))), "a.pdf")
    assert hinted(apart) == []
    assert all(n in flat(apart.text) for n in ("7", "9", "Agenda"))


def test_a_form_that_was_filled_in_twice_keeps_its_words():
    def draw(page):
        for _ in range(2):
            for row in range(3):
                write_lines(page, "Name", top=780 - 200 * row)
            page.showPage()

    assert hinted(reading_of(pdf_of(draw), "a.pdf")) == []


def test_hyphens_at_line_ends_stay_as_printed():
    reading = reading_of(
        pdf_of(lambda p: write_lines(p, "The Com-", "mittee met in the well-", "being room.")), "a.pdf"
    )
    assert reading.text == "The Com-\nmittee met in the well-\nbeing room.\n"


def test_size_and_place_of_type_are_those_on_the_page_however_it_is_turned_or_scaled():
    lines = [
        "First line of all",
        "goes on here",
        "and here",
        "and here too",
        "and ends.",
        "Then more",
        "text.",
    ]

    def plain(page):
        write_lines(page, *lines[:5])
        write_lines(page, *lines[5:], top=680)

    def scaled(page):
        page.translate(0, 600)
        page.rotate(-90)
        page.scale(0.5, 0.5)
        plain(page)

    expected = "\n".join(lines[:5]) + "\n\n" + "\n".join(lines[5:]) + "\n"
    assert reading_of(pdf_of(plain), "a.pdf").text == expected
    assert reading_of(pdf_of(scaled), "a.pdf").text == expected


def test_a_pdf_says_who_made_it_but_not_when_it_was_published():
    def draw(page):
        page.setTitle("Joint Working in the Shire")
        page.setAuthor("Ann Bee")
        write_lines(page, "Words on the page.")

    reading = reading_of(pdf_of(draw), "a.pdf")
    assert reading.metadata.title == Fact("Joint Working in the Shire", "file", 0.7)
    assert reading.metadata.authors == Fact("Ann Bee", "file", 0.5)
    assert reading.metadata.publication_date is None
    assert reading.notes == ("file made 2000-01-01, which is no date of publication and was left out",)


def test_a_title_that_is_no_text_is_left_out():
    def draw(page):
        page.setTitle("HERE")
        write_lines(page, "Words.")

    reading = reading_of(pdf_of(draw).replace(b"(HERE)", b"<FEFFD8000041DC00>"), "a.pdf")
    assert (reading.text, reading.metadata.title) == ("Words.\n", None)


@pytest.mark.parametrize(
    ("title", "author", "kept"),
    [
        ("Microsoft Word - Final draft.doc", "Ann Bee", (None, "Ann Bee")),
        ("minutes_july.indd", "abee", (None, None)),
        ("Untitled", "HP Authorized Customer", (None, None)),
        ("Caring for People", "Department of Health", ("Caring for People", "Department of Health")),
        ("  Caring\n for \0People ", "", ("Caring for People", None)),
        ("x y\x07", "Unknown", (None, None)),
        ("word " * 100, "Admin User", (None, None)),
    ],
)
def test_what_programs_fill_in_is_no_title_and_no_author(title, author, kept):
    metadata, notes = properties.stated(title, author, "")
    facts = (metadata.title, metadata.authors)
    assert tuple(f and f.value for f in facts) == kept
    assert len(notes) == sum(not k and bool(v.strip()) and v.strip().isprintable() and len(v) < 300
                             for k, v in zip(kept, (title, author), strict=True))  # fmt: skip


def test_a_scan_is_refused_with_what_to_do():
    def stamped(page):
        scan(page)
        write_lines(page, "14")
        page.showPage()
        scan(page)

    assert "ocrmypdf in.pdf out.pdf" in refused(pdf_of(stamped), "a.pdf", "scan without a text layer")
    refused(pdf_of(lambda page: page.showPage()), "a.pdf", "without text")


def test_pages_without_text_are_told_and_the_rest_is_read():
    def draw(page):
        write_lines(page, "Before the scanned pages there is text.")
        page.showPage()
        for _ in range(2):
            scan(page)
            page.showPage()
        page.showPage()  # a blank page is no scan
        scan(page)
        page.showPage()
        write_lines(page, "And after them there is some more.")

    reading = reading_of(pdf_of(draw), "a.pdf")
    assert reading.text == (
        "Before the scanned pages there is text.\n\f\f\f\f\fAnd after them there is some more.\n"
    )
    assert reading.notes[0] == "scan without text on page 2-3, 5 (try: ocrmypdf --skip-text in.pdf out.pdf)"


def test_a_text_layer_made_by_ocr_is_told():
    def produced(page):
        page.setProducer("ABBYY FineReader 11")
        write_lines(page, "Words on the page.")

    def invisible(page):
        scan(page)
        layer = page.beginText(72, 700)
        layer.setTextRenderMode(3)
        layer.textLine("Words under the page.")
        page.drawText(layer)

    reading = reading_of(pdf_of(produced), "a.pdf")
    assert (reading.carrier, reading.notes[0]) == (
        "ocr",
        "text layer made by OCR (Producer: ABBYY)",
    )
    reading = reading_of(pdf_of(invisible), "a.pdf")
    assert (reading.text, reading.carrier) == ("Words under the page.\n", "ocr")
    assert "invisible" in reading.notes[0]


def test_locked_and_damaged_pdfs_are_refused():
    locked = pdf_of(lambda p: write_lines(p, "Words."), encrypt=StandardEncryption("secret"))
    refused(locked, "a.pdf", "locked with a password")
    whole = pdf_of(lambda p: write_lines(p, "Words."))
    refused(whole[:500], "a.pdf", "no PDF, or a damaged one")
    refused(b"words", "a.pdf", "no PDF")
    refused(b"", "a.pdf", "empty")


def test_a_pdf_whose_fonts_name_no_characters_is_refused():
    # Helvetica whose map to Unicode leads into the private use area, as some subset fonts do.
    cmap = (
        b"begincmap 1 begincodespacerange <00> <FF> endcodespacerange "
        b"1 beginbfrange <20> <7E> <E020> endbfrange endcmap"
    )
    shown = b"BT /F 12 Tf 72 700 Td (The board met and agreed) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    body = b"".join(b"%d 0 obj%s endobj\n" % (n, o) for n, o in enumerate(objects, 1))
    data = b"%PDF-1.4\n" + body + b"trailer<</Root 1 0 R>>"
    assert "--force-ocr" in refused(data, "a.pdf", "fonts do not say which characters they show")
    readable = data.replace(b"<E020>", b"<0020>")
    assert readers.read(found(readable, "a.pdf")).text == "The board met and agreed\n"


def test_a_pdf_without_a_password_for_reading_is_read():
    data = pdf_of(lambda p: write_lines(p, "Words."), encrypt=StandardEncryption("", ownerPassword="x"))
    assert readers.read(found(data, "a.pdf")).text == "Words.\n"


# Word


def paper_as_docx(path):
    document = docx.Document()
    title, *rest = paragraphs(path)
    document.core_properties.title = "Joint Working in the Shire"
    document.core_properties.author = "Ann Bee"
    document.add_heading(title, 1)
    for text in rest:
        document.add_paragraph(text)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("path", PAPERS, ids=lambda p: p.stem)
def test_a_paper_comes_back_from_word(path):
    reading = reading_of(paper_as_docx(path), "a.docx")
    assert reading.text == "\n\n".join(paragraphs(path)) + "\n"
    assert hinted(reading) == [("heading", 1, paragraphs(path)[0])]
    assert reading.metadata.title == Fact("Joint Working in the Shire", "file", 0.7)
    assert (reading.carrier, reading.metadata.publication_date) == ("text", None)


def test_what_word_writes_of_itself_is_read():
    document = docx.Document()
    document.add_heading("Title", 0)
    document.add_heading("Part", 2)
    document.add_paragraph("Lead:")
    for text in ("one", "two"):
        document.add_paragraph(text, style="List Bullet")
    for text in ("three", "four"):
        document.add_paragraph(text, style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ["Year", "Beds", "1962", "41"], strict=True):
        cell.text = text
    document.add_page_break()
    document.add_paragraph("After the break.")
    document.sections[0].header.paragraphs[0].text = "On every page"
    file = io.BytesIO()
    document.save(file)
    reading = reading_of(file.getvalue(), "a.docx")
    assert reading.text == (
        "Title\n\nPart\n\nLead:\n\n- one\n- two\n1. three\n2. four\n\n"
        "Year\tBeds\n1962\t41\n\n\fAfter the break.\n"
    )
    assert blocks_of(reading)[-2:] == [("table", "Year\tBeds\n1962\t41"), ("paragraph", "After the break.")]
    assert [h[:2] for h in hinted(reading)] == [
        ("heading", 1),
        ("heading", 2),
        *[("list", 0)] * 4,
        ("table", 0),
    ]


RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATION = f'<Relationship Id="r{{0}}" Type="{OFFICE}/{{0}}" Target="{{1}}"/>'


def word_file(**replaced):
    """The Word file whose parts lie in the data folder; a part given by name stands in for its own."""
    file = io.BytesIO()
    names = ["document", "styles", "numbering", "footnotes", "endnotes"]
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels", RELATIONS.format(RELATION.format("officeDocument", "/word/document.xml"))
        )
        links = "".join(RELATION.format(n, f"{n}.xml") for n in names[1:])
        archive.writestr("word/_rels/document.xml.rels", RELATIONS.format(links))
        for name in names:
            part = replaced.get(name) or (DATA / "word" / f"{name}.xml").read_bytes()
            archive.writestr(f"word/{name}.xml", part)
    return file.getvalue()


WORD_TEXT = """Pooled funds

Pooled funds\t1

The council agreed[1] to a pooled fund. Shown.

Beside-the\u00adbox.

A box.

4. first
4(a) inner
5. second
5(a) inner again
- a point

\f1. restarted

Year\tBeds closed
1962\t41[i]

A framed paragraph.

The end.[2]

[1] Minute 9, at length.

[2] Minute 12.

[i] By the county's count.
"""


def test_word_is_read_as_word_shows_it():
    reading = reading_of(word_file(), "a.docx")
    assert reading.text == WORD_TEXT
    assert hinted(reading) == [
        ("heading", 1, "Pooled funds"),
        ("boilerplate", 0, "Pooled funds\t1"),
        *[("list", 0, t) for t in ("4. first", "4(a) inner", "5. second", "5(a) inner again", "- a point")],
        ("list", 0, "1. restarted"),
        ("table", 0, "Year\tBeds closed\n1962\t41[i]"),
        *[("footnote", 0, t) for t in ("[1] Minute 9, at length.", "[2] Minute 12.")],
        ("footnote", 0, "[i] By the county's count."),
    ]


def test_the_strict_namespace_of_word_is_understood():
    transitional = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    parts = {p.stem: p.read_bytes().replace(transitional, strict) for p in (DATA / "word").glob("*.xml")}
    assert readers.read(found(word_file(**parts), "a.docx")).text == WORD_TEXT


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (1, "decimal", "1"), (7, "decimalZero", "07"), (4, "lowerRoman", "iv"),
        (1998, "upperRoman", "MCMXCVIII"), (26, "lowerLetter", "z"), (28, "upperLetter", "BB"),
        (3, "ordinalText", "3"), (0, "lowerLetter", "0"),
    ],
)  # fmt: skip
def test_numbers_are_shown_in_the_formats_of_word(number, form, shown):
    assert docx_styles.formatted(number, form) == shown


def test_what_is_no_word_document_is_refused(monkeypatch):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    refused(file.getvalue(), "a.docx", "without a Word document in it")
    refused(b"\xd0\xcf\x11\xe0" + bytes(100), "a.docx", "old Word file, or one locked")
    refused(word_file()[:-400], "a.docx", "no Word document, or a damaged one")
    refused(word_file(document=b"<w:document"), "a.docx", "not well-formed")
    empty = b'<w:document xmlns:w="w"><w:body><w:p/></w:body></w:document>'
    refused(word_file(document=empty), "a.docx", "without text")
    bomb = (DATA / "bomb.alto.xml").read_bytes()
    refused(word_file(footnotes=bomb), "a.docx", "declares entities")
    monkeypatch.setattr(docx_parts, "_LARGEST_PART", 2**20)
    large = b'<w:document xmlns:w="w"><w:body>' + b" " * 2**21 + b"</w:body></w:document>"
    refused(word_file(document=large), "a.docx", "unpacks to 2 MB")


# ALTO and hOCR


def test_alto_is_read_as_printed():
    reading = data_file("minutes.alto.xml")
    assert reading.text == (
        "Health Committee\n\nHome nursing\n\nThe Clerk told the Com-\nmittee that nobody had asked.\n\n14\n"
        "\fTwo bicycles were sold-\n"
    )
    assert hinted(reading) == [
        ("running_header", 0, "Health Committee"),
        ("heading", 2, "Home nursing"),
        ("page_number", 0, "14"),
    ]
    assert [(reading.text[d.start : d.end], d.confidence) for d in reading.doubts] == [
        ("Health", 0.91), ("Committee", 0.99), ("Home", 0.97), ("nursing", 0.87), ("The", 1.0),
        ("Clerk", 0.87), ("Com", 0.62), ("that", 0.9), ("nobody", 0.3), ("14", 0.5),
    ]  # fmt: skip
    assert (reading.carrier, reading.source.format) == ("ocr", "alto")


def test_alto_follows_its_reading_order_and_labels():
    reading = data_file("columns.alto.xml")
    assert reading.text == "DIGEST\n\nFirst column.\n\nSecond column.\n\n1 Ibid.\n\nxii\n"
    assert hinted(reading) == [
        ("running_header", 0, "DIGEST"),
        ("footnote", 0, "1 Ibid."),
        ("page_number", 0, "xii"),
    ]


@pytest.mark.parametrize(
    ("stated", "share"),
    [
        ("0.87", 0.87), ("87", 0.87), ("1", 1.0), ("1.0", 1.0), ("0", 0.0), ("100", 1.0), ("0,5", 0.5),
        ("101", None), ("-1", None), ("", None), ("nan", None), ("inf", None), ("high", None),
    ],
)  # fmt: skip
def test_word_confidences(stated, share):
    assert alto.share(stated) == share


def test_hocr_is_read_as_printed():
    reading = data_file("minutes.hocr")
    assert reading.text == (
        "Health Committee\n\nThe Clerk Com-\nmitted R&D notes.\n\nA line without words—read\nFigure 1. Beds\n"
        "\n14\n\f\fHome nursing\n\nDeferred.\n"
    )
    assert hinted(reading) == [
        ("running_header", 0, "Health Committee"),
        ("figure", 0, "Figure 1. Beds"),
        ("page_number", 0, "14"),
        ("heading", 2, "Home nursing"),
    ]
    assert [(reading.text[d.start : d.end], d.confidence) for d in reading.doubts] == [
        ("Health", 0.91), ("Committee", 0.99), ("The", 0.965), ("Clerk", 0.87), ("Com-", 0.62),
        ("mitted", 0.61),
    ]  # fmt: skip
    assert (reading.carrier, reading.source.format) == ("ocr", "hocr")


def test_tesseract_calls_titles_headers_so_the_class_alone_says_nothing():
    data = (DATA / "minutes.hocr").read_bytes().replace(b"an engine 2.1", b"tesseract 5.3.0")
    assert "running_header" not in {kind for kind, *_ in hinted(reading_of(data, "a.hocr"))}


def test_hocr_that_is_not_well_formed_is_read_as_a_browser_does():
    page = b'<div class=ocr_page><p class="ocr_par">One<br>two &pound;5 \xc2\xa36</div>'
    data = b"<html><body>" + page + b'<div class="ocr_page">'
    reading = reading_of(data, "a.hocr")
    assert reading.text == "One\ntwo £5 £6\n"
    assert "not well-formed" in reading.notes[0]


@pytest.mark.parametrize("name", ["bomb.alto.xml", "external.hocr"])
def test_entities_are_never_expanded(name):
    data = (DATA / name).read_bytes()
    refused(data, name, "declares entities of its own")
    refused(data.decode().encode("utf-16"), name, "declares entities of its own")


def test_entities_are_not_expanded_where_the_encoding_hides_them():
    text = (
        (DATA / "bomb.alto.xml").read_text("utf-8").replace('version="1.0"', 'version="1.0" encoding="UTF-7"')
    )
    refused(text.replace("<!", "+ADwAIQ-").encode(), "a.xml", "declares entities|not well-formed")


def test_ocr_without_words_or_cut_off_is_refused():
    whole = (DATA / "minutes.alto.xml").read_bytes()
    refused(whole[:1500], "a.xml", "ALTO XML that is not well-formed")
    refused(b"<alto><Layout><Page/></Layout></alto>", "a.xml", "without a word")
    refused(b'<html><body class="ocr_page"><p> </p></body></html>', "a.hocr", "without a word")
    refused(b"<html><body><p>Words on no page</p></body></html>", "a.hocr", "without a word")


def test_deep_nesting_is_no_danger():
    deep = b"<div>" * 50_000 + b"deep"
    refused(b'<html><body><div class="ocr_page">' + deep, "a.hocr", "without a word")
    reading = readers.read(found(b'<html><body><div class="ocr_page">Words' + deep, "a.hocr"))
    assert (reading.text, len(reading.notes)) == ("Words\n", 1)
    refused(b"<alto>" + b"<ComposedBlock>" * 50_000, "a.xml", "not well-formed .Excessive depth")


@pytest.mark.parametrize("cell", [b"", b"<w:tc><w:p><w:r><w:t>beside</w:t></w:r></w:p></w:tc>"])
def test_tables_in_tables_in_tables_are_read(cell):
    opening = b"<w:tbl><w:tr>" + cell + b"<w:tc>"
    table = opening * 80 + b"<w:p><w:r><w:t>deep</w:t></w:r></w:p>" + b"</w:tc></w:tr></w:tbl>" * 80
    document = b'<w:document xmlns:w="w"><w:body>' + table + b"</w:body></w:document>"
    text = readers.read(found(word_file(document=document), "a.docx")).text
    assert text.split() == ["beside"] * 80 * bool(cell) + ["deep"]


# All of them


def test_containers_are_known_by_suffix_and_by_what_is_in_them(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    hocr_page = (DATA / "minutes.hocr").read_bytes()
    contents = {
        "a.pdf": pdf_of(lambda p: write_lines(p, "Words.")),
        "b.DOCX": word_file(),
        "c.hocr": hocr_page,
        "d.html": hocr_page,
        "e.xml": hocr_page,
        "f.xml": (DATA / "minutes.alto.xml").read_bytes(),
        "g.xml": (DATA / "columns.alto.xml").read_text("utf-8").replace("UTF-8", "UTF-16").encode("utf-16"),
        "h.xml": (DATA / "other.xml").read_bytes(),
        "i.xml": b"<html><body>ocr_page</body></html>",
        "j.xml": b"no markup",
        "k.html": b"<p>The class ocr_page marks a page.",
        "l.odt": b"PK\x03\x04",
        "m.txt": b"%PDF-1.4",
        "n.xml": b"",
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    items = list(discover([folder]))
    assert {i.name: i.format for i in items if isinstance(i, Found)} == {
        "a.pdf": "pdf", "b.DOCX": "docx", "c.hocr": "hocr", "d.html": "hocr", "e.xml": "hocr",
        "f.xml": "alto", "g.xml": "alto", "k.html": "html", "m.txt": "text",
    }  # fmt: skip
    skipped = {i.name: str(i) for i in items if isinstance(i, Skipped)}
    assert sorted(skipped) == ["h.xml", "i.xml", "j.xml", "l.odt", "n.xml"]
    assert skipped["n.xml"] == "n.xml: is empty"
    assert "its root is <TEI>" in skipped["h.xml"]
    assert "try: another suffix: .html" in skipped["i.xml"]
    assert readers.read(next(i for i in items if i.name == "g.xml")).text.startswith("DIGEST")
    refused(contents["m.txt"], "m.txt", "is a PDF, not text .try: giving it the suffix .pdf")


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("minutes.alto.xml", "alto"),
        ("minutes.hocr", "hocr"),
        ("pdf", "pdf"),
        ("docx", "docx"),
        ("other.xml", "text"),
    ],
)
def test_a_file_named_outright_is_known_by_its_bytes(tmp_path, source, kind):
    made = {"pdf": lambda: pdf_of(lambda p: write_lines(p, "Words.")), "docx": word_file}
    data = made[source]() if source in made else (DATA / source).read_bytes()
    (tmp_path / "paper").write_bytes(data)
    [item] = discover([tmp_path / "paper"])
    assert item.format == kind


@pytest.mark.parametrize(
    ("data", "name", "carrier"),
    [(b"<p>Words", "a.html", "web"), (b"Words", "a.md", "markdown"), (b"Words", "a.txt", None)],
)
def test_what_carried_a_text_is_told_where_the_file_says_so(data, name, carrier):
    assert readers.read(found(data, name)).carrier == carrier


CONTAINERS = {
    "a.pdf": pdf_of(lambda p: write_lines(p, "The board met", "and agreed.")),
    "a.docx": word_file(),
    "a.xml": (DATA / "minutes.alto.xml").read_bytes(),
    "a.hocr": (DATA / "minutes.hocr").read_bytes(),
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(CONTAINERS)), st.integers(0, 2**32))
def test_damage_is_refused_or_read_never_worse(name, seed):
    chance = random.Random(seed)
    data = bytearray(CONTAINERS[name])
    for _ in range(chance.choice([0, 1, 3, 30])):
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.5:
        del data[chance.randrange(len(data)) :]
    try:
        reading = readers.read(found(bytes(data), name))
    except UnreadableSource as error:
        outcome = str(error)
    else:
        outcome = name
        assert reading.text.strip()
        assert all(span.end <= len(reading.text) for span in (*reading.hints, *reading.doubts))
    assert outcome.startswith(name)


WORD_TAGS = [
    "w:p", "w:r", "w:t", "w:tbl", "w:tr", "w:tc", "w:ins", "w:del", "w:sdt", "w:sdtContent", "w:pPr", "w:rPr",
    "w:br", "w:tab", "w:numPr", "w:numId", "w:ilvl", "w:pStyle", "w:outlineLvl", "w:footnoteReference",
    "w:txbxContent", "w:AlternateContent", "w:Choice", "w:vanish", "w:sym",
]  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.recursive(
        st.sampled_from(["", "text"]),
        lambda inner: st.builds(
            lambda tag, val, parts: (
                f'<{tag} w:val="{val}" w:id="{val}" w:char="{val}">{"".join(parts)}</{tag}>'
            ),
            st.sampled_from(WORD_TAGS),
            st.sampled_from(["", "0", "1", "3", "7", "x", "Bullet", "-2", "²", "00D8"]),
            st.lists(inner, max_size=4),
        ),
        max_leaves=30,
    )
)
def test_any_nesting_of_words_elements_is_read(markup):
    document = (
        f'<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Head</w:t></w:r></w:p>{markup}</w:body></w:document>'
    )
    assert readers.read(found(word_file(document=document.encode()), "a.docx")).text.startswith("Head")


def test_libraries_are_loaded_when_a_file_needs_them():
    code = "import sys, policytext.ingest.readers; print(*{'lxml', 'pypdfium2', 'docx'} & {*sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert done.stdout.strip() == b""


def test_a_folder_of_containers_is_ingested(tmp_path):
    from policytext.pipeline.checking import check
    from policytext.pipeline.ingesting import ingest
    from policytext.store.archive import Archive

    folder = tmp_path / "in"
    folder.mkdir()
    for name, data in CONTAINERS.items():
        (folder / name).write_bytes(data)
    (folder / "scan.pdf").write_bytes(pdf_of(scan))
    report = ingest([folder], tmp_path / "archive")
    assert [s.name for s in report.skipped] == ["scan.pdf"]
    with Archive.open(tmp_path / "archive") as archive:
        formats = {row["format"] for row in archive.sql.execute("SELECT format FROM documents")}
        assert formats == {"pdf", "docx", "alto", "hocr"}
        assert check(archive).problems == []
