"""`policytext eval run`: runs say how they were made, go on where they stopped, and come out the same."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

import tinybert
from policytext.cli.eval_judging import judging_options
from policytext.cli.root import run
from policytext.errors import ArchiveError, BadRequest, ModelUnavailable
from policytext.evaluation.retrieval.collections.opening import open_collection
from policytext.evaluation.retrieval.records import Judging, LeftOut
from policytext.evaluation.retrieval.runs.reading import read_run
from policytext.files import source_sha256
from policytext.pipeline.benchmarks import provenance
from policytext.pipeline.benchmarks.corpora import FolderCorpus, Reading
from policytext.pipeline.benchmarks.experiment import Setting
from policytext.pipeline.benchmarks.running import run_systems
from policytext.pipeline.benchmarks.systems import parse_system
from policytext.pipeline.watching import Silent
from policytext.store.archive import writing_alone
from tables_of_cases import DATA

TINY = DATA / "evaluation" / "collections" / "tiny"
COLLECTIONS = "POLICYTEXT_COLLECTIONS"


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    return tinybert.write_model(tmp_path_factory.mktemp("model") / "tiny")


@pytest.fixture
def here(tmp_path, monkeypatch, model):
    """A folder of work with the small collection and a model in it, and us in there."""
    shutil.copytree(TINY, tmp_path / "tiny")
    shutil.copytree(model, tmp_path / "model")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(capsysbinary, *arguments):
    """Exit code, stdout and stderr of eval run."""
    code = run(["eval", "run", *map(str, arguments)])
    told = capsysbinary.readouterr()
    return code, told.out.decode(), told.err.decode()


def specs(*told):
    return [parse_system(spec) for spec in told]


def files(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Interrupting(Silent):
    """Lets so many queries be answered, then interrupts as a keyboard does."""

    def __init__(self, queries):
        self.left, self.asking = queries, False

    def stage(self, name, total):
        self.asking = name.endswith("queries")

    def advance(self, steps=1):
        if self.asking:
            self.left -= steps
            if self.left <= 0:
                raise KeyboardInterrupt


class Noting(Silent):
    def __init__(self):
        self.notes = []

    def note(self, line):
        self.notes.append(line)


# Runs


def test_a_run_says_what_made_it(here):
    setting = Setting(depth=20, cache=Path("cache"), tuned_on=("ours",))
    hybrid, reference = run_systems(
        open_collection(Path("tiny")),
        specs("both=hybrid:model=model", "rank-bm25:k1=2"),
        setting,
        Path("runs"),
        Silent(),
    )
    assert [path.name for path in (hybrid, reference)] == ["both.trec", "rank-bm25-k1-2.trec"]
    ours = read_run(hybrid).header["policytext"]
    assert ours["system"].startswith("both=hybrid:weight=0.35,model=model,")
    assert ours["parameters"]["grams"] == "auto"
    assert len(ours["model"]["weights_sha256"]) == 64
    assert {"tantivy", "numpy", "PyStemmer", "tokenizers"} <= ours["libraries"].keys()
    assert ours["files"].keys() >= {"corpus", "queries", "qrels"}
    assert (ours["collection"], ours["split"], ours["depth"], ours["passages"]) == ("tiny", "test", 20, False)
    assert {"ours", "cranfield", "scifact"} <= set(ours["tuned_on"])
    theirs = read_run(reference).header["policytext"]
    assert (theirs["model"], theirs["tuned_on"]) == (None, ["ours"])
    assert {"rank-bm25", "numpy"} <= theirs["libraries"].keys()
    assert "tantivy" not in theirs["libraries"]
    assert str(here).encode() not in hybrid.read_bytes()


def test_scores_fall_as_every_reader_sees_them(here):
    paths = run_systems(
        open_collection(Path("tiny"), "dev"), specs("lexical", "rank-bm25"), Setting(), Path("runs"), Silent()
    )
    for path in paths:
        ranking = read_run(path).rankings["q4"]
        assert ranking.documents == ("twin-a", "twin-b")
        assert ranking.scores[0] > ranking.scores[1]


def test_two_runs_are_the_same_bytes_wherever_and_by_however_many(here):
    systems = ("rank-bm25", "lexical:grams=always", "dense:model=model", "hybrid:model=model")
    collection = open_collection(Path("tiny"))
    for folder, cache, workers in (("one", None, 1), ("two", Path("cache"), 2), ("three", Path("cache"), 1)):
        setting = Setting(cache=cache, workers=workers)
        run_systems(collection, specs(*systems), setting, Path(folder), Silent())
    assert len(list(Path("one").glob("*.trec"))) == len(systems)
    assert files(Path("one")) == files(Path("two")) == files(Path("three"))


@pytest.mark.parametrize("queries", [1, 2, 3])
def test_an_interrupted_run_goes_on_and_ends_the_same(queries, here):
    collection, systems = open_collection(Path("tiny")), specs("lexical", "rank-bm25")
    run_systems(collection, systems, Setting(), Path("whole"), Silent())
    with pytest.raises(KeyboardInterrupt):
        run_systems(collection, systems, Setting(), Path("runs"), Interrupting(queries))
    assert not (Path("runs") / "lexical.trec").exists()
    run_systems(collection, systems, Setting(), Path("runs"), Silent())
    assert files(Path("runs")) == files(Path("whole"))


def test_a_run_made_in_the_same_way_is_kept_and_another_is_made_anew(here):
    collection, systems = open_collection(Path("tiny")), specs("lexical")
    (path,) = run_systems(collection, systems, Setting(), Path("runs"), Silent())
    before, watcher = path.read_bytes(), Noting()
    run_systems(collection, systems, Setting(), Path("runs"), watcher)
    assert watcher.notes == ["lexical: kept from the earlier run (lexical.trec)"]
    run_systems(collection, systems, Setting(depth=1), Path("runs"), Silent())
    assert path.read_bytes() != before
    with (Path("tiny") / "corpus.jsonl").open("a") as corpus:
        corpus.write('{"_id": "new", "title": "", "text": "Pooled budgets, pooled budgets."}\n')
    run_systems(open_collection(Path("tiny")), systems, Setting(), Path("runs"), Silent())
    assert "new" in read_run(path).rankings["q1"].documents


@pytest.mark.parametrize("damage", [lambda raw: raw[: len(raw) // 2], lambda raw: raw + raw[-60:]])
def test_a_finished_run_that_was_changed_since_is_made_anew(damage, here):
    collection, systems = open_collection(Path("tiny")), specs("lexical")
    (path,) = run_systems(collection, systems, Setting(), Path("runs"), Silent())
    before, watcher = path.read_bytes(), Noting()
    path.write_bytes(damage(before))
    run_systems(collection, systems, Setting(), Path("runs"), watcher)
    assert path.read_bytes() == before
    assert "kept from the earlier run" not in watcher.notes[0]


def test_what_is_finished_stays_so_where_another_system_is_interrupted(here):
    collection, systems, watcher = open_collection(Path("tiny")), specs("lexical", "rank-bm25"), Noting()
    with pytest.raises(KeyboardInterrupt):
        run_systems(collection, systems, Setting(), Path("runs"), Interrupting(len(collection.queries) + 1))
    run_systems(collection, systems, Setting(), Path("runs"), watcher)
    assert watcher.notes[0] == "lexical: kept from the earlier run (lexical.trec)"
    assert "1 kept" in watcher.notes[1] or "kept" not in watcher.notes[1]


def test_a_run_of_other_code_is_made_anew(here, monkeypatch):
    collection, watcher = open_collection(Path("tiny")), Noting()
    (path,) = run_systems(collection, specs("lexical"), Setting(), Path("runs"), Silent())
    assert read_run(path).header["policytext"]["source_sha256"] == source_sha256()
    monkeypatch.setattr(provenance, "source_sha256", lambda: "0" * 64)
    run_systems(collection, specs("lexical"), Setting(), Path("runs"), watcher)
    assert "kept from the earlier run" not in watcher.notes[0]
    assert read_run(path).header["policytext"]["source_sha256"] == "0" * 64


@pytest.mark.parametrize("taken", ["runs", "cache"])
def test_two_processes_do_not_write_to_one_folder(taken, here):
    setting = Setting(cache=Path("cache"))
    with writing_alone(Path(taken)), pytest.raises(ArchiveError, match=f"^{taken}: another policytext is"):
        run_systems(open_collection(Path("tiny")), specs("lexical"), setting, Path("runs"), Silent())
    assert run_systems(open_collection(Path("tiny")), specs("lexical"), setting, Path("runs"), Silent())


def test_a_folder_that_cannot_be_made_is_one_line(here):
    Path("taken").write_text("a file")
    with pytest.raises(BadRequest, match="cannot write"):
        run_systems(open_collection(Path("tiny")), specs("lexical"), Setting(), Path("taken/runs"), Silent())


def test_one_system_that_cannot_run_does_not_stop_the_others(here):
    watcher = Noting()
    told = specs("dense:model=nobody/has-it", "lexical", "search")
    left_out: list[LeftOut] = []
    paths = run_systems(open_collection(Path("tiny")), told, Setting(), Path("runs"), watcher, left_out)
    assert [one.system.partition(":")[0] for one in left_out] == ["dense", "search"]
    assert [path.name for path in paths] == ["lexical.trec"]
    left = [note for note in watcher.notes if note.startswith("left out: ")]
    assert [note.split(":")[1].strip() for note in left] == ["dense", "search"]
    assert all("\n" not in note for note in left)
    with pytest.raises(ModelUnavailable):
        run_systems(open_collection(Path("tiny")), told[:1], Setting(), Path("runs"), watcher)


def test_no_text_is_embedded_twice(here):
    collection, setting = open_collection(Path("tiny")), Setting(cache=Path("cache"))
    run_systems(collection, specs("dense:model=model"), setting, Path("one"), Silent())
    (vectors,) = Path("cache").rglob("vectors.sqlite")
    before = vectors.read_bytes()
    run_systems(collection, specs("dense:model=model"), setting, Path("two"), Silent())
    assert vectors.read_bytes() == before


def test_passages_are_packed_under_the_title():
    corpus = FolderCorpus(open_collection(TINY), packed=True)
    passages = list(corpus.passages(Reading(), Silent(), "packing"))
    owners = [corpus.documents[corpus.owner(passage.number)] for passage in passages]
    long = [passage for passage, owner in zip(passages, owners, strict=True) if owner == "long"]
    assert len(long) > 1
    assert {passage.context for passage in long} == {"Report of the working party"}
    assert list(corpus.documents) == list(dict.fromkeys(owners))
    assert len(corpus.documents) == 8
    assert corpus.empty == 1


# Command


def test_the_table_and_what_goes_with_it(capsysbinary, here):
    code, out, err = asked(capsysbinary, "tiny")
    assert code == 0
    assert "4 judged queries" in out
    (lexical,) = (line for line in out.splitlines() if line.startswith("2  lexical"))
    # q1 is ideal; q2 finds the one of two that is there; q3 nothing; q5 its only document
    expected = (1 + 1 / (1 + 0.6309298) + 0 + 1) / 4
    assert f"{expected:.4f}" in lexical
    assert "q3" in out  # the query without a hit is named
    assert err.count("ms a query") == 2
    assert "ms a query" not in out


def test_how_much_was_left_out_as_a_querys_own_is_told(capsysbinary, here):
    with (Path("tiny") / "corpus.jsonl").open("a") as corpus:
        corpus.write('{"_id": "q5", "title": "", "text": "One timetable for the hospitals."}\n')
    told = ("tiny", "--system", "lexical", "--exclude-self")
    _, by_chance, _ = asked(capsysbinary, *told)
    assert "0 judged documents, and what was found by lexical in 1 query" in " ".join(by_chance.split())
    assert "documents of the query's own id" in " ".join(by_chance.split())
    rows = [json.loads(line) for line in (Path("tiny") / "queries.jsonl").read_text().splitlines() if line]
    (Path("tiny") / "queries.jsonl").write_text(
        "".join(json.dumps({**row, "own": ["long"] if row["_id"] == "q5" else []}) + "\n" for row in rows)
    )
    _, as_told, _ = asked(capsysbinary, *told)
    assert (
        "left out as what a query was taken from: 1 judged document, and what was found by lexical in 1 query"
        in " ".join(as_told.split())
    )
    assert "left out as" not in asked(capsysbinary, *told[:-1])[1]


def test_jsonl_is_rows(capsysbinary, here):
    code, out, _ = asked(capsysbinary, "tiny", "--format", "jsonl", "-k", 10, "--measure", "RR@10")
    rows = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert any(row.get("qid") == "q5" for row in rows)
    assert "nDCG@10" not in out


def test_the_folder_has_everything_and_nothing_of_this_machine(capsysbinary, here):
    told = ("tiny", "--system", "lexical", "--system", "dense:model=model", "--baseline", "lexical")
    assert asked(capsysbinary, *told, "-o", "report")[0] == 0
    written = files(Path("report"))
    assert {"README.md", "summary.json", "per_query.csv", "comparisons.csv"} <= {str(p) for p in written}
    assert {str(p) for p in written if p.suffix == ".trec"} == {
        str(Path("runs") / "lexical.trec"),
        str(Path("runs") / "dense-model-model.trec"),
    }
    assert not any(str(here).encode() in body for body in written.values())
    assert asked(capsysbinary, *told, "--cache", "cache", "--workers", 2, "-o", "again")[0] == 0
    assert files(Path("again")) == written


def test_an_interrupted_report_goes_on(capsysbinary, here):
    told = ("tiny", "--system", "rank-bm25", "-o", "report")
    with pytest.raises(KeyboardInterrupt):
        run_systems(
            open_collection(Path("tiny")),
            specs("rank-bm25"),
            Setting(),
            Path("report") / "runs",
            Interrupting(2),
        )
    code, _, err = asked(capsysbinary, *told)
    assert code == 0
    assert "1 kept" in err
    asked(capsysbinary, *told[:-1], "other")
    assert files(Path("report")) == files(Path("other"))


def test_a_system_left_out_is_told_in_a_line_and_in_the_exit_code(capsysbinary, here):
    told = ("tiny", "--system", "dense:model=nobody/has-it", "--system", "lexical")
    code, out, err = asked(capsysbinary, *told, "-o", "report")
    assert code == 3
    system, why = "dense:model=has-it", "nobody/has-it: no such embedding model here"
    summary = json.loads((Path("report") / "summary.json").read_text())
    [left] = summary["left_out"]
    assert left["system"] == system
    assert left["why"].startswith(why)
    note = f"{system} could not be run and is left out: {why}"
    assert note in summary["notes"][0]
    assert note in (Path("report") / "README.md").read_text()
    assert note in " ".join(out.split())
    assert "left out: dense:model=has-it: nobody/has-it: no such embedding model here" in err
    assert "lexical" in out


def test_a_baseline_is_named_by_its_label_or_in_full(capsysbinary, here):
    systems = ("--system", "b=rank-bm25", "--system", "lexical", "--system", "lexical:grams=always")
    for baseline in ("b", "lexical:grams=always", "lexical:grams=auto"):
        assert asked(capsysbinary, "tiny", *systems, "--baseline", baseline)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--system", "lexcal"], "no such system: 'lexcal' (try: lexical;"),
        (["--system", "x=lexical", "--system", "x=dense"], "two systems are called x"),
        (["--system", "dense:model=none"], "no such embedding model"),
        (["--system", "search"], "searches an archive, and this is a folder of documents"),
        (["--baseline", "dense"], "no system is called dense (try: rank-bm25, lexical)"),
        (["--measure", "niceness"], "niceness"),
        (["--split", "train"], "train"),
        (["-o", "no/such/report"], "cannot write: no such folder"),
    ],
)
def test_what_is_refused_is_one_line_before_any_work(arguments, says, capsysbinary, here):
    code, out, err = asked(capsysbinary, "tiny", *arguments)
    wrong_use = err.startswith("Usage: ")  # click's own way, with two lines and a blank one before it
    assert (code, out) == (2 if wrong_use else 1, "")
    assert says in err.splitlines()[-1]
    assert err.count("\n") == (4 if wrong_use else 1)


def judged_as(*options):
    """The judging that a command with these options is given."""

    @click.command()
    @judging_options
    def command(judging):
        return judging

    return command.main(list(options), standalone_mode=False)


def test_how_runs_are_judged_is_told_by_options():
    assert judged_as() == Judging()
    options = ("--measure", "MAP", "--measure", "P@5", "--ties", "trec_eval", "--exclude-self", "--reprints")
    more = ("each", "--resamples", "500", "--seed", "7", "--alpha", "0.01")
    assert judged_as(*options, *more) == Judging(("AP", "P@5"), "trec_eval", True, False, 500, 7, 0.01)


def test_help_loads_nothing_heavy():
    heavy = ("numpy", "scipy", "ir_measures", "tantivy", "rank_bm25", "rapidfuzz", "torch", "spacy")
    asks = (
        "import sys; from policytext.cli.root import run; run(['eval', 'run', '--help']); "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


# Published figures


@pytest.fixture
def collections():
    folder = os.environ.get(COLLECTIONS)
    if not folder:
        pytest.skip(f"{COLLECTIONS} names no folder with scifact and cranfield")
    return Path(folder)


BM25 = "rank-bm25:variant=lucene,k1=1.5,b=0.75,terms=plain"


@pytest.mark.parametrize(
    ("name", "split", "system", "measure", "published"),
    [
        ("scifact", "test", BM25, "nDCG@10", 0.687),
        ("scifact", "test", "dense:model=all-MiniLM-L6-v2", "nDCG@10", 0.645),
        ("cranfield", "test", BM25, "AP", 0.301),
        ("cranfield", "test", BM25, "nDCG@10", 0.382),
        ("cranfield", "test_incl_minus1", BM25, "AP", 0.418),
    ],
)
def test_published_figures(name, split, system, measure, published, collections, capsysbinary):
    cache = os.environ.get(f"{COLLECTIONS}_CACHE")
    if system.startswith("dense") and not cache:
        pytest.skip(f"{COLLECTIONS}_CACHE names no folder for the vectors, which take minutes")
    told = ["--system", system, "--split", split, "--measure", measure, "--format", "jsonl"]
    told += ["--cache", cache] if cache else []
    code, out, _ = asked(capsysbinary, collections / name, *told)
    assert code == 0
    (means,) = (row["means"] for row in map(json.loads, out.splitlines()) if row["record"] == "run")
    assert means[measure] == pytest.approx(published, abs=0.001)
