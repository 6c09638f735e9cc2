"""Years: what stands at four digits or at a year written out, with what its neighbours make of it.

Each reader is asked at one place, the first figure or word, and looks a bounded way to the
left ("the early", "the spring of", "Session") and to the right ("/18", "-74", "Session").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from policytext.annotation import DateMention
from policytext.extract import calendar as cal
from policytext.extract.dates.decades import MARK_LEAD, decade_mention
from policytext.extract.dates.guards import is_governed, is_number, is_numbered
from policytext.extract.dates.heads import AFTER, PART_LEAD, Head, Match, spaced
from policytext.extract.dates.misread import SPLIT_YEAR, year_of

_SEASON_LEAD = re.compile(
    spaced(rf"\b(?:(?:[Tt]he )?(?:(?i:early|mid|late)[- ])?(?P<season>{cal.SEASON}),?(?: of)? )$")
)
_QUARTER_LEAD = re.compile(
    spaced(
        r"(?i:\b(?:the )?(?P<q>Q[1-4]|(?:first|second|third|fourth|last|final) quarter),?(?: of)?(?: the)? )$"
    )
)
_SESSION_LEAD = re.compile(spaced(r"\b(?:[Tt]he )?(?:[Pp]arliamentary )?[Ss]essions?,?(?: of)? ?$"))
_ABOUT_LEAD = re.compile(
    spaced(r"(?i:\b(?:circa |c\. ?|ca\. ?|about |around |approximately |in or about ))$")
)
_FEAST_LEAD = re.compile(
    spaced(
        r"\b(?P<feast>Christmas(?: Day| Eve)?|New Year[’']s (?:Day|Eve)|Easter|Whitsun|Michaelmas"
        rf"|{cal.FIXED_DAY})"
        r",?(?: of)? $"
    )
)
_FEASTS = {"C": "12-25", "N": "01-01", "E": "04~", "W": "05~", "M": "09-29"}
_FINANCIAL = re.compile(r"(?i:\b(?:financial|fiscal|accounting|tax|estimates) years?\b|\bfy\b)")
_MONEY = re.compile(
    r"£|(?i:\b(?:budgets?|spen[dt]\w*|expenditure|estimates?|allocations?|deficits?|surplus\w*|grants?|costs?|"
    r"outturn|precept|accounts|savings|funding|borrowing|revenue|tariff|contract\w*|uplift)\b)"
)
_FINANCIAL_LEAD = re.compile(spaced(r"(?i:\b(?:financial|fiscal|accounting|tax) year,? $)"))
_ACADEMIC_BESIDE = re.compile(
    spaced(
        r"(?i:\b(?:academic|school|university)(?: (?:years?|sessions?))?,? "
        r"(?:\d{4}\s?[/-]\s?\d{2,4},?(?: (?:to|and|or) | ?[-–] ?))?$)"
    )
)
_ACADEMIC_TAIL = re.compile(spaced(r" (?:academic|school|university) (?:year|session)"))
_OF_PERSONS = re.compile(
    r"(?i:\b(?:president|chair(?:man|woman)?|mayor|secretary|minister|editor|fellow|visiting\s+(?:professor|lecturer|scholar)|born|war|crisis|government|"
    r"coalition|administration|epidemic|influenza|pandemic|famine|strike)\b)"
)
_ACADEMIC = re.compile(spaced(r"(?i:\b(?:academic|school)(?: (?:year|session))?,? $)"))
_SESSION_TAIL = re.compile(r"\s{1,3}(?:[Pp]arliamentary\s{1,3})?(?:Session|session)\b")
_PARLIAMENT_TAIL = re.compile(r"\s{1,3}Parliament\b")

_ISO_DAY = re.compile(rf"(?P<y>{cal.YEAR})-(?P<m>\d\d)-(?P<d>\d\d){AFTER}")
_ISO_MONTH = re.compile(rf"(?P<y>{cal.YEAR})-(?P<m>0[1-9]|1[0-2]){AFTER}")
_PAIR = re.compile(
    rf"(?P<y>{cal.YEAR})(?:(?P<slash>/)|{cal.DASH})(?P<y2>{cal.YEAR}|\d\d?){AFTER}(?!s\b)(?!['’]s\b)"
)
_PAIR_IN_WORDS = re.compile(
    rf"(?P<y>{cal.YEAR})\s{{1,3}}to\s{{1,3}}(?P<y2>\d\d)(?!\s{{1,3}}[a-z]+s\b){AFTER}"
)
# "2005-061": a financial year with a note's figure, which a converter has set down from above the line
_PAIR_NOTED = re.compile(rf"(?P<y>{cal.YEAR})[-\u2010-\u2015/](?P<y2>\d\d)[1-9](?!\w)")
_PAIR_NEAR = re.compile(r"(?<![\w.,/-])(?P<y>\d{4})[-\u2010-\u2015/](?P<y2>\d\d)(?!\d{2})")
_FIGURES_BEHIND = re.compile(r"\s{1,3}£?\d")
_YEAR = re.compile(rf"(?P<y>{cal.YEAR}|{cal.OLD_YEAR}){AFTER}")
_CITED_YEAR = re.compile(rf"(?P<y>{cal.YEAR})[a-e](?=\s{{0,2}}[),;:.\]])")
_DECADE = re.compile(r"(?P<y>(?:1[6-9]|20)\d0)['’]?s\b")


def read_year(head: Head) -> DateMention | None:
    """Reads what begins with four digits: 1956, 1956-05-13, 1948-74, 2017/18, 1960s."""
    if decade := _DECADE.match(head.text, head.start):
        return decade_mention(head, decade.end(), int(decade["y"]), 0.97)
    if (iso := _ISO_DAY.match(head.text, head.start)) and (
        value := cal.day_value(int(iso["y"]), int(iso["m"]), int(iso["d"]))
    ):
        return head.mention(None, iso.end(), value, "date", "iso-day", 0.92)
    if pair := _pair_at(head):
        return None if _is_number(head, pair.end, joined=pair.type != "range") else pair
    if iso := _ISO_MONTH.match(head.text, head.start):
        return head.mention(None, iso.end(), iso[0], "date", "iso-month", 0.6)
    found = _YEAR.match(head.text, head.start)
    if found is None or _is_number(head, found.end()) or not _reached(head, found["y"]):
        return None
    return None if _is_link(head, found.end()) else _single(head, found.end(), int(found["y"]))


def _is_link(head: Head, end: int) -> bool:
    """Tells whether a year is a step of the way to a web page: "[News](/news) / [2016](/news/2016)"."""
    return head.left.endswith("[") and head.text.startswith("](", end)


def _pair_at(head: Head) -> DateMention | None:
    for pattern in (_PAIR, _PAIR_IN_WORDS):
        if (pair := pattern.match(head.text, head.start)) and (read := _pair(head, pair)):
            return read
    return _noted_pair(head)


def read_cited_year(head: Head) -> DateMention | None:
    """Reads the year of a reference with its letter, as in "Pinnock, 1972a)"."""
    found = _CITED_YEAR.match(head.text, head.start)
    return head.mention(None, found.end(), found["y"], "date", "year-cited", 0.8) if found else None


def _noted_pair(head: Head) -> DateMention | None:
    """Reads a financial year to which a note's figure is glued, where its neighbour stands in the table."""
    found = _PAIR_NOTED.match(head.text, head.start)
    if found is None or cal.second_year(int(found["y"]), found["y2"]) != int(found["y"]) + 1:
        return None
    first, end = int(found["y"]), found.end("y2")
    near = _PAIR_NEAR.finditer(head.text, max(0, head.start - 80), end + 80)
    if not any(abs(int(other["y"]) - first) == 1 for other in near):
        return None
    value = cal.financial_year(first, first + 1)
    return head.mention(None, end, value, "financial_year", "financial-year-noted", 0.6)


