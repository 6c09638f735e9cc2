"""Results as a person likes to read them."""

from __future__ import annotations

import re
import shutil
import textwrap
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import click

from policytext.export.wording import display_date
from policytext.ranking import Also, Explanation, Hit, Part
from policytext.search.results import Result, joined
from policytext.spans import Span
from policytext.text.terms import query_terms, term_spans

WIDEST = 100
_INDENT = "    "
_WORD = re.compile(r"\S+")
_PLACES = 5  # reprints of a hit that are named
_NO_SCORE = 0.00005  # what four decimals show as nothing
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
    for line in _also(result.hit.also):
        yield _INDENT + _styled(line, colour=colour, dim=True)


def _also(places: Sequence[Also]) -> Iterator[str]:
    """Yields a line for each other place that prints the passage, few of them."""
    for place in places[:_PLACES]:
        relation = place.relation.replace("_", " ")
        yield shown(f"also in: {place.source}, line {place.line} ({relation}) · {place.passage}")
    if len(places) > _PLACES:
        yield f"also in {len(places) - _PLACES} more places: --no-fold shows them"


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
        manner = "quoting others" if result.only_quotes else "in own words"
        return shown(f"{who} · {manner}, printed {printed}")
    said = (
        f"said {display_date(result.date)} ({statement.date_basis})"
        if result.date
        else "said at an unknown date"
    )
    outside = " · the words stand outside what is quoted" if result.words_outside else ""
    return shown(f"{who} · {said} · printed {printed}{outside}")


def proof(result: Result) -> str:
    """Returns where to look in the raw file, the passage's name, its score if any, and a poor quality."""
    passage = result.passage
    target = result.statement
    start, end = (target.raw_start, target.raw_end) if target else (passage.raw_start, passage.raw_end)
    line = target.line if target else passage.line
    poor = passage.quality is not None and passage.quality < _POOR
    parts = [f"{shown(passage.relative)}, line {line}, characters {start}-{end}", shown(passage.id)]
    parts += [f"score {result.hit.score:.4f}"] if _scored(result.hit) else []
    parts += [f"quality {passage.quality:.2f}"] if poor else []
    return " · ".join(parts)


def _scored(hit: Hit) -> bool:
    """Whether a hit has a score; what filters alone find has none, but a millionth less with each rank."""
    return abs(hit.score) >= max(_NO_SCORE, hit.rank * 1e-6)


def marked(text: str, marks: Sequence[Span], *, colour: bool, one_line: bool = True) -> str:
    """Returns the text, on one line, with the marked spans shown; marks that only a blank parts are one."""
    out, at = [], 0
    for span in joined(text, marks):
        word = shown(text[span.start : span.end])
        out += [
            shown(text[at : span.start]),
            click.style(word, bold=True, fg="yellow") if colour else f"*{word}*",
        ]
        at = span.end
    out.append(shown(text[at:]))
    whole = "".join(out)
    return " ".join(whole.split()) if one_line else whole


def explanation_lines(explanation: Explanation, *, colour: bool) -> Iterator[str]:
    """Yields how a score comes about: a line a part, what it is made of below it and further in."""
    for part, depth in _parts(explanation.parts, 0):
        line = f"{_INDENT}{'  ' * depth}{part.score:>9.4f}  {shown(part.name)}"
        yield _styled(line + (f"  {shown(part.detail)}" if part.detail else ""), colour=colour, dim=True)


def _parts(parts: Sequence[Part], depth: int) -> Iterator[tuple[Part, int]]:
    for part in parts:
        yield part, depth
        yield from _parts(part.children, depth + 1)


def columns() -> int:
    """Returns how wide a line may be: as wide as the terminal, and where there is none, ``WIDEST``."""
    return min(shutil.get_terminal_size((WIDEST, 24)).columns, WIDEST)


def wanted_marks(text: str, query: str) -> list[Span]:
    """Returns where the words of a query stand in ``text``, those of phrases too."""
    from policytext.text.querying import parse

    wanted = frozenset(query_terms(parse(query).words))
    return [Span(start, end) for start, end, term in term_spans(text) if term in wanted]


def margined(
    text: str,
    here: Span,
    labels: Sequence[tuple[Span, str]],
    marks: Sequence[Span],
    *,
    margin: int,
    colour: bool,
) -> Iterator[str]:
    """Yields the lines of ``text`` with a margin of so many columns on the left.

    A line runs along the stretch ``here``, twice as thick along the spans that have a label; a label stands
    where its span begins, or on the next line that is free. All spans are offsets into ``text``; ``marks``
    rise and do not overlap.
    """
    waiting = sorted(labels)
    width = columns() - margin - 3
    for part in (Span(0, here.start), here, Span(here.end, len(text))):
        for line in _lines(text, part, width):
            due = waiting.pop(0)[1] if waiting and waiting[0][0].start < line.end and part is here else ""
            inside = any(span.overlaps(line) for span, _ in labels)
            rule = " " if part is not here else "┃" if inside else "│"
            words = _marked_line(text, line, marks, colour=colour)
            words = words if part is here else _styled(words, colour=colour, dim=True)
            yield f"{shown(due)[:margin]:>{margin}} {rule} {words}".rstrip()
        if part is here:
            yield from (f"{shown(label)[:margin]:>{margin}} ┃" for _, label in waiting)


def _lines(text: str, part: Span, width: int) -> Iterator[Span]:
    """Yields the stretches of ``part`` that fill a line each; a line that the text ends is ended."""
    start = end = None
    for word in _WORD.finditer(text, part.start, part.end):
        if start is None or end is None:
            start = word.start()
        elif word.end() - start > width or "\n" in text[end : word.start()]:
            yield Span(start, end)
            start = word.start()
        end = word.end()
    if start is not None and end is not None:
        yield Span(start, end)


def _marked_line(text: str, line: Span, marks: Sequence[Span], *, colour: bool) -> str:
    first = bisect_right(marks, line.start, key=lambda m: m.end)
    last = bisect_left(marks, line.end, key=lambda m: m.start)
    inside = [
        Span(max(m.start, line.start) - line.start, min(m.end, line.end) - line.start)
        for m in marks[first:last]
    ]
    return marked(text[line.start : line.end], inside, colour=colour)


def _wrapped(text: str) -> list[str]:
    return wrapped(text, columns()) or [_INDENT]


def wrapped(text: str, width: int, first: str = _INDENT, rest: str = _INDENT) -> list[str]:
    """Returns the lines of a text, ``width`` columns at most, the first and the others set in so.

    The codes of click.style take no room on the screen, and none here.
    """
    if "\x1b" not in text:
        return textwrap.wrap(
            text,
            width,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=False,
            break_on_hyphens=False,
        )
    lines, line, used, empty = [], first, len(first), True
    for word in text.split(" "):
        length = len(click.unstyle(word))
        if not empty and used + 1 + length > width:
            lines.append(line)
            line, used, empty = rest, len(rest), True
        gap = "" if empty else " "
        line, used, empty = line + gap + word, used + len(gap) + length, False
    return [*lines, line]


def table(rows: Iterable[Sequence[Any]], header: Sequence[str]) -> Iterator[str]:
    """Yields lines of a table with columns as wide as their widest cell; None is shown as a dash."""
    cells = [[shown("-" if c is None else str(c)) for c in row] for row in rows]
    widths = [max(len(row[n]) for row in [list(header), *cells]) for n in range(len(header))]
    for row in [list(header), ["-" * w for w in widths], *cells]:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
