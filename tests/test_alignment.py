"""The laws of alignment, composition and moves, by property."""

from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from policytext.document import Edit, Move
from policytext.spans import Span
from policytext.text.alignment import Alignment, apply_edits
from policytext.text.composing import compose

texts = st.text(alphabet="abc \n", max_size=24)
replacements = st.text(alphabet="xy ", max_size=3)


@st.composite
def edits_on(draw, text, statuses=("applied",)):
    """Draws edits on ``text`` that do not overlap and do not insert twice at one point."""
    points = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    edits = []
    for start, end in pairwise(points):
        if draw(st.booleans()):
            edits.append(_edit(draw, text, start, end, draw(st.sampled_from(statuses))))
        elif draw(st.integers(0, 3)) == 0:
            edits.append(_edit(draw, text, start, start, "applied"))
    return edits


def _edit(draw, text, start, end, status):
    replacement = None if status == "flagged" else draw(replacements)
    return Edit(start, end, text[start:end], replacement, "test", f"r{start}", 0.5, status)


@st.composite
def moves_on(draw, text, edits):
    """Draws moves that cut through no edit and land in no move."""
    inner = {p for e in edits for p in range(e.start + 1, e.end)}
    free = [p for p in range(len(text) + 1) if p not in inner]
    points = sorted(draw(st.sets(st.sampled_from(free), max_size=6)))
    stretches = [pair for pair in zip(points[::2], points[1::2], strict=False) if draw(st.booleans())]
    landings = [p for p in free if not any(start < p < end for start, end in stretches)]
    return [Move(start, end, draw(st.sampled_from(landings)), "test", "move") for start, end in stretches]


@st.composite
def layouts(draw):
    text = draw(texts)
    edits = draw(edits_on(text, ("applied", "suggested", "flagged")))
    return text, edits, draw(moves_on(text, edits))


@given(layouts())
def test_clean_and_edits_rebuild_the_raw_text(layout):
    text, edits, moves = layout
    alignment = Alignment(len(text), edits, moves)
    clean = alignment.apply(text)
    assert alignment.clean_length == len(clean)
    assert alignment.rebuild(clean) == text


@given(layouts())
def test_without_moves_the_clean_text_is_what_the_edits_make(layout):
    text, edits, _ = layout
    assert Alignment(len(text), edits).apply(text) == apply_edits(text, edits)


@given(layouts())
def test_a_move_loses_no_character(layout):
    text, edits, moves = layout
    moved, still = Alignment(len(text), edits, moves).apply(text), Alignment(len(text), edits).apply(text)
    assert sorted(moved) == sorted(still)


@given(layouts())
def test_a_kept_character_goes_there_and_back(layout):
    text, edits, moves = layout
    alignment = Alignment(len(text), edits, moves)
    clean = alignment.apply(text)
    changed = {p for e in edits if e.status == "applied" for p in range(e.start, e.end)}
    for at in range(len(text)):
        if at not in changed:
            (there,) = alignment.to_clean(at, at + 1)
            assert clean[there.start : there.end] == text[at]
            assert alignment.to_raw(there.start, there.end) == [Span(at, at + 1)]


@given(layouts(), st.data())
def test_spans_found_in_the_raw_text_lie_in_it_and_do_not_overlap(layout, data):
    text, edits, moves = layout
    alignment = Alignment(len(text), edits, moves)
    start = data.draw(st.integers(0, alignment.clean_length))
    end = data.draw(st.integers(start, alignment.clean_length))
    spans = alignment.to_raw(start, end)
    ordered = sorted(spans)
    assert all(a.end <= b.start for a, b in pairwise(ordered))
    assert all(s.end <= len(text) for s in ordered)
    hull = alignment.hull(start, end)
    assert all(hull.start <= s.start and s.end <= hull.end for s in spans)


@settings(max_examples=300)
@given(st.data())
def test_two_rounds_composed_do_what_one_after_the_other_does(data):
    raw = data.draw(texts)
    first = data.draw(edits_on(raw))
    middle = apply_edits(raw, first)
    second = data.draw(edits_on(middle, ("applied", "suggested", "flagged")))
    composed = compose(raw, first, second)
    assert apply_edits(raw, composed) == apply_edits(middle, second)
    assert all(raw[e.start : e.end] == e.text for e in composed)


@settings(max_examples=200)
@given(st.data())
def test_composing_is_associative_in_effect(data):
    raw = data.draw(texts)
    first = data.draw(edits_on(raw))
    once = apply_edits(raw, first)
    second = data.draw(edits_on(once))
    twice = apply_edits(once, second)
    third = data.draw(edits_on(twice))
    left = compose(raw, compose(raw, first, second), third)
    right = compose(raw, first, compose(once, second, third))
    assert apply_edits(raw, left) == apply_edits(raw, right) == apply_edits(twice, third)


@given(st.data())
def test_composing_with_nothing_changes_nothing(data):
    raw = data.draw(texts)
    first = data.draw(edits_on(raw))
    assert compose(raw, first, []) == first
    assert apply_edits(raw, compose(raw, [], first)) == apply_edits(raw, first)


def test_a_furniture_move_reads_as_documented():
    raw = "one half\n\n12\n\nother half\n\nNext"
    gap = Edit(12, 14, "\n\n", " ", "page", "join")
    alignment = Alignment(len(raw), [gap], [Move(8, 12, 24, "page number", "move")])
    assert alignment.apply(raw) == "one half other half\n\n12\n\nNext"
    assert alignment.to_raw(0, 19) == [Span(0, 8), Span(12, 24)]


@pytest.mark.parametrize(
    ("edits", "moves", "message"),
    [
        ([Edit(0, 2, "ab", "x", "", "r"), Edit(1, 3, "bc", "y", "", "r")], [], "overlap"),
        ([Edit(1, 1, "", "x", "", "r"), Edit(1, 1, "", "y", "", "r")], [], "overlap"),
        ([Edit(0, 3, "abc", "x", "", "r")], [Move(1, 2, 4, "", "m")], "cuts through"),
        ([], [Move(0, 2, 4, "", "m"), Move(1, 3, 4, "", "m")], "overlap"),
        ([], [Move(0, 3, 4, "", "m"), Move(3, 4, 2, "", "m")], "inside another"),
        ([Edit(3, 6, "def", "x", "", "r")], [], "beyond the end"),
    ],
)
def test_what_does_not_fit_is_refused(edits, moves, message):
    with pytest.raises(ValueError, match=message):
        Alignment(4, edits, moves)


def test_an_edit_for_another_text_is_refused():
    with pytest.raises(ValueError, match="not made for this text"):
        apply_edits("abc", [Edit(0, 1, "x", "y", "", "r")])


@given(layouts())
def test_equal_edits_in_any_order_make_equal_alignments(layout):
    text, edits, moves = layout
    assume(len(edits) > 1)
    one = Alignment(len(text), edits, moves)
    two = Alignment(len(text), edits[::-1], moves[::-1])
    assert one.pieces == two.pieces
