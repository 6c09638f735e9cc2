"""Folders of figures made again: identical, or told where not; requests that nobody should run."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from policytext.cli.eval_report import Replay, Replayable, report_options, request_in_hand
from policytext.cli.root import run
from policytext.errors import BadRequest
from policytext.export.benchmarks.replaying import compared, environment_changes, recorded

TINY = Path(__file__).parent / "data" / "evaluation" / "collections" / "tiny"
REQUESTS = json.loads(
    (Path(__file__).parent / "data" / "evaluation" / "report" / "requests.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a collection and the figures of two systems on it; tests only read it."""
    home = tmp_path_factory.mktemp("made")
    shutil.copytree(TINY, home / "tiny")
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(home)
        words = ["--system", "lexical", "--system", "rank-bm25:k1=0.9", "--seed", "7", "-o", "figures"]
        assert run(["eval", "run", "tiny", *words]) == 0
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, in which the test stands."""
    shutil.copytree(made, tmp_path / "home")
    monkeypatch.chdir(tmp_path / "home")
    return tmp_path / "home"


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_bytes().decode("utf-8")
    assert old in text
    path.write_bytes(text.replace(old, new, 1).encode("utf-8"))


def test_what_was_recorded_is_made_again_to_the_byte(home, capfd):
    before = {p: p.read_bytes() for p in home.rglob("*") if p.is_file()}
    assert run(["eval", "replay", "figures"]) == 0
    out, err = capfd.readouterr()
    assert out == "identical: 9 files and environment.json\n"
    assert "again: policytext eval run tiny --system lexical" in err
    assert "written:" not in err
    assert {p: p.read_bytes() for p in home.rglob("*") if p.is_file()} == before


def test_the_request_says_neither_where_it_wrote_nor_what_it_kept(home):
    found = recorded(home / "figures")
    assert found.command == "eval run"
    assert list(found.arguments) == [
        *("tiny", "--system", "lexical", "--system", "rank-bm25:k1=0.9", "--seed", "7")
    ]


def test_no_figure_depends_on_the_order_of_sets(tmp_path):
    """Labels, documents and queries go through sets; how these are ordered, each process draws anew."""
    shutil.copytree(TINY.parent.parent / "comparing" / "clinic", tmp_path / "clinic")
    for file in ("queries.jsonl", "corpus.jsonl"):
        path = tmp_path / "clinic" / file
        found = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for number, row in enumerate(found):
            more = {"wording": f"w{number % 2}", f"label {number % 3}": f"{number}", "tone": f"t{number % 3}"}
            row["metadata"] = {**row.get("metadata", {}), **more}
        path.write_text("".join(f"{json.dumps(row)}\n" for row in found), encoding="utf-8")
    seeds = ("1", "2", "3")
    command = [sys.executable, "-m", "policytext", "eval", "run", "clinic", "--exclude-self", "-o"]
    systems = ["--system", "lexical:grams=always", "--system", "rank-bm25", "--measure", "nDCG@3"]
    for seed in seeds:
        told = {**os.environ, "PYTHONHASHSEED": seed}
        subprocess.run([*command, seed, *systems], cwd=tmp_path, env=told, check=True, capture_output=True)
    made = [
        {p.relative_to(tmp_path / seed).as_posix(): p.read_bytes() for p in (tmp_path / seed).rglob("*.*")}
        for seed in seeds
    ]
    for one in made[1:]:
        assert one.keys() == made[0].keys()
        differing = {name for name in one if one[name] != made[0][name]}
        assert differing == {"environment.json"}  # which tells the seed
    assert b"wording of the document" in made[0]["slices.csv"]


def test_a_figure_that_was_changed_is_found(home, capfd):
    changed(home / "figures" / "per_query.csv", "0.5", "0.6")
    assert run(["eval", "replay", "figures"]) == 1
    out, err = capfd.readouterr()
    assert "note: per_query.csv was changed after it was written" in err
    assert "per_query.csv: line " in out
    assert "then: " in out
    assert "not identical: 1 of 9 files differ" in out


def test_a_file_that_is_gone_is_found(home, capfd):
    (home / "figures" / "slices.csv").unlink()
    assert run(["eval", "replay", "figures"]) == 1
    assert "slices.csv: was not there" in capfd.readouterr().out


def test_another_machine_is_told_and_may_say_so_in_headers(home, capfd):
    figures = home / "figures"
    environment = json.loads((figures / "environment.json").read_text(encoding="utf-8"))
    environment["versions"]["tantivy"] = "0.1"
    (figures / "environment.json").write_text(json.dumps(environment), encoding="utf-8")
    changed(figures / "runs" / "lexical.trec", 'tantivy: "', 'tantivy: "9')
    assert run(["eval", "replay", "figures"]) == 0
    out = capfd.readouterr().out
    assert "identical: 9 files; environment.json differs" in out
    assert "environment: versions.tantivy was 0.1, is " in out


def test_a_header_that_differs_on_the_same_machine_is_a_difference(home, capfd):
    changed(home / "figures" / "runs" / "lexical.trec", 'tantivy: "', 'tantivy: "9')
    assert run(["eval", "replay", "figures"]) == 1
    assert "runs/lexical.trec: line " in capfd.readouterr().out


def test_hits_that_differ_on_another_machine_are_a_difference(home, tmp_path):
    there = tmp_path / "there"
    shutil.copytree(home / "figures", there)
    (there / "environment.json").write_text("{}", encoding="utf-8")
    (there / "runs" / "lexical.trec").write_text("q1 Q0 d9 1 1.0 lexical\n", encoding="utf-8")
    names, differences = compared(home / "figures", there)
    assert len(names) == 9
    assert [one.name for one in differences] == ["runs/lexical.trec"]
    assert differences[0].now == "q1 Q0 d9 1 1.0 lexical"
    assert environment_changes(home / "figures", there)
    assert not environment_changes(there, there)


@pytest.mark.parametrize("name", ["corpus.jsonl", "queries.jsonl", "qrels/test.tsv"])
def test_another_collection_is_refused_and_the_file_named(home, capfd, name):
    with (home / "tiny" / name).open("ab") as file:
        file.write(b"\n")
    assert run(["eval", "replay", "figures"]) == 1
    err = capfd.readouterr().err
    assert f"tiny/{name}: is not the file that was measured on" in err


def test_a_collection_is_found_from_the_folder_or_where_one_says(home, capfd, monkeypatch):
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    assert run(["eval", "replay", "../figures"]) == 1
    assert "tiny: is no longer there (try: --collection DIR)" in capfd.readouterr().err
    assert run(["eval", "replay", "../figures", "--collection", "../tiny"]) == 0
    shutil.move(home / "tiny", home / "figures" / "tiny")
    assert run(["eval", "replay", "../figures"]) == 0


@pytest.mark.parametrize("case", REQUESTS, ids=lambda case: case["name"])
def test_a_request_that_nobody_should_run_is_refused(home, capfd, case):
    path = home / "figures" / "summary.json"
    path.write_text(case["summary"], encoding="utf-8")
    before = sorted(home.rglob("*"))
    assert run(["eval", "replay", "figures"]) == 1
    last = capfd.readouterr().err.splitlines()[-1]
    assert last.startswith("policytext: error: ")
    assert case["says"] in last
    assert sorted(home.rglob("*")) == before


def test_no_summary_at_all(home, capfd):
    assert run(["eval", "replay", "tiny"]) == 1
    assert (
        "tiny: no summary.json (try: a folder that policytext eval run -o FOLDER wrote)"
        in capfd.readouterr().err
    )
    with pytest.raises(BadRequest, match="no summary"):
        recorded(home)


def comparing(home: Path) -> Path:
    """A comparison of two runs that lie outside its folder."""
    for name in ("lexical", "rank-bm25"):
        source = next((home / "figures" / "runs").glob(f"{name}*.trec"))
        shutil.copy(source, home / f"{name}.run")
    words = ["lexical.run", "rank-bm25.run", "--collection", "tiny", "-o", "compared"]
    assert run(["eval", "compare", *words]) == 0
    return home / "compared"


def test_a_comparison_is_made_again_from_its_own_runs(home, capfd):
    folder = comparing(home)
    assert run(["eval", "replay", str(folder)]) == 0
    (home / "lexical.run").unlink()
    with (home / "rank-bm25.run").open("a", encoding="utf-8") as file:
        file.write("q1 Q0 other 900 -5.0 x\n")
    capfd.readouterr()
    assert run(["eval", "replay", str(folder)]) == 0
    out, err = capfd.readouterr()
    assert out.startswith("identical: ")
    assert "note: lexical.run is gone or changed; its copy in the folder is taken" in err
    assert "note: rank-bm25.run is gone or changed; its copy in the folder is taken" in err


# The words of a command


@click.command("measure", cls=Replayable)
@click.argument("collection")
@click.option("--system", "systems", multiple=True)
@click.option("--model", envvar="POLICYTEXT_TEST_MODEL")
@click.option("--fold/--no-fold", default=True)
@click.option("--strict", is_flag=True)
@click.option("-k", "--depth", type=int)
@click.option("--cache")
@report_options
def measure(**_told):
    return request_in_hand()


@click.group("policytext")
def top():
    pass


@click.group("eval")
def middle():
    pass


top.add_command(middle)
middle.add_command(measure)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["c"], ["c"]),
        (["--system=a", "c", "--system", "b"], ["c", "--system", "a", "--system", "b"]),
        (["-k3", "c", "--no-fold"], ["c", "--no-fold", "--depth", "3"]),
        (["--fold", "--strict", "c"], ["c", "--fold", "--strict"]),
        (["--cache", "x", "-o", "figures", "--format", "markdown", "c"], ["c"]),
        (["--", "-c"], ["--", "-c"]),
        (["--system", "-odd", "c"], ["c", "--system", "-odd"]),
    ],
)
def test_words_are_told_in_one_and_the_same_way(typed, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    asked = top.main(["eval", "measure", *typed], prog_name="policytext", standalone_mode=False)
    assert asked == {"command": "eval measure", "arguments": told}
    again = top.main(["eval", "measure", *told], prog_name="policytext", standalone_mode=False)
    assert again == asked


def test_what_a_variable_says_is_told(monkeypatch):
    monkeypatch.setenv("POLICYTEXT_TEST_MODEL", "small")
    asked = top.main(["eval", "measure", "c"], standalone_mode=False)
    assert asked["arguments"] == ["c", "--model", "small"]


def test_within_a_replay_the_request_is_the_recorded_one():
    request = {"command": "eval run", "arguments": ["there"]}
    assert top.main(["eval", "measure", "here"], standalone_mode=False, obj=Replay(request)) == request
