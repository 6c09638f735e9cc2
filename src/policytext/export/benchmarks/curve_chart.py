"""Curves of damage as a picture: a line a system, its intervals, its name where it ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policytext.evaluation.noise.curves import CurvePoint, Curves
from policytext.evaluation.wording import counted
from policytext.export.benchmarks.curve_tables import confidence, percent
from policytext.export.pictures.lettering import fitted
from policytext.export.pictures.sheet import Sheet, Sign, Stroke, Type
from policytext.export.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    HAIRLINE,
    INK,
    MID_GREY,
    ORANGE,
    WIDTH,
    finished,
)

DRAWN = 8
"""Systems that one picture holds apart; of more the first are drawn."""

_LEFT, _RIGHT, _TOP, _FLOOR = 34.0, WIDTH - 200.0, 12.0, 330.0
_CLEAN = _LEFT + 14  # px: where the clean collection lies, clear of the axis
_LABEL_GAP = 28.0  # px between labels
_SMALL, _NAME = 10, 11  # px of letters: six points and more where the picture is 160 mm wide
_ASIDE, _WIDEST = 2.8, 7.0  # px between neighbouring systems, and of all from their place
_STEPS = (0.01, 0.02, 0.05, 0.1, 0.2)
_PURPLE, _OLIVE, _SKY = "#a3487f", "#8a6d00", "#3d9cd2"  # more of Okabe and Ito's, darkened for white paper
_COLOURS = (BLUE, ORANGE, GREEN, INK, MID_GREY, _PURPLE, _OLIVE, _SKY)
_SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down")
_DASHES: tuple[tuple[int, ...], ...] = (
    (), (7, 3), (2, 2), (9, 3, 2, 3), (4, 2), (12, 4), (5, 2, 1, 2, 1, 2), (1, 3),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Look:
    """How a system is drawn: each has a colour and a dash of its own, and a sign, in greyscale too."""

    colour: str
    shape: str
    dash: tuple[int, ...]
    filled: bool

    @classmethod
    def of(cls, number: int) -> _Look:
        shape = _SHAPES[number % len(_SHAPES)]
        return cls(_COLOURS[number], shape, _DASHES[number], filled=number < len(_SHAPES))


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where error rates and values lie, in px."""

    rate: float
    value: float
    step: float

    def x(self, rate: float) -> float:
        return _CLEAN + (_RIGHT - _CLEAN) * rate / self.rate

    def y(self, value: float) -> float:
        return _FLOOR - (_FLOOR - _TOP) * value / self.value


def curves_chart(curves: Curves, measure: str | None = None, notes: Sequence[str] = ()) -> dict[str, Any]:
    """Returns the curves of one measure as a Vega-Lite specification.

    Points lie at the error rates that were realised, those of several systems side by side; the value axis
    begins at 0, so that what is lost can be seen as the part of the height that it is.

    Args:
        curves: what was measured.
        measure: which; None is the first.
        notes: lines below the title.
    """
    measure = measure or curves.measures[0]
    systems = curves.systems[:DRAWN]
    points = {system: [curves.point(system, measure, rate) for rate in curves.rates] for system in systems}
    plot = _scaled(curves, [point for each in points.values() for point in each])
    sheet = Sheet()
    _axes(sheet, plot, curves, measure)
    middle = (len(systems) - 1) / 2
    for number, system in enumerate(systems):
        aside = min(_ASIDE, _WIDEST / max(middle, 1)) * (number - middle)
        _line(sheet, plot, curves, points[system], _Look.of(number), aside)
    _names(sheet, plot, curves, points)
    draws, queries = counted(len(curves.seeds), "draw"), counted(curves.queries, "query")
    bars = f"Bars: {confidence(curves)} intervals over {queries}, of the mean over {draws} of the noise."
    lines = [f"{bars} Systems stand side by side." if len(systems) > 1 else bars, *notes]
    if len(curves.systems) > DRAWN:
        lines.append(f"Drawn: the first {DRAWN} of {len(curves.systems)} systems.")
    title = f"{measure} as documents get worse: {curves.collection}, {curves.split}"
    return finished(sheet.chart(_FLOOR + 42), title, lines)


