"""Facets count passages as the filters find them."""

import json
from pathlib import Path

import pytest

from policytext.cli.facets import facet_lines
from policytext.export.readings import facet_rows
from policytext.ranking import Filters
from policytext.search.facets import FACETS, Count, Facet, facets
from policytext.store.archive import Archive
from policytext.store.selection import allowed_numbers


@pytest.fixture(scope="module")
def store(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield archive


@pytest.fixture(scope="module")
def numbers(store):
    return [row["number"] for row in store.sql.execute("SELECT number FROM numbers ORDER BY number")]


@pytest.fixture(scope="module")
def counted(store, numbers):
    return {facet.name: facet.counts for facet in facets(store, numbers)}


def test_all_facets_come_in_their_order(store, numbers):
    assert tuple(facet.name for facet in facets(store, numbers)) == FACETS


def test_a_paper_counts_what_the_filter_for_it_finds(store, counted):
    (papers,) = store.sql.execute("SELECT count(*) FROM documents").fetchone()
    assert len(counted["document"]) == papers
    for count in counted["document"]:
        assert count.passages == len(allowed_numbers(store, Filters(document=count.value)))


@pytest.mark.parametrize(("name", "dates"), [("said", "statement"), ("printed", "publication")])
def test_a_decade_counts_what_the_filter_for_it_finds(store, counted, name, dates):
    decades = [count for count in counted[name] if count.value is not None]
    assert len(decades) >= 7
    for count in decades:
        first = int(count.value[:3]) * 10
        days = Filters(earliest=f"{first}-01-01", latest=f"{first + 9}-12-31", dates=dates)
        assert count.passages == len(allowed_numbers(store, days)), count


def test_what_was_said_reaches_further_back_than_what_was_printed(counted):
    """A note of 1962 and a paper of 2016 quote the forties and fifties."""
    said, printed = ({c.value: c.passages for c in counted[name]} for name in ("said", "printed"))
    assert said["195X"] > printed["195X"]
    assert all(said[decade] >= passages for decade, passages in printed.items())


def test_speakers_and_titles_are_found_by_the_filters_for_them(store, counted):
    """The filter takes whole words of a name, and so may find others as well; never fewer."""
    for count in counted["speaker"]:
        if count.value is not None:
            found = allowed_numbers(store, Filters(speaker=count.value))
            assert 0 < count.passages <= len(found), count
    for count in counted["cites"]:
        assert 0 < count.passages <= len(allowed_numbers(store, Filters(cites=count.value))), count


def test_names_that_the_archive_joins_are_one_speaker(store, counted):
    """The minutes print "Dr. Pinnock", the note "Harold Pinnock"."""
    aliases = store.sql.execute(
        "SELECT w.name, v.alias FROM names v JOIN people w ON w.id = v.person "
        "WHERE v.joined AND v.alias <> w.name AND w.type = 'person'"
    ).fetchall()
    assert aliases
    names = {count.value for count in counted["speaker"]}
    people = {row["name"] for row in store.sql.execute("SELECT name FROM people")}
    for row in aliases:
        assert row["name"] in names
        assert row["alias"] not in names - people


def test_counts_come_by_size_then_name_and_the_unknown_last(counted):
    for counts in counted.values():
        keys = [(c.value is None, -c.passages, c.label) for c in counts]
        assert keys == sorted(keys)


def test_passages_count_once_and_only_those_chosen(store, numbers):
    some = numbers[::7]
    once, twice = facets(store, some), facets(store, [*some, *reversed(some)])
    assert once == twice
    by_paper = next(facet for facet in once if facet.name == "document")
    assert sum(count.passages for count in by_paper.counts) == len(some)
    for facet in once:
        assert all(count.passages <= len(some) for count in facet.counts)


def test_no_passages_and_unknown_ones_count_nothing(store):
    assert all(facet.counts == () for facet in facets(store, []))
    assert facets(store, [10**9]) == facets(store, [])


def test_more_passages_than_sqlite_takes_variables(store, numbers):
    many = facets(store, range(300_000))
    assert many == facets(store, numbers)


SCREEN = json.loads((Path(__file__).parent / "data" / "search" / "facets.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", SCREEN, ids=lambda case: case["about"])
def test_the_screen(case):
    facet = Facet(case["name"], tuple(Count(*count) for count in case["counts"]))
    assert list(facet_lines([facet])) == [*case["lines"], ""]
    assert [row["passages"] for row in facet_rows([facet])] == [count[2] for count in case["counts"]]
