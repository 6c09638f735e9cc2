"""What the indexes are made from: every passage with what it can be found and filtered by."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from policytext.store.archive import Archive

_PASSAGES = """
SELECT n.number, d.id AS document, d.name, d.relative, d.title, d.quality, p.text, p.context, p.voice_folded,
  d.publication_date, d.published_earliest, d.published_latest,
  (SELECT group_concat(w.known_as, '') FROM names v JOIN people w ON w.id = v.person
    WHERE v.document = p.document AND v.alias = p.voice AND v.joined) AS voice_known_as,
  (SELECT group_concat(coalesce(s.said_earliest, '') || '/' || coalesce(s.said_latest, ''), ' ')
    FROM passage_statements x JOIN statements s ON s.key = x.statement
    WHERE x.passage = p.key AND s.statement_date IS NOT NULL) AS said,
  (SELECT group_concat(s.speaker_folded, '') FROM passage_statements x
    JOIN statements s ON s.key = x.statement WHERE x.passage = p.key) AS speakers,
  (SELECT group_concat(w.known_as, '') FROM passage_statements x JOIN sayers y ON y.statement = x.statement
    JOIN people w ON w.id = y.person WHERE x.passage = p.key) AS speakers_known_as,
  (SELECT group_concat(coalesce(c.title_folded, '') || ' ' || coalesce(c.uri, ''), ' ')
    FROM passage_citations x JOIN citations c ON c.key = x.citation WHERE x.passage = p.key) AS cites
FROM numbers n JOIN passages p ON p.key = n.passage JOIN documents d ON d.key = p.document
ORDER BY n.number
"""


def indexable(archive: Archive) -> Iterator[sqlite3.Row]:
    """Yields every passage by number, with its document, its heading, and what filters ask of it.

    ``said`` holds the days of its dated statements as ``first/last`` with a blank between, an open side left
    empty; names and titles are folded, words parted by blanks; any of them may be NULL.
    """
    for row in archive.sql.execute(_PASSAGES):  # noqa: UP028 - "yield from" would close the cursor too late
        yield row


def clean_texts(archive: Archive) -> Iterator[tuple[str, str]]:
    """Yields (id, clean text) of every document, by id."""
    for row in archive.sql.execute("SELECT id, clean FROM documents ORDER BY id"):
        yield row["id"], row["clean"]
