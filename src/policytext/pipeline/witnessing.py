"""From places that were coded to witnesses: whose words, said when, printed when, and which of them count."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.reprints.works import Place, Printing, ReprintAt, works
from policytext.analysis.witness import OF_REPRINT, own_relation
from policytext.store.archive import Archive
from policytext.store.claims import StoredWitness
from policytext.store.reader import RawDocument, raw_document
from policytext.store.said import (
    clean_text,
    homes_of_passages,
    homes_of_statements,
    reprint_places,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An assertion that witnesses a claim, and why it is thought to."""

    claim: str
    assertion: Assertion
    stance: str
    tier: str
    score: float
    rule: str
    confidence: float
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reviewed_by: str | None = None


def witnesses_of(archive: Archive, found: Sequence[Found]) -> list[StoredWitness]:
    """Returns a witness for everything found, by claim, document and place.

    A work is what one speaker says in one paper at one date (a paper that says a thing in ten places says it
    once), with all that prints it again. Of each one witness counts: a confirmed one before those suggested,
    the original before its reprints, what was printed first. What counts and comes after another work that
    is confirmed to say the same is a ``resurfacing-candidate``, unless it is known at second hand only.
    """
    making = _Making(archive, [f.assertion for f in found])
    by_claim = sorted(found, key=lambda f: (f.claim, f.assertion.document, f.assertion.start, f.assertion.id))
    printings: dict[tuple[str, str], Printing] = {}
    for claim, group in groupby(by_claim, key=lambda f: f.claim):
        printed = making.printings([f.assertion for f in group])
        printings |= {(claim, name): printing for name, printing in printed.items()}
    by_document = sorted(by_claim, key=lambda f: f.assertion.document)  # each is opened once
    drafts = [making.draft(f, printings[f.claim, f.assertion.id]) for f in by_document]
    drafts.sort(key=lambda d: (d.witness.claim, d.document, d.witness.start, d.witness.id))
    done: list[StoredWitness] = []
    for _, of_claim in groupby(drafts, key=lambda d: d.witness.claim):
        done += _coming_again(_counted(list(of_claim)))
    return done


