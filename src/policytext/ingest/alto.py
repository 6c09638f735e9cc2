"""ALTO XML, as OCR engines and digitised libraries write it (versions 2 to 4, any namespace).

Words stand as printed: ``Com-`` at the end of one line, ``munity`` at the head of the next, whatever
``SUBS_CONTENT`` says; mending is left to the cleaning. Blocks come in the order of ``ReadingOrder`` (4.3 and
later) where it is given, else in the order of the file, margins where they are on the page. See
https://www.loc.gov/standards/alto/.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policytext.document import BlockKind
from policytext.errors import UnreadableSource
from policytext.ingest.drawing import Drawn, Sheet, margin_kind
from policytext.ingest.safe_xml import Element, local, parse, value

_SPACES = ("TopMargin", "LeftMargin", "PrintSpace", "RightMargin", "BottomMargin")
"""As they stand on a page; the schema puts all margins before the print space."""
_MARGINS = ("TopMargin", "BottomMargin")
_BLOCKS = frozenset({"TextBlock", "ComposedBlock"})
_HYPHENS = "-\u00ad\u00ac\u2010\u2011\u2e17"
_LETTERS = re.compile(r"[^a-z]+")
_KINDS: dict[str, BlockKind] = {
    "heading": "heading", "headline": "heading", "head": "heading", "title": "heading",
    "titlezone": "heading", "subheading": "heading", "sectionheading": "heading", "sectionheader": "heading",
    "header": "running_header", "footer": "running_header", "pageheader": "running_header",
    "pagefooter": "running_header", "runninghead": "running_header", "runningheader": "running_header",
    "runningtitle": "running_header", "runningtitlezone": "running_header",
    "pagenumber": "page_number", "pageno": "page_number", "folio": "page_number",
    "numberingzone": "page_number",
    "footnote": "footnote", "endnote": "footnote", "footnotezone": "footnote",
    "caption": "figure", "figure": "figure", "illustration": "figure", "graphiczone": "figure",
    "table": "table", "tablezone": "table", "list": "list", "listzone": "list",
}  # fmt: skip
"""Labels in use, letters only: of SegmOnto (https://segmonto.github.io), PAGE converters and engines."""


def read(data: bytes) -> Drawn:
    """Returns the text of an ALTO file, with hints by its labels and margins and a doubt for every ``WC``.

    Raises:
        UnreadableSource: it is not well-formed, declares entities, or holds no word.
    """
    root = parse(data, "ALTO XML")
    sheet, labels = Sheet(), _labels(root)
    order = {ref: n for n, ref in enumerate(_reading_order(root))}
    for number, page in enumerate(n for n in root.iter() if local(n) == "Page"):
        if number:
            sheet.write("\n\f" if sheet.length else "\f")
        _write_page(sheet, page, order, labels)
    drawn = sheet.drawn(carrier="ocr")
    if not drawn.text.strip():
        raise UnreadableSource("is ALTO XML without a word in it", advice="running the OCR again")
    return drawn


def _labels(root: Element) -> dict[str, BlockKind]:
    """Returns what the labels of tags and paragraph styles say, by their IDs."""
    found: dict[str, BlockKind] = {}
    for node in root.iter():
        name = local(node)
        if name == "Layout":
            break
        if name.endswith("Tag") or name == "ParagraphStyle":
            stated = [value(node, key) for key in ("LABEL", "TYPE", "ID")]
            kind = next((k for s in stated if (k := _kind(s))), None)
            if kind:
                found[value(node, "ID")] = kind
    return found


def _kind(label: str) -> BlockKind | None:
    return _KINDS.get(_LETTERS.sub("", label.lower()))


def _reading_order(root: Element) -> list[str]:
    orders = (n for n in root.iter() if local(n) == "ReadingOrder")
    return [value(n, "REF") for order in orders for n in order.iter() if local(n) == "ElementRef"]


def _write_page(sheet: Sheet, page: Element, order: dict[str, int], labels: dict[str, BlockKind]) -> None:
    spaces = sorted((c for c in page if local(c) in _SPACES), key=lambda c: _SPACES.index(local(c)))
    blocks = [(b, local(space)) for space in spaces or [page] for b in _blocks(space)]
    first = True
    for block, space in _ordered(blocks, order):
        if not any(_has_words(line) for line in _lines(block)):
            continue
        if not first:
            sheet.write("\n\n")
        first = False
        _write_block(sheet, block, space, labels)


def _blocks(space: Element) -> list[Element]:
    return [n for n in space.iter() if local(n) == "TextBlock"]


def _ordered(blocks: Sequence[tuple[Element, str]], order: dict[str, int]) -> list[tuple[Element, str]]:
    """Returns the blocks with those that the reading order names sorted into the places that they hold."""
    ranks = [_rank(block, order) for block, _ in blocks]
    places = [n for n, rank in enumerate(ranks) if rank is not None]
    out = list(blocks)
    for place, origin in zip(places, sorted(places, key=lambda n: (ranks[n], n)), strict=True):
        out[place] = blocks[origin]
    return out


def _rank(block: Element, order: dict[str, int]) -> int | None:
    """Returns where the reading order puts a block, itself or as a part of what it names."""
    if not order:
        return None
    for node in (block, *block.iterancestors()):
        rank = order.get(value(node, "ID"))
        if rank is not None:
            return rank
    return None


def _lines(block: Element) -> list[Element]:
    return [n for n in block.iter() if local(n) == "TextLine"]


def _has_words(line: Element) -> bool:
    return any(local(n) == "String" and value(n, "CONTENT").strip() for n in line)


def _write_block(sheet: Sheet, block: Element, space: str, labels: dict[str, BlockKind]) -> None:
    start = sheet.length
    printed: list[str] = []
    for line in filter(_has_words, _lines(block)):
        if printed:
            sheet.write("\n")
        printed.append(_write_line(sheet, line))
    kind = _block_kind(block, labels)
    if kind is None and space in _MARGINS and printed:
        kind = margin_kind("\n".join(printed))
    if kind:
        sheet.hint(start, kind, 2 if kind == "heading" else 0)


def _block_kind(block: Element, labels: dict[str, BlockKind]) -> BlockKind | None:
    """Returns what the tags, styles or type of a block say, or of the nearest block around it."""
    for node in (block, *block.iterancestors()):
        if local(node) not in _BLOCKS:
            return None
        ids = f"{value(node, 'TAGREFS')} {value(node, 'STYLEREFS')}".split()
        kind = next((labels[i] for i in ids if i in labels), None) or _kind(value(node, "TYPE"))
        if kind:
            return kind
    return None


def _write_line(sheet: Sheet, line: Element) -> str:
    """Writes the words of a line and returns them; a blank stands between two words even without ``SP``."""
    words: list[str] = []
    for node in line:
        if local(node) == "String":
            word = " ".join(value(node, "CONTENT").split())
            if not word:
                continue
            if words:
                sheet.write(" ")
            start = sheet.length
            sheet.write(word)
            confidence = share(value(node, "WC"))
            if confidence is not None:
                sheet.doubt(start, confidence)
            words.append(word)
        elif local(node) == "HYP" and words and words[-1][-1] not in _HYPHENS:
            sheet.write("-")  # also for a soft hyphen or a not sign: on paper it is a hyphen
            words[-1] += "-"
    return " ".join(words)


def share(stated: str) -> float | None:
    """Returns a confidence in [0, 1]; some engines write per cent. None where it is none of both."""
    try:
        number = float(stated.strip().replace(",", "."))
    except ValueError:
        return None
    if 1.0 < number <= 100.0:
        number /= 100.0
    return number if 0.0 <= number <= 1.0 else None
