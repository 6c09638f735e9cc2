"""policytext report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policytext.cli.options import archive_option, output_to
from policytext.cli.progress import TerminalWatcher
from policytext.cli.sidecar import provenance_of, published, write_sidecar
from policytext.errors import BadRequest, IndexUnavailable, NotFound
from policytext.store.archive import Archive

if TYPE_CHECKING:
    from policytext.analysis.timeline import Timeline
    from policytext.export.report.records import Report

_OUTPUT = "report.html"


@click.command("report")
@archive_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    default=_OUTPUT,
    show_default=True,
    metavar="FILE",
    help="The page, replaced whole; - for the screen.",
)
@click.option("--title", metavar="TEXT", help="Of the page.  [default: What N papers say]")
@click.option(
    "--claim",
    "claims",
    multiple=True,
    metavar="ID",
    help="Tell of this claim only; may be given several times.  [default: all]",
)
def command(archive: Path, output: Path, title: str | None, claims: Sequence[str]) -> None:
    """One page on an archive: papers, gaps, claims with their timelines, and how it was made.

    The page stands alone: it loads nothing and runs nothing, so that it can be mailed, kept and printed.
    Figures lead to their evidence, and every quotation stands with its context, its file and its characters.
    What has not been made yet (claims, topics) is said, with the command that makes it.

    \b
    Example:
      policytext report
      policytext report -o stability.html --claim stability --title "A period of stability"
    """
    path = None if str(output) == "-" else output
    if path is not None and not path.parent.is_dir():
        raise BadRequest("cannot write: no such folder", str(path), "an existing folder")
    watcher = TerminalWatcher()
    with Archive.open(archive) as store:
        try:
            made = _made_with(store, title, claims)
            report = _collected(store, made, title, claims, watcher)
        finally:
            watcher.close()
        from policytext.export.report.rendering import write_report

        with output_to(path) as out:
            write_report(report, out)
        write_sidecar(path, made)
    if path is not None:
        click.echo(f"written: {path} (open it in a browser)", err=True)


def _made_with(store: Archive, title: str | None, claims: Sequence[str]) -> dict[str, Any]:
    """Returns how the page is made, for its sidecar; the page itself names no folder."""
    config = {"claims": list(claims), "title": title}
    return provenance_of(store, None, config=config, **_model_and_seed(store))


def _collected(
    store: Archive,
    made: Mapping[str, Any],
    title: str | None,
    claims: Sequence[str],
    watcher: TerminalWatcher,
) -> Report:
    from policytext.analysis.timeline import Tier
    from policytext.export.report.collecting import collect
    from policytext.pipeline.recurring import source_facts
    from policytext.pipeline.timeline import claim_timeline, claims_named

    def timeline_of(names: Sequence[str], tier: Tier) -> Timeline:
        return claim_timeline(store, claims_named(store, names), tier=tier)

    def progress(done: int, total: int) -> None:
        if done == 0:
            watcher.stage("claims", total)
        else:
            watcher.advance()

    if claims:
        claims_named(store, claims)  # a wrong name is told before the work, with what may have been meant
    papers = store.sql.execute("SELECT count(*) FROM documents").fetchone()[0]
    return collect(
        store,
        source_facts(store),
        timeline_of,
        published(made),
        title=title or _title(papers),
        claims=claims,
        progress=progress,
    )


def _title(papers: int) -> str:
    if papers == 0:
        return "An archive without papers"
    return f"What {papers:,} paper{'s say' if papers != 1 else ' says'}"


def _model_and_seed(store: Archive) -> dict[str, Any]:
    """Returns what compared and what drew, where claims were coded or discovered."""
    from policytext.store.claims import made_by

    try:
        made = made_by(store)
    except (NotFound, IndexUnavailable):
        return {}
    return {"model": made.get("model"), "seed": made.get("seed")}
