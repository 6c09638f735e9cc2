"""What stands at the head or foot of one page of a PDF and again, at the same place, of the next.

The rules for plain text want a header three times before they believe it, since they do not see the page.
Here the place is known, so twice is enough, and a file that draws its footer first is understood as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from policytext.document import BlockKind
from policytext.ingest.drawing import margin_kind
from policytext.ingest.pdf_layout import Block
from policytext.text.blocks.paragraphs import lone_number

_SAME_PLACE = 1.0
"""Points; what one program sets at one place differs by rounding only."""
_MOST = 4
"""Blocks at one edge; more that are alike make a form that was filled in twice."""


def margins(pages: Sequence[Sequence[Block]]) -> dict[tuple[int, int], BlockKind]:
    """Returns page numbers and running headers, by page and block number, both from 0.

    They are the outermost blocks of a page, from its edge inwards, as long as the page before or behind has
    the same words, or the next number, in the same type at the same place. A page of nothing else has none.
    """
    found: dict[tuple[int, int], BlockKind] = {}
    for at, page in enumerate(pages):
        beside = [*(pages[at - 1] if at else ()), *(pages[at + 1] if at + 1 < len(pages) else ())]
        outer = set(_outermost(page, beside))
        for n in outer if len(outer) < len(page) else ():
            kind = margin_kind("\n".join(line.text for line in page[n]))
            if kind is not None:
                found[at, n] = kind
    return found


def _outermost(page: Sequence[Block], beside: Sequence[Block]) -> Iterator[int]:
    """Yields the numbers of blocks that stand ``beside`` as well, from the head down and from the foot up."""
    if not all(line.size for block in page for line in block):
        return  # where the place of a line is unknown, no block is known to be the outermost
    down = sorted(range(len(page)), key=lambda n: -page[n][0].place)
    up = sorted(range(len(page)), key=lambda n: page[n][-1].place)
    for order in (down, up):
        for n in order[:_MOST]:
            if not any(_is_again(page[n], other) for other in beside):
                break
            yield n


def _is_again(block: Block, other: Block) -> bool:
    if len(block) != len(other):
        return False
    return all(
        abs(a.place - b.place) <= _SAME_PLACE
        and (a.size, a.bold) == (b.size, b.bold)
        and (a.text == b.text or _follow(a.text, b.text))
        for a, b in zip(block, other, strict=True)
    )


def _follow(one: str, other: str) -> bool:
    """Whether two lines are the numbers of pages that lie side by side."""
    first, second = lone_number(one.strip()), lone_number(other.strip())
    if first is None or second is None:
        return False
    if first.isdecimal() and second.isdecimal():
        return abs(int(first) - int(second)) == 1
    return not (first.isdecimal() or second.isdecimal())
