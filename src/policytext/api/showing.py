"""A document, or a passage in its place, as the Python door shows it."""

from __future__ import annotations

from dataclasses import dataclass

from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import FoundPassage, RawDocument, SaidHere


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage in its place, or a whole document.

    ``text`` is clean; ``before`` and ``after`` are what stands around it in the clean text. ``raw`` is the
    source's own text at ``spans`` (raw offsets), one piece a span. Of a whole document ``passage`` is None.
    """

    document: str
    title: str | None
    source: str
    sha256: str
    text: str
    raw: tuple[str, ...]
    spans: tuple[Span, ...]
    before: str = ""
    after: str = ""
    passage: FoundPassage | None = None

    @property
    def statements(self) -> tuple[SaidHere, ...]:
        """What is said in the passage, by whom and when; empty for a whole document."""
        return self.passage.statements if self.passage else ()

    @property
    def citations(self) -> tuple[str, ...]:
        """Titles cited in the passage; empty for a whole document."""
        return self.passage.citations if self.passage else ()

    def __str__(self) -> str:
        around = (
            f"... {self.before}" if self.before else "",
            self.text,
            f"{self.after} ..." if self.after else "",
        )
        return "\n\n".join(text for text in around if text)


def shown_document(archive: Archive, source: RawDocument) -> Shown:
    """Returns a whole document."""
    row = archive.sql.execute("SELECT title FROM documents WHERE id = ?", (source.id,)).fetchone()
    whole = Span(0, len(source.raw))
    return Shown(source.id, row["title"], source.name, source.sha256, source.clean, (source.raw,), (whole,))


def shown_passage(source: RawDocument, found: FoundPassage, around: int) -> Shown:
    """Returns a passage of ``source`` with ``around`` characters of the clean text on either side."""
    return Shown(
        found.document,
        found.title,
        found.source,
        found.sha256,
        found.text,
        tuple(source.raw[s.start : s.end] for s in found.spans),
        found.spans,
        source.clean[max(0, found.start - around) : found.start].strip(),
        source.clean[found.end : found.end + around].strip(),
        found,
    )
