"""Indirect speech told by nouns: "concerns that", "the Board's view that", "expressed the hope that".

Whose opinion it is stands as a possessive before the noun, behind "of", "by", "from" or "among" after it, or
as subject of a verb that expresses it; an opinion without an owner is that of people without a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from policytext.extract.indirect.clauses import (
    FINITE,
    before_predicate,
    clause_end,
    inner_end,
    is_subordinate,
    phrase_end,
)
from policytext.extract.indirect.reporting import Noun, any_of, lists
from policytext.extract.indirect.telling import Indirect, Telling
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Cue
from policytext.extract.words import Tense

_OWN = re.compile(r"\b(?:my|our|I have|we have|no|little|without|any|not)(?: \w+){0,2} $", re.IGNORECASE)
_VERBAL = re.compile(
    r"\b(?:I|we|you|they|he|she|it|who|to|and|not|do|does|did|will|would|can|could|may|might|must|"
    r"should|therefore|"
    r"also|still|much|[a-z]{2,12}ly|let)(?:[’'](?:ll|d|ve))? $",
    re.IGNORECASE,
)
"""Before "hope", "fear" and "claim" as verbs."""
_OWNER = (
    r"(?: (?:expressed |held |voiced |shared |raised |put forward |taken )?(?:by|from|of|among|amongst|"
    r"within|in) "
    rf"(?P<of>[^.;:(){BLANK}]{{2,110}}?))?"
)
_THAT = re.compile(
    rf"{_OWNER}(?:, (?:which|who|as|given|shared|published|expressed|set out|repeated|"
    rf"delivered)\b[^.;:{BLANK}]{{2,60}},)?"
    rf"(?P<verb>,? (?:is|are|was|were|has been|had been))?(?: (?:also|still|now|clearly))?,? that,? ?"
)
_TOPIC = re.compile(r" (?:about|at|over|regarding|concerning|as to|of|for|on|against) (?=\S)")
_WORDY = re.compile(rf"\b(?:{FINITE}|I|we|it|they|which|who)\b")
_SAYING = any_of(lists()["of_nouns"])
_RELATIVE = re.compile(
    rf"(?:{FINITE}\b|(?:focus|relate|deal|apply|refer|says?|seem|appear|tend|affect|concern|underlie|"
    rf"follow)\b|"
    rf"(?:[\w’'.-]+ ){{0,4}}?(?:have |has |had |also |just |then |all |both |"
    rf"[a-z]+ly )*(?:{_SAYING})\b(?! that\b)|"
    r"(?:[\w’'.-]+ ){1,4}?(?:is|are|was|were|am) (?:now |still |also )?(?:raising|expressing|voicing|making|"
    r"putting|having|sharing)\b|"
    r"(?:[\w’'.-]+ ){1,4}?(?:have|has|had) (?:\w+ ){0,2}?(?:about|to|at|with|for|on|of)[.,])"
)
"""Behind "that" where it begins a relative clause: "the fears that they had raised"."""
_POSSESSOR = re.compile(
    r"(?:(?P<owner>[^.;:,]{2,80}?)(?:[’']s|s[’'])|(?P<their>\b(?:[Tt]heir|[Hh]is|[Hh]er|"
    r"[Ii]ts))) (?:[a-z-]{3,15} ){0,2}$"
)
_THERE = re.compile(
    r"\b[Tt]here (?P<be>is|are|was|were|has been|have been|had been|remains?|remained|exists?|existed|"
    r"persists?|"
    r"persisted) (?:[a-z-]{1,15} ){0,5}$"
)
_IN_CASE = re.compile(r"\b(?:in case|if|unless|whether|lest)(?: \w+)? $", re.IGNORECASE)
_NOW = frozenset({"is", "are", "remain", "remains", "exist", "exists", "persist", "persists"})
_PRESENT = re.compile(r"\b(?:is|are|remains?|exists?|persists?|has|have)\b")
_PAST = re.compile(r"\b(?:was|were|had|did)\b|\b[a-z]{3,}ed (?:by|the|a|to|in)\b")
_WERE_VOICED = re.compile(
    r" (?:was|were|had been) (?:[a-z]{2,12}ly )?"
    r"(?:voiced|raised|expressed|aired|made|put|heard|shared|dismissed|rejected)\b"
)
_SUBJECT_LEAD = re.compile(
    r"\W{0,6}(?:(?:However|But|And|Yet|Meanwhile|"
    r"Also),? )?(?:\d{1,3}\. )?(?:[A-Z][^,;:.]{3,60}, )?(?:[\w’'-]+ ){0,5}"
)
_VERB_BEFORE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|expressed|voiced|raised|there)\b", re.IGNORECASE
)
_PRESENT_LIGHT = re.compile(r"(?:makes no|hold|express(?:es)?|share|voice|raise|take)s?\b")
_UNHIDDEN = re.compile(
    r"\b(?:not|never|n[’']t|no attempt to) (?:disguise|conceal|hide) (?:\w+ ){1,3}$|\bno secret of "
    r"(?:\w+ ){1,3}$"
)
_HIDDEN = re.compile(r"(?:disguise|conceal|hide)\b")
"""Who "did not disguise his view" has expressed it."""
_BEHIND_NAME = re.compile(r"[\s,)’”]*(?:\([^()]*\))?,?")
_LEFT = 100


@dataclass(frozen=True, slots=True)
class _Held:
    """Whose opinion a noun tells, when, by which rule, how sure."""

    speaker: Speaker | None
    tense: Tense | None
    rule: str
    certainty: float


@lru_cache(maxsize=1)
def _sets() -> dict[str, frozenset[str]]:
    return {name: frozenset(lists()[name]) for name in ("nouns", "nouns_of", "felt", "told")}


@lru_cache(maxsize=1)
def _light() -> re.Pattern[str]:
    return re.compile(rf"\b(?:{any_of(lists()['light'])}) (?:[a-z-]{{1,14}} ){{0,4}}$")


def find_opinions(telling: Telling) -> Iterator[Indirect]:
    """Returns what nouns of saying tell in a sentence, with a that-clause or with a noun phrase."""
    for noun in telling.nouns:
        before = telling.before(noun.start, _LEFT)
        if (_OWN.search(before) and not _UNHIDDEN.search(before)) or _VERBAL.search(before):
            continue
        match = _THAT.match(telling.text, noun.end, telling.end) if noun.base in _sets()["nouns"] else None
        if match is not None:
            found = _with_clause(telling, noun, match, before)
        elif noun.base in _sets()["nouns_of"] and (
            topic := _TOPIC.match(telling.text, noun.end, telling.end)
        ):
            found = _with_topic(telling, noun, topic, before)
        else:
            found = None
        if found is not None:
            yield found


def _with_clause(telling: Telling, noun: Noun, match: re.Match[str], before: str) -> Indirect | None:
    """Reads "concerns that CLAUSE", "the view of the Board was that CLAUSE"."""
    text = telling.text
    if _RELATIVE.match(text, match.end(), telling.end) or (match["of"] and _WORDY.search(match["of"])):
        return None
    held = _holder(telling, noun, match, before)
    if held is None:
        return None
    if match["verb"] is None and _is_subject(telling, noun):
        end = inner_end(text, match.end(), telling.end)
    else:
        under = is_subordinate(text, telling.start, noun.start)
        end = clause_end(text, match.end(), telling.end, subordinate=under)
    speaker = held.speaker
    opens = speaker.start if speaker is not None and speaker.start < noun.start else noun.start
    words = f"{text[noun.start : noun.end]} that"
    cue = Cue(speaker, words, held.tense, opens, match.end(), held.rule, held.certainty)
    return Indirect(match.end(), end, cue, noun.start, opens)


def _holder(telling: Telling, noun: Noun, match: re.Match[str], before: str) -> _Held | None:
    """Returns who holds an opinion; None where the text does not tell it as somebody's."""
    verb = (match["verb"] or "").strip(" ,")
    tense: Tense | None = ("present" if verb in {"is", "are"} else "past") if verb else None
    if match["of"]:
        speaker = people_in(telling, *match.span("of"))
        return _Held(speaker, tense, "opinion-of", 0.65) if speaker else None
    possessor = _POSSESSOR.search(before)
    light = _light().search(before)
    if possessor and not (possessor["their"] and light):
        return _owned(telling, noun, possessor, tense)
    if light:
        return _expressed_by(telling, noun, light)
    there = _THERE.search(before)
    if there and not _IN_CASE.search(before, 0, there.start()):
        return _Held(None, "present" if there["be"] in _NOW else "past", "there-is-opinion", 0.55)
    return _of_nobody(telling, noun, match, tense)


