"""Days and months with their year: 13 May 1956, May 13th, 1956, 13.v.58, 3 and 17 July 1957."""

from __future__ import annotations

import re
from collections.abc import Iterator

from policytext.annotation import DateMention
from policytext.extract import calendar as cal
from policytext.extract.dates.heads import AFTER, Head, spaced
from policytext.extract.dates.misread import (
    MISREAD_DAY,
    MISREAD_YEAR,
    SPLIT_MILLENNIUM,
    SPLIT_YEAR,
    day_of,
    year_of,
)

_Match = re.Match[str]
_SP, _COMMA = r"\s{1,3}", r"(?:\s{0,2},?\s{0,3}|\.)"
_TO = rf"(?:{cal.DASH}|{_SP}(?:to|until|till){_SP})"
_AND = rf"(?:{_SP}(?:and|or|&){_SP}|{_COMMA})"
_D = rf"(?P<d>{cal.DAY}|{MISREAD_DAY}){cal.ORDINAL}"
_D2 = rf"(?P<d2>{cal.DAY}|{MISREAD_DAY}){cal.ORDINAL}"
_M, _M2 = rf"(?P<m>{cal.MONTH})", rf"(?P<m2>{cal.MONTH})"
_Y = rf"(?P<y>{cal.YEAR}|{MISREAD_YEAR}|(?:{SPLIT_YEAR}|{SPLIT_MILLENNIUM})(?!\s\d)|['’‘]\d\d)"
_OF = rf"(?:{_SP}(?:day{_SP})?of|,)?\s{{0,3}}"
_DAY_LEAD = re.compile(spaced(rf"\b(?:{cal.WEEKDAY}(?:[Tt]he )?)$"))

_DAY = re.compile(rf"{_D}{_OF}{_M}{_COMMA}{_Y}{AFTER}")
_DAYS = re.compile(
    rf"{_D}(?:(?P<to>{_TO})|{_SP}(?P<and>and|or|&){_SP})(?:the{_SP})?{_D2}{_OF}{_M}{_COMMA}{_Y}{AFTER}"
)
_MONTH_DAY = re.compile(rf"{_M}{_SP}(?:the{_SP})?{_D}{_COMMA}{_Y}{AFTER}")
_MONTH = re.compile(rf"{_M}(?:{_SP}of|{_SP}in{_SP}the{_SP}year)?{_COMMA}{_Y}{AFTER}(?![-\u2010-\u2015]\d)")
# "Jan 06" has a figure that no count has; "Mar 58" is read between brackets, or behind a word that asks for a
# date and at the end of its clause: "September 39" is as a rule the row of a table.
_MONTH_SHORT = re.compile(
    rf"{_M}\s{{1,3}}(?P<y>0\d|3[2-9]|[4-9]\d){AFTER}(?!\s{{1,3}}(?:[a-z]+s\b|{cal.MONTH}))"
)
_ASKS_FOR_MONTH = re.compile(r"(?i:\b(?:in|since|until|till|by|from|dated?|before|after|to)[:\s]{1,3})$")
_CLAUSE_ENDS = re.compile(r"[.;:)\]]|\s*$|\s{1,3}(?:to|until|till|and)\s{1,3}[A-Z]|\s?[-\u2010-\u2015]")
_SHORT_YEARS_BACK = 60
_ISSUE = re.compile(r"(?i:\b(?:no|nos|number|issue|vol|volume|part|pt)\.?\s{1,3})$")
_WORD_LEAD = re.compile(
    spaced(
        rf"\b(?:{cal.WEEKDAY})[Tt]he "
        rf"(?P<d>(?i:{'|'.join(sorted(cal.DAYS_IN_WORDS, key=len, reverse=True)).replace('-', '[- ]')}))"
        r"(?: day)? of $"
    )
)
_MONTHS = re.compile(
    rf"{cal.MONTH}(?:(?:{_TO}|{_AND}|/)(?:{_SP}and{_SP})?{cal.MONTH}){{1,5}}{_COMMA}{_Y}{AFTER}"
)
_EACH_MONTH = re.compile(cal.MONTH)
_COMPACT = re.compile(r"\s?[-\u2010-\u2015/]\s?")
_YEAR_AHEAD = re.compile(
    rf"(?:{_TO}|{_AND})(?:[a-z]{{1,12}}{_SP})?(?:the{_SP})?(?P<date>{cal.WEEKDAY}{_D2}{_OF}{_M}"
    rf"|(?P<m2>{cal.MONTH}){_SP}{cal.DAY}{cal.ORDINAL}|(?P<m3>{cal.MONTH})){_COMMA}{_Y}{AFTER}"
)
_NUMERIC = re.compile(
    rf"(?P<d>\d{{1,2}})\s?(?P<sep>[/.-])\s?(?P<m>\d{{1,2}})\s?(?P=sep)\s?(?P<y>{cal.YEAR}|\d\d){AFTER}"
)
_ROMAN = re.compile(
    rf"{_D}\s?(?P<sep>[./\s-])\s?(?P<m>(?i:{'|'.join(sorted(cal.ROMAN_MONTHS, key=len, reverse=True))}))"
    rf"\s?(?P=sep)\s?(?P<y>{cal.YEAR}|\d\d){AFTER}"
)
_CUED = re.compile(
    r"(?i:\b(?:on|dated?|until|since|by|of|from|to|received|sent|signed|issued|due|d\.|b\.)[:\s]{1,3})$"
)
_PART_OF_MONTH = re.compile(
    spaced(
        r"(?i:\b(?:the )?(?:early(?: in)?|mid|late(?: in)?|(?:the )?(?:beginning|start|middle|end|close) of|"
        r"(?:first|second|third|fourth|last) week (?:of|in)|(?:first|second) half of)"
        r"[-\s\u2010-\u2015]{1,3})$"
    )
)


