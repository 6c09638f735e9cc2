"""The systems of a benchmark, built: each answers a query with documents, best first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Collection as Numbers
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from policytext.errors import BadRequest, IndexUnavailable
from policytext.evaluation.retrieval.collections.opening import corpus_of
from policytext.evaluation.retrieval.records import Collection, CollectionQuery, Hit
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.manifest import require_corpus
from policytext.index.models import ModelFolder, find_model
from policytext.index.passages import IndexedPassage
from policytext.pipeline.benchmarks.bm25 import RankBm25, Variant
from policytext.pipeline.benchmarks.corpora import ArchiveCorpus, Corpus, FolderCorpus, Grams, Reading
from policytext.pipeline.benchmarks.systems import NONE, OWN_MODEL, SystemSpec
from policytext.pipeline.watching import Watcher
from policytext.ranking import Ranked, by_score
from policytext.search.fusion import ConvexRanker, Ranker, ReciprocalRanker
from policytext.store.archive import Archive

if TYPE_CHECKING:  # these load numpy, which systems of words do without
    from policytext.index.dense import DenseIndex
    from policytext.index.vectors import Encoder
    from policytext.search.engine import SearchEngine

Answering = Callable[[CollectionQuery, int], list[Hit]]
"""Gives the best so many documents for a query; equal scores stand in the order of the corpus."""

_GENERATION = 1  # a folder of indexes without a store behind it


@dataclass(frozen=True, slots=True)
class Setting:
    """How systems are run.

    ``depth`` is how many documents a query asks for. With ``passages`` documents are packed as ingest packs
    them, and one scores by its best passage. ``workers`` processes embed. ``cache`` is a folder that keeps
    indexes and vectors, None for one that is thrown away. ``tuned_on`` is what the user says the systems were
    tuned on, empty where nothing was said. ``seed`` is what a damaged copy of a collection was drawn from.
    """

    depth: int = 1000
    passages: bool = False
    workers: int = 1
    cache: Path | None = None
    tuned_on: tuple[str, ...] = ()
    seed: int | None = None


class Experiment:
    """The systems of one collection; a context manager, since an archive must be closed.

    Indexes are built when a system first needs them, and once for all that can share them. Word indexes are
    made anew every time, so that they are this version's work; vectors of texts that were embedded before
    come from the cache in ``root``, whatever collection they are from.

    Args:
        collection: what is asked.
        root: a folder for the indexes; one experiment at a time may use it.
        setting: how it is done.
        watcher: hears of the progress.

    Raises:
        ArchiveError: the collection's archive cannot be opened.
        BadRequest: an archive's passages should be packed, or there are judgements alone.
    """

    def __init__(self, collection: Collection, root: Path, setting: Setting, watcher: Watcher) -> None:
        self._root, self._setting, self._watcher = root, setting, watcher
        self._archive = Archive.open(corpus_of(collection)) if collection.is_archive else None
        self._built: dict[object, Ranker] = {}
        self._encoders: dict[Path, Encoder] = {}
        if self._archive is None:
            self.corpus: Corpus = FolderCorpus(collection, packed=setting.passages)
        elif setting.passages:
            self.close()
            raise BadRequest("an archive has its passages already", "--passages", "leave it out")
        else:
            self.corpus = ArchiveCorpus(self._archive)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the archive and of the indexes."""
        self._built.clear()
        if self._archive is not None:
            self._archive.close()

    def system(self, spec: SystemSpec) -> Answering:
        """Returns a system, built.

        Raises:
            UnreadableSource: a document cannot be read.
            ModelUnavailable: it needs an embedding model that is not here.
            BadRequest: its package is not installed, or it needs an archive.
            IndexUnavailable: an archive's own index is missing, stale or damaged.
        """
        if spec.name == "search":
            return self._searching(spec)
        ranker = self._ranker(spec)
        return lambda query, depth: self._found(ranker, query, depth)

    def _found(self, ranker: Ranker, query: CollectionQuery, wanted: int) -> list[Hit]:
        """Returns documents by their best passage, asking deeper until there are enough."""
        text, allowed = query.query.text, self.corpus.allowed(query.query)
        if not text.strip():
            return []
        depth = wanted
        while True:
            ranked = ranker.rank(text, depth, allowed)
            best: dict[int, float] = {}
            for passage in ranked:
                best.setdefault(self.corpus.owner(passage.number), passage.score)
            if len(best) >= wanted or len(ranked) < depth:
                top = by_score([Ranked(number, score) for number, score in best.items()])[:wanted]
                return [(self.corpus.documents[r.number], r.score) for r in top]
            depth *= 2

    def _ranker(self, spec: SystemSpec) -> Ranker:
        told: dict[str, Any] = dict(spec.parameters)
        if spec.name == "rank-bm25":
            return self._reference(told)
        if spec.name == "lexical":
            return self._words(told)
        if spec.name == "dense":
            return self._meaning(told)
        both = self._words(told), self._meaning(told)
        if spec.name == "hybrid":
            return ConvexRanker(*both, weight=told["weight"])
        return ReciprocalRanker(both, told["k"])

    def _words(self, told: dict[str, Any]) -> Ranker:
        return self._shared(("words", told["grams"], told["restore"]), lambda: self._lexical(told))

    def _meaning(self, told: dict[str, Any]) -> Ranker:
        model = find_model(told["model"])
        assert model is not None  # a name was told: it is found, or said to be missing
        key = "meaning", model.path, told["restore"], told["passage"]
        nearest = self._shared(key, lambda: self._dense(model, told))
        return _PrefixedRanker(nearest, told["query"]) if told["query"] else nearest

    def _shared(self, key: object, make: Callable[[], Ranker]) -> Ranker:
        if key not in self._built:
            self._built[key] = make()
        return self._built[key]

    def _reference(self, told: dict[str, Any]) -> Ranker:
        variant = cast("Variant", told["variant"])
        read = self.corpus.passages(Reading(restore=told["restore"]), self._watcher, "rank-bm25")
        more = {key: told[key] for key in ("epsilon", "delta") if key in told}  # each variant has its own
        return RankBm25(read, variant, told["k1"], told["b"], terms=told["terms"], **more)

    def _lexical(self, told: dict[str, Any]) -> Ranker:
        grams = cast("Grams", told["grams"])
        reading = Reading(restore=told["restore"], grams=grams)
        root = self._root / f"words-{grams}-{'restored' if reading.restore else 'printed'}"
        build_lexical(root, _GENERATION, "", self.corpus.passages(reading, self._watcher, "word index"))
        return LexicalIndex.open(root, _GENERATION)

    def _dense(self, model: ModelFolder, told: dict[str, Any]) -> Ranker:
        from policytext.index.dense import DenseIndex, build_dense
        from policytext.index.spreading import SpreadEncoder
        from policytext.search.engine import DenseRanker

        encoder, root = self._encoder(model), self._root / "meaning"
        if told["restore"] and not told["passage"] and (index := self._archives_own(model)):
            return DenseRanker(index, encoder)
        read = self.corpus.passages(Reading(restore=told["restore"]), self._watcher, "embeddings")
        with ExitStack() as stack:
            many = self._setting.workers > 1
            bulk = stack.enter_context(SpreadEncoder(model, self._setting.workers)) if many else encoder
            build_dense(root, _GENERATION, "", _prefixed(read, told["passage"]), bulk)
        return DenseRanker(DenseIndex.open(root, _GENERATION, model), encoder)

    def _archives_own(self, model: ModelFolder) -> DenseIndex | None:
        """Returns the vectors that the archive has of just these passages, if this model made them."""
        from policytext.index.dense import DenseIndex

        if self._archive is None:
            return None
        try:
            index = DenseIndex.open(self._archive.folder, self._archive.generation, model)
            require_corpus(index.manifest, self._archive.meta("corpus"))
        except IndexUnavailable:
            return None
        return index

    def _encoder(self, model: ModelFolder) -> Encoder:
        from policytext.index.transformer import encoder_for

        if model.path not in self._encoders:
            self._encoders[model.path] = encoder_for(model)
        return self._encoders[model.path]

    def _searching(self, spec: SystemSpec) -> Answering:
        if self._archive is None:
            raise BadRequest(
                "searches an archive, and this is a folder of documents", str(spec.tag), "lexical"
            )
        engine = _engine(self._archive, dict(spec.parameters))
        exact, fold = bool(spec.parameters["exact"]), bool(spec.parameters["fold"])

        def answer(asked: CollectionQuery, depth: int) -> list[Hit]:
            query = asked.query
            if not query.text.strip():
                return []
            query = replace(query, exact=query.exact or exact, fold=query.fold and fold)
            try:
                hits = engine.search(query, depth)
            except BadRequest as error:
                raise BadRequest(error.what, f"query {asked.qid}", error.advice) from error
            return [(hit.passage, hit.score) for hit in hits]

        return answer


