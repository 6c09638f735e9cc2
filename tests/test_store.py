"""The archive: documents whole or not at all, and what filters may find."""

import sqlite3
import threading
from dataclasses import replace

import pytest

from policytext.annotation import Citation, Statement
from policytext.document import Block, Edit, Fact, Metadata, Move, Passage, Profile, Source
from policytext.errors import ArchiveError, BadRequest, NotFound
from policytext.export.layers import layer_rows
from policytext.ranking import Filters
from policytext.spans import Span
from policytext.store.archive import FILE_NAME, Archive, writing_alone
from policytext.store.entry import Entry, Placed
from policytext.store.folding import fold
from policytext.store.reader import document_id, passage_numbers, passages, raw_document
from policytext.store.schema import SCHEMA_VERSION
from policytext.store.selection import allowed_numbers
from policytext.store.writer import number_passages, put, remove

RAW = "One  two.\n\n7\n\nthree. The clerk said that beds were short."
CLEAN = "One two. three. The clerk said that beds were short.\n\n7"


def placed(record, *spans):
    return Placed(record, tuple(Span(*s) for s in spans), 1)


def entry(
    path="/papers/a.txt",
    *,
    speaker="Ann Clerk",
    date="1956",
    published="2016",
    voice="Joan Voice",
    quality=0.85,
):
    """A small document with an edit, a page number moved behind the paragraph, a statement and an Act."""
    said = (f"{date}-01-01", f"{date}-12-31") if date else (None, None)
    start = CLEAN.index("beds")
    text = CLEAN[start : CLEAN.index(".\n\n7")]
    statement = Statement(
        *(start, start + len(text), text, "indirect", speaker, "person", "The clerk", None, None),
        *(date, "explicit" if date else None, "said", "test", 0.9),
    )
    cited = Citation(0, 3, "One", "act", "Health Act 1999", 1999, "c. 8", "ukpga/1999/8", None, (), "t", 1.0)
    end = len(CLEAN) - 3
    return Entry(
        source=Source(path, path.rsplit("/", 1)[-1], "0" * 64, len(RAW), "text", "utf-8", "strict", 1.0),
        relative=path.rsplit("/", 1)[-1],
        data=RAW.encode(),
        fingerprint="f",
        metadata=Metadata(title=Fact("A title", "catalogue"), publication_date=Fact(published, "catalogue")),
        published=(f"{published}-01-01", f"{published}-12-31"),
        voice=voice,
        notes=(),
        clean=CLEAN,
        edits=(Edit(3, 5, "  ", " ", "blank", "t"), Edit(12, 14, "\n\n", " ", "join", "t")),
        moves=(Move(9, 12, len(RAW), "page number", "t"),),
        blocks=(
            placed(Block(0, end, "paragraph", 0, "", "t", 1.0, quality), (0, 9), (12, len(RAW))),
            placed(Block(end + 2, len(CLEAN), "page_number", 0, "", "t", 1.0), (11, 12)),
        ),
        voices=(voice,),
        passages=(
            placed(Passage(0, end, CLEAN[:end], "paragraph", "", "", 12, quality), (0, 9), (12, len(RAW))),
        ),
        statements=(placed(statement, (len(RAW) - 16, len(RAW) - 1)),),
        said=(said,),
        dates=(),
        citations=(placed(cited, (0, 3)),),
        profile=Profile("ocr", "profile.rates", 0.9, 11, 1.5, 20.0, 3.0),
        quality=quality,
        asked=frozenset({"beds", "bods"}),
        answers=("beds",),
    )


@pytest.fixture
def archive(tmp_path):
    with Archive.create(tmp_path / "archive") as store:
        yield store


def test_a_document_comes_back_as_it_came(archive):
    name = put(archive, entry())
    document = raw_document(archive, name)
    assert (document.raw, document.clean, document.data) == (RAW, CLEAN, RAW.encode())
    assert document.alignment.to_raw(0, 16) == [Span(0, 9), Span(12, 21)]


def test_writing_again_replaces_and_keeps_the_id(archive):
    first = put(archive, entry())
    again = put(archive, entry(speaker="Bert Other"))
    assert first == again == "a"
    assert archive.sql.execute("SELECT count(*) FROM documents").fetchone()[0] == 1
    assert [r["speaker"] for r in archive.sql.execute("SELECT speaker FROM statements")] == ["Bert Other"]
    assert archive.generation == 2


