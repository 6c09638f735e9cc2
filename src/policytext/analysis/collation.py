"""Printings of one text beside each other, word by word: what each has at every place of it.

The earliest printing is the base, and every other is aligned with it (`policytext.analysis.aligning`). Places
are cut where any printing begins or ends to differ, so that the columns joined again are the texts (Dekker et
al. 2015, *Computer-supported collation of modern manuscripts: CollateX*).

Differences are not alike. What a machine misread, an editor's choice of marks, hyphens, blanks and capitals,
and words that this program itself repaired are told apart from words that somebody changed. A pair of two
real words ("now" and "not") is never taken for a misreading, whatever the letters look like.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal, get_args

from policytext.analysis.aligning import (
    Aligned,
    Repair,
    Segment,
    Token,
    aligned,
    key_of,
    spelled,
    tokens_of,
)
from policytext.text.words.confusions import variants

ReadingKind = Literal["same", "form", "misread", "repaired", "replaced", "added", "left out", "outside"]
READING_KINDS: tuple[ReadingKind, ...] = get_args(ReadingKind)
WORDING: frozenset[str] = frozenset({"replaced", "added", "left out"})
"""Kinds by which the words themselves differ."""
SURFACE: frozenset[str] = frozenset({"form", "misread", "repaired"})
"""Kinds by which only the printing, the scan or its repair differs."""

Knows = Callable[[str], bool]
"""Whether a word, in small letters, is one."""

__all__ = ["Collation", "Place", "PrintedWork", "Printing", "Reading", "Repair", "collated", "key_of"]


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
    texts = [tokens_of(p.text, p.repairs) for p in printings]
    rows = list(_rows(texts[0], texts[1:], [aligned(texts[0], other) for other in texts[1:]]))
    ends = _ends(rows)
    return Collation(tuple(_merged(list(zip((_read(row, knows) for row in rows), ends, strict=True)))))


@dataclass(frozen=True, slots=True)
class _Cell:
    """Words of a printing; ``beyond`` says that they, or the base's here, are in no sentence compared."""

    words: Sequence[Token]
    beyond: bool = False


def _rows(
    base: Sequence[Token], others: Sequence[Sequence[Token]], found: Sequence[Aligned]
) -> Iterator[list[_Cell]]:
    """Yields the words of every printing, place by place."""
    inside = {at for a in found for s in a.segments if s.whole for at in range(s.start + 1, s.end)}
    cuts = [at for at in range(len(base) + 1) if at not in inside]
    starts = [_starts(a.segments, len(base)) for a in found]
    for at, end in pairwise([*cuts, len(base)]):
        put = [_put_in(o, s[at], a.theirs) for o, s, a in zip(others, starts, found, strict=True)]
        for part in zip(*put, strict=True):
            if any(cell.words for cell in part):
                yield [_Cell(()), *part]
        if at < end:
            beyond = [end <= a.ours[0] or at >= a.ours[1] for a in found]
            rest = [o[s[at][1] : s[end][0]] for o, s in zip(others, starts, strict=True)]
            yield [_Cell(base[at:end]), *map(_Cell, rest, beyond)]


def _ends(rows: Sequence[Sequence[_Cell]]) -> list[bool]:
    """Returns behind which rows a sentence of the base ends, or what another puts in to end it."""
    ends = [bool(row[0].words) and row[0].words[-1].closes for row in rows]
    for at, (row, behind) in enumerate(pairwise(rows)):
        if ends[at] and not behind[0].words and any(map(_goes_on, row, behind)):
            ends[at : at + 2] = False, True
    return ends


def _goes_on(cell: _Cell, behind: _Cell) -> bool:
    return bool(cell.words and behind.words) and not cell.words[-1].closes


def _put_in(other: Sequence[Token], put: tuple[int, int], compared: tuple[int, int]) -> tuple[_Cell, ...]:
    """Returns what is put in at a gap, in three parts: before, in and behind the sentences compared."""
    first, last = (min(max(at, put[0]), put[1]) for at in compared)
    return (
        _Cell(other[put[0] : first], beyond=True),
        _Cell(other[first:last]),
        _Cell(other[last : put[1]], beyond=True),
    )


def _starts(segments: Sequence[Segment], length: int) -> list[tuple[int, int]]:
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


def _read(row: Sequence[_Cell], knows: Knows) -> list[Reading]:
    base = row[0].words
    own = Reading(_text(base), "repaired" if _printed(base) else "same", _printed(base))
    return [own, *(_reading(base, cell, knows) for cell in row[1:])]


def _reading(base: Sequence[Token], cell: _Cell, knows: Knows) -> Reading:
    text, printed = _text(cell.words), _printed(cell.words)
    kind = _kind(base, cell.words, knows)
    if cell.beyond and kind in ("added", "left out"):
        return Reading(text, "outside", printed)
    return Reading(text, "repaired" if printed and kind == "same" else kind, printed)


def _kind(base: Sequence[Token], words: Sequence[Token], knows: Knows) -> ReadingKind:
    ours, theirs = spelled(base), spelled(words)
    if ours == theirs:
        return "same" if _text(base).split() == _text(words).split() else "form"
    if not theirs:
        return "left out"
    if not ours:
        return "added"
    pairs = list(zip(base, words, strict=False)) if len(base) == len(words) else []
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


def _text(words: Sequence[Token]) -> str:
    return "".join(t.text for t in words)


def _printed(words: Sequence[Token]) -> str | None:
    found = dict.fromkeys(t.printed for t in words if t.printed is not None)
    return " ".join(found) if found else None


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
