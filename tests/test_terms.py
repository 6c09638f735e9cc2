"""The analyser: what becomes of words, and that every term leads back to its characters."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.text.terms import MAX_TERM, STOP_WORDS, query_terms, term_spans, terms

DATA = Path(__file__).parent / "data" / "index"


def cases(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(c["text"], c["terms"], id=c["why"]) for c in map(json.loads, lines)]


@pytest.mark.parametrize(("text", "expected"), cases("terms.jsonl"))
def test_terms(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(("text", "expected"), cases("queries.jsonl"))
def test_query_terms(text, expected):
    assert query_terms(text) == expected


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("the Council\u2019s plan", ["the", "Council", "plan"]),
        ("o\ufb03ce x", ["o\ufb03ce", "x"]),
        ("Stra\u00dfe\u2014caf\u0065\u0301, x", ["Stra\u00dfe", "cafe\u0301", "x"]),
        ("2\u00bdp", ["2", "\u00bd", "\u00bd", "p"]),
        ("2012\u00b9 co\u00adop", ["2012", "\u00b9", "co\u00adop"]),
        ("plain ASCII's way", ["plain", "ASCII", "way"]),
    ],
)
def test_spans_lead_back_to_the_text_as_given(text, pieces):
    assert [text[start:end] for start, end, _ in term_spans(text)] == pieces


TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("aeSs'\u2019 -\u00bd\u00b9\ufb03\u00df\u0130\u0301\u00ad`\u00b4"),
    )
)


@given(TEXTS)
def test_spans_hold_the_same_terms_in_reading_order(text):
    spans = term_spans(text)
    assert [term for _, _, term in spans] == terms(text)
    assert all(0 <= start < end <= len(text) for start, end, _ in spans)
    assert spans == sorted(spans, key=lambda s: s[0])


@given(TEXTS)
def test_terms_are_plain_and_short(text):
    for term in terms(text):
        assert term.isascii()
        assert term.isalnum()
        assert term == term.lower()
        assert len(term) <= MAX_TERM


@given(TEXTS, TEXTS)
def test_a_line_break_joins_nothing(one, other):
    assert terms(f"{one}\n{other}") == terms(one) + terms(other)


@given(TEXTS)
def test_the_fast_path_for_ascii_changes_nothing(text):
    plain = text.encode("ascii", "ignore").decode()
    assert terms(f"\u00e9 {plain}") == ["e", *terms(plain)]


@given(TEXTS)
def test_query_terms_are_terms_once_each(text):
    found = query_terms(text)
    assert len(found) == len(set(found))
    assert set(found) <= set(terms(text))
    assert bool(found) == bool(terms(text))


def test_stop_words_are_single_folded_words():
    assert all(len(terms(word)) == 1 and word == word.lower() for word in STOP_WORDS)
    assert "may" not in STOP_WORDS


def test_noise_without_a_break_stays_one_short_term():
    assert [len(t) for t in terms("x" * 5_000_000)] == [MAX_TERM]
    assert terms("\u2019s" * 200_000)[:2] == ["s", "s"]


def test_threads_get_the_same_terms():
    texts = [f"ministers {i} were reorganising the boards' responsibilities" for i in range(400)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(terms, texts)) == [terms(text) for text in texts]


def test_the_analyser_loads_nothing_heavy():
    code = (
        "import sys; from policytext.text.terms import terms; terms('words'); "
        "print([m for m in ('numpy', 'spacy', 'sklearn', 'tantivy', 'torch') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
