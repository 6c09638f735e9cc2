"""Trains the weights of coding on marked papers and writes them where the package reads them.

    python eval/claims/train.py ARCHIVE MARKED.jsonl CODEBOOK.toml [--bank bank.jsonl] [-o coding.json]

ARCHIVE holds the marked papers (``policytext ingest corpus/clean eval/marked/seen/papers --catalogue
corpus/catalogue.csv``). The model
is logistic: evidence, standardised over the corpus, in; whether a sentence is marked with the claim out. It
knows no claim, so that it serves any codebook. Some hundred marks do not tell seven weights apart: the fit is
drawn to equal weights for what is said of the sentence by itself, by its label, by its context and by its
words (unit weights: Dawes, "The Robust Beauty of Improper Linear Models", 1979), as by `DRAWN` further pairs.
Few people write ten sentences for a claim: the fit sees each claim with `FEWEST` to `MOST` of its sentences,
drawn by lot, `CUTS` times.

Then the scores are made probabilities. How fast they rise with the evidence is taken from the BANK, whose
sentences are partly plain prose and partly hard to code; the marked papers were all written to be hard.
Their level is that of the claims with `OFTEN` marks or more, since who looks for a claim expects it to recur.
The usual bar is that with the best F1 on the marks of the claims that have `RECURRING` or more: where a claim
hardly occurs, the best bar is the one that nothing reaches.
Printed beside: what bars and weights of all other claims do for each ninth of the claims.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from coding import in_corpus, read_corpus, read_marks
from scipy.optimize import brentq, minimize

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import Codebook, read_codebook
from policytext.analysis.coding import weights as coding_weights
from policytext.analysis.coding.deciding import bar, chance
from policytext.analysis.coding.features import KINDS, Space, features, sought
from policytext.analysis.coding.training import Kinship, surest
from policytext.analysis.coding.weights import DECIDED, Weights, written

UNIT = {"says": 0.75, "nearest": 0.25, "label": 1.0, "context": 1.0, "words": 0.5, "telling": 0.5}
DRAWN = 1000.0
FEWEST, MOST, CUTS = 3, 6, 6
FEEDBACK = 0.3
"""In deviations of the log-odds: what likeness to the surest places is worth."""
LIKE = {"accepted": 0.5, "accepted words": 0.65, "rejected": -0.45}
SHIFT, SUGGESTED = -1.1, 0.23
"""With decisions: weights of likeness to them, in log-odds; what these add to the scores of the likest, taken
off again; and the usual bar. Choices among a few round numbers: the marks are too few to fit them."""
RECURRING, OFTEN = 20, 40
CONFIRMED = 0.5
FOLDS = 9


def fit(values: np.ndarray, labels: np.ndarray, towards: np.ndarray, drawn: float) -> np.ndarray:
    """Returns weights and intercept of a logistic model whose weights are drawn ``towards`` others."""

    def loss(point: np.ndarray) -> tuple[float, np.ndarray]:
        odds = values @ point[:-1] + point[-1]
        apart = point[:-1] - towards
        off = 1 / (1 + np.exp(-odds)) - labels
        cost = np.logaddexp(0, np.where(labels, -odds, odds)).sum() + drawn / 2 * apart @ apart
        return float(cost), np.r_[values.T @ off + drawn * apart, off.sum()]

    return minimize(loss, np.r_[towards, -4.0], jac=True, method="L-BFGS-B", tol=1e-10).x


def cut(book: Codebook, seed: int) -> Codebook:
    """Returns the codebook with a few sentences for each claim, drawn by lot."""
    lot = random.Random(seed)
    claims = []
    for claim in book.claims:
        count = min(lot.randint(FEWEST, MOST), len(claim.says))
        claims.append(replace(claim, says=tuple(lot.sample(claim.says, count))))
    return Codebook(tuple(claims))


def alone(number: int, text: str) -> Assertion:
    """Returns a sentence of the bank as an assertion without context."""
    place = {"document": "bank", "passage": "bank:0", "start": number, "end": number + len(text)}
    told = {"before": "", "after": "", "section": "", "kind": "paragraph", "voice": "own"}
    return Assertion(id=f"bank:{number}", text=text, speaker=None, statement=None, **place, **told)


def best_bar(scores: np.ndarray, labels: np.ndarray) -> float:
    """Returns the least score of the set with the best F1."""
    order = np.argsort(-scores, kind="stable")
    right = np.cumsum(labels[order])
    f1 = 2 * right / (np.arange(1, len(labels) + 1) + labels.sum())
    return float(scores[order][f1.argmax()])


class Trainer:
    """Evidence of all pairs of marked papers: ``values`` (assertions, claims, kinds), ``labels`` likewise."""

    def __init__(self, archive: Path, marked: Path, codebook: Path, bank: Path) -> None:
        book = read_codebook(codebook.read_bytes(), str(codebook))
        corpus = read_corpus(archive)
        marks = in_corpus(read_marks(marked, book), corpus)
        rows = [json.loads(line) for line in bank.read_text(encoding="utf-8").splitlines()]
        every = [*corpus.assertions, *(alone(n, row["text"]) for n, row in enumerate(rows))]
        count = len(corpus.assertions)
        space = Space(every, range(count), corpus.encode)
        found = features(sought(book, space), space, len(every))
        self.values, self.bank = np.split(found.values.astype(np.float64), [count])
        cuts = (features(sought(cut(book, seed), space), space, len(every)) for seed in range(CUTS))
        self.cuts = [each.values[:count].astype(np.float64) for each in cuts]
        self.kinship = Kinship(replace(found, own=found.own[:count], terms=found.terms[:count]), space.rarity)
        self.texts = [a.text for a in corpus.assertions]
        ids = [claim.id for claim in book.claims]
        self.labels = np.zeros(self.values.shape[:2], bool)
        for mark in marks:
            if mark.supports:
                at = [n for n, place in enumerate(corpus.places) if place.touches(mark.place)]
                self.labels[at, ids.index(mark.claim)] = True
        self.banked = np.zeros(self.bank.shape[:2], bool)
        for number, row in enumerate(rows):
            said = [row["claim"]] if row["claim"] and row["stance"] == "supports" else []
            self.banked[number, [ids.index(claim) for claim in (*said, *row.get("also", ()))]] = True
        self.marks = sum(m.supports for m in marks)

    def weights(self, claims: list[int]) -> Weights:
        """Returns the weights that these claims (their numbers) ask for."""
        values = np.concatenate([each[:, claims].reshape(-1, len(KINDS)) for each in self.cuts])
        labels = np.tile(self.labels[:, claims].ravel(), CUTS)
        unit = np.array([UNIT[kind] for kind in KINDS])
        scale = fit((values @ unit)[:, None], labels, np.array([0.2]), 0.0)
        point = fit(values, labels, unit * scale[0], DRAWN * CUTS)[:-1]
        rise = fit(
            (self.bank[:, claims] @ point).reshape(-1, 1), self.banked[:, claims].ravel(), np.ones(1), 0.0
        )
        point = point * float(rise[0])
        spread = float((self.values[:, claims] @ point).std())
        counts = self.labels[:, claims].sum(axis=0)
        first = self._levelled(
            point, FEEDBACK * spread, [c for c, n in zip(claims, counts, strict=True) if n >= OFTEN]
        )
        recurring = [c for c, n in zip(claims, counts, strict=True) if n >= RECURRING]
        scores, labels = chance(self.odds(first, recurring)).ravel(), self.labels[:, recurring].ravel()
        return replace(first, suggested=round(best_bar(scores, labels), 4))

    def _levelled(self, point: np.ndarray, feedback: float, often: list[int]) -> Weights:
        """Returns weights with which the scores of the claims that are often said have the right mean."""
        share = self.labels[:, often].mean()
        trained = f"generic weights trained on {self.marks} marked places in {len(self.texts)} sentences "
        weights = Weights(
            tuple(round(float(w), 4) for w in point),
            0.0,
            round(feedback, 4),
            0.15,
            CONFIRMED,
            tuple(LIKE[kind] for kind in DECIDED),
            SHIFT,
            SUGGESTED,
            trained + "of invented papers",
        )

        def off(level: float) -> float:
            return float(chance(self.odds(replace(weights, intercept=level), often)).mean() - share)

        return replace(weights, intercept=round(float(brentq(off, -10, 2, xtol=1e-4)), 4))

    def odds(self, weights: Weights, claims: list[int]) -> np.ndarray:
        """Returns log-odds with feedback, shape (assertions, claims)."""
        columns = []
        for claim in claims:
            odds = self.values[:, claim] @ np.array(weights.kinds) + weights.intercept
            sure = surest(chance(odds), weights.suggested, self.texts)
            if sure:
                like = self.kinship.likeness(self.kinship.prototype(sure))
                odds = odds + weights.feedback * (like - like.mean()) / like.std()
            columns.append(odds)
        return np.array(columns).T

    def f1(self, weights: Weights, claims: list[int]) -> tuple[int, int, int]:
        """Returns pairs that are coded rightly, coded, and marked."""
        odds = self.odds(weights, claims)
        bars = np.array([bar(column, weights.suggested) for column in odds.T])
        coded, labels = chance(odds) >= bars, self.labels[:, claims]
        return int((coded & labels).sum()), int(coded.sum()), int(labels.sum())


def main() -> None:
    """Trains, prints and writes."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("marked", type=Path)
    parser.add_argument("codebook", type=Path)
    parser.add_argument("--bank", type=Path, default=Path(__file__).parent / "bank.jsonl")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path(coding_weights.__file__).parent / "data" / "coding.json"
    )
    args = parser.parse_args()
    trainer = Trainer(args.archive, args.marked, args.codebook, args.bank)
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
