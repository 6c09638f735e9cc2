"""What a reader of the figures should know: lines beside the tables."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from policytext.evaluation.retrieval.collections.opening import document_labels, fingerprints
from policytext.evaluation.retrieval.measuring.names import depth_of
from policytext.evaluation.retrieval.records import Collection, Judging, LeftOut, Run, Score
from policytext.evaluation.wording import counted

_NAMED = 5
"""Queries named in a note; the others are counted."""


def left_out_notes(left_out: Iterable[LeftOut]) -> Iterator[str]:
    """Yields which systems are missing among the runs, and why."""
    for one in left_out:
        yield f"WARNING: {one.system} could not be run and is left out: {one.why}"


def depth_told(run: Run) -> int | None:
    """Returns how many documents a query asked for, as the run's header tells; None where it does not."""
    told = _ours(run).get("depth")
    if not isinstance(told, int) or isinstance(told, bool):
        return None
    return max(told, _longest(run))


def _longest(run: Run) -> int:
    return max(map(len, run.rankings.values()), default=0)


def depth_notes(runs: Sequence[Run], measures: Sequence[str]) -> Iterator[str]:
    """Yields what is to be known of how deep runs are, for what was asked to be measured.

    Which measures are left out, since the header of a run tells a depth below their cutoff; which runs hold
    less than a cutoff and tell no depth; and where runs of unequal depth meet measures without a cutoff.
    """
    told = {run.name: depth for run in runs if (depth := depth_told(run)) is not None}
    shallow = min(told, key=lambda name: told[name], default="")
    deep = [measure for measure in measures if depth_of(measure) > told.get(shallow, math.inf)]
    if deep:
        verb = "is" if len(deep) == 1 else "are"
        documents = counted(told[shallow], "document")
        yield f"{_and(deep)} {verb} left out: {shallow} was asked for {documents} a query"
    held = {run.name: told.get(run.name, _longest(run)) for run in runs}
    for run in runs:
        beyond = [m for m in measures if m not in deep and depth_of(m) > held[run.name]]
        if beyond and run.rankings:
            documents = counted(held[run.name], "document")
            yield (
                f"{run.name} holds at most {documents} a query and does not tell how many it was asked for: "
                f"what is missing up to the cutoff of {_and(beyond)} counts as not relevant"
            )
    whole = [measure for measure in measures if "@" not in measure]
    if whole and len(set(held.values())) > 1:
        depths = ", ".join(f"{name} {depth:,}" for name, depth in held.items())
        yield (
            f"{_and(whole)} {'looks' if len(whole) == 1 else 'look'} at whole rankings, and these are of "
            f"unequal depth, which favours the deeper (documents a query: {depths})"
        )


def _ours(run: Run) -> Mapping[str, Any]:
    """Returns this package's part of a run's header; empty where another program made the run."""
    found = run.header.get("policytext")
    return found if isinstance(found, Mapping) else {}


def notes(
    collection: Collection, runs: Sequence[Run], scores: Sequence[Score], judging: Judging
) -> list[str]:
    """Returns what figures alone do not say, the gravest first.

    Runs made on other files than these, figures on the ground a system was tuned on, queries without a hit,
    unjudged documents, ties, queries nobody judged, and differences that cannot be tested.
    """
    here = fingerprints(collection) if any(map(_files, runs)) else {}
    return [
        *_other_files(runs, here),
        *_tuned(collection, runs, here),
        *_collection(collection),
        *_own(collection, runs, judging),
        *_missing(scores),
        *_unknown(collection, scores),
        *_unjudged(scores),
        *_ties(scores, judging),
        *_of_runs(scores),
        *_alike(scores),
        *_testing(scores, judging),
    ]


