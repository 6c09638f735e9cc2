"""From lines to chunks: which lines of a text stand together.

A chunk is what blank lines, marks at line heads and page edges set apart; what it *is* (``furniture``,
``structure``) and what belongs together again (``layout``) is found later. Offsets are into the text given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from policytext.document import BlockKind
from policytext.text.markup import Evidence, What

Shape = Literal["text", "item", "row"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line with something on it, without the blanks around it; ``indent`` counts those before.

    ``blanks`` is the number of blank lines above, ``page`` whether a page begins here, ``broken`` whether
    the line ends in two or more blanks (a Markdown line break).
    """

    start: int
    end: int
    indent: int
    blanks: int
    page: bool
    broken: bool


@dataclass(frozen=True, slots=True)
class Hint:
    """What a reader or the markup says of ``[start, end)`` of the text."""

    start: int
    end: int
    kind: BlockKind
    level: int
    rule: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines that stand together; ``marks`` names the evidence that covers them."""

    lines: tuple[Line, ...]
    shape: Shape
    hint: Hint | None
    marks: frozenset[str]

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """Offset behind the last character."""
        return self.lines[-1].end

    @property
    def page(self) -> bool:
        """Whether a page begins here."""
        return self.lines[0].page


_BULLET = re.compile(
    r"(?P<dash>[-\u2013*+])[ \t]{1,8}(?=\S)"
    r"|(?:[\u2022\u25aa\u25ab\u25cf\u25cb\u25e6\u2023\u00b7\uf0b7][ \t]{0,8}|o(?:[ ]{2,8}|\t))(?=\S)"
)
_NUMBERED = re.compile(
    r"(?:\((?:\d{1,3}|[a-z]|[ivx]{1,5})\)|(?:\d{1,3}|[a-z]|[ivx]{1,5})\)|\d{1,3}\.(?!\d)|[a-z]\.)"
    r"[ \t]{1,8}(?=\S)"
)
_LONE_NUMBER = re.compile(
    r"[-\u2013\u2014|\[( ]{0,3}(?:page[ ]{1,2})?(?P<number>\d{1,4}|[ivxl]{1,7})(?:[ ]?(?:of|/)[ ]?\d{1,4})?"
    r"[-\u2013\u2014|\]). ]{0,3}",
    re.IGNORECASE,
)
_NOTE_HEAD = re.compile(r"\d{1,3}[ ]{1,2}[A-Z\"'\u201c\u2018]")
_COLUMN_GAP = re.compile(r"(?<=\S)[ ]{3,}(?=\S)")
_STOPS = (".", "!", "?", ":", ";", '."', ".'", ".\u201d", ".\u2019", "?\u201d", ".)")
_STOPPED = re.compile(r"[.!?:;][\"'\u201d\u2019)\]*\u2020\u2021\u00ae\u00b0]{0,4}(?:\[?\d{1,3}\]?)?$")
"""The end of a sentence, with the mark of a note behind it, read rightly or not."""
_NO_LETTERS = re.compile(r"[\W\d_]+")
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d\)?,?")
_BEFORE_YEAR = re.compile(r"(?:,|\b(?:in|of|since|from|until|by|to|and|the|for|before|after))$")
_HANDLE = re.compile(r"[@#]\w{2,40}")
_LONGEST_HEADER, _LONGEST_NUMBER, _CELL = 100, 24, 50
_BODY_LINE = 40
"""A longer line under one in capitals is text below a heading; a shorter one may be an address."""
_SHORT = 0.75
"""A line that ends a sentence before this share of the width ends a paragraph where no blank line says so."""


def lone_number(line: str) -> str | None:
    """Returns the number of a line that holds no more: ``12``, ``- 12 -``, ``Page 3 of 10``, ``iv``."""
    found = _LONE_NUMBER.fullmatch(line) if len(line) <= _LONGEST_NUMBER else None
    return found["number"] if found else None


def item_head(line: str) -> re.Match[str] | None:
    """Returns the bullet or list number at the head of a line, with the blanks behind it."""
    return _BULLET.match(line) or _NUMBERED.match(line)


def read_lines(text: str, pages: Sequence[int]) -> list[Line]:
    """Returns the lines of ``text`` that are not blank.

    A page begins at the first of them from each of the sorted offsets ``pages`` on.
    """
    lines: list[Line] = []
    at, blanks = 0, 0
    for row in text.split("\n"):
        bare = row.strip()
        if bare:
            start = at + len(row) - len(row.lstrip())
            before = lines[-1].start if lines else -1
            page = bisect_right(pages, start) > bisect_right(pages, before)
            lines.append(Line(start, start + len(bare), start - at, blanks, page, row.endswith("  ")))
            blanks = 0
        else:
            blanks += 1
        at += len(row) + 1
    return lines


_INDENTED = re.compile(r"^[ \t]{1,40}(?=\S)", re.MULTILINE)
_LONE_BLANK = re.compile(r"^[ ]$", re.MULTILINE)


def page_starts(text: str) -> list[int]:
    """Returns where a lone space opens a line, in a text that indents no other lines: pages begin there.

    Some converters turn the form feed at the head of a page into a space, which may stand on a line alone.
    """
    indented = list(_INDENTED.finditer(text))
    if not indented or any(m.group() != " " for m in indented) or len(indented) > text.count("\n") / 10 + 1:
        return []
    return sorted(m.start() for m in (*indented, *_LONE_BLANK.finditer(text)))


def chunks(
    text: str, lines: Sequence[Line], hints: Sequence[Hint], evidence: Sequence[Evidence]
) -> list[Chunk]:
    """Returns the chunks of ``text`` in order; every line is in exactly one."""
    hint_of = _painted(lines, [(h.start, h.end) for h in hints])
    shapes = [_shape(text, line) for line in lines]
    by_mark = {what: _marked(lines, evidence, what) for what in ("bold", "italic", "note")}
    found: list[Chunk] = []
    for first, last in _groups(text, lines, shapes, hint_of):
        marks = frozenset(w for w in ("bold", "italic") if all(by_mark[w][first:last]))
        if by_mark["note"][first]:
            marks |= {"note"}
        index = hint_of[first]
        hint = None if index is None else hints[index]
        found.append(Chunk(tuple(lines[first:last]), shapes[first], hint, marks))
    return found


def _marked(lines: Sequence[Line], evidence: Sequence[Evidence], what: What) -> list[bool]:
    """Returns for every line whether evidence of this sort covers it; a note's mark need only open it."""
    spans = [(e.start, e.end) for e in evidence if e.what == what]
    if what == "note":
        heads = {start for start, _ in spans}
        return [line.start in heads for line in lines]
    return [i is not None for i in _painted(lines, spans)]


