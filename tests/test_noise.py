"""Texts spoiled with learned confusions: the laws of drawing, the rate wished and the rate realised."""

import math
from itertools import pairwise
from types import MappingProxyType

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from conftest import CORPUS
from policytext.evaluation.noise.confusions import Confusions, Segment, learned
from policytext.evaluation.noise.spoiling import (
    TOLERANCE,
    Noise,
    calibrated,
    distance,
    realised,
)
from policytext.evaluation.reading.pairing import pairs
from policytext.evaluation.reading.rates import Rate

RATES = (0.01, 0.02, 0.05, 0.1, 0.2)


def confusions(*rows, severities=(1.0,)) -> Confusions:
    """Confusions of rows (segment, stood, read as)."""
    segments = [
        Segment(text, stood, stood - sum(read.values()), MappingProxyType(read)) for text, stood, read in rows
    ]
    return Confusions(tuple(sorted(segments, key=lambda s: s.text)), severities, ())


SOME = confusions(
    ("e", 1000, {"c": 10}),
    ("h", 400, {"b": 4, "li": 6}),
    ("rn", 40, {"m": 8}),
    (" ", 900, {"": 5}),
    ("er", 90, {"e r": 2}),
    ("the", 60, {"tlie": 3}),
    ("'", 30, {"": 3}),
    severities=(0.5, 1.0, 1.5),
)
TEXTS = st.text(st.sampled_from("ethrn\u2019 .\n\u4e2d\0\ud800a"), max_size=120)
LEVELS = st.floats(0, 500)


@pytest.fixture(scope="module")
def ours() -> Confusions:
    """What our own papers tell."""
    return learned(pairs(CORPUS / "clean", CORPUS / "damaged")[0])


@pytest.fixture(scope="module")
def papers() -> list[tuple[str, list[str]]]:
    """The paragraphs of our own papers as documents, their first line as a title."""
    found = []
    for path in sorted((CORPUS / "clean").iterdir()):
        title, _, rest = path.read_text(encoding="utf-8").partition("\n")
        for number, text in enumerate(rest.split("\n\n")):
            found.append((f"{path.stem}-{number}", [title, text]))
    return found


# Laws of drawing


@given(TEXTS, st.integers(0, 3))
def test_at_no_level_nothing_changes(text, seed):
    assert Noise(SOME, seed).spoiled("d", [text], 0.0) == [text]


@given(TEXTS, TEXTS, LEVELS, st.integers(0, 3))
def test_the_same_draw_gives_the_same_text_whatever_was_drawn_before(text, other, level, seed):
    noise = Noise(SOME, seed)
    first = noise.spoiled("d", [text], level)
    noise.spoiled("e", [other], level)
    assert noise.spoiled("d", [text], level) == first == Noise(SOME, seed).spoiled("d", [text], level)


@given(TEXTS, LEVELS, LEVELS)
def test_what_is_wrong_stays_wrong_and_reads_the_same(text, level, other):
    low, high = sorted((level, other))
    (errors,) = Noise(SOME, 1).errors("d", [text])
    for most in (low, high):
        reached = sum(at <= most for at in errors.levels)
        (early,) = Noise(SOME, 1).errors("d", [text], most)
        assert (early.levels, early.spans) == (errors.levels[:reached], errors.spans[:reached])
        assert early.instead == errors.instead[:reached]
    ends = sorted(errors.spans)
    assert all(a[1] <= b[0] for a, b in pairwise(ends))


@given(TEXTS, LEVELS)
def test_errors_are_learned_ones_where_their_segment_stands(text, level):
    known = {(s.text, read) for s in SOME.segments for read in s.read_as}
    (errors,) = Noise(SOME, 2).errors("d", [text])
    folded = text.replace("\u2019", "'").replace("\n", " ")
    for (start, end), instead in zip(errors.spans, errors.instead, strict=True):
        assert (folded[start:end], instead) in known
    spoiled = errors.applied(text, level)
    assert set(spoiled) <= set(text) | set("cbmli ")


@given(TEXTS)
def test_parts_and_documents_are_drawn_each_for_itself(text):
    noise = Noise(SOME, 5)
    both = noise.errors("d", [text, text])
    assert noise.errors("d", [text])[0] == both[0]
    if len(both[0].levels) > 1:
        assert both[0].levels != both[1].levels


def test_blank_space_is_lost_only_where_it_stands_alone():
    all_blank = confusions((" ", 1, {"": 1}))
    (errors,) = Noise(all_blank, 1).errors("d", [" a b  c\n\nd\ne "])
    assert sorted(errors.spans) == [(2, 3), (10, 11)]


