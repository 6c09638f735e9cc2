"""The rules by which names of persons are joined, the surest first.

Names with given names or initials come first; a bare surname is joined last, since it says least. Whatever
rule says that two names are one, `groups.excluded` is asked before they are joined: people of one
surname stay apart when sex, office or dates differ, and different given names are never one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

from policytext.analysis.people.groups import (
    Doubt,
    Group,
    Member,
    Naming,
    alone,
    best_name,
    damaged,
    excluded,
    home,
    members_of,
    roles_agree,
    same_holder,
    sort_key,
)
from policytext.analysis.people.names import label
from policytext.analysis.people.surnames import join_peers, join_surnames
from policytext.extract.speakers.offices import offices
from policytext.extract.speakers.persons import PersonalName, compatible, short_forms, twin_surnames

_LEAST_RARE = 7
"""A surname of fewer letters has too many neighbours for a slip of one letter to tell."""


def join_persons(namings: Sequence[Naming]) -> tuple[list[Group], list[Doubt]]:
    """Returns the groups of persons, each with its canonical name, and what may belong together."""
    members = members_of(namings)
    bare = [m for m in members if m.name is not None and m.name.bare]
    joining = _Joining([m for m in members if m.name is None or not m.name.bare])
    joining.by_table()
    joining.by_fuller_name()
    joining.by_initials()
    joining.by_short_form()
    joining.by_spelling()
    living = joining.living()
    peers = join_peers([m for m in bare if m.name and m.name.peer], living, joining.doubt)
    plain = [m for m in bare if m.name and not m.name.peer]
    groups = [*living, *join_surnames(plain, peers, living, joining.doubt)]
    for group in groups:
        group.label = label(group)
    return groups, joining.settled_doubts()


class _Joining:
    """The groups of names with given names or initials, as far as they are joined."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._doubts: list[Doubt] = []
        by_key: dict[str, list[Member]] = {}
        for member in members:
            key = member.name.key if member.name else f"\0{member.naming.alias}"
            by_key.setdefault(key, []).append(member)
        self._groups = [group for key in sorted(by_key) for group in _split(by_key[key])]

    def living(self) -> list[Group]:
        """Returns the groups that no other has absorbed."""
        return [g for g in self._groups if g.into is None]

    def settled_doubts(self) -> list[Doubt]:
        """Returns the doubts between what stayed apart, the surest of each pair."""
        best: dict[tuple[Group, Group], Doubt] = {}
        for doubt in self._doubts:
            pair = home(doubt.origin), home(doubt.group)
            if pair[0] is not pair[1] and (pair not in best or best[pair].confidence < doubt.confidence):
                best[pair] = Doubt(doubt.namings, *pair, doubt.rule, doubt.confidence)
        return list(best.values())

    def doubt(self, origin: Group, group: Group, rule: str, confidence: float) -> None:
        """Notes that ``origin`` may belong to ``group``."""
        namings = tuple(m.naming for m in origin.members)
        self._doubts.append(Doubt(namings, origin, group, rule, confidence))

    def _buckets(self) -> Iterable[list[Group]]:
        """Yields the living groups of each surname and first letter, in their order."""
        buckets: dict[tuple[str, str], list[Group]] = {}
        for group in self._groups:
            if group.into is None and group.names:
                for key in dict.fromkeys((n.surname, n.given[0][:1]) for n in group.names if n.given):
                    buckets.setdefault(key, []).append(group)
        for key in sorted(buckets):
            yield buckets[key]

    def _settle(self, group: Group, found: list[Group], rule: str, confidence: float) -> None:
        """Joins ``group`` with the only one found, unless roles disagree; several are suggestions."""
        if len(found) > 1:
            together = [g for g in found if g.documents & group.documents or same_holder(g, group)]
            if len(together) != 1:
                for one in found:
                    self.doubt(group, one, rule, round(confidence / len(found), 3))
                return
            found = together
        if not found:
            return
        other = found[0]
        near = bool(other.documents & group.documents) or same_holder(other, group)
        agree = roles_agree(group, other)
        if agree is False and not near:
            self.doubt(group, other, rule, 0.5)
            return
        sure = confidence + (0.1 if near else 0.05 if agree else 0.0)
        other.absorb(group, rule, round(sure, 3))

    def by_table(self) -> None:
        """Joins names that the table of offices gives to one person: Nye and Aneurin Bevan."""
        known: dict[str, list[Group]] = {}
        keys = {n.key: person for person, names in offices().names.items() for n in names if not n.bare}
        for group in self._groups:
            persons = {keys[n.key] for n in group.names if n.key in keys}
            if len(persons) == 1 and group.into is None:
                known.setdefault(persons.pop(), []).append(group)
        for person in sorted(known):
            anchor, *others = sorted(known[person], key=lambda g: (-_fullness(g), -g.statements, sort_key(g)))
            for other in others:
                if not excluded(anchor, other) and best_name(anchor).key != best_name(other).key:
                    anchor.absorb(other, "names-in-table-of-offices", 0.85)

    def by_fuller_name(self) -> None:
        """Joins a name with the only longer one that begins alike: Keith Joseph, Keith St John Joseph."""
        self._each(
            lambda n, o: n.full and o.full and n.given[0] == o.given[0] and len(o.given) > len(n.given),
            "fuller-name",
            0.8,
        )

    def by_initials(self) -> None:
        """Joins initials with the only name that they fit: R. H. Turton, Robin Turton."""
        self._each(lambda n, o: not n.full and o.full, "initials", 0.75)
        self._each(
            lambda n, o: not n.full and not o.full and len(o.given) > len(n.given), "fewer-initials", 0.7
        )

    def _each(self, fits: Callable[[PersonalName, PersonalName], bool], rule: str, confidence: float) -> None:
        for bucket in self._buckets():
            for group in sorted(bucket, key=lambda g: (-len(best_name(g).given), sort_key(g))):
                if group.into is not None:
                    continue
                name = best_name(group)
                found = [
                    o
                    for o in bucket
                    if o is not group
                    and o.into is None
                    and fits(name, best_name(o))
                    and _bears(o, name)
                    and not excluded(group, o)
                ]
                self._settle(group, found, rule, confidence)

    def by_short_form(self) -> None:
        """Joins Tom and Thomas Price where a document or their roles bear it out; else suggests it."""
        full = {(n.surname, n.given[0]): g for g in self.living() for n in g.names if n.full}
        for surname, given in sorted(full):
            for short in short_forms().get(given, ()):
                long, brief = (
                    home(full[surname, given]),
                    home(full.get((surname, short), full[surname, given])),
                )
                if long is not brief and not excluded(long, brief):
                    self._borne_out(long, brief, "short-given-name", 0.75)

    def by_spelling(self) -> None:
        """Joins full names that one letter parts, where the surname is rare or the rest bears it out."""
        near: dict[str, list[Group]] = {}
        for group in self._groups:
            if group.into is None and group.names and best_name(group).full:
                for form in _with_a_letter_less(best_name(group)):
                    near.setdefault(form, []).append(group)
        for form in sorted(near):
            for one, other in combinations(near[form], 2):
                if one.into or other.into or not _one_letter_apart(one, other) or excluded(one, other):
                    continue
                anchor, variant = sorted((one, other), key=lambda g: (damaged(g), -g.statements, sort_key(g)))
                surnames = {best_name(one).surname, best_name(other).surname}
                rare = min(map(len, surnames)) >= _LEAST_RARE and not surnames & twin_surnames()
                if damaged(variant) or (rare and roles_agree(one, other) is not False):
                    anchor.absorb(variant, "one-letter-spelling", 0.75)
                else:
                    self._borne_out(anchor, variant, "one-letter-spelling", 0.75)

    def _borne_out(self, anchor: Group, other: Group, rule: str, confidence: float) -> None:
        if anchor.documents & other.documents or roles_agree(anchor, other):
            anchor.absorb(other, rule, confidence)
        else:
            self.doubt(other, anchor, rule, 0.5)


