"""Dates: tables of lines with the expressions, values and antecedents expected, and laws for every text."""

from __future__ import annotations

import re
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.extract import calendar
from policytext.extract.dates.finding import find_dates
from policytext.spans import Span
from policytext.text.edtf import bounds, is_valid
from tables_of_cases import cases, parametrised

CASES = cases("extract/dates.jsonl")
LEANING = cases("extract/dates_leaning.jsonl")


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    found = find_dates(case["text"], anchor=case.get("anchor"))
    assert [[m.text, m.edtf, m.type] for m in found] == case["expect"]


@pytest.mark.parametrize("case", parametrised(LEANING))
def test_what_a_date_leans_on(case):
    text = case["text"]
    found = find_dates(text, anchor=case.get("anchor"))
    leaning = [m for m in found if m.type == "relative" or m.antecedent]
    assert [[m.text, m.antecedent and text[slice(*m.antecedent)]] for m in leaning] == case["leans"]


def test_table_is_large_and_has_negatives():
    assert len(CASES) >= 300
    assert sum(not case["expect"] for case in CASES) >= 50


PIECES = st.sampled_from(
    ["1956", "2010", "-", "–", "/", " ", "5", "13", "74", "May", "March", "the", "late", "1960s", "'", "s",
     ".", ",", "to", "between", "and", "last year", "that same year", "\n\n", "(", ")", "spring", "Act",
     "year", "of", "century", "19th", "£", "ten years' time", "two", "months", "later", "ago", "next",
     "winter", "following",
     "inst.", "3rd", "v", "58", "l9S6", "19 56", "since then", "at the time", "“", "”", '"', "in",
     "financial year",
     "within a year", "decade", "the previous", "Session", "nineteen", "sixty", "Tuesday", "2017/18",
     "half a"]
)  # fmt: skip


@given(
    st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join),
    st.sampled_from([None, "2018-09", "1958", "1957-10-17", "2016-11/2017~", "1964/1965", "../1974", "196X"]),
)
def test_every_value_is_valid_edtf_and_every_span_its_text(text, anchor):
    found = find_dates(text, anchor=anchor)
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(m.edtf is None or is_valid(m.edtf) for m in found)
    assert all(a.start <= b.start for a, b in pairwise(found))
    assert found == find_dates(text, anchor=anchor)
    for mention in found:
        _check_bounds(mention.edtf)
        if mention.antecedent:
            assert 0 <= mention.antecedent[0] < mention.antecedent[1] <= len(text)
            assert mention.antecedent != (mention.start, mention.end)


def _check_bounds(value):
    first, last = bounds(value) if value else (None, None)
    if first and last:
        assert "1400" < first <= last < "2400"


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_nothing_leans_on_a_title(text):
    titles = [Span(*match.span()) for match in re.finditer("2010", text)]
    found = find_dates(text, titles=titles)
    named = {(m.start, m.end) for m in found if m.type == "title_year"}
    assert not any(m.antecedent in named for m in found)


def test_nothing_is_found_in_skipped_places():
    text = "Plan for 2010 and 2012."
    assert [m.text for m in find_dates(text, skip=[Span(9, 13)])] == ["2012"]


def test_a_year_in_a_title_is_no_year_of_the_narrative():
    text = "In 1988 it was so. The Plan for Wealdshire 2010-2015 came out. That year it rained."
    titles = [Span(23, 53)]
    found = find_dates(text, titles=titles)
    assert [(m.text, m.edtf, m.type) for m in found] == [
        ("1988", "1988", "date"),
        ("2010-2015", "2010/2015", "title_year"),
        ("That year", "1988", "relative"),
    ]


def test_a_day_in_a_citation_is_a_date_that_nothing_leans_on():
    text = "In 1988 it was so (Circular of 3 May 1990, Wealdshire). That year it rained."
    found = find_dates(text, titles=[Span(19, 53)])
    assert [(m.edtf, m.type) for m in found] == [
        ("1988", "date"),
        ("1990-05-03", "date"),
        ("1988", "relative"),
    ]


