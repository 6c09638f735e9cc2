"""Quotations woven into somebody's sentence: "dismissed by X as", "of which X warned", "his verdict?".

Sieves of their own, since no reporting verb stands beside the quotation.
"""

from __future__ import annotations

import re

from policytext.extract.quotations import BLANK
from policytext.extract.speakers.finding import Speaker
from policytext.extract.speech.frame import Cue, Frame

_SAYING = (
    r"(?:view|words|opinion|phrase|judge?ment|account|verdict|answer|reply|response|comment|advice|"
    r"conclusion|"
    r"warning|message|argument|complaint|description|explanation|diagnosis|retort|remedy|recommendation|"
    r"question|"
    r"motto|belief|assessment|vision|aim|hope|fear|plea|claim|boast|admission|maxim|dictum|"
    r"remark|adage|line|advocacy|insistence|contention|appeal|characterisation|formulation|notion)"
)
SAYING = _SAYING
_NOUN = re.compile(
    rf"(?:(?P<whose>\b(?:[Hh]is|[Hh]er|[Tt]heir|[Ii]ts))|[’']s?) (?:\(\d{{4}}[a-z]?\) )?"
    rf"(?:own |only |first |last |final |chief )?(?:[\w-]{{2,20}} )?(?P<noun>{_SAYING})\b"
)
_IS = re.compile(
    r"(?:[^.;?]{0,60}? )?(?:is|was|has been|had been|are|were)\b[^.;?]{0,160}[:,]?|\s*[?:]|,? ?(?:of)? ?|"
    r" (?:of|for) [^.;:?“”\"]{1,80}"
)
_IN = re.compile(r"\b(?:[Ii]n|[Tt]o use|[Tt]o borrow|[Tt]o quote|[Tt]o adopt|by) $")
_AGENT = re.compile(
    r"\b(?:described|seen|viewed|envisioned|envisaged|dismissed|characterised|characterized|hailed|condemned|"
    r"denounced|called|termed|dubbed|labelled|branded|summed up|put|welcomed|criticised|rejected|defined|"
    r"derided|"
    r"regarded|praised|noted|known|presented|justified|attacked|quoted|cited)"
    r"(?: [\w ,]{1,30}?)? (?P<by>by|in) $"
)
_AS = re.compile(r"(?:,? [^.;:]{0,80})?,? (?:as|for|to be|saying)(?: an?| the)?(?: being)? ?")
_WHICH = re.compile(
    r"(?: [\w-]{2,20}){0,3},? (?:of|about|to|against|for|with|on) which (?:the )?$|"
    r",? (?:is|was|were|are|has been|had been) (?:how |what |the (?:words?|verdict|view|answer|reply|comment|"
    r"description|phrase|judg[e]?ment|conclusion|message|advice) of )(?:the )?$|,? in (?:the words of )?$"
)
_WARNED = re.compile(
    r"(?: [\w-]{2,15}){0,2} (?:spoke|speaks|had spoken|warned|warns|wrote|writes|complained|complains|"
    r"referred|"
    r"refers|talked|talks|boasted|described|put|describes|saw|sees|called|summed)\b|[’']s? (?:phrase|"
    r"words|view)\b"
)
_REACH, _REST = 320, 160


def noun_cue(frame: Frame, start: int, end: int, *, loose: bool = False) -> Cue | None:
    """Reads "His verdict?", "In her view, many were", "X's advice is simple:" up to a quotation's mark.

    With ``loose``, anything may follow the noun: "X's answer to this came from her early years."
    """
    nouns = list(_NOUN.finditer(frame.text, max(start, end - _REACH), end))
    rest = frame.text[nouns[-1].end() : end].rstrip(".!") if nouns else ""
    if not nouns or len(rest) > _REST or re.search(rf"[.;{BLANK}]", rest):
        return None
    found = nouns[-1]
    view = _IN.search(frame.text, max(0, start, found.start() - 40), _owner_start(frame, found))
    if not (view or loose or _IS.fullmatch(rest)):
        return None
    owner = _owner(frame, found)
    if owner is None:
        return None
    words = frame.text[owner.start : found.end("noun")]
    tense = "past" if re.match(r"(?:[^.;?]{0,60}? )?(?:was|were|had)\b", rest) else "present"
    rule, certainty = ("in-view", 0.85) if view else ("noun-of-saying", 0.7)
    return Cue(owner, words, tense, owner.start, end, rule, certainty)  # type: ignore[arg-type]


def _owner_start(frame: Frame, found: re.Match[str]) -> int:
    if found["whose"]:
        return found.start("whose")
    owner = _named_owner(frame, found)
    return owner.start if owner else found.start()


def _named_owner(frame: Frame, found: re.Match[str]) -> Speaker | None:
    near = frame.speakers_within(max(0, found.start() - 90), found.start() + 1)
    return next((s for s in reversed(near) if s.end == found.start()), None)


def _owner(frame: Frame, found: re.Match[str]) -> Speaker | None:
    """Returns whose view it is: a name before "’s", or a pronoun still to be resolved."""
    if found["whose"] is None:
        return _named_owner(frame, found)
    at, stop = found.span("whose")
    return Speaker(at, stop, None, "person", "pronoun", 0.5)


def agent_cue(frame: Frame, start: int, end: int) -> Cue | None:
    """Reads "they were dismissed by X as" up to a quotation's mark."""
    for speaker in frame.speakers_within(max(start, end - 200), end)[-3:][::-1]:
        agent = _AGENT.search(frame.text, max(start, speaker.start - 70), speaker.start)
        the = frame.text[max(start, speaker.start - 4) : speaker.start].lower() == "the "
        if agent is None and the:
            agent = _AGENT.search(frame.text, max(start, speaker.start - 74), speaker.start - 4)
        rest = frame.text[speaker.end : end] + " "
        if agent is not None and agent["by"] == "in" and speaker.type != "document":
            continue
        if agent is not None and _AS.fullmatch(rest):
            words = frame.text[agent.start() : speaker.start]
            tense = (
                "past"
                if re.search(r"\b(?:was|were|had been)\b", frame.text[start : agent.start()])
                else "present"
            )
            return Cue(speaker, words, tense, agent.start(), end, "agent-as", 0.8)  # type: ignore[arg-type]
    return None


def cue_around(frame: Frame, closing: int) -> Cue | None:
    """Reads what makes a quotation part of X's sentence behind it: "of which X warned", "is how X put it"."""
    for speaker in frame.speakers_within(closing, closing + 90)[:2]:
        lead = frame.text[closing : speaker.start]
        if not _WHICH.fullmatch(lead.lstrip("*_")):
            continue
        verb = _WARNED.match(frame.text, speaker.end)
        if verb or " of " in lead:
            stop = verb.end() if verb else speaker.end
            return Cue(speaker, frame.text[closing:stop], None, closing, stop, "quoted-by", 0.75)
    return None
