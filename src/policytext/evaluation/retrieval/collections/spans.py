"""Judgements of stretches of raw papers, brought to the passages of an archive.

A row of ``qrels.jsonl`` is {"qid", "source", "start", "end", "grade"}: ``source`` the paper's id or file
name, ``start``/``end`` half-open offsets of code points into its raw text. So one judgement serves archives
that pack their passages differently:

- A passage takes the grade of a span where the two share at least half of the shorter one; of several the
  best. The passages that share one judged span are a group: who finds one has found what is judged.
- A passage that nobody judged, but that prints again at least half of what a graded passage holds of the span
  (the archive's reprints), takes the same grade, and is of the same group.
- Passages with a grade that are mostly one print, or a pull quote and the passage it is pulled from, are a
  group as well.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import Any, TypeGuard

from policytext.errors import NotFound, UnreadableSource
from policytext.evaluation.retrieval.collections.lines import checked_id, objects
from policytext.store.archive import Archive
from policytext.store.reader import document_id

SHARE = 0.5
"""Of the shorter of span and passage that both hold, for the passage to take the span's grade; and of a
passage that must be printed elsewhere for the two to be one print, as where search folds reprints."""
_PULLED = "pull_quote"

Pieces = Sequence[tuple[int, int]]
"""Raw stretches of a passage: more than one where a page number stood between them."""


@dataclass(frozen=True, slots=True)
class RawSpan:
    """A stretch of a paper's raw text; ``where`` names the line that told it."""

    source: str
    start: int
    end: int
    where: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class JudgedSpan:
    """What a query finds in a stretch of a paper; a grade of 0 and less is not relevant."""

    qid: str
    span: RawSpan
    grade: int


@dataclass(frozen=True, slots=True)
class Placed:
    """Judged spans as judgements of passages.

    ``qrels`` are by query in the order of the file, ``groups`` those of its relevant passages that are
    credited once; ``uncovered`` are spans that no passage takes a grade from.
    """

    qrels: Mapping[str, Mapping[str, int]]
    groups: Mapping[str, Mapping[str, str]]
    uncovered: tuple[JudgedSpan, ...] = ()


def raw_span(told: Any, where: str) -> RawSpan:
    """Returns the span that an object names. Raises UnreadableSource where it is none."""
    if not isinstance(told, dict) or not isinstance(told.get("source"), str):
        raise UnreadableSource("no span", where, '{"source": "1958.txt", "start": 0, "end": 120}')
    start, end = told.get("start"), told.get("end")
    if not (_whole(start) and _whole(end) and 0 <= start < end):
        raise UnreadableSource(f"no span: from {start!r} to {end!r}", where, "0 <= start < end")
    return RawSpan(told["source"], start, end, where)


def _whole(told: Any) -> TypeGuard[int]:
    return isinstance(told, int) and not isinstance(told, bool)


def read_spans(path: Path) -> list[JudgedSpan]:
    """Returns the rows of a ``qrels.jsonl`` in its order; other fields of a row are left alone.

    Raises:
        UnreadableSource: a row is no judged span, or the same span has two grades for a query.
    """
    judged: dict[tuple[str, RawSpan], JudgedSpan] = {}
    for values, where in objects(path):
        qid, span = checked_id(values.get("qid"), where, "id"), raw_span(values, where)
        grade = values.get("grade")
        if not _whole(grade):
            raise UnreadableSource(f"not a grade: {grade!r}", where, "a whole number")
        if judged.setdefault((qid, span), JudgedSpan(qid, span, grade)).grade != grade:
            raise UnreadableSource(f"query {qid} has two grades for one span", where)
    return list(judged.values())


