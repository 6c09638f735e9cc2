"""Records of the test against chance: how it is done, and what it found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from policytext.analysis.recurrence.periods import check_period

Verdict = Literal["more than chance", "no more than chance", "not testable"]

REPLICATES = 9_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Of ``sources`` that say anything dated, ``carrying`` carry the claim."""

    name: str
    sources: int
    carrying: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """The claim as it would stand without one document.

    ``p`` is None where that is not testable; ``observed`` is the statistic, ``longest_silence`` the least
    whole years of the longest silence that ends in a return, 0 for none.
    """

    document: str
    p: float | None
    observed: float
    longest_silence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A claim against chance.

    ``observed`` is the number of periods covered, its mean over the drawn dates, and ``observed_range`` its
    least and most; ``expected`` the mean under the null, ``interval`` the middle 95 % there, ``null`` its
    distribution as (periods covered, to the nearest, and replicates). ``effective`` and its expectation tell
    the evenness: the number of periods of equal weight that would be as even. ``smallest_p`` is the smallest
    p that any arrangement could reach, ``most`` the most periods it could cover. ``p`` and ``q`` are None
    where it is not testable, and ``reason`` then says why. ``hangs_on`` names the documents without which the
    verdict (by p, at ``level``) or the return after a silence of a period's years is gone or appears.
    """

    claim: str
    verdict: Verdict
    reason: str
    p: float | None
    q: float | None
    level: float
    smallest_p: float | None
    most: int
    observed: float
    observed_range: tuple[int, int]
    expected: float | None
    effective: float
    effective_expected: float | None
    interval: tuple[float, float] | None
    null: tuple[tuple[int, int], ...]
    strata: tuple[Stratum, ...]
    replicates: int
    seed: int
    without: tuple[Without, ...]
    hangs_on: tuple[str, ...]

    @property
    def effect(self) -> float | None:
        """Periods covered beyond what chance would cover."""
        return None if self.expected is None else self.observed - self.expected

    @property
    def stability(self) -> str:
        """``stable``, or ``hangs on`` and the documents."""
        return f"hangs on {', '.join(self.hangs_on)}" if self.hangs_on else "stable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How to test; periods in years.

    Raises:
        ValueError: a value that cannot be.
    """

    period: int = 10
    level: float = 0.05
    replicates: int = REPLICATES
    seed: int = 0
    leave_out: bool = True

    def __post_init__(self) -> None:
        check_period(self.period)
        if not 0.0 < self.level < 1.0 or self.replicates < 1 or self.seed < 0:
            raise ValueError("a level lies in (0, 1), replicates are 1 or more, a seed is not negative")