def _of_nobody(telling: Telling, noun: Noun, match: re.Match[str], tense: Tense | None) -> _Held | None:
    """Returns an opinion that the text gives to nobody: what is felt, and what was told."""
    if noun.base not in _sets()["felt"] | _sets()["told"]:
        return None
    if tense is not None:  # "the fear was that"
        return _Held(None, tense, "opinion-was", 0.5)
    felt = noun.base in _sets()["felt"]
    return _Held(None, _tense_around(telling, noun, match) if felt else "past", "opinion", 0.45)


def _owned(telling: Telling, noun: Noun, possessor: re.Match[str], tense: Tense | None) -> _Held | None:
    at = noun.start - len(possessor.string)
    if possessor["owner"]:
        speaker = _ending_at(telling, at + possessor.end("owner"))
        return _Held(speaker, tense, "opinion-of", 0.65) if speaker else None
    if possessor["their"].lower() != "their":
        start, end = at + possessor.start("their"), at + possessor.end("their")
        if tense is None:
            return None
        return _Held(Speaker(start, end, None, "person", "pronoun", 0.5), tense, "opinion-of", 0.5)
    start, end = at + possessor.start("their"), at + possessor.end("their")
    return _Held(Speaker(start, end, None, "anonymous", "their", 0.5), tense, "opinion-of", 0.45)


