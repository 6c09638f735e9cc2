"""What the commands that measure print and write: on a terminal, as a page, for LaTeX, in a folder."""

import csv
import hashlib
import io
import json
import math
import re
import shutil
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations import DATA, NAMES, evaluation, many
from policytext.cli.progress import goes_on
from policytext.cli.root import COMMANDS, run
from policytext.errors import BadRequest
from policytext.evaluation.retrieval.records import Evaluation
from policytext.export.benchmarks.environment import environment, environment_json
from policytext.export.benchmarks.folder import (
    SUMS,
    check_replaceable,
    replace_folder,
    run_names,
    write_folder,
)
from policytext.export.benchmarks.latex import latex, latex_lines
from policytext.export.benchmarks.markdown import escaped, markdown
from policytext.export.benchmarks.rows import evaluation_rows
from policytext.export.benchmarks.tables import DOWN, UP, main_table, p_words
from policytext.export.benchmarks.terminal import Detail, report_lines
from policytext.export.benchmarks.words import columns_of, cut
from policytext.export.tables import restore, write_jsonl

REQUEST = {"command": "eval run", "arguments": ["collections/minutes", "--system", "rank-bm25"]}
HIDDEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}
FILES = {
    "README.md",
    "SHA256SUMS",
    "changes.csv",
    "comparisons.csv",
    "environment.json",
    "per_query.csv",
    "slices.csv",
    "summary.json",
    "unjudged.csv",
}


@pytest.fixture
def runs(tmp_path: Path) -> list[Path]:
    """Three run files; two have the same name."""
    paths = [tmp_path / "a" / "words.trec", tmp_path / "b" / "words.trec", tmp_path / "b" / "dense.trec"]
    for number, path in enumerate(paths):
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"q1 Q0 d{number} 1 1.0 run{number}\n", encoding="utf-8")
    return paths


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("usual.txt", lambda e: "\n".join(report_lines(e, 100)) + "\n"),
        ("usual-80.txt", lambda e: "\n".join(report_lines(e, 80)) + "\n"),
        ("usual.md", lambda e: markdown(e, REQUEST)),
        ("usual.tex", lambda e: "\n".join(latex_lines(e)) + "\n"),
        ("hostile.md", lambda e: markdown(e, REQUEST)),
    ],
)
def test_a_report_reads_as_it_was_looked_at(name, made):
    told = evaluation(re.split(r"[-.]", name)[0])
    assert made(told) == (DATA / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [60, 80, 100, 120])
@pytest.mark.parametrize("name", [*NAMES, "many"])
def test_no_line_is_wider_than_the_terminal_or_hides_anything(name, width):
    told = many(30, 12) if name == "many" else evaluation(name)
    for line in report_lines(told, width):
        assert columns_of(line) <= width, line
        assert not {unicodedata.category(char) for char in line} & HIDDEN, line


def test_long_lists_are_cut_and_say_where_the_rest_is():
    lines = list(report_lines(many(30, 12), 100, Detail(facets=True)))
    assert "and 420 more: comparisons.csv" in lines
    assert "432 further pairs of runs: changes.csv, --examples N shows them" in lines
    assert any("the 8 leading runs of 30; all: slices.csv" in line for line in lines)
    assert len(lines) < 120


def test_without_a_folder_it_is_told_what_would_keep_the_rest():
    text = "\n".join(report_lines(many(30, 12), 100, Detail(facets=True, has_files=False)))
    page = markdown(many(30, 12), has_files=False)
    assert ".csv" not in text + page
    for told in ("and 420 more:", "the 8 leading runs of 30; all:", "432 further pairs of runs:"):
        assert f"{told} -o FOLDER keeps them" in text
    assert "And 425 pairs of runs more: -o FOLDER keeps them." in page


def test_gains_and_losses_of_every_pair_on_request():
    few = [line for line in report_lines(many(4, 12), 100) if "Gains in" in line]
    assert len(few) == 3
    every = "\n".join(report_lines(many(4, 12), 100, Detail(examples=1)))
    assert every.count("Gains in") == 6
    assert "further" not in every


