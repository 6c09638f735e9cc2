"""Word search by policytext, plain tantivy, bm25s and rank-bm25 behind one face.

Every system reads the same file of passages, tokenises them itself, and answers with passage numbers.
bm25s and rank-bm25 are given the terms of our analyser, stop words with them, and queries without stop
words, as our own index has it: so all three ought to find the same. Plain tantivy has its own English
tokenizer and asks for stop words too, as its default does. BM25 has k1 1.2 and b 0.75 everywhere. What a
filter lets pass is prepared in the form that each takes before the clock runs; plain tantivy has document,
year and speaker as fast fields and is asked for a range of them.

This module loads nothing by itself, so that a cold start pays for one system only.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from search_passages import (
    BIG_DOCUMENT,
    FIRST_YEAR,
    LAST_YEAR,
    SPEAKER,
    document_of,
    passing,
    read_passages,
    speaker_of,
    test_of,
    word_of,
    year_of,
)

K1, B, TOP = 1.2, 0.75, 10
HEAP = 256_000_000
Search = Callable[[str], list[int]]


class Policytext:
    """The production word index; documents, years and speakers go into it as they do when papers are read.

    What the index finds under a filter is held to it to the letter, as search does by the store.
    """

    needs = ()

    def build(self, source: Path, folder: Path) -> None:
        """Makes the index of a file of passages in a new folder."""
        from policytext.index.lexical import build_lexical

        build_lexical(folder, 1, "", self._passages(source))

    @staticmethod
    def _passages(source: Path) -> Iterator[Any]:
        from policytext.index.passages import IndexedPassage

        count = sum(1 for _ in read_passages(source))
        for number, text in enumerate(read_passages(source)):
            year = year_of(number)
            yield IndexedPassage(
                number,
                text,
                document=str(document_of(number, count)),
                said=((f"{year}-01-01", f"{year}-12-31"),),
                speakers=(word_of(speaker_of(number)),),
            )

    def open(self, folder: Path, _source: Path) -> None:
        """Opens the index; ``source`` is for those that keep none."""
        from policytext.index.lexical import LexicalIndex

        self._index = LexicalIndex.open(folder, 1)

    def search(self, count: int, passing_filter: str | None) -> Search:
        """Returns what answers a query among the passages that pass, of ``count`` in all."""
        rank = self._index.rank
        if passing_filter is None:
            return lambda query: [hit.number for hit in rank(query, TOP)]
        from policytext.ranking import Filters

        filters = {
            "document": Filters(document=str(BIG_DOCUMENT)),
            "years": Filters(earliest=f"{FIRST_YEAR}-01-01", latest=f"{LAST_YEAR}-12-31"),
            "speaker": Filters(speaker=word_of(SPEAKER)),
        }[passing_filter]
        passes = test_of(passing_filter, count)

        def keep(numbers: Sequence[int]) -> list[int]:
            return [number for number in numbers if passes(number)]

        return lambda query: [hit.number for hit in rank(query, TOP, filters=filters, keep=keep)]


class Tantivy:
    """tantivy as its documentation introduces it: one text field, the English tokenizer, the query parser."""

    needs = ("tantivy",)

    def build(self, source: Path, folder: Path) -> None:
        """Makes the index of a file of passages in a new folder."""
        import tantivy

        builder = tantivy.SchemaBuilder().add_text_field("body", tokenizer_name="en_stem")
        for name in ("number", "document", "years", "speaker"):
            builder.add_unsigned_field(name, indexed=True, fast=True)
        folder.mkdir()
        writer = tantivy.Index(builder.build(), path=str(folder)).writer(heap_size=HEAP, num_threads=1)
        count = sum(1 for _ in read_passages(source))
        for number, text in enumerate(read_passages(source)):
            document = tantivy.Document()
            document.add_text("body", text)
            document.add_unsigned("number", number)
            document.add_unsigned("document", document_of(number, count))
            document.add_unsigned("years", year_of(number))
            document.add_unsigned("speaker", speaker_of(number))
            writer.add_document(document)
        writer.commit()
        writer.wait_merging_threads()

    def open(self, folder: Path, _source: Path) -> None:
        """Opens the index; ``source`` is for those that keep none."""
        import tantivy

        self._index = tantivy.Index.open(str(folder))
        self._searcher = self._index.searcher()

    def search(self, _count: int, passing_filter: str | None) -> Search:
        """Returns what answers a query among the passages that pass, of ``count`` in all."""
        import tantivy

        index, searcher, must = self._index, self._searcher, tantivy.Occur.Must
        ranges = {
            "document": (BIG_DOCUMENT, BIG_DOCUMENT),
            "years": (FIRST_YEAR, LAST_YEAR),
            "speaker": (SPEAKER, SPEAKER),
        }

        def search(text: str) -> list[int]:
            query = index.parse_query(text, ["body"])
            if passing_filter is not None:
                asked = tantivy.Query.range_query(
                    index.schema, passing_filter, tantivy.FieldType.Unsigned, *ranges[passing_filter]
                )
                kept = tantivy.Query.const_score_query(asked, 0.0)
                query = tantivy.Query.boolean_query([(must, query), (must, kept)])
            hits = searcher.search(query, limit=TOP, count=False).hits
            numbers: Any = searcher.fast_field_values("number", [address for _, address in hits])
            return list(numbers)

        return search


class Bm25s:
    """bm25s with its plain numpy back end, its index opened by memory map."""

    needs: tuple[str, ...] = ("bm25s",)
    backend = "numpy"

    def build(self, source: Path, folder: Path) -> None:
        """Makes the index of a file of passages in a new folder."""
        import bm25s

        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(term, len(vocabulary)) for term in terms] for terms in terms_of(source)]
        index = bm25s.BM25(k1=K1, b=B, method="lucene", backend=self.backend)
        index.index((ids, vocabulary), show_progress=False)
        index.save(str(folder), show_progress=False)

    def open(self, folder: Path, _source: Path) -> None:
        """Opens the index; ``source`` is for those that keep none."""
        import bm25s

        self._index = bm25s.BM25.load(str(folder), mmap=True, show_progress=False)

    def search(self, count: int, passing_filter: str | None) -> Search:
        """Returns what answers a query among the passages that pass, of ``count`` in all."""
        from policytext.text.terms import query_terms

        index, mask = self._index, mask_of(count, passing_filter)

        def search(query: str) -> list[int]:
            found, scores = index.retrieve(
                [query_terms(query)], k=min(TOP, count), show_progress=False, weight_mask=mask
            )
            # It fills up with passages of score 0 where fewer match.
            return [int(n) for n, score in zip(found[0], scores[0], strict=True) if score > 0]

        return search


class Bm25sNumba(Bm25s):
    """bm25s with what it compiles by numba."""

    needs = ("bm25s", "numba")
    backend = "numba"


class RankBm25:
    """rank-bm25's BM25Okapi: an index in memory that every process makes anew."""

    needs = ("rank_bm25",)

    def build(self, source: Path, folder: Path) -> None:
        """Makes the index of a file of passages in a new folder."""
        self.open(folder, source)
        folder.mkdir()

    def open(self, _folder: Path, source: Path) -> None:
        """Opens the index; ``source`` is for those that keep none."""
        from rank_bm25 import BM25Okapi

        self._index = BM25Okapi(terms_of(source), k1=K1, b=B)

    def search(self, count: int, passing_filter: str | None) -> Search:
        """Returns what answers a query among the passages that pass, of ``count`` in all."""
        import numpy as np

        from policytext.text.terms import query_terms

        mask = mask_of(count, passing_filter)

        def search(query: str) -> list[int]:
            scores = self._index.get_scores(query_terms(query))
            if mask is not None:
                scores = scores * mask
            best = np.argpartition(-scores, min(TOP, count - 1))[:TOP]
            return [int(n) for n in best[np.argsort(-scores[best], kind="stable")] if scores[n] > 0]

        return search


SYSTEMS: dict[str, Any] = {
    "policytext": Policytext,
    "tantivy": Tantivy,
    "bm25s": Bm25s,
    "bm25s numba": Bm25sNumba,
    "rank-bm25": RankBm25,
}
PACKAGES = {"rank_bm25": "rank-bm25"}
"""Names to install a module by, where they differ."""


def terms_of(source: Path) -> Iterator[list[str]]:
    """Yields the terms of each passage in the file."""
    from policytext.text.terms import terms

    return map(terms, read_passages(source))


def mask_of(count: int, passing_filter: str | None) -> Any:
    """Returns 1 for each passage that passes and 0 for the others, as float32; None where all do."""
    if passing_filter is None:
        return None
    import numpy as np

    mask = np.zeros(count, dtype=np.float32)
    mask[np.asarray(passing(passing_filter, count), dtype=np.int64)] = 1
    return mask


def size_of(folder: Path) -> int:
    """Returns the bytes of all files under a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
