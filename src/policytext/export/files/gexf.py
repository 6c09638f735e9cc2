"""GEXF 1.3, which Gephi opens: a graph that changes over time (https://gexf.net, the schema of 1.3).

A node lives as long as its date can mean, first and last day inclusive; an open or unknown side is left out,
and so are both of what is not dated: Gephi then shows it always. ``edtf`` and ``date`` keep the date at its
own precision. A speaker and a claim live as long as all that is said by the one and for the other; an edge
lives as long as what it tells: the saying, the printing, or the way from one to the next.

Gephi shows an edge only while both its ends live. What was said in 1956 and printed in 2016 is so never shown
with its paper while the window of time is narrow; the attribute ``printed_edtf`` is there all the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from importlib import metadata
from math import sqrt
from typing import Any, BinaryIO

from policytext.analysis.graph import Days, Edge, Fact, Graph, Node, graph_of
from policytext.analysis.timeline import Timeline
from policytext.analysis.witness import REPRINTS
from policytext.export.files.graph_text import (
    EDGE_TYPES,
    NODE_TYPES,
    description,
    edge_attributes,
    label_of,
    node_attributes,
)
from policytext.export.wording import shown, xml_text

NAMESPACE = "http://gexf.net/1.3"

_TYPES: dict[type[Fact], str] = {str: "string", int: "integer", float: "double", bool: "boolean"}
# White space in an attribute is kept only where it is written as a reference.
_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_TO_ESCAPE = re.compile('[&<>"\t\n\r]')
_NODES = {name: str(number) for number, name in enumerate(NODE_TYPES)}
_EDGES = {name: str(number) for number, name in enumerate(EDGE_TYPES)}

# The colours of our pictures, safe for colour-blind eyes; hubs differ from witnesses by size as well.
_COLOURS = {
    "family": (26, 26, 26),
    "speaker": (230, 159, 0),
    "document": (204, 121, 167),
    "work": (160, 160, 160),
    "witness": (0, 114, 178),
}
_SECOND_HAND, _RESURFACING, _REPRINT = (192, 74, 0), (0, 122, 90), (122, 122, 122)
_SHAPES = {
    "family": "square",
    "speaker": "diamond",
    "document": "triangle",
    "work": "disc",
    "witness": "disc",
}


def write(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes a timeline as GEXF 1.3, in the order of the graph; it holds all witnesses in memory."""
    lines = _lines(timeline, provenance, graph_of(timeline))
    stream.writelines(line.encode() + b"\n" for line in lines)


def _lines(timeline: Timeline, provenance: Mapping[str, Any], graph: Graph) -> Iterator[str]:
    whole = {
        "mode": "dynamic",
        "timeformat": "date",
        "timerepresentation": "interval",
        "defaultedgetype": "directed",
        "idtype": "string",
    }
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<gexf xmlns="{NAMESPACE}" version="1.3">'
    yield _meta(timeline, provenance)
    yield f"<graph{_fields(whole)}>"
    yield _declared("node", NODE_TYPES, _NODES)
    yield _declared("edge", EDGE_TYPES, _EDGES)
    yield f'<nodes count="{len(graph.nodes)}">'
    yield from map(_node, graph.nodes)
    yield f'</nodes>\n<edges count="{len(graph.edges)}">'
    yield from map(_edge, graph.edges)
    yield "</edges>\n</graph>\n</gexf>"


def _tag(name: str, fields: Mapping[str, str], inside: str = "") -> str:
    """Returns an element; its fields hold what XML allows, ``inside`` is XML."""
    # The schema of 1.3 has all names in one namespace, even those of colours, sizes and shapes.
    return f"<{name}{_fields(fields)}>{inside}</{name}>" if inside else f"<{name}{_fields(fields)}/>"


def _fields(fields: Mapping[str, str]) -> str:
    return "".join([f' {name}="{_escaped(value)}"' for name, value in fields.items()])


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES) if _TO_ESCAPE.search(text) else text


def _meta(timeline: Timeline, provenance: Mapping[str, Any]) -> str:
    day = str(provenance.get("time", ""))[:10]
    told = {
        "creator": f"policytext {metadata.version('policytext')}",
        "keywords": ", ".join(shown(name, 100) for name in timeline.asked),
        "description": f"{shown(timeline.title, 300)}. {description(timeline, provenance)}",
    }
    inside = "".join(_tag(name, {}, _escaped(xml_text(text))) for name, text in told.items())
    return _tag("meta", {"lastmodifieddate": day} if day else {}, inside)


def _declared(owner: str, types: Mapping[str, type[Fact]], ids: Mapping[str, str]) -> str:
    each = ({"id": ids[name], "title": name, "type": _TYPES[kind]} for name, kind in types.items())
    inside = "".join(_tag("attribute", fields) for fields in each)
    return _tag("attributes", {"class": owner, "mode": "static"}, inside)


def _node(node: Node) -> str:
    red, green, blue = map(str, _colour(node))
    inside = [
        _values(node_attributes(node), _NODES),
        _tag("color", {"r": red, "g": green, "b": blue}),
        _tag("size", {"value": f"{_size(node):.1f}"}),
        _tag("shape", {"value": _SHAPES[node.kind]}),
    ]
    return _tag("node", {"id": node.id, "label": label_of(node), **_bounds(node.days)}, "".join(inside))


def _edge(edge: Edge) -> str:
    fields = {
        "id": edge.id,
        "source": edge.source,
        "target": edge.target,
        "kind": edge.kind,
        "label": edge.kind,
        "weight": f"{edge.weight:.4g}",
        # Gephi once dropped, silently, what began and ended on one moment (its issue 666).
        **_bounds(_lasting(edge.days)),
    }
    return _tag("edge", fields, _values(edge_attributes(edge), _EDGES))


def _values(attributes: Iterable[tuple[str, Fact]], ids: Mapping[str, str]) -> str:
    inside = [
        f'<attvalue for="{ids[name]}" value="{_escaped(_value(value))}"/>' for name, value in attributes
    ]
    return _tag("attvalues", {}, "".join(inside))


def _value(value: Fact) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _bounds(days: Days) -> dict[str, str]:
    return {name: day for name, day in zip(("start", "end"), days, strict=True) if day is not None}


def _lasting(days: Days) -> Days:
    """Returns the bounds of an edge with an end after its start."""
    first, last = days
    if first is None or last is None or first < last or last.startswith("9999"):
        return days
    return first, (date.fromisoformat(first) + timedelta(days=1)).isoformat()


def _colour(node: Node) -> tuple[int, int, int]:
    relation = node.facts.get("relation")
    if relation == "quoted-at-second-hand":
        return _SECOND_HAND
    if relation == "resurfacing-candidate":
        return _RESURFACING
    return _REPRINT if relation in REPRINTS else _COLOURS[node.kind]


def _size(node: Node) -> float:
    """Returns a size whose area grows with the witnesses; a family's stands out from all."""
    return (16 if node.kind == "family" else 6) + 3 * sqrt(int(node.facts.get("witnesses", 0)))
