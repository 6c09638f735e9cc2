"""Collections for retrieval experiments: documents, queries, and which document answers which query.

A collection is a folder as BEIR lays it out (see ``beir``), or as TREC does (``corpus.jsonl`` with
``topics.trec`` and ``qrels.trec``, see ``trec``), or an archive with queries and judgements of its own (see
``spans`` and ``archived``). Queries and judgements may also come from files elsewhere. All files may be
packed with gzip. ``collection.toml`` in the folder, if there is one, has any of:

    name = "committee minutes"
    exhaustive = true              # whoever judged read everything: what no qrels name is not relevant
    split = "test"                 # of which split a qrels file beside the queries is; else test

Files are read line by line; the corpus is never held in memory.
"""

from __future__ import annotations

from collections.abc import Collection as Ids
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.retrieval.collections.archived import (
    archive_documents,
    archive_documents_of,
    known_passages,
)
from policytext.evaluation.retrieval.collections.beir import (
    ALL_QUERIES,
    AskedQuery,
    document_ids,
    read_documents,
    read_groups,
)
from policytext.evaluation.retrieval.collections.formats import read_any_qrels, read_any_queries
from policytext.evaluation.retrieval.collections.places import (
    DEFAULT_SPLIT,
    CollectionFiles,
    find_files,
    home_of,
    settings_of,
)
from policytext.evaluation.retrieval.collections.spans import JudgedSpan, Placed, Places
from policytext.evaluation.retrieval.records import Collection, CollectionDocument, CollectionQuery, Qrels
from policytext.evaluation.wording import counted
from policytext.files import sha256_of
from policytext.store.archive import Archive


def open_collection(
    folder: Path,
    split: str = DEFAULT_SPLIT,
    *,
    archive: Path | None = None,
    queries: Path | None = None,
    qrels: Path | None = None,
    topic_fields: Sequence[str] = ("title",),
) -> Collection:
    """Returns a collection with the queries and qrels of a split.

    Args:
        folder: the collection's folder, its ``corpus.jsonl``, or the folder of an archive.
        split: which judgements: ``qrels/NAME.tsv`` (or ``.jsonl``, ``.trec``, ``.txt``), else ``qrels.*``.
        archive: the folder of the archive whose passages are the documents.
        queries: queries from elsewhere, in the place of the folder's.
        qrels: judgements from elsewhere, in the place of the folder's.
        topic_fields: of TREC topics, what is asked: title, desc, narr, joined in the order given.

    Raises:
        BadRequest: it is no collection, or has no such split; spans are judged and there is no archive.
        UnreadableSource: a line cannot be read; the qrels judge nothing, find nothing relevant, or judge a
            query that is not there, a paper that the archive has not, or only documents that are not there.
        ArchiveError: the archive cannot be opened.
    """
    if split in ("", "..") or split != Path(split).name:
        raise BadRequest(f"not the name of a split: {split!r}", advice=DEFAULT_SPLIT)
    told = settings_of(home_of(folder))
    files = find_files(folder, split, archive, queries, qrels, str(told.get("split", DEFAULT_SPLIT)))
    asked = read_any_queries(files.queries, topic_fields)
    opened = _Opened(files, asked, read_any_qrels(files.qrels, is_archive=files.is_archive))
    found = opened.in_archive() if files.is_archive else opened.in_file()
    return replace(
        found,
        name=str(told.get("name") or home_of(folder).resolve().name),
        split=split,
        exhaustive=bool(told.get("exhaustive", False)),
    )


def documents(collection: Collection) -> Iterator[CollectionDocument]:
    """Yields the documents in the order of the file, or the passages of an archive by number.

    Raises:
        BadRequest: there are judgements alone.
        UnreadableSource: a document cannot be read.
    """
    corpus = corpus_of(collection)
    return archive_documents(corpus) if collection.is_archive else read_documents(corpus)


def corpus_of(collection: Collection) -> Path:
    """Returns where the documents are. Raises BadRequest where there are judgements alone."""
    if collection.corpus is None:
        raise BadRequest("judgements without documents", collection.name, "--collection")
    return collection.corpus


def texts(collection: Collection, ids: Ids[str]) -> dict[str, str]:
    """Returns the texts of some documents, a document without one by its title; unknown ids are left out."""
    return {document.id: document.text or document.title for document in _some(collection, ids)}


def document_labels(collection: Collection, ids: Ids[str]) -> dict[str, Mapping[str, str]]:
    """Returns the labels of some documents; unknown ids are left out."""
    return {document.id: document.labels for document in _some(collection, ids)}


def _some(collection: Collection, ids: Ids[str]) -> Iterator[CollectionDocument]:
    wanted = frozenset(ids)
    if collection.corpus is None:
        return
    if collection.is_archive:
        yield from archive_documents_of(collection.corpus, wanted)
        return
    left = len(wanted)
    for document in read_documents(collection.corpus) if wanted else ():
        if document.id in wanted:
            yield document
            left -= 1
            if not left:
                return


def fingerprints(collection: Collection) -> dict[str, str]:
    """Returns the hex SHA-256 of each file of a collection, by role.

    That of an archive is of what it holds (its papers' bytes and how they were processed), for the bytes of
    its file differ from one day's ingest to the next's.
    """
    found = {}
    for role, path in collection.files.items():
        if role == "corpus" and collection.is_archive:
            with Archive.open(corpus_of(collection)) as archive:
                found[role] = archive.corpus_hash()
        else:
            found[role] = sha256_of(path)
    return found


