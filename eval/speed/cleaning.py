"""How fast cleaning is, beside a plain count of words over the same text, and whether its time is linear.

usage: python eval/speed/cleaning.py [PAPERS] [--scale 1.0] [--runs 3] [--most 2.6]

PAPERS is a folder (else corpus/damaged), whose texts are repeated to a few megabytes. Every text is cleaned
at three sizes, each twice the one before; the count runs in turn with it, in the same process. Printed are
the best of the runs in processor time. Exits 1 where doubling a text takes more than ``--most`` times as
long, 2 where PAPERS cannot be read.
"""

import argparse
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

from policytext.ingest.discovery import Found, discover
from policytext.ingest.readers import read
from policytext.text.alignment import apply_edits
from policytext.text.cleaning import clean

ROOT = Path(__file__).resolve().parent.parent.parent
WORD = re.compile(r"\w+")
DOUBLINGS = (1, 2, 4)


def papers(folder: Path) -> str:
    """Returns the texts of all papers as their readers give them, joined."""
    if not folder.is_dir():
        print(f"{folder}: no such folder (try: a folder of papers)", file=sys.stderr)
        sys.exit(2)
    readings = [read(item) for item in discover([folder]) if isinstance(item, Found)]
    return "\n\n".join(apply_edits(r.text, r.edits) for r in readings)


def texts(folder: Path, scale: float) -> dict[str, Callable[[int], str]]:
    """Returns by name what makes a text of one, two and four units."""
    joined = papers(folder)
    characters, items = int(1_250_000 * scale), int(50_000 * scale)
    sentence = "The council asked that the matter be looked at again in the spring. "

    def repeated(text: str) -> Callable[[int], str]:
        return lambda units: (text * (characters * units // len(text) + 1))[: characters * units]

    return {
        "papers": repeated(joined + "\n\n"),
        "one line": repeated(sentence),
        "quotation marks": lambda units: "word “ " * (items * units),
        "page numbers": lambda units: "\n\n".join(str(n) for n in range(1, items * units)),
        "short lines": lambda units: "\n".join(f"line {n % 97}" for n in range(items * units)),
    }


def seconds(work: Callable[[str], object], text: str) -> float:
    begun = time.process_time()
    work(text)
    return time.process_time() - begun


def count(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))


def row(name: str, make: Callable[[int], str], runs: int) -> tuple[str, float]:
    """Returns a line of the table, and the greatest of the ratios of one size to the size before."""
    best, counted = [], []
    for units in DOUBLINGS:
        text = make(units)
        times = [(seconds(clean, text), seconds(count, text)) for _ in range(runs)]
        best.append(max(min(t[0] for t in times), 1e-9))
        counted.append(max(min(t[1] for t in times), 1e-9))
    size = len(text.encode()) / 1e6
    ratios = [best[1] / best[0], best[2] / best[1]]
    cells = [name, f"{size:.2f} MB", f"{size / best[2]:.2f} MB/s", f"{best[2] / counted[2]:.1f}"]
    return "| " + " | ".join([*cells, *(f"{r:.2f}" for r in ratios)]) + " |", max(ratios)


def main() -> None:
    """Prints the table as markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("papers", type=Path, nargs="?", default=ROOT / "corpus" / "damaged")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--most", type=float, default=2.6)
    options = parser.parse_args()
    clean("The first call reads word lists, which is not what is measured here.")
    print("| text | largest | speed | clean / count of words | 2 n / n | 4 n / 2 n |")
    print("|---|---|---|---|---|---|")
    worst = 0.0
    for name, make in texts(options.papers, options.scale).items():
        line, ratio = row(name, make, options.runs)
        print(line, flush=True)
        worst = max(worst, ratio)
    sys.exit(int(worst > options.most))


if __name__ == "__main__":
    main()
