"""Where a witness stands: its page, how its words stand to what is printed, who asserts its dates."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.pipeline.timelines.judging import STATUSES, Printed, against, collapsed
from policytext.pipeline.timelines.pages import PrintedNumber, pages_of
from policytext.pipeline.timelines.places import Places
from policytext.pipeline.timelines.stretches import Again, Dates, Stretches
from policytext.search.quote_records import JUDGEMENTS
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import raw_document

DATA = Path(__file__).parent / "data" / "timeline"
PAGES = json.loads((DATA / "pages.json").read_text("utf-8"))
CASES = json.loads((DATA / "statuses.json").read_text("utf-8"))
NUMBER_LINE = re.compile(r"^(?:Page |- |\[)?(?:\d+|[ivx]+)(?: of \d+| -|\])?$", re.MULTILINE)
BODY_LINE = re.compile(r"^\f?[a-z]{4,}.*$", re.MULTILINE)


LEANING = """
SELECT d.id AS document, s.raw_start, s.statement_date, s.date_basis, s.asserted_by, s.antecedent
FROM statements s JOIN documents d ON d.key = s.document JOIN dates t ON t.document = d.key
AND json_extract(s.antecedent, '$[0]') = t.raw_start AND json_extract(s.antecedent, '$[1]') = t.raw_end
WHERE s.date_basis = 'explicit' ORDER BY s.key LIMIT 1
"""


def told(raw):
    numbers = [
        PrintedNumber(Span(*m.span()), m.group()) for m in NUMBER_LINE.finditer(raw.replace("\f", "\n"))
    ]
    body = [Span(m.start() + (m.group()[0] == "\f"), m.end()) for m in BODY_LINE.finditer(raw)]
    return pages_of(raw, numbers, body)


@pytest.mark.parametrize("case", PAGES, ids=[c["name"] for c in PAGES])
def test_pages(case):
    pages = told(case["raw"])
    assert {word: pages.at(case["raw"].index(word)) for word in case["pages"]} == case["pages"]


@given(st.lists(st.integers(1, 9999), max_size=12), st.booleans())
def test_a_page_is_told_only_as_it_is_printed(values, heads):
    lines = [f"{v}\nbody body" if heads else f"body body\n{v}" for v in values]
    raw = "\n".join(lines) + "\n"
    pages = told(raw)
    assert all(pages.at(at) in {None, *map(str, values)} for at in range(len(raw)))


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_a_quotation_against_its_printing(case):
    found = against(case["quote"], [case["printing"]])
    assert found.status == case["status"]
    if "distance" in case:
        assert found.distance == case["distance"]


def test_the_best_of_several_printings_tells():
    printings = [case["printing"] for case in CASES]
    assert against(CASES[0]["quote"], printings) == ("exact", 0)
    assert against(CASES[0]["quote"], []) == ("not-found", None)


def test_statuses_are_the_words_of_quote_and_two_more():
    shared = {judgement.replace(" ", "-") for judgement in JUDGEMENTS} - {"too-short"}
    assert set(STATUSES) == shared | {"second-hand-only"}


def test_clean_words_against_their_raw_characters(coded_archive):
    """The status is what the two texts and the repairs between them say, in every passage of our papers."""
    seen = set()
    with Archive.open(coded_archive) as archive:
        for document in archive.sql.execute("SELECT key, id FROM documents").fetchall():
            texts = raw_document(archive, document["id"])
            printed = Printed(texts)
            for row in archive.sql.execute(
                "SELECT start, end FROM passages WHERE document = ?", (document["key"],)
            ):
                clean = Span(row["start"], row["end"])
                spans = texts.alignment.to_raw(clean.start, clean.end)
                status, distance = printed.status(clean, spans)
                same = collapsed(texts.clean[clean.start : clean.end]) == collapsed(
                    " ".join(texts.raw[s.start : s.end] for s in spans)
                )
                assert same == (distance == 0)
                assert (status == "exact") == (same and len(spans) == 1)
                seen.add(status)
    assert seen == {"exact", "normalised"}


def test_a_date_is_asserted_where_it_stands(coded_archive):
    with Archive.open(coded_archive) as archive:
        row = archive.sql.execute(LEANING).fetchone()
        places = Places(archive, row["document"])
        lean = Span(*json.loads(row["antecedent"]))
        date, basis, by = row["statement_date"], row["date_basis"], row["asserted_by"]
        assert places.asserts(date, basis, by, lean, row["raw_start"]) == (
            f"{row['document']}:{lean.start}-{lean.end}"
        )
        assert places.asserts("1066", "explicit", "Tom Harbinger", None, 0) == "Tom Harbinger"
        assert places.asserts(None, None, None, lean, 0) is None
        assert places.asserts("1949-04", "publication", "publication date", None, 0) == (
            places.publication_asserted_by
        )


def test_the_masthead_asserts_a_date_that_was_read_from_it(coded_archive):
    with Archive.open(coded_archive) as archive:
        by = Places(archive, "1963-circular-digest").publication_asserted_by
        document, _, place = by.partition(":")
        start, end = map(int, place.split("-"))
        assert "1963" in raw_document(archive, document).raw[start:end]
        assert Places(archive, "1949-health-committee-briefing").publication_asserted_by == "catalogue"


def test_the_raw_text_of_a_place_is_as_it_stands(coded_archive):
    with Archive.open(coded_archive) as archive:
        places = Places(archive, "1963-circular-digest")
        raw = raw_document(archive, "1963-circular-digest").raw
        end = raw.index("\n\n") + 20
        words = places.words(Span(0, 5), (Span(10, 12), Span(end - 3, end)))
        assert (words.raw_before, words.exact, words.raw_after) == (
            raw[:10],
            raw[10:end],
            raw[end : end + 32],
        )
        assert words.raw == collapsed(raw[10:end]) != words.exact


SPANS = st.tuples(st.integers(0, 40), st.integers(0, 12)).map(lambda pair: Span(pair[0], sum(pair)))


@given(
    st.lists(SPANS, max_size=20).map(lambda spans: sorted(spans, key=lambda s: s.start)),
    SPANS,
    st.integers(1, 12),
)
def test_the_first_stretch_is_found_as_by_looking_at_all(spans, sought, least):
    stretches = [Again(f"g{n}", span, "reprint") for n, span in enumerate(spans)]
    sharing = (s for s in stretches if min(sought.end, s.span.end) - max(sought.start, s.span.start) >= least)
    assert Stretches(stretches).first(sought, least) == next(sharing, None)


@given(st.lists(st.tuples(st.sampled_from("ab"), SPANS), max_size=20), st.integers(0, 60), st.integers(0, 9))
def test_the_nearest_date_is_found_as_by_looking_at_all(mentions, at, within):
    mentions = sorted(mentions, key=lambda m: (m[1].start, m[1].end))
    dates = Dates(mentions)
    near = [span for edtf, span in mentions if edtf == "a" and abs(span.start - at) <= within]
    assert dates.nearest("a", at, within) == min(
        near, key=lambda s: (abs(s.start - at), s.start, s.end), default=None
    )
    assert dates.first("a") == next((span for edtf, span in mentions if edtf == "a"), None)
    assert dates.nearest("c", at, within) is None is dates.first("c") is dates.first(None)
    assert all(span in dates for _, span in mentions)
    assert Span(0, 99) not in dates


def test_a_paper_of_many_dates_is_asked_for_each_without_going_through_all():
    """Counted, not timed: every date once to begin with, a few steps for each of the questions."""
    number, looked = 20_000, 0

    class Offset(int):
        def __lt__(self, other):
            nonlocal looked
            looked += 1
            return int(self) < other

    dates = Dates([("1956", Span(Offset(10 * n), 10 * n + 4)) for n in range(number)])
    found = [dates.nearest("1956", 10 * n + 3, 500) for n in range(number)]
    assert found == [Span(10 * n, 10 * n + 4) for n in range(number)]
    assert 0 < looked < 40 * number