def _expressed_by(telling: Telling, noun: Noun, light: re.Match[str]) -> _Held | None:
    """Returns the subject of the verb that expresses an opinion: "Members voiced the fear that"."""
    verb = noun.start - len(light.string) + light.start()
    group = telling.group(verb)
    if group.any_of("modal") or group.any_of("negated") != bool(_HIDDEN.match(light[0])):
        return None
    subject = telling.subject(group.start, human=True)
    if subject is None or telling.shown(subject) in {"i", "we"}:
        return None
    tense: Tense = "present" if _PRESENT_LIGHT.match(light[0]) else "past"
    return _Held(subject.speaker, tense, "opinion-expressed", 0.6)


def _tense_around(telling: Telling, noun: Noun, match: re.Match[str]) -> Tense:
    """Returns the tense of a sentence that speaks of an opinion: what has been felt up to now is felt now."""
    text = telling.text
    if _PRESENT.search(text, telling.start, noun.start):
        return "present"
    past = _PAST.search(text, telling.start, noun.start)
    voiced = _WERE_VOICED.search(text, match.end(), telling.end)
    return "past" if past or voiced else "present"


def people_in(telling: Telling, start: int, end: int) -> Speaker | None:
    """Returns the speaker that a stretch like "the nurses of Leeds" or "A, the Minister, and B" names."""
    inside = [s for s in telling.frame.speakers_within(start, end) if s.end <= end]
    if not inside or not _BEHIND_NAME.fullmatch(telling.text, inside[-1].end, end):
        return None  # what stands last is nobody who could hold it
    named = [s for s in inside if s.name and s.rule != "pronoun"]
    people = [s for s in named if s.type == "person"] or (named if len({s.type for s in named}) == 1 else [])
    if len(named) < 2 or not people:
        return (named or inside)[0]
    joined = "; ".join(dict.fromkeys(s.name or "" for s in people))
    rule = "names" if len(people) > 1 else people[0].rule
    return Speaker(start, end, joined, people[0].type, rule, 0.75)


def _ending_at(telling: Telling, end: int) -> Speaker | None:
    """Returns the speaker whose name ends where a possessive's s begins."""
    near = telling.frame.speakers_within(max(telling.start, end - _LEFT), end)
    return next((s for s in reversed(near) if end <= s.end <= end + 2), None)


def _is_subject(telling: Telling, noun: Noun) -> bool:
    """Tells whether the noun is subject of its sentence, so that a predicate follows the clause."""
    lead = _SUBJECT_LEAD.fullmatch(telling.text, telling.start, noun.start)
    return lead is not None and not _VERB_BEFORE.search(telling.text, telling.start, noun.start)


def _with_topic(telling: Telling, noun: Noun, topic: re.Match[str], before: str) -> Indirect | None:
    """Reads "the Minister's announcement of a review", "X expressed concern about Y"."""
    possessor = _POSSESSOR.search(before)
    light = None if possessor else _light().search(before)
    if possessor and possessor["owner"]:
        at = noun.start - len(before) + possessor.end("owner")
        held = _Held(_ending_at(telling, at), "past", "opinion-about", 0.5)
    else:
        held = (_expressed_by(telling, noun, light) if light else None) or _Held(None, None, "", 0.0)
    speaker = held.speaker
    if speaker is None or telling.text[speaker.start : speaker.end].lower() in {"i", "we"}:
        return None
    end = phrase_end(telling.text, topic.end(), telling.end)
    end = end if light else before_predicate(telling.text, topic.end(), end)
    words = telling.text[noun.start : topic.end()].strip()
    cue = Cue(speaker, words, held.tense, speaker.start, topic.end(), "opinion-about", 0.5)
    return Indirect(topic.end(), end, cue, noun.start, speaker.start, clause=False)