def _split(members: list[Member]) -> list[Group]:
    """Returns the groups of one name: one, or more where sex, office or dates speak against it."""
    groups: list[Group] = []
    order = sorted(members, key=lambda m: (m.naming.first or "~", m.naming.document, m.naming.alias))
    for member in order:
        single = alone(member)
        for group in groups:
            if not excluded(group, single):
                break
        else:
            group = Group("person")
            groups.append(group)
        if member.name and not member.name.full:
            member.confidence = 0.8  # initials say less than a name
        group.add(member)
    return groups


def _bears(group: Group, name: PersonalName) -> bool:
    """Whether a group has a name like this one, and none that begins like it and then differs."""
    alike = [
        n
        for n in group.names
        if n.surname == name.surname and n.given[:1] and n.given[0][0] == name.given[0][0]
    ]
    return bool(alike) and all(compatible(name, n) for n in alike)


def _fullness(group: Group) -> int:
    return 2 * best_name(group).full + bool(best_name(group).given)


def _with_a_letter_less(name: PersonalName) -> set[str]:
    """Returns the name, and it with each letter of the given name or surname left out in turn."""
    whole = f"{name.given[0]} {name.surname}"
    return {whole} | {whole[:i] + whole[i + 1 :] for i in range(1, len(whole))}


def _one_letter_apart(one: Group, other: Group) -> bool:
    """Whether one letter, put in, left out or changed, makes one name of the other."""
    a, b = best_name(one), best_name(other)
    if a.given[1:] != b.given[1:] or (a.given[0] != b.given[0] and a.surname != b.surname):
        return False
    short, long = sorted((f"{a.given[0]} {a.surname}", f"{b.given[0]} {b.surname}"), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    at = next((i for i, (x, y) in enumerate(zip(short, long, strict=False)) if x != y), len(short))
    return short[at + (len(short) == len(long)) :] == long[at + 1 :]
