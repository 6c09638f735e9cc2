"""Witnesses counted by period, for timelines with more of them than a picture can show one by one.

One pass over the witnesses; memory is bounded by rows times periods, for every length of a period at once,
since the best length is known only afterwards. A witness counts in a period that surely holds both its
bounds; what may belong to several is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policytext.analysis.witness import Witness
from policytext.export.pictures.lanes import Tally
from policytext.export.pictures.placing import (
    DENIES,
    NOT_COUNTED,
    OWN,
    RESURFACING,
    SECOND_HAND,
    kind_of,
)

STEPS = (1, 2, 5, 10, 20, 50, 100)
MOST_PERIODS, MOST_ROWS = 10, 30
_NEARLY_ALL = 0.98
_MOST_NAMED = 8  # years before or after the columns
AGAIN = "reprints and the same work again, not counted"
_PRINTED = "printed"
_KIND_ROWS = (OWN, SECOND_HAND, RESURFACING, DENIES, AGAIN)
_OTHER = ""

Days = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Strip:
    """A row: counts by number of the period, those that may belong to ``several``, those ``undated``.

    ``told`` is said under its label.
    """

    label: str
    periods: Mapping[int, int]
    several: int
    undated: int
    told: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Counts:
    """Strips, and the columns for them: the periods ``first`` to ``last`` of ``step`` years each.

    The strips hold what lies before and after these as well. ``notes`` say what was counted, in words;
    ``unit`` is what is counted, as one and as several.
    """

    strips: tuple[Strip, ...]
    step: int
    first: int
    last: int
    notes: tuple[str, ...]
    unit: tuple[str, str] = ("witness", "witnesses")


@dataclass(slots=True)
class _Tally:
    """Counts in the making, by row: for every step by period, and what fits none."""

    by_step: dict[int, Counter[tuple[str, int]]] = field(
        default_factory=lambda: {s: Counter() for s in STEPS}
    )
    several: dict[int, Counter[str]] = field(default_factory=lambda: {s: Counter() for s in STEPS})
    undated: Counter[str] = field(default_factory=Counter)

    def add(self, row: str, days: Days) -> None:
        if days[0] is None or days[1] is None:
            self.undated[row] += 1
            return
        low, high = int(days[0][:4]), int(days[1][:4])
        for step in STEPS:
            if low // step == high // step:
                self.by_step[step][row, low // step] += 1
            else:
                self.several[step][row] += 1


def bin_witnesses(witnesses: Iterable[Witness], labels: Mapping[str, str]) -> Counts:
    """Returns the counts: of several claims a strip a claim, in the order of ``labels``, else a strip a kind.

    Of a claim, works that count and say it are in the strip; what denies it or does not count is told beside
    its label. The last strip has all witnesses by the year they were printed.
    """
    tally, kinds, told = _Tally(), Counter[tuple[str, str]](), Tally()
    by_claim = len(labels) > 1
    for w in witnesses:
        told.add(w)
        kind = kind_of(w)
        kind = AGAIN if kind in NOT_COUNTED else kind
        claim = (w.family_id or _OTHER) if by_claim else _OTHER
        kinds[claim, kind] += 1
        if not by_claim:
            tally.add(kind, _said(w))
        elif kind not in (AGAIN, DENIES):
            tally.add(f"c{claim}", _said(w))
        tally.add(_PRINTED, w.publication_bounds)
    step, first, last = _best_step(tally)
    strips = _claim_strips(tally, kinds, labels, step) if by_claim else _kind_strips(tally, kinds, step)
    printed = _strip(tally, _PRINTED, printed_row(told.total), step, apart=True)
    kept = _largest(strips)
    if not kinds:
        return Counts((), step, first, last, ())
    notes = [f"{told.words()}; no page has room to draw them one by one.", *_reading(step, by_claim=by_claim)]
    notes += _far_off(tally, step, first, last)
    if len(kept) < len(strips):
        notes.append(
            f"Not drawn: {len(strips) - len(kept):,} claims with fewer works than these {MOST_ROWS}."
        )
    unit = ("work", "works") if by_claim else ("witness", "witnesses")
    return Counts((*kept, printed), step, first, last, tuple(notes), unit)


def printed_row(total: int) -> str:
    """Returns what the last row is called, of so many witnesses."""
    told = f"all {total:,} witnesses" if total > 1 else "the witness"
    return f"{told}, by the year {'they were' if total > 1 else 'it was'} printed"


def _said(w: Witness) -> Days:
    """Returns when it was said; a paper's own words without a date were said when they were printed."""
    if w.statement_edtf is None and w.voice == "own":
        return w.publication_bounds
    low, high = w.statement_bounds
    return low, high or w.publication_bounds[1]


