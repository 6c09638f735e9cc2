"""Character 4-grams: what is left of a word that a machine misread in one place.

McNamee and Mayfield, "Character n-gram tokenization for European language text retrieval" (2004), found four
characters best for English; Croft and others, "An evaluation of information retrieval accuracy with simulated
OCR output" (1994), how little of a damaged word the terms keep.
"""

from __future__ import annotations

from policytext.text.terms import STOP_WORDS, words

SIZE = 4
_EDGE = "_"


def grams(text: str) -> list[str]:
    """Returns the 4-grams of the words of ``text`` in reading order, function words left out.

    A word is taken with an edge before and behind it ("care": _car, care, are_), and is not stemmed; shorter
    ones are one gram.
    """
    found: list[str] = []
    for word in words(text):
        if word not in STOP_WORDS:
            edged = f"{_EDGE}{word}{_EDGE}"
            last = max(1, len(edged) - SIZE + 1)
            found += [edged[at : at + SIZE] for at in range(last)]
    return found
