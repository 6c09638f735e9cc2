"""Coding against a codebook: laws over a small invented corpus, and figures on the marked papers."""

import json
import os
import random
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
import pytest

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import Claim, Codebook, read_codebook
from policytext.analysis.coding.coder import Judgement, code
from policytext.analysis.coding.deciding import Known, bar, chance, likenesses
from policytext.analysis.coding.features import KINDS, Space, features, sought
from policytext.analysis.coding.space import Rarity, era_vectors, unit, whitening
from policytext.analysis.coding.training import Kinship
from policytext.analysis.coding.weights import read_weights, shipped, written
from policytext.index.encoder import NumpyEncoder
from policytext.index.models import find_model

HERE = Path(__file__).parent
ROOT = HERE.parent
SENTENCES = (HERE / "data/coding_corpus.txt").read_text(encoding="utf-8").splitlines()


def assertion(number, text, document="d"):
    start = 1000 * number
    return Assertion(
        id=f"{document}:{start}",
        document=document,
        passage=f"{document}:0",
        start=start,
        end=start + len(text),
        text=text,
        before="",
        after="",
        section="",
        kind="paragraph",
        voice="own",
        speaker=None,
        statement=None,
    )


CORPUS = [assertion(n, text) for n, text in enumerate(SENTENCES)]
BOOK = Codebook(
    (
        Claim(
            "pool",
            "Budgets of health and social care should be pooled",
            ("The two authorities should put their money into one fund.", "Pool the budgets."),
            ("Each authority must keep its own budget.",),
        ),
        Claim(
            "beds",
            "There are too few hospital beds",
            ("More beds are wanted in the hospitals.", "The wards are full and patients wait for a bed."),
        ),
    )
)


@pytest.fixture(scope="module")
def encode():
    model = find_model()
    if model is None:
        pytest.skip("no embedding model is installed")
    encoder, known = NumpyEncoder(model), {}

    def remembered(texts):
        new = [t for t in dict.fromkeys(texts) if t not in known]
        known.update(zip(new, encoder.encode(new), strict=True))
        return np.array([known[t] for t in texts], np.float32)

    return remembered


@pytest.fixture(scope="module")
def coding(encode):
    return code(BOOK, CORPUS, encode)


def place(number, verdict, claim="beds", by="AB"):
    a = CORPUS[number]
    return Judgement(claim, a.document, a.start, a.end, verdict, by)


def of(coding, claim):
    return {c.assertion: c for c in coding.codes if c.claim == claim}


def test_the_claims_are_found(coding):
    assert SENTENCES.index("Health and welfare money ought to go into a single shared budget.") in of(
        coding, "pool"
    )
    assert SENTENCES.index("Wards are overcrowded because the hospital has too few beds.") in of(
        coding, "beds"
    )


def test_scores_are_probabilities_and_tiers_follow_them(coding):
    weights = shipped()
    assert coding.codes
    for found in coding.codes:
        assert coding.facts[found.claim].threshold <= found.score <= 1.0
        assert found.score == round(found.score, 6)
        assert (found.tier == "confirmed") == (found.score >= weights.confirmed)


def test_parts_add_up_to_the_score(coding):
    for found in coding.codes:
        odds = sum(part.contribution for part in found.evidence.parts)
        assert 1 / (1 + np.exp(-odds)) == pytest.approx(found.score, abs=1e-3)
        assert {part.name for part in found.evidence.parts} >= set(KINDS)


def test_the_nearest_sentence_is_the_nearest(coding, encode):
    says = {claim.id: claim.says for claim in BOOK.claims}
    for found in coding.codes:
        own = era_vectors([CORPUS[found.assertion].text], encode)[0]
        cosines = era_vectors(says[found.claim], encode) @ own
        assert found.evidence.nearest == says[found.claim][int(cosines.argmax())]
        assert found.evidence.says_cosine == pytest.approx(float(cosines.max()), abs=1e-3)


def test_the_order_of_assertions_does_not_matter(coding, encode):
    order = list(range(len(CORPUS)))
    random.Random(3).shuffle(order)
    other = code(BOOK, [CORPUS[n] for n in order], encode)
    before = {(c.claim, c.assertion): c.score for c in coding.codes}
    after = {(c.claim, order[c.assertion]): c.score for c in other.codes}
    assert before.keys() == after.keys()
    assert all(after[pair] == pytest.approx(score, abs=1e-4) for pair, score in before.items())


def test_the_same_input_gives_the_same_bytes(coding, encode):
    assert repr(code(BOOK, CORPUS, encode)) == repr(coding)


def test_an_accepted_place_is_confirmed_whatever_its_score(coding, encode):
    number = SENTENCES.index("The clerk read the minutes of the last meeting.")
    assert number not in of(coding, "beds")
    found = of(code(BOOK, CORPUS, encode, judgements=[place(number, "accept")]), "beds")[number]
    assert (found.tier, found.reviewed_by) == ("confirmed", "AB")


