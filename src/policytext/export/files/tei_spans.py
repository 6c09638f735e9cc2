"""Spans that overlap made to nest: what XML needs of statements, citations and dates in one text."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """An element to be put round clean ``[start, end)``; a lower ``rank`` stands further out.

    ``name`` is its ``xml:id``; where it has to be split, the parts bear it with a number behind.
    """

    start: int
    end: int
    rank: int
    tag: str
    name: str | None = None
    attributes: dict[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a mark, ``mark`` by its place in the list that was nested."""

    start: int
    end: int
    mark: int


def nest(marks: Sequence[Mark], leaves: Sequence[tuple[int, int]]) -> list[list[Part]]:
    """Returns for every leaf the parts of the marks in it, in the order in which they open.

    Of two parts of a leaf one holds the other or they are apart. A mark is split at the edge of a leaf and
    where one of lower rank begins or ends inside it; of two that cross and are of one rank, the later.

    Args:
        marks: in any order; empty ones are left out.
        leaves: the [start, end) that cannot be crossed, in order, apart.
    """
    borders = _borders(marks)
    starts = [start for start, _ in leaves]
    found: list[list[Part]] = [[] for _ in leaves]
    for number, mark in enumerate(marks):
        for leaf in range(max(0, bisect_right(starts, mark.start) - 1), len(leaves)):
            start, end = max(mark.start, leaves[leaf][0]), min(mark.end, leaves[leaf][1])
            if leaves[leaf][0] >= mark.end:
                break
            if start < end:
                found[leaf] += _cut(start, end, number, borders.get(mark.rank, []))
    return [_nested(parts, marks) for parts in found]


def _borders(marks: Sequence[Mark]) -> dict[int, list[int]]:
    """Returns for every rank the sorted edges of all marks of lower rank."""
    ranks = sorted({mark.rank for mark in marks})
    borders: dict[int, list[int]] = {}
    edges: set[int] = set()
    for rank in ranks:
        borders[rank] = sorted(edges)
        edges |= {edge for mark in marks if mark.rank == rank for edge in (mark.start, mark.end)}
    return borders


def _cut(start: int, end: int, mark: int, borders: Sequence[int]) -> list[Part]:
    inside = borders[bisect_right(borders, start) : bisect_left(borders, end)]
    return [Part(a, b, mark) for a, b in pairwise([start, *inside, end])]


def _nested(parts: Iterable[Part], marks: Sequence[Mark]) -> list[Part]:
    """Returns the parts in opening order, those that cross an earlier one of their rank split at its end."""
    waiting = [(p.start, -p.end, marks[p.mark].rank, p.mark) for p in parts]
    heapq.heapify(waiting)
    nested: list[Part] = []
    around: list[int] = []  # ends of what is open, the innermost last
    while waiting:
        start, negative, rank, mark = heapq.heappop(waiting)
        end = -negative
        while around and around[-1] <= start:
            around.pop()
        if around and end > around[-1]:
            heapq.heappush(waiting, (around[-1], -end, rank, mark))
            end = around[-1]
            # What is shorter now may have to open behind others that begin here too.
            heapq.heappush(waiting, (start, -end, rank, mark))
            continue
        nested.append(Part(start, end, mark))
        around.append(end)
    return nested
