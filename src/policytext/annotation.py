"""Records of what a text says: statements, dates, citations, reprints.

``start``/``end`` are half-open code-point offsets into the clean text. Every record names the ``rule`` that
made it and a ``confidence`` in [0, 1]; one that leans on another place of the text (an anaphor on the date it
points back to, "the Act" on the Act named before, "he" on a name) gives that place as its ``antecedent``.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import Literal, get_args

StatementKind = Literal["direct", "indirect", "turn"]
SpeakerType = Literal["person", "organisation", "document", "anonymous"]
Place = tuple[int, int]
"""Clean [start, end) of what a record leans on."""
ReprintRelation = Literal["original", "reprint", "edited_reprint", "internal_repeat"]


def _check(start: int, end: int, text: str, confidence: float) -> None:
    if not 0 <= start < end:
        raise ValueError(f"not a span with something in it: [{start}, {end})")
    if end - start != len(text):
        raise ValueError(f"annotation at {start}: text and span differ in length")
    if not 0.0 <= confidence <= 1.0:
        raise ValueError(f"confidence must lie in [0, 1], not {confidence}")


@dataclass(frozen=True, slots=True)
class DateMention:
    """A temporal expression; ``edtf`` is None where it cannot be resolved.

    ``type`` is one of date, range, set, decade, century, financial_year, season, relative, duration, vague,
    and title_year: the year in the name of an Act or paper, which dates nothing that the text tells.
    """

    start: int
    end: int
    text: str
    edtf: str | None
    type: str
    rule: str
    confidence: float
    antecedent: Place | None = None

    def __post_init__(self) -> None:
        _check(self.start, self.end, self.text, self.confidence)


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference to legislation or a state paper.

    ``cls`` is exported as ``class``: act, bill, measure, section, regulations, directive, command_paper,
    white_paper, policy_document, hansard or vague_legislation. ``uri`` follows legislation.gov.uk
    (``ukpga/2012/7``). ``candidates`` holds identifiers or titles where several fit. ``became`` is the
    identifier of the Act that a Bill became; the Bill itself never bears it as ``uri``.
    """

    start: int
    end: int
    text: str
    cls: str
    title: str | None
    year: int | None
    chapter: str | None
    uri: str | None
    provision: str | None
    candidates: tuple[str, ...]
    rule: str
    confidence: float
    antecedent: Place | None = None
    became: str | None = None

    def __post_init__(self) -> None:
        _check(self.start, self.end, self.text, self.confidence)


@dataclass(frozen=True, slots=True)
class Statement:
    """Content attributed to a speaker; the span excludes quotation marks.

    ``speaker`` is the name as far as the document gives it, ``speaker_text`` the words that name it there.
    ``statement_date`` is EDTF, with ``date_basis`` one of explicit, anaphoric, vague, citation_year,
    publication, inferred (None with no date); ``asserted_by`` is who says that it was said then. Fragments of
    one saying share their ``utterance``, a number within the document. ``role`` and ``party`` are as printed,
    ``role_then`` and ``party_then`` those that a table of offices gives for the statement's date. ``flags``
    say in words what does not agree, such as a date outside the office that the text names; nothing is
    corrected for them.
    """

    start: int
    end: int
    text: str
    kind: StatementKind
    speaker: str | None
    speaker_type: SpeakerType
    speaker_text: str | None
    role: str | None
    party: str | None
    statement_date: str | None
    date_basis: str | None
    cue: str | None
    rule: str
    confidence: float
    antecedent: Place | None = None
    asserted_by: str | None = None
    utterance: int | None = None
    role_then: str | None = None
    party_then: str | None = None
    flags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _check(self.start, self.end, self.text, self.confidence)
        if (self.statement_date is None) != (self.date_basis is None):
            raise ValueError(f"statement at {self.start}: a date and its basis come together")


@dataclass(frozen=True, slots=True)
class Annotations:
    """Everything the extractors found in one document, each in reading order.

    ``voices`` are (clean offset, name): from there to the next, the running text is that person's own words;
    None is whoever speaks for the document.
    """

    statements: tuple[Statement, ...] = ()
    dates: tuple[DateMention, ...] = ()
    citations: tuple[Citation, ...] = ()
    voices: tuple[tuple[int, str | None], ...] = ()

    def voice_at(self, place: int, default: str | None) -> str | None:
        """Returns whose own words stand at a clean offset: a section's voice, else ``default``."""
        index = bisect_right(self.voices, place, key=lambda v: v[0]) - 1
        return (self.voices[index][1] if index >= 0 else None) or default


@dataclass(frozen=True, slots=True)
class Reprint:
    """One printing of a text that is printed more than once.

    ``group`` names the text, ``passage`` the passage id, ``start``/``end`` are clean offsets in its document,
    ``similarity`` is the share of the group's original that this printing repeats, in [0, 1].
    """

    group: str
    passage: str
    start: int
    end: int
    relation: ReprintRelation
    similarity: float
    rule: str
    confidence: float

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.relation not in get_args(ReprintRelation):
            raise ValueError(f"not a reprint: {self.relation} at [{self.start}, {self.end})")
        if not (0.0 <= self.similarity <= 1.0 and 0.0 <= self.confidence <= 1.0):
            raise ValueError("similarity and confidence must lie in [0, 1]")
