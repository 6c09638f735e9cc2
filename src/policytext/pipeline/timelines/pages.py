"""On which page of its source a raw offset stands, as far as that can be told.

A printed number heads its page or ends it. Which, the document itself must show: by the form feeds beside
its numbers, or else by numbers that stand before all body text (and have text behind the last) or behind all
of it (and have text before the first). A stretch between two numbers belongs to a page only where they follow
each other (12, 13). The open stretch, before the first number that ends a page or behind the last that heads
one, is that page's only while it is no longer than the longest page between two numbers: an unnumbered title
page or appendix makes it longer. Everywhere else the page is not told.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from policytext.spans import Span

_NUMBER = re.compile(r"\d{1,4}")
_FEWEST = 2
Side = Literal["head", "foot"]


@dataclass(frozen=True, slots=True)
class PrintedNumber:
    """A page number as printed, at a raw span."""

    span: Span
    text: str

    @property
    def value(self) -> int | None:
        """The number in it; None where there is none in figures."""
        found = _NUMBER.search(self.text)
        return int(found.group()) if found else None


@dataclass(frozen=True, slots=True)
class Pages:
    """Raw offsets at which pages begin, rising, and the page that begins there; None is an unknown one."""

    starts: tuple[int, ...]
    names: tuple[str | None, ...]

    def at(self, offset: int) -> str | None:
        """Returns the page on which a raw offset stands; None where that cannot be told."""
        index = bisect_right(self.starts, offset) - 1
        return self.names[index] if index >= 0 else None


def pages_of(raw: str, numbers: Sequence[PrintedNumber], body: Sequence[Span]) -> Pages:
    """Returns the pages of a raw text: as printed where that can be told, else counted by form feeds.

    Args:
        raw: the text.
        numbers: its printed page numbers, in order.
        body: raw spans of all that is neither furniture nor page number.
    """
    feeds = [at for at, char in enumerate(raw) if char == "\f"] if "\f" in raw else []
    side = _side(raw, numbers, body)
    if side is not None:
        return _printed(numbers, side, (min(s.start for s in body), max(s.end for s in body)))
    if feeds:
        return Pages((0, *(at + 1 for at in feeds)), tuple(str(n) for n in range(1, len(feeds) + 2)))
    return Pages((), ())


def _side(raw: str, numbers: Sequence[PrintedNumber], body: Sequence[Span]) -> Side | None:
    """Returns whether the numbers head or end their pages; None where that cannot be told."""
    values = [n.value for n in numbers]
    follow = sum(1 for a, b in pairwise(values) if a is not None and b == a + 1)
    if len(numbers) < _FEWEST or not body or follow < (len(numbers) - 1) / 2:
        return None
    if "\f" in raw:
        return _by_feeds(raw, numbers)
    before = min(s.start for s in body) < numbers[0].span.start
    behind = max(s.end for s in body) > numbers[-1].span.end
    if before == behind:
        return None
    return "foot" if before else "head"


def _by_feeds(raw: str, numbers: Sequence[PrintedNumber]) -> Side | None:
    """Returns the side on which the numbers stand right beside form feeds; None where they do not agree."""
    foot = sum(1 for n in numbers if _feed_behind(raw, n.span.end))
    head = sum(1 for n in numbers if _feed_before(raw, n.span.start))
    if foot == head:
        return None
    return "foot" if foot > head and 2 * foot > len(numbers) else "head" if 2 * head > len(numbers) else None


_NEAR = 200
"""Raw characters between a number and a form feed, at most; only blanks and marks of the number's line."""


def _feed_behind(raw: str, at: int) -> bool:
    gap, feed, _ = raw[at : at + _NEAR].partition("\f")
    return bool(feed) and not any(c.isalnum() for c in gap)


def _feed_before(raw: str, at: int) -> bool:
    _, feed, gap = raw[max(0, at - _NEAR) : at].rpartition("\f")
    return (bool(feed) or at < _NEAR) and not any(c.isalnum() for c in gap)


def _printed(numbers: Sequence[PrintedNumber], side: Side, body: tuple[int, int]) -> Pages:
    """Returns the pages by numbers that all stand on one side of them."""
    ends = [n.span.end for n in numbers]
    stretches = [b - a for a, b in pairwise(ends)]
    longest = max(
        (s for s, (a, b) in zip(stretches, pairwise(numbers), strict=True) if _follow(a, b)), default=0
    )
    starts, names = [0], [_first(numbers, side, body, longest)]
    for before, after in pairwise(numbers):
        starts.append(before.span.end)
        page = before if side == "head" else after
        names.append(str(page.value) if _follow(before, after) else None)
    starts.append(ends[-1])
    last = side == "head" and body[1] - ends[-1] <= longest
    names.append(str(numbers[-1].value) if last else None)
    return Pages(tuple(starts), tuple(names))


def _first(numbers: Sequence[PrintedNumber], side: Side, body: tuple[int, int], longest: int) -> str | None:
    """Returns the page of what stands before the first number."""
    first = numbers[0]
    if side == "head" or first.value is None:
        return None
    most = 2 * longest if first.value == 1 else longest  # only unnumbered pages come before a page 1
    return str(first.value) if first.span.start - body[0] <= most else None


def _follow(before: PrintedNumber, after: PrintedNumber) -> bool:
    return before.value is not None and after.value == before.value + 1
