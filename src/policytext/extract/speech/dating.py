"""When a statement was made, as far as the text says.

Looked for in this order, each named in the basis: on the cue's clause (explicit, vague, anaphoric); in a
citation in brackets or a note right behind it (citation_year), which may be a Hansard or command reference;
from the paper that is quoted, by its date in the reference list (citation_year); from the occasion that is
reported on, a meeting or a survey (inferred); from publication, for what is told in the present tense. A past
without a date gives none: the result is never a guess.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from policytext.annotation import DateMention, Place
from policytext.document import Block
from policytext.extract import calendar as cal
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.finding import Speaker
from policytext.extract.speech.cited import Sources
from policytext.extract.speech.frame import Cue, Frame
from policytext.extract.speech.governing import basis_of, governing, opens, told_before
from policytext.extract.speech.occasions import Occasion, Occasions, find_occasions
from policytext.extract.speech.voices import Voices

_BRACKET = re.compile(r"[”\"’'*_\s,.–—-]{0,6}[(\[](?=[^()\[\]]{0,160}[)\]])")
_CITED = re.compile(rf"(?:[^()\[\]]{{0,60}}?[\s,])?(?P<year>{cal.YEAR})[a-z]?(?:[,:;)\]]|\s[a-z])")
_YEAR_OF_NAME = re.compile(
    rf"(?:[’']s)?[*_”’]*,?\s?\((?:[^()]{{0,60}}[\s,])?(?P<year>{cal.YEAR})[a-z]?(?:[,:;][^()]{{0,30}})?\)"
)
_FOR_YEARS = re.compile(
    rf"\bfor (?:over |more than |nearly |almost |some |about |at least |the (?:last|"
    rf"past) )*(?P<n>{cal.NUMBER}) years\b"
)
_PERFECT = re.compile(r"(?:\b(?:have|has)|[’'](?:ve|s))\b", re.IGNORECASE)
_JUST_NOW = re.compile(
    r"\b(?:just now|a (?:moment|minute|few moments|few minutes) ago|earlier (?:today|this (?:morning|"
    r"afternoon|evening))|"
    r"this (?:morning|afternoon|evening)|earlier in (?:this|the) debate|tonight)\b"
)
"""What was said in the debate or at the meeting that the document records."""
_LATER = re.compile(r"\b(?:would|later|afterwards|used to|subsequently)\b")
_OF_YEAR = re.compile(
    rf" of (?:(?:January|February|March|April|May|June|July|August|September|October|November|December) )?"
    rf"(?P<year>{cal.YEAR})\b(?! Act)"
)
_PRINTED = frozenset({"date", "season"})
_PUBLISHED = re.compile(
    r"(?:^\W{0,3}\((?:[^()]*[\s,])?$|\b(?:published|issued|dated|released|appeared|presented|launched|"
    r"laid|printed|adopted)\b[^.;]*$|\([^()]*$)"
)
_REPORTED_IN = re.compile(
    r"\b(?:reported|published|issued|appeared|presented|delivered) (?:again )?(?:in|on) (?:the )?$"
)
_ATTRIBUTE = re.compile(r" ?(?:[\w’'-]+ ){0,3}")
_SENTENCE_STOP = re.compile(r"(?<![A-Z][a-z])(?<!Cm)[.?!]\s+[A-Z]|\n\n")
_SURVEYS = re.compile(r"\b(?:survey|questionnaire|poll|census)\b", re.IGNORECASE)
_TO_US = re.compile(r"\bus\b")
_DONE = re.compile(
    r"\b(?:have|has) (?:done|undertaken|commissioned|completed|conducted|carried out|published|made)\b"
)
_JUST_BEFORE = 12
_A_DAY = len("1985-11-14")
_BESIDE = 160
_LONG = 200
_MOST_NAMES = 500
"""So many names of papers are looked up in a document's references, no more."""
_FROM_PUBLICATION = "publication date"
_THE_DOCUMENT = "document"


class Dated(NamedTuple):
    """When something was said.

    ``date`` is EDTF, ``basis`` how it is known (both None where the text does not tell), ``antecedent`` the
    clean place of the date that gave it, where that is not on the cue itself. ``asserted_by`` is who says
    that it was said then: the name of the voice that tells it, "document" where the document names none,
    "publication date" where only the document's own date says so. ``confidence`` is in [0, 1].
    """

    date: str | None = None
    basis: str | None = None
    antecedent: Place | None = None
    asserted_by: str | None = None
    confidence: float = 1.0


UNDATED = Dated()
NO_VOICES = Voices(None, (), ())


