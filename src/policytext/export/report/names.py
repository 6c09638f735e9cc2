"""Who is heard most and what is cited most, each with places that prove it, and the topics."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace

from policytext.errors import IndexUnavailable
from policytext.export.report.drawing import prevalence
from policytext.export.report.records import Limits, NameRow, Names, Place, TopicRow, Topics
from policytext.store.archive import Archive
from policytext.store.reader import legislation, speakers
from policytext.store.topics import example_passages, read_topics

LAWS = frozenset({"act", "bill", "measure", "section", "regulations", "directive"})
"""Classes of citations that are law, or were to be."""

_TEXT = 2000
"""Characters of a place that are read at most; the page cuts shorter still."""

_PLACE = f"""d.id AS document, d.name AS source, {{t}}.line, {{t}}.raw_start AS start, {{t}}.raw_end AS end,
  substr({{t}}.text, 1, {_TEXT}) AS text"""

_SAID = f"""
SELECT {_PLACE.format(t="s")}, s.speaker, s.statement_date AS said FROM sayers y
JOIN statements s ON s.key = y.statement JOIN documents d ON d.key = s.document WHERE y.person = ?
ORDER BY coalesce(s.said_earliest, s.said_latest, '~'), d.id, s.start, s.id LIMIT ?
"""
_CITED = f"""
SELECT {_PLACE.format(t="c")} FROM citations c JOIN documents d ON d.key = c.document
WHERE c.class = ? AND c.title = ? AND c.year IS ? AND c.uri IS ? ORDER BY d.id, c.start, c.id LIMIT ?
"""


def told_names(archive: Archive, limits: Limits) -> Names:
    """Returns the speakers most heard and the works most cited."""
    cited = list(legislation(archive))
    laws = [row for row in cited if row["class"] in LAWS]
    others = [row for row in cited if row["class"] not in LAWS]
    acts = tuple(_cited(archive, laws[: limits.names], limits))
    papers = tuple(_cited(archive, others[: limits.names], limits))
    cited_most = Names(acts=acts, papers=papers, acts_total=len(laws), papers_total=len(others))
    try:
        heard = speakers(archive)
    except IndexUnavailable as error:
        return replace(cited_most, missing=f"{error.what}; {error.advice}")
    rows = []
    for speaker in heard[: limits.names]:
        places = _places(archive.sql.execute(_SAID, (speaker.id, limits.places)))
        rows.append(NameRow(speaker, places, speaker.statements - len(places)))
    return replace(cited_most, speakers=tuple(rows), speakers_total=len(heard))


def _cited(archive: Archive, rows: Sequence[sqlite3.Row], limits: Limits) -> Iterable[NameRow]:
    for row in rows:
        bound = (row["class"], row["title"], row["year"], row["uri"], limits.places)
        places = _places(archive.sql.execute(_CITED, bound))
        yield NameRow(dict(row), places, row["citations"] - len(places))


def _places(rows: Iterable[sqlite3.Row]) -> tuple[Place, ...]:
    return tuple(Place(**dict(row)) for row in rows)


def told_topics(archive: Archive) -> Topics:
    """Returns the topics with examples and, where there is more than one decade, their picture."""
    try:
        making, topics = read_topics(archive)
    except IndexUnavailable as error:
        return Topics(missing=f"{error.what}; {error.advice}")
    rows = []
    for topic in topics:
        places = tuple(
            Place(
                document=p.document,
                source=p.source,
                line=p.line,
                start=p.start,
                end=p.end,
                text=p.text[:_TEXT],
                speaker=p.speaker,
                said=p.statement_date,
            )
            for p in example_passages(archive, topic.examples)
        )
        rows.append(TopicRow(topic, places))
    picture = prevalence(making, topics) if len(making.periods) > 1 else None
    return Topics(making=making, rows=tuple(rows), picture=picture)
