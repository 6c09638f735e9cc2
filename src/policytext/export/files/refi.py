"""REFI-QDA for NVivo, ATLAS.ti, MAXQDA and QualCoder: a codebook (.qdc) and a project (.qdpx).

The standard is REFI-QDA 1.5 (www.qdasoftware.org). A project holds the papers as coders want to read them:
the *clean* text, in ``sources/`` under their guids. ``startPosition``/``endPosition`` count its code points
from 0, the end exclusive; the description of every selection gives the raw offsets.

- A claim is a code; what counts for it is coded with that code itself. What is only suggested, says the
  opposite, or belongs to a work that is counted already (a reprint, or the same voice in the same paper) has
  codes of its own below it, so that the numbers which these programs show beside a code are those of
  `policytext claims`. Sets bring each sort together.
- A case is an occasion, somebody saying something at a date. Its variables are speaker and date of saying;
  those of a paper are its date of printing and what else is known of it.
- Guids are made from ids, times are those of the provenance, so that the same archive gives the same bytes.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, BinaryIO

from lxml import etree

from policytext.export.claims import recurrence_row
from policytext.export.files.refi_variables import case_values, source_values, variable_elements
from policytext.export.files.refi_words import (
    KIND_WORDS,
    claim_words,
    guid,
    kind_of,
    name_of,
    plain,
    readable,
    recurrence_words,
    selection_name,
    selection_words,
    source_names,
)
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, stored_claims, witness_rows

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
_EPOCH = "1980-01-01T00:00:00Z"
"""Stands for an unknown time: QualCoder reads no selection without one, zip files know none before."""
_USER = guid("user", "policytext")
_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#8C6D1F", "#6A51A3", "#1B9E9E")
_KIND_COLOURS = {"denied": "#D55E00", "suggested": "#BBBBBB", "same work": "#777777"}
_SETS = {
    "": ("Counted for a claim", "Codes of what is confirmed and counted."),
    "denied": ("Says the opposite", "Codes of what is confirmed to say the opposite of a claim."),
    "suggested": ("Only suggested", "Codes of what nobody confirmed. Delete them, or go through them."),
    "same work": (
        "Not counted again",
        "Codes of further places of a work that is counted already, reprints among them.",
    ),
}


@dataclass(frozen=True)
class _Project:
    """What the parts of a project have in common."""

    archive: Archive
    provenance: Mapping[str, Any]

    @cached_property
    def claims(self) -> list[StoredClaim]:
        return stored_claims(self.archive)

    @cached_property
    def witnesses(self) -> list[Any]:
        """All witnesses by document and clean place, then by claim."""
        rows = list(witness_rows(self.archive))
        return sorted(rows, key=lambda r: (r["document"], r["start"], r["end"], r["ordinal"], r["id"]))

    @cached_property
    def papers(self) -> list[Any]:
        query = (
            "SELECT id, name, title, authors, publisher, publication_date, published_earliest, "
            "published_latest, sha256, json_extract(metadata, '$.kind.value') AS kind, "
            "json_extract(metadata, '$.rights.value') AS rights FROM documents ORDER BY id"
        )
        return self.archive.sql.execute(query).fetchall()

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """The sorts of codings that each claim has, "" always among them."""
        found: dict[str, set[str]] = {claim.id: {""} for claim in self.claims}
        for row in self.witnesses:
            found[row["claim"]].add(kind_of(row))
        return {claim: [kind for kind in KIND_WORDS if kind in kinds] for claim, kinds in found.items()}

    @property
    def time(self) -> str:
        return str(self.provenance.get("time") or _EPOCH)

    @property
    def made(self) -> dict[str, str]:
        """Attributes of what somebody made at some time."""
        return {"creatingUser": _USER, "creationDateTime": self.time}


def write_codebook(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes the codebook (.qdc): a code for each claim, below it one for what denies it.

    Raises:
        NotFound, IndexUnavailable: no claims, or none of the papers as they are now.
    """
    del layer, provenance  # there is one layer that has a codebook, and no place in it for more
    claims = stored_claims(archive)
    kinds = {claim.id: ["", "denied"] if claim.denies else [""] for claim in claims}
    root = etree.Element(f"{{{CODEBOOK}}}CodeBook", nsmap={None: CODEBOOK}, origin="policytext")
    root.append(_codes(claims, kinds, CODEBOOK, notes=False))
    etree.indent(root)
    stream.write(etree.tostring(root, xml_declaration=True, encoding="utf-8") + b"\n")


