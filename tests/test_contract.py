"""The exports keep their promise: every row can be checked against the raw file, with the edits alone."""

import json
from pathlib import Path

import pytest

from conftest import CORPUS
from policytext.analysis.witness import REPRINTS, WITNESS_RELATIONS, WITNESS_VOICES
from policytext.document import BLOCK_KINDS
from policytext.export.layers import CONTRACT, layer_rows
from policytext.export.tables import timeline_rows
from policytext.pipeline.timeline import claim_timeline, claims_named
from policytext.store.archive import Archive
from policytext.store.reader import raw_document
from policytext.text.edtf import bounds


def raw_text(folder: Path, source: str) -> str:
    """The source as anyone reads it: a file decoded as UTF-8, or the text of one line of JSON Lines."""
    name, _, key = source.partition("#")
    text = (folder / name).read_bytes().decode("utf-8-sig")
    if not key:
        return text
    for number, line in enumerate(text.split("\n"), 1):
        row = json.loads(line) if line.strip() else {}
        if str(row.get("id", f"L{number}")) == key:
            return row["text"]
    raise AssertionError(f"no line {key} in {name}")


class Reader:
    """Reads a stretch of a raw text with its exported edits carried out, by this test's own means."""

    def __init__(self, raw: str, edits: list[dict]) -> None:
        self.raw = raw
        applied = [e for e in edits if e["status"] == "applied"]
        self.moves = [e for e in applied if e["moved_to"] is not None]
        self.edits = sorted(
            (e for e in applied if e["moved_to"] is None), key=lambda e: (e["start"], e["end"])
        )

    def read(self, start: int, end: int) -> str:
        """What stands between the two; stretches that were moved out from between are passed over."""
        out, at = [], start
        moved = [m for m in self.moves if start <= m["start"] and m["end"] <= end]
        gone = [
            m for m in moved if (m["start"], m["end"]) != (start, end) and not self._within_a_move(start, end)
        ]
        cuts = [(m["start"], m["end"], "") for m in gone]
        cuts += [
            (e["start"], e["end"], e["replacement"])
            for e in self.edits
            if start <= e["start"]
            and e["end"] <= end
            and (e["start"] < end or e["start"] == e["end"] == start)
        ]
        for first, last, replacement in sorted(cuts, key=lambda c: (c[0], c[1])):
            if first < at:
                continue
            out += [self.raw[at:first], replacement]
            at = last
        return "".join([*out, self.raw[at:end]])

    def _within_a_move(self, start: int, end: int) -> bool:
        return any(m["start"] <= start and end <= m["end"] for m in self.moves)


def readers(archive: Archive, folder: Path) -> dict[str, Reader]:
    sources = {r["id"]: r["source"] for r in layer_rows(archive, "documents")}
    edits: dict[str, list[dict]] = {document: [] for document in sources}
    for row in layer_rows(archive, "edits"):
        edits[row["document"]].append(row)
    return {document: Reader(raw_text(folder, sources[document]), rows) for document, rows in edits.items()}


@pytest.fixture(params=["corpus", pytest.param("papers", marks=pytest.mark.papers)])
def opened(request):
    """An archive and the folder its sources come from."""
    folder = request.getfixturevalue("papers") if request.param == "papers" else CORPUS / "damaged"
    coded = {"corpus": "coded_archive", "papers": "coded_papers_archive"}
    with Archive.open(request.getfixturevalue(coded[request.param])) as archive:
        yield archive, folder


@pytest.mark.parametrize("layer", CONTRACT)
def test_every_row_has_the_promised_fields(opened, layer):
    rows = list(layer_rows(opened[0], layer))
    assert rows or layer == "reprints"
    for row in rows:
        assert set(CONTRACT[layer]) <= set(row)


@pytest.mark.parametrize("layer", ["passages", "statements", "dates", "citations", "reprints", "claims"])
def test_every_row_is_the_raw_text_up_to_the_edits(opened, layer):
    archive, folder = opened
    by_document = readers(archive, folder)
    checked = 0
    for row in layer_rows(archive, layer):
        reader = by_document[row["document"]]
        spans = row.get("spans") or [[row["start"], row["end"]]]
        assert "".join(reader.read(*span) for span in spans) == row["text"], row
        assert reader.read(row["start"], row["end"]) == row["text"] or row.get("spans"), row
        checked += 1
    assert checked or layer == "reprints"


