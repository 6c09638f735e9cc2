"""Dates: a table of lines with the expressions and EDTF values expected, and laws for every text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.document import Span
from policytext.extract import calendar
from policytext.extract.dates import find_dates
from policytext.text.edtf import is_valid
from tables_of_cases import cases, parametrised

CASES = cases("extract/dates.jsonl")


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    found = find_dates(case["text"], anchor=case.get("anchor"))
    assert [[m.text, m.edtf, m.type] for m in found] == case["expect"]


def test_table_is_large_and_has_negatives():
    assert len(CASES) >= 60
    assert sum(not case["expect"] for case in CASES) >= 15


PIECES = st.sampled_from(
    ["1956", "2010", "-", "–", "/", " ", "5", "13", "74", "May", "the", "late", "1960s", "'", "s", ".",
     ",", "to", "between", "and", "last year", "that same year", "\n\n", "(", ")", "spring", "Act",
     "in", "century", "19th", "£", "ten years' time", "of"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join))
def test_every_value_is_valid_edtf_and_every_span_its_text(text):
    found = find_dates(text, anchor="2018-09")
    assert all(text[m.start : m.end] == m.text for m in found)
    assert all(m.edtf is None or is_valid(m.edtf) for m in found)
    assert all(a.start <= b.start for a, b in pairwise(found))
    assert found == find_dates(text, anchor="2018-09")


def test_nothing_is_found_in_skipped_places():
    text = "Plan for 2010 and 2012."
    assert [m.text for m in find_dates(text, skip=[Span(9, 13)])] == ["2012"]


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
