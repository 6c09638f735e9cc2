"""Personal names resolved within one document: which surname is whose, and how the name is spelt.

All mentions of persons are grouped by surname, then by given names that agree: equal, an initial, a known
short form. Surnames one letter apart under the same given name are one person spelt two ways. A surname that
stands alone is filled up where only one person can be meant; of two people of one surname neither is chosen.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from policytext.annotation import Place
from policytext.extract.speakers.namewords import honorific, lower
from policytext.extract.speakers.persons import short_forms
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import words

_SHORTEST = 5
"""Surnames of fewer letters are not taken for each other's misprints: Hall and Ball are two people."""
_LONGEST = 24
_NOW = re.compile(
    r"[,(]? ?\(?(?:(?:and )?(?:now|later|afterwards|subsequently|as (?:he|she) (?:now is|then was|became)|"
    r"the future|created|who (?:later |then )?became|now known as|better known as|formerly|previously)),? "
    r"(?:the )?$"
)


@dataclass(frozen=True, slots=True)
class PrintedName:
    """A personal name taken apart: ``titles`` in lower case, the rest as printed."""

    titles: tuple[str, ...]
    given: tuple[str, ...]
    surname: str
    seat: str = ""

    @property
    def sex(self) -> str | None:
        """The sex, m or f, by title or given name; None where they do not tell."""
        lists = words()
        for title in self.titles:
            if title in lists["feminine"]:
                return "f"
            if title in lists["masculine"]:
                return "m"
        first = lower(self.given[0]) if self.given else "" if self.titles else lower(self.surname)
        if first not in lists["given"] or first in lists["either"]:
            return None
        return "f" if first in lists["female"] else "m"

    @property
    def peer(self) -> bool:
        """Whether the title is a peer's."""
        return any(title in words()["peer"] for title in self.titles)


@lru_cache(maxsize=4096)
def taken_apart(printed: str) -> PrintedName | None:
    """Returns the parts of a name as printed, titles and honours included; None without a surname."""
    tokens = re.sub(r"(?<=\.)(?=[A-Z])", " ", " ".join(printed.split())).split()
    lists = words()
    first = 0
    while first < len(tokens) and honorific(tokens[first]):
        first += 1
    last = len(tokens)
    while (
        last > first + 1
        and lower(tokens[last - 1]) in lists["post_nominal"]
        and tokens[last - 1][-1].isupper()
    ):
        last -= 1
    core, seat = tokens[first:last], ""
    if "of" in core[1:]:
        at = core.index("of", 1)
        core, seat = core[:at], " ".join(core[at:])
    if not core:
        return None
    titles = tuple(honorific(t) or "" for t in tokens[:first])
    return PrintedName(titles, tuple(core[:-1]), core[-1], seat)


@lru_cache(maxsize=1)
def _nicknames() -> frozenset[tuple[str, str]]:
    pairs = ((short, full) for full, shorts in short_forms().items() for short in shorts)
    return frozenset(pair for a, b in pairs for pair in ((a, b), (b, a)))


