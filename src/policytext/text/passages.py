"""Passages: whole sentences packed to about the length an encoder reads best.

Sizes are in word pieces, as the caller's tokenizer counts them, special tokens not counted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from policytext.document import FURNITURE, Block, BlockKind, Passage
from policytext.spans import Span
from policytext.text.sentences import sentences

TARGET = 120
MOST = 254
FRAGMENT = 12
CONTEXT_LENGTH = 200

_CHARACTERS_A_PIECE = 16
"""Tokenizers make one unknown piece of any very long word; so a passage is also held
to ``16 * MOST`` characters."""
_SLICE = 60
"""Length in characters of what an endless word is cut to: at four pieces a character still below MOST."""
_LOOSE = TARGET * 3 // 2
"""Fragments are joined to a neighbour up to here before anything larger is made."""

_BODY = frozenset({"paragraph", "list", "table"})
_CLAUSE = re.compile(r"[,;:\u2014\u2013)]\s")
_WORD_GAP = re.compile(r"\s+")

Count = Callable[[Sequence[str]], list[int]]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A stretch that is kept whole; ``weight`` is what it takes of a passage, ``pieces`` what is counted."""

    start: int
    end: int
    pieces: int

    @property
    def weight(self) -> int:
        return max(self.pieces, -(-(self.end - self.start) // _CHARACTERS_A_PIECE))


@dataclass(frozen=True, slots=True)
class _Draft:
    """A passage in the making, from block number ``block`` on."""

    start: int
    end: int
    pieces: int
    weight: int
    kind: BlockKind
    block: int


def pack(text: str, blocks: Sequence[Block], count: Count) -> list[Passage]:
    """Returns the passages of a document, in clean order.

    Every character of ``text`` that is not blank and lies in a block that is neither furniture nor heading
    lies in exactly one passage. Sentences are packed within a block, evenly, to about TARGET pieces and
    never beyond MOST; one that is longer is cut at clause punctuation, else between words, else anywhere.
    A body block of less than FRAGMENT pieces is joined to the body block next to it, where only blanks
    stand between and both fit. A heading is the ``context`` of what follows it, and a passage of its own
    only where nothing follows before the next heading of its level or above.

    Args:
        text: the clean text.
        blocks: its blocks in clean order, not overlapping.
        count: gives the number of word pieces of each text; called once, and up to three times more where
            sentences are too long.
    """
    wanted = [i for i, b in enumerate(blocks) if b.kind not in FURNITURE]
    units = _units(text, [blocks[i] for i in wanted], count)
    drafts: list[_Draft] = []
    for index, block_units in zip(wanted, units, strict=True):
        if blocks[index].kind == "heading" and _has_text_below(blocks, index):
            continue
        drafts += _packed(block_units, blocks[index].kind, index)
    joined = _join_fragments(text, drafts)
    headings = _headings(text, blocks)
    return [_passage(text, draft, blocks[draft.block], headings[draft.block]) for draft in joined]


def _passage(text: str, draft: _Draft, block: Block, heading: str) -> Passage:
    stretch = text[draft.start : draft.end]
    return Passage(draft.start, draft.end, stretch, draft.kind, block.section, heading, draft.pieces)


def _headings(text: str, blocks: Sequence[Block]) -> list[str]:
    """Returns for every block the text of the nearest heading above it."""
    nearest, found = "", []
    for block in blocks:
        found.append(nearest)
        if block.kind == "heading":
            nearest = " ".join(text[block.start : block.end].split())[:CONTEXT_LENGTH].rstrip()
    return found


def _has_text_below(blocks: Sequence[Block], index: int) -> bool:
    for block in blocks[index + 1 :]:
        if block.kind == "heading" and block.level <= blocks[index].level:
            return False
        if block.kind != "heading" and block.kind not in FURNITURE:
            return True
    return False


def _units(text: str, blocks: Sequence[Block], count: Count) -> list[list[_Unit]]:
    """Returns for every block its sentences, or parts of sentences that are too long, with their sizes."""
    spans = [(i, s) for i, b in enumerate(blocks) for s in sentences(text, b.start, b.end)]
    units = _counted(text, spans, count)
    for cut in (_clauses, _words, _slices):
        spans = [(i, s) for i, u in units if u.weight > MOST for s in cut(text, u.start, u.end)]
        if not spans:
            break
        kept = [(i, u) for i, u in units if u.weight <= MOST]
        units = sorted(kept + _counted(text, spans, count), key=lambda pair: pair[1].start)
    out: list[list[_Unit]] = [[] for _ in blocks]
    for index, unit in units:
        out[index].append(unit)
    return out


def _counted(text: str, spans: Sequence[tuple[int, Span]], count: Count) -> list[tuple[int, _Unit]]:
    sizes = count([text[s.start : s.end] for _, s in spans]) if spans else []
    return [(i, _Unit(s.start, s.end, n)) for (i, s), n in zip(spans, sizes, strict=True)]


def _clauses(text: str, start: int, end: int) -> list[Span]:
    return _cut_at(text, start, end, [m.start() + 1 for m in _CLAUSE.finditer(text, start, end)])


def _words(text: str, start: int, end: int) -> list[Span]:
    return _cut_at(text, start, end, [m.start() for m in _WORD_GAP.finditer(text, start, end)])


def _slices(text: str, start: int, end: int) -> list[Span]:
    return _cut_at(text, start, end, list(range(start + _SLICE, end, _SLICE)))


def _cut_at(text: str, start: int, end: int, points: Sequence[int]) -> list[Span]:
    """Returns the stretches between ``points``, without blanks around them, none empty."""
    spans = []
    for a, b in zip([start, *points], [*points, end], strict=True):
        stretch = text[a:b]
        left = len(stretch) - len(stretch.lstrip())
        right = len(stretch.rstrip())
        if left < right:
            spans.append(Span(a + left, a + right))
    return spans


def _packed(units: Sequence[_Unit], kind: BlockKind, block: int) -> list[_Draft]:
    """Returns the units of one block in passages of about even size."""
    if not units:
        return []
    total = sum(u.weight for u in units)
    aim = total / max(1, round(total / TARGET))
    drafts: list[_Draft] = []
    for unit in units:
        last = drafts[-1] if drafts else None
        # One more where that ends nearer to the aim than stopping here does.
        if last and last.weight + unit.weight <= MOST and last.weight + unit.weight / 2 <= aim:
            drafts[-1] = _extended(last, unit.end, unit.pieces, unit.weight)
        else:
            drafts.append(_Draft(unit.start, unit.end, unit.pieces, unit.weight, kind, block))
    if len(drafts) > 1 and drafts[-1].pieces < FRAGMENT and drafts[-2].weight + drafts[-1].weight <= MOST:
        tail = drafts.pop()
        drafts[-1] = _extended(drafts[-1], tail.end, tail.pieces, tail.weight)
    return drafts


def _extended(draft: _Draft, end: int, pieces: int, weight: int) -> _Draft:
    return replace(draft, end=end, pieces=draft.pieces + pieces, weight=draft.weight + weight)


def _join_fragments(text: str, drafts: Sequence[_Draft]) -> list[_Draft]:
    """Returns the drafts with fragments joined: to the one before if that stays small, else to the next."""
    out: list[_Draft] = []
    for draft in drafts:
        last = out[-1] if out else None
        if last is None or not _neighbours(text, last, draft):
            out.append(draft)
            continue
        together = last.weight + draft.weight
        if together <= (_LOOSE if draft.pieces < FRAGMENT else MOST if last.pieces < FRAGMENT else -1):
            out[-1] = _joined(last, draft)
        else:
            out.append(draft)
    return _join_leftovers(text, out)


def _join_leftovers(text: str, drafts: Sequence[_Draft]) -> list[_Draft]:
    """Returns the drafts with fragments that found no small neighbour joined to the one before."""
    out: list[_Draft] = []
    for draft in drafts:
        last = out[-1] if out else None
        fits = last is not None and draft.pieces < FRAGMENT and last.weight + draft.weight <= MOST
        if last is not None and fits and _neighbours(text, last, draft):
            out[-1] = _joined(last, draft)
        else:
            out.append(draft)
    return out


def _neighbours(text: str, before: _Draft, after: _Draft) -> bool:
    return (
        before.kind in _BODY
        and after.kind in _BODY
        and before.block != after.block
        and not text[before.end : after.start].strip()
    )


def _joined(before: _Draft, after: _Draft) -> _Draft:
    kind = before.kind if before.pieces >= after.pieces else after.kind
    return replace(_extended(before, after.end, after.pieces, after.weight), kind=kind, block=before.block)
