"""How well coding against a codebook does on papers that a reader has coded.

    python eval/claims/coding.py ARCHIVE MARKED.jsonl CODEBOOK.toml [--halves] [--left-out] [--seeds 5]
        [--says N] [--terse] [--json]

ARCHIVE is made by ``policytext ingest``. MARKED holds one row a place: ``source`` (the file's name),
``start`` and ``end`` (code points in that file), ``claim`` or ``family`` (an id of the codebook), and,
where known, ``stance`` ("supports", or what counts neither way), ``strength`` (1 is an allusion) and
``reprint_of``.

A code is right where it shares half of the shorter span with any marked place of its claim; a place is
found where a code shares as much with it. Recall asks for places of strength 2 and 3 that are no reprints;
precision forgives the others. Beside it stands the plain coder, the highest cosine with any sentence that
says the claim, at whatever threshold does best on these very marks.

With ``--halves`` each claim's places are parted by lot, ``--seeds`` times; the decisions of a person on one
half train, and only the other half is looked at. Three kinds of decisions: "accepts" are the places of that
half alone that recall would ask for, the printings of one text on one side, while every other sentence stays
open, also as an error; "rows" are all the half's places, the allusions and reprints too, parted row by row;
"review" parts the sentences, and on those of the first half the places are accepted and the codes that are
none rejected, as by somebody who looks through half of what was proposed. A code on a place that trained
counts neither way. Half the places and all the errors of a corpus make a lower figure than all of both: what
the training does is told by the figure beside it, of the untrained coder on the same places.

With ``--left-out`` the claims are parted in two halves ``--seeds`` times, each a codebook of its own, and the
F1 of the coder on each half told as mean and deviation: how far a figure on these claims is the luck of the
choice. With ``--says N`` every claim keeps N of its sentences, drawn by lot; with ``--terse`` its id is its
label.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from policytext.analysis.assertions.assertion import Assertion
from policytext.analysis.codebook import Claim, Codebook, read_codebook
from policytext.analysis.coding.coder import Judgement, code
from policytext.index.encoder import NumpyEncoder
from policytext.index.models import find_model
from policytext.index.vectors import VectorCache
from policytext.pipeline.asserting import assertions
from policytext.store.archive import Archive
from policytext.store.reader import raw_document

Encode = Callable[[Sequence[str]], np.ndarray]


@dataclass(frozen=True)
class Place:
    """A stretch of a source, raw code points."""

    source: str
    start: int
    end: int

    def touches(self, other: Place) -> bool:
        """Whether the two share at least half of the shorter one."""
        shared = min(self.end, other.end) - max(self.start, other.start)
        return (
            self.source == other.source
            and 2 * shared >= min(self.end - self.start, other.end - other.start) > 0
        )


@dataclass(frozen=True)
class Mark:
    """A place that a reader marked with a claim; ``wanted`` where recall asks for it."""

    claim: str
    place: Place
    wanted: bool
    supports: bool
    work: str


def read_marks(path: Path, codebook: Codebook) -> list[Mark]:
    """Returns the marks of a file whose claims the codebook has."""
    ids = {claim.id for claim in codebook.claims}
    marks = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        row = json.loads(line)
        claim = row.get("claim") or row.get("family")
        if claim not in ids:
            continue
        supports = row.get("stance", "supports") == "supports"
        wanted = supports and row.get("strength", 3) >= 2 and not row.get("reprint_of")
        work = row.get("reprint_of") or row.get("id") or str(number)
        marks.append(Mark(claim, Place(row["source"], row["start"], row["end"]), wanted, supports, work))
    return marks


@dataclass(frozen=True)
class Corpus:
    """The assertions of an archive, each with its raw place and its vectors' maker."""

    assertions: list[Assertion]
    places: list[Place]
    encode: Encode


def read_corpus(folder: Path) -> Corpus:
    """Returns what an archive asserts. Vectors are kept in the archive's cache."""
    model = find_model()
    if model is None:
        raise SystemExit("no embedding model is installed")
    cache = VectorCache(folder, NumpyEncoder(model)).__enter__()
    found, places, documents = [], [], {}
    with Archive.open(folder) as archive:
        for assertion in assertions(archive):
            if assertion.document not in documents:
                documents = {assertion.document: raw_document(archive, assertion.document)}
            document = documents[assertion.document]
            raw = document.alignment.hull(assertion.start, assertion.end)
            found.append(assertion)
            places.append(Place(document.name, raw.start, raw.end))
    return Corpus(found, places, lambda texts: cache.vectors(list(texts)))


