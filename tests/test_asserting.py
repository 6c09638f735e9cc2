"""What may witness a claim: what asserts, in whose voice, and by which rule the rest does not."""

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from policytext.analysis.assertions.reading import LONGEST, Said, read_paragraph
from policytext.analysis.assertions.rules import RULES, has_finite_verb, has_main_verb
from policytext.pipeline.asserting import Asserting, assertions
from policytext.store.archive import Archive

ROWS = tomllib.loads((Path(__file__).parent / "data" / "asserting" / "rows.toml").read_text("utf-8"))["row"]


def said_in(row):
    """The statements of a row, placed in its text."""
    found = []
    for number, (voice, words, *saying) in enumerate(row.get("said", [])):
        start = row["text"].index(words)
        found.append(
            Said(
                id=f"s{number}",
                start=start,
                end=start + len(words),
                voice={"phrase": "reported", "turn": "quoted"}.get(voice, voice),
                speaker=f"Speaker {number}",
                clause=voice != "phrase",
                turn=voice == "turn",
                utterance=saying[0] if saying else 100 + number,
            )
        )
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["about"])
def test_what_asserts_and_what_does_not(row):
    text = row["text"]
    read = read_paragraph(text, 0, len(text), row.get("kind", "paragraph"), said_in(row))
    assert [[a.voice, text[a.start : a.end]] for a in read.asserted] == row["asserted"]
    assert [[n.rule, text[n.start : n.end]] for n in read.left] == row.get("left", [])


def test_every_rule_has_words_and_a_case():
    shown = {rule for row in ROWS for rule, _ in row.get("left", [])}
    assert shown | {"furniture", "unending"} == set(RULES)


def test_the_docs_name_every_rule():
    page = (ROOT / "docs" / "claims.md").read_text("utf-8")
    table = page[page.index("| rule |") :]
    assert dict(re.findall(r"^\| ([a-z-]+) \| (.*) \|$", table, re.MULTILINE)[1:]) == RULES


def test_the_speaker_of_what_is_told_of_is_kept():
    text = "The Treasurer called the scheme “old money with a ribbon”."
    said = Said("s1", text.index("old"), text.index("”"), "quoted", "The Treasurer")
    (told,) = read_paragraph(text, 0, len(text), "paragraph", [said]).asserted
    assert (told.voice, told.said) == ("reported", said)


def test_two_speakers_told_of_in_one_sentence_leave_it_to_the_document():
    text = "The Treasurer called it “old money” and the Matron “a ribbon”."
    said = [Said("a", 25, 34, "quoted", "The Treasurer"), Said("b", 51, 59, "quoted", "The Matron")]
    (told,) = read_paragraph(text, 0, len(text), "paragraph", said).asserted
    assert (told.voice, told.said) == ("own", None)


@pytest.mark.parametrize(
    ("words", "finite", "main"),
    [
        ("the nurses have no time", True, True),
        ("better pay for home helps", False, False),
        ("May 1958", False, False),
        ("the names of the officers who have called", True, False),
        ("who pays is what matters, and the county pays", True, True),
        ("health needs of the elderly", False, False),
        ("the elderly need a bus", True, True),
        ("integrated services for the young", False, False),
        ("the plan divided the towns", True, True),
        ("they couldn’t agree", True, True),
    ],
)
def test_finite_verbs(words, finite, main):
    assert (has_finite_verb(words), has_main_verb(words)) == (finite, main)


TOKENS = st.sampled_from(
    [
        *("the", "nurses", "have", "called", "and", "who", "said", "that", "it", "is", "but", "we", "know"),
        *("here", "never”.", "“The", ";", ":", ",", "Mr.", "e.g.", "1958", "?", "!", "…", "—", "“", "”", "‘"),
        *("’", "(", ")", "said,", "\n", "[3]", "(a)", "see", "Ibid.,"),
    ]
)
STRETCHES = st.lists(st.tuples(st.integers(0, 400), st.integers(1, 120), st.integers(0, 3), st.booleans()))


@given(
    st.lists(TOKENS, max_size=120),
    STRETCHES,
    st.sampled_from(["paragraph", "list", "table", "footnote", "heading"]),
)
def test_every_word_asserts_or_is_left_out_once_and_in_order(words, stretches, kind):
    text = " ".join(words)
    said = [
        Said(f"s{n}", start, min(start + length, len(text)), "quoted", "A", clause, utterance=saying)
        for n, (start, length, saying, clause) in enumerate(stretches)
        if start < len(text)
    ]
    read = read_paragraph(text, 0, len(text), kind, said)
    places = sorted([(a.start, a.end) for a in read.asserted] + [(n.start, n.end) for n in read.left])
    held = [0] * len(text)
    for start, end in places:
        assert start < end
        for at in range(start, end):
            held[at] += 1
    assert max(held, default=0) <= 1
    words_of_letters = re.finditer(r"[^\W\d_]{2,}", text)  # the letter of an item is left with its bracket
    letters = [at for word in words_of_letters for at in range(word.start(), word.end())]
    assert [text[max(0, at - 9) : at + 9] for at in letters if not held[at]] == []
    assert all(a.start < b.start for a, b in zip(read.asserted, read.asserted[1:], strict=False))


