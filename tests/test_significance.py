"""The statistics of a comparison: against cases worked by hand, and what they promise of chance."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from policytext.evaluation.retrieval.comparing.significance import detectable, holm, intervals, randomisation
from tables_of_cases import cases, parametrised


def column(values):
    return np.array(values, dtype=np.float64)[:, None]


def run_values(queries, seed):
    """What a run might reach by query: many at 0, some at 1, the others between."""
    rng = np.random.default_rng(seed)
    return np.clip(rng.normal(0.4, 0.5, queries), 0, 1).round(4)


differences = st.lists(st.integers(-1000, 1000).map(lambda n: n / 1000), min_size=2, max_size=25)


@pytest.mark.parametrize("case", parametrised(cases("evaluation/significance/exact.jsonl")))
def test_all_relabellings_are_counted_where_they_are_few(case):
    [(p, exact)] = randomisation(column(case["differences"]), resamples=2**15)
    assert exact
    assert p == case["as_far"] / case["of"]


@pytest.mark.parametrize("case", parametrised(cases("evaluation/significance/holm.jsonl")))
def test_holm(case):
    corrected = holm(case["p"])
    assert [p is None for p in corrected] == [p is None for p in case["corrected"]]
    assert [p for p in corrected if p is not None] == pytest.approx(
        [p for p in case["corrected"] if p is not None]
    )


def test_drawn_relabellings_come_near_to_all_of_them():
    darwin = column([49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48])
    [(p, exact)] = randomisation(darwin, resamples=20_000, seed=3)
    assert not exact
    assert p == pytest.approx(1726 / 2**15, abs=4 * math.sqrt(0.0527 * 0.9473 / 20_000))


@pytest.mark.parametrize("queries", [10, 90])
def test_what_differs_in_its_last_bits_is_as_far(queries):
    """Thirds and sevenths are rounded, their sums too; the same in 21sts of whole numbers are not."""
    whole = np.random.default_rng(11).integers(-3, 4, size=(queries, 8)) * [3, 7, 3, 7, 3, 7, 3, 7]
    noisy = whole / 21 + np.random.default_rng(12).choice([-1e-16, 0, 1e-16], size=whole.shape)
    assert randomisation(noisy, resamples=2000) == randomisation(whole / 1.0, resamples=2000)
    if queries == 10:
        assert all(exact for _, exact in randomisation(noisy, resamples=2000))


def test_a_drawn_p_is_never_0():
    [(p, exact)] = randomisation(column([1.0] * 40), resamples=999)
    assert (p, exact) == (1 / 1000, False)


@pytest.mark.parametrize("queries", [0, 1])
def test_less_than_two_queries_are_not_testable(queries):
    gained = np.full((queries, 2), 0.5)
    assert randomisation(gained) == [(None, False), (None, False)]
    assert detectable(gained) == [None, None]


def test_what_never_varies_is_a_point():
    [(low, high, kind)] = intervals(column([0.25] * 12))
    assert (low, high, kind) == (0.25, 0.25, "point")


def test_percentiles_where_no_correction_is_defined():
    # all resampled means, being one, lie on one side of the mean
    [(low, high, kind)] = intervals(column([0.0, 1.0]), resamples=1)
    assert kind == "percentile"
    assert low == high


def test_permuted_runs_are_significant_at_the_nominal_rate():
    """Labels swapped at random in each query: both runs are one, and p is all chance."""
    rng = np.random.default_rng(20)
    queries, experiments = 120, 300
    gained = np.stack(
        [run_values(queries, 2 * n) - run_values(queries, 2 * n + 1) for n in range(experiments)], axis=1
    )
    gained *= rng.choice([-1.0, 1.0], size=gained.shape)
    p = np.array([found for found, _ in randomisation(gained, resamples=2000)])
    for level in (0.01, 0.05, 0.1, 0.5):
        low, high = stats.binom.interval(0.999, experiments, level)
        assert low <= np.sum(p <= level) <= high
    assert stats.kstest(p, "uniform").pvalue > 0.01


def test_intervals_hold_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(21)
    experiments = 300
    gained = rng.exponential(0.2, size=(60, experiments))  # as skewed as differences come
    inside = sum(low <= 0.2 <= high for low, high, _ in intervals(gained, resamples=1000))
    assert 0.90 * experiments <= inside <= 0.99 * experiments


def test_detectable_differences_are_found_four_times_in_five():
    rng = np.random.default_rng(22)
    sample = rng.normal(0, 1, 50)
    sample = 0.2 * (sample - sample.mean()) / sample.std(ddof=1)
    [least] = detectable(column(sample))
    gained = rng.normal(least, 0.2, size=(50, 400))
    found = sum(p <= 0.05 for p, _ in randomisation(gained, resamples=1000))
    low, high = stats.binom.interval(0.999, 400, 0.8)
    assert low <= found <= high


def test_detectable_is_what_a_t_test_of_that_power_needs():
    """Against the power of the paired t-test itself, from the noncentral t."""
    sample = column(run_values(200, 1) - run_values(200, 2))
    [least] = detectable(sample)
    moved = least / sample.std(ddof=1) * math.sqrt(200)
    critical = stats.t.ppf(0.975, 199)
    power = stats.nct.sf(critical, 199, moved) + stats.nct.cdf(-critical, 199, moved)
    assert power == pytest.approx(0.8, abs=0.002)


def test_nothing_is_detectable_where_nothing_can_be():
    varied = [0.1, 0.2, 0.3, 0.4, 0.6]
    assert detectable(column(varied)) == [None]  # 2 of 32 relabellings are more than 0.05
    assert detectable(column([*varied, 0.7]))[0] > 0
    assert detectable(column([0.1] * 30)) == [None]


@given(differences, st.integers(0, 5))
@settings(deadline=None, max_examples=60)
def test_laws_of_p(values, seed):
    gained = column(values)
    [(p, exact)] = randomisation(gained, resamples=300, seed=seed)
    assert 0 < p <= 1
    assert randomisation(-gained, resamples=300, seed=seed) == [(p, exact)]
    assert randomisation(gained * 4, resamples=300, seed=seed) == [(p, exact)]
    if exact:
        more = np.concatenate([gained[::-1], np.zeros((3, 1))])
        assert randomisation(more, resamples=300, seed=seed) == [(p, True)]


@given(differences)
@settings(deadline=None, max_examples=60)
def test_laws_of_intervals(values):
    gained = column(values)
    [(low, high, kind)] = intervals(gained, resamples=300)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    [(mirrored_low, mirrored_high, mirrored_kind)] = intervals(-gained, resamples=300)
    assert (mirrored_low, mirrored_high) == pytest.approx((-high, -low), abs=1e-12)
    assert mirrored_kind == kind


@given(st.lists(st.floats(0.0001, 1), max_size=12))
def test_laws_of_holm(p):
    corrected = holm(p)
    assert all(before <= after <= 1 for before, after in zip(p, corrected, strict=True))
    assert holm(p[::-1]) == corrected[::-1]
    order = sorted(range(len(p)), key=p.__getitem__)
    assert [corrected[at] for at in order] == sorted(corrected)


def test_a_draw_of_many_queries_is_the_same_in_every_portion_and_company():
    gained = np.stack([run_values(3000, n) - run_values(3000, n + 1) for n in range(4)], axis=1)
    together = randomisation(gained, resamples=800), intervals(gained, resamples=800), detectable(gained)
    for at in range(4):
        alone = gained[:, [at]]
        assert randomisation(alone, resamples=800) == [together[0][at]]
        assert intervals(alone, resamples=800) == [together[1][at]]
        assert detectable(alone) == [together[2][at]]


def test_a_column_is_what_it_is_alone():
    gained = np.stack([run_values(50, n) - run_values(50, n + 1) for n in range(6)], axis=1)
    together = randomisation(gained, resamples=500), intervals(gained, resamples=500)
    for at in range(6):
        alone = gained[:, [at]]
        assert randomisation(alone, resamples=500) == [together[0][at]]
        assert intervals(alone, resamples=500) == [together[1][at]]
