"""Two printings of one text aligned word by word.

A longest common subsequence of words is tidied up afterwards: a few words that two texts happen to share
between long changes are no agreement ("semantic cleanup", Fraser 2009, google/diff-match-patch).

Sentences are compared whole. What of a sentence one text has and the other lacks is a difference, at the edge
of the text as in its midst; whole sentences before the first or after the last that both have words of lie
*beyond* what is compared: one printing may be an extract of the other.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from policytext.text.letters import folded
from policytext.text.sentences import sentences

Bounds = tuple[int, int]
"""Words ``[first, last)``."""

_TOKEN = re.compile(r"\S+\s*|\s+")
_NOTHING = re.compile(r"(?<!\d)[\W_]|[\W_](?!\d)")
_SIGNS = str.maketrans({"£": "gbp", "$": "usd", "€": "eur", "%": "pct", "+": "plus", "=": "equals"})
_PHRASE = 12  # letters of three words or more that nobody has in common by chance
_MOST_PARTS = 3  # words that one word of another printing may be broken into
_LOPSIDED, _LARGE = 4, 6  # so many times the words, and so many at least: no longer one for the other


@dataclass(frozen=True, slots=True)
class Repair:
    """Clean ``[start, end)`` of a printing's text, where the source has ``printed``."""

    start: int
    end: int
    printed: str


@dataclass(frozen=True, slots=True)
class Token:
    """A word with the blanks behind it, in its ``sentence`` of the text; ``closes`` says that this ends."""

    text: str
    key: str
    printed: str | None
    sentence: int
    closes: bool


@dataclass(frozen=True, slots=True)
class Segment:
    """Base words ``[start, end)`` against words ``[first, last)`` of a printing; alike or not."""

    start: int
    end: int
    first: int
    last: int
    alike: bool = False

    @property
    def whole(self) -> bool:
        """Whether it cannot be cut: only agreements word by word, and what is left out, can."""
        return self.last > self.first and not (self.alike and self.end - self.start == self.last - self.first)


@dataclass(frozen=True, slots=True)
class Aligned:
    """Segments that cover both texts in order, and the words of each that lie in sentences compared."""

    segments: tuple[Segment, ...]
    ours: Bounds
    theirs: Bounds


def key_of(word: str) -> str:
    """Returns what makes a word the same: letters and digits without case, accents, marks and hyphens.

    Marks between digits stay (1.5 is not 15), and so do signs of money and number.
    """
    return _NOTHING.sub("", folded(word.translate(_SIGNS)))


def spelled(tokens: Sequence[Token], *, backward: bool = False) -> str:
    """Returns the letters of words run together; ``backward`` if these come last word first."""
    return "".join(t.key for t in (reversed(tokens) if backward else tokens))


def tokens_of(text: str, repairs: Sequence[Repair] = ()) -> list[Token]:
    """Returns the words of a text; joined again they are the text."""
    starts = [span.start for span in sentences(text)]
    words = [(m.start(), m[0]) for m in _TOKEN.finditer(text)]
    places = [max(1, bisect_right(starts, start + len(word) - 1)) for start, word in words]
    ends = [before != behind for before, behind in pairwise([*places, None])]
    found, at = [], 0
    for (start, word), place, closes in zip(words, places, ends, strict=True):
        while at < len(repairs) and repairs[at].end <= start:
            at += 1
        touched = at < len(repairs) and repairs[at].start < start + len(word)
        printed = repairs[at].printed if touched else None
        found.append(Token(word, key_of(word), printed, place, closes))
    return found


def aligned(base: Sequence[Token], other: Sequence[Token]) -> Aligned:
    """Returns two texts word against word."""
    from rapidfuzz.distance import Indel

    numbers: dict[str, int] = {}
    ours, theirs = ([numbers.setdefault(t.key, len(numbers)) for t in side] for side in (base, other))
    codes = Indel.opcodes(ours, theirs)
    found = [Segment(c.src_start, c.src_end, c.dest_start, c.dest_end, c.tag == "equal") for c in codes]
    tidied = _tidied(found, base)
    reach = _compared(tidied, base, other)
    out: list[Segment] = []
    for segment in tidied:
        if segment.alike:
            out.append(segment)
        else:
            out += _cut(segment, *reach, base, other)
    return Aligned(tuple(out), *reach)


