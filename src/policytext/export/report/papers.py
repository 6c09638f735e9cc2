"""What is in the archive, and what is missing from it: papers, decades, repairs, files not read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from policytext.analysis.recurrence.occurrences import SourceFacts
from policytext.analysis.recurrence.periods import Bounds, closed, period_label, periods_of
from policytext.export.report.records import CountedFor, DecadeRow, EditRow, PaperRow
from policytext.export.report.words import anchor
from policytext.store.archive import Archive

_FORGOTTEN = 8
"""Periods in a row without a source that are still told one by one, as in the facts of the claims."""

_PAPERS = """
SELECT d.id, d.name, d.sha256, d.size, d.title, coalesce(d.authors, d.publisher) AS by_whom,
  d.publication_date, d.published_earliest, d.published_latest, d.metadata, d.carrier, d.profile, d.quality,
  d.notes,
  (SELECT count(*) FROM passages p WHERE p.document = d.key) AS passages,
  (SELECT count(*) FROM statements s WHERE s.document = d.key) AS statements,
  (SELECT count(*) FROM moves m WHERE m.document = d.key) AS moved
FROM documents d ORDER BY coalesce(d.published_earliest, d.published_latest, '~'), d.id
"""


def paper_rows(archive: Archive, witnesses: Mapping[str, Sequence[CountedFor]] | None) -> Iterable[PaperRow]:
    """Yields the papers in the order in which they were printed, those without a date last.

    ``witnesses`` says by document which count for which claim; None where there are no claims.
    """
    edits: dict[str, dict[str, int]] = {}
    for name, status, count in archive.sql.execute(
        "SELECT d.id, e.status, count(*) FROM edits e JOIN documents d ON d.key = e.document GROUP BY 1, 2"
    ):
        edits.setdefault(name, {})[status] = count
    for row in archive.sql.execute(_PAPERS):
        known: Mapping[str, Any] = json.loads(row["metadata"])
        yield PaperRow(
            id=row["id"],
            anchor=anchor("paper", row["id"]),
            source=row["name"],
            sha256=row["sha256"],
            title=row["title"] or row["name"],
            by=row["by_whom"],
            edtf=row["publication_date"],
            published=(row["published_earliest"], row["published_latest"]),
            basis=(known["publication_date"] or {}).get("basis"),
            kind=(known["kind"] or {}).get("value"),
            carrier=row["carrier"],
            quality=row["quality"],
            words=json.loads(row["profile"])["words"],
            size=row["size"],
            passages=row["passages"],
            statements=row["statements"],
            witnesses=None if witnesses is None else tuple(witnesses.get(row["id"], ())),
            edits={**edits.get(row["id"], {}), "moved": row["moved"]},
            notes=tuple(map(str, json.loads(row["notes"]))),
        )


def decade_rows(sources: Sequence[SourceFacts], period: int) -> tuple[DecadeRow, ...]:
    """Returns every period from the first in which a paper speaks or is printed to the last.

    Of a long time without any source only the beginning is told: a mention of 1215 makes no eighty rows.
    """
    printed: dict[int, list[str]] = {}
    speaking: dict[int, list[str]] = {}
    for source in sources:
        own = closed(source.published_earliest, source.published_latest, None)
        for found, slots in ((printed, (own,) if own else ()), (speaking, source.slots)):
            for number in sorted(_surely(slots, period)):
                found.setdefault(number, []).append(source.document)
    numbers = printed.keys() | speaking.keys()
    rows = []
    for number in range(min(numbers, default=0), max(numbers, default=-1) + 1):
        if numbers.isdisjoint(range(number - _FORGOTTEN, number + 1)):
            continue
        label = period_label(number, period)
        rows.append(
            DecadeRow(
                anchor=anchor("decade", label),
                label=label,
                printed=tuple(printed.get(number, ())),
                speaking=tuple(speaking.get(number, ())),
            )
        )
    return tuple(rows)


def _surely(slots: Iterable[Bounds], period: int) -> set[int]:
    touched = (periods_of(bounds, period) for bounds in slots)
    return {numbers[0] for numbers in touched if len(numbers) == 1}


def edit_totals(archive: Archive) -> dict[str, int]:
    """Returns how many edits there are of each status, and how many stretches were moved."""
    totals = dict(archive.sql.execute("SELECT status, count(*) FROM edits GROUP BY status").fetchall())
    totals["moved"] = archive.sql.execute("SELECT count(*) FROM moves").fetchone()[0]
    return {str(name): int(count) for name, count in totals.items()}


def doubtful_edits(archive: Archive, limit: int) -> tuple[EditRow, ...]:
    """Returns places flagged or with a repair only suggested: flagged ones first, then by paper and place."""
    rows = archive.sql.execute(
        "SELECT d.name AS source, d.id AS document, e.start, e.end, e.text, e.replacement, e.reason, "
        "e.status FROM edits e JOIN documents d ON d.key = e.document WHERE e.status != 'applied' "
        "ORDER BY e.status, d.id, e.start, e.ordinal LIMIT ?",
        (limit,),
    )
    return tuple(EditRow(**dict(row)) for row in rows)


def skipped_files(archive: Archive) -> tuple[tuple[str, str], ...]:
    """Returns (name, why) of the files that the last reading skipped."""
    rows = archive.sql.execute("SELECT name, message FROM ledger WHERE outcome = 'skipped' ORDER BY ordinal")
    return tuple((name, why.removeprefix(f"{name}: ")) for name, why in rows)
