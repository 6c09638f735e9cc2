"""`policytext eval ocr`: error rates counted by hand, and reached by another road on our own papers."""

import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from conftest import CORPUS, ROOT
from policytext.cli.eval import command
from policytext.cli.root import run
from policytext.document import Block, Edit
from policytext.evaluation.noise.confusion_files import write_confusions
from policytext.evaluation.noise.confusions import learned
from policytext.evaluation.reading.aligning import character_errors, compare
from policytext.evaluation.reading.pairing import Pair, measured
from policytext.evaluation.reading.rates import LEFT_OUT, Rate, measure, measured_row, telling, together
from policytext.evaluation.reading.tokens import FOLDED, Stretch, compared, joined, tokens
from policytext.evaluation.reading.tracing import Part
from policytext.ingest.discovery import discover
from policytext.ingest.readers import read
from policytext.text.alignment import Alignment
from policytext.text.cleaning import clean
from tables_of_cases import DATA, cases, parametrised

TINY = DATA / "evaluation"


def edits_of(raw, rows, status):
    for text, replacement, rule in rows:
        assert raw.count(text) == 1
        start = raw.index(text)
        yield Edit(start, start + len(text), text, replacement, "a test", rule, status=status)


def part_of(case):
    """The case's text, cleaned by just the edits and blocks that the case names."""
    raw = case["raw"]
    edits = [*edits_of(raw, case.get("edits", []), "applied")]
    alignment = Alignment(len(raw), edits)
    text = alignment.apply(raw)
    whole = [[paragraph, "paragraph"] for paragraph in re.split(r"\n\s*\n", text.strip())]
    blocks = [
        Block(text.index(words), text.index(words) + len(words), kind, 0, "", "a.block", 1.0)
        for words, kind in case.get("blocks", whole)
    ]
    edits += edits_of(raw, case.get("suggested", []), "suggested")
    cleaned = replace(
        clean(raw), text=text, edits=tuple(edits), moves=(), blocks=tuple(blocks), alignment=alignment
    )
    return Part.of("page", (), cleaned)


@pytest.mark.parametrize("case", parametrised(cases("evaluation/measure.jsonl")))
def test_counts_made_by_hand(case):
    paper = measure(case["truth"], [part_of(case)], source="page", strict=case.get("strict", False))
    found = {
        "characters": list(paper.characters),
        "cer": [r.errors for r in (paper.cer_before, paper.cer_text_only, paper.cer_after)],
        "wer": [paper.wer_before.errors, paper.wer_after.errors],
        "moves": list(paper.moves),
        **{name: getattr(paper, name) for name in ("kept", "fixed", "damaged", "left")},
    }
    assert {name: found[name] for name in case["expect"]} == case["expect"]
    if "cases" in case:
        assert [[c.kind, c.start, c.end, c.truth, c.raw, c.clean, c.rule] for c in paper.cases] == case[
            "cases"
        ]


def test_a_rate_without_length_is_decided():
    assert Rate(0, 0).value == 0.0
    assert Rate(3, 0).value is None
    assert (Rate(1, 4) + Rate(2, 4)).value == 3 / 8
    assert sum([Rate(1, 4)], Rate(0, 0)).errors == 1


def test_all_papers_together_are_counted_by_character_not_by_paper():
    short = measure("One word.", [part_of({"raw": "Onc word."})], source="short")
    long = measure("word " * 99 + "end.", [part_of({"raw": "word " * 99 + "end."})], source="long")
    whole = together([short, long])
    assert whole.cer_before == Rate(1, 9 + 499)
    assert (whole.words, whole.left) == (102, 1)
    assert whole.cer_fall == 0


def test_shares_without_a_base_are_none():
    paper = measure("", [part_of({"raw": "x"})], source="page")
    row = measured_row(paper)
    assert (row["cer_before"], row["damaged_share"], row["fixed_share"]) == (None, None, None)
    assert measured_row(measure("x", [part_of({"raw": "x"})], source="page"))["cer_fall"] is None


def test_the_commonest_case_comes_first_and_says_how_often():
    raw = "the bcd and tlie bed and tlie bath and the tub"
    paper = measure(raw.replace("tlie", "the").replace("bcd", "bed"), [part_of({"raw": raw})], source="page")
    shown = telling(paper.cases, "left", 5)
    assert [(n, c.truth, c.raw, c.start) for n, c in shown] == [(2, "the", "tlie", 12), (1, "bed", "bcd", 4)]
    assert telling(paper.cases, "left", 1) == shown[:1]
    assert telling(paper.cases, "damaged", 5) == []