def test_a_segment_goes_wrong_in_proportion_to_its_chance_and_to_severity():
    often = confusions(("e", 99_999, {"c": 1000}), ("h", 99_999, {"b": 4000, "li": 1000}))
    (errors,) = Noise(often, 1).errors("d", ["eh" * 50_000])
    wrong = [instead for at, instead in zip(errors.levels, errors.instead, strict=True) if at <= 1.0]
    counts = {instead: wrong.count(instead) for instead in ("c", "b", "li")}
    odds = {"c": 0.01 / 1.01, "b": 0.8 * 0.05 / 1.05, "li": 0.2 * 0.05 / 1.05}
    for instead, share in odds.items():  # within five standard deviations of a binomial draw
        assert abs(counts[instead] - 50_000 * share) < 5 * math.sqrt(50_000 * share)


def test_severity_is_drawn_among_those_learned():
    noise = Noise(confusions(("e", 99_999, {"c": 999}), severities=(0.25, 4.0)), 1)
    counts = [len(noise.errors(f"d{n}", ["e" * 5_000], 1.0)[0].levels) for n in range(200)]
    light = [count for count in counts if count < 50]
    heavy = [count for count in counts if count >= 50]
    assert 60 <= len(light) <= 140
    assert 10 <= sum(light) / len(light) <= 15
    assert 175 <= sum(heavy) / len(heavy) <= 210


# The rate wished and the rate realised


def test_a_collection_gets_the_rates_wished(ours, papers):
    noise = Noise(ours, 1)
    levels = calibrated(lambda: papers, noise, RATES)
    length = sum(len(text) for _, parts in papers for text in parts)
    for level in levels:
        spoiled = [(parts, noise.spoiled(name, parts, level.level)) for name, parts in papers]
        errors = sum(Levenshtein.distance(*pair) for both in spoiled for pair in zip(*both, strict=True))
        assert errors / length == level.expected
        assert abs(errors / length - level.wished) <= TOLERANCE * level.wished + 1 / length
    assert [level.level for level in levels] == sorted(level.level for level in levels)


def test_seeds_and_orders_of_documents(ours, papers):
    noise = Noise(ours, 1)
    first = calibrated(lambda: papers, noise, [0.05])
    assert calibrated(lambda: papers[::-1], noise, [0.05]) == first
    assert calibrated(lambda: papers, Noise(ours, 2), [0.05]) != first
    assert calibrated(lambda: papers, Noise(ours, 1), [0.05]) == first


def test_a_rate_out_of_reach_is_told_with_the_most_there_is():
    noise = Noise(SOME, 1)
    none, some, far = calibrated(lambda: [("d", ["there " * 100])], noise, [0.0, 0.2, 0.95])
    assert (none.level, none.is_reached, some.is_reached, far.is_reached) == (0.0, True, True, False)
    assert far.level == math.inf
    assert far.reachable == far.expected == none.reachable < 0.95


@pytest.mark.parametrize("text", ["", "\0\0", "\u4e2d\u6587\u6587\u672c", "\ud800", "   ", "x"])
def test_strange_texts_have_nothing_to_go_wrong(text):
    noise = Noise(SOME, 1)
    (level,) = calibrated(lambda: [("d", [text])], noise, [0.05])
    assert (level.reachable, level.is_reached) == (0.0, False)
    assert noise.spoiled("d", [text], math.inf) == [text]
    assert calibrated(list, noise, [0.05])[0].is_reached is False


@settings(max_examples=30)
@given(st.text("ethrn ", min_size=400, max_size=800), st.sampled_from(RATES), st.integers(0, 9))
def test_one_text_gets_its_rate_within_an_error(text, rate, seed):
    noise = Noise(SOME, seed)
    (level,) = calibrated(lambda: [("d", [text])], noise, [rate])
    assume(level.is_reached)  # else too little in it can go wrong
    (spoiled,) = noise.spoiled("d", [text], level.level)
    assert abs(Levenshtein.distance(text, spoiled) / len(text) - rate) <= 3 / len(text) + TOLERANCE * rate


def test_a_line_of_five_megabytes(ours):
    text = "the members of the committee were told that the return had been made. " * 72_000
    noise = Noise(ours, 1)
    (spoiled,) = noise.spoiled("d", [text], 5.0)
    assert 0.02 < Levenshtein.distance(text[:7_000], spoiled[:7_000]) / 7_000 < 0.06


def test_levels_of_a_large_collection_are_found_on_a_part_of_it(ours, papers):
    noise = Noise(ours, 1)
    whole = calibrated(lambda: papers, noise, [0.05])[0]
    part = calibrated(lambda: papers, noise, [0.05], sample=30_000)[0]
    assert part != whole
    rates = [
        Rate(distance(parts, noise.spoiled(name, parts, part.level)), sum(map(len, parts)))
        for name, parts in papers
    ]
    assert abs(realised(rates).rate.value - 0.05) < 0.005


def test_what_was_realised_has_quartiles_of_documents_with_text():
    rates = [Rate(0, 0), Rate(0, 10), Rate(1, 10), Rate(2, 10), Rate(4, 20), Rate(5, 10)]
    done = realised(rates)
    assert done.rate == Rate(12, 60)
    assert done.quartiles == (0.1, 0.2, 0.2)
    assert realised([]).quartiles == (0.0, 0.0, 0.0)
