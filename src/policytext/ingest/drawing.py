"""Text drawn out of a container (PDF, Word, the XML of an OCR engine), with what is known of its stretches.

Where a file holds no plain text, the raw text of the source is what its reader draws out of it: the same
bytes give the same text, and all raw offsets point into it. Lines end in a newline, blocks stand apart by a
blank line, and a form feed opens every page but the first.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from policytext.document import BlockKind, Carrier, Doubt, Metadata, RoleHint
from policytext.text.blocks.paragraphs import lone_number

_LONGEST_HEADER = 100
_MOST_HEADER_LINES = 3


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a container holds; ``hints`` and ``doubts`` are on ``text``, in order of ``start``."""

    text: str
    hints: tuple[RoleHint, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()
    carrier: Carrier | None = None


class Sheet:
    """A text that grows at its end, and remembers what was said of its stretches."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._hints: list[RoleHint] = []
        self._doubts: list[Doubt] = []
        self.length = 0

    def write(self, text: str) -> None:
        """Adds ``text`` at the end."""
        self._parts.append(text)
        self.length += len(text)

    def hint(self, start: int, kind: BlockKind, level: int = 0) -> None:
        """Says what stands from ``start`` to the end of what is written; nothing if that is empty."""
        if start < self.length:
            self._hints.append(RoleHint(start, self.length, kind, level))

    def doubt(self, start: int, confidence: float) -> None:
        """Says how sure the machine was of what stands from ``start`` to the end of what is written."""
        if start < self.length:
            self._doubts.append(Doubt(start, self.length, confidence))

    def drawn(
        self,
        *,
        metadata: Metadata | None = None,
        notes: tuple[str, ...] = (),
        carrier: Carrier | None = None,
    ) -> Drawn:
        """Returns all that was written, ending in a newline."""
        text = "".join(self._parts)
        if text and not text.endswith("\n"):
            text += "\n"
        hints = tuple(sorted(self._hints, key=lambda h: (h.start, -h.end)))
        doubts = tuple(sorted(self._doubts, key=lambda d: (d.start, d.end)))
        return Drawn(text, hints, doubts, metadata or Metadata(), notes, carrier)


def margin_kind(text: str) -> BlockKind | None:
    """Returns what text at the head or foot of a page is: its number, a running header, or neither."""
    if lone_number(text.strip()):
        return "page_number"
    lines = text.strip().split("\n")
    short = len(lines) <= _MOST_HEADER_LINES and all(len(line) <= _LONGEST_HEADER for line in lines)
    return "running_header" if short else None


def page_list(numbers: list[int]) -> str:
    """Returns page numbers as a reader writes them: ``2, 5-7``."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)
