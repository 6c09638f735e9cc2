"""The bi-temporal chart: when it was said, and from there to where it was printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any, Literal

from policytext.analysis.witness import Witness
from policytext.export.pictures.lanes import (
    KINDS,
    NOT_COUNTED,
    OWN,
    PRINTED,
    RESURFACING,
    SECOND_HAND,
    UNDATED,
    Layout,
    Stretch,
    lay_out,
)
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
    inline,
    said_instead,
)
from policytext.export.wording import shown

_PLOT_WIDTH, _LABEL_WIDTH, _LANE_HEIGHT = 392, WIDTH - 392, 29
_TICK = "M0,-1.4L0,1.4"  # an upright stroke; Vega's own "stroke" lies flat
_CROSS = "M-0.7,-0.7L0.7,0.7M-0.7,0.7L0.7,-0.7"
_SIGNS: dict[str, tuple[str, str]] = {
    OWN: ("circle", BLUE),
    SECOND_HAND: ("diamond", ORANGE),
    RESURFACING: ("triangle-up", GREEN),
    UNDATED: ("triangle-down", GREY),
    NOT_COUNTED: (_CROSS, MID_GREY),
    PRINTED: (_TICK, INK),
}


def timeline_chart(witnesses: Iterable[Witness], title: str, subtitle: str = "") -> dict[str, Any]:
    """Returns the bi-temporal chart as a Vega-Lite specification (JSON, no outside data).

    One lane a speaker in a document, by the time said. A filled sign is dated to the year or better; a
    hollow one lies somewhere on its bar, or near it where the date is approximate. A dashed line leads from
    a saying to the tick where it was printed. What is not drawn is said under the title. Hovering over a
    sign in HTML shows the quotation, speaker, both dates with their basis, document and raw offsets.

    Args:
        witnesses: in any order; none at all gives a chart that says so.
        title: of the chart, most often the query.
        subtitle: a line below it; the notes on what is drawn follow.
    """
    layout = lay_out(witnesses)
    if layout.lanes:
        chart = _lanes_chart(layout)
    else:
        chart = said_instead("Nothing that was found has a date." if layout.notes else "Nothing was found.")
    return finished(chart, title, [shown(subtitle, 300), *layout.notes])


def _lanes_chart(layout: Layout) -> Any:
    import altair as alt

    lines = [{"lane": i} for i in range(len(layout.lanes))]
    y = _y(layout)
    hairlines = (
        alt.Chart(inline(lines))
        .mark_rule(color=HAIRLINE)
        .encode(y=y, x=alt.value(0), x2=alt.value(_PLOT_WIDTH))
    )
    layers = [hairlines, *_stretches(layout), *_labels(layout), _heads(), _signs(layout)]
    return alt.layer(*layers).properties(width=_PLOT_WIDTH, height=_LANE_HEIGHT * len(layout.lanes))


def _y(layout: Layout) -> Any:
    import altair as alt

    bottom = len(layout.lanes) - 0.5
    return alt.Y("lane:Q", axis=None, scale=alt.Scale(domain=[bottom, -0.5], nice=False, zero=False))


def _x(layout: Layout) -> Any:
    import altair as alt

    axis = alt.Axis(values=list(layout.ticks), format="d", title=None)
    return alt.X("x:Q", axis=axis, scale=alt.Scale(domain=list(layout.domain), nice=False, zero=False))


def _stretches(layout: Layout) -> list[Any]:
    import altair as alt

    def rule(stretches: Sequence[Stretch], **style: Any) -> Any:
        rows = [{"lane": s.lane, "x": s.x, "x2": s.x2, "colour": _SIGNS[s.kind][1]} for s in stretches]
        stroke = alt.Stroke("colour:N", scale=None)
        return (
            alt.Chart(inline(rows))
            .mark_rule(**style)
            .encode(x=_x(layout), x2="x2:Q", y=_y(layout), stroke=stroke)
        )

    return [
        rule(layout.bars, strokeWidth=8, opacity=0.3),
        rule(layout.links, strokeWidth=1.2, strokeDash=[3, 3], opacity=0.9),
    ]


def _labels(layout: Layout) -> list[Any]:
    import altair as alt

    rows = [{"lane": i, **asdict(lane)} for i, lane in enumerate(layout.lanes)]
    base = alt.Chart(inline(rows)).encode(y=_y(layout))

    def column(name: str, x: float, **style: Any) -> Any:
        return base.mark_text(baseline="middle", **style).encode(x=alt.value(x), text=f"{name}:N")

    return [
        column("name", -_LABEL_WIDTH, align="left", dy=-6, fontSize=11, limit=186, color=INK),
        column("year", -8, align="right", dy=-6, fontSize=11, limit=80, color=INK),
        column("document", -_LABEL_WIDTH, align="left", dy=7, fontSize=9, limit=266, color=GREY),
        column("times", _PLOT_WIDTH + 4, align="left", dy=0, fontSize=9, limit=30, color=GREY),
    ]


def _heads() -> Any:
    """What stands above the columns; it also tells filled signs from hollow ones."""
    import altair as alt

    heads: list[tuple[int, Literal["left", "right"], str]] = [
        (-_LABEL_WIDTH, "left", "who, and in which document (printed)"),
        (-8, "right", "said"),
        (0, "left", "filled: dated to the year or better \u00b7 hollow: somewhere on its bar, or near it"),
    ]
    texts = [
        alt.Chart(inline([{"words": words}]))
        .mark_text(align=align, baseline="bottom", fontSize=9, fontStyle="italic", color=GREY)
        .encode(x=alt.value(x), y=alt.value(-6), text="words:N")
        for x, align, words in heads
    ]
    return alt.layer(*texts)


def _signs(layout: Layout) -> Any:
    import altair as alt

    rows = [{"lane": m.lane, "x": m.x, "kind": m.kind, "exact": m.exact, **m.about} for m in layout.marks]
    used = [k for k in KINDS if any(m.kind == k for m in layout.marks)]
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=used, range=[_SIGNS[k][0] for k in used]))
    colours = alt.Scale(domain=used, range=[_SIGNS[k][1] for k in used])
    fills = alt.Scale(domain=used, range=["white" if k == UNDATED else _SIGNS[k][1] for k in used])
    about = next(m.about for m in layout.marks if m.about)
    return (
        alt.Chart(inline(rows))
        .mark_point(size=70, strokeWidth=1.6, opacity=1)
        .encode(
            x=_x(layout),
            y=_y(layout),
            shape=shape,
            stroke=alt.Stroke("kind:N", scale=colours),
            fill=alt.condition("datum.exact", alt.Fill("kind:N", scale=fills), alt.value("white")),
            tooltip=[alt.Tooltip(f"{name}:N") for name in about],
        )
    )
