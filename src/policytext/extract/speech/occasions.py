"""Occasions on which people spoke: the meetings, workshops and inquiries that a document reports on.

What nameless people "felt" and "reported" in a document that asked them was said when they were asked: at a
workshop or in a survey whose date the text gives, else for the document itself. What minutes report was said
on the day of the meeting.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass

from policytext.annotation import DateMention
from policytext.extract.speech.cited import Sources

_EVENT = (
    r"(?:workshop|seminar|conference|round ?table|symposium|summit|consultation event|study day|"
    r"focus group|awayday)"
)
_SURVEY = r"(?:survey|questionnaire|poll|census)"
_ASKED = (
    r"(?:interview|interviewee|contributor|respondent|participant|delegate|attendee|witness|"
    r"submission)(?:s|es)?\b|"
    r"we (?:spoke|talked) (?:to|with)\b|we (?:interviewed|surveyed|consulted|visited|heard)\b|"
    r"(?:spoken to|were interviewed|was interviewed|told us)"
)
_MENTION = re.compile(
    rf"\b(?=[acdfimpqrstw])(?:(?P<event>{_EVENT})s?|(?P<survey>{_SURVEY})s?|(?P<asked>{_ASKED})|"
    rf"(?P<met>met|meeting))\b"
)
"""For text in small letters: to look for both cases takes three times as long."""
_AT_EVENT = re.compile(rf"\b(?:participant|delegate|attendee|{_EVENT})", re.IGNORECASE)
_IN_SURVEY = re.compile(rf"\b(?:respondent|{_SURVEY})", re.IGNORECASE)
_IN_INTERVIEW = re.compile(r"\b(?:interview|contributor|spoke|talked|consulted|visited)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<![A-Z])(?<!\bp\.m)(?<!\ba\.m)\.\s+[A-Z\d]|\n\n")
_STOP = re.compile(r"[.;:?!]\s|\n\n")
_HELD = re.compile(
    r"\b(?:minutes|meeting|proceedings|debate|sitting)\b(?=[^\n.]{0,160}\b(?:held|on|of)\b)|"
    r"\bheld (?:at|in|on)\b|^\W{0,4}(?:minutes|proceedings)\b",
    re.IGNORECASE | re.MULTILINE,
)
_PRESENT = re.compile(r"\b(?:[Mm]embers [Pp]resent|MEMBERS PRESENT|Present|PRESENT)\b\s?(?=[:.—–\n-])")
_MINUTED = re.compile(
    r"\b(?i:in the chair|apologies for absence|members present|also present|in attendance|"
    r"minutes of (?:the|a) (?:last |previous )?(?:[\w-]+ ){0,3}meeting|(?:were|was) confirmed and signed|"
    r"signed as a correct record)|\bRESOLVED\b"
)
_EARLIER = re.compile(
    r"\b(?:confirmed|approved|adopted|signed|agreed|accepted|(?:taken as )?read|circulated|correct record|"
    r"arising|last|previous|preceding)\b",
    re.IGNORECASE,
)
"""What the record of a meeting says of the minutes of the meeting before."""
_TURN = re.compile(r"^\W{0,4}(?:[A-Z]{1,3}|Q|A|Interviewer|INTERVIEWER|Interviewee)\W{0,3}: ", re.MULTILINE)
_TURNS = 6
_OPENING = 20_000
_PRESS_WORDS = (
    "notes for editors",
    "notes to editors",
    "note to editors",
    "press release",
    "press notice",
    "press office",
    "media enquiries",
    "media contact",
    "for further information",
    "for more information",
    "news release",
    "for immediate release",
    "staff reporter",
    "our own correspondent",
    "our reporter",
    "correspondent",
    "spokesman",
    "spokeswoman",
    "spokesperson",
    " yesterday",
)
_PRESS = re.compile(r"\b(?:said|added|explained|commented|continued)(?=: ?[“\"‘'])")
_PRESS_SIGNS = 3
_LONGEST_ITEM = 15_000
_NEAR = 140
"""The date of an event stands at most so far behind its name, in the same sentence."""
_REACH = 1_500
"""So far on, people without a name are those of the event or inquiry spoken of last."""
_SAME_MEETING = 400
_RECORD = 8_000
"""So far a record of a meeting reaches in a document that is no record as a whole."""
_LOOKBACK = 200
_ASKING = 2
"""A document that speaks of interviews or witnesses so often has asked people itself."""

Within = Callable[[int, int], list[DateMention]]


@dataclass(frozen=True, slots=True)
class Occasion:
    """A place that speaks of an event, a survey, a meeting or people who were asked; ``date`` may be unknown.

    ``noted`` tells that the date stands in a note.
    """

    at: int
    kind: str
    date: DateMention | None
    noted: bool = False


@dataclass(frozen=True, slots=True)
class Occasions:
    """The occasions that a document speaks of, in reading order, and its meetings' days.

    ``minuted`` tells that it is the record of a meeting; ``days`` are (clean offset, date): from there on,
    what is told was said on that day. ``asking`` tells that people were asked for the document; ``press``
    that it is a news item or press notice, for which was said what "X said" in it.
    """

    spoken: tuple[Occasion, ...]
    days: tuple[tuple[int, DateMention], ...]
    minuted: bool
    asking: bool
    press: bool = False

    def day_at(self, place: int) -> DateMention | None:
        """Returns the day of the meeting that is recorded at a place."""
        index = bisect_right(self.days, place, key=lambda d: d[0]) - 1
        if index < 0 or (not self.minuted and place - self.days[index][0] > _RECORD):
            return None
        return self.days[index][1]

    def met(self, place: int) -> DateMention | None:
        """Returns the day of the meeting that the sentences before a place tell of."""
        last = self._last("met", place)
        return last.date if last is not None and last.date and place - last.at <= _SAME_MEETING else None

    def of(self, shown: str, place: int) -> Occasion | None:
        """Returns the occasion on which people without a name spoke, None where the text tells of none.

        Args:
            shown: the words for them ("most respondents", "Some").
            place: where they stand.
        """
        for pattern, kind in ((_AT_EVENT, "event"), (_IN_SURVEY, "survey"), (_IN_INTERVIEW, "asked")):
            if pattern.search(shown):
                return self._last(kind, place) or Occasion(place, "asked", None)
        index = bisect_right(self.spoken, place, key=lambda o: o.at) - 1
        while index >= 0 and self.spoken[index].kind == "met" and place - self.spoken[index].at <= _REACH:
            index -= 1
        if index >= 0 and place - self.spoken[index].at <= _REACH:
            last = self.spoken[index]
            found = last if last.date or last.kind == "asked" else self._last(last.kind, place)
            if found is not None and (found.date or self.asking):
                return found
        return Occasion(place, "asked", None) if self.asking else None

    def _last(self, kind: str, place: int) -> Occasion | None:
        """Returns the last dated occasion of a kind before a place, else the last one at all."""
        index = bisect_right(self.spoken, place, key=lambda o: o.at)
        before = [o for o in self.spoken[max(0, index - _LOOKBACK) : index] if o.kind == kind]
        return next((o for o in reversed(before) if o.date), before[-1] if before else None)


def find_occasions(text: str, within: Within, sources: Sources) -> Occasions:
    """Returns the occasions of a document.

    Args:
        text: the clean text.
        within: gives the dates in a stretch of it.
        sources: its notes; a survey may be dated by one.
    """
    spoken = []
    small = text.lower()
    for match in _MENTION.finditer(small if len(small) == len(text) else text):
        kind = match.lastgroup or "asked"
        date, noted = (None, False) if kind == "asked" else _date_behind(text, match.end(), within, sources)
        spoken.append(Occasion(match.start(), kind, date, noted))
    asking = sum(o.kind == "asked" for o in spoken) >= _ASKING and not is_transcript(text)
    minuted = is_minuted(text)
    days = tuple(_days(text, within, minuted=minuted))
    return Occasions(tuple(spoken), days, minuted, asking, not minuted and is_press(text))


def is_transcript(text: str) -> bool:
    """Tells an interview written down turn by turn: what its people tell was said long before it."""
    return sum(1 for _ in zip(_TURN.finditer(text[:_OPENING]), range(_TURNS), strict=False)) >= _TURNS


def is_press(text: str) -> bool:
    """Tells a news item or a press notice by its length and by the way it brings in who was asked."""
    if len(text) > _LONGEST_ITEM or is_transcript(text):
        return False
    small = text.lower()
    signs = sum(word in small for word in _PRESS_WORDS) + len({m[0] for m in _PRESS.finditer(text)})
    return signs >= _PRESS_SIGNS


def is_minuted(text: str) -> bool:
    """Tells the record of a meeting by the phrases that such records open with."""
    return len({m[0].lower() for m in _MINUTED.finditer(text[:6_000])}) >= 2


def _date_behind(text: str, end: int, within: Within, sources: Sources) -> tuple[DateMention | None, bool]:
    stop = _STOP.search(text, end, min(len(text), end + _NEAR))
    limit = stop.start() if stop else min(len(text), end + _NEAR)
    for date in within(end, limit):
        if date.type in {"date", "season", "range"}:
            return date, False
    noted = sources.noted_within(end, limit + 8)
    return noted, noted is not None


def _days(text: str, within: Within, *, minuted: bool) -> list[tuple[int, DateMention]]:
    """Returns the days of meetings: whole days that stand where a record says when it was held."""
    found: list[tuple[int, DateMention]] = []
    for match in _HELD.finditer(text) if minuted else ():
        lead = text[max(0, match.start() - 12) : match.start()].rstrip(" *#_")
        if not lead.endswith("\n\n") and match.start() > len(lead) and not _opens(text, match):
            continue
        stop = _SENTENCE.search(text, match.end(), min(len(text), match.end() + 300))
        if _EARLIER.search(text, match.start(), stop.start() if stop else match.end() + 300):
            continue
        days = [d for d in within(match.start(), match.start() + 240) if _is_day(d)]
        if days and not re.search(
            r"\b(?:next|future|following) $", text[max(0, match.start() - 12) : match.start()]
        ):
            found.append((match.start(), days[0]))
    for match in _PRESENT.finditer(text):
        days = [d for d in within(max(0, match.start() - 300), match.start()) if _is_day(d)]
        if days:
            found.append((days[-1].start, days[-1]))
    return sorted(found, key=lambda d: d[0])


def _opens(text: str, match: re.Match[str]) -> bool:
    """Tells whether a record says so at its head, not of another meeting in its course."""
    return match.start() < 2_000 and text.rfind("\n\n", 0, match.start()) >= match.start() - 200


def _is_day(date: DateMention) -> bool:
    return date.edtf is not None and len(date.edtf) == 10
