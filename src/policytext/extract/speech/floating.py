"""Quotations that stand alone, with the speaker left to the sentence or paragraph before."""

from __future__ import annotations

import re
from dataclasses import replace

from policytext.extract.quotations import Quotation
from policytext.extract.speakers.finding import Speaker
from policytext.extract.speech.embedded import noun_cue
from policytext.extract.speech.frame import Cue, Frame
from policytext.extract.speech.said import Said
from policytext.spans import Span
from policytext.text.sentences import sentences

_TAIL = re.compile(r"[\s*_”\"’'.,)\]]*(?:\d{1,3}\b|<sup>\d{1,3}</sup>|\[\^?\d{1,3}\])?[\s*_]*")
_ONLY_MARKS = re.compile(r"[\s*_“‘\"'(>\ufffc]*")
_NEAR = 400
"""A speaker is carried on over no more characters than these between two of his quotations."""
_SURE = {"same-speaker": 0.65, "topic-before": 0.6, "paragraph-before": 0.5}


def stands_alone(frame: Frame, quotation: Quotation, sentence: int, end: int) -> bool:
    """Tells whether a quotation is a sentence by itself: nothing of a sentence before it or behind."""
    if not _ONLY_MARKS.fullmatch(frame.text[sentence : quotation.opening]):
        return False
    tail = _TAIL.match(frame.text, quotation.closing, end)
    after = frame.text[tail.end() : tail.end() + 1] if tail else ""
    return tail is not None and (tail.end() >= end or after.isupper() or not after.isalnum())


def floating_cue(
    frame: Frame, quotation: Quotation, sentence: int, paragraph: Span, before: Span | None, last: Said | None
) -> Cue | None:
    """Returns the cue of a quotation that stands alone.

    Its speaker is whose quotation stood right before it, else whom the sentence before is about, in the same
    paragraph; at a paragraph's head the same is asked of the paragraph before.

    Args:
        frame: the document with its quotations blanked out.
        quotation: the quotation.
        sentence: where its sentence begins.
        paragraph: its paragraph.
        before: the paragraph before it.
        last: the statement before it.
    """
    here = _preceding(frame, paragraph.start, sentence)
    if here is None and (before is None or frame.text[before.end : paragraph.start].strip(" \n*_>")):
        return None
    preceding = here or (_preceding(frame, before.start, before.end) if before else None)
    if preceding is None:
        return None
    if last is not None and _spoke(last, preceding):
        return _again(last, quotation, "same-speaker" if here else "paragraph-before")
    asked = noun_cue(frame, preceding.start, preceding.end, loose=True)
    if asked is not None:
        return asked
    topic = frame.focus.topic(preceding)
    if topic is None or not (here or topic.name):
        return None
    return _topical(topic, quotation, "topic-before" if here else "paragraph-before")


def _preceding(frame: Frame, start: int, stop: int) -> Span | None:
    """Returns the last sentence of a stretch, None where it is empty."""
    low = max(start, stop - 1_000)
    found = sentences(frame.text, low, stop)
    return found[-1] if found else None


def _spoke(last: Said, preceding: Span) -> bool:
    """Tells whether the statement before belongs to a sentence."""
    return (
        last.kind == "direct"
        and last.cue.speaker is not None
        and (
            preceding.start <= last.start < preceding.end or preceding.start <= last.cue.start < preceding.end
        )
    )


def _again(last: Said, quotation: Quotation, rule: str) -> Cue | None:
    if quotation.opening - last.end > _NEAR:
        return None
    return replace(last.cue, rule=rule, certainty=min(_SURE[rule], last.cue.certainty))


def _topical(topic: Speaker, quotation: Quotation, rule: str) -> Cue:
    return Cue(topic, "", None, topic.start, quotation.opening, rule, _SURE[rule])
