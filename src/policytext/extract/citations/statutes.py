"""Acts, Bills and Regulations in a text, by title, short form or pointer, with their provisions."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from policytext.annotation import Citation
from policytext.extract.calendar import YEAR
from policytext.extract.citations.bill_clauses import find_chapters, find_clause
from policytext.extract.citations.citing import near
from policytext.extract.citations.gazetteer import gazetteer, table
from policytext.extract.citations.instruments import Instrument, find_instruments
from policytext.extract.citations.linking import linked, of_entry, with_provision
from policytext.extract.citations.provisions import JOINT, Provision, find_provisions
from policytext.extract.citations.regnal import REGNAL, act_id
from policytext.extract.citations.resolving import Resolver

_CLASSES = {"act": "act", "bill": "bill", "measure": "measure", "legislation": "act"}
_OBLIQUE = re.compile(
    r"(?P<det>[Tt](?<!\w.)h(?:e|is|at)|THE)\s{1,3}"
    r"(?P<near>(?:said|same|latter|last-mentioned)\s{1,3})?(?:(?P<adj>new|present|principal|original)\s{1,3})?"
    rf"(?:(?P<year>{YEAR})\s{{1,3}}(?:(?:and|&)\s{{1,3}}(?P<second>{YEAR})\s{{1,3}})?)?"
    r"(?P<head>Acts?|Bill|Measure|Regulations|Order|Directions|legislation|ACT|BILL|act)\b"
    rf"(?:\s{{1,3}}of\s{{1,3}}(?P<of>{YEAR})(?:\s{{1,3}}and\s{{1,3}}(?P<also>{YEAR}))?)?"
    rf"(?!\s{{0,2}},?\s{{0,2}}{YEAR}|[’']s\s[A-Z]|\sPaper)"
)
_YEARS = re.compile(
    rf"(?<![\w/-])(?P<year>{YEAR})\s{{1,3}}(?:and|&)\s{{1,3}}(?P<second>{YEAR})\s{{1,3}}(?P<head>Acts"
    rf"|legislation)\b"
)
_REIGN = re.compile(r"(?:Geo|Eliz|Edw|Vict|Will)\.?\s?[\dIVc&,]")
_INITIALS = re.compile(r"\b[A-Z]{2,8}(?:\(CHS\)A)?\s\d{4}\b|\bHASSASSA\b|\b[A-Z][a-z]+ (?:Morris )?Act\b")
_CHAIN = re.compile(r"\s{0,3}(?:(?:of|to),\s{1,3})?(?:,|,?\s?and\b|or\b|&)\s{1,3}$")
_LOOSE_JOINT = re.compile(r"\s{1,3}(?:of|to),\s{1,3}(?:the\s{1,3})?$")
_AFTER = re.compile(r",?\s{1,3}$")
_IN_BRACKETS = re.compile(r",?\s{0,3}\((?:under\s|see\s|in\s)?$")
_OF_THE_PAPER = re.compile(
    r"\s{1,3}(?:(?:of|to)\s(?:this|the|our|that)\s(?:statutory\s)?(?:[Cc]ode|order|scheme|regulations|report|paper|document|chapter|guide|guidance|strategy|circular"
    r"|memorandum|appendix|plan|review|book|study)|above|below|describes|discusses|sets?\sout|summaris"
    r"|reports"
    r"|outlines|looks\sat|explores|presents|considers|concludes)|:"
)
_SECTION_OF = re.compile(r"[\dA-Z)]\s{1,3}(?:of|to|in|under)\s{1,3}$")
_NUMBERED = re.compile(r"^[#* ]{0,6}(\d{1,2})[.)]?[ \t]{1,4}\*{0,2}[A-Z]", re.MULTILINE)
_POINTING_AT = re.compile(
    r"\b(?:(?:given|set\sout|described|discussed|outlined|shown|explained|considered|summarised|detailed)\s(?:further\s)?in|see|\(see)\s{1,3}$"
)
_HEADED = re.compile(r"^[#*\s]{0,6}Section\s\d{1,2}(?:[:.)]|\s[A-Z]|$)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A place where an Act, Bill or Order is named or pointed at, not resolved yet."""

    start: int
    end: int
    found: Instrument | Citation
    name: str = ""
    near: bool = False


