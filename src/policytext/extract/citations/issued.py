"""Papers known by who issued them, or by a title that only its capitals show.

"The Audit Office's 2013 report, Pooled Budgets, found ...", "NHS England has published its own report", "the
National Dementia Strategy". Papers of think tanks and scholars, and plans of one place, are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from policytext.annotation import Citation
from policytext.extract.citations.bodies import body_name, body_pattern
from policytext.extract.citations.citing import cite
from policytext.extract.citations.vocabulary import vocabulary

_KINDS = (
    r"(?:reports?|strategy|guidance|handbook|guide|booklet|memorandum|review|consultation"
    r"|discussion\spaper|(?:consultation|consultative|discussion|policy|strategy|guidance|position)"
    r"\s(?:paper|document|note)|action\splan|circular|framework|plan)"
)
_HEAD = re.compile(r"(?:report|review|strategy|guidance|handbook|framework|plan)\b")
_MAY_OWN = re.compile(r"[A-Z][\w&.]+(?:[’']s?|(?=\s+$))\s")
_GENERIC = frozenset(
    [
        "Government",
        "Department",
        "Ministry",
        "Treasury",
        "Monitor",
        "Great Britain",
        "HM Government",
        "Select Committee",
        "Royal Commission",
    ]
)
_MADE = re.compile(
    r"\b(?:produced|published|issued|launched|released|brought\sout|completed|presented)\s{1,3}$"
)
_OWN = re.compile(
    r"\b(?P<span>(?:its|their)\s{1,3}(?:own\s{1,3}|first\s{1,3}|second\s{1,3}|final\s{1,3}|interim\s{1,3}"
    r"|\d{4}\s{1,3})*(?:report|strategy|guidance|review|plan))\b"
)
_TITLED = re.compile(
    rf"(?P<kind>\b{_KINDS}),?\s{{1,3}}(?:(?:entitled|called|titled),?\s{{1,3}})?"
    r"(?:(?P<mark>[“\"‘'])(?P<quoted>[A-Z][^“”\"\n]{6,140}?)[,.]?[”\"’'](?!\w)"
    r"|(?P<bare>(?<=,\s)[A-Z][^.;()\n]{8,140}?)(?=,\s))"
)
_CAPITAL_HEAD = re.compile(
    r"\b(?P<head>Guidance|Strategy|Framework|Charter|Concordat|Mandate|Constitution)\b"
)
_MANDATE = re.compile(
    r"\b(?:the|The|its|a|new|first)\s{1,3}(?P<name>(?:NHS\s)?Mandate)\s{1,3}(?:to|for|given\sto|set\sfor)\s{1,3}(?:the\s)?"
    r"(?:NHS|National\sHealth\sService|Board|National\sCommissioning)"
)
"""What the Government asked of the NHS's board each year from 2012 on, by its short name."""
_TAIL = re.compile(
    r"\s{1,3}for\s{1,3}(?:[A-Z][\w’'-]+(?:\s{1,3}(?:and\s{1,3}|with\s{1,3})?(?=[A-Z])|\b)){1,5}"
)
_JOINING = frozenset(["and", "for", "of", "the", "in", "with", "on"])
_NATION = frozenset(["national", "nhs", "government", "ministerial", "uk", "statutory"])


def find_issued(text: str) -> Iterator[Citation]:
    """Yields papers by their issuer or by the capitals of their title; they may overlap."""
    yield from _possessive(text)
    yield from _its_own(text)
    yield from _after_kind(text)
    yield from _capitals(text)
    for match in _MANDATE.finditer(text):
        title = "The Mandate: A Mandate from the Government to the NHS Commissioning Board"
        yield cite(text, match.span("name"), "policy_document", "paper-short", 0.5, title=title)


def _possessive(text: str) -> Iterator[Citation]:
    """Yields "NHS England's review", "Public Health England's recent Open Doors report"."""
    for match in _HEAD.finditer(text):
        low = max(0, match.start() - 110)
        if not _MAY_OWN.search(text, low, match.start()):
            continue
        owner = _owner().search(text, low, match.start())
        if owner is None:
            continue
        if re.match(r",\s(?:[A-Z“\"‘']|entitled|called)", text[match.end() : match.end() + 12]):
            continue  # its title follows
        middle = text[owner.end() : match.start()]
        named = re.search(r"(?:[A-Z][\w’'-]*\s{1,3}(?:(?:and|for|of|the|in|to)\s{1,3}){0,2}){1,6}$", middle)
        issuer = body_name(owner["body"])
        if named and len(named[0].split()) >= 2:
            start = owner.end() + named.start()
            title = " ".join(named[0].split())
            yield cite(text, (start, match.end()), "policy_document", "report-titled", 0.7, title=title)
        elif len(middle.split()) <= 3 and issuer not in _GENERIC and not named and "annual" not in middle:
            title = f"{issuer} {match[0]}"
            yield cite(
                text, (owner.start(), match.end()), "policy_document", "report-of-body", 0.5, title=title
            )


