"""Citations: a table of lines with what they cite, the gazetteer's own soundness, and laws for every text."""

from __future__ import annotations

import csv
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policytext.extract
from policytext.extract.gazetteer import fold_title, gazetteer
from policytext.extract.legislation import find_citations
from tables_of_cases import cases, parametrised

CASES = cases("extract/citations.jsonl")


def shown(citation, wanted):
    """Returns of a citation the fields that a case speaks of."""
    fields = {key: getattr(citation, "cls" if key == "class" else key) for key in wanted}
    return {key: list(value) if isinstance(value, tuple) else value for key, value in fields.items()}


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    found = find_citations(case["text"], published=case.get("published"))
    assert [c.text for c in found] == [e["text"] for e in case["expect"]]
    assert [shown(c, e) for c, e in zip(found, case["expect"], strict=True)] == case["expect"]


def test_table_is_large_and_has_negatives():
    assert len(CASES) >= 40
    assert sum(not case["expect"] for case in CASES) >= 10


@pytest.mark.parametrize("entry", [e for e in gazetteer().entries if e.kind == "act"], ids=lambda e: e.title)
def test_every_known_act_is_found_in_a_sentence(entry):
    if "1948 (Amendment)" in entry.title:
        pytest.xfail("a title that holds another Act's year")
    found = find_citations(f"Under the {entry.title} the duty lies with the Minister.")
    assert [(c.title, c.uri) for c in found] == [(entry.title, entry.uri)]


def test_bills_have_no_identifier_and_identifiers_have_their_form():
    entries = gazetteer().entries
    assert all(e.uri is None for e in entries if e.kind != "act")
    form = re.compile(r"(?:ukpga|asp|anaw|nia)/[\w-]+(?:/[\w-]+)?/\d+")
    assert all(e.uri and form.fullmatch(e.uri) for e in entries if e.kind == "act")


def test_gazetteer_has_its_columns_and_its_attribution():
    folder = Path(policytext.extract.__file__).parent / "data"
    with (folder / "acts.csv").open(encoding="utf-8", newline="") as handle:
        assert next(csv.reader(handle)) == ["title", "year", "chapter", "uri", "aliases", "verified", "kind"]
    assert "Open Government Licence" in (folder / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "spelling", ["NHS Act", "N.H.S. Act", "National  Health Service\nAct", "national health service act"]
)
def test_folding_levels_spellings(spelling):
    assert fold_title(spelling) == "national health service act"


PIECES = st.sampled_from(
    ["Act", "Bill", "1946", "2012", "Health", "Care", "the", "The", "and", "of", "(Scotland)", ",",
     ".", "(c. 42)", "section 7", "“the 2012 Act”", "(", ")", "\n\n", "Cmnd", "9663", "White Paper",
     "NHS", "Part III", "Regulations", "Report", "no basis in law"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map(" ".join))
def test_citations_are_their_text_in_order_without_overlap(text):
    found = find_citations(text)
    assert all(text[c.start : c.end] == c.text for c in found)
    assert all(a.end <= b.start for a, b in pairwise(found))
    assert all(c.uri is None for c in found if c.cls == "bill")
