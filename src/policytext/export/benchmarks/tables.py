"""An evaluation as tables: what stands in which cell, before anything says how cells are drawn.

Runs are numbered in the order given, so that a comparison can name two of them in little room. Numbers have
four decimals, differences their sign. The best of a column is marked, and by an arrow each figure that
differs from the baseline, or without one from the best, by more than chance (`policytext.evaluation`).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policytext.evaluation.retrieval.comparing.slices import SMALL, query_facets
from policytext.evaluation.retrieval.records import Comparison, Evaluation, Slice
from policytext.evaluation.wording import counted

UP, DOWN = "\u2191", "\u2193"
FEW_MARK = "\u2020"
"""Stands at the count of queries of a slice that says little."""
_SLICED = 8
"""Runs that a table of slices holds."""
_LEAST_P = 0.0001


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure; ``mark`` is an arrow, or empty."""

    text: str
    best: bool = False
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table. The columns ``words`` hold words, all others figures; ``keys`` first columns name the row.

    The columns ``spare`` say again what others tell, and may be left out; ``notes`` stand below the table.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    words: frozenset[int] = frozenset({0})
    keys: int = 1
    notes: tuple[str, ...] = ()
    spare: frozenset[int] = frozenset()


def main_table(evaluation: Evaluation) -> Table:
    """Returns runs by measures: the lead measure with its interval, the share judged where not all is."""
    scores, several = evaluation.scores, len(evaluation.scores) > 1
    header, few = ["run"], []
    columns: list[list[Cell]] = [[Cell(score.run) for score in scores]]
    for measure in evaluation.measures:
        header.append(measure)
        columns.append(_figures(evaluation, measure))
        if measure == evaluation.measures[0] and any(measure in score.intervals for score in scores):
            header.append(f"{confidence(evaluation)} interval")
            columns.append([Cell(_interval(score.intervals.get(measure), "")) for score in scores])
    if any(score.judged < 1 for score in scores):
        header.append("judged@10")
        columns.append([Cell(f"{score.judged:.4f}") for score in scores])
        few.append("judged@10: how much of the first ten was judged, the mean over queries with hits")
    if several:
        header.insert(0, "")
        columns.insert(0, [Cell(str(number)) for number in range(1, len(scores) + 1)])
    notes = ["* the best of its column"] if any(cell.best for column in columns for cell in column) else []
    notes += [*_arrows(evaluation), *few]
    rows = tuple(zip(*columns, strict=True))
    return Table("", tuple(header), rows, frozenset({int(several)}), 1 + several, tuple(notes))


def _figures(evaluation: Evaluation, measure: str) -> list[Cell]:
    """Returns the means of a measure, run by run; all that print as the best does are marked."""
    means = [score.mean(measure) for score in evaluation.scores]
    texts, best = [f"{mean:.4f}" for mean in means], f"{max(means, default=0.0):.4f}"
    base = reference_run(evaluation, measure)
    moved = dict(_moved(evaluation, measure, base)) if base else {}
    several = len(set(texts)) > 1
    return [
        Cell(text, several and text == best, moved.get(score.run, ""))
        for score, text in zip(evaluation.scores, texts, strict=True)
    ]


def reference_run(evaluation: Evaluation, measure: str) -> str | None:
    """Returns the run that others are held against: the baseline, else the best; None where it is alone."""
    if len(evaluation.scores) < 2:
        return None
    if evaluation.judging.baseline is not None:
        return evaluation.judging.baseline
    return max(evaluation.scores, key=lambda score: score.mean(measure)).run


def _moved(evaluation: Evaluation, measure: str, base: str) -> Iterator[tuple[str, str]]:
    """Yields each run that differs from ``base`` by more than chance, and which way."""
    for one in evaluation.comparisons:
        if one.measure == measure and base in (one.first, one.second) and is_significant(one, evaluation):
            run, sign = (one.second, 1) if one.first == base else (one.first, -1)
            yield run, UP if sign * one.difference > 0 else DOWN


