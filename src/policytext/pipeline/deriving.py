"""What is derived from the documents: numbers, reprints, people, indexes, each of a named generation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from policytext.analysis.reprints import PassageText, find_reprints
from policytext.annotation import Reprint
from policytext.errors import IndexUnavailable, ModelUnavailable
from policytext.index.fields import SEARCHED
from policytext.index.lexical import ANALYSER
from policytext.index.lexical import NAME as LEXICAL
from policytext.index.manifest import open_manifest, require_corpus, require_made_so
from policytext.index.models import ModelFolder, find_model
from policytext.pipeline.indexing import build_meaning, build_words
from policytext.pipeline.people import bring_together
from policytext.pipeline.watching import Watcher
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import all_passages, raw_document
from policytext.store.writer import number_passages, put_reprints


def derive(
    archive: Archive,
    model: ModelFolder | None,
    watcher: Watcher,
    notes: list[str],
    workers: int | None = None,
) -> None:
    """Makes anew what does not belong to the archive's generation; what does is left alone.

    ``workers`` processes embed, None takes one a core where there is much to do; what is worth saying to the
    user is added to ``notes``.
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
        build_words(archive, watcher)
    if model is None:
        archive.record_model(None)
        archive.set_meta("finished", generation)
        notes.append("no embedding model: search works by words only; see --model")
        return
    if not is_current(archive, "dense", model):
        archive.record_model(None)  # until the vectors are there, search goes without
        archive.set_meta("finished", "")
        build_meaning(archive, model, watcher, workers)
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
        require_made_so(manifest, searched=SEARCHED)
        if name == LEXICAL:
            require_made_so(manifest, analyser=ANALYSER)
    except IndexUnavailable:
        return False
    return model is None or manifest.model.get("weights_sha256") == model.weights_sha256()


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
