"""Reading and writing safely: a file is replaced whole or not at all."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, BinaryIO, cast

from policytext.errors import BadRequest, UnreadableSource

_CHUNK = 1 << 20
_GZIP = b"\x1f\x8b"
_LEFT = re.compile(r"(?:^|/)(?:\.|__pycache__)")  # what tools leave in a package


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Yields a binary file that takes the place of ``path`` when the block ends well.

    The bytes are on disk before the name changes, so after a crash ``path`` is the old file or the new one.
    A link is followed; a device or a pipe is written to as it is.

    Raises:
        BadRequest: the folder is missing or cannot be written.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as error:
        raise BadRequest(f"cannot write: {error.strerror}", str(path), "another folder") from error
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o666 & ~_umask())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def unpacked(path: Path) -> Iterator[IO[bytes]]:
    """Yields the file's bytes, unpacked where they begin as those of gzip do, whatever its name.

    Raises:
        UnreadableSource: the gzip is cut short or damaged.
        OSError: there is no such file, or it cannot be read.
    """
    with path.open("rb") as raw:
        packed = raw.read(len(_GZIP)) == _GZIP
        raw.seek(0)
        if not packed:
            yield raw
            return
        try:
            with gzip.GzipFile(fileobj=raw) as file:
                yield cast("IO[bytes]", file)
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise UnreadableSource("its gzip is damaged", str(path), "copying it again") from error


def write_bytes(path: Path, data: bytes) -> None:
    """Replaces ``path`` by ``data``, whole or not at all. Raises BadRequest as ``replacing`` does."""
    with replacing(path) as file:
        file.write(data)


def sync_folder(folder: Path) -> None:
    """Makes new names in ``folder`` last through a power cut, where the system lets a folder be synced."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sha256_of(path: Path) -> str:
    """Returns the hex SHA-256 of the file's bytes, read a megabyte at a time."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


@cache
def source_sha256() -> str:
    """Returns the hex SHA-256 of this package's own code and data: names and digests of its files, by name.

    What was computed by one state of it is told apart from what another would compute, also between releases.
    """
    home = Path(__file__).parent
    files = {path.relative_to(home).as_posix(): path for path in home.rglob("*") if path.is_file()}
    told = "".join(f"{sha256_of(files[name])}  {name}\n" for name in sorted(files) if not _LEFT.search(name))
    return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
