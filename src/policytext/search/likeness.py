"""More like this: passages that share a passage's telling words, or its meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from policytext.errors import BadRequest
from policytext.index.lexical import LexicalIndex
from policytext.ranking import Filters, Ranked, by_score
from policytext.search.folding import same_print
from policytext.search.fusion import DEPTH, convex
from policytext.store.archive import Archive
from policytext.store.reader import passages
from policytext.store.selection import allowed_numbers
from policytext.text.terms import query_terms, terms

if TYPE_CHECKING:
    from policytext.search.engine import DenseRanker, Mode

TELLING = 25
"""Terms by which a passage is asked for, as Lucene's MoreLikeThis has it: those of the highest tf x idf."""
_LEAST_HOLDING = 2  # a term that no other passage holds finds nothing


class Likeness:
    """Ranks the passages of an archive by how like one of them they are."""

    def __init__(self, archive: Archive, index: LexicalIndex, dense: DenseRanker | None, mode: Mode) -> None:
        self._archive, self._index, self._dense, self._mode = archive, index, dense, mode

    def fetch(self, number: int, filters: Filters) -> Callable[[int], list[Ranked]]:
        """Returns what gives the best so many passages like ``number``, its reprints left out.

        Raises:
            BadRequest: no passage has this number.
        """
        found = passages(self._archive, [number])
        if not found:
            raise BadRequest(f"no passage has the number {number}")
        gone = same_print(self._archive, number)
        wanted = allowed_numbers(self._archive, filters)
        allowed = [
            n for n in (range(self._index.manifest.count) if wanted is None else wanted) if n not in gone
        ]
        words = self.telling(found[0].text)
        if not allowed:
            return lambda _: []
        return lambda depth: self._rank(words, number, depth, allowed)

    def telling(self, text: str) -> str:
        """Returns the terms that tell most about a passage, the most telling first."""
        counts = Counter(terms(text))
        own = [term for term in query_terms(text) if self._index.count(term) >= _LEAST_HOLDING]
        return " ".join(sorted(own, key=lambda t: (-counts[t] * self._index.idf(t), t))[:TELLING])

    def _rank(self, words: str, number: int, depth: int, allowed: Collection[int]) -> list[Ranked]:
        depth = max(depth, DEPTH)
        if self._dense is None:
            return self._index.rank_terms(words.split(), depth, allowed)
        vector = self._dense.index.rows[number]
        if self._mode == "dense":
            return self._dense.index.rank_vector(vector, depth, allowed)
        by_words = self._index.rank_terms(words.split(), depth, allowed)
        near = self._dense.index.rank_vector(vector, depth, allowed)
        both = sorted({r.number for r in by_words} | {r.number for r in near})
        lexical = {r.number: r.score for r in self._index.rank_terms(words.split(), len(both), both)}
        cosines = {
            r.number: max(0.0, r.score) for r in self._dense.index.rank_vector(vector, len(both), both)
        }
        best = max((r.score for r in by_words), default=0.0)
        return by_score([Ranked(n, s) for n, s in convex(lexical, cosines, best).items()])
