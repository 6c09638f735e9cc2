"""Blanks that a scan lost or put in, and specks read as marks.

``c ouncils`` is put together where the whole is a word and a piece is none, ``thetime`` taken apart where one
part is a word that builds no compounds. A compound that no list holds (``wellbeing``) stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from policytext.document import Edit, EditStatus
from policytext.text.words.lexicon import folded, listed
from policytext.text.words.vocabulary import Place, Vocabulary

_BESIDE = "-'\u2019"
"""What ties a piece to something else than its neighbour behind a blank."""
_PARTS = listed(
    "about and are because been could from had has have he her his how its of our she should such than "
    "that the their them then there these they this those was were what when where which while who "
    "will with would you your"
)
"""Words that build no compounds, so that one of them at the head or the end of a string was run into it."""
_HEADS = _PARTS | {"being", "having"}
"""The same, at the head only: ``wellbeing`` is a word."""
_LEAST_PART, _LEAST_JOINED = 3, 6
_CRAMPED = re.compile(r"[.,;:!?][\"\u201d\u2019)]{0,2}(?=[A-Z][a-z]|[a-z]{2})")
_TITLES = frozenset({"Mr", "Ms", "Dr", "St"})
_SPECK = re.compile(r",(?<=[^\W\d_],)[.](?=[a-z]{2})")
_DOUBLE = re.compile(r"['\u2019](?<=[^\W\d_]['\u2019])(?:(?<=')\u2019|(?<=\u2019)')(?=s\b)")
"""What is rare comes first in both, and what stands before it is looked at afterwards: so they are fast."""
_OPEN_QUOTE = re.compile(r"(?<![^\s(])'[^\W_][^'\n]*$")
_QUOTE_REACH = 200
_AFTER_SPECK = _PARTS | {"we", "to", "in", "is", "for", "by", "it", "as"}
_SHORTEST_WHOLE = 3
_SHORTEST_BEFORE = 3


@dataclass(frozen=True)
class Spaces:
    """Finds the space errors of one text; ``damaged`` says that its rates show a misread one."""

    vocabulary: Vocabulary
    damaged: bool

    def edits(self) -> Iterator[Edit]:
        """Yields repairs and suggestions, rule by rule; those of one rule are in text order."""
        yield from self.words()
        if self.damaged:
            yield from self._cramped()
        yield from self._specks()

    def words(self) -> Iterator[Edit]:
        """Yields what concerns words that fell apart or ran together."""
        yield from self.split
        yield from self._run_together()

    @cached_property
    def split(self) -> tuple[Edit, ...]:
        """Words that fell apart. What is in them is no misread word."""
        found: list[Edit] = []
        pieces = self.vocabulary.pieces
        for place in self.vocabulary.places(pieces):
            edits = [e for gap in (place.end, place.start - 1) if (e := self._joined(gap))]
            # "service s ince": what stands beside a piece on both sides is no word either on the right one.
            edits.sort(key=lambda e: not self._is_piece_beside(e, place))
            if edits and (not found or self._is_free(found[-1], edits[0])):
                found.append(edits[0])
        return tuple(found)

    def _is_piece_beside(self, edit: Edit, place: Place) -> bool:
        text = self.vocabulary.text
        beside = _word_after(text, edit.end) if edit.start == place.end else _word_before(text, edit.start)
        return beside in self.vocabulary.pieces

    def _is_free(self, before: Edit, edit: Edit) -> bool:
        """Whether two blanks do not bound one piece."""
        return before.end <= edit.start and " " in self.vocabulary.text[before.end : edit.start]

    def _joined(self, gap: int) -> Edit | None:
        """Returns the edit that closes the blank at ``gap``, if its two sides make one word."""
        text, lexicon = self.vocabulary.text, self.vocabulary.lexicon
        if gap < 1 or text[gap : gap + 1] != " ":
            return None
        left, right = _word_before(text, gap), _word_after(text, gap + 1)
        if not left or not right.islower() or self._is_tied(gap - len(left), gap + 1 + len(right)):
            return None
        if not self._are_pieces(left, right):
            return None
        whole = folded(left + right)
        attested = self.vocabulary.counts[whole] > 0
        both = left in self.vocabulary.pieces and right in self.vocabulary.pieces
        enough = (
            lexicon.knows(whole)
            if both and len(whole) >= _LEAST_JOINED
            else lexicon.count(whole) >= lexicon.common
        )
        if len(whole) <= _SHORTEST_WHOLE or not (attested or enough):
            return None
        status: EditStatus = "applied" if self.damaged or attested else "suggested"
        confidence = 0.9 if attested else 0.8
        return Edit(gap, gap + 1, " ", "", "word that fell apart", "space.split", confidence, status)

    def _are_pieces(self, left: str, right: str) -> bool:
        """Whether one of the two is no word, and the other none that stands beside anything.

        A single letter may be a variable; it is a piece only beside another piece.
        """
        pieces = self.vocabulary.pieces
        if left in pieces and right in pieces:
            return True
        piece, word = (left, right) if left in pieces else (right, left)
        return len(piece) > 1 and piece in pieces and folded(word) not in _PARTS and len(word) > 1

    def _is_tied(self, start: int, end: int) -> bool:
        """Whether a hyphen, an apostrophe or a figure joins ``[start, end)`` to what stands beside it."""
        beside = self.vocabulary.text[max(0, start - 1) : start] + self.vocabulary.text[end : end + 1]
        return any(c in _BESIDE or c.isalnum() for c in beside)

    def _run_together(self) -> Iterator[Edit]:
        cuts = {f: cut for f in self.vocabulary.strange if (cut := self._cut(f))}
        for place in self.vocabulary.places(cuts):
            if not self.vocabulary.is_prose(place):
                continue
            at = place.start + cuts[place.form]
            status: EditStatus = "applied" if self.damaged else "suggested"
            yield Edit(at, at, "", " ", "words that ran together", "space.joined", 0.8, status)

    def _cut(self, form: str) -> int:
        """Returns where a form comes apart into two words, 0 if nowhere or not for certain."""
        word = folded(form)
        if (
            len(word) < _LEAST_JOINED
            or not form.islower()
            or not word.isalpha()
            or self.vocabulary.counts[word] > 1
        ):
            return 0
        cuts = [
            at
            for at in range(_LEAST_PART, len(word) - _LEAST_PART + 1)
            if (word[:at] in _HEADS or word[at:] in _PARTS) and self._are_words(word[:at], word[at:])
        ]
        return cuts[0] if len(cuts) == 1 else 0

    def _are_words(self, left: str, right: str) -> bool:
        lexicon = self.vocabulary.lexicon
        return all(lexicon.count(w) >= lexicon.common or self.vocabulary.counts[w] > 1 for w in (left, right))

    def _cramped(self) -> Iterator[Edit]:
        """A stop, and no blank before the next word."""
        text, lexicon = self.vocabulary.text, self.vocabulary.lexicon
        for place in _CRAMPED.finditer(text):
            left, right = _word_before(text, place.start()), _word_after(text, place.end())
            if len(left) < _SHORTEST_BEFORE and left not in _TITLES:
                continue
            start, end = place.start() - len(left), place.end() + len(right)
            if not self.vocabulary.is_prose(Place(start, end, text[start:end])):
                continue
            known = right[0].isupper() or (place.group()[0] != "." and lexicon.knows(folded(right)))
            if known and (lexicon.knows(folded(left)) or left.istitle()):
                yield Edit(place.end(), place.end(), "", " ", "no blank behind a stop", "space.stop", 0.8)

    def _specks(self) -> Iterator[Edit]:
        text = self.vocabulary.text
        for place in _SPECK.finditer(text):
            at = place.end() - 1
            yield Edit(at, at + 1, ".", " ", "speck read as a full stop", "speck.stop", 0.8)
        for place in _DOUBLE.finditer(text):
            at = place.start() + place.group().index("'")
            yield Edit(at, at + 1, "'", "", "apostrophe read twice", "speck.apostrophe", 0.9)
        specked = {f for f in self.vocabulary.strange if self._is_specked(f)}
        for spot in self.vocabulary.places(specked):
            if self.vocabulary.is_prose(spot):
                yield self._apostrophe(spot.start + spot.form.index("'"))

    def _apostrophe(self, at: int) -> Edit:
        """Returns what is to become of the apostrophe at ``at``, which parts two words."""
        text = self.vocabulary.text
        if text[at - 1] != "s" and not _OPEN_QUOTE.search(text, max(0, at - _QUOTE_REACH), at):
            return Edit(at, at + 1, "'", " ", "speck read as an apostrophe", "speck.apostrophe", 0.75)
        # "the boards'and": of many, or the end of a quotation; then a blank is missing behind it.
        reason = "no blank behind an apostrophe, or a speck read as one"
        return Edit(at + 1, at + 1, "", " ", reason, "space.apostrophe", 0.5, "suggested")

    def _is_specked(self, form: str) -> bool:
        """Whether a form is two words with an apostrophe between them that makes no contraction."""
        left, apostrophe, right = form.partition("'")
        return (
            bool(apostrophe)
            and left.isalpha()
            and right in _AFTER_SPECK
            and len(left) > 1
            and self._are_words(left, right)
        )


def _word_before(text: str, at: int) -> str:
    begin = at
    while begin > max(0, at - 30) and text[begin - 1].isalpha():
        begin -= 1
    return text[begin:at]


def _word_after(text: str, at: int) -> str:
    end = at
    while end < min(len(text), at + 30) and text[end].isalpha():
        end += 1
    return text[at:end]
