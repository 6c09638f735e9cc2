"""The word index: BM25 by tantivy over the terms of the one analyser.

Scores are Lucene's BM25 (k1 1.2, b 0.75; idf = ln(1 + (N - n + 0.5) / (n + 0.5)), never negative), with the
length of a passage rounded to one of 256 steps, as tantivy does. Robertson and Zaragoza, "The Probabilistic
Relevance Framework: BM25 and Beyond" (2009). A collection that is damaged has its 4-grams ranked beside them.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policytext.errors import IndexDamaged, IndexUnavailable, PolicytextError
from policytext.index.fields import BODY, GRAMS, NUMBER, SEARCHED, WORDS, document, schema
from policytext.index.making import QueryMaker, finds, must
from policytext.index.manifest import (
    ADVICE,
    Build,
    Manifest,
    folder_of,
    indexes_of,
    open_manifest,
    require_made_so,
)
from policytext.index.terms import GLOSSARY, GRAM_WEIGHT, BestOf, Wanted, wanted
from policytext.ranking import Filters, Part, Ranked, by_score
from policytext.text.glossary import Glossary
from policytext.text.terms import chunks

if TYPE_CHECKING:
    from policytext.index.passages import IndexedPassage
    from policytext.index.vocabulary import Vocabulary
    from policytext.text.query_syntax import Clause

NAME = "lexical"
ANALYSER = "policytext.text.terms 2"
_HEAP = 256_000_000  # bytes; fixed, so that the same passages always fall into the same segments
_PROGRESS_EVERY = 1000
_FEW = 5_000  # allowed passages up to which the engine itself filters; beyond, hits are filtered here

Keep = Callable[[Sequence[int]], Collection[int]]
"""Tells which of some passages satisfy a filter to the letter."""


def build_lexical(
    root: Path,
    generation: int,
    corpus_hash: str,
    passages: Iterable[IndexedPassage],
    progress: Callable[[int], None] | None = None,
    beside: Callable[[Path], None] | None = None,
) -> Manifest:
    """Builds the word index of an archive and puts it in force.

    Args:
        root: the archive's folder.
        generation: of the store the passages come from.
        corpus_hash: digest of the passages, for the manifest.
        passages: numbered 0, 1, 2 ... in this order; read once, not held.
        progress: told how many passages are done, now and then and at the end.
        beside: writes further files into the index's folder (what documents abbreviate).

    Raises:
        ArchiveError: another process is building it.
        ValueError: passages are not numbered in order.
    """
    from importlib.metadata import version  # costs a search 10 ms, and only builds need it

    with Build(root, NAME) as build:
        count, damaged = _write(build.folder, passages, progress or _nobody)
        if beside is not None:
            beside(build.folder)
        return build.publish(
            generation,
            corpus_hash,
            count,
            f"tantivy {version('tantivy')}",
            {
                "analyser": ANALYSER,
                "searched": SEARCHED,
                "k1": 1.2,
                "b": 0.75,
                "grams": GRAM_WEIGHT if damaged else 0.0,
            },
        )


def _write(
    folder: Path, passages: Iterable[IndexedPassage], progress: Callable[[int], None]
) -> tuple[int, bool]:
    """Writes the engine's files; returns the number of passages, and whether any has 4-grams."""
    import tantivy

    from policytext.index.vocabulary import VocabularyWriter

    # One thread: the order of passages, and with it the files' layout, is the same every time.
    writer = tantivy.Index(schema(), path=str(folder)).writer(heap_size=_HEAP, num_threads=1)
    vocabulary = VocabularyWriter(folder)
    count, damaged = 0, False
    try:
        for passage in passages:
            if passage.number != count:
                raise ValueError(f"passage {passage.number} came where {count} should stand")
            analysed = chunks(passage.searched())
            writer.add_document(document(passage, analysed))
            vocabulary.add_chunks(analysed)
            damaged = damaged or passage.grams
            count += 1
            if count % _PROGRESS_EVERY == 0:
                progress(count)
        writer.commit()
    finally:
        writer.wait_merging_threads()  # after a failure too: no thread may write once the folder is gone
    vocabulary.close()
    progress(count)
    for lock in folder.glob("*.lock"):
        lock.unlink()
    return count, damaged


