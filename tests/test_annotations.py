"""Web Annotations: every selector points at its exact words, and finds the way back or says it cannot."""

import io
import json
import re
from collections import Counter

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from hostile_archive import hostile_archive
from policytext.errors import BadRequest, NotFound
from policytext.export.files.annotations import MOTIVATIONS, write_layer, write_timeline
from policytext.export.files.selectors import CONTEXT, anchor, position, selectors
from policytext.export.forms import LAYER_FORMS
from policytext.export.layers import layer_rows
from policytext.pipeline.timeline import (
    act_named,
    act_timeline,
    claim_timeline,
    claims_named,
    speaker_timeline,
)
from policytext.store.archive import Archive
from policytext.store.reader import raw_document
from witnesses import HOSTILE, timeline_of, witness

SCHEMA = json.loads((ROOT / "tests/data/files/annotations.schema.json").read_text("utf-8"))
ANCHORS = json.loads((ROOT / "tests/data/files/anchors.json").read_text("utf-8"))
SPEAKERS = ("tom-harbinger", "kenneth-lorimer")
PROVENANCE = {
    "command": "policytext export claims",
    "corpus_sha256": "ab" * 32,
    "versions": {"policytext": "9"},
}


def checked(data):
    document = json.loads(data)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document, document["first"]["items"]


def timeline_file(timeline):
    stream = io.BytesIO()
    write_timeline(timeline, PROVENANCE, stream)
    return stream.getvalue()


def targets(annotation):
    target = annotation["target"]
    return target if isinstance(target, list) else [target]


def test_every_layer_with_places_has_a_motivation():
    assert set(LAYER_FORMS["annotations"].layers) == set(MOTIVATIONS)


def test_every_row_of_every_layer_points_at_its_exact_words(coded_archive):
    seen = Counter()
    with Archive.open(coded_archive) as archive:
        ids = [row["id"] for row in archive.sql.execute("SELECT id FROM documents")]
        texts = {d.sha256: d for d in (raw_document(archive, i) for i in ids)}
        for layer in MOTIVATIONS:
            stream = io.BytesIO()
            write_layer(archive, layer, PROVENANCE, stream)
            document, items = checked(stream.getvalue())
            rows = list(layer_rows(archive, layer))
            assert document["total"] == len(items) == len(rows)
            assert len({item["id"] for item in items}) == len(items)
            for row, item in zip(rows, items, strict=True):
                seen[layer, len(targets(item)) > 1] += 1
                spans = [tuple(s) for s in row.get("spans") or [(row["start"], row["end"])]]
                assert [place(t, texts) for t in targets(item)] == spans
                assert item["motivation"] == MOTIVATIONS[layer]
    assert all(seen[layer, False] for layer in MOTIVATIONS)
    assert seen["passages", True], "no passage of the corpus stands in several places"


def test_rows_of_hostile_papers_point_at_their_exact_words(tmp_path_factory):
    with Archive.open(hostile_archive(tmp_path_factory)) as archive:
        ids = [row["id"] for row in archive.sql.execute("SELECT id FROM documents")]
        texts = {d.sha256: d for d in (raw_document(archive, i) for i in ids)}
        for layer in ("passages", "claims"):
            stream = io.BytesIO()
            write_layer(archive, layer, PROVENANCE, stream)
            _, items = checked(stream.getvalue())
            assert len(items) >= len(HOSTILE)
            for item in items:
                for target in targets(item):
                    place(target, texts)


def place(target, texts):
    """The span of a target, after both its selectors are held against the source."""
    source = texts[target["source"]["sha256"]]
    where, quote = target["selector"]
    start, end = where["start"], where["end"]
    assert target["source"]["label"] == source.name
    assert source.raw[start:end] == quote["exact"]
    assert source.raw[:start].endswith(quote["prefix"])
    assert source.raw[end:].startswith(quote["suffix"])
    assert len(quote["prefix"]) == min(CONTEXT, start)
    found = anchor(source.raw, target["selector"])
    assert (found.start, found.end) == (start, end)
    try:  # by the words alone it is the same place, or none
        found = anchor(source.raw, [quote])
    except NotFound:
        return start, end
    assert (found.start, found.end) == (start, end)
    return start, end