def test_slices_by_labels_of_documents_are_told_where_they_are_asked_for():
    told = evaluation("usual")
    asked = told.collection.queries
    labelled = replace(asked[0], labels={"kind": "short"})
    told = replace(told, collection=replace(told.collection, queries=(labelled, *asked[1:])))
    kind = tuple(replace(one, facet="kind") for one in told.slices if one.facet == "era")
    told = replace(told, slices=(*kind, *told.slices))
    text = "\n".join(report_lines(told, 100))
    assert "nDCG@10 by kind" in text
    assert "nDCG@10 by era" not in text
    assert "Slices by era: slices.csv, --facet NAME shows them" in text
    text = "\n".join(report_lines(told, 100, Detail(facets=True)))
    assert "nDCG@10 by era" in text
    assert "--facet" not in text


def cells(told: Evaluation, measure: str) -> list[tuple[str, bool, str]]:
    made = main_table(told)
    column = made.header.index(measure)
    return [(row[column].text, row[column].best, row[column].mark) for row in made.rows]


def test_the_best_is_marked_and_what_differs_from_it_by_more_than_chance():
    told = evaluation("usual")
    assert cells(told, "nDCG@10") == [("0.5000", False, ""), ("0.6875", True, ""), ("0.5625", False, DOWN)]
    assert [mark for _, _, mark in cells(told, "AP")] == ["", "", ""]


def test_with_a_baseline_the_arrows_refer_to_it():
    told = evaluation("usual")
    based = replace(told, judging=replace(told.judging, baseline="dense"))
    assert [mark for _, _, mark in cells(based, "nDCG@10")] == ["", UP, ""]
    strict = replace(told, judging=replace(told.judging, baseline="dense", alpha=0.0001))
    assert [mark for _, _, mark in cells(strict, "nDCG@10")] == ["", "", ""]


def test_all_that_print_as_the_best_does_are_marked():
    told = many(3, 6)
    reached = (0.45284, 0.45281, 0.4)
    scores = tuple(
        replace(score, per_query={qid: dict.fromkeys(told.measures, value) for qid in score.per_query})
        for score, value in zip(told.scores, reached, strict=True)
    )
    found = cells(replace(told, scores=scores, comparisons=()), "AP")
    assert [(text, best) for text, best, _ in found] == [
        ("0.4528", True),
        ("0.4528", True),
        ("0.4000", False),
    ]


def test_slices_of_too_few_queries_are_told_in_a_line_alone():
    told = evaluation("usual")
    few = replace(told, slices=tuple(replace(one, queries=9) for one in told.slices))
    text = "\n".join(report_lines(few, 100))
    assert "by wording" not in text.replace("Slices by wording", "")
    assert "Slices by wording (none of 10 queries or more): slices.csv, --facet NAME shows them" in text
    assert "nDCG@10 by wording" in "\n".join(report_lines(few, 100, Detail(facets=True)))
    assert "nDCG@10 by wording" in markdown(few)


def test_it_is_told_what_counts_in_slices_of_pairs_of_query_and_document():
    told = evaluation("usual")
    assert "only the slice's own relevant documents count there" in markdown(told)
    asked = told.collection.queries
    labelled = replace(asked[0], labels={"kind": "short"})
    whole = replace(
        told,
        collection=replace(told.collection, queries=(labelled, *asked[1:])),
        slices=tuple(replace(one, facet="kind") for one in told.slices if one.facet == "era"),
    )
    assert "the slice's own" not in markdown(whole)


def test_notes_stand_in_latex_as_comments_of_a_line_each():
    told = replace(evaluation("usual"), notes=("one\n\\input{two}", "100 % three\rfour\u2028five"))
    lines = list(latex_lines(told))
    above = lines[: lines.index(r"\begin{table}")]
    assert len(above) == 3
    assert all(line.startswith("% ") and line.isprintable() for line in above)
    assert r"\label{tab:minutes}" in "\n".join(lines)
    odd = replace(told, collection=replace(told.collection, name="a}b\n% c"))
    assert r"  \label{tab:a-b-c}" in list(latex_lines(odd))


