"""Direct speech: each quotation and the cue that hands over to its speaker.

Quotation marks round a term, a title or a turn of phrase make no statement: the looser the cue, the more
words it takes. A whole sentence in quotation marks is a statement even where nobody can be found who made it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policytext.document import Span
from policytext.extract.attribution import Cue, Frame, cue_before, cue_behind
from policytext.extract.quotations import Quotation
from policytext.extract.said import WORD, Reading, Said
from policytext.text.sentences import sentences

_NAMING = re.compile(
    r"\b(?:entitled|titled|called|termed|dubbed|labelled|known as|so-called|"
    r"the terms?|the words?|the phrases?|headed|slogan|motto|nickname(?:d)?|under the (?:title|heading)|"
    r"concepts? of|notions? of|seen as|rated|known)\s*[:,]?\s*$",
    re.IGNORECASE,
)
_LONG = 12
"""A quotation of so many words, a sentence by its look, is a statement without a cue."""
_LEAST = {
    "name-verb-clause": 4,
    "same-saying": 4,
    "subject-colon": 5,
    "name-verb-colon": 2,
    "verb-name": 2,
    "name-verb-again": 5,
}
"""How many words make a statement after each cue, where the content is no sentence; 3 after the others."""


def find_quoted(reading: Reading, paragraphs: Sequence[Span], quotations: Sequence[Quotation]) -> list[Said]:
    """Returns the quotations that are statements, in reading order.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order.
        quotations: the quotations in them, in order.
    """
    found: list[Said] = []
    index, before = 0, None
    pending: Quotation | None = None  # the last statement's quotation, where it goes on in the next paragraph
    for paragraph in paragraphs:
        starts = [s.start for s in sentences(reading.frame.text, paragraph.start, paragraph.end)]
        position = 0
        last = found[-1] if found and pending is not None else None
        while index < len(quotations) and quotations[index].opening < paragraph.end:
            quotation = quotations[index]
            index += 1
            while position + 1 < len(starts) and starts[position + 1] <= quotation.opening:
                position += 1
            sentence = starts[position] if starts else paragraph.start
            if pending is not None and last is not None:
                said: Said | None = replace(
                    last, start=quotation.start, end=quotation.end, rule="next-paragraph"
                )
            else:
                said = _attributed(reading, quotation, sentence, before, last)
            pending = quotation if said is not None and quotation.continues else None
            if said is not None:
                found.append(said)
                last = said
        before = paragraph
    return found


def _attributed(
    reading: Reading, quotation: Quotation, sentence: int, before: Span | None, last: Said | None
) -> Said | None:
    """Returns the statement that a quotation is, None where it is none; ``last`` is the one before it."""
    frame, content = reading.frame, reading.text[quotation.start : quotation.end]
    size = len(WORD.findall(content[:4000]))
    if size < 2 or not re.search(r"[a-z]", content):
        return None
    naming = _NAMING.search(frame.text[max(sentence, quotation.opening - 60) : quotation.opening]) is not None
    cue, begins = (
        (None, sentence) if naming else _cue(frame, quotation, sentence, before, ended=content[-1] in ".…")
    )
    dated = reading.dated(cue, begins, quotation.closing) if cue else (None, None)
    if cue is None and last is not None and not naming and _goes_on(frame, last, quotation):
        cue = replace(last.cue, rule="same-saying", certainty=last.cue.certainty * 0.9)
        begins, dated = last.sentence, last.dated
    elif cue and last and dated == (None, None) and last.cue.speaker == cue.speaker:
        dated = last.dated  # "...", says X, who then noted that "..."
    if cue is not None and _is_said(content, size, cue):
        return Said(quotation.start, quotation.end, "direct", cue, begins, dated, cue.rule, cue.certainty)
    if (
        size >= _LONG
        and not naming
        and content[-1] in ".?!…"
        and (content[0].isupper() or content[0] in ".…")
    ):
        nobody = Cue(None, "", None, quotation.opening, quotation.opening, "quoted-sentence", 0.4)
        dated = reading.dated(nobody, begins, quotation.closing)
        return Said(quotation.start, quotation.end, "direct", nobody, begins, dated, nobody.rule, 0.4)
    return None


def _cue(
    frame: Frame, quotation: Quotation, sentence: int, before: Span | None, *, ended: bool
) -> tuple[Cue | None, int]:
    """Returns the cue of a quotation and where the cue's sentence begins."""
    cue = cue_before(frame, sentence, quotation.opening)
    begins = sentence
    left = frame.text[sentence : quotation.opening]
    if cue is None and before is not None and not left.strip(" *_") and _hands_over(frame, before, sentence):
        begins = _last_sentence(frame, before)
        cue = cue_before(frame, begins, before.end)
    return cue or cue_behind(frame, quotation.closing, ended=ended), begins


def _hands_over(frame: Frame, before: Span, opening: int) -> bool:
    """Tells whether a paragraph ends by introducing the next."""
    left = frame.text[max(before.start, before.end - 20) : before.end].rstrip(" *_\n")[-1:]
    return left in {":", ","} and len(frame.text[before.end : opening].strip(" *_\n")) == 0


def _last_sentence(frame: Frame, paragraph: Span) -> int:
    low = max(paragraph.start, paragraph.end - 1_000)
    found = sentences(frame.text, low, paragraph.end)
    return found[-1].start if found else low


def _goes_on(frame: Frame, last: Said, quotation: Quotation) -> bool:
    """Tells whether a quotation goes on with the one before: “...,” said X. “...”; “...” and “...”."""
    between = frame.text[last.end : quotation.opening]
    if len(between) > 120 or "\n\n" in between:
        return False
    if last.cue.start >= last.end and last.cue.end <= quotation.opening:
        return (
            re.fullmatch(r"[^.;:]{0,40}[.,:;]?\s*", frame.text[last.cue.end : quotation.opening]) is not None
        )
    return not re.search(r"[.?!]\s", between[1:]) and not frame.verbs_within(last.end, quotation.opening)


def _is_said(content: str, size: int, cue: Cue) -> bool:
    """Tells speech from terms and titles: the looser the cue, the more words it takes."""
    if content[-1] in ".?!…" and size >= 3:
        return True
    return size >= _LEAST.get(cue.rule, 3) and not _is_title(content)


def _is_title(content: str) -> bool:
    """Tells a title by its capitals: its main words have them."""
    main = [w for w in WORD.findall(content[:400]) if len(w) > 3]
    return len(main) >= 2 and sum(w[0].isupper() for w in main) > 0.7 * len(main)