def _tidied(segments: Sequence[Segment], base: Sequence[Token]) -> list[Segment]:
    """Returns changes joined, and with them the agreements that are shorter than the changes around them."""
    out: list[Segment] = []
    for number, segment in enumerate(segments):
        alike = segment.alike
        if alike and out and not out[-1].alike and number + 1 < len(segments):
            letters = len(spelled(base[segment.start : segment.end]))
            phrase = segment.end - segment.start > 2 and letters > _PHRASE
            alike = phrase or letters > 3 * min(_size(out[-1]), _following(segments, number))
        if out and not alike and not out[-1].alike:
            out[-1] = Segment(out[-1].start, segment.end, out[-1].first, segment.last)
        else:
            out.append(Segment(segment.start, segment.end, segment.first, segment.last, alike))
    return out


def _size(segment: Segment) -> int:
    """Returns the words of the larger side."""
    return max(segment.end - segment.start, segment.last - segment.first)


def _following(segments: Sequence[Segment], number: int) -> int:
    """Returns the size of the change behind a segment; a deletion and an insertion are one."""
    behind = segments[number + 1 : number + 3]
    ours = sum(s.end - s.start for s in behind if not s.alike)
    theirs = sum(s.last - s.first for s in behind if not s.alike)
    return max(ours, theirs)


def _compared(
    segments: Sequence[Segment], base: Sequence[Token], other: Sequence[Token]
) -> tuple[Bounds, Bounds]:
    """Returns the words of each text from the first sentence to the last that both have words of."""
    alike = [s for s in segments if s.alike and spelled(base[s.start : s.end])]
    if not alike:
        return (0, len(base)), (0, len(other))
    first, last = alike[0], alike[-1]
    return _sentences(base, first.start, last.end - 1), _sentences(other, first.first, last.last - 1)


def _sentences(tokens: Sequence[Token], first: int, last: int) -> Bounds:
    """Returns the bounds of the sentences from that of one word to that of another."""
    while first > 0 and not tokens[first - 1].closes:
        first -= 1
    while not tokens[last].closes:
        last += 1
    return first, last + 1


def _cut(
    change: Segment, ours: Bounds, theirs: Bounds, base: Sequence[Token], other: Sequence[Token]
) -> Iterator[Segment]:
    """Yields a change in parts: what lies beyond the sentences compared, and between that what does not."""
    start, end = (min(max(at, change.start), change.end) for at in ours)
    first, last = (min(max(at, change.first), change.last) for at in theirs)
    parts = (
        Segment(change.start, start, change.first, change.first),
        Segment(start, start, change.first, first),
        *_refined(Segment(start, end, first, last), base, other),
        Segment(end, change.end, last, last),
        Segment(change.end, change.end, last, change.last),
    )
    yield from (s for s in parts if _size(s))


def _refined(segment: Segment, base: Sequence[Token], other: Sequence[Token]) -> Iterator[Segment]:
    """Yields a change in parts: words broken elsewhere, and word for word where both sides have as many."""
    start, end, first, last = segment.start, segment.end, segment.first, segment.last
    front: list[Segment] = []
    while (taken := _broken(base[start:end], other[first:last])) is not None:
        front.append(Segment(start, start + taken[0], first, first + taken[1], alike=True))
        start, first = start + taken[0], first + taken[1]
    back: list[Segment] = []
    while (taken := _broken(base[start:end][::-1], other[first:last][::-1], backward=True)) is not None:
        back.append(Segment(end - taken[0], end, last - taken[1], last, alike=True))
        end, last = end - taken[0], last - taken[1]
    yield from front
    yield from _changed(Segment(start, end, first, last), base, other)
    yield from reversed(back)


def _changed(change: Segment, base: Sequence[Token], other: Sequence[Token]) -> Iterator[Segment]:
    """Yields a change word for word, or, of one side far longer, as what is left out and what is added.

    A lone word is no other wording of thirty: shown so, these would be gone unseen.
    """
    start, end, first, last = change.start, change.end, change.first, change.last
    fewer, more = sorted((end - start, last - first))
    if fewer == more:
        yield from (Segment(start + i, start + i + 1, first + i, first + i + 1) for i in range(more))
    elif not fewer or more < max(_LARGE, _LOPSIDED * fewer):
        yield change
    elif base[end - 1].closes and other[last - 1].closes:  # what is added is of the sentence that ends here
        yield from (Segment(start, start, first, last), Segment(start, end, last, last))
    else:
        yield from (Segment(start, end, first, first), Segment(end, end, first, last))


def _broken(
    ours: Sequence[Token], theirs: Sequence[Token], *, backward: bool = False
) -> tuple[int, int] | None:
    """Returns how many words of each side spell the same letters from here; None where none do."""
    for mine in range(1, min(_MOST_PARTS, len(ours)) + 1):
        for other in range(1, min(_MOST_PARTS, len(theirs)) + 1):
            if spelled(ours[:mine], backward=backward) == spelled(theirs[:other], backward=backward) != "":
                return mine, other
    return None
