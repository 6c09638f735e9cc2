"""Indirect speech: clauses and phrases that the text attributes to somebody.

Sieves, each with its own name as rule: a reporting verb with its subject ("X said that", "respondents felt
they", "Y stressed the need for"); asides ("As X said, ...", "according to X, ...", "..., X said"); passives
and "it was felt that"; nouns and adjectives ("concerns that", "were wary of"). Of what they find in a
sentence the earlier reporting word wins, and a report inside a report is part of it. Only the frame is read,
the text with its quotations blanked out; where direct speech goes on from a reported clause, the clause ends
before it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from policytext.annotation import Statement
from policytext.extract.indirect.asides import find_asides
from policytext.extract.indirect.attitudes import find_attitudes
from policytext.extract.indirect.impersonal import find_impersonal
from policytext.extract.indirect.opinions import find_opinions
from policytext.extract.indirect.reporting import Head, Noun, any_of, find_words, lists
from policytext.extract.indirect.telling import Indirect, Telling
from policytext.extract.indirect.verbal import by_verb
from policytext.extract.quotations import BLANK
from policytext.extract.speech.echoes import Dates, dates_told, echoed, same_saying
from policytext.extract.speech.frame import Cue
from policytext.extract.speech.said import WORD, Reading, Said
from policytext.spans import Span
from policytext.text.sentences import sentences

Found = TypeVar("Found", Head, Noun)

_BETWEEN = re.compile(
    r"(?:[,;]\d{0,2}\s*(?:and|but|while|whereas|although|though)?|\b(?:and|but|while|whereas|although|"
    r"though))"
    r"\s*(?:the |both |also )*$"
)
_VERBS_JOINED = re.compile(r",? (?:and|but)(?: (?:also|then|later|further))?\s*$")
_INTO_QUOTE = re.compile(
    r"(?:(?:,? (?:and )?(?:adding|saying|added|said))?:|,? (?:and|but|adding|saying)(?: that)?|"
    r"[;–—-])\s*[*_]{0,3}$"
)
_QUESTION = re.compile(
    r"\W*(?:(?:And|But|So|Then|First|Secondly|Finally),? )?"
    r"(?:Is|Are|Was|Were|Do|Does|Did|Has|Have|Had|Will|Would|Can|Could|Should|Shall|May|Might|Must|How|"
    r"What|Why|"
    r"When|Where|Who|Which|Whose|If)\b"
)
_YET_ANOTHER = r"(?:(?:a|the) (?:second|third|fourth|fifth|last|other|latter)|another|others|some|one|two)"
_AND_THAT = re.compile(
    rf"[,;] (?:(?:and|but|while) )?(?:also |{_YET_ANOTHER} )?that,? "
    rf"(?!(?:{any_of(lists()['auxiliaries'])})\b)"
)
_GOES_ON = re.compile(r"(?:It|They|He|She|There|This|These|The \w+) (?:also )?had\b")
_NOT_GONE_ON = frozenset({"noun-phrase", "as-said", "infinitive", "as-phrase"})
_GAP = 50
_LEAST_CLAUSE = 4
_LEAST_PHRASE = 2
_LEAST_THAT = 2
"""Fewer words than these are no content."""
_LONGEST = 3_000
"""No sentence is longer than this, but lists without a stop and damaged pages are."""
_LEAST_BEHIND = 2
_MOST_QUOTED = 8
_RECENT = 12


@dataclass(frozen=True, slots=True)
class _Context:
    """What a paragraph has told before a sentence, and all direct speech."""

    direct: Sequence[Statement]
    dates: Dates
    reported: bool


def find_reported(reading: Reading, paragraphs: Sequence[Span], direct: Sequence[Statement]) -> list[Said]:
    """Returns what is reported in indirect speech, in reading order.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order.
        direct: the direct speech already found, in order; none of it is given again.
    """
    text = reading.frame.text
    heads, nouns = find_words(text)
    verb_starts, noun_starts = [h.start for h in heads], [n.start for n in nouns]
    found: list[Said] = []
    for paragraph in paragraphs:
        first = len(found)
        for sentence in sentences(text, paragraph.start, paragraph.end):
            end = min(sentence.end, sentence.start + _LONGEST)
            telling = Telling(
                reading.frame,
                sentence.start,
                end,
                _between(heads, verb_starts, sentence.start, end),
                _between(nouns, noun_starts, sentence.start, end),
            )
            recent = found[max(first, len(found) - _RECENT) :]
            dates = dates_told(reading, recent, direct, paragraph.start, sentence.start)
            told = _in_sentence(reading, telling, _Context(direct, dates, bool(recent)))
            found += told or (_going_on(reading, telling, found[-1]) if recent else [])
    return found


def _between(found: Sequence[Found], starts: Sequence[int], start: int, end: int) -> tuple[Found, ...]:
    return tuple(found[bisect_left(starts, start) : bisect_left(starts, end)])


def _in_sentence(reading: Reading, telling: Telling, context: _Context) -> list[Said]:
    if telling.text[telling.end - 1] == "?" and _QUESTION.match(telling.text, telling.start, telling.end):
        return []  # what is asked is not told
    minuted = reading.dating.occasions.minuted
    candidates = [
        *find_asides(telling),
        *(found for head in telling.heads if (found := by_verb(telling, head)) is not None),
        *find_impersonal(telling, minuted=minuted, reported=context.reported),
        *find_opinions(telling),
        *find_attitudes(telling),
    ]
    candidates.sort(key=lambda c: (c.head, c.start, -c.end))
    parts = [part for candidate in _apart(telling, candidates) for part in _clauses(telling, candidate)]
    cut = (_beside_quotation(telling, part, context.direct) for part in parts)
    return [
        _said(reading, c, telling, context) for c in cut if c is not None and _has_content(reading.text, c)
    ]


def _apart(telling: Telling, candidates: Sequence[Indirect]) -> list[Indirect]:
    """Returns the candidates that are not part of another's content; joined ones are cut before the next."""
    kept: list[Indirect] = []
    for candidate in candidates:
        last = kept[-1] if kept else None
        if last is None or candidate.start >= last.end:
            if last is None or candidate.opens >= last.end or candidate.head >= last.end:
                kept.append(candidate)
            continue
        cut = _joint(telling, last, candidate)
        if cut is not None:
            kept[-1] = replace(last, end=cut)
            kept.append(candidate)
    return kept