def test_runs_that_are_equal_have_no_best():
    told = many(2, 6)
    same = replace(told, scores=(told.scores[0], replace(told.scores[0], run="other")), comparisons=())
    assert main_table(same).notes == ()
    assert not any(best for _, best, _ in cells(same, "AP"))


@pytest.mark.parametrize(
    ("p", "words"),
    [
        (None, "-"),
        (math.nan, "-"),
        (0.00009999, "<0.0001"),
        (0.0001, "0.0001"),
        (0.05, "0.0500"),
        (1.0, "1.0000"),
    ],
)
def test_p_values_are_told_as_far_as_they_go(p, words):
    assert p_words(p) == words


@given(st.text(max_size=60), st.integers(1, 40))
def test_what_is_cut_takes_no_more_room(text, room):
    assert columns_of(cut(text, room)) <= max(room, 1)


# What would end a cell, or begin a tag, code, emphasis, a formula or a link.
ACTIVE = re.compile(r"[\\`*|$~<>\n\r]|\](?=[(\[:])|(?<!\w)@")


@given(st.text(max_size=80))
def test_foreign_text_is_inert_in_markdown(text):
    made = escaped(text)
    assert not ACTIVE.search(made)
    assert not re.match(r"[-+]\s|\d+[.)]\s|#+\s", made)
    assert not re.search(r"(?i)\b(https?|www|mailto)[:.]", made)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_renders_to_tables_and_lists_and_nothing_foreign(name):
    markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
    page = markdown_it.MarkdownIt("commonmark", {"html": True}).enable("table")
    html = page.render(markdown(evaluation(name), REQUEST))
    tags = set(re.findall(r"<([a-z][a-z0-9]*)", html))
    assert tags <= {
        *("h1", "h2", "p", "ul", "li", "strong", "br", "pre", "code"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    for one in re.findall(r"<table>.*?</table>", html, re.DOTALL):
        assert len({len(re.findall("<t[hd][ >]", row)) for row in one.split("<tr>")[1:]}) == 1


LATEX = re.compile(
    r"\\(textbackslash|textasciicircum|textasciitilde|textless|textgreater|textbar){}"
    r"|{\\(textasciigrave|textquotedbl)}|\\[{}$&#%_]|-{}-|'{}'"
)


@given(st.text(max_size=80))
def test_foreign_text_is_inert_in_latex(text):
    assert not re.search(r"[\\{}$&#%_^~<>|`\"]|--", LATEX.sub("", latex(text)))


@pytest.mark.parametrize("name", [*NAMES, "many"])
def test_rows_for_programs_hold_every_figure(name):
    told = many(4, 7) if name == "many" else evaluation(name)
    stream = io.BytesIO()
    write_jsonl(evaluation_rows(told), stream)
    rows = [json.loads(line) for line in stream.getvalue().splitlines()]
    values = {(r["run"], r["qid"], r["measure"]): r["value"] for r in rows if r["record"] == "query"}
    assert values == {
        (score.run, qid, measure): value
        for score in told.scores
        for qid, found in score.per_query.items()
        for measure, value in found.items()
    }
    kinds = [row["record"] for row in rows]
    assert kinds.count("run") == len(told.scores)
    assert kinds.count("comparison") == len(told.comparisons)
    assert kinds.count("note") == len(told.notes)


def test_a_folder_holds_everything(tmp_path, runs):
    folder, told = tmp_path / "report", evaluation("usual")
    write_folder(folder, told, runs, REQUEST)
    assert set(files(folder)) == FILES | {"runs/words.trec", "runs/words-2.trec", "runs/dense.trec"}
    assert (folder / "runs" / "words-2.trec").read_bytes() == runs[1].read_bytes()
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["request"] == REQUEST
    assert [run["file"] for run in summary["runs"]] == [
        "runs/words.trec",
        "runs/words-2.trec",
        "runs/dense.trec",
    ]
    assert summary["left_out"] == []
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert "grep -v '^#' runs/NAME.trec" in page
    assert "licence may forbid" in page
    assert summary["runs"][0]["queries_without_hits"] == ["q4"]
    assert summary["runs"][1]["tie_bounds"]["nDCG@10"] == [0.625, 0.75]
    assert (summary["collection"]["pairs"], summary["collection"]["relevant"]) == (7, 5)
    found = table(folder / "per_query.csv")
    assert {(r["run"], r["qid"], r["measure"]): float(r["value"]) for r in found} == {
        (s.run, q, m): v for s in told.scores for q, vs in s.per_query.items() for m, v in vs.items()
    }
    assert [row["p"] for row in table(folder / "comparisons.csv")] == ["0.5", "1.0", "9.999e-05", "0.25"]
    assert [row["document"] for row in table(folder / "changes.csv")] == ["d4", "d6", "d8", "d2"]
    assert len(table(folder / "slices.csv")) == 9
    assert len(table(folder / "unjudged.csv")) == 3
    page = (folder / "README.md").read_text(encoding="utf-8")
    assert page.startswith(markdown(told, REQUEST).rstrip("\n"))
    assert all(name in page for name in FILES)


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_is_the_same_bytes_wherever_it_stands(tmp_path, runs, name):
    told = evaluation(name)
    here, there = tmp_path / "here", tmp_path / "elsewhere" / "report"
    there.parent.mkdir()
    for folder in (here, there, here):
        write_folder(folder, told, runs[: len(told.scores)], REQUEST)
    assert files(here) == files(there)
    assert not any(str(tmp_path).encode() in data for data in files(here).values())


def test_the_list_of_digests_is_right(tmp_path, runs):
    write_folder(tmp_path / "report", evaluation("usual"), runs, REQUEST)
    made = files(tmp_path / "report")
    listed = dict(reversed(line.split("  ")) for line in made.pop(SUMS).decode().splitlines())
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in made.items()}


def test_no_cell_is_a_formula(tmp_path, runs):
    write_folder(tmp_path / "report", evaluation("hostile"), runs, REQUEST)
    for path in (tmp_path / "report").glob("*.csv"):
        for row in table(path):
            words = [cell for cell in row.values() if not re.fullmatch(r"-?[\d.e-]*", cell)]
            assert not any(re.match(r"[\t\r\n]|\s*[=+\-@]", cell) for cell in words)
    unjudged = table(tmp_path / "report" / "unjudged.csv")
    assert [restore(row["document"]) for row in unjudged] == ["=cmd|' /C calc'!A0", "@SUM(A1)"]


def test_nothing_of_anybody_elses_is_replaced(tmp_path, runs):
    folder = tmp_path / "thesis"
    folder.mkdir()
    (folder / "chapter.txt").write_text("years of work", encoding="utf-8")
    with pytest.raises(BadRequest, match=r"holds chapter\.txt, which no report has written"):
        write_folder(folder, evaluation("usual"), runs, REQUEST)
    assert files(folder) == {"chapter.txt": b"years of work"}
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


def test_notes_put_into_an_earlier_report_are_not_lost(tmp_path, runs):
    folder = tmp_path / "report"
    write_folder(folder, evaluation("usual"), runs, REQUEST)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    before = files(folder)
    with pytest.raises(BadRequest, match=r"notes\.txt"):
        write_folder(folder, evaluation("single"), runs[:1], REQUEST)
    assert files(folder) == before


def test_a_report_takes_the_place_of_an_earlier_one_and_runs_of_others_stay(tmp_path, runs):
    folder = tmp_path / "report"
    write_folder(folder, evaluation("usual"), runs, REQUEST)
    (folder / "runs" / "theirs.trec").write_text("q1 Q0 d1 1 1.0 theirs\n", encoding="utf-8")
    (folder / ".work").mkdir()
    (folder / ".work" / "half").write_text("done", encoding="utf-8")
    write_folder(folder, evaluation("single"), runs[:1], REQUEST)
    assert set(files(folder)) == FILES | {"runs/words.trec", "runs/theirs.trec", ".work/half"}
    assert "runs/theirs.trec" not in (folder / SUMS).read_text(encoding="utf-8")


def test_runs_that_lie_in_the_folder_already_are_kept(tmp_path, runs):
    folder = tmp_path / "report"
    (folder / "runs").mkdir(parents=True)
    inside = [Path(shutil.copy(path, folder / "runs" / f"{n}.trec")) for n, path in enumerate(runs)]
    told = [path.read_bytes() for path in runs]
    for _ in range(2):
        write_folder(folder, evaluation("usual"), inside, REQUEST)
        assert [path.read_bytes() for path in inside] == told


def test_what_cannot_be_written_leaves_the_earlier_report(tmp_path, runs):
    folder = tmp_path / "report"
    write_folder(folder, evaluation("usual"), runs, REQUEST)
    before = files(folder)
    with pytest.raises(FileNotFoundError):
        write_folder(folder, evaluation("single"), [tmp_path / "gone.trec"], REQUEST)

    def broken(stream):
        stream.write(b"half")
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        replace_folder(folder, {"summary.json": broken})
    assert files(folder) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a", "b", "report"]


def test_a_folder_needs_a_name_of_its_own_and_a_place(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(BadRequest, match="a file has that name"):
        check_replaceable(tmp_path / "file")
    with pytest.raises(BadRequest, match="cannot write"):
        replace_folder(tmp_path / "no" / "such", {})


def test_a_report_of_another_command_is_not_replaced(tmp_path, runs):
    write_folder(tmp_path / "report", evaluation("usual"), runs, REQUEST)
    check_replaceable(tmp_path / "report", "eval run")
    with pytest.raises(BadRequest, match="holds a report of eval run"):
        check_replaceable(tmp_path / "report", "eval compare")


def test_nobody_is_left_standing_in_a_folder_that_is_gone(tmp_path, monkeypatch):
    (tmp_path / "report" / "runs").mkdir(parents=True)
    for place in (tmp_path / "report", tmp_path / "report" / "runs"):
        monkeypatch.chdir(place)
        with pytest.raises(BadRequest, match="the folder one stands in"):
            check_replaceable(tmp_path / "report")
    monkeypatch.chdir(tmp_path)
    check_replaceable(tmp_path / "report")


def test_as_many_runs_as_scores(tmp_path, runs):
    with pytest.raises(ValueError, match="2 files of 3 runs"):
        write_folder(tmp_path / "report", evaluation("usual"), runs[:2], REQUEST)


def test_names_of_runs_are_plain_and_differ():
    names = [Path("a/x.trec.gz"), Path("b/x.trec.gz"), Path("c/x-2.trec.gz"), Path("d/o\nd d'.txt")]
    assert list(run_names(names)) == [
        "runs/x.trec.gz",
        "runs/x-2.trec.gz",
        "runs/x-2-2.trec.gz",
        "runs/o_d_d_.txt",
    ]


def test_the_environment_is_told_without_time_and_place():
    told = environment()
    assert told["versions"]["policytext"]
    assert told["versions"]["ir-measures"]
    assert environment_json() == environment_json()
    assert b"/" not in re.sub(rb'"(cpu|release)": "[^"]*"', b"", environment_json())


@pytest.mark.parametrize("goes", [True, False])
def test_an_interrupted_command_says_that_it_goes_on_where_it_does(goes, monkeypatch, capsysbinary):
    @click.command()
    def command() -> None:
        if goes:
            goes_on()
        raise KeyboardInterrupt

    monkeypatch.setitem(sys.modules, "interrupted", SimpleNamespace(command=command))
    monkeypatch.setitem(COMMANDS, "interrupted", ("interrupted", "Is interrupted."))
    assert run(["interrupted"]) == 1
    told = capsysbinary.readouterr().err.decode().strip()
    more = "; what was stored stays, and the same command goes on from there" if goes else ""
    assert told == f"policytext: error: interrupted{more}"
