"""A timeline as a graph: who said what, where it is printed, which claim it belongs to, what came before it.

Edges run from the one that does to the one it is done to::

    speaker  --says-->            witness
    document --quotes, prints-->  witness     quotes: an utterance known only through that later paper
    witness  --in-family-->       family      weight: how sure it is that the witness belongs to the claim
    witness  --of-work-->         work
    witness  --reprint-of, edited-from, repeats-->  witness    the printing that counts for its work
    witness  --next-in-family-->  witness     from the earlier to the later

A work is a node only where more than one witness prints it. ``next-in-family`` is drawn only where the dates
leave no doubt which came first: every witness that counts follows the latest of those surely said before it,
so that the edges of a family are a forest, not a chain through dates that nobody knows. The graph holds all
witnesses of the timeline in memory.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import Literal

from policytext.analysis.timeline import Paper, Timeline
from policytext.analysis.witness import Witness, lag_years, names_in

NodeKind = Literal["family", "speaker", "document", "work", "witness"]
EdgeKind = Literal[
    "says",
    "prints",
    "quotes",
    "in-family",
    "of-work",
    "reprint-of",
    "edited-from",
    "repeats",
    "next-in-family",
]
Fact = str | int | float | bool
Days = tuple[str | None, str | None]
"""First and last ISO day, both inclusive; None for an open or unknown side."""

_REPRINTS: dict[str, EdgeKind] = {
    "reprint": "reprint-of",
    "edited-reprint": "edited-from",
    "internal-repeat": "repeats",
}
_PLAIN_ID = re.compile(r"[A-Za-z0-9_.:#-]{1,160}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_UNDATED: Days = (None, None)


@dataclass(frozen=True, slots=True)
class Node:
    """A node; ``name`` is whose or what it is, None where nobody is named.

    ``edtf`` is when a witness or the first printing of a work was said, when a document was printed; None for
    the others. ``days`` are its bounds; those of a speaker and a family hold all its dated witnesses.
    ``facts`` are what else is known, missing values left out.
    """

    id: str
    kind: NodeKind
    name: str | None
    edtf: str | None
    days: Days
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Edge:
    """A directed edge between two nodes, by their ids; ``weight`` in [0, 1], ``days`` as in `Node`."""

    id: str
    kind: EdgeKind
    source: str
    target: str
    weight: float
    days: Days
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes by kind, edges by kind, each in the order of the timeline.

    Raises:
        ValueError: two nodes with one id, or an edge to a node that is not there.
    """

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        ids = {node.id for node in self.nodes}
        if len(ids) != len(self.nodes):
            raise ValueError("two nodes have one id")
        for edge in self.edges:
            if edge.source not in ids or edge.target not in ids:
                raise ValueError(f"edge {edge.id} has no node at one of its ends")


def graph_of(timeline: Timeline) -> Graph:
    """Returns the graph of a timeline; the same timeline gives the same graph, ids included."""
    once: dict[str, Witness] = {}
    for w in timeline.witnesses:  # what stands on the border of two passages is found in both
        once.setdefault(w.witness_id, w)
    witnesses = list(once.values())
    groups = _Groups(witnesses)
    families = [n for n in timeline.labels if n in groups.families]
    families += [n for n in groups.families if n not in timeline.labels]
    nodes = [
        *(_family(name, timeline, groups.families[name]) for name in families),
        *(_speaker(name, ws) for name, ws in groups.speakers.items()),
        *(_document(name, timeline.papers.get(name), ws) for name, ws in groups.documents.items()),
        *(_work(name, ws) for name, ws in groups.works.items()),
        *map(_witness, witnesses),
    ]
    edges = [
        *_said_and_printed(witnesses),
        *_belonging(witnesses, groups),
        *_reprinted(witnesses, groups),
        *(edge for name in families for edge in _followed(groups.families[name])),
    ]
    return Graph(tuple(nodes), tuple(_numbered(edges)))


