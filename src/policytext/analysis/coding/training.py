"""What places already coded teach about those that are not: likeness to the mean of what belongs.

A claim's members make a prototype, their mean vector and mean terms (Rocchio, "Relevance Feedback in
Information Retrieval", 1971; as few-shot learning: Snell et al., "Prototypical Networks", 2017). Members are
what a person accepted or rejected, and in a weaker role the surest places of the corpus itself
(pseudo-relevance feedback). What a person decided also fits a logistic model of each claim's own, strongly
drawn to the generic one (`deciding`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policytext.analysis.coding.features import Features
from policytext.analysis.coding.space import Matrix, Rarity

Values = NDArray[np.float64]

FEW, MANY = 5, 20
"""Surest places that feedback needs, and those it takes at most."""
_TERMS = 1.4
"""How much shared terms count beside nearness of meaning."""
_PRINTING = 0.8
"""Whitened cosine from which two accepted places count as one text printed twice."""


@dataclass(frozen=True, slots=True)
class Prototype:
    """The mean of some assertions: of their whitened vectors, and of their terms as unit rows."""

    vector: Matrix
    terms: dict[str, float]


class Kinship:
    """Compares assertions with prototypes.

    Args:
        features: of all assertions, with their vectors and terms.
        rarity: of terms in the background.
    """

    def __init__(self, features: Features, rarity: Rarity) -> None:
        self._own, self._found, self._rarity = features.own, features.terms, rarity

    def prototype(self, members: Sequence[int]) -> Prototype:
        """Returns the mean of the members."""
        terms: dict[str, float] = {}
        self._add(terms, members)
        return Prototype(np.asarray(self._own[list(members)].mean(axis=0), np.float32), terms)

    def likeness(self, prototype: Prototype) -> Values:
        """Returns how like the prototype each assertion is, in meaning and words."""
        return self.meaning(prototype) + _TERMS * self.words(prototype)

    def meaning(self, prototype: Prototype, numbers: Sequence[int] | None = None) -> Values:
        """Returns the mean cosine of each assertion, or each of ``numbers``, with the members' vectors."""
        vectors = self._own if numbers is None else self._own[list(numbers)]
        return np.asarray(vectors @ prototype.vector, np.float64)

    def words(self, prototype: Prototype, numbers: Sequence[int] | None = None) -> Values:
        """Returns the mean cosine of each assertion, or each of ``numbers``, with the members' terms."""
        chosen = range(len(self._found)) if numbers is None else numbers
        return np.array([self._shared(self._found[n], prototype.terms) for n in chosen], np.float64)

    def alike(self, numbers: Sequence[int]) -> NDArray[np.bool_]:
        """Returns which of ``numbers`` are printings of one text, for all that can be seen: a square."""
        own = self._own[list(numbers)]
        return np.asarray(own @ own.T >= _PRINTING, np.bool_)

    def _add(self, terms: dict[str, float], members: Sequence[int]) -> None:
        for number in members:
            found = sorted(self._found[number])
            length = self._length(self._found[number])
            for term in found:
                terms[term] = terms.get(term, 0.0) + self._rarity(term) / (length * len(members))

    def _shared(self, found: frozenset[str], terms: dict[str, float]) -> float:
        shared = sorted(terms[term] * self._rarity(term) for term in found if term in terms)
        return sum(shared) / self._length(found) if shared else 0.0

    def _length(self, found: frozenset[str]) -> float:
        squares = sum(sorted(self._rarity(term) ** 2 for term in found))
        return max(math.sqrt(squares), 1e-9)


def surest(scores: NDArray[np.float64], least: float, texts: Sequence[str]) -> list[int]:
    """Returns the numbers of the best scores of at least ``least``, of equal texts one; none if too few."""
    above = np.flatnonzero(scores >= least)
    chosen: dict[str, int] = {}
    for number in above[np.argsort(-scores[above], kind="stable")]:
        chosen.setdefault(texts[number].casefold(), int(number))
        if len(chosen) == MANY:
            break
    return list(chosen.values()) if len(chosen) >= FEW else []
