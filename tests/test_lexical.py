"""The word index, held to a textbook BM25 on seeded passages and to its promises on ties and filters."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections import Counter
from itertools import accumulate

import pytest

from policytext.index import lexical
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.passages import IndexedPassage
from policytext.text.terms import query_terms, terms

CORPUS = "c" * 64
VOCABULARY = [f"{a}{b}{n}" for n in range(12) for a in "bcdfghklmnprstvz" for b in ("ab", "og", "um", "ix")]


def generated(count, seed):
    """Returns texts of 5 to 120 words whose frequencies fall as Zipf's do."""
    rng = random.Random(seed)
    weights = list(accumulate(1 / (rank + 2) for rank in range(len(VOCABULARY))))
    return [
        " ".join(rng.choices(VOCABULARY, cum_weights=weights, k=rng.randint(5, 120))) for _ in range(count)
    ]


def queries(count, seed):
    rng = random.Random(seed)
    return [" ".join(rng.sample(VOCABULARY, rng.randint(2, 8))) for _ in range(count)]


def built(root, texts):
    build_lexical(root, 1, CORPUS, [IndexedPassage(i, text) for i, text in enumerate(texts)])
    return LexicalIndex.open(root, 1)


class Textbook:
    """BM25 with Lucene's idf, k1 1.2, b 0.75, lengths exact."""

    def __init__(self, texts):
        self.counts = [Counter(terms(text)) for text in texts]
        self.lengths = [sum(c.values()) for c in self.counts]
        self.mean = sum(self.lengths) / len(self.lengths)
        self.found_in = Counter(term for c in self.counts for term in c)

    def score(self, words, number):
        total = 0.0
        for word in words:
            n, tf = self.found_in[word], self.counts[number][word]
            idf = math.log(1 + (len(self.counts) - n + 0.5) / (n + 0.5))
            norm = 1.2 * (0.25 + 0.75 * self.lengths[number] / self.mean)
            total += idf * tf * 2.2 / (tf + norm)
        return total

    def rank(self, query, k):
        words = query_terms(query)
        scores = {n: self.score(words, n) for n in range(len(self.counts))}
        return sorted((n for n in scores if scores[n] > 0), key=lambda n: (-scores[n], n))[:k]


@pytest.fixture(scope="module")
def texts():
    return generated(1500, seed=1)


@pytest.fixture(scope="module")
def index(texts, tmp_path_factory):
    return built(tmp_path_factory.mktemp("lexical"), texts)


def test_it_agrees_with_a_textbook_bm25(texts, index):
    reference = Textbook(texts)
    overlaps = []
    for query in queries(60, seed=2):
        exact, found = reference.rank(query, 10), [r.number for r in index.rank(query, 10)]
        overlaps.append(len(set(exact) & set(found)) / len(exact))
    assert sum(overlaps) / len(overlaps) >= 0.95


def test_scores_are_those_of_the_textbook_up_to_the_rounded_length(texts, index):
    reference = Textbook(texts)
    for query in queries(20, seed=3):
        for hit in index.rank(query, 10):
            assert hit.score == pytest.approx(reference.score(query_terms(query), hit.number), rel=0.05)


def test_two_builds_give_the_same_scores(texts, index, tmp_path):
    again = built(tmp_path, texts)
    for query in queries(30, seed=4):
        assert again.rank(query, 50) == index.rank(query, 50)


def test_segments_change_neither_scores_nor_order(monkeypatch, tmp_path):
    texts = generated(9000, seed=5) + ["the same words again"] * 30_000
    whole = built(tmp_path / "whole", texts)
    monkeypatch.setattr(lexical, "_HEAP", 15_000_000)
    parts = built(tmp_path / "parts", texts)
    assert parts._searcher.num_segments > whole._searcher.num_segments
    for query in [*queries(20, seed=6), "same words"]:
        assert parts.rank(query, 20) == whole.rank(query, 20)
        assert parts.rank(query, 5, range(100, 38_000)) == whole.rank(query, 5, range(100, 38_000))


