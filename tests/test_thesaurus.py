"""The thesaurus: that its list is sound, and what it offers for queries, and what it must not."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.text.terms import STOP_WORDS, terms, words
from policytext.text.thesaurus import Expansion, expansions, forms, groups
from tables_of_cases import cases, parametrised

GRADES = ("same", "near", "one-way")


def made(expression):
    """The terms of an expression of the list in each of its forms."""
    return [tuple(terms(form)) for form in forms(expression)]


def named(group):
    return " | ".join(group.asked)[:60]


def listed():
    return {expression for group in groups() for expression in (*group.asked, *group.offered)}


@pytest.mark.parametrize("case", parametrised(cases("text/thesaurus.jsonl")))
def test_what_is_offered_and_what_is_not(case):
    offers = [[case["text"][e.start : e.end], e.shown, e.grade] for e in expansions(case["text"])]
    assert [wanted for wanted in case["offered"] if wanted not in offers] == []
    assert [offer for offer in offers if offer[1] in case["never"]] == []


@pytest.mark.parametrize("case", parametrised(cases("text/thesaurus.jsonl")))
def test_what_a_case_speaks_of_is_listed(case):
    """Else a case that forbids something would pass for ever once that had been renamed."""
    shown = {form for expression in listed() for form in forms(expression)}
    asked = {wanted[1] for wanted in case["offered"]} | set(case["never"])
    assert asked - shown == set()


def test_every_line_is_of_a_known_grade_and_whole():
    assert {group.grade for group in groups()} == {*GRADES, "whole"}
    for group in groups():
        assert len(group.asked) >= (2 if group.grade in {"same", "near"} else 1), named(group)
        assert bool(group.offered) == (group.grade != "whole"), named(group)
        for expression in (*group.asked, *group.offered):
            assert expression == " ".join(expression.split())
            assert expression.removesuffix("!").isalpha() or "!" not in expression, "one word as written"
            assert not set(expression) & set('|>:;"') or ": " in expression, expression


def test_no_expression_stands_in_two_groups_of_grade_same():
    held = Counter(
        term for g in groups() if g.grade == "same" for term in {t for e in g.asked for t in made(e)}
    )
    assert [" ".join(term) for term, times in held.items() if times > 1] == []


def test_no_line_names_one_thing_twice():
    for group in groups():
        both = group.asked if group.asked == group.offered else (*group.asked, *group.offered)
        once = [set(made(e)) for e in both]
        for number, one in enumerate(once):
            assert not any(one & other for other in once[:number]), both[number]


def test_every_expression_says_something():
    silent = [e for e in listed() if STOP_WORDS.issuperset(words(e.removesuffix("!")))]
    assert silent == []


def test_names_kept_whole_are_in_no_other_group():
    whole = {t for g in groups() if g.grade == "whole" for e in g.asked for t in made(e)}
    others = {t for g in groups() if g.grade != "whole" for e in g.asked for t in made(e)}
    assert whole & others == set()


@pytest.mark.parametrize("group", groups(), ids=named)
def test_every_expression_is_found_and_gets_all_of_its_group(group):
    """Holds the look-up by first letters too: an expression that spelling rules change is found."""
    for expression in group.asked:
        for query in forms(expression):
            offers = {e.terms for e in expansions(query) if (e.start, e.end) == (0, len(query))}
            if group.grade == "whole":
                assert expansions(query) == []
            else:
                rest = {tuple(terms(form)) for o in group.offered if o != expression for form in forms(o)}
                said = f" {' '.join(terms(query))} "
                rest = {terms_ for terms_ in rest if f" {' '.join(terms_)} " not in said}
                assert rest <= offers, query


def test_a_broad_list():
    graded = Counter(group.grade for group in groups())
    assert graded["same"] >= 90
    assert graded["near"] >= 300
    assert graded["one-way"] >= 40


def test_terms_are_those_of_the_analyser_stop_words_included():
    offered = {e.shown: e.terms for e in expansions("DHSS")}
    assert offered["Ministry of Health"] == ("ministri", "of", "health")


def test_function_words_may_differ_within_an_expression_and_not_at_its_ends():
    assert expansions("department for the health")[0].grade == "same"
    assert expansions("home and care") == []
    assert expansions("pay towards") != expansions("pay for")
    assert [e for e in expansions("pay towards") if e.shown == "meet the cost"] == []


def test_offsets_are_those_of_the_query_as_typed():
    query = "\u201cOlder\u00a0People\u201d \u2013 CO\u2011OPERATION, n.h.s."
    found = {query[e.start : e.end] for e in expansions(query)}
    assert found == {"Older\u00a0People", "CO\u2011OPERATION", "n.h.s"}


QUERIES = st.lists(
    st.sampled_from(sorted(e.removesuffix("!") for e in listed())) | st.sampled_from(sorted(STOP_WORDS)),
    max_size=5,
).map(" ".join)


@given(QUERIES | st.text(max_size=60))
def test_laws(query):
    offers = expansions(query)
    assert offers == expansions(query)
    assert len({(e.start, e.end, e.terms) for e in offers}) == len(offers)
    for offer in offers:
        assert 0 <= offer.start < offer.end <= len(query)
        assert offer.terms == tuple(terms(offer.shown))
        assert f" {' '.join(offer.terms)} " not in f" {' '.join(terms(query))} "
    for one, other in pairwise(offers):
        assert (one.start, -one.end, one.start == other.start and one.end == other.end) <= (
            other.start,
            -other.end,
            True,
        )
        if (one.start, one.end) == (other.start, other.end):
            assert GRADES.index(one.grade) <= GRADES.index(other.grade)


@given(QUERIES)
def test_case_does_not_matter(query):
    assert expansions(query.upper()) == expansions(query.lower())


@pytest.mark.parametrize("query", ["", " ", "?!", "\u0416", '"' * 200_000, "x" * 1_000_000, "the " * 100_000])
def test_nothing_to_offer(query):
    assert expansions(query) == []


def test_a_long_text_is_no_more_than_its_parts():
    """Sentences of one text do not touch one another, however many there are."""
    once = expansions("The council and the Ministry agree. ")
    assert len(expansions("The council and the Ministry agree. " * 2000)) == 2000 * len(once)


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": 0},
        {"start": -1},
        {"terms": ()},
        {"shown": ""},
        {"grade": "whole"},
    ],
)
def test_no_expansion_in_a_bad_state(wrong):
    good = {"start": 0, "end": 3, "terms": ("nhs",), "shown": "NHS", "grade": "same"}
    assert Expansion(**good).shown == "NHS"
    with pytest.raises(ValueError, match=r"expansion|grade"):
        Expansion(**{**good, **wrong})


def test_nothing_heavy_is_loaded_and_little_of_the_list_is_analysed():
    """A cold search pays for the expressions that begin like its words, not for the whole list."""
    code = (
        "import json, sys; from policytext.text import terms, thesaurus\n"
        "analysed = []; plain = terms.terms\n"
        "thesaurus.terms = lambda text: analysed.append(text) or plain(text)\n"
        "thesaurus.expansions('elderly people waiting for discharge')\n"
        "heavy = {'numpy', 'spacy', 'tantivy', 'torch'} & set(sys.modules)\n"
        "print(json.dumps([len(set(analysed)), sorted(heavy)]))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    analysed, heavy = json.loads(ran.stdout)
    assert heavy == []
    assert analysed < len(listed()) / 4
