"""Which lines of a PDF stand apart, and which are headings, by leading, size and weight of type.

The thresholds are the author's judgement, made on papers set by word processors. They are ratios to what the
document itself does most, so that double spacing or large type changes nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from policytext.ingest.pdf_lines import Line
from policytext.text.blocks.paragraphs import lone_number

Block = tuple[Line, ...]

_USUAL_LEADING = 1.2
"""Leading by size of type, where a document is too short to tell its own."""
_ENOUGH_PAIRS = 5
_LOW_QUARTER = 0.3
"""Most pairs of lines stand within paragraphs; minutes may have as many between them."""
_GAP = 1.3
_LARGER = 1.15
_LONGEST_HEADING = 20
_MOST_HEADING_LINES = 3
_FEWEST_HEADINGS = 3
_MOST_IN_HEADINGS = 0.25
_REPEATED = 3
_DEEPEST = 4
_NO_HEADING = re.compile(r"[.,;]$|\.{4}|(?:\. ){4}|^[\"'\u201c\u2018]|\t")
_DIGITS = re.compile(r"\d+")


def blocks(pages: Sequence[Sequence[Line]]) -> list[list[Block]]:
    """Returns the lines of every page in blocks: runs of lines with no more than the usual leading."""
    usual = _usual_leading(pages)
    return [list(_blocks(lines, usual)) for lines in pages]


def _blocks(lines: Sequence[Line], usual: float) -> Iterator[Block]:
    first = 0
    for at in range(1, len(lines) + 1):
        if at == len(lines) or _apart(lines[at - 1], lines[at], usual):
            if first < at:
                yield tuple(lines[first:at])
            first = at


def _usual_leading(pages: Sequence[Sequence[Line]]) -> float:
    """Returns the leading within paragraphs, as a multiple of the size of type."""
    ratios = sorted(
        (above.place - below.place) / above.size
        for lines in pages
        for above, below in pairwise(lines)
        if above.size == below.size > 0 and 0.7 < (above.place - below.place) / above.size < 3.5
    )
    return ratios[int(_LOW_QUARTER * len(ratios))] if len(ratios) >= _ENOUGH_PAIRS else _USUAL_LEADING


def _apart(above: Line, below: Line, usual: float) -> bool:
    """Whether two lines stand apart: by a gap, a new column, another size, or bold type that ends."""
    if not above.size or not below.size:
        return False
    lead = (above.place - below.place) / max(above.size, below.size)
    if abs(lead) < 0.5:  # PDFium parts some lines at wide gaps
        return False
    if lead < 0 or lead > _GAP * usual:
        return True
    if max(above.size, below.size) > 1.08 * min(above.size, below.size):
        return True
    return above.bold and not below.bold_head and below.text[:1].isupper() and len(above.text) < 80


def headings(pages: Sequence[Sequence[Block]]) -> dict[tuple[int, int], int]:
    """Returns the level of every heading, by page and block number, both from 0.

    Headings are short blocks set larger than the body, or in bold where the body is not. Where there are few,
    or they hold much of the text, type tells nothing, and all is left to the rules for plain text.
    """
    every = [(page, n, block) for page, of_page in enumerate(pages) for n, block in enumerate(of_page)]
    lines = [line for *_, block in every for line in block]
    total = sum(len(line.text) for line in lines)
    if not total:
        return {}
    body = _body_size(lines)
    light = sum(len(line.text) for line in lines if line.bold) < 0.4 * total
    times = Counter(_key(block) for *_, block in every)
    found = [
        (page, n, block)
        for page, n, block in every
        if times[_key(block)] < _REPEATED and _is_heading(block, body, light=light)
    ]
    held = sum(len(line.text) for *_, block in found for line in block)
    if len(found) < _FEWEST_HEADINGS or held > _MOST_IN_HEADINGS * total:
        return {}
    styles = sorted({_style(block) for *_, block in found}, reverse=True)
    return {(page, n): min(_DEEPEST, styles.index(_style(block)) + 1) for page, n, block in found}


def _body_size(lines: Sequence[Line]) -> float:
    """Returns the size that most characters are set in; the smaller of two as common."""
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return min(sizes, key=lambda size: (-sizes[size], size))


def _style(block: Block) -> tuple[float, bool]:
    return block[0].size, block[0].bold


def _key(block: Block) -> tuple[str, float, bool]:
    """Returns what a running header has in common on every page; the title it repeats is set otherwise."""
    return _DIGITS.sub("#", " ".join(line.text for line in block).casefold()), *_style(block)


def _is_heading(block: Block, body: float, *, light: bool) -> bool:
    size, bold = _style(block)
    text = " ".join(line.text for line in block)
    if len(block) > _MOST_HEADING_LINES or any(_style((line,)) != (size, bold) for line in block):
        return False
    if size < _LARGER * body and not (bold and light and size >= 0.95 * body):
        return False
    if not (text[0].isupper() or text[0].isdigit()) or len(text.split()) > _LONGEST_HEADING:
        return False
    return sum(map(str.isalpha, text)) >= 3 and not _NO_HEADING.search(text) and lone_number(text) is None
