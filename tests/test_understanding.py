"""What a query asks for: filters out of its language, slips put right, speakers left to the filter."""

import pytest

from policytext.errors import BadRequest
from policytext.index.lexical import LexicalIndex
from policytext.ranking import Filters, Query
from policytext.search.understanding import merged, understand
from policytext.store.archive import Archive
from policytext.text.querying import AllOf, NoneOf, Phrase, Prefix, Word, parse
from tables_of_cases import cases, parametrised


@pytest.fixture(scope="module")
def index(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield LexicalIndex.open(corpus_archive, archive.generation)


@pytest.fixture(scope="module")
def understood(index):
    return lambda text, filters=None, **manner: understand(
        Query("1", text, filters or Filters(), **manner), index
    )


def test_the_language_becomes_words_conditions_and_filters(understood):
    found = understood('hospital "joint finance" integrat* -mental speaker:Pinnock said:1956..1979')
    assert found.words == "hospital joint finance"
    assert found.needed == AllOf((Phrase("joint finance"), NoneOf((Word("mental"),))))
    assert found.preferred == (Prefix("integrat"),)
    assert found.filters == Filters("1956-01-01", "1979-12-31", speaker="Pinnock")
    assert {"hospit", "joint", "financ", "integr"} <= found.marked
    assert "mental" not in found.marked
    assert found.notes == ()
    assert found.offered is None


def test_filters_of_both_sides_hold(understood):
    found = understood("care printed:2010s", Filters(speaker="Lorimer"))
    assert found.filters == Filters("2010-01-01", "2019-12-31", "publication", "Lorimer")


@pytest.mark.parametrize(
    ("text", "filters", "says"),
    [
        ("", Filters(), "the query is empty"),
        (" \n\t", Filters(), "the query is empty"),
        ("care speaker:Pinnock", Filters(speaker="Lorimer"), "speaker is asked for twice"),
        ("care cites:1946", Filters(cites="1948"), "cites is asked for twice"),
        ("care document:a", Filters(document="b"), "document is asked for twice"),
        ("care said:1958", Filters(earliest="1950-01-01"), "one stretch of time"),
        ("care said:1958", Filters(latest="1950-01-01", dates="publication"), "one stretch of time"),
        ("care said:1958 printed:1958", Filters(), "one stretch of time"),
    ],
)
def test_what_contradicts_itself_is_refused(understood, text, filters, says):
    with pytest.raises(BadRequest, match=says):
        understood(text, filters)


def test_plain_words_are_no_language(understood):
    found = understood("said:1958 -hospital speaker:Pinnock AND (care", plain=True, exact=True)
    assert (found.needed, found.preferred, found.filters) == (None, (), Filters())
    assert found.words == "said:1958 -hospital speaker:Pinnock AND (care"


def test_merging_leaves_filters_alone_where_nothing_is_asked():
    filters = Filters("1950-01-01", "1960-12-31", "publication", "Pinnock", min_quality=0.5)
    assert merged(filters, parse("care and more")) is filters


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Pinnock hospital speaker:Pinnock", "hospital"),
        ("hospital of dr. pinnock speaker:Pinnock", "hospital of dr."),
        ("speaker:Pinnock", ""),
        ("Pinnock speaker:Pinnock", "Pinnock"),
        ("the Pinnock speaker:Pinnock", "the Pinnock"),
        ("Lorimer hospital speaker:Pinnock", "Lorimer hospital"),
    ],
)
def test_the_name_of_a_speaker_who_is_asked_for_does_not_rank(understood, text, words):
    assert understood(text).words == words


@pytest.mark.parametrize("case", parametrised(cases("search/engine_misspelt.jsonl")))
def test_a_slip_is_put_right_and_told(understood, case):
    found, meant = understood(case["text"]), understood(case["meant"])
    assert (found.words, found.needed, found.filters, found.marked) == (
        meant.words,
        meant.needed,
        meant.filters,
        meant.marked,
    )
    (note,) = found.notes
    assert note.startswith(f"{case['wrong']} is not in these papers; searched for ")
    assert meant.notes == ()


@pytest.mark.parametrize("case", parametrised(cases("search/engine_misspelt.jsonl")))
def test_asked_for_exactly_it_stays(understood, case):
    found = understood(case["text"], exact=True)
    assert case["wrong"] in found.words
    assert (found.notes, found.offered) == ((), None)


def test_what_is_not_sure_is_offered_and_not_done(understood):
    """A heath is an English word, which the papers happen to lack."""
    found = understood("+heath service in goverment hands")
    assert found.words == "heath service in government hands"
    assert found.offered == "+health service in government hands"
    assert len(found.notes) == 1


def test_nothing_in_a_query_is_too_much(understood):
    found = understood("hospital " * 10_000 + "+care " * 2000 + "(" * 5000)
    assert found.marked == {"hospit", "care"}
    assert found.needed == Word("care")
