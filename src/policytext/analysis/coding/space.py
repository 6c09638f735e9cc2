"""Where sentences lie among the corpus: vectors measured against what the corpus says anyhow.

In papers on one matter all sentences are alike, and a plain cosine mostly measures how much a sentence is on
that matter. So vectors are centred on the corpus and its common directions are damped (whitening with
shrinkage, as in linear discriminant analysis: Hariharan et al., "Discriminative Decorrelation", 2012; Su et
al., "Whitening Sentence Representations", 2021), and terms weigh by how rare they are in the corpus.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from policytext.analysis.assertions.assertion import Assertion
from policytext.text.era import neutral
from policytext.text.terms import query_terms

Matrix = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Matrix]
"""Texts to unit rows of float32."""

_ANCHORS = Path(__file__).parent / "data" / "anchors.txt"
_SHRINKAGE = 1.0
"""Of the identity, in units of the mean variance: 0.3 to 2 did equally well, nothing and 4 worse."""
_CONTEXT = 1200
"""Characters of an assertion with its neighbours that are embedded: more than a model reads."""


@cache
def anchors() -> tuple[str, ...]:
    """Returns sentences of policy papers that claim nothing: they join the background of every corpus.

    With them even a corpus of a few sentences has something to be measured against.
    """
    lines = _ANCHORS.read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def era_vectors(texts: Sequence[str], encode: Encode) -> Matrix:
    """Returns unit rows: the mean of each text and its twin without names of its era, where it has any."""
    twins = {text: twin for text in dict.fromkeys(texts) if (twin := neutral(text).text) != text}
    rows = np.asarray(encode([*texts, *twins.values()]), np.float32)
    own, masked = rows[: len(texts)].copy(), rows[len(texts) :]
    at = {text: number for number, text in enumerate(twins)}
    for number, text in enumerate(texts):
        if text in at:
            own[number] += masked[at[text]]
    return unit(own)


def in_context(assertion: Assertion) -> str:
    """Returns an assertion with the sentences beside it."""
    parts = (assertion.before, assertion.text, assertion.after)
    return " ".join(part for part in parts if part)[:_CONTEXT]


def unit(rows: Matrix) -> Matrix:
    """Returns the rows with length 1; rows of zeros stay so."""
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))[:, None]
    return np.asarray(rows / np.maximum(lengths, 1e-12), np.float32)


@dataclass(frozen=True, slots=True)
class Whitening:
    """Centres vectors and damps the directions in which the background varies most."""

    turn: Matrix

    def __call__(self, rows: Matrix, centre: Matrix) -> Matrix:
        """Returns unit rows of the same shape."""
        return unit(np.asarray((rows - centre) @ self.turn, np.float32))


def whitening(rows: Matrix) -> Whitening:
    """Returns the whitening that a background, one row a sentence, asks for."""
    centred = rows.astype(np.float64) - rows.mean(axis=0, dtype=np.float64)
    spread = centred.T @ centred / len(rows)
    level = max(float(np.trace(spread)) / len(spread), 1e-9)
    values, vectors = np.linalg.eigh(spread + _SHRINKAGE * level * np.eye(len(spread)))
    return Whitening(np.asarray((vectors * values**-0.5) @ vectors.T, np.float32))


class Rarity:
    """How telling a term is: its inverse document frequency among background sentences."""

    def __init__(self, sentences: Iterable[frozenset[str]]) -> None:
        self._counts: Counter[str] = Counter()
        self._total = 0
        for found in sentences:
            self._counts.update(found)
            self._total += 1

    def __call__(self, term: str) -> float:
        """Returns ln(1 + (N - n + 0.5) / (n + 0.5)), as in BM25 (Robertson and Zaragoza, 2009)."""
        count = self._counts[term]
        return log(1 + (self._total - count + 0.5) / (count + 0.5))


def era_terms(text: str) -> frozenset[str]:
    """Returns the analyser's terms of a text without names of its era, stop words left out."""
    return frozenset(query_terms(neutral(text).text))
