"""Footnotes and the marks that call them: found, linked, and read again where OCR misread them.

A raised figure is the character a scan misreads most: it becomes ``®``, ``*``, ``°`` or a quote mark, and so
does the number at the head of the note. What it was follows from the order: notes count up, and the marks on
a page call the notes at its foot. Where the counts do not agree nothing is guessed: the mark is flagged.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from policytext.document import Edit
from policytext.text.blocks.roles import Role, View
from policytext.text.words.lexicon import english, folded

_HEAD = re.compile(
    r"\[?(?P<number>\d{1,3})\]?(?P<stop>[.):]?)(?P<gap>\s{0,4})(?=[^\W\d_]|[\"'\u201c\u2018(])"
    r"|(?P<junk>[\u00ae\u00b0\u00a9\u2122\u00a2?\"'\u201c\u201d\u2018\u2019]{1,2})(?P<blank>\s{0,4})(?=[^\W_])"
)
_ENDS = re.compile(r"[.\u201d\"]$|\S*(?:://|www\.|\.pdf|/)\S*$")
_MARK = re.compile(
    r"(?P<number>\d{1,3})(?=\s|$|[.,;:](?:\s|$))"
    r"|(?P<strong>[\u00ae\u00b0*\u2020\u2021]{1,2})(?=\s|$|[.,;:](?:\s|$))"
    r"|(?P<quote>[\"'\u201d\u2019]{1,3})(?=\s|$)"
)
"""What may be a mark, by itself; what stands before it is looked at afterwards, since that is faster."""
_STOPS = frozenset(".,;:!?")
_DOUBLE = frozenset('"\u201d')
_QUOTE = re.compile(r"[\"'\u201c\u201d\u2018\u2019]")
_FIGURES = {"'": "1", "\u2019": "1", '"': "1"}
"""Which figure a character looks like; a ``®`` may be any of the round ones."""
_ONES = frozenset("'\u2018\u2019")
_ONE_FIGURE = 9
_STARS = frozenset("*\u2020\u2021")
_STAR = re.compile(r"(?<=[^\s*\u2020\u2021])[*\u2020\u2021]{1,3}(?=\s|$|[.,;:)])")
_STAR_HEAD = re.compile(r"[*\u2020\u2021]{1,3}(?=\s{0,4}[^\W_])")
_NAME = re.compile(r"(?<![^\W_])[A-Z][^\W\d_]{2,}$")
_LONGEST_NAME = 30
_BODY = frozenset({"paragraph", "list", "heading", "table"})
"""What a mark may stand in."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note that begins at ``start``, in chunk ``index``; ``edit`` makes its head show its ``number``.

    The number of a star note is 0.
    """

    index: int
    start: int
    number: int
    edit: Edit | None


@dataclass(frozen=True, slots=True)
class Call:
    """A mark at ``[start, end)`` that calls ``note``; ``edit`` makes it show the number."""

    start: int
    end: int
    note: Note
    edit: Edit | None


@dataclass(frozen=True, slots=True)
class _Sign:
    """What may be a mark: its place, the number it shows (0: none), whether it can be nothing else."""

    start: int
    end: int
    number: int
    strong: bool


def linked(view: View, roles: Sequence[Role]) -> tuple[list[Note], list[Call], list[Edit]]:
    """Returns the notes, the marks that call them, and flags on marks that could not be told apart.

    Linear in the length of the text. Notes and calls are in text order.
    """
    calls: list[Call] = []
    flags: list[Edit] = []
    groups = _groups(roles)
    notes = _numbered(view, groups)
    begin = page = 0
    for group, known in zip(groups, notes, strict=True):
        calls += _starred(view, roles, page, group)
        page = group[-1] + 1
        if not known:  # notes without numbers part nothing
            continue
        chosen, left = _matched(view, list(_signs(view, roles, begin, group)), known)
        calls += chosen
        flags += left
        begin = group[-1] + 1
    return [n for group in notes for n in group], sorted(calls, key=lambda c: c.start), flags


def _groups(roles: Sequence[Role]) -> list[list[int]]:
    """Returns the runs of footnotes that only furniture parts: the notes of a page, or all endnotes."""
    groups: list[list[int]] = []
    open_group = False
    for index, role in enumerate(roles):
        if role.kind == "footnote":
            if not open_group:
                groups.append([])
            groups[-1].append(index)
            open_group = True
        elif role.kind not in {"page_number", "running_header"}:
            open_group = False
    return groups


# --- notes ------------------------------------------------------------------------------------------------


def _numbered(view: View, groups: Sequence[Sequence[int]]) -> list[list[Note]]:
    """Returns for every group its notes with their numbers; those whose number stays open are left out."""
    heads = [[h for i in group for h in _heads(view, i)] for group in groups]
    firsts = [h[0].number for h in heads if h and h[0].number]
    restarted = len(firsts) > 1 and set(firsts) == {1}
    if restarted:
        return [_counted(group) for group in heads]
    counted = iter(_counted([h for group in heads for h in group]))
    by_start = {n.start: n for n in counted}
    return [[by_start[h.start] for h in group if h.start in by_start] for group in heads]


@dataclass(frozen=True, slots=True)
class _Head:
    """What stands at the head of a note at ``start``, up to its first word; ``number`` 0 if unreadable."""

    index: int
    start: int
    text: str
    number: int
    closes: bool


def _heads(view: View, index: int) -> Iterator[_Head]:
    """Yields the heads of notes in a chunk: its first line, and lines behind one that ends a note."""
    chunk = view.chunks[index]
    for position, line in enumerate(chunk.lines):
        above = chunk.lines[position - 1] if position else None
        if above and not _ENDS.search(view.text, max(above.start, above.end - 40), above.end):
            continue
        text = view.text[line.start : line.end]
        if head := _HEAD.match(text):
            closes = text.count("\u201d") > text.count("\u201c") - head.group().count("\u201c")
            number = int(head["number"]) if head["number"] else 0
            shown = head["number"] or head.group()
            yield _Head(index, line.start + head.group().index(shown), shown, number, closes)


def _counted(heads: Sequence[_Head]) -> list[Note]:
    """Returns the notes whose number is certain.

    The readable numbers that count up with the notes (or faster, where a note was not found) are anchors;
    between two anchors that leave room for just the notes between them, these bear the numbers between.
    """
    anchors = _anchors(heads)
    numbers = {k: heads[k].number for k in anchors}
    for left, right in pairwise(anchors):
        if heads[right].number - heads[left].number == right - left:
            numbers.update({k: heads[left].number + k - left for k in range(left, right)})
    if anchors and heads[anchors[0]].number == anchors[0] + 1:
        numbers.update({k: k + 1 for k in range(anchors[0])})
    numbers.update(_ahead(heads, anchors))
    return [
        Note(heads[k].index, heads[k].start, n, _head_edit(heads[k], n)) for k, n in sorted(numbers.items())
    ]


def _ahead(heads: Sequence[_Head], anchors: Sequence[int]) -> dict[int, int]:
    """Returns the numbers behind the last of two or more anchors, as long as what can be read agrees."""
    found: dict[int, int] = {}
    last = anchors[-1] if len(anchors) > 1 else len(heads)
    for k in range(last + 1, len(heads)):
        number = heads[last].number + k - last
        if heads[k].number and number % 10 != heads[k].number % 10:
            break
        found[k] = number
    return found


def _anchors(heads: Sequence[_Head]) -> list[int]:
    """Returns the positions of a longest run of readable numbers that grow at least as fast as the notes.

    By patience sorting, since number minus position must not fall. Of the numbers that could stand before
    one, the nearest is taken: of 11, 2, 13 the run is 11, 13.
    """
    slack = {k: head.number - k for k, head in enumerate(heads) if head.number}
    tops: list[int] = []
    piles: list[list[int]] = []  # on each the slack falls
    before: dict[int, int | None] = {}
    for k, own in slack.items():
        at = bisect_right(tops, own)
        pile = piles[at - 1] if at else []
        before[k] = pile[bisect_left(pile, -own, key=lambda p: -slack[p])] if at else None
        tops[at : at + 1] = [own]
        if at == len(piles):
            piles.append([])
        piles[at].append(k)
    run: list[int] = []
    here = piles[-1][-1] if piles else None
    while here is not None:
        run.append(here)
        here = before[here]
    return run[::-1]


def _head_edit(head: _Head, number: int) -> Edit | None:
    """Returns what makes the head of a note show its number."""
    if head.number == number:
        return None
    end = head.start + len(head.text)
    if head.number:
        new, confidence = str(number), 0.7
    else:
        # A number and the quote mark behind it are often read as one quote mark.
        quote = "\u201c" if head.closes and head.text.strip()[-1] in '"\u201c' else ""
        new, confidence = f"{number} {quote}", 0.75
    return Edit(head.start, end, head.text, new, "misread number of a note", "note.number", confidence)


# --- marks ------------------------------------------------------------------------------------------------


def _starred(view: View, roles: Sequence[Role], first: int, group: Sequence[int]) -> Iterator[Call]:
    """Yields the calls of star notes: by the one mark in the chunks from ``first`` with the same stars."""
    heads = {i: head.group() for i in group if (head := _STAR_HEAD.match(view.texts[i]))}
    if not heads:
        return
    shown: dict[str, list[int]] = {}
    for index in range(first, group[0]):
        if roles[index].kind in _BODY:
            for match in _STAR.finditer(view.texts[index]):
                shown.setdefault(match.group(), []).append(view.chunks[index].start + match.start())
    bearing = Counter(heads.values())
    for index, stars in heads.items():
        places = shown.get(stars, [])
        if len(places) == 1 and bearing[stars] == 1:
            note = Note(index, view.chunks[index].start, 0, None)
            yield Call(places[0], places[0] + len(stars), note, None)


def _signs(view: View, roles: Sequence[Role], first: int, group: Sequence[int]) -> Iterator[_Sign]:
    """Yields what may be a mark in the body of the chunks from ``first`` to the notes ``group``.

    A star calls a note that bears one, if there is such.
    """
    last = group[0]
    starred = any(view.texts[i][0] in _STARS for i in group)
    for index in range(first, last):
        if roles[index].kind not in _BODY:
            continue
        start, text = view.chunks[index].start, view.texts[index]
        balance = _Balance(text)
        for match in _MARK.finditer(text):
            sign = _sign(text, match, balance, starred=starred)
            if sign:
                yield replace(sign, start=start + sign.start, end=start + sign.end)


def _sign(text: str, match: re.Match[str], balance: _Balance, *, starred: bool) -> _Sign | None:
    """Returns what ``match`` may be, by its place in the ``text`` of a chunk."""
    start, end = match.span()
    before = text[max(0, start - 2) : start]
    if not before or before[-1].isspace() or before[-1].isdigit():
        return None
    if match["number"]:
        glued = len(before) > 1 and not before[0].isspace()
        return _Sign(start, end, int(match["number"]), strong=False) if glued else None
    if match["strong"]:
        return None if starred and match["strong"][0] in _STARS else _Sign(start, end, 0, strong=True)
    quotes = match["quote"]
    if before[-1] not in _STOPS and not (before[-1].isalpha() and quotes in _DOUBLE):
        return None
    spare = balance.spare(start, quotes)
    return _Sign(end - spare, end, 0, strong=spare < len(quotes)) if spare else None


class _Balance:
    """Counts the quotation marks of a text from its head on: what opened, what closed."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._open = {"double": 0, "single": 0}

    def spare(self, at: int, marks: str) -> int:
        """Returns how many of the ``marks`` that stand at ``at`` close nothing; call with rising ``at``."""
        for match in _QUOTE.finditer(self._text, self._at, at):
            self._count(match.start(), match.group())
        self._at = at
        still = dict(self._open)
        for position, mark in enumerate(marks):
            kind = "double" if mark in _DOUBLE else "single"
            if still[kind] <= 0:
                return len(marks) - position
            still[kind] -= 1
        return 0

    def _count(self, at: int, mark: str) -> None:
        kind = "double" if mark in '"\u201c\u201d' else "single"
        before, after = self._text[at - 1 : at] if at else "", self._text[at + 1 : at + 2]
        if before.isalnum() and after.isalnum():
            return  # an apostrophe
        opens = mark in "\u201c\u2018" or (mark in "\"'" and after.isalnum() and not before.isalnum())
        if opens:
            self._open[kind] += 1
        elif self._open[kind]:
            self._open[kind] -= 1


