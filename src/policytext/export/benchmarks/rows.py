"""An evaluation as rows: for programs on the screen, and for the tables of a folder. All digits are kept."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from policytext.evaluation.retrieval.records import Change, Comparison, Evaluation, Score, Slice, Unjudged

Row = dict[str, Any]

PER_QUERY = ("run", "qid", "measure", "value")
COMPARISONS = (
    *("measure", "first", "second", "queries", "difference", "low", "high", "interval", "p", "p_holm"),
    *("wins", "losses", "ties", "detectable", "exact"),
)
SLICES = ("facet", "value", "run", "measure", "mean", "queries", "pairs")
UNJUDGED = ("run", "qid", "rank", "document", "text")
CHANGES = (
    *("measure", "first", "second", "qid", "query", "before", "after", "difference"),
    *("document", "grade", "rank_before", "rank_after", "text"),
)


def evaluation_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yields everything; ``record`` says what a row is: run, query, comparison, slice, change, note."""
    for score in evaluation.scores:
        yield {"record": "run", **_collection(evaluation), **run_row(score, evaluation)}
    for row in per_query_rows(evaluation):
        yield {"record": "query", **row}
    for comparison in evaluation.comparisons:
        yield {"record": "comparison", **comparison_row(comparison)}
    for one in evaluation.slices:
        yield {"record": "slice", **slice_row(one)}
    for change in evaluation.changes:
        for row in change_rows(change):
            yield {"record": "change", **row}
    for note in evaluation.notes:
        yield {"record": "note", "text": note}


def _collection(evaluation: Evaluation) -> Row:
    collection = evaluation.collection
    return {"collection": collection.name, "split": collection.split, "queries": len(collection.qrels)}


def run_row(score: Score, evaluation: Evaluation) -> Row:
    """Returns a run's figures; an interval is [low, high].

    ``queries_without_hits`` are the ids of judged queries, ``unjudged_queries`` how many others the run
    answers. In ``queries_with_ties`` equal scores leave the order open, and ``tie_bounds`` are the means
    under the worst and the best order. Among the first ten of all queries are ``unjudged_hits``.
    """
    return {
        "run": score.run,
        "means": {measure: score.mean(measure) for measure in evaluation.measures},
        "intervals": {measure: list(bounds) for measure, bounds in score.intervals.items()},
        "queries_without_hits": list(score.missing),
        "unjudged_queries": score.strangers,
        "queries_with_ties": score.tied,
        "tie_bounds": {measure: list(bounds) for measure, bounds in score.bounds.items()},
        "judged@10": score.judged,
        "unjudged_hits": len(score.unjudged),
    }


def per_query_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yields the rows under `PER_QUERY`: run by run, query by query, measure by measure."""
    for score in evaluation.scores:
        for qid, values in score.per_query.items():
            for measure in evaluation.measures:
                yield {"run": score.run, "qid": qid, "measure": measure, "value": values[measure]}


def comparison_row(one: Comparison) -> Row:
    """Returns a row under `COMPARISONS`; what cannot be tested is None."""
    return {
        "measure": one.measure,
        "first": one.first,
        "second": one.second,
        "queries": one.queries,
        "difference": one.difference,
        "low": _finite(one.low),
        "high": _finite(one.high),
        "interval": one.interval,
        "p": _finite(one.p),
        "p_holm": _finite(one.p_holm),
        "wins": one.wins,
        "losses": one.losses,
        "ties": one.queries - one.wins - one.losses,
        "detectable": _finite(one.detectable),
        "exact": one.exact,
    }


def slice_row(one: Slice) -> Row:
    """Returns a row under `SLICES`."""
    return {name: getattr(one, name) for name in SLICES}


def unjudged_row(one: Unjudged, texts: Mapping[str, str]) -> Row:
    """Returns a row under `UNJUDGED`; ``texts`` are those of documents by id."""
    told = {"run": one.run, "qid": one.qid, "rank": one.rank, "document": one.document}
    return {**told, "text": texts.get(one.document, "")}


def change_rows(change: Change) -> Iterator[Row]:
    """Yields the rows under `CHANGES`: one a document that moved, one without where none did."""
    told = {
        "measure": change.measure,
        "first": change.first,
        "second": change.second,
        "qid": change.qid,
        "query": change.text,
        "before": change.before,
        "after": change.after,
        "difference": change.after - change.before,
    }
    if not change.moved:
        yield told
    for moved in change.moved:
        yield {
            **told,
            "document": moved.document,
            "grade": moved.grade,
            "rank_before": moved.before,
            "rank_after": moved.after,
            "text": moved.text,
        }


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
