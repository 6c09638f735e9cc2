"""Quotations found and judged: a table over our own papers, laws over any stretch of them, what chokes."""

import re
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from conftest import CORPUS
from policytext.errors import BadRequest, NotFound
from policytext.search.quote_aligning import spelt_otherwise
from policytext.search.quote_judging import Quotation, judged
from policytext.search.quote_letters import compared, cuts_after, cuts_before, letter_offsets, letters
from policytext.search.quote_pieces import taken_apart
from policytext.search.quote_placing import verify
from policytext.search.quote_records import FOUND, JUDGEMENTS
from policytext.search.quote_views import opened
from policytext.search.quoting import candidates, find_quotation
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import raw_document
from tables_of_cases import cases, parametrised


@pytest.fixture(scope="module")
def store(corpus_archive):
    with Archive.open(corpus_archive) as archive:
        yield archive


@pytest.fixture(scope="module")
def clean_store(tmp_path_factory):
    """An archive of four of our papers as they were before anything damaged them."""
    from policytext.pipeline.ingesting import ingest

    folder = tmp_path_factory.mktemp("clean") / "archive"
    names = ("1963-circular-digest", "1974-reorganisation-memorandum", "2016-voices-digest")
    ingest([CORPUS / "clean" / f"{n}.txt" for n in names], folder, catalogue=CORPUS / "catalogue.csv")
    with Archive.open(folder) as archive:
        yield archive


# --- the table ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", parametrised(cases("search/quotations.jsonl")))
def test_a_quotation_is_called_what_it_is(store, case):
    verdict = find_quotation(store, case["text"])
    assert verdict.judgement == case["judgement"]
    if "document" in case:
        best = verdict.places[0]
        assert best.document == case["document"]
        assert set(case.get("changes", ())) <= set(best.changes)
        assert set(case.get("kinds", ())) <= {d.kind for d in best.differences}
    for place in verdict.places:
        verify(store, place)
        assert place.judgement != "not found"
        assert (place.judgement in ("exact", "normalised")) <= (place.similarity == 1.0)


@pytest.mark.parametrize("case", parametrised(cases("search/quotations_clean.jsonl")))
def test_in_a_clean_paper_nothing_needs_repair(clean_store, case):
    verdict = find_quotation(clean_store, case["text"])
    assert verdict.judgement == case["judgement"]
    assert all("repaired" not in place.changes for place in verdict.places)


# --- laws -----------------------------------------------------------------------------------------------

_LAWS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
_NAMES = (
    "1949-health-committee-briefing",
    "1963-circular-digest",
    "1974-reorganisation-memorandum",
    "1991-community-care-news",
    "2011-interview-calloway",
    "2016-voices-digest",
)


@pytest.fixture(scope="module")
def documents(store):
    return lru_cache(maxsize=None)(lambda name: opened(store, name))


def stretch(text, data):
    """Eight words or more of a text that begins and ends with whole words, as (start, end)."""
    words = [m.span() for m in re.finditer(r"\S+", text)]
    first = data.draw(st.integers(0, len(words) - 9))
    last = data.draw(st.integers(first + 7, min(first + 60, len(words) - 1)))
    start, end = words[first][0], words[last][1]
    quotation = Quotation(text[start:end])
    core = Span(start + quotation.core.start, start + quotation.core.end)
    assume(not cuts_before(text, core.start) and not cuts_after(text, core.end))
    return quotation, core


@_LAWS
@given(data=st.data())
def test_any_stretch_of_the_raw_text_is_exact_at_its_place(documents, data):
    document = documents(data.draw(st.sampled_from(_NAMES)))
    quotation, core = stretch(document.texts.raw, data)
    assert core in [f.hull for f in judged(document, quotation) if f.judgement == "exact"]


@_LAWS
@given(data=st.data())
def test_any_stretch_of_the_clean_text_is_at_least_normalised(documents, data):
    document = documents(data.draw(st.sampled_from(_NAMES)))
    quotation, core = stretch(document.texts.clean, data)
    hull = document.texts.alignment.hull(core.start, core.end)
    found = [f for f in judged(document, quotation) if f.judgement in ("exact", "normalised")]
    assert any(f.hull.overlaps(hull) for f in found)


@_LAWS
@given(data=st.data())
def test_a_stretch_with_one_word_replaced_is_never_found(documents, data):
    document = documents(data.draw(st.sampled_from(_NAMES)))
    quotation, _ = stretch(document.texts.clean, data)
    words = quotation.text.split()
    at = data.draw(st.integers(0, len(words) - 1))
    other = data.draw(st.sampled_from(["not", "never", "zebra", "1957", "7", "the", "&"]))
    assume(letters(words[at]) and letters(words[at]) != letters(other))
    words[at] = other
    text = " ".join(words)
    assume(not re.search(r"[\[\]\u2026]|\.\.", text))
    assert not {f.judgement for f in judged(document, Quotation(text))} & FOUND


