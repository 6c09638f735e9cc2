"""policytext topics."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from policytext.cli.options import archive_option, output_option, output_to
from policytext.cli.progress import TerminalWatcher, goes_on
from policytext.cli.sidecar import provenance_of, write_sidecar
from policytext.cli.topic_lines import report_lines
from policytext.export.tables import write_csv, write_jsonl
from policytext.export.topics import DECADE_COLUMNS, decade_rows, topic_config, topic_rows
from policytext.pipeline.topics import make_topics
from policytext.store.archive import Archive
from policytext.store.topics import Topic, read_topics


@click.command("topics")
@archive_option
@click.option(
    "-n",
    "--number",
    type=click.IntRange(2, 200),
    metavar="N",
    help="How many topics; else that number of which the largest share holds.",
)
@click.option(
    "--seed",
    type=click.IntRange(0, 2**31 - 1),
    default=0,
    show_default=True,
    help="Of all that is drawn; the same gives the same topics.",
)
@click.option("--examples", is_flag=True, help="Below the table, three passages of each topic.")
@click.option("--decades", is_flag=True, help="Below the table, the share of each topic in every decade.")
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text", show_default=True
)
@output_option
def command(
    archive: Path,
    number: int | None,
    seed: int,
    *,
    examples: bool,
    decades: bool,
    form: str,
    output: Path | None,
) -> None:
    """What the papers speak of, how much, when, and how sure that is.

    Topics are made from prose only, and from one printing of what is printed several times. "Stable" says
    how far a topic comes back when the passages are sampled; one that comes back no better than topics of
    words dealt at random is marked, and no finding. Shares of decades are of independent passages, by the
    date of the paper, or of what a passage quotes where that fills it; -o adds a file (.provenance.json) that
    says how they were made. They are kept in the archive: policytext list topics.

    \b
    Example:
      policytext topics
      policytext topics -n 12 --examples --decades
      policytext topics --format csv -o topics.csv
    """
    goes_on()
    watcher = TerminalWatcher()
    try:
        make_topics(archive, watcher, number, seed)
    finally:
        watcher.close()
    with Archive.open(archive) as store:
        making, topics = read_topics(store)
        with output_to(output) as out:
            if form == "jsonl":
                write_jsonl(topic_rows(store, making, topics), out)
            elif form == "csv":
                write_csv(decade_rows(making, topics), DECADE_COLUMNS, out)
            else:
                lines = report_lines(store, making, topics, examples=examples, decades=decades)
                out.writelines(f"{line}\n".encode() for line in lines)
        write_sidecar(output, provenance_of(store, None, config=topic_config(making), seed=making.seed))
    _warn(topics, form)


def _warn(topics: Sequence[Topic], form: str) -> None:
    """Says beside a table for programs what stands in words on the screen."""
    loose = [str(topic.number) for topic in topics if topic.verdict == "not stable"]
    if form != "text" and loose:
        click.echo(f"note: no more stable than chance: topics {', '.join(loose)}", err=True)
