"""Which texts share words: folding, candidate pairs by runs of words, and alignment of two texts.

Texts are sequences of word hashes. Candidates come from sorting the hashes of all runs of `SHINGLE` words
(w-shingling: Broder, "On the resemblance and containment of documents", 1997), so that the cost follows the
number of repeats, not of pairs.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import Match, SequenceMatcher
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Words = Sequence[int]

SHINGLE = 5
"""Words in a run. Shorter runs are idiom; longer ones break at every second misread word."""
FREQUENT = 50
"""A run of words in more texts than this is an idiom of the corpus and proposes no pairs."""
FEWEST_RUNS = 0.05
"""Share of the shorter text's runs that a candidate must hold. A reprint with one word in four misread
keeps about a quarter (0.75 ** 5), a quotation of ten words in a passage of ninety a fifteenth."""
GAP = 4
"""So many words may differ within one shared stretch."""
DENSE = 0.75
"""Share of a shared stretch that must agree."""

_WORD = re.compile(r"(?:https?://|www\.)\S+|([^\W_]+(?:['\u2019][^\W_]+)*)")  # an address is no words


@dataclass(frozen=True, slots=True)
class Shared:
    """Words ``[start, end)`` of one text and ``[other_start, other_end)`` of another; ``matched`` agree."""

    start: int
    end: int
    other_start: int
    other_end: int
    matched: int


def folded_words(text: str) -> list[tuple[str, int, int]]:
    """Returns the words of ``text`` without case, marks and punctuation, with their offsets in ``text``."""
    return [(_fold(m[1]), m.start(), m.end()) for m in _WORD.finditer(text) if m[1]]


@lru_cache(maxsize=100_000)
def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().replace("'", "").replace("\u2019", "")


@lru_cache(maxsize=100_000)
def word_hash(word: str) -> int:
    """Returns 64 bits of BLAKE2b of a folded word, the same in every process."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def candidates(texts: Sequence[Words]) -> tuple[list[tuple[int, int]], int]:
    """Returns the pairs of texts that share enough runs of words, and how many runs were too frequent.

    Pairs are sorted, the smaller number first; ``texts`` must stand in order of length.
    """
    import numpy as np

    hashes, owners = _shingles(texts)
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    fresh = np.ones(len(hashes), dtype=bool)  # a run that a text holds twice counts once
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    hashes, owners = hashes[fresh], owners[fresh]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]]) if len(hashes) else np.empty(0, np.int64)
    sizes = np.diff(np.r_[starts, len(hashes)])
    shared: Counter[tuple[int, int]] = Counter()
    for at in np.flatnonzero((sizes > 1) & (sizes <= FREQUENT)):
        shared.update(combinations(owners[starts[at] : starts[at] + sizes[at]].tolist(), 2))
    pairs = [p for p, n in shared.items() if n >= FEWEST_RUNS * (len(texts[p[0]]) - SHINGLE + 1)]
    return sorted(pairs), int((sizes > FREQUENT).sum())


def _shingles(texts: Sequence[Words]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Returns a hash and the owning text for every run of `SHINGLE` words.

    A polynomial over the word hashes modulo 2^64: chance collisions only cost a comparison.
    """
    import numpy as np

    words = np.array([w for text in texts for w in text], dtype=np.uint64)
    owners = np.repeat(np.arange(len(texts)), [len(text) for text in texts])
    runs = max(0, len(words) - SHINGLE + 1)
    hashes = np.zeros(runs, dtype=np.uint64)
    for k in range(SHINGLE):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + words[k : k + runs]
    whole = owners[:runs] == owners[SHINGLE - 1 : SHINGLE - 1 + runs]
    return hashes[whole], owners[:runs][whole]


def common_words(a: Words, b: Words) -> int:
    """Returns how many words two texts share in any order: what no alignment can exceed."""
    return sum((Counter(a) & Counter(b)).values())


def held(a: Words, b: Words) -> Shared | None:
    """Returns the stretch of ``b`` that best repeats the whole of the shorter ``a``, None where none does.

    Lone words far from the rest agree by chance: the stretch runs from the first to the last run of two or
    more words, and is no longer than ``a`` twice over (an elision may hide as much as it keeps).
    """
    blocks = _blocks(a, b)
    runs = [k for k in blocks if k.size > 1]
    reach = 2 * len(a) + SHINGLE
    best: Shared | None = None
    low = 0
    for last in runs:
        end = last.b + last.size
        while end - runs[low].b > reach:
            low += 1
        first = runs[low].b
        matched = sum(k.size for k in blocks if first <= k.b < end)
        if best is None or matched > best.matched:
            best = Shared(0, len(a), first, end, matched)
    return best


def shared_stretches(a: Words, b: Words, fewest: int) -> list[Shared]:
    """Returns the dense stretches of at least ``fewest`` agreeing words that two texts have in common."""
    clusters: list[list[Match]] = []
    for run in (k for k in _blocks(a, b) if k.size > 1):
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


def _blocks(a: Words, b: Words) -> list[Match]:
    return [k for k in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks() if k.size]
