"""Who says a passage or a statement, and when: what a witness needs of the place it stands in."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from policytext.store.archive import Archive

_BATCH = 500  # bound variables in one statement; SQLite's old limit is 999


@dataclass(frozen=True, slots=True)
class Home:
    """What surrounds a place: its paper's date, and who says it when, in a statement or by the paper's voice.

    ``speaker`` is the name that the archive knows the speaker by, of several joined by "; "; of somebody
    unnamed the words that describe them, see `described`.
    """

    document: str
    published_earliest: str | None
    published_latest: str | None
    speaker: str | None
    party: str | None
    date: str | None
    earliest: str | None
    latest: str | None
    basis: str | None
    asserted_by: str | None


_VOICES = """
SELECT p.id, d.id AS document, d.published_earliest, d.published_latest, d.publication_date AS date,
  json_extract(d.metadata, '$.publication_date.basis') AS basis,
  coalesce((SELECT w.name FROM names v JOIN people w ON w.id = v.person
    WHERE v.document = p.document AND v.alias = p.voice AND v.joined ORDER BY w.id LIMIT 1
  ), p.voice) AS speaker
FROM passages p JOIN documents d ON d.key = p.document WHERE p.id IN
"""
_STATEMENTS = """
SELECT s.id, d.id AS document, d.published_earliest, d.published_latest, s.statement_date AS date,
  s.date_basis AS basis, s.said_earliest, s.said_latest, coalesce(s.party, s.party_then) AS party,
  s.asserted_by,
  coalesce((SELECT group_concat(name, '; ') FROM (SELECT w.name FROM sayers y JOIN people w ON w.id = y.person
    WHERE y.statement = s.key ORDER BY y.ordinal)), s.speaker) AS speaker, s.speaker_text
FROM statements s JOIN documents d ON d.key = s.document WHERE s.id IN
"""


_DETERMINERS = frozenset(
    (
        "a",
        "all",
        "an",
        "any",
        "both",
        "few",
        "her",
        "his",
        "its",
        "many",
        "most",
        "much",
        "my",
        "no",
        "other",
        "our",
        "several",
        "some",
        "such",
        "that",
        "the",
        "their",
        "these",
        "this",
        "those",
        "your",
    )
)


def described(words: str | None) -> str | None:
    """Returns the words by which an unnamed speaker is told, where they tell them from others.

    "Senior nurses in the county" and "CCGs" do; "they", "people" and "the survey" could be anybody: None.
    """
    told = [word for word in (words or "").split() if word.lower() not in _DETERMINERS]
    short_form = len(told) == 1 and sum(char.isupper() for char in told[0]) > 1
    return words if len(told) > 1 or short_form else None


def homes_of_passages(archive: Archive, ids: Sequence[str]) -> dict[str, Home]:
    """Returns by passage id the paper's own voice, which speaks when the paper is published."""
    return {
        row["id"]: Home(
            row["document"],
            row["published_earliest"],
            row["published_latest"],
            row["speaker"],
            None,
            row["date"],
            row["published_earliest"],
            row["published_latest"],
            row["basis"],
            None,
        )
        for row in _batched(archive, _VOICES, ids)
    }


def homes_of_statements(archive: Archive, ids: Sequence[str]) -> dict[str, Home]:
    """Returns by statement id its speaker and the date on which it was said."""
    return {
        row["id"]: Home(
            row["document"],
            row["published_earliest"],
            row["published_latest"],
            row["speaker"] or described(row["speaker_text"]),
            row["party"],
            row["date"],
            row["said_earliest"],
            row["said_latest"],
            row["basis"],
            row["asserted_by"],
        )
        for row in _batched(archive, _STATEMENTS, ids)
    }


def _batched(archive: Archive, query: str, ids: Sequence[str]) -> Iterator[sqlite3.Row]:
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _BATCH):
        part = wanted[start : start + _BATCH]
        marks = ", ".join("?" * len(part))
        yield from archive.sql.execute(f"{query} ({marks})", part).fetchall()


def slots(archive: Archive) -> Iterator[sqlite3.Row]:
    """Yields every paper with the days between which it says something: its own voice, and each dated saying.

    Columns: document, title, kind (None where unknown), published_earliest, published_latest, earliest,
    latest; by document, its own voice first.
    """
    yield from archive.sql.execute(
        "SELECT d.id AS document, d.title, json_extract(d.metadata, '$.kind.value') AS kind, "
        "d.published_earliest, d.published_latest, x.earliest, x.latest FROM documents d JOIN ("
        "SELECT key AS document, 0 AS place, published_earliest AS earliest, published_latest AS latest "
        "FROM documents UNION ALL "
        "SELECT document, start + 1, said_earliest, said_latest FROM statements "
        "WHERE statement_date IS NOT NULL) x ON x.document = d.key ORDER BY d.id, x.place"
    ).fetchall()


def reprint_places(archive: Archive) -> Iterator[tuple[str, str, int, int, Any]]:
    """Yields group, document, clean start and end, and relation of every reprint, by group and place."""
    rows = archive.sql.execute(
        "SELECT r.grp, d.id, r.start, r.end, r.relation FROM reprints r JOIN passages p ON p.key = r.passage "
        "JOIN documents d ON d.key = p.document ORDER BY r.grp, d.id, r.start"
    )
    yield from map(tuple, rows.fetchall())


def clean_text(archive: Archive, document: str, start: int, end: int) -> str:
    """Returns the clean text of a document between two offsets."""
    query = "SELECT substr(clean, ? + 1, ? - ?) FROM documents WHERE id = ?"
    return str(archive.sql.execute(query, (start, end, start, document)).fetchone()[0])


def numbers_at(archive: Archive, document: str, start: int, end: int) -> list[int]:
    """Returns the numbers of the passages that share clean ``[start, end)`` of a document, rising.

    Where none does (a heading), that of the first behind it.
    """
    rows = archive.sql.execute(
        "SELECT n.number, p.start FROM numbers n JOIN passages p ON p.key = n.passage "
        "JOIN documents d ON d.key = p.document WHERE d.id = ? AND p.end > ? ORDER BY p.start",
        (document, start),
    ).fetchall()
    return [row["number"] for place, row in enumerate(rows) if place == 0 or row["start"] < end]
