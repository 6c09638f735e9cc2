"""One canonical speaker across an archive: which names, in which documents, are one person or body.

What an archive prints of its speakers comes as namings (a name in a document, with what is told of it there);
out come people and the links that lead to them, each with a rule and a confidence. Names that may be one
person's, but need not, stay apart: their link is a suggestion.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policytext.analysis.people.bodies import join_bodies
from policytext.analysis.people.groups import Group, Naming
from policytext.analysis.people.rules import join_persons
from policytext.annotation import SpeakerType

__all__ = ["Link", "Naming", "Person", "join_speakers", "slug"]

Definitions = Callable[[str], Mapping[str, str]]
"""Returns the abbreviations that a document defines, by its id: ``{"NAO": "National Audit Office"}``."""


@dataclass(frozen=True, slots=True)
class Person:
    """A person, body or document that speaks; ``id`` is made of the name, ``aliases`` are as printed."""

    id: str
    name: str
    type: SpeakerType
    aliases: tuple[str, ...]
    roles: tuple[str, ...]
    parties: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """That ``alias`` in ``document`` is the person of this id; not ``joined``, that it may be."""

    document: str
    alias: str
    type: SpeakerType
    person: str
    joined: bool
    rule: str
    confidence: float


def join_speakers(namings: Iterable[Naming], definitions: Definitions) -> tuple[list[Person], list[Link]]:
    """Returns the people of an archive by id, and the links of all namings by document, alias and person.

    The order of ``namings`` changes nothing. Every naming has one link that is joined.

    Args:
        namings: what the documents print, one a document, name and type.
        definitions: the abbreviations that a document defines; asked only where a body
            is named by one.
    """
    ordered = sorted(namings, key=lambda n: (n.type, n.document, n.alias))
    persons, doubts = join_persons([n for n in ordered if n.type == "person"])
    bodies, more = join_bodies([n for n in ordered if n.type != "person"], definitions)
    groups = sorted([*persons, *bodies], key=lambda g: (slug(g.label), g.type, g.first_document))
    ids = _ids(groups)
    people = [_person(name, group) for group, name in zip(groups, ids, strict=True)]
    home = {id(group): name for group, name in zip(groups, ids, strict=True)}
    links = [
        Link(m.naming.document, m.naming.alias, group.type, home[id(group)], True, m.rule, m.confidence)  # noqa: FBT003 - a field
        for group in groups
        for m in group.members
    ]
    links += [
        Link(n.document, n.alias, n.type, home[id(d.group)], False, d.rule, d.confidence)  # noqa: FBT003 - a field
        for d in [*doubts, *more]
        for n in d.namings
        if d.group is not d.origin
    ]
    order = sorted(links, key=lambda x: (x.document, x.alias, x.type, not x.joined, -x.confidence, x.person))
    return sorted(people, key=lambda p: p.id), order


def slug(name: str) -> str:
    """Returns ``name`` in small letters and digits with hyphens between; "unnamed" where nothing is left."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘")
    return re.sub(r"[\W_]+", "-", plain).strip("-") or "unnamed"


def _ids(groups: Sequence[Group]) -> list[str]:
    """Returns an id a group: its name; where several have one name, with the first document of each."""
    names = [slug(g.label) for g in groups]
    common = Counter(names)
    ids: list[str] = []
    taken: Counter[str] = Counter()
    for group, name in zip(groups, names, strict=True):
        full = name if common[name] == 1 else f"{name}--{slug(group.first_document)}"
        taken[full] += 1
        ids.append(full if taken[full] == 1 else f"{full}--{taken[full]}")
    return ids


def _person(name: str, group: Group) -> Person:
    aliases: Counter[str] = Counter()
    for member in group.members:
        aliases[member.naming.alias] += member.naming.statements
    kept = tuple(sorted(aliases, key=lambda a: (-aliases[a], a)))
    return Person(
        name, group.label, group.type, kept, tuple(sorted(group.roles)), tuple(sorted(group.parties))
    )
