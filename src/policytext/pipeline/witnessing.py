"""From places that were coded to witnesses: whose words, said when, printed when, and which of them count."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Any

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.reprints.works import Place, Printing, ReprintAt, works
from policytext.analysis.witness import WitnessRelation
from policytext.store.archive import Archive
from policytext.store.claims import StoredWitness
from policytext.store.reader import RawDocument, raw_document
from policytext.store.said import Home, homes_of_passages, homes_of_statements, reprint_places

_REPRINTED: dict[str, WitnessRelation] = {
    "reprint": "reprint",
    "edited_reprint": "edited-reprint",
    "internal_repeat": "internal-repeat",
}


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

    Of one work only the first printing among them counts, and of one utterance (or one passage of a paper's
    own voice) only the first sentence. A witness that counts and comes after another work that says the same
    is a ``resurfacing-candidate``, unless it is known at second hand only.
    """
    ordered = sorted(found, key=lambda f: (f.claim, f.assertion.document, f.assertion.start, f.assertion.id))
    making = _Making(archive, [f.assertion for f in ordered])
    done: list[StoredWitness] = []
    for _, group in groupby(ordered, key=lambda f: f.claim):
        done += _related(making.claim(list(group)))
    return done


def works_of(archive: Archive, assertions: Sequence[Assertion]) -> list[str]:
    """Returns the work that each of the assertions prints; printings of one work share it."""
    printings = _Making(archive, assertions).printings(assertions)
    return [printings[a.id].work for a in assertions]


@dataclass(frozen=True, slots=True)
class _Draft:
    """A witness whose relation to the others is not known yet."""

    witness: StoredWitness
    home: Home
    once: str
    """What it is counted with: its utterance, or the passage of the paper's own voice."""


class _Making:
    """Looks up once what all claims need."""

    def __init__(self, archive: Archive, assertions: Sequence[Assertion]) -> None:
        self._archive = archive
        self._voices = homes_of_passages(archive, [a.passage for a in assertions])
        self._said = homes_of_statements(archive, [a.statement for a in assertions if a.statement])
        self._reprints = [ReprintAt(*row) for row in reprint_places(archive)]
        self._open: dict[str, tuple[RawDocument, list[int]]] = {}

    def printings(self, assertions: Sequence[Assertion]) -> dict[str, Printing]:
        """Returns by assertion id which work it prints, of these assertions."""
        printed = sorted(assertions, key=self._printed)
        places = [Place(a.id, a.document, a.start, a.end) for a in printed]
        return {p.place: p for p in works(places, self._reprints, self._text)}

    def claim(self, found: Sequence[Found]) -> list[_Draft]:
        """Returns the drafts of one claim's witnesses, in the order given."""
        printings = self.printings([f.assertion for f in found])
        return [self._draft(f, printings[f.assertion.id]) for f in found]

    def _printed(self, assertion: Assertion) -> tuple[str, str, int]:
        """Sorts by the time of printing: of a work that printing counts which came first."""
        home = self._voices[assertion.passage]
        return home.published_latest or "~", assertion.document, assertion.start

    def _text(self, document: str, start: int, end: int) -> str:
        return self._document(document)[0].clean[start:end]

    def _document(self, name: str) -> tuple[RawDocument, list[int]]:
        if name not in self._open:
            document = raw_document(self._archive, name)
            self._open[name] = (document, [at for at, c in enumerate(document.raw) if c == "\n"])
        return self._open[name]

    def _draft(self, found: Found, printing: Printing) -> _Draft:
        a = found.assertion
        home = self._said.get(a.statement or "") or self._voices[a.passage]
        document, line_ends = self._document(a.document)
        spans = tuple(document.alignment.to_raw(a.start, a.end))
        relation = _own(home, quoted=a.statement is not None)
        if not printing.counts:  # else it stands for its work here, even where that was printed before
            relation = _REPRINTED.get(printing.relation or "", relation)
        if a.kind == "pull_quote":
            relation = "internal-repeat"  # however short it is and whatever an editor did to it
        witness = StoredWitness(
            id=f"{a.document}:{spans[0].start}-{spans[-1].end}:{found.claim}",
            claim=found.claim,
            passage=a.passage,
            statement=a.statement,
            start=a.start,
            end=a.end,
            spans=spans,
            line=bisect_right(line_ends, spans[0].start - 1) + 1,
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
            relation=relation,
            work=printing.work,
            counts=printing.counts and relation not in _REPRINTED.values(),
            score=found.score,
            rule=found.rule,
            confidence=found.confidence,
            evidence=found.evidence,
            reviewed_by=found.reviewed_by,
        )
        return _Draft(witness, home, home.utterance or a.statement or a.passage)


def _own(home: Home, *, quoted: bool) -> WitnessRelation:
    earlier = home.latest is not None and home.latest < (home.published_earliest or "")
    return "quoted-at-second-hand" if quoted and earlier else "own-statement"


def _related(drafts: Sequence[_Draft]) -> list[StoredWitness]:
    """Returns the witnesses of one claim, each utterance counted once, later works marked as coming again."""
    firsts: dict[tuple[str, str], str] = {}
    told: list[StoredWitness] = []
    for draft in drafts:
        w = draft.witness
        if w.counts:
            work = firsts.setdefault((draft.once, w.stance), w.work)
            if work != w.work:
                w = replace(w, work=work, counts=False)
        told.append(w)
    first: dict[str, str] = {}
    for w in told:
        if w.counts and w.said_latest:
            first[w.stance] = min(first.get(w.stance, "~"), w.said_latest)
    return [_again(w, first.get(w.stance)) for w in told]


def _again(witness: StoredWitness, first: str | None) -> StoredWitness:
    """Returns the witness, marked where another work said the same before; ``first`` was its latest day."""
    if not witness.counts or witness.relation != "own-statement" or witness.said_earliest is None:
        return witness
    if first is not None and first < witness.said_earliest:
        return replace(witness, relation="resurfacing-candidate")
    return witness
