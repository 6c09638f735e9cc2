"""policytext eval run."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import click

from policytext.cli.options import model_option, output_option, output_to
from policytext.cli.progress import TerminalWatcher
from policytext.cli.reading import table
from policytext.errors import BadRequest
from policytext.evaluation.retrieval.collections import Collection, open_collection
from policytext.evaluation.retrieval.measures import MEASURES
from policytext.evaluation.retrieval.reference import VARIANTS, Variant
from policytext.evaluation.retrieval.runs import trec_lines
from policytext.export.tables import write_jsonl
from policytext.files import replacing
from policytext.pipeline.collections import SYSTEMS, Experiment, Setting, System, SystemRun
from policytext.search.fusion import WORDS_WEIGHT

_PLACE = "{system}"


@click.command("run")
@click.argument("collection", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--system",
    "systems",
    type=click.Choice(SYSTEMS),
    multiple=True,
    default=("lexical",),
    show_default=True,
    help="What ranks; may be given again.",
)
@click.option("--split", default="test", show_default=True, metavar="NAME", help="Which qrels/NAME.tsv.")
@click.option(
    "-k",
    "depth",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="Documents a query asks for; measures that look deeper are left out.",
)
@click.option("--passages", is_flag=True, help="Pack documents into passages; the best one counts.")
@click.option(
    "--cache",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep indexes and vectors here, so that no text is embedded twice; else they are thrown away.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    metavar="N",
    help="Processes that embed side by side.",
)
@model_option
@click.option(
    "--variant",
    type=click.Choice(VARIANTS),
    default="okapi",
    show_default=True,
    help="Which BM25 rank-bm25 computes.",
)
@click.option("--k1", type=click.FloatRange(min=0), default=1.5, show_default=True, help="Its k1.")
@click.option("--b", type=click.FloatRange(0, 1), default=0.75, show_default=True, help="Its b.")
@click.option(
    "--words-weight",
    type=click.FloatRange(0, 1),
    default=WORDS_WEIGHT,
    show_default=True,
    help="The part of the words in hybrid; the rest is that of the meaning.",
)
@click.option("--as-printed", is_flag=True, help="Index damaged words as they stand, without 4-grams.")
@click.option("--format", "form", type=click.Choice(["text", "jsonl"]), default="text", show_default=True)
@click.option(
    "--run-out",
    metavar="FILE",
    help="Write the hits as a TREC run; {system} in the name stands for the system.",
)
@output_option
def command(
    collection: Path,
    systems: tuple[System, ...],
    split: str,
    cache: Path | None,
    form: str,
    run_out: str | None,
    output: Path | None,
    **told: Any,
) -> int:
    """Run systems on a collection with known answers, and measure what they find.

    COLLECTION is a folder as BEIR lays it out: corpus.jsonl, queries.jsonl, qrels/NAME.tsv. Its documents
    are indexed each as one passage, its title on a line before the text; they are not cleaned, but damaged
    words are read as the archive's indexes read them (not with --as-printed). With --passages they are
    packed as ingest packs papers. Queries are plain words.

    "lexical", "dense" and "hybrid" are the indexes that search uses; what search adds for papers of policy
    takes no part (thesaurus, short forms, corrections, the passages around). "reciprocal" fuses the two by
    reciprocal ranks instead; "rank-bm25" is the package of that name over the same terms, the exact
    reference.

    All judged queries count, those without a hit at 0. nDCG takes the grade itself as gain, as trec_eval and
    BEIR do; MAP is over the -k documents asked for. "ms a query" is the mean wall time, the encoding of the
    query included. As jsonl there is a row a system and a row a query.

    \b
    Example:
      policytext eval run collections/scifact --system lexical --system rank-bm25
      policytext eval run collections/scifact --system hybrid --cache indexes/scifact --run-out {system}.trec
    """
    systems = tuple(dict.fromkeys(systems))
    runs_to = _run_files(run_out, systems)
    opened = open_collection(collection, split)
    watcher = TerminalWatcher()
    with nullcontext(cache) if cache else _temporary() as root:
        experiment = Experiment(opened, Path(root), _setting(told), watcher)
        done = []
        try:
            for system in systems:
                done.append(experiment.run(system))
                if system in runs_to:
                    with replacing(runs_to[system]) as file:
                        file.writelines(line.encode() for line in trec_lines(done[-1].run, system))
        finally:
            watcher.close()
    for note in _notes(opened, experiment):
        click.echo(f"note: {note}", err=True)
    with output_to(output) as out:
        if form == "jsonl":
            write_jsonl(_rows(opened, done), out)
        else:
            out.write(("\n".join(_lines(done)) + "\n").encode())
    return 0


def _temporary() -> tempfile.TemporaryDirectory[str]:
    # Windows does not let go of a file that an open index has mapped
    return tempfile.TemporaryDirectory(prefix="policytext-", ignore_cleanup_errors=True)


def _setting(told: dict[str, Any]) -> Setting:
    variant: Variant = told["variant"]
    return Setting(
        depth=told["depth"],
        passages=told["passages"],
        model=told["model"],
        workers=told["workers"],
        variant=variant,
        k1=told["k1"],
        b=told["b"],
        words_weight=told["words_weight"],
        as_printed=told["as_printed"],
    )


def _run_files(pattern: str | None, systems: Sequence[System]) -> dict[System, Path]:
    """Returns where each system's run goes. Raises BadRequest where two would share a file, or cannot be."""
    if pattern is None:
        return {}
    if len(systems) > 1 and _PLACE not in pattern:
        raise BadRequest("several systems in one run file", "--run-out", "{system}.trec")
    paths = {system: Path(pattern.replace(_PLACE, system)) for system in systems}
    for path in paths.values():
        if not path.parent.is_dir():
            raise BadRequest("cannot write: no such folder", str(path), "an existing folder")
    return paths


