"""Fusions by numbers worked by hand."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.ranking import Ranked
from policytext.search.fusion import (
    CONTEXT,
    RRF_K,
    WORDS_WEIGHT,
    ConvexRanker,
    convex,
    in_context,
    reciprocal_rank,
    strictly_falling,
)


class Fixed:
    """Ranks by scores that are given."""

    def __init__(self, scores):
        self.scores, self.asked = scores, []

    def rank(self, query, k, allowed=None):
        self.asked.append((query, k, None if allowed is None else sorted(allowed)))
        among = [Ranked(n, s) for n, s in self.scores.items() if allowed is None or n in allowed]
        return sorted(among, key=lambda r: (-r.score, r.number))[:k]


def test_reciprocal_ranks_add_up():
    first = [Ranked(7, 9.0), Ranked(3, 8.0), Ranked(5, 1.0)]
    second = [Ranked(3, 0.9), Ranked(8, 0.2)]
    assert RRF_K == 60
    assert reciprocal_rank([first, second]) == [
        Ranked(3, 1 / 62 + 1 / 61),
        Ranked(7, 1 / 61),
        Ranked(8, 1 / 62),
        Ranked(5, 1 / 63),
    ]


def test_reciprocal_ranks_break_ties_by_number_and_take_nothing():
    assert [r.number for r in reciprocal_rank([[Ranked(9, 1.0)], [Ranked(2, 1.0)]])] == [2, 9]
    assert reciprocal_rank([[Ranked(4, 0.1)]], 1) == [Ranked(4, 0.5)]
    assert reciprocal_rank([]) == reciprocal_rank([[], []]) == []


def test_a_convex_combination():
    found = convex({1: 6.0, 2: 3.0, 9: 12.0}, {1: 0.5, 2: 0.8, 3: 0.1}, 12.0, 0.25)
    assert found == pytest.approx({1: 0.125 + 0.375, 2: 0.0625 + 0.6, 3: 0.075})


def test_words_count_nothing_where_none_is_found():
    assert convex({}, {1: 0.4}, 0.0) == {1: pytest.approx((1 - WORDS_WEIGHT) * 0.4)}


def test_a_score_is_drawn_towards_the_mean_of_its_neighbours():
    scores = {4: 0.8, 5: 0.4, 6: 0.2, 9: 0.6}
    beside = {4: (5,), 5: (4, 6), 6: (5, 7), 9: ()}
    assert in_context(scores, beside, 0.25) == pytest.approx(
        {4: 0.75 * 0.8 + 0.25 * 0.4, 5: 0.75 * 0.4 + 0.25 * 0.5, 6: 0.75 * 0.2 + 0.25 * 0.2, 9: 0.6}
    )
    assert in_context(scores, {}) == scores
    assert in_context(scores, beside, 0.0) == scores


def test_scores_fall_strictly():
    assert strictly_falling([0.5, 0.5, 0.49999949, 0.1, 0.1]) == [0.5, 0.499999, 0.499998, 0.1, 0.099999]
    assert strictly_falling([]) == []


@given(st.lists(st.floats(-10, 100), max_size=300).map(lambda s: sorted(s, reverse=True)))
def test_falling_scores_stay_near_what_they_were(scores):
    found = strictly_falling(scores)
    assert all(a > b for a, b in pairwise(found))
    assert all(a > b for a, b in pairwise(np.array(found, np.float32)))
    assert all(
        a - 3e-5 * (n + 1) <= b <= a + 1e-6 for n, (a, b) in enumerate(zip(scores, found, strict=True))
    )


def test_the_whole_ranking_by_hand():
    """By themselves the passages have 0.05, 0.8, 0.1 and 0.25; a cosine below 0 counts as 0."""
    words, meaning = Fixed({1: 4.0, 3: 2.0}), Fixed({0: 0.1, 1: 0.6, 2: 0.2, 3: -0.4})
    beside = {0: (1,), 1: (0, 2), 2: (1, 3), 3: (2,)}
    ranker = ConvexRanker(words, meaning, lambda found: {n: beside[n] for n in found}, 0.5)
    own, near = 1 - CONTEXT, CONTEXT
    expected = {
        0: own * 0.05 + near * 0.8,
        1: own * 0.8 + near * (0.05 + 0.1) / 2,
        2: own * 0.1 + near * (0.8 + 0.25) / 2,
        3: own * 0.25 + near * 0.1,
    }
    found = ranker.rank("query", 4)
    assert {r.number: r.score for r in found} == pytest.approx(expected)
    assert [r.number for r in found] == sorted(expected, key=lambda n: -expected[n])
    assert ranker.rank("query", 2) == found[:2]


def test_what_is_not_allowed_counts_as_a_neighbour_only():
    words, meaning = Fixed({1: 4.0, 2: 8.0}), Fixed({1: 0.5, 2: 0.5})
    ranker = ConvexRanker(words, meaning, lambda found: {n: (3 - n,) for n in found}, 0.5)
    (only,) = ranker.rank("query", 5, [1])
    # The best by words is the best of what is allowed; the neighbour has twice as much.
    assert only == Ranked(1, pytest.approx((1 - CONTEXT) * 0.75 + CONTEXT * 1.25))


def test_nothing_found_is_nothing_fused():
    assert ConvexRanker(Fixed({}), Fixed({})).rank("query", 5) == []
    assert ConvexRanker(Fixed({}), Fixed({4: 1.0})).rank("query", 5) == [Ranked(4, 1 - WORDS_WEIGHT)]
