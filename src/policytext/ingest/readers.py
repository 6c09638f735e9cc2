"""From bytes to text and what the file says of itself: one ``Found`` in, one ``Reading`` out.

The text is the source decoded, newlines untouched; nothing is repaired here. For HTML the edits that turn
tags into readable text come along, for JSON Lines the text is the value of ``text``. PDF, Word, ALTO and hOCR
hold no plain text: there the raw text is what the reader draws out of the file, the same from the same bytes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from policytext.document import Carrier, Doubt, Edit, Fact, Metadata, RoleHint, Source, SourceFormat
from policytext.errors import UnreadableSource
from policytext.ingest import alto, dating, docx, hocr, html, html_metadata, pdf
from policytext.ingest.decoding import Decoded, decode
from policytext.ingest.discovery import Found
from policytext.ingest.drawing import Drawn

_CONTAINERS: Mapping[SourceFormat, Callable[[bytes], Drawn]] = {
    "pdf": pdf.read,
    "docx": docx.read,
    "alto": alto.read,
    "hocr": hocr.read,
}
"""Readers of files that hold no plain text."""

_CARRIERS: Mapping[SourceFormat, Carrier] = {"html": "web", "markdown": "markdown"}
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip archive (a .docx, .odt or .epub is one)"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "rich text (.rtf)"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"\x7fELF", "a program"),
)
_CONVERT = "converting it to .txt, .md or .html"
_RENAME = {b"%PDF-": "giving it the suffix .pdf", b"PK\x03\x04": "giving it the suffix .docx, if it is one"}
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_MOST_CONTROL = 0.05


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of one source.

    ``text`` is the raw text, ``edits``, ``hints`` and ``doubts`` are on it: edits come with HTML, hints with
    whatever marks its blocks, doubts with OCR that says how sure it was. ``metadata`` holds what the file
    states of itself (basis ``file``), ``notes`` lines that a user may want to know. ``carrier`` is how the
    text came to be, None where that is to be judged by the text.
    """

    source: Source
    text: str
    edits: tuple[Edit, ...] = ()
    hints: tuple[RoleHint, ...] = ()
    metadata: Metadata = field(default_factory=Metadata)
    notes: tuple[str, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    carrier: Carrier | None = None


def read(found: Found) -> Reading:
    """Returns the text of one source.

    Raises:
        UnreadableSource: it is empty, blank, binary, undecodable, or no object with a ``text``; a container
            is damaged, locked, or holds no text.
    """
    if found.format in _CONTAINERS:
        return _read_container(found)
    _refuse_binary(found)
    try:
        decoded = decode(found.data, markup=found.format == "html")
    except UnreadableSource as error:
        raise UnreadableSource(error.what, found.name, error.advice) from error
    notes = (decoded.note,) if decoded.note else ()
    source = _source(found, decoded)
    if found.format == "jsonl":
        return _read_line(found, source, decoded.text, notes)
    _refuse_unfit(decoded.text, found.name)
    if found.format == "html":
        return _read_html(found, source, decoded.text, notes)
    return Reading(source, decoded.text, notes=notes, carrier=_CARRIERS.get(found.format))


def _read_container(found: Found) -> Reading:
    if not found.data:
        raise UnreadableSource("is empty", found.name)
    try:
        drawn = _CONTAINERS[found.format](found.data)
    except UnreadableSource as error:
        raise UnreadableSource(error.what, found.name, error.advice) from error
    except RecursionError as error:
        raise UnreadableSource("is nested too deeply to be read", found.name, _CONVERT) from error
    _refuse_unfit(drawn.text, found.name)
    source = _source(found, Decoded(drawn.text, "none", "extracted", 1.0, reversible=False))
    return Reading(
        source,
        drawn.text,
        hints=drawn.hints,
        metadata=drawn.metadata,
        notes=drawn.notes,
        doubts=drawn.doubts,
        carrier=drawn.carrier,
    )


def _refuse_binary(found: Found) -> None:
    if not found.data:
        raise UnreadableSource("is empty", found.name)
    for magic, kind in _MAGIC:
        if found.data.startswith(magic):
            raise UnreadableSource(f"is {kind}, not text", found.name, _RENAME.get(magic, _CONVERT))


def _refuse_unfit(text: str, name: str) -> None:
    if not text.strip():
        raise UnreadableSource("holds blank space only", name)
    if "\0" in text:
        raise UnreadableSource(f"is binary (a null at character {text.index(chr(0))})", name, _CONVERT)
    if sum(1 for _ in _CONTROL.finditer(text)) > _MOST_CONTROL * len(text):
        raise UnreadableSource("is binary (control characters throughout)", name, _CONVERT)
    half = _SURROGATE.search(text)
    if half:
        raise UnreadableSource(f"holds half a character (a lone surrogate at {half.start()})", name)


def _source(found: Found, decoded: Decoded) -> Source:
    return Source(
        path=found.path,
        name=found.name,
        sha256=found.sha256,
        size=found.size,
        format=found.format,
        encoding=decoded.encoding,
        encoding_rule=decoded.rule,
        encoding_confidence=decoded.confidence,
    )


def _read_html(found: Found, source: Source, text: str, notes: tuple[str, ...]) -> Reading:
    page = html.parse(text)
    if not page.has_text:
        raise UnreadableSource(
            "is HTML without readable text", found.name, "saving the page from a browser, as text"
        )
    metadata, remarks = html_metadata.metadata(page.stated, text)
    return Reading(source, text, page.edits, page.hints, metadata, notes + remarks, carrier=_CARRIERS["html"])


def _read_line(found: Found, source: Source, line: str, notes: tuple[str, ...]) -> Reading:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        detail = f": {error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise UnreadableSource(f"is not JSON{detail}", found.name, "one JSON object a line") from error
    if not isinstance(record, dict):
        raise UnreadableSource("is no JSON object", found.name, 'one {"text": ...} a line')
    text = record.get("text")
    if not isinstance(text, str):
        raise UnreadableSource('has no "text" that is a string', found.name, 'one {"text": ...} a line')
    _refuse_unfit(text, found.name)
    metadata, remarks = stated(record)
    return Reading(source, text, metadata=metadata, notes=notes + remarks)


def stated(record: dict[str, Any]) -> tuple[Metadata, tuple[str, ...]]:
    """Returns what a line of JSON Lines says of itself, and notes on what could not be understood.

    Keys: title, author(s), publisher, kind, rights, date, publication_date; of debates also speaker (as
    author) and debate, heading, major and minor (as title).
    """
    title = _first(record, "title", "debate", "heading") or ": ".join(
        v for k in ("major", "minor") if (v := _value(record.get(k)))
    )
    metadata = Metadata(
        title=_fact(title),
        authors=_fact(_first(record, "authors", "author", "speaker")),
        publisher=_fact(_first(record, "publisher")),
        kind=_fact(_first(record, "kind")),
        rights=_fact(_first(record, "rights", "licence", "license")),
    )
    date = _first(record, "date", "publication_date", "published")
    if not date:
        return metadata, ()
    edtf = dating.to_edtf(date)
    if edtf is None:
        return metadata, (f"date left out, not understood: {date[:40]!r}",)
    return replace(metadata, publication_date=_fact(edtf)), ()


def _fact(value: str) -> Fact | None:
    return Fact(value, "file") if value else None


def _first(record: dict[str, Any], *keys: str) -> str:
    """Returns the first value that is there, as text; empty where none is."""
    return next((value for key in keys if (value := _value(record.get(key)))), "")


def _value(value: Any) -> str:
    """Returns a JSON value as one line; lists of names, or of objects with a name, joined by ``; ``."""
    if isinstance(value, list):
        return "; ".join(text for item in value if (text := _value(item)))
    if isinstance(value, dict):
        return _value(value.get("name"))
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return _SURROGATE.sub("\ufffd", " ".join(str(value).split()))