# Another road to the same figures: offsets/ says character by character what became of our papers.

NAMES = sorted(p.stem for p in (CORPUS / "damaged").iterdir() if p.suffix != ".html")


def damaged_path(name):
    (path,) = (CORPUS / "damaged").glob(f"{name}.*")
    return path


def rows_of(name):
    text = (CORPUS / "offsets" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def truth_of(name):
    return (CORPUS / "clean" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=NAMES)
def paper(request):
    """A paper's name, its measure, and the cleaned text of each of its records."""
    name = request.param
    path = damaged_path(name)
    readings = {(item.name.partition("#")[2] or None): read(item) for item in discover([path])}
    cleaned = {
        key: clean(r.text, edits=r.edits, hints=r.hints, doubts=r.doubts, carrier=r.carrier)
        for key, r in readings.items()
    }
    found = measured(Pair(CORPUS / "clean" / f"{name}.txt", path, path.name))
    return name, found, cleaned


def fold(text):
    return " ".join(text.translate(FOLDED).split())


def test_errors_before_agree_with_the_offsets(paper):
    name, found, cleaned = paper
    truth, cost = truth_of(name), 0
    for row in rows_of(name):
        here = truth[slice(*row["clean"])]
        there = cleaned[row.get("record")].raw[slice(*row["damaged"])]
        if row["kind"] == "same" or (not here.split() and not there.split() and here and there):
            continue  # blank space of another kind
        ours, theirs = fold(here), fold(there)
        put_in = bool(theirs) and not here.strip()
        only_blank = not ours and not theirs  # words joined, words parted
        cost += Levenshtein.distance(ours, theirs) + put_in
        cost += only_blank and bool(row["kind"] in {"joined_words", "split_word"})
        cost += row["kind"] == "hyphen_break"
    assert cost * 0.9 <= found.cer_before.errors <= cost * 1.02 + 1


def right_by_offsets(name, cleaned):
    """Yields (is right after) for every word of the truth that the offsets call right before."""
    truth = truth_of(name)
    where = {}
    for row in rows_of(name):
        if row["kind"] in {"same", "quote_mark"}:
            for at, to in zip(range(*row["clean"]), range(*row["damaged"]), strict=True):
                where[at] = row.get("record"), to
        elif row["kind"] == "ligature":
            where |= {at: (row.get("record"), row["damaged"][0]) for at in range(*row["clean"])}
    for match in re.finditer(r"\S+", truth):
        _, key = compared(match[0], strict=False)
        inner = re.search(r"[^\W_](?:.*[^\W_])?", match[0])
        if not key or any(
            at not in where for at in range(match.start() + inner.start(), match.start() + inner.end())
        ):
            continue
        record, first = where[match.start() + inner.start()]
        _, last = where[match.start() + inner.end() - 1]
        text = cleaned[record]
        if last - first < inner.end() - inner.start() and word_at(text.raw, first, last) == key:
            yield right_after(text, first, last, key)


def word_at(text, first, last):
    """The word of the token that holds ``first`` to ``last``."""
    start = max([0, *(m.end() for m in re.finditer(r"\s", text[max(0, first - 60) : first]))])
    start = start + max(0, first - 60) if start else max(0, first - 60)
    end = re.compile(r"\s|\Z").search(text, last).start()
    return compared("".join(text[start:end].split()), strict=False)[1]


def right_after(text, first, last, key):
    spans = text.alignment.to_clean(first, last + 1)
    if len(spans) != 1:
        return False
    (span,) = spans
    kept = any(b.start <= span.start < b.end and b.kind not in LEFT_OUT for b in text.blocks)
    return kept and word_at(text.text, span.start, span.end - 1) == key


def test_right_and_damaged_words_agree_with_the_offsets(paper):
    name, found, cleaned = paper
    outcomes = Counter(right_by_offsets(name, cleaned))
    assert abs(found.kept + found.damaged - outcomes.total()) <= 0.002 * found.words
    assert abs(found.damaged - outcomes[False]) <= 1


def test_cleaning_lowers_the_error_rate_of_our_papers(tmp_path):
    out = tmp_path / "rates.jsonl"
    assert (
        run(
            [
                "eval",
                "ocr",
                str(CORPUS / "clean"),
                str(CORPUS / "damaged"),
                "--format",
                "jsonl",
                "-o",
                str(out),
            ]
        )
        == 0
    )
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [r["record"] for r in rows] == ["paper"] * 12 + ["all"]
    assert rows[-1]["cer_after"] < rows[-1]["cer_text_only"] < rows[-1]["cer_before"]
    assert rows[-1]["cer_fall"] >= 2 / 3
    assert rows[-1]["damaged_share"] <= 0.0005
    for row in rows:
        assert row["kept"] + row["fixed"] + row["damaged"] + row["left"] == row["truth_words"]


# Laws of comparing

WORDS = st.lists(st.text("abcdeó’'.", min_size=1, max_size=4), max_size=60).map(" ".join)


def of(text):
    return tokens([Stretch(0, text, 0, len(text))])


@given(WORDS, WORDS)
def test_errors_lie_between_what_must_and_what_can_be(truth, text):
    true, found = of(truth), of(text)
    errors = compare(true, found).errors
    ours, theirs = Counter(joined(true)), Counter(joined(found))
    ours.subtract({" ": 0})
    del ours[" "], theirs[" "]  # a move may end at the end of the text, where no space stands
    assert errors >= max((ours - theirs).total(), (theirs - ours).total())
    assert errors <= sum(len(t.text) + 1 for t in [*true, *found])
    assert errors == character_errors(true, found)


@given(WORDS)
def test_a_text_is_without_error_against_itself(text):
    comparison = compare(of(text), of(text))
    assert (comparison.errors, comparison.word_errors, comparison.moves) == (0, 0, 0)
    assert all(
        partner == (number if token.key else -1)
        for number, (token, partner) in enumerate(zip(of(text), comparison.partners, strict=True))
    )


@given(WORDS, WORDS)
def test_partners_agree_and_are_nobody_elses(truth, text):
    true, found = of(truth), of(text)
    partners = compare(true, found).partners
    taken = [p for p in partners if p >= 0]
    assert len(taken) == len(set(taken))
    assert all(true[n].key == found[p].key for n, p in enumerate(partners) if p >= 0)


@given(st.permutations(range(6)), st.integers(0, 5), st.integers(0, 19))
def test_paragraphs_in_another_order_cost_only_what_was_misread(order, paragraph, word):
    paragraphs = [[f"w{p}x{n}" for n in range(20)] for p in range(6)]
    truth = "\n\n".join(" ".join(words) for words in paragraphs)
    paragraphs[paragraph][word] = "§" + paragraphs[paragraph][word][1:]
    text = "\n\n".join(" ".join(paragraphs[p]) for p in order)
    assert compare(of(truth), of(text)).errors == 1


def test_a_long_text_is_cut_without_raising_the_distance():
    words = [f"{a}{b}" for a in "abcdefghijklmnopqrstuvwxyz" for b in "abcdefghijklmnopqrstuvwxyz"] * 4
    truth = " ".join(f"{w}{n % 7}" for n, w in enumerate(words))
    text = " ".join(w for n, w in enumerate(truth.replace("c3", "ccc 3").split()) if n % 97)
    assert compare(of(truth), of(text)).errors == Levenshtein.distance(truth, text)


# The command

LISTED = {
    "alone.txt": "has no partner",
    "stray.md": "has no partner",
    "twice.txt": "is one of several of this name",
    "twice.md": "is one of several of this name",
    "broken.jsonl#L2": "is not JSON",
}


def evaluated(capfdbinary, *arguments, code):
    capfdbinary.readouterr()
    assert run(["eval", "ocr", *map(str, arguments)]) == code
    out, err = capfdbinary.readouterr()
    return out.decode("utf-8-sig"), err.decode()


def test_folders_are_matched_by_name_and_the_rest_is_named(capfdbinary):
    out, err = evaluated(capfdbinary, TINY / "truth", TINY / "damaged", "--format", "jsonl", code=3)
    rows = {row["source"]: row for row in map(json.loads, out.splitlines())}
    assert list(rows) == ["blank.txt", "minutes.txt", "records.jsonl", "web.html", "all"]
    for name, fault in LISTED.items():
        assert re.search(rf"^skipped {re.escape(name)}: {fault}", err, re.MULTILINE), (name, err)
    assert rows["blank.txt"]["cer_before"] is None
    assert rows["blank.txt"]["cer_errors_before"] == len("This page was left empty by the printer.")
    assert (rows["records.jsonl"]["cer_before"], rows["records.jsonl"]["cer_after"]) == (0, 0)
    assert (rows["web.html"]["cer_before"], rows["web.html"]["cer_after"]) == (0, 0)
    minutes = rows["minutes.txt"]
    assert minutes["cer_errors_before"] == len("- ") + len("14 ") + len("15 ")
    assert (minutes["cer_errors_after"], minutes["fixed"], minutes["damaged"], minutes["left"]) == (
        0,
        1,
        0,
        0,
    )
    assert rows["all"]["truth_words"] == sum(r["truth_words"] for n, r in rows.items() if n != "all")


def test_two_files_are_a_pair_whatever_their_names(capfdbinary):
    out, err = evaluated(capfdbinary, TINY / "truth" / "web.txt", TINY / "damaged" / "web.html", code=0)
    assert err == ""
    assert "web.html" in out
    assert "Of 13 right words 0 were damaged (0.000 %)." in out


def test_words_are_shown_with_place_and_rule(capfdbinary, tmp_path):
    (tmp_path / "truth.txt").write_text("The dean was here, and the dean was there.\n")
    (tmp_path / "scan.txt").write_text("The deqxn was here, and the deqxn was there.\n")
    files = tmp_path / "truth.txt", tmp_path / "scan.txt"
    out, _ = evaluated(capfdbinary, *files, "--words", "3", code=0)
    assert "   2 x dean: deqxn " in out
    assert "scan.txt:4-9" in out
    rows, _ = evaluated(capfdbinary, *files, "--words", "3", "--format", "csv", code=0)
    found = {row["record"]: row for row in csv.DictReader(io.StringIO(rows))}
    assert list(found) == ["paper", "all", "left"]
    assert (found["left"]["start"], found["left"]["end"], found["left"]["times"]) == ("4", "9", "2")
    assert found["left"]["cer_before"] == ""


def test_an_empty_truth_is_said_and_has_no_rate(capfdbinary, tmp_path):
    truth, scan = tmp_path / "truth.txt", tmp_path / "scan.txt"
    truth.write_bytes(b"")
    scan.write_bytes(b"The clerk read the minutes.\n")
    assert run(["eval", "ocr", str(truth), str(scan)]) == 0
    out, err = capfdbinary.readouterr()
    assert b"No CER: the truth is empty.\n" in out
    assert b"- %" not in out
    assert err == b"note: scan.txt: its truth is empty, so all that is read counts as wrong\n"


def test_no_pair_is_an_error_in_one_line(capfdbinary, tmp_path):
    _, err = evaluated(capfdbinary, TINY / "truth", tmp_path, code=1)
    assert err.splitlines()[-1].startswith("policytext: error: ")
    _, err = evaluated(capfdbinary, TINY / "truth", TINY / "damaged" / "web.html", code=1)
    assert "a folder and a file are no pair" in err


def test_the_same_bytes_whatever_the_seed_of_hashes():
    script = "from policytext.cli.root import run; import sys; sys.exit(run(sys.argv[1:]))"
    names = "1986-joint-planning-review.txt"
    arguments = ["eval", "ocr", CORPUS / "clean" / names, CORPUS / "damaged" / names, "--words", "9"]
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script, *map(str, arguments)],
            capture_output=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(outputs) == 1


