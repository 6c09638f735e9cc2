"""How the quality of cleaning is told: a table, sentences, and the words that went wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal

from policytext.evaluation.reading.rates import Measured, WordCase, case_row, measured_row, telling, together

_NAME, _WIDTHS = 35, (9, 7, 7, 6, 8, 9, 7, 7, 9, 6)
_COLUMNS = ("before", "text", "after", "fell", "words", "before", "after", "fixed", "damaged", "left")
_KINDS: tuple[Literal["damaged", "left"], ...] = ("damaged", "left")


def quality_rows(papers: Sequence[Measured], words: int) -> Iterator[dict[str, Any]]:
    """Yields a row a paper, one for all, and the words asked for; "record" says which it is."""
    whole = together(papers)
    for paper in papers:
        yield {"record": "paper", **measured_row(paper)}
    yield {"record": "all", **measured_row(whole)}
    for kind in _KINDS:
        for times, case in telling(whole.cases, kind, words):
            yield {"record": kind, **case_row(times, case)}


def quality_lines(papers: Sequence[Measured], words: int) -> Iterator[str]:
    """Yields a table of papers, what it says in words, and the commonest wrong words."""
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