def _other_files(runs: Sequence[Run], here: Mapping[str, str]) -> Iterator[str]:
    """Yields what runs were made on that is not what they are measured on."""
    told = {run.name: _files(run) for run in runs}
    for role in here:
        others = [name for name, files in told.items() if files.get(role, here[role]) != here[role]]
        if others and role == "qrels":
            yield f"other qrels were at hand when {_and(others)} {_was(others)} made"
        elif others:
            yield f"WARNING: {_and(others)} {_was(others)} made on another {role} file than this one"


def _files(run: Run) -> Mapping[str, Any]:
    """Returns the SHA-256 of the files that a run was made on, by role."""
    found = _ours(run).get("files")
    return found if isinstance(found, Mapping) else {}


def _tuned(collection: Collection, runs: Sequence[Run], here: Mapping[str, str]) -> Iterator[str]:
    """Yields which runs were tuned on what they are measured on, and of which nobody said.

    What a system of this package is by itself was tuned on what its header tells, if on anything.
    """
    on_this: list[str] = []
    unknown: list[str] = []
    usual: list[str] = []
    for run in runs:
        tuned = _ours(run).get("tuned_on")
        names = {str(name).casefold() for name in tuned} if isinstance(tuned, list | tuple) else set()
        if names & _called(collection, run, here):
            on_this.append(run.name)
        elif not names and not _ours(run).get("tuned_on_told"):
            (usual if _ours(run).get("package_defaults") else unknown).append(run.name)
    if on_this:
        yield (
            f"WARNING: {_and(on_this)}: parameters were chosen on this collection, so these figures are "
            "optimistic"
        )
    if usual:
        yield f"{_and(usual)}: package defaults, tuned on no collection"
    if unknown:
        yield f"no record of what these were tuned on: {', '.join(unknown)}"


def _called(collection: Collection, run: Run, here: Mapping[str, str]) -> set[str]:
    """Returns what the collection is called here and, if it has a file that a run was made on, in the run."""
    made_on, files = _ours(run).get("collection"), _files(run)
    same = any(files.get(role) == digest for role, digest in here.items())
    return {collection.name.casefold(), *([made_on.casefold()] if same and isinstance(made_on, str) else [])}


def _collection(collection: Collection) -> Iterator[str]:
    yield from collection.notes
    if collection.unasked:
        yield f"{counted(collection.unasked, 'query')} without qrels not asked"


def _own(collection: Collection, runs: Sequence[Run], judging: Judging) -> Iterator[str]:
    """Yields how much is left out as what queries were taken from: ids may be alike by chance."""
    if not judging.leave_own:
        return
    own = {query.qid: query.own for query in collection.queries}
    judged = sum(len(own.get(qid, frozenset()) & grades.keys()) for qid, grades in collection.qrels.items())
    found = {
        run.name: sum(
            not own.get(qid, frozenset()).isdisjoint(ranking.documents)
            for qid, ranking in run.rankings.items()
        )
        for run in runs
    }
    told = ", ".join(f"{name} in {counted(count, 'query')}" for name, count in found.items())
    by_id = all(names <= {qid} for qid, names in own.items())
    why = " (documents of the query's own id, for nothing else is told)" if by_id else ""
    documents = counted(judged, "judged document")
    yield f"left out as what a query was taken from{why}: {documents}, and what was found by {told}"


def _missing(scores: Sequence[Score]) -> Iterator[str]:
    for score in scores:
        if score.missing:
            named = ", ".join(score.missing[:_NAMED])
            more = f" and {len(score.missing) - _NAMED:,} more" if len(score.missing) > _NAMED else ""
            queries = counted(len(score.missing), "judged query")
            counts = "counts" if len(score.missing) == 1 else "count"
            yield f"{score.run} found nothing for {queries}, which {counts} 0: {named}{more}"
    strangers = {score.run: score.strangers for score in scores if score.strangers}
    for count in sorted(set(strangers.values())):
        runs = [run for run, others in strangers.items() if others == count]
        queries = counted(count, "query")
        yield f"{_and(runs)} also {'answers' if len(runs) == 1 else 'answer'} {queries} that nobody judged"


