"""How many words a second the extractors read, beside a plain count of words, and whether time is linear.

usage: python eval/speed/annotating.py [PAPERS] [--scale 1.0] [--runs 3] [--most 2.6]

PAPERS is a folder (else corpus/clean). Its papers are cleaned once and then, again and again, searched for
citations, dates and statements, on one core; a count of words over the same texts runs in turn, in the same
process. Below that, texts that were made to be hard, at three sizes, each twice the one before. Printed are
the best of the runs in processor time. Exits 1 where doubling a text takes more than ``--most`` times as
long, 2 where PAPERS cannot be read.
"""

import argparse
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from pathlib import Path

from policytext.document import Block
from policytext.extract.annotate import annotate
from policytext.ingest.discovery import Found, discover
from policytext.ingest.readers import read
from policytext.text.cleaning import clean

ROOT = Path(__file__).resolve().parent.parent.parent
DOUBLINGS = (1, 2, 4)
Paper = tuple[str, tuple[Block, ...]]


def papers(folder: Path) -> list[Paper]:
    """Returns the clean texts of all papers with their blocks."""
    if not folder.is_dir():
        print(f"{folder}: no such folder (try: a folder of papers)", file=sys.stderr)
        sys.exit(2)
    found = []
    for item in discover([folder]):
        if isinstance(item, Found):
            reading = read(item)
            cleaned = clean(reading.text, edits=reading.edits, hints=reading.hints, carrier=reading.carrier)
            found.append((cleaned.text, tuple(cleaned.blocks)))
    return found


def seconds(work: Callable[[], object], runs: int) -> float:
    """Returns the processor time of the fastest of some runs."""
    best = float("inf")
    for _ in range(runs):
        begun = time.process_time()
        work()
        best = min(best, time.process_time() - begun)
    return max(best, 1e-9)


def read_all(texts: list[Paper]) -> None:
    for text, blocks in texts:
        annotate(text, blocks=blocks, publication_date="2018-09", voice="The Author")


def table_of_papers(texts: list[Paper], runs: int) -> list[str]:
    """Returns the lines that say how fast the papers are read."""
    words = sum(len(text.split()) for text, _ in texts)
    taken = seconds(lambda: read_all(texts), runs)
    counted = seconds(lambda: [len(text.split()) for text, _ in texts], runs)
    return [
        "| words | words a second | annotating / splitting into words |",
        "|---|---|---|",
        f"| {words} | {words / taken:.0f} | {taken / counted:.0f} |",
    ]


def hard(scale: float) -> dict[str, Callable[[int], str]]:
    """Returns by name what makes a hard text of one, two and four units."""
    items = int(20_000 * scale)
    units = {
        "one line": "The council asked that the matter be looked at again in the spring of 1956. ",
        "quotation marks": "word “ ‘ ",
        "years": "1948 and ",
        "capitals": "Mr Smith Jones ",
        "brackets": "(see the Act (2012 ",
        "sections": "section 1(2), 3 and ",
        "verbs": "said that ",
        "sections of Acts": "the National Health Service Act ",
    }
    return {name: partial(lambda unit, n: unit * (items * n), unit) for name, unit in units.items()}


def hard_row(name: str, make: Callable[[int], str], runs: int) -> tuple[str, float]:
    """Returns a line of the table, and the greatest of the ratios of one size to the size before."""
    taken = [seconds(partial(annotate, make(n)), runs) for n in DOUBLINGS]
    words = len(make(DOUBLINGS[-1]).split())
    ratios = [after / before for before, after in pairwise(taken)]
    cells = [name, str(words), f"{words / taken[-1]:.0f}", *(f"{r:.2f}" for r in ratios)]
    return "| " + " | ".join(cells) + " |", max(ratios)


def main() -> None:
    """Prints both tables as markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("papers", type=Path, nargs="?", default=ROOT / "corpus" / "clean")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=float, default=2.6)
    options = parser.parse_args()
    annotate("The first call reads word lists, which is not what Mr Smith said in 1948.")
    print("\n".join(table_of_papers(papers(options.papers), options.runs)), flush=True)
    print("\n| hard text | words | words a second | 2 n / n | 4 n / 2 n |\n|---|---|---|---|---|")
    worst = 0.0
    for name, make in hard(options.scale).items():
        line, ratio = hard_row(name, make, options.runs)
        print(line, flush=True)
        worst = max(worst, ratio)
    sys.exit(int(worst > options.most))


if __name__ == "__main__":
    main()