@_LAWS
@given(data=st.data())
def test_a_stretch_with_a_word_left_out_is_found_only_with_a_mark_for_it(documents, data):
    document = documents(data.draw(st.sampled_from(_NAMES)))
    quotation, _ = stretch(document.running.text, data)
    words = quotation.text.split()
    assume(len(words) >= 12)
    at = data.draw(st.integers(3, len(words) - 6))
    gone = words[at : at + 2]
    assume(all(letters(w) for w in gone))
    assume(letters(words[at - 1]) and letters(words[at + 2]))
    before, after = " ".join(words[:at]), " ".join(words[at + 2 :])
    text = f"{before} {after}"
    assume(not re.search(r"[\[\]\u2026-]|\.\.", text) and letters(text) not in letters(document.running.text))
    assume(not any(letters(text) in view.letters for view in document.views))
    assert not {f.judgement for f in judged(document, Quotation(text))} & FOUND
    assume(
        not re.search(
            r"\b(?:not|no|never|nor|none|nobody|nothing|without|cannot|neither|\w+n['’]t)\b",
            " ".join(gone),
            re.IGNORECASE,
        )
    )
    assume(letters(before[-40:].split()[-1]) and not cuts_after(text, len(before)))
    marked = {f.judgement for f in judged(document, Quotation(f"{before} [...] {after}"))}
    assert marked & FOUND


@given(st.text(max_size=40) | st.text("aA1 \u2019\u2013\u00a3\u00e9\ufb01\u00bd\u00b2\u0301", max_size=40))
def test_every_letter_leads_to_its_character(text):
    found, offsets = letters(text), letter_offsets(text)
    assert len(found) == len(offsets)
    assert offsets == sorted(offsets)
    for letter, at in zip(found, offsets, strict=True):
        assert letter in letters(text[at])


# --- who says it ----------------------------------------------------------------------------------------


def test_a_remark_in_a_later_paper_is_second_hand(store):
    verdict = find_quotation(store, "Nobody was ever nursed by it.")
    (place,) = verdict.places
    assert (place.voice, place.second_hand, verdict.second_hand) == ("quoted", True, True)
    assert place.speaker == "Rhoda Quennell"
    assert place.saying.kind == "direct"
    assert place.publication_date == "1963-06"


REPORTED = "the areas of local authorities were too small for the purpose, and their means too unequal"


def test_what_is_only_reported_is_no_quotation(store):
    verdict = find_quotation(store, REPORTED)
    (place,) = verdict.places
    assert (place.voice, place.saying.kind, place.speaker) == ("reported", "indirect", "Aneurin Bevan")
    assert (verdict.reported, verdict.second_hand) == (True, True)
    assert not find_quotation(store, "Nobody was ever nursed by it.").reported


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Aneurin Bevan, told the House of Commons that the areas of local authorities were too small",
        "told the House of Commons that " + REPORTED,
        "Bevan, told the House of Commons ... too small for the purpose, and their means too unequal",
        "in the same post that the poor law was at an end",
        "Command Paper points out that the provision proposed varies widely from one area to the next",
    ],
)
def test_what_begins_before_a_statement_is_not_its_speakers(store, text):
    places = find_quotation(store, text).places
    assert places
    assert all(p.voice == "own" and p.saying is None for p in places)


@pytest.mark.parametrize(
    ("text", "speaker", "kind"),
    [
        ("these areas of local authorities were too small for the purpose", "Aneurin Bevan", "indirect"),
        ("the body which saves the pound is not the body which finds the shilling", "Harold Pin", "indirect"),
        ("a wall down the middle of our own house ... and now we complain", "Winifred Tolley", "direct"),
        ('our own house," she told the conference, "and now we complain', "Winifred Tolley", "direct"),
        ("Co-ordination is not a service ... Nobody was ever nursed by it.", "Rhoda Quennell", "direct"),
    ],
    ids=["altered at its edge", "cut", "elided", "said between", "two fragments"],
)
def test_what_stands_inside_a_statement_is_its_speakers(store, text, speaker, kind):
    saying = find_quotation(store, text).places[0].saying
    assert saying.kind == kind
    assert saying.speaker.startswith(speaker)


def test_the_papers_own_words_are_its_own(store):
    verdict = find_quotation(store, "The home help figure is the one to watch.")
    assert (verdict.places[0].voice, verdict.second_hand) == ("own", False)
    assert verdict.places[0].saying is None