CHOKING = {
    "one line without a stop": "word " * 400_000,
    "clauses without end": "it is a; " * 60_000,
    "brackets that never close": "(" * 500_000 + "it is",
    "initials": "A. " * 30_000,
    "figures": "1.1." * 200_000,
    "dots and blanks": ". " * 200_000,
    "cells": "a\t" * 40_000,
    "authors": "Lee C, " * 100_000,
}


@pytest.mark.parametrize("text", CHOKING.values(), ids=CHOKING.keys())
@pytest.mark.parametrize("kind", ["paragraph", "table"])
def test_nothing_chokes_it(text, kind):
    read = read_paragraph(text, 0, len(text), kind, [])
    assert all(a.end - a.start <= LONGEST for a in read.asserted)


def test_five_megabytes_in_one_line():
    text = "the wards are full and " * 220_000
    (left,) = read_paragraph(text, 0, len(text), "paragraph", []).left
    assert left.rule == "unending"


def test_two_hundred_thousand_quotation_marks():
    text = "He said “it is so” and " * 100_000
    starts = [n * 23 + 9 for n in range(100_000)]
    said = [Said(str(n), at, at + 8, "quoted", "He", utterance=n) for n, at in enumerate(starts)]
    read = read_paragraph(text, 0, len(text), "paragraph", said)
    assert all(text[s.start : s.end] == "it is so" for s in said[:3])
    assert sum(1 for n in read.left if n.rule == "frame") <= 100_001


def test_statements_in_statements_without_end():
    text = "We know. " * 20_000
    said = [Said(str(n), n, len(text) - n, "quoted", "A") for n in range(0, 80_000, 4)]
    read = read_paragraph(text, 0, len(text), "paragraph", said)
    assert read.sentences


@pytest.fixture(scope="module")
def archive(corpus_archive):
    with Archive.open(corpus_archive) as opened:
        yield opened


def test_assertions_are_what_stands_there(archive):
    texts = dict(archive.sql.execute("SELECT id, clean FROM documents").fetchall())
    voices = set()
    found = list(assertions(archive))
    for a in found:
        assert a.text == " ".join(texts[a.document][a.start : a.end].split())
        assert a.id == f"{a.document}:{a.start}-{a.end}"
        voices.add(a.voice)
    assert voices == {"own", "quoted", "reported"}
    assert len({a.id for a in found}) == len(found)


def test_assertions_stand_in_their_passage_or_head_it(archive):
    spans = {
        row["id"]: (row["start"], row["end"])
        for row in archive.sql.execute("SELECT id, start, end FROM passages")
    }
    for a in assertions(archive):
        start, end = spans[a.passage]
        assert start <= a.start < end or (a.kind == "heading" and a.start < end)


def test_a_statement_gives_its_speaker(archive):
    said = {
        row["id"]: row for row in archive.sql.execute("SELECT id, start, end, speaker, kind FROM statements")
    }
    told = [a for a in assertions(archive) if a.statement is not None]
    assert {said[a.statement]["kind"] for a in told} >= {"direct", "indirect"}
    for a in told:
        row = said[a.statement]
        assert row["speaker"] in (a.speaker, None)
        assert max(a.start, row["start"]) < min(a.end, row["end"])


def test_what_is_asked_for_changes_nothing_in_it(archive):
    every = list(assertions(archive))
    numbers = {
        row["id"]: row["number"]
        for row in archive.sql.execute(
            "SELECT p.id, n.number FROM passages p JOIN numbers n ON n.passage = p.key"
        )
    }
    some = {n for n in numbers.values() if n % 3 == 0}
    assert list(assertions(archive, some)) == [a for a in every if numbers[a.passage] in some]
    assert list(assertions(archive, [])) == []


def test_the_sentences_beside_it_come_from_its_paragraph(archive):
    texts = dict(archive.sql.execute("SELECT id, clean FROM documents").fetchall())
    beside = [a for a in assertions(archive) if a.before and a.after and a.kind == "paragraph"]
    assert beside
    for a in beside:
        around = " ".join(texts[a.document][max(0, a.start - 900) : a.end + 900].split())
        assert a.before[-30:] in around
        assert a.after[:30] in around


def test_a_list_keeps_the_sentence_that_announces_it(archive):
    announced = [a for a in assertions(archive) if a.kind == "list" and ":" in a.before]
    assert announced


def test_what_is_left_out_is_counted_by_rule(archive):
    seen = []
    reading = Asserting(archive, on_left=seen.append)
    for _ in reading:
        pass
    assert sum(reading.left.values()) == len(seen) > 0
    assert reading.left.keys() <= RULES.keys()
