"""Who holds which office in a document, so that "the Minister" has a name where the text gave him one."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from policytext.extract.speakers.courtesies import SEAT
from policytext.extract.speakers.describing import described, role_word
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import words

_NEAR, _FAR = 1_500, 8_000
_TRIED = 40
_SURE = 0.8
_QUALIFIERS = frozenset(
    {"deputy", "vice", "assistant", "former", "shadow", "prime", "under", "junior", "ex", "acting"}
)
"""What makes another office of one: the deputy chairman is not the chairman."""
_SMALL = frozenset(
    {"the", "of", "for", "to", "and", "a", "an", "at", "in", "on", "s", "then", "now", "new", "late"}
    | {"my", "right", "hon", "honourable", "friend", "learned", "gallant", "noble", "gentleman", "lady"}
)
_IN_BRACKETS = re.compile(r" \((?P<role>(?:in the chair|[A-Za-z][\w ’'-]{3,60}))\)")
_BEFORE_COLON = re.compile(
    r"\b(?P<role>[Ii]n the [Cc]hair|Chairman|Chair|Clerk|President|Presiding)\s?[:–—-]\s?$"
)
_SEAT = re.compile(rf" \((?P<seat>{SEAT})\)(?: \([A-Za-z /-]{{2,20}}\))?:")
_MEMBER = re.compile(rf"Members? for (?P<seat>{SEAT}) \($")
_FOR = re.compile(rf"Members? for (?P<seat>{SEAT})$")
_OWNED = re.compile(
    r"(?:its|their|our|my|his|her) (?!(?:right |most )?(?:hon|noble|learned|gallant))", re.IGNORECASE
)
_OPENS_BRACKET = re.compile(r" \((?:the )?(?:then )?$")


@dataclass(frozen=True, slots=True)
class _Held:
    """That ``person`` holds the office of these ``words``, as a text says at a place."""

    start: int
    words: frozenset[str]
    person: Speaker


class OfficesHeld:
    """The offices of a document's persons.

    Args:
        text: the clean text, quotations blanked out.
        speakers: its possible speakers, in order.
    """

    def __init__(self, text: str, speakers: Sequence[Speaker]) -> None:
        self._text = text
        self._by_head: dict[str, list[_Held]] = defaultdict(list)
        self._by_name: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._by_seat: dict[str, Speaker] = {}
        self._behind = {s.start: s for s in speakers if s.type == "person" and s.name}
        for index, speaker in enumerate(speakers):
            if (
                speaker.type != "person"
                or not speaker.name
                or speaker.confidence < _SURE
                or speaker.rule == "names"
            ):
                continue
            seat = _SEAT.match(self._text, speaker.end)
            if seat is None and self._text[speaker.start - 1 : speaker.start] == "(":
                seat = _MEMBER.search(self._text, max(0, speaker.start - 90), speaker.start)
            if seat:
                self._by_seat.setdefault(_folded(seat["seat"]), speaker)
            for role in self._roles(speaker, speakers[index - 1] if index else None):
                held = _content(role)
                head = _head(role)
                if role_word().search(role):
                    self._by_name[speaker.name].append((speaker.start, role))
                if head and held:
                    self._by_head[head].append(_Held(speaker.start, held, speaker))

    def _roles(self, speaker: Speaker, before: Speaker | None) -> list[str]:
        found = []
        _, role, _ = described(self._text, speaker, max(0, speaker.start - 160))
        if role:
            found.append(role)
        bracket = _IN_BRACKETS.match(self._text, speaker.end)
        if bracket:
            found.append(bracket["role"])
        colon = _BEFORE_COLON.search(self._text, max(0, speaker.start - 20), speaker.start)
        if colon:
            found.append(colon["role"])
        if (
            before
            and before.rule == "office"
            and _OPENS_BRACKET.fullmatch(self._text[before.end : speaker.start])
        ):
            found.append(self._text[before.start : before.end])
        return found

    def role_of(self, name: str, before: int) -> str | None:
        """Returns the role that stood last with a name before a place, else the first that stands after."""
        known = self._by_name.get(name)
        if not known:
            return None
        return known[max(0, bisect_left(known, before, key=lambda k: k[0]) - 1)][1]

    def holder(self, office: Speaker) -> Speaker:
        """Returns a bare office with the name of its holder, as it came where the text named none before."""
        shown = self._text[office.start : office.end]
        bracket = self._behind.get(office.end + 2)
        if office.rule == "office" and bracket and self._text.startswith(" (", office.end):
            return _held_by(office, bracket, 0.85)
        member = _FOR.search(shown)
        if member:
            known = self._by_seat.get(_folded(member["seat"]))
            return _held_by(office, known, 0.8) if known and office.rule == "office" else office
        if _OWNED.match(shown):
            return office  # "its chairman" holds another chair than the one named before
        wanted, head = _content(shown), _head(shown)
        if office.rule != "office" or not head:
            return office
        held = self._by_head.get(head, [])
        last = bisect_left(held, office.start, key=lambda h: h.start)
        for fact in held[max(0, last - _TRIED) : last][::-1]:
            if office.start - fact.start > _FAR:
                break
            if wanted <= fact.words and not (fact.words & _QUALIFIERS) - wanted:
                near = office.start - fact.start <= _NEAR
                return _held_by(office, fact.person, 0.75 if near else 0.65)
        return office


def _held_by(office: Speaker, person: Speaker, sure: float) -> Speaker:
    place = (person.start, person.end)
    return replace(office, name=person.name, rule="office-resolved", confidence=sure, antecedent=place)


def _folded(seat: str) -> str:
    return " ".join(re.findall(r"[a-z]+", seat.lower()))


def _content(role: str) -> frozenset[str]:
    tokens = re.findall(r"[a-z]+", role.lower())
    return frozenset(_plain(t) for t in tokens) - _SMALL


def _plain(word: str) -> str:
    return "chair" if word in {"chairman", "chairwoman", "chairperson"} else word


@lru_cache(maxsize=2048)
def _head(role: str) -> str | None:
    """Returns the noun that an office is: the last word of a role before "of", "for" or "to"."""
    held = words()["role"]
    first = re.split(r" (?:of|for|to|at|in) (?!the chair)|,", role.lower(), maxsplit=1)[0]
    tokens = [t for t in re.findall(r"[a-z-]+", first) if t in held or t == "chair"]
    return _plain(tokens[-1]) if tokens else None
