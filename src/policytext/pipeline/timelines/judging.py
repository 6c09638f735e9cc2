"""How the words of a witness stand to what is printed: the status of a quotation, and its edit distance.

Of a witness that prints again what another prints, its words are held against those of the printing that
counts; of one known at second hand only, no other printing is there to hold them against; of all others the
clean words are held against the raw characters at their place:

- exact: the same but for white space.
- normalised: the same but for typography, hyphens at line ends, markup, page furniture, and words that we
  repaired on record; the distance tells how much.
- elided: words left out where a mark owns up to it.
- altered: other words than those of the printing that counts.
- not-found: the printing that counts has nothing like it.
- second-hand-only: no other printing is in the archive.

Words are compared as `policytext quote` compares them (`policytext.search.quote_judging`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from policytext.errors import BadRequest
from policytext.search.quote_judging import Quotation, judged
from policytext.search.quote_records import JUDGEMENTS
from policytext.search.quote_views import Document
from policytext.spans import Span
from policytext.store.reader import RawDocument
from policytext.text.alignment import Alignment

SECOND_HAND_ONLY = "second-hand-only"
STATUSES = ("exact", "normalised", "elided", "altered", "not-found", SECOND_HAND_ONLY)
_LONGEST = 20_000
"""Characters of the longest texts whose distance is measured: it takes time as their lengths multiplied."""


class Status(NamedTuple):
    """``status`` is one of `STATUSES`; ``distance`` counts characters put in, left out or exchanged.

    Either is None where it cannot be told: no words in it, or too many characters.
    """

    status: str | None
    distance: int | None


def collapsed(text: str) -> str:
    """Returns ``text`` with every stretch of white space made one blank, none at the edges."""
    return " ".join(text.split())


class Printed:
    """A document whose clean words are held against its raw characters."""

    def __init__(self, texts: RawDocument) -> None:
        self._texts = texts

    def status(self, clean: Span, spans: Sequence[Span]) -> Status:
        """Returns how clean words stand to the raw characters of ``spans``, which they come from.

        Page furniture between the spans makes them normalised; its characters are not in the distance.
        """
        ours = collapsed(self._texts.clean[clean.start : clean.end])
        theirs = collapsed(" ".join(self._texts.raw[s.start : s.end] for s in spans))
        exact = ours == theirs and len(spans) == 1
        return Status("exact" if exact else "normalised", distance(ours, theirs))


def against(quote: str, printings: Iterable[str]) -> Status:
    """Returns how a quotation stands to that of several printings of it that has it best.

    All texts with white space collapsed; without printings it is "not-found".
    """
    found = [_held(quote, text) for text in dict.fromkeys(printings)]
    if not found:
        return Status("not-found", None)
    return min(found, key=lambda f: (_RANK[f.status], f.distance if f.distance is not None else _LONGEST))


_RANK: dict[str | None, int] = {name: n for n, name in enumerate((*STATUSES, None))}


@lru_cache(maxsize=4096)
def _held(quote: str, text: str) -> Status:
    if quote in text:
        return Status("exact", 0)
    try:
        found = judged(_alone(text), Quotation(quote))
    except BadRequest:  # no letter in it, or more omissions than can be judged
        return Status(None, distance(quote, text))
    best = min(found, key=lambda f: JUDGEMENTS.index(f.judgement), default=None)
    if best is None or best.judgement == "not found":
        return Status("not-found", distance(quote, text))
    core = Quotation(quote).core
    stretch = text[best.hull.start : best.hull.end]  # with what an elision leaves out
    return Status(best.judgement, distance(quote[core.start : core.end], stretch))


def _alone(text: str) -> Document:
    """Returns a text as a document that is nothing else."""
    facts = ("printing", "printing", "", "text", "utf-8", "given")
    texts = RawDocument(*facts, b"", text, text, (), (), Alignment(len(text), ()))  # type: ignore[arg-type]  # "text" is a format
    return Document(texts, 0, "", None, None, (), ())


def distance(one: str, other: str) -> int | None:
    """Returns the Levenshtein distance of two texts; None where one has more than 20,000 characters."""
    from rapidfuzz.distance import Levenshtein

    if max(len(one), len(other)) > _LONGEST:
        return None
    return int(Levenshtein.distance(one, other))
