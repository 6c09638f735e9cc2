"""How much is said of a topic, decade by decade, with a band that says how sure that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

DRAWS = 1_000
"""Times the documents of a decade are drawn anew."""
FEWEST_DOCUMENTS = 3
"""Of fewer documents no band is drawn: two papers can be drawn in three ways."""
_LOW, _HIGH = 2.5, 97.5  # percentiles of the draws


@dataclass(frozen=True, slots=True)
class Prevalence:
    """A topic's share of the passages of a decade, in [0, 1]; ``low`` and ``high`` bound 95 % of the draws.

    They are None where there are fewer than `FEWEST_DOCUMENTS`: how much others would say, nobody can tell.
    """

    decade: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Period:
    """What a decade has: independent passages and the documents they stand in. 0 is "no source"."""

    decade: int
    passages: int
    documents: int


def periods(documents: Sequence[str], decades: Sequence[int | None]) -> list[Period]:
    """Returns every decade from the first to the last that has passages, those without a source too."""
    passages = Counter(d for d in decades if d is not None)
    if not passages:
        return []
    homes = Counter(
        d for _, d in {pair for pair in zip(documents, decades, strict=True) if pair[1] is not None}
    )
    return [Period(d, passages[d], homes[d]) for d in range(min(passages), max(passages) + 1, 10)]


def prevalence(
    shares: np.ndarray, documents: Sequence[str], decades: Sequence[int | None], seed: int
) -> list[list[Prevalence]]:
    """Returns, of each topic, its prevalence in every decade that has a source.

    The share is the mean over the passages. The band is a bootstrap of whole documents, not of passages:
    passages of one paper are no independent witnesses of what a decade spoke about (cluster bootstrap,
    Davison & Hinkley 1997, section 3.8).

    Args:
        shares: passages by topics, rows sum to 1 (or 0).
        documents: of each passage.
        decades: of each passage; those without one count nowhere.
        seed: of the draws.
    """
    import numpy as np

    found: list[list[Prevalence]] = [[] for _ in range(shares.shape[1])]
    dated = np.array([-1 if d is None else d for d in decades], dtype=np.int64)
    names = np.array(documents, dtype=object)
    for decade in sorted(set(dated.tolist()) - {-1}):
        rows = np.flatnonzero(dated == decade)
        _, homes = np.unique(names[rows].astype(str), return_inverse=True)
        sizes = np.bincount(homes).astype(np.float64)
        sums = np.stack([np.bincount(homes, weights=shares[rows, t]) for t in range(shares.shape[1])], axis=1)
        mean = sums.sum(axis=0) / sizes.sum()
        bands = _bands(sums, sizes, np.random.default_rng([seed, decade]))
        for topic, several in enumerate(found):
            low, high = (None, None) if bands is None else (float(b[topic]) for b in bands)
            several.append(Prevalence(decade, float(mean[topic]), low, high))
    return found


def _bands(sums: np.ndarray, sizes: np.ndarray, chance: np.random.Generator) -> np.ndarray | None:
    """Returns lower and upper bounds by topics; None for too few documents.

    ``sums`` are documents by topics, ``sizes`` the passages of each document.
    """
    import numpy as np

    number = len(sizes)
    if number < FEWEST_DOCUMENTS:
        return None
    drawn = chance.multinomial(number, np.full(number, 1 / number), size=DRAWS).astype(np.float64)
    means = (drawn @ sums) / (drawn @ sizes)[:, None]
    bounds: np.ndarray = np.percentile(means, [_LOW, _HIGH], axis=0)
    return bounds
