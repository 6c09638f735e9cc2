"""From what was found to witnesses: every document is opened once, however many witnesses it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from policytext.analysis.timeline import Paper
from policytext.analysis.witness import OF_REPRINT, REPRINTS, Witness, WitnessRelation, WitnessVoice
from policytext.pipeline.timelines.judging import SECOND_HAND_ONLY, Status
from policytext.pipeline.timelines.places import Places, Wording
from policytext.pipeline.timelines.spool import Spool
from policytext.spans import Span
from policytext.store.archive import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A witness without what only its document's texts can tell.

    ``clean`` and ``spans`` (raw) are its place; ``lean`` is the raw place that its statement leans on,
    ``asserted_by`` who says that it was said then. ``counting`` is the text of the witness that counts for
    it, where it prints that again; ``elsewhere`` says that the archive has another printing of it. Without a
    ``work`` the archive is asked whether it is a reprint; what is ``pulled``, a pull quote, repeats its
    paper.
    """

    id: str
    document: str
    passage: str
    clean: Span
    spans: tuple[Span, ...]
    line: int
    relation: WitnessRelation
    counts: bool
    speaker: str | None
    party: str | None
    date: str | None
    basis: str | None
    voice: WitnessVoice
    score: float
    rule: str
    confidence: float
    quality: float | None
    asserted_by: str | None = None
    lean: Span | None = None
    family: str | None = None
    stance: str | None = None
    tier: str | None = None
    work: str | None = None
    reviewed_by: str | None = None
    counting: str | None = None
    elsewhere: bool = False
    pulled: bool = False

    @property
    def raw(self) -> Span:
        """The smallest raw span that holds it."""
        return Span(min(s.start for s in self.spans), max(s.end for s in self.spans))


@dataclass(frozen=True, slots=True)
class Gathered:
    """Witnesses by the time they were said, and the papers that hold them, by id."""

    witnesses: Spool
    papers: dict[str, Paper]


def gathered(archive: Archive, drafts: Iterable[Draft]) -> Gathered:
    """Returns the witnesses of the drafts, which come document by document.

    One document's texts are in memory at a time.
    """
    spool, papers = Spool(), {}
    for document, group in groupby(drafts, key=lambda d: d.document):
        places = Places(archive, document)
        papers[document] = places.paper
        for draft in group:
            spool.add(_witness(draft, places))
    return Gathered(spool, dict(sorted(papers.items())))


def _witness(draft: Draft, places: Places) -> Witness:
    paper, raw = places.paper, draft.raw
    words = places.words(draft.clean, draft.spans)
    relation = _relation(draft, places)
    status = _status(draft, relation, places, words)
    own = draft.voice == "own"
    by = None if own else places.asserts(draft.date, draft.basis, draft.asserted_by, draft.lean, raw.start)
    return Witness(
        witness_id=draft.id,
        relation=relation,
        counts_as_independent=draft.counts and relation not in REPRINTS,
        speaker=draft.speaker,
        statement_edtf=draft.date,
        statement_date_basis=draft.basis,
        publication_edtf=paper.publication_edtf,
        publication_date_basis=paper.publication_date_basis,
        voice=draft.voice,
        quote=words.quote,
        quote_raw=words.raw,
        context_before=words.before,
        context_after=words.after,
        document=paper.document,
        title=paper.title,
        source=paper.source,
        source_sha256=paper.sha256,
        start=raw.start,
        end=raw.end,
        line_start=draft.line,
        score=draft.score,
        passage=draft.passage,
        rule=draft.rule,
        confidence=draft.confidence,
        family_id=draft.family,
        stance=draft.stance,
        tier=draft.tier,
        work=draft.work,
        reviewed_by=draft.reviewed_by,
        party=draft.party,
        date_asserted_by=places.publication_asserted_by if own and draft.date else by,
        publication_asserted_by=places.publication_asserted_by,
        quote_status=status.status,
        edit_distance=status.distance,
        page=places.page(raw.start),
        quality=draft.quality,
        exact=words.exact,
        raw_before=words.raw_before,
        raw_after=words.raw_after,
        spans=tuple((s.start, s.end) for s in draft.spans) if len(draft.spans) > 1 else None,
    )


def _relation(draft: Draft, places: Places) -> WitnessRelation:
    """Returns the relation of a witness; of one that was not coded, by how its larger part is a reprint.

    A pull quote repeats its own paper, however short it is and whatever an editor did to it.
    """
    if draft.work is not None:
        return draft.relation
    if draft.pulled:
        return "internal-repeat"
    again = places.again(draft.raw)
    return draft.relation if again is None else OF_REPRINT[again.relation]


def _status(draft: Draft, relation: WitnessRelation, places: Places, words: Wording) -> Status:
    """Returns how the words stand to what is printed; `policytext.pipeline.timelines.judging` says to what.

    A reprint whose other printing cannot be had (a pull quote of a paper that lacks the words elsewhere, a
    repeat within a paper of which another sentence counts) is held against its own raw characters.
    """
    if relation in REPRINTS:
        texts = (draft.counting,) if draft.counting else ()
        if texts or places.again(draft.raw) is not None:
            told = places.against(words.quote, draft.raw, texts)
            if relation != "internal-repeat" or told.status not in ("not-found", None):
                return told
    printed = places.status(draft.clean, draft.spans)
    lone = not draft.elsewhere and not places.printed_elsewhere(draft.raw)
    if relation == "quoted-at-second-hand" and lone:
        return Status(SECOND_HAND_ONLY, printed.distance)
    return printed
