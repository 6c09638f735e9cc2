"""What is found in papers that a reader has marked does not fall below what was reached.

The floors are tests/data/extract/marked.json: the least F1 of each measure, a little under what
`policytext eval annotations` prints, so that a rule that loses more than it gains is seen.
"""

import json
from pathlib import Path

import pytest

from conftest import ROOT
from policytext.evaluation.annotating.gold import read_gold
from policytext.evaluation.annotating.rows import row_of
from policytext.evaluation.annotating.scoring import LayerScore, score
from policytext.export.layers import layer_rows
from policytext.pipeline.ingesting import ingest
from policytext.store.archive import Archive

MARKED = ROOT / "eval" / "marked"
FLOORS = json.loads((Path(__file__).parent / "data" / "extract" / "marked.json").read_text())


@pytest.fixture(scope="module", params=sorted(FLOORS))
def reached(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory):
    """The name of a set of papers, and the score of each layer there."""
    from policytext.config import NO_MODEL, Settings

    archive = tmp_path_factory.mktemp(request.param)
    report = ingest([MARKED / request.param / "papers"], archive, settings=Settings(model=NO_MODEL))
    assert not report.skipped
    scores: dict[str, LayerScore] = {}
    with Archive.open(archive) as opened:
        for layer in ("statements", "dates", "citations"):
            rows = [row_of(row, layer) for row in layer_rows(opened, layer)]
            scores[layer] = score(read_gold(MARKED / request.param / "gold", layer), rows)
    return request.param, scores


@pytest.mark.parametrize("layer", ["statements", "dates", "citations"])
def test_the_papers_marked_by_a_reader(reached, layer):
    name, scores = reached
    for measure, least in FLOORS[name][layer].items():
        assert scores[layer].measures[measure].f1 >= least, (name, layer, measure)


def test_the_gold_stands_where_it_says(reached):
    name, _ = reached
    for path in sorted((MARKED / name / "gold").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            raw = (MARKED / name / "papers" / row["source"]).read_bytes().decode("utf-8-sig")
            assert raw[row["start"] : row["end"]] == row["text"], row
