"""RIS, which EndNote, Mendeley and Zotero read: tags of two letters, CRLF.

``DA`` is ``YYYY/MM/DD/words``, parts that are not known left empty; the words are the date as it is. ``OP``
is the original publication, which for an utterance is when it was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from policytext.analysis.timeline import Timeline
from policytext.export.files.reference_dates import date_sides, extra_date
from policytext.export.files.references import Reference, each_reference, paper_references
from policytext.export.wording import display_date
from policytext.store.archive import Archive

_TYPES = {
    "article": "GEN",
    "article-newspaper": "NEWS",
    "bill": "BILL",
    "book": "BOOK",
    "chapter": "CHAP",
    "hearing": "HEAR",
    "legislation": "STAT",
    "pamphlet": "PAMP",
    "personal_communication": "PCOMM",
    "report": "RPRT",
    "thesis": "THES",
    "webpage": "ELEC",
}


def write_timeline(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes what a timeline cites; the format has no place for the provenance."""
    del provenance
    _write(each_reference(timeline), stream)


def write_layer(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes the papers of an archive."""
    del layer, provenance
    _write(paper_references(archive), stream)


def _write(cited: Iterable[Reference], stream: BinaryIO) -> None:
    from rispy import RisWriter

    class Unnumbered(RisWriter):  # type: ignore[misc]  # the library has no types
        """Writes no number before an entry: the format knows none."""

        def set_header(self, count: int) -> str:
            del count
            return ""

    writer = Unnumbered()
    for reference in cited:
        text = writer.formats([ris_entry(reference)])
        stream.write(text.replace("\n", "\r\n").encode("utf-8"))
        stream.write(b"\r\n")


def ris_entry(reference: Reference) -> dict[str, Any]:
    """Returns a reference under the names of rispy."""
    issued = reference.issued
    first = date_sides(issued)[0] if issued else None
    entry: dict[str, Any] = {
        "type_of_reference": _TYPES.get(reference.type, "GEN"),
        "id": reference.key,
        "title": reference.title,
        "authors": [name.inverted for name in reference.authors],
        "secondary_title": reference.container_title,
        "secondary_authors": [name.inverted for name in reference.container_authors],
        "year": first[:4] if first else None,
        "date": ris_date(issued) if issued else None,
        "original_publication": _original(reference),
        "publisher": reference.publisher,
        "start_page": reference.page,
        "type_of_work": reference.genre,
        "abstract": reference.quotation,
        "notes": [". ".join(reference.notes)],  # of several, Zotero would make a note each
    }
    return {name: value for name, value in entry.items() if value}


def _original(reference: Reference) -> str | None:
    if reference.original is None:
        return None
    words = display_date(reference.original)
    plain = extra_date(reference.original)
    return words if plain == words else f"{words} ({reference.original})"


def ris_date(edtf: str) -> str:
    """Returns a date as ``YYYY/MM/DD/``, or where it is more or less than that ``YYYY///words``."""
    first, last = date_sides(edtf)
    if first == last == edtf:
        return "/".join([*first.split("-"), "", ""][:3]) + "/"
    return f"{(first or '')[:4]}///{display_date(edtf)}"
