"""Passages: what is packed together, what is cut, and that nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.document import BLOCK_KINDS, FURNITURE, Block
from policytext.text.passages import CONTEXT_LENGTH, FRAGMENT, MOST, TARGET, pack


def words(texts):
    """Counts words: a stand-in for word pieces that needs no model."""
    return [len(t.split()) for t in texts]


def document(*parts):
    """Returns the text and the blocks of ``(kind, text)`` or ``(kind, text, level)`` parts."""
    text, blocks = "", []
    for kind, content, *level in parts:
        text += "\n\n" if text else ""
        deep = level[0] if level else (2 if kind == "heading" else 0)
        blocks.append(Block(len(text), len(text) + len(content), kind, deep, "", "test", 1.0))
        text += content
    return text, blocks


def sentence(count, word="ward"):
    return " ".join([word.capitalize(), *[word] * (count - 1)]) + "."


def test_a_paragraph_of_middling_length_is_one_passage():
    text, blocks = document(("paragraph", " ".join([sentence(20)] * 6)))
    (passage,) = pack(text, blocks, words)
    assert (passage.pieces, passage.kind, passage.text) == (TARGET, "paragraph", text)


def test_a_long_paragraph_is_cut_evenly_between_sentences():
    text, blocks = document(("paragraph", " ".join([sentence(10)] * 40)))
    passages = pack(text, blocks, words)
    assert [p.pieces for p in passages] == [130, 130, 140]
    assert all(p.text.endswith(".") for p in passages)


def test_a_long_sentence_is_cut_at_clauses():
    long = ", ".join([sentence(100)[:-1]] * 4) + "."
    text, blocks = document(("paragraph", long))
    passages = pack(text, blocks, words)
    assert max(p.pieces for p in passages) <= MOST
    assert all(p.text.endswith((",", ".")) for p in passages)


def test_a_sentence_without_clauses_is_cut_between_words():
    text, blocks = document(("paragraph", sentence(1000)))
    passages = pack(text, blocks, words)
    assert max(p.pieces for p in passages) <= MOST
    assert " ".join(p.text for p in passages) == text


def test_an_endless_word_is_cut_anywhere():
    text, blocks = document(("paragraph", "a" * 5_000_000))
    passages = pack(text, blocks, words)
    assert max(len(p.text) for p in passages) <= 16 * MOST
    assert "".join(p.text for p in passages) == text


def test_counting_is_done_in_batches():
    calls = []

    def count(texts):
        calls.append(len(texts))
        return words(texts)

    text, blocks = document(*[("paragraph", sentence(30))] * 50)
    pack(text, blocks, count)
    assert calls == [50]


def test_headings_are_context_of_what_follows():
    text, blocks = document(
        ("heading", "Beds\nand   nurses"), ("paragraph", sentence(30)), ("paragraph", sentence(40))
    )
    passages = pack(text, blocks, words)
    assert [p.context for p in passages] == ["Beds and nurses"] * 2


def test_a_long_heading_is_cut_in_the_context():
    text, blocks = document(("heading", "bed " * 100 + "end"), ("paragraph", sentence(30)))
    (passage,) = pack(text, blocks, words)
    assert len(passage.context) <= CONTEXT_LENGTH


@pytest.mark.parametrize(
    ("parts", "found"),
    [
        ([("heading", "One", 1), ("heading", "Two", 2), ("paragraph", sentence(20))], ["paragraph"]),
        (
            [("heading", "One", 2), ("heading", "Two", 2), ("paragraph", sentence(20))],
            ["heading", "paragraph"],
        ),
        (
            [("heading", "One", 2), ("heading", "Two", 1), ("paragraph", sentence(20))],
            ["heading", "paragraph"],
        ),
        ([("paragraph", sentence(20)), ("heading", "Last", 1)], ["paragraph", "heading"]),
        ([("heading", "One", 2), ("page_number", "12"), ("heading", "Two", 2)], ["heading", "heading"]),
    ],
)
def test_a_heading_stands_alone_only_where_nothing_follows(parts, found):
    text, blocks = document(*parts)
    assert [p.kind for p in pack(text, blocks, words)] == found


def test_furniture_makes_no_passage():
    parts = [(kind, sentence(20)) for kind in BLOCK_KINDS if kind in FURNITURE]
    assert pack(*document(*parts), words) == []


def test_fragments_join_the_body_beside_them():
    text, blocks = document(("paragraph", sentence(30)), ("list", sentence(3)), ("list", sentence(4)))
    (passage,) = pack(text, blocks, words)
    assert (passage.text, passage.pieces, passage.kind) == (text, 37, "paragraph")


def test_a_fragment_joins_the_next_where_nothing_stands_before():
    text, blocks = document(("heading", "Beds"), ("paragraph", sentence(3)), ("paragraph", sentence(30)))
    assert [p.pieces for p in pack(text, blocks, words)] == [33]


@pytest.mark.parametrize("between", ["heading", "pull_quote", "footnote", "figure"])
def test_fragments_do_not_join_across_other_blocks(between):
    text, blocks = document(("paragraph", sentence(30)), (between, sentence(30)), ("paragraph", sentence(3)))
    assert [p.pieces for p in pack(text, blocks, words) if p.kind == "paragraph"] == [30, 3]


def test_a_fragment_that_fits_nowhere_stands_alone():
    text, blocks = document(
        ("paragraph", sentence(250)), ("paragraph", sentence(8)), ("paragraph", sentence(250))
    )
    assert [p.pieces for p in pack(text, blocks, words)] == [250, 8, 250]


@pytest.mark.parametrize("kind", ["pull_quote", "footnote"])
def test_notes_and_pull_quotes_are_passages_of_their_own(kind):
    text, blocks = document(("paragraph", sentence(30)), (kind, sentence(3)), (kind, sentence(4)))
    assert [(p.kind, p.pieces) for p in pack(text, blocks, words)] == [
        ("paragraph", 30),
        (kind, 3),
        (kind, 4),
    ]


contents = st.lists(
    st.tuples(
        st.sampled_from(BLOCK_KINDS), st.lists(st.integers(1, 90), min_size=1, max_size=12), st.integers(1, 3)
    ),
    max_size=12,
)


@settings(deadline=None)
@given(contents)
def test_nothing_is_lost_and_nothing_stands_twice(parts):
    text, blocks = document(
        *[
            (kind, " ".join(map(sentence, sizes)), level if kind == "heading" else 0)
            for kind, sizes, level in parts
        ]
    )
    passages = pack(text, blocks, words)
    owners = [0] * len(text)
    for passage in passages:
        assert passage.text == text[passage.start : passage.end]
        assert passage.pieces == len(passage.text.split()) <= MOST
        for at in range(passage.start, passage.end):
            owners[at] += 1
    for block in blocks:
        times = {owners[at] for at in range(block.start, block.end) if not text[at].isspace()}
        if block.kind in FURNITURE:
            assert times == {0}
        elif block.kind == "heading":
            assert times in ({0}, {1})
        else:
            assert times == {1}
    assert [p.start for p in passages] == sorted(p.start for p in passages)


@settings(deadline=None)
@given(st.lists(st.integers(1, 60), min_size=1, max_size=20))
def test_no_fragment_where_its_paragraph_has_room(sizes):
    text, blocks = document(("paragraph", " ".join(map(sentence, sizes))))
    pieces = [p.pieces for p in pack(text, blocks, words)]
    if len(pieces) > 1:
        assert pieces[-1] >= FRAGMENT or sum(pieces[-2:]) > MOST