def test_files_of_one_name_get_ids_of_their_own_whatever_the_order(tmp_path):
    ids = []
    for paths in (("/x/a.txt", "/y/a.txt"), ("/x/a.txt", "/y/a.txt")):
        with Archive.create(tmp_path / str(len(ids))) as store:
            ids.append([put(store, entry(path)) for path in paths])
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_a_failure_half_way_leaves_the_old_document(archive):
    put(archive, entry())
    broken = entry(speaker=object())  # SQLite cannot store it, but only finds out at the statements
    with pytest.raises((TypeError, sqlite3.Error)):
        put(archive, broken)
    assert raw_document(archive, "a").clean == CLEAN
    assert archive.generation == 1
    assert archive.damage() == []


def test_removing_takes_everything_along(archive):
    put(archive, entry())
    number_passages(archive)
    remove(archive, "/papers/a.txt")
    tables = [r[0] for r in archive.sql.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    left = {t for t in tables if archive.sql.execute(f"SELECT count(*) FROM {t}").fetchone()[0]}
    assert left == {"meta"}


FILTERS = [
    (Filters(), True),
    (Filters(latest="1960-12-31"), True),
    (Filters(latest="1955-12-31"), False),
    (Filters(earliest="1957-01-01", latest="2015-12-31"), False),
    (Filters(earliest="2016-06-01"), True),  # its own voice, when it was printed
    (Filters(latest="1960-12-31", dates="publication"), False),
    (Filters(earliest="2016-01-01", dates="publication"), True),
    (Filters(speaker="clerk"), True),
    (Filters(speaker="Sir Ann Clerk MP"), True),
    (Filters(speaker="cler"), False),
    (Filters(speaker="Voice"), True),
    (Filters(speaker="Voice", latest="1960-12-31"), False),  # she did not say it: she speaks in 2016
    (Filters(speaker="Clerk", latest="1960-12-31"), True),
    (Filters(speaker="Clerk", earliest="2000-01-01"), False),
    (Filters(speaker="Clerk", earliest="2016-01-01", dates="publication"), True),
    (Filters(cites="health act 1999"), True),
    (Filters(cites="ukpga/1999/8"), True),
    (Filters(cites="Health Act 2009"), False),
    (Filters(document="a"), True),
    (Filters(document="a.txt", cites="Health Act", speaker="Clerk", latest="1956-01-01"), True),
    (Filters(document="b"), False),
    (Filters(min_quality=0.85), True),
    (Filters(min_quality=0.0), True),
    (Filters(min_quality=0.86), False),
    (Filters(min_quality=0.86, document="a", speaker="Clerk"), False),
]


@pytest.mark.parametrize(("filters", "found"), FILTERS, ids=[str(n) for n in range(len(FILTERS))])
def test_filters(archive, filters, found):
    put(archive, entry())
    number_passages(archive)
    allowed = allowed_numbers(archive, filters)
    assert (allowed is None or allowed == [0]) if found else allowed == []
    assert (allowed is None) == (not filters)


def test_a_passage_of_unknown_quality_passes(archive):
    put(archive, entry(quality=None))
    number_passages(archive)
    assert allowed_numbers(archive, Filters(min_quality=1.0)) == [0]


@pytest.mark.parametrize("quality", [-0.1, 1.1, float("nan")])
def test_a_quality_that_is_no_share_is_refused(quality):
    with pytest.raises(ValueError, match="quality lies in"):
        Filters(min_quality=quality)


def test_what_is_known_of_a_text_is_kept(archive):
    put(archive, entry())
    number_passages(archive)
    (passage,) = passages(archive, [0])
    assert passage.quality == 0.85
    (document,) = layer_rows(archive, "documents")
    told = [
        document[n] for n in ("carrier", "carrier_rule", "words", "space_errors", "confusions", "unknown")
    ]
    assert told == ["ocr", "profile.rates", 11, 1.5, 20.0, 3.0]
    assert document["quality"] == 0.85
    assert [b["quality"] for b in layer_rows(archive, "blocks")] == [0.85, None]
    assert [p["quality"] for p in layer_rows(archive, "passages")] == [0.85]


def test_other_answers_make_another_corpus(archive):
    """The clean text depends on them, so an index made before must not pass for current."""
    put(archive, entry())
    before = archive.corpus_hash()
    put(archive, replace(entry(), answers=()))
    assert archive.corpus_hash() != before


def test_an_unknown_date_is_never_within(archive):
    put(archive, entry(date=None))
    number_passages(archive)
    assert allowed_numbers(archive, Filters(latest="1960-12-31")) == []


@pytest.mark.parametrize("filters", [Filters(speaker="Sir"), Filters(cites="---")])
def test_a_name_without_a_word_is_refused(archive, filters):
    put(archive, entry())
    number_passages(archive)
    with pytest.raises(BadRequest, match="nothing to look for"):
        allowed_numbers(archive, filters)


def test_passages_bring_what_is_said_in_them(archive):
    put(archive, entry())
    number_passages(archive)
    (passage,) = passages(archive, [0, 99])
    assert [s.speaker for s in passage.statements] == ["Ann Clerk"]
    assert passage.citations == ("Health Act 1999",)
    assert passage.spans == (Span(0, 9), Span(12, len(RAW)))
    assert passage_numbers(archive, "a.txt", "1") == [0]


def test_names_that_are_not_there(archive):
    put(archive, entry("/x/a.txt"))
    put(archive, entry("/y/a.txt"))
    number_passages(archive)
    assert document_id(archive, "a") == "a"
    with pytest.raises(NotFound, match="several documents"):
        document_id(archive, "a.txt")
    with pytest.raises(NotFound, match="no such document"):
        document_id(archive, "b")
    with pytest.raises(NotFound, match="no passage 7"):
        passage_numbers(archive, "a", "7")


def test_what_is_no_archive_is_refused_and_left_alone(tmp_path):
    with pytest.raises(ArchiveError, match="no archive here"):
        Archive.open(tmp_path)
    file = tmp_path / FILE_NAME
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = file.read_bytes()
    for way in (Archive.open, Archive.create):
        with pytest.raises(ArchiveError, match="not a policytext archive"):
            way(tmp_path)
    assert file.read_bytes() == before
    file.write_bytes(b"no database at all, but long enough to look like one " * 50)
    with pytest.raises(ArchiveError, match="damaged"):
        Archive.open(tmp_path)


@pytest.mark.parametrize("version", [1, 99])
def test_an_archive_of_another_version_is_refused(tmp_path, version):
    Archive.create(tmp_path).close()
    with sqlite3.connect(tmp_path / FILE_NAME) as sql:
        sql.execute(f"PRAGMA user_version = {version}")
    sql.close()
    for way in (Archive.open, Archive.create):
        with pytest.raises(ArchiveError, match=r"another version .*ingest the papers into a new archive"):
            way(tmp_path)


def test_only_one_process_writes(tmp_path):
    with (
        writing_alone(tmp_path),
        pytest.raises(ArchiveError, match="another policytext"),
        writing_alone(tmp_path),
    ):
        pass
    with writing_alone(tmp_path):
        pass


def test_reading_goes_on_while_another_writes(tmp_path):
    with Archive.create(tmp_path) as writer:
        put(writer, entry())
        seen = []

        def read():
            with Archive.open(tmp_path) as reader:
                seen.append(raw_document(reader, "a").clean)

        with writer.transaction():
            writer.set_meta("x", "y")
            thread = threading.Thread(target=read)
            thread.start()
            thread.join(20)
        assert seen == [CLEAN]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Sir Chris Ham", " chris ham "),
        ("Baroness O’Neill, MP", " o neill "),
        ("José  Núñez", " jose nunez "),
        ("The Health Act 1999", " health act 1999 "),
        ("Sir", ""),
        (None, ""),
    ],
)
def test_fold(text, folded):
    assert fold(text) == folded


def test_an_archive_of_the_version_before_is_read_and_brought_up_to_date(tmp_path):
    with Archive.create(tmp_path) as archive:
        put(archive, entry())
    with sqlite3.connect(tmp_path / FILE_NAME) as sql:  # what a program of then had written
        for table in ("witnesses", "claims", "topic_passages", "topics"):
            sql.execute(f"DROP TABLE {table}")
        sql.execute("PRAGMA user_version = 3")
    sql.close()
    with Archive.open(tmp_path) as archive:
        assert raw_document(archive, "a").clean
    for _ in range(2):
        with Archive.create(tmp_path) as archive:
            assert raw_document(archive, "a").clean
            assert archive.sql.execute("PRAGMA user_version").fetchone()[0] == SCHEMA_VERSION
            assert archive.sql.execute("SELECT count(*) FROM witnesses").fetchone()[0] == 0
            assert archive.damage() == []
