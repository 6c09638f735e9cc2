"""Topics of generated passages in which topics are planted: time, growth, memory, and what is found again.

usage: python eval/speed/topics.py [--sizes 10000,100000] [--planted 20] [--number N]

Passages are those of search_passages.py; into each, ten words of one of the planted topics are strewn (each
topic has forty words of its own, drawn by Zipf's law), in one passage of three also five words of a second
one. Topics are made of them as ``policytext topics`` does, without an archive. Printed are the processor
seconds of counting and of all the rest, the ratio of the sizes' times (n log n would give the one behind it),
the peak memory of the process, how many topics were chosen, and how well the planted topics are found: the
share of passages whose largest topic is the one that most passages of their planted topic have, and of
planted topics that have one of their own.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import resource
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from search_passages import SEED, document_of, passages, rank_at, word_of, year_of

from policytext.analysis.topics.finding import find_topics
from policytext.analysis.topics.terms import count_terms
from policytext.analysis.topics.units import TopicUnit
from policytext.pipeline.watching import Silent

WORDS_EACH, OWN, SECOND = 40, 10, 5
FIRST_PLANTED = 400_000  # ranks that no passage of these sizes reaches by itself


def planted_words(topic: int) -> list[str]:
    """Returns the words of a planted topic, the commonest first."""
    return [word_of(FIRST_PLANTED + topic * WORDS_EACH + n) for n in range(WORDS_EACH)]


def planted_topic(number: int, planted: int) -> int:
    """Returns the topic that is planted in a passage: the first topic in most, the last in fewest."""
    return rank_at(random.Random(f"{SEED} {number}").random(), planted)


def units(count: int, planted: int) -> Iterator[TopicUnit]:
    """Yields passages with planted topics."""
    words = [planted_words(topic) for topic in range(planted)]
    for number, text in enumerate(passages(count)):
        chance = random.Random(f"{SEED + 1} {number}")
        own = words[planted_topic(number, planted)]
        strewn = [own[rank_at(chance.random(), WORDS_EACH)] for _ in range(OWN)]
        if chance.random() < 1 / 3:
            strewn += [
                words[chance.randrange(planted)][rank_at(chance.random(), WORDS_EACH)] for _ in range(SECOND)
            ]
        mixed = text.split()
        for word in strewn:
            mixed.insert(chance.randrange(len(mixed) + 1), word)
        home = document_of(number, count)
        yield TopicUnit(f"d{home}:{number:07d}", f"d{home}", " ".join(mixed), year_of(number) // 10 * 10)


def measure(count: int, planted: int, number: int | None) -> dict[str, float]:
    """Returns what topics of so many passages took and found."""
    began = time.process_time()
    counted = count_terms(units(count, planted))
    counted_by = time.process_time()
    model = find_topics(counted, lambda _ids: [], Silent(), number)
    done = time.process_time()
    main = model.shares.argmax(axis=1)
    pairs = Counter((planted_topic(n, planted), int(main[n])) for n in range(count))
    best = {
        t: max((times, -found, found) for (p, found), times in pairs.items() if p == t)
        for t in {p for p, _ in pairs}
    }
    return {
        "passages": count,
        "counting": counted_by - began,
        "topics": done - counted_by,
        "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "number": len(model.topics),
        "stable": sum(t.verdict != "not stable" for t in model.topics),
        "right": sum(times for times, _, _ in best.values()) / count,
        "own": len({found for _, _, found in best.values()}) / len(best),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,100000")
    parser.add_argument("--planted", type=int, default=20)
    parser.add_argument("--number", type=int)
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    before: tuple[int, float] | None = None
    for size in sizes:
        with get_context("spawn").Pool(1) as pool:  # a process each: its peak of memory is its own
            found = pool.apply(measure, (size, asked.planted, asked.number))
        seconds = found["counting"] + found["topics"]
        print(
            f"{size:>8,} passages: counting {found['counting']:.1f} s, topics {found['topics']:.1f} s, "
            f"{found['memory']:,.0f} MB; {found['number']:.0f} topics, {found['stable']:.0f} above chance; "
            f"{100 * found['right']:.1f} % of passages right, {100 * found['own']:.0f} % of topics found"
        )
        if before is not None:
            growth = size * math.log(size) / (before[0] * math.log(before[0]))
            print(f"         {seconds / before[1]:.1f} times the time before (n log n: {growth:.1f})")
        before = (size, seconds)


if __name__ == "__main__":
    main()
