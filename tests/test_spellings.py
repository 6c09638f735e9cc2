"""Spellings that meet and words that stay apart, held against a list of 82,000 words."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
import Stemmer

from policytext.text.spellings import canonical
from policytext.text.stems import term_of
from policytext.text.words.lexicon import english

DATA = Path(__file__).parent / "data" / "text"


def lines(name):
    return (DATA / name).read_text(encoding="utf-8").split("\n")[:-1]


def joined(make_term):
    """The groups of plain Porter 2 stems that ``make_term`` joins, among the words of the list."""
    plain = Stemmer.Stemmer("english").stemWord
    groups = defaultdict(set)
    for word in english().counts:
        if word.isascii() and word.isalpha():
            groups[make_term(word)].add(plain(word))
    return sorted(" ".join(sorted(group)) for group in groups.values() if len(group) > 1)


@pytest.mark.parametrize("pair", lines("spellings_meet.txt"))
def test_spellings_that_meet(pair):
    one, other = pair.split()
    assert term_of(one) == term_of(other)


@pytest.mark.parametrize("pair", lines("spellings_apart.txt"))
def test_words_that_stay_apart(pair):
    one, other = pair.split()
    assert term_of(one) != term_of(other)


def test_no_words_are_joined_but_those_that_were_read():
    """Whoever changes a rule reads what it joins, and then writes it here."""
    assert joined(term_of) == lines("spellings_joined.txt")


def test_a_form_is_its_own_form():
    changed = [word for word in english().counts if word.isalpha() and word.isascii()]
    assert [w for w in changed if canonical(canonical(w)) != canonical(w)] == []


@pytest.mark.parametrize("word", ["", "e", "our", "1956", "ize", "re", "x" * 1000, "ogue", "sis"])
def test_nothing_short_or_odd_is_touched(word):
    assert canonical(word) == word
