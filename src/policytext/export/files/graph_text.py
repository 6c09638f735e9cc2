"""What GEXF and GraphML say alike of a graph: labels, attributes and their types, text that XML can hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from policytext.analysis.graph import Edge, Fact, Node
from policytext.analysis.timeline import Timeline
from policytext.export.wording import display_date, display_year, shown, xml_text

LABEL_SHOWN = 48
"""Characters of a node's label: about what stays legible beside a dot."""
QUOTE_SHOWN = 400
_TEXT_SHOWN = 300
_WORDLESS = {"witness": "no speaker named", "work": "no speaker named"}

NODE_TYPES: dict[str, type[Fact]] = {
    "kind": str,
    "edtf": str,
    "date": str,
    "earliest": str,
    "latest": str,
    "year_earliest": int,
    "witnesses": int,
    "independent": int,
    "relation": str,
    "counts": bool,
    "stance": str,
    "tier": str,
    "family": str,
    "claim": str,
    "recurrence": str,
    "recurrence_p": float,
    "recurrence_q": float,
    "work": str,
    "speaker": str,
    "party": str,
    "voice": str,
    "said_basis": str,
    "said_asserted_by": str,
    "printed_edtf": str,
    "printed_basis": str,
    "lag_years_min": int,
    "quote": str,
    "quote_status": str,
    "place": str,
    "document": str,
    "title": str,
    "authors": str,
    "publisher": str,
    "source": str,
    "sha256": str,
    "page": str,
    "line": int,
    "char_start": int,
    "char_end": int,
    "rule": str,
    "confidence": float,
    "score": float,
    "reviewed_by": str,
}
"""The attributes of nodes, in the order of their columns. ``year_earliest`` is the year of ``earliest``."""
EDGE_TYPES: dict[str, type[Fact]] = {
    "edge_kind": str,
    "earliest": str,
    "latest": str,
    "stance": str,
    "tier": str,
    "years_between_min": int,
}
"""The attributes of edges; not ``kind``, which Gephi has a column of its own for."""


def label_of(node: Node) -> str:
    """Returns a short telling label: ``Alderman Pryce, 1956``, a title with its year, a claim's words."""
    name = node.name or _WORDLESS.get(node.kind, node.kind)
    times = f" ×{node.facts['witnesses']}" if node.kind == "work" else ""
    year = "" if node.kind in ("family", "speaker") else f", {display_year(node.edtf)}"
    return xml_text(shown(name, LABEL_SHOWN)) + year + times


def node_attributes(node: Node) -> Iterator[tuple[str, Fact]]:
    """Yields the attributes under `NODE_TYPES` that a node has, in their order, fit for XML."""
    first, last = node.days
    facts: dict[str, Fact | None] = {
        **node.facts,
        "kind": node.kind,
        "edtf": node.edtf,
        "date": display_date(node.edtf) if node.edtf else None,
        "earliest": first,
        "latest": last,
        "year_earliest": int(first[:4]) if first else None,
        "claim": node.name if node.kind == "family" else None,
        "place": _place(node.facts),
    }
    for name in NODE_TYPES:
        value = facts.get(name)
        if value is not None:
            yield name, _safe(value, QUOTE_SHOWN if name in ("quote", "claim") else _TEXT_SHOWN)


def edge_attributes(edge: Edge) -> Iterator[tuple[str, Fact]]:
    """Yields the attributes under `EDGE_TYPES` that an edge has, in their order."""
    first, last = edge.days
    facts = {**edge.facts, "edge_kind": edge.kind, "earliest": first, "latest": last}
    for name in EDGE_TYPES:
        value = facts.get(name)
        if value is not None:
            yield name, _safe(value, _TEXT_SHOWN)


def description(timeline: Timeline, provenance: Mapping[str, Any]) -> str:
    """Returns what a graph is of, what is left out, and where it comes from."""
    asked = f"{timeline.kind}: {shown('; '.join(timeline.asked), _TEXT_SHOWN)}"
    notes = [shown(note, _TEXT_SHOWN) for note in timeline.notes]
    origin = json.dumps(provenance, ensure_ascii=False, sort_keys=True)
    told = ". ".join(part.rstrip(".") for part in (asked, *notes))
    return xml_text(f"{told}. Provenance: {origin}")


def _place(facts: Mapping[str, Fact]) -> str | None:
    if "char_start" not in facts:
        return None
    return f"{facts['source']}: line {facts['line']}, characters {facts['char_start']}–{facts['char_end']}"


def _safe(value: Fact, limit: int) -> Fact:
    if not isinstance(value, str):
        return value
    # Nearly every value is plain; a graph of 50,000 witnesses has two million.
    if len(value) <= limit and value.isascii() and value.isprintable() and " ".join(value.split()) == value:
        return value
    return xml_text(shown(value, limit))
