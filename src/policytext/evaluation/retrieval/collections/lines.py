"""Files of collections, line by line: UTF-8, also packed with gzip, each fault named with its line."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from policytext.errors import BadRequest, UnreadableSource
from policytext.files import unpacked

_LONGEST = 1 << 26
"""Bytes of the longest line that is read: a packed file of a few kilobytes can hold a line of gigabytes."""
_GRADE = re.compile(r"[+-]?[0-9]{1,9}")
_HALF = re.compile(r"[\ud800-\udfff]")


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yields the lines that are not blank, numbered from 1, a byte order mark left out.

    Raises:
        UnreadableSource: not UTF-8, a NUL in it, a line of more than 64 MB, or damaged gzip.
    """
    with unpacked(path) as file:
        yield from _decoded(file, path)


def _decoded(file: IO[bytes], path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    while raw := _line(file, path, number):
        number += 1
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise UnreadableSource("not UTF-8", f"{path}, line {number}") from error
        if "\0" in line:
            raise UnreadableSource("holds a NUL", f"{path}, line {number}", "a text file saved as UTF-8")
        if line.strip():
            yield number, line


def _line(file: IO[bytes], path: Path, number: int) -> bytes:
    try:
        raw = file.readline(_LONGEST + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableSource("gzip is cut short or damaged", f"{path}, after line {number}") from error
    if len(raw) > _LONGEST:
        raise UnreadableSource("a line of more than 64 MB", f"{path}, line {number + 1}")
    return raw


def objects(path: Path) -> Iterator[tuple[dict[str, Any], str]]:
    """Yields the JSON object of each line, with the words that name the line in an error.

    Raises:
        UnreadableSource: a line is no JSON object, or holds half a character (a lone surrogate).
    """
    for number, line in lines(path):
        where = f"{path}, line {number}"
        try:
            values = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UnreadableSource("not JSON", where) from error
        if not isinstance(values, dict):
            raise UnreadableSource("not a JSON object", where)
        if ("\\ud" in line or "\\uD" in line) and _HALF.search(json.dumps(values, ensure_ascii=False)):
            raise UnreadableSource("holds half a character", where)
        yield values, where


def first_line(path: Path) -> str:
    """Returns the first line that is not blank, without blanks around it; empty where there is none."""
    return next((line.strip() for _, line in lines(path)), "")


def checked_id(told: Any, where: str, called: str = "_id") -> str:
    """Returns an id as text. Raises UnreadableSource where no run can hold it: empty, or with a blank."""
    name = str(told) if isinstance(told, int) and not isinstance(told, bool) else told
    if not isinstance(name, str) or not is_id(name):
        raise UnreadableSource(
            f"not an {called}: {_short(told)}", where, "letters and digits without a blank"
        )
    return name


def is_id(name: str) -> bool:
    """Tells whether a run can hold this id: something, and no blank or control character in it."""
    return name.isprintable() and name.split() == [name]


def kept_id(name: str) -> str:
    """Returns an id that is to be written. Raises BadRequest where no run can hold it."""
    if not is_id(name):
        raise BadRequest(f"an id that no run can hold: {name[:80]!r}", advice="ids without a blank")
    return name


def grade_of(told: str, where: str) -> int:
    """Returns a grade as a qrels file tells it. Raises UnreadableSource where it is no whole number."""
    if not _GRADE.fullmatch(told):
        raise UnreadableSource(f"not a grade: {_short(told)}", where, "a whole number")
    return int(told)


def text_of(values: Mapping[str, Any], field: str, where: str, default: str | None = None) -> str:
    """Returns a field that must be text; null is none. Raises UnreadableSource where it is something else."""
    if field not in values and default is None:
        raise UnreadableSource(f"has no {field}", where)
    told = values.get(field)
    if told is not None and not isinstance(told, str):
        raise UnreadableSource(f"{field} is no text", where)
    return told or ""


def add_grade(qrels: dict[str, dict[str, int]], qid: str, document: str, grade: int, where: str) -> None:
    """Adds a grade to qrels. Raises UnreadableSource where the pair has another already."""
    if qrels.setdefault(qid, {}).setdefault(document, grade) != grade:
        raise UnreadableSource(f"query {qid} and document {document} have two grades", where)


def _short(told: Any) -> str:
    shown = repr(told)
    return shown if len(shown) <= 80 else f"{shown[:79]}…"
