"""The canonical name of a person: as fully as it is printed anywhere."""

from __future__ import annotations

from policytext.analysis.people.groups import Group, Member
from policytext.extract.speakers.persons import PersonalName, personal_name


def label(group: Group) -> str:
    """Returns the canonical name: with a given name where one is printed, and then without titles.

    Of several spellings that one whose surname most documents print: a misread name is one document's own.
    """
    counts: dict[str, int] = {}
    printing: dict[str, set[str]] = {}
    for member in group.members:
        shown = _without_titles(member)
        counts[shown] = counts.get(shown, 0) + member.naming.statements
        printing.setdefault(_surname(member.name), set()).add(member.naming.document)
    names = {shown: personal_name(shown) for shown in counts}

    def order(shown: str) -> tuple[object, ...]:
        name = names[shown]
        full = (name is None, not (name and name.full), not (name and name.given))
        spelt = (any(c.isdigit() for c in shown), shown.isupper(), -len(printing.get(_surname(name), ())))
        return (*full, *spelt, -counts[shown], -len(shown), shown)

    return min(counts, key=order)


def _surname(name: PersonalName | None) -> str:
    return name.surname.casefold() if name else ""


def _without_titles(member: Member) -> str:
    """Returns the name as printed, from the first given name on; a bare surname keeps its title."""
    alias = " ".join(member.naming.alias.split())
    name = member.name
    if name is None or name.bare or name.peer:
        return alias
    untitled = PersonalName(name.given, name.surname, peer=False, female=None, territory=name.territory)
    words = alias.partition(",")[0].split()
    while len(words) > 1 and personal_name(" ".join(words[1:])) == untitled:
        words = words[1:]
    while len(words) > 1 and personal_name(" ".join(words[:-1])) == untitled:
        words = words[:-1]
    return " ".join(words)
