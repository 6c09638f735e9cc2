"""Everything that the report tells, out of the archive: what is there, what is missing, what was found."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from policytext.analysis.recurrence.occurrences import SourceFacts
from policytext.export.report.claims import TimelineOf, counted_by_paper, told_claims
from policytext.export.report.names import told_names, told_topics
from policytext.export.report.papers import (
    decade_rows,
    doubtful_edits,
    edit_totals,
    paper_rows,
    skipped_files,
)
from policytext.export.report.records import Limits, Report
from policytext.store.archive import Archive

_PERIOD = 10


def collect(
    archive: Archive,
    sources: Sequence[SourceFacts],
    timeline_of: TimelineOf,
    provenance: Mapping[str, Any],
    *,
    title: str,
    claims: Sequence[str] = (),
    limits: Limits | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Report:
    """Returns the report on an archive; parts that were not made yet say what to run.

    Args:
        archive: open.
        sources: every paper with the days between which it says something (`pipeline.recurring`).
        timeline_of: makes the timeline of claims by id and tier (`pipeline`).
        provenance: of this run (`export.tables.provenance`).
        title: of the page.
        claims: ids of those to tell of; all where none is named.
        limits: how much the page holds.
        progress: hears how many claims are done, of how many.

    Raises:
        NotFound: a claim is named that does not exist.
    """
    limits = limits or Limits()
    told = told_claims(archive, claims, timeline_of, limits, progress)
    period = int(told.made.get("period", _PERIOD))
    papers = list(paper_rows(archive, counted_by_paper(archive, told)))
    totals = edit_totals(archive)
    return Report(
        title=title,
        papers={paper.id: paper for paper in papers[: limits.papers]},
        papers_more=max(0, len(papers) - limits.papers),
        decades=decade_rows(sources, period),
        period=period,
        undated=tuple(paper.id for paper in papers if paper.edtf is None),
        skipped=skipped_files(archive),
        doubtful=doubtful_edits(archive, limits.names),
        doubtful_total=sum(n for status, n in totals.items() if status in ("flagged", "suggested")),
        edits=totals,
        claims=told,
        names=told_names(archive, limits),
        topics=told_topics(archive),
        provenance=provenance,
        limits=limits,
    )
