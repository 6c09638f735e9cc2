"""Reading an archive: passages with what is said in them, raw texts, and the rows of every layer."""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policytext.errors import ArchiveError, IndexUnavailable, NotFound
from policytext.spans import Span
from policytext.store.archive import Archive

if TYPE_CHECKING:  # passages are read without them
    from policytext.document import Edit, Move, SourceFormat
    from policytext.text.alignment import Alignment

_BATCH = 500  # bound variables in one statement; SQLite's old limit is 999


@dataclass(frozen=True, slots=True)
class SaidHere:
    """A statement that stands, wholly or partly, in a passage; offsets as in ``annotation.Statement``.

    ``speaker_folded`` holds the names of the speaker, folded: as printed, and all others in the archive.
    """

    id: str
    start: int
    end: int
    raw_start: int
    raw_end: int
    line: int
    text: str
    kind: str
    speaker: str | None
    speaker_folded: str
    speaker_type: str
    speaker_text: str | None
    role: str | None
    statement_date: str | None
    said_earliest: str | None
    said_latest: str | None
    date_basis: str | None
    asserted_by: str | None
    role_then: str | None
    party_then: str | None
    flags: tuple[str, ...]
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage with the facts of its document; ``spans`` are its raw spans in clean order.

    ``voice_folded`` holds the names of the voice, folded, as ``SaidHere.speaker_folded`` does.
    """

    number: int
    id: str
    document: str
    source: str
    relative: str
    sha256: str
    title: str | None
    publication_date: str | None
    published_earliest: str | None
    published_latest: str | None
    date_basis: str | None
    voice: str | None
    voice_folded: str
    kind: str
    section: str
    context: str
    text: str
    start: int
    end: int
    raw_start: int
    raw_end: int
    spans: tuple[Span, ...]
    line: int
    quality: float | None
    statements: tuple[SaidHere, ...]
    citations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A document's texts and the way between them; ``data`` are the bytes as they came."""

    id: str
    name: str
    sha256: str
    format: SourceFormat
    encoding: str
    encoding_rule: str
    data: bytes
    raw: str
    clean: str
    edits: tuple[Edit, ...]
    moves: tuple[Move, ...]
    alignment: Alignment


_PASSAGE = """
SELECT n.number, p.id, d.id AS document, d.name AS source, d.relative, d.sha256, d.title, d.publication_date,
  d.published_earliest, d.published_latest,
  json_extract(d.metadata, '$.publication_date.basis') AS date_basis, p.voice, p.voice_folded,
  p.kind, p.section, p.context, p.text, p.start, p.end, p.raw_start, p.raw_end, p.raw_spans, p.line,
  p.quality, p.key, (
    SELECT group_concat(w.known_as, '') FROM names v JOIN people w ON w.id = v.person
    WHERE v.document = p.document AND v.alias = p.voice AND v.joined
  ) AS voice_known_as
FROM numbers n JOIN passages p ON p.key = n.passage JOIN documents d ON d.key = p.document
"""


def passages(archive: Archive, numbers: Sequence[int]) -> list[FoundPassage]:
    """Returns the passages of these numbers, in the order given; unknown numbers are left out."""
    found: dict[int, FoundPassage] = {}
    for at in range(0, len(numbers), _BATCH):
        batch = list(numbers[at : at + _BATCH])
        marks = ", ".join("?" * len(batch))
        rows = archive.sql.execute(f"{_PASSAGE} WHERE n.number IN ({marks})", batch).fetchall()
        for row in rows:
            found[row["number"]] = _passage(archive.sql, row)
    return [found[n] for n in numbers if n in found]


def passage_numbers(archive: Archive, document: str, passage: str | None = None) -> list[int]:
    """Returns the numbers of a document's passages in reading order, or of one of them.

    ``document`` is an id or a file's name; ``passage`` the part of a passage id after the colon.

    Raises:
        NotFound: no such document or passage.
    """
    name = document_id(archive, document)
    rows = archive.sql.execute(
        "SELECT n.number, p.id FROM numbers n JOIN passages p ON p.key = n.passage "
        "JOIN documents d ON d.key = p.document WHERE d.id = ? ORDER BY p.start",
        (name,),
    ).fetchall()
    if passage is None:
        return [row["number"] for row in rows]
    wanted = f"{name}:{passage.zfill(5)}"
    for row in rows:
        if row["id"] == wanted:
            return [row["number"]]
    raise NotFound(f"no passage {passage}; it has {len(rows)}", name, f"policytext show {name}")


