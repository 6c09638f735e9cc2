"""Equal scores: the orders that they leave open.

A run does not say which of two documents with one score comes first, and tools that decide it by id or by
line make figures of it that say nothing of the system. So a tied ranking has the mean of a measure over every
order its ties may stand in (McSherry and Najork, "Computing information retrieval performance measures
efficiently in the presence of tied scores", ECIR 2008). They give closed forms for six measures; here every
measure that ir-measures knows is averaged, over all orders where there are few and over drawn ones else.

Documents of one grade are the same to every measure, so a ranking is here the sequence of its grades, None
for a document that nobody judged.
"""

from __future__ import annotations

import itertools
import math
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Grade = int | None
Grading = Sequence[Grade]
"""The grade at each rank, best rank first; None where nobody judged."""
Group = tuple[int, int]
"""Ranks from 0, half open, that hold documents of one score and of different grades."""

TURNS = 20
"""In how many positions a shuffle is used (see ``_drawn``)."""
_SHUFFLES = (10, 50)
_LOOKED_AT = 40_000
"""Where there are more orders than are drawn: 10 shuffles (200 orders) of rankings looked at down to 200
and more, up to 50 (1,000 orders) of those down to 40; a query costs much the same. For rankings all of one
score, whose means are known, that leaves a query's AP a standard error of about 0.003 and its RR@10, which
varies most, one of about 0.01. Queries whose ties are alike share what is drawn, so the mean over many may
err as much as one of them."""


def open_groups(scores: Sequence[float], grades: Grading) -> tuple[Group, ...]:
    """Returns where equal scores leave it open at which rank a grade stands."""
    groups = []
    start = 0
    for end in range(1, len(scores) + 1):
        if end == len(scores) or scores[end] != scores[start]:
            if end - start > 1 and len(set(grades[start:end])) > 1:
                groups.append((start, end))
            start = end
    return tuple(groups)


def sorted_within(grades: Grading, groups: Sequence[Group], *, best: bool) -> list[Grade]:
    """Returns the order in which more relevant documents come first in each group, or last.

    No order is better, or worse, for a measure that rewards relevant documents higher up.
    """
    order = list(grades)
    for start, end in groups:
        order[start:end] = sorted(order[start:end], key=_relevance, reverse=best)
    return order


def _relevance(grade: Grade) -> tuple[int, int]:
    """What is not relevant comes to the same, judged or not; the second makes the order one."""
    return (max(grade or 0, 0), -(10**9) if grade is None else grade)


@dataclass(frozen=True, slots=True)
class Orders:
    """The orders that a ranking's ties may stand in, each as likely as the others.

    Iterating yields the documents' names, order by order. ``count`` is how many there are to go through: all
    that differ to a measure or, where ``shuffles`` is not 0, so many shuffles in ``TURNS`` positions each.
    """

    names: Sequence[str]
    grades: Grading
    groups: tuple[Group, ...]
    count: int
    shuffles: int = 0

    def __iter__(self) -> Iterator[list[str]]:
        return _drawn(self) if self.shuffles else _all(self)


def orders(
    names: Sequence[str], grades: Grading, groups: Sequence[Group], depth: int | None = None
) -> Orders:
    """Returns the orders of a tied ranking that tell apart what stands in it down to a depth.

    Args:
        names: of the documents.
        grades: of the documents, those of a group as ``sorted_within`` puts them, worst first: so that what
            is drawn depends on what is tied and on nothing else.
        groups: see ``open_groups``.
        depth: the last rank that is looked at, None for all.
    """
    reached = tuple(group for group in groups if depth is None or group[0] < depth)
    looked_at = len(names[:depth])
    shuffles = min(max(_LOOKED_AT // (TURNS * (looked_at or 1)), _SHUFFLES[0]), _SHUFFLES[1])
    count = 1
    for start, end in reached:
        left = end - start
        for held in Counter(grades[start:end]).values():
            count *= math.comb(left, held)
            left -= held
        if count > shuffles * TURNS:
            return Orders(names, grades, reached, shuffles * TURNS, shuffles)
    return Orders(names, grades, reached, count)


def _all(tied: Orders) -> Iterator[list[str]]:
    """Yields every order once."""
    choices = [
        [_named(grades, tied, group) for grades in _arrangements(tied.grades[group[0] : group[1]])]
        for group in tied.groups
    ]
    for chosen in itertools.product(*choices):
        order = list(tied.names)
        for (start, end), part in zip(tied.groups, chosen, strict=True):
            order[start:end] = part
        yield order


def _named(grades: Grading, tied: Orders, group: Group) -> list[str]:
    """Returns names of a group's documents of these grades, in this order."""
    names: dict[Grade, list[str]] = {}
    for rank in reversed(range(*group)):
        names.setdefault(tied.grades[rank], []).append(tied.names[rank])
    return [names[grade].pop() for grade in grades]


def _arrangements(grades: Grading) -> Iterator[list[Grade]]:
    """Yields the different orders of a few grades: the rarest in all places among the others."""
    counts = Counter(grades)
    if len(counts) < 2:
        yield list(grades)
        return
    rarest = min(counts, key=lambda grade: (counts[grade], _relevance(grade)))
    others = [grade for grade in grades if grade != rarest]
    for places in itertools.combinations(range(len(grades)), counts[rarest]):
        for rest in _arrangements(others):
            for place in places:
                rest.insert(place, rarest)
            yield rest


def _drawn(tied: Orders) -> Iterator[list[str]]:
    """Yields drawn orders: each shuffle in ``TURNS`` positions, one after the other.

    A group is shuffled, then turned by even steps, so that within a shuffle every document comes to stand in
    all parts of its group alike: for measures that add up over ranks little is left to chance. The steps of
    several groups are shuffled against each other. Each order alone is as likely as any other, so the mean is
    not biased. The seed is what is tied: whatever the ids, the same grades give the same orders.
    """
    draw = random.Random(_seed(tied))  # noqa: S311 - seeded on purpose
    parts = [list(tied.names[start:end]) for start, end in tied.groups]
    for _ in range(tied.shuffles):
        steps = []
        for part in parts:
            draw.shuffle(part)
            offset = draw.random()
            steps.append([int((turn + offset) * len(part) / TURNS) for turn in range(TURNS)])
            draw.shuffle(steps[-1])
        for turn in range(TURNS):
            order = list(tied.names)
            for (start, end), part, step in zip(tied.groups, parts, steps, strict=True):
                order[start:end] = part[step[turn] :] + part[: step[turn]]
            yield order


def _seed(tied: Orders) -> str:
    """Returns what is tied, in words: ranks, and how many of each grade."""
    return repr([(start, end, *Counter(tied.grades[start:end]).items()) for start, end in tied.groups])
