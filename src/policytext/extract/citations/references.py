"""Reference lists and notes: entries for papers of the state, and author-date citations that lead to them.

An entry counts where its author or publisher is a state body (``data/bodies.csv``, or the Stationery Office);
papers of scholars and think tanks are read over. Entries are known by their shape: author and year in
brackets, place and publisher in brackets, a publisher after the title, or body, title and year by commas.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from policytext.annotation import Citation, Place
from policytext.extract.calendar import MONTH, YEAR
from policytext.extract.citations.bodies import body_name, body_pattern, is_state
from policytext.extract.citations.citing import CLASSES, cite, near
from policytext.extract.citations.gazetteer import Entry, gazetteer
from policytext.extract.citations.titles import by_name, fold_paper, loose
from policytext.extract.words import words

_HEADING = re.compile(
    r"^[#*_\s\d.]{0,8}(?:References(?:\sand\snotes)?|Bibliography|Select\sbibliography|Sources"
    r"|Notes(?:\sand\sreferences)?"
    r"|Endnotes|Footnotes|Further\sreading|Works\scited|REFERENCES|BIBLIOGRAPHY|NOTES|SOURCES)[*_:\s]{0,6}$",
    re.MULTILINE,
)
_NEXT_HEADING = re.compile(r"\n\n(?:#{1,4}\s[^\n]{3,80}|(?=[^\n]{3,60}\n\n)[A-Z][^\n.,;:\d]{2,58})\n\n")
_MARK = r"^(?:[-•]\s{1,3}|\[?\^?\(?(?:\d{1,3}|[*†‡“”\"®°]{1,2})[\]).:]{0,3}\s{0,3})?"
_NOTE = re.compile(
    r"^(?:[-•]\s{1,3}(?=[^\n]{3,120}\d{4})|\[?\^?\(?(?:\d{1,3}|[*†‡“”\"®°]{1,2})[\]).:]{0,3}\s{0,3})"
    r"[A-Z“\"‘'][^\n]{8,400}(?:\n[^\n]{1,200}){0,3}",
    re.MULTILINE,
)
_DATE = rf"(?:(?:{MONTH},?\s)?(?P<year>{YEAR})(?P<letter>[a-h])?)"
_TITLE_ON = (
    r"(?P<title>[“\"‘'*_]{0,2}[A-Z0-9][^\n]{4,260}"
    rf"(?:\n(?![^\n]{{2,140}}?\(?\b{YEAR}[a-h]?\)?[,.\s])[^\n]{{1,160}})?)"
)
_AUTHOR_YEAR = re.compile(
    rf"{_MARK}(?P<author>[^\n()]{{2,140}}?)[.,]?\s\(\s?(?:eds?\.)?,?\s?{_DATE}(?:/\d{{2,4}})?\)[,.:]?\s{{1,3}}{_TITLE_ON}",
    re.MULTILINE,
)
_AUTHOR_COMMA_YEAR = re.compile(
    rf"{_MARK}(?P<author>[A-Z][^\n()\d]{{1,140}}?)[.,]?\s{_DATE}[,.]?\s{{1,3}}(?!\d{{1,2}}\s[A-Z])"
    rf"{_TITLE_ON}",
    re.MULTILINE,
)
_PLACED = re.compile(
    rf"\s\((?P<place>[A-Z][\w .&,-]{{1,30}}):\s{{0,2}}(?P<publisher>[^()]{{2,90}}),\s{_DATE}\)"
)
_BEFORE_TITLE = re.compile(
    rf"\n\n|\n(?={_MARK[1:]}[A-Z“\"‘'])|\b[Ss]ee\s(?:also\s)?|[a-z\d)\]]\.\d{{0,3}}\s(?=[A-Z“\"‘'])|;\s"
    r"|\b(?:in|by)\s(?=[“\"‘'])|\b(?:refined|developed|set\sout|quoted|discussed|published)\sin\s"
)
_MARKED = re.compile(_MARK)
_PUBLISHED = (
    rf"{_MARK}(?P<title>[A-Z“\"‘'][^\n]{{8,220}}?)[.,][ ](?:(?P<place>London|Edinburgh|Cardiff|Belfast"
    rf"|Leeds):[ ])?"
    rf"(?P<publisher>H\.?M\.?S\.?O\.?|TSO|The\sStationery\sOffice|Stationery\sOffice|{{BODY}})[,;.]?\s{_DATE}"
)
_COMMAS = (
    rf"{_MARK}(?:See\s(?:also\s)?)?(?P<author>{{BODY}}(?:\sand\s[A-Z]\w+)?)"
    rf",\s(?P<title>[“\"‘'*_]{{0,2}}[A-Z][^\n;]{{8,200}}?)[”\"’'*_]{{0,2}},\s"
    rf"(?:\(?(?:Cm|Cmnd|Cmd|HC|Cd|Law\sCom\.?\s(?:No\.?)?)\.?\s?[\d-]{{1,7}}\)?,?\s)?"
    rf"(?:Session\s\d{{4}}[-\u2010-\u2015/]\d{{2,4}},?\s)?\(?(?:(?:London:?,?\s)?(?:HMSO|TSO|H\.M\.S\.O\."
    rf"|[A-Z]{{2,6}}|(?:The\s)?Stationery\sOffice),?\s)?\(?(?:\d{{1,2}}\s)?{_DATE}\b"
)
_NUMBER = re.compile(r",\s\(?(?:C(?:mnd|md|m|d|P)\b\.?\s?\d|Law\sCom\b|HC\s\d)")
_TITLE_END = re.compile(
    r"[”\"*_](?=[\s,.]|$)|[.?](?=\s|$)|,\s(?=C[Mm](?:nd|d)?\.?\s?\d)|,\s(?=(?:HC|HL|London|Edinburgh"
    r"|Cardiff|HMSO|H\.M\.S\.O|TSO|vol|pp?)\b)|\s\((?=(?:Cm|Cmnd|Cmd|Cd|HC|London|the\s))|\s\[|\n\n"
    r"|,\s(?=https?:)|;\s"
)
_JOURNAL = re.compile(
    r"\b(?:Journal|Quarterly|Lancet|Review,|BMJ|British\sMedical|Policy\s(?:and|&)\sPolitics|Press"
    r"|University|\d{1,3}\s?\(\d{1,2}\)|vol\.\s?\d)",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"^(?:Sir|Dame|Lord|Lady|Dr|Professor|Baroness)\s|\bet\sal\b|^(?:[A-Z]\.\s?){1,3}[A-Z]\w+"
    r"|^[A-Z][\w’'-]+,\s(?:[A-Z]\.\s?){1,3}"
)
_FEW = 20
"""Candidates that an ambiguous citation names at most."""
_MOST = 300
"""Entries whose titles are looked for in the text; a longer list is a bibliography."""
_DATED = re.compile(r"(?:1[89]|20)\d\d(?:(?<=[A-Za-z.,)]\s\d{4})|(?<=[\w.)]\s\(\d{4}))[a-h]?[),;:.\s]")
"""A year as it stands after an author: a pattern that begins with its digits is sought fast."""
_CITED = rf"(?P<year>{YEAR})(?P<letter>[a-h])?"


@dataclass(frozen=True, slots=True)
class Reference:
    """An entry for a paper of the state: where its title stands, who wrote it, and its year as printed."""

    title: str
    span: Place
    author: str
    publisher: str
    year: int
    letter: str


def find_references(text: str) -> list[Reference]:
    """Returns the entries for papers of the state, in reading order."""
    lists = reference_lists(text)
    text = _line_by_line(text, lists)
    found: dict[int, Reference] = {}
    found |= {placed.span[0]: placed for placed in _placed(text)}
    zones = [*lists, *(m.span() for m in _NOTE.finditer(text) if not within(lists, m.start()))]
    for pattern, only_lists in _shapes():
        for low, high in lists if only_lists else zones:
            for match in pattern.finditer(text, low, high):
                entry = _read(text, match, match.span("title"))
                if entry is not None and found.keys().isdisjoint(range(entry.span[0] - 2, entry.span[0] + 3)):
                    found[entry.span[0]] = entry
    return [found[start] for start in sorted(found)]


def _line_by_line(text: str, lists: Sequence[Place]) -> str:
    """Returns a text of the same length in which entries run together in one paragraph have their lines."""
    pieces, last = [], 0
    for low, high in lists:
        pieces += [text[last:low], _entry_begins().sub("\n", text[low:high])]
        last = high
    return "".join([*pieces, text[last:]])


@lru_cache(maxsize=1)
def _entry_begins() -> re.Pattern[str]:
    """Returns a pattern for the blank before an author with a year in brackets, behind a full stop."""
    person = r"[A-Z][\w’'-]+,\s(?:[A-Z]\.\s?){1,3}(?:(?:,|and|&)\s[^()\n]{2,80})?"
    return re.compile(rf"(?<=[.)\d])[ ](?=(?:{person}|{body_pattern()}\s)\s?\((?:18|19|20)\d\d[a-h]?\))")


def _placed(text: str) -> Iterator[Reference]:
    """Yields entries with place, publisher and year in brackets; the title goes back to a break."""
    last = 0
    for match in _PLACED.finditer(text):
        start = max(last, match.start() - 260)
        for breach in _BEFORE_TITLE.finditer(text, start, match.start() - 4):
            start = breach.end()
        mark = _MARKED.match(text[start : start + 12])
        start += mark.end() if mark else 0
        entry = _read(text, match, (start, match.start()))
        last = match.end()
        if entry is not None and entry.title[0].isupper() and len(entry.title) <= 220:
            yield entry


@lru_cache(maxsize=1)
def _shapes() -> tuple[tuple[re.Pattern[str], bool], ...]:
    """Returns the shapes of entries, and whether each counts only in a list, not in a note too."""

    def with_bodies(pattern: str) -> re.Pattern[str]:
        return re.compile(pattern.replace("{BODY}", body_pattern()), re.MULTILINE)

    return (
        (with_bodies(_COMMAS), False),
        (_AUTHOR_YEAR, False),
        (_AUTHOR_COMMA_YEAR, True),
        (with_bodies(_PUBLISHED), False),
    )


def reference_lists(text: str) -> list[Place]:
    """Returns the places of reference lists: from under their heading to the next heading."""
    begins = [match.end() for match in _HEADING.finditer(text)]
    if not begins:
        return []
    headings = [*(m.start() for m in _NEXT_HEADING.finditer(text, begins[0] + 1)), len(text)]
    places: list[Place] = []
    for begin in begins:
        if not places or begin >= places[-1][1]:
            places.append((begin, headings[bisect_right(headings, begin)] if begin < len(text) else begin))
    return places


def within(places: Sequence[Place], at: int) -> bool:
    """Tells whether a place is in one of the lists."""
    index = bisect_right(places, at, key=lambda place: place[0]) - 1
    return index >= 0 and at < places[index][1]


def _read(text: str, match: re.Match[str], span: Place) -> Reference | None:
    """Returns the entry of a shape, its title within a span; None where no state body stands behind it."""
    named = match.groupdict()
    author, publisher = named.get("author") or "", named.get("publisher") or ""
    start, end = span
    if "author" in named:
        end = _title_end(text, start, end)
        publisher = text[end : span[1]]
    else:
        start, author = _without_author(text, start, end)
        number = _NUMBER.search(text, start, end)
        end = number.start() if number else end
    while start < end and text[start] in "“\"‘'*_ ":
        start += 1
    title = text[start:end].rstrip("”\"’'*_ .,")
    rest = publisher[:160]
    if len(title.split()) < 2 or not (is_state(author) or is_state(rest)):
        return None
    if _JOURNAL.search(rest) and not is_state(author):
        return None
    return Reference(
        " ".join(title.split()), (start, start + len(title)), " ".join(author.split()),
        " ".join(rest.split()), int(match["year"]), match["letter"] or "",
    )  # fmt: skip


def _title_end(text: str, start: int, end: int) -> int:
    match = _TITLE_END.search(text, start + 4, end)
    return match.start() + (match[0][0] == "?") if match else end


def _without_author(text: str, start: int, end: int) -> tuple[int, str]:
    """Returns where a title begins after "See", the names of persons, or a body; and those names."""
    if lead := re.match(r"(?:For\s[^,]{3,60},\s)?[Ss]ee\s(?:also\s)?", text[start:end]):
        start += lead.end()
    author = ""
    while cut := re.match(r"[^,:]{3,60},\s(?=[A-Z“\"‘'])", text[start:end]):
        name = cut[0].rstrip(", ")
        first = re.sub(r"^(?:Sir|Dame|Lord|Dr|Professor)\s", "", name).split()[0].lower()
        if not (_PERSON.search(name) or first in words()["given"] or is_state(name)):
            break
        author = f"{author}, {name}".strip(", ")
        start += cut.end()
    return start, author


def cite_references(text: str, references: Sequence[Reference]) -> Iterator[Citation]:
    """Yields the titles in the entries."""
    for reference in references:
        entry = entry_of(reference.title, reference.year)
        cls = CLASSES[entry.kind] if entry else "policy_document"
        yield cite(
            text,
            reference.span,
            cls,
            "reference",
            0.75,
            entry=entry,
            title=reference.title,
            year=reference.year,
        )


def entry_of(title: str, year: int) -> Entry | None:
    """Returns what the gazetteer knows of a title of that year, whole or up to its colon."""
    for name in (title, title.split(": ", maxsplit=1)[0]):
        entries = [e for e in by_name().get(fold_paper(name), ()) if e.year == year]
        if len(entries) == 1 and (name == title or len(name.split()) >= 3):
            return entries[0]
    return None


def find_listed_titles(text: str, references: Sequence[Reference]) -> Iterator[Citation]:
    """Yields titles of the entries where the text itself names them, whole or up to their colon."""
    named: dict[str, Reference] = {}
    for reference in references[:_MOST]:
        short = re.split(r":\s|\s[\u2013\u2014]\s", reference.title)[0]
        for name in (reference.title, short):
            if len(name.split()) >= 3:
                named.setdefault(fold_paper(name), reference)
    if not named:
        return
    titles = {
        n for r in references[:_MOST] for n in (r.title, re.split(r":\s|\s[\u2013\u2014]\s", r.title)[0])
    }
    names = "|".join(loose(n) for n in sorted(titles, key=lambda n: (-len(n), n)) if len(n.split()) >= 3)
    for match in re.compile(rf"\b(?=[A-Z])(?i:{names})\b").finditer(text):
        listed = named.get(fold_paper(" ".join(match[0].split())))
        if listed is None or match.start() == listed.span[0]:
            continue
        entry = entry_of(listed.title, listed.year)
        yield cite(
            text, match.span(), CLASSES[entry.kind] if entry else "policy_document", "reference-named", 0.75,
            entry=entry, title=listed.title, year=listed.year, antecedent=listed.span,
        )  # fmt: skip


def issued_by(references: Sequence[Reference], body: str) -> Reference | None:
    """Returns the one entry that a body issued, by author or publisher; None if there are several."""
    found = {r.title: r for r in references[:_MOST] if body in _names_of_bodies(f"{r.author}; {r.publisher}")}
    return next(iter(found.values())) if len(found) == 1 else None


def find_author_dates(text: str, references: Sequence[Reference]) -> Iterator[Citation]:
    """Yields author-date citations of state bodies, and of persons whose listed paper is the state's."""
    lists = reference_lists(text)
    starts = [r.span[0] for r in references]
    listed: dict[tuple[int, frozenset[str]], list[Reference]] = defaultdict(list)
    for reference in references:
        listed[reference.year, _key(reference.author)].append(reference)
    for match in near(_DATED, _author_date(references), text, 95, 40):
        at = bisect_left(starts, match.end())
        if within(lists, match.start()) or (at < len(starts) and starts[at] <= match.end() + 12):
            continue  # the author of an entry
        inside = match["open"] is None
        if inside and not _in_brackets(text, match):
            continue
        span = (
            match.start("name"),
            match.end() if not inside else match.end("letter") if match["letter"] else match.end("year"),
        )
        yield _author_dated(text, span, match, listed.get((int(match["year"]), _key(match["name"])), ()))


