"""When something was said: a table of lines with date and basis, who asserts it, and on what it leans."""

from __future__ import annotations

import pytest

from policytext.annotation import DateMention
from policytext.document import Block
from policytext.extract.annotate import annotate
from policytext.extract.dates.finding import find_dates
from policytext.extract.speech.cited import Sources
from policytext.extract.speech.dating import UNDATED, Dated, Dating
from policytext.extract.speech.occasions import find_occasions, is_minuted, is_press, is_transcript
from policytext.spans import Span
from tables_of_cases import cases, parametrised

CASES = cases("extract/said_when.jsonl")
KNOWN = ("publication_date", "voice")
BASES = {"explicit", "anaphoric", "vague", "citation_year", "publication", "inferred", None}


def blocks_of(text, spec):
    """Blocks from [part, kind, sign of the note]; a note is called by its sign right behind a full stop."""
    found = []
    for part, kind, *sign in spec:
        start = text.index(part)
        called = [text.index("." + s) + 1 for s in sign]
        marks = tuple(Span(at, at + len(s)) for at, s in zip(called, sign, strict=True))
        found.append(Block(start, start + len(part), kind, 0, "", "test", 1.0, None, marks))
    return found


def statements(case):
    known = {key: case[key] for key in KNOWN if key in case}
    return annotate(case["text"], blocks=blocks_of(case["text"], case.get("blocks", ())), **known).statements


@pytest.mark.parametrize("case", parametrised(CASES))
def test_line(case):
    found = [[s.text, s.statement_date, s.date_basis] for s in statements(case)]
    assert found == case["expect"]


def test_table_is_large_and_has_every_basis():
    assert len(CASES) >= 50
    assert {basis for case in CASES for _, _, basis in case["expect"]} == BASES


def test_who_asserts_a_date():
    text = "In 1951 the Board warned that the roof would not last. Dr Marsh says that it lasted."
    named = annotate(text, voice="Ruth Adeane", publication_date="1990").statements
    assert [(s.statement_date, s.asserted_by) for s in named] == [
        ("1951", "Ruth Adeane"),
        ("1990", "publication date"),
    ]
    assert [s.asserted_by for s in annotate(text).statements] == ["document", None]


def test_a_carried_date_names_the_date_it_leans_on():
    text = "On 18 July 1990 Mr Arthur Penn said that it would wait. He added that councils would be paid."
    _, carried = annotate(text).statements
    assert carried.statement_date == "1990-07-18"
    assert carried.antecedent is not None


def test_a_year_in_a_title_dates_nothing():
    title = DateMention(0, 4, "1946", "1946", "title_year", "year", 0.9)
    told = DateMention(10, 14, "1951", "1951", "date", "year", 0.9)
    assert Dating([title, told], None).dates == [told]


def test_undated_says_nothing():
    assert Dated() == UNDATED
    assert UNDATED.date is None
    assert Dating((), None).printed(0) == UNDATED


def sources(text, spec):
    dates = find_dates(text)
    return Sources.of(text, blocks_of(text, spec), Dating(dates, None).within)


def test_a_note_is_found_behind_its_mark_only():
    text = "It rained.1 It snowed.\n\n1 Weather Office (1962), p. 4."
    found = sources(
        text, [["It rained.1 It snowed.", "paragraph"], ["1 Weather Office (1962), p. 4.", "footnote", "1"]]
    )
    assert found.noted(text.index(".1")).edtf == "1962"
    assert found.noted(text.index(" It snowed") + 11) is None


def test_notes_in_one_block_are_told_apart():
    text = "It rained.1 It snowed.2\n\n1 No source. 2 Weather Office (1962), p. 4."
    spec = [
        ["It rained.1 It snowed.2", "paragraph"],
        ["1 No source. 2 Weather Office (1962), p. 4.", "footnote", "1", "2"],
    ]
    found = sources(text, spec)
    assert found.noted(text.index(".1")) is None
    assert found.noted(text.index(".2")).edtf == "1962"


def test_a_paper_is_dated_by_the_reference_list():
    text = "References\n\nWolds Board, 1968, A Plan for the Wards of the County. Thirlby: Gubb."
    entry = "Wolds Board, 1968, A Plan for the Wards of the County. Thirlby: Gubb."
    found = sources(text, [[entry, "footnote"]])
    assert found.titled("A Plan for the Wards of the County").edtf == "1968"
    assert found.titled("Plan B") is None


MINUTES = (
    "Minutes of the meeting held on 4 May 1958\n\nPresent: Mrs. Garland (in the chair).\n\nThe Clerk said."
)


def test_minutes_are_known_and_have_a_day():
    dates = find_dates(MINUTES)
    within = Dating(dates, None).within
    found = find_occasions(MINUTES, within, Sources.of(MINUTES, (), within))
    assert found.minuted
    assert found.day_at(len(MINUTES)).edtf == "1958-05-04"
    assert not is_minuted("The meeting was long and the minutes were lost.")


def test_a_transcript_and_a_press_notice_are_known_by_their_form():
    turns = "".join(f"ME: And in {year}?\n\nDS: We moved again.\n\n" for year in range(1950, 1954))
    assert is_transcript(turns)
    assert not is_transcript("DS: a note.\n\nThe Board met at noon and went home.")
    notice = (
        "The clinic opened on Monday. Joan Farr, Chief Executive, said: “It is ours.”\n\n"
        "Dr Paul Ames, Lead Physician, added: “And yours.”\n\nNotes for editors\n\nFor further "
        "information contact us."
    )
    assert is_press(notice)
    assert not is_press(turns + notice)
    assert not is_press("Joan Farr said: “It is ours.” The report of 1951 said so too.")
    said = annotate(notice, publication_date="2016-03-04").statements
    assert [(s.statement_date, s.date_basis) for s in said] == [("2016-03-04", "publication")] * 2
    assert all(s.confidence <= 0.9 for s in said)
