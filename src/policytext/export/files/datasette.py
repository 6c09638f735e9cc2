"""What Datasette is told of the SQLite file: titles, words for every column, facets, ready-made questions.

The format is that of ``metadata.json`` (docs.datasette.io, Metadata).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

from policytext.export.files.sqlite_schema import LABELS, TABLES, VIEWS, Table
from policytext.store.archive import Archive


@dataclass(frozen=True, slots=True)
class _Query:
    title: str
    words: str
    sql: str


_QUERIES = {
    "claim_over_time": _Query(
        "A claim over time",
        "Confirmed, independent witnesses of one claim (an id of codebook) in the order in which they "
        "were said",
        'SELECT said, speaker, stance, text, printed, paper, source, start, "end", line FROM timeline '
        "WHERE family = :claim AND tier = 'confirmed' AND counts_as_independent = 1",
    ),
    "claim_against_sources": _Query(
        "A claim against what there is",
        "By decade, how many papers were printed in it and how many works said the claim in it; "
        "where there are no papers, an empty decade is no silence",
        "SELECT decade, sum(papers) AS papers_printed, sum(works) AS works_that_say_it FROM ("
        "SELECT decade_printed AS decade, papers, 0 AS works FROM papers_by_decade UNION ALL "
        "SELECT decade_said, 0, works FROM claims_by_decade WHERE family = :claim) "
        "GROUP BY decade ORDER BY decade",
    ),
    "statements_with": _Query(
        "Statements with these words",
        "In the order in which they were said; quote a phrase, AND, OR, NOT and * work",
        "SELECT s.statement_date AS said, s.canonical AS speaker, s.text, s.publication_date AS printed, "
        's.source, s.start, s."end", s.id FROM statements_fts JOIN statements s '
        "ON s.rowid = statements_fts.rowid "
        "WHERE statements_fts MATCH coalesce(nullif(trim(:words), ''), '\"\"') "
        "ORDER BY coalesce(s.said_earliest, s.said_latest, '~'), s.id",
    ),
    "said_by_speaker": _Query(
        "What a speaker says",
        "All statements of a speaker, under whatever name",
        "SELECT s.statement_date AS said, s.text, s.role, s.publication_date AS printed, s.source, "
        's.start, s."end", s.id FROM said_by y JOIN speakers w ON w.id = y.speaker '
        "JOIN statements s ON s.id = y.statement WHERE w.name = :speaker "
        "ORDER BY coalesce(s.said_earliest, s.said_latest, '~'), s.id",
    ),
}


def metadata_bytes(archive: Archive, provenance: Mapping[str, Any], name: str) -> bytes:
    """Returns the metadata.json of a database; Datasette calls it ``name``, its file without the ending."""
    record = metadata(archive, provenance, name)
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def metadata(archive: Archive, provenance: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Returns the same as an object; every table and view is described."""
    tables = {key: _table(key, table) for key, table in TABLES.items()}
    for key, view in VIEWS.items():
        tables[key] = {"description": _sentence(view.words), "facets": list(view.facets)}
    version = provenance.get("versions", {}).get("policytext", "")
    about = {
        "title": "Who said it, and when",
        "description": f"{_counted(archive)}. Beside the date on which a thing was printed stands that on "
        'which it was said. "start" and "end" count the characters of the source decoded as text.',
        "license": "each paper has its own (documents, column rights)",
        "source": f"policytext {version}".strip(),
    }
    queries = {
        key: {"title": query.title, "description": _sentence(query.words), "sql": query.sql}
        for key, query in _QUERIES.items()
    }
    return {**about, "databases": {name: {**about, "tables": tables, "queries": queries}}}


def _table(name: str, table: Table) -> dict[str, Any]:
    told: dict[str, Any] = {
        "description_html": _described(table),
        "facets": list(table.facets),
    }
    if table.sort:
        told["sort"] = table.sort
    if name in LABELS:
        told["label_column"] = LABELS[name]
    if table.searched:
        told["fts_table"] = f"{name}_fts"
    if name == "documents":
        told["units"] = {"size": "byte"}
    return told


def _described(table: Table) -> str:
    """Returns the table in words; what its columns hold is folded away, since it would hide the rows."""
    columns = "".join(f"<dt>{escape(c.name)}</dt><dd>{escape(c.words)}</dd>" for c in table.columns)
    folded = f"<details><summary>What the columns hold</summary><dl>{columns}</dl></details>"
    return f"<p>{escape(_sentence(table.words))}</p>{folded}"


def _sentence(words: str) -> str:
    return f"{words}."


def _counted(archive: Archive) -> str:
    counts = {
        what: archive.sql.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
        for what in ("documents", "statements", "citations")
    }
    return f"{counts['documents']} papers, {counts['statements']} statements, {counts['citations']} citations"
