"""Which word of the cleaned text is made of which words before, by the exact map and not by likeness."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from policytext.document import Edit
from policytext.evaluation.reading.tokens import Token
from policytext.spans import Span
from policytext.text.alignment import Alignment, apply_edits
from policytext.text.cleaning import Cleaned


@dataclass(frozen=True, slots=True)
class Part:
    """A source, or one record of one: ``before`` is its text as the reader gives it, ``cleaned`` the rest.

    ``reader`` maps between raw text and ``before``.
    """

    name: str
    before: str
    reader: Alignment
    cleaned: Cleaned

    @classmethod
    def of(cls, name: str, edits: Sequence[Edit], cleaned: Cleaned) -> Part:
        """Returns the part whose reader made ``edits`` on the raw text."""
        raw = cleaned.raw
        return cls(name, apply_edits(raw, edits), Alignment(len(raw), edits), cleaned)


@dataclass(frozen=True, slots=True)
class Trace:
    """How the tokens before and after hang together.

    ``raw`` holds the raw span of each token before; ``images`` the tokens after that it went into,
    ``origins`` for each token after the tokens before that it is made of. ``aside`` says which tokens before
    stand in a block that is no part of the running text. ``rules`` names what was done to each token before:
    the rule of that block, of every edit in it or at its edge, and in brackets of what was only suggested or
    flagged.
    """

    raw: tuple[Span, ...]
    images: tuple[tuple[int, ...], ...]
    origins: tuple[tuple[int, ...], ...]
    aside: tuple[bool, ...]
    rules: tuple[tuple[str, ...], ...]


def traced(
    parts: Sequence[Part], before: Sequence[Token], after: Sequence[Token], left_out: Collection[str]
) -> Trace:
    """Returns the trace of ``parts``, whose tokens before and in the running text are given.

    Args:
        parts: in order.
        before: tokens of the texts before.
        after: tokens of the running text.
        left_out: kinds of blocks that are not in ``after``.
    """
    raw = [parts[t.part].reader.hull(t.start, t.end) for t in before]
    index = _Index(before, raw, len(parts))
    origins = [tuple(index.under(t.part, parts[t.part], t.start, t.end)) for t in after]
    images: list[list[int]] = [[] for _ in before]
    for number, made_of in enumerate(origins):
        for token in made_of:
            images[token].append(number)
    aside, rules = [False] * len(before), [list[str]() for _ in before]
    for number, part in enumerate(parts):
        for block in part.cleaned.blocks:
            if block.kind in left_out:
                for token in index.under(number, part, block.start, block.end):
                    aside[token] = not images[token]
                    if aside[token]:
                        rules[token].append(block.rule)
        for edit in part.cleaned.edits:
            rule = edit.rule if edit.status == "applied" else f"({edit.rule})"
            for token in index.at(number, edit.start, edit.end):
                rules[token].append(rule)
    return Trace(
        tuple(raw), tuple(map(tuple, images)), tuple(origins), tuple(aside), tuple(map(tuple, rules))
    )


class _Index:
    """Finds the tokens before by raw offsets; they stand in raw order within a part."""

    def __init__(self, before: Sequence[Token], raw: Sequence[Span], parts: int) -> None:
        owners = [t.part for t in before]
        self.first = [bisect_left(owners, part) for part in range(parts + 1)]
        self.starts, self.ends = [s.start for s in raw], [s.end for s in raw]

    def under(self, number: int, part: Part, start: int, end: int) -> Iterator[int]:
        """Yields the tokens before that clean ``[start, end)`` of a part is made of, each once, in order."""
        found: set[int] = set()
        for span in part.cleaned.alignment.to_raw(start, end):
            found.update(self.at(number, span.start, span.end))
        yield from sorted(found)

    def at(self, number: int, start: int, end: int) -> range:
        """Returns the tokens before that share a character with raw ``[start, end)``, or touch its point."""
        low, high = self.first[number], self.first[number + 1]
        if start == end:
            first = bisect_left(self.ends, start, low, high)
            return range(first, bisect_right(self.starts, end, low, high))
        first = bisect_right(self.ends, start, low, high)
        return range(first, bisect_left(self.starts, end, low, high))
