"""What is derived from the documents: numbers, reprints, people, indexes, each of a named generation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from itertools import groupby

from policytext.analysis.reprints import PassageText, find_reprints
from policytext.annotation import Reprint
from policytext.document import Span
from policytext.errors import IndexUnavailable, ModelUnavailable
from policytext.index.lexical import IndexedPassage, build_lexical
from policytext.index.manifest import open_manifest, require_corpus
from policytext.index.models import ModelFolder, find_model
from policytext.pipeline.people import bring_together
from policytext.pipeline.watching import Watcher
from policytext.store.archive import Archive
from policytext.store.reader import all_passages, raw_document
from policytext.store.writer import number_passages, put_reprints


def derive(
    archive: Archive, model: ModelFolder | None, watcher: Watcher, notes: list[str], workers: int = 1
) -> None:
    """Makes anew what does not belong to the archive's generation; what does is left alone.

    ``workers`` processes embed; what is worth saying to the user is added to ``notes``.
    """
    generation = str(archive.generation)
    if archive.meta("numbered") != generation:
        number_passages(archive)
    if archive.meta("reprints") != generation:
        watcher.stage("reprints", None)
        put_reprints(archive, _reprints(archive))
    if archive.meta("people") != generation:
        watcher.stage("speakers", None)
        bring_together(archive)
    if not is_current(archive, "lexical"):
        _build_lexical(archive, watcher)
    if model is None:
        archive.record_model(None)
        archive.set_meta("finished", generation)
        notes.append("no embedding model: search works by words only; see --model")
        return
    if not is_current(archive, "dense", model):
        archive.record_model(None)  # until the vectors are there, search goes without
        archive.set_meta("finished", "")
        _build_dense(archive, model, watcher, workers)
    archive.record_model(_way_to(model))
    archive.set_meta("finished", generation)


def is_finished(archive: Archive) -> bool:
    """Whether everything derived was made for the archive's generation, with a model or without."""
    return archive.meta("finished") == str(archive.generation)


def _way_to(model: ModelFolder) -> str:
    """Returns what finds the model again: its name where that leads to it, else its folder."""
    try:
        named = find_model(model.name)
    except ModelUnavailable:
        named = None
    return model.name if named is not None and named.path == model.path else str(model.path)


def is_current(archive: Archive, name: str, model: ModelFolder | None = None) -> bool:
    """Whether the index ``name`` is whole and of the archive's generation (and of this model)."""
    try:
        manifest = open_manifest(archive.folder, name, archive.generation)
        require_corpus(manifest, archive.meta("corpus"))
    except IndexUnavailable:
        return False
    return model is None or manifest.model.get("weights_sha256") == model.weights_sha256()


def count_passages(archive: Archive) -> int:
    """Returns how many passages are numbered."""
    return int(archive.sql.execute("SELECT count(*) FROM numbers").fetchone()[0])


def _reprints(archive: Archive) -> list[tuple[Reprint, tuple[Span, ...]]]:
    """Returns all reprints with their raw spans, by group; each document's alignment is made once."""
    homes = {}

    def texts() -> Iterator[PassageText]:
        for row in all_passages(archive):
            homes[row["id"]] = row["document"]
            facts = (row["id"], row["document"], row["start"], row["end"], row["text"], row["kind"])
            yield PassageText(*facts, row["published"])

    found = find_reprints(texts())
    placed = []
    for document, reprints in groupby(sorted(found, key=lambda r: r.passage), lambda r: homes[r.passage]):
        alignment = raw_document(archive, document).alignment
        placed += [(r, tuple(alignment.to_raw(r.start, r.end))) for r in reprints]
    return sorted(placed, key=lambda pair: (pair[0].group, pair[0].passage, pair[0].start))


def _indexed(archive: Archive) -> Iterator[IndexedPassage]:
    for row in all_passages(archive):
        yield IndexedPassage(row["number"], row["text"], row["context"])


def _build_lexical(archive: Archive, watcher: Watcher) -> None:
    watcher.stage("word index", count_passages(archive))
    corpus, progress = archive.meta("corpus") or "", _Reached(watcher)
    build_lexical(archive.folder, archive.generation, corpus, _indexed(archive), progress)


def _build_dense(archive: Archive, model: ModelFolder, watcher: Watcher, workers: int) -> None:
    from policytext.index.dense import build_dense
    from policytext.index.spreading import SpreadEncoder
    from policytext.index.transformer import encoder_for

    watcher.stage("embeddings", count_passages(archive))
    with SpreadEncoder(model, workers) if workers > 1 else nullcontext(encoder_for(model)) as encoder:
        corpus, progress = archive.meta("corpus") or "", _Reached(watcher)
        build_dense(archive.folder, archive.generation, corpus, _indexed(archive), encoder, progress)


class _Reached:
    """Turns "so many are done" into steps for a watcher."""

    def __init__(self, watcher: Watcher) -> None:
        self._watcher, self._done = watcher, 0

    def __call__(self, done: int) -> None:
        self._watcher.advance(done - self._done)
        self._done = done
