"""Acts, Measures, Bills, Regulations and Orders cited by title, and where such a title begins.

The end of a title is easy ("... Act 1946"); its beginning is not: "Under the National Health Service Act",
"powers of the Minister under Part III of the National Assistance Act 1948". A title that the gazetteer knows
is taken whole, whatever its case; else the title is read leftwards from its head over words that a short
title can hold (the statutory drafting rule: main words have capitals).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policytext.extract.calendar import YEAR
from policytext.extract.citations.gazetteer import fold_title, gazetteer
from policytext.extract.citations.regnal import SESSION
from policytext.extract.citations.vocabulary import vocabulary as word_lists

_MISREAD = r"(?:[1lI|][89][\dOoIlSGBbZgq]{2}|2[0Oo][\dOoIlSGBbZgq]{2})"
_CHAPTER = (
    rf"(?:{SESSION}[,.]?\s{{0,2}}|\d{{4}}\s{{1,2}})?"
    r"(?:[Cc]|[Cc]h|[Cc]ap|asp|anaw|nawm)\b\.?\s{0,2}\d{1,3}"
)
_HEAD = re.compile(
    r"\b(?P<head>A[ce]ts?|ACTS?|acts?|[Bb]ills?|BILL|Measure|MEASURE|Regulations|REGULATIONS|Order|Rules"
    r"|Directions)\b"
    r"(?P<place>\s{1,3}\((?:Northern Ireland|N\.I\.|Scotland|Wales)\))?"
    rf"(?:(?:\s{{0,2}},\s{{0,3}}|\s{{1,3}}(?:of\s{{1,3}})?|\s{{0,3}}\()(?P<year>{YEAR}|{_MISREAD})(?![\w/]))?"
    rf"(?P<chapter>\)?,?\s{{0,2}}[(\[]?(?P<number>{_CHAPTER})(?:\s\(?N\.?I\.?\)?)?[)\]]?)?"
)
_MORE_YEARS = re.compile(rf"(?:\s{{0,2}}(?:,|and|&)\s{{0,3}}(?P<year>{YEAR}))(?![\w/])")
_LAST_YEAR = re.compile(rf"\s{{0,2}}(?:to|[-\u2010-\u2015])\s{{0,2}}(?:{YEAR}|\d{{2}})(?![\w/])")
_WITHIN_TITLE = re.compile(
    r"\s{1,3}\([A-Z][^()\n]{2,90}\),?\s{1,3}(?:(?:\(No\.\s?\d{1,2}\)|\([A-Z]\w+\))\s{1,3})?(?:Act|ACT|Measure|Regulations|Order|Rules|Directions)\b"
)
_INNER_ACT = re.compile(
    rf"\b(?P<head>Act|ACT),?\s{{1,3}}{YEAR}\s{{1,3}}\([A-Z][^()\n]{{2,90}}\),?\s{{1,3}}(?:\((?:No\.\s?\d{{1,2}}|[A-Z]\w+)\)\s{{1,3}})?$"
)
"""The Act whose title an instrument's own begins with: "Care Act 2014 (Commencement No. 4) Order"."""
_YEAR_BEFORE = re.compile(rf"\b(?P<year>{YEAR})\s{{1,3}}$")
_TOKEN = re.compile(r"\([^()\n]{1,80}\)|[\w’'&/-]+(?:\.(?:[A-Z]\.)*)?,?|[^\s\w]")
_WINDOW = 180
_LONGEST = 16
"""Words of the longest title that is looked up."""
_STOPS = frozenset(
    ["Act", "Acts", "Bill", "Bills", "Regulations", "Order", "Rules", "ACT", "Directions", "Measure"]
)
_OF_ANOTHER = frozenset(
    ["Amendment", "Amendments", "Application", "Extension", "Modification", "Repeal", "Repeals"]
)
_HEADS = {"aet": "Act", "act": "Act", "bill": "Bill", "measure": "Measure"}
_DIGITS = str.maketrans("lI|OoSGBbZgq", "111005686299")


@dataclass(frozen=True, slots=True)
class Instrument:
    """A title found: clean ``[start, end)`` from its first word to its year or chapter.

    ``bare`` is the title without year in the words of the text (spacing levelled). ``misread`` tells that the
    year stood there with letters for digits, or "Act" itself misread, ``collective`` that the title is that
    of several Acts.
    """

    start: int
    end: int
    head: str
    bare: str
    year: int | None
    chapter: str | None
    misread: bool = False
    collective: bool = False


