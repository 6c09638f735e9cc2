"""GraphML, the static twin of the GEXF: the same nodes, edges and attributes for yEd, Cytoscape and igraph.

Time is in attributes: ``edtf`` as asserted, ``earliest`` and ``latest`` its bounds, none where open.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, BinaryIO

from policytext.analysis.graph import graph_of
from policytext.analysis.timeline import Timeline
from policytext.export.files.graph_text import (
    description,
    edge_attributes,
    label_of,
    node_attributes,
)
from policytext.export.wording import shown, xml_text


def write(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes a timeline as GraphML, in the order of the graph; it holds all witnesses in memory."""
    import networkx as nx

    graph = nx.MultiDiGraph(
        title=xml_text(shown(timeline.title, 300)), description=description(timeline, provenance)
    )
    found = graph_of(timeline)
    for node in found.nodes:
        graph.add_node(node.id, label=label_of(node), **dict(node_attributes(node)))
    for edge in found.edges:
        facts = dict(edge_attributes(edge))
        graph.add_edge(edge.source, edge.target, key=edge.id, label=edge.kind, weight=edge.weight, **facts)
    nx.write_graphml_lxml(graph, stream, encoding="utf-8", infer_numeric_types=False)
    stream.write(b"\n")
