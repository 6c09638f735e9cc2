"""Where everything stands in the bi-temporal chart: lanes, marks, bars and links, in decimal years.

A lane is one speaker in one document at one date; where that makes too many lanes, one speaker in one
document; where that is still too many, those with the best matches are kept and the notes say what is not
drawn. Nothing here knows how a picture is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from policytext.analysis.witness import Witness, in_time_order
from policytext.export.wording import display_date, display_year, shown

MAX_LANES = 30
"""As many lanes as fit one printed page of A4 with two legible lines each."""
OWN = "own statement"
SECOND_HAND = "second-hand, in a later paper"
RESURFACING = "perhaps said again"
UNDATED = "undated, put at printing"
NOT_COUNTED = "reprint, not counted"
PRINTED = "printed"
KINDS = (OWN, SECOND_HAND, RESURFACING, UNDATED, NOT_COUNTED, PRINTED)

_EXACT_YEARS = 1.01  # a point stands for a year or less; a leap year may round a little above 1
_FAR_YEARS = 150.0  # a wider interval says too little to stretch the axis for
_QUOTE_SHOWN, _NAME_SHOWN = 400, 120
_MONTH_STARTS = tuple(accumulate((0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30)))


@dataclass(frozen=True, slots=True)
class Lane:
    """Labels of one lane: who, the year or years said, the document, and how many witnesses if several."""

    name: str
    year: str
    document: str
    times: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign at decimal year ``x``; hollow unless ``exact`` to the year. ``about`` is its tooltip."""

    lane: int
    x: float
    kind: str
    exact: bool
    about: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A line from ``x`` to ``x2`` in a lane: a bar of possible dates, or the way from saying to printing."""

    lane: int
    x: float
    x2: float
    kind: str


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is drawn, lanes from the top; ``domain`` and ``ticks`` in years; ``notes`` in words."""

    lanes: tuple[Lane, ...] = ()
    marks: tuple[Mark, ...] = ()
    bars: tuple[Stretch, ...] = ()
    links: tuple[Stretch, ...] = ()
    domain: tuple[float, float] = (0.0, 1.0)
    ticks: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Placed:
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


def lay_out(witnesses: Iterable[Witness], max_lanes: int = MAX_LANES) -> Layout:
    """Returns the layout of the chart; without any dated witness only the notes."""
    ordered = in_time_order(witnesses)
    placed = [p for w in ordered if (p := _place(w)) is not None]
    if not placed:
        return Layout(notes=_notes(ordered, [], [], []))
    groups = _lanes(placed, max_lanes)
    kept = _best(groups, max_lanes)
    drawn = [p for group in kept for p in group]
    domain = _domain(drawn)
    marks: list[Mark] = []
    bars: list[Stretch] = []
    links: list[Stretch] = []
    for lane, group in enumerate(kept):
        _draw(lane, group, domain, marks, bars, links)
    return Layout(
        tuple(_label(group) for group in kept),
        tuple(marks),
        tuple(dict.fromkeys(bars)),
        tuple(dict.fromkeys(links)),
        domain,
        _ticks(domain),
        _notes(ordered, placed, groups, kept),
    )


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


def _place(witness: Witness) -> _Placed | None:
    printed = _span(witness.publication_bounds)
    ends = [p for p in printed if p is not None]
    when = sum(ends) / len(ends) if ends else None
    kind = {"quoted-at-second-hand": SECOND_HAND, "resurfacing-candidate": RESURFACING}.get(
        witness.relation, OWN
    )
    if not witness.counts_as_independent:
        kind = NOT_COUNTED
    low, high = _span(witness.statement_bounds)
    if low is not None or high is not None:
        if high is None and when is not None and (low is None or low < when):
            high = when  # nothing is printed before it is said
        return _Placed(witness, kind, low, high, when)
    if when is None:
        return None
    if witness.voice != "own" and kind != NOT_COUNTED:
        return _Placed(witness, UNDATED, when, None, when)
    return _Placed(witness, kind, printed[0], printed[1], when)


def _lanes(placed: Sequence[_Placed], max_lanes: int) -> list[list[_Placed]]:
    fine = _grouped(placed, fine=True)
    return fine if len(fine) <= max_lanes else _grouped(placed, fine=False)


def _grouped(placed: Sequence[_Placed], *, fine: bool) -> list[list[_Placed]]:
    groups: dict[tuple[object, ...], list[_Placed]] = {}
    for p in placed:
        w = p.witness
        key = (w.document, w.speaker, *((w.statement_edtf, p.kind) if fine else ()))
        groups.setdefault(key, []).append(p)
    return list(groups.values())


def _best(groups: list[list[_Placed]], max_lanes: int) -> list[list[_Placed]]:
    """Returns the lanes with the highest scores, still in order of time."""
    ranked = sorted(range(len(groups)), key=lambda i: (-max(p.witness.score for p in groups[i]), i))
    return [groups[i] for i in sorted(ranked[:max_lanes])]