def find_instruments(text: str) -> list[Instrument]:
    """Returns the Acts, Measures, Bills, Regulations, Orders and Rules cited by title, in reading order."""
    found: list[Instrument] = []
    last = 0
    for match in _HEAD.finditer(text):
        if match.start() < last or (match["year"] and _WITHIN_TITLE.match(text, match.end("year"))):
            continue  # "Act 1948 (Amendment) Act 1962": the title goes on
        start = _title_start(text, match, last)
        if start is None:
            continue
        found.extend(_instruments(text, match, start))
        last = found[-1].end
    return found


def _instruments(text: str, match: re.Match[str], start: int) -> Iterator[Instrument]:
    """Yields the instrument of a title, and one more for each further year ("Health Acts 1999 and 2006")."""
    head = _HEADS.get(match["head"].lower().rstrip("s"), match["head"].capitalize())
    if head == "Act" and match["head"].lower() == "bills":
        head = "Bill"
    body = text[start : match.start("head")] + head + (match["place"] or "")
    bare, year, misread = " ".join(body.split()), None, False
    end = match.end("place" if match["place"] else "head")
    if match["year"]:
        digits = match["year"].translate(_DIGITS)
        year, end = int(digits), match.end("year")
        misread = digits != match["year"] or match["head"].startswith("Ae")
        end += text[end : end + 1] == ")" and text[match.start("year") - 1] == "("
    elif before := _YEAR_BEFORE.search(text, max(0, start - 8), start):
        year, start = int(before["year"]), before.start()
    if match["chapter"] and (year is None or _closed(match["chapter"])):
        end = match.end("chapter")
    number = " ".join(match["number"].split()) if match["chapter"] else None
    plural = match["head"].lower().endswith("s") and head in {"Act", "Bill"}
    until = _LAST_YEAR.match(text, end) if plural and year else None
    yield Instrument(
        start, until.end() if until else end, head, bare, year, number, misread, until is not None
    )
    while plural and year and not until and (more := _MORE_YEARS.match(text, end)):
        end = more.end()
        yield Instrument(more.start("year"), end, head, bare, int(more["year"]), None)


def _closed(chapter: str) -> bool:
    return chapter.count("(") == chapter.count(")") and chapter.count("[") == chapter.count("]")


def _title_start(text: str, match: re.Match[str], floor: int) -> int | None:
    """Returns where the title before a head word begins, None if there is none to speak of."""
    if not match["year"] and _led_by_article(text, match.start()):
        return None
    low = max(floor, match.start() - _WINDOW)
    low = max(low, text.rfind("\n\n", low, match.start()))
    tokens = [(t.start(), t[0]) for t in _TOKEN.finditer(text, low, match.start())]
    known = _known_start(tokens, match)
    if known is not None:
        return known
    inner = _INNER_ACT.search(text, low, match.start())
    if inner and match["year"] and (own := _HEAD.match(text, inner.start("head"))):
        return _title_start(text, own, floor)
    return _shaped_start(text, match, tokens)


def _led_by_article(text: str, at: int) -> bool:
    """Tells whether what stands before a head is no title: "the Act", "an act", "Local, Act", "to act"."""
    before = text[max(0, at - 6) : at].rstrip().lower()
    return (
        not before or before[-1] in ",.;:(" or before.split()[-1] in {"the", "this", "that", "an", "a", "to"}
    )


def _known_start(tokens: list[tuple[int, str]], match: re.Match[str]) -> int | None:
    """Returns the start of the longest title in the gazetteer that ends here, with regard to its year."""
    names, head = gazetteer(), match["head"].lower()
    tail = f" {_HEADS.get(head.rstrip('s'), head)}{match['place'] or ''}"
    year = int(match["year"].translate(_DIGITS)) if match["year"] else None
    lower = match["head"][0].islower()
    for index in range(max(0, len(tokens) - _LONGEST), len(tokens)):
        if not (tokens[index][1][0].isalnum() or tokens[index][1][0] == "(") or (
            index and not _is_boundary(tokens[index - 1][1])
        ):
            continue
        title = fold_title(" ".join(w for _, w in tokens[index:]) + tail)
        entries = names.by_bare.get(title, ())
        if not entries or not any(e.kind in {"act", "bill", "measure"} for e in entries):
            continue
        capital = tokens[index][1][0].isupper()
        exact = year is not None and (title, year) in names.by_title
        led = index > 0 and tokens[index - 1][1].lower() in {"the", "this", "that"}
        if (
            exact
            or (capital and not lower)
            or (led and len(tokens) - index >= (1 if head.startswith("act") else 3))
        ):
            return tokens[index][0]
    return None


