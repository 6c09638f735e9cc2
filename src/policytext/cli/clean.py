"""policytext clean."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

from policytext.cli.diffs import Pen, diff_lines
from policytext.cli.options import decisions_option, output_option, output_to
from policytext.cli.reports import report_lines
from policytext.document import Decision, Edit
from policytext.errors import BadRequest, UnreadableSource
from policytext.export.changes import changes, proposals, visible
from policytext.export.layers import edit_rows
from policytext.export.reporting import report
from policytext.export.tables import write_jsonl
from policytext.ingest.discovery import FORMATS, Found, Skipped, discover
from policytext.ingest.readers import read
from policytext.store.archive import Archive
from policytext.store.decision_tables import csv_lines
from policytext.store.decisions import COLUMNS, FILE_NAME, Decisions, read_decisions
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
@decisions_option
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
    if output is not None and any(_holds(path, output) for path in files):
        raise BadRequest(
            "is one of the papers to clean", str(output), "another name; papers stay as they came"
        )
    run = _Run(files, level == "suggest", _Knowledge(decisions, archive))
    with output_to(output) as out:
        if told["diff"] or told["report"]:
            _write_told(run, told, Pen.of(output), out)
        elif form == "csv":
            named = _Named(files)
            rows = (row for one in run for row in proposals(named(one), one.cleaned, run.shown(one)))
            out.writelines(csv_lines(COLUMNS, (row.values() for row in rows)))
        else:
            for one in run:
                if form == "text":
                    out.write(f"{one.running}\n".encode("utf-8", "replace"))
                else:
                    edits = run.shown(one)
                    write_jsonl(edit_rows(one.name, None, one.cleaned.raw, edits, one.cleaned.moves), out)
    return _SKIPPED if run.skipped else 0


def _holds(path: Path, output: Path) -> bool:
    """Whether writing to ``output`` would replace a source that ``path`` names."""
    if not output.exists():
        return False
    if path.is_dir():
        return output.suffix.lower() in FORMATS and path.resolve() in output.resolve().parents
    return path.samefile(output)


class _Knowledge:
    """What people decided and other papers attest of the sources."""

    def __init__(self, decisions: Path | None, archive: Path | None) -> None:
        self._store = None if archive is None else Archive.open(archive)
        kept = None if archive is None else archive / FILE_NAME
        held = _read(kept) if kept and kept.exists() else ()
        given = _read(decisions) if decisions else ()
        self._decisions = Decisions((*held, *given))
        self._given, self._is_idle = Decisions(given), bool(given)

    def decisions(self, found: Found) -> tuple[Decision, ...]:
        """Returns the decisions in force on a source."""
        self._is_idle = self._is_idle and not self._given.of(found.name, found.relative)
        return self._decisions.of(found.name, found.relative)

    @property
    def remark(self) -> str | None:
        """What to say at the end: that no source was met that the decisions given name."""
        if not self._is_idle:
            return None
        named = ", ".join(self._given.strangers(())[:5])
        return f"the decisions concern none of these files; their sources are: {named}"

    def attested(self, found: Found) -> frozenset[str]:
        """Returns the words that the archive's other papers attest for a source of the same bytes."""
        if self._store is None:
            return frozenset()
        row = self._store.sql.execute(
            "SELECT answers FROM documents WHERE sha256 = ? ORDER BY path <> ?, name <> ?, id LIMIT 1",
            (found.sha256, found.path, found.name),
        ).fetchone()
        return frozenset(json.loads(row["answers"])) if row else frozenset()


def _read(path: Path) -> tuple[Decision, ...]:
    """Returns the decisions of a file; rows that cannot be understood are lines on stderr."""
    file = read_decisions(path)
    for fault in file.faults:
        click.echo(f"note: {fault}", err=True)
    return file.decisions


@dataclass(frozen=True, slots=True)
class _One:
    """One source, cleaned; ``read`` is its text as the reader gives it."""

    name: str
    relative: str
    read: str
    decisions: tuple[Decision, ...]
    cleaned: Cleaned

    @property
    def running(self) -> str:
        return self.cleaned.text[: self.cleaned.margin].rstrip()


class _Named:
    """Names the sources of a table of decisions: several files of one name by their paths."""

    def __init__(self, files: tuple[Path, ...]) -> None:
        self._times = Counter(item.name for item in discover(files))

    def __call__(self, one: _One) -> str:
        return one.name if self._times[one.name] == 1 else one.relative


class _Run:
    """Cleans the sources one by one; what cannot be read is a line on stderr and counted in ``skipped``."""

    def __init__(self, files: tuple[Path, ...], suggestions: bool, knowledge: _Knowledge) -> None:  # noqa: FBT001 - its only caller is above
        self._files, self._suggestions, self._knowledge = files, suggestions, knowledge
        self.skipped = 0

    def __iter__(self) -> Iterator[_One]:
        met = False
        for item in discover(self._files):
            met = True
            try:
                one = self._cleaned(item) if isinstance(item, Found) else item
            except UnreadableSource as error:
                one = Skipped(item.path, item.name, error.what, error.advice)
            except Exception as error:  # noqa: BLE001 - as in ingest, a fault in one paper stops no other
                fault = f"could not be cleaned ({type(error).__name__}: {error})"
                one = Skipped(item.path, item.name, fault, "reporting it")
            if isinstance(one, _One):
                yield one
            else:
                click.echo(f"skipped {one}", err=True)
                self.skipped += 1
        remark = self._knowledge.remark if met else f"nothing to read in {', '.join(map(str, self._files))}"
        if remark:
            click.echo(f"note: {remark}", err=True)

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
        return _One(found.name, found.relative, apply_edits(reading.text, reading.edits), decisions, cleaned)

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
