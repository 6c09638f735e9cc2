"""Coding: which assertions say which claims of a codebook, how sure that is, and why.

Every pair of assertion and claim gets the same generic evidence (`features`), weighed by one
logistic model (`weights`), and likeness to places that are known already (`training`): what
a person accepted, or the surest places of the corpus. The score is that model's probability on the papers it
was trained on. What reaches the lower bar is suggested, the higher one confirmed; a person's decision stands
above both.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: see policytext.index.encoder

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import Claim, Codebook
from policytext.analysis.coding.features import KINDS, Features, Space, features, sought
from policytext.analysis.coding.space import Encode
from policytext.analysis.coding.stance import Stance, judged, turned
from policytext.analysis.coding.training import Kinship, surest
from policytext.analysis.coding.weights import Weights, shipped
from policytext.text.era import Mask, masks

Verdict = Literal["accept", "reject"]
Tier = Literal["confirmed", "suggested"]

DECISIONS = "decisions"
_KIN = 0.5
"""Correlation, over a corpus, of the evidence with likeness to what was accepted. Taken as the same for every
claim: where the two agree more than that, the claim is often said, and more may pass the bars."""
_DECIMALS = 6
_SHOWN = 8
"""Shared terms that evidence names, the rarest first."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """A person's decision on clean ``[start, end)`` of a document: it says the claim, or it does not."""

    claim: str
    document: str
    start: int
    end: int
    verdict: Verdict
    by: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")
        if self.verdict not in ("accept", "reject"):
            raise ValueError(f"accept or reject, not {self.verdict!r}")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: the evidence's value (deviations from the corpus) and what it adds (log-odds)."""

    name: str
    value: float
    contribution: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why an assertion is coded.

    ``nearest`` is the sentence of ``says`` with the highest cosine ``says_cosine``; ``denies_cosine`` is that
    of the nearest denial, None where the claim has none. ``shared`` are the rarest terms in common with the
    claim's sentences, ``masks`` the names that were put as their types. ``parts`` add up, with the
    intercept among them, to the log-odds of the score.
    """

    nearest: str
    says_cosine: float
    denies_cosine: float | None
    shared: tuple[str, ...]
    masks: tuple[Mask, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """An assertion (its number) that bears on a claim (its id); ``reviewed_by`` names who accepted it."""

    claim: str
    assertion: int
    score: float
    stance: Stance
    tier: Tier
    evidence: Evidence
    reviewed_by: str | None = None


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """How a claim was coded.

    ``threshold`` is the least score that was suggested. ``found_again`` and ``taken_wrongly`` tell, of the
    accepted and the rejected places, how many would be coded had they been left out of the training (None
    without training). ``unplaced`` decisions met no assertion.
    """

    threshold: float
    trained_on: str
    confirmed: int
    suggested: int
    accepted: int = 0
    rejected: int = 0
    found_again: int | None = None
    taken_wrongly: int | None = None
    unplaced: int = 0


@dataclass(frozen=True, slots=True)
class Coding:
    """Codes by the order of the codebook, then of the assertions; and the facts of each claim by its id."""

    codes: tuple[Code, ...]
    facts: dict[str, ClaimFacts]


@dataclass(slots=True)
class _Decided:
    """A claim's decisions, as assertions and who decided."""

    accepted: dict[int, str] = field(default_factory=dict)
    rejected: dict[int, str] = field(default_factory=dict)
    unplaced: int = 0


def code(
    codebook: Codebook,
    assertions: Sequence[Assertion],
    encode: Encode,
    background: Sequence[int] | None = None,
    judgements: Sequence[Judgement] = (),
    progress: Callable[[int], None] | None = None,
    weights: Weights | None = None,
) -> Coding:
    """Returns which assertions bear on which claims.

    Args:
        codebook: the claims.
        assertions: all of a small corpus; of a large one, candidates and a sample for the background.
        encode: texts to unit rows of float32; asked for the same text more than once.
        background: numbers of the assertions that stand for the corpus as it is; None for all.
        judgements: decisions of persons; of two on one place the later holds.
        progress: told how many assertions have been compared.
        weights: None for those that come with the package.
    """
    if not assertions:
        return _none(codebook, weights or shipped(), judgements)
    space = Space(assertions, background, encode)
    claims = sought(codebook, space)
    found = features(claims, space, len(assertions), progress)
    coder = _Coder(assertions, space, found, weights or shipped())
    places = _Places(assertions)
    codes: list[Code] = []
    facts: dict[str, ClaimFacts] = {}
    for number, claim in enumerate(codebook.claims):
        decided = places.decided([j for j in judgements if j.claim == claim.id])
        of_claim, facts[claim.id] = coder.coded(number, claim, claims[number].terms, decided)
        codes += of_claim
    return Coding(tuple(codes), facts)