def _nobody(_done: int) -> None:
    """Is told how far the work is, and keeps it to itself."""


class LexicalIndex:
    """The word index, open for ranking. Safe to share between threads."""

    def __init__(self, root: Path, manifest: Manifest, searcher: Any, fields: Any) -> None:
        self.manifest, self._root, self._searcher, self._schema = manifest, root, searcher, fields
        self._make = QueryMaker(fields, lambda: self.vocabulary)
        self._gram_weight = float(manifest.parameters.get("grams") or 0.0)

    @classmethod
    def open(cls, root: Path, generation: int) -> LexicalIndex:
        """Opens the index in force.

        Raises:
            IndexUnavailable: it is missing, damaged, or not of this ``generation``.
        """
        import tantivy

        manifest = open_manifest(root, NAME, generation)
        require_made_so(manifest, analyser=ANALYSER, searched=SEARCHED)
        folder = folder_of(root, manifest)
        with _told_plainly(root):
            index = tantivy.Index.open(str(folder))
            searcher = index.searcher()
        if searcher.num_docs != manifest.count:
            raise IndexDamaged("the lexical index lacks passages", str(root), ADVICE)
        return cls(root, manifest, searcher, index.schema)

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return folder_of(self._root, self.manifest)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of the corpus as printed. Raises IndexUnavailable where they are damaged."""
        from policytext.index.vocabulary import Vocabulary

        return Vocabulary.open(self.folder)

    @cached_property
    def glossary(self) -> Glossary | None:
        """The short forms that the documents define; None where the index was built without."""
        path = self.folder / GLOSSARY
        try:
            return Glossary.read(path) if path.is_file() else None
        except PolicytextError as error:
            raise IndexDamaged("the glossary is damaged", str(path), ADVICE) from error

    def rank(
        self,
        query: str,
        k: int,
        allowed: Collection[int] | None = None,
        *,
        needed: Clause | None = None,
        preferred: Sequence[Clause] = (),
        filters: Filters | None = None,
        keep: Keep | None = None,
        more: Sequence[Wanted | BestOf] = (),
    ) -> list[Ranked]:
        """Returns the ``k`` best passages that hold any term of the query, best first.

        Equal scores are ordered by passage number. Fewer than ``k`` come back only where fewer match.

        Args:
            query: plain words; stop words are left out unless there is nothing else.
            k: how many passages at most, 1 or more.
            allowed: numbers of the passages that may be found; None lets all of them.
            needed: what a passage must satisfy. Where it asks for something, that is enough to be found:
                those without a word that ranks come last, by number.
            preferred: prefixes and fuzzy words that rank too.
            filters: narrow the search in the engine itself, to what may satisfy them ...
            keep: ... and tells which really do; asked for the best ones only.
            more: further terms and phrases that rank, each by itself or the best of several.

        Raises:
            IndexUnavailable: the index turns out to be damaged.
            ValueError: ``k`` is below 1.
        """
        if k < 1:
            raise ValueError("k must be 1 or more")
        if not self.manifest.count or (allowed is not None and len(allowed) == 0):
            return []
        ranking = self._make.ranking([*self.wanted(query), *more], preferred)
        musts = self._make.musts(needed, filters)
        if allowed is not None and len(allowed) <= _FEW:
            musts.append(self._make.among(allowed))
            allowed = None
        if ranking is None and needed is None:
            return []
        query_in_full = must(ranking, musts, finding=needed is not None and finds(needed))
        return self._top(query_in_full, k, _kept(allowed, keep))

    def rank_terms(
        self, words: Sequence[str], k: int, allowed: Collection[int] | None = None
    ) -> list[Ranked]:
        """Returns the ``k`` best passages for terms, as the analyser makes them; see ``rank``."""
        return self.rank("", k, allowed, more=[Wanted((term,), name=term) for term in words])

    def wanted(self, query: str) -> list[Wanted]:
        """Returns the terms, phrases and 4-grams by which a query ranks, each with its weight."""
        return wanted(query, self, self._gram_weight, self.glossary)

    def matching(
        self,
        query: str,
        *,
        needed: Clause | None = None,
        preferred: Sequence[Clause] = (),
        filters: Filters | None = None,
        every: bool = False,
    ) -> list[int]:
        """Returns the numbers of all passages that satisfy ``needed`` or, without it, hold the words, rising.

        Args:
            query: plain words; only asked without ``needed``.
            needed: what a passage must satisfy.
            preferred: prefixes and fuzzy words, asked like words.
            filters: narrow, but only to what may satisfy them.
            every: asks for all the words in place of any.
        """
        import tantivy

        musts = self._make.musts(needed, filters)
        if needed is None:
            occur = tantivy.Occur.Must if every else tantivy.Occur.Should
            found = [
                (occur, self._make.clause(replace(part, field=BODY)))
                for part in self.wanted(query)
                if part.field == WORDS and part.own
            ]
            found += [(occur, part) for clause in preferred for part in self._make.musts(clause, None)]
            if not found:
                return []
            musts.append(tantivy.Query.const_score_query(tantivy.Query.boolean_query(found), 0.0))
        return sorted(hit.number for hit in self._hits(must(None, musts), max(1, self.manifest.count)))

    def parts(
        self,
        query: str,
        number: int,
        preferred: Sequence[Clause] = (),
        more: Sequence[Wanted | BestOf] = (),
    ) -> list[Part]:
        """Returns what each term of a query adds to the score of a passage, in the order of the query.

        The arguments are those of ``rank``; of several ways to say one thing the one that counts is named.
        """
        found = []
        for part in [*self.wanted(query), *more]:
            ways = part.parts if isinstance(part, BestOf) else (part,)
            scores = [self._score(self._make.clause(way), number) for way in ways]
            best = max(scores)
            if best:
                way = ways[scores.index(best)]
                found.append(Part(way.name, best, self._told(way)))
        extra = self._make.preferring(preferred)
        score = self._score(extra, number) if extra is not None else 0.0
        return found + ([Part("prefixes and near words", score)] if score else [])

    def count(self, term: str) -> int:
        """Returns how many passages hold a term."""
        return int(self._searcher.doc_freq(WORDS, term))

    def together(self, first: str, second: str) -> int:
        """Returns how many passages hold two terms side by side, in this order."""
        import tantivy

        phrase = tantivy.Query.phrase_query(self._schema, BODY, [first, second])
        with _told_plainly(self._root):
            return int(self._searcher.search(phrase, limit=1, count=True).count or 0)

    def idf(self, term: str, field: str = WORDS) -> float:
        """Returns how much a term tells: ln(1 + (N - n + 0.5) / (n + 0.5)), n of N passages holding it.

        Lucene's form of Robertson and Sparck Jones' weight, as in the scores of ``rank``.
        """
        total, holding = self.manifest.count, self._searcher.doc_freq(field, term)
        return math.log1p((total - holding + 0.5) / (holding + 0.5))

    def _told(self, part: Wanted) -> str:
        if len(part.terms) > 1 or part.field == GRAMS:
            return part.why
        told = f"in {self.count(part.terms[0]):,} passages, idf {self.idf(part.terms[0]):.3f}"
        return f"{part.why}; {told}" if part.why else told

    def _score(self, clause: Any, number: int) -> float:
        found = self._hits(must(clause, [self._make.among([number])]), 1)
        return found[0].score if found else 0.0

    def _top(self, query: Any, k: int, keep: Keep | None) -> list[Ranked]:
        """Returns the k best hits that are kept, asking for more until the last score is passed.

        The engine cuts off inside a run of equal scores as it pleases. So the run that reaches over the k-th
        place is fetched to its end before it is sorted.
        """
        total = self.manifest.count
        limit = min(total, k + 10 if keep is None else max(2 * k, 100))
        while True:
            hits = self._hits(query, limit)
            ranked = hits
            if keep is not None:
                kept = keep([hit.number for hit in hits])
                ranked = [hit for hit in hits if hit.number in kept]
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


def _kept(allowed: Collection[int] | None, keep: Keep | None) -> Keep | None:
    """Returns what tells both the passages that are allowed and those that are kept."""
    if allowed is None:
        return keep
    among = allowed if isinstance(allowed, set | frozenset | range) else set(allowed)
    if keep is None:
        return lambda _: among
    return lambda numbers: keep([n for n in numbers if n in among])


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
