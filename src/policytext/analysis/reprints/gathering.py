"""From overlaps to groups: what prints one text, the original first.

Groups are stars, not chains: every member resembles the original itself. First every whole passage gathers
the passages that hold it; then what two passages share in part gathers the passages that hold that part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from policytext.analysis.reprints.compared import MIN_WORDS, SHORT, PassageText, Texts
from policytext.analysis.reprints.misread import LEAST, restored
from policytext.analysis.reprints.overlap import (
    Shared,
    Words,
    common_words,
    folded_words,
    held,
    shared_stretches,
)
from policytext.annotation import Reprint, ReprintRelation

SHORT_SHARE, SHARE = 0.75, 0.6
"""Texts under ``SHORT`` words must be repeated to ``SHORT_SHARE``, longer ones to ``SHARE``.

Measured on invented variants: see the tests of this module.
"""
IDENTICAL = 0.9
"""From this similarity on a printing is a reprint, below it an edited reprint."""
FORMULA_TIMES = 12
"""A text under ``SHORT`` words that is printed more often than this is a formula, not a reprint."""
ASIDE = frozenset({"pull_quote", "footnote"})
"""Kinds of blocks that quote the running text, and so are no originals of it."""


@dataclass(frozen=True, slots=True)
class _Member:
    """Words ``[start, end)`` of a text that print the text of a group."""

    text: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Printing:
    """One passage's stretch ``[start, end)``, in words, of the text of a group."""

    passage: PassageText
    words: Words
    start: int
    end: int

    @property
    def stretch(self) -> Words:
        """The word hashes of the stretch."""
        return self.words[self.start : self.end]

    @property
    def spelled(self) -> list[str]:
        """The folded words of the stretch."""
        return [word for word, _, _ in folded_words(self.passage.text)[self.start : self.end]]

    @property
    def rank(self) -> tuple[str, bool, int, str, int]:
        """Sorts the original first: earliest print, running text before quotes of it, longest, id."""
        p = self.passage
        return p.published or "~", p.kind in ASIDE, -len(self.words), p.id, self.start


@dataclass(slots=True)
class Overlaps:
    """What aligning the candidates gave: by text, the texts that hold it whole, and all that share words.

    ``parts`` are (shorter text, longer text, shared stretch) where neither holds the other.
    """

    holders: dict[int, list[_Member]] = field(default_factory=dict)
    partners: dict[int, set[int]] = field(default_factory=dict)
    parts: list[tuple[int, int, Shared]] = field(default_factory=list)

    def add(self, texts: Texts, short: int, long: int) -> None:
        """Adds what two texts share: the shorter whole, or else stretches of both."""
        a, b = texts.words(short), texts.words(long)
        if self._add_whole(texts, short, long, held(a, b) if _may_hold(a, b) else None):
            return
        readings = [b]
        if common_words(a, b) >= LEAST * len(a):
            readings.append(restored(a, b, texts.spelled(short), texts.spelled(long)))
            if self._add_whole(texts, short, long, held(a, readings[1])):
                return
        for reading in readings:
            if self._add_parts(texts, short, long, shared_stretches(a, reading, MIN_WORDS)):
                return

    def _add_whole(self, texts: Texts, short: int, long: int, whole: Shared | None) -> bool:
        """Whether ``whole`` is enough of the shorter text; then it is added, if no filled-in form."""
        if whole is None or whole.matched < share_of(whole.end) * whole.end:
            return False
        if not _filled_in(texts, short, long, whole):
            self.holders.setdefault(short, []).append(_Member(long, whole.other_start, whole.other_end))
            self._introduce(short, long)
        return True

    def _add_parts(self, texts: Texts, short: int, long: int, found: Sequence[Shared]) -> bool:
        """Whether there are stretches to add; those of a form filled in are not added."""
        parts = [s for s in found if not _filled_in(texts, short, long, s)]
        if parts:
            self.parts += [(short, long, s) for s in parts]
            self._introduce(short, long)
        return bool(found)

    def _introduce(self, a: int, b: int) -> None:
        self.partners.setdefault(a, set()).add(b)
        self.partners.setdefault(b, set()).add(a)


def _may_hold(a: Words, b: Words) -> bool:
    return common_words(a, b) >= share_of(len(a)) * len(a)


def share_of(words: int) -> float:
    """Returns the share of a text of so many words that a printing of it must repeat."""
    return SHORT_SHARE if words < SHORT else SHARE


def _filled_in(texts: Texts, a: int, b: int, shared: Shared) -> bool:
    """Whether a short text is the same form with other numbers: "a grant of 200 pounds for 1958"."""
    if shared.end - shared.start >= 2 * SHORT:
        return False
    one = texts.numbers(a, shared.start, shared.end)
    other = texts.numbers(b, shared.other_start, shared.other_end) if one else one
    return bool(one - other) and bool(other - one)