def _is_number(head: Head, end: int, *, joined: bool = False) -> bool:
    """Tells whether figures are no date; what the words before make a part of a year is none of a number.

    Two years ``joined`` in a row count nothing, whatever stands behind them.
    """
    if head.named or any(lead.search(head.left) for lead in (_SEASON_LEAD, _QUARTER_LEAD, PART_LEAD)):
        return False
    return is_numbered(head.text, head.start, end) if joined else is_number(head.text, head.start, end)


def _reached(head: Head, year: str) -> bool:
    """Tells whether a year is likely enough: one before 1800 needs a word that asks for a year."""
    return int(year) >= 1800 or (not head.named and is_governed(head.text, head.start, "reaches"))


def _pair(head: Head, match: Match) -> DateMention | None:
    first, end = int(match["y"]), match.end()
    last = cal.second_year(first, match["y2"])
    if last is None:
        return None
    slash = bool(match.groupdict().get("slash"))
    if last > first + 1:
        if slash and last > first + 6:  # 2004/18 is a number of a series
            return None
        return head.mention(None, end, f"{first}/{last}", "range", "years", 0.75 if slash else 0.93)
    return _consecutive(head, end, first, slash=slash)


def _consecutive(head: Head, end: int, first: int, *, slash: bool) -> DateMention:
    """Reads two years in a row: a winter, a quarter, a session, an academic or a financial year."""
    left = head.left
    if lead := _SEASON_LEAD.search(left):
        code = cal.SEASON_CODES[lead["season"].lower()]
        return head.mention(lead, end, f"{first}-{code}", "season", "season", 0.93)
    if lead := _QUARTER_LEAD.search(left):
        value = cal.quarter(lead["q"], first, financial=True)
        return head.mention(lead, end, value, "range", "quarter", 0.85)
    if _SESSION_TAIL.match(head.text, end) or _SESSION_LEAD.search(left):
        return head.mention(None, end, f"{first}/{first + 1}", "range", "session", 0.85)
    if _ACADEMIC_BESIDE.search(left) or _ACADEMIC_TAIL.match(head.text, end):
        value = f"{first}-09/{first + 1}-08"
        return head.mention(_ACADEMIC.search(left), end, value, "range", "academic-year", 0.85)
    return _financial(head, end, first, slash=slash)


