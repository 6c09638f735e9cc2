"""How text goes on over the end of a line: hyphens, dashes and web addresses close up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from policytext.text.blocks.roles import folded_words
from policytext.text.words.lexicon import english

HANGING = frozenset(
    folded_words(
        """a about an and are as at be because been between but by can during for from had has have including
        into is its may more must not of on or our over shall should such than that the their these this those
        through to under until upon was were whether which while who whose will with within would"""
    )
)
"""Words no heading and no paragraph ends with."""
_FREE_PREFIXES = frozenset(
    folded_words(
        """after all anti co counter cross ex extra full half inter long mid multi non off on out over part
        post pre re self semi short sub super under up well whole"""
    )
)
"""What may stand before a hyphen of its own: ``re-form`` and ``reform`` are two words."""
_URL_TAIL = re.compile(r"(?:https?://|www\.)\S{0,300}[/\-_=&?.]$")
_URL_REST = re.compile(r"(?=\S{0,60}[/._%=-])[a-z0-9%_]\S{3,}")
_BROKEN_WORD = re.compile(r"([^\W\d_]{1,40})-$")
_WORD_HEAD = re.compile(r"[^\W\d_]{1,40}")
_WHOLE_WORD = re.compile(r"[^\W\d_]{2,40}(?:-[^\W\d_]{1,40}){0,3}")


@dataclass(frozen=True, slots=True)
class Join:
    """What is to stand where a line or a paragraph was broken; ``flag`` asks a reader to look at a hyphen."""

    text: str
    reason: str
    rule: str
    confidence: float
    drops_hyphen: bool = False
    flag: str = ""


LINE = Join("\n", "line that stays a line", "line.kept", 0.8)


class Joiner:
    """Joins pieces of ``text``; what it says of a hyphen rests on the words that stand unbroken there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def join(self, above: int, below: int, plain: Join) -> Join:
        """Returns how text that ends at ``above`` goes on at ``below``: hyphens and addresses close up."""
        tail, head = self.text[max(0, above - 300) : above], self.text[below : below + 60]
        if tail.endswith("-") and tail[-2:-1].isalnum() and head[:1].isalnum():
            return self._hyphen(tail, head)
        if _URL_TAIL.search(tail) and _URL_REST.match(head):
            return Join("", "web address broken at a line end", "line.url", 0.7)
        if tail.endswith("\u2014") and not tail[-2:-1].isspace():
            return Join("", "line end behind a dash", "line.dash", 0.8)
        return plain

    def _hyphen(self, tail: str, head: str) -> Join:
        broken, rest = _BROKEN_WORD.search(tail), _WORD_HEAD.match(head)
        if not broken or not rest or head[0].isupper():
            return Join("", "hyphen at a line end", "line.hyphen-kept", 0.9)
        first, second = broken.group(1).casefold(), rest.group().casefold()
        if second in {"and", "or", "to"}:
            return Join(" ", "line end behind a hanging hyphen", "line.hyphen-hanging", 0.9)
        if f"{first}-{second}" in self._attested:
            return Join("", "hyphen at a line end, also found inside lines", "line.hyphen-kept", 0.95)
        if first + second in self._attested:
            return Join("", "word broken at a line end", "line.hyphen-dropped", 0.9, drops_hyphen=True)
        if first not in _FREE_PREFIXES and english().count(first + second) >= english().common:
            return Join("", "word broken at a line end", "line.hyphen-listed", 0.85, drops_hyphen=True)
        asks = "hyphen at a line end: one word or two?"
        return Join("", "hyphen at a line end", "line.hyphen-kept", 0.5, flag=asks)

    @cached_property
    def _attested(self) -> frozenset[str]:
        """The words and hyphenated words that stand unbroken in the text, folded."""
        return frozenset(_WHOLE_WORD.findall(self.text.casefold()))
