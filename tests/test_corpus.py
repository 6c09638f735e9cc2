"""The demonstration papers hold what their notes promise, and the damaged ones fit the clean ones."""

import csv
import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from itertools import pairwise
from pathlib import Path

import pytest

from policytext.text.edtf import bounds, is_valid

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
CLEAN = {p.stem: p.read_text(encoding="utf-8") for p in sorted((CORPUS / "clean").glob("*.txt"))}
NOTES = (CORPUS / "NOTES.md").read_text(encoding="utf-8")


def table(name):
    with (CORPUS / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def section(title):
    return NOTES.split(f"## {title}\n")[1].split("\n## ")[0]


def first_column(text):
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("|")][2:]


SAYINGS = [row for row in table("sayings.csv") if row["speaker"]]


def damaged_path(name):
    (path,) = (CORPUS / "damaged").glob(f"{name}.*")
    return path


def damaged_texts(name):
    """The decoded text of a damaged file by record; one record, None, where it is no .jsonl."""
    path = damaged_path(name)
    text = path.read_bytes().decode("utf-8")
    if path.suffix != ".jsonl":
        return {None: text}
    return {line["id"]: line["text"] for line in map(json.loads, text.splitlines())}


def offsets(name):
    text = (CORPUS / "offsets" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def check(folder):
    command = [sys.executable, str(folder / "damage.py"), "--check"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_damaged_papers_are_what_their_recipes_make():
    done = check(CORPUS)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("folder", ["damaged", "offsets", "clean"])
def test_check_tells_a_changed_file(tmp_path, folder):
    copy = shutil.copytree(CORPUS, tmp_path / "corpus", ignore=shutil.ignore_patterns("__pycache__"))
    victim = min((copy / folder).iterdir())
    victim.write_bytes(victim.read_bytes().replace(b"a", b"o", 1))
    done = check(copy)
    assert done.returncode == 1
    assert victim.stem in done.stderr


def test_check_tells_a_file_nothing_makes(tmp_path):
    copy = shutil.copytree(CORPUS, tmp_path / "corpus", ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "damaged" / "stray.txt").write_text("stray")
    assert "stray.txt" in check(copy).stderr


@pytest.mark.parametrize("name", CLEAN)
def test_damaged_spans_tile_the_damaged_file_in_order(name):
    at = defaultdict(int)
    for row in offsets(name):
        record = row.get("record")
        assert row["damaged"][0] == at[record], row
        at[record] = row["damaged"][1]
    assert at == {record: len(text) for record, text in damaged_texts(name).items()}


@pytest.mark.parametrize("name", CLEAN)
def test_clean_spans_tile_the_clean_file(name):
    spans = sorted(row["clean"] for row in offsets(name))
    assert spans[0][0] == 0
    assert spans[-1][1] == len(CLEAN[name])
    assert all(before[1] == after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize("name", CLEAN)
def test_same_characters_exactly_where_the_kind_is_same(name):
    texts = damaged_texts(name)
    for row in offsets(name):
        clean = CLEAN[name][slice(*row["clean"])]
        damaged = texts[row.get("record")][slice(*row["damaged"])]
        assert (clean == damaged) == (row["kind"] == "same"), row


@pytest.mark.parametrize("name", CLEAN)
def test_only_footnotes_leave_their_place(name):
    notes = [m.span() for m in re.finditer(r"(?m)^\d{1,2} (?=[A-Z]).*$", CLEAN[name])]
    for before, after in pairwise(row["clean"] for row in offsets(name)):
        if after[0] < before[0]:  # a step back: from a note to the text, or from the text to a note
            inside = [s <= at <= e for s, e in notes for at in (before[1], after[1])]
            assert any(inside), (before, after)


def test_scans_lose_about_six_characters_in_a_thousand():
    kinds = {"char_confusion", "date_confusion", "name_confusion", "ligature", "joined_words", "split_word"}
    hurt = size = 0
    for name, text in CLEAN.items():
        if damaged_path(name).suffix == ".txt":
            size += len(text)
            hurt += sum(row["kind"] in kinds for row in offsets(name))
    assert 0.004 < hurt / size < 0.009


def test_every_kind_of_damage_is_there():
    kinds = {row["kind"] for name in CLEAN for row in offsets(name)}
    assert kinds >= {
        "same", "char_confusion", "date_confusion", "name_confusion", "ligature", "quote_mark", "lost_mark",
        "footnote_mark", "joined_words", "split_word", "line_break", "hyphen_break", "blank_line",
        "page_break", "page_number", "running_header", "form_feed", "pull_quote", "bullet", "table",
        "markup", "entity", "escape", "boilerplate", "record_break",
    }  # fmt: skip


def test_paragraphs_are_broken_across_pages():
    broken = [
        r
        for name in CLEAN
        for r in offsets(name)
        if r["kind"] == "page_break" and r["clean"][0] < r["clean"][1]
    ]
    assert len(broken) >= 10


@pytest.mark.parametrize("name", CLEAN)
def test_papers_are_as_long_as_promised(name):
    assert 500 <= len(CLEAN[name].split()) <= 1400


def test_there_are_twelve_papers_on_four_carriers():
    suffixes = [damaged_path(name).suffix for name in CLEAN]
    assert {s: suffixes.count(s) for s in suffixes} == {".txt": 7, ".md": 2, ".html": 2, ".jsonl": 1}
    assert 10_500 <= sum(len(text.split()) for text in CLEAN.values()) <= 12_500


@pytest.mark.parametrize("name", CLEAN)
def test_clean_papers_keep_their_form(name):
    text = CLEAN[name]
    assert text.endswith("\n")
    assert not re.search(r"\n\n\n| \n|  |\r|[ﬁﬂ\"]", text)
    assert text.count("“") == text.count("”")


def test_catalogue_is_valid_and_complete():
    rows = table("catalogue.csv")
    assert list(rows[0]) == ["file", "title", "authors", "publisher", "date", "kind", "rights"]
    assert sorted(row["file"] for row in rows) == sorted(damaged_path(name).name for name in CLEAN)
    assert all(row["rights"] == "CC0-1.0" for row in rows)
    assert all(is_valid(row["date"]) for row in rows if row["date"])
    assert sum(not row["title"] and not row["date"] for row in rows) == 3


def test_every_act_is_in_the_notes():
    listed = [re.sub(r",", "", title) for title in first_column(section("Acts"))]
    cited = 0
    for name, text in CLEAN.items():
        for match in re.finditer(r"\bAct,? (?:19|20)\d\d\b", text):
            words = re.sub(r",", "", text[: match.end()])[-200:]
            assert any(words.endswith(title) for title in listed), (name, words[-60:])
            cited += 1
        for year in re.findall(r"\b[Tt]he ((?:19|20)\d\d) Act\b|\bAct of ((?:19|20)\d\d)", text):
            assert any(title.endswith("".join(year)) for title in listed), (name, year)
            cited += 1
    assert cited >= 25
    used = re.sub(r",", "", " ".join(CLEAN.values()))
    assert [title for title in listed if title not in used] == []


def test_every_command_paper_is_in_the_notes():
    for name, text in CLEAN.items():
        for number in re.findall(r"\bC(?:md|mnd|m)\.? \d+", text):
            assert number in section("Other facts"), (name, number)


def test_only_invented_people_speak():
    invented = first_column(section("Invented people"))
    assert {row["speaker"] for row in SAYINGS} <= set(invented)
    printed = re.sub(r"\s+", " ", " ".join(CLEAN.values()))
    surnames = {name.rsplit(" ", 1)[-1] for name in invented}
    assert [name for name in surnames if name not in printed] == []


def test_sayings_stand_where_they_say():
    for row in table("sayings.csv"):
        assert CLEAN[row["file"]][int(row["start"]) : int(row["end"])] == row["words"]
        assert not row["speaker"] or is_valid(row["said"]), row


def test_nothing_between_quotation_marks_is_left_out():
    known = {(row["file"], int(row["start"])) for row in table("sayings.csv")}
    for name, text in CLEAN.items():
        missing = [m.group() for m in re.finditer(r"“[^”]*”", text) if (name, m.start() + 1) not in known]
        assert missing == [], name


def test_nobody_speaks_after_the_paper_is_printed():
    for row in SAYINGS:
        printed = re.search(r"^\d{4}(?:-(\d\d))?(?=-[a-z])", row["file"]).group()
        last_year = printed[:2] + printed[-2:]
        assert bounds(row["said"])[1][:4] <= last_year, row


def test_statements_are_enough_and_some_much_older_than_their_paper():
    assert len(SAYINGS) >= 30
    ages = [int(row["file"][:4]) - int(bounds(row["said"])[1][:4]) for row in SAYINGS]
    assert sum(age >= 5 for age in ages) >= 8
    assert any(row["said"].startswith("1956") and age >= 1 for row, age in zip(SAYINGS, ages, strict=True))


def test_reprinted_sayings_are_found_where_they_were_first_printed():
    repeated = [row for row in SAYINGS if row["repeats"]]
    assert {(row["file"][:4], row["repeats"][:4]) for row in repeated} == {("2016", "2011"), ("2018", "1957")}
    for row in repeated:
        there, words = CLEAN[row["repeats"]].lower(), re.findall(r"\w+", row["words"].lower())
        first = " ".join(re.findall(r"\w+", there))
        assert any(" ".join(words[i : i + 5]) in first for i in range(max(1, len(words) - 4))), row


def test_public_domain_is_stated():
    licence = (CORPUS / "LICENCE").read_text(encoding="utf-8")
    assert "CC0 1.0 Universal" in licence
    assert "https://creativecommons.org/publicdomain/zero/1.0/" in licence
    assert "CC0" in (CORPUS / "README.md").read_text(encoding="utf-8")
