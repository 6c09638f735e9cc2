"""Readers: what is found on disk, how bytes become text, what HTML becomes, what is inferred."""

import datetime as dt
import hashlib
import json
import os
import pickle
import random
import tempfile
import tomllib
from dataclasses import fields
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from policytext.document import Fact, Metadata
from policytext.errors import UnreadableSource
from policytext.ingest import dating, html, naming, readers
from policytext.ingest.decoding import decode
from policytext.ingest.discovery import Found, Skipped, discover
from policytext.ingest.inference import complete
from policytext.ingest.tags import Text, tokens
from policytext.text import edtf
from policytext.text.alignment import Alignment, apply_edits, ordered
from policytext.text.cleaning import clean

DATA = Path(__file__).parent / "data" / "ingest"


def cases(name):
    table = tomllib.loads((DATA / name).read_text("utf-8"))["case"]
    return [pytest.param(case, id=case.get("name", str(number))) for number, case in enumerate(table)]


def found(data, name="a.txt", kind="text"):
    return Found(f"/{name}", name, name, kind, data, hashlib.sha256(data).hexdigest(), len(data))


def line(record):
    return readers.read(found(json.dumps(record).encode(), "a.jsonl#L1", "jsonl"))


# Discovery


def listed(*paths):
    """Names of what was found, and names of what was skipped."""
    items = list(discover(list(paths)))
    assert all(isinstance(i, Found | Skipped) for i in items)
    return [i.relative for i in items if isinstance(i, Found)], [
        i.name for i in items if isinstance(i, Skipped)
    ]


def test_folders_are_walked_in_order_and_what_is_no_document_is_left_out(tmp_path):
    (tmp_path / "b" / "deep").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    for name in ["z.txt", "a.md", "b/c.HTM", "b/deep/d.text", "_e.txt"]:
        (tmp_path / name).write_text("words")
    for name in [".hidden.txt", ".git/x.txt", "catalogue.csv", "data.csv", "LICENSE", "a.py", "~$a.docx"]:
        (tmp_path / name).write_text("words")
    assert listed(tmp_path) == (["_e.txt", "a.md", "z.txt", "b/c.HTM", "b/deep/d.text"], [])


def test_documents_that_cannot_be_read_yet_are_reported(tmp_path):
    for name in ["a.doc", "b.ODT", "c.epub", "d.txt"]:
        (tmp_path / name).write_text("words")
    assert listed(tmp_path) == (["d.txt"], ["a.doc", "b.ODT", "c.epub"])
    [skipped] = discover([tmp_path / "a.doc"])
    assert str(skipped) == "a.doc: not read yet: .doc (try: converting it to .docx, .pdf, .txt or .html)"


def test_a_file_named_outright_is_tried_whatever_its_suffix(tmp_path):
    (tmp_path / "README").write_text("words")
    (tmp_path / "page").write_text("<!DOCTYPE html><p>words")
    first, second = discover([tmp_path / "README", tmp_path / "page"])
    assert (first.name, first.relative, first.format) == ("README", "README", "text")
    assert second.format == "html"


def test_a_file_reached_twice_is_read_once(tmp_path):
    (tmp_path / "a.txt").write_text("words")
    (tmp_path / "b.txt").symlink_to(tmp_path / "a.txt")
    assert listed(tmp_path, tmp_path / "a.txt", tmp_path) == (["a.txt"], [])


def test_what_is_found_says_where_and_what_it_is(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.txt").write_bytes(b"caf\xe9\r\n")
    [item] = discover([tmp_path])
    assert item.path == str((tmp_path / "sub" / "a.txt").resolve())
    assert (item.name, item.relative, item.data, item.size) == ("a.txt", "sub/a.txt", b"caf\xe9\r\n", 6)
    assert item.sha256 == hashlib.sha256(b"caf\xe9\r\n").hexdigest()
    assert pickle.loads(pickle.dumps(item)) == item


def test_trouble_on_disk_is_one_skipped_each(tmp_path):
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "self").symlink_to(tmp_path / "self")
    (tmp_path / "self.md").symlink_to(tmp_path / "self.md")
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "up").symlink_to(tmp_path)
    (tmp_path / "ok.txt").write_text("words")
    names, skipped = listed(tmp_path, tmp_path / "missing.txt", tmp_path / "pipe.txt")
    assert names == ["ok.txt"]
    assert sorted(skipped) == ["folder.txt", "gone.txt", "missing.txt", "pipe.txt", "self", "self.md", "up"]


