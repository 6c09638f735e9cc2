"""Chapters cited by regnal year ("9 & 10 Geo. 6 c. 81"), as Acts were before 1963.

A session of Parliament bears the years of the reign that it fell in, so no arithmetic on a calendar year
gives it: ``data/regnal.csv`` lists the sessions, their calendar years and their paths on legislation.gov.uk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from policytext.extract.citations.gazetteer import table

_REIGN = r"(?:Geo|Eliz|Edw|Vict|Will)\b\.?\s?(?:[1-8]\b|[VI]{1,4}\b)?\.?"
_YEARS = r"\d{1,2}(?:\s?(?:,|&|and)\s?\d{1,2}){0,2}"
SESSION = rf"(?:{_YEARS}\s{{1,2}}{_REIGN}(?:\s?(?:&|and)\s?{_YEARS}\s{{1,2}}{_REIGN})?)"
"""A session as printed; ``act_id`` reads it."""
REGNAL = re.compile(
    rf"(?<![\w,])(?P<session>{SESSION}),?\s{{0,2}}(?:[Cc]h?|[Cc]ap|[Cc]hapter)"
    rf"\b\.?\s{{0,2}}(?P<number>\d{{1,3}})\b"
)
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4", "v": "5", "vi": "6", "vii": "7", "viii": "8"}


@dataclass(frozen=True, slots=True)
class Session:
    """A session: the calendar years it fell in and its path, such as ``Geo6/9-10``."""

    first_year: int
    last_year: int
    path: str


def session(printed: str) -> Session | None:
    """Returns the session that a regnal citation names, None for one that never was."""
    return _sessions().get(_folded(printed))


def act_id(printed: str, number: str) -> str | None:
    """Returns the identifier of a chapter of a session: ``ukpga/Geo6/9-10/81``."""
    found = session(printed)
    return f"ukpga/{found.path}/{int(number)}" if found else None


@lru_cache(maxsize=1)
def _sessions() -> dict[str, Session]:
    rows = table("regnal.csv")
    return {
        _folded(r["session"]): Session(int(r["first_year"]), int(r["last_year"]), r["path"]) for r in rows
    }


def _folded(printed: str) -> str:
    words = re.findall(r"\d+|[a-z]+", printed.lower())
    return " ".join(_ROMAN.get(w, w) for w in words if w != "and")
