"""Which passages speak of topics: prose, each work once, with the decade in which it was said or printed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from policytext.document import BlockKind
from policytext.spans import Span

FEWEST_WORDS = 15
"""A shorter passage says too little to tell what it is about."""
READABLE = 0.6
"""A passage of which a smaller share reads as words is scanning noise."""

_PROSE_KINDS = frozenset({"paragraph", "list", "footnote"})
_LOWER = 0.5  # addresses, names and lists of titles have most of their words in capitals
_FURNITURE = re.compile(
    r"(?:(?:list of )?(?:selected )?(?:references?|bibliography|abbreviations|acronyms|contents)|works cited|"
    r"(?:further|suggested) reading|(?:end|foot)?notes(?: and references)?|sources|table of contents|"
    r"acknowledge?ments?|index|glossary|copyright|disclaimer|contacts?(?: us| details)?|"
    r"(?:about|notes on) the (?:authors?|contributors?|editors?)|how to cite.{0,40})"
)
_CITING = re.compile(
    r"https?://|\bwww\.|\bdoi\b|\bISBN\b|\bISSN\b|\bpp?\. ?\d|\bvols?\.? ?\d|\b[Ii]bid\b|\bop\.? ?cit\b|"
    r"\b[Ee]ds?\.|\((?:18|19|20)\d\d[a-z]?\)|[A-Z][a-z]+, (?:18|19|20)\d\d[a-z]?,|\b\d{1,3} ?\(\d{1,3}\)|"
    r"\bet al\b|\bCmn?d?\.? ?\d|\b(?:London|Oxford|Cambridge|Bristol|Edinburgh|Manchester|New York): ?[A-Z]|"
    r"\b[Aa]vailable (?:at|from|online)\b|\b[Aa]ccessed\b|\b[Rr]etrieved\b|\bHMSO\b|\bStationery Office\b|"
    r"\bUniversity Press\b|\bJournal of\b"
)
_CITING_NOTE, _CITING_SHARE = 25, 1 / 20
"""A citing note of fewer words only cites; so does a text with two signs of citing, and so many a word."""
_WORD = re.compile(r"[^\W\d_]+")
_COVERED = 0.5


@dataclass(frozen=True, slots=True)
class Reprinted:
    """A stretch of a passage that is printed elsewhere too: the group of its printings, clean offsets."""

    group: str
    span: Span


@dataclass(frozen=True, slots=True)
class TopicUnit:
    """A passage that topics are made from; ``decade`` is the first year of one, None where it is not dated.

    ``second_hand``: the decade is that of the statements it quotes, not that of the paper.
    """

    id: str
    document: str
    text: str
    decade: int | None
    second_hand: bool = False


def why_not(kind: BlockKind, section: str, text: str, quality: float | None) -> str | None:
    """Returns why a passage is no prose that speaks of a topic, in two words; None where it is.

    Heuristics: kind of block, headings above it such as "References", number of words, capitals, and signs
    of citing (publishers, page numbers, years in brackets, addresses of web pages).
    """
    if kind not in _PROSE_KINDS:
        return "pull quotes" if kind == "pull_quote" else "headings and tables"
    words = _WORD.findall(text)
    lower = sum(word[0].islower() for word in words)
    faults = (
        ("references", any(_FURNITURE.fullmatch(_plain(heading)) for heading in section.split(" > "))),
        ("too short", len(words) < FEWEST_WORDS),
        ("references", _only_cites(text, len(words), note=kind == "footnote")),
        ("names and titles", lower < _LOWER * len(words)),
        ("unreadable", quality is not None and quality < READABLE),
    )
    return next((reason for reason, holds in faults if holds), None)


def _plain(heading: str) -> str:
    return " ".join(_WORD.findall(heading)).casefold()


def _only_cites(text: str, words: int, *, note: bool) -> bool:
    signs = sum(1 for _ in _CITING.finditer(text))
    if note and signs and words < _CITING_NOTE:
        return True
    return signs >= 2 and signs >= _CITING_SHARE * words


def decade_of(earliest: str | None, latest: str | None) -> int | None:
    """Returns the first year of the decade that holds the middle of two ISO days.

    None where a day is missing, or where they are more than ten years apart: such a date tells no decade.
    """
    if earliest is None or latest is None or not (earliest[:4].isdigit() and latest[:4].isdigit()):
        return None
    first, last = int(earliest[:4]), int(latest[:4])
    return (first + last) // 20 * 10 if last - first <= 10 else None


@dataclass(slots=True)
class WorksOnce:
    """Lets every work through once: hand it the passages in order of print, each with what it reprints.

    A passage is left out when half of it or more was printed in passages that were let through before. So
    one printing always stays, whatever becomes of the others.

    Args:
        reprinted: by passage id, the stretches that are printed elsewhere too.
    """

    reprinted: Mapping[str, Iterable[Reprinted]]
    _printed: set[str] = field(default_factory=set)

    def passes(self, name: str, length: int) -> bool:
        """Whether the passage of this id and so many characters says something that was not printed yet."""
        stretches = list(self.reprinted.get(name, ()))
        known = [s.span for s in stretches if s.group in self._printed]
        if known and covered(known) >= _COVERED * length:
            return False
        self._printed.update(s.group for s in stretches)
        return True


def covered(spans: Iterable[Span]) -> int:
    """Returns how many characters lie in any of the spans."""
    total = end = 0
    for span in sorted(spans):
        total += max(0, span.end - max(end, span.start))
        end = max(end, span.end)
    return total


class NameWords:
    """Tells names of persons from words: which of some words are hardly ever printed in small letters.

    "Young" is a name in one paper and an adjective in all others; only what is printed with a capital in nine
    of ten places is taken for a name.

    Args:
        names: of persons, as printed.
    """

    SHARE = 0.9

    def __init__(self, names: Iterable[str]) -> None:
        words = (word for name in names for word in _WORD.findall(name))
        self._words = frozenset(w.lower() for w in words if len(w) > 1 and w[0].isupper() and not w.isupper())
        self._printed: Counter[str] = Counter()
        self._capital: Counter[str] = Counter()

    def read(self, units: Iterable[TopicUnit]) -> Iterator[TopicUnit]:
        """Yields the units as they come and looks at their words as they pass."""
        for unit in units:
            if self._words:
                self._look_at(unit.text)
            yield unit

    def _look_at(self, text: str) -> None:
        for word in _WORD.findall(text):
            plain = word.lower()
            if plain in self._words:
                self._printed[plain] += 1
                self._capital[plain] += word[0].isupper()

    def found(self) -> frozenset[str]:
        """Returns the words, in small letters, that are names in what was read."""
        return frozenset(w for w, n in self._printed.items() if self._capital[w] >= self.SHARE * n)
