"""The word index against a BM25 from the textbook, on seeded passages and on our own papers.

The textbook has Lucene's idf, ln(1 + (N - n + 0.5) / (n + 0.5)), k1 1.2 and b 0.75. Where the two differ, it
is by the engine's lengths, which come in 256 steps; the last tests hold that this is all.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean

import pytest

from policytext.index.fields import index_terms
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.passages import IndexedPassage
from policytext.pipeline.indexing import passages as indexed_passages
from policytext.store.archive import Archive
from policytext.text.terms import STOP_WORDS, chunks, query_terms

K1, B = 1.2, 0.75
QUERIES = 500
TOP = 10
SAME = 1e-5  # of a score: the engine adds up in float32


def exact(length):
    return length


def in_steps(length):
    """The length as Lucene and tantivy keep it in a byte: exact below 40, then in ever wider steps.

    Over 24, the four leading bits stay (Lucene's SmallFloat.intToByte4).
    """
    over = length - 24
    shift = over.bit_length() - 4
    return length if length < 40 else 24 + (over >> shift << shift)


class Textbook:
    """BM25 over lists of terms, written out; ``rounded`` is what becomes of a passage's length."""

    def __init__(self, documents, rounded=exact):
        self.holding = defaultdict(dict)  # term: {number: how often}
        for number, document in enumerate(documents):
            for term, times in Counter(document).items():
                self.holding[term][number] = times
        self.count = len(documents)
        self.mean = fmean(len(document) for document in documents)
        self.lengths = [rounded(len(document)) for document in documents]

    def idf(self, term):
        n = len(self.holding[term])
        return math.log(1 + (self.count - n + 0.5) / (n + 0.5))

    def scores(self, words):
        """The score of every passage that holds any of the words."""
        scores = defaultdict(float)
        for word in words:
            for number, tf in self.holding.get(word, {}).items():
                norm = K1 * (1 - B + B * self.lengths[number] / self.mean)
                scores[number] += self.idf(word) * tf * (K1 + 1) / (tf + norm)
        return scores


def overlap(scores, found):
    """The share of the ten best that were found.

    Ties are fair: whatever scores as much as the tenth may stand for it, in whichever order the two break
    ties. Only scores of the textbook count, so a tie that rounding made is no excuse.
    """
    best = sorted(scores.values(), reverse=True)[:TOP]
    assert len(found) == len(best)
    return sum(scores[number] >= best[-1] * (1 - SAME) for number in found) / len(best)


@dataclass
class Case:
    passages: list[IndexedPassage]
    index: LexicalIndex
    queries: list[str]

    def documents(self):
        return [index_terms(chunks(passage.searched())) for passage in self.passages]

    def words_alone(self, query, k):
        """The engine's ranking by the words of a query: without their compounds, short forms and 4-grams."""
        return self.index.rank_terms(query_terms(query), k)

    def overlaps(self, rounded, rank):
        textbook = Textbook(self.documents(), rounded)
        found = [(textbook.scores(query_terms(q)), rank(q, TOP)) for q in self.queries]
        return [overlap(scores, [r.number for r in ranked]) for scores, ranked in found if scores]


def invented(count, rng):
    """Word-like strings that neither stem nor are stop words."""
    consonants, vowels = "bdfgklmnprtvz", "aiou"
    made = {}
    while len(made) < count:
        word = "".join(rng.choice(consonants) + rng.choice(vowels) for _ in range(rng.randint(2, 4))) + "k"
        made[word] = None
    return list(made)


def generated(count, rng):
    """Passages of 5 to 250 words, most about 90, nearly half stop words, the rest falling as Zipf's."""
    words, small = invented(4000, rng), sorted(STOP_WORDS)
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    passages = []
    for number in range(count):
        length = min(250, max(5, round(rng.gauss(90, 35))))
        told = rng.choices(words, cum_weights=weights, k=length)
        said = [rng.choice(small) if rng.random() < 0.45 else word for word in told]
        passages.append(IndexedPassage(number, " ".join(said), words[number % 97] if number % 3 else ""))
    return passages


def asked(passages, rng):
    """Half the queries are two to five words of one passage, half a stretch of it with its stop words."""
    queries = []
    while len(queries) < QUERIES:
        words = rng.choice(passages).text.split()
        if len(queries) % 2:
            at = rng.randrange(max(1, len(words) - 15))
            queries.append(" ".join(words[at : at + rng.randint(8, 15)]))
        elif telling := [word for word in words if word.lower() not in STOP_WORDS]:
            queries.append(" ".join(rng.sample(telling, min(len(telling), rng.randint(2, 5)))))
    return queries


@pytest.fixture(scope="module")
def seeded(tmp_path_factory):
    rng = random.Random(20)
    passages = generated(4000, rng)
    root = tmp_path_factory.mktemp("agreement")
    build_lexical(root, 1, "c" * 64, passages)
    return Case(passages, LexicalIndex.open(root, 1), asked(passages, rng))


@pytest.fixture(scope="module")
def own_papers(corpus_archive):
    archive = Archive.open(corpus_archive)
    passages = list(indexed_passages(archive))
    index = LexicalIndex.open(corpus_archive, archive.generation)
    archive.close()
    return Case(passages, index, asked(passages, random.Random(21)))


@pytest.fixture(params=["seeded", "own_papers"])
def case(request):
    return request.getfixturevalue(request.param)


def test_the_ten_best_are_those_of_the_textbook(case):
    for rank in (case.index.rank, case.words_alone):
        overlaps = case.overlaps(exact, rank)
        assert len(overlaps) > 0.95 * QUERIES
        assert fmean(overlaps) >= 0.95


def test_with_lengths_in_the_engines_steps_they_are_the_same_ten(case):
    assert fmean(case.overlaps(in_steps, case.words_alone)) == 1.0


def test_with_lengths_in_the_engines_steps_scores_are_the_same(case):
    textbook = Textbook(case.documents(), in_steps)
    for query in case.queries[:100]:
        scores = textbook.scores(query_terms(query))
        for hit in case.words_alone(query, TOP):
            assert hit.score == pytest.approx(scores[hit.number], rel=SAME)


def test_idf_is_that_of_the_textbook(case):
    textbook = Textbook(case.documents())
    for query in case.queries[:50]:
        for word in query_terms(query):
            assert case.index.idf(word) == pytest.approx(textbook.idf(word))
