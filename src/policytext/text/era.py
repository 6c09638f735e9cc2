"""Wording without its era: names of bodies, plans, laws, persons and years become what they are.

A claim outlives the bodies it is made about: what was said of hospital management committees in 1956 is said
of clinical commissioning groups in 2012. ``neutral`` puts "local health body" for both, so that two sentences
can be compared by what they say. The names come from ``data/eras.txt``; persons are met behind a title,
years and sums of money by their figures. Nothing is guessed of other names: a name that is not listed stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "data" / "eras.txt"
_WORD = re.compile(r"[A-Za-z0-9]+(?:['\u2019][A-Za-z]+)?")
_GAP = re.compile(r"[ \u00a0\n\t/-]{1,3}")
"""What may stand between two words of a name."""
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Baroness|Viscount|Professor|Prof|Cllr|Councillor|Alderman|"
    r"Ald|Colonel|Col|Major)"
)
_NAME = r"[A-Z](?:\.|[a-z'\u2019-]{1,24}[A-Za-z-]{0,24})"
_PERSON = re.compile(rf"\b{_TITLE}\.? {_NAME}(?: {_NAME}){{0,3}}")
_YEAR = re.compile(
    r"\b(?:(?:early|mid|late)[ -])?(?:1[89]|20)\d\d(?:s|(?:\s?[-\u2013/]\s?(?:\d{4}|\d{2})))?(?![\d,]\d|\w)"
)
_MONEY = re.compile(
    r"[£€$]\s?\d[\d,.]{0,14}\d?(?:\s?(?:m|bn|k|million|billion|thousand)\b)?|"
    r"\b\d[\d,.]{0,14}\s?(?:per cent|%)"
)
_MENTIONS = ((_PERSON, "somebody"), (_YEAR, "that year"), (_MONEY, "some amount"))


@dataclass(frozen=True, slots=True)
class Mask:
    """A name and what it is: half-open offsets into the text given, ``type`` the phrase it is masked to."""

    start: int
    end: int
    type: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or not self.type:
            raise ValueError("a mask covers something and says what it is")


@dataclass(frozen=True, slots=True)
class Neutral:
    """A text with its names masked, and the masks in reading order; they do not overlap."""

    text: str
    masks: tuple[Mask, ...]


def neutral(text: str) -> Neutral:
    """Returns the text with every listed name, titled person, year and sum put as its type.

    The longest name wins, then the first. White space and all else stay as they are.
    """
    found = masks(text)
    parts, at = [], 0
    for mask in found:
        parts += [text[at : mask.start], mask.type]
        at = mask.end
    return Neutral("".join([*parts, text[at:]]), tuple(found))


def masks(text: str) -> list[Mask]:
    """Returns what ``neutral`` masks, in reading order; offsets into ``text``."""
    offered = [*_bodies(text)]
    for pattern, kind in _MENTIONS:
        offered += [Mask(m.start(), m.end(), kind) for m in pattern.finditer(text)]
    offered.sort(key=lambda m: (m.start, -m.end))
    kept: list[Mask] = []
    for mask in offered:
        if not kept or mask.start >= kept[-1].end:
            kept.append(mask)
    return kept


def types() -> tuple[str, ...]:
    """Returns the types of bodies and papers, in the order of the list."""
    return tuple(dict.fromkeys(kind for names in _names().values() for _, kind in names))


def _bodies(text: str) -> Iterator[Mask]:
    """Yields the listed names, at each word the longest."""
    words = list(_WORD.finditer(text))
    listed = _names()
    at = 0
    while at < len(words):
        behind, kind = _longest(text, words, at, listed)
        if behind:
            yield Mask(words[at].start(), words[behind - 1].end(), kind)
        at = behind or at + 1


def _longest(
    text: str, words: list[re.Match[str]], at: int, listed: dict[str, list[tuple[tuple[str, ...], str]]]
) -> tuple[int, str]:
    """Returns the number of the word behind the longest name that begins at a word, 0 where none does."""
    for name, kind in listed.get(_singular(words[at][0]), ()):
        behind = at + len(name)
        if behind <= len(words) and _stands(text, words[at:behind], name):
            return behind, kind
    return 0, ""


def _stands(text: str, words: list[re.Match[str]], name: tuple[str, ...]) -> bool:
    """Whether the words are a name, with nothing but blanks and hyphens between them."""
    if len(name) == 1 and name[0] == name[0].upper() and not words[0][0].startswith(name[0]):
        return False  # a short form is met only as printed: "ICS", not "ics"
    if len(name) == 1 and name[0] != name[0].lower() and words[0][0][:1] != name[0][:1]:
        return False  # "Monitor" is a body, "monitor" what it does
    last = len(words) - 1
    for number, (word, wanted) in enumerate(zip(words, name, strict=True)):
        if _singular(word[0]) != _singular(wanted):
            return False
        if number < last and not _GAP.fullmatch(text, word.end(), words[number + 1].start()):
            return False
    return True


def _singular(word: str) -> str:
    """Returns a word without case, straight its apostrophe, and without a plural or possessive ending."""
    straight = word.replace("\u2019", "'").removesuffix("'s").removesuffix("'")
    low = straight.casefold()
    if straight[-1:] == "s" and straight[:-1].isupper() and len(straight) > 2:
        return low[:-1]
    if low.endswith("ies") and len(low) > 4:
        return f"{low[:-3]}y"
    return low[:-1] if low.endswith("s") and not low.endswith("ss") and len(low) > 3 else low


@cache
def _names() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """Returns the names by their first word, the longest first, each with its type."""
    listed: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        kind, _, names = line.partition(": ")
        for name in names.split(" | "):
            words = tuple(m[0] for m in _WORD.finditer(name))
            listed.setdefault(_singular(words[0]), []).append((words, kind))
    for found in listed.values():
        found.sort(key=lambda entry: -len(entry[0]))
    return listed
