"""policytext clean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from policytext.cli.diffs import Pen, diff_lines
from policytext.cli.options import output_option, output_to
from policytext.cli.reports import report_lines
from policytext.document import Decision, Edit
from policytext.errors import UnreadableSource
from policytext.export.changes import changes, proposals, visible
from policytext.export.layers import edit_rows
from policytext.export.reporting import report
from policytext.export.tables import write_jsonl
from policytext.ingest.discovery import Found, Skipped, discover
from policytext.ingest.readers import read
from policytext.store.archive import Archive
from policytext.store.decisions import COLUMNS, FILE_NAME, Decisions, csv_lines, read_decisions
from policytext.text.alignment import apply_edits
from policytext.text.cleaning import Cleaned, clean

_SKIPPED = 3


@click.command("clean")
@click.argument(
    "files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path, exists=True)
)
@click.option("--diff", is_flag=True, help="Show each change as [-old-]{+new+}, a line a change.")
@click.option("--all", is_flag=True, help="In the diff, show blank space and markup too.")
@click.option("--report", is_flag=True, help="Show what kind of text it is and what was done.")
@click.option(
    "--level",
    type=click.Choice(["safe", "suggest"]),
    default="safe",
    show_default=True,
    help="Tell of what is done and flagged, or also of what is merely suggested.",
)
@click.option(
    "--format", "form", type=click.Choice(["text", "jsonl", "csv"]), default="text", show_default=True
)
@click.option(
    "--decisions",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.csv",
    help="What people decided of single places.",
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Clean as in this archive: with its decisions and by the words that its other papers hold.",
)
@output_option
def command(
    files: tuple[Path, ...],
    level: str,
    form: str,
    decisions: Path | None,
    archive: Path | None,
    output: Path | None,
    **told: bool,
) -> int:
    """Print papers cleaned, or what was changed in them and why.

    As text: the running text, without page numbers and running headers. As jsonl: one edit a line, with the
    raw characters it concerns, what they are to read, the reason, the rule that made it and its confidence.
    As csv: a table to decide by. Write accept or reject into its column "decision", change a "replacement"
    if need be, and give the table back to clean or ingest with --decisions. Nothing is stored.

    \b
    Example:
      policytext clean paper.txt -o paper.clean.txt
      policytext clean papers/ --diff --report
      policytext clean paper.txt --level suggest --format csv -o decide.csv
    """
    if (told["diff"] or told["report"]) and form != "text":
        raise click.UsageError("--diff and --report are text: leave --format away.")
    if told["all"] and not told["diff"]:
        raise click.UsageError("--all belongs to --diff.")
    run = _Run(files, level == "suggest", _Knowledge(decisions, archive))
    with output_to(output) as out:
        if told["diff"] or told["report"]:
            _write_told(run, told, Pen.of(output), out)
        elif form == "csv":
            rows = (row for one in run for row in proposals(one.name, one.cleaned, run.shown(one)))
            out.writelines(csv_lines(COLUMNS, (row.values() for row in rows)))
        else:
            for one in run:
                if form == "text":
                    out.write(f"{one.running}\n".encode("utf-8", "replace"))
                else:
                    edits = run.shown(one)
                    write_jsonl(edit_rows(one.name, None, one.cleaned.raw, edits, one.cleaned.moves), out)
    return _SKIPPED if run.skipped else 0


class _Knowledge:
    """What people decided and other papers attest of the sources."""

    def __init__(self, decisions: Path | None, archive: Path | None) -> None:
        self._store = None if archive is None else Archive.open(archive)
        kept = None if archive is None else archive / FILE_NAME
        told: list[Decision] = []
        for path in (kept if kept and kept.exists() else None, decisions):
            if path is not None:
                file = read_decisions(path)
                told += file.decisions
                for fault in file.faults:
                    click.echo(f"note: {fault}", err=True)
        self._decisions = Decisions(told)

    def decisions(self, found: Found) -> tuple[Decision, ...]:
        """Returns the decisions in force on a source."""
        return self._decisions.of(found.name, found.relative)

    def attested(self, found: Found) -> frozenset[str]:
        """Returns the words that the archive's other papers attest for a source of the same bytes."""
        if self._store is None:
            return frozenset()
        row = self._store.sql.execute(
            "SELECT answers FROM documents WHERE sha256 = ? ORDER BY path <> ?, name <> ?, id LIMIT 1",
            (found.sha256, found.path, found.name),
        ).fetchone()
        return frozenset(json.loads(row["answers"])) if row else frozenset()


@dataclass(frozen=True, slots=True)
class _One:
    """One source, cleaned; ``read`` is its text as the reader gives it."""

    name: str
    read: str
    decisions: tuple[Decision, ...]
    cleaned: Cleaned

    @property
    def running(self) -> str:
        return self.cleaned.text[: self.cleaned.margin].rstrip()


class _Run:
    """Cleans the sources one by one; what cannot be read is a line on stderr and counted in ``skipped``."""

    def __init__(self, files: tuple[Path, ...], suggestions: bool, knowledge: _Knowledge) -> None:  # noqa: FBT001 - its only caller is above
        self._files, self._suggestions, self._knowledge = files, suggestions, knowledge
        self.skipped = 0

    def __iter__(self) -> Iterator[_One]:
        for item in discover(self._files):
            try:
                one = self._cleaned(item) if isinstance(item, Found) else item
            except UnreadableSource as error:
                one = Skipped(item.path, item.name, error.what, error.advice)
            if isinstance(one, _One):
                yield one
            else:
                click.echo(f"skipped {one}", err=True)
                self.skipped += 1

    def _cleaned(self, found: Found) -> _One:
        reading = read(found)
        decisions = self._knowledge.decisions(found)
        cleaned = clean(
            reading.text,
            edits=reading.edits,
            hints=reading.hints,
            doubts=reading.doubts,
            decisions=decisions,
            attested=self._knowledge.attested(found),
            carrier=reading.carrier,
        )
        for remark in cleaned.remarks:
            click.echo(f"note: {found.name}: {remark}", err=True)
        return _One(found.name, apply_edits(reading.text, reading.edits), decisions, cleaned)

    def shown(self, one: _One) -> list[Edit]:
        """Returns the edits that the chosen level tells of."""
        return visible(one.cleaned, suggestions=self._suggestions)


def _write_told(run: _Run, told: Mapping[str, bool], pen: Pen, out: BinaryIO) -> None:
    """Writes diff and report of each source under its name."""
    for number, one in enumerate(run):
        edits = run.shown(one)
        lines = ["", pen.head(one.name)] if number else [pen.head(one.name)]
        if told["diff"]:
            made = changes(one.cleaned.raw, edits, one.cleaned.moves)
            lines += diff_lines(made, pen, everything=told["all"])
        if told["report"]:
            lines += report_lines(report(one.cleaned, one.read, one.running, edits, one.decisions), pen)
        out.write(("\n".join(lines) + "\n").encode("utf-8", "replace"))
