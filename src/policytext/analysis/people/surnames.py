"""Bare surnames and peers' titles: joined last, since they say least, and only where more bears it out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from policytext.analysis.people.groups import (
    Group,
    Member,
    alone,
    best_name,
    excluded,
    holders_named,
    roles_agree,
    same_holder,
    sort_key,
    too_far,
)
from policytext.extract.speakers.offices import holders, offices
from policytext.extract.speakers.persons import compatible, personal_name

_MOST_BEARERS = 20
"""Where more people of an archive bear a surname, it tells nobody, not even as a suggestion."""

DoubtOf = Callable[[Group, Group, str, float], None]
"""Notes that a group may belong to another: origin, group, rule, confidence."""


def join_peers(peers: Sequence[Member], groups: Sequence[Group], doubt: DoubtOf) -> list[Group]:
    """Joins a peer's title with the name it is a title of, by a document or the table.

    Returns the groups of those that stay alone. "Lord Jenkins" for Lord Jenkins of Hillhead is a suggestion.
    """
    told = _told_in_documents(groups)
    by_surname = _by_surname(groups)
    rest = []
    for member in peers:
        assert member.name
        found = told.get((member.name.surname, member.name.territory), [])
        rule, confidence = "peerage-in-document", 0.85
        if not found:
            found, rule, confidence = _of_table(member, by_surname), "peerage-in-table-of-offices", 0.8
        fitting = [g for g in dict.fromkeys(found) if not excluded(g, alone(member))]
        if len(fitting) == 1 and (rule == "peerage-in-document" or _in_full(member)):
            _put(member, fitting[0], rule, confidence)
            continue
        rest.append(alone(member))
        if len(fitting) == 1:
            doubt(rest[-1], fitting[0], rule, 0.5)
    return rest


def _in_full(member: Member) -> bool:
    """Whether a peer's title tells who it is: a word of its own, or printed with the territory it has."""
    assert member.name
    names = [n for t in holders(member.naming.alias) for n in offices().names[t.person]]
    if all(n.peer or n.surname != member.name.surname for n in names):
        return True
    return {n.territory for n in names if n.peer and n.surname == member.name.surname} == {
        member.name.territory
    }


def _put(member: Member, group: Group, rule: str, confidence: float) -> None:
    member.rule, member.confidence = rule, confidence
    group.add(member)


def _told_in_documents(groups: Sequence[Group]) -> dict[tuple[str, str], list[Group]]:
    """Returns the groups that documents call by a peer's title other than their surname, by that title."""
    told: dict[tuple[str, str], list[Group]] = {}
    for group in groups:
        for member in group.members:
            for title in sorted(member.naming.peerages):
                name = personal_name(title)
                if name and name.peer and name.bare and member.name and name.surname != member.name.surname:
                    told.setdefault((name.surname, name.territory), []).append(group)
    return told


def _by_surname(groups: Sequence[Group]) -> dict[str, list[Group]]:
    found: dict[str, list[Group]] = {}
    for group in groups:
        for surname in dict.fromkeys(n.surname for n in group.names):
            found.setdefault(surname, []).append(group)
    return found


def _of_table(member: Member, by_surname: dict[str, list[Group]]) -> list[Group]:
    """Returns the groups that bear a name of the only holder of this peerage in the table.

    The title comes after the office: what was said before it was said by another peer.
    """
    held = holders(member.naming.alias)
    last = member.naming.last
    if len({t.person for t in held}) != 1 or (last is not None and last < held[0].outer[0]):
        return []
    names = [n for n in offices().names[held[0].person] if not n.bare]
    return [
        group
        for surname in dict.fromkeys(n.surname for n in names)
        for group in by_surname.get(surname, [])
        if any(compatible(own, n) for own in group.names for n in names)
    ]


def join_surnames(
    bare: Sequence[Member], peers: Sequence[Group], groups: Sequence[Group], doubt: DoubtOf
) -> list[Group]:
    """Joins bare surnames with people of that surname; returns the groups of those that stay alone.

    ``peers`` are the groups of peers' titles that stand for nobody else so far.
    """
    rest = _in_documents(bare, groups)
    left = _with_roles(rest, groups, doubt)
    left += _peers_with_titles(peers, groups)
    _among_themselves(left)
    return [g for g in left if g.into is None]


