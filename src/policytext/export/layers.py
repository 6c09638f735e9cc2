"""The rows of ``policytext export LAYER``: what other people's tools may rely on.

``start``/``end`` are half-open code-point offsets into the source decoded as text; ``text`` is what stands
there when the edits are carried out. Missing values are None.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from policytext.document import Edit, Move
from policytext.errors import NotFound
from policytext.export.claims import WITNESS_FIELDS, witness_layer
from policytext.export.topics import topic_layer
from policytext.store.archive import Archive
from policytext.store.reader import RawDocument, raw_document

Row = dict[str, Any]

_JOIN = "JOIN documents d ON d.key = t.document ORDER BY d.id"


def _documents(archive: Archive) -> Iterator[Row]:
    for row in archive.sql.execute("SELECT * FROM documents ORDER BY id"):
        known: Mapping[str, Any] = json.loads(row["metadata"])
        profile: Mapping[str, Any] = json.loads(row["profile"])
        date = known["publication_date"] or {}
        yield {
            "id": row["id"],
            "source": row["name"],
            "sha256": row["sha256"],
            "title": row["title"],
            "authors": row["authors"],
            "publisher": row["publisher"],
            "publication_date": row["publication_date"],
            "date_basis": date.get("basis"),
            "date_confidence": date.get("confidence"),
            "title_basis": (known["title"] or {}).get("basis"),
            "authors_basis": (known["authors"] or {}).get("basis"),
            "publisher_basis": (known["publisher"] or {}).get("basis"),
            "kind": (known["kind"] or {}).get("value"),
            "rights": (known["rights"] or {}).get("value"),
            "path": row["relative"],
            "format": row["format"],
            "encoding": row["encoding"],
            "encoding_rule": row["encoding_rule"],
            "size": row["size"],
            "notes": json.loads(row["notes"]),
            "carrier": row["carrier"],
            "carrier_rule": profile["rule"],
            "carrier_confidence": profile["confidence"],
            **{n: profile[n] for n in ("words", "space_errors", "confusions", "unknown")},
            "quality": row["quality"],
        }


def _blocks(archive: Archive) -> Iterator[Row]:
    calling: RawDocument | None = None
    for row in archive.sql.execute(
        f"SELECT t.*, d.id AS name, d.name AS source FROM blocks t {_JOIN}, t.ordinal"
    ):
        if row["marks"] and (calling is None or calling.id != row["name"]):
            calling = raw_document(archive, row["name"])
        yield {
            "id": f"{row['name']}:b{row['ordinal'] + 1:05d}",
            **_place(row),
            "kind": row["kind"],
            "level": row["level"],
            "section": row["section"],
            "rule": row["rule"],
            "confidence": row["confidence"],
            "quality": row["quality"],
            "marks": _raw_marks(calling, row["marks"]) if calling and row["marks"] else None,
        }


def _raw_marks(document: RawDocument, marks: str) -> list[list[int]]:
    """Returns the raw spans of clean ones, both as JSON holds them."""
    hulls = (document.alignment.hull(start, end) for start, end in json.loads(marks))
    return [[hull.start, hull.end] for hull in hulls]


def _passages(archive: Archive) -> Iterator[Row]:
    query = f"SELECT t.*, d.name AS source, d.id AS name FROM passages t {_JOIN}, t.key"
    for row in archive.sql.execute(query):
        yield {
            "id": row["id"],
            **_place(row),
            "text": row["text"],
            "section": row["section"],
            "voice": row["voice"],
            "kind": row["kind"],
            "context": row["context"],
            "pieces": row["pieces"],
            "line": row["line"],
            "quality": row["quality"],
        }


def _edits(archive: Archive) -> Iterator[Row]:
    for row in archive.sql.execute("SELECT id FROM documents ORDER BY id").fetchall():
        document = raw_document(archive, row["id"])
        yield from edit_rows(document.name, document.id, document.raw, document.edits, document.moves)


def edit_rows(
    source: str, document: str | None, raw: str, edits: Iterable[Edit], moves: Iterable[Move]
) -> list[Row]:
    """Returns edits and moves by place. A move reads as a deletion, with ``moved_to`` where the text went."""
    rows = [{"source": source, **asdict(e), "moved_to": None, "document": document} for e in edits]
    for m in moves:
        edit = Edit(m.start, m.end, raw[m.start : m.end], "", m.reason, m.rule, m.confidence)
        rows.append({"source": source, **asdict(edit), "moved_to": m.to, "document": document})
    return sorted(rows, key=lambda r: (r["start"], r["end"], r["status"], r["rule"]))


def _statements(archive: Archive) -> Iterator[Row]:
    query = (
        "SELECT t.*, d.name AS source, d.id AS name, d.publication_date AS printed, "
        f"{_speakers('id')} AS speaker_id, {_speakers('name')} AS canonical "
        f"FROM statements t {_JOIN}, t.key"
    )
    for row in archive.sql.execute(query):
        yield {
            "id": row["id"],
            **_place(row),
            **{
                n: row[n]
                for n in ("text", "kind", "speaker", "speaker_type", "speaker_text", "role", "party")
            },
            "statement_date": row["statement_date"],
            "date_basis": row["date_basis"],
            "publication_date": row["printed"],
            "cue": row["cue"],
            "rule": row["rule"],
            "confidence": row["confidence"],
            "antecedent": _loaded(row["antecedent"]),
            "asserted_by": row["asserted_by"],
            "utterance": f"{row['name']}:u{row['utterance']:05d}" if row["utterance"] else None,
            "role_then": row["role_then"],
            "party_then": row["party_then"],
            "flags": json.loads(row["flags"]),
            "speaker_id": row["speaker_id"],
            "canonical": row["canonical"],
            "line": row["line"],
        }


def _speakers(column: str) -> str:
    """Returns SQL for a column of the people who speak a statement ``t``; of several joined by "; "."""
    return (
        f"(SELECT group_concat({column}, '; ') FROM (SELECT w.{column} FROM sayers y "
        "JOIN people w ON w.id = y.person WHERE y.statement = t.key ORDER BY y.ordinal))"
    )


def _dates(archive: Archive) -> Iterator[Row]:
    for row in archive.sql.execute(f"SELECT t.*, d.name AS source, d.id AS name FROM dates t {_JOIN}, t.key"):
        yield {
            "id": row["id"],
            **_place(row),
            **{n: row[n] for n in ("text", "edtf", "type", "rule", "confidence")},
            "antecedent": _loaded(row["antecedent"]),
        }


def _citations(archive: Archive) -> Iterator[Row]:
    for row in archive.sql.execute(
        f"SELECT t.*, d.name AS source, d.id AS name FROM citations t {_JOIN}, t.key"
    ):
        yield {
            "id": row["id"],
            **_place(row),
            **{n: row[n] for n in ("text", "class", "title", "year", "chapter", "uri", "provision")},
            "candidates": json.loads(row["candidates"]),
            "rule": row["rule"],
            "confidence": row["confidence"],
            "antecedent": _loaded(row["antecedent"]),
            "became": row["became"],
        }


def _reprints(archive: Archive) -> Iterator[Row]:
    query = (
        "SELECT r.*, p.id AS passage_id, d.id AS name, d.name AS source, "
        "substr(p.text, r.start - p.start + 1, r.end - r.start) AS text FROM reprints r "
        "JOIN passages p ON p.key = r.passage JOIN documents d ON d.key = p.document "
        "ORDER BY r.grp, p.id, r.start"
    )
    for row in archive.sql.execute(query):
        yield {
            "group": row["grp"],
            **_place(row),
            "relation": row["relation"],
            "passage": row["passage_id"],
            "text": row["text"],
            "similarity": row["similarity"],
            "rule": row["rule"],
            "confidence": row["confidence"],
        }


def _loaded(column: str | None) -> Any:
    return json.loads(column) if column else None


def _place(row: sqlite3.Row) -> Row:
    """Returns where a row stands; ``spans`` is there where it has more than one raw span."""
    place: Row = {"source": row["source"], "start": row["raw_start"], "end": row["raw_end"]}
    place["document"] = row["name"]
    place["spans"] = json.loads(row["raw_spans"]) if row["raw_spans"] else None
    return place


CONTRACT: dict[str, tuple[str, ...]] = {
    "documents": (
        "id",
        "source",
        "sha256",
        "title",
        "authors",
        "publisher",
        "publication_date",
        "date_basis",
    ),
    "blocks": ("id", "source", "start", "end", "kind"),
    "passages": ("id", "source", "start", "end", "text", "section", "voice"),
    "edits": ("source", "start", "end", "text", "replacement", "reason", "rule", "confidence", "status"),
    "statements": (
        *("id", "source", "start", "end", "text", "kind", "speaker", "speaker_type", "speaker_text", "role"),
        *("party", "statement_date", "date_basis", "publication_date", "cue", "rule", "confidence"),
    ),
    "dates": ("id", "source", "start", "end", "text", "edtf", "type", "rule", "confidence"),
    "citations": (
        *("id", "source", "start", "end", "text", "class", "title", "year", "chapter", "uri", "provision"),
        *("candidates", "rule", "confidence"),
    ),
    "reprints": ("group", "source", "start", "end", "relation"),
    "claims": WITNESS_FIELDS,
}
"""The fields that every row of a layer has; rows may have more."""

LAYERS: dict[str, Callable[[Archive], Iterator[Row]]] = {
    "documents": _documents,
    "blocks": _blocks,
    "passages": _passages,
    "edits": _edits,
    "statements": _statements,
    "dates": _dates,
    "citations": _citations,
    "reprints": _reprints,
    "claims": witness_layer,
}
"""Those that the contract names; of them only ``claims`` is not there after every ingest."""

_ALL: dict[str, Callable[[Archive], Iterator[Row]]] = {**LAYERS, "topics": topic_layer}
ALL_LAYERS: tuple[str, ...] = tuple(_ALL)


def layer_rows(archive: Archive, layer: str) -> Iterator[Row]:
    """Returns the rows of a layer, by document id and place; those of topics by topic and share.

    Raises:
        NotFound: no such layer, or no claims.
        IndexUnavailable: no topics, or the papers have changed since claims or topics were made.
    """
    if layer not in _ALL:
        raise NotFound("no such layer", layer, ", ".join(_ALL))
    return _ALL[layer](archive)
