"""Works: which places print one utterance, which of them counts, and laws that hold for all of them."""

import json
import random
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.analysis.reprints.compared import PassageText
from policytext.analysis.reprints.finding import find_reprints
from policytext.analysis.reprints.works import Place, ReprintAt, works

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "data/reprints/works.jsonl").read_text("utf-8").splitlines()
]


def rows_of(papers):
    """The reprints among papers of one passage a line, with their documents; and what gives their text."""
    passages = []
    for name, paper in papers.items():
        at = 0
        for number, line in enumerate(paper["text"].split("\n")):
            kind = "pull_quote" if line.startswith("> ") else "paragraph"
            facts = (f"{name}:{number:05d}", name, at, at + len(line), line, kind, paper["published"])
            passages.append(PassageText(*facts))
            at += len(line) + 1
    homes = {p.id: p.document for p in passages}
    rows = [ReprintAt(r.group, homes[r.passage], r.start, r.end, r.relation) for r in find_reprints(passages)]
    return rows, lambda document, start, end: papers[document]["text"][start:end]


def place_of(papers, asked):
    """The place of some words in a paper; ``asked`` is "paper: words", the words found there once."""
    document, words = asked.split(": ", 1)
    text = papers[document]["text"]
    assert text.count(words) == 1, asked
    start = text.index(words)
    return Place(asked, document, start, start + len(words))


@pytest.mark.parametrize("case", CASES, ids=[c["case"] for c in CASES])
def test_what_is_one_work(case):
    rows, text = rows_of(case["papers"])
    places = [place_of(case["papers"], asked) for asked, *_ in case["places"]]
    printings = works(places, rows, text)
    assert [p.place for p in printings] == [p.id for p in places]
    by_work = defaultdict(set)
    wanted = defaultdict(set)
    for printing, (_, work, _, _) in zip(printings, case["places"], strict=True):
        by_work[printing.work].add(printing.place)
        wanted[work].add(printing.place)
    assert sorted(map(sorted, by_work.values())) == sorted(map(sorted, wanted.values()))
    assert [(p.relation, p.counts) for p in printings] == [(r, c) for _, _, r, c in case["places"]]


def test_a_place_has_something_in_it():
    with pytest.raises(ValueError, match="no span with something in it"):
        Place("a", "d", 3, 3)


STEMS = ("ane", "ide", "oll", "usk", "erm", "int", "aff")
WORDS = [f"{a}{b}{c}{d}" for a in "bcdfghklmnprst" for b in STEMS for c in "bdgt" for d in STEMS]


def sentence(seed, words=14):
    return " ".join(random.Random(f"sentence {seed}").choices(WORDS, k=words)).capitalize() + "."


def corpus_of(printed):
    """Papers that print the sentences of these numbers, and every sentence as a place."""
    papers, places = {}, []
    for number, sentences in enumerate(printed):
        name, text = f"d{number:02d}", ""
        for at, seed in enumerate(sentences):
            said = sentence(seed)
            start = len(text) + (at > 0)
            text = f"{text} {said}" if at else said
            places.append((seed, Place(f"{name}:{at}", name, start, start + len(said))))
        papers[name] = {"text": text, "published": f"19{50 + number}-01-01"}
    return papers, places


printed_sentences = st.lists(
    st.lists(st.integers(0, 8), min_size=1, max_size=2, unique=True), min_size=1, max_size=9
)


@settings(max_examples=60)
@given(printed_sentences)
def test_every_sentence_is_one_work_and_counts_once(printed):
    papers, places = corpus_of(printed)
    rows, text = rows_of(papers)
    printings = works([place for _, place in places], rows, text)
    works_of = defaultdict(set)
    counted = defaultdict(int)
    for (seed, _), printing in zip(places, printings, strict=True):
        works_of[seed].add(printing.work)
        counted[printing.work] += printing.counts
    assert all(len(found) == 1 for found in works_of.values())
    assert len({w for found in works_of.values() for w in found}) == len(works_of)
    assert set(counted.values()) == {1}


@settings(max_examples=40)
@given(printed_sentences, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_other_places_change_nothing(printed, chance):
    papers, places = corpus_of(printed)
    rows, text = rows_of(papers)
    every = [place for _, place in places]
    told = works(every, rows, text)
    mixed = rows.copy()
    chance.shuffle(mixed)
    assert works(every, mixed, text) == told
    stranger = Place("elsewhere", "not there", 0, 40)
    assert works([*every, stranger], rows, text)[:-1] == told


def test_many_places_in_little_time():
    """Twenty thousand places, most of them in no reprint: the rows of other places are not looked at."""
    rows = [ReprintAt("g", f"d{n}", 0, 60, "original" if n == 0 else "reprint") for n in range(20)]
    asked = []

    def text(document, start, end):
        asked.append(document)
        return sentence("all say it", 30)[start:end]

    places = [Place(f"{n}", f"d{n // 2}", 1_000 * (n % 2), 1_000 * (n % 2) + 60) for n in range(20_000)]
    printings = works(places, rows, text)
    assert len({p.work for p in printings}) == 20_000 - 19
    assert set(asked) == {f"d{n}" for n in range(20)}
    assert len(asked) <= 2 * 20
