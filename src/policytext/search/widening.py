"""Other words for those of a query, where the papers have them."""

from __future__ import annotations

from policytext.index.lexical import LexicalIndex
from policytext.index.terms import BestOf, Wanted
from policytext.text.thesaurus import Expansion, Grade, expansions

WEIGHTS: dict[Grade, float] = {"same": 1.0, "near": 1.0, "one-way": 0.7}
"""Of another expression, beside the reader's own. Of 0.5 to 1 for each, these were within 0.01 of the best on
our development queries; the list itself was drawn up without a look at any query."""


def widened(query: str, index: LexicalIndex) -> tuple[BestOf, ...]:
    """Returns for each expression of a query the others that mean it or nearly so; the best one counts.

    Only what the corpus holds is asked for. A phrase counts as much as one word of it: its weight is that of
    its grade, divided by its words.
    """
    ways: dict[tuple[int, int], list[Wanted]] = {}
    for other in expansions(query):
        if all(index.count(term) for term in other.terms):
            ways.setdefault((other.start, other.end), []).append(_wanted(query, other))
    return tuple(BestOf(tuple(found)) for found in ways.values())


def _wanted(query: str, other: Expansion) -> Wanted:
    weight = WEIGHTS[other.grade] / len(other.terms)
    why = f"for {query[other.start : other.end]} ({other.grade})"
    return Wanted(other.terms, weight, other.shown, why, own=False)