def can_be_one(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tells whether two lists of given names can be one person's: Robert, R., Bob."""
    if not one or not other:
        return True
    a, b = lower(one[0]), lower(other[0])
    if a == b or (a, b) in _nicknames():
        return True
    return (len(a) == 1 or len(b) == 1) and a[0] == b[0] and _initials_agree(one, other)


def _initials_agree(one: Sequence[str], other: Sequence[str]) -> bool:
    return all(a[0].lower() == b[0].lower() for a, b in zip(one, other, strict=False))


@dataclass(slots=True)
class _Person:
    """One person of a document while the document is read."""

    given: tuple[str, ...]
    sex: str | None
    peer: bool
    first: Place
    spellings: Counter[str] = field(default_factory=Counter)
    surnames: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The name to show: given names written out before initials, then the most frequent spelling."""
        order = {name: n for n, name in enumerate(self.spellings)}
        best = max(self.spellings, key=lambda n: (_written_out(n), self.spellings[n], -order[n]))
        surname = max(self.surnames, key=lambda s: (not s.isupper(), self.surnames[s]))
        given = best.rsplit(" ", 1)[0]
        return f"{given} {surname}"


def _written_out(name: str) -> int:
    first = name.split(maxsplit=1)[0]
    return (len(first.rstrip(".")) > 1) + (not name.isupper())


_Key = str


def _key(surname: str) -> _Key:
    return re.sub(r"[^a-zà-ÿ]", "", surname.casefold())


_LOOKS = (
    ("rn", "m"),
    ("ri", "n"),
    ("ii", "u"),
    ("cl", "d"),
    ("vv", "w"),
    ("u", "n"),
    ("e", "c"),
    ("b", "h"),
    ("l", "i"),
)


@lru_cache(maxsize=4096)
def _look(key: _Key) -> str:
    """Returns what a surname looks like to a scanner: Pinuock is Pinnock, Lorirner Lorimer."""
    for seen, read in _LOOKS:
        key = key.replace(seen, read)
    return key


class Names:
    """The persons of one document.

    Args:
        text: the clean text, quotations blanked out.
        mentions: what ``find_mentions`` found in it.
    """

    def __init__(self, text: str, mentions: Sequence[Speaker]) -> None:
        self._text = text
        self._people: dict[_Key, list[_Person]] = defaultdict(list)
        self._same: dict[_Key, _Key] = {}
        self._looks: dict[str, _Key | None] = {}
        self._called: dict[str, list[_Person]] = defaultdict(list)
        self._titled: dict[tuple[str, _Key], tuple[_Person, Place]] = {}
        people = [m for m in mentions if m.type == "person" and m.rule in _NAMED]
        for mention in people:
            for place, parts in self._parts(mention):
                if parts.given:
                    self._enter(place, parts)
        self._respelt()
        for key in self._people:
            look = _look(key)
            self._looks[look] = key if look not in self._looks else None
        for person in (p for known in self._people.values() for p in known):
            for given in {lower(g) for g in person.given if len(lower(g)) > 1}:
                self._called[given].append(person)
        for mention in people:
            for _, parts in self._parts(mention):
                for person in self._people.get(self._of(parts), ())[:1] if not parts.given else ():
                    person.surnames[parts.surname] += 1
        self._risen(people)

    def _parts(self, mention: Speaker) -> Iterator[tuple[Place, PrintedName]]:
        """Yields the place and the parts of each name in a mention."""
        at = mention.start
        for printed in re.split(r" (?:and|&) ", self._text[mention.start : mention.end]):
            parts = taken_apart(printed)
            if parts:
                yield (at, at + len(printed)), parts
            at = min(mention.end, at + len(printed) + 5)

    def _of(self, parts: PrintedName) -> _Key:
        key = _key(parts.surname)
        if key not in self._people and key not in self._same and len(key) >= _SHORTEST:
            return self._looks.get(_look(key)) or key
        return self._same.get(key, key)

    def _enter(self, place: Place, parts: PrintedName) -> None:
        known = self._people[_key(parts.surname)]
        agreeing = [
            p
            for p in known
            if can_be_one(p.given, parts.given) and (p.sex or parts.sex) == (parts.sex or p.sex)
        ]
        if len(agreeing) == 1:
            person = agreeing[0]
            if len(lower(parts.given[0])) > len(lower(person.given[0])) or len(parts.given) > len(
                person.given
            ):
                person.given = parts.given
            person.sex, person.peer = person.sex or parts.sex, person.peer or parts.peer
        else:
            exact = [p for p in agreeing if lower(p.given[0]) == lower(parts.given[0])]
            person = exact[0] if exact else _Person(parts.given, parts.sex, parts.peer, place)
            if not exact:
                known.append(person)
        person.spellings[" ".join([*parts.given, parts.surname])] += 1
        person.surnames[parts.surname] += 1

    def _respelt(self) -> None:
        """Joins persons of one given name whose surnames are one letter apart."""
        seen: dict[tuple[str, str], _Key] = {}
        for key in sorted(self._people, key=lambda k: min(p.first for p in self._people[k])):
            if not _SHORTEST <= len(key) <= _LONGEST or len(self._people[key]) != 1:
                continue
            person = self._people[key][0]
            given = lower(person.given[0])
            if len(given) == 1:
                continue
            forms = {key, _look(key), *(key[:i] + key[i + 1 :] for i in range(len(key)))}
            other = next((seen[given, f] for f in sorted(forms) if (given, f) in seen), None)
            if other is not None and other != key and (_one_letter(other, key) or _look(other) == _look(key)):
                first = self._people[other][0]
                first.spellings.update(person.spellings)
                first.surnames.update(person.surnames)
                first.sex, first.peer = first.sex or person.sex, first.peer or person.peer
                self._same[key] = other
            for form in forms:
                seen.setdefault((given, form), self._same.get(key, key))
        for key in self._same:
            del self._people[key]

    def _risen(self, people: Sequence[Speaker]) -> None:
        """Learns "Mr X, now Lord Y": from then on Lord Y is X."""
        for before, after in pairwise(people):
            gap = self._text[before.end : after.start]
            if len(gap) > 40 or not _NOW.search(gap) or before.rule == "names" or after.rule == "names":
                continue
            one, other = self._one(before), taken_apart(self._text[after.start : after.end])
            if one and other and other.titles and not other.given:
                self._titled[other.titles[-1], _key(other.surname)] = (one, one.first)

    def _one(self, mention: Speaker) -> _Person | None:
        parts = taken_apart(self._text[mention.start : mention.end])
        people = self._people.get(self._of(parts), []) if parts else []
        fitting = [p for p in people if parts and can_be_one(p.given, parts.given)]
        return fitting[0] if len(fitting) == 1 else None

    def sex(self, mention: Speaker) -> str | None:
        """Returns "m" or "f" for a person as far as title, given name or the document tell."""
        parts = taken_apart(self._text[mention.start : mention.end])
        if parts and parts.sex:
            return parts.sex
        named = taken_apart(mention.name) if mention.name else None
        if named and named.sex:
            return named.sex
        person = self._one(mention)
        return person.sex if person else None

    def resolve(self, mention: Speaker) -> Speaker:
        """Returns a mention with the fullest name; a name in capitals is shown as others are."""
        found = self._resolved(mention)
        return replace(found, name=_cased(found.name)) if found.name else found

    def _resolved(self, mention: Speaker) -> Speaker:
        if mention.rule == "names":
            return self._both(mention)
        parts = taken_apart(self._text[mention.start : mention.end])
        if parts is None:
            return mention
        risen = self._titled.get((parts.titles[-1], _key(parts.surname))) if parts.titles else None
        if risen and not parts.given:
            return _as(mention, *risen, "risen", 0.85)
        people = self._people.get(self._of(parts), [])
        if parts.given:
            fitting = [p for p in people if can_be_one(p.given, parts.given)]
            if len(fitting) == 1 and fitting[0].name != mention.name:
                return replace(mention, name=fitting[0].name, antecedent=_unless(mention, fitting[0].first))
            return mention
        return self._filled(mention, parts, people)

    def _filled(self, mention: Speaker, parts: PrintedName, people: Sequence[_Person]) -> Speaker:
        """Returns a lone surname filled up, as printed where two people share it."""
        titled = bool(parts.titles)
        own = _OWN.search(self._text, max(0, mention.start - 30), mention.start)  # "my cousin Margaret"
        called = [] if titled or people or own else self._called.get(lower(parts.surname), [])
        if len(called) == 1:
            return _as(mention, called[0], called[0].first, "surname-resolved", 0.8)
        if parts.peer:
            people = [p for p in people if p.peer]
        fitting = [p for p in people if not parts.sex or not p.sex or p.sex == parts.sex]
        before = [p for p in fitting if p.first[0] < mention.start]
        chosen = fitting if len(fitting) == 1 else before if len(before) == 1 else []
        if chosen:
            sure = (0.85 if titled else 0.8) - 0.1 * (len(fitting) > 1 or not before)
            return _as(mention, chosen[0], chosen[0].first, "surname-resolved", sure)
        if fitting:
            return replace(mention, rule="surname-ambiguous", confidence=mention.confidence * 0.6)
        return mention

    def _both(self, mention: Speaker) -> Speaker:
        names = []
        for _, parts in self._parts(mention):
            fitting = [p for p in self._people.get(self._of(parts), []) if can_be_one(p.given, parts.given)]
            bare = " ".join([*parts.given, parts.surname, *([parts.seat] if parts.seat else [])])
            titled = " ".join([*parts.titles[-1:], bare]) if not parts.given else bare
            names.append(fitting[0].name if len(fitting) == 1 else titled)
        printed = (mention.name or "").split("; ")
        shown = [new if parts_of(new) else old for new, old in zip(names, printed, strict=False)]
        return replace(mention, name="; ".join(shown)) if len(names) == len(printed) else mention


_NAMED = frozenset({"honorific", "surname", "name", "office-name", "names", "named-entity"})


_ORDINAL = re.compile(r"[IVX]+")
"""A king's number is no name in capitals."""


def parts_of(name: str) -> bool:
    """Tells whether a name has given names."""
    parts = taken_apart(name)
    return parts is not None and bool(parts.given)


def _cased(name: str) -> str:
    """Returns a name whose words are all capitals in small letters but for the first."""
    if not any(word.isupper() and len(word) > 2 and not _ORDINAL.fullmatch(word) for word in name.split()):
        return name
    return re.sub(r"[^\W\d_]{2,}", lambda m: m[0].capitalize() if m[0].isupper() else m[0], name)


def _unless(mention: Speaker, place: Place) -> Place | None:
    return None if place == (mention.start, mention.end) else place


def _as(mention: Speaker, person: _Person, place: Place, rule: str, sure: float) -> Speaker:
    return replace(
        mention, name=person.name, rule=rule, confidence=round(sure, 3), antecedent=_unless(mention, place)
    )


def _one_letter(one: str, other: str) -> bool:
    """Tells whether two words differ in one letter: left out, put in or another."""
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    return short[at:] == long[at + 1 :] or (len(short) == len(long) and short[at + 1 :] == long[at + 1 :])


_OWN = re.compile(r"\b(?:[Mm]y|[Oo]ur|[Hh]is|[Tt]heir) (?:[a-z-]+ ){1,2}$")
