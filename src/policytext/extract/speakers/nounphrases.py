"""Speakers named by a determiner and a common noun: "the final report", "the Board", "one senior nurse"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from policytext.annotation import SpeakerType
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import words

_NO_MODIFIER = (
    r"or|of|that|which|who|where|when|is|was|has|had|in|to|for|by|as|at|on|with|from|the|a|this|said"
)
_DETERMINER_WORD = re.compile(
    r"(?<![\w’'-])(?i:the majority|the|this|that|these|those|their|three|ten|twelve|two|our|its|his|her|my|"
    r"all but one|all|another|a few|a number|an?|one|other|some|several|six|seven|most|many|few|four|five|"
    r"eight|"
    r"eleven|nine|both|various|certain|each)(?= )"
)
_FOLLOWING = re.compile(
    r"(?P<of> of(?: (?:the|our|its|their|these|those|his|her|"
    r"my)(?= ))?)? (?P<rest>[\w’'-]{1,20}(?: [\w’'-]{1,20}){0,4})"
)
_STILL = re.compile(
    r"\b[Aa]n? (?:(?:retired|former|local|young|elderly|widowed|unemployed|disabled|pregnant|"
    r"\d\d-year-old) ){1,2}"
    r"(?:[a-z]{3,14} )?[a-z]{2,12}(?:[^s\W]er|or|ist|ian|man|woman|ant|eer)\b(?! (?:of|for|and)\b)"
)
"""A person told by what may only be said of persons: "a retired fitter"."""
_POSSESSED = re.compile(r"(?:[’']s|s[’']) (?P<rest>[\w-]{1,20}(?: [\w-]{1,20}){0,4})")
_OF_DOCUMENTS = frozenset(
    ["the", "this", "that", "our", "its", "their", "his", "her", "my", "a", "an", "another", "one"]
)
_OF_BODIES = frozenset({"the", "this", "that"})
_ONE = frozenset({"a", "an", "one", "another"})
_NOT_OF_PEOPLE = frozenset({"this", "that", "its", "their", "his", "her", "my"})
_NO_MODIFIERS = frozenset(_NO_MODIFIER.split("|"))


_OPENERS = frozenset(
    {". ", "? ", "! ", "\n\n", ": ", "; ", "” ", "’ ", "' ", '" ', ") ", "] ", "* ", "- ", "— ", "– "}
)


def find_phrases(text: str) -> list[Speaker]:
    """Returns the phrases of a determiner, a few words and a noun of a list, in reading order."""
    lists = words()
    found = []
    for match in _DETERMINER_WORD.finditer(text):
        word = match[0].lower()
        if (
            match[0][0].isupper()
            and match.start()
            and text[match.start() - 2 : match.start()] not in _OPENERS
        ):
            continue  # "the Five Year Plan"
        following = _FOLLOWING.match(text, match.end())
        if following is None:
            continue
        tokens = following["rest"].split(" ")
        for kind, name in _sorts(word, plain=following["of"] is None):
            nouns = _nouns(name, one=word in _ONE, pointing=word != "the")
            length = _noun(tokens, nouns, kind)
            if length:
                rule = {"document": "document", "organisation": "body", "anonymous": "people"}[kind]
                sure = 0.7 if kind == "anonymous" else 0.75
                found.append(Speaker(match.start(), following.start("rest") + length, None, kind, rule, sure))
                break
    found += [
        Speaker(m.start(), m.end(), None, "anonymous", "people", 0.65)
        for m in _STILL.finditer(text)
        if not any(m.start() == s.start for s in found[-400:])
    ]
    for match in _POSSESSED.finditer(text):
        length = _noun(match["rest"].split(" "), lists["document"], "document")
        if length:
            start = match.start("rest")
            found.append(Speaker(start, start + length, None, "document", "document", 0.7))
    return sorted(found, key=lambda s: s.start)


@lru_cache(maxsize=16)
def _nouns(name: str, *, one: bool, pointing: bool) -> frozenset[str]:
    """Returns the nouns of a list, with what "a" or "that" before them adds."""
    roles = _SINGLE_ROLES if name == "people" and one else frozenset()
    return words()[name] | roles | (_BODY if name == "organisation" and pointing else frozenset())


def _sorts(word: str, *, plain: bool) -> list[tuple[SpeakerType, str]]:
    """Returns what a phrase behind a determiner may be, each with its list of nouns."""
    sorts: list[tuple[SpeakerType, str]] = []
    if plain and word in _OF_DOCUMENTS:
        sorts.append(("document", "document"))
    if plain and word in _OF_BODIES:
        sorts.append(("organisation", "organisation"))
    if word not in _NOT_OF_PEOPLE:
        sorts.append(("anonymous", "people"))
    return sorts


def _noun(tokens: Sequence[str], nouns: frozenset[str], kind: str) -> int:
    """Returns how many characters the words take up to the first noun of a list, 0 where none is near."""
    length = 0
    for index, token in enumerate(tokens):
        length += len(token) + (index > 0)
        if _counts(token, nouns, kind):
            behind = tokens[index + 1] if index + 1 < len(tokens) else ""
            if kind == "organisation" and behind in words()["people"]:
                return 0  # "the board members" are people
            if behind and _counts(behind, nouns, kind):
                continue
            return length
        if (
            kind == "document"
            and index
            and token.lower() == "paper"
            and tokens[index - 1].lower() in {"white", "green"}
        ):
            return length
        if (
            token in _NO_MODIFIERS
            or len(token) < _SHORTEST
            or (kind == "document" and ("’" in token or "'" in token))
        ):
            return 0
    return 0


_SHORTEST = 2
_BODY = frozenset({"body"})
_SINGLE_ROLES = frozenset(
    {"administrator", "adviser", "archivist", "chairman", "chairwoman", "clerk", "commissioner", "historian"}
    | {"lecturer", "magistrate", "matron", "mayor", "officer", "official", "ombudsman", "principal"}
    | {"professor", "psychiatrist", "registrar", "researcher", "secretary", "solicitor", "superintendent"}
    | {"surgeon", "treasurer", "trustee", "warden", "peer", "non-executive", "fitter", "councillor"}
)
"""Offices that many hold, so that "a town clerk" is a person without a name."""


def _counts(token: str, nouns: frozenset[str], kind: str) -> bool:
    return token in nouns or (kind == "anonymous" and _is_somebody(token))


def _is_somebody(token: str) -> bool:
    callings = words()["occupation"]
    return token in callings or (token.endswith("s") and token[:-1] in callings)
