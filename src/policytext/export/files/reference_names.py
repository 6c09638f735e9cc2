"""Names as bibliographies want them: family and given names of persons, bodies as they are.

Only what is surely a person's name is taken apart. A wrong split sorts a ministry under "H, M. of"; a name
left whole is merely printed whole. So peers ("Lord Clegg", whose family name no title tells), names with a
title and nothing more ("Alderman Pryce") and all bodies stay as they are printed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policytext.export.wording import shown
from policytext.extract.speakers.namewords import lower, name_word
from policytext.extract.words import words

_LONGEST = 20_000
_LONGEST_PERSON = 80
_PARTICLES = frozenset({"de", "del", "della", "der", "di", "du", "la", "le", "van", "von"})
_SUFFIXES = frozenset({"jr", "jnr", "junior", "sr", "snr", "senior", "ii", "iii", "iv"})
_SMALL = frozenset({"and", "at", "for", "in", "of", "on", "the", "to", "&"})
_WORD = re.compile(r"(?:[^\W\d_]|['’.\-])+")
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?-?){1,4}")


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name in parts, or in ``literal`` one that is not taken apart."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def head(self) -> str:
        """What it is sorted and keyed under."""
        return self.literal or f"{self.particle} {self.family}".strip()

    @property
    def inverted(self) -> str:
        """The name with its family name first: ``Whitcombe, Nora``."""
        parts = [self.head, self.given, self.suffix]
        return ", ".join(part for part in parts if part)


@lru_cache(maxsize=4096)
def name_of(text: str) -> Name:
    """Returns the parts of a name as printed: ``Sir Keith Joseph MP`` is family Joseph, given Keith.

    Nothing hidden stays in it (`policytext.export.wording.shown`).
    """
    printed = shown(text, _LONGEST)
    if len(printed) > _LONGEST_PERSON:
        return Name(literal=printed)
    return _inverted(printed) or _in_order(printed) or Name(literal=printed)


def same_name(one: Name, other: Name) -> bool:
    """Whether two names can be of one bearer: ``C. Pell`` and ``Clara Pell``, ``The Trust`` and ``Trust``."""
    if one.literal or other.literal:
        return _letters(one.literal or one.inverted) == _letters(other.literal or other.inverted)
    if (_letters(one.family), one.particle) != (_letters(other.family), other.particle):
        return False
    givens = one.given, other.given
    if any(_INITIALS.fullmatch(given.split()[0]) for given in givens if given):
        return givens[0][:1].casefold() == givens[1][:1].casefold()
    return _letters(givens[0].partition(" ")[0]) == _letters(givens[1].partition(" ")[0])


def _letters(text: str) -> str:
    folded = "".join(char for char in text.casefold().removeprefix("the ") if char.isalnum())
    return folded or text


def _inverted(printed: str) -> Name | None:
    """Returns the name that is printed with its family name first."""
    family, comma, given = (part.strip() for part in printed.partition(","))
    if not (comma and family and given) or "," in given:
        return None
    name = _in_order(f"{given} {family}")
    if name is None or lower(given.split()[0]) in words()["peer"] | words()["post_nominal"]:
        return None
    return name if family in (name.head, name.family) else None


def _in_order(printed: str) -> Name | None:
    parts = printed.replace(",", " ").split()
    lists = words()
    if any(lower(p) in lists["peer"] for p in parts):
        return None
    titled = False
    while parts and lower(parts[0]) in lists["honorific"] | lists["rank"]:
        titled = True
        parts.pop(0)
    while len(parts) > 2 and lower(parts[-1]) in lists["post_nominal"]:
        parts.pop()
    suffix = parts.pop() if len(parts) > 2 and lower(parts[-1]) in _SUFFIXES else ""
    if not 2 <= len(parts) <= 5 or "," in " ".join(printed.split()[: len(parts)]).rstrip(","):
        return None
    if not _personal(parts, titled=titled):
        return None
    at = next((n for n, part in enumerate(parts[1:-1], 1) if part in _PARTICLES), len(parts) - 1)
    particle = [part for part in parts[at:-1] if part in _PARTICLES]
    if len(particle) != len(parts[at:-1]):
        return None
    return Name(parts[-1], " ".join(parts[:at]), " ".join(particle), suffix)


def _personal(parts: list[str], *, titled: bool) -> bool:
    """Whether these words are surely a person's name: none can be a body's, and the first is a given name.

    A given name that no list has counts in a name of two words, neither of which is all in capitals.
    """
    if any(not _WORD.fullmatch(p) or lower(p) in _SMALL for p in parts):
        return False
    first = parts[0]
    initials = _INITIALS.fullmatch(first) is not None and (len(first) <= 2 or "." in first)
    if not (initials or name_word(first)) or not all(p in _PARTICLES or name_word(p) for p in parts[1:]):
        return False
    told = titled or initials or lower(first) in words()["given"] or any(p in _PARTICLES for p in parts[1:-1])
    return told or (len(parts) == 2 and not any(p.isupper() for p in parts))
