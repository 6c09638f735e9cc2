"""What an archive holds, listed: documents, speakers, legislation, and files that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from policytext.export.claims import RECURRENCE_COLUMNS, recurrence_rows
from policytext.store.archive import Archive
from policytext.store.reader import legislation, speakers
from policytext.store.topics import read_topics

Listing = tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]
"""Names of the columns, and the rows; a cell with several values is a tuple of them."""


def _documents(store: Archive) -> Listing:
    rows = store.sql.execute(
        "SELECT d.id, d.publication_date, json_extract(d.metadata, '$.publication_date.basis'), d.title, "
        "coalesce(d.authors, d.publisher), d.carrier, round(d.quality, 3), "
        "(SELECT count(*) FROM passages p WHERE p.document = d.key) "
        "FROM documents d ORDER BY d.published_earliest, d.id"
    )
    return ("id", "printed", "date_from", "title", "by", "read_from", "quality", "passages"), map(tuple, rows)


def _speakers(store: Archive) -> Listing:
    columns = ("speaker", "also", "type", "roles", "parties", "statements", "documents")
    rows = (
        (
            *(s.name, s.aliases, s.type, s.roles, s.parties, s.statements, s.documents),
            *(s.first, s.last, s.perhaps, s.id),
        )
        for s in speakers(store)
    )
    return (*columns, "first_said", "last_said", "perhaps", "speaker_id"), rows


def _legislation(store: Archive) -> Listing:
    return ("class", "title", "year", "identifier", "citations", "documents"), map(tuple, legislation(store))


def _skipped(store: Archive) -> Listing:
    rows = store.sql.execute("SELECT name, message FROM ledger WHERE outcome = 'skipped' ORDER BY ordinal")
    return ("name", "why"), ((name, why.removeprefix(f"{name}: ")) for name, why in rows)


def _claims(store: Archive) -> Listing:
    return RECURRENCE_COLUMNS, (tuple(row[c] for c in RECURRENCE_COLUMNS) for row in recurrence_rows(store))


def _topics(store: Archive) -> Listing:
    rows = (
        (
            *(t.number, t.label, tuple(term.printed for term in t.terms), t.share, t.stability, t.verdict),
            *(t.npmi, t.passages, t.documents, t.largest, t.largest_share, t.examples),
        )
        for t in read_topics(store)[1]
    )
    columns = ("topic", "label", "terms", "share", "stability", "verdict", "npmi", "passages", "documents")
    return (*columns, "largest_document", "largest_share", "examples"), rows


LISTS: dict[str, Callable[[Archive], Listing]] = {
    "documents": _documents,
    "speakers": _speakers,
    "legislation": _legislation,
    "claims": _claims,
    "topics": _topics,
    "skipped": _skipped,
}
"""Documents come by date of publication, speakers and legislation by how often they occur."""
