"""Figures of which a converter left the words: captions, axes, legends."""

from __future__ import annotations

import re
from collections.abc import Iterable

from policytext.text.blocks.roles import Role, Roles, View

_CAPTION = re.compile(
    r"(?:figure|fig\.?|chart|graph|diagram|exhibit|map|plate|illustration)[ ]{0,2}"
    r"(?:\d{1,3}(?:\.\d{1,2})?|[A-Z])[a-z]?(?:[ ]?[.:\u2013\u2014-]|[ ]+[A-Z]|$)",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:shows?|showed|illustrates?|presents?|summari[sz]es?|indicates?|gives?|sets out|demonstrates?)\b"
)
_NUMBER = r"[-\u2013+\u00a3$<>~ ]{0,3}\d[\d,.:/]{0,11}[ ]?(?:%|per cent|m|bn|k|\u00b0)?"
_AXIS = re.compile(rf"{_NUMBER}(?:[ ]?[-\u2013][ ]?\d[\d,.]{{0,8}}[%+]?)?", re.IGNORECASE)
_TICK = re.compile(
    r"[-+\u2013\u00a3$]?\d[\d,./\u2013-]{0,11}%?|(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec|q[1-4])",
    re.IGNORECASE,
)
_AXIS_TITLE = re.compile(
    r"(?:per[ ]?cent(?:age)?|number|thousands?|millions?|\u00a3|years?|rate|index)\b", re.IGNORECASE
)
_SOURCE = re.compile(r"(?:source|data|base|note)s?[ ]?:", re.IGNORECASE)
_CREDITED = re.compile(
    r"(?:photo(?:graph)?|picture|image|illustration|graph|chart|cartoon|map)s?(?: credits?)?[ ]?: ",
    re.IGNORECASE,
)
_PHOTO = re.compile(
    r"(?:photo(?:graph)?|image|picture|illustration)s?(?: credits?)?(?:[ ]?:|[ ]by\b|[ ]?\u00a9)",
    re.IGNORECASE,
)
_MOST_DEBRIS = 60
_LONGEST_LABEL, _LONGEST_TICKS = 40, 120
_LEAST_AXIS = 3
_LEAST_TICKS = 3
_MOST_CREDIT_WORDS = 12


def figures(view: View, roles: Roles) -> dict[int, Role]:
    """``Figure 3. Spending by year``, and beside it the labels, numbers and legend of the drawing."""
    found: dict[int, Role] = {}
    for index, text in enumerate(view.texts):
        if index not in roles and len(text) <= 300 and _CAPTION.match(text) and not _is_sentence(text):
            found[index] = Role("figure", 0, "figure.caption", 0.9)
        elif index not in roles and len(view.words[index]) <= _MOST_CREDIT_WORDS and _CREDITED.match(text):
            found[index] = Role("figure", 0, "figure.credit", 0.75)
    debris: dict[int, Role] = {}
    for caption in found:
        debris.update(_debris(view, roles, found, caption, 1) or _debris(view, roles, found, caption, -1))
    images = (i for i, r in roles.items() if r.kind == "figure")
    return debris | found | _photo_credits(view, roles, [*images, *found, *debris])


def _photo_credits(view: View, roles: Roles, drawn: Iterable[int]) -> dict[int, Role]:
    """Returns the lines below a picture that say who made it."""
    return {
        i + 1: Role("figure", 0, "figure.credit", 0.8)
        for i in drawn
        if i + 1 < len(view.chunks)
        and i + 1 not in roles
        and len(view.words[i + 1]) <= _MOST_CREDIT_WORDS
        and _PHOTO.match(view.texts[i + 1])
    }


def _ticks(line: str) -> int:
    """Returns how many marks of an axis a line holds and nothing else: ``0 10 20 30``, ``Jan Feb Mar``."""
    if _AXIS.fullmatch(line):
        return 1
    words = line.split()
    enough = len(words) >= _LEAST_TICKS and len(line) <= _LONGEST_TICKS
    return len(words) if enough and all(map(_TICK.fullmatch, words)) else 0


def _is_sentence(text: str) -> bool:
    """Whether the words only speak of a figure: ``Figure 3 shows that beds were lost.``"""
    head = " ".join(text.split()[2:5])
    return bool(_VERB.match(head)) or (text.endswith(".") and _VERB.search(text[:60]) is not None)


def _debris(view: View, roles: Roles, found: Roles, caption: int, step: int) -> dict[int, Role]:
    """Returns the short chunks beside a caption if isolated numbers among them betray an axis."""
    taken: list[int] = []
    numbers = 0
    at = caption + step
    while 0 <= at < len(view.chunks) and len(taken) < _MOST_DEBRIS and at not in found:
        text = view.texts[at]
        if at in roles and roles[at].kind != "page_number":
            break
        lines = text.split("\n")
        axis = sum(map(_ticks, lines))
        label = all(len(line) <= _LONGEST_LABEL for line in lines) and not text.endswith((".", ":", ";"))
        if not (axis or label or _SOURCE.match(text)):
            break
        numbers += axis
        if at not in roles:
            taken.append(at)
        at += step
    while (
        taken
        and numbers
        and _AXIS.search(view.texts[taken[-1]]) is None
        and not _ticks(view.texts[taken[-1]])
        and not _SOURCE.match(view.texts[taken[-1]])
        and not _AXIS_TITLE.match(view.texts[taken[-1]])
    ):
        taken.pop()  # a heading may follow the drawing
    if numbers < _LEAST_AXIS:
        return {i: Role("figure", 0, "figure.source", 0.7) for i in taken[:1] if _SOURCE.match(view.texts[i])}
    return dict.fromkeys(taken, Role("figure", 0, "figure.debris", 0.65))
