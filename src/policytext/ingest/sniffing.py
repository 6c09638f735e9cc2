"""What kind of document bytes are, where the suffix leaves it open. Nothing is parsed here."""

from __future__ import annotations

import re

from policytext.document import SourceFormat

_HTML_START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<!--.{0,2000}?-->\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_XML_START = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*<(?:\?xml\b|!--|!DOCTYPE\b|[A-Za-z_])")
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,60}:)?([A-Za-z_][\w.-]{0,60})(?=[\s/>])")
_BEFORE_ROOT = re.compile(rb"<\?.{0,5000}?\?>|<!--.{0,20000}?-->|<!DOCTYPE[^>\[]{0,2000}>", re.DOTALL)
_HOCR_CLASS = re.compile(rb"class\s{0,9}=\s{0,9}[\"']?[^\"'<>]{0,200}\bocr_page\b")
_LOOKED_AT = 65_536
_ZIP = b"PK\x03\x04"


def xml_root(data: bytes) -> str:
    """Returns the name of an XML file's root element, without its prefix; empty where none is found."""
    head = data[:_LOOKED_AT].replace(b"\0", b"")  # UTF-16 keeps its ASCII in sight without its nulls
    if not _XML_START.match(head):
        return ""
    found = _ROOT.search(_BEFORE_ROOT.sub(b"", head))
    return found[1].decode("ascii", "replace") if found else ""


def is_hocr(data: bytes) -> bool:
    """Whether a page of HTML holds an element of class ``ocr_page``."""
    bare = data if b"\0" not in data[:_LOOKED_AT] else data.replace(b"\0", b"")
    return b"ocr_page" in bare and _HOCR_CLASS.search(bare) is not None


def kind_of_xml(data: bytes) -> SourceFormat | None:
    """Returns what an XML file holds; None where that cannot be read."""
    root = xml_root(data).lower()
    if root == "alto":
        return "alto"
    return "hocr" if root == "html" and is_hocr(data) else None


def kind_of_any(data: bytes) -> SourceFormat:
    """Returns what a file without a telling suffix holds; text where nothing says otherwise."""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(_ZIP) and b"word/" in data:
        return "docx"
    if _HTML_START.match(data[:4096]):
        return "hocr" if is_hocr(data) else "html"
    return kind_of_xml(data) or "text"