def is_significant(comparison: Comparison, evaluation: Evaluation) -> bool:
    """Whether a difference stands after Holm's correction."""
    return is_number(comparison.p_holm) and (comparison.p_holm or 0.0) < evaluation.judging.alpha


def _arrows(evaluation: Evaluation) -> Iterator[str]:
    """Yields what the arrows say, where anything could be tested."""
    judging = evaluation.judging
    compared = [one for one in evaluation.comparisons if one.measure == evaluation.measures[0]]
    if any(is_number(one.p) for one in compared):
        base = "the best of the column" if judging.baseline is None else judging.baseline
        yield (
            f"{UP} {DOWN} above or below {base} by more than chance: paired randomisation test, two-sided, "
            f"p < {judging.alpha:g} after Holm's correction over {counted(len(compared), 'comparison')} of a "
            f"measure ({judging.resamples:,} draws, seed {judging.seed})"
        )


def comparison_table(
    evaluation: Evaluation, measure: str, most: int, *, has_files: bool = True
) -> Table | None:
    """Returns ``most`` comparisons of a measure, those with the baseline or the best run first; None of none.

    The first column tells the two runs by their numbers, the last by their names. Where there are more, a
    note says in which file, or without ``has_files`` what keeps them.
    """
    found = [one for one in evaluation.comparisons if one.measure == measure]
    if not found:
        return None
    base = reference_run(evaluation, measure)
    if len(found) > most:
        found.sort(key=lambda one: base not in (one.first, one.second))
    numbers = {score.run: number for number, score in enumerate(evaluation.scores, 1)}
    interval = f"{confidence(evaluation)} interval"
    header = ("runs", "difference", interval, "p", "Holm", "W/L/T", "detectable", "second less first")
    rows = tuple(_comparison_row(one, numbers, evaluation) for one in found[:most])
    notes = [_queries_note(found)]
    if len(found) > most:
        notes.append(f"and {len(found) - most:,} more: {whereabouts('comparisons.csv', has_files=has_files)}")
    last = len(header) - 1
    return Table(
        f"Differences in {measure}", header, rows, frozenset({0, last}), 1, tuple(notes), frozenset({last})
    )


def _comparison_row(one: Comparison, numbers: dict[str, int], evaluation: Evaluation) -> tuple[Cell, ...]:
    mark = "" if not is_significant(one, evaluation) else UP if one.difference > 0 else DOWN
    return (
        Cell(f"{numbers.get(one.second, '?')} - {numbers.get(one.first, '?')}"),
        Cell(f"{one.difference + 0.0:+.4f}", mark=mark),
        Cell(_interval((one.low, one.high), "+")),
        Cell(p_words(one.p)),
        Cell(p_words(one.p_holm)),
        Cell(f"{one.wins}/{one.losses}/{one.queries - one.wins - one.losses}"),
        Cell(f"{one.detectable:.4f}" if is_number(one.detectable) else "-"),
        Cell(f"{one.second} less {one.first}"),
    )


def _queries_note(found: Sequence[Comparison]) -> str:
    queries = counted(max(one.queries for one in found), "query")
    if not any(is_number(one.p) for one in found):
        return f"W/L/T: queries won, lost, tied; {queries}: not testable"
    exact = ", every relabelling tried" if all(one.exact for one in found) else ""
    least = "the least difference that so many would find 8 times in 10"
    return f"W/L/T: queries won, lost, tied of {queries}{exact}; detectable: {least}"


def whereabouts(file: str, *, has_files: bool) -> str:
    """Returns where the rest stands: in a file of the report's folder, or what would keep it."""
    return file if has_files else "-o FOLDER keeps them"


def slice_tables(evaluation: Evaluation, *, has_files: bool = True) -> Iterator[Table]:
    """Yields a table a facet: values by runs, with how many queries and pairs each value has."""
    facets = dict.fromkeys((one.facet, one.measure) for one in evaluation.slices)
    for facet, measure in facets:
        found = [one for one in evaluation.slices if (one.facet, one.measure) == (facet, measure)]
        told = {one.run for one in found}
        runs = [run for run in _leading(evaluation, measure) if run in told]
        rows = tuple(
            _slice_row(value, [one for one in found if one.value == value], runs)
            for value in dict.fromkeys(one.value for one in found)
        )
        notes = []
        if any(one.queries < SMALL for one in found):
            notes.append(f"{FEW_MARK} under {SMALL} queries: too few to tell")
        if len(runs) < len(told):
            where = whereabouts("slices.csv", has_files=has_files)
            notes.append(f"the {len(runs)} leading runs of {len(told)}; all: {where}")
        yield Table(f"{measure} by {facet}", ("", "queries", "pairs", *runs), rows, notes=tuple(notes))