def _in_brackets(text: str, match: re.Match[str]) -> bool:
    """Tells whether a name and year stand within round brackets, as the whole or a part of what they hold."""
    before = text[max(0, match.start() - 80) : match.start()]
    after = text[match.end() : match.end() + 8]
    placed = re.search(r"\b[A-Z][\w ]{1,20}:\s{0,2}$", before) is not None
    closes = re.match(r"[);,:.]|\s(?:p|para|paras|pp|ch)\b", after) is not None
    return before.rfind("(") > before.rfind(")") and closes and not placed


def _author_dated(text: str, span: Place, match: re.Match[str], same: Sequence[Reference]) -> Citation:
    year, letter = int(match["year"]), match["letter"] or ""
    exact = [r for r in same[:_MOST] if r.letter == letter]
    if len(exact or same) == 1:
        listed = (exact or same)[0]
        entry = entry_of(listed.title, year)
        return cite(
            text, span, CLASSES[entry.kind] if entry else "policy_document", "author-date", 0.85, entry=entry,
            title=listed.title, year=year, antecedent=listed.span,
        )  # fmt: skip
    if not same and (entry := _only_paper_of(" ".join(match["name"].split()), year)):
        return cite(text, span, CLASSES[entry.kind], "author-date-known", 0.6, entry=entry)
    titles = tuple(r.title for r in same[:_FEW])
    return cite(text, span, "policy_document", "author-date-unlisted", 0.5, year=year, candidates=titles)


