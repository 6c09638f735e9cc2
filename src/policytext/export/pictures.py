"""Pictures: the bi-temporal chart of one query or claim, as SVG, PNG or one self-contained HTML file.

Drawn with Altair and turned into files by vl-convert, without a browser and without the network. Signs
differ by shape before colour (after Okabe and Ito's colours, safe for colour-blind eyes), so that the chart
reads in greyscale; it is as wide as the text of an A4 page.
"""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, Literal, get_args

from policytext.analysis.witness import Witness
from policytext.errors import BadRequest
from policytext.export.lanes import (
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
from policytext.export.wording import shown

PictureFormat = Literal["svg", "png", "html"]

_PLOT_WIDTH, _LABEL_WIDTH, _LANE_HEIGHT = 392, 276, 29  # px at 96 to the inch: 190 mm with the margins
_TITLE_WRAP, _SUBTITLE_WRAP = 78, 118  # characters that fit the width at 15 and 11 px
_TITLE_SHOWN = 300
_INK, _GREY, _HAIRLINE = "#1a1a1a", "#595959", "#e4e4e4"
_TICK = "M0,-1.4L0,1.4"  # an upright stroke; Vega's own "stroke" lies flat
_CROSS = "M-0.7,-0.7L0.7,0.7M-0.7,0.7L0.7,-0.7"
_SIGNS: dict[str, tuple[str, str]] = {
    OWN: ("circle", "#0072b2"),
    SECOND_HAND: ("diamond", "#c04a00"),
    RESURFACING: ("triangle-up", "#007a5a"),
    UNDATED: ("triangle-down", _GREY),
    NOT_COUNTED: (_CROSS, "#7a7a7a"),
    PRINTED: (_TICK, _INK),
}
_STYLE: dict[str, Any] = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "background": "white",
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "limit": _PLOT_WIDTH
        + _LABEL_WIDTH,  # letters wider than reckoned end in an ellipsis, not off the page
        "offset": 14,
        "fontSize": 15,
        "color": _INK,
        "subtitleFontSize": 11,
        "subtitleColor": _GREY,
        "subtitlePadding": 6,
    },
    "axisX": {
        "grid": True,
        "gridColor": _HAIRLINE,
        "domainColor": _GREY,
        "tickColor": _GREY,
        "labelColor": _INK,
        "labelFontSize": 10,
    },
    "legend": {
        "orient": "bottom",
        "columns": 3,
        "title": None,
        "labelFontSize": 10,
        "labelLimit": 0,
        "labelColor": _INK,
        "symbolSize": 80,
        "symbolOpacity": 1,
    },
}
_PIXELS_PER_INCH = 200
_ENTRY = "window.vegaEmbed = vegaEmbed;"  # what the page calls; the default would also export the rest


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
    lines = [shown(subtitle, _TITLE_SHOWN), *layout.notes]
    heading = {
        "text": textwrap.wrap(shown(title, _TITLE_SHOWN), _TITLE_WRAP) or [""],
        "subtitle": [part for line in lines for part in textwrap.wrap(line, _SUBTITLE_WRAP)],
    }
    chart = _lanes_chart(layout) if layout.lanes else _empty_chart(dated=not layout.notes)
    spec: dict[str, Any] = chart.properties(title=heading, padding=12).configure(**_STYLE).to_dict()
    return spec


def render(chart: dict[str, Any], picture: PictureFormat) -> bytes:
    """Returns ``chart`` as a file: the same chart gives the same bytes.

    ``png`` has 200 pixels to the inch; ``html`` holds the drawing library itself, loads nothing and forbids
    the page to.

    Raises:
        BadRequest: no such format.
    """
    import vl_convert

    if picture == "svg":
        return str(vl_convert.vegalite_to_svg(chart, allowed_base_urls=[])).encode("utf-8")
    if picture == "png":
        # vl-convert reckons 72 px to the inch where CSS and our widths have 96: 3/4 sets it right
        png = vl_convert.vegalite_to_png(chart, ppi=_PIXELS_PER_INCH, scale=0.75, allowed_base_urls=[])
        return bytes(png)
    if picture == "html":
        return _page(chart, _library()).encode("utf-8", "backslashreplace")
    raise BadRequest(f"no picture format {picture}", advice=", ".join(get_args(PictureFormat)))


@cache
def _library() -> str:
    """Returns Vega, Vega-Lite and Vega-Embed as one script; bundling takes seconds."""
    import vl_convert

    return str(vl_convert.javascript_bundle(snippet=_ENTRY))


def _empty_chart(*, dated: bool) -> Any:
    import altair as alt

    words = "Nothing was found." if dated else "Nothing that was found has a date."
    return (
        alt.Chart(_data([{"words": words}]))
        .mark_text(fontSize=13, color=_GREY)
        .encode(text="words:N")
        .properties(width=_PLOT_WIDTH + _LABEL_WIDTH, height=80)
    )


def _data(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    return alt.InlineData(values=rows)


def _lanes_chart(layout: Layout) -> Any:
    import altair as alt

    lines = [{"lane": i} for i in range(len(layout.lanes))]
    y = _y(layout)
    hairlines = (
        alt.Chart(_data(lines))
        .mark_rule(color=_HAIRLINE)
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
            alt.Chart(_data(rows))
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
    base = alt.Chart(_data(rows)).encode(y=_y(layout))

    def column(name: str, x: float, **style: Any) -> Any:
        return base.mark_text(baseline="middle", **style).encode(x=alt.value(x), text=f"{name}:N")

    return [
        column("name", -_LABEL_WIDTH, align="left", dy=-6, fontSize=11, limit=186, color=_INK),
        column("year", -8, align="right", dy=-6, fontSize=11, limit=80, color=_INK),
        column("document", -_LABEL_WIDTH, align="left", dy=7, fontSize=9, limit=266, color=_GREY),
        column("times", _PLOT_WIDTH + 4, align="left", dy=0, fontSize=9, limit=30, color=_GREY),
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
        alt.Chart(_data([{"words": words}]))
        .mark_text(align=align, baseline="bottom", fontSize=9, fontStyle="italic", color=_GREY)
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
        alt.Chart(_data(rows))
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


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 1.5em auto; max-width: 60em; font: 15px/1.45 Arial, sans-serif; }}
#picture svg {{ max-width: 100%; height: auto; }}
#vg-tooltip-element {{ max-width: 32em; font-size: 13px; }}
#vg-tooltip-element table tr td.value {{ max-width: 26em; white-space: normal; overflow-wrap: anywhere; }}
@media print {{ body {{ margin: 0; }} }}
</style></head><body>
<div id="picture"></div>
<noscript>The picture is drawn by this page's own script; please allow it to run.</noscript>
<script>{library}</script>
<script>vegaEmbed("#picture", {chart}, {{renderer: "svg", actions: false}});</script>
</body></html>
"""


def _page(chart: dict[str, Any], library: str) -> str:
    """Returns the HTML page. No text of a source stands in it but as escaped JSON or escaped HTML."""
    title = " ".join(chart.get("title", {}).get("text", [])) or "Timeline"
    return _PAGE.format(title=html.escape(title), library=library, chart=_script_json(chart))


def _script_json(value: Any) -> str:
    """Returns JSON that cannot leave a script element, whatever text it holds."""
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
