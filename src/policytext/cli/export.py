"""policytext export."""

from __future__ import annotations

from itertools import chain
from pathlib import Path

import click

from policytext.cli.options import archive_option, output_option, output_to
from policytext.export.layers import CONTRACT, LAYERS, layer_rows
from policytext.export.tables import write_csv, write_jsonl
from policytext.store.archive import Archive


@click.command("export")
@click.argument("layer", type=click.Choice(list(LAYERS)))
@archive_option
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl", show_default=True)
@output_option
def command(layer: str, archive: Path, form: str, output: Path | None) -> None:
    """Write a layer of the archive as jsonl or csv.

    One row a record, by document and place. "start" and "end" count characters of the source file decoded
    as text, so that every row can be checked against the file itself.

    \b
    Example:
      policytext export statements --format csv -o statements.csv
      policytext export edits --archive indexes/papers
    """
    with Archive.open(archive) as store, output_to(output) as out:
        rows = layer_rows(store, layer)
        if form == "jsonl":
            write_jsonl(rows, out)
            return
        first = next(rows, None)
        if first is None:
            write_csv([], CONTRACT[layer], out)
        else:
            write_csv(chain([first], rows), list(first), out)
