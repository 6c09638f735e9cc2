"""The schemas of other people's formats, which are not ours to ship."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def schema(*parts: str) -> str:
    """The path of a schema below the folder that POLICYTEXT_SCHEMAS names; skips where there is none."""
    folder = os.environ.get("POLICYTEXT_SCHEMAS")
    if not folder:
        pytest.skip("POLICYTEXT_SCHEMAS names no folder of schemas")
    path = Path(folder)
    if not path.is_absolute():
        path = (ROOT / path).resolve()
    assert path.is_dir(), f"POLICYTEXT_SCHEMAS is no folder: {path}"
    return str(path.joinpath(*parts))
