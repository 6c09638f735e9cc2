"""Who echoes whom: speakers who say again what others said before them, and papers that quote them.

An *echo* leads from the later speaker to the earlier. Of one claim a saying echoes those that come right
before it: said by another, surely earlier by the dates of both, and with no third saying surely between them
(the covering relation of an interval order, Fishburn 1970). So a claim that ten people repeat in turn is a
chain and no thicket, and a saying whose order is not sure makes no echo; such pairs are counted instead.
That somebody speaks later does not say that he had heard or read the earlier; an echo is a sequence in the
record, and only a *quotation* shows that one knew the other.

A *quotation* leads from the voice of a paper to a speaker whose words it has.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

EchoKind = Literal["says again", "quotes"]
Days = tuple[str | None, str | None]
"""First and last ISO day; None for an open or unknown side."""
_OPEN = ("0000-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A work that counts for a claim, as one speaker said it; several who speak as one are several sayings.

    ``earliest``/``latest`` are the ISO days between which it was said, ``printed_earliest``/
    ``printed_latest`` those between which it was printed; None for an open or unknown side; ``edtf`` and
    ``printed_edtf`` are these dates as asserted. ``quoted_by`` is the voice of the paper that has it, None
    where that is the speaker or not known. ``words`` and ``place`` say what stands where, for a reader.
    """

    claim: str
    speaker: str
    earliest: str | None
    latest: str | None
    printed_earliest: str | None = None
    printed_latest: str | None = None
    edtf: str | None = None
    printed_edtf: str | None = None
    quoted_by: str | None = None
    words: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """``later`` says again, or quotes, what ``earlier`` said; of so many ``claims``, in order.

    ``first`` and ``last`` bound, in ISO days, when ``later`` did so first and last; None where open.
    ``before`` and ``after`` are the sayings that the first echo is between; of a quotation they are one.
    ``exact`` says that the first echo is dated to the year or better, and surely.
    """

    later: str
    earlier: str
    kind: EchoKind
    claims: tuple[str, ...]
    first: Days
    last: Days
    before: Saying
    after: Saying
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoSpeaker:
    """Someone who speaks, with the ``claims`` said, in order; none of a paper's voice that only quotes.

    ``first`` bounds what was said first; ``said`` is False where no date of that is known, or nothing was,
    and it bounds the first printing instead. ``exact`` says that the first saying is dated to the year or
    better, and surely; a printing never dates it so.
    """

    name: str
    claims: tuple[str, ...]
    first: Days
    said: bool
    exact: bool


@dataclass(frozen=True, slots=True)
class Echoes:
    """Speakers by the time of their first saying, echoes by those who echo.

    ``unsure`` counts pairs of sayings of one claim, by two speakers, whose order their dates do not tell;
    ``undated`` sayings without a date at all, ``later`` those that come after the first `MOST_SAYINGS` of a
    claim and are not looked at.
    """

    speakers: tuple[EchoSpeaker, ...]
    echoes: tuple[Echo, ...]
    unsure: int
    undated: int
    later: int = 0


MOST_SAYINGS = 1_000
"""Of one claim: pairs are looked at, and a thousand sayings have half a million."""

Bounds = tuple[str, str]
_Dated = tuple[Bounds, str, Saying]  # when, who, what
_Told = tuple[Bounds, Saying, Saying]  # when the later spoke, what the earlier said, what the later


def echoes_of(sayings: Iterable[Saying]) -> Echoes:
    """Returns who echoes whom, from the sayings of any number of claims; their order does not matter."""
    every = sorted(set(sayings), key=_order)
    families: dict[str, list[Saying]] = defaultdict(list)
    for saying in every:
        families[saying.claim].append(saying)
    found: dict[tuple[str, str, EchoKind], list[_Told]] = defaultdict(list)
    unsure = later = 0
    for family in families.values():
        dated = _distinct(family)
        later += max(0, len(dated) - MOST_SAYINGS)
        dated = dated[:MOST_SAYINGS]
        unsure += _unsure(dated)
        for when, before, after in _again(dated):
            found[after.speaker, before.speaker, "says again"].append((when, before, after))
        for saying in family:
            if saying.quoted_by is not None and saying.quoted_by != saying.speaker:
                printed = saying.printed_earliest or _OPEN[0], saying.printed_latest or _OPEN[1]
                found[saying.quoted_by, saying.speaker, "quotes"].append((printed, saying, saying))
    echoes = tuple(_echo(*key, told) for key, told in sorted(found.items()))
    undated = sum(_said(s) is None for s in every)
    return Echoes(tuple(_speakers(every)), echoes, unsure, undated, later)


def _order(saying: Saying) -> tuple[str, ...]:
    days = (saying.earliest, saying.latest, saying.printed_earliest, saying.printed_latest)
    told = (saying.quoted_by or "", saying.place, saying.words, saying.edtf or "", saying.printed_edtf or "")
    return saying.claim, saying.speaker, *(day or "~" for day in days), *told


