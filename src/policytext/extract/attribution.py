"""How a text hands over to a speaker: cues before, inside and behind a quotation.

Every cue works on the *frame*: the text with all that is quoted blanked out, so that a name or a verb inside
a quotation is never taken for the one who speaks. The cue patterns follow Krestel, Bergler and Witte (2008)
on reported speech in newspapers; verbs are those of ``data/verbs.csv``.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from policytext.document import Span
from policytext.extract.describing import AUXILIARY, is_apposition, role_word
from policytext.extract.quotations import BLANK
from policytext.extract.speakers import Speaker, find_speakers
from policytext.extract.words import Tense, Verb, verb_pattern, verbs

_SHORT_GAP = re.compile(
    rf"(?:[’']s)?(?: \([^()]{{1,60}}\))?(?:, (?:who|which)|,? who)?,? ?(?:[’']ve |[’']d )?"
    rf"(?:, )?{AUXILIARY}$"
)
_PHRASE_GAP = re.compile(
    rf"(?: (?:in|from|of|at|to|across|within|on|for|by)(?: [^\s,.;:{BLANK}]{{1,30}}){{1,9}}"
    rf"|, (?:and|as well as) [^,.;:{BLANK}]{{2,60}},)? {AUXILIARY}$"
)
_TO_QUOTE = re.compile(
    r"(?:\b(?P<in>[Ii]n) |[Aa]ccording to |[Ii]n the words of |[Tt]o quote (?:from )?|[Qq]uoting |[Ff]or )$"
)
_VIEW = re.compile(r"[’']s? (?:own )?(?:view|words|opinion|phrase|judg[e]?ment|account|verdict)\b")
_ASKS = re.compile(
    r"\b(?:[Ww]ill|[Ww]ould|[Dd]oes|[Dd]id|[Dd]o|[Cc]an|[Cc]ould|[Mm]ay|[Ss]hould|[Mm]ust)(?: the| not)? $"
)
_REACH = 320
_SPEAKER_WEIGHT = 0.3
"""How far a doubtful speaker lowers the confidence of his cue (an exponent)."""
_SUBJECTS = 8
_SURE_NAME = 0.8
"""A pronoun stands for no name that is less sure than this."""


@dataclass(frozen=True, slots=True)
class Cue:
    """A speaker and what hands over to him: the cue's words, their tense, their place in the clean text.

    ``text`` is the stretch that names the speaker with his office; ``certainty`` in [0, 1] is the cue's own.
    """

    speaker: Speaker | None
    words: str
    tense: Tense | None
    start: int
    end: int
    rule: str
    certainty: float


@dataclass(frozen=True, slots=True)
class _Placed:
    start: int
    end: int
    verb: Verb


class Frame:
    """A text with its quotations blanked out, and every speaker and reporting verb left in it.

    Args:
        text: the clean text.
        quoted: the insides of its quotations, in order; a final stop stays, so that sentences still end.
    """

    def __init__(self, text: str, quoted: Sequence[Span]) -> None:
        self.text = _blanked(text, quoted)
        self.speakers = find_speakers(self.text)
        self._ends = [s.end for s in self.speakers]
        self._starts = [s.start for s in self.speakers]
        self.verbs = [
            _Placed(m.start(), m.end(), verbs()[" ".join(m[0].split())])
            for m in verb_pattern().finditer(self.text)
        ]
        self._verb_starts = [v.start for v in self.verbs]

    def verbs_within(self, start: int, end: int) -> list[_Placed]:
        """Returns the reporting verbs that begin in ``[start, end)``."""
        return self.verbs[bisect_left(self._verb_starts, start) : bisect_left(self._verb_starts, end)]

    def speakers_within(self, start: int, end: int) -> list[Speaker]:
        """Returns the speakers that begin in ``[start, end)``."""
        return self.speakers[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def last_person(self, before: int) -> Speaker | None:
        """Returns the last person with a name before a place, at most a paragraph or two away."""
        for index in range(bisect_right(self._ends, before) - 1, -1, -1):
            speaker = self.speakers[index]
            if before - speaker.end > 800:
                return None
            if speaker.type == "person" and speaker.name and speaker.confidence >= _SURE_NAME:
                return speaker
        return None

    def subject(self, verb: _Placed, floor: int) -> Speaker | None:
        """Returns who stands as subject of a verb, looking left no further than ``floor``.

        A person with an office behind his name ("X, chairman of Y, said") goes before the body Y.
        """
        nearest: Speaker | None = None
        first = bisect_right(self._ends, verb.start) - 1
        for index in range(first, max(-1, first - _SUBJECTS), -1):
            speaker = self.speakers[index]
            if speaker.start < max(floor, verb.start - _REACH):
                break
            gap = self.text[speaker.end : verb.start]
            if not self._agrees(speaker, verb):
                continue
            if speaker.type == "person" and speaker.name and is_apposition(gap):
                return speaker
            if nearest is None and _joins(speaker, gap):
                nearest = speaker
        return nearest

    def _agrees(self, speaker: Speaker, verb: _Placed) -> bool:
        """Tells whether a verb can be said of a speaker: not so in "Will the Minister confirm"."""
        if _ASKS.search(self.text[max(0, speaker.start - 16) : speaker.start]):
            return False
        form = " ".join(self.text[verb.start : verb.end].split())
        if form != verb.verb.base or re.search(
            r"\b(?:did|does|do)\b|\bto $", self.text[speaker.end : verb.start]
        ):
            return True
        shown = self.text[speaker.start : speaker.end].lower()
        singular = speaker.type == "person" and "; " not in (speaker.name or "") and shown not in {"i", "we"}
        return not singular and not re.match(r"(?:one|an?|another)\b", shown)


def _blanked(text: str, quoted: Sequence[Span]) -> str:
    pieces, at = [], 0
    for span in quoted:
        stop = span.end - 1 if text[span.end - 1] in ".?!" else span.end
        pieces += [text[at : span.start], BLANK * (stop - span.start)]
        at = stop
    pieces.append(text[at:])
    # A line break inside a paragraph is a blank to every pattern; blank lines stay
    return re.sub(r"(?<!\n)\n(?!\n)", " ", "".join(pieces))


def _joins(speaker: Speaker, gap: str) -> bool:
    if len(gap) > 140:
        return False
    if _SHORT_GAP.match(gap):
        return True
    return speaker.type != "person" and _PHRASE_GAP.match(gap) is not None


def cue_before(frame: Frame, start: int, opening: int) -> Cue | None:
    """Returns the cue in ``[start, opening)``, the sentence up to a quotation's mark, the surest first."""
    left = frame.text[start:opening].rstrip(" *_\n(")
    end = start + len(left)
    colon = left.endswith(":")
    return (
        _verb_cue(frame, start, end, colon=colon)
        or _introduced(frame, start, end)
        or (_colon_cue(frame, start, end) if colon else None)
    )


