"""Word documents (.docx): what Word shows, in one column, with roles by style.

Paragraphs stand apart by a blank line, list items and rows of a table by a newline, cells by a tab; a page
break that the author set is a form feed. Headings, lists and numbered paragraphs bear the number that Word
shows. A note's mark stands in the text as ``[3]``, the note at the end of the document. Insertions are read,
deletions, comments, hidden text and alternative texts of pictures are not; text boxes follow the paragraph
that anchors them. Headers and footers are left out: they repeat on every page and are on none in the file.

The XML is read here and not by python-docx, which skips insertions, content controls, notes and text boxes.
Both namespaces of the standard (ECMA-376 transitional and strict) are understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from policytext.document import BlockKind, Metadata
from policytext.errors import UnreadableSource
from policytext.ingest import properties
from policytext.ingest.docx_parts import Parts
from policytext.ingest.docx_styles import Numbering, Style, Styles, formatted, heading_level
from policytext.ingest.drawing import Drawn, Sheet
from policytext.ingest.safe_xml import Element, child, local, value

_WRAPPERS = frozenset(
    {"sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag", "hyperlink", "fldSimple", "dir", "bdo"}
)
_UNSEEN = frozenset(
    {"del", "moveFrom", "delText", "instrText", "delInstrText", "pPr", "rPr", "sdtPr", "annotation"}
)
_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": "\u00ad"}
_NOTES = {"footnoteReference": "footnotes", "endnoteReference": "endnotes"}
_LONGEST_ITEM = 25
"""Words; longer numbered paragraphs are the body of minutes and memoranda, for the text's rules to judge."""
_LONGEST_HEADING = 300
_LAYOUT_WORDS = 60
"""A table of one row with a cell of more words lays out a page."""


def read(data: bytes) -> Drawn:
    """Returns the text of a Word document, with hints by its styles and what it states of itself.

    Raises:
        UnreadableSource: it is damaged, locked, no Word document, unpacks to too much, or holds no text.
    """
    parts = Parts(data)
    body = child(parts.document(), "body")
    writer = _Writer(Styles(parts.beside("styles")), Numbering(parts.beside("numbering")), _notes(parts))
    if body is not None:
        writer.blocks(body)
        writer.notes()
    metadata, notes = _stated(parts.properties())
    drawn = writer.sheet.drawn(metadata=metadata, notes=notes, carrier="text")
    if not drawn.text.strip():
        raise UnreadableSource("is a Word document without text", advice="OCR, if it holds pictures of pages")
    return drawn


def _notes(parts: Parts) -> dict[tuple[str, str], Element]:
    """Returns the notes of a document, by their kind and id."""
    found: dict[tuple[str, str], Element] = {}
    for kind in _NOTES.values():
        root = parts.beside(kind)
        for node in root if root is not None else ():
            if local(node) in {"footnote", "endnote"} and value(node, "type") in {"", "normal"}:
                found[kind, value(node, "id")] = node
    return found


def _stated(core: Element | None) -> tuple[Metadata, tuple[str, ...]]:
    fields = {local(node): str(node.text or "") for node in core} if core is not None else {}
    return properties.stated(fields.get("title", ""), fields.get("creator", ""), fields.get("created", ""))


