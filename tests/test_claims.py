"""Claims from end to end: coded, stored, decided, shown; and nothing of it lost or half done."""

import csv
import io
import json
import shutil
import subprocess
import sys

import pytest

from conftest import CORPUS
from policytext.cli.root import run
from policytext.errors import IndexUnavailable, NotFound
from policytext.export.claims import recurrence_rows, witness_layer
from policytext.pipeline.asserting import assertions
from policytext.pipeline.claims import CodingSettings, code_archive
from policytext.store.archive import Archive
from policytext.store.claims import claim_of, made_by, stored_claims, witness_rows
from policytext.store.judgements import JUDGEMENTS, asked_of_a_person, judgement_lines, read_judgements
from policytext.store.reader import raw_document

CODEBOOK = CORPUS / "codebook.toml"
SMALL = """
[[claim]]
id = "stability"
label = "Leave the organisations alone for a time"
says = ["What the service needs now is a period of stability.", "Stop reorganising and let people get on."]
denies = ["Only another reorganisation will put this right."]

[[claim]]
id = "pool_money"
label = "Put the money into one purse"
says = ["Pool the budgets of health and social care.", "The two services should share one budget."]
"""


@pytest.fixture
def asked(capfdbinary):
    """Runs the command line; returns what it writes to stdout and stderr."""

    def ask(*arguments, code=0):
        capfdbinary.readouterr()
        assert run(list(map(str, arguments))) == code
        told = capfdbinary.readouterr()
        return told.out.decode(), told.err.decode()

    return ask


@pytest.fixture
def small(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL, encoding="utf-8")
    return path


@pytest.fixture
def mine(coded_archive, tmp_path):
    """A copy of the coded archive, to be written to."""
    return shutil.copytree(coded_archive, tmp_path / "archive")


def rows_of(archive):
    with Archive.open(archive) as store:
        return list(witness_layer(store))


def test_what_is_coded_is_kept_with_what_made_it(coded_archive):
    with Archive.open(coded_archive) as store:
        made = made_by(store)
        claims = stored_claims(store)
        rows = list(witness_rows(store))
    assert made["origin"] == "codebook"
    assert made["codebook"] == "codebook.toml"
    assert len(made["codebook_sha256"]) == 64
    assert made["seed"] == 0
    assert len(claims) >= 20
    assert {row["claim"] for row in rows} <= {c.id for c in claims}
    assert all(json.loads(row["evidence"])["nearest"] for row in rows)
    assert {row["tier"] for row in rows} == {"confirmed", "suggested"}


def test_the_same_codebook_gives_the_same_bytes(mine, coded_archive):
    code_archive(mine, CODEBOOK, CodingSettings())
    with Archive.open(mine) as one, Archive.open(coded_archive) as other:
        assert list(witness_layer(one)) == list(witness_layer(other))
        assert list(recurrence_rows(one)) == list(recurrence_rows(other))
        assert made_by(one) == made_by(other)


def test_the_table_and_one_claim_can_be_read(mine, small, asked):
    out, err = asked("claims", "--archive", mine, "--codebook", small)
    assert "2 claims of small.toml in 17 papers" in out
    assert any(line.startswith("stability") for line in out.splitlines())
    assert "\x1b" not in out + err
    out, _ = asked(
        "claims", "--archive", mine, "--codebook", small, "--claim", "stability", "--explain", "--tier", "all"
    )
    again, _ = asked("claims", "--archive", mine, "--claim", "stability", "--explain", "--tier", "all")
    assert again == out
    assert out.startswith("stability: Leave the organisations alone")
    assert "Against chance: " in out
    assert "nearest: " in out
    assert ", characters " in out


def test_rows_for_programs(mine, asked):
    out, _ = asked("list", "claims", "--archive", mine, "--format", "jsonl")
    claims = [json.loads(line) for line in out.splitlines()]
    assert len(claims) >= 20
    assert {"claim", "works", "verdict", "p", "q", "longest_silence"} <= set(claims[0])
    out, _ = asked("export", "claims", "--archive", mine, "--format", "csv")
    assert next(csv.reader(io.StringIO(out.lstrip("\ufeff"))))[:5] == [
        "family",
        "label",
        "source",
        "start",
        "end",
    ]
    out, _ = asked("timeline", "stability", "--archive", mine, "--format", "jsonl")
    told = [json.loads(line) for line in out.splitlines()]
    assert {row["family_id"] for row in told} == {"stability"}
    assert len(told) == sum(row["family"] == "stability" for row in rows_of(mine))


def test_a_picture_of_a_claim_shows_what_counts(mine, asked, tmp_path):
    asked("timeline", "pool_money", "--archive", mine, "-o", tmp_path / "p.svg")
    svg = (tmp_path / "p.svg").read_text("utf-8")
    assert "only suggested" in svg
    made = json.loads((tmp_path / "p.svg.provenance.json").read_text("utf-8"))
    assert made["config"]["tier"] == "confirmed"
    assert made["config"]["claims"]["codebook"] == "codebook.toml"
    confirmed = [r for r in rows_of(mine) if r["family"] == "pool_money" and r["tier"] == "confirmed"]
    out, err = asked("timeline", "pool_money", "--archive", mine, "--format", "jsonl", "--tier", "confirmed")
    assert len(out.splitlines()) == len(confirmed)
    assert "only suggested" in err
    asked("timeline", "pool_money", "--archive", mine, "-k", "3", code=2)
    asked("timeline", "joint finance", "--archive", mine, "--tier", "all", code=2)


