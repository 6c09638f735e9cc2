r"""BibTeX with the fields of biblatex: ``origdate`` is when it was said, ``date`` when it was printed.

biblatex reads dates of ISO 8601-2 level 1 (its manual, 2.3.8), so ``1956~``, ``195X`` and ``1956/1958`` stand
as they are; what is beyond level 1 is written as the range that it means, with the EDTF value
in ``annotation``, which also says where the words stand; ``note`` is the place alone.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

from policytext.analysis.timeline import Timeline
from policytext.export.files.reference_dates import date_sides
from policytext.export.files.reference_names import Name
from policytext.export.files.references import Reference, each_reference, paper_references
from policytext.export.wording import shown
from policytext.store.archive import Archive

_ESCAPES = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        **{char: f"\\{char}" for char in "%&#_$"},
    }
)
_TYPES = {
    "book": "book",
    "chapter": "inbook",
    "document": "misc",
    "pamphlet": "booklet",
    "report": "report",
    "thesis": "thesis",
    "webpage": "online",
}
_SIDE = re.compile(r"(?:\d{4}|\d{3}X|\d\dXX)|\d{4}-(?:0[1-9]|1[0-2]|2[1-4])(?:-\d\d)?")


def write_timeline(timeline: Timeline, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes what a timeline cites, the provenance in comments."""
    _write(each_reference(timeline), provenance, stream)


def write_layer(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes the papers of an archive, the provenance in comments."""
    del layer
    _write(paper_references(archive), provenance, stream)


def _write(cited: Iterable[Reference], provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    from pybtex.database import BibliographyData
    from pybtex.database.output.bibtex import Writer

    class Escaped(Writer):  # type: ignore[misc]  # the library has no types
        """Leaves text alone: it is escaped already, and names and dates must not be."""

        def _encode(self, text: str) -> str:
            return text

        def quote(self, text: str) -> str:
            # Every brace in it is our own and has its pair: to count them again takes most of the time.
            return f"{{{text}}}"

    writer = Escaped(encoding="UTF-8")
    for name, value in provenance.items():
        # What stands between entries is a comment to all readers, up to an @.
        told = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
        stream.write(f"% {name}: {shown(told, 10_000)}\n".replace("@", "(at)").encode())
    for number, reference in enumerate(cited):
        text = io.StringIO("\n" if number or provenance else "")
        text.seek(0, io.SEEK_END)
        writer.write_stream(BibliographyData({reference.key: _entry(reference)}), text)
        stream.write(text.getvalue().encode("utf-8"))


def _entry(reference: Reference) -> Any:
    from pybtex.database import Entry

    fields = {
        "title": reference.title,
        "booktitle": reference.container_title,
        "type": reference.genre if reference.kind == "paper" else None,
        "titleaddon": reference.genre if reference.kind != "paper" else None,
        "publisher": reference.publisher if reference.type in ("book", "chapter") else None,
        "institution": reference.publisher if reference.type == "report" else None,
        "organization": reference.publisher if reference.type not in ("book", "chapter", "report") else None,
        "pages": reference.page,
        "abstract": reference.quotation,
        "annotation": ". ".join(reference.notes),
        "note": reference.locator,
    }
    entry = Entry(_TYPES.get(reference.type, "misc"))
    entry.fields.update({name: value.translate(_ESCAPES) for name, value in fields.items() if value})
    dates = {"date": reference.issued, "origdate": reference.original}
    entry.fields.update({name: biblatex_date(edtf) for name, edtf in dates.items() if edtf})
    persons = {"author": reference.authors, "bookauthor": reference.container_authors}
    for role, names in persons.items():
        if names:
            entry.persons[role] = [_person(name) for name in names]
    return entry


def _person(name: Name) -> Any:
    from pybtex.database import Person

    if name.literal:
        return Person(last=f"{{{name.literal.translate(_ESCAPES)}}}")
    parts = {"first": name.given, "prelast": name.particle, "last": name.family, "lineage": name.suffix}
    return Person(**{part: value.translate(_ESCAPES) for part, value in parts.items()})


def biblatex_date(edtf: str) -> str:
    """Returns a date as biblatex reads it: unchanged where it can, else the range that it means."""
    sides = [side.rstrip("~?%") for side in edtf.split("/")]
    qualified = any(side[-1:] in ("~", "?", "%") and "X" in side for side in edtf.split("/"))
    if not qualified and all(side in ("", "..") or _SIDE.fullmatch(side) for side in sides):
        return edtf
    first, last = date_sides(edtf)
    return f"{first or '..'}/{last or '..'}"
