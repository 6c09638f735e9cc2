"""Whether a difference between runs is more than chance: test, interval, correction, detectable difference.

Everything takes an array of shape (queries, columns), one column a comparison: what each query gains from one
run to the other. All columns share one set of draws, so that a figure depends on its own column, the number
of queries and the seed alone, and never on what else was compared. scipy draws and computes.
"""

from __future__ import annotations

import math
import statistics
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from policytext.evaluation.retrieval.records import IntervalKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

POWER = 0.8
LEAST = 1e-9
"""What differs by less differs by the last bits of a sum."""
_UNIT = 2.0**-32
"""What is less apart is equal: 2e-10."""
_CELLS = 2**20
"""Draws times queries (times columns, of the bootstrap) that are held at once: scipy then needs 90 MB."""

Tested = tuple[float | None, bool]
"""The p value, None where it cannot be tested, and whether all relabellings were tried."""
Bounds = tuple[float, float, IntervalKind]
"""Low, high and how they were made."""


def randomisation(differences: Floats, resamples: int = 10_000, seed: int = 0) -> list[Tested]:
    """Returns of each column the p value of the paired randomisation test, two-sided.

    Were both runs one, then which of the two gave a query its better figure would be chance: each query's
    difference keeps its size and draws its sign. p is the share of such relabellings whose mean lies as far
    from 0 as the true one or further (Fisher, "The Design of Experiments", 1935; for retrieval Smucker,
    Allan and Carterette, CIKM 2007, who show it to hold where Wilcoxon's and the sign test fail). Where the
    queries that differ have no more than ``resamples`` relabellings, all are tried; else p is
    (1 + as far) / (1 + resamples), which never says 0 (Phipson and Smyth, 2010). A column with less than two
    queries is not testable.

    Args:
        differences: shape (queries, columns).
        resamples: relabellings that are drawn.
        seed: of the draws; with the same number of queries they are the same.
    """
    import numpy as np

    queries, columns = differences.shape
    if queries < 2:
        return [(None, False)] * columns
    gained = _even(differences)
    differing = np.count_nonzero(gained, axis=0)
    exact = np.array([2 ** int(count) <= resamples for count in differing], dtype=bool)
    p = np.ones(columns)
    drawn = np.flatnonzero(~exact)
    if drawn.size:
        p[drawn] = (1 + _as_far(gained[:, drawn], resamples, seed).sum(axis=0)) / (1 + resamples)
    first = np.take_along_axis(gained, np.argsort(gained == 0, axis=0, kind="stable"), axis=0)
    for count in np.unique(differing[exact]):
        those = np.flatnonzero(differing == count)
        # scipy wants two queries at least; one that does not differ leaves the share as it is
        p[those] = _as_far(first[: max(2, count), those], math.inf, seed).mean(axis=0)
    return list(zip(p.tolist(), exact.tolist(), strict=True))


