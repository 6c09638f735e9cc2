"""The report of a cleaning on the screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from policytext.cli.diffs import LONGEST_RULE, Pen, change_lines, cut, with_words
from policytext.cli.reading import shown
from policytext.document import Profile
from policytext.export.reporting import CleaningReport, Group

_CARRIERS = {
    "ocr": "read by a machine from an image",
    "markdown": "made by a converter, as Markdown",
    "web": "a web page",
    "pdf": "the text layer of a PDF",
    "text": "plain text",
}
_LABEL = 11
_REASON = 34


def report_lines(report: CleaningReport, pen: Pen) -> Iterator[str]:
    """Yields what kind of text it is, how damaged, what was done, and what is left to look at."""
    profile = report.profile
    told = f"{_CARRIERS[profile.carrier]} ({profile.carrier}; {profile.rule}, {profile.confidence:.2f})"
    yield from _labelled(pen, "source", told)
    yield from _labelled(pen, "damage", _rates(profile))
    yield from _labelled(pen, "quality", _quality(report))
    kinds = ", ".join(f"{n:,} {kind.replace('_', ' ')}" for kind, n in report.kinds)
    yield from _labelled(pen, "blocks", kinds or "none")
    if report.decided or report.remarks:
        followed = report.decided - len(report.remarks)
        yield from _labelled(pen, "decisions", f"{followed:,} followed, {len(report.remarks):,} not")
        for remark in report.remarks:
            yield from _labelled(pen, "", remark)
    yield from _labelled(pen, "edits", f"{sum(g.count for g in report.groups):,}")
    yield from _group_lines(report.groups, pen)
    if report.flagged:
        yield from _labelled(pen, "flagged", f"{len(report.flagged):,} to be looked at")
        yield from change_lines(report.flagged, pen)


def _labelled(pen: Pen, label: str, text: str) -> Iterator[str]:
    first, later = f"  {label:<{_LABEL}}", " " * (_LABEL + 2)
    yield from textwrap.wrap(shown(text), pen.width, initial_indent=first, subsequent_indent=later) or [first]


def _rates(profile: Profile) -> str:
    return (
        f"in 1,000 words {profile.confusions:.1f} misread, {profile.space_errors:.1f} run together or fallen "
        f"apart, {profile.unknown:.1f} unknown ({profile.words:,} words)"
    )


def _quality(report: CleaningReport) -> str:
    before, after = ("-" if q is None else f"{100 * q:.1f} %" for q in (report.before, report.after))
    few = " (- : too few to tell)" if "-" in (before, after) else ""
    return f"words that read as words: {before} before, {after} after{few}"


def _start(reason: str) -> str:
    return reason if len(reason) <= _REASON else f"{reason[: _REASON - 1]}\u2026"


def _group_lines(groups: Sequence[Group], pen: Pen) -> Iterator[str]:
    rows = [(f"{g.count:,}", g.status, cut(g.rule, LONGEST_RULE), _start(g.reason)) for g in groups]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row, group in zip(rows, groups, strict=True):
        cells = (row[0].rjust(widths[0]), *(c.ljust(w) for c, w in zip(row[1:], widths[1:], strict=True)))
        yield from with_words(f"    {'  '.join(cells)}  ", group.example, pen)
