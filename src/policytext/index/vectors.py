"""Vectors that were computed once: a cache by model and text, so that nothing is ever embedded twice.

``ARCHIVE/indexes/vectors.sqlite`` maps (model key, SHA-256 of a text) to the float32 numbers of its vector,
little-endian. It only grows; deleting the file costs nothing but the time to compute them again.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

import hashlib
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ArchiveError
from policytext.index.manifest import indexes_of
from policytext.index.models import ModelFolder
from policytext.index.pieces import encodable

_COMMIT = 256  # texts; what an interrupted run loses at most
_NUMBERS = 2
"""Counts up whenever an encoder computes the last bits of a vector in another way."""
_ASK = 500  # hashes a query; SQLite allows 999 in its older builds
_SCHEMA = """create table if not exists vectors (
    model text not null, text blob not null, vector blob not null, primary key (model, text)
) without rowid"""


class Encoder(Protocol):
    """Turns texts into vectors; another library or a service plugs in here."""

    @property
    def model(self) -> ModelFolder:
        """The model that computes."""
        ...

    @property
    def dims(self) -> int:
        """Numbers a vector."""
        ...

    def encode(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Returns unit rows of float32, shape (len(texts), dims), in order."""
        ...


class VectorCache:
    """The cache of an archive for one model; a context manager.

    Args:
        root: the archive's folder.
        encoder: computes what is not there yet.

    Raises:
        ArchiveError: the file cannot be used; the advice is to delete it.
    """

    def __init__(self, root: Path, encoder: Encoder) -> None:
        self._path, self._encoder = indexes_of(root) / "vectors.sqlite", encoder
        self.model_key = f"{encoder.model.weights_sha256()}:{encoder.model.max_pieces}:{_NUMBERS}"

    def __enter__(self) -> Self:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._store = sqlite3.connect(self._path)
        try:
            self._store.execute(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._store.close()
            raise self._broken(error) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._store.close()

    def vectors(
        self, texts: Sequence[str], progress: Callable[[int], None] | None = None
    ) -> NDArray[np.float32]:
        """Returns unit rows, one a text, in order; those that were missing are computed and kept.

        ``progress`` is told how many were newly computed, up to the number that were missing.
        """
        keys = [text_key(text) for text in texts]
        self.fill(dict(zip(keys, texts, strict=True)), progress)
        return self.rows(keys)

    def missing(self, keys: Iterable[bytes]) -> set[bytes]:
        """Returns those of the keys that have no vector of this model, of the right length."""
        wanted = list(dict.fromkeys(keys))
        found: set[bytes] = set()
        for start in range(0, len(wanted), _ASK):
            found.update(key for key, _ in self._stored(wanted[start : start + _ASK]))
        return set(wanted) - found

    def fill(self, texts: dict[bytes, str], progress: Callable[[int], None] | None = None) -> int:
        """Computes the vectors of those ``texts`` (by key) that have none; returns how many.

        Each 256 are kept as soon as they are computed. ``progress`` is told how many are computed, as the
        encoder tells it.
        """
        missing = self.missing(texts)
        new = [(key, text) for key, text in texts.items() if key in missing]
        for start in range(0, len(new), _COMMIT):
            part = new[start : start + _COMMIT]
            tell = None if progress is None else _counted_from(start, progress)
            rows = np.ascontiguousarray(self._encoder.encode([text for _, text in part], tell), "<f4")
            self._keep([(self.model_key, k, row.tobytes()) for (k, _), row in zip(part, rows, strict=True)])
        return len(new)

    def rows(self, keys: Sequence[bytes]) -> NDArray[np.float32]:
        """Returns the vectors kept under ``keys``, in order: shape (len(keys), dims).

        Raises:
            KeyError: one of them was never computed.
        """
        found: dict[bytes, bytes] = {}
        wanted = list(dict.fromkeys(keys))
        for start in range(0, len(wanted), _ASK):
            found.update(self._stored(wanted[start : start + _ASK]))
        rows = np.empty((len(keys), self._encoder.dims), np.float32)
        for row, key in zip(rows, keys, strict=True):
            row[:] = np.frombuffer(found[key], "<f4")
        return rows

    def _stored(self, keys: list[bytes]) -> list[tuple[bytes, bytes]]:
        marks = ",".join("?" * len(keys))
        ask = f"select text, vector from vectors where model = ? and length(vector) = ? and text in ({marks})"  # noqa: S608 - question marks only
        try:
            return self._store.execute(ask, [self.model_key, 4 * self._encoder.dims, *keys]).fetchall()
        except sqlite3.DatabaseError as error:
            raise self._broken(error) from error

    def _keep(self, rows: list[tuple[str, bytes, bytes]]) -> None:
        try:
            with self._store:
                self._store.executemany("insert or replace into vectors values (?, ?, ?)", rows)
        except sqlite3.DatabaseError as error:
            raise self._broken(error) from error

    def _broken(self, error: sqlite3.DatabaseError) -> ArchiveError:
        return ArchiveError(
            f"the cache of vectors cannot be used: {error}", str(self._path), "deleting this file"
        )


def _counted_from(start: int, progress: Callable[[int], None]) -> Callable[[int], None]:
    """Returns a listener that counts on from ``start``."""
    return lambda done: progress(start + done)


def text_key(text: str) -> bytes:
    """Returns what a text is known by: the SHA-256 of its UTF-8."""
    return hashlib.sha256(encodable(text).encode()).digest()
