"""Printings of one text beside each other, word by word: what each has at every place of it.

The earliest printing is the base, and every other is aligned with it by a longest common subsequence of
words, tidied up afterwards: a few words that two texts happen to share between long changes are no agreement
("semantic cleanup", Fraser 2009, google/diff-match-patch). Places are cut where any printing begins or ends
to differ, so that the columns joined again are the texts (Dekker et al. 2015, *Computer-supported collation
of modern manuscripts: CollateX*).

Differences are not alike. What a machine misread, an editor's choice of marks, hyphens, blanks and capitals,
and words that this program itself repaired are told apart from words that somebody changed. A pair of two
real words ("now" and "not") is never taken for a misreading, whatever the letters look like.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from policytext.text.letters import folded
from policytext.text.words.confusions import variants

ReadingKind = Literal["same", "form", "misread", "repaired", "replaced", "added", "left out", "outside"]
READING_KINDS: tuple[ReadingKind, ...] = get_args(ReadingKind)
WORDING: frozenset[str] = frozenset({"replaced", "added", "left out"})
"""Kinds by which the words themselves differ."""
SURFACE: frozenset[str] = frozenset({"form", "misread", "repaired"})
"""Kinds by which only the printing, the scan or its repair differs."""

Knows = Callable[[str], bool]
"""Whether a word, in small letters, is one."""

_TOKEN = re.compile(r"\S+\s*|\s+")
_NOTHING = re.compile(r"(?<!\d)[\W_]|[\W_](?!\d)")
_SIGNS = str.maketrans({"£": "gbp", "$": "usd", "€": "eur", "%": "pct", "+": "plus", "=": "equals"})
_SENTENCE = re.compile(r"[.?!\u2026][\"'\u201d\u2019)\]*_]{0,4}\s*$")
_MOST_PARTS = 3  # words that one word of another printing may be broken into


@dataclass(frozen=True, slots=True)
class Repair:
    """Clean ``[start, end)`` of a printing's text, where the source has ``printed``."""

    start: int
    end: int
    printed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """One printing: ``text`` is clean, ``start``/``end`` are its raw offsets, ``line`` counts from 1.

    ``relation`` is that of the reprint (``original``, ``reprint``, ``edited_reprint``, ``internal_repeat``).
    """

    passage: str
    document: str
    source: str
    title: str | None
    publication_edtf: str | None
    relation: str
    start: int
    end: int
    line: int
    text: str
    page: str | None = None
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True, slots=True)
class PrintedWork:
    """A text printed more than once, the earliest printing first; ``name`` is its group of reprints."""

    name: str
    printings: tuple[Printing, ...]

    def __post_init__(self) -> None:
        if not self.printings:
            raise ValueError(f"work {self.name}: no printing")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one printing has at a place; ``printed`` is what the source has where it was repaired."""

    text: str
    kind: ReadingKind
    printed: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place of the text, with a reading of each printing in their order; the first is the base.

    ``closes`` says that a sentence of the base ends here.
    """

    readings: tuple[Reading, ...]
    closes: bool


@dataclass(frozen=True, slots=True)
class Collation:
    """The places of a text in order."""

    places: tuple[Place, ...]

    def text(self, printing: int) -> str:
        """Returns the whole text of a printing, as it was given."""
        return "".join(p.readings[printing].text for p in self.places)

    def sentences(self) -> Iterator[tuple[Place, ...]]:
        """Yields the places sentence by sentence of the base."""
        row: list[Place] = []
        for place in self.places:
            row.append(place)
            if place.closes:
                yield tuple(row)
                row = []
        if row:
            yield tuple(row)

    def differing(self, kinds: frozenset[str] = WORDING) -> int:
        """Returns at how many places some printing differs from the base in one of these ways."""
        return sum(any(r.kind in kinds for r in p.readings) for p in self.places)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    key: str
    printed: str | None


@dataclass(frozen=True, slots=True)
class _Segment:
    """Base words ``[start, end)`` against words ``[first, last)`` of a printing; alike or not."""

    start: int
    end: int
    first: int
    last: int
    alike: bool


def collated(printings: Sequence[Printing], knows: Knows) -> Collation:
    """Returns the printings word by word; the first is the base that the others are compared with.

    Args:
        printings: one or more.
        knows: tells real words from misread ones.

    Raises:
        ValueError: no printing.
    """
    if not printings:
        raise ValueError("nothing to collate")
    texts = [_tokens(p) for p in printings]
    base = texts[0]
    aligned = [_aligned(base, other) for other in texts[1:]]
    cells = list(_cells(base, texts[1:], aligned))
    rows = [_read(row, knows) for row in cells]
    ends = [bool(row[0]) and _SENTENCE.search(row[0][-1].text) is not None for row in cells]
    return Collation(tuple(_merged(list(zip(_with_edges(rows), ends, strict=True)))))


