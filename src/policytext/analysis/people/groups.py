"""Groups of namings that are one speaker, with all that is told of them, and what forbids joining two."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from policytext.annotation import SpeakerType
from policytext.extract.speakers.offices import holders, offices_named
from policytext.extract.speakers.persons import PersonalName, personal_name

MOST_YEARS = 60
"""Nobody is quoted on policy for longer than that between two dated statements."""

_POLITICAL = re.compile(
    r"\b(?:mps?|ministers?|secretary of state|politician|peer|member for)\b", re.IGNORECASE
)
_CONTENT = re.compile(r"[^\W\d_]{4,}")
_EMPTY = frozenset({"then", "former", "formerly", "late", "with", "from", "that", "this", "senior", "deputy"})
_EMPTY_ROLES = _EMPTY | {
    "chief",
    "assistant",
    "general",
    "health",
    "service",
    "services",
    "council",
    "member",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """What one document prints of one speaker.

    ``first`` is the ISO day by which the earliest statement was made, ``last`` the day from which the latest
    was, of those that the text dates; None where it dates none. ``peerages`` are other names by which the
    document calls the same person ("Lord Tranmire").
    """

    document: str
    alias: str
    type: SpeakerType
    statements: int = 0
    first: str | None = None
    last: str | None = None
    roles: frozenset[str] = frozenset()
    parties: frozenset[str] = frozenset()
    peerages: frozenset[str] = frozenset()


@dataclass(slots=True, eq=False)
class Member:
    """A naming in a group, with the rule that put it there."""

    naming: Naming
    name: PersonalName | None
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """That the ``namings`` of ``origin`` may belong to ``group``, but were not joined."""

    namings: tuple[Naming, ...]
    origin: Group
    group: Group
    rule: str
    confidence: float


@dataclass(slots=True, eq=False)
class Group:
    """Namings taken for one speaker.

    ``told`` is what the roles say (``role_content``), ``into`` the group that absorbed this one; ``label`` is
    the canonical name, settled at the end.
    """

    type: SpeakerType
    members: list[Member] = field(default_factory=list)
    names: dict[PersonalName, None] = field(default_factory=dict)
    documents: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    holders: set[str] = field(default_factory=set)
    female: set[bool] = field(default_factory=set)
    first: str | None = None
    last: str | None = None
    statements: int = 0
    label: str = ""
    into: Group | None = None

    @property
    def first_document(self) -> str:
        """The least id of its documents, whatever order they came in."""
        return min(self.documents)

    def add(self, member: Member) -> None:
        """Takes a naming in, with all that is told of it."""
        naming, name = member.naming, member.name
        self.members.append(member)
        if name:
            self.names[name] = None
            if name.female is not None:
                self.female.add(name.female)
        self.documents.add(naming.document)
        for role in naming.roles - self.roles:
            self.told |= role_content(role)
        self.roles |= naming.roles
        self.parties |= naming.parties
        self.holders |= holders_named(naming)
        self._dated(naming.first, naming.last)
        self.statements += naming.statements

    def absorb(self, other: Group, rule: str, confidence: float) -> None:
        """Takes in all of ``other``, which leads here from now on."""
        for member in other.members:
            told = member.rule == "same-name"
            member.rule = rule if told else member.rule
            member.confidence = round(min(confidence, member.confidence), 3)
            self.add(member)
        other.members, other.into = [], self

    def _dated(self, first: str | None, last: str | None) -> None:
        if first is not None:
            self.first = min(self.first or first, first)
        if last is not None:
            self.last = max(self.last or last, last)


def home(group: Group) -> Group:
    """Returns the group that ``group`` was absorbed into, itself where it was not."""
    while group.into is not None:
        group = group.into
    return group


@lru_cache(maxsize=65_536)
def holders_named(naming: Naming) -> frozenset[str]:
    """Returns who of the table of offices is meant: name and a role as printed fit one of its people."""
    if naming.type != "person":
        return frozenset()
    offices = {office for role in naming.roles for office in offices_named(role)}
    found = {t.person for t in holders(naming.alias) if t.office in offices} if offices else set()
    return frozenset(found) if len(found) == 1 else frozenset()


def excluded(one: Group, other: Group) -> bool:
    """Whether two groups cannot be one person: sex, office or dates speak against it."""
    if len(one.female | other.female) > 1:
        return True
    if one.holders and other.holders and one.holders != other.holders:
        return True
    return too_far(one.first, one.last, other.first, other.last)


def too_far(first: str | None, last: str | None, other_first: str | None, other_last: str | None) -> bool:
    """Whether the earliest and the latest of all these days lie further apart than anybody speaks."""
    firsts = [d for d in (first, other_first) if d]
    lasts = [d for d in (last, other_last) if d]
    return bool(firsts and lasts) and int(max(lasts)[:4]) - int(min(firsts)[:4]) > MOST_YEARS


def roles_agree(one: Group, other: Group) -> bool | None:
    """Whether roles as printed have something in common; None where there are none on a side."""
    if not one.told or not other.told:
        return None
    return not one.told.isdisjoint(other.told)


@lru_cache(maxsize=16_384)
def role_content(role: str) -> frozenset[str]:
    """Returns what a role tells: its own words, offices of the table, and whether it is political."""
    told = {f"office {office}" for office in offices_named(role)}
    told |= set(_CONTENT.findall(role.casefold())) - _EMPTY_ROLES
    if _POLITICAL.search(role):
        told.add("political")
    return frozenset(told)


def members_of(namings: Sequence[Naming]) -> list[Member]:
    """Returns the namings with their names taken apart."""
    return [Member(n, personal_name(n.alias), "same-name", 1.0) for n in namings]


def alone(member: Member) -> Group:
    """Returns a group of one."""
    group = Group("person")
    group.add(member)
    return group


def same_holder(one: Group, other: Group) -> bool:
    """Whether both are shown, by name and office, to be one person of the table of offices."""
    return bool(one.holders) and one.holders == other.holders


def best_name(group: Group) -> PersonalName:
    """Returns the fullest name: given names written out, then most of them, then first by alphabet."""
    return min(group.names, key=lambda n: (not n.full, -len(n.given), n.key))


def sort_key(group: Group) -> tuple[str, str]:
    """Returns what groups are put in order by."""
    return (best_name(group).key if group.names else "", group.first_document)


def damaged(group: Group) -> bool:
    """Whether a name holds a digit, which no name does: a misreading."""
    return any(c.isdigit() for c in best_name(group).key)
