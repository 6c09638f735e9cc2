"""policytext eval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal

import click

from policytext.cli import eval_annotations, eval_run
from policytext.cli.options import output_option, output_to
from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.reading.pairing import measured, pairs
from policytext.evaluation.reading.rates import Measured, WordCase, case_row, measured_row, telling, together
from policytext.export.tables import write_csv, write_jsonl

_SKIPPED = 3
_NAME, _WIDTHS = 35, (9, 7, 7, 6, 8, 9, 7, 7, 9, 6)
_COLUMNS = ("before", "text", "after", "fell", "words", "before", "after", "fixed", "damaged", "left")
_KINDS: tuple[Literal["damaged", "left"], ...] = ("damaged", "left")


@click.group("eval")
def command() -> None:
    """Measure the work on material whose right answer is known.

    "eval ocr" compares papers before and after cleaning with their true text. "eval annotations" compares
    the statements, dates and citations of two exports, or of an export with those that a reader marked.
    "eval run" measures what searches find in a collection whose answers are known. "policytext eval ocr
    --help" and so on say how.

    \b
    Example:
      policytext eval ocr corpus/clean corpus/damaged
      policytext eval annotations gold indexes/papers
      policytext eval run collections/scifact --system lexical --system hybrid
    """


command.add_command(eval_annotations.command)
command.add_command(eval_run.command)


@command.command("ocr")
@click.argument("truth", type=click.Path(path_type=Path, exists=True))
@click.argument("damaged", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--format", "form", type=click.Choice(["text", "csv", "jsonl"]), default="text", show_default=True
)
@click.option(
    "--words",
    type=click.IntRange(min=0),
    default=0,
    metavar="N",
    help="Show the N commonest words that cleaning damaged, and the N commonest it left wrong.",
)
@click.option("--strict", is_flag=True, help="Fold nothing but blank space before comparing.")
@output_option
def ocr(truth: Path, damaged: Path, form: str, words: int, output: Path | None, *, strict: bool) -> int:
    """Measure what cleaning mends and breaks on papers whose true text is known.

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

    \b
    Example:
      policytext eval ocr corpus/clean corpus/damaged --words 10
      policytext eval ocr page.truth.txt page.hocr --format jsonl
    """
    found, skipped = pairs(truth, damaged)
    papers: list[Measured] = []
    for pair in found:
        try:
            papers.append(measured(pair, strict=strict))
        except UnreadableSource as error:
            click.echo(f"skipped {error}", err=True)
    for item in skipped:
        click.echo(f"skipped {item}", err=True)
    if not papers:
        raise BadRequest("nothing to compare", f"{truth}, {damaged}", "folders whose files share their names")
    for paper in papers:
        if not paper.words:
            click.echo(
                f"note: {paper.source}: its truth is empty, so all that is read counts as wrong", err=True
            )
    with output_to(output) as out:
        if form == "text":
            out.write(("\n".join(_lines(papers, words)) + "\n").encode("utf-8", "replace"))
        elif form == "jsonl":
            write_jsonl(_rows(papers, words), out)
        else:
            rows = list(_rows(papers, words))
            write_csv(rows, dict.fromkeys(name for row in rows for name in row), out)
    return _SKIPPED if skipped or len(papers) < len(found) else 0


def _rows(papers: list[Measured], words: int) -> Iterator[dict[str, Any]]:
    """Yields a row a paper, one for all, and the words asked for; "record" says which it is."""
    whole = together(papers)
    for paper in papers:
        yield {"record": "paper", **measured_row(paper)}
    yield {"record": "all", **measured_row(whole)}
    for kind in _KINDS:
        for times, case in telling(whole.cases, kind, words):
            yield {"record": kind, **case_row(times, case)}


def _lines(papers: list[Measured], words: int) -> Iterator[str]:
    whole = together(papers)
    width = min(_NAME, max(len(p.source) for p in [*papers, whole]))
    yield f"{'':{width}}{'CER, %':>9}{'WER, %':>37}{'words':>16}"
    yield _line("paper", width, _COLUMNS)
    for paper in [*papers, whole] if len(papers) > 1 else papers:
        yield _line(paper.source, width, _cells(paper))
    yield ""
    yield from _summary(whole)
    for kind in _KINDS if words else ():
        yield ""
        yield from _words(kind, whole.cases, words)


def _line(name: str, width: int, cells: Iterable[str]) -> str:
    short = name if len(name) <= width else f"{name[: width - 1]}…"
    return short.ljust(width) + "".join(c.rjust(n) for c, n in zip(cells, _WIDTHS, strict=True))


def _cells(paper: Measured) -> list[str]:
    return [
        *(_percent(rate.value) for rate in (paper.cer_before, paper.cer_text_only, paper.cer_after)),
        _percent(_fall(paper), 0),
        f"{paper.words}",
        *(_percent(rate.value) for rate in (paper.wer_before, paper.wer_after)),
        *(f"{n}" for n in (paper.fixed, paper.damaged, paper.left)),
    ]


def _fall(paper: Measured) -> float | None:
    """Returns by which part CER falls; None where there is no CER."""
    return None if paper.cer_before.value is None else paper.cer_fall


def _percent(share: float | None, digits: int = 2) -> str:
    return "-" if share is None else f"{100 * share:.{digits}f}"


def _summary(paper: Measured) -> Iterator[str]:
    """Yields in words what the last line of the table says."""
    before, text, after = (
        _percent(r.value) for r in (paper.cer_before, paper.cer_text_only, paper.cer_after)
    )
    change = _fall(paper)
    fell = "" if change is None else f": it {_moved(change)}"
    truth, read, running = paper.characters
    yield f"Characters: {truth} in truth, {read} as read, {running} in the running text."
    yield (
        "No CER: the truth is empty."
        if before == "-"
        else f"CER {before} % before, {text} % without furniture, {after} % after{fell}."
    )
    for what, share, of, digits in (
        (f"right words {paper.damaged} were damaged", paper.damaged_share, paper.kept + paper.damaged, 3),
        (f"wrong words {paper.fixed} were fixed", paper.fixed_share, paper.fixed + paper.left, 1),
    ):
        yield f"Of {of} {what}" + (f" ({_percent(share, digits)} %)." if of else ".")


def _moved(fall: float) -> str:
    return f"{'rose' if fall < 0 else 'fell'} by {_percent(abs(fall), 1)} %"


def _words(kind: Literal["damaged", "left"], cases: Iterable[WordCase], most: int) -> Iterator[str]:
    title = {"damaged": "Right before, damaged by cleaning", "left": "Wrong before and left so"}
    shown = telling(cases, kind, most)
    yield f"{title[kind]}{', the commonest first:' if shown else ': none.'}"
    for times, case in shown:
        place = f"{case.source}:{case.start}-{case.end}"
        yield f"  {times:>4} x {case.truth}: {_reading(case)}  [{case.rule or 'no rule'}]  {place}"


def _reading(case: WordCase) -> str:
    """Returns what stands there, before and after."""
    raw, clean = " ".join(case.raw.split()) or "nothing", case.clean or "nothing"
    return raw if raw == clean else f"{raw} -> {clean}"