class Gathering:
    """Makes groups out of overlaps, and remembers who is grouped with whom where."""

    def __init__(self, texts: Texts, overlaps: Overlaps) -> None:
        self.texts, self.overlaps = texts, overlaps
        self.formulae = 0
        self._known: dict[int, list[tuple[int, int, frozenset[int]]]] = {}
        self._members: dict[tuple[int, ...], dict[_Member, None]] = {}

    def groups(self) -> list[list[Reprint]]:
        """Returns the groups, each as its rows."""
        for seed in range(len(self.texts)):
            if seed in self.overlaps.holders or len(self.texts.passages[seed]) > 1:
                self._gather_whole(seed)
        longest_first = sorted(self.overlaps.parts, key=lambda p: (-p[2].matched, p[0], p[1], p[2].start))
        for a, b, shared in longest_first:
            self._gather_part(a, b, shared)
        return [
            rows
            for words, members in self._members.items()
            for rows in self._printed(words, members)
            if len(rows) > 1
        ]

    def _gather_whole(self, seed: int) -> None:
        """A whole text and the texts that hold it; identical passages are one text."""
        words = self.texts.words(seed)
        holders = [
            m
            for m in self.overlaps.holders.get(seed, ())
            if not self._together(seed, m.text, 0, len(words), IDENTICAL)
        ]
        repeated = len(self.texts.passages[seed]) > 1 and not self._together(
            seed, seed, 0, len(words), IDENTICAL
        )
        if holders or repeated:
            self._add(words, [_Member(seed, 0, len(words)), *holders])

    def _gather_part(self, a: int, b: int, shared: Shared) -> None:
        """A stretch of one text, the other text that shares it, and whatever else holds it."""
        if self._together(a, b, shared.start, shared.end):
            return
        if not self.texts.says_something(a, shared.start, shared.end):
            return
        words = self.texts.words(a)[shared.start : shared.end]
        members = [_Member(a, shared.start, shared.end), _Member(b, shared.other_start, shared.other_end)]
        members += self._holding(words, sorted(self.overlaps.partners[a] - {b}))
        self._add(words, members)

    def _holding(self, words: Words, texts: Iterable[int]) -> Iterator[_Member]:
        """Yields where ``texts`` hold these words."""
        for other in texts:
            long = self.texts.words(other)
            found = held(words, long) if len(long) >= len(words) else None
            if found is not None and found.matched >= share_of(len(words)) * len(words):
                yield _Member(other, found.other_start, found.other_end)

    def _together(self, text: int, other: int, start: int, end: int, share: float = SHARE) -> bool:
        """Whether a group holds this share of words ``[start, end)`` of a text, and the other text."""
        return any(
            other in members and min(end, e) - max(start, s) >= share * (end - start)
            for s, e, members in self._known.get(text, ())
        )

    def _add(self, words: Words, members: list[_Member]) -> None:
        together = frozenset(m.text for m in members)
        for m in members:
            self._known.setdefault(m.text, []).append((m.start, m.end, together))
        # The same words may be come upon twice, from two pairs of texts that share them: still one group.
        self._members.setdefault(tuple(words), {}).update(dict.fromkeys(members))

    def _printed(self, words: Words, members: Iterable[_Member]) -> list[list[Reprint]]:
        """Returns the rows of a group; none for a formula.

        What resembles the seed but not the original is a group with the seed: two later papers may share a
        sentence that the first has not.
        """
        printings = [
            Printing(p, self.texts.words(m.text), m.start, m.end)
            for m in members
            for p in self.texts.passages[m.text]
        ]
        if len(words) < SHORT and len(printings) > FORMULA_TIMES:
            self.formulae += 1
            return []
        rows, others = _rows(group_name(tuple(words)), printings)
        if not others:
            return [rows]
        seeds = [p for p in printings if tuple(p.stretch) == tuple(words)]
        return [rows, _rows(group_name((*words, "seed")), [*seeds, *others])[0]]


def _rows(name: str, printings: list[Printing]) -> tuple[list[Reprint], list[Printing]]:
    """Returns the rows of a group, the original first; and the printings that do not resemble it."""
    ordered = sorted(printings, key=lambda p: p.rank)
    original = ordered[0]
    rows, others = [row(name, original, "original", 1.0)], []
    for printing in sorted(ordered[1:], key=lambda p: (p.passage.id, p.start)):
        if _same_place(original.passage, printing.passage):
            continue
        one, other = original.stretch, printing.stretch
        matched, rule = _matched(one, other), None
        shorter = min(len(one), len(other))
        if matched < share_of(shorter) * shorter:
            rule = "reprints.misread"
            put_right = restored(one, other, original.spelled, printing.spelled)
            if _matched(one, put_right) < share_of(shorter) * shorter:
                others.append(printing)  # it resembles the seed, but not the original: no chains
                continue
        similarity = matched / max(len(one), len(other))
        rows.append(row(name, printing, _relation(original, printing, similarity), similarity, rule))
    return rows, others


def group_name(of: tuple[object, ...]) -> str:
    """Returns what a group is called by, the same in every run."""
    return "r" + hashlib.blake2b(repr(of).encode("ascii", "backslashreplace"), digest_size=6).hexdigest()


def _same_place(a: PassageText, b: PassageText) -> bool:
    return a.document == b.document and a.start < b.end and b.start < a.end


def _matched(original: Words, printing: Words) -> int:
    """Returns how many words, in order, two stretches have in common."""
    if original == printing:
        return len(original)
    found = held(*sorted((original, printing), key=len))
    return 0 if found is None else found.matched


def _relation(original: Printing, printing: Printing, similarity: float) -> ReprintRelation:
    if original.passage.document == printing.passage.document:
        return "internal_repeat"
    return "reprint" if similarity >= IDENTICAL else "edited_reprint"


def row(
    group: str, printing: Printing, relation: ReprintRelation, similarity: float, rule: str | None = None
) -> Reprint:
    """Returns the row of a printing; without ``rule`` that of identical or aligned words."""
    passage, whole = printing.passage, len(printing.words)
    start, end = passage.start, passage.end
    if printing.end - printing.start < whole:
        places = folded_words(passage.text)
        start, end = passage.start + places[printing.start][1], passage.start + places[printing.end - 1][2]
    # The longer the text, the less likely that two people wrote it: half the doubt goes every six words.
    confidence = similarity * (1 - 0.5 ** ((printing.end - printing.start) / 6))
    rule = rule or f"reprints.{'identical' if similarity == 1 else 'aligned'}"
    return Reprint(group, passage.id, start, end, relation, round(similarity, 3), rule, round(confidence, 3))
