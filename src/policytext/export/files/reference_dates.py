"""Dates as the formats of bibliographies can hold them: sides of a range, each to its own precision."""

from __future__ import annotations

import re

from policytext.text.edtf import bounds

_POINT = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d\d)?)?")
_QUALIFIER = re.compile("[~?%]")


def date_sides(edtf: str) -> tuple[str | None, str | None]:
    """Returns first and last day, month or year of an EDTF value, each to its own precision.

    "1956" is 1956 twice, "195X" 1950 and 1959; a season is its year; None is an open side.
    """
    plain = _QUALIFIER.sub("", edtf)
    first, slash, last = plain.partition("/")
    earliest, latest = bounds(edtf)
    return _side(first, earliest), _side(last if slash else first, latest)


def _side(part: str, day: str | None) -> str | None:
    if day is None or day[:4] in ("0000", "9999"):
        return None
    if _POINT.fullmatch(part):
        return part
    if re.fullmatch(r"\d{4}-2[1-4]", part) or re.fullmatch("[0-9X]{4}", part):
        return day[:4]
    return day


def is_uncertain(edtf: str) -> bool:
    """Whether an EDTF value is qualified: approximate, uncertain, or both."""
    return _QUALIFIER.search(edtf) is not None


def extra_date(edtf: str) -> str | None:
    """Returns a date as Zotero reads it in its field Extra: a point, or ``first/last``."""
    first, last = date_sides(edtf)
    if first is None or last is None:
        return None
    return first if first == last else f"{first}/{last}"
