"""How well families that are discovered without a codebook agree with the claims that a reader marked.

    python eval/claims/discovery.py ARCHIVE MARKED.jsonl [--link 3] [--join 3] [--most N] [--stable] [--json]

ARCHIVE is made by ``policytext ingest``. MARKED holds one row a place: ``source`` (the file's name),
``start`` and ``end`` (code points in that file), ``claim`` or ``family``, and, where they are known,
``stance``, ``strength`` (those of 1, allusions, are left out) and ``reprint_of`` (left out as well). What
denies a claim is a family of its own. Rows over one place are one place with several claims.

The measure is extended B-cubed (Amigo, Gonzalo, Artiles and Verdejo, "A comparison of extrinsic clustering
evaluation metrics", 2009): precision asks how many of the families that two places share are claims they
share, recall the reverse, both averaged over places. A place belongs to the families that hold half of it, or
lie half in it; one that no family holds is a family of its own, and so costs no precision.

Because of that, and because precision and recall are averaged each for itself, the figure must be read beside
those of systems that know nothing, which are printed with it. One family of a random two thirds of all
sentences is such a system: it beats every grouping by meaning that we tried on papers with some ten claims.
So look at precision, and at the families themselves, and hold F1 only against figures of the same number of
families.

``--stable`` discovers in five random four fifths of the assertions and prints how far the pairs agree.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import itertools
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.discovery.finding import Discovery, Grain, discover
from policytext.analysis.reprints.works import Place, ReprintAt, works
from policytext.index.encoder import NumpyEncoder
from policytext.index.models import find_model
from policytext.index.vectors import VectorCache
from policytext.pipeline.asserting import assertions
from policytext.store.archive import Archive
from policytext.store.reader import RawDocument, raw_document
from policytext.store.said import reprint_places

Encode = Callable[[Sequence[str]], np.ndarray]
Labels = Sequence[frozenset[object]]
Scores = tuple[float, float, float]


@dataclass(frozen=True)
class Marked:
    """A stretch of a source, raw code points, and the claims a reader saw there."""

    source: str
    start: int
    end: int
    claims: set[str] = field(default_factory=set)

    def touches(self, source: str, start: int, end: int) -> bool:
        """Whether the two share at least half of the shorter one."""
        shared = min(self.end, end) - max(self.start, start)
        return source == self.source and 2 * shared >= min(self.end - self.start, end - start) > 0


@dataclass(frozen=True)
class Corpus:
    """What is looked at; ``spans`` are source and raw span, ``held`` the assertions of each marked place."""

    units: list[Assertion]
    works: list[str]
    spans: list[tuple[str, int, int]]
    marks: list[Marked]
    held: list[list[int]]


def read_marks(path: Path) -> list[Marked]:
    """Returns the places of strength 2 and 3 that are no reprints, in order, each with its claims."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    kept = [r for r in rows if (r.get("strength") or 3) >= 2 and not r.get("reprint_of")]
    places: list[Marked] = []
    for row in sorted(kept, key=lambda r: (r["source"], r["start"], -r["end"])):
        where = row["source"], row["start"], row["end"]
        home = next((p for p in places if p.touches(*where)), None)
        if home is None:
            home = Marked(*where)
            places.append(home)
        supports = row.get("stance", "supports") == "supports"
        home.claims.add((row.get("claim") or row["family"]) + ("" if supports else ", denied"))
    return places


def read_corpus(archive: Archive, marks: list[Marked]) -> Corpus:
    """Returns the assertions of an archive with their works, and where they meet the marks."""
    units = list(assertions(archive))
    documents = {name: raw_document(archive, name) for name in {u.document for u in units}}
    spans = [_raw(documents[u.document], u) for u in units]
    places = [Place(u.id, u.document, u.start, u.end) for u in units]
    reprints = [ReprintAt(*row) for row in reprint_places(archive)]
    printed = works(places, reprints, lambda document, start, end: documents[document].clean[start:end])
    held = [[n for n, span in enumerate(spans) if mark.touches(*span)] for mark in marks]
    return Corpus(units, [p.work for p in printed], spans, marks, held)


def _raw(document: RawDocument, unit: Assertion) -> tuple[str, int, int]:
    hull = document.alignment.hull(unit.start, unit.end)
    return document.name, hull.start, hull.end


def b_cubed(predicted: Labels, wanted: Labels) -> Scores:
    """Returns extended B-cubed precision, recall and F1 of families of items; an item may be in several.

    An item in no predicted family is one of its own.
    """
    mine = _membership([found or frozenset({("alone", n)}) for n, found in enumerate(predicted)])
    theirs = _membership(wanted)
    shared, right = mine @ mine.T, theirs @ theirs.T
    both = np.minimum(shared, right)
    precision = _mean_over_pairs(both, shared)
    recall = _mean_over_pairs(both, right)
    return precision, recall, 2 * precision * recall / (precision + recall)


def _membership(labels: Labels) -> np.ndarray:
    numbers: dict[object, int] = {}
    for found in labels:
        for one in sorted(found, key=repr):
            numbers.setdefault(one, len(numbers))
    table = np.zeros((len(labels), max(len(numbers), 1)), np.int64)
    for n, found in enumerate(labels):
        table[n, [numbers[one] for one in found]] = 1
    return table


def _mean_over_pairs(both: np.ndarray, shared: np.ndarray) -> float:
    ratios = np.where(shared > 0, both / np.maximum(shared, 1), 0.0)
    return float((ratios.sum(axis=1) / (shared > 0).sum(axis=1)).mean())


