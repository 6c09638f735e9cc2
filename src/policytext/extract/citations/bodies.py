"""State bodies that issue papers: departments, inspectorates, committees of Parliament."""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.extract.citations.gazetteer import table

_SHAPED = (
    r"(?:Ministry|Department|Secretary\sof\sState)\s(?:of|for)\s[A-Z]\w+(?:(?:,|\sand|\s&)?\s[A-Z]\w+){0,4}"
    r"|(?:[A-Z][\w’'-]+\s){1,4}(?:Audit\s(?:Board|Commission|Office)|Inspectorate)"
    r"|(?:Royal\s)?Commission\s(?:of|on|for)\s(?:the\s)?[A-Z]\w+(?:(?:,|\sand(?!\sthe\s)|\sin|\sof"
    r"|\sfor)?\s(?:the\s)?[A-Z]\w+){0,6}"
    r"|(?:House\sof\s)?(?:Commons|Lords)\s(?:[A-Z]\w+\s(?:and\s)?){0,4}Committee"
)
"""Bodies that no table can list: other ministries, inspectorates, commissions and committees."""
_SCHOLARS = re.compile(
    r"Department\sof\s(?:\w+\s){0,4}?(?:Sociology|History|Politics|Economics|Medicine|Nursing|Psychology"
    r"|Government|Social\sPolicy)\b"
)
_PUBLISHER = re.compile(
    r"\b(?:H\.?\s?M\.?\s?S\.?\s?O\b\.?|TSO\b|(?:The\s)?Stationery\sOffice|Her\sMajesty[’']s\sStationery"
    r"|His\sMajesty[’']s\sStationery)"
)


@lru_cache(maxsize=1)
def body_pattern() -> str:
    """Returns a pattern for the names of state bodies, longest first; it begins at a capital."""
    names = {n for row in table("bodies.csv") for n in (row["name"], *row["aliases"].split(";")) if n}
    listed = (
        re.escape(n).replace(r"\ ", r"\s{1,3}").replace("'", "[’']")
        for n in sorted(names, key=lambda n: (-len(n), n))
    )
    return rf"(?:{'|'.join(listed)}|{_SHAPED})(?![\w-])"


@lru_cache(maxsize=1)
def _bodies() -> re.Pattern[str]:
    return re.compile(rf"\b{body_pattern()}")


@lru_cache(maxsize=1)
def _short() -> dict[str, str]:
    return {alias: row["name"] for row in table("bodies.csv") for alias in row["aliases"].split(";") if alias}


def is_state(name: str) -> bool:
    """Tells whether an author or publisher is a state body, or several of which one is."""
    if _SCHOLARS.search(name):
        return False
    found = _bodies().search(name)
    return (found is not None and found[0] != "Department") or _PUBLISHER.search(name) is not None


def body_name(name: str) -> str:
    """Returns the full name of a body by its initials, any other name as it is."""
    tidy = " ".join(name.split())
    return _short().get(tidy, tidy)
