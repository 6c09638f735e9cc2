"""The one analyser: text to search terms, the same for every engine, index and reference.

A term is a run of ``[a-z0-9]`` in the folded text, cut to its Snowball English stem (Porter 2). Folding
is Unicode compatibility decomposition (NFKD) with case folded and accents taken off; it works character by
character, so that every term can be led back to the characters it was made from. Hyphens, slashes and
dashes part words ("2017/18" is two terms), a possessive ``'s`` is dropped, digits are kept. Writing that is
not Latin makes no terms.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from typing import Protocol, cast

_TOKEN = re.compile(r"([a-z0-9]+)(?:'s(?![a-z0-9]))?")
MAX_TERM = 64
"""Longer terms are cut to this many characters: only scanning noise is that long."""

# Letters that no Unicode decomposition takes apart, and marks that printers use for an apostrophe.
_BY_HAND = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "\u0131": "i",  # dotless i
    **dict.fromkeys("\u2018\u2019\u201b\u02bc\u2032\u00b4`", "'"),
}

STOP_WORDS: frozenset[str] = frozenset(
    """
    i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers
    herself it its itself they them their theirs themselves what which who whom whose this that these those
    am is are was were be been being have has had having do does did doing would should could ought a an the
    and but if or because as until while of at by for with about against between into through during before
    after above below to from up down in out on off over under again further then once here there when where
    why how all any both each few more most other some such no nor not only own same so than too very can
    will shall upon s t ll ve
    """.split()  # noqa: SIM905 - a hundred quoted words would hide the list
)
"""Function words as they stand in the folded text, before stemming: Snowball's English list (Porter, 2001)
with "shall", "will", "can", "upon", "whose" and what an apostrophe leaves ("t", "ll", "ve"). "may" is also a
month and stays a term."""


class _Stemmer(Protocol):
    def stemWords(self, words: list[str]) -> list[str]: ...  # noqa: N802 - PyStemmer's name


class _Folding(dict[int, str]):
    """Maps a code point to its folded text; filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        self[code] = folded
        return folded


def terms(text: str) -> list[str]:
    """Returns the stemmed terms of ``text`` in reading order, stop words included."""
    return _stems(_TOKEN.findall(_folded(text)))


def term_spans(text: str) -> list[tuple[int, int, str]]:
    """Returns (start, end, term) in reading order; half-open offsets into ``text`` as given.

    The terms are those of ``terms``. A span covers every character that gave the term a letter, and the
    accents and soft hyphens after them; a character that folds to several words ("½" to 1 and 2) gives the
    same span to each of them.
    """
    folded, origins = _folded_with_origins(text)
    found = [(m.start(1), m.end(1)) for m in _TOKEN.finditer(folded)]
    stems = _stems([folded[start:end] for start, end in found])
    if origins is None:
        return [(start, end, stem) for (start, end), stem in zip(found, stems, strict=True)]
    origins.append(len(text))
    return [
        (origins[start], max(origins[end - 1] + 1, origins[end]), stem)
        for (start, end), stem in zip(found, stems, strict=True)
    ]


def query_terms(text: str) -> list[str]:
    """Returns the different terms of a query in the order they come, without stop words.

    Where there is nothing but stop words they are kept: "to be or not to be" is a query too.
    """
    words: list[str] = _TOKEN.findall(_folded(text))
    telling = [word for word in words if word not in STOP_WORDS]
    return list(dict.fromkeys(_stems(telling or words)))


def _folded(text: str) -> str:
    return text.lower() if text.isascii() and "`" not in text else text.translate(_FOLDING)


def _folded_with_origins(text: str) -> tuple[str, list[int] | None]:
    """Returns the folded text and, for each of its characters, the offset in ``text`` it comes from.

    None for the offsets says that they are the same.
    """
    folded = _folded(text)
    if text.isascii():
        return folded, None
    parts = [_FOLDING[ord(char)] for char in text]
    return folded, [at for at, part in enumerate(parts) for _ in part]


def _fold(char: str) -> str:
    """Returns what one character becomes; nothing for marks and for format characters (soft hyphens).

    Raised, ringed and fractional digits are set off by a blank: the "¹" of "the Act of 2012¹" is a note, not
    a digit of the year.
    """
    if char in _BY_HAND:
        return _BY_HAND[char]
    if unicodedata.category(char) == "Cf":
        return ""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", char).casefold())
    folded = "".join(_BY_HAND.get(c, c) for c in apart if not unicodedata.category(c).startswith("M"))
    tag = unicodedata.decomposition(char).partition(" ")[0]
    if tag in {"<super>", "<sub>", "<circle>", "<fraction>"} and folded[:1].isdigit():
        return f" {folded} "
    return folded


def _stems(words: list[str]) -> list[str]:
    return _stemmer().stemWords([word[:MAX_TERM] for word in words])


def _stemmer() -> _Stemmer:
    """Returns this thread's stemmer: PyStemmer's objects must not be shared between threads."""
    stemmer: _Stemmer | None = getattr(_LOCAL, "stemmer", None)
    if stemmer is None:
        import Stemmer  # only who searches or indexes pays for it

        stemmer = cast("_Stemmer", Stemmer.Stemmer("english"))
        _LOCAL.stemmer = stemmer
    return stemmer


_FOLDING = _Folding()
_LOCAL = threading.local()
