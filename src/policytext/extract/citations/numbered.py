"""Papers cited by a number of their own: instruments, EU law, Hansard, papers of the Houses, circulars."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from policytext.annotation import Citation
from policytext.extract.calendar import DAY, MONTH, ORDINAL, YEAR, day_value, month_number
from policytext.extract.citations.citing import cite, near
from policytext.extract.citations.gazetteer import gazetteer, table

_SI_KINDS = {"SI": "uksi", "SSI": "ssi", "WSI": "wsi", "SR&O": "uksro", "SR": "nisr"}
_SI = re.compile(
    r"\b(?P<kind>S\.?\s?S?\.?\s?I\.?|W\.?S\.?I\.?|S\.?\s?R\.?\s?(?:&|and)\s?O\.?"
    r"|[Ss]tatutory\s{1,2}(?:[Ii]nstruments?|[Rr]ules\s(?:and|&)\s[Oo]rders))"
    rf",?\s{{0,2}}(?:(?P<year>{YEAR})\s{{0,2}}(?:/|,?\s{{0,2}}[Nn]os?\.?\s{{0,2}})(?P<number>\d{{1,4}})"
    rf"|(?:[Nn]o\.?\s{{0,2}})(?P<other>\d{{1,4}})\s{{0,2}}(?:of|/)\s{{0,2}}(?P<of>{YEAR}))(?!\d)"
)
_NUMBER_AT = re.compile(r",?\s{0,3}[(\[]?(?:as\samended\s\()?$")
_EU = re.compile(
    r"\b(?:(?:Council|Commission|European|EU|EC|EEC|Community)\s{1,3}){0,2}"
    r"(?:(?P<directive>Directive)\s{1,3}(?:\((?:EU|EC)\)\s?)?(?P<a>\d{2,4})/(?P<b>\d{1,4})(?:/(?:EC|EEC|EU))?"
    r"|(?P<regulation>Regulation)\s{1,3}\((?:EU|EC|EEC)\)\s{0,2}(?:No\.?\s{0,2})?(?P<c>\d{1,4})"
    r"/(?P<d>\d{2,4}))\b"
    r"|\b(?:(?:the|European|EU)\s{1,3}){0,2}(?P<name>Working\sTime\sDirective"
    r"|General\sData\sProtection\sRegulation)\b"
)
_EU_NAMES = {
    "Working Time Directive": ("directive", "eudr/2003/88", 2003),
    "General Data Protection Regulation": ("regulations", "eur/2016/679", 2016),
}
_ON = (
    rf"(?:(?P<day>{DAY}){ORDINAL}\s{{1,3}}(?P<month>{MONTH}),?\s{{1,3}}(?P<year>{YEAR})"
    rf"|(?P<d>\d{{1,2}})[/.](?P<m>\d{{1,2}})[/.](?P<y>{YEAR}|\d\d)(?!\d))"
)
_DATE_BEFORE = re.compile(rf"{_ON}[)\]]?,?\s{{1,3}}\(?$")
_COMMITTEE = (
    r"(?:,?\s{1,3}(?:[A-Z][\w’'-]+\s{1,3}(?:(?:and|of|for|on)\s{1,3})?){1,8}?"
    r"Committee(?:\s[A-Z])?(?=[,;:\s)]))?"
)
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_COLUMN = (
    r"(?:cc?|cols?|columns?)\b\.?\s{0,2}(?P<column>\d{1,5}(?:\s?[-\u2010-\u2015]\s?\d{1,5})?(?:WH|WS|WA|GC"
    r"|W|P)?)"
)
_VOLUME = r"(?:[Vv]ol(?:ume)?\b\.?\s{0,2})?(?P<volume>\d{1,3})\b"
_HANSARD = re.compile(
    r"\b(?:(?P<house>H\.?\s?[CL]\.?)\s{0,2}(?:Deb(?:ates|s)?|Hansard|Official\sReport)"
    r"\b\.?(?:\s?\(?5s\)?\.?|\s?\(5th\sseries\))?"
    r"|(?P<title>Hansard|Official\s{1,3}Report)\b(?:,?\s?\(?(?:H(?:ouse\sof\s)?(?:C(?:ommons)?|L(?:ords)?)|Lords|Commons)\)?)?)"
    rf"{_COMMITTEE}"
    rf"(?:\s{{0,2}}[,:(\[]?\s{{0,2}}(?:\(?\d{{4}}[-\u2010-\u2015/]\d{{2,4}}\)?,?\s{{0,2}})?(?:{_ON}[)\]]?)?)"
    rf"(?:\s{{0,2}}[,;:]?\s{{0,2}}{_VOLUME})?(?:\s{{0,2}}[,;:]?\s{{0,2}}{_COLUMN})?"
)
_HOUSE_PAPER = re.compile(
    r"(?<!\w)(?P<house>H\.?[CL]\.?)(?:\s(?:Paper|Papers)"
    r")?\s{1,2}(?:No\.?\s)?(?P<number>\d{1,4}(?:-[IVXivx]{1,4})?)"
    r"(?P<session>,?\s{0,2}(?:of\s|\(|[Ss]ession\s)?(?P<first>\d{4})[-\u2010-\u2015/](?P<last>\d{2,4})"
    r"\)?)?(?![\d(/.]|\s(?:Deb|beds|patients))"
)
_BRACKETED = re.compile(r"\((?:\d\d|\d{4})\)\s?\d|(?:19|20)\d\d/\d")
_CIRCULAR = re.compile(r"(?:[Cc]ircular|CIRCULAR)")
_ANOTHER = re.compile(r"\s?/\s?[A-Z]{2,5}\s?\(")
"""A further number of the same circular: "Circular" is said of both."""
_EUROPEAN = re.compile(r"Directive|Regulation\s")
_FULL_CIRCULAR = re.compile(
    r"\b(?:(?:Ministry\sof\s(?:Health|Housing(?:\sand\sLocal\sGovernment)?|Education)"
    r"|M\.?\s?(?:o\.?)?\s?H\.?|Home\sOffice|D\.?H\.?S\.?S\.?|D\.?E\.?S\.?|DoE"
    r"|Department\sof\s(?:the\sEnvironment|Health)|Welsh\sOffice|Joint|Ministry)\s{1,3})?"
    r"(?P<word>[Cc]irculars?"
    r"|CIRCULAR)\s{1,3}(?:[Ll]etter\s)?(?:[Nn]os?\.?\s{0,2})?(?P<number>\d{1,4}/(?P<year>\d{4}|\d{2}))"
    r"(?![\d/])"
)


def find_instrument_numbers(text: str) -> Iterator[Citation]:
    """Yields statutory instruments by number; ``uri`` is ``uksi/1974/241``."""
    for match in _SI.finditer(text):
        letters = re.sub(r"[.\s]", "", match["kind"]).upper().replace("AND", "&")
        kind = _SI_KINDS.get("SR&O" if "RULES" in letters else "SI" if "INSTRUMENT" in letters else letters)
        if kind is None:
            continue
        year, number = int(match["year"] or match["of"]), int(match["number"] or match["other"])
        short = next(k for k, v in _SI_KINDS.items() if v == kind)
        yield cite(
            text, match.span(), "regulations", "instrument-number", 0.9, title=f"{short} {year}/{number}",
            year=year, chapter=f"{short} {year}/{number}", uri=f"{kind}/{year}/{number}",
        )  # fmt: skip


def joined_instruments(text: str, citations: Sequence[Citation]) -> list[Citation]:
    """Returns the citations with the identifier of an instrument's number for the title that it stands at."""
    out = list(citations)
    for index, (title, number) in enumerate(pairwise(citations)):
        if number.rule != "instrument-number" or title.cls != "regulations" or title.uri is not None:
            continue
        if (
            title.title
            and title.rule.startswith("title")
            and _NUMBER_AT.fullmatch(text, title.end, number.start)
        ):
            out[index] = replace(title, uri=number.uri, year=number.year)
            out[index + 1] = replace(number, antecedent=(title.start, title.end))
    return out


