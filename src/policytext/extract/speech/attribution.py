"""How a text hands over to a speaker: cues before, inside and behind a quotation.

Every cue works on the *frame*: the text with all that is quoted blanked out, so that a name or a verb inside
a quotation is never taken for the one who speaks. The cue patterns follow Krestel, Bergler and Witte (2008)
on reported speech in newspapers; verbs are those of ``data/verbs.csv``.
"""

from __future__ import annotations

import re

from policytext.extract.quotations import BLANK
from policytext.extract.speakers.describing import AUXILIARY, is_apposition, role_word
from policytext.extract.speakers.finding import Speaker
from policytext.extract.speech.clefts import cleft_cue
from policytext.extract.speech.embedded import agent_cue, cue_around, noun_cue
from policytext.extract.speech.frame import Cue, Frame
from policytext.extract.words import Tense

__all__ = ["Cue", "Frame", "cue_before", "cue_behind"]

_TO_QUOTE = re.compile(
    r"(?:\b(?P<in>[Ii]n) |[Aa]ccording to |[Ii]n the words of |[Tt]o quote (?:from )?|[Qq]uoting |[Ff]or )$"
)
_VIEW = re.compile(r"[’']s? (?:own )?(?:view|words|opinion|phrase|judg[e]?ment|account|verdict)\b")
_AS = re.compile(r"(?:it |them |this )?(?:as|that)(?: follows)?")
_GOVERNED = re.compile(r"\b(?:in|at|to|of|by|for|from|on|with)(?: the| a| our| its)? $", re.IGNORECASE)
_OFFERS = re.compile(
    r"\b(?:include|contain|read|offer|give|put|go|run|set|make|use|open|begin|end|close|propose|"
    r"promise)(?:s|es|ed|d)?\b|"
    r"\b(?:gave|made|went|ran|began)\b"
)
_SPEAKER_WEIGHT = 0.3
"""How far a doubtful speaker lowers the confidence of his cue (an exponent)."""
_CLAUSE, _FAR, _FARTHEST = 70, 250, 400
"""So many characters between a verb and its quotation are a clause, or far off, or hold another quotation."""
NAMING = frozenset({"call", "term", "dub", "label", "brand", "read"})
"""Verbs that name: what they say of something is a saying where they have an object, else a title."""
_WHAT = re.compile(r"\b(?:what|which|that|as)\b[^,;:]{0,60}$")


def cue_before(frame: Frame, start: int, opening: int) -> Cue | None:
    """Returns the cue in ``[start, opening)``, the sentence up to a quotation's mark, the surest first."""
    left = re.sub(r"[\s*_(]+$|(?<=:)[-–—]+$", "", frame.text[start:opening].rstrip(" *_\n("))
    end = start + len(left)
    colon = left.endswith(":")
    return (
        _verb_cue(frame, start, end, colon=colon)
        or _introduced(frame, start, end)
        or noun_cue(frame, start, end)
        or cleft_cue(frame, start, end)
        or agent_cue(frame, start, end)
        or (_colon_cue(frame, start, end) if colon else None)
    )


def _verb_cue(frame: Frame, start: int, end: int, *, colon: bool) -> Cue | None:
    verbs = frame.verbs_within(max(start, end - 400), end)[-5:]
    gerund = frame.gerund(max(start, end - 60), end)
    for verb in reversed([*verbs, *([gerund] if gerund else [])]):
        subject = frame.subject(verb, start)
        if (
            subject is None
            or subject.start < start
            or _here_and_now(frame, subject, verb.start, verb.verb.tense)
        ):
            continue
        subject = _one_of(frame, subject, start)
        rest = frame.text[verb.end : end].strip(" ,:—–-")
        if verb.verb.base in NAMING and not rest and not _WHAT.search(frame.text, start, subject.start):
            return None
        judged = _distance(rest, colon=colon)
        if judged is None:
            return None
        rule, certainty = judged
        if verb.verb.base in NAMING and rule == "name-verb":
            rule = "name-calls"
        return Cue(
            subject,
            frame.text[verb.start : verb.end],
            verb.verb.tense,
            subject.start,
            end,
            rule,
            certainty * subject.confidence**_SPEAKER_WEIGHT,
        )
    return None


