"""State papers by titles that the gazetteer knows: whole, before the colon, or by an alias."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from policytext.annotation import Citation
from policytext.extract.citations.citing import CLASSES, cite
from policytext.extract.citations.gazetteer import Entry, fold_title, gazetteer

_SHORT = 3
"""A title of fewer words is too common a phrase to stand for a paper without its number."""
_PLAIN = 4
"""Main words of a title that is known in any case ("Five year forward view"); others keep their capitals."""
_LONG = 6
"""Words of a title that is known wherever it stands."""
_SMALL = frozenset(["a", "and", "for", "in", "into", "of", "on", "or", "our", "the", "to", "with"])
_TOO_COMMON = frozenset(
    ["A National Health Service", "Adult Social Care", "Better Care Fund", "Community Care",
     "Health and Welfare", "Inequalities in Health",
     "Local Government Finance", "Local Government Finance (England and Wales)", "Modern Local Government",
     "National Health Service Reorganisation", "NHS Future Forum", "NHS Property and Estates",
     "Prevention is better than cure", "Primary Health Care", "Public Health in England",
     "Special Educational Needs", "The National Health Service"]
)  # fmt: skip
"""Titles, or their first parts, that are phrases of every paper on the subject."""
_SENTENCE = re.compile(r"(?:[.!?:]\s{1,3}|\n|^)[“\"‘'(]?$")
_REPORT_OF = re.compile(r"(?P<report>Report\s{1,3}of\s{1,3}the)\s{1,3}$")
_NUMBER_NEXT = re.compile(r"\s{1,2}\((?:Cm|Cmd|Cmnd)\.?\s?\d")
_TITLE_NEXT = re.compile(r",\s{1,2}[“\"‘'*_]{0,2}")
_ENGLAND = re.compile(r"\s(?:in|for)\s(?:England|Great Britain)(?:\sand\sWales)?$")
"""What a long title may lose at its end."""
_GIVEN = re.compile(
    r"(?:\b(?:published|issued|launched|released|entitled|called)|[Pp]aper,?)(?:\s(?:its|their|his|her))?\s{1,3}$"
)
_CITED = re.compile(r",?\s{1,3}\(?(?:Cm|Cmd|Cmnd)\.?\s?\d|\s\(H\.?M\.?S\.?O")
"""What stands before, and after, words of every day that are a title there."""
_KIND_BEFORE = re.compile(
    r"\b(?:plan|paper|Paper|document|report|booklet|handbook|circular|policy|survey)s?\b[^.;!?]*$"
)
_PAPERS = frozenset(CLASSES)


def find_titles(text: str, *, latest: int) -> Iterator[Citation]:
    """Yields papers cited by a known title, in reading order; none that came later than ``latest`` allows."""
    for pattern in _patterns():
        for match in pattern.finditer(text):
            printed = " ".join(match[0].split())
            known = [e for e in _by_any_name().get(fold_paper(printed), ()) if (e.year or 0) <= latest + 1]
            if not known or not _is_title(text, match, printed, known):
                continue
            if _is_author(text, match):
                continue
            entries = _meant(text, printed, known)
            cls = CLASSES[entries[0].kind]
            span = _with_report(text, match)
            if len(entries) > 1:
                titles = tuple(e.title for e in entries)
                yield cite(text, span, cls, "paper-title", 0.5, candidates=titles)
            else:
                yield cite(text, span, cls, "paper-title", 0.85, entry=entries[0])


def _meant(text: str, printed: str, entries: Sequence[Entry]) -> Sequence[Entry]:
    """Returns of several papers the one of that very name, or of that alias, or that the text names whole."""
    if len(entries) == 1:
        return entries
    capitals = _capitals(printed)
    for some in (
        [e for e in entries if capitals in {_capitals(n) for n in names_of(e)}],
        [e for e in entries if printed in e.aliases],
        [e for e in entries if re.search(loose(e.title), text, re.IGNORECASE)],
    ):
        if len(some) == 1:
            return some
    return entries


def _is_author(text: str, match: re.Match[str]) -> bool:
    """Tells whether a commission is the author of what follows: its own title, or a number in brackets."""
    if not match[0].startswith("Royal") or _REPORT_OF.search(text, max(0, match.start() - 40), match.start()):
        return False
    if _NUMBER_NEXT.match(text, match.end()):
        return True
    comma = _TITLE_NEXT.match(text, match.end())
    return comma is not None and _patterns()[0].match(text, comma.end()) is not None


def _with_report(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Returns the place of a title with the "Report of the" that stands before a commission's name."""
    lead = _REPORT_OF.search(text, max(0, match.start() - 40), match.start())
    return (lead.start("report") if lead else match.start(), match.end())


def _is_title(text: str, match: re.Match[str], printed: str, entries: Sequence[Entry]) -> bool:
    """Tells whether words stand there as a title: with its capitals, or too many for chance."""
    if fold_paper(printed) not in by_name():
        return _capitals(printed) in {_capitals(n) for n in _TOO_COMMON} and (
            _GIVEN.search(text, max(0, match.start() - 24), match.start()) is not None
            or _CITED.match(text, match.end()) is not None
            or _apposed(text, match)
        )
    names = {name for entry in entries for name in names_of(entry)}
    if printed in names or _capitals(printed) in {_capitals(n) for n in names}:
        return True
    if _CITED.match(text, match.end()) and (
        printed.rsplit(maxsplit=1)[-1][0].islower() or len(printed.split()) > _SHORT
    ):
        return True
    words = re.findall(r"\w+", printed.lower())
    if ":" in printed or len(words) >= _LONG:
        return True
    main = [w for w in words if w not in _SMALL]
    if len(words) == len(main) >= _PLAIN:
        return True  # no phrase of a sentence is so bare
    opens = _SENTENCE.search(text[max(0, match.start() - 4) : match.start()])
    return len(main) >= _PLAIN and (not opens or text[match.end() : match.end() + 2] == " (")


