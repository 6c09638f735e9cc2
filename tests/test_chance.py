"""Recurrence against chance: it keeps its level, finds what was planted, and is never moved by repeats.

The simulations are seeded: they count rejections over many small archives, and hold the count against what a
binomial count at the nominal level may reach.
"""

import itertools
import math
import random
from collections.abc import Callable, Iterable
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.analysis.recurrence.chance import against_chance, benjamini_hochberg
from policytext.analysis.recurrence.least import _bounds, least_spread
from policytext.analysis.recurrence.null import DATE_DRAWS, Arrangement, drawn, most_covered, slots_of
from policytext.analysis.recurrence.occurrences import Occurrence, SourceFacts
from policytext.analysis.recurrence.tested import Chance, Settings
from tables_of_cases import cases, parametrised
from test_recurrence import material

LEVEL = 0.05
FAST = Settings(replicates=199, leave_out=False)
Slot = tuple[str, str]


def years(first: int, last: int | None = None) -> Slot:
    return f"{first}-01-01", f"{last or first}-12-31"


def source(number: int, said: Iterable[Slot], stratum: str = "") -> SourceFacts:
    return SourceFacts(
        document=f"d{number:03d}",
        title=None,
        stratum=stratum,
        published_earliest=None,
        published_latest=None,
        said=tuple(said),
    )


def occurrence(of: SourceFacts, said: Slot, claim: str = "c", work: str = "") -> Occurrence:
    return Occurrence(
        claim=claim,
        work=f"{of.document}/{work or said[0]}",
        document=of.document,
        speaker=None,
        party=None,
        earliest=said[0],
        latest=said[1],
        published_earliest=None,
        published_latest=None,
        second_hand=False,
        counts=True,
        stance="supports",
    )


def by_chance(rng: random.Random, sources: list[SourceFacts], k: int, claim: str) -> list[Occurrence]:
    """A claim under the null: any sources, in each any slot."""
    return [occurrence(s, rng.choice(s.slots), claim) for s in rng.sample(sources, k)]


def most_rejections(tests: int) -> int:
    """The count that rejections at the level exceed once in a thousand runs."""
    reached, count = 0.0, -1
    while reached < 0.999:
        count += 1
        reached += math.comb(tests, count) * LEVEL**count * (1 - LEVEL) ** (tests - count)
    return count


def rejections(results: Iterable[Chance]) -> int:
    return sum(r.p is not None and r.p <= LEVEL for r in results)


def a_year(rng: random.Random, *, modern: bool = True) -> int:
    """A year from 1940 to 2019; if ``modern``, most are late, as in most archives."""
    share = rng.random() ** (0.5 if modern else 1.0)
    return 1940 + int(80 * share)


def own_and_quoted(rng: random.Random) -> list[Slot]:
    """When a source speaks, and whom it quotes from before."""
    own = a_year(rng)
    return [years(own), *(years(rng.randint(1940, own)) for _ in range(rng.choice((0, 0, 1, 4))))]


def vague(rng: random.Random) -> list[Slot]:
    """Dates that may lie in up to four decades."""
    first = [a_year(rng) for _ in range(rng.choice((1, 2)))]
    return [years(year, year + rng.choice((0, 1, 9, 30))) for year in first]


def under_the_null(said: Callable[[random.Random], list[Slot]], k: int) -> list[Chance]:
    """400 claims that any sources might carry, 20 in each of 20 archives of 40 sources."""
    rng = random.Random(f"{said.__name__} {k}")
    results = []
    for _ in range(20):
        sources = [source(i, said(rng)) for i in range(40)]
        claims = [o for c in range(20) for o in by_chance(rng, sources, k, f"c{c}")]
        results += against_chance(claims, sources, FAST)
    return results


@pytest.mark.parametrize("said", [own_and_quoted, vague])
@pytest.mark.parametrize("k", [8, 12, 20])
def test_under_the_null_it_rejects_at_its_level(said, k):
    results = under_the_null(said, k)
    assert sum(r.p is not None for r in results) > 300
    assert rejections(results) <= most_rejections(len(results))
    if said is vague:  # then the statistic is fine enough for the level to be used up
        assert rejections(results) >= len(results) * LEVEL / 2


def test_a_claim_of_few_sources_is_not_testable_rather_than_found():
    results = under_the_null(own_and_quoted, 4)
    assert {r.verdict for r in results} == {"not testable"}
    assert all(r.smallest_p > LEVEL for r in results)


def archives_of_two_kinds(rng: random.Random) -> tuple[list[SourceFacts], list[Occurrence]]:
    """Minutes of every decade, half of which carry the claim; web pages of one, of which few do."""
    minutes = [source(i, [years(rng.randint(1940, 2009))], "minutes") for i in range(12)]
    pages = [source(100 + i, [years(rng.randint(2010, 2019))], "web page") for i in range(40)]
    return [*minutes, *pages], [*by_chance(rng, minutes, 6, "c"), *by_chance(rng, pages, 2, "c")]