def test_what_rows_know_is_in_bodies_and_facts(coded_archive):
    with Archive.open(coded_archive) as archive:
        stream = io.BytesIO()
        write_layer(archive, "citations", PROVENANCE, stream)
        rows = list(layer_rows(archive, "citations"))
        _, items = checked(stream.getvalue())
        for row, item in zip(rows, items, strict=True):
            linked = [b["source"] for b in item["body"] if b["purpose"] == "linking"]
            assert linked == ([f"http://www.legislation.gov.uk/id/{row['uri']}"] if row["uri"] else [])
            assert item["facts"]["class"] == row["class"]
            assert item["facts"]["confidence"] == row["confidence"]
        assert any(row["uri"] for row in rows)
        stream = io.BytesIO()
        write_layer(archive, "edits", PROVENANCE, stream)
        rows = list(layer_rows(archive, "edits"))
        _, items = checked(stream.getvalue())
        edited = [[b["value"] for b in i["body"] if b["purpose"] == "editing"] for i in items]
        assert edited == [[] if r["replacement"] is None else [r["replacement"]] for r in rows]


def test_layers_without_places_and_unknown_ones_are_refused(coded_archive):
    with Archive.open(coded_archive) as archive:
        stream = io.BytesIO()
        with pytest.raises(BadRequest, match="no place"):
            write_layer(archive, "documents", PROVENANCE, stream)
        with pytest.raises(NotFound):
            write_layer(archive, "dreams", PROVENANCE, stream)
        assert stream.getvalue() == b""


