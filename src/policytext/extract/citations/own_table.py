"""A user's own table of Acts: what our gazetteer has no identifier for may have one there."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from policytext.annotation import Citation
from policytext.extract.citations.gazetteer import fold_title

COLUMNS = ("title", "year", "chapter", "uri")
"""The columns that a table must have; ``aliases``, parted by ";", is a fifth that it may have."""
_CLASSES = frozenset({"act", "bill", "section", "regulations"})
_YEAR = re.compile(r"1[0-9]\d\d|20\d\d")
_ENDING = re.compile(r" (1[0-9]\d\d|20\d\d)\s*$")
_URI = re.compile(r"\S+")
_SURE = 0.9


@dataclass(frozen=True, slots=True)
class OwnAct:
    """What a user's table says of one instrument."""

    chapter: str | None
    uri: str


Table = Mapping[tuple[str, int], OwnAct]
"""Instruments by folded title without its year, and year."""


def read_table(path: Path) -> Table:
    """Returns a user's table of instruments, a csv in UTF-8 with a header.

    Raises:
        ValueError: the file cannot be read, or a cell is not what it should be; the message names file, row
            (the header is row 1) and column.
    """
    found: dict[tuple[str, int], OwnAct] = {}
    for number, row in _rows(path):
        year = _cell(path, number, row, "year", _YEAR, "a year of four digits")
        title = _cell(path, number, row, "title", re.compile(r".*\w.*"), "a title")
        uri = _cell(path, number, row, "uri", _URI, "an identifier without blanks")
        act = OwnAct((row["chapter"] or "").strip() or None, uri)
        aliases = [alias for alias in (row.get("aliases") or "").split(";") if alias.strip()]
        for column, name in (("title", title), *(("aliases", alias) for alias in aliases)):
            ending = _ENDING.search(name)
            if ending is not None and ending[1] != year:
                raise ValueError(_told(path, number, column, f"{name.strip()!r} is not of {year}"))
            known = found.setdefault((_folded(name, int(year)), int(year)), act)
            if known != act:
                raise ValueError(_told(path, number, column, f"{name.strip()!r} of {year} stands twice"))
    return MappingProxyType(found)


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
            if missing:
                raise ValueError(_told(path, 1, missing[0], "there is no such column"))
            for row in reader:
                if any(cell.strip() for cell in row.pop(None, ())):
                    raise ValueError(f"{path}, row {reader.line_num}: more cells than columns")
                yield reader.line_num, row
    except OSError as error:
        raise ValueError(f"{path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: not UTF-8") from error
    except csv.Error as error:
        raise ValueError(f"{path}, row {reader.reader.line_num}: no csv ({error})") from error


def _cell(
    path: Path, number: int, row: Mapping[str, str | None], column: str, form: re.Pattern[str], what: str
) -> str:
    value = (row[column] or "").strip()
    if not form.fullmatch(value):
        raise ValueError(_told(path, number, column, f"{value!r} is not {what}"))
    return value


def _told(path: Path, number: int, column: str, what: str) -> str:
    return f"{path}, row {number}, column {column}: {what}"


def _folded(title: str, year: int) -> str:
    """Returns a title folded, with or without the year behind it."""
    return fold_title(title.strip()).removesuffix(f" {year}")


def with_own(citations: Iterable[Citation], table: Table) -> list[Citation]:
    """Returns citations, those of our tables' unknown instruments with what the user's table says of them.

    Only a citation without an identifier is looked up, by title and year; its rule becomes
    ``<rule>+own-table``. A title that stands in the text is then sure to 0.9 at least; what only points back
    ("the Act") is no surer than before.
    """
    return [_known(citation, table) for citation in citations]


def _known(citation: Citation, table: Table) -> Citation:
    title, year = citation.title, citation.year
    if citation.uri or citation.cls not in _CLASSES or not title or year is None:
        return citation
    own = table.get((_folded(title, year), year))
    if own is None:
        return citation
    printed = citation.antecedent is None
    return replace(
        citation,
        uri=own.uri,
        chapter=own.chapter or citation.chapter,
        rule=f"{citation.rule}+own-table",
        confidence=max(citation.confidence, _SURE) if printed else citation.confidence,
    )
