"""What is compared for reprints: the distinct texts of a corpus, without what repeats by nature."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from policytext.analysis.reprints.overlap import Folded, folded_words, word_hash
from policytext.analysis.reprints.shingles import Running
from policytext.document import FURNITURE, BlockKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MIN_WORDS = 10
"""Fewer words are a formula, a title, a name: anybody's, but for a pull quote's (`pulled`)."""
SHORT = 20
"""Words under which a text must be repeated more closely, and may be a formula."""
MAX_WORDS = 1000
"""Longer texts are no passages; aligning them would cost their product."""
PROSE = 0.5
"""More words than this share begin in lower case in prose; in names, titles, addresses and lists of members
they do not. A text of twice ``SHORT`` words that is set in capitals is taken for prose."""

_NO_TEXT = FURNITURE | {"heading", "table"}  # what repeats by nature
_SHOUTED = 0.5
_OPENING = re.compile(
    r"[\W_]{0,8}(?:(?:also|members?|councillors?) present|present|in attendance|absent"
    r"|apologies(?: for absence)?|membership|distribution|circulation)\b[\s*_]{0,4}"
    r"(?::|\b(?:was|were) received)",
    re.IGNORECASE,
)
"""How a list of members begins in minutes, and a list of addressees in circulars."""
_REFERENCE = re.compile(
    r"[\W\d_]{0,12}[A-Z][^?!()]{0,120}\((?:[A-Z][a-z]{2,8}\.? )?(?:1[89]|20)\d\d[a-z]?\)"
    r"[,.:;]?\s{0,2}[*_\u201c\u2018\"'\[]{0,3}[A-Z]"
)
"""A title in a list of references: author, year in brackets, and a capital. "Garland (1958) said" is none."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """A passage as it is compared; ``start``/``end`` are clean offsets of ``text`` in its document.

    ``published`` is the ISO day by which the document was certainly published, None where unknown.
    Ids sort as the passages stand in the corpus.
    """

    id: str
    document: str
    start: int
    end: int
    text: str
    kind: BlockKind
    published: str | None

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end or self.end - self.start != len(self.text):
            raise ValueError(f"passage {self.id}: text and span differ in length")


class Texts:
    """The distinct folded texts of a corpus, shorter first: word hashes by number, and who prints each.

    ``quotes`` are the pull quotes too short to be compared, ``names`` and ``too_long`` count what was left
    out as names, formulae and titles, and as longer than `MAX_WORDS`.
    """

    def __init__(self, passages: Iterable[PassageText]) -> None:
        self.quotes: list[PassageText] = []
        self.names = self.too_long = 0
        printed: dict[bytes, tuple[NDArray[np.uint64], list[PassageText]]] = {}
        for passage in passages:
            words = self._words_to_compare(passage)
            if words is not None:
                name = hashlib.blake2b(words.tobytes(), digest_size=16).digest()
                printed.setdefault(name, (words, []))[1].append(passage)
        for _, found in printed.values():
            found.sort(key=lambda p: (p.id, p.start))
        ordered = sorted(printed.values(), key=lambda t: (len(t[0]), t[1][0].id, t[1][0].start))
        self.passages = [tuple(found) for _, found in ordered]
        self.running = Running.of(words for words, _ in ordered)
        self.words = lru_cache(maxsize=4096)(self.running.text)
        """The word hashes of a text, by its number."""

    def __len__(self) -> int:
        return len(self.passages)

    def spelled(self, text: int) -> list[str]:
        """Returns the folded words of a text."""
        return [word for word, _, _ in folded_words(self.passages[text][0].text)]

    def numbers(self, text: int, start: int, end: int) -> frozenset[str]:
        """Returns the numbers among words ``[start, end)`` of a text."""
        words = folded_words(self.passages[text][0].text)[start:end]
        return frozenset(word for word, _, _ in words if word.isdigit())

    def says_something(self, text: int, start: int, end: int) -> bool:
        """Whether words ``[start, end)`` of a text are prose: no names, no question put to everybody."""
        passage = self.passages[text][0]
        words = folded_words(passage.text)
        if not is_prose(passage.text, words[start:end]):
            return False
        behind = words[end][1] if end < len(words) else len(passage.text)
        asked = passage.text[words[start][1] : behind].rstrip()
        return not (end - start < SHORT and passage.kind != "pull_quote" and _is_one_question(asked))

    def _words_to_compare(self, passage: PassageText) -> NDArray[np.uint64] | None:
        if passage.kind in _NO_TEXT:
            return None
        words = folded_words(passage.text)
        if len(words) > MAX_WORDS:
            self.too_long += 1
        elif passage.kind == "pull_quote" and len(words) < MIN_WORDS:
            self.quotes.append(passage)
        elif sum(not w.isdigit() for w, _, _ in words) >= MIN_WORDS:
            if is_prose(passage.text, words) and not _repeats_by_nature(passage, len(words)):
                return hashes(words)
            self.names += 1
        return None


def hashes(words: Sequence[Folded]) -> NDArray[np.uint64]:
    """Returns the hashes of folded words."""
    import numpy as np

    return np.fromiter((word_hash(w) for w, _, _ in words), dtype=np.uint64, count=len(words))


def is_prose(text: str, words: Sequence[Folded]) -> bool:
    """Whether these words of ``text`` are prose, and no names, title, address or list of members."""
    lower = sum(text[start].islower() for _, start, _ in words)
    if lower > PROSE * len(words):
        return True
    shouted = sum(text[start:end].isupper() for _, start, end in words if end - start > 1)
    return len(words) >= 2 * SHORT and shouted > _SHOUTED * len(words)


def _repeats_by_nature(passage: PassageText, words: int) -> bool:
    """Whether a passage is of what any paper prints: who was present, a title, a question put to all."""
    text = passage.text
    if _OPENING.match(text):
        return True
    if words < 2 * SHORT and _REFERENCE.match(text):
        return True
    return words < SHORT and passage.kind != "pull_quote" and _is_one_question(text)


def _is_one_question(text: str) -> bool:
    asked = text.rstrip("*_ \u201d\u2019\"'")
    return asked.endswith("?") and not any(mark in asked[:-1] for mark in ".!?")