def test_nothing_is_written_where_there_are_no_claims(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        stream = io.BytesIO()
        with pytest.raises(NotFound):
            write_layer(archive, "claims", PROVENANCE, stream)
        assert stream.getvalue() == b""


def test_a_layer_gives_the_same_bytes_one_annotation_a_line(coded_archive):
    with Archive.open(coded_archive) as archive:
        first, second = io.BytesIO(), io.BytesIO()
        write_layer(archive, "statements", PROVENANCE, first)
        write_layer(archive, "statements", PROVENANCE, second)
    assert first.getvalue() == second.getvalue()
    lines = first.getvalue().decode().splitlines()
    assert len(lines) - 2 == json.loads(first.getvalue())["total"]
    assert all(json.loads(line.rstrip(","))["type"] == "Annotation" for line in lines[1:-1])


def test_a_witness_says_who_and_when():
    printed = witness(
        family_id="stability",
        stance="supports",
        exact="bring the\n services under one ro.",
        raw_before="asked to\t",
        raw_after="\n",
    )
    (item,) = checked(timeline_file(timeline_of([printed])))[1]
    tag, comment = item["body"]
    assert (tag["value"], tag["purpose"]) == ("The claim stability, in words", "tagging")
    assert comment["value"] == (
        "Alderman Pryce, said 1956 (EDTF 1956, explicit); printed Nov 2016 (EDTF 2016-11, catalogue); "
        "quoted-at-second-hand; supports"
    )
    where, quote = item["target"]["selector"]
    assert (where["start"], where["end"]) == (100, 133)
    assert quote == {
        "type": "TextQuoteSelector",
        "exact": "bring the\n services under one ro.",
        "prefix": "asked to\t",
        "suffix": "\n",
    }
    assert item["target"]["source"]["id"] == f"ni:///sha-256;{'A' * 43}"
    assert item["facts"]["statement_edtf"] == "1956"
    assert item["facts"]["context_before"] == "He asked the committee to "


def test_a_witness_in_several_raw_places_has_a_target_for_each():
    text = "one page\n\n- 4 -\n\nand the next, and so on to the end"
    spans = ((100, 108), (117, 130))
    w = witness(exact=text, raw_before="x" * 32, raw_after="yz", end=100 + len(text), spans=spans)
    (item,) = checked(timeline_file(timeline_of([w])))[1]
    source = "?" * (w.start - 32) + "x" * 32 + text + "yz"
    assert [t["selector"] for t in targets(item)] == [selectors(source, *span) for span in spans]
    assert [t["selector"][1]["exact"] for t in targets(item)] == ["one page", "and the next,"]


def test_of_a_witness_without_its_raw_text_only_the_position_is_told():
    (item,) = json.loads(timeline_file(timeline_of([witness()])))["first"]["items"]
    assert item["target"]["selector"] == [position(100, 133)]
    assert item["facts"]["quote_raw"] == "bring the services un<b>der</b> one roof"


@pytest.mark.parametrize("changes", [{"exact": "short"}, {"spans": ((90, 110),)}, {"spans": ((110, 140),)}])
def test_a_witness_cannot_hold_raw_text_of_another_place(changes):
    with pytest.raises(ValueError, match="w0001"):
        witness(**changes)


def test_every_witness_of_a_timeline_points_at_its_exact_words(coded_archive):
    """As the layer has it: the same places, the same words, the same on either side of them."""
    seen = Counter()
    with Archive.open(coded_archive) as archive:
        ids = [row["id"] for row in archive.sql.execute("SELECT id FROM documents")]
        texts = {d.sha256: d for d in (raw_document(archive, i) for i in ids)}
        stream = io.BytesIO()
        write_layer(archive, "claims", PROVENANCE, stream)
        _, of_layer = checked(stream.getvalue())
        at_layer = {item["facts"]["id"]: targets(item) for item in of_layer}
        claims = claim_timeline(archive, claims_named(archive, []))
        speakers = (speaker_timeline(archive, name) for name in SPEAKERS)
        acts = act_timeline(archive, act_named(archive, "Act"))
        for timeline in (claims, acts, *speakers):
            _, items = checked(timeline_file(timeline))
            assert len(items) == len(timeline.witnesses) > 0
            for w, item in zip(timeline.witnesses, items, strict=True):
                raw = texts[w.source_sha256].raw
                assert w.exact == raw[w.start : w.end]
                places = [place(t, texts) for t in targets(item)]
                assert places == list(w.spans or [(w.start, w.end)])
                seen[timeline.kind, len(places) > 1, w.exact == w.quote_raw] += 1
                if timeline.kind == "claim":
                    told = [t["selector"] for t in targets(item)]
                    assert told == [t["selector"] for t in at_layer[w.witness_id]]
        assert len(at_layer) == len(claims.witnesses)
    assert seen["claim", False, False], "no claim is made across a line end"
    assert any(several for _, several, _ in seen), "no witness stands in several places"


def test_the_collection_says_whence_it_comes():
    document, items = checked(timeline_file(timeline_of([])))
    assert (items, document["total"], document["label"]) == ([], 0, "under one roof")
    assert document["provenance"] == PROVENANCE
    assert document["generator"]["name"] == "policytext 9"
    assert "generated" not in document


@pytest.mark.parametrize("text", HOSTILE, ids=lambda t: repr(t)[:24])
def test_hostile_text_reads_back_exactly(text):
    fields = ("witness_id", "speaker", "quote", "quote_raw", "title", "source", "document", "rule")
    raw = {"exact": f"1{text}", "raw_before": text[:32], "raw_after": text[:32], "end": 101 + len(text)}
    hostile = [
        witness(n, family_id=f"{n}{text}", **dict.fromkeys(fields, f"{n}{text}"), **raw) for n in (1, 2)
    ]
    data = timeline_file(timeline_of(hostile, title=text))
    assert len(data.decode("utf-8").splitlines()) == 4
    document, items = checked(data)
    assert document["label"] == text
    assert [i["target"]["selector"][1]["exact"] for i in items] == [f"1{text}", f"1{text}"]
    assert [i["target"]["selector"][1]["prefix"] for i in items] == [text[:32]] * 2
    assert [i["target"]["source"]["label"] for i in items] == [f"1{text}", f"2{text}"]
    assert len({i["id"] for i in items}) == 2


@pytest.mark.parametrize("case", ANCHORS, ids=lambda case: case["what"])
def test_a_place_is_found_again_or_not_at_all(case):
    chosen = []
    if "at" in case:
        chosen.append(position(*case["at"]))
    quote = {name: case[name] for name in ("exact", "prefix", "suffix") if name in case}
    if quote:
        chosen.append({"type": "TextQuoteSelector", **quote})
    if case["found"] is None:
        with pytest.raises(NotFound):
            anchor(case["text"], chosen)
    else:
        found = anchor(case["text"], chosen)
        assert [found.start, found.end] == case["found"]


@given(st.text("ab \n", max_size=80), st.integers(0, 80), st.integers(0, 80), st.text("ab ", max_size=12))
def test_anchors_hold_and_never_take_a_look_alike(text, one, other, inserted):
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    chosen = selectors(text, start, end)
    found = anchor(text, chosen)
    assert (found.start, found.end) == (start, end)
    moved = inserted + text
    try:
        found = anchor(moved, chosen)
    except NotFound:
        return
    quote = chosen[1]
    words = quote["exact"].split()
    assert moved[found.start : found.end].split() == words
    if (found.start, found.end) != (start, end):
        whole = quote["prefix"] + quote["exact"] + quote["suffix"]
        assert len(re.findall(f"(?={re.escape(whole)})", moved)) == 1
