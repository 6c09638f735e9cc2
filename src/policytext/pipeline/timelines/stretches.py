"""Stretches and dates of one paper, found without going through all of them: a paper may have thousands."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from policytext.spans import Span


@dataclass(frozen=True, slots=True)
class Again:
    """A stretch that is printed elsewhere too; ``span`` raw, ``relation`` that of the reprint."""

    group: str
    span: Span
    relation: str


class Stretches:
    """Stretches of one paper in the order in which they begin; they may overlap."""

    def __init__(self, stretches: Iterable[Again]) -> None:
        self._all = list(stretches)
        self._reached = list(accumulate((s.span.end for s in self._all), max))  # by each and those before it

    def first(self, span: Span, least: int) -> Again | None:
        """Returns the first that shares so many characters or more, at least one, with a span."""
        for at in range(bisect_left(self._reached, span.start + least), len(self._all)):
            found = self._all[at]
            if found.span.start > span.end - least:
                return None
            if min(span.end, found.span.end) - max(span.start, found.span.start) >= least:
                return found
        return None


class Dates:
    """The dates that a paper mentions, each with its raw span, by place."""

    def __init__(self, dates: Sequence[tuple[str, Span]]) -> None:
        self._spans = {span for _, span in dates}
        self._of: dict[str, dict[int, Span]] = {}
        for edtf, span in dates:
            self._of.setdefault(edtf, {}).setdefault(span.start, span)
        self._starts = {edtf: list(spans) for edtf, spans in self._of.items()}

    def __contains__(self, span: Span) -> bool:
        return span in self._spans

    def first(self, edtf: str | None) -> Span | None:
        """Returns where a date is mentioned first."""
        return next(iter(self._of.get(edtf or "", {}).values()), None)

    def nearest(self, edtf: str, at: int, within: int) -> Span | None:
        """Returns the mention of a date that begins nearest to an offset, the earlier of two as near."""
        starts = self._starts.get(edtf, [])
        place = bisect_left(starts, at)
        beside = starts[max(0, place - 1) : place + 1]
        best = min(beside, key=lambda start: abs(start - at), default=None)
        return None if best is None or abs(best - at) > within else self._of[edtf][best]