def _as_far(gained: Floats, resamples: float, seed: int) -> NDArray[np.bool_]:
    """Returns of each relabelling and column whether its mean lies as far from 0 as the true one.

    All relabellings where ``resamples`` is infinite. Only a column of signs is handed to scipy: it then draws
    once for all columns. Its own p value takes sums for equal that are apart by 2e-14 of the true one; where
    that is near to 0, what is equal but for a last bit would differ.
    """
    import numpy as np
    from scipy.stats import permutation_test

    queries = len(gained)
    # older scipy counts all relabellings in a float, where infinitely many will do
    with np.errstate(over="ignore"):
        found = permutation_test(
            (np.ones(queries),),
            lambda signs, **_: signs @ gained,
            permutation_type="samples",
            vectorized=True,
            n_resamples=resamples,
            batch=max(1, _CELLS // queries),
            random_state=np.random.default_rng([seed, queries, 0]),
        )
    far: NDArray[np.bool_] = np.abs(found.null_distribution) >= np.abs(found.statistic) - queries * _UNIT
    return far


def intervals(values: Floats, resamples: int = 10_000, seed: int = 0, alpha: float = 0.05) -> list[Bounds]:
    """Returns of each column the bootstrap interval of its mean, of 1 - ``alpha``.

    Queries are drawn with replacement. The interval is bias-corrected and accelerated (BCa; Efron, 1987;
    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, 14.3); where that is not defined, as all
    resampled means lie on one side of the mean, the plain percentiles. All values equal: that point.

    Args:
        values: shape (queries, columns), not empty: differences, or what one run reaches.
        resamples: how often queries are drawn.
        seed: of the draws; with the same number of queries they are the same.
        alpha: what may lie outside, half of it on each side.
    """
    import numpy as np

    even = _even(values)
    found: list[Bounds] = [(value, value, "point") for value in values[0].tolist()]
    varied = np.flatnonzero(even.min(axis=0) < even.max(axis=0))
    if varied.size:
        for column, bounds in zip(varied, _bootstrap(even[:, varied], resamples, seed, alpha), strict=True):
            found[column] = bounds
    return found


def _bootstrap(values: Floats, resamples: int, seed: int, alpha: float) -> list[Bounds]:
    """Returns the intervals of columns that vary."""
    import numpy as np
    from scipy.stats import bootstrap

    def mean(drawn: Floats, axis: int) -> Floats:
        # laid out by column, scipy's further sums do not depend on how many columns there are
        return np.ascontiguousarray(drawn.mean(axis=axis))

    def interval(method: str, resamples: int, drawn: object = None) -> Any:
        return bootstrap(
            (values,),
            mean,
            vectorized=True,
            axis=0,
            method=method,
            confidence_level=1 - alpha,
            n_resamples=resamples,
            bootstrap_result=drawn,
            batch=max(1, _CELLS // values.size),
            random_state=np.random.default_rng([seed, len(values), 1]),
        )

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # that BCa is not defined: told by the kind
        drawn = interval("BCa", resamples)
        plain = interval("percentile", 0, drawn).confidence_interval
    corrected = drawn.confidence_interval
    defined = corrected.low <= corrected.high  # neither is a number where it is not
    low, high = np.where(defined, corrected, plain).tolist()
    kinds: list[IntervalKind] = ["BCa" if each else "percentile" for each in defined]
    return list(zip(low, high, kinds, strict=True))


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Returns the p values after Holm's correction over all of them, in the order given.

    The smallest of n is multiplied by n, the next by n - 1 ..., and none may fall below the one before
    (Holm, Scandinavian Journal of Statistics 6, 1979): the chance that any of several equal pairs is called
    different stays below the level. What is None was not tested, and is not counted.
    """
    tested = sorted((value, at) for at, value in enumerate(p) if value is not None)
    corrected: list[float | None] = [None] * len(p)
    least = 0.0
    for rank, (value, at) in enumerate(tested):
        least = min(1.0, max(least, (len(tested) - rank) * value))
        corrected[at] = least
    return corrected


def detectable(differences: Floats, alpha: float = 0.05, power: float = POWER) -> list[float | None]:
    """Returns of each column the least true difference that so many queries would mostly call significant.

    With z the normal quantiles, s the standard deviation of the differences and n the number of queries:

        s (z[1 - alpha / 2] + z[power]) / sqrt(n - z[1 - alpha / 2]^2 / 2)

    It is Nagata's approximation of the paired t-test's sample size, solved for the difference (Sakai,
    "Topic set size design", Information Retrieval Journal 19, 2016); the randomisation test has
    that power nearly, less after Holm's correction. None where all differences are equal, so that nothing
    says how they spread, and where n queries have so few relabellings that none could be significant (2 of
    2^n: five or less at 0.05).
    """
    from scipy.stats import norm

    queries, columns = differences.shape
    z = float(norm.ppf(1 - alpha / 2))
    if queries < 2 or 2.0 ** (1 - queries) > alpha or queries <= z * z / 2:
        return [None] * columns
    factor = (z + float(norm.ppf(power))) / math.sqrt(queries - z * z / 2)
    spreads = [statistics.stdev(column) for column in _even(differences).T.tolist()]
    return [spread * factor if spread > 0 else None for spread in spreads]


def _even(values: Floats) -> Floats:
    """Returns the values as whole multiples of the unit.

    float64 then holds every sum of up to two million (queries times the largest) as it is: sums are the same
    in whatever order and with any number of threads they are added, and two replays give the same bits.
    """
    import numpy as np

    return np.rint(values / _UNIT) * _UNIT
