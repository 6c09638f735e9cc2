"""What made a run: everything that somebody needs who wants to make it again."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from policytext import __version__
from policytext.evaluation.retrieval.collections.opening import corpus_of
from policytext.evaluation.retrieval.records import Collection
from policytext.files import source_sha256
from policytext.index.lexical import ANALYSER
from policytext.index.models import ModelFolder, find_model, read_model
from policytext.index.pieces import piece_counter
from policytext.pipeline.benchmarks.bm25 import PLAIN
from policytext.pipeline.benchmarks.experiment import Setting
from policytext.pipeline.benchmarks.systems import NONE, OWN_MODEL, SystemSpec, is_usual, plain, tuned_on
from policytext.store.archive import Archive

_OF_WORDS = ("tantivy", "symspellpy")
_OF_MEANING = ("numpy", "tokenizers")
_OF_TORCH = ("sentence-transformers", "transformers", "torch")
_EVERYWHERE = ("PyStemmer",)


def header_of(
    spec: SystemSpec, collection: Collection, files: Mapping[str, str], setting: Setting
) -> dict[str, Any]:
    """Returns the header of a run, in the sections of ir_metadata (Breuer, Keller and Schaer, SIGIR 2022).

    The section ``policytext`` is ours and complete: ``version`` and ``source_sha256`` (of this package's own
    files: figures of other code are not taken for its), ``system`` (the specification, a model by its name),
    ``parameters``, ``analyser`` (None where no words are compared), ``libraries``, ``model`` and
    ``reranker`` (name, SHA-256 of the weights), ``collection``, ``split``, ``files`` (SHA-256 by role),
    ``archive`` (the digest that its indexes name), ``depth``, ``passages`` and what counted their
    ``pieces``, ``equal_scores`` (their order), ``seed``, ``tuned_on`` (collections), ``tuned_on_told``
    (whether the user said anything of it) and ``package_defaults`` (whether every parameter is as usual). No
    time, no path and no name of a machine is in it.

    Args:
        spec: the system.
        collection: what it is asked.
        files: SHA-256 of the collection's files by role.
        setting: how it is run.

    Raises:
        ModelUnavailable: the system's model is not here.
        ArchiveError: the collection's archive cannot be opened.
    """
    ours = _ours(spec, collection, files, setting)
    return {
        "platform": {
            "hardware": {"cpu": {"architecture": platform.machine()}},
            "operating system": {"kernel": platform.system()},
            "software": {"python": platform.python_version(), "libraries": ours["libraries"]},
        },
        "implementation": {"source": {"package": "policytext", "version": __version__}},
        "method": {
            "automatic": "true",
            "retrieval": [{"name": spec.tag, "method": spec.name, "parameters": ours["parameters"]}],
        },
        "data": {
            "test collection": {"name": collection.name, "split": collection.split, "sha256": dict(files)}
        },
        "policytext": ours,
    }


def _ours(
    spec: SystemSpec, collection: Collection, files: Mapping[str, str], setting: Setting
) -> dict[str, Any]:
    model = _model_of(spec, collection)
    return {
        "version": __version__,
        "source_sha256": source_sha256(),
        "system": str(plain(spec)),
        "tag": spec.tag,
        "parameters": dict(plain(spec).parameters),
        "analyser": _analyser(spec),
        "libraries": _libraries(spec, model),
        "model": _weights(model),
        "reranker": _weights(_reranker(spec)),
        "collection": collection.name,
        "split": collection.split,
        "files": dict(files),
        "archive": _archive(collection),
        "depth": setting.depth,
        "passages": setting.passages,
        "pieces": piece_counter(find_model()).name if setting.passages else None,
        "equal_scores": "by place in the corpus",
        "seed": setting.seed,
        "tuned_on": sorted({*tuned_on(spec), *setting.tuned_on}),
        "tuned_on_told": bool(setting.tuned_on),
        "package_defaults": is_usual(spec),
    }


def _model_of(spec: SystemSpec, collection: Collection) -> ModelFolder | None:
    """Returns the embedding model that takes part, None for words alone."""
    told = spec.parameters.get("model")
    if told is None or spec.parameters.get("mode") == "lexical":
        return None
    if told == OWN_MODEL and collection.is_archive:
        with Archive.open(corpus_of(collection)) as archive:
            told = archive.meta("model")
        if told is None:  # search itself says what is missing
            return None
    return find_model(str(told)) if told != OWN_MODEL else None


def _reranker(spec: SystemSpec) -> ModelFolder | None:
    told = str(spec.parameters.get("rerank", NONE))
    return None if told == NONE else read_model(Path(told), Path(told).resolve().name)


def _weights(model: ModelFolder | None) -> dict[str, Any] | None:
    if model is None:
        return None
    return {
        "name": model.name,
        "weights_sha256": model.weights_sha256(),
        "dims": model.dims,
        "max_pieces": model.max_pieces,
    }


def _libraries(spec: SystemSpec, model: ModelFolder | None) -> dict[str, str]:
    """Returns the versions of what computes, by name; what is not installed is left out."""
    names = [*_EVERYWHERE]
    if spec.name == "rank-bm25":
        names += ["rank-bm25", "numpy", *(("symspellpy",) if spec.parameters["restore"] else ())]
    elif spec.name != "dense":
        names += _OF_WORDS
    if model is not None:
        from policytext.index.encoder import supports

        names += _OF_MEANING if not supports(model) else (*_OF_MEANING, *_OF_TORCH)
    if spec.parameters.get("rerank", NONE) != NONE:
        names += _OF_TORCH
    found = {}
    for name in sorted(set(names), key=str.casefold):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _analyser(spec: SystemSpec) -> str | None:
    if spec.name == "dense" or spec.parameters.get("mode") == "dense":
        return None
    return PLAIN if spec.parameters.get("terms") == "plain" else ANALYSER


def _archive(collection: Collection) -> dict[str, Any] | None:
    if not collection.is_archive:
        return None
    with Archive.open(corpus_of(collection)) as archive:
        return {"corpus": archive.meta("corpus")}
