"""Papers whose title stands before the brackets that say who issued it, when, or with which number.

"in Adult Social Care (HC 941)", "*Fair Shares: A Guide* (Department of Health, 2004)". Titles of other bodies
stand so too: who is named in the brackets, or the number that only a state paper has, tells them apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policytext.annotation import Citation
from policytext.extract.calendar import MONTH, YEAR
from policytext.extract.citations.bodies import is_state
from policytext.extract.citations.citing import cite

_SMALL = r"(?:a|an|and|at|by|for|from|in|into|of|on|or|our|the|to|with)"
_NUMBERED = r"(?:Cmnd|Cmd|Cm|H\.?[CL]\.?|Law\sCom)\.?\s(?:Nos?\.?\s)?\d{1,4}\b"
_DATE = rf"(?:(?:\d{{1,2}}\s)?{MONTH},?\s)?(?P<year>{YEAR})"
_OPENS = re.compile(
    rf"\s{{1,2}}\((?:(?P<number>{_NUMBERED})|(?P<issuer>[A-Z][^()\n]{{2,80}}?(?:\n[^()\n]{{2,60}}?)?),?\s{{1,2}}{_DATE}\))"
)
_MARKED = re.compile(
    r"(?P<mark>[“\"‘*_])(?P<title>[A-Z][^“”\"*_()\n]{3,90}(?:\n[^“”\"*_()\n]{2,60})?)(?P<close>[”\"’*_])(?=\s{1,2}\()"
)
_BARE = re.compile(
    rf"(?:(?<=\b[Ii]n\s)|(?<=[a-z]\s))(?P<title>(?:(?:A|An|The)\s{{1,2}})?[A-Z][\w’'-]+"
    rf"(?:[,:]?\s{{1,2}}(?:{_SMALL}\s{{1,2}}){{0,2}}[A-Z][\w’'-]+){{1,11}})(?=\s{{1,2}}\()"
)
_NO_TITLE = re.compile(
    r"\b(?:Acts?|Bills?|Regulations|Order|Rules|Measure|Committee|Commission|Council|Department|Ministry"
    r"|Board|Authority|Report|Review|Inquiry|Papers?|Minister|Secretary|Lord|Lady|Sir|Session|Debates?)\b"
)
"""Words of a run of capitals that is an Act, a body or a person, or a report that other rules know."""


def find_bracketed(text: str, *, latest: int) -> Iterator[Citation]:
    """Yields titles followed by a paper's number, or by a state body and a year, in brackets."""
    for pattern in (_MARKED, _BARE):
        for match in pattern.finditer(text):
            opened = _OPENS.match(text, match.end())
            title = " ".join(match["title"].split())
            if opened is None or _in_doubt(title, marked=pattern is _MARKED):
                continue
            year = int(opened["year"]) if opened["year"] else None
            if opened["issuer"] and not (
                is_state(" ".join(opened["issuer"].split())) and (year or 0) <= latest
            ):
                continue
            sure = 0.65 if pattern is _MARKED else 0.55
            yield cite(
                text, match.span("title"), "policy_document", "paper-bracketed", sure, title=title, year=year
            )


def _in_doubt(title: str, *, marked: bool) -> bool:
    return len(title.split()) < 2 or (not marked and _NO_TITLE.search(title) is not None)


def without_sources(text: str, citations: Sequence[Citation]) -> list[Citation]:
    """Returns the citations without the issuer and year in the brackets behind a title cited by them."""
    out: list[Citation] = []
    for citation in citations:
        before = out[-1] if out else None
        if (
            before is not None
            and before.rule == "paper-bracketed"
            and citation.rule.startswith("author-date")
            and not text[before.end : citation.start].strip(' \n(“”"‘’*_')
        ):
            continue
        out.append(citation)
    return out
