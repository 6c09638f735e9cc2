"""Derived files that are whole or absent: an index is a folder and a pointer, and the pointer comes last.

    ARCHIVE/indexes/NAME.json           the pointer: the manifest of the index in force
    ARCHIVE/indexes/NAME-TOKEN/         its files; TOKEN follows from what they hold
    ARCHIVE/indexes/.NAME-*.part/       a build under way, or what a dead one left
    ARCHIVE/indexes/.NAME.lock          held by the one process that may build NAME

A crash at any moment leaves the old pointer with its old folder, or the new one with the new. What an earlier
build left is removed when the next one begins, so that a reader that has just opened an index keeps it.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from policytext.errors import ArchiveError, IndexDamaged, IndexUnavailable
from policytext.files import sha256_of, sync_folder, write_bytes

FORMAT = 1
"""Counts up whenever an index of an earlier version can no longer be read."""
ADVICE = "policytext ingest"

Parameter = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class IndexFile:
    """One file of an index: its plain name, size in bytes, hex SHA-256."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index holds and what it was made from.

    ``generation`` and ``corpus_sha256`` are the store's; ``count`` is the number of passages; ``model`` says
    which embedding model made it (empty for an index of words); ``library`` names the engine and its
    version; ``folder`` is the name of the folder beside the pointer.
    """

    format: int
    name: str
    folder: str
    generation: int
    corpus_sha256: str
    count: int
    library: str
    parameters: Mapping[str, Parameter]
    model: Mapping[str, Parameter]
    files: tuple[IndexFile, ...]


class Build:
    """A folder to write an index into; nothing is seen of it until ``publish``.

    Used as a context manager: on leaving, what was not published is removed.

    Args:
        root: the archive's folder.
        name: the index, a plain word.

    Raises:
        ArchiveError: another process is building the same index (on entering).
    """

    def __init__(self, root: Path, name: str) -> None:
        self._indexes, self._name = indexes_of(root), name
        self._lock: IO[bytes] | None = None
        self.folder = Path()

    def __enter__(self) -> Self:
        self._indexes.mkdir(parents=True, exist_ok=True)
        self._lock = _locked(self._indexes / f".{self._name}.lock")
        self._sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=f".{self._name}-", suffix=".part", dir=self._indexes))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()

    def publish(
        self,
        generation: int,
        corpus_sha256: str,
        count: int,
        library: str,
        parameters: Mapping[str, Parameter],
        model: Mapping[str, Parameter] | None = None,
    ) -> Manifest:
        """Puts the folder's files in force and returns their manifest; the last step of a build."""
        files = tuple(
            IndexFile(path.name, path.stat().st_size, sha256_of(path))
            for path in sorted(self.folder.iterdir(), key=lambda p: p.name)
        )
        token = hashlib.sha256(repr((self._name, generation, files)).encode()).hexdigest()[:16]
        folder = self._indexes / f"{self._name}-{token}"
        manifest = Manifest(
            FORMAT,
            self._name,
            folder.name,
            generation,
            corpus_sha256,
            count,
            library,
            dict(parameters),
            dict(model or {}),
            files,
        )
        self._settle(folder, files)
        body = json.dumps(asdict(manifest), indent=1, sort_keys=True, ensure_ascii=False)
        write_bytes(self._indexes / f"{self._name}.json", body.encode() + b"\n")
        return manifest

    def _settle(self, folder: Path, files: tuple[IndexFile, ...]) -> None:
        """Gives the folder its lasting name, its bytes on disk first.

        A folder of that name holds the same bytes and stays, or the same gone bad and makes room.
        """
        if folder.exists():
            if all(_is_whole(folder / file.name, file) for file in files):
                return
            shutil.rmtree(folder)
        mode = self._indexes.stat().st_mode & 0o777  # engines make some files for their owner alone
        self.folder.chmod(mode)
        for path in self.folder.iterdir():
            path.chmod(mode & 0o666)
            with path.open("rb+") as file:
                os.fsync(file.fileno())
        sync_folder(self.folder)
        self.folder.rename(folder)
        sync_folder(self._indexes)

    def _sweep(self) -> None:
        """Removes what earlier builds left: all folders of this index but the one in force."""
        try:
            current = _read(self._indexes, self._name).folder
        except IndexUnavailable:
            current = ""
        for pattern in (f".{self._name}-*.part", f"{self._name}-{'[0-9a-f]' * 16}"):
            for stale in self._indexes.glob(pattern):
                if stale.name != current:
                    shutil.rmtree(stale, ignore_errors=True)
        for part in self._indexes.glob(f".{self._name}.json.*.part"):
            part.unlink(missing_ok=True)


