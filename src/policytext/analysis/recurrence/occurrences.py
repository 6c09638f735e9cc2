"""What recurrence is counted from: a claim's occurrences, and the sources it can occur in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Literal, get_args

from policytext.analysis.recurrence.periods import Bounds, check_days, closed
from policytext.analysis.witness import lag_years

Stance = Literal["supports", "denies"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """A witness as it is counted.

    ``work`` is the id of the utterance or text, ``document`` the id of the document that prints it.
    ``earliest``/``latest`` are the ISO days between which it was *said*, ``published_earliest``/
    ``published_latest`` those between which the document was published; None for an open or unknown side.
    ``second_hand`` marks an utterance known only through a later paper. ``counts`` is False for another
    printing of a work that is counted already.

    Raises:
        ValueError: days that are none or in the wrong order, or a stance that is none.
    """

    claim: str
    work: str
    document: str
    speaker: str | None
    party: str | None
    earliest: str | None
    latest: str | None
    published_earliest: str | None
    published_latest: str | None
    second_hand: bool
    counts: bool
    stance: Stance

    def __post_init__(self) -> None:
        check_days(self.earliest, self.latest, f"work {self.work}")
        check_days(self.published_earliest, self.published_latest, f"document {self.document}")
        if self.stance not in get_args(Stance):
            raise ValueError(f"work {self.work}: no such stance: {self.stance}")

    @property
    def said(self) -> Bounds | None:
        """When it was said, an open end closed by publication; None where that is not known."""
        return closed(self.earliest, self.latest, self.published_latest)

    @property
    def order(self) -> tuple[str, ...]:
        """Sorts by time said, then document and work; the undated last."""
        earliest, latest = self.said or ("~", "~")
        return earliest, latest, self.document, self.work, self.speaker or "", self.party or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """A source as a denominator: what it says at all, and when.

    ``stratum`` is what it is compared with (its kind; empty where unknown). ``said`` holds the ISO day bounds
    of every dated assertion or statement in it: its own voice once, each second-hand statement at its own
    date. Equal bounds are one slot, and a side that is None is open.
    """

    document: str
    title: str | None
    stratum: str
    published_earliest: str | None
    published_latest: str | None
    said: tuple[tuple[str | None, str | None], ...]

    def __post_init__(self) -> None:
        check_days(self.published_earliest, self.published_latest, f"document {self.document}")
        for earliest, latest in self.said:
            check_days(earliest, latest, f"document {self.document}")

    @property
    def slots(self) -> tuple[Bounds, ...]:
        """The distinct dated slots in order of time, an open end closed by publication."""
        pairs = (closed(earliest, latest, self.published_latest) for earliest, latest in self.said)
        return tuple(sorted({pair for pair in pairs if pair}))


def by_claim(occurrences: Iterable[Occurrence]) -> Iterator[tuple[str, list[Occurrence]]]:
    """Yields each claim with its occurrences in `Occurrence.order`, sorted by claim id."""
    ordered = sorted(occurrences, key=lambda o: (o.claim, o.order))
    for claim, group in groupby(ordered, key=lambda o: o.claim):
        yield claim, list(group)


def independent(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """Returns those that count for the claim, in order: each work in the document that printed it first."""
    counted = [o for o in occurrences if o.counts and o.stance == "supports"]
    homes: dict[str, tuple[str, str]] = {}
    for o in counted:
        printed = (o.published_earliest or "~", o.document)
        homes[o.work] = min(homes.get(o.work, printed), printed)
    return sorted((o for o in counted if homes[o.work][1] == o.document), key=lambda o: o.order)


def said_of(occurrence: Occurrence) -> Bounds:
    """Returns when a dated occurrence was said.

    Raises:
        ValueError: it is not dated.
    """
    if occurrence.said is None:
        raise ValueError(f"work {occurrence.work} is not dated")
    return occurrence.said


def silences(dated: Sequence[Occurrence]) -> list[tuple[int, Occurrence, Occurrence]]:
    """Returns (least whole years, the last before, the first after) of every return, in order of time.

    Args:
        dated: occurrences that are dated. One whose bounds reach across a gap fills it: it may lie anywhere.
    """
    ordered = sorted(dated, key=lambda o: o.order)
    found = []
    for before, after in zip(accumulate(ordered, _later_end), ordered[1:], strict=False):
        years = lag_years(said_of(before)[1], said_of(after)[0])
        if years:
            found.append((years, before, after))
    return found


def _later_end(one: Occurrence, other: Occurrence) -> Occurrence:
    return other if said_of(other)[1] > said_of(one)[1] else one
