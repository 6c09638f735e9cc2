"""Counts by period as a picture: what takes the place of lanes where there are too many witnesses."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from policytext.export.pictures.bins import Counts, Strip
from policytext.export.pictures.grid import ROW_HEIGHT, TALL_ROW, Cell, Column, Key, Row, grid_chart
from policytext.export.pictures.lettering import wrapped
from policytext.export.pictures.style import LABELS, said_instead
from policytext.export.wording import shown

_LABEL_ROOM = LABELS - 12
_FEW = 21  # rows


def binned_chart(counts: Counts) -> Any:
    """Returns the counts as an Altair chart that still lacks its title.

    Shades go by the square root of the count, as the sides of areas do: what is rare stays visible.
    """
    if not counts.strips:
        return said_instead("Nothing was found.")
    columns = list(_columns(counts))
    lines = 1 if len(counts.strips) > _FEW else 2
    rows = [_row(strip, lines) for strip in counts.strips]
    cells = [
        cell for number, strip in enumerate(counts.strips) for cell in _cells(counts, number, strip, columns)
    ]
    return grid_chart(rows, columns, cells, key_of(counts), row_height=_row_height(rows))


def key_of(counts: Counts) -> tuple[Key, ...]:
    """Returns the examples that are needed to read the counts; none where there is nothing."""
    if not counts.strips:
        return ()
    key = [
        Key(Cell(0, 0, "12", 0.4), f"as many {counts.unit[1]}; the darker, the more"),
        Key(Cell(0, 0, ""), "none found"),
    ]
    columns = list(_columns(counts))
    cells = (c for n, strip in enumerate(counts.strips) for c in _cells(counts, n, strip, columns))
    if any(cell.text[-1:] in ("k", "M") for cell in cells):
        key.append(Key(Cell(0, 0, "1.2k", 0.8), "rounded: 1,200 (k: thousands, M: millions)"))
    return tuple(key)


def _row_height(rows: list[Row]) -> float:
    """Returns the height of rows: room for a note under two lines, where that still fits a page."""
    return TALL_ROW if any(r.note for r in rows) and len(rows) <= _FEW else ROW_HEIGHT


def _columns(counts: Counts) -> Iterator[Column]:
    before, after, several, undated = _outside(counts)
    if before:
        yield Column(f"before\n{counts.first * counts.step}", apart=True)
    for period in range(counts.first, counts.last + 1):
        yield Column(_period(period, counts.step))
    if after:
        yield Column(f"after\n{counts.last * counts.step + counts.step - 1}", apart=True)
    if several:
        yield Column("vague", apart=True)
    if undated:
        yield Column("n.d.", apart=True)


def _period(number: int, step: int) -> str:
    first, last = number * step, number * step + step - 1
    return f"{first}s" if step == 10 else f"{first}" if step == 1 else f"{first}\u2013{last % 100:02d}"


def _outside(counts: Counts) -> tuple[bool, bool, bool, bool]:
    """Returns whether anything lies before or after the periods, in several of them, or has no date."""
    periods = {period for strip in counts.strips for period in strip.periods}
    return (
        any(p < counts.first for p in periods),
        any(p > counts.last for p in periods),
        any(strip.several for strip in counts.strips),
        any(strip.undated for strip in counts.strips),
    )


def _row(strip: Strip, lines: int) -> Row:
    return Row(wrapped(strip.label, 10, _LABEL_ROOM, lines), strip.told)


def _cells(counts: Counts, row: int, strip: Strip, columns: list[Column]) -> Iterator[Cell]:
    before, after, several, undated = _outside(counts)
    numbers = [sum(n for p, n in strip.periods.items() if p < counts.first)] if before else []
    numbers += [strip.periods.get(p, 0) for p in range(counts.first, counts.last + 1)]
    numbers += [sum(n for p, n in strip.periods.items() if p > counts.last)] if after else []
    numbers += [strip.several] if several else []
    numbers += [strip.undated] if undated else []
    most = max(n for s in counts.strips if s.apart == strip.apart for n in s.periods.values() or [0])
    for column, n in enumerate(numbers):
        unit = ("witness", "witnesses") if strip.apart else counts.unit
        period, number = columns[column].label.replace("\n", " "), f"{n:,} {unit[n != 1]}"
        label = shown(strip.label, 200)
        about = {"Row": label, "When": period, "Number": number}
        shade = 0.0 if columns[column].apart else math.sqrt(n / max(most, 1))
        spoken = f"{label}, {period}: {number}"
        yield Cell(row, column, _short(n), shade, about=about, spoken=spoken)


def _short(n: int) -> str:
    """Returns a number that fits a cell; nothing for none."""
    if n < 1000:
        return f"{n}" if n else ""
    scaled, unit = (n / 1000, "k") if n < 999_500 else (n / 1_000_000, "M")
    return f"{scaled:.1f}{unit}" if scaled < 9.95 else f"{scaled:.0f}{unit}"
