"""Texts as tokens that can be compared: what is folded, what is a word, where a paragraph ends.

A **token** is a run without blank space; a text compared by characters is its tokens with one space between
them. A **word** is a token with a letter or a digit in it; words are compared without the punctuation at
their edges, which counts as characters only. Unless asked to be strict, texts are brought to NFC, and signs
that print the same thing are folded: typographic to straight quotation marks, all dashes to the hyphen, the
ligatures of U+FB00-FB06 to their letters. Upper and lower case always differ.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛", "'"),
        **dict.fromkeys("“”„‟", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
    }
)
"""What prints the same thing and is left alone by cleaning, so that it is no error either."""

_TOKEN = re.compile(r"\S+")
_INNER = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Stretch:
    """``text[start:end)`` of part number ``part``; it begins a paragraph of its own."""

    part: int
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """A token of a text: ``text`` as it is compared, ``key`` its word (empty where it holds none).

    ``start``/``end`` are offsets into the text of part ``part``; ``paragraph`` numbers the paragraphs of all
    parts through, a blank line or a form feed between two.
    """

    text: str
    key: str
    part: int
    start: int
    end: int
    paragraph: int


def tokens(stretches: Iterable[Stretch], *, strict: bool = False) -> list[Token]:
    """Returns the tokens of the stretches in order.

    Args:
        stretches: what is to be read, in reading order.
        strict: fold nothing but blank space, and keep the punctuation at the edges of words.
    """
    found: list[Token] = []
    paragraph = 0
    for stretch in stretches:
        paragraph, at = paragraph + 1, stretch.start
        for match in _TOKEN.finditer(stretch.text, stretch.start, stretch.end):
            gap = stretch.text[at : match.start()]
            breaks = gap.count("\n") or gap.count("\r")
            paragraph += breaks > 1 or "\f" in gap
            at = match.end()
            text, key = compared(match[0], strict=strict)
            found.append(Token(text, key, stretch.part, match.start(), at, paragraph))
    return found


def compared(token: str, *, strict: bool) -> tuple[str, str]:
    """Returns a token as its characters are compared, and its word."""
    if strict:
        return token, token if _INNER.search(token) else ""
    folded = unicodedata.normalize("NFC", token.translate(FOLDED))
    inner = _INNER.search(folded)
    return folded, inner[0] if inner else ""


def joined(found: Iterable[Token]) -> str:
    """Returns the text that is compared by characters."""
    return " ".join(token.text for token in found)
