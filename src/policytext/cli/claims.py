"""policytext claims."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from policytext.analysis.recurrence.tested import Settings
from policytext.cli.asking import note
from policytext.cli.options import archive_option, model_option, output_option, output_to
from policytext.cli.progress import TerminalWatcher, goes_on
from policytext.errors import BadRequest
from policytext.files import write_bytes
from policytext.pipeline.claims import TIERS, CodingSettings, code_archive, discover_archive, read
from policytext.pipeline.shortlist import DEPTH
from policytext.store.archive import Archive

_file = click.Path(path_type=Path, exists=True, dir_okay=False)


def _new_file(_context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Refuses a file that is there: a person may have worked in it."""
    if value is not None and value.exists():
        raise BadRequest("is there already", str(value), "another name")
    if value is not None and not value.parent.is_dir():
        raise BadRequest("cannot write: no such folder", str(value), "an existing folder")
    return value


@click.command("claims")
@archive_option
@click.option(
    "--codebook",
    type=_file,
    metavar="FILE.toml",
    help="The claims to look for; else families are discovered.",
)
@click.option(
    "--decisions",
    type=_file,
    metavar="FILE.csv",
    help="Places that a person accepted or rejected; kept in the archive's judgements.csv, and learnt from.",
)
@click.option(
    "--review",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_new_file,
    metavar="FILE.csv",
    help="Write the places that a decision would teach most, for --decisions.",
)
@click.option(
    "--propose",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_new_file,
    metavar="FILE.toml",
    help="Write the discovered families as a codebook to edit.",
)
@click.option(
    "--families",
    type=click.IntRange(min=1),
    metavar="N",
    help="Discover so many families at most, broader ones.",
)
@click.option(
    "--claim", "only", metavar="ID", help="Show this claim whole; without --codebook, as it was coded last."
)
@click.option(
    "--tier",
    type=click.Choice(TIERS),
    default="confirmed",
    show_default=True,
    help="What recurrence counts and --claim shows: confirmed witnesses, or all, suggested ones too.",
)
@click.option(
    "--depth",
    type=click.IntRange(min=10),
    metavar="N",
    help=f"Of an archive too large to read whole, passages looked at for each claim.  [default: {DEPTH}]",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the test against chance."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes that embed; else one a core for much.",
)
@click.option("--explain", is_flag=True, help="Say of each witness why it is thought to be one.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "jsonl", "csv"]),
    help="Else as the name after -o ends, else text.",
)
@output_option
@model_option
def command(
    *,
    archive: Path,
    codebook: Path | None,
    decisions: Path | None,
    review: Path | None,
    propose: Path | None,
    families: int | None,
    only: str | None,
    tier: str,
    depth: int | None,
    seed: int,
    workers: int | None,
    explain: bool,
    form: str | None,
    output: Path | None,
    model: str | None,
) -> None:
    """Find who says a claim, and how it comes again.

    The papers are coded against a codebook: every sentence and clause that asserts something is compared with
    the sentences that say a claim or deny it. What is found is confirmed or only suggested, and each finding
    says why. Reprints count once. The table tells when a claim was said, where it fell silent and came back,
    and whether it was said in more periods than chance would have it; where the papers are too few for that
    it says "not testable".

    Without --codebook families of assertions that recur in several papers are proposed (--propose writes them
    as a codebook). What is found stays in the archive: policytext list claims, timeline CLAIM, export claims.

    \b
    Example:
      policytext claims --codebook corpus/codebook.toml
      policytext claims --codebook corpus/codebook.toml --claim stability --explain
      policytext claims --codebook mine.toml --review review.csv
      policytext claims --codebook mine.toml --decisions review.csv
      policytext claims --propose families.toml
    """
    _check(codebook, {"--decisions": decisions, "--review": review, "--depth": depth}, (propose, families))
    if explain and only is None:
        raise click.UsageError("--explain needs --claim ID.")
    form = form or _form_of(output)
    settings = CodingSettings(
        model=model,
        workers=workers,
        depth=depth or DEPTH,
        tier=tier,
        families=families,
        chance=Settings(seed=seed),
    )
    goes_on()
    watcher = TerminalWatcher()
    try:
        if codebook is not None:
            _known(codebook, only)
            notes = code_archive(archive, codebook, settings, decisions, watcher)
        elif only is not None and propose is None and families is None:
            notes = []  # as it was coded last
        else:
            notes = discover_archive(archive, settings, watcher)
    finally:
        watcher.close()
    for line in notes:
        note(line)
    with Archive.open(archive) as store:
        if propose is not None:
            write_bytes(propose, _as_codebook(store))
        if review is not None:
            _write_review(store, review)
        _write(store, only, form, output, tier=tier, explain=explain)


