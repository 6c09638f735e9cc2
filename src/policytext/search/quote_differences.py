"""What was done to the words, one record a place: for altered, elided and repaired quotations."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from policytext.document import Edit
from policytext.search.quote_aligning import Aligned, Asked, Run, Word, pairs
from policytext.search.quote_letters import compared, letters
from policytext.search.quote_matching import Chain
from policytext.search.quote_pieces import Joint, Pieces
from policytext.search.quote_records import Difference, DifferenceKind
from policytext.search.quote_views import Document, View
from policytext.spans import Span

_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|none|nobody|nothing|nowhere|without|cannot|\w{1,12}n['\u2019]t)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"\d|[%£$€]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|twenty|thirty|forty"
    r"|fifty|sixty|seventy|eighty|ninety|hundreds?|thousands?|millions?|billions?|half|quarter|third)\b",
    re.IGNORECASE,
)
_FEW = 4
"""An omission of so few words that leaves out a "not" is no abridgement."""
LAYOUT = frozenset({"html", "md"})
"""Families of rules that take out markup: nobody's words."""
_LINES = frozenset({"join", "line"})
"""Families of rules that go by the lines and blocks of the page."""


class Places:
    """Turns offsets of a view into raw ones.

    Args:
        document: the document.
        view: one of its views.
    """

    def __init__(self, document: Document, view: View) -> None:
        self._document, self._view = document, view

    def raw(self, start: int, end: int) -> tuple[Span, str]:
        """Returns the smallest raw span that holds ``[start, end)`` of the view, and the text of the view."""
        found = self._document.raw_spans(self._view, start, end)
        if not found:
            at = self._document.raw_spans(self._view, max(0, start - 1), start)
            point = at[-1].end if at else 0
            return Span(point, point), ""
        return Span(min(s.start for s in found), max(s.end for s in found)), self._view.text[start:end]

    def suggested(self, raw: Span, quoted: str) -> str | None:
        """Returns a note where a repair that was only suggested would read the raw span as quoted."""
        for edit in self._document.texts.edits:
            if edit.status == "suggested" and raw.start <= edit.start and edit.end <= raw.end:
                printed = self._document.texts.raw
                read = (
                    printed[raw.start : edit.start] + (edit.replacement or "") + printed[edit.end : raw.end]
                )
                if read == quoted:
                    return f"so reads a suggested repair, {edit.rule}"
        return None

    def point(self, at: int) -> Span:
        """Returns the empty raw span where offset ``at`` of the view stands."""
        return self.raw(at, at)[0]


def of_alignment(document: Document, view: View, wanted: Asked, found: Aligned) -> list[Difference]:
    """Returns the differences of an altered quotation, in its order."""
    places = Places(document, view)
    out: list[Difference] = []
    for run in found.runs:
        if run.same:
            out += _in_equal(places, view, wanted, found.words, run)
        else:
            for (first, last), (begin, stop), spelt in pairs(wanted.words, found.words, run):
                marked = any(f in wanted.free for f in range(first, last + 1)) and first == last
                out.append(
                    _of_words(
                        places,
                        wanted,
                        found.words,
                        (first, last),
                        (begin, stop),
                        spelt=spelt,
                        marked=marked,
                    )
                )
    return out


def _of_words(
    places: Places,
    wanted: Asked,
    words: Sequence[Word],
    ours: tuple[int, int],
    theirs: tuple[int, int],
    *,
    spelt: bool,
    marked: bool,
) -> Difference:
    quote, text = _extent(wanted.words, *ours), _extent(words, *theirs)
    quoted, (raw, printed) = wanted.text[quote.start : quote.end], places.raw(text.start, text.end)
    kind: DifferenceKind = "spelling" if spelt else "replaced"
    if not len(quote):
        kind = "left out"
    elif not len(text):
        kind = "inserted"
    note = _grave(quoted, printed)
    if note == "a negation" and kind == "spelling":
        kind = "replaced"  # "ever" for "never" is no slip of spelling
    elif marked and note != "a negation":
        note = "marked in the quotation"
    note = note or places.suggested(raw, quoted)
    return Difference(kind, quote, raw, quoted, printed, note)


def _extent(words: Sequence[Word], first: int, last: int) -> Span:
    """Returns the span of words ``[first, last)``; an empty one stands behind the word before."""
    if first < last:
        return Span(words[first].start, words[last - 1].end)
    at = words[first - 1].end if first else (words[first].start if words else 0)
    return Span(at, at)


def _in_equal(
    places: Places, view: View, wanted: Asked, words: Sequence[Word], run: Run
) -> Iterator[Difference]:
    """Yields differences of case within equal words, and of punctuation between them."""
    for n in range(run.first, run.last):
        mine, theirs = wanted.words[n], words[run.begin + n - run.first]
        quoted, printed = wanted.text[mine.start : mine.end], view.text[theirs.start : theirs.end]
        if _cased(quoted) != _cased(printed) and not (n == 0 and quoted[1:] == printed[1:]):
            yield Difference(
                "case", Span(mine.start, mine.end), places.raw(theirs.start, theirs.end)[0], quoted, printed
            )
        if n + 1 < run.last and n + 1 not in wanted.free:
            following, farther = wanted.words[n + 1], words[run.begin + n + 1 - run.first]
            quoted, printed = wanted.text[mine.end : following.start], view.text[theirs.end : farther.start]
            if not compared(quoted, printed).same:
                span = places.raw(theirs.end, farther.start)[0]
                yield Difference("punctuation", Span(mine.end, following.start), span, quoted, printed)