def test_every_witness_of_a_timeline_is_in_the_raw_text(opened):
    """Its raw characters stand at its offsets, and with the edits carried out they read as its quotation."""
    archive, folder = opened
    by_document = readers(archive, folder)
    found = claim_timeline(archive, claims_named(archive, []))
    assert len(found.witnesses) == archive.sql.execute("SELECT count(*) FROM witnesses").fetchone()[0]
    for row in timeline_rows(found):
        reader = by_document[row["document"]]
        raw = reader.raw[row["start"] : row["end"]]
        assert row["quote_raw"] == " ".join(raw.split())
        assert row["line_start"] == reader.raw.count("\n", 0, row["start"]) + 1
        read = " ".join(reader.read(row["start"], row["end"]).split())
        assert read == row["quote"] or row["quote"] not in row["quote_raw"]
        if row["quote_status"] == "exact" and row["relation"] not in REPRINTS:
            assert row["quote"] == row["quote_raw"]
        for asserted in (row["date_asserted_by"], row["publication_asserted_by"]):
            document, _, place = (asserted or "").rpartition(":")
            if place.replace("-", "").isdecimal():
                first, last = map(int, place.split("-"))
                assert by_document[document].raw[first:last].strip()


def test_every_edit_names_what_stands_in_the_raw_file(opened):
    archive, folder = opened
    by_document = readers(archive, folder)
    for row in layer_rows(archive, "edits"):
        assert by_document[row["document"]].raw[row["start"] : row["end"]] == row["text"]
        assert (row["replacement"] is None) == (row["status"] == "flagged")
        assert row["rule"]
        assert 0 <= row["confidence"] <= 1


def test_raw_files_come_back_byte_for_byte(opened):
    archive, folder = opened
    for row in layer_rows(archive, "documents"):
        document = raw_document(archive, row["id"])
        assert document.raw == raw_text(folder, row["source"])
        name, _, key = row["source"].partition("#")
        if not key:
            assert document.raw.encode() == (folder / name).read_bytes()


def test_values_are_what_they_should_be(opened):
    archive = opened[0]
    for row in layer_rows(archive, "blocks"):
        assert row["kind"] in BLOCK_KINDS
    for row in layer_rows(archive, "dates"):
        if row["edtf"] is not None:
            bounds(row["edtf"])
    for row in layer_rows(archive, "statements"):
        assert row["kind"] in ("direct", "indirect", "turn")
        assert row["speaker_type"] in ("person", "organisation", "document", "anonymous")
        if row["statement_date"] is not None:
            bounds(row["statement_date"])
    for row in layer_rows(archive, "documents"):
        assert row["publication_date"] is None or bounds(row["publication_date"])
        assert (row["publication_date"] is None) == (row["date_basis"] is None)
    for row in layer_rows(archive, "claims"):
        assert row["stance"] in ("supports", "denies")
        assert row["voice"] in WITNESS_VOICES
        assert row["relation"] in WITNESS_RELATIONS
        assert row["tier"] in ("confirmed", "suggested")
        assert 0 <= row["score"] <= 1
        assert row["counts_as_independent"] in (0, 1)
        assert not (row["counts_as_independent"] and row["relation"] in REPRINTS)
        if row["statement_date"] is not None:
            bounds(row["statement_date"])
    for row in layer_rows(archive, "reprints"):
        assert row["relation"] in ("original", "reprint", "edited_reprint", "internal_repeat")


def test_nothing_is_silently_cut(opened):
    """Every character of body text is in a passage, or is a heading that the passages below it carry."""
    archive = opened[0]
    furniture = {"running_header", "page_number", "figure", "boilerplate", "heading"}
    for document in archive.sql.execute("SELECT key, clean FROM documents"):
        covered = bytearray(len(document["clean"]))
        for p in archive.sql.execute(
            "SELECT start, end FROM passages WHERE document = ?", (document["key"],)
        ):
            covered[p["start"] : p["end"]] = b"\1" * (p["end"] - p["start"])
        for b in archive.sql.execute("SELECT * FROM blocks WHERE document = ?", (document["key"],)):
            if b["kind"] in furniture:
                continue
            lost = [
                n
                for n in range(b["start"], b["end"])
                if not covered[n] and not document["clean"][n].isspace()
            ]
            assert not lost, document["clean"][lost[0] : lost[0] + 80]


@pytest.mark.parametrize("layer", ["blocks", "passages", "statements", "dates", "citations"])
def test_ids_are_unique_and_rows_in_order(opened, layer):
    rows = list(layer_rows(opened[0], layer))
    ids = [r["id"] for r in rows]
    assert ids == sorted(set(ids))
    assert [r["document"] for r in rows] == sorted(r["document"] for r in rows)


def test_blocks_stand_where_clean_text_and_edits_say(opened):
    """Blocks are exported without their text; at their offsets stands what the archive holds there."""
    archive, folder = opened
    by_document = readers(archive, folder)
    clean = {r["id"]: r["clean"] for r in archive.sql.execute("SELECT id, clean FROM documents")}
    stored = archive.sql.execute(
        "SELECT b.start, b.end FROM blocks b JOIN documents d ON d.key = b.document ORDER BY d.id, b.ordinal"
    ).fetchall()
    rows = list(layer_rows(archive, "blocks"))
    assert len(rows) == len(stored)
    for row, place in zip(rows, stored, strict=True):
        spans = row["spans"] or [[row["start"], row["end"]]]
        read = "".join(by_document[row["document"]].read(*span) for span in spans)
        assert read == clean[row["document"]][place["start"] : place["end"]]
