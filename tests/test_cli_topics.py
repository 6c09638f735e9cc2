"""policytext topics, and what is kept of it in the archive."""

import csv
import io
import json
import shutil
from collections import Counter

import pytest
from click.testing import CliRunner

from policytext.cli.root import root, run
from policytext.errors import IndexUnavailable
from policytext.pipeline.topics import make_topics, topic_units
from policytext.pipeline.watching import Silent
from policytext.store.archive import Archive
from policytext.store.topics import made_topics, passage_shares, put_topics, read_topics


@pytest.fixture
def archive(corpus_archive, tmp_path):
    shutil.copytree(corpus_archive, tmp_path / "archive")
    return tmp_path / "archive"


@pytest.fixture(scope="module")
def with_topics(corpus_archive, tmp_path_factory):
    """An archive of our papers with four topics; tests only read it."""
    folder = tmp_path_factory.mktemp("topics") / "archive"
    shutil.copytree(corpus_archive, folder)
    assert make_topics(folder, Silent(), 4)
    return folder


def said(archive, *arguments):
    done = CliRunner().invoke(root, ["topics", "--archive", str(archive), *arguments])
    assert done.exit_code == 0, done.output
    return done


def test_the_table_says_what_how_much_when_and_how_sure(with_topics):
    shown = said(with_topics, "-n", "4").stdout
    assert shown.startswith("4 topics in ")
    assert "as many as asked for (seed 0)" in shown
    assert "1940s–2010s" in shown
    assert "With the words dealt at random topics reach ." in " ".join(shown.split())
    assert "Passages not read: " in shown
    assert max(map(len, shown.splitlines())) <= 110


def test_details_lead_to_the_source(with_topics):
    shown = said(with_topics, "-n", "4", "--examples", "--decades").stdout
    assert shown.count("  1970s  ") == 4
    assert "(no band)" in shown  # 1970s: one paper
    with Archive.open(with_topics) as store:
        for topic in read_topics(store)[1]:
            for name in topic.examples:
                assert name in shown


def test_jsonl_has_the_raw_places_of_examples(with_topics):
    rows = [
        json.loads(line) for line in said(with_topics, "-n", "4", "--format", "jsonl").stdout.splitlines()
    ]
    assert [row["topic"] for row in rows] == [1, 2, 3, 4]
    assert sum(row["share"] for row in rows) == pytest.approx(1, abs=0.001)
    with Archive.open(with_topics) as store:
        for example in (e for row in rows for e in row["examples"]):
            place = store.sql.execute(
                "SELECT raw_start, raw_end, line FROM passages WHERE id = ?", (example["id"],)
            ).fetchone()
            assert tuple(place) == (example["start"], example["end"], example["line"])


def test_csv_has_a_row_a_topic_and_decade_and_shares_of_a_decade_add_up(with_topics):
    text = said(with_topics, "-n", "4", "--format", "csv").stdout_bytes.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    decades = {row["decade"] for row in rows}
    assert len(rows) == 4 * len(decades)
    for decade in decades:
        of_it = [row for row in rows if row["decade"] == decade]
        if of_it[0]["decade_passages"] == "0":
            assert {row["decade_share"] for row in of_it} == {""}
        else:
            assert sum(float(row["decade_share"]) for row in of_it) == pytest.approx(1, abs=0.001)


def test_a_file_says_how_it_was_made(with_topics, tmp_path):
    said(with_topics, "-n", "4", "--format", "csv", "-o", str(tmp_path / "t.csv"))
    record = json.loads((tmp_path / "t.csv.provenance.json").read_text())
    assert record["seed"] == 0
    assert record["config"]["asked"] == 4
    assert (tmp_path / "t.csv").read_bytes() == said(with_topics, "-n", "4", "--format", "csv").stdout_bytes


def test_the_same_papers_and_seed_give_the_same_bytes(with_topics, archive):
    again = said(archive, "-n", "4", "--format", "jsonl").stdout_bytes
    assert again == said(with_topics, "-n", "4", "--format", "jsonl").stdout_bytes


