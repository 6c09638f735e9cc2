"""Claims on the screen: the table of all, and one with its witnesses in the order in which they were said."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from typing import Any

import click

from policytext.analysis.witness import REPRINTS
from policytext.cli.reading import columns, shown, table, wrapped
from policytext.export.cautions import caution_parts
from policytext.export.claims import recurrence_rows
from policytext.export.wording import display_date
from policytext.store.archive import Archive
from policytext.store.claims import StoredClaim, made_by, stored_claims, witness_rows

Facts = Mapping[str, Any]

_NAMED = 6  # speakers named of a claim
_WIDE = 100  # columns from which there is room for who said it first
_NAME_SHOWN = 22
_NOT_TESTABLE = "not testable"
_SAID_BY = {"quoted": "quoted", "reported": "reported", "own": "in the paper's own words"}


def summary_lines(store: Archive) -> Iterator[str]:
    """Yields what was looked for and found, a line a claim, and what the words of the table mean."""
    rows = list(recurrence_rows(store))
    yield from wrapped(shown(_made(store)), columns(), "", "")
    yield ""
    testable = any(row["verdict"] not in (None, _NOT_TESTABLE) for row in rows)
    cells = [_summary(row, named=columns() >= _WIDE, testable=testable) for row in rows]
    if cells:
        yield from table([list(row.values()) for row in cells], list(cells[0]))
        yield ""
    counted = (
        "confirmed witnesses" if made_by(store)["tier"] == "confirmed" else "all witnesses, suggested too"
    )
    told = (
        f"works: independent utterances and texts, of {counted}; a reprint counts once, and so does a paper "
        "that says it ten times. decades: those in which it was certainly said, of those with any source. "
        "silence: the longest that ended in a return, in years at least. suggested: witnesses for a reader "
        "to judge. One claim whole: --claim ID, or policytext timeline ID."
    )
    yield from wrapped(told, columns(), "", "")
    if not testable:
        why = sorted({row["why"] for row in rows if row["why"]})
        reasons = f" ({why[0]})" if len(why) == 1 else ""
        yield from wrapped(f"Against chance nothing is testable in these papers{reasons}.", columns(), "", "")


def _made(store: Archive) -> str:
    made = made_by(store)
    counts: dict[str, int] = {}
    for row in witness_rows(store):
        counts[row["tier"]] = counts.get(row["tier"], 0) + 1
    claims = len(stored_claims(store))
    papers = store.sql.execute("SELECT count(*) FROM documents").fetchone()[0]
    found = _many(sum(counts.values()), "witness", "witnesses")
    tiers = ", ".join(f"{counts[t]:,} {t}" for t in ("confirmed", "suggested") if t in counts)
    if made["origin"] == "discovered":
        families = _many(claims, "family", "families")
        return f"{families} discovered in {_many(papers, 'paper')}: {found} ({tiers or 'none'})."
    decisions = made["judgements"]
    learnt = f"{_many(decisions, 'decision')} taken into account" if decisions else "no decisions yet"
    of = f"{_many(claims, 'claim')} of {made['codebook']} in {_many(papers, 'paper')}"
    return f"{of}: {found} ({tiers or 'none'}); {learnt}."


def _many(number: int, one: str, several: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"


def _summary(row: Facts, *, named: bool, testable: bool) -> dict[str, Any]:
    first, last = (day[:4] if day else None for day in (row["first_said"], row["last_said"]))
    said = {"said first": first} | ({"by": _short(row["first_by"])} if named else {}) | {"last": last}
    silence = _many(row["longest_silence"], "year") if row["longest_silence"] else None
    return {
        "claim": row["claim"],
        "works": row["works"],
        "papers": row["papers"],
        **said,
        "decades": row["periods"],
        "silence": silence,
        **({"against chance": _against_chance(row)} if testable else {}),
        "suggested": row["suggested"],
    }


def _short(name: str | None) -> str | None:
    return name if name is None or len(name) <= _NAME_SHOWN else f"{name[: _NAME_SHOWN - 1]}…"


def _against_chance(row: Facts) -> str | None:
    verdict: str | None = row["verdict"]
    return verdict if row["q"] is None else f"{verdict} (q {row['q']:.3f})"


def claim_lines(store: Archive, name: str, *, tier: str, explain: bool, colour: bool) -> Iterator[str]:
    """Yields a claim with how it comes again, and its witnesses in the order in which they were said.

    With ``tier`` "confirmed" those that are only suggested are counted, not shown.
    """
    claim = next(c for c in stored_claims(store) if c.id == name)
    yield from wrapped(shown(f"{claim.id}: {claim.label}"), columns(), "", "  ")
    printed = dict(store.sql.execute("SELECT id, publication_date FROM documents").fetchall())
    for line in _recurrence(claim, printed):
        yield from wrapped(shown(line), columns(), "  ", "  ")
    yield ""
    rows = sorted(witness_rows(store, name), key=_order)
    told = [row for row in rows if tier == "all" or row["tier"] == tier]
    for row in told:
        yield from witness_lines(row, explain=explain, colour=colour)
    if len(told) < len(rows):
        yield f"{_many(len(rows) - len(told), 'more witness', 'more witnesses')} only suggested: --tier all"


def _order(row: sqlite3.Row) -> tuple[str, str, str, int]:
    said = row["said_earliest"] or row["said_latest"] or row["published_earliest"] or "~"
    return said, row["published_earliest"] or "~", row["document"], row["start"]


def _recurrence(claim: StoredClaim, printed: Mapping[str, str | None]) -> Iterator[str]:
    """Yields how a claim comes again, in sentences; ``printed`` gives the publication of documents."""
    told = claim.facts["recurrence"]
    if not told:
        yield "No witness is confirmed; --tier all counts those suggested, other sentences may find more."
        return
    yield _counted(told)
    if told["first"] and told["last"]:
        yield f"First said {_when(told['first'])}; last {_when(told['last'])}."
    decades = "  ".join(map(_period, told["periods"]))
    yield f"By decade, papers that say it of those with a source: {decades}."
    silence = told["longest_silence"]
    if silence:
        n = silence["sources"]
        between = f"{_many(n, 'paper speaks', 'papers speak')} in between" if n else "no source in between"
        yield (
            f"Longest silence: {_many(silence['years'], 'year')} at least, from {_when(silence['before'])} "
            f"to {_when(silence['after'])}; {between}."
        )
    for caution in told["cautions"]:
        document = caution["document"] or ""
        yield f"Caution: {document.join(caution_parts(caution, printed.get(document)))}"
    yield from _tested(told.get("chance"))
    trained = claim.facts["coding"].get("trained_on")
    if trained:
        yield f"Scores: {trained}."


def _counted(told: Facts) -> str:
    left = [
        _many(told[name], *words)
        for name, words in (
            ("reprints", ("reprint or repeat", "reprints or repeats")),
            ("same_utterance", ("further sentence of these works", "further sentences of these works")),
            ("denials", ("work that denies it", "works that deny it")),
        )
        if told[name]
    ]
    speakers = [name for name, _ in told["speakers"]]
    more = f" and {len(speakers) - _NAMED} more" if len(speakers) > _NAMED else ""
    works = f"{_many(told['works'], 'work')} in {_many(len(told['documents']), 'paper')}"
    hand = f", {told['second_hand']} known at second hand only" if told["second_hand"] else ""
    apart = f" Not counted: {', '.join(left)}." if left else ""
    return f"{works}{hand}. Speakers: {'; '.join(speakers[:_NAMED]) or 'unknown'}{more}.{apart}"


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
    if test["hangs_on"]:
        yield f"Without {' or '.join(test['hangs_on'])} the return or the verdict would be another."
    verdict = test["verdict"]
    if verdict == _NOT_TESTABLE:
        yield f"Against chance: not testable; {test['reason']}."
        return
    yield (
        f"Against chance: {verdict}. Said in {test['observed']:.1f} decades, {test['expected']:.1f} "
        f"expected; p {test['p']:.4f}, q {test['q']:.4f}."
    )


def witness_lines(row: sqlite3.Row, *, explain: bool, colour: bool) -> Iterator[str]:
    """Yields a witness: when and by whom, what it is, its words, and where they stand in the raw file."""
    said = display_date(row["statement_date"])
    basis = f" ({row['date_basis']})" if row["date_basis"] else ""
    who = row["speaker"] or "an unnamed speaker"
    printed = display_date(row["publication_date"])
    head = shown(f"{said}{basis} · {who}, {_SAID_BY[row['voice']]} · printed {printed}")
    for line in wrapped(head, columns(), "", "  "):
        yield click.style(line, bold=True) if colour else line
    yield from wrapped(shown(f"“{row['text']}”"), columns())
    kind = row["relation"].replace("-", " ")
    if not row["counts"]:
        kind = f"{kind if row['relation'] in REPRINTS else 'the same work again'}, not counted"
    against = "denies it · " if row["stance"] == "denies" else ""
    by = f" by {row['reviewed_by']}" if row["reviewed_by"] else ""
    tail = (
        f"{against}{kind} · {row['tier']}{by}, score {row['score']:.2f} · {row['source']}, line "
        f"{row['line']}, characters {row['raw_start']}-{row['raw_end']} · {row['passage_id']}"
    )
    yield from (click.style(line, dim=True) if colour else line for line in wrapped(shown(tail), columns()))
    if explain:
        yield from _evidence(json.loads(row["evidence"]))
    yield ""


def _evidence(evidence: Facts) -> Iterator[str]:
    """Yields why a witness is thought to be one: what it is near to, and what each part adds to the score."""
    if not evidence:
        return
    lines = [f"nearest: “{evidence['nearest']}” (cosine {evidence['says_cosine']:.2f})"]
    if evidence["denies_cosine"] is not None:
        lines.append(f"nearest denial: cosine {evidence['denies_cosine']:.2f}")
    if evidence["shared"]:
        lines.append(f"terms in common: {', '.join(evidence['shared'])}")
    if evidence["masks"]:
        types = dict.fromkeys(mask["type"] for mask in evidence["masks"])
        lines.append(f"names compared as their types: {', '.join(types)}")
    parts = (f"{p['name'].replace('_', ' ')} {p['contribution']:+.2f}" for p in evidence["parts"])
    lines.append(f"log-odds: {', '.join(parts)}")
    for line in lines:
        yield from wrapped(shown(line), columns(), "      ", "        ")