def indexes_of(root: Path) -> Path:
    """Returns where an archive keeps its indexes."""
    return root / "indexes"


def folder_of(root: Path, manifest: Manifest) -> Path:
    """Returns the folder that holds the files of an index."""
    return indexes_of(root) / manifest.folder


def open_manifest(root: Path, name: str, generation: int) -> Manifest:
    """Returns the manifest of an index after checking that its files are there at their full size.

    Raises:
        IndexUnavailable: the index is missing, damaged, of another format, or was not made from this
            ``generation`` of the store.
    """
    manifest = _read(indexes_of(root), name)
    if manifest.generation != generation:
        raise IndexUnavailable(
            f"the {name} index is stale: made from generation {manifest.generation} of the archive, "
            f"which is now at {generation}",
            str(root),
            ADVICE,
        )
    folder = folder_of(root, manifest)
    for file in manifest.files:
        _check_size(folder / file.name, file, name)
    return manifest


def require_corpus(manifest: Manifest, corpus_sha256: str | None) -> None:
    """Raises IndexUnavailable where the index was made from other documents than the store holds.

    Generations count anew in a new archive, so a number alone does not tell one store from another.
    """
    if manifest.corpus_sha256 != corpus_sha256:
        raise IndexUnavailable(
            f"the {manifest.name} index was made from other documents", manifest.folder, ADVICE
        )


def require_made_so(manifest: Manifest, **parameters: Parameter) -> None:
    """Raises IndexUnavailable where an index was made in another way than this version makes it."""
    for name, value in parameters.items():
        if manifest.parameters.get(name) != value:
            raise IndexUnavailable(
                f"the {manifest.name} index was made by another version of policytext",
                manifest.folder,
                ADVICE,
            )


def verify(root: Path, name: str, generation: int) -> Manifest:
    """Like ``open_manifest``, and reads every byte to check it against the manifest's SHA-256.

    Raises:
        IndexUnavailable: as ``open_manifest``, or a file's bytes have changed.
    """
    manifest = open_manifest(root, name, generation)
    folder = folder_of(root, manifest)
    for file in manifest.files:
        if sha256_of(folder / file.name) != file.sha256:
            raise IndexDamaged(
                f"the {name} index is damaged: its bytes have changed", str(folder / file.name), ADVICE
            )
    return manifest


def _is_whole(path: Path, file: IndexFile) -> bool:
    return path.is_file() and path.stat().st_size == file.size and sha256_of(path) == file.sha256


def _check_size(path: Path, file: IndexFile, name: str) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise IndexDamaged(f"the {name} index is damaged: a file is missing", str(path), ADVICE) from error
    if size != file.size:
        raise IndexDamaged(f"the {name} index is damaged: {size} bytes, not {file.size}", str(path), ADVICE)


def _read(indexes: Path, name: str) -> Manifest:
    pointer = indexes / f"{name}.json"
    try:
        told = json.loads(pointer.read_bytes())
    except FileNotFoundError as error:
        raise IndexUnavailable(f"there is no {name} index", str(indexes.parent), ADVICE) from error
    except (OSError, ValueError) as error:
        raise IndexUnavailable(f"the {name} index cannot be read", str(pointer), ADVICE) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise IndexUnavailable(
            f"the {name} index was written by another version of policytext", str(pointer), ADVICE
        )
    try:
        return _manifest(name, told)
    except (KeyError, TypeError, ValueError) as error:
        raise IndexDamaged(f"the {name} index is damaged: {error}", str(pointer), ADVICE) from error


def _manifest(name: str, told: dict[str, Any]) -> Manifest:
    files = tuple(IndexFile(str(f["name"]), int(f["size"]), str(f["sha256"])) for f in told["files"])
    for plain in (told["folder"], *(f.name for f in files)):
        # A pointer that was tampered with must not lead out of its folder.
        if plain != Path(plain).name or plain in {"", ".", ".."}:
            raise ValueError("a name in the pointer is no plain name")
    if told["name"] != name:
        raise ValueError(f"the pointer is that of {told['name']}")
    return Manifest(
        FORMAT,
        name,
        told["folder"],
        int(told["generation"]),
        str(told["corpus_sha256"]),
        int(told["count"]),
        str(told["library"]),
        dict(told["parameters"]),
        dict(told["model"]),
        files,
    )


def _locked(path: Path) -> IO[bytes]:
    """Returns the lock file, held; the system lets go of it when the process ends, however it ends."""
    file = path.open("ab")
    try:
        _lock(file)
    except OSError as error:
        file.close()
        raise ArchiveError(
            "another process is building this index", str(path), "waiting for it to end"
        ) from error
    return file


def _lock(file: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
