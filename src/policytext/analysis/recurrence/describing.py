"""When a claim was said, when it fell silent, and when it came back: what its witnesses tell, counted.

Nothing here is tested against chance; that is `policytext.analysis.recurrence.chance`. Three rules hold
throughout:

- Only independent works count. A work is counted once, in the document that printed it first; other printings
  are ``repeats``, and so is what the same utterance says twice.
- A denial is a recurrence of the dispute, not of the claim: it is counted apart and enters no date, silence
  or period.
- A date is an interval. What lies *surely* in a period lies there with both its bounds; what merely touches
  it does so *possibly*. A silence is counted from the latest day on which the one can have been said to the
  earliest of the other, so that it lasted at least so long.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from policytext.analysis.recurrence.cautions import Caution, cautions
from policytext.analysis.recurrence.occurrences import (
    Occurrence,
    SourceFacts,
    by_claim,
    independent,
    said_of,
    silences,
)
from policytext.analysis.recurrence.periods import Bounds, check_period, period_label, periods_of

PeriodState = Literal["said", "perhaps said", "not said", "no source"]
Tally = tuple[tuple[str, int], ...]
"""(name, number of works), the most first; ties break by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodCount:
    """A claim in one period, against what there is to read.

    ``sources`` say something dated surely in the period, ``asserting`` of them the claim, in ``works``
    independent works; those with ``_possibly`` count what touches the period as well. ``state`` tells
    silence from absence: *not said* by the sources there are, or *no source* that surely speaks.
    """

    label: str
    first_year: int
    last_year: int
    sources: int
    sources_possibly: int
    asserting: int
    asserting_possibly: int
    works: int
    state: PeriodState


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """A time without the claim, and its return.

    It lasted at least ``years`` whole years, between ``before`` (the last to be said) and ``after`` (the
    first again); ``sources`` surely say something dated in between: none, and it is they that are silent.
    """

    years: int
    before: Occurrence
    after: Occurrence
    sources: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recurrence:
    """What is known of a claim's returns.

    ``first`` is the work that was surely said before any other (by its latest day), ``last`` likewise by its
    earliest; both None where nothing is dated. ``silences`` are those of at least ``period`` years, in order
    of time, ``longest_silence`` the longest of all (None under a year). ``works``, ``second_hand`` and
    ``undated`` count independent works; ``repeats`` are occurrences that print or say a counted work again
    and enter nothing else here, ``denials`` works that deny the claim, ``denying`` the documents that do.
    """

    claim: str
    period: int
    works: int
    first: Occurrence | None
    last: Occurrence | None
    periods: tuple[PeriodCount, ...]
    covered_surely: int
    covered_possibly: int
    longest_silence: Silence | None
    silences: tuple[Silence, ...]
    speakers: Tally
    parties: Tally
    documents: Tally
    second_hand: int
    undated: int
    repeats: int
    denials: int
    denying: tuple[str, ...]
    cautions: tuple[Caution, ...]

    @property
    def returns(self) -> int:
        """How often it came back after a silence of at least a period's years."""
        return len(self.silences)


_FORGOTTEN = 8
"""Periods in a row without a source that are still told one by one."""


def describe(
    occurrences: Sequence[Occurrence], sources: Iterable[SourceFacts], period: int = 10
) -> Recurrence:
    """Returns what the occurrences of one claim tell of its returns; their order does not matter.

    Args:
        occurrences: of one claim, at least one.
        sources: all there are, with those that never say it.
        period: years of a period; periods are aligned (1950-1959).

    Raises:
        ValueError: no occurrence, several claims, a document that is not among the sources, or a period that
            is none.
    """
    claims = {o.claim for o in occurrences}
    if len(claims) != 1:
        raise ValueError(f"occurrences of one claim are described, not of {len(claims)}")
    return describe_all(occurrences, sources, period)[0]


def describe_all(
    occurrences: Iterable[Occurrence], sources: Iterable[SourceFacts], period: int = 10
) -> tuple[Recurrence, ...]:
    """Returns what `describe` does for every claim, sorted by claim id.

    Raises:
        ValueError: as `describe` does.
    """
    check_period(period)
    slots = {source.document: set(source.slots) for source in sources}
    return tuple(_described(claim, group, slots, period) for claim, group in by_claim(occurrences))


