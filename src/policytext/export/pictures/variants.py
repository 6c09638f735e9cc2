"""The printings of a work side by side, as a picture of one page: what was changed, and what only looks so.

Words stand in columns, one a printing, in rows by sentence. Every sort of difference has a colour and a
typographic sign of its own, so that a photocopy still tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from policytext.analysis.collation import (
    SURFACE,
    WORDING,
    Collation,
    Knows,
    Place,
    PrintedWork,
    Printing,
    ReadingKind,
    collated,
)
from policytext.export.pictures.sheet import MONO_ADVANCE, Sheet, Stroke, Type
from policytext.export.pictures.style import (
    BLUE,
    GREEN,
    GREY,
    HAIRLINE,
    ORANGE,
    WIDTH,
    finished,
    said_instead,
)
from policytext.export.wording import display_date, shown

COLUMNS = 4
"""Printings beside each other on a page; more stand below, each time beside the earliest."""
PAGE = 880.0
"""Height in px that a picture may fill before it says that the rest is left out: an A4 page."""

_SIZE, _LEADING, _GAP = 9.0, 12.5, 16.0
_ADVANCE = _SIZE * MONO_ADVANCE
_PALE = "#6e6e6e"  # still 5 to 1 against white
_LONGEST = 20_000  # characters of one reading that are looked at
_TITLE_SHOWN = 120
_LINES = 60  # of one sentence that are drawn

_SET: dict[str, Type] = {
    "same": Type(_SIZE, mono=True),
    "replaced": Type(_SIZE, BLUE, bold=True, mono=True),
    "added": Type(_SIZE, GREEN, bold=True, mono=True),
    "left out": Type(_SIZE, ORANGE, mono=True),
    **dict.fromkeys(SURFACE, Type(_SIZE, _PALE, italic=True, mono=True)),
    "outside": Type(_SIZE, _PALE, mono=True),
}
_RELATIONS = {
    "original": "printed first",
    "reprint": "reprint",
    "edited_reprint": "edited reprint",
    "internal_repeat": "repeated in its paper",
}


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one kind on one line of a column, ``at`` so many letters from its left."""

    at: int
    words: str
    kind: ReadingKind


@dataclass(frozen=True, slots=True)
class Block:
    """Up to `COLUMNS` printings of a work, the earliest first, and their collation."""

    work: PrintedWork
    printings: tuple[Printing, ...]
    collation: Collation


def blocks_of(works: Sequence[PrintedWork], knows: Knows) -> Iterator[Block]:
    """Yields the works in blocks that fit a page's width."""
    for work in works:
        base, others = work.printings[0], work.printings[1:]
        for at in range(0, max(1, len(others)), COLUMNS - 1):
            printings = (base, *others[at : at + COLUMNS - 1])
            yield Block(work, printings, collated(printings, knows))


def variants_chart(
    works: Sequence[PrintedWork], title: str, notes: Sequence[str] = (), *, knows: Knows
) -> dict[str, Any]:
    """Returns the printings of works side by side as a Vega-Lite specification, as far as a page holds them.

    Args:
        works: in the order in which they are to stand.
        title: of the picture.
        notes: lines under it; how many works had no room is added.
        knows: tells real words from misread ones.
    """
    if not works:
        return finished(said_instead("Nothing of this is printed more than once."), title, [*notes])
    sheet, drawn = Sheet(), set[str]()
    y = _legend(sheet)
    for block in blocks_of(works, knows):
        draft = Sheet()
        end = _block(draft, block, y)
        if drawn and end > PAGE:
            break
        _block(sheet, block, y)
        y = end + _GAP
        drawn.add(block.work.name)
    lines = [shown(note, 300) for note in notes]
    if len(drawn) < len(works):
        lines.append(
            f"Drawn: {len(drawn)} of {len(works)} texts; the page has no room for more (html has all)."
        )
    return finished(sheet.chart(y), title, lines)


def difference_words(collation: Collation) -> str:
    """Returns in words how far the printings differ."""
    words, surface = collation.differing(WORDING), collation.differing(SURFACE)
    told = f"the words differ at {words} place{'s' * (words != 1)}" if words else "word for word the same"
    return told + (f"; only print or scan at {surface}" if surface else "")


def relation_words(printing: Printing) -> str:
    """Returns the relation of a printing in words."""
    return _RELATIONS.get(printing.relation) or shown(printing.relation, 40)


def place_words(printing: Printing) -> str:
    """Returns where a printing stands, for people: file, page where known, line."""
    page = f", page {shown(printing.page, 20)}" if printing.page else ""
    return f"{shown(printing.source, 80)}{page}, line {printing.line}"


