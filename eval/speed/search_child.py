"""One system in a process of its own; search.py starts it and reads the JSON it prints.

usage: python search_child.py passages FILE COUNT
       python search_child.py build SYSTEM FILE FOLDER
       python search_child.py warm SYSTEM FILE FOLDER COUNT QUERIES SECONDS
       python search_child.py cold SYSTEM FILE FOLDER COUNT QUERY
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path


def warm(name: str, source: Path, folder: Path, count: int, wanted: int, budget: float) -> dict[str, object]:
    """Returns for every kind of query and filter the times of the queries in ms, and the best passages.

    A cell ends with its queries or after so many seconds, though not before its third query.
    """
    from search_passages import FILTERS, queries
    from search_systems import SYSTEMS

    system = SYSTEMS[name]()
    system.open(folder, source)
    cells = {}
    for kind in ("words", "sentence"):
        texts = queries(kind, wanted + 2, count)
        for passing_filter in (None, *FILTERS):
            search = system.search(count, passing_filter)
            for text in texts[wanted:]:  # compiles what is compiled, touches what is mapped
                search(text)
            cells[f"{kind} {passing_filter or 'all'}"] = timed(search, texts[:wanted], budget)
    return {"cells": cells, **memory()}


def timed(search: Callable[[str], list[int]], texts: list[str], budget: float) -> dict[str, object]:
    """Asks the queries one by one; returns their median times in ms, and what each of them found."""
    from statistics import median
    from time import perf_counter, process_time

    wall, processor, tops = [], [], []
    begun = perf_counter()
    for text in texts:
        at, used = perf_counter(), process_time()
        top = search(text)
        processor.append(1000 * (process_time() - used))
        wall.append(1000 * (perf_counter() - at))
        tops.append(top)
        if perf_counter() - begun > budget and len(tops) >= 3:
            break
    return {"wall": median(wall), "processor": median(processor), "tops": tops}


def memory() -> dict[str, float]:
    """Returns MB at the peak, and now without pages of mapped files where the system tells (Linux)."""
    from resource import RUSAGE_SELF, getrusage

    peak = getrusage(RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    own = [int(line.split()[1]) / 1024 for line in lines if line.startswith("RssAnon")]
    return {"peak": peak, "own": own[0] if own else 0.0}


def main() -> None:
    action, *rest = sys.argv[1:]
    if action == "passages":
        from search_passages import write_passages

        write_passages(Path(rest[0]), int(rest[1]))
        return
    from search_systems import SYSTEMS

    name, source, folder = rest[0], Path(rest[1]), Path(rest[2])
    if action == "build":
        SYSTEMS[name]().build(source, folder)
    elif action == "warm":
        print(json.dumps(warm(name, source, folder, int(rest[3]), int(rest[4]), float(rest[5]))))
    else:
        system = SYSTEMS[name]()
        system.open(folder, source)
        print(json.dumps(system.search(int(rest[3]), None)(rest[4])))


if __name__ == "__main__":
    main()