def test_a_footnote_does_not_date_the_text_but_dates_itself():
    note = "1 See the inquiry of 1961. The year before, it had sat."
    text = f"It began in 1948.\n\n{note}\n\nThat same year it ended."
    found = find_dates(text, asides=[Span(text.index(note), text.index(note) + len(note))])
    assert [(m.text, m.edtf) for m in found if m.type == "relative"] == [
        ("The year before", "1960"),
        ("That same year", "1948"),
    ]


def test_what_is_misread_or_guessed_is_less_certain():
    (plain,), (misread,) = find_dates("In 1956."), find_dates("In 19S6.")
    assert misread.edtf == plain.edtf
    assert misread.rule == "misread-year"
    assert misread.confidence < plain.confidence
    (dated,), (alone,) = find_dates("On 8 March 1958."), find_dates("On 8 March.", anchor="1958-03-20")
    assert alone.edtf == dated.edtf
    assert alone.confidence < dated.confidence


def test_an_invalid_anchor_is_refused():
    with pytest.raises(ValueError, match="EDTF"):
        find_dates("last year", anchor="about 1956")


def test_only_a_compact_range_stands_alone():
    compact, worded = find_dates("1948-74"), find_dates("1948 to 1974")
    assert [m.type for m in compact] == ["range"]
    assert [m.type for m in worded] == ["range", "date", "date"]


@pytest.mark.parametrize(
    ("first", "tail", "last"),
    [(1948, "74", 1974), (2010, "5", 2015), (1998, "02", 2002), (1956, "05", None), (1974, "48", None)],
)
def test_second_year(first, tail, last):
    assert calendar.second_year(first, tail) == last


PATHOLOGICAL = {
    "one long line": "the people of this county in 1956 were asked " * 50,
    "the the": "the " * 600,
    "years joined": "1948 and " * 300,
    "anaphors": "in 1956 that same year ",
    "anaphors of nothing": "that same year two years later ",
    "quotation marks": "“",
    "straight marks": '" last year ',
    "brackets never closed": "(1948 that year ",
    "quotations that never end": "“ in 1956 last year ",
    "figures": "19561957",
    "dashes": "1948-",
    "months": "March ",
    "blanks": "the     last     ",
    "no blanks": "x1956x",
    "lone days": "on 8 March 1 May ",
    "decades": "the 60s and 70s or ",
    "date lines": "\n12 May 1956\n\nlast year",
}


@pytest.mark.parametrize("piece", PATHOLOGICAL.values(), ids=PATHOLOGICAL)
def test_work_grows_with_length_only(piece):
    """Twice the text, about twice the lines of Python run: a count that other load does not disturb."""
    size = 12_000
    text = piece * (2 * size // len(piece) + 1)
    once, twice = _lines_run(text[:size]), _lines_run(text[: 2 * size])
    assert twice <= 3 * once + 3_000


def _lines_run(text):
    count = 0

    def trace(frame, event, _):
        nonlocal count
        count += 1
        return trace if "extract" in frame.f_code.co_filename else None

    sys.settrace(trace)
    try:
        find_dates(text, anchor="2018-09")
    finally:
        sys.settrace(None)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("piece", ["x", "“", '"', "1948 and ", "the the ", "(", "1", "March ", "last year "])
def test_a_huge_line_is_read(piece):
    find_dates(piece * (300_000 // len(piece)), anchor="2018-09")


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("1956/", ("1956-01-01", None)),
        ("/1956", (None, "1956-12-31")),
        ("1956/..", ("1956-01-01", None)),
        ("../1956", (None, "1956-12-31")),
        ("1956-05/1958", ("1956-05-01", "1958-12-31")),
    ],
)
def test_an_unknown_side_is_no_day(value, days):
    assert bounds(value) == days