class Places:
    """Where the passages of an archive stand in its papers, read paper by paper as they are asked for."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._papers: dict[str, _Paper] = {}
        self._ids: dict[str, str] = {}
        self._again = _Reprints(archive.sql)

    def covering(self, span: RawSpan) -> list[tuple[str, Pieces]]:
        """Returns the passages that hold half of a span or of themselves in it, with the stretches of both.

        Raises:
            UnreadableSource: the archive has no such paper.
        """
        shared: list[tuple[str, Pieces]] = []
        for passage, pieces in self._paper(span).near(span.start, span.end):
            common = _common(pieces, [(span.start, span.end)])
            shorter = min(span.end - span.start, _length(pieces))
            if common and _length(common) >= SHARE * shorter:
                shared.append((passage, common))
        return shared

    def placed(self, judged: Iterable[JudgedSpan]) -> Placed:
        """Returns judged spans as judgements of passages; see the module. Raises as ``covering`` does."""
        grades: dict[str, dict[str, int]] = {}
        again: dict[str, dict[str, int]] = {}
        unions: dict[str, _Unions] = {}
        uncovered = []
        for row in judged:
            told, union = grades.setdefault(row.qid, {}), unions.setdefault(row.qid, _Unions())
            found = self.covering(row.span)
            if not found:
                uncovered.append(row)
            twins = sorted({twin for passage, held in found for twin in self._again.printing(passage, held)})
            for passage, _ in found:
                told[passage] = max(row.grade, told.get(passage, row.grade))
            for twin in twins:
                further = again.setdefault(row.qid, {})
                further[twin] = max(row.grade, further.get(twin, row.grade))
            if row.grade > 0:
                union.join([*(passage for passage, _ in found), *twins])
        qrels = {qid: {**again.get(qid, {}), **told} for qid, told in grades.items()}
        return Placed(
            {qid: dict(sorted(told.items())) for qid, told in qrels.items()},
            {qid: self._groups(told, unions[qid]) for qid, told in qrels.items()},
            tuple(uncovered),
        )

    def reprinted(self, qrels: Mapping[str, Mapping[str, int]]) -> Placed:
        """Returns judgements of passages with those of their reprints; see the module."""
        full, groups = {}, {}
        for qid, grades in qrels.items():
            again: dict[str, int] = {}
            union = _Unions()
            for passage, grade in grades.items():
                twins = self._again.printing(passage, None)
                if grade > 0:
                    union.join([passage, *twins])
                for twin in twins:
                    again[twin] = max(grade, again.get(twin, grade))
            full[qid] = {**grades, **{twin: again[twin] for twin in sorted(again) if twin not in grades}}
            groups[qid] = self._groups(full[qid], union)
        return Placed(full, groups)

    def _groups(self, grades: Mapping[str, int], union: _Unions) -> dict[str, str]:
        """Returns the group of each relevant passage that has another, named by its first passage."""
        relevant = {passage for passage, grade in grades.items() if grade > 0}
        for passage in sorted(relevant):
            union.join([passage, *self._again.same_print(passage)])
        return union.groups(relevant)

    def _paper(self, span: RawSpan) -> _Paper:
        if span.source not in self._ids:
            try:
                self._ids[span.source] = document_id(self._archive, span.source)
            except NotFound as error:
                raise UnreadableSource(
                    f"the archive has no paper {span.source}"
                    if error.what == "no such document"
                    else f"{span.source}: {error.what}",
                    span.where,
                ) from error
        name = self._ids[span.source]
        if name not in self._papers:
            self._papers[name] = _Paper.read(self._archive.sql, name)
        return self._papers[name]


class _Unions:
    """Passages joined to groups; what is joined to the same is joined to each other."""

    def __init__(self) -> None:
        import networkx as nx  # not for those whose judgements are of documents

        self._graph = nx.Graph()

    def join(self, members: Iterable[str]) -> None:
        """Makes one group of all members and whatever they are joined with."""
        from networkx import add_path

        add_path(self._graph, members)

    def groups(self, wanted: Iterable[str]) -> dict[str, str]:
        """Returns the group of each wanted member that shares it with another, named by its first, by id."""
        from networkx import connected_components

        among = set(wanted)
        parts = [sorted(among & part) for part in connected_components(self._graph)]
        return dict(sorted((member, part[0]) for part in parts if len(part) > 1 for member in part))


@dataclass(frozen=True, slots=True)
class _Paper:
    """The passages of a paper by where they begin in the raw text, and how far those up to each reach."""

    passages: tuple[tuple[str, Pieces], ...]
    starts: tuple[int, ...]
    reach: tuple[int, ...]

    @classmethod
    def read(cls, sql: sqlite3.Connection, document: str) -> _Paper:
        """Returns the passages of the paper of this id."""
        rows = sql.execute(
            "SELECT p.id, p.raw_start, p.raw_end, p.raw_spans FROM passages p "
            "JOIN documents d ON d.key = p.document WHERE d.id = ? ORDER BY p.raw_start, p.id",
            (document,),
        ).fetchall()
        ends = accumulate((row["raw_end"] for row in rows), max)
        found = tuple((row["id"], _pieces(row)) for row in rows)
        return cls(found, tuple(row["raw_start"] for row in rows), tuple(ends))

    def near(self, start: int, end: int) -> Iterator[tuple[str, Pieces]]:
        """Yields the passages whose raw hull meets a stretch, in order."""
        last = bisect_left(self.starts, end)
        first = last
        while first and self.reach[first - 1] > start:
            first -= 1
        yield from self.passages[first:last]


class _Reprints:
    """What the archive's passages print that others print too."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql
        self._known: dict[str, list[_Print]] = {}

    def printing(self, passage: str, held: Pieces | None) -> set[str]:
        """Returns the passages that print again half of what a passage holds, or of all of it (None)."""
        found = set()
        for own in self._of(passage):
            wanted = own.whole if held is None else held
            common = _length(_common(own.pieces, wanted))
            for other in self._members(own.group):
                again = min(common, _length(other.pieces))
                if other.passage != passage and again >= SHARE * _length(wanted) > 0:
                    found.add(other.passage)
        return found

    def same_print(self, passage: str) -> set[str]:
        """Returns the passages that are mostly the same print, or what a pull quote is pulled from."""
        found = set()
        for own in self._of(passage):
            if own.share < SHARE:
                continue
            others = [other for other in self._members(own.group) if other.passage != passage]
            found |= {other.passage for other in others if other.share >= SHARE}
            homes = [o.passage for o in others if o.document == own.document and o.kind != _PULLED]
            if own.kind == _PULLED:
                found |= set(homes)
        return found

    def _of(self, passage: str) -> list[_Print]:
        rows = self._sql.execute(
            "SELECT DISTINCT r.grp FROM reprints r JOIN passages p ON p.key = r.passage WHERE p.id = ? "
            "ORDER BY r.grp",
            (passage,),
        ).fetchall()
        return [one for row in rows for one in self._members(row["grp"]) if one.passage == passage]

    def _members(self, group: str) -> list[_Print]:
        if group not in self._known:
            rows = self._sql.execute(
                "SELECT p.id, p.document, p.kind, p.start, p.end, p.raw_start AS whole_start, "
                "p.raw_end AS whole_end, p.raw_spans AS whole_spans, r.start AS part_start, "
                "r.end AS part_end, r.raw_start, r.raw_end, r.raw_spans "
                "FROM reprints r JOIN passages p ON p.key = r.passage WHERE r.grp = ? ORDER BY p.id, r.start",
                (group,),
            ).fetchall()
            self._known[group] = [
                _printed(group, rows, name) for name in dict.fromkeys(r["id"] for r in rows)
            ]
        return self._known[group]


