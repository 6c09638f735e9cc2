"""When a claim was said, fell silent and came back: what is counted, and what is only possible."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.analysis.recurrence.describing import Recurrence, describe, describe_all
from policytext.analysis.recurrence.occurrences import Occurrence, SourceFacts
from policytext.analysis.recurrence.periods import closed, day_number, period_label, periods_of
from policytext.text.edtf import bounds
from tables_of_cases import cases, parametrised

DESCRIBED = cases("recurrence/described.jsonl")


def source_of(row: dict) -> SourceFacts:
    first, last = bounds(row["published"])
    return SourceFacts(
        document=row["d"],
        title=None,
        stratum=row.get("stratum", ""),
        published_earliest=first,
        published_latest=last,
        said=tuple(bounds(edtf) for edtf in row["said"]),
    )


def occurrence_of(row: dict, sources: dict[str, SourceFacts], claim: str = "c") -> Occurrence:
    earliest, latest = bounds(row["said"]) if row["said"] else (None, None)
    printed = sources[row["d"]]
    return Occurrence(
        claim=claim,
        work=row["w"],
        document=row["d"],
        speaker=row.get("speaker"),
        party=row.get("party"),
        earliest=earliest,
        latest=latest,
        published_earliest=printed.published_earliest,
        published_latest=printed.published_latest,
        second_hand=row.get("second_hand", False),
        counts=row.get("counts", True),
        stance=row.get("stance", "supports"),
    )


def material(case: dict) -> tuple[list[Occurrence], list[SourceFacts]]:
    sources = {row["d"]: source_of(row) for row in case["sources"]}
    return [occurrence_of(row, sources) for row in case["said"]], list(sources.values())


def shown(found: Recurrence) -> dict:
    """What a case may expect, as it writes it."""
    silence = found.longest_silence
    return {
        "works": found.works,
        "first": found.first and found.first.work,
        "last": found.last and found.last.work,
        "longest_silence": silence and [silence.years, silence.before.work, silence.after.work],
        "silent_sources": silence and silence.sources,
        "returns": found.returns,
        "covered_surely": found.covered_surely,
        "covered_possibly": found.covered_possibly,
        "speakers": [list(pair) for pair in found.speakers],
        "parties": [list(pair) for pair in found.parties],
        "documents": [list(pair) for pair in found.documents],
        "second_hand": found.second_hand,
        "undated": found.undated,
        "repeats": found.repeats,
        "denials": found.denials,
        "denying": list(found.denying),
        "states": ", ".join(f"{p.label} {p.state}" for p in found.periods),
        "sources": [p.sources for p in found.periods],
        "asserting": [p.asserting for p in found.periods],
        "cautions": {c.kind: c.document for c in found.cautions},
        "caution_text": "; ".join(c.text for c in found.cautions),
    }


@pytest.mark.parametrize("case", parametrised(DESCRIBED))
def test_what_is_told_of_a_claim(case):
    found = shown(describe(*material(case), case.get("period", 10)))
    assert {name: found[name] for name in case["expect"]} == case["expect"]


@pytest.mark.parametrize("case", parametrised(DESCRIBED))
def test_order_of_input_changes_nothing(case):
    occurrences, sources = material(case)
    straight = describe(occurrences, sources)
    mixed = random.Random(3)
    mixed.shuffle(occurrences)
    mixed.shuffle(sources)
    assert describe(occurrences, sources) == straight


def test_claims_are_told_apart_and_sorted():
    occurrences, sources = material(DESCRIBED[0])
    other = [replace(o, claim="b") for o in occurrences[:1]]
    both = describe_all([*occurrences, *other], sources)
    assert [(r.claim, r.works) for r in both] == [("b", 1), ("c", 3)]
    assert both[1] == describe(occurrences, sources)


def test_what_cannot_be_described_is_refused():
    occurrences, sources = material(DESCRIBED[0])
    with pytest.raises(ValueError, match="one claim"):
        describe([*occurrences, replace(occurrences[0], claim="b")], sources)
    with pytest.raises(ValueError, match="not of 0"):
        describe([], sources)
    with pytest.raises(ValueError, match="not among the sources"):
        describe(occurrences, sources[1:])
    with pytest.raises(ValueError, match="1 to 100 years"):
        describe(occurrences, sources, period=0)


@pytest.mark.parametrize(
    "wrong",
    [{"earliest": "1956"}, {"earliest": "2020-01-01", "latest": "1956-01-01"}, {"stance": "against"}],
    ids=str,
)
def test_an_occurrence_cannot_be_what_no_witness_is(wrong):
    occurrences, _ = material(DESCRIBED[0])
    with pytest.raises(ValueError, match="work speech"):
        replace(occurrences[0], **wrong)


days = st.dates().map(str)


@settings(deadline=None)
@given(days, days, st.integers(1, 100))
def test_a_day_within_bounds_lies_in_a_period_that_they_touch(one, other, period):
    low, high = sorted((one, other))
    touched = periods_of((low, high), period)
    assert touched[0] * period <= int(low[:4]) <= int(high[:4]) <= touched[-1] * period + period - 1
    assert closed(low, None, high) == (low, high)
    assert closed(None, high, high) is None


def test_an_end_that_publication_would_put_before_the_beginning_stays_open():
    assert closed("2005-01-01", None, "2004-12-31") is None


def test_the_year_0_has_a_leap_day_before_the_year_1():
    assert day_number("0001-01-01") - day_number("0000-01-01") == 366


def test_periods_are_called_what_people_call_them():
    assert [period_label(195, 10), period_label(391, 5), period_label(1956, 1)] == [
        "1950s",
        "1955-1959",
        "1956",
    ]


spans = st.lists(st.tuples(st.integers(1940, 2018), st.integers(0, 30)), min_size=1, max_size=12)


@settings(deadline=None)
@given(spans)
def test_within_a_silence_nothing_can_have_been_said(dated):
    """The least silence is certain: no way to draw the dates puts one inside it."""
    rows = [
        {"w": f"w{i}", "d": "a", "said": f"{year}/{min(year + more, 2018)}"}
        for i, (year, more) in enumerate(dated)
    ]
    sources = {"a": source_of({"d": "a", "published": "2018", "said": []})}
    occurrences = [occurrence_of(row, sources) for row in rows]
    found = describe(occurrences, sources.values())
    for silence in found.silences:
        start, end = silence.before.latest, silence.after.earliest
        assert all(o.latest <= start or o.earliest >= end for o in occurrences)
        assert silence.years >= found.period
    assert found.covered_surely <= found.covered_possibly
