"""Where quotations begin and end, in texts whose marks are mixed, lost or doubled as apostrophes.

Marks are paired paragraph by paragraph. A mark without a partner loses that quotation only. A quotation that
runs over paragraphs, each opened but only the last closed, is given paragraph by paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policytext.document import Span

BLANK = "\ufffc"
"""Stands for a quoted character in a text whose quotations are blanked out."""
_MARK = re.compile(r"[“”„‟\"«»‘’‛'`´]")
_DOUBLE = frozenset('“”„‟"«»')
_OPENING = frozenset("“„‟«‘‛`")
_ELISION = re.compile(r"\d0?s\b|\d\d\b|(?:tis|twas|twill|em|til|cause)\b", re.IGNORECASE)
_WRAPPERS = "*_"
"""Marks of emphasis that may stand between a quotation mark and its text."""
_LOOKAHEAD = 6


@dataclass(frozen=True, slots=True)
class Quotation:
    """Clean ``[start, end)`` is what is quoted, ``[opening, closing)`` the same with its marks.

    ``continues`` tells that the same quotation goes on in the next paragraph.
    """

    start: int
    end: int
    opening: int
    closing: int
    continues: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    double: bool
    opens: bool
    closes: bool


def find_quotations(text: str, paragraphs: Sequence[Span]) -> list[Quotation]:
    """Returns the outermost quotations of a text in reading order.

    Args:
        text: the clean text.
        paragraphs: where to look, in order and without overlap; no quotation begins in one and ends in
            another unless every paragraph between is opened by a mark.
    """
    found: list[Quotation] = []
    pending: list[Quotation] = []  # paragraphs of a quotation not yet closed
    for paragraph in paragraphs:
        pairs, dangling = _paired(_marks(text, paragraph))
        first = _first_mark(text, paragraph)
        if pending and first is not None and any(opening == first for opening, _ in pairs):
            found += pending
            pending = []
        elif pending and not (first is not None and dangling == first):
            pending = []
        found += [_quotation(text, opening + 1, closing, opening, closing + 1) for opening, closing in pairs]
        if dangling is not None and all(closing < dangling for _, closing in pairs):
            pending.append(
                _quotation(text, dangling + 1, paragraph.end, dangling, paragraph.end, continues=True)
            )
    return _outermost([q for q in found if q.start < q.end])


def _quotation(
    text: str, start: int, end: int, opening: int, closing: int, *, continues: bool = False
) -> Quotation:
    while start < end and (text[start].isspace() or text[start] in _WRAPPERS):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _WRAPPERS):
        end -= 1
    return Quotation(start, end, opening, closing, continues)


def _first_mark(text: str, paragraph: Span) -> int | None:
    """Returns the place of the mark that opens a paragraph, None where none does."""
    at = paragraph.start
    while at < paragraph.end and (text[at].isspace() or text[at] in _WRAPPERS):
        at += 1
    return at if at < paragraph.end and _MARK.match(text[at]) else None


def _marks(text: str, paragraph: Span) -> list[_Mark]:
    """Returns the quotation marks of a paragraph; apostrophes inside words are none."""
    found = []
    for match in _MARK.finditer(text, paragraph.start, paragraph.end):
        at, mark = match.start(), match[0]
        before, after = _neighbour(text, at, -1, paragraph), _neighbour(text, at, 1, paragraph)
        if mark not in _DOUBLE and before.isalnum() and after.isalnum():
            continue
        opens = not (before.isalnum() or before in ".,;:!?)]") and not after.isspace()
        closes = not before.isspace() and (not after.isalnum() or after.isdigit())
        if mark in _DOUBLE:
            if opens == closes:
                opens, closes = (mark in _OPENING, mark not in _OPENING) if mark != '"' else (True, True)
        else:
            opens = opens and mark != "’" and not _ELISION.match(text, at + 1)
            closes = closes and mark not in _OPENING
        if opens or closes:
            found.append(_Mark(at, mark in _DOUBLE, opens, closes))
    return _without_possessives(text, found)


def _neighbour(text: str, at: int, step: int, paragraph: Span) -> str:
    """Returns the next character that way, marks of emphasis passed over; a blank at the paragraph's edge."""
    for distance in range(1, 5):
        place = at + step * distance
        if not paragraph.start <= place < paragraph.end:
            return " "
        if text[place] not in _WRAPPERS:
            return text[place]
    return " "


def _without_possessives(text: str, marks: Sequence[_Mark]) -> list[_Mark]:
    """Returns the marks without the apostrophes of plural possessives ("patients' needs")."""
    kept = []
    for index, mark in enumerate(marks):
        possessive = not mark.double and mark.closes and not mark.opens and text[mark.at - 1] in "sS"
        if possessive and re.match(r"\s[a-z]", text[mark.at + 1 : mark.at + 3]):
            later = [m for m in marks[index + 1 : index + 1 + _LOOKAHEAD] if not m.double]
            if later and later[0].closes and not later[0].opens:
                continue
        kept.append(mark)
    return kept


def _paired(marks: Sequence[_Mark]) -> tuple[list[tuple[int, int]], int | None]:
    """Returns the pairs of marks and the place of a double mark left open at the end."""
    pairs: list[tuple[int, int]] = []
    stack: list[_Mark] = []  # at most one mark of either kind
    for mark in marks:
        level = next((i for i, m in enumerate(stack) if m.double == mark.double), None)
        if mark.closes and level is not None:
            pairs.append((stack[level].at, mark.at))
            del stack[level:]
        elif mark.opens:
            if level is not None:  # the one before was never closed: it is lost, and nothing else
                del stack[level:]
            stack.append(mark)
    return pairs, next((m.at for m in stack if m.double), None)


def _outermost(quotations: list[Quotation]) -> list[Quotation]:
    kept: list[Quotation] = []
    for quotation in sorted(quotations, key=lambda q: (q.opening, -q.closing)):
        if not kept or quotation.opening >= kept[-1].closing:
            kept.append(quotation)
    return kept
