"""Places of a text that could name a speaker: persons, offices, organisations, documents, nameless people.

Names are told from other capitals by honorifics, offices, common given names and by words that no name holds
(``data/words.toml``). Nothing is resolved here: a surname is a surname, "the Committee" a committee.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from policytext.annotation import SpeakerType
from policytext.extract.speakers.courtesies import find_courtesies
from policytext.extract.speakers.namewords import (
    honorific,
    is_given,
    lower,
    name_word,
    of_office,
    surname_word,
)
from policytext.extract.speakers.nounphrases import find_phrases
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import alternatives, either, words

__all__ = ["find_mentions", "honorific", "is_given", "kin_merged", "lower", "merged", "name_word"]
_ABBREVIATED = r"(?:Mr|Mrs|Ms|Dr|Prof|Rev|Cllr|Ald|St|Col|Hon|Rt)\."
_WORD = r"[A-ZÀ-ÖØ-Þ][\w&-]{0,30}(?:[’'][A-Z][a-z]\w{0,20})?"
_POSSESSIVE = (
    r"(?:King|Queen|Women|Men|Children|People|Guy|Barnardo|St\.? [A-Z][a-z]{2,12})[’']s(?= [A-Z])|"
    r"[A-Z][a-z]{2,14}s[’'](?= [A-Z])"
)
"""The possessives that bodies have in their names: the King's Fund, the Citizens' Advice Bureau."""
_TOKEN = rf"(?:{_ABBREVIATED}|(?:[A-Z]\.){{1,4}}|{_POSSESSIVE}|{_WORD})"
_SEQUENCE = re.compile(
    rf"(?<![\w’'-]){_TOKEN}(?: (?:(?:of|for|and|the|to|de|la|von|van|in|on|&) ){{0,3}}{_TOKEN}){{0,11}}"
)
_PART = re.compile(rf"{_TOKEN}|[a-z&]+")
_WHEN = frozenset(
    {
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
    }
    | {"december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "spring"}
    | {"easter", "christmas", "whitsun", "michaelmas", "summer", "autumn", "winter"}
)
_NATIONS = frozenset({"england", "scotland", "wales", "nhs", "house", "lords"})
_CONNECTIVES = frozenset({"of", "for", "to", "in", "on"})
_OFFICES = (
    r"(?i:prime minister|parliamentary secretary|permanent secretary|secretary of state|minister|"
    r"chancellor|chairman|chairwoman|chairperson|chair|president|chief executive|town clerk|clerk|"
    r"(?:chief )?medical officer(?: of health)?|director|matron|mayor|treasurer|secretary|leader|"
    r"superintendent|administrator|registrar|bishop|principal|headmaster|coroner|inspector|"
    r"(?:[a-z]+ )?surveyor|engineer|vicar|rector|warden|governor|auditor|overseer|authors?|writer|sponsor|"
    r"architect|founder|spokes(?:man|woman|person)|editor|interviewer|welfare officer|nursing officer|"
    r"almoner)"
)
_MANY = r"some|several|most|many|two|three|four|five|six|a few|the majority|one"
_HELD = r"(?:[Tt]he|[Ii]ts|[Tt]heir|[Oo]ur|[Mm]y|[Hh]is|[Hh]er)"
_VAGUE = (
    rf"\b(?:[Ss]omebody|[Ss]omeone|[Aa] (?:second|third|fourth)"
    rf"(?= (?:[a-z]{{2,12}}ly )?(?:said|wrote|[a-z]{{3,}}ed)\b))\b|"
    rf"\b(?i:{_MANY}|others|another)\b(?! (?:of|hundred|thousand|million)\b)"
)
_PRONOUN = r"\b(?:[Hh]e|[Ss]he|I|[Ww]e|[Ii]t|[Tt]hey)\b"
_KIN = r"(?:\b(?:[Mm]y|[Hh]is|[Hh]er)|(?P<of>(?:[A-Z][\w-]{1,20} ){0,2}[A-Z][\w-]{1,20})[’']s)"
_VERB = re.compile(
    r" (?:also |both |have |had |\w{2,12}ly )?(?:\w{3,12}(?:ed|ue|te|se|nd|ort)|"
    r"find|found|show|say|said|wrote)\b"
)
_YEAR = re.compile(r"[’']?s? ?\(?(?:1[89]|20)\d\d")
_ONE_OF = r"\b[Oo]ne of (?:them|us|(?:the|my|our|his|her|their|its) (?:[a-z-]{2,15} ){0,2}[a-z-]{2,15}s)\b"
_AFTER_OFFICES = 2
_ABBREVIATION = 6
"""A word of capitals with no more letters stands for several words."""
_GIVEN_LESS = 2
"""A person without title or known given name needs so many words."""

_Part = tuple[int, str]


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[re.Pattern[str], SpeakerType, str, float], ...]:
    """Returns the patterns of those named by a common noun that no other list is asked for."""
    of_what = r"(?: (?:of|for) [A-Z]\w+(?: (?:and )?[A-Z]\w+){0,3})?"
    many = [w for w in words()["people"] if w.endswith("s") or w in {"staff", "people"}]
    patterns: tuple[tuple[str, SpeakerType, str, float], ...] = (
        (_ONE_OF, "anonymous", "people", 0.65),
        (r"\b(?i:this|our|that) (?:\w{3,20} )?work\b", "document", "document", 0.6),
        (rf"\b{_HELD} (?:[a-z-]{{2,15}} )?{_OFFICES}\b{of_what}", "person", "office", 0.7),
        (rf"(?<![\w-]){either([*many, *(w.capitalize() for w in many)])}\b", "anonymous", "people", 0.6),
        (_VAGUE, "anonymous", "some", 0.55),
        (_PRONOUN, "person", "pronoun", 0.5),
    )
    return tuple((re.compile(pattern), *rest) for pattern, *rest in patterns)  # type: ignore[misc]


@lru_cache(maxsize=1)
def _kin() -> re.Pattern[str]:
    return re.compile(rf"{_KIN} {alternatives('kin')}\b")


def find_mentions(text: str) -> list[Speaker]:
    """Returns every possible speaker in reading order, none resolved; no two overlap."""
    found: list[Speaker] = []
    for match in _SEQUENCE.finditer(text):
        found += _named(text, match)
    found = kin_merged(found, _emphasised(text))
    found = kin_merged(found, find_courtesies(text))
    relations = [Speaker(m.start(), m.end(), None, "person", "kin", 0.7) for m in _kin().finditer(text)]
    found = kin_merged(found, relations)
    phrases = find_phrases(text)
    patterns = _patterns()
    found = merged(found, [p for p in phrases if p.type == "document"])
    for index, (pattern, kind, rule, confidence) in enumerate(patterns):
        more = [Speaker(m.start(), m.end(), None, kind, rule, confidence) for m in pattern.finditer(text)]
        found = merged(found, more)
        if index == _AFTER_OFFICES:
            found = merged(found, [p for p in phrases if p.type == "organisation"])
            found = merged(found, [p for p in phrases if p.type == "anonymous"])
    return found


_EMPHASISED = re.compile(
    r"(?<![*_])[*_]{1,2}(?P<title>[A-Z][\w’'-]*[,:]?(?: [\w’'-]+[,:]?){0,14}: [A-Z][\w’', -]{3,90}|"
    r"[A-Z][\w’'-]*(?: [\w’'-]+){0,7} (?:of|for|the|and|in|to|on|with|a) [\w’', -]{3,90})[*_]{1,2}(?![*_\w])"
)
"""A title by its emphasis and by the small words or the colon in it."""


def _emphasised(text: str) -> list[Speaker]:
    return [
        Speaker(
            m.start("title"), m.end("title"), " ".join(m["title"].split()), "document", "document-marked", 0.7
        )
        for m in _EMPHASISED.finditer(text)
    ]


def merged(found: Sequence[Speaker], more: Sequence[Speaker]) -> list[Speaker]:
    """Returns both lists in reading order, without those of ``more`` that overlap one of ``found``."""
    if not more:
        return list(found)
    starts, ends = [s.start for s in found], [s.end for s in found]
    kept = [s for s in more if (i := bisect_right(starts, s.end - 1) - 1) < 0 or ends[i] <= s.start]
    return sorted([*found, *kept], key=lambda s: s.start)


def kin_merged(found: Sequence[Speaker], kin: Sequence[Speaker]) -> list[Speaker]:
    """Returns both lists in reading order: "Mr Hall's widow" goes before the Mr Hall in it."""
    if not kin:
        return list(found)
    starts, ends = [s.start for s in kin], [s.end for s in kin]
    kept = [s for s in found if (i := bisect_right(starts, s.end - 1) - 1) < 0 or ends[i] <= s.start]
    return sorted([*kin, *kept], key=lambda s: s.start)


def _named(text: str, match: re.Match[str]) -> list[Speaker]:
    """Returns the speakers in a run of words with capitals."""
    parts = _stripped([(match.start() + p.start(), p[0]) for p in _PART.finditer(match[0])])
    if not parts:
        return []
    for index, (_, word) in enumerate(parts[:-1]):  # "In February the Board", "the Board in May"
        new = word == "the" and index and parts[index - 1][1][0].isupper()
        if new or (word in {"in", "on", "of"} and lower(parts[index + 1][1]) in _WHEN):
            return [
                *_speakers(text, _stripped(parts[:index])),
                *_speakers(text, _stripped(parts[index + 1 :])),
            ]
    for index, (_, word) in enumerate(parts):  # "Mr Hall of the Ministry", "Jane Hall in the Commons"
        if word in _CONNECTIVES and index and (person := _person(parts[:index])):
            if person.rule == "surname" or (word == "of" and _person(parts)):
                break
            return [person, *_speakers(text, _stripped(parts[index:]))]
    return _speakers(text, parts)


_FAMILIAR = frozenset({"Old", "Young", "Poor", "Dear", "Late", "Good"})


def _stripped(parts: list[_Part]) -> list[_Part]:
    """Returns a run without what opens a sentence and without connectives at its ends."""
    first, last = 0, len(parts)
    if last > 1 and parts[0][1] in _FAMILIAR and lower(parts[1][1]) in words()["honorific"]:
        first = 1  # "Old Dr Hall"
    leading, honorific = words()["leading"], words()["honorific"]
    while first < last and (
        parts[first][1].islower()
        or (parts[first][1].lower() in leading and lower(parts[first][1]) not in honorific)
    ):
        first += 1
    while last > first and parts[last - 1][1].islower():
        last -= 1
    return parts[first:last]


def _speakers(text: str, parts: list[_Part]) -> list[Speaker]:
    """Returns the speakers that a run names, those of "A and B" joined."""
    if not parts:
        return []
    groups = _split(parts)
    out = []
    for group in groups:
        speaker = _person(group) or _office_holder(group) or _office(text, group) or _body(group)
        out += [speaker] if speaker else []
    same = len(groups) > 1 and len(out) == len(groups) and len({s.type for s in out}) == 1
    stop = _end(parts)  # "Whitlock and Dane (2009)", "Whitlock and Dane argue"
    dated = _YEAR.match(text, stop) or _VERB.match(text, stop)
    if same and all(s.name and (dated or s.rule != "surname") for s in out):
        names = "; ".join(s.name or "" for s in out)
        return [Speaker(parts[0][0], _end(parts), names, out[0].type, "names", 0.78)]
    return out


def _split(parts: list[_Part]) -> list[list[_Part]]:
    """Returns "A and B" in halves where either half would stand as a speaker, else the whole."""
    for index, (_, word) in enumerate(parts):
        if word in {"and", "&"} and 0 < index < len(parts) - 1:
            halves = [parts[:index], _stripped(parts[index + 1 :])]
            both_people = all(half and _person(half) for half in halves)
            both_bodies = all(half and _is_body(half) for half in halves)
            if both_people or both_bodies:
                return halves
    return [parts]


def _is_body(parts: Sequence[_Part]) -> bool:
    """Tells whether words name a body by themselves: with more than one word, or an abbreviation."""
    word = parts[-1][1]
    held = lower(word) in words()["organisation"] or lower(parts[0][1]) in words()["organisation"]
    return held and (len(parts) > 1 or (word.isupper() and len(word) > 2))


_GIVEN = 0.75
"""How sure a lone given name is a person."""


def _end(parts: Sequence[_Part]) -> int:
    return parts[-1][0] + len(parts[-1][1])


def _text(parts: Sequence[_Part]) -> str:
    return " ".join(word for _, word in parts)


def _person(parts: list[_Part]) -> Speaker | None:
    """Returns the person that the words name, None if they hold anything that no name holds."""
    lists, whole = words(), parts
    parts = _without_honours(parts)
    titles = 0
    while titles < len(parts) and honorific(parts[titles][1]):
        titles += 1
    names = parts[titles:]
    peerage = len(names) >= 3 and names[-2][1] == "of" and titles > 0  # Lord Smith of Leigh
    core = names[:-2] if peerage else names
    if not core or len(core) > 4 or core[0][1].islower():
        return None
    introduced = titles > 0 or (len(core) > 1 and lower(core[0][1]) in lists["given"])
    held = surname_word if introduced else name_word
    if not (all(name_word(word) for _, word in core[:-1]) and held(core[-1][1])):
        return None
    if titles:
        if len(core) == 1 and of_office(core[0][1]):
            return None
        bare = len(core) >= _GIVEN_LESS and not peerage
        named = _text(names if bare else parts)
        return Speaker(parts[0][0], _end(whole), named, "person", "honorific", 0.95)
    return _untitled(core, whole)


def _without_honours(parts: list[_Part]) -> list[_Part]:
    """Returns a name without the letters behind it: MBE, FRCP, MP."""
    last, honours = len(parts), words()["post_nominal"]
    while last > 1 and lower(parts[last - 1][1]) in honours and parts[last - 1][1][-1].isupper():
        last -= 1
    return parts[:last]


def _untitled(core: list[_Part], whole: list[_Part]) -> Speaker | None:
    """Returns the person whom names without a title name; ``whole`` holds the honours behind them."""
    lists, (start, first) = words(), core[0]
    if len(core) == 1:
        if first.isupper() and len(first) <= _ABBREVIATION:
            return None
        sure = _GIVEN if is_given(first) else 0.5
        return Speaker(start, _end(core), first, "person", "surname", sure)
    known = lower(first) in lists["given"] or first.endswith(".")
    if not known and any(word.isupper() and len(word) > 1 and not word.endswith(".") for _, word in core):
        return None
    return Speaker(start, _end(whole), _text(core), "person", "name", 0.9 if known else 0.7)


def _office(text: str, parts: list[_Part]) -> Speaker | None:
    """Returns the holder of an office named with capitals: "the Chief Medical Officer", "Mr. Speaker"."""
    head = parts
    for index, (_, word) in enumerate(parts):
        if word in _CONNECTIVES and index:
            head = parts[:index]
            break
    last = lower(head[-1][1])
    if last == "executive" and (len(head) < _GIVEN_LESS or lower(head[-2][1]) != "chief"):
        return None
    titled = len(head) == _GIVEN_LESS and lower(head[0][1]) in words()["honorific"]
    if last not in words()["role"] and not (titled and last in {"speaker", "chairman"}):
        return None
    start = parts[0][0]
    if text[max(0, start - 4) : start].lower() == "the ":
        start -= 4
    elif len(parts) == 1 and not titled:
        return None
    return Speaker(start, _end(parts), None, "person", "office", 0.75)


def _office_holder(parts: list[_Part]) -> Speaker | None:
    """Returns the person at the end of "Deputy Prime Minister Nick Clegg", "Labour MP Arthur Black"."""
    lists = words()
    for index in range(len(parts) - 1, 0, -1):
        if name_word(parts[index][1]) and index > 1:
            continue
        held = any(lower(word) in lists["role"] | lists["party"] for _, word in parts[: index + 1])
        names = parts[index + 1 :]
        if (
            held
            and len(names) >= 1
            and (person := _person(names))
            and (len(names) >= _GIVEN_LESS or person.rule == "honorific")
        ):
            return replace(person, rule="office-name", confidence=0.93)
        return None
    return None


def _body(parts: list[_Part]) -> Speaker | None:
    lists = words()
    lowered = [lower(word) for _, word in parts]
    if lowered[-1] in lists["newspaper"] or (lowered[-1] in lists["document"] and len(parts) > 1):
        return Speaker(parts[0][0], _end(parts), _text(parts), "document", "document-name", 0.85)
    if len(parts) == 1:
        return _single_body(parts[0])
    for index in range(len(parts) - 2, 0, -1):  # "Chairman and Members of the Health Committee"
        headed = any(w in lists["organisation"] for w in lowered[:index])  # "Association of Directors of X"
        if parts[index][1] == "of" and not headed and any(w in lists["people"] for w in lowered[:index]):
            return _body(_stripped(parts[index + 1 :]))
    if any(word in lists["organisation"] or word in lists["single_body"] for word in lowered):
        return Speaker(parts[0][0], _end(parts), _text(parts), "organisation", "body-name", 0.85)
    return None


def _single_body(part: _Part) -> Speaker | None:
    """Returns the body that one word names: "Mencap", "the Board", "NALGO"; one PCT of many has no name."""
    lists, (start, word) = words(), part
    low, end = lower(word), start + len(word)
    if low in _NATIONS:
        return None
    if low in lists["generic_body"]:
        return Speaker(start, end, None, "anonymous", "people", 0.5)
    if low in lists["organisation"] or low in lists["single_body"]:
        return Speaker(start, end, word, "organisation", "body-name", 0.85)
    if word.isupper() and 2 < len(word) <= _ABBREVIATION and low not in lists["leading"]:
        return Speaker(start, end, word, "organisation", "body-name", 0.6)
    return None
