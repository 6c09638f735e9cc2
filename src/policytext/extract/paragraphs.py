"""The paragraphs that the extractors read: blocks of a kind, or what blank lines part."""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet

from policytext.document import Block
from policytext.spans import Span

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def paragraphs(text: str, blocks: Sequence[Block], silent: AbstractSet[str]) -> list[Span]:
    """Returns the paragraphs of a clean text in order, as clean spans with something in them.

    Args:
        text: the clean text.
        blocks: its blocks in order; without any, blank lines part paragraphs.
        silent: kinds of blocks that are left out.
    """
    if blocks:
        return [Span(b.start, b.end) for b in blocks if b.kind not in silent and b.start < b.end]
    edges = [edge for gap in _BLANK_LINES.finditer(text) for edge in gap.span()]
    bounds = zip([0, *edges[1::2]], [*edges[::2], len(text)], strict=True)
    return [Span(start, end) for start, end in bounds if start < end]
