"""Coding large archives against twenty claims: time, growth and memory.

usage: python eval/speed/claims.py [--sizes 10000,100000] [--folder DIR] [--claims 20]

Papers are made from a seed out of the sentences of ../claims/bank.jsonl and ../claims/other-bank.jsonl: a
passage is four of them, each with a few words put in from elsewhere so that no two are alike. They are
ingested into archives under DIR, which is not timed and is done once (embedding takes most of it); then
``policytext claims`` runs on each in a process of its own. Printed are its seconds, those of its processors,
the peak memory of the largest of its processes, how many witnesses there are, and the ratio of the sizes'
times beside n log n. A second run finds its vectors kept; its time is printed as well.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import resource
import time
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

SEED = 1956
SENTENCES, PASSAGES = 4, 250  # of a passage, of a paper
MIXED = 3  # words that are put in from another sentence
CLAIMS = Path(__file__).parent.parent / "claims"
CODEBOOK = Path(__file__).parent.parent.parent / "corpus" / "codebook.toml"


def sentences() -> list[str]:
    """Returns the sentences of the banks, in their order."""
    files = (CLAIMS / "bank.jsonl", CLAIMS / "other-bank.jsonl")
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]


def papers(count: int) -> Iterator[tuple[str, str]]:
    """Yields name and text of papers that hold so many passages."""
    pool = sentences()
    words = [word for sentence in pool for word in sentence.split() if word.isalpha() and len(word) > 4]
    for first in range(0, count, PASSAGES):
        chance = random.Random(f"{SEED} {first}")
        passages = [
            " ".join(_mixed(chance.choice(pool), words, chance) for _ in range(SENTENCES))
            for _ in range(min(PASSAGES, count - first))
        ]
        year = 1946 + first // PASSAGES % 73
        yield f"{year}-{first:07d}.txt", f"A paper of {year}.\n\n" + "\n\n".join(passages) + "\n"


def _mixed(sentence: str, words: list[str], chance: random.Random) -> str:
    told = sentence.split()
    for _ in range(MIXED):
        told.insert(chance.randrange(1, len(told)), chance.choice(words))
    return " ".join(told)


def made(folder: Path, count: int) -> Path:
    """Returns the archive of so many passages, made where it is not there."""
    from policytext.pipeline.ingesting import ingest

    archive, source = folder / f"archive-{count}", folder / f"papers-{count}"
    if not (archive / "archive.sqlite").exists():
        source.mkdir(parents=True, exist_ok=True)
        for name, text in papers(count):
            (source / name).write_text(text, encoding="utf-8")
    ingest([source], archive)  # again: completes what was interrupted, else takes no time
    return archive


def codebook(folder: Path, claims: int) -> Path:
    """Returns a file with the first ``claims`` of our codebook."""
    from policytext.analysis.codebook import read_codebook, written

    path = folder / f"codebook-{claims}.toml"
    path.write_text(written(read_codebook(CODEBOOK.read_bytes(), str(CODEBOOK)).claims[:claims]), "utf-8")
    return path


def measure(archive: Path, book: Path) -> dict[str, float]:
    """Returns what coding an archive took."""
    from policytext.pipeline.claims import CodingSettings, code_archive
    from policytext.store.archive import Archive

    began = time.perf_counter()
    code_archive(archive, book, CodingSettings())
    taken = time.perf_counter() - began
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    with Archive.open(archive) as store:
        count = store.sql.execute("SELECT count(*) FROM numbers").fetchone()[0]
        witnesses = store.sql.execute("SELECT count(*) FROM witnesses").fetchone()[0]
    return {
        "passages": count,
        "seconds": taken,
        "processor": sum(usage.ru_utime + usage.ru_stime for usage in (own, others)),
        "memory": max(own.ru_maxrss, others.ru_maxrss) / 1024,
        "witnesses": witnesses,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--folder", type=Path, default=Path("indexes/claims-speed"))
    parser.add_argument("--claims", type=int, default=20)
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    book = codebook(asked.folder, asked.claims)
    before: tuple[int, float] | None = None
    for size in map(int, asked.sizes.split(",")):
        archive = made(asked.folder, size)
        for again in (False, True):
            with get_context("spawn").Pool(1) as pool:  # a process each: its peak of memory is its own
                found = pool.apply(measure, (archive, book))
            print(
                f"{found['passages']:>8,} passages{', again' if again else '':7}: {found['seconds']:.0f} s "
                f"({found['processor']:.0f} s of processors), {found['memory']:,.0f} MB, "
                f"{found['witnesses']:,.0f} witnesses",
                flush=True,
            )
            if not again:
                if before is not None:
                    growth = size * math.log(size) / (before[0] * math.log(before[0]))
                    print(f"         {found['seconds'] / before[1]:.1f} times (n log n: {growth:.1f})")
                before = (size, found["seconds"])


if __name__ == "__main__":
    main()
