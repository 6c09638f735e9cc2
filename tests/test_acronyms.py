"""Short forms that documents define, and the glossary of a collection."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import PolicytextError
from policytext.text.acronyms import Definition, definitions
from policytext.text.glossary import Expansion, Glossary
from policytext.text.terms import query_terms, terms

DATA = Path(__file__).parent / "data" / "text"


def cases():
    lines = (DATA / "acronyms.jsonl").read_text(encoding="utf-8").splitlines()
    return [pytest.param(c, id=c["why"]) for c in map(json.loads, lines)]


@pytest.mark.parametrize("case", cases())
def test_definitions(case):
    (found,) = definitions(case["text"])
    assert (found.short, found.long, found.rule) == (case["short"], case["long"], case["rule"])
    printed = case["text"][found.long_start : found.long_end]
    assert " ".join(printed.split()) == found.long
    short = case["text"][found.short_start : found.short_end]
    assert short.replace(".", "").removesuffix("s") == found.short.removesuffix("s")


@pytest.mark.parametrize("text", (DATA / "acronyms_none.txt").read_text(encoding="utf-8").splitlines())
def test_what_defines_nothing(text):
    assert definitions(text) == []


def test_surer_rules_are_surer():
    texts = [json.loads(line) for line in (DATA / "acronyms.jsonl").read_text(encoding="utf-8").splitlines()]
    found = [d for case in texts for d in definitions(case["text"]) if len(d.short) > 2]
    by_way = {
        way: {d.confidence for d in found if d.rule.endswith(way)} for way in ("initials", "inner", "skipped")
    }
    assert min(by_way["initials"]) > max(by_way["inner"]) > max(by_way["skipped"])


LETTERS = st.text(st.sampled_from("ABCabc (().,'&\n\u2019sIV1-"), max_size=80)


@given(LETTERS)
def test_any_text_gives_spans_that_hold_what_they_say(text):
    for found in definitions(text):
        assert " ".join(text[found.long_start : found.long_end].split()) == found.long
        assert text[found.short_start] == found.short[0]


@given(st.lists(st.from_regex(r"[a-z]{2,9}", fullmatch=True), min_size=3, max_size=6))
def test_initials_in_brackets_are_found(long):
    short = "".join(word[0] for word in long).upper()
    found = definitions(f"The {' '.join(long)} ({short}) met")
    roman_or_title = not found
    assert roman_or_title or (found[0].short, found[0].rule) == (short, "acronym.before.initials")
    assert not roman_or_title or len(short) < 5


def test_long_noise_is_read_in_one_go():
    assert definitions("(" * 300_000) == []
    assert definitions("A" * 1_000_000) == []
    assert definitions("AB (" * 100_000) == []
    assert definitions("ab " * 500_000 + "(AA)")[0].short == "AA"


def test_a_definition_cannot_be_made_badly():
    with pytest.raises(ValueError, match="something in them"):
        Definition("AB", "a b", 3, 3, 0, 3, "r", 0.5)
    with pytest.raises(ValueError, match="side by side"):
        Definition("AB", "a b", 1, 3, 0, 3, "r", 0.5)
    with pytest.raises(ValueError, match="confidence"):
        Definition("AB", "a b", 5, 7, 0, 3, "r", 1.5)


def made(**texts):
    glossary = Glossary()
    for document, text in texts.items():
        glossary.add(document, definitions(text))
    return glossary


PAPERS = {
    "a": "health and wellbeing boards (HWBs) and the sustainability and transformation plan (STP)",
    "b": "the Health & Wellbeing Board (HWB); a sustainability and transformation partnership (STP)",
    "c": "sustainability and transformation partnerships (STPs) and more of the same: "
    "sustainability and transformation partnerships (STPs)",
}


@pytest.mark.parametrize("short", ["STP", "stp", "STPs", "S.T.P."])
def test_a_short_form_keeps_all_its_meanings(short):
    found = made(**PAPERS).expansions(short)
    assert [(e.long, e.documents) for e in found] == [
        ("sustainability and transformation partnerships", 2),
        ("sustainability and transformation plan", 1),
    ]
    assert found[0].terms == tuple(terms("sustainability and transformation partnerships"))


def test_printings_of_one_long_form_are_one_meaning():
    (found,) = made(**PAPERS).expansions("HWB")
    assert found == Expansion("HWB", "Health & Wellbeing Board", tuple(terms("Health & Wellbeing Board")), 2)


@pytest.mark.parametrize("as_given", [query_terms, terms])
def test_the_short_forms_of_a_run(as_given):
    run = as_given("plans of the health and wellbeing boards")
    (found,) = made(**PAPERS).short_forms(run)
    assert (found.short, found.term, found.documents) == ("HWB", "hwb", 2)
    assert run[found.start : found.end] == as_given("health and wellbeing boards")


def test_unknown_forms_give_nothing():
    glossary = made(**PAPERS)
    assert glossary.expansions("ICS") == glossary.expansions("") == glossary.expansions("s") == ()
    assert glossary.short_forms([]) == glossary.short_forms(["health", "board"]) == ()


def test_the_file_is_the_same_whatever_the_order(tmp_path):
    made(**PAPERS).write(tmp_path / "one")
    made(**dict(reversed(PAPERS.items()))).write(tmp_path / "other")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()
    again = Glossary.read(tmp_path / "one")
    again.write(tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == (tmp_path / "one").read_bytes()
    assert again.expansions("STP") == made(**PAPERS).expansions("STP")
    assert len(again) == 3


@pytest.mark.parametrize("line", ["{", "[]", '{"printed": [["A"]], "documents": []}', '{"documents": []}'])
def test_a_damaged_file_says_so(tmp_path, line):
    (tmp_path / "glossary").write_text(line + "\n", encoding="utf-8")
    with pytest.raises(PolicytextError, match="glossary"):
        Glossary.read(tmp_path / "glossary")
