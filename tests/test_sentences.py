"""Sentences: a table of cases, and the laws that hold for any text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.spans import Span
from policytext.text.sentences import sentences

TABLE = Path(__file__).parent / "data" / "text" / "sentences.txt"
CASES = [line for line in TABLE.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
MARK = " | "


def read(case):
    """Returns the text of a case and its sentences."""
    parts = case.split(MARK)
    return " ".join(parts), parts


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    text, expected = read(case)
    assert [text[s.start : s.end] for s in sentences(text)] == expected


def test_the_table_is_large_and_has_negatives():
    assert len(CASES) >= 60
    assert sum(MARK not in case for case in CASES) >= 20


def test_line_breaks_end_sentences():
    text = "first item\nsecond item\n\nA paragraph. It goes on."
    found = [text[s.start : s.end] for s in sentences(text)]
    assert found == ["first item", "second item", "A paragraph.", "It goes on."]


def test_offsets_are_into_the_whole_text():
    text = "Not this. One. Two. Not that."
    assert sentences(text, 10, 19) == [Span(10, 14), Span(15, 19)]


def test_nothing_in_nothing():
    assert sentences("") == []
    assert sentences(" \n\n ") == []


prose = st.text(alphabet=st.sampled_from("abZ 1.?!…\"'”’()[]\n\t—£é"), max_size=120)


@given(prose)
def test_spans_cover_all_that_is_not_blank(text):
    spans = sentences(text)
    at = 0
    for span in spans:
        assert not text[at : span.start].strip()
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""
        at = span.end
    assert not text[at:].strip()


@given(prose, prose, prose)
def test_a_part_is_read_as_if_it_stood_alone(before, text, after):
    whole = f"{before}\n{text}\n{after}"
    start = len(before) + 1
    alone = [(s.start, s.end) for s in sentences(text)]
    assert [(s.start - start, s.end - start) for s in sentences(whole, start, start + len(text))] == alone


ENDLESS = ["a" * 2_000_000, "." * 500_000, '"' * 200_000, ". " * 200_000, "A. " * 100_000]


@pytest.mark.parametrize("text", ENDLESS, ids=lambda text: f"{text[:3]!r} x {len(text)}")
def test_one_endless_line_is_read(text):
    kept = sum(not c.isspace() for s in sentences(text) for c in text[s.start : s.end])
    assert kept == sum(not c.isspace() for c in text)
