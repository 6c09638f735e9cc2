"""Cleaning: from the text of a source to text that reads on, with the role of every block.

Nothing is lost: what changed is a list of edits and moves on the raw text, from which the raw text can be
built again. Steps are small functions ``text -> edits``; each sees what the steps before it left, and their
edits are folded into one list on the raw text. In order: what a converter left behind (``markup``), the roles
of blocks (``roles``), misread characters (``repairing``), and what belongs together again (``layout``).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from policytext.document import Block, Carrier, Decision, Doubt, Edit, Move, Profile, RoleHint
from policytext.spans import Span
from policytext.text import markup
from policytext.text.alignment import Alignment, apply_edits, ordered
from policytext.text.blocks import contents, figures, furniture, imprint, notes, pulls, structure, tables
from policytext.text.blocks.paragraphs import Hint, Line, chunks, page_starts, read_lines
from policytext.text.blocks.roles import Finder, Role, View, assigned
from policytext.text.composing import compose
from policytext.text.encoding import mojibake
from policytext.text.layout import Layout, lay_out
from policytext.text.markup import Evidence, Step, carried
from policytext.text.repairing import Repairs, ligatures, repaired, without_collisions
from policytext.text.rulings import Rulings
from policytext.text.words.lexicon import english
from policytext.text.words.quality import profile_of, quality_of
from policytext.text.words.vocabulary import Vocabulary

_Located = TypeVar("_Located", Hint, Evidence)
_OFTEN = 3
"""A word that stands so often in a document is one, whatever the list says."""

_ALWAYS: tuple[Step, ...] = (
    Step("encoding", mojibake),
    Step("characters", markup.characters),
    Step("ligatures", ligatures),
)

STEPS: tuple[Step, ...] = (_ALWAYS[0], *markup.STEPS, _ALWAYS[-1])
"""Steps on the text of a source without markup of its own (plain text, Markdown), in order."""

STEPS_AFTER_READER: tuple[Step, ...] = _ALWAYS
"""Steps where a reader has taken the markup out already: a ``*`` that is left there is the author's."""

FINDERS: tuple[Finder, ...] = (
    imprint.series,
    structure.hinted,
    furniture.page_numbers,
    contents.contents,
    furniture.running_headers,
    figures.figures,
    notes.notes,
    imprint.boilerplate,
    tables.tables,
    pulls.pull_quotes,
    structure.items,
    structure.headings,
)
"""What gives chunks their roles, in order; what an earlier one says stands."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A source's text before and after.

    ``edits`` and ``moves`` are on ``raw``; ``blocks`` have offsets into ``text``, stand in its order, do not
    overlap and cover all of it that is not blank. ``alignment`` maps between the two. What was taken out of
    the running text (page numbers, running headers) begins at ``margin``; that is ``len(text)`` where nothing
    was. ``profile`` says what kind of text ``raw`` is, ``asked`` which words, folded, it would help to find
    in other papers, and ``remarks`` which decisions could not be followed, and why.
    """

    raw: str
    text: str
    edits: tuple[Edit, ...]
    moves: tuple[Move, ...]
    blocks: tuple[Block, ...]
    alignment: Alignment
    margin: int
    profile: Profile
    asked: frozenset[str] = frozenset()
    remarks: tuple[str, ...] = ()


def clean(
    raw: str,
    *,
    edits: Sequence[Edit] = (),
    hints: Sequence[RoleHint] = (),
    doubts: Sequence[Doubt] = (),
    decisions: Sequence[Decision] = (),
    attested: Container[str] = frozenset(),
    carrier: Carrier | None = None,
) -> Cleaned:
    """Returns ``raw`` cleaned.

    Args:
        raw: the source decoded as text, newlines untouched.
        edits: what a reader already took out of ``raw`` (HTML tags, character references); with none, markup
            is looked for here. What shows replaces something: a word put in between two characters would be
            in no block where layout moves one of them.
        hints: what a reader knows of stretches of ``raw``; they win over what is found here.
        doubts: how sure an OCR engine was of its words, by raw offsets.
        decisions: what a person said of places of ``raw``; they win over every rule.
        attested: words, folded, that the other papers of the corpus hold.
        carrier: what kind of text this is, where the reader knows; else it is found from the text.

    Raises:
        ValueError: ``edits`` overlap or were not made for ``raw``.
    """
    work = _Work(raw, list(edits), Rulings(raw, decisions))
    known = _carried_hints(hints, ordered(edits))
    is_read = bool(edits) or carrier not in {None, "markdown"}
    said = [] if is_read else markup.evidence(work.text)
    for step in STEPS_AFTER_READER if is_read else STEPS:
        new = work.carry_out(step.find(work.text))
        if new:
            known, said = _carried(known, new), _carried(said, new)
    view = _view(work.text, known, said)
    roles = assigned(view, FINDERS)
    vocabulary = Vocabulary(work.text, english())
    profile = profile_of(vocabulary, carrier, marks=work.marks(), pages=_pages(view))
    repairs = repaired(view, roles, vocabulary, profile, attested, work.placed(doubts))
    links = work.linked(repairs)
    new = work.carry_out(repairs.edits, last=True)
    cleaned = _laid_out(work, _moved_on(view, work.text, new), roles, profile)
    return replace(
        cleaned,
        blocks=_judged(cleaned, vocabulary, links),
        asked=repairs.asked,
        remarks=work.rulings.remarks,
    )


