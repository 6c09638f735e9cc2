"""Discovery: planted families are found, chains and reprints found none, and order changes nothing."""

import csv
import json
import random
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import read_codebook, written
from policytext.analysis.discovery.finding import Discovery, Grain, codebook_of, discover
from policytext.analysis.discovery.linking import link
from policytext.analysis.discovery.neighbours import background, mutual, nearest
from policytext.analysis.discovery.opposing import Opposing
from policytext.index.models import find_model
from policytext.text.terms import terms

DATA = Path(__file__).parent / "data" / "discovery"
OTHER_BANK = Path(__file__).parents[1] / "eval" / "claims" / "other-bank.jsonl"
DIMS = 64
GREEK = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]
FAMILIES = {
    "budgets": "pooled budgets would save the county money on home nursing",
    "boards": "regional boards ought to hand their powers to the districts",
    "records": "patients repeat their story because records are never shared",
}


def unit(rows):
    return (rows / np.linalg.norm(rows, axis=-1, keepdims=True)).astype(np.float32)


def assertion(number, document, text, passage=None):
    return Assertion(
        id=f"{document}:{number}",
        document=document,
        passage=passage or f"{document}:p{number}",
        start=number * 1000,
        end=number * 1000 + len(text),
        text=text,
        before="",
        after="",
        section="",
        kind="paragraph",
        voice="own",
        speaker=None,
        statement=None,
    )


def planted(*, each=5, noise=120, documents=6, spread=0.5):
    """Assertions with their vectors: families near a centre of their own among sentences about anything."""
    chance = np.random.default_rng(7)
    centres = unit(chance.standard_normal((len(FAMILIES), DIMS)))
    units, table = [], {}
    for f, (name, text) in enumerate(FAMILIES.items()):
        for n in range(each):
            units.append(
                assertion(len(units), f"d{n % documents}", f"{text}, as paper {name}{n} says in its way")
            )
            table[units[-1].text] = unit(centres[f] + spread * unit(chance.standard_normal(DIMS)))
    for n in range(noise):
        words = " ".join(random.Random(n).sample(GREEK, 6))
        units.append(assertion(len(units), f"d{n % documents}", f"sentence {n} speaks of {words}"))
        table[units[-1].text] = unit(chance.standard_normal(DIMS))
    return units, lambda texts: np.stack([table[t] for t in texts])


def own_works(units):
    return [u.id for u in units]


def confirmed(discovery: Discovery, units):
    return [
        frozenset(units[m.assertion].id for m in f.members if m.tier == "confirmed")
        for f in discovery.families
    ]


def test_planted_families_are_found_among_noise():
    units, encode = planted()
    found = discover(units, encode, own_works(units))
    wanted = {frozenset(u.id for u in units[n : n + 5]) for n in (0, 5, 10)}
    assert wanted <= set(confirmed(found, units))
    strays = [group for group in confirmed(found, units) if group not in wanted]
    assert max(map(len, strays)) <= 3  # of some 7,000 pairs about anything, a few are alike by chance
    assert sum(map(len, strays)) <= 0.2 * len(units)


def test_the_best_families_come_first_and_count_works_and_documents():
    units, encode = planted()
    first = discover(units, encode, own_works(units)).families[:3]
    assert [(f.works, f.documents) for f in first] == [(5, 5)] * 3
    for family in first:
        scores = [m.score for m in family.members if m.tier == "confirmed"]
        assert scores == sorted(scores, reverse=True)
        assert 0 < family.cohesion <= 1


def test_a_family_is_named_by_its_central_witness_and_its_telling_terms():
    units, encode = planted()
    for family in discover(units, encode, own_works(units)).families[:3]:
        text = units[family.members[0].assertion].text
        assert family.label == text
        assert all(term in text.lower() for term in family.terms[:3])
        assert "the" not in family.terms


@settings(deadline=None, max_examples=15)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_input_changes_nothing(chance):
    units, encode = planted(noise=40)
    shuffled = units[:]
    chance.shuffle(shuffled)
    straight, mixed = (discover(u, encode, own_works(u)) for u in (units, shuffled))
    assert straight.facts == mixed.facts
    for one, other in zip(straight.families, mixed.families, strict=True):
        assert (one.id, one.label, one.terms, one.cohesion) == (
            other.id,
            other.label,
            other.terms,
            other.cohesion,
        )
        assert [(units[m.assertion].id, m.score, m.tier) for m in one.members] == [
            (shuffled[m.assertion].id, m.score, m.tier) for m in other.members
        ]


def test_printings_of_one_work_found_no_family_and_stay_together():
    units, encode = planted()
    works = ["one work"] * 5 + own_works(units)[5:]
    found = discover(units, encode, works)
    held = [{m.assertion for m in f.members} for f in found.families]
    assert not any(members <= set(range(5)) for members in held)
    reprinted = discover(units, encode, ["twice"] * 2 + own_works(units)[2:])
    family = next(f for f in reprinted.families if any(m.assertion == 0 for m in f.members))
    assert {0, 1} <= {m.assertion for m in family.members}
    assert family.works == 4