def _financial(head: Head, end: int, first: int, *, slash: bool) -> DateMention:
    """Reads a financial year, or a part of one; years of an office or a war are but two years.

    In these papers 1957-58 is a financial year as a rule, with or without a word that says so.
    """
    cued = not slash and _is_financial(head.text, head.start, end)
    if not (slash or cued) and (
        (end - head.start > 7 and first % 100 != 99) or _of_persons(head.text, head.start, end)
    ):
        return head.mention(None, end, f"{first}/{first + 1}", "range", "years", 0.85)
    if lead := PART_LEAD.search(head.left):
        value = cal.part_of_financial_year(lead["adj"] or lead["noun"], first)
        return head.mention(lead, end, value, "vague", "part-of-financial-year", 0.75)
    rule = "financial-year" if slash else "financial-year-cued" if cued else "financial-year-dash"
    confidence = 0.92 if slash else 0.85 if cued else 0.65
    lead, value = _FINANCIAL_LEAD.search(head.left), cal.financial_year(first, first + 1)
    return head.mention(lead, end, value, "financial_year", rule, confidence)


def _of_persons(text: str, start: int, end: int) -> bool:
    """Tells whether two years joined by a dash are the years of an office, a war or a government."""
    if _FIGURES_BEHIND.match(text, end):  # the first column of a table
        return False
    return any(
        _OF_PERSONS.search(words) for words in (text[max(0, start - 40) : start], text[end : end + 24])
    )


def _is_financial(text: str, start: int, end: int) -> bool:
    """Tells a financial year from two calendar years: a word for such years beside it, or money in sight."""
    if _PARLIAMENT_TAIL.match(text, end):
        return False
    left, right = text[max(0, start - 80) : start], text[end : end + 60]
    if _FINANCIAL.search(left[-40:]) or _FINANCIAL.search(right[:24]):
        return True
    return end - start <= 9 and any(_MONEY.search(words) for words in (left, re.split(r"[.;]\s", right)[0]))


def _single(head: Head, end: int, year: int) -> DateMention:
    """Reads one year with the words before it: spring 2006, early 1956, circa 1850, Christmas 1962."""
    left = head.left
    for lead_pattern, read in _LEADS:
        if lead := lead_pattern.search(left):
            kind, rule, value, confidence = read(lead, year)
            return head.mention(lead, end, value, kind, rule, confidence)
    confidence = 0.95 if is_governed(head.text, head.start) else 0.9 if year >= 1800 else 0.7
    return head.mention(None, end, str(year), "date", "year", confidence)


def _read_part(lead: Match, year: int) -> tuple[str, str, str, float]:
    return "vague", "part-of-year", cal.part_of_year(lead["adj"] or lead["noun"], year), 0.8


def _read_season(lead: Match, year: int) -> tuple[str, str, str, float]:
    return "season", "season", f"{year}-{cal.SEASON_CODES[lead['season'].lower()]}", 0.93


def _read_quarter(lead: Match, year: int) -> tuple[str, str, str, float]:
    return "range", "quarter", cal.quarter(lead["q"], year), 0.85


def _read_about(_: Match, year: int) -> tuple[str, str, str, float]:
    return "date", "about-year", f"{year}~", 0.85


