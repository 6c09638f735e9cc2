"""Which HTML elements are open, and which role hints they leave when they close.

A forgiving stack after the HTML standard's tree construction: paragraphs, items, rows and cells close by
themselves, an end tag without a start is ignored, and nothing crosses the edge of a table cell. Every step is
linear in the number of tags, however deep they nest.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policytext.document import RoleHint
from policytext.ingest.html_roles import BLOCKS, HEADINGS, Role
from policytext.ingest.tags import Tag, Token

LISTS = frozenset({"ul", "ol", "menu", "dir"})
CELLS = frozenset({"td", "th"})
_PARTS = frozenset({"tbody", "thead", "tfoot"})
_TABLE = CELLS | _PARTS | {"table", "tr", "caption"}
_FENCES = frozenset({"table", "td", "th", "caption", "body", "html"})
_OWN_TEXT = frozenset({"article", "section", "main", "blockquote"})
_BODIES = frozenset({"h1", "main", "article"})
_ENDS_HEADING = HEADINGS | LISTS | {"p", "table", "section", "article"}
_LONGEST_HEADING = 400  # characters; longer, it is a heading that was never closed

# What a start tag closes first, and what it never reaches across.
_CLOSED_BY: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), LISTS | _FENCES),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _FENCES),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl"}) | _FENCES),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
    "td": (CELLS, frozenset({"tr", "table"})),
    "th": (CELLS, frozenset({"tr", "table"})),
    **{part: (_PARTS | {"tr"}, frozenset({"table"})) for part in _PARTS},
}


@dataclass(slots=True)
class Open:
    """An open element with what had been shown, hinted and linked when it opened."""

    name: str
    role: Role | None
    plain: bool
    shown: int
    hints: int
    chars: int
    links: int
    bodies: int
    items: int = 0


class Elements:
    """The open elements; ``counts`` says how many of each name are open, ``headings`` and ``data_cells`` how
    many headings and cells of data tables, ``hints`` what they left.

    Args:
        row_ends: called when a row of a data table closes, before its table does.
    """

    def __init__(self, row_ends: Callable[[], None]) -> None:
        self.hints: list[RoleHint] = []
        self.counts: Counter[str] = Counter()
        self.data_cells = self.headings = 0
        self._row_ends = row_ends
        self._stack: list[Open] = []
        self._where: defaultdict[str, list[int]] = defaultdict(list)
        self._starts: list[int] = []  # raw starts of everything shown
        self._end = self._chars = self._links = self._bodies = 0

    @property
    def in_own_text(self) -> bool:
        """Whether an article, a section or a quotation is open: its header and footer are no site's."""
        return any(self.counts[name] for name in _OWN_TEXT)

    def innermost(self, names: frozenset[str]) -> Open | None:
        """Returns the innermost open element of these names."""
        at = self._last(names)
        return self._stack[at] if at >= 0 else None

    def shown(self, start: int, end: int, length: int) -> None:
        """Takes note that raw ``[start, end)`` is shown as ``length`` characters."""
        self._starts.append(start)
        self._end = end
        self._chars += length
        if self.counts["a"]:
            self._links += length

    def make_room(self, name: str) -> None:
        """Closes what a start tag of this name closes by itself."""
        if name not in BLOCKS:
            return
        if self.counts["p"]:
            at = self._last(frozenset({"p"}))
            if at > self._last(_FENCES):
                self._pop_to(at)
        if name in _ENDS_HEADING and self.headings:
            at = self._last(HEADINGS)
            if len(self._starts) > self._stack[at].shown and at > self._last(_FENCES):
                self._pop_to(at)
        if name in _CLOSED_BY:
            closed, fence = _CLOSED_BY[name]
            while (at := self._last(closed)) > self._last(fence):
                self._pop_to(at)

    def open(self, name: str, role: Role | None, *, plain: bool) -> Open:
        """Pushes an element and returns it."""
        if name in _BODIES:
            self._bodies += 1
        element = Open(
            name, role, plain, len(self._starts), len(self.hints), self._chars, self._links, self._bodies
        )
        self._where[name].append(len(self._stack))
        self._stack.append(element)
        self.counts[name] += 1
        self.headings += name in HEADINGS
        self.data_cells += name in CELLS and not plain
        return element

    def close(self, name: str) -> bool:
        """Closes the innermost element of this name and what is open in it; False where none may be."""
        at = self._last(frozenset({name}))
        if at < 0 or (name not in _TABLE and name not in {"body", "html"} and at < self._last(_FENCES)):
            return False
        if name in _TABLE and name != "table" and at < self._last(frozenset({"table"})):
            return False
        self._pop_to(at, ended=True)
        return True

    def finish(self) -> None:
        """Closes everything at the end of the file."""
        self._pop_to(0)

    def _last(self, names: frozenset[str]) -> int:
        last = -1
        for name in names:
            places = self._where.get(name)
            if places and places[-1] > last:
                last = places[-1]
        return last

    def _pop_to(self, at: int, *, ended: bool = False) -> None:
        while len(self._stack) > at:
            element = self._stack.pop()
            self._where[element.name].pop()
            self.counts[element.name] -= 1
            self.headings -= element.name in HEADINGS
            self.data_cells -= element.name in CELLS and not element.plain
            if element.name == "tr" and not element.plain and element.items:
                self._row_ends()
            if element.role is not None and len(self._starts) > element.shown:
                self._leave_hint(element, element.role, ended=ended and len(self._stack) == at)

    def _leave_hint(self, element: Open, role: Role, *, ended: bool) -> None:
        """Leaves a hint, unless what is inside says more; only one that has an end tag swallows others."""
        inner = self.hints[element.hints :]
        if role.kind == "boilerplate" and not (ended and self._is_furniture(element, role)):
            return
        if role.kind in {"table", "pull_quote"} and not ended:
            return
        if role.kind == "heading" and self._chars - element.chars > _LONGEST_HEADING:
            return
        if role.kind == "paragraph" and inner:
            return
        if role.kind == "list" and any(h.kind != "list" for h in inner):
            return
        del self.hints[element.hints :]
        self.hints.append(RoleHint(self._starts[element.shown], self._end, role.kind, role.level))

    def _is_furniture(self, element: Open, role: Role) -> bool:
        if self._bodies > element.bodies:
            return False  # the title or the body of the page stands in it
        linked, chars = self._links - element.links, self._chars - element.chars
        return role.proof != "links" or linked * 2 >= chars


