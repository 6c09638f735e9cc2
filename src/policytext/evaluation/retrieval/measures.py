"""Measures of a ranking against the grades that judges gave, as trec_eval computes them.

A ranking is document ids, best first, each once; grades are whole numbers by document id, where 0, less and
none at all mean not relevant. Every measure lies in [0, 1] and is 0 where nothing was found, or where there
is nothing to find.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from policytext.evaluation.retrieval.collections import Qrels
from policytext.evaluation.retrieval.runs import Run

Ranking = Sequence[str]
Grades = Mapping[str, int]


def ndcg(ranking: Ranking, grades: Grades, cutoff: int) -> float:
    """Returns the normalised discounted cumulative gain of the first ``cutoff`` documents.

    The gain is the grade itself, its discount log2(1 + rank): trec_eval's ``ndcg_cut``, which BEIR reports
    (Järvelin and Kekäläinen, 2002). The other form in use, with gain 2^grade - 1, differs where grades go
    beyond 1.
    """
    ideal = _discounted(sorted(grades.values(), reverse=True)[:cutoff])
    return _discounted([grades.get(d, 0) for d in ranking[:cutoff]]) / ideal if ideal else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def average_precision(ranking: Ranking, grades: Grades) -> float:
    """Returns the mean, over all relevant documents, of the precision at each one's rank; 0 for one missed.

    trec_eval's ``map`` of one query; the whole ranking counts, so a short one costs.
    """
    found, total = 0, 0.0
    for rank, document in enumerate(ranking, 1):
        if grades.get(document, 0) > 0:
            found += 1
            total += found / rank
    return total / relevant if (relevant := _relevant(grades)) else 0.0


def recall(ranking: Ranking, grades: Grades, cutoff: int) -> float:
    """Returns the share of the relevant documents that stand among the first ``cutoff``."""
    found = sum(1 for document in ranking[:cutoff] if grades.get(document, 0) > 0)
    return found / relevant if (relevant := _relevant(grades)) else 0.0


def first_relevant(ranking: Ranking, grades: Grades, cutoff: int) -> float:
    """Returns 1 / rank of the first relevant document among the first ``cutoff``: its mean is the MRR."""
    ranks = (rank for rank, d in enumerate(ranking[:cutoff], 1) if grades.get(d, 0) > 0)
    return 1 / next(ranks, math.inf)


def _relevant(grades: Grades) -> int:
    return sum(1 for grade in grades.values() if grade > 0)


class _Measure(Protocol):
    def __call__(self, ranking: Ranking, grades: Grades) -> float: ...


MEASURES: Mapping[str, tuple[_Measure, int]] = {
    "nDCG@10": (partial(ndcg, cutoff=10), 10),
    "MAP": (average_precision, 1),
    "recall@20": (partial(recall, cutoff=20), 20),
    "recall@100": (partial(recall, cutoff=100), 100),
    "MRR@10": (partial(first_relevant, cutoff=10), 10),
}
"""Name: (measure, how deep a ranking must be asked for before it means what it says)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A run measured: ``by_query`` holds each judged query's value of each measure, in the qrels' order."""

    by_query: Mapping[str, Mapping[str, float]]

    def mean(self, measure: str) -> float:
        """Returns the mean over all judged queries, those without a hit at 0; 0 where there are none."""
        values = [found[measure] for found in self.by_query.values()]
        return math.fsum(values) / len(values) if values else 0.0


def measure_run(run: Run, qrels: Qrels, depth: int) -> Measured:
    """Returns what each judged query of a run reaches; queries that nobody judged do not count.

    Args:
        run: documents by query.
        qrels: the grades.
        depth: how many documents were asked for; measures that look deeper are left out.
    """
    asked = {name: measure for name, (measure, deep) in MEASURES.items() if deep <= depth}
    measured = {}
    for qid, grades in qrels.items():
        ranking = [document for document, _ in run.get(qid, ())]
        measured[qid] = {name: measure(ranking, grades) for name, measure in asked.items()}
    return Measured(measured)
