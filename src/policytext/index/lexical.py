"""The word index: BM25 by tantivy over the terms of the one analyser.

Scores are Lucene's BM25 (k1 1.2, b 0.75; idf = ln(1 + (N - n + 0.5) / (n + 0.5)), never negative), with the
length of a passage rounded to one of 256 steps, as tantivy does. Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond" (2009).
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.errors import IndexDamaged, IndexUnavailable
from policytext.index.manifest import ADVICE, Build, Manifest, folder_of, indexes_of, open_manifest
from policytext.ranking import Ranked, by_score
from policytext.text.terms import query_terms, terms

NAME = "lexical"
ANALYSER = "policytext.text.terms 1"
WORDS = "words"
NUMBER = "number"
_HEAP = 256_000_000  # bytes; fixed, so that the same passages always fall into the same segments
_PROGRESS_EVERY = 1000
_FEW = 5_000  # allowed passages up to which the engine itself filters; beyond, hits are filtered here


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage as the indexes see it.

    ``number`` counts from 0 in the order of passage ids; ``context`` (its heading) is searched with ``text``.
    """

    number: int
    text: str
    context: str = ""

    def searched(self) -> str:
        """Returns what is indexed: the context, if any, on a line before the text."""
        return f"{self.context}\n{self.text}" if self.context else self.text


def build_lexical(
    root: Path,
    generation: int,
    corpus_hash: str,
    passages: Iterable[IndexedPassage],
    progress: Callable[[int], None] | None = None,
) -> Manifest:
    """Builds the word index of an archive and puts it in force.

    Args:
        root: the archive's folder.
        generation: of the store the passages come from.
        corpus_hash: digest of the passages, for the manifest.
        passages: numbered 0, 1, 2 ... in this order; read once, not held.
        progress: told how many passages are done, now and then and at the end.

    Raises:
        ArchiveError: another process is building it.
        ValueError: passages are not numbered in order.
    """
    from importlib.metadata import version  # costs a search 10 ms, and only builds need it

    with Build(root, NAME) as build:
        count = _write(build.folder, passages, progress or _nobody)
        return build.publish(
            generation,
            corpus_hash,
            count,
            f"tantivy {version('tantivy')}",
            {"analyser": ANALYSER, "k1": 1.2, "b": 0.75},
        )


def _write(folder: Path, passages: Iterable[IndexedPassage], progress: Callable[[int], None]) -> int:
    """Writes the engine's files and returns the number of passages."""
    import tantivy

    # One thread: the order of passages, and with it the files' layout, is the same every time.
    writer = tantivy.Index(_schema(), path=str(folder)).writer(heap_size=_HEAP, num_threads=1)
    count = 0
    try:
        for passage in passages:
            if passage.number != count:
                raise ValueError(f"passage {passage.number} came where {count} should stand")
            writer.add_document(_document(passage))
            count += 1
            if count % _PROGRESS_EVERY == 0:
                progress(count)
        writer.commit()
    finally:
        writer.wait_merging_threads()  # after a failure too: no thread may write once the folder is gone
    progress(count)
    for lock in folder.glob("*.lock"):
        lock.unlink()
    return count


def _nobody(_done: int) -> None:
    """Is told how far the work is, and keeps it to itself."""


