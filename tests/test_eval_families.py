"""`policytext eval annotations` on claims, reprints, edits and blocks: counted by hand, laws, bad rows."""

import csv
import io
import json
import shutil
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.cli.root import run
from policytext.errors import BadRequest, PolicytextError, UnreadableSource
from policytext.evaluation.annotating.families import score_claims
from policytext.evaluation.annotating.figures import Agreement, added
from policytext.evaluation.annotating.gains import Tally, gain_rows, gains, renamed
from policytext.evaluation.annotating.gold import looks_like_gold, read_gold
from policytext.evaluation.annotating.intervals import LEAST_ROWS, interval
from policytext.evaluation.annotating.printings import score_reprints
from policytext.evaluation.annotating.repairs import score_blocks, score_edits
from policytext.evaluation.annotating.rows import Row, meeting, read_rows, row_of, touch, touched
from policytext.evaluation.annotating.scoring import score
from tables_of_cases import DATA

HERE = DATA / "evaluation" / "annotations" / "families"
GOLD, EXPORT, AFTER, PAPERS = (HERE / name for name in ("gold", "export", "after", "papers"))
TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted(PAPERS.iterdir())}
SCORERS = {
    "claims": score_claims,
    "reprints": score_reprints,
    "blocks": score_blocks,
    "edits": lambda gold, rows: score_edits(gold, rows, TEXTS),
}


def scored(layer, gold=GOLD, export=EXPORT):
    return SCORERS[layer](read_gold(gold, layer), read_rows(export / f"{layer}.jsonl", layer))


def counts(one):
    return one.right, one.exported, one.found, one.gold


@pytest.mark.parametrize("folder", [GOLD, EXPORT, AFTER], ids=lambda path: path.name)
def test_the_data_quote_their_papers(folder):
    for path in folder.iterdir():
        for row in read_rows(path, "edits"):
            assert TEXTS[row.source][row.start : row.end] == row.text


# (right, exported, found, gold) as counted by hand: see the papers beside the data.
BY_HAND = {
    "claims": {
        "coded": (5, 6, 3, 6),
        "reprints once": (3, 4, 4, 6),  # c2 is found where it is printed again
        "denied": (1, 3, 1, 1),
        "stance of found": (4, None, None, 5),
        "speaker of found": (4, None, None, 5),
        "date of found": (4, None, None, 5),
        "attributed of found": (3, None, None, 5),
    },
    "reprints": {"pairs": (3, 6, None, 6)},
    "edits": {"repaired": (6, None, None, 8)},  # what is only suggested repairs nothing
    "blocks": {"blocks": (1, 2, 1, 2)},
}


@pytest.mark.parametrize("layer", BY_HAND)
def test_measures_counted_by_hand(layer):
    assert {name: counts(one) for name, one in scored(layer).measures.items()} == BY_HAND[layer]


def test_families_counted_by_hand():
    families = scored("claims").groups["family"]
    assert {name: counts(one) for name, one in families.items()} == {
        "purse": (2, 2, 1, 1),
        "rest": (2, 2, 1, 3),
        "walls": (1, 2, 1, 2),
    }
    mean = scored("claims").ratios["coded, mean of 3 families"]
    assert mean.precision == pytest.approx((1 + 1 + 1 / 2) / 3)
    assert mean.recall == pytest.approx((1 + 1 / 3 + 1 / 2) / 3)
    assert mean.f1 == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)


def test_grouping_counted_by_hand():
    # four places of one family, of which three are held together; two of another, of which one is; and one
    grouping = scored("claims").ratios["grouping of 7 places (B-cubed)"]
    assert grouping.precision == 1.0
    assert grouping.recall == pytest.approx((3 * 3 / 4 + 1 / 4 + 2 * 1 / 2 + 1) / 7)
    assert scored("claims").figures == {"families exported": 4, "places": 7, "places held": 5}


def test_claims_that_are_not_as_in_the_gold():
    told = [(c.kind, c.row.values["family"], c.row.text[:12], c.faults) for c in scored("claims").cases()]
    assert told == [
        ("missed", "rest", "Each new sch", ()),
        ("wrong", "walls", "The two depa", ("speaker",)),
        ("extra", "purse", "I doubt that", ()),
        ("extra", "walls", "Our view is ", ()),
        ("wrong", "rest", "let the new ", ("stance",)),
        ("missed", "walls", "The two depa", ()),
        ("wrong", "purse", "Money should", ("date",)),
    ]


