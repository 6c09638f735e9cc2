"""One canonical speaker: which names are joined, which are only suggested, and what a user sees of it."""

import json
import random
from pathlib import Path

import pytest

from policytext.analysis.people.bodies import abbreviations
from policytext.analysis.people.joining import Naming, join_speakers, slug
from policytext.cli.root import run
from policytext.config import Settings
from policytext.export.layers import layer_rows
from policytext.pipeline.ingesting import ingest
from policytext.ranking import Filters
from policytext.store.archive import Archive
from policytext.store.reader import passages, speakers
from policytext.store.selection import allowed_numbers
from tables_of_cases import cases, parametrised

CASES = cases("analysis/people.jsonl")


def naming(row) -> Naming:
    sets = {name: frozenset(row.get(name, ())) for name in ("roles", "parties", "peerages")}
    plain = {name: row.get(name) for name in ("document", "alias", "type", "statements", "first", "last")}
    return Naming(**plain, **sets)


def joined(case, order=None):
    namings = [naming(row) for row in case["namings"]]
    random.Random(order).shuffle(namings)
    people, links = join_speakers(namings, lambda document: case["definitions"].get(document, {}))
    names = {p.id: p.name for p in people}
    return people, links, names


@pytest.mark.parametrize("case", parametrised(CASES))
def test_who_is_one(case):
    people, links, names = joined(case)
    found = {
        p.id: sorted(f"{x.document}:{x.alias}" for x in links if x.joined and x.person == p.id)
        for p in people
    }
    expected = [(name.strip(), sorted(members)) for name, members in case["people"].items()]
    assert sorted((names[i], members) for i, members in found.items()) == sorted(expected)
    maybe = sorted([f"{x.document}:{x.alias}", names[x.person]] for x in links if not x.joined)
    assert maybe == sorted(case["maybe"])
    rules = {f"{x.document}:{x.alias}": x.rule for x in links if x.joined}
    assert {place: rules[place] for place in case.get("rules", {})} == case.get("rules", {})
    assert all(0 < x.confidence <= 1 and x.rule for x in links)


@pytest.mark.parametrize("case", parametrised(CASES))
@pytest.mark.parametrize("order", range(3))
def test_the_order_of_papers_changes_nothing(case, order):
    assert joined(case, order)[:2] == joined(case)[:2]


def test_everybody_of_all_cases_at_once():
    """Cases that share no surname stay as they are in company; every naming is joined once."""
    namings = [
        naming(row | {"document": f"{n}{row['document']}"})
        for n, c in enumerate(CASES)
        for row in c["namings"]
    ]
    people, links = join_speakers(namings, lambda _: {})
    assert len({p.id for p in people}) == len(people)
    once = [(x.document, x.alias, x.type) for x in links if x.joined]
    assert len(once) == len(set(once)) == len({(n.document, n.alias, n.type) for n in namings})
    assert len({(x.document, x.alias, x.type, x.person) for x in links}) == len(links)


def test_ids_are_the_names():
    assert slug("Siân O’Hara-Pym") == "sian-ohara-pym"
    assert slug("—") == "unnamed"
    case = next(c for c in CASES if c["text"].startswith("seventy"))
    assert [p.id for p in joined(case)[0]] == ["olive-strudwick--a", "olive-strudwick--b"]


ABBREVIATIONS = [
    ("The National Audit Office (NAO) reports yearly.", {"NAO": "National Audit Office"}),
    (
        "the Department of Health and Social Security (DHSS)",
        {"DHSS": "Department of Health and Social Security"},
    ),
    ("The Health Education Board (“the HEB”) met.", {"HEB": "Health Education Board"}),
    ("Marl Valley Primary Care Trust (the PCT)", {"PCT": "Primary Care Trust"}),
    ("The National Audit Office (HMSO) reports.", {}),
    ("reports (NAO) are few", {}),
    ("Local Government Board (LGB) and Lesser Garden Body (LGB)", {}),
    ("Local Government Board (LGB) and the Local Government Board (LGB)", {"LGB": "Local Government Board"}),
    ("Association of Municipal\nCorporations (AMC)", {"AMC": "Association of Municipal Corporations"}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "found"), ABBREVIATIONS)
def test_abbreviations_that_a_text_defines(text, found):
    assert abbreviations(text) == found


@pytest.mark.parametrize(
    "text", ["(NAO)" * 100_000, "A " * 500_000, "The of " * 200_000 + "(AB)", "(" * 500_000]
)
def test_long_texts_define_nothing(text):
    assert abbreviations(text) == {}


def crowd(size: int) -> list[Naming]:
    chance = random.Random(size)
    given, roles = ("Ann", "Bea", "Cai", "Dot", "Eve"), ("clerk of works", "almoner", "dental officer")
    surnames = [
        f"{a}{b}{c}" for a in ("Ash", "Bel", "Cor") for b in ("wor", "bro", "din") for c in ("th", "ke", "gs")
    ]
    made = {}
    for document in range(size):
        surname = f"{chance.choice(surnames)}{'abcdefghij'[document % 10]}"
        name = chance.choice([f"{chance.choice(given)} {surname}", f"Mr {surname}", surname, f"A. {surname}"])
        made[document, name] = Naming(
            f"d{document:06d}", name, "person", 1, roles=frozenset([chance.choice(roles)])
        )
    return list(made.values())


