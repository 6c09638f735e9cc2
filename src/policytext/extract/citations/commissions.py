"""Reports known by the commission or the chairman that made them, where "the X Report" is not said."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policytext.annotation import Citation
from policytext.extract.calendar import YEAR
from policytext.extract.citations.citing import CLASSES, cite, near
from policytext.extract.citations.gazetteer import Entry, gazetteer
from policytext.extract.citations.papers import chairs

_BODY = r"(?:[Cc]ommittee|[Cc]ommission|[Ii]nquiry|[Ee]nquiry|[Rr]eview|[Ww]orking\s[Pp]arty|[Pp]anel)"
_ANCHOR = re.compile(r"omm(?:ittee|ission)|n?quiry|eview|arty|anel")
_ITS = re.compile(
    r"\b(?:[Ii]ts|[Tt]heir)\s{1,3}(?:(?:own|first|final|interim|main|majority)\s{1,3})?(?P<head>[Rr]eport)\b(?!\s(?:of|on)\s[A-Z]|\s\()"
)
_HIS = re.compile(
    rf"\b(?P<name>[A-Z][a-z]+(?:-[A-Z][a-z]+)?),?\s{{1,3}}(?:\w+\s{{1,3}})?[Ii]n\s{{1,3}}(?P<span>(?:his|her|their)\s{{1,3}}(?:own\s{{1,3}}"
    rf"|famous\s{{1,3}}|first\s{{1,3}}|second\s{{1,3}}|final\s{{1,3}}|interim\s{{1,3}}|{YEAR}\s{{1,3}})*(?:report|review))\b"
)
_BODY_OWN = re.compile(
    r"\b(?P<body>(?:Select|Health|Social\s(?:Services|Care)|Public\sAccounts|Joint|Expenditure|Estimates|Royal|House\sof\s"
    r"(?:Commons|Lords)|Commons|Lords|Law|Audit|Care\sQuality|Healthcare)\s(?:[A-Z][a-z]+\s){0,3}(?:Committee|Commission))\b"
    r"(?P<between>[^.!?;]{0,80}?(?:[.!?]\s{1,3}[^.!?;]{0,60}?)?)\b[Ii]n\s{1,3}"
    r"(?P<span>(?:its|their)\s{1,3}(?:(?:own|first|second|third|final|interim|recent|last|latest|\d{4})\s{1,3})*report"
    r"(?:\s{1,3}on\s{1,3}[a-z-]{3,}(?:\s{1,3}(?:and\s{1,3}|for\s{1,3}|of\s{1,3}|the\s{1,3}){0,2}(?!last\b|this\b|in\b|it\b|which\b|that\b|published\b|was\b)[a-z-]{4,}){0,3})?)\b"
)
_VIEW_OF = re.compile(
    r"\b(?:views?|recommend(?:ations?|ed)|findings?|conclusions?|proposals?|advice|words|opinion|principles?|target|standard|figures?|norm)"
    r"\s{1,3}(?:of|by|from|in)\s{1,3}(?:the\s{1,3})?$"
)
_OF_COMMITTEE = re.compile(rf",?\s{{1,3}}(?:in|of|\()\s{{0,2}}(?P<year>{YEAR})\b")
_REACH = 220
_ROYAL = re.compile(
    rf"\bRoyal\s{{1,3}}Commission\s{{1,3}}(?:of|in|(?:which|that)\s(?:had\s)?reported\sin|reporting\sin)"
    rf"\s{{1,3}}(?P<year>{YEAR})\b"
)
_PERSON = re.compile(
    r"(?:\b(?:Sir|Lord|Lady|Dame|Mr|Mrs|Miss|Ms|Dr|Professor|Baroness|[A-Z][a-z]+|[A-Z])\.?)\s{1,3}$"
)
_SPOKEN_OF = re.compile(r"\b(?:report|commission|committee|inquiry|review)s?\b[^.;!?]{0,40}$", re.IGNORECASE)
_IN_YEAR = re.compile(r"n\s{1,3}(?:18|19|20)\d\d|f\s{1,3}(?:18|19|20)\d\d")
_IN_HIS = re.compile(r"n\s{1,3}(?:his|her|their)\s")
_IN_ITS = re.compile(r"n\s{1,3}(?:its|their)\s")
_COMING = re.compile(r"(?:came|then)\s")
_CAME = re.compile(r"\b(?:came|followed|then)\s{1,3}$")


def find_by_commission(text: str, *, latest: int) -> Iterator[Citation]:
    """Yields "its report" after "the Seebohm Committee", "Royal Commission of 1999", "Beveridge in 1942"."""
    for match in near(_ANCHOR, _committees(), text, 60, 12):
        its = _ITS.search(text, match.end(), match.end() + _REACH)
        entry = _one(match["name"], latest)
        if its and entry and len(re.findall(r"[.!?]\s|\n\n", text[match.end() : its.start()])) < 2:
            yield cite(
                text,
                its.span("head"),
                CLASSES[entry.kind],
                "report-own",
                0.6,
                entry=entry,
                antecedent=match.span(),
            )
        if entry and not its and _cited_view(text, match, entry):
            yield cite(text, match.span(), CLASSES[entry.kind], "report-of-committee", 0.5, entry=entry)
    yield from _own_reports(text, latest)
    for match in _ROYAL.finditer(text):
        papers = [e for e in _royal() if e.year == int(match["year"])]
        if len(papers) == 1:
            yield cite(text, match.span(), CLASSES[papers[0].kind], "report-of-year", 0.6, entry=papers[0])
    yield from _bare(text, latest)


def _cited_view(text: str, match: re.Match[str], entry: Entry) -> bool:
    """Tells whether a committee stands for its report: for what it held in the year that it reported."""
    dated = _OF_COMMITTEE.match(text, match.end())
    held = _VIEW_OF.search(text, max(0, match.start() - 40), match.start())
    return dated is not None and held is not None and int(dated["year"]) == entry.year


def _own_reports(text: str, latest: int) -> Iterator[Citation]:
    """Yields "in his report of 1952" of a known chairman, and "in its report" of a committee."""
    for match in near(_IN_HIS, _HIS, text, 60, 50):
        papers = [e for e in chairs().get(match["name"], ()) if (e.year or 0) <= latest + 1]
        after = re.findall(YEAR, text[match.start("span") : match.end() + 60])
        known = [e for e in papers if str(e.year) in after] or papers
        if len(known) == 1 and known[0].kind != "private":
            yield cite(
                text, match.span("span"), CLASSES[known[0].kind], "report-own", 0.6, entry=known[0],
                antecedent=match.span("name"),
            )  # fmt: skip
    for match in near(_IN_ITS, _BODY_OWN, text, 230, 90):
        if "\n\n" in match["between"]:
            continue
        body = " ".join(match["body"].split())
        dated = re.match(
            rf"\s{{1,3}}(?:of|in)\s{{1,3}}(?:[A-Z][a-z]+\s{{1,3}})?(?P<year>{YEAR})", text[match.end() :][:30]
        )
        yield cite(
            text, match.span("span"), "policy_document", "report-own", 0.4, title=f"{body} report",
            year=int(dated["year"]) if dated else None, antecedent=match.span("body"),
        )  # fmt: skip


def _bare(text: str, latest: int) -> Iterator[Citation]:
    """Yields chairmen's names that stand for reports, beside the year or after a word for such a body."""
    for match in near(_IN_YEAR, _names_dated(), text, 50, 1):
        name = " ".join(match["name"].split())
        papers = [e for e in chairs()[name] if e.year == int(match["year"]) and e.kind != "private"]
        if len(papers) == 1 and not _PERSON.search(text, max(0, match.start() - 14), match.start()):
            yield cite(text, match.span(), CLASSES[papers[0].kind], "report-bare", 0.5, entry=papers[0])
    for match in near(_COMING, _names_alone(), text, 8, 40):
        entry = _one(match["name"], latest)
        before = text[max(0, match.start() - 70) : match.start()]
        if entry and _CAME.search(before) and _SPOKEN_OF.search(_CAME.sub("", before)):
            yield cite(text, match.span("name"), CLASSES[entry.kind], "report-bare", 0.35, entry=entry)


