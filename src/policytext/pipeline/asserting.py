"""The assertions of an archive, document by document: what may witness a claim."""

from __future__ import annotations

import sqlite3
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.assertions.reading import Asserted, Paragraph, Said, read_paragraph
from policytext.analysis.witness import WitnessVoice
from policytext.document import FURNITURE, BlockKind
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.said import described

_VOICES: dict[str, WitnessVoice] = {"direct": "quoted", "indirect": "reported", "turn": "quoted"}
_PHRASES = frozenset(
    {
        *("accused-of", "as-phrase", "attitude", "described-as", "found-it", "gerund", "infinitive", "it-np"),
        *("np-abstract", "np-at", "np-for", "np-offer", "np-to", "noun-phrase", "object-to", "opinion-about"),
        *("opinion-expressed", "passive-judgement", "to-act", "to-have", "to-say"),
    }
)
"""Rules of indirect speech whose span is no clause: the sentence around it says what is asserted."""
_BESIDE = 400
"""Characters of a sentence beside an assertion that are shown; the nearest ones."""
_LITTLE = 40
"""A rest of the assertion's own sentence that is shorter is shown together with the sentence beside it."""


@dataclass(frozen=True, slots=True)
class Left:
    """A stretch, clean ``[start, end)``, that asserts nothing, and the rule that says so."""

    document: str
    start: int
    end: int
    rule: str


class Asserting(Iterator[Assertion]):
    """Assertions in the order of document ids and places, read as they are taken.

    ``left`` counts by rule the stretches passed so far that assert nothing; ``on_left``, where given, is
    called with each.
    """

    def __init__(
        self,
        archive: Archive,
        passages: Collection[int] | None = None,
        on_left: Callable[[Left], None] | None = None,
    ) -> None:
        self.left: Counter[str] = Counter()
        self._on_left = on_left
        wanted = None if passages is None else frozenset(passages)
        self._rows = self._read(archive.sql, wanted)

    def __next__(self) -> Assertion:
        return next(self._rows)

    def _read(self, sql: sqlite3.Connection, wanted: frozenset[int] | None) -> Iterator[Assertion]:
        for key, name in sql.execute("SELECT key, id FROM documents ORDER BY id").fetchall():
            passages = _passages(sql, key, wanted)
            if any(p.asked_for for p in passages):
                for row in _Document(sql, key, name, passages, every=wanted is None).rows():
                    if isinstance(row, Assertion):
                        yield row
                    else:
                        self._leave(row)

    def _leave(self, left: Left) -> None:
        self.left[left.rule] += 1
        if self._on_left is not None:
            self._on_left(left)


def assertions(archive: Archive, passages: Collection[int] | None = None) -> Asserting:
    """Returns the assertions of the passages with these numbers (None: of all).

    One document is in memory at a time. An assertion belongs to the passage in which it begins. Its id is
    ``DOCUMENT:START-END`` in clean offsets; neither it nor what stands beside it depends on which passages
    are asked for.
    """
    return Asserting(archive, passages)


@dataclass(frozen=True, slots=True)
class _Passage:
    id: str
    start: int
    end: int
    voice: str | None
    section: str
    asked_for: bool


def _passages(sql: sqlite3.Connection, key: int, wanted: frozenset[int] | None) -> list[_Passage]:
    """Returns a document's passages in reading order."""
    rows = sql.execute(
        "SELECT n.number, p.id, p.start, p.end, p.voice, p.section FROM passages p "
        "JOIN numbers n ON n.passage = p.key WHERE p.document = ? ORDER BY p.start",
        (key,),
    )
    return [
        _Passage(name, start, end, voice, section, wanted is None or number in wanted)
        for number, name, start, end, voice, section in map(tuple, rows)
    ]


class _Statements:
    """The statements of one document; asked for by stretches in reading order, each is read once."""

    def __init__(self, sql: sqlite3.Connection, key: int) -> None:
        self._rows = iter(
            sql.execute(
                "SELECT id, start, end, kind, speaker, speaker_text, rule, utterance FROM statements "
                "WHERE document = ? ORDER BY start, end",
                (key,),
            ).fetchall()
        )
        self._next = self._said()
        self._open: list[Said] = []

    def within(self, start: int, end: int) -> list[Said]:
        """Returns those that overlap ``[start, end)``; no stretch before it is asked for again."""
        self._open = [s for s in self._open if s.end > start]
        while self._next is not None and self._next.start < end:
            self._open.append(self._next)
            self._next = self._said()
        return [s for s in self._open if s.end > start]

    def _said(self) -> Said | None:
        row = next(self._rows, None)
        if row is None:
            return None
        name, start, end, kind, speaker, speaker_text, rule, utterance = row
        clause = kind != "indirect" or rule not in _PHRASES
        voice, who = _VOICES[kind], speaker or described(speaker_text)
        return Said(name, start, end, voice, who, clause, kind == "turn", utterance)


