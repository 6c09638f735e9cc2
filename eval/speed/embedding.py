"""Embedding in bulk: our encoder, in one process and in two, beside sentence-transformers, in turn.

usage: python eval/speed/embedding.py [--texts 192] [--runs 3] [--workers 2]

The texts are the words of corpus/clean shuffled by a seed, anew in each run, so that nothing was seen before:
passages of 60 to 110 words and sentences of 8 to 30. Every run asks every system once, A, B, C, D, A, B, ...;
each lives in a process of its own that is started, and warmed by 32 texts, before the first run. Printed are
the best texts a second, the median of the ratios to sentence-transformers with its default threads run by
run, and the peak memory of the process (with its helpers, of which each counts its own).
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parents[2] / "corpus" / "clean"
KINDS = {"passages": (60, 110), "sentences": (8, 30)}
REFERENCE = "sentence-transformers, default threads"


def shuffled(words: list[str], seed: int, kind: str, count: int) -> list[str]:
    """Returns ``count`` texts of shuffled words."""
    chance = random.Random(f"{seed} {kind}")
    return [" ".join(chance.sample(words, chance.randint(*KINDS[kind]))) for _ in range(count)]


def standard(threads: int | None) -> Callable[[list[str]], object]:
    """Returns the encode of sentence-transformers as its documentation has it."""
    import torch
    from sentence_transformers import SentenceTransformer

    from policytext.index.models import find_model

    if threads:
        torch.set_num_threads(threads)
    model = SentenceTransformer(str(find_model().path), device="cpu", local_files_only=True)
    model.max_seq_length = find_model().max_pieces
    return lambda texts: model.encode(
        texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False
    )


def ours(workers: int) -> AbstractContextManager[Any]:
    """Returns the encoder that ingest uses with so many workers."""
    from policytext.index.models import find_model
    from policytext.index.spreading import SpreadEncoder
    from policytext.index.transformer import encoder_for

    model = find_model()
    return SpreadEncoder(model, workers) if workers > 1 else nullcontext(encoder_for(model))


def serve(name: str, workers: int, pipe: Connection) -> None:
    """Encodes what comes through the pipe; answers with seconds. Ends with the peak memory in MB."""
    if name.startswith("sentence"):
        held: AbstractContextManager[Any] = nullcontext()
        encode = standard(workers or None)
    else:
        held, encode = ours(workers), None
    with held as encoder:
        encode = encode or encoder.encode
        while texts := pipe.recv():
            begun = time.perf_counter()
            encode(texts)
            pipe.send(time.perf_counter() - begun)
    used = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    # The system tells the largest child alone; the others are as large.
    pipe.send((used[0] + (used[1] * workers if held is not None and workers > 1 else 0)) / 1024)


def systems(workers: int) -> dict[str, int]:
    """Returns the systems with their processes or threads (0: the default)."""
    found = {"policytext, 1 process": 1, f"policytext, {workers} processes": workers}
    if find_spec("sentence_transformers"):
        found |= {REFERENCE: 0, "sentence-transformers, 1 thread": 1}
    else:
        print("sentence-transformers is not installed: its rows are left out\n")
    return found


def measured(asked: dict[str, int], runs: int, count: int) -> tuple[dict[str, dict[str, list[float]]], dict]:
    """Returns seconds by kind, system and run, and peak memory by system."""
    words = " ".join(p.read_text(encoding="utf-8") for p in sorted(CORPUS.glob("*.txt"))).split()
    context, pipes, processes = get_context("spawn"), {}, []
    for name, workers in asked.items():
        pipes[name], theirs = context.Pipe()
        processes.append(context.Process(target=serve, args=(name, workers, theirs)))
        processes[-1].start()
        theirs.close()
        pipes[name].send(shuffled(words, -1, "passages", 32))
        pipes[name].recv()
    seconds: dict[str, dict[str, list[float]]] = {kind: {name: [] for name in asked} for kind in KINDS}
    for run in range(runs):
        for kind in KINDS:
            texts = shuffled(words, run, kind, count)
            for name, pipe in pipes.items():
                pipe.send(texts)
                seconds[kind][name].append(pipe.recv())
    memory = {}
    for name, pipe in pipes.items():
        pipe.send([])
        memory[name] = pipe.recv()
    for process in processes:
        process.join()
    return seconds, memory


def main() -> None:
    """Prints the table as markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--texts", type=int, default=192)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    from policytext.index.models import find_model

    if find_model() is None:
        sys.exit("no embedding model on this machine")
    seconds, memory = measured(systems(options.workers), options.runs, options.texts)
    print(f"{os.cpu_count()} cores, {options.texts} texts, {options.runs} runs\n")
    print(
        "| system | texts | best texts a second | times the reference | peak memory |\n|---|---|---|---|---|"
    )
    for kind, by_system in seconds.items():
        for name, spent in by_system.items():
            reference = by_system.get(REFERENCE, spent)
            ratio = statistics.median(r / s for r, s in zip(reference, spent, strict=True))
            speed = options.texts / min(spent)
            print(f"| {name} | {kind} | {speed:.1f} | {ratio:.2f} | {memory[name]:.0f} MB |")


if __name__ == "__main__":
    main()
