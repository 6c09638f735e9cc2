"""policytext export."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from policytext.cli.options import archive_option, output_option, output_to
from policytext.cli.sidecar import provenance_of, published, write_sidecar
from policytext.errors import IndexUnavailable, NotFound
from policytext.export.columns import COLUMNS
from policytext.export.forms import LAYER_FORMS, Form, form_of, writer_of
from policytext.export.topics import topic_config
from policytext.store.archive import Archive
from policytext.store.claims import made_by
from policytext.store.topics import read_topics

_LAYERS = (*COLUMNS, "all")
_BINARY = frozenset({"parquet", "qdpx", "sqlite"})
"""Formats that are no text: a screen can do nothing with them."""


@click.command("export")
@click.argument("layer", type=click.Choice(_LAYERS), metavar="LAYER")
@archive_option
@click.option(
    "--format",
    "form",
    type=click.Choice(list(LAYER_FORMS)),
    help="Else as the name after -o ends, else jsonl.",
)
@output_option
def command(layer: str, archive: Path, form: str | None, output: Path | None) -> None:
    """Write a layer of the archive to a file for other tools.

    \b
    LAYER is one of
      documents, blocks, passages, edits, statements, dates, citations, reprints
      claims    witnesses of the claims that were coded (policytext claims)
      topics    passages and the topics that they carry (policytext topics)
      all       everything in one database, with --format sqlite

    Tables (jsonl, csv, parquet) have one row a record, by document and place. "start" and "end" count
    characters of the source file decoded as text, so that every row can be checked against the file itself.

    Of documents also tei, csljson, bibtex, ris; of claims qdc (the codebook) and qdpx (the papers with
    their codings) for NVivo, ATLAS.ti and MAXQDA; of what has a place, annotations.

    With -o, a file beside it (.provenance.json) says how it was made; beside a sqlite database a file
    (.metadata.json) tells Datasette what is in it.

    \b
    Example:
      policytext export statements -o statements.csv
      policytext export claims -o project.qdpx
      policytext export all -o papers.db
      policytext export edits --archive indexes/papers
    """
    chosen = LAYER_FORMS[_form_name(layer, form, output)]
    _check(layer, chosen, output)
    with Archive.open(archive) as store:
        write = writer_of(chosen)
        record = provenance_of(store, None, **_made_with(store, layer))
        with output_to(output) as out:
            write(store, layer, published(record), out)
        if output is not None:
            write_sidecar(output, record)
            if chosen.name == "sqlite" and output.is_file():
                _describe_database(store, published(record), output)


def _form_name(layer: str, form: str | None, output: Path | None) -> str:
    """Returns the format: asked for, or by the file's name, or jsonl (sqlite of everything)."""
    if form is not None:
        return form
    if output is None or not output.suffix:
        return "sqlite" if layer == "all" else "jsonl"
    named = form_of(output.name, LAYER_FORMS)
    if named is None:
        endings = ", ".join(f.suffix for f in LAYER_FORMS.values())
        raise click.UsageError(f"no format for {output.name}: give --format, or a name in {endings}.")
    return named


def _check(layer: str, form: Form, output: Path | None) -> None:
    """Finds out before the work what cannot be.

    Raises:
        click.UsageError: the format does not serve the layer, or cannot go to the screen.
    """
    if layer not in form.layers:
        serving = ", ".join(f.name for f in LAYER_FORMS.values() if layer in f.layers)
        raise click.UsageError(f"{form.name} is not for {layer}; its formats: {serving}.")
    if form.name in _BINARY and output is None and (form.name == "sqlite" or sys.stdout.isatty()):
        raise click.UsageError(f"{form.name} is no text: give a file, -o {layer}{form.suffix}.")


def _made_with(store: Archive, layer: str) -> dict[str, Any]:
    """Returns config, model and seed of what was derived: claims and topics.

    Raises:
        NotFound, IndexUnavailable: the layer asked for was not made, or of other papers.
    """
    config: dict[str, Any] = {"layer": layer}
    for name, look in _DERIVED.items():
        if layer in (name, "all"):
            try:
                config[name] = look(store)
            except (NotFound, IndexUnavailable):
                if layer == name:
                    raise
    made: Mapping[str, Any] = config.get("claims") or config.get("topics") or {}
    return {"config": config, "model": made.get("model"), "seed": made.get("seed")}


_DERIVED: dict[str, Callable[[Archive], Mapping[str, Any]]] = {
    "claims": made_by,
    "topics": lambda store: topic_config(read_topics(store)[0]),
}
"""What is not there after every ingest, with what says how it was made."""


def _describe_database(store: Archive, record: Mapping[str, Any], output: Path) -> None:
    from policytext.export.files.datasette import metadata_bytes
    from policytext.export.files.sqlite import missing
    from policytext.files import write_bytes

    write_bytes(output.with_name(f"{output.name}.metadata.json"), metadata_bytes(store, record, output.stem))
    for line in missing(store):
        click.echo(f"note: {line}", err=True)
