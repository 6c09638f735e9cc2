"""Reprints: the same text printed again, found passage by passage.

A finding is a *stretch*: a pull quote repeats one sentence of a paragraph, and only that sentence is
reprinted. So a group is one text, its rows are the stretches that print it, and a passage may lie in
several groups (its sentence as a pull quote, the whole of it in a later paper).

Groups are stars, not chains: every member resembles the original itself. First every whole passage gathers
the passages that hold it; then what two passages share in part gathers the passages that hold that part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from policytext.analysis.overlap import (
    Shared,
    Words,
    candidates,
    common_words,
    folded_words,
    held,
    shared_stretches,
    word_hash,
)
from policytext.annotation import Reprint, ReprintRelation
from policytext.document import FURNITURE, BlockKind

Progress = Callable[[int, int], None]

MIN_WORDS = 10
"""Fewer words are a formula, a title, a name: anybody's."""
SHORT, SHORT_SHARE, SHARE = 20, 0.75, 0.6
"""Texts under ``SHORT`` words must be repeated to ``SHORT_SHARE``, longer ones to ``SHARE``.

Measured on invented variants: see the tests of this module.
"""
IDENTICAL = 0.9
"""From this similarity on a printing is a reprint, below it an edited reprint."""
FORMULA_TIMES = 12
"""A text under ``SHORT`` words that is printed more often than this is a formula, not a reprint."""
MAX_WORDS = 1000
"""Longer texts are no passages; aligning them would cost their product."""
PROSE = 0.5
"""More words than this share begin in lower case in prose; names, titles and addresses of under
``2 * SHORT`` words do not."""

_NO_TEXT = FURNITURE | {"heading", "table"}  # what repeats by nature
_ASIDE = frozenset({"pull_quote", "footnote"})


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as it is compared; ``start``/``end`` are clean offsets of ``text`` in its document.

    ``published`` is the ISO day by which the document was certainly published, None where unknown.
    Ids sort as the passages stand in the corpus.
    """

    id: str
    document: str
    start: int
    end: int
    text: str
    kind: BlockKind
    published: str | None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise ValueError(f"passage {self.id}: text and span differ in length")


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found and what it took; ``reprints`` by group, the original first.

    ``compared`` counts aligned pairs, ``frequent`` the word runs too common to propose pairs, ``formulae``
    the texts left out as names or as short texts printed too often, ``too_long`` the passages of more than
    `MAX_WORDS` words, which are not compared.
    """

    reprints: tuple[Reprint, ...]
    compared: int
    frequent: int
    formulae: int
    too_long: int


@dataclass(frozen=True, slots=True)
class _Text:
    """One folded text: hashes of its words, which of them are numbers, the passages that print exactly it."""

    words: tuple[int, ...]
    numbers: frozenset[int]
    passages: tuple[PassageText, ...]


@dataclass(frozen=True, slots=True)
class _Member:
    """Words ``[start, end)`` of a text that print the text of a group."""

    text: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Printing:
    """One passage's stretch ``[start, end)``, in words, of the text of a group."""

    passage: PassageText
    words: tuple[int, ...]
    start: int
    end: int

    @property
    def stretch(self) -> tuple[int, ...]:
        return self.words[self.start : self.end]

    @property
    def rank(self) -> tuple[str, bool, int, str, int]:
        """Sorts the original first: earliest print, running text before quotes of it, longest, id."""
        p = self.passage
        return p.published or "~", p.kind in _ASIDE, -len(self.words), p.id, self.start


@dataclass(slots=True)
class _Overlaps:
    """What aligning the candidates gave: by text, the texts that hold it whole, and all that share words.

    ``parts`` are (shorter text, longer text, shared stretch) where neither holds the other.
    """

    holders: dict[int, list[_Member]] = field(default_factory=dict)
    partners: dict[int, set[int]] = field(default_factory=dict)
    parts: list[tuple[int, int, Shared]] = field(default_factory=list)


def find_reprints(passages: Iterable[PassageText], progress: Progress | None = None) -> list[Reprint]:
    """Returns one row for every printing of a text that is printed more than once.

    Rows come by group in order of the original's passage id, the original first, then by id. A row
    concerns its stretch only; what else its passage says is not reprinted. `compare` also says what was left
    out.

    Args:
        passages: all passages of the corpus; headings, tables and furniture are passed over.
        progress: called with (pairs done, pairs to do) now and then.
    """
    return list(compare(passages, progress).reprints)


