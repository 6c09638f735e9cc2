"""The fields of the word index, and what of a passage goes into each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from policytext.text.compounds import joined_of
from policytext.text.grams import grams
from policytext.text.terms import chunks, terms_of

if TYPE_CHECKING:  # a search makes none of them
    from policytext.index.passages import Days, IndexedPassage

SEARCHED = "title, heading, text, restored 3"
"""What is indexed of a passage; recorded in every index, so that one made from less is seen to be stale."""

WORDS = "words"
"""What ranks: the terms of context and text, stop words among them, and what hyphenated compounds make."""
BODY = "body"
"""What conditions and phrases are asked of: the terms of the text alone, with their positions. A title or a
heading helps to rank, but a passage does not hold its words."""
GRAMS = "grams"
"""4-grams of the text as printed; only of a damaged collection."""
NUMBER, DOCUMENT, SPEAKER, CITES, SAID, PRINTED = "number", "document", "speaker", "cites", "said", "printed"

FIRST_YEAR, LAST_YEAR = 1000, 2200
"""The years that a filter can tell apart; an open side reaches to these."""
_BREAK = "|"
"""Parts a passage's terms from its compounds, so that no phrase runs across."""
UNBOUND = 0
"""Stands in place of the years of a stretch that is open or very long: it is found by every filter."""
_LONGEST = 150  # years


def schema() -> Any:
    """Returns the engine's schema. Our analyser has spoken: the engine only parts terms at blanks."""
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field(NUMBER, indexed=True, fast=True)
    builder.add_text_field(WORDS, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(BODY, tokenizer_name="whitespace", index_option="position")
    builder.add_text_field(GRAMS, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field(DOCUMENT, tokenizer_name="raw", index_option="basic")
    for name in (SPEAKER, CITES):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    for name in (SAID, PRINTED):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    return builder.build()


def document(passage: IndexedPassage, analysed: Sequence[str]) -> Any:
    """Returns the engine's document of a passage; ``analysed`` are the chunks of what is searched of it."""
    import tantivy

    made = tantivy.Document()
    made.add_unsigned(NUMBER, passage.number)  # the keyword form would store a signed field, and fail
    ranked = " ".join(index_terms(analysed))
    made.add_text(WORDS, ranked)
    made.add_text(BODY, " ".join(index_terms(chunks(passage.body()))) if passage.context else ranked)
    if passage.grams:
        made.add_text(GRAMS, " ".join(grams(passage.as_printed())))
    for name in sorted({passage.document, *passage.names} - {""}):
        made.add_text(DOCUMENT, name)
    if passage.speakers:
        made.add_text(SPEAKER, " ".join(passage.speakers))
    if passage.cites:
        made.add_text(CITES, " ".join(passage.cites))
    for year in _years(passage.said):
        made.add_unsigned(SAID, year)
    for year in _years([passage.printed] if passage.printed else []):
        made.add_unsigned(PRINTED, year)
    return made


def index_terms(analysed: Sequence[str]) -> list[str]:
    """Returns what the field WORDS holds of a passage, by the ``chunks`` of what is searched of it."""
    found, joined = terms_of(analysed), joined_of(analysed)
    return [*found, _BREAK, *joined] if joined else found


def year_of(day: str | None, otherwise: int) -> int:
    """Returns the year of an ISO day within FIRST_YEAR and LAST_YEAR; ``otherwise`` for an open side."""
    if day is None:
        return otherwise
    digits = day.partition("-")[0]
    return min(max(int(digits), FIRST_YEAR), LAST_YEAR) if digits.isdigit() else otherwise


def _years(stretches: Iterable[Days]) -> list[int]:
    """Returns the years that the stretches of days touch, rising."""
    found: set[int] = set()
    for days in stretches:
        found.update(_of(days))
    return sorted(found)


def _of(days: Days) -> range | tuple[int]:
    first, last = year_of(days[0], FIRST_YEAR), year_of(days[1], LAST_YEAR)
    return range(first, last + 1) if last - first <= _LONGEST else (UNBOUND,)