def _unjudged(scores: Sequence[Score]) -> Iterator[str]:
    """Yields how much of what was found nobody judged: from the most, for it costs those most."""
    found = sorted((score for score in scores if score.unjudged), key=lambda score: -len(score.unjudged))
    for score in found:
        if score.judged == 0:
            yield f"WARNING: nothing that {score.run} found was ever judged: are its ids of this collection?"
    if not found:
        return
    told = ", ".join(
        f"{len(score.unjudged) / len(score.per_query):.1f} ({score.run})" for score in found[:_NAMED]
    )
    more = f" and {counted(len(found) - _NAMED, 'run')} more" if len(found) > _NAMED else ""
    yield (
        f"unjudged among the first ten, a query: {told}{more}; what has no grade counts as not relevant, so "
        "a run that finds what judges never saw looks worse than it is (a measure such as "
        "nDCG(judged_only=True)@10 leaves such documents out)"
    )


def _unknown(collection: Collection, scores: Sequence[Score]) -> Iterator[str]:
    """Yields how many of the first ten hits are of no document, in one pass over a corpus that is known."""
    found = {one.document for score in scores for one in score.unjudged}
    if not found or collection.corpus is None:
        return
    unknown = found - document_labels(collection, found).keys()
    for score in scores:
        strange = [one.document for one in score.unjudged if one.document in unknown]
        if strange:
            hits, verb = counted(len(strange), "hit"), "is" if len(strange) == 1 else "are"
            yield (
                f"WARNING: {hits} of {score.run} among the first ten {verb} of no document of the "
                f"collection (such as {strange[0]})"
            )


def _ties(scores: Sequence[Score], judging: Judging) -> Iterator[str]:
    """Yields what equal scores leave open, of the runs where four digits show it."""
    lead = judging.measures[0]
    read = "as the mean of all orders" if judging.ties == "expected" else "by id, falling, as trec_eval"
    found = []
    for score in scores:
        low, high = (f"{bound:.4f}" for bound in score.bounds.get(lead, (0.0, 0.0)))
        if low != high:
            found.append(f"{score.run} between {low} and {high} ({counted(score.tied, 'query')})")
    if found:
        yield f"equal scores are read {read}; by their order {lead} lies anywhere: {', '.join(found)}"


def _of_runs(scores: Sequence[Score]) -> Iterator[str]:
    """Yields what is noted of single runs; the same of several once."""
    told: dict[str, list[str]] = {}
    for score in scores:
        for line in score.notes:
            told.setdefault(line, []).append(score.run)
    for line, runs in told.items():
        yield f"{_and(runs)}: {line}"


def _alike(scores: Sequence[Score]) -> Iterator[str]:
    """Yields which runs reach the same in every query: often one system under two names."""
    alike: dict[str, list[str]] = {}
    for at, score in enumerate(scores):
        same = next((other.run for other in scores[:at] if other.per_query == score.per_query), score.run)
        alike.setdefault(same, []).append(score.run)
    for runs in alike.values():
        if len(runs) > 1:
            yield f"{_and(runs)} have the same figures in every query"


def _testing(scores: Sequence[Score], judging: Judging) -> Iterator[str]:
    """Yields why differences cannot be called significant, whatever they are."""
    queries, runs = len(scores[0].per_query), len(scores)
    if runs < 2:
        return
    pairs = runs * (runs - 1) // 2 if judging.baseline is None else runs - 1
    if queries < 2:
        yield f"{counted(queries, 'judged query')}: differences are not testable"
    elif 2.0 ** (1 - queries) > judging.alpha:
        yield f"{queries} judged queries are too few for anything to be significant at {judging.alpha:g}"
    elif pairs >= judging.alpha * (1 + judging.resamples):
        yield (
            f"{judging.resamples:,} draws are too few for anything to be significant at {judging.alpha:g} "
            f"among {pairs:,} comparisons: draw more, or compare with a baseline"
        )


def _and(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _was(names: Sequence[str]) -> str:
    return "was" if len(names) == 1 else "were"
