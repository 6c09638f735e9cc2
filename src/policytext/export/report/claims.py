"""The claims of an archive as the report tells them: facts, witnesses, and what is left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from policytext.analysis.recurrence.periods import closed, periods_of
from policytext.analysis.timeline import Timeline
from policytext.analysis.witness import Witness
from policytext.errors import IndexUnavailable, NotFound
from policytext.export.claims import recurrence_row
from policytext.export.report.drawing import grid, lanes, overview
from policytext.export.report.records import Claims, ClaimSection, CountedFor, Limits, Listed, PeriodRow
from policytext.export.report.words import anchor
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, claims_named, made_by

TimelineOf = Callable[[Sequence[str], Any], Timeline]
"""Makes the timeline of the claims of these ids; the tier is "confirmed" or "all"."""

OVERVIEW = 6
"""Claims in the picture of several: as many as fit a page with their works told apart."""

_DEFAULTS = {"tier": "confirmed", "period": 10}


def told_claims(
    archive: Archive,
    names: Sequence[str],
    timeline_of: TimelineOf,
    limits: Limits,
    progress: Callable[[int, int], None],
) -> Claims:
    """Returns the claims with witnesses and pictures; what is missing is said, not raised.

    Raises:
        NotFound: a claim is named that does not exist.
    """
    try:
        made = {**_DEFAULTS, **made_by(archive)}
        claims = claims_named(archive, names)
    except (NotFound, IndexUnavailable) as error:
        if names:
            raise
        return Claims(missing=f"{error.what}; {error.advice}" if error.advice else error.what)
    tiers, told = _tiers(archive), _most_said(claims, limits.claims)
    drawn = told[: limits.pictures]
    sections = []
    progress(0, len(claims))
    for number, claim in enumerate(claims, 1):
        timeline = timeline_of([claim.id], made["tier"]) if claim.id in told else None
        section = _section(claim, tiers.get(claim.id, {}), timeline, made["period"], limits)
        if made["tier"] == "confirmed":
            section = replace(section, between=_suggested_between(archive, section))
        if timeline is not None and claim.id in drawn and section.row["works"]:
            section = replace(section, picture=lanes(timeline, f"{section.anchor}-lanes"))
        sections.append(section)
        progress(number, len(claims))
    several = _longest_silent(sections)
    title = f"The {len(several)} claims with the longest silences"
    return Claims(
        made=made,
        sections=tuple(sections),
        grid=grid(archive, claims) if any(s.row["works"] for s in sections) else None,
        overview=overview(timeline_of(several, made["tier"]), title) if len(several) > 1 else None,
        overview_of=len(several),
    )


def _most_said(claims: Sequence[StoredClaim], limit: int) -> list[str]:
    ranked = sorted(claims, key=lambda c: -c.facts["recurrence"].get("works", 0))
    return [claim.id for claim in ranked[:limit]]


def _longest_silent(sections: Sequence[ClaimSection]) -> list[str]:
    """Returns the claims for the picture of several, in the order of the codebook."""
    silent = sorted((s for s in sections if s.row["works"]), key=lambda s: -(s.row["longest_silence"] or 0))
    chosen = {s.claim.id for s in silent[:OVERVIEW]}
    return [s.claim.id for s in sections if s.claim.id in chosen]


def _tiers(archive: Archive) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for claim, tier, count in archive.sql.execute(
        "SELECT claim, tier, count(*) FROM witnesses GROUP BY claim, tier"
    ):
        found.setdefault(claim, {})[tier] = count
    return found


def _suggested_between(archive: Archive, section: ClaimSection) -> tuple[str, ...]:
    """Returns when suggested witnesses were said that would count and surely lie in the longest silence."""
    silence = section.told.get("longest_silence")
    if not silence:
        return ()
    start, end = silence["before"]["latest"], silence["after"]["earliest"]
    found = []
    for edtf, *days in archive.sql.execute(
        "SELECT w.statement_date, w.said_earliest, w.said_latest, d.published_latest FROM witnesses w "
        "JOIN passages p ON p.key = w.passage JOIN documents d ON d.key = p.document "
        "WHERE w.claim = ? AND w.tier = 'suggested' AND w.stance = 'supports' AND w.counts "
        "ORDER BY w.said_earliest, w.said_latest, w.id",
        (section.claim.id,),
    ):
        said = closed(*days)
        if said and start < said[0] and said[1] < end:
            found.append(edtf)
    return tuple(found)


def counted_by_paper(archive: Archive, claims: Claims) -> dict[str, list[CountedFor]] | None:
    """Returns by document how many places count for which of the claims told; None without claims."""
    if claims.missing is not None:
        return None
    homes = {s.claim.id: s.anchor if s.detailed else f"row-{s.anchor}" for s in claims.sections}
    found: dict[str, list[CountedFor]] = {}
    for claim, document, count in archive.sql.execute(
        "SELECT w.claim, d.id, count(*) AS n FROM witnesses w JOIN passages p ON p.key = w.passage "
        "JOIN documents d ON d.key = p.document JOIN claims c ON c.id = w.claim "
        "WHERE w.counts AND (? OR w.tier = 'confirmed') GROUP BY 1, 2 ORDER BY n DESC, c.ordinal",
        (claims.made["tier"] == "all",),
    ):
        if claim in homes:
            found.setdefault(document, []).append(CountedFor(claim, homes[claim], count))
    return found


@dataclass
class _Sorted:
    """Witnesses of a claim by kind, counted as they go by; no more are held than are shown."""

    limit: int
    held: dict[str, list[Witness]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    homes: dict[str, str] = field(default_factory=dict)
    reviewed: int = 0

    def add(self, witness: Witness) -> None:
        kind = _kind(witness)
        self.counts[kind] = self.counts.get(kind, 0) + 1
        self.reviewed += witness.reviewed_by is not None
        held = self.held.setdefault(kind, [])
        if len(held) < self.limit:
            held.append(witness)
            if kind == "counted" and witness.work:
                self.homes.setdefault(witness.work, anchor("witness", witness.witness_id))

    def listed(self, kind: str) -> Listed:
        held = self.held.get(kind, [])
        return Listed(tuple(held), self.counts.get(kind, 0) - len(held))


def _kind(witness: Witness) -> str:
    if not witness.counts_as_independent:
        return "again"
    return "denying" if witness.stance == "denies" else "counted"


def _section(
    claim: StoredClaim,
    tiers: Mapping[str, int],
    timeline: Timeline | None,
    period: int,
    limits: Limits,
) -> ClaimSection:
    recurrence = claim.facts["recurrence"]
    told: Mapping[str, Any] = recurrence if "works" in recurrence else {}
    row = recurrence_row(claim, {t: tiers.get(t, 0) for t in ("confirmed", "suggested")})
    found = _Sorted(limits.witnesses)
    for witness in timeline.witnesses if timeline else ():
        found.add(witness)
    counted = found.listed("counted")
    return ClaimSection(
        claim=claim,
        anchor=anchor("claim", claim.id),
        row=row,
        told=told,
        counted=counted,
        denying=found.listed("denying"),
        again=found.listed("again"),
        periods=_periods(told, counted.shown, period),
        homes=found.homes,
        reviewed=found.reviewed,
        detailed=timeline is not None,
    )


def _periods(told: Mapping[str, Any], shown: Sequence[Witness], period: int) -> tuple[PeriodRow, ...]:
    homes: dict[int, list[Witness]] = {}
    for witness in shown:
        bounds = closed(*witness.statement_bounds, witness.publication_bounds[1])
        touched = periods_of(bounds, period) if bounds else ()
        if len(touched) == 1:
            homes.setdefault(touched[0], []).append(witness)
    return tuple(
        PeriodRow(
            facts=facts,
            anchor=anchor("decade", facts["label"]),
            witnesses=tuple(homes.get(facts["first_year"] // period, ())),
        )
        for facts in told.get("periods", ())
    )