def _notes(collection: Collection, experiment: Experiment) -> Iterator[str]:
    """Yields what a reader of the figures should know of the collection."""
    documents = _counted(len(experiment.documents), "document")
    empty = f" ({experiment.empty:,} empty)" if experiment.empty else ""
    yield f"{_counted(len(collection.queries), 'judged query')}, {documents}{empty}" + (
        f"; {_counted(collection.unjudged, 'query')} without qrels left out" if collection.unjudged else ""
    )
    if unknown := experiment.unknown_documents():
        yield f"not in the corpus, so never found: {_counted(unknown, 'judged document')}"


def _counted(count: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{count:,} {noun if count == 1 else plural}"


def _lines(runs: Sequence[SystemRun]) -> Iterator[str]:
    measures = [name for name in MEASURES if all(name in _of_any_query(run) for run in runs)]
    rows = [
        (
            run.system,
            *(f"{run.measured.mean(name):.4f}" for name in measures),
            len(run.measured.by_query),
            f"{run.milliseconds:.1f}",
        )
        for run in runs
    ]
    yield from table(rows, ("system", *measures, "queries", "ms a query"))


def _of_any_query(run: SystemRun) -> Sequence[str]:
    return list(next(iter(run.measured.by_query.values()), ()))


def _rows(collection: Collection, runs: Sequence[SystemRun]) -> Iterator[dict[str, Any]]:
    """Yields a row a system, then a row a query; "record" says which."""
    for run in runs:
        means = {name: round(run.measured.mean(name), 6) for name in _of_any_query(run)}
        yield {
            "record": "system",
            "system": run.system,
            "collection": collection.folder.name,
            "split": collection.split,
            "queries": len(run.measured.by_query),
            **means,
            "ms_a_query": round(run.milliseconds, 3),
        }
    for run in runs:
        for qid, values in run.measured.by_query.items():
            rounded = {name: round(value, 6) for name, value in values.items()}
            yield {"record": "query", "system": run.system, "qid": qid, **rounded}
