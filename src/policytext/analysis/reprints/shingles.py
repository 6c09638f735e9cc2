"""Which texts may share words: candidate pairs by the runs of words that both hold.

The runs of `SHINGLE` words of all texts (w-shingling: Broder, "On the resemblance and containment of
documents", 1997) are sorted in parts, by the first bits of their hashes, so that the cost follows the number
of repeats and not of pairs, and memory is the words themselves and one part at a time.

All runs are kept. Two usual ways to keep fewer were measured (``eval/speed/reprints.py --ways``) and left:
MinHash of whole texts with banding asks how much of *both* texts is shared, and so misses a quotation in a
paragraph; winnowing (Schleimer, Wilkerson and Aiken, "Winnowing: local algorithms for document
fingerprinting", 2003) keeps containment, but a text that a scanner misread has few whole runs to lose.
Sorting is not what takes the time: aligning the pairs is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHINGLE = 5
"""Words in a run. Shorter runs are idiom; longer ones break at every second misread word."""
FREQUENT = 50
"""A run of words in more texts than this is an idiom of the corpus and proposes no pairs."""
FEWEST_RUNS = 0.02
"""Share of the shorter text's runs that a candidate must hold. A reprint with one word in four misread
keeps about a quarter (0.75 ** 5), one with four in ten a twelfth, a quotation of ten words in a passage of
ninety a fifteenth."""

_PART = 1 << 20  # runs sorted at once
_AT_ONCE = 1 << 21  # pairs held before they are counted


@dataclass(frozen=True, slots=True)
class Running:
    """The word hashes of many texts, one behind the other; text ``i`` ends before ``ends[i]``."""

    words: NDArray[np.uint64]
    ends: NDArray[np.int64]

    @classmethod
    def of(cls, texts: Iterable[Sequence[int] | NDArray[np.uint64]]) -> Running:
        """Returns the texts laid end to end."""
        import numpy as np

        arrays = [np.asarray(text, dtype=np.uint64) for text in texts]
        words = np.concatenate(arrays) if arrays else np.empty(0, dtype=np.uint64)
        return cls(words, np.cumsum([len(a) for a in arrays], dtype=np.int64))

    def __len__(self) -> int:
        return len(self.ends)

    def text(self, number: int) -> list[int]:
        """Returns the word hashes of one text."""
        start = int(self.ends[number - 1]) if number else 0
        found: list[int] = self.words[start : int(self.ends[number])].tolist()
        return found

    def lengths(self) -> NDArray[np.int64]:
        """Returns how many words each text has."""
        import numpy as np

        return np.diff(self.ends, prepend=0)


def candidates(texts: Running) -> tuple[NDArray[np.int64], int]:
    """Returns the pairs of texts that share enough runs of words, and how many runs were too frequent.

    Pairs are rows of two numbers, sorted, the smaller number first; ``texts`` must stand in order of length.
    """
    import numpy as np

    hashes = _hashes(texts.words)
    bits = max(0, (len(hashes) // _PART).bit_length())
    counted = _Counted(len(texts))
    frequent = 0
    for part in range(1 << bits):
        places = np.flatnonzero(hashes >> np.uint64(64 - bits) == part) if bits else np.arange(len(hashes))
        owners = np.searchsorted(texts.ends, places, side="right")
        whole = places + SHINGLE <= texts.ends[owners]  # no run lies across two texts
        for owned, size in _shared_runs(hashes[places[whole]], owners[whole]):
            if size > FREQUENT:
                frequent += len(owned)
            else:
                counted.add(owned, size)
    keys, times = counted.total()
    first, second = np.divmod(keys, max(1, len(texts)))
    enough = times >= FEWEST_RUNS * (texts.lengths()[first] - SHINGLE + 1)
    return np.stack([first[enough], second[enough]], axis=1), frequent


def _hashes(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Returns a hash for every run of `SHINGLE` words, by where it begins.

    A polynomial over the word hashes modulo 2^64: chance collisions only cost a comparison.
    """
    import numpy as np

    runs = max(0, len(words) - SHINGLE + 1)
    hashes = np.zeros(runs, dtype=np.uint64)
    for k in range(SHINGLE):
        hashes *= np.uint64(0x9E3779B97F4A7C15)
        hashes += words[k : k + runs]
    return hashes


def _shared_runs(
    hashes: NDArray[np.uint64], owners: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], int]]:
    """Yields, by how many texts hold a run, the numbers of those texts, a run a row; `FREQUENT` and one more
    stand for any larger number.
    """
    import numpy as np

    if not len(hashes):
        return
    order = np.lexsort((owners, hashes))
    hashes, owners = hashes[order], owners[order]
    fresh = np.ones(len(hashes), dtype=bool)  # a run that a text holds twice counts once
    fresh[1:] = (hashes[1:] != hashes[:-1]) | (owners[1:] != owners[:-1])
    hashes, owners = hashes[fresh], owners[fresh]
    starts = np.flatnonzero(np.r_[True, hashes[1:] != hashes[:-1]])
    sizes = np.minimum(np.diff(np.r_[starts, len(hashes)]), FREQUENT + 1)
    for size in np.unique(sizes[sizes > 1]).tolist():
        yield owners[starts[sizes == size][:, None] + np.arange(size)], size


class _Counted:
    """How many runs each pair of texts shares; a pair is one number."""

    def __init__(self, texts: int) -> None:
        self._texts = texts
        self._waiting: list[NDArray[np.int64]] = []
        self._held = 0
        self._totals: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []

    def add(self, owners: NDArray[np.int64], size: int) -> None:
        """Counts every pair of every row of ``owners`` once."""
        import numpy as np

        one, other = np.triu_indices(size, 1)
        rows = max(1, _AT_ONCE // len(one))
        for at in range(0, len(owners), rows):
            some = owners[at : at + rows]
            self._waiting.append((some[:, one] * self._texts + some[:, other]).ravel())
            self._held += len(self._waiting[-1])
            if self._held >= _AT_ONCE:
                self._count()

    def total(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns the pairs, rising, and how many runs each shares."""
        self._count()
        return self._totals[0]

    def _count(self) -> None:
        import numpy as np

        keys = np.concatenate([*self._waiting, *(k for k, _ in self._totals)] or [np.empty(0, np.int64)])
        before = sum(len(w) for w in self._waiting)
        times = np.concatenate([np.ones(before, np.int64), *(t for _, t in self._totals)])
        keys, inverse = np.unique(keys, return_inverse=True)
        summed = np.zeros(len(keys), np.int64)
        np.add.at(summed, inverse, times)
        self._totals, self._waiting, self._held = [(keys, summed)], [], 0
