"""Tables: what is written reads back, and nothing in it runs."""

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.analysis.witness import in_time_order, lag_years
from policytext.export.tables import (
    TIMELINE_COLUMNS,
    csv_layer,
    csv_timeline,
    jsonl_layer,
    jsonl_timeline,
    neutralise,
    provenance,
    restore,
    timeline_row,
    visible,
    write_csv,
    write_jsonl,
)
from policytext.store.archive import Archive
from witnesses import HOSTILE, timeline_of, witness

NAME = "N" * 10_000
TEXT_COLUMNS = ("speaker", "quote", "context_before", "context_after", "document", "title", "source")


def written(witnesses):
    stream = io.BytesIO()
    csv_timeline(timeline_of(witnesses), {}, stream)
    return stream.getvalue()


def as_written(text):
    """A text as a table can hold it: no lone surrogates, nothing that only steers how it is shown."""
    return visible(text.encode("utf-8", "backslashreplace").decode())


def read_back(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_the_bytes_of_a_timeline():
    data = written([witness()])
    assert data.startswith(b"\xef\xbb\xbf" + ",".join(TIMELINE_COLUMNS).encode() + b"\r\n")
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == 2
    assert written([]) == b"\xef\xbb\xbf" + ",".join(TIMELINE_COLUMNS).encode() + b"\r\n"


def test_a_year_stays_a_year():
    row = read_back(written([witness()]))[0]
    assert row["statement_edtf"] == "1956"
    assert (row["statement_earliest"], row["statement_latest"]) == ("1956-01-01", "1956-12-31")
    assert (row["publication_edtf"], row["lag_years_min"]) == ("2016-11", "59")
    assert row["counts_as_independent"] == "1"


def test_open_and_unknown_dates_are_blank():
    opened = witness(1, statement_edtf="1956/..")
    undated = witness(2, statement_edtf=None, statement_date_basis=None)
    first, second = read_back(written([opened, undated]))
    assert (first["statement_earliest"], first["statement_latest"], first["lag_years_min"]) == (
        "1956-01-01",
        "",
        "",
    )
    assert (second["statement_edtf"], second["statement_earliest"], second["lag_years_min"]) == ("", "", "")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_text(text):
    row = read_back(written([witness(**dict.fromkeys(TEXT_COLUMNS, text))]))[0]
    for column in TEXT_COLUMNS:
        cell = row[column]
        assert cell.lstrip("\u200b \t\r\n")[:1] not in tuple("=+-@＝＋－＠") or cell.startswith("'")
        assert cell[:1] not in ("\t", "\r", "\n")
        assert restore(cell) == as_written(text)


def test_pandas_reads_the_same():
    pandas = pytest.importorskip("pandas")
    texts = [*HOSTILE, NAME]
    data = written([witness(i, quote=t, speaker=t) for i, t in enumerate(texts)])
    frame = pandas.read_csv(io.BytesIO(data), dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert list(frame.columns) == list(TIMELINE_COLUMNS)
    for column in ("quote", "speaker"):
        assert [restore(c) for c in frame[column]] == [as_written(t) for t in texts]


def test_jsonl_of_hostile_witnesses():
    stream = io.BytesIO()
    texts = [*HOSTILE, NAME]
    jsonl_timeline(timeline_of([witness(i, quote=t) for i, t in enumerate(texts)]), {}, stream)
    rows = [json.loads(line) for line in stream.getvalue().decode("utf-8").splitlines()]
    assert [row["quote"] for row in rows] == texts
    assert all(tuple(row) == TIMELINE_COLUMNS for row in rows)


def test_cells_with_several_values_are_json():
    stream = io.BytesIO()
    write_csv(
        [{"spans": [[1, 2], [5, 9]], "flags": ["=1", "two"], "facts": {"a": None}}],
        ["spans", "flags", "facts"],
        stream,
    )
    row = read_back(stream.getvalue())[0]
    assert [json.loads(row[c]) for c in ("spans", "flags", "facts")] == [
        [[1, 2], [5, 9]],
        ["=1", "two"],
        {"a": None},
    ]


@pytest.mark.parametrize("layer", ["documents", "statements", "claims", "reprints"])
def test_layers_as_tables_and_as_objects(coded_archive, layer):
    with Archive.open(coded_archive) as archive:
        table, lines = io.BytesIO(), io.BytesIO()
        csv_layer(archive, layer, {}, table)
        jsonl_layer(archive, layer, {}, lines)
    objects = [json.loads(line) for line in lines.getvalue().decode("utf-8").splitlines()]
    rows = read_back(table.getvalue())
    assert len(rows) == len(objects)
    for row, told in zip(rows, objects, strict=True):
        assert list(row) == list(told)
        assert row["source"] == told["source"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_neutralised_text_can_be_restored(text):
    safe = neutralise(text)
    assert restore(safe) == text
    assert safe[:1] not in tuple("=+-@\t\r\n")


def test_numbers_are_left_alone():
    assert read_back(written([witness(score=-3.5)]))[0]["score"] == "-3.5"


def test_jsonl_is_one_object_a_line_however_lines_are_split():
    rows = [{"text": t, "n": i} for i, t in enumerate(HOSTILE)]
    stream = io.BytesIO()
    write_jsonl(rows, stream)
    data = stream.getvalue()
    assert [json.loads(line) for line in data.decode("utf-8").splitlines()] == rows
    assert data.count(b"\n") == len(rows)
    with pytest.raises(ValueError, match="JSON"):
        write_jsonl([{"score": float("nan")}], stream)


def test_provenance_is_the_same_for_the_same_run():
    run = {"command": "timeline roof", "query": "roof", "config": {"k": 10}, "model": None, "seed": 7}
    one = provenance(**run, corpus=["b" * 64, "a" * 64], environment={})
    assert one == provenance(**run, corpus=["a" * 64, "b" * 64], environment={})
    assert "time" not in one
    assert one["versions"]["policytext"]
    assert one["corpus_sources"] == 2
    assert one["corpus_sha256"] != provenance(**run, corpus=["a" * 64], environment={})["corpus_sha256"]
    dated = provenance(**run, corpus=[], environment={"SOURCE_DATE_EPOCH": "86400"})
    assert dated["time"] == "1970-01-02T00:00:00Z"
    json.dumps(dated)


@pytest.mark.parametrize(
    "changes",
    [
        {"statement_edtf": "c1956"},
        {"statement_edtf": None},
        {"publication_date_basis": None},
        {"start": 133},
        {"line_start": 0},
        {"confidence": 1.1},
        {"relation": "echo"},
        {"voice": "sung"},
        {"relation": "reprint", "counts_as_independent": True},
    ],
)
def test_a_witness_cannot_be_in_a_bad_state(changes):
    with pytest.raises(ValueError, match=r"witness|EDTF"):
        witness(**changes)


@pytest.mark.parametrize(
    ("said", "printed", "years"),
    [
        ("1956-12-31", "2016-12-31", 60),
        ("1956-12-31", "2016-12-30", 59),
        ("2016-12-31", "2016-01-01", 0),
        (None, "2016-01-01", None),
        ("1956-12-31", None, None),
    ],
)
def test_lag(said, printed, years):
    assert lag_years(said, printed) == years


def test_time_order_is_by_saying_then_printing_then_place():
    early = witness(1, statement_edtf="1948")
    late = witness(2, statement_edtf="196X")
    undated = witness(3, statement_edtf=None, statement_date_basis=None)
    nowhere = replace(undated, publication_edtf=None, publication_date_basis=None)
    twin = replace(early, start=101)
    assert in_time_order([nowhere, undated, late, twin, early]) == [early, twin, late, undated, nowhere]


def test_rows_hold_every_column_in_order():
    assert tuple(timeline_row(witness())) == TIMELINE_COLUMNS


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("integrat\u202eion", "integrat\\u202eion"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("bell\x07", "bell\\u0007"),
        ("end\0", "end\ufffd"),
        ("line\r\nline\ttab", "line\r\nline\ttab"),
        ("Rhŷs, שלום, 家", "Rhŷs, שלום, 家"),
    ],
)
def test_what_steers_the_display_of_a_cell_is_written_out(text, shown):
    assert read_back(written([witness(title=text)]))[0]["title"] == shown
