"""What damage to the documents costs: measures of each system by error rate, over seeds and queries."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from policytext.evaluation.noise.spoiling import Realised
from policytext.evaluation.retrieval.measuring.instrument import mean
from policytext.evaluation.retrieval.records import Judging, Score

Scores = Mapping[tuple[str, float, int], Score]
"""What was measured, by (system, error rate, seed)."""

CLEAN = 0.0
"""The error rate of a collection that nobody spoiled; it stands under every seed."""


@dataclass(frozen=True, slots=True)
class SpoiledCopy:
    """A collection as it was spoiled: the error rate ``wished`` and what was ``realised`` of it."""

    wished: float
    seed: int
    level: float
    realised: Realised


@dataclass(frozen=True, slots=True)
class Unreached:
    """An error rate that the confusions cannot bring about on this collection; ``most`` is what they can."""

    wished: float
    most: float


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """A system at an error rate.

    ``mean`` is over queries of each one's mean over seeds, ``low`` and ``high`` bound it (bootstrap over
    queries), ``by_seed`` are the means of the single seeds. ``difference`` is what it lies above the clean
    score, with bounds from the same queries in pairs; ``lost`` by which part of the clean score it lies
    below, None where that is 0.
    """

    system: str
    measure: str
    rate: float
    mean: float
    low: float
    high: float
    by_seed: tuple[float, ...]
    difference: float
    difference_low: float
    difference_high: float
    lost: float | None


@dataclass(frozen=True, slots=True)
class Curves:
    """All curves of one collection, and what they were drawn from.

    ``judging`` says what was measured and how, at which level intervals lie and what they were drawn with.
    ``rates`` rise and begin with the clean collection at 0. ``points`` are by measure, system and rate, in
    the order in which these were asked for; ``per_query`` holds the scores themselves. ``files`` are the
    digests of the collection's files, by role.
    """

    collection: str
    split: str
    queries: int
    documents: int
    characters: int
    judging: Judging
    systems: tuple[str, ...]
    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    copies: tuple[SpoiledCopy, ...]
    points: tuple[CurvePoint, ...]
    per_query: Scores
    unreached: tuple[Unreached, ...] = ()
    notes: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    is_archive: bool = False

    @property
    def measures(self) -> tuple[str, ...]:
        """What was measured, in the order asked for."""
        return self.judging.measures

    def point(self, system: str, measure: str, rate: float) -> CurvePoint:
        """Returns the point of a curve. Raises KeyError where there is none."""
        for point in self.points:
            if (point.system, point.measure, point.rate) == (system, measure, rate):
                return point
        raise KeyError((system, measure, rate))

    def realised(self, rate: float) -> float:
        """Returns the error rate that was realised where ``rate`` was wished: the mean over seeds."""
        shares = [c.realised.rate.value or 0.0 for c in self.copies if c.wished == rate]
        return math.fsum(shares) / len(shares) if shares else 0.0


def curve_points(
    scores: Scores,
    systems: Sequence[str],
    rates: Sequence[float],
    seeds: Sequence[int],
    judging: Judging,
) -> tuple[CurvePoint, ...]:
    """Returns the points of the curves, by measure, system and rate.

    Seeds are averaged within each query first: they are draws of the noise, not more queries, and would make
    intervals too narrow if they counted as such.

    Args:
        scores: one for every system, rate and seed; of the rate `CLEAN` that of the first seed will do.
        systems: names, in order.
        rates: error rates, in order, the first of them `CLEAN`.
        seeds: of the noise.
        judging: its measures, in order, and the bootstrap's draws, seed and level.
    """
    return tuple(
        point
        for measure in judging.measures
        for system in systems
        for point in _curve(scores, system, measure, rates, seeds, judging)
    )


def _curve(
    scores: Scores, system: str, measure: str, rates: Sequence[float], seeds: Sequence[int], judging: Judging
) -> Iterator[CurvePoint]:
    import numpy as np

    from policytext.evaluation.retrieval.comparing.significance import intervals

    found = [_of_rate(scores, system, rate, seeds) for rate in rates]
    values = np.array([_means(each, measure) for each in found]).T  # queries by rates
    gained = values - values[:, :1]
    bounds = intervals(np.hstack((values, gained)), judging.resamples, judging.seed, judging.alpha)
    means, differences = ([mean(column) for column in matrix.T.tolist()] for matrix in (values, gained))
    for at, (rate, each) in enumerate(zip(rates, found, strict=True)):
        (low, high, _), (less, more, _) = bounds[at], bounds[len(rates) + at]
        yield CurvePoint(
            system=system,
            measure=measure,
            rate=rate,
            mean=means[at],
            low=low,
            high=high,
            by_seed=tuple(score.mean(measure) for score in each),
            difference=differences[at],
            difference_low=less,
            difference_high=more,
            lost=-differences[at] / means[0] if means[0] else None,
        )


def _of_rate(scores: Scores, system: str, rate: float, seeds: Sequence[int]) -> list[Score]:
    """Returns the score of each seed; all seeds share the clean one."""
    return [scores[system, rate, seed] for seed in (seeds[:1] if rate == CLEAN else seeds)]


def _means(each: Sequence[Score], measure: str) -> list[float]:
    """Returns each query's mean over seeds."""
    values = ([of[measure] for of in score.per_query.values()] for score in each)
    return [mean(of_query) for of_query in zip(*values, strict=True)]
