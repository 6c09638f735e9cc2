"""Curves of damage told: a table for the screen and the page, and the files of their folder."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from policytext.evaluation.noise.confusion_files import confusions_json
from policytext.evaluation.noise.confusions import Confusions
from policytext.evaluation.noise.curves import CurvePoint, Curves, SpoiledCopy
from policytext.evaluation.reading.rates import Measured, measured_row, together
from policytext.evaluation.wording import counted
from policytext.export.benchmarks import markdown as page
from policytext.export.benchmarks.folder import json_bytes
from policytext.export.benchmarks.tables import Cell, Table
from policytext.export.benchmarks.words import command_line, one_line
from policytext.export.tables import write_csv

CURVES = (
    "measure",
    "system",
    "rate",
    "realised",
    "mean",
    "low",
    "high",
    "seeds_low",
    "seeds_high",
    "difference",
    "difference_low",
    "difference_high",
    "lost",
)
"""Columns of curves.csv; shares, not per cent."""
PER_QUERY = ("system", "rate", "seed", "qid", "measure", "value")
COPIES = ("rate", "seed", "level", "realised", "errors", "characters", "quartile_1", "median", "quartile_3")
"""Columns of copies.csv: how far each copy was spoiled, with quartiles over its documents."""

_UNDER = "\u00b7 "  # before the name of what stands under a system
_SEEDS, _LOST, _QUARTILES = "seeds", "lost", "quartiles"


def curve_tables(curves: Curves) -> Iterator[Table]:
    """Yields a table a measure: systems by error rate, under each its interval, its seeds and its loss.

    What the rows are is said once, below the last.
    """
    for measure in curves.measures:
        rows = list(_realised(curves))
        best = _best(curves, measure)
        for system in curves.systems:
            points = [curves.point(system, measure, rate) for rate in curves.rates]
            rows += _rows(points, best, confidence(curves))
        header = (measure, *("clean" if not rate else percent(rate) for rate in curves.rates))
        notes = ("* the best of its column",) if best else ()
        if measure == curves.measures[-1]:
            notes = (*notes, _explained(curves))
        yield Table("", header, tuple(rows), notes=notes)


def _best(curves: Curves, measure: str) -> dict[float, float]:
    """Returns the highest mean at each rate; none of one system alone."""
    if len(curves.systems) < 2:
        return {}
    return {rate: max(curves.point(s, measure, rate).mean for s in curves.systems) for rate in curves.rates}


def confidence(curves: Curves) -> str:
    """Returns how sure the intervals are: ``95 %``."""
    return f"{100 * (1 - curves.judging.alpha):g} %"


def _realised(curves: Curves) -> Iterator[tuple[Cell, ...]]:
    told = (percent(curves.realised(rate), 2) if rate else "" for rate in curves.rates)
    yield Cell("realised"), *map(Cell, told)
    yield Cell(f"{_UNDER}{_QUARTILES}"), *(Cell(_quartiles(curves, rate)) for rate in curves.rates)


def _quartiles(curves: Curves, rate: float) -> str:
    """Returns between which error rates the middle half of the documents lies, the mean over seeds."""
    found = [copy.realised.quartiles for copy in curves.copies if copy.wished == rate]
    if not found:
        return ""
    low, high = (100 * sum(each[n] for each in found) / len(found) for n in (0, 2))
    return f"[{low:.2f}, {high:.2f}] %"


def _rows(points: Sequence[CurvePoint], best: Mapping[float, float], sure: str) -> Iterator[tuple[Cell, ...]]:
    means = (Cell(f"{p.mean:.4f}", p.mean == best.get(p.rate) and p.mean > 0) for p in points)
    yield Cell(points[0].system), *means
    yield Cell(f"{_UNDER}{sure}"), *(Cell(_span(p.low, p.high)) for p in points)
    if any(len(p.by_seed) > 1 for p in points):
        spans = (Cell(_span(min(p.by_seed), max(p.by_seed)) if p.rate else "") for p in points)
        yield Cell(f"{_UNDER}{_SEEDS}"), *spans
    yield Cell(f"{_UNDER}{_LOST}"), *(Cell(_lost(p)) for p in points)


def _span(low: float, high: float) -> str:
    return f"[{low:.4f}, {high:.4f}]"


def _lost(point: CurvePoint) -> str:
    if not point.rate or point.lost is None:
        return ""
    return f"{100 * point.lost:.2f} %"


def copies_table(curves: Curves) -> Table:
    """Returns how far each copy was spoiled: wished, realised, and the quartiles over its documents."""
    rows = (
        (percent(c.wished), f"{c.seed}", *(percent(share, 2) for share in _shares(c))) for c in curves.copies
    )
    header = ("wished", "seed", "realised", "1st quartile", "median", "3rd quartile")
    return Table("", header, tuple(tuple(map(Cell, row)) for row in rows), words=frozenset(), keys=2)


def _shares(copy: SpoiledCopy) -> tuple[float, ...]:
    return copy.realised.rate.value or 0.0, *copy.realised.quartiles


def percent(share: float, digits: int | None = None) -> str:
    """Returns a share in per cent, with as many digits as it has where none are asked for."""
    return f"{100 * share:g} %" if digits is None else f"{100 * share:.{digits}f} %"


def subject(curves: Curves) -> str:
    """Returns what was spoiled and asked, in a line."""
    return (
        f"{curves.collection}, {curves.split}: {counted(curves.documents, 'document')} "
        f"({curves.characters:,} characters) spoiled, {curves.queries:,} queries and qrels clean"
    )


def _explained(curves: Curves) -> str:
    count, judging = len(curves.seeds), curves.judging
    draws, spread = "one draw of the noise", ""
    if count > 1:
        draws = f"the mean over {count} draws of the noise"
        spread = f"{_SEEDS}: the least and the most of the draws' means; "
    return (
        f"Realised: character errors of all documents together, the mean over draws; {_QUARTILES}: between "
        f"which rates the middle half of the documents lies. Each query counts as {draws}. "
        f"{confidence(curves)}: bootstrap interval over queries ({judging.resamples:,} draws, seed "
        f"{judging.seed}); {spread}{_LOST}: by which part the mean lies below the clean score."
    )


def remarks(curves: Curves) -> Iterator[str]:
    """Yields what a reader of the figures should know."""
    for missed in curves.unreached:
        yield (
            f"{percent(missed.wished)} was not reached and is left out: these confusions spoil at most "
            f"{percent(missed.most, 2)} of the characters here"
        )
    if len(curves.seeds) < 3:
        yield f"{counted(len(curves.seeds), 'seed')}: too few to see what the draw of the noise does; take 3"
    yield from curves.notes


def learned_from(confusions: Confusions) -> str:
    """Returns in a line what the noise was learned from."""
    scans = sum(1 for paper in confusions.papers if paper.errors)
    wrong = sum(segment.wrong for segment in confusions.segments)
    low, high = confusions.severities[0], confusions.severities[-1]
    return (
        f"Noise learned from {counted(scans, 'paper')} ({percent(confusions.rate, 2)} errors): "
        f"{counted(len(confusions.segments), 'segment')}, {wrong:,} misreadings, severity {low:.2f} to "
        f"{high:.2f} of the mean."
    )


def curve_files(
    curves: Curves,
    confusions: Confusions,
    papers: Sequence[Measured],
    request: Mapping[str, Any],
) -> dict[str, bytes]:
    """Returns the files of the folder by name, but for the picture and the environment.

    Args:
        curves: what was measured.
        confusions: what the noise was drawn from.
        papers: how cleaning fared on the papers that were learned from; none where confusions were read.
        request: the command that makes the folder again.
    """
    files = {
        "curves.csv": _csv(curve_rows(curves), CURVES),
        "per_query.csv": _csv(_query_rows(curves), PER_QUERY),
        "copies.csv": _csv(map(_copy_row, curves.copies), COPIES),
        "confusions.json": confusions_json(confusions),
        "summary.json": json_bytes(_summary(curves, confusions, request)),
    }
    if papers:
        rows = [measured_row(paper) for paper in (*papers, together(papers))]
        files["cleaning.csv"] = _csv(rows, rows[0])
    files["README.md"] = readme(curves, confusions, papers, request).encode("utf-8", "replace")
    return files


def curve_rows(curves: Curves) -> Iterator[dict[str, Any]]:
    """Yields a row under `CURVES` for every point."""
    for p in curves.points:
        yield {
            "measure": p.measure,
            "system": p.system,
            "rate": p.rate,
            "realised": curves.realised(p.rate),
            "mean": p.mean,
            "low": p.low,
            "high": p.high,
            "seeds_low": min(p.by_seed),
            "seeds_high": max(p.by_seed),
            "difference": p.difference,
            "difference_low": p.difference_low,
            "difference_high": p.difference_high,
            "lost": p.lost,
        }


def _query_rows(curves: Curves) -> Iterator[dict[str, Any]]:
    for (system, rate, seed), score in curves.per_query.items():
        for qid, values in score.per_query.items():
            for measure in curves.measures:
                row = {"system": system, "rate": rate, "seed": seed if rate else None, "qid": qid}
                yield {**row, "measure": measure, "value": values[measure]}


def _copy_row(copy: SpoiledCopy) -> dict[str, Any]:
    done = copy.realised
    facts = (
        copy.wished, copy.seed, copy.level, done.rate.value, done.rate.errors, done.rate.length,
        *done.quartiles,
    )  # fmt: skip
    return dict(zip(COPIES, facts, strict=True))


def _summary(curves: Curves, confusions: Confusions, request: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "kind": "curves",
        "request": dict(request),
        "collection": {
            "name": curves.collection,
            "split": curves.split,
            "queries": curves.queries,
            "documents": curves.documents,
            "is_archive": curves.is_archive,
            "sha256": dict(curves.files),
        },
        "judging": asdict(curves.judging),
        "measures": list(curves.measures),
        "systems": list(curves.systems),
        "rates": list(curves.rates),
        "seeds": list(curves.seeds),
        "copies": [_copy_row(copy) for copy in curves.copies],
        "unreached": [{"rate": missed.wished, "most": missed.most} for missed in curves.unreached],
        "learned": {
            "rate": confusions.rate,
            "severities": list(confusions.severities),
            "papers": [paper.name for paper in confusions.papers],
        },
        "points": list(curve_rows(curves)),
        "notes": list(remarks(curves)),
    }


def readme(
    curves: Curves, confusions: Confusions, papers: Sequence[Measured], request: Mapping[str, Any]
) -> str:
    """Returns the page of a folder in GitHub's markdown; arguments as of `curve_files`."""
    lines = [
        f"# {page.escaped(curves.collection)}: what damage costs",
        "",
        page.escaped(subject(curves)) + ".",
    ]
    lines += [page.escaped(learned_from(confusions)), "", "![The curves](curves.svg)", ""]
    for table in curve_tables(curves):
        lines += [*page.table_lines(table), ""]
    notes = [f"- {page.escaped(note)}" for note in remarks(curves)]
    lines += [*notes, ""] if notes else []
    lines += ["## Spoiled copies", "", *page.table_lines(copies_table(curves)), ""]
    if papers:
        lines += ["## Cleaning of the papers that were learned from", "", *cleaning_words(papers), ""]
    lines += [
        "## Files",
        "",
        *(f"- {name}: {told}" for name, told in _FILES if papers or "cleaning" not in name),
    ]
    lines += ["", "## Command", "", "```", one_line(command_line(request)), "```", ""]
    lines += ["`policytext eval replay FOLDER` makes all of it again and compares it byte for byte."]
    return "\n".join(lines) + "\n"


