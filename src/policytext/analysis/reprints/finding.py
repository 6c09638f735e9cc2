"""Reprints: the same text printed again, found passage by passage.

A finding is a *stretch*: a pull quote repeats one sentence of a paragraph, and only that sentence is
reprinted. So a group is one text, its rows are the stretches that print it, and a passage may lie in
several groups (its sentence as a pull quote, the whole of it in a later paper).

First come the texts worth comparing (`compared`), then the pairs that may share words
(`shingles`), their alignment (`overlap`), the groups (`gathering`),
and the pull quotes too short for all that (`pulled`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from policytext.analysis.reprints.compared import PassageText, Texts
from policytext.analysis.reprints.gathering import ASIDE, Gathering, Overlaps, Printing, group_name, row
from policytext.analysis.reprints.overlap import word_hashes
from policytext.analysis.reprints.pulled import pulled
from policytext.analysis.reprints.shingles import candidates
from policytext.annotation import Reprint

Progress = Callable[[int, int], None]

VERSION = 2
"""Of the finder: what another version found is found anew at the next ingest."""
PULL_QUOTE = "reprints.pull_quote"
"""The rule of rows of short pull quotes."""
_TELL = 1000  # pairs between two calls of progress


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was found and what it took; ``reprints`` by group, the original first.

    ``compared`` counts aligned pairs, ``frequent`` the word runs too common to propose pairs, ``formulae``
    the texts left out as names, titles and lists, or as short texts printed too often, ``too_long`` the
    passages of more than `MAX_WORDS` words, which are not compared.
    """

    reprints: tuple[Reprint, ...]
    compared: int
    frequent: int
    formulae: int
    too_long: int


def find_reprints(passages: Iterable[PassageText], progress: Progress | None = None) -> list[Reprint]:
    """Returns one row for every printing of a text that is printed more than once.

    Rows come by group in order of the original's passage id, the original first, then by id. A row
    concerns its stretch only; what else its passage says is not reprinted. `compare` also says what was left
    out.

    Args:
        passages: all passages of the corpus; headings, tables and furniture are passed over.
        progress: called with (pairs done, pairs to do) now and then.
    """
    return list(compare(passages, progress).reprints)


def compare(passages: Iterable[PassageText], progress: Progress | None = None) -> Comparison:
    """Returns the reprints among ``passages`` with counts of what was compared and left out."""
    texts = Texts(passages)
    pairs, frequent = candidates(texts.running)
    overlaps = Overlaps()
    for done, (short, long) in enumerate(pairs):
        overlaps.add(texts, int(short), int(long))
        if progress is not None and done % _TELL == 0:
            progress(done, len(pairs))
    gathering = Gathering(texts, overlaps)
    groups = sorted([*gathering.groups(), *_quoted(texts)], key=_order)
    if progress is not None:
        progress(len(pairs), len(pairs))
    rows = tuple(row for group in groups for row in group)
    return Comparison(rows, len(pairs), frequent, texts.names + gathering.formulae, texts.too_long)


def _order(rows: Sequence[Reprint]) -> tuple[str, int, str]:
    return rows[0].passage, rows[0].start, rows[0].group


def _quoted(texts: Texts) -> list[list[Reprint]]:
    """Returns a group for every short pull quote: the passage that it repeats, and the quote."""
    wanted = {quote.document for quote in texts.quotes}
    homes = [
        (passage, number)
        for number, found in enumerate(texts.passages)
        for passage in found
        if passage.document in wanted and passage.kind not in ASIDE
    ]
    homes.sort(key=lambda home: (home[0].document, home[0].start))
    short = [word_hashes(quote.text) for quote in texts.quotes]
    found = pulled(
        [(q.document, q.start, words) for q, words in zip(texts.quotes, short, strict=True)],
        ((passage.document, passage.start, texts.words(number)) for passage, number in homes),
    )
    groups = []
    for one in found:
        quote = Printing(texts.quotes[one.quote], short[one.quote], 0, len(short[one.quote]))
        passage, number = homes[one.text]
        home = Printing(passage, texts.words(number), one.start, one.end)
        name = group_name((passage.id, *quote.words))  # the words alone may be any paper's
        original = row(name, home, "original", 1.0, PULL_QUOTE)
        groups.append([original, row(name, quote, "internal_repeat", 1.0, PULL_QUOTE)])
    return groups