def test_the_number_is_chosen_where_none_is_asked_for(archive):
    shown = said(archive).stdout
    assert "chosen from 4 to " in shown
    with Archive.open(archive) as store:
        making, topics = read_topics(store)
    assert making.asked is None
    assert len(topics) in {trial.number for trial in making.trials}
    assert f" * {len(topics):>6}  " in shown


def test_list_reads_what_is_kept(with_topics, archive, capfd):
    assert run(["list", "topics", "--archive", str(with_topics)]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 6
    assert run(["list", "topics", "--archive", str(archive)]) == 1
    assert "no topics yet (try: policytext topics)" in capfd.readouterr().err


def test_topics_of_other_papers_are_stale(with_topics, tmp_path):
    shutil.copytree(with_topics, tmp_path / "changed")
    with Archive.create(tmp_path / "changed") as store:
        store.set_meta("generation", str(store.generation + 1))
        assert made_topics(store) is None
        with pytest.raises(IndexUnavailable, match="papers have changed"):
            read_topics(store)
    with pytest.raises(IndexUnavailable, match="did not finish"):
        make_topics(tmp_path / "changed", Silent(), 4)


def test_topics_are_made_again_only_where_something_else_is_asked(archive):
    assert make_topics(archive, Silent(), 4)
    assert not make_topics(archive, Silent(), 4)
    assert make_topics(archive, Silent(), 5)
    assert make_topics(archive, Silent(), 5, seed=1)


def test_interrupted_topics_leave_what_was_there(with_topics, tmp_path):
    shutil.copytree(with_topics, tmp_path / "archive")

    class Impatient(Silent):
        def stage(self, name, total):
            if name.endswith("topics"):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_topics(tmp_path / "archive", Impatient(), 5)
    with Archive.open(tmp_path / "archive") as store:
        assert read_topics(store)[0].asked == 4


def test_a_failing_write_keeps_the_old_topics(with_topics, tmp_path):
    shutil.copytree(with_topics, tmp_path / "archive")
    with Archive.create(tmp_path / "archive") as store:
        making, topics = read_topics(store)
        with pytest.raises(ZeroDivisionError):
            put_topics(store, making, topics, ((1, "x", 1 / zero) for zero in (0,)))
        assert read_topics(store) == (making, topics)
        assert next(passage_shares(store))["topic"] == 1


def test_no_work_enters_twice(corpus_archive):
    with Archive.open(corpus_archive) as store:
        left_out = Counter()
        units = list(topic_units(store, left_out))
        total = store.sql.execute("SELECT count(*) FROM passages").fetchone()[0]
        groups = store.sql.execute(
            "SELECT r.grp, p.id FROM reprints r JOIN passages p ON p.key = r.passage "
            "WHERE r.start = p.start AND r.end = p.end"
        ).fetchall()
    assert len(units) + left_out.total() == total
    assert left_out["reprints"] > 0
    kept = {unit.id for unit in units}
    wholly = [group for group, name in groups if name in kept]
    assert len(wholly) == len(set(wholly))
    assert any(unit.second_hand for unit in units)


def test_too_little_prose_is_one_line(tmp_path, capfd):
    from policytext.pipeline.ingesting import ingest

    (tmp_path / "short.txt").write_text("The two bodies agreed to put what they spend into one fund.\n" * 3)
    ingest([tmp_path / "short.txt"], tmp_path / "archive")
    capfd.readouterr()
    assert run(["topics", "--archive", str(tmp_path / "archive")]) == 1
    error = capfd.readouterr().err
    assert len(error.splitlines()) == 1
    assert "too little for topics" in error


def test_topics_of_the_real_papers_know_no_person(papers_archive, tmp_path):
    shutil.copytree(papers_archive, tmp_path / "archive")
    make_topics(tmp_path / "archive", Silent(), 8)
    with Archive.open(tmp_path / "archive") as store:
        making, topics = read_topics(store)
    assert making.left_out["references"] > 20
    assert making.left_out["reprints"] > 10
    assert all(len(topic.examples) == 3 for topic in topics)
    assert not {"ham", "wistow", "jagtar"} & {term.term for topic in topics for term in topic.terms}
