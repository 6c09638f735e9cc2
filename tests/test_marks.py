"""Marks that call notes: linked, read again where a scan misread them, flagged where nothing can be told."""

import json
import re
from operator import itemgetter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.document import Decision
from policytext.text.cleaning import clean

DATA = Path(__file__).parent / "data" / "text"
CASES = json.loads((DATA / "marks.json").read_text(encoding="utf-8"))
RULES = ("note.mark", "note.number")


def parameters():
    """The cases; one that is expected to fail and passes is reported, to be moved."""
    return [
        pytest.param(
            case,
            id=case["label"],
            marks=[]
            if case["expect"] == "pass"
            else [pytest.mark.xfail(strict=True, raises=AssertionError, reason=case["comment"])],
        )
        for case in CASES
    ]


def made(cleaned):
    return [e for e in cleaned.edits if e.rule.split("+")[-1] in RULES]


def calls(cleaned):
    """What a note begins with, and the word that the mark stands behind, with the mark."""
    text = cleaned.text
    for block in cleaned.blocks:
        for mark in block.marks:
            head = re.match(r"\S+", text[block.start : block.end]).group()
            yield [head, re.search(r"\S*$", text[: mark.start]).group() + text[mark.start : mark.end]]


@pytest.mark.parametrize("case", parameters())
def test_case(case):
    cleaned = clean(case["raw"])
    assert cleaned.alignment.rebuild(cleaned.text) == case["raw"]
    edits = made(cleaned)
    assert sorted([e.text, e.replacement] for e in edits) == sorted(case["edits"])
    assert all(e.status == "applied" and 0.5 < e.confidence < 1 for e in edits)
    flags = [e for e in cleaned.edits if e.rule == "note.unread"]
    assert [e.text for e in flags] == case["flagged"]
    assert all(e.status == "flagged" and e.replacement is None and e.confidence < 1 for e in flags)
    assert sorted(calls(cleaned)) == sorted(case["calls"])


@pytest.mark.parametrize("case", CASES, ids=itemgetter("label"))
def test_only_notes_are_called(case):
    cleaned = clean(case["raw"])
    for block in cleaned.blocks:
        assert block.kind == "footnote" or not block.marks
        assert all(m.end <= block.start or m.start >= block.end for m in block.marks)
    assert [c for c in calls(cleaned) if not c[1].endswith(c[0])] == []


def test_a_mark_leads_back_to_what_stands_in_the_source():
    raw = next(c["raw"] for c in CASES if c["label"] == "a star, a degree and a quote mark")
    cleaned = clean(raw)
    marks = [m for b in cleaned.blocks for m in b.marks]
    found = [cleaned.alignment.hull(m.start, m.end) for m in marks]
    assert [raw[s.start : s.end] for s in found] == ["*", "°", '"']


def test_what_a_person_says_of_a_mark_is_followed():
    raw = next(c["raw"] for c in CASES if c["label"] == "registered signs")
    at = raw.index("®")
    kept = clean(raw, decisions=[Decision("s", at, at + 1, "®", None, "reject")])
    assert kept.remarks == ()
    assert kept.text.count("®") == 1
    assert [e.status for e in kept.edits if e.start == at] == ["suggested"]


FEW = ["®", "*", "°", "'", '"', "”", "'®", "1", "2", "3", "11", "12", "", ""]
heads = st.sampled_from(["1 ", "2 ", "3 ", "4 ", "11 ", "® ", '" ', "9 ", "* "])


@st.composite
def pages(draw):
    """Pages with a few marks and a few notes, in any state."""
    made_pages = []
    for _ in range(draw(st.integers(1, 4))):
        body = [f"The board met in the hall{m} and rose.{draw(st.sampled_from(FEW))}" for m in draw(marks)]
        notes = [f"{head}See Barset Reports, vol. {n}, p. 3." for n, head in enumerate(draw(some_heads))]
        made_pages.append("\n\n".join([*body, *notes]))
    return draw(st.sampled_from(["\n\n\f", "\f", "\n\n7\n\n"])).join(made_pages)


marks = st.lists(st.sampled_from(FEW), max_size=4)
some_heads = st.lists(heads, max_size=4)


@settings(max_examples=250, deadline=None)
@given(pages())
def test_whatever_stands_on_a_page_nothing_is_lost_or_called_twice(raw):
    cleaned = clean(raw)
    assert cleaned.alignment.rebuild(cleaned.text) == raw
    edits = made(cleaned)
    assert all(e.confidence < 1 and e.replacement.strip(" “").isdigit() for e in edits)
    found = [(m.start, m.end) for b in cleaned.blocks for m in b.marks]
    assert len(set(found)) == len(found)
    assert all(cleaned.text[start:end].isdigit() or cleaned.text[start] == "*" for start, end in found)
    for block in cleaned.blocks:
        assert block.kind == "footnote" or not block.marks
