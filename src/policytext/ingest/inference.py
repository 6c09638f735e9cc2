"""What a paper says of itself in its text, where catalogue and file are silent.

Everything found here is a guess and says so: basis ``inferred:RULE`` with the confidence of the rule, which
is the author's judgement and not measured. The rules read the opening lines and the imprint only (see
``front``), in the manner of British papers since 1946: body, title, date, byline; copyright line; signature.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

from policytext.document import Block, Fact, Metadata
from policytext.ingest import dating, naming
from policytext.ingest.front import Front, Line, front

_LONGEST_TITLE = 250
_WORDS_SHOWN = 80  # characters of a text without a title that stand for one
_BYLINE = re.compile(r"(?:written\s+|report\s+|article\s+)?by:?\s+|authors?:\s*", re.IGNORECASE)
_INNER_BYLINE = re.compile(r"\s+(?:by|BY)\s+(?=[A-Z])")
_PUBLISHED = re.compile(
    r"(?:first\s+)?(?:published|issued|posted|date|updated)\b(?:\s+(?:in|on))?[:,]?\s*", re.IGNORECASE
)
_COPYRIGHT = re.compile(r"(?:©|\(c\)|\bcopyright\b)\s*(?:©|\(c\)|\bcopyright\b)?\s*", re.IGNORECASE)
_YEARS = re.compile(r"\b(?:1[89]|20)\d\d\b(?:\s*[-\u2013]\s*(?:1[89]|20)?\d\d\b)?")
_PUBLISHER = re.compile(
    r"(?:^|[.;:]\s)(?:[\w' ]{1,30}\s)?published\s+(?:[\w' ]{1,40}\s)?by:?\s+(?P<name>.{3,120})", re.IGNORECASE
)
_OPERATING = re.compile(r"(?P<name>.{3,80}?)\s+is\s+the\s+(?:operating|trading)\s+name\s+of\b")
_STATIONERY = re.compile(
    r"(?:london:?,?\s+|(?:printed\s+and\s+)?published\s+by\s+|©\s*)?(?:HMSO|H\.M\.S\.O\.|H(?:er|is)\s+Majesty['\u2019]s\s+Stationery\s+Office)",
    re.IGNORECASE,
)
_RIGHTS = re.compile(r"\b(?:all\s+rights|reproduced|licen[cs]e|crown)\b", re.IGNORECASE)
_NAME_END = re.compile(
    r"\.\s|\.$|[|;:(\[]|,\s|\b(?:all\s+rights|and\s+contributors|registered)\b", re.IGNORECASE
)
_FILE_DATE = re.compile(r"(?<![0-9a-zA-Z])((?:1[89]|20)\d\d)(?:[-_.]?(\d\d)(?:[-_.]?(\d\d))?)?(?![0-9])")
_SIGNATURE_BLOCKS = 8

Guess = Callable[[Front, str], Fact | None]


def complete(metadata: Metadata, text: str, blocks: Sequence[Block], name: str) -> Metadata:
    """Returns ``metadata`` with what is missing inferred, where anything can be.

    Args:
        metadata: what catalogue and file state; it is never overruled.
        text: the clean text.
        blocks: its blocks, in order.
        name: the file's name, a last resort.
    """
    found = front(text, blocks)
    known = {f.name: getattr(metadata, f.name) for f in fields(Metadata)}
    guesses: dict[str, Guess] = {
        "title": _title,
        "authors": _authors,
        "publisher": _publisher,
        "publication_date": _date,
        "kind": _kind,
    }
    return Metadata(**known | {k: known[k] or guess(found, name) for k, guess in guesses.items()})


def _fact(value: str, rule: str, confidence: float) -> Fact:
    return Fact(value, f"inferred:{rule}", confidence)


# Title


def _title(found: Front, name: str) -> Fact | None:
    lines = found.opening
    likely = [n for n, line in enumerate(lines) if _may_be_title(line)]
    top = [n for n in likely if lines[n].marked and lines[n].level == 1 and not naming.is_body(lines[n].text)]
    plain = [n for n in likely if not naming.is_body(lines[n].text)]
    dated = [n for n, line in enumerate(lines) if _dated(line) and naming.is_body(_before_date(line.text))]
    tiers = (
        (top, "heading", 0.85),
        (plain, "opening", 0.65),
        (dated, "dated", 0.5),
        (likely, "masthead", 0.4),
    )
    for chosen, rule, confidence in tiers:
        if chosen:
            sure = confidence + (0.1 if rule == "opening" and lines[chosen[0]].kind == "heading" else 0.0)
            return _fact(_whole_title(lines, chosen[0]), f"title.{rule}", sure)
    if found.body:
        return _fact(_shortened(found.body), "title.first_words", 0.2)
    stem = re.sub(r"[\s_]+", " ", name.split("#", 1)[0].rsplit(".", 1)[0]).strip()
    return _fact(stem, "title.file_name", 0.2) if stem else None


def _may_be_title(line: Line) -> bool:
    text = line.text
    if line.kind not in {"heading", "paragraph", "running_header"} or not 3 <= len(text) <= _LONGEST_TITLE:
        return False
    if naming.kind_of(text) or naming.is_section(text) or _dated(line) or not any(c.isalpha() for c in text):
        return False
    if _BYLINE.match(text) or re.match(
        r"(?:edited|present(?:ed)?|to|from|ref|tel|email|www\.|https?:)\b", text, re.IGNORECASE
    ):
        return False
    return line.kind == "heading" or not (text.endswith((".", ",")) or _is_person(line))


def _whole_title(lines: Sequence[Line], chosen: int) -> str:
    """Returns the title with its other half, where it was set in two: ``Whither / reform?``."""
    first = lines[chosen]
    title = _without_byline(first.text)
    follower = lines[chosen + 1] if chosen + 1 < len(lines) else None
    if title != first.text or follower is None or not _may_be_title(follower):
        return title
    same_rank = follower.kind != "heading" or follower.level <= first.level
    broken = follower.text[0].islower() and len(title.split()) <= 8
    asking = title.endswith(("?", ":", "\u2013", "—")) and len(follower.text.split()) > 3
    return f"{title} {_without_byline(follower.text)}" if same_rank and (broken or asking) else title


def _without_byline(text: str) -> str:
    for match in _INNER_BYLINE.finditer(text):
        if naming.persons(text[match.end() :]):
            return text[: match.start()]
    return text


def _shortened(text: str) -> str:
    if len(text) <= _WORDS_SHOWN:
        return text
    return text[:_WORDS_SHOWN].rsplit(" ", 1)[0].rstrip(",;:") + " …"


# Date


@dataclass(frozen=True, slots=True)
class _Dated:
    """A date with how far its rule is trusted."""

    edtf: str
    rule: str
    confidence: float


def _date(found: Front, name: str) -> Fact | None:
    candidates = [*_said_published(found), *_opening_dates(found.opening), *_imprint_dates(found.imprint)]
    best = max(candidates, key=lambda d: d.confidence, default=None) or _in_file_name(name)
    return _fact(best.edtf, f"date.{best.rule}", best.confidence) if best else None


def _said_published(found: Front) -> Iterator[_Dated]:
    for line in (*found.opening, *found.imprint):
        match = _PUBLISHED.match(line.text)  # in running text it is said of another paper
        if not match:
            continue
        after = line.text[match.end() : match.end() + 40]
        dates = [d for d in dating.dates_in(after) if d.start == 0]
        year = _YEARS.match(after)
        if dates:
            updated = match[0].lower().startswith("updated")
            yield _Dated(dates[0].edtf, "published", 0.6 if updated else 0.9)
        elif year and len(year[0]) == 4 and "published" in match[0].lower():
            yield _Dated(year[0], "published", 0.75)


def _opening_dates(opening: Sequence[Line]) -> Iterator[_Dated]:
    """Dates above the body: alone on a line, behind a body's name or an issue's number, or in a title."""
    for line in opening:
        dates = dating.dates_in(line.text)
        if len(dates) == 1:
            alone = _dated(line)
            yield _Dated(dates[0].edtf, "masthead" if alone else "opening", 0.85 if alone else 0.6)


def _dated(line: Line) -> bool:
    """Whether the line is a date with at most an issue's number, a name or an organisation before it."""
    dates = dating.dates_in(line.text)
    if len(dates) != 1:
        return False
    rest = (line.text[: dates[0].start] + " " + line.text[dates[0].end :]).strip(" ,.:;()|-\u2013—")
    rest = re.sub(r"^(?:by|published|date|issued)\b[ :]*", "", rest, flags=re.IGNORECASE)
    numbered = re.fullmatch(
        r"(?:(?:issue|no\.?|number|vol(?:ume)?\.?|version)\s*\d+[ ,.]*)*", rest, re.IGNORECASE
    )
    weekday = re.fullmatch(r"(?:mon|tues|wednes|thurs|fri|satur|sun)day", rest, re.IGNORECASE)
    return bool(
        numbered or weekday or naming.person(rest) or (line.text[-1:].isdigit() and _is_address(rest))
    )


