"""`policytext eval annotations`: figures counted by hand, laws that comparing obeys, and what is refused."""

import csv
import io
import json
import shutil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.cli.root import run
from policytext.errors import BadRequest, UnreadableSource
from policytext.evaluation.annotating.figures import Agreement, Found
from policytext.evaluation.annotating.gains import Tally, gain_rows, gains
from policytext.evaluation.annotating.gold import looks_like_gold, read_gold
from policytext.evaluation.annotating.judging import folded, judge_of
from policytext.evaluation.annotating.rows import LEAST_OVERLAP, Row, matched, overlap, read_rows
from policytext.evaluation.annotating.scoring import score
from tables_of_cases import DATA, cases

HERE = DATA / "evaluation" / "annotations"
GOLD, EXPORT, BEFORE, AFTER = (HERE / name for name in ("gold", "export", "before", "after"))


def scored(layer, gold=GOLD, export=EXPORT):
    return score(read_gold(gold, layer), read_rows(export / f"{layer}.jsonl"))


def counts(one):
    return one.right, one.exported, one.gold


@pytest.mark.parametrize("folder", [GOLD, EXPORT, BEFORE, AFTER], ids=lambda path: path.name)
def test_the_data_quote_their_papers(folder):
    for path in folder.iterdir():
        for row in read_rows(path):
            assert (HERE / "papers" / row.source).read_text(encoding="utf-8")[row.start : row.end] == row.text


# (right, exported, gold) as counted by hand: see the papers beside the data.
BY_HAND = {
    "statements": {"spans": (3, 7, 6), "speaker": (3, 7, 6), "date": (2, 7, 6), "attributed": (2, 7, 6)},
    "dates": {"spans": (6, 8, 8), "resolved": (5, 8, 8)},
    "citations": {"spans": (5, 6, 5), "class": (4, 6, 5), "resolved": (3, 6, 5)},
}


@pytest.mark.parametrize("layer", BY_HAND)
def test_measures_counted_by_hand(layer):
    assert {name: counts(one) for name, one in scored(layer).measures.items()} == BY_HAND[layer]


@pytest.mark.parametrize("layer", BY_HAND)
def test_papers_and_rules_add_up_to_the_whole(layer):
    one = scored(layer)
    for name, whole in one.measures.items():
        papers = [counts(measures[name]) for measures in one.by_source().values()]
        assert tuple(map(sum, zip(*papers, strict=True))) == counts(whole)
    spans, right = one.measures["spans"], list(one.measures.values())[-1].right
    rules = one.by_rule().values()
    assert sum(r.gold for r in rules) == spans.exported
    assert (sum(r.found for r in rules), sum(r.right for r in rules)) == (spans.right, right)


def test_kinds_are_matched_by_themselves():
    assert scored("statements").kinds == {"direct": Found(4, 2, 1), "indirect": Found(2, 1, 1)}
    assert scored("citations").kinds == {
        "act": Found(3, 3, 2),
        "bill": Found(1, 1, 0),
        "white_paper": Found(1, 1, 1),
        "acts, bills, sections": Found(4, 4, 2),
    }


def test_cases_name_what_is_not_as_in_the_gold():
    told = [(case.kind, case.row.text, case.faults) for case in scored("dates").cases()]
    assert told == [
        ("wrong", "that year", ("resolved",)),
        ("extra", "1960", ()),
        ("missed", "1931", ()),
        ("extra", "Between 1948 and 1951", ()),
        ("missed", "1951", ()),
    ]
    wrong = [(c.row.text, c.faults) for c in scored("statements").cases() if c.kind == "wrong"]
    assert wrong == [("We have heard that before.", ("date",))]


def test_lookalikes_that_were_exported_are_named():
    assert [row.text for row in scored("statements").taken] == ["modern"]
    assert [row.text for row in scored("citations").taken] == ["Ferry Board"]
    assert not scored("dates").taken


