"""The query language: what a reader types becomes words that rank, conditions and filters.

Bare words only rank. What stands in quotes, behind ``+`` or beside AND or OR must be satisfied; what stands
behind ``-`` or NOT must not. AND binds tighter than OR, and both bind only their neighbours: in
``joint planning AND hospital``, "joint" ranks and the other two are needed. Between the words of a bracket
that is itself a condition a blank means AND: ``(waiting list) OR queue``. NOT may follow AND and OR.

No text is an error. What cannot be read as the language is read as words, and a note says so where the
reader would be surprised.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from policytext.text.asked import Asked, plain
from policytext.text.query_syntax import (
    DATES,
    FIELDS,
    LARGEST_SLOP,
    AllOf,
    AnyOf,
    Clause,
    Element,
    FieldItem,
    Fuzzy,
    Group,
    Item,
    NoneOf,
    Phrase,
    Prefix,
    Word,
    bare,
    elements,
    period,
)

__all__ = [
    "DATES",
    "FIELDS",
    "LARGEST_SLOP",
    "AllOf",
    "AnyOf",
    "Asked",
    "Clause",
    "Fuzzy",
    "NoneOf",
    "Phrase",
    "Prefix",
    "Word",
    "parse",
    "period",
    "plain",
]


def parse(text: str) -> Asked:
    """Returns what ``text`` asks in the query language; takes any text."""
    notes: list[str] = []
    reader = _Reader(notes)
    reader.read(elements(text, notes))
    asked = reader.asked()
    if asked.words or asked.needed or asked.preferred or asked.fields:
        return asked
    return replace(plain(text), notes=asked.notes)


class _Reader:
    """Decides what is needed, what ranks and what filters."""

    def __init__(self, notes: list[str]) -> None:
        self._notes, self._words = notes, list[str]()
        self._needed, self._excluded = dict[Clause, None](), dict[Clause, None]()  # in order, each once
        self._preferred, self._fields = list[Clause](), dict[str, str]()

    def asked(self) -> Asked:
        """Returns what was read."""
        excluded = [NoneOf(tuple(self._excluded))] if self._excluded else []
        return Asked(
            " ".join(self._words),
            _all([*self._needed, *excluded]),
            tuple(dict.fromkeys(self._preferred)),
            tuple(self._fields.items()),
            tuple(dict.fromkeys(self._notes)),
        )

    def read(self, parts: Sequence[Element]) -> None:
        """Reads what stands outside brackets, or in brackets that are no condition."""
        for alternatives in self._runs(parts):
            if len(alternatives) > 1:
                self._need(_any([self._all_of(items, excluded=False) for items in alternatives]))
            elif len(alternatives[0]) == 1:
                self._lone(alternatives[0][0])
            else:
                for item in alternatives[0]:
                    self._condition(item)

    def _runs(self, parts: Sequence[Element]) -> list[list[list[Item]]]:
        """Returns runs of operands that operators join: each a list of alternatives, each of items ANDed."""
        runs: list[list[list[Item]]] = []
        joint, negated = "", False
        for element in parts:
            if isinstance(element, Item):
                item = replace(element, sign="-") if negated else element
                if joint == "AND":
                    runs[-1][-1].append(item)
                elif joint == "OR":
                    runs[-1].append([item])
                else:
                    runs.append([[item]])
                joint, negated = "", False
            elif element == "NOT":
                negated = not negated
            elif joint or negated or not runs:
                self._dangling(element)
            else:
                joint = element
        if joint or negated:
            self._dangling("NOT" if negated else joint)
        return runs

    def _dangling(self, operator: str) -> None:
        self._notes.append(
            f"{operator} has nothing to join and was left out; words are written in small letters"
        )

    def _lone(self, item: Item) -> None:
        """Reads an operand that no operator joins."""
        body = item.body
        if isinstance(body, FieldItem) or item.sign or isinstance(body, Phrase):
            self._condition(item)
        elif isinstance(body, Group):
            self.read(body.elements)
        elif isinstance(body, Word):
            self._words.append(body.text)
        else:
            self._preferred.append(body)

    def _condition(self, item: Item) -> None:
        """Reads an operand that a hit must satisfy, or must not."""
        if isinstance(item.body, FieldItem) and item.sign != "-":
            self._filter(item.body)
        elif item.sign == "-":
            excluded = self._operand(item.body, excluded=True)
            if excluded is not None:
                self._excluded[excluded] = None
        else:
            self._need(self._operand(item.body, excluded=False))

    def _need(self, clause: Clause | None) -> None:
        if clause is not None:
            self._needed[clause] = None

    def _filter(self, field: FieldItem) -> None:
        kept = self._fields.setdefault(field.name, field.value)
        if kept != field.value:
            self._notes.append(f"{field.name}: can be asked once; {field.value[:40]} was left out")

    def _all_of(self, items: Iterable[Item], *, excluded: bool) -> Clause | None:
        """Returns what all the items ask together."""
        parts: list[Clause | None] = []
        for item in items:
            negative = item.sign == "-"
            part = self._operand(item.body, excluded=excluded or negative)
            parts.append(NoneOf((part,)) if negative and part is not None else part)
        return _all(parts)

    def _operand(
        self, body: Word | Prefix | Fuzzy | Phrase | FieldItem | Group, *, excluded: bool
    ) -> Clause | None:
        """Returns an operand as a condition; its words rank unless it is ``excluded``."""
        if isinstance(body, Group):
            runs = self._runs(body.elements)
            return _all([_any([self._all_of(i, excluded=excluded) for i in run]) for run in runs])
        if isinstance(body, FieldItem):
            return self._field_as_words(body, excluded=excluded)
        if isinstance(body, Word | Phrase) and not excluded:
            self._words.append(body.text)
        return Word(bare(body.text)) if isinstance(body, Word) else body

    def _field_as_words(self, field: FieldItem, *, excluded: bool) -> Clause | None:
        """Returns the words of a filter where none can stand, or None where they would mislead.

        ``speaker:Joseph OR hospital``: passages that name Joseph are the nearest to what is meant. Under NOT
        they would be the opposite of it, and the numbers of a period are seldom printed.
        """
        told = (
            f"{field.name}: filters the whole query and cannot stand under NOT, beside OR or in a condition"
        )
        if excluded or field.name in DATES:
            self._notes.append(f"{told}; it was left out")
            return None
        self._notes.append(f"{told}; its words are looked for in the text")
        self._words.append(field.value)
        return Phrase(field.value) if " " in field.value else Word(bare(field.value))


def _all(parts: Iterable[Clause | None]) -> Clause | None:
    """Returns the parts as one condition, those that are conditions of all taken apart."""
    flat: list[Clause] = []
    for part in parts:
        flat += part.parts if isinstance(part, AllOf) else [part] if part is not None else []
    flat = list(dict.fromkeys(flat))
    return AllOf(tuple(flat)) if len(flat) > 1 else flat[0] if flat else None


def _any(parts: Iterable[Clause | None]) -> Clause | None:
    """Returns the parts as one condition, those that are themselves alternatives taken apart.

    None where an alternative could not be had: to insist on the others would narrow what was meant to widen.
    """
    flat: list[Clause] = []
    for part in parts:
        if part is None:
            return None
        flat += part.parts if isinstance(part, AnyOf) else [part]
    flat = list(dict.fromkeys(flat))
    return AnyOf(tuple(flat)) if len(flat) > 1 else flat[0]
