"""Which files become documents: walks folders, reads one file (or one line of JSON Lines) at a time.

Kinds of file, told by suffix:

- ``.txt .text`` text, ``.md .markdown`` markdown, ``.html .htm .xhtml`` html, ``.jsonl .ndjson`` JSON Lines,
  each line a source of its own, ``.pdf`` PDF, ``.docx`` Word, ``.hocr`` hOCR;
- ``.xml`` is ALTO or hOCR by what is in it, and so may ``.html`` be hOCR; other XML is reported as skipped;
- documents that cannot be read yet (``.doc``, ``.odt`` and the like) are reported as skipped;
- in a folder, hidden files, ``catalogue.csv``, office lock files (``~$...``) and files of every other suffix
  (``.csv``, ``.png``, ``.py``, ``LICENSE``) are passed over without a word. A file that is named outright is
  tried whatever its suffix; nothing but its bytes decides.

A file that is reached twice is read once. Nothing here raises for a bad file: it becomes one ``Skipped``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from policytext.document import SourceFormat
from policytext.ingest.sniffing import is_hocr, kind_of_any, kind_of_xml, xml_root

FORMATS: dict[str, SourceFormat] = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".pdf": "pdf",
    ".docx": "docx",
    ".hocr": "hocr",
    ".xml": "alto",
}
"""Readable suffixes, in lower case. What is in a file of ``.html`` or ``.xml`` may still say otherwise."""

NOT_READ_YET: frozenset[str] = frozenset({".doc", ".odt", ".rtf", ".epub"})
"""Suffixes of documents that are reported, not passed over, because they cannot be read."""

CATALOGUE_NAME = "catalogue.csv"
_LINE_NAME = re.compile(r"L\d+")
_LONGEST_KEY = 200  # a longer id names nothing that a reader could quote
_KEYS = ("id", "_id", "doc_id")


@dataclass(frozen=True, slots=True)
class Found:
    """A file's bytes, or one line's, as met on disk.

    ``path`` is absolute and resolved, ``relative`` posix and relative to the folder that was asked for (the
    file's name, for a file named outright). All three of ``path``, ``name`` and ``relative`` end in ``#KEY``
    for a line of JSON Lines: KEY is the line's ``id`` (``_id``, ``doc_id``), else ``L`` and the line number.
    """

    path: str
    name: str
    relative: str
    format: SourceFormat
    data: bytes
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file, folder or line that was left out, and why; ``path`` and ``name`` as in ``Found``."""

    path: str
    name: str
    reason: str
    advice: str = ""

    def __str__(self) -> str:
        """One line: ``name: reason (try: advice)``."""
        hint = f" (try: {self.advice})" if self.advice else ""
        return " ".join(f"{self.name}: {self.reason}{hint}".split())


def discover(paths: Sequence[Path]) -> Iterator[Found | Skipped]:
    """Yields every source under ``paths`` in order: as given, folders sorted by name, files before folders.

    Bytes are read only when the item is asked for, so a large collection is never held whole.
    """
    seen: set[str] = set()
    for path in paths:
        try:
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            yield _skipped(path, _reason(error), "another path; is it spelled right?")
            continue
        if stat.S_ISDIR(mode):
            yield from _folder(path, seen)
        else:
            yield from _file(path, path.name, seen, outright=True)


def _folder(root: Path, seen: set[str]) -> Iterator[Found | Skipped]:
    """Yields what is under ``root``, without recursion: a deep tree must not exhaust the stack."""
    entered: set[tuple[int, int]] = set()
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            status = folder.stat()
            children = sorted(folder.iterdir(), key=lambda p: p.name)
        except OSError as error:
            yield _skipped(folder, _reason(error), "reading rights for this folder")
            continue
        if (status.st_dev, status.st_ino) in entered:
            yield _skipped(folder, "leads back to a folder that was read already", "removing this link")
            continue
        entered.add((status.st_dev, status.st_ino))
        folders: list[Path] = []
        for child in children:
            yield from _child(root, child, folders, seen)
        waiting += reversed(folders)


def _child(root: Path, child: Path, folders: list[Path], seen: set[str]) -> Iterator[Found | Skipped]:
    """Yields what one entry of a folder holds; a folder is put by instead."""
    suffix = child.suffix.lower()
    if child.name.startswith((".", "~$")) or child.name == CATALOGUE_NAME:
        return
    promising = suffix in FORMATS or suffix in NOT_READ_YET
    try:
        folder = stat.S_ISDIR(child.stat().st_mode)
    except OSError as error:
        if promising or not suffix:  # what has no suffix may have been a folder
            yield _skipped(child, _reason(error), "reading rights, or mending the link")
        return
    if not folder:
        if promising:
            yield from _file(child, child.relative_to(root).as_posix(), seen, outright=False)
    elif suffix in FORMATS:
        yield _skipped(child, "is a folder named like a file", "naming this folder outright")
    else:
        folders.append(child)


def _file(path: Path, relative: str, seen: set[str], *, outright: bool) -> Iterator[Found | Skipped]:
    suffix = path.suffix.lower()
    try:
        resolved = str(path.resolve(strict=True))
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, RuntimeError) as error:  # 3.11 and 3.12 raise RuntimeError for a loop of links
        yield _skipped(path, _reason(error), "reading rights, or a file that is still there")
        return
    if resolved in seen:
        return
    seen.add(resolved)
    if not regular:
        yield _skipped(path, "is no regular file", "copying its contents into a .txt file")
    elif suffix in NOT_READ_YET:
        yield _skipped(path, f"not read yet: {suffix}", "converting it to .docx, .pdf, .txt or .html")
    elif FORMATS.get(suffix) == "jsonl":
        yield from _lines(path, _printable(resolved), _printable(relative))
    else:
        yield _whole(path, _printable(resolved), _printable(relative), outright=outright)


