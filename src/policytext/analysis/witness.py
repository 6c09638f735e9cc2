"""The record behind every timeline: a raw span that says something, with its speaker and both its dates.

What is derived (day bounds, lag) is computed from the EDTF values, so that it cannot disagree with them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from policytext.text.edtf import bounds

WitnessRelation = Literal[
    "own-statement",
    "quoted-at-second-hand",
    "resurfacing-candidate",
    "edited-reprint",
    "reprint",
    "internal-repeat",
]
WITNESS_RELATIONS: tuple[WitnessRelation, ...] = get_args(WitnessRelation)
REPRINTS: frozenset[str] = frozenset({"edited-reprint", "reprint", "internal-repeat"})
"""Relations that only print again what another witness says: they never count as independent."""

OF_REPRINT: dict[str, WitnessRelation] = {
    "reprint": "reprint",
    "edited_reprint": "edited-reprint",
    "internal_repeat": "internal-repeat",
}
"""The relation of a witness that prints again what another does, by that of its reprint."""

WitnessVoice = Literal["own", "quoted", "reported"]
WITNESS_VOICES: tuple[WitnessVoice, ...] = get_args(WitnessVoice)

RAW_CONTEXT = 32
"""Raw characters on either side of a witness that it holds, at most."""

_UNKNOWN: tuple[None, None] = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A raw span ``[start, end)`` of a source that says what was asked for.

    Dates are EDTF: ``statement_edtf`` is when it was said, ``publication_edtf`` when the document that holds
    it was printed; each comes together with its basis. ``relation`` ``quoted-at-second-hand`` is an utterance
    known only through a later paper: it counts at its statement date. ``voice`` is whose words they are: the
    document's ``own``, ``quoted`` directly or ``reported``.

    ``quote`` is what stands there when the edits are carried out, ``quote_raw`` the raw characters, both
    with white space collapsed; ``context_before`` and ``context_after`` are the clean text around it,
    ``line_start`` its line in the source from 1, ``score`` how well it matches (higher is better; the scale
    is the ranker's), ``rule`` and ``confidence`` how it was found. Of a witness to a claim ``family_id``
    names the claim, ``stance`` says whether it supports or denies it, ``tier`` whether that is confirmed or
    suggested, ``work`` which utterance or text it prints, ``reviewed_by`` who decided so.

    ``date_asserted_by`` and ``publication_asserted_by`` say who asserts a date: a place in a paper
    ("document:start-end", raw offsets) or the catalogue. ``quote_status`` says how ``quote`` stands to the
    raw characters, or of what is printed again to the printing that counts (`policytext.search.quoting` has
    the words), ``edit_distance`` how many characters differ then. ``page`` is the page as printed, or counted
    where the source has none printed; ``quality`` the share of its words that read as words, in [0, 1].

    ``exact`` is the raw text from ``start`` to ``end`` as it stands, ``raw_before`` and ``raw_after`` the raw
    characters around it, `RAW_CONTEXT` at most; ``spans`` are the raw ``(start, end)`` within, in reading
    order, where it stands in several places with something else between. None where these are not known.

    Raises:
        ValueError: a span, date, relation, voice, confidence or raw text that cannot be.
    """

    witness_id: str
    relation: WitnessRelation
    counts_as_independent: bool
    speaker: str | None
    statement_edtf: str | None
    statement_date_basis: str | None
    publication_edtf: str | None
    publication_date_basis: str | None
    voice: WitnessVoice
    quote: str
    quote_raw: str
    context_before: str
    context_after: str
    document: str
    title: str | None
    source: str
    source_sha256: str
    start: int
    end: int
    line_start: int
    score: float
    passage: str
    rule: str
    confidence: float
    family_id: str | None = None
    stance: str | None = None
    tier: str | None = None
    work: str | None = None
    reviewed_by: str | None = None
    party: str | None = None
    date_asserted_by: str | None = None
    publication_asserted_by: str | None = None
    quote_status: str | None = None
    edit_distance: int | None = None
    page: str | None = None
    quality: float | None = None
    exact: str | None = None
    raw_before: str | None = None
    raw_after: str | None = None
    spans: tuple[tuple[int, int], ...] | None = None

    def __post_init__(self) -> None:
        if self.relation not in WITNESS_RELATIONS or self.voice not in WITNESS_VOICES:
            raise ValueError(f"witness {self.witness_id}: no relation {self.relation} in voice {self.voice}")
        if self.counts_as_independent and self.relation in REPRINTS:
            raise ValueError(f"witness {self.witness_id}: a {self.relation} does not count as independent")
        if not 0 <= self.start < self.end or self.line_start < 1:
            raise ValueError(f"witness {self.witness_id}: not a span with something in it")
        self._check_raw()
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"witness {self.witness_id}: confidence must lie in [0, 1]")
        for edtf, basis in (
            (self.statement_edtf, self.statement_date_basis),
            (self.publication_edtf, self.publication_date_basis),
        ):
            if (edtf is None) != (basis is None):
                raise ValueError(f"witness {self.witness_id}: a date and its basis come together")
            if edtf is not None:
                bounds(edtf)

    def _check_raw(self) -> None:
        if self.exact is not None and len(self.exact) != self.end - self.start:
            raise ValueError(f"witness {self.witness_id}: its raw text is not as long as its span")
        if any(not self.start <= low <= high <= self.end for low, high in self.spans or ()):
            raise ValueError(f"witness {self.witness_id}: one of its spans lies outside it")

    @property
    def statement_bounds(self) -> tuple[str | None, str | None]:
        """First and last ISO day on which it can have been said; None for an open or unknown side."""
        return bounds(self.statement_edtf) if self.statement_edtf else _UNKNOWN

    @property
    def publication_bounds(self) -> tuple[str | None, str | None]:
        """First and last ISO day on which it can have been printed; None for an open or unknown side."""
        return bounds(self.publication_edtf) if self.publication_edtf else _UNKNOWN

    @property
    def lag_years_min(self) -> int | None:
        """Whole years that lie at least between saying and printing; None where a date is missing."""
        return lag_years(self.statement_bounds[1], self.publication_bounds[0])

    @property
    def order(self) -> tuple[str, str, str, int, int, str]:
        """Sorts by time said, then printed, then place, then id; undated witnesses last."""
        said = self.statement_bounds[0] or self.statement_bounds[1]
        printed = self.publication_bounds[0] or self.publication_bounds[1]
        return said or printed or "~", printed or "~", self.document, self.start, self.end, self.witness_id


