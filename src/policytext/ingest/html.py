"""HTML as edits: tags become layout, entities characters, scripts nothing; markup's word on roles as hints.

What a reader sees, in plain text: paragraphs apart by a blank line, ``- `` before list items (``3. `` in
numbered lists), ``| a | b |`` for table rows, quotation marks for ``<q>``, blank space collapsed as a browser
does. Nothing is lost: edits and clean text together give the raw HTML back.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policytext.document import Edit, RoleHint
from policytext.ingest.html_elements import CELLS, LISTS, Elements, Open, plain_containers
from policytext.ingest.html_roles import BLOCKS, VOID, Role, role_of
from policytext.ingest.tags import Dropped, Tag, Text, Token, tokens

_REFERENCE = r"&(?:#[xX][0-9a-fA-F]{1,8}|#[0-9]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?"
_REFERENCES = re.compile(_REFERENCE)
_SPLIT = re.compile(rf"[\t\n\r\f\xa0 ]{{2,}}|[\t\n\r\f\xa0]|{_REFERENCE}")
_NOTE_MARK = re.compile(
    r"<sup\b[^<>]{0,500}>\s{0,20}(?P<link>(?:<(?:a|span)\b[^<>]{0,500}>\s{0,20}){0,3})"
    r"[\[(]?(?:\d{1,3}(?:\s?[,-]\s?\d{1,3}){0,5}|[*†‡§¶]{1,3}|(?P<letter>[a-z]{1,4}))[\])]?\s{0,20}"
    r"(?:</(?:a|span)\s{0,20}>\s{0,20}){0,3}</sup\s{0,20}>",
    re.IGNORECASE,
)
_UNIT = re.compile(r"(?:\d|\b(?:[ckm]?m|CO))\Z")  # 10<sup>6</sup>, m<sup>2</sup> are no notes
_POWER = re.compile(r"\d<sup\b[^<>]{0,500}>\s{0,9}[-\u2212+]?\d")
_HEAD_ONLY = frozenset({"html", "head", "meta", "link", "base", "basefont", "bgsound"})
_ROW, _TABLE = frozenset({"tr"}), frozenset({"table"})
_TABLE_PARTS = frozenset({"tr", "td", "th", "tbody", "thead", "tfoot"})
_INNER = _TABLE_PARTS | {"p", "div", "li", "dd"}
_QUOTES = ("“”", "\u2018\u2019")  # outer, inner
_WHITE = " \t\n\r\f\xa0"

_NOTHING, _A_SPACE, _A_LINE, _A_BLANK_LINE = range(4)
_LAYOUT = ("", " ", "\n", "\n\n")
_SPACE, _TAGS, _MARK, _DROP = range(4)
_WHY = (
    ("html.space", "blank space collapsed as a browser does"),
    ("html.tags", "markup became layout"),
    ("html.footnote_mark", "mark of a footnote left out"),
    ("html.dropped", "no text of the page (script, style, comment, form)"),
)
_SHOWN_BY = {
    "html.reference": "character reference decoded",
    "html.marker": "list item or table cell marked as in plain text",
    "html.power": "superscript figure kept apart from the figure before it",
    "html.quotation": "quotation mark that the browser would add",
}


@dataclass(frozen=True, slots=True)
class Page:
    """What became of an HTML source.

    ``edits`` and ``hints`` are on the raw text, hints never overlap; ``stated`` are the tags that may say
    something of the document (title, meta, time, script).
    """

    edits: tuple[Edit, ...]
    hints: tuple[RoleHint, ...]
    stated: tuple[Tag | Dropped, ...]
    has_text: bool


@dataclass(slots=True)
class _Shown:
    """Raw ``[start, end)`` is shown as ``text``; ``rule`` says why, empty for plain text.

    An ``item`` begins a list item or a row; no layout stands before what is ``tight_before``, nor behind what
    is ``tight_after``.
    """

    start: int
    end: int
    text: str
    rule: str = ""
    item: bool = False
    tight_before: bool = False
    tight_after: bool = False


@dataclass(slots=True)
class _Gap:
    """Raw ``[start, end)`` is layout of that ``strength``; ``edge``: of a whole list, table or the like."""

    start: int
    end: int
    strength: int
    why: int
    edge: bool = False
    line_break: bool = False


def parse(raw: str) -> Page:
    """Returns the edits and hints for ``raw``; never fails, whatever it holds. Linear in its length."""
    found = list(tokens(raw))
    writer = _Writer(raw, plain_containers(found))
    for place, token in enumerate(found):
        writer.take(place, token)
    writer.elements.finish()
    return Page(
        tuple(_edits(raw, writer.pieces)),
        tuple(sorted(writer.elements.hints, key=lambda h: h.start)),
        tuple(t for t in found if not isinstance(t, Text) and t.name in {"title", "meta", "time", "script"}),
        any(isinstance(p, _Shown) and p.rule != "html.marker" and p.text.strip() for p in writer.pieces),
    )


class _Writer:
    """Turns tokens into pieces, in order: what is shown, and the layout between."""

    def __init__(self, raw: str, plain: frozenset[int]) -> None:
        self.raw = raw
        self.pieces: list[_Shown | _Gap] = []
        self.elements = Elements(self._row_ends)
        self._plain = plain
        self._skip = 0  # raw offset; tokens before it belong to a footnote mark
        self._in_head = False

    def take(self, place: int, token: Token) -> None:
        """Adds the pieces of one token; ``place`` is its number."""
        if token.start < self._skip:
            return
        if isinstance(token, Dropped):
            self.pieces.append(_Gap(token.start, token.end, _NOTHING, _DROP))
        elif isinstance(token, Text):
            if self._in_head:
                self.pieces.append(_Gap(token.start, token.end, _A_SPACE, _DROP))
            else:
                self._text(token.start, token.end)
        elif token.closing and token.name != "br":
            self._end_tag(token)
        else:
            self._start_tag(place, token)

    def _start_tag(self, place: int, tag: Tag) -> None:
        name = tag.name
        self._in_head = name == "head" or (self._in_head and name in _HEAD_ONLY)
        mark = self._note_mark(tag) if name == "sup" else None
        if mark:
            self._skip = mark.end()
            self.pieces.append(_Gap(tag.start, mark.end(), _NOTHING, _MARK))
            return
        self.elements.make_room(name)
        strength = self._strength(name)
        if name not in VOID and not tag.inside.endswith("/"):
            plain = self._is_plain(place, name)
            element = self.elements.open(name, self._role(tag, plain=plain), plain=plain)
            if name == "ol":
                element.items = _first_number(tag) - 1
            if self._marked(tag, element):
                return
        self._gap(tag, strength)

    def _end_tag(self, tag: Tag) -> None:
        if tag.name == "head":
            self._in_head = False
        row = self.elements.innermost(_ROW) if tag.name == "tr" else None
        cells = row.items if row else 0
        if row:
            row.items = 0  # the end tag itself becomes the bar at the end of the row
        closed = self.elements.close(tag.name)
        if closed and cells:
            self._show(tag.start, tag.end, " |", "html.marker", tight_before=True)
        elif closed and tag.name == "q":
            self._show(tag.start, tag.end, _QUOTES[self.elements.counts["q"] % 2][1], "html.quotation")
        else:
            self._gap(tag, self._strength(tag.name))

    def _marked(self, tag: Tag, element: Open) -> bool:
        """Whether the start tag became a mark that is shown: of an item, a cell or a quotation."""
        if tag.name == "q":
            self._show(tag.start, tag.end, _QUOTES[not self.elements.counts["q"] % 2][0], "html.quotation")
        elif tag.name == "sup" and _POWER.match(self.raw, tag.start - 1):
            self._show(tag.start, tag.end, "^", "html.power")  # 10<sup>6</sup> must not read 106
        elif element.plain:
            return False
        elif tag.name == "li":
            parent = self.elements.innermost(LISTS)
            mark = "- "
            if parent and parent.name == "ol":
                parent.items += 1
                mark = f"{parent.items}. "
            self._show(tag.start, tag.end, mark, "html.marker", item=True, tight_after=True)
        elif tag.name in CELLS and (row := self.elements.innermost(_ROW)):
            row.items += 1
            first = row.items == 1
            mark = "| " if first else " | "
            self._show(
                tag.start, tag.end, mark, "html.marker", item=first, tight_before=not first, tight_after=True
            )
        else:
            return False
        return True

    def _row_ends(self) -> None:
        """Ends a row that has no end tag: the layout behind its last cell becomes the bar."""
        last = self.pieces[-1]
        if isinstance(last, _Gap):
            self.pieces.pop()
            self._show(last.start, last.end, " |", "html.marker", tight_before=True)

    def _role(self, tag: Tag, *, plain: bool) -> Role | None:
        role = role_of(tag.name, tag.attributes() if tag.inside else {}, in_article=self.elements.in_own_text)
        if tag.name == "table" and (plain or self.elements.counts["table"]):
            return None
        nested_list = role is not None and role.kind == "list" and self.elements.innermost(LISTS)
        if nested_list:
            return None
        if role is None and tag.name == "p" and self.elements.counts["blockquote"]:
            return Role("paragraph")
        return role

    def _is_plain(self, place: int, name: str) -> bool:
        """Whether a list or table, or that of an item, row or cell, only lays out the page."""
        if name in LISTS or name == "table":
            return place in self._plain
        if name == "li":
            parent = self.elements.innermost(LISTS)
            return bool(self.elements.data_cells or self.elements.headings > 0 or (parent and parent.plain))
        table = self.elements.innermost(_TABLE) if name in _TABLE_PARTS else None
        return table is None or table.plain

    def _strength(self, name: str) -> int:
        """Returns the layout of a tag of this name, standing outside its element."""
        if name not in BLOCKS:
            return (
                _A_LINE if name == "br" and not self._in_line() else (_A_SPACE if name == "br" else _NOTHING)
            )
        if self._in_line():
            return _A_SPACE
        if name in _TABLE_PARTS:
            table = self.elements.innermost(_TABLE)
            return _A_BLANK_LINE if table is None or table.plain else _A_SPACE if name in CELLS else _A_LINE
        if name == "li" or name in LISTS:
            parent = self.elements.innermost(LISTS)
            if name == "li" or parent:
                return _A_BLANK_LINE if parent and parent.plain else _A_LINE
        return _A_LINE if name in {"dt", "dd"} else _A_BLANK_LINE

    def _in_line(self) -> bool:
        """Whether all layout is but a space: in a cell of a data table and in a heading."""
        return self.elements.data_cells > 0 or self.elements.headings > 0

    def _note_mark(self, tag: Tag) -> re.Match[str] | None:
        match = _NOTE_MARK.match(self.raw, tag.start)
        if match is None or "<a" in match["link"].lower():
            return match
        unit = _UNIT.search(self.raw, max(0, tag.start - 4), tag.start)
        return None if unit or match["letter"] else match

    def _text(self, start: int, end: int) -> None:
        if self.elements.counts["pre"]:
            pattern, first, last = _REFERENCES, start, end
        else:
            pattern = _SPLIT
            bare = self.raw[start:end]
            first, last = end - len(bare.lstrip(_WHITE)), start + len(bare.rstrip(_WHITE))
        if start < first:
            self.pieces.append(_Gap(start, first, _A_SPACE, _SPACE))
        at = first
        for match in pattern.finditer(self.raw, first, last):
            if at < match.start():
                self._show(at, match.start(), self.raw[at : match.start()])
            self._space_or_reference(match)
            at = match.end()
        if at < last:
            self._show(at, last, self.raw[at:last])
        if first < last < end:
            self.pieces.append(_Gap(last, end, _A_SPACE, _SPACE))

    def _space_or_reference(self, match: re.Match[str]) -> None:
        source = match[0]
        text = html.unescape(source) if source.startswith("&") else ""
        if text == source:
            self._show(match.start(), match.end(), source)
        elif text.strip() or (text and self.elements.counts["pre"]):
            self._show(match.start(), match.end(), text, "html.reference")
        else:
            nothing = source.startswith("&") and not text
            self.pieces.append(_Gap(match.start(), match.end(), _NOTHING if nothing else _A_SPACE, _SPACE))

    def _show(
        self,
        start: int,
        end: int,
        text: str,
        rule: str = "",
        *,
        item: bool = False,
        tight_before: bool = False,
        tight_after: bool = False,
    ) -> None:
        self.pieces.append(_Shown(start, end, text, rule, item, tight_before, tight_after))
        self.elements.shown(start, end, len(text))

    def _gap(self, tag: Tag, strength: int) -> None:
        edge = strength == _A_BLANK_LINE and tag.name not in _INNER
        line_break = tag.name == "br" and strength == _A_LINE
        self.pieces.append(_Gap(tag.start, tag.end, strength, _TAGS, edge, line_break))


def _first_number(tag: Tag) -> int:
    start = tag.attributes().get("start", "") if tag.inside else ""
    return int(start) if re.fullmatch(r"\d{1,6}", start) else 1


def _edits(raw: str, pieces: Sequence[_Shown | _Gap]) -> Iterator[Edit]:
    gaps: list[_Gap] = []
    before: _Shown | None = None
    for piece in pieces:
        if isinstance(piece, _Gap):
            gaps.append(piece)
            continue
        if gaps:
            yield from _layout_edit(raw, gaps, _layout(gaps, before, piece))
            gaps = []
        elif piece.item and before is not None:
            piece.text = "\n" + piece.text  # nothing stands between: the mark brings its own line
        source = raw[piece.start : piece.end]
        if source != piece.text:
            yield Edit(piece.start, piece.end, source, piece.text, _SHOWN_BY[piece.rule], piece.rule)
        before = piece
    if gaps:
        yield from _layout_edit(raw, gaps, "")


def _layout(gaps: Sequence[_Gap], before: _Shown | None, after: _Shown) -> str:
    if before is None or after.tight_before or (before.tight_after and not after.item):
        return ""
    if after.item:
        return _LAYOUT[_A_BLANK_LINE if any(g.edge for g in gaps) else _A_LINE]
    if sum(g.line_break for g in gaps) > 1:
        return _LAYOUT[_A_BLANK_LINE]
    return _LAYOUT[max(g.strength for g in gaps)]


def _layout_edit(raw: str, gaps: Sequence[_Gap], replacement: str) -> Iterator[Edit]:
    """Yields the one edit that turns neighbouring markup and blank space into layout, if any is needed."""
    start, end = gaps[0].start, gaps[-1].end
    if raw[start:end] != replacement:
        rule, reason = _WHY[max(g.why for g in gaps)]
        yield Edit(start, end, raw[start:end], replacement, reason, rule)