def test_families_by_other_names_are_judged_as_groups(tmp_path):
    rows = [
        {**row.values, "family": f"found-{row.values['family']}"}
        for row in read_rows(EXPORT / "claims.jsonl")
    ]
    write(tmp_path / "claims.jsonl", rows)
    one = scored("claims", export=tmp_path)
    assert one.measures == {}
    assert one.ratios == {
        name: r for name, r in scored("claims").ratios.items() if name.startswith("grouping")
    }
    assert list(one.groups["family ~ nearest exported"]) == [
        "purse ~ found-purse",
        "rest ~ found-rest",
        "walls ~ found-walls",
    ]
    assert [case.kind for case in one.cases()] == ["missed", "missed"]


def test_pairs_that_are_not_as_in_the_gold():
    told = [(c.kind, c.row.text[:10], c.other.text[:10]) for c in scored("reprints").cases() if c.other]
    assert told == [
        ("missed", "Each new s", "Each new s"),
        ("extra", "Money shou", "What the s"),
        ("extra", "Money shou", "Each new s"),
        ("extra", "Each new s", "Money shou"),
        ("missed", "Each new s", "Each new s"),
        ("missed", "Money shou", "Money shou"),
    ]
    assert [c.row.text for c in scored("reprints").cases() if c.kind == "outside"] == ["I doubt that."]


def test_a_sentence_and_its_paragraph_may_share_a_group():
    """Pairs across groups that touch are not counted either way."""
    gold = read_gold(GOLD, "reprints")
    first = [row for row in gold.rows if row.values["group"] in ("g1", "g4")]
    everything = [Row(r.source, r.start, r.end, r.text, {"group": "all"}) for r in first]
    assert counts(score_reprints(gold, everything).measures["pairs"]) == (3, 3, None, 6)


def test_damage_counted_by_hand():
    one = scored("edits")
    assert {name: (s.right, s.gold) for name, s in one.groups["kind"].items()} == {
        "char_confusion": (2, 2),
        "html_or_markdown": (1, 2),
        "hyphen_break": (1, 1),
        "missing_char": (1, 1),
        "page_number": (1, 1),
        "split_word": (0, 1),
    }
    assert (one.figures["harm"], one.figures["words"]) == (1, 26)
    told = [(c.kind, c.row.text, c.reads) for c in one.cases()]
    assert told == [
        ("missed", "ag reed", None),
        ("extra", "It was", None),
        ("wrong", "*", ("", "_")),
    ]


def test_only_damage_in_scope_counts(tmp_path):
    shutil.copytree(GOLD, tmp_path, dirs_exist_ok=True)
    write(tmp_path / "damage_scope.jsonl", [{"source": "scan.txt", "start": 0, "end": 40}])
    one = scored("edits", tmp_path)
    assert counts(one.measures["repaired"]) == (4, None, None, 4)
    assert (one.figures["harm"], one.figures["words"]) == (0, 9)
    assert counts(scored("blocks", tmp_path).measures["blocks"]) == (0, 1, 0, 0)
    assert counts(scored("claims", tmp_path).measures["coded"]) == (5, 6, 3, 6)


def test_damage_in_another_text_is_refused():
    gold, rows = read_gold(GOLD, "edits"), read_rows(EXPORT / "edits.jsonl", "edits")
    with pytest.raises(BadRequest, match="does not read as the gold says"):
        score_edits(gold, rows, {"scan.txt": "x" + TEXTS["scan.txt"]})
    with pytest.raises(BadRequest, match="not at hand"):
        score_edits(gold, rows, {})


def test_papers_add_up_to_the_whole():
    for layer in ("claims", "edits", "blocks"):
        one = scored(layer)
        for name, whole in one.measures.items():
            assert counts(added(measures[name] for measures in one.by_source().values())) == counts(whole)


def as_exported(row, **changed):
    return Row(row.source, row.start, row.end, row.text, {**row.values, **changed})


def test_gold_agrees_with_itself():
    claims = read_gold(GOLD, "claims")
    one = score_claims(claims, [as_exported(row) for row in claims.marked])
    assert all((s.precision in (None, 1.0)) and s.recall == 1.0 for s in one.measures.values())
    assert [r.f1 for r in one.ratios.values()] == [1.0, 1.0]
    assert not one.cases()
    printings = read_gold(GOLD, "reprints")
    assert score_reprints(printings, printings.rows).measures["pairs"].f1 == 1.0
    damage = read_gold(GOLD, "edits")
    mended = [
        as_exported(row, replacement=row.values["expected"])
        for row in damage.marked
        if row.values["level"] == "inline"
    ]
    assert score_edits(damage, mended, TEXTS).measures["repaired"].recall == 1.0


