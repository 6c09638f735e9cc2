"""What speaks for an assertion saying a claim: evidence of meaning, of context and of words.

All evidence is generic: no number here knows of any claim. Each kind is brought to mean 0 and deviation 1
over the background, claim by claim, so that a claim on what a corpus is about anyhow asks for more than one
on what it hardly mentions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import log

import numpy as np
from numpy.typing import NDArray

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import Claim, Codebook
from policytext.analysis.coding.space import (
    Encode,
    Matrix,
    Rarity,
    Whitening,
    anchors,
    era_terms,
    era_vectors,
    in_context,
    whitening,
)

KINDS = ("says", "nearest", "label", "context", "words", "telling")
"""says, nearest, label: whitened cosine with the mean and the nearest of ``says``, and with the label.
context: the same with the sentences beside it. words: rarity of the terms shared with label and
``says``. telling: the same, less for terms that many claims of the codebook have."""

_BLOCK = 2048
"""Assertions that are embedded and compared at a time."""
_MOST_BACKGROUND = 20_000
"""Background sentences beyond which every second, third ... will do."""
_LONG = 8
"""Added to the number of terms of a sentence, so that a short one does not win by being short."""
_LENGTH_POWER = 0.25
_LABEL_SHARE = 0.5
"""The label's terms weigh as those of so many of the ``says``."""


@dataclass(frozen=True, slots=True)
class Block:
    """Assertions [start, start + n): their vectors, whitened, and their terms."""

    start: int
    plain: Matrix
    own: Matrix
    context: Matrix
    terms: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Features:
    """Evidence for every pair: ``values`` has shape (assertions, claims, kinds), standardised.

    ``raw_says`` and ``nearest`` are, for each pair, the plain cosine with the nearest of the ``says`` and its
    number; ``raw_denies`` and ``nearest_denial`` the same of the ``denies`` (-1 and 0
    where there are none). ``own`` and
    ``terms`` are the assertions' whitened vectors and their terms.
    """

    values: NDArray[np.float32]
    raw_says: Matrix
    nearest: NDArray[np.int16]
    raw_denies: Matrix
    nearest_denial: NDArray[np.int16]
    own: Matrix
    terms: list[frozenset[str]]