def _apposed(text: str, match: re.Match[str]) -> bool:
    """Tells whether words stand between commas, or in marks, by the word for what they are the title of."""
    before = text[max(0, match.start() - 70) : match.start()]
    after = text[match.end() : match.end() + 1]
    marked = before[-1:] in "“‘\"'*_" and after in "”’\"'*_," if before else False
    set_off = before.rstrip()[-1:] == "," and after == ","
    return (marked or set_off) and _KIND_BEFORE.search(before) is not None


def _capitals(name: str) -> str:
    """Returns a title with its marks levelled, its capitals kept."""
    words = re.findall(r"\w+", name.replace("’", "'"))
    return " ".join(w.lower() if w.lower() in _SMALL else w for w in words)


def fold_paper(title: str) -> str:
    """Returns the title of a paper with case, marks and dashes levelled."""
    return re.sub(r"\s{2,}", " ", re.sub(r"[:;!?“”\"‘’']", "", fold_title(title))).strip()


def names_of(entry: Entry) -> tuple[str, ...]:
    """Returns the names that a text may use for a paper."""
    parts = entry.title.split(": ")
    whole = (
        entry.title,
        *(p for p in parts[:1] if len(p.split()) >= _SHORT),
        *(p for p in parts[1:2] if p[0].isupper()),
    )
    shorter = [_ENGLAND.sub("", part) for part in whole if len(part.split()) > _LONG]
    names = dict.fromkeys([*whole, *shorter, *entry.aliases])
    return tuple(
        n
        for n in names
        if n not in _TOO_COMMON and (len(n.split()) >= _SHORT or n == entry.title or n in entry.aliases)
    )


def canonical(name: str) -> str | None:
    """Returns the title of the one paper that a phrase names ("the recent coalition agreement")."""
    tidy = " ".join(name.split())
    for pattern in _patterns():
        if match := pattern.search(tidy):
            entries = by_name().get(fold_paper(match[0]), ())
            return entries[0].title if len(entries) == 1 else None
    return None


def is_title(name: str) -> bool:
    """Tells whether a name is the title of a paper, even one that several share."""
    return fold_paper(name) in by_name()


@lru_cache(maxsize=1)
def by_name() -> dict[str, tuple[Entry, ...]]:
    """Returns the state's papers by their folded names."""
    names: dict[str, list[Entry]] = {}
    for entry in gazetteer().entries:
        if entry.kind in _PAPERS:
            for name in names_of(entry):
                names.setdefault(fold_paper(name), []).append(entry)
    return {name: tuple(dict.fromkeys(entries)) for name, entries in names.items()}


def _all_names(entry: Entry) -> tuple[str, ...]:
    common = (n for n in (entry.title, entry.title.split(": ")[0]) if n in _TOO_COMMON)
    return tuple(dict.fromkeys([*names_of(entry), *common]))


@lru_cache(maxsize=1)
def _by_any_name() -> dict[str, tuple[Entry, ...]]:
    """Returns papers by their folded names, also those that are too common elsewhere."""
    names: dict[str, list[Entry]] = {}
    for entry in gazetteer().entries:
        if entry.kind in _PAPERS:
            for name in _all_names(entry):
                names.setdefault(fold_paper(name), []).append(entry)
    return {name: tuple(dict.fromkeys(entries)) for name, entries in names.items()}


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Returns a pattern for names that begin with a capital, in any case after it, and one for the others."""
    names = sorted({n for e in gazetteer().entries if e.kind in _PAPERS for n in _all_names(e)})
    upper = [n for n in names if not n[0].islower()]
    lower = [n for n in names if n[0].islower()]
    return re.compile(rf"\b(?=[A-Z0-9])(?i:{_tree(upper)})\b"), re.compile(rf"\b(?:{_tree(lower)})\b")


def _tree(names: Sequence[str]) -> str:
    """Returns the names as alternatives by their first word, longest first, with marks and breaks loose."""
    first: dict[str, list[str]] = {}
    for name in names:
        word, _, rest = name.partition(" ")
        first.setdefault(loose(word), []).append(loose(rest))
    branches = []
    for word, rests in sorted(first.items()):
        tails = [rf"\s{{1,3}}{rest}" if rest else "" for rest in sorted(rests, key=lambda r: (-len(r), r))]
        branches.append(f"{word}(?:{'|'.join(tails)})")
    return "|".join(branches)


def loose(words: str) -> str:
    """Returns a pattern for a title whose marks, dashes and breaks may differ."""
    text = re.escape(words).replace(",", ",?").replace("'", "[’']")
    text = re.sub(r":", r"\\s{0,2}[:,\\u2010-\\u2015]", text)
    text = text.replace(r"\-", r"[-\u2010-\u2015\s]?")
    return text.replace(r"\ ", r"\s{1,3}")
