"""hOCR: what OCR engines say in the classes and titles of an HTML page.

Everything inside ``ocr_page`` is read, in the order of the file: with words (``ocrx_word``) or without. See
http://kba.cloud/hocr-spec/1.2/.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.document import BlockKind
from policytext.errors import UnreadableSource
from policytext.ingest.drawing import Drawn, Sheet
from policytext.ingest.safe_xml import Element, local, parse, parse_html, text_of, value, walk

_NOTHING, _SPACE, _LINE, _BLOCK = range(4)
_BETWEEN = ("", " ", "\n", "\n\n")
_LINES = frozenset(
    {"ocr_line", "ocrx_line", "ocr_header", "ocr_footer", "ocr_caption", "ocr_textfloat", "ocr_pageno"}
)
_PARTS = frozenset({"ocr_carea", "ocr_par", "ocrx_block", "ocr_column", "ocr_page", "ocr_table"})
_BLOCK_TAGS = frozenset({"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "blockquote"})
_LINE_TAGS = frozenset({"br", "li", "tr"})
_UNSEEN = frozenset({"script", "style", "head", "title"})
_HEADINGS = re.compile(r"h([1-6])")
_CONFIDENCE = re.compile(r"(?:^|[;\s])x_wconf\s{1,9}(-?\d{1,3}(?:\.\d{1,9})?)")
_KINDS: dict[str, BlockKind] = {
    "ocr_header": "running_header",
    "ocr_footer": "running_header",
    "ocr_pageno": "page_number",
    "ocr_caption": "figure",
    "ocr_photo": "figure",
    "ocr_image": "figure",
    "ocr_linedrawing": "figure",
    "ocr_table": "table",
    "ocr_title": "heading",
}
_TESSERACT = "tesseract"


def read(data: bytes) -> Drawn:
    """Returns the text of an hOCR page, with hints by its classes and a doubt for every ``x_wconf``.

    Raises:
        UnreadableSource: it declares entities, or there is no word in an ``ocr_page``.
    """
    notes: tuple[str, ...] = ()
    try:
        root = parse(data, "hOCR")
    except UnreadableSource as error:
        # HTML need not be well-formed XML; a browser would read it all the same.
        root = parse_html(data, "hOCR")
        notes = (f"{error.what}; read as a browser does",)
    writer = _Writer(by_tesseract=_TESSERACT in _system(root))
    for event, node in walk(root):
        if event == "start":
            writer.start(node)
        else:
            writer.end(node)
    drawn = writer.sheet.drawn(notes=notes, carrier="ocr")
    if not drawn.text.strip():
        raise UnreadableSource("is hOCR without a word in an ocr_page", advice="running the OCR again")
    return drawn


def _system(root: Element) -> str:
    metas = (n for n in root.iter() if local(n) == "meta" and value(n, "name") == "ocr-system")
    return next((value(n, "content").lower() for n in metas), "")


@dataclass(slots=True, eq=False)
class _Mark:
    """Where an element's text begins, once there is some; what is to be said of it when it ends."""

    start: int | None = None
    kind: BlockKind | None = None
    level: int = 0
    confidence: float | None = None


class _Writer:
    """Writes the text of the nodes that it is led past."""

    def __init__(self, *, by_tesseract: bool) -> None:
        self.sheet = Sheet()
        self._by_tesseract = by_tesseract
        self._marks: dict[Element, _Mark] = {}
        self._waiting: list[_Mark] = []  # elements that have shown no text yet
        self._apart = _NOTHING
        self._inside = self._unseen = 0
        self._pages = self._opened = 0

    def start(self, node: Element) -> None:
        """Takes a node at its start, with the text at its head."""
        name, classes = local(node).lower(), value(node, "class").split()
        if "ocr_page" in classes:
            self._inside += 1
            self._pages += 1
        self._unseen += name in _UNSEEN
        self._part(_strength(name, classes))
        mark = self._mark(name, classes, value(node, "title"))
        if mark:
            self._marks[node] = mark
            self._waiting.append(mark)
        self._text(text_of(node))

    def end(self, node: Element) -> None:
        """Takes a node at its end, with the text behind it."""
        name, classes = local(node).lower(), value(node, "class").split()
        mark = self._marks.pop(node, None)
        if mark and mark.start is None:
            self._waiting.remove(mark)
        elif mark and mark.start is not None:
            if mark.kind:
                self.sheet.hint(mark.start, mark.kind, mark.level)
            if mark.confidence is not None:
                self.sheet.doubt(mark.start, mark.confidence)
        self._part(_strength(name, classes))
        self._unseen -= name in _UNSEEN
        self._inside -= "ocr_page" in classes
        self._text(str(node.tail or ""))

    def _mark(self, name: str, classes: list[str], title: str) -> _Mark | None:
        stated = _CONFIDENCE.search(title[:4000]) if "ocrx_word" in classes else None
        percent = float(stated[1]) if stated else -1.0
        confidence = percent / 100 if 0 <= percent <= 100 else None
        kind = next((_KINDS[c] for c in classes if c in _KINDS), None)
        if kind == "running_header" and self._by_tesseract and "ocr_header" in classes:
            kind = None  # there the class names text wider than a column, which is a title as often as not
        heading = _HEADINGS.fullmatch(name)
        if kind is None and heading:
            return _Mark(kind="heading", level=int(heading[1]), confidence=confidence)
        if kind is None and confidence is None:
            return None
        return _Mark(kind=kind, level=1 if kind == "heading" else 0, confidence=confidence)

    def _part(self, strength: int) -> None:
        self._apart = max(self._apart, strength)

    def _text(self, text: str) -> None:
        if not self._inside or self._unseen or not text:
            return
        words = text.split()
        if not words or text[0].isspace():
            self._part(_SPACE)
        if words:
            self._open()
            self.sheet.write(" ".join(words))
            self._apart = _SPACE if text[-1].isspace() else _NOTHING

    def _open(self) -> None:
        """Writes what parts the next word from the last, and notes where waiting elements begin."""
        if self._pages > self._opened:
            breaks = self._pages - max(1, self._opened)
            self.sheet.write(("\n" if self.sheet.length and breaks else "") + "\f" * breaks)
            self._opened = self._pages
        elif self.sheet.length:
            self.sheet.write(_BETWEEN[self._apart])
        for mark in self._waiting:
            mark.start = self.sheet.length
        self._waiting.clear()


def _strength(name: str, classes: list[str]) -> int:
    """Returns how far an element stands apart from what is around it."""
    if not _PARTS.isdisjoint(classes):
        return _BLOCK
    if not _LINES.isdisjoint(classes):
        return _LINE
    if "ocrx_word" in classes or name in {"td", "th"}:
        return _SPACE
    if name in _BLOCK_TAGS:
        return _BLOCK
    return _LINE if name in _LINE_TAGS else _NOTHING
