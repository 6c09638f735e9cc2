"""A SQLite file of the whole archive for others: flat, documented, searchable; Datasette serves it.

It is not the archive, whose inside may change: tables are the layers under their names, with keys, full-text
search and views (`export.files.sqlite_schema`). Built beside and copied to the stream; the same archive and
provenance give the same bytes.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from policytext.errors import IndexUnavailable, NotFound
from policytext.export.claims import recurrence_rows
from policytext.export.columns import COLUMNS
from policytext.export.files.sqlite_schema import TABLES, VIEWS, Table
from policytext.export.layers import layer_rows
from policytext.store.archive import Archive
from policytext.store.claims import stored_claims
from policytext.store.reader import speakers
from policytext.store.topics import read_topics
from policytext.text.edtf import bounds

Row = Mapping[str, Any]

_TYPES = {"int": "INTEGER", "real": "REAL"}
_SEARCHED = {"passages": ("text", "section"), "statements": ("text", "canonical")}
_DATED = {
    "documents": (("publication_date", "published"),),
    "statements": (("statement_date", "said"), ("publication_date", "published")),
    "claims": (("statement_date", "said"), ("publication_date", "published")),
    "dates": (("edtf", "date"),),
}
"""Of a layer, its columns with EDTF dates, and what the columns with their first and last day begin with."""


def write_layer(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes all layers as one database; what was not made yet leaves its tables empty (`missing`)."""
    del layer  # there is one: all
    with tempfile.TemporaryDirectory(prefix="policytext-") as folder:
        built = Path(folder) / "built.db"
        with closing(sqlite3.connect(built, isolation_level=None)) as sql:
            _build(sql, archive, provenance)
        with built.open("rb") as file:
            shutil.copyfileobj(file, stream)


def missing(archive: Archive) -> list[str]:
    """Returns a line for each thing that was not made yet, or was made of other papers."""
    return list(_missing(archive).values())


def _missing(archive: Archive) -> dict[str, str]:
    looked: tuple[tuple[str, Callable[[Archive], object]], ...] = (
        ("speakers", speakers),
        ("claims", stored_claims),
        ("topics", read_topics),
    )
    found = {}
    for name, look in looked:
        try:
            look(archive)
        except (NotFound, IndexUnavailable) as error:
            found[name] = f"{name}: {error.what} (try: {error.advice})"
    return found


def _build(sql: sqlite3.Connection, archive: Archive, provenance: Mapping[str, Any]) -> None:
    for pragma in ("page_size = 4096", "journal_mode = OFF", "synchronous = OFF"):
        sql.execute(f"PRAGMA {pragma}")
    without = _missing(archive)
    absent = {table for name in without for table in _NEEDS[name]}
    sql.execute("BEGIN")
    for name, table in TABLES.items():
        sql.execute(_definition(name, table))
        if name == "about":
            _fill(sql, name, table, _about(provenance, without))
        elif name not in absent:
            _fill(sql, name, table, _ROWS[name](archive))
    for name, table in TABLES.items():
        for column in table.indexed:
            sql.execute(f'CREATE INDEX "{name}_by_{column}" ON "{name}" ("{column}")')
    for name, columns in _SEARCHED.items():
        _make_searchable(sql, name, columns)
    for name, view in VIEWS.items():
        sql.execute(f'CREATE VIEW "{name}" AS {view.sql}')
    sql.execute("ANALYZE")
    sql.execute("COMMIT")


def _definition(name: str, table: Table) -> str:
    parts = []
    for column in table.columns:
        key = " PRIMARY KEY" if column.name == table.key else ""
        points = _reference(table.points[column.name]) if column.name in table.points else ""
        parts.append(f'"{column.name}" {_TYPES.get(column.kind, "TEXT")}{key}{points}')
    if table.key is None:  # all of what points elsewhere, together
        parts.append("PRIMARY KEY ({})".format(", ".join(f'"{c}"' for c in _key_of(table))))
    return f'CREATE TABLE "{name}" (\n  ' + ",\n  ".join(parts) + "\n)"


