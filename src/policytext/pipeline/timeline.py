"""A timeline: who said what was asked for, when it was said, and where it was printed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from policytext.analysis.witness import (
    OF_REPRINT,
    REPRINTS,
    Witness,
    WitnessRelation,
    WitnessVoice,
    in_time_order,
    own_relation,
)
from policytext.pipeline.wording import Wordings
from policytext.ranking import Filters, Query
from policytext.search.engine import SearchEngine
from policytext.search.results import Result, results, satisfies, voice_satisfies
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import FoundPassage, SaidHere
from policytext.text.terms import terms

_LARGER_PART = 0.5

_ENOUGH = 0.5
"""Share of the query's weight that a witness must hold."""

_QUOTED = re.compile("“[^“”]{0,2000}”")

_VOICES: dict[str, WitnessVoice] = {"direct": "quoted", "indirect": "reported", "turn": "quoted"}


@dataclass(frozen=True, slots=True)
class Timeline:
    """Witnesses in the order in which they were said, from the best ``looked_at`` passages.

    ``left_out`` of these are near, but hold too little of the query to be witnesses.
    """

    witnesses: list[Witness]
    looked_at: int
    left_out: int


def timeline(archive: Archive, engine: SearchEngine, query: Query, k: int) -> Timeline:
    """Returns the witnesses in the best ``k`` passages for ``query``.

    A witness holds words of the query (two or more, of three or more) that carry at least half of what the
    query asks, weighed by how rare they are in the archive: search ranks everything that is near, a timeline
    claims that it was said. In dense mode no words are asked for. A passage gives one witness for every
    statement in it that does, and satisfies the filters; where none does, its own voice may be the witness.
    A witness the larger part of which was printed before bears its reprint's relation and does not count.
    """
    every = replace(query, fold=False)  # reprints are witnesses too, and say so themselves
    asked = engine.understood(every)
    sources, weights = _Sources(archive), engine.word_weights(asked.words)
    found = results(archive, every, engine.search(every, k), asked)
    by_passage = [list(_witnesses(sources, r, asked.filters, weights)) for r in found]
    witnesses = in_time_order(w for several in by_passage for w in several)
    return Timeline(witnesses, len(found), sum(1 for several in by_passage if not several))


def _witnesses(
    sources: _Sources, result: Result, filters: Filters, weights: dict[str, float]
) -> Iterator[Witness]:
    passage = result.passage
    said = [
        s
        for s in passage.statements
        if satisfies(s, filters) and _told(passage.text[_inside(s, passage)], weights) >= _ENOUGH
    ]
    for statement in said:
        yield _of_statement(sources, result, statement)
    if not said and voice_satisfies(passage, filters) and _told(_own_words(passage), weights) >= _ENOUGH:
        yield _of_voice(sources, result)


def _own_words(passage: FoundPassage) -> str:
    """Returns the passage's text without what others say in it, known to us by name or not."""
    out, at = [], 0
    for statement in passage.statements:
        inside = _inside(statement, passage)
        out.append(passage.text[at : max(at, inside.start)])
        at = max(at, inside.stop)
    return _QUOTED.sub(" ", " ".join([*out, passage.text[at:]]))


def _inside(statement: SaidHere, passage: FoundPassage) -> slice:
    """Returns where in the passage's text the statement stands; it may begin or end outside."""
    return slice(max(0, statement.start - passage.start), max(0, statement.end - passage.start))


def _told(text: str, weights: dict[str, float]) -> float:
    """Returns the share in [0, 1] of the query's weight that ``text`` holds; 1 where none is asked.

    One word of three or more is no more than a coincidence: 0.
    """
    if not weights:
        return 1.0
    held = weights.keys() & set(terms(text))
    return 0.0 if len(weights) > 2 and len(held) < 2 else sum(weights[term] for term in sorted(held))


def _of_statement(sources: _Sources, result: Result, said: SaidHere) -> Witness:
    passage = result.passage
    own = own_relation(said.said_latest, passage.published_earliest, statement=True)
    return sources.witness(
        result,
        said.id,
        own,
        clean=Span(said.start, said.end),
        raw=Span(said.raw_start, said.raw_end),
        line=said.line,
        speaker=said.speaker or said.speaker_text,
        date=(said.statement_date, said.date_basis),
        voice=_VOICES[said.kind],
        rule=said.rule,
        confidence=said.confidence,
    )


def _of_voice(sources: _Sources, result: Result) -> Witness:
    passage = result.passage
    return sources.witness(
        result,
        passage.id,
        "own-statement",
        clean=Span(passage.start, passage.end),
        raw=Span(passage.raw_start, passage.raw_end),
        line=passage.line,
        speaker=passage.voice,
        date=(passage.publication_date, passage.date_basis),
        voice="own",
        rule="own-voice",
        confidence=0.5,
    )


class _Sources:
    """Raw texts of the documents in hand, and which passages are reprints."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._wordings = Wordings(archive)

    def witness(
        self,
        result: Result,
        name: str,
        relation: WitnessRelation,
        *,
        clean: Span,
        raw: Span,
        line: int,
        speaker: str | None,
        date: tuple[str | None, str | None],
        voice: WitnessVoice,
        rule: str,
        confidence: float,
    ) -> Witness:
        passage = result.passage
        words = self._wordings.at(passage.document, clean, raw)
        relation = self._reprint(passage, raw) or relation
        return Witness(
            witness_id=name,
            relation=relation,
            counts_as_independent=relation not in REPRINTS,
            speaker=speaker,
            statement_edtf=date[0],
            statement_date_basis=date[1],
            publication_edtf=passage.publication_date,
            publication_date_basis=passage.date_basis,
            voice=voice,
            quote=words.quote,
            quote_raw=words.raw,
            context_before=words.before,
            context_after=words.after,
            document=passage.document,
            title=passage.title,
            source=passage.source,
            source_sha256=passage.sha256,
            start=raw.start,
            end=raw.end,
            line_start=line,
            score=result.hit.score,
            passage=passage.id,
            rule=rule,
            confidence=confidence,
        )

    def _reprint(self, passage: FoundPassage, span: Span) -> WitnessRelation | None:
        """Returns how the larger part of ``span`` was printed before; None where it was not.

        A pull quote repeats its own paper, however short it is and whatever an editor did to it.
        """
        if passage.kind == "pull_quote":
            return "internal-repeat"
        rows = self._archive.sql.execute(
            "SELECT r.relation, r.raw_start, r.raw_end FROM reprints r JOIN passages p ON p.key = r.passage "
            "WHERE p.id = ? AND r.relation != 'original' ORDER BY r.raw_start, r.grp",
            (passage.id,),
        )
        for row in rows:
            shared = min(span.end, row["raw_end"]) - max(span.start, row["raw_start"])
            if shared >= _LARGER_PART * len(span):
                return OF_REPRINT[row["relation"]]
        return None


def source_digests(archive: Archive, witnesses: Sequence[Witness] | None = None) -> list[str]:
    """Returns the sorted sha256 digests of the archive's sources (of the witnesses' sources, where given)."""
    if witnesses is not None:
        return sorted({w.source_sha256 for w in witnesses})
    return sorted(row["sha256"] for row in archive.sql.execute("SELECT sha256 FROM documents"))
