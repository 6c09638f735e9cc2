"""What converters leave behind: characters for layout, HTML remnants, Markdown.

Every step is a function ``text -> edits`` on the text the steps before it left. Markup is only taken for
such where the evidence is there: marks must pair, a lone ``*`` stays. What a mark said is not lost with it:
``evidence`` notes it before the marks go.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from policytext.document import Edit

What = Literal["heading", "bold", "italic", "note", "page", "image"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What markup said of ``[start, end)`` of a text: a heading of ``level``, a page that begins there."""

    start: int
    end: int
    what: What
    level: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A named function from a text to edits on it."""

    name: str
    find: Callable[[str], list[Edit]]


def _edit(match: re.Match[str], replacement: str, reason: str, rule: str, confidence: float = 1.0) -> Edit:
    return Edit(match.start(), match.end(), match.group(), replacement, reason, rule, confidence)


def _deleted(text: str, start: int, end: int, reason: str, rule: str, confidence: float = 1.0) -> Edit:
    return Edit(start, end, text[start:end], "", reason, rule, confidence)


# --- characters -------------------------------------------------------------------------------------------

_NEWLINES = "\r\v\x1c-\x1e\x85\u2028\u2029"
_BLANKS = "\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"
_UNSEEN = "\x00-\x08\x0e-\x1b\x1f\x7f\u200b-\u200f\u2060\ufeff"
_CHARACTER = re.compile(rf"[\f\xad{_NEWLINES}{_BLANKS}{_UNSEEN}]")
"""One class of characters: the engine skips to the next of them without trying branches."""
_IS_NEWLINE, _IS_BLANK = re.compile(f"[{_NEWLINES}]"), re.compile(f"[{_BLANKS}]")


def characters(text: str) -> list[Edit]:
    """Line ends become newlines, odd blanks spaces; form feeds, soft hyphens and unseen characters go."""
    edits: list[Edit] = []
    for match in _CHARACTER.finditer(text):
        start, character = match.start(), match.group()
        # A line feed belongs to the carriage return or the soft hyphen before it.
        end = start + 2 if character in "\r\xad" and text[start + 1 : start + 2] == "\n" else start + 1
        edits.append(Edit(start, end, text[start:end], *_shown(text, start, character)))
    return edits


def _shown(text: str, at: int, character: str) -> tuple[str, str, str]:
    """Returns what a character is to read, the reason and the rule."""
    if character == "\f":
        at_start = at == 0 or text[at - 1] in "\n\r\f"
        return "" if at_start else "\n", "form feed", "char.form-feed"
    if character == "\xad":
        return "", "soft hyphen", "char.soft-hyphen"
    if _IS_NEWLINE.match(character):
        return "\n", "line end written otherwise", "char.newline"
    if _IS_BLANK.match(character):
        return " ", "no-break or other odd space", "char.space"
    return "", "character that shows nothing", "char.unseen"


# --- HTML in running text ---------------------------------------------------------------------------------

_INLINE = "sup|sub|b|i|em|strong|u|s|span|font|small|big|a|mark|cite|q|abbr|tt|code|center"
_BREAKING = "br|hr|p|div"
_TAG = re.compile(
    rf"<!--[^<>]{{0,2000}}-->|</?(?:(?P<inline>{_INLINE})|(?P<breaking>{_BREAKING}))(?:\s[^<>\n]{{0,300}})?/?>"
    r"|<(?P<address>(?:https?://|mailto:|www\.)[^<>\s]{1,500})>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,6}|#[xX][0-9A-Fa-f]{2,5});")


def tags(text: str) -> list[Edit]:
    """HTML tags in running text go; ``<br>`` becomes a line end, ``<https://...>`` loses its brackets."""
    edits = []
    for match in _TAG.finditer(text):
        if match["address"]:
            edits.append(_deleted(text, match.start(), match.start() + 1, "bracket of a link", "html.link"))
            edits.append(_deleted(text, match.end() - 1, match.end(), "bracket of a link", "html.link"))
        else:
            edits.append(_edit(match, "\n" if match["breaking"] else "", "HTML tag", "html.tag"))
    return edits


def entities(text: str) -> list[Edit]:
    """Character references such as ``&amp;`` become the character they name."""
    edits = []
    for match in _ENTITY.finditer(text):
        character = html.unescape(match.group())
        if (
            character != match.group()
            and len(character) == 1
            and (character.isprintable() or character.isspace())
        ):
            character = " " if character.isspace() else character
            edits.append(_edit(match, character, "HTML character reference", "html.entity"))
    return edits


# --- Markdown ---------------------------------------------------------------------------------------------