def measured(
    marks: Sequence[Mark], coded: Sequence[tuple[str, Place]]
) -> dict[str, tuple[int, int, int, int]]:
    """Returns for each claim: codes that are right, codes, places found, places wanted."""
    counts = {}
    for claim in sorted({mark.claim for mark in marks}):
        mine = [m for m in marks if m.claim == claim]
        got = [place for name, place in coded if name == claim]
        wanted = [m for m in mine if m.wanted]
        right = sum(any(p.touches(m.place) for m in mine) for p in got)
        found = sum(any(p.touches(m.place) for p in got) for m in wanted)
        counts[claim] = (right, len(got), found, len(wanted))
    return counts


def figures(counts: Sequence[tuple[int, int, int, int]]) -> tuple[float, float, float]:
    """Returns precision, recall and F1 of counts taken together."""
    right, got, found, wanted = (sum(c[i] for c in counts) for i in range(4))
    precision, recall = right / got if got else 0.0, found / wanted if wanted else 0.0
    both = precision + recall
    return precision, recall, 2 * precision * recall / both if both else 0.0


def in_corpus(marks: Sequence[Mark], corpus: Corpus) -> list[Mark]:
    """Returns the marks in sources that the archive holds."""
    sources = {place.source for place in corpus.places}
    return [mark for mark in marks if mark.place.source in sources]


def plain(corpus: Corpus, codebook: Codebook, marks: Sequence[Mark]) -> tuple[float, float, float, float]:
    """Returns precision, recall, F1 and threshold of the highest cosine at the threshold that does best."""
    own = np.asarray(corpus.encode([a.text for a in corpus.assertions]))
    names = {mark.claim for mark in marks}
    claims = [c for c in codebook.claims if c.id in names]
    scores = np.array([(own @ np.asarray(corpus.encode(c.says)).T).max(axis=1) for c in claims])
    best = (0.0, 0.0, 0.0, 0.0)
    for threshold in np.arange(0.30, 0.90, 0.02):
        pairs = [(claims[c].id, corpus.places[n]) for c, n in np.argwhere(scores > threshold)]
        best = max(
            best, (*figures(list(measured(marks, pairs).values())), float(threshold)), key=lambda b: b[2]
        )
    return best


def coded_places(
    corpus: Corpus, codebook: Codebook, judgements: Sequence[Judgement] = ()
) -> list[tuple[str, Place, int]]:
    """Returns claim, place and assertion of every code that supports its claim."""
    coding = code(codebook, corpus.assertions, corpus.encode, judgements=judgements)
    return [
        (c.claim, corpus.places[c.assertion], c.assertion) for c in coding.codes if c.stance == "supports"
    ]


def _judgement(corpus: Corpus, claim: str, number: int, verdict: str) -> Judgement:
    a = corpus.assertions[number]
    return Judgement(claim, a.document, a.start, a.end, verdict, "reader")


def accepts(corpus: Corpus, codebook: Codebook, marks: Sequence[Mark], seed: int) -> list[float]:
    """Returns F1 on the places of one half of the works, without and with the other half's accepted."""
    lot = random.Random(seed)
    side = {work: lot.random() < 0.5 for work in sorted({m.work for m in marks})}
    given = [m for m in marks if side[m.work]]
    held = [m for m in marks if not side[m.work]]
    return _accepted(corpus, codebook, given, [m for m in given if m.wanted], held)


def by_rows(corpus: Corpus, codebook: Codebook, marks: Sequence[Mark], seed: int) -> list[float]:
    """Returns the same, parted mark by mark, with every place that supports its claim accepted."""
    lot = random.Random(seed)
    sides = [lot.random() < 0.5 for _ in marks]
    given = [m for m, side in zip(marks, sides, strict=True) if side]
    held = [m for m, side in zip(marks, sides, strict=True) if not side]
    return _accepted(corpus, codebook, given, [m for m in given if m.supports], held)


def _accepted(
    corpus: Corpus, codebook: Codebook, given: Sequence[Mark], accepted: Sequence[Mark], held: Sequence[Mark]
) -> list[float]:
    judgements = [
        _judgement(corpus, m.claim, n, "accept")
        for m in accepted
        for n, place in enumerate(corpus.places)
        if place.touches(m.place)
    ]
    results = []
    for taught in ((), judgements):
        coded = coded_places(corpus, codebook, taught)
        left = [(c, p) for c, p, _ in coded if not any(m.claim == c and p.touches(m.place) for m in given)]
        results.append(figures(list(measured(held, left).values()))[2])
    return results


