"""Families of assertions that say one thing, proposed from a corpus without a codebook.

Printings of one work, and sentences of the same words, are folded first: a reprint founds nothing, and no
formula does. Then, of unit vectors centred on the corpus (Mu and Viswanath, "All-but-the-Top", 2018; without
it all sentences on one matter look alike), those that are among each other's nearest are joined by average
linkage, and stay joined only where each resembles the others on the whole. Sentences of one paragraph cannot
found a family, what is opposed cannot be in one, and a family needs two works in two documents: one document
repeating itself is no recurrence. What founds nothing may still join the family it resembles most, and is
then only ``suggested``.

How alike is alike enough is said in spreads of the corpus itself: so many above what two sentences of
different documents have in common anyhow. Vectors of sentences know subjects better than propositions, so a
family is an offer to a reader, who knows which of its witnesses say the claim and which only speak of it;
``eval/claims/discovery.py`` measures how far they agree.

Tried and left out, as they changed next to nothing on marked papers and invented sentences: twins without
names of their era, neighbouring sentences mixed in, terms beside vectors, common directions removed,
whitening; a metric learned from invented claims was worse on claims that it had not seen.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import Claim
from policytext.analysis.discovery.linking import link
from policytext.analysis.discovery.naming import Named, name
from policytext.analysis.discovery.neighbours import Background, background, mutual, nearest
from policytext.analysis.discovery.opposing import Opposing, telling
from policytext.text.terms import terms

Matrix = NDArray[np.float32]
Places = NDArray[np.int64]
Encode = Callable[[Sequence[str]], Matrix]
"""Texts to unit rows of float32, shape (len(texts), dims), in order."""

_FEWEST_WORKS = 20
"""With fewer, what sentences have in common anyhow cannot be told from what a family has in common."""
_MOST_SAYS = 5
_BESIDE = 50
"""Nearest families that a family may be put together with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grain:
    """How fine the families are.

    ``link`` and ``join`` are spreads above what two sentences of different documents have in common anyhow:
    families come together at ``link``, and take others in as suggestions at ``join``. Lower numbers give
    fewer and broader families: at 1 themes, at 4 near paraphrases; 3 gave the families that subsamples of a
    corpus agreed on best. ``most``, where given, is how many families there may be: then those whose centres
    are most alike are put together. ``neighbours`` is how many nearest each assertion is asked for, ``terms``
    how many telling terms it needs to found a family.
    """

    link: float = 3.0
    join: float = 3.0
    most: int | None = None
    neighbours: int = 10
    terms: int = 4
    seed: int = 0

    def __post_init__(self) -> None:
        if self.join < 0 or self.link < self.join:
            raise ValueError("families take in no more readily than they link, and never what is unlike")
        if self.neighbours < 1 or self.terms < 0 or (self.most is not None and self.most < 1):
            raise ValueError("neighbours, terms and families are counted")


@dataclass(frozen=True, slots=True)
class Member:
    """An assertion, by its place in the sequence given, that belongs to a family.

    ``score`` in [0, 1] is its mean cosine with the other works that founded the family, ``work`` what it is a
    printing of.
    """

    assertion: int
    score: float
    tier: Literal["confirmed", "suggested"]
    work: str


