"""Writing documents and what is derived from them. Each document goes in, or out, in one transaction."""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import PurePath

from policytext.annotation import Reprint
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.entry import Entry, Placed
from policytext.store.folding import fold

_NOT_IN_ID = re.compile(r"[^A-Za-z0-9._-]+")
_ID_LENGTH = 80


def put(archive: Archive, entry: Entry) -> str:
    """Stores ``entry`` in place of what was read from its path before; returns the document's id."""
    with archive.transaction() as sql:
        old = sql.execute("SELECT id FROM documents WHERE path = ?", (entry.source.path,)).fetchone()
        name = old["id"] if old else _new_id(sql, entry)
        sql.execute("DELETE FROM documents WHERE path = ?", (entry.source.path,))
        key = _insert_document(sql, name, entry)
        _insert_edits(sql, key, entry)
        _insert_blocks(sql, key, entry)
        passages = _insert_passages(sql, key, name, entry)
        statements = _insert_statements(sql, key, name, entry)
        citations = _insert_citations(sql, key, name, entry)
        _insert_dates(sql, key, name, entry)
        _link(sql, "passage_statements", _overlaps(entry.passages, entry.statements), passages, statements)
        _link(sql, "passage_citations", _overlaps(entry.passages, entry.citations), passages, citations)
        _touch(archive)
    return str(name)


def remove(archive: Archive, path: str) -> None:
    """Takes out the document that was read from ``path``; no such document is no error."""
    with archive.transaction() as sql:
        if sql.execute("DELETE FROM documents WHERE path = ?", (path,)).rowcount:
            _touch(archive)


def move(archive: Archive, old: str, new: str, relative: str) -> None:
    """Notes that the source at ``old`` now lies at ``new``, in place of what was read from there before.

    ``relative`` is its place in the folder that was read. The document itself stays as it is.
    """
    with archive.transaction() as sql:
        if old != new and sql.execute("DELETE FROM documents WHERE path = ?", (new,)).rowcount:
            _touch(archive)
        sql.execute("UPDATE documents SET path = ?, relative = ? WHERE path = ?", (new, relative, old))


def number_passages(archive: Archive) -> None:
    """Numbers all passages from 0 in the order of their ids; indexes know passages by these numbers."""
    with archive.transaction() as sql:
        sql.execute("DELETE FROM numbers")
        sql.execute(
            "INSERT INTO numbers (number, passage) "
            "SELECT row_number() OVER (ORDER BY id) - 1, key FROM passages"
        )
        archive.set_meta("corpus", archive.corpus_hash())
        archive.set_meta("numbered", str(archive.generation))


def put_reprints(archive: Archive, reprints: Iterable[tuple[Reprint, tuple[Span, ...]]]) -> None:
    """Replaces all reprints by these, each with its raw spans, and names the generation they belong to."""
    with archive.transaction() as sql:
        sql.execute("DELETE FROM reprints")
        sql.executemany(
            "INSERT INTO reprints SELECT ?, key, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM passages WHERE id = ?",
            (_reprint_values(reprint, spans) for reprint, spans in reprints),
        )
        archive.set_meta("reprints", str(archive.generation))


def put_people(
    archive: Archive,
    people: Iterable[tuple[object, ...]],
    names: Iterable[tuple[object, ...]],
    sayers: Iterable[tuple[int, int, str]],
) -> None:
    """Replaces all people by these and names the generation they belong to; counts and days are counted here.

    Args:
        archive: open for writing.
        people: (id, name, type, roles, parties, aliases) each, the last three as lists of text.
        names: (document id, alias, person, joined, rule, confidence) each.
        sayers: (key of the statement, place among its speakers, person) each.
    """
    with archive.transaction() as sql:
        sql.execute("DELETE FROM people")  # names and sayers go with them
        sql.executemany(
            "INSERT INTO people VALUES (?, ?, ?, ?, ?, 0, 0, NULL, NULL, ?)", map(_person_values, people)
        )
        sql.executemany(
            "INSERT INTO names SELECT key, ?2, ?3, ?4, ?5, ?6 FROM documents WHERE id = ?1", names
        )
        sql.executemany("INSERT INTO sayers VALUES (?, ?, ?)", sayers)
        sql.execute(_COUNT_PEOPLE)
        archive.set_meta("people", str(archive.generation))


_COUNT_PEOPLE = """
UPDATE people SET (statements, documents, first, last) = (
  SELECT count(*), count(DISTINCT s.document), min(s.said_earliest), max(s.said_latest)
  FROM sayers x JOIN statements s ON s.key = x.statement WHERE x.person = people.id
)
"""


