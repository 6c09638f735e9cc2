"""What a date without a year of its own leans on: the narrative, the saying around it, the paper's date.

An anaphor ("that same year") points at the last date that the text tells; never at a year in the title of an
Act or paper, in brackets, in a footnote, or inside a quotation that is closed by then. A deictic expression
("last year") counts from the day of the saying where it stands in a dated quotation, from the date line of
the minutes or letter it stands in, else from the publication.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from policytext.annotation import DateMention, Place
from policytext.extract import calendar as cal
from policytext.text.edtf import bounds

REACH = 1_500
"""How many characters before an anaphor its antecedent may stand: about two paragraphs."""
_NOT_TOLD = frozenset({"title_year", "duration", "century"})
_SAID_ON = frozenset({"date", "season", "relative", "vague"})
_DATED_LINE = 160
_INTRODUCED = 300
_NESTED = 4
_CURLY = re.compile(r"“[^“”]{1,4000}”")
_STRAIGHT = re.compile(r'"[^"\n]*(?:\n(?![ \t]{0,8}\n)[^"\n]*){0,60}"')
_SENTENCE_END = re.compile(r"[.!?]['’”\"]?\s+(?=[A-Z“\"‘])|\n\s*\n")
_SINGLE = re.compile(r"(?<![^\s(—–-])‘[^‘\n]{1,1500}?’(?![A-Za-z])")
# Before the date of a date line: a place, "Date:", marks of headings; or what was held or dated that day.
_ALONE = re.compile(r"[\s#*_>|]{0,8}(?:(?i:dated?)[:\s]{1,3})?(?:[A-Z][\w.' ]{1,30},\s{1,3})?")
_HELD = re.compile(
    r"(?i:^[^.]{0,110}\b(?:held|sitting|meeting|minutes|dated)\b[^.]{0,40}$)"
    r"|^[\s#*_>|]{0,8}[A-Z][A-Z ,&’'()-]{3,80}[:,–—-]\s{0,3}$"
)
# The title of an annual report: its year stands at the end of a line.
_REPORTED_YEAR = re.compile(
    r"(?i:\b(?:for\s+the\s+(?:calendar\s+)?year|(?:year|twelve\s+months)\s+(?:ended|ending|to)\s+(?:the\s+)?31st\s+december,?|"
    rf"\bannual\s+report,?))\s+(?P<y>{cal.YEAR})(?=[.*_ ]{{0,4}}(?:\n|$))"
)
_AUTHOR = re.compile(r"(?:[Tt]he )?(?P<name>[A-Z][\w&’' -]{3,60}),?\s{1,3}")
_TITLE_PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Now:
    """The moment a text speaks from; ``mark`` is "~" where it is not certain; ``place`` says it."""

    year: int
    month: int | None = None
    day: int | None = None
    mark: str = ""
    place: Place | None = None

    def in_years(self, count: int, mark: str = "") -> str:
        """Returns the EDTF year so many years from now."""
        return f"{self.year + count}{self.mark or mark}"

    def in_months(self, count: int, mark: str = "") -> str | None:
        """Returns the EDTF month so many months from now, None where now is only a year."""
        return (
            None
            if self.month is None
            else cal.month_value(self.year, self.month + count) + (self.mark or mark)
        )


def now_of(value: str | None, place: Place | None = None) -> Now | None:
    """Returns the moment that an EDTF value fixes: the last of several years, a month or day if it is one."""
    years = cal.years_of(value)
    if years is None or value is None:
        return None
    mark = "~" if "~" in value or "?" in value or years[0] != years[1] else ""
    first, last = bounds(value)
    same_month = first is not None and last is not None and first[:7] == last[:7] and value[5:6] != "2"
    month = int(last[5:7]) if last and same_month else None
    day = int(last[8:10]) if last and first == last else None
    return Now(years[1], month, day, mark, place)


class Narrative:
    """The dates of a text as far as they are read, and what counts as now at each place.

    Args:
        text: the clean text.
        anchor: the publication date in EDTF.
        dated: the dates read so far, in reading order.
        asides: footnotes, references, tables and the like: no text outside one leans on a date in it.
    """

    def __init__(
        self, text: str, anchor: str | None, dated: Sequence[DateMention], asides: Sequence[Place] = ()
    ) -> None:
        self.text = text
        self._published = now_of(anchor)
        self._anchor = anchor
        self._known = sorted(dated, key=lambda m: m.start)
        self._places = [m.start for m in self._known]
        self._added: list[DateMention] = []
        self._added_places: list[int] = []
        self._asides = sorted(asides)
        self._aside_starts = [start for start, _ in self._asides]

    def add(self, mention: DateMention) -> None:
        """Lets later anaphors lean on a date that was resolved in its turn; they come in reading order."""
        self._added.append(mention)
        self._added_places.append(mention.start)

    def before(
        self, at: int, *, reach: int = REACH, year: bool = True, paragraph: bool = False
    ) -> DateMention | None:
        """Returns the last date told before ``at``.

        Args:
            at: where the anaphor stands.
            reach: how far back it may stand, in characters.
            year: it must lie within one year, or be a financial year.
            paragraph: it must stand in the same paragraph.
        """
        aside = self._aside(at)
        for mention in self._backwards(at):
            if at - mention.start > reach or (paragraph and "\n\n" in self.text[mention.end : at]):
                return None
            if mention.end <= at and self._is_told(mention, at, aside) and (not year or _one_year(mention)):
                return mention
        return None

    def _backwards(self, at: int) -> Iterator[DateMention]:
        """Yields the dates that begin before ``at``, the last first."""
        known = bisect_right(self._places, at - 1) - 1
        added = bisect_right(self._added_places, at - 1) - 1
        while known >= 0 or added >= 0:
            if added < 0 or (known >= 0 and self._places[known] > self._added_places[added]):
                yield self._known[known]
                known -= 1
            else:
                yield self._added[added]
                added -= 1

    def behind(self, start: int, end: int) -> DateMention | None:
        """Returns the first date told in ``[start, end)``."""
        for index in range(bisect_right(self._places, start - 1), bisect_right(self._places, end - 1)):
            mention = self._known[index]
            if self._is_told(mention, start, self._aside(start)) and _one_year(mention):
                return mention
        return None

    def now(self, at: int) -> Now | None:
        """Returns the moment the text speaks from at ``at``: the saying, the date line, the publication."""
        return self._said(at) or self._dateline(at) or self._published

    @property
    def published(self) -> Now | None:
        """The publication."""
        return self._published

    @cached_property
    def reported_year(self) -> DateMention | None:
        """The year that an annual report is about, where its opening says so."""
        for match in _REPORTED_YEAR.finditer(self.text, 0, _TITLE_PAGE):
            index = bisect_right(self._places, match.start("y")) - 1
            if index >= 0 and self._known[index].end == match.end("y"):
                year = self._known[index]
                return replace(year, edtf=match["y"]) if year.type != "title_year" else None
        return None

    def _is_told(self, mention: DateMention, at: int, aside: int) -> bool:
        if mention.edtf is None or mention.type in _NOT_TOLD or self._aside(mention.start) != aside:
            return False
        for opening, closing in ("()", "[]"):
            opened = self.text.rfind(opening, max(0, mention.start - 60), mention.start)
            if opened >= 0 and self.text.rfind(closing, opened, mention.start) < 0:
                within = self.text.find(closing, mention.end, at) < 0  # within the same brackets it may be
                return within or self._names_subject(opened, mention.start)
        return all(end > at for _, end in self._around(mention.start))

    def _names_subject(self, opened: int, year: int) -> bool:
        """Tells whether a reference in brackets names who is told about: its year is that of the story.

        "The Audit Office was severe (Audit Office, 1986)." tells what the Office did in 1986.
        """
        author = _AUTHOR.fullmatch(self.text, opened + 1, year)
        if author is None:
            return False
        told = self.text[max(0, opened - _INTRODUCED) : opened].rpartition("\n\n")[2]
        return author["name"] in told

    def _aside(self, at: int) -> int:
        """Returns the number of the aside that holds a place, -1 for the running text."""
        index = bisect_right(self._aside_starts, at) - 1
        return index if index >= 0 and at < self._asides[index][1] else -1

    @cached_property
    def _quotations(self) -> list[Place]:
        """The quotations in reading order; one may hold others."""
        return sorted(m.span() for marks in (_CURLY, _STRAIGHT, _SINGLE) for m in marks.finditer(self.text))

    @cached_property
    def _quoted_starts(self) -> list[int]:
        return [start for start, _ in self._quotations]

    def _around(self, at: int) -> Iterator[Place]:
        """Yields the quotations that hold a place, the innermost first."""
        index = bisect_right(self._quoted_starts, at) - 1
        for start, end in reversed(self._quotations[max(0, index - _NESTED + 1) : index + 1]):
            if start <= at < end:
                yield start, end

    def _said(self, at: int) -> Now | None:
        """Returns when the quotation around ``at`` was said."""
        return next((now for start, end in self._around(at) if (now := self._said_within(start, end))), None)

    def _said_within(self, start: int, end: int) -> Now | None:
        """Returns the date in the words that introduce a quotation, else in those that follow it."""
        begin = max(0, start - _INTRODUCED)
        sentences = [m.end() for m in _SENTENCE_END.finditer(self.text, begin, start + 1)]
        told = self.before(start, reach=start - max([begin, *sentences]))
        if told is None and (gap := self._gap_before(start)):  # “We ask,” he said in 1956. “We ask again.”
            told = self.before(start, reach=gap)
        if told is None:
            closing = _SENTENCE_END.search(self.text, end, end + 120)
            told = self.behind(end, closing.start() if closing else end + 120)
        if told is None or told.type not in _SAID_ON or "/" in (told.edtf or ""):
            return None
        return now_of(told.edtf, (told.start, told.end))

    def _gap_before(self, start: int) -> int | None:
        """Returns how far the quotation before stands away, if it is near and in the same paragraph."""
        index = bisect_right(self._quoted_starts, start - 1) - 1
        end = self._quotations[index][1] if index >= 0 else start
        near = 0 < start - end < _INTRODUCED and "\n\n" not in self.text[end:start]
        return start - end if near else None

    @cached_property
    def _datelines(self) -> list[Now]:
        """The date lines of minutes and letters: a full date alone in its line, or in a short heading."""
        lines = []
        for mention in self._known:
            if mention.type != "date" or mention.edtf is None or len(mention.edtf) != 10:
                continue
            now = now_of(mention.edtf, (mention.start, mention.end))
            if now and self._heads_a_line(mention) and self._may_be_now(mention.edtf):
                lines.append(now)
        return lines

    @cached_property
    def _dateline_starts(self) -> list[int]:
        return [now.place[0] for now in self._datelines if now.place]

    def _dateline(self, at: int) -> Now | None:
        index = bisect_right(self._dateline_starts, at) - 1
        return self._datelines[index] if index >= 0 else None

    def _heads_a_line(self, mention: DateMention) -> bool:
        if self._aside(mention.start) >= 0:
            return False
        start = self.text.rfind("\n", max(0, mention.start - _DATED_LINE), mention.start) + 1
        end = self.text.find("\n", mention.end, mention.end + _DATED_LINE)
        if (start == 0 and mention.start > _DATED_LINE) or (
            end < 0 and mention.end + _DATED_LINE < len(self.text)
        ):
            return False
        before = self.text[start : mention.start]
        rest = self.text[mention.end : end if end >= 0 else len(self.text)].strip(" .*_#|\n")
        return len(rest) < 40 and (_ALONE.fullmatch(before) is not None or _HELD.search(before) is not None)

    def _may_be_now(self, value: str) -> bool:
        """Tells whether a date line agrees with what is known of the publication: it is no older reprint."""
        if self._anchor is None:
            return True
        first, last = bounds(self._anchor)
        return (first is None or value[:4] >= str(int(first[:4]) - 1)) and (last is None or value <= last)


def _one_year(mention: DateMention) -> bool:
    years = cal.years_of(mention.edtf)
    if years is None:
        return False
    return years[0] == years[1] or (mention.type == "financial_year" and years[1] == years[0] + 1)
