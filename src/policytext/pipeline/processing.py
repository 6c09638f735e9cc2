"""One document, all the way from bytes to the record that is stored."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields

from policytext.document import Metadata
from policytext.extract.annotate import annotate
from policytext.index.pieces import PieceCounter
from policytext.ingest.discovery import Found
from policytext.ingest.inference import complete
from policytext.ingest.readers import read
from policytext.store.entry import Days, Entry, Placed, Record
from policytext.text.alignment import Alignment
from policytext.text.cleaning import clean
from policytext.text.edtf import bounds
from policytext.text.passages import pack


@dataclass(frozen=True, slots=True)
class Job:
    """A source to process, what the catalogue says of it, and the fingerprint its entry is to bear."""

    found: Found
    catalogued: Metadata | None
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Processor:
    """Turns jobs into entries; picklable, so that it can run in another process.

    ``count`` gives the number of word pieces of each of a list of texts.
    """

    count: PieceCounter

    def __call__(self, job: Job) -> Entry:
        """Returns the entry of ``job``. Raises UnreadableSource where the bytes are no document."""
        reading = read(job.found)
        cleaned = clean(reading.text, edits=reading.edits, hints=reading.hints)
        stated = merged(job.catalogued or Metadata(), reading.metadata)
        metadata = complete(stated, cleaned.text, cleaned.blocks, job.found.name)
        date = metadata.publication_date.value if metadata.publication_date else None
        voice = _voice(metadata)
        found = annotate(cleaned.text, blocks=cleaned.blocks, publication_date=date, voice=voice)
        place = _Placer(cleaned.alignment, reading.text)
        passages = place(pack(cleaned.text, cleaned.blocks, self.count))
        statements = place(found.statements)
        return Entry(
            source=reading.source,
            relative=job.found.relative,
            data=job.found.data,
            fingerprint=job.fingerprint,
            metadata=metadata,
            published=days(date),
            voice=voice,
            notes=reading.notes,
            clean=cleaned.text,
            edits=cleaned.edits,
            moves=cleaned.moves,
            blocks=place(cleaned.blocks),
            passages=passages,
            voices=tuple(found.voice_at(p.record.start, voice) for p in passages),
            statements=statements,
            said=tuple(days(s.record.statement_date) for s in statements),
            dates=place(found.dates),
            citations=place(found.citations),
        )


def merged(first: Metadata, second: Metadata) -> Metadata:
    """Returns the facts of ``first``, and where it is silent those of ``second``."""
    names = [f.name for f in fields(Metadata)]
    return Metadata(**{name: getattr(first, name) or getattr(second, name) for name in names})


def days(edtf: str | None) -> Days:
    """Returns the first and last ISO day of an EDTF date; (None, None) for no date or one out of bounds."""
    if edtf is None:
        return None, None
    try:
        return bounds(edtf)
    except ValueError:
        return None, None


def _voice(metadata: Metadata) -> str | None:
    """Returns whose own words the running text is: the authors', else the publisher's."""
    fact = metadata.authors or metadata.publisher
    return fact.value if fact else None


class _Placer:
    """Finds the raw place of clean records."""

    def __init__(self, alignment: Alignment, raw: str) -> None:
        self._alignment = alignment
        self._breaks = [n for n, c in enumerate(raw) if c == "\n"]

    def __call__(self, records: Sequence[Record]) -> tuple[Placed[Record], ...]:
        return tuple(self._placed(r) for r in sorted(records, key=lambda r: (r.start, r.end)))

    def _placed(self, record: Record) -> Placed[Record]:
        spans = tuple(self._alignment.to_raw(record.start, record.end))
        spans = spans or (self._alignment.hull(record.start, record.end),)
        line = bisect_right(self._breaks, min(s.start for s in spans) - 1) + 1
        return Placed(record, spans, line)
