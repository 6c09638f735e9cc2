"""Whether a claim comes back more than chance would have it.

The unit is the source, never the passage. Under the null hypothesis any sources of a stratum might carry the
claim, as many as do, and in each of them any of its distinct dated slots might be the one that says it.

*Statistic.* How many periods the claim covers, with **one date for each source**; of arrangements that cover
as many, the more even counts for more (the smaller sum of squared numbers of sources a period). Evenness only
breaks ties, so that p is never larger than with periods alone, and a claim that enough sources carry to cover
every period by chance can still be told from one that keeps coming back in all of them.

A source that says it at several dates lends the date that helps the claim least. That is what it takes for
repeats inside one source never to raise significance: a test for which more dates in a source never lower p
has to be at least as strict as every choice of one date a source, and this one is, where dates are sure,
just as strict as the strictest. It keeps the level, since under the null a choice made at random follows the
null distribution, and this one shows no more.

*Dates.* They are drawn uniformly within their bounds, many times and each time the same for the observed and
all chance arrangements; the statistic is the mean over the draws. So it is a function of who says what within
which bounds, and p is as exact as if the dates were known; vague dates cost power, not the level.

*p* is one-sided, more periods than chance, ``(1 + #{S* >= S}) / (B + 1)``: Davison & Hinkley 1997; Phipson &
Smyth 2010. A claim whose margins cannot reach the level is *not testable* and does not count among the tests
(Tarone 1990); over the rest, q controls the false discovery rate (Benjamini & Hochberg 1995).

*What it does not ask.* Whether a silence was longer than chance: of claims planted to return period by period
the longest silence finds hardly any (the tests of this module compare the two), and where one stray source
spoke early it is as long as where a claim truly slept. Silences are reported, by
`policytext.analysis.recurrence.describing`, and not tested; a claim said long ago, forgotten and taken up
again covers few periods and passes here for no more than chance.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING

from policytext.analysis.recurrence.occurrences import (
    Occurrence,
    SourceFacts,
    by_claim,
    independent,
    said_of,
    silences,
)
from policytext.analysis.recurrence.periods import Bounds, periods_of
from policytext.analysis.recurrence.tested import Chance, Settings, Stratum, Without

if TYPE_CHECKING:
    from policytext.analysis.recurrence.null import Arrangement, Draws, Slots

Progress = Callable[[int, int], None]

REPLICATES_WITHOUT = 999
"""Replicates of each test that leaves a document out; there are many, and a verdict is all they are for."""
MOST_WITHOUT = 20
"""With more carriers than this, only those are left out that alone can cover some period."""


def against_chance(
    occurrences: Iterable[Occurrence],
    sources: Iterable[SourceFacts],
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> tuple[Chance, ...]:
    """Returns every claim against chance, sorted by claim id; the order of what is given does not matter.

    p depends on the seed and the claim alone, q on the other claims as well. Denials, reprints and what is
    not dated do not enter.

    Args:
        occurrences: of any number of claims.
        sources: all there are, with those that carry nothing. What is said at a date that its source does not
            list is taken for a slot of that source.
        settings: how to test.
        progress: is told how many claims of how many are done.

    Raises:
        ValueError: an occurrence in a document that is not among the sources.
    """
    chosen = settings or Settings()
    facts = sorted(sources, key=lambda s: s.document)
    claims = list(by_claim(occurrences))
    results = []
    for done, (claim, group) in enumerate(claims, 1):
        results.append(_one(_case(claim, group, facts), chosen))
        if progress:
            progress(done, len(claims))
    return _judged(results)


def benjamini_hochberg(values: Sequence[float]) -> list[float]:
    """Returns the q of each p, in order: the least false discovery rate at which it is found (1995)."""
    order = sorted(range(len(values)), key=lambda i: values[i], reverse=True)
    adjusted = [1.0] * len(values)
    least = 1.0
    for above, i in enumerate(order):
        rank = len(values) - above  # among the p from the smallest
        least = min(least, values[i] * len(values) / rank)
        adjusted[i] = least
    return adjusted


def _judged(results: Sequence[Chance]) -> tuple[Chance, ...]:
    tested = [r for r in results if r.p is not None]
    q = dict(zip((r.claim for r in tested), benjamini_hochberg([r.p or 0.0 for r in tested]), strict=True))
    return tuple(_with_q(r, q[r.claim]) if r.claim in q else r for r in results)


def _with_q(result: Chance, q: float) -> Chance:
    found = q <= result.level
    return replace(result, q=q, verdict="more than chance" if found else "no more than chance")


@dataclass(frozen=True, slots=True)
class _Case:
    """A claim among the sources that say anything dated: slots and stratum by document, dated occurrences."""

    claim: str
    said: Mapping[str, tuple[Bounds, ...]]
    strata: Mapping[str, str]
    dated: tuple[Occurrence, ...]

    @property
    def carriers(self) -> list[str]:
        return sorted({o.document for o in self.dated})

    def without(self, document: str) -> _Case:
        said = {name: slots for name, slots in self.said.items() if name != document}
        return _Case(self.claim, said, self.strata, tuple(o for o in self.dated if o.document != document))

    def counts(self) -> tuple[Stratum, ...]:
        inside = Counter(self.strata[document] for document in self.said)
        carrying = Counter(self.strata[document] for document in self.carriers)
        return tuple(Stratum(name=n, sources=inside[n], carrying=carrying[n]) for n in sorted(inside))


def _case(claim: str, occurrences: Sequence[Occurrence], facts: Sequence[SourceFacts]) -> _Case:
    said = {source.document: source.slots for source in facts}
    strange = sorted({o.document for o in occurrences} - said.keys())
    if strange:
        raise ValueError(f"claim {claim}: document {strange[0]} is not among the sources")
    dated = tuple(o for o in independent(occurrences) if o.said)
    for o in dated:
        if said_of(o) not in said[o.document]:
            said[o.document] = tuple(sorted({*said[o.document], said_of(o)}))
    strata = {source.document: source.stratum for source in facts}
    return _Case(claim, {name: slots for name, slots in said.items() if slots}, strata, dated)


def _one(case: _Case, settings: Settings) -> Chance:
    """Returns one claim against chance, with its stability; q is not known yet."""
    result = _tested(case, settings)
    if not settings.leave_out or len(case.carriers) < 2:
        return result
    fewer = replace(settings, replicates=min(settings.replicates, REPLICATES_WITHOUT))
    without = tuple(_left_out(case, document, fewer) for document in _to_leave_out(case, settings.period))
    whole = (_found(result.p, settings), _longest(case.dated) >= settings.period)
    hangs = (
        w.document for w in without if whole != (_found(w.p, settings), w.longest_silence >= settings.period)
    )
    return replace(result, without=without, hangs_on=tuple(hangs))


def _found(p: float | None, settings: Settings) -> bool:
    return p is not None and p <= settings.level


def _longest(dated: Sequence[Occurrence]) -> int:
    return max((years for years, _, _ in silences(dated)), default=0)


def _left_out(case: _Case, document: str, settings: Settings) -> Without:
    rest = case.without(document)
    result = _tested(rest, settings)
    return Without(
        document=document, p=result.p, observed=result.observed, longest_silence=_longest(rest.dated)
    )


def _to_leave_out(case: _Case, period: int) -> list[str]:
    """Returns the carriers that are left out in turn; where there are many, those that cover a period alone.

    Without any other every period stays covered.
    """
    if len(case.carriers) <= MOST_WITHOUT:
        return case.carriers
    pairs = sorted({(n, o.document) for o in case.dated for n in periods_of(said_of(o), period)})
    suppliers = [[document for _, document in group] for _, group in groupby(pairs, key=lambda pair: pair[0])]
    return sorted({documents[0] for documents in suppliers if len(documents) == 1})


def _tested(case: _Case, settings: Settings) -> Chance:
    counts = case.counts()
    if not case.dated:
        return _untested(case, settings, "no independent work that says it is dated")
    from policytext.analysis.recurrence.null import drawn, most_covered, slots_of

    documents = list(case.said)
    slots = slots_of(list(case.said.values()), settings.period)
    arrangement = _arrangement(case, documents, slots)
    arrangements = math.prod(math.comb(c.sources, c.carrying) for c in counts)
    draws = drawn(slots, arrangement, settings.replicates, _entropy(case.claim, settings.seed))
    most = most_covered(slots, arrangement)
    if arrangements == 1:
        result = replace(_untested(case, settings, _no_other(counts)), smallest_p=1.0)
    else:
        result = _measured(_untested(case, settings, ""), draws, most, arrangements)
    return replace(
        result,
        observed=float(draws.observed.covered[0]),
        observed_range=draws.observed_range,
        effective=draws.observed.effective,
        most=most,
    )


def _measured(result: Chance, draws: Draws, most: int, arrangements: int) -> Chance:
    """Returns the result with p, where one can be had, and the null distribution."""
    import numpy as np

    observed, chance, total = int(draws.observed.score[0]), draws.chance.score, result.replicates + 1
    p = (1 + int((chance >= observed).sum())) / total
    reached = int((chance >= max(int(chance.max()), observed)).sum())
    if draws.chance.draws == 1 and int(draws.chance.periods.max()) < most:
        reached = 0  # what is widest is too rare to have been drawn
    smallest = max(1 / arrangements, (1 + reached) / total)
    covered = draws.chance.covered
    low, high = np.quantile(covered, (0.025, 0.975), method="inverted_cdf")
    values, counts = np.unique(np.rint(covered), return_counts=True)
    measured = replace(
        result,
        smallest_p=smallest,
        expected=float(covered.mean()),
        effective_expected=draws.chance.effective,
        interval=(float(low), float(high)),
        null=tuple((int(v), int(n)) for v, n in zip(values, counts, strict=True)),
    )
    if smallest > result.level:
        return replace(measured, reason=_too_few(result.strata, smallest, most, arrangements))
    return replace(measured, p=p, verdict="no more than chance")


def _untested(case: _Case, settings: Settings, reason: str) -> Chance:
    return Chance(
        claim=case.claim,
        verdict="not testable",
        reason=reason,
        p=None,
        q=None,
        level=settings.level,
        smallest_p=None,
        most=0,
        observed=0.0,
        observed_range=(0, 0),
        expected=None,
        effective=0.0,
        effective_expected=None,
        interval=None,
        null=(),
        strata=case.counts(),
        replicates=settings.replicates,
        seed=settings.seed,
        without=(),
        hangs_on=(),
    )


def _no_other(counts: Sequence[Stratum]) -> str:
    """Returns why there is only one arrangement."""
    sources, carrying = sum(c.sources for c in counts), sum(c.carrying for c in counts)
    if sources == 1:
        return "only one source says anything dated"
    if sources == carrying:
        return f"{sources} sources, all carry the claim: no other choice of papers exists"
    return "in every stratum all sources carry the claim or none does: no other choice of papers exists"


def _too_few(counts: Sequence[Stratum], smallest: float, most: int, arrangements: int) -> str:
    """Returns why no arrangement could be significant."""
    sources, carrying = sum(c.sources for c in counts), sum(c.carrying for c in counts)
    if 1 / arrangements >= smallest:
        return (
            f"{carrying} of {sources} sources carry the claim: {arrangements} arrangements exist, "
            f"so that p cannot fall below {smallest:.2g}"
        )
    periods = f"{most} period{'s' * (most != 1)}"
    return (
        f"{carrying} of {sources} sources carry the claim: the widest that any arrangement spreads, over "
        f"{periods}, comes about by chance in {smallest:.0%} of them"
    )


def _arrangement(case: _Case, documents: Sequence[str], slots: Slots) -> Arrangement:
    from policytext.analysis.recurrence.null import Arrangement

    names = sorted({case.strata[document] for document in documents})
    carriers = case.carriers
    number = {document: i for i, document in enumerate(documents)}
    places: dict[str, set[int]] = {}
    for o in case.dated:
        place = int(slots.first[number[o.document]]) + case.said[o.document].index(said_of(o))
        places.setdefault(o.document, set()).add(place)
    return Arrangement(
        strata=tuple(tuple(number[d] for d in documents if case.strata[d] == name) for name in names),
        carrying=tuple(sum(case.strata[d] == name for d in carriers) for name in names),
        places=tuple(tuple(sorted(places[d])) for d in carriers),
    )


def _entropy(claim: str, seed: int) -> tuple[int, int]:
    digest = hashlib.blake2b(claim.encode(), digest_size=16).digest()
    return seed, int.from_bytes(digest, "big")
