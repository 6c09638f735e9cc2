"""Timelines of a claim with very many witnesses: time, growth and memory.

usage: python eval/speed/timeline.py [--sizes 5000,50000] [--dated 2000,20000] [--folder DIR]
    [--forms csv,jsonl,svg]

Papers are made from a seed out of the sentences of ../claims/bank.jsonl and ../claims/other-bank.jsonl: a
paragraph is three of them, a paper thirty-four paragraphs of one year from 1946 to 2018. They are ingested
into archives under DIR, and what they say is put down as witnesses of one claim: two or three stretches of
each passage, a hundred a paper. One in seven is known at second hand, up to fifty years earlier; one in
eleven prints again what the witness before it says. Neither is timed, and both are done once. ``policytext
timeline`` then writes each format in a process of its own.

``--dated`` are numbers of statements in one long paper, each under a date of its own ("On 3 May 1957 Mrs
Alice Booth told the council: ..."). Every statement is a witness; every other one bears no link to it, so
that the mention of its date is looked for. Whether that is found without going through the whole paper, the
ratio of the sizes' times tells.

Printed are seconds, witnesses a second, the peak memory of the process (and of one that only starts), the
size of the file, and the ratio of the sizes' times.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import sqlite3
import time
from calendar import month_name
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from policytext.store.archive import Archive
    from policytext.store.claims import StoredWitness

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

Result = TypeVar("Result")

SEED = 1958
SENTENCES, PARAGRAPHS, WITNESSES = 3, 34, 100  # of a paragraph, of a paper, of a paper
CLAIM = "said_again"
PEOPLE = ("Mrs Alice Booth", "Mr Edwin Carver", "Miss Rose Dunn", "Mr Ivor Ellis", "Mrs Olive Frost")
CLAIMS = Path(__file__).parent.parent / "claims"


def sentences() -> list[str]:
    """Returns the sentences of the banks, in their order."""
    files = (CLAIMS / "bank.jsonl", CLAIMS / "other-bank.jsonl")
    return [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]


def papers(count: int) -> Iterator[tuple[str, str]]:
    """Yields name and text of so many papers."""
    pool = sentences()
    for number in range(count):
        chance = random.Random(f"{SEED} {number}")
        year = 1946 + number % 73
        told = [" ".join(chance.choices(pool, k=SENTENCES)) for _ in range(PARAGRAPHS)]
        yield f"{year}-{number:05d}.txt", f"A paper of {year}.\n\n" + "\n\n".join(told) + "\n"


def dated_paper(count: int) -> Iterator[tuple[str, str]]:
    """Yields name and text of one paper with so many statements, each under a date."""
    pool, chance = sentences(), random.Random(f"{SEED} dated")
    told = []
    for _ in range(count):
        day, month, year = (chance.randrange(*bounds) for bounds in ((1, 29), (1, 13), (1946, 2018)))
        date = f"{day} {month_name[month]} {year}"
        told.append(f"On {date} {chance.choice(PEOPLE)} told the council: “{chance.choice(pool)}”")
    yield "2018-dated.txt", "A paper of 2018.\n\n" + "\n\n".join(told) + "\n"


def made(folder: Path, count: int, *, dated: bool = False) -> Path:
    """Returns the archive with so many witnesses, made where it is not there."""
    from policytext.config import Settings
    from policytext.pipeline.ingesting import ingest
    from policytext.store.archive import Archive
    from policytext.store.claims import StoredClaim, put_claims

    name = f"dated-{count}" if dated else f"{count}"
    archive, source = folder / f"archive-{name}", folder / f"papers-{name}"
    if not (archive / "archive.sqlite").exists():
        source.mkdir(parents=True, exist_ok=True)
        for file, text in dated_paper(count) if dated else papers(count // WITNESSES):
            (source / file).write_text(text, encoding="utf-8")
        ingest([source], archive, settings=Settings(model="none"))
        with Archive.create(archive) as store:
            says, untested = ("It is said again.",), {"recurrence": dict[str, object]()}
            claim = StoredClaim(CLAIM, "What is said again and again", says, (), untested)
            facts = {"codebook": "invented", "model": None, "seed": SEED, "tier": "all"}
            found = statements(store) if dated else witnesses(store, count)
            put_claims(store, [claim], list(found), facts)
    return archive


def witnesses(store: Archive, count: int) -> Iterator[StoredWitness]:
    """Yields so many witnesses out of the passages of an archive, by document and place."""
    rows = store.sql.execute(
        "SELECT p.id, p.start, p.text, p.raw_start, p.line, d.publication_date, d.published_earliest, "
        "d.published_latest FROM passages p JOIN documents d ON d.key = p.document ORDER BY d.id, p.start"
    ).fetchall()
    chance, number, work = random.Random(SEED), 0, ""
    each = -(-count // len(rows))
    for row in rows:
        step = len(row["text"]) // each
        for part in range(each):
            if number == count:
                return
            again = number % 11 == 10
            work = work if again else f"w{number}"
            yield _witness(row, (part * step, (part + 1) * step), number, work, chance, again=again)
            number += 1


def _witness(
    row: sqlite3.Row, part: tuple[int, int], number: int, work: str, chance: random.Random, *, again: bool
) -> StoredWitness:
    from policytext.spans import Span
    from policytext.store.claims import StoredWitness

    start, end = part
    year = int(row["published_earliest"][:4]) - chance.randrange(1, 50) if number % 7 == 6 else None
    days = (
        (f"{year}-01-01", f"{year}-12-31") if year else (row["published_earliest"], row["published_latest"])
    )
    return StoredWitness(
        id=f"{row['id']}.{number}:{CLAIM}",
        claim=CLAIM,
        passage=row["id"],
        statement=None,
        start=row["start"] + start,
        end=row["start"] + end,
        spans=(Span(row["raw_start"] + start, row["raw_start"] + end),),
        line=row["line"],
        text=row["text"][start:end],
        stance="supports",
        tier="confirmed" if number % 3 else "suggested",
        voice="quoted" if year else "own",
        speaker=f"Speaker {chance.randrange(900)}",
        party=None,
        statement_date=str(year) if year else row["publication_date"],
        said_earliest=days[0],
        said_latest=days[1],
        date_basis="explicit" if year else "publication",
        asserted_by=None,
        relation="reprint" if again else "quoted-at-second-hand" if year else "own-statement",
        work=work,
        counts=not again,
        score=chance.random(),
        rule="invented",
        confidence=0.5,
    )


def statements(store: Archive) -> Iterator[StoredWitness]:
    """Yields a witness for every statement of an archive; every other one bears no link to it."""
    from policytext.spans import Span
    from policytext.store.claims import StoredWitness

    for number, row in enumerate(store.sql.execute(_STATEMENTS)):
        yield StoredWitness(
            **{name: row[name] for name in _FACTS},
            id=f"{row['id']}:{CLAIM}",
            claim=CLAIM,
            statement=row["id"] if number % 2 else None,
            spans=(Span(row["raw_start"], row["raw_end"]),),
            stance="supports",
            tier="confirmed",
            voice="quoted",
            relation="quoted-at-second-hand",
            work=f"w{number}",
            counts=True,
            score=1.0,
            rule="invented",
            confidence=0.5,
        )


_FACTS = (
    *("passage", "start", "end", "line", "text", "speaker", "party", "statement_date"),
    *("said_earliest", "said_latest", "date_basis", "asserted_by"),
)
_STATEMENTS = (
    "SELECT s.*, (SELECT p.id FROM passage_statements x JOIN passages p ON p.key = x.passage "
    "WHERE x.statement = s.key ORDER BY p.key LIMIT 1) AS passage FROM statements s ORDER BY s.key"
)


def measure(archive: Path, form: str, output: Path) -> dict[str, float]:
    """Returns what writing a timeline took; ``form`` "" only starts."""
    from policytext.cli.timeline import command

    began = time.perf_counter()
    if form:
        asked = [CLAIM, "--archive", str(archive), "--format", form, "--tier", "all", "-o", str(output)]
        command.main(asked, standalone_mode=False)
    taken = time.perf_counter() - began
    return {"seconds": taken, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}


def apart(function: Callable[..., Result], *arguments: object, **named: object) -> Result:
    """Returns what a function returns in a process of its own: its memory is its own.

    This process stays small, since a new one begins with the peak of the one that starts it.
    """
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        return pool.submit(function, *arguments, **named).result()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="5000,50000")
    parser.add_argument("--dated", default="2000,20000")
    parser.add_argument("--folder", type=Path, default=Path("indexes/timeline-speed"))
    parser.add_argument("--forms", default="csv,jsonl,svg")
    asked = parser.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    for sizes, dated in ((asked.sizes, False), (asked.dated, True)):
        told(
            asked.folder,
            [int(size) for size in sizes.split(",") if size],
            asked.forms.split(","),
            dated=dated,
        )


def told(folder: Path, sizes: list[int], forms: list[str], *, dated: bool) -> None:
    """Prints what the timelines of one kind of archive take, a line for each size and form."""
    before: dict[str, float] = {}
    for size in sizes:
        archive = apart(made, folder, size, dated=dated)
        empty = apart(measure, archive, "", folder / "nothing")
        for form in forms:
            output = folder / f"{archive.name}.{form}"
            found = apart(measure, archive, form, output)
            ratio = f", {found['seconds'] / before[form]:.1f} times" if form in before else ""
            print(
                f"{size:>7,} witnesses{' in one paper' if dated else ''}, {form:5}: "
                f"{found['seconds']:6.1f} s{ratio} "
                f"({size / found['seconds']:,.0f} a second), {found['memory']:.0f} MB "
                f"({empty['memory']:.0f} to start), {output.stat().st_size / 1e6:.1f} MB written",
                flush=True,
            )
            before[form] = found["seconds"]


if __name__ == "__main__":
    main()
