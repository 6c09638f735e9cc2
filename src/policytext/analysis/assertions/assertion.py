"""What may witness a claim: sentences and clauses that assert something, with whose words they are."""

from __future__ import annotations

from dataclasses import dataclass

from policytext.analysis.witness import WITNESS_VOICES, WitnessVoice
from policytext.document import BlockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """A sentence or clause that asserts something.

    ``start``/``end`` are clean offsets in its document, ``text`` what stands there with white space
    collapsed.
    ``before`` and ``after`` are the sentences beside it in its paragraph (empty where there is none),
    ``section`` is the path of headings above. ``passage`` and ``statement`` are the ids of the passage and,
    where it lies in one, of the statement it stands in; ``speaker`` is who says it: the statement's speaker,
    else the voice of the section.
    """

    id: str
    document: str
    passage: str
    start: int
    end: int
    text: str
    before: str
    after: str
    section: str
    kind: BlockKind
    voice: WitnessVoice
    speaker: str | None
    statement: str | None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or not self.text.strip():
            raise ValueError(f"assertion {self.id}: not a span with something in it")
        if self.voice not in WITNESS_VOICES:
            raise ValueError(f"assertion {self.id}: no voice {self.voice}")
