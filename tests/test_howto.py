"""The how-to pages: every command on them runs, and prints what they say it prints."""

import importlib.util
from pathlib import Path

import pytest

from conftest import ROOT

spec = importlib.util.spec_from_file_location("docs_howto", ROOT / "docs" / "howto.py")
howto = importlib.util.module_from_spec(spec)
spec.loader.exec_module(howto)
PAGES = sorted(howto.PAGES.glob("*.md"))


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_a_page_prints_what_it_says(page: Path, tmp_path: Path):
    text = page.read_text(encoding="utf-8")
    assert "```console\n$ " in text
    assert howto.page(text, tmp_path) == text, f"run: python docs/howto.py {page.stem}"


@pytest.mark.parametrize(
    ("printed", "shown", "kept"),
    [
        ("a\nb\nc\n", "a\n...\n", "a\n...\n"),
        ("a\nb\nc\n", "a\n...\nc\n", "a\n...\nc\n"),
        ("a\nb\nc\n", "...\nc\n", "...\nc\n"),
        ("a\nb\nc\n", "a\nb\n", "a\nb\nc\n"),
        ("a\nb\nd\n", "a\n...\nc\n", "a\nb\nd\n"),
        ("x\nb\nc\n", "a\n...\nc\n", "x\nb\nc\n"),
        ("a\nb\nc\nd\n", "a\n...\nc\n", "a\nb\nc\nd\n"),
    ],
)
def test_what_a_page_leaves_out_stays_out_and_what_it_shows_must_be_printed(printed, shown, kept):
    assert howto.kept(printed, shown) == kept