def test_every_command_of_the_group_has_help_with_an_example():
    for name, inner in command.commands.items():
        assert f"policytext eval {name}" in inner.help
        for option in inner.params:
            if isinstance(option, click.Option) and option.name != "form":
                assert option.help, f"{name} --{option.name} has no help"


# The command with a collection; tests/test_curves.py has what is measured

COLLECTION = TINY / "collections" / "tiny"
QUICK = ["--system", "lexical:grams=always", "--rates", "0,5", "--seeds", "1", "--measure", "nDCG@10"]
NOTE = "1962-hospital-plan-note.txt"
PAIR = CORPUS / "clean" / NOTE, CORPUS / "damaged" / NOTE
RUN = Path("cer5-s1", "runs", "lexical-grams-always.trec")


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The file of what one of our papers tells of misreading."""
    path = tmp_path_factory.mktemp("kept") / "confusions.json"
    write_confusions(learned([Pair(*PAIR, NOTE)]), path)
    return path


def curves(capfdbinary, kept, *arguments, code=0):
    told = "--confusions", kept, "--collection", COLLECTION, *QUICK
    return evaluated(capfdbinary, *told, *arguments, code=code)


def test_a_folder_of_curves_is_made_again_to_the_byte(capfdbinary, tmp_path):
    folder = tmp_path / "figures"
    out, err = evaluated(capfdbinary, *PAIR, "--collection", COLLECTION, *QUICK, "-o", folder, code=0)
    assert "lexical:grams=always" in out
    assert "1 seed: too few" in out
    assert "again: policytext eval replay" in err
    assert {path.name for path in folder.iterdir()} == {
        *("README.md", "SHA256SUMS", "cleaning.csv", "confusions.json", "copies.csv", "curves.csv"),
        *("curves.svg", "environment.json", "per_query.csv", "summary.json"),
    }
    assert run(["eval", "replay", str(folder)]) == 0
    assert capfdbinary.readouterr().out.startswith(b"identical: ")


def test_confusions_can_be_kept_and_drawn_from(capfdbinary, kept, tmp_path):
    again = tmp_path / "confusions.json"
    told = ["--collection", COLLECTION, *QUICK, "--confusions-out", again, "--format", "jsonl"]
    both, _ = evaluated(capfdbinary, *PAIR, *told, code=0)
    assert again.read_bytes() == kept.read_bytes()
    alone, _ = curves(capfdbinary, kept, "--format", "jsonl")
    assert alone == both
    rows = [json.loads(line) for line in alone.splitlines()]
    assert [(row["rate"], row["lost"] is not None) for row in rows] == [(0.0, True), (0.05, True)]


def test_the_page_tells_the_command_and_not_where_things_went(capfdbinary, kept, tmp_path):
    page, _ = curves(capfdbinary, kept, "--cache", tmp_path / "cache", "--format", "markdown")
    assert "| nDCG@10 | clean | 5 % |" in page
    assert "--rates 0,5" in page
    assert "--cache" not in page


def test_what_was_begun_is_gone_on_with(capfdbinary, kept, tmp_path):
    first, _ = curves(capfdbinary, kept, "--cache", tmp_path / "cache")
    found = tmp_path / "cache" / "curves" / RUN
    before = found.stat().st_mtime_ns
    second, _ = curves(capfdbinary, kept, "--cache", tmp_path / "cache")
    assert second == first
    assert found.stat().st_mtime_ns == before


def test_a_run_that_was_cut_is_made_anew(capfdbinary, kept, tmp_path):
    first, _ = curves(capfdbinary, kept, "--cache", tmp_path / "cache")
    found = tmp_path / "cache" / "curves" / RUN
    whole = found.read_bytes()
    found.write_bytes(b"".join(whole.splitlines(keepends=True)[:-4]))
    second, _ = curves(capfdbinary, kept, "--cache", tmp_path / "cache")
    assert (second, found.read_bytes()) == (first, whole)


def test_what_was_done_stays_until_all_is_written(capfdbinary, kept, tmp_path, monkeypatch):
    def fails(*_arguments):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("policytext.export.pictures.rendering.render", fails)
        _, err = curves(capfdbinary, kept, "-o", tmp_path / "figures", code=1)
    assert "No space left on device" in err
    assert (tmp_path / "figures" / ".work" / RUN).is_file()
    curves(capfdbinary, kept, "-o", tmp_path / "figures")
    assert not (tmp_path / "figures" / ".work").exists()
    assert (tmp_path / "figures" / "curves.svg").is_file()


def test_a_report_of_another_command_is_not_replaced(capfdbinary, kept, tmp_path):
    folder = tmp_path / "figures"
    folder.mkdir()
    summary = '{"request": {"command": "eval run", "arguments": []}}'
    (folder / "summary.json").write_text(summary)
    digest = hashlib.sha256(summary.encode()).hexdigest()
    (folder / "SHA256SUMS").write_text(f"{digest}  summary.json\n")
    _, err = curves(capfdbinary, kept, "-o", folder, code=1)
    assert "holds a report of eval run" in err
    assert (folder / "summary.json").read_text() == summary


def test_curves_are_judged_as_the_options_say(capfdbinary, kept, tmp_path):
    qrels = tmp_path / "other.qrels"
    qrels.write_text("q1 0 minute-7 1\n")
    told = ["--alpha", "0.2", "--seed", "5", "--ties", "trec_eval", "--qrels", qrels, "-o", tmp_path / "out"]
    out, _ = curves(capfdbinary, kept, *told)
    assert "\u00b7 80 %" in out
    summary = json.loads((tmp_path / "out" / "summary.json").read_bytes())
    judging = {name: summary["judging"][name] for name in ("alpha", "seed", "ties")}
    assert judging == {"alpha": 0.2, "seed": 5, "ties": "trec_eval"}
    assert (summary["seeds"], summary["collection"]["queries"]) == ([6], 1)


def test_a_system_that_cannot_be_run_is_left_out(capfdbinary, kept):
    out, err = curves(capfdbinary, kept, "--system", "dense:model=/no/such/folder", code=3)
    assert "left out" in err
    assert "dense" not in out


PAPERS, ON_TINY = ["clean", "damaged"], ["--collection", str(COLLECTION)]


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "TRUTH and DAMAGED are missing"),
        (["clean"], "DAMAGED is missing"),
        (ON_TINY, "or --confusions FILE"),
        ([*PAPERS, "--rates", "x"], "no error rates"),
        ([*PAPERS, "--rates", "5,abc"], "no error rates"),
        ([*PAPERS, "--rates", "100"], "no error rates"),
        ([*PAPERS, "--rates", "-1"], "no error rates"),
        ([*PAPERS, "--rates", "0"], "no error rates"),
        ([*PAPERS, "--rates", "nan"], "no error rates"),
        ([*PAPERS, "--rates", "5"], "--rates needs --collection"),
        ([*PAPERS, "--qrels", "README.md"], "--qrels needs --collection"),
        ([*PAPERS, "--measure", "AP"], "--measure needs --collection"),
        ([*PAPERS, "--cache", "none"], "--cache needs --collection"),
        (["--confusions", "README.md"], "--confusions needs --collection"),
        ([*PAPERS, "--format", "markdown"], "only curves have a page"),
        ([*PAPERS, *ON_TINY, "--words", "3"], "--words tells nothing of curves"),
        ([*PAPERS, *ON_TINY, "--confusions", "README.md"], "TRUTH and DAMAGED and --confusions cannot"),
        ([*ON_TINY, "--confusions", "README.md", "--strict"], "--strict and --confusions cannot"),
        ([*PAPERS, *ON_TINY, "--measure", "R@1000"], "R@1000 looks deeper than the 100 documents"),
    ],
)
def test_what_means_nothing_together_is_a_usage_error(arguments, fault, capfdbinary, monkeypatch):
    monkeypatch.chdir(CORPUS)
    out, err = evaluated(capfdbinary, *arguments, code=2)
    assert out == ""
    (line,) = (line for line in err.splitlines() if line.startswith("Error: "))
    assert fault in line


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([*PAPERS, "-o", "clean"], "a folder has that name"),
        ([*PAPERS, "-o", "none/such"], "no such folder"),
        ([*PAPERS, "--collection", "clean"], "corpus.jsonl"),
        ([*PAPERS, *ON_TINY, "--system", "x"], "x"),
        ([*PAPERS, *ON_TINY, "--measure", "nonsense"], "nonsense"),
        ([*PAPERS, *ON_TINY, "-o", "clean"], "no report has written"),
        ([*ON_TINY, "--confusions", "README.md"], "no confusions"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(arguments, fault, capfdbinary, monkeypatch):
    monkeypatch.chdir(CORPUS)
    _, err = evaluated(capfdbinary, *arguments, code=1)
    (line,) = (line for line in err.splitlines() if line.startswith("policytext: error: "))
    assert fault in line


# The script that measures how fast cleaning is


def speed(*arguments):
    command = [sys.executable, str(ROOT / "eval" / "speed" / "cleaning.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_speed_script_prints_its_table(tmp_path):
    (tmp_path / "note.txt").write_text("The clerk read the letter.\n" * 20)
    done = speed(str(tmp_path), "--scale", "0.002", "--runs", "1", "--most", "1000")
    assert (done.returncode, done.stderr) == (0, "")
    table = [line for line in done.stdout.splitlines() if line.startswith("|")]
    named = [line.split("|")[1].strip() for line in table]
    for name in ("papers", "one line", "quotation marks", "page numbers", "short lines"):
        assert name in named


def test_the_speed_script_fails_where_doubling_costs_too_much(tmp_path):
    (tmp_path / "note.txt").write_text("The clerk read the letter.\n" * 20)
    done = speed(str(tmp_path), "--scale", "0.002", "--runs", "1", "--most", "0")
    assert done.returncode == 1
    assert speed(str(tmp_path / "none")).returncode == 2