def test_only_what_is_in_scope_counts(tmp_path):
    shutil.copytree(GOLD, tmp_path, dirs_exist_ok=True)
    shutil.copy(HERE / "scope.jsonl", tmp_path)
    narrow = scored("statements", tmp_path)
    assert counts(narrow.measures["spans"]) == (3, 6, 6)  # without "In 1960 nothing happened"
    assert narrow.unread == 1
    assert counts(scored("dates", tmp_path).measures["spans"]) == (5, 6, 7)  # without either 1960
    assert counts(scored("citations", tmp_path).measures["spans"]) == (4, 5, 4)


def test_a_paper_in_scope_without_anything_in_it_counts(tmp_path):
    shutil.copytree(GOLD, tmp_path, dirs_exist_ok=True)
    (tmp_path / "scope.jsonl").write_text('{"source": "silent.txt", "start": 0, "end": 99}\n')
    found = read_rows(EXPORT / "dates.jsonl")
    extra = [
        Row("silent.txt", 3, 7, "1950", {"edtf": "1950"}),
        Row("silent.txt", 99, 103, "1951", {"edtf": "1951"}),
    ]
    assert counts(score(read_gold(tmp_path, "dates"), [*found, *extra]).measures["spans"]) == (6, 9, 8)


@pytest.mark.parametrize("layer", ["statements", "citations"])
def test_gold_agrees_with_itself(layer):
    gold = read_gold(GOLD, layer)
    names = {"canonical": "title"}
    rows = [Row(r.source, r.start, r.end, r.text, {**r.values, **_renamed(r, names)}) for r in gold.rows]
    assert all(one.f1 == 1.0 for one in score(gold, rows).measures.values())
    assert not score(gold, rows).cases()


def _renamed(row, names):
    return {new: row.values[old] for old, new in names.items() if old in row.values}


def test_nothing_exported_finds_nothing():
    one = score(read_gold(GOLD, "dates"), [])
    assert counts(one.measures["spans"]) == (0, 0, 8)
    assert (one.measures["spans"].precision, one.measures["spans"].recall) == (None, 0.0)
    assert Agreement(0, 0, 0).f1 is None


@pytest.mark.parametrize("case", cases("evaluation/verdicts.jsonl"), ids=lambda c: c["why"])
def test_verdicts(case):
    gold, found = (Row("a", 0, 4, "text", case[side]) for side in ("gold", "found"))
    assert judge_of(case["layer"])(gold, found)[case["name"]] is case["right"]


def test_names_are_folded():
    assert folded("  Zoë—The “Naïve” PLAN, 1962 ") == "zoe the naive plan 1962"


def test_a_right_neighbour_goes_before_a_better_overlap():
    gold = read_gold(GOLD, "dates")
    wanted = next(row for row in gold.rows if row.text == "12 May 1958")
    close = Row(wanted.source, wanted.start, wanted.end, wanted.text, {"edtf": "1958"})
    right = Row(wanted.source, wanted.start + 1, wanted.end, wanted.text[1:], {"edtf": "1958-05-12"})
    one = score(gold, [close, right])
    assert [match.found for match in one.matches] == [right]


# Gains and losses.


def compared(fields=None):
    return gains(
        "statements", read_rows(BEFORE / "statements.jsonl"), read_rows(AFTER / "statements.jsonl"), fields
    )


def test_gains_and_losses_counted_by_hand():
    found = compared()
    assert found.tally == Tally(same=5, changed=3, gained=1, lost=1)
    told = [(d.kind, d.row.text[:8], d.fields) for d in found.differences]
    assert told == [
        ("changed", "the new ", ("span", "speaker")),
        ("changed", "We have ", ("statement_date",)),
        ("lost", "modern", ()),
        ("gained", "the Ferr", ()),
        ("changed", "He hoped", ("rule",)),
    ]
    assert found.by_field() == {"rule": 1, "span": 1, "speaker": 1, "statement_date": 1}
    assert found.one_sided == ("flags",)


def test_only_the_fields_asked_for_are_compared():
    assert compared(["confidence"]).by_field() == {"confidence": 1, "span": 1}
    assert compared(["speaker"]).tally == Tally(same=7, changed=1, gained=1, lost=1)


