"""The bi-temporal chart: when it was said, and from there to where it was printed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from policytext.analysis.timeline import Timeline
from policytext.export.pictures.bins import bin_witnesses
from policytext.export.pictures.bins_chart import binned_chart, key_of
from policytext.export.pictures.claim_lanes import lay_out_claims
from policytext.export.pictures.claim_lanes_chart import claims_chart
from policytext.export.pictures.grid import example_of
from policytext.export.pictures.lanes import Layout, lay_out
from policytext.export.pictures.signs import Plot, hairlines, heads, legend_of, signs, stretches
from policytext.export.pictures.style import GREY, INK, LABELS, PLOT, Example, finished, inline, said_instead

DRAWN_AT_MOST = 400
"""More witnesses than these are counted by period; fewer where less than half of them would be drawn."""
_LANE_HEIGHT = 29


def timeline_chart(timeline: Timeline) -> dict[str, Any]:
    """Returns the bi-temporal chart of a timeline as a Vega-Lite specification (JSON, no outside data).

    Of one claim, topic, speaker, Act or query a lane is a speaker in a document, by the time said; of several
    claims (``labels``) each has a band of its own. A filled sign is dated to the year or better; a hollow one
    lies somewhere on its bar, or near it where the date is approximate. A dashed line leads from a saying to
    the tick where it was printed. Above `DRAWN_AT_MOST` witnesses, or where a page has no room for half of
    them or for their bands, they are counted by period, in one pass and in memory bounded by the cells. What
    is not drawn is said under the title. Pointing at a sign in HTML shows the quotations, speaker, both dates
    with their basis, document and raw offsets.
    """
    if len(timeline.witnesses) <= DRAWN_AT_MOST:
        chart, notes, legend = _every_sign(timeline)
        if chart is not None:
            return finished(chart, timeline.title, [*timeline.notes, *notes], legend, years=bool(legend))
    counts = bin_witnesses(timeline.witnesses, timeline.labels)
    legend = tuple(map(example_of, key_of(counts)))
    notes = (*timeline.notes, *counts.notes)
    return finished(binned_chart(counts), timeline.title, notes, legend, years=bool(legend))


def _every_sign(timeline: Timeline) -> tuple[Any | None, tuple[str, ...], tuple[Example, ...]]:
    """Returns the chart that draws every witness, its notes and legend; no chart where that fits no page."""
    if len(timeline.labels) > 1:
        claims = lay_out_claims(timeline.witnesses, timeline.labels)
        if claims is None:
            return None, (), ()
        drawn, notes = claims.drawn, claims.notes
        chart = claims_chart(claims) if drawn.marks else None
    else:
        layout = lay_out(timeline.witnesses)
        if layout.left_out > len(timeline.witnesses) / 2:
            return None, (), ()
        drawn, notes = layout.drawn, layout.notes
        chart = _lanes_chart(layout) if layout.lanes else None
    if chart is None:
        found = len(timeline.witnesses) > 0
        chart = said_instead("Nothing that was found has a date." if found else "Nothing was found.")
    return chart, notes, legend_of(drawn.marks)


def _lanes_chart(layout: Layout) -> Any:
    import altair as alt

    count = len(layout.lanes)
    plot = Plot(PLOT, _LANE_HEIGHT, count, layout.domain, layout.ticks)
    layers = [hairlines(plot, map(float, range(count))), *stretches(layout.drawn, plot)]
    layers += [*_labels(layout, plot), *_heads(layout), *signs(layout.drawn, plot)]
    return alt.layer(*layers).properties(width=plot.width, height=plot.height)


def _labels(layout: Layout, plot: Plot) -> list[Any]:
    import altair as alt

    rows = [{"lane": float(i), **asdict(lane)} for i, lane in enumerate(layout.lanes)]
    base = alt.Chart(inline(rows)).encode(y=plot.y)

    def column(name: str, x: float, **style: Any) -> Any:
        filled = base.transform_filter(f"datum.{name} != ''")  # an empty text is read out as one
        return filled.mark_text(baseline="middle", **style).encode(x=alt.value(x), text=f"{name}:N")

    return [
        column("name", -LABELS, align="left", dy=-6, fontSize=11, limit=186, color=INK),
        column("year", -8, align="right", dy=-6, fontSize=11, limit=80, color=INK),
        column("document", -LABELS, align="left", dy=7, fontSize=9, limit=266, color=GREY),
        column("times", PLOT + 25, align="right", dy=0, fontSize=10, limit=26, color=GREY),
    ]


def _heads(layout: Layout) -> list[Any]:
    times = [(PLOT + 25.0, "right", "times")] if any(lane.times for lane in layout.lanes) else []
    columns = [(-LABELS, "left", "who, and in which document (printed)"), (-8.0, "right", "said"), *times]
    return heads(layout.drawn.marks, columns)  # type: ignore[arg-type]  # mypy widens the literals
