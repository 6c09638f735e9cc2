"""Claims on the screen: the table of all, and one with its witnesses in the order in which they were said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from policytext.cli.reading import columns, shown, table, wrapped
from policytext.export.claims import recurrence_rows
from policytext.export.wording import display_date
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, made_by, stored_claims, witness_rows

Facts = Mapping[str, Any]

_HEADER = (
    *("claim", "works", "papers", "said first", "last", "periods", "silence", "against chance"),
    *("confirmed", "suggested"),
)
_NAMED = 6  # speakers named of a claim
_SAID_BY = {"quoted": "quoted", "reported": "reported", "own": "in the paper's own words"}


def summary_lines(store: Archive) -> Iterator[str]:
    """Yields what was looked for and found, a line a claim, and what the words of the table mean."""
    yield from wrapped(shown(_made(store)), columns(), "", "")
    yield ""
    yield from table(map(_summary, recurrence_rows(store)), _HEADER)
    yield ""
    counted = (
        "confirmed witnesses" if made_by(store)["tier"] == "confirmed" else "all witnesses, suggested too"
    )
    told = (
        f"works: independent utterances and texts, of {counted}; reprints count once. periods: decades in "
        "which it was certainly said, of those with any source. silence: the longest that ended in a return, "
        "in years at least. One claim whole: --claim ID, or policytext timeline ID."
    )
    yield from wrapped(told, columns(), "", "")


def _made(store: Archive) -> str:
    made = made_by(store)
    counts: dict[str, int] = {}
    for row in witness_rows(store):
        counts[row["tier"]] = counts.get(row["tier"], 0) + 1
    claims = len(stored_claims(store))
    papers = store.sql.execute("SELECT count(*) FROM documents").fetchone()[0]
    found = f"{sum(counts.values()):,} witnesses"
    tiers = ", ".join(f"{counts[t]:,} {t}" for t in ("confirmed", "suggested") if t in counts)
    if made["origin"] == "discovered":
        return f"{claims:,} families discovered in {papers:,} papers: {found}."
    learnt = (
        f"{made['judgements']:,} decisions taken into account" if made["judgements"] else "no decisions yet"
    )
    of = f"{claims:,} claims of {made['codebook']} in {papers:,} papers"
    return f"{of}: {found} ({tiers or 'none'}); {learnt}."


def _summary(row: Facts) -> Sequence[Any]:
    first, last = (day[:4] if day else None for day in (row["first_said"], row["last_said"]))
    silence = f"{row['longest_silence']} years" if row["longest_silence"] else None
    return (
        row["claim"],
        row["works"],
        row["papers"],
        first,
        last,
        row["periods"],
        silence,
        _against_chance(row),
        row["confirmed"],
        row["suggested"],
    )


def _against_chance(row: Facts) -> str | None:
    if row["verdict"] is None:
        return None
    if row["q"] is None:
        return str(row["verdict"])
    return f"{row['verdict']} (q {row['q']:.3f})"


def claim_lines(store: Archive, name: str, *, explain: bool, colour: bool) -> Iterator[str]:
    """Yields a claim with how it comes again, and its witnesses in the order in which they were said."""
    claim = next(c for c in stored_claims(store) if c.id == name)
    yield from wrapped(shown(f"{claim.id}: {claim.label}"), columns(), "", "  ")
    for line in _recurrence(claim):
        yield from wrapped(shown(line), columns(), "  ", "  ")
    yield ""
    for row in sorted(witness_rows(store, name), key=_order):
        yield from witness_lines(row, explain=explain, colour=colour)


def _order(row: sqlite3.Row) -> tuple[str, str, str, int]:
    said = row["said_earliest"] or row["said_latest"] or row["published_earliest"] or "~"
    return said, row["published_earliest"] or "~", row["document"], row["start"]


def _recurrence(claim: StoredClaim) -> Iterator[str]:
    """Yields how a claim comes again, in sentences."""
    told = claim.facts["recurrence"]
    if not told:
        yield "No witness is confirmed; --tier all counts those suggested, other sentences may find more."
        return
    yield _counted(told)
    if told["first"] and told["last"]:
        yield f"First said {_when(told['first'])}; last {_when(told['last'])}."
    yield (
        "By decade, papers that say it of those with a source: "
        + "  ".join(map(_period, told["periods"]))
        + "."
    )
    silence = told["longest_silence"]
    if silence:
        n = silence["sources"]
        between = f"{n} paper{'s speak' if n > 1 else ' speaks'} in between" if n else "no source in between"
        yield (
            f"Longest silence: {silence['years']} years at least, from {_when(silence['before'])} "
            f"to {_when(silence['after'])}; {between}."
        )
    yield from (f"Caution: {c['text']}" for c in told["cautions"])
    yield from _tested(told.get("chance"))
    trained = claim.facts["coding"].get("trained_on")
    if trained:
        yield f"Scores: {trained}."


def _counted(told: Facts) -> str:
    left = [
        f"{told[name]} {word} not counted"
        for name, word in (("reprints", "reprints and repeats"), ("denials", "denials"))
        if told[name]
    ]
    speakers = [name for name, _ in told["speakers"]]
    more = f" and {len(speakers) - _NAMED} more" if len(speakers) > _NAMED else ""
    parts = [f"{told['works']} works in {len(told['documents'])} papers", *left]
    if told["second_hand"]:
        parts.append(f"{told['second_hand']} known at second hand only")
    return f"{', '.join(parts)}. Speakers: {'; '.join(speakers[:_NAMED])}{more}."


def _when(said: Facts) -> str:
    first, last = ((said[side] or "?")[:4] for side in ("earliest", "latest"))
    days = first if first == last else f"{first}\u2013{last}"
    return f"{days} ({said['speaker'] or 'speaker unknown'})"


def _period(period: Facts) -> str:
    if period["state"] == "no source":
        return f"{period['label']} no source"
    return f"{period['label']} {period['asserting']}/{period['sources']}"


def _tested(test: Facts | None) -> Iterator[str]:
    if test is None:
        return
    verdict = test["verdict"]
    if verdict == "not testable":
        yield f"Against chance: not testable. {test['reason']}"
        return
    yield (
        f"Against chance: {verdict}. Said in {test['observed']:.1f} periods, {test['expected']:.1f} "
        f"expected; p {test['p']:.4f}, q {test['q']:.4f}."
    )


def witness_lines(row: sqlite3.Row, *, explain: bool, colour: bool) -> Iterator[str]:
    """Yields a witness: when and by whom, what it is, its words, and where they stand in the raw file."""
    said = display_date(row["statement_date"])
    basis = f" ({row['date_basis']})" if row["date_basis"] else ""
    who = row["speaker"] or "an unnamed speaker"
    head = shown(
        f"{said}{basis} · {who}, {_SAID_BY[row['voice']]} · printed {display_date(row['publication_date'])}"
    )
    yield click.style(head, bold=True) if colour else head
    yield from wrapped(shown(f"“{row['text']}”"), columns())
    kind = row["relation"].replace("-", " ")
    counted = "" if row["counts"] else ", not counted"
    against = "denies it · " if row["stance"] == "denies" else ""
    by = f" by {row['reviewed_by']}" if row["reviewed_by"] else ""
    tail = (
        f"{against}{kind}{counted} · {row['tier']}{by}, score {row['score']:.2f} · {row['source']}, line "
        f"{row['line']}, characters {row['raw_start']}-{row['raw_end']} · {row['passage_id']}"
    )
    yield from (click.style(line, dim=True) if colour else line for line in wrapped(shown(tail), columns()))
    if explain:
        yield from _evidence(json.loads(row["evidence"]))
    yield ""


def _evidence(evidence: Facts) -> Iterator[str]:
    for name, value in evidence.items():
        if value not in (None, "", [], {}):
            told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            yield from wrapped(shown(f"{name.replace('_', ' ')}: {told}"), columns(), "      ", "        ")
