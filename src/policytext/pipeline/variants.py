"""Texts that an archive holds in several printings, with what is needed to compare them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from policytext.analysis.collation import PrintedWork, Printing, Repair, key_of
from policytext.errors import NotFound
from policytext.pipeline.timelines.places import Places
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.claims import claim_of, witness_rows
from policytext.store.reader import RawDocument, raw_document
from policytext.text.sentences import sentences

_WORD = re.compile(r"\S+")
_LAYOUT = frozenset({"html", "md"})  # rules that take out markup: nobody's words
_LARGER_PART = 0.5
_MARKS = 4
_REACH = 1000  # characters in which the ends of a sentence are looked for

_ROWS = """
SELECT r.grp, r.start, r.end, r.relation, r.similarity, p.id AS passage,
  d.id AS document, d.name AS source, d.title, d.publication_date, d.published_earliest
FROM reprints r JOIN passages p ON p.key = r.passage JOIN documents d ON d.key = p.document
"""


_PLACES = {
    "witnesses": """
SELECT d.id, w.start, w.end FROM witnesses w JOIN passages p ON p.key = w.passage
JOIN documents d ON d.key = p.document WHERE w.id = ?
""",
    "statements": """
SELECT d.id, s.start, s.end FROM statements s JOIN documents d ON d.key = s.document WHERE s.id = ?
""",
    "passages": """
SELECT d.id, p.start, p.end FROM passages p JOIN documents d ON d.key = p.document WHERE p.id = ?
""",
}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Clean ``[start, end)`` of a document."""

    document: str
    start: int
    end: int


MOST = 200
"""Texts that are compared at a time; more than anybody reads through."""


@dataclass(frozen=True, slots=True)
class FoundWorks:
    """Texts printed more than once, and how many more there are than these."""

    works: tuple[PrintedWork, ...]
    left_out: int


def printed_works(
    archive: Archive, names: Sequence[str] = (), tier: str = "confirmed", most: int = MOST
) -> FoundWorks:
    """Returns the texts of these names that are printed more than once; of no names, all there are.

    A name is a group of reprints, a claim (its witnesses, only confirmed ones with ``tier`` "confirmed"), or
    a witness, a statement or a passage; what shares the larger part of it, or it of that, is meant. First
    come texts that several papers print, and those whose printings differ; then as they were first printed.

    Raises:
        NotFound: nothing has that name.
    """
    groups = _groups(archive)
    if names:
        wanted = {group for name in names for group in _meant(archive, groups, name, tier)}
        groups = {name: rows for name, rows in groups.items() if name in wanted}
    opened = _Papers(archive)
    ordered = sorted(groups.items(), key=lambda item: _order(*item))
    works = (PrintedWork(name, opened.printings(rows)) for name, rows in ordered[:most])
    return FoundWorks(tuple(w for w in works if len(w.printings) > 1), max(0, len(ordered) - most))


def _groups(archive: Archive) -> dict[str, list[sqlite3.Row]]:
    """Returns the stretches of every group, the one that was printed first first."""
    found: dict[str, list[sqlite3.Row]] = {}
    for row in archive.sql.execute(f"{_ROWS} ORDER BY r.grp"):
        found.setdefault(row["grp"], []).append(row)
    for rows in found.values():
        rows.sort(key=_printed_first)
    return {name: rows for name, rows in found.items() if len(rows) > 1}


def _printed_first(row: sqlite3.Row) -> tuple[bool, str, str, int, str]:
    date = row["published_earliest"] or "~"
    return row["relation"] != "original", date, row["document"], row["start"], row["passage"]


def _order(name: str, rows: Sequence[sqlite3.Row]) -> tuple[bool, bool, str, str, int, str]:
    within = len({row["document"] for row in rows}) == 1
    same = all(row["similarity"] == 1.0 for row in rows)
    first = rows[0]
    return within, same, first["published_earliest"] or "~", first["document"], first["start"], name


def _meant(archive: Archive, groups: dict[str, list[sqlite3.Row]], name: str, tier: str) -> Iterator[str]:
    """Yields the groups that a name means."""
    if name in groups:
        yield name
        return
    places = list(_places(archive, name, tier))
    if not places:
        raise NotFound(
            "no claim, witness, statement, passage or group of reprints has this name",
            name,
            "policytext list claims, or policytext export reprints --format csv",
        )
    by_document: dict[str, list[_Stretch]] = {}
    for place in places:
        by_document.setdefault(place.document, []).append(place)
    for group, rows in groups.items():
        if any(_shared(row, place) for row in rows for place in by_document.get(row["document"], ())):
            yield group


def _shared(row: sqlite3.Row, place: _Stretch) -> bool:
    common: int = min(row["end"], place.end) - max(row["start"], place.start)
    return common > 0 and common >= _LARGER_PART * min(row["end"] - row["start"], place.end - place.start)


