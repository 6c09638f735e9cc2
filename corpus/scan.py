"""The carrier of paper: a scan with misread characters, set lines and the furniture of its pages."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pieces import MONTHS, Change, Recipe, blocks_of, in_order, weave

T = TypeVar("T")

CONFUSIONS: dict[str, tuple[str, ...]] = {
    "rn": ("m",), "cl": ("d",), "ll": ("11", "l1"), "tt": ("ll",),
    "m": ("rn",), "l": ("1", "I"), "e": ("c",), "h": ("b", "li"), "c": ("e",), "u": ("n",), "n": ("u",),
    "a": ("o",), "o": ("0",), "i": ("l",), "t": ("l",), "I": ("l", "1"), ",": (".",), ".": (",",),
}  # fmt: skip
"""What a scan of printed English commonly takes for what."""
LIGATURES = {"fi": "ﬁ", "fl": "ﬂ"}
LETTERS = {k: v[0] for k, v in CONFUSIONS.items() if len(k) == 1 and k.isalpha()}
FIGURES = {"0": "O", "1": "l", "2": "Z", "3": "8", "4": "A", "5": "S", "6": "b", "7": "T", "8": "3", "9": "g"}
LOST_MARKS = ("®", "'", "°", "*", "")
STRAIGHT = {"“": '"', "”": '"', "\u2018": "'", "\u2019": "'"}
LINE_WIDTH, PULL_WIDTH = 85, 40

_MONTH = "(?:" + "|".join(MONTHS) + ")"
_DATE = re.compile(rf"\b(?:\d{{1,2}} )?(?:{_MONTH} )?(?:19|20)\d\d(?:[-/]\d\d)?\b|\b\d{{1,2}} {_MONTH}\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}(?: [A-Z][a-z]+)*")
_MARK = re.compile(r"(?:(?<=[a-z][.,;])|(?<=\d{4}\.))\d{1,2}(?=\s)")
_NUMBER = re.compile(r"^[\d.]+(?= )", re.MULTILINE)
_SYLLABLE = re.compile(r"(?<=[A-Za-z]{3})(?<![sctgpw])[bcdfghjklmnpqrstvwz](?=[aeiou][a-z]{2})")
_NOTE = re.compile(r"(\d{1,2}) (?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Line:
    """Clean ``[start, end)`` stands on one line; ``tail`` is what takes it to the next line of its block."""

    start: int
    end: int
    tail: Change | None


def pick(rng: random.Random, things: Sequence[T]) -> T:
    """Returns one of the things; ``choice`` might choose otherwise in another version of Python."""
    return things[int(rng.random() * len(things))]


class Spoiler:
    """Picks the places where characters were misread; no two of them touch, nor touch ``fixed`` changes."""

    def __init__(self, clean: str, recipe: Recipe, rng: random.Random, fixed: Sequence[Change] = ()) -> None:
        self.clean, self.recipe, self.rng = clean, recipe, rng
        self.changes = list(fixed)
        self.taken = {i for c in fixed for i in range(c.start, max(c.end, c.start + 1))}

    def spoil(self) -> list[Change]:
        """Returns all changes, the fixed ones among them, in text order."""
        for match in _MARK.finditer(self.clean):
            if self.rng.random() < self.recipe.get("marks", 0.0):
                self._add(match.start(), match.end(), pick(self.rng, LOST_MARKS), "footnote_mark")
        for pattern in (_MARK, _NUMBER):
            self._keep(pattern)
        self._some(_DATE, self.recipe["dates"], "date_confusion", FIGURES)
        self._some(_NAME, self.recipe["names"], "name_confusion", LETTERS)
        for at in range(len(self.clean)):
            self._one(at)
        return in_order(self.changes)

    def _add(self, start: int, end: int, text: str, kind: str) -> None:
        if self.taken.isdisjoint(range(start - 1, end + 1)):
            self.taken.update(range(start, max(end, start + 1)))
            self.changes.append(Change(start, end, text, kind))

    def _keep(self, pattern: re.Pattern[str]) -> None:
        for match in pattern.finditer(self.clean):
            self.taken.update(range(match.start(), match.end()))

    def _some(self, pattern: re.Pattern[str], count: int, kind: str, table: dict[str, str]) -> None:
        """Spoils one character in each of ``count`` of the places, and keeps all the others whole."""
        spans = [m.span() for m in pattern.finditer(self.clean)]
        for _ in range(min(count, len(spans))):
            start, end = spans.pop(int(self.rng.random() * len(spans)))
            places = [i for i in range(start, end) if self.clean[i] in table]
            if places:
                at = pick(self.rng, places)
                self._add(at, at + 1, table[self.clean[at]], kind)
        self._keep(pattern)

    def _one(self, at: int) -> None:
        char, rate, luck = self.clean[at], self.recipe["rate"], self.rng.random()
        if char in STRAIGHT:
            if luck < rate * 4:
                self._add(at, at + 1, "", "lost_mark")
            elif luck < rate * 4 + self.recipe["straight"]:
                self._add(at, at + 1, STRAIGHT[char], "quote_mark")
        elif self.clean[at : at + 2] in LIGATURES and luck < rate * 20:
            self._add(at, at + 2, LIGATURES[self.clean[at : at + 2]], "ligature")
        elif char == " " and luck < rate / 5:
            self._add(at, at + 1, "", "joined_words")
        elif luck < rate / 10 and self.clean[at - 1 : at + 2].isalpha() and at > 0:
            self._add(at, at, " ", "split_word")
        elif luck < rate * 1.6:  # not every character has a double: this makes up for those that have none
            self._confuse(at)

    def _confuse(self, at: int) -> None:
        for width in (2, 1):
            doubles = CONFUSIONS.get(self.clean[at : at + width])
            if doubles:
                self._add(at, at + width, pick(self.rng, doubles), "char_confusion")
                return


def scanned(clean: str, recipe: Recipe, rng: random.Random) -> list[Change]:
    """Returns what a scan misreads: bullets, the gaps of tables, and characters."""
    fixed = [Change(m.start(), m.end(), "•", "bullet") for m in re.finditer(r"(?m)^-(?= )", clean)]
    fixed += [Change(m.start(), m.end(), "   ", "table") for m in re.finditer(r"\t", clean)]
    return Spoiler(clean, recipe, rng, fixed).spoil()


class Setter:
    """Sets blocks in lines of about ``LINE_WIDTH`` columns; rows of tables and list items start lines."""

    def __init__(self, clean: str, changes: Iterable[Change], rng: random.Random) -> None:
        self.clean, self.rng = clean, rng
        self.taken = {i for c in changes for i in range(c.start, max(c.end, c.start + 1))}

    def lines(self, start: int, end: int) -> list[Line]:
        """Returns the lines of the block ``[start, end)``; the last has no tail."""
        lines = []
        for match in re.finditer(r"[^\n]+", self.clean[start:end]):
            at, stop = start + match.start(), start + match.end()
            indent = "  " if self.clean.startswith("- ", at) else ""
            while "\t" not in match.group() and stop - at > LINE_WIDTH:
                head, tail = self._break(at, indent)
                lines.append(Line(at, head, tail))
                at = tail.end
            lines.append(Line(at, stop, Change(stop, stop + 1, "\n", "same") if stop < end else None))
        return lines

    def _break(self, at: int, indent: str) -> tuple[int, Change]:
        limit = at + LINE_WIDTH
        space = self.clean.rfind(" ", at, limit)
        while space in self.taken:
            space = self.clean.rfind(" ", at, space)
        word = re.compile(r"[A-Za-z]*-?").match(self.clean, space + 1)
        letters = word.group() if word else ""
        cuts = [space + 1 + m.start() for m in _SYLLABLE.finditer(letters) if m.start() <= limit - space - 2]
        cut = cuts[-1] if cuts else 0
        if letters.endswith("-") and space + 1 + len(letters) <= limit and self.rng.random() < 0.5:
            hyphen = space + 1 + len(letters)
            return hyphen, Change(hyphen, hyphen, f"\n{indent}", "hyphen_break")
        roomy = len(letters) >= 8 and cut and self.taken.isdisjoint((cut - 1, cut))
        if roomy and not letters.endswith("-") and self.rng.random() < 0.5:
            return cut, Change(cut, cut, f"-\n{indent}", "hyphen_break")
        return space, Change(space, space + 1, f"\n{indent}", "line_break")


@dataclass
class Press:
    """Sets pages: notes at the foot, then the number, a form feed read as a space, the running header."""

    clean: str
    changes: list[Change]
    recipe: Recipe
    rng: random.Random
    out: list[Change] = field(default_factory=list)
    due: list[tuple[int, int]] = field(default_factory=list)
    height: int = 0
    pages: int = 0

    def print_all(self) -> list[Change]:
        """Returns the stretches of the whole paper in the order of the damaged file."""
        setter, notes = Setter(self.clean, self.changes, self.rng), self._notes()
        carried = set(notes.values())
        for start, end in blocks_of(self.clean):
            if (start, end) in carried:
                continue
            if start > 0:
                self._lead(Change(start - 2, start, "\n\n", "same"))
            for line in setter.lines(start, end):
                cited = [note for mark, note in notes.items() if line.start <= mark < line.end]
                self.due += cited
                self.height += 1 + sum(2 + (e - s) // LINE_WIDTH for s, e in cited)
                self.out += weave(self.clean, line.start, line.end, self.changes)
                if line.tail:
                    self._tail(line.tail)
        self._foot(len(self.clean) - 1)
        self.out.append(Change(len(self.clean) - 1, len(self.clean), "\n", "same"))
        return self.out

    def _notes(self) -> dict[int, tuple[int, int]]:
        """Returns for the place of each first mark the note it calls; papers without marks have no notes."""
        notes: dict[int, tuple[int, int]] = {}
        if "marks" in self.recipe:
            for start, end in blocks_of(self.clean):
                number = _NOTE.match(self.clean, start)
                if number:
                    marks = [m for m in _MARK.finditer(self.clean, 0, start) if m.group() == number.group(1)]
                    notes[marks[0].start()] = (start, end)
        return notes

    def _lead(self, lead: Change) -> None:
        self.height += 1
        if self.height >= self.recipe["page_length"]:
            self._turn(lead)
        else:
            self.out.append(lead)

    def _tail(self, tail: Change) -> None:
        if tail.kind == "line_break" and self.height >= self.recipe["page_length"]:
            self._turn(Change(tail.start, tail.end, "\n\n", "page_break"))
        elif tail.kind == "line_break" and self.rng.random() < 0.025:
            self.out.append(Change(tail.start, tail.end, "\n\n", "blank_line"))
        else:
            self.out.append(tail)

    def _turn(self, tail: Change) -> None:
        """Ends the page; ``tail`` stands between the last words on it and the first on the next."""
        self._foot(tail.start)
        headers = self.recipe["headers"]
        self._put(tail.start, "\n\n", "page_break")
        self._put(tail.start, " ", "form_feed")
        self._put(tail.start, headers[self.pages % len(headers)], "running_header")
        pull = self.recipe.get("pulls", {}).get(str(self.pages + 1))
        if pull:
            self._put(tail.start, "\n\n", "page_break")
            self._put(tail.start, wrapped(pull, PULL_WIDTH), "pull_quote")
        self.out.append(tail)
        self.height = 2

    def _foot(self, at: int) -> None:
        for start, end in self.due:
            self.out.append(Change(start - 2, start, "\n\n", "same"))
            for line in Setter(self.clean, self.changes, self.rng).lines(start, end):
                self.out += weave(self.clean, line.start, line.end, self.changes)
                self.out += [line.tail] if line.tail else []
        self.due.clear()
        self._put(at, "\n\n", "page_break")
        self._put(at, str(self.recipe["first_page"] + self.pages), "page_number")
        self.pages += 1

    def _put(self, at: int, text: str, kind: str) -> None:
        self.out.append(Change(at, at, text, kind))


def wrapped(text: str, width: int) -> str:
    """Returns ``text`` in lines of at most ``width`` columns."""
    return re.sub(rf"(.{{1,{width}}})(?: |$)", r"\1\n", text).rstrip("\n")


def ocr(clean: str, recipe: Recipe, rng: random.Random) -> list[Change]:
    """Returns a scan in the order it reads: misread characters, set lines, pages with their furniture."""
    return Press(clean, scanned(clean, recipe, rng), recipe, rng).print_all()


def minutes(clean: str, recipe: Recipe, rng: random.Random) -> list[tuple[str, list[Change]]]:
    """Returns for each record, by its ISO date, its stretches: a scan without pages."""
    changes = scanned(clean, recipe, rng)
    setter, records = Setter(clean, changes, rng), list[tuple[str, list[Change]]]()
    pending: list[Change] = []
    for start, end in blocks_of(clean):
        pieces = [Change(start - 2, start, "\n\n", "same")] if start else []
        if clean.startswith(recipe["record"], start):
            day, month, year = clean[start + len(recipe["record"]) : end].split()
            name = f"{year}-{MONTHS.index(month) + 1:02d}-{int(day):02d}"
            if records:
                pieces = [Change(start - 2, start, "", "record_break")]
            records.append((name, pending))
            pending = []
        for line in setter.lines(start, end):
            pieces += weave(clean, line.start, line.end, changes)
            pieces += [line.tail] if line.tail else []
        (records[-1][1] if records else pending).extend(pieces)
    records[-1][1].append(Change(len(clean) - 1, len(clean), "", "record_break"))
    return records
