"""How far two judges agree on which passages answer our queries.

usage: python eval/queries/agreement.py --archive indexes/own [--first qrels.jsonl] [--second second.jsonl]
    [--worst 5]

A second judge, who had not seen the first one's grades, judged every second query over all passages of our
papers. A judged stretch is brought to the narrowest passage that holds it (a footnote stands inside the
passage that it interrupts); reprints take no grade from each other, for both judges read them all. For every
least grade that may be called relevant, printed are the pairs of query and passage that each judge and both
called so, Cohen's kappa, and the overlap (both over either) of all pairs and as the mean of the queries.
Below: how often grades are the same where both said relevant, and the queries with the least overlap.
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from policytext.errors import PolicytextError
from policytext.export.layers import layer_rows
from policytext.store.archive import Archive

HERE = Path(__file__).parent
Grades = Mapping[str, int]
Row = Mapping[str, Any]


class Counts(NamedTuple):
    """Pairs of query and passage: both judges call them relevant, one of them alone, neither."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def kappa(self) -> float:
        """Cohen's kappa (1960), (observed - expected) / (1 - expected); nan where chance alone agrees."""
        pairs = sum(self)
        one, other = (self.both + self.first) / pairs, (self.both + self.second) / pairs
        observed, expected = (self.both + self.neither) / pairs, one * other + (1 - one) * (1 - other)
        return (observed - expected) / (1 - expected) if expected < 1 else float("nan")

    @property
    def overlap(self) -> float:
        """What both call relevant over what either does; nan where neither calls anything so."""
        either = self.both + self.first + self.second
        return self.both / either if either else float("nan")


def rows(path: Path) -> list[Row]:
    """Returns the JSON object of each line of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def judged(judgements: Iterable[Row], passages: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Returns the best grade of each passage by query. Raises ValueError where no passage holds a stretch."""
    papers: dict[str, list[Row]] = {}
    for passage in passages:
        papers.setdefault(passage["source"], []).append(passage)
    found: dict[str, dict[str, int]] = {}
    for row in judgements:
        start, end = row["start"], row["end"]
        homes = [p for p in papers.get(row["source"], ()) if p["start"] <= start and end <= p["end"]]
        if not homes:
            raise ValueError(f"no passage of {row['source']} holds {start} to {end}")
        home = min(homes, key=lambda p: p["end"] - p["start"])["id"]
        grades = found.setdefault(row["qid"], {})
        grades[home] = max(row["grade"], grades.get(home, 0))
    return found


def counts(first: Grades, second: Grades, passages: int, least: int = 1) -> Counts:
    """Returns how two judges meet on one query over so many passages, relevant from a least grade on."""
    one, other = ({name for name, g in grades.items() if g >= least} for grades in (first, second))
    both = len(one & other)
    return Counts(both, len(one) - both, len(other) - both, passages - len(one | other))


def report(pairs: Mapping[str, tuple[Grades, Grades]], passages: int, worst: int) -> list[str]:
    """Returns the lines of the tables; ``pairs`` are the grades of both judges by query."""
    lines = [f"{len(pairs)} queries judged by both, {passages} passages each", ""]
    lines += ["| relevant from | first | second | both | kappa | overlap | mean overlap |", "|---" * 7 + "|"]
    for least in (1, 2, 3):
        each = [counts(*grades, passages, least) for grades in pairs.values()]
        summed = Counts(*map(sum, zip(*each, strict=True)))
        mean = fmean([c.overlap for c in each if c.both + c.first + c.second] or [0.0])
        found = f"{summed.both + summed.first} | {summed.both + summed.second} | {summed.both}"
        lines += [f"| {least} | {found} | {summed.kappa:.2f} | {summed.overlap:.2f} | {mean:.2f} |"]
    met = [(a[name], b[name]) for a, b in pairs.values() for name in a.keys() & b.keys()]
    same = sum(one == other for one, other in met)
    lines += ["", f"the same grade in {same} of {len(met)} pairs that both call relevant", ""]
    table = {qid: counts(*grades, passages) for qid, grades in sorted(pairs.items())}
    lines += ["| least overlap | both | first alone | second alone | overlap |", "|---" * 5 + "|"]
    for qid, c in sorted(table.items(), key=lambda item: item[1].overlap)[:worst]:
        lines += [f"| {qid} | {c.both} | {c.first} | {c.second} | {c.overlap:.2f} |"]
    return lines


def main() -> None:
    """Prints the tables of two files of judgements, or why it cannot."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--first", type=Path, default=HERE / "qrels.jsonl")
    parser.add_argument("--second", type=Path, default=HERE / "second.jsonl")
    parser.add_argument("--worst", type=int, default=5)
    asked = parser.parse_args()
    try:
        with Archive.open(asked.archive) as archive:
            passages = list(layer_rows(archive, "passages"))
        first, second = (judged(rows(path), passages) for path in (asked.first, asked.second))
    except (PolicytextError, ValueError, OSError) as error:
        sys.exit(str(error))
    pairs = {qid: (first[qid], second[qid]) for qid in sorted(first.keys() & second.keys())}
    print("\n".join(report(pairs, len(passages), asked.worst) if pairs else ["no query judged by both"]))


if __name__ == "__main__":
    main()
