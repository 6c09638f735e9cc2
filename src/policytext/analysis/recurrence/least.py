"""The least that a claim's dates show: of several in one source, the one that helps the claim least."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

_EXACT = 12
"""Up to so many periods all their subsets are weighed; decades, that is 120 years."""
_CELLS = 1_000_000
"""Numbers in one batch of rows: what bounds the memory."""


def least_spread(dates: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Returns the fewest periods, and then the least even spread over so many, of one date a source.

    Args:
        dates: by source, an array of periods of shape (rows, dates of that source).

    Returns:
        Periods covered and the sum of the squared numbers of sources a period, by row. Past `_EXACT` periods
        bounds take their place that claim less: sources that share no period, all but evenly spread.
    """
    import numpy as np

    present = np.unique(np.concatenate([own.ravel() for own in dates]))
    if len(present) > _EXACT:
        return _bounds(dates)
    masks = np.stack([_mask(np.searchsorted(present, own)) for own in dates], axis=1)
    step = max(1, _CELLS >> len(present))
    parts = [_weighed(masks[i : i + step], len(present)) for i in range(0, len(masks), step)]
    return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])


def _mask(columns: Ints) -> Ints:
    import numpy as np

    bits: Ints = np.bitwise_or.reduce(np.left_shift(1, columns), axis=1)
    return bits


def _weighed(masks: Ints, total: int) -> tuple[Ints, Ints]:
    """Returns the least spread of each row of ``masks`` (rows, sources), a bit for each of ``total`` periods.

    The numbers of sources a period that one date each can give are the bases of a polymatroid, whose rank
    is the number of sources that a set of periods meets; a convex function such as the sum of squares is
    greatest at a vertex, and the vertices come from filling one period after the other (Edmonds 1970). So
    the greatest is found set by set, from the smaller to the larger.
    """
    import numpy as np

    sets = np.arange(1 << total)
    sizes: Ints = np.sum([(sets >> bit) & 1 for bit in range(total)], axis=0)
    met = np.zeros((len(masks), len(sets)), dtype=np.int64)
    for column in masks.T:
        met += (column[:, None] & sets) != 0
    greatest = np.zeros_like(met)
    for size in range(1, total + 1):
        for bit in range(total):
            larger = np.flatnonzero((sizes == size) & ((sets >> bit) & 1 == 1))
            smaller = larger ^ (1 << bit)
            filled = greatest[:, smaller] + (met[:, larger] - met[:, smaller]) ** 2
            greatest[:, larger] = np.maximum(greatest[:, larger], filled)
    enough = met == masks.shape[1]
    fewest = np.where(enough, sizes, total + 1).min(axis=1)
    good = enough & (sizes == fewest[:, None])
    return fewest, np.where(good, greatest, 0).max(axis=1)


def _bounds(dates: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Returns, by row, how many sources share no period with one another, and the squares of one heap."""
    import numpy as np

    fewest = [_apart([set(map(int, own[row])) for own in dates]) for row in range(len(dates[0]))]
    return np.array(fewest, dtype=np.int64), np.full(len(fewest), len(dates) ** 2, dtype=np.int64)


def _apart(sets: list[set[int]]) -> int:
    taken: set[int] = set()
    count = 0
    for one in sorted(sets, key=lambda s: (len(s), sorted(s))):
        if taken.isdisjoint(one):
            taken |= one
            count += 1
    return count
