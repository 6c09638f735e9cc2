"""Which words two texts share: folding, and alignment of two texts, given as sequences of word hashes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache

Words = Sequence[int]
Folded = tuple[str, int, int]
"""A folded word and its offsets in the text."""

GAP = 4
"""So many words may differ within one shared stretch."""
DENSE = 0.75
"""Share of a shared stretch that must agree."""
SKIPPED = 0.25
"""What a word passed over costs, against one that agrees: an elision may hide four times what follows it, and
two words that agree by chance do not stretch a quotation by more than eight."""

_ROUNDS = 3
_GONE, _GONE_TOO = -1, -2  # no hash of a word, and not the same

_WORD = re.compile(r"(?:https?://|www\.)\S+|([^\W_]+(?:['\u2019][^\W_]+)*)")  # an address is no words


@dataclass(frozen=True, slots=True)
class Shared:
    """Words ``[start, end)`` of one text and ``[other_start, other_end)`` of another; ``matched`` agree."""

    start: int
    end: int
    other_start: int
    other_end: int
    matched: int


def folded_words(text: str) -> list[Folded]:
    """Returns the words of ``text`` without case, marks and punctuation, with their offsets in ``text``."""
    return [(_fold(m[1]), m.start(), m.end()) for m in _WORD.finditer(text) if m[1]]


@lru_cache(maxsize=100_000)
def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("'", "").replace("\u2019", "")


@lru_cache(maxsize=100_000)
def word_hash(word: str) -> int:
    """Returns 64 bits of BLAKE2b of a folded word, the same in every process."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def word_hashes(text: str) -> list[int]:
    """Returns the hashes of the folded words of ``text``."""
    return [word_hash(word) for word, _, _ in folded_words(text)]


def common_words(a: Words, b: Words) -> int:
    """Returns how many words two texts share in any order: what no alignment can exceed."""
    return sum((Counter(a) & Counter(b)).values())


def held(a: Words, b: Words) -> Shared | None:
    """Returns the stretch of ``b`` that best repeats the whole of the shorter ``a``, None where none does.

    The best stretch is the one with the highest sum of words that agree less `SKIPPED` for each word of ``b``
    between them (the maximal scoring subsequence of local alignment: Smith and Waterman 1981). It begins and
    ends with a run of two or more words: lone words agree by chance.
    """
    best: Shared | None = None
    first = end = matched = 0
    score = highest = 0.0
    for block in blocks(a, b):
        score = max(0.0, score - SKIPPED * (block.b - end))
        if score == 0.0:
            if block.size == 1:
                continue
            first, matched = block.b, 0
        end, matched, score = block.b + block.size, matched + block.size, score + block.size
        if block.size > 1 and score > highest:
            best, highest = Shared(0, len(a), first, end, matched), score
    return best


def shared_stretches(a: Words, b: Words, fewest: int) -> list[Shared]:
    """Returns the dense stretches of at least ``fewest`` agreeing words that two texts have in common.

    First those that come in the same order in both, then, as an editor may turn sentences round, what is left
    is looked at again, `_ROUNDS` times at most.
    """
    found = in_order = _in_order(a, b, fewest)
    left, other = list(a), list(b)
    for _ in range(_ROUNDS - 1):
        if not in_order:
            break
        for s in in_order:
            left[s.start : s.end] = [_GONE] * (s.end - s.start)
            other[s.other_start : s.other_end] = [_GONE_TOO] * (s.other_end - s.other_start)
        in_order = _in_order(left, other, fewest) if common_words(left, other) >= fewest else []
        found = found + in_order
    return found


def _in_order(a: Words, b: Words, fewest: int) -> list[Shared]:
    clusters: list[list[Match]] = []
    for run in (k for k in blocks(a, b) if k.size > 1):
        if clusters and _near(clusters[-1][-1], run):
            clusters[-1].append(run)
        else:
            clusters.append([run])
    found = [
        Shared(c[0].a, c[-1].a + c[-1].size, c[0].b, c[-1].b + c[-1].size, sum(k.size for k in c))
        for c in clusters
    ]
    return [
        s
        for s in found
        if s.matched >= max(fewest, DENSE * (s.end - s.start), DENSE * (s.other_end - s.other_start))
    ]


def _near(before: Match, run: Match) -> bool:
    """Whether two runs belong together: no more lies between them than either is long."""
    gap = max(run.a - before.a - before.size, run.b - before.b - before.size)
    return gap <= min(GAP, before.size, run.size)


def blocks(a: Words, b: Words) -> list[Match]:
    """Returns the runs of words that two texts share, in order (Ratcliff and Obershelp, as in difflib)."""
    return [k for k in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks() if k.size]
