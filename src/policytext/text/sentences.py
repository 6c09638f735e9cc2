"""Where sentences end in British policy prose, by rule.

Made for clean text, where a line break stands only between lines that are to stay apart (list items,
rows of a table, an address): every line break ends a sentence. One pass, linear in length.
"""

from __future__ import annotations

import re

from policytext.spans import Span

_STOPS = re.compile(r"[.!?…]++|\n")
_CLOSERS = "\"'\u201d\u2019\u00bb)]}*"
_OPENERS = "\"'\u201c\u2018\u00ab([{*"
_NOTE = re.compile(r"\[?\d{1,3}\]?(?=\s|$)|[®°†‡*](?=\s|$)")
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3}){0,4}")
_ROMAN = re.compile(r"[ivxlc]{1,6}", re.IGNORECASE)
_LETTERS = re.compile(r"(?:[^\W\d_]\.){1,8}[^\W\d_]")
_TOKEN_REACH = 40
"""How many characters before a stop can belong to an abbreviation or a list number."""


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEVER = _listed(
    """mr mrs ms messrs dr drs prof rev revd fr hon rt st sr lt col gen capt cdr sgt maj brig adm cllr ald
    councillor gov pres e.g i.e eg ie cf viz vs v approx incl esp resp ca"""
)
"""A sentence never ends in these: a name or an explanation follows."""

_BEFORE_NUMBER = _listed(
    """no nos para paras par p pp vol vols s ss sec secs sect cl cls c ch chs chap art arts reg regs fig figs
    cm cmd cmnd cd col cols r rr fn n nn tab app appx sch sched pt pts ref refs q qq qn qns min mins ed edn
    col jan feb mar apr jun jul aug sept sep oct nov dec"""
)
"""No end before a figure, a roman numeral or a bracket; an end before a word with a capital."""

_OPEN_ENDED = _listed("ltd co inc plc dept govt assn assoc univ esq jnr jr snr bros etc ibid cit")
"""An end where the next word is one that sentences begin with."""

_BEGINNERS = _listed(
    """a after again all although an and another any as at because before both but by can could despite
    during each even every few finally first for from further furthermore given had has have he hence her
    here his how however i if in indeed instead is it its last later many meanwhile more moreover most my
    nevertheless no none nonetheless nor not now of on once one only or other others our over perhaps second
    several she should similarly since so some still such that the their then there therefore these they
    this those though three through throughout thus to today two under unless until very was we were what
    when where whether which while who why will with within without would yet you your"""
)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Returns the spans of the sentences of ``text[start:end]``, in order, without blanks around them.

    Offsets are into ``text``. Every character of the stretch that is not blank lies in exactly one span.
    A stop ends a sentence where blank space and something other than a small letter follow (quotation
    marks, brackets and a note number may stand between), unless it belongs to an abbreviation, an
    initial, a number at the head of a list item, or dots that only mark an omission.
    """
    end = len(text) if end is None else end
    spans: list[Span] = []
    begin = _skip_blank(text, start, end)
    for match in _STOPS.finditer(text, start, end):
        if match.end() <= begin:
            continue
        close = match.start() if match.group() == "\n" else _close(text, match.end(), end)
        if match.group() == "\n" or _ends(text, begin, match, close, end):
            _append(spans, text, begin, close)
            begin = _skip_blank(text, max(close, match.start()), end)
    _append(spans, text, begin, end)
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        spans.append(Span(start, end))


def _skip_blank(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def _close(text: str, at: int, end: int) -> int:
    """Returns where a sentence that stops before ``at`` closes: behind quotation marks and a note mark."""
    stop = at
    while at < min(end, stop + 6) and text[at] in _CLOSERS:
        at += 1
    noted = _NOTE.match(text, at, end)
    if noted and not (at == stop and stop >= 2 and text[stop - 2].isdigit()):
        at = noted.end()
    return at


def _ends(text: str, begin: int, match: re.Match[str], close: int, end: int) -> bool:
    if close < end and not text[close].isspace():
        return False
    at = _skip_blank(text, close, end)
    if at >= end:
        return True
    opened = at
    while opened < min(end, at + 4) and text[opened] in _OPENERS:
        opened += 1
    following = text[opened : min(opened + 1, end)]
    if following.islower() or following in {".", "…", ",", ";", ":", ")"}:
        return False
    if not any(c.isalnum() for c in text[begin : min(match.start(), begin + 200)]):
        return False  # dots that open a quotation: "... the Minister"
    if match.group() != "." or close > match.end():
        return True
    return _full_stop_ends(text, begin, match.start(), opened, end)


def _full_stop_ends(text: str, begin: int, stop: int, following: int, end: int) -> bool:
    """Whether the lone full stop at ``stop`` ends a sentence that ``begin`` opened."""
    token = _token_before(text, begin, stop)
    word = token.lstrip(_OPENERS)
    lower = word.casefold()
    at_head = begin + len(token) == stop
    if at_head and (_NUMBER.fullmatch(word) or len(word) == 1 or _ROMAN.fullmatch(word)):
        return False
    if lower in _NEVER:
        return False
    bracket = text[following - 1] in "(["
    next_is_figure = (
        bracket or text[following : min(following + 1, end)].isdigit() or _is_roman(text, following, end)
    )
    if lower in _BEFORE_NUMBER and next_is_figure:
        return False
    if lower == "al":
        return not bracket and not next_is_figure
    if (len(word) == 1 and word.isupper()) or lower in _OPEN_ENDED or _LETTERS.fullmatch(word):
        return _word_at(text, following, end).casefold() in _BEGINNERS
    return True


def _token_before(text: str, begin: int, stop: int) -> str:
    at = stop
    while at > max(begin, stop - _TOKEN_REACH) and not text[at - 1].isspace():
        at -= 1
    return text[at:stop]


_WORD = re.compile(r"[^\W\d_]{1,30}")
_ROMAN_WORD = re.compile(r"[IVXLC]{1,6}\b")


def _word_at(text: str, at: int, end: int) -> str:
    found = _WORD.match(text, at, end)
    return found.group() if found else ""


def _is_roman(text: str, at: int, end: int) -> bool:
    found = _ROMAN_WORD.match(text, at, end)
    return found is not None and found.group() != "I"
