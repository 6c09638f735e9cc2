"""4-grams of words: edges, short words, what is left out, and how little a misread letter costs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.text.grams import SIZE, grams
from policytext.text.terms import STOP_WORDS, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("care", ["_car", "care", "are_"]),
        ("Care cares", ["_car", "care", "are_", "_car", "care", "ares", "res_"]),
        ("GP", ["_gp_"]),
        ("7", ["_7_"]),
        ("the of and", []),
        ("", []),
        ("?!", []),
        ("the N.H.S.", ["_nhs", "nhs_"]),
        ("2017/18", ["_201", "2017", "017_", "_18_"]),
    ],
)
def test_what_a_text_is_made_of(text, expected):
    assert grams(text) == expected


@given(st.text())
def test_the_words_come_back_from_their_grams(text):
    told = [word for word in words(text) if word not in STOP_WORDS]
    assert len(grams(text)) == sum(max(1, len(word) + 3 - SIZE) for word in told)
    assert all(len(gram) == SIZE or gram.strip("_").isalnum() for gram in grams(text))
    assert grams(text) == [gram for word in told for gram in grams(word)]


@given(st.from_regex(r"[b-y]{6,12}", fullmatch=True), st.data())
def test_one_misread_letter_spoils_four_grams_at_most(word, data):
    at = data.draw(st.integers(0, len(word) - 1))
    if {word, damaged := word[:at] + "z" + word[at + 1 :]} & STOP_WORDS:
        return
    if words(word) != [word] or words(damaged) != [damaged]:
        return
    same = sum(a == b for a, b in zip(grams(word), grams(damaged), strict=True))
    assert same >= len(grams(word)) - SIZE
