"""Citations of legislation and state papers: found by form first, resolved afterwards."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace

from policytext.annotation import Citation
from policytext.extract.calendar import years_of
from policytext.extract.citations.bracketed import find_bracketed, without_sources
from policytext.extract.citations.commissions import find_by_commission
from policytext.extract.citations.guided import find_dated_guidance, find_under_acts
from policytext.extract.citations.issued import find_issued
from policytext.extract.citations.numbered import (
    find_circulars,
    find_european,
    find_hansard,
    find_house_papers,
    find_instrument_numbers,
    joined_instruments,
)
from policytext.extract.citations.papers import find_by_chairman, find_coloured, find_numbers
from policytext.extract.citations.plans import awaited_papers, find_plans
from policytext.extract.citations.pointing import find_bills_of_papers, find_pointers, unnamed_resolved
from policytext.extract.citations.references import (
    Reference,
    cite_references,
    find_author_dates,
    find_listed_titles,
    find_references,
    issued_by,
)
from policytext.extract.citations.statutes import find_statutes
from policytext.extract.citations.titles import find_titles
from policytext.extract.citations.vague import find_vague


def find_citations(text: str, *, published: str | None = None) -> list[Citation]:
    """Returns the citations of a text in reading order; no two overlap.

    Sections, schedules and parts stand with the Act that they are named with as one citation of class
    section, a list ("sections 2, 5 and 9 of the ...") as one with all of them in ``provision``. ``uri`` is
    that of the gazetteer, or the one that a printed chapter or number gives; a Bill has none. ``candidates``
    holds titles where several fit, or the one that a misread or shortened title was taken for. A number, a
    title and a "White Paper" beside it are citations of their own. The rule tells how each was found.

    Args:
        text: the clean text.
        published: the publication date in EDTF; a title without its year means no later Act.

    Raises:
        ValueError: ``published`` is no valid EDTF.
    """
    years = years_of(published)
    latest = years[1] if years else 9999
    references = find_references(text)
    firm = [
        *find_statutes(text, latest=latest),
        *find_instrument_numbers(text),
        *find_european(text),
        *find_numbers(text, latest=latest),
        *find_titles(text, latest=latest),
        *find_by_chairman(text, latest=latest),
        *find_by_commission(text, latest=latest),
        *find_coloured(text),
        *find_hansard(text),
        *find_house_papers(text),
        *find_circulars(text, latest=latest),
        *find_plans(text, published=years, month=published),
        *find_issued(text),
        *find_bracketed(text, latest=latest),
        *find_dated_guidance(text, latest=latest),
        *cite_references(text, references),
        *find_listed_titles(text, references),
        *find_author_dates(text, references),
    ]
    kept = without_sources(text, _without_overlaps(firm))
    named = unnamed_resolved(text, [_listed(c, references) for c in kept])
    pointers = [
        *find_pointers(text, named),
        *find_bills_of_papers(text, named),
        *find_under_acts(text, named),
    ]
    named = _without_overlaps([*named, *pointers])
    named = joined_instruments(text, awaited_papers(text, named, published=years, month=published))
    return sorted([*named, *_apart(find_vague(text), named)], key=lambda c: c.start)


def _listed(citation: Citation, references: Sequence[Reference]) -> Citation:
    """Returns a report known by its issuer as the one that the paper's own list gives, where there is one."""
    if citation.rule in {"report-own", "report-of-body"}:
        body = (citation.title or "").rsplit(" ", 1)[0]
        listed = issued_by(references, body)
    elif citation.rule == "report-titled":
        begins = f"{citation.title} ".casefold()
        listed = next((r for r in references if f"{r.title} ".casefold().startswith(begins)), None)
    else:
        return citation
    if listed is None:
        return citation
    return replace(citation, title=listed.title, year=listed.year, antecedent=listed.span, confidence=0.6)


def _apart(vague: Iterable[Citation], named: Sequence[Citation]) -> list[Citation]:
    """Returns unnamed law that no named law or paper covers."""
    starts = [c.start for c in named]
    free = []
    for citation in vague:
        at = bisect_left(starts, citation.end)
        if not at or named[at - 1].end <= citation.start:
            free.append(citation)
    return _without_overlaps(free)


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
