"""When a statement was made, as far as the text says: beside the cue, else when it was printed, else nothing.

The result is never a guess: a past tense without a date gives none.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from policytext.annotation import DateMention
from policytext.extract.attribution import Cue, Frame
from policytext.extract.calendar import YEAR
from policytext.extract.quotations import BLANK

_ANAPHORIC = frozenset({"same-year", "year-after", "part-of-that-year"})
_BREAK = re.compile(r"[.,;:()“”\"]")
_FAR = 80  # characters; what a saying is told to stands between the verb and its date
_VAGUE_TYPES = frozenset({"decade", "century", "vague", "season"})
_GOVERNING = re.compile(
    r"(?:^|[\s(,])(?:in|on|by|during|at|since|as early as|as late as|of|back in|throughout)(?: the| a)?\s*$",
    re.IGNORECASE,
)
_CITED = re.compile(
    rf"[”\"’'*_\s,.]{{0,4}}\((?:[^()]{{0,60}}?[\s,])?(?P<year>{YEAR})[a-z]?(?:[,:;][^()]{{0,40}})?\)"
)
Dated = tuple[str | None, str | None]


class Dating:
    """The dates of a document by place, with what is known of its publication.

    Args:
        dates: its date mentions, in reading order.
        publication_date: EDTF, or None.
    """

    def __init__(self, dates: Sequence[DateMention], publication_date: str | None) -> None:
        self.dates = sorted((d for d in dates if d.edtf), key=lambda d: (d.start, d.end))
        self._starts = [d.start for d in self.dates]
        self.publication_date = publication_date

    def within(self, start: int, end: int) -> list[DateMention]:
        """Returns the resolved dates that stand in ``[start, end)``."""
        found = self.dates[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return [d for d in found if d.end <= end]

    def of(self, frame: Frame, cue: Cue | None, sentence: int, closing: int) -> Dated:
        """Returns the date of a statement and its basis, both None where the text gives none.

        Args:
            frame: the document with its quotations blanked out.
            cue: what hands over to the speaker.
            sentence: where the cue's sentence begins.
            closing: where the quotation ends; a citation in brackets may follow.
        """
        if cue is not None:
            mention = self._governing(frame, cue, sentence)
            if mention is not None:
                return mention.edtf, _basis(mention)
        cited = _CITED.match(frame.text, closing)
        if cited:
            return cited["year"], "citation_year"
        if cue is not None and cue.tense == "present" and self.publication_date:
            return self.publication_date, "publication"
        return None, None

    def _governing(self, frame: Frame, cue: Cue, sentence: int) -> DateMention | None:
        """Returns the date said of the saying: nearest in the cue, else one that opens its clause."""
        speaker = cue.speaker
        inside = [
            d
            for d in self.within(speaker.end if speaker else cue.start, cue.end)
            if not self._in_office(frame, cue, d)
        ]
        if inside:
            return inside[-1]
        if speaker is not None and cue.rule in {"verb-name", "name-verb-behind"}:
            after = self.within(cue.end, cue.end + 24)
            if after and re.fullmatch(r" (?:in|on|during) (?:the )?", frame.text[cue.end : after[0].start]):
                return after[0]
            after = self.within(cue.end, cue.end + _FAR)
            gap = frame.text[cue.end : after[0].start] if after else ""
            if after and after[0].rule in _ANAPHORIC and not _BREAK.search(gap):
                return after[0]  # "he told a meeting that June"
        before = self.within(sentence, cue.start)
        for mention in reversed(before):
            if self._opens(frame, mention, sentence, cue):
                return mention
        return None

    def _opens(self, frame: Frame, mention: DateMention, sentence: int, cue: Cue) -> bool:
        lead = frame.text[sentence : mention.start].strip(" ,*_")
        gap = frame.text[mention.end : cue.start]
        if BLANK in gap or ";" in gap or "(" in gap or len(gap) > 200:
            return False
        adverbial = bool(_GOVERNING.search(frame.text[max(0, mention.start - 16) : mention.start]))
        if mention.type == "relative":
            return not lead or (adverbial and len(lead) <= 4) or mention.rule == "at-that-time"
        return (adverbial or mention.text[:4].lower() in {"the ", "in t"}) and len(lead.split()) <= 4

    def _in_office(self, frame: Frame, cue: Cue, mention: DateMention) -> bool:
        """Tells whether a date is of the speaker's office ("minister from 1955 to 1957") or in brackets."""
        before = frame.text[max(0, mention.start - 40) : mention.start]
        if before.rfind("(") > before.rfind(")"):
            return True
        verb_at = frame.text.find(cue.words, cue.speaker.end if cue.speaker else cue.start, cue.end)
        if verb_at > mention.start:
            office = frame.text[cue.speaker.end if cue.speaker else cue.start : mention.start]
            return office.lstrip().startswith(",") and not re.match(
                r"\s*,\s*(?:writing|speaking|who)?\s*(?:in|on)\s*$", office
            )
        return False


def _basis(mention: DateMention) -> str:
    if mention.type == "relative":
        return (
            "anaphoric"
            if mention.rule in _ANAPHORIC
            else "vague"
            if mention.rule == "at-that-time"
            else "inferred"
        )
    return "vague" if mention.type in _VAGUE_TYPES else "explicit"
