"""Sayings of claims out of an archive: who says them, who quotes them, and when."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policytext.analysis.echoes import Echoes, Saying, echoes_of
from policytext.analysis.witness import names_in
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, witness_rows
from policytext.store.said import homes_of_passages

_NAMELESS = "SELECT id FROM statements WHERE speaker_type = 'anonymous'"


@dataclass(frozen=True, slots=True)
class FoundEchoes:
    """Who echoes whom in an archive; ``unnamed`` sayings, left out, have no speaker or a nameless one.

    "Most", "one senior manager": nobody can be told to be the same one elsewhere.
    """

    echoes: Echoes
    unnamed: int


def found_echoes(archive: Archive, claims: Sequence[StoredClaim], tier: str = "confirmed") -> FoundEchoes:
    """Returns who echoes whom in the works that support these claims and count.

    With ``tier`` "confirmed" only what is confirmed, with "all" what is suggested too.
    """
    nobody = {row[0] for row in archive.sql.execute(_NAMELESS)}
    counted = [row for claim in claims for row in witness_rows(archive, claim.id) if _counts(row, tier)]
    rows = [row for row in counted if names_in(row["speaker"]) and row["statement_id"] not in nobody]
    voices = homes_of_passages(archive, [row["passage_id"] for row in rows])
    sayings = [s for row in rows for s in _sayings(row, voices[row["passage_id"]].speaker)]
    return FoundEchoes(echoes_of(sayings), len(counted) - len(rows))


def _counts(row: sqlite3.Row, tier: str) -> bool:
    return bool(row["counts"]) and row["stance"] == "supports" and tier in ("all", row["tier"])


def _sayings(row: sqlite3.Row, voice: str | None) -> Iterator[Saying]:
    speakers = names_in(row["speaker"])
    quoting: list[str | None] = []
    if row["voice"] != "own":
        quoting += [name for name in names_in(voice) if name not in speakers]
    for speaker in speakers:
        for quoted_by in quoting or [None]:
            yield Saying(
                claim=row["claim"],
                speaker=speaker,
                earliest=row["said_earliest"],
                latest=row["said_latest"],
                printed_earliest=row["published_earliest"],
                printed_latest=row["published_latest"],
                edtf=row["statement_date"],
                printed_edtf=row["publication_date"],
                quoted_by=quoted_by,
                words=row["text"],
                place=f"{row['source']}, line {row['line']}",
            )
