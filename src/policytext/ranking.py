"""Records of retrieval: query, filters, hit. Words as in TREC."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal, get_args

DateField = Literal["statement", "publication"]
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy; None asks nothing.

    ``earliest``/``latest`` are inclusive ISO days (YYYY-MM-DD). With ``dates="statement"`` something in the
    passage must have been said within them (its own voice counts as said when printed); with
    ``"publication"`` the document must have been published within them. ``speaker``, ``cites`` and
    ``document`` match as ``store.selection.allowed_numbers`` says. ``min_quality`` in [0, 1] is the least
    share of the passage's words that read as words; one with too few to tell passes.
    """

    earliest: str | None = None
    latest: str | None = None
    dates: DateField = "statement"
    speaker: str | None = None
    cites: str | None = None
    document: str | None = None
    min_quality: float | None = None

    def __post_init__(self) -> None:
        for day in (self.earliest, self.latest):
            if day is not None and not _ISO_DAY.fullmatch(day):
                raise ValueError(f"not an ISO day: {day}")
        if self.dates not in get_args(DateField):
            raise ValueError(f"dates are of {' or '.join(get_args(DateField))}, not {self.dates}")
        if self.earliest and self.latest and self.earliest > self.latest:
            raise ValueError(f"from {self.earliest} is after to {self.latest}")
        if self.min_quality is not None and not 0.0 <= self.min_quality <= 1.0:
            raise ValueError(f"quality lies in [0, 1], not {self.min_quality}")

    def __bool__(self) -> bool:
        """Whether anything is asked at all."""
        asked = (self.earliest, self.latest, self.speaker, self.cites, self.document)
        return any(asked) or self.min_quality is not None


@dataclass(frozen=True, slots=True)
class Query:
    """An information need: ``qid`` names it in runs.

    ``plain`` takes every character of ``text`` for words; else it is read in the query language. ``exact``
    leaves misspelt words as they are and looks for no other words; ``fold`` brings reprints of one passage
    together in one hit.
    """

    qid: str
    text: str
    filters: Filters = field(default_factory=Filters)
    plain: bool = False
    exact: bool = False
    fold: bool = True


@dataclass(frozen=True, slots=True)
class Ranked:
    """A passage by its number in the indexes, with a score; higher is better."""

    number: int
    score: float


@dataclass(frozen=True, slots=True)
class Also:
    """Another place where what a hit holds is printed; ``relation`` is that of the reprint, or pull_quote."""

    number: int
    passage: str
    source: str
    start: int
    end: int
    line: int
    relation: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found: rank from 1, score strictly falling within a result list.

    ``source`` is the file's name, ``start``/``end`` the passage's raw offsets in it; ``also`` are the
    reprints and pull quotes folded into the hit, best ranked first. ``by`` is the number of the passage that
    earned the score, where that is not the hit's own: a pull quote that lends its rank.
    """

    rank: int
    score: float
    number: int
    passage: str
    source: str
    start: int
    end: int
    also: tuple[Also, ...] = ()
    by: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a score: ``detail`` says how it comes about, ``children`` what it is the sum of."""

    name: str
    score: float
    detail: str = ""
    children: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a passage has its score: a tree, the whole first."""

    parts: tuple[Part, ...]


def by_score(ranked: list[Ranked]) -> list[Ranked]:
    """Best first; ties break by passage number, which follows the passage id."""
    return sorted(ranked, key=lambda r: (-r.score, r.number))
