"""Collections as BEIR lays them out, read and written line by line (Thakur et al., "BEIR", NeurIPS 2021).

    corpus.jsonl       {"_id": "d1", "title": "...", "text": "...", "metadata": {"era": "1950s"}} a line
    queries.jsonl      {"_id": "q1", "text": "...", "metadata": {"kind": "question"}} a line
    qrels/NAME.tsv     query-id, corpus-id, score a line, parted by tabs; NAME is the split
    groups.tsv         optional: corpus-id, group; or query-id, corpus-id, group, the query blank for all

A title and ``metadata`` need not be there. The scalars of ``metadata`` become labels, all else in it is left
alone. Beyond BEIR a query may bring "own" (ids of the documents it was taken from; else a document of the
query's own id is that), "from" (spans of papers, for an archive), "filters" and "plain", see `read_queries`.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, BinaryIO

from policytext.errors import UnreadableSource
from policytext.evaluation.retrieval.collections.lines import (
    add_grade,
    checked_id,
    grade_of,
    kept_id,
    lines,
    objects,
    text_of,
)
from policytext.evaluation.retrieval.collections.spans import RawSpan, raw_span
from policytext.evaluation.retrieval.records import CollectionDocument, CollectionQuery, Qrels
from policytext.ranking import Filters, Query
from policytext.text.edtf import bounds

ALL_QUERIES = ""
"""The query of a group that holds for every query."""
_FILTERS = ("from", "to", "dates", "speaker", "cites", "document", "min_quality")
_DAY = len("1956-05-13")


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """A line of ``queries.jsonl``: the query, and the raw spans of papers that it was taken from."""

    query: CollectionQuery
    spans: tuple[RawSpan, ...] = ()


def read_documents(path: Path) -> Iterator[CollectionDocument]:
    """Yields the documents of a ``corpus.jsonl`` in its order, empty ones too.

    No text and no id is held: of each id eight bytes of its digest, by which one that comes twice is found at
    the end.

    Raises:
        UnreadableSource: a line is no document, or its id came before.
    """
    seen = array("Q")
    for values, where in objects(path):
        name = checked_id(values.get("_id"), where)
        seen.append(_digest(name))
        yield CollectionDocument(
            name,
            text_of(values, "title", where, ""),
            text_of(values, "text", where),
            labels_of(values, where),
        )
    _refuse_twins(path, seen)


def document_ids(path: Path) -> Iterator[str]:
    """Yields the ids of a ``corpus.jsonl`` in its order. Raises UnreadableSource where a line has none."""
    for values, where in objects(path):
        yield checked_id(values.get("_id"), where)


def _digest(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


def _refuse_twins(path: Path, digests: array[int]) -> None:
    """Raises UnreadableSource where two documents share an id."""
    import numpy as np  # a million ids in a list of Python's numbers would take forty times the memory

    ordered = np.sort(np.frombuffer(digests, dtype=np.uint64))
    twice = set(ordered[1:][ordered[1:] == ordered[:-1]].tolist())
    if not twice:
        return
    seen: set[str] = set()
    for values, where in objects(path):
        name = checked_id(values.get("_id"), where)
        if _digest(name) in twice:
            if name in seen:
                raise UnreadableSource(f"_id {name} came before", where)
            seen.add(name)


def read_queries(path: Path) -> list[AskedQuery]:
    """Returns the queries of a ``queries.jsonl`` in its order; blank lines are left out.

    A line has "_id" (or "qid") and "text", and may have "metadata" (its scalars become labels), "type" (the
    label kind, where ``metadata`` has none), "filters" (as ``policytext search --batch`` reads them), "plain"
    (false: the text is in the query language; "syntax": true says the same), "own" (ids of the documents it
    was taken from) or "from" (one or more of {"source", "start", "end"}, raw offsets). Without "own" a
    document of the query's own id is its own.

    Raises:
        UnreadableSource: a line is no query, or its id came before.
    """
    seen: set[str] = set()
    asked = []
    for values, where in objects(path):
        qid = checked_id(values["_id"] if "_id" in values else values.get("qid"), where)
        if qid in seen:
            raise UnreadableSource(f"_id {qid} came before", where)
        seen.add(qid)
        asked.append(_asked(qid, values, where))
    return asked


def _asked(qid: str, values: Mapping[str, Any], where: str) -> AskedQuery:
    labels = dict(labels_of(values, where))
    if isinstance(values.get("type"), str):
        labels.setdefault("kind", values["type"])
    told = values.get("from") or ()
    spans = tuple(
        raw_span(one, where) for one in ([told] if isinstance(told, dict) else _listed(told, where))
    )
    own = [checked_id(name, where, "id") for name in _listed(values.get("own", [qid]), where)]
    query = Query(
        qid,
        text_of(values, "text", where),
        _filters(values.get("filters") or {}, where),
        plain=_flag(values, "plain", where, default=not _flag(values, "syntax", where, default=False)),
    )
    return AskedQuery(CollectionQuery(query, labels, frozenset(own)), spans)


def _listed(told: Any, where: str) -> Sequence[Any]:
    if not isinstance(told, list | tuple):
        raise UnreadableSource("own and from are lists", where)
    return told


def _flag(values: Mapping[str, Any], name: str, where: str, *, default: bool) -> bool:
    told = values.get(name, default)
    if not isinstance(told, bool):
        raise UnreadableSource(f"{name} is true or false, not {told!r}", where)
    return told


def _filters(told: Any, where: str) -> Filters:
    """Returns the filters of a query: dates as EDTF, each side taken at its widest."""
    if not isinstance(told, dict) or any(name not in _FILTERS for name in told):
        raise UnreadableSource("filters are an object", where, ", ".join(_FILTERS))
    quality = told.get("min_quality")
    if isinstance(quality, bool) or not isinstance(quality, int | float | None):
        raise UnreadableSource("filter min_quality is no number", where, "0.9")
    words = {name: text_of(told, name, where, "").strip() or None for name in _FILTERS[:-1]}
    try:
        return Filters(
            _day(words["from"], 0),
            _day(words["to"], 1),
            words["dates"] or "statement",  # type: ignore[arg-type]  # Filters checks it
            words["speaker"],
            words["cites"],
            words["document"],
            quality,
        )
    except ValueError as error:
        raise UnreadableSource(f"filters: {error}", where) from error


def _day(told: str | None, side: int) -> str | None:
    """Returns the first (side 0) or last (side 1) day of a date. Raises ValueError where there is none."""
    if told is None:
        return None
    bound = bounds(told)[side]
    if bound is None or len(bound) != _DAY or not bound[0].isdigit():
        raise ValueError(f"not a date: {told!r}")
    return bound


def labels_of(values: Mapping[str, Any], where: str) -> dict[str, str]:
    """Returns the scalars of an object's ``metadata`` as text: true and false, numbers as JSON has them."""
    told = values.get("metadata")
    if told is None:
        return {}
    if not isinstance(told, dict):
        raise UnreadableSource("metadata is no object", where)
    return {
        name: value if isinstance(value, str) else json.dumps(value)
        for name, value in told.items()
        if isinstance(value, str | int | float)
    }


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Returns the grades of a ``.tsv`` by query and document, in the order of the file.

    A first line that has no number for a grade is its header.

    Raises:
        UnreadableSource: a line has not three columns, a grade is no whole number, or a pair has two.
    """
    qrels: dict[str, dict[str, int]] = {}
    for at, (where, columns) in enumerate(_columns(path, (3,))):
        qid, document, told = columns
        try:
            grade = grade_of(told, where)
        except UnreadableSource:
            if at == 0:
                continue
            raise
        add_grade(qrels, checked_id(qid, where, "id"), checked_id(document, where, "id"), grade, where)
    return qrels


def read_groups(path: Path) -> dict[str, dict[str, str]]:
    """Returns the group of documents by query, ``ALL_QUERIES`` for those that hold for every one.

    Raises:
        UnreadableSource: a line has neither two nor three columns, or a document stands in two groups.
    """
    groups: dict[str, dict[str, str]] = {}
    for at, (where, columns) in enumerate(_columns(path, (2, 3))):
        if at == 0 and columns[-1] == "group":
            continue
        qid = columns[0] if len(columns) == 3 else ALL_QUERIES
        document, group = (checked_id(told, where, "id") for told in columns[-2:])
        if groups.setdefault(qid, {}).setdefault(document, group) != group:
            raise UnreadableSource(f"document {document} is in two groups", where)
    return groups


def _columns(path: Path, allowed: Sequence[int]) -> Iterator[tuple[str, list[str]]]:
    """Yields the columns of each line without blanks around them, with the words that name the line."""
    for number, line in lines(path):
        where = f"{path}, line {number}"
        columns = [column.strip() for column in line.rstrip("\r\n").split("\t")]
        if len(columns) not in allowed:
            wanted = " or ".join(map(str, allowed))
            raise UnreadableSource(f"{len(columns)} columns, not {wanted} parted by tabs", where)
        yield where, columns


# Writing


def write_documents(documents: Iterable[CollectionDocument], file: BinaryIO) -> None:
    """Writes a ``corpus.jsonl``, labels as ``metadata``.

    Raises:
        BadRequest: an id has a blank in it, which no run can hold.
    """
    for document in documents:
        row: dict[str, Any] = {"_id": kept_id(document.id), "title": document.title, "text": document.text}
        if document.labels:
            row["metadata"] = dict(document.labels)
        file.write(_row(row))


def write_queries(queries: Iterable[CollectionQuery], file: BinaryIO) -> None:
    """Writes a ``queries.jsonl``, with what goes beyond BEIR where a query has it."""
    for asked in queries:
        query = asked.query
        row: dict[str, Any] = {"_id": kept_id(query.qid), "text": query.text}
        if asked.labels:
            row["metadata"] = dict(asked.labels)
        if asked.own != {query.qid}:
            row["own"] = sorted(asked.own)
        if query.filters != Filters():
            row["filters"] = filters_row(query.filters)
        if not query.plain:
            row["plain"] = False
        file.write(_row(row))


def filters_row(filters: Filters) -> dict[str, str | float]:
    """Returns filters as a query's line has them; what asks nothing is left out."""
    told = {
        "from": filters.earliest,
        "to": filters.latest,
        "dates": None if filters.dates == "statement" else filters.dates,
        "speaker": filters.speaker,
        "cites": filters.cites,
        "document": filters.document,
        "min_quality": filters.min_quality,
    }
    return {name: value for name, value in told.items() if value is not None}


def write_qrels(qrels: Qrels, file: BinaryIO) -> None:
    """Writes a ``qrels/NAME.tsv`` with its header."""
    file.write(b"query-id\tcorpus-id\tscore\n")
    for qid, grades in qrels.items():
        query = kept_id(qid)
        file.writelines(f"{query}\t{kept_id(d)}\t{grade}\n".encode() for d, grade in grades.items())


def write_groups(groups: Mapping[str, Mapping[str, str]], file: BinaryIO) -> None:
    """Writes a ``groups.tsv``; groups that are one object for all queries are told once."""
    shared = len(groups) > 1 and len({id(told) for told in groups.values()}) == 1
    file.write(b"query-id\tcorpus-id\tgroup\n")
    for qid, told in list(groups.items())[: 1 if shared else None]:
        for document, group in told.items():
            query = ALL_QUERIES if shared else kept_id(qid)
            file.write(f"{query}\t{kept_id(document)}\t{kept_id(group)}\n".encode())


def _row(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=False).encode() + b"\n"
