"""Coding large archives against twenty claims: time, growth and memory.

usage: python eval/speed/claims.py [--sizes 10000,100000] [--folder DIR] [--claims 20]

Papers are made from a seed out of the sentences of ../claims/bank.jsonl and ../claims/other-bank.jsonl: a
paragraph is a number and three of them, each with a few words put in from elsewhere so that no two are alike.
They are ingested into archives under DIR, which is not timed and is done once. To embed a hundred thousand
passages takes long and is not what is asked here, so the vector of a passage in the index is the mean of
those of its sentences as they were before words were put in. ``policytext claims`` then runs on each archive
in a process of its own; every sentence that it reads is embedded as ever. Printed are its seconds, those of
its processors, the peak memory of the largest of its processes, how many witnesses there are, and the ratio
of the sizes' times beside n log n. A second run finds its vectors kept; its time is printed as well.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import re
import resource
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

SEED = 1956
SENTENCES, PARAGRAPHS = 3, 250  # of a paragraph, of a paper
NUMBER = re.compile(r"\bN(\d{7})\.")
MIXED = 3  # words that are put in from another sentence
CLAIMS = Path(__file__).parent.parent / "claims"
CODEBOOK = Path(__file__).parent.parent.parent / "corpus" / "codebook.toml"


def sentences() -> list[str]:
    """Returns the sentences of the banks, in their order."""
    files = (CLAIMS / "bank.jsonl", CLAIMS / "other-bank.jsonl")
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]


def paragraph(number: int, pool: int) -> list[int]:
    """Returns which sentences of the pool make a paragraph."""
    chance = random.Random(f"{SEED} {number}")
    return [chance.randrange(pool) for _ in range(SENTENCES)]


def papers(count: int) -> Iterator[tuple[str, str]]:
    """Yields name and text of papers that hold so many paragraphs."""
    pool = sentences()
    words = [word for sentence in pool for word in sentence.split() if word.isalpha() and len(word) > 4]
    for first in range(0, count, PARAGRAPHS):
        chance = random.Random(f"{SEED + 1} {first}")
        told = [
            " ".join([f"N{n:07d}.", *(_mixed(pool[s], words, chance) for s in paragraph(n, len(pool)))])
            for n in range(first, min(first + PARAGRAPHS, count))
        ]
        year = 1946 + first // PARAGRAPHS % 73
        yield f"{year}-{first:07d}.txt", f"A paper of {year}.\n\n" + "\n\n".join(told) + "\n"


def _mixed(sentence: str, words: list[str], chance: random.Random) -> str:
    told = sentence.split()
    for _ in range(MIXED):
        told.insert(chance.randrange(1, len(told)), chance.choice(words))
    return " ".join(told)


class Meant:
    """Gives a passage the mean vector of the sentences that its paragraph was made of.

    The second passage of a long paragraph has no number; it gets the vector of the first.
    """

    def __init__(self) -> None:
        from policytext.index.encoder import NumpyEncoder
        from policytext.index.models import find_model

        self.model = find_model()
        self.rows = NumpyEncoder(self.model).encode(sentences())
        self.dims, self.last = self.rows.shape[1], 0

    def encode(self, texts: Sequence[str], progress: object = None) -> np.ndarray:  # noqa: ARG002 - protocol
        """Returns unit rows."""
        told = []
        for text in texts:
            number = NUMBER.search(text)
            self.last = int(number[1]) if number else self.last
            told.append(self.rows[paragraph(self.last, len(self.rows))].mean(axis=0))
        rows = np.asarray(told, np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def made(folder: Path, count: int) -> Path:
    """Returns the archive of so many paragraphs, made where it is not there."""
    from policytext.config import Settings
    from policytext.index.vectors import VectorCache
    from policytext.pipeline.indexing import passages
    from policytext.pipeline.ingesting import ingest
    from policytext.store.archive import Archive

    archive, source = folder / f"archive-{count}", folder / f"papers-{count}"
    if not (archive / "archive.sqlite").exists():
        source.mkdir(parents=True, exist_ok=True)
        for name, text in papers(count):
            (source / name).write_text(text, encoding="utf-8")
        ingest([source], archive, settings=Settings(model="none"))
        with Archive.open(archive) as store, VectorCache(archive, Meant()) as cache:
            texts = (passage.searched() for passage in passages(store))
            while part := list(islice(texts, 1000)):
                cache.vectors(part)
    ingest([source], archive)  # the index of meaning, from the vectors kept
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
            with ProcessPoolExecutor(
                1, get_context("spawn")
            ) as pool:  # a process each: its memory is its own
                found = pool.submit(measure, archive, book).result()
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
