"""Figures of an export held against gold: counts with their ratios, and what is not as in the gold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from policytext.evaluation.annotating.rows import Row

CaseKind = Literal["missed", "extra", "wrong", "outside"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """``right`` of the ``exported`` rows, and of the ``gold`` ones; ratios of nothing are None.

    ``found`` counts the gold rows that are found where they do not belong to the exported ones one to one;
    elsewhere it is None and they are as many as are right. ``exported`` is None where only the gold asks, as
    for who said what was found.
    """

    right: int
    exported: int | None
    gold: int
    found: int | None = None

    @property
    def held(self) -> int:
        """How many gold rows are found, and right."""
        return self.right if self.found is None else self.found

    @property
    def precision(self) -> float | None:
        """The share of the exported rows that are right."""
        return self.right / self.exported if self.exported else None

    @property
    def recall(self) -> float | None:
        """The share of the gold rows that are found, and right."""
        return self.held / self.gold if self.gold else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall; 0 where one of them is nothing."""
        if self.exported is None or not self.exported + self.gold:
            return None
        both = harmonic(self.precision or 0.0, self.recall or 0.0)
        return 2 * self.right / (self.exported + self.gold) if self.found is None else both


@dataclass(frozen=True, slots=True)
class Ratios:
    """Figures that are means, not ratios of two counts."""

    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Found:
    """Gold rows of one kind: how many there are, are found, and are found and wholly right."""

    gold: int
    found: int
    right: int


@dataclass(frozen=True, slots=True)
class Case:
    """What is not as in the gold.

    A gold row that is ``missed``, a find without gold (``extra``), one ``wrong`` in its ``faults``, or one
    ``outside`` all that was marked, which is not counted either way. Of a pair of printings ``other`` is the
    second. ``reads`` is how a place should read and how it does, where that is what is wrong.
    """

    kind: CaseKind
    gold: Row | None
    found: Row | None
    faults: tuple[str, ...] = ()
    other: Row | None = None
    reads: tuple[str, str] | None = None

    @property
    def row(self) -> Row:
        """The gold row; the find, where there is none."""
        row = self.gold or self.found
        assert row is not None
        return row


@dataclass(frozen=True, slots=True)
class Scored:
    """A layer of an export against its gold, where rows do not belong together one to one.

    ``measures`` are over all papers, ``papers`` the same by source. ``groups`` are by the name of what they
    are grouped by ("family", "kind") and then by group. ``ratios`` are means; ``figures`` other numbers;
    ``notes`` say in words what stands behind them. ``cases`` are in order of place.
    """

    layer: str
    measures: Mapping[str, Agreement]
    papers: Mapping[str, Mapping[str, Agreement]]
    groups: Mapping[str, Mapping[str, Agreement]]
    ratios: Mapping[str, Ratios]
    figures: Mapping[str, Any]
    notes: tuple[str, ...]
    listed: tuple[Case, ...]

    def by_source(self) -> Mapping[str, Mapping[str, Agreement]]:
        """Returns the measures of each paper that was read, by name."""
        return self.papers

    def cases(self) -> list[Case]:
        """Returns everything that is not as in the gold, in order of place."""
        return list(self.listed)


def harmonic(precision: float, recall: float) -> float:
    """Returns F1, the harmonic mean; 0 where both are 0."""
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0


def added(scores: Iterable[Agreement]) -> Agreement:
    """Returns the score over several papers or kinds together (micro average)."""
    listed = list(scores)
    exported = [s.exported for s in listed if s.exported is not None]
    apart = any(s.found is not None for s in listed)
    return Agreement(
        sum(s.right for s in listed),
        sum(exported) if exported or not listed else None,
        sum(s.gold for s in listed),
        sum(s.held for s in listed) if apart else None,
    )


def in_order(cases: Iterable[Case]) -> tuple[Case, ...]:
    """Returns cases in order of place."""

    def key(case: Case) -> tuple[Any, ...]:
        other = case.other.place if case.other else ("", 0, 0)
        return case.row.place, case.kind, other, case.row.named("family"), case.row.named("group")

    return tuple(sorted(cases, key=key))
