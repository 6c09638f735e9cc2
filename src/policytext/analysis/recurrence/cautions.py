"""Reasons to doubt what the figures of a claim's recurrence seem to say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from policytext.analysis.recurrence.occurrences import Occurrence, said_of
from policytext.analysis.recurrence.periods import periods_of

CautionKind = Literal["few works", "one document", "early evidence from one document", "uncertain dates"]

FEW_WORKS = 3
"""Fewer independent works than this are hardly a history."""

_NAMED = 4
"""So many years are named one by one."""


@dataclass(frozen=True, slots=True)
class Caution:
    """A reason to doubt what the figures seem to say; ``document`` is the one it concerns, if one.

    ``second_hand`` says that the document only passes on what it is cited for: when it was printed belongs to
    the caution then. The text does not say so, since only the document knows its date as it is asserted.
    """

    kind: CautionKind
    text: str
    document: str | None = None
    second_hand: bool = False


def cautions(kept: list[Occurrence], period: int) -> Iterator[Caution]:
    """Yields what speaks for care, of the occurrences that count for one claim.

    *few works* is under `FEW_WORKS`; *uncertain dates* is more than half of the works without a date that is
    surely in one period. *early evidence from one document*: everything surely said in the first half of the
    claim's time, which runs from the day by which it had surely been said to the day on which it was surely
    last said, and for no less than ``period`` years. It names the years of that evidence, and the year before
    which there is surely no other: half-way is a rule of ours and no date that a reader could look for.
    """
    dated = [o for o in kept if o.said]
    works, documents = {o.work for o in kept}, sorted({o.document for o in kept})
    if len(works) < FEW_WORKS:
        yield Caution("few works", f"{len(works)} independent work{'s' * (len(works) != 1)} in all")
    if len(documents) == 1:
        yield Caution("one document", f"all of it comes from {documents[0]}", documents[0])
    else:
        yield from _early_from_one(dated, period)
    vague = works - {o.work for o in dated if len(periods_of(said_of(o), period)) == 1}
    if 2 * len(vague) > len(works):
        text = f"{len(vague)} of {len(works)} works have no date, or one that may lie in several periods"
        yield Caution("uncertain dates", text)


def _early_from_one(dated: list[Occurrence], period: int) -> Iterator[Caution]:
    first = min((said_of(o)[1] for o in dated), default="")
    last = max((said_of(o)[0] for o in dated), default="")
    if not dated or int(last[:4]) - int(first[:4]) < period:
        return
    half = _half_way(first, last)
    early = [o for o in dated if said_of(o)[1] < half]
    if len({o.document for o in early}) != 1:
        return
    before = _next(early, [o for o in dated if said_of(o)[1] >= half])
    where = early[0].document
    text = f"all evidence for it that is surely from before {before} ({_years(early)}) comes from {where}"
    second_hand = all(o.second_hand for o in early)
    text += ", at second hand" if second_hand else ""
    yield Caution("early evidence from one document", text, where, second_hand)


def _next(early: list[Occurrence], others: list[Occurrence]) -> str:
    """Returns the year before which only the early ones surely lie; the month where both have one year."""
    following = min(said_of(o)[1] for o in others)
    shared = max(said_of(o)[1] for o in early)[:4] == following[:4]
    return following[:7] if shared else following[:4]


def _years(early: list[Occurrence]) -> str:
    """Returns the years of the early evidence, each once; of many the first and the last."""
    several = dict.fromkeys(tuple(day[:4] for day in said_of(o)) for o in early)
    named = [first if first == last else f"{first}–{last}" for first, last in several]
    if len(named) <= _NAMED:
        return ", ".join(named)
    return f"{min(first for first, _ in several)}–{max(last for _, last in several)}"


def _half_way(first: str, last: str) -> str:
    """Returns the first day of the month in the middle: 1956-12-31 and 2018-01-01 give 1987-06-01."""
    months = sum(12 * int(day[:4]) + int(day[5:7]) - 1 for day in (first, last)) // 2
    return f"{months // 12:04d}-{months % 12 + 1:02d}-01"