def _legend(sheet: Sheet) -> float:
    samples: tuple[tuple[ReadingKind, str, str], ...] = (
        ("replaced", "other words", "underlined"),
        ("added", "words added", "framed"),
        ("left out", "words left out", "struck"),
        ("form", "only print or scan", "grey italics: marks, capitals, misread, repaired"),
    )
    x = 0.0
    for kind, words, sign in samples:
        _put(sheet, x, 6.0, Run(0, words, kind))
        x += len(words) * _ADVANCE + 6
        sheet.write(x, 6.0, sign, Type(9, GREY))
        x += len(sign) * 4.4 + 14
    return 26.0


def _block(sheet: Sheet, block: Block, top: float) -> float:
    """Draws a block from ``top`` down; returns where it ends."""
    number = len(block.printings)
    width = (WIDTH - _GAP * (number - 1)) / number
    sheet.rule(0, WIDTH, top, GREY)
    told = f"{len(block.work.printings)} printings: {difference_words(block.collation)}"
    sheet.write(0, top + 10, told, Type(10, bold=True))
    sheet.write(WIDTH, top + 10, shown(block.work.name, 40), Type(9, GREY, align="right"))
    y = top + 26
    for column, printing in enumerate(block.printings):
        _heading(sheet, column * (width + _GAP), y, width, printing)
    y += 40
    for row in block.collation.sentences():
        if y > PAGE:
            sheet.write(0, y + 4, "The texts go on (html has all).", Type(9, GREY, italic=True))
            return y + 14
        lines = [list(islice(wrapped(row, c, int(width / _ADVANCE)), _LINES)) for c in range(number)]
        for column, several in enumerate(lines):
            for run_line, runs in enumerate(several):
                for run in runs:
                    _put(sheet, column * (width + _GAP), y + run_line * _LEADING, run)
        y += max((len(several) for several in lines), default=0) * _LEADING + 4
        sheet.rule(0, WIDTH, y - 7, HAIRLINE, 0.7)
    return y


def _heading(sheet: Sheet, x: float, y: float, width: float, printing: Printing) -> None:
    limit = int(width)
    title = shown(printing.title or printing.source, _TITLE_SHOWN)
    sheet.write(x, y, title, Type(9.5, bold=True, limit=limit))
    date = f"printed {display_date(printing.publication_edtf)}"
    sheet.write(
        x,
        y + 12,
        f"{date} \u00b7 {relation_words(printing)}",
        Type(9, limit=limit),
    )
    sheet.write(x, y + 23, place_words(printing), Type(8.5, GREY, limit=limit))


def wrapped(row: Sequence[Place], column: int, letters: int) -> Iterator[list[Run]]:
    """Yields the lines of a column's part of a row, each no wider than so many letters."""
    line: list[Run] = []
    used = 0
    for kind, word in _words(row, column):
        for part in (word[i : i + letters] for i in range(0, len(word), letters)):
            if used and used + 1 + len(part) > letters:
                yield line
                line, used = [], 0
            at = used + 1 if used else 0
            if line and line[-1].kind == kind:
                line[-1] = Run(line[-1].at, f"{line[-1].words} {part}", kind)
            else:
                line.append(Run(at, part, kind))
            used = at + len(part)
    if line:
        yield line


def _words(row: Sequence[Place], column: int) -> Iterator[tuple[ReadingKind, str]]:
    for place in row:
        reading, base = place.readings[column], place.readings[0]
        text = shown(reading.text, _LONGEST)
        if reading.kind == "left out":
            text = shown(base.text, _LONGEST)
        elif reading.kind == "outside":
            number = len(text.split())
            text = f"[+{number}\u00a0word{'s' * (number != 1)}]" if text else "[\u2026]"
        for word in text.split(" ") if text else ():
            yield reading.kind, word


def _put(sheet: Sheet, x: float, y: float, run: Run) -> None:
    start, end = x + run.at * _ADVANCE, x + (run.at + len(run.words)) * _ADVANCE
    sheet.write(start, y, run.words, _SET[run.kind])
    if run.kind == "left out":
        sheet.rule(start, end, y, ORANGE, 1.1)
    elif run.kind == "replaced":
        sheet.rule(start, end, y + 5.2, BLUE, 1.1)
    elif run.kind == "added":
        _frame(sheet, (start - 2, end + 2), (y - 5.6, y + 5.2))


def _frame(sheet: Sheet, x: tuple[float, float], y: tuple[float, float]) -> None:
    for end in y:
        sheet.rule(*x, end, GREEN, 0.8)
    for side in x:
        sheet.line((side, y[0]), (side, y[1]), Stroke(GREEN, 0.8))
