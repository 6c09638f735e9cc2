"""Topics: which passages, which terms, how many, how sure, when; on planted topics and on noise."""

import json
import math
import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from conftest import ROOT
from policytext.analysis.topics.choosing import Trial, choose, dealt, numbers_to_try
from policytext.analysis.topics.finding import TopicModel, find_topics
from policytext.analysis.topics.labels import label, telling_terms
from policytext.analysis.topics.models import Factors, coherences, factorise, one_thread
from policytext.analysis.topics.prevalence import periods, prevalence
from policytext.analysis.topics.terms import agreement, count_terms, fewest_passages, printed, weighted
from policytext.analysis.topics.units import (
    NameWords,
    Reprinted,
    TopicUnit,
    WorksOnce,
    covered,
    decade_of,
    why_not,
)
from policytext.errors import PolicytextError
from policytext.pipeline.watching import Silent
from policytext.spans import Span

DATA = ROOT / "tests" / "data" / "topics"
THEMES = {
    "money": "fund budget purse treasurer grant spending finance pooled audit deficit cost ledger",
    "beds": "hospital bed ward nurse discharge patient surgeon theatre matron clinic surgery doctor",
    "homes": "housing tenant landlord rent estate repair lodging cottage damp eviction roof mortgage",
    "schools": "school pupil teacher lesson classroom headmaster examination reading nursery prize desk",
}
_STEMS, _TAILS = ("bor", "cal", "den", "fim"), ("tax", "lox", "mind", "lork", "tand", "mirk")
FILLER = [stem + tail for stem in _STEMS for tail in _TAILS]


def cases(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def planted(count: int, seed: int = 1, themes: int = 4) -> list[TopicUnit]:
    """Passages that speak of one theme each, with words that belong to none between."""
    chance, names = random.Random(seed), sorted(THEMES)[:themes]
    units = []
    for n in range(count):
        own = THEMES[names[n % len(names)]].split()
        words = chance.choices(own, k=12) + chance.choices(FILLER, k=18)
        chance.shuffle(words)
        decade = 1950 + 10 * (n // 8 % 5)
        units.append(TopicUnit(f"d{n // 8:03d}:{n:05d}", f"d{n // 8:03d}", " ".join(words), decade))
    return units


def texts_in(units):
    known = {unit.id: unit.text for unit in units}
    return lambda ids: [known[name] for name in ids]


def found_in(units, number=None, seed=0) -> TopicModel:
    return find_topics(count_terms(units), texts_in(units), Silent(), number, seed)


@pytest.mark.parametrize("case", cases("units.jsonl"), ids=lambda c: c["text"][:30])
def test_only_prose_speaks_of_topics(case):
    assert why_not(case["kind"], case["section"], case["text"], case.get("quality")) == case["why"]


@pytest.mark.parametrize("case", cases("decades.jsonl"), ids=str)
def test_a_date_tells_a_decade_or_none(case):
    assert decade_of(case["earliest"], case["latest"]) == case["decade"]


def test_a_work_counts_once_and_one_printing_always_stays():
    whole, half, bit = Span(0, 100), Span(0, 50), Span(0, 30)
    once = WorksOnce(
        {
            "early": [Reprinted("g", whole)],
            "late": [Reprinted("g", whole)],
            "quotes half": [Reprinted("g", half)],
            "quotes a bit": [Reprinted("g", bit)],
            "of two others": [Reprinted("g", bit), Reprinted("h", Span(60, 90))],
        }
    )
    names = ("early", "late", "quotes half", "quotes a bit", "of two others", "alone")
    assert [n for n in names if once.passes(n, 100)] == ["early", "quotes a bit", "of two others", "alone"]
    assert not once.passes("of two others", 100)  # "h" has been printed by now


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)).map(sorted), max_size=8))
def test_covered_counts_each_character_once(pairs):
    spans = [Span(a, b) for a, b in pairs]
    assert covered(spans) == len({at for span in spans for at in range(span.start, span.end)})


def test_a_name_is_what_is_hardly_ever_printed_small():
    units = [
        TopicUnit("a:1", "a", "Mr Young told Mrs Pinnock that young people were few", None),
        TopicUnit("a:2", "a", "the young nurse asked Pinnock about the young", None),
    ]
    names = NameWords(["Sir Toby Young", "Pinnock", "NHS"])
    assert list(names.read(units)) == units
    assert names.found() == {"pinnock"}


