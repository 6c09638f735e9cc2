"""Trains the weights of coding on marked papers and writes them where the package reads them.

    python eval/claims/train.py ARCHIVE MARKED.jsonl CODEBOOK.toml [-o coding.json]

ARCHIVE holds the marked papers (``policytext ingest corpus/clean eval/marked/seen/papers --catalogue
corpus/catalogue.csv``). The model
is logistic: evidence, standardised over the corpus, in; whether a sentence is marked with the claim out. It
knows no claim, so that it serves any codebook. Some hundred marks do not tell seven weights apart: the fit is
drawn to equal weights for what is said of the sentence by itself, by its label, by its context and by its
words (unit weights: Dawes, "The Robust Beauty of Improper Linear Models", 1979), as by `DRAWN` further pairs.
The bars of the two tiers are those with the best F1 and F0.5 on the same marks, over the claims that have
`RECURRING` marks or more: where a claim hardly occurs, the best bar is the one that nothing reaches.
Printed beside: what the bars and weights of all other claims do for each ninth of the claims.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from coding import in_corpus, read_corpus, read_marks
from scipy.optimize import minimize

from policytext.analysis.codebook import read_codebook
from policytext.analysis.coding import weights as coding_weights
from policytext.analysis.coding.features import KINDS, Space, features, sought
from policytext.analysis.coding.training import Kinship, surest
from policytext.analysis.coding.weights import Weights, written

UNIT = {"says": 0.75, "nearest": 0.25, "label": 1.0, "context": 1.0, "words": 0.5, "telling": 0.5}
DRAWN = 1000.0
FEEDBACK, DECIDED = 0.3, 1.0
"""In deviations of the log-odds: what likeness to the surest places and to accepted ones is worth."""
FOLDS = 9
RECURRING = 20


def fit(values: np.ndarray, labels: np.ndarray, towards: np.ndarray, drawn: float) -> np.ndarray:
    """Returns weights and intercept of a logistic model whose weights are drawn ``towards`` others."""

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        odds = values @ point[:-1] + point[-1]
        apart = point[:-1] - towards
        off = 1 / (1 + np.exp(-odds)) - labels
        cost = np.logaddexp(0, np.where(labels, -odds, odds)).sum() + drawn / 2 * apart @ apart
        return float(cost), np.r_[values.T @ off + drawn * apart, off.sum()]

    return minimize(loss, np.r_[towards, -4.0], jac=True, method="L-BFGS-B", tol=1e-10).x


def bar(scores: np.ndarray, labels: np.ndarray, beta: float) -> float:
    """Returns the least score of the set with the best F of this beta."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(labels[order])
    f = (1 + beta**2) * right / (np.arange(1, len(labels) + 1) + beta**2 * labels.sum())
    return float(scores[order][f.argmax()])


class Trainer:
    """Evidence of all pairs of marked papers: ``values`` (assertions, claims, kinds), ``labels`` likewise."""

    def __init__(self, archive: Path, marked: Path, codebook: Path) -> None:
        book = read_codebook(codebook.read_bytes(), str(codebook))
        corpus = read_corpus(archive)
        marks = in_corpus(read_marks(marked, book), corpus)
        self.space = Space(corpus.assertions, None, corpus.encode)
        found = features(sought(book, self.space), self.space, len(corpus.assertions))
        self.values = found.values.astype(np.float64)
        self.kinship = Kinship(found, self.space.rarity)
        self.texts = [a.text for a in corpus.assertions]
        ids = [claim.id for claim in book.claims]
        self.labels = np.zeros(self.values.shape[:2], bool)
        for mark in marks:
            if mark.supports:
                at = [n for n, place in enumerate(corpus.places) if place.touches(mark.place)]
                self.labels[at, ids.index(mark.claim)] = True
        self.marks = sum(m.supports for m in marks)

    def weights(self, claims: list[int]) -> Weights:
        """Returns the weights that these claims (their numbers) ask for."""
        values = self.values[:, claims].reshape(-1, len(KINDS))
        labels = self.labels[:, claims].ravel()
        often = np.tile(self.labels[:, claims].sum(axis=0) >= RECURRING, len(self.texts))
        unit = np.array([UNIT[kind] for kind in KINDS])
        scale = fit((values @ unit)[:, None], labels, np.array([0.2]), 0.0)
        point = fit(values, labels, unit * scale[0], DRAWN)
        spread = float((values @ point[:-1]).std())
        first = Weights(tuple(point[:-1]), point[-1], FEEDBACK * spread, DECIDED * spread, 0.5, 0.5, "")
        odds = values @ point[:-1] + point[-1]
        first = replace(first, suggested=bar(1 / (1 + np.exp(-odds[often])), labels[often], 1), confirmed=0.9)
        odds = self.odds(first, claims).ravel()
        again = fit(odds[:, None], labels, np.array([1.0]), 0.0)  # feedback makes the sure surer
        slope, shift = float(again[0]), float(again[1])
        scores, labels = 1 / (1 + np.exp(-(slope * odds[often] + shift))), labels[often]
        return Weights(
            tuple(round(float(slope * w), 4) for w in first.kinds),
            round(slope * first.intercept + shift, 4),
            round(slope * first.feedback, 4),
            round(slope * first.decided, 4),
            round(bar(scores, labels, 1), 4),
            round(bar(scores, labels, 0.5), 4),
            f"generic weights trained on {self.marks} marked places in {len(self.texts)} sentences "
            "of invented papers",
        )

    def odds(self, weights: Weights, claims: list[int]) -> np.ndarray:
        """Returns log-odds with feedback, shape (assertions, claims)."""
        columns = []
        for claim in claims:
            odds = self.values[:, claim] @ np.array(weights.kinds) + weights.intercept
            sure = surest(1 / (1 + np.exp(-odds)), weights.suggested, self.texts)
            if sure:
                like = self.kinship.likeness(self.kinship.prototype(sure))
                odds = odds + weights.feedback * (like - like.mean()) / like.std()
            columns.append(odds)
        return np.array(columns).T

    def f1(self, weights: Weights, claims: list[int]) -> tuple[int, int, int]:
        """Returns pairs that are coded rightly, coded, and marked."""
        coded = self.odds(weights, claims) >= np.log(weights.suggested / (1 - weights.suggested))
        labels = self.labels[:, claims]
        return int((coded & labels).sum()), int(coded.sum()), int(labels.sum())


def main() -> None:
    """Trains, prints and writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("marked", type=Path)
    parser.add_argument("codebook", type=Path)
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(coding_weights.__file__).parent / "data" / "coding.json"
    )
    args = parser.parse_args()
    trainer = Trainer(args.archive, args.marked, args.codebook)
    every = list(range(trainer.labels.shape[1]))
    weights = trainer.weights(every)
    print(written(weights), end="")
    unseen = np.zeros(3, int)
    for fold in range(FOLDS):
        mine = every[fold::FOLDS]
        unseen += trainer.f1(trainer.weights([c for c in every if c not in mine]), mine)
    for name, (right, coded, marked) in (("seen", trainer.f1(weights, every)), ("left out", unseen)):
        f1 = 2 * right / (coded + marked)
        print(f"claims {name}: {right} of {coded} coded pairs are marked, of {marked}; F1 {f1:.3f}")
    args.output.write_text(written(weights), encoding="utf-8")


if __name__ == "__main__":
    main()
