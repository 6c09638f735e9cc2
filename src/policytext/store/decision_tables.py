"""Tables in which people decide: read from what spreadsheets write, kept whole, added to.

Such a table is the person's file: rows that say nothing yet, or nothing that can be understood, and columns
of their own are kept when others are added.

**Spreadsheets change what they read**: ``=1+1`` becomes a sum, ``1/2`` a day in February, ``007`` a 7. So a
text that is not plain words is written behind one apostrophe, which `unguarded` takes away again.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from policytext.errors import BadRequest

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what Excel calls "Unicode text", with tabs

D = TypeVar("D")


def _is_plain(text: str) -> bool:
    """Whether ``text`` is words without a figure: dates, sums and numbers are what spreadsheets make over."""
    return (
        text[:1].isalpha()
        and not any(c.isnumeric() or c in "\t\r\n" for c in text)
        and text.strip().lower() not in {"true", "false"}
    )


def is_name(text: str) -> bool:
    """Whether a file's name needs no guard."""
    return text[:1].isalnum()


def guarded(text: str, is_plain: Callable[[str], bool] = _is_plain) -> str:
    """Returns ``text`` as a cell that every spreadsheet leaves as it is."""
    return text if is_plain(text.lstrip("'")) else f"'{text}"


def unguarded(cell: str, is_plain: Callable[[str], bool] = _is_plain) -> str:
    """Returns the text that `guarded` made ``cell`` from; a cell typed by hand is mostly its own text."""
    return cell[1:] if cell.startswith("'") and not is_plain(cell.lstrip("'")) else cell


@dataclass(frozen=True, slots=True)
class Row(Generic[D]):
    """A row of a table: its line, counted from 1, its cells by column, and the decision, if it holds one."""

    line: int
    cells: Mapping[str, str]
    decision: D | None


@dataclass(frozen=True, slots=True)
class Table(Generic[D]):
    """A table as read; ``faults`` are one line for each row that cannot be understood."""

    columns: tuple[str, ...]
    rows: tuple[Row[D], ...] = ()
    faults: tuple[str, ...] = ()


def read_table(
    path: Path,
    columns: Sequence[str],
    needed: Sequence[str],
    decision: Callable[[Mapping[str, str]], D | None],
) -> Table[D]:
    """Returns the table at ``path``. A bad row is a line of its ``faults``, the others count.

    Args:
        path: the file; commas, semicolons or tabs part its cells.
        columns: of a whole table, for messages.
        needed: those without which nothing can be read.
        decision: what a row's cells decide, None where nobody has decided; raises ValueError saying what is
            wrong with them.

    Raises:
        BadRequest: it cannot be read, is neither UTF-8 nor UTF-16 with its mark, or lacks a column.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-16" if data.startswith(_UTF16) else "utf-8-sig")
    except OSError as error:
        raise BadRequest(f"cannot be read: {(error.strerror or str(error)).lower()}", str(path)) from error
    except UnicodeDecodeError as error:
        raise BadRequest("is not UTF-8", str(path), 'saving it as "CSV UTF-8"') from error
    try:
        return _parsed(text, path, (columns, needed), decision)
    except csv.Error as error:
        raise BadRequest(f"is no CSV: {error}", str(path), "closing its quotation marks") from error


def _parsed(
    text: str,
    path: Path,
    asked: tuple[Sequence[str], Sequence[str]],
    decision: Callable[[Mapping[str, str]], D | None],
) -> Table[D]:
    header = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # Excel writes semicolons where the comma is the decimal point
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: tuple[str, ...] | None = None
    rows: list[Row[D]] = []
    faults: list[str] = []
    ended = 0
    for cells in reader:
        line, ended = ended + 1, reader.line_num
        if not any(c.strip() for c in cells):
            continue
        if columns is None:
            columns = _columns(cells, path, asked)
            continue
        named = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
        try:
            rows.append(Row(line, named, decision(named)))
        except ValueError as error:
            rows.append(Row(line, named, None))
            faults.append(f"{path.name}, line {line}: {error}")
    if columns is None:
        raise BadRequest("is empty", str(path), _header(asked))
    return Table(columns, tuple(rows), tuple(faults))


def _columns(cells: Sequence[str], path: Path, asked: tuple[Sequence[str], Sequence[str]]) -> tuple[str, ...]:
    columns = tuple(c.strip().lower() or f"column {n}" for n, c in enumerate(cells, 1))
    missing = [name for name in asked[1] if name not in columns]
    if missing:
        raise BadRequest(f"has no column named {missing[0]}", str(path), _header(asked))
    return columns


def _header(asked: tuple[Sequence[str], Sequence[str]]) -> str:
    return f"a header: {','.join(asked[0])}"


def source_of(cells: Mapping[str, str]) -> str:
    """Returns the source that a row names. Raises ValueError where it names none."""
    source = unguarded(cells["source"].strip(), is_name)
    if not source:
        raise ValueError("names no source")
    return source


def offset(cells: Mapping[str, str], name: str) -> int:
    """Returns the offset in the cell ``name``. Raises ValueError where there is none."""
    cell = cells[name].strip()
    if not (cell.isascii() and cell.isdigit() and len(cell) < 16):
        raise ValueError(f"{name} is no offset: {cell[:20]!r}")
    return int(cell)


def text_of(cell: str, length: int) -> str:
    """Returns the text of a cell, which is known to be so long.

    A spreadsheet may have rewritten the line ends, a hand may have left the apostrophe away.

    Raises:
        ValueError: it has another length.
    """
    if length < 0:
        raise ValueError("end stands before start")
    for text in (unguarded(cell), cell):
        for ending in ("", "\r\n", "\n"):
            told = re.sub(r"\r?\n", ending, text) if ending else text
            if len(told) == length:
                return told
    raise ValueError(f"text has {len(unguarded(cell))} characters, but start and end hold {length}")


def normal(name: str) -> str:
    """Returns a source's name as names are compared."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")


def csv_lines(columns: Sequence[str], rows: Iterable[Iterable[str]]) -> Iterator[bytes]:
    """Yields the file: UTF-8 with a byte-order mark (Excel asks for one), CRLF, cells as given."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    for row in (columns, *rows):
        writer.writerow(row)
        yield text.getvalue().encode("utf-8", "backslashreplace")
        text.seek(0)
        text.truncate()
