"""The graph of a timeline, and its files: GEXF that its schema accepts, GraphML that reads back equal."""

import io
import re
from collections import Counter

import networkx as nx
import pytest
from lxml import etree

from policytext.analysis.graph import Edge, Graph, Node, graph_of
from policytext.analysis.timeline import FamilyTest
from policytext.analysis.witness import names_in
from policytext.export.files import gexf, graphml
from policytext.export.files.graph_text import EDGE_TYPES, NODE_TYPES, xml_text
from schemas import schema
from witnesses import HOSTILE, timeline_of, witness

GEXF = "{http://gexf.net/1.3}"
PROVENANCE = {"command": "policytext timeline stability", "corpus_sha256": "ab" * 32}
REPRINT = {"relation": "reprint", "counts_as_independent": False}


def told(number, said, **changes):
    """A witness of one claim, said then and printed in a paper of its own."""
    fields = {"family_id": "one", "stance": "supports", "work": f"work{number}", "document": f"d{number}"}
    basis = None if said is None else "explicit"
    return witness(number, **{**fields, "statement_edtf": said, "statement_date_basis": basis, **changes})


def written(writer, timeline, provenance=PROVENANCE):
    stream = io.BytesIO()
    writer.write(timeline, provenance, stream)
    return stream.getvalue()


def gexf_of(timeline):
    return etree.fromstring(written(gexf, timeline))


def graphml_of(timeline):
    return nx.read_graphml(io.BytesIO(written(graphml, timeline)), force_multigraph=True)


def of_kind(graph, kind):
    return [
        (e.source.removeprefix("witness:"), e.target.removeprefix("witness:"))
        for e in graph.edges
        if e.kind == kind
    ]


def many():
    return timeline_of(
        [
            told(1, "1956"),
            told(2, "1956-04-30", work="work1", **REPRINT),
            told(3, "1979~", relation="own-statement", voice="own", speaker="A; B"),
            told(4, None, speaker=None),
            told(5, "1990/..", relation="resurfacing-candidate"),
            told(6, "../1999", family_id="two", stance="denies"),
            told(7, "2018-09-27", relation="edited-reprint", counts_as_independent=False, work="work3"),
        ],
        tests={"one": FamilyTest(0.04, 0.2, "may be chance")},
    )


def test_who_says_prints_quotes_and_belongs():
    own = told(2, "2016", relation="own-statement", speaker="A; B")
    graph = graph_of(timeline_of([told(1, "1956", speaker="Pryce"), own]))
    assert of_kind(graph, "says") == [
        ("speaker:Pryce", "w0001"),
        ("speaker:A", "w0002"),
        ("speaker:B", "w0002"),
    ]
    assert of_kind(graph, "quotes") == [("document:d1", "w0001")]
    assert of_kind(graph, "prints") == [("document:d2", "w0002")]
    assert of_kind(graph, "in-family") == [("w0001", "family:one"), ("w0002", "family:one")]
    assert [e.weight for e in graph.edges if e.kind == "in-family"] == [0.9, 0.9]


@pytest.mark.parametrize(
    ("speaker", "names"),
    [
        (None, []),
        ("", []),
        ("Ada Cole", ["Ada Cole"]),
        ("Ada Cole; Ben Orr", ["Ada Cole", "Ben Orr"]),
        ("Ada Cole;Ben Orr ;; ", ["Ada Cole", "Ben Orr"]),
        ("Ada Cole; Ada Cole", ["Ada Cole", "Ada Cole"]),
    ],
)
def test_several_who_say_it_together(speaker, names):
    assert names_in(speaker) == names
    graph = graph_of(timeline_of([told(1, "1956", speaker=speaker)]))
    assert [n.name for n in graph.nodes if n.kind == "speaker"] == list(dict.fromkeys(names))


def test_a_reprint_leads_to_the_printing_that_counts():
    graph = graph_of(many())
    assert of_kind(graph, "reprint-of") == [("w0002", "w0001")]
    assert of_kind(graph, "edited-from") == [("w0007", "w0003")]
    assert [n.id for n in graph.nodes if n.kind == "work"] == ["work:work1", "work:work3"]
    lonely = graph_of(timeline_of([told(2, "1956", **REPRINT)]))
    assert of_kind(lonely, "reprint-of") == []
    assert not any(n.kind == "work" for n in lonely.nodes)


