"""How well a text reads: the share of its words that are words, and of which kind the text is.

What can be asked is asked: words in small letters, or with a figure among their letters. Names, acronyms,
figures and addresses cannot be told from misreadings by any list, so they count neither way.
"""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import replace
from functools import lru_cache

from policytext.document import Carrier, Profile
from policytext.text.words.lexicon import REMEMBERED, Lexicon, folded
from policytext.text.words.misread import Words
from policytext.text.words.spacing import Spaces
from policytext.text.words.vocabulary import WORD, Vocabulary, is_wordlike

_ADDRESS = re.compile(r"\S{0,200}(?:://|www\.|@)\S{0,500}")
_LEAST_JUDGED = 8
_MARKED = re.compile(r"(?P<word>[^\W\d_]{3,40})\d{1,3}")
"""A word and the mark of a note, no longer raised."""
_DAMAGED = 2.0
"""Errors per 1,000 words above which a text is a misread one. Clean papers stay below 0.4, scans with one
wrong character in 150 show 15 and more (``policytext clean --report`` prints the rates)."""
_LEAST_ERRORS = 3
_RUINED = 8.0
"""The same where a text is too short to hold more than two."""
_BORNE_OUT = 3
"""So many misread words that are spelt as words are count for one that is not. Of what scans misread, a third
at least is spelt as no word is; dialect, Scots, French and old spelling are spelt otherwise, but well."""
_MISREAD_MARKS = re.compile(r"(?<=[^\s\d])[\u00ae\u00b0](?=\s)")
"""Raised figures that were taken for signs; only a scan has them."""
_LEAST_MARKS = 3


def quality_of(text: str, lexicon: Lexicon, attested: Container[str] = frozenset()) -> float | None:
    """Returns the share of the words of ``text`` that are words, in [0, 1], to three digits.

    None where fewer than eight words can be judged. ``attested`` holds folded words that are words though the
    list has them not, such as those that come back through the document.
    """
    if "://" in text or "www." in text or "@" in text:
        text = _ADDRESS.sub(" ", text)
    judged = wrong = 0
    for form in WORD.findall(text):
        known = _judged(form, lexicon)
        if known is not None:
            judged += 1
            wrong += not known and folded(form) not in attested
    return round(1 - wrong / judged, 3) if judged >= _LEAST_JUDGED else None


@lru_cache(maxsize=REMEMBERED)
def _judged(form: str, lexicon: Lexicon) -> bool | None:
    """Whether a form is a word; None where that cannot be asked."""
    if form[0].isupper() and form[1:].islower():
        return None
    if len(form) == 1 and form not in {"a", "I"}:
        return None if form.isdigit() or form.isupper() else False
    marked = _MARKED.fullmatch(form)
    if marked and lexicon.knows(folded(marked["word"])):
        return True
    return lexicon.knows(folded(form)) if is_wordlike(form) else None


def is_damaged(profile: Profile) -> bool:
    """Whether the rates of a text show that a machine misread it."""
    rate = profile.confusions + profile.space_errors
    errors = round(rate * profile.words / 1000)
    return (rate >= _DAMAGED and errors >= _LEAST_ERRORS) or (rate >= _RUINED and errors >= _LEAST_ERRORS - 1)


def profile_of(vocabulary: Vocabulary, carrier: Carrier | None, *, marks: int, pages: int) -> Profile:
    """Returns what kind of text this is.

    Args:
        vocabulary: the words of the text, markup taken out.
        carrier: what the reader of the source says, if it knows.
        marks: how many marks of Markdown or HTML stood in the text.
        pages: how many pages begin in it.
    """
    words = vocabulary.total
    confusions = _confusions(vocabulary)
    spaces = sum(e.status == "applied" for e in Spaces(vocabulary, damaged=True).words())
    unknown = sum(
        vocabulary.forms[f]
        for f, found in vocabulary.strange.items()
        if not found and vocabulary.counts[folded(f)] < 2
    )
    per = 1000 / max(1, words)
    measured = Profile(
        carrier or "text", "reader", 0.9, words, *(round(n * per, 2) for n in (spaces, confusions, unknown))
    )
    signs = len(_MISREAD_MARKS.findall(vocabulary.text))
    kind, rule, confidence = _kind(measured, carrier, signs, marks, pages)
    return replace(measured, carrier=kind, rule=rule, confidence=confidence)


def _confusions(vocabulary: Vocabulary) -> int:
    """Returns the number of misread words, those spelt as words are so far as others bear them out."""
    judge = Words(vocabulary, damaged=True, attested=frozenset(), sure={})
    misread = [e for e in judge.edits() if e.status == "applied" and e.rule != "confusion.initial"]
    odd = sum(judge.is_odd(e.text) for e in misread)
    return odd + min(len(misread) - odd, _BORNE_OUT * odd)


def _kind(
    profile: Profile, carrier: Carrier | None, signs: int, marks: int, pages: int
) -> tuple[Carrier, str, float]:
    if is_damaged(profile):
        return "ocr", "profile.rates", 0.9
    if signs >= _LEAST_MARKS and carrier in {None, "pdf"}:
        return "ocr", "profile.signs", 0.8
    if carrier:
        return carrier, "profile.reader", 0.95
    if marks >= _LEAST_MARKS:
        return "markdown", "profile.marks", 0.85
    if pages:
        return "pdf", "profile.pages", 0.7
    return "text", "profile.plain", 0.6
