"""An export against gold as rows of a table, for spreadsheets and programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policytext.evaluation.annotating.figures import Agreement, Case, Scored
from policytext.evaluation.annotating.intervals import interval
from policytext.evaluation.annotating.judging import kind_of, told
from policytext.evaluation.annotating.scoring import LayerScore

Judged = LayerScore | Scored
"""A layer against its gold, rows matched one to one or not."""


def score_rows(scored: Judged) -> Iterator[Mapping[str, Any]]:
    """Yields the figures as rows of a table, then every case; ``record`` says what a row is.

    Counts stand beside each ratio, which is None where it has no base. ``low`` and ``high`` are the 95 %
    interval of F1 over papers (of recall where there is no F1), None where it is not testable.
    """
    layer = scored.layer
    for name, one in scored.measures.items():
        yield {"record": "all", "layer": layer, "measure": name, **figures(one), **_interval(scored, name)}
    yield from _ratios(scored) if isinstance(scored, Scored) else ()
    for source, measures in scored.by_source().items():
        for name, one in measures.items():
            yield {"record": "source", "layer": layer, "source": source, "measure": name, **figures(one)}
    yield from _groups(scored) if isinstance(scored, Scored) else _tallies(scored)
    for case in scored.cases():
        yield _case_row(layer, case)


def papers_of(scored: Judged, measure: str) -> list[Agreement]:
    """Returns a measure of each paper by name; nothing where papers do not add up to the whole."""
    if scored.layer == "reprints":
        return []
    return [measures[measure] for _, measures in sorted(scored.by_source().items())]


def _interval(scored: Judged, measure: str) -> dict[str, float | None]:
    low, high = interval(papers_of(scored, measure)) or (None, None)
    return {"low": low, "high": high}


def figures(one: Agreement) -> dict[str, Any]:
    """Returns the counts and ratios of a score by name; ``found`` only where it says more than ``right``."""
    found = {} if one.found is None else {"found": one.found}
    ratios = {"precision": one.precision, "recall": one.recall, "f1": one.f1}
    return {"right": one.right, "exported": one.exported, **found, "gold": one.gold, **ratios}


def _ratios(scored: Scored) -> Iterator[Mapping[str, Any]]:
    for name, one in scored.ratios.items():
        ratios = {"precision": one.precision, "recall": one.recall, "f1": one.f1}
        yield {"record": "mean", "layer": scored.layer, "measure": name, **ratios}
    for name, value in scored.figures.items():
        yield {"record": "figure", "layer": scored.layer, "measure": name, "value": value}


def _groups(scored: Scored) -> Iterator[Mapping[str, Any]]:
    for by, groups in scored.groups.items():
        for name, one in groups.items():
            yield {"record": by.split(" ")[0], "layer": scored.layer, by.split(" ")[0]: name, **figures(one)}


def _tallies(scored: LayerScore) -> Iterator[Mapping[str, Any]]:
    for record, tallies in (("kind", scored.kinds), ("rule", scored.by_rule())):
        for name, tally in tallies.items():
            base = "gold" if record == "kind" else "exported"
            counts = {base: tally.gold, "found": tally.found, "right": tally.right}
            yield {"record": record, "layer": scored.layer, record: name, **counts}
    counts = {"gold": len(scored.gold.lookalikes), "exported": len(scored.taken)}
    yield {"record": "lookalikes", "layer": scored.layer, **counts}
    for source, exported in scored.beyond.items():
        yield {"record": "beyond", "layer": scored.layer, "source": source, "exported": exported}


def _case_row(layer: str, case: Case) -> dict[str, Any]:
    row, found, other = case.row, case.found, case.other
    return {
        "record": case.kind,
        "layer": layer,
        "source": row.source,
        "start": row.start,
        "end": row.end,
        "text": row.text,
        "kind": kind_of(layer, row),
        "rule": found.rule if found else None,
        "faults": list(case.faults),
        "wanted": told(layer, case.gold),
        "got": told(layer, found),
        "other": {"source": other.source, "start": other.start, "end": other.end} if other else None,
        "reads": list(case.reads) if case.reads else None,
    }
