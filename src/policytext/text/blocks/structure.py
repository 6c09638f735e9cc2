"""Headings and lists, and the path of headings above every block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from policytext.document import FURNITURE, Block
from policytext.text.blocks import pulls
from policytext.text.blocks.roles import Role, Roles, View
from policytext.text.halves import MARGIN
from policytext.text.joining import HANGING


def hinted(view: View, roles: Roles) -> dict[int, Role]:  # noqa: ARG001 (every finder is called alike)
    """What a reader or the markup says, but for pull quotes that a converter took for headings."""
    mistaken = pulls.set_as_headings(view)
    return mistaken | {
        i: Role(c.hint.kind, max(1, c.hint.level) if c.hint.kind == "heading" else 0, c.hint.rule, 0.97)
        for i, c in enumerate(view.chunks)
        if c.hint is not None and i not in mistaken
    }


def items(view: View, roles: Roles) -> dict[int, Role]:
    """Chunks that begin with a bullet or a list number, but for numbered headings and numbered paragraphs."""
    marked = [i for i, c in enumerate(view.chunks) if c.shape == "item"]
    numbered = {i for i in marked if _PARAGRAPH_NUMBER.match(view.texts[i]) and view.blanks_above(i)}
    if 2 * sum(len(view.words[i]) >= _LONG_ITEM for i in numbered) < len(numbered):
        numbered = {i for i in numbered if _is_numbered_heading(view, roles, i)}
    return {i: Role("list", 0, "list.mark", 0.85) for i in marked if i not in numbered}


_PARAGRAPH_NUMBER = re.compile(r"\d{1,3}\.[ \t]")
_LONG_ITEM = 25
"""Minutes and memoranda number every paragraph. Where half of the numbered chunks that stand apart have so
many words, all of them are paragraphs (or headings); elsewhere they are items of lists."""


def _is_numbered_heading(view: View, roles: Roles, index: int) -> bool:
    """Whether a numbered line reads as a heading and text or a bullet stands below it, not the next number.

    Page numbers and the like may stand between.
    """
    below = index + 1
    while below < len(view.chunks) and below in roles and roles[below].kind in FURNITURE:
        below += 1
    if below >= len(view.chunks) or _PARAGRAPH_NUMBER.match(view.texts[below]):
        return False
    bullet = view.chunks[below].shape == "item"
    return (bullet or len(view.words[below]) >= _BODY_WORDS) and _heading_likeness(view, index) > 0


_SPECKS = re.compile(r"[~_=|\\^`'.,:;*\u00b0\u00ac\u00b7\u2014-]{1,3}[ ]{1,3}(?=[A-Z])")
"""What a scanner reads of specks and rules beside a heading."""
_LONGEST = 110
_MOST_WORDS = 16
_DATE = re.compile(
    r"(?:\w{3,9}day,? )?(?:\d{1,2}(?:st|nd|rd|th)?[ ])?(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december|spring|summer|autumn|winter)[ ,]{0,2}(?:\d{1,2},? )?\d{4}",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"(?:the )?(?:mr|mrs|ms|miss|dr|sir|dame|lord|lady|baroness|viscount|earl|prof|professor|rt|right hon|hon"
    r"|minister|secretary|chairman|speaker|dear|yours|by)\b"
    r"|(?:will|would|does|may|am|is)"
    r" (?:the (?:right )?(?:hon|noble|minister|secretary|government)|my|he|she|i)\b",
    re.IGNORECASE,
)
_ASKED = re.compile(r"[A-Z][a-z]+(?:[ ][A-Z][\w'\u2019-]{0,20}){1,3}: .{1,90}\?")
"""A turn of a debate: ``Ann Other: Will the Minister give way?``"""
_NUMBER_HEAD = re.compile(r"(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z]|[IVX]{1,5})[.)]?[ \t]{1,4}(?=[A-Z])")
_NO_HEADING = re.compile(
    r"\b(?:19|20)\d\d[a-z]?[,.)] |\bforthcoming\b|\bHMSO\b|^(?:table|box)[ ]\d{1,3}\b|@|://|www\.|\t|[ ]{3}"
    r"|\bmin(?:ute)?s? read\b|[a-z][*\u2020\u2021](?:\s|$)"
    r"|^(?:authors?|published|posted|updated|editor|written|interview|asked|moved|received|photo|source|words|edited|to|from|date)s?"
    r"(?: by\b|[ ]?:|[ ]\d)",
    re.IGNORECASE,
)
"""What short lines without a stop are otherwise: entries of a list of references, captions, addresses,
bylines (``Published 3 July``), authors with the marks of their notes."""
_ASIDE = re.compile(r"\(.{1,100}\)|\[.{1,100}\]", re.DOTALL)
_QUOTED = re.compile(r"[\"\u201c\u2018'].{10,900}[\"\u201d\u2019'][.,]?", re.DOTALL)
_CLOCK = re.compile(r"\d{1,2}(?:[.:]\d\d)? ?(?:[ap]\. ?m\.?|noon|o.clock)", re.IGNORECASE)
_STOPPED = re.compile(r"[.,;:\u2013\u2014-][\"'\u201d\u2019)]{0,3}\d{0,3}$")
_BODY_WORDS = 8


def headings(view: View, roles: Roles) -> dict[int, Role]:
    """Short lines without a final stop, set apart by blank lines, with body text below.

    Where the document marks its headings, only lines in bold or in capitals are taken for more of them,
    one level below the marked heading above.
    """
    found: dict[int, Role] = {}
    level = 1
    for index, chunk in enumerate(view.chunks):
        if index in roles:
            level = roles[index].level if roles[index].kind == "heading" else level
            continue
        confidence = _heading_likeness(view, index)
        if confidence and (not view.has_markup or confidence >= 0.8):
            depth = min(6, level + 1) if view.has_markup else 2
            rule = "heading.bold" if "bold" in chunk.marks else "heading.short"
            found[index] = Role("heading", depth, rule, confidence)
    if 0 in found and not view.has_markup and len(view.words[0]) > 2:
        found[0] = Role("heading", 1, "heading.title", 0.7)
    kept = {i: r for i, r in found.items() if _has_body_below(view, roles, found, i)}
    return kept | _tails(view, roles, kept)


def _heading_likeness(view: View, index: int) -> float:
    """Returns how much a chunk looks like a heading by itself; 0 for not at all."""
    text, chunk = view.texts[index], view.chunks[index]
    if len(text) > _LONGEST or not 1 <= len(view.words[index]) <= _MOST_WORDS or len(chunk.lines) > 3:
        return 0.0
    apart = view.blanks_above(index) and (view.blanks_below(index) or text.isupper())
    if not apart or chunk.shape == "row":
        return 0.0
    numbered = _NUMBER_HEAD.match(text)
    specks = _SPECKS.match(text) if chunk.shape == "text" else None
    before = numbered or specks
    title = (text[before.end() :] if before else text).lstrip("\"'\u201c\u2018(")
    if (chunk.shape == "item" and not numbered) or not _reads_as_title(title) or _runs_on(view, index):
        return 0.0
    stacked = any(not view.text[line.start].islower() for line in chunk.lines[1:]) and not text.isupper()
    if stacked or _ASIDE.fullmatch(text) or (index and _names_speaker(view, index)):
        return 0.0
    if "bold" in chunk.marks or text.isupper():
        return 0.85
    return 0.5 if specks else 0.7 if numbered or _is_title_case(title) else 0.6


def _names_speaker(view: View, index: int) -> bool:
    """Whether a line below a quotation that is set apart says whose it is: ``Ann Other, Holm``."""
    title = view.texts[index]
    plain = "," in title or "bold" in view.chunks[index].marks
    return plain and _QUOTED.fullmatch(view.texts[index - 1]) is not None and _NAMED.match(title) is not None


_NAMED = re.compile(r"(?:[A-Z][\w'\u2019.-]{0,20}[ ]?){2,5}(?:,|$)")


def _reads_as_title(title: str) -> bool:
    if not title[:1].isupper() or sum(map(str.isalpha, title)) < 3 or _NO_HEADING.search(title):
        return False
    return not (_DATE.fullmatch(title) or _PERSON.match(title) or _ASKED.fullmatch(title))


def _runs_on(view: View, index: int) -> bool:
    """Whether a short chunk ends as a sentence, a label or half a sentence ends."""
    text = view.texts[index]
    if _STOPPED.search(text):
        return not text.endswith("...")
    if _LETTERED.fullmatch(text):
        return False
    return text.rsplit(maxsplit=1)[-1].casefold() in HANGING and not _is_tail(view, index, index + 1)


_LETTERED = re.compile(
    r"(?:appendix|annexe?|part|section|schedule|chapter|group|option|class) A", re.IGNORECASE
)


def _is_title_case(title: str) -> bool:
    long_words = [w for w in title.split() if len(w) > 3]
    return len(long_words) > 1 and all(w[0].isupper() for w in long_words)


def _has_body_below(view: View, roles: Roles, found: Roles, index: int) -> bool:
    """Whether what follows, other headings and furniture aside, is text that begins a sentence."""
    for at in range(index + 1, min(len(view.chunks), index + 6)):
        if at in found or (at in roles and roles[at].kind in FURNITURE | {"heading", "pull_quote"}):
            continue
        if at in roles or view.chunks[at].shape != "text":
            return True
        if _is_tail(view, at - 1, at) or _is_byline(view, at):
            continue
        enough = len(view.words[at]) >= _BODY_WORDS or found[index].rule == "heading.title"
        return enough and not view.text[view.chunks[at].start].islower()
    return found[index].rule == "heading.title"


_BYLINE = re.compile(
    r"by [A-Z]|(?:authors?|published|posted|updated|interview|written|from|to)(?: by\b|[ ]?:|[ ]\d)"
    r"|.{0,80}[a-z][*\u2020\u2021](?:\s|$)",
    re.IGNORECASE,
)
_BYLINE_WORDS = 10


def _is_byline(view: View, index: int) -> bool:
    """Whether a line between a title and the text says who wrote it, where or when."""
    text = view.texts[index]
    if len(view.words[index]) > _BYLINE_WORDS or len(text) > _LONGEST or text.endswith("."):
        return _CLOCK.fullmatch(text) is not None
    return any(p.match(text) for p in (_BYLINE, _DATE, _CLOCK))


def _is_tail(view: View, before: int, at: int) -> bool:
    """Whether chunk ``at`` may be the second half of a heading ``before`` it that a blank line broke."""
    if at >= len(view.chunks):
        return False
    text = view.texts[at]
    return (
        len(text) <= _LONGEST
        and len(view.chunks[at].lines) <= 3
        and text[0].islower()
        and not text.startswith("by ")
        and text[-1] not in ".,;:"
        and len(view.texts[before]) <= _LONGEST
        and view.blanks_below(at) > 0
    )


def _tails(view: View, roles: Roles, found: Roles) -> dict[int, Role]:
    return {
        i + 1: Role("heading", r.level, "heading.tail", 0.6)
        for i, r in found.items()
        if i + 1 < len(view.chunks) and i + 1 not in found and i + 1 not in roles and _is_tail(view, i, i + 1)
    }


def with_sections(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Returns the blocks with the path of the headings above each, joined by `` > ``."""
    path: list[tuple[int, str]] = []
    out = []
    for block in blocks:
        if block.kind == "heading":
            path = [(level, title) for level, title in path if level < block.level]
        section = "" if block.kind in MARGIN else " > ".join(title for _, title in path)
        out.append(replace(block, section=section))
        if block.kind == "heading":
            path.append((block.level, " ".join(text[block.start : block.end].split())))
    return out
