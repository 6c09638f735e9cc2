"""The words of one text: how often each stands there, and which of them no list attests."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from policytext.text.words.confusions import Candidate, candidates
from policytext.text.words.lexicon import Lexicon, folded

WORD = re.compile(r"[^\W_]+(?:['\u2019|!][^\W_]+)*")
"""A word as OCR may leave it: ``wou1d``, ``we'll``, ``wa|l``."""

_SMALL = re.compile(r"[^\W\d_A-Z][^\W_A-Z]*(?:['\u2019|!][^\W_]+)*")
_MIXED = re.compile(r"(?=[^\W_]*[^\W\d_])(?=[^\W_]*\d)[^\W_]+")
_FIGURE = re.compile(
    r"\d+(?:st|nd|rd|th|s|k|m|bn|tn|p|am|pm|hrs?|mins?|km|kg|mg|ml|cm|mm|x|in|ft|yds?|lbs?|oz|cwt|kw|hp|[a-z])"
    r"|[a-zA-Z]{1,3}\d+[a-zA-Z]?"
    r"|\d+[a-zA-Z]\d+|[a-z]{1,4}\d{1,4}",
    re.IGNORECASE,
)
"""Figures with a unit, an ordinal ending, a section letter; codes such as ``A12``, ``SW1``, ``19b2``."""
_ADDRESS = re.compile(r"://|www\.|\S@\S|\w\.(?:uk|com|org|net|gov|eu|info)\b")
"""What shows that a string without blanks is a web or mail address: no words of the language are in it."""
_REACH = 120
_PAIR = re.compile(r"[a-z0][a-z0]")
"""Two letters, or one and a nought, may be a short word."""
_SHORTEST, _LONGEST = 2, 60
_STRETCH = 400
_BLANK = re.compile(r"\s")
_LONGEST_PIECE = 20
_ONE_LETTER = frozenset("aio")
_PATH = tuple("/@_=&%#\\")
_HALF = re.compile(r"-\n[ \t]{0,8}$")


class Place(NamedTuple):
    """Where a form stands: ``[start, end)`` of the text."""

    start: int
    end: int
    form: str


@dataclass(frozen=True)
class Vocabulary:
    """What words a text holds, judged by ``lexicon``.

    ``forms`` counts the words as they stand, ``counts`` those in folded form.
    """

    text: str
    lexicon: Lexicon

    @cached_property
    def _stretches(self) -> list[tuple[int, list[str]]]:
        """The forms in stretches of the text, each with its start: few hold a form that is asked for."""
        found: list[tuple[int, list[str]]] = []
        at = 0
        while at < len(self.text):
            cut = _BLANK.search(self.text, at + _STRETCH)
            end = cut.start() if cut else len(self.text)
            found.append((at, WORD.findall(self.text, at, end)))
            at = end
        return found

    @cached_property
    def forms(self) -> Counter[str]:
        """Every word as it stands, with how often it does."""
        return Counter(form for _, forms in self._stretches for form in forms)

    @cached_property
    def counts(self) -> Counter[str]:
        """Every folded word, with how often it stands there."""
        counts: Counter[str] = Counter()
        for form, times in self.forms.items():
            counts[folded(form)] += times
        return counts

    @cached_property
    def total(self) -> int:
        """The number of words, repetitions counted."""
        return sum(self.forms.values())

    @cached_property
    def strange(self) -> dict[str, tuple[Candidate, ...]]:
        """The forms that are no words, figures, acronyms or codes, with what each may be a misreading of."""
        return {
            form: candidates(form, self.lexicon)
            for form in self.forms
            if (_SHORTEST < len(form) <= _LONGEST or _PAIR.fullmatch(form))
            and is_wordlike(form)
            and not self.lexicon.knows(folded(form))
        }

    @cached_property
    def pieces(self) -> frozenset[str]:
        """Forms that may be a piece of a word: no words themselves, or a letter that never stands alone."""
        strange = {f for f in self.strange if f.isalpha() and len(f) <= _LONGEST_PIECE}
        small = {f for f in self.forms if len(f) <= _SHORTEST and f.isalpha() and f.islower()}
        return frozenset(
            strange
            | {f for f in small if f not in _ONE_LETTER and not (len(f) > 1 and self.lexicon.knows(f))}
        )

    def places(self, forms: Iterable[str]) -> list[Place]:
        """Returns where the given forms stand, in text order."""
        wanted = frozenset(forms)
        if wanted <= self._odd:
            return [place for place in self._odd_places if place.form in wanted] if wanted else []
        return self._found(wanted)

    @cached_property
    def _odd(self) -> frozenset[str]:
        """The forms that nearly all rules ask for."""
        return self.pieces | self.strange.keys()

    @cached_property
    def _odd_places(self) -> list[Place]:
        return self._found(self._odd)

    def _found(self, wanted: frozenset[str]) -> list[Place]:
        found: list[Place] = []
        for number, (start, held) in enumerate(self._stretches) if wanted else ():
            if not wanted.isdisjoint(held):
                end = self._stretches[number + 1][0] if number + 1 < len(self._stretches) else len(self.text)
                matches = WORD.finditer(self.text, start, end)
                found += [Place(*m.span(), m.group()) for m in matches if m.group() in wanted]
        return found

    def is_prose(self, place: Place) -> bool:
        """Whether a form stands in running text: not in an address, nor as a half of a word at a line end."""
        before, after = (
            self.text[max(0, place.start - 12) : place.start],
            self.text[place.end : place.end + 2],
        )
        if before[-1:] in _PATH or after[:1] in _PATH or after == "-\n" or _HALF.search(before):
            return False
        return not _ADDRESS.search(self._chunk(place.start, place.end))

    def _chunk(self, start: int, end: int) -> str:
        """Returns what stands between the blanks around ``[start, end)``."""
        head = self.text[max(0, start - _REACH) : start].split()
        tail = self.text[end : end + _REACH].split(maxsplit=1)
        before = "" if self.text[start - 1 : start].isspace() or not head else head[-1]
        after = "" if self.text[end : end + 1].isspace() or not tail else tail[0]
        return f"{before}{self.text[start:end]}{after}"


def is_wordlike(form: str) -> bool:
    """Whether a form is written as words are, so that it may be asked whether it is one.

    Capitals only are an acronym, a figure with a unit is a figure; neither is ever called a misreading.
    """
    if _SMALL.fullmatch(form) or (form[:1].isalpha() and _SMALL.fullmatch(form[1:])):
        return True
    if _PAIR.fullmatch(form):
        return not form.isdigit()
    if _MIXED.fullmatch(form):
        return _FIGURE.fullmatch(form) is None and 2 * sum(map(str.isdigit, form)) <= len(form)
    # One capital I inside small letters: a small l that was taken for it.
    return "I" in form[1:] and form[1:].replace("I", "l").islower() and not form.isupper()