def test_a_formula_of_the_same_words_founds_no_family():
    units, encode = planted()
    formula = "Resolved, that the report of the joint committee be adopted"
    again = [assertion(n, u.document, formula if n < 5 else u.text) for n, u in enumerate(units)]
    vector = encode([units[0].text])[0]
    found = discover(
        again,
        lambda asked: np.stack([vector if t == formula else encode([t])[0] for t in asked]),
        own_works(again),
    )
    assert not any({m.assertion for m in f.members} <= set(range(5)) for f in found.families)


def test_one_document_repeating_itself_is_left_out_with_its_rule():
    units, encode = planted()
    alone = [assertion(n, "d0" if n < 5 else u.document, u.text) for n, u in enumerate(units)]
    found = discover(alone, encode, own_works(alone))
    assert frozenset(a.id for a in alone[:5]) not in confirmed(found, alone)
    assert found.facts.left["discovery.one_document"] >= 5


def test_neighbours_of_a_paragraph_found_no_family_but_join_one():
    units, encode = planted()
    both = [units[0], assertion(1, "d0", units[1].text, passage=units[0].passage), *units[2:]]
    found = discover(both, encode, own_works(both))
    assert frozenset(u.id for u in both[:5]) in confirmed(found, both)
    rows = unit(np.ones((2, 4)))
    assert link(rows, [(0, 1)], 0.5, [3, 3]) == []
    assert link(rows, [(0, 1)], 0.5, [3, 4]) == [[0, 1]]


def test_what_is_opposed_is_in_no_family_together():
    yes, no = (
        "district boards should be abolished by this act",
        "district boards should not be abolished by this act",
    )
    texts = [f"{yes} and soon", f"{no} and soon", f"surely {yes}", f"surely {no}"]
    units, encode = planted()
    close = {t: unit(np.ones(DIMS) + 0.01 * n) for n, t in enumerate(texts)}
    units += [assertion(500 + n, f"d{n}", t) for n, t in enumerate(texts)]
    every = lambda asked: np.stack([close[t] if t in close else encode([t])[0] for t in asked])  # noqa: E731
    groups = confirmed(discover(units, every, own_works(units)), units)
    place = {u.text: u.id for u in units}
    assert not any({place[texts[0]], place[texts[1]]} <= g for g in groups)
    assert any({place[texts[0]], place[texts[2]]} <= g for g in groups)


def test_a_path_of_slightly_different_sentences_is_no_family():
    angles = np.deg2rad(np.arange(0, 180, 15))
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    path = [(n, n + 1) for n in range(len(rows) - 1)]
    groups = link(rows, path, 0.8, list(range(len(rows))))
    assert max(map(len, groups)) < len(rows) / 2
    for group in groups:
        products = rows[group] @ rows[group].T
        assert products[np.triu_indices(len(group), 1)].mean() >= 0.7


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 30), st.integers(0, 10_000))
def test_linking_keeps_apart_what_may_not_come_together(count, seed):
    chance = np.random.default_rng(seed)
    rows = unit(chance.standard_normal((count, 3)))
    pairs = [(a, b) for a in range(count) for b in range(a + 1, count)]
    apart = [p for p in pairs if chance.random() < 0.1]
    groups = link(rows, pairs, 0.2, list(range(count)), apart)
    home = {n: g for g, group in enumerate(groups) for n in group}
    assert sum(map(len, groups)) == len(home)
    assert all(a not in home or home[a] != home.get(b) for a, b in apart)


