"""The words themselves: where a view has the letters of a quotation, and whether all else agrees.

A match is strict: no letter may differ, no word be cut at an edge, and every gap must compare as the same.
Whatever fails here can at best be "altered", which another module measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policytext.search.quote_letters import compared, cuts_after, cuts_before, letter_offsets, letters
from policytext.search.quote_pieces import Joint, Pieces
from policytext.search.quote_views import View
from policytext.spans import Span

REACH = 3000
"""How many characters one "..." may stand for: about 500 words, a page. Farther apart, two stretches of a
paper are two quotations."""
_INSERTED_REACH = 60
"""How many characters a bracketed word may stand in place of: a name and title for a "he"."""
_MOST_PLACES = 2000
_TURNING = ("?", "!")


@dataclass(frozen=True, slots=True)
class Match:
    """Where ``[start, end)`` of a view has a piece of the quotation; ``changes`` as in ``QuotedPlace``."""

    start: int
    end: int
    changes: tuple[str, ...]


class Piece:
    """A stretch of the quotation made ready for looking it up.

    Args:
        text: the quotation.
        span: the piece in it, from a letter to a letter.
        opens: whether its first letter may differ in case: it begins a sentence of the one who quotes.
        cut_before: whether a word may be cut before it, since a bracket stands there.
        cut_after: likewise behind it.
    """

    def __init__(
        self, text: str, span: Span, *, opens: bool = True, cut_before: bool = False, cut_after: bool = False
    ) -> None:
        self.text, self.span = text[span.start : span.end], span
        self.letters = letters(self.text)
        self.offsets = letter_offsets(self.text)
        self._opens, self._cut_before, self._cut_after = opens, cut_before, cut_after

    def offset(self, view: View, match: Match, at: int) -> int:
        """Returns where in the quotation stands what the view has at ``at``, inside the match."""
        count = len(letters(view.text[match.start : max(match.start, at)]))
        return self.span.start + (self.offsets[count] if count < len(self.offsets) else len(self.text))

    def matches(self, view: View) -> Iterator[Match]:
        """Yields the places of a view that have the piece, in order; 2,000 at most."""
        at, width = view.letters.find(self.letters), len(self.letters)
        for _ in range(_MOST_PLACES):
            if at < 0:
                return
            found = self._match(view, at, at + width)
            if found is not None:
                yield found
            at = view.letters.find(self.letters, at + 1)

    def _match(self, view: View, first: int, last: int) -> Match | None:
        """Returns the match of letters ``[first, last)`` of a view, None where it is not strict."""
        at = view.offsets
        start, end = at[first], at[last - 1] + 1
        if (first and at[first - 1] == start) or (last < len(at) and at[last] == end - 1):
            return None  # half of a character: the "1" of a fraction
        if not self._cut_before and cuts_before(view.text, start):
            return None
        if not self._cut_after and cuts_after(view.text, end):
            return None
        if view.text[start:end] == self.text:
            return Match(start, end, ())
        changes = self._compare(view, first, start)
        return None if changes is None else Match(start, end, changes)

    def _compare(self, view: View, first: int, start: int) -> tuple[str, ...] | None:
        """Returns in what a view's text differs though no editor would say so, None where one would."""
        names: dict[str, None] = {}
        text, at, offsets = view.text, view.offsets, self.offsets
        mine, theirs = self.text[0], text[start]
        if mine != theirs and mine.casefold() == theirs.casefold():
            if not self._opens:
                return None
            names["case of the first letter"] = None
        for n in range(len(offsets) - 1):
            here, there = offsets[n] + 1, at[first + n] + 1
            following, farther = offsets[n + 1], at[first + n + 1]
            if following > here or farther > there:
                gap = compared(self.text[here:following], text[there:farther])
                if not gap.same:
                    return None
                names.update(dict.fromkeys(gap.changes))
            mine, theirs = self.text[following], text[farther]
            if mine != theirs:
                if mine.isupper() != theirs.isupper():
                    return None
                names["form of a character"] = None
        return tuple(names)


def end_mark_agrees(quotation: str, end: int, view: View, stop: int) -> bool:
    """Whether a quotation that ends in "?" or "!", or in a stop, does not turn the sentence into another.

    ``end`` and ``stop`` are where the last letters end, in the quotation and in the view.
    """
    ours = next((c for c in quotation[end : end + 4] if c in ".?!"), "")
    theirs = next((c for c in view.text[stop : stop + 4].partition(" ")[0] if c in ".?!"), "")
    if not ours:
        return True  # it ends before the sentence does
    return ours == theirs if ours in _TURNING else theirs not in _TURNING


@dataclass(frozen=True, slots=True)
class Chain:
    """The pieces of an elided quotation in order: one match a piece."""

    matches: tuple[Match, ...]


def pieces_of(text: str, pieces: Pieces) -> list[Piece]:
    """Returns the pieces of a quotation, each knowing what its brackets allow."""
    edges = [pieces.before, *pieces.joints, pieces.after]
    return [
        Piece(
            text,
            span,
            opens=n == 0 or (edges[n] is not None),
            cut_before=_glued(edges[n], after=True),
            cut_after=_glued(edges[n + 1], after=False),
        )
        for n, span in enumerate(pieces.spans)
    ]


def _glued(joint: Joint | None, *, after: bool) -> bool:
    return joint is not None and (joint.glued_after if after else joint.glued_before)


def _reach(joint: Joint, words: Sequence[int], number: int) -> int:
    """Returns how many characters may be left out at joint ``number``; ``words`` counts those of each piece.

    A piece of one or two words stands everywhere: it counts only near its neighbour.
    """
    if not joint.omits:
        return _INSERTED_REACH
    return REACH if min(words[number], words[number + 1]) >= 3 else 200


def chains(view: View, ready: Sequence[Piece], joints: Sequence[Joint]) -> Iterator[Chain]:
    """Yields the places where all pieces stand in order, near one another; the shortest for each end.

    Chains do not overlap. Linear in the matches of the pieces.
    """
    words = [len(piece.text.split()) for piece in ready]
    reached: list[list[tuple[Match, int]]] = []
    for n, piece in enumerate(ready):
        found = list(piece.matches(view))
        if n == 0:
            reached.append([(match, -1) for match in found])
        else:
            reached.append(_joined(reached[-1], found, _reach(joints[n - 1], words, n - 1), joints[n - 1]))
        if not reached[-1]:
            return
    best: dict[int, list[Match]] = {}
    for match, link in reached[-1]:
        chain, n = [match], len(reached) - 2
        while n >= 0:
            before, further = reached[n][link]
            chain.append(before)
            link, n = further, n - 1  # noqa: PLW2901 - walks back along the links
        chain.reverse()
        best.setdefault(chain[0].start, chain)
    end = -1
    for start in sorted(best):
        if start >= end:
            yield Chain(tuple(best[start]))
            end = best[start][-1].end


def _joined(
    before: list[tuple[Match, int]], found: list[Match], reach: int, joint: Joint
) -> list[tuple[Match, int]]:
    """Returns the matches that follow on one of ``before`` within ``reach``, with the nearest of those."""
    joined, n = [], -1
    for match in found:
        while n + 1 < len(before) and before[n + 1][0].end <= match.start:
            n += 1
        if n >= 0 and match.start - before[n][0].end <= reach + len(joint.inserted):
            joined.append((match, n))
    return joined
