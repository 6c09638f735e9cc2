"""policytext clean."""

from __future__ import annotations

from pathlib import Path

import click

from policytext.cli.options import output_option, output_to
from policytext.errors import PolicytextError, UnreadableSource
from policytext.export.layers import edit_rows
from policytext.export.tables import write_jsonl
from policytext.ingest.discovery import Found, discover
from policytext.ingest.readers import read
from policytext.text.cleaning import clean

_SKIPPED = 3


@click.command("clean")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@output_option
def command(file: Path, form: str, output: Path | None) -> int:
    """Print one paper cleaned, or the edits that clean it.

    As text: the clean text. As jsonl: one edit a line, with the raw characters it concerns, what they are
    to read, the reason, the rule that made it and its confidence. Nothing is stored.

    \b
    Example:
      policytext clean paper.txt -o paper.clean.txt
      policytext clean paper.txt --format jsonl
    """
    skipped = 0
    with output_to(output) as out:
        for item in discover([file]):
            try:
                if not isinstance(item, Found):
                    raise UnreadableSource(item.reason, item.name, item.advice)
                reading = read(item)
            except PolicytextError as error:
                click.echo(f"skipped {error}", err=True)
                skipped += 1
                continue
            cleaned = clean(reading.text, edits=reading.edits, hints=reading.hints)
            if form == "text":
                out.write(f"{cleaned.text}\n".encode("utf-8", "replace"))
            else:
                write_jsonl(edit_rows(item.name, None, cleaned.raw, cleaned.edits, cleaned.moves), out)
    return _SKIPPED if skipped else 0
