"""Parquet: the tables with their types, for pandas, DuckDB, R and Spark.

Columns have the names and values of the jsonl; what is a list there is a list here, an object is JSON text.
Rows are written in groups, so that a table needs no more memory than one of them. The key ``policytext`` of
the file's metadata says in JSON how it was made.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from policytext.analysis.timeline import Timeline
from policytext.export.columns import COLUMNS, Column, ColumnKind
from policytext.export.layers import layer_rows
from policytext.export.tables import TIMELINE_COLUMNS, timeline_rows
from policytext.store.archive import Archive

METADATA_KEY = "policytext"
_GROUP = 10_000
"""Rows in a group: enough for the compression to pay, some 10 MB of passages."""

_TYPES: dict[ColumnKind, Any] = {
    "text": pa.string(),
    "int": pa.int64(),
    "real": pa.float64(),
    "texts": pa.list_(pa.string()),
    "span": pa.list_(pa.int64()),
    "spans": pa.list_(pa.list_(pa.int64())),
    "json": pa.string(),
}

_TIMELINE_INTS = frozenset(
    {"counts_as_independent", "lag_years_min", "start", "end", "char_start", "char_end", "line_start"}
    | {"edit_distance"}
)
_TIMELINE_REALS = frozenset(
    {"score", "match_score", "confidence", "quality", "ocr_quality", "family_p", "family_q"}
)


def parquet_layer(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes a layer of the archive; typed as `export.columns` says.

    Raises:
        NotFound, IndexUnavailable: as `layer_rows`.
    """
    _write(layer_rows(archive, layer), COLUMNS[layer], provenance, stream)


def parquet_timeline(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes a timeline, a row a witness; dates are text, so that "1956" stays a year."""
    columns = [Column(name, _timeline_kind(name), "") for name in TIMELINE_COLUMNS]
    _write(timeline_rows(timeline), columns, provenance, stream)


def _timeline_kind(name: str) -> ColumnKind:
    return "int" if name in _TIMELINE_INTS else "real" if name in _TIMELINE_REALS else "text"


def _write(
    rows: Iterable[Mapping[str, Any]],
    columns: Iterable[Column],
    provenance: Mapping[str, Any],
    stream: BinaryIO,
) -> None:
    columns = tuple(columns)
    fields = [pa.field(c.name, _TYPES[c.kind], metadata=_described(c)) for c in columns]
    told = json.dumps(provenance, ensure_ascii=False, sort_keys=True)
    schema = pa.schema(fields, metadata={METADATA_KEY: _encodable(told)})
    with pq.ParquetWriter(_Counted(stream), schema) as writer:
        for group in _groups(rows):
            arrays = [
                pa.array([_cell(row[c.name], c.kind) for row in group], type=_TYPES[c.kind]) for c in columns
            ]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _described(column: Column) -> dict[str, str] | None:
    return {"description": column.words} if column.words else None


def _groups(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    waiting = iter(rows)
    while group := list(islice(waiting, _GROUP)):
        yield group


def _cell(value: Any, kind: ColumnKind) -> Any:
    if value is None:
        return None
    if kind == "text":
        return _encodable(value)
    if kind == "texts":
        return [_encodable(text) for text in value]
    if kind == "json":
        return _encodable(json.dumps(value, ensure_ascii=False, sort_keys=True))
    return value


def _encodable(text: str) -> str:
    r"""Returns the text; a lone surrogate, which UTF-8 has no bytes for, as ``\udcXX``."""
    return text.encode("utf-8", "backslashreplace").decode()


class _Counted:
    """A binary stream that knows its position, which pyarrow asks for and a pipe cannot say."""

    def __init__(self, stream: BinaryIO) -> None:
        self._write = cast("Callable[[bytes], int]", stream.write)
        self._at = 0
        self.closed = False

    def write(self, data: bytes) -> int:
        self._write(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        """Leaves flushing to the owner of the stream."""

    def close(self) -> None:
        """Leaves the stream open, since its owner goes on with it."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
