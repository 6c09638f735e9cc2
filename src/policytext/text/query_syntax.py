"""The query language, letter by letter: its parts as records, and a text taken apart into operands.

What the parts mean together is ``policytext.text.querying``'s affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TypeAlias

from policytext.text.edtf import bounds

FIELDS = ("speaker", "cites", "said", "printed", "document")
"""What can be asked as ``name:value``."""
DATES = ("said", "printed")
"""Those of them whose value is a period."""
LARGEST_SLOP = 100
_DEEPEST = 20  # brackets within brackets; deeper ones are read as blanks, so that no input exhausts the stack
_LEAST_PREFIX = 2  # letters; one letter asks for a twentieth of the vocabulary

_QUOTES = '"\u201c\u201d\u201e\u201f\u00ab\u00bb\uff02'
_QUOTE = re.compile(f"[{_QUOTES}]")
_CHUNK = re.compile(rf"[^\s(){_QUOTES}]+")
_GLUED = re.compile(rf"\([^\s(){_QUOTES}]*\)[^\s(){_QUOTES}]*")  # "s.75(3)", "Act(s)"
_SLOP = re.compile(r"~(\d+)")
_BRACKETED = re.compile(rf"\(([^(){_QUOTES}]*)\)")
_FIELD = re.compile(rf"({'|'.join(FIELDS)}):", re.IGNORECASE)
_OTHER_FIELD = re.compile(r"([a-z]{3,12}):(?!//)[^\s:]*[^\W_]")
_FUZZY = re.compile(r"([^~]*[^\W_])~(\d+(?:\.\d+)?)?")
_NEAR = re.compile(r"(?:NEAR|ADJ|WITHIN|W)/?\d*")
OPERATORS = frozenset({"AND", "OR", "NOT"})
_TAIL = ",;:.!?"

_DECADE = re.compile(r"(\d{3})0s")
_YEARS = re.compile(r"(\d{4})[-\u2013\u2014](\d{4})")
_EDTF = re.compile(r"[0-9X]{4}(?:-[0-9X]{2}){0,2}[?~%]?")


@dataclass(frozen=True, slots=True)
class Word:
    """A word in any of its forms; ``text`` as typed, perhaps hyphenated."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """Any word that begins with ``text`` as printed."""

    text: str


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Any word at most ``distance`` (1 or 2) slips of the pen away from ``text``."""

    text: str
    distance: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """The words of ``text`` in this order, with at most ``slop`` moves of a word between them."""

    text: str
    slop: int = 0


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every one of the parts."""

    parts: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of the parts."""

    parts: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class NoneOf:
    """None of the parts."""

    parts: tuple[Clause, ...]


Clause: TypeAlias = Word | Prefix | Fuzzy | Phrase | AllOf | AnyOf | NoneOf


