"""What an archive holds, listed: documents, speakers, legislation, and files that could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from policytext.store.archive import Archive
from policytext.store.reader import legislation, speakers

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


LISTS: dict[str, Callable[[Archive], Listing]] = {
    "documents": _documents,
    "speakers": _speakers,
    "legislation": _legislation,
    "skipped": _skipped,
}
"""Documents come by date of publication, speakers and legislation by how often they occur."""
