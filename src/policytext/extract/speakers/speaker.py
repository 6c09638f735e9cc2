"""The record of a place that names a possible speaker."""

from __future__ import annotations

from dataclasses import dataclass

from policytext.annotation import Place, SpeakerType


@dataclass(frozen=True, slots=True)
class Speaker:
    """A place that names a possible speaker; clean ``[start, end)``.

    ``name`` is None for people without a name, for a bare office and for a pronoun (``rule`` tells). Persons
    who speak together have their names joined by "; ". ``antecedent`` is the place of the fuller name that
    ``name`` was resolved by.
    """

    start: int
    end: int
    name: str | None
    type: SpeakerType
    rule: str
    confidence: float
    antecedent: Place | None = None