_HEADING = re.compile(r"^[ ]{0,3}(#{1,6})[ \t]{1,8}(?=\S)", re.MULTILINE)
_RULE = re.compile(
    r"^[ ]{0,3}(?:(?:-[ \t]?){3,200}|(?:\*[ \t]?){3,200}|(?:_[ \t]?){3,200}|={3,200}[ \t]{0,8})$",
    re.MULTILINE,
)
_FENCE = re.compile(r"^[ ]{0,3}(?:```|~~~|:{3,40})[^\n`]{0,40}$", re.MULTILINE)
_NOTE_CALL = re.compile(r"\[\^(?P<label>\w{1,12})\](?P<head>:[ \t]{0,4}(?=\S))?")
_ATTRIBUTES = re.compile(r"(?m)(?<=\S)[ ]?\{[#.][\w#.= \"-]{1,100}\}(?=\s|$)")
_QUOTED = re.compile(r"^[ ]{0,3}(?:>[ ]?){1,5}(?=\S|$)", re.MULTILINE)
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<label>[^\[\]\n]{0,500})\]"
    r"\((?:[^()\s]{0,1000}|[^()\s]{0,500}\([^()\s]{0,200}\)[^()\s]{0,200})(?:[ ]\"[^\"\n]{0,200}\")?\)"
)
_ESCAPE = re.compile(r"\\(?=[*_#\[\]~`>|+\\'\"$@<^&-])|(?<=\d)\\(?=[.)]\s)")
_STARS = re.compile(r"\*+|\n[ \t]*\n")


def _heading_spans(text: str) -> Iterator[tuple[int, int, int, int, int]]:
    """Yields (mark start, title start, title end, line end, level) of every heading with ``#``."""
    for match in _HEADING.finditer(text):
        stop = text.find("\n", match.end())
        stop = len(text) if stop < 0 else stop
        line = text[match.end() : stop].rstrip()
        bare = line.rstrip("#")
        title = bare.rstrip() if bare[-1:] in {" ", "\t"} else line
        yield (
            match.start(),
            match.end(),
            match.end() + len(title),
            match.end() + len(line),
            len(match.group(1)),
        )


def headings(text: str) -> list[Edit]:
    """The ``#`` before (and behind) a heading goes."""
    edits = []
    for start, title, title_end, end, _ in _heading_spans(text):
        edits.append(_deleted(text, start, title, "heading mark", "md.heading"))
        if title_end < end:
            edits.append(_deleted(text, title_end, end, "heading mark", "md.heading"))
    return edits


def rules(text: str) -> list[Edit]:
    """Drawn lines, code fences and ``>`` before quoted lines go."""
    edits = [_edit(m, "", "drawn line", "md.rule", 0.9) for m in _RULE.finditer(text)]
    edits += [_edit(m, "", "code fence", "md.fence", 0.9) for m in _FENCE.finditer(text)]
    edits += [_edit(m, "", "mark of a quoted line", "md.quoted", 0.9) for m in _QUOTED.finditer(text)]
    return edits


def notes(text: str) -> list[Edit]:
    """``[^1]`` becomes ``1``, and at the head of the note ``[^1]: Text`` becomes ``1 Text``."""
    edits = []
    for match in _NOTE_CALL.finditer(text):
        line_head = match.start() == 0 or text[match.start() - 1] == "\n"
        if match["head"] and not line_head:
            continue
        edits.append(_deleted(text, match.start(), match.start("label"), "mark of a note", "md.note"))
        tail, end = match.group()[match.end("label") - match.start() :], match.end()
        new = " " if match["head"] else ""
        edits.append(Edit(match.end("label"), end, tail, new, "mark of a note", "md.note"))
    return edits


def attributes(text: str) -> list[Edit]:
    """``{#anchor .class}`` behind a heading or a picture goes."""
    return [_edit(m, "", "attributes of markup", "md.attribute", 0.9) for m in _ATTRIBUTES.finditer(text)]


def links(text: str) -> list[Edit]:
    """``[text](target)`` becomes ``text``, an image its description."""
    edits = []
    for match in _LINK.finditer(text):
        kind = ("image", "md.image") if match["image"] else ("link target", "md.link")
        edits.append(_deleted(text, match.start(), match.start("label"), *kind))
        edits.append(_deleted(text, match.end("label"), match.end(), *kind))
    return edits


@dataclass(frozen=True, slots=True)
class Emphasis:
    """A pair of emphasis marks: ``[start, inner)`` opens, ``[close, end)`` closes."""

    start: int
    inner: int
    close: int
    end: int


def emphases(text: str) -> Iterator[Emphasis]:
    """Yields the paired runs of stars, inner pairs first.

    Pairs stand within a paragraph and hug the words they mark, as CommonMark 0.31 says (section 6.2),
    except that stars inside a word pair with none: ``2*3*4`` and ``factors*`` stay.
    """
    open_runs: list[tuple[int, int]] = []
    for match in _STARS.finditer(text):
        start, end = match.span()
        if text[start] == "*" and text[start - 1 : start] == "\\":
            start += 1
        if text[start : start + 1] == "\n" or end - start > 3:
            open_runs.clear()
        if text[start : start + 1] != "*" or start == end or end - start > 3:
            continue
        before, after = text[start - 1 : start] or "\n", text[end : end + 1] or "\n"
        if _flanks(after, before):
            while open_runs and start < end:
                left, right = open_runs.pop()
                width = min(right - left, end - start)
                yield Emphasis(right - width, right, start, start + width)
                start += width
                if right - width > left:
                    open_runs.append((left, right - width))
        elif _flanks(before, after):
            open_runs.append((start, end))