def _painted(lines: Sequence[Line], spans: Sequence[tuple[int, int]]) -> list[int | None]:
    """Returns for every line the number of the last of the sorted ``spans`` that covers nearly all of it."""
    starts = [line.start for line in lines]
    cover: list[int | None] = [None] * len(lines)
    for number, (start, end) in enumerate(spans):
        at = max(0, bisect_right(starts, start) - 1)
        while at < len(lines) and lines[at].start < end:
            line = lines[at]
            shared = min(end, line.end) - max(start, line.start)
            if shared >= 0.9 * (line.end - line.start):
                cover[at] = number
            at += 1
    return cover


def _shape(text: str, line: Line) -> Shape:
    bare = text[line.start : line.end]
    if "\t" in bare or (bare[0] == bare[-1] == "|" and len(bare) > 2) or len(_COLUMN_GAP.findall(bare)) > 1:
        return "row"
    return "item" if item_head(bare) else "text"


def _groups(
    text: str, lines: Sequence[Line], shapes: list[Shape], hint_of: Sequence[int | None]
) -> list[tuple[int, int]]:
    """Returns the line numbers ``[first, last)`` of every chunk."""
    _settle_shapes(text, lines, shapes)
    numbers = {
        i
        for i, line in enumerate(lines)
        if line.end - line.start <= _LONGEST_NUMBER
        and lone_number(text[line.start : line.end])
        and not _ends_sentence(text, lines, i)
    }
    alone = numbers | _at_page_edges(text, lines, numbers)
    alone |= {
        i
        for i, line in enumerate(lines)
        if text[line.start] in "@#" and _HANDLE.fullmatch(text, line.start, line.end)
    }
    groups: list[tuple[int, int]] = []
    first = 0
    for at in range(1, len(lines) + 1):
        if at < len(lines) and not (
            lines[at].blanks
            or lines[at].page
            or hint_of[at] != hint_of[at - 1]
            or at in alone
            or at - 1 in alone
            or shapes[at] == "item"
            or (shapes[at] == "row") != (shapes[at - 1] == "row")
            or _new_paragraph(text, lines[at - 1], lines[at], shapes[first])
        ):
            continue
        if at > first:
            groups += _at_short_lines(text, lines, first, at) if shapes[first] == "text" else [(first, at)]
        first = at
    return groups


def _at_page_edges(text: str, lines: Sequence[Line], numbers: Collection[int]) -> set[int]:
    """Returns the lines at the edges of pages that come back, figures aside, where they do so often enough.

    A page ends where a mark says so and where a number stands alone. Three times are enough, two where a mark
    says so both times.
    """
    marked = {at for i, line in enumerate(lines) if line.page for at in (i - 1, i)}
    edges = marked | {at for i in numbers for at in (i - 1, i + 1) if not _in_short_lines(lines, at, at - i)}
    short = {
        i
        for i in edges - set(numbers)
        if 0 <= i < len(lines) and lines[i].end - lines[i].start < _LONGEST_HEADER
    }
    keys = {i: _NO_LETTERS.sub("", text[lines[i].start : lines[i].end].casefold()) for i in short}
    times = Counter(keys.values())
    sure = Counter(key for i, key in keys.items() if i in marked)
    return {i for i, key in keys.items() if len(key) > 3 and (times[key] >= 3 or sure[key] >= 2)}