def _engine(archive: Archive, told: dict[str, Any]) -> SearchEngine:
    from policytext.search.engine import SearchEngine
    from policytext.search.reranking import CrossEncoderReranker

    again = None if told["rerank"] == NONE else CrossEncoderReranker(told["rerank"])
    model = None if told["model"] == OWN_MODEL else told["model"]
    return SearchEngine(archive, told["mode"], model, again)


@dataclass(frozen=True, slots=True)
class _PrefixedRanker:
    """Ranks a query with words before it, as some models want it."""

    ranker: Ranker
    before: str

    def rank(self, query: str, k: int, allowed: Numbers[int] | None = None) -> list[Ranked]:
        """Returns what the ranker finds for the words and the query."""
        return self.ranker.rank(self.before + query, k, allowed)


def _prefixed(passages: Iterator[IndexedPassage], before: str) -> Iterator[IndexedPassage]:
    """Yields passages with words before all that is searched of them, as some models want it."""
    for passage in passages:
        if not before:
            yield passage
        elif passage.context:
            both = passage.restored and (passage.restored[0], before + passage.restored[1])
            yield replace(passage, context=before + passage.context, restored=both)
        else:
            both = passage.restored and (before + passage.restored[0], passage.restored[1])
            yield replace(passage, text=before + passage.text, restored=both)
