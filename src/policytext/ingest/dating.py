"""Dates as mastheads, imprints and metadata write them, to EDTF."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.text import edtf

_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "(?P<month>" + "|".join(f"{m[:3]}(?:{m[3:]})?" if m[3:] else m for m in _MONTHS) + r"|sept)\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>1[89]\d\d|20\d\d)"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\w.]){_DAY}[ \t]+(?:day[ \t]+of[ \t]+)?{_MONTH},?[ \t]+{_YEAR}\b",  # 3rd June, 1958
        rf"\b{_MONTH}[ \t]+{_DAY},?[ \t]+{_YEAR}\b",  # June 3, 1958
        rf"\b{_MONTH},?[ \t]+{_YEAR}\b",  # June 1958
    )
)
_SEASON = re.compile(rf"\b(?P<season>spring|summer|autumn|winter),?[ \t]+{_YEAR}\b", re.IGNORECASE)
_SEASONS = ("spring", "summer", "autumn", "winter")  # EDTF 21 to 24
_ISO = re.compile(
    r"(?<![\d-])(?P<year>1[89]\d\d|20\d\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?(?![\d-])"
)
_SLASHED = re.compile(rf"(?<![\d/])(?P<day>\d{{1,2}})[/.](?P<month>\d{{1,2}})[/.]{_YEAR}(?![\d/])")
_ALONE = re.compile(_YEAR)


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in a text: half-open offsets into that text, EDTF value."""

    start: int
    end: int
    edtf: str


def dates_in(text: str) -> list[DateFound]:
    """Returns the full dates, months and seasons with a year of ``text`` in reading order, never overlapping.

    Figures with slashes are read day first, as the British write them.
    """
    found: list[DateFound] = []
    taken: list[tuple[int, int]] = []  # also what is no date: the end of "31 June 1958" is no month
    for pattern in (*_WRITTEN, _SEASON, _ISO, _SLASHED):
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < e and s < end for s, e in taken):
                continue
            taken.append((start, end))
            if value := _value(match):
                found.append(DateFound(start, end, value))
    return sorted(found, key=lambda f: f.start)


def to_edtf(stated: str) -> str | None:
    """Returns a stated date as EDTF: EDTF itself, ISO with a time, or a date in words or figures."""
    stated = stated.strip()
    if len(stated) > 100:
        return None
    day = re.match(r"\d{4}-\d\d-\d\d(?=[T ]\d)", stated)
    if day:
        stated = day[0]
    if re.match(r"[\d.\[{Y]", stated) and edtf.is_valid(stated):
        return stated
    found = dates_in(stated)
    if len(found) == 1:
        return found[0].edtf
    year = _ALONE.fullmatch(stated)
    return year[0] if year else None


def _value(match: re.Match[str]) -> str | None:
    parts = match.groupdict()
    if season := parts.get("season"):
        return f"{parts['year']}-{21 + _SEASONS.index(season.lower())}"
    month, day = parts["month"], parts.get("day")
    number = int(month) if month.isdigit() else 1 + [m[:3] for m in _MONTHS].index(month[:3].lower())
    value = f"{parts['year']}-{number:02d}" + (f"-{int(day):02d}" if day else "")
    return value if edtf.is_valid(value) else None
