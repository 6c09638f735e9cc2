"""The evaluators' exact reference: the package rank-bm25 over the terms of the one analyser.

It holds all terms in memory and walks through every passage for every query. It is here to be right and
well known, with any k1, b and variant, not to be fast.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib.util import find_spec
from typing import Any, Literal, get_args

from policytext.errors import BadRequest
from policytext.index.fields import index_terms
from policytext.index.passages import IndexedPassage
from policytext.ranking import Ranked, by_score
from policytext.text.terms import chunks, query_terms

Variant = Literal["okapi", "l", "plus"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
_CLASSES: dict[Variant, str] = {"okapi": "BM25Okapi", "l": "BM25L", "plus": "BM25Plus"}


class RankBm25:
    """Ranks passages as rank-bm25 does; a ranker like the word index (``search.engine.Ranker``).

    The variants follow Trotman, Puurula and Burgess, "Improvements to BM25 and Language Models Examined"
    (ADCS 2014). Okapi's idf is ln((N - n + 0.5) / (n + 0.5)), negative for a term in more than half of the
    passages; rank-bm25 then takes a quarter (its epsilon) of the mean idf of all terms instead. The word
    index has Lucene's idf, which adds 1 inside the logarithm and is never negative, so the two weigh common
    terms differently; in a collection of a few passages Okapi's scores may even be 0 or less for what holds
    the query. BM25+ gives passages without any term of the query points too; they are no hits here. BM25L
    is the package's own: it multiplies by the term's frequency once more than the paper does, which costs it
    dear (nDCG@10 on Cranfield .28, where Okapi reaches .38).

    Args:
        passages: numbered 0, 1, 2 ... in this order; read once.
        variant: ``okapi``, ``l`` (BM25L, delta 0.5) or ``plus`` (BM25+, delta 1).
        k1: how soon more of a term stops to count, 0 or more; 1.5 is the package's own default.
        b: how much length counts, in [0, 1].

    Raises:
        BadRequest: rank-bm25 is not installed.
        ValueError: an unknown variant, or ``k1`` or ``b`` out of range.
    """

    def __init__(
        self,
        passages: Iterable[IndexedPassage],
        variant: Variant = "okapi",
        k1: float = 1.5,
        b: float = 0.75,
    ) -> None:
        if variant not in VARIANTS or k1 < 0 or not 0 <= b <= 1:
            raise ValueError(f"no such BM25: {variant}, k1 {k1}, b {b}")
        if find_spec("rank_bm25") is None:
            raise BadRequest("rank-bm25 is not installed", advice='pip install "policytext[full]"')
        analysed = [index_terms(chunks(passage.searched())) for passage in passages]
        self._holding: dict[str, list[int]] = {}
        for number, found in enumerate(analysed):
            for term in dict.fromkeys(found):
                self._holding.setdefault(term, []).append(number)
        self._bm25 = _made(analysed, variant, k1, b) if self._holding else None

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the ``k`` best of the ``allowed`` passages (None: of all) that hold a term of the query.

        Best first, ties by number. Each different term counts once, stop words only where there is nothing
        else, as in the word index.

        Raises:
            ValueError: ``k`` is below 1.
        """
        if k < 1:
            raise ValueError("k must be 1 or more")
        words = query_terms(query)
        holding = {number for word in words for number in self._holding.get(word, ())}
        if allowed is not None:
            holding.intersection_update(allowed)
        if not holding or self._bm25 is None:
            return []
        scores = self._bm25.get_scores(words)
        return by_score([Ranked(number, float(scores[number])) for number in holding])[:k]


def _made(analysed: list[list[str]], variant: Variant, k1: float, b: float) -> Any:
    import rank_bm25

    return getattr(rank_bm25, _CLASSES[variant])(analysed, k1=k1, b=b)