class _Work:
    """The edits so far, on ``raw``, and the ``text`` they lead to."""

    def __init__(self, raw: str, edits: list[Edit], rulings: Rulings) -> None:
        self.raw, self.done, self.rulings = raw, edits, rulings
        self.text = apply_edits(raw, edits)

    def marks(self) -> int:
        """How many marks of a markup language were taken out."""
        return sum(e.rule.startswith(("md.", "html.")) for e in self.done)

    def alignment(self) -> Alignment:
        return Alignment(len(self.raw), self.done)

    def carry_out(self, proposed: Iterable[Edit], *, last: bool = False) -> list[Edit]:
        """Adds edits on ``text`` as decisions leave them; returns those that change it, in order."""
        new = list(proposed)
        if self.rulings:
            alignment = self.alignment()
            new = self.rulings.judged(new, alignment)
            decided = self.rulings.own(alignment, self.text) if last else []
            new = without_collisions(new, decided)
        new.sort(key=lambda e: (e.start, e.end))
        if new:
            self.done, self.text = compose(self.raw, self.done, new), apply_edits(self.text, new)
        return ordered(new)

    def placed(self, doubts: Sequence[Doubt]) -> dict[int, float]:
        """Returns how sure an engine was of the word at each offset of ``text``."""
        if not doubts:
            return {}
        alignment = self.alignment()
        spans = ((alignment.to_clean(d.start, d.end), d.confidence) for d in doubts)
        return {found[0].start: confidence for found, confidence in spans if found}

    def linked(self, repairs: Repairs) -> list[tuple[int, Span]]:
        """Returns for every mark the raw place of the note it calls, and its own raw span."""
        if not repairs.calls:
            return []
        alignment = self.alignment()
        return [
            (alignment.hull(c.note.start, c.note.start + 1).start, alignment.hull(c.start, c.end))
            for c in repairs.calls
        ]


def _pages(view: View) -> int:
    return sum(c.page for c in view.chunks)


def _view(text: str, known: Sequence[Hint], said: Sequence[Evidence]) -> View:
    pages = sorted({e.start for e in said if e.what == "page"} | set(page_starts(text)))
    marked = [Hint(e.start, e.end, "heading", e.level, "heading.markup") for e in said if e.what == "heading"]
    marked += [Hint(e.start, e.end, "figure", 0, "figure.image") for e in said if e.what == "image"]
    hints = sorted([*known, *marked], key=lambda h: (h.start, -h.end))
    return View(text, tuple(chunks(text, read_lines(text, pages), hints, said)))


def _moved_on(view: View, text: str, edits: Sequence[Edit]) -> View:
    """Returns the view of ``text``, to which ``edits`` led; they change no line ends, so the chunks stay."""
    if not edits:
        return view
    lines = [line for chunk in view.chunks for line in chunk.lines]
    points = sorted({p for line in lines for p in (line.start, line.end)})
    new = dict(zip(points, carried(points, list(edits)), strict=True))
    return View(
        text,
        tuple(
            replace(c, lines=tuple(_line_moved(n, new[n.start], new[n.end]) for n in c.lines))
            for c in view.chunks
        ),
    )


def _line_moved(line: Line, start: int, end: int) -> Line:
    return Line(
        start, end, line.indent, line.blanks, line.page, line.broken
    )  # replace() is three times slower


def _laid_out(work: _Work, view: View, roles: Sequence[Role], profile: Profile) -> Cleaned:
    for moving in (True, False):
        layout = lay_out(view, roles, moving=moving)
        cleaned = _finished(work.raw, work.done, layout, profile)
        if cleaned:
            return cleaned
    raise AssertionError("a layout without moves cannot fail")


def _finished(raw: str, done: Sequence[Edit], layout: Layout, profile: Profile) -> Cleaned | None:
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
    return Cleaned(raw, text, tuple(edits), tuple(moves), tuple(blocks), alignment, layout.margin, profile)


def _judged(cleaned: Cleaned, vocabulary: Vocabulary, links: Sequence[tuple[int, Span]]) -> tuple[Block, ...]:
    """Returns the blocks with their quality, and footnotes with the places of the marks that call them."""
    attested = {word for word, times in vocabulary.counts.items() if times >= _OFTEN}
    marks: dict[int, list[Span]] = {}
    starts = [b.start for b in cleaned.blocks]
    for note, mark in links:
        there, here = (
            cleaned.alignment.to_clean(note, note + 1),
            cleaned.alignment.to_clean(mark.start, mark.end),
        )
        if there and here:
            marks.setdefault(bisect_right(starts, there[0].start) - 1, []).append(here[0])
    return tuple(
        replace(
            block,
            quality=quality_of(cleaned.text[block.start : block.end], vocabulary.lexicon, attested),
            marks=tuple(marks.get(index, ())),
        )
        for index, block in enumerate(cleaned.blocks)
    )


def _raw_moves(alignment: Alignment, moves: Sequence[Move]) -> list[Move]:
    length = alignment.clean_length
    return [
        replace(
            move,
            start=alignment.hull(move.start, move.start + 1).start,
            end=alignment.hull(move.end - 1, move.end).end,
            to=alignment.hull(move.to - 1, move.to).end if move.to < length else alignment.raw_length,
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