def _named_year(head: Head, printed: str) -> tuple[int, float] | None:
    """Returns the year of a full date as printed, with the share of confidence that its figures leave."""
    if printed[0] in "'’‘":
        return cal.short_year(int(printed[1:]), head.latest), 0.8
    year = year_of(printed)
    return None if year is None else (year, 1.0 if printed.isdigit() else 0.65)


def _day_number(printed: str) -> int:
    return int(printed) if printed.isdigit() else day_of(printed)


def read_day(head: Head) -> list[DateMention]:
    """Reads what begins with the figures of a day and ends with a year."""
    for pattern, read in ((_DAYS, _days), (_DAY, _full), (_NUMERIC, _numeric), (_ROMAN, _roman)):
        if (match := pattern.match(head.text, head.start)) and (found := read(head, match)):
            return found
    return []


def _full(head: Head, match: _Match) -> list[DateMention]:
    year = _named_year(head, match["y"])
    value = year and cal.day_value(year[0], cal.month_number(match["m"]), _day_number(match["d"]))
    if not (year and value) or is_issue(head, match):
        return []
    rule = "day-month-year" if match.re is _DAY else "month-day-year"
    share = min(year[1], 1.0 if match["d"].isdigit() else 0.65)
    if share < 0.7:
        rule = "misread-year" if year[1] < 0.7 else "misread-day"
    lead = _DAY_LEAD.search(head.left)
    return [head.mention(lead, match.end(), value, "date", rule, round(0.98 * share, 2))]


def is_issue(head: Head, match: _Match) -> bool:
    """Tells whether the figure before a month is that of a journal's issue: "number 2, May 2006"."""
    comma = "," in match.string[match.end("d") : max(match.start("m"), match.end("d"))]
    return comma and _ISSUE.search(head.left) is not None


def day_in_words(head: Head) -> tuple[_Match, int] | None:
    """Returns the day that words before a month say, "the fifth of July", with the words."""
    lead = _WORD_LEAD.search(head.left)
    if lead is None:
        return None
    return lead, cal.DAYS_IN_WORDS[re.sub(r"[-\s]+", "-", lead["d"].lower())]


def two_days(match: _Match, left: str, first: str, last: str) -> tuple[str, str]:
    """Returns the value and type of two days of one month: a range, a set of both, or one of the two."""
    if match["to"] or re.search(r"(?i)\bbetween\s+(?:the\s+)?$", left):
        return f"{first}/{last}", "range"
    return (f"{{{first},{last}}}" if match["and"] != "or" else f"[{first},{last}]"), "set"


def _days(head: Head, match: _Match) -> list[DateMention]:
    """Reads two days of one month: a range (3-5 May, 3rd to 5th May), or a set (3 and 17 July)."""
    year = _named_year(head, match["y"])
    if year is None:
        return []
    month = cal.month_number(match["m"])
    first = cal.day_value(year[0], month, _day_number(match["d"]))
    last = cal.day_value(year[0], month, _day_number(match["d2"]))
    if not (first and last and first < last):
        return []
    lead, end = _DAY_LEAD.search(head.left), match.end()
    value, kind = two_days(match, head.left, first, last)
    return [head.mention(lead, end, value, kind, "days-of-month", round(0.95 * year[1], 2))]


def _numeric(head: Head, match: _Match) -> list[DateMention]:
    """Reads 13/05/1956 and 13.5.58; with stops and a short year only where a word asks for a date.

    3.2.11 is as a rule a paragraph of a report; 5/7/48 and 5-7-48 are dates.
    """
    short = len(match["y"]) == 2
    if short and match["sep"] == "." and not _CUED.search(head.left):
        return []
    year = cal.short_year(int(match["y"]), head.latest) if short else int(match["y"])
    month, day = int(match["m"]), int(match["d"])
    value = cal.day_value(year, month, day)
    confidence = 0.92 if not short else 0.75 if head.latest else 0.5
    if value is None and not short:  # the American order, where the British one is impossible
        value, confidence = cal.day_value(year, day, month), 0.6
    rule = "numeric-day-short" if short else "numeric-day"
    return [head.mention(None, match.end(), value, "date", rule, confidence)] if value else []


