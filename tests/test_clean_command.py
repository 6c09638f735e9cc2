"""policytext clean: what its user sees of a cleaning, and can say of it."""

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import termios

import pytest

from conftest import CORPUS
from policytext.cli import clean as command_module
from policytext.cli.root import run
from policytext.pipeline.ingesting import ingest
from policytext.store.archive import Archive
from policytext.store.decisions import COLUMNS

SCAN = CORPUS / "damaged" / "1963-circular-digest.txt"
PAPER = """\
The committee shonld meet again in the spring, and should say which of the wards are to be closed.
It sbould not wait for the board, which has said that the wards are short of nurses and of doctors.

12

The chairman thanked tbe nurses and the doctors. The nurses and the doctors thanked the chairman, who
said that tlie wards were full and that the beds were few. "We have said so bcfore," the matron said.

13

The treasurer spoke of the rates, and the clerk of the minutes. Neither was heard to the end, since it was

14

late and the caretaker had put the lights out in the corridor.
"""
DIFF = re.compile(r" *(?P<line>[\d,]+)  (?P<start>\d+)-(?P<end>\d+) +(?P<status>\w+) +[\d.]+  (?P<rule>\S+) ")


@pytest.fixture
def clean(capfdbinary):
    """Runs the command; returns what it writes to stdout and stderr."""

    def ran(*arguments, code=0):
        capfdbinary.readouterr()
        assert run(["clean", *map(str, arguments)]) == code
        out, err = capfdbinary.readouterr()
        return out.decode(), err.decode()

    return ran


@pytest.fixture
def paper(tmp_path):
    path = tmp_path / "paper.txt"
    path.write_text(PAPER, encoding="utf-8")
    return path


def test_text_is_the_running_text(clean, paper):
    out, err = clean(paper)
    assert "12" not in out
    assert "should meet again" in out
    assert err == ""


def test_the_diff_shows_each_change_of_words_with_its_place(clean, paper):
    out, _ = clean(paper, "--diff")
    head, columns, *lines, last = out.splitlines()
    assert head == "paper.txt"
    assert columns.split() == ["line", "raw", "status", "conf", "rule", "change"]
    assert "not shown: " in last
    assert "blank space" in last
    assert "[-shonld-]{+should+}" in out
    assert "[-12-]" in out.replace("⏎", "")
    for line in lines:
        told = DIFF.match(line)
        assert told, line
        start, end = int(told["start"]), int(told["end"])
        assert int(told["line"]) == PAPER.count("\n", 0, start) + 1
        assert re.sub(r"\s+", "", PAPER[start:end]) in line.replace("⏎", "").replace(" ", "")
        assert len(line) <= 110
        assert "\x1b" not in line