def test_what_only_a_kind_of_source_explains_is_not_found():
    rng = random.Random(5)
    made = [archives_of_two_kinds(rng) for _ in range(400)]
    with_kinds = [against_chance(said, sources, FAST)[0] for sources, said in made]
    assert rejections(with_kinds) <= most_rejections(400)
    blind = [
        against_chance(said, [replace(s, stratum="") for s in sources], FAST)[0]
        for sources, said in made[:50]
    ]
    assert rejections(blind) > 25, "the strata are what keeps the level here"


def planted(rng: random.Random, times: int, *, modern: bool) -> tuple[list[SourceFacts], list[Occurrence]]:
    """A claim that ``times`` sources of every decade carry, as far as there are so many."""
    sources = [source(i, [years(a_year(rng, modern=modern))]) for i in range(80)]
    said = []
    for decade in range(194, 202):
        there = [s for s in sources if int(s.slots[0][0][:4]) // 10 == decade]
        said += [occurrence(s, s.slots[0]) for s in rng.sample(there, min(times, len(there)))]
    return sources, said


def longest_silence_p(sources: list[SourceFacts], said: list[Occurrence], rng: np.random.Generator) -> float:
    """The same test with the longest silence as its statistic."""
    every = np.array([int(s.slots[0][0][:4]) for s in sources])
    drawn_years = np.sort([rng.permutation(every)[: len(said)] for _ in range(199)], axis=1)
    observed = np.diff(np.sort([int(o.earliest[:4]) for o in said])).max()
    return (1 + int((np.diff(drawn_years, axis=1).max(axis=1) >= observed).sum())) / 200


@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("modern", [True, False])
def test_a_planted_recurrence_is_found_and_the_longest_silence_would_not(times, modern):
    rng = random.Random(f"{times} {modern}")
    made = [planted(rng, times, modern=modern) for _ in range(100)]
    found = rejections(against_chance(said, sources, FAST)[0] for sources, said in made)
    numbers = np.random.default_rng(2)
    rivals = sum(longest_silence_p(sources, said, numbers) <= LEVEL for sources, said in made)
    assert found > 80
    assert rivals < 20


small_sources = st.lists(
    st.lists(st.tuples(st.integers(1940, 2018), st.sampled_from((0, 0, 0, 12))), min_size=1, max_size=4),
    min_size=3,
    max_size=8,
)


@settings(deadline=None, max_examples=100)
@given(small_sources, st.data())
def test_repeats_inside_one_source_never_raise_significance(slots, data):
    sources = [source(i, [years(year, year + more) for year, more in own]) for i, own in enumerate(slots)]
    carriers = data.draw(st.lists(st.sampled_from(sources), min_size=1, unique_by=lambda s: s.document))
    said = [occurrence(s, data.draw(st.sampled_from(s.slots))) for s in carriers]
    loud = data.draw(st.sampled_from(carriers))
    once = against_chance(said, sources, FAST)[0]
    again = occurrence(loud, data.draw(st.sampled_from(loud.slots)), work="again")
    twice = against_chance([*said, again], sources, FAST)[0]
    if once.p is None:
        assert twice.p is None
    else:
        assert twice.p is None or twice.p >= once.p
    if any(o.document == again.document and o.said == again.said for o in said):
        assert twice == once


def some_claims() -> tuple[list[Occurrence], list[SourceFacts]]:
    rng = random.Random(8)
    sources = [source(i, vague(rng), rng.choice(("minutes", "report"))) for i in range(30)]
    return [o for c in "abc" for o in by_chance(rng, sources, 7, c)], sources


def test_order_of_input_changes_nothing():
    occurrences, sources = some_claims()
    straight = against_chance(occurrences, sources, Settings(replicates=199))
    random.Random(1).shuffle(occurrences)
    random.Random(2).shuffle(sources)
    assert against_chance(occurrences, sources, Settings(replicates=199)) == straight


def test_a_claim_keeps_its_p_when_others_come():
    occurrences, sources = some_claims()
    alone = against_chance([o for o in occurrences if o.claim == "b"], sources, FAST)[0]
    among = against_chance(occurrences, sources, FAST)[1]
    assert (alone.p, alone.null) == (among.p, among.null)
    assert alone.p != against_chance(occurrences, sources, replace(FAST, seed=1))[1].p


@pytest.mark.parametrize("case", parametrised(cases("recurrence/untestable.jsonl")))
def test_what_cannot_be_tested_is_said(case):
    found = against_chance(*material(case), Settings(replicates=999))[0]
    assert (found.verdict, found.p, found.q) == ("not testable", None, None)
    assert found.reason.startswith(case["reason"])
    assert found.observed == case["observed"]
    if "smallest_p" in case:
        assert found.smallest_p == case["smallest_p"]


def test_a_hopeless_claim_costs_the_others_nothing():
    sources, said = planted(random.Random(4), 1, modern=False)
    lone = [replace(said[0], claim=f"x{i}") for i in range(20)]
    found = {r.claim: r for r in against_chance([*said, *lone], sources, FAST)}
    assert found["c"].q == found["c"].p
    assert found["c"].verdict == "more than chance"
    assert {r.verdict for r in found.values() if r.claim != "c"} == {"not testable"}


def exact_p(sources: list[SourceFacts], carriers: list[SourceFacts]) -> Fraction:
    """p over every arrangement of one slot a source, counted out; no strata, dates sure."""

    def score(decades: Iterable[int]) -> tuple[int, int]:
        heights = [len(list(same)) for _, same in itertools.groupby(sorted(decades))]
        return len(heights), -sum(h * h for h in heights)

    def decades_of(one: SourceFacts) -> list[int]:
        return [int(a[:4]) // 10 for a, _ in one.slots]

    observed = min(score(choice) for choice in itertools.product(*map(decades_of, carriers)))
    total, reached = 0, Fraction(0)
    for group in itertools.combinations(sources, len(carriers)):
        choices = [score(choice) for choice in itertools.product(*map(decades_of, group))]
        reached += Fraction(sum(s >= observed for s in choices), len(choices))
        total += 1
    return reached / total


@pytest.mark.parametrize("seed", range(6))
def test_p_is_that_of_counting_out_all_arrangements(seed):
    rng = random.Random(seed)
    sources = [source(i, own_and_quoted(rng)) for i in range(9)]
    carriers = rng.sample(sources, 4)
    said = [occurrence(s, slot) for s in carriers for slot in s.slots]
    found = against_chance(said, sources, Settings(level=0.9999, leave_out=False))[0]
    p = float(exact_p(sources, carriers))
    assert found.p is not None
    assert abs(found.p - p) < 4 * math.sqrt(p * (1 - p) / 9_999) + 2e-4


def least_by_trying(dates: list[list[int]]) -> tuple[int, int]:
    choices = ([choice.count(p) for p in set(choice)] for choice in itertools.product(*dates))
    periods, squares = min((len(heights), -sum(h * h for h in heights)) for heights in choices)
    return periods, -squares


several_dates = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=3), min_size=1, max_size=7)


