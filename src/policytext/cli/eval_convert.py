"""policytext eval convert."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from policytext.cli.eval_options import collection_options
from policytext.evaluation.retrieval.records import Collection
from policytext.evaluation.wording import counted

if TYPE_CHECKING:  # help needs no reader of files
    from policytext.evaluation.retrieval.collections.writing import Form


@click.command("convert")
@collection_options
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="FOLDER",
    help="The new folder; written whole or not at all.",
)
@click.option("--format", "form", type=click.Choice(["beir", "trec"]), default="beir", show_default=True)
def command(collection: Collection, folder: Path, form: Form) -> int:
    """Write a collection as a folder that other tools read.

    COLLECTION is a folder as BEIR lays it out (corpus.jsonl, queries.jsonl, qrels/NAME.tsv), one with TREC
    topics and qrels beside corpus.jsonl, or with --archive queries and judgements of an archive's passages,
    by their ids or by spans of the papers. Every file may be packed with gzip.

    "beir" keeps everything: labels of passages (era, kind of paper, quality) as "metadata", groups of
    passages that print the same in groups.tsv. "trec" writes topics.trec, qrels.trec and corpus.jsonl; what
    topics cannot hold is told on stderr. Queries without judgements are left out. All other commands of eval
    read both.

    \b
    Example:
      policytext eval convert queries --archive indexes/papers -o benchmarks/papers
      policytext eval convert collections/scifact -o scifact-trec --format trec
    """
    from policytext.evaluation.retrieval.collections.writing import write_collection

    written = write_collection(collection, folder, form)
    for note in (*collection.notes, *written.notes):
        click.echo(f"note: {note}", err=True)
    told = (
        counted(written.documents, "document", "documents"),
        counted(written.queries, "query", "queries"),
        counted(written.judged, "judged pair", "judged pairs"),
    )
    click.echo(f"{folder}: {', '.join(told)}")
    return 0