@pytest.mark.parametrize(
    ("said", "followed"),
    [
        (["1956", "1979", "2016"], [(1, 2), (2, 3)]),
        (["1956", "1956-04", "1979"], [(2, 3)]),  # begins later than the year around it
        (["195X", "1956", "1979"], [(2, 3)]),
        (["1979", "1979", "2016"], [(1, 3)]),
        (["1956/..", "1979", "2016"], [(2, 3)]),
        (["1956", "../1979", "2016"], [(1, 3)]),
        (["1956", None, "2016"], [(1, 3)]),
        (["1956", "1979~", "2016"], [(1, 2), (2, 3)]),
    ],
)
def test_one_follows_another_only_where_the_dates_leave_no_doubt(said, followed):
    timeline = timeline_of([told(n, date) for n, date in enumerate(said, start=1)])
    found = of_kind(graph_of(timeline), "next-in-family")
    bounds = {w.witness_id: w.statement_bounds for w in timeline.witnesses}
    assert all(bounds[a][1] < bounds[b][0] for a, b in found)
    assert sorted(found) == [(f"w{a:04d}", f"w{b:04d}") for a, b in followed]


def test_what_does_not_count_follows_nothing():
    graph = graph_of(timeline_of([told(1, "1956"), told(2, "1979", **REPRINT), told(3, "2016")]))
    assert of_kind(graph, "next-in-family") == [("w0001", "w0003")]


def test_hubs_hold_the_dates_of_what_they_gather():
    nodes = {n.id: n for n in graph_of(many()).nodes}
    assert nodes["family:one"].days == ("1956-01-01", None)  # 1990/.. is open
    assert nodes["family:two"].days == (None, "1999-12-31")
    assert nodes["witness:w0004"].days == (None, None)
    assert nodes["document:d1"].days == ("2016-11-01", "2016-11-30")
    facts = nodes["family:one"].facts
    assert (facts["witnesses"], facts["independent"]) == (6, 4)
    assert (facts["recurrence"], facts["recurrence_p"]) == ("may be chance", 0.04)


def test_a_graph_has_no_edge_to_nowhere_and_no_id_twice():
    node = Node("a", "work", None, None, (None, None))
    with pytest.raises(ValueError, match="no node"):
        Graph((node,), (Edge("e1", "says", "a", "b", 1.0, (None, None)),))
    with pytest.raises(ValueError, match="one id"):
        Graph((node, node), ())


def test_a_witness_found_twice_is_one_node():
    graph = graph_of(timeline_of([told(1, "1956"), told(1, "1956")]))
    assert [n.id for n in graph.nodes if n.kind == "witness"] == ["witness:w0001"]


def valid(document):
    checker = etree.XMLSchema(etree.parse(schema("gexf-1.3", "gexf.xsd")))
    checker.assertValid(document)


def test_gexf_is_valid():
    valid(gexf_of(many()))
    valid(gexf_of(timeline_of([])))
    valid(etree.fromstring(written(gexf, many(), {**PROVENANCE, "time": "2024-01-02T03:04:05Z"})))


def test_gexf_keeps_uncertain_dates_as_they_are():
    document = gexf_of(many())
    graph = document.find(f"{GEXF}graph")
    assert dict(graph.attrib) == {
        "mode": "dynamic",
        "timeformat": "date",
        "timerepresentation": "interval",
        "defaultedgetype": "directed",
        "idtype": "string",
    }
    nodes = {n.get("id"): n for n in document.iter(f"{GEXF}node")}
    lived = {key: (n.get("start"), n.get("end")) for key, n in nodes.items()}
    assert lived["witness:w0001"] == ("1956-01-01", "1956-12-31")
    assert lived["witness:w0002"] == ("1956-04-30", "1956-04-30")
    assert lived["witness:w0004"] == (None, None)
    assert lived["witness:w0005"] == ("1990-01-01", None)
    assert lived["witness:w0006"] == (None, "1999-12-31")
    found = nx.read_gexf(io.BytesIO(written(gexf, many())))
    assert found.nodes["witness:w0003"]["edtf"] == "1979~"
    assert found.nodes["witness:w0003"]["date"] == "c. 1979"
    assert found.nodes["witness:w0003"]["label"] == "A; B, c. 1979"
    assert "edtf" not in found.nodes["witness:w0004"]
    assert found.nodes["witness:w0004"]["label"] == "no speaker named, n.d."


def test_edges_end_after_they_start():
    edges = list(gexf_of(many()).iter(f"{GEXF}edge"))
    both = [(e.get("start"), e.get("end")) for e in edges if e.get("start") and e.get("end")]
    assert len(both) > 10
    assert all(start < end for start, end in both)
    assert ("2018-09-27", "2018-09-28") in both


