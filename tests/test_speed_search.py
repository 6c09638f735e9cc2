"""The speed suite of word search at tiny sizes: what it makes, finds and prints; never how long it takes."""

import re
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pytest

from conftest import ROOT
from policytext.text.terms import STOP_WORDS

SPEED = ROOT / "eval" / "speed"
sys.path.insert(0, str(SPEED))

import search_passages as made  # noqa: E402 - scripts lie beside each other, in no package
from search_systems import SYSTEMS  # noqa: E402
from search_table import overlap, row, verdict  # noqa: E402

sys.path.remove(str(SPEED))

COUNT = 400
HERE = [name for name, system in SYSTEMS.items() if all(map(find_spec, system.needs))]


def words(passages):
    return [word.strip(".").lower() for passage in passages for word in passage.split()]


def test_the_same_passages_come_from_the_seed_every_time():
    assert list(made.passages(30)) == list(islice(made.passages(300), 30))


def test_passages_have_the_shape_of_english():
    found = words(made.passages(1000))
    counts = Counter(found)
    stops = sum(number for word, number in counts.items() if word in STOP_WORDS) / len(found)
    assert 0.43 < stops < 0.47
    assert 85 < len(found) / 1000 < 95
    content = [number for word, number in counts.most_common() if word not in STOP_WORDS]
    assert 4 < content[0] / content[99] < 9  # (99 + 20) / (0 + 20), as Zipf and Mandelbrot have it
    assert sum(number == 1 for number in content) > len(content) / 3


def test_the_vocabulary_grows_with_the_text_but_slower():
    small, large = (len(set(words(made.passages(count)))) for count in (250, 1000))
    assert 1.5 * small < large < 4 * small


def test_the_words_of_different_ranks_differ():
    assert len({made.word_of(rank) for rank in range(60_000)}) == 60_000


def test_queries_are_of_the_lengths_that_they_should_be():
    pairs, sentences = (made.queries(kind, 50, COUNT) for kind in ("words", "sentence"))
    assert all(len(set(query.split())) == 2 for query in pairs)
    assert not any(word in STOP_WORDS for query in pairs for word in query.split())
    assert {len(query.split()) for query in sentences} <= set(range(12, 21))
    assert any(word in STOP_WORDS for query in sentences for word in query.split())
    assert pairs == made.queries("words", 50, COUNT)


@pytest.mark.parametrize(
    ("name", "share"), [("document", (0.1, 0.1)), ("years", (0.29, 0.31)), ("speaker", (0.008, 0.012))]
)
def test_a_filter_lets_its_share_pass(name, share):
    passing = made.passing(name, 20_000)
    assert share[0] <= len(passing) / 20_000 <= share[1]
    assert list(passing) == sorted(set(passing))


@pytest.mark.parametrize(
    ("ours", "theirs", "share"),
    [
        ([[1, 2]], [[2, 1]], 1.0),
        ([[1, 2], [3, 4]], [[1, 5], [3, 4]], 0.75),
        ([[]], [[]], 1.0),
        ([[]], [[1]], 0.0),
        ([[1, 2, 3, 4]], [[1]], 0.25),
        ([[1], [2]], [[1]], 1.0),  # they answered one query only
        ([], [], 0.0),
    ],
)
def test_overlap_of_the_ten_best(ours, theirs, share):
    assert overlap(ours, theirs) == share


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({"policytext": 1.5, "other": 1.0}, "within"),
        ({"policytext": 1.51, "other": 1.0}, "**over**"),
        ({"policytext": 0.2, "other": 1.0}, "within"),
        ({"policytext": 0.2, "other": None}, "-"),
        ({"other": 1.0, "third": 2.0}, "-"),
    ],
)
def test_within_or_over(figures, said):
    assert verdict(figures) == said


def test_a_row_holds_figures_and_their_ratios_to_the_least():
    line = row("cell", {"policytext": 0.5, "a": 0.25, "b": 1234.0, "c": None}, ["policytext", "a", "b", "c"])
    assert line == "| cell | 0.50 (2.00) | 0.25 (1.00) | 1,234 (4,936) | - | **over** |"


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("speed") / "passages.txt"
    made.write_passages(path, COUNT)
    return path


@pytest.mark.parametrize("name", HERE)
def test_every_system_finds_the_passage_that_holds_the_words_and_keeps_to_the_filter(name, source, tmp_path):
    system = SYSTEMS[name]()
    system.build(source, tmp_path / "index")
    system.open(tmp_path / "index", source)
    passages = list(made.read_passages(source))
    query = " ".join(islice((w for w in words(passages[7:8]) if w not in STOP_WORDS), 8))
    assert system.search(COUNT, None)(query)[0] == 7
    [(common, _)] = Counter(w for w in words(passages) if w not in STOP_WORDS).most_common(1)
    for passing_filter in made.FILTERS:
        passing = set(made.passing(passing_filter, COUNT))
        found = system.search(COUNT, passing_filter)(common)
        holding = {number for number in passing if common in words([passages[number]])}
        assert found
        assert set(found) <= passing
        assert len(found) >= min(10, len(holding))


def test_the_script_prints_every_cell_and_names_what_is_missing(tmp_path):
    out = tmp_path / "table.md"
    command = [sys.executable, str(SPEED / "search.py"), "--sizes", str(COUNT), "--out", str(out)]
    sizes = ["--queries", "4", "--rounds", "1", "--cold", "1", "--skip", f"rank-bm25:{COUNT}"]
    run = subprocess.run([*command, *sizes], capture_output=True, text=True, check=True)
    for name in set(SYSTEMS) - set(HERE):
        assert re.search(rf"^{name} is left out: pip install ", run.stderr, re.MULTILINE)
    assert "- rank-bm25 is left out at this size\n" in run.stdout or "rank-bm25" not in HERE
    assert out.read_text().strip() == run.stdout.strip()
    rows = [line.split(" | ") for line in run.stdout.splitlines() if line.startswith("| ")][1:]
    assert len(rows) == 16
    for cells in rows:
        assert cells[-1].rstrip(" |") in {"within", "**over**"}
        assert all(re.fullmatch(r"[\d.,]+ \([\d.,]+\)|-", cell) for cell in cells[1:-1])
        assert any("(1.00)" in cell for cell in cells[1:-1])
    shares = re.search(r"ten best of tantivy among ours: two words ([\d.]+)", run.stdout)
    assert float(shares[1]) > 0.9


def test_an_unknown_system_is_refused():
    command = [sys.executable, str(SPEED / "search.py"), "--systems", "grep"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert run.stderr == f"no such system: grep (try: {', '.join(SYSTEMS)})\n"
