"""Where quotations begin and end, in texts whose marks are mixed, lost or doubled as apostrophes.

Marks are paired paragraph by paragraph. A mark without a partner loses that quotation only, unless what
stands beside it tells where the other was. A quotation that runs over paragraphs is given paragraph by
paragraph: each opened but only the last closed, or opened in one and closed in the next in mid-sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from policytext.extract.words import verb_pattern
from policytext.spans import Span

BLANK = "\ufffc"
"""Stands for a quoted character in a text whose quotations are blanked out."""
_MARK = re.compile(r"[“”„‟\"«»‘’‛'`´]")
_DOUBLE = frozenset('“”„‟"«»')
_OPENING = frozenset("“„‟«‘‛`")
_ELISION = re.compile(r"\d0?s\b|\d\d\b|(?:tis|twas|twill|em|til|cause)\b", re.IGNORECASE)
_WRAPPERS = "*_"
"""Marks of emphasis that may stand between a quotation mark and its text."""
_LOOKAHEAD = 6
_MARK_DOUBLE = re.compile(r"[“”„‟\"«»]")
_LOST_REACH = 800
_SHORTEST = 15
"""A quotation with a lost mark has more characters than a term has."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Clean ``[start, end)`` is what is quoted, ``[opening, closing)`` the same with its marks.

    ``continues`` tells that the same quotation goes on in the next paragraph, ``lost`` that one of its marks
    is missing and its place was inferred: so uncertain a quotation needs a cue.
    """

    start: int
    end: int
    opening: int
    closing: int
    continues: bool = False
    lost: bool = False


@dataclass(frozen=True, slots=True)
class _Mark:
    at: int
    double: bool
    opens: bool
    closes: bool
    curly: bool = False


@dataclass(frozen=True, slots=True)
class _Paired:
    """The pairs of one paragraph, a mark left open at its end and one that closes what nothing opened."""

    pairs: list[tuple[int, int]]
    dangling: int | None
    stray: int | None
    dropped: list[tuple[int, int]]


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
        paired = _paired(_marks(text, paragraph))
        first, dangling = _first_mark(text, paragraph), paired.dangling
        if pending and first is not None and any(opening == first for opening, _ in paired.pairs):
            found += pending
            pending = []
        elif pending and paired.stray is not None and _runs_on(text, pending[-1], paragraph):
            found += [
                *pending,
                _quotation(text, paragraph.start, paired.stray, paragraph.start, paired.stray + 1),
            ]
            pending = []
        elif pending and not (first is not None and dangling == first):
            found += _unclosed(text, pending)
            pending = []
        elif paired.stray is not None:
            found += _unopened(text, paragraph, paired.stray)
        found += [
            _quotation(text, opening + 1, closing, opening, closing + 1) for opening, closing in paired.pairs
        ]
        found += [q for left, right in paired.dropped if (q := _interrupted(text, left, right))]
        if dangling is not None and all(closing < dangling for _, closing in paired.pairs):
            pending.append(
                _quotation(text, dangling + 1, paragraph.end, dangling, paragraph.end, continues=True)
            )
    found += _unclosed(text, pending)
    return _outermost([q for q in found if q.start < q.end])


def _runs_on(text: str, left: Quotation, paragraph: Span) -> bool:
    """Tells whether a paragraph goes on in mid-sentence with the quotation that the last one left open."""
    at = paragraph.start
    while at < paragraph.end and not text[at].isalnum():
        at += 1
    broken = text[left.end - 1] not in '.?!:”"' if left.end > left.start else False
    return broken or text[at : at + 1].islower()


def _unclosed(text: str, pending: Sequence[Quotation]) -> list[Quotation]:
    """Returns a quotation whose closing mark is lost: handed over to, and the last thing in its paragraph."""
    if len(pending) != 1:
        return []
    left = pending[0]
    before = text[max(0, left.opening - 4) : left.opening].rstrip(" *_\n")
    if left.end - left.start < _SHORTEST or before[-1:] not in {",", ":"} or text[left.end - 1] not in ".?!":
        return []
    return [replace(left, continues=False, lost=True)]


def _interrupted(text: str, opening: int, following: int) -> Quotation | None:
    """Returns a quotation whose closing mark is lost before ", she said," and the next opening mark."""
    if following - opening > _LOST_REACH:
        return None
    by = _said_by().search(text, opening + _SHORTEST, following)
    return (
        replace(_quotation(text, opening + 1, by.start() + 1, opening, by.start() + 1), lost=True)
        if by
        else None
    )


@lru_cache(maxsize=1)
def _said_by() -> re.Pattern[str]:
    name = r"(?:he|she|(?:[A-Z][\w.]{0,20} ){0,3}[A-Z]\w{1,20})"
    verb = verb_pattern().pattern
    return re.compile(rf"[,?!] (?:{name} (?:{verb})|(?:{verb}) {name})(?: [\w ]{{1,40}})?[.,;:] ?$")


def _unopened(text: str, paragraph: Span, stray: int) -> list[Quotation]:
    """Returns a quotation whose opening mark is lost: right behind a saying's comma or colon."""
    low = max(paragraph.start, stray - _LOST_REACH)
    window = text[low:stray]
    if _MARK_DOUBLE.search(window):
        return []
    cues = list(_saying().finditer(window))
    if len(cues) != 1 or len(window) - cues[0].end() < _SHORTEST:
        return []
    start = low + cues[0].end()
    return [replace(_quotation(text, start, stray, start, stray + 1), lost=True)]


@lru_cache(maxsize=1)
def _saying() -> re.Pattern[str]:
    return re.compile(rf"(?:{verb_pattern().pattern})(?: that)?[,:] (?=[A-Z])")


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
            found.append(_Mark(at, mark in _DOUBLE, opens, closes, mark == "‘"))
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


def _paired(marks: Sequence[_Mark]) -> _Paired:
    pairs: list[tuple[int, int]] = []
    stack: list[_Mark] = []  # at most one mark of either kind
    dropped: list[tuple[int, int]] = []  # marks never closed, each with the mark that opened after it
    stray = None
    for mark in marks:
        level = next((i for i, m in enumerate(stack) if m.double == mark.double), None)
        if mark.closes and level is not None:
            pairs.append((stack[level].at, mark.at))
            del stack[level:]
        elif mark.opens:
            if level is not None:  # the one before was never closed: it is lost, and nothing else
                if mark.double:
                    dropped.append((stack[level].at, mark.at))
                del stack[level:]
            stack.append(mark)
        elif mark.double and stray is None and not pairs and not stack:
            stray = mark.at
    return _Paired(pairs, next((m.at for m in stack if m.double or m.curly), None), stray, dropped)


def _outermost(quotations: list[Quotation]) -> list[Quotation]:
    kept: list[Quotation] = []
    for quotation in sorted(quotations, key=lambda q: (q.opening, -q.closing)):
        if not kept or quotation.opening >= kept[-1].closing:
            kept.append(quotation)
    return kept
