"""What the report tells, before it is HTML: everything counted and cut, nothing formatted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from policytext.analysis.witness import Witness
from policytext.store.claims import StoredClaim
from policytext.store.topics import Making, Topic


@dataclass(frozen=True, slots=True)
class Limits:
    """How much the page holds; what is cut is counted there, with the command that gives the rest.

    ``witnesses`` of a claim, by kind of table; ``pictures`` claims with lanes of their own; ``places`` of a
    speaker, an Act or a topic.
    """

    papers: int = 400
    claims: int = 60
    pictures: int = 30
    witnesses: int = 100
    names: int = 20
    places: int = 3


@dataclass(frozen=True, slots=True)
class CountedFor:
    """How many places of a paper count for a claim; ``anchor`` leads to it."""

    claim: str
    anchor: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperRow:
    """A paper: what is known of it, how well it reads, and what was done to it.

    ``words`` counts those of the source, ``quality`` is the share that reads as words after repair, in
    [0, 1]; ``witnesses`` says how many of its places count for which claim, the most first; None without
    claims.
    """

    id: str
    anchor: str
    source: str
    sha256: str
    title: str
    by: str | None
    edtf: str | None
    published: tuple[str | None, str | None]
    basis: str | None
    kind: str | None
    carrier: str
    quality: float | None
    words: int
    size: int
    passages: int
    statements: int
    witnesses: tuple[CountedFor, ...] | None
    edits: Mapping[str, int]
    notes: tuple[str, ...] = ()

    @property
    def inferred(self) -> bool:
        """Whether nobody says when it was printed: a rule read it from the text."""
        return (self.basis or "").startswith("inferred")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecadeRow:
    """A period: the papers surely printed in it, and those that surely say something dated in it (by id)."""

    anchor: str
    label: str
    printed: tuple[str, ...]
    speaking: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A stretch of a paper as evidence; offsets raw, the line from 1."""

    document: str
    source: str
    line: int
    start: int
    end: int
    text: str
    speaker: str | None = None
    said: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EditRow:
    """A place that was not changed but should be looked at; offsets raw."""

    source: str
    document: str
    start: int
    end: int
    text: str
    replacement: str | None
    reason: str
    status: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Witnesses of a claim of one kind, in the order in which they were said; ``more`` are not shown."""

    shown: tuple[Witness, ...] = ()
    more: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return len(self.shown) + self.more


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """A claim in one period: the facts of the archive, and the witnesses shown that lie surely in it."""

    facts: Mapping[str, Any]
    anchor: str
    witnesses: tuple[Witness, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimSection:
    """A claim: its row of the table of claims, what is told of its returns, and its witnesses.

    ``told`` is empty where no witness counts. ``homes`` gives the anchor of the witness that stands for a
    work. ``again`` are witnesses that print or say a counted work again. ``between`` are the dates (EDTF) of
    those only suggested that would count and were surely said within the longest silence. ``detailed`` is
    False where the report only counts it.
    """

    claim: StoredClaim
    anchor: str
    row: Mapping[str, Any]
    told: Mapping[str, Any]
    counted: Listed = Listed()
    denying: Listed = Listed()
    again: Listed = Listed()
    periods: tuple[PeriodRow, ...] = ()
    homes: Mapping[str, str] = field(default_factory=dict)
    between: tuple[str, ...] = ()
    reviewed: int = 0
    picture: Markup | None = None
    detailed: bool = True

    @property
    def witnesses(self) -> int:
        """How many were looked at in the tier that counts."""
        return self.counted.total + self.denying.total + self.again.total


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """All claims, in the order of the codebook; ``missing`` says why there are none, and what to run."""

    made: Mapping[str, Any] = field(default_factory=dict)
    sections: tuple[ClaimSection, ...] = ()
    missing: str | None = None
    grid: Markup | None = None
    overview: Markup | None = None
    overview_of: int = 0

    @property
    def said(self) -> list[ClaimSection]:
        """Claims with a work that counts."""
        return [s for s in self.sections if s.row["works"]]

    @property
    def returning(self) -> list[ClaimSection]:
        """Claims that come back after a silence of a period at least."""
        return [s for s in self.sections if s.row["returns"]]

    @property
    def longest(self) -> ClaimSection | None:
        """The claim with the longest silence that ends in a return."""
        silent = [s for s in self.sections if s.row["longest_silence"]]
        return max(silent, key=lambda s: s.row["longest_silence"], default=None)

    def with_verdict(self, verdict: str) -> list[ClaimSection]:
        """Returns the claims of which the test against chance says so."""
        return [s for s in self.sections if s.row["verdict"] == verdict]

    @property
    def witnesses(self) -> int:
        """Witnesses of all claims in the tier that counts."""
        return sum(s.witnesses for s in self.sections)

    @property
    def reviewed(self) -> int:
        """Those of them that a person has decided on."""
        return sum(s.reviewed for s in self.sections)


@dataclass(frozen=True, slots=True)
class NameRow:
    """A speaker or a cited work with places where it stands, and how many more there are."""

    of: Any
    places: tuple[Place, ...]
    more: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The speakers most heard and the works most cited; ``missing`` says why there are no speakers."""

    speakers: tuple[NameRow, ...] = ()
    speakers_total: int = 0
    missing: str | None = None
    acts: tuple[NameRow, ...] = ()
    acts_total: int = 0
    papers: tuple[NameRow, ...] = ()
    papers_total: int = 0


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic with passages that show it."""

    topic: Topic
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """The topics; ``missing`` says why there are none, and what to run."""

    making: Making | None = None
    rows: tuple[TopicRow, ...] = ()
    missing: str | None = None
    picture: Markup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """Everything the page tells; ``papers`` by id, in the order in which they were printed."""

    title: str
    papers: Mapping[str, PaperRow]
    papers_more: int
    decades: tuple[DecadeRow, ...]
    period: int
    undated: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]
    doubtful: tuple[EditRow, ...]
    doubtful_total: int
    edits: Mapping[str, int]
    claims: Claims
    names: Names
    topics: Topics
    provenance: Mapping[str, Any]
    limits: Limits
