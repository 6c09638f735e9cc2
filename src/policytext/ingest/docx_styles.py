"""What Word's styles and numbering say of a paragraph: heading, list, and the number that Word shows.

The numbers are not in a document's text; Word counts them when it shows the page. See ECMA-376, part 1,
sections 17.7 (styles) and 17.9 (numbering).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from policytext.ingest.safe_xml import Element, child, local, value

_HEADING = re.compile(r"heading ([1-9])")
_PLACE = re.compile(r"%([1-9])")
_LONGEST_CHAIN = 20
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style; ``name`` in small letters, as Word names it in every language."""

    name: str
    based_on: str
    properties: Element | None


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a numbering: its format, its text with ``%1`` for the first level's number, its start."""

    format: str
    text: str
    start: int
    legal: bool


@dataclass(frozen=True, slots=True)
class Label:
    """The mark that Word shows before a paragraph; ``text`` is ``-`` for a bullet."""

    text: str
    bullet: bool


class Styles:
    """The styles of a document, by id."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self._default = ""
        for node in root if root is not None else ():
            if local(node) == "style" and value(node, "type") in {"", "paragraph"}:
                based_on, name = child(node, "basedOn"), child(node, "name")
                known = Style(_val(name).lower(), _val(based_on), child(node, "pPr"))
                self._styles[value(node, "styleId")] = known
                if value(node, "default") in {"1", "true"}:
                    self._default = value(node, "styleId")

    def chain(self, paragraph: Element) -> list[Style]:
        """Returns a paragraph's style and those it is based on, nearest first."""
        name = _val(child(paragraph, "pPr", "pStyle")) or self._default
        found: list[Style] = []
        while name in self._styles and len(found) < _LONGEST_CHAIN:
            found.append(self._styles[name])
            name = self._styles[name].based_on
        return found


def heading_level(paragraph: Element, chain: list[Style]) -> int:
    """Returns the level of a heading by its style's name or its outline level, 1 the highest; 0 for none."""
    for style in chain:
        found = _HEADING.fullmatch(style.name)
        if found:
            return int(found[1])
        if style.name in {"title", "subtitle"}:
            return 1 if style.name == "title" else 2
    for properties in (child(paragraph, "pPr"), *(s.properties for s in chain)):
        level = _val(child(properties, "outlineLvl"))
        if level.isdecimal():
            return int(level) + 1 if int(level) < 9 else 0
    return 0


@dataclass(slots=True)
class _Numbering:
    """The counts of one abstract numbering as the document goes on."""

    levels: dict[int, Level]
    by_style: dict[str, int]
    counts: Counter[int] = field(default_factory=Counter)


class Numbering:
    """Counts numbered paragraphs in the order of the document."""

    def __init__(self, root: Element | None) -> None:
        self._abstract: dict[str, _Numbering] = {}
        self._instances: dict[str, tuple[str, dict[int, int]]] = {}
        self._restarted: set[tuple[str, int]] = set()
        for node in root if root is not None else ():
            if local(node) == "abstractNum":
                self._abstract[value(node, "abstractNumId")] = _numbering(node)
            elif local(node) == "num":
                starts = {
                    _number(value(o, "ilvl"), 0): _number(_val(child(o, "startOverride")), 1)
                    for o in node
                    if local(o) == "lvlOverride" and child(o, "startOverride") is not None
                }
                self._instances[value(node, "numId")] = (_val(child(node, "abstractNumId")), starts)

    def label(self, paragraph: Element, chain: list[Style]) -> Label | None:
        """Returns the label of the next paragraph, counting it; None where Word shows none."""
        given = [child(p, "numPr") for p in (child(paragraph, "pPr"), *(s.properties for s in chain))]
        number = next((v for g in given if (v := _val(child(g, "numId")))), "0")
        abstract, starts = self._instances.get(number, ("", {}))
        numbering = self._abstract.get(abstract)
        if numbering is None:
            return None
        depth = next((v for g in given if (v := _val(child(g, "ilvl")))), "")
        style = _val(child(paragraph, "pPr", "pStyle"))
        at = _number(depth, numbering.by_style.get(style, 0))
        if at not in numbering.levels:
            return None
        if at in starts and (number, at) not in self._restarted:
            self._restarted.add((number, at))
            numbering.counts[at] = starts[at] - numbering.levels[at].start
        return _label(numbering, at)


def _numbering(node: Element) -> _Numbering:
    levels, by_style = {}, {}
    for level in (n for n in node if local(n) == "lvl"):
        at = _number(value(level, "ilvl"), 0)
        levels[at] = Level(
            _val(child(level, "numFmt")) or "decimal",
            _val(child(level, "lvlText")),
            _number(_val(child(level, "start")), 1),
            child(level, "isLgl") is not None,
        )
        if style := _val(child(level, "pStyle")):
            by_style[style] = at
    return _Numbering(levels, by_style)


def _label(numbering: _Numbering, at: int) -> Label | None:
    numbering.counts[at] += 1
    for deeper in [n for n in numbering.counts if n > at]:
        del numbering.counts[deeper]
    level = numbering.levels[at]
    if level.format == "bullet":
        return Label("-", bullet=True)

    def shown(match: re.Match[str]) -> str:
        number = int(match[1]) - 1
        other = numbering.levels.get(number)
        if other is None:
            return ""
        count = other.start + numbering.counts.get(number, 1) - 1
        return formatted(count, "decimal" if level.legal else other.format)

    text = "" if level.format == "none" else _PLACE.sub(shown, level.text).strip()
    return Label(text, bullet=False) if text else None


def formatted(number: int, form: str) -> str:
    """Returns a number in one of Word's formats; in decimal figures where the format is another one."""
    if form in {"lowerLetter", "upperLetter"} and 0 < number <= 26 * 20:
        letters = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)  # z, aa, bb: as Word counts
        return letters if form == "lowerLetter" else letters.upper()
    if form in {"lowerRoman", "upperRoman"} and 0 < number < 4000:
        roman = ""
        for size, letters in _ROMAN:
            roman += letters * (number // size)
            number %= size
        return roman if form == "lowerRoman" else roman.upper()
    return f"{number:02d}" if form == "decimalZero" else str(number)


def _val(node: Element | None) -> str:
    return value(node, "val") if node is not None else ""


def _number(stated: str, otherwise: int) -> int:
    return int(stated) if stated.isdecimal() and len(stated) < 7 else otherwise
