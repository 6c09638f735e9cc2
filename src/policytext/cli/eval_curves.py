"""The curves of policytext eval ocr: drawn, shown and written."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from policytext.cli.eval_judging import check_depths
from policytext.cli.eval_report import request_in_hand, say_written
from policytext.cli.options import output_to
from policytext.cli.progress import TerminalWatcher, goes_on
from policytext.cli.reading import columns
from policytext.evaluation.reading.rates import Measured
from policytext.evaluation.retrieval.records import Collection, Judging
from policytext.export.tables import write_csv, write_jsonl

if TYPE_CHECKING:  # help needs none of what draws curves
    from policytext.evaluation.noise.confusions import Confusions
    from policytext.evaluation.noise.curves import Curves
    from policytext.pipeline.benchmarks.systems import SystemSpec

_SKIPPED = 3
COMMAND = "eval ocr"


@dataclass(frozen=True, slots=True)
class CurveOptions:
    """What curves are asked for, as the options say it; ``sources`` are for ``open_collection``."""

    collection: Path
    sources: Mapping[str, Any]
    judging: Judging
    systems: tuple[str, ...]
    rates: tuple[float, ...]
    seeds: int
    depth: int
    cache: Path | None
    workers: int


@dataclass(frozen=True, slots=True)
class CurveRequest:
    """Curves that can be drawn, as far as can be known before the work."""

    options: CurveOptions
    specs: Sequence[SystemSpec]
    collection: Collection
    output: Path | None


def requested(options: CurveOptions, output: Path | None) -> CurveRequest:
    """Returns what is asked for, with its systems and its collection.

    Args:
        options: what is asked for.
        output: the folder that keeps the curves, None for none.

    Raises:
        BadRequest: something that is asked for cannot be.
        click.BadParameter: a measure looks deeper than systems are asked.
        UnreadableSource: a file of the collection cannot be read.
    """
    from policytext.evaluation.retrieval.collections.opening import open_collection
    from policytext.export.benchmarks.folder import check_replaceable
    from policytext.pipeline.benchmarks.systems import distinct, parse_system

    if output is not None:
        check_replaceable(output, COMMAND)
    specs = distinct(map(parse_system, options.systems))
    check_depths(options.judging.measures, options.depth)
    return CurveRequest(options, specs, open_collection(options.collection, **options.sources), output)


def curves(request: CurveRequest, noise: Confusions, papers: Sequence[Measured], form: str) -> int:
    """Draws the curves, shows them, and keeps them in a folder where one is named; returns the exit code.

    Args:
        request: what is asked for.
        noise: what was learned of misreading.
        papers: how cleaning fared on the papers it was learned from, none where it was read from a file.
        form: text, markdown, csv or jsonl.

    Raises:
        BadRequest: no rate can be reached, no system could be run, or the folder cannot be written.
        UnreadableSource: a document cannot be read.
    """
    output = request.output
    with _work(request.options.cache, output) as work:
        drawn = _drawn(request, noise, work)
        with output_to(None) as out:
            _write_curves(drawn, noise, papers, form, out)
        if output is not None:
            _write_folder(output, drawn, noise, papers)
    if output is not None:
        say_written(output)
    return _SKIPPED if len(drawn.systems) < len(request.specs) or drawn.unreached else 0


def _drawn(request: CurveRequest, noise: Confusions, work: Path) -> Curves:
    from policytext.pipeline.benchmarks.experiment import Setting
    from policytext.pipeline.benchmarks.spoiled import Plan, draw_curves

    options = request.options
    indexes = options.cache or work / "indexes"
    setting = Setting(depth=options.depth, workers=options.workers, cache=indexes)
    seeds = tuple(options.judging.seed + number for number in range(1, options.seeds + 1))
    plan = Plan(options.rates, seeds, options.judging)
    if options.cache is not None or request.output is not None:
        goes_on()
    watcher = TerminalWatcher()
    try:
        return draw_curves(request.collection, request.specs, setting, noise, plan, work, watcher)
    finally:
        watcher.close()


@contextmanager
def _work(cache: Path | None, output: Path | None) -> Iterator[Path]:
    """Yields where copies and runs are: in the cache they stay, else they go when all is done.

    Beside a report that is asked for they stay until it is written, so that another try goes on.
    """
    if cache is not None:
        yield cache / "curves"
    elif output is not None:
        yield output / ".work"
        shutil.rmtree(output / ".work", ignore_errors=True)
    else:
        # Windows does not let go of a file that an open index has mapped
        with tempfile.TemporaryDirectory(prefix="policytext-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)


def _write_curves(
    curves: Curves, noise: Confusions, papers: Sequence[Measured], form: str, out: BinaryIO
) -> None:
    from policytext.export.benchmarks.curve_tables import CURVES, curve_rows

    if form == "csv":
        write_csv(curve_rows(curves), CURVES, out)
    elif form == "jsonl":
        write_jsonl(curve_rows(curves), out)
    else:
        out.write(("\n".join(_curve_lines(curves, noise, papers, form)) + "\n").encode("utf-8", "replace"))


def _curve_lines(curves: Curves, noise: Confusions, papers: Sequence[Measured], form: str) -> Iterator[str]:
    from policytext.export.benchmarks import terminal
    from policytext.export.benchmarks.curve_tables import (
        cleaning_words,
        curve_tables,
        learned_from,
        readme,
        remarks,
        subject,
    )

    if form == "markdown":
        yield readme(curves, noise, papers, request_in_hand()).rstrip("\n")
        return
    yield subject(curves)
    yield learned_from(noise)
    for table in curve_tables(curves):
        yield ""
        yield from terminal.table_lines(table, columns())
    yield from _listed(remarks(curves))
    if papers:
        yield ""
        yield "Cleaning of the papers that were learned from:"
        yield from (f"  {line}" for line in cleaning_words(papers))


def _listed(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield from [] if number else [""]
        yield f"- {line}"


def _write_folder(folder: Path, curves: Curves, noise: Confusions, papers: Sequence[Measured]) -> None:
    from policytext.export.benchmarks.curve_chart import curves_chart
    from policytext.export.benchmarks.curve_tables import curve_files, learned_from
    from policytext.export.benchmarks.environment import environment_json
    from policytext.export.benchmarks.folder import replace_folder
    from policytext.export.pictures.rendering import render

    files = curve_files(curves, noise, papers, request_in_hand())
    files["curves.svg"] = render(curves_chart(curves, notes=[learned_from(noise)]), "svg")
    files["environment.json"] = environment_json()
    replace_folder(folder, {name: partial(_put, data) for name, data in files.items()})


def _put(data: bytes, stream: BinaryIO) -> None:
    stream.write(data)