def _described(
    claim: str, occurrences: list[Occurrence], slots: dict[str, set[Bounds]], period: int
) -> Recurrence:
    for o in occurrences:
        if o.document not in slots:
            raise ValueError(f"claim {claim}: document {o.document} is not among the sources")
    kept = independent(occurrences)
    dated = [o for o in kept if o.said]
    denials = [o for o in occurrences if o.stance == "denies" and o.counts]
    gaps = silences(dated)
    longest = max(gaps, key=lambda gap: gap[0], default=None)
    table = tuple(_table(dated, slots, period))
    return Recurrence(
        claim=claim,
        period=period,
        works=len({o.work for o in kept}),
        first=min(dated, key=lambda o: (said_of(o)[::-1], o.order), default=None),
        last=max(dated, key=lambda o: (said_of(o), o.order), default=None),
        periods=table,
        covered_surely=sum(row.asserting > 0 for row in table),
        covered_possibly=sum(row.asserting_possibly > 0 for row in table),
        longest_silence=_silence(longest, slots) if longest else None,
        silences=tuple(_silence(gap, slots) for gap in gaps if gap[0] >= period),
        speakers=_tally((o.speaker, o.work) for o in kept),
        parties=_tally((o.party, o.work) for o in kept),
        documents=_tally((o.document, o.work) for o in kept),
        second_hand=len({o.work for o in kept if o.second_hand}),
        undated=len({o.work for o in kept} - {o.work for o in dated}),
        repeats=sum(o.stance == "supports" for o in occurrences) - len(kept),
        denials=len(denials),
        denying=tuple(sorted({o.document for o in denials})),
        cautions=tuple(cautions(kept, period)),
    )


def _tally(pairs: Iterable[tuple[str | None, str]]) -> Tally:
    counts = Counter(name for name, _ in set(pairs) if name is not None)
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _silence(gap: tuple[int, Occurrence, Occurrence], slots: dict[str, set[Bounds]]) -> Silence:
    years, before, after = gap
    start, end = said_of(before)[1], said_of(after)[0]
    speaking = sum(any(start < a and b < end for a, b in said) for said in slots.values())
    return Silence(years=years, before=before, after=after, sources=speaking)


def _table(dated: list[Occurrence], slots: dict[str, set[Bounds]], period: int) -> Iterator[PeriodCount]:
    """Yields every period from the first in which anything is said to the last.

    Of a long time without any source only the beginning: a mention of 1215 makes no eighty empty decades.
    """
    spoken = _speaking(
        ((document, bounds) for document, said in slots.items() for bounds in said),
        ((o.document, said_of(o)) for o in dated),
        period=period,
    )
    asserted = _speaking(((o.document, said_of(o)) for o in dated), period=period)
    works = _speaking(((o.work, said_of(o)) for o in dated), period=period)
    nobody: tuple[set[str], set[str]] = (set(), set())
    for number in range(min(spoken, default=0), max(spoken, default=-1) + 1):
        sources, perhaps = spoken.get(number, nobody)
        surely, possibly = asserted.get(number, nobody)
        if number not in spoken and not any(n in spoken for n in range(number - _FORGOTTEN, number)):
            continue
        state: PeriodState = "said" if surely else "perhaps said" if possibly else "not said"
        yield PeriodCount(
            label=period_label(number, period),
            first_year=number * period,
            last_year=number * period + period - 1,
            sources=len(sources),
            sources_possibly=len(perhaps),
            asserting=len(surely),
            asserting_possibly=len(possibly),
            works=len(works.get(number, nobody)[0]),
            state=state if sources or possibly else "no source",
        )


def _speaking(*dated: Iterable[tuple[str, Bounds]], period: int) -> dict[int, tuple[set[str], set[str]]]:
    """Returns by period who surely speaks in it and who possibly does (the sure ones among them)."""
    found: dict[int, tuple[set[str], set[str]]] = {}
    for pairs in dated:
        for name, bounds in pairs:
            touched = periods_of(bounds, period)
            for number in touched:
                surely, possibly = found.setdefault(number, (set(), set()))
                possibly.add(name)
                if len(touched) == 1:
                    surely.add(name)
    return found
