"""The catalogue: what the curator of a collection knows of each file, in ``catalogue.csv``.

Header ``file,title,authors,publisher,date,kind,rights``; only ``file`` must be there, other columns are left
alone. Dates are EDTF. Comma or (as Excel writes in Europe) semicolon; a byte-order mark and CRLF are fine.
"""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from policytext.document import Fact, Metadata
from policytext.errors import CatalogueError, UnreadableSource
from policytext.ingest.decoding import decode
from policytext.ingest.discovery import CATALOGUE_NAME, Found
from policytext.ingest.readers import stated
from policytext.text import edtf

COLUMNS = ("file", "title", "authors", "publisher", "date", "kind", "rights")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Rows by file name as the catalogue writes it (posix, relative to the catalogue's folder)."""

    path: str
    rows: Mapping[str, Metadata]

    @property
    def files(self) -> tuple[str, ...]:
        """The files listed, in the catalogue's order."""
        return tuple(self.rows)

    @classmethod
    def load(cls, path: Path) -> Catalogue:
        """Returns the catalogue at ``path``.

        Raises:
            CatalogueError: it cannot be read, has no ``file`` column, names a file twice, or has a date that
                is no EDTF; the row number is said, the header being row 1.
        """
        text = _text(path)
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
        rows: dict[str, Metadata] = {}
        try:
            for number, row in _rows(reader, str(path)):
                name = _normal(row["file"])
                if name in rows:
                    raise CatalogueError(f"row {number}: {name} is listed twice", str(path), "one row a file")
                rows[name] = _metadata(row, number, str(path))
        except csv.Error as error:
            raise CatalogueError(
                f"line {reader.line_num}: {error}", str(path), "closing the quotation marks of this row"
            ) from error
        return cls(str(path), rows)

    @staticmethod
    def beside(paths: Sequence[Path]) -> dict[Path, Catalogue]:
        """Returns the catalogues that lie in the folders of ``paths``, by folder as given.

        The folder of a file is the one it lies in. Raises CatalogueError as ``load`` does.
        """
        folders = dict.fromkeys(p if p.is_dir() else p.parent for p in paths)
        return {f: Catalogue.load(f / CATALOGUE_NAME) for f in folders if (f / CATALOGUE_NAME).is_file()}

    def metadata(self, found: Found) -> Metadata | None:
        """Returns the row of a file: by relative path, else by name; None where it is not listed.

        A line of JSON Lines may have a row of its own (``file.jsonl#KEY``). Where it has none, the row of its
        file says only what the line does not say itself: one date cannot be that of every speech.
        """
        own = self._row(found.relative, found.name)
        if own is not None or found.format != "jsonl":
            return own
        common = self._row(found.relative.partition("#")[0], found.name.partition("#")[0])
        return None if common is None else _unsaid(common, found)

    def row_of(self, found: Found) -> str | None:
        """Returns the ``file`` of the row that a file, or the file of a line, is described by."""
        places = [found.relative, found.name]
        places += [place.partition("#")[0] for place in places if found.format == "jsonl"]
        return next((name for place in places if (name := _normal(place)) in self.rows), None)

    def _row(self, *names: str) -> Metadata | None:
        return next((row for name in names if (row := self.rows.get(_normal(name)))), None)

    def unused(self, seen: Collection[str]) -> tuple[str, ...]:
        """Returns the files listed that are not in ``seen`` (names or relative paths), in order."""
        met = {n for name in seen for n in (_normal(name), _normal(name.split("#", 1)[0]))}
        return tuple(name for name in self.rows if name not in met)


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogueError(
            f"cannot be read: {(error.strerror or str(error)).lower()}", str(path)
        ) from error
    try:
        text = decode(data).text
    except UnreadableSource as error:
        raise CatalogueError(error.what, str(path), error.advice) from error
    if "\0" in text:
        raise CatalogueError("is binary, not CSV", str(path), "saving it as CSV (UTF-8)")
    return text


def _delimiter(text: str) -> str:
    """Semicolon where the header has one and no comma: names of columns hold neither."""
    header = text.lstrip().partition("\n")[0]
    return (
        ";"
        if header.count(";") > header.count(",")
        else "\t"
        if "\t" in header and "," not in header
        else ","
    )


def _rows(reader: Iterator[list[str]], where: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yields every row that is not blank with its number in the table."""
    header: list[str] | None = None
    for number, cells in enumerate(reader, 1):
        values = [" ".join(c.split()) for c in cells]
        if not any(values):
            continue
        if header is None:
            header = [v.lower() for v in values]
            _check_header(header, where)
            continue
        row = dict.fromkeys(COLUMNS, "") | dict(zip(header, values, strict=False))
        if not row["file"]:
            raise CatalogueError(f"row {number}: names no file", where, "filling its file column")
        if len(values) > len(header) and any(values[len(header) :]):
            raise CatalogueError(
                f"row {number}: more cells than columns", where, 'quoting "cells, with commas" of this row'
            )
        yield number, row
    if header is None:
        raise CatalogueError("is empty", where, f"a header: {','.join(COLUMNS)}")


def _check_header(header: list[str], where: str) -> None:
    if "file" not in header:
        raise CatalogueError("row 1: no column named file", where, f"a header: {','.join(COLUMNS)}")
    twice = sorted({h for h in header if h in COLUMNS and header.count(h) > 1})
    if twice:
        raise CatalogueError(f"row 1: column {twice[0]} stands twice", where)


def _metadata(row: Mapping[str, str], number: int, where: str) -> Metadata:
    date = row["date"]
    if date and not edtf.is_valid(date):
        raise CatalogueError(
            f"row {number}: {date!r} is no EDTF date", where, "1958-06-03, 1958-06, 1958, 195X or 1958?"
        )
    facts = {c: Fact(row[c], "catalogue") if row[c] else None for c in COLUMNS[1:] if c != "date"}
    return Metadata(publication_date=Fact(date, "catalogue") if date else None, **facts)


def _unsaid(row: Metadata, found: Found) -> Metadata:
    """Returns the facts of ``row`` that the line does not state."""
    try:
        record = json.loads(found.data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return row  # the reader will refuse the line, and say why
    said = stated(record)[0] if isinstance(record, dict) else Metadata()
    return Metadata(**{f.name: None if getattr(said, f.name) else getattr(row, f.name) for f in fields(row)})


def _normal(name: str) -> str:
    """Returns a name as files are compared: composed Unicode, forward slashes, no leading ``./``."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")
