"""Gains and losses query by query: where two runs differ most, and which judged documents moved."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from policytext.evaluation.retrieval.collections.opening import texts
from policytext.evaluation.retrieval.comparing.significance import LEAST
from policytext.evaluation.retrieval.measuring.crediting import QueryCredit, counted_grades, credit, credited
from policytext.evaluation.retrieval.records import (
    Change,
    Collection,
    Grades,
    Judging,
    Moved,
    Run,
    Score,
)
from policytext.evaluation.retrieval.sorting import by_single_precision
from policytext.text.terms import query_terms, term_spans

_DOCUMENTS = 5
"""Documents told of a query."""
_WIDTH = 200
"""Characters shown of a document."""


def changes(
    collection: Collection,
    runs: Sequence[Run],
    scores: Sequence[Score],
    pairs: Sequence[tuple[int, int]],
    judging: Judging,
    examples: int,
) -> tuple[Change, ...]:
    """Returns of each pair of runs the queries that gain most by the leading measure, then the losers.

    Of a query those relevant documents are told whose rank changes, the greatest changes of their discount
    (1 / log2(1 + rank), times the grade) first, with the part of their text that holds most of the query's
    words. Ranks are those that were judged: without own documents and repeats, where these are left out.

    Args:
        collection: with its corpus, for the texts; without one there are none.
        runs: what was found.
        scores: the same runs measured, in the same order.
        pairs: places in both: what is told is the second less the first.
        judging: how they were measured.
        examples: how many gains and how many losses of a pair.
    """
    asked = {query.qid: query.query.text for query in collection.queries}
    counting = credit(collection, judging)
    found = []
    for first, second in pairs:
        for qid, before, after in _largest(scores[first], scores[second], judging.measures[0], examples):
            counts = counting[qid]
            ranks = [_ranks(runs[at], qid, counts, judging) for at in (first, second)]
            found.append(
                Change(
                    measure=judging.measures[0],
                    first=runs[first].name,
                    second=runs[second].name,
                    qid=qid,
                    text=asked.get(qid, ""),
                    before=before,
                    after=after,
                    moved=tuple(_moved(counted_grades(collection.qrels[qid], counts), *ranks)),
                )
            )
    return _with_texts(found, collection)


def _largest(first: Score, second: Score, measure: str, examples: int) -> list[tuple[str, float, float]]:
    """Returns the queries with the largest gains, then those with the largest losses, with both figures."""
    both = [(qid, values[measure], second.per_query[qid][measure]) for qid, values in first.per_query.items()]
    rising = sorted(both, key=lambda one: one[1] - one[2])  # stable: ties in the order of the qrels
    falling = sorted(both, key=lambda one: one[2] - one[1])
    gains = [one for one in rising[:examples] if one[2] - one[1] > LEAST]
    return gains + [one for one in falling[:examples] if one[1] - one[2] > LEAST]


def _ranks(run: Run, qid: str, counts: QueryCredit, judging: Judging) -> dict[str, int]:
    """Returns the rank of each document of a query as it was judged."""
    ranking = run.rankings.get(qid)
    if ranking is None:
        return {}
    if judging.ties == "trec_eval":
        ranking = by_single_precision(ranking)
    return {document: rank for rank, (document, _) in enumerate(credited(ranking, counts), 1)}


def _moved(grades: Grades, before: Mapping[str, int], after: Mapping[str, int]) -> Iterator[Moved]:
    """Yields the relevant documents whose rank changed, those that matter most first; few of them."""
    moved = [
        Moved(document, grade, before.get(document), after.get(document))
        for document, grade in grades.items()
        if grade > 0 and before.get(document) != after.get(document)
    ]
    yield from sorted(moved, key=lambda one: (-_weight(one), one.document))[:_DOCUMENTS]


def _weight(moved: Moved) -> float:
    """Returns by how much a document's discounted gain changes."""
    worth = [1 / math.log2(1 + rank) if rank else 0.0 for rank in (moved.before, moved.after)]
    return moved.grade * abs(worth[0] - worth[1])


def _with_texts(found: Sequence[Change], collection: Collection) -> tuple[Change, ...]:
    """Returns the changes with what their documents say, where there is a corpus."""
    wanted = frozenset(moved.document for change in found for moved in change.moved)
    if not wanted or collection.corpus is None:
        return tuple(found)
    told = texts(collection, wanted)
    return tuple(
        dataclasses.replace(
            change,
            moved=tuple(
                dataclasses.replace(moved, text=excerpt(told.get(moved.document, ""), change.text))
                for moved in change.moved
            ),
        )
        for change in found
    )


def excerpt(text: str, query: str, width: int = _WIDTH) -> str:
    """Returns the stretch of a text, about ``width`` characters of it, that holds most of a query's words.

    The first such, with what stands around them, from the beginning of a word; what is left out before and
    behind is told by "…", and runs of blank space are one.
    """
    text = " ".join(text.split())
    if len(text) <= width:
        return text
    wanted = frozenset(query_terms(query))
    first, last = _fullest([span for span in term_spans(text) if span[2] in wanted], width)
    start = max(0, min((first + last - width) // 2, len(text) - width))
    if start:  # on to where a word begins, unless that is behind the first of the query
        start = min(text.find(" ", start - 1, first) + 1 or first, first) if start < first else start
    end = start + width
    if end < len(text):
        blank = text.rfind(" ", start, end + 1)
        end = blank if blank > start + width // 2 else end
    return f"{'…' if start else ''}{text[start:end].rstrip()}{'…' if end < len(text) else ''}"


def _fullest(spans: Sequence[tuple[int, int, str]], width: int) -> tuple[int, int]:
    """Returns the first stretch of that width with most different terms; (0, 0) where there is none."""
    inside: Counter[str] = Counter()
    best, found, last = 0, (0, 0), 0
    for start, end, term in spans:
        while last < len(spans) and spans[last][1] <= max(start + width, end):
            inside[spans[last][2]] += 1
            last += 1
        if len(inside) > best:
            best, found = len(inside), (start, spans[last - 1][1])
        inside[term] -= 1
        if not inside[term]:
            del inside[term]
    return found