def write_project(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes the project (.qdpx): a zip of project.qde and the papers as UTF-8 text with ``\\n``.

    Raises:
        NotFound, IndexUnavailable: no claims, or none of the papers as they are now.
    """
    del layer
    project = _Project(archive, provenance)
    claims = project.claims  # looked for before anything is written
    with zipfile.ZipFile(stream, "w") as file:
        with file.open(_entry("project.qde"), "w") as qde, etree.xmlfile(qde, encoding="utf-8") as xml:
            xml.write_declaration()
            name = f"policytext: {len(claims)} claims in {len(project.papers)} papers"
            about = {"origin": "policytext", "creatingUserGUID": _USER, "creationDateTime": project.time}
            with xml.element(_tag("Project"), {"name": name, **about}, nsmap={None: PROJECT}):
                for part in _parts(project):
                    xml.write(part, pretty_print=True)
        for paper in project.papers:
            text = readable(_clean(archive, paper["id"]))
            file.writestr(_entry(f"sources/{_paper_guid(paper['id'])}.txt"), text.encode("utf-8"))


def _entry(name: str) -> zipfile.ZipInfo:
    """Returns a place in the zip that says nothing of when and where it was made."""
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    return entry


def _parts(project: _Project) -> Iterator[Any]:
    users = _element("Users")
    _sub(users, "User", guid=_USER, name="policytext")
    yield users
    book = _element("CodeBook")
    book.append(_codes(project.claims, project.kinds, PROJECT, notes=True))
    yield book
    variables = _element("Variables")
    variables.extend(variable_elements(_tag))
    yield variables
    if project.witnesses:
        yield _cases(project)
    yield _sources(project)
    yield _notes(project)
    yield _sets(project)
    yield _described(
        "Description",
        "The papers stand here as repaired; positions count their characters. The description of a "
        "coded place gives its place in the raw file. A code without an addition holds what counts for "
        "the claim. Times of 1980 stand for no time at all.",
    )
    yield _element("NoteRef", targetGUID=guid("note", "provenance"))


def _codes(claims: Iterable[StoredClaim], kinds: Mapping[str, list[str]], space: str, *, notes: bool) -> Any:
    """Returns the Codes element of a codebook (no notes, by its schema) or a project."""
    codes = etree.Element(f"{{{space}}}Codes", nsmap={None: space})
    for number, claim in enumerate(claims):
        code = _code(codes, claim.id, "", claim_words(claim), _COLOURS[number % len(_COLOURS)], space)
        if notes:
            etree.SubElement(code, f"{{{space}}}NoteRef", targetGUID=guid("note", claim.id))
        for kind in kinds[claim.id]:
            if kind:
                colour = next(c for k, c in _KIND_COLOURS.items() if k in kind)
                _code(code, claim.id, kind, f"{KIND_WORDS[kind]} The claim: {claim.label}", colour, space)
    return codes


def _code(above: Any, claim: str, kind: str, words: str, colour: str, space: str) -> Any:
    name = name_of(f"{claim} ({kind})" if kind else claim)
    code = etree.SubElement(
        above,
        f"{{{space}}}Code",
        guid=guid("code", claim, kind),
        name=name,
        isCodable="true",
        color=colour,
    )
    etree.SubElement(code, f"{{{space}}}Description").text = plain(words)
    return code


def _cases(project: _Project) -> Any:
    occasions: dict[tuple[str, str], list[Any]] = {}
    for row in project.witnesses:
        occasions.setdefault(_occasion(row), []).append(row)
    cases = _element("Cases")
    names: set[str] = set()
    for (speaker, date), rows in sorted(occasions.items()):
        name = selection_name(rows[0])
        if name in names:  # two dates that read alike
            name = name_of(f"{name} (EDTF {date})")
        names.add(name)
        case = _sub(cases, "Case", guid=guid("case", speaker, date), name=name)
        case.extend(case_values(rows[0], _tag))
        places = dict.fromkeys(_selection_guid(row) for row in rows)
        for place in places:
            _sub(case, "SelectionRef", targetGUID=place)
    return cases


def _occasion(row: Any) -> tuple[str, str]:
    return row["speaker"] or "", row["statement_date"] or ""


def _sources(project: _Project) -> Any:
    names = source_names(project.papers)
    coded = {document: list(rows) for document, rows in groupby(project.witnesses, lambda r: r["document"])}
    sources = _element("Sources")
    for paper in project.papers:
        about = {"guid": _paper_guid(paper["id"]), "name": names[paper["id"]]}
        path = {"plainTextPath": f"internal://{about['guid']}.txt"}
        source = _sub(sources, "TextSource", **about, **path, **project.made)
        words = f"{paper['title'] or paper['name']}\nRaw file {paper['name']}; sha256 {paper['sha256']}"
        source.append(_described("Description", words))
        for _, rows in groupby(coded.get(paper["id"], []), lambda r: (r["start"], r["end"])):
            source.append(_selection(list(rows), project))
        source.extend(source_values(paper, _tag))
    return sources


def _selection(rows: list[Any], project: _Project) -> Any:
    first = rows[0]
    place = {"startPosition": str(first["start"]), "endPosition": str(first["end"])}
    selection = _element(
        "PlainTextSelection",
        guid=_selection_guid(first),
        name=selection_name(first),
        **place,
        **project.made,
    )
    selection.append(_described("Description", selection_words(rows)))
    for row in rows:
        coding = _sub(selection, "Coding", guid=guid("coding", row["id"]), **project.made)
        _sub(coding, "CodeRef", targetGUID=guid("code", row["claim"], kind_of(row)))
    return selection


def _notes(project: _Project) -> Any:
    notes = _element("Notes")
    tiers: dict[tuple[str, str], int] = {}
    for row in project.witnesses:
        tiers[row["claim"], row["tier"]] = tiers.get((row["claim"], row["tier"]), 0) + 1
    for claim in project.claims:
        counts = {tier: tiers.get((claim.id, tier), 0) for tier in ("confirmed", "suggested")}
        words = recurrence_words(recurrence_row(claim, counts))
        _note(notes, project, claim.id, f"{claim.id}: how it comes again", words)
    made = json.dumps(project.provenance, ensure_ascii=False, indent=2)
    _note(notes, project, "provenance", "How this project was made", made)
    return notes


def _note(notes: Any, project: _Project, about: str, name: str, words: str) -> None:
    note = _sub(notes, "Note", guid=guid("note", about), name=name_of(name), **project.made)
    note.append(_described("PlainTextContent", words))


def _sets(project: _Project) -> Any:
    sets = _element("Sets")
    for sort, (name, words) in _SETS.items():
        members = [
            guid("code", claim, kind)
            for claim, kinds in project.kinds.items()
            for kind in kinds
            if (sort in kind if sort else not kind)
        ]
        if members:
            group = _sub(sets, "Set", guid=guid("set", sort), name=name)
            group.append(_described("Description", words))
            for member in members:
                _sub(group, "MemberCode", targetGUID=member)
    return sets


def _paper_guid(document: str) -> str:
    return guid("paper", document)


def _selection_guid(row: Any) -> str:
    return guid("selection", row["document"], str(row["start"]), str(row["end"]))


def _clean(archive: Archive, document: str) -> str:
    row = archive.sql.execute("SELECT clean FROM documents WHERE id = ?", (document,)).fetchone()
    return str(row["clean"])


def _tag(name: str) -> str:
    return f"{{{PROJECT}}}{name}"


def _element(name: str, /, **attributes: str) -> Any:
    return etree.Element(_tag(name), attributes, nsmap={None: PROJECT})


def _sub(above: Any, name: str, /, **attributes: str) -> Any:
    return etree.SubElement(above, _tag(name), attributes)


def _described(name: str, words: str) -> Any:
    element = _element(name)
    element.text = plain(words)
    return element
