"""The short forms of a collection, as its documents define them, in both directions.

Short forms are compared without case, dots and the s of a plural; long forms by their terms without stop
words, so that "health and wellbeing boards" and "Health & Wellbeing Board" are one. A short form that
documents use with several meanings keeps them all.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.errors import PolicytextError
from policytext.files import write_bytes
from policytext.text.stems import term_of
from policytext.text.terms import STOP_WORDS, query_terms, terms, words

if TYPE_CHECKING:  # a search reads what others have found
    from policytext.text.acronyms import Definition

_Meaning = tuple[str, tuple[str, ...]]
_LONGEST_RUN = 12


@dataclass(frozen=True, slots=True)
class Expansion:
    """A meaning of a short form: the long form as most often printed, its terms, and in how many documents.

    ``terms`` are those of the analyser in reading order, stop words included, as a phrase needs them.
    """

    short: str
    long: str
    terms: tuple[str, ...]
    documents: int


@dataclass(frozen=True, slots=True)
class ShortForm:
    """A short form that stands for the terms [start, end) of a query, and in how many documents it does."""

    start: int
    end: int
    short: str
    term: str
    documents: int


class Glossary:
    """Definitions of a collection's documents, gathered one document at a time."""

    def __init__(self) -> None:
        self._documents: dict[_Meaning, set[str]] = defaultdict(set)
        self._printed: dict[_Meaning, Counter[tuple[str, str]]] = defaultdict(Counter)
        self._by_short: dict[str, set[_Meaning]] = defaultdict(set)
        self._by_long: dict[tuple[str, ...], set[_Meaning]] = defaultdict(set)

    def __len__(self) -> int:
        return len(self._documents)

    def add(self, document: str, definitions: Iterable[Definition]) -> None:
        """Adds the definitions that the document of this id makes."""
        for definition in definitions:
            self._put(definition.short, definition.long, [document], 1)

    def expansions(self, short: str) -> tuple[Expansion, ...]:
        """Returns what a short form means, the meaning of most documents first, then by its terms."""
        key = _key(short)
        if key not in self._by_short and key.endswith("s"):
            key = key[:-1]
        return tuple(self._expansion(meaning) for meaning in self._ranked(self._by_short.get(key, ())))

    def short_forms(self, run: Sequence[str]) -> tuple[ShortForm, ...]:
        """Returns the short forms of every run of query terms that is a long form.

        Stop words may stand in ``run`` or not; the places count its terms as given. By place, the longest run
        first, then the short form of most documents.
        """
        telling = [at for at, term in enumerate(run) if term not in _stop_terms()]
        found = []
        for first in range(len(telling)):
            for last in range(min(len(telling), first + _LONGEST_RUN), first, -1):
                places = telling[first:last]
                meanings = self._by_long.get(tuple(run[at] for at in places), ())
                found += [self._short_form(m, places[0], places[-1] + 1) for m in self._ranked(meanings)]
        return tuple(found)

    def write(self, path: Path) -> None:
        """Writes one JSON line a meaning, the same bytes for the same definitions in any order.

        Raises:
            BadRequest: the folder is missing or cannot be written.
        """
        lines = [
            json.dumps(self._row(meaning), ensure_ascii=False) + "\n" for meaning in sorted(self._documents)
        ]
        write_bytes(path, "".join(lines).encode())

    @classmethod
    def read(cls, path: Path) -> Glossary:
        """Reads what ``write`` wrote.

        Raises:
            PolicytextError: a line is not one that ``write`` writes.
        """
        glossary = cls()
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, ValueError) as error:
            raise PolicytextError("the glossary cannot be read", str(path), "build it again") from error
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                for short, long, times in row["printed"]:
                    glossary._put(short, long, row["documents"], int(times))
            except (ValueError, KeyError, TypeError) as error:
                raise PolicytextError(
                    "not a line of a glossary", f"{path}:{number}", "build it again"
                ) from error
        return glossary

    def _put(self, short: str, long: str, documents: Iterable[str], times: int) -> None:
        key, telling = _key(short), tuple(query_terms(long))
        meaning = (key, telling)
        self._documents[meaning].update(documents)
        self._printed[meaning][(short, long)] += times
        self._by_short[key].add(meaning)
        self._by_long[telling].add(meaning)

    def _ranked(self, meanings: Iterable[_Meaning]) -> list[_Meaning]:
        return sorted(meanings, key=lambda meaning: (-len(self._documents[meaning]), meaning))

    def _usual(self, meaning: _Meaning) -> tuple[str, str]:
        """Returns the short and long form as most often printed, then as sorted."""
        return min(self._printed[meaning].items(), key=lambda item: (-item[1], item[0]))[0]

    def _expansion(self, meaning: _Meaning) -> Expansion:
        short, long = self._usual(meaning)
        return Expansion(short, long, tuple(terms(long)), len(self._documents[meaning]))

    def _short_form(self, meaning: _Meaning, start: int, end: int) -> ShortForm:
        short, _ = self._usual(meaning)
        return ShortForm(start, end, short, terms(short)[0], len(self._documents[meaning]))

    def _row(self, meaning: _Meaning) -> dict[str, object]:
        printed = [[short, long, times] for (short, long), times in sorted(self._printed[meaning].items())]
        return {
            "short": meaning[0],
            "terms": list(meaning[1]),
            "documents": sorted(self._documents[meaning]),
            "printed": printed,
        }


def _key(short: str) -> str:
    """Returns a short form for comparison."""
    return "".join(words(short))


@cache
def _stop_terms() -> frozenset[str]:
    return frozenset(map(term_of, STOP_WORDS))
