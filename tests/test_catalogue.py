"""The catalogue: what it says of which file, and how it fails."""

import hashlib
import pickle
import tomllib
from pathlib import Path

import pytest

from policytext.document import Fact
from policytext.errors import CatalogueError
from policytext.ingest.catalogue import Catalogue
from policytext.ingest.discovery import Found, discover

BROKEN = tomllib.loads((Path(__file__).parent / "data/ingest/catalogues.toml").read_text("utf-8"))["case"]
GOOD = (
    "file,title,authors,publisher,date,kind,rights\na.txt,Beds,Ann Bee; Joy Dee,The Trust,1958-06,minutes,\n"
)


def load(folder, text, encoding="utf-8"):
    path = folder / "catalogue.csv"
    path.write_bytes(text.encode(encoding))
    return Catalogue.load(path)


def found(relative, kind="text", data=b"x"):
    name = relative.rsplit("/", 1)[-1]
    return Found(f"/{relative}", name, relative, kind, data, hashlib.sha256(data).hexdigest(), len(data))


def test_a_row_becomes_facts_and_an_empty_cell_nothing(tmp_path):
    row = load(tmp_path, GOOD).metadata(found("a.txt"))
    assert row.title == Fact("Beds", "catalogue")
    assert row.authors == Fact("Ann Bee; Joy Dee", "catalogue")
    assert row.publication_date == Fact("1958-06", "catalogue")
    assert row.rights is None


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + GOOD,
        GOOD.replace("\n", "\r\n"),
        "sep,".replace("sep,", "") + GOOD.replace(";", " /").replace(",", ";").replace(" /", ","),
        GOOD.replace(",", "\t"),
        GOOD.replace("file", " File ").replace("title", "TITLE"),
        GOOD.replace("rights", "rights,shelf").replace("minutes,", "minutes,,B 12"),
        "\n" + GOOD + "\n,,,,,,\n",
        GOOD.replace("Beds", '"Beds"'),
    ],
    ids=["mark", "crlf", "semicolon", "tab", "case", "extra column", "blank rows", "quoted"],
)
def test_spreadsheets_write_it_in_many_ways(tmp_path, text):
    assert load(tmp_path, text).metadata(found("a.txt")).title.value == "Beds"


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
def test_other_encodings_are_understood(tmp_path, encoding):
    row = load(tmp_path, "file,title\na.txt,The patients’ “voice” at £5\n", encoding).metadata(found("a.txt"))
    assert row.title.value == "The patients’ “voice” at £5"


def test_only_the_file_column_must_be_there(tmp_path):
    catalogue = load(tmp_path, "file\na.txt\nb.txt\n")
    assert catalogue.files == ("a.txt", "b.txt")
    assert catalogue.metadata(found("a.txt")).title is None
    assert catalogue.metadata(found("c.txt")) is None


def test_the_relative_path_wins_over_the_name(tmp_path):
    catalogue = load(tmp_path, "file,title\na.txt,Any\nold/a.txt,Old\n.\\new\\a.txt,New\n")
    titles = [catalogue.metadata(found(p)).title.value for p in ["old/a.txt", "new/a.txt", "other/a.txt"]]
    assert titles == ["Old", "New", "Any"]


def test_composed_and_decomposed_names_are_one(tmp_path):
    assert load(tmp_path, "file,title\ncafe\u0301.txt,T\n").metadata(found("caf\u00e9.txt")) is not None


def test_the_row_of_a_file_of_lines_says_what_a_line_leaves_open(tmp_path):
    catalogue = load(
        tmp_path, "file,title,date,publisher\ns.jsonl,Speeches,1958,Hansard\ns.jsonl#7,The seventh,,\n"
    )
    one = catalogue.metadata(found("s.jsonl#x", "jsonl", b'{"text": "a", "date": "1958-06-03"}'))
    assert (one.title.value, one.publication_date, one.publisher.value) == ("Speeches", None, "Hansard")
    seventh = catalogue.metadata(found("s.jsonl#7", "jsonl", b'{"text": "a"}'))
    assert (seventh.title.value, seventh.publisher) == ("The seventh", None)


def test_rows_whose_file_was_never_met_are_told(tmp_path):
    catalogue = load(tmp_path, "file\na.txt\nsub/b.txt\nc.txt\ns.jsonl\n")
    assert catalogue.unused({"a.txt", "sub/b.txt", "s.jsonl#L1"}) == ("c.txt",)


def test_each_folder_has_its_own(tmp_path):
    one, two, none = tmp_path / "one", tmp_path / "two", tmp_path / "none"
    for folder in (one, two, none):
        folder.mkdir()
        (folder / "a.txt").write_text("words")
    load(one, "file,title\na.txt,One\n")
    load(two, "file,title\na.txt,Two\n")
    beside = Catalogue.beside([one, two / "a.txt", none])
    assert {f.name: c.rows["a.txt"].title.value for f, c in beside.items()} == {"one": "One", "two": "Two"}
    assert [f.name for f in discover([one])] == ["a.txt"]


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case["name"])
def test_a_broken_catalogue_says_where(tmp_path, case):
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, case["csv"])
    assert str(tmp_path / "catalogue.csv") in str(caught.value)
    assert all(word in str(caught.value) for word in case["says"])


def test_a_catalogue_that_is_none(tmp_path):
    with pytest.raises(CatalogueError, match="no such file"):
        Catalogue.load(tmp_path / "no.csv")
    (tmp_path / "x.csv").write_bytes(b"file\0\x01")
    with pytest.raises(CatalogueError, match="binary"):
        Catalogue.load(tmp_path / "x.csv")


def test_it_travels_to_other_processes(tmp_path):
    catalogue = load(tmp_path, GOOD)
    assert pickle.loads(pickle.dumps(catalogue)) == catalogue