def document_id(archive: Archive, name: str) -> str:
    """Returns the id of the document of this id or file name.

    Raises:
        NotFound: there is none, or several files have that name.
    """
    rows = archive.sql.execute(
        "SELECT id FROM documents WHERE id = ? OR name = ? OR relative = ? ORDER BY id", (name, name, name)
    ).fetchall()
    ids = [str(row["id"]) for row in rows]
    if name in ids or len(ids) == 1:
        return name if name in ids else ids[0]
    if ids:
        raise NotFound(f"several documents have this name: {', '.join(ids[:5])}", name, "one of these ids")
    raise NotFound("no such document", name, "policytext list documents")


def raw_document(archive: Archive, document: str) -> RawDocument:
    """Returns the texts of the document with this id; the raw text is rebuilt from clean text and edits.

    Raises:
        NotFound: no such document.
        ArchiveError: its stored bytes are damaged.
    """
    from policytext.document import Edit, Move
    from policytext.text.alignment import Alignment

    row = archive.sql.execute("SELECT * FROM documents WHERE id = ?", (document,)).fetchone()
    if row is None:
        raise NotFound("no such document", document, "policytext list documents")
    edits = tuple(
        Edit(*tuple(e)[2:])
        for e in archive.sql.execute("SELECT * FROM edits WHERE document = ? ORDER BY ordinal", (row["key"],))
    )
    moves = tuple(
        Move(*tuple(m)[2:])
        for m in archive.sql.execute("SELECT * FROM moves WHERE document = ? ORDER BY ordinal", (row["key"],))
    )
    applied = [e for e in edits if e.status == "applied"]
    length = len(row["clean"]) + sum(len(e.text) - len(e.replacement or "") for e in applied)
    alignment = Alignment(length, applied, moves)
    try:
        data = zlib.decompress(row["data"])
    except zlib.error as error:
        raise ArchiveError(
            f"the stored bytes are damaged: {error}", document, "a backup, or ingest anew"
        ) from error
    return RawDocument(
        row["id"],
        row["name"],
        row["sha256"],
        row["format"],
        row["encoding"],
        row["encoding_rule"],
        data,
        alignment.rebuild(row["clean"]),
        row["clean"],
        edits,
        moves,
        alignment,
    )


def all_passages(archive: Archive) -> Iterator[sqlite3.Row]:
    """Yields number, id, document, text, context, kind, start, end, published of every passage, by number."""
    rows = archive.sql.execute(
        "SELECT n.number, p.id, d.id AS document, p.text, p.context, p.kind, p.start, p.end, "
        "p.raw_start, p.raw_end, d.published_latest AS published "
        "FROM numbers n JOIN passages p ON p.key = n.passage JOIN documents d ON d.key = p.document "
        "ORDER BY n.number"
    )
    for row in rows:  # noqa: UP028 - "yield from" would close the cursor, which fails once the archive is closed
        yield row


def _passage(sql: sqlite3.Connection, row: sqlite3.Row) -> FoundPassage:
    facts = {name: row[name] for name in FoundPassage.__slots__ if name not in _MADE}
    facts["voice_folded"] += row["voice_known_as"] or ""
    said = sql.execute(
        "SELECT s.*, ( "
        "SELECT group_concat(w.known_as, '') FROM sayers y JOIN people w ON w.id = y.person "
        "WHERE y.statement = s.key) AS known_as "
        "FROM passage_statements x JOIN statements s ON s.key = x.statement "
        "WHERE x.passage = ? ORDER BY s.start, s.id",
        (row["key"],),
    )
    cited = sql.execute(
        "SELECT DISTINCT c.title FROM passage_citations x JOIN citations c ON c.key = x.citation "
        "WHERE x.passage = ? AND c.title IS NOT NULL ORDER BY c.start",
        (row["key"],),
    )
    return FoundPassage(
        **facts,
        spans=_spans(row),
        statements=tuple(_said_here(s) for s in said),
        citations=tuple(c["title"] for c in cited),
    )


