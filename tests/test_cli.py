"""The command line as its users meet it: results on stdout, one clear line for what is wrong, exit codes."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from policytext.cli.root import root, run
from policytext.store.archive import Archive


def policytext(*arguments, code=0):
    """Runs the command line in this process; returns stdout and stderr."""
    script = "from policytext.cli.root import run; import sys; sys.exit(run(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", script, *map(str, arguments)], capture_output=True, check=False
    )
    assert done.returncode == code, done.stderr.decode()
    return done.stdout.decode(), done.stderr.decode()


@pytest.fixture
def search(corpus_archive, capfdbinary):
    """Runs a search over our own papers; returns what it writes to stdout."""

    def asked(*arguments, code=0):
        capfdbinary.readouterr()
        assert run(["search", *map(str, arguments), "--archive", str(corpus_archive)]) == code
        return capfdbinary.readouterr().out.decode()

    return asked


def test_what_was_said_by_1956_is_found_in_a_later_paper(search):
    rows = [
        json.loads(line)
        for line in search("reorganisation", "--to", "1956", "--format", "jsonl").splitlines()
    ]
    assert rows
    for row in rows:
        assert row["statement_date"][:4] <= "1956"
        assert row["rank"] >= 1
    later = [r for r in rows if r["said_by"] == "statement" and r["publication_date"] > "1957"]
    assert later, "no statement of 1956 or before was found in a later paper"
    assert all(r["speaker"] for r in later)


@pytest.mark.papers
def test_the_statement_of_1956_is_found_inside_the_paper_of_2016(papers_archive, papers, capfdbinary):
    arguments = ["search", "period of stability", "--to", "1960", "--format", "jsonl", "--archive"]
    assert run([*arguments, str(papers_archive)]) == 0
    row = json.loads(capfdbinary.readouterr().out.splitlines()[0])
    assert row["source"].startswith("000_")
    assert row["statement_date"] == "1956"
    assert row["speaker"].endswith("Turton")
    assert row["publication_date"].startswith("2016")
    said = next(s for s in row["statements"] if s["speaker"] == row["speaker"])
    raw = (papers / row["source"]).read_text(encoding="utf-8")
    assert "stability" in raw[said["start"] : said["end"]]


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
def test_every_mode_answers(search, mode):
    rows = [json.loads(r) for r in search("pooled budgets", "--mode", mode, "--format", "jsonl").splitlines()]
    assert len(rows) == 10
    scores = [r["score"] for r in rows]
    assert all(a > b for a, b in pairwise(scores))
    assert [r["rank"] for r in rows] == list(range(1, 11))


def test_text_is_made_for_reading(search):
    out = search("joint finance", "--mode", "lexical", "-k", "3")
    hits = out.split("\n\n")
    assert len(hits) == 3
    for rank, hit in enumerate(hits, 1):
        assert hit.startswith(f"{rank:>2}  ")
        assert "*" in hit, "no word of the query is marked"
        assert " characters " in hit.splitlines()[-1]
    assert max(map(len, out.splitlines())) <= 140
    assert "\x1b" not in out


def test_ten_hits_when_ten_exist_under_a_filter(search, corpus_archive):
    with Archive.open(corpus_archive) as store:
        document, passages = store.sql.execute(
            "SELECT d.id, count(*) FROM passages p JOIN documents d ON d.key = p.document GROUP BY d.id "
            "ORDER BY 2 DESC"
        ).fetchone()
    assert passages >= 10
    for mode in ("dense", "hybrid"):
        out = search("health", "--document", document, "--mode", mode, "--format", "jsonl")
        assert len(out.splitlines()) == 10


@pytest.mark.parametrize("mode", ["lexical", "dense", "hybrid"])
def test_a_least_quality_acts_inside_the_search(search, corpus_archive, mode):
    """Ten hits where ten are good enough, all of them good enough or too short to tell."""
    with Archive.open(corpus_archive) as store:
        known = [r[0] for r in store.sql.execute("SELECT quality FROM passages WHERE quality IS NOT NULL")]
    least = sorted(known)[len(known) // 2]
    assert min(known) < least
    arguments = ("--mode", mode, "--format", "jsonl", "--min-quality")
    rows = [json.loads(r) for r in search("health services", *arguments, least).splitlines()]
    assert len(rows) == 10
    assert all(r["quality"] is None or r["quality"] >= least for r in rows)
    few, all_of_them = (len(search("health", "-k", 500, *arguments, q).splitlines()) for q in (least, 0))
    assert few < all_of_them


def test_a_batch_filters_by_quality(search, tmp_path):
    queries = tmp_path / "queries.jsonl"
    rows = [{"qid": str(q), "text": "health", "filters": {"min_quality": q}} for q in (0, 1)]
    queries.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hits = [json.loads(r) for r in search("--batch", queries, "-k", "1000", "--mode", "lexical").splitlines()]
    found = {qid: {h["passage"] for h in hits if h["qid"] == qid} for qid in ("0", "1")}
    assert found["1"] < found["0"]


def test_the_list_of_documents_says_what_they_were_read_from(corpus_archive, capfd):
    assert run(["list", "documents", "--archive", str(corpus_archive)]) == 0
    header, _, *rows = capfd.readouterr().out.splitlines()
    at = header.index("read from")
    carriers = {row[at:].split()[0] for row in rows}
    assert "web" in carriers
    assert carriers <= {"ocr", "web", "markdown", "pdf", "text"}


def test_csv_and_trec(search):
    rows = list(csv.DictReader(io.StringIO(search("district nurses", "--format", "csv").lstrip("\ufeff"))))
    assert rows[0]["rank"] == "1"
    for number, line in enumerate(search("district nurses", "--format", "trec").splitlines(), 1):
        qid, q0, _, rank, score, tag = line.split()
        assert (qid, q0, rank, tag) == ("1", "Q0", str(number), "policytext")
        assert float(score)


def test_batch(search, tmp_path):
    queries = tmp_path / "queries.jsonl"
    rows = [
        {"qid": "a", "text": "pooled budgets"},
        {"qid": "b", "text": "reorganisation", "filters": {"to": "1960", "speaker": None}},
    ]
    queries.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    hits = [
        json.loads(line) for line in search("--batch", queries, "-k", "5", "--format", "jsonl").splitlines()
    ]
    assert [h["qid"] for h in hits] == sorted(h["qid"] for h in hits)
    assert {h["qid"] for h in hits} == {"a", "b"}
    assert set(hits[0]) == {"qid", "rank", "score", "passage", "source", "start", "end"}
    trec = search("--batch", queries, "-k", "5", "--format", "trec").splitlines()
    assert [line.split()[0] for line in trec] == [h["qid"] for h in hits]


BAD_BATCHES = [
    ("", "no queries in it"),
    ('{"qid": "a"}', 'needs "qid" and "text"'),
    ('{"qid": "a", "text": " "}', "the query is empty"),
    ("[1]", 'needs "qid" and "text"'),
    ('{"qid": "a", "text": "x"}\n{oops', "line 2: not JSON"),
    ('{"qid": "a", "text": "x"}\n{"qid": "a", "text": "y"}', "comes twice"),
    ('{"qid": "a", "text": "x", "filters": {"to": "soon"}}', "not a date"),
    ('{"qid": "a", "text": "x", "filters": {"speaker": 3}}', "not a text"),
    ('{"qid": "a", "text": "x", "filters": [1]}', "filters must be an object"),
    ('{"qid": "a", "text": "x", "filters": {"too": "1979"}}', "no such filter"),
    ('{"qid": "a", "text": "x", "filters": {"dates": "printed"}}', "dates are of"),
    ('{"qid": "a", "text": "x", "filters": {"document": "nowhere"}}', "no such document"),
    ('{"qid": "a", "text": "x", "filters": {"to": ""}}', "not a text"),
    ('{"qid": "a", "text": "x", "filters": {"min_quality": "0.9"}}', "not a number"),
    ('{"qid": "a", "text": "x", "filters": {"min_quality": true}}', "not a number"),
    ('{"qid": "a", "text": "x", "filters": {"min_quality": 90}}', "quality lies in"),
    ('{"qid": null, "text": "x"}', "qid"),
    ('{"qid": "a b", "text": "x"}', "without blanks"),
]


@pytest.mark.parametrize(("content", "complaint"), BAD_BATCHES)
def test_a_bad_batch_is_one_clear_line(corpus_archive, tmp_path, capfd, content, complaint):
    queries = tmp_path / "queries.jsonl"
    queries.write_text(content, encoding="utf-8")
    assert run(["search", "--batch", str(queries), "--archive", str(corpus_archive)]) == 1
    out, err = capfd.readouterr()
    assert out == ""
    assert complaint in err
    assert len(err.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "code", "complaint"),
    [
        (["search", "x", "--archive", "nowhere"], 1, "no archive here"),
        (["search", "x", "--from", "soon", "--archive", "{archive}"], 1, "not a date"),
        (["search", "x", "--to", "1956/..", "--archive", "{archive}"], 1, "not a date"),
        (["search", "x", "--from", "-0100", "--archive", "{archive}"], 1, "not a date"),
        (["search", "x", "--to", "", "--archive", "{archive}"], 1, "not a text"),
        (["search", "x", "--from", "1960", "--to", "1950", "--archive", "{archive}"], 1, "is after"),
        (["search", "x", "--document", "nothing", "--archive", "{archive}"], 1, "no such document"),
        (["search", "--batch", "q", "--to", "1900", "--archive", "{archive}"], 2, "its own filters"),
        (["search", "--batch", "q", "--min-quality", "0", "--archive", "{archive}"], 2, "its own filters"),
        (["search", "x", "--min-quality", "90", "--archive", "{archive}"], 2, "--min-quality"),
        (
            ["search", "--batch", "q", "--dates", "publication", "--archive", "{archive}"],
            2,
            "its own filters",
        ),
        (["timeline", "x", "-o", "t.docx", "--archive", "{archive}"], 2, "no format"),
        (["search", "  ", "--archive", "{archive}"], 1, "the query is empty"),
        (["search", "--archive", "{archive}"], 2, "either a QUERY or --batch"),
        (["search", "x", "-k", "0", "--archive", "{archive}"], 2, "-k"),
        (["search", "x", "--mode", "magic", "--archive", "{archive}"], 2, "magic"),
        (
            ["search", "x", "--model", "no-such-model", "--mode", "dense", "--archive", "{archive}"],
            1,
            "model",
        ),
        (["show", "nothing", "--archive", "{archive}"], 1, "no such document"),
        (["list", "dragons", "--archive", "{archive}"], 2, "dragons"),
        (["export", "dragons", "--archive", "{archive}"], 2, "dragons"),
        (["ingest", "nowhere", "--archive", "{new}"], 1, "no such file or folder"),
        (["ingest", "--archive", "{new}"], 2, "Missing argument"),
        (["clean", "nowhere.txt"], 2, "nowhere.txt"),
        (["check", "--archive", "nowhere"], 1, "no archive here"),
        (["timeline", "x", "--archive", "{archive}", "-o", "no/such/folder/t.csv"], 1, "cannot write"),
        (["frobnicate"], 2, "frobnicate"),
    ],
)
def test_what_is_wrong_is_one_clear_line(corpus_archive, tmp_path, capfd, arguments, code, complaint):
    filled = [a.format(archive=corpus_archive, new=tmp_path / "new") for a in arguments]
    assert run(filled) == code
    out, err = capfd.readouterr()
    assert out == ""
    assert complaint in err
    assert "Traceback" not in err
    if code == 1:
        assert len(err.strip().splitlines()) == 1


def test_skipped_documents_are_exit_code_3(tmp_path):
    (tmp_path / "good.txt").write_text("The board met in 1958 and agreed to meet again.\n", encoding="utf-8")
    (tmp_path / "bad.txt").write_bytes(b"")
    archive = tmp_path / "archive"
    out, err = policytext("ingest", tmp_path, "--archive", archive, code=3)
    assert "1 added, 1 skipped" in out
    assert "bad.txt" in err
    out, _ = policytext("list", "skipped", "--archive", archive)
    assert "bad.txt" in out


def test_show_quotes_the_raw_text(corpus_archive, capfd):
    with Archive.open(corpus_archive) as store:
        row = store.sql.execute(
            "SELECT p.id, p.text FROM passages p JOIN passage_statements s ON s.passage = p.key ORDER BY p.id"
        ).fetchone()
    assert run(["show", row["id"], "--archive", str(corpus_archive)]) == 0
    out, _ = capfd.readouterr()
    beside = re.sub(r"^.*?[│┃] ?", "", out, flags=re.MULTILINE)
    assert " ".join(row["text"].split()) in " ".join(beside.split())
    assert "said by" in out
    assert "raw text, " in out
    assert run(["show", row["id"].partition(":")[0], "--archive", str(corpus_archive)]) == 0
    assert row["text"] in capfd.readouterr()[0]


def test_show_raw_prints_the_text_that_offsets_count_in(tmp_path):
    text = "The board met in 1958\r\nand agreed \x07to meet again.\n"
    (tmp_path / "minutes.txt").write_bytes(text.encode())
    policytext("ingest", tmp_path, "--archive", tmp_path / "archive", "--model", "none")
    shown = subprocess.run(
        [sys.executable, "-m", "policytext", "show", "minutes", "--raw", "--archive", tmp_path / "archive"],
        capture_output=True,
        check=True,
    )
    assert shown.stdout == text.encode()


@pytest.mark.parametrize("what", ["documents", "speakers", "legislation"])
def test_lists(corpus_archive, capfd, what):
    assert run(["list", what, "--archive", str(corpus_archive)]) == 0
    out, _ = capfd.readouterr()
    assert len(out.splitlines()) > 5


def test_timeline_writes_a_table_a_picture_and_how_they_were_made(corpus_archive, tmp_path):
    for form, start in (
        ("csv", b"\xef\xbb\xbf"),
        ("svg", b"<svg"),
        ("html", b"<!DOCTYPE html>"),
        ("png", b"\x89PNG"),
    ):
        target = tmp_path / f"t.{form}"
        arguments = [
            "timeline",
            "reorganisation",
            "--archive",
            str(corpus_archive),
            "--format",
            form,
            "-o",
            str(target),
        ]
        assert run(arguments) == 0
        assert target.read_bytes().startswith(start)
        how = json.loads((tmp_path / f"t.{form}.provenance.json").read_text(encoding="utf-8"))
        assert how["query"] == "reorganisation"
        assert len(how["corpus_sha256"]) == 64


def test_timeline_rows_lead_to_the_raw_file(corpus_archive, capfdbinary):
    assert run(["timeline", "reorganisation", "--format", "jsonl", "--archive", str(corpus_archive)]) == 0
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    order = [r["statement_earliest"] or r["publication_earliest"] for r in rows]
    assert order == sorted(order)
    for row in rows:
        assert row["quote"]
        if row["relation"] == "quoted-at-second-hand":
            assert row["statement_latest"] < row["publication_earliest"]


def test_clean_prints_the_clean_text_and_its_edits(tmp_path, capfdbinary):
    paper = tmp_path / "paper.md"
    paper.write_text("# A **bold** title\n\nSome *text* of\nthe paper.\n", encoding="utf-8")
    assert run(["clean", str(paper)]) == 0
    assert capfdbinary.readouterr().out.decode() == "A bold title\n\nSome text of the paper.\n"
    assert run(["clean", str(paper), "--format", "jsonl"]) == 0
    edits = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    raw = paper.read_text(encoding="utf-8")
    assert all(raw[e["start"] : e["end"]] == e["text"] for e in edits)


HOSTILE = "<script>alert(1)</script> =HYPERLINK(1) \x1b[31mred\u202e backwards"


def test_hostile_text_does_not_steer_the_terminal(tmp_path, capfd):
    paper = tmp_path / "hostile.jsonl"
    paper.write_text(
        json.dumps({"id": "h", "title": HOSTILE, "text": f"Zebras said {HOSTILE} in 1956."}), encoding="utf-8"
    )
    archive = tmp_path / "archive"
    assert run(["ingest", str(paper), "--archive", str(archive)]) == 0
    for arguments in (
        ["search", "zebras"],
        ["show", "hostile.h"],
        ["show", "hostile.h:1"],
        ["list", "documents"],
    ):
        assert run([*arguments, "--archive", str(archive)]) == 0
    out, _ = capfd.readouterr()
    assert "<script>" in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_a_reader_that_goes_away_is_no_error(corpus_archive):
    script = "from policytext.cli.root import run; import sys; sys.exit(run(sys.argv[1:]))"
    command = [sys.executable, "-c", script, "export", "edits", "--archive", str(corpus_archive)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        error = process.stderr.read()
        assert process.wait() == 0
    assert error == b""


def test_the_archive_comes_from_the_option_the_environment_or_the_default(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for given, variable, expected in (
        ([], None, Path("indexes/default")),
        ([], "elsewhere", Path("elsewhere")),
        (["--archive", "here"], "elsewhere", Path("here")),
    ):
        monkeypatch.delenv("POLICYTEXT_ARCHIVE", raising=False)
        if variable:
            monkeypatch.setenv("POLICYTEXT_ARCHIVE", variable)
        done = CliRunner().invoke(root, ["check", *given])
        assert str(expected) in str(done.exception)


def test_version():
    out, _ = policytext("--version")
    assert out.startswith("policytext, version ")


def test_module_runs_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "policytext", "--help"], capture_output=True, check=True, env=os.environ
    )
    assert b"Commands:" in done.stdout


def test_a_batch_that_is_not_utf8_names_the_line(corpus_archive, tmp_path, capfd):
    queries = tmp_path / "queries.jsonl"
    queries.write_bytes(b'{"qid": "a", "text": "x"}\n{"qid": "b", "text": "caf\xe9"}\n')
    assert run(["search", "--batch", str(queries), "--archive", str(corpus_archive)]) == 1
    assert "line 2: not UTF-8" in capfd.readouterr().err


def test_output_follows_links_and_leaves_pipes_what_they_are(corpus_archive, tmp_path):
    target, link, pipe = tmp_path / "target.csv", tmp_path / "link.csv", tmp_path / "pipe"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    export = ["export", "documents", "--format", "csv", "--archive", str(corpus_archive), "-o"]
    assert run([*export, str(link)]) == 0
    assert link.is_symlink()
    assert target.read_bytes().startswith(b"\xef\xbb\xbfid,")
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert run([*export, str(pipe)]) == 0
        assert reader.stdout.read() == target.read_bytes()
    assert pipe.is_fifo()


def test_the_name_after_o_tells_the_format(corpus_archive, tmp_path):
    target = tmp_path / "t.svg"
    assert run(["timeline", "reorganisation", "--archive", str(corpus_archive), "-o", str(target)]) == 0
    assert target.read_bytes().startswith(b"<svg")


def test_an_interview_is_in_the_voice_of_who_answers(search):
    rows = [json.loads(r) for r in search("pool", "--speaker", "Calloway", "--format", "jsonl").splitlines()]
    assert rows
    hers = [r for r in rows if r["speaker"] != "Ruth Calloway’s mother"]  # whom she quotes, named through her
    assert {r["speaker"] for r in hers} == {"Ruth Calloway"}


def test_what_others_are_quoted_for_is_not_shown_as_own_words(search):
    """The filter shuts the quoted man out; the paper of 2018 holds the words, but they are not its own."""
    hits = search("dug up every spring", "--from", "2018", "--mode", "lexical").split("\n\n")
    hit = next(h for h in hits if "*dug*" in h)
    assert "quoting others, printed 5 Jul 2018" in hit.splitlines()[0]


@pytest.mark.parametrize("arguments", [["timeline"], ["timeline", "--as", "act"], ["picture", "variants"]])
def test_bytes_that_are_no_text_are_one_clear_line(coded_archive, arguments, capfd):
    assert run([*arguments, "x\udcff", "--archive", str(coded_archive)]) == 1
    (line,) = capfd.readouterr().err.splitlines()
    assert "UTF-8" in line or "no such" in line or "\ufffd" in line
