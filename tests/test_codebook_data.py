"""The codebook of corpus/, and the sentences and marked papers of eval/claims: whole and consistent."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policytext.analysis.codebook import Codebook, read_codebook

ROOT = Path(__file__).parents[1]
CLAIMS = ROOT / "eval" / "claims"
FOLDERS = ("corpus/clean", "eval/marked/seen/papers")
BANKS = {"bank.jsonl": "corpus/codebook.toml", "other-bank.jsonl": "eval/claims/other.toml"}
# What other people's gold may be measured under: these ids, with these meanings.
SHARED = {
    "stability",
    "means_not_end",
    "power_closer",
    "cooperation_lacking",
    "tried_again",
    "silos",
    "pool_money",
    "prevention",
    "vague_definition",
    "no_silver_bullet",
}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CLAIMS / name).read_text(encoding="utf-8").splitlines()]


def codebook(path: str) -> Codebook:
    return read_codebook((ROOT / path).read_bytes(), path)


@cache
def paper(folder: str, source: str) -> str:
    return (ROOT / folder / source).read_bytes().decode("utf-8")


def folded(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def test_corpus_codebook_spans_the_policy() -> None:
    claims = codebook("corpus/codebook.toml").claims
    assert len(claims) >= 24
    assert {claim.id for claim in claims} >= SHARED
    for claim in claims:
        assert 6 <= len(claim.says) <= 10, claim.id
        assert 1 <= len(claim.denies) <= 4, claim.id


def test_other_codebook_is_about_other_claims() -> None:
    claims = codebook("eval/claims/other.toml").claims
    assert len(claims) == 10
    assert all(4 <= len(claim.says) <= 6 for claim in claims)
    assert not {c.id for c in claims} & {c.id for c in codebook("corpus/codebook.toml").claims}


@pytest.mark.parametrize("path", BANKS.values())
def test_no_sentence_serves_two_claims(path: str) -> None:
    said = Counter(folded(text) for claim in codebook(path).claims for text in (*claim.says, *claim.denies))
    assert [text for text, times in said.items() if times > 1] == []


@pytest.mark.parametrize(("name", "path"), BANKS.items())
def test_bank_has_enough_of_every_kind_for_every_claim(name: str, path: str) -> None:
    ids = [claim.id for claim in codebook(path).claims]
    counts = Counter((row["claim"], row["stance"]) for row in rows(name))
    assert {claim for claim, _ in counts if claim is not None} == set(ids)
    for claim in ids:
        assert counts[claim, "supports"] >= 14, claim
        assert counts[claim, "denies"] >= 4, claim
        assert counts[claim, "none"] >= 8, claim
    assert counts[None, "supports"] == counts[None, "denies"] == 0


@pytest.mark.parametrize(("name", "path"), BANKS.items())
def test_bank_rows_are_well_formed_and_differ_from_the_codebook(name: str, path: str) -> None:
    book = codebook(path)
    ids = {claim.id for claim in book.claims}
    known = {folded(text) for claim in book.claims for text in (*claim.says, *claim.denies)}
    seen: set[str] = set()
    for row in rows(name):
        assert row["stance"] in {"supports", "denies", "none"}, row
        assert set(row) <= {"claim", "stance", "text", "also"}, row
        also = row.get("also", [])
        assert set(also) <= ids - {row["claim"]}, row
        assert folded(row["text"]) not in seen | known, row
        seen.add(folded(row["text"]))


def test_bank_has_sentences_without_any_claim() -> None:
    assert sum(row["claim"] is None for row in rows("bank.jsonl")) >= 150


@pytest.mark.parametrize("name", ["marked.jsonl", "not.jsonl"])
def test_spans_are_where_they_say(name: str) -> None:
    ids = {claim.id for claim in codebook("corpus/codebook.toml").claims}
    for row in rows(name):
        assert row["folder"] in FOLDERS, row
        assert row["claim"] in ids, row
        assert row["text"] == paper(row["folder"], row["source"])[row["start"] : row["end"]], row
        assert row["text"] == row["text"].strip() != "", row


def test_marks_are_judged_and_no_place_is_marked_twice_for_a_claim() -> None:
    marks = rows("marked.jsonl")
    assert {row["stance"] for row in marks} == {"supports", "denies"}
    assert {row["strength"] for row in marks} == {1, 2, 3}
    places = Counter((row["claim"], row["source"], row["start"]) for row in marks)
    assert [place for place, times in places.items() if times > 1] == []


def test_every_paper_is_marked() -> None:
    papers = {(folder, path.name) for folder in FOLDERS for path in (ROOT / folder).glob("*.txt")}
    assert papers == {(row["folder"], row["source"]) for row in rows("marked.jsonl")}


def test_near_misses_lie_outside_the_marks_and_serve_every_claim() -> None:
    marks: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for row in rows("marked.jsonl"):
        marks.setdefault((row["claim"], row["source"]), []).append((row["start"], row["end"]))
    misses = rows("not.jsonl")
    for row in misses:
        for start, end in marks.get((row["claim"], row["source"]), []):
            assert end <= row["start"] or row["end"] <= start, row
    counts = Counter(row["claim"] for row in misses)
    assert all(counts[claim.id] >= 4 for claim in codebook("corpus/codebook.toml").claims), counts