_MADE = frozenset({"spans", "statements", "citations"})


def _said_here(row: sqlite3.Row) -> SaidHere:
    facts = {name: row[name] for name in SaidHere.__slots__}
    facts["speaker_folded"] += row["known_as"] or ""
    facts["flags"] = tuple(json.loads(row["flags"]))
    return SaidHere(**facts)


def _spans(row: sqlite3.Row) -> tuple[Span, ...]:
    if row["raw_spans"] is None:
        return (Span(row["raw_start"], row["raw_end"]),)
    return tuple(Span(*pair) for pair in json.loads(row["raw_spans"]))


def sayings(archive: Archive) -> Iterator[sqlite3.Row]:
    """Yields what tells speakers apart, of every statement with a named one, by document and place.

    Columns: key, document (its id), speaker, speaker_type, speaker_text, role, party, said_earliest,
    said_latest, date_basis.
    """
    rows = archive.sql.execute(
        "SELECT s.key, d.id AS document, s.speaker, s.speaker_type, s.speaker_text, s.role, s.party, "
        "s.said_earliest, s.said_latest, s.date_basis "
        "FROM statements s JOIN documents d ON d.key = s.document "
        "WHERE s.speaker IS NOT NULL ORDER BY d.id, s.start, s.id"
    )
    yield from rows.fetchall()


def voices(archive: Archive) -> list[tuple[str, str]]:
    """Returns (document id, voice) of all passages, each once, in order."""
    rows = archive.sql.execute(
        "SELECT DISTINCT d.id, p.voice FROM passages p JOIN documents d ON d.key = p.document "
        "WHERE p.voice IS NOT NULL ORDER BY d.id, p.voice"
    )
    return [(row[0], row[1]) for row in rows]


@dataclass(frozen=True, slots=True)
class Speaker:
    """A speaker of the archive; ``aliases`` as printed, ``perhaps`` names that may be the same one's."""

    id: str
    name: str
    aliases: tuple[str, ...]
    type: str
    roles: tuple[str, ...]
    parties: tuple[str, ...]
    statements: int
    documents: int
    first: str | None
    last: str | None
    perhaps: tuple[str, ...]


def speakers(archive: Archive) -> list[Speaker]:
    """Returns the speakers of the archive, those with most statements first.

    Raises:
        IndexUnavailable: names were not joined since the documents changed.
    """
    if archive.meta("people") != str(archive.generation):
        raise IndexUnavailable(
            "the speakers are not brought together", str(archive.folder), "policytext ingest PATH again"
        )
    also, perhaps = _names_of(archive, joined=1), _names_of(archive, joined=0)
    rows = archive.sql.execute("SELECT * FROM people WHERE statements > 0 ORDER BY statements DESC, name, id")
    return [
        Speaker(
            row["id"],
            row["name"],
            tuple(a for a in also.get(row["id"], ()) if a != row["name"]),
            row["type"],
            tuple(json.loads(row["roles"])),
            tuple(json.loads(row["parties"])),
            row["statements"],
            row["documents"],
            row["first"],
            row["last"],
            tuple(perhaps.get(row["id"], ())),
        )
        for row in rows
    ]


def _names_of(archive: Archive, *, joined: int) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    rows = archive.sql.execute(
        "SELECT DISTINCT person, alias FROM names WHERE joined = ? ORDER BY person, alias", (joined,)
    )
    for row in rows:
        found.setdefault(row["person"], []).append(row["alias"])
    return found


def legislation(archive: Archive) -> Iterable[sqlite3.Row]:
    """Yields class, title, year, uri, citations, documents; most cited first."""
    return archive.sql.execute(
        "SELECT class, title, year, uri, count(*) AS citations, count(DISTINCT document) AS documents "
        "FROM citations WHERE title IS NOT NULL GROUP BY class, title, year, uri "
        "ORDER BY citations DESC, title, class"
    )
