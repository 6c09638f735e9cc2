"""Where a witness stands on an axis of years, and which sign it bears. Nothing here knows how it is drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from policytext.analysis.witness import REPRINTS, Witness

OWN = "own statement, or quoted at the time"
SECOND_HAND = "second-hand, in a later paper"
RESURFACING = "perhaps a return (another work)"
DENIES = "denies it"
UNDATED = "undated, put at printing"
REPRINT = "reprint, not counted"
SAME_WORK = "same work again, not counted"
PRINTED = "printed"
KINDS = (OWN, SECOND_HAND, RESURFACING, DENIES, UNDATED, REPRINT, SAME_WORK, PRINTED)
NOT_COUNTED = frozenset({REPRINT, SAME_WORK})

_EXACT_YEARS = 1.01  # a point stands for a year or less; a leap year may round a little above 1
_FAR_YEARS = 150.0  # a wider interval says too little to stretch the axis for
_MONTH_STARTS = tuple(accumulate((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30)))
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 500)


@dataclass(frozen=True, slots=True)
class Placed:
    """A witness with its bounds in decimal years: said ``(low, high)``, None = open; ``printed`` or None."""

    witness: Witness
    kind: str
    low: float | None
    high: float | None
    printed: float | None

    @property
    def exact(self) -> bool:
        """Whether it is dated to the year or better, and surely."""
        if set("~?%") & set(self.witness.statement_edtf or ""):
            return False
        return self.low is not None and self.high is not None and self.high - self.low <= _EXACT_YEARS

    @property
    def link(self) -> float | None:
        """Where the way from saying to printing ends; None where it was said as it was printed."""
        if self.kind == UNDATED or self.witness.statement_edtf in (None, self.witness.publication_edtf):
            return None
        return self.printed

    def bar(self, domain: tuple[float, float]) -> tuple[float, float] | None:
        """Returns the first and last moment that it can have been said, within ``domain``; None if exact."""
        if self.exact or self.kind == UNDATED:
            return None
        low = domain[0] if self.low is None else max(domain[0], self.low)
        high = domain[1] if self.high is None else min(domain[1], self.high)
        return round(low, 3), round(high, 3)

    def at(self, domain: tuple[float, float]) -> float:
        """Returns where its sign stands: midway, at the known end of an open interval, never off the page.

        What was printed within the bounds was said before, so that its sign stands before the tick.
        """
        if self.low is not None and self.high is not None:
            printed = self.high if self.link is None or self.link <= self.low else self.link
            return round((max(self.low, domain[0]) + min(self.high, printed, domain[1])) / 2, 3)
        known = self.low if self.high is None else self.high
        return round(sum(domain) / 2 if known is None else min(max(known, domain[0]), domain[1]), 3)


def kind_of(witness: Witness) -> str:
    """Returns the sign of a witness, whatever is known of its date.

    What does not count says so before all else, and what denies before how it came to be known.
    """
    if not witness.counts_as_independent:
        return REPRINT if witness.relation in REPRINTS else SAME_WORK
    if witness.stance == "denies":
        return DENIES
    return {"quoted-at-second-hand": SECOND_HAND, "resurfacing-candidate": RESURFACING}.get(
        witness.relation, OWN
    )


def said_edtf(witness: Witness) -> str | None:
    """Returns when it was said: a paper's own words without a date when they were printed, others' never."""
    if witness.statement_edtf is None and witness.voice == "own":
        return witness.publication_edtf
    return witness.statement_edtf


def place(witness: Witness) -> Placed | None:
    """Returns a witness with its place in time; None where neither of its dates is known.

    Words of its own that bear no date were said when they were printed; those of others were said before,
    nobody knows when, and stand at their printing with a sign of their own.
    """
    printed = _span(witness.publication_bounds)
    ends = [p for p in printed if p is not None]
    when = sum(ends) / len(ends) if ends else None
    kind = kind_of(witness)
    low, high = _span(witness.statement_bounds)
    if low is not None or high is not None:
        if high is None and when is not None and (low is None or low < when):
            high = when  # nothing is printed before it is said
        return Placed(witness, kind, low, high, when)
    if when is None:
        return None
    if witness.voice != "own" and kind not in NOT_COUNTED:
        return Placed(witness, UNDATED, when, None, when)
    return Placed(witness, kind, printed[0], printed[1], when)


def decimal_year(day: str, *, end: bool = False) -> float:
    """Returns an ISO day as a decimal year: its first moment, or with ``end`` its last."""
    year, month, date = int(day[:4]), int(day[5:7]), int(day[8:10])
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    passed = _MONTH_STARTS[month - 1] + (leap and month > 2) + date - 1 + end
    return year + passed / (366 if leap else 365)


def _span(days: tuple[str | None, str | None]) -> tuple[float | None, float | None]:
    low, high = days
    return (
        None if low is None or low.startswith("0000") else decimal_year(low),
        None if high is None or high.startswith("9999") else decimal_year(high, end=True),
    )


def domain_of(placed: Iterable[Placed]) -> tuple[float, float]:
    """Returns the years that the axis shows, with room at both sides; intervals of centuries stretch none."""
    points: list[float] = []
    for p in placed:
        points += [] if p.printed is None else [p.printed]
        ends = [x for x in (p.low, p.high) if x is not None]
        if len(ends) < 2 or ends[1] - ends[0] <= _FAR_YEARS:
            points += ends
    points = points or [1900.0, 2000.0]
    pad = max(1.0, 0.03 * (max(points) - min(points)), (10.0 - (max(points) - min(points))) / 2)
    return round(min(points) - pad, 3), round(max(points) + pad, 3)


def ticks_of(domain: tuple[float, float]) -> tuple[int, ...]:
    """Returns round years within ``domain``, at most eleven."""
    width = domain[1] - domain[0]
    step = next((s for s in _STEPS if width / s <= 10), 1000)
    first = -int(-domain[0] // step) * step
    return tuple(range(first, int(domain[1]) + 1, step))


def best_of(placed: Sequence[Placed]) -> list[Placed]:
    """Returns them with the best match first; ties break by id."""
    return sorted(placed, key=lambda p: (-p.witness.score, p.witness.witness_id))
