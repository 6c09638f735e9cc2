"""Whether two sentences say opposite things in nearly the same words.

Vectors of sentences hardly tell "it should be abolished" from "it should not be abolished", so pairs that the
vectors bring together are looked at: they are opposed where they share most of their telling terms, and one
is denied and the other is not, by negation or by a word and its opposite. It is a rule for near paraphrases;
opposition in quite other words goes unseen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from policytext.text.terms import STOP_WORDS, terms

_NEGATORS = "not no never nor neither none cannot without nobody nothing hardly scarcely"
_OPPOSITES = """more less|more fewer|better worse|increase reduce|increase decrease|increase cut|rise fall
success failure|succeed fail|possible impossible|necessary unnecessary|likely unlikely|support oppose
centralise decentralise|strengthen weaken|easy difficult|agree disagree|effective ineffective|able unable
right wrong|enough insufficient|adequate inadequate|welcome regret|abolish keep|abolish retain
unify separate|accept reject|help hinder|simple complex|ready unready|wise unwise|desirable undesirable"""
_SHARED = 0.6
"""Of the telling terms of the shorter sentence; with less, two sentences may differ in what they deny."""
_FEWEST = 3


def telling(found: Iterable[str]) -> frozenset[str]:
    """Returns the terms that carry the matter: neither function words nor words that only negate."""
    return frozenset(found) - _silent()


class Opposing:
    """Tells which of these sentences, given as their terms in reading order, are opposed."""

    def __init__(self, sentences: Sequence[Sequence[str]]) -> None:
        self._sentences = sentences

    def opposed(self, a: int, b: int) -> bool:
        """Returns whether the sentences with these numbers are opposed."""
        one, other = self._sentences[a], self._sentences[b]
        opposites = _opposites(frozenset(one), frozenset(other))
        turned = frozenset().union(*opposites)
        mine, theirs = telling(one) - turned, telling(other) - turned
        shared = len(mine & theirs)
        if shared < _FEWEST or shared < _SHARED * min(len(mine), len(theirs)):
            return False
        return (len(opposites) + _negations(one) + _negations(other)) % 2 == 1


def _negations(found: Sequence[str]) -> int:
    return sum(term in _negators() for term in found)


def _opposites(mine: frozenset[str], theirs: frozenset[str]) -> list[frozenset[str]]:
    """Returns the pairs of opposites of which each sentence has one word and not the other."""
    found = []
    for pair in _pairs():
        here, there = mine & pair, theirs & pair
        if len(here) == len(there) == 1 and here != there:
            found.append(pair)
    return found


@cache
def _pairs() -> tuple[frozenset[str], ...]:
    words = [pair.split() for line in _OPPOSITES.splitlines() for pair in line.split("|")]
    return tuple(frozenset(terms(a) + terms(b)) for a, b in words)


@cache
def _negators() -> frozenset[str]:
    return frozenset(term for word in _NEGATORS.split() for term in terms(word))


@cache
def _silent() -> frozenset[str]:
    return frozenset(term for word in STOP_WORDS for term in terms(word)) | _negators()