def find_statutes(text: str, *, latest: int) -> list[Citation]:
    """Returns citations of legislation and of its provisions in reading order; they may overlap.

    Args:
        text: the clean text.
        latest: the year of publication; a title without its year means no later Act.
    """
    instruments = find_instruments(text)
    resolver = Resolver(text, latest, instruments)
    mentions = _mentions(text, instruments)
    provisions = list(find_provisions(text)) if mentions else []
    places = _Places(text, mentions, provisions)
    found: list[Citation] = []
    loose = iter([*places.loose, None])
    pending = next(loose)
    for index, mention in enumerate(mentions):
        while pending is not None and pending.start < mention.start:
            found.extend(_alone(text, pending, resolver, places))
            pending = next(loose)
        citation = _resolved(mention, resolver)
        if citation is not None:
            found.extend(_with_provisions(text, citation, places.of.get(index, ()), resolver))
        else:
            found.extend(c for p, _ in places.of.get(index, ()) for c in find_clause(text, p, resolver))
    while pending is not None:
        found.extend(_alone(text, pending, resolver, places))
        pending = next(loose)
    if not mentions:
        found.extend(_famous(text))
    return [*found, *_initials_defined(text, resolver), *_regnal(text), *find_chapters(text)]


def _mentions(text: str, instruments: Sequence[Instrument]) -> list[_Mention]:
    """Returns named and pointing mentions in reading order, without overlaps; titles go first."""
    named = [_Mention(i.start, i.end, i) for i in instruments]
    short = [_Mention(c.start, c.end, c) for c in _by_initials(text) if not _covered(c.start, c.end, named)]
    named = sorted([*named, *short], key=lambda m: m.start)
    pointing = [m for m in _pointing(text) if not _covered(m.start, m.end, named)]
    return sorted([*named, *pointing], key=lambda m: (m.start, m.end))


def _covered(start: int, end: int, mentions: Sequence[_Mention]) -> bool:
    at = bisect_left(mentions, end, key=lambda m: m.start)
    return at > 0 and mentions[at - 1].end > start


def _by_initials(text: str) -> Iterator[Citation]:
    """Yields Acts called by a short form: "HSCA 2012", "the Lansley Act"."""
    for match in _INITIALS.finditer(text):
        entry = gazetteer().by_alias.get(match[0])
        if entry is not None:
            draft = _blank(text, match.start(), match.end(), "act", None)
            yield of_entry(draft, entry, "alias", 0.85 if match[0] in entry.aliases else 0.75)


def _pointing(text: str) -> Iterator[_Mention]:
    """Yields "the Act", "the 2012 Act", "the Acts of 1946 and 1948", "2012 and 2003 legislation"."""
    for match in _OBLIQUE.finditer(text):
        head = match["head"].lower().removesuffix("s") if match["head"] != "Directions" else "directions"
        cls = _CLASSES.get(head, "regulations")
        years = [(match.span(g), int(match[g])) for g in ("year", "second", "of", "also") if match[g]]
        if not years and (match["head"] in {"Acts", "legislation"} or _mere(text, match)):
            continue
        near = match["det"].lower() == "that" or bool(match["near"])
        named = (match["adj"], match["year"], match["head"])
        name = " ".join(word for word in named if word).lower()
        if len(years) < 2:
            year = years[0][1] if years else None
            yield _Mention(match.start(), match.end(), _blank(text, *match.span(), cls, year), name, near)
        else:
            yield from _two(text, match.span(), years, cls)
    for match in _YEARS.finditer(text):
        if not re.search(r"[Tt]he\s{1,3}$", text[max(0, match.start() - 6) : match.start()]):
            years = [(match.span(g), int(match[g])) for g in ("year", "second")]
            yield from _two(text, match.span(), years, "act")


