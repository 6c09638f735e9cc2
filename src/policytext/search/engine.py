"""Queries in three modes over one archive: lexical, dense and both fused."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal, Protocol, get_args

from policytext.config import NO_MODEL
from policytext.errors import BadRequest, IndexUnavailable, ModelUnavailable
from policytext.index.lexical import LexicalIndex
from policytext.index.manifest import require_corpus
from policytext.ranking import Hit, Query, Ranked
from policytext.search.fusion import reciprocal_rank, strictly_falling
from policytext.store.archive import Archive
from policytext.store.selection import allowed_numbers
from policytext.text.terms import query_terms

if TYPE_CHECKING:  # both load numpy, which a lexical search does without
    from policytext.index.dense import DenseIndex
    from policytext.index.vectors import Encoder

Mode = Literal["lexical", "dense", "hybrid"]
MODES: tuple[Mode, ...] = get_args(Mode)

_DEPTH = 100
"""How many passages each ranking hands to the fusion; deeper ones add less than 1/160 to a score."""


class Ranker(Protocol):
    """Ranks passages for a query. Another engine plugs in here."""

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the best ``k`` of the ``allowed`` passage numbers (None: of all), best first.

        Fewer only where fewer match. Ties break by passage number.
        """
        ...


class DenseRanker:
    """Ranks by the cosine of query and passage vectors."""

    def __init__(self, index: DenseIndex, encoder: Encoder) -> None:
        self._index, self._encoder = index, encoder

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the ``k`` nearest passages; see ``Ranker.rank``."""
        return self._index.rank_vector(self._encoder.encode([query])[0], k, allowed)


class HybridRanker:
    """Fuses rankings by reciprocal rank."""

    def __init__(self, rankers: tuple[Ranker, ...]) -> None:
        self._rankers = rankers

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the best ``k`` of the fused ranking; see ``Ranker.rank``."""
        depth = max(k, _DEPTH)
        return reciprocal_rank([r.rank(query, depth, allowed) for r in self._rankers])[:k]


class SearchEngine:
    """Answers queries over ``archive``.

    Args:
        archive: open for reading.
        mode: None takes hybrid where the archive has vectors and their model is here, else lexical.
        model: the embedding model's folder or name; None takes the one that made the index, and NO_MODEL
            goes without.

    ``mode`` then holds the mode in use, ``note`` why it is not hybrid, if it is not by choice, and ``model``
    the name of the embedding model, None where none is used.

    Raises:
        IndexUnavailable: an index that the mode needs is missing, stale or damaged.
        ModelUnavailable: the mode needs a model and there is none.
    """

    def __init__(self, archive: Archive, mode: Mode | None = None, model: str | None = None) -> None:
        self._archive = archive
        self.mode: Mode = mode or ("lexical" if model == NO_MODEL else "hybrid")
        self.note: str | None = None
        self.model: str | None = None
        try:
            self._ranker = self._open(self.mode, model)
        except ModelUnavailable as error:
            if mode is not None or model is not None:
                raise
            self.mode, self.note = "lexical", f"searching by words only: {error}"
            self._ranker = self._open("lexical", None)

    def _open(self, mode: Mode, model: str | None) -> Ranker:
        generation, folder = self._archive.generation, self._archive.folder
        if self._archive.meta("numbered") != str(generation):
            raise IndexUnavailable(
                "the indexes are not finished", str(folder), "policytext ingest PATH again"
            )
        if mode != "dense":
            self._lexical = LexicalIndex.open(folder, generation)
            require_corpus(self._lexical.manifest, self._archive.meta("corpus"))
        if mode == "lexical":
            return self._lexical
        dense = self._open_dense(model)
        return dense if mode == "dense" else HybridRanker((self._lexical, dense))

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

    def word_weights(self, text: str) -> dict[str, float]:
        """Returns the terms of a query with what each tells, summing to 1; empty in dense mode.

        A term's share is its inverse document frequency in the archive.
        """
        if self.mode == "dense":
            return {}
        idf = {term: self._lexical.idf(term) for term in query_terms(text)}
        total = sum(idf.values())
        return {term: weight / total for term, weight in idf.items()} if total else {}

    def search(self, query: Query, k: int = 10) -> list[Hit]:
        """Returns the best ``k`` hits that satisfy the query's filters, scores strictly falling.

        Raises:
            BadRequest: an empty query, or ``k`` below 1.
        """
        if not query.text.strip():
            raise BadRequest("the query is empty", advice="a few words")
        if k < 1:
            raise BadRequest(f"-k must be 1 or more, not {k}")
        allowed = allowed_numbers(self._archive, query.filters)
        if allowed is not None and not allowed:
            return []
        ranked = self._ranker.rank(query.text, k, allowed)
        scores = strictly_falling([r.score for r in ranked])
        return [
            Hit(rank, score, r.number, *self._place(r.number))
            for rank, (r, score) in enumerate(zip(ranked, scores, strict=True), 1)
        ]

    def _place(self, number: int) -> tuple[str, str, int, int]:
        """Returns a passage's id, source and raw offsets."""
        row = self._archive.sql.execute(
            "SELECT p.id, d.name, p.raw_start, p.raw_end FROM numbers n JOIN passages p ON p.key = n.passage "
            "JOIN documents d ON d.key = p.document WHERE n.number = ?",
            (number,),
        ).fetchone()
        return row["id"], row["name"], row["raw_start"], row["raw_end"]
