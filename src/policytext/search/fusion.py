"""Several rankings made into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from policytext.ranking import Ranked, by_score

RRF_K = 60
"""Cormack, Clarke and Buettcher (SIGIR 2009) found 60 good over many collections; kept as the field does."""

_STEP = 1e-6  # scores are written with six decimals; the smallest fall that a reader can see


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


def strictly_falling(scores: Sequence[float]) -> list[float]:
    """Returns the falling ``scores`` rounded to six decimals, each at least 0.000001 below the one before.

    Evaluation tools break ties in ways of their own; without ties every tool sees our order.
    """
    out: list[float] = []
    for score in scores:
        rounded = round(score, 6)
        out.append(rounded if not out or rounded < out[-1] else round(out[-1] - _STEP, 6))
    return out