def test_terms_are_those_of_search_without_stop_words_numbers_and_names():
    text = "The hospitals of 1948 would co-operate; Pinnock's co-operation with the hospital in March."
    units = [TopicUnit(f"a:{n}", "a", text if n < 3 else "nothing of that is here", None) for n in range(9)]
    counted = count_terms(units, lambda: ["pinnock"])
    assert counted.terms == ("cooperat", "hospit")
    column = counted.terms.index("hospit")
    assert counted.counts[:, [column]].toarray().ravel().tolist() == [2, 2, 2, 0, 0, 0, 0, 0, 0]


def test_terms_in_few_passages_and_in_most_are_left_out():
    units = [
        TopicUnit(
            f"a:{n}", "a", f"bread {'butter' if n < 20 else 'cheese'} {'salt' if n == 5 else 'jam'}", None
        )
        for n in range(40)
    ]
    assert count_terms(units).terms == ("butter", "chees")
    assert [fewest_passages(n) for n in (10, 100, 1_000, 100_000)] == [2, 3, 4, 10]


def test_no_units_give_no_terms():
    counted = count_terms([])
    assert (counted.ids, counted.terms, counted.counts.shape) == ((), (), (0, 0))


def test_terms_are_shown_as_they_are_mostly_printed():
    texts = [
        "The NHS and social care. Social care, NHS budgets",
        "Budgets of social work; social care in Bristol",
    ]
    found = printed(texts, ["nhs", "social", "care", "budget", "bristol", "missing"])
    assert found.forms == {
        "bristol": "Bristol",
        "budget": "budgets",
        "care": "care",
        "missing": "missing",
        "nhs": "NHS",
        "social": "social",
    }
    pair = found.pairs["social", "care"]
    assert (pair.form, pair.times, pair.rarer, pair.commoner) == ("social care", 3, 3, 4)


def test_a_label_shows_neighbours_as_a_pair_once():
    texts = ["social care and local government"] * 5 + ["social media"]
    found = printed(texts, ["social", "care", "media", "govern", "local"])
    assert (
        label(["care", "media", "local", "social", "govern"], found) == "social care, media, local government"
    )


@given(st.permutations(range(10)), st.permutations(range(10)))
def test_agreement_is_symmetric_and_bounded(one, other):
    assert agreement(one, other) == agreement(other, one)
    assert 0 <= agreement(one, other) <= 1
    assert agreement(one, one) == 1


def test_agreement_at_the_top_counts_most():
    assert agreement([1, 2, 3], [1, 2, 9]) == pytest.approx((1 + 1 + 2 / 4) / 3)
    assert agreement([1, 2, 3], [9, 2, 3]) == pytest.approx((0 + 1 / 3 + 2 / 4) / 3)
    assert agreement([1, 2], [3, 4]) == 0
    assert agreement([], []) == 0


def test_coherence_is_npmi_of_pairs():
    counts = csr_matrix(np.array([[1, 2, 0, 1], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 1, 1]], dtype=np.float32))
    always, never, mixed = coherences(counts, np.array([[0, 1], [0, 2], [0, 3]]))
    assert always == pytest.approx(1)
    assert never == pytest.approx(-1)
    assert mixed == pytest.approx(math.log(0.25 / (0.5 * 0.5)) / -math.log(0.25), abs=1e-12)


def test_class_based_tf_idf_by_hand():
    counts = csr_matrix(np.array([[4, 1, 0], [0, 1, 2]], dtype=np.float32))
    factors = Factors(np.eye(2, 3), np.eye(2))
    told = telling_terms(counts, factors)
    mean = (5 + 3) / 2
    expected = [
        [math.sqrt(4 / 5) * math.log1p(0.5 / 4.5), math.sqrt(1 / 5) * math.log1p((mean - 2 + 0.5) / 2.5), 0],
        [
            0,
            math.sqrt(1 / 3) * math.log1p((mean - 2 + 0.5) / 2.5),
            math.sqrt(2 / 3) * math.log1p((mean - 2 + 0.5) / 2.5),
        ],
    ]
    assert told == pytest.approx(np.array(expected))


def test_dealt_words_keep_lengths_and_frequencies():
    counts = count_terms(planted(80)).counts
    noise = dealt(counts, 0, 1)
    assert noise.sum(axis=0).tolist() == counts.sum(axis=0).tolist()
    assert noise.sum(axis=1).tolist() == counts.sum(axis=1).tolist()
    assert (noise != counts).nnz > 0


