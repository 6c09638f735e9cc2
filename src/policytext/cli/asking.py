"""What search and timeline do alike before they ask."""

from __future__ import annotations

from dataclasses import replace

import click

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


def opened(store: Archive, mode: Mode | None, model: str | None) -> SearchEngine:
    """Returns the engine for a search, and says on stderr where it goes by words only."""
    engine = SearchEngine(store, mode, model)
    if engine.note:
        click.echo(f"note: {engine.note}", err=True)
    return engine
