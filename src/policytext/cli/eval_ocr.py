"""policytext eval ocr."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from policytext.cli.eval_curves import CurveOptions, curves, requested
from policytext.cli.eval_judging import judging_options
from policytext.cli.eval_options import sources_options, work_options
from policytext.cli.eval_report import Replayable
from policytext.cli.ocr_lines import quality_lines, quality_rows
from policytext.cli.options import output_to
from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.reading.pairing import Pair, measured, pairs
from policytext.evaluation.reading.rates import Measured
from policytext.evaluation.reading.swapping import looks_swapped
from policytext.export.tables import write_csv, write_jsonl

if TYPE_CHECKING:  # help needs none of what draws curves
    from policytext.evaluation.noise.confusions import Confusions

_SKIPPED = 3
_RATES, _SEEDS = "1,2,5,10,20", 3
_SYSTEMS = ("rank-bm25", "lexical:grams=never", "lexical:grams=always")
_MEASURES = ("nDCG@10", "AP")
_FORMS = ("text", "markdown", "csv", "jsonl")
_OF_PAPERS = frozenset({"truth", "damaged", "words", "strict", "confusions_out", "form", "output"})
"""Parameters that mean something without a collection."""
_OF_PAIRS = {
    "truth": "TRUTH and DAMAGED",
    "strict": "--strict",
    "confusions_out": "--confusions-out",
}
"""Parameters that mean nothing where confusions are read."""


def _read_rates(context: click.Context, option: click.Parameter, value: str) -> tuple[float, ...]:
    """Returns error rates in per cent as shares, rising, without 0."""
    try:
        found = {float(word) / 100 for word in value.split(",")}
    except ValueError:
        found = {-1.0}
    if not all(0 <= rate < 1 for rate in found) or found <= {0.0}:
        what = f"no error rates: {value!r} (per cent from 0 to below 100: 1,2,5,10,20)"
        raise click.BadParameter(what, context, option)
    return tuple(sorted(found - {0.0}))


def _fit(_context: click.Context, _option: click.Parameter, value: Path | None) -> Path | None:
    """Finds out before the work, not after it, that there is no such folder."""
    if value is not None and not value.absolute().parent.is_dir():
        raise BadRequest("cannot write: no such folder", str(value.parent), "an existing folder")
    return value


@click.command("ocr", cls=Replayable, context_settings={"default_map": {"measures": _MEASURES}})
@click.argument("truth", type=click.Path(path_type=Path, exists=True), required=False)
@click.argument("damaged", type=click.Path(path_type=Path, exists=True), required=False)
@click.option(
    "--words",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Show the N commonest words that cleaning damaged, and the N commonest it left wrong.",
)
@click.option("--strict", is_flag=True, help="Fold nothing but blank space before comparing.")
@click.option(
    "--confusions-out",
    type=click.Path(path_type=Path, dir_okay=False),
    callback=_fit,
    metavar="FILE",
    help="Write what was taken for what here, as segments of one to three characters.",
)
@click.option(
    "--collection",
    type=click.Path(path_type=Path, exists=True),
    metavar="DIR",
    help="Draw curves on this collection: what such damage costs each system.",
)
@click.option(
    "--confusions",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Draw noise from this file of --confusions-out, in place of TRUTH and DAMAGED.",
)
@sources_options
@click.option(
    "--system",
    "systems",
    metavar="SPEC",
    multiple=True,
    default=_SYSTEMS,
    show_default=True,
    help="A system as eval run names it; may be given again.",
)
@click.option(
    "--rates",
    default=_RATES,
    show_default=True,
    callback=_read_rates,
    metavar="LIST",
    help="Character error rates in per cent; 0 is always there.",
)
@click.option(
    "--seeds",
    type=click.IntRange(min=1),
    default=_SEEDS,
    show_default=True,
    metavar="N",
    help="Draws of the noise; less than three do not tell what the draw does.",
)
@click.option(
    "-k",
    "depth",
    type=click.IntRange(min=1),
    default=100,
    show_default=True,
    metavar="N",
    help="Documents a query asks for.",
)
@judging_options
@work_options
@click.option("--format", "form", type=click.Choice(_FORMS), default="text", show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    callback=_fit,
    metavar="PATH",
    help="With --collection a folder that keeps everything, to be replayed; else a file instead of the "
    "screen. Either is replaced whole.",
)
@click.pass_context
def command(
    context: click.Context,
    /,
    truth: Path | None,
    damaged: Path | None,
    *,
    words: int,
    strict: bool,
    confusions_out: Path | None,
    confusions: Path | None,
    form: str,
    output: Path | None,
    **of_curves: Any,
) -> int:
    """Measure what cleaning mends and breaks, and what damage costs a search.

    TRUTH and DAMAGED are two folders, whose files belong together by name (1963.txt and 1963.html; all
    records of a .jsonl are one paper), or two files. TRUTH holds the running text: no page numbers, running
    headers, pull quotes, pictures or imprint. Each paper is cleaned by itself, without decisions.

    CER is the edit distance in characters by the length of the truth, WER the same in words. "before" is
    the text as read (a web page without its tags), "text" the same without what cleaning leaves out of the
    running text (page numbers, running headers, pull quotes, pictures, boilerplate), "after" the running
    text cleaned. A stretch that stands in another place, as a footnote may, is compared where it stands.

    Before comparing, texts are brought to Unicode NFC, runs of blank space become one space, typographic
    quotation marks and all dashes become ' " and -, ligatures their letters; --strict does none of this but
    the spaces. Words are compared without the punctuation at their edges (with it under --strict).

    "fixed" words were wrong and are right, "damaged" ones were right and are wrong, "left" ones were wrong
    and still are. With --words each is shown with what it reads before and after, the rules at work there
    (in brackets what only suggested or flagged) and its raw offsets.

    With --collection, what the scanner took for what is learned from TRUTH and DAMAGED (or read from
    --confusions), and the collection's documents are spoiled in the same way to each of the --rates, some
    papers more and some less, as it was learned. Queries and qrels stay clean. What is wrong at one rate is
    wrong at every higher one. Each system is run on every copy: the table has its mean over the seeds, an
    interval over queries, the spread over seeds, and which part of the clean score is lost. The draws of the
    noise have the seeds --seed + 1, + 2 ... -o FOLDER keeps the curves, every query's figures, the
    confusions, a picture of the first measure and a page; "policytext eval replay" makes it again. An
    interrupted command goes on where it stopped when it is given again with the same -o or --cache.

    \b
    Example:
      policytext eval ocr corpus/clean corpus/damaged --words 10
      policytext eval ocr page.truth.txt page.hocr --format jsonl
      policytext eval ocr corpus/clean corpus/damaged --collection collections/cranfield \\
          --system rank-bm25 --system lexical:grams=always --system dense -o reports/damage
    """
    _check_combination(context)
    request = noise = None
    if of_curves["collection"]:
        request = requested(CurveOptions(**of_curves), output)
    elif output is not None and output.is_dir():
        raise BadRequest("cannot write: a folder has that name", str(output), "a file")
    if confusions:
        noise = _read_noise(confusions)
    found, papers, skipped = _read_papers(truth, damaged, strict=strict) if truth and damaged else ([], [], 0)
    if noise is None and (request or confusions_out):
        noise = _learned(found, confusions_out)
    if request and noise:
        return curves(request, noise, papers, form) or skipped
    _write_quality(papers, words, form, output)
    return skipped


def _check_combination(context: click.Context) -> None:
    """Raises a usage error where what is given together means nothing together."""
    given = {
        option.name or "": max(option.opts, key=len)
        for option in context.command.params
        if context.get_parameter_source(option.name or "") is ParameterSource.COMMANDLINE
    }
    fault = next(_faults(given, context.params["form"]), None)
    if fault is not None:
        raise click.UsageError(fault, context)


def _faults(given: Mapping[str, str], form: str) -> Iterator[str]:
    """Yields what is wrong with the parameters that are given, told as option by name."""
    if "collection" in given:
        if "words" in given:
            yield "--words tells nothing of curves"
    else:
        yield from (
            f"{option} needs --collection" for name, option in given.items() if name not in _OF_PAPERS
        )
        if form == "markdown":
            yield "--format markdown needs --collection: only curves have a page"
    if "confusions" in given:
        unused = (told for name, told in _OF_PAIRS.items() if name in given)
        yield from (f"{told} and --confusions cannot go together" for told in unused)
    elif "damaged" not in given:
        what = "DAMAGED is missing" if "truth" in given else "TRUTH and DAMAGED are missing"
        yield what + (" (two folders, or --confusions FILE)" if "collection" in given else " (two folders)")


def _read_papers(truth: Path, damaged: Path, *, strict: bool) -> tuple[list[Pair], list[Measured], int]:
    """Returns the pairs that could be read, what became of each, and the exit code for the rest."""
    found, skipped = pairs(truth, damaged)
    read: list[Pair] = []
    papers: list[Measured] = []
    for pair in found:
        try:
            papers.append(measured(pair, strict=strict))
            read.append(pair)
        except UnreadableSource as error:
            click.echo(f"skipped {error}", err=True)
    for item in skipped:
        click.echo(f"skipped {item}", err=True)
    if not papers:
        raise BadRequest("nothing to compare", f"{truth}, {damaged}", "folders whose files share their names")
    if told := looks_swapped(read):
        click.echo(f"note: {told}", err=True)
    for paper in papers:
        if not paper.words:
            click.echo(
                f"note: {paper.source}: its truth is empty, so all that is read counts as wrong", err=True
            )
    return read, papers, _SKIPPED if skipped or len(papers) < len(found) else 0


def _read_noise(file: Path) -> Confusions:
    from policytext.evaluation.noise.confusion_files import read_confusions

    return read_confusions(file)


def _learned(found: Sequence[Pair], kept_in: Path | None) -> Confusions:
    """Returns what the pairs tell of misreading, and keeps it where that is asked."""
    from policytext.evaluation.noise.confusion_files import write_confusions
    from policytext.evaluation.noise.confusions import learned

    noise = learned(found)
    if kept_in is not None:
        write_confusions(noise, kept_in)
    return noise


def _write_quality(papers: Sequence[Measured], words: int, form: str, output: Path | None) -> None:
    with output_to(output) as out:
        if form == "text":
            out.write(("\n".join(quality_lines(papers, words)) + "\n").encode("utf-8", "replace"))
        elif form == "jsonl":
            write_jsonl(quality_rows(papers, words), out)
        else:
            rows = list(quality_rows(papers, words))
            write_csv(rows, dict.fromkeys(name for row in rows for name in row), out)