_UNDERLINES = re.compile(r"(_(?<![\w\\]_)_?)(?=[^\s_])([^_\n]{1,600})(?<=[^\s\\])\1(?!\w)")
"""Some converters write ``_`` where others write ``*``."""


def underlines(text: str) -> Iterator[Emphasis]:
    """Yields pairs of ``_`` or ``__`` around words within a line; those inside a word pair with none."""
    for match in _UNDERLINES.finditer(text):
        if any(map(str.isalpha, match[2])):
            yield Emphasis(match.start(), match.start(2), match.end(2), match.end())


def _flanks(outer: str, inner: str) -> bool:
    """Whether a run between ``outer`` and ``inner`` hugs ``inner``."""
    return not inner.isspace() and not outer.isalnum()


def emphasis(text: str) -> list[Edit]:
    """Paired ``*``, ``**``, ``***``, ``_`` and ``__`` around words go."""
    edits = []
    for pair in (*emphases(text), *underlines(text)):
        edits.append(_deleted(text, pair.start, pair.inner, "emphasis mark", "md.emphasis"))
        edits.append(_deleted(text, pair.close, pair.end, "emphasis mark", "md.emphasis"))
    return sorted(edits, key=lambda e: e.start)


def escapes(text: str) -> list[Edit]:
    r"""The backslash of ``\*`` and its like goes."""
    return [_edit(m, "", "Markdown escape", "md.escape", 0.95) for m in _ESCAPE.finditer(text)]


_DASHED = re.compile(r"^[ ]{0,3}- (?=\S)", re.MULTILINE)
_DOTTED = re.compile(r"^(?P<lead>[ ]{0,3})\u2022 (?=\S)", re.MULTILINE)


def bullets(text: str) -> list[Edit]:
    """A dot before an item becomes a dash where the lists of the document have dashes.

    A converter that writes ``-`` for bullets leaves one as it is where it stood inside bold type.
    """
    dotted = list(_DOTTED.finditer(text))
    if not dotted or sum(1 for _ in _DASHED.finditer(text)) < 2 * len(dotted):
        return []
    return [Edit(m.end("lead"), m.end(), "\u2022 ", "- ", "bullet", "md.bullet", 0.8) for m in dotted]


STEPS: tuple[Step, ...] = (
    Step("characters", characters),
    Step("tags", tags),
    Step("notes", notes),
    Step("links", links),
    Step("attributes", attributes),
    Step("headings", headings),
    Step("rules", rules),
    Step("emphasis", emphasis),
    Step("bullets", bullets),
    Step("escapes", escapes),
    Step("entities", entities),
)
"""In order. A new step goes where what it needs is still there and what it must not see is gone."""


# --- evidence ---------------------------------------------------------------------------------------------

_NOTE_HEAD = re.compile(
    r"^[ \t]{0,8}(?:<sup>\s{0,3}\[?\w{1,4}\]?\s{0,3}</sup>|\[\^\w{1,12}\]:)", re.MULTILINE | re.IGNORECASE
)
_PAGE = re.compile(r"\f")
_RULE_BELOW = re.compile(r"\n(?:={3,200}|-{3,200})(?=[ \t]{0,8}(?:\n|$))")


def evidence(text: str) -> list[Evidence]:
    """Returns what the markup of ``text`` says, in order of ``start``; offsets are into ``text``."""
    found = [Evidence(m.start(), m.end(), "page") for m in _PAGE.finditer(text)]
    found += [Evidence(title, end, "heading", level) for _, title, end, _, level in _heading_spans(text)]
    found += _ruled(text)
    found += [Evidence(m.start(), m.end(), "note") for m in _NOTE_HEAD.finditer(text)]
    found += [Evidence(m.start(), m.end(), "image") for m in _LINK.finditer(text) if m["image"]]
    found += [
        Evidence(p.start, p.end, "bold" if p.inner - p.start > 1 else "italic")
        for p in (*emphases(text), *underlines(text))
    ]
    return sorted(found, key=lambda e: (e.start, e.end, e.what))


def _ruled(text: str) -> Iterator[Evidence]:
    """Yields the titles that stand above a drawn line."""
    for rule in _RULE_BELOW.finditer(text):
        start, end = text.rfind("\n", 0, rule.start()) + 1, rule.start()
        if 2 <= end - start <= 102 and not text[start].isspace() and text[end - 1] not in " .,;:":
            yield Evidence(start, end, "heading", 1 if rule.group()[1] == "=" else 2)


def carried(points: list[int], edits: list[Edit]) -> list[int]:
    """Returns where the sorted ``points`` of a text stand after ``edits``; inside an edit, behind it."""
    starts = [e.start for e in edits]
    shifts = [0]
    for edit in edits:
        shifts.append(shifts[-1] + len(edit.replacement or "") - len(edit.text))
    out = []
    for point in points:
        index = bisect_left(starts, point)
        if index and edits[index - 1].end > point:
            out.append(edits[index - 1].end + shifts[index])
        else:
            out.append(point + shifts[index])
    return out
