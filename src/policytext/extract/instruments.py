"""Acts, Bills and statutory instruments cited by title, and where such a title begins.

The end of a title is easy ("... Act 1946"); its beginning is not: "Under the National Health Service Act",
"powers of the Minister under Part III of the National Assistance Act 1948". The title is read leftwards from
its head over words that a short title can hold (The statutory drafting rule: main words have capitals).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.extract.calendar import YEAR
from policytext.extract.gazetteer import fold_title, gazetteer
from policytext.extract.words import words as word_lists

_HEAD = re.compile(
    rf"\b(?P<head>Act|Bill|Regulations|Order|Rules)\b"
    rf"(?P<place>\s{{1,3}}\((?:Northern Ireland|N\.I\.|Scotland|Wales)\))?"
    rf"(?:(?:\s{{0,2}},\s{{0,3}}|\s{{1,3}}(?:of\s{{1,3}})?)(?P<year>{YEAR})(?![\d/]))?"
    r"(?P<chapter>\s{0,2}\((?P<number>[^()]{0,40}?\b(?:c|ch|cap|asp|anaw)\.?\s?\d{1,3})\))?"
)
_TOKEN = re.compile(r"\([^()\n]{1,80}\)|[\w’'&/-]+(?:\.(?:[A-Z]\.)*)?,?|[^\s\w]")
_WINDOW = 220
_STOPS = frozenset(["Act", "Acts", "Bill", "Bills", "Regulations", "Order", "Rules"])
_PROVISION = re.compile(
    r"\b(?P<what>(?:[Ss]ections?|[Ss]s?\.|[Pp]art|[Ss]chedules?|[Pp]aragraphs?|[Cc]lauses?)\s{0,2}"
    r"(?:\d{1,3}[A-Z]{0,3}|[IVX]{1,5})(?:\s?\(\w{1,4}\)){0,3}"
    r"(?:(?:,|\s(?:and|to|or))\s\d{1,3}[A-Z]{0,3}(?:\s?\(\w{1,4}\)){0,3}){0,4})"
    r"(?:\s{1,3}of|,|\s{1,3}to)?\s{1,3}(?:the\s{1,3})?$"
)


@dataclass(frozen=True, slots=True)
class Instrument:
    """A title found: clean ``[start, end)`` from its first word to its year or chapter.

    ``bare`` is the title without year in the words of the text (spacing levelled), ``lead`` where a provision
    of it begins ("section 75 of the ..."), if one is named.
    """

    start: int
    end: int
    head: str
    bare: str
    year: int | None
    chapter: str | None
    provision: str | None
    lead: int


def find_instruments(text: str) -> list[Instrument]:
    """Returns the Acts, Bills, Regulations, Orders and Rules cited by title, in reading order."""
    found = []
    last = 0
    for match in _HEAD.finditer(text):
        start = _title_start(text, match, last)
        if start is None:
            continue
        end = (
            match.end()
            if match["chapter"]
            else match.end("year")
            if match["year"]
            else match.end("place" if match["place"] else "head")
        )
        provision = _PROVISION.search(text[max(last, start - 80) : start])
        lead = max(last, start - 80) + provision.start() if provision else start
        bare = " ".join(text[start : match.end("place" if match["place"] else "head")].split())
        found.append(
            Instrument(
                start, end, match["head"], bare, int(match["year"]) if match["year"] else None,
                " ".join(match["number"].split()) if match["number"] else None,
                " ".join(provision["what"].split()) if provision else None, lead,
            )
        )  # fmt: skip
        last = end
    return found


def _title_start(text: str, match: re.Match[str], floor: int) -> int | None:
    """Returns where the title before a head word begins, None if there is none to speak of."""
    if not match["year"]:
        if match["head"] not in {"Act", "Bill"} or re.match(r"\s[A-Z]", text[match.end() : match.end() + 2]):
            return None  # "Think Local, Act Personal": a verb
        if (
            text[: match.start()].rstrip()[-1:] == ","
            if match.start() < 3
            else text[match.start() - 2 : match.start()].strip() == ","
        ):
            return None
    low = max(floor, match.start() - _WINDOW)
    broken = text.rfind("\n\n", low, match.start())
    low = max(low, broken)
    tokens = [(low + t.start(), t[0]) for t in _TOKEN.finditer(text[low : match.start()])]
    words = _leftwards(tokens)
    return _bounded(words, match) if words else None


def _leftwards(tokens: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Returns the tokens that a title can consist of, as far left as they go."""
    taken: list[tuple[int, str]] = []
    joined, lists = False, word_lists()
    for at, token in reversed(tokens):
        word = token.rstrip(",")
        if token.startswith("("):
            if not re.match(r"\((?:[A-Z]|etc)", token):
                break
        elif word in lists["title_connective"] and not token.endswith(","):
            joined = joined or word == "and"
        elif (
            not _title_word(word)
            or word.lower() in lists["title_leader"]
            or word in _STOPS
            or (token.endswith(",") and not joined)
        ):
            break
        taken.append((at, token))
    taken.reverse()
    while taken and taken[0][1] in lists["title_connective"]:
        taken.pop(0)
    return taken


def _title_word(word: str) -> bool:
    if word.endswith(".") and not re.fullmatch(r"No\.|(?:[A-Z]\.)+|etc\.", word):
        return False
    return word[:1].isupper() and not re.fullmatch(r"[IVX]+", word)


def _bounded(words: list[tuple[int, str]], match: re.Match[str]) -> int | None:
    """Returns the start of the longest title in the gazetteer, else of what follows the last loose "the"."""
    year = int(match["year"]) if match["year"] else None
    names = gazetteer()
    for index in range(len(words)):
        title = fold_title(" ".join(w for _, w in words[index:]) + f" {match['head']}{match['place'] or ''}")
        known = (title, year) in names.by_title if year else title in names.by_bare
        if known and (index == 0 or _is_boundary(words[index - 1][1])):
            return words[index][0]
    for index in range(len(words) - 1, 0, -1):
        if words[index][1] == "the" and not (
            index >= 2 and words[index - 2][1].lower() in word_lists()["title_of_the"]
        ):
            words = words[index + 1 :]
            break
    while words and words[0][1] in word_lists()["title_connective"]:
        words.pop(0)
    if not words or words[0][1].startswith("("):
        return None
    return words[0][0]


def _is_boundary(token: str) -> bool:
    return token in word_lists()["title_connective"] or token.endswith((",", "’s", "'s", "s’", "s'"))
