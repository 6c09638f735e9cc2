"""What is derived from the documents: numbers, reprints, people, indexes, each of a named generation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from policytext.analysis.reprints.compared import PassageText
from policytext.analysis.reprints.finding import VERSION, Progress, find_reprints
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
from policytext.text.alignment import Alignment


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
    if not _has_reprints(archive):
        watcher.stage("reprints", None)
        put_reprints(archive, _reprints(archive, _told_to(watcher)))
        archive.set_meta("reprints_finder", str(VERSION))
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
    return archive.meta("finished") == str(archive.generation) and _has_reprints(archive)


def _has_reprints(archive: Archive) -> bool:
    """Whether the reprints are of the archive's generation, and found as they are found today."""
    found = archive.meta("reprints"), archive.meta("reprints_finder")
    return found == (str(archive.generation), str(VERSION))


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


def _told_to(watcher: Watcher) -> Progress:
    """Returns what tells a watcher how many pairs of passages are compared."""
    told = 0

    def tell(done: int, pairs: int) -> None:
        nonlocal told
        if told == done == 0:
            watcher.stage("reprints", pairs)
        watcher.advance(done - told)
        told = done

    return tell


def _reprints(archive: Archive, progress: Progress) -> list[tuple[Reprint, tuple[Span, ...]]]:
    """Returns all reprints with their raw spans, by group; each document's alignment is made once."""
    homes = {}

    def texts() -> Iterator[PassageText]:
        for row in all_passages(archive):
            homes[row["id"]] = row["document"]
            facts = (row["id"], row["document"], row["start"], row["end"], row["text"], row["kind"])
            yield PassageText(*facts, row["published"])

    found = find_reprints(texts(), progress)
    placed = []
    for document, reprints in groupby(sorted(found, key=lambda r: r.passage), lambda r: homes[r.passage]):
        alignment = raw_document(archive, document).alignment
        placed += [piece for r in reprints for piece in _pieces(r, alignment)]
    return sorted(placed, key=lambda pair: (pair[0].group, pair[0].passage, pair[0].start))


def _pieces(reprint: Reprint, alignment: Alignment) -> list[tuple[Reprint, tuple[Span, ...]]]:
    """Returns a reprint in pieces that each stand in one place of the raw text.

    Where a pull quote is set in the middle of a sentence, cleaning carries it behind the paragraph. The raw
    stretch from the first word of the sentence to the last would hold the pull quote too, which is not said.
    """
    spans = [span for span in alignment.to_raw(reprint.start, reprint.end) if len(span)]
    if len(spans) < 2:
        return [(reprint, tuple(spans))]
    pieces: list[tuple[Reprint, tuple[Span, ...]]] = []
    for span in spans:
        clean = alignment.to_clean(span.start, span.end)
        start = max(reprint.start, min((c.start for c in clean), default=reprint.end))
        end = min(reprint.end, max((c.end for c in clean), default=reprint.start))
        if start < end:
            pieces.append((replace(reprint, start=start, end=end), (span,)))
    return pieces
