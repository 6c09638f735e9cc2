"""Signs, bars and links as layers of a chart: the same in every chart that has time for its x."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from policytext.export.pictures.lanes import Drawn, Mark, Stretch
from policytext.export.pictures.lettering import text_width
from policytext.export.pictures.placing import (
    DENIES,
    KINDS,
    NOT_COUNTED,
    OWN,
    PRINTED,
    REPRINT,
    RESURFACING,
    SAME_WORK,
    SECOND_HAND,
    UNDATED,
)
from policytext.export.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    HAIRLINE,
    INK,
    LABELS,
    MID_GREY,
    ORANGE,
    WIDTH,
    Example,
    inline,
)

_TICK = "M0,-1.4L0,1.4"  # an upright stroke; Vega's own "stroke" lies flat
_CROSS = "M-0.7,-0.7L0.7,0.7M-0.7,0.7L0.7,-0.7"
_TWICE = "M-0.7,-0.35L0.7,-0.35M-0.7,0.35L0.7,0.35"
SIGNS: dict[str, tuple[str, str]] = {
    OWN: ("circle", BLUE),
    SECOND_HAND: ("diamond", ORANGE),
    RESURFACING: ("triangle-up", GREEN),
    DENIES: ("square", INK),
    UNDATED: ("triangle-down", GREY),
    REPRINT: (_CROSS, MID_GREY),
    SAME_WORK: (_TWICE, MID_GREY),
    PRINTED: (_TICK, INK),
}
"""Shape and colour by kind; no two share a shape, so that colour only helps."""
_LARGE, _SMALL, _FAINT, _RING = 70, 24, 44, 230  # areas in px; what is all strokes needs room
_SYMBOL = 34.0  # px of a legend's symbol, with the room about it
_ITALIC: dict[str, Any] = {"fontSize": 9, "fontStyle": "italic", "color": GREY}


@dataclass(frozen=True, slots=True)
class Plot:
    """The scales of a chart: years from left to right, lanes of ``lane_height`` px from the top."""

    width: float
    lane_height: float
    lanes: float
    domain: tuple[float, float]
    ticks: tuple[int, ...]

    @property
    def height(self) -> float:
        """In px."""
        return self.lane_height * self.lanes

    @property
    def x(self) -> Any:
        """The encoding of years."""
        import altair as alt

        axis = alt.Axis(values=list(self.ticks), format="d", title=None)
        return alt.X("x:Q", axis=axis, scale=alt.Scale(domain=list(self.domain), nice=False, zero=False))

    @property
    def y(self) -> Any:
        """The encoding of lanes; lane 0 has its middle half a lane below the top."""
        import altair as alt

        scale = alt.Scale(domain=[self.lanes - 0.5, -0.5], nice=False, zero=False)
        return alt.Y("lane:Q", axis=None, scale=scale)


def hairlines(plot: Plot, lanes: Iterable[float]) -> Any:
    """Returns a thin line across the plot at each of these lanes."""
    import altair as alt

    rows = [{"lane": lane} for lane in lanes]
    base = alt.Chart(inline(rows)).mark_rule(color=HAIRLINE, aria=False)
    return base.encode(y=plot.y, x=alt.value(0), x2=alt.value(plot.width))


def stretches(drawn: Drawn, plot: Plot) -> list[Any]:
    """Returns the layers of bars and links."""
    import altair as alt

    def rule(lines: Sequence[Stretch], **style: Any) -> Any:
        rows = [{"lane": s.lane, "x": s.x, "x2": s.x2, "colour": SIGNS[s.kind][1]} for s in lines]
        stroke = alt.Stroke("colour:N", scale=None)
        base = alt.Chart(inline(rows)).mark_rule(aria=False, **style)
        return base.encode(x=plot.x, x2="x2:Q", y=plot.y, stroke=stroke)

    return [
        rule(drawn.bars, strokeWidth=8, opacity=0.3),
        rule(drawn.links, strokeWidth=1.2, strokeDash=[3, 3], opacity=0.9),
    ]


def signs(drawn: Drawn, plot: Plot) -> list[Any]:
    """Returns the layers of the signs, with their legend and what they tell, and of the rings round them."""
    import altair as alt

    rows = [
        {
            "lane": m.lane,
            "x": m.x,
            "kind": m.kind,
            "exact": m.exact,
            "size": _size(m),
            "spoken": m.spoken,
            **m.about,
        }
        for m in drawn.marks
    ]
    used = [k for k in KINDS if any(m.kind == k for m in drawn.marks)]
    legend = alt.Legend(orient="none", legendX=-LABELS, legendY=plot.height + 30, columns=_abreast(used))
    shapes = alt.Scale(domain=used, range=[SIGNS[k][0] for k in used])
    colours = alt.Scale(domain=used, range=[SIGNS[k][1] for k in used])
    fills = alt.Scale(domain=used, range=["white" if k == UNDATED else SIGNS[k][1] for k in used])
    about = next(m.about for m in drawn.marks if m.about)
    points = (
        alt.Chart(inline(rows))
        .mark_point(strokeWidth=1.6, opacity=1)
        .encode(
            x=plot.x,
            y=plot.y,
            shape=alt.Shape("kind:N", scale=shapes, legend=legend),
            size=alt.Size("size:Q", scale=None, legend=None),
            stroke=alt.Stroke("kind:N", scale=colours, legend=legend),
            fill=alt.condition(
                "datum.exact", alt.Fill("kind:N", scale=fills, legend=legend), alt.value("white")
            ),
            tooltip=[alt.Tooltip(f"{name}:N") for name in about],
            description=alt.Description("spoken:N"),
        )
    )
    return [_rings(drawn.marks, plot), points]


def legend_of(marks: Iterable[Mark]) -> tuple[Example, ...]:
    """Returns the legend as the page sets it in words beside the drawing."""
    kinds = {m.kind for m in marks}
    return tuple(
        Example(k, SIGNS[k][0], SIGNS[k][1], "white" if k == UNDATED else SIGNS[k][1])
        for k in KINDS
        if k in kinds
    )


def _abreast(kinds: Sequence[str]) -> int:
    """Returns how many columns the legend has: one for each of a few kinds, if they fit a line."""
    wide = sum(text_width(kind, 10) + _SYMBOL for kind in kinds)
    return len(kinds) if len(kinds) > 3 and wide <= WIDTH else 3


def _size(mark: Mark) -> int:
    if not mark.small:
        return _LARGE
    return _FAINT if mark.kind in NOT_COUNTED else _SMALL


def _rings(marks: Iterable[Mark], plot: Plot) -> Any:
    import altair as alt

    rows = [{"lane": m.lane, "x": m.x} for m in marks if m.ringed]
    base = alt.Chart(inline(rows)).mark_point(
        shape="circle", size=_RING, filled=False, color=INK, strokeWidth=1, opacity=1, aria=False
    )
    return base.encode(x=plot.x, y=plot.y)


def heads(marks: Iterable[Mark], columns: Iterable[tuple[float, Literal["left", "right"], str]]) -> list[Any]:
    """Returns the layers of what stands above the columns and, over the plot, of how signs are read."""
    texts = [(x, -6, align, words) for x, align, words in columns]
    lines = _how_to_read(list(marks))
    texts += [(0, -6 - 12 * above, "left", words) for above, words in enumerate(reversed(lines))]
    return [_said(x, y, align, words) for x, y, align, words in texts]


def _said(x: float, y: float, align: Literal["left", "right"], words: str) -> Any:
    import altair as alt

    base = alt.Chart(inline([{"words": words}])).mark_text(align=align, baseline="bottom", **_ITALIC)
    return base.encode(x=alt.value(x), y=alt.value(y), text="words:N")


def _how_to_read(marks: Sequence[Mark]) -> list[str]:
    lines = ["filled: dated to the year or better \u00b7 hollow: somewhere on its bar, or near it"]
    small = any(m.small for m in marks)
    ringed = any(m.ringed for m in marks)
    more = ["large: confirmed", "small: only suggested"] if small else []
    more += ["ringed: decided by a person"] if ringed else []
    return [*lines, " \u00b7 ".join(more)] if more else lines