def test_planted_topics_are_found_stable_and_in_the_right_number():
    units = planted(240)
    model = found_in(units)
    assert len(model.topics) == 4
    # Of fifty terms noise comes back often as well: one topic may stay under what it reaches.
    assert sum(topic.verdict == "stable" and topic.stability > model.bar for topic in model.topics) >= 3
    main = model.shares.argmax(axis=1)
    assert all(len({int(main[n]) for n in range(theme, 240, 4)}) == 1 for theme in range(4))
    for topic in model.topics:
        said = {printed_form for _, printed_form, _ in topic.terms}
        assert max(len(said & set(words.split())) for words in THEMES.values()) == 10
        assert topic.npmi > 0.2
        assert len({name.partition(":")[0] for name in topic.examples}) == 3


def test_topics_of_dealt_words_are_not_called_stable():
    words = [word for unit in planted(240) for word in unit.text.split()]
    random.Random(3).shuffle(words)
    units = [TopicUnit(f"d:{n}", "d", " ".join(words[30 * n : 30 * n + 30]), 1950) for n in range(240)]
    verdicts = Counter(topic.verdict for topic in found_in(units, 8).topics)
    assert verdicts["not stable"] >= 7


def test_the_same_seed_gives_the_same_topics_and_another_seed_draws_anew():
    units = planted(120)
    one, other, third = found_in(units), found_in(units), found_in(units, seed=5)
    assert one.topics == other.topics
    assert list(one.carried([u.id for u in units])) == list(other.carried([u.id for u in units]))
    assert third.chance != one.chance


def test_too_little_prose_is_one_clear_line():
    with pytest.raises(PolicytextError, match="too little for topics: 12 passages"):
        found_in(planted(12))
    with pytest.raises(PolicytextError, match="90 topics are too many"):
        found_in(planted(200), 90)


def test_the_number_of_which_most_topics_hold_is_chosen():
    trials = [
        Trial(4, 0.60, 0.40, 2, 0.1),
        Trial(5, 0.55, 0.40, 4, 0.1),
        Trial(8, 0.69, 0.60, 4, 0.1),  # as many as of 5, but a smaller share of them
        Trial(10, 0.50, 0.40, 1, 0.1),
    ]
    assert choose(trials) == 5
    assert choose([*trials, Trial(15, 0.70, 0.40, 12, 0.1)]) == 15
    assert choose([Trial(4, 0.5, 0.4, 0, 0.1), Trial(5, 0.6, 0.4, 0, 0.1)]) == 5
    assert numbers_to_try(50, 300) == [4]
    assert numbers_to_try(160, 300) == [4, 5, 6, 8]


def test_shares_of_decades_are_means_over_passages_with_bands_over_documents():
    shares = np.array([[1, 0], [1, 0], [0, 1], [0.5, 0.5], [1, 0]], dtype=float)
    documents = ["a", "a", "b", "c", "d"]
    decades = [1950, 1950, 1950, 1950, 1970]
    first, second = prevalence(shares, documents, decades, 0)
    assert [(p.decade, p.share) for p in first] == [(1950, 0.625), (1970, 1.0)]
    assert first[0].low < 0.625 < first[0].high
    assert (first[1].low, first[1].high) == (None, None)
    assert first[0].low == pytest.approx(1 - second[0].high)
    assert [(p.decade, p.passages, p.documents) for p in periods(documents, decades)] == [
        (1950, 4, 3),
        (1960, 0, 0),
        (1970, 1, 1),
    ]
    assert periods(documents, [None] * 5) == []


def test_a_band_widens_where_one_document_supplies_all():
    rows = 60
    one = np.zeros((rows, 2))
    one[:, 0], one[:20, 0] = 0, 1
    one[:, 1] = 1 - one[:, 0]
    lumped = [f"d{n // 20}" for n in range(rows)]  # one document of three says it all
    spread = [f"d{n % 3}" for n in range(rows)]  # each of three says a third of it
    wide, narrow = (prevalence(one, homes, [1950] * rows, 0)[0][0] for homes in (lumped, spread))
    assert wide.share == narrow.share
    assert wide.high - wide.low > 0.5 > narrow.high - narrow.low


def test_a_passage_without_terms_has_no_topic():
    counts = count_terms([*planted(60), TopicUnit("z:1", "z", "of the and", None)]).counts
    with one_thread():
        shares = factorise(weighted(counts), 4, 0).shares()
    assert shares[-1].tolist() == [0, 0, 0, 0]
    assert shares[:-1].sum(axis=1) == pytest.approx(np.ones(60))