class Dating:
    """The dates of a document by place, with what is known of its publication.

    Args:
        dates: its date mentions, in reading order.
        publication_date: EDTF, or None.
        text: the clean text; with it, notes, references and occasions date what was said.
        blocks: its blocks.
        voices: whose words the running text is.
    """

    def __init__(
        self,
        dates: Sequence[DateMention],
        publication_date: str | None,
        *,
        text: str = "",
        blocks: Sequence[Block] = (),
        voices: Voices = NO_VOICES,
    ) -> None:
        placed = (d for d in dates if d.edtf and d.type != "title_year")
        self.dates = sorted(placed, key=lambda d: (d.start, d.end))
        self._starts = [d.start for d in self.dates]
        self.publication_date = publication_date
        self.voices = voices
        self.sources = Sources.of(text, blocks, self.within)
        self.occasions: Occasions = find_occasions(text, self.within, self.sources)
        self._named: dict[str, DateMention | None] = {}

    def within(self, start: int, end: int) -> list[DateMention]:
        """Returns the resolved dates that stand in ``[start, end)``."""
        found = self.dates[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [d for d in found if d.end <= end]

    def printed(self, place: int) -> Dated:
        """Returns the date of what is said in the document itself: its meeting's day, else publication."""
        day = self.occasions.day_at(place)
        if day is not None:
            return self._by(place, day, "inferred" if day.edtf != self.publication_date else "publication")
        if self.publication_date is None:
            return UNDATED
        return Dated(self.publication_date, "publication", None, _FROM_PUBLICATION)

    def of(self, frame: Frame, cue: Cue | None, sentence: int, closing: int) -> Dated:
        """Returns when a statement was made, ``UNDATED`` where the text gives no date.

        Args:
            frame: the document with its quotations blanked out.
            cue: what hands over to the speaker.
            sentence: where the cue's sentence begins.
            closing: where the statement ends; a citation in brackets or a note's mark may follow.
        """
        if cue is None:
            return self._cited(frame, closing) or UNDATED
        if cue.rule == "resolved" or _JUST_NOW.search(frame.text, cue.start, max(cue.start, cue.end)):
            return self.printed(cue.start)
        return (
            self._on_cue(frame, cue, closing)
            or self._printed_with(frame, cue, closing)
            or self._opening(frame, cue, sentence, closing)
            or self._cited(frame, closing)
            or self._lasting(frame, cue, closing)
            or self._quoted(frame, cue, closing)
            or self._told_before(frame, cue, sentence, closing)
            or self._on_occasion(frame, cue)
            or (self.printed(closing) if cue.tense == "present" and not _done_before(frame, cue) else UNDATED)
        )

    def _on_cue(self, frame: Frame, cue: Cue, closing: int) -> Dated | None:
        """Returns the date that stands between the speaker and what he says."""
        mention = governing(self.within, frame, cue)
        return self._by(closing, mention, basis_of(mention), mention.antecedent) if mention else None

    def _opening(self, frame: Frame, cue: Cue, sentence: int, closing: int) -> Dated | None:
        """Returns the date that opens the cue's clause: "In 1956, X said"."""
        for mention in reversed(self.within(sentence, cue.start)):
            if opens(frame, mention, sentence, cue):
                return self._by(closing, mention, basis_of(mention), mention.antecedent)
        return None

    def _told_before(self, frame: Frame, cue: Cue, sentence: int, place: int) -> Dated | None:
        """Returns the date of what the sentence before tells of the same person."""
        told = cue.tense == "past" and not _PERFECT.search(cue.words) and not _LATER.search(cue.words)
        if self.occasions.minuted or not told:
            return None
        mention = told_before(self.within, frame, cue, sentence)
        return self._by(place, mention, "anaphoric")._replace(confidence=0.55) if mention else None

    def _by(self, place: int, mention: DateMention, basis: str, antecedent: Place | None = None) -> Dated:
        voice = self.voices.at(place) or _THE_DOCUMENT
        return Dated(mention.edtf, basis, antecedent or _place(mention), voice, mention.confidence)

    def _cited(self, frame: Frame, closing: int) -> Dated | None:
        """Returns the date in brackets or in the note right behind a statement."""
        bracket = _BRACKET.match(frame.text, closing)
        if bracket:
            close = re.compile(r"[)\]]").search(frame.text, bracket.end())
            inside = self.within(bracket.end(), close.start() if close else bracket.end())
            if inside:
                return self._by(closing, inside[0], "citation_year")
            year = _CITED.match(frame.text, bracket.end())
            if year:
                return self._in_year(closing, year)
        noted = self.sources.noted(closing)
        return self._by(closing, noted, "citation_year") if noted else None

    def _in_year(self, place: int, match: re.Match[str]) -> Dated:
        voice = self.voices.at(place) or _THE_DOCUMENT
        return Dated(match["year"], "citation_year", match.span("year"), voice, 0.9)

    def _lasting(self, frame: Frame, cue: Cue, closing: int) -> Dated | None:
        """Reads "has called for it for over 20 years", counted back from publication."""
        published = cal.years_of(self.publication_date)
        if published is None or not _PERFECT.search(frame.text[cue.start : cue.end]):
            return None
        years = _FOR_YEARS.search(frame.text, cue.end, min(len(frame.text), closing + _LONG))
        if (
            years is None
            or BLANK in frame.text[cue.end : years.start()]
            or ". " in years.string[closing : years.start()]
        ):
            return None
        since = published[1] - cal.number(years["n"])
        voice = self.voices.at(closing) or _THE_DOCUMENT
        until = (self.publication_date or "")[:7]  # what has gone on for years has no day
        return Dated(f"{since}~/{until}", "inferred", years.span(), voice, 0.7)

    def _printed_with(self, frame: Frame, cue: Cue, place: int) -> Dated | None:
        """Returns the date printed with the name of who speaks: "Smith (1998) argues", "its 1986 report"."""
        speaker = cue.speaker
        if speaker is None:
            return None
        year = _YEAR_OF_NAME.match(frame.text, speaker.end)
        if year is None and speaker.type in {"organisation", "document"}:
            year = _OF_YEAR.match(frame.text, speaker.end)
            if year:
                return self._in_year(place, year)._replace(basis="explicit")
        if year:
            return self._in_year(place, year)
        beside = self._beside(frame, speaker) if speaker.type == "document" else None
        return self._by(place, beside, "explicit") if beside else None

    def _quoted(self, frame: Frame, cue: Cue, place: int) -> Dated | None:
        """Returns the date of the paper that speaks, from the notes or the reference list."""
        speaker = cue.speaker
        if speaker is None or speaker.type != "document":
            return None
        name = speaker.name
        if _SURVEYS.search(frame.text[speaker.start : speaker.end]):
            occasion = self.occasions.of("survey", speaker.start)
            return self._at(occasion, place) if occasion is not None and occasion.date else None
        if not name:
            return None
        if name not in self._named and len(self._named) < _MOST_NAMES:
            self._named[name] = self.sources.titled(name)
        mention = self._named.get(name)
        return self._by(place, mention, "citation_year") if mention else None

    def _beside(self, frame: Frame, speaker: Speaker) -> DateMention | None:
        """Returns the date printed with a paper's title: "Caring for Ourselves (1974)", "its 1986 report"."""
        for start, end in (
            (speaker.start, speaker.end),
            *((speaker.antecedent,) if speaker.antecedent else ()),
        ):
            inside = [d for d in self.within(max(0, start - _JUST_BEFORE), end) if d.type in _PRINTED]
            if inside and _ATTRIBUTE.fullmatch(frame.text[inside[-1].end : max(start, inside[-1].end)]):
                return inside[-1]
            stop = _SENTENCE_STOP.search(frame.text, end, min(len(frame.text), end + _BESIDE))
            limit = stop.start() if stop else min(len(frame.text), end + _BESIDE)
            for date in self.within(end, limit):
                if date.type in _PRINTED and _PUBLISHED.search(frame.text[end : date.start]):
                    return date
            behind = [d for d in self.within(max(0, start - _BESIDE), start) if d.type in _PRINTED]
            if behind and _REPORTED_IN.search(frame.text[max(0, behind[-1].start - 40) : behind[-1].start]):
                return behind[-1]
        return None

    def _on_occasion(self, frame: Frame, cue: Cue) -> Dated | None:
        """Returns the date of the meeting, workshop or survey at which people said it."""
        if cue.tense != "past" or _PERFECT.search(cue.words):
            return None
        to_us = self.occasions.asking and _TO_US.search(cue.words) is not None
        if to_us or (self._is_record(cue) and not _LATER.search(cue.words)):
            return self.printed(cue.start) if not to_us or self.publication_date else None
        return None if _LATER.search(cue.words) else self._among_people(frame, cue)

    def _is_record(self, cue: Cue) -> bool:
        return self.occasions.minuted or self.occasions.day_at(cue.start) is not None

    def _among_people(self, frame: Frame, cue: Cue) -> Dated | None:
        """Returns the date of what was said to a reporter, and of what nameless people said when asked."""
        speaker = cue.speaker
        if self.occasions.press and len(self.publication_date or "") == _A_DAY:
            paper = speaker is not None and speaker.type == "document"
            return None if paper else self.printed(cue.start)._replace(confidence=0.5)
        if speaker is not None and (speaker.type != "anonymous" or speaker.name):
            return None
        met = self.occasions.met(cue.start) if cue.rule == "it-was-said" else None
        if met is not None:
            return self._by(cue.start, met, "inferred")
        shown = frame.text[speaker.start : cue.end] if speaker else ""
        occasion = self.occasions.of(shown, cue.start)
        return self._at(occasion, cue.start) if occasion is not None else None

    def _at(self, occasion: Occasion, place: int) -> Dated | None:
        if occasion.date is None:
            return self.printed(place) if self.publication_date else None
        return self._by(place, occasion.date, "citation_year" if occasion.noted else "inferred")


def _done_before(frame: Frame, cue: Cue) -> bool:
    """Tells what was done before it is told of: "the research we have done suggests that"."""
    speaker = cue.speaker
    return (
        speaker is not None and _DONE.search(frame.text, speaker.end, max(speaker.end, cue.end)) is not None
    )


def _place(mention: DateMention) -> Place:
    return mention.start, mention.end
