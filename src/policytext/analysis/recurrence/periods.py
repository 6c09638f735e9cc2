"""Days within bounds, and the aligned periods (decades, as a rule) that they fall into.

A day is ISO (``YYYY-MM-DD``). Periods are numbered by ``year // period``, so that those of ten years are the
decades everybody speaks of.
"""

from __future__ import annotations

import re
from datetime import date

Bounds = tuple[str, str]
"""First and last ISO day, both possible."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def check_days(earliest: str | None, latest: str | None, what: str) -> None:
    """Raises ValueError unless both are ISO days or None, the first not after the second."""
    for day in (earliest, latest):
        if day is not None and not _DAY.fullmatch(day):
            raise ValueError(f"{what}: not an ISO day: {day}")
    if earliest and latest and earliest > latest:
        raise ValueError(f"{what}: {earliest} is after {latest}")


def closed(earliest: str | None, latest: str | None, printed: str | None) -> Bounds | None:
    """Returns the bounds of what was said; None where one side stays open.

    Nothing is said after it is printed: ``printed``, the last day on which the document can have been
    published, closes an open end. Nothing closes an open beginning.
    """
    latest = latest or printed
    return (earliest, latest) if earliest and latest and earliest <= latest else None


def check_period(period: int) -> None:
    """Raises ValueError unless ``period`` is a whole number of years from 1 to 100."""
    if not 1 <= period <= 100:
        raise ValueError(f"a period has 1 to 100 years, not {period}")


def period_of(day: str, period: int) -> int:
    """Returns the number of the period that an ISO day falls into."""
    return int(day[:4]) // period


def periods_of(bounds: Bounds, period: int) -> range:
    """Returns the numbers of the periods that the bounds touch, in order; one alone is sure."""
    return range(period_of(bounds[0], period), period_of(bounds[1], period) + 1)


def period_label(number: int, period: int) -> str:
    """Returns what the period is called: ``1950s``, ``1955-1959``, ``1956``."""
    first = number * period
    if period == 10:
        return f"{first}s"
    return f"{first}" if period == 1 else f"{first}-{first + period - 1}"


def day_number(day: str) -> int:
    """Returns the ordinal of an ISO day, as of `datetime.date` and for the year 0 as well.

    Raises:
        ValueError: no calendar has that day.
    """
    if day.startswith("0000"):  # which ISO 8601 has and datetime has not; calendars repeat in 400 years
        return date.fromisoformat(f"0400{day[4:]}").toordinal() - date(400, 1, 1).toordinal() - 365
    return date.fromisoformat(day).toordinal()
