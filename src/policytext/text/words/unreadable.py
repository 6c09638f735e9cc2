"""What cannot be read: flagged, never guessed.

After the rules of Taghva, Nartker, Condit and Borsack (2001), "Recognizing garbage in OCR output", SDIUT:
one letter over and over, signs between letters; and in a text that is measurably damaged also strings of
letters that no English word is spelt like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from policytext.document import Edit
from policytext.text.words.confusions import bare
from policytext.text.words.lexicon import folded
from policytext.text.words.vocabulary import Vocabulary

_REPEATED = re.compile(r"(?P<again>[^\W\d_xX])(?P=again){3,200}")
_SIGNS = re.compile(
    r"(?<!\S)(?=\S{0,60}[^\W\d_])\S{0,40}(?:[~^|\\<>{}\[\]=_\u00ac\u00a7\u00a2\u00ab\u00bb\u25a0\u25a1\u2022\ufffd][^\w\s]?){2}\S{0,40}"
    r"|(?<!\S)[^\W\d_]{1,20}[~^\\<>{}=_\u00ac\u00a2\u00ab\u00bb\ufffd][^\W\d_]{0,20}[^\s./@]{0,3}(?!\S)"
    r"|(?<!\S)\ufffd+(?!\S)"
)
_NO_RUNS = 0


def unreadable(vocabulary: Vocabulary, *, damaged: bool) -> Iterator[Edit]:
    """Yields flags on what is no text, rule by rule; they may overlap those of other rules."""
    text = vocabulary.text
    for match in _SIGNS.finditer(text) if damaged or "\ufffd" in text else ():
        yield _flag(match.start(), match.group(), "signs between letters", "unreadable.signs", 0.6)
    strange = {f for f, found in vocabulary.strange.items() if not found and f.isalpha()}
    repeated = {f for f in strange if _REPEATED.search(f)}
    odd = {
        f
        for f in strange
        if damaged and f.islower() and vocabulary.counts[folded(f)] == 1 and _is_odd(vocabulary, f)
    }
    for place in vocabulary.places(repeated | odd):
        if vocabulary.is_prose(place):
            rule = "unreadable.repeated" if place.form in repeated else "unreadable.word"
            reason = "one letter over and over" if place.form in repeated else "letters that make no word"
            yield _flag(place.start, place.form, reason, rule, 0.5)


def _is_odd(vocabulary: Vocabulary, form: str) -> bool:
    # English words have accents from elsewhere (``aide-mémoire``): the list spells them without.
    return len(form) > 3 and vocabulary.lexicon.oddity(bare(folded(form))) == _NO_RUNS


def _flag(start: int, text: str, reason: str, rule: str, confidence: float) -> Edit:
    return Edit(start, start + len(text), text, None, reason, rule, confidence, "flagged")
