"""ir-measures, set up for the judgements of some queries, to measure orders of their documents.

It sees neither ids nor scores, just made-up names in the order that counts, so that none of the packages it
hands the work to can break a tie by a rule of its own.
"""

from __future__ import annotations

import itertools
import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.measuring.names import parsed
from policytext.evaluation.retrieval.measuring.ties import (
    TURNS,
    Grade,
    Grading,
    Group,
    Orders,
    orders,
    sorted_within,
)

_GDEVAL_HIGHEST = 4

Values = dict[str, float]
"""What a query reaches, by measure."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A query's ranking as grades: ``grades`` is the one at each rank, best rank first.

    ``missed`` are those of judged documents that it has not, ``groups`` where ties leave grades open.
    """

    grades: Grading
    missed: tuple[int, ...] = ()
    groups: tuple[Group, ...] = ()


class Instrument:
    """Measures orders of some queries' documents.

    Args:
        queries: as a run ranks them.
        names: the measures.

    Measures that look at the top alone are shown no more than that: on a run of 1,000 they cost what they
    cost on one of 10.
    """

    def __init__(self, queries: Sequence[Graded], names: Sequence[str]) -> None:
        # numbers for the queries' ids: gdeval takes nothing else
        qrels = {str(n): _judgements(query) for n, query in enumerate(queries)}
        alike: dict[_Alike, dict[Any, str]] = defaultdict(dict)
        for name in names:
            measure = parsed(name)[0]
            _check_gains(measure, name, qrels)
            alike[_alike(measure)][measure] = name
        self._parts = [_Part(qrels, measures, kind) for kind, measures in alike.items()]

    def values(self, gradings: Mapping[int, Grading]) -> dict[int, Values]:
        """Returns what each query reaches, by its number, if its documents stand in the order told."""
        named = {n: _made_up(grading) for n, grading in gradings.items()}
        found: dict[int, Values] = {n: {} for n in gradings}
        for part in self._parts:
            for n, values in part.values(named).items():
                found[n].update(values)
        return found

    def expected(self, tied: Mapping[int, Graded], lead: str) -> tuple[dict[int, Values], list[float]]:
        """Returns the means over the orders that ties leave open, by the query's number.

        With them comes the variance of the mean of ``lead`` for each query whose orders are drawn.
        """
        found: dict[int, Values] = {n: {} for n in tied}
        variances: list[float] = []
        for part in self._parts:
            todo = {n: part.orders(query) for n, query in tied.items()}
            for n, values in part.over(todo).items():
                found[n].update({name: mean(each) for name, each in values.items()})
                if lead in values and todo[n].shuffles:
                    variances.append(_variance(values[lead], todo[n].shuffles))
        return found, variances


@dataclass(frozen=True, slots=True)
class _Alike:
    """What measures that are computed together have in common.

    ``depth`` is the last rank that they look at, None for all; ``judged_only`` whether they leave out
    documents that nobody judged, ``gains`` what grades are to them.
    """

    depth: int | None
    judged_only: bool
    gains: str


def _alike(measure: Any) -> _Alike:
    judged_only = bool(measure.params.get("judged_only"))
    # where documents that nobody judged go first, those behind them move up to the cutoff
    depth = None if judged_only else measure.params.get("cutoff")
    # ir-measures 0.4.3 gives an nDCG the gains of another that it computes with it, as the hash seed has it
    return _Alike(depth, judged_only, repr(measure.params.get("gains")))


