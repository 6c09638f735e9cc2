"""Papers pointed back at: "the White Paper", "the plan", "that circular", after one that is named."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from policytext.annotation import Citation
from policytext.extract.calendar import YEAR
from policytext.extract.citations.citing import cite
from policytext.extract.citations.gazetteer import Entry, gazetteer
from policytext.extract.citations.titles import by_name, fold_paper

_POINTER = re.compile(
    r"\b(?P<det>[Tt]he|[Tt]his|[Tt]hat)\s{1,3}(?:(?:same|latter|said)\s{1,3})?"
    r"(?P<head>[Rr]eport|[Pp]lan|[Ss]trategy|[Cc]ircular|[Gg]uidance|Charter|Concordat)\b"
    r"(?!\s{1,3}(?:of|on|by|for|from|that|to|into|about|[A-Z(])|[’']s\s|-)"
)
_REACH = {"report": 700, "plan": 900, "strategy": 900, "circular": 2500, "guidance": 700}
"""How far back, in characters, a pointer may lean; a capital, which says that it means a name, doubles it."""
_IN_CLAUSE = re.compile(
    r"\s{0,3}(?:(?:which|that)\s[a-z]\w{1,14}(?:\s[a-z]\w{1,14}){0,4}\s{1,3}|on\s[\w\s]{3,60})?\("
)
_BEFORE_ACT = re.compile(
    r"\s{1,3}(?:(?:that|which)\s{1,3}(?:had\s{1,3})?(?:preceded|led\sto|came\sbefore|heralded)|before|behind|preceding)"
    r"\s{1,3}(?:it|them|the\s(?:Act|Bill))\b"
)
_ACT_REACH, _YEAR_REACH, _BILL_REACH = 500, 120, 6000
"""How far before "the White Paper" an Act or a year may stand, and a paper before "the Bill"."""
_YEAR = re.compile(rf"\b{YEAR}\b")
_HUES = {"green_paper": "green", "white_paper": "white"}
_BILL = re.compile(r"\b[Tt]h(?:e|is)\s{1,3}Bill\b(?![’']s\s[A-Z])")
_NAMED = frozenset(
    ["circular", "guidance-dated", "guidance-described", "paper-bracketed",
     "paper-capitals", "paper-entitled", "paper-title", "plan-announced",
     "plan-described", "report-of", "report-of-body", "report-of-subject", "report-of-year", "report-own",
     "report-titled"]
)  # fmt: skip
"""Rules that name a paper which may be pointed back at."""


def find_pointers(text: str, named: Sequence[Citation]) -> list[Citation]:
    """Returns pointers to a paper of the same kind named shortly before, with that place as antecedent."""
    papers = [c for c in named if c.rule in _NAMED and c.title]
    found: list[Citation] = []
    at, before = 0, []
    for match in _POINTER.finditer(text):
        while at < len(papers) and papers[at].end <= match.start():
            before.append(papers[at])
            at += 1
        head = match["head"].lower()
        if match["det"].lower() == "this" and head in {"report", "plan", "strategy", "guidance"}:
            continue  # more often the paper that speaks
        reach = _REACH.get(head, 900) * (2 if match["head"][0].isupper() else 1)
        if head == "guidance" and len({p.title for p in before if "uidance" in f"{p.text} {p.title}"}) == 1:
            reach *= 6  # no other that it could be
        to = _last_of_kind(before, head, match.start() - reach)
        if to is not None:
            pointed = cite(
                text, match.span(), to.cls, "paper-nearest", 0.5, title=to.title, year=to.year,
                chapter=to.chapter, antecedent=(to.start, to.end),
            )  # fmt: skip
            found.append(pointed)
    return found


def _last_of_kind(papers: Sequence[Citation], head: str, floor: int) -> Citation | None:
    for paper in reversed(papers[-6:]):
        if paper.start < floor:
            return None
        called = f"{paper.text} {paper.title}".lower()
        kinds = {"report": ("report", "inquiry", "review"), "plan": ("plan",), "circular": ("circular", "(")}
        fits = any(word in called for word in kinds.get(head, (head,)))
        if (
            fits
            or (head == "report" and paper.rule.startswith("report"))
            or (head == "circular" and paper.rule == "circular")
        ):
            return paper
    return None


def unnamed_resolved(text: str, citations: Sequence[Citation]) -> list[Citation]:
    """Returns the citations with "the White Paper" linked to the one named before.

    Of several named in the last sentence that names any, the first is what the sentence was about.
    """
    last: dict[str, list[Citation]] = {}
    of_year: dict[int, dict[str, Citation]] = defaultdict(dict)
    for citation in citations:
        if citation.rule in _NAMED and citation.title and citation.year:
            of_year[citation.year].setdefault(citation.title, citation)
    out: list[Citation] = []
    act: Citation | None = None
    for index, citation in enumerate(citations):
        if citation.rule == "paper-unnamed" and _titled_next(
            text, citation, citations[index + 1 : index + 2]
        ):
            continue
        kind = _colour(citation)
        if citation.cls in {"act", "section"} and citation.title and citation.year:
            act = citation
        if kind and citation.title and citation.rule != "paper-nearest":
            group = last.setdefault(kind, [])
            if group and re.search(r"[.!?]\s|\n\n", text[group[-1].end : citation.start]):
                group.clear()
            group.append(citation)
        out.append(_linked(text, citations, index, last, act, of_year))
    return out


def _linked(
    text: str,
    citations: Sequence[Citation],
    index: int,
    last: Mapping[str, Sequence[Citation]],
    act: Citation | None,
    of_year: Mapping[int, Mapping[str, Citation]],
) -> Citation:
    """Returns one citation as that of the paper which it points at, if it points at one."""
    citation, kind = citations[index], _colour(citations[index])
    number = citations[index + 1 : index + 2]
    if citation.rule == "author-date-unlisted":
        return _dated(text, citation, citations[max(0, index - 1) : index], of_year)
    if citation.rule not in {"paper-unnamed", "paper-described"}:
        return citation
    if number and _numbered(text, citation, number[0]):
        return _pointing_at(citation, number[0], "paper-numbered", 0.8)
    unnamed = citation.rule == "paper-unnamed"
    if unnamed and kind == "white" and (paper := _white_paper(text, citation, act, led=kind in last)):
        return paper
    if unnamed and kind and kind in last and not re.match(r"[Aa]n?\s", citation.text):
        return _pointing_at(citation, last[kind][0], "paper-nearest", 0.6)
    return citation


def _white_paper(text: str, citation: Citation, act: Citation | None, *, led: bool) -> Citation | None:
    """Returns "the White Paper" as the one that an Act followed from, or as the one of the year just told.

    ``led`` tells that a paper stands before to lean on, which goes before the year.
    """
    if act and act.year and citation.start - act.end < _ACT_REACH and _BEFORE_ACT.match(text, citation.end):
        papers = [e for y in range(act.year - 2, act.year + 1) for e in gazetteer().of_year(y, "white_paper")]
        wanted = _main_words(act.title or "")
        scored = sorted(((len(wanted & _main_words(e.title)), e.title) for e in papers), reverse=True)
        if scored and scored[0][0] >= 2 and (len(scored) == 1 or scored[0][0] > scored[1][0]):
            entry = next(e for e in papers if e.title == scored[0][1])
            return cite(
                text, (citation.start, citation.end), citation.cls, "paper-of-act", 0.55, entry=entry,
                antecedent=(act.start, act.end),
            )  # fmt: skip
    if led or re.match(r"[Aa]n?\s", citation.text):
        return None
    years = _YEAR.findall(text, max(0, citation.start - _YEAR_REACH), citation.start)
    dated = gazetteer().of_year(int(years[-1]), "white_paper") if years else ()
    if len(dated) != 1:
        return None
    return cite(text, (citation.start, citation.end), citation.cls, "paper-of-year", 0.4, entry=dated[0])


def _main_words(title: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z]{5,}", title.lower()))


def find_bills_of_papers(text: str, named: Sequence[Citation]) -> list[Citation]:
    """Returns "the Bill", in a text that names none, as the one that a White Paper in it announced."""
    papers = [c for c in named if c.cls == "white_paper" and c.title and c.year]
    if not papers or any(c.cls == "bill" for c in named):
        return []
    bills = {c.title: _announced_in(c) for c in papers}
    found: list[Citation] = []
    at = 0
    for match in _BILL.finditer(text):
        while at + 1 < len(papers) and papers[at + 1].end <= match.start():
            at += 1
        paper, bill = papers[at], bills[papers[at].title]
        if bill is not None and paper.end <= match.start() < paper.end + _BILL_REACH:
            record = cite(
                text, match.span(), "bill", "bill-of-paper", 0.4, title=bill.title, year=bill.year,
                antecedent=(paper.start, paper.end),
            )  # fmt: skip
            found.append(replace(record, became=bill.became))
    return found


def _announced_in(paper: Citation) -> Entry | None:
    """Returns the one Bill of the year of a paper, or of the two after it, whose title's words it has."""
    words = _main_words(paper.title or "")
    bills = [e for y in range(3) for e in gazetteer().of_year((paper.year or 0) + y, "bill")]
    fits = [e for e in bills if len(own := _main_words(e.bare)) >= 3 and own <= words]
    return fits[0] if len(fits) == 1 else None


