"""PDF with a text layer: the text of every page, in the order of the file.

What PDFium makes of a page is kept but for three things: line ends are newlines, a hyphen that it took for
soft stands again at its line end, and lines set apart on the page are set apart by a blank line
(``pdf_layout``). A scan without a text layer is refused; a text layer made by OCR is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

from policytext.document import Carrier, Metadata
from policytext.errors import UnreadableSource
from policytext.ingest import properties
from policytext.ingest.drawing import Drawn, Sheet, page_list
from policytext.ingest.pdf_layout import blocks, headings
from policytext.ingest.pdf_lines import Line, page_lines
from policytext.ingest.pdf_margins import margins

_OCR = re.compile(
    r"ABBYY|FineReader|Tesseract|OCRmyPDF|(?:Paper|Acrobat) Capture|Readiris|OmniPage|Adobe Scan|LuraDocument"
    r"|ScanSoft|Kofax|ocrad|hocr|internet archive",
    re.IGNORECASE,
)
_FIELDS = ("Title", "Author", "CreationDate", "Producer", "Creator")
_LEAST_ON_A_PAGE = 10
"""Visible characters: a page with an image and fewer is a scan that bears no more than a stamp."""
_PAGES_LOOKED_AT = 5
_OBJECTS_LOOKED_AT = 200
_INVISIBLE = 3
"""Text render mode "neither fill nor stroke" (ISO 32000-1, table 106): OCR under the image of a page."""
_SENSELESS = re.compile(r"[\x01-\x08\x0e-\x1f\ufffd\ue000-\uf8ff]")
_MOST_SENSELESS = 0.3
_OCR_FIRST = "OCR first, such as: ocrmypdf in.pdf out.pdf"


def read(data: bytes) -> Drawn:
    """Returns the text of a PDF, with hints for headings and margins, and what it states of itself.

    Raises:
        UnreadableSource: it is damaged, locked with a password, a scan without text, or its fonts do not say
            which characters they show.
    """
    with _opened(data) as document:
        pages, scanned, broken = _pages(document)
        if not any(pages):
            raise _textless(scanned, broken)
        stated = {key: _field(document, key) for key in _FIELDS}
        carrier, how = _carrier(document, pages, stated)
    metadata, left_out = properties.stated(stated["Title"], stated["Author"], stated["CreationDate"])
    notes = [how] if how else []
    if scanned:
        notes.append(
            f"scan without text on page {page_list(scanned)} (try: ocrmypdf --skip-text in.pdf out.pdf)"
        )
    if broken:
        notes.append(f"page {page_list(broken)} is damaged and was left out")
    return _drawn(pages, metadata, (*notes, *left_out), carrier)


def _field(document: Any, key: str) -> str:
    """Returns a field of the document information; empty where it is missing or no text."""
    try:
        return str(document.get_metadata_value(key))
    except UnicodeDecodeError:  # half a character
        return ""


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    """Opens a document and closes it, whatever happens."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise UnreadableSource(
                "is a PDF locked with a password", advice="saving it without one, e.g. qpdf --decrypt"
            ) from error
        raise UnreadableSource(
            "is no PDF, or a damaged one", advice="getting the file anew, or mending it: qpdf in.pdf out.pdf"
        ) from error
    with closing(document):
        yield document


def _pages(document: Any) -> tuple[list[list[Line]], list[int], list[int]]:
    """Returns the lines of every page, the numbers of pages that seem scans, and of damaged ones."""
    import pypdfium2

    pages: list[list[Line]] = []
    scanned, broken = [], []
    for index in range(len(document)):
        lines: list[Line] = []
        try:
            with closing(document[index]) as page:
                lines = page_lines(page)
                if sum(map(_visible, lines)) < _LEAST_ON_A_PAGE and _has_image(page):
                    scanned.append(index + 1)
        except pypdfium2.PdfiumError:
            broken.append(index + 1)
        pages.append(lines)
    if scanned and not any(lines for number, lines in enumerate(pages, 1) if number not in scanned):
        pages = [[] for _ in pages]  # nothing but stamps
    return pages, scanned, broken


def _visible(line: Line) -> int:
    return sum(not c.isspace() for c in line.text)


def _has_image(page: Any) -> bool:
    from pypdfium2 import raw

    images = page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
    return next(iter(images), None) is not None


def _textless(scanned: Sequence[int], broken: Sequence[int]) -> UnreadableSource:
    if scanned:
        return UnreadableSource("is a scan without a text layer", advice=_OCR_FIRST)
    if broken:
        return UnreadableSource("is a PDF whose pages are damaged", advice="getting the file anew")
    return UnreadableSource("is a PDF without text", advice=_OCR_FIRST)


def _carrier(document: Any, pages: Sequence[list[Line]], stated: dict[str, str]) -> tuple[Carrier, str]:
    """Returns how the text layer came to be, and a note where that was OCR.

    Raises:
        UnreadableSource: the layer holds codes, not characters.
    """
    text = "".join(line.text for lines in pages for line in lines)
    senseless = sum(1 for _ in _SENSELESS.finditer(text))
    if senseless > _MOST_SENSELESS * len(text):
        raise UnreadableSource(
            "is a PDF whose fonts do not say which characters they show",
            advice="OCR, such as: ocrmypdf --force-ocr in.pdf out.pdf",
        )
    for key in ("Producer", "Creator"):
        found = _OCR.search(stated[key])
        if found:
            return "ocr", f"text layer made by OCR ({key}: {found[0]})"
    if _is_invisible(document, [n for n, lines in enumerate(pages) if lines]):
        return "ocr", "text layer made by OCR (its text is invisible, under images)"
    return "pdf", ""


def _is_invisible(document: Any, numbers: Sequence[int]) -> bool:
    """Whether most text objects on a few pages, spread over the document, are not painted."""
    from pypdfium2 import raw

    seen = unseen = 0
    for number in numbers[:: max(1, len(numbers) // _PAGES_LOOKED_AT)][:_PAGES_LOOKED_AT]:
        with closing(document[number]) as page:
            for count, item in enumerate(page.get_objects(filter=(raw.FPDF_PAGEOBJ_TEXT,), max_depth=5)):
                if count == _OBJECTS_LOOKED_AT:
                    break
                hidden = raw.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE
                seen, unseen = seen + (not hidden), unseen + hidden
    return unseen > seen


def _drawn(
    pages: Sequence[Sequence[Line]], metadata: Metadata, notes: tuple[str, ...], carrier: Carrier
) -> Drawn:
    laid_out = blocks(pages)
    levels = headings(laid_out) if carrier == "pdf" else {}  # sizes that OCR guesses are no evidence
    outer = margins(laid_out)
    sheet = Sheet()
    for number, page in enumerate(laid_out):
        if number:
            sheet.write("\n\f" if sheet.length and laid_out[number - 1] else "\f")
        for place, block in enumerate(page):
            if place:
                sheet.write("\n\n")
            start = sheet.length
            sheet.write("\n".join(line.text for line in block))
            if (number, place) in outer:
                sheet.hint(start, outer[number, place])
            elif (number, place) in levels:
                sheet.hint(start, "heading", levels[number, place])
    return sheet.drawn(metadata=metadata, notes=notes, carrier=carrier)