@dataclass(frozen=True, slots=True)
class _Print:
    """What a passage prints of a group: stretches, and the ``share`` of its clean characters."""

    group: str
    passage: str
    document: int
    kind: str
    pieces: Pieces
    whole: Pieces
    share: float


def _printed(group: str, rows: Sequence[sqlite3.Row], passage: str) -> _Print:
    parts = [row for row in rows if row["id"] == passage]
    first = parts[0]
    whole = _stretches(first["whole_start"], first["whole_end"], first["whole_spans"])
    pieces = [piece for row in parts for piece in _pieces(row)]
    share = sum(row["part_end"] - row["part_start"] for row in parts) / max(1, first["end"] - first["start"])
    return _Print(group, passage, first["document"], first["kind"], pieces, whole, share)


def _pieces(row: sqlite3.Row) -> Pieces:
    return _stretches(row["raw_start"], row["raw_end"], row["raw_spans"])


def _stretches(start: int, end: int, spans: str | None) -> Pieces:
    return [(start, end)] if spans is None else sorted((a, b) for a, b in json.loads(spans) if a < b)


def _common(one: Pieces, other: Pieces) -> list[tuple[int, int]]:
    """Returns what both hold."""
    both = [(max(a, c), min(b, d)) for a, b in one for c, d in other]
    return [(start, end) for start, end in both if start < end]


def _length(pieces: Pieces) -> int:
    return sum(end - start for start, end in pieces)