def test_a_rejected_place_is_not_coded(coding, encode):
    number = min(of(coding, "beds"))
    other = code(BOOK, CORPUS, encode, judgements=[place(number, "reject")])
    assert number not in of(other, "beds")
    assert "0 accepted, 1 rejected by AB, from which nothing is learnt" in other.facts["beds"].trained_on


def test_what_a_person_accepts_supports_the_claim_and_an_unsigned_decision_names_nobody(coding, encode):
    number = next(n for n in range(len(CORPUS)) if of(coding, "beds").get(n) is None)
    other = code(BOOK, CORPUS, encode, judgements=[place(number, "accept", by="")])
    [found] = [c for c in other.codes if c.claim == "beds" and c.assertion == number]
    assert (found.stance, found.tier) == ("supports", "confirmed")
    assert other.facts["beds"].trained_on.startswith("1 accepted, 0 rejected; ")


def test_a_claim_on_other_matters_finds_nothing(encode):
    book = Codebook(
        (Claim("bees", "Bees on city roofs", ("Every office block should keep a hive of bees.",)),)
    )
    assert not code(book, CORPUS, encode).codes


def test_the_later_decision_holds(encode):
    decisions = [place(0, "reject"), place(0, "accept", by="CD")]
    assert of(code(BOOK, CORPUS, encode, judgements=decisions), "beds")[0].reviewed_by == "CD"


def test_decisions_on_one_claim_leave_the_others_as_they_are(coding, encode):
    other = code(BOOK, CORPUS, encode, judgements=[place(0, "accept"), place(1, "reject")])
    assert of(other, "pool") == of(coding, "pool")
    assert other.facts["pool"].trained_on.startswith("no decisions; ")


def test_what_is_like_an_accepted_place_gains(encode, monkeypatch):
    monkeypatch.setattr("policytext.analysis.coding.coder.UNRELATED", -1.0)  # a lift is no bed: scores of all
    lift = SENTENCES.index("The lift in the east wing breaks down every week.")
    twin = SENTENCES.index("Every week the east wing's lift is out of order.")
    odd = replace(shipped(), suggested=1e-9, suggested_decided=1e-9)
    before = of(code(BOOK, CORPUS, encode, weights=odd), "beds")[twin].score
    taught = code(BOOK, CORPUS, encode, weights=odd, judgements=[place(lift, "accept")])
    assert of(taught, "beds")[twin].score > before
    assert taught.facts["beds"].accepted == 1
    assert taught.facts["beds"].found_again is not None


@pytest.fixture(scope="module")
def kinship(encode):
    space = Space([*CORPUS, *CORPUS[:3]], None, encode)
    return Kinship(features(sought(BOOK, space), space, len(CORPUS) + 3), space.rarity)


def test_printings_of_one_text_do_not_confirm_each_other(kinship):
    count, twin = len(CORPUS) + 3, len(CORPUS)
    known = Known((0, twin), (1,), {0: 0, twin: 1, 1: 2})
    like = likenesses(kinship, known, range(count), count)
    assert not like[[0, twin], :2].any()
    assert like[1, 2] == 0
    alone = likenesses(kinship, Known((0,), (1,), {0: 0, 1: 2}), range(count), count)
    assert alone[twin, 0] > 2


def test_places_of_one_decision_do_not_confirm_each_other(kinship):
    count = len(CORPUS) + 3
    known = Known((2, 5), (), {2: 7, 5: 7})
    assert not likenesses(kinship, known, range(count), count)[[2, 5]].any()
    apart = Known((2, 5), (), {2: 7, 5: 8})
    assert likenesses(kinship, apart, range(count), count)[[2, 5], 0].all()


def test_decisions_weigh_more_the_more_there_are():
    trusts = [Known(tuple(range(n)), (), {}).trust for n in (0, 1, 4, 40)]
    assert trusts[0] == 0
    assert trusts == sorted(trusts)
    usual = [Known(tuple(range(n)), (), {}).usual(shipped()) for n in (0, 4, 4000)]
    assert usual[0] == pytest.approx(shipped().suggested)
    assert usual[2] == pytest.approx(shipped().suggested_decided, abs=1e-3)
    assert usual == sorted(usual)


@pytest.mark.parametrize(
    ("accepted", "rejected", "one_sided"), [(4, 0, 1.0), (4, 1, 0.75), (4, 4, 0.0), (2, 9, 0.0), (0, 3, 0.0)]
)
def test_how_far_decisions_are_one_sided(accepted, rejected, one_sided):
    assert Known(tuple(range(accepted)), tuple(range(20, 20 + rejected)), {}).one_sided == one_sided


def test_the_bar_lies_half_way_to_the_best_one():
    odds = np.array([3.0] * 5 + [-6.0] * 500)
    best = chance(np.array([3.0]))[0]
    assert bar(odds, float(best)) == pytest.approx(best)
    assert bar(odds, 0.5) == pytest.approx(chance(np.array([1.5]))[0])
    assert bar(np.array([]), 0.2) == 0.2