def test_a_turn_of_an_interview_is_no_hearsay_and_its_reprint_neither(store):
    verdict = find_quotation(store, "I never met a patient who wanted integration.")
    assert "turn" in {p.saying.kind for p in verdict.places if p.document == "2011-interview-calloway"}
    assert "Ruth Calloway" in {p.saying.speaker for p in verdict.places if p.document == "2016-voices-digest"}
    assert not any(p.second_hand for p in verdict.places)
    assert not verdict.second_hand


def test_every_place_is_listed_with_its_relation_best_first(store):
    verdict = find_quotation(
        store, "If you can do it with five that are on speaking terms, that is lovely as well."
    )
    assert [p.judgement for p in verdict.places] == ["exact", "altered"]
    assert {p.relation for p in verdict.places} == {"original", "edited_reprint"}
    assert len({p.group for p in verdict.places}) == 1
    assert list(verdict.places) == sorted(verdict.places, key=lambda p: p.order())


def test_a_document_and_a_speaker_narrow_it(store):
    text = "I never met a patient who wanted integration"
    only = find_quotation(store, text, document="2016-voices-digest.txt")
    assert {p.document for p in only.places} == {"2016-voices-digest"}
    assert find_quotation(store, text, speaker="Calloway").found
    assert not find_quotation(store, text, speaker="Penhallow").found
    with pytest.raises(NotFound):
        find_quotation(store, text, document="nowhere")


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (
            {"speaker": "Nobody"},
            "the archive knows no speaker Nobody; not said by Nobody; it stands elsewhere: 1",
        ),
        (
            {"speaker": "Penhallow"},
            "not said by Penhallow; it stands elsewhere: 1 place (leave --speaker out)",
        ),
        (
            {"document": "2016-voices-digest"},
            "not in 2016-voices-digest; it stands elsewhere: 1 place (leave --do",
        ),
        (
            {"document": "2016-voices-digest", "speaker": "Calloway"},
            "not said by Calloway in 2016-voices-digest; it stands elsewhere: 1 place (leave --document and",
        ),
    ],
)
@pytest.mark.parametrize(
    "text", ["There is one boiler.", "six officers of three departments, none of whom had lit the fire"]
)
def test_filters_do_not_make_the_archive_deny_what_it_holds(store, text, filters, reason):
    verdict = find_quotation(store, text, **filters)
    assert (verdict.judgement, verdict.places, len(verdict.elsewhere)) == ("not found", (), 1)
    if "six" in text:
        reason = reason.replace("elsewhere:", "elsewhere, altered:")
    assert verdict.reason.startswith(reason)
    assert "nowhere" not in verdict.reason
    assert verdict.searched == verdict.documents


def test_what_is_nowhere_is_nowhere_with_filters_too(store):
    verdict = find_quotation(store, "a purple boiler", document="2016-voices-digest", speaker="Nobody")
    assert (verdict.judgement, verdict.elsewhere) == ("too short", ())
    assert verdict.reason.startswith("the archive knows no speaker Nobody; it is nowhere")
    assert find_quotation(store, "There is one boiler.", document="2016-voices-digest").elsewhere
    assert not find_quotation(store, "There is one boiler.").elsewhere
    with pytest.raises(BadRequest, match="speaker"):
        find_quotation(store, "There is one boiler.", speaker="Mr.")


def test_a_look_alike_is_shown_and_never_found(store):
    verdict = find_quotation(
        store, "Nobody in that house was ever heard or fed by it, and nobody was nursed."
    )
    assert verdict.judgement == "not found"
    assert not verdict.found
    assert verdict.places == ()
    if verdict.nearest is not None:
        assert verdict.nearest.judgement == "not found"
        assert verdict.nearest.similarity < 0.65


# --- offsets --------------------------------------------------------------------------------------------


def test_furniture_between_the_halves_is_in_no_span(store):
    verdict = find_quotation(
        store, "under which councils for the training of health visitors have been set up"
    )
    verdict = find_quotation(
        store,
        "under which councils for the training of health visitors and of social workers have been set up",
    )
    (place,) = verdict.places
    assert len(place.spans) == 2
    assert "114" not in "".join(place.printed)
    raw = raw_document(store, place.document).raw
    assert "114" in raw[place.start : place.end]
    assert tuple(raw[s.start : s.end] for s in place.spans) == place.printed
    assert raw[: place.start].count("\n") + 1 == place.line


