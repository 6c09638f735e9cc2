"""One document, all the way from bytes to the record that is stored."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

from policytext.document import FURNITURE, Block, Decision, Metadata, Passage
from policytext.extract.annotate import annotate
from policytext.extract.recogniser import Recogniser
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
    """A source to process, and the fingerprint its entry is to bear.

    ``catalogued`` is what the catalogue says of it, ``decisions`` what people said of single places,
    ``attested`` the words it asked for that other documents hold.
    """

    found: Found
    catalogued: Metadata | None
    fingerprint: str
    decisions: tuple[Decision, ...] = ()
    attested: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Processor:
    """Turns jobs into entries; picklable, so that it can run in another process.

    ``count`` gives the number of word pieces of each of a list of texts, ``recogniser`` finds persons besides
    those that the extractors know.
    """

    count: PieceCounter
    recogniser: Recogniser | None = None

    def __call__(self, job: Job) -> Entry:
        """Returns the entry of ``job``. Raises UnreadableSource where the bytes are no document."""
        reading = read(job.found)
        cleaned = clean(
            reading.text,
            edits=reading.edits,
            hints=reading.hints,
            doubts=reading.doubts,
            decisions=job.decisions,
            attested=job.attested,
            carrier=reading.carrier,
        )
        stated = merged(job.catalogued or Metadata(), reading.metadata)
        metadata = complete(stated, cleaned.text, cleaned.blocks, job.found.name)
        date = metadata.publication_date.value if metadata.publication_date else None
        voice = _voice(metadata)
        found = annotate(
            cleaned.text,
            blocks=cleaned.blocks,
            publication_date=date,
            voice=voice,
            recogniser=self.recogniser,
        )
        place = _Placer(cleaned.alignment, reading.text)
        passages = place(rated(pack(cleaned.text, cleaned.blocks, self.count), cleaned.blocks))
        statements = place(found.statements)
        return Entry(
            source=reading.source,
            relative=job.found.relative,
            data=job.found.data,
            fingerprint=job.fingerprint,
            metadata=metadata,
            published=days(date),
            voice=voice,
            notes=reading.notes + cleaned.remarks,
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
            profile=cleaned.profile,
            quality=text_quality(cleaned.text, cleaned.blocks),
            asked=cleaned.asked,
            answers=tuple(sorted(job.attested)),
        )


def rated(passages: Sequence[Passage], blocks: Sequence[Block]) -> list[Passage]:
    """Returns the passages with the quality of the blocks they come from, weighted by the characters shared.

    Blocks of unknown quality do not count. Both are in clean order and do not overlap among themselves.
    """
    ends = [b.end for b in blocks]
    out = []
    for passage in passages:
        shares: list[tuple[float, int]] = []
        for block in blocks[bisect_right(ends, passage.start) :]:
            if block.start >= passage.end:
                break
            if block.quality is not None:
                shared = min(block.end, passage.end) - max(block.start, passage.start)
                shares.append((block.quality, shared))
        out.append(replace(passage, quality=_mean(shares)))
    return out


def text_quality(text: str, blocks: Sequence[Block]) -> float | None:
    """Returns the quality of a document's blocks, weighted by their words; furniture does not count."""
    counted = [b for b in blocks if b.kind not in FURNITURE and b.quality is not None]
    return _mean([(b.quality or 0.0, len(text[b.start : b.end].split())) for b in counted])


def _mean(shares: Sequence[tuple[float, int]]) -> float | None:
    """Returns the mean of (value, weight), to four places; None of no weight."""
    total = sum(weight for _, weight in shares)
    return round(sum(value * weight for value, weight in shares) / total, 4) if total else None


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
        leans = getattr(record, "antecedent", None)
        return Placed(record, spans, line, self._alignment.hull(*leans) if leans else None)