def _places(archive: Archive, name: str, tier: str) -> Iterator[_Stretch]:
    if claim_of(archive, name) is not None:
        rows: Iterable[sqlite3.Row] = (
            row for row in witness_rows(archive, name) if tier == "all" or row["tier"] == tier
        )
        yield from (_Stretch(row["document"], row["start"], row["end"]) for row in rows)
        return
    for table in ("witnesses", "statements", "passages"):
        rows = archive.sql.execute(_PLACES[table], (name,))
        yield from (_Stretch(*row) for row in rows)


@dataclass(slots=True)
class _Papers:
    """The papers in hand; each is opened once."""

    archive: Archive
    opened: dict[str, tuple[RawDocument, Places]] = field(default_factory=dict)

    def printings(self, rows: Sequence[sqlite3.Row]) -> tuple[Printing, ...]:
        """Returns a printing for each row; one of rows that share a sentence: they are stretches of one."""
        kept: list[tuple[sqlite3.Row, Span]] = []
        for row in rows:
            span = _whole(self._paper(row["document"])[0].clean, row["start"], row["end"])
            for at, (other, taken) in enumerate(kept):
                if other["document"] == row["document"] and span.start < taken.end and taken.start < span.end:
                    joined = Span(min(span.start, taken.start), max(span.end, taken.end))
                    kept[at] = other, joined
                    break
            else:
                kept.append((row, span))
        return tuple(self._printing(row, span) for row, span in kept)

    def _paper(self, name: str) -> tuple[RawDocument, Places]:
        if name not in self.opened:
            self.opened[name] = raw_document(self.archive, name), Places(self.archive, name)
        return self.opened[name]

    def _printing(self, row: sqlite3.Row, span: Span) -> Printing:
        paper, places = self._paper(row["document"])
        raw = paper.alignment.hull(span.start, span.end)
        return Printing(
            passage=row["passage"],
            document=row["document"],
            source=row["source"],
            title=row["title"],
            publication_edtf=row["publication_date"],
            relation=row["relation"],
            start=raw.start,
            end=raw.end,
            line=places.line(raw.start),
            page=places.page(raw.start),
            text=paper.clean[span.start : span.end],
            repairs=tuple(_repairs(paper, span)),
        )


def _whole(clean: str, start: int, end: int) -> Span:
    """Returns the span widened to whole sentences: a reprint begins and ends where words agree.

    Where a sentence is too long, or a line breaks it off, the marks at the first and last word are added.
    """
    low = max(clean.rfind("\n", max(0, start - _REACH), start) + 1, start - _REACH, 0)
    high = min(at for at in (clean.find("\n", end, end + _REACH), end + _REACH, len(clean)) if at >= 0)
    met = [s for s in sentences(clean, low, high) if s.start < end and start < s.end]
    if met and (met[0].start > low or low == 0 or clean[low - 1] == "\n"):
        start = min(start, met[0].start)
    if met and (met[-1].end < high or high == len(clean) or clean[high] == "\n"):
        end = max(end, met[-1].end)
    return _with_marks(clean, start, end)


def _with_marks(clean: str, start: int, end: int) -> Span:
    for _ in range(_MARKS):
        if start and not (clean[start - 1].isalnum() or clean[start - 1].isspace()):
            start -= 1
        if end < len(clean) and not (clean[end].isalnum() or clean[end].isspace()):
            end += 1
    return Span(start, end)


def _repairs(paper: RawDocument, span: Span) -> Iterator[Repair]:
    """Yields the words of a clean span whose letters an edit changed; offsets count from its start."""
    text = paper.clean[span.start : span.end]
    words = [(m.start(), m.end()) for m in _WORD.finditer(text)]
    touched = {at for start, end in _changed(paper, span) for at in _touching(words, start, end)}
    for at in sorted(touched):
        start, end = words[at]
        hull = paper.alignment.hull(span.start + start, span.start + end)
        printed = " ".join(paper.raw[hull.start : hull.end].split())
        if key_of(printed) != key_of(text[start:end]):
            yield Repair(start, end, printed)


def _touching(words: Sequence[tuple[int, int]], start: int, end: int) -> Iterator[int]:
    from bisect import bisect_right

    at = max(0, bisect_right(words, (start, start)) - 1)
    while at < len(words) and words[at][0] < max(end, start + 1):
        if words[at][1] > start:
            yield at
        at += 1


def _changed(paper: RawDocument, span: Span) -> Iterator[tuple[int, int]]:
    """Yields the clean places, from the start of the span, where an edit put other letters into a word."""
    from bisect import bisect_left

    pieces = paper.alignment.pieces
    for at in range(bisect_left(pieces, span.start, key=lambda p: p.end), len(pieces)):
        piece = pieces[at]
        if piece.start >= span.end:
            return
        edit = piece.edit
        if edit is None or edit.rule.partition(".")[0] in _LAYOUT or not edit.replacement:
            continue
        if key_of(edit.text) != key_of(edit.replacement):
            yield piece.start - span.start, piece.end - span.start
