"""Papers into an archive: only what changed is processed; a document is stored whole or not at all."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass, field
from pathlib import Path

from policytext.config import NO_MODEL, Settings
from policytext.document import Metadata
from policytext.errors import BadRequest, PolicytextError
from policytext.extract.recogniser import Recogniser, find_recogniser
from policytext.index.models import find_model
from policytext.index.pieces import piece_counter
from policytext.ingest.discovery import Found, Skipped, discover
from policytext.pipeline.cataloguing import Catalogues
from policytext.pipeline.deriving import derive
from policytext.pipeline.evidence import reanswered, stored_job
from policytext.pipeline.processing import Job, Processor
from policytext.pipeline.watching import Silent, Watcher
from policytext.runners import Outcome, runner_for
from policytext.store.archive import Archive, writing_alone
from policytext.store.decisions import FILE_NAME, Decisions, DecisionsFile, merge, read_decisions
from policytext.store.entry import Entry
from policytext.store.writer import move, put, put_ledger, remove

_LINE = re.compile(r"(.*?\.(?:jsonl|ndjson))#", re.IGNORECASE | re.DOTALL)
_MOST_NOTES = 5
_RECOGNISER = "spacy_model"


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """What became of one source: outcome is added, replaced, unchanged, moved, skipped, removed or gone."""

    path: str
    name: str
    outcome: str
    message: str = ""


@dataclass(slots=True)
class Report:
    """What an ingest did; ``lines`` leaves out the unchanged, which ``counts`` counts."""

    counts: Counter[str] = field(default_factory=Counter)
    lines: list[LedgerLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, line: LedgerLine) -> None:
        """Counts the line, and keeps it where it says more than that nothing changed."""
        self.counts[line.outcome] += 1
        if line.outcome != "unchanged":
            self.lines.append(line)

    @property
    def skipped(self) -> list[LedgerLine]:
        """The sources that did not become documents."""
        return [line for line in self.lines if line.outcome == "skipped"]


def ingest(
    paths: Sequence[Path | str],
    folder: Path | str,
    *,
    catalogue: Path | None = None,
    decisions: Path | None = None,
    settings: Settings | None = None,
    prune: bool = False,
    watcher: Watcher | None = None,
) -> Report:
    """Reads ``paths`` into the archive at ``folder`` and brings everything derived up to date.

    A source that is stored already and has not changed is left alone; one that cannot be read is a line in
    the ledger, and what was stored of it stays. Documents whose file is gone are reported as ``gone``, and
    with ``prune`` taken out (``removed``). Interrupted at any moment, the same call goes on from there.

    What people decided of single places is read from the archive's decisions file; a file of ``decisions`` is
    added to that first. Then words that the papers attest for one another are weighed, see ``evidence``.

    Raises:
        BadRequest: none of the paths exists, or a decisions file cannot be used.
        CatalogueError: the catalogue cannot be used.
        ArchiveError: the archive cannot be written.
        ModelUnavailable: ``settings.model`` or ``settings.spacy_model`` names what is not here.
    """
    sources, folder = [Path(path) for path in paths], Path(folder)
    if not any(source.exists() for source in sources):
        raise BadRequest("no such file or folder", ", ".join(map(str, sources)), "a folder of papers")
    settings, watcher = settings or Settings(), watcher or Silent()
    known = Catalogues(sources, catalogue)
    model = None if settings.model == NO_MODEL else find_model(settings.model)
    recogniser = find_recogniser(settings.spacy_model) if settings.spacy_model else None
    given = read_decisions(decisions) if decisions else DecisionsFile()
    with writing_alone(folder), Archive.create(folder) as archive:
        report = Report()
        told = _told(folder / FILE_NAME, given, report.notes)
        report.notes += _recorded(archive, recogniser)
        processor = Processor(piece_counter(model), recogniser)
        _Ingest(archive, known, told, processor, settings, watcher, report).run(sources, prune=prune)
        derive(archive, model, watcher, report.notes, settings.workers)
        put_ledger(archive, [(x.path, x.name, x.outcome, x.message) for x in report.lines])
    return report


class _Ingest:
    """One run over the paths."""

    def __init__(
        self,
        archive: Archive,
        catalogues: Catalogues,
        decisions: Decisions,
        processor: Processor,
        settings: Settings,
        watcher: Watcher,
        report: Report,
    ) -> None:
        self._archive = archive
        self._catalogues = catalogues
        self._decisions = decisions
        self._processor = processor
        identity = processor.recogniser.identity if processor.recogniser else None
        self._shape = settings.fingerprint(processor.count.name, identity)
        self._runner = runner_for(settings.workers or 1)
        self._watcher = watcher
        self._report = report
        for table in ("seen", "unread"):
            archive.sql.execute(f"CREATE TEMP TABLE {table} (path TEXT PRIMARY KEY) WITHOUT ROWID")

    def run(self, paths: Sequence[Path], *, prune: bool) -> None:
        self._watcher.stage("documents", None)
        for outcome in self._runner.run(self._processor, self._jobs(paths)):
            self._store(outcome)
            self._watcher.advance()
        self._missing(paths, prune=prune)
        self._weigh_evidence()
        self._report.notes += [*self._strangers(), *self._namesakes()]
        self._report.notes += dict.fromkeys(self._catalogues.notes)
        self._report.notes += self._catalogues.unused(self._seen_names())
        self._report.lines.sort(key=lambda line: (line.outcome, line.path))

    def _jobs(self, paths: Sequence[Path]) -> Iterator[Job]:
        for item in discover(paths):
            self._archive.sql.execute("INSERT OR IGNORE INTO seen VALUES (?)", (item.path,))
            if isinstance(item, Skipped):
                self._unread(item.path)
                self._note(item.path, item.name, "skipped", _advised(item))
                self._watcher.advance()
                continue
            job = self._job(item)
            if self._is_stored(job):
                self._watcher.advance()
            else:
                yield job

    def _job(self, found: Found) -> Job:
        catalogued = self._catalogues.metadata(found)
        facts = asdict(catalogued or Metadata())
        told = self._decisions.of(found.name, found.relative)
        shape = f"{self._shape}\0{sorted(facts.items())}\0{[astuple(d)[1:] for d in told]}"
        fingerprint = hashlib.sha256(shape.encode("utf-8", "surrogatepass")).hexdigest()
        return Job(found, catalogued, fingerprint, told)

    def _is_stored(self, job: Job) -> bool:
        """Whether the archive holds just this; a file that was only moved is noted under its new place."""
        found = job.found
        rows = self._archive.sql.execute(
            "SELECT path, name, relative FROM documents WHERE sha256 = ? AND fingerprint = ? ORDER BY path",
            (found.sha256, job.fingerprint),
        ).fetchall()
        for row in rows:
            if row["path"] == found.path:
                if row["relative"] != found.relative:  # read from another folder above it
                    move(self._archive, found.path, found.path, found.relative)
                self._note(found.path, found.name, "unchanged")
                return True
        for row in rows:
            if row["name"] == found.name and not _is_there(_file_of(row["path"])):
                move(self._archive, row["path"], found.path, found.relative)
                self._note(found.path, found.name, "moved", f"was {row['path']}")
                return True
        return False

    def _store(self, outcome: Outcome[Job, Entry]) -> None:
        found = outcome.item.found
        old = self._archive.sql.execute("SELECT 1 FROM documents WHERE path = ?", (found.path,)).fetchone()
        if outcome.result is not None:
            put(self._archive, outcome.result)
            self._note(found.path, found.name, "replaced" if old else "added", _few(outcome.result.notes))
            return
        self._unread(found.path)
        message = _said(outcome.error, found.name)
        if old:
            message += " (the document stored earlier stays)"
        self._note(found.path, found.name, "skipped", message)

    def _weigh_evidence(self) -> None:
        """Processes again the documents for which the other papers attest other words than before."""
        generation = str(self._archive.generation)
        if self._archive.meta("evidence") == generation:
            return
        changed = reanswered(self._archive)
        if changed:
            self._watcher.stage("corpus evidence", len(changed))
        jobs = (stored_job(self._archive, key, answers, self._decisions) for key, answers in changed)
        for outcome in self._runner.run(self._processor, jobs):
            if outcome.result is not None:
                put(self._archive, outcome.result)
            else:
                self._report.notes.append(_said(outcome.error, outcome.item.found.name))
            self._watcher.advance()
        self._archive.set_meta("evidence", str(self._archive.generation))
        if changed:
            self._report.notes.append(
                f"{len(changed):,} document(s) read again by words that other papers hold, or no longer hold"
            )

    def _strangers(self) -> list[str]:
        """Returns a line where decisions name sources that are not in the archive."""
        rows = self._archive.sql.execute("SELECT name, relative FROM documents")
        missing = self._decisions.strangers(name for row in rows for name in row)
        if not missing:
            return []
        shown = ", ".join(missing[:5]) + (" ..." if len(missing) > 5 else "")
        return [f"the decisions name {len(missing):,} source(s) that are not in the archive: {shown}"]

    def _namesakes(self) -> list[str]:
        """Returns a line for each name in the decisions that several papers bear."""
        rows = self._archive.sql.execute(
            "SELECT name, min(relative) AS first, count(*) AS times FROM documents GROUP BY name "
            "HAVING times > 1 ORDER BY name"
        )
        return [
            f"{row['times']:,} papers are called {row['name']}: name them in the decisions by their paths, "
            f"such as {row['first']}"
            for row in rows
            if self._decisions.of(row["name"])
        ]

    def _missing(self, paths: Sequence[Path], *, prune: bool) -> None:
        """Reports stored documents of these paths whose file is no longer there."""
        for row in self._archive.sql.execute(
            "SELECT path, name FROM documents WHERE path NOT IN (SELECT path FROM seen) ORDER BY path"
        ).fetchall():
            if not any(_lies_in(row["path"], path) for path in paths) or not self._is_gone(row["path"]):
                continue
            if prune:
                remove(self._archive, row["path"])
                self._note(row["path"], row["name"], "removed", "its file is gone")
            else:
                self._note(row["path"], row["name"], "gone", "its file is gone; --prune takes it out")

    def _unread(self, path: str) -> None:
        """Remembers what could not be read, and the file that a line of it stands in."""
        for place in {path, str(_file_of(path))}:
            self._archive.sql.execute("INSERT OR IGNORE INTO unread VALUES (?)", (place,))

    def _is_gone(self, path: str) -> bool:
        """Whether a source that this run did not meet is no longer there.

        What lies in a folder or a file that could not be read, wholly or in part, is not known to be gone.
        """
        file = _file_of(path)
        places = [path, str(file), *map(str, file.parents)]
        marks = ", ".join("?" * len(places))
        if self._archive.sql.execute(f"SELECT 1 FROM unread WHERE path IN ({marks})", places).fetchone():  # noqa: S608 - question marks only
            return False
        return str(file) != path or not _is_there(file)

    def _seen_names(self) -> set[str]:
        rows = self._archive.sql.execute("SELECT path FROM seen")
        return {_file_of(row["path"]).name for row in rows}

    def _note(self, path: str, name: str, outcome: str, message: str = "") -> None:
        self._report.add(LedgerLine(path, name, outcome, message))
        if outcome == "skipped":
            self._watcher.note(f"skipped {message}")


def _recorded(archive: Archive, recogniser: Recogniser | None) -> list[str]:
    """Notes in the archive which pipeline finds persons; returns what is odd about it, a line each."""
    before, now = archive.meta(_RECOGNISER) or "", recogniser.identity if recogniser else ""
    notes = []
    if before != now:
        archive.set_meta(_RECOGNISER, now)
        if archive.sql.execute("SELECT 1 FROM documents LIMIT 1").fetchone():
            was, is_now = (
                f"the spaCy pipeline {name}" if name else "no spaCy pipeline" for name in (before, now)
            )
            notes.append(f"persons were found with {was}, now with {is_now}: the papers are processed anew")
    if recogniser and not recogniser.knows_persons:
        notes.append(
            f"the spaCy pipeline {recogniser.name} has no label PERSON or PER: it may add no persons"
        )
    return notes


def _told(kept: Path, given: DecisionsFile, notes: list[str]) -> Decisions:
    """Returns the decisions in force once ``given`` is in the archive's file; bad rows become notes."""
    taken = merge(kept, given)
    if taken:
        notes.append(f"{taken:,} decision(s) added to {kept}")
    held = read_decisions(kept) if kept.exists() else DecisionsFile()
    notes += dict.fromkeys((*given.faults, *held.faults))
    return Decisions(held.decisions)


def _few(notes: Sequence[str]) -> str:
    """Returns notes as one line; where a whole table of decisions does not fit, a few tell it."""
    more = len(notes) - _MOST_NOTES
    return "; ".join(notes[:_MOST_NOTES]) + (f"; and {more:,} more" if more > 0 else "")


def _file_of(path: str) -> Path:
    """Returns the file of a source's path, without the key of a line in it."""
    line = _LINE.match(path)
    return Path(line.group(1) if line else path)


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a folder that may not be looked into: nobody can say that the file is gone
        return True


def _lies_in(stored: str, path: Path) -> bool:
    root = str(path.resolve())
    return stored == root or stored.startswith((f"{root}/", f"{root}\\", f"{root}#"))


def _advised(item: Skipped) -> str:
    return str(PolicytextError(item.reason, item.name, item.advice))


def _said(error: Exception | None, name: str) -> str:
    """Returns one line for the ledger; a fault of ours says so."""
    if isinstance(error, PolicytextError):
        return str(error)
    return str(
        PolicytextError(f"could not be processed ({type(error).__name__}: {error})", name, "report it")
    )
