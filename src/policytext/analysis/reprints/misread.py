"""Words that a scanner misread, put right by the other printing, so that a bad scan is still the same text.

With one letter in ten misread, four words in ten are: too few are left for the text to be known by. But where
what stands between two agreeing words is as long in both, and spelled nearly alike, it is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from policytext.analysis.reprints.overlap import Words, blocks

ALIKE = 0.66
"""Share of letters in order by which two words are spellings of one: one letter in three may be wrong."""
MOSTLY = 0.5
"""Of the words that face each other so many must be alike, or the text is another and not misread."""
SHORTEST = 3
"""Letters; shorter words are alike by chance."""
LEAST = 0.3
"""Share of the shorter text that must agree before anything is put right."""
_GAP = 12  # words between two that agree


def restored(a: Words, b: Words, spelled_a: Sequence[str], spelled_b: Sequence[str]) -> list[int]:
    """Returns ``b`` with the words of ``a`` where it has another spelling of them in their place.

    Args:
        a: word hashes of a text.
        b: word hashes of a text that may be a bad scan of it, or ``a`` of it.
        spelled_a: the folded words of ``a``, as many.
        spelled_b: the folded words of ``b``, as many.
    """
    out = list(b)
    for gap in _gaps(a, b):
        alike = [(at, other) for at, other in gap if _alike(spelled_a[at], spelled_b[other])]
        if len(alike) >= MOSTLY * len(gap):
            for at, other in alike:
                out[other] = a[at]
    return out


def _gaps(a: Words, b: Words) -> Iterator[list[tuple[int, int]]]:
    """Yields the words that face each other between agreeing words, before the first, behind the last."""
    found = blocks(a, b)
    if not found:
        return
    first, last = found[0], found[-1]
    before = min(first.a, first.b, _GAP)
    yield [(first.a - back, first.b - back) for back in range(before, 0, -1)]
    for one, other in pairwise(found):
        at, too = one.a + one.size, one.b + one.size
        if other.a - at == other.b - too <= _GAP:
            yield list(zip(range(at, other.a), range(too, other.b), strict=True))
    at, too = last.a + last.size, last.b + last.size
    behind = min(len(a) - at, len(b) - too, _GAP)
    yield [(at + k, too + k) for k in range(behind)]


def _alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < SHORTEST or abs(len(one) - len(other)) > 1:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= ALIKE