def _pointing_at(citation: Citation, to: Citation, rule: str, confidence: float) -> Citation:
    return replace(
        citation,
        title=to.title,
        year=to.year or citation.year,
        chapter=to.chapter,
        rule=rule,
        confidence=confidence,
        antecedent=(to.start, to.end),
    )


def _dated(
    text: str, citation: Citation, last: Sequence[Citation], of_year: Mapping[int, Mapping[str, Citation]]
) -> Citation:
    """Returns an author-date citation without an entry as the title before it, or the one of its year."""
    before = last[0] if last else None
    if (
        before
        and before.title
        and text[before.end : citation.start] in {" (", ", ", "” (", "’ (", '" (', "* ("}
    ):
        titles = {before.title: before} if before.year in {None, citation.year} else {}
    else:
        titles = dict(of_year.get(citation.year or 0, {}))
    if len(titles) != 1:
        return citation
    return _pointing_at(citation, next(iter(titles.values())), "author-date-cited", 0.5)


def _numbered(text: str, citation: Citation, following: Citation) -> bool:
    """Tells whether the command number in brackets after "the White Paper" says which it is."""
    between = text[citation.end : following.start]
    return (
        following.rule == "command-number"
        and following.title is not None
        and _IN_CLAUSE.fullmatch(between) is not None
    )


def _titled_next(text: str, citation: Citation, following: Sequence[Citation]) -> bool:
    """Tells whether the title of a paper stands right after "the White Paper"."""
    return (
        bool(following)
        and following[0].title is not None
        and not text[citation.end : following[0].start].strip(" ,\n“\"‘'*")
    )


def _known_paper(citation: Citation) -> Entry | None:
    found = by_name().get(fold_paper(citation.title or ""), ())
    return found[0] if len(found) == 1 else None


def _colour(citation: Citation) -> str | None:
    if citation.rule == "paper-title" and (entry := _known_paper(citation)) and entry.kind in _HUES:
        return _HUES[entry.kind]
    if re.search(r"[Cc]onsultative\s{1,3}[Dd]ocument", citation.text) or (
        citation.cls == "policy_document" and citation.rule in {"paper-title", "paper-entitled"}
    ):
        return "consultative"
    if citation.cls == "white_paper" or (citation.cls == "command_paper" and citation.title):
        return "white"
    return (
        "green"
        if re.search(r"green\s{1,3}paper", f"{citation.text} {citation.title}", re.IGNORECASE)
        else None
    )
