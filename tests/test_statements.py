"""Statements: a table of lines with who says what when, laws for every text, and texts made to choke on."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.document import Block, Span
from policytext.extract.annotate import annotate
from policytext.extract.quotations import find_quotations
from policytext.extract.speakers import find_speakers
from policytext.extract.words import verbs, words
from tables_of_cases import cases, parametrised

CASES = cases("extract/statements.jsonl")
KNOWN = ("publication_date", "voice")


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    known = {key: case[key] for key in KNOWN if key in case}
    found = annotate(case["text"], **known).statements
    assert [s.text for s in found] == [e["text"] for e in case["expect"]]
    for statement, expected in zip(found, case["expect"], strict=True):
        assert {key: getattr(statement, key) for key in expected} == expected


def test_table_is_large_and_has_negatives():
    assert len(CASES) >= 40
    assert sum(not case["expect"] for case in CASES) >= 10


def block(text, part, kind, section=""):
    start = text.index(part)
    return Block(start, start + len(part), kind, 2 if kind == "heading" else 0, section, "test", 1.0)


INTERVIEW = (
    "Later Ruth Pelling added: “We were never asked about the wards.”\n\n"
    "RUTH PELLING OBE\n\n"
    "I have argued that the wards should stay open in the winter.\n\n"
    "The wards should stay open in the winter\n\n"
    "Where next?\n\n"
    "We shall see."
)


def interview():
    kinds = {
        "RUTH PELLING OBE": "heading",
        "The wards should stay open in the winter": "pull_quote",
        "Where next?": "heading",
    }
    return [block(INTERVIEW, part, kinds.get(part, "paragraph")) for part in INTERVIEW.split("\n\n")]


def test_an_interview_has_its_own_voice():
    pulled, direct, indirect = (
        [s for s in annotate(INTERVIEW, blocks=interview(), publication_date="2018").statements if key(s)]
        for key in (
            lambda s: s.rule.startswith("pull-quote"),
            lambda s: s.kind == "direct" and s.rule == "name-verb",
            lambda s: s.kind == "indirect",
        )
    )
    assert [(s.speaker, s.statement_date) for s in pulled] == [("Ruth Pelling", "2018")]
    assert [(s.speaker, s.statement_date, s.date_basis) for s in direct] == [
        ("Ruth Pelling", "2018", "publication")
    ]
    assert [s.speaker for s in indirect] == ["Ruth Pelling"]


def test_headings_and_furniture_say_nothing():
    text = "Mr Tunnock said, “We shall not be hurried.”"
    for kind in ("heading", "running_header", "boilerplate", "table"):
        assert annotate(text, blocks=[block(text, text, kind)]).statements == ()
    assert len(annotate(text, blocks=[block(text, text, "paragraph")]).statements) == 1


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("a “b c” d", ["b c"]),
        ('a "b c" d', ["b c"]),
        ("a ‘b c’ d", ["b c"]),
        ("a 'b c' d", ["b c"]),
        ("a “b ‘c’ d” e", ["b ‘c’ d"]),
        ("a “b c d", []),
        ("a b” c “d e” f", ["d e"]),
        ("a “b c “d e” f", ["d e"]),
        ("don't won't can't", []),
        ("the ‘users’ needs first’ group", ["users’ needs first"]),
        ('he said,"we go",then left', ["we go"]),
        ("*“b c”* and **'d e'**", ["b c", "d e"]),
        ("“one two”3 and “four”.", ["one two", "four"]),
    ],
)
def test_quotations(text, quoted):
    assert [text[q.start : q.end] for q in find_quotations(text, [Span(0, len(text))])] == quoted


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Mr. J. R. Smith spoke", ["J. R. Smith"]),
        ("Professor Sir Hugh Marden spoke", ["Hugh Marden"]),
        ("Deputy Prime Minister Nicholas Oake spoke", ["Nicholas Oake"]),
        ("Minister of Health Iain Marlowe spoke", ["Iain Marlowe"]),
        ("Karl Munden-Yong spoke", ["Karl Munden-Yong"]),
        ("The Department of Health and Social Security spoke", ["Department of Health and Social Security"]),
        ("Baroness Hale of Wold spoke", ["Baroness Hale of Wold"]),
        ("Integrated Care spoke", []),
        ("When Spring Came, all spoke", []),
    ],
)
def test_names(text, names):
    assert [s.name for s in find_speakers(text) if s.name] == names


def test_every_verb_has_one_tense_a_form_and_lists_are_lower_case():
    assert verbs()["said"].tense == "past"
    assert verbs()["says"].tense == "present"
    assert all(word == word.lower() for listed in words().values() for word in listed)


PIECES = st.sampled_from(
    ["“", "”", '"', "‘", "’", "'", "said", "Mr Smith", "Jane Black", "that", ":", ",", ".", "In 1956",
     "argued", "the Committee", "one two three four five", "\n\n", "he", "*", "(", ")", "According to",
     "?", "says"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join))
def test_statements_are_their_text_in_order_and_the_same_again(text):
    found = annotate(text, publication_date="2018").statements
    assert all(text[s.start : s.end] == s.text and s.text.strip() for s in found)
    assert all(a.start <= b.start for a, b in pairwise(found))
    assert found == annotate(text, publication_date="2018").statements


CHOKING = {
    "marks": "'\"' * 200_000",
    "opening marks": "'“' * 200_000",
    "apostrophes": '"\'s " * 100_000',
    "one word": "'x' * 1_000_000",
    "quotations": "'“one two three four five six” said Mr Smith. ' * 10_000",
    "names": "'Mr Smith ' * 50_000",
    "verbs": "'said that ' * 50_000",
    "years": "'1956 ' * 100_000",
    "acts": "'Health and Care Act 1946 the Act ' * 10_000",
    "capitals": "'Of The ' * 100_000",
    "brackets": "'(' * 300_000",
    "line": "'The board sat in 1956 and the Minister said that nothing was new. ' * 15_000",
}


@pytest.mark.slow
@pytest.mark.parametrize("made", CHOKING.values(), ids=CHOKING.keys())
def test_no_text_hangs(made):
    """The limit is minutes above the need: it only catches time that grows with the square of the length."""
    code = f"from policytext.extract.annotate import annotate; annotate({made}, publication_date='2018')"
    done = subprocess.run(
        [sys.executable, "-c", code], timeout=240, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-500:]