def _its_own(text: str) -> Iterator[Citation]:
    """Yields "its own report" of a state body that is the subject of its clause."""
    for match in _OWN.finditer(text):
        if not _MADE.search(text, max(0, match.start() - 20), match.start()):
            continue
        before = re.split(r"[.;!?]\s", text[max(0, match.start() - 140) : match.start()])[-1]
        bodies = list(_body().finditer(before))
        if bodies and not re.search(r"[A-Z]", before[bodies[-1].end() :]):
            issuer = body_name(bodies[-1][0])
            yield cite(
                text, match.span("span"), "policy_document", "report-own", 0.5,
                title=f"{issuer} {match['span'].split()[-1]}",
            )  # fmt: skip


def _after_kind(text: str) -> Iterator[Citation]:
    """Yields the title that a word for its kind introduces, where a state body stands before it."""
    for match in _TITLED.finditer(text):
        group = "quoted" if match["quoted"] else "bare"
        before = re.split(r"[.!?]\s", text[max(0, match.start() - 90) : match.start()])[-1]
        document = re.search(r"consult\w+\s(?:paper|document)", match["kind"]) is not None
        title = " ".join(match[group].split())
        if (document or _body().search(before)) and _looks_titled(title, marked=group == "quoted"):
            yield cite(text, match.span(group), "policy_document", "paper-entitled", 0.65, title=title)


def _looks_titled(title: str, *, marked: bool) -> bool:
    """Tells whether words after a comma are a title: with a colon, or most of the main words capital."""
    if marked or ":" in title:
        return len(title.split()) <= 20
    main = [w for w in re.findall(r"[\w’'-]+", title) if w.lower() not in _JOINING and len(w) > 2]
    return (
        len(main) >= 2
        and sum(w[0].isupper() for w in main) >= 0.75 * len(main)
        and not re.match(r"(?:Mr|Mrs|Miss|Dr|Sir|Lord|Lady|Dame|Professor|In|The|It|He|She|They)\b", title)
    )


def _capitals(text: str) -> Iterator[Citation]:
    """Yields national strategies and the like by their capitals: "the National Carers Strategy"."""
    for match in _CAPITAL_HEAD.finditer(text):
        run = re.search(
            r"(?:[A-Z][\w’'&-]*\s{1,3}(?:(?:and|for|of)\s{1,3}(?=[A-Z]))?){1,6}$",
            text[max(0, match.start() - 70) : match.start()],
        )
        if run is None:
            continue
        words = run[0].split()
        while words and words[0].lower() in {
            "the",
            "a",
            "this",
            "our",
            "its",
            "in",
            "under",
            "that",
            "and",
            "both",
            "new",
            "no",
            "draft",
        }:
            words.pop(0)
        lower = {w.lower() for w in words}
        national = bool(lower & _NATION)
        of_the_service = words[:1] == ["NHS"] and match["head"] in {"Mandate", "Concordat"}
        if len(words) < (1 if of_the_service else 2) or (
            not national and (lower & vocabulary()["local_paper"])
        ):
            continue
        if match["head"] in {"Strategy", "Framework", "Constitution", "Charter"} and not national:
            continue
        start = match.start() - len(run[0]) + run[0].index(words[0])
        tail = _TAIL.match(text, match.end()) if match["head"] == "Framework" else None
        end = tail.end() if tail else match.end()
        title = " ".join(text[start:end].split())
        yield cite(text, (start, end), "policy_document", "paper-capitals", 0.55, title=title)


@lru_cache(maxsize=1)
def _owner() -> re.Pattern[str]:
    return re.compile(
        rf"\b(?:[Tt]he\s{{1,3}})?(?P<body>{body_pattern()})(?:[’']s?|\s(?=report))"
        rf"\s{{0,3}}(?=(?:[\w’'–:-]+\s{{1,3}}){{0,9}}$)"
    )


@lru_cache(maxsize=1)
def _body() -> re.Pattern[str]:
    return re.compile(rf"\b{body_pattern()}")
