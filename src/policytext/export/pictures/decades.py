"""The decade grid: of the sources that speak in a period, how many say a claim.

The figures are those of `policytext.analysis.recurrence.describing`; nothing is counted anew. Sources cannot
be added up over periods (one source speaks in several), so a column that stands for several periods tells
only whether anything was said in them and whether anybody spoke.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from policytext.export.pictures.grid import Cell, Column, Key, Row
from policytext.export.pictures.lettering import wrapped
from policytext.export.pictures.style import LABELS
from policytext.export.wording import shown
from policytext.store.claims import StoredClaim

MOST_COLUMNS, MOST_ROWS = 13, 34
"""As many as fit a page of A4 with legible numbers."""
_LABEL_ROOM = LABELS - 12
_NO_SOURCE = "no source"
_ENOUGH, _ENOUGH_WORD = 3, "three"  # sources: below, a share says little

Period = Mapping[str, Any]
"""A period as a claim's facts have it: label, first_year, last_year, sources, asserting, state and more."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid ready to be drawn, and what is to be said of it."""

    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    cells: tuple[Cell, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Span:
    """Years of a column; ``periods`` are the first years of those that it stands for."""

    periods: tuple[int, ...]
    first: int
    last: int
    label: str
    merged: bool


def decade_grid(claims: Sequence[StoredClaim], printed: Mapping[str, int] | None = None) -> Grid:
    """Returns the grid of claims, in their order, by period.

    With ``printed`` (papers that can have been printed in a period, by its label), periods in which sources
    speak but none was printed are marked.

    Where more periods are than fit, first neighbouring ones in which nothing is said share a column, then
    the earliest are left out; of more claims than fit those said in most periods are kept. Notes tell both.
    """
    kept, left = _most_said(claims)
    tables = [{int(p["first_year"]): p for p in periods_told(claim)} for claim in kept]
    sources = _sources(tables)
    spans, early = _spans(tables)
    later = {span for span in spans if printed is not None and _only_later(span, tables, sources, printed)}
    cells = [
        _cell(row, column, claim, table, span, sources, later=span in later)
        for row, (claim, table) in enumerate(zip(kept, tables, strict=True))
        for column, span in enumerate(spans)
    ]
    rows = tuple(Row(wrapped(claim.label, 10, _LABEL_ROOM, 2)) for claim in kept)
    columns = tuple(Column(span.label, apart=span.merged, marked=span in later) for span in spans)
    return Grid(rows, columns, tuple(cells), tuple(_notes(tables, spans, left, early)))


def periods_told(claim: StoredClaim) -> Sequence[Period]:
    """Returns the periods of a claim as its facts have them; none where nobody says it."""
    told = claim.facts.get("recurrence", {}).get("periods", ())
    return tuple(told)


def _most_said(claims: Sequence[StoredClaim]) -> tuple[list[StoredClaim], int]:
    """Returns the claims that fit, in the order given, and how many do not."""

    def said(number: int) -> tuple[int, int]:
        return -sum(p["asserting"] > 0 for p in periods_told(claims[number])), number

    chosen = sorted(sorted(range(len(claims)), key=said)[:MOST_ROWS])
    return [claims[n] for n in chosen], len(claims) - len(chosen)


def _sources(tables: Sequence[Mapping[int, Period]]) -> dict[int, int]:
    """Returns by period how many sources speak in it whatever they say.

    A claim that nobody says has no table of its own. The least of the others' figures is right for it: a
    claim only adds sources to a period by what it is said in there itself.
    """
    found: dict[int, int] = {}
    for table in tables:
        for first, period in table.items():
            found[first] = min(found.get(first, period["sources"]), period["sources"])
    return found


def _only_later(
    span: _Span,
    tables: Sequence[Mapping[int, Period]],
    sources: Mapping[int, int],
    printed: Mapping[str, int],
) -> bool:
    """Whether sources speak in these years, but every one of them was printed afterwards."""
    labels = {str(table[f]["label"]) for table in tables for f in span.periods if f in table}
    speak = any(sources.get(f, 0) for f in span.periods)
    said = any(table[f]["asserting_possibly"] for table in tables for f in span.periods if f in table)
    return (speak or said) and not any(printed.get(label, 0) for label in labels)


def _spans(tables: Sequence[Mapping[int, Period]]) -> tuple[list[_Span], list[_Span]]:
    """Returns the columns in order of time, and those that do not fit any more, the earliest."""
    known = {first: period for table in tables for first, period in table.items()}
    said = {f for table in tables for f, p in table.items() if p["asserting"] or p["asserting_possibly"]}
    spans: list[_Span] = []
    for first in sorted(known):
        last = int(known[first]["last_year"])
        if spans and first > spans[-1].last + 1:  # a long time without any source is not told in the facts
            spans.append(_merged((), spans[-1].last + 1, first - 1))
        spans.append(_Span((first,), first, last, str(known[first]["label"]), merged=False))
    if len(spans) > MOST_COLUMNS:
        spans = [
            span
            for silent, run in groupby(spans, key=lambda s: not said & set(s.periods))
            for span in _shared(list(run), silent=silent)
        ]
    cut = max(0, len(spans) - MOST_COLUMNS)
    return spans[cut:], spans[:cut]


def _shared(run: list[_Span], *, silent: bool) -> list[_Span]:
    if not silent or len(run) == 1:
        return run
    return [_merged(tuple(f for s in run for f in s.periods), run[0].first, run[-1].last)]


def _merged(periods: tuple[int, ...], first: int, last: int) -> _Span:
    return _Span(periods, first, last, f"\u2013{last}", merged=True)


def _cell(
    row: int,
    column: int,
    claim: StoredClaim,
    table: Mapping[int, Period],
    span: _Span,
    sources: Mapping[int, int],
    *,
    later: bool,
) -> Cell:
    about = {"Claim": shown(claim.label, 200), "Period": f"{span.first}\u2013{span.last}"}
    only = "; all printed later" if later else ""
    if span.merged:
        most = max((sources.get(f, 0) for f in span.periods), default=0)
        words = f"nobody says it; at most {most} sources speak in one period{only}" if most else _NO_SOURCE
        about |= {"Sources": words, "Works": "0"}
        return Cell(row, column, "0" if most else "", hatched=not most, about=about, spoken=_spoken(about))
    period = table.get(span.periods[0], {})
    n = int(period.get("sources", sources.get(span.periods[0], 0)))
    k, perhaps = int(period.get("asserting", 0)), int(period.get("asserting_possibly", 0))
    doubt = perhaps > k
    about |= {"Sources": _in_words(k, n, perhaps) + only, "Works": str(period.get("works", 0))}
    said = _spoken(about)
    if not n and not k:
        text = "?" if doubt else ""
        return Cell(row, column, text, hatched=True, outlined=doubt, about=about, spoken=said)
    text = f"{k}/{n}{'?' if doubt else ''}"
    shade, unsure = shade_of(k, n), doubt and not k
    return Cell(row, column, text, shade, outlined=unsure, about=about, marked=later and k > 0, spoken=said)


def shade_of(k: int, n: int) -> float:
    """Returns the shade of k of n: the share, lighter where so few speak that any share is large."""
    return k / n * min(1.0, n / _ENOUGH) if n else 0.0


def _spoken(about: Mapping[str, str]) -> str:
    return f"{about['Claim']}, {about['Period']}: {about['Sources']}"


def _in_words(k: int, n: int, perhaps: int) -> str:
    """Returns what k/n means, for the box that opens when one points at a cell."""
    more = f"; {perhaps} say it if dates that are not sure fall in here" if perhaps > k else ""
    if not n:
        return f"no source surely speaks here{more}"
    return f"{k} of {n} {'source' if n == 1 else 'sources'} that surely speak here say it{more}"


def _notes(
    tables: Sequence[Mapping[int, Period]], spans: Sequence[_Span], left: int, early: Sequence[_Span]
) -> list[str]:
    if not spans:
        return []
    reading = (
        "k/n: of the n sources that surely say something dated in the period, k surely say the claim. One"
        " source can speak in several periods."
    )
    notes = [reading]
    if any(span.merged for span in spans):
        notes.append(
            "Columns in italics stand for several periods, up to that year, in which nobody says any."
        )
    if early:
        held = sum(bool(t.get(f, {}).get("asserting")) for t in tables for s in early for f in s.periods)
        notes.append(
            f"Not drawn: {early[0].first}\u2013{early[-1].last} ({held} cells in which a claim is said)."
        )
    if left:
        notes.append(f"Not drawn: {left} claims said in fewer periods than these {len(tables)}.")
    silent = sum(not t for t in tables)
    if silent:
        notes.append(f"{silent} of the claims {'has' if silent == 1 else 'have'} no witness that counts.")
    return notes


def key_of(grid: Grid) -> tuple[Key, ...]:
    """Returns the examples that are needed to read the grid."""
    texts = [cell.text for cell in grid.cells]
    keys = [
        Key(Cell(0, 0, "2/5", 0.4), "two of five sources say it; darker: a larger share"),
        Key(Cell(0, 0, "0/5"), "five sources speak, none says it"),
        Key(Cell(0, 0, "", hatched=True), "no source: nobody can say it or be silent"),
    ]
    if any(column.marked for column in grid.columns):
        words = "known only from papers printed later"
        keys.append(Key(Cell(0, 0, "1/1", shade_of(1, 1), marked=True), words))
    if any(cell.shade and int(cell.text.rstrip("?").partition("/")[2]) < _ENOUGH for cell in grid.cells):
        keys.append(
            Key(Cell(0, 0, "1/1", shade_of(1, 1)), f"lighter: fewer than {_ENOUGH_WORD} sources speak")
        )
    if any("?" in text for text in texts):
        keys.append(Key(Cell(0, 0, "0/5?", outlined=True), "perhaps, by a date that is not sure"))
    return tuple(keys)