def test_a_timeline_of_a_claim_obeys_filters(mine, asked):
    out, _ = asked("timeline", "pool_money", "--archive", mine, "--format", "jsonl", "--to", "1970")
    early = [json.loads(line) for line in out.splitlines()]
    assert early
    assert all(row["statement_earliest"] <= "1970-12-31" for row in early)
    everything = sum(row["family"] == "pool_money" for row in rows_of(mine))
    assert len(early) < everything


def test_a_person_decides_and_it_is_kept_and_learnt_from(mine, small, tmp_path, asked):
    review = tmp_path / "review.csv"
    _, err = asked("claims", "--archive", mine, "--codebook", small, "--review", review)
    assert "places to decide" in err
    rows = list(csv.DictReader(io.StringIO(review.read_text("utf-8-sig"), newline="")))
    assert len(rows) >= 4
    for number, row in enumerate(rows):
        row["decision"], row["by"] = ("accept", "reject")[number % 2], "Ann"
    with review.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    asked("claims", "--archive", mine, "--codebook", small, "--decisions", review)
    assert len(read_judgements(mine / JUDGEMENTS).judgements) == len(rows)
    coded = {(r["family"], r["source"], r["start"], r["end"]): r for r in rows_of(mine)}
    for row in rows:
        place = (row["claim"], row["source"], int(row["start"]), int(row["end"]))
        if row["decision"] == "accept":
            assert coded[place]["tier"] == "confirmed"
            assert coded[place]["reviewed_by"] == "Ann"
        else:
            assert place not in coded
    with Archive.open(mine) as store:
        told = [c.facts["coding"]["trained_on"] for c in stored_claims(store)]
    assert all("accepted" in t and "Ann" in t for t in told), told
    asked("claims", "--archive", mine, "--codebook", small)  # they are in force without being given again
    assert {r["reviewed_by"] for r in rows_of(mine)} >= {"Ann"}


def test_decisions_that_cannot_be_used_are_told_and_the_others_count(mine, small, tmp_path, asked):
    decided = tmp_path / "d.csv"
    decided.write_text(
        "claim,source,start,end,text,decision\n"
        "stability,nowhere.txt,1,5,text,accept\n"
        "stability,1949-health-committee-briefing.txt,1,5,text,accept\n"
        "stability,1949-health-committee-briefing.txt,1,5,text,maybe\n"
        "gone,1949-health-committee-briefing.txt,1,5,text,accept\n",
        encoding="utf-8",
    )
    _, err = asked("claims", "--archive", mine, "--codebook", small, "--decisions", decided)
    assert "no such document" in err
    assert "another text stands there now" in err
    assert "accept, reject or empty" in err
    assert "claims not in this codebook: gone" in err


def test_of_a_large_archive_the_nearest_passages_are_read_and_every_judged_one(
    mine, small, tmp_path, monkeypatch
):
    """As if our papers were many: a person's decision holds wherever it lies."""
    monkeypatch.setattr("policytext.pipeline.shortlist.WHOLE", 50)
    monkeypatch.setattr("policytext.pipeline.shortlist._SAMPLE", 20)
    settings = CodingSettings(depth=10)
    [note] = code_archive(mine, small, settings)
    assert "nearest to the claims" in note
    near = rows_of(mine)
    assert near
    with Archive.open(mine) as store:
        read = made_by(store)["assertions"]
        far = next(
            unit
            for unit in assertions(store)
            if unit.document.startswith("1962") and unit.passage not in {row["passage"] for row in near}
        )
        span = raw_document(store, far.document).alignment.hull(far.start, far.end)
        raw = raw_document(store, far.document).raw[span.start : span.end]
        source = raw_document(store, far.document).name
    assert read < 300
    decided = tmp_path / "d.csv"
    row = asked_of_a_person("stability", source, (span.start, span.end, raw), "") | {"decision": "accept"}
    decided.write_bytes(b"".join(judgement_lines([row])))
    notes = code_archive(mine, small, settings, decided)
    assert len(notes) == 1, notes
    [found] = [r for r in rows_of(mine) if (r["source"], r["start"]) == (source, span.start)]
    assert (found["family"], found["tier"], found["stance"]) == ("stability", "confirmed", "supports")


def test_without_a_codebook_families_are_proposed_as_one(mine, tmp_path, asked):
    proposed = tmp_path / "families.toml"
    out, err = asked("claims", "--archive", mine, "--propose", proposed)
    with Archive.open(mine) as store:
        assert made_by(store)["origin"] == "discovered"
        families = len(stored_claims(store))
        rows = list(recurrence_rows(store))
    assert f"{families} families discovered" in out.replace(",", "")
    assert families > 3
    assert all(row["papers"] > 1 for row in rows)
    assert "replace the claims of codebook.toml" in err
    asked("claims", "--archive", mine, "--codebook", proposed)
    with Archive.open(mine) as store:
        assert len(stored_claims(store)) == families


