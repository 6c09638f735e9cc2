"""Misspelt queries put right from the vocabulary of our own papers, and right ones left alone."""

import json
import re
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CORPUS
from policytext.index.vocabulary import Vocabulary, VocabularyWriter
from policytext.search.slips import slip_cost
from policytext.search.suggesting import SURE, Suggestion, corrected, respelt
from policytext.text.terms import terms

DATA = Path(__file__).parent / "data" / "search"


class Words:
    """A vocabulary of passages, and what stands side by side in them."""

    def __init__(self, folder, passages):
        writer = VocabularyWriter(folder)
        self.pairs = Counter()
        for passage in passages:
            writer.add(passage)
            found = terms(passage)
            self.pairs.update(set(pairwise(found)))
        writer.close()
        self.vocabulary = Vocabulary.open(folder)

    def together(self, first, second):
        return self.pairs[first, second]

    def corrected(self, text):
        return corrected(text, self.vocabulary, self.together)


@pytest.fixture(scope="module")
def papers_words(tmp_path_factory):
    papers = sorted((CORPUS / "clean").glob("*.txt"))
    passages = [part for p in papers for part in re.split(r"\n\s*\n", p.read_text(encoding="utf-8"))]
    return Words(tmp_path_factory.mktemp("words"), passages)


@pytest.fixture(scope="module")
def few(tmp_path_factory):
    passages = [
        *["health service"] * 90,
        *["social care board"] * 45,
        "heaith of the natoin",
        "Sir Keith Joseph spoke",
        "Joseph Keith wrote",
        *["the nation"] * 45,
        "almoner",
    ]
    return Words(tmp_path_factory.mktemp("few"), passages)


def table(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [pytest.param(json.loads(line), id=json.loads(line)["query"]) for line in lines]


@pytest.mark.parametrize("case", table("suggesting.jsonl"))
def test_misspelt_queries_of_health_and_social_care(papers_words, case):
    found = papers_words.corrected(case["query"])
    assert found.text == case.get("text", case["query"])
    assert found.offered == case.get("offered", found.text)
    assert [s.rule for s in found.suggestions] == case.get("rules", [])


def test_every_suggestion_says_how_sure_it_is(papers_words):
    for case in (parameter.values[0] for parameter in table("suggesting.jsonl")):
        found = papers_words.corrected(case["query"])
        sure = {s.word for s in found.suggestions if s.sure}
        assert all(0.5 < s.confidence < 1 and s.count >= 1 for s in found.suggestions)
        assert sure == {s.word for s in found.suggestions if s.confidence >= SURE}
        assert (found.text == case["query"]) == (not sure)


def test_names_side_by_side_support_each_other(few):
    assert few.corrected("Kieth Josef").text == "Keith Joseph"
    apart = few.corrected("Josef and others of Kieth")
    assert apart.text == "Josef and others of Kieth"


def test_a_rare_look_alike_is_offered_and_never_put_in(few):
    found = few.corrected("heaith natoin")
    assert (found.text, found.offered) == ("heaith natoin", "health nation")
    assert {s.rule for s in found.suggestions} == {"rare"}
    assert few.corrected("almoner health").suggestions == ()


def test_without_neighbours_a_parted_word_is_only_offered(few):
    alone = corrected("socialcare", few.vocabulary)
    assert (alone.text, alone.offered) == ("socialcare", "social care")
    assert few.corrected("socialcare").text == "social care"
    assert few.corrected("careboard").text == "care board"
    assert few.corrected("boardsocial").suggestions == ()


def test_an_empty_corpus_has_nothing_to_suggest(tmp_path):
    assert Words(tmp_path, []).corrected("helth comittee").suggestions == ()


def suggestion(word, instead):
    return Suggestion(word, instead, 1, 1, 0.9, "misspelt")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"helth Comittee" AND -BUGDET', '"health Committee" AND -BUDGET'),
        ("inte gration, Inte Gration", "integration, Integration"),
        ("the socialcare Socialcare", "the social care Social care"),
        ("speaker:Smith helthy", "speaker:Smith helthy"),
    ],
)
def test_a_whole_query_is_respelt_in_place(text, expected):
    pairs = [("helth", "health"), ("comittee", "committee"), ("bugdet", "budget")]
    pairs += [("inte gration", "integration"), ("socialcare", "social care")]
    assert respelt(text, [suggestion(*pair) for pair in pairs]) == expected


@given(st.text())
def test_nothing_is_respelt_without_suggestions(text):
    assert respelt(text, []) == text


@given(st.text(alphabet="abcdehlt 1958-'é\n", max_size=60))
def test_any_words_can_be_asked_and_numbers_stay(few, text):
    found = few.corrected(text)
    assert re.findall(r"(?<!\w)\d+(?!\w)", found.offered) == re.findall(r"(?<!\w)\d+(?!\w)", text)
    if not found.suggestions:
        assert found.offered == found.text == text


WORDS = st.text(alphabet="abcefhiklmnopstuy", max_size=9)


@given(WORDS, WORDS)
def test_slips_cost_nothing_for_the_same_and_the_same_both_ways(one, other):
    assert (slip_cost(one, other) == 0) == (one == other)
    assert slip_cost(one, other) == pytest.approx(slip_cost(other, one))


@pytest.mark.parametrize(
    ("typed", "likely", "unlikely"),
    [
        ("comitee", "committee", "comrade"),
        ("recieve", "receive", "relieve"),
        ("josef", "joseph", "joseba"),
        ("hopsital", "hospital", "hopeital"),
        ("hospjtal", "hospital", "hospztal"),
        ("seperate", "separate", "sederate"),
        ("bealth", "bealty", "health"),
    ],
)
def test_likely_slips_cost_less(typed, likely, unlikely):
    assert slip_cost(typed, likely) < slip_cost(typed, unlikely)
