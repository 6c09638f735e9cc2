"""Changes on the screen: a line a change, ``[-old-]{+new+}``, or red and green on a terminal."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from policytext.cli.reading import shown
from policytext.export.changes import Change

WIDTH = 110
_NARROWEST, _WIDEST = 60, 160
LONGEST_RULE = 26
_LEAST_TEXT = 36
"""Columns that words need; with fewer beside what is told of a change, they have a line of their own."""
_LINE_ENDS = re.compile(r"[ \t]*\r?\n\s*")
_BLANKS = re.compile(r"\s")
_INDENT = " " * 8
_NOISE = {"blanks": "of blank space", "markup": "of Markdown or HTML marks"}


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes with colour or without, in lines of ``width`` columns."""

    colour: bool
    width: int = WIDTH

    @classmethod
    def of(cls, output: Path | None) -> Pen:
        """Returns the pen for a file, or for stdout: on a terminal as wide as that, else the same anywhere.

        A terminal has colour unless NO_COLOR is set (no-color.org: any value but the empty one counts).
        """
        if output is not None or not sys.stdout.isatty():
            return cls(colour=False)
        columns = shutil.get_terminal_size((WIDTH, 0)).columns
        return cls(not os.environ.get("NO_COLOR"), min(max(columns, _NARROWEST), _WIDEST))

    def head(self, text: str) -> str:
        """Returns the name of a source as the head of what follows."""
        return click.style(shown(text), bold=True) if self.colour else shown(text)

    def dim(self, text: str) -> str:
        """Returns what is of less weight."""
        return click.style(text, dim=True) if self.colour else text

    def change(self, change: Change, room: int) -> str:
        """Returns a change with some words around it, in ``room`` columns."""
        old, new = on_one_line(change.old), on_one_line(change.new or "")
        marks = 0 if self.colour else 4 * (2 if new else 1)
        spare = room - marks
        if len(old) + len(new) > spare:
            share = max(8, spare // 2 if new else spare)
            old, new = cut(old, share), cut(new, share)
        side = max(0, (spare - len(old) - len(new)) // 2)
        before = _tail(on_one_line(change.before, " ").lstrip(), side)
        return before + self._marked(change, old, new) + _start(on_one_line(change.after, " ").rstrip(), side)

    def _marked(self, change: Change, old: str, new: str) -> str:
        if change.new is None:
            return click.style(old, fg="yellow") if self.colour else f"[?{old}?]"
        if self.colour:
            return (click.style(old, fg="red") if old else "") + (click.style(new, fg="green") if new else "")
        return (f"[-{old}-]" if old else "") + (f"{{+{new}+}}" if new else "")


def diff_lines(changes: Sequence[Change], pen: Pen, *, everything: bool) -> Iterator[str]:
    """Yields a line for each change; those that touch no word are counted in a last line."""
    told = [c for c in changes if everything or c.noise is None]
    yield from change_lines(told, pen)
    untold = Counter(c.noise for c in changes if c.noise is not None)
    if untold and not everything:
        counted = " and ".join(f"{n:,} {_NOISE[noise]}" for noise, n in sorted(untold.items()))
        yield pen.dim(f"  not shown: {counted}; --all shows them")
    elif not changes:
        yield pen.dim("  nothing changed")


def change_lines(changes: Sequence[Change], pen: Pen) -> Iterator[str]:
    """Yields the changes as a table: raw line, raw offsets, status, confidence, rule, and the words."""
    if not changes:
        return
    rows = [_cells(c) for c in changes]
    header = ("line", "raw", "status", "conf", "rule")
    widths = [max(len(row[n]) for row in (header, *rows)) for n in range(len(header))]
    yield pen.dim(_columns(header, widths) + "change")
    for row, change in zip(rows, changes, strict=True):
        yield from with_words(_columns(row, widths), change, pen)


def with_words(told: str, change: Change, pen: Pen) -> Iterator[str]:
    """Yields what is told of a change and its words: in one line, in two where it has too little room."""
    room = pen.width - len(told)
    if room >= _LEAST_TEXT:
        yield told + pen.change(change, room)
    else:
        head = told.rstrip()
        yield head if len(head) <= pen.width else f"{head[: pen.width - 1]}\u2026"
        yield _INDENT + pen.change(change, pen.width - len(_INDENT))


def _cells(change: Change) -> tuple[str, ...]:
    place, rule = f"{change.start}-{change.end}", cut(change.rule, LONGEST_RULE)
    return f"{change.line:,}", place, change.status, f"{change.confidence:.2f}", rule


def _columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Returns the cells in columns, the first to the right."""
    first = cells[0].rjust(widths[0])
    return "  " + "".join(f"{c.ljust(w)}  " for c, w in zip((first, *cells[1:]), widths, strict=True))


def on_one_line(text: str, line_end: str = "\u23ce") -> str:
    """Returns text on one line, with ``line_end`` for its line ends, without what would steer a terminal."""
    return _BLANKS.sub(" ", _LINE_ENDS.sub(line_end, shown(text)))


def cut(text: str, length: int) -> str:
    """Returns ``text``, with dots for its middle where it is longer than ``length``."""
    if len(text) <= length:
        return text
    half = (length - 1) // 2
    return f"{text[: length - 1 - half]}\u2026{text[len(text) - half :]}"


def _tail(text: str, length: int) -> str:
    """Returns the last words of ``text`` that fit."""
    if len(text) <= length:
        return text
    kept = text[len(text) - length + 1 :] if length > 1 else ""
    _, blank, words = kept.partition(" ")
    return f"\u2026{blank}{words}" if words else ""


def _start(text: str, length: int) -> str:
    """Returns the first words of ``text`` that fit."""
    if len(text) <= length:
        return text
    words, blank, _ = text[: length - 1].rpartition(" ") if length > 1 else ("", "", "")
    return f"{words}{blank}\u2026" if words else ""
