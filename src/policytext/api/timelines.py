"""Timelines from Python: what is asked for, found and made into rows."""

from __future__ import annotations

from collections.abc import Callable

from policytext.analysis.timeline import TIERS, TIMELINE_KINDS, Tier, Timeline, TimelineKind
from policytext.errors import BadRequest
from policytext.pipeline.timeline import (
    act_named,
    act_timeline,
    claim_timeline,
    claims_named,
    query_timeline,
    speaker_named,
    speaker_timeline,
    topic_named,
    topic_timeline,
)
from policytext.ranking import Query
from policytext.search.engine import SearchEngine
from policytext.store.archive import Archive
from policytext.store.claims import claim_of


def timeline_asked(
    archive: Archive,
    names: tuple[str, ...],
    kind: TimelineKind | None,
    asked: Query,
    *,
    tier: Tier,
    engine: Callable[[], SearchEngine],
    k: int,
) -> Timeline:
    """Returns the timeline of what is named; see ``Session.timeline``. ``asked`` has the filters."""
    if tier not in TIERS:
        raise BadRequest(f"no such tier: {tier!r}", "tier", ", ".join(TIERS))
    kind = kind or _kind(archive, names)
    if kind not in TIMELINE_KINDS:
        raise BadRequest(f"no such kind: {kind!r}", "kind", ", ".join(TIMELINE_KINDS))
    if kind != "claim" and len(names) != 1:
        raise BadRequest(f"a {kind} takes one name, not {len(names)}", "timeline", "only claims take several")
    filters = asked.filters
    if kind == "claim":
        return claim_timeline(archive, claims_named(archive, names), filters, tier)
    if kind == "topic":
        return topic_timeline(archive, topic_named(archive, names[0]), filters)
    if kind == "speaker":
        return speaker_timeline(archive, speaker_named(archive, names[0])[0], filters)
    if kind == "act":
        return act_timeline(archive, act_named(archive, names[0]), filters)
    return query_timeline(archive, engine(), asked, k)


def _kind(archive: Archive, names: tuple[str, ...]) -> TimelineKind:
    """Returns what the names are: claims where all are ids of claims, else a query."""
    if not names:
        raise BadRequest("nothing is asked for", "timeline", "the id of a claim, or a few words")
    return "claim" if all(claim_of(archive, name) is not None for name in names) else "query"
