"""Hits as a reader wants them: who says it, when it was said, and where the query's words stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from policytext.ranking import Filters, Hit, Query
from policytext.search.understanding import Understood
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.folding import fold
from policytext.store.reader import FoundPassage, SaidHere, passages
from policytext.text.terms import query_terms, term_spans


@dataclass(frozen=True, slots=True)
class Result:
    """A hit with its passage.

    ``statement`` is the statement that answers the query, None where the passage's own voice does; ``marks``
    are the spans of the query's words, as offsets into the passage's text.
    """

    hit: Hit
    passage: FoundPassage
    statement: SaidHere | None
    marks: tuple[Span, ...]

    @property
    def speaker(self) -> str | None:
        """Who says it: the statement's speaker, as far as named, else whose own words the passage is."""
        if self.statement is None:
            return self.passage.voice
        return self.statement.speaker or self.statement.speaker_text

    @property
    def only_quotes(self) -> bool:
        """Whether the query's words stand in what others say there, none of whom the filters let answer."""
        passage = self.passage
        quoted = [m for m in self.marks if any(_inside(m, s, passage.start) for s in passage.statements)]
        return self.statement is None and bool(quoted) and len(quoted) == len(self.marks)

    @property
    def words_outside(self) -> bool:
        """Whether a statement answers for its speaker or date alone: the marked words stand outside."""
        said, offset = self.statement, self.passage.start
        return said is not None and bool(self.marks) and not any(_inside(m, said, offset) for m in self.marks)

    @property
    def date(self) -> str | None:
        """When it was said, in EDTF; the document's own voice speaks when it is published."""
        return self.statement.statement_date if self.statement else self.passage.publication_date

    @property
    def date_basis(self) -> str | None:
        """How that date is known."""
        return self.statement.date_basis if self.statement else self.passage.date_basis


def results(
    archive: Archive, query: Query, hits: Sequence[Hit], asked: Understood | None = None
) -> list[Result]:
    """Returns the hits with their passages, in the order given.

    ``asked`` is the query as the engine understood it: its terms are marked, and its filters decide who
    answers; without it the words of ``query`` are taken as they stand.
    """
    found = {p.number: p for p in passages(archive, [h.number for h in hits])}
    wanted = asked.marked if asked else frozenset(query_terms(query.text))
    filters = asked.filters if asked else query.filters
    others = asked.other_terms if asked else frozenset[str]()
    return [_result(hit, found[hit.number], (wanted, others), filters) for hit in hits if hit.number in found]


def joined(text: str, marks: Iterable[Span]) -> list[Span]:
    """Returns the marks of ``text``, those that touch, overlap or have only blanks between them made one."""
    spans: list[Span] = []
    for mark in marks:
        if spans and (mark.start <= spans[-1].end or text[spans[-1].end : mark.start].isspace()):
            spans[-1] = Span(spans[-1].start, max(mark.end, spans[-1].end))
        else:
            spans.append(mark)
    return spans


def _result(
    hit: Hit, passage: FoundPassage, wanted: tuple[frozenset[str], frozenset[str]], filters: Filters
) -> Result:
    """Returns the hit with the words of the query marked, or, where it has none, other words for them."""
    spans = term_spans(passage.text)
    marks: tuple[Span, ...] = ()
    for some in wanted:
        marks = marks or tuple(Span(start, end) for start, end, term in spans if term in some)
    return Result(hit, passage, answering(passage, marks, filters), marks)


def answering(passage: FoundPassage, marks: Sequence[Span], filters: Filters) -> SaidHere | None:
    """Returns the statement of ``passage`` that the query is about, or None for the passage's own voice.

    Only statements that satisfy the filters are asked; of those the one that holds most of the marked words
    wins, then the earlier. The own voice wins where it satisfies the filters and holds more of them.
    """
    fitting = [s for s in passage.statements if satisfies(s, filters)]
    if not fitting:
        return None

    def held(statement: SaidHere) -> int:
        start, end = statement.start - passage.start, statement.end - passage.start
        return sum(1 for m in marks if start <= m.start and m.end <= end)

    best = max(fitting, key=lambda s: (held(s), -s.start))
    quoted = sum(1 for m in marks if any(_inside(m, s, passage.start) for s in passage.statements))
    if voice_satisfies(passage, filters) and len(marks) - quoted >= held(best):
        return None
    return best


def _inside(mark: Span, statement: SaidHere, offset: int) -> bool:
    return statement.start - offset <= mark.start and mark.end <= statement.end - offset


def satisfies(statement: SaidHere, filters: Filters) -> bool:
    """Whether a statement satisfies the filters' speaker and, where they ask for it, statement date."""
    if filters.speaker is not None and fold(filters.speaker) not in statement.speaker_folded:
        return False
    if filters.dates == "publication" or not (filters.earliest or filters.latest):
        return True
    return statement.statement_date is not None and _within(
        statement.said_earliest, statement.said_latest, filters
    )


def voice_satisfies(passage: FoundPassage, filters: Filters) -> bool:
    """Whether the document's own voice satisfies the filters' speaker and dates."""
    if filters.speaker is not None and fold(filters.speaker) not in passage.voice_folded:
        return False
    if not (filters.earliest or filters.latest):
        return True
    return passage.publication_date is not None and _within(
        passage.published_earliest, passage.published_latest, filters
    )


def _within(first: str | None, last: str | None, filters: Filters) -> bool:
    """Whether the days from ``first`` to ``last`` (None: open) share one with the filters' days."""
    begins = first is None or filters.latest is None or first <= filters.latest
    return begins and (last is None or filters.earliest is None or last >= filters.earliest)
