"""Structural cleaning: from the text of a source to text that reads on, with the role of every block.

Nothing is lost: what changed is a list of edits and moves on the raw text, from which the raw text can be
built again. Steps are small functions ``text -> edits``; each sees what the steps before it left, and their
edits are folded into one list on the raw text. Words are never rewritten here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from policytext.document import Block, Edit, Move, RoleHint
from policytext.text import furniture, imprint, markup, structure
from policytext.text.alignment import Alignment, apply_edits, ordered
from policytext.text.composing import compose
from policytext.text.layout import Layout, lay_out
from policytext.text.markup import Evidence, Step, carried
from policytext.text.paragraphs import Hint, chunks, page_starts, read_lines
from policytext.text.roles import Finder, View, assigned

_Located = TypeVar("_Located", Hint, Evidence)

STEPS: tuple[Step, ...] = markup.STEPS
"""Steps on the text of a source without markup of its own (plain text, Markdown), in order."""

STEPS_AFTER_READER: tuple[Step, ...] = (Step("characters", markup.characters),)
"""Steps where a reader has taken the markup out already: a ``*`` that is left there is the author's."""

FINDERS: tuple[Finder, ...] = (
    structure.hinted,
    furniture.page_numbers,
    furniture.running_headers,
    furniture.captions,
    furniture.notes,
    imprint.boilerplate,
    structure.tables,
    furniture.pull_quotes,
    structure.items,
    structure.headings,
)
"""What gives chunks their roles, in order; what an earlier one says stands."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A source's text before and after.

    ``edits`` and ``moves`` are on ``raw``; ``blocks`` have offsets into ``text``, stand in its order, do not
    overlap and cover all of it that is not blank. ``alignment`` maps between the two.
    """

    raw: str
    text: str
    edits: tuple[Edit, ...]
    moves: tuple[Move, ...]
    blocks: tuple[Block, ...]
    alignment: Alignment


def clean(raw: str, *, edits: Sequence[Edit] = (), hints: Sequence[RoleHint] = ()) -> Cleaned:
    """Returns ``raw`` cleaned.

    Args:
        raw: the source decoded as text, newlines untouched.
        edits: what a reader already took out of ``raw`` (HTML tags, character references); with none, markup
            is looked for here.
        hints: what a reader knows of stretches of ``raw``; they win over what is found here.

    Raises:
        ValueError: ``edits`` overlap or were not made for ``raw``.
    """
    done, text = list(edits), apply_edits(raw, edits)
    known = _carried_hints(hints, ordered(edits))
    said = [] if edits else markup.evidence(text)
    for step in STEPS_AFTER_READER if edits else STEPS:
        new = sorted(step.find(text), key=lambda e: (e.start, e.end))
        if new:
            done, text = compose(raw, done, new), apply_edits(text, new)
            known, said = _carried(known, ordered(new)), _carried(said, ordered(new))
    view = _view(text, known, said)
    roles = assigned(view, FINDERS)
    for moving in (True, False):
        layout = lay_out(view, roles, moving=moving)
        cleaned = _finished(raw, done, layout)
        if cleaned:
            return cleaned
    raise AssertionError("a layout without moves cannot fail")


def _view(text: str, known: Sequence[Hint], said: Sequence[Evidence]) -> View:
    pages = sorted({e.start for e in said if e.what == "page"} | set(page_starts(text)))
    marked = [Hint(e.start, e.end, "heading", e.level, "heading.markup") for e in said if e.what == "heading"]
    marked += [Hint(e.start, e.end, "figure", 0, "figure.image") for e in said if e.what == "image"]
    hints = sorted([*known, *marked], key=lambda h: (h.start, -h.end))
    return View(text, tuple(chunks(text, read_lines(text, pages), hints, said)))


def _finished(raw: str, done: Sequence[Edit], layout: Layout) -> Cleaned | None:
    """Returns the result on ``raw``; None where a move would cut through an edit of an earlier step."""
    moves = _raw_moves(Alignment(len(raw), done), layout.moves)
    edits = compose(raw, done, layout.edits)
    try:
        alignment = Alignment(len(raw), edits, moves)
    except ValueError:
        if not moves:
            raise
        return None
    text = alignment.apply(raw)
    blocks = structure.with_sections(text, layout.blocks)
    return Cleaned(raw, text, tuple(edits), tuple(moves), tuple(blocks), alignment)


def _raw_moves(alignment: Alignment, moves: Sequence[Move]) -> list[Move]:
    return [
        replace(
            move,
            start=alignment.hull(move.start, move.start + 1).start,
            end=alignment.hull(move.end - 1, move.end).end,
            to=alignment.hull(move.to - 1, move.to).end,
        )
        for move in moves
    ]


def _carried_hints(hints: Sequence[RoleHint], edits: list[Edit]) -> list[Hint]:
    known = [Hint(h.start, h.end, h.kind, h.level, f"reader.{h.kind}") for h in hints]
    return _carried(known, edits)


def _carried(spans: Sequence[_Located], edits: list[Edit]) -> list[_Located]:
    """Returns ``spans`` of a text where they stand after ``edits``."""
    points = sorted({p for s in spans for p in (s.start, s.end)})
    new = dict(zip(points, carried(points, edits), strict=True))
    return [replace(s, start=new[s.start], end=new[s.end]) for s in spans]
