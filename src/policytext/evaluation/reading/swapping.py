"""Whether truth and damage were given in the wrong order."""

from __future__ import annotations

from collections.abc import Sequence

from policytext.errors import UnreadableSource
from policytext.evaluation.reading.pairing import Pair, readings_of
from policytext.text.alignment import apply_edits
from policytext.text.words.lexicon import english
from policytext.text.words.quality import quality_of

_MOST_LOOKED_AT = 50
"""So many pairs, evenly spread, are enough to tell; every pair is read and cleaned later anyhow."""
_MOST_CHARACTERS = 100_000
"""Of each text its beginning, which is enough too."""
_LEAST_APART = 0.005
"""Below this difference of the shares neither side is the worse: a name or two more, not damage. One wrong
character in 500 spoils about one word in a hundred."""


def looks_swapped(pairs: Sequence[Pair]) -> str | None:
    """Returns a line that says so where the truth of most pairs reads worse than the damaged text.

    A text reads the worse the more of its words no list knows (``text.words.quality``). None where they do
    not look swapped, and where it cannot be told: files with few words, or hardly any difference.
    """
    step = max(1, -(-len(pairs) // _MOST_LOOKED_AT))
    told = [(pair, unknown) for pair in pairs[::step] if (unknown := _unknown(pair)) is not None]
    apart = [(pair, sides) for pair, sides in told if abs(sides[0] - sides[1]) >= _LEAST_APART]
    odd = [(pair, sides) for pair, sides in apart if sides[0] > sides[1]]
    if not odd or 2 * len(odd) <= len(apart):
        return None
    pair, (truth, damaged) = max(odd, key=lambda item: (item[1][0] - item[1][1], item[0].name))
    return (
        f"truth and damage look swapped: in {len(odd):,} of {len(told):,} pairs the truth holds more words"
        f" that no list knows ({pair.name}: {100 * truth:.1f} %, the damaged text {100 * damaged:.1f} %)"
    )


def _unknown(pair: Pair) -> tuple[float, float] | None:
    """Returns the shares of unknown words in truth and damage; None where one is too short."""
    shares = []
    for path in (pair.truth, pair.damaged):
        try:
            text = "\n".join(apply_edits(r.text, r.edits) for r in readings_of(path))
        except UnreadableSource:  # whoever measures the pair says so
            return None
        quality = quality_of(text[:_MOST_CHARACTERS], english())
        if quality is None:
            return None
        shares.append(1 - quality)
    return shares[0], shares[1]
