"""The bi-temporal chart of several claims: a band each, with the names of those who speak."""

from __future__ import annotations

from typing import Any

from policytext.export.pictures.claim_lanes import (
    LABEL_SIZE,
    NAME_SIZE,
    ROW_HEIGHT,
    SMALL_SIZE,
    ClaimsLayout,
)
from policytext.export.pictures.signs import Plot, hairlines, heads, signs, stretches
from policytext.export.pictures.style import GREY, INK, LABELS, PLOT, inline

_LINE = 13.0 / ROW_HEIGHT  # of a label, in rows


def claims_chart(layout: ClaimsLayout) -> Any:
    """Returns the chart of a layout, as an Altair chart that still lacks its title."""
    import altair as alt

    plot = Plot(PLOT, ROW_HEIGHT, layout.rows, layout.domain, layout.ticks)
    below = [band.top + band.rows - 0.25 for band in layout.bands[:-1]]
    layers = [_separators(plot, below), hairlines(plot, []), *stretches(layout.drawn, plot)]
    layers += [*_labels(layout, plot), *_names(layout, plot)]
    layers += heads(layout.drawn.marks, [(-LABELS, "left", "claim, and how many works say it")])
    layers += signs(layout.drawn, plot)
    return alt.layer(*layers).properties(width=plot.width, height=plot.height)


def _separators(plot: Plot, lanes: list[float]) -> Any:
    import altair as alt

    rows = [{"lane": lane} for lane in lanes]
    base = alt.Chart(inline(rows)).mark_rule(color="#b8b8b8", aria=False)
    return base.encode(y=plot.y, x=alt.value(-LABELS), x2=alt.value(plot.width))


def _labels(layout: ClaimsLayout, plot: Plot) -> list[Any]:
    lines = [
        {"lane": band.top - 0.05 + number * _LINE, "words": words}
        for band in layout.bands
        for number, words in enumerate(band.lines)
    ]
    told = [{"lane": band.top - 0.05 + len(band.lines) * _LINE, "words": band.told} for band in layout.bands]
    return [_text(lines, plot, LABEL_SIZE, INK), _text(told, plot, SMALL_SIZE, GREY)]


def _text(rows: list[dict[str, Any]], plot: Plot, size: int, colour: str) -> Any:
    import altair as alt

    base = alt.Chart(inline(rows)).mark_text(align="left", baseline="middle", fontSize=size, color=colour)
    return base.encode(y=plot.y, x=alt.value(-LABELS), text="words:N")


def _names(layout: ClaimsLayout, plot: Plot) -> list[Any]:
    import altair as alt

    layers = []
    for side, align in (("left", "right"), ("right", "left")):
        rows = [{"lane": n.lane, "x": n.x, "words": n.words} for n in layout.names if n.side == side]
        base = alt.Chart(inline(rows)).mark_text(
            align=align,  # type: ignore[arg-type]  # one of the two words that it takes
            baseline="middle",
            fontSize=NAME_SIZE,
            color=INK,
        )
        layers.append(base.encode(x=plot.x, y=plot.y, text="words:N"))
    return layers
