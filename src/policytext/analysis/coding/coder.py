"""Coding: which assertions say which claims of a codebook, how sure that is, and why.

Every pair of assertion and claim gets the same generic evidence (`features`), weighed by one
logistic model (`weights`), and likeness to places that are known already: the surest places of the corpus
(`training`), and what a person decided, which also fits a model of the claim's own (`deciding`).

The score is a probability, for claims that papers say often, as calibrated on marked papers and sentences
that were written to be hard to code. On plain argued prose, as of a think tank, it reads low: what is
suggested is right more often than its scores say. What reaches the claim's bar is suggested, what is more
likely right than not is confirmed; a person's decision stands above both.
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
from policytext.analysis.coding.deciding import Known, Model, bar, chance, fitted, likenesses
from policytext.analysis.coding.features import KINDS, Features, Space, features, sought
from policytext.analysis.coding.space import Encode
from policytext.analysis.coding.stance import Stance, judged, turned
from policytext.analysis.coding.training import Kinship, Values, surest
from policytext.analysis.coding.weights import DECIDED, Weights, shipped
from policytext.text.era import Mask, masks

Verdict = Literal["accept", "reject"]
Tier = Literal["confirmed", "suggested"]

UNRELATED = 0.3
"""Below this cosine with all that says a claim (as of all-MiniLM-L6-v2 and its kin) a sentence is about other
matters: one in forty of the places right on papers of think tanks lies there, and nearly all that two claims
on football and bees find in them."""
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

    ``threshold`` is the claim's bar: the least score of an undecided place that is suggested.
    ``found_again`` and ``taken_wrongly`` tell, of the accepted and the rejected places, how many reach it
    when compared with the other decisions only (None without training). ``unplaced`` decisions met no
    assertion.
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
    """A claim's decisions: assertions, who decided, and the number of the decision."""

    accepted: dict[int, str] = field(default_factory=dict)
    rejected: dict[int, str] = field(default_factory=dict)
    place: dict[int, int] = field(default_factory=dict)
    unplaced: int = 0

    @property
    def known(self) -> Known:
        return Known(tuple(sorted(self.accepted)), tuple(sorted(self.rejected)), self.place)


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
        for place, judgement in enumerate(judgements):
            numbers = self._of(judgement)
            decided.unplaced += not numbers
            mine, other = decided.accepted, decided.rejected
            if judgement.verdict == "reject":
                mine, other = other, mine
            for number in numbers:
                mine[number], decided.place[number] = judgement.by, place
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

    odds: Values
    intercept: float
    parts: dict[str, tuple[Values, float]]
    usual: float

    def scores(self) -> Values:
        """Returns the scores of all assertions."""
        return np.round(chance(self.odds), _DECIMALS)

    def with_decisions(self, model: Model, like: Values, usual: float) -> _Weighed:
        """Returns the log-odds of a claim's own model."""
        parts = {name: (values, model.generic * each) for name, (values, each) in self.parts.items()}
        odds = model.generic * self.odds + model.intercept
        for column, (name, weight) in enumerate(zip(DECIDED, model.decided, strict=True)):
            parts[name] = like[:, column], weight
            odds = odds + weight * like[:, column]
        return _Weighed(odds, model.generic * self.intercept + model.intercept, parts, usual)


class _Coder:
    """Codes one claim after the other over the same evidence."""

    def __init__(
        self, assertions: Sequence[Assertion], space: Space, found: Features, weights: Weights
    ) -> None:
        self._assertions, self._space, self._found, self._weights = assertions, space, found, weights
        self._texts = [assertion.text for assertion in assertions]
        self._kinship = Kinship(found, space.rarity)
        self._kinds = np.array(weights.kinds, np.float64)
        self._ground = space.background or list(range(len(assertions)))

    def coded(
        self, number: int, claim: Claim, terms: dict[str, float], decided: _Decided
    ) -> tuple[list[Code], ClaimFacts]:
        """Returns the codes of one claim, by assertion, and its facts."""
        known = decided.known
        weighed = self._weighed(number)
        if known.accepted:
            like = likenesses(self._kinship, known, self._ground, len(self._texts))
            model = fitted(weighed.odds, like, known, self._weights)
            weighed = weighed.with_decisions(model, like, known.usual(self._weights))
        scores = weighed.scores()
        threshold = round(bar(weighed.odds[known.open(len(scores))], weighed.usual), _DECIMALS)
        near = self._near(number) | bool(known.accepted)
        chosen = np.flatnonzero((scores >= threshold) & near).tolist()
        codes = [
            self._code(number, claim, terms, n, float(scores[n]), weighed, decided.accepted.get(n))
            for n in sorted({*chosen, *known.accepted} - set(known.rejected))
        ]
        return codes, self._facts(codes, decided, scores >= threshold, threshold)

    def _weighed(self, number: int) -> _Weighed:
        """Returns the generic log-odds of all assertions for a claim, and what they are made of."""
        weights, kinship = self._weights, self._kinship
        values = self._found.values[:, number].astype(np.float64)
        odds = values @ self._kinds + weights.intercept
        parts = {kind: (values[:, k], float(self._kinds[k])) for k, kind in enumerate(KINDS)}
        sure = surest(chance(odds) * self._near(number), weights.suggested, self._texts)
        if sure:
            feedback = self._standardised(kinship.likeness(kinship.prototype(sure)))
            parts["surest places"] = feedback, weights.feedback
            odds = odds + weights.feedback * feedback
        return _Weighed(odds, weights.intercept, parts, weights.suggested)

    def _near(self, number: int) -> NDArray[np.bool_]:
        """Returns which assertions are about what the claim is about at all.

        All evidence is measured against what is usual in the corpus, so that of a matter of which the papers
        never speak the least unlike sentences would stand out.
        """
        return np.asarray(self._found.raw_says[:, number] >= UNRELATED)

    def _standardised(self, values: Values) -> Values:
        """Returns the values with mean 0 and deviation 1 over the background."""
        ground = values[self._ground]
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
        stance: Stance = "supports"  # what a person accepts says the claim
        if by is None:
            stance = judged(says, denies, turned(text, nearest, rarity), against)
        return Code(claim.id, assertion, score, stance, tier, evidence, by)

    def _facts(
        self, codes: Sequence[Code], decided: _Decided, reached: NDArray[np.bool_], threshold: float
    ) -> ClaimFacts:
        tiers = Counter(c.tier for c in codes)
        known = decided.known
        taught = bool(known.accepted)
        return ClaimFacts(
            threshold,
            _trained_on(decided, self._weights),
            tiers["confirmed"],
            tiers["suggested"],
            len(known.accepted),
            len(known.rejected),
            int(reached[list(known.accepted)].sum()) if taught else None,
            int(reached[list(known.rejected)].sum()) if taught else None,
            decided.unplaced,
        )


def _trained_on(decided: _Decided, weights: Weights) -> str:
    if not decided.accepted and not decided.rejected:
        return f"no decisions; {weights.trained_on}"
    names = sorted({*decided.accepted.values(), *decided.rejected.values()} - {""})
    by = f" by {', '.join(names)}" if names else ""
    counts = f"{len(decided.accepted)} accepted, {len(decided.rejected)} rejected{by}"
    if not decided.accepted:
        counts += ", from which nothing is learnt before something is accepted"
    return f"{counts}; {weights.trained_on}"
