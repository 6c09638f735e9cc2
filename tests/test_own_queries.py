"""Our own queries and judgements in eval/queries: whole, in order, and at home in the papers as ingested."""

import json
import re
from collections import Counter
from itertools import pairwise
from statistics import median

import pytest

from conftest import CORPUS, ROOT
from policytext.cli.root import run
from policytext.evaluation.retrieval.collections.opening import open_collection
from policytext.text.terms import query_terms, terms

HERE = ROOT / "eval" / "queries"
README = (HERE / "README.md").read_text(encoding="utf-8")


def lines(name):
    return [json.loads(line) for line in (HERE / name).read_text(encoding="utf-8").splitlines()]


QUERIES, QRELS, ABSENT = lines("queries.jsonl"), lines("qrels.jsonl"), lines("absent.jsonl")


def raw_text(source):
    """The decoded file that offsets count in; of the minutes, the text of the meeting behind the #."""
    name, _, record = source.partition("#")
    text = (CORPUS / "damaged" / name).read_bytes().decode("utf-8-sig")
    if not record:
        return text
    return next(row["text"] for row in map(json.loads, text.splitlines()) if row["id"] == record)


RAW = {source: raw_text(source) for source in {row["source"] for row in QRELS}}


def quote(row):
    return RAW[row["source"]][row["start"] : row["end"]]


@pytest.fixture(scope="module")
def passages(corpus_archive, tmp_path_factory):
    """The passages of our papers as exported, by source."""
    path = tmp_path_factory.mktemp("own") / "passages.jsonl"
    assert run(["export", "passages", "--archive", str(corpus_archive), "-o", str(path)]) == 0
    by_source = {}
    for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
        by_source.setdefault(row["source"], []).append(row)
    return by_source


@pytest.fixture(scope="module")
def collection(corpus_archive):
    return open_collection(HERE, archive=corpus_archive)


def told(label):
    """The whole numbers that a table of the README gives for a label."""
    found = re.search(rf"^\| {re.escape(label)} \| ([\d, ]+) \|", README, re.MULTILINE)
    assert found, label
    return [int(number) for number in found[1].split(", ")]


@pytest.mark.parametrize("rows", [QUERIES, ABSENT], ids=["queries", "absent"])
def test_ids_are_unique_and_sorted(rows):
    ids = [row["qid"] for row in rows]
    assert ids == sorted(set(ids))


def test_every_query_has_an_answer_and_no_absent_one_has():
    answered = {row["qid"] for row in QRELS if row["grade"] == 3}
    assert answered == {row["qid"] for row in QRELS} == {row["qid"] for row in QUERIES}
    assert not answered & {row["qid"] for row in ABSENT}


def test_kinds_are_counted_as_the_readme_says():
    kinds = Counter(row["metadata"]["kind"] for row in QUERIES)
    assert len(QUERIES) >= 48
    assert min(kinds.values()) >= 4
    assert {kind: told(kind) for kind in kinds} == {kind: [count] for kind, count in kinds.items()}
    assert {row["metadata"]["kind"] for row in ABSENT} == {"absent"}


def test_only_the_query_language_is_not_plain():
    assert [row["plain"] for row in QUERIES] == [row["metadata"]["kind"] != "language" for row in QUERIES]


def test_judgements_stand_in_order_and_apart():
    order = [(row["qid"], row["source"], row["start"]) for row in QRELS]
    assert order == sorted(order)
    for row, following in pairwise(QRELS):
        same = (row["qid"], row["source"]) == (following["qid"], following["source"])
        assert not same or row["end"] <= following["start"]


def faults(row):
    """What is wrong with the form of a judged stretch."""
    text = RAW[row["source"]][row["start"] : row["end"]]
    checks = {
        "fields": list(row) == ["qid", "source", "start", "end", "grade"],
        "grade": row["grade"] in (1, 2, 3),
        "offsets": 0 <= row["start"] < row["end"] <= len(RAW[row["source"]]),
        "blanks around it": text == text.strip(),
        "no letter": any(map(str.isalpha, text)),
    }
    return [what for what, holds in checks.items() if not holds]


def test_judged_stretches_quote_their_papers():
    found = [(row["qid"], row["source"], row["start"], faults(row)) for row in QRELS]
    assert [one for one in found if one[-1]] == []


def test_each_judged_stretch_lies_in_a_passage(passages):
    homeless = [
        row
        for row in QRELS
        if not any(p["start"] <= row["start"] and row["end"] <= p["end"] for p in passages[row["source"]])
    ]
    assert homeless == []


def test_the_collection_judges_the_passages_that_hold_the_stretches(collection, passages):
    held = {}
    for row in QRELS:
        homes = [p for p in passages[row["source"]] if p["start"] <= row["start"] and row["end"] <= p["end"]]
        # A footnote lies inside the hull of the passage that it interrupts: the narrowest is the home.
        home = min(homes, key=lambda p: p["end"] - p["start"])["id"]
        grades = held.setdefault(row["qid"], {})
        grades[home] = max(row["grade"], grades.get(home, 0))
    assert {qid: dict(grades) for qid, grades in collection.qrels.items()} == held
    assert collection.exhaustive


def test_the_readme_counts_what_is_here(collection):
    relevant = sorted(len(grades) for grades in collection.qrels.values())
    answers = sorted(sum(g == 3 for g in grades.values()) for grades in collection.qrels.values())
    assert told("queries") == [len(QUERIES)]
    assert told("judged stretches") == [len(QRELS)]
    assert told("relevant passages, over all queries") == [sum(relevant)]
    for label, counts in (
        ("relevant passages of a query: least, median, most", relevant),
        ("passages that answer (grade 3) of a query: least, median, most", answers),
    ):
        assert told(label) == [counts[0], median(counts), counts[-1]]
    assert told("queries without an answer") == [len(ABSENT)]


def test_a_paraphrase_shares_no_content_word_with_what_answers_it():
    asked = {
        row["qid"]: set(query_terms(row["text"]))
        for row in QUERIES
        if row["metadata"]["kind"] == "paraphrase"
    }
    answers = [row for row in QRELS if row["qid"] in asked and row["grade"] > 1]
    assert {row["qid"] for row in answers} == asked.keys() != set()
    assert [(row["qid"], quote(row)) for row in answers if asked[row["qid"]] & set(terms(quote(row)))] == []
