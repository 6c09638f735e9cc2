"""`looks_swapped`: truth and damage in the wrong order are noticed, where that can be told at all."""

import pytest

from conftest import CORPUS
from policytext.evaluation.reading.pairing import pairs
from policytext.evaluation.reading.swapping import looks_swapped

CLEAN, DAMAGED = CORPUS / "clean", CORPUS / "damaged"


def test_our_papers_in_the_right_order_do_not_look_swapped():
    assert looks_swapped(pairs(CLEAN, DAMAGED)[0]) is None


def test_our_papers_in_the_wrong_order_do():
    line = looks_swapped(pairs(DAMAGED, CLEAN)[0])
    assert line is not None
    assert line.startswith("truth and damage look swapped: in 9 of 12 pairs the truth holds more words")
    assert "\n" not in line


def test_two_files_are_a_pair_too():
    true, hurt = (folder / "1974-reorganisation-memorandum.txt" for folder in (CLEAN, DAMAGED))
    assert looks_swapped(pairs(true, hurt)[0]) is None
    assert "in 1 of 1 pairs" in looks_swapped(pairs(hurt, true)[0])


SOUND = "the committee met again in the spring and found that little had changed since the last report"
HURT = "tlie comrnittee rnet agaiii in tbe spriiig aud fouud tliat littlc liad chauged siuce tbe last rcport"


@pytest.mark.parametrize(
    ("truth", "damaged", "swapped"),
    [
        (SOUND, HURT, False),
        (HURT, SOUND, True),
        ("tlie comrnittee", "the committee", False),  # too short to tell
        ("", SOUND, False),  # a blank page
        (SOUND, "", False),
        (SOUND, SOUND, False),
        (HURT, HURT, False),
        ("1958 1959 " * 40, "l958 I959 " * 40, False),  # figures are no words
    ],
)
def test_short_files(tmp_path, truth, damaged, swapped):
    for folder, text in (("truth", truth), ("damaged", damaged)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "page.txt").write_text(text, encoding="utf-8")
    found, _ = pairs(tmp_path / "truth", tmp_path / "damaged")
    assert (looks_swapped(found) is not None) is swapped


@pytest.mark.parametrize(("odd", "swapped"), [(1, False), (2, False), (3, True), (4, True)])
def test_most_pairs_decide(tmp_path, odd, swapped):
    for number in range(4):
        sides = (HURT, SOUND) if number < odd else (SOUND, HURT)
        for folder, text in zip(("truth", "damaged"), sides, strict=True):
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / f"{number}.txt").write_text(text, encoding="utf-8")
    assert (looks_swapped(pairs(tmp_path / "truth", tmp_path / "damaged")[0]) is not None) is swapped


def test_a_file_that_cannot_be_read_is_left_to_others(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"\x00\x01\x02" * 50)
    (tmp_path / "b.txt").write_text(HURT, encoding="utf-8")
    assert looks_swapped(pairs(tmp_path / "a.txt", tmp_path / "b.txt")[0]) is None


def test_no_pairs():
    assert looks_swapped([]) is None
