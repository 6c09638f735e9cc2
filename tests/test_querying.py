"""The query language: every construct, every near miss, and no input that is an error."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.text.asked import may_have_operators
from policytext.text.querying import (
    AllOf,
    AnyOf,
    Asked,
    Fuzzy,
    NoneOf,
    Phrase,
    Prefix,
    Word,
    parse,
    period,
    plain,
)

DATA = Path(__file__).parent / "data" / "text"


def rows(name):
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def clause(tree):
    """The clause that a table writes as a word or a list: ["all", part, ...], ["phrase", text, slop]."""
    if tree is None or isinstance(tree, str):
        return tree and Word(tree)
    kind, *rest = tree
    leaf = {"phrase": Phrase, "prefix": Prefix, "fuzzy": Fuzzy}.get(kind)
    if leaf:
        return leaf(*rest)
    return {"all": AllOf, "any": AnyOf, "none": NoneOf}[kind](tuple(map(clause, rest)))


@pytest.mark.parametrize("case", [pytest.param(c, id=c["why"]) for c in rows("querying.jsonl")])
def test_what_is_understood(case):
    assert parse(case["query"]) == Asked(
        case["words"],
        clause(case.get("needed")),
        tuple(map(clause, case.get("preferred", []))),
        tuple(case.get("fields", {}).items()),
        tuple(case.get("notes", [])),
    )


@pytest.mark.parametrize("case", [pytest.param(c, id=c["value"]) for c in rows("querying_periods.jsonl")])
def test_periods(case):
    if "days" in case:
        assert period(case["value"]) == tuple(case["days"])
    else:
        with pytest.raises(ValueError, match=re.escape(case["error"])):
            period(case["value"])


@given(st.text() | st.text("ab -.,'AND\n"))
def test_a_text_without_operators_needs_no_parser(text):
    if not may_have_operators(text):
        assert parse(text) == plain(text)


TOKENS = [
    *(
        '"',
        "“",
        "”",
        "(",
        ")",
        "-",
        "+",
        "~",
        "~2",
        "*",
        " ",
        "  ",
        ":",
        "..",
        "AND",
        " AND ",
        "OR",
        " OR ",
        "NOT ",
    ),
    *(
        "speaker:",
        "said:",
        "said:1956",
        "cites:",
        "1956",
        "care",
        "hospital",
        "é",
        "\x00",
        "\x1c",
        "\ud800",
        "健",
    ),
]
QUERIES = st.one_of(st.text(), st.lists(st.sampled_from(TOKENS), max_size=40).map("".join))


@given(QUERIES)
def test_any_text_is_a_query(text):
    asked = parse(text)
    assert isinstance(asked, Asked)
    assert parse(text) == asked


@given(st.text(alphabet="abc XYZ.,;'’?!–0123é\n", max_size=200))
def test_text_without_marks_of_the_language_is_all_words(text):
    asked = parse(text)
    assert (asked.needed, asked.preferred, asked.fields, asked.notes) == (None, (), (), ())
    assert asked.words.split() == [
        chunk for chunk in text.split() if any(map(str.isalnum, chunk))
    ] or asked == plain(text)


def excluded_words(part):
    """The words that stand under an odd number of exclusions."""
    if isinstance(part, NoneOf):
        return {word for p in part.parts for word in all_words(p)}
    if isinstance(part, AllOf | AnyOf):
        return {word for p in part.parts for word in excluded_words(p)}
    return set()


def all_words(part):
    return (
        {word for p in part.parts for word in all_words(p)}
        if isinstance(part, AllOf | AnyOf | NoneOf)
        else {part.text}
    )


LETTERS = st.integers(0, 10**6).map(lambda n: f"w{n}")
SIGNED = st.tuples(st.sampled_from(["", "+", "-", "NOT "]), LETTERS)


@given(st.lists(SIGNED, min_size=1, max_size=12, unique_by=lambda pair: pair[1]))
def test_excluded_words_never_rank_and_needed_ones_do(pairs):
    asked = parse(" ".join(sign + word for sign, word in pairs))
    excluded = {word for sign, word in pairs if sign in {"-", "NOT "}}
    ranking = [word for sign, word in pairs if sign in {"", "+"}]
    if ranking:
        assert asked.words.split() == ranking
    needed = {word for sign, word in pairs if sign == "+"}
    assert (asked.needed is not None) == bool(excluded | needed)
    if asked.needed:
        assert excluded_words(asked.needed) == excluded
        assert all_words(asked.needed) == excluded | needed


@given(st.text())
def test_plain_words_are_never_read_as_the_language(text):
    assert plain(text) == Asked(" ".join(text.split()))


@given(st.text(alphabet="0123456789-./–X~?%s", max_size=24))
def test_a_period_is_understood_or_refused(text):
    try:
        earliest, latest = period(text)
    except ValueError:
        return
    assert earliest is None or latest is None or earliest <= latest


MONSTERS = [
    "(" * 200_000,
    ")" * 200_000,
    "(a OR " * 50_000,
    '"' * 200_001,
    '"a" ' * 50_000,
    "-(" * 100_000,
    "a" * 5_000_000,
    "~" * 500_000,
    "speaker:(" * 50_000,
    "NOT " * 100_000,
    "+a* " * 50_000,
    " " * 5_000_000,
    " OR ".join(f'"w{n} x"' for n in range(50_000)),
    " ".join(f"+w{n}" for n in range(50_000)),
]


@pytest.mark.parametrize("text", MONSTERS, ids=lambda text: text[:12])
def test_monstrous_input_is_read_too(text):
    asked = parse(text)
    assert asked == parse(text)
    assert len(asked.notes) < 10


def test_brackets_deeper_than_anyone_writes_are_left_out_with_a_note():
    asked = parse("(a AND (b OR " * 30 + "c" + "))" * 30)
    assert any("brackets within" in note for note in asked.notes)
    assert asked.words.split()[-1] == "c"
