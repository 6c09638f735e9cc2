"""Who can speak in a text: persons, organisations, documents and people without a name.

``find_speakers`` lists every place that could name a speaker; whether it does is for the cues to say. Names
are told from other capitals by honorifics, offices, common given names and by words that no name holds
(``data/words.toml``).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from policytext.annotation import SpeakerType
from policytext.extract.words import alternatives, words

_ABBREVIATED = r"(?:Mr|Mrs|Ms|Dr|Prof|Rev|Cllr|Ald|St|Col|Hon|Rt)\."
_WORD = r"[A-ZÀ-ÖØ-Þ][\w&-]{0,30}(?:[’'][A-Z][a-z]\w{0,20})?"
_TOKEN = rf"(?:{_ABBREVIATED}|(?:[A-Z]\.){{1,4}}|{_WORD})"
_SEQUENCE = re.compile(
    rf"(?<![\w’'-]){_TOKEN}(?: (?:(?:of|for|and|the|de|la|von|van|in|&) ){{0,2}}{_TOKEN}){{0,11}}"
)
_PART = re.compile(rf"{_TOKEN}|[a-z&]+")
_PARTICLES = frozenset({"de", "la", "von", "van"})
_OFFICES = (
    r"(?i:prime minister|parliamentary secretary|permanent secretary|secretary of state|minister|"
    r"chancellor|chairman|chair|president|chief executive|town clerk|clerk|"
    r"(?:chief )?medical officer(?: of health)?|director|matron|mayor|treasurer|secretary|leader|"
    r"authors?|writer|editor)"
)
_NO_MODIFIER = (
    r"or|of|that|which|who|where|when|is|was|has|had|in|to|for|by|as|at|on|with|from|the|a|this|said"
)
_MODIFIERS = rf"(?:(?!(?:{_NO_MODIFIER}) )[\w’'-]{{2,20}} ){{0,4}}?"
_MANY = r"some|several|most|many|two|three|four|five|six|a few|the majority|one"
_COUNT = (
    rf"(?i:{_MANY}|few|both|various|seven|eight|nine|ten|eleven|twelve|an?|another|other|all|certain|"
    r"a number|all but one|our|the|these|those)(?: of(?: (?:the|our|its|their|these|those))?)?"
)
_VAGUE = re.compile(rf"\b(?i:{_MANY}|others)\b(?! of\b)")
_DETERMINER = re.compile(r"^(?:the|this|our|its|their|his|her) ", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:[Hh]e|[Ss]he|I|[Ww]e)\b")


@dataclass(frozen=True, slots=True)
class Speaker:
    """A place that names a possible speaker; clean ``[start, end)``.

    ``name`` is None for people without a name, for a bare office and for a pronoun (``rule`` tells). Two
    persons who speak together have their names joined by "; ".
    """

    start: int
    end: int
    name: str | None
    type: SpeakerType
    rule: str
    confidence: float


@lru_cache(maxsize=1)
def _common_patterns() -> tuple[tuple[re.Pattern[str], SpeakerType, str, float], ...]:
    """Returns the patterns of those named by a common noun, the most telling first."""
    determined = rf"\b(?i:the|this|our|its|their|his|her) {_MODIFIERS}"
    document = rf"(?:(?i:white|green) (?i:paper)|{alternatives('document')})\b"
    of_what = r"(?: (?:of|for) [A-Z]\w+(?: (?:and )?[A-Z]\w+){0,3})?"
    body = rf"\b[Tt]he {_MODIFIERS}(?:{alternatives('organisation')})\b"
    people = "|".join(sorted(w.capitalize() for w in words()["people"] if w.endswith("s")))
    patterns: tuple[tuple[str, SpeakerType, str, float], ...] = (
        (determined + document, "document", "document", 0.75),
        (rf"\b[Tt]he (?:[a-z-]{{2,15}} )?{_OFFICES}\b{of_what}", "person", "office", 0.7),
        (body, "organisation", "body", 0.75),
        (rf"\b{_COUNT} {_MODIFIERS}(?:{alternatives('people')})\b", "anonymous", "people", 0.7),
        (rf"(?<![\w-])(?:{people}|{alternatives('people')})\b", "anonymous", "people", 0.6),
        (_VAGUE.pattern, "anonymous", "some", 0.55),
        (_PRONOUN.pattern, "person", "pronoun", 0.5),
    )
    return tuple((re.compile(pattern), *rest) for pattern, *rest in patterns)  # type: ignore[misc]


def find_speakers(text: str) -> list[Speaker]:
    """Returns every possible speaker in reading order; no two overlap.

    A surname is filled up from the fullest form of the name that stood before; a short name of a body
    ("the Committee") from the last body so named.

    Args:
        text: the clean text, best with what is quoted blanked out: who is named there does not speak here.
    """
    found: list[Speaker] = []
    for match in _SEQUENCE.finditer(text):
        found += _named(match)
    for pattern, kind, rule, confidence in _common_patterns():
        more = []
        for match in pattern.finditer(text):
            name = _DETERMINER.sub("", match[0]) if rule in {"body", "document"} else None
            more.append(Speaker(match.start(), match.end(), name, kind, rule, confidence))
        found = _merged(found, more)
    return _resolved(found)


def _merged(found: list[Speaker], more: Sequence[Speaker]) -> list[Speaker]:
    """Returns both lists in reading order, without those of ``more`` that overlap one of ``found``."""
    starts, ends = [s.start for s in found], [s.end for s in found]
    kept = [s for s in more if (i := bisect_right(starts, s.end - 1) - 1) < 0 or ends[i] <= s.start]
    return sorted([*found, *kept], key=lambda s: s.start)


def _named(match: re.Match[str]) -> list[Speaker]:
    """Returns the speakers in a run of words with capitals."""
    parts = [(match.start() + p.start(), p[0]) for p in _PART.finditer(match[0])]
    while (
        parts
        and parts[0][1].lower() in words()["leading"]
        and _lower(parts[0][1]) not in words()["honorific"]
    ):
        parts.pop(0)
    while parts and parts[0][1].islower():
        parts.pop(0)
    if not parts:
        return []
    halves = _split(parts)
    if halves:
        people = [_person(half) for half in halves]
        if all(people):
            first, last = people
            assert first
            assert last
            return [Speaker(first.start, last.end, f"{first.name}; {last.name}", "person", "names", 0.78)]
        return [speaker for half in halves if (speaker := _person(half) or _body(half))]
    speaker = _person(parts) or _office_holder(parts) or _body(parts)
    return [speaker] if speaker else []


def _split(parts: list[tuple[int, str]]) -> list[list[tuple[int, str]]] | None:
    """Returns the halves of "A and B" where either half would stand as a speaker."""
    for index, (_, word) in enumerate(parts):
        if word == "and" and 1 < index < len(parts) - 1:
            halves = [parts[:index], parts[index + 1 :]]
            both_people = all(_person(half) for half in halves)
            both_bodies = all(_lower(half[-1][1]) in words()["organisation"] for half in halves)
            if both_people or both_bodies:
                return halves
    return None


def _lower(token: str) -> str:
    return token.lower().rstrip(".")


def _end(parts: Sequence[tuple[int, str]]) -> int:
    return parts[-1][0] + len(parts[-1][1])


def _text(parts: Sequence[tuple[int, str]]) -> str:
    return " ".join(word for _, word in parts)


def _person(parts: list[tuple[int, str]]) -> Speaker | None:
    """Returns the person that the words name, None if they hold anything that no name holds."""
    lists = words()
    titles = 0
    while titles < len(parts) and _lower(parts[titles][1]) in lists["honorific"]:
        titles += 1
    names = parts[titles:]
    peerage = len(names) >= 3 and names[-2][1] == "of" and titles > 0  # Lord Smith of Leigh
    core = names[:-2] if peerage else names
    if not core or len(core) > 4 or core[0][1].islower():
        return None
    introduced = titles > 0 or (len(core) > 1 and _lower(core[0][1]) in lists["given"])
    held = _surname if introduced else _name_word
    if not (all(_name_word(word) for _, word in core[:-1]) and held(core[-1][1])):
        return None
    if titles:
        bare = len(core) >= 2 and not peerage
        first = _lower(parts[0][1])
        named = _text(names if bare else parts)
        return Speaker(parts[0][0], _end(parts), named, "person", "honorific", 0.95 if first else 0.9)
    if len(core) == 1:
        return Speaker(parts[0][0], _end(parts), core[0][1], "person", "surname", 0.5)
    known = _lower(core[0][1]) in lists["given"] or core[0][1].endswith(".")
    if not known and any(word.isupper() and len(word) > 1 and not word.endswith(".") for _, word in core):
        return None
    return Speaker(parts[0][0], _end(parts), _text(core), "person", "name", 0.9 if known else 0.7)


def _name_word(word: str) -> bool:
    lists, lower = words(), _lower(word)
    if word in _PARTICLES or lower in lists["given"]:
        return True
    barred = ("not_name", "organisation", "document", "role", "party", "leading", "people", "honorific")
    return word[:1].isupper() and not any(lower in lists[name] for name in barred)


def _surname(word: str) -> bool:
    """Whether a word can be a surname behind a title or a given name: also Green, White and Day can."""
    barred = ("organisation", "document", "role", "leading", "people", "honorific")
    return _name_word(word) or (word[:1].isupper() and not any(_lower(word) in words()[n] for n in barred))


def _office_holder(parts: list[tuple[int, str]]) -> Speaker | None:
    """Returns the person at the end of "Deputy Prime Minister Nick Clegg", "Labour MP Arthur Black"."""
    lists = words()
    for index in range(len(parts) - 1, 0, -1):
        if _name_word(parts[index][1]) and index > 1:
            continue
        held = any(_lower(word) in lists["role"] | lists["party"] for _, word in parts[: index + 1])
        names = parts[index + 1 :]
        if (
            held
            and len(names) >= 1
            and (person := _person(names))
            and (len(names) >= 2 or person.rule == "honorific")
        ):
            return replace(person, rule="office-name", confidence=0.93)
        return None
    return None


def _body(parts: list[tuple[int, str]]) -> Speaker | None:
    lists = words()
    lowered = [_lower(word) for _, word in parts]
    if lowered[-1] in lists["document"] and len(parts) >= 2:
        return Speaker(parts[0][0], _end(parts), _text(parts), "document", "document-name", 0.85)
    if any(word in lists["organisation"] for word in lowered):
        return Speaker(parts[0][0], _end(parts), _text(parts), "organisation", "body-name", 0.85)
    return None


def _resolved(found: Sequence[Speaker]) -> list[Speaker]:
    """Returns the speakers, surnames and short names filled up; a surname never named in full falls out."""
    full: dict[str, str | None] = {}  # surname -> the one full name, None where several share it
    bodies: dict[str, str] = {}  # last word of a body's name -> its full name
    out: list[Speaker] = []
    for speaker in found:
        name = speaker.name
        if speaker.type == "person" and name and speaker.rule != "names":
            speaker = _filled(speaker, name, full)  # noqa: PLW2901 - the filled one goes on
        elif speaker.rule == "names" and name:
            for one in name.split("; "):
                _remember(one, full)
        elif speaker.rule == "body-name" and name:
            bodies[_lower(name.split()[-1])] = name
        elif speaker.rule == "body" and name and _lower(name) in bodies:
            speaker = replace(speaker, name=bodies[_lower(name)], rule="body-earlier")  # noqa: PLW2901
        if not (speaker.rule == "surname" and full.get(_lower(speaker.name or "")) is None):
            out.append(speaker)
    return out


_TITLES_ONLY = re.compile(r"^(?:(?:Rt\.?|Hon\.?|[A-Z][a-z]+\.?) )+?(?=[A-Z])")


def _filled(speaker: Speaker, name: str, full: dict[str, str | None]) -> Speaker:
    tokens = name.split()
    titled = _lower(tokens[0]) in words()["honorific"]
    if speaker.rule == "surname" or (titled and len(tokens) == 2):
        known = full.get(_lower(tokens[-1]))
        if known and not (titled and _lower(tokens[0]) in {"lord", "lady", "baroness"}):
            return replace(speaker, name=known, rule="surname-resolved", confidence=0.85 if titled else 0.8)
        return speaker
    if not titled:
        _remember(name, full)
    return speaker


def _remember(name: str, full: dict[str, str | None]) -> None:
    surname = _lower(name.rsplit(maxsplit=1)[-1])
    known = full.get(surname, name)
    full[surname] = name if known == name else _fuller(known, name)


def _fuller(known: str | None, name: str) -> str | None:
    """Returns the fuller of two names if they can be one person's (initials agree), else None."""
    if known is None or known[0] != name[0]:
        return None
    return max(known, name, key=len)
