"""`policytext eval compare`: runs of any tool, folders, judgements alone, and what is refused."""

import csv
import gzip
import json
import os
import shutil
import subprocess
import sys

import pytest

from policytext.cli.root import run
from tables_of_cases import DATA

HERE = DATA / "evaluation" / "comparing"
CLINIC = HERE / "clinic"
QRELS = CLINIC / "qrels" / "test.tsv"
FIRST, SECOND = HERE / "first.trec", HERE / "second.trec"
MEASURES = ("--measure", "RR@3", "--measure", "nDCG@3", "--resamples", "200")


@pytest.fixture
def compared(capsysbinary):
    """Exit code, stdout and stderr of eval compare."""

    def compare(*arguments):
        code = run(["eval", "compare", *map(str, arguments), *MEASURES])
        told = capsysbinary.readouterr()
        return code, told.out.decode(), told.err.decode()

    return compare


def rows(told, record):
    return [row for row in map(json.loads, told.splitlines()) if row["record"] == record]


def named(told):
    return [row["run"] for row in rows(told, "run")]


def test_the_report_holds_all_there_is(compared):
    code, told, _ = compared(FIRST, SECOND, "--collection", CLINIC)
    assert code == 0
    for part in (
        "clinic, test: 3 judged queries",
        "2 - 1",
        "Differences in RR@3",
        "wording (none of 10 queries or more): -o FOLDER keeps them, --facet NAME shows them",
        "Gains in RR@3 from first to second",
        "The almoner kept her ledger in pencil.",
        "first found nothing for 1 judged query, which counts 0: q3",
    ):
        assert part in " ".join(told.split())
    assert "RR@3 by wording" in compared(FIRST, SECOND, "--collection", CLINIC, "--facet", "wording")[1]


def test_figures_are_those_of_the_runs(compared):
    _, told, _ = compared(FIRST, SECOND, "--collection", CLINIC, "--format", "jsonl")
    assert named(told) == ["first", "second"]
    [one] = (row for row in rows(told, "comparison") if row["measure"] == "RR@3")
    assert one["difference"] == pytest.approx(1 / 6)
    assert (one["first"], one["second"], one["wins"], one["losses"]) == ("first", "second", 2, 1)


def test_packed_runs_and_the_order_of_lines_change_nothing(compared, tmp_path):
    packed = tmp_path / "first.trec.gz"
    packed.write_bytes(gzip.compress(b"".join(sorted(FIRST.read_bytes().splitlines(keepends=True)))))
    plain = compared(FIRST, SECOND, "--collection", CLINIC)[1]
    assert compared(packed, SECOND, "--collection", CLINIC)[1] == plain


def test_runs_of_one_tag_are_called_by_their_files(compared, tmp_path):
    paths = []
    for name in ("bm25.run.gz", "dense.v2.trec", "other/bm25.run"):
        paths.append(tmp_path / name)
        paths[-1].parent.mkdir(exist_ok=True)
        text = FIRST.read_bytes()
        paths[-1].write_bytes(gzip.compress(text) if name.endswith(".gz") else text)
    _, told, _ = compared(*paths, SECOND, "--collection", CLINIC, "--format", "jsonl")
    assert named(told) == ["bm25", "dense.v2", "bm25#2", "second"]


def test_all_are_compared_with_the_baseline(compared, tmp_path):
    third = tmp_path / "third.trec"
    third.write_text(FIRST.read_text(encoding="utf-8").replace("first", "third"), encoding="utf-8")
    asked = (FIRST, third, SECOND, "--collection", CLINIC, "--format", "jsonl")
    pairs = [(r["first"], r["second"]) for r in rows(compared(*asked)[1], "comparison")]
    assert len(pairs) == 2 * 3
    pairs = [
        (r["first"], r["second"]) for r in rows(compared(*asked, "--baseline", "second")[1], "comparison")
    ]
    assert pairs == 2 * [("second", "first"), ("second", "third")]


def test_slices_and_examples_on_request(compared):
    asked = (FIRST, SECOND, "--collection", CLINIC, "--format", "jsonl")
    assert {r["facet"] for r in rows(compared(*asked, "--facet", "era")[1], "slice")} == {"era"}
    told = compared(*asked, "--no-slices", "--examples", "0")[1]
    assert not rows(told, "slice")
    assert not rows(told, "change")
    text = compared(FIRST, SECOND, "--collection", CLINIC)[1]
    assert "RR@3 by era" not in text
    assert "Slices by era, page: -o FOLDER keeps them, --facet NAME shows them" in text
    text = compared(FIRST, SECOND, "--collection", CLINIC, "--facet", "era")[1]
    assert "RR@3 by era" in text


# Folders


def test_a_folder_is_all_its_runs_and_what_they_were_asked(compared, tmp_path):
    kept = tmp_path / "kept"
    code, told, said = compared(FIRST, SECOND, "--collection", CLINIC, "-o", kept)
    assert code == 0
    assert f"written: {kept}" in said
    assert (kept / "runs" / "first.trec").read_bytes() == FIRST.read_bytes()
    again = compared(kept)
    assert again[0] == 0
    assert again[1].replace("-o FOLDER keeps them", "slices.csv").split() == told.split()
    with (kept / "per_query.csv").open(encoding="utf-8-sig", newline="") as file:
        values = {(row["run"], row["qid"], row["measure"]): row["value"] for row in csv.DictReader(file)}
    assert values["first", "q3", "RR@3"] == "0.0"
    assert len(values) == 2 * 3 * 2


def test_a_folder_and_a_run_together(compared, tmp_path):
    compared(FIRST, "--collection", CLINIC, "-o", tmp_path / "kept")
    _, told, _ = compared(tmp_path / "kept", SECOND, "--format", "jsonl")
    assert named(told) == ["first", "second"]


