"""Which lone words with a capital can be no surname in a text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from policytext.extract.speakers.namewords import is_given, lower
from policytext.extract.speakers.speaker import Speaker

_LOWER_WORD = re.compile(r"(?<![\w’'.-])[a-zà-ÿ]{3,20}(?![\w-])")
_OF_PLACE = re.compile(r"\b(?:in|at|near|from|across|around|outside|of|to|through) $")
_DETERMINED = re.compile(
    r"\b(?:the|an?|this|that|our|their|its|my|noble|other|all|some|many|most) $", re.IGNORECASE
)


_FULL = frozenset({"name", "honorific", "office-name"})
_LEAST_LETTERS = 3
_OPENS = re.compile(r"(?:^|[.?!:;“‘”\"’*\n\ufffc])[\s*_(]*$")
_YEAR_BEHIND = re.compile(r"(?: et al\.?,?| and colleagues)? \(?(?:1[89]|20)\d\d")


def lone_words(text: str, mentions: Sequence[Speaker]) -> frozenset[int]:
    """Returns the starts of the lone words with a capital that cannot be surnames.

    A word that also stands in small letters is a word, one that mostly follows "in" or "at" a place; one that
    only opens sentences may be anything, but for an author with his year.
    """
    lone = [m for m in mentions if m.rule == "surname"]
    if not lone:
        return frozenset()
    written = {(m.name or "").lower() for m in lone}
    small = {w for w in _LOWER_WORD.findall(text) if w in written}
    places: Counter[str] = Counter()
    uses: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for mention in lone:
        low = (mention.name or "").lower()
        uses[low] += 1
        places[low] += _OF_PLACE.search(text, max(0, mention.start - 9), mention.start) is not None
        if _DETERMINED.search(text, max(0, mention.start - 8), mention.start):
            small.add(low)  # "the Lobby" is nobody's surname
        opens = _OPENS.search(text, max(0, mention.start - 6), mention.start) is not None
        inside[low] += not opens or _YEAR_BEHIND.match(text, mention.end) is not None
    full = {lower(m.name.split()[0]) for m in mentions if m.rule in _FULL and m.name and " " in m.name}
    free = {low for low in uses if low in full or is_given(low)}  # a given name may open every sentence
    barred = {
        low
        for low in uses
        if low in small
        or places[low] * 2 >= uses[low]
        or not (inside[low] or low in free)
        or len(low) < _LEAST_LETTERS
    }
    return frozenset(m.start for m in lone if (m.name or "").lower() in barred)
