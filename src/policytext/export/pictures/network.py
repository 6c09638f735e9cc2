"""Who echoes whom: a row for each speaker along time, and a line wherever one says again what another said.

A large sign stands where somebody speaks first; lines leave from there and land, with an arrow head, on the
row of the later speaker at a sign for what is said then: the large one, or a small one where that is later.
So everything runs with time, and no label is ever crossed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policytext.analysis.echoes import MOST_SAYINGS, Days, Echo, Echoes, EchoSpeaker
from policytext.export.pictures.lettering import fitted
from policytext.export.pictures.placing import decimal_year
from policytext.export.pictures.sheet import Sheet, Sign, Stroke, Type
from policytext.export.pictures.style import (
    BLUE,
    GREY,
    HAIRLINE,
    INK,
    ORANGE,
    WIDTH,
    finished,
    said_instead,
)
from policytext.export.wording import shown

SPEAKERS = 28
"""Rows that one page holds; those with most echoes are drawn, and some who spoke first."""
FIRST = 7
"""Of these rows so many are for those who spoke first: a history begins with them, however few echo them."""
LINES = 70
"""More lines than this are a thicket; those of most claims are drawn."""

_LEFT, _RIGHT = 232.0, WIDTH - 46.0
_ROW, _TOP = 24.0, 18.0
_FIRST_SIGN, _LATER_SIGN = 52.0, 20.0  # areas in square px
_APART = 6.0  # px; ends nearer to the large sign of their row end at it
_NEAR, _CLEAR = 26.0, 7.0  # px: so near in time that a line is a bow; so far from the sign an arrow ends
_STEPS = 32  # points of a curve
_SWEEPS = 12
_AGAIN, _QUOTES = BLUE, ORANGE
NOBODY = "Nobody echoes anybody, as far as dates and quotations tell."
"""What is said where no line can be drawn."""
_POINTS = "An arrow points to who repeats or quotes, and leaves from whose words these were."
_LEGEND = (
    "Solid: says again what another had said before, by sure dates (no proof that one knew the other). "
    "Dashed: quotes the other, at the time of printing. The wider, the more claims. Large circle: first "
    "saying; small: a later one, or a printing that quotes. Filled: dated to the year or better; hollow: "
    "vaguer, or only the printing is dated."
)


@dataclass(frozen=True, slots=True)
class _Line:
    """An echo between two rows, from year ``x`` of the earlier to year ``x2`` of the later."""

    echo: Echo
    earlier: str
    later: str
    x: float
    x2: float


def network_chart(
    found: Echoes, labels: Mapping[str, str], title: str, notes: Sequence[str] = ()
) -> dict[str, Any]:
    """Returns who echoes whom as a Vega-Lite specification.

    Args:
        found: speakers and echoes.
        labels: what the claims are called, by id.
        title: of the picture.
        notes: lines under it; what is left out is added.
    """
    lines = [*(shown(note, 300) for note in notes), *_left_out(found)]
    drawn, speakers = _chosen(found)
    if not drawn:
        return finished(said_instead(NOBODY), title, lines)
    if len(drawn) < len(found.echoes):
        of = f"{len(drawn)} of {len(found.echoes)} lines"
        lines.append(f"Drawn: {of}, those of most claims between {len(speakers)} speakers with most lines.")
    years = {s.name: year for s in speakers if (year := year_of(s.first)) is not None}
    rows = arranged([s.name for s in speakers], drawn)
    sheet, height = Sheet(), _TOP + _ROW * len(rows)
    scale = _scale(sheet, [*years.values(), *(line.x2 for line in drawn)], height)
    places = {name: _TOP + _ROW * (n + 0.5) for n, name in enumerate(rows)}
    for speaker in speakers:
        _speaker(sheet, speaker, places[speaker.name], scale.x(years[speaker.name]))
    for line in sorted(drawn, key=lambda e: (-len(e.echo.claims), e.later, e.earlier, e.echo.kind)):
        _curve(sheet, line, places, scale, labels)
    _later(sheet, drawn, {n: (scale.x(years[n]), y) for n, y in places.items()}, scale)
    return finished(sheet.chart(height + 6), title, [_POINTS, *lines, _LEGEND])


def year_of(days: Days) -> float | None:
    """Returns the middle of bounds as a decimal year, the known end where one is open; None of none."""
    low = None if days[0] is None or days[0].startswith("0000") else decimal_year(days[0])
    high = None if days[1] is None or days[1].startswith("9999") else decimal_year(days[1], end=True)
    known = [day for day in (low, high) if day is not None]
    return sum(known) / len(known) if known else None


def _left_out(found: Echoes) -> list[str]:
    joined = {name for e in found.echoes for name in (e.earlier, e.later)}
    alone = sum(s.name not in joined for s in found.speakers)
    first = f" after the first {MOST_SAYINGS:,} of a claim"
    told = [
        _counted(found.unsure, "pair") + " of sayings whose order is not sure" if found.unsure else "",
        _counted(found.undated, "undated saying") + " (but where quoted)" if found.undated else "",
        _counted(found.later, "saying") + first if found.later else "",
        _counted(alone, "speaker") + " whom no line joins" if alone else "",
    ]
    return [f"Left out: {'; '.join(filter(None, told))}."] if any(told) else []


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _chosen(found: Echoes) -> tuple[list[_Line], list[EchoSpeaker]]:
    """Returns the lines that are drawn and the speakers that they join, by time."""
    years = {s.name: year_of(s.first) for s in found.speakers}
    lines = [line for e in found.echoes if (line := _line(e, years)) is not None]
    weights: dict[str, int] = {}
    for line in lines:
        for name in (line.earlier, line.later):
            weights[name] = weights.get(name, 0) + len(line.echo.claims)
    first = [s.name for s in found.speakers if s.name in weights][:FIRST]
    ranked = sorted(weights, key=lambda n: (-weights[n], n))
    best = set(list(dict.fromkeys([*first, *ranked]))[:SPEAKERS])
    kept = [line for line in lines if {line.earlier, line.later} <= best]
    kept = sorted(kept, key=lambda e: (-len(e.echo.claims), e.earlier, e.later, e.echo.kind))[:LINES]
    names = {name for line in kept for name in (line.earlier, line.later)}
    return kept, [s for s in found.speakers if s.name in names]


def _line(echo: Echo, years: Mapping[str, float | None]) -> _Line | None:
    start, end, home = years[echo.earlier], year_of(echo.first), years[echo.later]
    if start is None or end is None or home is None:
        return None
    return _Line(echo, echo.earlier, echo.later, start, max(start, end))


def arranged(names: Sequence[str], lines: Sequence[_Line]) -> list[str]:
    """Returns the names in an order that lessens crossings: by time, bettered by barycentres.

    Each sweep puts every name at the mean row of those it is joined with (Sugiyama, Tagawa and Toda 1981);
    the order with the fewest crossings that was met is kept, the shorter lines where two have as many.
    """
    joined: dict[str, list[str]] = {name: [] for name in names}
    for line in lines:
        joined[line.earlier].append(line.later)
        joined[line.later].append(line.earlier)
    order = best = list(names)
    least = _cost(best, lines)
    for _ in range(_SWEEPS):
        row = {name: n for n, name in enumerate(order)}
        middle = {n: (row[n] + sum(row[o] for o in joined[n])) / (1 + len(joined[n])) for n in order}
        order = sorted(order, key=lambda n: (middle[n], row[n]))
        cost = _cost(order, lines)
        if cost < least:
            best, least = order, cost
    return best


def _cost(order: Sequence[str], lines: Sequence[_Line]) -> tuple[int, int]:
    """Returns crossings of straight lines, and their length in rows."""
    row = {name: n for n, name in enumerate(order)}
    ends = [((e.x, row[e.earlier]), (e.x2, row[e.later])) for e in lines]
    crossings = sum(_cross(one, other) for n, one in enumerate(ends) for other in ends[:n])
    return crossings, sum(abs(a[1] - b[1]) for a, b in ends)


_Ends = tuple[tuple[float, int], tuple[float, int]]


def _cross(one: _Ends, other: _Ends) -> bool:
    (a, b), (c, d) = one, other
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: tuple[float, int], b: tuple[float, int], c: tuple[float, int]) -> float:
    """Returns on which side of the line from a to b the point c lies."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


