"""policytext list."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click

from policytext.cli.options import archive_option
from policytext.cli.reading import table
from policytext.store.archive import Archive
from policytext.store.reader import legislation, speakers

Listing = tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]


def _documents(store: Archive) -> Listing:
    rows = store.sql.execute(
        "SELECT d.id, d.publication_date, json_extract(d.metadata, '$.publication_date.basis'), d.title, "
        "coalesce(d.authors, d.publisher), d.carrier, printf('%.3f', d.quality), "
        "(SELECT count(*) FROM passages p WHERE p.document = d.key) "
        "FROM documents d ORDER BY d.published_earliest, d.id"
    )
    return ("id", "printed", "date from", "title", "by", "read from", "quality", "passages"), map(tuple, rows)


def _speakers(store: Archive) -> Listing:
    return ("speaker", "statements", "documents", "first said", "last said"), map(tuple, speakers(store))


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


@click.command("list")
@click.argument("what", type=click.Choice(list(LISTS)))
@archive_option
def command(what: str, archive: Path) -> None:
    """List documents, speakers, legislation or skipped files.

    Documents come by date of publication, speakers and legislation by how often they occur; "skipped" is
    what the latest ingest could not read, and why.

    \b
    Example:
      policytext list documents
      policytext list speakers --archive indexes/papers
    """
    with Archive.open(archive) as store:
        header, rows = LISTS[what](store)
        for line in table(rows, header):
            click.echo(line)