def _verb_cue(frame: Frame, start: int, end: int, *, colon: bool) -> Cue | None:
    for verb in reversed(frame.verbs_within(max(start, end - 400), end)[-5:]):
        subject = frame.subject(verb, start)
        if subject is None or subject.start < start:
            continue
        subject = _one_of(frame, subject, start)
        rest = frame.text[verb.end : end].strip(" ,:—–-")
        if rest in {"", "that", "as", "how", "it", "them", "this", "him"} or re.fullmatch(
            r"(?:it |them |this )?(?:as|that)(?: follows)?", rest
        ):
            rule, certainty = "name-verb", 0.95
        elif colon and ";" not in rest:
            rule, certainty = "name-verb-colon", 0.85
        elif len(rest) <= 70 and not re.search(rf"[;{BLANK}.?!]", rest):
            rule, certainty = "name-verb-clause", 0.75
        elif BLANK in rest and len(rest) <= 400 and ";" not in rest:
            rule, certainty = "name-verb-again", 0.6
        else:
            return None
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
    named = [s for s in speakers if s.name and s.rule != "pronoun"]
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
    subjects = [s for s in [*people, *named] if s.start - start <= 60]
    if not subjects:
        return None
    subject = subjects[0]
    tail = re.search(r"\b(?:is|was|are|has|have)\b[^:]{0,40}:$", frame.text[subject.end : end])
    tense: Tense | None = (
        None if tail is None else "past" if tail[0].startswith(("was", "had")) else "present"
    )
    return Cue(subject, ":", tense, subject.start, end, "subject-colon", 0.6)


_BEHIND = re.compile(r"[\s,*_.]{0,4}(?:\d{1,3} )?")


def cue_behind(frame: Frame, closing: int, *, ended: bool) -> Cue | None:
    """Returns the cue right behind a quotation: ", said X", ", X argued".

    Args:
        frame: the document with its quotations blanked out.
        closing: where the quotation ends, its mark included.
        ended: whether a full stop was quoted, so that a name behind it opens another sentence.
    """
    pause = _BEHIND.match(frame.text, closing)
    at = pause.end() if pause else closing
    return _verb_then_name(frame, at) or (None if ended else _name_then_verb(frame, at))


def _verb_then_name(frame: Frame, at: int) -> Cue | None:
    for verb in frame.verbs_within(at, at + 40)[:1]:
        if not re.fullmatch(AUXILIARY, frame.text[at : verb.start]):
            continue
        for speaker in frame.speakers_within(verb.end, verb.end + 100)[:3]:
            gap = frame.text[verb.end : speaker.start]
            if gap == " " or (not re.search(rf"[.;:{BLANK}]", gap) and role_word().search(gap)):
                words = frame.text[verb.start : verb.end]
                certainty = 0.93 * speaker.confidence**_SPEAKER_WEIGHT
                return Cue(speaker, words, verb.verb.tense, at, speaker.end, "verb-name", certainty)
    return None


def _name_then_verb(frame: Frame, at: int) -> Cue | None:
    for speaker in frame.speakers_within(at, at + 80)[:2]:
        lead = frame.text[at : speaker.start]
        if lead.strip() and not role_word().search(lead):
            continue
        for verb in frame.verbs_within(speaker.end, speaker.end + 200)[:2]:
            # "Who pays?" Most would agree: a modal tells an aside from a saying
            aside = re.search(r"\b(?:would|could|can|will|may)\b", frame.text[speaker.end : verb.start])
            if (speaker.type == "anonymous" and aside) or frame.text.startswith(" that ", verb.end):
                continue
            if frame.subject(verb, at) == speaker:
                words = frame.text[verb.start : verb.end]
                certainty = 0.85 * speaker.confidence**_SPEAKER_WEIGHT
                return Cue(speaker, words, verb.verb.tense, at, verb.end, "name-verb-behind", certainty)
    return None


def speaker_words(frame: Frame, speaker: Speaker) -> str:
    """Returns the words that name the speaker."""
    return " ".join(frame.text[speaker.start : speaker.end].split())