@dataclass(frozen=True, slots=True)
class _Years:
    """Years from ``low`` to ``high`` over the width of the plot."""

    low: float
    high: float

    def x(self, year: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (year - self.low) / (self.high - self.low)


def _scale(sheet: Sheet, years: Sequence[float], height: float) -> _Years:
    """Draws the years in round steps, from the one before all data to the one behind them."""
    low, high = min(years), max(years)
    step = next((s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200) if (high - low) / s <= 8), 500)
    first, last = int(low // step) * step, -int(-high // step) * step
    scale = _Years(first, max(last, first + step))
    for year in range(first, int(scale.high) + 1, step):
        x = scale.x(year)
        sheet.line((x, 18), (x, height), Stroke(HAIRLINE))
        sheet.write(x, 9, str(year), Type(9, GREY, align="center"))
    return scale


def _speaker(sheet: Sheet, speaker: EchoSpeaker, y: float, x: float) -> None:
    number = len(speaker.claims)
    about = {"Speaker": shown(speaker.name, 200), "Claims": ", ".join(speaker.claims)[:300] or "none; quotes"}
    sheet.rule(_LEFT, WIDTH, y, HAIRLINE)
    sheet.write(0, y, fitted(speaker.name, 10, 180), Type(10, INK), about)
    told = f"{number} claim{'s' * (number != 1)}" if number else "quotes"
    sheet.write(_LEFT - 8, y, told, Type(8.5, GREY, align="right"))
    sheet.sign(x, y, Sign("circle", INK, _FIRST_SIGN, filled=speaker.exact), about)


def _later(
    sheet: Sheet, lines: Sequence[_Line], first: Mapping[str, tuple[float, float]], scale: _Years
) -> None:
    """Puts a small sign where a line ends and no other sign stands; filled if any there is dated so well."""
    ends: dict[tuple[float, float], list[_Line]] = {}
    for line in lines:
        home, y = first[line.later]
        x = round(scale.x(line.x2), 1)
        if abs(x - home) > _APART:
            ends.setdefault((x, y), []).append(line)
    for (x, y), several in sorted(ends.items()):
        about = {"Speaker": shown(several[0].later, 200), "When": _when(several[0].echo)}
        exact = any(line.echo.exact for line in several)
        sheet.sign(x, y, Sign("circle", INK, _LATER_SIGN, filled=exact), about)


def _when(echo: Echo) -> str:
    """Returns the days between which an echo comes first and last."""
    return " to ".join(dict.fromkeys(day for day in (echo.first[0], echo.last[1]) if day)) or "not dated"


def _curve(
    sheet: Sheet, line: _Line, places: Mapping[str, float], scale: _Years, labels: Mapping[str, str]
) -> None:
    start, end = (scale.x(line.x), places[line.earlier]), (scale.x(line.x2), places[line.later])
    quotes = line.echo.kind == "quotes"
    colour = _QUOTES if quotes else _AGAIN
    number = len(line.echo.claims)
    width = min(5.0, 0.9 + 0.7 * (number - 1))
    about = {
        "Later": shown(line.later, 200),
        "Does": f"{line.echo.kind} ({_when(line.echo)})",
        "Earlier": shown(line.earlier, 200),
        "Of": shown("; ".join(labels.get(c, c) for c in line.echo.claims), 500),
        **_evidence(line.echo),
    }
    near = end[0] - start[0] < _NEAR
    tip = end[0] + _CLEAR if near else end[0] - _CLEAR, end[1]
    sheet.curve(
        _bent(start, tip, near=near), Stroke(colour, round(width, 1), (5, 3) if quotes else (), 0.75), about
    )
    sheet.sign(tip[0], tip[1], Sign("triangle-left" if near else "triangle-right", colour, 26), about)


def _evidence(echo: Echo) -> dict[str, str]:
    """Returns the words that the first echo is between, each with its place."""
    both = {"First": echo.before} if echo.kind == "quotes" else {"Before": echo.before, "After": echo.after}
    return {
        name: f"\u201c{shown(saying.words, 240)}\u201d ({shown(saying.place, 120)})"
        for name, saying in both.items()
    }


def _bent(start: tuple[float, float], end: tuple[float, float], *, near: bool) -> list[tuple[float, float]]:
    """Returns a cubic curve from start to end, a bow to the right where both are at one time."""
    (x, y), (x2, y2) = start, end
    reach = 14.0 + 0.08 * abs(y2 - y) if near else 0.5 * (x2 - x)
    first, second = x + reach, (x2 + reach if near else x2 - reach)
    points = []
    for n in range(_STEPS + 1):
        t = n / _STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append(
            (round(a * x + b * first + c * second + d * x2, 2), round((a + b) * y + (c + d) * y2, 2))
        )
    return points