def _whole(path: Path, resolved: str, relative: str, *, outright: bool) -> Found | Skipped:
    try:
        data = path.read_bytes()
    except OSError as error:
        return _skipped(path, _reason(error), "reading rights for this file")
    suffix = path.suffix.lower()
    kind: SourceFormat | None = FORMATS.get(suffix, "text")
    if suffix == ".xml":
        kind = kind_of_xml(data)
    elif kind == "html" and is_hocr(data):
        kind = "hocr"
    elif outright and suffix not in FORMATS:
        kind = kind_of_any(data)
    if kind is None:
        return _skipped(path, *_other_xml(data))
    return _found(resolved, _printable(path.name), relative, kind, data)


def _other_xml(data: bytes) -> tuple[str, str]:
    """Returns why XML of another kind is not read, and what to try."""
    if not data:
        return "is empty", ""
    root = xml_root(data)
    if not root:
        return "is no XML", "another suffix, if it is text"
    if root.lower() == "html":
        return "is a web page without OCR", "another suffix: .html"
    advice = "ALTO or hOCR, as OCR engines write them, or its text as .txt"
    return f"is XML of another kind (its root is <{root}>)", advice


def _lines(path: Path, resolved: str, relative: str) -> Iterator[Found | Skipped]:
    """Yields one ``Found`` for every line that is not blank."""
    name, taken = _printable(path.name), set[str]()
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if number == 1 and line.startswith((b"\xff\xfe", b"\xfe\xff")):
                    yield _skipped(path, "JSON Lines must be UTF-8, this is UTF-16", "saving it as UTF-8")
                    return
                data = line.rstrip(b"\r\n")
                if not data.strip():
                    continue
                key = _key(data, number, taken)
                yield _found(f"{resolved}#{key}", f"{name}#{key}", f"{relative}#{key}", "jsonl", data)
    except OSError as error:
        yield _skipped(path, _reason(error), "reading rights for this file")


def _key(data: bytes, number: int, taken: set[str]) -> str:
    """Returns the line's own id where it is usable and new in this file, else ``L`` and its number."""
    own = f"L{number}"
    try:
        record = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return own
    values = [record.get(k) for k in _KEYS] if isinstance(record, dict) else []
    for value in values:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # noqa: PLW2901 - an id is a name
        if not isinstance(value, str) or not value.strip():
            continue
        # "L7" as an id of line 3 would take the name that line 7 may need.
        usable = len(value) <= _LONGEST_KEY and value.isprintable() and not _LINE_NAME.fullmatch(value)
        if usable and value not in taken:
            taken.add(value)
            return value
        break
    return own


def _found(path: str, name: str, relative: str, kind: SourceFormat, data: bytes) -> Found:
    return Found(path, name, relative, kind, data, hashlib.sha256(data).hexdigest(), len(data))


def _skipped(path: Path, reason: str, advice: str = "") -> Skipped:
    return Skipped(_printable(os.path.abspath(path)), _printable(path.name or str(path)), reason, advice)  # noqa: PTH100 - resolve() would raise on a loop of links


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, OSError) and error.strerror:
        return f"cannot be read: {error.strerror.lower()}"
    return (
        "cannot be read: a loop of links" if isinstance(error, RuntimeError) else f"cannot be read: {error}"
    )


def _printable(name: str) -> str:
    """Returns a name that can be stored: bytes that are not UTF-8 come as lone surrogates on Linux."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
