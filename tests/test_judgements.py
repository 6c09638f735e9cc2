"""Judgements: a person's accept or reject of a place, kept in a table and merged without losing any."""

import pytest

from policytext.errors import BadRequest
from policytext.store.judgements import (
    COLUMNS,
    PlaceJudged,
    asked_of_a_person,
    judgement_lines,
    merge_judgements,
    read_judgements,
)

HEADER = ",".join(COLUMNS)


@pytest.fixture
def written(tmp_path):
    """Writes a table and returns its path."""

    def write(*rows, name="judgements.csv", header=HEADER):
        path = tmp_path / name
        path.write_text("\r\n".join([header, *rows]), encoding="utf-8")
        return path

    return write


def test_a_row_says_what_a_person_decided(written):
    file = read_judgements(
        written(
            "silos,a.txt,10,14,text,accept,Ann,sure",
            "silos,a.txt,20,24,text, REJECT ,,",
            "silos,a.txt,30,34,text,,,not yet",
            "silos,a.txt,40,43,'=1+,accept,,",
        )
    )
    assert not file.faults
    assert file.judgements == (
        PlaceJudged("silos", "a.txt", 10, 14, "text", "accept", "Ann"),
        PlaceJudged("silos", "a.txt", 20, 24, "text", "reject"),
        PlaceJudged("silos", "a.txt", 40, 43, "=1+", "accept"),
    )


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("silos,a.txt,10,14,text,maybe,,", "accept, reject or empty"),
        (",a.txt,10,14,text,accept,,", "names no claim"),
        ("silos,,10,14,text,accept,,", "names no source"),
        ("silos,a.txt,ten,14,text,accept,,", "start is no offset"),
        ("silos,a.txt,10,15,text,accept,,", "text has 4 characters"),
        ("silos,a.txt,15,10,text,accept,,", "end stands before start"),
        ("silos,a.txt,10,10,,accept,,", "text and span differ"),
    ],
)
def test_a_bad_row_is_told_and_the_others_count(written, row, fault):
    file = read_judgements(written(row, "silos,a.txt,20,24,text,accept,,"))
    assert len(file.faults) == 1
    assert fault in file.faults[0]
    assert "line 2" in file.faults[0]
    assert len(file.judgements) == 1


def test_of_two_on_one_place_the_later_counts(written):
    file = read_judgements(written("silos,a.txt,1,5,text,accept,,", "silos,./a.txt,1,5,text,reject,Bo,"))
    assert [(j.verdict, j.by) for j in file.judgements] == [("reject", "Bo")]


def test_a_table_without_its_columns_is_refused(written):
    with pytest.raises(BadRequest, match="no column named claim"):
        read_judgements(written(header="source,start,end,text,decision"))


def test_merging_keeps_what_is_there_and_lets_the_new_overrule(written, tmp_path):
    kept = written(
        "silos,a.txt,1,5,text,accept,Ann,old",
        "silos,a.txt,7,11,text,,,undecided",
        "money,a.txt,1,5,text,reject,Ann,another claim",
    )
    given = read_judgements(
        written("silos,a.txt,1,5,text,reject,Bo,", "silos,b.txt,1,5,text,accept,Bo,", name="new.csv")
    )
    assert merge_judgements(kept, given) == 2
    file = read_judgements(kept)
    assert [(j.claim, j.source, j.verdict) for j in file.judgements] == [
        ("money", "a.txt", "reject"),
        ("silos", "a.txt", "reject"),
        ("silos", "b.txt", "accept"),
    ]
    assert any(row.cells["note"] == "undecided" for row in file.rows)
    before = kept.read_bytes()
    assert merge_judgements(kept, given) == 0
    assert kept.read_bytes() == before
    assert merge_judgements(tmp_path / "fresh.csv", given) == 2


def test_what_is_asked_can_be_answered(tmp_path):
    text = "=SUM(A1)\nover two lines"
    row = asked_of_a_person("silos", "=odd.txt", (3, 3 + len(text), text), "0.40")
    path = tmp_path / "review.csv"
    path.write_bytes(b"".join(judgement_lines([row | {"decision": "accept", "by": "Ann"}])))
    assert read_judgements(path).judgements == (
        PlaceJudged("silos", "=odd.txt", 3, 3 + len(text), text, "accept", "Ann"),
    )
