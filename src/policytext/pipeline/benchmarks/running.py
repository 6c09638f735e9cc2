"""Systems run on a collection, one after the other: each leaves a TREC file that says how it was made."""

from __future__ import annotations

import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from policytext.errors import (
    ArchiveError,
    BadRequest,
    IndexUnavailable,
    ModelUnavailable,
    NotFound,
    PolicytextError,
)
from policytext.evaluation.retrieval.collections.opening import fingerprints
from policytext.evaluation.retrieval.records import Collection, LeftOut
from policytext.evaluation.retrieval.runs.writing import RunWriter, is_finished
from policytext.files import sha256_of, write_bytes
from policytext.pipeline.benchmarks.experiment import Experiment, Setting
from policytext.pipeline.benchmarks.provenance import header_of
from policytext.pipeline.benchmarks.systems import SystemSpec, distinct
from policytext.pipeline.watching import Watcher
from policytext.store.archive import LOCK, writing_alone

ENDING = ".trec"
FINISHED = ".finished"
"""Beside the runs: the digest of each that was finished, as ``sha256sum --check`` reads it."""
_ITS_OWN = (ArchiveError, BadRequest, IndexUnavailable, ModelUnavailable, NotFound, ImportError)
"""What is wrong with one system and not with the collection."""


def run_systems(
    collection: Collection,
    specs: Sequence[SystemSpec],
    setting: Setting,
    runs_folder: Path,
    watcher: Watcher,
    left_out: list[LeftOut] | None = None,
) -> list[Path]:
    """Runs systems on a collection and returns the files of their runs, in the order of the systems.

    A run is ``SLUG.trec``, written as its queries are answered. One that stands there with the same header,
    byte for byte as it was finished, is kept, one that was interrupted is gone on with. A system that cannot
    be run is left out with a note, and the others go on. Notes also tell how long each took; nothing that is
    written does.

    Args:
        collection: what is asked.
        specs: the systems; the same twice is run once.
        setting: how.
        runs_folder: where the runs go; made if need be.
        watcher: hears of the progress, and the notes.
        left_out: takes the systems that cannot be run, with the reason, where it is given.

    Raises:
        ArchiveError: another process writes to the folder or to the cache; or the archive cannot be opened.
        BadRequest: two systems share a name, or the folder cannot be written.
        UnreadableSource: a document of the collection cannot be read.
        PolicytextError: none of the systems can be run; what is wrong with the first.
    """
    systems = distinct(specs)
    files = fingerprints(collection)
    paths: list[Path] = []
    faults: list[tuple[SystemSpec, Exception]] = []
    with (
        _alone(runs_folder),
        _root(setting.cache) as root,
        Experiment(collection, root, setting, watcher) as experiment,
    ):
        for spec in systems:
            path = runs_folder / f"{spec.slug}{ENDING}"
            try:
                header = header_of(spec, collection, files, setting)
                _run(experiment, spec, collection, setting, path, header, watcher)
            except _ITS_OWN as error:
                faults.append((spec, error))
                if left_out is not None:
                    left_out.append(LeftOut(spec.tag, str(error).replace(str(root), "the cache")))
            else:
                paths.append(path)
    if faults and not paths:
        raise _as_ours(faults[0][1])
    for spec, fault in faults:
        watcher.note(f"left out: {spec.tag}: {fault}")
    return paths


def _run(
    experiment: Experiment,
    spec: SystemSpec,
    collection: Collection,
    setting: Setting,
    path: Path,
    header: Mapping[str, Any],
    watcher: Watcher,
) -> None:
    sums = _sums(path.parent)
    if is_finished(path, header, sums.get(path.name)):
        watcher.note(f"{spec.tag}: kept from the earlier run ({path.name})")
        return
    begun = time.perf_counter()
    answer = experiment.system(spec)
    built = time.perf_counter() - begun
    spent, asked = 0.0, 0
    with RunWriter(path, header, spec.tag, resume=True) as writer:
        watcher.stage(f"{spec.tag}: queries", len(collection.queries))
        watcher.advance(len(writer.done))
        for query in collection.queries:
            if query.qid not in writer.done:
                begun = time.perf_counter()
                found = answer(query, setting.depth)
                spent += time.perf_counter() - begun
                asked += 1
                writer.write(query.qid, found)
                watcher.advance()
    _write_sums(path.parent, {**sums, path.name: sha256_of(path)})
    kept = f", {len(collection.queries) - asked:,} kept" if asked < len(collection.queries) else ""
    each = f"{1000 * spent / asked:.1f} ms a query" if asked else "no query"
    watcher.note(f"{spec.tag}: built in {built:.1f} s, {each}{kept}")


def _sums(folder: Path) -> dict[str, str]:
    """Returns the digest of each run that was finished in a folder, by its name; nothing if it is unread."""
    try:
        lines = (folder / FINISHED).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return {}
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _write_sums(folder: Path, sums: Mapping[str, str]) -> None:
    there = [name for name in sorted(sums) if (folder / name).is_file()]
    write_bytes(folder / FINISHED, "".join(f"{sums[name]}  {name}\n" for name in there).encode())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps other processes out of a folder, which is made if need be. Raises as ``run_systems`` does."""
    with ExitStack() as held:
        try:
            held.enter_context(writing_alone(folder))
        except (OSError, sqlite3.Error) as error:
            why = getattr(error, "strerror", None) or error
            raise BadRequest(f"cannot write: {why}", str(folder), "another folder") from error
        try:
            yield
        finally:
            with suppress(OSError):  # Windows removes no file that is open; it does no harm there
                (folder / LOCK).unlink()


@contextmanager
def _root(cache: Path | None) -> Iterator[Path]:
    """Yields the folder for indexes, which no other process uses meanwhile."""
    if cache is None:
        # Windows does not let go of a file that an open index has mapped
        with tempfile.TemporaryDirectory(prefix="policytext-", ignore_cleanup_errors=True) as folder:
            yield Path(folder)
    else:
        with _alone(cache):
            yield cache


def _as_ours(error: Exception) -> Exception:
    if isinstance(error, PolicytextError):
        return error
    return BadRequest(f"a package is missing: {error}", advice='pip install "policytext[full]"')
