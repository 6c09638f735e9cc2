"""How the claims of an archive come again: witnesses and papers, brought to what counts and tests them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from policytext.analysis.recurrence.chance import against_chance
from policytext.analysis.recurrence.describing import Recurrence, Silence, describe_all
from policytext.analysis.recurrence.occurrences import Occurrence, SourceFacts
from policytext.analysis.recurrence.tested import Settings
from policytext.analysis.witness import REPRINTS
from policytext.store.archive import Archive
from policytext.store.claims import StoredWitness
from policytext.store.said import homes_of_passages, slots

Facts = dict[str, Any]


def recurrences(
    archive: Archive,
    claims: Iterable[str],
    witnesses: Sequence[StoredWitness],
    how: Settings,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, Facts]:
    """Returns by claim id what is known of its returns, as plain JSON; {} for one without witnesses."""
    sources = source_facts(archive)
    occurrences = occurrences_of(archive, witnesses)
    asked = list(claims)
    told = {found.claim: _plain(found) for found in describe_all(occurrences, sources, how.period)}
    for claim, facts in told.items():
        again = [w for w in witnesses if w.claim == claim and not w.counts and w.stance == "supports"]
        facts["reprints"] = sum(w.relation in REPRINTS for w in again)
        facts["same_utterance"] = len(again) - facts["reprints"]
    for test in against_chance(occurrences, sources, how, progress):
        told[test.claim]["chance"] = asdict(test)
    return {claim: told.get(claim, {}) for claim in asked}


def source_facts(archive: Archive) -> list[SourceFacts]:
    """Returns every paper of the archive as a denominator: when it says anything at all."""
    found = []
    for document, group in groupby(slots(archive), key=lambda row: row["document"]):
        rows = list(group)
        first = rows[0]
        found.append(
            SourceFacts(
                document=document,
                title=first["title"],
                stratum=first["kind"] or "",
                published_earliest=first["published_earliest"],
                published_latest=first["published_latest"],
                said=tuple((r["earliest"], r["latest"]) for r in rows if r["earliest"] or r["latest"]),
            )
        )
    return found


def occurrences_of(archive: Archive, witnesses: Sequence[StoredWitness]) -> list[Occurrence]:
    """Returns the witnesses as they are counted."""
    homes = homes_of_passages(archive, [w.passage for w in witnesses])
    return [
        Occurrence(
            claim=w.claim,
            work=w.work,
            document=homes[w.passage].document,
            speaker=w.speaker,
            party=w.party,
            earliest=w.said_earliest,
            latest=w.said_latest,
            published_earliest=homes[w.passage].published_earliest,
            published_latest=homes[w.passage].published_latest,
            second_hand=w.relation == "quoted-at-second-hand",
            counts=w.counts,
            stance="denies" if w.stance == "denies" else "supports",
        )
        for w in witnesses
    ]


def _plain(found: Recurrence) -> Facts:
    """Returns the record as JSON holds it, occurrences shortened to what names them."""
    facts = asdict(found)
    facts["first"], facts["last"] = _named(found.first), _named(found.last)
    facts["longest_silence"] = _silence(found.longest_silence)
    facts["silences"] = [_silence(s) for s in found.silences]
    return facts


def _silence(silence: Silence | None) -> Facts | None:
    if silence is None:
        return None
    sides = {"before": _named(silence.before), "after": _named(silence.after)}
    return {"years": silence.years, "sources": silence.sources, **sides}


def _named(occurrence: Occurrence | None) -> Facts | None:
    if occurrence is None:
        return None
    earliest, latest = occurrence.said or (occurrence.earliest, occurrence.latest)
    names = ("work", "document", "speaker", "second_hand")
    return {"earliest": earliest, "latest": latest} | {name: getattr(occurrence, name) for name in names}
