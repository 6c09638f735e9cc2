"""Halves of paragraphs, items, headings and notes: which chunk goes on where another breaks off."""

from __future__ import annotations

import re
from collections.abc import Sequence

from policytext.text.blocks.paragraphs import Line
from policytext.text.blocks.roles import Role, View
from policytext.text.joining import HANGING, LINE, Join, Joiner

MARGIN = frozenset({"page_number", "running_header"})
"""What is on every page and in no text."""
MOVABLE = frozenset({"page_number", "running_header", "pull_quote", "figure", "footnote", "table"})
"""What may stand between the two halves of a paragraph."""
_BREAKABLE = frozenset({"paragraph", "heading", "footnote", "list"})
_REASONS = {
    "paragraph": "paragraph broken by a page, a column or furniture",
    "heading": "heading broken by a blank line",
    "footnote": "note broken by a blank line",
    "list": "item of a list broken by a page",
}

_CONFIDENCE = {"heading": 0.7, "footnote": 0.75, "list": 0.75}
_LOOKAHEAD = 12
"""How many pieces of furniture may stand between two halves."""
_HALF = 5
"""Words a first half has at least; fewer are a label or a heading that was not recognised."""

_ENDED = re.compile(
    r"[.!?:;\u2026][\"'\u201d\u2019)\]*\u2020\u2021\u00ae\u00b0]{0,4}"
    r"(?:[ ]?[\[(^]?\d{1,3}(?:[,;\u2013-][ ]?\d{1,3}){0,5}[\])]?|[\u00b9\u00b2\u00b3\u2070-\u2079]{1,4})?"
    r"[\"'\u201d\u2019)\]]{0,2}$"
)
"""The end of a sentence, with the marks of notes behind it: ``.3``, ``.[1]``, ``.3,4``."""
_BROKEN = re.compile(r"[^\W_][,)\"'\u201d\u2019]{0,2}$")
"""What a sentence ends in that was broken where the next half begins with a capital."""
_BYLINE = re.compile(r"by [A-Z]")
_LONGEST_BYLINE = 8
_PAGED_HALF = 8
"""The same where a page ends behind it."""
_BOX_CHUNKS, _BOX_LENGTH, _BOX_CONFIDENCE = 40, 6_000, 0.6
"""Chunks and characters a box holds at most: a page of small print."""
_LONG_HALF = 20
"""A paragraph of so many words that ends in none of the marks sentences end in was broken."""

_NOTE_HEAD = re.compile(r"\d{1,3}[ ]{1,2}(?!Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[A-Z]")
_OPENERS = "\"'\u201c\u2018(["
_DASHES = "-\u2013\u2014 "


def begins_small(text: str, line: Line) -> bool:
    """Whether a line begins with a small letter, quotation marks and dashes aside."""
    return text[line.start : line.start + 6].lstrip(_OPENERS + _DASHES)[:1].islower()


