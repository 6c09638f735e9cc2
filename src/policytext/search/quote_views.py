"""The ways in which a document can be read, each a text that leads back to raw offsets.

A quotation may be taken from the file as it is, from the page, or from the running text, which goes on where
a page number or a footnote interrupts it; and a remark that the paper breaks off with "he said" is quoted as
one. So a document is looked at in several *views*, the most literal first.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal

from policytext.document import FURNITURE
from policytext.search.quote_letters import JOINT, letter_offsets, letters
from policytext.search.quote_records import Saying
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import RawDocument, raw_document

ViewName = Literal["raw", "clean", "page", "text", "utterance"]


@dataclass(frozen=True)
class View:
    """A text made of stretches of another: ``parts`` are (offset here, start there, end there), rising here.

    "There" is the raw text for the raw view, else the clean text. What joins the parts comes from nowhere.
    """

    name: ViewName
    text: str
    parts: tuple[tuple[int, int, int], ...]

    @cached_property
    def letters(self) -> str:
        """The letters of the text."""
        return letters(self.text)

    @cached_property
    def offsets(self) -> list[int]:
        """Of each letter, the offset of its character in the text."""
        return letter_offsets(self.text)

    def here(self, there: int) -> int:
        """Returns the first offset here that comes from ``there`` or from behind it, else the end."""
        found = [h + max(0, there - begin) for h, begin, stop in self.parts if there < stop]
        return min(found, default=len(self.text))

    def there(self, start: int, end: int) -> list[Span]:
        """Returns the stretches that ``[start, end)`` comes from, in order, neighbours joined."""
        found: list[Span] = []
        first = max(0, bisect_right(self.parts, start, key=lambda p: p[0]) - 1)
        for here, begin, stop in self.parts[first:]:
            if here >= end:
                break
            low, high = max(start, here), min(end, here + stop - begin)
            if low >= high:
                continue
            span = Span(begin + low - here, begin + high - here)
            if found and found[-1].end == span.start:
                span = Span(found.pop().start, span.end)
            found.append(span)
        return found


@dataclass(frozen=True)
class Document:
    """A document open for judging: its texts, blocks, statements and facts.

    ``statements`` are rows in reading order with clean offsets, ``voice`` whose own words the paper is.
    """

    texts: RawDocument
    key: int
    relative: str
    title: str | None
    publication_date: str | None
    blocks: tuple[sqlite3.Row, ...] = field(repr=False)
    statements: tuple[sqlite3.Row, ...] = field(repr=False)

    @cached_property
    def views(self) -> tuple[View, ...]:
        """All views that differ, the most literal first."""
        clean, raw = self.texts.clean, self.texts.raw
        views = [View("raw", raw, ((0, 0, len(raw)),))]
        views += [View("clean", clean, ((0, 0, len(clean)),))] if clean != raw else []
        seen = {view.text for view in views}
        for view in (self._page(), self.running, self._utterances()):
            if view.text and view.text not in seen:
                seen.add(view.text)
                views.append(view)
        return tuple(views)

    @cached_property
    def running(self) -> View:
        """The running text: no furniture, footnotes, marks of notes or pull quotes."""
        away = [(b["start"], b["end"]) for b in self.blocks if b["kind"] in _NOT_RUNNING]
        away += [tuple(mark) for b in self.blocks if b["marks"] for mark in json.loads(b["marks"])]
        return _without("text", self.texts.clean, away)

    def _page(self) -> View:
        away = [(b["start"], b["end"]) for b in self.blocks if b["kind"] in FURNITURE]
        return _without("page", self.texts.clean, away)

    def _utterances(self) -> View:
        """The fragments of each broken utterance as one, utterances apart by an empty line."""
        together: dict[int, list[Span]] = {}
        for row in self.statements:
            if row["utterance"] is not None and row["kind"] != "indirect":
                together.setdefault(row["utterance"], []).append(Span(row["start"], row["end"]))
        parts, out, at = [], [], 0
        for number in sorted(together):
            spans = together[number]
            if len(spans) < 2 or any(a.overlaps(b) for a, b in pairwise(spans)):
                continue
            for n, span in enumerate(spans):
                words, last = self.texts.clean[span.start : span.end], n + 1 == len(spans)
                words = words if last else words.rstrip().removesuffix(",")  # put there for "he said"
                out.append(words + ("\n\n" if last else f" {JOINT} "))
                parts.append((at, span.start, span.start + len(words)))
                at += len(out[-1])
        return View("utterance", "".join(out), tuple(parts))

    def raw_spans(self, view: View, start: int, end: int) -> list[Span]:
        """Returns the raw spans of ``[start, end)`` of a view, in the order of reading, neighbours joined."""
        if view.name == "raw":
            return view.there(start, end)
        found: list[Span] = []
        for clean in view.there(start, end):
            for span in self.texts.alignment.to_raw(clean.start, clean.end):
                if found and found[-1].end == span.start:
                    found[-1] = Span(found[-1].start, span.end)
                elif len(span):
                    found.append(span)
        return found

    def clean_spans(self, view: View, start: int, end: int) -> list[Span]:
        """Returns the clean spans of ``[start, end)`` of a view."""
        there = view.there(start, end)
        if view.name != "raw":
            return there
        return [s for span in there for s in self.texts.alignment.to_clean(span.start, span.end)]

    def saying_of(self, row: sqlite3.Row) -> Saying:
        """Returns a row of ``statements`` as a record."""
        return Saying(**{name: row[name] for name in Saying.__slots__})


_NOT_RUNNING = FURNITURE | {"footnote", "pull_quote"}


def _without(name: ViewName, text: str, away: Iterable[Sequence[int]]) -> View:
    """Returns the view of a text that leaves out the stretches ``away``."""
    parts, out, here, at = [], [], 0, 0
    for start, end in sorted((int(a[0]), int(a[1])) for a in away):
        if start > at:
            parts.append((here, at, start))
            out.append(text[at:start])
            here += start - at
        at = max(at, end)
    if at < len(text):
        parts.append((here, at, len(text)))
        out.append(text[at:])
    return View(name, "".join(out), tuple(parts))


def opened(archive: Archive, document: str) -> Document:
    """Returns the document of this id, open for judging.

    Raises:
        NotFound: no such document.
        ArchiveError: its stored bytes are damaged.
    """
    texts = raw_document(archive, document)
    sql = archive.sql
    facts = sql.execute(
        "SELECT key, relative, title, publication_date FROM documents WHERE id = ?", (document,)
    ).fetchone()
    blocks = sql.execute(
        "SELECT start, end, kind, marks FROM blocks WHERE document = ? ORDER BY ordinal", (facts["key"],)
    )
    statements = sql.execute(
        "SELECT s.*, (SELECT group_concat(w.known_as, '') FROM sayers y JOIN people w ON w.id = y.person "
        "WHERE y.statement = s.key) AS known_as "
        "FROM statements s WHERE s.document = ? ORDER BY s.start, s.id",
        (facts["key"],),
    )
    return Document(
        texts,
        facts["key"],
        facts["relative"],
        facts["title"],
        facts["publication_date"],
        tuple(blocks),
        tuple(statements),
    )
