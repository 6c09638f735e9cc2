"""Guidance known by its date, or by the Act that it is under.

"The guidance of March 1994 asked ...", "The Care Act ... and the statutory guidance". Which paper it
is only a table says; without one the citation keeps its description.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policytext.annotation import Citation
from policytext.extract.calendar import MONTH, YEAR
from policytext.extract.citations.citing import cite
from policytext.extract.citations.gazetteer import Entry, gazetteer, table

_DATED = re.compile(
    rf"\b(?:[Tt]he|[Ii]ts|[Tt]heir|[Tt]hat)\s{{1,3}}(?:(?:statutory|national|official"
    rf"|departmental|new|revised|later|first|earlier"
    rf"|original|Ministry['’]s|Department['’]s|Government['’]s|Executive['’]s)\s{{1,3}}){{0,2}}"
    rf"(?P<kind>guidance|circular|guidelines)\s{{1,3}}(?:(?:issued|published|sent\sout|given)\s{{1,3}})?"
    rf"(?:of|in|dated)\s{{1,3}}(?:\d{{1,2}}(?:st|nd|rd|th)?\s{{1,3}})?(?:{MONTH},?\s{{1,3}})?(?P<year>{YEAR})\b"
)
_UNDER_ACT = re.compile(
    r"\b(?:[Tt]he|[Ii]ts|[Tt]his|[Tt]hat)\s{1,3}(?P<name>(?:(?:accompanying|associated|new|revised)\s{1,3})?"
    r"(?P<kind>[Ss]tatutory\s{1,3}[Gg]uidance|[Cc]odes?\s{1,3}of\s{1,3}[Pp]ractice))\b(?!\s{1,3}(?:of|for|on)\s)"
)
_CIRCULAR = re.compile(r"[A-Z]{2,5}\(\d\d")
_WORD = re.compile(r"[a-z]{5,}")
_AROUND, _REACH, _LEAST = 400, 900, 2


def find_dated_guidance(text: str, *, latest: int) -> Iterator[Citation]:
    """Yields guidance by its date: the circular of that year whose title has most words of those around."""
    for match in _DATED.finditer(text):
        year = int(match["year"])
        if year > latest:
            continue
        entry = _of_subject(text, match, year)
        numbered = entry is not None and entry.chapter is not None and _CIRCULAR.match(entry.chapter)
        title = entry.chapter if entry and numbered else entry.title if entry else None
        title = title or f"{match['kind'].capitalize()} of {match['year']}"
        yield cite(
            text, match.span(), "policy_document", "guidance-dated", 0.4 if entry else 0.35, title=title,
            year=year,
            candidates=(entry.title,) if entry else (),
        )  # fmt: skip


def _of_subject(text: str, match: re.Match[str], year: int) -> Entry | None:
    around = set(_WORD.findall(text[max(0, match.start() - _AROUND) : match.end() + _AROUND].lower()))
    papers = gazetteer().of_year(year, "policy_document")
    scored = sorted(
        ((len(around & set(_WORD.findall(e.title.lower()))), e.title, e) for e in papers), key=lambda s: s[:2]
    )
    if not scored or scored[-1][0] < _LEAST or (len(scored) > 1 and scored[-2][0] == scored[-1][0]):
        return None
    return scored[-1][2]


def find_under_acts(text: str, named: Sequence[Citation]) -> list[Citation]:
    """Returns "the statutory guidance" as that of the Act named last, where a table has it."""
    acts = [c for c in named if c.cls in {"act", "section"} and c.title]
    papers = {(r["act"], r["kind"]): r["title"] for r in table("guidance.csv")}
    found: list[Citation] = []
    at, act = 0, None
    for match in _UNDER_ACT.finditer(text):
        while at < len(acts) and acts[at].end <= match.start():
            act, at = acts[at], at + 1
        if act is None or match.start() - act.end > _REACH:
            continue
        kind = "guidance" if "uidance" in match["kind"] else "code"
        if title := papers.get((act.title or "", kind)):
            found.append(
                cite(
                    text,
                    match.span("name"),
                    "policy_document",
                    "guidance-of-act",
                    0.5,
                    title=title,
                    antecedent=(act.start, act.end),
                )
            )
    return found