def _matched(view: View, signs: Sequence[_Sign], notes: Sequence[Note]) -> tuple[list[Call], list[Edit]]:
    """Returns which sign calls which of the notes at the foot of the page, and flags on what stays open."""
    by_number = {n.number: n for n in notes}
    shown = [s for s in signs if s.number in by_number]
    calls: list[Call] = []
    flags: list[Edit] = []
    bounds = [(-1, 0), *((s.start, s.number) for s in _in_order(shown)), (1 << 60, 1 << 30)]
    for (left, low), (right, high) in pairwise(bounds):
        wanted = [n for n in notes if low < n.number < high]
        between = [s for s in signs if left < s.start < right and not s.number]
        taken = _assigned(between, wanted, view.text)
        if len(taken) == 1 and _may_be_trade_mark(view.text, taken[0][0]):
            taken = []  # of several, their number bears out that they are marks
        calls += [_call(view, sign, note) for sign, note in taken]
        used = {sign.start for sign, _ in taken}
        flags += [_flag(view, s) for s in between if s.strong and s.start not in used and wanted]
        if high in by_number:
            sign = next(s for s in shown if s.start == right)
            calls.append(Call(sign.start, sign.end, by_number[high], None))
    return calls, flags


def _in_order(shown: Sequence[_Sign]) -> list[_Sign]:
    """Returns the signs whose numbers count up, the first of each."""
    kept: list[_Sign] = []
    for sign in shown:
        if not kept or sign.number > kept[-1].number:
            kept.append(sign)
    return kept