def _mere(text: str, match: re.Match[str]) -> bool:
    """Tells whether "the Order" and the like are words of procedure or names, nothing cited."""
    if match["head"] == "act":
        return not _SECTION_OF.search(text, max(0, match.start() - 16), match.start())
    after = text[match.end() : match.end() + 12]
    if match["head"] in {"Order", "Measure"} and match["det"].lower() != "the":
        return True
    return (
        re.match(r"\s(?:of\s(?:the\s(?:day|British)|Rights)|Paper|[A-Z][a-z]+\s(?:Office|Committee))", after)
        is not None
    )


def _two(
    text: str, span: tuple[int, int], years: Sequence[tuple[tuple[int, int], int]], cls: str
) -> Iterator[_Mention]:
    (first, year), (second, other) = years
    yield _Mention(span[0], first[1], _blank(text, span[0], first[1], cls, year), f"{year} act")
    yield _Mention(second[0], span[1], _blank(text, second[0], span[1], cls, other), f"{other} act")


def _blank(text: str, start: int, end: int, cls: str, year: int | None) -> Citation:
    return Citation(start, end, text[start:end], cls, None, year, None, None, None, (), "oblique", 0.4)


def _resolved(mention: _Mention, resolver: Resolver) -> Citation | None:
    if isinstance(mention.found, Instrument):
        return resolver.named(mention.found)
    if mention.found.title is not None:
        resolver.keep(mention.found, re.sub(rf"\s{YEAR}$", "", mention.found.title))
        return mention.found
    citation = resolver.oblique(mention.found, mention.name, near=mention.near)
    if citation is not None and citation.title is not None and citation.cls == "act":
        resolver.acts.append(citation)
    return citation


class _Places:
    """Which provisions belong to which mention: ``of`` by index, ``loose`` those that stand alone."""

    def __init__(self, text: str, mentions: Sequence[_Mention], provisions: Sequence[Provision]) -> None:
        self.of: dict[int, list[tuple[Provision, str]]] = {}
        self.loose: list[Provision] = []
        self.headed = len(_HEADED.findall(text)) >= 2
        self.numbers = frozenset(_NUMBERED.findall(text))
        starts = [m.start for m in mentions]
        following: tuple[Provision, int] | None = None
        for provision in reversed(provisions):
            at, way = _owner(text, provision, mentions, starts), ""
            if at is None and following and _CHAIN.fullmatch(text, provision.end, following[0].start):
                at, way = following[1], "listed"
            if at is None:
                self.loose.append(provision)
                following = None
                continue
            index, kind = (at, way) if isinstance(at, int) else at
            self.of.setdefault(index, []).append((provision, kind))
            following = (provision, index) if kind != "after" else None
        self.loose.reverse()


def _owner(
    text: str, provision: Provision, mentions: Sequence[_Mention], starts: Sequence[int]
) -> tuple[int, str] | int | None:
    """Returns the mention that a provision stands at, and how: joined, listed apart, or after it."""
    at = bisect_left(starts, provision.end)
    if at < len(mentions) and mentions[at].start - provision.end < 20:
        if JOINT.fullmatch(text, provision.end, mentions[at].start):
            return at, "joined"
        if _LOOSE_JOINT.fullmatch(text, provision.end, mentions[at].start):
            return at, "listed"
    if at and 0 <= provision.start - mentions[at - 1].end < 12 and provision.is_section:
        if _AFTER.fullmatch(text, mentions[at - 1].end, provision.start):
            return at - 1, "after"
        if _IN_BRACKETS.fullmatch(text, mentions[at - 1].end, provision.start):
            return at - 1, "listed"
    return None


def _with_provisions(
    text: str, citation: Citation, owned: Sequence[tuple[Provision, str]], resolver: Resolver
) -> Iterator[Citation]:
    """Yields the citation of an Act, joined with the provision at it, and one for each further provision."""
    whole = citation
    for provision, way in owned:
        resolver.provide(provision, citation)
        if way == "joined":
            whole = with_provision(citation, provision, text, provision.start, whole.end)
        elif way == "after":
            whole = with_provision(citation, provision, text, whole.start, provision.end)
        else:
            apart = replace(citation, antecedent=(citation.start, citation.end))
            yield with_provision(apart, provision, text, provision.start, provision.end)
    yield whole


