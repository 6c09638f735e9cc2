"""Several rankings made into one, and one ranking read in its context."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Protocol

from policytext.ranking import Ranked, by_score

RRF_K = 60
"""Cormack, Clarke and Buettcher (SIGIR 2009) found 60 good over many collections; kept as the field does."""
WORDS_WEIGHT = 0.35
"""Of the words' part beside the meaning's. Of 0.2 to 0.7 the best on two of three collections and within
0.001 of it on the third, where reciprocal ranks do as well; they fall short on the other two
(docs/measured.md)."""
CONTEXT = 0.2
"""Of the passages before and after, in a passage's score."""
DEPTH = 100
"""How many passages each ranking hands to the fusion."""

_STEP = 1e-6  # scores are written with six decimals; the smallest fall that a reader can see
_SINGLE = 2.0**-22  # of a number: so far apart two of them stay two in single precision

Beside = Callable[[Collection[int]], Mapping[int, Sequence[int]]]
"""Gives the passages that stand right before and behind some passages, in their documents."""


class Ranker(Protocol):
    """Ranks passages for a query. Another engine plugs in here."""

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the best ``k`` of the ``allowed`` passage numbers (None: of all), best first.

        Fewer only where fewer match. Ties break by passage number.
        """
        ...


def reciprocal_rank(rankings: Sequence[Sequence[Ranked]], k: int = RRF_K) -> list[Ranked]:
    """Returns the passages of all ``rankings`` by the sum of 1 / (k + rank), rank counted from 1.

    Formula: reciprocal rank fusion, Cormack et al. 2009. Each ranking is best first. Ties break by passage
    number.
    """
    scores: dict[int, float] = defaultdict(float)
    for ranking in rankings:
        for rank, ranked in enumerate(ranking, 1):
            scores[ranked.number] += 1.0 / (k + rank)
    return by_score([Ranked(number, score) for number, score in scores.items()])


def convex(
    words: Mapping[int, float], meaning: Mapping[int, float], best: float, weight: float = WORDS_WEIGHT
) -> dict[int, float]:
    """Returns for every passage of ``meaning`` the weighted sum of its two scores.

    Formula: convex combination with theoretical bounds, Bruch, Gai and Ingber, "An Analysis of Fusion
    Functions for Hybrid Retrieval" (ACM TOIS 2023): BM25 begins at 0 and is divided by the query's ``best``
    (0 where no word is found), a cosine is taken as it is.
    """
    scale = weight / best if best else 0.0
    return {n: scale * words.get(n, 0.0) + (1.0 - weight) * cosine for n, cosine in meaning.items()}


def in_context(
    scores: Mapping[int, float], beside: Mapping[int, Sequence[int]], weight: float = CONTEXT
) -> dict[int, float]:
    """Returns the scores drawn by ``weight`` towards the mean of the neighbours' scores.

    An argument runs on over several passages, and the one that answers a query best may name its subject
    least. A passage without neighbours keeps its score; neighbours without one count 0. (Callan,
    "Passage-level evidence in document retrieval", SIGIR 1994, draws on the document likewise.)
    """
    drawn = {}
    for number, score in scores.items():
        around = beside.get(number, ())
        if around:
            mean = sum(scores.get(n, 0.0) for n in around) / len(around)
            score = (1.0 - weight) * score + weight * mean  # noqa: PLW2901 - the same thing, drawn
        drawn[number] = score
    return drawn


def strictly_falling(scores: Iterable[float]) -> list[float]:
    """Returns the falling ``scores`` rounded to six decimals, each at least 0.000001 below the one before.

    Evaluation tools break ties in ways of their own; without ties every tool sees our order, those too that
    keep scores in single precision: from about 4 on they fall by more.
    """
    out: list[float] = []
    for score in scores:
        value = round(score, 6)
        if out and value > (most := round(out[-1] - max(_STEP, abs(out[-1]) * _SINGLE), 6)):
            value = most
        out.append(value)
    return out


class ReciprocalRanker:
    """Fuses rankings by their reciprocal ranks; kept to compare with (see WORDS_WEIGHT)."""

    def __init__(self, rankers: Sequence[Ranker], k: int = RRF_K) -> None:
        self._rankers, self._k = tuple(rankers), k

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the best ``k`` of the fused ranking; see ``Ranker.rank``."""
        depth = max(k, DEPTH)
        return reciprocal_rank([r.rank(query, depth, allowed) for r in self._rankers], self._k)[:k]


class ConvexRanker:
    """Fuses words and meaning by a convex combination, in the context of the passages around.

    Args:
        words: ranks by words.
        meaning: ranks by cosines.
        beside: tells the neighbours of passages; without it each stands by itself.
        weight: of the words.
    """

    def __init__(
        self, words: Ranker, meaning: Ranker, beside: Beside | None = None, weight: float = WORDS_WEIGHT
    ) -> None:
        self._words, self._meaning, self._beside, self._weight = words, meaning, beside, weight

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the best ``k`` of the fused ranking; see ``Ranker.rank``."""
        depth = max(k, DEPTH)
        words = self._words.rank(query, depth, allowed)
        meaning = self._meaning.rank(query, depth, allowed)
        return self.fused(
            words, meaning, lambda numbers: self._words.rank(query, len(numbers), numbers), query
        )[:k]

    def fused(
        self,
        words: Sequence[Ranked],
        meaning: Sequence[Ranked],
        score_words: Callable[[Collection[int]], Sequence[Ranked]],
        query: str,
    ) -> list[Ranked]:
        """Returns the passages of either ranking, each with both its scores, best first."""
        found = {r.number for r in words} | {r.number for r in meaning}
        if not found:
            return []
        beside = self._beside(found) if self._beside else {}
        wanted = found.union(*beside.values())
        lexical = {r.number: r.score for r in score_words(wanted)} if words else {}
        cosines = {r.number: max(0.0, r.score) for r in self._meaning.rank(query, len(wanted), wanted)}
        best = max((r.score for r in words), default=0.0)
        scores = in_context(convex(lexical, cosines, best, self._weight), beside)
        return by_score([Ranked(n, scores[n]) for n in found])
