"""Cold starts as ratios: our commands and what to compare them with, run in turn as whole processes.

usage: python eval/speed/cold.py --archive indexes/demo [--runs 5] [--query WORDS]

Every pair runs A, B, A, B, ... after one uncounted run of each; printed are the medians of wall-clock time,
processor time and peak memory, and the median of the ratios A/B run by run. The sentence-transformers row
needs the full environment (`make test` installs it) and is left out with a word where it is missing.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
QUERY = "a period without further reorganisation"


def timed(command: list[str]) -> tuple[float, float, float]:
    """Runs a command; returns seconds of wall clock, seconds of processor, MB of memory at the peak."""
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{error.decode(errors='replace')}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def compared(name: str, ours: list[str], theirs: list[str], runs: int) -> str:
    """Returns a row of the table for one pair."""
    pairs = [(timed(ours), timed(theirs)) for _ in range(runs + 1)][1:]
    wall = [statistics.median(pair[side][0] for pair in pairs) for side in (0, 1)]
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    processor = statistics.median(a[1] / b[1] for a, b in pairs)
    memory = [statistics.median(pair[side][2] for pair in pairs) for side in (0, 1)]
    return (
        f"| {name} | {wall[0]:.2f} s | {wall[1]:.2f} s | {ratio:.3f} | {processor:.3f} | "
        f"{memory[0]:.0f} / {memory[1]:.0f} MB |"
    )


def main() -> None:
    """Prints the table as markdown."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--query", default=QUERY)
    options = parser.parse_args()
    policytext = str(Path(sys.executable).parent / "policytext")
    search = [policytext, "search", options.query, "--archive", str(options.archive), "--mode"]
    plain = [sys.executable, "-c"]
    script = [sys.executable, str(HERE / "dense_script.py"), str(options.archive), options.query]
    pairs = [
        ("policytext --help / import click", [policytext, "--help"], [*plain, "import click"]),
        ("search, lexical / import numpy", [*search, "lexical"], [*plain, "import numpy"]),
        ("search, hybrid / import numpy", [*search, "hybrid"], [*plain, "import numpy"]),
    ]
    if find_spec("sentence_transformers"):
        pairs.append(("search, lexical / sentence-transformers script", [*search, "lexical"], script))
        pairs.append(("search, hybrid / sentence-transformers script", [*search, "hybrid"], script))
    else:
        print("sentence-transformers is not installed: its rows are left out\n")
    print("| A / B | A | B | wall A/B | processor A/B | peak memory |\n|---|---|---|---|---|---|")
    for pair in pairs:
        print(compared(*pair, options.runs), flush=True)


if __name__ == "__main__":
    main()
