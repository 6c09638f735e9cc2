"""Topics in the archive: what they were made from, what they are, and which passages carry them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from policytext.errors import IndexUnavailable
from policytext.spans import Span
from policytext.store.archive import Archive

META = "topics"


@dataclass(frozen=True, slots=True)
class TopicTerm:
    """A telling term, as analysed and as printed; ``weight`` orders the terms of a topic."""

    term: str
    printed: str
    weight: float


@dataclass(frozen=True, slots=True)
class TopicDecade:
    """A topic's share of a decade's passages, in [0, 1], and a 95 % band (None: one document only)."""

    decade: int
    share: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; numbers count from 1, the largest first.

    ``share`` is its share of all passages, in [0, 1]; ``stability`` how far it comes back in subsamples, in
    [0, 1], and ``verdict`` that in words; ``npmi`` its coherence, in [-1, 1]. ``passages`` and ``documents``
    count what it leads; ``largest`` is the document that has most of it, ``largest_share`` how much.
    ``examples`` are passage ids, the most central first.
    """

    number: int
    label: str
    terms: tuple[TopicTerm, ...]
    share: float
    stability: float
    verdict: str
    npmi: float
    passages: int
    documents: int
    largest: str | None
    largest_share: float
    decades: tuple[TopicDecade, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TopicTrial:
    """A number of topics that was tried: stability, the same by chance, how many hold, coherence."""

    number: int
    stability: float
    chance: float
    held: int
    npmi: float


@dataclass(frozen=True, slots=True)
class TopicPeriod:
    """What a decade has: independent passages and their documents; 0 is "no source"."""

    decade: int
    passages: int
    documents: int


@dataclass(frozen=True, slots=True)
class Making:
    """How the topics were made.

    ``asked`` is the number of topics asked for, None where it was chosen among ``trials``. ``left_out`` says
    how many passages were not read, by reason; ``second_hand`` how many were dated by what they quote,
    ``undated`` how many have no decade. ``tried_on`` and ``subsample`` are the numbers of passages that
    numbers of topics were tried on, and that each of ``subsamples`` holds. ``chance`` is the mean stability
    of topics of words dealt at random, ``bar`` what 95 % of them do not exceed. ``fitted_on``
    passages made the topics, the others were only given their shares.
    """

    generation: int
    corpus: str
    method: str
    seed: int
    asked: int | None
    passages: int
    documents: int
    terms: int
    left_out: dict[str, int]
    second_hand: int
    undated: int
    periods: tuple[TopicPeriod, ...]
    trials: tuple[TopicTrial, ...]
    tried_on: int
    subsample: int
    subsamples: int
    chance: float
    bar: float
    fitted_on: int


@dataclass(frozen=True, slots=True)
class ExamplePassage:
    """An example with its place: raw offsets, line from 1; who said it and when, if one saying fills it."""

    id: str
    document: str
    title: str | None
    source: str
    start: int
    end: int
    line: int
    text: str
    publication_date: str | None
    speaker: str | None
    statement_date: str | None


def put_topics(
    archive: Archive, making: Making, topics: Sequence[Topic], shares: Iterable[tuple[int, str, float]]
) -> None:
    """Replaces all topics by these, at once.

    Args:
        archive: open for writing.
        making: how they were made.
        topics: in the order of their numbers.
        shares: (number of the topic, passage id, share) each.
    """
    with archive.transaction() as sql:
        sql.execute("DELETE FROM topic_passages")
        sql.execute("DELETE FROM topics")
        sql.executemany("INSERT INTO topics VALUES (?, ?, ?, ?)", map(_values, topics))
        sql.executemany("INSERT INTO topic_passages SELECT ?1, key, ?3 FROM passages WHERE id = ?2", shares)
        archive.set_meta(META, json.dumps(asdict(making), ensure_ascii=False))


def _values(topic: Topic) -> tuple[object, ...]:
    facts = asdict(topic)
    del facts["number"], facts["label"]
    terms = json.dumps(facts.pop("terms"), ensure_ascii=False)
    return (topic.number, topic.label, terms, json.dumps(facts, ensure_ascii=False))


def made_topics(archive: Archive) -> Making | None:
    """Returns how the topics in the archive were made; None where there are none for its present papers."""
    kept = archive.meta(META)
    if kept is None:
        return None
    facts: dict[str, Any] = json.loads(kept)
    if (facts["generation"], facts["corpus"]) != (archive.generation, archive.meta("corpus")):
        return None
    try:
        facts["periods"] = tuple(TopicPeriod(**p) for p in facts["periods"])
        facts["trials"] = tuple(TopicTrial(**t) for t in facts["trials"])
        return Making(**facts)
    except (KeyError, TypeError):  # kept by another version of this program
        return None


def read_topics(archive: Archive) -> tuple[Making, list[Topic]]:
    """Returns the topics by number, and how they were made.

    Raises:
        IndexUnavailable: there are none, or the papers have changed since.
    """
    making = made_topics(archive)
    if making is None:
        what = (
            "no topics yet"
            if archive.meta(META) is None
            else "the papers have changed since topics were made"
        )
        raise IndexUnavailable(what, str(archive.folder), "policytext topics")
    rows = archive.sql.execute("SELECT number, label, terms, facts FROM topics ORDER BY number")
    return making, [_topic(*row) for row in rows]


def _topic(number: int, label: str, terms: str, facts: str) -> Topic:
    known: dict[str, Any] = json.loads(facts)
    known["decades"] = tuple(TopicDecade(**d) for d in known["decades"])
    known["examples"] = tuple(known["examples"])
    return Topic(number, label, tuple(TopicTerm(**t) for t in json.loads(terms)), **known)


def passage_shares(archive: Archive) -> Iterator[dict[str, Any]]:
    """Yields topic, label, passage, document, source, start, end, share of passages that carry a topic.

    By topic, largest share first; ``start`` and ``end`` are raw offsets.
    """
    rows = archive.sql.execute(
        "SELECT t.number AS topic, t.label, p.id AS passage, d.id AS document, d.name AS source, "
        "p.raw_start AS start, p.raw_end AS end, x.share FROM topic_passages x "
        "JOIN topics t ON t.number = x.topic JOIN passages p ON p.key = x.passage "
        "JOIN documents d ON d.key = p.document ORDER BY x.topic, x.share DESC, p.id"
    )
    for row in rows:
        yield dict(row)


_EXAMPLE = """
SELECT p.id, d.id AS document, d.title, d.name AS source, p.raw_start AS start, p.raw_end AS end, p.line,
  p.text, d.publication_date, coalesce(s.speaker, p.voice) AS speaker, s.statement_date
FROM passages p JOIN documents d ON d.key = p.document
LEFT JOIN statements s ON s.key = (
  SELECT t.key FROM passage_statements x JOIN statements t ON t.key = x.statement
  WHERE x.passage = p.key AND 2 * (min(t.end, p.end) - max(t.start, p.start)) >= p.end - p.start
  ORDER BY t.end - t.start, t.id LIMIT 1)
WHERE p.id = ?
"""


def example_passages(archive: Archive, ids: Iterable[str]) -> list[ExamplePassage]:
    """Returns the passages of these ids, in their order; unknown ones are left out."""
    rows = (archive.sql.execute(_EXAMPLE, (name,)).fetchone() for name in ids)
    return [ExamplePassage(*row) for row in rows if row is not None]


@dataclass(frozen=True, slots=True)
class TopicSource:
    """A passage as topics look at it; ``start``/``end`` clean offsets, days ISO."""

    id: str
    document: str
    start: int
    end: int
    text: str
    kind: str
    section: str
    quality: float | None
    published_earliest: str | None
    published_latest: str | None


def topic_sources(archive: Archive) -> Iterator[TopicSource]:
    """Yields all passages, those printed first first; papers without a date last."""
    rows = archive.sql.execute(
        "SELECT p.id, d.id, p.start, p.end, p.text, p.kind, p.section, p.quality, d.published_earliest, "
        "d.published_latest FROM documents d JOIN passages p ON p.document = d.key "
        "ORDER BY coalesce(d.published_latest, '~'), d.id, p.start, p.id"
    )
    for row in rows:
        yield TopicSource(*row)


def reprinted_stretches(archive: Archive) -> dict[str, list[tuple[str, Span]]]:
    """Returns, by passage id, the stretches that are printed elsewhere too, each with its group."""
    found: dict[str, list[tuple[str, Span]]] = {}
    rows = archive.sql.execute(
        "SELECT p.id, r.grp, r.start, r.end FROM reprints r JOIN passages p ON p.key = r.passage "
        "ORDER BY p.id, r.start, r.grp"
    )
    for row in rows:
        found.setdefault(row[0], []).append((row[1], Span(row[2], row[3])))
    return found


def quoted_from_before(archive: Archive) -> dict[str, list[tuple[Span, str, str]]]:
    """Returns, by passage id, clean spans of statements that were said before their paper, with both days."""
    found: dict[str, list[tuple[Span, str, str]]] = {}
    rows = archive.sql.execute(
        "SELECT p.id, max(s.start, p.start), min(s.end, p.end), s.said_earliest, s.said_latest "
        "FROM statements s JOIN documents d ON d.key = s.document "
        "JOIN passage_statements x ON x.statement = s.key JOIN passages p ON p.key = x.passage "
        "WHERE s.said_earliest IS NOT NULL AND s.said_latest < d.published_earliest "
        "ORDER BY p.id, s.start, s.id"
    )
    for row in rows:
        found.setdefault(row[0], []).append((Span(row[1], row[2]), row[3], row[4]))
    return found


def named_persons(archive: Archive) -> list[str]:
    """Returns the names of the persons who speak in the archive, as printed, in order."""
    rows = archive.sql.execute(
        "SELECT name FROM people WHERE type = 'person' UNION SELECT n.alias FROM names n "
        "JOIN people w ON w.id = n.person WHERE w.type = 'person' AND n.joined ORDER BY 1"
    )
    return [row[0] for row in rows]


def texts_of(archive: Archive, ids: Iterable[str]) -> Iterator[str]:
    """Yields the texts of the passages of these ids, in their order; unknown ones are left out."""
    for name in ids:
        row = archive.sql.execute("SELECT text FROM passages WHERE id = ?", (name,)).fetchone()
        if row is not None:
            yield row[0]
