"""Topics as rows: one a topic with all that is known of it, or one a topic and decade for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from policytext.store.archive import Archive
from policytext.store.topics import (
    Making,
    Topic,
    TopicDecade,
    TopicPeriod,
    example_passages,
    passage_shares,
    read_topics,
)

DECADE_COLUMNS: tuple[str, ...] = (
    *("topic", "label", "terms", "share", "stability", "verdict", "npmi", "passages", "documents"),
    *("largest_document", "largest_share", "decade", "decade_share", "decade_low", "decade_high"),
    *("decade_passages", "decade_documents"),
)
"""Columns of the csv; the same facts of a topic stand in the row of each of its decades."""


def by_decade(making: Making, topic: Topic) -> list[tuple[TopicPeriod, TopicDecade | None]]:
    """Returns every decade of the corpus with the topic's share of it; None where it has no source."""
    known = {found.decade: found for found in topic.decades}
    return [(period, known.get(period.decade)) for period in making.periods]


def topic_rows(archive: Archive, making: Making, topics: Sequence[Topic]) -> Iterator[dict[str, Any]]:
    """Yields an object a topic; shares are in [0, 1], None in a decade without a source."""
    for topic in topics:
        yield {
            **_facts(topic),
            "terms": [asdict(term) for term in topic.terms],
            "decades": [_decade(period, found) for period, found in by_decade(making, topic)],
            "examples": [asdict(passage) for passage in example_passages(archive, topic.examples)],
        }


def decade_rows(making: Making, topics: Sequence[Topic]) -> Iterator[dict[str, Any]]:
    """Yields a row a topic and decade under `DECADE_COLUMNS`; blank shares where the decade has no source.

    A topic of papers without dates has one row, without a decade.
    """
    for topic in topics:
        decades = [_decade(period, found) for period, found in by_decade(making, topic)] or [{}]
        for decade in decades:
            named = {name if name == "decade" else f"decade_{name}": value for name, value in decade.items()}
            yield {**_facts(topic), "terms": "; ".join(term.printed for term in topic.terms), **named}


def _facts(topic: Topic) -> dict[str, Any]:
    return {
        "topic": topic.number,
        "label": topic.label,
        "terms": None,
        "share": topic.share,
        "stability": topic.stability,
        "verdict": topic.verdict,
        "npmi": topic.npmi,
        "passages": topic.passages,
        "documents": topic.documents,
        "largest_document": topic.largest,
        "largest_share": topic.largest_share,
    }


def _decade(period: TopicPeriod, found: TopicDecade | None) -> dict[str, Any]:
    return {
        "decade": f"{period.decade}s",
        "share": found.share if found else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
        "passages": period.passages,
        "documents": period.documents,
    }


def topic_layer(archive: Archive) -> Iterator[dict[str, Any]]:
    """Yields a row for every passage and topic that it carries, by topic, the largest share first.

    ``start``/``end`` are raw offsets of the passage; ``share`` lies in [0, 1].

    Raises:
        IndexUnavailable: no topics, or the papers have changed since they were made.
    """
    read_topics(archive)
    names = ("topic", "label", "source", "start", "end", "share", "passage", "document")
    for row in passage_shares(archive):
        yield {name: row[name] for name in names}


def topic_config(making: Making) -> dict[str, Any]:
    """Returns how the topics were made, for the file beside a table that says whence it comes."""
    facts = asdict(making)
    return {name: facts[name] for name in facts if name not in ("periods", "corpus", "generation")}
