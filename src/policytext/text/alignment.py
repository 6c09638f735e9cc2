"""The exact map between raw and clean text, derived from edits and moves, never from comparing the texts.

Three laws hold for every valid set of edits and moves (tests check them by property):

1. ``alignment.apply(raw)`` is the clean text.
2. ``alignment.rebuild(clean)`` is the raw text, character for character.
3. A kept character goes raw -> clean -> raw to itself.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from policytext.document import Edit, Move
from policytext.spans import Span


class Piece(NamedTuple):
    """Raw ``[raw_start, raw_end)`` that became clean ``[start, end)``; without ``edit`` it was kept."""

    raw_start: int
    raw_end: int
    start: int
    end: int
    edit: Edit | None


class Alignment:
    """Maps spans between a raw text of ``raw_length`` code points and its clean text.

    Args:
        raw_length: length of the raw text in code points.
        edits: in any order; only ``applied`` ones count. They must not overlap; at one point at most one
            insertion may stand, and it comes before an edit that begins there.
        moves: in any order; they must not overlap each other, cut through an edit, or land inside a move.

    Raises:
        ValueError: where edits or moves break these rules.
    """

    def __init__(self, raw_length: int, edits: Iterable[Edit], moves: Iterable[Move] = ()) -> None:
        self.raw_length = raw_length
        applied = ordered(edits)
        moved = sorted(moves, key=lambda m: m.start)
        self.pieces = _lay_out(_cut(raw_length, applied, moved))
        self.clean_length = self.pieces[-1].end if self.pieces else 0
        self._starts = [p.start for p in self.pieces]
        # Without moves the pieces stand in the order of the raw text already.
        self._by_raw = sorted(self.pieces, key=lambda p: p[:2]) if moved else self.pieces
        self._raw_ends = [p.raw_end for p in self._by_raw]

    def apply(self, raw: str) -> str:
        """Returns the clean text of ``raw``."""
        return "".join(
            raw[p.raw_start : p.raw_end] if p.edit is None else p.edit.replacement or "" for p in self.pieces
        )

    def rebuild(self, clean: str) -> str:
        """Returns the raw text that ``clean`` was made from."""
        return "".join(clean[p.start : p.end] if p.edit is None else p.edit.text for p in self._by_raw)

    def to_raw(self, start: int, end: int) -> list[Span]:
        """Returns the raw spans of clean ``[start, end)``, in clean order, neighbours joined.

        An edit that is only partly inside counts whole; one that deletes counts only where text of the span
        stands on both sides of it. An empty span gives the empty list.
        """
        spans: list[Span] = []
        inserted = False
        for index in range(max(0, bisect_right(self._starts, start) - 1), len(self.pieces)):
            piece = self.pieces[index]
            if piece.start >= end:
                break
            if piece.end <= start and not (piece.start == piece.end > start):
                continue
            if piece.edit is None:
                shift = piece.raw_start - piece.start
                found = Span(max(start, piece.start) + shift, min(end, piece.end) + shift)
            else:
                found = Span(piece.raw_start, piece.raw_end)
            if spans and spans[-1].end == found.start:
                spans[-1] = Span(spans[-1].start, found.end)
            else:
                if inserted and spans:
                    # What was moved stood here: the insertion before it is in neither neighbour's span.
                    spans.append(Span(spans[-1].end, spans[-1].end))
                spans.append(found)
            inserted = piece.raw_start == piece.raw_end
        return spans

    def hull(self, start: int, end: int) -> Span:
        """Returns the smallest raw span that holds clean ``[start, end)``; empty spans keep their place."""
        spans = self.to_raw(start, end)
        if not spans:
            return self._point(start)
        return Span(min(s.start for s in spans), max(s.end for s in spans))

    def to_clean(self, start: int, end: int) -> list[Span]:
        """Returns the clean spans of raw ``[start, end)``, in raw order, neighbours joined.

        Text that was deleted gives nothing; an edit that is only partly inside counts whole.
        """
        spans: list[Span] = []
        for index in range(bisect_right(self._raw_ends, start), len(self._by_raw)):
            piece = self._by_raw[index]
            if piece.raw_start >= end:
                break
            if piece.edit is None:
                shift = piece.start - piece.raw_start
                found = Span(max(start, piece.raw_start) + shift, min(end, piece.raw_end) + shift)
            else:
                found = Span(piece.start, piece.end)
            if found.start == found.end:
                continue
            if spans and spans[-1].end == found.start:
                spans[-1] = Span(spans[-1].start, found.end)
            else:
                spans.append(found)
        return spans

    def _point(self, at: int) -> Span:
        """Returns the empty raw span where clean offset ``at`` stands."""
        at = max(0, min(at, self.clean_length))
        index = bisect_right(self._starts, at) - 1
        if index < 0:
            return Span(0, 0)
        piece = self.pieces[index]
        raw = piece.raw_start + (at - piece.start) if piece.edit is None else piece.raw_start
        return Span(raw, raw)


def ordered(edits: Iterable[Edit]) -> list[Edit]:
    """Returns the applied edits in text order.

    Raises:
        ValueError: where two of them overlap or insert at one point.
    """
    applied = sorted((e for e in edits if e.status == "applied"), key=lambda e: (e.start, e.end))
    for before, after in pairwise(applied):
        if after.start < before.end or (after.start, after.end) == (before.start, before.end):
            raise ValueError(f"edits overlap at {after.start}: {before.rule} and {after.rule}")
    return applied


def apply_edits(raw: str, edits: Iterable[Edit]) -> str:
    """Returns ``raw`` with its applied edits carried out, in one pass.

    Raises:
        ValueError: where edits overlap or their ``text`` is not what stands in ``raw``.
    """
    out, at = [], 0
    for edit in ordered(edits):
        if raw[edit.start : edit.end] != edit.text:
            raise ValueError(f"edit at {edit.start} ({edit.rule}) was not made for this text")
        out += [raw[at : edit.start], edit.replacement or ""]
        at = edit.end
    out.append(raw[at:])
    return "".join(out)


def _cut(raw_length: int, edits: Sequence[Edit], moves: Sequence[Move]) -> list[tuple[int, int, Edit | None]]:
    """Returns (raw start, raw end, edit) of all pieces in clean order, covering the raw text once."""
    points = sorted({p for m in moves for p in (m.start, m.end, m.to)})
    pieces: list[tuple[int, int, Edit | None]] = []
    at = 0
    for edit in [*edits, None]:
        stop = raw_length if edit is None else edit.start
        while at < stop:
            cut = next_point(points, at, stop)
            pieces.append((at, cut, None))
            at = cut
        if edit is not None:
            if bisect_right(points, edit.start) < bisect_left(points, edit.end):
                raise ValueError(f"a move cuts through the edit at {edit.start} ({edit.rule})")
            pieces.append((edit.start, edit.end, edit))
            at = edit.end
    if at > raw_length or (moves and points[-1] > raw_length):
        raise ValueError("an edit or a move lies beyond the end of the text")
    return _reorder(pieces, moves) if moves else pieces


def next_point(points: Sequence[int], at: int, stop: int) -> int:
    """Returns the first of the sorted ``points`` strictly between ``at`` and ``stop``, else ``stop``."""
    index = bisect_right(points, at)
    return points[index] if index < len(points) and points[index] < stop else stop


def _reorder(
    pieces: list[tuple[int, int, Edit | None]], moves: Sequence[Move]
) -> list[tuple[int, int, Edit | None]]:
    """Returns the pieces with every move's pieces carried to where it lands.

    An insertion at the edge of a move stays; a move lands behind an insertion at its landing point.
    """
    for before, after in pairwise(moves):
        if after.start < before.end:
            raise ValueError(f"moves overlap at {after.start}")
    starts = [m.start for m in moves]
    lifted: dict[int, list[tuple[int, int, Edit | None]]] = {}
    staying: list[tuple[int, int, Edit | None]] = []
    for piece in pieces:
        index = bisect_right(starts, piece[0]) - 1
        move = moves[index] if index >= 0 else None
        inside = move is not None and piece[1] <= move.end and piece[0] < move.end
        if move is not None and inside and not (piece[0] == piece[1] == move.start):
            lifted.setdefault(move.to, []).append(piece)
        else:
            staying.append(piece)
    out: list[tuple[int, int, Edit | None]] = []
    landings = sorted(lifted)
    for piece in staying:
        while landings and landings[0] <= piece[0] and not (piece[0] == piece[1] == landings[0]):
            out += lifted.pop(landings.pop(0))
        out.append(piece)
    for to in landings:
        out += lifted[to]
    for move in moves:
        index = bisect_right(starts, move.to) - 1
        if index >= 0 and moves[index].start < move.to < moves[index].end:
            raise ValueError(f"a move lands inside another at {move.to}")
    return out


def _lay_out(cut: list[tuple[int, int, Edit | None]]) -> tuple[Piece, ...]:
    """Returns the pieces with their clean offsets."""
    pieces, at = [], 0
    for raw_start, raw_end, edit in cut:
        length = raw_end - raw_start if edit is None else len(edit.replacement or "")
        pieces.append(Piece(raw_start, raw_end, at, at + length, edit))
        at += length
    return tuple(pieces)
