"""Bodies and documents that are one: the same name, or an abbreviation that the document itself defines."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from policytext.analysis.people.groups import Doubt, Group, Member, Naming

_ABBREVIATION = re.compile(r"[A-Z](?=[^a-z]*[A-Z])[A-Za-z&.]{1,11}")
_DEFINED = re.compile(
    r"\(\s?(?:hereafter |henceforth |or )?[\"“'‘]?(?:the )?[\"“'‘]?([A-Z][A-Za-z&]{1,9})[\"”'’]?\s?\)"
)
_NAME_BEFORE = re.compile(r"[A-Z][\w’'-]*(?:[ \n](?:of|for|and|the|in|on|&|to|[A-Z][\w’'-]*)){0,11}\s*$")
_BEFORE = 160
"""So many characters before a bracket are searched for the name it abbreviates."""
_SMALL = frozenset({"of", "for", "and", "the", "in", "on", "to", "&"})
_MARKS = re.compile(r"[’'‘.]")
_NO_WORD = re.compile(r"[\W_]+")
_IN_BRACKETS = re.compile(r"\s*\([^()]{1,40}\)\s*$")


def abbreviations(text: str) -> dict[str, str]:
    """Returns the abbreviations that a text defines in brackets behind a name, each with the name.

    The letters must be the first letters of the name's words, small words counted or not; what a text defines
    twice in different ways is left out. Linear in the length of the text.
    """
    found: dict[str, str | None] = {}
    for match in _DEFINED.finditer(text):
        before = _NAME_BEFORE.search(text[max(0, match.start() - _BEFORE) : match.start()])
        name = _abbreviated(before[0].split(), match[1]) if before else None
        if name is not None:
            known = found.setdefault(match[1], name)
            found[match[1]] = name if known is not None and folded(known) == folded(name) else None
    return {short: name for short, name in found.items() if name is not None}


def _abbreviated(words: Sequence[str], letters: str) -> str | None:
    """Returns the last words of a name that begin with these letters."""
    wanted = letters.replace("&", "").casefold()
    for start in range(len(words)):
        part = words[start:]
        every = "".join(w[0] for w in part).casefold()
        large = "".join(w[0] for w in part if w.casefold() not in _SMALL).casefold()
        if part[0].casefold() not in _SMALL and wanted in (every, large):
            return " ".join(part)
    return None


def folded(name: str) -> str:
    """Returns a body's name without case, marks, leading article and abbreviation in brackets behind."""
    plain = _MARKS.sub("", _IN_BRACKETS.sub("", name).replace("&", " and ")).casefold()
    return " ".join(w for w in _NO_WORD.split(plain) if w).removeprefix("the ")


def join_bodies(
    namings: Sequence[Naming], definitions: Callable[[str], Mapping[str, str]]
) -> tuple[list[Group], list[Doubt]]:
    """Returns the groups of bodies and documents, and where an abbreviation may stand for one of them.

    An abbreviation is joined only in documents that define it; elsewhere it is a suggestion.
    """
    groups: dict[tuple[str, str], Group] = {}
    meant: dict[tuple[str, str], set[str]] = {}  # abbreviation, as defined anywhere here -> names
    open_ones: list[tuple[str, Member]] = []
    for naming in namings:
        member = Member(naming, None, "same-name", 1.0)
        short = bool(_ABBREVIATION.fullmatch(naming.alias))
        name = definitions(naming.document).get(naming.alias) if short else None
        if name is not None:
            member.rule, member.confidence = "abbreviation-in-document", 0.9
            meant.setdefault((naming.type, folded(naming.alias)), set()).add(name)
        group = groups.setdefault((naming.type, folded(name or naming.alias)), Group(naming.type))
        group.add(member)
        if name is not None:
            group.label = min(group.label or name, name)
        elif short:
            open_ones.append((folded(naming.alias), member))
    doubts = []
    for short_name, member in open_ones:
        names = {folded(n) for n in meant.get((member.naming.type, short_name), ())}
        if len(names) == 1:
            origin = groups[member.naming.type, short_name]
            group = groups[member.naming.type, names.pop()]
            doubts.append(Doubt((member.naming,), origin, group, "abbreviation-elsewhere", 0.5))
    for group in groups.values():
        group.label = _label(group)
    return list(groups.values()), doubts


def _label(group: Group) -> str:
    """Returns the name that most statements print; one written out before an abbreviation."""
    spelt = [m.naming for m in group.members if m.rule == "same-name"]
    if not spelt:
        return group.label
    counts: dict[str, int] = {}
    for naming in spelt:
        name = re.sub(r"^[Tt]he (?=\S)", "", naming.alias)
        counts[name] = counts.get(name, 0) + naming.statements
    return min(counts, key=lambda n: (n.isupper() and len(n) > 12, -counts[n], n))
