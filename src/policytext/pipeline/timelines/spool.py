"""Many witnesses in little memory: written document by document, read in the order of time."""

from __future__ import annotations

import json
import sqlite3
import weakref
from collections.abc import Collection, Iterator
from dataclasses import fields
from typing import Any

from policytext.analysis.witness import Witness

_FIELDS = tuple(field.name for field in fields(Witness))

_TABLE = """
CREATE TABLE witnesses (
  said TEXT, printed TEXT, document TEXT, start INTEGER, end INTEGER, id TEXT, facts TEXT NOT NULL
)
"""
_INDEX = "CREATE INDEX in_time ON witnesses (said, printed, document, start, end, id)"
_IN_ORDER = "SELECT facts FROM witnesses ORDER BY said, printed, document, start, end, id"


class Spool(Collection[Witness]):
    """Witnesses in the order of `Witness.order`, whatever the order they were added in.

    They lie in a temporary SQLite file that is gone with the spool; a few megabytes of it are in memory. It
    can be gone through again and again, also while it is gone through.
    """

    def __init__(self) -> None:
        # An empty name is SQLite's for a private file that it deletes itself (sqlite.org/inmemorydb.html).
        self._sql = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._sql.execute("PRAGMA cache_size = -4096")
        self._sql.execute("PRAGMA synchronous = OFF")
        self._sql.execute("PRAGMA journal_mode = OFF")
        self._sql.execute(_TABLE)
        self._sql.execute("BEGIN")
        self._count = 0
        self._sorted = False
        weakref.finalize(self, self._sql.close)

    def add(self, witness: Witness) -> None:
        """Adds a witness. Raises RuntimeError once the spool was read."""
        if self._sorted:
            raise RuntimeError("witnesses are added before they are read")
        facts = json.dumps([getattr(witness, name) for name in _FIELDS])
        self._sql.execute("INSERT INTO witnesses VALUES (?, ?, ?, ?, ?, ?, ?)", (*witness.order, facts))
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Witness]:
        if not self._sorted:
            self._sql.execute(_INDEX)
            self._sql.execute("COMMIT")
            self._sorted = True
        for row in self._sql.execute(_IN_ORDER):
            yield _witness(json.loads(row[0]))

    def __contains__(self, witness: object) -> bool:
        return any(found == witness for found in self)


def _witness(values: list[Any]) -> Witness:
    facts = dict(zip(_FIELDS, values, strict=True))
    if facts["spans"] is not None:  # JSON has no tuples
        facts["spans"] = tuple(tuple(span) for span in facts["spans"])
    return Witness(**facts)