def _best_step(tally: _Tally) -> tuple[int, int, int]:
    """Returns the shortest period of which few enough hold nearly all, with the first and last of them."""
    for step in STEPS:
        counts = Counter[int]()
        for (_, period), n in tally.by_step[step].items():
            counts[period] += n
        if counts and max(counts) - min(counts) < MOST_PERIODS:
            return step, min(counts), max(counts)
        first, last = _middle(counts)
        if last - first < MOST_PERIODS:
            return step, first, last
    return STEPS[-1], max(first, last - MOST_PERIODS + 1), last


def _middle(counts: Counter[int]) -> tuple[int, int]:
    """Returns the first and last period once a hundredth at either end is left out: none if they are few."""
    total = sum(counts.values())
    spare = int(total * (1 - _NEARLY_ALL) / 2)
    periods = sorted(counts)
    first = _beyond(periods, counts, spare)
    last = _beyond(periods[::-1], counts, spare)
    return first, last


def _beyond(periods: list[int], counts: Counter[int], spare: int) -> int:
    passed = 0
    for period in periods:
        passed += counts[period]
        if passed > spare:
            return period
    return 0


def _kind_strips(tally: _Tally, kinds: Counter[tuple[str, str]], step: int) -> list[Strip]:
    return [_strip(tally, kind, kind, step) for kind in _KIND_ROWS if kinds[_OTHER, kind]]


def _claim_strips(
    tally: _Tally, kinds: Counter[tuple[str, str]], labels: Mapping[str, str], step: int
) -> list[Strip]:
    others = sorted({claim for claim, _ in kinds} - labels.keys())
    return [
        _strip(tally, f"c{claim}", labels.get(claim, claim) or "of no claim", step, told=_told(kinds, claim))
        for claim in (*labels, *others)
    ]


def _strip(tally: _Tally, row: str, label: str, step: int, *, told: str = "", apart: bool = False) -> Strip:
    periods = {period: n for (of, period), n in tally.by_step[step].items() if of == row}
    return Strip(label, periods, tally.several[step][row], tally.undated[row], told, apart)


def _told(kinds: Counter[tuple[str, str]], claim: str) -> str:
    again, denying = kinds[claim, AGAIN], kinds[claim, DENIES]
    said = sum(n for (of, _), n in kinds.items() if of == claim) - again - denying
    words = [f"{said:,} {'work' if said == 1 else 'works'}"]
    words += [f"{denying:,} denying it"] if denying else []
    words += [f"{again:,} not counted"] if again else []
    return ", ".join(words)


def _largest(strips: list[Strip]) -> list[Strip]:
    """Returns the strips that fit, in their order: of more, those with the most in them."""

    def size(number: int) -> tuple[int, int]:
        strip = strips[number]
        return -(sum(strip.periods.values()) + strip.several + strip.undated), number

    return [strips[n] for n in sorted(sorted(range(len(strips)), key=size)[:MOST_ROWS])]


def _reading(step: int, *, by_claim: bool) -> list[str]:
    """Returns how the cells are read."""
    what = "works that say the claim and" if by_claim else "witnesses that"
    years = "one year" if step == 1 else f"the same {step} years"
    cells = (
        f"A cell counts the {what} were surely said within {years}; \u201cvague\u201d those whose dates"
        " touch more than one such period, \u201cn.d.\u201d those whose dates are unknown or open."
    )
    empty = (
        "An empty cell does not tell silence from absence: whether any paper speaks then, the grid of claims"
        " by decade tells."
    )
    return [cells, empty]


def _far_off(tally: _Tally, step: int, first: int, last: int) -> Iterator[str]:
    """Yields what lies before and after the columns: the years, where they are few."""
    counted = [(row, period) for row, period in tally.by_step[step] if row != _PRINTED]
    ends = [
        (f"Before {first * step}", {period for _, period in counted if period < first}),
        (f"After {last * step + step - 1}", {period for _, period in counted if period > last}),
    ]
    for words, periods in ends:
        if periods:
            named = sorted({y for p in periods for y in _years_in(tally, step, p)})
            several = f"{len(named)} years or spans of years, {named[0]} to {named[-1]}"
            yield f"{words}: {several if len(named) > _MOST_NAMED else ', '.join(named)}."


def _years_in(tally: _Tally, step: int, period: int) -> Iterator[str]:
    """Yields the years of what was said in a period; its first and last one where that is all one knows."""
    rows = {row for row, p in tally.by_step[step] if p == period and row != _PRINTED}
    dated = 0
    for year in range(period * step, period * step + step):
        found = sum(tally.by_step[1][row, year] for row in rows)
        dated += found
        if found:
            yield f"{year}"
    if dated < sum(tally.by_step[step][row, period] for row in rows):
        yield f"{period * step}\u2013{period * step + step - 1}"
