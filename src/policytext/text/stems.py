"""From a word to its term: one spelling, then the Snowball English stem (Porter 2), but for a list.

The list (``data/stems.txt``) holds irregular plurals (women, children, criteria) and the words that Porter 2
throws together with others of another meaning: author and authority, public and publication, Cooper and
cooperation, ration and rational. Short forms without a vowel lose the s of their plural (GPs, CCGs).
"""

from __future__ import annotations

import re
import threading
from functools import cache, lru_cache
from typing import Protocol, cast

from policytext.text.spellings import canonical, read_groups

MAX_TERM = 64
"""Longer terms are cut to this many characters: only scanning noise is that long."""
_SHORT_FORMS = re.compile(r"[bcdfghjklmnpqrtvwxz]{2,5}s")
"""GPs, CCGs: the stemmer takes no plural ending off what has no vowel."""
_NO_PLURALS = frozenset({"nhs", "mrs", "hms", "hrs", "yrs"})


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802 - PyStemmer's name


@lru_cache(100_000)
def term_of(word: str) -> str:
    """Returns the term of one word of ``[a-z0-9]``, folded."""
    word = canonical(word[:MAX_TERM])
    if _SHORT_FORMS.fullmatch(word) and word not in _NO_PLURALS:
        return word[:-1]
    return _own_terms().get(word) or _stemmer().stemWord(word)


@cache
def _own_terms() -> dict[str, str]:
    return {canonical(word): term for word, term in read_groups("stems.txt").items()}


def _stemmer() -> _Stemmer:
    """Returns this thread's stemmer: PyStemmer's objects must not be shared between threads."""
    stemmer: _Stemmer | None = getattr(_LOCAL, "stemmer", None)
    if stemmer is None:
        import Stemmer  # only who searches or indexes pays for it

        stemmer = cast("_Stemmer", Stemmer.Stemmer("english"))
        _LOCAL.stemmer = stemmer
    return stemmer


_LOCAL = threading.local()
