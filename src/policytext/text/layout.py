"""What belongs together again: hard line ends, broken paragraphs, furniture that stands in between.

``lay_out`` turns chunks and their roles into edits (what stands between lines) and moves (furniture that goes
behind the paragraph it breaks) on the text given, and says where every block stands afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from policytext.document import Block, Edit, Move
from policytext.text.paragraphs import Chunk, Line
from policytext.text.roles import Role, View, folded_words

MOVABLE = frozenset({"page_number", "running_header", "pull_quote", "figure", "footnote"})
"""What may stand between the two halves of a paragraph."""

_LOOKAHEAD = 12
"""How many pieces of furniture may stand between two halves."""
_HALF = 5
"""Words a first half has at least; fewer are a label or a heading that was not recognised."""

_ENDED = re.compile(r"[.!?:;\u2026][\"'\u201d\u2019)\]*\u00ae\u00b0]{0,4}\d{0,3}$")
_LONG_HALF = 20
"""A paragraph of so many words that ends in none of the marks sentences end in was broken."""

HANGING = frozenset(
    folded_words(
        """a about an and are as at be because been between but by can during for from had has have including
        into is its may more must not of on or our over shall should such than that the their these this those
        through to under until upon was were whether which while who whose will with within would"""
    )
)
"""Words no heading and no paragraph ends with."""
_URL_TAIL = re.compile(r"(?:https?://|www\.)\S{0,300}[/\-_=&?.]$")
_URL_REST = re.compile(r"(?=\S{0,60}[/._%=-])[a-z0-9%_]\S{3,}")
_BROKEN_WORD = re.compile(r"([^\W\d_]{1,40})-$")
_WORD_HEAD = re.compile(r"[^\W\d_]{1,40}")


@dataclass(frozen=True, slots=True)
class Join:
    """What is to stand where a line or a paragraph was broken; ``flag`` asks a reader to look at a hyphen."""

    text: str
    reason: str
    rule: str
    confidence: float
    drops_hyphen: bool = False
    flag: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Edits and moves on the text given, and the blocks by their offsets in the text they lead to."""

    edits: tuple[Edit, ...]
    moves: tuple[Move, ...]
    blocks: tuple[Block, ...]


_SPACE = Join(" ", "line end inside a paragraph", "line.wrap", 0.95)
_LINE = Join("\n", "line that stays a line", "line.kept", 0.8)
_BLOCKS = Join("\n\n", "blank space between blocks", "space.blank", 1.0)
_TIGHT = Join("\n", "items of one list", "space.blank", 1.0)


def lay_out(view: View, roles: Sequence[Role], *, moving: bool = True) -> Layout:
    """Returns the layout of a document.

    Args:
        view: the text and its chunks.
        roles: the role of every chunk.
        moving: whether furniture may be moved out of a paragraph it breaks; else only halves that nothing
            separates are joined.
    """
    return _Layouter(view, roles, moving=moving).run()


