"""Rows of annotations as `policytext export` writes them, and which of two lists belong together."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

from policytext.errors import UnreadableSource

LAYERS: tuple[str, ...] = ("statements", "dates", "citations", "edits", "blocks", "reprints", "claims")
"""The layers that are compared; an export of one is a file of that name, with ``.jsonl`` behind it."""

LEAST_OVERLAP = 0.5
"""Rows belong together from this intersection over union on, the usual floor for spans (PASCAL VOC)."""

LEAST_SHARE = 0.5
"""Rows touch where they share this part of the shorter one, as a sentence does its paragraph."""

_ADVICE = "the .jsonl that policytext export writes"
_NEEDED = {"reprints": "group", "claims": "family"}
"""The field without which a row of the layer says nothing."""


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

    def named(self, field: str) -> str:
        """Returns a field as text, whatever stands there; empty where it is missing or null."""
        value = self.values.get(field)
        return value if isinstance(value, str) else "" if value is None else str(value)


def read_rows(path: Path, layer: str = "") -> list[Row]:
    """Returns the rows of a ``.jsonl`` file, in its order; blank lines are none.

    Args:
        path: the file.
        layer: which layer it holds, where its rows need more than a place (reprints a ``group``, claims a
            ``family``) or may be empty (an edit that puts something in).

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
            found.append(row_of(values, where, layer))
    return found


def row_of(values: Any, where: str, layer: str = "") -> Row:
    """Returns the row that a JSON object describes; ``where`` names it in the error.

    Raises:
        UnreadableSource: it has no ``source``, no span with something in it (an edit's may be empty), or not
            what rows of the layer need.
    """
    if not isinstance(values, dict):
        raise UnreadableSource("not a JSON object", where, _ADVICE)
    source, start, end = values.get("source"), values.get("start"), values.get("end")
    if not isinstance(source, str) or not source:
        raise UnreadableSource("names no source", where, _ADVICE)
    least = 0 if layer == "edits" else 1
    if type(start) is not int or type(end) is not int or not 0 <= start <= end - least:
        raise UnreadableSource(f"not a span: start {start!r:.40}, end {end!r:.40}", where, _ADVICE)
    needed = _NEEDED.get(layer)
    if needed and not (isinstance(values.get(needed), str | int) and values[needed] != ""):
        raise UnreadableSource(f"names no {needed}", where, _ADVICE)
    if needed:  # others number their groups
        values = {**values, needed: str(values[needed])}
    return Row(source, start, end, str(values.get("text") or ""), values)


def ordered(rows: Iterable[Row]) -> list[Row]:
    """Returns rows by place, those of one place by what they say, in whatever order they came."""
    return sorted(rows, key=lambda row: (row.place, json.dumps(row.values, sort_keys=True, default=str)))


def overlap(one: Row, other: Row) -> float:
    """Returns intersection over union of the two spans, in [0, 1]; of an empty span with itself 1."""
    if (one.start, one.end) == (other.start, other.end):
        return 1.0
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
        near = slice(bisect_left(begins, 2 * row.start - row.end), bisect_right(begins, row.end))
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


def touch(one: Row, other: Row) -> bool:
    """Whether the spans share half of the shorter one."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    shorter = min(one.end - one.start, other.end - other.start)
    return one.source == other.source and shared > 0 and shared >= LEAST_SHARE * shorter


def touched(first: Sequence[Row], second: Sequence[Row]) -> list[list[int]]:
    """Returns for each row of the first the indices of those of the second that touch it, in their order."""
    return [sorted(j for j in near if touch(row, second[j])) for row, near in _near(first, second)]


def meeting(first: Sequence[Row], second: Sequence[Row]) -> list[list[int]]:
    """Returns for each row of the first the indices of the second's that overlap or border on it."""
    return [sorted(near) for _, near in _near(first, second)]


def _near(first: Sequence[Row], second: Sequence[Row]) -> Iterator[tuple[Row, list[int]]]:
    """Yields each row of the first with the indices of the second's that end and begin no further off."""
    theirs: dict[str, list[int]] = defaultdict(list)
    for j in sorted(range(len(second)), key=lambda j: second[j].start):
        theirs[second[j].source].append(j)
    starts = {source: [second[j].start for j in listed] for source, listed in theirs.items()}
    # how far the rows up to here reach at most: below a row's start none of them can meet it
    reach = {source: list(accumulate((second[j].end for j in ls), max)) for source, ls in theirs.items()}
    for row in first:
        listed, found = theirs.get(row.source, []), []
        at = bisect_right(starts.get(row.source, []), row.end) - 1
        while at >= 0 and reach[row.source][at] >= row.start:
            if second[listed[at]].end >= row.start:
                found.append(listed[at])
            at -= 1
        yield row, found
