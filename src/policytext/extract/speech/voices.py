"""Whose words the running text is, section by section: an interview stands under its speaker's name."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from policytext.document import Block
from policytext.extract.speakers.finding import Speaker, find_speakers

_HONOURS = re.compile(r",?\s(?:[COMKDG]BE|KCB|CB|DBE|MP|MSP|PC|QC|KC|FRS|FRCP|FRCN|JP)\b\.?")
_ALIKE = 0.85
"""How alike two spellings of one name must be (difflib's ratio): one letter more or less is allowed."""


_LAST_TURNS = 4


@dataclass(frozen=True, slots=True)
class Voices:
    """The voice of each section that has its own, else ``default``; ``starts`` are clean offsets, sorted.

    ``turns`` are (start, end, speaker) of what is said in debate, in order; they go before the sections.
    """

    default: str | None
    starts: tuple[int, ...]
    names: tuple[str | None, ...]
    turns: tuple[tuple[int, int, str | None], ...] = ()

    def at(self, place: int) -> str | None:
        """Returns whose words stand at a place, None where nobody can tell."""
        turn = bisect_right(self.turns, place, key=lambda t: t[0]) - 1
        if turn >= 0 and place < self.turns[turn][1]:
            return self.turns[turn][2]
        index = bisect_right(self.starts, place) - 1
        return (self.names[index] if index >= 0 else None) or self.default

    def before(self, place: int) -> str | None:
        """Returns who spoke before the one whose turn a place is in; None outside a debate."""
        turn = bisect_right(self.turns, place, key=lambda t: t[0]) - 1
        if turn < 0 or place >= self.turns[turn][1]:
            return None
        here = self.turns[turn][2]
        earlier = (t[2] for t in self.turns[max(0, turn - _LAST_TURNS) : turn][::-1])
        return next((name for name in earlier if name and name != here), None)

    def interviewed(self) -> frozenset[str]:
        """Returns the persons who speak for themselves in a section of the document."""
        return frozenset(name for names in self.names if names for name in (names, *names.split("; ")))


def find_voices(
    text: str, blocks: Sequence[Block], speakers: Sequence[Speaker], default: str | None
) -> Voices:
    """Returns the voices of a document by its headings.

    A heading that is a person's name gives the voice up to the next such heading or one of a higher level;
    names that follow each other directly speak together. The spelling is that of the running text.
    """
    known = Counter(s.name for s in speakers if s.type == "person" and s.name and " " in s.name)
    starts: list[int] = []
    names: list[str | None] = []
    level, directly = 0, False
    for block in blocks:
        if block.kind != "heading":
            directly = directly and block.kind in {"page_number", "running_header", "figure"}
            continue
        name = _name_of(text[block.start : block.end], known)
        if name and directly and names and names[-1]:
            name = f"{names[-1]}; {name}"
        if name or (names and names[-1] and block.level < level):
            starts.append(block.start)
            names.append(name)
            level = block.level
        directly = name is not None
    return Voices(default, tuple(starts), tuple(names))


def _name_of(heading: str, known: Counter[str]) -> str | None:
    words = _HONOURS.sub("", heading.strip(" *_\n"))
    if not 1 < len(words.split()) <= 5 or not re.fullmatch(r"[\w.’' -]+", words):
        return None
    if words.isupper():
        words = re.sub(r"[^\W\d_]+", lambda m: m[0].capitalize(), words)
    found = find_speakers(words)
    if (
        len(found) != 1
        or found[0].name is None
        or found[0].type != "person"
        or len(found[0].name.split()) < 2
    ):
        return None
    if found[0].end - found[0].start != len(words) or (
        found[0].confidence < 0.9 and found[0].name not in known
    ):
        return None
    name = found[0].name
    if name in known:
        return name
    given = name.split()[0]
    alike = sorted((k for k in known if k.split()[0] == given), key=lambda k: (-known[k], k))
    return next(iter(get_close_matches(name, alike, n=1, cutoff=_ALIKE)), name)
