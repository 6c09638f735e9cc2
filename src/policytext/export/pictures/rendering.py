"""A chart as a file: SVG, PNG or one self-contained HTML page, without a browser and without the network."""

from __future__ import annotations

import html
import json
from functools import cache
from typing import Any, Literal, get_args

from policytext.errors import BadRequest

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

    # half a surrogate pair, which no UTF-8 has, would abort the whole process in there
    spec = json.dumps(chart, ensure_ascii=False).encode("utf-8", "replace").decode("utf-8")
    if picture == "svg":
        return str(vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])).encode("utf-8")
    if picture == "png":
        # vl-convert reckons 72 px to the inch where CSS and our widths have 96: 3/4 sets it right
        png = vl_convert.vegalite_to_png(spec, ppi=_PIXELS_PER_INCH, scale=0.75, allowed_base_urls=[])
        return bytes(png)
    if picture == "html":
        return _page(chart, _library()).encode("utf-8", "backslashreplace")
    raise BadRequest(f"no picture format {picture}", advice=", ".join(get_args(PictureFormat)))


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
body {{ margin: 1.5em auto; max-width: 60em; font: 15px/1.45 Arial, sans-serif; }}
#picture {{ display: block; }}
#picture svg {{ max-width: 100%; height: auto; }}
#vg-tooltip-element {{ max-width: min(34em, 94vw); font-size: 13px; }}
#vg-tooltip-element table tr td.key {{ max-width: 5.5em; vertical-align: top; }}
#vg-tooltip-element table tr td.value {{ max-width: min(28em, 70vw); max-height: none; white-space: pre-line;
 overflow-wrap: anywhere; }}
@media (max-width: 700px) {{
 body {{ margin: 0.5em; }}
 #picture {{ overflow-x: auto; }}
 #picture svg {{ max-width: none; }}
 #vg-tooltip-element {{ top: auto !important; left: 0 !important; right: 0; bottom: 0; max-width: none;
  max-height: 60vh; overflow-y: auto; pointer-events: auto; }}
}}
@media print {{ body {{ margin: 0; }} #picture {{ overflow: visible; }} #picture svg {{ max-width: 100%; }} }}
</style></head><body>
<main id="picture"></main>
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
