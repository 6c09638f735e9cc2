"""policytext list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click

from policytext.cli.options import archive_option, output_to
from policytext.cli.reading import table
from policytext.export.listings import LISTS
from policytext.export.tables import write_csv, write_jsonl
from policytext.store.archive import Archive

_WIDEST = 44
"""So many characters of a cell with several values are shown on the screen; files have them all."""
_DAYS = frozenset({"first_said", "last_said"})
_FOR_PROGRAMS = frozenset(
    {
        *("speaker_id", "examples", "largest_document", "largest_share"),
        *("returns", "observed", "expected", "p", "q", "why", "hangs_on", "first_by"),
    }
)


@click.command("list")
@click.argument("what", type=click.Choice(list(LISTS)))
@archive_option
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text", show_default=True
)
def command(what: str, archive: Path, form: str) -> None:
    """List documents, speakers, legislation, claims, topics or skipped files.

    Documents come by date of publication, speakers and legislation by how often they occur; "skipped" is
    what the latest ingest could not read, and why. A speaker has one line, whatever the papers call them:
    "also" are names that were joined, "perhaps" names that may be the same one's and were not. Claims come in
    the order of their codebook (policytext claims says what the columns are), topics by their share.

    \b
    Example:
      policytext list documents
      policytext list speakers --archive indexes/papers
      policytext list speakers --format csv > speakers.csv
    """
    with Archive.open(archive) as store:
        columns, rows = LISTS[what](store)
        if form == "text":
            header = [c.replace("_", " ") for c in columns if c not in _FOR_PROGRAMS]
            for line in table(_on_screen(columns, rows), header):
                click.echo(line)
            return
        with output_to(None) as out:
            if form == "jsonl":
                write_jsonl((dict(zip(columns, row, strict=True)) for row in rows), out)
            else:
                write_csv((_cells(columns, row) for row in rows), columns, out)


def _on_screen(columns: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """Yields the rows for a screen: of days the year, and of many values as many as there is room for."""
    for row in rows:
        named = zip(columns, row, strict=True)
        yield [_told(name, cell) for name, cell in named if name not in _FOR_PROGRAMS]


def _told(name: str, cell: Any) -> Any:
    if isinstance(cell, tuple):
        return _short(cell)
    if isinstance(cell, float):
        return f"{cell:.3f}"
    if name == "label" and len(cell) > _WIDEST:
        return f"{cell[: _WIDEST - 1]}…"
    return cell[:4] if name in _DAYS and cell else cell


def _short(values: tuple[str, ...]) -> str | None:
    text = "; ".join(values)
    return (text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…") or None


def _cells(columns: tuple[str, ...], row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        name: "; ".join(cell) if isinstance(cell, tuple) else cell
        for name, cell in zip(columns, row, strict=True)
    }
