"""Writing a collection as a folder that other tools read: BEIR's, or TREC topics and qrels."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.collections import beir, trec
from policytext.evaluation.retrieval.collections.opening import documents
from policytext.evaluation.retrieval.collections.places import DEFAULT_SPLIT, SETTINGS
from policytext.evaluation.retrieval.records import Collection, CollectionDocument
from policytext.evaluation.wording import counted
from policytext.files import replacing, write_bytes
from policytext.ranking import Filters

Form = Literal["beir", "trec"]


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written; ``notes`` say what the form cannot hold."""

    documents: int
    queries: int
    judged: int
    notes: tuple[str, ...]


def write_collection(collection: Collection, folder: Path, form: Form = "beir") -> Written:
    """Writes a collection as a new folder, whole or not at all.

    "beir" keeps everything, some of it in fields that go beyond BEIR (see ``beir``); an archive's passages
    become documents whose titles are their headings. "trec" is ``topics.trec``, ``qrels.trec`` and the same
    ``corpus.jsonl``: topics hold neither labels nor filters nor which documents a query was taken from.
    ``open_collection`` reads both. Queries without qrels are left out.

    Raises:
        BadRequest: the folder holds something already, or cannot be made; an id has a blank in it; a text
            that no TREC topic can hold.
        UnreadableSource: a document cannot be read.
    """
    with _new_folder(folder) as part:
        passed = _Counted()
        with replacing(part / "corpus.jsonl") as file:
            beir.write_documents(passed.through(documents(collection)), file)
        notes = _write_trec(collection, part) if form == "trec" else _write_beir(collection, part)
        if collection.groups:
            with replacing(part / "groups.tsv") as file:
                beir.write_groups(collection.groups, file)
        write_bytes(part / SETTINGS, _settings(collection, form))
    pairs = sum(len(grades) for grades in collection.qrels.values())
    return Written(passed.documents, len(collection.queries), pairs, tuple(notes))


class _Counted:
    """How many documents passed."""

    documents = 0

    def through(self, given: Iterator[CollectionDocument]) -> Iterator[CollectionDocument]:
        """Yields what is given, and counts it."""
        for document in given:
            self.documents += 1
            yield document


def _write_beir(collection: Collection, part: Path) -> list[str]:
    with replacing(part / "queries.jsonl") as file:
        beir.write_queries(collection.queries, file)
    (part / "qrels").mkdir()
    with replacing(part / "qrels" / f"{collection.split}.tsv") as file:
        beir.write_qrels(collection.qrels, file)
    # of a folder whoever opened it knows already: see Collection.notes
    filtered = _filtered(collection) if collection.is_archive else 0
    return (
        [f"{counted(filtered, 'query has', 'queries have')} filters, which only an archive heeds"]
        if filtered
        else []
    )


def _filtered(collection: Collection) -> int:
    """Returns how many queries narrow what may be found."""
    return sum(query.query.filters != Filters() for query in collection.queries)


def _write_trec(collection: Collection, part: Path) -> list[str]:
    with replacing(part / "topics.trec") as file:
        trec.write_topics(collection.queries, file)
    with replacing(part / "qrels.trec") as file:
        trec.write_trec_qrels(collection.qrels, file)
    asked = collection.queries
    lost = {
        "labels": sum(bool(query.labels) for query in asked),
        "filters": _filtered(collection),
        "the query language": sum(not query.query.plain for query in asked),
        "documents of their own": sum(bool(query.own - {query.qid}) for query in asked),
    }
    return [
        f"left out of TREC topics: {what} ({counted(count, 'query', 'queries')})"
        for what, count in lost.items()
        if count
    ]


def _settings(collection: Collection, form: Form) -> bytes:
    """Returns the ``collection.toml`` of the new folder."""
    told = [f"name = {_quoted(collection.name)}"]
    if collection.exhaustive:
        told.append("exhaustive = true")
    if form == "trec" and collection.split != DEFAULT_SPLIT:
        told.append(f"split = {_quoted(collection.split)}")
    return "".join(f"{line}\n" for line in told).encode()


def _quoted(text: str) -> str:
    """Returns a TOML string: JSON's, but for the one control character that JSON lets stand."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@contextmanager
def _new_folder(folder: Path) -> Iterator[Path]:
    """Yields a folder that takes the place of ``folder`` when the block ends well, and is gone otherwise."""
    folder = folder.resolve()
    if folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise BadRequest("is there already", str(folder), "a new folder")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".part", dir=folder.parent))
    except OSError as error:
        raise BadRequest(f"cannot write: {error.strerror}", str(folder), "another folder") from error
    try:
        yield part
        part.chmod(folder.parent.stat().st_mode & 0o777)
        if folder.exists():
            folder.rmdir()  # it is empty; Windows puts no folder in the place of another
        part.replace(folder)
    finally:
        shutil.rmtree(part, ignore_errors=True)