def _roman(head: Head, match: _Match) -> list[DateMention]:
    """Reads 13.v.58, as hands and typewriters write months in Roman figures."""
    if match["sep"].isspace() and len(match["y"]) == 2:
        return []
    year = int(match["y"]) if len(match["y"]) == 4 else cal.short_year(int(match["y"]), head.latest)
    month = cal.ROMAN_MONTHS.index(match["m"].lower()) + 1
    value = cal.day_value(year, month, _day_number(match["d"]))
    return [head.mention(None, match.end(), value, "date", "roman-month", 0.85)] if value else []


def read_month(head: Head) -> list[DateMention]:
    """Reads what begins with the name of a month and ends with a year."""
    text, start = head.text, head.start
    if (match := _MONTH_DAY.match(text, start)) and (found := _full(head, match)):
        return found
    if (match := _MONTHS.match(text, start)) and (found := list(_months(head, match))):
        return found
    if (match := _MONTH.match(text, start)) and (year := _named_year(head, match["y"])):
        return [_month(head, match, year)]
    match = _MONTH_SHORT.match(text, start)  # no day of a month
    if match and _is_short_year(head, match):
        return [_month(head, match, (cal.short_year(int(match["y"]), head.latest), 0.65))]
    return []


def _is_short_year(head: Head, match: _Match) -> bool:
    """Tells whether two figures behind a month are a year: "Jan 06", "(Mar 58)", "since Mar 58."."""
    if match["y"][0] == "0":
        return True
    if head.latest and head.latest - cal.short_year(int(match["y"]), head.latest) > _SHORT_YEARS_BACK:
        return False
    if head.left.endswith("("):
        return head.text[match.end() : match.end() + 1] == ")"
    asked = _ASKS_FOR_MONTH.search(head.left)
    return asked is not None and _CLAUSE_ENDS.match(head.text, match.end()) is not None


def _month(head: Head, match: _Match, year: tuple[int, float]) -> DateMention:
    value = cal.month_value(year[0], cal.month_number(match["m"]))
    if (words := day_in_words(head)) and (day := cal.day_value(year[0], int(value[5:]), words[1])):
        return head.mention(words[0], match.end(), day, "date", "day-in-words", round(0.9 * year[1], 2))
    lead = _PART_OF_MONTH.search(head.left)
    if lead:
        return head.mention(
            lead, match.end(), f"{value}~", "vague", "part-of-month", round(0.85 * year[1], 2)
        )
    rule, share = ("misread-month", 0.6) if year[1] < 0.7 else ("month-year", year[1])
    return head.mention(None, match.end(), value, "date", rule, round(0.98 * share, 2))


def _months(head: Head, match: _Match) -> Iterator[DateMention]:
    """Yields months that share one year: compact as a range (April-June 1957), else each of them."""
    year = _named_year(head, match["y"])
    months = list(_EACH_MONTH.finditer(head.text, head.start, match.start("y")))
    numbers = [cal.month_number(month[0]) for month in months]
    if year is None or numbers != sorted(set(numbers)):
        return
    if len(months) == 2 and _COMPACT.fullmatch(head.text, months[0].end(), months[1].start()):
        value = f"{cal.month_value(year[0], numbers[0])}/{cal.month_value(year[0], numbers[1])}"
        yield head.mention(None, match.end(), value, "range", "months-of-year", round(0.95 * year[1], 2))
        return
    for month, number in zip(months, numbers, strict=True):
        last = month is months[-1]
        end = match.end() if last else month.start() + len(month[0].rstrip("."))
        yield DateMention(
            month.start(),
            end,
            head.text[month.start() : end],
            cal.month_value(year[0], number),
            "date",
            "month-year" if last else "month-of-year-ahead",
            round((0.98 if last else 0.9) * year[1], 2),
            None if last else (months[-1].start(), match.end()),
        )


def year_ahead(text: str, end: int, month: int, latest: int | None) -> tuple[int, tuple[int, int]] | None:
    """Returns the year that a day or month without one shares with the date behind it, and where that stands.

    In "from 3 March to 4 April 1958" and "on 28 December and 9 January 1958" the first leans on the second.
    """
    match = _YEAR_AHEAD.match(text, end)
    if match is None:
        return None
    year = _named_year(Head(text, end, latest, named=False), match["y"])
    if year is None:
        return None
    later = cal.month_number(match["m"] or match["m2"] or match["m3"])
    return year[0] - (1 if later < month else 0), (match.start("date"), match.end())
