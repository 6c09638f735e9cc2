"""What stands at a place of a paper: its words and those around them, its page, and who asserts its dates."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any

from policytext.analysis.papers import papers_of
from policytext.analysis.witness import RAW_CONTEXT
from policytext.document import FURNITURE
from policytext.pipeline.timelines.judging import Printed, Status, against, collapsed
from policytext.pipeline.timelines.pages import Pages, PrintedNumber, pages_of
from policytext.pipeline.timelines.stretches import Again, Dates, Stretches
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import raw_document

CONTEXT = 160
"""Characters of the clean text shown on either side of a quotation."""
_NEAR = 500
"""Raw characters between a statement and the mention of its date, at most."""
_SAME_TEXT = 0.5


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a place: ``quote`` clean, ``raw`` as the source has them, ``before`` and ``after`` clean.

    White space is collapsed, but not in ``exact``, the raw text as it stands, with up to 32 raw characters
    ``raw_before`` and ``raw_after``.
    """

    quote: str
    raw: str
    before: str
    after: str
    exact: str
    raw_before: str
    raw_after: str


class Places:
    """A document open for looking at many of its places."""

    def __init__(self, archive: Archive, document: str) -> None:
        self._archive = archive
        (self.paper,) = papers_of(archive, document)
        self._texts = raw_document(archive, document)
        self._printed = Printed(self._texts)
        self._key = archive.sql.execute("SELECT key FROM documents WHERE id = ?", (document,)).fetchone()[0]
        self._line_ends = [at for at, char in enumerate(self._texts.raw) if char == "\n"]
        self._dates = Dates([(r["edtf"], _span(r)) for r in self._rows(_DATES)])
        again = [Again(r["grp"], _span(r), r["relation"]) for r in self._rows(_REPRINTS)]
        self._shared, self._copies = Stretches(again), Stretches(a for a in again if a.relation != "original")
        self._pages = self._told_pages()

    def _rows(self, query: str) -> list[Any]:
        return self._archive.sql.execute(query, (self._key,)).fetchall()

    def _told_pages(self) -> Pages:
        rows = self._rows(_BLOCKS)
        raw = self._texts.raw
        numbers = [
            PrintedNumber(_span(r), raw[r["raw_start"] : r["raw_end"]])
            for r in rows
            if r["kind"] == "page_number"
        ]
        body = [_span(r) for r in rows if r["kind"] not in FURNITURE]
        return pages_of(raw, numbers, body)

    def words(self, clean: Span, spans: tuple[Span, ...]) -> Wording:
        """Returns the words at clean and raw offsets of one place."""
        texts, first, last = self._texts, min(s.start for s in spans), max(s.end for s in spans)
        return Wording(
            collapsed(texts.clean[clean.start : clean.end]),
            collapsed(texts.raw[first:last]),
            collapsed(texts.clean[max(0, clean.start - CONTEXT) : clean.start]),
            collapsed(texts.clean[clean.end : clean.end + CONTEXT]),
            texts.raw[first:last],
            texts.raw[max(0, first - RAW_CONTEXT) : first],
            texts.raw[last : last + RAW_CONTEXT],
        )

    def page(self, offset: int) -> str | None:
        """Returns the page on which a raw offset stands, where that can be told."""
        return self._pages.at(offset)

    def line(self, offset: int) -> int:
        """Returns the line, from 1, on which a raw offset stands."""
        return bisect_right(self._line_ends, offset - 1) + 1

    def status(self, clean: Span, spans: tuple[Span, ...]) -> Status:
        """Returns how clean words stand to the raw characters they come from."""
        return self._printed.status(clean, spans)

    def again(self, raw: Span) -> Again | None:
        """Returns how the larger part of a raw span was printed before; None where it was not."""
        return self._copies.first(raw, max(1, ceil(_SAME_TEXT * len(raw))))

    def printed_elsewhere(self, raw: Span) -> bool:
        """Whether any of it stands elsewhere in the archive too."""
        return self._shared.first(raw, 1) is not None

    def against(self, quote: str, raw: Span, texts: tuple[str, ...]) -> Status:
        """Returns how a quotation stands to the printings that count: ``texts``, else the reprint's own."""
        told = against(quote, map(collapsed, texts))
        found = self.again(raw)
        if told.status in ("not-found", None) and found is not None:
            return against(quote, [*map(collapsed, texts), *self._originals(found.group)])
        return told

    def _originals(self, group: str) -> list[str]:
        rows = self._archive.sql.execute(
            "SELECT substr(p.text, r.start - p.start + 1, r.end - r.start) FROM reprints r "
            "JOIN passages p ON p.key = r.passage WHERE r.grp = ? AND r.relation = 'original' "
            "ORDER BY p.id, r.start",
            (group,),
        )
        return [collapsed(row[0]) for row in rows]

    def asserts(
        self, edtf: str | None, basis: str | None, by: str | None, lean: Span | None, at: int
    ) -> str | None:
        """Returns who asserts the date of a statement: the place that names it, else who is known to.

        The place is that which the statement leans on (``lean``) where a date stands there, else the nearest
        mention of the same date within 500 characters of the statement (``at``).
        """
        if edtf is None:
            return None
        if basis == "publication" or by == "publication date":
            return self.publication_asserted_by
        here = lean if lean is not None and lean in self._dates else None
        if here is None and basis != "inferred":
            here = self._dates.nearest(edtf, at, _NEAR)
        return by if here is None else self._place(here)

    @cached_property
    def publication_asserted_by(self) -> str | None:
        """Who asserts when the document was printed: the catalogue, the file, or a place in it."""
        basis = self.paper.publication_date_basis
        if basis is None or not basis.startswith("inferred:"):
            return basis
        first = self._dates.first(self.paper.publication_edtf)
        return basis if first is None else self._place(first)

    def _place(self, span: Span) -> str:
        return f"{self.paper.document}:{span.start}-{span.end}"


def _span(row: Any) -> Span:
    return Span(row["raw_start"], row["raw_end"])


_DATES = (
    "SELECT edtf, raw_start, raw_end FROM dates WHERE document = ? AND edtf IS NOT NULL "
    "ORDER BY raw_start, raw_end"
)
_BLOCKS = "SELECT kind, raw_start, raw_end FROM blocks WHERE document = ? ORDER BY raw_start, raw_end"
_REPRINTS = (
    "SELECT r.grp, r.relation, r.raw_start, r.raw_end FROM passages p JOIN reprints r ON r.passage = p.key "
    "WHERE p.document = ? ORDER BY r.raw_start, r.grp"
)
