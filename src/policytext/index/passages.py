"""A passage as the indexes see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Days = tuple[str | None, str | None]
"""First and last ISO day; None is an open side."""


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage, numbered from 0 in the order of passage ids.

    ``text`` and ``context`` (its paper's title and its heading) rank together; what a query needs must stand
    in the text itself. ``restored`` are text and context with their damaged words read as what they are
    likely to have been, None where nothing is damaged.
    ``grams`` asks for the index of character 4-grams, which only a damaged collection needs. The rest is what
    filters narrow by: the document's id, and what else it is called; when something in it was said, by whom
    (names folded), what it cites (titles folded, and identifiers); when it was printed.
    """

    number: int
    text: str
    context: str = ""
    restored: tuple[str, str] | None = None
    grams: bool = False
    document: str = ""
    names: Sequence[str] = ()
    said: Sequence[Days] = ()
    printed: Days | None = None
    speakers: Sequence[str] = ()
    cites: Sequence[str] = ()

    def searched(self) -> str:
        """Returns what ranks: the context, if any, on a line before the text; as restored."""
        return _together(*self.restored) if self.restored else self.as_printed()

    def body(self) -> str:
        """Returns what conditions are asked of: the text, as restored."""
        return self.restored[0] if self.restored else self.text

    def as_printed(self) -> str:
        """Returns context and text as they stand, damage and all."""
        return _together(self.text, self.context)


def _together(text: str, context: str) -> str:
    return f"{context}\n{text}" if context else text
