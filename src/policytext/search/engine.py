"""Queries in three modes over one archive: lexical, dense and both fused."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, get_args

from policytext.config import NO_MODEL
from policytext.errors import BadRequest, IndexUnavailable, ModelUnavailable, NotFound
from policytext.index.lexical import LexicalIndex
from policytext.index.manifest import require_corpus
from policytext.ranking import Explanation, Filters, Hit, Part, Query, Ranked
from policytext.search.folding import Folded, folded
from policytext.search.fusion import DEPTH, ConvexRanker, Ranker, strictly_falling
from policytext.search.understanding import Understood, understand
from policytext.store.archive import Archive
from policytext.store.reader import document_id, passages
from policytext.store.selection import allowed_among, allowed_numbers, beside, knows_speaker
from policytext.text.terms import query_terms

if TYPE_CHECKING:  # both load numpy, which a lexical search does without
    from policytext.index.dense import DenseIndex
    from policytext.index.vectors import Encoder
    from policytext.search.reranking import Reranker

Mode = Literal["lexical", "dense", "hybrid"]
MODES: tuple[Mode, ...] = get_args(Mode)

Matched = Literal["query", "all", "any"]
"""Which passages match: those that satisfy the query, that hold all of its words, or any of them."""

__all__ = ["MODES", "DenseRanker", "Matched", "Mode", "Ranker", "SearchEngine"]

_AHEAD = 20
"""How much deeper a folded ranking is looked at: what a pull quote repeats may stand behind it."""

Fetch = Callable[[int], list[Ranked]]
"""Gives the best so many passages of a ranking."""


class DenseRanker:
    """Ranks by the cosine of query and passage vectors."""

    def __init__(self, index: DenseIndex, encoder: Encoder) -> None:
        self.index = index
        self.encoded = lru_cache(64)(lambda text: encoder.encode([text])[0])

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the ``k`` nearest passages; see ``Ranker.rank``."""
        return self.index.rank_vector(self.encoded(query), k, allowed)


