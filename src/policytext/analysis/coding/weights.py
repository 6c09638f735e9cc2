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


DECIDED = ("accepted", "accepted words", "rejected")
"""Likeness to what a person decided: of meaning and of words to what was accepted, of meaning to what was
rejected."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic model over standardised evidence, the same for every claim.

    ``kinds`` follows `KINDS`; ``feedback`` weighs likeness to the surest places. ``suggested`` is the bar of
    marked papers, towards which that of each claim is drawn, and ``confirmed`` the least score of that tier.
    Where a person accepted places, the weights of ``decided``, which follow `DECIDED`, and ``shift`` are
    added, and ``suggested_decided`` takes the part of ``suggested``.
    """

    kinds: tuple[float, ...]
    intercept: float
    feedback: float
    suggested: float
    confirmed: float
    decided: tuple[float, ...]
    shift: float
    suggested_decided: float
    trained_on: str

    def __post_init__(self) -> None:
        for values, names in ((self.kinds, KINDS), (self.decided, DECIDED)):
            if len(values) != len(names):
                raise ValueError(f"weights are wanted for {', '.join(names)}")
        if not 0.0 < self.suggested <= self.confirmed < 1.0:
            raise ValueError("0 < suggested <= confirmed < 1")
        if not 0.0 < self.suggested_decided < 1.0:
            raise ValueError("0 < suggested_decided < 1")


@cache
def shipped() -> Weights:
    """Returns the weights that come with the package."""
    return read_weights(_FILE.read_text(encoding="utf-8"))


_NUMBERS = ("intercept", "feedback", "suggested", "confirmed", "shift", "suggested_decided")


def read_weights(text: str) -> Weights:
    """Returns the weights that ``written`` wrote.

    Raises:
        ValueError: they are not as they should be.
    """
    table = json.loads(text)
    kinds = tuple(float(table["kinds"][kind]) for kind in KINDS)
    decided = tuple(float(table["decided"][kind]) for kind in DECIDED)
    numbers = {name: float(table[name]) for name in _NUMBERS}
    return Weights(kinds=kinds, decided=decided, trained_on=str(table["trained_on"]), **numbers)


def written(weights: Weights) -> str:
    """Returns JSON, one value a line, that ``read_weights`` reads back."""
    table: dict[str, object] = {"kinds": dict(zip(KINDS, weights.kinds, strict=True))}
    table["decided"] = dict(zip(DECIDED, weights.decided, strict=True))
    return json.dumps(table | {n: getattr(weights, n) for n in (*_NUMBERS, "trained_on")}, indent=1) + "\n"
