"""Where the letters of a drawing stand, reckoned from its SVG, to see whether any are printed over others."""

import re
from xml.etree import ElementTree as ET

from policytext.export.pictures.lettering import text_width

SVG = "{http://www.w3.org/2000/svg}"
DRAWN = {"svg", "g", "path", "text", "tspan", "rect", "defs", "clipPath", "line"}
"""What a drawing is made of: nothing that runs, links or loads."""
_MOVE = re.compile(r"translate\(([-\d.e]+),([-\d.e]+)\)")
_CAP, _DESCENT = 0.72, 0.2  # of the size of the letters, above and below the line they stand on


def boxes(svg):
    """Every line of letters as (left, top, right, bottom, text), in px."""
    out = []

    def walk(element, x, y):
        for move in _MOVE.findall(element.get("transform", "")):
            x, y = x + float(move[0]), y + float(move[1])
        if element.tag == f"{SVG}text":
            out.extend(lines(element, x, y))
        for child in element:
            walk(child, x, y)

    walk(ET.fromstring(svg), 0.0, 0.0)
    return out


def lines(text, x, y):
    size = float(text.get("font-size", "10px").removesuffix("px"))
    parts = [(t.text or "", float(t.get("dy", 0) or 0)) for t in text.iter(f"{SVG}tspan")]
    for words, down in parts or [(text.text or "", 0.0)]:
        y += down
        if not words.strip():
            continue
        wide = text_width(words, size)
        left = x - {"end": wide, "middle": wide / 2}.get(text.get("text-anchor"), 0)
        yield left, y - _CAP * size, left + wide, y + _DESCENT * size, words


def overlapping(svg, slack=1.0):
    """Pairs of lines of letters that are printed over one another by more than ``slack`` px both ways."""
    found = sorted(boxes(svg))
    return [
        (one[4], other[4])
        for number, one in enumerate(found)
        for other in found[number + 1 :]
        if other[0] < one[2] - slack
        and min(one[3], other[3]) - max(one[1], other[1]) > slack
        and other[0] >= one[0]
    ]


def outside(svg):
    """Lines of letters that leave the drawing."""
    root = ET.fromstring(svg)
    width, height = float(root.get("width")), float(root.get("height"))
    return [b[4] for b in boxes(svg) if b[0] < 0 or b[1] < 0 or b[2] > width + 1 or b[3] > height]
