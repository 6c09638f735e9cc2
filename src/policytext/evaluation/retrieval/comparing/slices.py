"""What runs reach on parts of a collection: by what queries or documents say of themselves, and by wording.

A slice is made of pairs of a query and a relevant document. Labels of queries (kind ...) take all pairs of a
query; labels of documents (era, quality of reading ...) and the wording take single pairs. Then only the
pairs of the slice count as relevant; the other relevant documents of a query are taken out of the ranking
and out of the qrels, so they are neither hits nor errors; a query without such a pair does not count.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet

from policytext.errors import BadRequest
from policytext.evaluation.retrieval.collections.opening import document_labels, texts
from policytext.evaluation.retrieval.measuring.crediting import credit, judged_side
from policytext.evaluation.retrieval.measuring.scoring import score_run
from policytext.evaluation.retrieval.records import (
    NOTHING,
    Collection,
    CollectionQuery,
    Grades,
    Judging,
    Qrels,
    Ranking,
    Run,
    Score,
    Slice,
)
from policytext.evaluation.wording import counted
from policytext.text.terms import query_terms, terms

WORDING = "wording"
SMALL = 10
"""A slice of fewer queries says little; tables mark it."""
_MOST = 12
_VERBATIM, _PARTLY, _PARAPHRASE = "verbatim", "partly", "paraphrase"
_HALF = 0.5
_TEXTS = 20_000
"""Texts held at once; more of them take another pass over the corpus."""
_NUMBER = re.compile(r"(\d{1,9})")

Pairs = Mapping[str, Mapping[str, frozenset[str]]]
"""The relevant documents of each query that have a value, by value."""


def slices(
    collection: Collection,
    runs: Sequence[Run],
    scores: Sequence[Score],
    judging: Judging,
    asked: Sequence[str] | None = None,
) -> tuple[tuple[Slice, ...], list[str]]:
    """Returns the slices by the leading measure, facet by facet and value by value, and notes on them.

    The facet ``wording`` is how much of a query its document prints: of the query's content words (stems, as
    the search has them, without stop words) all stand in the document (verbatim), half or more (partly), or
    fewer (paraphrase). It needs the corpus, as the labels of documents do.

    Args:
        collection: queries and documents with their labels.
        runs: what was found.
        scores: the same runs measured, in the same order.
        judging: how they were; the first measure is the leading one.
        asked: names of facets; None is all that have between 2 and 12 values, the others are noted.

    Raises:
        BadRequest: a facet that was asked for is not there.
    """
    if asked is not None and not asked:
        return (), []
    relevant = _relevant(collection, judging)
    by_query = _query_facets(collection, relevant)
    by_pair = _pair_facets(collection, relevant, by_query) if collection.corpus is not None else {}
    everything = {**by_query, **by_pair}  # no name is in both
    for name in asked or ():
        if name not in everything:
            raise BadRequest(f"no facet {name!r}", "slices", ", ".join(everything) or "labels in metadata")
    chosen = [name for name in everything if asked is None or name in asked]
    left_out = [name for name in chosen if asked is None and not 2 <= len(everything[name]) <= _MOST]
    made: list[Slice] = []
    for name in chosen:
        if name not in left_out:
            values = {value: everything[name][value] for value in sorted(everything[name], key=_natural)}
            whole = name in by_query
            made += _of_queries(name, values, collection, scores, judging) if whole else ()
            made += () if whole else _of_pairs(name, values, collection, runs, judging)
    told = ", ".join(f"{name} ({counted(len(everything[name]), 'value')})" for name in left_out)
    return tuple(made), [f"no slices by {told}"] if left_out else []


def _relevant(collection: Collection, judging: Judging) -> dict[str, frozenset[str]]:
    """Returns the relevant documents of each query that has any; its own are none where they are left out."""
    found = {}
    for qid, counts in credit(collection, judging).items():
        found[qid] = frozenset(
            document
            for document, grade in collection.qrels[qid].items()
            if grade > 0
            and document not in counts.own
            and counts.groups.get(document) not in counts.own_groups
        )
    return {qid: documents for qid, documents in found.items() if documents}


def query_facets(collection: Collection) -> dict[str, str]:
    """Returns the labels that queries have, with what the facet of each is called: like itself.

    Only ``wording`` becomes ``wording of the query``, since another facet has that name.
    """
    labels = {name for query in collection.queries for name in query.labels}
    return _named(labels, "query", {WORDING})


def _named(labels: AbstractSet[str], holder: str, taken: AbstractSet[str]) -> dict[str, str]:
    """Returns what the facet of each label is called: where that is taken, with whose it is behind it."""
    named = {}
    for label in sorted(labels):
        name = label
        while name in taken | (labels - {label}):
            name = f"{name} of the {holder}"
        named[label] = name
    return named


def _query_facets(collection: Collection, relevant: Mapping[str, frozenset[str]]) -> dict[str, Pairs]:
    """Returns the pairs by the labels of queries."""
    named = query_facets(collection)
    facets: dict[str, dict[str, dict[str, frozenset[str]]]] = defaultdict(lambda: defaultdict(dict))
    for query in collection.queries:
        if query.qid in relevant:
            for name, value in query.labels.items():
                facets[named[name]][value][query.qid] = relevant[query.qid]
    return {name: dict(facets[name]) for name in sorted(facets)}


def _pair_facets(
    collection: Collection, relevant: Mapping[str, frozenset[str]], taken: Mapping[str, Pairs]
) -> dict[str, Pairs]:
    """Returns the pairs by the labels of documents, and by wording."""
    told: dict[str, dict[tuple[str, str], str]] = defaultdict(dict)
    labels = document_labels(collection, {d for documents in relevant.values() for d in documents})
    named = _named({name for of in labels.values() for name in of}, "document", {*taken, WORDING})
    for qid, documents in relevant.items():
        for document in documents:
            for name, value in labels.get(document, {}).items():
                told[named[name]][qid, document] = value
    wording = dict(_wordings(collection, relevant))
    if wording:
        told[WORDING] = wording
    return {name: _by_value(told[name]) for name in sorted(told)}  # sets of documents have no order


def _by_value(told: Mapping[tuple[str, str], str]) -> Pairs:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for (qid, document), value in told.items():
        found[value][qid].add(document)
    return {value: {qid: frozenset(ds) for qid, ds in pairs.items()} for value, pairs in found.items()}


def _wordings(
    collection: Collection, relevant: Mapping[str, frozenset[str]]
) -> Iterator[tuple[tuple[str, str], str]]:
    """Yields each pair with how much of the query the document prints; pairs without a text not."""
    wanted = {query.qid: frozenset(query_terms(query.query.text)) for query in collection.queries}
    askers: dict[str, list[str]] = defaultdict(list)
    for qid, documents in relevant.items():
        for document in documents if wanted.get(qid) else ():
            askers[document].append(qid)
    names = sorted(askers)
    for start in range(0, len(names), _TEXTS):
        for document, text in texts(collection, frozenset(names[start : start + _TEXTS])).items():
            printed = set(terms(text))
            for qid in askers[document]:
                yield (qid, document), wording_of(wanted[qid], printed)


def wording_of(wanted: frozenset[str], printed: set[str]) -> str:
    """Returns how much of what is wanted is printed: verbatim, partly or paraphrase."""
    share = len(wanted & printed) / len(wanted)
    if share == 1:
        return _VERBATIM
    return _PARTLY if share >= _HALF else _PARAPHRASE


def _of_queries(
    name: str, values: Pairs, collection: Collection, scores: Sequence[Score], judging: Judging
) -> Iterator[Slice]:
    """Yields the slices of a facet whose values belong to whole queries."""
    lead = judging.measures[0]
    judged = judged_side(collection, judging)
    for value, pairs in values.items():
        for score in scores:
            reached = [score.per_query[qid][lead] for qid in pairs]
            yield _slice(name, value, score.run, lead, reached, _count(judged, pairs))


def _of_pairs(
    name: str, values: Pairs, collection: Collection, runs: Sequence[Run], judging: Judging
) -> Iterator[Slice]:
    """Yields the slices of a facet whose values belong to pairs: all values of a run are measured at once."""
    lead = judging.measures[0]
    qids = {(value, qid): f"{at}:{qid}" for at, value in enumerate(values) for qid in values[value]}
    part = _restricted(collection, values, qids)
    judged = judged_side(part, judging)
    found = {
        run.name: score_run(
            _restricted_run(run, collection, values, qids, once=judging.groups_once), part, judging, (lead,)
        )
        for run in runs
    }
    for value, pairs in values.items():
        names = [qids[value, qid] for qid in pairs]
        for run in runs:
            reached = [found[run.name].per_query[qid][lead] for qid in names]
            yield _slice(name, value, run.name, lead, reached, _count(judged, names))


def _count(judged: Qrels, qids: Iterable[str]) -> int:
    """Returns how many pairs there are, a group being one."""
    return sum(grade > 0 for qid in qids for grade in judged[qid].values())


def _slice(name: str, value: str, run: str, measure: str, reached: Sequence[float], pairs: int) -> Slice:
    mean = math.fsum(reached) / len(reached)
    return Slice(name, value, run, measure, mean=mean, queries=len(reached), pairs=pairs)


def _restricted(collection: Collection, values: Pairs, qids: Mapping[tuple[str, str], str]) -> Collection:
    """Returns a collection that asks each query once a value; the pairs of that value alone are relevant."""
    asked = {query.qid: query for query in collection.queries}
    qrels = {
        new: {
            document: grade
            for document, grade in collection.qrels[qid].items()
            if grade <= 0 or document in values[value][qid]
        }
        for (value, qid), new in qids.items()
    }
    queries = tuple(_renamed(asked[qid], new) for (_, qid), new in qids.items() if qid in asked)
    groups = {new: collection.groups[qid] for (_, qid), new in qids.items() if qid in collection.groups}
    return dataclasses.replace(collection, queries=queries, qrels=qrels, groups=groups)


def _renamed(query: CollectionQuery, qid: str) -> CollectionQuery:
    return dataclasses.replace(query, query=dataclasses.replace(query.query, qid=qid))


def _restricted_run(
    run: Run, collection: Collection, values: Pairs, qids: Mapping[tuple[str, str], str], *, once: bool
) -> Run:
    """Returns the run for such a collection: without what is relevant to a query but not of the value.

    Where a group counts once, a document that prints the same as such a one goes with it.
    """
    rankings = {}
    for (value, qid), new in qids.items():
        ranking = run.rankings.get(qid)
        if ranking is not None:
            groups = collection.groups.get(qid, NOTHING) if once else NOTHING
            out, out_groups = _out(values[value][qid], collection.qrels[qid], groups)
            left = [(d, s) for d, s in ranking if d not in out and groups.get(d) not in out_groups]
            rankings[new] = Ranking(tuple(d for d, _ in left), [s for _, s in left])
    return dataclasses.replace(run, rankings=rankings)


def _out(
    kept: frozenset[str], grades: Grades, groups: Mapping[str, str]
) -> tuple[frozenset[str], frozenset[str]]:
    """Returns the relevant documents that are not kept, and the groups of theirs of which none is kept."""
    out = frozenset(document for document, grade in grades.items() if grade > 0) - kept
    stay = {groups[document] for document in kept if document in groups}
    return out, frozenset(groups[document] for document in out if document in groups) - stay


def _natural(value: str) -> tuple[int, list[tuple[int, int, str]]]:
    """The order of values: verbatim, partly, paraphrase; numbers in a value by their size."""
    degrees = (_VERBATIM, _PARTLY, _PARAPHRASE)
    parts = [(0, int(p), "") if p.isdecimal() else (1, 0, p) for p in _NUMBER.split(value) if p]
    return degrees.index(value) if value in degrees else len(degrees), parts
