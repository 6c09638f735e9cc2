"""A text cut into its smallest pieces, in the order in which they read, and dealt out to elements.

A piece is kept text, a repair, or an anchor where something was moved from or to. Every piece goes to exactly
one place, so that nothing of the clean text nor of the source is lost or doubled.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from policytext.document import Block, Edit, Move
from policytext.export.files.tei_spans import Mark
from policytext.export.files.tei_words import Element
from policytext.text.alignment import Alignment

_XML_SPACE = re.compile(r"[ \t\r\n]*")
_PAGE = re.compile(r"\w{1,12}")


@dataclass(frozen=True, slots=True)
class Atom:
    """The smallest piece of a text: kept raw characters, a repair, or the anchor of a move.

    ``start``/``end`` are offsets into ``clean``, the whole text, which all atoms share; ``was`` is the raw
    text of a repair.
    """

    start: int
    end: int
    clean: str
    was: str = ""
    edit: Edit | None = None
    anchor: tuple[str, str] | None = None
    page: str | None = None

    @property
    def reads(self) -> str:
        """What stands there in the clean text."""
        return self.clean[self.start : self.end]


@dataclass(slots=True)
class Leaf:
    """An element that holds text, with its atoms; ``gap`` those that stand behind it, between elements."""

    start: int
    end: int
    holder: Element
    atoms: list[Atom] = field(default_factory=list)
    gap: list[Atom] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Text:
    """What a body is made from; ``name`` begins its ids, ``rules`` gives the id of what a rule says."""

    name: str
    raw: str
    clean: str
    alignment: Alignment
    moves: Sequence[Move]
    blocks: Sequence[Block]
    marks: Sequence[Mark]
    rules: dict[str, str] = field(default_factory=dict)


def atoms_of(text: Text) -> Iterator[Atom]:
    """Yields the pieces of the clean text in order, with the anchors of what was moved."""
    pages, _ = pages_of(text)
    moved = _Moved(text.moves)
    origins = deque(sorted(range(len(text.moves)), key=lambda n: text.moves[n].start))
    inside: int | None = None
    for piece in text.alignment.pieces:
        number = moved.holding(piece.raw_start, piece.raw_end)
        if inside is not None and number != inside:
            yield _anchor(piece.start, text, inside, "end")
        if number is None:
            while origins and text.moves[origins[0]].end <= piece.raw_start:
                origin = origins.popleft()
                yield _anchor(piece.start, text, origin, "origin", pages.get(origin))
        elif number != inside:
            yield _anchor(piece.start, text, number, "start")
        inside = number
        yield Atom(piece.start, piece.end, text.clean, piece.edit.text if piece.edit else "", piece.edit)
    if inside is not None:
        yield _anchor(text.alignment.clean_length, text, inside, "end")
    for origin in origins:
        yield _anchor(text.alignment.clean_length, text, origin, "origin", pages.get(origin))


class _Moved:
    """Which move a raw stretch is part of."""

    def __init__(self, moves: Sequence[Move]) -> None:
        self._moves = sorted((m.start, m.end, n) for n, m in enumerate(moves))
        self._starts = [m[0] for m in self._moves]

    def holding(self, start: int, end: int) -> int | None:
        index = bisect_right(self._starts, start) - 1
        if index < 0:
            return None
        first, last, number = self._moves[index]
        # An insertion at the edge of a move stays where it is.
        return number if end <= last and start < last and not start == end == first else None


def _anchor(at: int, text: Text, number: int, subtype: str, page: str | None = None) -> Atom:
    return Atom(at, at, text.clean, anchor=(f"{text.name}.m{number + 1:04d}", subtype), page=page)


def pages_of(text: Text) -> tuple[dict[int, str], dict[int, str]]:
    """Returns page numbers by the move that carried them out of the running text, and by block."""
    moved = _Moved(text.moves)
    by_move: dict[int, str] = {}
    by_block: dict[int, str] = {}
    for number, block in enumerate(text.blocks):
        page = _PAGE.search(text.clean, block.start, block.end) if block.kind == "page_number" else None
        if page is not None:
            hull = text.alignment.hull(block.start, block.end)
            move = moved.holding(hull.start, hull.end)
            if move is None:
                by_block[number] = page[0]
            else:
                by_move.setdefault(move, page[0])
    return by_move, by_block


def deal(atoms: Iterable[Atom], leaves: list[Leaf]) -> list[Atom]:
    """Deals the atoms out to the leaves; returns those that stand before the first.

    A repair between two elements stands at the end of the first of them: no division may hold it.
    """
    first: list[Atom] = []
    at = -1  # the leaf in or behind which we are
    for whole in atoms:
        rest: Atom | None = whole
        while rest is not None:
            while at + 1 < len(leaves) and _begins(leaves[at + 1], leaves[at] if at >= 0 else None, rest):
                at += 1
            now, rest = split(rest, _border(leaves, at, rest))
            _put(now, leaves[at] if at >= 0 else None, first)
    for leaf in leaves:
        keep = _held_back(leaf.gap, leaf.holder)
        leaf.atoms += leaf.gap[:keep]
        leaf.gap = leaf.gap[keep:]
    lead = next((n for n, atom in enumerate(first) if _needs_element(atom)), len(first))
    leaves[0].atoms[:0] = first[lead:]
    return first[:lead]


def _put(atom: Atom, leaf: Leaf | None, first: list[Atom]) -> None:
    if leaf is None:
        first.append(atom)
    elif atom.start < leaf.end or (atom.end == leaf.end and atom.anchor is None and not leaf.gap):
        leaf.atoms.append(atom)
    else:
        leaf.gap.append(atom)


def _begins(leaf: Leaf, before: Leaf | None, atom: Atom) -> bool:
    """Whether the leaf has been reached; an empty atom at its edge belongs to it, not to the gap before."""
    if atom.start > leaf.start or (atom.start == leaf.start and atom.end > atom.start):
        return True
    return atom.start == leaf.start and (before is None or before.end < leaf.start)


def _border(leaves: Sequence[Leaf], at: int, atom: Atom) -> int:
    """Returns where the atom must be cut: the end of the leaf it is in, or the start of the next."""
    if at >= 0 and atom.start < leaves[at].end:
        return leaves[at].end
    return leaves[at + 1].start if at + 1 < len(leaves) else atom.end


def split(atom: Atom, at: int) -> tuple[Atom, Atom | None]:
    """Returns the atom before and behind a clean offset; of a repair the first part has the raw text."""
    if not atom.start < at < atom.end:
        return atom, None
    return (
        Atom(atom.start, at, atom.clean, atom.was, atom.edit),
        Atom(at, atom.end, atom.clean, "", atom.edit),
    )


def _held_back(gap: Sequence[Atom], holder: Element) -> int:
    """Returns how many atoms of a gap an element must hold: up to the last that is not mere white space.

    An anchor may stand between elements, but not between the cells of a row.
    """
    row = holder.tag.endswith("}cell")
    for number in range(len(gap), 0, -1):
        if _needs_element(gap[number - 1]) or (row and gap[number - 1].anchor is not None):
            return number
    return 0


def _needs_element(atom: Atom) -> bool:
    return atom.anchor is None and (atom.edit is not None or not _XML_SPACE.fullmatch(atom.reads))