def find_european(text: str) -> Iterator[Citation]:
    """Yields directives and regulations of the European Communities and the Union."""
    for match in near(_EUROPEAN, _EU, text, 40, 30):
        if match["name"]:
            name = " ".join(match["name"].split())
            cls, uri, year = _EU_NAMES[name]
            yield cite(text, match.span(), cls, "eu-name", 0.8, title=name, year=year, uri=uri)
        elif match["directive"]:
            year, number = _century(int(match["a"])), int(match["b"])
            title = f"Directive {match['a']}/{match['b']}"
            yield cite(
                text,
                match.span(),
                "directive",
                "eu-number",
                0.9,
                title=title,
                year=year,
                uri=f"eudr/{year}/{number}",
            )
        else:
            first, second = int(match["c"]), int(match["d"])
            year, number = (first, second) if first > 1900 and first >= 2015 else (_century(second), first)
            title = f"Regulation {match['c']}/{match['d']}"
            yield cite(
                text,
                match.span(),
                "regulations",
                "eu-number",
                0.9,
                title=title,
                year=year,
                uri=f"eur/{year}/{number}",
            )


def find_hansard(text: str) -> Iterator[Citation]:
    """Yields references to the Official Report with at least a date or a column.

    ``title`` is "HC Deb 27 July 1960", ``provision`` "vol. 627 cc. 1450-1", ``chapter`` the date in EDTF.
    """
    for match in _HANSARD.finditer(text):
        on = _day_of(match)
        if not (match["column"] or on):
            continue
        house = re.sub(r"[.\s]", "", match["house"] or "")
        name = f"{house} Deb" if house else "Hansard"
        before = None if on else _DATE_BEFORE.search(text, max(0, match.start() - 30), match.start())
        year, month, day = on or (_day_of(before) if before else None) or (None, None, None)
        edtf = None
        if year and month and day:
            edtf = day_value(year, month, day)
            name = f"{name} {day} {_MONTHS[month - 1]} {year}" if edtf else name
        several = re.search(r"[-\u2010-\u2015]", match["column"] or "")
        parts = [
            f"vol. {match['volume']}" if match["volume"] else "",
            f"{'cc' if several else 'c'}. {match['column']}" if match["column"] else "",
        ]
        where = " ".join(p for p in parts if p) or None
        end = match.end() - len(match[0]) + len(match[0].rstrip(" ,;:("))
        yield cite(
            text, (match.start(), end), "hansard", "hansard", 0.9 if match["column"] else 0.7, title=name,
            year=year, chapter=edtf, provision=where,
        )  # fmt: skip


