"""Witnesses: whose words, when said, when printed, what is a reprint, and what counts once."""

import json
from pathlib import Path

import pytest

from policytext.analysis.witness import own_relation
from policytext.pipeline.asserting import assertions
from policytext.pipeline.witnessing import Found, witnesses_of
from policytext.store.archive import Archive
from policytext.store.reader import raw_document
from policytext.store.said import described

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data" / "analysis" / "witnesses.jsonl")
    .read_text("utf-8")
    .splitlines()
]


@pytest.fixture(scope="module")
def store(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield archive


@pytest.fixture(scope="module")
def units(store):
    return list(assertions(store))


def witnessed(store, units, words, stance="supports", claim="c"):
    """The witnesses that the assertions holding any of these words become."""
    picked = [u for u in units if any(w in u.text for w in words)]
    assert picked, f"no assertion holds {words}"
    return witnesses_of(
        store,
        [
            Found(
                claim=claim,
                assertion=u,
                stance=stance,
                tier="confirmed",
                score=0.5,
                rule="test",
                confidence=0.5,
            )
            for u in picked
        ],
    )


@pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
def test_witnesses_of_our_own_papers(store, units, case):
    told = [
        {
            "document": store_document(w),
            "speaker": w.speaker,
            "said": w.statement_date,
            "relation": w.relation,
            "counts": w.counts,
        }
        for w in witnessed(store, units, case["words"])
    ]
    assert told == case["witnesses"]


def store_document(witness):
    return witness.passage.rpartition(":")[0]


def test_every_witness_leads_back_to_its_raw_characters(store, units):
    for w in witnessed(store, units, ["the", "and"]):
        document = raw_document(store, store_document(w))
        assert w.line == document.raw.count("\n", 0, w.spans[0].start) + 1
        spans = [s for raw in w.spans for s in document.alignment.to_clean(raw.start, raw.end)]
        assert (min(s.start for s in spans), max(s.end for s in spans)) == (w.start, w.end)
        assert w.id == f"{document.id}:{w.start}-{w.end}:c"


def test_a_work_counts_once_for_each_claim_and_never_as_a_reprint(store, units):
    everything = witnessed(store, units, [" "])
    for claim_work in {w.work for w in everything}:
        assert sum(w.counts for w in everything if w.work == claim_work) == 1
    assert not any(
        w.counts for w in everything if w.relation in ("reprint", "edited-reprint", "internal-repeat")
    )
    assert {"edited-reprint", "internal-repeat"} <= {w.relation for w in everything}


def test_the_order_in_which_things_are_found_does_not_matter(store, units):
    picked = [
        Found(claim=c, assertion=u, stance="supports", tier="suggested", score=0.5, rule="t", confidence=0.5)
        for u in units[::7]
        for c in ("a", "b")
    ]
    assert witnesses_of(store, picked) == witnesses_of(store, picked[::-1])


def test_what_denies_a_claim_is_not_its_return(store, units):
    said = witnessed(store, units, ["in pencil", "never met a patient"])
    assert "resurfacing-candidate" in {w.relation for w in said if w.counts}
    first = [u for u in units if "in pencil" in u.text]
    later = [u for u in units if "never met a patient" in u.text]
    told = witnesses_of(
        store,
        [
            Found(
                claim="c", assertion=u, stance=stance, tier="confirmed", score=0.5, rule="t", confidence=0.5
            )
            for picked, stance in ((first, "denies"), (later, "supports"))
            for u in picked
        ],
    )
    assert "resurfacing-candidate" not in {w.relation for w in told}


def test_a_confirmed_witness_counts_before_a_suggested_one(store, units):
    """What recurrence counts is the confirmed: a suggested sentence before it must not take its place."""
    said = [u for u in units if "one purse" in u.text or "two purses" in u.text]
    assert len(said) == 2
    for confirmed in said:
        told = witnesses_of(
            store,
            [
                Found(
                    claim="c",
                    assertion=u,
                    stance="supports",
                    tier="confirmed" if u is confirmed else "suggested",
                    score=0.5,
                    rule="t",
                    confidence=0.5,
                )
                for u in said
            ],
        )
        assert [w.tier for w in told if w.counts] == ["confirmed"]
        assert len({w.work for w in told}) == 1


@pytest.mark.parametrize(
    ("said", "printed", "statement", "another", "relation"),
    [
        ("1956-12-31", "2016-11-01", True, True, "quoted-at-second-hand"),
        ("1956-12-31", "2016-11-01", True, False, "quoted-at-second-hand"),
        ("2016-11-30", "2016-11-01", True, True, "own-statement"),
        (None, "2016-11-01", True, True, "quoted-at-second-hand"),
        (None, "2016-11-01", True, False, "own-statement"),
        (None, None, True, True, "own-statement"),
        (None, "2016-11-01", False, True, "own-statement"),
    ],
)
def test_what_another_said_nobody_says_when_is_second_hand(said, printed, statement, another, relation):
    assert own_relation(said, printed, statement=statement, another=another) == relation


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("Senior nurses in the county", True),
        ("our workshop participants", True),
        ("CCGs", True),
        ("The CQC", True),
        ("People", False),
        ("many others", False),
        ("The survey", False),
        ("Their", False),
        ("It", False),
        (None, False),
    ],
)
def test_words_that_could_mean_anybody_name_no_speaker(words, told):
    assert described(words) == (words if told else None)