def test_an_archive_without_claims_says_what_to_run(corpus_archive, asked):
    for command in (["export", "claims"], ["list", "claims"]):
        _, err = asked(*command, "--archive", corpus_archive, code=1)
        assert "no claims yet" in err
        assert "policytext claims" in err
    with Archive.open(corpus_archive) as store:
        assert claim_of(store, "stability") is None
        with pytest.raises(NotFound):
            stored_claims(store)


def test_claims_of_papers_that_changed_are_not_shown(mine, tmp_path, asked):
    new = tmp_path / "new.txt"
    new.write_text("A paper of 1999.\n\nThe services should share one budget, the Board said.\n", "utf-8")
    asked("ingest", new, "--archive", mine)
    with Archive.open(mine) as store, pytest.raises(IndexUnavailable, match="documents changed"):
        stored_claims(store)
    for command in (["list", "claims"], ["timeline", "stability"], ["claims", "--claim", "stability"]):
        _, err = asked(*command, "--archive", mine, code=1)
        assert "documents changed since" in err
        assert "policytext claims" in err
    asked("timeline", "stability", "--as", "query", "--archive", mine)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--codebook", "small", "--propose", "x.toml"], 2, "leave --codebook out"),
        (["--codebook", "small", "--families", "3"], 2, "leave --codebook out"),
        (["--decisions", "small"], 2, "needs a --codebook"),
        (["--explain"], 2, "needs --claim"),
        (["--claim", "nosuch"], 1, "no such claim"),
        (["--codebook", "small", "--review", "small"], 1, "is there already"),
        (["--codebook", "small", "--claim", "nosuch"], 1, "no such claim"),
        (["--codebook", "small", "--model", "none"], 1, "embedding model"),
    ],
)
def test_what_does_not_go_together_is_told(mine, small, asked, arguments, code, message):
    given = [small if a == "small" else a for a in arguments]
    _, err = asked("claims", "--archive", mine, *given, code=code)
    assert message in err


def test_a_bad_codebook_leaves_what_is_stored_alone(mine, tmp_path, asked):
    before = rows_of(mine)
    bad = tmp_path / "bad.toml"
    bad.write_text('[[claim]]\nid = "a"\n', encoding="utf-8")
    _, err = asked("claims", "--archive", mine, "--codebook", bad, code=1)
    assert err.startswith(str(bad)) or "claim a has no label" in err
    assert rows_of(mine) == before


def test_an_archive_that_is_not_there_is_not_made(tmp_path, small, asked):
    _, err = asked("claims", "--archive", tmp_path / "none", "--codebook", small, code=1)
    assert "no archive here" in err
    assert not (tmp_path / "none").exists()


def test_a_coding_that_breaks_off_keeps_the_one_before(mine, small):
    script = (
        "import sys; from pathlib import Path; import policytext.pipeline.claims as p\n"
        "def broken(*a, **k): raise KeyboardInterrupt\n"
        "p.witnesses_of = broken\n"
        "p.code_archive(Path(sys.argv[1]), Path(sys.argv[2]), p.CodingSettings())\n"
    )
    before = rows_of(mine)
    done = subprocess.run([sys.executable, "-c", script, mine, small], capture_output=True, check=False)
    assert done.returncode != 0
    assert b"KeyboardInterrupt" in done.stderr
    assert rows_of(mine) == before


@pytest.mark.papers
def test_the_claims_of_1956_and_1979_return(coded_papers_archive):
    rows = rows_of(coded_papers_archive)

    def witnesses(family, year, voice=None):
        return [
            r
            for r in rows
            if r["family"] == family
            and (r["statement_date"] or "").startswith(year)
            and (voice is None or r["voice"] == voice)
        ]

    [first] = [r for r in witnesses("stability", "1956") if r["tier"] == "confirmed"]
    assert first["relation"] == "quoted-at-second-hand"
    assert first["source"].startswith("000_")
    assert first["publication_date"].startswith("2016")
    assert first["counts_as_independent"]
    for year in ("2010", "2011", "2018"):
        assert any(r["counts_as_independent"] for r in witnesses("stability", year)), year
    assert any(r["relation"] == "quoted-at-second-hand" for r in witnesses("power_closer", "1979"))
    for year in ("2010", "2011", "2018"):
        assert any(r["counts_as_independent"] for r in witnesses("power_closer", year)), year


@pytest.mark.papers
def test_the_interview_that_is_printed_twice_counts_once(coded_papers_archive):
    rows = [r for r in rows_of(coded_papers_archive) if r["source"].startswith(("003_", "004_"))]
    works = {}
    for row in rows:
        works.setdefault((row["family"], row["work"]), []).append(row)
    shared = [w for w in works.values() if len({r["source"] for r in w}) > 1]
    assert shared
    for work in shared:
        assert sum(r["counts_as_independent"] for r in work) == 1
    reprinted = [r for r in rows if r["relation"] in ("reprint", "edited-reprint")]
    assert reprinted
