"""Filters inside the engine never lose a passage that the store lets through."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.errors import BadRequest
from policytext.index.fields import FIRST_YEAR, LAST_YEAR, year_of
from policytext.index.lexical import LexicalIndex, build_lexical
from policytext.index.passages import IndexedPassage
from policytext.ranking import Filters
from policytext.store.archive import Archive
from policytext.store.selection import allowed_among, allowed_numbers, beside
from policytext.text.querying import NoneOf, Word

ANY = NoneOf((Word("xqvzz"),))
"""What every passage satisfies."""


@pytest.fixture(scope="module")
def store(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield archive


@pytest.fixture(scope="module")
def index(store):
    return LexicalIndex.open(store.folder, store.generation)


@pytest.fixture(scope="module")
def told(store):
    """What the papers offer to filter by."""

    def column(sql):
        return sorted({row[0] for row in store.sql.execute(sql) if row[0]})

    names = column("SELECT speaker FROM statements") + column("SELECT voice FROM passages")
    return {
        "speaker": names + column("SELECT known_as FROM people"),
        "cites": column("SELECT title FROM citations") + column("SELECT uri FROM citations"),
        "document": column("SELECT id FROM documents")
        + column("SELECT name FROM documents")
        + column("SELECT relative FROM documents"),
    }


@st.composite
def some_of(draw, names):
    """A name as it stands, some of its words, or in another case; with honorifics and marks."""
    words = draw(st.sampled_from(names)).split() or ["x"]
    start = draw(st.integers(0, len(words) - 1))
    part = " ".join(words[start : draw(st.integers(start + 1, len(words)))])
    change = draw(st.sampled_from([str, str.upper, str.casefold, "Sir {},".format, " {}  ".format]))
    return change(part)


DAYS = st.none() | st.dates().map(str) | st.dates().filter(lambda d: 1940 < d.year < 2025).map(str)


@st.composite
def filters(draw, told):
    days = sorted([draw(DAYS), draw(DAYS)], key=lambda day: day or "")
    earliest, latest = days if None not in days else draw(st.permutations(days))
    return Filters(
        earliest=earliest,
        latest=latest,
        dates=draw(st.sampled_from(["statement", "publication"])),
        speaker=draw(st.none() | some_of(told["speaker"])),
        cites=draw(st.none() | st.sampled_from(told["cites"]) | some_of(told["cites"])),
        document=draw(st.none() | st.none() | st.sampled_from(told["document"])),
        min_quality=draw(st.none() | st.floats(0, 1)),
    )


@given(st.data())
@settings(max_examples=250, deadline=None)
def test_nothing_that_satisfies_filters_is_lost(store, index, told, data):
    asked = data.draw(filters(told))
    try:
        allowed = allowed_numbers(store, asked)
    except BadRequest:  # an honorific alone names nobody
        return
    every = range(index.manifest.count)
    allowed = list(every) if allowed is None else allowed
    assert set(allowed) <= set(index.matching("", needed=ANY, filters=asked))
    if asked:
        assert allowed_among(store, asked, list(every)) == set(allowed)
        assert allowed_among(store, asked, every[::3]) == set(allowed).intersection(every[::3])


def test_every_name_title_and_decade_narrows(store, index, told):
    """So that the engine looks at few passages, not only that it loses none."""
    for kind, values in told.items():
        for value in values:
            found = index.matching("", needed=ANY, filters=Filters(**{kind: value}))
            allowed = allowed_numbers(store, Filters(**{kind: value}))
            assert set(allowed) <= set(found), value
            if kind == "document":
                assert found == allowed
    for year in range(1940, 2020, 10):
        for dates in ("statement", "publication"):
            decade = Filters(f"{year}-01-01", f"{year + 9}-12-31", dates)
            found = index.matching("", needed=ANY, filters=decade)
            assert len(allowed_numbers(store, decade)) <= len(found) < index.manifest.count


def test_filters_that_leave_nothing(store, index):
    for nobody in (Filters(document="no-such"), Filters(speaker="Xqvzz"), Filters(latest="1066-10-14")):
        assert allowed_numbers(store, nobody) == []
        assert index.rank("health care", 5, filters=nobody, keep=lambda _: set()) == []


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("1958-03-01", 1958),
        ("0987-01-01", FIRST_YEAR),
        ("9999-12-31", LAST_YEAR),
        ("-0044-03-15", 7),
        ("", 7),
        (None, 7),
    ],
)
def test_the_year_of_a_day(day, expected):
    assert year_of(day, 7) == expected


def test_open_and_very_long_stretches_are_found_by_every_filter(tmp_path):
    stretches = [
        (None, None),
        ("1200-01-01", "1900-12-31"),
        ("1950-01-01", None),
        ("1950-05-01", "1952-01-01"),
        (None, "1955-12-31"),
    ]
    passages = [IndexedPassage(n, "a plan", said=[days]) for n, days in enumerate(stretches)]
    build_lexical(tmp_path, 1, "c" * 64, [*passages, IndexedPassage(5, "a plan of no date")])
    index = LexicalIndex.open(tmp_path, 1)

    def found(first, last):
        return [r.number for r in index.rank("plan", 9, filters=Filters(first, last))]

    assert sorted(found("1952-06-01", "1952-07-01")) == [0, 1, 2, 3, 4]
    assert sorted(found("1960-01-01", None)) == [0, 1, 2, 4]
    assert sorted(found(None, "1949-01-01")) == [0, 1, 2, 4]
    assert sorted(r.number for r in index.rank("plan", 9)) == [0, 1, 2, 3, 4, 5]


def test_neighbours_are_those_of_one_document(store):
    homes = dict(
        store.sql.execute(
            "SELECT n.number, p.document FROM numbers n JOIN passages p ON p.key = n.passage"
        ).fetchall()
    )
    found = beside(store, homes)
    assert found == {
        n: tuple(near for near in (n - 1, n + 1) if homes.get(near) == home) for n, home in homes.items()
    }
    assert beside(store, [10**9, -5]) == beside(store, []) == {}


def test_many_numbers_fit_into_one_question(store):
    among = allowed_among(store, Filters(speaker="Pinnock", cites="Act"), range(20_000))
    assert among == set(allowed_numbers(store, Filters(speaker="Pinnock", cites="Act")))
