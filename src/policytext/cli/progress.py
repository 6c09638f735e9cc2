"""Progress on stderr, only on a terminal: one line that is written over; and what an interruption leaves."""

from __future__ import annotations

import sys
import time
from collections import deque

import click

INTERRUPTED = "policytext.interrupted"
"""Where a context keeps what is to be said when its command is interrupted."""
_EVERY = 0.1  # seconds between two drawings
_RECENT = 20.0  # seconds that tell the speed: what an earlier run left done goes by at once and tells nothing


def goes_on() -> None:
    """Lets the command in hand say, if it is interrupted, that given again it goes on where it stopped."""
    context = click.get_current_context(silent=True)
    if context is not None:
        told = "what was stored stays, and the same command goes on from there"
        context.meta[INTERRUPTED] = told


class TerminalWatcher:
    """Draws the stage, the steps done, the speed and the time left; notes are lines that stay."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._name = ""
        self._total: int | None = None
        self._done = 0
        self._drawn = 0.0
        self._reached: deque[tuple[float, int]] = deque()  # when how many were done, lately

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins."""
        self._wipe()
        self._name, self._total, self._done = name, total, 0
        self._drawn = 0.0
        self._reached.clear()
        self._draw()

    def advance(self, steps: int = 1) -> None:
        """``steps`` more are done."""
        self._done += steps
        if time.monotonic() - self._drawn >= _EVERY:
            self._draw()

    def note(self, line: str) -> None:
        """Writes a line that stays, on a terminal or not."""
        self._wipe()
        click.echo(line, err=True)

    def close(self) -> None:
        """Takes the line away."""
        self._wipe()

    def _draw(self) -> None:
        if not self._live:
            return
        self._drawn = time.monotonic()
        speed = self._speed(self._drawn)
        parts = [f"{self._name}: {self._done:,}" + (f" of {self._total:,}" if self._total else "")]
        if speed:
            parts.append(f"{speed:,.1f} a second")
        if speed and self._total:
            parts.append(f"{_clock((self._total - self._done) / speed)} left")
        click.echo(f"\r\033[K{', '.join(parts)}", err=True, nl=False)

    def _speed(self, now: float) -> float:
        """Returns steps a second of late, 0 where it is too early to say."""
        self._reached.append((now, self._done))
        while len(self._reached) > 2 and now - self._reached[1][0] >= _RECENT:
            self._reached.popleft()
        since, done = self._reached[0]
        return (self._done - done) / (now - since) if now - since > 0.5 else 0.0

    def _wipe(self) -> None:
        if self._live and self._name:
            click.echo("\r\033[K", err=True, nl=False)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
