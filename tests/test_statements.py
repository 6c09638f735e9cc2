"""Statements: a table of lines with who says what when, laws for every text, and texts made to choke on."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.document import Block
from policytext.extract.annotate import annotate
from policytext.extract.quotations import find_quotations
from policytext.extract.speakers.finding import find_speakers
from policytext.extract.speech.finding import find_speech
from policytext.extract.words import verbs, words
from policytext.spans import Span
from tables_of_cases import cases, parametrised

CASES = cases("extract/statements.jsonl") + cases("extract/statements_speech.jsonl")
CASES += cases("extract/statements_speakers.jsonl")
SPEAKERS = cases("extract/speakers.jsonl")
KNOWN = ("publication_date", "voice")


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    """Direct speech and turns; indirect speech has a table of its own, but counts where a row has some."""
    known = {key: case[key] for key in KNOWN if key in case}
    kinds = {"direct", "turn"} | {e["kind"] for e in case["expect"] if "kind" in e}
    found = [s for s in annotate(case["text"], **known).statements if s.kind in kinds]
    assert [s.text for s in found] == [e["text"] for e in case["expect"]]
    for statement, expected in zip(found, case["expect"], strict=True):
        assert {key: shown(statement, key, case["text"]) for key in expected} == expected


def shown(statement, key, text):
    if key == "antecedent_text":
        return statement.antecedent and text[slice(*statement.antecedent)]
    return getattr(statement, key)


def test_table_is_large_and_has_negatives():
    assert len(CASES) >= 200
    assert sum(not case["expect"] for case in CASES) >= 30


@pytest.mark.parametrize("case", parametrised(SPEAKERS))
def test_names(case):
    assert [s.name for s in find_speakers(case["text"]) if s.name] == case["names"]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("“It is cold,” said Mr Hall, “and it is late.” Mrs Platt said: “It is not.”", [1, 1, 2]),
        ("“It is cold,” said Mr Hall. “It is late.”", [1, 1]),
        ("Mr Hall said: “It is cold. It is\n\nlate in the day.” Then he said: “Good night.”", [1, 1, 2]),
        ("Mr Hall: It is a cold day.\n\nIt is late as well.\n\nMrs Platt: It is not.", [1, 2]),
        ("“It is a cold house and the porridge was thin, but nobody left before they had to.”", [1]),
    ],
)
def test_fragments_of_one_saying_share_their_number(text, numbers):
    found = [s for s in annotate(text).statements if s.kind != "indirect"]
    assert [s.utterance for s in found] == numbers


@given(
    st.lists(st.sampled_from(["“One two.”", "said Mr Hall.", "Mr Hall:", "He said:", "\n\n"]), max_size=30)
)
def test_utterances_are_counted_from_one_by_first_fragments(pieces):
    found = annotate(" ".join(pieces)).statements
    firsts = list(dict.fromkeys(s.utterance for s in found))
    assert firsts == list(range(1, len(firsts) + 1))


def test_persons_whom_another_recogniser_saw():
    text = "The wards were cold, quipped zadie o the hill: “Bring coal.” “Bring more,” said zadie o the hill."
    spans = [Span(m, m + len("zadie o the hill")) for m in (text.index("zadie"), text.rindex("zadie"))]
    assert not [s for s in find_speakers(text) if s.type == "person"]
    named = [s for s in find_speakers(text, spans) if s.rule == "named-entity"]
    assert [(s.start, s.end, s.name, s.confidence) for s in named] == [
        (span.start, span.end, "zadie o the hill", 0.8) for span in spans
    ]
    assert "zadie o the hill" in {s.speaker for s in find_speech(text, persons=spans).statements}
    assert find_speech(text, persons=()) == find_speech(text)
    ours = "Mr Hall said: “Bring coal.”"
    assert find_speakers(ours, [Span(0, 7)]) == find_speakers(ours)


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
        ("''b c'' d", ["b c"]),
        ("He said, “We shall all go home now.", ["We shall all go home now."]),
        ("He said, We shall all go home now.” So he left.", ["We shall all go home now."]),
        ("“We all go home, he said. “We stay.”", ["We all go home,", "We stay."]),
    ],
)
def test_quotations(text, quoted):
    assert [text[q.start : q.end] for q in find_quotations(text, [Span(0, len(text))])] == quoted


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
    "members": "'the hon. Member for Wold, East ' * 30_000",
    "predicates": "'What I say is “one two three” was ' * 5_000",
    "titles": "'*Aa bb: Cc dd ' * 30_000",
    "line": "'The board sat in 1956 and the Minister said that nothing was new. ' * 15_000",
}


GROWING = {
    "marks": '"',
    "opening marks": "“",
    "lost marks": "he said, “we shall all go home now ",
    "stray marks": "he said, We shall all go home now” ",
    "single marks": "‘it’s the users’ ",
    "paragraphs never closed": "“We shall all go home now\n\n",
    "quotations": "“one two three four five six” said Mr Smith. ",
    "pronouns": "He said: “We shall go.” She said: “We stay.” ",
    "offices": "Mr Hall, the Minister, spoke. The Minister said: “No.” ",
    "names": "Mr Smith ",
    "names of many": "Mary Aab and Mary Abb and Mary Acb, ",
    "surnames": "Hall said and Ball said and Gall said ",
    "verbs": "said that ",
    "turns": "Mr Hall: It is cold.\n\n",
    "turns without colon": "Mr Hall and Mrs Platt\n\n",
    "signatures": "“It is cold.”\n— Jane Hall, matron\n\n",
    "the the": "the ",
    "one of the": "one of the new county health ",
    "reports": "The report said that it “had found nothing”. ",
    "brackets": "(",
    "dashes": "— “",
    "capitals": "Of The And For ",
}


@pytest.mark.parametrize("piece", GROWING.values(), ids=GROWING)
def test_work_grows_with_length_only(piece):
    """Twice the text, about twice the lines of Python run: a count that other load does not disturb."""
    size = 8_000
    text = piece * (2 * size // len(piece) + 1)
    find_speech(text[:200])
    once, twice = lines_run(text[:size]), lines_run(text[: 2 * size])
    assert twice <= 3 * once + 5_000


def lines_run(text):
    count = 0

    def tick(_frame, _event, _arg):
        nonlocal count
        count += 1
        return tick

    before = sys.gettrace()
    sys.settrace(tick)
    try:
        find_speech(text, publication_date="2018")
    finally:
        sys.settrace(before)
    return count


@pytest.mark.slow
@pytest.mark.parametrize("made", CHOKING.values(), ids=CHOKING.keys())
def test_no_text_hangs(made):
    """The limit is minutes above the need: it only catches time that grows with the square of the length."""
    code = f"from policytext.extract.annotate import annotate; annotate({made}, publication_date='2018')"
    done = subprocess.run(
        [sys.executable, "-c", code], timeout=240, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-500:]