@dataclass(frozen=True, slots=True)
class _Opened:
    """What the files say, before documents are held against it."""

    files: CollectionFiles
    asked: Sequence[AskedQuery]
    judged: Qrels | list[JudgedSpan]

    def in_file(self) -> Collection:
        """Returns the collection of a file of documents, its judged documents looked for there."""
        assert not isinstance(self.judged, list)
        wanted = {document for grades in self.judged.values() for document in grades}
        lacking = set(wanted)
        for name in document_ids(self.files.corpus):
            lacking.discard(name)
            if not lacking:
                break
        notes = self._lacking(wanted, lacking, "the corpus")
        filtered = sum(bool(asked.query.query.filters) for asked in self.asked)
        if filtered:
            notes.append(
                f"{counted(filtered, 'query has', 'queries have')} filters, which only an archive heeds"
            )
        return self._collection([asked.query for asked in self.asked], self.judged, self._groups(), notes)

    def in_archive(self) -> Collection:
        """Returns the collection of an archive, its judgements and own passages brought to its passages."""
        with Archive.open(self.files.corpus) as archive:
            places = Places(archive)
            if isinstance(self.judged, list):
                placed, notes = self._placed(places, self.judged)
            else:
                wanted = {passage for grades in self.judged.values() for passage in grades}
                notes = self._lacking(wanted, wanted - known_passages(archive, wanted), "the archive")
                placed = places.reprinted(self.judged)
            queries = [self._with_own(asked, places) for asked in self.asked]
        groups = placed.groups if self.files.groups is None else self._groups()
        return self._collection(queries, placed.qrels, groups, notes)

    def _placed(self, places: Places, judged: list[JudgedSpan]) -> tuple[Placed, list[str]]:
        placed = places.placed(judged)
        count = len(placed.uncovered)
        if count == len(judged):
            raise UnreadableSource("mismatched qrels: no passage holds any of the spans", self._qrels)
        uncovered = f"{count:,} of {counted(len(judged), 'judged span', 'judged spans')} in no passage"
        return placed, [uncovered] if count else []

    @property
    def _qrels(self) -> str:
        return str(self.files.qrels)

    def _lacking(self, judged: set[str], lacking: set[str], place: str) -> list[str]:
        """Returns a note on judged documents that are not there. Raises where none is."""
        if judged and len(lacking) == len(judged):
            raise UnreadableSource(
                f"mismatched qrels: none of the {len(judged)} judged documents is in {place}", self._qrels
            )
        told = counted(len(lacking), "judged document", "judged documents")
        return [f"not in {place}, so never found: {told}"] if lacking else []

    def _groups(self) -> dict[str, Mapping[str, str]]:
        """Returns the groups of ``groups.tsv`` by query; one object where they are the same for all."""
        if self.files.groups is None:
            return {}
        told = read_groups(self.files.groups)
        shared = MappingProxyType(told.pop(ALL_QUERIES, {}))
        qids = [asked.query.qid for asked in self.asked]
        return {qid: MappingProxyType({**shared, **told[qid]}) if qid in told else shared for qid in qids}

    def _with_own(self, asked: AskedQuery, places: Places) -> CollectionQuery:
        """Returns a query with the passages it was taken from."""
        own = {passage for span in asked.spans for passage, _ in places.covering(span)}
        return replace(asked.query, own=(asked.query.own - {asked.query.qid}) | own)

    def _collection(
        self,
        queries: Sequence[CollectionQuery],
        qrels: Qrels,
        groups: Mapping[str, Mapping[str, str]],
        notes: list[str],
    ) -> Collection:
        queries, told = self._with_numbers(queries, qrels)
        self._check(queries, qrels)
        judged = tuple(query for query in queries if query.qid in qrels)
        nothing = sum(all(grade <= 0 for grade in grades.values()) for grades in qrels.values())
        if nothing:
            notes = [
                *notes,
                f"{counted(nothing, 'judged query', 'judged queries')} without a relevant document",
            ]
        return Collection(
            name="",
            split="",
            queries=judged,
            qrels=qrels,
            corpus=self.files.corpus,
            files=self.files.by_role(),
            is_archive=self.files.is_archive,
            unasked=len(queries) - len(judged),
            groups={qid: groups[qid] for qid in qrels if groups.get(qid)},
            notes=(*notes, *told),
        )

    def _with_numbers(
        self, queries: Sequence[CollectionQuery], qrels: Qrels
    ) -> tuple[Sequence[CollectionQuery], list[str]]:
        """Returns queries under the numbers of the qrels: topic 051 of the first TRECs is 51 there."""
        ids = {query.qid for query in queries}
        short = {qid: qid.lstrip("0") for qid in ids if qid.startswith("0") and qid not in qrels}
        short = {qid: name for qid, name in short.items() if name in qrels and name not in ids}
        if not short:
            return queries, []
        renamed = [
            replace(
                query,
                query=replace(query.query, qid=short.get(query.qid, query.qid)),
                own=frozenset(short.get(name, name) for name in query.own),
            )
            for query in queries
        ]
        told = counted(len(short), "query is", "queries are")
        return renamed, [f"{told} known to the qrels without leading zeros"]

    def _check(self, queries: Sequence[CollectionQuery], qrels: Qrels) -> None:
        if not any(grades for grades in qrels.values()):
            raise UnreadableSource("judges nothing", self._qrels)
        if not any(grade > 0 for grades in qrels.values() for grade in grades.values()):
            raise UnreadableSource("finds nothing relevant: no grade above 0", self._qrels)
        missing = qrels.keys() - {query.qid for query in queries}
        if missing:
            name, more = self.files.queries.name, len(missing) - 1
            also = f" and {more} more" if more else ""
            raise UnreadableSource(f"judges a query that {name} has not: {min(missing)}{also}", self._qrels)