def _is_address(rest: str) -> bool:
    """Whether what stands before a date names the body or the place it comes from, after a comma."""
    return naming.is_body(rest) or (naming.is_role(rest) and len(rest.split()) <= 8)


def _imprint_dates(imprint: Sequence[Line]) -> Iterator[_Dated]:
    for line in imprint:
        mark = _COPYRIGHT.search(line.text)
        if not mark or len(line.text) > 400:
            continue
        after = line.text[mark.end() : mark.end() + 120]
        dates, years = dating.dates_in(after), _YEARS.findall(after)
        if dates:
            yield _Dated(dates[0].edtf, "copyright", 0.85)
        elif years and len(years[0]) == 4:
            yield _Dated(years[0], "copyright", 0.6)


def _in_file_name(name: str) -> _Dated | None:
    for match in _FILE_DATE.finditer(name.replace("#", " ")):
        year, month, day = match.groups()
        if month and day and (value := dating.to_edtf(f"{year}-{month}-{day}")):
            return _Dated(value, "file_name", 0.5)
        if month and (value := dating.to_edtf(f"{year}-{month}")):
            return _Dated(value, "file_name", 0.4)
        if month and not day and int(month) == (int(year) + 1) % 100:  # 1957-58
            return _Dated(f"{year}/{int(year) + 1}", "file_name", 0.4)
        return _Dated(year, "file_name", 0.4)
    return None


