"""Facets: who speaks, when, in which papers and citing what, counted over all passages that match.

A passage counts once under every value that it has, and it has a value where the filter for that value would
find it: a decade counts what ``--from 1950 --to 1959`` finds, so that a count and the search that follows it
agree. Therefore the document's own voice counts as a speaker, who speaks when the document is published, and
a date that spans several decades counts in each of them.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import Literal, get_args

from policytext.store.archive import Archive

FacetName = Literal["speaker", "said", "printed", "document", "cites"]
FACETS: tuple[FacetName, ...] = get_args(FacetName)
_Decade = str | None


@dataclass(frozen=True, slots=True)
class Count:
    """How many passages have a value.

    ``value`` is what a filter takes (a name, a document's id, a decade as EDTF: ``195X``), None where nothing
    is known; ``label`` is how people write it, empty for None.
    """

    value: str | None
    label: str
    passages: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The counts of one kind, most passages first, then by label; what is not known comes last."""

    name: FacetName
    counts: tuple[Count, ...]


def facets(archive: Archive, numbers: Iterable[int]) -> tuple[Facet, ...]:
    """Returns the facets of the passages of these numbers, in the order of FACETS.

    A speaker is counted under the name that the archive joins all others to; ``cites`` counts Acts and papers
    by title and leaves out passages that cite none.
    """
    with _chosen(archive.sql, numbers) as sql:
        return (
            Facet("speaker", _ordered(_rows(sql, _SPEAKERS))),
            Facet("said", _ordered(_said(sql))),
            Facet("printed", _ordered(_decades(_printed(sql)))),
            Facet("document", _ordered(_rows(sql, _DOCUMENTS))),
            Facet("cites", _ordered(_rows(sql, _CITED))),
        )


@contextmanager
def _chosen(sql: sqlite3.Connection, numbers: Iterable[int]) -> Iterator[sqlite3.Connection]:
    """Yields the connection with the passages in a temporary table, which even a reader may make.

    They come as one JSON text, not as a bound variable each: SQLite allows only some thousands of those.
    """
    sql.execute("DROP TABLE IF EXISTS temp.chosen")
    sql.execute("CREATE TEMP TABLE chosen (key INTEGER PRIMARY KEY, document INTEGER, voice TEXT)")
    try:
        sql.execute(
            "INSERT INTO temp.chosen SELECT p.key, p.document, p.voice FROM numbers n "
            "JOIN passages p ON p.key = n.passage WHERE n.number IN (SELECT value FROM json_each(?))",
            (json.dumps(list(numbers)),),
        )
        yield sql
    finally:
        sql.execute("DROP TABLE temp.chosen")


# A speaker whom the archive has joined to others is a person; else the name as printed is all there is.
_SPEAKERS = """
WITH said (passage, person, printed) AS MATERIALIZED (
  SELECT c.key, y.person, CASE WHEN y.person IS NULL THEN s.speaker END
  FROM chosen c JOIN passage_statements x ON x.passage = c.key JOIN statements s ON s.key = x.statement
  LEFT JOIN sayers y ON y.statement = s.key WHERE s.speaker IS NOT NULL
  UNION
  SELECT c.key, v.person, CASE WHEN v.person IS NULL THEN c.voice END
  FROM chosen c LEFT JOIN names v ON v.document = c.document AND v.alias = c.voice AND v.joined
  WHERE c.voice IS NOT NULL
), counted (person, printed, passages) AS (
  SELECT person, printed, count(*) FROM said GROUP BY person, printed
)
SELECT coalesce(w.name, k.printed), coalesce(w.name, k.printed), k.passages
FROM counted k LEFT JOIN people w ON w.id = k.person
UNION ALL SELECT NULL, '', count(*) FROM chosen WHERE key NOT IN (SELECT passage FROM said)
"""

_SAID = """
SELECT DISTINCT c.key, c.document, s.statement_date IS NOT NULL, substr(s.said_earliest, 1, 4),
  substr(s.said_latest, 1, 4)
FROM chosen c JOIN passage_statements x ON x.passage = c.key JOIN statements s ON s.key = x.statement
ORDER BY c.key
"""

_PRINTED = """
SELECT d.key, count(*), d.publication_date IS NOT NULL, substr(d.published_earliest, 1, 4),
  substr(d.published_latest, 1, 4)
FROM chosen c JOIN documents d ON d.key = c.document GROUP BY d.key
"""

_DOCUMENTS = """
SELECT d.id, coalesce(d.title, d.id), count(*)
FROM chosen c JOIN documents d ON d.key = c.document GROUP BY d.key
"""

_CITED = """
SELECT min(title), min(title), count(*) FROM (
  SELECT t.title_folded AS folded, min(t.title) AS title
  FROM chosen c JOIN passage_citations x ON x.passage = c.key JOIN citations t ON t.key = x.citation
  WHERE t.title IS NOT NULL GROUP BY c.key, t.title_folded
) GROUP BY folded
"""


def _rows(sql: sqlite3.Connection, query: str) -> list[Count]:
    return [Count(value, label, passages) for value, label, passages in sql.execute(query)]


def _printed(sql: sqlite3.Connection) -> dict[int, tuple[int, frozenset[_Decade]]]:
    """Returns of each document how many of the passages are its, and the decades of its publication."""
    return {
        document: (passages, _touched(known, first, last))
        for document, passages, known, first, last in sql.execute(_PRINTED)
    }


def _said(sql: sqlite3.Connection) -> list[Count]:
    printed = _printed(sql)
    more: Counter[_Decade] = Counter()
    for (_, document), rows in groupby(sql.execute(_SAID), key=itemgetter(0, 1)):
        decades = frozenset[_Decade]().union(*(_touched(*row[2:]) for row in map(tuple, rows)))
        more.update(decades - printed[document][1])
    return _decades(printed, more)


def _decades(
    printed: Mapping[int, tuple[int, frozenset[_Decade]]], more: Mapping[_Decade, int] | None = None
) -> list[Count]:
    """Returns how many passages have each decade: those printed then, and so many ``more``."""
    counts = Counter(more or {})
    for passages, decades in printed.values():
        counts.update(dict.fromkeys(decades, passages))
    return [Count(d and f"{d}X", f"{d}0s" if d else "", n) for d, n in counts.items()]


@lru_cache(maxsize=4096)
def _touched(known: int, first: str | None, last: str | None) -> frozenset[_Decade]:
    """Returns the decades from one year to another as their first three digits; None where none is known.

    Where one side is open, the decade of the other counts alone.
    """
    years = [int(year) for year in (first or last, last or first) if year and year.isdigit()]
    if not known or len(years) < 2:
        return frozenset({None})
    return frozenset(f"{decade:03d}" for decade in range(years[0] // 10, years[1] // 10 + 1))


def _ordered(counts: Iterable[Count]) -> tuple[Count, ...]:
    kept = (c for c in counts if c.passages)
    return tuple(sorted(kept, key=lambda c: (c.value is None, -c.passages, c.label, c.value or "")))
