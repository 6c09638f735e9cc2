"""Command papers, white papers and policy documents, by number or by title."""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.annotation import Citation
from policytext.extract.gazetteer import Entry, gazetteer
from policytext.extract.words import words

_COMMAND = re.compile(
    r"(?<![\w.])(?P<series>Cmnd|Cmd|Cm|Cd|CP)\b\.?\s{0,2}(?:No\.?\s{0,2})?(?P<number>\d{1,4})(?!\d|[/,]\d)"
)
_PAPER = re.compile(
    r"\b(?:(?:the|a|this|that|The|This)\s{1,3}"
    r"(?:(?!(?:of|to|in|the|and|from|by|for|on|that|which|contained)\s)(?:\d{4}|[\w’'-]{2,20})\s{1,3}){0,4}?)?"
    r"(?P<colour>[Ww]hite|[Gg]reen)\s{1,3}[Pp]aper\b"
    r"(?:\s{0,2},?\s{0,2}(?:entitled\s|called\s)?\s{0,2}(?P<mark>[“\"‘'*_])"
    r"(?P<title>[A-Z][^“”\"*_\n]{3,120}?)[”\"’'*_](?!\w))?"
)
_VAGUE = re.compile(
    r"\b(?:(?:no|any|a|some)\s(?:(?:legal|statutory)\sbasis|basis\sin\s(?:law|statute))"
    r"|[Tt]he\slaw(?=\s(?:should|must|needs|ought)\b)"
    r"|(?:(?:the|a|an)\s)?(?:[A-Z]{2,5}\s)?(?:legal|legislative|statutory)(?:\sand\s\w{1,15})?\sframework)\b"
)
_REPORT = re.compile(
    r"\b(?P<name>(?:[A-Z][a-z]+(?:-[A-Z][a-z]+)?))\s{1,3}(?P<head>Report|Inquiry|Enquiry|Review)\b(?!\s[A-Z])"
)
_SHORT = 3
"""A title of fewer words is too common a phrase to stand for a paper without its number."""


def find_papers(text: str) -> list[Citation]:
    """Returns state papers named by number or title, in reading order; they may overlap."""
    found = [_by_number(match) for match in _COMMAND.finditer(text)]
    found += [_by_title(match) for match in _titles().finditer(text)]
    found += [
        _by_chairman(match)
        for match in _REPORT.finditer(text)
        if match["name"].lower() not in words()["unnamed_report"]
    ]
    found += [_by_colour(match) for match in _PAPER.finditer(text)]
    found += [_cited(m, "vague_legislation", None, "vague", 0.5) for m in _VAGUE.finditer(text)]
    return sorted(found, key=lambda c: (c.start, -c.end, c.rule))


def _by_number(match: re.Match[str]) -> Citation:
    number = f"{match['series']} {match['number']}"
    return _cited(
        match, "command_paper", gazetteer().by_number.get(number), "command-number", 0.95, chapter=number
    )


def _by_title(match: re.Match[str]) -> Citation:
    entries = _by_name()[" ".join(match[0].split())]
    cls = "white_paper" if entries[0].kind == "command_paper" else "policy_document"
    if len(entries) > 1:
        return _cited(match, cls, None, "paper-title", 0.5, candidates=tuple(e.title for e in entries))
    return _cited(match, cls, entries[0], "paper-title", 0.85)


def _by_chairman(match: re.Match[str]) -> Citation:
    """Reads "the Wanless Review": a report known by the name of its chairman."""
    return _cited(match, "policy_document", None, "report-of", 0.65, title=f"{match['name']} {match['head']}")


def _by_colour(match: re.Match[str]) -> Citation:
    title = " ".join(match["title"].split()) if match["title"] else None
    entries = _by_name().get(title or "", ())
    cls = "white_paper" if match["colour"].lower() == "white" else "policy_document"
    if len(entries) == 1:
        return _cited(match, cls, entries[0], "paper-entitled", 0.9)
    return _cited(
        match, cls, None, "paper-entitled" if title else "paper-unnamed", 0.8 if title else 0.5, title=title
    )


def _cited(
    match: re.Match[str],
    cls: str,
    entry: Entry | None,
    rule: str,
    confidence: float,
    *,
    chapter: str | None = None,
    title: str | None = None,
    candidates: tuple[str, ...] = (),
) -> Citation:
    sure = confidence if entry is None or entry.verified else round(confidence - 0.1, 2)
    return Citation(
        start=match.start(),
        end=match.end(),
        text=match[0],
        cls=cls,
        title=entry.title if entry else title,
        year=entry.year if entry else None,
        chapter=entry.chapter if entry else chapter,
        uri=None,
        provision=None,
        candidates=candidates,
        rule=rule,
        confidence=sure,
    )


def canonical(name: str) -> str | None:
    """Returns the title of the one paper that a phrase names ("the recent coalition agreement")."""
    match = _titles().search(" ".join(name.split()))
    entries = _by_name()[" ".join(match[0].split())] if match else ()
    return entries[0].title if len(entries) == 1 else None


def is_title(name: str) -> bool:
    """Tells whether a name is the title of a paper, even one that several share."""
    return name in _by_name()


@lru_cache(maxsize=1)
def _by_name() -> dict[str, tuple[Entry, ...]]:
    """Returns papers by the names a text may use: full title, title before its colon, aliases."""
    names: dict[str, list[Entry]] = {}
    for entry in gazetteer().entries:
        if entry.kind not in {"command_paper", "policy_document"}:
            continue
        parts = entry.title.split(": ")
        for name in dict.fromkeys((entry.title, *parts, *entry.aliases)):
            enough = len(name.split()) >= _SHORT or name == entry.title or name in entry.aliases
            if enough and name != "A National Health Service":
                names.setdefault(name, []).append(entry)
    return {name: tuple(entries) for name, entries in names.items()}


@lru_cache(maxsize=1)
def _titles() -> re.Pattern[str]:
    names = sorted(_by_name(), key=lambda n: (-len(n), n))
    return re.compile(r"\b(?:" + "|".join(re.escape(n).replace(r"\ ", r"\s{1,3}") for n in names) + r")\b")
