"""Who is in focus at a place of a text: what a pronoun stands for, whom a sentence is about.

A sentence is about its first person that no preposition governs. A pronoun stands for the person whom the
nearest sentence before is about, if sex and number agree, else for the last one named there; so runs the
preference of Lappin and Leass (1994) for subjects and for near sentences.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from functools import lru_cache

from policytext.extract.speakers.speaker import Speaker
from policytext.extract.words import either, words
from policytext.spans import Span
from policytext.text.sentences import sentences

_REACH = 1_200
"""So many characters before a pronoun its name is looked for."""
_SURE_NAME = 0.75
"""A pronoun stands for no name that is less sure than this."""
_GOVERNED = re.compile(
    r"\b(?:of|by|with|from|to|for|under|at|in|on|against|behind|about|between|than|and|like|see|via|"
    r"including|succeed(?:ed|ing)|replac(?:ed|ing)|after|before|told|asked|thanked|met|invited|welcomed)"
    r"(?: the| his| her| its| then)?(?: [\w’'-]{2,20}){0,3} $"
)
_LEADING_PHRASE = re.compile(
    r"^(?:In|At|On|For|After|Before|With|By|From|Under|During|Like|Unlike|Of|To|As)\b"
)
_POSSESSED = re.compile(r"[’']s?\b(?! (?:not|been|also|always|never|now)\b)")
_ONE = re.compile(r"^(?:an?|one|another|the|this|his|her|my|our)\b", re.IGNORECASE)
_MAN = {"he": "m", "she": "f"}
_CASES = {"his": "he", "him": "he", "her": "she", "hers": "she", "its": "it", "their": "they", "them": "they"}
_FEMALE_WORDS = re.compile(
    r"\b(?:chairwoman|matron|sister|mother|daughter|wife|widow|niece|woman|lady|girl)\b", re.IGNORECASE
)
_MALE_WORDS = re.compile(r"\b(?:father|son|husband|brother|man|gentleman|boy)\b", re.IGNORECASE)


@lru_cache(maxsize=1)
def _plural_people() -> re.Pattern[str]:
    plural = either(w for w in words()["people"] if w.endswith("s") or w in {"people", "staff"})
    return re.compile(rf"{plural}$", re.IGNORECASE)


class Focus:
    """The persons and bodies of a document by place.

    Args:
        text: the clean text, quotations blanked out.
        speakers: its possible speakers, in order.
        sex: tells "m" or "f" of a person, None where unknown.
        holder: resolves a bare office to its holder.
    """

    def __init__(
        self,
        text: str,
        speakers: Sequence[Speaker],
        sex: Callable[[Speaker], str | None],
        holder: Callable[[Speaker], Speaker],
    ) -> None:
        self._text, self._speakers, self._sex, self._holder = text, speakers, sex, holder
        self._starts = [s.start for s in speakers]

    def of_pronoun(self, pronoun: Speaker) -> Speaker | None:
        """Returns who is meant by he, she, it or they; None where nobody can be found.

        The one who is meant may have no name: "one of the nurses", "the matron".
        """
        word = self._text[pronoun.start : pronoun.end].lower()
        word = _CASES.get(word, word)
        spans = self._before(pronoun.start)
        if word == "it" and (subject := self._subject_before(pronoun, spans)):
            return subject
        for seen, span in enumerate(spans):
            chosen = self._in_sentence(span, word, pronoun.start)
            if chosen is not None and not (word == "they" and self._governed(chosen, span)):
                return chosen
            if (word == "they" and seen) or (word == "it" and seen > 1):
                return None
            if word in {"it", "they"} and pronoun.start - span.start > _REACH // 2:
                return None
        return None

    def _subject_before(self, pronoun: Speaker, spans: Sequence[Span]) -> Speaker | None:
        """Returns the body that a sentence near before has as its subject: what "it" rather stands for."""
        for span in spans[:2]:
            for speaker in self._within(span):
                if speaker.start >= pronoun.start:
                    break
                if self._fits(speaker, "it") and not self._governed(speaker, span):
                    return speaker
        return None

    def topic(self, span: Span) -> Speaker | None:
        """Returns the person whom a sentence is about, perhaps by a pronoun; None where it is about none."""
        for speaker in self._within(span):
            if self._governed(speaker, span) or speaker.type not in {"person", "anonymous"}:
                continue
            if speaker.rule == "pronoun":
                word = self._text[speaker.start : speaker.end].lower()
                if word in {"i", "we"}:
                    return None
                if word in _MAN and self.of_pronoun(speaker):
                    return speaker
                continue
            if speaker.type == "anonymous" and not self._single(speaker):
                continue
            if self._behind_head(speaker):
                continue
            return self._holder(speaker) if speaker.rule == "office" else speaker
        return None

    def first(self, span: Span) -> Speaker | None:
        """Returns the first speaker of a sentence whom nothing governs, pronouns included."""
        return next((s for s in self._within(span)[:3] if not self._governed(s, span)), None)

    def _within(self, span: Span) -> Sequence[Speaker]:
        first, last = bisect_left(self._starts, span.start), bisect_left(self._starts, span.end)
        return self._speakers[first : min(last, first + 12)]

    def _before(self, place: int) -> list[Span]:
        """Returns the sentences before a place, nearest first, its own first of all."""
        low = max(0, place - _REACH)
        found: list[Span] = []
        at = low
        while at < place:
            gap = self._text.find("\n\n", at, place)
            stop = gap if gap >= 0 else place
            found += sentences(self._text, at, stop)
            at = stop + 2
        return found[::-1]

    def _in_sentence(self, span: Span, word: str, place: int) -> Speaker | None:
        fitting = [s for s in self._within(span) if self._fits(s, word)]
        if not fitting:
            return self._author(span, place) if word in _MAN else None
        free = [s for s in fitting if not self._governed(s, span) and not self._behind_head(s)]
        named = [s for s in free if s.name or s.rule == "kin"]
        other = [s for s in fitting[::-1] if s.name and word in _MAN]
        chosen = (named or [s for s in free if s.rule == "office"] or other or free or fitting[::-1])[0]
        own = span.end >= place - 2 and self._text[span.end - 1] not in ".?!"
        if chosen.type == "anonymous" and (own or chosen is not self._within(span)[0]):
            return None
        if chosen.rule != "office":
            return chosen
        held = self._holder(chosen)
        sex = self._sex(held) if held.name and word in _MAN else None
        return chosen if sex not in {None, _MAN.get(word)} else held

    def _author(self, span: Span, place: int) -> Speaker | None:
        """Returns the lone surname that opens a sentence as its subject: "Titmuss doubted it. He"."""
        first = next(iter(self._within(span)), None)
        lone = first is not None and first.rule == "surname" and first.start < place
        return (
            first
            if lone and first and first.start - span.start <= 1 and not self._governed(first, span)
            else None
        )

    def _fits(self, speaker: Speaker, word: str) -> bool:
        if self._text[speaker.end : speaker.end + 1] == ":":
            return False  # the label of a turn
        if word in _MAN:
            return self._fits_person(speaker, _MAN[word])
        if word == "it":
            proper = speaker.name is not None and any(c.isupper() for c in speaker.name)
            return speaker.type in {"organisation", "document"} and proper and speaker.rule != "names"
        return speaker.rule == "names" or (speaker.type == "organisation" and speaker.name is not None)

    def _fits_person(self, speaker: Speaker, sex: str) -> bool:
        shown = self._text[speaker.start : speaker.end]
        if speaker.rule in {"pronoun", "names", "some"} or speaker.type not in {"person", "anonymous"}:
            return False
        if speaker.type == "anonymous":
            return self._single(speaker) and self._word_sex(shown) in {None, sex}
        if speaker.name and speaker.confidence < _SURE_NAME:
            return False
        known = self._word_sex(shown) if speaker.rule in {"kin", "office"} else self._sex(speaker)
        return known in {None, sex}

    def _word_sex(self, shown: str) -> str | None:
        if _FEMALE_WORDS.search(shown):
            return "f"
        return "m" if _MALE_WORDS.search(shown) else None

    def _single(self, speaker: Speaker) -> bool:
        shown = self._text[speaker.start : speaker.end]
        if re.match(r"(?i:one of)\b", shown):
            return True
        return (
            _ONE.match(shown) is not None and _plural_people().search(shown) is None and " of " not in shown
        )

    def _governed(self, speaker: Speaker, span: Span) -> bool:
        before = self._text[max(span.start, speaker.start - 60) : speaker.start]
        return _GOVERNED.search(before) is not None or _POSSESSED.match(self._text, speaker.end) is not None

    def _behind_head(self, speaker: Speaker) -> bool:
        """Tells "the Leader of the Opposition, Mr X": no; "Miss Y’s report on Mr X": yes."""
        return self._text[max(0, speaker.start - 2) : speaker.start] in {"’s", "'s"}
