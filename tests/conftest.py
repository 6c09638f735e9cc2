"""Folders and archives that several tests share."""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports them: one BLAS thread is faster on a busy machine, and no test needs a network.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

# No law is broken by a machine that is busy.
settings.register_profile("policytext", deadline=None)
settings.load_profile("policytext")

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"


@pytest.fixture(scope="session")
def papers() -> Path:
    """The folder of real papers, which are not ours to ship."""
    folder = os.environ.get("POLICYTEXT_PAPERS")
    if not folder:
        pytest.skip("POLICYTEXT_PAPERS names no folder of papers")
    path = Path(folder)
    if not path.is_absolute():
        path = (ROOT / path).resolve()
    assert path.is_dir(), f"POLICYTEXT_PAPERS is no folder: {path}"
    return path


@pytest.fixture(scope="session")
def corpus_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of our own papers; tests only read it."""
    from policytext.pipeline.ingesting import ingest

    folder = tmp_path_factory.mktemp("corpus") / "archive"
    report = ingest([CORPUS / "damaged"], folder, catalogue=CORPUS / "catalogue.csv")
    assert not report.skipped
    return folder


@pytest.fixture(scope="session")
def papers_archive(papers: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the real papers; tests only read it."""
    from policytext.pipeline.ingesting import ingest

    folder = tmp_path_factory.mktemp("papers") / "archive"
    report = ingest([papers], folder)
    assert not report.skipped
    return folder


@pytest.fixture(scope="session")
def coded_archive(corpus_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of our own papers, coded against our codebook; tests only read it."""
    return coded(corpus_archive, tmp_path_factory.mktemp("coded") / "archive")


@pytest.fixture(scope="session")
def coded_papers_archive(papers_archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of the real papers, coded against our codebook; tests only read it."""
    return coded(papers_archive, tmp_path_factory.mktemp("coded_papers") / "archive")


def coded(archive: Path, folder: Path) -> Path:
    """A copy of an archive, coded against our codebook."""
    from policytext.pipeline.claims import CodingSettings, code_archive

    shutil.copytree(archive, folder)
    code_archive(folder, CORPUS / "codebook.toml", CodingSettings())
    return folder
