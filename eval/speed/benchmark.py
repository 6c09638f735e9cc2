"""A benchmark of a million documents and ten thousand queries: time, growth and memory.

usage: python eval/speed/benchmark.py [--sizes 100000,1000000] [--system SPEC ...] [-k 100] [--folder DIR]
    [--nice 10]

Documents are the passages of search_passages.py, as a BEIR folder; a hundredth as many queries are each six
words of one document, which is the one that answers it. Nothing of that is timed, and it is done once. Then
``policytext eval run`` runs each system on each size in a process of its own, from reading the documents to
the report with its tests and intervals.

Printed are seconds (wall and processor), the peak memory of the process and of one that only starts, the size
of the run, and the ratios to the size before: memory that grows with the documents shows as their ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from search_passages import SEED, STOPS, passages

DOCUMENTS_A_QUERY, WORDS = 100, 6
MB = 1 << 20


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds, and bytes at its peak and of its run."""

    wall: float
    processor: float
    memory: int
    run: int


def write_collection(folder: Path, count: int) -> None:
    """Writes documents, queries and qrels; what was written whole before stays."""
    if (folder / "qrels" / "test.tsv").is_file():
        return
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    judged: list[tuple[str, str]] = []
    with (
        (folder / "corpus.jsonl").open("w", encoding="utf-8") as corpus,
        (folder / "queries.jsonl").open("w", encoding="utf-8") as queries,
    ):
        for number, text in enumerate(passages(count)):
            corpus.write(json.dumps({"_id": f"d{number}", "title": "", "text": text}) + "\n")
            if number % DOCUMENTS_A_QUERY == 0:
                words = " ".join(asked(number, text))
                queries.write(json.dumps({"_id": f"q{number}", "text": words}) + "\n")
                judged.append((f"q{number}", f"d{number}"))
    with (folder / "qrels" / "test.tsv").open("w", encoding="utf-8") as qrels:
        qrels.writelines(f"{qid}\t{document}\t1\n" for qid, document in judged)


def asked(number: int, text: str) -> list[str]:
    """Returns some words of a document that are no stop words, in its order."""
    words = [word.strip(".").lower() for word in text.split()]
    content = [at for at, word in enumerate(words) if word not in STOPS]
    chosen = sorted(random.Random(SEED + number).sample(content, min(WORDS, len(content))))
    return [words[at] for at in chosen]


def spent(arguments: list[str], runs: Path | None = None) -> Cost:
    """Runs the command line in a process of its own and returns what it took."""
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "policytext", *arguments], stdout=subprocess.DEVNULL, env=environment
    )
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise SystemExit(f"policytext {' '.join(arguments)} failed")
    size = sum(path.stat().st_size for path in runs.glob("*.trec")) if runs else 0
    wall = time.perf_counter() - begun
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024, size)


def rows(folder: Path, sizes: list[int], system: str, depth: int) -> Iterator[str]:
    """Yields a line a size, with the ratios to the one before."""
    before: tuple[int, Cost] | None = None
    for size in sizes:
        collection = folder / f"documents-{size}"
        write_collection(collection, size)
        with tempfile.TemporaryDirectory(dir=folder) as report:
            told = ["eval", "run", str(collection), "--system", system, "-k", str(depth)]
            told += ["--measure", "nDCG@10", "--measure", "AP", "-o", f"{report}/report"]
            cost = spent(told, Path(report) / "report" / "runs")
        ratios = ""
        if before:
            times = (size / before[0], cost.wall / before[1].wall, cost.memory / before[1].memory)
            ratios = "   {:.0f} times the documents: {:.1f} times the time, {:.1f} the memory".format(*times)
        before = size, cost
        yield (
            f"{system:<28}{size:>11,}{cost.wall:>9.0f}{cost.processor:>9.0f}"
            f"{cost.memory / MB:>8.0f}{cost.run / MB:>8.0f}{ratios}"
        )


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="100000,1000000")
    parser.add_argument("--system", action="append")
    parser.add_argument("-k", type=int, default=100)
    parser.add_argument("--folder", type=Path, default=Path("indexes/benchmark"))
    parser.add_argument("--nice", type=int, default=10)
    asked_for = parser.parse_args()
    os.nice(asked_for.nice)
    asked_for.folder.mkdir(parents=True, exist_ok=True)
    sizes = [int(size) for size in asked_for.sizes.split(",")]
    print(f"a process that only starts: {spent(['--version']).memory / MB:.0f} MB", flush=True)
    print(f"{'system':<28}{'documents':>11}{'wall s':>9}{'CPU s':>9}{'MB':>8}{'run MB':>8}", flush=True)
    for system in asked_for.system or ["lexical:restore=no"]:
        for row in rows(asked_for.folder, sizes, system, asked_for.k):
            print(row, flush=True)


if __name__ == "__main__":
    main()