def _joint(telling: Telling, last: Indirect, candidate: Indirect) -> int | None:
    """Returns where a content ends because another report is joined to its own, None where it holds that one.

    "X welcomed the plan and warned that it is late" joins two verbs of one subject, "X felt A, while Y
    felt B" two clauses.
    """
    two_clauses = candidate.opens > last.start
    stop = candidate.opens if two_clauses else max(last.start, candidate.group)
    before = telling.text[last.start : stop]
    joined = (_BETWEEN if two_clauses else _VERBS_JOINED).search(before)
    least = _LEAST_CLAUSE if two_clauses else _LEAST_PHRASE
    if joined is None or len(before.split()) <= least:
        return None
    return last.start + len(before[: joined.start()].rstrip())


def _clauses(telling: Telling, found: Indirect) -> list[Indirect]:
    """Returns the clauses of "that A, and that B" one by one."""
    if not found.clause:
        return [found]
    parts, start = [], found.start
    for match in _AND_THAT.finditer(telling.text, found.start, found.end):
        if len(telling.text[start : match.start()].split()) >= _LEAST_CLAUSE:
            parts.append(replace(found, start=start, end=match.start()))
            start = match.end()
    return [*parts, replace(found, start=start)]


def _beside_quotation(telling: Telling, found: Indirect, direct: Sequence[Statement]) -> Indirect | None:
    """Returns a candidate without the direct speech behind it; None where it is what the quotation says.

    "X explains the need for a plan: “...”" reports and quotes; "X said that the plan was “...”" only quotes.
    """
    index = bisect_left(direct, found.end + 3, key=lambda s: s.start)
    near = direct[max(0, index - _MOST_QUOTED) : index]
    first = next((s for s in near if s.end > found.start), None)
    if first is None:
        return found
    if first.start <= found.start:
        return None
    between = telling.text[found.start : max(found.start, first.start - 1)].rstrip("“”\"‘’'*_")
    joint = _INTO_QUOTE.search(between)
    if joint is None and found.clause and _goes_on_behind(telling, found, first):
        return found
    return replace(found, end=found.start + joint.start()) if joint else None


def _goes_on_behind(telling: Telling, found: Indirect, quoted: Statement) -> bool:
    """Tells whether a clause goes on behind words that it quotes: "that they were “at sea” in the annexe"."""
    behind = telling.text[quoted.end : found.end].lstrip("”\"’'*_")
    if BLANK in behind:
        return False
    return len(WORD.findall(behind)) >= _LEAST_BEHIND and behind.startswith(" ") and behind[1:2].islower()


def _has_content(text: str, found: Indirect) -> bool:
    if found.end <= found.start:
        return False
    least = _LEAST_CLAUSE if found.clause and found.cue.rule != "wh-clause" else _LEAST_PHRASE
    if found.cue.words.endswith("that"):
        least = _LEAST_THAT
    return len(WORD.findall(text[found.start : found.end])) >= least


def _said(reading: Reading, found: Indirect, telling: Telling, context: _Context) -> Said:
    cue: Cue = found.cue
    dated = reading.dated(cue, telling.start, found.end)
    if dated.date is None:
        dated = same_saying(reading, cue, context.dates) or dated
    if dated.date is None and cue.rule == "as-said":
        dated = echoed(reading, cue, context.direct) or dated
    return Said(found.start, found.end, "indirect", cue, telling.start, dated, cue.rule, cue.certainty)


def _going_on(reading: Reading, telling: Telling, last: Said) -> list[Said]:
    """Returns a sentence that goes on in free indirect speech: told in the past before the past."""
    text = reading.frame.text
    if last.cue.rule in _NOT_GONE_ON or last.cue.tense != "past" or telling.start - last.end > _GAP:
        return []
    if not _GOES_ON.match(text, telling.start, telling.end) or BLANK in text[telling.start : telling.end]:
        return []
    sure = min(0.4, last.confidence)
    return [replace(last, start=telling.start, end=telling.end, rule="free-indirect", confidence=sure)]