def test_differences_lead_to_the_characters_they_name(store):
    text = "visited by six officers of three departments, none of whom had lit the fire"
    (place,) = find_quotation(store, text).places
    (difference,) = [d for d in place.differences if d.kind == "replaced"]
    raw = raw_document(store, place.document).raw
    assert raw[difference.text.start : difference.text.end] == difference.printed == "five"
    assert text[difference.quote.start : difference.quote.end] == difference.quoted == "six"
    assert difference.note == "a number"


def test_a_negation_left_out_is_called_grave(store):
    (place,) = find_quotation(
        store, "We do plan together. We plan apart, and we meet to admire the coincidence"
    ).places
    assert [d.note for d in place.differences if d.kind == "left out"] == ["a negation"]


def test_the_index_names_the_document_that_has_the_words(store):
    for case in cases("search/quotations.jsonl"):
        if case.get("document") and len(case["text"].split()) > 5:
            assert case["document"] in candidates(store, Quotation(case["text"]))


# --- parts ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quoted", "printed", "same"),
    [
        (" ", "\n", True),
        (" ", " \r\n  ", True),
        (" \u2013 ", "\u2014", True),
        ("--", " \u2013 ", True),
        ("-", "\u2010", True),
        ("", "-\n", True),
        ("-", "-\n", True),
        ("'", "\u2019", True),
        (' "', " \u201c", True),
        ("...", "\u2026", True),
        (". ", '." ', True),
        (" ", "\u2019 ", False),
        ("", " ", False),
        ("-", " ", False),
        ("", "-", False),
        (". ", ", ", False),
        (' "', " ", False),
        (" ", ". ", False),
        ("", ".", False),
        (" ", "\u00b2 ", False),
        (". ", ".\u00b2 ", True),
    ],
)
def test_gaps(quoted, printed, same):
    assert compared(quoted, printed).same is same


@pytest.mark.parametrize(
    ("text", "start"),
    [("unable", 2), ("non-residential", 4), ("1,140", 2), ("\u00a38", 1), ("1939\u201345", 5)],
)
def test_a_word_may_not_be_cut(text, start):
    assert cuts_before(text, start)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("organisation", "organization", True),
        ("programme", "program", True),
        ("centre", "center", True),
        ("now", "not", False),
        ("1956", "1946", False),
        ("house", "home", False),
    ],
)
def test_spelling(one, other, same):
    assert spelt_otherwise(one, other) is same


def test_marks_of_an_editors_hand():
    pieces = taken_apart("[T]he plan \u2026 was [so he said] drawn [...] in ink")
    assert [("".join(j.inserted), j.omits) for j in pieces.joints] == [
        ("", True),
        ("so he said", False),
        ("", True),
    ]
    assert pieces.before.inserted == ("T",)
    assert pieces.before.glued_after
    assert len(pieces.spans) == 4


# --- what chokes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "integration " * 90_000,
        "." * 1_000_000,
        '"' * 200_000 + " the boiler " + '"' * 200_000,
        ". " * 300_000 + "The boiler is now shared by agreement " + ". " * 100_000,
        "[" * 100_000 + "the boiler is shared" + "]" * 100_000,
        "a" * 1_000_000,
        " " * 500_000 + "There is one boiler." + "\n" * 500_000,
        "- " * 100_000 + "x",
    ],
    ids=["words", "dots", "quotes", "apart", "brackets", "letters", "blanks", "dashes"],
)
def test_nothing_chokes(store, text):
    try:
        verdict = find_quotation(store, text)
    except BadRequest:
        return
    assert verdict.judgement in JUDGEMENTS


@pytest.mark.parametrize("text", ["", "  ", "...", "[...]", "\u201c\u201d"])
def test_without_words_there_is_nothing_to_judge(store, text):
    with pytest.raises(BadRequest):
        find_quotation(store, text)


def test_more_omissions_than_can_be_judged(store):
    with pytest.raises(BadRequest, match="omissions"):
        find_quotation(store, " ... ".join(["we plan apart"] * 60))


@pytest.mark.papers
def test_every_sentence_of_the_papers_is_where_it_stands(papers_archive):
    with Archive.open(papers_archive) as archive:
        for row in archive.sql.execute("SELECT id FROM documents ORDER BY id").fetchall():
            document = opened(archive, row[0])
            text = document.running.text
            for start in range(0, len(text) - 300, max(1000, len(text) // 12)):
                words = [m.span() for m in re.finditer(r"\S+", text[start : start + 250])][1:-1]
                if len(words) < 8:
                    continue
                quotation = Quotation(text[start + words[0][0] : start + words[-1][1]])
                core = Span(*(start + words[0][0] + n for n in (quotation.core.start, quotation.core.end)))
                if cuts_before(text, core.start) or cuts_after(text, core.end):
                    continue
                assert any(f.judgement in ("exact", "normalised") for f in judged(document, quotation))
