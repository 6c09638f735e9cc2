"""A chart as a file: SVG, PNG or one self-contained HTML page, without a browser and without the network."""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal, get_args

from policytext.errors import BadRequest
from policytext.export.pictures.style import KEY, WIDTH
from policytext.export.wording import xml_text

PictureFormat = Literal["svg", "png", "html"]

_PIXELS_PER_INCH = 200
_ENTRY = "window.vegaEmbed = vegaEmbed;"  # what the page calls; the default would also export the rest


def render(chart: dict[str, Any], picture: PictureFormat) -> bytes:
    """Returns ``chart`` as a file: the same chart gives the same bytes.

    ``png`` has 200 pixels to the inch; ``html`` holds the drawing library itself, loads nothing and forbids
    the page to.

    Raises:
        BadRequest: no such format.
    """
    import vl_convert

    spec = json.dumps(_writable(chart), ensure_ascii=False)
    if picture == "svg":
        return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])).encode("utf-8")
    if picture == "png":
        # vl-convert reckons 72 px to the inch where CSS and our widths have 96: 3/4 sets it right
        png = vl_convert.vegalite_to_png(spec, ppi=_PIXELS_PER_INCH, scale=0.75, allowed_base_urls=[])
        return bytes(png)
    if picture == "html":
        return _page(chart, _library()).encode("utf-8", "backslashreplace")
    raise BadRequest(f"no picture format {picture}", advice=", ".join(get_args(PictureFormat)))


def _writable(value: Any) -> Any:
    """Returns a specification without what XML cannot hold: in there it would abort the whole process."""
    if isinstance(value, str):
        return xml_text(value)
    if isinstance(value, list):
        return [_writable(item) for item in value]
    if isinstance(value, dict):
        return {_writable(name): _writable(item) for name, item in value.items()}
    return value


@cache
def _library() -> str:
    """Returns Vega, Vega-Lite and Vega-Embed as one script; bundling takes seconds."""
    import vl_convert

    return str(vl_convert.javascript_bundle(snippet=_ENTRY))


_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ margin: 1.5em auto; padding: 0 1em; max-width: 1000px; font: 15px/1.45 Arial, sans-serif;
 color: #1a1a1a; }}
h1 {{ font-size: 1.35em; line-height: 1.25; margin: 0 0 0.4em; overflow-wrap: anywhere; }}
#notes p {{ color: #595959; font-size: 0.93em; margin: 0; overflow-wrap: anywhere; }}
#hint {{ display: none; font-size: 0.93em; font-style: italic; margin: 0.7em 0 0; }}
#picture {{ display: block; margin: 0.7em 0; }}
#picture svg {{ width: 100%; height: auto; }}
#legend {{ list-style: none; display: flex; flex-wrap: wrap; gap: 0.3em 1.6em; margin: 0; padding: 0;
 font-size: 0.93em; print-color-adjust: exact; -webkit-print-color-adjust: exact; }}
#legend svg {{ width: 1.15em; height: 1.15em; vertical-align: -0.2em; margin-right: 0.35em; }}
#legend .cell {{ display: inline-block; min-width: 2.4em; padding: 0 0.2em; margin-right: 0.5em;
 text-align: center; height: 1.4em; line-height: 1.4em; vertical-align: middle; border: 1px solid #c4c4c4;
 position: relative; }}
#legend .hatched {{ background-image: repeating-linear-gradient(-55deg, #9a9a9a 0 1px, transparent 1px 7px);
 }}
#legend .outlined {{ outline: 1px dashed #1a1a1a; outline-offset: -3px; }}
#legend .diamond::after {{ content: "\\25c6"; color: #c04a00; font-size: 0.7em; line-height: 1;
 position: absolute; top: 1px; right: 1px; }}
#vg-tooltip-element {{ max-width: min(34em, 94vw); font-size: 13px; }}
#vg-tooltip-element table tr td.key {{ max-width: 5.5em; vertical-align: top; }}
#vg-tooltip-element table tr td.value {{ max-width: min(28em, 70vw); max-height: none; white-space: pre-line;
 overflow-wrap: anywhere; }}
