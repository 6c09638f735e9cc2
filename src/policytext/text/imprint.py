"""What a publisher, a printer or a web site puts around a text: imprint, licence, addresses, navigation."""

from __future__ import annotations

import re
from dataclasses import dataclass

from policytext.text.roles import Role, Roles, View


@dataclass(frozen=True, slots=True)
class _Sign:
    """A pattern that marks a chunk of at most ``words`` words as boilerplate of this name."""

    name: str
    words: int
    confidence: float
    pattern: re.Pattern[str]


def _sign(name: str, words: int, confidence: float, *alternatives: str) -> _Sign:
    return _Sign(name, words, confidence, re.compile("|".join(alternatives), re.IGNORECASE))


_SIGNS: tuple[_Sign, ...] = (
    _sign("copyright", 90, 0.85, r"\u00a9", r"\(c\) ?(?:copyright|crown|\d{4})", r"\b(?:crown )?copyright\b"),
    _sign(
        "licence",
        120,
        0.85,
        r"\ball rights reserved\b",
        r"\bcreative commons\b",
        r"\bopen government licence\b",
        r"\byou may (?:re-?use|copy|reproduce)\b",
        r"\bno part of this (?:publication|report|book)\b",
    ),
    _sign("number", 14, 0.9, r"\bISBN\b", r"\bISSN\b", r"^[A-Z]{2,6}\d{3,12}$"),
    _sign(
        "registration",
        25,
        0.9,
        r"\b(?:charity|company) (?:no\b|number|registered)",
        r"\bregistered (?:charity|office|company)\b",
        r"\bregistered in (?:england|scotland|wales)\b",
    ),
    _sign("imprint", 25, 0.75, r"^(?:printed|published|produced|designed|typeset) (?:and \w+ )?(?:by|in)\b"),
    _sign(
        "ordering",
        30,
        0.8,
        r"\balternative formats?\b",
        r"\bfurther copies\b",
        r"\bcopy in braille\b",
        r"\bread (?:the|this) (?:report )?online\b",
    ),
    _sign(
        "contact", 20, 0.85, r"^(?:tel(?:ephone)?|fax|facsimile|e-?mail|web(?:site)?|phone|textphone)\b[ .:]"
    ),
    _sign(
        "navigation",
        60,
        0.85,
        r"^(?:we use cookies|this (?:site|website) uses cookies|skip to (?:main )?content)",
    ),
    _sign(
        "navigation",
        6,
        0.75,
        r"^(?:home|menu|search|share(?: this)?(?: page)?|print(?: this page)?|back to top|log ?in)$",
        r"^(?:sign up|subscribe|read more|next(?: page)?|previous(?: page)?|privacy(?: policy)?)$",
        r"^(?:terms (?:and|&) conditions|related (?:content|articles|links)|about the author|cookies)$",
        r"^follow us(?: on \w+)?$",
        r"^join (?:in )?the (?:conversation|debate)$",
    ),
    _sign(
        "address",
        12,
        0.8,
        r"^(?:https?://|www\.)?[\w-]{1,60}(?:\.[\w-]{1,60}){0,4}\.(?:uk|com|org|net|eu|gov)(?:/\S{0,200})?$",
        r"^[^\s@]{1,60}@[^\s@]{1,60}$",
        r"^[@#]\w{2,40}$",
    ),
    _sign("address", 25, 0.75, r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$"),
    _sign("picture", 8, 0.8, r"\b(?:profile picture|headshot|logo|(?:photo|image) credit)s?$"),
)
_LONGEST = 1500
_LEADERS = re.compile(
    r"(?:(?<!\.)\.{4,200}|(?<!\. )(?:\. ){4,200}|(?<!\u2026)\u2026{2,90})[ ]{0,9}\d{1,4}$", re.MULTILINE
)
"""The dots that lead to the page number in a table of contents."""
_ENCLOSED_WORDS = 12


def boilerplate(view: View, roles: Roles) -> dict[int, Role]:
    """Chunks with a sign of boilerplate, tables of contents with leaders, and short lines between such."""
    found: dict[int, Role] = {}
    for index, text in enumerate(view.texts):
        if index in roles or len(text) > _LONGEST:
            continue
        role = _by_sign(text, len(view.words[index]))
        if role is None and _LEADERS.search(text):
            role = Role("boilerplate", 0, "boilerplate.contents", 0.85)
        if role:
            found[index] = role
    return found | {
        i: Role("boilerplate", 0, "boilerplate.enclosed", 0.6)
        for i in range(1, len(view.chunks) - 1)
        if i - 1 in found and i + 1 in found and i not in found and i not in roles and _is_short(view, i)
    }


def _by_sign(text: str, words: int) -> Role | None:
    for sign in _SIGNS:
        if words <= sign.words and sign.pattern.search(text):
            return Role("boilerplate", 0, f"boilerplate.{sign.name}", sign.confidence)
    return None


def _is_short(view: View, index: int) -> bool:
    return len(view.words[index]) <= _ENCLOSED_WORDS and not view.texts[index].endswith((".", "?", "!"))