def compare(passages: Iterable[PassageText], progress: Progress | None = None) -> Comparison:
    """Returns the reprints among ``passages`` with counts of what was compared and left out."""
    texts, names, too_long = _texts(passages)
    pairs, frequent = candidates([t.words for t in texts])
    overlaps = _Overlaps()
    for done, (short, long) in enumerate(pairs):
        _align(texts, short, long, overlaps)
        if progress is not None and done % 1000 == 0:
            progress(done, len(pairs))
    gathering = _Gathering(texts, overlaps)
    groups = gathering.groups()
    if progress is not None:
        progress(len(pairs), len(pairs))
    rows = tuple(row for group in groups for row in group)
    return Comparison(rows, len(pairs), frequent, names + gathering.formulae, too_long)


def _texts(passages: Iterable[PassageText]) -> tuple[list[_Text], int, int]:
    """Returns the distinct texts to compare, shorter first; and how many were names, and too long."""
    printed: dict[tuple[int, ...], list[PassageText]] = {}
    numbers: dict[tuple[int, ...], frozenset[int]] = {}
    names = too_long = 0
    for passage in passages:
        if passage.kind in _NO_TEXT:
            continue
        words = folded_words(passage.text)
        if len(words) > MAX_WORDS:
            too_long += 1
        elif sum(not w.isdigit() for w, _, _ in words) >= MIN_WORDS:
            if not _is_prose(passage.text, words):
                names += 1
                continue
            key = tuple(word_hash(w) for w, _, _ in words)
            printed.setdefault(key, []).append(passage)
            numbers[key] = frozenset(word_hash(w) for w, _, _ in words if w.isdigit())
    texts = [
        _Text(key, numbers[key], tuple(sorted(found, key=lambda p: (p.id, p.start))))
        for key, found in printed.items()
    ]
    texts.sort(key=lambda t: (len(t.words), t.passages[0].id, t.passages[0].start))
    return texts, names, too_long


def _is_prose(text: str, words: Sequence[tuple[str, int, int]]) -> bool:
    lower = sum(text[start].islower() for _, start, _ in words)
    return len(words) >= 2 * SHORT or lower > PROSE * len(words)


def _share(words: int) -> float:
    return SHORT_SHARE if words < SHORT else SHARE


def _align(texts: Sequence[_Text], short: int, long: int, overlaps: _Overlaps) -> None:
    """Adds what two texts share to ``overlaps``: the shorter whole, or else stretches of both."""
    a, b = texts[short], texts[long]
    need = _share(len(a.words)) * len(a.words)
    whole = held(a.words, b.words) if common_words(a.words, b.words) >= need else None
    if whole is not None and whole.matched >= need:
        if not _filled_in(a, b, whole):
            overlaps.holders.setdefault(short, []).append(_Member(long, whole.other_start, whole.other_end))
            _introduce(overlaps, short, long)
        return
    parts = [s for s in shared_stretches(a.words, b.words, MIN_WORDS) if not _filled_in(a, b, s)]
    if parts:
        overlaps.parts += [(short, long, s) for s in parts]
        _introduce(overlaps, short, long)


def _introduce(overlaps: _Overlaps, a: int, b: int) -> None:
    overlaps.partners.setdefault(a, set()).add(b)
    overlaps.partners.setdefault(b, set()).add(a)


def _filled_in(a: _Text, b: _Text, shared: Shared) -> bool:
    """Whether a short text is the same form with other numbers: "a grant of 200 pounds for 1958"."""
    if shared.end - shared.start >= 2 * SHORT:
        return False
    one = a.numbers.intersection(a.words[shared.start : shared.end])
    other = b.numbers.intersection(b.words[shared.other_start : shared.other_end])
    return bool(one - other) and bool(other - one)