class _Groups:
    """The witnesses by family, speaker, document, and by works that have more than one."""

    def __init__(self, witnesses: Iterable[Witness]) -> None:
        self.families: dict[str, list[Witness]] = defaultdict(list)
        self.speakers: dict[str, list[Witness]] = defaultdict(list)
        self.documents: dict[str, list[Witness]] = defaultdict(list)
        works: dict[str, list[Witness]] = defaultdict(list)
        for w in witnesses:
            self.documents[w.document].append(w)
            if w.family_id is not None:
                self.families[w.family_id].append(w)
            if w.work is not None:
                works[w.work].append(w)
            for name in _named(w):
                self.speakers[name].append(w)
        self.works = {name: ws for name, ws in works.items() if len(ws) > 1}


def _named(witness: Witness) -> list[str]:
    """Returns the names of those who say it, each once."""
    return list(dict.fromkeys(names_in(witness.speaker)))


def node_id(kind: NodeKind, name: str) -> str:
    """Returns a node's id: its kind and name, or a digest of the name where that is no plain word."""
    if _PLAIN_ID.fullmatch(name):
        return f"{kind}:{name}"
    # "surrogatepass": a name that no encoding can hold still has an id of its own
    return f"{kind}:~{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"


def _family(name: str, timeline: Timeline, witnesses: list[Witness]) -> Node:
    facts = _counts(witnesses) | {"family": name}
    test = timeline.tests.get(name)
    if test is not None:
        facts |= _known({"recurrence_p": test.p, "recurrence_q": test.q, "recurrence": test.verdict})
    label = timeline.labels.get(name) or name
    return Node(node_id("family", name), "family", label, None, _hull(witnesses), facts)


def _speaker(name: str, witnesses: list[Witness]) -> Node:
    parties = sorted({w.party for w in witnesses if w.party})
    facts = _counts(witnesses) | _known({"speaker": name, "party": "; ".join(parties) or None})
    return Node(node_id("speaker", name), "speaker", name, None, _hull(witnesses), facts)


def _document(name: str, paper: Paper | None, witnesses: list[Witness]) -> Node:
    first = witnesses[0]
    facts = {
        "document": name,
        "title": first.title,
        "source": first.source,
        "sha256": first.source_sha256,
        "printed_basis": first.publication_date_basis,
    }
    if paper is not None:
        facts |= {"authors": "; ".join(paper.authors) or None, "publisher": paper.publisher}
    return Node(
        node_id("document", name),
        "document",
        first.title or first.source,
        first.publication_edtf,
        plain_days(first.publication_bounds),
        _counts(witnesses) | _known(facts),
    )


def _work(name: str, witnesses: list[Witness]) -> Node:
    first = next((w for w in witnesses if w.counts_as_independent), witnesses[0])
    days = plain_days(first.statement_bounds)
    facts = _counts(witnesses) | {"work": name}
    return Node(node_id("work", name), "work", first.speaker, first.statement_edtf, days, facts)


def _witness(w: Witness) -> Node:
    facts = {
        "relation": w.relation,
        "counts": w.counts_as_independent,
        "stance": w.stance,
        "tier": w.tier,
        "family": w.family_id,
        "work": w.work,
        "speaker": w.speaker,
        "party": w.party,
        "voice": w.voice,
        "said_basis": w.statement_date_basis,
        "said_asserted_by": w.date_asserted_by,
        "printed_edtf": w.publication_edtf,
        "printed_basis": w.publication_date_basis,
        "lag_years_min": w.lag_years_min,
        "quote": w.quote,
        "quote_status": w.quote_status,
        "document": w.document,
        "title": w.title,
        "source": w.source,
        "sha256": w.source_sha256,
        "page": w.page,
        "line": w.line_start,
        "char_start": w.start,
        "char_end": w.end,
        "rule": w.rule,
        "confidence": w.confidence,
        "score": w.score,
        "reviewed_by": w.reviewed_by,
    }
    days = plain_days(w.statement_bounds)
    return Node(node_id("witness", w.witness_id), "witness", w.speaker, w.statement_edtf, days, _known(facts))


def _known(facts: Mapping[str, Fact | None]) -> dict[str, Fact]:
    return {name: value for name, value in facts.items() if value is not None}