@settings(deadline=None)
@given(several_dates)
def test_the_date_that_helps_least_is_found(dates):
    periods, squares = least_spread([np.array([own]) for own in dates])
    assert (int(periods[0]), int(squares[0])) == least_by_trying(dates)


@settings(deadline=None)
@given(several_dates)
def test_past_the_exact_search_no_more_is_claimed(dates):
    arrays = [np.array([own]) for own in dates]
    (exact, exact_squares), (bound, bound_squares) = least_spread(arrays), _bounds(arrays)
    assert (int(bound[0]), -int(bound_squares[0])) <= (int(exact[0]), -int(exact_squares[0]))


def test_many_short_periods_are_bounded_instead_of_tried():
    dates = [np.array([[i, i + 1, i + 40]]) for i in range(0, 60, 3)]
    periods, squares = least_spread(dates)
    assert int(periods[0]) <= 20
    assert int(squares[0]) == 20**2


def most_by_trying(decades: list[list[int]], arrangement: Arrangement) -> int:
    groups = itertools.product(
        *(itertools.combinations(s, k) for s, k in zip(arrangement.strata, arrangement.carrying, strict=True))
    )
    chosen = ([s for group in choice for s in group] for choice in groups)
    return max(len(set(one)) for who in chosen for one in itertools.product(*(decades[s] for s in who)))


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(195, 200), min_size=1, max_size=2, unique=True), min_size=3, max_size=6),
    st.data(),
)
def test_the_most_periods_of_any_arrangement(decades, data):
    cut = data.draw(st.integers(1, len(decades) - 1))
    strata = (tuple(range(cut)), tuple(range(cut, len(decades))))
    carrying = (data.draw(st.integers(1, cut)), data.draw(st.integers(0, len(decades) - cut)))
    arrangement = Arrangement(strata, carrying, ())
    slots = slots_of([[years(10 * d) for d in own] for own in decades], 10)
    assert most_covered(slots, arrangement) == most_by_trying(decades, arrangement)