@dataclass(frozen=True, slots=True)
class Family:
    """Assertions that say one thing; ``members`` with the confirmed first, the most central at the head.

    ``works`` and ``documents`` count what founded it, each work once; ``cohesion`` is its mean score.
    """

    id: str
    label: str
    terms: tuple[str, ...]
    members: tuple[Member, ...]
    works: int
    documents: int
    cohesion: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What was looked at, and what was left out and why.

    ``left`` counts works in no family (those of the same words once) by rule: ``discovery.brief`` says too
    little to found one, ``discovery.one_document`` was linked with works of its own document only,
    ``discovery.off_centre`` was linked but does not resemble the others on the whole, ``discovery.alone``
    resembles nothing enough.
    ``why_none`` says why there is no family, and is empty where there is one. ``level`` and ``spread`` are
    what the cosines of sentences of different documents look like here, ``linked_at`` and ``joined_at``
    cosines.
    """

    assertions: int
    works: int
    documents: int
    level: float
    spread: float
    linked_at: float
    joined_at: float
    left: Mapping[str, int]
    why_none: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """Families, the widest spread first (documents, then works, then cohesion), and how they were found."""

    families: tuple[Family, ...]
    facts: Facts


def discover(
    assertions: Sequence[Assertion],
    encode: Encode,
    works: Sequence[str],
    grain: Grain | None = None,
    progress: Callable[[int], None] | None = None,
) -> Discovery:
    """Returns the families of what ``assertions`` say; their order changes nothing but the places named.

    Args:
        assertions: of several documents.
        encode: computes the vectors of texts.
        works: the work that each assertion is a printing of; printings of one work share it.
        grain: how fine the families are.
        progress: is told how many works have been compared with all others.

    Raises:
        ValueError: there are not as many works as assertions.
    """
    if len(works) != len(assertions):
        raise ValueError(f"{len(assertions)} assertions, {len(works)} works")
    return _Discovering(assertions, works, grain or Grain()).run(encode, progress)


def codebook_of(families: Iterable[Family], assertions: Sequence[Assertion]) -> tuple[Claim, ...]:
    """Returns a claim for each family, to be edited: says are up to five central members of different works.

    ``assertions`` are those the families were found in.
    """
    return tuple(Claim(f.id, f.label, _says(f, assertions)) for f in families)


def _says(family: Family, assertions: Sequence[Assertion]) -> tuple[str, ...]:
    said: dict[str, str] = {}
    for member in family.members:
        if member.tier == "confirmed":
            said.setdefault(member.work, assertions[member.assertion].text)
    return tuple(dict.fromkeys(said.values()))[:_MOST_SAYS]


class _Discovering:
    """One run. Works are numbered in the order of documents and places, whatever order they came in."""

    def __init__(self, assertions: Sequence[Assertion], works: Sequence[str], grain: Grain) -> None:
        self._given, self._grain = assertions, grain
        order = sorted(range(len(assertions)), key=lambda n: _place(assertions[n]))
        printings: dict[str, list[int]] = {}
        for n in order:
            printings.setdefault(works[n], []).append(n)
        self._terms: list[list[str]] = []
        self._printings = self._same_words_once(printings.values())
        self._names = works
        self._firsts = [assertions[numbers[0]] for numbers in self._printings]
        self._documents = _numbered(a.document for a in self._firsts)
        self._passages = _numbered(a.passage for a in self._firsts)

    def _same_words_once(self, printings: Iterable[list[int]]) -> list[list[int]]:
        """Puts works of the same words together: "Resolved, that the report be adopted" founds no family."""
        folded: dict[tuple[str, ...], list[int]] = {}
        for numbers in printings:
            found = terms(self._given[numbers[0]].text)
            key = tuple(found)
            if key not in folded:
                self._terms.append(found)
                folded[key] = []
            folded[key] += numbers
        return list(folded.values())

    def run(self, encode: Encode, progress: Callable[[int], None] | None) -> Discovery:
        if len(set(self._documents)) < 2:
            return self._nothing("a family needs assertions of two documents")
        if len(self._firsts) < _FEWEST_WORKS:
            return self._nothing(f"fewer than {_FEWEST_WORKS} works: what is usual among them cannot be told")
        self._rows = _centred(encode([a.text for a in self._firsts]))
        usual = background(self._rows, self._documents, self._grain.seed)
        if usual.spread <= 0:
            return self._nothing("all assertions are equally alike")
        self._linked_at, self._joined_at = usual.above(self._grain.link), usual.above(self._grain.join)
        founding = self._founded(progress)
        members = self._joined(founding)
        taken = {n for scored in members for n, _ in scored}
        left = Counter(
            self._left.get(n, "discovery.alone") for n in range(len(self._firsts)) if n not in taken
        )
        why = "" if founding else "no two works of different documents are enough alike"
        return Discovery(self._families(founding, members), self._facts(usual, left, why))

    def _founded(self, progress: Callable[[int], None] | None) -> list[list[int]]:
        """Returns the groups of works that found families."""
        able = [n for n, found in enumerate(self._terms) if len(telling(found)) >= self._grain.terms]
        self._left = dict.fromkeys(set(range(len(self._firsts))) - set(able), "discovery.brief")
        rows = self._rows[able]
        passages = np.array([self._passages[n] for n in able], np.int64)
        found, _ = nearest(rows, passages, self._grain.neighbours, progress)
        pairs = [(int(a), int(b)) for a, b in mutual(found)]
        opposing = Opposing([self._terms[n] for n in able])
        apart = [pair for pair in pairs if opposing.opposed(*pair)]
        linked = link(rows, pairs, self._linked_at, passages.tolist(), apart)
        groups = [self._alike([able[n] for n in group]) for group in linked]
        families = [group for group in groups if self._recurs(group)]
        return self._put_together(families, [(able[a], able[b]) for a, b in apart])

    def _put_together(self, families: list[list[int]], apart: Sequence[tuple[int, int]]) -> list[list[int]]:
        """Returns no more families than there may be, as far as what is opposed lets them come together."""
        most = self._grain.most
        if most is None or len(families) <= most:
            return families
        centres = _unit(np.stack([self._rows[group].mean(axis=0) for group in families]))
        numbers = np.arange(len(families))
        found, _ = nearest(centres, numbers, _BESIDE)
        pairs = {(min(a, int(b)), max(a, int(b))) for a in numbers.tolist() for b in found[a] if b >= 0}
        home = {n: number for number, group in enumerate(families) for n in group}
        opposed = [(home[a], home[b]) for a, b in apart if a in home and b in home]
        merged = link(centres, sorted(pairs), -1.0, numbers.tolist(), opposed, most)
        alone = sorted(set(numbers.tolist()) - {n for group in merged for n in group})
        return sorted(
            sorted(n for f in group for n in families[f]) for group in [*merged, *([f] for f in alone)]
        )

    def _alike(self, group: list[int]) -> list[int]:
        """Returns the group without those that do not resemble the others, the least alike first."""
        while len(group) > 1:
            scores = self._with_others(group)
            least = int(scores.argmin())
            if scores[least] >= self._linked_at:
                break
            self._left[group[least]] = "discovery.off_centre"
            group = group[:least] + group[least + 1 :]
        return group

    def _recurs(self, group: Sequence[int]) -> bool:
        if len({self._documents[n] for n in group}) > 1:
            return True
        for n in group:
            self._left.setdefault(n, "discovery.one_document")
        return False

    def _with_others(self, group: Sequence[int]) -> Matrix:
        """Returns the mean product of each row of a group of two or more with the others."""
        rows = self._rows[list(group)]
        return np.asarray(((rows @ rows.sum(axis=0)) - (rows * rows).sum(axis=1)) / (len(group) - 1))

    def _joined(self, founding: Sequence[Sequence[int]]) -> list[list[tuple[int, float]]]:
        """Returns each family's works with their scores: those that founded it, then those that join it."""
        members = [list(zip(g, self._with_others(g).tolist(), strict=True)) for g in founding]
        if not founding:
            return members
        centres = np.stack([self._rows[list(g)].mean(axis=0) for g in founding])
        founders = {n for group in founding for n in group}
        for start in range(0, len(self._rows), 1024):
            block = self._rows[start : start + 1024] @ centres.T
            for at, family in enumerate(block.argmax(axis=1).tolist()):
                score = float(block[at, family])
                if score >= self._joined_at and start + at not in founders:
                    members[family].append((start + at, score))
        return members

    def _families(
        self, founding: Sequence[Sequence[int]], members: Sequence[list[tuple[int, float]]]
    ) -> tuple[Family, ...]:
        ranked = []
        for group, scored in zip(founding, members, strict=True):
            founders = sorted(scored[: len(group)], key=_best_first)
            joined = sorted(scored[len(group) :], key=_best_first)
            cohesion = sum(score for _, score in founders) / len(founders)
            spread = len({self._documents[n] for n in group})
            ranked.append((-spread, -len(group), -round(cohesion, 6), founders, joined))
        ranked.sort(key=lambda r: (*r[:3], r[3][0][0]))
        groups = [[n for n, _ in r[3]] for r in ranked]
        names = name([a.text for a in self._firsts], self._terms, groups)
        return tuple(self._family(named, *row) for named, row in zip(names, ranked, strict=True))

    def _family(
        self,
        named: Named,
        spread: int,
        number: int,
        cohesion: float,
        founders: Sequence[tuple[int, float]],
        joined: Sequence[tuple[int, float]],
    ) -> Family:
        members = [m for n, score in founders for m in self._members(n, score, "confirmed")]
        members += [m for n, score in joined for m in self._members(n, score, "suggested")]
        return Family(named.id, named.label, named.terms, tuple(members), -number, -spread, -cohesion)

    def _members(self, n: int, score: float, tier: Literal["confirmed", "suggested"]) -> list[Member]:
        """Returns all printings of a work: each is a place where it stands."""
        said = round(min(max(score, 0.0), 1.0), 6)
        return [Member(place, said, tier, self._names[place]) for place in self._printings[n]]

    def _nothing(self, why: str) -> Discovery:
        left = Counter({"discovery.alone": len(self._firsts)} if self._firsts else {})
        return Discovery((), self._facts(None, left, why if self._firsts else "there are no assertions"))

    def _facts(self, usual: Background | None, left: Counter[str], why: str) -> Facts:
        return Facts(
            assertions=len(self._given),
            works=len(set(self._names)),
            documents=len({a.document for a in self._given}),
            level=round(usual.level, 6) if usual else 0.0,
            spread=round(usual.spread, 6) if usual else 0.0,
            linked_at=round(self._linked_at, 6) if usual else 1.0,
            joined_at=round(self._joined_at, 6) if usual else 1.0,
            left={rule: number for rule, number in sorted(left.items()) if number},
            why_none=why,
        )


def _place(assertion: Assertion) -> tuple[str, int, int, str]:
    return assertion.document, assertion.start, assertion.end, assertion.id


def _best_first(scored: tuple[int, float]) -> tuple[float, int]:
    return -round(scored[1], 6), scored[0]


def _numbered(names: Iterable[str]) -> list[int]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(one, len(numbers)) for one in names]


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


def _centred(rows: Matrix) -> Matrix:
    middle = rows.mean(axis=0, dtype=np.float64).astype(np.float32)
    return _unit(np.asarray(rows, np.float32) - middle)