def _said(saying: Saying) -> Bounds | None:
    """Returns when it was said; None without any date. Nothing is said after it is printed."""
    if saying.earliest is None and saying.latest is None:
        return None
    low, high = saying.earliest or _OPEN[0], saying.latest or saying.printed_latest or _OPEN[1]
    return (low, high) if low <= high else (low, saying.latest or _OPEN[1])


def _distinct(family: Iterable[Saying]) -> list[_Dated]:
    """Returns the dated sayings in order of time, one for each speaker and date."""
    found: dict[tuple[Bounds, str], Saying] = {}
    for saying in family:
        bounds = _said(saying)
        if bounds is not None:
            found.setdefault((bounds, saying.speaker), saying)
    return [
        (bounds, speaker, saying) for (bounds, speaker), saying in sorted(found.items(), key=lambda i: i[0])
    ]


def _again(dated: Sequence[_Dated]) -> Iterator[_Told]:
    """Yields who says again what another said right before.

    With all that ended before a saying began, those came right before it that end no earlier than the last
    of these began: whatever ended earlier had another in between.
    """
    ended = sorted(dated, key=lambda item: (item[0][1], *item[:2]))
    ends = [bounds[1] for bounds, _, _ in ended]
    begun = list(accumulate((bounds[0] for bounds, _, _ in ended), max))
    for bounds, later, after in dated:
        before = bisect_left(ends, bounds[0])
        if not before:
            continue
        first = bisect_left(ends, begun[before - 1])
        for earlier, said in {name: s for _, name, s in ended[first:before]}.items():
            if earlier != later:
                yield bounds, said, after


def _unsure(dated: Sequence[_Dated]) -> int:
    """Returns how many pairs, of two speakers each, overlap in time."""
    by_speaker: dict[str, list[Bounds]] = defaultdict(list)
    for bounds, speaker, _ in dated:
        by_speaker[speaker].append(bounds)
    return _overlaps([bounds for bounds, _, _ in dated]) - sum(map(_overlaps, by_speaker.values()))


def _overlaps(bounds: Sequence[Bounds]) -> int:
    """Returns how many pairs of bounds share a day: all pairs without those of which one ended before."""
    ends = sorted(high for _, high in bounds)
    apart = sum(bisect_left(ends, low) for low, _ in bounds)
    return len(bounds) * (len(bounds) - 1) // 2 - apart


def _echo(later: str, earlier: str, kind: EchoKind, told: Sequence[_Told]) -> Echo:
    first = min(told, key=lambda t: _by_end(t[0]))
    return Echo(
        later=later,
        earlier=earlier,
        kind=kind,
        claims=tuple(sorted({after.claim for _, _, after in told})),
        first=_days(first[0]),
        last=_days(max(when for when, _, _ in told)),
        before=first[1],
        after=first[2],
        exact=_to_the_year(first[0], first[2].printed_edtf if kind == "quotes" else first[2].edtf),
    )


def _to_the_year(bounds: Bounds, edtf: str | None) -> bool:
    """Whether bounds are a year apart or less, and the date is neither approximate nor in doubt."""
    if set("~?%") & set(edtf or "") or bounds[0] == _OPEN[0] or bounds[1] == _OPEN[1]:
        return False
    (year, day), (last_year, last_day) = ((int(b[:4]), b[5:]) for b in bounds)
    return year == last_year or (year + 1 == last_year and last_day < day)


def _by_end(bounds: Bounds) -> Bounds:
    return bounds[1], bounds[0]


def _days(bounds: Bounds) -> Days:
    low, high = bounds
    return None if low == _OPEN[0] else low, None if high == _OPEN[1] else high


def _speakers(sayings: Sequence[Saying]) -> list[EchoSpeaker]:
    said: dict[str, list[tuple[Bounds, str | None]]] = defaultdict(list)
    printed: dict[str, list[tuple[Bounds, str | None]]] = defaultdict(list)
    claims: dict[str, set[str]] = defaultdict(set)
    for s in sayings:
        claims[s.speaker].add(s.claim)
        bounds = _said(s)
        said[s.speaker] += [(bounds, s.edtf)] if bounds else []
        for name in {s.speaker, s.quoted_by} - {None}:
            days = s.printed_earliest or _OPEN[0], s.printed_latest or _OPEN[1]
            printed[str(name)].append((days, s.printed_edtf))
    found = [
        _speaker(name, tuple(sorted(claims.get(name, ()))), said.get(name, []), days)
        for name, days in printed.items()
    ]
    return sorted(found, key=lambda v: (v.first[0] or v.first[1] or "~", v.first[1] or "~", v.name))


def _speaker(
    name: str,
    claims: tuple[str, ...],
    said: Sequence[tuple[Bounds, str | None]],
    printed: Sequence[tuple[Bounds, str | None]],
) -> EchoSpeaker:
    first, edtf = min(said or printed, key=lambda dated: (_by_end(dated[0]), dated[1] or ""))
    exact = bool(said) and _to_the_year(first, edtf)
    return EchoSpeaker(name=name, claims=claims, first=_days(first), said=bool(said), exact=exact)