def test_dates_are_the_same_for_what_is_observed_and_for_chance():
    wide = [[years(1950 + 7 * i, 1990)] for i in range(5)]
    arrangement = Arrangement(((0, 1, 2, 3, 4),), (5,), tuple((i,) for i in range(5)))
    draws = drawn(slots_of(wide, 10), arrangement, 20, (0, 1))
    assert draws.observed_range[0] < draws.observed_range[1], "the dates are drawn anew each time"
    assert set(draws.chance.score.tolist()) == set(draws.observed.score.tolist())


def test_dates_are_drawn_over_all_their_days():
    arrangement = Arrangement(((0, 1),), (2,), ((0,), (1,)))
    slots = slots_of([[years(1948, 1951)], [years(1950)]], 1)
    together = [2 - drawn(slots, arrangement, 1, (0, seed)).observed.covered[0] for seed in range(40)]
    share, tries = float(np.mean(together)), 40 * DATE_DRAWS
    assert abs(share - 365 / 1461) < 4 * math.sqrt(0.25 * 0.75 / tries)


def test_every_subset_is_as_likely_as_another():
    slots = slots_of([[years(1950 + 10 * i)] for i in range(5)], 10)
    for k in (2, 4):
        arrangement = Arrangement((tuple(range(5)),), (k,), tuple((i,) for i in range(k)))
        draws = drawn(slots, arrangement, 200, (0, 0))
        assert draws.chance.periods.tolist() == [k] * 200, "no source is drawn twice"


def test_it_hangs_on_the_document_without_which_nothing_returns():
    rng = random.Random(6)
    modern = [source(i, [years(rng.randint(2010, 2018))]) for i in range(12)]
    history = source(99, [years(1956), years(2016)])
    said = [occurrence(s, s.slots[0]) for s in (*modern[:4], history)]
    found = against_chance(said, [*modern, history], Settings(replicates=199))[0]
    assert found.hangs_on == ("d099",)
    assert found.stability == "hangs on d099"
    assert {w.document: w.longest_silence >= 10 for w in found.without}["d099"] is False


def test_where_many_carry_it_those_are_left_out_that_supply_a_period_alone():
    modern = [source(i, [years(2010 + i % 9)]) for i in range(60)]
    early = [source(100, [years(1956)]), source(101, [years(1979)])]
    said = [occurrence(s, s.slots[0]) for s in (*modern[:30], *early)]
    found = against_chance(said, [*modern, *early], Settings(replicates=199))[0]
    assert [(w.document, w.observed) for w in found.without] == [("d100", 2.0), ("d101", 2.0)]


def test_what_its_source_does_not_list_is_a_slot_all_the_same():
    sources = [source(i, [years(1950 + i)]) for i in range(9)]
    listed = [replace(s, said=(*s.said, years(2018))) if s is sources[0] else s for s in sources]
    said = [occurrence(sources[0], years(2018)), occurrence(sources[1], years(1951))]
    assert against_chance(said, sources, FAST) == against_chance(said, listed, FAST)


def test_reprints_denials_and_the_undated_do_not_enter():
    occurrences, sources = some_claims()
    plain = against_chance(occurrences, sources, FAST)
    first = occurrences[0]
    others = [
        replace(first, document=sources[-1].document, counts=False),
        replace(first, document=sources[-2].document, work="no", stance="denies"),
        replace(first, document=sources[-3].document, work="when", earliest=None, latest=None),
    ]
    assert against_chance([*occurrences, *others], sources, FAST) == plain


def test_progress_and_bad_arguments():
    occurrences, sources = some_claims()
    told = []
    against_chance(occurrences, sources, FAST, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]
    with pytest.raises(ValueError, match="not among the sources"):
        against_chance(occurrences, sources[:3], FAST)
    for wrong in ({"period": 0}, {"level": 1.0}, {"replicates": 0}, {"seed": -1}):
        with pytest.raises(ValueError, match=r"period|level"):
            Settings(**wrong)


def test_benjamini_and_hochberg_on_the_example_of_their_paper():
    p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344,
        0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000,
    ]  # fmt: skip
    q = benjamini_hochberg(p)
    assert [round(x, 4) for x in q[:4]] == [0.0015, 0.003, 0.0095, 0.0356]
    assert sum(x <= LEVEL for x in q) == 4, "as they find"
    assert benjamini_hochberg([]) == []


@settings(deadline=None)
@given(st.lists(st.floats(0.0001, 1.0), max_size=12), st.floats(0.01, 0.5))
def test_q_finds_what_the_step_up_procedure_finds(p, level):
    ordered = sorted(p)
    steps = [i for i, value in enumerate(ordered, 1) if value * len(p) / i <= level]
    cut = ordered[max(steps) - 1] if steps else -1.0
    assert [q <= level for q in benjamini_hochberg(p)] == [value <= cut for value in p]