@dataclass(slots=True)
class _Run:
    """The text of a paragraph, with the text boxes that it anchors."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)


class _Writer:
    """Writes the blocks of a document; counts its numbers and notes on the way."""

    def __init__(self, styles: Styles, numbering: Numbering, notes: dict[tuple[str, str], Element]) -> None:
        self.sheet = Sheet()
        self._styles, self._numbering, self._notes = styles, numbering, notes
        self._marks: dict[tuple[str, str], str] = {}
        self._counts = {"footnotes": 0, "endnotes": 0}
        # Word counts endnotes in roman figures, to tell them from footnotes.
        self._roman_endnotes = any(kind == "footnotes" for kind, _ in notes)
        self._in_list = self._page = False

    def blocks(self, parent: Element) -> None:
        """Writes the paragraphs and tables below ``parent``."""
        for node in _within(parent):
            if local(node) == "p":
                self._paragraph(node)
            else:
                self._table(node)

    def notes(self) -> None:
        """Writes the notes that the text refers to, in the order of their marks."""
        for kind in self._counts:
            for key in [k for k in self._marks if k[0] == kind]:
                text = " ".join(self._plain(self._notes[key]).split())
                if text:
                    self._write(f"{self._marks[key]} {text}".strip(), "footnote")

    def _paragraph(self, node: Element) -> None:
        chain, run = self._styles.chain(node), _Run()
        self._collect(node, run)
        text = "".join(run.parts).strip(" \t\n")
        self._page |= text.startswith("\f") or _is_on(child(node, "pPr", "pageBreakBefore"))
        page_after = text.endswith("\f") and len(text) > 1
        text = text.strip(" \t\n\f")
        if text:
            label = self._numbering.label(node, chain)
            kind, level = _kind(node, chain, text)
            if label and kind is None and (label.bullet or len(text.split()) < _LONGEST_ITEM):
                kind = "list"
            self._write(f"{label.text} {text}" if label else text, kind, level)
        self._page |= page_after
        for box in run.boxes:
            self.blocks(box)

    def _collect(self, node: Element, run: _Run) -> None:
        """Adds what Word shows of the children of ``node``."""
        for part in node:
            name = local(part)
            if name == "t":
                run.parts.append(" ".join(str(part.text or "").split("\n")))
            elif name in _CHARACTERS:
                run.parts.append(_CHARACTERS[name])
            elif name == "br":
                run.parts.append("\f" if value(part, "type") == "page" else "\n")
            elif name == "sym":
                run.parts.append(_symbol(value(part, "char")))
            elif name in _NOTES:
                run.parts.append(self._mark(_NOTES[name], part))
            elif name == "txbxContent":
                run.boxes.append(part)
            elif name == "AlternateContent":
                self._collect(_choice(part), run)
            elif name not in _UNSEEN and not (name == "r" and _is_on(child(part, "rPr", "vanish"))):
                self._collect(part, run)

    def _mark(self, kind: str, reference: Element) -> str:
        """Returns the mark of a note; empty where the author set one by hand, or there is no note."""
        key = kind, value(reference, "id")
        by_hand = value(reference, "customMarkFollows") in {"1", "true", "on"}
        if by_hand and key in self._notes:
            self._marks.setdefault(key, "")
        if by_hand or key not in self._notes:
            return ""
        if key not in self._marks:
            self._counts[kind] += 1
            form = "lowerRoman" if kind == "endnotes" and self._roman_endnotes else "decimal"
            self._marks[key] = f"[{formatted(self._counts[kind], form)}]"
        return self._marks[key]

    def _table(self, node: Element) -> None:
        rows = [list(_cells(row)) for row in _rows(node)]
        if _lays_out(rows):
            for cell in (cell for row in rows for cell in row):
                self.blocks(cell)
            return
        texts = [[" ".join(self._plain(cell).split()) for cell in row] for row in rows]
        if any(any(row) for row in texts):
            self._write("\n".join("\t".join(row) for row in texts if any(row)), "table")

    def _plain(self, parent: Element) -> str:
        """Returns the text of a cell or note, one line a paragraph, tables and boxes within it included."""
        lines = []
        for node in _within(parent):
            if local(node) == "tbl":
                lines += [self._plain(cell) for row in _rows(node) for cell in _cells(row)]
                continue
            run = _Run()
            self._collect(node, run)
            label = self._numbering.label(node, self._styles.chain(node)) if run.parts else None
            lines.append((f"{label.text} " if label else "") + "".join(run.parts))
            lines += [self._plain(box) for box in run.boxes]
        return "\n".join(lines)

    def _write(self, text: str, kind: BlockKind | None, level: int = 0) -> None:
        if self.sheet.length:
            self.sheet.write("\n" if kind == "list" and self._in_list and not self._page else "\n\n")
            self.sheet.write("\f" if self._page else "")
        self._in_list, self._page = kind == "list", False
        start = self.sheet.length
        self.sheet.write(text)
        if kind:
            self.sheet.hint(start, kind, level)


def _kind(node: Element, chain: list[Style], text: str) -> tuple[BlockKind | None, int]:
    """Returns what a paragraph's style says of it, with the level of a heading."""
    name = chain[0].name if chain else ""
    if name.startswith("toc ") and name != "toc heading":
        return "boilerplate", 0  # the headings again
    if name in {"caption", "footnote text", "endnote text"}:
        return ("figure" if name == "caption" else "footnote"), 0
    level = heading_level(node, chain) if len(text) <= _LONGEST_HEADING else 0
    return ("heading", level) if level else (None, 0)


def _within(parent: Element) -> Iterator[Element]:
    """Yields the paragraphs and tables below a node, looking through what only wraps them."""
    for node in _choice(parent) if local(parent) == "AlternateContent" else parent:
        name = local(node)
        if name in {"p", "tbl"}:
            yield node
        elif name in _WRAPPERS or name == "AlternateContent":
            yield from _within(node)


def _lays_out(rows: list[list[Element]]) -> bool:
    """Whether a table only lays out the page: one column, or one row with a cell full of text."""
    if max(map(len, rows), default=0) <= 1:
        return True
    words = (len("".join(cell.itertext()).split()) for cell in rows[0])
    return len(rows) == 1 and any(count > _LAYOUT_WORDS for count in words)


def _rows(table: Element) -> Iterator[Element]:
    for node in table:
        if local(node) == "tr" and child(node, "trPr", "del") is None:
            yield node
        elif local(node) in _WRAPPERS:
            yield from _rows(node)


def _cells(row: Element) -> Iterator[Element]:
    for node in row:
        if local(node) == "tc":
            yield node
        elif local(node) in _WRAPPERS:
            yield from _cells(node)


def _is_on(switch: Element | None) -> bool:
    return switch is not None and value(switch, "val") not in {"0", "false", "off"}


def _choice(node: Element) -> Element:
    """Returns the first branch of alternative contents; both hold the same, for newer and older Words."""
    choice = child(node, "Choice")
    fallback = child(node, "Fallback")
    return choice if choice is not None else fallback if fallback is not None else ()


def _symbol(code: str) -> str:
    """Returns a character of a symbol font; those of the private area mean nothing outside that font."""
    number = int(code, 16) if 0 < len(code) <= 4 and all(c in "0123456789abcdefABCDEF" for c in code) else 0
    return chr(number) if number >= 0x20 and not 0xD800 <= number <= 0xF8FF else ""
