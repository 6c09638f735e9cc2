"""A sheet on which words, lines and boxes are put by hand, in px from its top left corner.

Where a picture is a page of set text rather than a plot, nothing but fixed places keeps its columns apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from policytext.export.pictures.style import INK, WIDTH, inline

MONO = "Liberation Mono, Courier New, DejaVu Sans Mono, monospace"
MONO_ADVANCE = 0.6
"""Width of every letter of these typefaces, in parts of their size."""

_NOTHING: Mapping[str, str] = MappingProxyType({})
_BOX, _WORDS = frozenset({"x", "x2", "y", "y2"}), frozenset({"x", "y", "words"})

Align = Literal["left", "right", "center"]


@dataclass(frozen=True, slots=True)
class Type:
    """How words are set; ``limit`` in px, past which they end in an ellipsis (0: none)."""

    size: float = 10
    colour: str = INK
    bold: bool = False
    italic: bool = False
    mono: bool = False
    align: Align = "left"
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Stroke:
    """How a line is drawn; ``dash`` in px of line and gap."""

    colour: str = INK
    width: float = 1.0
    dash: tuple[int, ...] = ()
    opacity: float = 1.0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign of Vega's shapes; ``size`` is its area in square px."""

    shape: str
    colour: str = INK
    size: float = 50
    filled: bool = True


@dataclass(slots=True)
class Sheet:
    """What was put on the sheet: boxes lie below lines, lines below words, later ones above earlier."""

    words: dict[Type, list[dict[str, Any]]] = field(default_factory=dict)
    lines: dict[Stroke, list[dict[str, Any]]] = field(default_factory=dict)
    boxes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    curves: dict[Stroke, list[dict[str, Any]]] = field(default_factory=dict)
    signs: dict[Sign, list[dict[str, Any]]] = field(default_factory=dict)

    def write(
        self, x: float, y: float, words: str, set_as: Type, about: Mapping[str, str] = _NOTHING
    ) -> None:
        """Puts words on the sheet: their middle, by height, stands at ``y``; ``about`` shows on hovering."""
        self.words.setdefault(set_as, []).append({"x": x, "y": y, "words": words, **about})

    def line(self, start: tuple[float, float], end: tuple[float, float], stroke: Stroke) -> None:
        """Draws a straight line between two points (x, y)."""
        ends = {"x": start[0], "y": start[1], "x2": end[0], "y2": end[1]}
        self.lines.setdefault(stroke, []).append(ends)

    def rule(self, x: float, x2: float, y: float, colour: str = INK, width: float = 1.0) -> None:
        """Draws a level line."""
        self.line((x, y), (x2, y), Stroke(colour, width))

    def box(
        self, x: tuple[float, float], y: tuple[float, float], colour: str, about: Mapping[str, str] = _NOTHING
    ) -> None:
        """Fills a box; ``about`` shows on hovering."""
        self.boxes.setdefault(colour, []).append({"x": x[0], "x2": x[1], "y": y[0], "y2": y[1], **about})

    def curve(self, points: Sequence[tuple[float, float]], stroke: Stroke, about: Mapping[str, str]) -> None:
        """Draws a line through points (x, y); ``about`` shows on hovering."""
        rows = self.curves.setdefault(stroke, [])
        number = rows[-1]["curve"] + 1 if rows else 0
        rows += [{"x": x, "y": y, "curve": number, "step": n, **about} for n, (x, y) in enumerate(points)]

    def sign(self, x: float, y: float, sign: Sign, about: Mapping[str, str] = _NOTHING) -> None:
        """Puts a sign on the sheet; ``about`` shows on hovering."""
        self.signs.setdefault(sign, []).append({"x": x, "y": y, **about})

    def chart(self, height: float) -> Any:
        """Returns the sheet as a chart, as wide as every picture."""
        import altair as alt

        x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, WIDTH], nice=False, zero=False))
        y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False, zero=False))
        layers: list[Any] = [
            _told(alt.Chart(inline(rows)).mark_rect(color=colour, opacity=1), rows, _BOX).encode(
                x=x, x2="x2:Q", y=y, y2="y2:Q"
            )
            for colour, rows in self.boxes.items()
            if rows
        ]
        layers += [
            _drawn(stroke, rows).encode(x=x, x2="x2:Q", y=y, y2="y2:Q") for stroke, rows in self.lines.items()
        ]
        layers += [_traced(stroke, rows).encode(x=x, y=y) for stroke, rows in self.curves.items()]
        layers += [_signed(sign, rows).encode(x=x, y=y) for sign, rows in self.signs.items()]
        layers += [
            _told(_set(kind, rows), rows, _WORDS).encode(x=x, y=y, text="words:N")
            for kind, rows in self.words.items()
        ]
        return alt.layer(*layers).properties(width=WIDTH, height=height)


def _told(chart: Any, rows: list[dict[str, Any]], own: frozenset[str]) -> Any:
    """Returns the chart with what its rows tell on hovering, if they tell anything."""
    import altair as alt

    names = list(dict.fromkeys(name for row in rows for name in row if name not in own))
    return chart.encode(tooltip=[alt.Tooltip(f"{name}:N") for name in names]) if names else chart


def _traced(stroke: Stroke, rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    style: dict[str, Any] = {"color": stroke.colour, "strokeWidth": stroke.width, "opacity": stroke.opacity}
    if stroke.dash:
        style["strokeDash"] = list(stroke.dash)
    chart = alt.Chart(inline(rows)).mark_line(**style).encode(detail="curve:N", order="step:Q")
    return _told(chart, rows, _WORDS | {"curve", "step"})


def _signed(sign: Sign, rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    fill = sign.colour if sign.filled else "white"
    chart = alt.Chart(inline(rows)).mark_point(
        shape=sign.shape, size=sign.size, stroke=sign.colour, fill=fill, strokeWidth=1.4, opacity=1
    )
    return _told(chart, rows, _WORDS)


def _drawn(stroke: Stroke, rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    style: dict[str, Any] = {"color": stroke.colour, "strokeWidth": stroke.width}
    if stroke.dash:
        style["strokeDash"] = list(stroke.dash)
    return alt.Chart(inline(rows)).mark_rule(**style)


def _set(kind: Type, rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    style: dict[str, Any] = {"fontSize": kind.size, "color": kind.colour, "align": kind.align}
    if kind.mono:
        style["font"] = MONO
    if kind.bold:
        style["fontWeight"] = "bold"
    if kind.italic:
        style["fontStyle"] = "italic"
    if kind.limit:
        style["limit"] = kind.limit
    return alt.Chart(inline(rows)).mark_text(baseline="middle", **style)
