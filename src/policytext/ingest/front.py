"""Where a paper says what it is: its opening lines, and the imprint at its end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policytext.document import Block

_OPENING_LINES = 40
_OPENING_BLOCKS = 20
_IMPRINT_BLOCKS = 25
_LONGEST_LINE = 600  # characters; an imprint's lines are shorter
_LEFT_OUT = frozenset({"page_number", "figure", "boilerplate"})
_SERIES = "boilerplate.series"
"""Says what kind of paper it is, and often when it appeared."""
_MARGIN = frozenset({"page_number", "running_header"})
"""What the layout moves behind the text."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of clean text with the kind and level of its block; ``marked`` if markup made it a heading.

    ``whole`` tells that it is all of its block, ``block`` numbers the block.
    """

    text: str
    kind: str
    level: int
    marked: bool
    whole: bool
    block: int


@dataclass(frozen=True, slots=True)
class Front:
    """The lines above the body, the first line of the body, and the lines of the imprint.

    The body begins with the first block that holds whole sentences; the imprint is everything that was taken
    for boilerplate and the last blocks of the paper.
    """

    opening: tuple[Line, ...]
    body: str
    imprint: tuple[Line, ...]


def front(text: str, blocks: Sequence[Block]) -> Front:
    """Returns the parts of a clean text that speak of the paper itself; reads no more than its two ends."""
    opening: list[Line] = []
    body = ""
    seen = 0
    for number, block in enumerate(blocks[: _OPENING_BLOCKS * 2]):
        if block.kind in _LEFT_OUT and block.rule != _SERIES:
            continue
        if _is_body(text, block):
            body = " ".join(text[block.start : min(block.end, block.start + _LONGEST_LINE)].split())
            break
        opening += _lines(text, block, number)
        seen += 1
        if seen >= _OPENING_BLOCKS or len(opening) >= _OPENING_LINES:
            break
    printed = [(n, b) for n, b in enumerate(blocks) if b.kind not in _MARGIN]
    last = len(printed) - _IMPRINT_BLOCKS
    told = {"boilerplate"} if last > 0 else set()
    chosen = [(n, b) for at, (n, b) in enumerate(printed) if b.kind in told or at >= last]
    return Front(
        tuple(opening[:_OPENING_LINES]),
        body,
        tuple(
            line
            for number, block in chosen
            for line in _lines(text, block, number)
            if block.kind != "footnote"
        ),
    )


def _is_body(text: str, block: Block) -> bool:
    if block.kind in {"heading", "running_header"}:
        return False
    if block.end - block.start > _LONGEST_LINE:
        return True
    content = text[block.start : block.end].rstrip(" \"'\u2019”)")
    # Twenty words and no stop can still be a subtitle with its byline and the author's offices.
    words = len(content.split())
    return words >= 40 or (words >= 8 and content.endswith((".", ":", "?", "!")))


def _lines(text: str, block: Block, number: int) -> Iterator[Line]:
    lines = text[block.start : min(block.end, block.start + 4 * _LONGEST_LINE)].split("\n")
    filled = [" ".join(line[:_LONGEST_LINE].split()) for line in lines if line.strip()]
    marked = block.kind == "heading" and block.rule.startswith(("heading.markup", "reader."))
    for line in filled:
        yield Line(line, block.kind, block.level, marked, len(filled) == 1, number)
