"""Decisions: a table that a spreadsheet may have had in hands, merged without losing a person's work."""

import csv
import io
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.document import Decision
from policytext.errors import BadRequest
from policytext.store.decision_tables import csv_lines, guarded, unguarded
from policytext.store.decisions import (
    COLUMNS,
    Decisions,
    DecisionsFile,
    in_force,
    merge,
    proposal,
    read_decisions,
)

HEADER = ",".join(COLUMNS)


@pytest.fixture
def written(tmp_path):
    """Writes a table and reads it."""

    def read(*rows, header=HEADER, encoding="utf-8", name="decisions.csv"):
        (tmp_path / name).write_bytes("\r\n".join([header, *rows]).encode(encoding))
        return read_decisions(tmp_path / name)

    return read


def accepted(start, text, replacement, source="a.txt", verdict="accept"):
    return Decision(source, start, start + len(text), text, replacement, verdict)


READ = [
    ("a.txt,10,15,wou1d,would,accept,Ann,", Decision("a.txt", 10, 15, "wou1d", "would", "accept", "Ann")),
    ("a.txt, 10 ,15,wou1d,would, Accept ,,", Decision("a.txt", 10, 15, "wou1d", "would", "accept")),
    ("a.txt,10,15,'wou1d,would,accept,,", Decision("a.txt", 10, 15, "wou1d", "would", "accept")),
    ("a.txt,10,15,wou1d,,reject,,", Decision("a.txt", 10, 15, "wou1d", None, "reject")),
    ("a.txt,10,15,wou1d,would,REJECT,,", Decision("a.txt", 10, 15, "wou1d", "would", "reject")),
    ("a.txt,10,12,'=1,'=7,accept,,", Decision("a.txt", 10, 12, "=1", "=7", "accept")),
    ("a.txt,10,11,.,',accept,,", Decision("a.txt", 10, 11, ".", "", "accept")),
    ("a.txt,10,14,'tis,it is,accept,,", Decision("a.txt", 10, 14, "'tis", "it is", "accept")),
    ('a.txt,10,13,"a\nb",ab,accept,,', Decision("a.txt", 10, 13, "a\nb", "ab", "accept")),
    ('a.txt,10,14,"a\nb",ab,accept,,', Decision("a.txt", 10, 14, "a\r\nb", "ab", "accept")),
    ("a.txt,10,10,',x,accept,,", Decision("a.txt", 10, 10, "", "x", "accept")),
    ("a.txt,10,15,wou1d,would,,,", None),
    ("a.txt,later,15,wou1d,would,,,", None),
]


@pytest.mark.parametrize(("row", "decision"), READ, ids=[str(n) for n in range(len(READ))])
def test_a_row_is_read(written, row, decision):
    file = written(row)
    assert file.decisions == ((decision,) if decision else ())
    assert file.faults == ()


BAD = [
    ("a.txt,ten,15,wou1d,would,accept,,", "start is no offset: 'ten'"),
    ("a.txt,-1,15,wou1d,would,accept,,", "start is no offset"),
    ("a.txt,10,1e1,wou1d,would,accept,,", "end is no offset"),
    ("a.txt,15,10,wou1d,would,accept,,", "end stands before start"),
    ("a.txt,10,16,wou1d,would,accept,,", "text has 5 characters, but start and end hold 6"),
    ("a.txt,10,15,wou1d,,accept,,", "to accept needs a replacement"),
    ("a.txt,10,15,would,would,accept,,", "are the same"),
    ("a.txt,10,15,wou1d,would,yes,,", "accept, reject or empty, not 'yes'"),
    (",10,15,wou1d,would,accept,,", "names no source"),
    ("a.txt", None),
]


@pytest.mark.parametrize(("row", "fault"), BAD)
def test_a_bad_row_is_one_line_and_the_others_count(written, row, fault):
    file = written('b.txt,1,2,"a\nb",,,,', row, "a.txt,20,25,cou1d,could,accept,,")
    assert [d.start for d in file.decisions] == [20]
    if fault is None:
        assert file.faults == ()
    else:
        (line,) = file.faults
        assert line.startswith("decisions.csv, line 4: ")
        assert fault in line


@pytest.mark.parametrize(
    ("header", "encoding", "row"),
    [
        (HEADER, "utf-8-sig", "é.txt,0,1,ê,é,accept,Zoë,"),
        (HEADER.replace(",", ";"), "utf-8", "é.txt;0;1;ê;é;accept;Zoë;"),
        (HEADER.replace(",", "\t"), "utf-8", "é.txt\t0\t1\tê\té\taccept\tZoë\t"),
        (HEADER.replace(",", "\t"), "utf-16", "é.txt\t0\t1\tê\té\taccept\tZoë\t"),
        ("Decision,Source,Start,End,Text,Replacement,mine,by", "utf-8", "accept,é.txt,0,1,ê,é,x,Zoë"),
    ],
)
def test_tables_as_spreadsheets_save_them(written, header, encoding, row):
    (decision,) = written(row, header=header, encoding=encoding).decisions
    assert decision == Decision("é.txt", 0, 1, "ê", "é", "accept", "Zoë")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty"),
        (b"source,start,end,text,decision\n", "has no column named replacement"),
        (f"{HEADER}\né,0,1,x,y,accept,,".encode("latin-1"), "is not UTF-8"),
        (f'{HEADER}\n"a.txt,0,1,x'.encode(), "is no CSV"),
        (b"\xff\xfes\0o\0\x00\xd8", "is not UTF-8"),
        (b"\xff\xfes\0o\0", "has no column named source"),
    ],
)
def test_what_is_no_table_of_decisions(tmp_path, content, complaint):
    (tmp_path / "decisions.csv").write_bytes(content)
    with pytest.raises(BadRequest, match=complaint):
        read_decisions(tmp_path / "decisions.csv")
    with pytest.raises(BadRequest, match="cannot be read"):
        read_decisions(tmp_path / "nowhere.csv")


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20
) | st.sampled_from(
    [
        "",
        "'",
        "''",
        "'90s",
        "=1+1",
        "-",
        "+x",
        "@x",
        "1/2",
        "007",
        "TRUE",
        "true ",
        "May 1958",
        "'tis",
        "\t",
        "x\ny",
    ]
)


