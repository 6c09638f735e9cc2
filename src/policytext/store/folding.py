"""How names and titles are compared: without case, accents, punctuation, honorifics and a leading article."""

from __future__ import annotations

import re
import unicodedata

_NOT_A_WORD = re.compile(r"[\W_]+")
_HONORIFICS = frozenset(
    {"sir", "dame", "lord", "lady", "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "baroness", "baron"}
    | {"viscount", "earl", "rev", "reverend", "the", "rt", "hon", "mp", "mbe", "obe", "cbe", "kbe", "dbe"}
    | {"qc", "kc", "alderman", "councillor", "cllr"}
)


def fold(text: str | None) -> str:
    """Returns the words of ``text`` in lower case without accents, each once spaced, with a space around.

    ``fold("Sir Chris O'Ham")`` is ``" chris o ham "``, so that ``" ham "`` is found in it as a whole word.
    Nothing left gives the empty string.
    """
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", text or "") if not unicodedata.combining(c)
    ).casefold()
    words = [w for w in _NOT_A_WORD.split(plain) if w and w not in _HONORIFICS]
    return f" {' '.join(words)} " if words else ""