def _in_documents(bare: Sequence[Member], groups: Sequence[Group]) -> list[Member]:
    """Joins with the only person of that surname in the same document; returns the rest."""
    homes: dict[tuple[str, str], dict[Group, None]] = {}
    for group in groups:
        for member in group.members:
            if member.name:
                homes.setdefault((member.naming.document, member.name.surname), {})[group] = None
    rest = []
    for member in bare:
        assert member.name
        near = homes.get((member.naming.document, member.name.surname), {})
        found = [g for g in near if _fits(member, g)]
        if len(found) == 1:
            _put(member, found[0], "surname-in-document", 0.85)
        else:
            rest.append(member)
    return rest


def _peers_with_titles(peers: Sequence[Group], groups: Sequence[Group]) -> list[Group]:
    """Joins a title with the only person who bears it beside a given name; returns the rest."""
    by_surname = _by_surname([g for g in groups if any(n.peer for n in g.names)])
    left = []
    for single in peers:
        found = [g for g in by_surname.get(best_name(single).surname, []) if _fits(single.members[0], g)]
        if len(found) == 1:
            found[0].absorb(single, "peerage-with-name", 0.75)
        else:
            left.append(single)
    return left


def _with_roles(bare: Sequence[Member], groups: Sequence[Group], doubt: DoubtOf) -> list[Group]:
    """Joins with the only one of that surname in the archive, where the role agrees; returns the rest."""
    by_surname = _by_surname(groups)
    left = []
    for member in bare:
        assert member.name
        single = alone(member)
        same = by_surname.get(member.name.surname, [])
        found = [g for g in same if _fits(member, g)] if len(same) <= _MOST_BEARERS else []
        if len(found) == 1 and (same_holder(found[0], single) or roles_agree(found[0], single)):
            _put(member, found[0], "surname-and-role", 0.75)
            continue
        left.append(single)
        for one in found:
            doubt(single, one, "surname-only", round(0.4 / len(found), 3))
    return left


def _fits(member: Member, group: Group) -> bool:
    """Whether a bare surname can be a name of the group: a peer's only where the group has a peer's."""
    assert member.name
    if member.name.peer and not any(n.peer for n in group.names):
        return False
    if too_far(member.naming.first, member.naming.last, group.first, group.last):
        return False
    sexes = group.female | ({member.name.female} - {None})
    mine = holders_named(member.naming)
    fits = any(compatible(member.name, n) for n in group.names)
    return fits and len(sexes) < 2 and not (mine and group.holders and mine != group.holders)


def _among_themselves(left: Sequence[Group]) -> None:
    """Joins bare surnames with each other: in one document, by one peerage, office or role."""
    buckets: dict[str, list[Group]] = {}
    for group in left:
        buckets.setdefault(best_name(group).surname, []).append(group)
    for bucket in buckets.values():
        anchors: dict[tuple[str, str], dict[Group, None]] = {}  # by what two must share to be one
        for group in sorted(bucket, key=lambda g: (g.first_document, sort_key(g))):
            shared = _shared(group)
            near = dict.fromkeys(a for key in shared for a in anchors.get(key, ()))
            anchor = next((a for a in near if _joined(a, group)), group)
            for key in shared:
                anchors.setdefault(key, {})[anchor] = None


def _shared(group: Group) -> list[tuple[str, str]]:
    """Returns the documents, the peerage, the office and the words of the roles of a group."""
    name = best_name(group)
    kinds = {
        "document": group.documents,
        "peerage": {name.territory} if name.peer else set(),
        "holder": group.holders,
        "role": group.told,
    }
    return [(kind, value) for kind, values in kinds.items() for value in sorted(values)]


def _joined(anchor: Group, group: Group) -> bool:
    rule, confidence = _alike(anchor, group)
    if not rule or excluded(anchor, group):
        return False
    anchor.absorb(group, rule, confidence)
    return True


def _alike(one: Group, other: Group) -> tuple[str, float]:
    """Returns the rule by which two bare surnames are one person, "" where none is."""
    mine, theirs = best_name(one), best_name(other)
    if mine.peer != theirs.peer or mine.territory != theirs.territory:
        return "", 0.0
    if one.documents & other.documents:
        return "surname-in-document", 0.85
    if mine.peer:
        return "same-peerage", 0.8
    if same_holder(one, other):
        return "surname-and-office", 0.8
    return ("surname-and-role", 0.65) if roles_agree(one, other) else ("", 0.0)
