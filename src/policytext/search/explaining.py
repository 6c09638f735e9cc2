"""Where the score of a hit comes from, as a tree of sums."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from policytext.index.lexical import LexicalIndex
from policytext.ranking import Explanation, Part, Ranked
from policytext.search.fusion import CONTEXT, WORDS_WEIGHT
from policytext.search.understanding import Understood
from policytext.store.archive import Archive
from policytext.store.selection import beside

if TYPE_CHECKING:
    from policytext.search.engine import DenseRanker, Mode

__all__ = ["Explanation", "Part", "explained"]


def explained(
    archive: Archive,
    index: LexicalIndex,
    dense: DenseRanker | None,
    mode: Mode,
    asked: Understood,
    number: int,
    best: float,
) -> Explanation:
    """Returns why a passage has its score in a search for ``asked``.

    Args:
        archive: that is searched.
        index: of its words.
        dense: ranks by meaning, None in lexical mode.
        mode: of the search.
        asked: what was searched.
        number: of the passage.
        best: the highest score by words in that search, 0 where no word was found.
    """
    words = _words(index, asked, number)
    if dense is None:
        return Explanation((words,))
    if mode == "dense":
        return Explanation((_meaning(dense, asked, number),))
    own = _both(dense, asked, number, best, words)
    around = beside(archive, [number]).get(number, ())
    if not around:
        return Explanation((Part("words and meaning", own.score, "", own.children),))
    near = [_both(dense, asked, n, best, _words(index, asked, n)).score for n in around]
    mean = sum(near) / len(near)
    return Explanation(
        (
            Part(
                "words and meaning, in context",
                (1 - CONTEXT) * own.score + CONTEXT * mean,
                f"{1 - CONTEXT:g} x the passage + {CONTEXT:g} x its neighbours",
                (own, Part("its neighbours", mean, f"mean of {len(near)}: the passages before and behind")),
            ),
        )
    )


def _both(dense: DenseRanker, asked: Understood, number: int, best: float, words: Part) -> Part:
    meaning = _meaning(dense, asked, number)
    share = words.score / best if best else 0.0
    return Part(
        "the passage",
        WORDS_WEIGHT * share + (1 - WORDS_WEIGHT) * max(0.0, meaning.score),
        f"{WORDS_WEIGHT:g} x words / best + {1 - WORDS_WEIGHT:g} x meaning",
        (
            Part("words / best", share, f"{words.score:.4f} of the {best:.4f} that the best by words has"),
            words,
            meaning,
        ),
    )


def _words(index: LexicalIndex, asked: Understood, number: int) -> Part:
    parts = index.parts(asked.words, number, asked.preferred, asked.others)
    grams = [part for part in parts if part.detail == "4-gram"]
    shown = [part for part in parts if part.detail != "4-gram"]
    if grams:
        total = sum(part.score for part in grams)
        shown.append(Part("4-grams", total, f"{len(grams)} of the query's, for damaged words"))
    return Part("words", sum(part.score for part in parts), "BM25, k1 1.2, b 0.75", tuple(shown))


def _meaning(dense: DenseRanker, asked: Understood, number: int) -> Part:
    found: Sequence[Ranked] = dense.rank(asked.words, 1, [number])
    return Part("meaning", found[0].score if found else 0.0, "cosine of query and passage")


def best_by_words(index: LexicalIndex, asked: Understood, allowed: Collection[int] | None) -> float:
    """Returns the highest score by words among the passages allowed, by which all are divided."""
    found = index.rank(asked.words, 1, allowed, preferred=asked.preferred, more=asked.others)
    return found[0].score if found else 0.0