def key_of(word: str) -> str:
    """Returns what makes a word the same: letters and digits without case, accents, marks and hyphens.

    Marks between digits stay (1.5 is not 15), and so do signs of money and number.
    """
    return _NOTHING.sub("", folded(word.translate(_SIGNS)))


def _tokens(printing: Printing) -> list[_Token]:
    found, repairs, at = [], list(printing.repairs), 0
    for match in _TOKEN.finditer(printing.text):
        while at < len(repairs) and repairs[at].end <= match.start():
            at += 1
        touched = at < len(repairs) and repairs[at].start < match.end()
        printed = repairs[at].printed if touched else None
        found.append(_Token(match[0], key_of(match[0]), printed))
    return found


def _aligned(base: Sequence[_Token], other: Sequence[_Token]) -> list[_Segment]:
    """Returns segments that cover both texts in order."""
    from rapidfuzz.distance import Indel

    numbers: dict[str, int] = {}
    ours, theirs = ([numbers.setdefault(t.key, len(numbers)) for t in side] for side in (base, other))
    codes = Indel.opcodes(ours, theirs)
    found = [_Segment(c.src_start, c.src_end, c.dest_start, c.dest_end, c.tag == "equal") for c in codes]
    out: list[_Segment] = []
    for segment in _tidied(found, base):
        out += [segment] if segment.alike else _refined(segment, base, other)
    return out


def _tidied(segments: list[_Segment], base: Sequence[_Token]) -> list[_Segment]:
    """Returns changes joined, and with them the agreements that are shorter than the changes around them."""
    out: list[_Segment] = []
    for number, segment in enumerate(segments):
        behind = segments[number + 1] if number + 1 < len(segments) else None
        alike = segment.alike
        if alike and out and not out[-1].alike and behind is not None:
            words = sum(len(t.key) for t in base[segment.start : segment.end])
            alike = words > 3 * min(_size(out[-1]), _following(segments, number))
        if out and not alike and not out[-1].alike:
            out[-1] = _Segment(out[-1].start, segment.end, out[-1].first, segment.last, alike=False)
        else:
            out.append(_Segment(segment.start, segment.end, segment.first, segment.last, alike))
    return out


def _size(segment: _Segment) -> int:
    """Returns the words of the larger side."""
    return max(segment.end - segment.start, segment.last - segment.first)


def _following(segments: Sequence[_Segment], number: int) -> int:
    """Returns the size of the change behind a segment; a deletion and an insertion are one."""
    behind = segments[number + 1 : number + 3]
    ours = sum(s.end - s.start for s in behind if not s.alike)
    theirs = sum(s.last - s.first for s in behind if not s.alike)
    return max(ours, theirs)


def _refined(segment: _Segment, base: Sequence[_Token], other: Sequence[_Token]) -> Iterator[_Segment]:
    """Yields a change in parts: words broken elsewhere, and word for word where both sides have as many."""
    start, end, first, last = segment.start, segment.end, segment.first, segment.last
    front: list[_Segment] = []
    while (taken := _broken(base[start:end], other[first:last])) is not None:
        front.append(_Segment(start, start + taken[0], first, first + taken[1], alike=True))
        start, first = start + taken[0], first + taken[1]
    back: list[_Segment] = []
    while (taken := _broken(base[start:end][::-1], other[first:last][::-1], backward=True)) is not None:
        back.append(_Segment(end - taken[0], end, last - taken[1], last, alike=True))
        end, last = end - taken[0], last - taken[1]
    yield from front
    if end - start == last - first:
        yield from (
            _Segment(start + i, start + i + 1, first + i, first + i + 1, alike=False)
            for i in range(end - start)
        )
    elif start < end or first < last:
        yield _Segment(start, end, first, last, alike=False)
    yield from reversed(back)


def _broken(
    ours: Sequence[_Token], theirs: Sequence[_Token], *, backward: bool = False
) -> tuple[int, int] | None:
    """Returns how many words of each side spell the same letters from here; None where none do."""
    for mine in range(1, min(_MOST_PARTS, len(ours)) + 1):
        for other in range(1, min(_MOST_PARTS, len(theirs)) + 1):
            if _spelled(ours[:mine], backward=backward) == _spelled(theirs[:other], backward=backward) != "":
                return mine, other
    return None


def _spelled(tokens: Sequence[_Token], *, backward: bool) -> str:
    return "".join(t.key for t in (reversed(tokens) if backward else tokens))


Cell = Sequence[_Token]


