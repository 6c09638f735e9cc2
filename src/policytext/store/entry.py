"""A processed document as it goes into the store: one picklable record, written whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from policytext.annotation import Citation, DateMention, Statement
from policytext.document import Block, Edit, Metadata, Move, Passage, Profile, Source
from policytext.spans import Span

Record = TypeVar("Record", Block, Passage, Statement, DateMention, Citation)
Days = tuple[str | None, str | None]
"""First and last ISO day; None for an open side."""


@dataclass(frozen=True, slots=True)
class Placed(Generic[Record]):
    """A record with the raw spans of its clean span, in clean order (several where a block was moved).

    ``line`` is the line of the raw text, from 1, on which the first character of the hull stands;
    ``antecedent`` the raw hull of what an annotation leans on.
    """

    record: Record
    spans: tuple[Span, ...]
    line: int
    antecedent: Span | None = None

    @property
    def hull(self) -> Span:
        """The smallest raw span that holds them all."""
        return Span(min(s.start for s in self.spans), max(s.end for s in self.spans))


@dataclass(frozen=True, slots=True)
class Entry:
    """Everything stored of one document.

    ``data`` are the source's bytes, ``fingerprint`` a digest of all that shaped the record beside them,
    ``voices`` whose own words each of ``passages`` is, ``said`` the bounds of each of ``statements``' dates,
    ``quality`` that of its running text. ``asked`` are the words, folded, whose evidence in other documents
    would help, ``answers`` those of them, sorted, that were attested when this was made.
    """

    source: Source
    relative: str
    data: bytes
    fingerprint: str
    metadata: Metadata
    published: Days
    voice: str | None
    notes: tuple[str, ...]
    clean: str
    edits: tuple[Edit, ...]
    moves: tuple[Move, ...]
    blocks: tuple[Placed[Block], ...]
    passages: tuple[Placed[Passage], ...]
    voices: tuple[str | None, ...]
    statements: tuple[Placed[Statement], ...]
    said: tuple[Days, ...]
    dates: tuple[Placed[DateMention], ...]
    citations: tuple[Placed[Citation], ...]
    profile: Profile
    quality: float | None = None
    asked: frozenset[str] = frozenset()
    answers: tuple[str, ...] = ()
