"""Decades and centuries: the late 1960s, the sixties, the '70s, the nineteenth century; ages are none."""

from __future__ import annotations

import re

from policytext.annotation import DateMention
from policytext.extract import calendar as cal
from policytext.extract.dates.heads import PART_LEAD, Head, spaced

_THE_LEAD = re.compile(r"\b[Tt]he\s{1,3}$")
_AFTER_DECADE = re.compile(
    spaced(
        r"(?:\d0['’]?s|ties)(?:,|[-\u2010-\u2015/])?\s{0,3}(?:(?:and|or|to) )?(?:the )?"
        r"(?:(?:early|mid|late)[- ])?['’‘]?$"
    )
)
_OWNED = re.compile(
    r"(?i:\b(?:my|his|her|their|our|your|own|aged?|ages|high|low|upper|lower|over|under)(?:\s{1,3}(?:in|into))?\s{1,3})$"
)
_OWNED_LIST = re.compile(
    spaced(
        r"(?i:\b(?:my|his|her|their|our|your|own|aged|high|low|upper|lower)(?: (?:early|mid|late))?[- ]['’‘]?"
        r"(?:\d0['’]?s|\w{2,5}ties),?(?: (?:and|or|to) | ?[-–] ?)(?:(?:early|mid|late)[- ])?)$"
    )
)
# "70 per cent., or in the 70s": figures of the same ten; "temperatures in the 70s"
_MEASURED = re.compile(
    spaced(
        r"(?i:\b(?P<tens>[2-9])\d(?:\.\d{1,2})?(?: ?%| per ?cent\b| degrees\b| years old\b)[^;!?]{0,24}"
        r"|\b(?:temperatures?|scores?|scor(?:es|ed|ing)|IQs?|percentages?|pulse|marks)"
        r"(?: (?:is|are|was|were|well|somewhere|now|still|mostly|often|reached|reaching)){0,2} )"
        r"(?:in(?:to)?) the (?:(?:high|low|upper|lower|mid)[- ])?$"
    )
)
_DECADE_WORD = re.compile(rf"(?i:(?P<word>{'|'.join(cal.DECADE_WORDS)}))\b|(?P<short>[2-9]0)['’]?s\b")
MARK_LEAD = re.compile(r"['’‘]$")


def read_decade_word(head: Head) -> DateMention | None:
    """Reads the sixties, the late nineteen-fifties, the '70s, "and 60s"; not the ages "in her sixties"."""
    found = _DECADE_WORD.match(head.text, head.start)
    if found is None:
        return None
    decade = cal.DECADE_WORDS[found["word"].lower()] if found["word"] else 1900 + int(found["short"])
    left = head.left
    mark = MARK_LEAD.search(left)
    if mark:
        head = Head(head.text, head.start - 1, head.latest, head.named)
        left = head.left
    following = _AFTER_DECADE.search(left)
    lead = PART_LEAD.search(left) or _THE_LEAD.search(left)
    if _OWNED_LIST.search(left) or (not following and (lead is None or _OWNED.search(left[: lead.start()]))):
        return None
    measured = _MEASURED.search(left)
    if not mark and measured and (measured["tens"] in {None, str(decade)[2]} or " into " in measured[0]):
        return None
    if mark and lead is None:
        return head.mention(None, found.end(), f"{decade // 10}X", "decade", "decade-in-words", 0.7)
    return decade_mention(head, found.end(), decade, 0.7, "decade-in-words")


def decade_mention(head: Head, end: int, decade: int, confidence: float, rule: str = "decade") -> DateMention:
    """Returns a decade, or the part of it that the words before name, that ends at ``end``."""
    if lead := PART_LEAD.search(head.left):
        value = cal.part_of_decade(lead["adj"] or lead["noun"], decade)
        return head.mention(lead, end, value, "decade", f"part-of-{rule}", min(confidence, 0.85))
    return head.mention(_THE_LEAD.search(head.left), end, f"{decade // 10}X", "decade", rule, confidence)


_CENTURY_LEAD = re.compile(
    spaced(
        rf"(?i:\b(?:the )?(?:(?P<part>early|mid|late|later|middle|turn|beginning|start|end|close)"
        r"(?:[- ](?:part|years|half))?(?: of(?: the)?)?[- ])?"
        rf"(?P<n>{'|'.join(cal.ORDINAL_CENTURIES)}|1[1-9]th|20th|21st))"
        r"[-\s]{1,3}$"
    )
)


def read_century(head: Head) -> DateMention | None:
    """Reads the nineteenth century, the late 19th century, the turn of the twentieth century."""
    lead = _CENTURY_LEAD.search(head.left)
    if lead is None:
        return None
    word = re.sub(r"\s+", " ", lead["n"].lower())
    count = cal.ORDINAL_CENTURIES.get(word) or int(word[:2])
    end = head.start + (9 if head.text[head.start : head.start + 9].lower() == "centuries" else 7)
    part = (lead["part"] or "").lower()
    value = f"{count - 1}00~" if part == "turn" else f"{count - 1}XX{'~' if part else ''}"
    return head.mention(lead, end, value, "century", "part-of-century" if part else "century", 0.9)
