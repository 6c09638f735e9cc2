"""Two texts of one paper laid side by side: which words agree, and how many characters do not.

A text may hold what the truth does not (page numbers, running headers), and carry a footnote to the foot of
its page. A plain edit distance counts such a move twice, and costs the square of the length. So:

1. **Anchors** are runs of three words that stand exactly once in either text (after RETAS: Yalniz and
   Manmatha, ICDAR 2011, who use single unique words). The longest chain of anchors in the order of both texts
   is cut where four words in a row agree, and the pieces are compared by edit distance.
2. Of the words that found no partner so, those that stand three in a row in both texts have **moved**.
   They are taken out of both texts, with the words around them in their paragraph that found no partner
   either, and compared with each other. A move costs nothing itself (as in the flexible character accuracy of
   Clausner, Pletschacher and Antonacopoulos, Pattern Recognition Letters 131, 2020).
3. What stayed, and each move, is compared by Levenshtein distance, in characters and in words. What has no
   counterpart counts in full.

Cutting can only raise the distance, never lower it. Time and memory are linear where the texts share anchors.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from policytext.evaluation.reading.tokens import Token, joined

_SHINGLE, _LOOSE = 3, 2  # words of an anchor in the whole texts, and among the words without a partner
_PIECE = 40  # tokens; shorter pieces save nothing
_CELLS = 10**11  # of one edit distance: two texts of 300,000 characters without an anchor, some seconds
_ALIKE = 2  # a move's two sides may differ by this factor in their number of tokens
_STAYED = 0
_SHOWN = 6  # words that stand instead of one

Anchor = tuple[int, int, int, int]
"""The three words' first token in the truth and in the text, then the number of that word in either."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A text against the truth.

    ``errors`` and ``word_errors`` are edit distances in characters and in words. For each token of the truth,
    ``partners`` holds the index of the token of the text that agrees with it as a word, else -1, and
    ``instead`` the indices of the tokens that stand there instead (none where it is missing, or agrees).
    ``moves`` counts the stretches that stand in another place.
    """

    errors: int
    word_errors: int
    partners: tuple[int, ...]
    instead: tuple[tuple[int, ...], ...]
    moves: int


@dataclass(frozen=True, slots=True)
class _Strand:
    """Tokens of both texts, by index and in order, that are compared with each other, and their anchors."""

    truth: list[int]
    text: list[int]
    anchors: list[Anchor]


def compare(truth: Sequence[Token], text: Sequence[Token]) -> Comparison:
    """Returns how ``text`` differs from ``truth``; see the module for what that means."""
    strands = _strands(truth, text)
    partners, instead, word_errors = _words_agree(truth, text, strands)
    return Comparison(
        _errors(truth, text, strands), word_errors, tuple(partners), tuple(instead), len(strands) - 1
    )


def aligned(truth: Sequence[Token], text: Sequence[Token]) -> Iterator[tuple[list[int], list[int]]]:
    """Yields the pieces that are compared with each other, as indices of the tokens of either text.

    What stands in another place comes after what stayed.
    """
    return (piece for strand in _strands(truth, text) for piece in _pieces(strand))


def character_errors(truth: Sequence[Token], text: Sequence[Token]) -> int:
    """Returns the errors in characters alone, as `compare` counts them."""
    return _errors(truth, text, _strands(truth, text))


def _errors(truth: Sequence[Token], text: Sequence[Token], strands: Sequence[_Strand]) -> int:
    if not (truth and text):  # the pieces below all end in a space, which stands for nothing here
        return len(joined(truth or text))
    pieces = (piece for strand in strands for piece in _pieces(strand))
    return sum(_distance(_characters(truth, left), _characters(text, right)) for left, right in pieces)


def _words_agree(
    truth: Sequence[Token], text: Sequence[Token], strands: Sequence[_Strand]
) -> tuple[list[int], list[tuple[int, ...]], int]:
    """Returns `Comparison.partners`, `Comparison.instead` and the errors in words."""
    partners, errors = [-1] * len(truth), 0
    instead: list[tuple[int, ...]] = [()] * len(truth)
    for left, right in (piece for strand in strands for piece in _pieces(strand)):
        left_words = [t for t in left if truth[t].key]
        right_words = [d for d in right if text[d].key]
        for agree, i, j, k, m in _word_runs(truth, left_words, text, right_words):
            if agree:
                for t, d in zip(left_words[i:j], right_words[k:m], strict=True):
                    partners[t] = d
                continue
            errors += max(j - i, m - k)
            paired = j - i == m - k  # else nothing tells which words of the run belong together
            for t in range(i, j):
                there = right_words[k + t - i : k + t - i + 1] if paired else right_words[k:m]
                instead[left_words[t]] = tuple(there[:_SHOWN])
    return partners, instead, errors


def _characters(tokens: Sequence[Token], indices: Sequence[int]) -> str:
    return "".join(f"{tokens[i].text} " for i in indices)


def _distance(left: str, right: str) -> int:
    """Returns the edit distance; of two long texts without an anchor, an upper bound of it."""
    from rapidfuzz.distance import Levenshtein

    if len(left) * len(right) <= _CELLS:
        return Levenshtein.distance(left, right)
    i, j = len(left) // 2, len(right) // 2
    return _distance(left[:i], right[:j]) + _distance(left[i:], right[j:])


def _word_runs(
    truth: Sequence[Token], left: Sequence[int], text: Sequence[Token], right: Sequence[int]
) -> Iterator[tuple[bool, int, int, int, int]]:
    """Yields (agree, i, j, k, m): words ``left[i:j]`` and ``right[k:m]`` agree, or differ throughout."""
    from rapidfuzz.distance import Levenshtein

    names: dict[str, int] = {}
    these = [names.setdefault(truth[i].key, len(names)) for i in left]
    those = [names.setdefault(text[i].key, len(names)) for i in right]
    at = other = 0
    for op in Levenshtein.opcodes(these, those):
        if op.tag == "equal":
            if at < op.src_start or other < op.dest_start:
                yield False, at, op.src_start, other, op.dest_start
            yield True, op.src_start, op.src_end, op.dest_start, op.dest_end
            at, other = op.src_end, op.dest_end
    if at < len(these) or other < len(those):
        yield False, at, len(these), other, len(those)


def _strands(truth: Sequence[Token], text: Sequence[Token]) -> list[_Strand]:
    """Returns what stayed, and then each stretch that moved."""
    every = range(len(truth)), range(len(text))
    chain = _chain(_anchors(_numbered(truth, every[0]), _numbered(text, every[1]), truth, text, _SHINGLE))
    whole = _Strand(list(every[0]), list(every[1]), chain)
    partners, _, _ = _words_agree(truth, text, [whole])
    taken = set(partners)
    alone = {t for t in every[0] if partners[t] < 0}, {d for d in every[1] if d not in taken}
    lone = _lone(truth, text, partners)
    words = _numbered(truth, lone[0]), _numbered(text, lone[1])
    runs = dict(enumerate(_runs(_anchors(*words, truth, text, _LOOSE), *map(_stretches, words)), 1))
    left = _labels(truth, alone[0], {run: _reach(words[0], r[0][2], r[-1][2]) for run, r in runs.items()})
    right = _labels(text, alone[1], {run: _reach(words[1], r[0][3], r[-1][3]) for run, r in runs.items()})
    sizes = Counter(left), Counter(right)
    moved = [run for run in runs if _alike(sizes[0][run], sizes[1][run])]
    return _parted(left, right, {run: runs[run] for run in moved}, chain) if moved else [whole]


def _reach(words: Sequence[tuple[int, int]], first: int, last: int) -> range:
    """Returns the tokens from word number ``first`` to the end of the anchor that begins at ``last``."""
    begin, end = (bisect_left(words, (number,)) for number in (first, last + _LOOSE - 1))
    return range(words[begin][1], words[end][1] + 1)


def _lone(
    truth: Sequence[Token], text: Sequence[Token], partners: Sequence[int]
) -> tuple[list[int], list[int]]:
    """Returns the tokens of either text that have no partner, or one that no neighbour bears out.

    A word that agrees while the words before and behind it do not may agree by chance.
    """
    words = [t for t, token in enumerate(truth) if token.key]
    number = {d: n for n, d in _numbered(text, range(len(text)))}
    places = [number.get(partners[t], -2) for t in words]
    firm: set[int] = set()
    for (t, place), (u, following) in pairwise(zip(words, places, strict=True)):
        if place >= 0 and following == place + 1:
            firm |= {t, u}
    taken = {partners[t] for t in firm}
    return [t for t in range(len(truth)) if t not in firm], [d for d in range(len(text)) if d not in taken]


def _parted(
    left: Sequence[int], right: Sequence[int], moved: dict[int, list[Anchor]], chain: list[Anchor]
) -> list[_Strand]:
    """Returns the strands of tokens with these labels; a label that is not in ``moved`` stayed."""
    strands = {run: _Strand([], [], []) for run in (_STAYED, *moved)}
    for t, run in enumerate(left):
        strands[run if run in moved else _STAYED].truth.append(t)
    for d, run in enumerate(right):
        strands[run if run in moved else _STAYED].text.append(d)
    for run, anchors in ((_STAYED, chain), *moved.items()):
        for anchor in anchors:
            sides = left[anchor[0]], right[anchor[1]]
            if all((side if side in moved else _STAYED) == run for side in sides):
                strands[run].anchors.append(anchor)
    return list(strands.values())


def _alike(left: int, right: int) -> bool:
    return 0 < max(left, right) <= _ALIKE * min(left, right)


def _numbered(tokens: Sequence[Token], chosen: Iterable[int]) -> list[tuple[int, int]]:
    """Returns (number among all words, token) of the chosen tokens that are words."""
    numbers = list(accumulate((bool(token.key) for token in tokens), initial=0))
    return [(numbers[i], i) for i in chosen if tokens[i].key]


def _anchors(
    left: Sequence[tuple[int, int]],
    right: Sequence[tuple[int, int]],
    truth: Sequence[Token],
    text: Sequence[Token],
    size: int,
) -> list[Anchor]:
    """Returns the anchors among the numbered words, in the order of the text."""
    ours, theirs = _unique(left, truth, size), _unique(right, text, size)
    return [(ours[key][1], d, ours[key][0], number) for key, (number, d) in theirs.items() if key in ours]


def _unique(
    words: Sequence[tuple[int, int]], tokens: Sequence[Token], size: int
) -> dict[tuple[str, ...], tuple[int, int]]:
    """Returns where each run of ``size`` neighbouring words begins that stands once, in order."""
    seen: dict[tuple[str, ...], tuple[int, int]] = {}
    twice: set[tuple[str, ...]] = set()
    for first, last in zip(words, words[size - 1 :], strict=False):
        if last[0] - first[0] == size - 1:
            key = tuple(token.key for token in tokens[first[1] : last[1] + 1] if token.key)
            if key in seen:
                twice.add(key)
            seen.setdefault(key, first)
    return {key: place for key, place in seen.items() if key not in twice}


def _chain(anchors: Sequence[Anchor]) -> list[Anchor]:
    """Returns the longest chain of anchors that rises in both texts (patience sorting)."""
    tops: list[int] = []
    piles: list[int] = []
    before: list[int] = []
    for index, anchor in enumerate(anchors):
        pile = bisect_left(tops, anchor[0])
        before.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [anchor[0]]
        piles[pile : pile + 1] = [index]
    chain, index = [], piles[-1] if piles else -1
    while index >= 0:
        chain.append(anchors[index])
        index = before[index]
    return chain[::-1]


def _stretches(words: Sequence[tuple[int, int]]) -> dict[int, int]:
    """Returns for the number of each chosen word what tells the stretch of neighbours it stands in."""
    return {number: number - rank for rank, (number, _) in enumerate(words)}


def _runs(anchors: Sequence[Anchor], left: dict[int, int], right: dict[int, int]) -> Iterator[list[Anchor]]:
    """Yields the anchors that follow each other at once, and within one stretch, in both texts.

    Two anchors at least make a run.
    """
    rank = {anchor[2]: number for number, anchor in enumerate(sorted(anchors))}
    run: list[Anchor] = []
    for anchor in anchors:
        if run and not (
            rank[anchor[2]] == rank[run[-1][2]] + 1
            and left[anchor[2]] == left[run[-1][2]]
            and right[anchor[3]] == right[run[-1][3]]
        ):
            if len(run) > 1:
                yield run
            run = []
        run.append(anchor)
    if len(run) > 1:
        yield run


def _labels(tokens: Sequence[Token], alone: set[int], runs: dict[int, range]) -> list[int]:
    """Returns for every token the run it belongs to, given from where to where each run's anchors reach.

    A run spreads over the tokens without a partner on either side, to the end of its paragraph at most.
    """
    labels = [_STAYED] * len(tokens)
    for run, reach in runs.items():
        labels[reach.start : reach.stop] = [run] * len(reach)
    for run, reach in runs.items():
        for way in (range(reach.start - 1, -1, -1), range(reach.stop, len(tokens))):
            for i in way:
                beside = tokens[i - way.step]
                if i not in alone or labels[i] != _STAYED or tokens[i].paragraph != beside.paragraph:
                    break
                labels[i] = run
    return labels


def _pieces(strand: _Strand) -> Iterator[tuple[list[int], list[int]]]:
    """Yields the strand cut inside runs of words that agree."""
    at = other = 0
    last: Anchor | None = None
    for anchor in strand.anchors:
        adjacent = last is not None and anchor[2] - last[2] == anchor[3] - last[3] == 1
        last = anchor
        i, j = bisect_left(strand.truth, anchor[0]), bisect_left(strand.text, anchor[1])
        if adjacent and i - at >= _PIECE:
            yield strand.truth[at:i], strand.text[other:j]
            at, other = i, j
    yield strand.truth[at:], strand.text[other:]
