"""Names of an era are masked to what they are."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.text.era import masks, neutral, types

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "data/coding_masks.jsonl").read_text().splitlines()
]


@pytest.mark.parametrize("row", ROWS, ids=[row["text"][:40] for row in ROWS])
def test_masks_are_those_of_the_table(row):
    found = masks(row["text"])
    assert [[row["text"][m.start : m.end], m.type] for m in found] == row["masks"]


def test_bodies_of_different_eras_read_alike():
    then = neutral("Hospital management committees and the county council met Mr. Ashby.")
    now = neutral("Clinical commissioning groups and the unitary authority met Dr Patel.")
    assert then.text == now.text


@given(
    st.lists(st.sampled_from(["PCT", "the", "STPs", "Mr", "Ashby", "1956", "£3m", "'s", "\n", "é", "care"]))
)
def test_what_is_not_masked_stays(words):
    text = " ".join(words)
    found = neutral(text)
    at, kept, left = 0, [], found.text
    for mask in found.masks:
        assert mask.start >= at
        kept.append(text[at : mask.start])
        at = mask.end
    for piece, mask in zip(kept, found.masks, strict=True):
        assert left.startswith(piece + mask.type)
        left = left[len(piece) + len(mask.type) :]
    assert left == text[at:]


def test_types_are_plain_phrases_without_names():
    assert len(types()) > 10
    assert all(not masks(kind) for kind in types() if kind.islower() and kind != "local council")


def test_a_line_of_five_million_characters_is_done():
    text = "PCT of 1956 and Mr A. B. C. " * 180_000
    assert len(masks(text)) == 3 * 180_000
