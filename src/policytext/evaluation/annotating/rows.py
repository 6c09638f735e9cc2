"""Rows of annotations as `policytext export` writes them, and which of two lists belong together."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.errors import UnreadableSource

LAYERS: tuple[str, ...] = ("statements", "dates", "citations")
"""The layers that are compared; an export of one is a file of that name, with ``.jsonl`` behind it."""

LEAST_OVERLAP = 0.5
"""Rows belong together from this intersection over union on, the usual floor for spans (PASCAL VOC)."""

_ADVICE = "the .jsonl that policytext export writes"


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row of a layer: raw ``[start, end)`` of ``source``, which reads ``text``; ``values`` is all of it."""

    source: str
    start: int
    end: int
    text: str
    values: Mapping[str, Any]

    @property
    def place(self) -> tuple[str, int, int]:
        """Where it stands; rows are listed in this order."""
        return self.source, self.start, self.end

    @property
    def rule(self) -> str:
        """The rule that made it; a dash where it names none."""
        return str(self.values.get("rule") or "-")


def read_rows(path: Path) -> list[Row]:
    """Returns the rows of a ``.jsonl`` file, in its order; blank lines are none.

    Raises:
        UnreadableSource: a line is no JSON object with a ``source`` and a span, or the file is not UTF-8.
        OSError: there is no such file.
    """
    try:
        lines = path.read_bytes().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise UnreadableSource("not UTF-8", str(path), _ADVICE) from error
    found = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            where = f"{path}, line {number}"
            try:
                values = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise UnreadableSource("not JSON", where, _ADVICE) from error
            found.append(row_of(values, where))
    return found


def row_of(values: Any, where: str) -> Row:
    """Returns the row that a JSON object describes; ``where`` names it in the error.

    Raises:
        UnreadableSource: it has no ``source``, or no span with something in it.
    """
    if not isinstance(values, dict):
        raise UnreadableSource("not a JSON object", where, _ADVICE)
    source, start, end = values.get("source"), values.get("start"), values.get("end")
    if not isinstance(source, str) or not source:
        raise UnreadableSource("names no source", where, _ADVICE)
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise UnreadableSource(f"not a span: start {start!r}, end {end!r}", where, _ADVICE)
    return Row(source, start, end, str(values.get("text") or ""), values)


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Returns rows by place, those of one place by what they say, in whatever order they came."""
    return sorted(rows, key=lambda row: (row.place, json.dumps(row.values, sort_keys=True, default=str)))


def overlap(one: Row, other: Row) -> float:
    """Returns intersection over union of the two spans, in [0, 1]."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    if shared <= 0:
        return 0.0
    return shared / (max(one.end, other.end) - min(one.start, other.start))


def matched(
    first: Sequence[Row], second: Sequence[Row], weight: Callable[[Row, Row, float], float]
) -> list[tuple[int, int]]:
    """Returns which rows belong together, one to one: pairs of indices, the heaviest pair first.

    Greedy: of all pairs of one source that overlap by ``LEAST_OVERLAP`` the heaviest is taken, then the
    heaviest of what is left. Ties go to the earlier place, then to the earlier index.

    Args:
        first: rows of the one side.
        second: rows of the other.
        weight: of a pair and its overlap.
    """
    theirs: dict[str, list[int]] = defaultdict(list)
    for j in sorted(range(len(second)), key=lambda j: second[j].start):
        theirs[second[j].source].append(j)
    starts = {source: [second[j].start for j in listed] for source, listed in theirs.items()}
    pairs = []
    for i, row in enumerate(first):
        listed, begins = theirs.get(row.source, []), starts.get(row.source, [])
        # one that begins further off than the row is long cannot share half of their union
        near = slice(bisect_left(begins, 2 * row.start - row.end), bisect_left(begins, row.end))
        for j in listed[near]:
            shared = overlap(row, second[j])
            if shared >= LEAST_OVERLAP:
                pairs.append((-weight(row, second[j], shared), row.place, second[j].place, i, j))
    return _one_to_one((i, j) for *_, i, j in sorted(pairs))


def _one_to_one(pairs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    taken: tuple[set[int], set[int]] = set(), set()
    kept = []
    for i, j in pairs:
        if i not in taken[0] and j not in taken[1]:
            taken[0].add(i)
            taken[1].add(j)
            kept.append((i, j))
    return kept
