"""Cold starts as ratios: our commands and what to compare them with, run in turn as whole processes.

usage: python eval/speed/cold.py --archive indexes/demo [--runs 5] [--query WORDS]

Every pair runs A, B, A, B, ... after one uncounted run of each; printed are the medians of wall-clock time,
processor time and peak memory, and the median of the ratios A/B run by run. Below the table stands every run
against the sentence-transformers script, with how many times faster ours is and how many it should be. Those
rows need the full environment (`make test` installs it) and are left out with a word where it is missing.

Modules are loaded as installed ones are, compiled: PYTHONDONTWRITEBYTECODE, where it is set, would have our
own compiled anew by every process, while those of installed packages lie compiled on the disk.
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
SCRIPT = "sentence-transformers script"
GOALS = {"lexical": 60, "hybrid": 20}
"""How many times faster than the script a cold search should be."""
Run = tuple[float, float, float]


def timed(command: list[str]) -> Run:
    """Runs a command; returns seconds of wall clock, seconds of processor, MB of memory at the peak."""
    surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=surroundings)
    error = process.stderr.read() if process.stderr else b""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - begun
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{error.decode(errors='replace')}")
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def paired(ours: list[str], theirs: list[str], runs: int) -> list[tuple[Run, Run]]:
    """Returns the runs of two commands in turn, without the first of each."""
    return [(timed(ours), timed(theirs)) for _ in range(runs + 1)][1:]


def compared(name: str, pairs: list[tuple[Run, Run]]) -> str:
    """Returns a row of the table for one pair."""
    wall = [statistics.median(pair[side][0] for pair in pairs) for side in (0, 1)]
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    processor = statistics.median(a[1] / b[1] for a, b in pairs)
    memory = [statistics.median(pair[side][2] for pair in pairs) for side in (0, 1)]
    return (
        f"| {name} | {wall[0]:.2f} s | {wall[1]:.2f} s | {ratio:.3f} | {processor:.3f} | "
        f"{memory[0]:.0f} / {memory[1]:.0f} MB |"
    )


def against_goal(mode: str, pairs: list[tuple[Run, Run]]) -> str:
    """Returns a line with every run of a search and of the script, and how many times faster ours is."""
    ours, theirs = (" ".join(f"{pair[side][0]:.3f}" for pair in pairs) for side in (0, 1))
    wall, processor = (statistics.median(b[kind] / a[kind] for a, b in pairs) for kind in (0, 1))
    return (
        f"- {mode}: {ours} s, the script {theirs} s: **{wall:.0f} times faster** by the clock, "
        f"{processor:.0f} times less processor time (goal: {GOALS[mode]} times)"
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
    print("| A / B | A | B | wall A/B | processor A/B | peak memory |\n|---|---|---|---|---|---|")
    for name, ours, theirs in pairs:
        print(compared(name, paired(ours, theirs, options.runs)), flush=True)
    if not find_spec("sentence_transformers"):
        print("\nsentence-transformers is not installed: its rows are left out")
        return
    lines = []
    for mode in GOALS:
        found = paired([*search, mode], script, options.runs)
        print(compared(f"search, {mode} / {SCRIPT}", found), flush=True)
        lines.append(against_goal(mode, found))
    print("", *lines, sep="\n")


if __name__ == "__main__":
    main()
