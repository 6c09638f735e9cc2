"""Records of a judged quotation.

Offsets named raw are half-open code points of the raw text of a document; offsets into the quotation count in
its text as given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from policytext.spans import Span

Judgement = Literal["exact", "normalised", "elided", "altered", "too short", "not found"]
"""From the best to the worst. The first three say that the archive holds the words; no other does."""
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)
FOUND: frozenset[str] = frozenset({"exact", "normalised", "elided"})

DifferenceKind = Literal[
    "inserted", "left out", "replaced", "moved", "case", "punctuation", "spelling", "repaired"
]
Voice = Literal["own", "quoted", "reported"]
"""The paper's own words, words it quotes, or its own words for what somebody said: no quotation."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One place where quotation and paper part.

    The quotation reads ``quoted`` at ``quote``, the paper ``printed`` at the raw span ``text``; where one of
    them has nothing, its span is empty and stands where the other's words would. ``left out`` and
    ``inserted`` are said of the quotation. A ``repaired`` one is no fault of the quotation: it reads as our
    repair, by ``note``, of what the file has. ``note`` else says what is grave about it (a negation, a
    number) or that an editor's mark owns up to it.
    """

    kind: DifferenceKind
    quote: Span
    text: Span
    quoted: str
    printed: str
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Saying:
    """The statement that a quotation stands in, as the document attributes it."""

    id: str
    speaker: str | None
    speaker_type: str
    speaker_text: str | None
    role: str | None
    kind: str
    statement_date: str | None
    date_basis: str | None
    asserted_by: str | None


@dataclass(frozen=True, slots=True)
class QuotedPlace:
    """Where a document has the words of a quotation, and what was done to them.

    ``spans`` are raw spans in the order of reading: more than one where page furniture or a note stands
    between, or where words were left out; ``start`` and ``end`` hold them all. ``printed`` are the raw
    characters of the spans, one string a span. ``changes`` names what a normalised quotation differs in.
    ``saying`` is the statement it stands in, and where that is not the paper's own speaker's ``voice`` is
    "quoted", or "reported" of indirect speech; ``second_hand`` says that it is either and the archive has
    nothing in the speaker's own voice.
    ``relation`` and ``group`` are those of the reprints. ``similarity`` lies in [0, 1], 1 where no word
    differs.
    """

    judgement: Judgement
    document: str
    source: str
    relative: str
    sha256: str
    title: str | None
    publication_date: str | None
    spans: tuple[Span, ...]
    start: int
    end: int
    line: int
    printed: tuple[str, ...]
    voice: Voice
    speaker: str | None
    saying: Saying | None
    second_hand: bool
    relation: str | None
    group: str | None
    changes: tuple[str, ...]
    differences: tuple[Difference, ...]
    similarity: float
    rule: str
    confidence: float

    def __post_init__(self) -> None:
        if self.judgement not in JUDGEMENTS:
            raise ValueError(f"no such judgement: {self.judgement}")
        if len(self.printed) != len(self.spans):
            raise ValueError("every span comes with its characters")
        if not 0.0 <= self.similarity <= 1.0 or not 0.0 <= self.confidence <= 1.0:
            raise ValueError("similarity and confidence lie in [0, 1]")

    def order(self) -> tuple[int, float, str, int]:
        """Sorts the best judgement first, then the likest, then by document and place."""
        return JUDGEMENTS.index(self.judgement), -round(self.similarity, 6), self.document, self.start


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the archive says of a quotation: ``judgement`` is that of the first of ``places``.

    With no place it is "not found", or "too short" where so few words could be chance. ``nearest`` is then
    the passage most like it, if any: never a find. ``searched`` of ``documents`` documents were read to the
    end; the others were not asked for or hold too few of its words in any passage. ``elsewhere`` are the
    places outside the filters, where those that were asked for do not hold the words. ``reason`` says what a
    bare judgement does not.
    """

    text: str
    judgement: Judgement
    places: tuple[QuotedPlace, ...]
    nearest: QuotedPlace | None
    searched: int
    documents: int
    reason: str
    elsewhere: tuple[QuotedPlace, ...] = ()

    @property
    def reported(self) -> bool:
        """Whether every place is indirect speech: what somebody is said to have said, in other words."""
        return bool(self.places) and all(place.voice == "reported" for place in self.places)

    @property
    def second_hand(self) -> bool:
        """Whether the archive has the words only as papers attribute them to somebody whose own it lacks."""
        return bool(self.places) and all(place.second_hand for place in self.places)

    @property
    def found(self) -> bool:
        """Whether the archive holds the words: exact, normalised or elided."""
        return self.judgement in FOUND
