"""Who held which office when, from tables: names, titles, what was held on a day, and what does not agree."""

import csv
from dataclasses import replace
from importlib.resources import files
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.annotation import Statement
from policytext.extract.speakers.offices import (
    check,
    enrich,
    holders,
    office_on,
    offices,
    offices_named,
    resolve,
)
from policytext.extract.speakers.persons import compatible, given_agree, personal_name
from tables_of_cases import cases, parametrised

CASES = cases("extract/offices.jsonl")
NAMES = cases("extract/offices_names.jsonl")


def of_kind(kind):
    return parametrised([case for case in CASES if case["kind"] == kind])


@pytest.mark.parametrize("case", parametrised(NAMES))
def test_a_name_taken_apart(case):
    name = personal_name(case["text"])
    if case["surname"] is None:
        assert name is None
        return
    parts = (list(name.given), name.surname, name.peer, name.female, name.territory)
    assert parts == tuple(case[f] for f in ("given", "surname", "peer", "female", "territory"))


@pytest.mark.parametrize("case", of_kind("named"))
def test_offices_that_a_role_names(case):
    assert sorted(offices_named(case["text"])) == case["offices"]


@pytest.mark.parametrize("case", of_kind("then"))
def test_office_and_party_on_days(case):
    told = office_on(case["text"], case["earliest"], case["latest"], case["role"])
    assert told == (case["office"], case["party"])


@pytest.mark.parametrize("case", of_kind("flag"))
def test_flags(case):
    assert list(check(case["text"], case["role"], case["date"], case["basis"])) == case["flags"]


@pytest.mark.parametrize("case", of_kind("who"))
def test_who_a_bare_office_may_be(case):
    found = resolve(case["text"], case["earliest"], case["latest"])
    assert (found and found.person) == case["person"]
    assert found is None or 0 < found.confidence < 1


def test_an_open_date_tells_no_office():
    assert office_on("Robin Turton", None, "1956-05-13") == (None, None)
    assert resolve("the Minister of Health", "1956-05-13", None) is None


def test_every_row_of_the_table_is_sound():
    text = (files("policytext.extract") / "data" / "offices.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        assert row["verified"] in ("days", "years", "no"), row
        assert row["source"], row
        assert row["verified"] == "no" or "general knowledge" not in row["source"], row
    for tenure in offices().tenures:
        assert tenure.outer[0] < tenure.outer[1], tenure
        assert holders(tenure.person, tenure.office), tenure
        for alias in tenure.aliases:
            assert tenure in holders(alias), (alias, tenure)
    titled = {office for meant in offices().titles.values() for office, _ in meant}
    assert titled == set(offices().by_office)


SINGLE = [
    "Minister of Health",
    "Prime Minister",
    "Chancellor of the Exchequer",
    "Secretary of State for Health",
]


@pytest.mark.parametrize("office", SINGLE)
def test_one_holder_at_a_time(office):
    held = offices().by_office[office]
    for earlier, later in pairwise(held):
        assert earlier.outer[1] <= later.outer[0] or earlier.ends[:4] == later.begins[:4], (earlier, later)


def test_every_year_has_a_head_of_the_health_department():
    heads = (
        "Minister of Health",
        "Secretary of State for Social Services",
        "Secretary of State for Health",
        "Secretary of State for Health and Social Care",
    )
    spans = [t.outer for office in heads for t in offices().by_office[office]]
    for year in range(1920, 2019):
        assert any(first <= f"{year}-07-01" <= last for first, last in spans), year


def said(**facts):
    plain = Statement(0, 4, "Text", "direct", None, "person", None, None, None, None, None, None, "r", 0.9)
    return replace(plain, **facts)


def test_statements_get_office_party_and_flags():
    minister = said(
        speaker="Robin Turton", role="health minister", statement_date="1956", date_basis="explicit"
    )
    early = said(
        speaker="Patricia Hewitt", role="Health Secretary", statement_date="2000/2004", date_basis="vague"
    )
    unknown = said(speaker="Olive Strudwick", statement_date="1956", date_basis="explicit")
    body = said(
        speaker="Robin Turton", speaker_type="organisation", statement_date="1956", date_basis="explicit"
    )
    first, second, third, fourth = enrich([minister, early, unknown, body])
    assert (first.role_then, first.party_then, first.flags) == ("Minister of Health", "Conservative", ())
    assert (second.role_then, len(second.flags)) == (None, 1)
    assert (third, fourth) == (unknown, body)
    assert (second.statement_date, second.role, second.speaker) == (
        early.statement_date,
        early.role,
        early.speaker,
    )


def test_what_is_filled_in_stays_and_twice_is_once():
    given_before = said(
        speaker="Robin Turton",
        role="health minister",
        statement_date="1954",
        date_basis="explicit",
        role_then="a role",
        flags=("a flag",),
    )
    once = enrich([given_before])
    assert once[0].role_then == "a role"
    assert once[0].flags[0] == "a flag"
    assert len(once[0].flags) == 2
    assert enrich(once) == once


def test_two_who_speak_together_are_each_checked():
    both = said(
        speaker="Jeremy Hunt; Simon Stevens",
        role="Health Secretary; NHS England chief executive",
        statement_date="2013",
        date_basis="explicit",
    )
    (told,) = enrich([both])
    assert told.role_then is None
    assert [f.partition(" but ")[2].partition(" was ")[0] for f in told.flags] == ["Simon Stevens"]


letters = st.text("abr", min_size=1, max_size=3)
givens = st.lists(letters, max_size=3).map(tuple)


@given(givens, givens)
def test_agreeing_is_mutual(one, other):
    assert given_agree(one, other) == given_agree(other, one)
    assert given_agree(one, one)


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_none(text):
    name = personal_name(text)
    assert name is None or (name.surname and compatible(name, name))


@pytest.mark.parametrize(
    "text", ["x" * 1_000_000, "A. " * 200_000, "Lord " * 200_000, ", of" * 200_000, "(" * 500_000]
)
def test_long_texts_are_no_names_or_roles(text):
    personal_name(text)
    assert offices_named(text) == {}
    assert check(text, text, "1956") == ()
