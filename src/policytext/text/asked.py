"""A query as understood; apart from its language, which a query of plain words need not load."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from policytext.text.query_syntax import Clause

_SIGNS = re.compile(
    r"[^\w\s'\u2019-]|(?<!\w)['\u2019-]|['\u2019-](?!\w)"
    r"|\b(?:AND|OR|NOT|NEAR\d*|ADJ\d*|WITHIN\d*|W\d+)\b"
)
"""What the language may read: its operators, those of other systems, which it has a word to say about, and
any sign but an apostrophe or a hyphen within a word."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A query as understood.

    ``words`` rank, for BM25 and for the embedding model: bare words, those of phrases and of other operands,
    in reading order, without what is excluded. ``needed`` is what a hit must satisfy, None for nothing.
    ``preferred`` are prefixes and fuzzy words that help to rank. ``fields`` are filters of the whole query as
    (name of ``FIELDS``, value), each name once. ``notes`` tell the reader what was not read as it was typed.
    """

    words: str
    needed: Clause | None = None
    preferred: tuple[Clause, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def plain(text: str) -> Asked:
    """Returns the query that takes all of ``text`` as words that rank."""
    return Asked(" ".join(text.split()))


def may_have_operators(text: str) -> bool:
    """Whether ``text`` must be parsed to be understood; where not, parsing it gives what ``plain`` gives."""
    return _SIGNS.search(text) is not None
