"""Where the files of a collection are, and what its ``collection.toml`` says."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from policytext.errors import BadRequest, UnreadableSource
from policytext.store.archive import FILE_NAME

DEFAULT_SPLIT = "test"
SETTINGS = "collection.toml"

_LAYOUT = "a folder with corpus.jsonl, queries.jsonl and qrels/NAME.tsv"
_CORPORA = ("corpus.jsonl",)
_QUERIES = ("queries.jsonl", "queries.tsv", "topics.trec", "topics.xml", "topics.txt", "topics.tsv")
_QRELS = ("tsv", "jsonl", "trec", "txt")
_SETTINGS: Mapping[str, type] = {"name": str, "exhaustive": bool, "split": str}
_SAID_ONLY = frozenset({"description", "licence", "source"})
"""What ``collection.toml`` may say beside, for people."""


@dataclass(frozen=True, slots=True)
class CollectionFiles:
    """Where everything of a collection is; ``groups`` and ``settings`` need not be."""

    corpus: Path
    queries: Path
    qrels: Path
    groups: Path | None
    settings: Path | None
    is_archive: bool

    def by_role(self) -> dict[str, Path]:
        """Returns the files that are there, by what they are for."""
        corpus = self.corpus / FILE_NAME if self.is_archive else self.corpus
        told = {
            "corpus": corpus,
            "queries": self.queries,
            "qrels": self.qrels,
            "groups": self.groups,
            "settings": self.settings,
        }
        return {role: path for role, path in told.items() if path is not None}


def home_of(folder: Path) -> Path:
    """Returns the folder in which queries and qrels are looked for: of a file, that it lies in."""
    return folder if folder.is_dir() else folder.parent


def settings_of(home: Path) -> dict[str, Any]:
    """Returns what ``collection.toml`` says; nothing where there is none.

    Raises:
        UnreadableSource: it is no TOML, or has a setting that nobody knows or of another kind.
    """
    path = home / SETTINGS
    if not path.is_file():
        return {}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UnreadableSource(f"not TOML: {error}", str(path)) from error
    for name, value in told.items():
        if name not in _SETTINGS and name not in _SAID_ONLY:
            raise UnreadableSource(f"no such setting: {name}", str(path), ", ".join(_SETTINGS))
        if name in _SETTINGS and not isinstance(value, _SETTINGS[name]):
            raise UnreadableSource(f"{name} is no {_SETTINGS[name].__name__}: {value!r}", str(path))
    return told


def find_files(
    folder: Path, split: str, archive: Path | None, queries: Path | None, qrels: Path | None, named: str
) -> CollectionFiles:
    """Returns the files of a collection; ``named`` is the split of a qrels file beside the queries.

    Raises:
        BadRequest: documents, queries or the qrels of the split are not there.
    """
    home = home_of(folder)
    corpus = folder if folder.is_file() else _first(home, _CORPORA)
    if archive is None and corpus is None and (folder / FILE_NAME).is_file():
        archive = folder
    if archive is None and corpus is None:
        raise BadRequest("not a collection: no corpus.jsonl", str(folder), f"{_LAYOUT}, or --archive DIR")
    asked = queries or _first(home, _QUERIES)
    if asked is None:
        raise BadRequest("not a collection: no queries.jsonl", str(folder), f"{_LAYOUT}, or --queries FILE")
    settings, groups = home / SETTINGS, _first(home, ("groups.tsv",))
    place = archive if archive is not None else corpus
    assert place is not None
    return CollectionFiles(
        place,
        asked,
        qrels or _split(home, split, named),
        groups,
        settings if settings.is_file() else None,
        archive is not None,
    )


def _first(home: Path, names: Iterable[str]) -> Path | None:
    """Returns the first of some files that is there, packed or not."""
    paths = (home / f"{name}{packed}" for name in names for packed in ("", ".gz"))
    return next((path for path in paths if path.is_file()), None)


def _split(home: Path, split: str, named: str) -> Path:
    """Returns the qrels of a split: ``qrels/NAME.*``, or the one ``qrels.*`` if it is of this split."""
    found = _first(home / "qrels", (f"{split}.{end}" for end in _QRELS))
    beside = _first(home, (f"qrels.{end}" for end in _QRELS))
    if found is None and split == named:
        found = beside
    if found is not None:
        return found
    packed = [f".{end}{gz}" for end in _QRELS for gz in ("", ".gz")]
    names = (path.name for path in (home / "qrels").glob("*"))
    there = {name.removesuffix(end) for name in names for end in packed if name.endswith(end)}
    there |= {named} if beside else set()
    raise BadRequest(
        f"no qrels of split {split!r}", str(home), ", ".join(sorted(there)) or f"{_LAYOUT}, or --qrels FILE"
    )
