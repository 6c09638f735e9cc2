"""The verbs of ``data/verbs.csv`` as indirect speech needs them, and the lists of ``data/reporting.toml``."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Form:
    """A form of a reporting verb.

    ``parts`` tells which forms of the verb it can be: base, third, past, participle, gerund. ``frames`` are
    what can follow: that (a that-clause), bare (one without "that"), told (somebody, then the clause), wh
    (a clause with how, what, why), told-wh (somebody, then such a clause), np (a noun phrase), np-abstract
    (a need, a case, no things), np-to (likened X to Y), np-for (blamed X for), np-at (put X at a figure),
    np-offer (a meeting, an apology), as (X as Y), object-to (somebody to do something), to (an infinitive),
    to-say and to-act (some infinitives: "declined to say"), of (accused X of), it (found it hard to), it-np
    (thought it a pity), adjective (thought X essential), ing (a gerund); human tells a verb that only
    people and bodies are subject of.
    """

    base: str
    parts: frozenset[str]
    frames: frozenset[str]


@dataclass(frozen=True, slots=True)
class Head:
    """A place where a reporting verb stands; clean ``[start, end)``."""

    start: int
    end: int
    form: Form


@dataclass(frozen=True, slots=True)
class Noun:
    """A place where a noun of saying stands; clean ``[start, end)``. ``base`` is its singular."""

    start: int
    end: int
    base: str


_PARTS = ("base", "past", "participle", "third", "gerund")
_WORD = re.compile(r"(?<![\w’'-])[A-Za-z][a-z]{2,16}(?![\w-])")
_INSERTED = re.compile(
    r" (?:at first|at once|again|bitterly|a (?:moment|minute|week|month|year) ago|just now|earlier|yesterday|"
    r"today|last (?:week|month|year|night)|this (?:week|month|year|morning)|in \d{4}|[a-z]{2,12}ly)"
    r"(?= (?:of|about|for|to|against|on|at)\b)"
)
_PREPOSITIONS = frozenset({"of", "about", "for", "to", "against", "on", "at"})
_ATTENTION = re.compile(
    r" (?:(?:the |its |their |our |his |her )?[A-Z]?[\w ]{2,30}[’']s?|our|his|her|their) (?=attention to\b)"
)


@lru_cache(maxsize=1)
def forms() -> dict[str, Form]:
    """Returns the reporting verbs by each of their forms."""
    found: dict[str, Form] = {}
    lines = (files("policytext.extract") / "data" / "verbs.csv").read_text(encoding="utf-8").splitlines()
    for row in csv.DictReader(lines):
        frames = frozenset(row["frames"].split())
        for part in _PARTS if frames else ():
            known = found.get(row[part])
            parts = (known.parts if known else frozenset()) | {part}
            found[row[part]] = Form(row["base"], parts, frames)
    return found


@lru_cache(maxsize=1)
def _by_first_word() -> dict[str, list[tuple[str, Form]]]:
    """Returns the forms by their first word, the longest form first; with each the words that follow."""
    found: dict[str, list[tuple[str, Form]]] = {}
    for shown, form in sorted(forms().items(), key=lambda f: (-len(f[0]), f[0])):
        first, _, rest = shown.partition(" ")
        found.setdefault(first, []).append((rest, form))
    return found


@lru_cache(maxsize=1)
def _wanted() -> frozenset[str]:
    """Returns every word at which a verb or a noun of saying may begin."""
    return frozenset(_by_first_word()) | nouns().keys() | {noun.capitalize() for noun in nouns()}


def find_words(text: str) -> tuple[list[Head], list[Noun]]:
    """Returns every place of a reporting verb and of a noun of saying in a text, each in reading order.

    Looked up word by word: a pattern of a thousand alternatives would be tried at every place.
    """
    heads: list[Head] = []
    found: list[Noun] = []
    lexicon, known, wanted = _by_first_word(), nouns(), _wanted()
    for match in _WORD.finditer(text):
        word = match[0]
        if word not in wanted:
            continue
        for rest, form in lexicon.get(word, ()):
            end = _end_of(text, match.end(), rest)
            if end is not None:
                heads.append(Head(match.start(), end, form))
                break
        base = known.get(word) or (known.get(word.lower()) if word[0].isupper() else None)
        if base is not None:
            found.append(Noun(match.start(), match.end(), base))
    return heads, found


def _end_of(text: str, at: int, rest: str) -> int | None:
    """Returns where a verb ends whose first word ends at ``at``, None if its other words do not follow."""
    if not rest:
        return at
    begins = at + 1
    if not text.startswith(f" {rest}", at):
        inserted = None
        if rest in _PREPOSITIONS:
            inserted = _INSERTED.match(text, at)
        elif rest == "attention to":
            inserted = _ATTENTION.match(text, at)
        if inserted is None:
            return None
        begins = inserted.end() + (text[inserted.end() : inserted.end() + 1] == " ")
    end = begins + len(rest)
    return end if text.startswith(rest, begins) and not text[end : end + 1].isalnum() else None


@lru_cache(maxsize=1)
def lists() -> dict[str, tuple[str, ...]]:
    """Returns the lists of ``data/reporting.toml`` by name."""
    data = (files("policytext.extract") / "data" / "reporting.toml").read_text(encoding="utf-8")
    return {name: tuple(listed) for name, listed in tomllib.loads(data).items()}


@lru_cache(maxsize=1)
def nouns() -> dict[str, str]:
    """Returns the nouns of saying by their forms, each with its singular."""
    listed = {*lists()["nouns"], *lists()["nouns_of"]}
    singular = frozenset(lists()["nouns_singular"])
    return {
        form: noun for noun in sorted(listed) for form in {noun, noun if noun in singular else plural(noun)}
    }


def any_of(words: Iterable[str]) -> str:
    """Returns words as a pattern, the longest first."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=lambda w: (-len(w), w)))


def plural(noun: str) -> str:
    """Returns the plural of a regular English noun."""
    return noun[:-1] + "ies" if noun.endswith("y") and noun[-2] not in "aeiou" else noun + "s"