def _alone(text: str, provision: Provision, resolver: Resolver, places: _Places) -> Iterator[Citation]:
    """Yields a section or schedule that names no Act, where it is not one of the paper itself."""
    if provision.is_clause:
        yield from find_clause(text, provision, resolver)
        return
    if not provision.is_section or _OF_THE_PAPER.match(text, provision.end):
        known = _known(text, provision)
        if known:
            yield known
        return
    word = text[provision.start : provision.end].lower()
    if word.startswith("section") and (places.headed or _of_own_heading(text, provision, places)):
        return
    if re.match(r"s{1,2}\s?\d", word):
        return  # "s 5" without its stop is too little
    draft = replace(_blank(text, provision.start, provision.end, "act", None), confidence=0.5)
    known = _known(text, provision)
    citation = resolver.provision(draft, provision)
    if citation is not None and (known is None or citation.rule != "provision-nearest"):
        yield with_provision(citation, provision, text, provision.start, provision.end)
    elif known is not None:
        yield known


def _of_own_heading(text: str, provision: Provision, places: _Places) -> bool:
    """Tells whether "in section 4" points at the paper's own section: it has a heading of that number."""
    number = re.fullmatch(r"s\. (\d{1,2})", provision.name)
    if number is None or not _POINTING_AT.search(text, max(0, provision.start - 30), provision.start):
        return False
    return number[1] in places.numbers


def _famous(text: str) -> Iterator[Citation]:
    """Yields provisions that need no Act, in a text that names none ("Part III accommodation")."""
    for provision in find_provisions(text):
        known = _known(text, provision)
        if known is not None:
            yield known


def _known(text: str, provision: Provision) -> Citation | None:
    """Returns a provision that practice knows by its number ("section 75 agreement")."""
    act = _famous_words().get(provision.name)
    if act is None:
        return None
    after = set(re.findall(r"[\w-]+", text[provision.end : provision.end + 40].lower())[:2])
    entry = gazetteer().by_uri[act[0]]
    if not after & act[1]:
        return None
    draft = _blank(text, provision.start, provision.end, "act", None)
    citation = of_entry(draft, entry, "provision-known", 0.6)
    return with_provision(citation, provision, text, provision.start, provision.end)


@lru_cache(maxsize=1)
def _famous_words() -> dict[str, tuple[str, frozenset[str]]]:
    return {
        row["provision"]: (row["act"], frozenset(row["words"].split()))
        for row in table("known_provisions.csv")
    }


def _initials_defined(text: str, resolver: Resolver) -> Iterator[Citation]:
    """Yields later mentions by initials that the text itself defined: "... Act 1970 (CSDPA)"."""
    names = {n: c for n, c in resolver.defined.items() if n.split(" ")[0].isupper()}
    if not names:
        return
    pattern = re.compile(
        r"\b(?:" + "|".join(re.escape(n) for n in sorted(names, key=len, reverse=True)) + r")\b"
    )
    for match in pattern.finditer(text):
        to = names[match[0]]
        if match.start() > to.end + 3 + len(match[0]):
            yield linked(_blank(text, *match.span(), to.cls, None), to, "defined", 0.9)


def _regnal(text: str) -> Iterator[Citation]:
    """Yields Acts cited by their chapter alone: "9 & 10 Geo. 6 c. 81"."""
    for match in near(_REIGN, REGNAL, text, 40, 50):
        uri = act_id(match["session"], match["number"])
        draft = replace(
            _blank(text, *match.span(), "act", None),
            chapter=" ".join(match[0].split()),
            uri=uri,
            rule="regnal",
        )
        entry = gazetteer().by_uri.get(uri or "")
        yield (
            of_entry(draft, entry, "regnal", 0.9) if entry else replace(draft, confidence=0.6 if uri else 0.3)
        )