def review(corpus: Corpus, codebook: Codebook, marks: Sequence[Mark], seed: int) -> list[float]:
    """Returns F1 on one half of the sentences, without and with decisions on the other."""
    lot = random.Random(seed)
    seen = [lot.random() < 0.5 for _ in corpus.places]
    at = {m: [n for n, p in enumerate(corpus.places) if p.touches(m.place)] for m in marks}
    held = [m for m in marks if not at[m] or not seen[at[m][0]]]
    first = coded_places(corpus, codebook)
    right = {(m.claim, n) for m in marks if m.supports for n in at[m]}
    taught = [_judgement(corpus, m.claim, n, "accept") for m in marks if m.wanted for n in at[m] if seen[n]]
    taught += [_judgement(corpus, c, n, "reject") for c, _, n in first if seen[n] and (c, n) not in right]
    results = []
    for coded in (first, coded_places(corpus, codebook, taught)):
        left = [(c, p) for c, p, n in coded if not seen[n]]
        results.append(figures(list(measured(held, left).values()))[2])
    return results


HALVES = (("accepts", accepts), ("rows", by_rows), ("review", review))


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("archive", type=Path)
    parser.add_argument("marked", type=Path)
    parser.add_argument("codebook", type=Path)
    parser.add_argument(
        "--halves", action="store_true", help="train on one half of the places, test on the other"
    )
    parser.add_argument("--left-out", action="store_true", help="the figure on halves of the claims")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--says", type=int, help="sentences that each claim keeps")
    parser.add_argument("--terse", action="store_true", help="the id of each claim as its label")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    codebook = read_codebook(args.codebook.read_bytes(), str(args.codebook))
    corpus = read_corpus(args.archive)
    marks = in_corpus(read_marks(args.marked, codebook), corpus)
    known = {m.claim for m in marks}
    codebook = Codebook(tuple(_cut(c, args) for c in codebook.claims if c.id in known))
    report = _report(corpus, codebook, marks, range(args.seeds) if args.halves else ())
    if args.left_out:
        report["left_out"] = left_out(corpus, codebook, marks, args.seeds)
    print(json.dumps(report, indent=1) if args.json else "\n".join(_lines(report)))


def _cut(claim: Claim, args: argparse.Namespace) -> Claim:
    """Returns a claim with as many sentences, and the label, that were asked for."""
    kept = random.Random(claim.id).sample(claim.says, min(args.says or len(claim.says), len(claim.says)))
    return replace(claim, says=tuple(kept), label=claim.id.replace("_", " ") if args.terse else claim.label)


def left_out(corpus: Corpus, codebook: Codebook, marks: Sequence[Mark], seeds: int) -> list[float]:
    """Returns mean and deviation of F1 over halves of the claims, each coded with a codebook of their own."""
    found = []
    for seed in range(seeds):
        claims = list(codebook.claims)
        random.Random(seed).shuffle(claims)
        for half in (claims[: len(claims) // 2], claims[len(claims) // 2 :]):
            names = {c.id for c in half}
            coded = [(c, p) for c, p, _ in coded_places(corpus, Codebook(tuple(half)))]
            counts = measured([m for m in marks if m.claim in names], coded)
            found.append(figures(list(counts.values()))[2])
    return [round(float(np.mean(found)), 3), round(float(np.std(found)), 3)]


def _report(
    corpus: Corpus, claims: Codebook, marks: Sequence[Mark], seeds: Sequence[int]
) -> dict[str, object]:
    counts = measured(marks, [(c, p) for c, p, _ in coded_places(corpus, claims)])
    report: dict[str, object] = {
        "assertions": len(corpus.assertions),
        "marks": len(marks),
        "plain": [round(x, 3) for x in plain(corpus, claims, marks)],
        "coded": [round(x, 3) for x in figures(list(counts.values()))],
        "by_claim": {c: [*(round(x, 3) for x in figures([v])), v[1], v[3]] for c, v in counts.items()},
    }
    for name, half in HALVES:
        if seeds:
            runs = np.array([half(corpus, claims, marks, seed) for seed in seeds])
            report[name] = [round(float(x), 3) for x in runs.mean(axis=0)]
    return report


def _lines(report: dict[str, object]) -> list[str]:
    plain_, coded, claims = report["plain"], report["coded"], report["by_claim"]
    lines = [
        f"{report['assertions']} assertions, {report['marks']} marks",
        f"{'':24}    P     R    F1  codes  wanted",
        "{:24}{:5.2f} {:5.2f} {:5.2f}   at its best threshold, {:.2f}".format("plain maximum", *plain_),
        "{:24}{:5.2f} {:5.2f} {:5.2f}".format("coded", *coded),
        *("{:24}{:5.2f} {:5.2f} {:5.2f}  {:5d}  {:6d}".format(f"  {c}"[:24], *v) for c, v in claims.items()),
    ]
    line = "halves, {:16}F1 {:.3f} untrained, {:.3f} trained"
    lines += [line.format(name, *report[name]) for name, _ in HALVES if name in report]
    if "left_out" in report:
        lines.append("halves of the claims    F1 {:.3f}, deviation {:.3f}".format(*report["left_out"]))
    return lines


if __name__ == "__main__":
    main()