def _scaled(curves: Curves, points: Sequence[CurvePoint]) -> _Plot:
    most = max((point.high for point in points), default=0.0) or 1.0
    step = next((step for step in _STEPS if most / step <= 8), _STEPS[-1])
    furthest = max(curves.realised(rate) for rate in curves.rates)
    return _Plot(max(furthest, 0.001), step * -int(-most // step), step)


def _axes(sheet: Sheet, plot: _Plot, curves: Curves, measure: str) -> None:
    for number in range(round(plot.value / plot.step) + 1):
        value = number * plot.step
        sheet.rule(_LEFT, _RIGHT, plot.y(value), HAIRLINE if number else GREY)
        sheet.write(_LEFT - 6, plot.y(value), f"{value:.2f}", Type(_SMALL, GREY, align="right"))
    sheet.write(0, 0, fitted(measure, _SMALL, 200), Type(_SMALL, GREY))
    last = -100.0
    for rate in curves.rates:
        at = plot.x(curves.realised(rate))
        sheet.line((at, _FLOOR), (at, _FLOOR + 4), Stroke(GREY))
        told = "0" if not rate else percent(rate)
        if at - last >= 20:  # else the label would run into the one before
            sheet.write(at, _FLOOR + 13, told, Type(_SMALL, align="center"))
            last = at
    middle = (_LEFT + _RIGHT) / 2
    caption = "character error rate of the documents; 0: as they are"
    sheet.write(middle, _FLOOR + 30, caption, Type(_SMALL, GREY, align="center"))


def _line(
    sheet: Sheet, plot: _Plot, curves: Curves, points: Sequence[CurvePoint], look: _Look, aside: float
) -> None:
    places = [(plot.x(curves.realised(p.rate)) + aside, plot.y(p.mean)) for p in points]
    sheet.curve(places, Stroke(look.colour, 1.8, look.dash), {"System": points[0].system})
    for (x, y), point in zip(places, points, strict=True):
        bar = Stroke(look.colour, 1.0)
        sheet.line((x, plot.y(point.low)), (x, plot.y(point.high)), bar)
        sheet.sign(x, y, Sign(look.shape, look.colour, 38, look.filled), _about(curves, point))


def _about(curves: Curves, point: CurvePoint) -> Mapping[str, str]:
    lost = "" if point.lost is None or not point.rate else f"{100 * point.lost:.1f} %"
    return {
        "System": point.system,
        "Errors": percent(curves.realised(point.rate), 2),
        point.measure: f"{point.mean:.4f} ({point.low:.4f} to {point.high:.4f})",
        "Lost": lost or "-",
    }


def _names(sheet: Sheet, plot: _Plot, curves: Curves, points: Mapping[str, Sequence[CurvePoint]]) -> None:
    """Writes each system's name beside the end of its line, moved apart where ends lie close."""
    ends = sorted(
        ((plot.y(each[-1].mean), number, each) for number, each in enumerate(points.values())),
        key=lambda end: end[:2],
    )
    x = plot.x(max(curves.realised(rate) for rate in curves.rates))
    for y, (level, number, each) in zip(_apart([end[0] for end in ends]), ends, strict=True):
        look = _Look.of(number)
        sheet.line((x + 11, level), (x + 20, y - 5), Stroke(look.colour, 0.8))
        sheet.sign(x + 27, y - 5, Sign(look.shape, look.colour, 36, look.filled))
        name = fitted(each[0].system, _NAME, 155)
        sheet.write(x + 35, y - 5, name, Type(_NAME, look.colour, bold=True))
        lost = each[-1].lost
        told = f"{each[0].mean:.3f} to {each[-1].mean:.3f}" + (f", {100 * lost:.0f} % lost" if lost else "")
        sheet.write(x + 35, y + 7, told, Type(_SMALL, GREY))


def _apart(levels: Sequence[float]) -> list[float]:
    """Returns rising levels moved apart by a label's height, down first, then up from the floor."""
    placed: list[float] = []
    for level in levels:
        placed.append(max(level, placed[-1] + _LABEL_GAP) if placed else level)
    limit = _FLOOR + 16
    for at in range(len(placed) - 1, -1, -1):
        placed[at] = min(placed[at], limit)
        limit = placed[at] - _LABEL_GAP
    return placed