def _reference(table: str) -> str:
    """Returns what points to a table; Datasette asks for the column's name, SQLite would not."""
    return f' REFERENCES "{table}" ("{TABLES[table].key}")'


def _key_of(table: Table) -> list[str]:
    return [c for c in table.names if c in table.points and c != "document"]


def _fill(sql: sqlite3.Connection, name: str, table: Table, rows: Iterable[Row]) -> None:
    marks = ", ".join("?" * len(table.columns))
    columns = table.names
    cells = (tuple(_cell(row[column]) for column in columns) for row in rows)
    sql.executemany(f'INSERT INTO "{name}" VALUES ({marks})', cells)


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple, dict)):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if isinstance(value, str):  # a lone surrogate has no bytes
        return value.encode("utf-8", "backslashreplace").decode()
    return value


def _make_searchable(sql: sqlite3.Connection, name: str, columns: tuple[str, ...]) -> None:
    """Adds a full-text index that leans on the table; its words are stemmed, accents do not matter."""
    listed = ", ".join(f'"{column}"' for column in columns)
    sql.execute(
        f'CREATE VIRTUAL TABLE "{name}_fts" USING fts5({listed}, content="{name}", '
        "tokenize='porter unicode61 remove_diacritics 2')"
    )
    sql.execute(f'INSERT INTO "{name}_fts" ("{name}_fts") VALUES (\'rebuild\')')
    sql.execute(f'INSERT INTO "{name}_fts" ("{name}_fts") VALUES (\'optimize\')')


def _about(provenance: Mapping[str, Any], without: Mapping[str, str]) -> Iterator[Row]:
    for name, value in provenance.items():
        yield {"name": name, "value": value}
    for name, words in without.items():
        yield {"name": f"missing: {name}", "value": words}


def _layer(name: str) -> Callable[[Archive], Iterator[Row]]:
    """Returns what reads a layer, its rows counted and with the days of their dates."""

    def rows(archive: Archive) -> Iterator[Row]:
        for number, row in enumerate(layer_rows(archive, name), 1):
            yield {"number": number, **row, **_days(name, row)}

    return rows


def _days(layer: str, row: Row) -> dict[str, str | None]:
    days: dict[str, str | None] = {}
    for column, prefix in _DATED.get(layer, ()):
        days[f"{prefix}_earliest"], days[f"{prefix}_latest"] = _bounds(row[column])
    return days


@lru_cache(maxsize=4096)
def _bounds(edtf: str | None) -> tuple[str | None, str | None]:
    return bounds(edtf) if edtf else (None, None)


def _speakers(archive: Archive) -> Iterator[Row]:
    for speaker in sorted(speakers(archive), key=lambda s: s.id):
        yield {name: getattr(speaker, name) for name in speaker.__slots__}


def _said_by(archive: Archive) -> Iterator[Row]:
    rows = archive.sql.execute(
        "SELECT s.id AS statement, y.person AS speaker, y.ordinal + 1 AS place FROM sayers y "
        "JOIN statements s ON s.key = y.statement ORDER BY s.id, y.ordinal"
    )
    return map(dict, rows)


def _codebook(archive: Archive) -> Iterator[Row]:
    found = zip(stored_claims(archive), recurrence_rows(archive), strict=True)
    for place, (claim, row) in enumerate(found, 1):
        yield {**row, "id": claim.id, "place": place, "says": claim.says, "denies": claim.denies}


def _topics(archive: Archive) -> Iterator[Row]:
    for topic in read_topics(archive)[1]:
        row = {name: getattr(topic, name) for name in topic.__slots__}
        yield {**row, "terms": [term.printed for term in topic.terms]}


_ROWS: dict[str, Callable[[Archive], Iterator[Row]]] = {
    **{name: _layer(name) for name in COLUMNS if name != "topics"},
    "speakers": _speakers,
    "said_by": _said_by,
    "codebook": _codebook,
    "topics": _topics,
    "topic_passages": _layer("topics"),
}
_NEEDS = {
    "speakers": ("speakers", "said_by"),
    "claims": ("codebook", "claims"),
    "topics": ("topics", "topic_passages"),
}
"""The tables that stay empty where one of `_missing` is."""
