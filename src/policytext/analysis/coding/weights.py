"""How much each kind of evidence weighs, and from which score on a place is suggested or confirmed.

The numbers are data: ``data/coding.json`` is written by ``eval/claims/train.py`` and says what it was
trained on.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from policytext.analysis.coding.features import KINDS

_FILE = Path(__file__).parent / "data" / "coding.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over standardised evidence, the same for every claim.

    ``kinds`` follows `KINDS`; ``feedback`` and ``decided`` weigh likeness to the surest places and to what a
    person accepted. ``suggested`` and ``confirmed`` are the least scores of the two tiers.
    """

    kinds: tuple[float, ...]
    intercept: float
    feedback: float
    decided: float
    suggested: float
    confirmed: float
    trained_on: str

    def __post_init__(self) -> None:
        if len(self.kinds) != len(KINDS):
            raise ValueError(f"weights are wanted for {', '.join(KINDS)}")
        if not 0.0 < self.suggested <= self.confirmed < 1.0:
            raise ValueError("0 < suggested <= confirmed < 1")


@cache
def shipped() -> Weights:
    """Returns the weights that come with the package."""
    return read_weights(_FILE.read_text(encoding="utf-8"))


def read_weights(text: str) -> Weights:
    """Returns the weights that ``written`` wrote.

    Raises:
        ValueError: they are not as they should be.
    """
    table = json.loads(text)
    kinds = tuple(float(table["kinds"][kind]) for kind in KINDS)
    names = ("intercept", "feedback", "decided", "suggested", "confirmed")
    numbers = {name: float(table[name]) for name in names}
    return Weights(kinds=kinds, trained_on=str(table["trained_on"]), **numbers)


def written(weights: Weights) -> str:
    """Returns JSON, one value a line, that ``read_weights`` reads back."""
    names = ("intercept", "feedback", "decided", "suggested", "confirmed", "trained_on")
    table = {"kinds": dict(zip(KINDS, weights.kinds, strict=True))}
    return json.dumps(table | {n: getattr(weights, n) for n in names}, indent=1) + "\n"
