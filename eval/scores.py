"""Runs the commands of scores.toml and says which scores are no longer what they were.

Exit code 1 where a score has moved by more than half of its last digit, or lies too far from what was
published.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
OWN = "own"
_MOVED = 0.00005
_POLICYTEXT = [sys.executable, "-m", "policytext"]


def command_of(run: dict[str, Any], collections: Path, archive: Path, cache: Path) -> list[str]:
    """Returns the words of the command that measures a run."""
    own = run["collection"] == OWN
    folder = HERE / "queries" if own else collections / run["collection"]
    words = ["eval", "run", str(folder), "--system", run["system"], "--split", run.get("split", "test")]
    words += [word for measure in run["scores"] for word in ("--measure", measure)]
    words += ["--cache", str(cache), "--format", "jsonl", "--resamples", "100"]
    return [*words, "--archive", str(archive)] if own else words


def means(words: list[str]) -> dict[str, float]:
    """Returns what a command measured, by measure."""
    done = subprocess.run(
        [*_POLICYTEXT, *words], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return next(row for row in rows if row["record"] == "run")["means"]


def verdicts(run: dict[str, Any], found: dict[str, float]) -> Iterator[tuple[str, float, str, bool]]:
    """Yields measure, score, what is to be said of it and whether it is as it should be."""
    for measure, told in run["scores"].items():
        score = found[measure]
        same = abs(score - told) <= _MOVED
        said = "as before" if same else f"was {told:.4f}"
        near = True
        if published := run.get("published", {}).get(measure):
            near = abs(score - published["score"]) <= published["within"]
            said += f"; published {published['score']} ({published['by']})" + ("" if near else ": TOO FAR")
        yield measure, score, said, same and near


def main() -> int:
    """Runs what is asked for and prints a line a score."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--collections", type=Path, help="folder with scifact/ and cranfield/; else only ours"
    )
    parser.add_argument("--cache", type=Path, help="keep vectors here")
    asked = parser.parse_args()
    runs = tomllib.loads((HERE / "scores.toml").read_text(encoding="utf-8"))["run"]
    good = True
    with tempfile.TemporaryDirectory() as temporary:
        archive, cache = Path(temporary) / OWN, asked.cache or Path(temporary) / "cache"
        papers = HERE.parent / "corpus"
        words = ["ingest", str(papers / "damaged"), "--catalogue", str(papers / "catalogue.csv")]
        subprocess.run(
            [*_POLICYTEXT, *words, "--archive", str(archive)], check=True, stdout=subprocess.DEVNULL
        )
        for run in runs:
            if run["collection"] != OWN and asked.collections is None:
                continue
            for measure, score, said, fine in verdicts(
                run, means(command_of(run, asked.collections, archive, cache))
            ):
                where = f"{run['collection']}, {run.get('split', 'test')}"
                print(f"{where:28} {run['system']:38} {measure:8} {score:.4f}  {said}", flush=True)
                good &= fine
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