def test_the_best_guess_of_a_claim_that_nobody_makes_is_not_suggested():
    hopeless = np.linspace(-9.0, -7.0, 400)
    assert bar(hopeless, 0.12) > chance(hopeless).max()


def test_one_acceptance_does_not_upset_the_rest(coding, encode):
    number = SENTENCES.index("Wards are overcrowded because the hospital has too few beds.")
    taught = of(code(BOOK, CORPUS, encode, judgements=[place(number, "accept")]), "beds")
    before = {n for n, found in of(coding, "beds").items() if found.tier == "confirmed"}
    assert before <= taught.keys()


def test_a_decision_on_a_place_that_is_not_there_is_told(encode):
    lost = Judgement("beds", "another", 0, 10, "accept", "AB")
    assert code(BOOK, CORPUS, encode, judgements=[lost]).facts["beds"].unplaced == 1
    assert code(BOOK, [], encode, judgements=[lost]).facts["beds"].unplaced == 1


def test_one_assertion_can_be_coded(encode):
    alone = [assertion(0, "The wards are full and patients wait for a bed.")]
    assert [(c.claim, c.assertion) for c in code(BOOK, alone, encode).codes] == [("beds", 0)]


def test_the_background_need_not_be_all(encode):
    found = code(BOOK, CORPUS, encode, background=range(0, len(CORPUS), 2))
    assert SENTENCES.index("Wards are overcrowded because the hospital has too few beds.") in of(
        found, "beds"
    )


def test_whitening_makes_the_background_round():
    rows = np.random.default_rng(1).normal(size=(4000, 6)).astype(np.float32) * np.array(
        [5, 1, 1, 1, 1, 1], np.float32
    )
    rows = unit(rows)
    turned = whitening(rows)(rows, rows.mean(axis=0))
    spread, before = turned.var(axis=0), rows.var(axis=0)
    assert spread.max() / spread.min() < before.max() / before.min()
    assert np.allclose(np.linalg.norm(turned, axis=1), 1, atol=1e-5)


def test_a_rarer_term_tells_more():
    rarity = Rarity([frozenset({"care", "bed"}), frozenset({"care"}), frozenset({"care"})])
    assert rarity("unheard") > rarity("bed") > rarity("care") > 0


def test_weights_are_read_as_written():
    assert read_weights(written(shipped())) == shipped()
    with pytest.raises(ValueError, match="suggested"):
        replace(shipped(), suggested=0.9, confirmed=0.1)


@pytest.mark.parametrize(
    ("start", "end", "verdict"), [(5, 5, "accept"), (-1, 4, "accept"), (0, 4, "perhaps")]
)
def test_a_judgement_cannot_be_in_a_bad_state(start, end, verdict):
    with pytest.raises(ValueError, match=r"span|accept"):
        Judgement("beds", "d", start, end, verdict, "AB")


def _synthetic(texts):
    """Unit rows from a text's hash: cheap, the same every time."""
    seeds = [int.from_bytes(sha256(t.encode()).digest()[:4], "little") for t in texts]
    return unit(
        np.array([np.random.default_rng(s).normal(size=32) for s in seeds], np.float32).reshape(-1, 32)
    )


def test_what_is_coded_grows_evenly_in_one_go():
    many = [assertion(n, f"{SENTENCES[n % len(SENTENCES)]} {n}") for n in range(3000)]
    reached = []
    code(BOOK, many, _synthetic, background=range(200), progress=reached.append)
    assert reached == sorted(reached)
    assert reached[-1] == len(many)


def test_blocks_change_nothing(monkeypatch):
    many = [assertion(n, f"{text} {n % 7}") for n, text in enumerate(SENTENCES * 3)]
    whole = code(BOOK, many, _synthetic)
    monkeypatch.setattr("policytext.analysis.coding.features._BLOCK", 17)
    parts = code(BOOK, many, _synthetic)
    assert [(c.claim, c.assertion) for c in whole.codes] == [(c.claim, c.assertion) for c in parts.codes]


@pytest.mark.slow
def test_figures_on_the_marked_papers(tmp_path, encode):
    from policytext.pipeline.ingesting import ingest

    ingest([ROOT / "corpus/clean"], tmp_path / "archive", catalogue=ROOT / "corpus/catalogue.csv")
    marked = ROOT / "eval/claims/marked.jsonl"
    command = [
        sys.executable,
        "eval/claims/coding.py",
        str(tmp_path / "archive"),
        str(marked),
        "corpus/codebook.toml",
        "--json",
    ]
    report = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
    assert report["coded"][2] >= 0.15
    assert report["coded"][2] >= report["plain"][2]


def test_the_codebook_of_the_corpus_is_read():
    book = read_codebook((ROOT / "corpus/codebook.toml").read_bytes(), "codebook.toml")
    assert len(book.claims) >= 20