# Publisher, authors, kind


def _publisher(found: Front, name: str) -> Fact | None:  # noqa: ARG001 - one signature for all guesses
    candidates = [*_imprint_names(found.imprint), *_mastheads(found.opening)]
    best = max(candidates, key=lambda c: c[2], default=None)
    return _fact(*best) if best else None


def _imprint_names(imprint: Sequence[Line]) -> Iterator[tuple[str, str, float]]:
    for line in imprint:
        text = line.text
        operating, published, mark = _OPERATING.match(text), _PUBLISHER.search(text), _COPYRIGHT.search(text)
        if operating:
            yield operating["name"], "publisher.operating_name", 0.85
        if published and (name := _body_name(published["name"])):
            yield name, "publisher.published_by", 0.85
        if _STATIONERY.match(text) and len(text) <= 120:
            yield "HMSO", "publisher.stationery_office", 0.8
        if mark and (name := _body_name(text[mark.end() : mark.end() + 150])):
            yield name, "publisher.copyright", 0.75


def _body_name(text: str) -> str | None:
    """Returns the name that begins here, without years and what follows; None where it is not one."""
    text = _YEARS.sub(" ", text).strip(" ,.-\u2013")
    dates = dating.dates_in(text)
    text = text[: dates[0].start] if dates else text
    text = re.sub(r"^(?:(?:by|of|the)\s+){1,2}", "", _NAME_END.split(text, maxsplit=1)[0].strip(" ,.-\u2013"))
    text = re.sub(
        r"[ ,]+(?:January|February|March|April|May|June|July|August|September|October|November|December)$",
        "",
        text,
    )
    words = text.split()
    if not 1 <= len(words) <= 10 or not text[0].isupper() or _RIGHTS.search(text):
        return None
    return " ".join(words)


def _mastheads(opening: Sequence[Line]) -> Iterator[tuple[str, str, float]]:
    offices = {line.block for line in opening if _is_person(line)}  # "A. Bee / Chief executive / The X Fund"
    for line in opening:
        bare = _before_date(line.text)
        if line.block not in offices and naming.is_body(bare):
            yield bare.split(": ", 1)[0], "publisher.masthead", 0.5


def _authors(found: Front, name: str) -> Fact | None:  # noqa: ARG001 - one signature for all guesses
    for line in found.opening:
        match = _BYLINE.match(line.text)
        names = naming.persons(_before_date(line.text[match.end() :])) if match else []
        if names:
            return _fact("; ".join(names), "authors.byline", 0.85)
    for line in found.opening:
        for match in _INNER_BYLINE.finditer(line.text):
            if names := naming.persons(line.text[match.end() :]):
                edited = line.text[: match.start()].lower().endswith("edited")
                return _fact(
                    "; ".join(names), *(("authors.editor", 0.5) if edited else ("authors.byline", 0.7))
                )
    return _with_office(found.opening) or _signature(found.imprint)


def _before_date(text: str) -> str:
    dates = dating.dates_in(text)
    return text[: dates[0].start].rstrip(" ,:") if dates else text


def _with_office(opening: Sequence[Line]) -> Fact | None:
    """The one person above the body whose name stands over an office."""
    names = [
        name
        for line, below in pairwise(opening)
        if line.block == below.block and naming.is_role(below.text) and (name := naming.person(line.text))
    ]
    return _fact(names[0], "authors.name_and_office", 0.5) if len(names) == 1 else None


def _signature(imprint: Sequence[Line]) -> Fact | None:
    """``J. SMITH, Group Secretary`` at the very end, as memoranda are signed."""
    last = imprint[-1].block if imprint else 0
    for line in reversed(imprint):
        name, _, office = line.text.partition(",")
        signed = line.whole and line.block > last - _SIGNATURE_BLOCKS and len(line.text) <= 100
        if signed and naming.is_role(office) and not office.rstrip().endswith("."):
            person = naming.person(name)
            if person:
                return _fact(person, "authors.signature", 0.6)
    return None


def _is_person(line: Line) -> bool:
    return not line.whole and naming.person(line.text) is not None


def _kind(found: Front, name: str) -> Fact | None:  # noqa: ARG001 - one signature for all guesses
    kinds = [kind for line in found.opening if (kind := naming.kind_of(line.text))]
    return _fact(kinds[0], "kind.label", 0.6) if kinds else None
