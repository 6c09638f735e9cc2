"""What a query asks for, once its language is read and its slips are put right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policytext.errors import BadRequest
from policytext.index.lexical import LexicalIndex
from policytext.index.terms import BestOf
from policytext.ranking import Filters, Query
from policytext.search.widening import widened
from policytext.store.folding import fold
from policytext.text.asked import Asked, may_have_operators, plain
from policytext.text.terms import STOP_WORDS, query_terms, terms
from policytext.text.terms import words as folded_words

if TYPE_CHECKING:  # a query of plain words does without
    from policytext.search.suggesting import Suggestion
    from policytext.text.query_syntax import Clause

_RARE = 3  # passages that hold a word at most, for its spelling to be looked at ...
_MANY = 1000  # ... in so many passages: in fewer hardly a look-alike is as much commoner as it must be


@dataclass(frozen=True, slots=True)
class Understood:
    """A query as it is searched.

    ``words`` rank, ``needed`` must be satisfied, ``preferred`` rank too, and so do ``others``: other words
    for the same. ``filters`` are those of the query and its language; ``marked`` are the terms to mark in
    what is found. ``notes`` tell the reader what was done to the query; ``offered`` is a spelling to ask back
    about, None where none suggests itself.
    """

    words: str
    needed: Clause | None
    preferred: tuple[Clause, ...]
    filters: Filters
    marked: frozenset[str]
    others: tuple[BestOf, ...] = ()
    notes: tuple[str, ...] = ()
    offered: str | None = None

    @property
    def other_terms(self) -> frozenset[str]:
        """The terms of the other words for those of the query."""
        shown = " ".join(part.name for best in self.others for part in best.parts)
        return frozenset(query_terms(shown))


def understand(query: Query, index: LexicalIndex) -> Understood:
    """Returns what ``query`` asks of the corpus behind ``index``.

    Raises:
        BadRequest: the query is empty, or asks for the same filter in two ways.
    """
    if not query.text.strip():
        raise BadRequest("the query is empty", advice="a few words")
    asked = _asked(query.text, plainly=query.plain)
    notes: list[str] = list(asked.notes)
    offered = None
    if not query.exact:
        asked, offered = _corrected(query, asked, index, notes)
    filters = merged(query.filters, asked)
    words = _ranking_words(asked.words, filters)
    others = () if query.exact else widened(words, index)
    if query_terms(words) and not others and not any(map(index.count, query_terms(words))):
        notes.append("no paper holds any of these words: what is found is near in meaning at best")
    return Understood(
        words,
        asked.needed,
        asked.preferred,
        filters,
        _marked(asked, index, notes),
        others,
        tuple(dict.fromkeys(notes)),
        offered,
    )


def _asked(text: str, *, plainly: bool) -> Asked:
    if plainly or not may_have_operators(text):
        return plain(text)
    from policytext.text.querying import parse

    return parse(text)


def merged(filters: Filters, asked: Asked) -> Filters:
    """Returns the filters with those of the query language.

    Raises:
        BadRequest: one of them is asked for twice, or both when said and when printed.
    """
    if not asked.fields:
        return filters
    from policytext.text.querying import period

    values: dict[str, str | None] = {}
    for name, value in asked.fields:
        if name in {"said", "printed"}:
            if "dates" in values or filters.earliest or filters.latest:
                raise BadRequest("one stretch of time can be asked for, when said or when printed", name)
            values["earliest"], values["latest"] = period(value)
            values["dates"] = "statement" if name == "said" else "publication"
        elif getattr(filters, name) is not None:
            raise BadRequest(f"{name} is asked for twice", f"{name}:{value}", "one of the two")
        else:
            values[name] = value
    try:
        return replace(filters, **values) if values else filters  # type: ignore[arg-type]
    except ValueError as error:
        raise BadRequest(str(error)) from error


def _ranking_words(words: str, filters: Filters) -> str:
    """Returns the words without the name of a speaker who is asked for: his passages seldom name him."""
    if filters.speaker is None:
        return words
    named = set(terms(fold(filters.speaker)))
    others = [word for word in words.split() if not (found := terms(word)) or not named.issuperset(found)]
    left = " ".join(others)
    return left if not STOP_WORDS.issuperset(folded_words(left)) else words


def _corrected(query: Query, asked: Asked, index: LexicalIndex, notes: list[str]) -> tuple[Asked, str | None]:
    """Returns the query with words that the corpus lacks put right where that is sure, and what to offer."""
    most = _RARE if index.manifest.count >= _MANY else 0
    if all(index.count(term) > most for term in query_terms(asked.words)):
        return asked, None
    from policytext.search.suggesting import corrected, respelt

    found = corrected(asked.words, index.vocabulary, index.together)
    sure = [suggestion for suggestion in found.suggestions if suggestion.sure]
    notes += [_told(suggestion) for suggestion in sure]
    if sure:
        respelled = respelt(query.text, sure)
        asked = _asked(respelled, plainly=query.plain)
    unsure = len(sure) < len(found.suggestions)
    return asked, respelt(query.text, found.suggestions) if unsure else None


def _told(suggestion: Suggestion) -> str:
    return f"{suggestion.word} is not in these papers; searched for {suggestion.instead}"


def _marked(asked: Asked, index: LexicalIndex, notes: list[str]) -> frozenset[str]:
    clauses = ([asked.needed] if asked.needed else []) + list(asked.preferred)
    found = frozenset(query_terms(asked.words))
    if clauses:
        from policytext.index.clauses import notes_of, terms_of

        notes += notes_of(clauses, index.vocabulary)
        found |= terms_of(clauses, index.vocabulary)
    return found
