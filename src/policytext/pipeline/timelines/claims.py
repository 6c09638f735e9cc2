"""The timeline of claims that were coded, each a family: their witnesses in the order they were said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from typing import cast

from policytext.analysis.timeline import FamilyTest, Tier, Timeline
from policytext.analysis.witness import REPRINTS, WitnessRelation, WitnessVoice
from policytext.pipeline.timelines.gathering import Draft, gathered
from policytext.ranking import Filters
from policytext.search.results import satisfies, voice_satisfies
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, made_by
from policytext.store.reader import FoundPassage, passages
from policytext.store.selection import allowed_among


def claim_timeline(
    archive: Archive,
    claims: Sequence[StoredClaim],
    filters: Filters | None = None,
    tier: Tier = "all",
    *,
    denials: bool = True,
) -> Timeline:
    """Returns the witnesses of the claims that satisfy the filters.

    With ``tier`` "confirmed" those only suggested are left out and counted, without ``denials`` those that
    deny the claim.

    Raises:
        NotFound, IndexUnavailable: as `policytext.store.claims.made_by`.
    """
    made_by(archive)
    ids = [claim.id for claim in claims]
    kept = _Kept(tier, denials=denials)
    found = gathered(archive, _drafts(archive, ids, filters or Filters(), kept))
    return Timeline(
        kind="claim",
        title=claims[0].label if len(claims) == 1 else f"{len(claims)} claims, by when they were said",
        asked=tuple(ids),
        witnesses=found.witnesses,
        labels={claim.id: claim.label for claim in claims},
        papers=found.papers,
        notes=kept.notes(),
        tests={claim.id: _tested(claim) for claim in claims},
    )


def _tested(claim: StoredClaim) -> FamilyTest:
    test = (claim.facts.get("recurrence") or {}).get("chance") or {}
    return FamilyTest(test.get("p"), test.get("q"), test.get("verdict"))


class _Kept:
    """Which witnesses are kept; it counts the others."""

    def __init__(self, tier: Tier, *, denials: bool) -> None:
        self._tier, self._denials = tier, denials
        self._suggested = self._denying = 0

    def keeps(self, row: sqlite3.Row) -> bool:
        """Whether a witness is kept."""
        if self._tier != "all" and row["tier"] != self._tier:
            self._suggested += 1
            return False
        if not self._denials and row["stance"] == "denies":
            self._denying += 1
            return False
        return True

    def notes(self) -> tuple[str, ...]:
        """Returns a sentence on what was left out, if anything was."""
        out = [f"{self._suggested:,} only suggested"] if self._suggested else []
        out += [f"{self._denying:,} that deny it"] if self._denying else []
        return (f"Left out: {', '.join(out)}.",) if out else ()


def _drafts(archive: Archive, ids: Sequence[str], filters: Filters, kept: _Kept) -> Iterator[Draft]:
    """Yields the witnesses document by document."""
    works = _Works(archive, ids)
    rows = archive.sql.execute(f"{_WITNESSES} ({_marks(ids)}) ORDER BY d.id, w.start, w.end, w.id", ids)
    for _, group in groupby(rows, key=lambda row: row["document"]):
        of_document = list(group)
        if filters:
            of_document = list(_satisfying(archive, of_document, filters))
        for row in of_document:
            if kept.keeps(row):
                yield _draft(row, works)


def _marks(values: Collection[object]) -> str:
    return ", ".join("?" * len(values))


_WITNESSES = """
SELECT w.id, w.claim, w.work, w.start, w.end, w.raw_start, w.raw_end, w.raw_spans, w.line, w.stance, w.tier,
  w.voice, w.speaker, w.party, w.statement_date, w.date_basis, w.asserted_by, w.relation, w.counts, w.score,
  w.rule, w.confidence, w.reviewed_by, p.id AS passage_id, p.quality, n.number, s.id AS statement_id,
  s.antecedent, d.id AS document
FROM witnesses w JOIN passages p ON p.key = w.passage JOIN numbers n ON n.passage = p.key
JOIN documents d ON d.key = p.document LEFT JOIN statements s ON s.key = w.statement
WHERE w.claim IN
"""


def _satisfying(archive: Archive, rows: Sequence[sqlite3.Row], filters: Filters) -> Iterator[sqlite3.Row]:
    numbers = sorted(allowed_among(archive, filters, sorted({row["number"] for row in rows})))
    homes = {p.number: p for p in passages(archive, numbers)}
    for row in rows:
        if row["number"] in homes and _satisfies(row, homes[row["number"]], filters):
            yield row


def _satisfies(row: sqlite3.Row, passage: FoundPassage, filters: Filters) -> bool:
    said = next((s for s in passage.statements if s.id == row["statement_id"]), None)
    return voice_satisfies(passage, filters) if said is None else satisfies(said, filters)


_PRINTED_AGAIN = """
SELECT claim, stance, work, counting FROM (
  SELECT w.claim, w.stance, w.work, max(CASE WHEN w.counts THEN w.key END) AS counting,
    max(instr(?, w.relation)) AS again, count(DISTINCT p.document) AS papers
  FROM witnesses w JOIN passages p ON p.key = w.passage WHERE w.claim IN
"""
_EACH_WORK = "GROUP BY w.claim, w.stance, w.work) WHERE again OR papers > 1"


class _Works:
    """The works that are printed more than once, and the text of the witness that counts for each."""

    def __init__(self, archive: Archive, ids: Sequence[str]) -> None:
        self._archive = archive
        rows = archive.sql.execute(
            f"{_PRINTED_AGAIN} ({_marks(ids)}) {_EACH_WORK}", [" ".join(sorted(REPRINTS)), *ids]
        )
        self._counting = {(row["claim"], row["stance"], row["work"]): row["counting"] for row in rows}

    def several(self, row: sqlite3.Row) -> bool:
        """Whether the work of a witness is printed more than once."""
        return (row["claim"], row["stance"], row["work"]) in self._counting

    def counting(self, row: sqlite3.Row) -> str | None:
        """Returns the text of the witness that counts for a reprint."""
        key = self._counting.get((row["claim"], row["stance"], row["work"]))
        if key is None or row["relation"] not in REPRINTS:
            return None
        return str(
            self._archive.sql.execute("SELECT text FROM witnesses WHERE key = ?", (key,)).fetchone()[0]
        )


def _draft(row: sqlite3.Row, works: _Works) -> Draft:
    pairs = json.loads(row["raw_spans"]) if row["raw_spans"] else [[row["raw_start"], row["raw_end"]]]
    return Draft(
        id=row["id"],
        document=row["document"],
        passage=row["passage_id"],
        clean=Span(row["start"], row["end"]),
        spans=tuple(Span(*pair) for pair in pairs),
        line=row["line"],
        relation=cast("WitnessRelation", row["relation"]),
        counts=bool(row["counts"]),
        speaker=row["speaker"],
        party=row["party"],
        date=row["statement_date"],
        basis=row["date_basis"],
        voice=cast("WitnessVoice", row["voice"]),
        score=row["score"],
        rule=row["rule"],
        confidence=row["confidence"],
        quality=row["quality"],
        asserted_by=row["asserted_by"],
        lean=Span(*json.loads(row["antecedent"])) if row["antecedent"] else None,
        family=row["claim"],
        stance=row["stance"],
        tier=row["tier"],
        work=row["work"],
        reviewed_by=row["reviewed_by"],
        counting=works.counting(row),
        elsewhere=works.several(row),
    )
