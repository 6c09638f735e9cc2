"""An archive on disk: one SQLite file in WAL mode, with the indexes beside it in the same folder."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from policytext.errors import ArchiveError
from policytext.store.schema import ADDED, APPLICATION_ID, OLDEST, SCHEMA_VERSION, TABLES

FILE_NAME = "archive.sqlite"
LOCK = "lock.sqlite"
"""The file whose lock whoever writes to a folder holds; it stays there."""
_BUSY_SECONDS = 30.0


class Archive:
    """An open archive; ``sql`` is its connection, ``folder`` where it and its indexes lie.

    Use ``Archive.open`` to read and ``Archive.create`` to write; both are context managers.
    """

    def __init__(self, folder: Path, sql: sqlite3.Connection) -> None:
        self.folder = folder
        self.sql = sql
        sql.row_factory = sqlite3.Row

    @classmethod
    def open(cls, folder: Path) -> Archive:
        """Opens an archive for reading: what others write from now on is not seen.

        Raises:
            ArchiveError: there is none, it is no archive of ours, of another version, or damaged.
        """
        file = folder / FILE_NAME
        if not file.is_file():
            raise ArchiveError("no archive here", str(folder), "policytext ingest PATH --archive DIR")
        archive = cls._checked(folder, _connected(file))
        archive.sql.execute("BEGIN")  # one state of the archive for as long as it is open
        archive.sql.execute("SELECT count(*) FROM meta").fetchone()
        return archive

    @classmethod
    def create(cls, folder: Path) -> Archive:
        """Opens an archive for writing and makes it first where there is none.

        Raises:
            ArchiveError: the folder cannot be written, or as ``open``.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / FILE_NAME).exists():
                _make(folder)
            sql = sqlite3.connect(folder / FILE_NAME, timeout=_BUSY_SECONDS, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise ArchiveError(f"cannot be written: {error}", str(folder), "another --archive DIR") from error
        archive = cls._checked(folder, sql)
        archive._update()
        for pragma in ("foreign_keys = ON", "journal_mode = WAL", "synchronous = NORMAL"):
            sql.execute(f"PRAGMA {pragma}")
        return archive

    @classmethod
    def _checked(cls, folder: Path, sql: sqlite3.Connection) -> Archive:
        try:
            application = sql.execute("PRAGMA application_id").fetchone()[0]
            version = sql.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.Error as error:
            sql.close()
            raise ArchiveError(
                f"damaged: {error}", str(folder / FILE_NAME), "a backup, or ingest anew"
            ) from error
        if application != APPLICATION_ID:
            sql.close()
            raise ArchiveError("not a policytext archive", str(folder / FILE_NAME), "another --archive DIR")
        if not OLDEST <= version <= SCHEMA_VERSION:
            sql.close()
            raise ArchiveError(
                f"made by another version (format {version}, this is {SCHEMA_VERSION})",
                str(folder),
                "ingest the papers into a new archive",
            )
        return cls(folder, sql)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the connection; whatever was not committed is gone."""
        self.sql.close()

    def _update(self) -> None:
        """Adds the tables that later versions have; what is stored is not touched."""
        with self.transaction() as sql:
            version = sql.execute("PRAGMA user_version").fetchone()[0]
            for later in range(version + 1, SCHEMA_VERSION + 1):
                for statement in ADDED[later].split(";"):
                    sql.execute(statement)
                sql.execute(f"PRAGMA user_version = {later}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Yields the connection inside one transaction: all of the block happens, or none of it."""
        self.sql.execute("BEGIN IMMEDIATE")
        try:
            yield self.sql
            self.sql.execute("COMMIT")
        except BaseException:
            if self.sql.in_transaction:  # a full disk has rolled it back already
                self.sql.execute("ROLLBACK")
            raise

    @property
    def generation(self) -> int:
        """Counts up with every change of a document; derived things name the one they were made from."""
        return int(self.meta("generation") or 0)

    def meta(self, name: str) -> str | None:
        """Returns the value kept under ``name``, or None."""
        row = self.sql.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set_meta(self, name: str, value: str) -> None:
        """Keeps ``value`` under ``name``."""
        self.sql.execute("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", (name, value))

    def record_model(self, name: str | None) -> None:
        """Notes which embedding model made the vectors, or that there are none."""
        if name is None:
            self.sql.execute("DELETE FROM meta WHERE name = 'model'")
        else:
            self.set_meta("model", name)

    def corpus_hash(self) -> str:
        """Returns a hex digest of what the archive holds: ids, bytes and the way they were processed."""
        digest = hashlib.sha256()
        for row in self.sql.execute("SELECT id, sha256, fingerprint, answers FROM documents ORDER BY id"):
            digest.update("\0".join(row).encode() + b"\n")
        return digest.hexdigest()

    def damage(self) -> list[str]:
        """Returns what SQLite finds wrong with the file and its references; empty when all is well."""
        found = [str(row[0]) for row in self.sql.execute("PRAGMA integrity_check") if row[0] != "ok"]
        found += [
            f"table {row[0]}, row {row[1]}: refers to a missing row of {row[2]}"
            for row in self.sql.execute("PRAGMA foreign_key_check")
        ]
        return found


def _connected(file: Path) -> sqlite3.Connection:
    """Returns a connection that only reads; also where the folder itself cannot be written."""
    uri = file.absolute().as_uri()
    sql = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        sql.execute("PRAGMA user_version").fetchone()
    except sqlite3.OperationalError as error:
        sql.close()
        waiting = file.with_name(f"{file.name}-wal")
        if os.access(file.parent, os.W_OK) or (waiting.exists() and waiting.stat().st_size):
            raise _unreadable(file, error) from error
        # Without a log to read and a folder to write, nobody can be writing: no lock is needed.
        return sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
    except sqlite3.DatabaseError as error:
        sql.close()
        raise _unreadable(file, error) from error
    return sql


def _unreadable(file: Path, error: sqlite3.Error) -> ArchiveError:
    if getattr(error, "sqlite_errorcode", None) in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return ArchiveError(f"damaged: {error}", str(file), "a backup, or ingest anew")
    return ArchiveError(f"cannot be opened: {error}", str(file), "again, or another --archive DIR")


def _make(folder: Path) -> None:
    """Makes an empty archive beside its place and puts it there whole: no half-made one is ever seen."""
    part = folder / f".{FILE_NAME}.part"
    part.unlink(missing_ok=True)
    with closing(sqlite3.connect(part, isolation_level=None)) as sql:
        sql.executescript(TABLES + "".join(ADDED.values()))
        sql.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        sql.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    part.replace(folder / FILE_NAME)


@contextmanager
def writing_alone(folder: Path) -> Iterator[None]:
    """Holds the archive's write lock; the system frees it when the process ends, however it ends.

    Raises:
        ArchiveError: another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / LOCK, timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            what = "another policytext is writing to it" if busy else f"its lock cannot be taken: {error}"
            advice = "again when it is done" if busy else f"deleting {folder / LOCK}"
            raise ArchiveError(what, str(folder), advice) from error
        yield
