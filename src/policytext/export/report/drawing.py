"""The pictures of the report: the decade grid, lanes of several claims and of each, topics over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from policytext.analysis.timeline import Timeline
from policytext.export.pictures.decades_chart import decade_chart, printed_in
from policytext.export.pictures.lanes_chart import timeline_chart
from policytext.export.pictures.prevalence import prevalence_chart
from policytext.export.pictures.rendering import render
from policytext.export.report.svg import inline_svg
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim
from policytext.store.topics import Making, Topic

_EVERY_SIGN = 2000
"""Witnesses that are held at once; more are counted by period, in whatever relation they stand."""


def lanes(timeline: Timeline, name: str) -> Markup:
    """Returns when it was said and where it was printed; ``name`` begins the ids of the picture."""
    return _drawn(timeline_chart(timeline), name, f"Timeline: {timeline.title}. The tables tell the same.")


def overview(timeline: Timeline, title: str) -> Markup:
    """Returns the lanes of several claims: of a timeline that can be drawn sign by sign, only what counts."""
    if len(timeline.witnesses) > _EVERY_SIGN:
        return lanes(replace(timeline, title=title), "overview")
    counted = [w for w in timeline.witnesses if w.counts_as_independent and w.stance != "denies"]
    left_out = len(timeline.witnesses) - len(counted)
    note = f"Not drawn: {left_out} that deny a claim, or print or say a counted work again."
    notes = (note,) if left_out else ()
    return lanes(replace(timeline, title=title, witnesses=counted, notes=notes), "overview")


def grid(archive: Archive, claims: Sequence[StoredClaim]) -> Markup:
    """Returns which claim is said in which decade, by how many of the papers that speak then."""
    chart = decade_chart(claims, "Who says what, decade by decade", (), printed_in(archive, claims))
    return _drawn(chart, "grid", "Claims by decade. The table of each claim tells the same.")


def prevalence(making: Making, topics: Sequence[Topic]) -> Markup:
    """Returns how much of each decade's passages each topic has."""
    chart = prevalence_chart(making, topics, "What the papers speak of, decade by decade")
    return _drawn(chart, "topics", "Share of each topic by decade. The table tells the same.")


def _drawn(chart: dict[str, Any], name: str, label: str) -> Markup:
    return inline_svg(render(chart, "svg"), name, label)
