"""The printings of a work side by side, as a picture of one page: what was changed, and what only looks so.

Words stand in columns, one a printing, in rows by sentence. Every sort of difference has a colour and a
typographic sign of its own, so that a photocopy still tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from policytext.analysis.collation import (
    READING_KINDS,
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
from policytext.export.pictures.lettering import text_width
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
NOT_THERE = "[\u2026]"
"""Stands once for all that lies beyond where a printing begins or ends."""
PAGE = 880.0
"""Height in px that a picture may fill before it says that the rest is left out: an A4 page."""

_SIZE, _LEADING, _GAP = 9.0, 12.5, 16.0
_ADVANCE = _SIZE * MONO_ADVANCE
_PALE = "#6e6e6e"  # still 5 to 1 against white
_LONGEST = 20_000  # characters of one reading that are looked at
_TITLE_SHOWN = 120
_LINES = 60  # of one sentence that are drawn
_LONG = 10  # so many words left out are told by their number, and marked where they stand

Mark = ReadingKind | Literal["changed", "missing", "gap"]
"""How words are set: by their kind; of the earliest printing also "changed" or "missing" in another; "gap" is
what tells of many that are left out."""

_SET: dict[Mark, Type] = {
    "same": Type(_SIZE, mono=True),
    "replaced": Type(_SIZE, BLUE, bold=True, mono=True),
    "added": Type(_SIZE, GREEN, bold=True, mono=True),
    "left out": Type(_SIZE, ORANGE, mono=True),
    "changed": Type(_SIZE, BLUE, mono=True),
    "missing": Type(_SIZE, ORANGE, mono=True),
    "gap": Type(_SIZE, ORANGE, bold=True, mono=True),
    **{mark: Type(_SIZE, _PALE, italic=True, mono=True) for mark in READING_KINDS if mark in SURFACE},
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
    """Words set alike on one line of a column, ``at`` so many letters from its left."""

    at: int
    words: str
    mark: Mark


@dataclass(frozen=True, slots=True)
class Block:
    """Up to `COLUMNS` printings of a work, the earliest first, and their collation.

    The others are those of the work from number ``first``, counted from 1, on.
    """

    work: PrintedWork
    first: int
    printings: tuple[Printing, ...]
    collation: Collation


def blocks_of(works: Sequence[PrintedWork], knows: Knows) -> Iterator[Block]:
    """Yields the works in blocks that fit a page's width."""
    for work in works:
        base, others = work.printings[0], work.printings[1:]
        for at in range(0, max(1, len(others)), COLUMNS - 1):
            printings = (base, *others[at : at + COLUMNS - 1])
            yield Block(work, at + 2, printings, collated(printings, knows))


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


def block_words(block: Block) -> str:
    """Returns in words which printings of a work stand in a block, and how far they differ."""
    whole, last = len(block.work.printings), block.first + len(block.printings) - 2
    told = f"{whole} printings"
    if len(block.printings) < whole:
        others = f"{block.first} to {last}" if last > block.first else f"{last}"
        told = (
            f"printings 1 to {last} of {whole}"
            if block.first == 2
            else f"printings 1 and {others} of {whole}"
        )
    return f"{told}: {difference_words(block.collation)}"


def difference_words(collation: Collation) -> str:
    """Returns in words how far the printings differ."""
    words, surface = collation.differing(WORDING), collation.differing(SURFACE)
    told = "word for word the same"
    if words:
        told = f"the words differ at {words} place{'s' * (words != 1)}"
    elif collation.differing(frozenset({"outside"})):
        several = any(len(p.readings) > 2 for p in collation.places)
        told = f"the same where {'they' if several else 'both'} run"
    return told + (f"; only print or scan at {surface}" if surface else "")


def elsewhere(place: Place) -> Literal["same", "changed", "missing"]:
    """Returns what becomes of the earliest printing's words in another that has others for them, or none."""
    kinds = {reading.kind for reading in place.readings[1:]}
    return "missing" if "left out" in kinds else "changed" if "replaced" in kinds else "same"


def relation_words(printing: Printing) -> str:
    """Returns the relation of a printing in words."""
    return _RELATIONS.get(printing.relation) or shown(printing.relation, 40)


