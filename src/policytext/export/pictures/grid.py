"""A grid of numbers on shades: rows of words, columns of time. It reads in greyscale, for every cell with
something in it prints its number, and what has no number is hatched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from policytext.export.pictures.lettering import text_width
from policytext.export.pictures.style import GREY, INK, KEY, LABELS, ORANGE, PLOT, Example, inline

ROW_HEIGHT, TALL_ROW = 27.0, 38.0
"""Of two lines of a label, or three, in px."""
LABEL_SIZE, NOTE_SIZE, NUMBER_SIZE = 10, 9, 10
HATCHED, FAINT = "#e3e3e3", "#6b6b6b"
_LIGHTEST, _DARKEST = (214, 230, 242), (8, 64, 118)
_PAPER_WHITE = "#ffffff"
_STROKES = 3  # of the hatching of a cell
_KEY_WIDTH, _KEY_HEIGHT, _KEY_GAP = 34.0, 16.0, 26.0


@dataclass(frozen=True, slots=True)
class Row:
    """What stands left of a row: at most two lines of it, or one and a note in small letters."""

    lines: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    """What stands above a column, in one line or two; one that is ``apart`` (no period) has italic letters.

    A column that is ``marked`` has a diamond above it.
    """

    label: str
    apart: bool = False
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: its number in words, its ``shade`` in [0, 1] (0 is white), and what is told of it.

    ``marked`` puts a diamond into its corner; ``spoken`` is what a screen reader says.
    """

    row: int
    column: int
    text: str
    shade: float = 0.0
    hatched: bool = False
    outlined: bool = False
    about: dict[str, str] = field(default_factory=dict)
    marked: bool = False
    spoken: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """An example below the grid, and what it means."""

    cell: Cell
    words: str


def example_of(key: Key) -> Example:
    """Returns a key as the legend of a page has it."""
    cell = key.cell
    return Example(
        key.words,
        "cell",
        "#c4c4c4",
        fill_of(cell),
        cell.text,
        ink_of(cell),
        hatched=cell.hatched,
        outlined=cell.outlined,
        diamond=cell.marked,
    )


def fill_of(cell: Cell) -> str:
    """Returns the colour of a cell: white for nothing, then from light to dark blue, evenly."""
    if cell.hatched:
        return HATCHED
    if cell.shade <= 0:
        return _PAPER_WHITE
    mixed = (round(a + (b - a) * min(1.0, cell.shade)) for a, b in zip(_LIGHTEST, _DARKEST, strict=True))
    return "#" + "".join(f"{part:02x}" for part in mixed)


def ink_of(cell: Cell) -> str:
    """Returns the colour of a cell's letters: whichever of white and black stands out more."""
    if cell.hatched or cell.shade <= 0:
        return INK if cell.outlined or cell.hatched else FAINT
    light = luminance(fill_of(cell))
    return _PAPER_WHITE if 1.05 / (light + 0.05) > (light + 0.05) / 0.05 else "#000000"


