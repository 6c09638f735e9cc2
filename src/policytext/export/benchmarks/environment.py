"""On what figures were computed: Python, system, processor, libraries. No time, no name, no folder."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from policytext.files import source_sha256

_PACKAGES = (
    *("policytext", "ir-measures", "pytrec-eval-terrier", "numpy", "scipy", "scikit-learn", "rapidfuzz"),
    *("rank-bm25", "tantivy", "PyStemmer", "tokenizers", "sentence-transformers", "transformers", "torch"),
    *("spacy", "altair", "vl-convert-python"),
)
"""Whatever may shape a run, a figure or a picture."""
_VARIABLES = (
    *("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
    *("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES", "PYTHONHASHSEED"),
)
_CPUINFO = Path("/proc/cpuinfo")
_MODEL = re.compile(r"^(?:model name|Model)\s*:\s*(.+)$", re.MULTILINE)


def environment() -> dict[str, Any]:
    """Returns what figures may depend on, as JSON: the same process asked twice gives the same."""
    return {
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
        "cpu": _cpu(),
        "cores": os.cpu_count(),
        "versions": dict(_versions()),
        "source_sha256": source_sha256(),
        "blas": _blas(),
        "variables": {name: os.environ[name] for name in _VARIABLES if name in os.environ},
    }


def environment_json() -> bytes:
    """Returns the file environment.json."""
    return (json.dumps(environment(), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def _versions() -> Iterator[tuple[str, str]]:
    for package in _PACKAGES:
        try:
            yield package, metadata.version(package)
        except metadata.PackageNotFoundError:  # what is not installed shaped nothing
            continue


def _cpu() -> str:
    """Returns the processor's name; what the system tells of it where there is no /proc/cpuinfo."""
    try:
        found = _MODEL.search(_CPUINFO.read_text(encoding="utf-8", errors="replace"))
    except OSError:
        found = None
    return " ".join(found[1].split()) if found else platform.processor()


def _blas() -> list[dict[str, Any]]:
    """Returns the libraries of linear algebra that numpy has loaded, with their threads, without paths."""
    try:
        import numpy as np  # loads them
        import threadpoolctl
    except ModuleNotFoundError:
        return []
    home = Path(np.__file__).parent.parent
    names = ("internal_api", "version", "architecture", "threading_layer", "num_threads")
    return sorted(
        (
            {name: one[name] for name in names if one.get(name) is not None}
            for one in threadpoolctl.threadpool_info()
            if one.get("user_api") == "blas" and _is_numpys(Path(one["filepath"]), home)
        ),
        key=json.dumps,
    )


def _is_numpys(path: Path, home: Path) -> bool:
    """Whether a library came with numpy, or stands outside all packages; what others bring varies by use."""
    if not path.is_relative_to(home):
        return True
    return path.relative_to(home).parts[0].lower().startswith("numpy")
