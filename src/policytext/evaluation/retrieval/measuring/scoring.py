"""Measures of runs, all computed by ir-measures (MacAvaney, Macdonald and Ounis, ECIR 2022).

Names are ir-measures' own: nDCG@10, AP, RR@10, R@100, P@5, AP(rel=2), nDCG(gains={1:1,2:3})@10. What this
package adds is what tools decide in silence: ties, queries that a run leaves out, documents that count.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.measuring.crediting import QueryCredit, counted_grades, credit, credited
from policytext.evaluation.retrieval.measuring.instrument import Graded, Instrument, mean
from policytext.evaluation.retrieval.measuring.names import parse_measures
from policytext.evaluation.retrieval.measuring.ties import Grade, open_groups, sorted_within
from policytext.evaluation.retrieval.records import (
    Collection,
    Grades,
    Judging,
    Ranking,
    Run,
    Score,
    Ties,
    Unjudged,
)
from policytext.evaluation.retrieval.sorting import by_score, by_single_precision
from policytext.evaluation.wording import counted

_CHUNK = 200
"""Queries that are measured together; with 1,000 hits each their dictionaries take some 20 MB."""
_JUDGED, _FIRST = "Judged@10", 10
_LARGEST = 1_000_000


@dataclass(frozen=True, slots=True)
class _Asked:
    """A judged query with what a run found for it: the ranking that counts, by ids and by grades."""

    qid: str
    ranking: Ranking
    graded: Graded


@dataclass(slots=True)
class _Tally:
    """What adds up while a run is measured, query by query."""

    per_query: dict[str, dict[str, float]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    hopeless: int = 0
    judged: list[float] = field(default_factory=list)
    unjudged: list[Unjudged] = field(default_factory=list)
    worst: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    best: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    tied: int = 0
    variances: list[float] = field(default_factory=list)


def score_run(run: Run, collection: Collection, judging: Judging, measures: Sequence[str]) -> Score:
    """Returns what a run reaches by each measure.

    Every judged query counts: one that the run leaves out, or for which nothing that counts is left, has 0
    and is listed; one without a relevant document has 0 too, as in ir-measures and ``trec_eval -c`` (a note
    tells how many). Queries that nobody judged do not count.

    Ties, with ``expected``: scores that are equal as the file has them leave the order open, and a query has
    the mean over its orders (see ``ties``), so no figure depends on ids or on the order of lines. With
    ``trec_eval``: scores in single precision, equal ones by id, falling, as trec_eval sorts. Either way
    ``bounds`` are of the orders with all less relevant, and all more relevant, documents of a score first.
    ``tied`` counts queries where documents of one score have different grades: no other order shows.

    In an ``exhaustive`` collection what was found and not judged has grade 0.

    Raises:
        BadRequest: a measure cannot be computed (see ``parse_measures``), or a grade is beyond a million, for
            which trec_eval would reserve that many counters.
    """
    names = parse_measures(measures)
    _check_grades(collection)
    counting = credit(collection, judging)
    tally = _Tally()
    for qids in _chunks(collection.qrels):
        asked = [_ask(qid, run, collection, counting[qid], judging.ties) for qid in qids]
        _measure(asked, names, tally, judging.ties, exhaustive=collection.exhaustive)
        for query in asked if not collection.exhaustive else ():
            tally.unjudged += _unjudged(run.name, query)
    bounds = {name: _bounds(tally, name) for name in names} if tally.tied else {}
    return Score(
        run=run.name,
        per_query=tally.per_query,
        header=run.header,
        missing=tuple(tally.missing),
        strangers=sum(1 for qid in run.rankings if qid not in collection.qrels),
        tied=tally.tied,
        bounds=bounds,
        judged=mean(tally.judged) if tally.judged else 1.0,
        unjudged=tuple(tally.unjudged),
        notes=_notes(run, tally, names),
    )


def _check_grades(collection: Collection) -> None:
    for qid, grades in collection.qrels.items():
        for document, grade in grades.items():
            if abs(grade) > _LARGEST:
                what = f"query {qid} gives document {document} the grade {grade}"
                raise BadRequest(what, advice=f"grades up to {_LARGEST:,}")


def _chunks(qids: Iterable[str]) -> Iterator[list[str]]:
    remaining = iter(qids)
    while chunk := list(itertools.islice(remaining, _CHUNK)):
        yield chunk


def _ask(qid: str, run: Run, collection: Collection, counts: QueryCredit, ties: Ties) -> _Asked:
    found = run.rankings.get(qid, Ranking((), ()))
    ranking = credited(by_single_precision(found) if ties == "trec_eval" else by_score(found), counts)
    judged = counted_grades(collection.qrels[qid], counts)
    grades = _grades(ranking, judged, exhaustive=collection.exhaustive)
    held = set(ranking.documents)
    missed = tuple(grade for document, grade in judged.items() if document not in held)
    return _Asked(qid, ranking, Graded(grades, missed, open_groups(ranking.scores, grades)))


def _grades(ranking: Ranking, judged: Grades, *, exhaustive: bool) -> list[Grade]:
    otherwise = 0 if exhaustive else None
    return [judged.get(document, otherwise) for document in ranking.documents]


def _unjudged(run: str, query: _Asked) -> Iterator[Unjudged]:
    """Yields the documents among the first ten that have no grade."""
    first = zip(query.ranking.documents[:_FIRST], query.graded.grades[:_FIRST], strict=True)
    for rank, (document, grade) in enumerate(first, 1):
        if grade is None:
            yield Unjudged(run, query.qid, rank, document)


def _measure(
    asked: Sequence[_Asked], names: Sequence[str], tally: _Tally, ties: Ties, *, exhaustive: bool
) -> None:
    """Measures some queries and adds them up."""
    wanted = names if exhaustive or _JUDGED in names else (*names, _JUDGED)
    queries = [query.graded for query in asked]
    instrument = Instrument(queries, wanted)
    tied = {n: query for n, query in enumerate(queries) if query.groups}
    averaged = tied if ties == "expected" else {}
    values = instrument.values({n: q.grades for n, q in enumerate(queries) if n not in averaged})
    expected, variances = instrument.expected(averaged, names[0])
    values |= expected
    worst, best = (
        values | instrument.values({n: sorted_within(q.grades, q.groups, best=b) for n, q in tied.items()})
        for b in (False, True)
    )
    for n, query in enumerate(asked):
        tally.per_query[query.qid] = {name: values[n][name] for name in names}
        for name in names:
            tally.worst[name].append(worst[n][name])
            tally.best[name].append(best[n][name])
        if not query.graded.grades:
            tally.missing.append(query.qid)
        elif not exhaustive:
            tally.judged.append(values[n][_JUDGED])
        tally.hopeless += not any((grade or 0) > 0 for grade in (*query.graded.grades, *query.graded.missed))
    tally.tied += len(tied)
    tally.variances += variances


def _bounds(tally: _Tally, name: str) -> tuple[float, float]:
    low, high = sorted((mean(tally.worst[name]), mean(tally.best[name])))
    return low, high


def _notes(run: Run, tally: _Tally, names: Sequence[str]) -> tuple[str, ...]:
    """Returns what a reader of the figures should know, a line each."""
    notes = list(run.notes)
    if tally.hopeless:
        notes.append(f"{counted(tally.hopeless, 'query')} without a relevant document count 0")
    if tally.variances:
        # queries whose ties are alike share their draws, so their errors may all lie on one side
        error = math.fsum(math.sqrt(variance) for variance in tally.variances) / len(tally.per_query)
        queries = counted(len(tally.variances), "query")
        notes.append(
            f"{queries} tied in too many orders to try all: means over drawn ones"
            f" (standard error of the mean {names[0]}: {error:.1g} at most)"
        )
    return tuple(notes)
