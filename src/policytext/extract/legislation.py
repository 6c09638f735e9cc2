"""Citations of legislation and state papers: found by form first, resolved afterwards.

Finding and resolving are separate passes: "the 2012 Act" is found as it stands and then linked to the
definition in brackets that introduced it, else to the nearest Act of that year cited before, else it keeps
candidates and no identifier.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace

from policytext.annotation import Citation
from policytext.extract.calendar import YEAR, years_of
from policytext.extract.gazetteer import Entry, fold_title, gazetteer
from policytext.extract.instruments import Instrument, find_instruments
from policytext.extract.papers import find_papers

_CLASSES = {"Act": "act", "Bill": "bill"}
_OBLIQUE = re.compile(
    rf"\b(?P<det>[Tt]he|[Tt]his|[Tt]hat|[Tt]he\s{{1,3}}(?:said|same|new|present|principal))\s{{1,3}}"
    rf"(?:(?P<year>{YEAR})\s{{1,3}})?(?P<head>Act|Bill)\b"
    rf"(?!\s{{0,2}},?\s{{0,2}}(?:of\s)?{YEAR}|[’']s\s[A-Z])"
)
_DEFINITION = re.compile(
    rf"\s{{0,3}}\(\s?(?:[\w ]{{0,25}}\s)?[“\"‘'](?P<name>the (?:{YEAR} )?(?:Act|Bill))[”\"’']\s?\)"
)
_SECTION_OF = re.compile(
    r"\b(?P<what>(?:[Ss]ections?|[Ss]\.)\s{0,2}\d{1,3}[A-Z]{0,2}(?:\(\w{1,4}\)){0,2})\s{1,3}of\s{1,3}$"
)
_ALIASES = re.compile(
    r"\b(?:(?:NHS|HSC|HSCA|MHA|MCA|CA|LASSA|CSDPA|NHSA|NHSCCA|HRA|NAA)\s\d{4}"
    r"|HASSASSA|[A-Z][a-z]+ (?:Morris )?Act)\b"
)


def find_citations(text: str, *, published: str | None = None) -> list[Citation]:
    """Returns the citations of a text in reading order; no two overlap.

    ``uri`` is set only where the gazetteer knows the very title and year, never for a Bill. ``candidates``
    holds titles where several fit.

    Args:
        text: the clean text.
        published: the publication date in EDTF; a title without its year means no later Act.

    Raises:
        ValueError: ``published`` is no valid EDTF.
    """
    years = years_of(published)
    titled = [_titled(text, instrument) for instrument in find_instruments(text)]
    titled = _yearless_resolved(titled, years[1] if years else 9999)
    named = sorted([*titled, *_by_alias(text)], key=lambda c: (c.start, -c.end))
    oblique = _oblique(text, titled)
    return _without_overlaps([*named, *oblique, *find_papers(text)])


def _titled(text: str, found: Instrument) -> Citation:
    """Returns the citation of an instrument, with what the gazetteer knows of it."""
    names, bare = gazetteer(), fold_title(found.bare)
    entry = names.by_title.get((bare, found.year)) if found.year else None
    if entry is not None and entry.kind != _CLASSES.get(found.head):
        entry = None
    cls = _CLASSES.get(found.head, "regulations")
    title = (
        entry.title if entry else f"{found.bare} {found.year}" if found.year and cls != "bill" else found.bare
    )
    chapter, uri, confidence = found.chapter, None, 0.9 if found.year else 0.7
    if entry is not None:
        agrees = chapter is None or _last_number(chapter) == _last_number(entry.chapter or "")
        chapter, uri = entry.chapter, entry.uri
        confidence = (0.98 if entry.verified else 0.85) if agrees else 0.6
    candidates = () if entry else tuple(e.title for e in names.by_bare.get(bare, ()) if e.kind == cls)
    provision = found.provision if cls == "act" else None
    start = found.lead if provision else found.start
    if provision and uri:
        uri += _provision_path(provision)
    return Citation(
        start,
        found.end,
        text[start : found.end],
        "section" if provision else cls,
        title,
        found.year,
        chapter,
        uri,
        provision,
        candidates,
        "title-year" if found.year else "title",
        confidence,
    )


def _last_number(chapter: str) -> str:
    numbers = re.findall(r"\d+", chapter)
    return numbers[-1] if numbers else ""


def _provision_path(provision: str) -> str:
    """Returns the legislation.gov.uk path of a single section, nothing for parts, schedules and ranges."""
    section = re.fullmatch(r"[Ss](?:ection)?\.?\s?(\d{1,3}[A-Z]{0,3})(?:\s?\(\w{1,4}\))*", provision)
    return f"/section/{section[1]}" if section else ""


def _yearless_resolved(cited: Sequence[Citation], latest_year: int) -> list[Citation]:
    """Returns the citations, titles without a year linked to an earlier one, else to the only one known."""
    latest: dict[str, Citation] = {}
    out = []
    for citation in cited:
        bare = fold_title(re.sub(rf"\s{YEAR}$", "", citation.title or ""))
        if citation.year is not None:
            latest[bare] = citation
            out.append(citation)
        elif bare in latest:
            out.append(_linked(citation, latest[bare], "title-earlier", 0.85))
        else:
            entries = [
                e for e in gazetteer().by_bare.get(bare, ()) if e.kind != "bill" and e.year <= latest_year
            ]
            fits = [e for e in entries if e.title in citation.candidates]
            one = len(fits) == 1 and citation.cls != "bill"
            narrowed = replace(citation, candidates=tuple(e.title for e in fits))
            out.append(_known(citation, fits[0]) if one else narrowed if citation.cls != "bill" else citation)
    return out


def _linked(citation: Citation, to: Citation, rule: str, confidence: float) -> Citation:
    uri = re.sub(r"/section/.*$", "", to.uri) if to.uri else None
    if uri and citation.provision:
        uri += _provision_path(citation.provision)
    return replace(
        citation,
        title=to.title,
        year=to.year,
        chapter=to.chapter,
        uri=uri,
        candidates=(),
        rule=rule,
        confidence=confidence,
    )


def _known(citation: Citation, entry: Entry) -> Citation:
    uri = entry.uri + _provision_path(citation.provision or "") if entry.uri else None
    return replace(
        citation,
        title=entry.title,
        year=entry.year,
        chapter=entry.chapter,
        uri=uri,
        candidates=(),
        rule="title-unique",
        confidence=0.7,
    )


def _by_alias(text: str) -> list[Citation]:
    """Returns Acts called by a short form: "HSCA 2012", "the Lansley Act"."""
    known = {alias: e for e in gazetteer().entries if e.kind == "act" for alias in e.aliases}
    return [
        Citation(
            match.start(),
            match.end(),
            match[0],
            "act",
            entry.title,
            entry.year,
            entry.chapter,
            entry.uri,
            None,
            (),
            "alias",
            0.85 if entry.verified else 0.75,
        )
        for match in _ALIASES.finditer(text)
        if (entry := known.get(match[0]))
    ]


def _oblique(text: str, titled: Sequence[Citation]) -> list[Citation]:
    """Returns "the Act", "the 2012 Act" and the like, linked as the text allows."""
    defined = _definitions(text, titled)
    ends = [c.end for c in titled]
    found = []
    for match in _OBLIQUE.finditer(text):
        cls = _CLASSES[match["head"]]
        provision = _SECTION_OF.search(text[max(0, match.start() - 30) : match.start()])
        start = max(0, match.start() - 30) + provision.start() if provision else match.start()
        year = int(match["year"]) if match["year"] else None
        citation = Citation(
            start,
            match.end(),
            text[start : match.end()],
            "section" if provision else cls,
            None,
            year,
            None,
            None,
            " ".join(provision["what"].split()) if provision else None,
            (),
            "oblique",
            0.4,
        )
        name = " ".join(["the", *([match["year"]] if year else []), match["head"]])
        stop = bisect_left(ends, match.start() + 1)
        linked = _resolved(citation, name, cls, defined, titled[max(0, stop - 200) : stop])
        if linked is not None:
            found.append(linked)
    return found


def _resolved(
    citation: Citation, name: str, cls: str, defined: dict[str, Citation], before: Sequence[Citation]
) -> Citation | None:
    if name in defined and defined[name].start < citation.start:
        return _linked(citation, defined[name], "defined", 0.95)
    for earlier in reversed(before):
        same_class = earlier.cls == cls or (cls == "act" and earlier.cls == "section")
        if same_class and (citation.year is None or earlier.year == citation.year):
            return _linked(citation, earlier, "nearest-earlier", 0.8 if citation.year else 0.6)
    if citation.year is None:
        return None  # "the Act" of a text that names none says nothing
    return replace(citation, candidates=tuple(e.title for e in gazetteer().of_year(citation.year, cls)))


def _definitions(text: str, titled: Sequence[Citation]) -> dict[str, Citation]:
    """Returns what brackets define: National Health Service Act 1946 (“the 1946 Act”)."""
    defined: dict[str, Citation] = {}
    for citation in titled:
        match = _DEFINITION.match(text, citation.end)
        if match:
            defined.setdefault(match["name"], citation)
    return defined


def _without_overlaps(citations: Sequence[Citation]) -> list[Citation]:
    """Returns the citations, the longer winning where two overlap, an earlier rule where they are equal."""
    kept: list[Citation] = []
    for citation in sorted(citations, key=lambda c: (c.start, -c.end)):
        if kept and citation.start < kept[-1].end:
            if citation.end - citation.start > kept[-1].end - kept[-1].start:
                kept[-1] = citation
            continue
        kept.append(citation)
    return kept
