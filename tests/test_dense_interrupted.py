"""Embedding that is stopped in the middle, by Ctrl-C or by force, goes on where it was."""

from __future__ import annotations

import signal
import subprocess
import sys

import numpy as np
import pytest

import tinybert
from policytext.errors import IndexUnavailable
from policytext.index.dense import DenseIndex, build_dense
from policytext.index.encoder import NumpyEncoder
from policytext.index.models import read_model
from policytext.index.passages import IndexedPassage

COUNT, KEPT = 900, 512
CHILD = """
import sys, time
from pathlib import Path
from policytext.index.dense import build_dense
from policytext.index.encoder import NumpyEncoder
from policytext.index.passages import IndexedPassage
from policytext.index.models import read_model

class Stuck(NumpyEncoder):
    done = 0
    def encode(self, texts, progress=None):
        rows = super().encode(texts, progress)
        self.done += len(texts)
        if self.done > int(sys.argv[3]):
            print("here", flush=True)
            time.sleep(600)
        return rows

model = read_model(Path(sys.argv[2]), "tiny")
passages = [IndexedPassage(n, f"passage {n}") for n in range(int(sys.argv[4]))]
build_dense(Path(sys.argv[1]), 1, "c" * 64, passages, Stuck(model))
"""


class Counting(NumpyEncoder):
    """Counts the texts it is asked for."""

    asked = 0

    def encode(self, texts, progress=None):
        self.asked += len(texts)
        return super().encode(texts, progress)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_only_what_is_missing_is_computed_again(tmp_path, how):
    model = read_model(tinybert.write_model(tmp_path / "tiny"), "tiny")
    archive, passages = tmp_path / "a", [IndexedPassage(n, f"passage {n}") for n in range(COUNT)]
    command = [sys.executable, "-c", CHILD, archive, model.path, str(KEPT), str(COUNT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdout.readline() == b"here\n"
        child.send_signal(how)
        assert child.wait() != 0
    with pytest.raises(IndexUnavailable):
        DenseIndex.open(archive, 1, model)
    rest = Counting(model)
    resumed = build_dense(archive, 1, "c" * 64, passages, rest)
    assert rest.asked == COUNT - KEPT
    assert build_dense(tmp_path / "b", 1, "c" * 64, passages, NumpyEncoder(model)) == resumed
    assert np.array_equal(
        DenseIndex.open(archive, 1, model).rows, NumpyEncoder(model).encode([p.text for p in passages])
    )