def lag_years(said_latest: str | None, printed_earliest: str | None) -> int | None:
    """Returns the whole years between two ISO days, 0 where the first is not before the second."""
    if said_latest is None or printed_earliest is None:
        return None
    years = int(printed_earliest[:4]) - int(said_latest[:4])
    return max(0, years - (printed_earliest[4:] < said_latest[4:]))


def in_time_order(witnesses: Iterable[Witness]) -> list[Witness]:
    """Returns the witnesses by the day they can have been said first; ties break by document and offset."""
    return sorted(witnesses, key=lambda w: w.order)


def names_in(joined: str | None) -> list[str]:
    """Returns the names of several who stand joined by "; ": they say it together, or wrote a paper."""
    return [name for part in (joined or "").split(";") if (name := part.strip())]


def own_relation(
    said_latest: str | None, printed_earliest: str | None, *, statement: bool, another: bool
) -> WitnessRelation:
    """Returns a witness's relation by itself.

    A ``statement`` surely made before its paper is second-hand, and so is one of ``another`` than the paper's
    own voice of which nobody says when it was made.
    """
    if said_latest is None:
        second_hand = another and printed_earliest is not None
    else:
        second_hand = said_latest < (printed_earliest or "")
    return "quoted-at-second-hand" if statement and second_hand else "own-statement"
