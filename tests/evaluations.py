"""Evaluations made from data: what tests of tables, pages and folders are given."""

import json
from pathlib import Path

from policytext.evaluation.retrieval.records import (
    Change,
    Collection,
    CollectionQuery,
    Comparison,
    Evaluation,
    Judging,
    Moved,
    Score,
    Slice,
    Unjudged,
)
from policytext.ranking import Query

DATA = Path(__file__).parent / "data" / "evaluation" / "report"
NAMES = ("usual", "one_query", "single", "hostile")


def evaluation(name: str) -> Evaluation:
    """The evaluation that a file of the data tells."""
    told = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    measures = tuple(told["measures"])
    return Evaluation(
        collection=collection(told["collection"]),
        judging=Judging(**{**told["judging"], "measures": measures}),
        measures=measures,
        scores=tuple(score(one, measures) for one in told["scores"]),
        comparisons=tuple(Comparison(*one) for one in told.get("comparisons", ())),
        slices=tuple(Slice(*one) for one in told.get("slices", ())),
        changes=tuple(
            Change(*one[:-1], moved=tuple(Moved(*moved) for moved in one[-1]))
            for one in told.get("changes", ())
        ),
        notes=tuple(told.get("notes", ())),
    )


def collection(told: dict) -> Collection:
    """A collection without files."""
    return Collection(
        name=told["name"],
        split=told["split"],
        queries=tuple(CollectionQuery(Query(qid, text)) for qid, text in told["queries"].items()),
        qrels=told["qrels"],
        corpus=None,
        files={},
        unasked=told.get("unasked", 0),
        exhaustive=told.get("exhaustive", False),
    )


def score(told: dict, measures: tuple[str, ...]) -> Score:
    """A run's score; its values stand in the order of the measures."""
    rest = {
        name: told[name]
        for name in ("missing", "strangers", "tied", "judged", "intervals", "bounds")
        if name in told
    }
    return Score(
        run=told["run"],
        per_query={
            qid: dict(zip(measures, values, strict=True)) for qid, values in told["per_query"].items()
        },
        unjudged=tuple(Unjudged(told["run"], *one) for one in told.get("unjudged", ())),
        **rest,
    )


def many(
    runs: int, queries: int, measures: tuple[str, ...] = ("nDCG@10", "AP", "RR@10", "R@100")
) -> Evaluation:
    """An evaluation of many runs with long names, every figure told by its place."""
    names = [f"hybrid:model=sentence-transformers-all-minilm-l6-v2,weight=0.{n:02d}" for n in range(runs)]
    values = [
        {
            f"q{q}": {m: ((q * 7 + n * 3 + at) % 101) / 100 for at, m in enumerate(measures)}
            for q in range(queries)
        }
        for n in range(runs)
    ]
    pairs = [(a, b) for a in range(runs) for b in range(a + 1, runs)]
    return Evaluation(
        collection=collection(
            {
                "name": "many",
                "split": "test",
                "queries": {f"q{q}": f"query {q}" for q in range(queries)},
                "qrels": {f"q{q}": {f"d{q}": 1} for q in range(queries)},
            }
        ),
        judging=Judging(measures=measures),
        measures=measures,
        scores=tuple(Score(name, one) for name, one in zip(names, values, strict=True)),
        comparisons=tuple(
            Comparison(m, names[a], names[b], queries, 0.001 * (b - a), -0.01, 0.02, 0.01, 0.3, 4, 3, 0.02)
            for m in measures
            for a, b in pairs
        ),
        slices=tuple(
            Slice("era", f"{year}s", name, measures[0], 0.5, 12, 20)
            for year in range(1940, 2020, 10)
            for name in names
        ),
        changes=tuple(Change(measures[0], names[a], names[b], "q1", "query 1", 0.1, 0.2) for a, b in pairs),
    )
