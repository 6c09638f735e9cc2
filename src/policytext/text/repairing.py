"""The repair of characters: what the rules propose, put together to edits that do not collide.

Runs between the finding of roles and the layout: note marks need the roles, the layout needs whole words.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from policytext.document import Edit, Profile
from policytext.text.blocks.roles import Role, View
from policytext.text.marks import Call, Note, linked
from policytext.text.words.misread import Words, years
from policytext.text.words.quality import is_damaged
from policytext.text.words.spacing import Spaces
from policytext.text.words.unreadable import unreadable
from policytext.text.words.vocabulary import Vocabulary

_LIGATURE = re.compile(r"[\ufb00-\ufb06]")
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}


@dataclass(frozen=True, slots=True)
class Repairs:
    """Edits on the text of a view, in text order, none of them colliding; the notes and what calls them."""

    edits: tuple[Edit, ...]
    notes: tuple[Note, ...]
    calls: tuple[Call, ...]
    asked: frozenset[str]


def ligatures(text: str) -> list[Edit]:
    """Letters that the printer cast in one piece (``ﬁ``) become the letters they are."""
    return [
        Edit(m.start(), m.end(), m.group(), _LIGATURES[m.group()], "ligature", "char.ligature")
        for m in _LIGATURE.finditer(text)
    ]


def repaired(
    view: View,
    roles: Sequence[Role],
    vocabulary: Vocabulary,
    profile: Profile,
    attested: Container[str],
    sure: Mapping[int, float],
) -> Repairs:
    """Returns what the rules propose for a text.

    Args:
        view: the text and its chunks.
        roles: of the chunks.
        vocabulary: the words of the same text.
        profile: of the same text; what is damaged is repaired on less evidence.
        attested: words of other papers, folded.
        sure: how sure an OCR engine was of the word that begins at an offset of the text.
    """
    damaged = is_damaged(profile)
    notes, calls, flags = linked(view, roles)
    marks = [n.edit for n in notes if n.edit] + [c.edit for c in calls if c.edit]
    spaces = Spaces(vocabulary, damaged=damaged)
    words = Words(vocabulary, damaged=damaged, attested=attested, sure=sure)
    proposed = [
        marks,
        flags,
        spaces.edits(),
        words.edits(),
        years(vocabulary),
        unreadable(vocabulary, damaged=damaged),
    ]
    return Repairs(tuple(disjoint(proposed)), tuple(notes), tuple(calls), words.asked)


def disjoint(proposed: Iterable[Iterable[Edit]]) -> list[Edit]:
    """Returns edits in text order; where two collide, the one of the earlier list stands.

    Two edits collide that share a character, and a blank put in or taken out collides with what it touches: a
    piece of a word is no misread word.
    """
    kept: list[Edit] = []
    taken: set[int] = set()
    for edits in proposed:
        for edit in edits:
            reach = range(edit.start - 1, edit.end + 1) if _is_blank(edit) else range(edit.start, edit.end)
            if taken.isdisjoint(reach):
                kept.append(edit)
                taken.update(reach)
    return sorted(kept, key=lambda e: (e.start, e.end, e.rule))


def _is_blank(edit: Edit) -> bool:
    return edit.start == edit.end or (edit.text == " " and not edit.replacement)


def without_collisions(edits: Sequence[Edit], decided: Sequence[Edit]) -> list[Edit]:
    """Returns the edits without those that collide with what a person decided, and the decided ones."""
    return disjoint([decided, edits]) if decided else list(edits)