class LexicalIndex:
    """The word index, open for ranking. Safe to share between threads."""

    def __init__(self, root: Path, manifest: Manifest, searcher: Any, schema: Any) -> None:
        self.manifest, self._root, self._searcher, self._schema = manifest, root, searcher, schema

    @classmethod
    def open(cls, root: Path, generation: int) -> LexicalIndex:
        """Opens the index in force.

        Raises:
            IndexUnavailable: it is missing, damaged, or not of this ``generation``.
        """
        import tantivy

        manifest = open_manifest(root, NAME, generation)
        folder = folder_of(root, manifest)
        with _told_plainly(root):
            index = tantivy.Index.open(str(folder))
            searcher = index.searcher()
        if searcher.num_docs != manifest.count:
            raise IndexDamaged("the lexical index lacks passages", str(root), ADVICE)
        return cls(root, manifest, searcher, index.schema)

    def rank(self, query: str, k: int, allowed: Collection[int] | None = None) -> list[Ranked]:
        """Returns the ``k`` best passages that hold any term of the query, best first.

        Equal scores are ordered by passage number. Fewer than ``k`` come back only where fewer match.

        Args:
            query: free text; stop words are left out unless there is nothing else.
            k: how many passages at most, 1 or more.
            allowed: numbers of the passages that may be found; None lets all of them.

        Raises:
            IndexUnavailable: the index turns out to be damaged.
            ValueError: ``k`` is below 1.
        """
        if k < 1:
            raise ValueError("k must be 1 or more")
        words = query_terms(query)
        if not words or not self.manifest.count or (allowed is not None and len(allowed) == 0):
            return []
        if allowed is not None and len(allowed) <= _FEW:
            return self._top(self._among(self._any_of(words), allowed), k, None)
        wanted = allowed if allowed is None or isinstance(allowed, set | frozenset | range) else set(allowed)
        return self._top(self._any_of(words), k, wanted)

    def idf(self, term: str) -> float:
        """Returns how much a term tells: ln(1 + (N - n + 0.5) / (n + 0.5)), n of N passages holding it.

        Lucene's form of Robertson and Sparck Jones' weight, as in the scores of ``rank``.
        """
        total, holding = self.manifest.count, self._searcher.doc_freq(WORDS, term)
        return math.log1p((total - holding + 0.5) / (holding + 0.5))

    def _top(self, query: Any, k: int, wanted: Collection[int] | None) -> list[Ranked]:
        """Returns the k best hits among ``wanted``, asking for more until the last score is passed.

        The engine cuts off inside a run of equal scores as it pleases. So the run that reaches over the k-th
        place is fetched to its end before it is sorted.
        """
        total = self.manifest.count
        limit = min(total, k + 10 if wanted is None else max(4 * k, 100))
        while True:
            hits = self._hits(query, limit)
            ranked = hits if wanted is None else [hit for hit in hits if hit.number in wanted]
            exhausted = len(hits) < limit or limit >= total
            if exhausted or (len(ranked) >= k and ranked[k - 1].score > hits[-1].score):
                return by_score(ranked)[:k]
            limit = min(total, limit * 4)

    def _hits(self, query: Any, limit: int) -> list[Ranked]:
        """Returns the engine's ``limit`` best hits, scores falling."""
        with _told_plainly(self._root):
            found = self._searcher.search(query, limit=limit, count=False).hits
            numbers = self._searcher.fast_field_values(NUMBER, [address for _, address in found])
        return [Ranked(number, score) for number, (score, _) in zip(numbers, found, strict=True)]

    def _any_of(self, words: list[str]) -> Any:
        import tantivy

        term, should = tantivy.Query.term_query, tantivy.Occur.Should
        return tantivy.Query.boolean_query(
            [(should, term(self._schema, WORDS, word, index_option="freq")) for word in words]
        )

    def _among(self, query: Any, allowed: Collection[int]) -> Any:
        """Returns the query held to the ``allowed`` numbers, scores unchanged."""
        import tantivy

        numbers = tantivy.Query.term_set_query(self._schema, NUMBER, sorted(allowed))
        must = tantivy.Occur.Must
        return tantivy.Query.boolean_query(
            [(must, query), (must, tantivy.Query.const_score_query(numbers, 0.0))]
        )


@contextmanager
def _told_plainly(root: Path) -> Iterator[None]:
    """Turns what the engine raises over damaged bytes into IndexUnavailable.

    Its panics are no ``Exception``, and their class can only be told by its name.
    """
    try:
        yield
    except BaseException as error:
        if not isinstance(error, ValueError | OSError) and type(error).__name__ != "PanicException":
            raise
        if isinstance(error, ValueError | OSError) and not os.access(indexes_of(root), os.W_OK):
            # The engine takes a lock file even to read.
            raise IndexUnavailable(
                "words cannot be searched in a folder that cannot be written",
                str(root),
                "a copy of it elsewhere",
            ) from error
        raise IndexDamaged("the lexical index is damaged", str(root), ADVICE) from error


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(NUMBER, indexed=True, fast=True)
    # Our analyser has spoken: the engine only parts terms at blanks. The text itself stays in the store.
    builder.add_text_field(WORDS, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


def _document(passage: IndexedPassage) -> Any:
    import tantivy

    document = tantivy.Document()
    document.add_unsigned(NUMBER, passage.number)  # the keyword form would store a signed field, and fail
    document.add_text(WORDS, " ".join(terms(passage.searched())))
    return document