class _Gathering:
    """Makes groups out of overlaps, and remembers who is grouped with whom where."""

    def __init__(self, texts: Sequence[_Text], overlaps: _Overlaps) -> None:
        self.texts, self.overlaps = texts, overlaps
        self.formulae = 0
        self._known: dict[int, list[tuple[int, int, frozenset[int]]]] = {}
        self._members: dict[Words, dict[_Member, None]] = {}

    def groups(self) -> list[list[Reprint]]:
        """Returns the groups, each as its rows, by the original's id and place."""
        for seed in range(len(self.texts)):
            self._gather_whole(seed)
        longest_first = sorted(self.overlaps.parts, key=lambda p: (-p[2].matched, p[0], p[1], p[2].start))
        for a, b, shared in longest_first:
            self._gather_part(a, b, shared)
        groups = [rows for words, members in self._members.items() if (rows := self._printed(words, members))]
        return sorted(groups, key=lambda rows: (rows[0].passage, rows[0].start, rows[0].group))

    def _gather_whole(self, seed: int) -> None:
        """A whole text and the texts that hold it; identical passages are one text."""
        text, length = self.texts[seed], len(self.texts[seed].words)
        holders = [
            m for m in self.overlaps.holders.get(seed, ()) if not self._together(seed, m.text, 0, length)
        ]
        repeated = len(text.passages) > 1 and not self._together(seed, seed, 0, length)
        if holders or repeated:
            self._add(text.words, [_Member(seed, 0, length), *holders])

    def _gather_part(self, a: int, b: int, shared: Shared) -> None:
        """A stretch of one text, the other text that shares it, and whatever else holds it."""
        if self._together(a, b, shared.start, shared.end):
            return
        words = self.texts[a].words[shared.start : shared.end]
        passage = self.texts[a].passages[0]
        places = folded_words(passage.text)[shared.start : shared.end]
        if not _is_prose(passage.text, places):
            return
        members = [_Member(a, shared.start, shared.end), _Member(b, shared.other_start, shared.other_end)]
        for other in sorted(self.overlaps.partners[a] - {b}):
            found = (
                held(words, self.texts[other].words) if len(self.texts[other].words) >= len(words) else None
            )
            if found is not None and found.matched >= _share(len(words)) * len(words):
                members.append(_Member(other, found.other_start, found.other_end))
        self._add(words, members)

    def _together(self, text: int, other: int, start: int, end: int) -> bool:
        """Whether a group already holds most of words ``[start, end)`` of a text together with the other."""
        return any(
            other in members and min(end, e) - max(start, s) >= SHARE * (end - start)
            for s, e, members in self._known.get(text, ())
        )

    def _add(self, words: Words, members: list[_Member]) -> None:
        together = frozenset(m.text for m in members)
        for m in members:
            self._known.setdefault(m.text, []).append((m.start, m.end, together))
        # The same words may be come upon twice, from two pairs of texts that share them: still one group.
        self._members.setdefault(tuple(words), {}).update(dict.fromkeys(members))

    def _printed(self, words: Words, members: Iterable[_Member]) -> list[Reprint]:
        """Returns the rows of a group; none for a formula, or where nothing resembles the original."""
        printings = [
            _Printing(p, self.texts[m.text].words, m.start, m.end)
            for m in members
            for p in self.texts[m.text].passages
        ]
        if len(words) < SHORT and len(printings) > FORMULA_TIMES:
            self.formulae += 1
            return []
        rows = _rows(words, printings)
        return rows if len(rows) > 1 else []


def _rows(words: Words, printings: list[_Printing]) -> list[Reprint]:
    """Returns the rows of a group, the original first; what does not resemble it is left out."""
    ordered = sorted(printings, key=lambda p: p.rank)
    original = ordered[0]
    name = "r" + hashlib.blake2b(repr(tuple(words)).encode("ascii"), digest_size=6).hexdigest()
    rows = [_row(name, original, "original", 1.0)]
    for printing in sorted(ordered[1:], key=lambda p: (p.passage.id, p.start)):
        if _same_place(original.passage, printing.passage):
            continue
        matched = _matched(original.stretch, printing.stretch)
        shorter = min(len(original.stretch), len(printing.stretch))
        if matched < _share(shorter) * shorter:
            continue  # it resembles the seed, but not the original: no chains
        similarity = matched / max(len(original.stretch), len(printing.stretch))
        rows.append(_row(name, printing, _relation(original, printing, similarity), similarity))
    return rows


def _same_place(a: PassageText, b: PassageText) -> bool:
    return a.document == b.document and a.start < b.end and b.start < a.end


def _matched(original: tuple[int, ...], printing: tuple[int, ...]) -> int:
    """Returns how many words, in order, two stretches have in common."""
    if original == printing:
        return len(original)
    found = held(*sorted((original, printing), key=len))
    return 0 if found is None else found.matched


def _relation(original: _Printing, printing: _Printing, similarity: float) -> ReprintRelation:
    if original.passage.document == printing.passage.document:
        return "internal_repeat"
    return "reprint" if similarity >= IDENTICAL else "edited_reprint"


def _row(group: str, printing: _Printing, relation: ReprintRelation, similarity: float) -> Reprint:
    passage, whole = printing.passage, len(printing.words)
    start, end = passage.start, passage.end
    if printing.end - printing.start < whole:
        places = folded_words(passage.text)
        start, end = passage.start + places[printing.start][1], passage.start + places[printing.end - 1][2]
    # The longer the text, the less likely that two people wrote it: half the doubt goes every six words.
    confidence = similarity * (1 - 0.5 ** ((printing.end - printing.start) / 6))
    rule = f"reprints.{'identical' if similarity == 1 else 'aligned'}"
    return Reprint(group, passage.id, start, end, relation, round(similarity, 3), rule, round(confidence, 3))
