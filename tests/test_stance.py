"""Whether a sentence says a claim or denies it."""

import json
from pathlib import Path

import pytest

from policytext.analysis.coding.stance import judged, negations, polarity, turned

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "data/coding_stance.jsonl").read_text().splitlines()
]


def alike(term):
    return float(len(term) > 0)


@pytest.mark.parametrize("row", ROWS, ids=[row["text"][:50] for row in ROWS])
def test_words_that_are_turned_round_deny(row):
    share = turned(row["text"], row["says"], alike)
    assert judged(0.9, -1.0, share, 0.0) == row["stance"]


@pytest.mark.parametrize(
    ("says", "denies", "stance"),
    [(0.5, 0.55, "supports"), (0.5, 0.65, "denies"), (0.5, -1.0, "supports"), (0.3, 0.2, "supports")],
)
def test_the_nearer_sentence_decides_where_it_leads_clearly(says, denies, stance):
    assert judged(says, denies, 0.0, 0.0) == stance


def test_what_contradicts_a_denial_supports():
    assert judged(0.5, 0.8, 0.0, 1.0) == "supports"


def test_two_sentences_with_little_in_common_do_not_contradict_each_other():
    assert turned("No beds were found.", "Beds cost money.", alike) == 0.0


def test_a_negation_ends_with_its_clause():
    text = "They did not meet, but they wrote letters."
    (negation,) = negations(text)
    assert text[negation.start : negation.end] == "not"
    assert polarity(text) == {"meet": True, "wrote": False, "letter": False}


def test_two_negations_undo_each_other():
    assert polarity("It is not without merit")["merit"] is False


def test_a_line_of_a_million_negations_is_done():
    assert len(negations("not no never " * 60_000)) == 180_000
