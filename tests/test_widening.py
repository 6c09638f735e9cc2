"""Other words for those of a query: found by them, explained by them, and not where the reader says so."""

import json

import pytest

from policytext.cli.root import run
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.passages import IndexedPassage
from policytext.search.widening import WEIGHTS, widened

PASSAGES = (
    "The regulators look at one body at a time and never at the whole town.",
    "Delayed discharge cost the county four wards that winter.",
    "Nothing here but the price of coal.",
)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    root = tmp_path_factory.mktemp("widening")
    build_lexical(root, 1, "x", (IndexedPassage(n, text) for n, text in enumerate(PASSAGES)))
    return LexicalIndex.open(root, 1)


def found(index, query):
    return [r.number for r in index.rank(query, 3, more=widened(query, index))]


@pytest.mark.parametrize(("query", "number"), [("watchdogs", 0), ("bed-blocking", 1), ("bedblocking", 1)])
def test_a_passage_is_found_by_other_words(index, query, number):
    assert index.rank(query, 3) == []
    assert found(index, query) == [number]


def test_only_what_the_corpus_holds_is_asked_for(index):
    ways = [way for best in widened("watchdogs", index) for way in best.parts]
    assert [way.name for way in ways] == ["regulator"]
    assert all(index.count(term) for way in ways for term in way.terms)


def test_a_phrase_counts_as_much_as_a_word(index):
    ((way,),) = (best.parts for best in widened("bed-blocking", index))
    assert (way.terms, way.weight) == (("delay", "discharg"), WEIGHTS["same"] / 2)


def test_of_several_ways_the_best_counts(index):
    (one,) = widened("watchdogs", index)
    alone = index.rank("", 1, more=[one])
    twice = type(one)((*one.parts, *one.parts))
    assert index.rank("", 1, more=[twice]) == alone


def test_what_nobody_calls_otherwise_stays_alone(index):
    assert widened("the coal of winter", index) == ()


def hits(archive, capsys, *options):
    assert run(["search", *options, "--archive", str(archive), "--mode", "lexical", "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    root = tmp_path_factory.mktemp("other-words")
    (root / "papers").mkdir()
    (root / "papers" / "towns.txt").write_text("\n\n".join(PASSAGES), encoding="utf-8")
    options = ["--archive", str(root / "archive"), "--model", "none"]
    assert run(["ingest", str(root / "papers"), *options]) == 0
    return root / "archive"


def test_the_command_looks_for_other_words_unless_told_not_to(archive, capsys):
    capsys.readouterr()
    (hit, *_) = hits(archive, capsys, "watchdogs")
    assert "regulators" in hit["text"]
    assert hits(archive, capsys, "watchdogs", "--exact") == []


def test_the_explanation_names_the_other_word(archive, capsys):
    assert run(["search", "watchdogs", "--explain", "--archive", str(archive), "--mode", "lexical"]) == 0
    assert "regulator  for watchdogs (near)" in capsys.readouterr().out


def test_the_other_word_is_marked(archive, capsys):
    assert run(["search", "watchdogs", "--archive", str(archive), "--mode", "lexical"]) == 0
    assert "*regulators*" in capsys.readouterr().out
