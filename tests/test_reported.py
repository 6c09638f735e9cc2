"""Indirect speech: a table of lines with what is reported and by whom, laws for every text."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.extract.annotate import annotate
from policytext.extract.indirect.finding import find_reported
from policytext.extract.indirect.reporting import find_words, forms, lists
from policytext.extract.speech.dating import Dating
from policytext.extract.speech.frame import Frame
from policytext.extract.speech.said import Reading
from policytext.extract.speech.voices import Voices
from policytext.spans import Span
from tables_of_cases import cases, parametrised

CASES = cases("extract/reported.jsonl")
KNOWN = ("publication_date", "voice")


def reported(text, **known):
    return [s for s in annotate(text, **known).statements if s.kind == "indirect"]


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    found = reported(case["text"], **{key: case[key] for key in KNOWN if key in case})
    assert [s.text for s in found] == [e["text"] for e in case["expect"]]
    for statement, expected in zip(found, case["expect"], strict=True):
        assert {key: getattr(statement, key) for key in expected} == expected


def test_table_is_large_and_has_negatives():
    assert len(CASES) >= 100
    assert sum(not case["expect"] for case in CASES) >= 25


def test_every_statement_names_its_rule_and_how_sure_it_is():
    found = [s for case in CASES for s in reported(case["text"])]
    assert {s.rule for s in found} >= {
        "that-clause", "clause-without-that", "wh-clause", "noun-phrase", "as-phrase", "infinitive",
        "as-said", "according-to-clause", "according-to-behind", "said-between",
        "clause-then-said", "passive-judgement",
        "described-as", "it-was-said", "was-told", "resolved", "opinion", "opinion-of", "opinion-expressed",
        "there-is-opinion", "attitude", "agreed-with", "relative-clause", "free-indirect", "accused-of",
        "gerund", "thought-so",
    }  # fmt: skip
    assert all(0.2 <= s.confidence <= 0.8 for s in found)


def test_nothing_is_told_twice():
    text = (
        "Mrs Platt told the Board that the wards were cold, that the boiler was old, and that she was tired. "
        "“We are tired too,” said the matron, who added that the night staff had asked for blankets."
    )
    found = annotate(text).statements
    assert all(a.end <= b.start for a, b in pairwise(sorted(found, key=lambda s: s.start)))
    assert [s.text for s in found if s.kind == "indirect"] == [
        "the wards were cold",
        "the boiler was old",
        "she was tired",
        "the night staff had asked for blankets",
    ]


def test_verbs_are_found_in_every_form():
    text = "She says it. He said it. We have said it. Saying it. They drew the Board's attention to it."
    heads, _ = find_words(text)
    assert [text[h.start : h.end] for h in heads] == [
        "says", "said", "said", "drew the Board's attention to",
    ]  # fmt: skip
    assert forms()["written"].base == "write"
    assert "gerund" in forms()["claiming"].parts


def test_lists_hold_small_letters_once():
    for name, listed in lists().items():
        assert len(set(listed)) == len(listed), name
        assert all(word == word.lower() or word == "I" for word in listed), name


WORDS = (
    "said",
    "that",
    "the",
    "Board",
    "felt",
    "was",
    "“",
    "”",
    ",",
    ".",
    "as",
    "Mr Smith",
    "concerns",
    "it",
    "to",
)


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join))
def test_spans_lie_in_the_text_and_apart(text):
    found = annotate(text).statements
    for statement in found:
        assert text[statement.start : statement.end] == statement.text
    indirect = [s for s in found if s.kind == "indirect"]
    assert all(a.end <= b.start for a, b in pairwise(indirect))


CHOKING = {
    "the": "the the ",
    "said that": "said that ",
    "reports in reports": "He said that he said that ",
    "joined reports": "he said that it was so, and that it was so ",
    "quotation marks": '"',
    "brackets": "(",
    "and 1948": "1948 and ",
    "resolved": "RESOLVED: That it be so. ",
    "opinions of": "concern of the board of ",
    "offices": "Mr. Smith, chairman of Leeds, ",
    "papers of": "the report of the committee of ",
    "passives": "was seen was seen as ",
    "sentences": "Mr Smith said that the ward was old. ",
    "commas": "he, ",
    "adverbs": "really really ",
    "possessives": "the board's ",
    "points of a resolution": "(1) That it be so;\n\n",
    "points in one line": "RESOLVED: (1) That it be so; (2) ",
    "gerunds": "saying that he went on saying ",
    "catenatives": "wrote to the board to say to ",
    "asides in the passive": "wards, it was put to us more than once, ",
    "told without that": "was told the ward was told the ",
    "relatives": "the board, which met, who sat, ",
    "sentence before": "In 1961 he rose. He said that it was so. ",
    "objects": "attributed the rise of the rise of ",
    "phrases before that": "said in a week in a week ",
    "titles in apposition": "Homes for All, the report of ",
    "authors": "Smith and Jones et al. (2003) ",
    "one word": "x",
}


def seconds(text):
    frame = Frame(text, [])
    reading = Reading(text, frame, Dating((), "2018", text=text), Voices(None, (), ()))
    best = 9.0
    for _ in range(3):
        begun = time.process_time()
        find_reported(reading, [Span(0, len(text))], [])
        best = min(best, time.process_time() - begun)
    return best


@pytest.mark.parametrize("unit", CHOKING.values(), ids=CHOKING.keys())
def test_time_grows_with_length_only(unit):
    """Twice the text takes about twice the time: 30,000 and 60,000 characters, in one paragraph."""
    short, long = ((unit * (n // len(unit) + 1))[:n] for n in (30_000, 60_000))
    assert seconds(long) < 4 * seconds(short) + 0.05
