"""Reprints among passages made from a seed: what is found, in which time, in how much memory.

usage: python eval/speed/reprints.py --sizes 10000,100000
       python eval/speed/reprints.py --ways --sizes 10000

A fifth of the passages are reprints of others, in six ways (reprint_passages.py). Every size runs in a
process of its own. It fails where the time grows faster than n log n by more than a quarter. ``--ways``
measures instead which planted pairs are proposed by each way of proposing pairs, and how many others.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict

from reprint_passages import KINDS, Corpus

SLACK = 1.25


def measure(count: int) -> None:
    """Prints, as JSON, what is found among so many passages."""
    from policytext.analysis.reprints.finding import compare

    corpus = Corpus(count)
    passages = list(corpus.passages())
    begun = time.process_time()
    found = compare(iter(passages), told)
    seconds = time.process_time() - begun
    groups = defaultdict(set)
    for row in found.reprints:
        groups[row.passage].add(row.group)
    right = defaultdict(list)
    for planted in corpus.planted:
        right[planted.kind].append(bool(groups[planted.earlier] & groups[planted.later]))
    meant = {(p.earlier, p.later) for p in corpus.planted}
    homes = defaultdict(set)
    for row in found.reprints:
        homes[row.group].add(row.passage)
    strange = sum(not any({a, b} <= held for a, b in _near(held, meant)) for held in homes.values())
    recall = {kind: sum(hits) / len(hits) for kind, hits in right.items()}
    print(json.dumps({"seconds": seconds, "recall": recall, "compared": found.compared, "strange": strange}))


def _near(held: set[str], meant: set[tuple[str, str]]) -> list[tuple[str, str]]:
    ordered = sorted(held)
    return [(a, b) for a in ordered for b in ordered if (a, b) in meant]


def told(done: int, pairs: int) -> None:
    """Shows how far it is, on stderr."""
    print(f"\r{done:,} of {pairs:,} pairs ", end="" if done < pairs else "\n", file=sys.stderr, flush=True)


def child(count: int) -> dict[str, object]:
    """Returns what `measure` prints in a process of its own, with that process's MB at the peak."""
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([sys.executable, __file__, "--measure", str(count)], stdout=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{count:,} passages failed")
        said.seek(0)
        peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
        return {**json.loads(said.read()), "peak": peak}


def ways(count: int) -> None:
    """Prints which planted pairs each way proposes."""
    from reprint_ways import WAYS

    from policytext.analysis.reprints.compared import Texts

    corpus = Corpus(count)
    texts = Texts(corpus.passages())
    numbers = {p.id: number for number, found in enumerate(texts.passages) for p in found}
    print(f"| way, {count:,} passages | {' | '.join(KINDS)} | pairs | seconds |")
    print("|---" * (len(KINDS) + 3) + "|")
    for name, way in WAYS.items():
        begun = time.process_time()
        pairs = way(texts.running)
        seconds = time.process_time() - begun
        hits = defaultdict(list)
        for planted in corpus.planted:
            pair = tuple(sorted((numbers[planted.earlier], numbers[planted.later])))
            hits[planted.kind].append(pair in pairs or pair[0] == pair[1])  # the same words are one text
        cells = [f"{sum(hits[kind]) / len(hits[kind]):.3f}" for kind in KINDS]
        print(f"| {name} | {' | '.join(cells)} | {len(pairs):,} | {seconds:.1f} |")


def main() -> int:
    """Prints the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000,100000", help="numbers of passages, rising")
    parser.add_argument("--ways", action="store_true", help="measure the ways to propose pairs")
    parser.add_argument("--measure", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        measure(arguments.measure)
        return 0
    sizes = [int(size) for size in arguments.sizes.split(",")]
    if arguments.ways:
        for size in sizes:
            ways(size)
        return 0
    print(f"| passages | seconds | MB at the peak | pairs aligned | strange groups | {' | '.join(KINDS)} |")
    print("|---" * (5 + len(KINDS)) + "|")
    before, good = None, True
    for size in sizes:
        found = child(size)
        cells = [f"{found['recall'][kind]:.3f}" for kind in KINDS]
        figures = (
            f"{found['seconds']:.1f} | {found['peak']:.0f} | {found['compared']:,} | {found['strange']:,}"
        )
        print(f"| {size:,} | {figures} | {' | '.join(cells)} |", flush=True)
        if before is not None:
            most = size * math.log(size) / (before[0] * math.log(before[0]))
            ratio = found["seconds"] / before[1]
            good &= ratio <= SLACK * most
            print(f"\n{ratio:.1f} times the time of {before[0]:,}; n log n would be {most:.1f}")
        before = size, found["seconds"]
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
