"""Uncertain dates: EDTF (ISO 8601-2) values, validated and bounded by the edtf library."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

_PLAIN = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@lru_cache(maxsize=4096)
def bounds(value: str) -> tuple[str | None, str | None]:
    """Returns the first and the last ISO day that ``value`` can mean; None for an open or unknown side.

    Raises:
        ValueError: ``value`` is no valid EDTF.
    """
    plain = _PLAIN.fullmatch(value)
    if plain:  # what nearly every query asks; the library takes a tenth of a second to load
        return _plain_bounds(value, *plain.groups())
    parsed = _parse(value)
    start, slash, end = value.partition("/")
    if slash and not (start and end):  # an unknown side; the library makes a day of it, ten years away
        return bounds(start)[0] if start else None, bounds(end)[1] if end else None
    return _day(parsed.lower_strict()), _day(parsed.upper_strict())


def is_valid(value: str) -> bool:
    """Whether ``value`` is valid EDTF."""
    try:
        bounds(value)
    except ValueError:
        return False
    return True


def _plain_bounds(value: str, year: str, month: str | None, day: str | None) -> tuple[str, str]:
    if month is None:
        return f"{year}-01-01", f"{year}-12-31"
    leap = int(year) % 4 == 0 and (int(year) % 100 != 0 or int(year) % 400 == 0)
    last = 29 if month == "02" and leap else _MONTH_DAYS[int(month) - 1]
    if day is None:
        return f"{year}-{month}-01", f"{year}-{month}-{last}"
    if int(day) > last:
        raise ValueError(f"no such day: {value}")
    return value, value


def _parse(value: str) -> Any:
    from edtf import parse_edtf
    from edtf.parser.edtf_exceptions import EDTFParseException

    try:
        return parse_edtf(value)
    except (EDTFParseException, ValueError, TypeError) as error:
        raise ValueError(f"not an EDTF date: {value}") from error


def _day(limit: Any) -> str | None:
    if isinstance(limit, float) and math.isinf(limit):
        return None
    return f"{limit.tm_year:04d}-{limit.tm_mon:02d}-{limit.tm_mday:02d}"
