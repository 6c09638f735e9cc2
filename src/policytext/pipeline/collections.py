"""Retrieval experiments: a collection's documents indexed by the parts that serve the archive, and asked."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from policytext.config import NO_MODEL
from policytext.document import Block
from policytext.errors import ModelUnavailable
from policytext.evaluation.retrieval.collections import Collection, CollectionDocument
from policytext.evaluation.retrieval.measures import Measured, measure_run
from policytext.evaluation.retrieval.reference import RankBm25, Variant
from policytext.files import sha256_of
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.models import ModelFolder, find_model
from policytext.index.passages import IndexedPassage
from policytext.index.pieces import PieceCounter, piece_counter
from policytext.index.restoring import restored
from policytext.pipeline.watching import Watcher
from policytext.ranking import Ranked, by_score
from policytext.search.engine import DenseRanker
from policytext.search.fusion import WORDS_WEIGHT, ConvexRanker, Ranker, ReciprocalRanker, strictly_falling
from policytext.text.passages import pack

System = Literal["lexical", "dense", "hybrid", "reciprocal", "rank-bm25"]
SYSTEMS: tuple[System, ...] = get_args(System)

_GENERATION = 1  # a folder of indexes without a store behind it: each run makes them anew
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n")


@dataclass(frozen=True, slots=True)
class Setting:
    """How an experiment is done.

    ``depth`` is how many documents a query asks for. With ``passages`` documents are packed as ingest packs
    them, and one scores by its best passage; else each is one passage, its title on a line before the text.
    ``model`` is the embedding model's folder or name, ``workers`` the processes that embed; ``variant``,
    ``k1`` and ``b`` are rank-bm25's, ``words_weight`` is the part of the words in the hybrid. With
    ``as_printed`` damaged words are indexed as they stand.
    """

    depth: int = 100
    passages: bool = False
    model: str | None = None
    workers: int = 1
    variant: Variant = "okapi"
    k1: float = 1.5
    b: float = 0.75
    words_weight: float = WORDS_WEIGHT
    as_printed: bool = False


@dataclass(frozen=True, slots=True)
class SystemRun:
    """What a system found: by query documents with strictly falling scores, best first.

    ``milliseconds`` is the mean wall time of a query, the encoding of its text included.
    """

    system: System
    run: dict[str, list[tuple[str, float]]]
    milliseconds: float
    measured: Measured


class Experiment:
    """Systems to compare on one collection, their indexes in ``root``.

    Word indexes are made anew at every run, so that they are this version's work; vectors of texts that were
    embedded before come from the cache in ``root``, whatever collection they are from.

    Args:
        collection: what is asked.
        root: a folder for the indexes, kept; one experiment at a time may use it.
        setting: how it is done.
        watcher: hears of the progress.

    ``documents`` holds the ids, and ``empty`` how many say nothing, once the first system has run.
    """

    def __init__(self, collection: Collection, root: Path, setting: Setting, watcher: Watcher) -> None:
        self._collection, self._root, self._setting, self._watcher = collection, root, setting, watcher
        self._corpus_hash = sha256_of(collection.corpus)
        self._built: dict[System, Ranker] = {}
        self.documents: list[str] = []
        self.empty = 0
        self._owners: list[int] = []  # the document of each passage, by number

    def run(self, system: System) -> SystemRun:
        """Returns what a system finds for all judged queries, taken as plain words.

        Raises:
            UnreadableSource: a document cannot be read.
            ModelUnavailable: the system needs an embedding model and there is none.
            BadRequest: the system's package is not installed.
        """
        ranker = self._ranker(system)
        queries = self._collection.queries
        self._watcher.stage(f"{system}: queries", len(queries))
        found: dict[str, list[tuple[str, float]]] = {}
        spent = 0.0
        for query in queries:
            begun = time.perf_counter()
            best = self._best_documents(ranker, query.text)
            spent += time.perf_counter() - begun
            scores = strictly_falling([r.score for r in best])
            found[query.qid] = [(self.documents[r.number], s) for r, s in zip(best, scores, strict=True)]
            self._watcher.advance()
        measured = measure_run(found, self._collection.qrels, self._setting.depth)
        return SystemRun(system, found, 1000 * spent / len(queries) if queries else 0.0, measured)

    def unknown_documents(self) -> int:
        """Returns how many judged documents the corpus has not: they count as missed."""
        judged = {document for grades in self._collection.qrels.values() for document in grades}
        return len(judged.difference(self.documents))

    def _best_documents(self, ranker: Ranker, text: str) -> list[Ranked]:
        """Returns documents by their best passage, asking deeper until there are enough."""
        wanted = depth = self._setting.depth
        while True:
            ranked = ranker.rank(text, depth) if text.strip() else []
            best: dict[int, float] = {}
            for passage in ranked:
                best.setdefault(self._owners[passage.number], passage.score)
            if len(best) >= wanted or len(ranked) < depth:
                return by_score([Ranked(number, score) for number, score in best.items()])[:wanted]
            depth *= 2

    def _ranker(self, system: System) -> Ranker:
        if system not in self._built:
            self._built[system] = self._made(system)
        return self._built[system]

    def _made(self, system: System) -> Ranker:
        if system == "hybrid":
            words, meaning = self._ranker("lexical"), self._ranker("dense")
            return ConvexRanker(words, meaning, weight=self._setting.words_weight)
        if system == "reciprocal":
            return ReciprocalRanker((self._ranker("lexical"), self._ranker("dense")))
        if system == "dense":
            return self._dense()
        if system == "lexical":
            self._watcher.stage("lexical: word index", None)
            step = _steps(self._watcher)
            build_lexical(self._root, _GENERATION, self._corpus_hash, self._read(), step)
            return LexicalIndex.open(self._root, _GENERATION)
        self._watcher.stage("rank-bm25: reading", None)
        setting = self._setting
        return RankBm25(self._told(self._passages()), setting.variant, setting.k1, setting.b)

    def _dense(self) -> Ranker:
        from policytext.index.dense import DenseIndex, build_dense
        from policytext.index.spreading import SpreadEncoder
        from policytext.index.transformer import encoder_for

        model = self._model()
        if model is None:
            raise ModelUnavailable(
                "no embedding model", "dense, hybrid", "--system lexical, or --model FOLDER"
            )
        encoder = encoder_for(model)
        self._watcher.stage("dense: embeddings", len(self._owners) or None)
        with ExitStack() as stack:
            many = self._setting.workers > 1
            bulk = stack.enter_context(SpreadEncoder(model, self._setting.workers)) if many else encoder
            step = _steps(self._watcher)
            build_dense(self._root, _GENERATION, self._corpus_hash, self._read(), bulk, step)
        return DenseRanker(DenseIndex.open(self._root, _GENERATION, model), encoder)

    def _model(self) -> ModelFolder | None:
        return None if self._setting.model == NO_MODEL else find_model(self._setting.model)

    def _told(self, passages: Iterable[IndexedPassage]) -> Iterator[IndexedPassage]:
        for passage in passages:
            self._watcher.advance()
            yield passage

    def _read(self) -> Iterator[IndexedPassage]:
        """Yields the passages as the archive would index them."""
        return self._passages() if self._setting.as_printed else restored(self._passages)

    def _passages(self) -> Iterator[IndexedPassage]:
        """Yields the collection's passages, and notes the documents they are of."""
        documents: list[str] = []
        owners: list[int] = []
        empty = 0
        packed = _packer(piece_counter(self._model())) if self._setting.passages else _whole
        for document in self._collection.documents():
            empty += not (document.title.strip() or document.text.strip())
            for text, context in packed(document):
                yield IndexedPassage(len(owners), text, context, document=document.id)
                owners.append(len(documents))
            documents.append(document.id)
        self.documents, self._owners, self.empty = documents, owners, empty


