"""Collections for retrieval experiments: documents, queries, and which document answers which query.

A collection is a folder as BEIR lays it out (Thakur et al., "BEIR", NeurIPS Datasets 2021):

    corpus.jsonl       {"_id": "d1", "title": "...", "text": "..."} a line; a title need not be there
    queries.jsonl      {"_id": "q1", "text": "..."} a line
    qrels/NAME.tsv     query-id, corpus-id, score a line, parted by tabs; NAME is the split

Files are read line by line; the corpus is never held in memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.errors import BadRequest, UnreadableSource
from policytext.ranking import Query

Qrels = Mapping[str, Mapping[str, int]]
"""The grade of each judged document, by query; 0 and less is not relevant."""

_LAYOUT = "a folder with corpus.jsonl, queries.jsonl and qrels/NAME.tsv"
_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class CollectionDocument:
    """A document of a collection; ``title`` and ``text`` may be empty."""

    id: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Collection:
    """A collection's folder and what one split asks of it.

    ``queries`` are those with qrels, in the order of the file; ``unjudged`` is how many others there are.
    """

    folder: Path
    split: str
    queries: tuple[Query, ...]
    qrels: Qrels
    unjudged: int

    @property
    def corpus(self) -> Path:
        """The file of documents."""
        return self.folder / "corpus.jsonl"

    def documents(self) -> Iterator[CollectionDocument]:
        """Yields the documents; see ``read_documents``."""
        return read_documents(self.corpus)


def open_collection(folder: Path, split: str = "test") -> Collection:
    """Returns the collection in ``folder`` with the queries and qrels of a split.

    Raises:
        BadRequest: it is no collection, or has no such split.
        UnreadableSource: a line cannot be read, or the qrels judge nothing or a query that is not there.
    """
    qrels_file = folder / "qrels" / f"{split}.tsv"
    for path in (folder / "corpus.jsonl", folder / "queries.jsonl"):
        if not path.is_file():
            raise BadRequest(f"not a collection: no {path.name}", str(folder), _LAYOUT)
    if not qrels_file.is_file():
        there = sorted(path.stem for path in qrels_file.parent.glob("*.tsv"))
        raise BadRequest(f"no qrels of split {split!r}", str(folder), ", ".join(there) or _LAYOUT)
    queries = read_queries(folder / "queries.jsonl")
    qrels = read_qrels(qrels_file)
    if not qrels:
        raise UnreadableSource("judges nothing", str(qrels_file))
    missing = qrels.keys() - {query.qid for query in queries}
    if missing:
        raise UnreadableSource(f"judges a query that queries.jsonl has not: {min(missing)}", str(qrels_file))
    judged = tuple(query for query in queries if query.qid in qrels)
    return Collection(folder, split, judged, qrels, len(queries) - len(judged))


def read_documents(path: Path) -> Iterator[CollectionDocument]:
    """Yields the documents of a ``corpus.jsonl`` in its order, empty ones too.

    Raises:
        UnreadableSource: a line is no document, or its id came before.
    """
    seen: set[str] = set()
    for values, where in _objects(path):
        name = _new_id(values, seen, where)
        yield CollectionDocument(name, _text(values, "title", where, ""), _text(values, "text", where))


def read_queries(path: Path) -> list[Query]:
    """Returns the queries of a ``queries.jsonl`` in its order.

    Raises:
        UnreadableSource: a line is no query, or its id came before.
    """
    seen: set[str] = set()
    return [
        Query(_new_id(values, seen, where), _text(values, "text", where)) for values, where in _objects(path)
    ]


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Returns the grades of a ``.tsv`` by query and document, in the order of the file.

    A first line that has no number for a grade is its header.

    Raises:
        UnreadableSource: a line has not three columns, a grade is no whole number, or a pair has two.
    """
    qrels: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        where = f"{path}, line {number}"
        columns = line.rstrip("\r\n").split("\t")
        if len(columns) != _COLUMNS:
            raise UnreadableSource(f"{len(columns)} columns, not 3 parted by tabs", where)
        qid, document, told = (column.strip() for column in columns)
        try:
            grade = int(told)
        except ValueError as error:
            if number == 1:
                continue
            raise UnreadableSource(f"not a grade: {told!r}", where, "a whole number") from error
        if qrels.setdefault(qid, {}).setdefault(document, grade) != grade:
            raise UnreadableSource(f"query {qid} and document {document} have two grades", where)
    return qrels


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yields the lines that are not blank, numbered from 1. Raises UnreadableSource where not UTF-8."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, 1):
            try:
                line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
            except UnicodeDecodeError as error:
                raise UnreadableSource("not UTF-8", f"{path}, line {number}") from error
            if line.strip():
                yield number, line


def _objects(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yields the JSON object of each line, with the words that name the line in an error."""
    for number, line in _lines(path):
        where = f"{path}, line {number}"
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableSource("not JSON", where) from error
        if not isinstance(values, dict):
            raise UnreadableSource("not a JSON object", where)
        yield values, where


def _new_id(values: Mapping[str, Any], seen: set[str], where: str) -> str:
    """Returns the object's id and adds it to those seen; a run could not hold one with a blank in it."""
    told = values.get("_id")
    name = str(told) if isinstance(told, int) and not isinstance(told, bool) else told
    if not isinstance(name, str) or not name or len(name.split()) != 1 or name.strip() != name:
        raise UnreadableSource(f"not an _id: {told!r}", where, "letters and digits without a blank")
    if name in seen:
        raise UnreadableSource(f"_id {name} came before", where)
    seen.add(name)
    return name


def _text(values: Mapping[str, Any], field: str, where: str, default: str | None = None) -> str:
    """Returns a field that must be text; null is none."""
    if field not in values and default is None:
        raise UnreadableSource(f"has no {field}", where)
    told = values.get(field)
    if told is not None and not isinstance(told, str):
        raise UnreadableSource(f"{field} is no text", where)
    return told or ""
