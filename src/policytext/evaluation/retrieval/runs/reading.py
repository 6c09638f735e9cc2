"""Runs as TREC writes them, anybody's: reading them.

A line is ``qid Q0 document rank score tag``, parted by blanks or tabs, in any order. Tools sort by score and
never by rank, each with ties in an order of its own; so a run is read with its ties left open.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.records import Ranking, Run
from policytext.evaluation.retrieval.runs.headers import is_comment, read_header
from policytext.evaluation.retrieval.sorting import by_score
from policytext.evaluation.wording import counted
from policytext.files import unpacked

_COLUMNS = 6
_LAYOUT = "qid Q0 document rank score tag"
_BOM = b"\xef\xbb\xbf"
_SHOWN = 40
_AMONG, _BEFORE = "a comment among the lines", "comments before the first line alone"


def read_run(path: Path) -> Run:
    """Returns the run of a TREC file, which may be gzipped and may have a header.

    Documents stand by falling score, those of one score by id; what such a tie means is left to who scores.
    Ids are held once, scores in arrays: 10,000 queries of 1,000 hits take some hundred megabytes.
    A header of ours without a line is the run of a system that found nothing: it has no rankings.
    ``notes`` of the run tell where ranks contradict scores (the scores count), where it bears several tags
    (the first is its name), a byte-order mark, and lines of the header that were not read.

    Raises:
        UnreadableSource: a line has not six columns or no finite number for a score, a query has a document
            twice, a comment stands among the lines, the file holds neither a line nor a header of ours, is
            not UTF-8, or its gzip is damaged.
        BadRequest: there is no such file.
    """
    reading = _Reading(str(path))
    with _opened(path) as file:
        for number, raw in enumerate(file, 1):
            line = raw
            if number == 1 and line.startswith(_BOM):
                line = line.removeprefix(_BOM)
                reading.has_mark = True
            if line.startswith(b"#") and is_comment(line):
                reading.comment(line, number)
            elif columns := line.split():
                reading.take(columns, number)
    return _as_run(path, reading)


@dataclass(slots=True)
class _Hits:
    """What was read of a query so far; ``rank`` is that of the line before, as it stands."""

    documents: list[str] = field(default_factory=list)
    scores: array[float] = field(default_factory=lambda: array("d"))
    rank: bytes = b""
    contradicts: bool = False

    def add(self, document: str, rank: bytes, score: float) -> None:
        """Adds a document, noting whether its rank and score stand in two orders to the line before."""
        if self.scores and score != self.scores[-1] and rank != self.rank:
            rises = (len(rank), rank) > (len(self.rank), self.rank)
            if rises is (score > self.scores[-1]) and rank.isdigit() and self.rank.isdigit():
                self.contradicts = True
        self.rank = rank
        self.documents.append(document)
        self.scores.append(score)


@dataclass(slots=True)
class _Reading:
    """A run while it is read; ``current`` are the hits of the query of the line before."""

    path: str
    found: dict[str, _Hits] = field(default_factory=dict)
    comments: list[str] = field(default_factory=list)
    ids: dict[bytes, str] = field(default_factory=dict)
    tag: bytes = b""
    has_other_tags: bool = False
    has_mark: bool = False
    qid: bytes = b""
    current: _Hits = field(default_factory=_Hits)

    def comment(self, line: bytes, number: int) -> None:
        """Takes a comment; among the lines other tools would read it as a query called ``#``."""
        if self.found:
            self.refuse(_AMONG, number, _BEFORE)
        self.comments.append(line.decode("utf-8", "replace"))

    def take(self, columns: list[bytes], number: int) -> None:
        """Takes a line, parted."""
        if len(columns) != _COLUMNS:
            self.refuse(f"{counted(len(columns), 'column')}, not 6", number, _LAYOUT)
        qid, _, document, rank, told, tag = columns
        if qid != self.qid:
            if qid == b"#":
                self.refuse(_AMONG, number, _BEFORE)
            self.qid, self.current = qid, self.found.setdefault(self.name(qid, number), _Hits())
        self.current.add(
            self.ids.get(document) or self.name(document, number), rank, self.score(told, number)
        )
        if tag != self.tag:
            self.has_other_tags = bool(self.tag)
            self.tag = self.tag or tag

    def score(self, told: bytes, number: int) -> float:
        """Returns a score as it stands; Python alone takes underscores for a part of a number."""
        try:
            score = float(told)
        except ValueError:
            score = math.nan
        if not math.isfinite(score) or b"_" in told:
            self.refuse(f"not a score: {_shown(told)}", number, "a finite number")
        return score

    def name(self, raw: bytes, number: int) -> str:
        """Returns an id as text, the same object each time."""
        known = self.ids.get(raw)
        if known is None:
            try:
                known = self.ids[raw] = raw.decode("utf-8")
            except UnicodeDecodeError:
                self.refuse("not UTF-8", number, "")
        return cast("str", known)

    def refuse(self, what: str, number: int, advice: str) -> None:
        """Raises the error of a line."""
        raise UnreadableSource(what, f"{self.path}, line {number}", advice)


def _shown(told: bytes) -> str:
    """Returns the beginning of a column, quoted."""
    text = told.decode("utf-8", "replace")
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "...")


def _as_run(path: Path, reading: _Reading) -> Run:
    header, notes = read_header(reading.comments)
    if not reading.found:
        return _nothing(path, header, notes)
    contradicting = sum(hits.contradicts for hits in reading.found.values())
    name = reading.tag.decode("utf-8", "replace")
    told = [
        "begins with a byte-order mark, which other tools take for a part of the first query's id"
        if reading.has_mark
        else "",
        f"bears several tags; its name is the first, {name}" if reading.has_other_tags else "",
        f"ranks contradict scores ({counted(contradicting, 'query')}): the scores count"
        if contradicting
        else "",
        *notes,
    ]
    rankings = {}
    for qid in list(reading.found):
        rankings[qid] = _ranking(path, qid, reading.found.pop(qid))
    return Run(name, rankings, header, tuple(note for note in told if note))


def _nothing(path: Path, header: Mapping[str, Any], notes: tuple[str, ...]) -> Run:
    """Returns the run of a system that found nothing at all: a header of ours, which names it, alone."""
    ours = header.get("policytext")
    name = ours.get("tag") if isinstance(ours, Mapping) else None
    if not isinstance(name, str) or name.split() != [name]:
        raise UnreadableSource("an empty run", str(path), f"lines of {_LAYOUT}")
    return Run(name, {}, header, notes)


def _ranking(path: Path, qid: str, hits: _Hits) -> Ranking:
    """Returns the hits by falling score, those of one score by id."""
    if len(set(hits.documents)) != len(hits.documents):
        _refuse_twice(path, qid)
    return by_score(Ranking(tuple(hits.documents), hits.scores))


def _refuse_twice(path: Path, qid: str) -> None:
    """Raises the error of a document that a query has twice; reads the file again to name the line."""
    seen: set[bytes] = set()
    with _opened(path) as file:
        for number, raw in enumerate(file, 1):
            columns = raw.removeprefix(_BOM).split()
            if len(columns) == _COLUMNS and columns[0].decode("utf-8", "replace") == qid:
                if columns[2] in seen:
                    document = columns[2].decode("utf-8")
                    raise UnreadableSource(
                        f"query {qid} has document {document} twice", f"{path}, line {number}"
                    )
                seen.add(columns[2])


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        with unpacked(path) as file:
            yield file
    except OSError as error:
        raise BadRequest(f"cannot read the run: {error.strerror}", str(path), "a TREC run file") from error