def test_two_folders_of_one_comparison_are_the_same(compared, tmp_path):
    for name in ("one", "two"):
        compared(FIRST, SECOND, "--collection", CLINIC, "-o", tmp_path / name)
    files = sorted(p.relative_to(tmp_path / "one") for p in (tmp_path / "one").rglob("*") if p.is_file())
    assert len(files) > 8
    for path in files:
        assert (tmp_path / "one" / path).read_bytes() == (tmp_path / "two" / path).read_bytes(), path


def test_a_replay_is_identical(compared, tmp_path, capsysbinary):
    compared(FIRST, SECOND, "--collection", CLINIC, "-o", tmp_path / "kept")
    assert run(["eval", "replay", str(tmp_path / "kept")]) == 0
    assert b"identical" in capsysbinary.readouterr().out


def test_a_collection_that_has_moved(compared, tmp_path):
    moved, later = tmp_path / "before", tmp_path / "after"
    shutil.copytree(CLINIC, moved)
    told = compared(FIRST, SECOND, "--collection", moved, "-o", tmp_path / "kept", "--format", "jsonl")[1]
    moved.rename(later)
    code, _, said = compared(tmp_path / "kept")
    assert code != 0
    assert "is no longer there (try: --collection DIR)" in said
    _, again, _ = compared(tmp_path / "kept", "--collection", later, "--format", "jsonl")
    assert rows(again, "comparison") == rows(told, "comparison")


def test_what_is_told_goes_before_what_a_folder_records(compared, tmp_path):
    kept = tmp_path / "kept"
    compared(FIRST, SECOND, "--collection", CLINIC, "-o", kept)
    asked = tmp_path / "queries.jsonl"
    text = (CLINIC / "queries.jsonl").read_text(encoding="utf-8")
    asked.write_text(text.replace("closing of wards in spring", "closing of wards"), encoding="utf-8")
    _, told, _ = compared(kept, "--queries", asked, "--format", "jsonl")
    assert {row["query"] for row in rows(told, "change")} >= {"closing of wards"}
    assert rows(told, "slice")
    judged = tmp_path / "qrels.tsv"
    judged.write_text("query-id\tcorpus-id\tscore\nq1\td1\t1\n", encoding="utf-8")
    _, told, _ = compared(kept, "--qrels", judged, "--format", "jsonl")
    assert {row["qid"] for row in rows(told, "query")} == {"q1"}
    assert {row["text"] for row in rows(told, "change")} != {""}


def test_judgements_do_where_the_recorded_collection_is_gone(compared, tmp_path):
    before = tmp_path / "before"
    shutil.copytree(CLINIC, before)
    told = compared(FIRST, "--collection", before, "-o", tmp_path / "kept", "--format", "jsonl")[1]
    shutil.rmtree(before)
    again = compared(tmp_path / "kept", "--qrels", QRELS, "--format", "jsonl")[1]
    assert [row["means"] for row in rows(again, "run")] == [row["means"] for row in rows(told, "run")]


# Judgements alone


def test_judgements_alone(compared):
    code, told, _ = compared(FIRST, SECOND, "--qrels", QRELS, "--format", "jsonl")
    assert code == 0
    with_texts = compared(FIRST, SECOND, "--collection", CLINIC, "--format", "jsonl")[1]
    assert rows(told, "comparison") == rows(with_texts, "comparison")
    assert not rows(told, "slice")


def test_judgements_as_trec_has_them(compared, tmp_path):
    lines = [line.split() for line in QRELS.read_text(encoding="utf-8").splitlines()[1:]]
    trec = tmp_path / "qrels.trec"
    trec.write_text("".join(f"{q} 0 {d} {g}\n" for q, d, g in lines), encoding="utf-8")
    one, two = (compared(FIRST, SECOND, "--qrels", q, "--format", "jsonl")[1] for q in (QRELS, trec))
    assert rows(one, "comparison") == rows(two, "comparison")


# What is refused


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([FIRST, FIRST, "--qrels", QRELS], "the same run twice"),
        ([CLINIC, "--qrels", QRELS], "no summary.json"),
        ([FIRST, "--qrels", QRELS, "--facet", "era"], "no facet 'era'"),
        ([QRELS, "--qrels", QRELS], "3 columns, not 6"),
        ([FIRST, "--qrels", FIRST], "neither BEIR's three columns"),
    ],
)
def test_what_is_refused(compared, arguments, says):
    code, told, said = compared(*arguments)
    assert code != 0
    assert told == ""
    assert says in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([FIRST, SECOND], "what the runs were asked is not told (try: --collection DIR, or --qrels FILE"),
        ([FIRST, "--qrels", QRELS, "--baseline", "second"], "no run is called second (try: first)"),
        ([FIRST, "--qrels", QRELS, "--no-slices", "--facet", "era"], "--facet and --no-slices cannot go"),
        ([FIRST, "--qrels", QRELS, "--examples", "-1"], "--examples"),
    ],
)
def test_what_means_nothing_is_a_usage_error(compared, arguments, says):
    code, told, said = compared(*arguments)
    assert (code, told) == (2, "")
    assert said.splitlines()[-1].startswith("Error: ")
    assert says in said


def test_help_loads_nothing_heavy():
    script = (
        "import sys; from policytext.cli.root import run; run(['eval', 'compare', '--help']); "
        "heavy = {'numpy', 'scipy', 'ir_measures', 'spacy', 'torch', 'tantivy'} & sys.modules.keys(); "
        "sys.exit(f'loaded: {heavy}' if heavy else 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env={**os.environ}, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "RUN..." in done.stdout
