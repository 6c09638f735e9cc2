"""The archive's passages on their way into the indexes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

from policytext.index.lexical import build_lexical
from policytext.index.models import ModelFolder
from policytext.index.passages import Days, IndexedPassage
from policytext.index.restoring import restored
from policytext.index.terms import GLOSSARY
from policytext.pipeline.watching import Watcher
from policytext.store.archive import Archive
from policytext.store.indexable import clean_texts, indexable
from policytext.text.acronyms import definitions
from policytext.text.glossary import Glossary

_MANY = 1000
"""Texts from which further processes are worth their start."""
_SOUND = 0.97
"""Share of a document's words that read as words from which none of it is looked through for damage."""


def build_words(archive: Archive, watcher: Watcher) -> None:
    """Builds the word index of an archive, with the short forms that its documents define."""
    watcher.stage("word index", count_passages(archive))
    build_lexical(
        archive.folder,
        archive.generation,
        archive.meta("corpus") or "",
        passages(archive),
        Reached(watcher),
        lambda folder: _write_glossary(archive, folder),
    )


def build_meaning(archive: Archive, model: ModelFolder, watcher: Watcher, workers: int | None) -> None:
    """Builds the index of meaning of an archive.

    ``workers`` processes embed; None takes one a core where there is much to do.
    """
    from policytext.index.dense import build_dense
    from policytext.index.spreading import SpreadEncoder
    from policytext.index.transformer import encoder_for

    count = count_passages(archive)
    watcher.stage("embeddings", count)
    workers = processes_for(count, workers)
    with SpreadEncoder(model, workers) if workers > 1 else nullcontext(encoder_for(model)) as encoder:
        corpus, progress = archive.meta("corpus") or "", Reached(watcher)
        build_dense(archive.folder, archive.generation, corpus, passages(archive), encoder, progress)


def processes_for(texts: int, workers: int | None) -> int:
    """Returns how many processes embed so many texts: ``workers``, else one a core where there are many."""
    return workers or ((os.cpu_count() or 1) if texts >= _MANY else 1)


def count_passages(archive: Archive) -> int:
    """Returns how many passages are numbered."""
    return int(archive.sql.execute("SELECT count(*) FROM numbers").fetchone()[0])


def passages(archive: Archive) -> Iterator[IndexedPassage]:
    """Yields all passages as the indexes see them, by number; damaged words restored."""
    damaged = {
        row[0]
        for row in archive.sql.execute("SELECT id FROM documents WHERE quality < ?", (_SOUND,)).fetchall()
    }
    give: Callable[[], Iterator[IndexedPassage]] = lambda: map(_indexed, indexable(archive))  # noqa: E731
    return restored(give, lambda passage: passage.document in damaged) if damaged else give()


def _indexed(row: sqlite3.Row) -> IndexedPassage:
    printed: Days | None = None
    if row["publication_date"] is not None:
        printed = (row["published_earliest"], row["published_latest"])
    said = [_days(pair) for pair in (row["said"] or "").split()]
    names = (row["voice_folded"], row["voice_known_as"], row["speakers"], row["speakers_known_as"])
    return IndexedPassage(
        row["number"],
        row["text"],
        "\n".join(dict.fromkeys(part for part in (row["title"], row["context"]) if part)),
        document=row["document"],
        names=(row["name"], row["relative"]),
        said=[*said, printed] if printed else said,  # the document's own voice speaks when it is published
        printed=printed,
        speakers=sorted({word for name in names for word in (name or "").split()}),
        cites=sorted(set((row["cites"] or "").split())),
    )


def _days(pair: str) -> Days:
    first, _, last = pair.partition("/")
    return first or None, last or None


def _write_glossary(archive: Archive, folder: Path) -> None:
    glossary = Glossary()
    for document, text in clean_texts(archive):
        glossary.add(document, definitions(text))
    glossary.write(folder / GLOSSARY)


class Reached:
    """Turns "so many are done" into steps for a watcher."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher, self._done = watcher, 0

    def __call__(self, done: int) -> None:
        """Tells the watcher how far the work has come."""
        self._watcher.advance(done - self._done)
        self._done = done
