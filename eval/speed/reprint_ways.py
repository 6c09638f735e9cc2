"""Other ways to find the pairs worth aligning, to be measured beside the one that is used."""

import numpy as np
from numpy.typing import NDArray

from policytext.analysis.reprints.shingles import SHINGLE, Running, candidates

WINDOW = 4
"""Of so many runs in a row winnowing keeps the least: any eight words in common are found."""
PERMUTATIONS, ROWS = 64, 4
"""MinHash: 64 least hashes a text, in bands of four."""
Pairs = set[tuple[int, int]]


def all_runs(texts: Running) -> Pairs:
    """Every run of five words: what policytext does."""
    return {(int(a), int(b)) for a, b in candidates(texts)[0]}


def winnowed(texts: Running) -> Pairs:
    """Only the least of every `WINDOW` runs in a row (Schleimer, Wilkerson and Aiken 2003)."""
    hashes, owners = _runs(texts)
    windows = np.lib.stride_tricks.sliding_window_view(hashes, WINDOW)
    kept = np.unique(windows.argmin(axis=1) + np.arange(len(windows)))
    return _pairs(hashes[kept], owners[kept])


def minhashed(texts: Running) -> Pairs:
    """The least hashes of whole texts, in bands (Broder 1997; Leskovec, Rajaraman and Ullman 2014, ch. 3)."""
    hashes, owners = _runs(texts)
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    chance = np.random.default_rng(0)
    found: Pairs = set()
    for _ in range(PERMUTATIONS // ROWS):
        band = np.zeros(len(starts), dtype=np.uint64)
        for _ in range(ROWS):
            factor = np.uint64(int(chance.integers(2**62)) * 2 + 1)
            mixed = hashes ^ (hashes >> np.uint64(31))
            band = band * np.uint64(0x9E3779B97F4A7C15) + np.minimum.reduceat(mixed * factor, starts)
        found |= _pairs(band, owners[starts])
    return found


WAYS = {"all runs of five words": all_runs, "winnowed runs": winnowed, "MinHash of whole texts": minhashed}


def _runs(texts: Running) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    runs = len(texts.words) - SHINGLE + 1
    hashes = np.zeros(runs, dtype=np.uint64)
    for k in range(SHINGLE):
        hashes = hashes * np.uint64(0x9E3779B97F4A7C15) + texts.words[k : k + runs]
    owners = np.searchsorted(texts.ends, np.arange(runs), side="right")
    whole = np.arange(runs) + SHINGLE <= texts.ends[owners]
    return hashes[whole], owners[whole]


def _pairs(keys: NDArray[np.uint64], owners: NDArray[np.int64]) -> Pairs:
    """Returns the texts that share a key that no more than 50 of them hold."""
    order = np.lexsort((owners, keys))
    keys, owners = keys[order], owners[order]
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    sizes = np.diff(np.r_[starts, len(keys)])
    found: Pairs = set()
    for at, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        if size <= 50:
            held = sorted(set(owners[at : at + size].tolist()))
            found.update((a, b) for i, a in enumerate(held) for b in held[i + 1 :])
    return found
