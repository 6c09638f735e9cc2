"""policytext check."""

from __future__ import annotations

from pathlib import Path

import click

from policytext.cli.options import archive_option
from policytext.cli.progress import TerminalWatcher
from policytext.pipeline.checking import check
from policytext.store.archive import Archive


@click.command("check")
@archive_option
def command(archive: Path) -> int:
    """Verify the archive and its indexes.

    Every source is rebuilt from its clean text and edits and compared with the bytes as they came; every
    index file is compared with its checksum. Exit code 1 means damage. An index that is only missing or
    out of date is reported and is no damage: running the same ingest again makes it.

    \b
    Example:
      policytext check --archive indexes/papers
    """
    watcher = TerminalWatcher()
    with Archive.open(archive) as store:
        try:
            verdict = check(store, watcher)
        finally:
            watcher.close()
    for line in verdict.problems:
        click.echo(f"damaged: {line}")
    for line in verdict.unfinished:
        click.echo(f"unfinished: {line}")
    state = f"{len(verdict.problems)} fault(s)" if verdict.problems else "sound"
    click.echo(f"{archive}: {verdict.documents:,} document(s), {state}")
    return 1 if verdict.problems else 0