def test_a_folder_named_like_a_file_is_walked_when_named_outright(tmp_path):
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "folder.txt" / "a.txt").write_text("words")
    assert listed(tmp_path / "folder.txt") == (["a.txt"], [])


def test_a_file_that_vanishes_meanwhile_is_skipped(tmp_path):
    for name in ["a.txt", "b.txt", "c.txt"]:
        (tmp_path / name).write_text("words")
    items = discover([tmp_path])
    assert next(items).name == "a.txt"
    (tmp_path / "b.txt").unlink()
    assert isinstance(next(items), Skipped)
    assert next(items).name == "c.txt"


@pytest.fixture
def nobody():
    """Runs the test without the superuser's rights, who may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_what_may_not_be_read_is_skipped(tmp_path_factory, nobody):
    os.seteuid(0) if os.getuid() == 0 else None
    root = tmp_path_factory.mktemp("shared")
    for folder in takewhile(Path(tempfile.gettempdir()).__ne__, [root, *root.parents]):
        folder.chmod(0o755)
    for name in ["a.txt", "b.jsonl", "c.txt"]:
        (root / name).write_text("{}")
    (root / "closed").mkdir()
    (root / "a.txt").chmod(0)
    (root / "b.jsonl").chmod(0)
    (root / "closed").chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    names, skipped = listed(root)
    assert (names, skipped) == (["c.txt"], ["a.txt", "b.jsonl", "closed"])


def test_every_line_of_json_lines_is_a_source_with_a_name_of_its_own(tmp_path):
    lines = [
        '{"id": "x", "text": "a"}',
        '{"_id": 7, "text": "b"}',
        "",
        '{"id": "x", "text": "again"}',
        "not json",
        '{"id": "L7", "text": "would take the name of line 7"}',
        '{"id": true, "doc_id": " ", "text": "c"}',
        '{"id": "two\\nlines", "text": "d"}',
    ]
    (tmp_path / "a.jsonl").write_bytes("\r\n".join(lines).encode())
    items = list(discover([tmp_path]))
    assert [i.name for i in items] == [f"a.jsonl#{k}" for k in ["x", "7", "L4", "L5", "L6", "L7", "L8"]]
    assert items[0].path.endswith("/a.jsonl#x")
    assert items[1].data == lines[1].encode()
    assert len({i.name for i in items}) == len(items)


def test_json_lines_in_utf_16_are_refused_once(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "a"}\n' * 3, "utf-16")
    assert listed(tmp_path) == ([], ["a.jsonl"])


# Decoding


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.sampled_from(["utf-8-sig", "utf-8", "utf-16", "utf-16-be", "utf-32", "cp1252"]),
)
def test_what_is_decoded_leads_back_to_the_bytes(text, encoding):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    data = mark + text.encode(encoding, "ignore")
    try:
        decoded = decode(data)
    except UnreadableSource:
        assert encoding == "cp1252"  # letters in a row that no language has
        return
    assert not decoded.reversible or decoded.encoded() == data
    if encoding != "cp1252" and not (encoding == "utf-8" and text.startswith("\ufeff")):
        assert decoded.text == (text if encoding != "utf-8" else data.decode("utf-8"))


@pytest.mark.parametrize("case", cases("encodings.toml"))
def test_encodings_are_guessed_from_the_bytes(case):
    for encoding in case["encodings"]:
        codec = {"macintosh": "mac_roman", "ibm850": "cp850"}.get(encoding, encoding)
        text = case["text"]
        decoded = decode(text.encode(codec))
        assert (decoded.text, decoded.encoding, decoded.rule) == (text, encoding, "guess")
        assert encoding in decoded.note


def test_utf_16_without_a_mark_is_known_by_its_nulls():
    decoded = decode("The Committee met.".encode("utf-16-le"))
    assert (decoded.text, decoded.encoding, decoded.rule) == ("The Committee met.", "utf-16-le", "nulls")


def test_a_declared_encoding_counts_in_markup_only():
    data = '<meta charset="iso-8859-2"><p>Łódź'.encode("iso-8859-2")
    assert decode(data, markup=True).text.endswith("Łódź")
    data = '<?xml version="1.0" encoding="latin-1"?><p>“so”'.encode("cp1252")
    assert decode(data, markup=True).text.endswith("“so”")


def test_utf_8_with_a_stray_byte_is_read_and_flagged():
    decoded = decode("“One” “two” ".encode() + b"\x93three")
    assert decoded.text == "“One” “two” \ufffdthree"
    assert (decoded.rule, decoded.reversible, decoded.confidence) == ("utf-8-damaged", False, 0.8)
    with pytest.raises(ValueError, match="not reversible"):
        decoded.encoded()


def test_half_a_utf_16_file_is_refused():
    with pytest.raises(UnreadableSource, match="breaks off at byte 4"):
        decode(b"\xff\xfea\0b")


# Reading


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b" \r\n\t\x0c", "blank"),
        (b"\xef\xbb\xbf  ", "blank"),
        (b"%PDF-1.4 ...", "PDF"),
        (b"PK\x03\x04....", "docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Word"),
        (b"{\\rtf1 hello}", "rich text"),
        (b"\x89PNG\r\n", "PNG"),
        (b"words \0 words", "null at character 6"),
        (b"\x01\x02\x03\x04 words", "control characters"),
        (random.Random(1).randbytes(4000), "binary"),
        (b"\xff\xfea\0b", "breaks off"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data, says):
    with pytest.raises(UnreadableSource, match=says) as caught:
        readers.read(found(data))
    assert str(caught.value).startswith("a.txt: ")
    assert "\n" not in str(caught.value)


def test_a_text_is_kept_as_it_is_but_for_its_mark():
    reading = readers.read(found(b"\xef\xbb\xbfA\r\nb\x0c\tc "))
    assert reading.text == "A\r\nb\x0c\tc "
    assert (reading.edits, reading.hints, reading.metadata, reading.notes) == ((), (), Metadata(), ())
    assert (reading.source.encoding, reading.source.encoding_rule) == ("utf-8", "mark")
    assert pickle.loads(pickle.dumps(reading)) == reading


def test_a_guessed_encoding_is_told():
    reading = readers.read(found("He said “no”.".encode("cp1252")))
    assert reading.text == "He said “no”."
    assert reading.notes == ("decoded as windows-1252 (guess, confidence 1.0)",)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"{", "not JSON: .*column 2"),
        (b"[1]", "no JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b'{"title": "x"}', 'no "text"'),
        (b'{"text": 3}', 'no "text"'),
        (b'{"text": " "}', "blank"),
        (b'{"text": "a\\u0000b"}', "null"),
        (b'{"text": "a\\ud800b"}', "half a character"),
    ],
)
def test_lines_that_are_no_document_are_refused(data, says):
    with pytest.raises(UnreadableSource, match=says) as caught:
        readers.read(found(data, "a.jsonl#L3", "jsonl"))
    assert str(caught.value).startswith("a.jsonl#L3: ")


@pytest.mark.parametrize(
    ("record", "facts"),
    [
        ({"title": "T", "authors": ["A B", "C D"], "date": "1958-06"}, ("T", "A B; C D", "1958-06")),
        ({"author": {"name": "A B"}, "publication_date": "3 June 1958"}, (None, "A B", "1958-06-03")),
        ({"speaker": "Mr. Smith", "debate": "Beds", "date": 1958}, ("Beds", "Mr. Smith", "1958")),
        ({"speaker": "X", "author": "Y", "major": "A", "minor": "B"}, ("A: B", "Y", None)),
        ({"speaker": None, "title": " ", "date": "2009-10-26T14:30:00Z"}, (None, None, "2009-10-26")),
        ({"title": ["x", 3, None, True]}, ("x; 3", None, None)),
    ],
)
def test_lines_say_what_they_are(record, facts):
    metadata = line({"text": "words", **record}).metadata
    known = (metadata.title, metadata.authors, metadata.publication_date)
    assert tuple(f and f.value for f in known) == facts
    assert {f.basis for f in known if f} <= {"file"}


def test_a_date_that_is_none_is_left_out_with_a_note():
    reading = line({"text": "words", "date": "last Tuesday"})
    assert reading.metadata.publication_date is None
    assert reading.notes == ("date left out, not understood: 'last Tuesday'",)


# HTML


@pytest.mark.parametrize("case", cases("html.toml"))
def test_html_reads_as_a_browser_shows_it(case):
    raw = case["html"]
    page = html.parse(raw)
    text = apply_edits(raw, page.edits)
    assert text == case["text"]
    alignment = Alignment(len(raw), page.edits)
    assert alignment.rebuild(text) == raw
    shown = [
        (h.kind, "".join(text[s.start : s.end] for s in alignment.to_clean(h.start, h.end)))
        for h in page.hints
    ]
    assert shown == [tuple(h) for h in case.get("hints", [])]


NAMES = [
    "p", "div", "h2", "ul", "ol", "li", "table", "tr", "td", "th", "q", "sup", "a", "nav", "pre",
    "blockquote",
]  # fmt: skip
FRAGMENTS = [
    *(f"<{slash}{name}>" for slash in ("", "/") for name in NAMES),
    "<br>", "<br/>", "<!--", "-->", "<!doctype html>", "<script>", "</script>", "<head>", "</head>",
    "<title>", "</title>", '<a href="', "'", '"', ">", "<", "</", "&amp;", "&nbsp;", "&#0;", "&#55555;",
    "&ltfoo", "&", " ", "\n", "\u00a0", "one", "two words", "1", "é", "<p class='pullquote'>", "<td", "=",
    "<x/>", "</ >", "<?php ?>",
]  # fmt: skip
soup = st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join)


@settings(max_examples=400)
@given(soup | st.text(max_size=40))
@example("<table><tr><td>a<td>b</div></table><table>")
@example("<li><li>a<li>")
@example("<q><q></li>x<ul><li></q>")
def test_any_soup_keeps_the_laws(raw):
    page = html.parse(raw)
    assert ordered(page.edits) == list(page.edits)
    alignment = Alignment(len(raw), page.edits)
    text = alignment.apply(raw)
    assert text == apply_edits(raw, page.edits)
    assert alignment.rebuild(text) == raw
    assert all(0 <= h.start < h.end <= len(raw) for h in page.hints)
    assert all(a.end <= b.start for a, b in pairwise(page.hints))
    assert page.has_text or not any(c.isalpha() for c in text)
    cleaned = clean(raw, edits=page.edits, hints=page.hints)
    assert cleaned.alignment.rebuild(cleaned.text) == raw


@given(soup)
def test_tokens_cover_the_source(raw):
    found = list(tokens(raw))
    assert "".join(raw[t.start : t.end] for t in found) == raw
    assert all(a.end == b.start for a, b in pairwise(found))
    assert not any(isinstance(a, Text) and isinstance(b, Text) for a, b in pairwise(found))


@pytest.mark.parametrize(
    "raw",
    [
        "<" * 300_000,
        "<!--" * 100_000,
        '<a x=">"' * 50_000,
        "<script>" * 50_000,
        "='" * 200_000,
        "<b><" * 50_000,
        "&" * 300_000,
        "<sup>" * 50_000,
        "<div>" * 50_000 + "x" + "</p>" * 50_000,
        "<table><tr><td>" * 10_000,
        "word " * 200_000,
    ],
    ids=lambda raw: raw[:8],
)
def test_hostile_html_is_read_in_one_pass(raw):
    # The standard library's parser takes minutes and more over some of these.
    page = html.parse(raw)
    assert Alignment(len(raw), page.edits).rebuild(apply_edits(raw, page.edits)) == raw


def test_html_without_text_is_refused():
    with pytest.raises(UnreadableSource, match="without readable text"):
        readers.read(
            found(b"<html><head><title>T</title></head><body><img src=x><ul><li></ul>", "a.html", "html")
        )


def test_html_comes_with_edits_hints_and_what_it_states():
    reading = readers.read(found(b"<title>T</title><h1>Head</h1><p>Text", "a.html", "html"))
    assert apply_edits(reading.text, reading.edits) == "Head\n\nText"
    assert [(h.kind, h.level) for h in reading.hints] == [("heading", 1)]
    assert reading.metadata.title == Fact("T", "file")


@pytest.mark.parametrize("case", cases("metadata.toml"))
def test_pages_say_what_they_are(case):
    reading = readers.read(found(case["html"].encode(), "a.html", "html"))
    stated = {f.name: fact.value for f in fields(Metadata) if (fact := getattr(reading.metadata, f.name))}
    expected = {k: v for k, v in case.items() if k not in {"name", "html", "notes"}}
    assert stated == expected
    assert len(reading.notes) == case.get("notes", 0)


# Dates, names and what is inferred


@pytest.mark.parametrize(
    ("stated", "value"),
    [
        ("3rd June, 1958", "1958-06-03"),
        ("June 3, 1958", "1958-06-03"),
        ("the 3rd day of June 1958", "1958-06-03"),
        ("SEPTEMBER 2018", "2018-09"),
        ("Sept. 1962", "1962-09"),
        ("Spring 1991", "1991-21"),
        ("03/06/1958", "1958-06-03"),
        ("1958-06-03T10:00:00+01:00", "1958-06-03"),
        ("2016-11/2017~", "2016-11/2017~"),
        ("1958", "1958"),
        ("195X", "195X"),
        ("31 June 1958", None),
        ("13/13/1958", None),
        ("May 1958 and June 1959", None),
        ("soon", None),
        ("1958 beds", None),
        ("", None),
    ],
)
def test_stated_dates_become_edtf(stated, value):
    assert dating.to_edtf(stated) == value


@given(
    st.dates(dt.date(1800, 1, 1), dt.date(2099, 12, 31)),
    st.sampled_from(["%d %B %Y", "%B %d, %Y", "%d/%m/%Y"]),
)
def test_every_day_is_understood(day, form):
    [one] = dating.dates_in(f"London, {day.strftime(form)}.")
    assert one.edtf == day.isoformat()
    assert edtf.is_valid(one.edtf)


@pytest.mark.parametrize(
    ("byline", "names"),
    [
        ("Ann Bee", ["Ann Bee"]),
        (
            "Dr A. B. Smith, Joy O\u2019Neill and Sir Roy Mc-Dee",
            ["A. B. Smith", "Joy O'Neill", "Sir Roy Mc-Dee"],
        ),
        ("ANN BEE MBE & ludwig van Dee", ["Ann Bee"]),
        ("Ann Bee, Professor of Nursing, Leeds Beckett, and Joy Dee", ["Ann Bee", "Joy Dee"]),
        ("the Group Secretary", []),
        ("Health Minister Ann Bee", []),
        ("County Council", []),
        ("1948", []),
        ("Bevan", []),
    ],
)
def test_bylines(byline, names):
    assert naming.persons(byline) == names


@pytest.mark.parametrize("case", cases("front_pages.toml"))
def test_what_a_paper_says_of_itself_is_inferred(case):
    cleaned = clean(case["text"])
    metadata = complete(Metadata(), cleaned.text, cleaned.blocks, case["file"])
    guessed = {
        "title": metadata.title,
        "date": metadata.publication_date,
        "publisher": metadata.publisher,
        "authors": metadata.authors,
        "kind": metadata.kind,
    }
    assert {k: f.value for k, f in guessed.items() if f} == {
        k: v for k, v in case.items() if k not in {"name", "file", "text"}
    }
    for fact in guessed.values():
        assert fact is None or (fact.basis.startswith("inferred:") and 0 < fact.confidence < 1)


def test_what_is_stated_is_never_overruled():
    stated = Metadata(title=Fact("Mine", "catalogue"), publication_date=Fact("1950", "file"))
    cleaned = clean(
        "# Theirs\n\nMay 2009\n\nA long enough sentence of the body, to end the opening lines here."
    )
    metadata = complete(stated, cleaned.text, cleaned.blocks, "a.txt")
    assert (metadata.title, metadata.publication_date) == (stated.title, stated.publication_date)


def test_a_text_of_nothing_is_named_after_its_file():
    metadata = complete(Metadata(), "", (), "my_paper-1974.txt")
    assert metadata.title == Fact("my paper-1974", "inferred:title.file_name", 0.2)
    assert metadata.publication_date == Fact("1974", "inferred:date.file_name", 0.4)


@settings(max_examples=60)
@given(
    st.text(max_size=300)
    | st.lists(st.sampled_from(["by ", "© ", "2016", "\n\n", "A. Bee", ", ", "Published "])).map("".join)
)
def test_inference_never_fails_and_dates_are_edtf(text):
    cleaned = clean(text)
    metadata = complete(Metadata(), cleaned.text, cleaned.blocks, "x.txt")
    assert metadata.publication_date is None or edtf.is_valid(metadata.publication_date.value)
