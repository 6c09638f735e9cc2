"""What a topic is called: its telling terms as printed, and the passages that show it best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from policytext.analysis.topics.models import TOP, Factors
from policytext.analysis.topics.terms import Printed, Sparse, TermCounts

if TYPE_CHECKING:
    import numpy as np

EXAMPLES = 3
"""Passages shown of a topic."""
SHOWN_BY = 50
"""The most central passages of a topic, in which the printed forms of its terms are looked up."""
LABEL_WORDS = 4
"""Words or pairs of words in a label."""
_PAIR, _PAIR_COMMONER, _PAIR_TIMES = 0.4, 0.15, 3
"""Neighbours are shown as a pair where so large a share of the rarer one's places is in it, and of the
commoner one's, and so many places."""
_POOL = 20
"""Examples are sought among so many passages, the most central ones."""
_LONG_ENOUGH = 8  # different terms: an example of two words that happen to fit shows nothing


def telling_terms(counts: Sparse, factors: Factors) -> np.ndarray:
    """Returns topics by terms: how telling each term is of each topic, by class-based TF-IDF.

    The passages of a topic, those of which it has the largest share, are one text, each weighed by that
    share. A term weighs sqrt(tf) * log(1 + (A - f + 0.5) / (f + 0.5)): tf its share of the topic's words, f
    its frequency in all topics, A the mean number of words of a topic (Grootendorst 2022, BERTopic, section
    3.3, with the root and the BM25 weight that the program of that name offers for texts full of common
    words). A topic that is the largest of no passage has the weights of the factorisation.
    """
    import numpy as np
    from scipy.sparse import csr_matrix

    shares = factors.shares()
    rows = np.flatnonzero(shares.sum(axis=1) > 0)
    main = shares[rows].argmax(axis=1)
    number = factors.topics.shape[0]
    classes = csr_matrix((shares[rows, main], (main, rows)), shape=(number, counts.shape[0]))
    frequency = np.asarray((classes @ counts).todense(), dtype=np.float64)
    words = frequency.sum(axis=1, keepdims=True)
    overall = frequency.sum(axis=0)
    rare = np.log1p(np.maximum(words.mean() - overall + 0.5, 0.0) / (overall + 0.5))
    told: np.ndarray = np.sqrt(frequency / np.where(words > 0, words, 1.0)) * rare
    empty = words[:, 0] == 0
    told[empty] = factors.topics[empty]
    return told


def central(factors: Factors, counts: Sparse) -> list[np.ndarray]:
    """Returns, of each topic, the rows of the passages that it leads, the most central first.

    Central is what has a large share of the topic and much of it: share times weight. Passages of fewer than
    eight different terms come last.
    """
    import numpy as np

    shares, sizes = factors.shares(), np.diff(counts.indptr)
    lead = np.where(shares.sum(axis=1) > 0, shares.argmax(axis=1), -1)
    found = []
    for topic in range(shares.shape[1]):
        rows = np.flatnonzero(lead == topic)
        worth = np.round(shares[rows, topic] * factors.weights[rows, topic], 9)
        order = np.lexsort((rows, -worth, sizes[rows] < _LONG_ENOUGH))
        found.append(rows[order])
    return found


def examples(rows: Sequence[int], counted: TermCounts) -> tuple[str, ...]:
    """Returns the ids of the first passages, from different documents as long as there are any."""
    chosen: list[int] = []
    seen: set[str] = set()
    for row in rows[:_POOL]:
        if counted.documents[row] not in seen:
            seen.add(counted.documents[row])
            chosen.append(row)
    chosen += [row for row in rows[:EXAMPLES] if row not in chosen]
    return tuple(counted.ids[row] for row in chosen[:EXAMPLES])


def label(terms: Sequence[str], found: Printed) -> str:
    """Returns the label of a topic: its first terms as printed, neighbours as a pair.

    Args:
        terms: the topic's terms, the most telling first.
        found: how they are printed.
    """
    parts: list[str] = []
    used: set[str] = set()
    for term in terms[:TOP]:
        if term in used:
            continue
        pair = _pair_of(term, terms[:TOP], used, found)
        used.update(pair or (term,))
        parts.append(found.pairs[pair].form if pair else found.forms[term])
        if len(parts) == LABEL_WORDS:
            break
    return ", ".join(parts)


def _pair_of(term: str, terms: Sequence[str], used: set[str], found: Printed) -> tuple[str, str] | None:
    """Returns the pair of neighbours that the term mostly stands in, with another of the terms."""
    others = [t for t in terms if t != term and t not in used]
    pairs = [pair for other in others for pair in ((term, other), (other, term)) if pair in found.pairs]
    usual = [pair for pair in pairs if found.pairs[pair].is_usual(_PAIR, _PAIR_COMMONER, _PAIR_TIMES)]
    return max(usual, key=lambda pair: found.pairs[pair].times, default=None)
