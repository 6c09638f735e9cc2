"""The judgements file: where a person said that a place asserts a claim, or that it does not.

    claim,source,start,end,text,decision,by,note

``claim`` is an id of the codebook, ``source`` the file's name, or its path in the folder that was read
where several files have one name; ``start``/``end`` are half-open raw offsets and ``text`` is what stands
there. ``decision`` is ``accept`` (it asserts the claim), ``reject`` (it does not), or empty while nobody has
decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from policytext.files import write_bytes
from policytext.spans import check_span
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

JUDGEMENTS = "judgements.csv"
"""The file's name in an archive."""
COLUMNS = ("claim", "source", "start", "end", "text", "decision", "by", "note")
_NEEDED = COLUMNS[:6]

Verdict = Literal["accept", "reject"]


@dataclass(frozen=True, slots=True)
class PlaceJudged:
    """What a person says of a claim and raw ``[start, end)`` of ``source`` (its name), which is ``text``."""

    claim: str
    source: str
    start: int
    end: int
    text: str
    verdict: Verdict
    by: str = ""

    def __post_init__(self) -> None:
        check_span(self.start, self.end)
        if self.end - self.start != len(self.text) or not self.text:
            raise ValueError(f"judgement at {self.start}: text and span differ in length")

    @property
    def place(self) -> tuple[str, str, int, int]:
        """What a later judgement overrules an earlier one by."""
        return self.claim, normal(self.source), self.start, self.end


@dataclass(frozen=True, slots=True)
class JudgementsFile(Table[PlaceJudged]):
    """A judgements file as read."""

    columns: tuple[str, ...] = COLUMNS

    @property
    def judgements(self) -> tuple[PlaceJudged, ...]:
        """Those in force, by place: of several on one place the last."""
        last = {row.decision.place: row.decision for row in self.rows if row.decision}
        return tuple(last[place] for place in sorted(last))


def read_judgements(path: Path) -> JudgementsFile:
    """Returns the judgements file at ``path``. A bad row is a line of its ``faults``, the others count.

    Raises:
        BadRequest: it cannot be read, is neither UTF-8 nor UTF-16 with its mark, or lacks a column.
    """
    table = read_table(path, COLUMNS, _NEEDED, _judged)
    return JudgementsFile(table.columns, table.rows, table.faults)


def _judged(cells: Mapping[str, str]) -> PlaceJudged | None:
    """Returns what a row says, None where nobody has decided. Raises ValueError saying what is wrong."""
    verdict = cells["decision"].strip().lower()
    if not verdict:
        return None
    if verdict not in ("accept", "reject"):
        raise ValueError(f"decision is accept, reject or empty, not {cells['decision'].strip()!r}")
    claim = unguarded(cells["claim"].strip())
    if not claim:
        raise ValueError("names no claim")
    source = source_of(cells)
    start, end = (offset(cells, name) for name in ("start", "end"))
    text = text_of(cells["text"], end - start)
    return PlaceJudged(
        claim,
        source,
        start,
        end,
        text,
        "accept" if verdict == "accept" else "reject",
        cells.get("by", "").strip(),
    )


def merge_judgements(target: Path, given: JudgementsFile) -> int:
    """Adds what ``given`` decides to the file at ``target``; returns the number of judgements new there.

    A row of ``target`` on the same place makes room; all else stays as it is.

    Raises:
        BadRequest: ``target`` cannot be read or written.
    """
    held = read_judgements(target) if target.exists() else JudgementsFile()
    known = frozenset(held.judgements)
    last: dict[tuple[str, str, int, int], Row[PlaceJudged]] = {
        row.decision.place: row for row in given.rows if row.decision
    }
    new = [row for row in last.values() if row.decision not in known]
    if not new:
        return 0
    answered = {row.decision.place for row in new if row.decision}
    kept = [row for row in held.rows if not (row.decision and row.decision.place in answered)]
    columns = tuple(dict.fromkeys((*held.columns, *COLUMNS, *given.columns)))
    rows = ([row.cells.get(c, "") for c in columns] for row in (*kept, *new))
    write_bytes(target, b"".join(csv_lines(columns, rows)))
    return len(new)


def asked_of_a_person(claim: str, source: str, place: tuple[int, int, str], note: str) -> dict[str, str]:
    """Returns the row that asks for a judgement on a place (start, end, text) of ``source``."""
    start, end, text = place
    cells = (guarded(claim), guarded(source, is_name), str(start), str(end), guarded(text), "", "", note)
    return dict(zip(COLUMNS, cells, strict=True))


def judgement_lines(rows: Iterable[Mapping[str, str]]) -> Iterable[bytes]:
    """Yields a file of such rows, as a spreadsheet opens it."""
    return csv_lines(COLUMNS, ([row[c] for c in COLUMNS] for row in rows))
