"""What a scanner took for what: counted by hand, and by another road on our own papers."""

import json
from collections import Counter
from pathlib import Path

import pytest

from conftest import CORPUS
from policytext.errors import BadRequest
from policytext.evaluation.noise.confusion_files import confusions_json, read_confusions, write_confusions
from policytext.evaluation.noise.confusions import Confusions, Segment, learned
from policytext.evaluation.reading.pairing import Pair, pairs
from policytext.ingest.discovery import discover
from policytext.ingest.readers import read
from tables_of_cases import cases, parametrised


@pytest.fixture(scope="module")
def ours() -> Confusions:
    """What our own papers tell."""
    return learned(pairs(CORPUS / "clean", CORPUS / "damaged")[0])


def pair_of(folder: Path, truth: str, damaged: str, suffix: str = ".txt") -> Pair:
    (folder / "truth.txt").write_text(truth, encoding="utf-8")
    scan = folder / f"scan{suffix}"
    scan.write_text(damaged, encoding="utf-8")
    return Pair(folder / "truth.txt", scan, scan.name)


@pytest.mark.parametrize("case", parametrised(cases("evaluation/confusions/learned.jsonl")))
def test_segments_found_by_hand(case, tmp_path):
    pair = pair_of(tmp_path, case["truth"], case["damaged"], case.get("suffix", ".txt"))
    found = learned([pair])
    assert {s.text: dict(s.read_as) for s in found.segments} == case["segments"]
    assert found.papers[0].errors == case["errors"]


def test_counts_have_denominators(tmp_path):
    truth = "The clerk read the letter. The letter was read aloud by the clerk."
    pair = pair_of(tmp_path, truth, truth.replace("letter was", "lettcr was"))
    (segment,) = learned([pair]).segments
    assert segment == Segment("e", truth.count("e"), truth.count("e") - 1, {"c": 1})
    assert segment.chance == 1 / (truth.count("e") + 1)


def test_a_split_and_a_put_in_letter_are_not_read_right(tmp_path):
    truth = "The clerk read the report to the members, and the report was adopted."
    damaged = truth.replace("report to", "re port to").replace("report was", "repoort was")
    segments = {s.text: s for s in learned([pair_of(tmp_path, truth, damaged)]).segments}
    assert (segments["ep"].stood, segments["ep"].right) == (2, 1)
    assert (segments["o"].stood, segments["o"].right) == (truth.count("o"), truth.count("o") - 1)


def test_severity_is_a_papers_rate_by_the_mean_and_a_paper_without_errors_has_none(tmp_path):
    truth = "The clerk read the letter. The letter was read aloud by the clerk."
    hurt = [truth, truth.replace("letter was", "lettcr was"), truth.replace("letter", "lcttcr")]
    folders = [tmp_path / str(number) for number in range(3)]
    for folder in folders:
        folder.mkdir()
    found = learned(pair_of(folder, truth, text) for folder, text in zip(folders, hurt, strict=True))
    rates = [paper.errors / paper.characters for paper in found.papers if paper.errors]
    mean = sum(rates) / 2
    assert found.severities == tuple(sorted(rate / mean for rate in rates))
    assert sum(found.severities) == pytest.approx(2)
    assert found.rate == pytest.approx(5 / (2 * found.papers[0].characters))


def test_papers_without_any_error_teach_nothing(tmp_path):
    with pytest.raises(BadRequest, match="nothing was misread"):
        learned([pair_of(tmp_path, "The clerk read it.", "The clerk read it.")])
    with pytest.raises(BadRequest, match="nothing was misread"):
        learned([])


# Another road: offsets/ says character by character what became of our papers.

MISREAD = {"char_confusion", "date_confusion", "name_confusion", "split_word", "joined_words"}


def misread_by_offsets() -> Counter[tuple[str, str]]:
    """What was misread as what, by the record of how the papers were spoiled."""
    found: Counter[tuple[str, str]] = Counter()
    for path in sorted((CORPUS / "offsets").iterdir()):
        (damaged,) = (CORPUS / "damaged").glob(f"{path.stem}.*")
        truth = (CORPUS / "clean" / f"{path.stem}.txt").read_text(encoding="utf-8")
        texts = {(i.name.partition("#")[2] or None): read(i).text for i in discover([damaged])}
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            if row["kind"] in MISREAD:
                text = texts[row.get("record")]
                found[truth[slice(*row["clean"])], text[slice(*row["damaged"])]] += 1
    return found


def test_our_papers_were_spoiled_as_it_is_learned(ours):
    by_offsets = misread_by_offsets()
    by_aligning = Counter({(s.text, read): n for s in ours.segments for read, n in s.read_as.items()})
    for (text, instead), times in by_offsets.items():
        if times >= 4 and text.strip() and len(text) == 1:
            assert abs(by_aligning[text, instead] - times) <= 0.15 * times + 1, (text, instead)
    assert by_aligning[" ", ""] == sum(n for (t, _), n in by_offsets.items() if t == " ")
    splits = sum(n for (t, r), n in by_aligning.items() if len(r) > len(t) and " " in r)
    assert splits == sum(n for (t, r), n in by_offsets.items() if len(r) > len(t) and r[-1:].isspace())
    assert abs(by_aligning.total() - by_offsets.total()) <= 0.1 * by_offsets.total()


def test_our_papers_are_learned_with_provenance(ours):
    assert [p.name for p in ours.papers] == sorted(p.name for p in (CORPUS / "damaged").iterdir())
    assert {p.name for p in ours.papers if not p.errors} == {
        "2011-interview-calloway.html",
        "2018-seventy-years-web-page.html",
    }
    assert len(ours.severities) == 10
    assert all(len(s.text) <= 3 and max(map(len, s.read_as)) <= 4 for s in ours.segments)


# The file


def test_the_file_says_the_same_again(ours, tmp_path):
    write_confusions(ours, tmp_path / "confusions.json")
    again = read_confusions(tmp_path / "confusions.json")
    assert again == ours
    assert confusions_json(again) == (tmp_path / "confusions.json").read_bytes()


@pytest.mark.parametrize("case", parametrised(cases("evaluation/confusions/broken.jsonl")))
def test_a_broken_file_is_refused_in_one_line(case, tmp_path):
    path = tmp_path / "confusions.json"
    path.write_text(case["file"], encoding="utf-8")
    with pytest.raises(BadRequest) as caught:
        read_confusions(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BadRequest, match="cannot read"):
        read_confusions(tmp_path)
