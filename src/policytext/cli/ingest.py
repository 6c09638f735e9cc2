"""policytext ingest."""

from __future__ import annotations

from pathlib import Path

import click

from policytext.cli.options import archive_option, decisions_option, model_option, spacy_option
from policytext.cli.progress import TerminalWatcher, goes_on
from policytext.config import Settings
from policytext.pipeline.ingesting import Report, ingest

_SKIPPED = 3


@click.command("ingest")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...", type=click.Path(path_type=Path))
@archive_option
@click.option(
    "--catalogue",
    type=click.Path(path_type=Path),
    metavar="FILE.csv",
    help="What is known of each file; else the catalogue.csv in its folder.",
)
@decisions_option
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that read documents side by side, else one; and that embed, else one a core.",
)
@click.option("--prune", is_flag=True, help="Take documents out whose file is gone.")
@model_option
@spacy_option
def command(
    paths: tuple[Path, ...],
    archive: Path,
    catalogue: Path | None,
    decisions: Path | None,
    workers: int | None,
    *,
    prune: bool,
    model: str | None,
    spacy_model: str | None,
) -> int:
    """Read papers into an archive and index them.

    PATH is a file (.txt, .md, .html, .jsonl, .pdf, .docx, ALTO .xml, .hocr) or a folder, which is read with
    all its folders. Files that are in the archive already and have not changed are left alone, so that
    running it again is quick and completes what was interrupted. A file that cannot be read is one line on
    stderr; the others go on, and the exit code is 3.

    Misread words are repaired where the paper, a list of English words or two other papers of the archive
    attest the right one, and else only suggested. What people decide wins: see policytext clean --format csv.

    Who speaks is found by rules and lists of names. A spaCy pipeline of your own may know more of them; with
    another one than before, or without it, the papers are processed anew.

    \b
    Example:
      policytext ingest papers/ --archive indexes/papers
      policytext ingest papers/ --catalogue papers.csv --workers 4
      policytext ingest papers/ --decisions decided.csv
      policytext ingest papers/ --spacy-model en_core_web_sm
    """
    goes_on()
    watcher = TerminalWatcher()
    try:
        report = ingest(
            paths,
            archive,
            catalogue=catalogue,
            decisions=decisions,
            settings=Settings(model=model, workers=workers, spacy_model=spacy_model),
            prune=prune,
            watcher=watcher,
        )
    finally:
        watcher.close()
    _tell(report, archive)
    return _SKIPPED if report.skipped else 0


def _tell(report: Report, archive: Path) -> None:
    for line in report.lines:
        if line.outcome in ("gone", "removed", "moved"):
            click.echo(f"{line.outcome}: {line.name}: {line.message}", err=True)
        elif line.message and line.outcome != "skipped":
            click.echo(f"{line.name}: {line.message}", err=True)
    for note in report.notes:
        click.echo(f"note: {note}", err=True)
    counts = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(report.counts.items()))
    click.echo(f"{archive}: {counts or 'nothing to read'}")
