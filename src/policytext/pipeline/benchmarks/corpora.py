"""What a benchmark ranks: the documents of a collection, or the passages of an archive, behind one face."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol, overload

from policytext.document import Block
from policytext.evaluation.retrieval import records
from policytext.evaluation.retrieval.collections import opening as stored
from policytext.index.models import find_model
from policytext.index.passages import IndexedPassage
from policytext.index.pieces import PieceCounter, piece_counter
from policytext.index.restoring import restored
from policytext.pipeline.indexing import passages as indexed
from policytext.pipeline.watching import Watcher
from policytext.ranking import Query
from policytext.store.archive import Archive
from policytext.store.selection import allowed_numbers
from policytext.text.passages import pack

Grams = Literal["auto", "never", "always"]
_BLANK_LINE = re.compile(r"\n[ \t\r\f\v]*\n")
_READINGS = "to learn its words", "to find damage"


@dataclass(frozen=True, slots=True)
class Reading:
    """How damaged text goes into an index.

    With ``restore`` damaged words are read as what they are likely to have been, else as they stand.
    ``grams`` says whether 4-grams stand beside the words: in a damaged collection (``auto``), never, always.
    """

    restore: bool = True
    grams: Grams = "never"


class Corpus(Protocol):
    """What is ranked, as passages numbered from 0; a document is what runs and qrels name.

    ``documents`` holds the ids, ``empty`` how many of them say nothing; both once passages were read.
    """

    documents: Names
    empty: int

    def passages(self, reading: Reading, watcher: Watcher, stage: str) -> Iterator[IndexedPassage]:
        """Yields all passages in order, anew at each call; ``stage`` is what the watcher is told of it."""
        ...

    def owner(self, number: int) -> int:
        """Returns the number of the document that a passage is of."""
        ...

    def allowed(self, query: Query) -> Collection[int] | None:
        """Returns the numbers of the passages that a query's filters leave; None for all."""
        ...


class Names(Sequence[str]):
    """Ids in the order they came, in the room of their letters and eight bytes each."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._letters, self._ends = bytearray(), array("Q")
        for name in names:
            self.append(name)

    def append(self, name: str) -> None:
        """Adds an id at the end."""
        self._letters += name.encode("utf-8", "surrogatepass")
        self._ends.append(len(self._letters))

    def __len__(self) -> int:
        return len(self._ends)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[n] for n in range(*at.indices(len(self)))]
        number = at + len(self) if at < 0 else at
        if not 0 <= number < len(self):
            raise IndexError(at)
        start = self._ends[number - 1] if number else 0
        return self._letters[start : self._ends[number]].decode("utf-8", "surrogatepass")


class FolderCorpus:
    """The documents of a collection, each one passage, its title on a line before the text.

    With ``packed`` they are packed into passages as ingest packs papers, and score by their best.
    """

    def __init__(self, collection: records.Collection, *, packed: bool) -> None:
        self._collection = collection
        self._count = piece_counter(find_model()) if packed else None
        self.documents, self.empty = Names(), 0
        self._owners: array[int] | None = array("I") if packed else None

    def passages(self, reading: Reading, watcher: Watcher, stage: str) -> Iterator[IndexedPassage]:
        """Yields all passages in order, and notes the documents they are of."""
        documents, owners = Names(), array("I")
        last, empty = None, 0
        for passage in _read(lambda: self._raw(watcher), reading, watcher, stage):
            if passage.document != last:
                documents.append(passage.document)
                last = passage.document
                empty += not (passage.text.strip() or passage.context.strip())
            if self._owners is not None:
                owners.append(len(documents) - 1)
            yield passage
        self.documents, self.empty = documents, empty
        if self._owners is not None:
            self._owners = owners

    def owner(self, number: int) -> int:
        """Returns the number of the document that a passage is of."""
        return number if self._owners is None else self._owners[number]

    def allowed(self, query: Query) -> None:
        """Lets all passages be found."""

    def _raw(self, watcher: Watcher) -> Iterator[IndexedPassage]:
        packed = _packer(self._count) if self._count else _whole
        number = 0
        for document in stored.documents(self._collection):
            for text, context in packed(document):
                yield IndexedPassage(number, text, context, document=document.id)
                number += 1
            watcher.advance()


class ArchiveCorpus:
    """The passages of an archive, as its own indexes have them."""

    def __init__(self, archive: Archive) -> None:
        self._archive, self.empty = archive, 0
        rows = archive.sql.execute(
            "SELECT p.id FROM numbers n JOIN passages p ON p.key = n.passage ORDER BY n.number"
        )
        self.documents = Names(row["id"] for row in rows)

    def passages(self, reading: Reading, watcher: Watcher, stage: str) -> Iterator[IndexedPassage]:
        """Yields all passages in order."""
        watcher.stage(stage, len(self.documents))
        for passage in indexed(self._archive):
            yield _as_asked(passage, reading)
            watcher.advance()

    def owner(self, number: int) -> int:
        """Returns the number itself: a passage is what is judged."""
        return number

    def allowed(self, query: Query) -> Collection[int] | None:
        """Returns the numbers of the passages that a query's filters leave; None for all."""
        return allowed_numbers(self._archive, query.filters)


def _read(
    give: Callable[[], Iterator[IndexedPassage]], reading: Reading, watcher: Watcher, stage: str
) -> Iterator[IndexedPassage]:
    """Yields passages with damage read as asked; they are read thrice where damage is looked for."""
    stages = iter(_READINGS if reading.restore or reading.grams == "auto" else ())

    def again() -> Iterator[IndexedPassage]:
        why = next(stages, "")
        watcher.stage(f"{stage}: reading {why}" if why else stage, None)
        return give()

    for passage in restored(again) if reading.restore or reading.grams == "auto" else again():
        yield _as_asked(passage, reading)


def _as_asked(passage: IndexedPassage, reading: Reading) -> IndexedPassage:
    kept = passage.restored if reading.restore else None
    beside = passage.grams if reading.grams == "auto" else reading.grams == "always"
    if kept == passage.restored and beside == passage.grams:
        return passage
    return replace(passage, restored=kept, grams=beside)


def _whole(document: records.CollectionDocument) -> list[tuple[str, str]]:
    """Returns the document as its one passage: (text, context). An empty one keeps its place."""
    return [(document.text, document.title)]


def _packer(count: PieceCounter) -> Callable[[records.CollectionDocument], list[tuple[str, str]]]:
    """Returns what packs a document's paragraphs into passages, each with the title as its context."""

    def packed(document: records.CollectionDocument) -> list[tuple[str, str]]:
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
