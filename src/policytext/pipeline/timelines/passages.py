"""Witnesses out of passages: statements in them that say it, or what their paper says in its own voice."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from policytext.analysis.witness import WitnessRelation, WitnessVoice, own_relation
from policytext.pipeline.timelines.gathering import Draft
from policytext.ranking import Filters
from policytext.search.results import satisfies, voice_satisfies
from policytext.spans import Span
from policytext.store.archive import Archive
from policytext.store.reader import FoundPassage, SaidHere, passages
from policytext.store.said import Home, homes_of_passages, homes_of_statements
from policytext.store.selection import allowed_among

Saying = SaidHere | None
"""Who says it in a passage: one of its statements, or None for the paper's own voice."""
Choice = Callable[[FoundPassage], Iterable[Saying]]
"""Of a passage, those of its sayings that are witnesses."""

_VOICES: dict[str, WitnessVoice] = {"direct": "quoted", "indirect": "reported", "turn": "quoted"}
_QUOTED = re.compile("“[^“”]{0,2000}”")


def inside(statement: SaidHere, passage: FoundPassage) -> slice:
    """Returns where in the passage's text the statement stands; it may begin or end outside."""
    return slice(max(0, statement.start - passage.start), max(0, statement.end - passage.start))


def own_words(passage: FoundPassage) -> str:
    """Returns the passage's text without what others say in it, known to us by name or not."""
    out, at = [], 0
    for statement in passage.statements:
        place = inside(statement, passage)
        out.append(passage.text[at : max(at, place.start)])
        at = max(at, place.stop)
    return _QUOTED.sub(" ", " ".join([*out, passage.text[at:]]))


def allowed(archive: Archive, numbers: Iterable[int], filters: Filters) -> list[int]:
    """Returns those of the passage numbers that satisfy the filters, each once, rising."""
    known = sorted(set(numbers))
    return sorted(allowed_among(archive, filters, known)) if filters else known


def telling(tells: Callable[[str], bool], filters: Filters) -> Choice:
    """Returns a choice: the statements that satisfy the filters and tell; where none does, the own voice."""

    def choose(passage: FoundPassage) -> Iterator[Saying]:
        said = [
            s for s in passage.statements if satisfies(s, filters) and tells(passage.text[inside(s, passage)])
        ]
        yield from said
        if not said and voice_satisfies(passage, filters) and tells(own_words(passage)):
            yield None

    return choose


def drafts_of(
    archive: Archive, numbers: Sequence[int], choose: Choice, scores: Mapping[int, float]
) -> Iterator[Draft]:
    """Yields the witnesses in passages, document by document; a statement gives one, wherever it goes on.

    Args:
        archive: open for reading.
        numbers: of the passages, each document's together, as rising numbers are.
        choose: says which of a passage's sayings are witnesses.
        scores: how well a passage matches, by its number; 1 where there is none.
    """
    homes = _passages_in_turn(archive, numbers)
    for document, group in groupby(homes, key=lambda p: p.document):
        found: dict[str, tuple[FoundPassage, Saying]] = {}
        for passage in group:
            for said in choose(passage):
                name = passage.id if said is None else said.id
                held = found.setdefault(name, (passage, said))[0]
                if scores.get(held.number, 1.0) < scores.get(passage.number, 1.0):
                    found[name] = (passage, said)
        making = _Making(archive, document, found.values())
        for passage, said in found.values():
            yield making.draft(passage, said, scores.get(passage.number, 1.0))


def _passages_in_turn(archive: Archive, numbers: Sequence[int]) -> Iterator[FoundPassage]:
    """Yields passages a few at a time, so that no more than these are in memory."""
    for at in range(0, len(numbers), _BATCH):
        yield from passages(archive, numbers[at : at + _BATCH])


_BATCH = 200


@dataclass(frozen=True, slots=True)
class _Stored:
    """What a statement's row holds beyond ``SaidHere``."""

    spans: tuple[Span, ...]
    lean: Span | None


class _Making:
    """Makes the drafts of one document."""

    def __init__(self, archive: Archive, document: str, found: Iterable[tuple[FoundPassage, Saying]]) -> None:
        pairs = list(found)
        self._voices = homes_of_passages(archive, [p.id for p, _ in pairs])
        self._sayers = homes_of_statements(archive, [said.id for _, said in pairs if said is not None])
        rows = archive.sql.execute(
            "SELECT s.id, s.raw_start, s.raw_end, s.raw_spans, s.antecedent FROM documents d "
            "JOIN statements s ON s.document = d.key WHERE d.id = ?",
            (document,),
        )
        self._stored = {row["id"]: _stored(row) for row in rows if row["id"] in self._sayers}

    def draft(self, passage: FoundPassage, said: Saying, score: float) -> Draft:
        """Returns the draft of a statement, or of a passage in its paper's own voice."""
        voice = self._voices[passage.id]
        if said is None:
            return _of_voice(passage, voice, score)
        home = self._sayers[said.id]
        relation = own_relation(
            said.said_latest,
            passage.published_earliest,
            statement=True,
            another=home.speaker != voice.speaker,
        )
        return _of_statement(passage, said, home, self._stored[said.id], relation, score)


def _stored(row: sqlite3.Row) -> _Stored:
    pairs = json.loads(row["raw_spans"]) if row["raw_spans"] else [[row["raw_start"], row["raw_end"]]]
    lean = Span(*json.loads(row["antecedent"])) if row["antecedent"] else None
    return _Stored(tuple(Span(*pair) for pair in pairs), lean)


def _of_statement(
    passage: FoundPassage,
    said: SaidHere,
    home: Home,
    stored: _Stored,
    relation: WitnessRelation,
    score: float,
) -> Draft:
    return Draft(
        id=said.id,
        document=passage.document,
        passage=passage.id,
        clean=Span(said.start, said.end),
        spans=stored.spans,
        line=said.line,
        relation=relation,
        counts=True,
        speaker=home.speaker,
        party=home.party,
        date=said.statement_date,
        basis=said.date_basis,
        voice=_VOICES[said.kind],
        score=score,
        rule=said.rule,
        confidence=said.confidence,
        quality=passage.quality,
        asserted_by=said.asserted_by,
        lean=stored.lean,
        pulled=passage.kind == "pull_quote",
    )


def _of_voice(passage: FoundPassage, home: Home, score: float) -> Draft:
    return Draft(
        id=passage.id,
        document=passage.document,
        passage=passage.id,
        clean=Span(passage.start, passage.end),
        spans=passage.spans,
        line=passage.line,
        relation="own-statement",
        counts=True,
        speaker=home.speaker,
        party=None,
        date=passage.publication_date,
        basis=passage.date_basis,
        voice="own",
        score=score,
        rule="own-voice",
        confidence=0.5,
        quality=passage.quality,
        pulled=passage.kind == "pull_quote",
    )
