"""The scores that stand beside their commands: what can be run with what is here gives what it gave."""

import importlib.util
import tomllib

import pytest

from conftest import ROOT

spec = importlib.util.spec_from_file_location("scores", ROOT / "eval" / "scores.py")
scores = importlib.util.module_from_spec(spec)
spec.loader.exec_module(scores)
RUNS = tomllib.loads((ROOT / "eval" / "scores.toml").read_text(encoding="utf-8"))["run"]
OURS = [run for run in RUNS if run["collection"] == scores.OWN]


@pytest.mark.slow
@pytest.mark.parametrize("run", OURS, ids=[run["system"] for run in OURS])
def test_our_own_queries_score_what_they_scored(run, corpus_archive, tmp_path_factory):
    cache = tmp_path_factory.getbasetemp() / "scores-cache"
    found = scores.means(scores.command_of(run, tmp_path_factory.getbasetemp(), corpus_archive, cache))
    assert [(measure, said) for measure, _, said, fine in scores.verdicts(run, found) if not fine] == []


def test_a_score_that_moved_or_lies_too_far_is_told():
    run = {"scores": {"AP": 0.3}, "published": {"AP": {"score": 0.31, "within": 0.01, "by": "somebody"}}}
    told = {found: list(scores.verdicts(run, {"AP": found})) for found in (0.30004, 0.3002, 0.29)}
    assert told[0.30004] == [("AP", 0.30004, "as before; published 0.31 (somebody)", True)]
    assert told[0.3002] == [("AP", 0.3002, "was 0.3000; published 0.31 (somebody)", False)]
    assert told[0.29][0][2:] == ("was 0.3000; published 0.31 (somebody): TOO FAR", False)
