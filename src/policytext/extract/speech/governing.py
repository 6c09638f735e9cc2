"""Which date is of a saying: one in its cue, one that opens its clause, one in the sentence before."""

from __future__ import annotations

import re
from collections.abc import Callable

from policytext.annotation import DateMention
from policytext.extract.indirect.clauses import FINITE
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Cue, Frame

_ANAPHORIC = frozenset({"same-year", "year-after", "part-of-that-year"})
_BREAK = re.compile(r"[.,;:()“”\"]")
_FAR = 80  # characters; what a saying is told to stands between the verb and its date
_VAGUE_TYPES = frozenset({"decade", "century", "vague", "season"})
_GOVERNING = re.compile(
    r"(?:^|[\s(,])(?:in|on|by|during|at|since|as early as|as late as|of|back in|throughout|when|after|"
    r"once)(?: the| a)?\s*$",
    re.IGNORECASE,
)
_ADVERBIALS = frozenset(
    {
        *("in", "at", "on", "during", "after", "by", "since", "before", "when", "later"),
        *("writing", "speaking", "as", "but", "and", "yet", "the"),
    }
)
_OF_SAYING = re.compile(
    r"\s*,\s*(?:whose (?:\w+ ){1,8}?(?:published|appeared|printed|issued|released|written|delivered)(?: "
    r"\w+)? (?:in|on)|"
    r"who (?:visited|inspected|reported|wrote|spoke|met|toured|surveyed|reviewed|looked|sat|called|gave "
    r"evidence)"
    r"[^,;.]{0,60}? ?(?:in|on|during)|(?:writing|speaking|who)?\s*(?:in|on)|(?:published|issued|"
    r"released|launched|dated)\b[^.;]*)\s*"
)
"""Behind a name where a date is not of its office but of what is said."""
_REPORTED = re.compile(r"\b(?:that|whether|if|why|how|what|which|who)\b")
_TOLD_TYPES = frozenset({"date", "season", "range", "relative"})
_TOLD_TO = re.compile(
    r" (?:(?:me|us|him|her|them|an?|the|his|her|their|its|reporters|journalists|MPs|delegates|"
    r"members)\b[^.,;:()“”\"]{0,50} )?"
    r"(?:in|on|at|during) (?:the )?"
)
_WHEN = re.compile(r",? when (?:the |its |their )?")
_PARTICIPLE = re.compile(
    r"\W*(?:[A-Z][a-z]+ing|Asked|Pressed|Invited|Questioned|Challenged|Interviewed|Addressed)\b"
)
_JOINED_ON = re.compile(r",? (?:and|but) ")
_JOINED_FAR = 40
_ANOTHER_CLAUSE = re.compile(rf"(?:\b{FINITE}|[a-z]{{3,}}ed)\b.*\b(?:but|and|while|whereas)\b")
_SENTENCE_STOP = re.compile(r"(?<![A-Z][a-z])(?<!Cm)[.?!]\s+[A-Z]|\n\n")
_LONG = 200
_SHORT_NAME = 3

Within = Callable[[int, int], list[DateMention]]


def governing(within: Within, frame: Frame, cue: Cue) -> DateMention | None:
    """Returns the date said of the saying that stands in the cue or right behind it."""
    speaker = cue.speaker
    inside = [d for d in within(_clause_of(frame, cue), cue.end) if not _in_office(frame, cue, d)]
    if inside:
        return inside[-1]
    if speaker is not None and cue.rule in {"verb-name", "name-verb-behind"}:
        after = within(cue.end, cue.end + 24)
        if after and re.fullmatch(r" (?:in|on|during) (?:the )?", frame.text[cue.end : after[0].start]):
            return after[0]
        after = within(cue.end, cue.end + _FAR)
        gap = frame.text[cue.end : after[0].start] if after else ""
        if after and _TOLD_TO.fullmatch(gap):
            return after[0]  # "he told an interviewer in 2009"
        if after and basis_of(after[0]) == "anaphoric" and not _BREAK.search(gap):
            return after[0]  # "he told a meeting that June"
    return None


def _clause_of(frame: Frame, cue: Cue) -> int:
    """Returns where dates can be of the saying: behind the speaker, but not of a clause it is joined to."""
    low = cue.speaker.end if cue.speaker else cue.start
    verb = frame.text.find(cue.words, low, cue.end)
    joined = [m.end() for m in _JOINED_ON.finditer(frame.text, low, verb)] if verb - low > _JOINED_FAR else []
    return joined[-1] if joined else low


def opens(frame: Frame, mention: DateMention, sentence: int, cue: Cue) -> bool:
    """Tells whether a date opens the cue's clause: "In 1956, X said", "Speaking in Leeds in 1961, X said"."""
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


def _in_office(frame: Frame, cue: Cue, mention: DateMention) -> bool:
    """Tells whether a date is of the speaker's office ("minister from 1955 to 1957") or in brackets."""
    before = frame.text[max(0, mention.start - 40) : mention.start]
    if before.rfind("(") > before.rfind(")"):
        return True
    verb_at = frame.text.find(cue.words, cue.speaker.end if cue.speaker else cue.start, cue.end)
    if verb_at > mention.start and not (cue.speaker and cue.speaker.type == "document"):
        office = frame.text[cue.speaker.end if cue.speaker else cue.start : mention.start]
        return office.lstrip().startswith(",") and not _OF_SAYING.fullmatch(office)
    return False


def told_before(within: Within, frame: Frame, cue: Cue, sentence: int) -> DateMention | None:
    """Returns the date in the sentence before, of the same person: "In 1981 X rose. He said"."""
    speaker, text = cue.speaker, frame.text
    if speaker is None:
        return None
    low = max(0, sentence - _LONG)
    stops = [m.end() - 1 for m in _SENTENCE_STOP.finditer(text, low, max(low, sentence - 1))]
    begins = stops[-1] if stops else low
    dates = [d for d in within(begins, sentence) if d.type in _TOLD_TYPES]
    if not dates or "\n\n" in text[begins:sentence] or not _same(frame, speaker, begins, sentence):
        return None
    found = [d for d in dates if _governs(frame, d, begins)]
    return found[-1] if found and BLANK not in text[found[-1].end : sentence] else None


def _governs(frame: Frame, mention: DateMention, begins: int) -> bool:
    """Tells whether a date is of what its sentence tells, not of a paper in brackets."""
    if mention.start - begins <= 2:
        return True
    if _REPORTED.search(frame.text, begins, mention.start):
        return False  # of what is said there, not of when
    before = frame.text[max(begins, mention.start - 16) : mention.start]
    return _GOVERNING.search(before) is not None and not before.endswith(("of ", "since ", "by ", "of the "))


def _same(frame: Frame, speaker: Speaker, begins: int, sentence: int) -> bool:
    if speaker.antecedent is not None and begins <= speaker.antecedent[0] < sentence:
        return True
    last = (speaker.name or "").split(" ")[-1]
    return len(last) > 3 and speaker.rule == "pronoun" and last in frame.text[begins:sentence]


def basis_of(mention: DateMention) -> str:
    """Returns the basis that a date gives: explicit, vague, anaphoric or inferred."""
    if mention.type == "relative":
        if mention.rule == "at-that-time":
            return "vague"
        return "anaphoric" if mention.rule in _ANAPHORIC else "inferred"
    return "vague" if mention.type in _VAGUE_TYPES else "explicit"
