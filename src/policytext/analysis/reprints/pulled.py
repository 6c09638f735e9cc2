"""Pull quotes too short for the finder of reprints: the passage of their paper that they repeat.

A few words alone are a formula, anybody's. Set apart as a pull quote they are the paper's own, out of one
of its passages. So a short pull quote is looked for, word by word, in the paper it stands in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policytext.analysis.reprints.overlap import Words

LEAST = 3
"""Words; one or two stand in any passage."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A pull quote, by its number among ``quotes``, and words ``[start, end)`` of the text it repeats."""

    quote: int
    text: int
    start: int
    end: int


def pulled(quotes: Sequence[tuple[str, int, Words]], texts: Iterable[tuple[str, int, Words]]) -> list[Pulled]:
    """Returns where each quote stands in a text of its document, in the order of the quotes.

    Of several texts that hold it the nearest does, of two as near the earlier; a quote that none holds in one
    piece is left out. Each text is read once.

    Args:
        quotes: (document, place, words) of short pull quotes.
        texts: (document, place, words) of the running text.
    """
    begins: dict[tuple[str, int, int, int], list[int]] = defaultdict(list)
    for number, (document, _, words) in enumerate(quotes):
        if len(words) >= LEAST:
            begins[document, words[0], words[1], words[2]].append(number)
    best: dict[int, tuple[int, int, Pulled]] = {}
    for text, (document, place, words) in enumerate(texts):
        for at in range(len(words) - LEAST + 1):
            for number in begins.get((document, words[at], words[at + 1], words[at + 2]), ()):
                _, near, wanted = quotes[number]
                end = at + len(wanted)
                if list(words[at:end]) == list(wanted):
                    found = (abs(near - place), place, Pulled(number, text, at, end))
                    best[number] = min(best.get(number, found), found, key=lambda f: f[:2])
    return [best[number][2] for number in sorted(best)]
