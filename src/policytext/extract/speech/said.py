"""What the passes that find statements share: the document as they see it, and a statement's record."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from policytext.annotation import SpeakerType, Statement, StatementKind
from policytext.extract.citations.papers import canonical, is_title
from policytext.extract.speakers.courtesies import is_opposite
from policytext.extract.speakers.describing import described
from policytext.extract.speakers.finding import Speaker
from policytext.extract.speakers.mentions import lower
from policytext.extract.speakers.names import taken_apart
from policytext.extract.speech.attribution import Cue, Frame
from policytext.extract.speech.dating import Dated, Dating
from policytext.extract.speech.voices import Voices
from policytext.extract.words import words

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
        """Returns the name of a speaker as far as the document gives it."""
        return self.resolved(speaker).name

    def resolved(self, speaker: Speaker) -> Speaker:
        """Returns a speaker with name, type and antecedent as far as the document goes.

        "I" and "we" are the voice of the section, "he", "she", "it" and "they" whoever is in focus, a bare
        office its holder.
        """
        if speaker.rule == "pronoun":
            return self._pronoun(speaker)
        if speaker.type == "document":
            return self._document(speaker)
        if speaker.rule == "office":
            held = self.frame.holder(speaker)
            return held if held.name else self._across(held)
        return self._kin(speaker) if speaker.rule == "kin" else speaker

    def _pronoun(self, speaker: Speaker) -> Speaker:
        if self.text[speaker.start : speaker.end].lower() in {"i", "we"}:
            voice = self.voices.at(speaker.start)
            return replace(speaker, name=voice, type=type_of(voice) if voice else "anonymous")
        meant = self.frame.meant(speaker)
        if meant is None:
            return replace(speaker, type="anonymous")
        meant = self.resolved(meant) if meant.rule != "pronoun" else meant
        if meant.name and meant.name == self.voices.at(speaker.start) and self._is_third(speaker):
            return replace(speaker, type="anonymous")  # whoever speaks calls himself I
        return replace(
            speaker, name=meant.name, type=meant.type, antecedent=meant.antecedent or (meant.start, meant.end)
        )

    def _is_third(self, pronoun: Speaker) -> bool:
        return self.text[pronoun.start : pronoun.end].lower() in {"he", "she", "his", "her", "him"}

    def _across(self, office: Speaker) -> Speaker:
        """Returns "the hon. Gentleman" as who spoke before: a debate answers the one who sat down."""
        if not is_opposite(self.text[office.start : office.end]):
            return office
        name = self.voices.before(office.start)
        parts = taken_apart(name) if name and self.voices.at(office.start) != name else None
        lady = self.text[office.start : office.end].endswith("Lady")
        if parts is None or parts.sex == ("m" if lady else "f"):
            return office
        return replace(office, name=name, confidence=0.6)

    def _document(self, speaker: Speaker) -> Speaker:
        """Returns a document by its title as our lists have it, "his report" by its author."""
        shown = " ".join(self.text[speaker.start : speaker.end].split())
        owner = re.match(r"(?:[Hh]is|[Hh]er) ", shown)
        if owner is not None:
            pronoun = Speaker(speaker.start, speaker.start + 3, None, "person", "pronoun", 0.5)
            meant = self.resolved(pronoun)
            return replace(speaker, name=meant.name or speaker.name, antecedent=meant.antecedent)
        name = speaker.name or re.sub(r"^\w+ ", "", shown)
        return replace(speaker, name=canonical(name) or speaker.name)

    def _kin(self, speaker: Speaker) -> Speaker:
        """Returns "Jane Hall's mother" by that name, also where the text says "my mother"."""
        shown = " ".join(self.text[speaker.start : speaker.end].split())
        whose, _, relation = shown.rpartition(" ")
        if whose.lower() in {"his", "her"}:
            return replace(speaker, type="anonymous")
        if whose.lower() == "my":
            voice = self.voices.at(speaker.start)
            return replace(speaker, name=f"{voice}’s {relation}" if voice else None)
        return replace(speaker, name=shown)

    def dated(self, cue: Cue, sentence: int, closing: int) -> Dated:
        """Returns when a statement was made, as ``Dating.of`` does.

        Who speaks for himself in a section of the document and is quoted in another without a date was asked
        for the document: his words date from its publication.
        """
        speaker = self.resolved(cue.speaker) if cue.speaker else None
        found = self.dating.of(self.frame, replace(cue, speaker=speaker), sentence, closing)
        himself = speaker is not None and self.text[speaker.start : speaker.end].lower() in {"i", "we"}
        names = (speaker.name or "").split("; ") if speaker and not himself else [""]
        asked = self.voices.interviewed().issuperset(names)
        return self.dating.printed(closing) if found.date is None and asked else found


def type_of(voice: str) -> SpeakerType:
    """Tells whether a voice is a body or a person, by its name."""
    return "organisation" if any(lower(w) in words()["organisation"] for w in voice.split()) else "person"


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
    role = party = shown = antecedent = None
    if speaker is not None:
        found = reading.resolved(speaker)
        name, kind, antecedent = found.name, found.type, found.antecedent
        if kind == "organisation" and name and is_title(name):
            kind = "document"
        if speaker.rule in {"pronoun", "office"} and name:
            confidence *= _PRONOUN_WEIGHT
        begins, role, party = described(reading.frame.text, speaker, said.sentence)
        shown = " ".join(reading.text[begins : speaker.end].split())
        shown += ")" * (shown.count("(") > shown.count(")"))
        role = role or _shown_role(speaker, shown)
        if role is None and kind == "person" and name:
            role = reading.frame.role(name, speaker.start)
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
        statement_date=said.dated.date,
        date_basis=said.dated.basis,
        antecedent=antecedent or said.dated.antecedent,
        asserted_by=said.dated.asserted_by,
        cue=" ".join(said.cue.words.split()) or None,
        rule=said.rule,
        confidence=round(min(1.0, confidence), 2),
    )


def _shown_role(speaker: Speaker, shown: str) -> str | None:
    """Returns the role in the words that name a speaker: "the Minister", "one senior nurse"."""
    if speaker.rule == "office":
        return re.sub(r"^[Tt]he ", "", shown)
    if speaker.type == "anonymous" and (
        single := re.match(r"(?:[Oo]ne|[Aa]n?|[Aa]nother) (?!of\b)(.+)", shown)
    ):
        return single[1]
    return None
