"""Other words for what is asked: names, eras and registers of British health and social-care policy.

A reader asks for watchdogs where the papers say regulators, for learning disabilities where they said mental
handicap. ``data/thesaurus.txt`` lists such expressions in groups; its head says what its grades mean. It was
drawn up from knowledge of the field and not from any collection, so that what it does for a search can be
measured on one.

Expressions are recognised by their terms (``text/terms.py``), the longest first. Only what begins like a word
of the query is ever analysed: the whole list would cost a cold search more than the search itself.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias, cast

from policytext.text.terms import STOP_WORDS, term_spans, terms, words

__all__ = ["Expansion", "Grade", "expansions"]

Grade: TypeAlias = Literal["same", "near", "one-way"]
"""How an expression is to what was asked: another name of it, akin to it, or wanted by whoever asks."""

_FILE = Path(__file__).parent / "data" / "thesaurus.txt"
_ORDER: tuple[Grade, ...] = ("same", "near", "one-way")
_WIDEST_GAP = 3
"""Function words that may stand in a query where an expression has one or more ("department for the ...")."""
_PRINTED = re.compile(r"[a-z0-9&]+")
_COMPOUND = re.compile(r"[a-z]+-[a-z]+")
_ENDINGS = ("", "s", "es", "d", "ed", "ing")


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another expression for a stretch of a query.

    ``start`` and ``end`` are half-open offsets into the query as given; ``terms`` are what the analyser makes
    of the other expression, stop words included, a phrase when several; ``shown`` is the expression as a
    reader would write it. Whatever has ``grade`` near or one-way may say less or more than what was asked.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    shown: str
    grade: Grade

    def __post_init__(self) -> None:
        if not (0 <= self.start < self.end and self.terms and self.shown):
            raise ValueError("an expansion has a place in the query, and terms")
        if self.grade not in _ORDER:
            raise ValueError(f"grade must be one of {', '.join(_ORDER)}, not {self.grade}")


@dataclass(frozen=True, slots=True)
class Group:
    """One line of the list: whoever asks for one of ``asked`` is offered ``offered``; both as written.

    ``grade`` is whole where nothing is offered and the words are only to be left together.
    """

    grade: Grade | Literal["whole"]
    asked: tuple[str, ...]
    offered: tuple[str, ...]


class _Token(NamedTuple):
    """A term of a query or an expression, and the folded word it was made of."""

    term: str
    word: str

    @property
    def stop(self) -> bool:
        return self.word in STOP_WORDS


@dataclass(frozen=True, slots=True)
class _Match:
    """An expression of the list found in a query: the numbers of its first token and of the one behind it."""

    first: int
    behind: int
    expression: str


def expansions(query: str) -> list[Expansion]:
    """Returns other expressions for the words and phrases of ``query``.

    They come in the order of the query, of two that begin together the longer first, then same, near and
    one-way, then as the list has them. No terms are offered twice for one stretch, and none that the query
    holds already. What shares words with a longer expression is only given its other names (same), and beside
    a name of the list's grade whole nothing.
    """
    tokens, spans = _tokens(query), term_spans(query)
    found = sorted(_matches(tokens), key=lambda m: (m.first, -m.behind))
    said = _Said(tokens)
    offers: list[Expansion] = []
    for stretch, expressions, longer in _stretches(found):
        start, end = spans[stretch[0]][0], spans[stretch[1] - 1][1]
        offers += [
            Expansion(start, end, made, shown, grade)
            for made, (shown, grade) in _offered(expressions, longer).items()
            if not said[made]
        ]
    return offers


def groups() -> tuple[Group, ...]:
    """Returns the list in the order of the file."""
    return _thesaurus().groups


def forms(expression: str) -> list[str]:
    """Returns an expression of the list as it may be printed: as written, and set solid if a compound."""
    plain = expression.removesuffix("!")
    return [plain, plain.replace("-", "")] if _COMPOUND.fullmatch(plain) else [plain]


class _Said(dict[tuple[str, ...], bool]):
    """Whether terms stand in a query in one piece; each is looked for once."""

    def __init__(self, tokens: Iterable[_Token]) -> None:
        super().__init__()
        self._text = f" {' '.join(token.term for token in tokens)} "

    def __missing__(self, wanted: tuple[str, ...]) -> bool:
        self[wanted] = f" {' '.join(wanted)} " in self._text
        return self[wanted]


def _stretches(found: Sequence[_Match]) -> Iterator[tuple[tuple[int, int], list[str], list[str]]]:
    """Yields each stretch with the expressions it is written as, and the longer ones that share its words.

    A stretch is the number of its first token and of the one behind it; ``found`` is in order of the first.
    """
    widest = max((m.behind - m.first for m in found), default=0)
    for first, behind in dict.fromkeys((m.first, m.behind) for m in found):
        since = bisect_left(found, first - widest, key=lambda m: m.first)
        until = bisect_left(found, behind, key=lambda m: m.first)
        near = found[since:until]
        written_as = [m.expression for m in near if (m.first, m.behind) == (first, behind)]
        longer = [m for m in near if m.behind > first and m.behind - m.first > behind - first]
        yield (first, behind), written_as, [m.expression for m in longer]


def _asking(expression: str) -> list[Group]:
    """Returns the groups in which an expression of the list asks for others."""
    thesaurus = _thesaurus()
    return [thesaurus.groups[number] for number in thesaurus.lines[expression]]


def _offered(expressions: Sequence[str], longer: Sequence[str]) -> dict[tuple[str, ...], tuple[str, Grade]]:
    """Returns by its terms what is offered for one stretch, which is written as any of ``expressions``.

    ``longer`` are the expressions that some of its words are part of as well. What is near to one name of a
    thing is near to its other names.
    """
    if "whole" in {group.grade for e in (*expressions, *longer) for group in _asking(e)}:
        return {}
    asked = [group for e in expressions for group in _asking(e)]
    namesakes = [name for group in asked if group.grade == "same" for name in group.asked]
    asked = list(dict.fromkeys([*asked, *(g for n in namesakes for g in _asking(n) if g.grade != "same")]))
    own = {tuple(terms(form)) for e in expressions for form in forms(e)}
    offers: dict[tuple[str, ...], tuple[str, Grade]] = {}
    for grade in _ORDER[:1] if longer else _ORDER:
        of_grade = (group.offered for group in asked if group.grade == grade)
        for shown in (form for offered in of_grade for e in offered for form in forms(e)):
            made = tuple(terms(shown))
            if made not in own:
                offers.setdefault(made, (shown, grade))
    return offers


def _matches(tokens: Sequence[_Token]) -> Iterator[_Match]:
    """Yields every place where an expression of the list stands."""
    by_term: dict[str, list[int]] = {}
    for number, token in enumerate(tokens):
        if not token.stop:
            by_term.setdefault(token.term, []).append(number)
    for beginning in dict.fromkeys(_beginning(term) for term in by_term):
        for expression in _thesaurus().by_beginning.get(beginning, ()):
            for wanted in _readings(expression):
                lead = next(number for number, token in enumerate(wanted) if not token.stop)
                for at in by_term.get(wanted[lead].term, ()):
                    behind = _end_of(wanted, tokens, at - lead)
                    if behind and (expression[-1] != "!" or _as_written(wanted, tokens[at - lead : behind])):
                        yield _Match(at - lead, behind, expression)


def _end_of(wanted: Sequence[_Token], tokens: Sequence[_Token], at: int) -> int:
    """Returns the number of the token behind an expression that stands at ``at``, 0 where it does not.

    Where it has function words within, any few of them will do, or none; those at its ends ("hand over") must
    be the same.
    """
    last = max(number for number, token in enumerate(wanted) if not token.stop)
    inner = gap = False
    for number, token in enumerate(wanted):
        if token.stop and inner and number < last:
            gap = True
            continue
        if gap:
            limit = min(at + _WIDEST_GAP, len(tokens))
            while at < limit and tokens[at].stop:
                at += 1
        if not 0 <= at < len(tokens) or tokens[at].term != token.term or tokens[at].stop != token.stop:
            return 0
        at, gap, inner = at + 1, False, inner or not token.stop
    return at


def _as_written(wanted: Sequence[_Token], stretch: Sequence[_Token]) -> bool:
    """Whether the words of an expression are the very words of the query, but for an ending."""
    return all(_is_form(t.word, of.word) for of, t in zip(wanted, stretch, strict=True))


def _is_form(word: str, of: str) -> bool:
    return any(word in (of + ending, of.removesuffix("e") + ending) for ending in _ENDINGS)


def _tokens(text: str) -> list[_Token]:
    return list(map(_Token, terms(text), words(text)))


@cache
def _readings(expression: str) -> tuple[tuple[_Token, ...], ...]:
    """Returns the tokens of an expression, for each form that it may be printed in."""
    return tuple(tuple(_tokens(form)) for form in forms(expression))


def _beginning(word: str) -> str:
    """Returns the letters by which expressions are looked up; a test holds that spelling spares them."""
    return word[:2]


@dataclass(frozen=True, slots=True)
class _Thesaurus:
    """The list: its groups, which of them ask for an expression, and the expressions by their beginnings."""

    groups: tuple[Group, ...]
    lines: dict[str, list[int]]
    by_beginning: dict[str, list[str]]


@cache
def _thesaurus() -> _Thesaurus:
    listed = tuple(_read(_FILE.read_text(encoding="utf-8").splitlines()))
    lines: dict[str, list[int]] = {}
    for number, group in enumerate(listed):
        for expression in group.asked:
            lines.setdefault(expression, []).append(number)
    by_beginning: dict[str, list[str]] = {}
    for expression in lines:
        for beginning in _beginnings(expression.lower()):
            by_beginning.setdefault(beginning, []).append(expression)
    return _Thesaurus(listed, lines, by_beginning)


def _beginnings(expression: str) -> Iterable[str]:
    """Returns the beginnings of the first telling word of an expression, and of a compound as a whole.

    They are found without the analyser, which would take longer over the list than all the rest.
    """
    first = expression.partition(" ")[0]
    if first.isalpha() and first not in STOP_WORDS:
        return (_beginning(first),)
    printed = _PRINTED.findall(expression)
    telling = next((word for word in printed if word not in STOP_WORDS), "").replace("&", "and")
    return {_beginning(telling), _beginning(first)} if first == expression else (_beginning(telling),)


def _read(lines: Iterable[str]) -> Iterator[Group]:
    """Yields the groups of the file, whose head says how it is written."""
    for line in lines:
        if line and not line.startswith("#"):
            grade, _, body = line.partition(": ")
            left, _, right = body.partition(" > ")
            asked = tuple(left.split(" | "))
            offered = tuple(right.split(" | ")) if right else () if grade == "whole" else asked
            yield Group(cast("Grade", grade), asked, offered)
