"""Works: one utterance, however often it is printed, is one work, and counts once.

A group of reprints says that two stretches print one text, not which sentence of the one is which of the
other. So every place is sought, word by word, in the original of each group that it lies in, and there it has
a position. Places are one work where their positions are mostly the same: two sentences of one reprinted
paragraph are two works, a sentence and its pull quote are one. Places that mostly overlap in one document
are one work too. Where a place lies in several groups (its sentence as a pull quote, its paragraph in a later
paper), it joins their works; within one group works are stars around the first place, not chains.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from policytext.analysis.reprints.gathering import share_of
from policytext.analysis.reprints.overlap import Words, blocks, common_words, held, word_hashes
from policytext.annotation import ReprintRelation

TextOf = Callable[[str, int, int], str]
"""Returns the clean text of a document between two offsets."""

LARGER_PART = 0.5
"""A place is reprinted where more than this share of it lies in a reprinted stretch and its original says it;
two places are one work where they share more than this of the longer."""
_RUN, _NEAREST = 3, 3
LEFT_OVER = 0.4
"""Share of its words by which a misread sentence is still known in its place. With one letter in ten misread,
a word of five letters is whole three times in five (0.9 ** 5); of two sentences about anything, a quarter of
the words agree, by articles and prepositions."""


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch that says something: clean ``[start, end)`` of a document."""

    id: str
    document: str
    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"place {self.id}: no span with something in it: [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class ReprintAt:
    """A row of the reprints with its document; ``start``/``end`` are clean offsets in it.

    A printing may lie in several rows of one group and relation, where something else stands in its midst.
    """

    group: str
    document: str
    start: int
    end: int
    relation: ReprintRelation


@dataclass(frozen=True, slots=True)
class Printing:
    """Which ``work`` a place prints, as what, and whether it is the printing that counts.

    ``relation`` is None where nothing else is known to print it. Of each work's places one counts.
    """

    place: str
    work: str
    relation: ReprintRelation | None
    counts: bool


@dataclass(frozen=True, slots=True)
class _Position:
    """Where a place stands in the original of a group: words ``[start, end)`` of it."""

    group: str
    relation: ReprintRelation
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Added:
    """The words of a place, by its number, which an editor put into what he reprinted."""

    number: int
    relation: ReprintRelation
    said: Words


def works(places: Sequence[Place], reprints: Iterable[ReprintAt], text: TextOf) -> list[Printing]:
    """Returns for every place, in the order given, which work it prints and whether it counts.

    The first place of a work counts, one in an original before all others; so give the places in the order in
    which they were printed. A place that lies in several groups has the relation of the group in which
    it is no original, if there is one: of several the one that holds most of it. A work is named after the
    place that counts, so its name stays as long as that place's id does.

    Places are independent of each other but for this: the cost is that of one alignment for every place and
    group it lies in, and of sorting.

    Args:
        places: with ids that differ.
        reprints: rows of the groups, all that may hold a place.
        text: called for places that lie in reprinted stretches, and for the originals of these.
    """
    found = _Originals(reprints, text)
    positions = [found.positions(number, place) for number, place in enumerate(places)]
    joined = _Joined(len(places))
    _join_overlapping(places, joined)
    _join_same_words(positions, joined)
    for group in sorted(found.added):
        _join_added(group, found.added[group], positions, joined)
    first: dict[int, int] = {}
    for number in sorted(range(len(places)), key=lambda n: (_relation(positions[n]) in _REPEATS, n)):
        first.setdefault(joined.find(number), number)
    return [
        Printing(
            place.id,
            _name(places[first[joined.find(number)]].id),
            _relation(positions[number]),
            first[joined.find(number)] == number,
        )
        for number, place in enumerate(places)
    ]


_REPEATS: tuple[ReprintRelation, ...] = ("reprint", "edited_reprint", "internal_repeat")  # the closest first


def _relation(positions: Sequence[_Position]) -> ReprintRelation | None:
    repeats = [p for p in positions if p.relation != "original"]
    if repeats:
        return min(repeats, key=lambda p: (p.start - p.end, _REPEATS.index(p.relation), p.group)).relation
    return "original" if positions else None