def test_linking_stops_where_groups_are_few_enough():
    rows = unit(np.random.default_rng(0).standard_normal((12, 3)))
    pairs = [(a, b) for a in range(12) for b in range(a + 1, 12)]
    groups = link(rows, pairs, -1.0, list(range(12)), until=4)
    assert len(groups) + 12 - sum(map(len, groups)) == 4


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 40), st.integers(1, 6), st.integers(0, 10_000))
def test_nearest_is_what_sorting_all_products_gives(count, number, seed):
    chance = np.random.default_rng(seed)
    rows = unit(chance.integers(-2, 3, (count, 3)) + 0.1)
    groups = chance.integers(0, max(count // 2, 1), count)
    found, products = nearest(rows, groups, number)
    full = rows @ rows.T
    for n in range(count):
        others = [int(m) for m in np.argsort(-full[n], kind="stable") if groups[m] != groups[n]][:number]
        kept = [int(m) for m in found[n] if m >= 0]
        assert len(kept) == len(others)
        assert np.allclose(full[n, kept], full[n, others], atol=1e-6)
        assert np.allclose(products[n, : len(kept)], full[n, kept], atol=1e-6)
    pairs = {(int(a), int(b)) for a, b in mutual(found)}
    assert pairs == {
        (a, b) for a in range(count) for b in found[a].tolist() if a < b and a in found[b].tolist()
    }


def test_families_do_not_widen_what_is_usual():
    chance = np.random.default_rng(1)
    rows = unit(chance.standard_normal((300, DIMS)))
    plain = background(rows, range(300), 0)
    rows[:90] = unit(np.ones(DIMS) + 0.1 * chance.standard_normal((90, DIMS)))
    assert background(rows, range(300), 0).spread < 1.3 * plain.spread
    assert background(rows, [0] * 300, 0).spread == 0


def test_what_resembles_a_family_joins_it_as_a_suggestion_only():
    units, encode = planted()
    strict = discover(units, encode, own_works(units), Grain(link=5.0, join=5.0))
    loose = discover(units, encode, own_works(units), Grain(link=5.0, join=1.0))
    assert confirmed(strict, units) == confirmed(loose, units)
    count = [sum(m.tier == "suggested" for f in d.families for m in f.members) for d in (strict, loose)]
    assert count[0] < count[1]
    seen = Counter(m.assertion for f in loose.families for m in f.members)
    assert max(seen.values()) == 1
    assert sum(loose.facts.left.values()) + len(seen) == len(units)


def test_no_more_families_than_asked_for():
    units, encode = planted()
    every = discover(units, encode, own_works(units), Grain(link=2.0, join=2.0))
    few = discover(units, encode, own_works(units), Grain(link=2.0, join=2.0, most=3))
    assert len(few.families) <= 3 < len(every.families)
    assert sum(f.works for f in few.families) == sum(f.works for f in every.families)


def test_a_brief_assertion_founds_nothing():
    units, encode = planted()
    brief = {n: f"a plan {n}" for n in range(5)}
    table = {text: encode([units[n].text])[0] for n, text in brief.items()}
    short = [assertion(n, u.document, brief.get(n, u.text)) for n, u in enumerate(units)]
    every = lambda asked: np.stack([table[t] if t in table else encode([t])[0] for t in asked])  # noqa: E731
    found = discover(short, every, own_works(short))
    assert found.facts.left["discovery.brief"] == 5
    assert not any(group & {u.id for u in short[:5]} for group in confirmed(found, short))


@pytest.mark.parametrize(
    ("count", "documents", "link_at", "why"),
    [
        (0, 6, 3.0, "no assertions"),
        (30, 1, 3.0, "two documents"),
        (19, 6, 3.0, "fewer than 20 works"),
        (60, 6, 9.0, "enough alike"),
    ],
)
def test_little_input_gives_no_family_and_says_why(count, documents, link_at, why):
    units, encode = planted(each=0, noise=count, documents=documents)
    found = discover(units, encode, own_works(units), Grain(link=link_at))
    assert found.families == ()
    assert why in found.facts.why_none
    assert sum(found.facts.left.values()) == count


def test_sentences_that_are_all_one_found_no_family():
    units, _ = planted(each=0, noise=30)
    found = discover(units, lambda texts: np.ones((len(texts), DIMS), np.float32), own_works(units))
    assert found.families == ()
    assert "equally alike" in found.facts.why_none


def test_works_and_grain_are_checked():
    units, encode = planted()
    with pytest.raises(ValueError, match="works"):
        discover(units, encode, ["one"])
    for wrong in ({"link": 1.0, "join": 2.0}, {"neighbours": 0}, {"most": 0}):
        with pytest.raises(ValueError, match=r"famil|neighbours"):
            Grain(**wrong)


def test_families_make_a_codebook_that_can_be_read_back():
    units, encode = planted(each=8)
    found = discover(units, encode, ["same", "same", *own_works(units)[2:]])
    claims = codebook_of(found.families, units)
    book = read_codebook(written(claims).encode(), "proposed.toml")
    assert book.claims == claims
    assert [c.id for c in claims] == [f.id for f in found.families]
    first = claims[0]
    assert 3 <= len(first.says) <= 5
    assert len({s for s in first.says if s in {units[0].text, units[1].text}}) <= 1


def opposed_rows():
    with (DATA / "opposed.csv").open(encoding="utf-8", newline="") as file:
        return [(r["one"], r["other"], r["opposed"] == "yes") for r in csv.DictReader(file)]


@pytest.mark.parametrize(("one", "other", "opposed"), opposed_rows())
def test_opposed(one, other, opposed):
    telling = Opposing([terms(one), terms(other)])
    assert telling.opposed(0, 1) is telling.opposed(1, 0) is opposed


@pytest.mark.skipif(find_model() is None, reason="no embedding model on this machine")
def test_invented_claims_are_mostly_told_apart():
    from policytext.index.encoder import NumpyEncoder

    rows = [json.loads(line) for line in OTHER_BANK.read_text(encoding="utf-8").splitlines()]
    units = [assertion(n, f"d{n:03}", row["text"]) for n, row in enumerate(rows)]
    encode = NumpyEncoder(find_model()).encode
    found = discover(units, encode, own_works(units))
    right = total = 0
    for family in found.families:
        claims = Counter(
            rows[m.assertion]["claim"] or m.assertion for m in family.members if m.tier == "confirmed"
        )
        right += claims.most_common(1)[0][1]
        total += claims.total()
    assert total >= 0.25 * len(rows)
    assert right / total >= 0.7
