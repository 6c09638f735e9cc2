"""Clauses of a Bill under debate, and Acts by the chapter of a calendar year."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from policytext.annotation import Citation
from policytext.extract.calendar import YEAR
from policytext.extract.citations.citing import cite
from policytext.extract.citations.gazetteer import gazetteer
from policytext.extract.citations.linking import linked
from policytext.extract.citations.provisions import Provision
from policytext.extract.citations.resolving import Resolver

_NOT_OF_BILL = re.compile(
    r"\s{1,3}(?:of|in|to)\s{1,3}(?:the|this|his|her|our|their|its|that|a|an|my|any)\s{1,3}(?:[a-z-]{2,16}\s{1,3}){0,2}"
    r"(?:contract|lease|agreement|tenancy|will|deed|trust|constitution|charter|motion|treaty|report|amendment"
    r"|order|regulations|code|Treaty|Agreement|Contract|Constitution)\b"
)
_CHAPTER = re.compile(
    rf"(?<![\w/&-])(?P<year>{YEAR}),?\s{{1,2}}[Cc]\.\s{{0,2}}(?P<number>\d{{1,3}})(?=[,;.:)\]]|\s{{0,3}}$"
    r"|\n|\s(?:and|as)\b)"
)
_FIRST_BY_YEAR = 1963
"""From when chapters were numbered by the calendar year, no longer by the session."""


def find_clause(text: str, provision: Provision, resolver: Resolver) -> Iterator[Citation]:
    """Yields a clause as one of the Bill named last, or of none where the text speaks of "the Bill"."""
    if not provision.is_clause or _NOT_OF_BILL.match(text, provision.end):
        return
    span = (provision.start, provision.end)
    if resolver.bills:
        bill = resolver.bills[-1]
        draft = cite(text, span, "bill", "clause-nearest", 0.45)
        found = linked(draft, bill, "clause-nearest", 0.45)
        yield replace(found, cls="section", provision=provision.name, became=None)
    elif resolver.of_bill:
        yield cite(text, span, "section", "clause-unnamed", 0.3, provision=provision.name)


def find_chapters(text: str) -> Iterator[Citation]:
    """Yields Acts by year and chapter alone ("1977 c. 49")."""
    for match in _CHAPTER.finditer(text):
        year, number = int(match["year"]), int(match["number"])
        if year < _FIRST_BY_YEAR:
            continue
        uri = f"ukpga/{year}/{number}"
        entry = gazetteer().by_uri.get(uri)
        yield cite(
            text, match.span(), "act", "chapter-of-year", 0.85 if entry else 0.5, entry=entry, year=year,
            chapter=f"c. {number}", uri=uri,
        )  # fmt: skip
