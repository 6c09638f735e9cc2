"""Rankings in the order of their scores, and scores as readers of single precision have them."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policytext.evaluation.retrieval.records import Ranking


def by_score(ranking: Ranking) -> Ranking:
    """Returns the ranking by falling score, those of one score by id; itself if it is so already."""
    documents, scores = ranking.documents, ranking.scores
    ties = (n for n, (before, after) in enumerate(itertools.pairwise(scores)) if after >= before)
    if all(scores[n] == scores[n + 1] and documents[n] <= documents[n + 1] for n in ties):
        return ranking
    order = sorted(range(len(documents)), key=lambda n: (-scores[n], documents[n]))
    return _ordered(documents, scores, order)


def by_single_precision(ranking: Ranking) -> Ranking:
    """Returns the ranking as trec_eval sorts it: by score in single precision, ties by id, both falling."""
    documents, scores = ranking.documents, singles(ranking.scores).tolist()
    order = sorted(range(len(documents)), key=lambda n: (scores[n], documents[n]), reverse=True)
    return _ordered(documents, scores, order)


def singles(scores: Sequence[float]) -> NDArray[np.float32]:
    """Returns the scores as a reader of single precision has them, beyond its range (3.4e38) infinite."""
    with np.errstate(over="ignore"):
        return np.asarray(scores, dtype=np.float64).astype(np.float32)


def _ordered(documents: Sequence[str], scores: Sequence[float], order: Sequence[int]) -> Ranking:
    return Ranking(tuple(documents[n] for n in order), array("d", (scores[n] for n in order)))