@given(TEXTS)
def test_every_text_survives_its_cell(text):
    assert unguarded(guarded(text)) == text


@given(TEXTS)
def test_no_cell_is_a_formula_a_number_or_a_date(text):
    cell = guarded(text)
    assert cell
    assert cell[0].isalpha() or cell[0] == "'"
    assert cell[0] == "'" or not any(c.isnumeric() for c in cell)
    assert cell.strip().lower() not in ("true", "false")


@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_proposals_come_back_through_a_spreadsheet(pairs):
    """What a spreadsheet does: read all cells, fill in one column, write them all in its own way."""
    rows = [
        list(proposal("=s.txt", (40 * n, 40 * n + len(text), text), new, "a note").values())
        for n, (text, new) in enumerate(pairs)
        if text != new
    ]
    data = b"".join(csv_lines(COLUMNS, rows))
    table = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerows([table[0], *([*row[:5], "accept", "Ann", ""] for row in table[1:])])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "back.csv"
        path.write_bytes(out.getvalue().encode())
        file = read_decisions(path)
    expected = [
        Decision("=s.txt", 40 * n, 40 * n + len(text), text, new, "accept", "Ann")
        for n, (text, new) in enumerate(pairs)
        if text != new
    ]
    assert list(file.decisions) == expected
    assert file.faults == ()


A, B, C = "would", "wound", "world"
FORCE = [
    ([("accept", A), ("accept", B)], [("accept", B)]),
    ([("accept", A), ("reject", A)], [("reject", A)]),
    ([("reject", A), ("accept", A)], [("accept", A)]),
    ([("reject", A), ("reject", B)], [("reject", A), ("reject", B)]),
    ([("reject", A), ("accept", B)], [("reject", A), ("accept", B)]),
    ([("accept", A), ("reject", None)], [("reject", None)]),
    ([("reject", None), ("accept", A)], [("accept", A)]),
    ([("accept", A), ("reject", B), ("accept", C)], [("reject", B), ("accept", C)]),
    ([("accept", A), ("accept", A)], [("accept", A)]),
]


@pytest.mark.parametrize(("given", "left"), FORCE)
def test_later_decisions_win(given, left):
    made = [accepted(3, "wou1d", new, verdict=verdict) for verdict, new in given]
    elsewhere = accepted(30, "wou1d", A)
    found = in_force([elsewhere, *made])
    assert found[0] == elsewhere
    assert [(d.verdict, d.replacement) for d in found[1:]] == left


def test_sources_are_named_by_file_or_by_folder_and_file():
    told = Decisions(
        [accepted(9, "x", "y"), accepted(1, "x", "y", "b/a.txt"), accepted(5, "x", "y", "b.txt")]
    )
    assert [d.start for d in told.of("a.txt", "b/a.txt")] == [1, 9]
    assert [d.start for d in told.of("a.txt", "c/a.txt")] == [9]
    assert {d.source for d in told.of("a.txt", "b/a.txt")} == {"a.txt"}
    assert told.strangers(["a.txt", "b.txt"]) == ("b/a.txt",)
    assert told.of("c.txt") == ()


def rows_of(path):
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_merging_keeps_what_a_person_wrote(written, tmp_path):
    written(
        "a.txt,10,15,wou1d,would,accept,Ann,sure,7",
        "a.txt,20,25,cou1d,could,,,not looked at,8",
        "a.txt,30,35,shou1,should,perhaps,,ask Joan,9",
        "a.txt,40,45,tbere,there,,,to be answered,10",
        header=f"{HEADER},box",
    )
    given = written(
        "a.txt,10,15,wou1d,wound,accept,Bert,",
        "a.txt,40,45,tbere,there,accept,Bert,",
        "a.txt,50,55,tbese,these,,,",
        "a.txt,60,65,bad,these,accept,,",
        name="given.csv",
    )
    target = tmp_path / "decisions.csv"
    assert merge(target, given) == 2
    rows = rows_of(target)
    told = [(r["start"], r["replacement"], r["decision"], r["by"], r["note"], r["box"]) for r in rows]
    assert told == [
        ("20", "could", "", "", "not looked at", "8"),
        ("30", "should", "perhaps", "", "ask Joan", "9"),
        ("10", "wound", "accept", "Bert", "", ""),
        ("40", "there", "accept", "Bert", "", ""),
    ]
    before = target.read_bytes()
    assert merge(target, given) == 0
    assert merge(target, DecisionsFile()) == 0
    assert target.read_bytes() == before


def test_merging_into_nothing_makes_the_file_only_where_something_is_decided(written, tmp_path):
    target = tmp_path / "new.csv"
    assert merge(target, written("a.txt,10,15,wou1d,would,,,")) == 0
    assert not target.exists()
    assert merge(target, written("a.txt,10,15,'wou1d,would,accept,,why not")) == 1
    assert rows_of(target) == [
        dict(zip(COLUMNS, ("a.txt", "10", "15", "'wou1d", "would", "accept", "", "why not"), strict=True))
    ]
