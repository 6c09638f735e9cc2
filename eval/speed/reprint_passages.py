"""Passages made from a seed, some of them reprints of others in ways known beforehand."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from search_passages import SEED, passages

from policytext.analysis.reprints.compared import PassageText

SHARE = 0.2
"""Of the passages, so many are reprints of others."""
QUOTED = (12, 25)
"""Words of a quotation inside another passage."""


@dataclass(frozen=True)
class Planted:
    """A reprint that was made: of which ``kind``, and the ids of the two passages."""

    kind: str
    earlier: str
    later: str


def whole(text: str, _: random.Random) -> str:
    """Returns the text as it is."""
    return text


def edited(text: str, chance: random.Random) -> str:
    """Returns the text with one word in ten dropped, put in brackets or replaced."""
    out = []
    for word in text.split():
        way = chance.random()
        out += [word] if way > 0.1 else [] if way < 0.03 else [f"[{word}]"] if way < 0.06 else ["otherwise"]
    return " ".join(out)


def elided(text: str, chance: random.Random) -> str:
    """Returns the text with a third of it left out in one piece."""
    words = text.split()
    gone = len(words) // 3
    at = chance.randrange(5, len(words) - gone - 5)
    return " ".join([*words[:at], "...", *words[at + gone :]])


def misread(share: float) -> Callable[[str, random.Random], str]:
    """Returns what misreads this share of the letters."""

    def misreading(text: str, chance: random.Random) -> str:
        return "".join(
            chance.choice("aceilnort") if c.isalpha() and chance.random() < share else c for c in text
        )

    return misreading


def quoted(text: str, chance: random.Random) -> str:
    """Returns some words of the text, to be set into another passage."""
    words = text.split()
    length = chance.randint(*QUOTED)
    at = chance.randrange(len(words) - length + 1)
    return " ".join(words[at : at + length])


KINDS: dict[str, Callable[[str, random.Random], str]] = {
    "whole": whole,
    "edited, one word in ten": edited,
    "a third left out": elided,
    "quoted, 12 to 25 words": quoted,
    "misread, 5 letters in 100": misread(0.05),
    "misread, 10 letters in 100": misread(0.10),
}


class Corpus:
    """So many passages of papers of a hundred each; reading them fills ``planted``."""

    def __init__(self, count: int) -> None:
        self._count = count
        self.planted: list[Planted] = []

    def passages(self) -> Iterator[PassageText]:
        """Yields the passages: those that are original, then the reprints of the first of them."""
        chance = random.Random(SEED)
        reprints = round(SHARE * self._count)
        kinds = list(KINDS)
        kept: list[PassageText] = []
        for number, text in enumerate(passages(self._count)):
            if number < self._count - reprints:
                passage = _passage(number, text)
                kept += [passage] if number < reprints else []
            else:
                at = number - (self._count - reprints)
                kind = kinds[at % len(kinds)]
                said = KINDS[kind](kept[at].text, chance)
                if kind.startswith("quoted"):
                    words = text.split()
                    said = " ".join([*words[: len(words) // 2], said, *words[len(words) // 2 :]])
                passage = _passage(number, said)
                self.planted.append(Planted(kind, kept[at].id, passage.id))
            yield passage


def _passage(number: int, text: str) -> PassageText:
    document = f"d{number // 100:06d}"
    start = 1000 * (number % 100)
    day = f"{1946 + number % 73}-01-01"
    return PassageText(f"{document}:{number:08d}", document, start, start + len(text), text, "paragraph", day)
