"""The table that asks a person about witnesses: which of them really assert the claim."""

from __future__ import annotations

from collections.abc import Iterator

from policytext.store.archive import Archive
from policytext.store.claims import witness_rows
from policytext.store.judgements import asked_of_a_person
from policytext.store.reader import raw_document

A_CLAIM = 20
"""Places asked about for each claim: more in one sitting nobody reads well."""


def review_rows(archive: Archive, a_claim: int = A_CLAIM) -> Iterator[dict[str, str]]:
    """Yields the undecided witnesses whose judgement would teach most, by claim, document and place.

    Of each claim those whose score lies nearest to an even chance (uncertainty sampling: Lewis and Gale
    1994), one for each work. ``text`` is the raw text of the place, ``note`` says who, when, and how likely.

    Raises:
        NotFound, IndexUnavailable: no claims, or none of the papers as they are now.
    """
    open_rows = [row for row in witness_rows(archive) if row["reviewed_by"] is None and row["counts"]]
    open_rows.sort(key=lambda row: (row["ordinal"], abs(row["score"] - 0.5), row["id"]))
    taken: dict[str, int] = {}
    chosen = []
    for row in open_rows:
        taken[row["claim"]] = taken.get(row["claim"], 0) + 1
        if taken[row["claim"]] <= a_claim:
            chosen.append(row)
    chosen.sort(key=lambda row: (row["ordinal"], row["document"], row["start"], row["id"]))
    raw: dict[str, str] = {}
    for row in chosen:
        if row["document"] not in raw:
            raw[row["document"]] = raw_document(archive, row["document"]).raw
        start, end = row["raw_start"], row["raw_end"]
        said = f"{row['speaker'] or 'speaker unknown'}, {row['statement_date'] or 'not dated'}"
        note = f"{row['tier']} {row['score']:.2f}; {said}; {row['stance']}"
        yield asked_of_a_person(
            row["claim"], row["source"], (start, end, raw[row["document"]][start:end]), note
        )
