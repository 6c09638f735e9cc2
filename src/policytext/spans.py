"""The record that all others lean on, apart from them: a search needs no more of a document."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open stretch ``[start, end)`` of a text; which text, the owner says."""

    start: int
    end: int

    def __post_init__(self) -> None:
        check_span(self.start, self.end)

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """Whether the two share at least one code point."""
        return self.start < other.end and other.start < self.end


def check_span(start: int, end: int) -> None:
    """Raises ValueError where ``start`` and ``end`` bound no stretch of a text."""
    if not 0 <= start <= end:
        raise ValueError(f"not a span: [{start}, {end})")