def _day_of(match: re.Match[str]) -> tuple[int, int, int] | None:
    """Returns year, month and day of a date in words or in figures, None where there is none."""
    if match["year"]:
        return int(match["year"]), month_number(match["month"]), int(match["day"])
    if not match["y"] or not 1 <= int(match["m"]) <= 12:
        return None
    return _century(int(match["y"])), int(match["m"]), int(match["d"])


def find_house_papers(text: str) -> Iterator[Citation]:
    """Yields papers of the Houses by number ("HC 123 (1957-58)"): with a session, or in brackets."""
    for match in _HOUSE_PAPER.finditer(text):
        house = match["house"].replace(".", "")
        before, after = text[max(0, match.start() - 2) : match.start()], text[match.end() : match.end() + 1]
        named = "Paper" in match[0]
        if not (
            match["session"]
            or named
            or (before[-1:] in {"(", "["} and after in {")", "]", ","})
            or before == ", "
        ):
            continue
        printed = f"{house} {match['number']}"
        year = int(match["first"]) if match["first"] else None
        entry = gazetteer().by_number.get(printed)
        if entry is not None and year is not None and abs((entry.year or 0) - year) > 1:
            entry = None  # each session begins its numbers anew
        yield cite(
            text,
            match.span(),
            "policy_document",
            "house-paper",
            0.8,
            entry=entry,
            title=printed,
            year=year,
            chapter=printed,
        )


def find_circulars(text: str, *, latest: int) -> Iterator[Citation]:
    """Yields departmental circulars: "HM(58)12", "H.S.C. 1998/065", "Ministry of Health Circular 7/64".

    Letters whose series did not run in that year make it less sure.
    """
    for match in near(_BRACKETED, _lettered(), text, 24, 8):
        letters = re.sub(r"[.\s]", "", match["letters"])
        year = _century(int(match["year"] or match["slashed"]))
        in_brackets = f"{letters}({match['year']}){int(match['number'])}"
        number = in_brackets if match["year"] else f"{letters} {year}/{match['number']}"
        first, last = _circulars()[letters]
        fits = first <= year <= last and year <= latest
        rule, sure = ("circular", 0.9) if fits else ("circular-outside-series", 0.5)
        several = _ANOTHER.match(text, match.end()) and match.start("letters") > match.start()
        span = (match.start("letters") if several else match.start(), match.end())
        yield cite(text, span, "policy_document", rule, sure, title=number, year=year, chapter=number)
    for match in near(_CIRCULAR, _FULL_CIRCULAR, text, 50, 30):
        year = _century(int(match["year"]))
        number = f"Circular {match['number']}"
        title = " ".join(match[0].split()).replace("circular", "Circular")
        yield cite(
            text, match.span(), "policy_document", "circular", 0.85, title=title, year=year, chapter=number
        )


def _century(year: int) -> int:
    """Returns the year that two digits mean in a text of 1946 to 2045."""
    return year if year > 99 else 1900 + year if year > 45 else 2000 + year


@lru_cache(maxsize=1)
def _circulars() -> dict[str, tuple[int, int]]:
    return {row["letters"]: (int(row["first_year"]), int(row["last_year"])) for row in table("circulars.csv")}


@lru_cache(maxsize=1)
def _lettered() -> re.Pattern[str]:
    letters = "|".join(
        "".join(rf"{c}\.?\s?" if c.isalpha() else re.escape(c) for c in name)
        for name in sorted(_circulars(), key=lambda n: (-len(n), n))
    )
    return re.compile(
        rf"(?<![\w.])(?:[Cc]irculars?\s{{1,3}})?(?P<letters>{letters})"
        r"(?:\s?\((?P<year>\d{4}|\d{2})\)\s?|\s?(?P<slashed>(?:19|20)\d\d)/)(?P<number>\d{1,3})(?!\d|/\d)"
    )