def slices_words(evaluation: Evaluation) -> str:
    """Returns what counts in slices that are not of whole queries; nothing where all are."""
    whole = query_facets(evaluation.collection).values()
    by_pair = [name for name in dict.fromkeys(one.facet for one in evaluation.slices) if name not in whole]
    if not by_pair:
        return ""
    return (
        f"By {', '.join(by_pair)}: only the slice's own relevant documents count there; a query may stand in "
        "several."
    )


def _leading(evaluation: Evaluation, measure: str) -> list[str]:
    """Returns the runs in their order; of many the baseline and the best."""
    scores = evaluation.scores
    if len(scores) > _SLICED:
        base = evaluation.judging.baseline
        ranked = sorted(scores, key=lambda score: (score.run != base, -score.mean(measure)))
        kept = {score.run for score in ranked[:_SLICED]}
        scores = tuple(score for score in scores if score.run in kept)
    return [score.run for score in scores]


def pairs_told(
    evaluation: Evaluation, most: int, *, leading: bool = False
) -> tuple[list[tuple[str, str, str]], int]:
    """Returns measure, first and second run of the pairs whose changes are told, and how many more there are.

    Those with the baseline or the best run come first where there are too many; with ``leading`` no others
    are told, if there are any.
    """
    pairs = list(dict.fromkeys((one.measure, one.first, one.second) for one in evaluation.changes))
    base = reference_run(evaluation, pairs[0][0]) if pairs else None
    told = ([pair for pair in pairs if base in pair[1:]] if leading else []) or pairs
    if len(told) > most:
        told = sorted(told, key=lambda pair: base not in pair[1:])[:most]
    return told, len(pairs) - len(told)


def _slice_row(value: str, found: Sequence[Slice], runs: Sequence[str]) -> tuple[Cell, ...]:
    means = {one.run: one.mean for one in found if one.run in runs}
    best = f"{max(means.values(), default=0.0):.4f}"
    texts = {run: f"{means[run]:.4f}" for run in runs if run in means}
    several = len(set(texts.values())) > 1
    queries = found[0].queries
    return (
        Cell(value),
        Cell(str(queries), mark=FEW_MARK if queries < SMALL else ""),
        Cell(str(found[0].pairs)),
        *(Cell(texts[run], several and texts[run] == best) if run in texts else Cell("-") for run in runs),
    )


def confidence(evaluation: Evaluation) -> str:
    """Returns how sure an interval is: ``95 %``."""
    return f"{100 * (1 - evaluation.judging.alpha):g} %"


def relevant_pairs(evaluation: Evaluation) -> int:
    """Returns how many pairs of query and relevant document there are."""
    return sum(grade > 0 for grades in evaluation.collection.qrels.values() for grade in grades.values())


def judged_pairs(evaluation: Evaluation) -> int:
    """Returns how many pairs of query and document were judged."""
    return sum(len(grades) for grades in evaluation.collection.qrels.values())


def p_words(p: float | None) -> str:
    """Returns a p value: four decimals, ``<0.0001``, or a dash where nothing was tested."""
    if p is None or not math.isfinite(p):
        return "-"
    return f"<{_LEAST_P}" if p < _LEAST_P else f"{p:.4f}"


def is_number(value: float | None) -> bool:
    """Whether there is a value, and a finite one."""
    return value is not None and math.isfinite(value)


def _interval(bounds: tuple[float, float] | None, sign: str) -> str:
    return "-" if bounds is None else f"[{bounds[0]:{sign}.4f}, {bounds[1]:{sign}.4f}]"
