"""Records of a retrieval experiment, in the words of TREC: collection, query, qrels, run, measure, cutoff.

A collection asks queries and says, in its qrels, which documents answer them. A run is what one system found.
Measured against the qrels a run becomes a score, and two scores a comparison; an evaluation is all of these
together, and the only thing that tables, files and pictures are made from.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal

from policytext.ranking import Query

NOTHING: Mapping[str, Any] = MappingProxyType({})

Grades = Mapping[str, int]
"""The grade of each judged document of one query; 0 and less is not relevant."""
Qrels = Mapping[str, Grades]
"""The grades by query, in the order of the file that told them."""

Ties = Literal["expected", "trec_eval"]
"""How equal scores are read: the mean over every order they may stand in, or by id, falling, as trec_eval."""

Hit = tuple[str, float]
"""A document that was found, with its score."""

IntervalKind = Literal["BCa", "percentile", "point"]
"""How a bootstrap interval was made: BCa, or plain percentiles; a point where nothing varies."""


@dataclass(frozen=True, slots=True)
class CollectionDocument:
    """A document of a collection; ``title`` and ``text`` may be empty.

    ``labels`` are what its ``metadata`` tells in single words or numbers: era, quality of reading, kind.
    """

    id: str
    title: str
    text: str
    labels: Mapping[str, str] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class CollectionQuery:
    """A query that a collection asks.

    ``labels`` are what its ``metadata`` tells (kind, era ...). ``own`` are the documents it was taken from:
    they find themselves, and are left out where that is asked.
    """

    query: Query
    labels: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    own: frozenset[str] = frozenset()

    @property
    def qid(self) -> str:
        """The query's id."""
        return self.query.qid


@dataclass(frozen=True, slots=True)
class Collection:
    """What one split of a collection asks.

    ``queries`` are those with qrels, in the order of the file; ``unasked`` is how many have none and are
    left out. ``groups`` names by query the group of each document that prints the same as another (reprints;
    passages that share one judged span): a group is credited once. With ``exhaustive`` whoever judged read
    everything, so what no qrel names is judged as not relevant. ``corpus`` is the file of documents, or the
    folder of an archive, whose documents are its passages; None where there are judgements alone. ``files``
    are all files that were read, by role (corpus, queries, qrels, groups, settings), for who wants to
    replay. ``notes`` are lines that a reader of the figures should know: judged documents that are not
    there, spans that no passage holds.
    """

    name: str
    split: str
    queries: tuple[CollectionQuery, ...]
    qrels: Qrels
    corpus: Path | None
    files: Mapping[str, Path]
    is_archive: bool = False
    unasked: int = 0
    exhaustive: bool = False
    groups: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: NOTHING)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """What was found for one query: documents with their scores, in the order of the run, each once."""

    documents: tuple[str, ...]
    scores: Sequence[float]

    def __post_init__(self) -> None:
        if len(self.documents) != len(self.scores):
            raise ValueError(f"{len(self.documents)} documents with {len(self.scores)} scores")

    def __len__(self) -> int:
        return len(self.documents)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return iter(zip(self.documents, self.scores, strict=True))


