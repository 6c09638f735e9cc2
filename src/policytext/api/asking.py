"""Arguments from Python made into filters; dates in the forms in which people have them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from operator import index
from typing import Any, TypedDict, get_args

from policytext.errors import BadRequest
from policytext.ranking import DateField, Filters
from policytext.text.edtf import bounds

Day = str | int | date
"""A date: ``1956``, ``"1956-05"``, ``"1956-05-13"`` or a ``datetime.date``."""

Days = Day | tuple[Day | None, Day | None]
"""A date, two of them, or text like ``"1956..1979"``, ``"1990.."``, ``"..1979"``."""


class Narrowing(TypedDict, total=False):
    """The filters of a search as named arguments; see ``Session.search``."""

    speaker: str | None
    cites: str | None
    said: Days | None
    from_: Day | None
    to: Day | None
    dates: DateField
    document: str | None
    min_quality: float | None


_ADVICE = "1956, 1956-05 or 1956-05-13"


def filters_of(asked: Narrowing) -> Filters:
    """Returns the filters that the arguments of a search ask for.

    Raises:
        BadRequest: an argument that says nothing or cannot be understood.
    """
    for name in ("speaker", "cites", "document"):
        if (value := asked.get(name)) is not None:
            text_of(value, name)
    dates = asked.get("dates", "statement")
    if dates not in get_args(DateField):
        raise BadRequest(f"no such dates: {dates!r}", "dates", " or ".join(get_args(DateField)))
    quality = asked.get("min_quality")
    if isinstance(quality, bool) or not isinstance(quality, int | float | None):
        raise BadRequest(f"not a number: {quality!r}", "min_quality", "0.9")
    earliest, latest = _days(asked)
    try:
        return Filters(
            earliest, latest, dates, asked.get("speaker"), asked.get("cites"), asked.get("document"), quality
        )
    except ValueError as error:
        raise BadRequest(str(error)) from error


def _days(asked: Narrowing) -> tuple[str | None, str | None]:
    """Returns the first and the last day that are asked for."""
    said, between = asked.get("said"), (asked.get("from_"), asked.get("to"))
    if said is None:
        return _bound(between[0], "from_", 0), _bound(between[1], "to", 1)
    if between != (None, None) or asked.get("dates", "statement") != "statement":
        raise BadRequest("said goes without from_, to and dates", "said", "one or the other")
    first, last = _pair(said)
    return _bound(first, "said", 0), _bound(last, "said", 1)


def text_of(value: Any, where: str) -> str:
    """Returns ``value``, which must be text with something in it. Raises BadRequest where it is not."""
    if not isinstance(value, str):
        raise BadRequest(f"not a text: {value!r}", where, "a few words between quote marks")
    if not value.strip():
        raise BadRequest("there is nothing in it", where, "a few words")
    return value


def whole_number(value: Any, where: str) -> int:
    """Returns ``value``, which must be a whole number of 1 or more. Raises BadRequest where it is not."""
    try:
        number = 0 if isinstance(value, bool) else index(value)
    except TypeError:
        number = 0
    if number < 1:
        raise BadRequest(f"not a whole number of 1 or more: {value!r}", where, "10")
    return number


def _pair(said: Days) -> tuple[Day | None, Day | None]:
    """Returns the first and the last date of a span of time, None for an open side."""
    if isinstance(said, str) and ".." in said:
        first, _, last = said.partition("..")
        if not (first.strip() or last.strip()):
            raise BadRequest(f"not a date: {said!r}", "said", _ADVICE)
        return first.strip() or None, last.strip() or None
    if isinstance(said, Sequence) and not isinstance(said, str):
        if len(said) != 2:
            raise BadRequest(f"not two dates: {said!r}", "said", "(1956, 1979)")
        return said[0], said[1]
    return said, said


def _bound(value: Day | None, where: str, side: int) -> str | None:
    """Returns the first (side 0) or last (side 1) ISO day of a date; None asks nothing.

    Raises:
        BadRequest: it is no date of a year from 1 to 9999, or open on that side.
    """
    if value is None:
        return None
    try:
        day = bounds(_edtf(value))[side]
    except (ValueError, TypeError):
        day = None
    if day is None or len(day) != len("1956-05-13") or not "0001" <= day[:4] <= "9999":
        raise BadRequest(f"not a date: {value!r}", where, _ADVICE)
    return day


def _edtf(value: Day) -> str:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, bool):
        raise TypeError("a truth value is no year")
    return f"{index(value):04d}"
