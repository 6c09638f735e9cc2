"""CSL-JSON, which Zotero, pandoc and word processors read (schema: citation-style-language/schema).

Zotero has neither ranges nor an original date: the lines ``original-date:`` and ``issued:`` at the head of
the note, its field Extra, are what its citations understand. The EDTF values stand behind them in the note.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from policytext.analysis.timeline import Timeline
from policytext.export.files.reference_dates import date_sides, extra_date, is_uncertain
from policytext.export.files.reference_names import Name
from policytext.export.files.references import Reference, each_reference, paper_references
from policytext.export.wording import display_date
from policytext.store.archive import Archive

_SEASON = re.compile(r"(\d{4})-2([1-4])[~?%]?")


def write_timeline(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes what a timeline cites; the format has no place for the provenance."""
    del provenance
    _write(each_reference(timeline), stream)


def write_layer(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes the papers of an archive."""
    del layer, provenance
    _write(paper_references(archive), stream)


def _write(cited: Iterable[Reference], stream: BinaryIO) -> None:
    before = "[\n"
    for reference in cited:
        text = json.dumps(csl_item(reference), ensure_ascii=False)
        stream.write(f"{before}{text}".encode())
        before = ",\n"
    stream.write(b"[]\n" if before.startswith("[") else b"\n]\n")


def csl_item(reference: Reference) -> dict[str, Any]:
    """Returns a reference as an item of CSL-JSON."""
    item: dict[str, Any] = {
        "id": reference.key,
        "type": reference.type,
        "title": reference.title,
        "author": [_name(n) for n in reference.authors],
        "container-title": reference.container_title,
        "container-author": [_name(n) for n in reference.container_authors],
        "genre": reference.genre,
        "publisher": reference.publisher,
        "issued": csl_date(reference.issued),
        "original-date": csl_date(reference.original),
        "page": reference.page,
        "locator": reference.locator,
        "abstract": reference.quotation,
        "note": "\n".join([*_extra(reference), *reference.notes]),
    }
    return {name: value for name, value in item.items() if value}


def _extra(reference: Reference) -> list[str]:
    """Returns the lines that Zotero reads as fields which it does not have."""
    lines = []
    original = extra_date(reference.original) if reference.original else None
    issued = extra_date(reference.issued) if reference.issued else None
    if original is not None:
        lines.append(f"original-date: {original}")
    if issued is not None and "/" in issued:
        lines.append(f"issued: {issued}")
    return lines


def _name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}


def csl_date(edtf: str | None) -> dict[str, Any] | None:
    """Returns a date for CSL to its own precision; one with an open side in words."""
    if edtf is None:
        return None
    season = _SEASON.fullmatch(edtf)
    first, last = date_sides(edtf)
    if first is None or last is None:
        return {"literal": display_date(edtf)}
    sides = [first] if first == last else [first, last]
    date: dict[str, Any] = {"date-parts": [[int(part) for part in side.split("-")] for side in sides]}
    if season:
        date["season"] = int(season[2])
    if is_uncertain(edtf):
        date["circa"] = True
    return date