class _Part:
    """The measures that are computed together."""

    def __init__(
        self, qrels: Mapping[str, Mapping[str, int]], measures: Mapping[Any, str], kind: _Alike
    ) -> None:
        import ir_measures

        self._kind, self._names = kind, measures
        self._evaluator = ir_measures.evaluator(list(measures), qrels)

    def orders(self, query: Graded) -> Orders:
        """Returns the orders of a query that these measures tell apart."""
        return _orders(_judged_alone(query) if self._kind.judged_only else query, self._kind.depth)

    def values(self, orders_told: Mapping[int, Sequence[str]]) -> dict[int, Values]:
        """Returns what each query reaches if its documents stand in this order; 0 where there is none."""
        run = {str(n): _scored(names[: self._kind.depth]) for n, names in orders_told.items() if names}
        found: dict[int, Values] = {n: dict.fromkeys(self._names.values(), 0.0) for n in orders_told}
        for metric in self._evaluator.iter_calc(run) if run else ():
            if (values := found.get(int(metric.query_id))) is not None:
                values[self._names[metric.measure]] = float(metric.value)
        return found

    def over(self, tied: Mapping[int, Orders]) -> dict[int, dict[str, list[float]]]:
        """Returns what each query reaches in each of its orders, one after the other, by measure."""
        each: dict[int, dict[str, list[float]]] = {n: defaultdict(list) for n in tied}
        iterators = {n: iter(possible) for n, possible in tied.items()}
        for turn in range(max((possible.count for possible in tied.values()), default=0)):
            going = {n: next(iterators[n]) for n, possible in tied.items() if turn < possible.count}
            for n, values in self.values(going).items():
                for name, value in values.items():
                    each[n][name].append(value)
        return each


def _check_gains(measure: Any, name: str, qrels: Mapping[str, Mapping[str, int]]) -> None:
    """Raises BadRequest where gdeval, which computes gains of 2^grade - 1, would refuse a grade."""
    if measure.NAME == "ERR" or measure.params.get("dcg") == "exp-log2":
        highest = max((grade for grades in qrels.values() for grade in grades.values()), default=0)
        if highest > _GDEVAL_HIGHEST:
            what = f"{name} takes grades up to {_GDEVAL_HIGHEST}, not {highest}"
            raise BadRequest(what, advice="nDCG@10")


def mean(values: Sequence[float]) -> float:
    """Returns the mean; whatever the order of the values it is the same to the last bit."""
    return math.fsum(values) / len(values)


def _variance(drawn: Sequence[float], shuffles: int) -> float:
    """Returns the variance of the mean over drawn orders, as the means of the shuffles tell it."""
    means = [mean(drawn[n : n + TURNS]) for n in range(0, len(drawn), TURNS)]
    middle = mean(means)
    return math.fsum((each - middle) ** 2 for each in means) / (shuffles - 1) / shuffles


def _judged_alone(query: Graded) -> Graded:
    """Returns the query without the documents that nobody judged."""
    places = [n for n, grade in enumerate(query.grades) if grade is not None]
    groups = ((bisect_left(places, start), bisect_left(places, end)) for start, end in query.groups)
    return Graded([query.grades[n] for n in places], query.missed, tuple(g for g in groups if g[1] > g[0]))


def _orders(query: Graded, depth: int | None) -> Orders:
    worst = sorted_within(query.grades, query.groups, best=False)
    return orders(_made_up(worst), worst, query.groups, depth)


def _judgements(query: Graded) -> dict[str, int]:
    """Returns the grades of a query by made-up names.

    trec_eval reserves no memory for a query whose grades are all below 0, and breaks down; so it is told of
    a document of grade 0 that nobody finds.
    """
    grades = [grade for grade in (*query.grades, *query.missed) if grade is not None]
    if grades and max(grades) < 0:
        grades.append(0)
    return dict(zip(_made_up(grades), grades, strict=True))


def _made_up(grades: Grading) -> list[str]:
    """Returns a name for each document: ``2.0`` is the first of grade 2, ``u.0`` the first that has none."""
    counters: dict[Grade, Iterator[int]] = defaultdict(itertools.count)
    return [f"{'u' if grade is None else grade}.{next(counters[grade])}" for grade in grades]


def _scored(names: Sequence[str]) -> dict[str, float]:
    """Returns scores that put the names in this order: whole numbers, which no precision makes equal."""
    return dict(zip(names, map(float, range(len(names), 0, -1)), strict=True))
