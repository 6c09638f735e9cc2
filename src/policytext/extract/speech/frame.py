"""A text with its quotations blanked out: who is named in it, which verbs report, who is whose subject."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policytext.extract.quotations import BLANK
from policytext.extract.speakers.describing import AUXILIARY, is_affiliation, is_apposition, is_aside
from policytext.extract.speakers.finding import Speaker, speakers_and_names
from policytext.extract.speakers.roles import OfficesHeld
from policytext.extract.speech.focus import Focus
from policytext.extract.words import Tense, Verb, gerund_pattern, gerunds, verb_pattern, verbs
from policytext.spans import Span

_SHORT_GAP = re.compile(
    rf"\)?(?:[’']s)?(?: \([^()]{{1,60}}\))?(?:, (?:who|which)|,? who)?"
    rf"(?:, (?:by|in|on|at|to|for|too|though|however|meanwhile|moreover)\b[^,.;:{BLANK}]{{0,60}},)?,? ?"
    rf"(?:[’']ve |[’']d )?(?:, )?{AUXILIARY}$"
)
_PHRASE_GAP = re.compile(
    rf"(?: (?:in|from|of|at|to|across|within|on|for|by)(?: [^\s,.;:{BLANK}]{{1,30}}){{1,9}}"
    rf"|, (?:and|as well as) [^,.;:{BLANK}]{{2,60}},)? {AUXILIARY}$"
)
_BODY_GAP = re.compile(
    rf",? \(?(?:of|from|at|for|with) (?:the )?[A-Z][\w’'&-]*"
    rf"(?: (?:and|of|for|the|[A-Z][\w’'&-]*)){{0,7}}\)?,? {AUXILIARY}$"
)
_TITLE_GAP = re.compile(rf",? [A-Z][^.;?!{BLANK}]{{3,130}},? {AUXILIARY}$")
_MARKS = re.compile(rf"[’”'\"*_\s]{{1,4}}{AUXILIARY}$")
_LONGEST_TITLE = 16
_ASKS = re.compile(
    r"\b(?:[Ww]ill|[Ww]ould|[Dd]oes|[Dd]id|[Dd]o|[Cc]an|[Cc]ould|[Mm]ay|[Ss]hould|[Mm]ust|[Ii]f|[Uu]nless|"
    r"[Ss]uppose|though)(?: the| not)? $"
)
_ROLES = r"(?:[\w’'-]{1,20},? ){0,9}"
_AND = re.compile(rf"(?:, [^.;:{BLANK}]{{2,110}})?,? (?:and|&) (?:by |from )?{_ROLES}")
_COMMA = re.compile(rf",(?: [^.,;:{BLANK}]{{2,60}},)? {_ROLES}")
_CLAUSAL = re.compile(r"\b(?:who|which|whose|was|were|is|had|has|said|that)\b")
_OF_HEARERS = frozenset(
    {"told", "asked", "informed", "assured", "reassured", "reminded", "warned", "advised"}
)
_OF_OTHERS = frozenset({"quote", "cite", "reproduce", "paraphrase", "echo"})
_BROKEN = re.compile(
    r"\bthat\b|\b(?:was|were|is|are|be|been|being|must|will|would|should|may|might|can|could)(?: \w+)? $"
)
"""What stands before such words is not the subject of the verb behind them."""
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being)\b[^,;.]{2,50} (?:and|or) $")
_VOCATIVE = re.compile(r"(?:Mr\.?|Madam) (?:Deputy )?Speaker$|My Lords$")
_COORDINATED = re.compile(rf"\b(?:and|but|or|then|yet|by|in) {AUXILIARY}$")
_BY_THE_WAY = re.compile(r"[,—–-] (?:and )?(?:later |then |also |\w+ly )?$")
_OF_PEOPLE = re.compile(r" (?:of|among|with|by|from|for) (?:the |its |our )?(?:[\w,]{1,12} ){0,3}")
_REACH = 320
_SUBJECTS = 8
_TRIED = 4
_SURE_NAME = 0.8
"""A pronoun stands for no name that is less sure than this."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A speaker and what hands over to him: the cue's words, their tense, their place in the clean text.

    ``text`` is the stretch that names the speaker with his office; ``certainty`` in [0, 1] is the cue's own.
    """

    speaker: Speaker | None
    words: str
    tense: Tense | None
    start: int
    end: int
    rule: str
    certainty: float


@dataclass(frozen=True, slots=True)
class _Placed:
    start: int
    end: int
    verb: Verb


class Frame:
    """A text with its quotations blanked out, and every speaker and reporting verb left in it.

    Args:
        text: the clean text.
        quoted: the insides of its quotations, in order; a final stop stays, so that sentences still end.
        persons: clean spans of persons that somebody else's recogniser saw.
    """

    def __init__(self, text: str, quoted: Sequence[Span], persons: Sequence[Span] = ()) -> None:
        self.source, self._quoted = text, list(quoted)
        self.text = _blanked(text, quoted)
        self.speakers, self._names = speakers_and_names(self.text, persons)
        self._ends = [s.end for s in self.speakers]
        self._starts = [s.start for s in self.speakers]
        self.verbs = [
            _Placed(m.start(), m.end(), verbs()[" ".join(m[0].split())])
            for m in verb_pattern().finditer(self.text)
        ]
        self._verb_starts = [v.start for v in self.verbs]
        self._offices: OfficesHeld | None = None
        self.focus = Focus(self.text, self.speakers, self._names.sex, self.holder)
        self._meant: dict[int, Speaker | None] = {}

    def verbs_within(self, start: int, end: int) -> list[_Placed]:
        """Returns the reporting verbs that begin in ``[start, end)``."""
        return self.verbs[bisect_left(self._verb_starts, start) : bisect_left(self._verb_starts, end)]

    def gerund(self, start: int, end: int) -> _Placed | None:
        """Returns the last "adding", "warning that" in ``[start, end)``, a verb of its sentence's subject."""
        found = list(gerund_pattern().finditer(self.text, start, end))
        if not found or not _BY_THE_WAY.search(self.text, max(0, found[-1].start() - 20), found[-1].start()):
            return None
        last = found[-1]
        earlier = self.verbs_within(max(0, last.start() - _REACH), last.start())
        tense: Tense = earlier[-1].verb.tense if earlier else "past"
        return _Placed(last.start(), last.end(), Verb(gerunds()[last[0]], tense, reports=True))

    def speakers_within(self, start: int, end: int) -> list[Speaker]:
        """Returns the speakers that begin in ``[start, end)``."""
        return self.speakers[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def last_person(self, before: int) -> Speaker | None:
        """Returns the last person with a name before a place, at most a paragraph or two away."""
        for index in range(bisect_right(self._ends, before) - 1, -1, -1):
            speaker = self.speakers[index]
            if before - speaker.end > 800:
                return None
            if speaker.type == "person" and speaker.name and speaker.confidence >= _SURE_NAME:
                return speaker
        return None

    def holder(self, office: Speaker) -> Speaker:
        """Returns a bare office with its holder's name, where the text gave one before."""
        if self._offices is None:
            self._offices = OfficesHeld(self.text, self.speakers)
        return self._offices.holder(office)

    def fullest(self, person: Speaker) -> Speaker:
        """Returns a person named in passing ("TURTON:") with the fullest name that the document has."""
        return self._names.resolve(person)

    def role(self, name: str, before: int) -> str | None:
        """Returns the office that the text gives a person elsewhere: last before a place, else first."""
        if self._offices is None:
            self._offices = OfficesHeld(self.text, self.speakers)
        return self._offices.role_of(name, before)

    def meant(self, pronoun: Speaker) -> Speaker | None:
        """Returns whom he, she, it or they stands for; None where nobody can be found."""
        if pronoun.start not in self._meant:
            self._meant[pronoun.start] = self.focus.of_pronoun(pronoun)
        return self._meant[pronoun.start]

    def subject(self, verb: _Placed, floor: int) -> Speaker | None:
        """Returns who stands as subject of a verb, looking left no further than ``floor``.

        A person goes before the body that is named behind him: "X, chairman of Y, said", "X of Y said",
        "X, who sat on Y, said". Persons who share a verb are joined.
        """
        if self.text[verb.start : verb.end].endswith("ing"):
            return self._shared_subject(verb, floor)
        return (
            self._direct_subject(verb, floor) or self._title(verb, floor) or self._shared_subject(verb, floor)
        )

    def subject_at(self, start: int, end: int, tense: Tense, floor: int) -> Speaker | None:
        """Returns who stands as subject of a predicate that is no reporting verb: "was adamant"."""
        return self.subject(_Placed(start, end, Verb("", tense, reports=True)), floor)

    def _title(self, verb: _Placed, floor: int) -> Speaker | None:
        """Returns the document whose title stands in quotation marks right before a verb."""
        marks = _MARKS.search(self.text, max(floor, verb.start - 40), verb.start)
        if marks is None:
            return None
        index = bisect_right(self._quoted, marks.start() + 1, key=lambda q: q.end) - 1
        span = self._quoted[index] if index >= 0 else None
        if span is None or not marks.start() - 1 <= span.end <= marks.start() + 1 or span.start < floor:
            return None
        title = self.source[span.start : span.end]
        if not 2 <= len(title.split()) <= _LONGEST_TITLE or not title[0].isupper() or title[-1] in ".,?!":
            return None
        return Speaker(span.start, span.end, " ".join(title.split()), "document", "quoted-title", 0.8)

    def _direct_subject(self, verb: _Placed, floor: int) -> Speaker | None:
        nearest: Speaker | None = None
        shared = _COORDINATED.search(self.text, max(floor, verb.start - 60), verb.start) is not None
        first = bisect_right(self._ends, verb.start) - 1
        for index in range(first, max(-1, first - _SUBJECTS), -1):
            speaker = self.speakers[index]
            if speaker.start < max(floor, verb.start - _REACH):
                break
            gap = self.text[speaker.end : verb.start].lstrip("*_")
            if not self._agrees(speaker, verb):
                continue
            headed = nearest is not None and self._affiliated(speaker, nearest)
            if speaker.type == "person" and speaker.rule not in {"pronoun", "surname-ambiguous"}:
                if headed or is_aside(gap) or is_apposition(gap):
                    return self._together(index, floor)
            elif headed or (nearest is None and speaker.rule != "pronoun" and is_aside(gap)):
                nearest = speaker
            if nearest is None and _joins(speaker, gap, shared=shared):
                head = self._head(index, floor)
                if head is not None:
                    return head
                nearest = speaker
                if speaker.type == "person" and speaker.rule not in {"office", "pronoun"}:
                    return self._together(index, floor)
        return nearest

    def _shared_subject(self, verb: _Placed, floor: int) -> Speaker | None:
        """Returns the subject of a verb that shares it: "It recommended a register, and warned that"."""
        form = " ".join(self.text[verb.start : verb.end].split())
        shares = form.endswith("ing") or _COORDINATED.search(
            self.text, max(floor, verb.start - 60), verb.start
        )
        passive = form in _OF_HEARERS and _PASSIVE.search(self.text, max(floor, verb.start - 80), verb.start)
        if form == verb.verb.base or not shares or passive:
            return None
        for before in self.verbs_within(max(floor, verb.start - _REACH), verb.start)[-_TRIED:][::-1]:
            subject = self._direct_subject(before, floor)
            if subject is not None:
                return subject
        return self.focus.first(Span(floor, verb.start)) if verb.start - floor <= _REACH else None

    def _head(self, index: int, floor: int) -> Speaker | None:
        """Returns the paper that people are in: "its survey of 54 trusts in spring found"."""
        speaker = self.speakers[index]
        if index == 0 or speaker.type != "anonymous":
            return None
        head = self.speakers[index - 1]
        between = self.text[head.end : speaker.start]
        if head.type != "document" or head.start < floor or not _OF_PEOPLE.fullmatch(between):
            return None
        return head

    def _affiliated(self, head: Speaker, body: Speaker) -> bool:
        """Tells "Jane Hall of the Board", "one member of the Board" from the Board."""
        return (
            head.type in {"person", "anonymous"}
            and body.type in {"organisation", "document"}
            and is_affiliation(self.text[head.end : body.start])
        )

    def _together(self, index: int, floor: int) -> Speaker:
        """Returns a person with those named before him in "A, B and C" and "office A, and office B,"."""
        last = self.speakers[index]
        names, start = [last.name or ""], last.start
        for before in self.speakers[max(0, index - 6) : index][::-1]:
            if before.type != "person" or not before.name:
                continue
            if before.start < floor or not last.name:
                break
            gap = self.text[before.end : start]
            joined = _AND.fullmatch(gap) if len(names) == 1 else _COMMA.fullmatch(gap)
            if joined is None or _CLAUSAL.search(gap):
                break
            names.insert(0, before.name)
            start = before.start
        if len(names) == 1:
            return last
        return replace(last, start=start, name="; ".join(names), rule="names", antecedent=None)

    def _agrees(self, speaker: Speaker, verb: _Placed) -> bool:
        """Tells whether a verb can be said of a speaker: not so in "Will the Minister confirm"."""
        if _ASKS.search(self.text, max(0, speaker.start - 16), speaker.start):
            return False
        if speaker.rule == "office" and _VOCATIVE.search(self.text, speaker.start, speaker.end):
            return self.text[speaker.end : speaker.end + 1] != ","
        form = " ".join(self.text[verb.start : verb.end].split())
        shown = self.text[speaker.start : speaker.end].lower()
        if shown in {"i", "we"} and verb.verb.base in _OF_OTHERS:
            return False  # "a warning which we quote"
        if (
            form != verb.verb.base
            or verb.verb.tense == "past"
            or re.search(r"\b(?:did|does|do|would)\b|\bto $", self.text[speaker.end : verb.start])
        ):
            return True
        singular = speaker.type == "person" and "; " not in (speaker.name or "")
        plural_pronoun = shown in {"i", "we", "they"}
        return (not singular or plural_pronoun) and not re.match(r"(?:one|an?|another)\b", shown)


def _blanked(text: str, quoted: Sequence[Span]) -> str:
    pieces, at = [], 0
    for span in quoted:
        stop = span.end - 1 if text[span.end - 1] in ".?!" else span.end
        pieces += [text[at : span.start], BLANK * (stop - span.start)]
        at = stop
    pieces.append(text[at:])
    # A line break inside a paragraph is a blank to every pattern; blank lines stay
    return re.sub(r"(?<!\n)\n(?!\n)", " ", "".join(pieces))


def _joins(speaker: Speaker, gap: str, *, shared: bool) -> bool:
    if len(gap) > 140:
        return False
    if _SHORT_GAP.match(gap):
        return True
    if shared or _BROKEN.search(gap):
        return False  # "accused the trust of haste and added": the verb is somebody else's
    if speaker.type == "document" and _TITLE_GAP.match(gap):
        return True
    return (_PHRASE_GAP if speaker.type != "person" else _BODY_GAP).match(gap) is not None