def _assigned(between: Sequence[_Sign], wanted: Sequence[Note], text: str) -> list[tuple[_Sign, Note]]:
    """Returns signs and notes one to one, where their counts agree; all signs, else the strong ones alone.

    Where marks were lost altogether, a sign is taken for the one number that looks like it.
    """
    strong = [s for s in between if s.strong]
    for signs in (strong, list(between)):
        if signs and len(signs) == len(wanted):
            return list(zip(signs, wanted, strict=True))
    found: list[tuple[_Sign, Note]] = []
    for sign in between if len(between) < len(wanted) else ():
        alike = [n for n in wanted if _looks_like(text[sign.start : sign.end], n.number)]
        if len(alike) == 1 and (not found or alike[0].number > found[-1][1].number):
            found.append((sign, alike[0]))
    return found


def _looks_like(shown: str, number: int) -> bool:
    """Whether every character of a misread mark may be the figure at its place."""
    figures = str(number)
    return len(shown) == len(figures) and all(
        f in _FIGURES.get(c, "") for c, f in zip(shown, figures, strict=True)
    )


def _call(view: View, sign: _Sign, note: Note) -> Call:
    start = sign.start
    if note.number > _ONE_FIGURE and sign.end - start == 1 and view.text[start - 1] in _ONES:
        start -= 1  # the first of two figures, read as an apostrophe
    text = view.text[start : sign.end]
    reason, rule = "misread mark of a note", "note.mark"
    edit = Edit(start, sign.end, text, str(note.number), reason, rule, 0.85 if sign.strong else 0.75)
    return Call(start, sign.end, note, edit)


def _may_be_trade_mark(text: str, sign: _Sign) -> bool:
    """Whether a sign is ``\u00ae`` behind a name that no list holds."""
    if text[sign.start : sign.end] != "\u00ae":
        return False
    name = _NAME.search(text, max(0, sign.start - _LONGEST_NAME), sign.start)
    return name is not None and not english().knows(folded(name.group()))


def _flag(view: View, sign: _Sign) -> Edit:
    text = view.text[sign.start : sign.end]
    reason = "mark of a note that cannot be read"
    return Edit(sign.start, sign.end, text, None, reason, "note.unread", 0.6, "flagged")
