"""What people judged of an archive's places, brought to the texts they judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from policytext.analysis.codebook import Codebook
from policytext.analysis.coding.coder import Judgement
from policytext.errors import NotFound
from policytext.store.archive import Archive
from policytext.store.judgements import (
    JUDGEMENTS,
    JudgementsFile,
    PlaceJudged,
    merge_judgements,
    read_judgements,
)
from policytext.store.reader import document_id, raw_document

_FEW = 3  # faults told one by one


def judged(archive: Archive, codebook: Codebook, given: Path | None, notes: list[str]) -> list[Judgement]:
    """Returns the judgements in force on the claims of a codebook, by claim, document and place.

    A file that is ``given`` is added to the archive's first. A row that cannot be used is told in ``notes``
    and counts for nothing: one that cannot be read, names no paper of the archive, or a text that does not
    stand at its place (the file changed since: nothing like it is looked for).

    Raises:
        BadRequest: a file cannot be used as a whole.
    """
    kept = archive.folder / JUDGEMENTS
    if given is not None:
        new = read_judgements(given)
        _tell(new.faults, notes)
        merge_judgements(kept, new)
    file = read_judgements(kept) if kept.exists() else JudgementsFile()
    if given is None:
        _tell(file.faults, notes)
    claims = {claim.id for claim in codebook.claims}
    others = [j for j in file.judgements if j.claim not in claims]
    if others:
        names = sorted({j.claim for j in others})
        notes.append(f"{len(others):,} judgement(s) on claims not in this codebook: {', '.join(names[:5])}")
    faults: list[str] = []
    found = list(_placed(archive, (j for j in file.judgements if j.claim in claims), faults))
    _tell(faults, notes)
    return sorted(found, key=lambda j: (j.claim, j.document, j.start, j.end))


def _tell(faults: Iterable[str], notes: list[str]) -> None:
    told = list(faults)
    notes += told[:_FEW]
    if len(told) > _FEW:
        notes.append(f"and {len(told) - _FEW:,} more rows of judgements that cannot be used")


def _placed(archive: Archive, rows: Iterable[PlaceJudged], faults: list[str]) -> Iterator[Judgement]:
    for source, group in groupby(sorted(rows, key=lambda j: (j.source, j.place)), key=lambda j: j.source):
        try:
            document = raw_document(archive, document_id(archive, source))
        except NotFound as error:
            faults.append(f"{JUDGEMENTS}: {error}")
            continue
        for row in group:
            spans = document.alignment.to_clean(row.start, row.end)
            if document.raw[row.start : row.end] != row.text or not any(len(s) for s in spans):
                faults.append(f"{JUDGEMENTS}: {source}, {row.start}-{row.end}: another text stands there now")
                continue
            start, end = min(s.start for s in spans), max(s.end for s in spans)
            yield Judgement(row.claim, document.id, start, end, row.verdict, row.by)
