"""Citations made into those of an entry, of another citation, or of a provision."""

from __future__ import annotations

import re
from dataclasses import replace

from policytext.annotation import Citation, Place
from policytext.extract.citations.gazetteer import Entry
from policytext.extract.citations.provisions import Provision


def of_entry(draft: Citation, entry: Entry, rule: str, confidence: float) -> Citation:
    """Returns a citation as one of a gazetteer's Act; what was not checked is less sure."""
    sure = confidence if entry.verified or confidence > 0.8 else confidence - 0.05
    return replace(
        draft,
        title=entry.title,
        year=entry.year,
        chapter=entry.chapter,
        uri=entry.uri,
        candidates=(),
        rule=rule,
        confidence=round(sure, 2),
    )


def linked(draft: Citation, to: Citation, rule: str, confidence: float) -> Citation:
    """Returns a citation as one of what another is of, with that place as its antecedent."""
    uri = re.sub(r"/(?:section|schedule|part)/.*$", "", to.uri) if to.uri else None
    return replace(
        draft,
        title=to.title,
        year=to.year,
        chapter=to.chapter,
        uri=None if draft.cls == "bill" else uri,
        candidates=to.candidates,
        became=to.became,
        rule=rule,
        confidence=confidence if to.title else min(confidence, 0.4),
        antecedent=place_of(to),
    )


def with_provision(citation: Citation, provision: Provision, text: str, start: int, end: int) -> Citation:
    """Returns the citation of an Act as one of a provision of it, over ``[start, end)``."""
    uri = citation.uri + provision.path if citation.uri and citation.cls == "act" else citation.uri
    return replace(
        citation,
        start=start,
        end=end,
        text=text[start:end],
        cls="section" if citation.cls in {"act", "measure"} else citation.cls,
        uri=uri,
        provision=provision.name,
    )


def place_of(citation: Citation) -> Place:
    """Returns where a citation stands."""
    return (citation.start, citation.end)
