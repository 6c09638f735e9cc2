"""The documents of an archive as one TEI P5 corpus, written document by document.

Holds for every document (tests check it): the body without ``sic`` and ``orig`` reads as the clean text; the
body without ``corr`` and ``reg``, what was moved put back, as the source. TEI P5 is at https://tei-c.org;
RFC 5147 has the pointers into plain text.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import quote

from lxml import etree

from policytext.document import Block
from policytext.export.files.tei_atoms import Text
from policytext.export.files.tei_header import corpus_header, document_header, setting, speakers_of
from policytext.export.files.tei_spans import Mark
from policytext.export.files.tei_text import body_of
from policytext.export.files.tei_words import (
    TEI,
    XML_ID,
    Element,
    Names,
    certainty,
    child,
    date_attributes,
    element,
)
from policytext.export.wording import xml_text
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import RawDocument, raw_document

_LEGISLATION = "http://www.legislation.gov.uk/"
_SAID, _CITED, _DATED, _CALLED, _OPEN = range(5)
"""Which elements stand further out where they begin and end together."""
_RULES = """
SELECT rule, min(reason) AS says FROM edits WHERE status = 'applied' GROUP BY rule
UNION ALL SELECT DISTINCT 'date.' || rule, '' FROM dates
UNION ALL SELECT DISTINCT 'citation.' || rule, '' FROM citations
UNION ALL SELECT DISTINCT 'statement.' || rule, '' FROM statements
"""


@dataclass(frozen=True, slots=True)
class _Whole:
    """What the documents of one file share: names of documents and speakers, and pointers to rules."""

    documents: Names
    speakers: Names
    rules: Mapping[str, str]


def write_layer(archive: Archive, layer: str, provenance: Mapping[str, Any], stream: BinaryIO) -> None:
    """Writes all documents as one ``teiCorpus``, by id, holding one at a time in memory."""
    del layer  # there is only one that this format has room for
    told = {row["rule"]: row["says"] for row in archive.sql.execute(_RULES)}
    ids = Names("rule.")
    whole = _Whole(Names("d."), Names("p."), {rule: f"#{ids.of(rule)}" for rule in sorted(told)})
    people = archive.sql.execute(
        "SELECT * FROM people WHERE id IN (SELECT person FROM sayers) ORDER BY id"
    ).fetchall()
    header = corpus_header(told, whole.rules, provenance, speakers_of(people, whole.speakers))
    with etree.xmlfile(stream, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(f"{{{TEI}}}teiCorpus", nsmap={None: TEI}):
            file.write("\n", header, "\n")
            for row in archive.sql.execute("SELECT id FROM documents ORDER BY id").fetchall():
                file.write(_document(archive, row["id"], whole), "\n")


def _document(archive: Archive, document: str, whole: _Whole) -> Element:
    row = archive.sql.execute("SELECT * FROM documents WHERE id = ?", (document,)).fetchone()
    raw = raw_document(archive, document)
    name = whole.documents.of(document)
    blocks = _blocks(archive, row["key"])
    works = _Works(name)
    settings = element("settingDesc")
    marks = [
        *_statements(archive, row, name, whole, settings),
        *_citations(archive, row["key"], name, works, whole),
        *_dates(archive, row["key"], name, whole),
        *_calls(raw.clean, blocks, name),
        *_open_edits(raw),
    ]
    counts = {
        "characters": len(raw.clean),
        "applied": sum(e.status == "applied" for e in raw.edits),
        "open": sum(e.status != "applied" for e in raw.edits),
        "moves": len(raw.moves),
    }
    made = element("TEI")
    made.set(XML_ID, name)
    made.append(document_header(row, counts, settings))
    text = child(made, "text")
    parts = (raw.raw, raw.clean, raw.alignment, raw.moves, blocks, marks, dict(whole.rules))
    text.append(body_of(Text(name, *parts)))
    if works.listed:
        listed = child(child(child(text, "back"), "div", type="cited"), "listBibl")
        for work in works.listed.values():
            listed.append(work)
    return made


def _blocks(archive: Archive, key: int) -> list[Block]:
    rows = archive.sql.execute("SELECT * FROM blocks WHERE document = ? ORDER BY start, ordinal", (key,))
    names = ("start", "end", "kind", "level", "section", "rule", "confidence", "quality")
    return [
        Block(
            **{name: row[name] for name in names},
            marks=tuple(Span(*pair) for pair in json.loads(row["marks"] or "[]")),
        )
        for row in rows
    ]


def _local(name: str, row: sqlite3.Row) -> str:
    """Returns the ``xml:id`` of a row: its id's part behind the document's, behind the document's name."""
    return f"{name}.{str(row['id']).rpartition(':')[2]}"