def _none(codebook: Codebook, weights: Weights, judgements: Sequence[Judgement]) -> Coding:
    """Returns the coding of nothing: every decision is without a place."""
    asked = Counter(j.claim for j in judgements)
    trained = f"no decisions; {weights.trained_on}"
    claims = codebook.claims
    return Coding(
        (), {c.id: ClaimFacts(weights.suggested, trained, 0, 0, unplaced=asked[c.id]) for c in claims}
    )


class _Places:
    """Finds the assertions of a place."""

    def __init__(self, assertions: Sequence[Assertion]) -> None:
        self._spans: dict[str, list[tuple[int, int, int]]] = {}
        for number, assertion in enumerate(assertions):
            self._spans.setdefault(assertion.document, []).append((assertion.start, assertion.end, number))
        self._longest: dict[str, int] = {}
        for document, spans in self._spans.items():
            spans.sort()
            self._longest[document] = max(end - start for start, end, _ in spans)

    def decided(self, judgements: Sequence[Judgement]) -> _Decided:
        """Returns the decisions on one claim, the later ones over the earlier."""
        decided = _Decided()
        for judgement in judgements:
            numbers = self._of(judgement)
            decided.unplaced += not numbers
            mine, other = decided.accepted, decided.rejected
            if judgement.verdict == "reject":
                mine, other = other, mine
            for number in numbers:
                mine[number] = judgement.by
                other.pop(number, None)
        return decided

    def _of(self, place: Judgement) -> list[int]:
        """Returns the assertions that share at least half of the shorter of the two with a place."""
        spans = self._spans.get(place.document, [])
        at = bisect_left(spans, (place.start - self._longest.get(place.document, 0),))
        found = []
        for start, end, number in spans[at:]:
            if start >= place.end:
                break
            shared = min(end, place.end) - max(start, place.start)
            if 2 * shared >= min(end - start, place.end - place.start):
                found.append(number)
        return found


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Log-odds of all assertions, and what they are made of: values and weight by name, and the intercept."""

    odds: NDArray[np.float64]
    intercept: float
    parts: dict[str, tuple[NDArray[np.float64], float]]


class _Coder:
    """Codes one claim after the other over the same evidence."""

    def __init__(
        self, assertions: Sequence[Assertion], space: Space, found: Features, weights: Weights
    ) -> None:
        self._assertions, self._space, self._found, self._weights = assertions, space, found, weights
        self._texts = [assertion.text for assertion in assertions]
        self._kinship = Kinship(found, space.rarity)
        self._kinds = np.array(weights.kinds, np.float64)

    def coded(
        self, number: int, claim: Claim, terms: dict[str, float], decided: _Decided
    ) -> tuple[list[Code], ClaimFacts]:
        """Returns the codes of one claim, by assertion, and its facts."""
        weighed = self._weighed(number, decided)
        scores = np.round(1 / (1 + np.exp(-weighed.odds)), _DECIMALS)
        chosen = np.flatnonzero(scores >= self._weights.suggested).tolist()
        codes = [
            self._code(number, claim, terms, n, float(scores[n]), weighed, decided.accepted.get(n))
            for n in sorted({*chosen, *decided.accepted} - decided.rejected.keys())
        ]
        return codes, self._facts(codes, decided, weighed)

    def _weighed(self, number: int, decided: _Decided) -> _Weighed:
        """Returns the log-odds of all assertions for a claim, and what they are made of."""
        weights, kinship = self._weights, self._kinship
        values = self._found.values[:, number].astype(np.float64)
        odds = values @ self._kinds + weights.intercept
        parts = {kind: (values[:, k], float(self._kinds[k])) for k, kind in enumerate(KINDS)}
        sure = surest(1 / (1 + np.exp(-odds)), weights.suggested, self._texts)
        if sure:
            feedback = self._standardised(kinship.likeness(kinship.prototype(sure)))
            parts["surest places"] = feedback, weights.feedback
            odds = odds + weights.feedback * feedback
        weighed = _Weighed(odds, weights.intercept, parts)
        if not decided.accepted:
            return weighed
        prototype = kinship.prototype(sorted(decided.accepted), sorted(decided.rejected))
        return self._with_decisions(weighed, self._standardised(kinship.likeness(prototype)))

    def _with_decisions(self, weighed: _Weighed, like: NDArray[np.float64]) -> _Weighed:
        """Returns log-odds to which likeness to what was accepted is added, as widely spread as before.

        The bars were set for that spread: with more of it more would pass, whatever was decided.
        """
        weight = self._weights.decided
        odds = weighed.odds + weight * like
        before = self._ground(weighed.odds)
        middle, spread = float(before.mean()), max(float(before.std()), 1e-6)
        added = weight / spread
        ratio = (1 + added**2 + 2 * _KIN * added) ** -0.5
        shift = (1 - ratio) * middle
        parts = {**weighed.parts, DECISIONS: (like, weight)}
        return _Weighed(
            ratio * odds + shift,
            ratio * weighed.intercept + shift,
            {name: (values, ratio * each) for name, (values, each) in parts.items()},
        )

    def _ground(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns the values of the background."""
        return values[self._space.background] if self._space.background else values

    def _standardised(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Returns the values with mean 0 and deviation 1 over the background."""
        ground = self._ground(values)
        middle, spread = float(ground.mean()), max(float(ground.std()), 1e-6)
        return np.asarray((values - middle) / spread, np.float64)

    def _code(
        self,
        number: int,
        claim: Claim,
        terms: dict[str, float],
        assertion: int,
        score: float,
        weighed: _Weighed,
        by: str | None,
    ) -> Code:
        text = self._texts[assertion]
        nearest = claim.says[int(self._found.nearest[assertion, number])]
        says = float(self._found.raw_says[assertion, number])
        denies = float(self._found.raw_denies[assertion, number])
        denial = claim.denies[int(self._found.nearest_denial[assertion, number])] if claim.denies else ""
        rarity = self._space.rarity
        against = turned(text, denial, rarity) if denial else 0.0
        shared = sorted(self._found.terms[assertion] & terms.keys(), key=lambda t: (-terms[t], t))
        added = [
            Part(name, round(float(values[assertion]), 4), round(weight * float(values[assertion]), 4))
            for name, (values, weight) in weighed.parts.items()
        ]
        evidence = Evidence(
            nearest,
            round(says, 4),
            round(denies, 4) if claim.denies else None,
            tuple(shared[:_SHOWN]),
            tuple(masks(text)),
            (Part("intercept", 1.0, round(weighed.intercept, 4)), *added),
        )
        tier: Tier = "confirmed" if by is not None or score >= self._weights.confirmed else "suggested"
        stance = judged(says, denies, turned(text, nearest, rarity), against)
        return Code(claim.id, assertion, score, stance, tier, evidence, by)

    def _facts(self, codes: Sequence[Code], decided: _Decided, weighed: _Weighed) -> ClaimFacts:
        tiers = Counter(c.tier for c in codes)
        again, wrong = self._left_out(decided, weighed) if decided.accepted else (None, None)
        return ClaimFacts(
            self._weights.suggested,
            _trained_on(decided, self._weights),
            tiers["confirmed"],
            tiers["suggested"],
            len(decided.accepted),
            len(decided.rejected),
            again,
            wrong,
            decided.unplaced,
        )

    def _left_out(self, decided: _Decided, weighed: _Weighed) -> tuple[int, int]:
        """Returns how many accepted and rejected places would be coded without their own decision."""
        values, weight = weighed.parts[DECISIONS]
        accepted, rejected = sorted(decided.accepted), sorted(decided.rejected)
        bar = np.log(self._weights.suggested / (1 - self._weights.suggested))
        ground = self._ground(self._kinship.likeness(self._kinship.prototype(accepted, rejected)))
        middle, spread = float(ground.mean()), max(float(ground.std()), 1e-6)
        coded: Counter[bool] = Counter()
        for number in [*accepted, *rejected]:
            members = [n for n in accepted if n != number]
            like = 0.0
            if members:
                prototype = self._kinship.prototype(members, [n for n in rejected if n != number])
                like = (float(self._kinship.likeness(prototype, [number])[0]) - middle) / spread
            reached = weighed.odds[number] - weight * values[number] + weight * like >= bar
            coded[number in decided.accepted] += bool(reached)
        return coded[True], coded[False]


def _trained_on(decided: _Decided, weights: Weights) -> str:
    if not decided.accepted and not decided.rejected:
        return f"no decisions; {weights.trained_on}"
    names = sorted({*decided.accepted.values(), *decided.rejected.values()})
    counts = f"{len(decided.accepted)} accepted, {len(decided.rejected)} rejected by {', '.join(names)}"
    return f"{counts}; {weights.trained_on}"
