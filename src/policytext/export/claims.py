"""Rows of witnesses: of the layer ``claims``, and of the table that says how each claim comes again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, stored_claims, witness_rows

Row = dict[str, Any]

WITNESS_FIELDS = (
    *("family", "label", "source", "start", "end", "text", "stance", "speaker", "statement_date"),
    *("publication_date", "voice", "relation", "counts_as_independent", "score"),
)
"""What every row of the layer has; rows have more."""


def witness_layer(archive: Archive) -> Iterator[Row]:
    """Yields a row for every witness, by claim in the order of the codebook, document and place.

    Raises:
        NotFound, IndexUnavailable: no claims, or none of the papers as they are now.
    """
    return map(witness_row, witness_rows(archive))


def witness_row(row: sqlite3.Row) -> Row:
    """Returns a row of `store.claims.witness_rows` under `WITNESS_FIELDS` and more."""
    return {
        "family": row["claim"],
        "label": row["label"],
        "source": row["source"],
        "start": row["raw_start"],
        "end": row["raw_end"],
        "text": row["text"],
        "stance": row["stance"],
        "speaker": row["speaker"],
        "statement_date": row["statement_date"],
        "publication_date": row["publication_date"],
        "voice": row["voice"],
        "relation": row["relation"],
        "counts_as_independent": row["counts"],
        "score": row["score"],
        "tier": row["tier"],
        "reviewed_by": row["reviewed_by"],
        "id": row["id"],
        "work": row["work"],
        "party": row["party"],
        "date_basis": row["date_basis"],
        "asserted_by": row["asserted_by"],
        "publication_basis": row["publication_basis"],
        "document": row["document"],
        "passage": row["passage_id"],
        "statement": row["statement_id"],
        "spans": json.loads(row["raw_spans"]) if row["raw_spans"] else None,
        "line": row["line"],
        "rule": row["rule"],
        "confidence": row["confidence"],
        "evidence": json.loads(row["evidence"]),
    }


WITNESS_COLUMNS = (
    *WITNESS_FIELDS,
    *("tier", "reviewed_by", "id", "work", "party", "date_basis", "asserted_by", "publication_basis"),
    *("document", "passage", "statement", "line", "rule", "confidence"),
)
"""Those that a table of witnesses shows."""

RECURRENCE_COLUMNS = (
    *(
        "claim",
        "label",
        "works",
        "confirmed",
        "suggested",
        "papers",
        "first_said",
        "first_by",
        "last_said",
        "periods",
    ),
    *("longest_silence", "returns", "observed", "expected", "p", "q", "verdict", "why", "hangs_on"),
)


def recurrence_rows(archive: Archive) -> Iterator[Row]:
    """Yields under `RECURRENCE_COLUMNS` how each claim comes again, in the order of the codebook.

    ``periods`` is "covered/with sources", ``longest_silence`` whole years before a return at least,
    ``observed`` and ``expected`` are periods covered; None where a figure cannot be had.
    """
    tiers: dict[tuple[str, str], int] = {}
    for row in witness_rows(archive):
        tiers[row["claim"], row["tier"]] = tiers.get((row["claim"], row["tier"]), 0) + 1
    for claim in stored_claims(archive):
        yield recurrence_row(claim, {t: tiers.get((claim.id, t), 0) for t in ("confirmed", "suggested")})


def recurrence_row(claim: StoredClaim, tiers: Mapping[str, int]) -> Row:
    """Returns how one claim comes again; ``tiers`` are its numbers of witnesses."""
    told = claim.facts["recurrence"]
    test = told.get("chance") or {}
    silence = told.get("longest_silence") or {}
    periods = told.get("periods", [])
    return {
        "claim": claim.id,
        "label": claim.label,
        "works": told.get("works", 0),
        **tiers,
        "papers": len(told.get("documents", [])),
        "first_said": (told.get("first") or {}).get("earliest"),
        "first_by": (told.get("first") or {}).get("speaker"),
        "last_said": (told.get("last") or {}).get("latest"),
        "periods": f"{told.get('covered_surely', 0)}/{sum(p['sources'] > 0 for p in periods)}",
        "longest_silence": silence.get("years"),
        "returns": len(told.get("silences", [])),
        "observed": test.get("observed"),
        "expected": test.get("expected"),
        "p": test.get("p"),
        "q": test.get("q"),
        "verdict": test.get("verdict"),
        "why": test.get("reason") or None,
        "hangs_on": "; ".join(test.get("hangs_on") or ()) or None,
    }