class SearchEngine:
    """Answers queries over ``archive``.

    Args:
        archive: open for reading.
        mode: None takes hybrid where the archive has vectors and their model is here, else lexical.
        model: the embedding model's folder or name; None takes the one that made the index, and NO_MODEL
            goes without.
        reranker: reads the best hits a second time; None leaves them as they are.

    ``mode`` then holds the mode in use, ``note`` why it is not hybrid, if it is not by choice, and ``model``
    the name of the embedding model, None where none is used.

    Raises:
        IndexUnavailable: an index that the mode needs is missing, stale or damaged.
        ModelUnavailable: the mode needs a model and there is none.
    """

    def __init__(
        self,
        archive: Archive,
        mode: Mode | None = None,
        model: str | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._archive, self._reranker = archive, reranker
        self.mode: Mode = mode or ("lexical" if model == NO_MODEL else "hybrid")
        self.note: str | None = None
        self.model: str | None = None
        self._dense: DenseRanker | None = None
        self.understood = lru_cache(64)(self._understood)
        self._lexical = self._open_lexical()
        if self.mode == "lexical":
            return
        try:
            self._dense = self._open_dense(model)
        except ModelUnavailable as error:
            if mode is not None or model is not None:
                raise
            self.mode, self.note = "lexical", f"searching by words only: {error}"

    def search(self, query: Query, k: int = 10) -> list[Hit]:
        """Returns the best ``k`` hits that satisfy the query's filters, scores strictly falling.

        Reprints of a hit are folded into it, unless the query asks for them one by one.

        Raises:
            BadRequest: an empty query, filters that contradict one another, or ``k`` below 1.
        """
        if k < 1:
            raise BadRequest(f"-k must be 1 or more, not {k}")
        asked = self.understood(query)
        if not asked.words and asked.needed is None and not asked.preferred:
            return self._hits(self._filled(self._by_number(asked), k, fold=query.fold))
        has_terms = query_terms(asked.words) or asked.needed or asked.preferred
        if not has_terms and self._meaning_of(asked) is None:
            return []
        return self._hits(self._filled(self._read_again(asked, self._fetch(asked)), k, fold=query.fold))

    def like(
        self, number: int, k: int = 10, filters: Filters | None = None, *, fold: bool = True
    ) -> list[Hit]:
        """Returns the passages most like one, by words, meaning or both; neither it nor its reprints.

        Raises:
            BadRequest: ``k`` is below 1, or there is no such passage.
        """
        from policytext.search.likeness import Likeness

        if k < 1:
            raise BadRequest(f"-k must be 1 or more, not {k}")
        likeness = Likeness(self._archive, self._lexical, self._dense, self.mode)
        return self._hits(self._filled(likeness.fetch(number, filters or Filters()), k, fold=fold))

    def matching(self, query: Query) -> list[int]:
        """Returns the numbers of all passages that match, rising; see ``matched``."""
        return self.matched(query)[0]

    def matched(self, query: Query) -> tuple[list[int], Matched]:
        """Returns the numbers of all passages that match, rising, and which they are.

        Those that satisfy what the query needs (``query``); where it needs nothing, those that hold all its
        words (``all``), and where none does, those that hold any (``any``). Filters hold.
        """
        asked = self.understood(query)
        if not asked.words and asked.needed is None and not asked.preferred:
            return [r.number for r in self._by_number(asked)(max(1, self._lexical.manifest.count))], "query"
        found: list[int] = []
        for every in (True, False):
            found = self._lexical.matching(
                asked.words,
                needed=asked.needed,
                preferred=asked.preferred,
                filters=asked.filters,
                every=every,
            )
            found = sorted(self._keep(asked.filters)(found)) if asked.filters else found
            if asked.needed is not None:
                return found, "query"
            if found and every:
                return found, "all"
        return found, "any"

    def explain(self, query: Query, hit: Hit) -> Explanation:
        """Returns how the score of a hit comes about."""
        from policytext.search.explaining import best_by_words

        asked = self.understood(query)
        best = best_by_words(self._lexical, asked, self._allowed(asked)) if self.mode == "hybrid" else 0.0
        told = self._explained(asked, hit, best)
        if self._reranker is None:
            return told
        why = "read again by the reranker, on its own scale; found by:"
        return Explanation((Part("reranker", hit.score, why, told.parts),))

    def _explained(self, asked: Understood, hit: Hit, best: float) -> Explanation:
        """Returns the tree of a hit, or of the pull quote that lent it its rank."""
        from policytext.search.explaining import explained

        meaning = self._meaning_of(asked)
        number = hit.number if hit.by is None else hit.by
        told = explained(self._archive, self._lexical, meaning, self.mode, asked, number, best)
        if hit.by is None:
            return told
        lent = next(also.passage for also in hit.also if also.number == hit.by)
        return Explanation((Part("its pull quote", hit.score, f"ranked by {lent}:", told.parts),))

    def word_weights(self, text: str) -> dict[str, float]:
        """Returns the terms of a query with what each tells, summing to 1; empty in dense mode.

        A term's share is its inverse document frequency in the archive.
        """
        if self.mode == "dense":
            return {}
        idf = {term: self._lexical.idf(term) for term in query_terms(text)}
        total = sum(idf.values())
        return {term: weight / total for term, weight in idf.items()} if total else {}

    def _open_lexical(self) -> LexicalIndex:
        generation, folder = self._archive.generation, self._archive.folder
        if self._archive.meta("numbered") != str(generation):
            raise IndexUnavailable(
                "the indexes are not finished", str(folder), "policytext ingest PATH again"
            )
        lexical = LexicalIndex.open(folder, generation)
        require_corpus(lexical.manifest, self._archive.meta("corpus"))
        return lexical

    def _open_dense(self, model: str | None) -> DenseRanker:
        from policytext.index.dense import DenseIndex
        from policytext.index.models import find_model
        from policytext.index.transformer import encoder_for

        archive = self._archive
        made_by = archive.meta("model")
        if made_by is None:
            raise ModelUnavailable(
                "the archive has no vectors", str(archive.folder), "policytext ingest again"
            )
        folder = find_model(model or made_by)
        if folder is None:
            raise ModelUnavailable("no such embedding model here", made_by, "--model FOLDER")
        self.model = folder.name
        index = DenseIndex.open(archive.folder, archive.generation, folder)
        require_corpus(index.manifest, archive.meta("corpus"))
        return DenseRanker(index, encoder_for(folder))

    def _understood(self, query: Query) -> Understood:
        asked = understand(query, self._lexical)
        filters, notes = asked.filters, list(asked.notes)
        if filters.document is not None:  # named in the query, it may be the file's name, or nobody's
            try:
                filters = replace(filters, document=document_id(self._archive, filters.document))
            except NotFound as error:
                notes.append(str(error))
        if filters.speaker is not None and not knows_speaker(self._archive, filters.speaker):
            notes.append(f"nobody called {filters.speaker} speaks in these papers")
        return replace(asked, filters=filters, notes=tuple(notes))

    def _keep(self, filters: Filters) -> Callable[[Sequence[int]], set[int]]:
        return lambda numbers: allowed_among(self._archive, filters, numbers)

    def _by_number(self, asked: Understood) -> Fetch:
        """Returns what satisfies filters alone, in the order of the papers."""
        numbers = allowed_numbers(self._archive, asked.filters)
        every = range(self._lexical.manifest.count) if numbers is None else numbers
        return lambda depth: [Ranked(number, 0.0) for number in every[:depth]]

    def _fetch(self, asked: Understood) -> Fetch:
        """Returns what ranks in this engine's mode."""
        dense = self._meaning_of(asked)
        if dense is None:
            return lambda depth: self._by_words(asked, depth)
        allowed = self._allowed(asked)
        if allowed is not None and not allowed:
            return lambda _: []
        if self.mode == "dense":
            return lambda depth: dense.rank(asked.words, depth, allowed)
        return lambda depth: self._fused(dense, asked, depth, allowed)

    def _meaning_of(self, asked: Understood) -> DenseRanker | None:
        """Returns what ranks a query by its meaning; None where nothing does, or where no word has any.

        A model gives every text a vector, that of ``*`` and of nothing too, and some passage lies nearest it.
        """
        return self._dense if any(map(str.isalnum, asked.words)) else None

    def _read_again(self, asked: Understood, fetch: Fetch) -> Fetch:
        """Returns what gives the ranking with its best read again by the reranker, if there is one."""
        if self._reranker is None:
            return fetch
        from policytext.search.reranking import DEPTH as READ
        from policytext.search.reranking import rerank

        reranker = self._reranker

        def again(depth: int) -> list[Ranked]:
            ranked = fetch(max(depth, READ))
            found = passages(self._archive, [r.number for r in ranked[:READ]])
            return rerank(asked.words, ranked, {p.number: p.text for p in found}, reranker)[:depth]

        return again

    def _allowed(self, asked: Understood) -> Collection[int] | None:
        """Returns the numbers of the passages that filters and conditions leave; None for all."""
        allowed: Collection[int] | None = allowed_numbers(self._archive, asked.filters)
        if asked.needed is not None:
            matching = self._lexical.matching("", needed=asked.needed, filters=asked.filters)
            allowed = matching if allowed is None else sorted(set(matching).intersection(allowed))
        return allowed

    def _by_words(
        self, asked: Understood, depth: int, allowed: Collection[int] | None = None
    ) -> list[Ranked]:
        keep = self._keep(asked.filters) if asked.filters and allowed is None else None
        return self._lexical.rank(
            asked.words,
            depth,
            allowed,
            needed=asked.needed if allowed is None else None,
            preferred=asked.preferred,
            filters=asked.filters if keep else None,
            keep=keep,
            more=asked.others,
        )

    def _fused(
        self, dense: DenseRanker, asked: Understood, depth: int, allowed: Collection[int] | None
    ) -> list[Ranked]:
        depth = max(depth, DEPTH)
        fusion = ConvexRanker(self._lexical, dense, lambda found: beside(self._archive, found))
        words = self._by_words(asked, depth, allowed)
        meaning = dense.rank(asked.words, depth, allowed)
        return fusion.fused(words, meaning, lambda some: self._by_words(asked, len(some), some), asked.words)

    def _filled(self, fetch: Fetch, k: int, *, fold: bool) -> list[Folded]:
        """Returns ``k`` hits, asking for deeper rankings until there are so many or no more."""
        depth = k + _AHEAD if fold else k
        while True:
            ranked = fetch(depth)
            found = folded(self._archive, ranked) if fold else [Folded(r, ()) for r in ranked]
            if len(found) >= k or len(ranked) < depth:
                return found[:k]
            depth *= 2

    def _hits(self, found: Sequence[Folded]) -> list[Hit]:
        scores = strictly_falling([f.ranked.score for f in found])
        return [
            Hit(rank, score, f.ranked.number, *self._place(f.ranked.number), f.also, f.by)
            for rank, (f, score) in enumerate(zip(found, scores, strict=True), 1)
        ]

    def _place(self, number: int) -> tuple[str, str, int, int]:
        """Returns a passage's id, source and raw offsets."""
        row = self._archive.sql.execute(
            "SELECT p.id, d.name, p.raw_start, p.raw_end FROM numbers n JOIN passages p ON p.key = n.passage "
            "JOIN documents d ON d.key = p.document WHERE n.number = ?",
            (number,),
        ).fetchone()
        return row["id"], row["name"], row["raw_start"], row["raw_end"]