@pytest.mark.parametrize("layer", BY_HAND)
def test_nothing_exported_finds_nothing(layer):
    one = SCORERS[layer](read_gold(GOLD, layer), [])
    first = next(iter(one.measures.values()))
    assert first.held == 0
    assert first.recall == 0.0
    assert first.precision is None
    assert {case.kind for case in one.cases()} == {"missed"}


# Intervals.


def test_one_paper_is_not_testable():
    assert interval([Agreement(3, 4, 5)]) is None
    assert interval([]) is None
    assert interval([Agreement(0, 0, 0), Agreement(0, 0, 0)]) is None


@pytest.mark.parametrize(
    "papers",
    [
        [Agreement(0, 3, 2), Agreement(0, 2, 1)],  # none of three rows: no sign that none is ever found
        [Agreement(1, 1, 1), Agreement(0, 1, 3)],  # four rows
        [Agreement(4, 4, 4), Agreement(5, 5, 5)],  # all at 1
        [Agreement(0, 9, 9), Agreement(0, 4, 4)],  # all at 0
        [Agreement(3, 4, 5)] * 6,
    ],
)
def test_papers_alike_or_hardly_any_rows_are_not_testable(papers):
    assert interval(papers) is None


def test_papers_apart_leave_doubt():
    low, high = interval([Agreement(0, 4, 5), Agreement(4, 4, 4)] * 4)
    whole = added([Agreement(0, 4, 5), Agreement(4, 4, 4)] * 4).f1
    assert 0 < low < whole < high < 1
    assert interval([Agreement(1, None, 4), Agreement(4, None, 4)]) == (0.25, 1.0)


papers_of_scores = st.lists(
    st.integers(0, 9).flatmap(
        lambda n: st.builds(lambda a, b: Agreement(n, n + a, n + b), st.integers(0, 9), st.integers(0, 9))
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=40)
@given(papers_of_scores)
def test_an_interval_lies_between_the_papers(papers):
    found = interval(papers)
    values = [s.f1 for s in papers if s.f1 is not None]
    if sum(s.gold for s in papers) < LEAST_ROWS or len(set(papers)) == 1:
        assert found is None
    if found:
        # a draw may hold only papers with nothing in them, which is 0
        assert min([*values, *([0.0] if len(values) < len(papers) else [])]) - 1e-9 <= found[0] <= found[1]
        assert found[1] <= max(values) + 1e-9
        assert interval(papers) == found


# Touching.

spans = st.builds(
    lambda source, start, length: Row(source, start, start + length, "x" * length, {}),
    st.sampled_from(["a", "b"]),
    st.integers(0, 40),
    st.integers(0, 15),
)


@given(st.lists(spans, max_size=12), st.lists(spans, max_size=12))
def test_touching_and_meeting_are_what_one_by_one_finds(first, second):
    assert touched(first, second) == [[j for j, b in enumerate(second) if touch(a, b)] for a in first]
    assert meeting(first, second) == [
        [j for j, b in enumerate(second) if a.source == b.source and b.start <= a.end and b.end >= a.start]
        for a in first
    ]


# Gains and losses.


def compared(layer, fields=None):
    return gains(layer, *(read_rows(side / f"{layer}.jsonl", layer) for side in (EXPORT, AFTER)), fields)


def test_claims_gained_lost_and_moved():
    found = compared("claims")
    assert found.tally == Tally(same=6, changed=3, gained=1, lost=1)
    assert [(d.kind, d.row.text[:10], d.fields) for d in found.differences] == [
        ("changed", "Nobody is ", ("family",)),
        ("changed", "A change o", ("stance",)),
        ("lost", "I doubt th", ()),
        ("changed", "Each new s", ("span",)),
        ("gained", "The two de", ()),
    ]
    assert found.by_family() == {
        "rest": Tally(same=2, changed=3),
        "purse": Tally(same=2, lost=1),
        "walls": Tally(same=1, gained=1),
        "bells": Tally(same=1),
    }


def test_groups_have_names_of_their_own_in_each_export():
    found = compared("reprints")
    assert found.tally == Tally(same=5, changed=1, gained=1)
    (change,) = found.of_kind("changed")
    assert change.fields == ("group", "relation")
    assert (change.old.values["group"], change.new.values["group"]) == ("rb", "ra'")


groups = st.builds(
    lambda start, group: Row("a", start, start + 5, "xxxxx", {"group": group, "rule": "reprints.r"}),
    st.integers(0, 40),
    st.sampled_from("pqrs"),
)
printings = st.lists(groups, max_size=10, unique_by=lambda row: row.start)


@given(printings, st.permutations("wxyz"))
def test_other_names_of_groups_are_no_news(rows, names):
    other = [as_exported(r, group=dict(zip("pqrs", names, strict=True))[r.values["group"]]) for r in rows]
    assert gains("reprints", rows, other).tally == Tally(same=len(rows))


@given(printings, printings)
def test_renaming_keeps_groups_apart(old, new):
    after = renamed("group", old, new)
    pairs = Counter((a.values["group"], b.values["group"]) for a, b in zip(new, after, strict=True))
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)


