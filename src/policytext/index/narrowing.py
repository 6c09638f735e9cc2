"""Filters inside the engine: what may satisfy them, found without asking the store.

Years stand for days and words for names, so a passage that satisfies the filters is never left out; which of
those found really satisfies them is for the store to say.
"""

from __future__ import annotations

from typing import Any

from policytext.index.fields import (
    CITES,
    DOCUMENT,
    FIRST_YEAR,
    LAST_YEAR,
    PRINTED,
    SAID,
    SPEAKER,
    UNBOUND,
    year_of,
)
from policytext.ranking import Filters
from policytext.store.folding import fold


def narrowing(filters: Filters, schema: Any) -> list[Any]:
    """Returns the queries that all passages satisfying ``filters`` satisfy; they add nothing to a score."""
    found: list[Any] = []
    if filters.document is not None:
        found.append(_term(schema, DOCUMENT, filters.document))
    if filters.speaker is not None:
        found += [_term(schema, SPEAKER, word) for word in fold(filters.speaker).split()]
    if filters.cites is not None:
        found.append(_cited(schema, filters.cites))
    if filters.earliest is not None or filters.latest is not None:
        found.append(_years(schema, SAID if filters.dates == "statement" else PRINTED, filters))
    return found


def _cited(schema: Any, asked: str) -> Any:
    """Returns the query for what an Act is asked for by: words of its title, or its identifier."""
    import tantivy

    query, occur = tantivy.Query, tantivy.Occur
    words = [(occur.Must, _term(schema, CITES, word)) for word in fold(asked).split()]
    either = [(occur.Should, _term(schema, CITES, asked.strip()))]
    if words:
        either.append((occur.Should, query.boolean_query(words)))
    return _unscored(query.boolean_query(either))


def _years(schema: Any, field: str, filters: Filters) -> Any:
    import tantivy

    query, should = tantivy.Query, tantivy.Occur.Should
    between = query.range_query(
        schema,
        field,
        tantivy.FieldType.Unsigned,
        year_of(filters.earliest, FIRST_YEAR),
        year_of(filters.latest, LAST_YEAR),
    )
    return _unscored(
        query.boolean_query([(should, between), (should, query.term_query(schema, field, UNBOUND))])
    )


def _term(schema: Any, field: str, term: str) -> Any:
    import tantivy

    return _unscored(tantivy.Query.term_query(schema, field, term, index_option="basic"))


def _unscored(query: Any) -> Any:
    import tantivy

    return tantivy.Query.const_score_query(query, 0.0)