def _one(name: str, latest: int) -> Entry | None:
    """Returns the one report of a chairman up to a year."""
    found = [e for e in chairs()[" ".join(name.split())] if (e.year or 0) <= latest + 1]
    return found[0] if len(found) == 1 and found[0].kind != "private" else None


@lru_cache(maxsize=1)
def _royal() -> tuple[Entry, ...]:
    """Returns the reports of Royal Commissions."""
    return tuple(
        e
        for e in gazetteer().entries
        if e.kind in CLASSES and any("Royal Commission" in n for n in (e.title, *e.aliases))
    )


@lru_cache(maxsize=1)
def _names() -> str:
    return "|".join(
        re.escape(n).replace(r"\ ", r"\s{1,3}") for n in sorted(chairs(), key=lambda n: (-len(n), n))
    )


@lru_cache(maxsize=1)
def _committees() -> re.Pattern[str]:
    return re.compile(rf"\b(?P<name>{_names()})\s{{1,3}}{_BODY}\b")


@lru_cache(maxsize=1)
def _names_dated() -> re.Pattern[str]:
    return re.compile(rf"\b(?P<name>{_names()})\s{{1,3}}(?:in|of)\s{{1,3}}(?P<year>{YEAR})\b")


@lru_cache(maxsize=1)
def _names_alone() -> re.Pattern[str]:
    return re.compile(rf"(?<=(?:came|then)\s)(?P<name>{_names()})\b(?!\s{{1,3}}[A-Z(]|[’'])")
