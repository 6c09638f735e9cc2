"""The formats that a timeline and a layer can be written in: a table of who writes what.

A writer takes (timeline, provenance, binary stream), that of a layer (archive, layer, provenance, binary
stream), and returns nothing. Writers are imported when their format is asked for, so that a csv loads no
drawing library.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from policytext.errors import BadRequest

Provenance = Mapping[str, Any]
"""What `policytext.export.tables.provenance` returns."""

_FILES = "policytext.export.files"
_ANY = ("documents", "blocks", "passages", "edits", "statements", "dates", "citations", "reprints", "claims")
_EXTRAS = {"pyarrow": "parquet"}
"""Libraries that are not among the dependencies, with the extra of this package that brings them."""
_PLACED = tuple(layer for layer in _ANY if layer != "documents")


@dataclass(frozen=True, slots=True)
class Form:
    """A format: its name, how files in it end, where its writer is, and who opens it."""

    name: str
    suffix: str
    writer: str
    opens: str
    layers: tuple[str, ...] = ()


TIMELINE_FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("csv", ".csv", "policytext.export.tables:csv_timeline", "spreadsheets"),
        Form("jsonl", ".jsonl", "policytext.export.tables:jsonl_timeline", "programs"),
        Form("parquet", ".parquet", f"{_FILES}.parquet:parquet_timeline", "pandas, DuckDB, R"),
        Form("timelinejs", ".timeline.json", f"{_FILES}.timelinejs:write", "TimelineJS"),
        Form("gexf", ".gexf", f"{_FILES}.gexf:write", "Gephi"),
        Form("graphml", ".graphml", f"{_FILES}.graphml:write", "yEd, Cytoscape, igraph"),
        Form("annotations", ".jsonld", f"{_FILES}.annotations:write_timeline", "web annotation tools"),
        Form("csljson", ".csl.json", f"{_FILES}.csl:write_timeline", "Zotero, pandoc"),
        Form("bibtex", ".bib", f"{_FILES}.bibtex:write_timeline", "LaTeX, JabRef"),
        Form("ris", ".ris", f"{_FILES}.ris:write_timeline", "EndNote, Mendeley, Zotero"),
        Form("html", ".html", "policytext.export.pictures.timeline:html", "browsers"),
        Form("svg", ".svg", "policytext.export.pictures.timeline:svg", "Inkscape, word processors"),
        Form("png", ".png", "policytext.export.pictures.timeline:png", "everything"),
    )
}
"""By name; the first is what is written where nothing else is asked for."""

LAYER_FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form("jsonl", ".jsonl", "policytext.export.tables:jsonl_layer", "programs", (*_ANY, "topics")),
        Form("csv", ".csv", "policytext.export.tables:csv_layer", "spreadsheets", (*_ANY, "topics")),
        Form(
            "parquet", ".parquet", f"{_FILES}.parquet:parquet_layer", "pandas, DuckDB, R", (*_ANY, "topics")
        ),
        Form("annotations", ".jsonld", f"{_FILES}.annotations:write_layer", "web annotation tools", _PLACED),
        Form("tei", ".tei.xml", f"{_FILES}.tei:write_layer", "TEI tools", ("documents",)),
        Form("csljson", ".csl.json", f"{_FILES}.csl:write_layer", "Zotero, pandoc", ("documents",)),
        Form("bibtex", ".bib", f"{_FILES}.bibtex:write_layer", "LaTeX, JabRef", ("documents",)),
        Form("ris", ".ris", f"{_FILES}.ris:write_layer", "EndNote, Mendeley, Zotero", ("documents",)),
        Form("qdc", ".qdc", f"{_FILES}.refi:write_codebook", "NVivo, ATLAS.ti, MAXQDA", ("claims",)),
        Form("qdpx", ".qdpx", f"{_FILES}.refi:write_project", "NVivo, ATLAS.ti, MAXQDA", ("claims",)),
        Form("sqlite", ".db", f"{_FILES}.sqlite:write_layer", "Datasette, SQLite", ("all",)),
    )
}


def form_of(name: str, forms: Mapping[str, Form]) -> str | None:
    """Returns the format that a file's name asks for by its longest ending; None where none does."""
    endings = [(len(f.suffix), f.name) for f in forms.values() if name.lower().endswith(f.suffix)]
    return max(endings)[1] if endings else None


def writer_of(form: Form) -> Callable[..., None]:
    """Returns the function that writes a format.

    Raises:
        BadRequest: a library that it needs is not installed.
    """
    module, _, function = form.writer.partition(":")
    try:
        writer: Callable[..., None] = getattr(importlib.import_module(module), function)
    except ModuleNotFoundError as error:
        missing = (error.name or module).partition(".")[0]
        if missing == __name__.partition(".")[0]:  # nothing that anybody could install
            raise
        asked = f"'policytext[{_EXTRAS[missing]}]'" if missing in _EXTRAS else missing
        raise BadRequest(
            f"the format {form.name} needs {missing}, which is not installed", advice=f"pip install {asked}"
        ) from error
    return writer