@media (max-width: 700px) {{
 body {{ margin: 0.5em auto; padding: 0 0.6em; }}
 #hint {{ display: block; }}
 #picture {{ overflow-x: auto; }}
 #picture svg {{ width: {phone}px; max-width: none; }}
 #vg-tooltip-element {{ top: auto !important; left: 0 !important; right: 0; bottom: 0; max-width: none;
  max-height: 60vh; overflow-y: auto; pointer-events: auto; }}
}}
@media print {{
 body {{ margin: 0; padding: 0; }}
 #hint {{ display: none; }}
 #picture {{ overflow: visible; }}
 #picture svg {{ width: 100%; max-width: 100%; }}
}}
</style></head><body>
<main>
<h1>{title}</h1>
<div id="notes">{notes}</div>
<p id="hint">{hint}</p>
<div id="picture" role="region" aria-label="The picture" tabindex="0"></div>
{legend}
</main>
<noscript>The picture is drawn by this page's own script; please allow it to run.</noscript>
<script>{library}</script>
<script>vegaEmbed("#picture", {chart}, {{renderer: "svg", actions: false}}).then(() => {{
 const picture = document.getElementById("picture");
 picture.scrollLeft = picture.scrollWidth * {start};
}});</script>
</body></html>
"""
_PHONE_WIDTH = 740  # px of a drawing on a screen narrower than it
_BEFORE_YEARS = 60  # px of the labels that stay in sight where the years begin
_PATHS = {
    "circle": "M-1.13,0A1.13,1.13 0 1 1 1.13,0A1.13,1.13 0 1 1 -1.13,0",
    "square": "M-1,-1H1V1H-1Z",
    "diamond": "M-1,0L0,-1L1,0L0,1Z",
    "triangle-up": "M0,-0.87L-1,0.87L1,0.87Z",
    "triangle-down": "M0,0.87L-1,-0.87L1,-0.87Z",
}
"""Vega's shapes, by their names, as paths from -1 to 1; other shapes are paths themselves."""


def _page(chart: dict[str, Any], library: str) -> str:
    """Returns the HTML page: title, notes and legend as text that wraps, and the drawing without them.

    No text of a source stands in it but as escaped JSON or escaped HTML.
    """
    spec = dict(chart)
    meta = spec.pop("usermeta", {})
    title = meta.get("title") or " ".join(chart.get("title", {}).get("text", [])) or "Timeline"
    if meta:
        spec.pop("title", None)
        spec["padding"] = 3  # the page has margins of its own
    if meta.get("legend"):
        spec["layer"] = [_without_legend(layer) for layer in spec["layer"] if not _is_key(layer)]
        held = {layer.get("data", {}).get("name") for layer in spec["layer"]}
        spec["datasets"] = {name: rows for name, rows in spec.get("datasets", {}).items() if name in held}
    years = meta.get("years_from", 0)
    return _PAGE.format(
        title=html.escape(title),
        notes="".join(f"<p>{html.escape(note)}</p>" for note in meta.get("notes", [])),
        hint="Scroll sideways to see "
        + ("the years; labels are to the left." if years else "the whole picture."),
        legend=_legend(meta.get("legend", [])),
        phone=_PHONE_WIDTH,
        start=round(max(0, years - _BEFORE_YEARS) / (WIDTH + 24), 3),
        library=library,
        chart=_script_json(spec),
    )


def _legend(examples: Sequence[dict[str, Any]]) -> str:
    lines = "".join(f"<li>{_example(e)}{html.escape(e['words'])}</li>" for e in examples)
    return f'<ul id="legend">{lines}</ul>' if lines else ""


def _is_key(layer: dict[str, Any]) -> bool:
    return str(layer.get("name", "")).startswith(KEY)


def _without_legend(layer: dict[str, Any]) -> dict[str, Any]:
    """Returns a layer whose channels draw no legend."""

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: None if name == "legend" else bare(part) for name, part in value.items()}
        return value

    return layer | {"encoding": bare(layer.get("encoding", {}))}


def _example(example: dict[str, Any]) -> str:
    """Returns a sign or a cell of the legend as HTML; all of it but the letters are words of this package."""
    if example["shape"] == "cell":
        kinds = " ".join(["cell", *(k for k in ("hatched", "outlined", "diamond") if example[k])])
        style = f"background-color: {example['fill']}; color: {example['ink']}"
        return f'<span class="{kinds}" style="{style}">{html.escape(example["letters"])}</span>'
    path = _PATHS.get(example["shape"], example["shape"])
    return (
        f'<svg viewBox="-2 -2 4 4" aria-hidden="true"><path d="{path}" fill="{example["fill"]}"'
        f' stroke="{example["stroke"]}" stroke-width="0.38"/></svg>'
    )


def _script_json(value: Any) -> str:
    """Returns JSON that cannot leave a script element, whatever text it holds."""
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
