"""An archive as a collection: its passages are the documents.

Labels of a passage, each only where it is known:

- ``era``: the decade its paper was printed in ("1950s"; "1960s to 1970s" where the date spans both).
- ``said``: whether a dated statement in it was made in "another decade" than that, or all in the "same
  decade": what is quoted from long before stands apart from what a paper says itself.
- ``quality``: the band of the share of its words that read as words, a sign of how well a scan was read.
- ``document``: the id of its paper. ``kind``: the paper's kind (minutes, report ...), as catalogued.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from policytext.evaluation.retrieval.records import CollectionDocument
from policytext.store.archive import Archive

QUALITY = ((0.97, "0.97 and more"), (0.9, "0.90 to 0.97"), (0.0, "less than 0.90"))
"""The least quality of each band, best first; the first is that from which an index repairs nothing."""
_BATCH = 500  # bound variables in one statement; SQLite's old limit is 999
_PASSAGES = """
SELECT p.id, p.text, p.context, p.quality, d.id AS document, d.title, d.metadata, d.published_earliest,
  d.published_latest, (
    SELECT group_concat(coalesce(s.said_earliest, '') || '/' || coalesce(s.said_latest, ''), ' ')
    FROM passage_statements x JOIN statements s ON s.key = x.statement
    WHERE x.passage = p.key AND s.statement_date IS NOT NULL
  ) AS said
FROM numbers n JOIN passages p ON p.key = n.passage JOIN documents d ON d.key = p.document
"""


def archive_documents(folder: Path) -> Iterator[CollectionDocument]:
    """Yields the passages of an archive by number: id, headings (the paper's and its own), clean text."""
    with Archive.open(folder) as archive:
        for row in archive.sql.execute(f"{_PASSAGES} ORDER BY n.number"):
            yield _document(row)


def archive_documents_of(folder: Path, ids: Collection[str]) -> Iterator[CollectionDocument]:
    """Yields the passages of these ids, by id; unknown ones are left out."""
    wanted = sorted(ids)
    with Archive.open(folder) as archive:
        for at in range(0, len(wanted), _BATCH):
            part = wanted[at : at + _BATCH]
            marks = ", ".join("?" * len(part))
            yield from map(
                _document,
                archive.sql.execute(f"{_PASSAGES} WHERE p.id IN ({marks}) ORDER BY p.id", part).fetchall(),
            )


def known_passages(archive: Archive, ids: Collection[str]) -> set[str]:
    """Returns those of some ids that the archive has passages of."""
    wanted, found = sorted(ids), set[str]()
    for at in range(0, len(wanted), _BATCH):
        part = wanted[at : at + _BATCH]
        marks = ", ".join("?" * len(part))
        rows = archive.sql.execute(f"SELECT id FROM passages WHERE id IN ({marks})", part)  # noqa: S608 - question marks only
        found.update(row["id"] for row in rows)
    return found


def _document(row: sqlite3.Row) -> CollectionDocument:
    # As the indexes see it, so that a copy of the archive as a BEIR folder is searched alike.
    title = "\n".join(dict.fromkeys(part for part in (row["title"], row["context"]) if part))
    return CollectionDocument(row["id"], title, row["text"], labels_of(row))


def labels_of(row: sqlite3.Row | Mapping[str, Any]) -> dict[str, str]:
    """Returns what is known of a passage; see the module."""
    printed = _decades(row["published_earliest"], row["published_latest"])
    said = [_decades(*pair.split("/")) for pair in str(row["said"] or "").split()]
    kind = json.loads(str(row["metadata"])).get("kind") or {}
    labels = {
        "era": _era(printed),
        "said": _said(printed, [decades for decades in said if decades]),
        "quality": _band(row["quality"]),
        "document": str(row["document"]),
        "kind": str(kind.get("value") or ""),
    }
    return {name: value for name, value in labels.items() if value}


def _band(quality: float | None) -> str:
    return "" if quality is None else next(name for least, name in QUALITY if quality >= least)


def _decades(first: object, last: object) -> tuple[int, int] | None:
    """Returns the first and last decade (195 for the 1950s) of days; None where a side is not known."""
    days = [str(day) for day in (first, last) if day and str(day)[:4].isdigit()]
    return (int(days[0][:3]), int(days[1][:3])) if len(days) == 2 else None


def _era(decades: tuple[int, int] | None) -> str:
    if decades is None:
        return ""
    first, last = decades
    return f"{first}0s" if first == last else f"{first}0s to {last}0s"


def _said(printed: tuple[int, int] | None, said: list[tuple[int, int]]) -> str:
    if printed is None or not said:
        return ""
    apart = any(last < printed[0] or first > printed[1] for first, last in said)
    return "another decade" if apart else "same decade"