def _cells(
    base: Sequence[_Token], others: Sequence[Sequence[_Token]], aligned: Sequence[Sequence[_Segment]]
) -> Iterator[list[Cell]]:
    """Yields the words of every printing, place by place."""
    inside = {
        at
        for segments in aligned
        for s in segments
        if s.last > s.first and _whole(s)
        for at in range(s.start + 1, s.end)
    }
    cuts = [at for at in range(len(base) + 1) if at not in inside]
    starts = [_starts(segments, len(base)) for segments in aligned]
    for at, end in pairwise([*cuts, len(base)]):
        put = [other[s[at][0] : s[at][1]] for other, s in zip(others, starts, strict=True)]
        if any(put):
            yield [[], *put]
        if at < end:
            rest = [other[s[at][1] : s[end][0]] for other, s in zip(others, starts, strict=True)]
            yield [base[at:end], *rest]


def _whole(segment: _Segment) -> bool:
    """Whether a segment cannot be cut: only agreements word by word, and what is left out, can."""
    return not (segment.alike and segment.end - segment.start == segment.last - segment.first)


def _starts(segments: Sequence[_Segment], length: int) -> list[tuple[int, int]]:
    """Returns for each gap between words of the base where what the other text puts in there begins and ends.

    Gaps inside a segment that cannot be cut have no meaning.
    """
    begins, ends = [0] * (length + 1), [0] * (length + 1)
    for s in segments:
        if s.start == s.end:
            ends[s.start] = s.last
        for at in range(s.start + 1, s.end + 1):
            begins[at] = ends[at] = s.last if at == s.end else min(s.first + at - s.start, s.last)
    return list(zip(begins, ends, strict=True))


def _read(row: Sequence[Cell], knows: Knows) -> list[Reading]:
    base = row[0]
    own = Reading(_text(base), "repaired" if _printed(base) else "same", _printed(base))
    return [own, *(_reading(base, cell, knows) for cell in row[1:])]


def _reading(base: Cell, cell: Cell, knows: Knows) -> Reading:
    text, printed = _text(cell), _printed(cell)
    kind = _kind(base, cell, knows)
    return Reading(text, "repaired" if printed and kind == "same" else kind, printed)


def _kind(base: Cell, cell: Cell, knows: Knows) -> ReadingKind:
    ours, theirs = _spelled(base, backward=False), _spelled(cell, backward=False)
    if ours == theirs:
        words = _text(base).split(), _text(cell).split()
        return "same" if words[0] == words[1] else "form"
    if not theirs:
        return "left out"
    if not ours:
        return "added"
    pairs = list(zip(base, cell, strict=False)) if len(base) == len(cell) else []
    misread = pairs and all(_misread(a.key, b.key, knows) for a, b in pairs)
    return "misread" if misread else "replaced"


def _misread(one: str, other: str, knows: Knows) -> bool:
    """Whether two spellings differ by what a machine confuses, and not both are words; figures never do."""
    if one == other:
        return True
    if (one.isdigit() and other.isdigit()) or (_real(one, knows) and _real(other, knows)):
        return False
    return one in variants(other) or other in variants(one)


def _real(word: str, knows: Knows) -> bool:
    return word.isdigit() or knows(word)


def _text(cell: Cell) -> str:
    return "".join(t.text for t in cell)


def _printed(cell: Cell) -> str | None:
    found = dict.fromkeys(t.printed for t in cell if t.printed is not None)
    return " ".join(found) if found else None


def _with_edges(rows: list[list[Reading]]) -> list[list[Reading]]:
    """Returns the readings with those "outside" that lie before both texts have begun or after one ended.

    One printing may be an extract of another: what stands around it there is neither left out nor added.
    """
    for column in range(1, len(rows[0]) if rows else 0):
        both = [at for at, row in enumerate(rows) if _meet(row[0], row[column])]
        first, last = (both[0], both[-1]) if both else (len(rows), -1)
        for at, row in enumerate(rows):
            if not first <= at <= last and row[column].kind in ("added", "left out"):
                row[column] = Reading(row[column].text, "outside", row[column].printed)
    return rows


def _meet(base: Reading, other: Reading) -> bool:
    return bool(base.text.strip()) and bool(other.text.strip())


def _merged(rows: Sequence[tuple[list[Reading], bool]]) -> Iterator[Place]:
    """Yields places, joining neighbours that differ alike within a sentence."""
    held: list[Reading] = []
    closes = True
    for readings, ends in rows:
        if held and not closes and _alike(held, readings):
            held = [_joined(a, b) for a, b in zip(held, readings, strict=True)]
        else:
            if held:
                yield Place(tuple(held), closes)
            held = readings
        closes = ends
    if held:
        yield Place(tuple(held), closes)


def _alike(one: Sequence[Reading], other: Sequence[Reading]) -> bool:
    pairs = list(zip(one, other, strict=True))
    return all(a.kind == b.kind and not (a.printed or b.printed) for a, b in pairs)


def _joined(one: Reading, other: Reading) -> Reading:
    return Reading(one.text + other.text, one.kind)
