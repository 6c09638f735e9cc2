"""Sections, schedules and parts, alone and in lists, and their paths on legislation.gov.uk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SHORT = {
    "section": "s", "sect": "s", "s": "s", "ss": "s", "sec": "s",
    "schedule": "Sch", "sch": "Sch", "sched": "Sch",
    "part": "Pt", "pt": "Pt", "paragraph": "para", "para": "para", "clause": "cl", "cl": "cl",
    "regulation": "reg", "reg": "reg", "article": "art", "art": "art", "chapter": "ch", "rule": "r",
}  # fmt: skip
_PATHS = {"s": "section", "Sch": "schedule", "Pt": "part", "reg": "regulation", "art": "article"}
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NUMBER = r"(?:\d{1,3}(?:[A-Z]{1,3}\d{0,2})?|[IVX]{1,5})(?:\s?\(\w{1,4}\)){0,3}"
_WORD = (
    r"(?:[Ss]ections?|[Ss]ects?\.|[Ss]ecs?\.|[Ss]{1,2}\.?(?=\s?\d)|[Pp]arts?|[Pp]ts?\.|[Ss]chedules?"
    r"|[Ss]ch(?:ed)?s?\.|[Pp]aragraphs?|[Pp]aras?\.?"
    r"|[Cc]lauses?|[Cc]ls?\.|[Rr]egulations?|[Rr]egs?\.|[Aa]rticles?|[Aa]rts?\.|SECTIONS?|PART|SCHEDULE)"
)
_LIST = (
    rf"{_NUMBER}(?:(?:\s{{0,2}}(?:,|,?\s?and\b|to\b|or\b|&|[-\u2010-\u2015])\s{{0,3}})"
    rf"{_NUMBER}(?![\w/])){{0,6}}"
)
_ORDINAL = rf"(?:[Tt]he\s{{1,3}})?(?P<ordinal>(?i:{'|'.join(_ORDINALS)}))\s{{1,3}}[Ss]chedule"
_SUB = r"(?:[Ss]ub-?sections?\s{1,2}(?P<sub>\(\w{1,4}\))\s{1,3}of\s{1,3})?"
_INNER = r"(?:[Pp]aragraph\s{1,2}(?P<inner>\d{1,3}[A-Z]?)\s{1,3}of\s{1,3})?"
PROVISION = re.compile(
    rf"(?<![\w’'-])(?=[AaCcEeFfNnPpRrSsTt]){_SUB}{_INNER}(?:(?P<word>{_WORD})\s{{0,3}}(?P<list>{_LIST})"
    rf"(?![\w/%]|\.\d)|{_ORDINAL}\b)"
)
"""A word for a provision with its numbers: "sections 27(2), 28 to 30", "the Third Schedule"."""
JOINT = re.compile(r"\s{0,3}(?:of|to|in|under|,)?\s{1,3}(?:the\s{1,3})?$")
"""What stands between a provision and the Act that it is of."""


@dataclass(frozen=True, slots=True)
class Provision:
    """A provision found: clean ``[start, end)``, its normalised form and its path below the Act's.

    ``name`` is such as "s. 27(2); s. 28" or "ss. 10-12"; ``path`` ("/section/27/2") is empty for several.
    """

    start: int
    end: int
    name: str
    path: str

    @property
    def is_section(self) -> bool:
        """Whether it is a section or a schedule, the provisions of Acts and no others' in a policy paper."""
        return self.name.startswith(("s", "S"))

    @property
    def is_clause(self) -> bool:
        """Whether it is a clause, which Bills have, and contracts."""
        return self.name.startswith("cl")


def find_provisions(text: str) -> Iterator[Provision]:
    """Yields the provisions of a text in reading order, whatever they are of."""
    for match in PROVISION.finditer(text):
        yield _read(match)


def _read(match: re.Match[str]) -> Provision:
    if match["ordinal"]:
        number = str(_ORDINALS.index(match["ordinal"].lower()) + 1)
        return _with_inner(match, f"Sch. {number}", f"/schedule/{number}")
    short = _SHORT[re.sub(r"s$", "", match["word"].lower().rstrip(".")) or "s"]
    pieces = re.findall(rf"(to\b|[-\u2010-\u2015])?\s{{0,3}}({_NUMBER})", match["list"])
    names: list[str] = []
    for join, number in pieces:
        tidy = re.sub(r"\s", "", number)
        if join and names:
            names[-1] = f"{_plural(short)} {names[-1].split(' ')[1]}-{tidy}"
        else:
            names.append(f"{short}. {tidy}")
    sub = match["sub"] or ""
    names[-1] += sub
    path = _path(short, names[0].split(" ")[1]) if len(names) == 1 and not pieces[-1][0] else ""
    return _with_inner(match, "; ".join(names), path)


def _with_inner(match: re.Match[str], name: str, path: str) -> Provision:
    if match["inner"]:
        name = f"{name} para. {match['inner']}"
        path = f"{path}/paragraph/{match['inner']}" if path.startswith("/schedule") else ""
    return Provision(match.start(), match.end(), name, path)


def _plural(short: str) -> str:
    return "ss." if short == "s" else f"{short}s."


def _path(short: str, number: str) -> str:
    """Returns the path of one provision: section 27(2) is at ``/section/27/2``."""
    if short not in _PATHS:
        return ""
    return f"/{_PATHS[short]}/" + "/".join(re.findall(r"\w+", number))
