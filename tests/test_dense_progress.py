"""The time left is told from the speed of late: what an earlier run left done goes by at once."""

from __future__ import annotations

import sys
import time

from policytext.cli.progress import TerminalWatcher


def drawn(monkeypatch, capsys, steps):
    """Returns the last line drawn after ``steps`` of (seconds passed, steps done)."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    watcher = TerminalWatcher()
    watcher.stage("embeddings", 10_000)
    for seconds, done in steps:
        now[0] += seconds
        watcher.advance(done)
    return capsys.readouterr().err.rpartition("\r\033[K")[2]


def test_speed_and_time_left_are_told(monkeypatch, capsys):
    line = drawn(monkeypatch, capsys, [(1, 20)] * 50)
    assert line == "embeddings: 1,000 of 10,000, 20.0 a second, 7:30 left"


def test_what_was_done_before_does_not_count_as_speed(monkeypatch, capsys):
    line = drawn(monkeypatch, capsys, [(0.2, 9_000)] + [(1, 10)] * 40)
    assert line == "embeddings: 9,400 of 10,000, 10.0 a second, 1:00 left"


def test_no_speed_is_told_too_early(monkeypatch, capsys):
    assert drawn(monkeypatch, capsys, [(0.3, 50)]) == "embeddings: 50 of 10,000"