def _person_values(person: tuple[object, ...]) -> tuple[object, ...]:
    name, label, kind, roles, parties, aliases = person
    assert isinstance(aliases, Sequence)
    lists = (json.dumps(value, ensure_ascii=False) for value in (roles, parties))
    return (name, label, kind, *lists, "".join(dict.fromkeys(fold(str(a)) for a in aliases)))


def _reprint_values(reprint: Reprint, spans: tuple[Span, ...]) -> tuple[object, ...]:
    hull = (min(s.start for s in spans), max(s.end for s in spans))
    facts = (reprint.relation, reprint.similarity, reprint.rule, reprint.confidence, reprint.passage)
    return (reprint.group, reprint.start, reprint.end, *hull, _several(spans), *facts)


def _several(spans: Sequence[Span]) -> str | None:
    """Returns the raw spans as JSON where there is more than one, else None."""
    return json.dumps([[s.start, s.end] for s in spans]) if len(spans) > 1 else None


def put_ledger(archive: Archive, rows: Sequence[tuple[str, str, str, str]]) -> None:
    """Replaces the ledger by (path, name, outcome, message) of the latest run, in its order."""
    with archive.transaction() as sql:
        sql.execute("DELETE FROM ledger")
        sql.executemany(
            "INSERT INTO ledger (ordinal, path, name, outcome, message) VALUES (?, ?, ?, ?, ?)",
            ((n, *row) for n, row in enumerate(rows)),
        )


def _touch(archive: Archive) -> None:
    archive.set_meta("generation", str(archive.generation + 1))


def _new_id(sql: sqlite3.Connection, entry: Entry) -> str:
    """Returns a short name from the file's name; a second file of that name gets a mark of its place."""
    file, _, line = entry.source.name.partition("#")
    stem = PurePath(file).stem + (f".{line}" if line else "")
    plain = _NOT_IN_ID.sub("-", stem).strip("-.")[:_ID_LENGTH] or "document"
    mark = hashlib.sha256(f"{entry.relative}\0{entry.source.name}".encode()).hexdigest()
    place = hashlib.sha256(entry.source.path.encode()).hexdigest()
    for name in (plain, f"{plain}-{mark[:6]}", f"{plain}-{place[:12]}"):
        if not sql.execute("SELECT 1 FROM documents WHERE id = ?", (name,)).fetchone():
            return name
    return f"{plain}-{place}"


def _insert_document(sql: sqlite3.Connection, name: str, entry: Entry) -> int:
    source, known = entry.source, entry.metadata
    values = {
        "id": name,
        "path": source.path,
        "name": source.name,
        "relative": entry.relative,
        "sha256": source.sha256,
        "size": source.size,
        "fingerprint": entry.fingerprint,
        "format": source.format,
        "encoding": source.encoding,
        "encoding_rule": source.encoding_rule,
        "encoding_confidence": source.encoding_confidence,
        "data": zlib.compress(entry.data),
        "clean": entry.clean,
        "metadata": json.dumps(asdict(known), ensure_ascii=False),
        "title": known.title and known.title.value,
        "authors": known.authors and known.authors.value,
        "publisher": known.publisher and known.publisher.value,
        "publication_date": known.publication_date and known.publication_date.value,
        "published_earliest": entry.published[0],
        "published_latest": entry.published[1],
        "voice": entry.voice,
        "notes": json.dumps(entry.notes, ensure_ascii=False),
        "carrier": entry.profile.carrier,
        "profile": json.dumps(asdict(entry.profile), ensure_ascii=False),
        "quality": entry.quality,
        "asked": zlib.compress(" ".join(sorted(entry.asked)).encode()),
        "answers": json.dumps(entry.answers, ensure_ascii=False),
    }
    return _insert(sql, "documents", values)


def _insert(sql: sqlite3.Connection, table: str, values: dict[str, object]) -> int:
    """Inserts one row and returns its key. Column names come from this module only, never from outside."""
    columns, marks = ", ".join(values), ", ".join("?" * len(values))
    cursor = sql.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
    return int(cursor.lastrowid or 0)


def _insert_edits(sql: sqlite3.Connection, key: int, entry: Entry) -> None:
    sql.executemany(
        "INSERT INTO edits VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (key, n, e.start, e.end, e.text, e.replacement, e.reason, e.rule, e.confidence, e.status)
            for n, e in enumerate(entry.edits)
        ),
    )
    sql.executemany(
        "INSERT INTO moves VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((key, n, m.start, m.end, m.to, m.reason, m.rule, m.confidence) for n, m in enumerate(entry.moves)),
    )


def _place(placed: Placed) -> dict[str, object]:  # type: ignore[type-arg]
    """Returns the columns that say where a record stands, clean and raw."""
    return {
        "start": placed.record.start,
        "end": placed.record.end,
        "raw_start": placed.hull.start,
        "raw_end": placed.hull.end,
        "raw_spans": _several(placed.spans),
        "line": placed.line,
    }


