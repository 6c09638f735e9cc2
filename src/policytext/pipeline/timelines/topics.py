"""The timeline of a topic: what is said in the passages that it leads."""

from __future__ import annotations

from policytext.analysis.timeline import Timeline
from policytext.errors import BadRequest, NotFound
from policytext.pipeline.timelines.gathering import gathered
from policytext.pipeline.timelines.passages import allowed, drafts_of, telling
from policytext.ranking import Filters
from policytext.store.archive import Archive
from policytext.store.folding import fold
from policytext.store.naming import near
from policytext.store.topics import Topic, read_topics
from policytext.text.terms import terms


def topic_named(archive: Archive, name: str) -> Topic:
    """Returns the topic of this number, or of this label, or of the only label with these words.

    Raises:
        NotFound: there is none.
        BadRequest: several labels have these words.
        IndexUnavailable: no topics were made, or the papers have changed since.
    """
    _, topics = read_topics(archive)
    if name.strip().isdecimal():
        found = [t for t in topics if t.number == int(name)]
    else:
        wanted = fold(name)
        found = [t for t in topics if fold(t.label) == wanted]
        found = found or [t for t in topics if wanted and wanted in fold(t.label)]
    if len(found) > 1:
        told = "; ".join(f"{t.number} {t.label}" for t in found)
        raise BadRequest(f"several topics have these words: {told}", name, "the number of one")
    if not found:
        by_label = {t.label: t.number for t in topics}
        offered = near(name, by_label)
        told = f"; there is {offered}" if offered else ""
        raise NotFound("no such topic", name, f"policytext list topics{told}")
    return found[0]


def topic_timeline(archive: Archive, topic: Topic, filters: Filters | None = None) -> Timeline:
    """Returns the witnesses in the passages that a topic leads, of those that satisfy the filters.

    It leads a passage in which no other topic has a larger share. A passage gives one witness for every
    statement in it that holds a term of the topic; where none does, its own voice may be the witness. The
    score is the topic's share of the passage, in [0, 1].
    """
    asked = filters or Filters()
    scores = dict(archive.sql.execute(_LED, (topic.number,)).fetchall())
    numbers = allowed(archive, scores, asked)
    wanted = {part for term in topic.terms for part in term.term.split()}
    choose = telling(lambda text: not wanted.isdisjoint(terms(text)), asked)
    found = gathered(archive, drafts_of(archive, numbers, choose, scores))
    return Timeline(
        kind="topic",
        title=f"Topic {topic.number}: {topic.label}",
        asked=(str(topic.number),),
        witnesses=found.witnesses,
        papers=found.papers,
        notes=(f"From the {len(numbers)} passages that the topic leads.",),
    )


_LED = """
SELECT n.number, x.share FROM topic_passages x JOIN numbers n ON n.passage = x.passage
WHERE x.topic = ?1 AND NOT EXISTS (
  SELECT 1 FROM topic_passages o WHERE o.passage = x.passage
  AND (o.share > x.share OR o.share = x.share AND o.topic < x.topic))
ORDER BY n.number
"""
