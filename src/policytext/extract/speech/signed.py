"""Who signs a quotation: "— Jane Hall, matron" below it, "(Service manager, site B)" behind it."""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.extract.speakers.finding import Speaker
from policytext.extract.speech.frame import Cue, Frame
from policytext.extract.words import alternatives, verb_pattern

_DASH = re.compile(r"[\s*_>.]{0,8}(?:[-–—―~]{1,2}|[Bb]y:?)\s{0,2}[*_]{0,3}(?=[A-Za-z])")
_LINE = re.compile(r"(?:[ \t*_]*\n[\s*_>]{0,8}|[ \t]*<br ?/?>\s*)[*_]{0,3}(?=[A-Z])")
_BRACKET = re.compile(r"[\s*_]{0,4}[(\[](?P<who>[^()\[\]\n]{3,90})[)\]]")
_CODED = re.compile(
    r"^(?:Interviewee|Interview|Respondent|Participant|Informant|Witness|Focus group|Site|Case study|Survey|"
    r"Male|Female|Carer|User|Patient|Nurse|GP|Manager)s?\b",
)
_CITED = re.compile(
    r"\b(?:1[89]|20)\d\d[a-z]?\b|\bpp?\. ?\d|\b(?:vol|col|para|Cmnd|Cm|ibid|emphasis|sic|see)\b",
    re.IGNORECASE,
)
_LONGEST = 130
"""A line of more characters than these is no signature."""
_STOP = re.compile(r"[.?!;:](?:\s|$)")
_SURE = 0.85


def signature(frame: Frame, closing: int, limit: int) -> Cue | None:
    """Returns the cue of a signed quotation.

    Args:
        frame: the document with its quotations blanked out.
        closing: where the quotation ends, its mark included.
        limit: where the signature must end: the end of the paragraph, or of the next.
    """
    bracket = _BRACKET.match(frame.text, closing, min(limit, closing + 100))
    if bracket:
        return _in_brackets(frame, bracket)
    for opening, alone in ((_DASH, False), (_LINE, True)):
        found = opening.match(frame.text, closing, min(limit, closing + 12))
        if found:
            cue = _line(frame, closing, found.end(), limit, alone=alone)
            if cue is not None:
                return cue
    return None


def _line(frame: Frame, closing: int, at: int, limit: int, *, alone: bool) -> Cue | None:
    """Returns the cue of a line that names nobody's deeds, only a person and what he is."""
    stop = frame.text.find("\n", at, min(limit, at + _LONGEST + 1))
    stop = stop if stop >= 0 else min(limit, at + _LONGEST + 1)
    line = frame.text[at:stop].strip(" *_")
    plain = re.sub(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Rev|Cllr|St|[A-Z])\.", "", line)
    if not line or len(line) > _LONGEST or _STOP.search(plain[:-1]) or verb_pattern().search(line):
        return None
    if re.search(r"\b(?:is|was|were|are|had|has|have|did|will|would|should)\b", line):
        return None
    return _signed(frame, closing, at, at + len(line), "signed-below" if alone else "signed", doubtful=alone)


def _in_brackets(frame: Frame, bracket: re.Match[str]) -> Cue | None:
    start, end = bracket.span("who")
    if _CITED.search(bracket["who"]) or verb_pattern().search(bracket["who"]):
        return None
    return _signed(frame, bracket.start(), start, end, "signed-in-brackets", doubtful=True)


def _signed(frame: Frame, closing: int, start: int, end: int, rule: str, *, doubtful: bool) -> Cue | None:
    people = [s for s in frame.speakers_within(start, min(end, start + 40)) if s.type == "person" and s.name]
    first = people[0] if people else None
    line = frame.text[start:end]
    if first is not None and first.rule != "surname" and first.start - start <= _offset(line, first):
        return Cue(first, "", "present", closing, end, rule, 0.9)
    described = _CODED.match(line) or _people().search(line)
    if described and (not doubtful or len(line.split()) <= _MOST):
        nobody = Speaker(start, end, None, "anonymous", "signed", 0.7)
        return Cue(nobody, "", "present", closing, end, rule, 0.75)
    return None


_MOST = 9


def _offset(line: str, name: Speaker) -> int:
    """Returns how far into its line a name may begin: a sure one behind an office."""
    return 0 if line[:1].islower() or name.confidence < _SURE else 30


@lru_cache(maxsize=1)
def _people() -> re.Pattern[str]:
    names = "|".join(alternatives(n) for n in ("people", "role", "occupation"))
    return re.compile(rf"\b(?:{names})\b", re.IGNORECASE)
