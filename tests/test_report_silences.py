"""What the report says beside a silence and a caution: what is only suggested, and how a date is asserted."""

import contextlib
import shutil
import sqlite3

import pytest

from policytext.store.archive import FILE_NAME, Archive
from report_pages import report, text_of, tree


def silent_archive(archive, folder, **changes):
    """The archive with one suggested witness to "information_sharing" moved to 1975."""
    shutil.copytree(archive, folder)
    facts = {"tier": "suggested", "stance": "supports", "counts": 1, "statement_date": "1975"}
    facts |= {"said_earliest": "1975-01-01", "said_latest": "1975-12-31"} | changes
    with contextlib.closing(sqlite3.connect(folder / FILE_NAME)) as sql, sql:
        sql.execute("UPDATE witnesses SET counts = 0 WHERE claim = 'information_sharing'")
        key = sql.execute(
            "SELECT max(w.key) FROM witnesses w JOIN passages p ON p.key = w.passage JOIN documents d "
            "ON d.key = p.document WHERE w.claim = 'information_sharing' AND d.published_earliest > '2011'"
        ).fetchone()[0]
        names = ", ".join(f"{name} = ?" for name in facts)
        sql.execute(f"UPDATE witnesses SET {names} WHERE key = ?", (*facts.values(), key))
    return folder


def test_a_silence_tells_of_what_is_only_suggested_in_it(coded_archive, tmp_path):
    archive = silent_archive(coded_archive, tmp_path / "archive")
    page = tree(report(archive, tmp_path / "report.html", "--claim", "information_sharing"))
    told = " among the confirmed places (1 suggested one of 1975 lies in between), "
    summary = text_of(page.xpath("//section[@aria-labelledby='summary']")[0])
    assert f"not again for at least 62 years{told}until 2011" in summary
    assert "in between, none of it confirmed as this." in summary
    silence = text_of(page.get_element_by_id("claim-information_sharing-silence"))
    assert silence.startswith(f"Longest silence: at least 62 years{told}from 1949")


def between(archive):
    """When suggested witnesses to "information_sharing" were said within its longest silence."""
    from policytext.export.report.claims import told_claims
    from policytext.export.report.records import Limits

    with Archive.open(archive) as opened:
        told = told_claims(opened, ["information_sharing"], None, Limits(claims=0), lambda *_: None)
    return told.sections[0].between


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, ("1975",)),
        ({"stance": "denies"}, ()),
        ({"counts": 0}, ()),
        ({"tier": "confirmed"}, ()),
        ({"said_latest": "2012-12-31"}, ()),
        ({"said_earliest": None}, ()),
    ],
)
def test_only_what_is_suggested_counts_and_is_surely_dated_is_told_of_a_silence(
    coded_archive, tmp_path, changes, found
):
    assert between(silent_archive(coded_archive, tmp_path / "archive", **changes)) == found


def test_a_caution_says_when_its_paper_was_printed_as_that_is_asserted(coded_archive, tmp_path):
    shutil.copytree(coded_archive, tmp_path / "archive")
    with contextlib.closing(sqlite3.connect(tmp_path / "archive" / FILE_NAME)) as sql, sql:
        sql.execute(
            "UPDATE documents SET publication_date = '1986-12/1988~' WHERE id = '1986-joint-planning-review'"
        )
    page = tree(report(tmp_path / "archive", tmp_path / "report.html", "--claim", "savings"))
    (caution,) = map(text_of, page.xpath("//article//p[@class='caution']"))
    title = text_of(page.xpath("//article//p[@class='caution']/a")[0])
    assert caution == (
        f"Caution: all evidence for it that is surely from before 2001 (1984–1985) comes from {title}, "
        "at second hand, published in c. 1986–1988."
    )