def _ends_sentence(text: str, lines: Sequence[Line], at: int) -> bool:
    """Whether a line that holds a number only is the end of the sentence above: ``HMSO,`` and ``1979.``."""
    if (
        not at
        or lines[at].blanks
        or lines[at].page
        or lone_number(text[lines[at - 1].start : lines[at - 1].end])
    ):
        return False
    above, number = (
        text[max(0, lines[at - 1].end - 12) : lines[at - 1].end],
        text[lines[at].start : lines[at].end],
    )
    return number.endswith(".") or (
        _YEAR.fullmatch(number) is not None and _BEFORE_YEAR.search(above) is not None
    )


def _in_short_lines(lines: Sequence[Line], at: int, step: int) -> bool:
    """Whether the line beside line ``at``, away from the page edge, is tight and short too."""
    beyond = at + step
    if not (0 <= at < len(lines) and 0 <= beyond < len(lines)):
        return False
    tight = not lines[max(at, beyond)].blanks
    return tight and lines[beyond].end - lines[beyond].start < _BODY_LINE


def _take_in_heads(text: str, lines: Sequence[Line], shapes: list[Shape]) -> None:
    """Takes the heads of columns above rows, and rows below, for rows though they have one wide gap only."""
    for at in range(1, len(shapes)):
        if shapes[at] == "text" and shapes[at - 1] == "row" and _in_columns(text, lines, at, at):
            shapes[at] = "row"
    for at in range(len(shapes) - 2, -1, -1):
        if shapes[at] == "text" and shapes[at + 1] == "row" and _in_columns(text, lines, at, at + 1):
            shapes[at] = "row"


def _in_columns(text: str, lines: Sequence[Line], at: int, lower: int) -> bool:
    """Whether line ``at`` has a gap as between columns (``1956-57   1957-58``) and is tight with its row."""
    short = lines[at].end - lines[at].start <= _LONGEST_HEADER
    tight = not lines[lower].blanks and not lines[lower].page
    return short and tight and _COLUMN_GAP.search(text, lines[at].start, lines[at].end) is not None


def _settle_shapes(text: str, lines: Sequence[Line], shapes: list[Shape]) -> None:
    """Takes back what only looks like a row or an item: a lone row, a dash at the head of a wrapped line."""
    for at in range(1, len(shapes)):
        # A last row whose other cells are empty.
        if (
            shapes[at - 1] == "row"
            and not lines[at].blanks
            and "\t" in text[lines[at].end : lines[at].end + 1]
        ):
            shapes[at] = "row"
    _take_in_heads(text, lines, shapes)
    for at in range(1, len(shapes) - 1):
        # A cell that runs over its line: nothing but its rest stands on the next.
        tight = not lines[at].blanks and not lines[at + 1].blanks and not lines[at].page
        short = lines[at].end - lines[at].start <= _CELL
        if tight and short and shapes[at] == "text" and shapes[at - 1] == shapes[at + 1] == "row":
            shapes[at] = "row"
    for at, shape in enumerate(shapes):
        tight_before = at > 0 and not lines[at].blanks
        tight_after = at + 1 < len(lines) and not lines[at + 1].blanks
        if shape == "row":
            alone = not (tight_before and shapes[at - 1] == "row") and not (
                tight_after and shapes[at + 1] == "row"
            )
            if alone:
                shapes[at] = "item" if item_head(text[lines[at].start : lines[at].end]) else "text"
        elif shape == "item" and tight_before and shapes[at - 1] == "text":
            head = item_head(text[lines[at].start : lines[at].end])
            before = text[lines[at - 1].start : lines[at - 1].end]
            runs_on = (
                not before.endswith(_STOPS) and text[lines[at].start + head.end()].islower()
                if head
                else False
            )
            if runs_on:
                shapes[at] = "text"


def _new_paragraph(text: str, before: Line, after: Line, shape: Shape) -> bool:
    """Whether ``after`` begins a paragraph though no blank line stands before it."""
    above, below = text[before.start : before.end], text[after.start : after.end]
    if _NOTE_HEAD.match(below) and (above.endswith(_STOPS) or " " not in above):
        return True  # a note under a note; the one above may end in a web address
    if shape == "text" and after.indent >= before.indent + 2 and _STOPPED.search(above):
        return True
    if _is_capitals(above) and not _is_capitals(below):
        return len(below) > _BODY_LINE
    return _is_capitals(below) and not _is_capitals(above) and above.endswith(_STOPS)


def _is_capitals(line: str) -> bool:
    return len(line) <= 100 and line.isupper() and sum(c.isalpha() for c in line) > 5


def _at_short_lines(text: str, lines: Sequence[Line], first: int, last: int) -> list[tuple[int, int]]:
    """Returns ``[first, last)`` cut behind lines that end a sentence well before the width."""
    if last - first < 5:
        return [(first, last)]
    width = max(line.end - line.start for line in lines[first:last])
    groups, begin = [], first
    for at in range(first + 1, last):
        above = lines[at - 1]
        short = above.end - above.start < _SHORT * width
        if short and text[above.start : above.end].endswith(_STOPS) and not text[lines[at].start].islower():
            groups.append((begin, at))
            begin = at
    return [*groups, (begin, last)]