def test_a_gain_row_names_its_family():
    rows = [row for row in gain_rows(compared("claims")) if row["record"] == "family"]
    assert rows[0] == {
        "record": "family",
        "layer": "claims",
        "family": "rest",
        "same": 2,
        "changed": 3,
        "gained": 0,
        "lost": 0,
    }


# The command.


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def rows_of(capsys, *arguments):
    assert run(["eval", "annotations", *map(str, arguments), "--format", "jsonl"]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_folder_with_any_of_these_is_gold(tmp_path):
    assert looks_like_gold(GOLD)
    assert not looks_like_gold(EXPORT)
    for name in ("damage", "reprints", "claims"):
        folder = tmp_path / name
        folder.mkdir()
        shutil.copy(GOLD / f"{name}.jsonl", folder)
        assert looks_like_gold(folder)


def test_the_report_reads_well(capsys):
    assert run(["eval", "annotations", str(GOLD), str(EXPORT), "--papers", str(PAPERS), "--limit", "1"]) == 0
    out, err = capsys.readouterr()
    assert "\n  coded              5         6  0.833      3     6  0.500  0.625  " in out
    assert "rest        2         2  1.000      1     3  0.333  0.500" in out
    assert 'should read "", reads "_"' in out
    assert "reprints missed: 3 (the first 1)\n  report.txt:100-141  Each new" in out
    assert "\n      with debate.txt:61-93  Each new scheme undoes the last.\n" in out
    assert "      speaker: wanted speaker Ada Pell; got speaker -\n" in out
    assert "stance: wanted" not in out  # beyond the limit
    assert "claims wrong: 3 (the first 1)" in out
    assert err == ""


def test_rows_for_programs_are_whole(capsys):
    rows = rows_of(capsys, GOLD, EXPORT, "--papers", PAPERS, "--limit", "0")
    kinds = Counter((row["layer"], row["record"]) for row in rows)
    assert kinds["claims", "missed"], kinds["claims", "extra"] == (2, 2)
    assert kinds["claims", "wrong"] == 3
    assert kinds["reprints", "missed"] == 3
    assert kinds["claims", "source"] == 7 * 2
    (coded,) = (r for r in rows if r["record"] == "all" and r.get("measure") == "coded")
    assert (coded["right"], coded["exported"], coded["found"], coded["gold"]) == (5, 6, 3, 6)
    assert coded["precision"] == pytest.approx(5 / 6)
    assert coded["low"] < coded["f1"] < coded["high"]
    (harm,) = (r for r in rows if r["record"] == "figure" and r["measure"] == "harm per 1,000 words")
    assert harm["value"] == pytest.approx(1000 / 26)
    assert run(["eval", "annotations", str(GOLD), str(EXPORT), "--format", "csv"]) == 0
    flat = list(csv.DictReader(io.StringIO(capsys.readouterr().out.lstrip("\ufeff"))))
    assert len(flat) == len([row for row in rows if row["layer"] != "edits"])


def test_edits_of_a_folder_need_the_papers(capsys):
    assert run(["eval", "annotations", str(GOLD), str(EXPORT)]) == 0
    assert "edits are left out: the text of scan.txt is not at hand" in capsys.readouterr().err
    assert run(["eval", "annotations", str(GOLD), str(EXPORT), "--layer", "edits"]) == 1
    assert "not at hand" in capsys.readouterr().err
    (whole,) = (
        r
        for r in rows_of(capsys, GOLD, EXPORT, "--layer", "edits", "--papers", PAPERS)
        if r["record"] == "all"
    )
    assert (whole["right"], whole["gold"]) == (6, 8)


def test_an_archive_brings_the_texts_of_its_papers(tmp_path, capsys):
    assert run(["ingest", str(PAPERS), "--archive", str(tmp_path / "archive")]) == 0
    capsys.readouterr()
    rows = rows_of(capsys, GOLD, tmp_path / "archive", "--layer", "edits")
    (whole,) = (row for row in rows if row["record"] == "all")
    assert whole["gold"] == 8
    assert 0 < whole["right"] <= 8


def test_an_archive_without_claims_has_none(corpus_archive, coded_archive, capsys):
    rows = rows_of(capsys, corpus_archive, corpus_archive)
    assert {row["layer"] for row in rows} == {
        "statements",
        "dates",
        "citations",
        "edits",
        "blocks",
        "reprints",
    }
    assert run(["eval", "annotations", str(corpus_archive), str(coded_archive)]) == 0
    assert f"{corpus_archive} holds no claims, which are left out" in capsys.readouterr().err
    assert run(["eval", "annotations", str(corpus_archive), str(coded_archive), "--layer", "claims"]) == 1
    assert "no claims yet" in capsys.readouterr().err


def test_an_archive_gains_nothing_on_its_own_export(coded_archive, tmp_path, capsys):
    for layer in ("edits", "blocks", "reprints", "claims"):
        to = ["-o", str(tmp_path / f"{layer}.jsonl")]
        assert run(["export", layer, "--archive", str(coded_archive), *to]) == 0
    capsys.readouterr()
    rows = rows_of(capsys, coded_archive, tmp_path)
    totals = {row["layer"]: row for row in rows if row["record"] == "total"}
    assert list(totals) == ["edits", "blocks", "reprints", "claims"]
    assert all(row["same"] == row["old"] == row["new"] > 0 for row in totals.values())


# Bad rows.


@pytest.mark.parametrize(
    ("layer", "line", "fault"),
    [
        ("claims", '{"source": "a", "start": 0, "end": 2}', "names no family"),
        ("claims", '{"source": "a", "start": 0, "end": 2, "family": null}', "names no family"),
        ("claims", '{"source": "a", "start": 0, "end": 2, "family": ["x"]}', "names no family"),
        ("reprints", '{"source": "a", "start": 0, "end": 2, "group": ""}', "names no group"),
        ("edits", '{"source": "a", "start": 3, "end": 2}', "not a span"),
        ("blocks", '{"source": "a", "start": 2, "end": 2}', "not a span"),
    ],
)
def test_rows_that_say_nothing_are_refused_with_their_place(tmp_path, capsys, layer, line, fault):
    (tmp_path / f"{layer}.jsonl").write_text(f"\n{line}\n")
    with pytest.raises(UnreadableSource, match=f"line 2.*{fault}"):
        read_rows(tmp_path / f"{layer}.jsonl", layer)
    assert run(["eval", "annotations", str(EXPORT), str(tmp_path)]) == 1
    assert fault in capsys.readouterr().err


def test_a_strength_that_is_no_number_is_refused(tmp_path, capsys):
    row = {"source": "a", "start": 0, "end": 2, "family": "x", "strength": "high"}
    write(tmp_path / "claims.jsonl", [row])
    assert run(["eval", "annotations", str(tmp_path), str(EXPORT)]) == 1
    assert "a:0-2: strength is no number: 'high'" in capsys.readouterr().err


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
NAMES = [
    *(
        "speaker",
        "speaker_accept",
        "statement_date",
        "date_alt",
        "edtf",
        "type",
        "class",
        "canonical",
        "title",
    ),
    *("uri", "kind", "covering", "optional", "debatable", "text", "rule", "level", "expected", "certain"),
    *("origin", "replacement", "status", "moved_to", "variant", "relation", "stance", "id", "reprint_of"),
]
hostile = st.builds(
    lambda start, length, rest, name: {
        **rest,
        "source": "a",
        "start": start,
        "end": start + length,
        "family": name,
        "group": name,
    },
    st.integers(0, 12),
    st.integers(1, 8),
    st.dictionaries(st.sampled_from(NAMES), anything, max_size=6),
    st.sampled_from(["p", "q", 3]),
)


@pytest.mark.parametrize(
    "layer", ["statements", "dates", "citations", "edits", "blocks", "reprints", "claims"]
)
def test_whatever_fields_hold_is_judged_or_refused(layer, tmp_path_factory):
    folder = tmp_path_factory.mktemp(layer)
    files = {"citations": "legislation", "edits": "damage", "blocks": "damage"}

    @settings(max_examples=50)
    @given(st.lists(hostile, max_size=5), st.lists(hostile, max_size=5))
    def judged(gold, export):
        write(folder / f"{files.get(layer, layer)}.jsonl", gold)
        rows = [row_of(values, "here", layer) for values in export]
        try:
            wanted = read_gold(folder, layer)
            if layer == "edits":
                score_edits(wanted, rows, {"a": "x" * 30}).cases()
            else:
                SCORERS.get(layer, score)(wanted, rows).cases()
        except PolicytextError:
            return
        assert gains(layer, rows, rows).tally == Tally(same=len(rows))

    judged()
