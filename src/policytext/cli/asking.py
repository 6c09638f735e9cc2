"""What search and timeline do alike before they ask, and queries read from a file."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import click

from policytext.cli.options import filters_from
from policytext.cli.reading import shown
from policytext.errors import BadRequest
from policytext.ranking import Query
from policytext.search.engine import Mode, SearchEngine
from policytext.store.archive import Archive
from policytext.store.reader import document_id


def resolved(store: Archive, query: Query) -> Query:
    """Returns the query with its document named by id. Raises NotFound where there is none of that name."""
    if query.filters.document is None:
        return query
    name = document_id(store, query.filters.document)
    return replace(query, filters=replace(query.filters, document=name))


def opened(
    store: Archive, mode: Mode | None, model: str | None, reranker: Path | None = None
) -> SearchEngine:
    """Returns the engine for a search, and says on stderr where it goes by words only."""
    if reranker is None:
        engine = SearchEngine(store, mode, model)
    else:
        from policytext.search.reranking import CrossEncoderReranker

        engine = SearchEngine(store, mode, model, CrossEncoderReranker(reranker))
    if engine.note:
        note(engine.note)
    return engine


def notes(engine: SearchEngine, query: Query, of: str = "") -> None:
    """Says on stderr how a query was read, where it was not read as typed, and what may have been meant.

    ``of`` stands before it, where there are several queries.
    """
    asked = engine.understood(query)
    for told in asked.notes:
        note(of + told)
    if asked.offered:
        note(f"{of}did you mean: {asked.offered}?")


def note(text: str) -> None:
    """Says on stderr what the reader should know of the results."""
    click.echo(shown(f"note: {text}"), err=True)


def read_queries(path: Path) -> list[Query]:
    """Returns the queries of a .jsonl file, in its order; plain words, unless they bring "syntax": true.

    Raises:
        BadRequest: a line that is no query, or a qid that comes twice; the line is named.
    """
    queries, seen = [], set()
    with click.open_file(str(path), encoding="utf-8-sig", errors="surrogateescape") as file:
        for number, line in enumerate(file, 1):
            if any("\udc80" <= c <= "\udcff" for c in line):
                raise BadRequest("not UTF-8", f"{path}, line {number}", "saving it as UTF-8")
            if line.strip():
                query = _query(line, f"{path}, line {number}")
                if query.qid in seen:
                    raise BadRequest(f"qid {query.qid} comes twice", f"{path}, line {number}")
                seen.add(query.qid)
                queries.append(query)
    if not queries:
        raise BadRequest("no queries in it", str(path), '{"qid": "1", "text": "..."} on a line')
    return queries


def _query(line: str, where: str) -> Query:
    try:
        row = json.loads(line)
    except ValueError as error:
        raise BadRequest(f"not JSON: {error}", where) from error
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadRequest('a query needs "qid" and "text"', where)
    qid = row.get("qid")
    if isinstance(qid, bool) or not isinstance(qid, str | int) or not str(qid) or re.search(r"\s", str(qid)):
        raise BadRequest('a query needs a "qid" without blanks', where)
    filters = row.get("filters") or {}
    if not isinstance(filters, dict):
        raise BadRequest("filters must be an object", where)
    syntax = row.get("syntax", False)
    if not isinstance(syntax, bool):
        raise BadRequest(f'"syntax" is true or false, not {syntax!r}', where)
    if not row["text"].strip():
        raise BadRequest("the query is empty", where)
    try:
        return Query(str(qid), row["text"], filters_from(filters), plain=not syntax)
    except BadRequest as error:
        raise BadRequest(
            error.what, f"{where}, {error.where}" if error.where else where, error.advice
        ) from error
