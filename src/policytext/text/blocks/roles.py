"""What a chunk is: the record, and the view of a document that the finders of roles share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from policytext.document import BlockKind
from policytext.text.blocks.paragraphs import Chunk

_WORD = re.compile(r"[^\W_]+")
_APOSTROPHE = re.compile(r"(?<=\w)['\u2019](?=\w)")


@dataclass(frozen=True, slots=True)
class Role:
    """The kind of a chunk, a heading's level (else 0), and the rule that says so."""

    kind: BlockKind
    level: int
    rule: str
    confidence: float


def folded_words(text: str) -> list[str]:
    """Returns the words of ``text`` without case, punctuation and apostrophes."""
    if "'" in text or "\u2019" in text:
        text = _APOSTROPHE.sub("", text)
    return _WORD.findall(text.casefold())


@dataclass(frozen=True)
class View:
    """A text and its chunks, with what several finders ask for."""

    text: str
    chunks: tuple[Chunk, ...]

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The text of every chunk, lines as they are."""
        return tuple(self.text[c.start : c.end] for c in self.chunks)

    @cached_property
    def words(self) -> tuple[list[str], ...]:
        """The folded words of every chunk."""
        return tuple(folded_words(t) for t in self.texts)

    @cached_property
    def has_markup(self) -> bool:
        """Whether headings are marked as such, so that those without a mark are few."""
        return any(c.hint is not None and c.hint.kind == "heading" for c in self.chunks)

    def blanks_above(self, index: int) -> int:
        """Blank lines above a chunk; the head of the text and of a page count as two."""
        return 2 if index == 0 or self.chunks[index].page else self.chunks[index].lines[0].blanks

    def blanks_below(self, index: int) -> int:
        """Blank lines below a chunk, counted likewise."""
        return 2 if index + 1 == len(self.chunks) else self.blanks_above(index + 1)


Roles = Mapping[int, Role]
Finder = Callable[[View, Roles], dict[int, Role]]
"""From a view and the roles found so far to more of them; what was found before stands."""


def assigned(view: View, finders: Sequence[Finder]) -> list[Role]:
    """Returns a role for every chunk: that of the first finder that knows one, else ``paragraph``."""
    roles: dict[int, Role] = {}
    for find in finders:
        for index, role in find(view, roles).items():
            roles.setdefault(index, role)
    default = Role("paragraph", 0, "block.paragraph", 0.8)
    return [roles.get(index, default) for index in range(len(view.chunks))]
