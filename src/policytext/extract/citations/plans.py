"""State plans spoken of before they have a title, by their issuer, their horizon or their purpose.

"A ten-year plan for the NHS", "the forthcoming national strategy", "ministers are working on a plan for how
the money will be spent". Which paper came of it only ``data/plans.csv`` says, by the date of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from policytext.annotation import Citation
from policytext.extract.citations.citing import cite, near
from policytext.extract.citations.gazetteer import Entry, gazetteer, table

_DET = r"(?P<det>[Aa]n?|[Tt]he|[Ii]ts|[Tt]heir|[Tt]hat|[Tt]his)"
_COMING = (
    r"(?:new|forthcoming|promised|planned|coming|future|proposed|long-awaited|announced|expected|national)"
)
_NUMBER = r"(?:two|three|four|five|six|seven|eight|ten|twelve|fifteen|twenty|\d{1,2})"
_HORIZON = rf"(?:long(?:er)?[-\s]term|{_NUMBER}[-\s]year)"
_MODS = r"(?:[a-z][\w-]{1,16}\s{1,3}){0,2}?"
_FOR = (
    r"(?:the\s{1,3})?(?:NHS|National\sHealth\sService|health\sservices?|hospitals?(?:\sservices?)?"
    r"|health\sand\s(?:social\s)?care"
    r"|(?:adult\s)?social\scare|mental\shealth(?:\sservices?)?|community\scare|the\swhole\ssystem)"
)
_OWNER = r"(?:NHS|national|government|hospital|social\scare|health|mental\shealth)"
_PLAN = re.compile(
    rf"\b{_DET}\s{{1,3}}(?:"
    rf"(?P<mods>(?:(?:{_COMING}|{_HORIZON}|[a-z]{{3,12}}),?\s{{1,3}}){{0,3}}?)(?P<head>plan|strategy)"
    rf"\s{{1,3}}for\s{{1,3}}(?P<of>{_FOR})\b"
    rf"|(?P<owned>(?:(?:{_COMING}|{_HORIZON}),?\s{{1,3}}){{1,3}}(?:{_OWNER}\s{{1,3}}){{1,2}})(?P<kind>plan"
    rf"|strategy)\b"
    rf"|(?P<bare>(?:(?:{_COMING}),?\s{{1,3}})?{_HORIZON}\s{{1,3}})(?P<term>plan)\b(?!\s{{1,3}}(?:for|to|of)"
    rf"\b))"
)
_PURPOSE = re.compile(
    r"\b(?:working\son|work\son|preparing|prepare|drawing\sup|draw\sup|developing|develop|writing"
    r"|publish(?:es|ed|ing)?|produc(?:e|ed|ing)"
    r"|draft(?:ed|ing)?|agree(?:d|ing)?|issue|promis(?:e|ed|ing)|announc(?:e|ed|ing)|unveil(?:ed)?|set\sout)\s{1,3}(?P<plan>(?:an?|the|its|their)\s{1,3}"
    + _MODS
    + r"(?:plan|strategy)\s{1,3}"
    r"(?:for|on|setting\sout|to\sset\sout|showing)\s{1,3}(?:how|what|where)\s[^.;:,]{5,80}?\b(?:will|would"
    r"|should|is\sto|are\sto)\s{1,3}be\s{1,3}[a-z]{3,14})\b"
)
_GUIDANCE = re.compile(
    r"\b(?:(?:[Tt]he|[Aa]nnual|[Tt]his\syear[’']s|[Ll]ast\syear[’']s|[Nn]ew|[Nn]ational|[Ll]atest"
    r"|NHS(?:\sEngland)?(?:[’']s)?|NHS\sImprovement(?:[’']s)?|joint)\s{1,3}){0,4}planning\s{1,3}guidance\b"
)
_STATE = re.compile(
    r"\b(?:[Gg]overnment|[Mm]inisters?|[Pp]rime\s[Mm]inister|[Ss]ecretary\sof\sState|[Cc]hancellor"
    r"|Treasury|Whitehall|NHS\s(?:England|leaders|Improvement|Executive)"
    r"|[Nn]ational\sbodies|Ministry|(?:the|The)\sDepartment)\b"
)
_HEADS = re.compile(r"\bplan\b|\bstrategy\b")
_PLANNING = re.compile(r"planning\s")
_ANNOUNCING = re.compile(r"\b(?:promised?|announced?|unveil(?:ed)?|publish(?:ed)?|awaits?|launched)\s$")
_AWAITED = re.compile(
    r"\s{1,3}(?:(?:is|was)\s{1,3}(?:now\s|still\s|not\s)?(?:due|expected|awaited|promised|to\sbe\spublished|to\scome)"
    r"|will\sbe\spublished|when\sit\scomes|due|promised|expected)\b"
)
"""What is said of a plan that the state has yet to publish."""
_NEAR, _TOPIC = 140, 1500


def find_plans(text: str, *, published: tuple[int, int] | None, month: str | None) -> Iterator[Citation]:
    """Yields coming and described plans of the state, and the NHS planning guidance.

    ``title`` is that of the paper which a table gives for the text's date, else the description; a paper
    found by the date alone is unsure.

    Args:
        text: the clean text.
        published: first and last year of publication.
        month: the publication date in EDTF, for plans that were announced within a year.
    """
    for match in near(_HEADS, _PLAN, text, 90, 60):
        if match["bare"] and not (_AWAITED.match(text, match.end()) or _state_near(text, match.span())):
            continue
        if match["head"] and not (
            re.search(rf"{_HORIZON}|{_COMING}", match["mods"])
            or _ANNOUNCING.search(text, max(0, match.start() - 16), match.start())
        ):
            continue
        yield _described(text, match.span(), published, month)
    for match in near(_HEADS, _PURPOSE, text, 70, 140):
        if _state_near(text, match.span()):
            yield _described(text, match.span("plan"), published, month)
    for match in near(_PLANNING, _GUIDANCE, text, 60, 20):
        yield cite(
            text, match.span(), "policy_document", "guidance-described", 0.5, title="NHS planning guidance"
        )


def awaited_papers(
    text: str, citations: Sequence[Citation], *, published: tuple[int, int] | None, month: str | None
) -> list[Citation]:
    """Returns the citations with an unnamed green paper as the one that was awaited at the text's date.

    The table says which it was, and of what the text must speak.
    """
    if published is None:
        return list(citations)
    out = []
    for citation in citations:
        entry = None
        if citation.rule == "paper-unnamed" and citation.title is None:
            entry = _awaited(text, citation, published, month)
        out.append(
            cite(text, (citation.start, citation.end), citation.cls, "paper-awaited", 0.4, entry=entry)
            if entry
            else citation
        )
    return out


def _awaited(text: str, citation: Citation, published: tuple[int, int], month: str | None) -> Entry | None:
    around = text[max(0, citation.start - _TOPIC) : citation.end + _TOPIC].lower()
    for entry, first, last, words, own in _announced():
        called = any(citation.text.lower().endswith(w) for w in own)
        if called and _within(published, month, first, last) and any(w in around for w in words):
            return entry
    return None


def _state_near(text: str, span: tuple[int, int]) -> bool:
    """Tells whether the sentence up to a place, or the rest of it, names who governs."""
    before = re.split(r"[.!?]\s", text[max(0, span[0] - _NEAR) : span[0]])[-1]
    after = re.split(r"[.!?]\s", text[span[1] : span[1] + _NEAR // 2])[0]
    return _STATE.search(before) is not None or _STATE.search(after) is not None


def _described(
    text: str, span: tuple[int, int], published: tuple[int, int] | None, month: str | None
) -> Citation:
    phrase = " ".join(text[span[0] : span[1]].split())
    around = f"{phrase} {text[max(0, span[0] - _NEAR) : span[0]]}".lower()
    for entry, first, last, words, own in _announced():
        if published is None or not _within(published, month, first, last):
            continue
        if any(w in phrase.lower() for w in own) or (words and any(w in around for w in words)):
            sure = 0.5 if any(w in phrase.lower() for w in own) else 0.35
            return cite(text, span, "policy_document", "plan-announced", sure, entry=entry)
    title = re.sub(r"^(?:an?|the|its|their|that|this)\s", "", phrase, flags=re.IGNORECASE)
    return cite(text, span, "policy_document", "plan-described", 0.4, title=title)


def _within(published: tuple[int, int], month: str | None, first: str, last: str) -> bool:
    """Tells whether a text came out from when a plan was announced to when it had its title for good."""
    year, end = int(first[:4]), int(last[:4])
    if not (year <= published[1] and published[0] <= end):
        return False
    exact = re.match(r"\d{4}-\d\d", month or "")
    return exact is None or len(first) < 7 or exact[0] >= first or int(exact[0][5:]) > 12


@lru_cache(maxsize=1)
def _announced() -> tuple[tuple[Entry, str, str, tuple[str, ...], tuple[str, ...]], ...]:
    titled = {e.title: e for e in gazetteer().entries}
    return tuple(
        (
            titled[r["title"]],
            r["announced"],
            r["until"],
            tuple(filter(None, r["around"].split(";"))),
            tuple(r["named"].split(";")),
        )
        for r in table("plans.csv")
    )
