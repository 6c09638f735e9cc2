"""policytext eval run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from policytext.cli.eval_judging import EXAMPLES, check_depths, judging_options, looking_options
from policytext.cli.eval_options import collection_options, work_options
from policytext.cli.eval_report import Replayable, finish, report_options
from policytext.cli.progress import TerminalWatcher, goes_on
from policytext.errors import BadRequest
from policytext.evaluation.retrieval.records import Collection, Judging, LeftOut

if TYPE_CHECKING:  # help needs neither the systems nor what they are made of
    from policytext.pipeline.benchmarks.systems import SystemSpec

_SKIPPED = 3
RUNS = "runs"
_USUAL = ("rank-bm25", "lexical")


@click.command("run", cls=Replayable)
@collection_options
@click.option(
    "--system",
    "systems",
    metavar="SPEC",
    multiple=True,
    default=_USUAL,
    show_default=True,
    help="What ranks: [LABEL=]NAME[:key=value,...]; may be given again.",
)
@click.option(
    "-k",
    "depth",
    type=click.IntRange(min=1),
    default=1000,
    show_default=True,
    metavar="N",
    help="Documents a query asks for: AP looks no further, and measures that do are left out.",
)
@click.option("--passages", is_flag=True, help="Pack documents into passages; the best one counts.")
@click.option(
    "--tuned-on",
    multiple=True,
    metavar="NAME",
    help="A collection that these systems were tuned on, kept with the runs; may be given again.",
)
@judging_options
@looking_options
@work_options
@report_options
def command(
    collection: Collection,
    systems: tuple[str, ...],
    judging: Judging,
    form: str,
    output: Path | None,
    *,
    baseline: str | None,
    facets: Sequence[str] | None,
    examples: int | None,
    **told: Any,
) -> int:
    """Run systems on a collection with known answers, and measure and compare what they find.

    COLLECTION is a folder as BEIR lays it out (corpus.jsonl, queries.jsonl, qrels/NAME.tsv), or one with
    queries and qrels for an --archive, whose passages are then the documents. A folder's documents are each
    one passage, its title on a line before the text; they are not cleaned.

    \b
    Systems, with what they take and how it usually is:
      rank-bm25   variant=okapi|lucene|l|plus, k1=1.5, b=0.75, terms=own|plain,
                  epsilon=0.25 (okapi), delta (l, plus), restore=no
                  the package of that name, exact and slow; published figures
                  of BM25 are mostly variant=lucene,terms=plain
      lexical     grams=auto|never|always, restore=yes
                  the word index of search
      dense       model=NAME-OR-FOLDER, restore=yes, query=, passage=
                  the nearest vectors, by any sentence-transformers model;
                  query and passage are words to put before each
      hybrid      weight=0.35 (of the words), what lexical and dense take
                  both, added
      reciprocal  k=60, what lexical and dense take
                  both, by reciprocal ranks
      search      mode=hybrid|lexical|dense, model, exact=no, fold=yes,
                  rerank=FOLDER
                  all that search does, of an --archive only; the others
                  take queries as plain words

    "grams" sets 4-grams beside the words: where the collection is damaged (auto), never or always. With
    "restore" damaged words are indexed as what they are likely to have been. A system that cannot be run is
    left out with a line, the others go on, and the exit code is 3.

    All judged queries count, those without a hit at 0. Runs keep in their header what made them; -o keeps
    runs, figures and the words of this command in a folder that "policytext eval replay" makes again. An
    interrupted command goes on where it stopped when it is given again.

    \b
    Example:
      policytext eval run collections/scifact -o reports/scifact
      policytext eval run collections/scifact --cache indexes/scifact \\
          --system bm25=rank-bm25:variant=lucene,terms=plain --system hybrid \\
          --baseline bm25 --measure nDCG@10
      policytext eval run eval/queries --archive indexes/papers --system search
    """
    from policytext.evaluation.retrieval.evaluating import evaluate
    from policytext.evaluation.retrieval.runs.reading import read_run
    from policytext.pipeline.benchmarks.experiment import Setting
    from policytext.pipeline.benchmarks.running import run_systems
    from policytext.pipeline.benchmarks.systems import distinct, parse_system

    check_depths(judging.measures, told["depth"], may_drop=True)
    specs = distinct(map(parse_system, systems))
    baseline = _baseline(baseline, specs)
    setting = Setting(**told)
    if output is not None or setting.cache is not None:
        goes_on()
    watcher, left_out = TerminalWatcher(), list[LeftOut]()
    with _runs_folder(output) as folder:
        try:
            paths = run_systems(collection, specs, setting, folder, watcher, left_out)
        finally:
            watcher.close()
        runs = [read_run(path) for path in paths]
        if baseline is not None and baseline not in {run.name for run in runs}:
            raise BadRequest(f"the baseline could not be run: {baseline}", "--baseline")
        judging = replace(judging, baseline=baseline)
        kept = EXAMPLES if examples is None else examples
        evaluation = evaluate(collection, runs, judging, facets, kept, left_out)
        finish(evaluation, runs=paths, form=form, output=output, facets=facets, examples=examples)
    return _SKIPPED if len(paths) < len(specs) else 0


def _baseline(told: str | None, specs: list[SystemSpec]) -> str | None:
    """Returns the tag of the system that is named by its tag or by its specification."""
    from policytext.pipeline.benchmarks.systems import parse_system

    tags = [spec.tag for spec in specs]
    if told is None or told in tags:
        return told
    try:
        named = parse_system(told)
    except BadRequest:
        named = None
    if named not in specs:
        what = f"no system is called {told} (try: {', '.join(tags)})"
        raise click.BadParameter(what, param_hint="--baseline")
    return named.tag if named else None


@contextmanager
def _runs_folder(output: Path | None) -> Iterator[Path]:
    """Yields where runs go: into the report's folder, where an interrupted command finds them again."""
    if output is not None:
        yield output / RUNS
        return
    with tempfile.TemporaryDirectory(prefix="policytext-") as folder:
        yield Path(folder)
