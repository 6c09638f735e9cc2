"""The second judge's grades of our own queries, and how the agreement of two judges is counted."""

import importlib.util
import json
import math
import subprocess
import sys

import pytest

from conftest import ROOT
from policytext.evaluation.retrieval.collections.opening import open_collection
from policytext.export.layers import layer_rows
from policytext.store.archive import Archive

HERE = ROOT / "eval" / "queries"
spec = importlib.util.spec_from_file_location("eval_agreement", HERE / "agreement.py")
agreement = importlib.util.module_from_spec(spec)
spec.loader.exec_module(agreement)

SECOND = agreement.rows(HERE / "second.jsonl")
PAPER = [
    {"source": "a.txt", "start": 0, "end": 100, "id": "a:1"},
    {"source": "a.txt", "start": 40, "end": 60, "id": "a:2"},  # a footnote that stands in the first
    {"source": "b.txt", "start": 0, "end": 50, "id": "b:1"},
]


@pytest.fixture(scope="module")
def passages(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        return list(layer_rows(archive, "passages"))


def test_every_second_query_is_judged():
    queries = [row["qid"] for row in agreement.rows(HERE / "queries.jsonl")]
    assert [qid for qid in queries if qid in {row["qid"] for row in SECOND}] == queries[::2]
    assert {row["qid"] for row in SECOND} <= set(queries)


def test_rows_are_valid_and_in_order(passages):
    places = {(p["source"], p["start"], p["end"]) for p in passages}
    keys = [(row["qid"], row["source"], row["start"]) for row in SECOND]
    assert keys == sorted(set(keys))
    for row in SECOND:
        assert list(row) == ["qid", "source", "start", "end", "grade"]
        assert row["grade"] in (1, 2, 3)
        assert (row["source"], row["start"], row["end"]) in places


def test_each_row_is_one_passage(passages):
    judged = agreement.judged(SECOND, passages)
    assert sum(map(len, judged.values())) == len(SECOND)


def test_every_query_of_the_second_judge_has_an_answer():
    assert {row["qid"] for row in SECOND if row["grade"] == 3} == {row["qid"] for row in SECOND}


def test_the_first_judge_is_read_as_the_collection_reads_it(corpus_archive, passages):
    collection = open_collection(HERE, archive=corpus_archive, qrels=HERE / "qrels.jsonl")
    read = agreement.judged(agreement.rows(HERE / "qrels.jsonl"), passages)
    assert read == {qid: dict(grades) for qid, grades in collection.qrels.items()}


def test_kappa_by_hand():
    # Cohen's table: of 50, both say yes 20 times, one alone 5, the other alone 10, neither 15.
    # Observed (20 + 15) / 50 = 0.7; expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5; (0.7 - 0.5) / 0.5 = 0.4.
    counts = agreement.Counts(both=20, first=5, second=10, neither=15)
    assert counts.kappa == pytest.approx(0.4)
    assert counts.overlap == pytest.approx(20 / 35)


@pytest.mark.parametrize(
    ("table", "kappa"),
    [((5, 0, 0, 5), 1), ((0, 5, 5, 0), -1), ((25, 25, 25, 25), 0), ((0, 1, 0, 9), 0)],
    ids=["always", "never", "by chance", "one finds nothing"],
)
def test_kappa_at_its_ends(table, kappa):
    assert agreement.Counts(*table).kappa == pytest.approx(kappa)


def test_nothing_relevant_has_no_kappa_and_no_overlap():
    nothing = agreement.Counts(0, 0, 0, 9)
    assert math.isnan(nothing.kappa)
    assert math.isnan(nothing.overlap)


@pytest.mark.parametrize(
    ("least", "table"), [(1, (2, 1, 1, 6)), (2, (1, 1, 1, 7)), (3, (0, 1, 1, 8))], ids=["1", "2", "3"]
)
def test_counts_from_a_least_grade(least, table):
    first, second = {"a": 3, "b": 2, "c": 1}, {"a": 2, "b": 1, "d": 3}
    assert agreement.counts(first, second, 10, least) == table


def test_a_stretch_goes_to_the_narrowest_passage_and_the_best_grade_stays():
    rows = [
        {"qid": "q1", "source": "a.txt", "start": 0, "end": 100, "grade": 1},
        {"qid": "q1", "source": "a.txt", "start": 70, "end": 80, "grade": 3},
        {"qid": "q1", "source": "a.txt", "start": 45, "end": 50, "grade": 2},
        {"qid": "q2", "source": "b.txt", "start": 0, "end": 50, "grade": 1},
    ]
    assert agreement.judged(rows, PAPER) == {"q1": {"a:1": 3, "a:2": 2}, "q2": {"b:1": 1}}


@pytest.mark.parametrize(("source", "end"), [("b.txt", 51), ("c.txt", 10)], ids=["too long", "no such paper"])
def test_a_stretch_in_no_passage_is_an_error(source, end):
    with pytest.raises(ValueError, match=f"no passage of {source} holds 0 to {end}"):
        agreement.judged([{"qid": "q1", "source": source, "start": 0, "end": end, "grade": 1}], PAPER)


def test_the_report_sums_the_queries():
    pairs = {"q1": ({"a:1": 3, "a:2": 1}, {"a:1": 3}), "q2": ({"b:1": 2}, {"b:1": 3})}
    lines = agreement.report(pairs, 3, worst=1)
    assert lines[0] == "2 queries judged by both, 3 passages each"
    # Of six pairs both 2, the first alone 1, neither 3: observed 5/6, expected 1/2, kappa 2/3, overlap 2/3.
    assert "| 1 | 3 | 2 | 2 | 0.67 | 0.67 | 0.75 |" in lines
    assert "the same grade in 1 of 2 pairs that both call relevant" in lines
    assert lines[-1] == "| q1 | 1 | 1 | 0 | 0.50 |"


def test_the_script_reads_files_and_prints_the_table(corpus_archive, tmp_path):
    first = tmp_path / "first.jsonl"
    first.write_text("".join(json.dumps(row) + "\n" for row in SECOND), encoding="utf-8")
    command = [sys.executable, str(HERE / "agreement.py"), "--archive", str(corpus_archive)]
    told = subprocess.run(
        [*command, "--first", str(first)], capture_output=True, text=True, check=True
    ).stdout
    assert f"| 1 | {len(SECOND)} | {len(SECOND)} | {len(SECOND)} | 1.00 | 1.00 | 1.00 |" in told