def test_the_work_grows_with_the_archive():
    """Four times as many namings of as many surnames: nothing is compared with everything."""
    import cProfile
    import pstats

    def calls(size):
        profile = cProfile.Profile()
        profile.runcall(join_speakers, crowd(size), lambda _: {})
        return pstats.Stats(profile).total_calls

    calls(100)  # tables are read once
    assert calls(8_000) < 6 * calls(2_000)


PAPERS = {
    "debate-1956": (
        "# Notes of a debate\n\nOn 9 March 1956 Robin Turton, the Minister of Health, said: “We have two "
        "services and one patient between them.”\n\nMr Turton said: “Neither knows where the other ends.”\n"
    ),
    "memoir-1979": (
        "# A memoir\n\nIn May 1956 R. H. Turton, the Minister of Health, wrote: “It will take a generation "
        "to mend this.”\n\nOlive Strudwick said: “We mended it in a year.”\n"
    ),
    "lecture-1988": (
        "# A lecture\n\nIn 1956 Baron Tranmire said: “Nobody asked the patient.”\n\nAnn Turton said: “I was "
        "never asked either.”\n"
    ),
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("people")
    (folder / "papers").mkdir()
    for name, text in PAPERS.items():
        (folder / "papers" / f"{name}.md").write_text(text, encoding="utf-8")
    ingest([folder / "papers"], folder / "archive", settings=Settings(model="none"))
    return folder / "archive"


def test_an_archive_knows_one_speaker_by_all_his_names(archive):
    with Archive.open(archive) as store:
        by_name = {s.name: s for s in speakers(store)}
    turton = by_name["Robin Turton"]
    assert {"R. H. Turton", "Baron Tranmire"} <= set(turton.aliases)
    assert (turton.statements, turton.documents, turton.type) == (4, 3, "person")
    assert (turton.first[:4], turton.last[:4]) == ("1956", "1956")
    assert {"Ann Turton", "Olive Strudwick"} <= set(by_name)


@pytest.mark.parametrize(
    "asked", ["Robin Turton", "robin turton", "Tranmire", "Baron Tranmire", "R. H. Turton"]
)
def test_any_name_of_a_speaker_finds_all_he_says(archive, asked):
    with Archive.open(archive) as store:
        found = passages(store, allowed_numbers(store, Filters(speaker=asked)))
        words = " ".join(p.text for p in found)
    for part in ("one patient", "a generation", "asked the patient"):
        assert part in words
    assert "I was never asked" not in words


def test_a_search_answers_with_the_statement_of_the_name_asked_for(archive, capfd):
    assert (
        run(
            [
                "search",
                "patient asked",
                "--speaker",
                "Robin Turton",
                "--archive",
                str(archive),
                "--format",
                "jsonl",
            ]
        )
        == 0
    )
    rows = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert "Baron Tranmire" in {r["speaker"] for r in rows}


def test_statements_keep_the_name_as_printed_and_have_the_canonical_beside(archive):
    with Archive.open(archive) as store:
        rows = [r for r in layer_rows(store, "statements") if r["canonical"] == "Robin Turton"]
    assert {r["speaker"] for r in rows} >= {"Robin Turton", "R. H. Turton", "Baron Tranmire"}
    assert {r["speaker_id"] for r in rows} == {"robin-turton"}


def test_list_of_speakers_in_three_forms(archive, capfdbinary):
    assert run(["list", "speakers", "--archive", str(archive)]) == 0
    text = capfdbinary.readouterr().out.decode()
    assert "Baron Tranmire" in next(line for line in text.splitlines() if line.startswith("Robin Turton"))
    assert run(["list", "speakers", "--format", "jsonl", "--archive", str(archive)]) == 0
    rows = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert rows[0]["speaker"] == "Robin Turton"
    assert "Baron Tranmire" in rows[0]["also"]
    assert run(["list", "speakers", "--format", "csv", "--archive", str(archive)]) == 0
    lines = capfdbinary.readouterr().out.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("speaker,also,type,roles,parties,statements,documents,first_said,last_said")
    assert len(lines) == len(rows) + 1


def test_people_are_made_anew_when_papers_change(archive, tmp_path):
    papers = tmp_path / "papers"
    papers.mkdir()
    for name in ("debate-1956", "lecture-1988"):
        (papers / f"{name}.md").write_text(PAPERS[name], encoding="utf-8")
    ingest([papers], tmp_path / "archive", settings=Settings(model="none"))
    (papers / "memoir-1979.md").write_text(PAPERS["memoir-1979"], encoding="utf-8")
    ingest([papers], tmp_path / "archive", settings=Settings(model="none"))
    with Archive.open(tmp_path / "archive") as grown, Archive.open(archive) as once:
        assert speakers(grown) == speakers(once)
    (papers / "lecture-1988.md").unlink()
    ingest([papers], tmp_path / "archive", settings=Settings(model="none"), prune=True)
    with Archive.open(tmp_path / "archive") as shrunk:
        assert not any("Tranmire" in a for s in speakers(shrunk) for a in (s.name, *s.aliases))
        assert shrunk.damage() == []


def test_speakers_of_an_unfinished_archive_are_not_listed(archive, tmp_path, capfd):
    import shutil

    shutil.copytree(archive, tmp_path / "copy")
    with Archive.create(tmp_path / "copy") as store:
        store.set_meta("people", "0")
    assert run(["list", "speakers", "--archive", str(tmp_path / "copy")]) == 1
    assert "policytext ingest" in capfd.readouterr().err
