"""Types of what a bibliography lists, as CSL 1.0.2 names them."""

from __future__ import annotations

import re

_PAPER_TYPES = {
    "act": "legislation",
    "article": "article",
    "bill": "bill",
    "book": "book",
    "chapter": "chapter",
    "debate": "hearing",
    "hansard": "hearing",
    "interview": "interview",
    "letter": "personal_communication",
    "newspaper": "article-newspaper",
    "page": "webpage",
    "pamphlet": "pamphlet",
    "speech": "speech",
    "thesis": "thesis",
    "web": "webpage",
}
_REPORTS = frozenset({"briefing", "memorandum", "paper", "report", "digest", "review", "plan", "strategy"})


def paper_type(kind: str | None) -> str:
    """Returns the CSL type of a kind of paper: by its last word that says one, else a document."""
    for word in reversed(re.findall(r"\w+", (kind or "").lower())):
        if word in _PAPER_TYPES:
            return _PAPER_TYPES[word]
        if word in _REPORTS:
            return "report"
    return "document"
