"""The words of a corpus on disk, held to plain Python over the same words."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from policytext.errors import IndexDamaged, IndexUnavailable
from policytext.index.vocabulary import FILE, Vocabulary, VocabularyWriter
from policytext.text.terms import MAX_TERM, terms, words

PASSAGES = [
    "The Hospital's beds, the hospitals' beds and co-operation.",
    "HOSPITAL café, 1958; hospital again",
    "hospitality at St. Ann's in 1958",
    "",
    "x " * 100 + "y" * 100,
]


def written(folder, passages):
    writer = VocabularyWriter(folder)
    for passage in passages:
        writer.add(passage)
    writer.close()
    return Vocabulary.open(folder)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    return written(tmp_path_factory.mktemp("vocabulary"), PASSAGES)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("hospital", 2),
        ("hospitals", 1),
        ("hospitality", 1),
        ("cafe", 1),
        ("1958", 2),
        ("the", 1),
        ("cooperation", 1),
        ("hospita", 0),
        ("hospitalx", 0),
        ("", 0),
        ("Hospital", 0),
        ("\ud800", 0),
        ("y" * MAX_TERM, 1),
        ("y" * 100, 0),
    ],
)
def test_a_word_counts_once_a_passage(vocabulary, word, count):
    assert vocabulary.exact(word) == count


def test_terms_are_known_apart_from_words(vocabulary):
    assert vocabulary.has_term("hospit")
    assert not vocabulary.has_term("hospitalit")
    assert vocabulary.exact("hospit") == 0
    assert vocabulary.passages == len(PASSAGES)


def test_prefixes_come_commonest_first(vocabulary):
    assert vocabulary.with_prefix("hospital") == [("hospital", 2), ("hospitality", 1), ("hospitals", 1)]
    assert vocabulary.with_prefix("hospitalityx") == []


def test_no_passages_no_words(tmp_path):
    empty = written(tmp_path, [])
    assert (len(empty), list(empty), empty.exact("a"), empty.with_prefix("a"), empty.near("a", 2)) == (
        0,
        [],
        0,
        [],
        [],
    )


LETTERS = st.text(alphabet="abct1", min_size=1, max_size=7)
TEXTS = st.lists(st.lists(LETTERS, max_size=8).map(" ".join), max_size=8)


@settings(max_examples=60, deadline=None)
@given(passages=TEXTS, asked=LETTERS, distance=st.sampled_from([1, 2]))
def test_every_answer_is_that_of_a_plain_scan(tmp_path_factory, passages, asked, distance):
    found = written(tmp_path_factory.mktemp("v"), passages)
    counts = Counter(word for passage in passages for word in set(words(passage)))
    assert dict(found) == counts
    assert len(found) == len(counts)
    assert [w for w, _ in found] == sorted(counts, key=lambda w: (len(w), w))
    assert found.exact(asked) == counts[asked]
    assert dict(found.with_prefix(asked)) == {w: n for w, n in counts.items() if w.startswith(asked)}
    near = found.near(asked, distance)
    assert {(n.word, n.distance, n.count) for n in near} == {
        (w, OSA.distance(asked, w), n) for w, n in counts.items() if OSA.distance(asked, w) <= distance
    }
    assert [(n.distance, -n.count, n.word) for n in near] == sorted(
        (n.distance, -n.count, n.word) for n in near
    )
    assert all(found.has_term(term) for passage in passages for term in terms(passage))


def test_the_order_of_passages_leaves_no_trace(tmp_path):
    for name, passages in (("one", PASSAGES), ("two", PASSAGES[::-1])):
        (tmp_path / name).mkdir()
        written(tmp_path / name, passages)
    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


def test_a_missing_vocabulary_says_what_to_run(tmp_path):
    with pytest.raises(IndexUnavailable, match="policytext ingest"):
        Vocabulary.open(tmp_path)


def damaged(data):
    """Ways in which the file can be bad."""
    header, _, body = data.partition(b"\n")
    told = json.loads(header)
    other = json.dumps(told | {"format": 99}).encode()
    return {
        "cut short": data[:-5],
        "cut within the header": data[:20],
        "something behind it": data + b"x",
        "nothing": b"",
        "no header": b"\x00" * 100,
        "a header of another kind": b"[1, 2]\n" + body,
        "a header that lacks a part": json.dumps({"format": 1}).encode() + b"\n" + body,
        "another version": other + b"\n" + body,
    }


@pytest.mark.parametrize("how", damaged(b'{"format": 1}\n'))
def test_a_damaged_vocabulary_is_refused(tmp_path, how):
    written(tmp_path, PASSAGES)
    path = tmp_path / FILE
    path.write_bytes(damaged(path.read_bytes())[how])
    with pytest.raises(IndexUnavailable) as raised:
        Vocabulary.open(tmp_path)
    assert isinstance(raised.value, IndexDamaged) == (how != "another version")
