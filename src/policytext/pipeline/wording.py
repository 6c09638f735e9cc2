"""What stands at a place of a paper, clean and raw, and around it."""

from __future__ import annotations

from dataclasses import dataclass

from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import RawDocument, raw_document

CONTEXT = 160
"""Characters of the clean text shown on either side of a quotation."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a place: ``quote`` clean, ``raw`` as the source has them, ``before`` and ``after`` clean.

    White space is collapsed.
    """

    quote: str
    raw: str
    before: str
    after: str


class Wordings:
    """Reads places; every paper is opened once."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._open: dict[str, RawDocument] = {}

    def at(self, document: str, clean: Span, raw: Span) -> Wording:
        """Returns the words of a document at clean and raw offsets of one place."""
        if document not in self._open:
            self._open[document] = raw_document(self._archive, document)
        source = self._open[document]
        return Wording(
            _collapsed(source.clean[clean.start : clean.end]),
            _collapsed(source.raw[raw.start : raw.end]),
            _collapsed(source.clean[max(0, clean.start - CONTEXT) : clean.start]),
            _collapsed(source.clean[clean.end : clean.end + CONTEXT]),
        )


def _collapsed(text: str) -> str:
    return " ".join(text.split())