def _check(
    codebook: Path | None, coding: dict[str, object], discovering: tuple[Path | None, int | None]
) -> None:
    """Raises click.UsageError where options do not go together."""
    if codebook is not None and any(value is not None for value in discovering):
        raise click.UsageError("--propose and --families are for discovering; leave --codebook out.")
    given = [name for name, value in coding.items() if value is not None]
    if codebook is None and given:
        raise click.UsageError(f"{given[0]} needs a --codebook.")


def _known(codebook: Path, only: str | None) -> None:
    """Raises BadRequest before the work where the codebook has no such claim."""
    if only is not None and only not in (ids := [c.id for c in read(codebook)[0].claims]):
        raise BadRequest("no such claim", f"{codebook}: {only}", ", ".join(ids[:8]))


def _form_of(output: Path | None) -> str:
    suffix = output.suffix[1:].lower() if output else ""
    return suffix if suffix in ("jsonl", "csv") else "text"


def _as_codebook(store: Archive) -> bytes:
    from policytext.analysis.codebook import Claim, written
    from policytext.store.claims import stored_claims

    claims = (Claim(c.id, c.label, c.says, c.denies) for c in stored_claims(store))
    return written(
        claims, "Families that policytext discovered. Edit ids, labels and sentences freely."
    ).encode()


def _write_review(store: Archive, path: Path) -> None:
    from policytext.export.reviewing import review_rows
    from policytext.store.judgements import judgement_lines

    rows = list(review_rows(store))
    write_bytes(path, b"".join(judgement_lines(rows)))
    note(f"{len(rows):,} places to decide in {path}: write accept or reject under decision, then --decisions")


def _write(
    store: Archive, only: str | None, form: str, output: Path | None, *, tier: str, explain: bool
) -> None:
    from policytext.store.claims import claim_of

    if only is not None and claim_of(store, only) is None:
        raise BadRequest("no such claim", only, "policytext list claims")
    with output_to(output) as out:
        if form != "text":
            _write_rows(store, only, form, out)
        else:
            colour = output is None and sys.stdout.isatty()
            for line in _lines(store, only, tier=tier, explain=explain, colour=colour):
                out.write(f"{line}\n".encode("utf-8", "replace"))
    if output is not None:
        _say_how(store, only, output)


def _say_how(store: Archive, only: str | None, output: Path) -> None:
    """Writes beside the output how the claims were coded."""
    from policytext.cli.sidecar import provenance_of, write_sidecar
    from policytext.store.claims import made_by

    made = made_by(store)
    how = provenance_of(store, only, config={"claims": made}, model=made["model"], seed=made["seed"])
    write_sidecar(output, how)


def _write_rows(store: Archive, only: str | None, form: str, out: BinaryIO) -> None:
    from policytext.export.claims import RECURRENCE_COLUMNS, WITNESS_COLUMNS, recurrence_rows, witness_layer
    from policytext.export.tables import write_csv, write_jsonl

    if only is None:
        rows = recurrence_rows(store)
    else:
        rows = (row for row in witness_layer(store) if row["family"] == only)
    if form == "csv":
        write_csv(rows, WITNESS_COLUMNS if only else RECURRENCE_COLUMNS, out)
    else:
        write_jsonl(rows, out)


def _lines(store: Archive, only: str | None, *, tier: str, explain: bool, colour: bool) -> Iterator[str]:
    from policytext.cli.claim_lines import claim_lines, summary_lines

    if only is None:
        yield from summary_lines(store)
    else:
        yield from claim_lines(store, only, tier=tier, explain=explain, colour=colour)