def _leaning(placed: Placed) -> str | None:  # type: ignore[type-arg]
    """Returns the column that says what a record leans on."""
    place = placed.antecedent
    return json.dumps([place.start, place.end]) if place else None


def _insert_blocks(sql: sqlite3.Connection, key: int, entry: Entry) -> None:
    for n, placed in enumerate(entry.blocks):
        b = placed.record
        facts: dict[str, object] = {"kind": b.kind, "level": b.level, "section": b.section}
        facts |= {"rule": b.rule, "confidence": b.confidence, "quality": b.quality}
        facts["marks"] = json.dumps([[m.start, m.end] for m in b.marks]) if b.marks else None
        _insert(sql, "blocks", {"document": key, "ordinal": n, **_place(placed), **facts})


def _insert_passages(sql: sqlite3.Connection, key: int, name: str, entry: Entry) -> list[int]:
    keys = []
    for n, (placed, voice) in enumerate(zip(entry.passages, entry.voices, strict=True), 1):
        p = placed.record
        facts = {
            "text": p.text,
            "kind": p.kind,
            "section": p.section,
            "context": p.context,
            "pieces": p.pieces,
            "voice": voice,
            "voice_folded": fold(voice),
            "quality": p.quality,
        }
        keys.append(
            _insert(sql, "passages", {"id": f"{name}:{n:05d}", "document": key, **_place(placed), **facts})
        )
    return keys


def _insert_statements(sql: sqlite3.Connection, key: int, name: str, entry: Entry) -> list[int]:
    keys = []
    for n, (placed, said) in enumerate(zip(entry.statements, entry.said, strict=True), 1):
        s = placed.record
        facts = {
            "text": s.text,
            "kind": s.kind,
            "speaker": s.speaker,
            "speaker_folded": fold(s.speaker),
            "speaker_type": s.speaker_type,
            "speaker_text": s.speaker_text,
            "role": s.role,
            "party": s.party,
            "statement_date": s.statement_date,
            "said_earliest": said[0],
            "said_latest": said[1],
            "date_basis": s.date_basis,
            "cue": s.cue,
            "rule": s.rule,
            "confidence": s.confidence,
            "antecedent": _leaning(placed),
            "asserted_by": s.asserted_by,
            "utterance": s.utterance,
            "role_then": s.role_then,
            "party_then": s.party_then,
            "flags": json.dumps(s.flags, ensure_ascii=False),
        }
        row = {"id": f"{name}:s{n:05d}", "document": key, **_place(placed), **facts}
        keys.append(_insert(sql, "statements", row))
    return keys


def _insert_dates(sql: sqlite3.Connection, key: int, name: str, entry: Entry) -> None:
    for n, placed in enumerate(entry.dates, 1):
        d = placed.record
        facts: dict[str, object] = {
            "text": d.text,
            "edtf": d.edtf,
            "type": d.type,
            "rule": d.rule,
            "confidence": d.confidence,
        }
        facts["antecedent"] = _leaning(placed)
        _insert(sql, "dates", {"id": f"{name}:d{n:05d}", "document": key, **_place(placed), **facts})


def _insert_citations(sql: sqlite3.Connection, key: int, name: str, entry: Entry) -> list[int]:
    keys = []
    for n, placed in enumerate(entry.citations, 1):
        c = placed.record
        facts = {
            "text": c.text,
            "class": c.cls,
            "title": c.title,
            "title_folded": fold(c.title),
            "year": c.year,
            "chapter": c.chapter,
            "uri": c.uri,
            "provision": c.provision,
            "candidates": json.dumps(c.candidates, ensure_ascii=False),
            "rule": c.rule,
            "confidence": c.confidence,
            "antecedent": _leaning(placed),
            "became": c.became,
        }
        row = {"id": f"{name}:c{n:05d}", "document": key, **_place(placed), **facts}
        keys.append(_insert(sql, "citations", row))
    return keys


def _overlaps(passages: Sequence[Placed], records: Sequence[Placed]) -> list[tuple[int, int]]:  # type: ignore[type-arg]
    """Returns (passage, record) positions whose clean spans share text.

    Passages are in order and apart, records in order of their starts, so one walk finds all.
    """
    pairs, first = [], 0
    ends = [p.record.end for p in passages]
    for n, placed in enumerate(records):
        while first < len(passages) and ends[first] <= placed.record.start:
            first += 1
        at = first
        while at < len(passages) and passages[at].record.start < placed.record.end:
            pairs.append((at, n))
            at += 1
    return pairs


def _link(
    sql: sqlite3.Connection, table: str, pairs: Iterable[tuple[int, int]], left: list[int], right: list[int]
) -> None:
    sql.executemany(f"INSERT INTO {table} VALUES (?, ?)", ((left[a], right[b]) for a, b in pairs))
