"""The claims of the latest coding or discovery and their witnesses, kept in the archive."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from policytext.errors import IndexUnavailable, NotFound
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.naming import near

META = "claims"
"""Under this name the archive keeps what made the claims: a JSON object with their generation in it."""
_AGAIN = "policytext claims --codebook FILE, or policytext claims to discover some"


@dataclass(frozen=True, slots=True)
class StoredClaim:
    """A claim as it was looked for; ``facts`` say how it was coded and how it recurs (plain JSON)."""

    id: str
    label: str
    says: tuple[str, ...]
    denies: tuple[str, ...]
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredWitness:
    """A span that asserts or denies a claim; ``start``/``end`` are clean, ``spans`` raw offsets.

    ``relation`` is as in ``analysis.witness``, ``work`` names the utterance or text that it prints;
    ``counts`` is False where another witness of the same work counts for it. ``evidence`` is plain JSON.
    """

    id: str
    claim: str
    passage: str
    statement: str | None
    start: int
    end: int
    spans: tuple[Span, ...]
    line: int
    text: str
    stance: str
    tier: str
    voice: str
    speaker: str | None
    party: str | None
    statement_date: str | None
    said_earliest: str | None
    said_latest: str | None
    date_basis: str | None
    asserted_by: str | None
    relation: str
    work: str
    counts: bool
    score: float
    rule: str
    confidence: float
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reviewed_by: str | None = None


def put_claims(
    archive: Archive,
    claims: Iterable[StoredClaim],
    witnesses: Iterable[StoredWitness],
    facts: Mapping[str, Any],
) -> None:
    """Replaces the claims of the archive by these, all or nothing; ``facts`` say what made them."""
    with archive.transaction() as sql:
        sql.execute("DELETE FROM witnesses")
        sql.execute("DELETE FROM claims")
        sql.executemany(
            "INSERT INTO claims (id, label, says, denies, facts) VALUES (?, ?, ?, ?, ?)",
            ((c.id, c.label, *map(_json, (c.says, c.denies, c.facts))) for c in claims),
        )
        for witness in witnesses:
            _insert(sql, witness)
        archive.set_meta(META, _json({**facts, **_state(archive)}))


def _insert(sql: sqlite3.Connection, w: StoredWitness) -> None:
    facts = {name: getattr(w, name) for name in w.__slots__ if name not in ("passage", "statement", "spans")}
    facts["evidence"] = _json(facts["evidence"])
    facts |= {"raw_start": min(s.start for s in w.spans), "raw_end": max(s.end for s in w.spans)}
    facts["raw_spans"] = _json([[s.start, s.end] for s in w.spans]) if len(w.spans) > 1 else None
    passage = sql.execute("SELECT key FROM passages WHERE id = ?", (w.passage,)).fetchone()
    statement = sql.execute("SELECT key FROM statements WHERE id = ?", (w.statement,)).fetchone()
    facts |= {"passage": passage[0], "statement": statement[0] if statement else None}
    names = ", ".join(facts)
    marks = ", ".join("?" * len(facts))
    sql.execute(f"INSERT INTO witnesses ({names}) VALUES ({marks})", tuple(facts.values()))


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _state(archive: Archive) -> dict[str, Any]:
    """Returns what claims are made from: the documents, and what of them is known to be reprinted."""
    return {"generation": archive.generation, "reprints_finder": archive.meta("reprints_finder")}


def made_by(archive: Archive) -> dict[str, Any]:
    """Returns what made the claims of the archive.

    Raises:
        NotFound: none were coded or discovered.
        IndexUnavailable: the documents changed since.
    """
    stored = archive.meta(META)
    if stored is None:
        raise NotFound("no claims yet", str(archive.folder), _AGAIN)
    facts: dict[str, Any] = json.loads(stored)
    if any(facts.get(name) != value for name, value in _state(archive).items()):
        raise IndexUnavailable("the documents changed since claims were coded", str(archive.folder), _AGAIN)
    return facts


def stored_claims(archive: Archive) -> list[StoredClaim]:
    """Returns the claims in the order of the codebook.

    Raises:
        NotFound, IndexUnavailable: as `made_by`.
    """
    made_by(archive)
    rows = archive.sql.execute("SELECT * FROM claims ORDER BY ordinal")
    return [
        StoredClaim(
            row["id"],
            row["label"],
            tuple(json.loads(row["says"])),
            tuple(json.loads(row["denies"])),
            json.loads(row["facts"]),
        )
        for row in rows
    ]


def claim_of(archive: Archive, name: str) -> StoredClaim | None:
    """Returns the claim of this id; None where there is none.

    Raises:
        IndexUnavailable: there is, but the documents changed since it was coded.
    """
    if archive.meta(META) is None:
        return None
    if archive.sql.execute("SELECT 1 FROM claims WHERE id = ?", (name,)).fetchone() is None:
        return None
    return next(c for c in stored_claims(archive) if c.id == name)


def claims_named(archive: Archive, names: Sequence[str]) -> list[StoredClaim]:
    """Returns the claims of these ids, in the order of the codebook, each once; without ids all of them.

    Raises:
        NotFound: no claims at all, or none of that id.
        IndexUnavailable: the documents changed since they were coded.
    """
    known = {claim.id: claim for claim in stored_claims(archive)}
    for name in names:
        if name not in known:
            offered = near(name, known) or ", ".join(list(known)[:8])
            raise NotFound("no such claim", name, f"policytext list claims; there is {offered}")
    return [claim for claim in known.values() if not names or claim.id in names]


_WITNESSES = """
SELECT w.*, c.ordinal, c.label, p.id AS passage_id, n.number, s.id AS statement_id, d.id AS document,
  d.name AS source, d.sha256, d.title, d.publication_date, d.published_earliest, d.published_latest,
  json_extract(d.metadata, '$.publication_date.basis') AS publication_basis
FROM witnesses w JOIN claims c ON c.id = w.claim JOIN passages p ON p.key = w.passage
JOIN numbers n ON n.passage = p.key JOIN documents d ON d.key = p.document
LEFT JOIN statements s ON s.key = w.statement
"""


def witness_rows(archive: Archive, claim: str | None = None) -> Iterator[sqlite3.Row]:
    """Yields the witnesses (of one claim), by claim in the codebook's order, then by document and place.

    Beside the table's columns: ordinal and label of the claim, passage_id, number, statement_id; of the paper
    document, source, sha256, title, publication_date, published_earliest, published_latest and
    publication_basis.

    Raises:
        NotFound, IndexUnavailable: as `made_by`.
    """
    made_by(archive)
    where, bound = ("WHERE w.claim = ?", (claim,)) if claim else ("", ())
    query = f"{_WITNESSES} {where} ORDER BY c.ordinal, d.id, w.start, w.end, w.id"
    yield from archive.sql.execute(query, bound).fetchall()
