"""policytext eval compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policytext.cli.eval_judging import EXAMPLES, check_baseline, judging_options, looking_options
from policytext.cli.eval_options import sources_options
from policytext.cli.eval_report import Replayable, finish, report_options
from policytext.errors import BadRequest

if TYPE_CHECKING:
    from policytext.evaluation.retrieval.records import Collection, Judging, Run

_ENDINGS = frozenset({".gz", ".trec", ".run", ".txt", ".res", ".tsv"})
_PLACES = ("archive", "queries", "qrels")
"""What of a collection's parts are files or folders."""


@click.command("compare", cls=Replayable)
@click.argument(
    "told", metavar="RUN...", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--collection",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR",
    help="What was asked; else what the folder that eval run wrote was made on, else --qrels alone.",
)
@sources_options
@judging_options
@looking_options
@report_options
def command(
    told: tuple[Path, ...],
    *,
    collection: Path | None,
    sources: Mapping[str, Any],
    judging: Judging,
    baseline: str | None,
    facets: Sequence[str] | None,
    examples: int | None,
    form: str,
    output: Path | None,
) -> int:
    """Tell whether runs differ by more than chance, and where.

    RUN is a run of any tool as TREC writes it, gzipped or not, or a folder that "eval run -o" or this
    command wrote: all its runs. A run is called by its tag, runs of one tag by their files. Without texts
    (--qrels alone) there are no slices by documents or wording, and gains and losses tell ids alone.

    Each pair of runs, or each run with the baseline, is compared by every measure: paired randomisation test
    (two-sided), bootstrap interval of the difference (BCa), Holm's correction over the pairs of a measure,
    and the least difference that so many queries find 8 times in 10. All judged queries count, those that a
    run has not at 0. A measure that looks deeper than a run's header says it was asked for is left out.

    \b
    Example:
      policytext eval compare figures
      policytext eval compare bm25.trec.gz dense.trec --collection collections/scifact
      policytext eval compare bm25.run dense.run --qrels qrels.trec --measure AP --baseline BM25
    """
    from policytext.evaluation.retrieval.evaluating import evaluate

    paths = _files(told)
    runs = _read(paths)
    opened = _opened(told, collection, sources)
    check_baseline(baseline, [run.name for run in runs])
    kept = EXAMPLES if examples is None else examples
    evaluation = evaluate(opened, runs, replace(judging, baseline=baseline), facets, kept)
    finish(evaluation, runs=paths, form=form, output=output, facets=facets, examples=examples)
    return 0


# Runs


def _files(told: Sequence[Path]) -> list[Path]:
    """Returns the run files in the order given, those of a folder in its own.

    Raises:
        BadRequest: a folder that eval run did not write, or a file twice.
    """
    found = [path for given in told for path in (_of_folder(given) if given.is_dir() else [given])]
    twice = [path for path, times in Counter(path.resolve() for path in found).items() if times > 1]
    if twice:
        raise BadRequest("the same run twice", str(twice[0]))
    return found


def _of_folder(folder: Path) -> list[Path]:
    from policytext.export.benchmarks.replaying import recorded

    summary = recorded(folder).summary
    rows = summary.get("runs")
    names = [row.get("file") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    paths = [folder / name for name in names if isinstance(name, str)]
    if not paths:
        raise BadRequest("holds no runs", str(folder), "a folder that eval run -o wrote, or run files")
    return paths


def _read(paths: Sequence[Path]) -> list[Run]:
    """Returns the runs under names that differ: their tags, those of one tag by their files."""
    from policytext.evaluation.retrieval.runs.reading import read_run

    runs = [read_run(path) for path in paths]
    tags = Counter(run.name for run in runs)
    names = [run.name if tags[run.name] == 1 else _stem(path) for run, path in zip(runs, paths, strict=True)]
    taken: Counter[str] = Counter()
    named = []
    for run, name in zip(runs, names, strict=True):
        taken[name] += 1
        number = f"#{taken[name]}" if taken[name] > 1 else ""
        named.append(replace(run, name=f"{name}{number}"))
    return named


def _stem(path: Path) -> str:
    """Returns a run file's name without its endings, blanks made lines."""
    while path.suffix in _ENDINGS:
        path = path.with_suffix("")
    return "_".join(path.name.split()) or "run"


# What they were asked


def _opened(told: Sequence[Path], collection: Path | None, sources: Mapping[str, Any]) -> Collection:
    """Returns the collection that is told, else that of the first folder, else qrels alone.

    What a folder records is taken part by part: what the command line says goes before it. Where the
    recorded collection is no longer there, judgements that are told will do.

    Raises:
        click.UsageError: none of these.
        BadRequest: what the folder records cannot be used.
    """
    from policytext.evaluation.retrieval.collections.judgements import judgements_alone
    from policytext.evaluation.retrieval.collections.opening import open_collection

    folders = [path for path in told if path.is_dir()]
    if folders and collection is None:
        try:
            collection, sources = _recorded(folders[0], sources)
        except BadRequest:
            if sources["qrels"] is None:
                raise
    place = collection or sources["archive"]
    if place is not None:
        return open_collection(place, **sources)
    if sources["qrels"] is None:
        raise click.UsageError(
            "what the runs were asked is not told (try: --collection DIR, or --qrels FILE alone)"
        )
    return judgements_alone(sources["qrels"], sources["queries"], sources["topic_fields"])


def _recorded(folder: Path, sources: Mapping[str, Any]) -> tuple[Path | None, dict[str, Any]]:
    """Returns what the runs of a folder were asked, as it was recorded, unless the command line says other.

    Raises:
        BadRequest: the folder does not say it, or what it names is no longer there.
    """
    from policytext.cli import eval_run
    from policytext.export.benchmarks.replaying import recorded

    found = recorded(folder)
    target = {"eval run": eval_run.command, "eval compare": command}.get(found.command)
    if target is None:
        raise BadRequest(f"a folder of {found.command}", str(folder), "a folder of eval run, or run files")
    try:
        values, _, _ = target.make_parser(click.Context(target)).parse_args(args=list(found.arguments))
    except click.UsageError as error:
        raise BadRequest("its request cannot be read", str(folder), "--collection DIR") from error
    merged = dict(sources)
    for name in ("split", "topic_fields"):
        if isinstance(values.get(name), str | list | tuple) and not _is_told(name):
            merged[name] = values[name]
    for part in _PLACES:
        if merged[part] is None and isinstance(values.get(f"collection_{part}"), str):
            merged[part] = _place(values[f"collection_{part}"], folder)
    place = values.get("collection")
    return (_place(place, folder) if isinstance(place, str) else None), merged


def _is_told(name: str) -> bool:
    """Whether the command line itself says it."""
    told = click.get_current_context().get_parameter_source(name)
    return told is click.core.ParameterSource.COMMANDLINE


def _place(told: str, folder: Path) -> Path:
    """Returns where a recorded path is: seen from here, else from the folder that recorded it."""
    for path in (Path(told), folder / told):
        if path.exists():
            return path
    raise BadRequest("is no longer there", told, "--collection DIR")
