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

from policytext.text.compounds import compounds, halves, joined_terms
from policytext.text.stems import term_of
from policytext.text.terms import MAX_TERM, STOP_WORDS, query_terms, term_spans, terms, words

DATA = Path(__file__).parent / "data" / "text"


def cases(name, expected="terms"):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(c["text"], c[expected], id=c["why"]) for c in map(json.loads, lines)]


@pytest.mark.parametrize(("text", "expected"), cases("terms.jsonl"))
def test_terms(text, expected):
    assert terms(text) == expected


@pytest.mark.parametrize(("text", "expected"), cases("terms_queries.jsonl"))
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
        ("the N.H.S. and Co\u2011operation4", ["the", "N.H.S", "and", "Co\u2011operation", "4"]),
        ("don\u2019t; A & E", ["do", "n\u2019t", "A & E"]),
    ],
)
def test_spans_lead_back_to_the_text_as_given(text, pieces):
    assert [text[start:end] for start, end, _ in term_spans(text)] == pieces


TEXTS = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8"),
        st.sampled_from("aeSsn.t&'\u2019 -4\u00bd\u00b9\ufb03\u00df\u0130\u0301\u00ad`\u00b4"),
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


@pytest.mark.parametrize(("text", "expected"), cases("compounds_joined.jsonl", "joined"))
def test_joined_terms(text, expected):
    assert joined_terms(text) == expected


@pytest.mark.parametrize(("text", "expected"), cases("compounds.jsonl", "compounds"))
def test_compounds(text, expected):
    assert compounds(text) == [(tuple(two), joined) for two, joined in expected]


@pytest.mark.parametrize(
    ("word", "two"),
    [
        ("handoffs", ("hand", "off")),
        ("wellbeing", ("well", "be")),
        ("cooperation", ("co", "oper")),
        ("Inpatients", ("in", "patient")),
        ("socialcare", ("social", "care")),
    ],
)
def test_halves_of_a_solid_word(word, two):
    assert two in halves(word)


@pytest.mark.parametrize("word", ["", "care", "ab", "two words", "H1N1", "x" * 100, "hand-off"])
def test_what_has_no_halves(word):
    assert halves(word) == []


@pytest.mark.parametrize("prefix", ["co-operation", "cooperation", "co operation"])
def test_every_print_of_a_prefixed_word_can_be_found(prefix):
    assert {*query_terms(prefix), *(joined for _, joined in compounds(prefix))} >= {"cooperat"}


@given(st.lists(st.from_regex(r"[a-z]{3,9}", fullmatch=True), min_size=2, max_size=2))
def test_a_compound_meets_its_solid_form(two):
    one, other = two
    solid = term_of(one + other)
    found = joined_terms(f"{one}-{other}") + terms(f"{one}-{other}")
    assert solid in found or STOP_WORDS.issuperset(two)
    assert [joined for _, joined in compounds(f"{one}-{other}")] == ([solid] if solid in found else [])


@given(TEXTS)
def test_no_text_breaks_compounds(text):
    assert all(term.isalpha() for term in joined_terms(text))
    assert all(len(two) == 2 for two, _ in compounds(text))
    halves(text)


@given(TEXTS)
def test_words_and_terms_go_side_by_side(text):
    assert list(map(term_of, words(text))) == terms(text)


def test_stop_words_are_single_folded_words():
    assert all(words(word) == [word] for word in STOP_WORDS)
    assert "may" not in STOP_WORDS


def test_noise_without_a_break_stays_one_short_term():
    assert [len(t) for t in terms("x" * 5_000_000)] == [MAX_TERM]
    assert terms("\u2019s" * 200_000)[:2] == ["s", "s"]
    assert len(terms("a-" * 500_000)) == 500_000
    assert len(joined_terms("ab-" * 500_000)) > 400_000
    assert set(map(len, terms("a." * 500_000))) == {8}


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