def scored(corpus: Corpus, groups: Sequence[Iterable[object]]) -> Scores:
    """Returns the measure for a grouping of the assertions: the families of each, perhaps none."""
    found = [frozenset(f for n in held for f in groups[n]) for held in corpus.held]
    return b_cubed(found, [frozenset(mark.claims) for mark in corpus.marks])


def families_of(discovery: Discovery, count: int, tier: str = "all") -> list[set[str]]:
    """Returns the families of each assertion."""
    groups: list[set[str]] = [set() for _ in range(count)]
    for family in discovery.families:
        for member in family.members:
            if tier in ("all", member.tier):
                groups[member.assertion].add(family.id)
    return groups


def baselines(corpus: Corpus, encode: Encode) -> dict[str, Scores]:
    """Returns the measure of systems that know nothing of claims, or little."""
    count, chance = len(corpus.units), np.random.default_rng(0)
    found: dict[str, Sequence[Iterable[object]]] = {
        "nothing": [()] * count,
        "each assertion for itself": [(n,) for n in range(count)],
        "all in one": [(0,)] * count,
        "a random two thirds in one": [(0,) if x < 2 / 3 else () for x in chance.random(count)],
        "each paragraph": [(u.passage,) for u in corpus.units],
    }
    rows = encode([u.text for u in corpus.units])
    for number in (10, 20, 50, 100):
        if number < count:
            found[f"k-means of all, k = {number}"] = [(n,) for n in _k_means(rows, number)]
    result = {name: scored(corpus, groups) for name, groups in found.items()}
    claims = len(set().union(*(m.claims for m in corpus.marks)))
    seen = [n for n, held in enumerate(corpus.held) if held]
    told: list[frozenset[object]] = [frozenset()] * len(corpus.held)
    nearest = rows[[corpus.held[n][0] for n in seen]]
    for n, group in zip(seen, _k_means(nearest, min(claims, len(seen))), strict=True):
        told[n] = frozenset({group})
    wanted = [frozenset(mark.claims) for mark in corpus.marks]
    result[f"k-means of marked places alone, k = {claims}"] = b_cubed(told, wanted)
    return result


def _k_means(rows: np.ndarray, number: int) -> list[int]:
    from sklearn.cluster import KMeans

    return [int(n) for n in KMeans(number, n_init=5, random_state=0).fit_predict(rows)]


def agreement(corpus: Corpus, encode: Encode, grain: Grain) -> float:
    """Returns the mean F1 of the pairs that two random four fifths of the assertions both could find."""
    chance, count, runs = np.random.default_rng(0), len(corpus.units), []
    for _ in range(5):
        kept = np.sort(chance.choice(count, count * 4 // 5, replace=False)).tolist()
        found = discover([corpus.units[n] for n in kept], encode, [corpus.works[n] for n in kept], grain)
        pairs = set()
        for family in found.families:
            members = sorted(kept[m.assertion] for m in family.members if m.tier == "confirmed")
            pairs.update(itertools.combinations(members, 2))
        runs.append((set(kept), pairs))
    values = []
    for (one, mine), (other, theirs) in itertools.combinations(runs, 2):
        common = one & other
        here, there = ({p for p in pairs if common.issuperset(p)} for pairs in (mine, theirs))
        values.append(2 * len(here & there) / max(len(here) + len(there), 1))
    return float(np.mean(values))


def measured(corpus: Corpus, encode: Encode, grain: Grain) -> tuple[Discovery, dict[str, Scores]]:
    """Returns what is discovered and the measure of it and of the baselines."""
    found = discover(corpus.units, encode, corpus.works, grain)
    count = len(corpus.units)
    result = {
        "discovered": scored(corpus, families_of(found, count)),
        "discovered, confirmed only": scored(corpus, families_of(found, count, "confirmed")),
    }
    return found, result | baselines(corpus, encode)


def report(corpus: Corpus, found: Discovery, result: Mapping[str, Scores]) -> str:
    """Returns a table in markdown, below what was found."""
    sizes = sorted(sum(m.tier == "confirmed" for m in f.members) for f in found.families) or [0]
    middle = sizes[len(sizes) // 2]
    held = sum(bool(h) for h in corpus.held)
    lines = [
        f"{len(corpus.units)} assertions, {len(corpus.marks)} marked places ({held} met by an assertion)",
        f"{len(found.families)} families, of {middle} confirmed witnesses (median), {sizes[-1]} at most",
        f"works left out: {dict(found.facts.left)}",
        "",
        "| grouping | P | R | F1 |",
        "|---|---|---|---|",
        *(f"| {name} | {p:.3f} | {r:.3f} | {f:.3f} |" for name, (p, r, f) in result.items()),
    ]
    return "\n".join(lines)


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("marked", type=Path)
    parser.add_argument("--link", type=float, default=Grain().link)
    parser.add_argument("--join", type=float, default=Grain().join)
    parser.add_argument("--most", type=int)
    parser.add_argument("--stable", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    grain = Grain(link=options.link, join=min(options.join, options.link), most=options.most)
    folder = find_model()
    if folder is None:
        parser.exit(1, "no embedding model on this machine\n")
    with (
        Archive.open(options.archive) as archive,
        VectorCache(options.archive, NumpyEncoder(folder)) as cache,
    ):
        corpus = read_corpus(archive, read_marks(options.marked))
        found, result = measured(corpus, cache.vectors, grain)
        print(json.dumps(result, indent=1) if options.json else report(corpus, found, result))
        if options.stable:
            agreed = agreement(corpus, cache.vectors, grain)
            print(f"\npairs found again in another four fifths: F1 {agreed:.3f}")


if __name__ == "__main__":
    main()
