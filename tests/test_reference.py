"""rank-bm25 as a ranker: the package's own scores over our terms, ties and filters like the word index's."""

import math
import random

import pytest
import rank_bm25

from policytext.index.passages import IndexedPassage
from policytext.pipeline.benchmarks.bm25 import VARIANTS, RankBm25, plain_terms
from policytext.text.terms import query_terms, terms

CLASSES = {"okapi": rank_bm25.BM25Okapi, "l": rank_bm25.BM25L, "plus": rank_bm25.BM25Plus}
DELTA = {"l": {"delta": 0.9}, "plus": {"delta": 0.2}, "okapi": {"epsilon": 0.1}}
WORDS = [f"{a}{b}k" for a in "bcdfglmnprst" for b in ("abo", "ogi", "umu", "ixa")]


def passages(*texts):
    return [IndexedPassage(number, text) for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def texts():
    rng = random.Random(3)
    return [" ".join(rng.choices(WORDS, k=rng.randint(1, 40))) for _ in range(200)]


@pytest.mark.parametrize("variant", CLASSES)
@pytest.mark.parametrize(("k1", "b"), [(1.5, 0.75), (0.9, 0.4)])
@pytest.mark.parametrize("more", [False, True])
def test_scores_are_the_packages_own(texts, variant, k1, b, more):
    extra = DELTA[variant] if more else {}
    ranker = RankBm25(passages(*texts), variant, k1, b, **extra)
    theirs = CLASSES[variant]([terms(text) for text in texts], k1=k1, b=b, **extra)
    for query in ("the babok and the cogik", WORDS[7], " ".join(WORDS[:9])):
        scores = theirs.get_scores(query_terms(query))
        ranked = ranker.rank(query, 200)
        assert [r.score for r in ranked] == [scores[r.number] for r in ranked]
        assert ranked == sorted(ranked, key=lambda r: (-r.score, r.number))


@pytest.mark.parametrize("variant", VARIANTS)
def test_exactly_what_holds_a_term_is_found(texts, variant):
    query = f"{WORDS[3]} {WORDS[11]}"
    holding = {n for n, text in enumerate(texts) if {WORDS[3], WORDS[11]} & set(text.split())}
    ranker = RankBm25(passages(*texts), variant)
    assert {r.number for r in ranker.rank(query, 500)} == holding
    assert ranker.rank(query, 3) == ranker.rank(query, 500)[:3]


def test_ties_break_by_number():
    ranker = RankBm25(passages("other words", *["the same ward"] * 5, "others"))
    assert [r.number for r in ranker.rank("ward", 3)] == [1, 2, 3]


def test_a_filter_gives_the_best_of_what_it_lets_through(texts):
    ranker = RankBm25(passages(*texts))
    query, allowed = " ".join(WORDS[:5]), range(0, 200, 7)
    assert ranker.rank(query, 5, allowed) == [r for r in ranker.rank(query, 200) if r.number in allowed][:5]
    assert ranker.rank(query, 5, []) == []


def test_a_term_in_most_passages_weighs_a_quarter_of_the_mean_idf():
    texts = ["ward nurse", "ward clerk", "ward clinic", "county"]
    ranker = RankBm25(passages(*texts))
    idf = ranker._bm25.idf
    assert 0 < idf["ward"] == 0.25 * ranker._bm25.average_idf < idf["nurs"]
    assert [r.number for r in ranker.rank("ward", 5)] == [0, 1, 2]


def test_lucenes_bm25_written_out(texts):
    k1, b, words = 1.2, 0.6, [WORDS[3], WORDS[11], WORDS[20]]
    analysed = [terms(text) for text in texts]
    mean = sum(map(len, analysed)) / len(analysed)
    expected = {}
    for number, found in enumerate(analysed):
        for word in query_terms(" ".join(words)):
            holding, often = sum(word in other for other in analysed), found.count(word)
            idf = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
            norm = k1 * (1 - b + b * len(found) / mean)
            if often:
                expected[number] = expected.get(number, 0.0) + idf * often * (k1 + 1) / (often + norm)
    ranked = RankBm25(passages(*texts), "lucene", k1, b).rank(" ".join(words), 500)
    assert {r.number: r.score for r in ranked} == pytest.approx(expected)


def test_lucenes_idf_is_never_negative():
    ranker = RankBm25(passages("ward nurse", "ward clerk", "ward clinic", "ward"), "lucene")
    assert ranker.rank("ward", 1)[0].number == 3  # the shortest
    assert all(r.score > 0 for r in ranker.rank("ward", 5))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The wards were CLOSED, and re-opened.", ["ward", "were", "close", "re", "open"]),
        ("a b I 7 of it", []),
        ("who is to pay 10s for section_4", ["who", "pay", "10s", "section_4"]),
        ("Überprüfung in der Größe", ["überprüfung", "der", "größe"]),
    ],
)
def test_plain_terms(text, expected):
    assert plain_terms(text) == expected


def test_plain_words_count_as_often_as_they_are_asked():
    ranker = RankBm25(passages("ward nurse", "county clerk", "road bridge"), "lucene", terms="plain")
    once, twice = (ranker.rank(query, 1)[0].score for query in ("wards", "wards, the ward"))
    assert twice == pytest.approx(2 * once)


def test_what_holds_the_query_is_found_whatever_its_score():
    ranker = RankBm25(passages("ward nurse", "county clerk"))
    assert [(r.number, r.score) for r in ranker.rank("ward", 5)] == [(0, 0.0)]


def test_heading_and_text_are_searched_alike():
    assert RankBm25([IndexedPassage(0, "Nobody.", "Pooled budgets")]).rank("budget", 1)[0].number == 0


@pytest.mark.parametrize("texts", [[], ["", ""], ["?!"]])
@pytest.mark.parametrize("variant", VARIANTS)
def test_where_there_are_no_terms_nothing_is_found(texts, variant):
    assert RankBm25(passages(*texts), variant).rank("ward", 5) == []


@pytest.mark.parametrize("query", ["", "?!", "unheardof"])
def test_a_query_that_says_nothing_known_finds_nothing(texts, query):
    assert RankBm25(passages(*texts)).rank(query, 5) == []


@pytest.mark.parametrize(
    "wrong", [{"variant": "adpt"}, {"k1": -1}, {"b": 1.5}, {"epsilon": -1}, {"delta": -1}]
)
def test_no_such_bm25(wrong):
    with pytest.raises(ValueError, match="no such BM25"):
        RankBm25(passages("ward"), **wrong)


def test_no_such_terms():
    with pytest.raises(ValueError, match="no such terms"):
        RankBm25(passages("ward"), terms="german")


def test_k_below_one_is_refused():
    with pytest.raises(ValueError, match="k must be"):
        RankBm25(passages("ward")).rank("ward", 0)