def _here_and_now(frame: Frame, subject: Speaker, verb: int, tense: Tense) -> bool:
    """Tells "we think", "one says", "they say", which report nothing, from "we have said", "one said"."""
    shown = frame.text[subject.start : subject.end].lower()
    perfect = re.search(r"[’']ve\b|\b(?:have|had)\b", frame.text[subject.end : verb])
    return tense == "present" and shown in {"i", "we", "one", "you", "they"} and perfect is None


def _distance(rest: str, *, colon: bool) -> tuple[str, float] | None:
    """Returns the rule and its certainty by what stands between a verb and the quotation."""
    if rest in {"", "that", "as", "how", "it", "them", "this", "him"} or _AS.fullmatch(rest):
        return "name-verb", 0.95
    if colon and ";" not in rest:
        return "name-verb-colon", 0.85
    if ";" in rest or re.match(r"(?:themselves|himself|herself|itself)\b", rest):
        return None
    if len(rest) <= _CLAUSE and not re.search(rf"[{BLANK}.?!—]", rest):
        return ("name-verb-object", 0.8) if not re.match(r"that\b", rest) else ("name-verb-clause", 0.75)
    again = BLANK in rest
    if len(rest) > (_FARTHEST if again else _FAR) or (not again and re.search(r"[.?!] |—", rest)):
        return None
    return ("name-verb-again" if again else "name-verb-far"), 0.6


def _one_of(frame: Frame, subject: Speaker, start: int) -> Speaker:
    """Returns the person behind "X, chairman of Y, was one of the members to say"."""
    if subject.type == "anonymous":
        people = [s for s in frame.speakers_within(start, subject.start) if s.type == "person" and s.name]
        if people and re.search(r"\b(?:was|is) (?:one of|among)\b", frame.text[people[0].end : subject.end]):
            return people[0]
    return subject


def _introduced(frame: Frame, start: int, end: int) -> Cue | None:
    """Reads "According to X,", "In X's view", "To quote X," and "X:"."""
    speakers = frame.speakers_within(max(start, end - 300), end)
    for speaker in reversed(speakers[-4:]):
        before, after = (
            frame.text[max(start, speaker.start - 60) : speaker.start],
            frame.text[speaker.end : end],
        )
        if speaker.rule in {"pronoun", "some"}:
            continue
        lead = _TO_QUOTE.search(before) or _TO_QUOTE.search(_without_office(before))
        if lead is None or (lead["in"] and not _VIEW.match(after)) or len(after) > 120:
            continue
        if not lead["in"] and not re.fullmatch(
            rf"(?:[’']s [\w ]{{1,20}})?[,: ]*|,[^.;{BLANK}]{{1,100}}[,:]?", after
        ):
            continue
        return Cue(
            speaker,
            (lead[0] + speaker_words(frame, speaker)).strip(),
            "present",
            speaker.start,
            end,
            "according-to",
            0.88,
        )
    return None


def _without_office(before: str) -> str:
    """Returns what stands before a name, an office left out: "According to the chairman, "."""
    match = re.search(r"\b(?:[Tt]he |a |an )?(?:[\w’'-]{2,20} ){0,5}$", before)
    lead = re.search(r"(?:[Ii]n|[Aa]ccording to|[Ii]n the words of|[Tt]o quote|[Qq]uoting) ", before)
    if match and lead and lead.end() >= match.start() - 1 and len(before) - lead.end() < 50:
        return before[: lead.end()]
    return before


