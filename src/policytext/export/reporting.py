"""What kind of text a source is, how damaged, and what was done to it: the figures of one cleaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from policytext.document import Decision, Edit, Profile
from policytext.export.changes import Change, changes
from policytext.text.cleaning import Cleaned
from policytext.text.words.lexicon import english
from policytext.text.words.quality import quality_of


@dataclass(frozen=True, slots=True)
class Group:
    """Changes of one reason, rule and status: their number, and one of them."""

    reason: str
    rule: str
    status: str
    count: int
    example: Change


@dataclass(frozen=True, slots=True)
class CleaningReport:
    """The cleaning of one source.

    ``before`` and ``after`` are the quality of the text as its reader gives it and of the running text, None
    where too few words can be judged. ``groups`` come with the most changes first, ``kinds`` are blocks by
    kind, ``flagged`` the places that are not changed but should be looked at. ``decided`` is the number of
    decisions, ``remarks`` says which of them could not be followed.
    """

    profile: Profile
    before: float | None
    after: float | None
    groups: tuple[Group, ...]
    kinds: tuple[tuple[str, int], ...]
    flagged: tuple[Change, ...]
    decided: int
    remarks: tuple[str, ...]


def report(
    cleaned: Cleaned, read: str, running: str, edits: Sequence[Edit], decisions: Sequence[Decision]
) -> CleaningReport:
    """Returns the report on a cleaning.

    Args:
        cleaned: what came out.
        read: the text as the reader gives it, without the tags of a web page.
        running: the running text.
        edits: those of ``cleaned`` that are to be told of.
        decisions: those that were to be followed.
    """
    made = changes(cleaned.raw, edits, cleaned.moves)
    lexicon = english()
    return CleaningReport(
        profile=cleaned.profile,
        before=quality_of(read, lexicon),
        after=quality_of(running, lexicon),
        groups=_groups(made),
        kinds=tuple(Counter(b.kind for b in cleaned.blocks).most_common()),
        flagged=tuple(c for c in made if c.status == "flagged"),
        decided=len(decisions),
        remarks=cleaned.remarks,
    )


def _groups(made: Sequence[Change]) -> tuple[Group, ...]:
    counts = Counter((c.status, c.reason, c.rule) for c in made)
    firsts: dict[tuple[str, str, str], Change] = {}
    for change in made:
        firsts.setdefault((change.status, change.reason, change.rule), change)
    ranked = sorted(counts.items(), key=lambda pair: (_order(pair[0][0]), -pair[1], pair[0]))
    return tuple(Group(k[1], k[2], k[0], n, firsts[k]) for k, n in ranked)


def _order(status: str) -> int:
    return ("applied", "moved", "suggested", "flagged").index(status)