def works_of(archive: Archive, assertions: Sequence[Assertion]) -> list[str]:
    """Returns the work that each of the assertions prints; printings of one work share it."""
    printings = _Making(archive, assertions).printings(assertions)
    return [printings[a.id].work for a in assertions]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A witness of which it is not known yet whether it counts.

    ``once`` is what it is counted with: what one speaker says in one paper at one date. ``rank`` puts first
    what counts, of several.
    """

    witness: StoredWitness
    document: str
    printing: Printing
    once: str
    rank: tuple[bool, bool, bool, str, str, int, str]


class _Making:
    """Looks up once what all claims need."""

    def __init__(self, archive: Archive, assertions: Sequence[Assertion]) -> None:
        self._archive = archive
        self._voices = homes_of_passages(archive, [a.passage for a in assertions])
        self._said = homes_of_statements(archive, [a.statement for a in assertions if a.statement])
        self._reprints = [ReprintAt(*row) for row in reprint_places(archive)]
        self._open: tuple[RawDocument, list[int]] | None = None

    def printings(self, assertions: Sequence[Assertion]) -> dict[str, Printing]:
        """Returns by assertion id which work it prints, of these assertions."""
        printed = sorted(assertions, key=lambda a: (self._printed(a), a.document, a.start, a.id))
        places = [Place(a.id, a.document, a.start, a.end) for a in printed]
        texts = lambda document, start, end: clean_text(self._archive, document, start, end)  # noqa: E731
        return {p.place: p for p in works(places, self._reprints, texts)}

    def _printed(self, assertion: Assertion) -> str:
        """Sorts by the time of printing."""
        return self._voices[assertion.passage].published_latest or "~"

    def _document(self, name: str) -> tuple[RawDocument, list[int]]:
        """Returns a document with the places of its line ends; one is in memory at a time."""
        if self._open is None or self._open[0].id != name:
            document = raw_document(self._archive, name)
            self._open = (document, [at for at, c in enumerate(document.raw) if c == "\n"])
        return self._open

    def draft(self, found: Found, printing: Printing) -> _Draft:
        """Returns the witness as if it counted; drafts of one document want to be asked for together."""
        a = found.assertion
        voice = self._voices[a.passage]
        home = self._said.get(a.statement or "") or voice
        document, line_ends = self._document(a.document)
        spans = tuple(document.alignment.to_raw(a.start, a.end))
        witness = StoredWitness(
            id=f"{a.id}:{found.claim}",
            claim=found.claim,
            passage=a.passage,
            statement=a.statement,
            start=a.start,
            end=a.end,
            spans=spans,
            line=bisect_right(line_ends, min(s.start for s in spans) - 1) + 1,
            text=document.clean[a.start : a.end],
            stance=found.stance,
            tier=found.tier,
            voice=a.voice,
            speaker=home.speaker or a.speaker,
            party=home.party,
            statement_date=home.date,
            said_earliest=home.earliest,
            said_latest=home.latest,
            date_basis=home.basis,
            asserted_by=home.asserted_by,
            relation=own_relation(
                home.latest,
                home.published_earliest,
                statement=a.statement is not None,
                another=home.speaker != voice.speaker,
            ),
            work=printing.work,
            counts=True,
            score=found.score,
            rule=found.rule,
            confidence=found.confidence,
            evidence=found.evidence,
            reviewed_by=found.reviewed_by,
        )
        repeats = printing.relation in OF_REPRINT
        rank = (found.tier != "confirmed", a.kind == "pull_quote", repeats, self._printed(a))
        once = f"{a.document} {witness.speaker} {home.earliest}/{home.latest}"
        return _Draft(witness, a.document, printing, once, (*rank, a.document, a.start, a.id))


def _counted(drafts: Sequence[_Draft]) -> list[StoredWitness]:
    """Returns the witnesses of one claim, one of each work and stance counting.

    Texts that have a sentence in one utterance are one work, and so are the other printings of either.
    """
    kin = _Kin()
    for draft in drafts:
        stance = draft.witness.stance
        kin.join(f"{stance} work {draft.printing.work}", f"{stance} once {draft.once}")
    first: dict[str, _Draft] = {}
    for draft in sorted(drafts, key=lambda d: d.rank):
        first.setdefault(kin.of(f"{draft.witness.stance} once {draft.once}"), draft)
    told = []
    for draft in drafts:
        counting = first[kin.of(f"{draft.witness.stance} once {draft.once}")]
        if draft is counting:
            told.append(draft.witness)
            continue
        relation = OF_REPRINT.get(draft.printing.relation or "", draft.witness.relation)
        relation = "internal-repeat" if draft.rank[1] else relation  # a pull quote repeats its own paper
        work = counting.printing.work
        told.append(replace(draft.witness, relation=relation, work=work, counts=False))
    return told


class _Kin:
    """Names that are joined, each to the set that it belongs to."""

    def __init__(self) -> None:
        self._leads: dict[str, str] = {}

    def of(self, name: str) -> str:
        """Returns what stands for the set of ``name``."""
        while (leads := self._leads.get(name, name)) != name:
            self._leads[name] = self._leads.get(leads, leads)
            name = leads
        return name

    def join(self, one: str, other: str) -> None:
        """Makes the sets of two names one."""
        one, other = sorted((self.of(one), self.of(other)))
        self._leads[other] = one


def _coming_again(witnesses: Sequence[StoredWitness]) -> list[StoredWitness]:
    """Returns the witnesses of one claim, later works marked where another certainly said the same before."""
    first: dict[str, str] = {}
    for w in witnesses:
        if w.counts and w.said_latest and w.tier == "confirmed":
            first[w.stance] = min(first.get(w.stance, "~"), w.said_latest)
    return [_again(w, first.get(w.stance)) for w in witnesses]


def _again(witness: StoredWitness, first: str | None) -> StoredWitness:
    """Returns the witness, marked where another work said the same before; ``first`` was its latest day."""
    if not witness.counts or witness.relation != "own-statement" or witness.said_earliest is None:
        return witness
    if first is not None and first < witness.said_earliest:
        return replace(witness, relation="resurfacing-candidate")
    return witness
