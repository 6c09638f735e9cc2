"""A claim's own model, from what a person decided, and from which score on places are suggested.

The model is logistic: the generic log-odds, and how like a place is to what was accepted and rejected. Its
weights are fitted to the claim's decisions and strongly drawn to the generic ones. A decided place is
compared with the other decisions only, without its printings and its neighbours under the same decision, so
that no decision confirms itself.

Who only accepts leaves the rest open: it is "positive and unlabelled". Of the places that are left, fewer
belong than the generic model thinks, since some of those that do are taken already; and that every decision
is a yes says nothing about how many there are (Elkan and Noto, "Learning Classifiers from Only Positive and
Unlabeled Data", 2008). The more a person rejects beside it, the less of this holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from policytext.analysis.coding.training import Kinship, Values
from policytext.analysis.coding.weights import DECIDED, Weights

_DRAWN = 30.0
"""How strongly a claim's weights are drawn to the generic ones, in decisions; 10 did as well."""
_FEW = 4.0
"""Accepted places with which likeness to them weighs half of what it weighs with very many: the mean of few
says little about the next."""
_LEAST_OPEN = 0.2
"""Least share of the places that belong which is thought to be open still."""
_BIASED = 0.2
"""What an accepted place weighs where none were rejected: it was not drawn from all."""
_SAMPLE = 2_000
"""Background assertions against which the likeness of a decided place is measured."""
_STEPS, _STRIDE = 30, 1.0


@dataclass(frozen=True, slots=True)
class Known:
    """Decided assertions, sorted; ``place`` numbers the decision that each came with."""

    accepted: tuple[int, ...]
    rejected: tuple[int, ...]
    place: Mapping[int, int]

    def open(self, count: int) -> NDArray[np.bool_]:
        """Returns which of ``count`` assertions are undecided."""
        left = np.ones(count, np.bool_)
        left[[*self.accepted, *self.rejected]] = False
        return left

    @property
    def trust(self) -> float:
        """How much likeness to what was accepted is worth, from 0 for nothing accepted to 1."""
        return len(self.accepted) / (len(self.accepted) + _FEW)

    def usual(self, weights: Weights) -> float:
        """Returns the usual bar: between that without decisions and that with many."""
        without, with_ = (np.log(b / (1 - b)) for b in (weights.suggested, weights.suggested_decided))
        return float(chance(np.array(without + self.trust * (with_ - without))))

    @property
    def one_sided(self) -> float:
        """How far the decisions are acceptances alone: 1 without a rejection, 0 with as many."""
        return max(0.0, 1 - len(self.rejected) / len(self.accepted)) if self.accepted else 0.0


@dataclass(frozen=True, slots=True)
class Model:
    """Weights of a claim: of the generic log-odds, of the columns of `likenesses`, and the intercept."""

    generic: float
    decided: tuple[float, ...]
    intercept: float


def likenesses(kinship: Kinship, known: Known, ground: Sequence[int], count: int) -> Values:
    """Returns how like the decisions each of ``count`` assertions is.

    Shape (count, kinds), the kinds of `DECIDED`, each with mean 0 and deviation 1 over the ``ground``; 0
    where nothing is left to compare a decided place with.
    """
    found = np.zeros((count, len(DECIDED)))
    sample = list(ground)[:: -(-len(ground) // _SAMPLE)]
    sides = ((known.accepted, slice(0, 2)), (known.rejected, slice(2, 3)))
    for members, columns in sides:
        if not members:
            continue
        found[:, columns] = _against(kinship, members, sample, range(count), columns)
        alike = kinship.alike(members)
        places = np.array([known.place[n] for n in members])
        apart = ~(alike | (places[:, None] == places))
        for row, number in enumerate(members):
            others = [n for n, other in zip(members, apart[row], strict=True) if other]
            one = _against(kinship, others, sample, [number], columns) if others else 0.0
            found[number, columns] = one
    return found


def _against(
    kinship: Kinship, members: Sequence[int], sample: Sequence[int], numbers: Sequence[int], columns: slice
) -> Values:
    """Returns the likeness of ``numbers`` to the members, measured against the sample: shape (n, 2 or 1)."""
    prototype = kinship.prototype(members)
    measures = (kinship.meaning, kinship.words)[: columns.stop - columns.start]
    found = []
    for measure in measures:
        ground = measure(prototype, sample)
        found.append((measure(prototype, numbers) - ground.mean()) / max(float(ground.std()), 1e-6))
    return np.array(found).T


def fitted(odds: Values, like: Values, known: Known, weights: Weights) -> Model:
    """Returns the model of a claim whose generic log-odds and likenesses (see there) are given."""
    rows = np.column_stack([odds, like, np.ones(len(odds))])
    trust = known.trust
    prior = np.array([1.0, *(trust * weight for weight in weights.decided), trust * weights.shift])
    expected = rows @ prior
    open_ = known.open(len(odds))
    shift = _taken(chance(expected[open_]), known)
    wanted = np.where(open_, chance(expected + shift), 0.0)
    wanted[list(known.accepted)] = 1.0
    counts = np.where(open_, 1.0, 1 - (1 - _BIASED) * known.one_sided)
    point = _drawn(rows, wanted, counts, prior)
    return Model(float(point[0]), tuple(map(float, point[1:-1])), float(point[-1]))


def _taken(scores: Values, known: Known) -> float:
    """Returns what the log-odds of open places lose because some that belong have been accepted."""
    accepted = len(known.accepted)
    left = float(scores.sum()) / (accepted + float(scores.sum()))
    return known.one_sided * float(np.log(max(left, _LEAST_OPEN)))


def _drawn(rows: Values, wanted: Values, counts: Values, prior: Values) -> Values:
    """Returns logistic weights with a Gaussian prior, by Newton's method with steps of bounded length."""
    point = prior.copy()
    for _ in range(_STEPS):
        scores = chance(rows @ point)
        slope = rows.T @ ((scores - wanted) * counts) + _DRAWN * (point - prior)
        curve = (rows.T * (counts * scores * (1 - scores))) @ rows + _DRAWN * np.eye(len(prior))
        step = np.linalg.solve(curve, slope)
        length = float(np.sqrt(step @ step))
        point -= step * min(1.0, _STRIDE / max(length, 1e-12))
        if length < 1e-9:
            break
    return point


def bar(odds: Values, usual: float) -> float:
    """Returns the least score at which an assertion with one of these log-odds is suggested.

    Half way, in log-odds, between the score with the best F1 to be expected if the scores are probabilities
    (Lipton, Elkan and Naryanaswamy, "Optimal Thresholding of Classifiers to Maximize F1", 2014) and the
    ``usual`` bar: a claim that is often said gets a bar that finds it, one that is hardly said does not have
    its best guesses suggested.
    """
    scores = np.sort(chance(odds))[::-1]
    if not len(scores):
        return usual
    expected = 2 * np.cumsum(scores) / (np.arange(1, len(scores) + 1) + scores.sum())
    best = min(max(float(scores[int(expected.argmax())]), 1e-9), 1 - 1e-9)
    return float(chance(np.array((np.log(best / (1 - best)) + np.log(usual / (1 - usual))) / 2)))


def chance(odds: Values) -> Values:
    """Returns the probabilities that belong to log-odds."""
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -500, 500))), np.float64)
