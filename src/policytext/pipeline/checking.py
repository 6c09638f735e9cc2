"""Whether an archive is sound: raw files come back byte for byte, indexes are what they say."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field

from policytext.errors import IndexDamaged, IndexUnavailable, PolicytextError
from policytext.index.manifest import require_corpus, verify
from policytext.ingest.discovery import Found
from policytext.ingest.readers import read
from policytext.pipeline.deriving import is_finished
from policytext.pipeline.watching import Silent, Watcher
from policytext.store.archive import Archive
from policytext.store.reader import RawDocument, raw_document

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
        return _raw_faults(document) + [f for table in _PLACED for f in _misplaced(archive, document, table)]
    except (PolicytextError, ValueError, TypeError) as error:
        return [f"cannot be read back: {error}"]


_PLACED = ("blocks", "passages", "statements", "dates", "citations")


def _misplaced(archive: Archive, document: RawDocument, table: str) -> list[str]:
    """Returns the rows of a table whose text or raw place is not what clean text and edits say."""
    rows = archive.sql.execute(
        f"SELECT t.* FROM {table} t JOIN documents d ON d.key = t.document WHERE d.id = ?",  # noqa: S608 - a name of ours
        (document.id,),
    )
    faults = []
    for row in rows:
        start, end = row["start"], row["end"]
        text = row["text"] if "text" in row.keys() else None  # noqa: SIM118 - a Row iterates over values
        spans = document.alignment.to_raw(start, end)
        hull = document.alignment.hull(start, end)
        told = json.loads(row["raw_spans"]) if row["raw_spans"] else [[row["raw_start"], row["raw_end"]]]
        fits = not spans or told == [[s.start, s.end] for s in spans]
        if text not in (None, document.clean[start:end]) or not fits or row["raw_start"] != hull.start:
            faults.append(f"{table} at clean characters {start}-{end} do not stand where they say")
    return faults


def _raw_faults(document: RawDocument) -> list[str]:
    faults = []
    if hashlib.sha256(document.data).hexdigest() != document.sha256:
        faults.append("the stored bytes do not have the hash on record")
    size = len(document.data)
    kind, digest = document.format, document.sha256
    found = Found(document.id, document.name, document.name, kind, document.data, digest, size)
    if read(found).text != document.raw:
        faults.append("clean text and edits do not give the source back")
    if document.alignment.apply(document.raw) != document.clean:
        faults.append("source and edits do not give the clean text")
    return faults


def _check_derived(archive: Archive, verdict: Verdict) -> None:
    generation = str(archive.generation)
    for name in ("numbered", "reprints", "people"):
        if archive.meta(name) != generation:
            verdict.unfinished.append(f"{name}: not made for the latest documents")
    for name in INDEXES:
        if name == "dense" and archive.meta("model") is None and is_finished(archive):
            continue  # made without a model
        try:
            require_corpus(verify(archive.folder, name, archive.generation), archive.meta("corpus"))
        except IndexDamaged as error:
            verdict.problems.append(f"{name} index: {error}")
        except IndexUnavailable as error:
            verdict.unfinished.append(f"{name} index: {error}")
