"""How long work tells what it does, to whoever wants to show it."""

from __future__ import annotations

from typing import Protocol


class Watcher(Protocol):
    """Hears of stages and steps; the command line draws them, tests count them."""

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins; ``total`` steps, None where nobody knows."""
        ...

    def advance(self, steps: int = 1) -> None:
        """``steps`` more are done."""
        ...

    def note(self, line: str) -> None:
        """Something worth a line happened."""
        ...


class Silent:
    """Shows nothing."""

    def stage(self, name: str, total: int | None) -> None:
        """Ignores it."""

    def advance(self, steps: int = 1) -> None:
        """Ignores it."""

    def note(self, line: str) -> None:
        """Ignores it."""
