"""Who can speak in a text: persons, organisations, documents and people without a name.

``find_speakers`` lists every place that could name a speaker; whether it does is for the cues to say. The
places are found by ``mentions``, then each is given the fullest name that the document has for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policytext.extract.speakers.lonewords import lone_words
from policytext.extract.speakers.mentions import find_mentions, merged
from policytext.extract.speakers.names import Names
from policytext.extract.speakers.shortnames import ShortNames
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import alternatives
from policytext.spans import Span

__all__ = ["Speaker", "find_speakers", "speakers_and_names"]
_RECOGNISED = 0.8
_CALLED = re.compile(
    rf", (?:the |an? |then |now |aged )?(?:[\w’'-]+ ){{0,4}}?(?:{alternatives('role')}|"
    rf"{alternatives('occupation')}|\d\d)s?\b|"
    r", (?:who|whose) "
)
"""What shows that a name without title or known given name is a person's."""
_IN = re.compile(
    r"\b(?:in|at|near|across|throughout|around|outside|Members? for|Council(?:lor)? for) (?:the )?$"
)


def find_speakers(text: str, persons: Sequence[Span] = ()) -> list[Speaker]:
    """Returns every possible speaker in reading order; no two overlap.

    A surname is filled up from the fullest form of the name in the document, where only one person can be
    meant; a short name of a body ("the Committee") from the last body so named.

    Args:
        text: the clean text, best with what is quoted blanked out: who is named there does not speak here.
        persons: clean spans where somebody else's recogniser saw a person; they are added where nothing of
            ours stands (rule ``named-entity``, confidence 0.8).
    """
    return speakers_and_names(text, persons)[0]


def speakers_and_names(text: str, persons: Sequence[Span] = ()) -> tuple[list[Speaker], Names]:
    """Returns what ``find_speakers`` does, and the persons of the document."""
    mentions = find_mentions(text)
    barred = lone_words(text, mentions)
    recognised = [_recognised(text, span) for span in sorted(persons) if text[span.start : span.end].strip()]
    if recognised:
        ours = [m for m in mentions if m.rule != "surname" or m.start not in barred]
        mentions = merged(ours, recognised)
    names, bodies = Names(text, mentions), ShortNames(text)
    found: list[Speaker] = []
    for mention in mentions:
        if mention.type == "person" and mention.rule not in _UNNAMED:
            speaker = names.resolve(mention)
            if speaker.rule == "name" and _CALLED.match(text, speaker.end):
                speaker = replace(speaker, confidence=_RECOGNISED)
            if not (speaker.rule == "surname" and mention.start in barred):
                found.append(speaker)
        else:
            found.append(bodies.resolve(mention))
    found = _untangled(found)
    kept = [s for n, s in enumerate(found) if not _names_nobody(text, s, found[n + 1 : n + 2])]
    return _apposed(text, kept), names


def _untangled(found: Sequence[Speaker]) -> list[Speaker]:
    """Returns the speakers without those that a title has swallowed."""
    kept: list[Speaker] = []
    for speaker in found:
        if not kept or speaker.start >= kept[-1].end:
            kept.append(speaker)
    return kept


_CLOSED = re.compile(r"[,)]")


def _apposed(text: str, speakers: Sequence[Speaker]) -> list[Speaker]:
    """Returns the speakers, an office right behind its holder with his name: "Mr Hall, the clerk,"."""
    out: list[Speaker] = []
    for speaker in speakers:
        last = out[-1] if out else None
        if last is not None and _same_person(text, last, speaker):
            place = (last.start, last.end)
            out.append(replace(speaker, name=last.name, rule="office-apposed", antecedent=place))
        else:
            out.append(speaker)
    return out


def _same_person(text: str, holder: Speaker, office: Speaker) -> bool:
    return (
        office.rule == "office"
        and holder.type == "person"
        and holder.name is not None
        and text[holder.end : office.start] == ", "
        and _CLOSED.match(text, office.end) is not None
    )


def _names_nobody(text: str, speaker: Speaker, behind: Sequence[Speaker]) -> bool:
    """Tells an office before its holder's name ("the matron, Mrs Hall,") and a place ("in Nether Wold")."""
    if speaker.rule == "people" and behind and behind[0].type == "person" and behind[0].name:
        return text[speaker.end : behind[0].start] == ", " and behind[0].rule != "surname"
    if speaker.rule == "office" and behind and behind[0].type == "person" and behind[0].name:
        return text[speaker.end : behind[0].start] in {", ", " "}
    if speaker.name == "Lords" and text[max(0, speaker.start - 3) : speaker.start] in {"My ", "my "}:
        return True
    if speaker.rule == "name" and speaker.confidence < _RECOGNISED:
        return _IN.search(text, max(0, speaker.start - 16), speaker.start) is not None
    return False


_UNNAMED = frozenset({"office", "pronoun", "kin"})


def _recognised(text: str, span: Span) -> Speaker:
    name = " ".join(text[span.start : span.end].split())
    return Speaker(span.start, span.end, name, "person", "named-entity", _RECOGNISED)