class _Layouter:
    """Works out one document; ``joins[i]`` stands between chunks ``i`` and ``i + 1`` of the raw order."""

    def __init__(self, view: View, roles: Sequence[Role], *, moving: bool) -> None:
        self.view, self.roles, self.text = view, roles, view.text
        self.inner = [self._breaks(i) for i in range(len(view.chunks))]
        self.follow: dict[int, tuple[int, Join]] = {}
        for index in range(len(view.chunks)):
            found = self._continued(index, moving=moving)
            if found:
                self.follow[index] = found
        self.joins: list[Join] = [_BLOCKS] * max(0, len(view.chunks) - 1)
        for index in range(len(self.joins)):
            if self._one_list(index, index + 1):
                self.joins[index] = _TIGHT

    def run(self) -> Layout:
        groups: list[list[int]] = []
        moves: list[Move] = []
        self._emit(0, len(self.view.chunks), groups, moves)
        return Layout(tuple(self._edits()), tuple(moves), tuple(self._blocks(groups)))

    def _emit(self, first: int, last: int, groups: list[list[int]], moves: list[Move]) -> None:
        """Puts the chunks ``[first, last)`` into ``groups`` that each read on, in clean order."""
        at = first
        while at < last:
            chain, between = [at], []
            while chain[-1] in self.follow and self.follow[chain[-1]][0] < last:
                here = chain[-1]
                there, join = self.follow[here]
                self.joins[there - 1] = join
                if there > here + 1:
                    self.joins[here] = _BLOCKS
                    between.append((here + 1, there))
                chain.append(there)
            groups.append(chain)
            landing = self.view.chunks[chain[-1]].end
            for begin, end in between:
                moves.append(self._move(begin, end, landing, chain))
                self._emit(begin, end, groups, moves)
            at = chain[-1] + 1

    def _move(self, begin: int, end: int, landing: int, chain: Sequence[int]) -> Move:
        chunks = self.view.chunks
        kinds = ", ".join(dict.fromkeys(self.roles[i].kind.replace("_", " ") for i in range(begin, end)))
        confidence = min(self.follow[i][1].confidence for i in chain[:-1])
        start = chunks[begin - 1].end
        return Move(
            start, chunks[end - 1].end, landing, f"{kinds} inside a paragraph", "layout.furniture", confidence
        )

    # --- edits --------------------------------------------------------------------------------------------

    def _edits(self) -> list[Edit]:
        edits: list[Edit] = []
        at, pending = 0, Join("", "blank space around the text", "space.edge", 1.0)
        for index, chunk in enumerate(self.view.chunks):
            for number, line in enumerate(chunk.lines):
                edits += self._gap(at, line.start, pending)
                at = line.end
                if number < len(chunk.lines) - 1:
                    pending = self.inner[index][number]
            if index < len(self.joins):
                pending = self.joins[index]
        edits += self._gap(at, len(self.text), Join("", "blank space around the text", "space.edge", 1.0))
        return edits

    def _gap(self, start: int, end: int, join: Join) -> list[Edit]:
        """Returns the smallest edit that makes the blanks ``[start, end)`` read as ``join`` says."""
        flags = []
        if join.flag:
            flags = [Edit(start - 1, start, "-", None, join.flag, join.rule, join.confidence, "flagged")]
        start -= join.drops_hyphen
        have, want = self.text[start:end], join.text
        if have == want:
            return flags
        tail = _shared(have[::-1], want[::-1])
        head = _shared(have[: len(have) - tail], want[: len(want) - tail])
        old, new = have[head : len(have) - tail], want[head : len(want) - tail]
        edit = Edit(start + head, end - tail, old, new, join.reason, join.rule, join.confidence)
        return [*flags, edit]

    # --- blocks -------------------------------------------------------------------------------------------

    def _blocks(self, groups: Sequence[Sequence[int]]) -> list[Block]:
        blocks: list[Block] = []
        at, before = 0, -1
        for chain in groups:
            tight = bool(blocks) and chain[0] == before + 1 and self._one_list(before, chain[0])
            start = at + (len((_TIGHT if tight else _BLOCKS).text) if blocks else 0)
            at = start
            for position, index in enumerate(chain):
                if position:
                    join = self.follow[chain[position - 1]][1]
                    at += len(join.text) - join.drops_hyphen
                at += self._length(index)
            role = self.roles[chain[0]]
            confidence = min(self.roles[i].confidence for i in chain)
            if tight:
                start = blocks.pop().start
            blocks.append(Block(start, at, role.kind, role.level, "", role.rule, confidence))
            before = chain[-1]
        return blocks

    def _length(self, index: int) -> int:
        lines = sum(line.end - line.start for line in self.view.chunks[index].lines)
        return lines + sum(len(j.text) - j.drops_hyphen for j in self.inner[index])

    def _one_list(self, first: int, second: int) -> bool:
        """Whether two neighbours are items of one list with no blank line between them."""
        chunks = self.view.chunks
        return (
            self.roles[first].kind == self.roles[second].kind == "list"
            and not chunks[second].lines[0].blanks
            and not chunks[second].page
            and first not in self.follow
        )

    # --- lines --------------------------------------------------------------------------------------------

    def _breaks(self, index: int) -> list[Join]:
        """Returns what comes between the lines of a chunk."""
        chunk, kind = self.view.chunks[index], self.roles[index].kind
        if len(chunk.lines) == 1:
            return []
        joined = kind != "table" and (kind == "heading" or self._is_wrapped(chunk))
        return [
            self._join(above.end, below.start, _SPACE) if joined and not self._kept(above, below) else _LINE
            for above, below in pairwise(chunk.lines)
        ]

    def _kept(self, above: Line, below: Line) -> bool:
        return above.broken and not self._begins_small(below)

    def _is_wrapped(self, chunk: Chunk) -> bool:
        """Whether the line ends of a chunk come from the width of the page.

        Then about one line in three at least goes on in small letters, or nearly every line is too long to
        take the first word of the next.
        """
        if chunk.shape == "row":
            return False
        pairs = list(pairwise(chunk.lines))
        running = sum(self._begins_small(below) for _, below in pairs)
        if running >= 0.3 * len(pairs):
            return True
        width = max(line.end - line.start for line in chunk.lines)
        full = sum(above.end - above.start + self._first_word(below) >= width for above, below in pairs)
        return width >= 45 and full >= 0.7 * len(pairs)

    def _begins_small(self, line: Line) -> bool:
        return self.text[line.start : line.start + 6].lstrip(_OPENERS + _DASHES)[:1].islower()

    def _first_word(self, line: Line) -> int:
        word = self.text[line.start : min(line.end, line.start + 30)].split(maxsplit=1)[0]
        return len(word) + 1

    def _join(self, above: int, below: int, plain: Join) -> Join:
        """Returns how text that ends at ``above`` goes on at ``below``: hyphens and addresses close up."""
        tail, head = self.text[max(0, above - 300) : above], self.text[below : below + 60]
        if tail.endswith("-") and tail[-2:-1].isalnum() and head[:1].isalnum():
            return self._hyphen(tail, head)
        if _URL_TAIL.search(tail) and _URL_REST.match(head):
            return Join("", "web address broken at a line end", "line.url", 0.7)
        if tail.endswith("\u2014") and not tail[-2:-1].isspace():
            return Join("", "line end behind a dash", "line.dash", 0.8)
        return plain

    def _hyphen(self, tail: str, head: str) -> Join:
        broken, rest = _BROKEN_WORD.search(tail), _WORD_HEAD.match(head)
        if not broken or not rest or head[0].isupper():
            return Join("", "hyphen at a line end", "line.hyphen-kept", 0.9)
        first, second = broken.group(1).casefold(), rest.group().casefold()
        if second in {"and", "or", "to"}:
            return Join(" ", "line end behind a hanging hyphen", "line.hyphen-hanging", 0.9)
        if f"{first}-{second}" in self._attested:
            return Join("", "hyphen at a line end, also found inside lines", "line.hyphen-kept", 0.95)
        if first + second in self._attested:
            return Join("", "word broken at a line end", "line.hyphen-dropped", 0.9, drops_hyphen=True)
        asks = "hyphen at a line end: one word or two?"
        return Join("", "hyphen at a line end", "line.hyphen-kept", 0.5, flag=asks)

    @cached_property
    def _attested(self) -> frozenset[str]:
        """The words and hyphenated words that stand unbroken in the text, folded."""
        return frozenset(_WHOLE_WORD.findall(self.text.casefold()))

    # --- halves -------------------------------------------------------------------------------------------

    def _continued(self, index: int, *, moving: bool) -> tuple[int, Join] | None:
        """Returns the chunk that goes on where this one breaks off, and how they join."""
        kind, stop = self.roles[index].kind, len(self.view.chunks)
        if kind not in {"paragraph", "heading", "footnote"} or index + 1 >= stop:
            return None
        there = index + 1
        if kind == "paragraph" and moving:
            while there < min(stop, index + _LOOKAHEAD) and self.roles[there].kind in MOVABLE:
                there += 1
        if there >= stop or self.roles[there].kind != kind:
            return None
        confidence = self._confidence(index, there)
        if not confidence:
            return None
        reason = {
            "paragraph": "paragraph broken by a page, a column or furniture",
            "heading": "heading broken by a blank line",
            "footnote": "note broken by a blank line",
        }[kind]
        plain = Join(" ", reason, f"join.{kind}", confidence)
        join = self._join(self.view.chunks[index].end, self.view.chunks[there].start, plain)
        return there, join

    def _confidence(self, index: int, there: int) -> float:
        """Returns how sure it is that ``there`` goes on where ``index`` breaks off; 0 for not at all."""
        before, after, kind = self.view.chunks[index], self.view.chunks[there], self.roles[index].kind
        tail = self.text[max(before.start, before.end - 60) : before.end]
        head = self.text[after.start : after.start + 60]
        kept_lines = any(join is _LINE for join in self.inner[index] + self.inner[there])
        if before.shape == "row" or after.shape != "text" or kept_lines or _ENDED.search(tail):
            return 0.0
        small = head.lstrip(_OPENERS)[:1].islower()
        hangs = tail.endswith(",") or tail.split()[-1].casefold() in HANGING
        if kind == "heading":
            return 0.7 if (small or hangs) and not before.hint and not after.hint else 0.0
        if kind == "footnote":
            return 0.75 if (small or hangs) and "note" not in after.marks and not head[0].isdigit() else 0.0
        if ("bold" in before.marks) != ("bold" in after.marks):
            return 0.0
        return self._paragraph_confidence(index, there, small=small, hangs=hangs)

    def _paragraph_confidence(self, index: int, there: int, *, small: bool, hangs: bool) -> float:
        first, second = len(self.view.words[index]), len(self.view.words[there])
        if first >= _HALF and small and second > 2:
            return 0.9
        if first >= _HALF and hangs:
            return 0.75
        return 0.65 if first >= _LONG_HALF and second >= _HALF else 0.0


_OPENERS = "\"'\u201c\u2018(["
_DASHES = "-\u2013\u2014 "
_WHOLE_WORD = re.compile(r"[^\W\d_]{2,40}(?:-[^\W\d_]{1,40}){0,3}")


def _shared(one: str, other: str) -> int:
    """Returns how many characters the two have in common at their head."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
