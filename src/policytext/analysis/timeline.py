"""A timeline: who said what was asked for, when it was said, and where it was printed.

It is made from an archive (`policytext.pipeline`) and written (`policytext.export`); neither knows the other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from policytext.analysis.witness import Witness

TimelineKind = Literal["claim", "topic", "speaker", "act", "query"]
TIMELINE_KINDS: tuple[TimelineKind, ...] = get_args(TimelineKind)

Tier = Literal["confirmed", "all"]
"""Which witnesses to claims are asked for: the confirmed ones, or those only suggested too."""
TIERS: tuple[Tier, ...] = get_args(Tier)


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A document that holds witnesses, as a bibliography needs it.

    ``authors`` are names as the catalogue or the paper has them; dates are EDTF and come with their basis.
    Missing values are None.
    """

    document: str
    source: str
    sha256: str
    title: str | None
    authors: tuple[str, ...]
    publisher: str | None
    publication_edtf: str | None
    publication_date_basis: str | None
    kind: str | None = None
    rights: str | None = None


@dataclass(frozen=True, slots=True)
class FamilyTest:
    """How a claim's recurrence stands against chance; None where it was not tested or is not testable."""

    p: float | None = None
    q: float | None = None
    verdict: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """Witnesses of what was asked for, in the order in which they were said.

    ``asked`` are the ids of the claims or topics, the names, or the words that were asked for. ``witnesses``
    can be gone through again and again; they may be read from the archive while one does, so a writer that
    holds them all says so. ``labels`` gives a family's claim in words, in the order of the codebook, and
    ``papers`` every document that holds a witness, by id. ``notes`` are sentences on what was looked at and
    what is left out. ``tests`` hold each family against chance.
    """

    kind: TimelineKind
    title: str
    asked: tuple[str, ...]
    witnesses: Collection[Witness]
    labels: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, Paper] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tests: Mapping[str, FamilyTest] = field(default_factory=dict)