def _statements(
    archive: Archive, document: sqlite3.Row, name: str, whole: _Whole, settings: Element
) -> Iterator[Mark]:
    speaking: dict[int, list[str]] = {}
    for row in archive.sql.execute(
        "SELECT y.statement, y.person FROM sayers y JOIN statements s ON s.key = y.statement "
        "WHERE s.document = ? ORDER BY y.statement, y.ordinal",
        (document["key"],),
    ):
        speaking.setdefault(row["statement"], []).append(f"#{whole.speakers.of(row['person'])}")
    query = "SELECT * FROM statements WHERE document = ? ORDER BY start, key"
    for row in archive.sql.execute(query, (document["key"],)):
        here = _local(name, row)
        who = " ".join(speaking.get(row["key"], [])) or None
        settings.append(setting(row, here, document["name"], who))
        direct = "false" if row["kind"] == "indirect" else "true"
        facts = {
            "who": who,
            "direct": direct,
            "corresp": f"#{here}.when",
            "ana": whole.rules[f"statement.{row['rule']}"],
        }
        yield Mark(row["start"], row["end"], _SAID, "said", here, facts)


class _Works:
    """The works that a document cites, each listed once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.listed: dict[tuple[Any, ...], Element] = {}

    def pointer(self, row: sqlite3.Row) -> str | None:
        """Returns the pointer to the entry of what is cited; None where it has no title."""
        if row["title"] is None:
            return None
        key = tuple(row[n] for n in ("class", "title", "year", "chapter", "uri", "candidates"))
        if key not in self.listed:
            self.listed[key] = self._entry(row)
        return f"#{self.listed[key].get(XML_ID)}"

    def _entry(self, row: sqlite3.Row) -> Element:
        made = element("bibl", type=row["class"], xml_id=f"{self._name}.w{len(self.listed) + 1:04d}")
        child(made, "title", row["title"])
        if row["year"] is not None:
            child(made, "date", str(row["year"]), when=f"{row['year']:04d}")
        if row["chapter"]:
            child(made, "idno", row["chapter"], type="chapter")
        if row["uri"]:
            child(made, "idno", _address(row["uri"]), type="URI")
        for candidate in json.loads(row["candidates"]):
            child(made, "note", str(candidate), type="candidate")
        return made


def _address(uri: str) -> str:
    return _LEGISLATION + quote(xml_text(uri), safe="/-._~")


def _citations(archive: Archive, key: int, name: str, works: _Works, whole: _Whole) -> Iterator[Mark]:
    for row in archive.sql.execute("SELECT * FROM citations WHERE document = ? ORDER BY start, key", (key,)):
        entry = works.pointer(row)
        facts = {
            "type": row["class"],
            "target": _address(row["uri"]) if row["uri"] else entry,
            "corresp": entry if row["uri"] else None,
            "ana": whole.rules[f"citation.{row['rule']}"],
        }
        yield Mark(row["start"], row["end"], _CITED, "ref", _local(name, row), facts)


def _dates(archive: Archive, key: int, name: str, whole: _Whole) -> Iterator[Mark]:
    for row in archive.sql.execute("SELECT * FROM dates WHERE document = ? ORDER BY start, key", (key,)):
        facts = {
            "type": row["type"],
            **date_attributes(row["edtf"]),
            "cert": certainty(row["confidence"]),
            "evidence": "internal" if row["edtf"] else None,
            "ana": whole.rules[f"date.{row['rule']}"],
        }
        yield Mark(row["start"], row["end"], _DATED, "date", _local(name, row), facts)


def _calls(clean: str, blocks: Sequence[Block], name: str) -> Iterator[Mark]:
    """Yields the marks that call a footnote, pointing at the next note that begins with the same mark."""
    notes: dict[str, list[int]] = {}
    for number, block in enumerate(blocks):
        if block.kind == "footnote":
            first = clean[block.start : block.end][:12].split(maxsplit=1)
            notes.setdefault(first[0].rstrip(".):") if first else "", []).append(number)
    for number, block in enumerate(blocks):
        for mark in block.marks:
            later = notes.get(clean[mark.start : mark.end].strip(), [])
            index = bisect_left(later, number)
            target = f"#{name}.b{later[index] + 1:05d}" if index < len(later) else None
            facts = {"type": "note", "target": target, "rend": "superscript"}
            yield Mark(mark.start, mark.end, _CALLED, "ref", None, facts)


def _open_edits(raw: RawDocument) -> Iterator[Mark]:
    """Yields what was only suggested or flagged: the text as it stands, unclear."""
    for edit in raw.edits:
        if edit.status != "applied":
            for span in raw.alignment.to_clean(edit.start, edit.end):
                facts: dict[str, str | None] = {"reason": edit.status, "cert": certainty(edit.confidence)}
                yield Mark(span.start, span.end, _OPEN, "unclear", None, facts)