@dataclass(frozen=True, slots=True)
class Run:
    """What one system found, by query. ``header`` is what its file says of how it was made, empty if nothing.

    ``name`` is the system's tag, unique among the runs of one evaluation. ``notes`` are what a reader of its
    figures should know of its file.
    """

    name: str
    rankings: Mapping[str, Ranking]
    header: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Judging:
    """How runs are judged.

    Args:
        measures: names as ir-measures reads them: nDCG@10, AP, RR@10, R@100, P@5 ...
        ties: how equal scores are read.
        leave_own: documents that a query was taken from are left out of its ranking and its qrels.
        groups_once: of a group of documents that print the same, the first found alone counts.
        resamples: draws of the randomisation test and of the bootstrap.
        seed: of both.
        alpha: the level at which a difference is called significant; intervals are of 1 - alpha.
        baseline: the run that all others are compared with; None compares all pairs.
    """

    measures: tuple[str, ...] = ("nDCG@10", "AP", "RR@10", "R@100")
    ties: Ties = "expected"
    leave_own: bool = False
    groups_once: bool = True
    resamples: int = 10_000
    seed: int = 0
    alpha: float = 0.05
    baseline: str | None = None


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A document among the first ten of a query that nobody judged; ``rank`` from 1."""

    run: str
    qid: str
    rank: int
    document: str


@dataclass(frozen=True, slots=True)
class Score:
    """A run measured.

    ``per_query`` holds each judged query's value of each measure, in the qrels' order; a query without a hit
    has 0 and stands in ``missing``. ``strangers`` is how many queries the run answers that nobody judged.
    ``tied`` is in how many queries equal scores leave the order open, and ``bounds`` the mean of each measure
    under the worst and the best such order, where there are any. ``judged`` is the share of judged documents
    among the first ten (judged@10), the mean over queries with a hit. ``intervals`` bound the mean of each
    measure (bootstrap over queries, of 1 - alpha). ``notes`` are what a reader of the figures should know.
    """

    run: str
    per_query: Mapping[str, Mapping[str, float]]
    header: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    missing: tuple[str, ...] = ()
    strangers: int = 0
    tied: int = 0
    bounds: Mapping[str, tuple[float, float]] = field(default_factory=lambda: NOTHING)
    judged: float = 1.0
    unjudged: tuple[Unjudged, ...] = ()
    notes: tuple[str, ...] = ()
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=lambda: NOTHING)

    def mean(self, measure: str) -> float:
        """Returns the mean over all judged queries, those without a hit at 0; 0 where there are none."""
        values = [found[measure] for found in self.per_query.values()]
        return math.fsum(values) / len(values) if values else 0.0


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs on the same queries: ``second`` less ``first``.

    ``low`` and ``high`` bound the difference (bootstrap; ``interval`` says of which kind: a point where all
    queries differ by the same), ``p`` is of the paired randomisation test, two-sided, ``p_holm`` the same
    after Holm's correction over the comparisons of this measure; both are None where there is one query or
    none: not testable. ``detectable`` is the least difference that so many queries would find at ``alpha``
    with a power of 0.8, None where nothing says how differences spread, or where so few queries can find
    none. ``exact``: all relabellings were tried.
    """

    measure: str
    first: str
    second: str
    queries: int
    difference: float
    low: float
    high: float
    p: float | None
    p_holm: float | None
    wins: int
    losses: int
    detectable: float | None
    exact: bool = False
    interval: IntervalKind = "BCa"


@dataclass(frozen=True, slots=True)
class Slice:
    """A run's mean on a part of the pairs of query and relevant document.

    Of ``facet`` (era, quality, wording, kind ...) these are the pairs with ``value``. ``queries`` have at
    least one, ``pairs`` is how many there are.
    """

    facet: str
    value: str
    run: str
    measure: str
    mean: float
    queries: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A judged document of a query in two runs; ranks from 1, None where it was not found."""

    document: str
    grade: int
    before: int | None
    after: int | None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What a query gains or loses from the first run to the second, and which documents moved."""

    measure: str
    first: str
    second: str
    qid: str
    text: str
    before: float
    after: float
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A system that could not be run, by its tag, and why."""

    system: str
    why: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Everything that was measured: what tables and files are made from.

    ``measures`` are those that every run reaches deep enough for; the first is the one that comparisons,
    slices and changes lead with. ``notes`` are lines that a reader of the figures should know. ``left_out``
    are systems that were asked for and could not be run; the notes tell them too.
    """

    collection: Collection
    judging: Judging
    measures: tuple[str, ...]
    scores: tuple[Score, ...]
    comparisons: tuple[Comparison, ...] = ()
    slices: tuple[Slice, ...] = ()
    changes: tuple[Change, ...] = ()
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