def test_a_change_says_what_it_was_and_is():
    change = compared().differences[0]
    assert change.values(change.old) == {"span": [71, 120], "speaker": "Mr. Tom Harbinger"}
    assert change.values(change.new) == {"span": [76, 120], "speaker": "Tom Harbinger"}


def test_tallies_by_rule_and_source_add_up():
    found = compared()
    for tallies in (found.by_rule(), found.by_source()):
        for name in ("same", "changed", "gained", "lost"):
            assert sum(getattr(t, name) for t in tallies.values()) == getattr(found.tally, name)


spans = st.builds(
    lambda source, start, length, speaker: Row(
        source, start, start + length, "x" * length, {"speaker": speaker, "rule": "r"}
    ),
    st.sampled_from(["a", "b"]),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from([None, "P", "Q"]),
)
lists = st.lists(spans, max_size=12)


@given(lists, lists)
def test_rows_belong_together_one_to_one(first, second):
    pairs = matched(first, second, lambda _a, _b, shared: shared)
    assert len({i for i, _ in pairs}) == len({j for _, j in pairs}) == len(pairs)
    for i, j in pairs:
        assert first[i].source == second[j].source
        assert overlap(first[i], second[j]) >= LEAST_OVERLAP
    left = [r for i, r in enumerate(first) if i not in {i for i, _ in pairs}]
    right = [r for j, r in enumerate(second) if j not in {j for _, j in pairs}]
    assert not any(a.source == b.source and overlap(a, b) >= LEAST_OVERLAP for a in left for b in right)


@given(lists)
def test_an_export_gains_nothing_on_itself(rows):
    found = gains("statements", rows, list(reversed(rows)))
    assert found.tally == Tally(same=len(rows))


@given(lists, lists, st.randoms())
def test_order_does_not_matter_and_gains_turned_round_are_losses(old, new, random):
    found = gains("statements", old, new)
    shuffled = random.sample(old, len(old)), random.sample(new, len(new))
    assert list(gain_rows(gains("statements", *shuffled))) == list(gain_rows(found))
    back = gains("statements", new, old)
    assert {(d.kind, d.row.place) for d in found.differences if d.kind == "gained"} == {
        ("gained", d.row.place) for d in back.differences if d.kind == "lost"
    }


# The command.


