"""Average linkage along the pairs of a graph, with pairs that may not come together.

Agglomerative clustering by the mean product of all pairs across two groups (UPGMA; Sokal and Michener 1958),
restricted to groups that the graph joins. With unit rows that mean is the product of the groups' sums over
the product of their sizes, so that no matrix of all pairs is needed. Average linkage does not chain as single
linkage does: a group takes in another only where they resemble each other on the whole.
"""

from __future__ import annotations

import heapq
import os
from collections.abc import Iterable, Sequence

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float32]


def link(
    rows: Matrix,
    pairs: Iterable[tuple[int, int]],
    least: float,
    places: Sequence[int],
    apart: Iterable[tuple[int, int]] = (),
    until: int = 1,
) -> list[list[int]]:
    """Returns the groups of two or more rows that come together, each in order, by their first row.

    Args:
        rows: unit rows, shape (n, dims).
        pairs: the graph: groups come together only along these.
        least: the mean product below which two groups stay apart.
        places: the paragraph of each row. Two groups that lie in one and the same paragraph do not come
            together: neighbours cannot found a group, though both may join one.
        apart: pairs of rows that may never be in one group.
        until: how many groups, single rows among them, are few enough.
    """
    linking = _Linking(rows, least, places)
    linking.forbid(apart)
    linking.begin(pairs)
    return linking.groups(until)


class _Linking:
    """Groups under way. A group is known by a number; those past the rows are what merging made."""

    def __init__(self, rows: Matrix, least: float, places: Sequence[int]) -> None:
        count = len(rows)
        self._rows, self._least = rows, least
        self._sums: dict[int, Matrix] = {}
        self._members: dict[int, list[int]] = {n: [n] for n in range(count)}
        self._home: dict[int, int] = dict(enumerate(places))
        self._beside: dict[int, set[int]] = {}
        self._forbidden: dict[int, set[int]] = {}
        self._heap: list[tuple[float, int, int]] = []
        self._next = count

    def forbid(self, apart: Iterable[tuple[int, int]]) -> None:
        for a, b in apart:
            self._forbidden.setdefault(a, set()).add(b)
            self._forbidden.setdefault(b, set()).add(a)

    def begin(self, pairs: Iterable[tuple[int, int]]) -> None:
        for a, b in pairs:
            self._beside.setdefault(a, set()).add(b)
            self._beside.setdefault(b, set()).add(a)
        for a in sorted(self._beside):
            self._offer(a, sorted(b for b in self._beside[a] if b > a))

    def groups(self, until: int) -> list[list[int]]:
        while self._heap and len(self._members) > until:
            _, a, b = heapq.heappop(self._heap)
            if a in self._members and b in self._members:
                self._merge(a, b)
        return sorted(sorted(m) for m in self._members.values() if len(m) > 1)

    def _offer(self, group: int, others: Sequence[int]) -> None:
        """Puts the merges of a group with others on the heap, where they may be."""
        others = [b for b in others if not self._may_not(group, b)]
        if not others:
            return
        sums = np.stack([self._sum(b) for b in others])
        sizes = np.array([len(self._members[b]) for b in others]) * len(self._members[group])
        for b, mean in zip(others, ((sums @ self._sum(group)) / sizes).tolist(), strict=True):
            if mean >= self._least:
                # Rounded, so that the last bits of a product decide no tie.
                heapq.heappush(self._heap, (-round(mean, 6), min(group, b), max(group, b)))

    def _may_not(self, a: int, b: int) -> bool:
        same_paragraph = self._home[a] == self._home[b] >= 0
        return same_paragraph or b in self._forbidden.get(a, ())

    def _sum(self, group: int) -> Matrix:
        return self._rows[group] if group < len(self._rows) else self._sums[group]

    def _merge(self, a: int, b: int) -> None:
        new, self._next = self._next, self._next + 1
        self._sums[new] = self._sum(a) + self._sum(b)
        self._members[new] = self._members.pop(a) + self._members.pop(b)
        self._home[new] = self._home[a] if self._home[a] == self._home[b] else -1
        self._inherit(self._forbidden, new, a, b)
        self._inherit(self._beside, new, a, b)
        self._sums.pop(a, None)
        self._sums.pop(b, None)
        self._offer(new, sorted(self._beside[new]))

    @staticmethod
    def _inherit(links: dict[int, set[int]], new: int, a: int, b: int) -> None:
        """Gives the new group what its two parts were joined to."""
        joined = (links.pop(a, set()) | links.pop(b, set())) - {a, b}
        for other in joined:
            links[other] -= {a, b}
            links[other].add(new)
        links[new] = joined