def test_the_whole_diff_has_a_line_for_every_edit_and_move(clean, paper):
    out, _ = clean(paper, "--diff", "--all", "--level", "suggest")
    edits = [json.loads(r) for r in clean(paper, "--format", "jsonl", "--level", "suggest")[0].splitlines()]
    places = [(int(m["start"]), int(m["end"])) for line in out.splitlines() if (m := DIFF.match(line))]
    assert places == [(e["start"], e["end"]) for e in edits]
    assert "not shown" not in out


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "a.html",
            "<ul><li><a href='/'>Home</a></li>\t<li>Papers</li></ul><p>The board met.</p>\t<p>It sat.</p>",
        ),
        (
            "a.md",
            "# Minutes\n\n<p>The board met and did not\n\n*adjourn* before noon.</p>\t<p>It sat on.</p>\n",
        ),
    ],
)
def test_marks_and_blanks_are_no_changes_of_words(clean, tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    (head, last) = clean(tmp_path / name, "--diff")[0].splitlines()
    assert head == name
    assert re.fullmatch(r"  not shown: .*of Markdown or HTML marks; --all shows them", last)
    assert table(clean(tmp_path / name, "--format", "csv", "--level", "suggest")[0]) == []


@pytest.mark.parametrize("form", ["jsonl", "csv", "diff", "report"])
def test_suggestions_are_told_of_only_where_asked_for(clean, form):
    options = [f"--{form}"] if form in ("diff", "report") else ["--format", form]
    safe, suggest = (clean(SCAN, *options, "--level", level)[0] for level in ("safe", "suggest"))
    assert "suggested" not in safe
    assert "suggested" in suggest
    assert len(suggest) > len(safe)
    assert clean(SCAN)[0] == clean(SCAN, "--level", "suggest")[0]


@pytest.mark.parametrize("name", ["1963-circular-digest", "1986-joint-planning-review"])
def test_the_report_says_what_it_is_and_what_was_done(clean, name):
    scan = CORPUS / "damaged" / f"{name}.txt"
    out, _ = clean(scan, "--report", "--level", "suggest")
    told = {line[2:13].strip(): line[13:] for line in out.splitlines() if re.match(r"  \w+ +", line)}
    assert told["source"].startswith("read by a machine from an image")
    assert "misread" in told["damage"]
    before, after = map(float, re.findall(r"([\d.]+) %", told["quality"]))
    assert before < after
    assert "running header" in told["blocks"]
    counts = dict.fromkeys(("applied", "moved", "suggested", "flagged"), 0)
    for number, status in re.findall(
        r"^ {4,} *([\d,]+)  (applied|moved|suggested|flagged) ", out, re.MULTILINE
    ):
        counts[status] += int(number)
    rows = [json.loads(r) for r in clean(scan, "--format", "jsonl", "--level", "suggest")[0].splitlines()]
    assert sum(counts.values()) == len(rows) == int(told["edits"])
    assert counts["moved"] == sum(r["moved_to"] is not None for r in rows)
    flagged = int(told.get("flagged", "0").split()[0])
    assert counts["flagged"] == sum(r["status"] == "flagged" for r in rows) == flagged
    assert max(map(len, out.splitlines())) <= 110


def test_diff_comes_before_the_report_and_every_source_has_a_head(clean):
    out, _ = clean(CORPUS / "damaged", "--diff", "--report")
    names = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert len(names) == len(set(names)) >= 12
    assert names == sorted(names)
    for part in re.split(r"^\S.*\n", out, flags=re.MULTILINE)[1:]:
        assert part.index("\n  source ") < part.index("\n  edits ")
        assert part.startswith(("  line ", "  not shown: ", "  nothing changed"))
    assert max(map(len, out.splitlines())) <= 110


def test_what_cannot_be_read_is_a_line_and_the_others_go_on(clean, paper):
    (paper.parent / "empty.txt").write_bytes(b"")
    out, err = clean(paper.parent, "--report", code=3)
    assert out.startswith("paper.txt\n")
    assert err == "skipped empty.txt: is empty\n"


def test_a_fault_of_ours_in_one_paper_stops_no_other(clean, paper, monkeypatch):
    whole = command_module.clean

    def faulty(text, **known):
        return whole(text, **known) if text == PAPER else int(text)

    monkeypatch.setattr(command_module, "clean", faulty)
    (paper.parent / "a.txt").write_text("The board met.\n", encoding="utf-8")
    out, err = clean(paper.parent, code=3)
    assert "should meet again" in out
    assert err.startswith("skipped a.txt: could not be cleaned (ValueError: invalid literal")
    assert err.count("\n") == 1


def test_a_paper_is_never_written_over(clean, paper):
    (paper.parent / "cleaned").mkdir()
    for source in (paper, paper.parent):
        out, err = clean(source, "-o", paper, code=1)
        assert (out, err.count("\n")) == ("", 1)
        assert "is one of the papers to clean" in err
    assert paper.read_text(encoding="utf-8") == PAPER
    for _ in range(2):  # what was written before may be written anew
        clean(paper, "-o", paper.parent / "cleaned" / "paper.txt")
        clean(paper.parent, "--diff", "-o", paper.parent / "diff.log")


def test_a_folder_without_papers_is_said(clean, tmp_path):
    assert clean(tmp_path) == ("", f"note: nothing to read in {tmp_path}\n")


@pytest.mark.parametrize(
    "arguments",
    [("--diff", "--format", "jsonl"), ("--report", "--format", "csv"), ("--all",), ("--level", "most")],
)
def test_options_that_do_not_go_together(paper, capfd, arguments):
    assert run(["clean", str(paper), *arguments]) == 2
    assert capfd.readouterr().out == ""


# --- deciding -----------------------------------------------------------------------------------------------


def table(text):
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"), newline="")))


def write_table(path, rows):
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_the_table_to_decide_by_holds_what_concerns_words(clean, paper):
    rows = table(clean(paper, "--format", "csv", "--level", "suggest")[0])
    assert tuple(rows[0]) == COLUMNS
    assert [int(r["start"]) for r in rows] == sorted(int(r["start"]) for r in rows)
    assert {"shonld", "sbould", "tbe", "tlie", "bcfore"} <= {r["text"] for r in rows}
    for row in rows:
        assert PAPER[int(row["start"]) : int(row["end"])] == row["text"]
        assert row["decision"] == row["by"] == ""
        assert row["note"]


def test_what_is_decided_is_done(clean, paper, tmp_path):
    rows = table(clean(paper, "--format", "csv", "--level", "suggest")[0])
    for row in rows:
        row["decision"] = "reject" if row["text"] == "shonld" else "accept"
        if row["text"] == "bcfore":
            row["replacement"] = "long before"
    decided = write_table(tmp_path / "decided.csv", rows)
    out, err = clean(paper, "--decisions", decided)
    assert err == ""
    assert "committee shonld meet" in out
    assert "said so long before," in out
    assert "thanked the nurses" in out
    report, _ = clean(paper, "--decisions", decided, "--report")
    assert f"  decisions  {len(rows)} followed, 0 not\n" in report
    assert table(clean(paper, "--decisions", decided, "--format", "csv", "--level", "suggest")[0]) == []


def test_decisions_that_cannot_be_followed_are_said(clean, paper, tmp_path):
    rows = [
        ("paper.txt", 0, 5, "Those", "These", "accept", "", ""),
        ("paper.txt", 4, 13, "committee", "board", "maybe", "", ""),
        ("other.txt", 0, 3, "The", "A", "accept", "", ""),
        ("paper.txt", 4, 13, "committee", "board", "accept", "", ""),
    ]
    decided = write_table(tmp_path / "decided.csv", [dict(zip(COLUMNS, r, strict=True)) for r in rows])
    out, err = clean(paper, "--decisions", decided)
    assert out.startswith("The board should")
    notes = err.splitlines()
    assert len(notes) == 2
    assert "decided.csv, line 3: " in notes[0]
    assert notes[1].startswith("note: paper.txt: ")
    assert "0-5" in notes[1]
    report, _ = clean(paper, "--decisions", decided, "--report")
    assert "  decisions  1 followed, 1 not\n" in report


def test_decisions_on_other_files_only_are_said(clean, paper, tmp_path):
    row = dict(zip(COLUMNS, ("papers/paper.txt", 4, 13, "committee", "board", "accept", "", ""), strict=True))
    decided = write_table(tmp_path / "decided.csv", [row])
    out, err = clean(paper, "--decisions", decided)
    assert out.startswith("The committee")
    assert err == "note: the decisions concern none of these files; their sources are: papers/paper.txt\n"


def test_papers_of_one_name_are_decided_on_one_by_one(clean, paper, tmp_path):
    papers, archive = tmp_path / "papers", tmp_path / "archive"
    for name in ("a", "b"):
        (papers / name).mkdir(parents=True)
    paper.rename(papers / "a" / "paper.txt")
    (papers / "b" / "paper.txt").write_text(f"{PAPER} It sbould be noted.\n", encoding="utf-8")
    rows = table(clean(papers, "--format", "csv")[0])
    assert {r["source"] for r in rows} == {"a/paper.txt", "b/paper.txt"}
    decided = write_table(tmp_path / "decided.csv", [r | {"decision": "reject"} for r in rows])
    report = ingest([papers], archive, decisions=decided)
    assert [line.message for line in report.lines] == ["", ""]
    assert not any("are called" in note for note in report.notes)
    for row in rows:
        row |= {"source": "paper.txt", "decision": "reject", "start": "1", "end": f"{1 + len(row['text'])}"}
    named = write_table(tmp_path / "named.csv", [r for r in rows if r["text"].isalpha()])
    report = ingest([papers], tmp_path / "other", decisions=named)
    assert all("not followed" in line.message for line in report.lines)
    assert (
        "2 papers are called paper.txt: name them in the decisions by their paths, such as a/paper.txt"
        in report.notes
    )


def test_a_passage_is_shown_with_its_repairs_and_who_decided(paper, tmp_path, capfd):
    papers, archive = tmp_path / "papers", tmp_path / "archive"
    papers.mkdir()
    paper.rename(papers / "paper.txt")
    rows = [
        ("paper.txt", 4, 13, "committee", "board", "accept", "Ann", ""),
        ("paper.txt", 14, 20, "shonld", "should", "reject", "Ann", ""),
    ]
    decided = write_table(tmp_path / "decided.csv", [dict(zip(COLUMNS, r, strict=True)) for r in rows])
    ingest([papers], archive, decisions=decided)
    assert run(["show", "paper:00001", "--archive", str(archive)]) == 0
    told = capfd.readouterr().out.splitlines()
    assert "repaired 4-13: committee -> board (decided by Ann, rule decision.own, confidence 1.00)" in told
    assert any(line.startswith("rejected 14-20: shonld -> should (") for line in told)
    place = PAPER.index("sbould")
    assert any(line.startswith(f"repaired {place}-{place + 6}: sbould -> should (") for line in told)
    assert not any("space." in line for line in told)


def test_an_archive_lends_its_decisions_and_its_other_papers(clean, tmp_path):
    papers, archive = tmp_path / "papers", tmp_path / "archive"
    papers.mkdir()
    words = "The warden said that the {} was kept in the yard behind the hall for all of them to see.\n"
    for name, word in (("a", "tal1owick"), ("b", "tallowick"), ("c", "tallowick")):
        (papers / f"{name}.txt").write_text(f"Paper {name}. {words.format(word)}", encoding="utf-8")
    ingest([papers], archive)
    row = dict(zip(COLUMNS, ("a.txt", 9, 12, "The", "That", "accept", "Ann", ""), strict=True))
    write_table(archive / "decisions.csv", [row])
    alone, _ = clean(papers / "a.txt")
    assert "The warden said that the tal1owick" in alone
    there, _ = clean(papers / "a.txt", "--archive", archive)
    assert "That warden said that the tallowick" in there
    own = write_table(tmp_path / "own.csv", [row | {"replacement": "This"}])
    both, _ = clean(papers / "a.txt", "--archive", archive, "--decisions", own)
    assert "This warden said that the tallowick" in both
    assert "no archive here" in clean(papers / "a.txt", "--archive", tmp_path / "nowhere", code=1)[1]


def test_text_is_what_ingest_stores_but_for_the_margin(clean, corpus_archive):
    with Archive.open(corpus_archive) as store:
        for row in store.sql.execute("SELECT name, clean FROM documents WHERE name NOT LIKE '%#%'"):
            out, _ = clean(CORPUS / "damaged" / row["name"], "--archive", corpus_archive)
            assert row["clean"].startswith(out.rstrip("\n"))


# --- screens ------------------------------------------------------------------------------------------------


def on_a_terminal(*arguments, columns=80, **environment):
    """Runs the program on a terminal of its own; returns what it shows there."""
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, columns))
    variables = (
        {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS")}
        | {"TERM": "xterm"}
        | environment
    )
    command = [sys.executable, "-m", "policytext", "clean", *map(str, arguments)]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=variables) as process:
        os.close(theirs)
        parts = []
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            parts.append(part)
        assert process.wait(60) == 0
    os.close(ours)
    return b"".join(parts).decode()