def _cased(word: str) -> list[bool]:
    return [c.isupper() for c in word if c.isalpha()]


def _grave(quoted: str, printed: str) -> str | None:
    """Returns what is grave about a difference: a negation or a number that is not on both sides."""
    ours, theirs = (sorted(m.casefold() for m in _NEGATION.findall(t)) for t in (quoted, printed))
    if ours != theirs:
        return "a negation"
    return "a number" if _NUMBER.search(quoted) or _NUMBER.search(printed) else None


def of_chain(document: Document, view: View, pieces: Pieces, chain: Chain) -> tuple[list[Difference], bool]:
    """Returns what an elided quotation leaves out and puts in, and whether that is only an abridgement.

    It is none where one to four words go and a negation is among them, or where a bracket takes other letters
    off the front of a word than it puts there: "[A]ble" for "unable".
    """
    places = Places(document, view)
    out: list[Difference] = []
    first, last = chain.matches[0], chain.matches[-1]
    fair = _keeps_front(pieces.before, view, first.start)
    if pieces.before is not None and pieces.before.glued_after:
        out += _edge(places, _back_to_word(view.text, first.start), first.start, pieces.before)
    for joint, before, after in zip(pieces.joints, chain.matches, chain.matches[1:], strict=False):
        left = view.text[before.end : after.start]
        negated = bool(_NEGATION.search(left))
        fair = fair and not (negated and len(left.split()) <= _FEW) and _keeps_front(joint, view, after.start)
        if letters(left):
            raw, printed = places.raw(before.end, after.start)
            note = "a negation" if negated else None
            out.append(Difference("left out", joint.span, raw, "", printed.strip(), note))
        out += [
            Difference("inserted", joint.span, places.point(after.start), put, "", "in brackets")
            for put in joint.inserted
        ]
    if pieces.after is not None and pieces.after.glued_before:
        out += _edge(places, last.end, _on_to_word(view.text, last.end), pieces.after)
    return out, fair


def _keeps_front(joint: Joint | None, view: View, start: int) -> bool:
    """Whether a bracket that touches a word at ``start`` ends with the letters that the word begins with."""
    if joint is None or not joint.glued_after:
        return True
    front = letters(view.text[_back_to_word(view.text, start) : start])
    return bool(front) and letters(joint.inserted[-1]).endswith(front)


def _edge(places: Places, start: int, end: int, joint: Joint) -> Iterator[Difference]:
    """Yields a part of a word for which a bracket stands at an edge of the quotation."""
    raw, printed = places.raw(start, end)
    quoted = "".join(joint.inserted)
    kind: DifferenceKind = "replaced" if printed else "inserted"
    yield Difference(kind, joint.span, raw, quoted, printed, "in brackets")


def _back_to_word(text: str, at: int) -> int:
    while at and letters(text[at - 1]):
        at -= 1
    return at


def _on_to_word(text: str, at: int) -> int:
    while at < len(text) and letters(text[at]):
        at += 1
    return at


@dataclass(frozen=True, slots=True)
class Repair:
    """An applied edit that changes words, and the clean ``[start, end)`` that it made."""

    edit: Edit
    start: int
    end: int


def repairs(document: Document, view: View, start: int, end: int) -> tuple[list[Repair], list[str]]:
    """Returns the edits that change words in ``[start, end)`` of a view, and the names of the other changes.

    Of the raw view there are none: it is what the file has.
    """
    if view.name == "raw":
        return [], []
    words: list[Repair] = []
    names: dict[str, None] = {}
    pieces = document.texts.alignment.pieces
    for span in view.there(start, end):
        first = max(0, bisect_right(pieces, span.start, key=lambda p: p.start) - 1)
        for piece in islice(pieces, first, None):
            if piece.start >= span.end:
                break
            if piece.edit is None or (piece.end <= span.start and not piece.start == piece.end > span.start):
                continue
            told = _layout(piece.edit)
            if told is None:
                words.append(Repair(piece.edit, piece.start, piece.end))
            else:
                names.update(dict.fromkeys(told))
    return words, list(names)


def _layout(edit: Edit) -> tuple[str, ...] | None:
    """Returns how an edit that changes no word is called, None for one that does."""
    if edit.rule.partition(".")[0] in LAYOUT:
        return ("markup",)
    before, after = edit.text, edit.replacement or ""
    if letters(before) != letters(after):
        return None
    if not letters(before) and edit.rule.partition(".")[0] in _LINES:
        return ("line break",)
    if not letters(before):
        gap = compared(after, before)
        return gap.changes if gap.same else None
    plain = all(letters(c) for c in before + after)  # a ligature taken apart, an accent put on
    return ("form of a character",) if plain else None
