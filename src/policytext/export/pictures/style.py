"""How all pictures look: the width of the text of an A4 page, colours safe for colour-blind eyes, letters.

Signs differ by shape before colour (after Okabe and Ito's colours), so that every picture reads in greyscale.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from policytext.export.wording import shown

WIDTH = 668
"""Of a picture without its margins, in px at 96 to the inch: 190 mm with them."""
PLOT = 392.0
LABELS = WIDTH - PLOT
"""Of the part that has time for its x, and of the labels left of it, in px."""
INK, GREY, HAIRLINE = "#1a1a1a", "#595959", "#e4e4e4"
BLUE, ORANGE, GREEN, MID_GREY = "#0072b2", "#c04a00", "#007a5a", "#7a7a7a"

_TITLE_WRAP, _SUBTITLE_WRAP = 78, 118  # characters that fit the width at 15 and 11 px
_TITLE_SHOWN, _LINE_SHOWN = 300, 600

STYLE: dict[str, Any] = {
    "font": "Liberation Sans, Arial, Helvetica, sans-serif",
    "background": "white",
    "view": {"stroke": None},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "limit": WIDTH,  # letters wider than reckoned end in an ellipsis, not off the page
        "offset": 14,
        "fontSize": 15,
        "color": INK,
        "subtitleFontSize": 11,
        "subtitleColor": GREY,
        "subtitlePadding": 6,
    },
    "axisX": {
        "grid": True,
        "gridColor": HAIRLINE,
        "domainColor": GREY,
        "tickColor": GREY,
        "labelColor": INK,
        "labelFontSize": 10,
    },
    "legend": {
        "orient": "bottom",
        "columns": 3,
        "title": None,
        "labelFontSize": 10,
        "labelLimit": 0,
        "labelColor": INK,
        "symbolSize": 80,
        "symbolOpacity": 1,
    },
}


@dataclass(frozen=True, slots=True)
class Example:
    """A line of a legend: a sign of Vega's shapes (or ``cell``, with letters in it) and what it means."""

    words: str
    shape: str
    stroke: str
    fill: str
    letters: str = ""
    ink: str = INK
    hatched: bool = False
    outlined: bool = False
    diamond: bool = False


KEY = "key"
"""Name of the layers that are a legend; a page leaves them away and sets its own, in letters that wrap."""


def finished(
    chart: Any, title: str, lines: Sequence[str], legend: Sequence[Example] = (), *, years: bool = False
) -> dict[str, Any]:
    """Returns an Altair chart as a Vega-Lite specification, with a title and lines under it, in our style.

    Its ``usermeta`` has title, notes and legend unbroken, for pages that set them as text, and where it has
    ``years`` right of labels the px at which these begin. What is written is read out as it is written.
    """
    heading = {
        "text": textwrap.wrap(shown(title, _TITLE_SHOWN), _TITLE_WRAP) or [""],
        "subtitle": [
            part for line in lines for part in textwrap.wrap(shown(line, _LINE_SHOWN), _SUBTITLE_WRAP)
        ],
    }
    spec: dict[str, Any] = chart.properties(title=heading, padding=12).configure(**STYLE).to_dict()
    for layer in spec.get("layer", [spec]):
        _spoken(layer)
    spec["usermeta"] = {
        "title": shown(title, _TITLE_SHOWN),
        "notes": [shown(line, _LINE_SHOWN) for line in lines],
        "legend": [asdict(example) for example in legend],
        "years_from": LABELS if years else 0,
    }
    return spec


def _spoken(layer: dict[str, Any]) -> None:
    """Makes a screen reader say the words of a text, not the names of the columns that it came from."""
    mark, encoding = layer.get("mark"), layer.get("encoding", {})
    if isinstance(mark, dict) and mark.get("type") == "text" and "text" in encoding:
        encoding.setdefault("description", encoding["text"])


def inline(rows: list[dict[str, Any]]) -> Any:
    """Returns rows as the data of a chart; nothing is loaded from anywhere."""
    import altair as alt

    return alt.InlineData(values=rows)


def said_instead(words: str) -> Any:
    """Returns a chart that holds nothing but words: what is said where there is nothing to draw."""
    import altair as alt

    return (
        alt.Chart(inline([{"words": words}]))
        .mark_text(fontSize=13, color=GREY)
        .encode(text="words:N")
        .properties(width=WIDTH, height=80)
    )