def place_words(printing: Printing) -> str:
    """Returns where a printing stands, for people: file, page where known, line."""
    page = f", page {shown(printing.page, 20)}" if printing.page else ""
    return f"{shown(printing.source, 80)}{page}, line {printing.line}"


_LEGEND: tuple[tuple[tuple[tuple[Mark, str], ...], str], ...] = (
    ((("replaced", "other words"),), "underlined"),
    ((("added", "words added"),), "framed"),
    ((("left out", "words left out"),), "struck"),
    ((("form", "only print or scan"),), "grey italics: marks, capitals, misread, repaired"),
    ((("missing", "left out"), ("changed", "changed")), "dotted: in a later printing"),
    ((("gap", "[25 words left out]"),), "where dotted in the first"),
    ((("outside", NOT_THERE),), "begins later or ends earlier: whole sentences of the first are not in it"),
    ((("outside", "[+1\u00a0word]"),), "begins earlier or ends later"),
)


def _legend(sheet: Sheet) -> float:
    x, y = 0.0, 6.0
    for samples, sign in _LEGEND:
        wide = sum(len(words) * _ADVANCE + 6 for _, words in samples) + text_width(sign, 9)
        if x and x + wide > WIDTH:
            x, y = 0.0, y + 15
        for mark, words in samples:
            _put(sheet, x, y, Run(0, words, mark))
            x += len(words) * _ADVANCE + 6
        sheet.write(x, y, sign, Type(9, GREY))
        x += text_width(sign, 9) + 14
    return y + 20


def _block(sheet: Sheet, block: Block, top: float) -> float:
    """Draws a block from ``top`` down; returns where it ends."""
    number = len(block.printings)
    width = (WIDTH - _GAP * (number - 1)) / number
    sheet.rule(0, WIDTH, top, GREY)
    told = block_words(block)
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
    for mark, word in _words(row, column):
        for part in (word[i : i + letters] for i in range(0, len(word), letters)):
            if used and used + 1 + len(part) > letters:
                yield line
                line, used = [], 0
            at = used + 1 if used else 0
            if line and line[-1].mark == mark:
                line[-1] = Run(line[-1].at, f"{line[-1].words} {part}", mark)
            else:
                line.append(Run(at, part, mark))
            used = at + len(part)
    if line:
        yield line


def _words(row: Sequence[Place], column: int) -> Iterator[tuple[Mark, str]]:
    before = ""
    for place in row:
        mark, text = _marked(place, column)
        if text and not text == before == NOT_THERE:
            yield from ((mark, word) for word in text.split(" "))
        before = text or before


def _marked(place: Place, column: int) -> tuple[Mark, str]:
    """Returns how a printing's words at a place are set, and what is set there."""
    reading, base = place.readings[column], place.readings[0]
    text = shown(reading.text, _LONGEST)
    if column == 0 and reading.kind == "same":
        return elsewhere(place), text
    if reading.kind == "left out":
        lost = shown(base.text, _LONGEST)
        number = len(lost.split(" "))
        return ("gap", f"[{number}\u00a0words left\u00a0out]") if number >= _LONG else ("left out", lost)
    if reading.kind == "outside":
        number = len(text.split())
        return "outside", f"[+{number}\u00a0word{'s' * (number != 1)}]" if text else NOT_THERE
    return reading.kind, text


def _put(sheet: Sheet, x: float, y: float, run: Run) -> None:
    start, end = x + run.at * _ADVANCE, x + (run.at + len(run.words)) * _ADVANCE
    sheet.write(start, y, run.words, _SET[run.mark])
    if run.mark == "left out":
        sheet.rule(start, end, y, ORANGE, 1.1)
    elif run.mark == "replaced":
        sheet.rule(start, end, y + 5.2, BLUE, 1.1)
    elif run.mark in ("changed", "missing"):
        colour = _SET[run.mark].colour
        sheet.line((start, y + 5.2), (end, y + 5.2), Stroke(colour, 1.1, (1, 2)))
    elif run.mark == "added":
        _frame(sheet, (start - 2, end + 2), (y - 5.6, y + 5.2))


def _frame(sheet: Sheet, x: tuple[float, float], y: tuple[float, float]) -> None:
    for end in y:
        sheet.rule(*x, end, GREEN, 0.8)
    for side in x:
        sheet.line((side, y[0]), (side, y[1]), Stroke(GREEN, 0.8))
