"""Tables of cases as test parameters. A case with ``xfail`` is a known failure: a lucky fix is noticed."""

import json
from pathlib import Path

import pytest

DATA = Path(__file__).parent / "data"


def cases(table: str) -> list[dict]:
    """The rows of a .jsonl table under tests/data."""
    return [json.loads(line) for line in (DATA / table).read_text(encoding="utf-8").splitlines()]


def parametrised(rows: list[dict]) -> list:
    """One parameter a case, named by the beginning of its text."""
    marked = []
    for case in rows:
        marks = [pytest.mark.xfail(strict=True, reason=case["xfail"])] if "xfail" in case else []
        marked.append(pytest.param(case, id=case["text"][:60], marks=marks))
    return marked
