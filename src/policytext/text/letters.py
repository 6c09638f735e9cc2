"""Text folded for comparison, character by character: case, accents, ligatures, quotes and hyphens.

Folding is Unicode compatibility decomposition (NFKD) with case folded and accents taken off. Each folded
character leads back to the one it was made from.
"""

from __future__ import annotations

import unicodedata

# Letters that no Unicode decomposition takes apart, and marks that printers use for an apostrophe or hyphen.
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
    **dict.fromkeys("\u2010\u2011", "-"),
}


class _Folding(dict[int, str]):
    """Maps a code point to its folded text; filled as characters turn up."""

    def __missing__(self, code: int) -> str:
        folded = _fold(chr(code))
        self[code] = folded
        return folded


def folded(text: str) -> str:
    """Returns ``text`` folded; letters that are not Latin stay what they are."""
    return text.lower() if text.isascii() and "`" not in text else text.translate(_FOLDING)


def folded_with_origins(text: str) -> tuple[str, list[int] | None]:
    """Returns the folded text and, for each of its characters, the offset in ``text`` it comes from.

    None for the offsets says that they are the same.
    """
    if text.isascii():
        return folded(text), None
    parts = [_FOLDING[ord(char)] for char in text]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


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
    plain = "".join(_BY_HAND.get(c, c) for c in apart if not unicodedata.category(c).startswith("M"))
    tag = unicodedata.decomposition(char).partition(" ")[0]
    if tag in {"<super>", "<sub>", "<circle>", "<fraction>"} and plain[:1].isdigit():
        return f" {plain} "
    return plain


_FOLDING = _Folding()