class _Document:
    """One document, read block by block; ``every`` tells that all of its passages are asked for."""

    def __init__(
        self, sql: sqlite3.Connection, key: int, name: str, passages: Sequence[_Passage], *, every: bool
    ) -> None:
        self._text: str = sql.execute("SELECT clean FROM documents WHERE key = ?", (key,)).fetchone()[0]
        self._blocks: list[tuple[int, int, BlockKind]] = [
            (row[0], row[1], row[2])
            for row in sql.execute(
                "SELECT start, end, kind FROM blocks WHERE document = ? ORDER BY start", (key,)
            )
        ]
        self._said = _Statements(sql, key)
        self._name, self._passages, self._every = name, passages, every
        self._starts = [p.start for p in passages]

    def rows(self) -> Iterator[Assertion | Left]:
        """Yields what the passages assert, and what they do not, in reading order of the paragraphs."""
        lead_in = ""
        for start, end, kind in self._blocks:
            if kind in FURNITURE:
                if self._every:
                    yield Left(self._name, start, end, "furniture")
                continue
            said = self._said.within(start, end)
            if self._asked_for(start, end, kind):
                read = read_paragraph(self._text, start, end, kind, said)
                yield from self._of_paragraph(read, kind, lead_in if kind == "list" else "")
            if kind != "list":
                lead_in = self._lead_in(start, end)

    def _asked_for(self, start: int, end: int, kind: BlockKind) -> bool:
        if kind == "heading" and self._passage_at(start, kind) is not None:
            return True
        first = max(0, bisect_right(self._starts, start) - 1)
        here = self._passages[first : bisect_left(self._starts, end)]
        return any(p.asked_for and p.end > start for p in here)

    def _passage_at(self, place: int, kind: BlockKind) -> _Passage | None:
        """Returns the passage that holds a place, or stands below the heading there, if it is asked for."""
        index = bisect_right(self._starts, place) - 1
        if index >= 0 and place < self._passages[index].end:
            passage = self._passages[index]
        elif kind == "heading" and index + 1 < len(self._passages):
            passage = self._passages[index + 1]
        else:
            return None
        return passage if passage.asked_for else None

    def _lead_in(self, start: int, end: int) -> str:
        """Returns the end of a paragraph that announces a list."""
        stretch = _collapsed(self._text[max(start, end - _BESIDE) : end])
        return stretch if stretch.endswith((":", ":-", ":—")) else ""

    def _of_paragraph(self, read: Paragraph, kind: BlockKind, lead_in: str) -> Iterator[Assertion | Left]:
        for left in read.left:
            if self._passage_at(left.start, kind) is not None:
                yield Left(self._name, left.start, left.end, left.rule)
        for asserted in read.asserted:
            passage = self._passage_at(asserted.start, kind)
            if passage is not None:
                yield self._assertion(asserted, passage, read.sentences, kind, lead_in)

    def _assertion(
        self, asserted: Asserted, passage: _Passage, spans: Sequence[Span], kind: BlockKind, lead_in: str
    ) -> Assertion:
        start, end, said = asserted.start, asserted.end, asserted.said
        before = self._before(asserted, spans)
        return Assertion(
            id=f"{self._name}:{start}-{end}",
            document=self._name,
            passage=passage.id,
            start=start,
            end=end,
            text=_collapsed(self._text[start:end]),
            before=f"{lead_in} {before}".strip(),
            after=self._after(asserted, spans),
            section=passage.section,
            kind=kind,
            voice=asserted.voice,
            speaker=passage.voice if said is None else said.speaker,
            statement=None if said is None else said.id,
        )

    def _before(self, asserted: Asserted, spans: Sequence[Span]) -> str:
        number = asserted.sentence
        start = spans[number].start
        if asserted.start - start < _LITTLE and number:
            start = spans[number - 1].start
        return _collapsed(self._text[max(start, asserted.start - _BESIDE) : asserted.start])

    def _after(self, asserted: Asserted, spans: Sequence[Span]) -> str:
        number = asserted.sentence
        end = spans[number].end
        if end - asserted.end < _LITTLE and number + 1 < len(spans):
            end = spans[number + 1].end
        return _collapsed(self._text[asserted.end : min(end, asserted.end + _BESIDE)])


def _collapsed(text: str) -> str:
    return " ".join(text.split())