def test_on_a_terminal_old_words_are_red_and_new_ones_green(paper):
    shown = on_a_terminal(paper, "--diff")
    assert "\x1b[31mshonld\x1b[0m\x1b[32mshould\x1b[0m" in shown
    assert "[-" not in shown
    plain = on_a_terminal(paper, "--diff", NO_COLOR="1")
    assert "\x1b" not in plain
    assert "[-shonld-]{+should+}" in plain


@pytest.mark.parametrize("columns", [60, 80, 130])
def test_lines_are_as_wide_as_the_terminal(columns):
    shown = on_a_terminal(SCAN, "--diff", "--report", NO_COLOR="1", columns=columns)
    lines = shown.replace("\r", "").splitlines()
    assert max(map(len, lines)) <= columns
    assert re.search(r"\[-\w+-\]\{\+\w+\+\}", shown)


def test_a_file_gets_no_colour(paper, tmp_path):
    target = tmp_path / "diff.txt"
    on_a_terminal(paper, "--diff", "-o", target)
    assert "[-shonld-]{+should+}" in target.read_text(encoding="utf-8")


def test_hostile_text_does_not_steer_the_terminal(clean, tmp_path):
    path = tmp_path / "hostile.txt"
    path.write_text(f"{PAPER}\nThey \x1b[31msbould\x1b[0m and \u202eshonld\u202c go.\n", encoding="utf-8")
    for options in (("--diff", "--all"), ("--report",)):
        out, _ = clean(path, *options)
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_a_reader_that_goes_away_is_no_error():
    command = [sys.executable, "-m", "policytext", "clean", str(CORPUS / "damaged"), "--format", "jsonl"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0
