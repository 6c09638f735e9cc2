"""Word search side by side: policytext, plain tantivy, bm25s and rank-bm25 on passages made from a seed.

usage: python eval/speed/search.py --sizes 10000,100000,1000000 --out FILE.md

Every figure comes from a process of its own, with one thread, one process at a time; the systems take turns
in every round, so that other load hits them alike, and of the rounds the best counts. A cell of queries is
the median over its queries. Ratios are to the least figure of the row. What is printed as milliseconds a
query is processor time, or wall-clock time with ``--clock wall``.

The other systems are left out with a word where they are not installed: pip install bm25s numba rank-bm25
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from search_passages import FILTERS, queries
from search_systems import PACKAGES, SYSTEMS, size_of
from search_table import OURS, header, overlap, row

HERE = Path(__file__).parent
ONE_THREAD = {
    f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL", "NUMBA", "RAYON", "NUMEXPR")
} | {"PYTHONHASHSEED": "0"}
KINDS = {"words": "two words", "sentence": "sentence"}
UNCOMPILED = "PYTHONDONTWRITEBYTECODE"
"""Where it is set, what is not installed is compiled by every process anew, and what is installed is not."""
SLOW, MUCH = "rank-bm25", 1_000_000
"""rank-bm25 keeps some 9 KB a passage in memory, and takes seconds for a query of a million passages."""
Run = dict[str, Any]


def child(*arguments: object) -> tuple[str, dict[str, float]]:
    """Runs search_child.py; returns what it prints, and its seconds and MB.

    Linux counts the memory of the process that starts another as the other's. So this one stays small: it
    neither makes passages nor loads any of the systems.
    """
    command = [sys.executable, str(HERE / "search_child.py"), *map(str, arguments)]
    surroundings = {name: value for name, value in os.environ.items() if name != UNCOMPILED} | ONE_THREAD
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as error:
        begun = time.perf_counter()
        process = subprocess.Popen(command, stdout=said, stderr=error, env=surroundings)
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            error.seek(0)
            sys.exit(f"{' '.join(command)} failed:\n{error.read().decode(errors='replace')}")
        said.seek(0)
        peak = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
        return said.read().decode(), {"wall": wall, "processor": used.ru_utime + used.ru_stime, "peak": peak}


def installed(wanted: list[str]) -> list[str]:
    """Returns the systems that can run here, and says on stderr what the others need."""
    here = []
    for name in wanted:
        missing = [PACKAGES.get(m, m) for m in SYSTEMS[name].needs if find_spec(m) is None]
        if missing:
            print(f"{name} is left out: pip install {' '.join(missing)}", file=sys.stderr)
        else:
            here.append(name)
    return here


def in_turn(systems: list[str], rounds: int) -> Iterator[tuple[int, str]]:
    """Yields (round, system); every round begins with another system."""
    for number in range(rounds):
        at = number % len(systems)
        yield from ((number, name) for name in [*systems[at:], *systems[:at]])


def measured(count: int, systems: list[str], folder: Path, options: argparse.Namespace) -> dict[str, Run]:
    """Returns by system what was measured on so many passages."""
    source = folder / "passages.txt"
    told(f"{count:,} passages: writing")
    child("passages", source, count)
    runs: dict[str, Run] = {name: {"cold": [], "warm": []} for name in systems}
    places = {name: folder / name.replace(" ", "-") for name in systems}
    for name in systems:
        told(f"{count:,} passages: {name}: building")
        _, runs[name]["build"] = child("build", name, source, places[name])
        runs[name]["size"] = size_of(places[name]) / 1e6 or None
    query = queries("words", 1, count)[0]
    for number, name in in_turn(systems, options.cold):
        if name != SLOW or not number:
            told(f"{count:,} passages: {name}: cold, round {number + 1}")
            runs[name]["cold"].append(child("cold", name, source, places[name], count, query)[1])
    for number, name in in_turn(systems, options.rounds):
        if name != SLOW or not number:
            told(f"{count:,} passages: {name}: warm, round {number + 1}")
            asked = ("warm", name, source, places[name], count, options.queries, options.budget)
            runs[name]["warm"].append(json.loads(child(*asked)[0]))
    return runs


def table(count: int, runs: dict[str, Run], clock: str) -> list[str]:
    """Returns the lines of the table for one size."""
    systems = list(runs)

    def line(name: str, figure: Callable[[Run], float | None]) -> str:
        return row(name, {system: figure(run) for system, run in runs.items()}, systems)

    def warm(cell: str) -> Callable[[Run], float]:
        return lambda run: min(turn["cells"][cell][clock] for turn in run["warm"])

    def cold(kind: str) -> Callable[[Run], float]:
        return lambda run: 1000 * min(turn[kind] for turn in run["cold"])

    lines = [f"### {count:,} passages", "", *header(systems)]
    for kind, words in KINDS.items():
        lines.append(line(f"{words}, ms", warm(f"{kind} all")))
        lines += [line(f"{words}, {said}, ms", warm(f"{kind} {name}")) for name, said in FILTERS.items()]
    lines += [
        line("cold process, wall ms", cold("wall")),
        line("cold process, processor ms", cold("processor")),
        line("build, wall s", lambda run: run["build"]["wall"]),
        line("build, processor s", lambda run: run["build"]["processor"]),
        line("build, peak MB", lambda run: run["build"]["peak"]),
        line("index, MB", lambda run: run["size"]),
        line("searching, peak MB", lambda run: max(turn["peak"] for turn in run["warm"])),
        line("searching, without mapped files, MB", lambda run: max(turn["own"] for turn in run["warm"])),
    ]
    return [*lines, "", *agreement(runs), ""]


def agreement(runs: dict[str, Run]) -> list[str]:
    """Returns lines that say how far each of the others finds what ours finds."""
    cells = {name: run["warm"][0]["cells"] for name, run in runs.items()}
    if OURS not in cells:
        return []
    asked = {f"{kind} all": words for kind, words in KINDS.items()}
    asked |= {f"words {name}": said for name, said in FILTERS.items()}
    lines = []
    for name in cells.keys() - {OURS}:
        shares = [
            f"{said} {overlap(cells[OURS][c]['tops'], cells[name][c]['tops']):.2f}"
            for c, said in asked.items()
        ]
        lines.append(f"- the ten best of {name} among ours: {', '.join(shares)}")
    return sorted(lines)


def told(line: str) -> None:
    """Says on stderr what is under way."""
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def skipped(system: str, count: int, skip: str) -> bool:
    """Whether ``skip`` (SYSTEM:SIZE, ...) leaves a system out from that size on."""
    pairs = [pair.rsplit(":", 1) for pair in skip.split(",") if ":" in pair]
    return any(name == system and count >= int(size) for name, size in pairs)


def surroundings(systems: list[str], options: argparse.Namespace) -> list[str]:
    """Returns lines that say what was run, on what."""
    packages = sorted({PACKAGES.get(m, m) for name in systems for m in SYSTEMS[name].needs} | {"tantivy"})
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    asked = (
        f"{options.queries} queries a cell (fewer where {options.budget:g} s do not do), best of "
        f"{options.rounds} rounds; cold, best of {options.cold} processes; {SLOW}: one round, one process."
    )
    return [
        f"Python {platform.python_version()}, {versions}, {os.cpu_count()} cores.",
        f"Milliseconds a query: {options.clock} time, median of {asked}",
        "",
    ]


def parsed() -> argparse.Namespace:
    """Returns the options of the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="10000,100000", help="comma between them")
    parser.add_argument("--systems", default=",".join(SYSTEMS), help="comma between them")
    parser.add_argument(
        "--skip", default=f"{SLOW}:{MUCH}", metavar="SYSTEM:SIZE", help="leave out from a size on; or none"
    )
    parser.add_argument("--queries", type=int, default=200, help="of a cell")
    parser.add_argument("--budget", type=float, default=10.0, help="seconds for a cell, at most")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--cold", type=int, default=5, help="cold processes of each system")
    parser.add_argument("--clock", choices=["processor", "wall"], default="processor")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--folder", type=Path, help="where passages and indexes lie while it runs")
    return parser.parse_args()


def main() -> None:
    """Prints the tables as markdown, and writes them to --out after every size."""
    options = parsed()
    names = options.systems.split(",")
    if unknown := [name for name in names if name not in SYSTEMS]:
        sys.exit(f"no such system: {', '.join(unknown)} (try: {', '.join(SYSTEMS)})")
    systems = installed(names)
    lines = surroundings(systems, options)
    print("\n".join(lines))
    for count in map(int, options.sizes.split(",")):
        here = [name for name in systems if not skipped(name, count, options.skip)]
        with tempfile.TemporaryDirectory(dir=options.folder) as folder:
            found = table(count, measured(count, here, Path(folder), options), options.clock)
        left = [f"- {name} is left out at this size" for name in systems if name not in here]
        lines += [*found[:-1], *left, ""]
        print("\n".join([*found[:-1], *left, ""]), flush=True)
        if options.out:
            options.out.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