def _read_feast(lead: Match, year: int) -> tuple[str, str, str, float]:
    if day := cal.FIXED_DAYS.get(re.sub(r"\s+", " ", re.sub("[’‘']", "", lead["feast"]))):
        return "date", "feast", f"{year}-{day}", 0.8
    value = "12-31" if "Year" in lead["feast"] and "Eve" in lead["feast"] else _FEASTS[lead["feast"][0]]
    value = "12-24" if lead["feast"].startswith("Christmas") and "Eve" in lead["feast"] else value
    return "date", "feast", f"{year}-{value}", 0.8


_Lead = Callable[[Match, int], tuple[str, str, str, float]]
_LEADS: tuple[tuple[re.Pattern[str], _Lead], ...] = (
    (_SEASON_LEAD, _read_season),
    (_QUARTER_LEAD, _read_quarter),
    (PART_LEAD, _read_part),
    (_ABOUT_LEAD, _read_about),
    (_FEAST_LEAD, _read_feast),
)

_SHORT_YEAR = re.compile(r"(?P<y>\d\d)(?![\w'’])")


def read_short_year(head: Head) -> DateMention | None:
    """Reads '48 where the word before it asks for a year."""
    found = _SHORT_YEAR.match(head.text, head.start)
    mark = MARK_LEAD.search(head.left)
    if found is None or mark is None or not is_governed(head.text, head.start - 1, "reaches"):
        return None
    year = cal.short_year(int(found["y"]), head.latest)
    return head.mention(mark, found.end(), str(year), "date", "short-year", 0.6)


_SPOKEN_UNITS = "one|two|three|four|five|six|seven|eight|nine"
_SPOKEN = re.compile(
    spaced(
        r"(?i:(?P<century>nineteen|eighteen)[- ](?:hundred(?: and)? )?"
        r"(?:(?:(?P<tens>twenty|thirty|forty|fifty|sixty|seventy|"
        rf"eighty|ninety)(?:[- ](?P<unit>{_SPOKEN_UNITS}))?|(?:oh?|nought)[- ](?P<few>{_SPOKEN_UNITS})|"
        r"(?P<teen>ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen))"
        rf"|(?P<decade>{'|'.join(cal.DECADE_WORDS)}))|two thousand(?: and (?P<late>{cal.NUMBER}))?)(?![-\w])"
    )
)


def read_spoken_year(head: Head) -> DateMention | None:
    """Reads a year written out, as in transcripts: nineteen forty-eight, the nineteen-fifties."""
    found = _SPOKEN.match(head.text, head.start)
    if found is None or is_number(head.text, head.start, found.end()):
        return None
    if found["century"] is None:
        return _spoken_millennium(head, found)
    century = 1900 if found["century"].lower() == "nineteen" else 1800
    if found["decade"]:
        decade = century + cal.DECADE_WORDS[found["decade"].lower()] % 100
        return decade_mention(head, found.end(), decade, 0.85, "decade-in-words")
    parts = (found[name] for name in ("tens", "unit", "few", "teen"))
    year = century + sum(cal.number(part) for part in parts if part)
    return head.mention(None, found.end(), str(year), "date", "year-in-words", 0.85)


def _spoken_millennium(head: Head, found: Match) -> DateMention | None:
    if found["late"] is None and not is_governed(head.text, head.start):
        return None
    year = 2000 + (cal.number(found["late"]) if found["late"] else 0)
    return head.mention(None, found.end(), str(year), "date", "year-in-words", 0.7) if year < 2100 else None


_MISREAD_AFTER = re.compile(r"(?![\w%])(?!,\d)")
_SPLIT = re.compile(rf"(?P<y>{SPLIT_YEAR}){AFTER}(?!\s\d)")


def read_misread_year(head: Head, token: str) -> DateMention | None:
    """Reads a year, or a decade, whose digits were misread by a scanner: l948, 19S6, 195Os."""
    year = year_of(token[:4])
    end = head.start + len(token)
    if year is None or _MISREAD_AFTER.match(head.text, end) is None or _is_number(head, end):
        return None
    if token.endswith("s") and len(token) == 5:
        return decade_mention(head, end, year - year % 10, 0.6, "misread-decade") if year % 10 == 0 else None
    read = _single(head, end, year)
    return DateMention(read.start, end, read.text, read.edtf, read.type, "misread-year", 0.6)


def read_split_year(head: Head) -> DateMention | None:
    """Reads a year torn in two ("in 19 56") where the word before it asks for a year."""
    found = _SPLIT.match(head.text, head.start)
    if (
        found is None
        or not is_governed(head.text, head.start)
        or is_number(head.text, head.start, found.end())
    ):
        return None
    return head.mention(None, found.end(), found["y"].replace(" ", ""), "date", "misread-year", 0.5)