def _colon_cue(frame: Frame, start: int, end: int) -> Cue | None:
    """Reads "This was echoed by X, chairman of Y:" and "X's vision is clear:"."""
    speakers = frame.speakers_within(start, end)
    speakers = [s for s in speakers if s.rule != "surname"]
    named = [
        s for s in speakers if (s.name or s.type == "document" or s.rule == "kin") and s.rule != "pronoun"
    ]
    people = [s for s in named if s.type == "person"]
    for person in reversed(people):
        after = frame.text[person.end : end]
        if re.fullmatch(r"\s?:", after) and not frame.text[start : person.start].strip():
            return Cue(person, ":", None, person.start, end, "name-colon", 0.9)
        if re.fullmatch(r"\s?:", after) or is_apposition(after.rstrip(":") + " "):
            return Cue(
                person,
                frame.text[person.end : end].strip()[-1:],
                "present",
                person.start,
                end,
                "by-name-colon",
                0.8,
            )
    subjects = [
        s
        for s in [*people, *named]
        if s.start - start <= _CLAUSE
        and not (s.type == "organisation" and _GOVERNED.search(frame.text, max(start, s.start - 12), s.start))
    ]
    if not subjects:
        return None
    subject = subjects[0]
    tail = re.search(r"\b(?:is|was|are|has|have)\b[^:]{0,40}:$", frame.text[subject.end : end])
    if subject.type != "person" and tail is None and not _OFFERS.search(frame.text, subject.end, end):
        return None  # "The report of this study:" opens a title
    tense: Tense | None = (
        None if tail is None else "past" if tail[0].startswith(("was", "had")) else "present"
    )
    return Cue(subject, ":", tense, subject.start, end, "subject-colon", 0.6)


_BEHIND = re.compile(r"[\s,*_.]{0,4}(?:\d{1,3} )?(?:[-–—]{1,2} ?)?")
_LEADS = frozenset({"", "as", "so", "or so", "which", "or as", "as the", "the"})


def cue_behind(frame: Frame, closing: int, *, ended: bool) -> Cue | None:
    """Returns the cue right behind a quotation: ", said X", ", X argued", ", of which X warned".

    Args:
        frame: the document with its quotations blanked out.
        closing: where the quotation ends, its mark included.
        ended: whether a full stop was quoted, so that a name behind it opens another sentence.
    """
    pause = _BEHIND.match(frame.text, closing)
    at = pause.end() if pause else closing
    ended = ended or "." in frame.text[closing:at]
    return _verb_then_name(frame, at) or (
        None if ended else _name_then_verb(frame, at) or cue_around(frame, closing)
    )


def _verb_then_name(frame: Frame, at: int) -> Cue | None:
    for verb in frame.verbs_within(at, at + 40)[:1]:
        if not re.fullmatch(AUXILIARY, frame.text[at : verb.start]):
            continue
        for speaker in frame.speakers_within(verb.end, verb.end + 100)[:3]:
            gap = frame.text[verb.end : speaker.start]
            if frame.text[speaker.start : speaker.end].lower() in {"it", "they"}:
                break
            if gap == " " or (not re.search(rf"[.;:{BLANK}]", gap) and role_word().search(gap)):
                words = frame.text[verb.start : verb.end]
                certainty = 0.93 * speaker.confidence**_SPEAKER_WEIGHT
                return Cue(speaker, words, verb.verb.tense, at, speaker.end, "verb-name", certainty)
    return None


def _name_then_verb(frame: Frame, at: int) -> Cue | None:
    for speaker in frame.speakers_within(at, at + 80)[:2]:
        lead = frame.text[at : speaker.start]
        if lead.strip(" ,") not in _LEADS and not role_word().search(lead):
            continue
        for verb in frame.verbs_within(speaker.end, speaker.end + 200)[:2]:
            # "Who pays?" Most would agree: a modal tells an aside from a saying
            aside = re.search(r"\b(?:would|could|can|will|may)\b", frame.text[speaker.end : verb.start])
            if (speaker.type == "anonymous" and aside) or frame.text.startswith(" that ", verb.end):
                continue
            subject = frame.subject(verb, at)
            if subject is not None and _here_and_now(frame, subject, verb.start, verb.verb.tense):
                return None
            if subject is not None and subject.start <= speaker.start:
                words = frame.text[verb.start : verb.end]
                certainty = 0.85 * subject.confidence**_SPEAKER_WEIGHT
                return Cue(subject, words, verb.verb.tense, at, verb.end, "name-verb-behind", certainty)
    return None


def speaker_words(frame: Frame, speaker: Speaker) -> str:
    """Returns the words that name the speaker."""
    return " ".join(frame.text[speaker.start : speaker.end].split())