@dataclass(frozen=True, slots=True)
class FieldItem:
    """A filter, ``name:value``."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """What stands in brackets."""

    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """An operand with its sign: "+", "-" or none."""

    body: Word | Prefix | Fuzzy | Phrase | FieldItem | Group
    sign: str = ""


Element: TypeAlias = Item | str
"""An operand, or one of ``OPERATORS``."""


def elements(text: str, notes: list[str]) -> list[Element]:
    """Returns the operands and operators of ``text``, bracketed ones in groups."""
    lexer, nest = _Lexer(text, notes), _Nest()
    while (char := lexer.next()) is not None:
        if char == "(":
            nest.open(lexer.sign)
        elif char == ")":
            nest.close()
        else:
            element = lexer.element()
            if element is not None:
                nest.add(element)
    found = nest.finish()
    if nest.stray and nest.operators:
        notes.append("a bracket without its partner was left out")
    if nest.too_deep:
        notes.append(f"brackets within more than {_DEEPEST} others were left out")
    return found


class _Nest:
    """Puts elements into groups as brackets open and close."""

    def __init__(self) -> None:
        self._open: list[tuple[str, list[Element]]] = [("", [])]
        self._ignored = 0
        self.stray = self.too_deep = self.operators = False

    def add(self, element: Element) -> None:
        self.operators |= isinstance(element, str)
        self._open[-1][1].append(element)

    def open(self, sign: str) -> None:
        if len(self._open) > _DEEPEST:
            self._ignored += 1
            self.too_deep = True
        else:
            self._open.append((sign, []))

    def close(self) -> None:
        if self._ignored:
            self._ignored -= 1
        elif len(self._open) == 1:
            self.stray = True
        else:
            sign, elements = self._open.pop()
            if elements:
                self.add(Item(Group(tuple(elements)), sign))

    def finish(self) -> list[Element]:
        """Returns what stands outside all brackets; those left open are read as if they were not there."""
        while len(self._open) > 1:
            self.stray = True
            _, elements = self._open.pop()
            self._open[-1][1].extend(elements)
        return self._open[0][1]


class _Lexer:
    """Reads ``text`` from left to right; every character once or twice."""

    def __init__(self, text: str, notes: list[str]) -> None:
        self._text, self._notes, self._at = text, notes, 0
        self.sign = ""

    def next(self) -> str | None:
        """Returns the character that begins the next token, its sign put aside; a bracket is consumed."""
        text = self._text
        while self._at < len(text) and text[self._at].isspace():
            self._at += 1
        if self._at == len(text):
            return None
        self.sign = self._signed()
        self._at += len(self.sign)
        if text[self._at] in "()":
            self._at += 1
            return text[self._at - 1]
        return text[self._at]

    def _signed(self) -> str:
        """Returns the sign that stands here: it begins a token, and what it is about follows at once."""
        here, following = self._text[self._at], self._text[self._at + 1 : self._at + 2]
        before = self._text[self._at - 1] if self._at else " "
        follows = following.isalnum() or (following != "" and following in f"({_QUOTES}")
        return here if here in "+-" and follows and (before.isspace() or before == "(") else ""

    def element(self) -> Element | None:
        """Returns the next operand or operator, None for something without a word in it."""
        sign = self.sign
        body = self._phrase() if self._text[self._at] in _QUOTES else self._chunk()
        if isinstance(body, str):
            return body
        return None if body is None else Item(body, sign)

    def _phrase(self) -> Phrase | None:
        inside = self._quoted()
        if inside is None:
            self._notes.append("a quotation mark without its partner was left out")
            return None
        slop = _SLOP.match(self._text, self._at)
        if slop:
            self._at = slop.end()
        if not _has_word(inside):
            return None
        return Phrase(" ".join(inside.split()), self._slop(slop[1]) if slop else 0)

    def _quoted(self) -> str | None:
        """Returns what the quotation mark that stands here opens, None where nothing closes it."""
        closing = _QUOTE.search(self._text, self._at + 1)
        if closing is None:
            self._at += 1
            return None
        inside = self._text[self._at + 1 : closing.start()]
        self._at = closing.end()
        return inside

    def _slop(self, digits: str) -> int:
        if len(digits) <= len(str(LARGEST_SLOP)) and int(digits) <= LARGEST_SLOP:
            return int(digits)
        self._notes.append(f"~{digits[:20]} is read as ~{LARGEST_SLOP}, the widest there is")
        return LARGEST_SLOP

    def _chunk(self) -> Word | Prefix | Fuzzy | FieldItem | str | None:
        found = _CHUNK.match(self._text, self._at)
        assert found is not None  # brackets, quotes and blanks are taken care of
        chunk, self._at = found[0], found.end()
        if chunk in OPERATORS:
            return chunk
        if field := _FIELD.match(chunk):
            return self._field(field[1].lower(), chunk[field.end() :], chunk)
        if glued := _GLUED.match(self._text, self._at):
            chunk, self._at = chunk + glued[0], glued.end()
        return self._word(chunk)

    def _field(self, name: str, value: str, chunk: str) -> FieldItem | Word | None:
        """Returns the filter whose name was read, or what was typed as a word where it is none."""
        following = self._text[self._at : self._at + 1]
        if not value and following and following in _QUOTES:
            value = self._quoted() or ""
        elif bracketed := None if value else _BRACKETED.match(self._text, self._at):
            value, self._at = bracketed[1], bracketed.end()
        value = " ".join(value.split()).strip(",;")
        if name in DATES:
            return self._period(name, value.rstrip(".") if value.endswith("...") else value, chunk)
        if _has_word(value):
            return FieldItem(name, value)
        self._notes.append(f"{name}: has nothing behind it and is read as a word; write {name}:Name")
        return Word(name)

    def _period(self, name: str, value: str, chunk: str) -> FieldItem | Word:
        try:
            period(value)
        except ValueError:
            what = f"{name}:{value[:40]}" if value else chunk[:40]
            self._notes.append(f"{what} is no period and is read as words; write {name}:1956..1979")
            return Word(f"{name} {value}".strip())
        return FieldItem(name, value)

    def _word(self, chunk: str) -> Word | Prefix | Fuzzy | None:
        core = chunk.rstrip(_TAIL)
        if not _has_word(core):
            return None
        if core.endswith("*") and "*" not in core[:-1]:
            return self._prefix(core[:-1], chunk)
        if fuzzy := _FUZZY.fullmatch(core):
            return self._fuzzy(fuzzy[1], fuzzy[2] or "1")
        if "*" in core.strip("*") or (core.startswith("*") and core[1:2].isalnum()):
            self._notes.append(f"a star is read at the end of a word only, not in {core[:40]}")
        elif other := _OTHER_FIELD.match(core):
            self._notes.append(
                f"there is no field {other[1]}: (there are {', '.join(FIELDS)}); it is read as words"
            )
        elif _NEAR.fullmatch(core) and core != "W":
            self._notes.append(f'{core[:40]} is read as a word; nearness is written "joint planning"~5')
        return Word(chunk)

    def _prefix(self, letters: str, chunk: str) -> Word | Prefix:
        if sum(char.isalnum() for char in letters) < _LEAST_PREFIX:
            self._notes.append(f"{chunk[:40]} is read as a word: a prefix has two letters or more")
            return Word(letters)
        return Prefix(bare(letters))

    def _fuzzy(self, word: str, distance: str) -> Word | Fuzzy:
        whole = distance.partition(".")[0].lstrip("0")
        if whole not in {"", "1", "2"}:
            self._notes.append(f"~{distance[:20]} is read as ~2, the widest there is")
        if whole == "" and "." not in distance:
            return Word(word)
        return Fuzzy(bare(word), min(2, int(whole[:3] or "1")))


def period(value: str) -> tuple[str | None, str | None]:
    """Returns the first and the last ISO day of a period; None for an open side.

    ``1956``, ``1956-05``, ``1956-05-14``, ``1950s``, other EDTF dates (``195X``, ``1956~``), and from one to
    another: ``1956..1979``, ``..1979``, ``1990..``, ``1956-1979``, ``1956/1979``.

    Raises:
        ValueError: it is no period, or ends before it begins.
    """
    first, dots, last = value.partition("..") if ".." in value else value.partition("/")
    if years := _YEARS.fullmatch(value):
        first, dots, last = years[1], "..", years[2]
    if not dots:
        return _days(first)
    if not first and not last:
        raise ValueError(f"no period: {value}")
    earliest = _days(first)[0] if first else None
    latest = _days(last)[1] if last else None
    if earliest and latest and earliest > latest:
        raise ValueError(f"ends before it begins: {value}")
    return earliest, latest


def _days(date: str) -> tuple[str | None, str | None]:
    if decade := _DECADE.fullmatch(date):
        return f"{decade[1]}0-01-01", f"{decade[1]}9-12-31"
    if not _EDTF.fullmatch(date):
        raise ValueError(f"no date: {date}")
    return bounds(date)


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)


def bare(text: str) -> str:
    """Returns ``text`` without punctuation at its ends."""
    start, end = 0, len(text)
    while start < end and not text[start].isalnum():
        start += 1
    while end > start and not text[end - 1].isalnum():
        end -= 1
    return text[start:end]
