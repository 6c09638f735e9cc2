"""Results as a person likes to read them."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from policytext.document import Span
from policytext.export.wording import display_date
from policytext.search.results import Result

_WIDEST = 100
_INDENT = "    "
_POOR = 0.9  # a word in ten is none: the reader should know before quoting

# Control characters steer a terminal; bidirectional ones show words in another order than the source's.
_STEERING = (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
_INVISIBLE = {code: None for code in _STEERING if code not in (0x09, 0x0A)}


def shown(text: str) -> str:
    """Returns ``text`` without what would steer a terminal."""
    return text.translate(_INVISIBLE)


def result_lines(result: Result, *, colour: bool) -> Iterator[str]:
    """Yields a hit: who said it and when, where, the passage with the query's words marked, and its proof.

    Marks are bold on a terminal (``colour``) and between asterisks elsewhere.
    """
    passage = result.passage
    yield f"{result.hit.rank:>2}  {_styled(_said(result), colour=colour, bold=True)}"
    place = passage.title or passage.document
    section = passage.section.rpartition(" > ")[2]
    if section and section.casefold() != place.casefold():
        place += f" / {section}"
    yield from _wrapped(shown(place))
    yield from _wrapped(marked(passage.text, result.marks, colour=colour))
    yield _INDENT + _styled(proof(result), colour=colour, dim=True)


def _styled(text: str, *, colour: bool, **style: bool) -> str:
    return click.style(text, **style) if colour else text


def _said(result: Result) -> str:
    """Returns who says it, when it was said and when it was printed."""
    passage, statement = result.passage, result.statement
    who = result.speaker or ("an unnamed speaker" if statement else "no author known")
    if statement and statement.role and statement.speaker:
        who += f", {statement.role}"
    printed = display_date(passage.publication_date)
    if statement is None:
        manner = "quoting others" if result.only_quotes else "in its own words"
        return shown(f"{who} · {manner}, printed {printed}")
    said = (
        f"said {display_date(result.date)} ({statement.date_basis})"
        if result.date
        else "said at an unknown date"
    )
    return shown(f"{who} · {said} · printed {printed}")


def proof(result: Result) -> str:
    """Returns where to look in the raw file, the names of hit and passage, and a quality that is poor."""
    passage = result.passage
    target = result.statement
    start, end = (target.raw_start, target.raw_end) if target else (passage.raw_start, passage.raw_end)
    line = target.line if target else passage.line
    poor = passage.quality is not None and passage.quality < _POOR
    return (
        f"{shown(passage.relative)}, line {line}, characters {start}-{end} · {shown(passage.id)} · "
        f"score {result.hit.score:.4f}" + (f" · quality {passage.quality:.2f}" if poor else "")
    )


def marked(text: str, marks: Sequence[Span], *, colour: bool) -> str:
    """Returns the text on one line with the marked spans shown; marks that only a blank parts are one."""
    out, at = [], 0
    for span in _joined(text, marks):
        word = shown(text[span.start : span.end])
        out += [
            shown(text[at : span.start]),
            click.style(word, bold=True, fg="yellow") if colour else f"*{word}*",
        ]
        at = span.end
    out.append(shown(text[at:]))
    return " ".join("".join(out).split())


def _joined(text: str, marks: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for mark in marks:
        if joined and text[joined[-1].end : mark.start].isspace():
            joined[-1] = Span(joined[-1].start, mark.end)
        else:
            joined.append(mark)
    return joined


def _wrapped(text: str) -> list[str]:
    width = min(shutil.get_terminal_size().columns, _WIDEST)
    # click.style's codes take no room on the screen, but textwrap would count them: wrap by visible width.
    return _wrap_visible(text, width) or [_INDENT]


def _wrap_visible(text: str, width: int) -> list[str]:
    if "\x1b" not in text:
        return textwrap.wrap(
            text,
            width,
            initial_indent=_INDENT,
            subsequent_indent=_INDENT,
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines, line, used = [], _INDENT, len(_INDENT)
    for word in text.split(" "):
        length = len(click.unstyle(word))
        if used > len(_INDENT) and used + 1 + length > width:
            lines.append(line)
            line, used = _INDENT, len(_INDENT)
        gap = "" if used == len(_INDENT) else " "
        line, used = line + gap + word, used + len(gap) + length
    return [*lines, line]


def table(rows: Iterable[Sequence[Any]], header: Sequence[str]) -> Iterator[str]:
    """Yields lines of a table with columns as wide as their widest cell; None is shown as a dash."""
    cells = [[shown("-" if c is None else str(c)) for c in row] for row in rows]
    widths = [max(len(row[n]) for row in [list(header), *cells]) for n in range(len(header))]
    for row in [list(header), ["-" * w for w in widths], *cells]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
