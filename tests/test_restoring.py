"""Damaged words read, for the index alone, as what they are likely to have been."""

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import CORPUS
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.passages import IndexedPassage
from policytext.index.restoring import Restorer, restored
from tables_of_cases import cases, parametrised

MISREAD = {"l": "i", "i": "l", "c": "e", "e": "c", "h": "b", "o": "c", "a": "o", "t": "f", "u": "n", "n": "u"}


def passages_of(folder):
    """The paragraphs of our own papers, as they stand in their files."""
    texts = [
        (path.name, part)
        for path in sorted(folder.glob("*.txt"))
        for part in re.split(r"\n\s*\n", path.read_text(encoding="utf-8"))
        if part.strip()
    ]
    return [IndexedPassage(n, text, "A heading", document=name) for n, (name, text) in enumerate(texts)]


def misread(text, rng, share):
    return "".join(MISREAD.get(c, c) if rng.random() < share else c for c in text)


@pytest.fixture(scope="module")
def clean():
    return passages_of(CORPUS / "clean")


@pytest.fixture(scope="module")
def damaged(clean):
    rng = random.Random(1)
    return [
        IndexedPassage(p.number, misread(p.text, rng, 0.08), p.context, document=p.document) for p in clean
    ]


@pytest.fixture(scope="module")
def restorer(clean):
    return Restorer.of(passage.as_printed() for passage in clean)


@pytest.mark.parametrize("case", parametrised(cases("index/restoring.jsonl")))
def test_a_sentence(restorer, case):
    assert restorer.restored(case["text"]) == case["restored"]


def test_clean_papers_stay_as_they_are(clean):
    assert list(restored(lambda: clean)) == clean


def test_damaged_papers_are_restored_in_order_and_keep_their_print(clean, damaged):
    found = list(restored(lambda: damaged))
    assert [p.number for p in found] == list(range(len(clean)))
    assert [p.text for p in found] == [p.text for p in damaged]
    assert [p.as_printed() for p in found] == [p.as_printed() for p in damaged]
    assert all(p.grams for p in found)
    assert sum(1 for p in found if p.restored) > 0.8 * len(found)


def test_most_of_the_lost_words_are_found_again(clean, damaged):
    lost = kept = 0
    for whole, passage in zip(clean, restored(lambda: damaged), strict=True):
        told = [Counter(re.findall(r"[a-z]{5,}", t.lower())) for t in (whole.text, passage.text)]
        gone = told[0] - told[1]
        lost += gone.total()
        kept += (gone & Counter(re.findall(r"[a-z]{5,}", passage.searched().lower()))).total()
    assert lost > 1000
    assert kept > 0.5 * lost


def test_one_damaged_paper_among_clean_ones_is_restored_alone_and_brings_no_grams(clean, damaged):
    name = clean[0].document
    mixed = [bad if bad.document == name else good for good, bad in zip(clean, damaged, strict=True)]
    found = list(restored(lambda: mixed))
    assert {p.document for p in found if p.restored} == {name}
    assert {p.grams for p in found} == {sum(p.document == name for p in mixed) >= 0.1 * len(mixed)}


def test_only_suspects_are_looked_at(damaged):
    name = damaged[0].document
    found = list(restored(lambda: damaged, lambda passage: passage.document == name))
    assert {p.document for p in found if p.restored} == {name}
    assert list(restored(lambda: damaged, lambda _: False)) == damaged


def test_passages_are_asked_for_anew_and_never_held(damaged):
    asked = []

    def give():
        asked.append(1)
        return iter(damaged)

    found = restored(give)
    assert not asked
    assert len(list(found)) == len(damaged)
    assert len(asked) == 3


def test_the_same_twice(damaged):
    assert list(restored(lambda: damaged)) == list(restored(lambda: damaged))


def test_nothing_gives_nothing():
    assert list(restored(list)) == []
    assert list(restored(list, lambda _: True)) == []
    assert Restorer(Counter()).restored("some hospitai") == "some hospitai"


def test_a_damaged_word_is_found_by_the_right_one(clean, damaged, tmp_path):
    build_lexical(tmp_path, 1, "c" * 64, restored(lambda: damaged))
    index = LexicalIndex.open(tmp_path, 1)
    assert index.manifest.parameters["grams"] > 0
    rng, best = random.Random(2), 0
    asked = rng.sample([p for p in clean if len(p.text.split()) > 40], 40)
    for passage in asked:
        start = rng.randrange(len(passage.text.split()) - 12)
        words = " ".join(passage.text.split()[start : start + 12])
        best += index.rank(words, 1)[0].number == passage.number
    assert best >= 36


@given(st.text(alphabet=st.sampled_from("abeilnhost -.,()'\u2019\u201c\u2122\u00bd7_\n"), max_size=80))
def test_all_but_the_words_stands_as_it_was(restorer, text):
    """Marks before the first letter and after the last stay, and so do texts without letters."""
    found = restorer.restored(text)
    edges = re.compile(r"^[\W_]*|[\W_]*$")
    if any(c.isalnum() for c in text) and "\u2122" not in text:
        assert edges.findall(found)[:2] == edges.findall(text)[:2]
    if not any(c.isalpha() for c in text):
        assert found == text


def test_a_long_chunk_takes_no_longer_than_its_length(restorer):
    noise = "a" + "." * 300_000 + "b" + "-x" * 100_000
    assert restorer.restored(f"{noise} hospitai,") == f"{noise} hospital,"