def rows_of(capsys, *arguments):
    assert run(["eval", "annotations", *map(str, arguments), "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_an_export_against_gold_reads_well(capsys):
    assert run(["eval", "annotations", str(GOLD), str(EXPORT), "--limit", "1"]) == 0
    out, err = capsys.readouterr()
    assert out.count("\n  attributed      2         7  0.286      2     6  0.333  0.308") == 1
    assert "1 of 1 look-alikes are exported" in " ".join(out.split())
    assert "statements missed: 3 (the first 1)\n  digest.txt:112-121  It rained\n" in out
    assert "date: wanted statement_date 1958-05-12; got statement_date -" in out
    assert err == ""


def test_rows_behind_the_last_gold_row_are_told_beside_the_figure(tmp_path, capsys):
    rows = [{"source": "a.txt", "start": n, "end": n + 4, "text": "1948", "edtf": "1948"} for n in (0, 10)]
    later = [{**rows[0], "start": n, "end": n + 4} for n in range(20, 70, 10)]
    for name, listed in (("gold", rows), ("export", rows + later)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "dates.jsonl").write_text("".join(json.dumps(row) + "\n" for row in listed))
    words = ["eval", "annotations", str(tmp_path / "gold"), str(tmp_path / "export"), "--gold"]
    assert run(words) == 0
    out = capsys.readouterr().out
    above, below = out.split("\n* dates: 5 exported rows stand behind the last gold row of a.txt")
    assert "\n  spans         2         7  0.286*      2     2  1.000  0.444" in above
    assert "P of spans is 1.000" in below.split("\n\n")[0].replace("\n  ", " ")
    (tmp_path / "gold" / "scope.jsonl").write_text('{"source": "a.txt", "start": 0, "end": 99}\n')
    assert run(words) == 0
    assert "*" not in capsys.readouterr().out.replace(str(tmp_path), "")


@pytest.mark.parametrize("sides", [(GOLD, EXPORT), (BEFORE, AFTER)], ids=["gold", "exports"])
def test_lines_fit_a_narrow_terminal_whatever_rows_hold(sides, tmp_path, capsys):
    long = "several words of a wide row " * 20
    for side, folder in zip(sides, ("old", "new"), strict=True):
        shutil.copytree(side, tmp_path / folder)
        at, end = (900, 900 + len(long)) if folder == "old" else (901, 901 + len(long))
        values = {"kind": "direct", "speaker": long + folder, "rule": long.replace(" ", "-"), "text": long}
        for source in (f"{'a-name-of-a-paper' * 9}.txt", "minutes.txt"):
            row = {"source": source, "start": at, "end": end, **values}
            with (tmp_path / folder / "statements.jsonl").open("a") as file:
                file.write(json.dumps(row) + "\n")
    assert run(["eval", "annotations", str(tmp_path / "old"), str(tmp_path / "new")]) == 0
    lines = capsys.readouterr().out.splitlines()[2:]
    assert len(lines) > 30
    assert [line for line in lines if len(line) > 80] == []


def test_two_exports_read_well(capsys):
    assert run(["eval", "annotations", str(BEFORE), str(AFTER)]) == 0
    out, err = capsys.readouterr()
    assert "statements    9    9     5        3       1     1" in out
    assert "statements lost: 1\n  minutes.txt:195-201  modern  [floating]\n" in out
    assert "      statement_date: - -> 1958-05-12" in out
    assert "what changed: rule 1, span 1, speaker 1, statement_date 1" in out
    assert err == "note: statements: only one side has flags, which is not compared\n"


def test_tables_are_whole_and_say_the_same_in_csv(capsys):
    rows = rows_of(capsys, BEFORE, AFTER, "--limit", "0")
    lost = [row for row in rows if row["record"] == "lost"]
    assert [(r["source"], r["start"], r["end"], r["text"]) for r in lost] == [
        ("minutes.txt", 195, 201, "modern")
    ]
    assert run(["eval", "annotations", str(BEFORE), str(AFTER), "--format", "csv"]) == 0
    flat = list(csv.DictReader(io.StringIO(capsys.readouterr().out.lstrip("\ufeff"))))
    assert len(flat) == len(rows)
    assert [json.loads(r["after"]) for r in flat if r["after"]] == [r["after"] for r in rows if "after" in r]


def test_gold_rows_hold_counts_beside_ratios(capsys):
    rows = rows_of(capsys, GOLD, EXPORT, "--layer", "dates")
    whole = [r for r in rows if r["record"] == "all"]
    assert [(r["measure"], r["right"], r["exported"], r["gold"]) for r in whole] == [
        ("spans", 6, 8, 8),
        ("resolved", 5, 8, 8),
    ]
    assert {"precision", "recall", "f1"} <= whole[0].keys()
    (wrong,) = (r for r in rows if r["record"] == "wrong")
    assert (wrong["wanted"], wrong["got"]) == ({"edtf": "1959"}, {"edtf": "2018"})


def test_gold_in_the_second_place_is_taken_for_gold(capsys):
    right = rows_of(capsys, GOLD, EXPORT)
    assert run(["eval", "annotations", str(EXPORT), str(GOLD), "--format", "jsonl"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line) for line in out.splitlines()] == right
    assert "look swapped" in err


def test_gold_by_order_is_not_turned_round(capsys):
    assert run(["eval", "annotations", str(BEFORE), str(GOLD), "--gold", "--layer", "statements"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"gold    {BEFORE}\n")
    assert "warning: the two look swapped" in err


def test_an_archive_is_an_export_and_gains_nothing_on_itself(corpus_archive, tmp_path, capsys):
    export = tmp_path / "export"
    export.mkdir()
    for layer in ("statements", "dates", "citations"):
        to = ["-o", str(export / f"{layer}.jsonl")]
        assert run(["export", layer, "--archive", str(corpus_archive), *to]) == 0
    rows = rows_of(capsys, corpus_archive, export)
    totals = [row for row in rows if row["record"] == "total"]
    assert [row["layer"] for row in totals] == ["statements", "dates", "citations"]
    assert all(row["same"] == row["old"] == row["new"] > 0 for row in totals)
    assert not any(row["record"] in ("gained", "lost", "changed") for row in rows)


def test_layers_that_one_side_lacks_are_left_out_and_named(capsys):
    assert {row["layer"] for row in rows_of(capsys, EXPORT, AFTER)} == {"statements"}
    assert run(["eval", "annotations", str(EXPORT), str(AFTER)]) == 0
    assert "holds no dates, citations, which are left out" in capsys.readouterr().err


def test_folders_look_like_what_they_are():
    assert looks_like_gold(GOLD)
    assert not any(looks_like_gold(folder) for folder in (EXPORT, BEFORE, HERE))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        ('{"start": 1, "end": 2}', "names no source"),
        ('{"source": "a", "start": 2, "end": 2}', "not a span: start 2, end 2"),
        ('{"source": "a", "start": -1, "end": 2}', "not a span"),
        ('{"source": "a", "start": true, "end": 2}', "not a span"),
        ('{"source": "a", "start": "1", "end": 2}', "not a span"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_bad_rows_are_one_line_with_their_place(tmp_path, capsys, line, fault):
    good = (EXPORT / "dates.jsonl").read_text(encoding="utf-8")
    (tmp_path / "dates.jsonl").write_text(f"{good}\n{line}\n", encoding="utf-8")
    with pytest.raises(UnreadableSource, match="line 13"):
        read_rows(tmp_path / "dates.jsonl")
    assert run(["eval", "annotations", str(EXPORT), str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert fault in err
    assert "line 13" in err
    assert len([n for n in err.splitlines() if n.startswith("policytext: error")]) == 1


def test_bytes_that_are_no_text_are_refused(tmp_path):
    (tmp_path / "dates.jsonl").write_bytes(b"\xff\xfe{}")
    with pytest.raises(UnreadableSource, match="UTF-8"):
        read_rows(tmp_path / "dates.jsonl")


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([HERE, EXPORT], "holds nothing to compare"),
        ([EXPORT, HERE], "holds nothing to compare"),
        ([GOLD, GOLD], "both look like gold"),
        ([BEFORE, AFTER, "--layer", "dates"], "holds no dates.jsonl"),
        ([HERE, EXPORT, "--gold"], "holds nothing to compare"),
        ([BEFORE, EXPORT, "--gold", "--layer", "citations"], "no gold of citations"),
        ([GOLD, EXPORT, "--fields", "speaker"], "gold has its own fields"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments, fault, capsys):
    assert run(["eval", "annotations", *map(str, arguments)]) == 1
    assert fault in capsys.readouterr().err


def test_an_export_of_other_papers_is_refused(tmp_path, capsys):
    text = (EXPORT / "dates.jsonl").read_text(encoding="utf-8")
    renamed = text.replace("minutes.txt", "Minutes.TXT").replace("digest.txt", "Digest.TXT")
    (tmp_path / "dates.jsonl").write_text(renamed, encoding="utf-8")
    assert run(["eval", "annotations", str(GOLD), str(tmp_path)]) == 1
    assert "no paper of the gold is in it: digest.txt, minutes.txt" in capsys.readouterr().err


def test_a_folder_without_gold_raises():
    with pytest.raises(BadRequest, match="no gold of dates"):
        read_gold(BEFORE, "dates")


def test_an_unknown_field_is_told(capsys):
    assert run(["eval", "annotations", str(BEFORE), str(AFTER), "--fields", "speeker"]) == 0
    assert "no statements have a field speeker" in capsys.readouterr().err


def test_papers_of_one_name_are_told_of(tmp_path, capsys):
    rows = [{"source": "a.txt", "document": d, "start": 0, "end": 4, "text": "1948"} for d in ("a", "a-2")]
    (tmp_path / "dates.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert run(["eval", "annotations", str(tmp_path), str(EXPORT), "--layer", "dates"]) == 0
    assert "dates of several papers called a.txt may be taken for one another" in capsys.readouterr().err
