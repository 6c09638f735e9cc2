"""Personal names taken apart and compared: titles, given names or initials, surname, and what they exclude.

Titles and honours tell the sex and a peerage but are no part of a name. A peer's title may be the surname
(Lord Fowler) or another word (Baron Tranmire); which, no name tells by itself.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from policytext.extract.words import words as word_lists

_PARTICLES = frozenset({"de", "la", "le", "du", "van", "von", "der", "den", "ap", "st", "fitz"})
_WORD = re.compile(r"(?<!\w)[^\W\d_][\w’'‘`.-]*", re.UNICODE)
_INNER_MARKS = re.compile(r"[’'‘`.-]")
_DOTTED = re.compile(r"(?:[^\W\d_]\.?){1,5}", re.UNICODE)
_LONGEST = 200
"""A speaker's name of more characters is no person's; it is not read further."""


@dataclass(frozen=True, slots=True)
class PersonalName:
    """A name's parts in lower case, without accents, apostrophes and hyphens.

    ``given`` holds given names in order, an initial being one letter; ``territory`` is what follows "of"
    in a peer's title; ``female`` is None where no title tells the sex.
    """

    given: tuple[str, ...]
    surname: str
    peer: bool
    female: bool | None
    territory: str = ""

    @property
    def full(self) -> bool:
        """Whether the first given name is written out."""
        return bool(self.given) and len(self.given[0]) > 1

    @property
    def bare(self) -> bool:
        """Whether there is a surname only."""
        return not self.given

    @property
    def key(self) -> str:
        """The name as one string: equal keys are one name."""
        return " ".join((*self.given, self.surname, *([f"of {self.territory}"] if self.territory else [])))


@lru_cache(maxsize=16_384)
def personal_name(text: str) -> PersonalName | None:
    """Returns the parts of a person's name; None where no surname is left of it."""
    words = [w.rstrip("-'’") for w in _WORD.findall(_before_honours(text[:_LONGEST]))]
    lists = word_lists()
    known = lists["honorific"] | lists["rank"]
    titles: set[str] = set()
    while words and _plain(words[0]) in known:
        titles.add(_plain(words.pop(0)))
    while len(words) > 1 and _plain(words[-1]) in known | lists["post_nominal"]:
        words.pop()
    words, territory = _territory(words)
    # "Norman, Lord Fowler" and "Arthur Lord Blank": a title may stand within a name too.
    titles |= {_plain(w) for w in words if _plain(w) in lists["peer"]}
    words = [w for w in words if _plain(w) not in lists["peer"]]
    if not words or not _plain(words[-1]):
        return None
    at = len(words) - 1
    while at > 0 and words[at - 1].lower().rstrip(".") in _PARTICLES:
        at -= 1
    given = tuple(part for word in words[:at] for part in _given(word))
    surname = " ".join(_plain(w) for w in words[at:])
    return PersonalName(given, surname, bool(titles & lists["peer"]), _female(titles), territory)


def _before_honours(text: str) -> str:
    """Returns what stands before a comma; all where a peer's title follows ("Norman, Lord Fowler")."""
    name, _, rest = text.partition(",")
    return text if _plain(rest.strip().partition(" ")[0]) in word_lists()["peer"] else name


def _territory(words: list[str]) -> tuple[list[str], str]:
    if "of" in words[1:-1]:
        at = words.index("of", 1)
        return words[:at], " ".join(_plain(w) for w in words[at + 1 :])
    return words, ""


def _given(word: str) -> list[str]:
    """Returns a word's given names: "R.H." and "RH" are two initials, "Mary-Ann" is one name."""
    letters = word.replace(".", "")
    if _DOTTED.fullmatch(word) and (
        "." in word or len(letters) == 1 or (letters.isupper() and len(word) < 4)
    ):
        return [_plain(c) for c in letters]
    return [_plain(word)]


def _female(titles: set[str]) -> bool | None:
    if titles & word_lists()["feminine"]:
        return True
    return False if titles & word_lists()["masculine"] else None


def _plain(word: str) -> str:
    """Returns a word in lower case without accents and inner marks."""
    decomposed = unicodedata.normalize("NFKD", _INNER_MARKS.sub("", word))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def given_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether given names can be one person's: each pair is equal, or an initial of the other.

    ``("r", "h")`` agrees with ``("robin",)``, never ``("alan",)`` with ``("andrew",)``.
    """
    return all(
        a == b or (min(len(a), len(b)) == 1 and a[0] == b[0]) for a, b in zip(one, other, strict=False)
    )


def compatible(one: PersonalName, other: PersonalName) -> bool:
    """Whether two names can be one person's: same surname, nothing that speaks against it."""
    if one.surname != other.surname or not given_agree(one.given, other.given):
        return False
    if one.territory and other.territory and one.territory != other.territory:
        return False
    return one.female is None or other.female is None or one.female == other.female


@lru_cache(maxsize=1)
def short_forms() -> dict[str, tuple[str, ...]]:
    """Returns the short forms of given names, from ``data/names.toml``."""
    lines = _name_lists()["short_forms"].strip().splitlines()
    return {name: tuple(short) for name, *short in map(str.split, lines)}


@lru_cache(maxsize=1)
def twin_surnames() -> frozenset[str]:
    """Returns common surnames that one letter parts from another common one."""
    return frozenset(_name_lists()["twin_surnames"].split())


def _name_lists() -> dict[str, str]:
    text = (files("policytext.extract") / "data" / "names.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