def _shaped_start(text: str, match: re.Match[str], tokens: list[tuple[int, str]]) -> int | None:
    """Returns the start of a title unknown to the gazetteer by the words that it can hold."""
    head = match["head"]
    if head[0].islower() or head == "Bills":
        return None
    if not match["year"]:
        verb = re.match(r"\s[A-Z]", text[match.end("head") : match.end("head") + 2])
        if head not in {"Act", "Acts", "Bill", "Measure"} or verb:
            return None  # "Think Local, Act Personal": a verb; "the Order of the day"
        if head == "Measure" and not (tokens and tokens[-1][1].startswith("(")):
            return None
    elif head in {"Order", "Rules", "Directions"} and not re.search(r"\w\W+\(?\w", _before(text, match)):
        return None  # a title of one word: "Tall Order 1990"
    words = _leftwards(tokens)
    return _after_loose_article(words) if words else None


def _before(text: str, match: re.Match[str]) -> str:
    """Returns the two words before a head, empty where they are no title ("Standing Order 12")."""
    run = re.search(
        r"(?:\(?[A-Z][\w’'-]*\)?,?\s+(?:(?:and|of|for|the|to)\s+){0,2}){2}$", text[: match.start()][-80:]
    )
    return run[0] if run else ""


def _leftwards(tokens: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Returns the tokens that a title can consist of, as far left as they go."""
    taken: list[tuple[int, str]] = []
    joined, lists = False, word_lists()
    for at, token in reversed(tokens):
        word = token.rstrip(",")
        if token[0] in "-&/":
            break
        if token.startswith("("):
            if not re.match(r"\((?:[A-Z]|etc|No)", token):
                break
        elif word.lower() in lists["title_connective"] and not token.endswith(","):
            joined = joined or word.lower() == "and"
        elif (
            not _title_word(word)
            or word.lower() in lists["title_leader"]
            or word in _STOPS
            or (token.endswith(",") and not joined)
        ):
            break
        taken.append((at, token))
    taken.reverse()
    while taken and taken[0][1].lower() in lists["title_connective"]:
        taken.pop(0)
    return taken


def _title_word(word: str) -> bool:
    if word.endswith(".") and not re.fullmatch(r"No\.|(?:[A-Z]\.)+|[Ee]tc\.", word):
        return False
    return word[:1].isupper() and not re.fullmatch(r"[IVX]+", word)


def _after_loose_article(words: list[tuple[int, str]]) -> int | None:
    """Returns the start of what follows the last "the" that a title does not hold."""
    lists = word_lists()
    for index in range(len(words) - 1, 0, -1):
        if words[index][1].lower() == "the" and not (
            (index >= 2 and words[index - 2][1].lower() in lists["title_of_the"]) or _for_the(words, index)
        ):
            words = words[index + 1 :]
            break
    if len(words) > 2 and words[1][1] == "of" and words[0][1] in _OF_ANOTHER:
        words = words[2:]  # a side note: "Amendment of the Care Act 2014"
    while words and words[0][1].lower() in lists["title_connective"]:
        words = words[1:]
    generic = all(word.lower() in lists["no_title"] for _, word in words)
    if not words or words[0][1].startswith("(") or generic:
        return None
    return words[0][0]


def _for_the(words: list[tuple[int, str]], at: int) -> bool:
    """Tells whether "for the" joins a title: main words before it, more than one after it, no title alone."""
    if at < 3 or words[at - 1][1].lower() != "for" or len(words) - at < 3:
        return False
    after = fold_title(" ".join(w for _, w in words[at + 1 :]))
    known = any(fold_title(f"{after} {kind}") in gazetteer().by_bare for kind in ("act", "bill"))
    return not known and all(w[:1].isupper() for _, w in words[at - 3 : at - 1])


def _is_boundary(token: str) -> bool:
    """Tells whether a title can begin after a token: not amid a longer title or a name."""
    return (
        not token[:1].isupper()
        or token.lower() in word_lists()["title_leader"]
        or token.endswith((",", "’s", "'s", "s’", "s'"))
    )
