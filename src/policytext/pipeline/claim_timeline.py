"""The timeline of a claim that was coded: its witnesses, in the order in which they were said."""

from __future__ import annotations

import sqlite3
from typing import cast

from policytext.analysis.witness import Witness, WitnessRelation, WitnessVoice, in_time_order
from policytext.pipeline.timeline import Timeline
from policytext.pipeline.wording import Wordings
from policytext.ranking import Filters
from policytext.search.results import satisfies, voice_satisfies
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, witness_rows
from policytext.store.reader import FoundPassage, passages
from policytext.store.selection import allowed_among


def claim_timeline(archive: Archive, claim: StoredClaim, filters: Filters, tier: str) -> Timeline:
    """Returns the witnesses of a claim that satisfy the filters.

    With ``tier`` "confirmed" those only suggested are left out and counted, with "all" they are in.
    """
    found = list(witness_rows(archive, claim.id))
    rows = [row for row in found if tier == "all" or row["tier"] == tier]
    numbers = sorted({row["number"] for row in rows})
    if filters:
        numbers = sorted(allowed_among(archive, filters, numbers))
    homes = {p.number: p for p in passages(archive, numbers)}
    wordings = Wordings(archive)
    kept = [r for r in rows if r["number"] in homes and _satisfies(r, homes[r["number"]], filters)]
    witnesses = in_time_order(_witness(row, wordings) for row in kept)
    return Timeline(witnesses, len({row["number"] for row in kept}), len(found) - len(rows))


def _satisfies(row: sqlite3.Row, passage: FoundPassage, filters: Filters) -> bool:
    said = next((s for s in passage.statements if s.id == row["statement_id"]), None)
    return voice_satisfies(passage, filters) if said is None else satisfies(said, filters)


def _witness(row: sqlite3.Row, wordings: Wordings) -> Witness:
    raw = Span(row["raw_start"], row["raw_end"])
    words = wordings.at(row["document"], Span(row["start"], row["end"]), raw)
    return Witness(
        witness_id=row["id"],
        relation=cast("WitnessRelation", row["relation"]),
        counts_as_independent=bool(row["counts"]),
        speaker=row["speaker"],
        statement_edtf=row["statement_date"],
        statement_date_basis=row["date_basis"],
        publication_edtf=row["publication_date"],
        publication_date_basis=row["publication_basis"],
        voice=cast("WitnessVoice", row["voice"]),
        quote=words.quote,
        quote_raw=words.raw,
        context_before=words.before,
        context_after=words.after,
        document=row["document"],
        title=row["title"],
        source=row["source"],
        source_sha256=row["sha256"],
        start=raw.start,
        end=raw.end,
        line_start=row["line"],
        score=row["score"],
        passage=row["passage_id"],
        rule=row["rule"],
        confidence=row["confidence"],
        family_id=row["claim"],
        stance=row["stance"],
        tier=row["tier"],
        work=row["work"],
        reviewed_by=row["reviewed_by"],
    )
