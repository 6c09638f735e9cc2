"""Words of the report: what it calls things, numbers with their nouns, names of anchors."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from markupsafe import Markup

from policytext.export.wording import display_year, shown

VOICES = {"own": "the paper’s own words", "quoted": "quoted", "reported": "reported"}

CARRIERS = {
    "ocr": "scan, read by machine",
    "markdown": "converted to Markdown",
    "web": "web page",
    "pdf": "text layer of a PDF",
    "text": "typed text",
}

_YEARS = 4
"""So many years are named one by one."""
_PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]{1,80}")


def plain(value: object) -> object:
    """Returns what may stand in the page: text without characters that steer, hide or break; markup as it is.

    Every expression of the templates passes through it, so that nothing has to be remembered in them.
    """
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return shown(value, len(value) + 1)


def cut(text: str, limit: int) -> str:
    """Returns ``text`` on one line of at most ``limit`` characters, an ellipsis for the rest."""
    return shown(text, limit)


def many(number: int, one: str, several: str | None = None) -> str:
    """Returns a number with its noun: ``1 paper``, ``1,200 papers``."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def anchor(kind: str, name: str) -> str:
    """Returns the id in the page of the thing of this kind and name: the same in every report."""
    if _PLAIN_NAME.fullmatch(name):
        return f"{kind}-{name}"
    return f"{kind}-x{hashlib.sha256(name.encode('utf-8', 'backslashreplace')).hexdigest()[:16]}"


def found_words(looked_for: int, said: int, returning: int) -> str:
    """Returns how many claims are found and how many return, up to "said again".

    >>> found_words(28, 4, 0)
    '4 are found, none of them said again'
    """
    if said == 0:
        return "it is not found" if looked_for == 1 else "none of them is found"
    if said == 1:
        again = "said again" if returning else "not said again"
        return f"{'it is' if looked_for == 1 else '1 is'} found, and {again}"
    found = "all are found" if said == looked_for else f"{said:,} are found"
    again = {0: "none", said: "all"}.get(returning, f"{returning:,}")
    return f"{found}, {again} of them said again"


def percent(share: float | None) -> str:
    """Returns a share in [0, 1] as a percentage; a dash where there is none."""
    if share is None:
        return "–"
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def readable(share: float | None) -> str:
    """Returns a quality in [0, 1] as a percentage that never rounds damage away."""
    return "–" if share is None else f"{int(1000 * share + 1e-9) / 10:.1f} %"


def year_of(day: str | None) -> str:
    """Returns the year of an ISO day."""
    return "?" if day is None else day[:4]


def of_years(dates: Sequence[str]) -> str:
    """Returns the years of EDTF dates, each once; of many the first and the last."""
    several = list(dict.fromkeys(map(display_year, dates)))
    if len(several) > _YEARS:
        return f"{several[0]} to {several[-1]}"
    return " and ".join(filter(None, (", ".join(several[:-1]), *several[-1:])))


def years(earliest: str | None, latest: str | None) -> str:
    """Returns the year or years of two ISO days."""
    first, last = year_of(earliest), year_of(latest)
    return first if first == last else f"{first}–{last}"