class Space:
    """The background of a corpus, in which assertions and the sentences of a codebook are compared.

    Args:
        assertions: what is coded.
        background: the numbers of those that stand for the corpus; None for all.
        encode: texts to unit rows.
    """

    def __init__(
        self, assertions: Sequence[Assertion], background: Sequence[int] | None, encode: Encode
    ) -> None:
        self._assertions, self._encode = assertions, encode
        numbers = range(len(assertions)) if background is None else sorted(set(background))
        step = -(-len(numbers) // _MOST_BACKGROUND) or 1
        self.background = list(numbers)[::step]
        texts = [assertions[n].text for n in self.background]
        beside = [in_context(assertions[n]) for n in self.background]
        self._plain = dict(zip(self.background, era_vectors(texts, encode), strict=True))
        self._beside = dict(zip(self.background, encode(beside) if beside else [], strict=True))
        own = np.array([*self._plain.values(), *era_vectors(anchors(), encode)], np.float32)
        context = np.array([*self._beside.values(), *encode(anchors())], np.float32)
        self._whiten: Whitening = whitening(own)
        self._centre = own.mean(axis=0, dtype=np.float64).astype(np.float32)
        self._context_centre = context.mean(axis=0, dtype=np.float64).astype(np.float32)
        self.rarity = Rarity(map(era_terms, chain(texts, anchors())))

    def placed(self, texts: Sequence[str]) -> tuple[Matrix, Matrix]:
        """Returns unit rows for sentences of a codebook, plain and whitened."""
        plain = era_vectors(texts, self._encode)
        return plain, self._whiten(plain, self._centre)

    def anchored(self) -> Block:
        """Returns the anchors as a block, behind the assertions."""
        plain = era_vectors(anchors(), self._encode)
        context = np.asarray(self._encode(anchors()), np.float32)
        return Block(
            len(self._assertions),
            plain,
            self._whiten(plain, self._centre),
            self._whiten(context, self._context_centre),
            tuple(map(era_terms, anchors())),
        )

    def blocks(self) -> Iterator[Block]:
        """Yields the assertions in order, a bounded number at a time."""
        for start in range(0, len(self._assertions), _BLOCK):
            yield self.block(range(start, min(start + _BLOCK, len(self._assertions))))

    def block(self, numbers: Sequence[int]) -> Block:
        """Returns the assertions of these numbers as a block."""
        texts = [self._assertions[n].text for n in numbers]
        new = [n for n in numbers if n not in self._plain]
        plain = (
            dict(zip(new, era_vectors([self._assertions[n].text for n in new], self._encode), strict=True))
            if new
            else {}
        )
        beside = (
            dict(zip(new, self._encode([in_context(self._assertions[n]) for n in new]), strict=True))
            if new
            else {}
        )
        own = np.array([self._plain[n] if n in self._plain else plain[n] for n in numbers], np.float32)
        context = np.array([self._beside[n] if n in self._beside else beside[n] for n in numbers], np.float32)
        return Block(
            numbers[0] if numbers else 0,
            own,
            self._whiten(own, self._centre),
            self._whiten(context, self._context_centre),
            tuple(map(era_terms, texts)),
        )


@dataclass(frozen=True, slots=True)
class Sought:
    """A claim as it is looked for: vectors of its sentences and the weights of its terms."""

    says: Matrix
    label: Matrix
    plain_says: Matrix
    plain_denies: Matrix
    terms: dict[str, float]
    telling: dict[str, float]


def sought(codebook: Codebook, space: Space) -> list[Sought]:
    """Returns the claims of a codebook, in order, as the space sees them."""
    profiles = [_profile(claim) for claim in codebook.claims]
    shared = Counter(term for profile in profiles for term in profile)
    most = log(len(profiles) + 1)
    found = []
    for claim, profile in zip(codebook.claims, profiles, strict=True):
        plain, says = space.placed(claim.says)
        weights = {term: count * space.rarity(term) for term, count in profile.items()}
        found.append(
            Sought(
                says,
                space.placed([claim.label])[1],
                plain,
                space.placed(claim.denies)[0] if claim.denies else np.empty((0, plain.shape[1]), np.float32),
                weights,
                {term: weight * (1 - log(shared[term]) / most) for term, weight in weights.items()},
            )
        )
    return found


def _profile(claim: Claim) -> dict[str, float]:
    """Returns how often each term stands in a claim's sentences."""
    counts: dict[str, float] = {}
    for text, weight in [
        *((s, 1.0) for s in claim.says),
        (claim.label, max(1.0, _LABEL_SHARE * len(claim.says))),
    ]:
        for term in sorted(era_terms(text)):
            counts[term] = counts.get(term, 0.0) + weight
    return counts


def features(
    claims: Sequence[Sought], space: Space, count: int, progress: Callable[[int], None] | None = None
) -> Features:
    """Returns the evidence of all pairs of ``count`` assertions and the claims."""
    shape = (count, len(claims))
    values = np.empty((*shape, len(KINDS)), np.float32)
    raw_says, raw_denies = np.empty(shape, np.float32), np.full(shape, -1, np.float32)
    nearest, denial = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
    own: list[Matrix] = []
    terms: list[frozenset[str]] = []
    for block in space.blocks():
        own.append(block.own)
        terms += block.terms
        stretch = slice(block.start, block.start + len(block.terms))
        for number, claim in enumerate(claims):
            values[stretch, number] = _evidence(block, claim)
            cosines = block.plain @ claim.plain_says.T
            nearest[stretch, number] = cosines.argmax(axis=1)
            raw_says[stretch, number] = cosines.max(axis=1)
            if len(claim.plain_denies):
                against = block.plain @ claim.plain_denies.T
                denial[stretch, number] = against.argmax(axis=1)
                raw_denies[stretch, number] = against.max(axis=1)
        if progress is not None:
            progress(stretch.stop)
    anchored = space.anchored()
    for number, claim in enumerate(claims):
        ground = np.concatenate([values[space.background, number], _evidence(anchored, claim)])
        middle = ground.mean(axis=0, dtype=np.float64)
        spread = np.maximum(ground.std(axis=0, dtype=np.float64), 1e-6)
        values[:, number] = (values[:, number] - middle) / spread
    return Features(values, raw_says, nearest, raw_denies, denial, np.concatenate(own), terms)


def _evidence(block: Block, claim: Sought) -> Matrix:
    """Returns the evidence of a block for a claim, not yet standardised: shape (n, kinds)."""
    cosines = block.own @ claim.says.T
    beside = (block.context @ claim.says.T).mean(axis=1)
    labelled = (block.own @ claim.label.T)[:, 0]
    context = beside + (block.context @ claim.label.T)[:, 0] / 2
    words = [_overlap(found, claim.terms) for found in block.terms]
    telling = [_overlap(found, claim.telling) for found in block.terms]
    columns = (cosines.mean(axis=1), cosines.max(axis=1), labelled, context, words, telling)
    return np.array(columns, np.float32).T


def _overlap(found: frozenset[str], weights: dict[str, float]) -> float:
    shared = sorted(weights[term] for term in found if term in weights)
    return sum(shared) / (len(found) + _LONG) ** _LENGTH_POWER if shared else 0.0
