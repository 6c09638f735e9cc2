"""What belongs together again: hard line ends, broken paragraphs, furniture that stands in between.

``lay_out`` turns chunks and their roles into edits (what stands between lines) and moves (furniture that goes
behind the paragraph it breaks) on the text given, and says where every block stands afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from policytext.document import Block, Edit, Move
from policytext.text.blocks.paragraphs import Chunk, Line
from policytext.text.blocks.roles import Role, View
from policytext.text.halves import MARGIN, Halves, begins_small
from policytext.text.joining import LINE, Join, Joiner

_TIGHT_TABLES = frozenset(
    {("table.grid", "table.grid"), ("table.caption", "table.rows"), ("table.caption", "table.caption")}
)


@dataclass(frozen=True, slots=True)
class Layout:
    """Edits and moves on the text given, and the blocks by their offsets in the text they lead to.

    ``margin`` is the offset there at which the page numbers and running headers begin that were moved behind
    everything else; the length of that text where there are none.
    """

    edits: tuple[Edit, ...]
    moves: tuple[Move, ...]
    blocks: tuple[Block, ...]
    margin: int


_SPACE = Join(" ", "line end inside a paragraph", "line.wrap", 0.95)
_BLOCKS = Join("\n\n", "blank space between blocks", "space.blank", 1.0)
_TIGHT = Join("\n", "items of one list", "space.blank", 1.0)
_EDGE = Join("", "blank space around the text", "space.edge", 1.0)


def lay_out(view: View, roles: Sequence[Role], *, moving: bool = True) -> Layout:
    """Returns the layout of a document.

    Page numbers and running headers stand behind everything else, in order; other furniture and boxes stand
    behind the paragraph they break.

    Args:
        view: the text and its chunks.
        roles: the role of every chunk.
        moving: whether anything may be moved; else only halves that nothing separates are joined.
    """
    return _Layouter(view, roles, moving=moving).run()


class _Layouter:
    """Works out one document; ``gaps[i]`` is what is to stand behind chunk ``i``."""

    def __init__(self, view: View, roles: Sequence[Role], *, moving: bool) -> None:
        self.view, self.roles, self.text = view, roles, view.text
        count = len(view.chunks)
        self.margin = [i for i in range(count) if roles[i].kind in MARGIN] if moving else []
        if len(self.margin) == count:
            self.margin = []  # nothing runs past them, so nothing is gained by moving them
        aside = frozenset(self.margin)
        self.body = [i for i in range(count) if i not in aside]
        self.joiner = Joiner(view.text)
        self.inner = [self._breaks(i) for i in range(count)]
        self.follow: dict[int, tuple[int, Join]] = {}
        halves = Halves(view, roles, self.body, self.inner, self.joiner, moving=moving)
        for place in range(len(self.body) - 1):
            found = halves.continued(place)
            if found:
                self.follow[place] = found
        self.gaps: list[Join] = [_BLOCKS] * count
        self.lead: list[Join] = [_BLOCKS] * count
        self.landing: dict[int, tuple[int, str, float]] = {}
        self.read_on: set[int] = set()

    def run(self) -> Layout:
        order: list[int] = []
        chains: list[int] = []
        self._arrange(order, chains)
        total = len(self.text)
        for index in self.margin:
            self.landing[index] = (total, "layout.margin", self.roles[index].confidence)
        chains += [1] * len(self.margin)
        order += self.margin
        self._space(order, chains)
        blocks, margin = self._blocks(order, chains)
        return Layout(tuple(self._edits()), tuple(self._moves()), tuple(blocks), margin)

    # --- order --------------------------------------------------------------------------------------------

    def _arrange(self, order: list[int], chains: list[int]) -> None:
        """Puts the chunks of the body into ``order``; ``chains`` are the lengths of those that read on."""
        place = 0
        while place < len(self.body):
            chain, between = self._chain(place)
            landing = self._landing(chain) if between else 0
            if landing is None:
                del self.follow[place]  # there is no place for what stands between
                chain, between = [place], []
            sure = min((self.follow[p][1].confidence for p in chain[:-1]), default=1.0)
            for here in chain[:-1]:
                self.gaps[self.body[here]] = self.follow[here][1]
            for moved in between:
                self.landing[self.body[moved]] = (landing or 0, "layout.furniture", sure)
            before = bool(between) and landing != self.view.chunks[self.body[chain[-1]]].end
            if before:
                self._moved(between, order, chains)
            chains.append(len(chain))
            order += [self.body[p] for p in chain]
            if not before:
                self._moved(between, order, chains)
            place = chain[-1] + 1

    def _chain(self, place: int) -> tuple[list[int], list[int]]:
        """Returns the places that read on from ``place``, and those that stand between."""
        chain = [place]
        between: list[int] = []
        while chain[-1] in self.follow:
            there = self.follow[chain[-1]][0]
            between += range(chain[-1] + 1, there)
            chain.append(there)
        return chain, between

    def _moved(self, places: Sequence[int], order: list[int], chains: list[int]) -> None:
        """Adds what is moved out of a paragraph; its own halves join only where they stand side by side."""
        for place in places:
            before = place - 1
            if (
                before in self.follow
                and self.follow[before][0] == place
                and order[-1:] == [self.body[before]]
            ):
                self.gaps[order[-1]] = self.follow[before][1]
                chains[-1] += 1
            else:
                chains.append(1)
            order.append(self.body[place])

    def _landing(self, chain: Sequence[int]) -> int | None:
        """Returns where what broke a chain goes: behind it, or before it where the margin comes next."""
        chunks = self.view.chunks
        if not self.margin or chain[-1] + 1 < len(self.body):
            return chunks[self.body[chain[-1]]].end
        return chunks[self.body[chain[0]] - 1].end if chain[0] else None

    def _moves(self) -> list[Move]:
        """Returns the moves: neighbours that land together are one, with the blanks before them.

        The last of a stretch takes those behind it too where a paragraph reads on past it.
        """
        chunks, moves = self.view.chunks, []
        run: list[int] = []
        for index in [*sorted(self.landing), len(chunks) + 1]:
            if run and (index != run[-1] + 1 or self.landing[index][:2] != self.landing[run[0]][:2]):
                landing, rule, _ = self.landing[run[0]]
                start = chunks[run[0] - 1].end if run[0] else chunks[0].start
                end = chunks[run[-1] + 1].start if run[-1] + 1 in self.read_on else chunks[run[-1]].end
                kinds = dict.fromkeys(self.roles[i].kind.replace("_", " ") for i in run)
                where = "on the page, not in the text" if rule == "layout.margin" else "inside a paragraph"
                sure = min(self.landing[i][2] for i in run)
                moves.append(Move(start, end, landing, f"{', '.join(kinds)} {where}", rule, sure))
                run = []
            run.append(index)
        return moves

    # --- edits --------------------------------------------------------------------------------------------

    def _space(self, order: Sequence[int], chains: Sequence[int]) -> None:
        """Settles what stands before every chunk: less between items of one list, nothing at the head."""
        at = 0
        for length in chains[:-1]:
            head = order[at]
            at += length
            if self._one_block(head, order[at - 1], order[at]):
                self.gaps[order[at - 1]] = _TIGHT
        if order:
            self.gaps[order[-1]] = _EDGE
            self.lead[order[0]] = _EDGE
        for before, after in pairwise(order):
            self.lead[after] = self.gaps[before]
        for index in range(1, len(self.view.chunks)):
            if index - 1 in self.landing and index not in self.landing and self.lead[index] is not _BLOCKS:
                self.read_on.add(index)

    def _edits(self) -> list[Edit]:
        edits: list[Edit] = []
        chunks = self.view.chunks
        at, stays = 0, 0
        for index, chunk in enumerate(chunks):
            lead = self.lead[index] if index else _EDGE
            moved = index in self.landing
            if index in self.read_on:
                edits += self._gap(stays, stays, lead)
                lead = _EDGE
            edits += self._gap(at, chunk.start, lead)
            for number, (above, below) in enumerate(pairwise(chunk.lines)):
                edits += self._gap(above.end, below.start, self.inner[index][number])
            at = chunk.end
            stays = stays if moved else at
        if 0 in self.landing and chunks:  # what opened the text is the first of the margin
            edits += self._gap(stays, stays, _BLOCKS)
        return edits + self._gap(at, len(self.text), _EDGE)

    def _gap(self, start: int, end: int, join: Join) -> list[Edit]:
        """Returns the smallest edit that makes the blanks ``[start, end)`` read as ``join`` says.

        Where there are blanks it replaces one and does not insert: at their edges blocks and moves begin, and
        nothing would tell to which side an insertion belongs.
        """
        flags = []
        if join.flag:
            flags = [Edit(start - 1, start, "-", None, join.flag, join.rule, join.confidence, "flagged")]
        start -= join.drops_hyphen
        have, want = self.text[start:end], join.text
        if have == want:
            return flags
        head = _shared(have, want)
        tail = _shared(have[head:][::-1], want[head:][::-1])
        if have and head + tail == len(have):
            head, tail = max(0, head - 1), tail if head else tail - 1
        old, new = have[head : len(have) - tail], want[head : len(want) - tail]
        edit = Edit(start + head, end - tail, old, new, join.reason, join.rule, join.confidence)
        return [*flags, edit]

    # --- blocks -------------------------------------------------------------------------------------------

    def _blocks(self, order: Sequence[int], chains: Sequence[int]) -> tuple[list[Block], int]:
        """Returns the blocks, and where the margin begins."""
        blocks: list[Block] = []
        at, begin, place, margin = 0, 0, 0, -1
        first_aside = self.margin[0] if self.margin else -1
        for length in chains:
            chain = order[place : place + length]
            if not (place and self.gaps[order[place - 1]] is _TIGHT):
                begin = at
            elif blocks:
                begin = blocks.pop().start
            if chain[0] == first_aside:
                margin = at
            for index in chain:
                at += self._length(index)
                end = at
                at += len(self.gaps[index].text) - self.gaps[index].drops_hyphen
            role = self.roles[chain[0]]
            sure = min(self.roles[i].confidence for i in chain)
            blocks.append(Block(begin, end, role.kind, role.level, "", role.rule, sure))
            place += length
        return blocks, at if margin < 0 else margin

    def _length(self, index: int) -> int:
        lines = sum(line.end - line.start for line in self.view.chunks[index].lines)
        return lines + sum(len(j.text) - j.drops_hyphen for j in self.inner[index])

    def _one_block(self, head: int, first: int, second: int) -> bool:
        """Whether ``second`` is of one list or grid with the text from ``head`` to ``first``.

        Items of one list have no blank line between them.
        """
        one, other = self.roles[head], self.roles[second]
        if one.kind != other.kind or one.kind not in {"list", "table"}:
            return False
        if one.kind == "table":
            return (one.rule, other.rule) in _TIGHT_TABLES and self._beside(first, second)
        chunks = self.view.chunks
        tight = second == first + 1 and not chunks[second].lines[0].blanks and not chunks[second].page
        return tight and self.gaps[first] is _BLOCKS

    def _beside(self, first: int, second: int) -> bool:
        """Whether nothing but the margin stands between two chunks."""
        return all(self.roles[i].kind in MARGIN for i in range(first + 1, second))

    # --- lines --------------------------------------------------------------------------------------------

    def _breaks(self, index: int) -> list[Join]:
        """Returns what comes between the lines of a chunk."""
        chunk, kind = self.view.chunks[index], self.roles[index].kind
        if len(chunk.lines) == 1:
            return []
        joined = kind != "table" and (kind == "heading" or self._is_wrapped(chunk))
        return [
            self.joiner.join(above.end, below.start, _SPACE)
            if joined and not self._kept(above, below)
            else LINE
            for above, below in pairwise(chunk.lines)
        ]

    def _kept(self, above: Line, below: Line) -> bool:
        return above.broken and not begins_small(self.text, below)

    def _is_wrapped(self, chunk: Chunk) -> bool:
        """Whether the line ends of a chunk come from the width of the page.

        Then about one line in three at least goes on in small letters, or nearly every line is too long to
        take the first word of the next.
        """
        if chunk.shape == "row":
            return False
        pairs = list(pairwise(chunk.lines))
        running = sum(begins_small(self.text, below) for _, below in pairs)
        if running >= 0.3 * len(pairs):
            return True
        width = max(line.end - line.start for line in chunk.lines)
        full = sum(above.end - above.start + self._first_word(below) >= width for above, below in pairs)
        return width >= 45 and full >= 0.7 * len(pairs)

    def _first_word(self, line: Line) -> int:
        word = self.text[line.start : min(line.end, line.start + 30)].split(maxsplit=1)[0]
        return len(word) + 1


def _shared(one: str, other: str) -> int:
    """Returns how many characters the two have in common at their head."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count