def plain_containers(tokens: Sequence[Token]) -> frozenset[int]:
    """Returns the places of the start tags of tables and lists that only lay out the page.

    A table is layout if it says so (``role``), holds a table or a heading, or never has two cells in a row; a
    list is, if it holds headings or tables (the cards of an overview page).
    """
    containers = _Containers()
    for place, token in enumerate(tokens):
        if isinstance(token, Tag):
            containers.take(place, token)
    for table in containers.tables:
        containers.judge(table)
    return frozenset(containers.plain)


class _Containers:
    """Open lists and tables, and those found to be layout. An unmatched end tag is harmless here."""

    def __init__(self) -> None:
        self.plain: set[int] = set()
        self.tables: list[list[int]] = []  # place, cells in this row, most cells in a row
        self.lists: list[int] = []

    def take(self, place: int, tag: Tag) -> None:
        name = tag.name
        if name in LISTS and not tag.closing:
            self.lists.append(place)
        elif name in LISTS:
            del self.lists[-1:]
        elif name == "table" and tag.closing:
            if self.tables:
                self.judge(self.tables.pop())
        elif name == "table" or (name in HEADINGS and not tag.closing):
            self._lay_out()
            if name == "table":
                self.tables.append([place, 0, 0])
                if tag.attributes().get("role") in {"presentation", "none"}:
                    self.plain.add(place)
        elif self.tables and not tag.closing:
            self._count_cell(self.tables[-1], name)

    def judge(self, table: list[int]) -> None:
        if table[2] < 2:
            self.plain.add(table[0])

    def _lay_out(self) -> None:
        """Marks what is open around a heading or a table."""
        self.plain.update(self.lists)
        self.lists.clear()
        self.plain.update(table[0] for table in self.tables[-1:])

    def _count_cell(self, table: list[int], name: str) -> None:
        if name == "tr":
            table[1] = 0
        elif name in CELLS:
            table[1] += 1
            table[2] = max(table[1:])
