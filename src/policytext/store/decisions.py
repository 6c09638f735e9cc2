"""The decisions file: what people said of single places of the papers, as a table for spreadsheets.

    source,start,end,text,replacement,decision,by,note

``source`` is the file's name, or its path in the folder that was read where several files have one name;
``start``/``end`` are half-open raw offsets, ``text`` is what stands there. ``decision`` is ``accept`` (it is
to read ``replacement``), ``reject`` (it is not; with an empty ``replacement``: nothing is to be changed
there), or empty while nobody has decided. It is the person's file: rows that say nothing yet, or nothing that
can be understood, and columns of their own are kept when others are added.

**Spreadsheets change what they read**: ``=1+1`` becomes a sum, ``1/2`` a day in February, ``007`` a 7. So a
``text`` or ``replacement`` that is not plain words is written behind one apostrophe, which `unguarded` takes
away again. A lone apostrophe is the replacement by nothing; an empty cell is no replacement at all.
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

from policytext.document import Decision
from policytext.errors import BadRequest
from policytext.files import write_bytes

FILE_NAME = "decisions.csv"
COLUMNS = ("source", "start", "end", "text", "replacement", "decision", "by", "note")
_NEEDED = COLUMNS[:6]
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # what Excel calls "Unicode text", with tabs
_HEADER = f"a header: {','.join(COLUMNS)}"


def _is_plain(text: str) -> bool:
    """Whether ``text`` is words without a figure: dates, sums and numbers are what spreadsheets make over."""
    return (
        text[:1].isalpha()
        and not any(c.isnumeric() or c in "\t\r\n" for c in text)
        and text.strip().lower() not in {"true", "false"}
    )


def _is_name(text: str) -> bool:
    return text[:1].isalnum()


def guarded(text: str, is_plain: Callable[[str], bool] = _is_plain) -> str:
    """Returns ``text`` as a cell that every spreadsheet leaves as it is."""
    return text if is_plain(text.lstrip("'")) else f"'{text}"


def unguarded(cell: str, is_plain: Callable[[str], bool] = _is_plain) -> str:
    """Returns the text that `guarded` made ``cell`` from; a cell typed by hand is mostly its own text."""
    return cell[1:] if cell.startswith("'") and not is_plain(cell.lstrip("'")) else cell


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its line, counted from 1, its cells by column, and the decision, if it holds one."""

    line: int
    cells: Mapping[str, str]
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class DecisionsFile:
    """A decisions file as read; ``faults`` are one line for each row that cannot be understood."""

    columns: tuple[str, ...] = COLUMNS
    rows: tuple[Row, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Those in force, in the order of the file."""
        return in_force(row.decision for row in self.rows if row.decision)


def in_force(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Returns the decisions that no later one overrules, in their order.

    A later decision on the same place overrules one on the same replacement or on any, and of two
    replacements that are accepted for one place the later one counts. Rejecting several stands side by side.
    """
    places: dict[tuple[str, int, int], list[Decision]] = {}
    for d in decisions:
        place = places.setdefault((d.source, d.start, d.end), [])
        place[:] = [*(old for old in place if not _overruled(old, d)), d]
    return tuple(d for place in places.values() for d in place)


def _overruled(old: Decision, new: Decision) -> bool:
    if None in (old.replacement, new.replacement) or old.replacement == new.replacement:
        return True
    return old.verdict == new.verdict == "accept"


class Decisions:
    """Decisions by the sources they name."""

    def __init__(self, decisions: Iterable[Decision] = ()) -> None:
        self._by_source: dict[str, list[tuple[int, Decision]]] = {}
        for ordinal, decision in enumerate(decisions):
            self._by_source.setdefault(_normal(decision.source), []).append((ordinal, decision))

    def strangers(self, names: Iterable[str]) -> tuple[str, ...]:
        """Returns the sources that decisions name and that are not among ``names``, in the file's order."""
        known = set(map(_normal, names))
        return tuple(source for source in self._by_source if source not in known)

    def of(self, *names: str) -> tuple[Decision, ...]:
        """Returns the decisions in force on a source that has these names, by place."""
        keys = dict.fromkeys(map(_normal, names))
        found = [pair for key in keys for pair in self._by_source.get(key, [])]
        told = in_force(_renamed(d, names[0]) for _, d in sorted(found, key=lambda pair: pair[0]))
        return tuple(sorted(told, key=lambda d: (d.start, d.end, d.replacement or "", d.verdict)))


def _renamed(decision: Decision, name: str) -> Decision:
    d = decision
    return Decision(name, d.start, d.end, d.text, d.replacement, d.verdict, d.by)


def _normal(name: str) -> str:
    return unicodedata.normalize("NFC", name.replace("\\", "/")).removeprefix("./")


def read_decisions(path: Path) -> DecisionsFile:
    """Returns the decisions file at ``path``. A bad row is a line of its ``faults``, the others count.

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
        return _parsed(text, path)
    except csv.Error as error:
        raise BadRequest(f"is no CSV: {error}", str(path), "closing its quotation marks") from error


def _parsed(text: str, path: Path) -> DecisionsFile:
    header = text.lstrip().partition("\n")[0]
    delimiter = max(",;\t", key=header.count)  # Excel writes semicolons where the comma is the decimal point
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    columns: tuple[str, ...] | None = None
    rows: list[Row] = []
    faults: list[str] = []
    ended = 0
    for cells in reader:
        line, ended = ended + 1, reader.line_num
        if not any(c.strip() for c in cells):
            continue
        if columns is None:
            columns = _columns(cells, path)
            continue
        named = dict.fromkeys(columns, "") | dict(zip(columns, cells, strict=False))
        try:
            rows.append(Row(line, named, _decision(named)))
        except ValueError as error:
            rows.append(Row(line, named, None))
            faults.append(f"{path.name}, line {line}: {error}")
    if columns is None:
        raise BadRequest("is empty", str(path), _HEADER)
    return DecisionsFile(columns, tuple(rows), tuple(faults))


def _columns(cells: Sequence[str], path: Path) -> tuple[str, ...]:
    columns = tuple(c.strip().lower() or f"column {n}" for n, c in enumerate(cells, 1))
    missing = [name for name in _NEEDED if name not in columns]
    if missing:
        raise BadRequest(f"has no column named {missing[0]}", str(path), _HEADER)
    return columns


def _decision(cells: Mapping[str, str]) -> Decision | None:
    """Returns what a row decides, None where nobody has decided. Raises ValueError saying what is wrong."""
    verdict = cells["decision"].strip().lower()
    if not verdict:
        return None
    source = unguarded(cells["source"].strip(), _is_name)
    if not source:
        raise ValueError("names no source")
    start, end = (_offset(cells, name) for name in ("start", "end"))
    text = _text(cells["text"], end - start)
    replacement = unguarded(cells["replacement"]) if cells["replacement"] else None
    by = cells.get("by", "").strip()
    if verdict == "accept":
        if replacement is None:
            raise ValueError("to accept needs a replacement; an apostrophe alone takes the text out")
        if replacement == text:
            raise ValueError('text and replacement are the same; "reject" keeps the text')
        return Decision(source, start, end, text, replacement, "accept", by)
    if verdict == "reject":
        return Decision(source, start, end, text, replacement, "reject", by)
    raise ValueError(f"decision is accept, reject or empty, not {cells['decision'].strip()!r}")


def _offset(cells: Mapping[str, str], name: str) -> int:
    cell = cells[name].strip()
    if not (cell.isascii() and cell.isdigit() and len(cell) < 16):
        raise ValueError(f"{name} is no offset: {cell[:20]!r}")
    return int(cell)


def _text(cell: str, length: int) -> str:
    """Returns the text of a cell, which is known to be so long.

    A spreadsheet may have rewritten the line ends, a hand may have left the apostrophe away.
    """
    if length < 0:
        raise ValueError("end stands before start")
    for text in (unguarded(cell), cell):
        for ending in ("", "\r\n", "\n"):
            told = re.sub(r"\r?\n", ending, text) if ending else text
            if len(told) == length:
                return told
    raise ValueError(f"text has {len(unguarded(cell))} characters, but start and end hold {length}")


def merge(target: Path, given: DecisionsFile) -> int:
    """Adds what ``given`` decides to the file at ``target``; returns the number of rows that are new there.

    Rows that a new one overrules, and undecided ones that it answers, make room for it; all else stays.

    Raises:
        BadRequest: ``target`` cannot be read or written.
    """
    held = read_decisions(target) if target.exists() else DecisionsFile()
    known = frozenset(held.decisions)
    latest = {row.decision: row for row in given.rows}  # of rows that say the same, the last
    new = [latest[d] for d in given.decisions if d not in known]
    if not new:
        return 0
    answered = _by_place(new)
    kept = [row for row in held.rows if not _makes_room(row, answered)]
    columns = tuple(dict.fromkeys((*held.columns, *COLUMNS)))
    rows = ([row.cells.get(c, "") for c in columns] for row in (*kept, *new))
    write_bytes(target, b"".join(csv_lines(columns, rows)))
    return len(new)


_Place = tuple[str, ...]


def _place(row: Row) -> _Place:
    d = row.decision
    if d is not None:
        return d.source, str(d.start), str(d.end)
    return tuple(unguarded(row.cells[c].strip(), _is_name) for c in ("source", "start", "end"))


def _by_place(rows: Iterable[Row]) -> dict[_Place, list[Row]]:
    places: dict[_Place, list[Row]] = {}
    for row in rows:
        places.setdefault(_place(row), []).append(row)
    return places


def _makes_room(old: Row, answered: Mapping[_Place, Sequence[Row]]) -> bool:
    for new in answered.get(_place(old), ()):
        if old.decision is not None and new.decision is not None:
            if _overruled(old.decision, new.decision):
                return True
        elif not old.cells["decision"].strip() and old.cells["replacement"] == new.cells["replacement"]:
            return True
    return False


def proposal(source: str, place: tuple[int, int, str], replacement: str | None, note: str) -> dict[str, str]:
    """Returns the row that asks for a decision on a place (start, end, text) of ``source``."""
    start, end, text = place
    new = "" if replacement is None else guarded(replacement)
    cells = (guarded(source, _is_name), str(start), str(end), guarded(text), new, "", "", note)
    return dict(zip(COLUMNS, cells, strict=True))


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
