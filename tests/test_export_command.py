"""policytext export: which format serves which layer, and what stands beside a file."""

import json
import os
import sqlite3
import subprocess
from contextlib import closing

import pytest

from hostile_archive import hostile_archive, with_topics
from policytext.cli.root import run
from policytext.cli.sidecar import published, write_sidecar
from policytext.export.columns import COLUMNS
from policytext.export.forms import LAYER_FORMS


@pytest.fixture
def exported(capfdbinary):
    """Runs the command; returns what it writes to stdout and stderr."""

    def ask(archive, *arguments, code=0):
        capfdbinary.readouterr()
        assert run(["export", *map(str, arguments), "--archive", str(archive)]) == code
        told = capfdbinary.readouterr()
        return told.out, told.err.decode()

    return ask


@pytest.fixture
def full(coded_archive, tmp_path_factory):
    return with_topics(coded_archive, tmp_path_factory)


@pytest.mark.parametrize(
    ("layer", "name"),
    [(layer, f"x{form.suffix}") for form in LAYER_FORMS.values() for layer in form.layers],
)
def test_every_format_is_written_by_the_name_of_its_file(full, tmp_path, exported, layer, name):
    if LAYER_FORMS["annotations"].suffix in name and layer not in ("claims", "statements"):
        pytest.skip("two layers with places stand for all")
    out, _ = exported(full, layer, "-o", tmp_path / name)
    assert out == b""
    assert (tmp_path / name).stat().st_size > 0
    told = json.loads((tmp_path / f"{name}.provenance.json").read_text("utf-8"))
    assert told["command"].startswith("policytext")
    assert told["config"]["layer"] == layer
    assert told["corpus_sources"] == 17
    beside = {path.name for path in tmp_path.iterdir()} - {name, f"{name}.provenance.json"}
    assert beside == ({"x.db.metadata.json"} if layer == "all" else set())


def test_the_screen_gets_jsonl_and_the_file_the_same(full, tmp_path, exported):
    out, _ = exported(full, "topics")
    exported(full, "topics", "-o", tmp_path / "no_ending")
    assert (tmp_path / "no_ending").read_bytes() == out
    rows = [json.loads(line) for line in out.splitlines()]
    assert tuple(rows[0]) == tuple(column.name for column in COLUMNS["topics"])
    assert all(0 < row["share"] <= 1 for row in rows)
    exported(full, "topics", "--format", "csv", "-o", tmp_path / "odd.dat")
    assert (tmp_path / "odd.dat").read_bytes().startswith(b"\xef\xbb\xbftopic,label,")


def test_claims_and_topics_say_what_made_them(full, tmp_path, exported):
    exported(full, "claims", "-o", tmp_path / "c.csv")
    told = json.loads((tmp_path / "c.csv.provenance.json").read_text("utf-8"))
    assert told["config"]["claims"]["codebook"] == "codebook.toml"
    assert told["model"] == told["config"]["claims"]["model"]
    exported(full, "topics", "-o", tmp_path / "t.csv")
    told = json.loads((tmp_path / "t.csv.provenance.json").read_text("utf-8"))
    assert told["config"]["topics"]["asked"] == 4
    assert told["seed"] == 0


def test_a_database_says_what_made_its_claims_and_topics(full, tmp_path, exported):
    exported(full, "all", "-o", tmp_path / "papers.db")
    told = json.loads((tmp_path / "papers.db.provenance.json").read_text("utf-8"))
    assert told["config"]["claims"]["codebook"] == "codebook.toml"
    assert told["config"]["topics"]["asked"] == 4
    with closing(sqlite3.connect(tmp_path / "papers.db")) as sql:
        about = dict(sql.execute("SELECT name, value FROM about"))
    assert json.loads(about["config"]) == told["config"]


def test_a_sidecar_keeps_a_name_that_is_no_text(tmp_path):
    file = tmp_path / "x.csv"
    file.write_bytes(b"")
    write_sidecar(file, {"command": "policytext export caf\udce9"})
    assert b"caf\\udce9" in (tmp_path / "x.csv.provenance.json").read_bytes()


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (
            ["statements", "--format", "qdpx"],
            2,
            "qdpx is not for statements; its formats: jsonl, csv, parquet",
        ),
        (["documents", "-o", "{}/d.qdc"], 2, "qdc is not for documents"),
        (["all", "--format", "jsonl"], 2, "jsonl is not for all; its formats: sqlite"),
        (["all"], 2, "give a file, -o all.db"),
        (
            ["statements", "-o", "{}/s.docx"],
            2,
            "no format for s.docx: give --format, or a name in .jsonl, .csv",
        ),
        (["dragons"], 2, "dragons"),
        (["statements", "-o", "{}/no/such.csv"], 1, "no such folder"),
        (["claims", "--format", "qdpx", "-o", "{}/c.qdpx"], 1, "no claims yet"),
        (["topics", "-o", "{}/t.csv"], 1, "policytext topics"),
    ],
)
def test_what_cannot_be_is_one_clear_line(corpus_archive, tmp_path, exported, arguments, code, complaint):
    filled = [a.format(tmp_path) for a in arguments]
    out, err = exported(corpus_archive, *filled, code=code)
    assert complaint in err
    assert "Traceback" not in err
    assert out == b""
    assert list(tmp_path.iterdir()) == []


def test_a_database_says_what_is_missing(corpus_archive, tmp_path, exported):
    _, err = exported(corpus_archive, "all", "-o", tmp_path / "papers.db")
    assert "note: claims: no claims yet" in err
    assert "note: topics: " in err
    told = json.loads((tmp_path / "papers.db.metadata.json").read_text("utf-8"))
    assert list(told["databases"]) == ["papers"]


def test_binary_formats_go_through_a_pipe_but_not_to_a_screen(full, tmp_path, exported):
    out, _ = exported(full, "dates", "--format", "parquet")
    assert out[:4] == out[-4:] == b"PAR1"
    pipe = tmp_path / "pipe.parquet"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        exported(full, "dates", "-o", pipe)
        assert reader.stdout.read()[:4] == b"PAR1"
    assert [path.name for path in tmp_path.iterdir()] == ["pipe.parquet"]


@pytest.mark.parametrize("name", ["x.csv", "x.parquet", "x.qdpx", "x.qdc"])
def test_hostile_claims_are_written(tmp_path_factory, tmp_path, exported, name):
    exported(hostile_archive(tmp_path_factory), "claims", "-o", tmp_path / name)
    assert (tmp_path / name).stat().st_size > 0


def test_the_help_has_examples_of_every_sort(capfd):
    assert run(["export", "--help"]) == 0
    told = capfd.readouterr().out
    for words in ("-o statements.csv", "-o project.qdpx", "-o papers.db", *COLUMNS):
        assert words in told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("policytext timeline stability -o a/b.gexf", "policytext timeline stability"),
        (
            "policytext timeline stability --output=b.gexf --tier all",
            "policytext timeline stability --tier all",
        ),
        (
            "policytext export all --archive /home/nora/papers -o p.db",
            "policytext export all --archive papers",
        ),
        ("policytext export all --archive indexes/papers", "policytext export all --archive papers"),
        ("policytext timeline --as act ukpga/2012/7", "policytext timeline --as act ukpga/2012/7"),
        ("policytext timeline 'and/or'", "policytext timeline and/or"),
    ],
)
def test_a_file_tells_its_command_without_folders(typed, told):
    assert published({"command": typed, "seed": 0}) == {"command": told, "seed": 0}
