"""The timeline of a query: what the best passages for it say, by whom and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from policytext.analysis.timeline import Timeline
from policytext.pipeline.timelines.gathering import gathered
from policytext.pipeline.timelines.passages import Saying, drafts_of, telling
from policytext.ranking import Query
from policytext.search.engine import SearchEngine
from policytext.store.archive import Archive
from policytext.store.reader import FoundPassage
from policytext.text.terms import terms

_ENOUGH = 0.5
"""Share of the query's weight that a witness must hold."""


def query_timeline(archive: Archive, engine: SearchEngine, query: Query, k: int) -> Timeline:
    """Returns the witnesses in the best ``k`` passages for ``query``.

    A witness holds words of the query (two or more, of three or more) that carry at least half of what the
    query asks, weighed by how rare they are in the archive: search ranks everything that is near, a timeline
    claims that it was said. In dense mode no words are asked for. A passage gives one witness for every
    statement in it that does, and satisfies the filters; where none does, its own voice may be the witness.
    A witness the larger part of which was printed before bears its reprint's relation and does not count.

    Raises:
        BadRequest: an empty query, or filters that cannot be understood.
    """
    every = replace(query, fold=False)  # reprints are witnesses too, and say so themselves
    asked = engine.understood(every)
    weights = engine.word_weights(asked.words)
    scores = {hit.number: hit.score for hit in engine.search(every, k)}
    choice = telling(lambda text: _told(text, weights) >= _ENOUGH, asked.filters)
    answering: set[int] = set()

    def choose(passage: FoundPassage) -> Iterator[Saying]:
        for said in choice(passage):
            answering.add(passage.number)
            yield said

    found = gathered(archive, drafts_of(archive, sorted(scores), choose, scores))
    return Timeline(
        kind="query",
        title=f"“{query.text}”",
        asked=(query.text,),
        witnesses=found.witnesses,
        papers=found.papers,
        notes=(_looked_at(len(scores), len(scores) - len(answering), k),),
    )


def _told(text: str, weights: dict[str, float]) -> float:
    """Returns the share in [0, 1] of the query's weight that ``text`` holds; 1 where none is asked.

    One word of three or more is no more than a coincidence: 0.
    """
    if not weights:
        return 1.0
    held = weights.keys() & set(terms(text))
    return 0.0 if len(weights) > 2 and len(held) < 2 else sum(weights[term] for term in sorted(held))


def _looked_at(passages: int, left_out: int, k: int) -> str:
    """Returns how far the search looked, so that nobody takes a cut for a silence."""
    more = f" (-k {k}; there may be more)" if passages >= k else ""
    near = f", {left_out} of them near but without its words" if left_out else ""
    return f"From the best {passages} passages{more}{near}."
