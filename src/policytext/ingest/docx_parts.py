"""The parts of a Word file: a zip archive of XML, opened with care."""

from __future__ import annotations

import posixpath
import struct
import zipfile
import zlib
from io import BytesIO

from policytext.errors import UnreadableSource
from policytext.ingest.safe_xml import Element, local, parse, value

_OLD_WORD = b"\xd0\xcf\x11\xe0"
_LARGEST_PART = 200 * 2**20
"""Bytes of XML: the text of some ten thousand pages. A bomb declares more, or ends in an error."""
_DAMAGED = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, EOFError, OSError, RuntimeError, ValueError,
    NotImplementedError, OverflowError,
)  # fmt: skip
"""What the standard library's zipfile raises over broken, locked and unknown archives."""
_WHAT = "a Word document"


class Parts:
    """The XML parts of a Word file, parsed when asked for.

    Args:
        data: the whole file.

    Raises:
        UnreadableSource: it is no zip archive, or has no Word document in it.
    """

    def __init__(self, data: bytes) -> None:
        if data.startswith(_OLD_WORD):
            raise UnreadableSource(
                "is an old Word file, or one locked with a password", advice="saving it as .docx, unlocked"
            )
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
            self._names = frozenset(self._zip.namelist())
        except _DAMAGED as error:
            raise UnreadableSource(
                "is no Word document, or a damaged one", advice="getting the file anew"
            ) from error
        self.main = self._related("", "officeDocument") or "word/document.xml"
        if self.main not in self._names:
            raise UnreadableSource(
                "is a zip archive without a Word document in it", advice="converting it to .docx or .txt"
            )
        self._main_relations = self._relations(self.main)

    def document(self) -> Element:
        """Returns the root of the main part."""
        return self._parsed(self.main)

    def beside(self, kind: str) -> Element | None:
        """Returns the root of a part that the main one names (``styles``, ``footnotes``); None without it."""
        target = self._main_relations.get(kind)
        return self._parsed(target) if target in self._names else None

    def properties(self) -> Element | None:
        """Returns the root of the core properties; None where there are none."""
        name = self._related("", "core-properties") or "docProps/core.xml"
        return self._parsed(name) if name in self._names else None

    def _related(self, part: str, kind: str) -> str | None:
        return self._relations(part).get(kind)

    def _relations(self, part: str) -> dict[str, str]:
        """Returns the parts that a part refers to, by the last word of the relation's type."""
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if listing not in self._names:
            return {}
        found: dict[str, str] = {}
        for node in self._parsed(listing):
            if local(node) == "Relationship" and value(node, "TargetMode") != "External":
                target = value(node, "Target")
                path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
                found.setdefault(value(node, "Type").rpartition("/")[2], posixpath.normpath(path))
        return found

    def _parsed(self, name: str) -> Element:
        try:
            size = self._zip.getinfo(name).file_size
            if size > _LARGEST_PART:
                raise UnreadableSource(
                    f"is {_WHAT} that unpacks to {size // 2**20} MB of text", advice="splitting it"
                )
            data = self._zip.read(name)
        except _DAMAGED as error:
            raise UnreadableSource(
                f"is {_WHAT} that is damaged or locked ({name})", advice="saving it anew in Word"
            ) from error
        return parse(data, _WHAT)