def _counts(witnesses: list[Witness]) -> dict[str, Fact]:
    """Returns how many witnesses there are, and how many of them count; only these are evidence."""
    return {"witnesses": len(witnesses), "independent": sum(w.counts_as_independent for w in witnesses)}


def plain_days(days: Days) -> Days:
    """Returns bounds as days of the calendar; a side that EDTF leaves to the whole of time is open."""
    low, high = (day if day is not None and _DAY.fullmatch(day) else None for day in days)
    return (
        None if low is None or low.startswith("0000") else low,
        None if high is None or high.startswith("9999") else high,
    )


def _hull(witnesses: Iterable[Witness]) -> Days:
    """Returns bounds that hold those of all dated witnesses; a side that is open in one is open."""
    dated = [days for w in witnesses if (days := plain_days(w.statement_bounds)) != _UNDATED]
    lows, highs = [low for low, _ in dated if low], [high for _, high in dated if high]
    return (
        min(lows) if lows and len(lows) == len(dated) else None,
        max(highs) if highs and len(highs) == len(dated) else None,
    )


def _said_and_printed(witnesses: Iterable[Witness]) -> Iterator[Edge]:
    for w in witnesses:
        target, days = node_id("witness", w.witness_id), plain_days(w.statement_bounds)
        for name in _named(w):
            yield Edge("", "says", node_id("speaker", name), target, 1.0, days)
    for w in witnesses:
        kind: EdgeKind = "quotes" if w.relation == "quoted-at-second-hand" else "prints"
        target, days = node_id("witness", w.witness_id), plain_days(w.publication_bounds)
        yield Edge("", kind, node_id("document", w.document), target, 1.0, days)


def _belonging(witnesses: Iterable[Witness], groups: _Groups) -> Iterator[Edge]:
    for w in witnesses:
        source, days = node_id("witness", w.witness_id), plain_days(w.statement_bounds)
        if w.family_id is not None:
            facts = _known({"stance": w.stance, "tier": w.tier})
            family = node_id("family", w.family_id)
            yield Edge("", "in-family", source, family, w.confidence, days, facts)
        if w.work in groups.works:
            yield Edge("", "of-work", source, node_id("work", w.work), 1.0, days)


def _reprinted(witnesses: Iterable[Witness], groups: _Groups) -> Iterator[Edge]:
    """Yields what reprints are of: the witness that counts for their work, best of the same family."""
    for w in witnesses:
        kind = _REPRINTS.get(w.relation)
        if kind is None:
            continue
        counted = [x for x in groups.works.get(w.work or "", ()) if x.counts_as_independent]
        original = next((x for x in counted if x.family_id == w.family_id), counted[0] if counted else None)
        if original is not None:
            source, target = (node_id("witness", x.witness_id) for x in (w, original))
            yield Edge("", kind, source, target, 1.0, plain_days(w.publication_bounds))


def _followed(witnesses: Iterable[Witness]) -> Iterator[Edge]:
    """Yields an edge to every witness that counts, from the latest of those that surely came before it.

    The latest is the one that begins last, so that a narrow date is preferred to a wide one around it.
    """
    placed = [(plain_days(w.statement_bounds), w) for w in witnesses if w.counts_as_independent]
    ended = sorted((days[1], n) for n, (days, _) in enumerate(placed) if days[1] is not None)
    ends = [day for day, _ in ended]
    begun = ((placed[n][0][0] or "", day, -n) for day, n in ended)
    latest = list(accumulate(begun, max))  # of those that end on this day or before
    for (low, high), w in placed:
        before = bisect_left(ends, low) - 1 if low is not None else -1
        if low is None or before < 0:
            continue
        (start, end), earlier = placed[-latest[before][2]]
        source, target = (node_id("witness", x.witness_id) for x in (earlier, w))
        facts = _known({"years_between_min": lag_years(end, low)})
        yield Edge("", "next-in-family", source, target, 1.0, (start, high), facts)


def _numbered(edges: Iterable[Edge]) -> Iterator[Edge]:
    return (replace(edge, id=f"e{number}") for number, edge in enumerate(edges, start=1))