def _steps(watcher: Watcher) -> Callable[[int], None]:
    """Returns what turns "so many are done" into steps for a watcher."""
    done = 0

    def reached(now: int) -> None:
        nonlocal done
        watcher.advance(now - done)
        done = now

    return reached


def _whole(document: CollectionDocument) -> list[tuple[str, str]]:
    """Returns the document as its one passage: (text, context). An empty one keeps its place."""
    return [(document.text, document.title)]


def _packer(count: PieceCounter) -> Callable[[CollectionDocument], list[tuple[str, str]]]:
    """Returns what packs a document's paragraphs into passages, each with the title as its context."""

    def packed(document: CollectionDocument) -> list[tuple[str, str]]:
        if not document.text.strip():
            return [(document.title, "")]
        return [(p.text, document.title) for p in pack(document.text, _paragraphs(document.text), count)]

    return packed


def _paragraphs(text: str) -> Sequence[Block]:
    """Returns the stretches between blank lines as paragraphs."""
    gaps = [(m.start(), m.end()) for m in _BLANK_LINE.finditer(text)]
    starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(text)]
    return [
        Block(start, end, "paragraph", 0, "", "collection.blank_line", 1.0)
        for start, end in zip(starts, ends, strict=True)
        if text[start:end].strip()
    ]
