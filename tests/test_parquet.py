"""Parquet: the tables with their types, equal to the jsonl."""

import io
import json
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hostile_archive import hostile_archive, with_topics
from policytext.analysis.timeline import FamilyTest
from policytext.errors import BadRequest
from policytext.export.columns import COLUMNS
from policytext.export.files import parquet
from policytext.export.files.parquet import METADATA_KEY, parquet_layer, parquet_timeline
from policytext.export.forms import LAYER_FORMS, writer_of
from policytext.export.layers import ALL_LAYERS, layer_rows
from policytext.export.tables import TIMELINE_COLUMNS, jsonl_layer, jsonl_timeline
from policytext.store.archive import Archive
from witnesses import HOSTILE, timeline_of, witness

PROVENANCE = {"command": "policytext export é <b>", "query": None, "versions": {"policytext": "0"}, "seed": 0}


@pytest.fixture(scope="module", params=["ours", "hostile"])
def archive(request, tmp_path_factory):
    if request.param == "hostile":
        return hostile_archive(tmp_path_factory)
    return with_topics(request.getfixturevalue("coded_archive"), tmp_path_factory)


def layer_in(write, archive, layer):
    stream = io.BytesIO()
    with Archive.open(archive) as store:
        write(store, layer, PROVENANCE, stream)
    return stream.getvalue()


def objects(jsonl):
    return [json.loads(line) for line in jsonl.decode().splitlines()]


@pytest.mark.parametrize("layer", [*ALL_LAYERS])
def test_rows_are_those_of_the_jsonl(archive, layer):
    with Archive.open(archive) as store:
        if layer == "topics" and store.meta("topics") is None:
            pytest.skip("papers of one line have no topics")
    expected = objects(layer_in(jsonl_layer, archive, layer))
    table = pq.read_table(io.BytesIO(layer_in(parquet_layer, archive, layer)))
    as_json = [c.name for c in COLUMNS[layer] if c.kind == "json"]
    rows = [{k: json.loads(v) if k in as_json else v for k, v in row.items()} for row in table.to_pylist()]
    assert rows == expected
    assert [list(row) for row in rows[:1]] == [list(row) for row in expected[:1]]


def test_columns_are_those_that_layers_have(archive):
    with Archive.open(archive) as store:
        for layer in COLUMNS.keys() - {"topics"}:
            for row in layer_rows(store, layer):
                assert tuple(row) == tuple(column.name for column in COLUMNS[layer])


def test_pandas_reads_numbers_as_numbers_and_dates_as_text(coded_archive):
    frame = pd.read_parquet(io.BytesIO(layer_in(parquet_layer, coded_archive, "statements")))
    assert frame["start"].dtype == "int64"
    assert frame["confidence"].dtype == "float64"
    assert "1946-04-30" in set(frame["statement_date"])
    assert (frame["end"] > frame["start"]).all()
    assert frame["flags"].map(len).sum() >= 0  # lists are lists


def test_the_file_says_how_it_was_made(coded_archive):
    data = layer_in(parquet_layer, coded_archive, "dates")
    assert data == layer_in(parquet_layer, coded_archive, "dates")
    schema = pq.read_schema(io.BytesIO(data))
    assert json.loads(schema.metadata[METADATA_KEY.encode()]) == PROVENANCE
    assert schema.field("edtf").metadata[b"description"].startswith(b"The same as EDTF")


def test_rows_go_out_in_groups(coded_archive, monkeypatch):
    whole = pq.read_table(io.BytesIO(layer_in(parquet_layer, coded_archive, "dates")))
    monkeypatch.setattr(parquet, "_GROUP", 100)
    file = pq.ParquetFile(io.BytesIO(layer_in(parquet_layer, coded_archive, "dates")))
    assert file.num_row_groups == -(-whole.num_rows // 100) > 1
    assert file.read().equals(whole)


def timeline_in(write, timeline):
    stream = io.BytesIO()
    write(timeline, PROVENANCE, stream)
    return stream.getvalue()


def test_a_timeline_is_that_of_the_jsonl():
    found = [
        witness(1, family_id="f", stance="supports", tier="confirmed", work="w", quality=0.5, page="iv"),
        witness(2, statement_edtf="1956~/..", edit_distance=3, quote_status="altered", family_id="f"),
        witness(3, statement_edtf=None, statement_date_basis=None, speaker=None),
    ]
    timeline = timeline_of(found, tests={"f": FamilyTest(0.25, 0.5, "not testable")})
    table = pq.read_table(io.BytesIO(timeline_in(parquet_timeline, timeline)))
    assert table.to_pylist() == objects(timeline_in(jsonl_timeline, timeline))
    assert table.column_names == list(TIMELINE_COLUMNS)
    assert table.schema.field("family_p").type == pa.float64()
    assert table.schema.field("edit_distance").type == pa.int64()
    assert table.schema.field("statement_edtf").type == pa.string()


def test_a_timeline_of_nobody_has_its_columns():
    table = pq.read_table(io.BytesIO(timeline_in(parquet_timeline, timeline_of([]))))
    assert table.num_rows == 0
    assert table.column_names == list(TIMELINE_COLUMNS)


@pytest.mark.parametrize("field", ["speaker", "quote", "title", "source", "family_id"])
def test_hostile_text_comes_back_as_it_was(field):
    texts = [*HOSTILE, "N" * 10_000]
    timeline = timeline_of([witness(n, **{field: text}) for n, text in enumerate(texts)])
    frame = pd.read_parquet(io.BytesIO(timeline_in(parquet_timeline, timeline)))
    assert sorted(frame[field]) == sorted(t.encode("utf-8", "backslashreplace").decode() for t in texts)


def test_without_pyarrow_one_line_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.delitem(sys.modules, "policytext.export.files.parquet", raising=False)
    with pytest.raises(BadRequest) as told:
        writer_of(LAYER_FORMS["parquet"])
    assert str(told.value) == (
        "the format parquet needs pyarrow, which is not installed (try: pip install 'policytext[parquet]')"
    )