def test_ties_break_by_number_across_the_cut(tmp_path):
    index = built(tmp_path, ["rare common", *["common words"] * 300])
    assert [r.number for r in index.rank("common", 7)] == list(range(7))
    assert [r.number for r in index.rank("rare common", 4)] == [0, 1, 2, 3]
    assert [r.number for r in index.rank("common", 3, range(250, 301))] == [250, 251, 252]


@pytest.mark.parametrize("share", [0.01, 0.3, 0.9])
@pytest.mark.parametrize("few", [0, 10_000])
def test_a_filter_gives_the_best_of_what_it_lets_through(monkeypatch, texts, index, share, few):
    monkeypatch.setattr(lexical, "_FEW", few)  # 0: hits are filtered here; 10,000: by the engine
    rng = random.Random(7)
    for query in queries(15, seed=8):
        allowed = frozenset(n for n in range(len(texts)) if rng.random() < share)
        everything = index.rank(query, len(texts))
        assert index.rank(query, 10, allowed) == [r for r in everything if r.number in allowed][:10]


def test_a_filter_may_be_any_collection_and_may_be_empty(index):
    query = queries(1, seed=9)[0]
    some = [r.number for r in index.rank(query, 30)][::3]
    expected = index.rank(query, 5, frozenset(some))
    assert index.rank(query, 5, some) == index.rank(query, 5, dict.fromkeys(some)) == expected
    assert index.rank(query, 5, []) == []


def test_all_that_match_come_back_and_no_more(texts, index):
    word = VOCABULARY[300]
    holding = {n for n, text in enumerate(texts) if word in text.split()}
    assert {r.number for r in index.rank(word, 10_000)} == holding
    assert len(holding) > 10


def test_the_heading_is_searched_with_the_text(tmp_path):
    passages = [IndexedPassage(0, "Some words."), IndexedPassage(1, "Others.", "Pooled budgets")]
    build_lexical(tmp_path, 1, CORPUS, passages)
    assert [r.number for r in LexicalIndex.open(tmp_path, 1).rank("pooling a budget", 5)] == [1]


@pytest.mark.parametrize("query", ["", "?!", "unheardof", "\u039c\u03bf\u03c5"])
def test_nothing_found_is_an_empty_list(index, query):
    assert index.rank(query, 5) == []


@pytest.mark.parametrize(
    "query", ["health*", '"health care"', "health AND (", "words:health", "-health", "\\ health ^~"]
)
def test_signs_in_a_query_are_no_commands(tmp_path, query):
    assert [r.number for r in built(tmp_path, ["other", "health"]).rank(query, 5)] == [1]


def test_a_whole_page_can_be_the_query(texts, index):
    assert index.rank(texts[77], 1)[0].number == 77
    assert index.rank(" ".join(texts), 3)


def test_stop_words_count_where_there_is_nothing_else(tmp_path):
    index = built(tmp_path, ["to be or not", "health"])
    assert [r.number for r in index.rank("to be or not to be", 5)] == [0]
    assert [r.number for r in index.rank("to be health", 5)] == [1]


@pytest.mark.parametrize("k", [0, -1])
def test_k_below_one_is_refused(index, k):
    with pytest.raises(ValueError, match="k must be"):
        index.rank("words", k)


def test_an_empty_corpus_can_be_indexed_and_asked(tmp_path):
    assert built(tmp_path, []).rank("words", 5) == []


def test_passages_must_come_in_order(tmp_path):
    with pytest.raises(ValueError, match="2 came where 1"):
        build_lexical(tmp_path, 1, CORPUS, [IndexedPassage(0, "a"), IndexedPassage(2, "b")])


def test_progress_counts_up_to_the_end(tmp_path):
    told = []
    build_lexical(tmp_path, 1, CORPUS, (IndexedPassage(i, "a word") for i in range(2500)), told.append)
    assert told == [1000, 2000, 2500]


def test_searching_words_loads_no_numpy(tmp_path):
    built(tmp_path, ["health and social care"])
    code = (
        "import sys; from pathlib import Path; from policytext.index.lexical import LexicalIndex; "
        "assert LexicalIndex.open(Path(sys.argv[1]), 1).rank('health', 5); "
        "print([m for m in ('numpy', 'spacy', 'sklearn', 'torch', 'tokenizers') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