def _name(place: str) -> str:
    return "w" + hashlib.blake2b(place.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


class _Originals:
    """The rows by document, and what the original of each group says."""

    def __init__(self, reprints: Iterable[ReprintAt], text: TextOf) -> None:
        self._text = text
        self._rows: dict[str, list[ReprintAt]] = defaultdict(list)
        self._original: dict[str, list[ReprintAt]] = defaultdict(list)
        self._words: dict[str, Words] = {}
        self.added: dict[str, list[_Added]] = defaultdict(list)
        """By group, the places of reprinted stretches that the original does not say."""
        for row in sorted(reprints, key=lambda r: (r.document, r.start, r.end, r.group)):
            self._rows[row.document].append(row)
            if row.relation == "original":
                self._original[row.group].append(row)
        self._starts = {document: [r.start for r in rows] for document, rows in self._rows.items()}
        self._longest = {
            document: max(r.end - r.start for r in rows) for document, rows in self._rows.items()
        }

    def positions(self, number: int, place: Place) -> list[_Position]:
        """Returns where the larger part of a place stands in originals, by group."""
        by_group: dict[str, list[ReprintAt]] = defaultdict(list)
        for row in self._touching(place):
            by_group[row.group].append(row)
        found = (self._position(number, place, by_group[group]) for group in sorted(by_group))
        return [position for position in found if position is not None]

    def _touching(self, place: Place) -> Iterator[ReprintAt]:
        """Yields the rows that share at least a character with a place."""
        rows, starts = self._rows.get(place.document, []), self._starts.get(place.document, [])
        low = bisect_left(starts, place.start - self._longest.get(place.document, 0))
        for row in rows[low : bisect_left(starts, place.end)]:
            if row.end > place.start:
                yield row

    def _position(self, number: int, place: Place, rows: Sequence[ReprintAt]) -> _Position | None:
        spans = [(max(place.start, r.start), min(place.end, r.end)) for r in rows]
        if sum(end - start for start, end in spans) <= LARGER_PART * (place.end - place.start):
            return None
        group, document = rows[0].group, place.document
        said = self._words_at(document, spans)
        original = self._words_of(group)
        shared = _found_in(said, original)
        if shared is None:
            before = self._words_at(document, [(r.start, min(r.end, place.start)) for r in rows])
            behind = self._words_at(document, [(max(r.start, place.end), r.end) for r in rows])
            shared = _between(before, said, behind, original)
        repeats = [r.relation for r in rows if r.relation != "original"]
        relation: ReprintRelation = min(repeats, default="original")
        if shared is None:
            self.added[group].append(_Added(number, relation, said))
            return None
        return _Position(group, relation, *shared)

    def _words_at(self, document: str, spans: Iterable[tuple[int, int]]) -> list[int]:
        """Returns the word hashes of several stretches of a document."""
        return [w for s, e in spans if s < e for w in word_hashes(self._text(document, s, e))]

    def _words_of(self, group: str) -> Words:
        if group not in self._words:
            rows = self._original.get(group, ())
            self._words[group] = [
                w for r in rows for w in word_hashes(self._text(r.document, r.start, r.end))
            ]
        return self._words[group]


def _found_in(said: Words, original: Words) -> tuple[int, int] | None:
    """Returns which words of an original the words of a place print; None where they do not.

    An edited reprint holds sentences that its original has not, and the place may be one of them.
    """
    short, long = sorted((said, original), key=len)
    found = held(short, long) if len(short) > 1 else None
    if found is None or found.matched < share_of(len(short)) * len(short):
        return None
    return (found.other_start, found.other_end) if long is original else (0, len(original))


def _between(before: Words, said: Words, behind: Words, original: Words) -> tuple[int, int] | None:
    """Returns what an original says between what stands before a place and what stands behind it.

    So a badly misread sentence is known by its place: the gap must be about as long, and some words agree.
    """
    row = [*before, *said, *behind]
    runs = [b for b in blocks(row, original) if b.size > 1]
    start, end = len(before), len(before) + len(said)
    low = max((b.b + min(start - b.a, b.size) for b in runs if b.a <= start), default=0)
    high = min((b.b + max(end - b.a, 0) for b in runs if b.a + b.size >= end), default=len(original))
    if not len(said) / 1.5 <= high - low <= 1.5 * len(said):
        return None
    agreeing = common_words(said, original[low:high])
    return (low, high) if agreeing >= LEFT_OVER * len(said) else None


class _Joined:
    """Which places are one work: sets that grow together (union by the smaller number)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, number: int) -> int:
        """Returns what stands for the set of ``number``."""
        while self._parent[number] != number:
            self._parent[number] = self._parent[self._parent[number]]
            number = self._parent[number]
        return number

    def join(self, a: int, b: int) -> None:
        """Makes the sets of two numbers one."""
        a, b = sorted((self.find(a), self.find(b)))
        self._parent[b] = a


def _join_overlapping(places: Sequence[Place], joined: _Joined) -> None:
    """Joins places that are mostly the same stretch of one document, each to the first such."""
    by_document: dict[str, _Stars] = defaultdict(_Stars)
    for number, place in enumerate(places):
        star = by_document[place.document].join(number, place.start, place.end)
        joined.join(star, number)


def _join_same_words(positions: Sequence[Sequence[_Position]], joined: _Joined) -> None:
    """Joins places that print mostly the same words of an original, originals first."""
    by_group: dict[str, list[tuple[bool, int, _Position]]] = defaultdict(list)
    for number, found in enumerate(positions):
        for position in found:
            by_group[position.group].append((position.relation != "original", number, position))
    for members in by_group.values():
        stars = _Stars()
        for _, number, position in sorted(members, key=lambda m: m[:2]):
            joined.join(stars.join(number, position.start, position.end), number)


def _join_added(
    group: str, added: Sequence[_Added], positions: Sequence[list[_Position]], joined: _Joined
) -> None:
    """Joins what several reprints say where their original does not: each to the first that says the same."""
    firsts: list[_Added] = []
    holding: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for one in added:
        runs = {tuple(one.said[at : at + _RUN]) for at in range(max(1, len(one.said) - _RUN + 1))}
        near = Counter(first for run in sorted(runs) for first in holding.get(run, ()))
        same = next((n for n, _ in near.most_common(_NEAREST) if _same(firsts[n].said, one.said)), None)
        if same is None:
            for run in runs:
                holding[run].append(len(firsts))
            firsts.append(one)
        else:
            joined.join(firsts[same].number, one.number)
            positions[one.number].append(_Position(group, one.relation, 0, len(one.said)))


def _same(a: Words, b: Words) -> bool:
    """Whether two texts are one, and not one a part of the other."""
    found = _found_in(*sorted((a, b), key=len))
    return found is not None and found[1] - found[0] > LARGER_PART * max(len(a), len(b))


class _Stars:
    """Stretches of one text, each with the number that came first; later ones join the nearest of them."""

    def __init__(self) -> None:
        self._spans: list[tuple[int, int, int]] = []
        self._longest = 0

    def join(self, number: int, start: int, end: int) -> int:
        """Returns the number whose stretch is mostly the same as ``[start, end)``; itself where none is."""
        low = bisect_left(self._spans, (start - self._longest,))
        high = bisect_right(self._spans, (end,))
        best = max(
            ((_common(start, end, s, e), -n) for s, e, n in self._spans[low:high]), default=(0.0, number)
        )
        if best[0] > LARGER_PART:
            return -best[1]
        self._spans.insert(bisect_left(self._spans, (start, end, number)), (start, end, number))
        self._longest = max(self._longest, end - start)
        return number


def _common(start: int, end: int, other_start: int, other_end: int) -> float:
    """Returns the share that two stretches have in common of the longer."""
    longer = max(end - start, other_end - other_start)
    return max(0, min(end, other_end) - max(start, other_start)) / longer if longer else 0.0