def _domain(placed: Sequence[_Placed]) -> tuple[float, float]:
    points = [p.printed for p in placed if p.printed is not None]
    for p in placed:
        ends = [x for x in (p.low, p.high) if x is not None]
        if len(ends) < 2 or ends[1] - ends[0] <= _FAR_YEARS:
            points += ends
    points = points or [1900.0, 2000.0]
    pad = max(1.0, 0.03 * (max(points) - min(points)), (10.0 - (max(points) - min(points))) / 2)
    return round(min(points) - pad, 3), round(max(points) + pad, 3)


def _ticks(domain: tuple[float, float]) -> tuple[int, ...]:
    """Returns round years within ``domain``, at most eleven."""
    width = domain[1] - domain[0]
    step = next((s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200, 500) if width / s <= 10), 1000)
    first = -int(-domain[0] // step) * step
    return tuple(range(first, int(domain[1]) + 1, step))


def _draw(
    lane: int,
    group: Sequence[_Placed],
    domain: tuple[float, float],
    marks: list[Mark],
    bars: list[Stretch],
    links: list[Stretch],
) -> None:
    places: dict[tuple[float, str, bool], list[_Placed]] = {}
    printings: set[float] = set()
    for p in group:
        x = round(_middle(p, domain), 3)
        places.setdefault((x, p.kind, p.exact), []).append(p)
        if not p.exact and p.kind != UNDATED:
            low = domain[0] if p.low is None else max(domain[0], p.low)
            high = domain[1] if p.high is None else min(domain[1], p.high)
            bars.append(Stretch(lane, round(low, 3), round(high, 3), p.kind))
        if p.printed is not None and p.kind != UNDATED and _said_before(p.witness):
            printings.add(round(p.printed, 3))
            links.append(Stretch(lane, x, round(p.printed, 3), p.kind))
    marks += [Mark(lane, x, PRINTED, exact=True) for x in sorted(printings)]
    marks += [
        Mark(lane, x, kind, exact, _about(max(at, key=lambda p: p.witness.score).witness, len(at)))
        for (x, kind, exact), at in places.items()
    ]


def _said_before(witness: Witness) -> bool:
    return witness.statement_edtf not in (None, witness.publication_edtf)


def _middle(p: _Placed, domain: tuple[float, float]) -> float:
    """Where the sign stands: midway, at the known end of an open interval, never off the page."""
    if p.low is not None and p.high is not None:
        return (max(p.low, domain[0]) + min(p.high, domain[1])) / 2
    known = p.low if p.high is None else p.high
    return sum(domain) / 2 if known is None else min(max(known, domain[0]), domain[1])


def _label(group: Sequence[_Placed]) -> Lane:
    first = group[0].witness
    title = shown(first.title or first.source, _NAME_SHOWN)
    return Lane(
        shown(first.speaker or "speaker not named", _NAME_SHOWN),
        _years(group),
        f"{title} ({display_year(first.publication_edtf)})",
        f"\u00d7{len(group)}" if len(group) > 1 else "",
    )


def _years(group: Sequence[_Placed]) -> str:
    """Returns the date of the lane as asserted, or where it holds several the years they span."""
    asserted = {
        None if p.kind == UNDATED else p.witness.statement_edtf or p.witness.publication_edtf for p in group
    }
    if len(asserted) == 1:
        return display_year(asserted.pop())
    days = [day for p in group for day in p.witness.statement_bounds if day is not None]
    years = sorted({int(day[:4]) for day in days})
    return "\u2013".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else "n.d."


def _about(w: Witness, number: int) -> dict[str, str]:
    """Returns the tooltip, in the order it is shown."""
    more = f" (and {number - 1} more at this place)" if number > 1 else ""
    return {
        "Speaker": shown(w.speaker or "not named", _NAME_SHOWN),
        "Said": f"{display_date(w.statement_edtf)} ({w.statement_date_basis or 'no date found'})",
        "Printed": f"{display_date(w.publication_edtf)} ({w.publication_date_basis or 'no date found'})",
        "Words": f"\u201c{shown(w.quote, _QUOTE_SHOWN)}\u201d{more}",
        "Relation": w.relation + ("" if w.counts_as_independent else ", not counted"),
        "Document": shown(f"{w.title or w.source}", _NAME_SHOWN),
        "Place": f"{shown(w.source, _NAME_SHOWN)}, characters {w.start}\u2013{w.end}, line {w.line_start}",
        "Found by": f"{shown(w.rule, _NAME_SHOWN)}, confidence {w.confidence:.2f}",
    }


def _notes(
    witnesses: Sequence[Witness],
    placed: Sequence[_Placed],
    groups: Sequence[Sequence[_Placed]],
    kept: Sequence[Sequence[_Placed]],
) -> tuple[str, ...]:
    total, drawn = len(witnesses), sum(map(len, kept))
    if not total:
        return ()
    counted = sum(w.counts_as_independent for w in witnesses)
    notes = [f"{total} {'witness' if total == 1 else 'witnesses'}, {counted} counted as independent."]
    if len(kept) < len(groups):
        notes.append(
            f"Drawn: the {len(kept)} of {len(groups)} lanes (one speaker in one document each) with the best"
            f" matches; {len(placed) - drawn} witnesses are not drawn."
        )
    if len(placed) < total:
        notes.append(f"{total - len(placed)} without any date cannot be drawn.")
    return tuple(notes)
