"""The decisions file: what people said of single places of the papers, as a table for spreadsheets.

    source,start,end,text,replacement,decision,by,note

``source`` is the file's name, or its path in the folder that was read where several files have one name;
``start``/``end`` are half-open raw offsets, ``text`` is what stands there. ``decision`` is ``accept`` (it is
to read ``replacement``), ``reject`` (it is not; with an empty ``replacement``: nothing is to be changed
there), or empty while nobody has decided.
A ``text`` or ``replacement`` that is not plain words stands behind one apostrophe, see `decision_tables`. A
lone apostrophe is the replacement by nothing; an empty cell is no replacement at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from policytext.document import Decision
from policytext.files import write_bytes
from policytext.store.decision_tables import (
    Row,
    Table,
    csv_lines,
    guarded,
    is_name,
    normal,
    offset,
    read_table,
    source_of,
    text_of,
    unguarded,
)

FILE_NAME = "decisions.csv"
COLUMNS = ("source", "start", "end", "text", "replacement", "decision", "by", "note")
_NEEDED = COLUMNS[:6]


@dataclass(frozen=True, slots=True)
class DecisionsFile(Table[Decision]):
    """A decisions file as read."""

    columns: tuple[str, ...] = COLUMNS

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
            self._by_source.setdefault(normal(decision.source), []).append((ordinal, decision))

    def strangers(self, names: Iterable[str]) -> tuple[str, ...]:
        """Returns the sources that decisions name and that are not among ``names``, in the file's order."""
        known = set(map(normal, names))
        return tuple(source for source in self._by_source if source not in known)

    def of(self, *names: str) -> tuple[Decision, ...]:
        """Returns the decisions in force on a source that has these names, by place."""
        keys = dict.fromkeys(map(normal, names))
        found = [pair for key in keys for pair in self._by_source.get(key, [])]
        told = in_force(_renamed(d, names[0]) for _, d in sorted(found, key=lambda pair: pair[0]))
        return tuple(sorted(told, key=lambda d: (d.start, d.end, d.replacement or "", d.verdict)))


def _renamed(decision: Decision, name: str) -> Decision:
    d = decision
    return Decision(name, d.start, d.end, d.text, d.replacement, d.verdict, d.by)


def read_decisions(path: Path) -> DecisionsFile:
    """Returns the decisions file at ``path``. A bad row is a line of its ``faults``, the others count.

    Raises:
        BadRequest: it cannot be read, is neither UTF-8 nor UTF-16 with its mark, or lacks a column.
    """
    table = read_table(path, COLUMNS, _NEEDED, _decision)
    return DecisionsFile(table.columns, table.rows, table.faults)


def _decision(cells: Mapping[str, str]) -> Decision | None:
    """Returns what a row decides, None where nobody has decided. Raises ValueError saying what is wrong."""
    verdict = cells["decision"].strip().lower()
    if not verdict:
        return None
    source = source_of(cells)
    start, end = (offset(cells, name) for name in ("start", "end"))
    text = text_of(cells["text"], end - start)
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


def _place(row: Row[Decision]) -> _Place:
    d = row.decision
    if d is not None:
        return d.source, str(d.start), str(d.end)
    return tuple(unguarded(row.cells[c].strip(), is_name) for c in ("source", "start", "end"))


def _by_place(rows: Iterable[Row[Decision]]) -> dict[_Place, list[Row[Decision]]]:
    places: dict[_Place, list[Row[Decision]]] = {}
    for row in rows:
        places.setdefault(_place(row), []).append(row)
    return places


def _makes_room(old: Row[Decision], answered: Mapping[_Place, Sequence[Row[Decision]]]) -> bool:
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
    cells = (guarded(source, is_name), str(start), str(end), guarded(text), new, "", "", note)
    return dict(zip(COLUMNS, cells, strict=True))