class Halves:
    """Finds second halves in one document.

    Args:
        view: the text and its chunks.
        roles: the role of every chunk.
        body: the chunks that are not of the margin, in order; places count in it.
        inner: what comes between the lines of every chunk.
        joiner: says how they join.
        moving: whether what stands between halves can be moved; else they must be neighbours.
    """

    def __init__(
        self,
        view: View,
        roles: Sequence[Role],
        body: Sequence[int],
        inner: Sequence[Sequence[Join]],
        joiner: Joiner,
        *,
        moving: bool,
    ) -> None:
        self.view, self.roles, self.body, self.inner, self.moving = view, roles, body, inner, moving
        self.text, self.joiner = view.text, joiner

    def continued(self, place: int) -> tuple[int, Join] | None:
        """Returns the place in the body that goes on where this one breaks off, and how they join."""
        index = self.body[place]
        kind = self.roles[index].kind
        if kind not in _BREAKABLE:
            return None
        there = place + 1
        if kind in {"paragraph", "list"} and self.moving:
            while there < min(len(self.body), place + _LOOKAHEAD) and self._kind(there) in MOVABLE:
                there += 1
        rest = "paragraph" if kind == "list" else kind
        if there >= len(self.body) or self._kind(there) != rest:
            there, confidence = self._behind_box(place), _BOX_CONFIDENCE
        else:
            confidence = self._confidence(index, self.body[there])
            if not confidence:
                there, confidence = self._behind_box(place), _BOX_CONFIDENCE
        if not there or not confidence:
            return None
        plain = Join(" ", _REASONS[kind], f"join.{kind}", confidence)
        chunks = self.view.chunks
        return there, self.joiner.join(chunks[index].end, chunks[self.body[there]].start, plain)

    def _kind(self, place: int) -> str:
        return self.roles[self.body[place]].kind

    def _behind_box(self, place: int) -> int:
        """Returns where a paragraph goes on behind a box, heading and all, that breaks it; 0 for nowhere.

        A box stands wherever the page had room. Its own text ends with a sentence, and what goes on behind
        it begins small.
        """
        index = self.body[place]
        first = place + 1
        if not self.moving or self.roles[index].kind != "paragraph" or first >= len(self.body):
            return 0
        if self._kind(first) != "heading" or not self._is_open(index):
            return 0
        start, ended = self.view.chunks[self.body[first]].start, False
        for there in range(first + 1, min(len(self.body), first + _BOX_CHUNKS)):
            here = self.body[there]
            chunk, kind = self.view.chunks[here], self.roles[here].kind
            if chunk.start - start > _BOX_LENGTH:
                return 0
            if kind == "paragraph":
                small = begins_small(self.text, chunk.lines[0]) and chunk.shape == "text"
                if small and ended:
                    return there
                ended = not self._is_open(here)
            elif kind == "list":
                ended = True
        return 0

    def _is_open(self, index: int) -> bool:
        """Whether a paragraph of some words breaks off within a sentence."""
        chunk = self.view.chunks[index]
        tail = self.text[max(chunk.start, chunk.end - 60) : chunk.end]
        kept = any(join is LINE for join in self.inner[index])
        return not kept and len(self.view.words[index]) >= _HALF and not _ENDED.search(tail)

    def _confidence(self, index: int, there: int) -> float:
        """Returns how sure it is that ``there`` goes on where ``index`` breaks off; 0 for not at all."""
        before, after, kind = self.view.chunks[index], self.view.chunks[there], self.roles[index].kind
        tail = self.text[max(before.start, before.end - 60) : before.end]
        head = self.text[after.start : after.start + 60]
        kept_lines = any(join is LINE for join in (*self.inner[index], *self.inner[there]))
        if before.shape == "row" or after.shape != "text" or kept_lines or _ENDED.search(tail):
            return 0.0
        small = head.lstrip(_OPENERS)[:1].islower()
        last = tail.split()[-1]
        hangs = tail.endswith(",") or (last.casefold().strip(_OPENERS) in HANGING and last != "A")  # Annex A
        paged = self._page_between(index, there)
        if kind != "paragraph":
            goes_on = {
                "heading": (small or hangs) and not before.hint and not after.hint,
                "footnote": (small or hangs) and "note" not in after.marks and not head[0].isdigit(),
                "list": small and (paged or hangs) and not tail.endswith(","),
            }
            return _CONFIDENCE[kind] if goes_on[kind] else 0.0
        byline = _BYLINE.match(head) and len(self.view.words[there]) <= _LONGEST_BYLINE
        broken = small or hangs or _BROKEN.search(tail)
        unlike = ("bold" in before.marks) != ("bold" in after.marks) or _NOTE_HEAD.match(head)
        if unlike or byline or not broken:
            return 0.0
        return self._paragraph_confidence(index, there, small=small, hangs=hangs, paged=paged)

    def _page_between(self, index: int, there: int) -> bool:
        """Whether a page ends between two chunks: the margin stands there, notes, or the mark of a page."""
        chunks = self.view.chunks
        return any(
            chunks[i].page or (i < there and self.roles[i].kind in MARGIN | {"footnote"})
            for i in range(index + 1, min(there, index + 2 * _LOOKAHEAD) + 1)
        )

    def _paragraph_confidence(
        self, index: int, there: int, *, small: bool, hangs: bool, paged: bool
    ) -> float:
        first, second = len(self.view.words[index]), len(self.view.words[there])
        if first >= _HALF and small and (second > 2 or paged):
            return 0.9
        if first >= _HALF and hangs:
            return 0.75
        if paged and first >= _PAGED_HALF and second >= _HALF:
            return 0.65
        return 0.65 if first >= _LONG_HALF and second >= _HALF else 0.0