def test_gexf_tells_kinds_apart():
    document = gexf_of(many())
    titles = {a.get("id"): a.get("title") for a in document.iter(f"{GEXF}attribute")}
    assert len(titles) == max(len(NODE_TYPES), len(EDGE_TYPES))
    kinds = {e.get("kind") for e in document.iter(f"{GEXF}edge")}
    assert kinds == {
        "says",
        "quotes",
        "prints",
        "in-family",
        "of-work",
        "reprint-of",
        "edited-from",
        "next-in-family",
    }
    colours = {}
    for node in document.iter(f"{GEXF}node"):
        colour = node.find(f"{GEXF}color")
        kind, _, name = node.get("id").partition(":")
        colours.setdefault(kind, {})[name] = tuple(colour.attrib.values())
    assert colours["witness"]["w0001"] != colours["witness"]["w0003"] != colours["witness"]["w0002"]
    hubs = {next(iter(found.values())) for kind, found in colours.items() if kind != "witness"}
    assert len(hubs) == 4


def test_provenance_is_in_both():
    root = gexf_of(many())
    assert "policytext timeline stability" in root.findtext(f"{GEXF}meta/{GEXF}description")
    assert "Invented for a test" in root.findtext(f"{GEXF}meta/{GEXF}description")
    assert "policytext timeline stability" in graphml_of(many()).graph["description"]


def test_graphml_is_the_static_twin():
    timeline = many()
    graph, expected = graphml_of(timeline), graph_of(timeline)
    assert list(graph) == [n.id for n in expected.nodes]
    assert set(graph.edges(keys=True)) == {(e.source, e.target, e.id) for e in expected.edges}
    for edge in expected.edges:
        facts = graph.edges[edge.source, edge.target, edge.id]
        assert (facts["edge_kind"], facts["weight"]) == (edge.kind, edge.weight)
    dynamic = nx.read_gexf(io.BytesIO(written(gexf, timeline)))
    for name, facts in graph.nodes(data=True):
        twin = {k: v for k, v in dynamic.nodes[name].items() if k not in ("start", "end")}
        assert facts == twin
        assert all(type(v) is NODE_TYPES[k] for k, v in facts.items() if k != "label")
    assert graph.nodes["witness:w0003"]["earliest"] == "1979-01-01"
    assert "latest" not in graph.nodes["witness:w0005"]


@pytest.mark.parametrize("text", [*HOSTILE, "\ufffe\uffff", "]]>"], ids=lambda t: repr(t)[:24])
def test_hostile_text_stays_text(text):
    fields = ("witness_id", "speaker", "quote", "quote_raw", "title", "source", "document", "rule", "work")
    hostile = [witness(n, family_id=text, **dict.fromkeys(fields, f"{text}{n}")) for n in (1, 2)]
    timeline = timeline_of(hostile, title=text, labels={text: text}, asked=(text,), notes=(text,))
    document = gexf_of(timeline)
    kinds = Counter(node.get("id").partition(":")[0] for node in document.iter(f"{GEXF}node"))
    assert (kinds["family"], kinds["document"], kinds["witness"]) == (1, 2, 2)
    assert {etree.QName(e).localname for e in document.iter()} <= {
        *("gexf", "meta", "creator", "keywords", "description", "graph", "attributes", "attribute", "nodes"),
        *("node", "edges", "edge", "attvalues", "attvalue", "color", "size", "shape"),
    }
    assert all(len(node.get("label")) < 70 for node in document.iter(f"{GEXF}node"))
    found = graphml_of(timeline)
    assert {facts["kind"] for _, facts in found.nodes(data=True)} == {
        "family",
        "speaker",
        "document",
        "witness",
    }
    for _, facts in found.nodes(data=True):
        for value in facts.values():
            assert not re.search(
                "[\u0000-\u0008\u200b-\u200f\u202a-\u202e\ud800-\udfff\ufffe\uffff]", str(value)
            )


def test_what_xml_forbids_is_replaced():
    assert xml_text("a\x00b\ud800c\ufffed\te") == "a\ufffdb\ufffdc\ufffdd\te"


@pytest.mark.parametrize("writer", [gexf, graphml])
def test_the_same_timeline_gives_the_same_bytes(writer):
    assert written(writer, many()) == written(writer, many())


def test_hostile_gexf_is_valid():
    hostile = [
        witness(n, family_id=t, speaker=t, quote=t, title=t, source=t, document=t)
        for n, t in enumerate(HOSTILE)
    ]
    valid(gexf_of(timeline_of(hostile, labels={t: t for t in HOSTILE}, notes=tuple(HOSTILE))))
