"""What the passes that find statements share: the document as they see it, and a statement's record."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.annotation import SpeakerType, Statement, StatementKind
from policytext.extract.attribution import Cue, Frame
from policytext.extract.dating import Dated, Dating
from policytext.extract.describing import described
from policytext.extract.papers import canonical, is_title
from policytext.extract.speakers import Speaker
from policytext.extract.voices import Voices

WORD = re.compile(r"\w[\w’'-]*")
_PRONOUN_WEIGHT = 0.8
"""How much less sure a statement is whose speaker is a pronoun."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A document being read: its text, its frame without quotations, its dates, its voices."""

    text: str
    frame: Frame
    dating: Dating
    voices: Voices

    def speaker(self, speaker: Speaker) -> str | None:
        """Returns the name of a speaker as far as the document gives it.

        "I" and "we" are the voice of the section, "he" and "she" the last person named.
        """
        if speaker.type == "document" and speaker.name:
            return canonical(speaker.name) or speaker.name
        if speaker.rule != "pronoun":
            return speaker.name
        if self.text[speaker.start : speaker.end].lower() in {"i", "we"}:
            return self.voices.at(speaker.start)
        person = self.frame.last_person(speaker.start)
        return person.name if person else None

    def dated(self, cue: Cue, sentence: int, closing: int) -> Dated:
        """Returns the date of a statement and its basis, as ``Dating.of`` does.

        Who speaks for himself in a section of the document and is quoted in another without a date was asked
        for the document: his words date from its publication.
        """
        found = self.dating.of(self.frame, cue, sentence, closing)
        published = self.dating.publication_date
        names = (cue.speaker.name or "").split("; ") if cue.speaker else [""]
        asked = self.voices.interviewed().issuperset(names)
        return (published, "publication") if found == (None, None) and published and asked else found


@dataclass(frozen=True, slots=True)
class Said:
    """A statement found: clean ``[start, end)``, its cue, where the cue's sentence begins, its date."""

    start: int
    end: int
    kind: StatementKind
    cue: Cue
    sentence: int
    dated: Dated
    rule: str
    confidence: float


def write_down(reading: Reading, said: Said) -> Statement:
    """Returns the record of a statement, its speaker resolved as far as the document goes."""
    speaker, confidence = said.cue.speaker, said.confidence
    name: str | None = None
    kind: SpeakerType = "anonymous"
    role = party = shown = None
    if speaker is not None:
        name, kind = reading.speaker(speaker), speaker.type
        if kind == "organisation" and name and is_title(name):
            kind = "document"
        if speaker.rule == "pronoun":
            confidence *= _PRONOUN_WEIGHT
            kind = "person" if name else "anonymous"
        begins, role, party = described(reading.frame.text, speaker, said.sentence)
        if speaker.rule == "office":
            role = reading.text[speaker.start : speaker.end].split(" ", 1)[1]
        shown = " ".join(reading.text[begins : speaker.end].split())
    return Statement(
        start=said.start,
        end=said.end,
        text=reading.text[said.start : said.end],
        kind=said.kind,
        speaker=name,
        speaker_type=kind,
        speaker_text=shown,
        role=role,
        party=party,
        statement_date=said.dated[0],
        date_basis=said.dated[1],
        cue=" ".join(said.cue.words.split()) or None,
        rule=said.rule,
        confidence=round(min(1.0, confidence), 2),
    )