def luminance(colour: str) -> float:
    """Returns the relative luminance of ``#rrggbb`` in [0, 1] (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def grid_chart(
    rows: Sequence[Row],
    columns: Sequence[Column],
    cells: Sequence[Cell],
    key: Sequence[Key],
    row_height: float = ROW_HEIGHT,
) -> Any:
    """Returns the grid as an Altair chart that still lacks its title."""
    import altair as alt

    width, height = PLOT / max(1, len(columns)), row_height * len(rows)
    boxes = [_box(c, c.column * width, c.row * row_height, width, row_height) for c in cells]
    about = next((tuple(c.about) for c in cells if c.about), ())
    size = _number_size(cells, width)
    layers = [
        *_layers(boxes, about, size=size),
        *_words(rows, columns, width, row_height),
        *_key(key, height + 14),
    ]
    shared = alt.layer(*layers).resolve_scale(x="shared", y="shared")
    return shared.properties(width=PLOT, height=height)


def _number_size(cells: Sequence[Cell], width: float) -> float:
    """Returns the size of letters in which the widest number stays within its cell; bold is a tenth wider."""
    widest = max((text_width(cell.text, 1.1) for cell in cells), default=0.0)
    return min(NUMBER_SIZE, (width - 3) / widest) if widest else NUMBER_SIZE


def _box(cell: Cell, x: float, y: float, width: float, height: float) -> dict[str, Any]:
    return {
        "x": round(x, 2),
        "x2": round(x + width, 2),
        "y": round(y, 2),
        "y2": round(y + height, 2),
        "text": cell.text,
        "fill": fill_of(cell),
        "ink": ink_of(cell),
        "hatched": cell.hatched,
        "outlined": cell.outlined,
        "marked": cell.marked,
        "spoken": cell.spoken or cell.text,
        **cell.about,
    }


def _layers(
    boxes: list[dict[str, Any]], about: Sequence[str] = (), *, size: float = NUMBER_SIZE, aria: bool = True
) -> list[Any]:
    """Returns cells as layers, placed in px: a scale would only stand between."""
    import altair as alt

    base = alt.Chart(inline(boxes)).encode(x=_px("x"), x2="x2", y=_px("y"), y2="y2")
    filled = base.mark_rect(stroke="#c4c4c4", strokeWidth=0.7, aria=aria).encode(
        fill=alt.Fill("fill:N", scale=None),
        tooltip=[alt.Tooltip(f"{name}:N") for name in about],
        description=alt.Description("spoken:N"),
    )
    hatching = alt.Chart(inline([s for b in boxes if b["hatched"] for s in _strokes(b)])).mark_rule(
        color="#9a9a9a", strokeWidth=0.8, aria=False
    )
    inset = [{**b, "x": b["x"] + 2, "x2": b["x2"] - 2, "y": b["y"] + 2, "y2": b["y2"] - 2} for b in boxes]
    outlines = alt.Chart(inline([b for b in inset if b["outlined"]])).mark_rect(
        filled=False, stroke=INK, strokeWidth=1, strokeDash=[2, 2], aria=False
    )
    numbers = [
        {
            "x": (b["x"] + b["x2"]) / 2,
            "y": (b["y"] + b["y2"]) / 2,
            "text": b["text"],
            "ink": b["ink"],
            "bold": b["fill"] not in (_PAPER_WHITE, HATCHED),
        }
        for b in boxes
        if b["text"]
    ]
    return [
        filled,
        hatching.encode(x=_px("x"), x2="x2", y=_px("y"), y2="y2"),
        outlines.encode(x=_px("x"), x2="x2", y=_px("y"), y2="y2"),
        _numbers([n for n in numbers if n["bold"]], size, "bold"),
        _numbers([n for n in numbers if not n["bold"]], size, "normal"),
        _diamonds([{"x": b["x2"] - 5.5, "y": b["y"] + 5.5} for b in boxes if b["marked"]]),
    ]


def _diamonds(rows: list[dict[str, Any]]) -> Any:
    import altair as alt

    base = alt.Chart(inline(rows)).mark_point(
        shape="diamond", size=34, filled=True, fill=ORANGE, stroke="white", strokeWidth=0.8, aria=False
    )
    return base.encode(x=_px("x"), y=_px("y"), opacity=alt.value(1))


def _numbers(rows: list[dict[str, Any]], size: float, weight: Literal["bold", "normal"]) -> Any:
    import altair as alt

    # the box behind a number speaks for it
    base = alt.Chart(inline(rows)).mark_text(baseline="middle", fontSize=size, fontWeight=weight, aria=False)
    return base.encode(x=_px("x"), y=_px("y"), text="text:N", color=alt.Color("ink:N", scale=None))


def _px(name: str) -> Any:
    import altair as alt

    return (alt.X if name == "x" else alt.Y)(f"{name}:Q", axis=None, scale=None)


def _strokes(box: dict[str, Any]) -> list[dict[str, float]]:
    """Returns the slanting strokes of a hatched cell, evenly spread."""
    slant = min(box["y2"] - box["y"], (box["x2"] - box["x"]) / 2)
    step = (box["x2"] - box["x"] - slant) / (_STROKES - 1)
    starts = [box["x"] + n * step for n in range(_STROKES)]
    return [{"x": s, "x2": s + slant, "y": box["y2"], "y2": box["y"]} for s in starts]


def _words(rows: Sequence[Row], columns: Sequence[Column], width: float, row_height: float) -> list[Any]:
    labels, notes = [], []
    for number, row in enumerate(rows):
        middle = (number + 0.5) * row_height
        count = len(row.lines) + bool(row.note)
        tops = [middle + (n - (count - 1) / 2) * 12 for n in range(count)]
        labels += [{"x": -LABELS, "y": y, "text": line} for y, line in zip(tops, row.lines, strict=False)]
        notes += [{"x": -LABELS, "y": tops[-1], "text": row.note}] if row.note else []
    above = [
        {"x": (n + 0.5) * width, "y": -8.0 - 11 * up, "text": line, "apart": c.apart}
        for n, c in enumerate(columns)
        for up, line in enumerate(reversed(c.label.split("\n")))
    ]
    marked = [{"x": (n + 0.5) * width, "y": -20.0} for n, c in enumerate(columns) if c.marked]
    widest = max((text_width(line, 1) for c in columns for line in c.label.split("\n")), default=1.0)
    head = min(9.0, (width - 3) / widest)
    return [
        _text(labels, align="left", fontSize=LABEL_SIZE, color=INK),
        _text(notes, align="left", fontSize=NOTE_SIZE, color=GREY),
        _text([a for a in above if not a["apart"]], align="center", fontSize=head, color=INK),
        _text(
            [a for a in above if a["apart"]], align="center", fontSize=head, color=GREY, fontStyle="italic"
        ),
        _diamonds(marked),
    ]


def _text(rows: list[dict[str, Any]], **style: Any) -> Any:
    import altair as alt

    base = alt.Chart(inline(rows)).mark_text(baseline="middle", **style)
    return base.encode(x=_px("x"), y=_px("y"), text="text:N")


def _key(key: Sequence[Key], top: float) -> list[Any]:
    """Returns the examples, two to a line."""
    half = (PLOT + LABELS) / 2
    boxes, words = [], []
    for number, example in enumerate(key):
        x, y = -LABELS + (number % 2) * half, top + (number // 2) * _KEY_GAP
        boxes.append(_box(example.cell, x, y, _KEY_WIDTH, _KEY_HEIGHT))
        words.append({"x": x + _KEY_WIDTH + 7, "y": y + _KEY_HEIGHT / 2, "text": example.words})
    layers = [*_layers(boxes, aria=False), _text(words, align="left", fontSize=10, color=INK)]
    return [layer.properties(name=f"{KEY}-{number}") for number, layer in enumerate(layers)]