_FILES = (
    ("curves.csv", "every point: mean, interval, spread over seeds, difference from the clean score"),
    ("per_query.csv", "every query of every run; without a seed where nothing was spoiled"),
    ("copies.csv", "how far each copy was spoiled, with quartiles over its documents"),
    ("confusions.json", "the segments that were misread and how often, for `--confusions`"),
    ("cleaning.csv", "error rates of the papers that were learned from, before and after cleaning"),
    ("curves.svg", "the picture"),
    ("summary.json", "all of it for programs, with the command"),
    ("environment.json", "versions and machine"),
)


def cleaning_words(papers: Sequence[Measured]) -> Iterator[str]:
    """Yields in words how cleaning fared on the papers that noise was learned from."""
    whole = together(papers)
    rates = (whole.cer_before, whole.cer_text_only, whole.cer_after)
    before, text, after = ("-" if r.value is None else percent(r.value, 2) for r in rates)
    yield f"CER {before} before, {text} without furniture, {after} after."
    yield (
        f"Of {whole.kept + whole.damaged:,} right words {whole.damaged:,} were damaged, of "
        f"{whole.fixed + whole.left:,} wrong words {whole.fixed:,} were fixed."
    )


def _csv(rows: Iterable[Mapping[str, Any]], columns: Iterable[str]) -> bytes:
    stream = io.BytesIO()
    write_csv(rows, columns, stream)
    return stream.getvalue()
