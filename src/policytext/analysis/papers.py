"""The papers of an archive, as a bibliography needs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from policytext.analysis.timeline import Paper
from policytext.analysis.witness import names_in
from policytext.store.archive import Archive

_PAPERS = (
    "SELECT id, name, sha256, title, authors, publisher, publication_date, metadata FROM documents "
    "WHERE ? IS NULL OR id = ? ORDER BY id"
)


def papers_of(archive: Archive, document: str | None = None) -> Iterator[Paper]:
    """Yields the papers of the archive by id; only the one of that id, where one is named."""
    for row in archive.sql.execute(_PAPERS, (document, document)):
        known: dict[str, Any] = json.loads(row["metadata"])
        yield Paper(
            document=row["id"],
            source=row["name"],
            sha256=row["sha256"],
            title=row["title"],
            authors=tuple(names_in(row["authors"])),
            publisher=row["publisher"],
            publication_edtf=row["publication_date"],
            publication_date_basis=(known["publication_date"] or {}).get("basis"),
            kind=(known["kind"] or {}).get("value"),
            rights=(known["rights"] or {}).get("value"),
        )
