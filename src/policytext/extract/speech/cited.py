"""What a document's notes and reference list say of the date of the papers that it quotes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policytext.annotation import DateMention
from policytext.document import Block

_MARK_LEAD = re.compile(r"[\s”\"’'*_.,;:?!)\]]{0,6}$")
_IBID = re.compile(r"\W{0,4}(?:\d{1,3}\W{0,3})?(?:ibid|loc\. ?cit|op\. ?cit)\b", re.IGNORECASE)
_VISITED = re.compile(
    r"(?:accessed|retrieved|viewed|visited|Web|available)\W{0,4}(?:on\W{0,2})?$", re.IGNORECASE
)
_REFERENCES = re.compile(
    r"\b(?:references|bibliography|sources|works cited|notes|further reading)\b", re.IGNORECASE
)
_REACH = 12
"""A note's mark stands at most so many characters behind what it is the note to: marks of punctuation."""
_KINDS = frozenset({"date", "season", "range", "financial_year"})
_LONGEST = 1_500
_MOST_ENTRIES = 2_000
_SHORTEST_NAME = 8
"""Shorter names of papers ("Guidance") stand in too many places to be looked up."""

Within = Callable[[int, int], list[DateMention]]


@dataclass(frozen=True, slots=True)
class Sources:
    """The notes and references of a document.

    Args:
        text: the clean text.
        blocks: its blocks.
        within: gives the dates that stand in a stretch of it.
    """

    text: str
    notes: tuple[Block, ...]
    marks: tuple[tuple[int, int, int], ...]
    entries: tuple[tuple[str, Block], ...]
    within: Within

    @classmethod
    def of(cls, text: str, blocks: Sequence[Block], within: Within) -> Sources:
        """Returns the notes of a document with the places of their marks, and its reference list."""
        notes = tuple(b for b in blocks if b.kind == "footnote")
        marks = sorted((m.start, m.end, n) for n, note in enumerate(notes) for m in note.marks)
        listed = [b for b in blocks if b.kind == "footnote" or _in_list(b)][:_MOST_ENTRIES]
        entries = tuple((_folded(text[b.start : min(b.end, b.start + _LONGEST)]), b) for b in listed)
        return cls(text, notes, tuple(marks), entries, within)

    def noted(self, place: int) -> DateMention | None:
        """Returns the date in the note whose mark stands right behind a place, None where there is none."""
        index = bisect_left(self.marks, (place, 0, 0))
        if index >= len(self.marks) or self.marks[index][0] > place + _REACH:
            return None
        if not _MARK_LEAD.match(self.text[place : self.marks[index][0]]):
            return None
        return self._called(self.marks[index])

    def noted_within(self, start: int, end: int) -> DateMention | None:
        """Returns the date of the first note called in ``[start, end)``."""
        index = bisect_left(self.marks, (start, 0, 0))
        if index < len(self.marks) and self.marks[index][1] <= end:
            return self._called(self.marks[index])
        return None

    def titled(self, name: str) -> DateMention | None:
        """Returns the date of the paper of that name in the notes or the reference list."""
        wanted = _folded(name)
        if len(wanted) < _SHORTEST_NAME:
            return None
        for words, block in self.entries:
            if wanted in words and (date := self._dated(block.start, block.end)):
                return date
        return None

    def _called(self, mark: tuple[int, int, int]) -> DateMention | None:
        """Returns the date in the note that a mark calls; "ibid." is the note before it."""
        start, end, number = mark
        while number > 0 and _IBID.match(self.text[self.notes[number].start :][:40]):
            number -= 1
        note = self.notes[number]
        begins, ends = note.start, note.end
        if number == mark[2] and len(note.marks) > 1:  # a block that holds several notes
            begins, ends = self._part(note, self.text[start:end])
        return self._dated(begins, ends)

    def _part(self, note: Block, sign: str) -> tuple[int, int]:
        words = self.text[note.start : min(note.end, note.start + _LONGEST)]
        own = re.search(rf"(?:^|\s){re.escape(sign)}[.)]?\s", words)
        if own is None or not sign.isdigit():
            return note.start, note.end
        following = re.compile(rf"\s{int(sign) + 1}[.)]?\s").search(words, own.end())
        return note.start + own.end(), note.start + (following.start() if following else len(words))

    def _dated(self, start: int, end: int) -> DateMention | None:
        """Returns the date of a reference: one that brackets close or enclose, else the first.

        The day on which a web page was looked up is none.
        """
        found = [
            d
            for d in self.within(start, min(end, start + _LONGEST))
            if d.type in _KINDS and not _VISITED.search(self.text[max(start, d.start - 20) : d.start])
        ]
        bracketed = [d for d in found if self.text[d.end : d.end + 1] == ")"]
        return next(iter(bracketed or found), None)


def _in_list(block: Block) -> bool:
    if block.kind not in {"list", "paragraph"}:
        return False
    return _REFERENCES.fullmatch(block.section.rsplit(" > ", 1)[-1].strip(" *_:0123456789.")) is not None


def _folded(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
