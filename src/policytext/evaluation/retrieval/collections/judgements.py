"""Judgements without documents: enough to measure runs, not to read what they found."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policytext.errors import UnreadableSource
from policytext.evaluation.retrieval.collections.formats import read_any_qrels, read_any_queries
from policytext.evaluation.retrieval.records import Collection, CollectionQuery
from policytext.ranking import Query

_ENDINGS = (".gz", ".tsv", ".trec", ".txt", ".qrels")


def judgements_alone(
    qrels: Path, queries: Path | None = None, topic_fields: Sequence[str] = ("title",)
) -> Collection:
    """Returns a collection of qrels alone: it has no ``corpus``, and its queries may have no text.

    It is called by the file of qrels, its split too.

    Args:
        qrels: BEIR's three columns, parted by tabs, or TREC's four.
        queries: for their texts and labels, in any form that a collection may have them; None: without.
        topic_fields: of TREC topics, what is asked.

    Raises:
        BadRequest: spans are judged, which need their archive.
        UnreadableSource: a line cannot be read, or nothing is judged, or nothing as relevant.
    """
    judged = read_any_qrels(qrels)
    assert not isinstance(judged, list)  # spans are of archives alone
    if not any(grade > 0 for grades in judged.values() for grade in grades.values()):
        raise UnreadableSource("finds nothing relevant: no grade above 0", str(qrels))
    asked = read_any_queries(queries, topic_fields) if queries else []
    told = {one.query.qid: one.query for one in asked}
    name = qrels.name
    for ending in _ENDINGS:
        name = name.removesuffix(ending) or name
    return Collection(
        name=name,
        split=name,
        queries=tuple(told.get(qid) or _unknown(qid) for qid in judged),
        qrels=judged,
        corpus=None,
        files={"queries": queries, "qrels": qrels} if queries else {"qrels": qrels},
        unasked=sum(qid not in judged for qid in told),
    )


def _unknown(qid: str) -> CollectionQuery:
    """Returns a query of which nothing but its id is known; a document of that id is its own, as in BEIR."""
    return CollectionQuery(Query(qid, "", plain=True), own=frozenset({qid}))
