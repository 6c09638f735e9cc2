"""Nearest neighbours among assertions, by exact products of blocks, and which of them are mutual.

Memory is a block of rows by all columns; time grows with the square of the rows, at the speed of BLAS.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
Places = NDArray[np.int64]

_BLOCK_CELLS = 12_000_000  # float32 cells of a block of products: 48 MB
_SAMPLE = 2000


def nearest(
    rows: Matrix, groups: Places, number: int, progress: Callable[[int], None] | None = None
) -> tuple[Places, Matrix]:
    """Returns the nearest rows of each row outside its own group, best first, and their products.

    Args:
        rows: unit rows, shape (n, dims).
        groups: shape (n,); rows of one group are no neighbours of each other.
        number: how many a row; fewer where there are not so many others (-1 and -inf fill up).
        progress: is told how many rows are done.

    Returns:
        Two arrays of shape (n, number). Equal products stand in the order of the rows.
    """
    count = len(rows)
    found = np.full((count, number), -1, np.int64)
    products = np.full((count, number), -np.inf, np.float32)
    kin = _kin(groups)
    step = max(1, min(1024, _BLOCK_CELLS // max(count, 1)))
    for start in range(0, count, step):
        block = rows[start : start + step] @ rows.T
        for at, line in enumerate(block):
            line[kin[int(groups[start + at])]] = -np.inf
            picked = _best(line, number)
            found[start + at, : len(picked)] = picked
            products[start + at, : len(picked)] = line[picked]
        if progress is not None:
            progress(min(start + step, count))
    return found, products


def _kin(groups: Places) -> dict[int, Places]:
    order = np.argsort(groups, kind="stable")
    names, starts = np.unique(groups[order], return_index=True)
    return dict(zip(names.tolist(), np.split(order, starts[1:]), strict=True))


def _best(line: Matrix, number: int) -> Places:
    """Returns where the highest numbers stand, highest first, ties by place; -inf is never among them."""
    if number < len(line):
        least = np.partition(line, len(line) - number)[len(line) - number]
        picked = np.flatnonzero(line >= least)
    else:
        picked = np.arange(len(line))
    picked = picked[line[picked] > -np.inf]
    return picked[np.argsort(-line[picked], kind="stable")][:number]


def mutual(found: Places) -> Places:
    """Returns the pairs (a < b) that are each among the other's nearest: shape (pairs, 2), in order."""
    count = len(found)
    source = np.repeat(np.arange(count), found.shape[1])
    target = found.ravel()
    source, target = source[target >= 0], target[target >= 0]
    forth = source * count + target
    back = target * count + source
    both = np.intersect1d(forth, back)
    pairs = np.stack([both // count, both % count], axis=1) if count else np.empty((0, 2), np.int64)
    return pairs[pairs[:, 0] < pairs[:, 1]]


@dataclass(frozen=True, slots=True)
class Background:
    """What rows of different documents have in common anyhow: the median product, and how it spreads."""

    level: float
    spread: float

    def above(self, spreads: float) -> float:
        """Returns the product that lies so many spreads above the usual one."""
        return self.level + spreads * self.spread


def background(rows: Matrix, documents: Sequence[int], seed: int) -> Background:
    """Returns what the products of rows of different documents look like.

    The spread is the distance from the median down to the 16th percentile, which is a standard deviation
    where products are normal: what lies above may hold the families that are looked for. Of more than 2,000
    rows a sample drawn by ``seed`` is looked at. Without two documents nothing is known: (0, 0).
    """
    names = np.asarray(documents)
    chance = np.random.default_rng(seed)
    many = len(rows) > _SAMPLE
    picked = np.sort(chance.choice(len(rows), _SAMPLE, replace=False)) if many else np.arange(len(rows))
    apart = names[picked][:, None] != names[picked][None, :]
    if not apart.any():
        return Background(0.0, 0.0)
    low, middle = np.percentile((rows[picked] @ rows[picked].T)[apart], (16, 50)).tolist()
    return Background(middle, middle - low)
