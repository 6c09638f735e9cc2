"""Cleaning: a table of cases, the laws that hold for any text, and texts made to break it."""

import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.document import Edit, RoleHint
from policytext.text.cleaning import clean

CASES = json.loads((Path(__file__).parent / "data" / "text" / "cleaning.json").read_text(encoding="utf-8"))


def check_laws(cleaned):
    """Checks what holds for every cleaned text."""
    assert cleaned.alignment.apply(cleaned.raw) == cleaned.text
    assert cleaned.alignment.rebuild(cleaned.text) == cleaned.raw
    for edit in cleaned.edits:
        assert cleaned.raw[edit.start : edit.end] == edit.text
    at = 0
    for number, block in enumerate(cleaned.blocks):
        assert cleaned.text[at : block.start] == ("\n\n" if number else "")
        inside = cleaned.text[block.start : block.end]
        assert inside == inside.strip() != ""
        at = block.end
    assert at == len(cleaned.text)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_case(case):
    cleaned = clean(case["raw"])
    check_laws(cleaned)
    if "text" in case:
        assert cleaned.text == case["text"]
    if "kinds" in case:
        assert [b.kind for b in cleaned.blocks] == case["kinds"]
    assert [e.rule for e in cleaned.edits if e.status == "flagged"] == case.get("flagged", [])
    assert len(cleaned.moves) == case.get("moves", 0)


def test_sections_are_the_path_of_headings():
    body = "There are few beds in the county."
    cleaned = clean(f"# Health\n\n## Beds\n\n{body}\n\n## Nurses\n\n{body}\n\n# Care\n\n{body}")
    sections = [b.section for b in cleaned.blocks if b.kind == "paragraph"]
    assert sections == ["Health > Beds", "Health > Nurses", "Care"]
    assert [b.level for b in cleaned.blocks if b.kind == "heading"] == [1, 2, 2, 1]


def test_a_moved_page_number_leads_back_to_its_place():
    raw = next(c["raw"] for c in CASES if c.get("moves") == 3)
    cleaned = clean(raw)
    number = next(b for b in cleaned.blocks if b.kind == "page_number")
    assert raw[slice(*_span(cleaned.alignment.hull(number.start, number.end)))] == "11"
    paragraph = cleaned.blocks[0]
    spans = cleaned.alignment.to_raw(paragraph.start, paragraph.end)
    assert [raw[s.start : s.end].strip() for s in spans if raw[s.start : s.end].strip()] == [
        "The clerk said the wards would be closed until",
        "the spring of the year. He was thanked.",
    ]


def _span(span):
    return span.start, span.end


def tag(raw, start, text, replacement=""):
    """Returns the edit of a reader that takes ``text`` out of ``raw``, and where it ends."""
    at = raw.index(text, start)
    return Edit(at, at + len(text), text, replacement, "tag", "html.tag")


def test_a_readers_edits_and_hints_are_kept():
    raw = "<h2>Beds *</h2><p>There are few *beds* left.</p><div>Menu and search</div>"
    edits = [
        tag(raw, 0, "<h2>"),
        tag(raw, 0, "</h2><p>", "\n\n"),
        tag(raw, 0, "</p><div>", "\n\n"),
        tag(raw, 0, "</div>"),
    ]
    hints = [
        RoleHint(0, raw.index("<p>"), "heading", 2),
        RoleHint(raw.index("<p>"), raw.index("<div>"), "paragraph"),
        RoleHint(raw.index("<div>"), len(raw), "boilerplate"),
    ]
    cleaned = clean(raw, edits=edits, hints=hints)
    check_laws(cleaned)
    assert cleaned.text == "Beds *\n\nThere are few *beds* left.\n\nMenu and search"
    roles = [(b.kind, b.level) for b in cleaned.blocks]
    assert roles == [("heading", 2), ("paragraph", 0), ("boilerplate", 0)]


def test_a_readers_edits_must_fit():
    with pytest.raises(ValueError, match="not made for this text"):
        clean("abc", edits=[Edit(0, 1, "x", "", "tag", "html.tag")])


def test_the_same_bytes_come_out_twice_and_travel():
    raw = next(c["raw"] for c in CASES if c.get("moves") == 3)
    one, two = clean(raw), clean(raw)
    assert (one.text, one.edits, one.moves, one.blocks) == (two.text, two.edits, two.moves, two.blocks)
    sent = pickle.loads(pickle.dumps(one))
    assert (sent.text, sent.edits, sent.alignment.rebuild(sent.text)) == (one.text, one.edits, raw)


WORDS = """word Word WORD the and - * ** *** \\\\* # ## _ | < > <sup>1</sup> <br> &amp; &nbsp; [a](b) ![a](b)
    1 12 13 1. (a) • . , : ? ” “ " ' © Figure ¬"""
BLANKS = [" ", "  ", "\n", "\n\n", "\n\n\n\n", "\f", "\r\n", "\t", "\u00a0", "\u00ad"]
pieces = st.sampled_from([*WORDS.split(), *BLANKS, "\n\n12\n\n", "in-\n", "the ward was\n\n"])
texts = st.one_of(
    st.lists(pieces, max_size=60).map("".join), st.lists(pieces, max_size=40).map(" ".join), st.text()
)


@settings(max_examples=400, deadline=None)
@given(texts)
def test_laws_hold_for_any_text(raw):
    check_laws(clean(raw))


@settings(max_examples=200, deadline=None)
@given(texts)
def test_letters_change_by_markup_and_repair_only(raw):
    may = ("html.", "md.", "char.mojibake", "char.ligature", "confusion.", "note.")
    for edit in clean(raw).edits:
        if edit.status == "applied" and not any(rule in edit.rule for rule in may):
            assert not any(c.isalnum() for c in edit.text)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(CASES), min_size=2, max_size=5))
def test_laws_hold_for_cases_put_together(cases):
    check_laws(clean("\n\n".join(c["raw"] for c in cases)))


@pytest.mark.parametrize(
    "raw",
    [
        "a" * 5_000_000,
        '"' * 200_000,
        "[" * 500_000,
        "<b " * 200_000,
        ". " * 300_000,
        "." * 1_000_000,
        "# a" + " " * 1_000_000 + "x",
        "-" * 1_000_000,
        " \n" * 300_000,
        "12\n\n" * 10_000,
        "\t" * 500_000 + "x",
    ],
    ids=lambda raw: f"{raw[:4]!r} x {len(raw)}",
)
def test_texts_made_to_break_it(raw):
    cleaned = clean(raw)
    assert cleaned.alignment.rebuild(cleaned.text) == raw
