"""Whether an archive is sound: raw files come back byte for byte, indexes are what they say."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from policytext.errors import IndexUnavailable, PolicytextError
from policytext.index.manifest import open_manifest, verify
from policytext.ingest.discovery import Found
from policytext.ingest.readers import read
from policytext.pipeline.watching import Silent, Watcher
from policytext.store.archive import Archive
from policytext.store.reader import RawDocument, raw_document
from policytext.text.alignment import apply_edits

INDEXES = ("lexical", "dense")


@dataclass(slots=True)
class Verdict:
    """``problems`` are faults; ``unfinished`` is what running the same ingest again completes."""

    documents: int = 0
    problems: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)


def check(archive: Archive, watcher: Watcher | None = None) -> Verdict:
    """Returns what is wrong with ``archive``, looking at every document and every file of its indexes."""
    watcher = watcher or Silent()
    verdict = Verdict(problems=[f"{archive.folder}: {fault}" for fault in archive.damage()])
    ids = [row["id"] for row in archive.sql.execute("SELECT id FROM documents ORDER BY id")]
    watcher.stage("documents", len(ids))
    for name in ids:
        verdict.documents += 1
        verdict.problems += [f"{name}: {fault}" for fault in _document_faults(archive, name)]
        watcher.advance()
    _check_derived(archive, verdict)
    return verdict


def _document_faults(archive: Archive, name: str) -> list[str]:
    try:
        document = raw_document(archive, name)
        faults = _raw_faults(document)
    except (PolicytextError, ValueError, TypeError) as error:
        return [f"cannot be read back: {error}"]
    rows = archive.sql.execute(
        "SELECT p.id, p.text, p.start, p.end, p.raw_start, p.raw_end FROM passages p "
        "JOIN documents d ON d.key = p.document WHERE d.id = ?",
        (name,),
    )
    for row in rows:
        if document.clean[row["start"] : row["end"]] != row["text"]:
            faults.append(f"passage {row['id']} does not stand where it says")
        if not 0 <= row["raw_start"] <= row["raw_end"] <= len(document.raw):
            faults.append(f"passage {row['id']} lies outside the source")
    return faults


def _raw_faults(document: RawDocument) -> list[str]:
    faults = []
    if hashlib.sha256(document.data).hexdigest() != document.sha256:
        faults.append("the stored bytes do not have the hash on record")
    found = Found(
        document.id,
        document.name,
        document.name,
        document.format,
        document.data,
        document.sha256,
        len(document.data),
    )
    if read(found).text != document.raw:
        faults.append("clean text and edits do not give the source back")
    if not document.moves and apply_edits(document.raw, document.edits) != document.clean:
        faults.append("source and edits do not give the clean text")
    return faults


def _check_derived(archive: Archive, verdict: Verdict) -> None:
    generation = str(archive.generation)
    for name in ("numbered", "reprints"):
        if archive.meta(name) != generation:
            verdict.unfinished.append(f"{name}: not made for the latest documents")
    for name in INDEXES:
        try:
            open_manifest(archive.folder, name, archive.generation)
        except IndexUnavailable as error:
            verdict.unfinished.append(f"{name} index: {error}")
            continue
        try:
            verify(archive.folder, name, archive.generation)
        except IndexUnavailable as error:
            verdict.problems.append(f"{name} index: {error}")
