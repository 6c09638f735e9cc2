"""What every carrier works with: changes to a clean text and the weaving of them into stretches."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Recipe = dict[str, Any]

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """Clean ``[start, end)`` stands as ``text`` in the damaged file."""

    start: int
    end: int
    text: str
    kind: str


def blocks_of(clean: str) -> list[tuple[int, int]]:
    """Returns the spans between blank lines."""
    return [m.span() for m in re.finditer(r"[^\n]+(?:\n[^\n]+)*", clean)]


def in_order(changes: Iterable[Change]) -> list[Change]:
    """Returns the changes in text order, what is put in before what is replaced, ties as they came."""
    return sorted(changes, key=lambda c: (c.start, c.end))


def weave(clean: str, start: int, end: int, changes: Iterable[Change]) -> list[Change]:
    """Returns the stretches of clean ``[start, end)``, those that are kept as kind ``same``."""
    out, at = [], start
    for change in changes:
        if start <= change.start and change.end <= end:
            if at < change.start:
                out.append(Change(at, change.start, clean[at : change.start], "same"))
            out.append(change)
            at = change.end
    if at < end:
        out.append(Change(at, end, clean[at:end], "same"))
    return out
