"""The evaluators' exact reference: the package rank-bm25, over our terms or over those that the field takes.

It holds all terms in memory and walks through every passage for every query. It is here to be right and
well known, with any k1, b and variant, not to be fast.
"""

from __future__ import annotations

import math
import re
from array import array
from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

from policytext.index.fields import index_terms
from policytext.ranking import Ranked, by_score
from policytext.text.terms import chunks, query_terms

if TYPE_CHECKING:
    from policytext.index.passages import IndexedPassage

Variant = Literal["okapi", "lucene", "l", "plus"]
VARIANTS: tuple[Variant, ...] = get_args(Variant)
K1, B, EPSILON = 1.5, 0.75, 0.25
"""As the package sets them."""
DELTAS: Mapping[str, float] = {"l": 0.5, "plus": 1.0}
"""The delta of the variants that have one, as the package sets it."""
_CLASSES: dict[Variant, str] = {
    "okapi": "BM25Okapi",
    "lucene": "BM25Okapi",
    "l": "BM25L",
    "plus": "BM25Plus",
}

Terms = Literal["own", "plain"]
TERMS: tuple[Terms, ...] = get_args(Terms)
"""``own``: the terms of the word index. ``plain``: those that BM25's published figures are mostly made with:
words of two letters or more in lower case, without Lucene's 33 stop words, by Snowball's English stemmer."""
PLAIN = "two letters or more, Lucene's stop words, Snowball English"
_WORD = re.compile(r"\b\w\w+\b")  # scikit-learn's, which bm25s takes over
_STOP_WORDS = frozenset(
    """
    a an and are as at be but by for if in into is it no not of on or such that the their then there these
    they this to was will with
    """.split()  # noqa: SIM905 - thirty-three quoted words would hide the list
)


class RankBm25:
    """Ranks passages as rank-bm25 does; a ranker like the word index (``search.engine.Ranker``).

    The variants follow Trotman, Puurula and Burgess, "Improvements to BM25 and Language Models Examined"
    (ADCS 2014). Okapi's idf is ln((N - n + 0.5) / (n + 0.5)), negative for a term in more than half of the
    passages; rank-bm25 then takes a quarter (its epsilon) of the mean idf of all terms instead. In a
    collection of a few passages Okapi's scores may be 0 or less for what holds the query. ``lucene`` is
    Okapi with Lucene's idf, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never negative; the package has no
    such class, and this one changes nothing else of its Okapi (Lucene itself leaves out the factor k1 + 1,
    the same in all scores: Kamphuis, de Vries, Boytsov and Lin, "Which BM25 Do You Mean?", ECIR 2020). The
    word index has that idf too. BM25+ gives passages without any term of the query points too; they are no
    hits here. BM25L is the package's own: it multiplies by the term's frequency once more than the paper
    does, which costs it dear (nDCG@10 on Cranfield .28, where Okapi reaches .38).

    Args:
        passages: numbered 0, 1, 2 ... in this order; read once.
        variant: ``okapi``, ``lucene``, ``l`` (BM25L) or ``plus`` (BM25+).
        k1: how soon more of a term stops to count, 0 or more; 1.5 is the package's own default.
        b: how much length counts, in [0, 1].
        epsilon: of ``okapi``, what share of the mean idf stands for a negative one, 0 or more.
        delta: of ``l`` and ``plus``, what a term counts at least, 0 or more; None is the package's own, 0.5
            and 1.
        terms: ``own`` or ``plain``. Of a query each different term of ours counts once, each plain word as
            often as it stands there, as is usual with either.

    Raises:
        ValueError: an unknown variant or kind of terms, or a number out of range.
    """

    def __init__(
        self,
        passages: Iterable[IndexedPassage],
        variant: Variant = "okapi",
        k1: float = K1,
        b: float = B,
        *,
        epsilon: float = EPSILON,
        delta: float | None = None,
        terms: Terms = "own",
    ) -> None:
        least = DELTAS.get(variant, 0.0) if delta is None else delta
        if variant not in VARIANTS or k1 < 0 or not 0 <= b <= 1 or epsilon < 0 or least < 0:
            raise ValueError(f"no such BM25: {variant}, k1 {k1}, b {b}, epsilon {epsilon}, delta {delta}")
        if terms not in TERMS:
            raise ValueError(f"no such terms: {terms}")
        self._asked = query_terms if terms == "own" else plain_terms
        held = _own_terms if terms == "own" else plain_terms
        analysed = [held(passage.searched()) for passage in passages]
        self._holding: dict[str, array[int]] = {}
        for number, found in enumerate(analysed):
            for term in dict.fromkeys(found):
                self._holding.setdefault(term, array("I")).append(number)
        extra = {"okapi": {"epsilon": epsilon}, "lucene": {}}.get(variant, {"delta": least})
        self._bm25 = _made(analysed, variant, {"k1": k1, "b": b, **extra}) if self._holding else None
        if variant == "lucene" and self._bm25 is not None:
            self._bm25.idf = _lucene_idf(self._holding, len(analysed))

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the ``k`` best of the ``allowed`` passages (None: of all) that hold a term of the query.

        Best first, ties by number. Of our own terms stop words count only where there is nothing else, as in
        the word index.

        Raises:
            ValueError: ``k`` is below 1.
        """
        if k < 1:
            raise ValueError("k must be 1 or more")
        words = self._asked(query)
        holding = {number for word in words for number in self._holding.get(word, ())}
        if allowed is not None:
            holding.intersection_update(allowed)
        if not holding or self._bm25 is None:
            return []
        numbers = sorted(holding)
        scores = self._bm25.get_batch_scores(words, numbers)  # those of get_scores, of these passages alone
        return by_score(
            [Ranked(number, float(score)) for number, score in zip(numbers, scores, strict=True)]
        )[:k]


def plain_terms(text: str) -> list[str]:
    """Returns the plain terms of a text in its order; see ``TERMS``."""
    import Stemmer

    words = [word for word in _WORD.findall(text.lower()) if word not in _STOP_WORDS]
    stems: list[str] = Stemmer.Stemmer("english").stemWords(words)
    return stems


def _own_terms(text: str) -> list[str]:
    return index_terms(chunks(text))


def _made(analysed: list[list[str]], variant: Variant, parameters: Mapping[str, float]) -> Any:
    import rank_bm25

    return getattr(rank_bm25, _CLASSES[variant])(analysed, **parameters)


def _lucene_idf(holding: Mapping[str, Collection[int]], total: int) -> dict[str, float]:
    """Returns by term ln(1 + (N - n + 0.5) / (n + 0.5)), n of N passages holding it."""
    return {
        term: math.log1p((total - len(numbers) + 0.5) / (len(numbers) + 0.5))
        for term, numbers in holding.items()
    }