def _only_paper_of(body: str, year: int) -> Entry | None:
    """Returns the paper of a year by a body that was set up for it, which issues no other."""
    if not re.match(r"(?:Royal\s)?Com(?:mission|mittee)\s(?:of|on)\s", body):
        return None
    papers = (e for e in gazetteer().entries if e.year == year and e.kind in CLASSES)
    found = [e for e in papers if body in {e.issuer, e.title, *e.aliases}]
    return found[0] if len(found) == 1 else None


@lru_cache(maxsize=1024)
def _key(author: str) -> frozenset[str]:
    """Returns what an author is known by: the bodies in the name, by any form of it, else the surname."""
    surname = re.match(r"(?:(?:Sir|Lord|Dame)\s)?([A-Z][\w’'-]+)", author)
    return _names_of_bodies(author) or frozenset([surname[1] if surname else author])


def _names_of_bodies(name: str) -> frozenset[str]:
    return frozenset(body_name(m[0]) for m in _body().finditer(name))


@lru_cache(maxsize=1)
def _body() -> re.Pattern[str]:
    return re.compile(rf"\b{body_pattern()}")


def _author_date(references: Sequence[Reference]) -> re.Pattern[str]:
    """Returns the pattern of author-date citations, with the surnames of the listed authors."""
    surnames = frozenset(
        m[1]
        for r in references[:400]
        if not is_state(r.author) and (m := re.match(r"(?:Sir\s|Lord\s)?([A-Z][\w’'-]+)", r.author))
    )
    return _compiled(surnames)


@lru_cache(maxsize=64)
def _compiled(surnames: frozenset[str]) -> re.Pattern[str]:
    body = body_pattern()
    names = "|".join(
        [rf"{body}(?:\s{{1,2}}(?:and|&)\s{{1,2}}{body})?", *(re.escape(n) for n in sorted(surnames))]
    )
    return re.compile(
        rf"\b(?P<name>{names})(?:(?P<open>\s{{1,2}}\()|,?\s{{1,2}}){_CITED}(?![\d/-])(?(open)"
        rf"(?:[,:;]\s?[\w\s.,;-]{{1,30}})?\))"
    )
