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
from policytext.extract.cited import Sources
from policytext.extract.clauses import FINITE
from policytext.extract.frame import Cue, Frame
from policytext.extract.occasions import Occasion, Occasions, find_occasions
from policytext.extract.quotations import BLANK
from policytext.extract.speakers import Speaker
from policytext.extract.voices import Voices

_ANAPHORIC = frozenset({"same-year", "year-after", "part-of-that-year"})
_BREAK = re.compile(r"[.,;:()“”\"]")
_FAR = 80  # characters; what a saying is told to stands between the verb and its date
_VAGUE_TYPES = frozenset({"decade", "century", "vague", "season"})
_GOVERNING = re.compile(
    r"(?:^|[\s(,])(?:in|on|by|during|at|since|as early as|as late as|of|back in|throughout|when|after|"
    r"once)(?: the| a)?\s*$",
    re.IGNORECASE,
)
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
_ADVERBIALS = frozenset(
    {
        "in",
        "at",
        "on",
        "during",
        "after",
        "by",
        "since",
        "before",
        "when",
        "writing",
        "speaking",
        "as",
        "but",
        "and",
        "yet",
        "the",
        "later",
    }
)
_OF_SAYING = re.compile(
    r"\s*,\s*(?:whose (?:\w+ ){1,8}?(?:published|appeared|printed|issued|released|written|delivered)(?: \w+)? (?:in|on)|"
    r"who (?:visited|inspected|reported|wrote|spoke|met|toured|surveyed|reviewed|looked|sat|called|gave evidence)"
    r"[^,;.]{0,60}? ?(?:in|on|during)|(?:writing|speaking|who)?\s*(?:in|on)|(?:published|issued|released|launched|dated)\b[^.;]*)\s*"
)
"""Behind a name where a date is not of its office but of what is said."""
_JUST_NOW = re.compile(
    r"\b(?:just now|a (?:moment|minute|few moments|few minutes) ago|earlier (?:today|this (?:morning|afternoon|evening))|"
    r"this (?:morning|afternoon|evening)|earlier in (?:this|the) debate|tonight)\b"
)
"""What was said in the debate or at the meeting that the document records."""
_REPORTED = re.compile(r"\b(?:that|whether|if|why|how|what|which|who)\b")
_LATER = re.compile(r"\b(?:would|later|afterwards|used to|subsequently)\b")
_TOLD_TYPES = frozenset({"date", "season", "range", "relative"})
_OF_YEAR = re.compile(
    rf" of (?:(?:January|February|March|April|May|June|July|August|September|October|November|December) )?"
    rf"(?P<year>{cal.YEAR})\b(?! Act)"
)
_TOLD_TO = re.compile(
    r" (?:(?:me|us|him|her|them|an?|the|his|her|their|its|reporters|journalists|MPs|delegates|members)\b[^.,;:()“”\"]{0,50} )?"
    r"(?:in|on|at|during) (?:the )?"
)
_WHEN = re.compile(r",? when (?:the |its |their )?")
_PARTICIPLE = re.compile(
    r"\W*(?:[A-Z][a-z]+ing|Asked|Pressed|Invited|Questioned|Challenged|Interviewed|Addressed)\b"
)
_JOINED_ON = re.compile(r",? (?:and|but) ")
_JOINED_FAR = 40
_ANOTHER_CLAUSE = re.compile(rf"(?:\b{FINITE}|[a-z]{{3,}}ed)\b.*\b(?:but|and|while|whereas)\b")
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
        mention = self._governing(frame, cue)
        return self._by(closing, mention, _basis(mention), mention.antecedent) if mention else None

    def _opening(self, frame: Frame, cue: Cue, sentence: int, closing: int) -> Dated | None:
        """Returns the date that opens the cue's clause: "In 1956, X said"."""
        for mention in reversed(self.within(sentence, cue.start)):
            if self._opens(frame, mention, sentence, cue):
                return self._by(closing, mention, _basis(mention), mention.antecedent)
        return None

    def _told_before(self, frame: Frame, cue: Cue, sentence: int, place: int) -> Dated | None:
        """Returns the date of the sentence before, where it tells of the same person: "In 1981 X rose. He said"."""
        speaker = cue.speaker
        if (
            self.occasions.minuted
            or cue.tense != "past"
            or speaker is None
            or _PERFECT.search(cue.words)
            or _LATER.search(cue.words)
        ):
            return None
        low = max(0, sentence - _LONG, frame.text.rfind("\n\n", 0, sentence) + 1)
        stops = [m.end() - 1 for m in _SENTENCE_STOP.finditer(frame.text, low, max(low, sentence - 1))]
        begins = stops[-1] if stops else low
        dates = [d for d in self.within(begins, sentence) if d.type in _TOLD_TYPES]
        if not dates or not self._same(frame, speaker, begins, sentence):
            return None
        governing = [d for d in dates if self._governs(frame, d, begins)]
        if not governing or BLANK in frame.text[governing[-1].end : sentence]:
            return None
        return self._by(place, governing[-1], "anaphoric")._replace(confidence=0.55)

    def _governs(self, frame: Frame, mention: DateMention, begins: int) -> bool:
        """Tells whether a date is of what its sentence tells, not of a paper in brackets."""
        if mention.start - begins <= 2:
            return True
        if _REPORTED.search(frame.text, begins, mention.start):
            return False  # of what is said there, not of when
        before = frame.text[max(begins, mention.start - 16) : mention.start]
        return _GOVERNING.search(before) is not None and not before.endswith(
            ("of ", "since ", "by ", "of the ")
        )

    def _same(self, frame: Frame, speaker: Speaker, begins: int, sentence: int) -> bool:
        if speaker.antecedent is not None and begins <= speaker.antecedent[0] < sentence:
            return True
        last = (speaker.name or "").split(" ")[-1]
        return len(last) > 3 and speaker.rule == "pronoun" and last in frame.text[begins:sentence]

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
        if self.occasions.asking and _TO_US.search(cue.words):
            return self.printed(cue.start) if self.publication_date else None
        if _LATER.search(cue.words):
            return None
        if self.occasions.minuted or self.occasions.day_at(cue.start) is not None:
            return self.printed(cue.start)
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

    def _governing(self, frame: Frame, cue: Cue) -> DateMention | None:
        """Returns the date said of the saying that stands in the cue or right behind it."""
        speaker = cue.speaker
        inside = [
            d for d in self.within(self._clause_of(frame, cue), cue.end) if not self._in_office(frame, cue, d)
        ]
        if inside:
            return inside[-1]
        if speaker is not None and cue.rule in {"verb-name", "name-verb-behind"}:
            after = self.within(cue.end, cue.end + 24)
            if after and re.fullmatch(r" (?:in|on|during) (?:the )?", frame.text[cue.end : after[0].start]):
                return after[0]
            after = self.within(cue.end, cue.end + _FAR)
            gap = frame.text[cue.end : after[0].start] if after else ""
            if after and _TOLD_TO.fullmatch(gap):
                return after[0]  # "he told an interviewer in 2009"
            if after and _basis(after[0]) == "anaphoric" and not _BREAK.search(gap):
                return after[0]  # "he told a meeting that June"
        return None

    def _clause_of(self, frame: Frame, cue: Cue) -> int:
        """Returns where dates can be of the saying: behind the speaker, but not of a clause it is joined to."""
        low = cue.speaker.end if cue.speaker else cue.start
        verb = frame.text.find(cue.words, low, cue.end)
        joined = (
            [m.end() for m in _JOINED_ON.finditer(frame.text, low, verb)] if verb - low > _JOINED_FAR else []
        )
        return joined[-1] if joined else low

    def _opens(self, frame: Frame, mention: DateMention, sentence: int, cue: Cue) -> bool:
        lead = re.split(r"[,;] | that ", frame.text[sentence : mention.start])[-1].strip(" ,*_")
        gap = frame.text[mention.end : cue.start]
        if BLANK in gap or ";" in gap or "(" in gap or len(gap) > _LONG or _ANOTHER_CLAUSE.search(gap):
            return False
        adverbial = bool(_GOVERNING.search(frame.text[max(0, mention.start - 16) : mention.start]))
        if _WHEN.fullmatch(gap):
            return True  # "as far back as 1997, when he pledged that"
        if adverbial and _PARTICIPLE.match(lead) and len(lead) <= _LONG and not _REPORTED.search(lead):
            return True  # "Speaking in Leeds in 1961, X said"
        if mention.type == "relative":
            if _PARTICIPLE.match(lead):
                return True
            return not lead or (adverbial and len(lead) <= 4) or mention.rule == "at-that-time"
        words = lead.split()
        leads = len(words) <= 2 or (len(words) <= 14 and words[0].lower() in _ADVERBIALS)
        return (adverbial or mention.text[:4].lower() in {"the ", "in t"}) and leads

    def _in_office(self, frame: Frame, cue: Cue, mention: DateMention) -> bool:
        """Tells whether a date is of the speaker's office ("minister from 1955 to 1957") or in brackets."""
        before = frame.text[max(0, mention.start - 40) : mention.start]
        if before.rfind("(") > before.rfind(")"):
            return True
        verb_at = frame.text.find(cue.words, cue.speaker.end if cue.speaker else cue.start, cue.end)
        if verb_at > mention.start and not (cue.speaker and cue.speaker.type == "document"):
            office = frame.text[cue.speaker.end if cue.speaker else cue.start : mention.start]
            return office.lstrip().startswith(",") and not _OF_SAYING.fullmatch(office)
        return False


def _done_before(frame: Frame, cue: Cue) -> bool:
    """Tells what was done before it is told of: "the research we have done suggests that"."""
    speaker = cue.speaker
    return (
        speaker is not None and _DONE.search(frame.text, speaker.end, max(speaker.end, cue.end)) is not None
    )


def _place(mention: DateMention) -> Place:
    return mention.start, mention.end


def _basis(mention: DateMention) -> str:
    if mention.type == "relative":
        if mention.rule == "at-that-time":
            return "vague"
        return "anaphoric" if mention.rule in _ANAPHORIC else "inferred"
    return "vague" if mention.type in _VAGUE_TYPES else "explicit"
