"""Runs measured, compared, cut into slices and looked at query by query: one call, one record."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.comparing.changes import changes
from policytext.evaluation.retrieval.comparing.significance import (
    LEAST,
    detectable,
    holm,
    intervals,
    randomisation,
)
from policytext.evaluation.retrieval.comparing.slices import slices
from policytext.evaluation.retrieval.measuring.names import depth_of, parse_measures
from policytext.evaluation.retrieval.measuring.scoring import score_run
from policytext.evaluation.retrieval.notes import (
    depth_notes,
    depth_told,
    left_out_notes,
    notes,
)
from policytext.evaluation.retrieval.records import (
    Collection,
    Comparison,
    Evaluation,
    Judging,
    LeftOut,
    Run,
    Score,
)

if TYPE_CHECKING:
    from policytext.evaluation.retrieval.comparing.significance import Floats

Pair = tuple[int, int]
"""The places of two runs among those evaluated; what is told is the second less the first."""


def evaluate(
    collection: Collection,
    runs: Sequence[Run],
    judging: Judging,
    facets: Sequence[str] | None = None,
    examples: int = 5,
    left_out: Sequence[LeftOut] = (),
) -> Evaluation:
    """Returns everything that can be said of runs on a collection.

    Every judged query counts in every run. Runs are compared each with each in the order given, or all with
    the baseline; p values of one measure are corrected together (Holm), each measure by itself. A measure
    that looks deeper than some run was asked for, as its header tells, is left out. Of runs that do not tell
    it all are computed, what they have not being found by nobody, as in trec_eval. The notes tell both, and
    where a measure without a cutoff compares runs of unequal depth.

    Args:
        collection: what was asked, with its qrels.
        runs: what was found; their names differ.
        judging: measures, ties, levels, baseline.
        facets: names of labels that slices are cut by; None is all that part the pairs, none of them none.
        examples: how many gains and how many losses of a pair of runs are told by query.
        left_out: systems that were to be among the runs and could not be run; noted before all else.

    Raises:
        BadRequest: no run, two of one name, one that answers no judged query, an unknown baseline, facet or
            measure, or no measure that every run is deep enough for.
    """
    _check(collection, runs, judging)
    asked = parse_measures(judging.measures)
    measures = _deep_enough(runs, asked)
    judging = dataclasses.replace(judging, measures=measures)
    scores = _with_intervals([score_run(run, collection, judging, measures) for run in runs], judging)
    pairs = _pairs(runs, judging)
    cut, cut_notes = slices(collection, runs, scores, judging, facets)
    return Evaluation(
        collection=collection,
        judging=judging,
        measures=measures,
        scores=scores,
        comparisons=_comparisons(scores, pairs, judging),
        slices=cut,
        changes=changes(collection, runs, scores, pairs, judging, examples),
        notes=(
            *left_out_notes(left_out),
            *depth_notes(runs, asked),
            *notes(collection, runs, scores, judging),
            *cut_notes,
        ),
        left_out=tuple(left_out),
    )


def _check(collection: Collection, runs: Sequence[Run], judging: Judging) -> None:
    names = [run.name for run in runs]
    if not names:
        raise BadRequest("no run to measure")
    name, times = Counter(names).most_common(1)[0]
    if times > 1:
        raise BadRequest(f"{times} runs are called {name}", advice="another tag for one of them")
    if judging.baseline is not None and judging.baseline not in names:
        raise BadRequest(f"no run is called {judging.baseline}", "baseline", ", ".join(names))
    for run in runs:
        if run.rankings and collection.qrels.keys().isdisjoint(run.rankings):
            example = f"{next(iter(run.rankings), 'nothing')}, not {next(iter(collection.qrels), 'nothing')}"
            what = f"answers none of the judged queries of {collection.name} (but {example})"
            raise BadRequest(what, run.name, "the collection it was made on")


def _deep_enough(runs: Sequence[Run], measures: Sequence[str]) -> tuple[str, ...]:
    """Returns the measures for which every run is deep enough, as far as headers tell."""
    told = {run.name: depth for run in runs if (depth := depth_told(run)) is not None}
    shallow = min(told, key=lambda name: told[name], default=None)
    kept = tuple(m for m in measures if shallow is None or depth_of(m) <= told[shallow])
    if not kept and shallow is not None:
        raise BadRequest(
            f"{shallow} was asked for {told[shallow]} documents a query, too few for {', '.join(measures)}",
            advice="a measure with a lower cutoff, or a deeper run",
        )
    return kept


def _pairs(runs: Sequence[Run], judging: Judging) -> list[Pair]:
    """Returns which runs are compared: all with the baseline, else each with each."""
    if judging.baseline is None:
        return list(combinations(range(len(runs)), 2))
    names = [run.name for run in runs]
    first = names.index(judging.baseline)
    return [(first, second) for second in range(len(runs)) if second != first]


def _with_intervals(scores: Sequence[Score], judging: Judging) -> tuple[Score, ...]:
    """Returns the scores with the bootstrap interval of each mean, where there is more than one query."""
    import numpy as np

    if len(scores[0].per_query) < 2:
        return tuple(scores)
    values = np.concatenate([_values(score, judging) for score in scores], axis=1)
    bounds = iter(intervals(values, judging.resamples, judging.seed, judging.alpha))
    return tuple(
        dataclasses.replace(score, intervals={measure: next(bounds)[:2] for measure in judging.measures})
        for score in scores
    )


def _comparisons(scores: Sequence[Score], pairs: Sequence[Pair], judging: Judging) -> tuple[Comparison, ...]:
    """Returns the comparisons, measure by measure, the pairs of each in their order."""
    import numpy as np

    if not pairs or not scores[0].per_query:
        return ()
    values = [_values(score, judging) for score in scores]
    gained = np.concatenate([values[second] - values[first] for first, second in pairs], axis=1)
    gained[np.abs(gained) < LEAST] = 0.0
    tested = randomisation(gained, judging.resamples, judging.seed)
    bounds = intervals(gained, judging.resamples, judging.seed, judging.alpha)
    least = detectable(gained, judging.alpha)
    found: list[Comparison] = []
    for place, measure in enumerate(judging.measures):
        columns = range(place, gained.shape[1], len(judging.measures))
        corrected = holm([tested[column][0] for column in columns])
        for (first, second), column, p_holm in zip(pairs, columns, corrected, strict=True):
            low, high, kind = bounds[column]
            found.append(
                Comparison(
                    measure=measure,
                    first=scores[first].run,
                    second=scores[second].run,
                    queries=len(gained),
                    difference=scores[second].mean(measure) - scores[first].mean(measure),
                    low=low,
                    high=high,
                    p=tested[column][0],
                    p_holm=p_holm,
                    wins=int((gained[:, column] > 0).sum()),
                    losses=int((gained[:, column] < 0).sum()),
                    detectable=least[column],
                    exact=tested[column][1],
                    interval=kind,
                )
            )
    return tuple(found)


def _values(score: Score, judging: Judging) -> Floats:
    """Returns what a run reaches: shape (queries, measures), queries in the qrels' order."""
    import numpy as np

    rows = [[found[measure] for measure in judging.measures] for found in score.per_query.values()]
    return np.array(rows, dtype=np.float64).reshape(len(rows), len(judging.measures))
