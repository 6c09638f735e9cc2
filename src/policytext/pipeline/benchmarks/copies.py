"""Spoiled copies of a collection: made once, kept in a working folder with how they were made.

A copy that was made of the same documents with the same confusions, error rate, seed and source code, and
that nobody has changed since, is taken as it is.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from policytext.evaluation.noise.confusion_files import confusions_json
from policytext.evaluation.noise.confusions import Confusions
from policytext.evaluation.noise.curves import SpoiledCopy, Unreached
from policytext.evaluation.noise.spoiling import (
    Level,
    Noise,
    Parts,
    Realised,
    calibrated,
    distance,
    realised,
)
from policytext.evaluation.reading.rates import Rate
from policytext.evaluation.retrieval.collections.beir import write_documents
from policytext.evaluation.retrieval.collections.opening import documents, fingerprints
from policytext.evaluation.retrieval.records import Collection
from policytext.files import replacing, sha256_of, source_sha256, write_bytes
from policytext.pipeline.watching import Watcher

CLEAN_NAME = "clean"
_CORPUS, _MADE = "corpus.jsonl", "made.json"


def copy_name(rate: float, seed: int) -> str:
    """Returns the name of a copy, which is that of its folder."""
    return f"cer{100 * rate:g}-s{seed}"


class CopyMaker:
    """Makes spoiled copies of a collection, and remembers those that could not be made.

    Args:
        collection: whose documents are spoiled; of an archive its passages.
        confusions: what was learned of misreading.
        rates: the error rates wished, rising, as shares of characters.
        work: the working folder, made where it is missing.
        watcher: hears of the progress.

    Raises:
        UnreadableSource: the documents cannot be read.
    """

    def __init__(
        self,
        collection: Collection,
        confusions: Confusions,
        rates: Sequence[float],
        work: Path,
        watcher: Watcher,
    ) -> None:
        self._collection, self._confusions, self._rates = collection, confusions, rates
        self._work, self._watcher = work, watcher
        self._unreached: dict[float, float] = {}
        self._basis = self._fingerprint()
        self.documents = 0

    def corpus(self, rate: float, seed: int) -> Path:
        """Returns the file of a copy's documents."""
        return self._work / copy_name(rate, seed) / _CORPUS

    def clean(self) -> Path | None:
        """Returns the file of an archive's passages as they are; None where the documents have a file."""
        if not self._collection.is_archive:
            return None
        path = self._work / CLEAN_NAME / _CORPUS
        path.parent.mkdir(parents=True, exist_ok=True)
        self._write(path, None, 0.0)
        return path

    def unreached(self) -> list[Unreached]:
        """Returns the rates that were not reached with every seed so far."""
        return [Unreached(rate, most) for rate, most in sorted(self._unreached.items())]

    def copies(self, seed: int) -> Iterator[SpoiledCopy]:
        """Yields the copies of one seed, as they are there or are made now."""
        there = {rate: self._there(rate, seed) for rate in self._rates}
        if all(there.values()):
            yield from (copy for copy in there.values() if copy)
            return
        noise = Noise(self._confusions, seed)
        self._watcher.stage(f"seed {seed}: finding how far to spoil", None)
        for level in calibrated(self._parts, noise, self._rates):
            if level.is_reached:
                yield there[level.wished] or self._made(level, noise)
            else:
                self._unreached[level.wished] = min(
                    level.reachable, self._unreached.get(level.wished, level.reachable)
                )

    def _made(self, level: Level, noise: Noise) -> SpoiledCopy:
        path = self.corpus(level.wished, noise.seed)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._watcher.stage(f"spoiling to {100 * level.wished:g} %, seed {noise.seed}", None)
        done = self._write(path, noise, level.level)
        copy = SpoiledCopy(level.wished, noise.seed, level.level, done)
        facts = {
            "basis": self._basis,
            "sha256": sha256_of(path),
            "level": copy.level,
            "errors": done.rate.errors,
            "characters": done.rate.length,
            "quartiles": list(done.quartiles),
            "documents": self.documents,
        }
        write_bytes(path.with_name(_MADE), (json.dumps(facts, indent=1) + "\n").encode())
        return copy

    def _write(self, path: Path, noise: Noise | None, level: float) -> Realised:
        """Writes the documents spoiled, or as they are, and returns by how much."""
        self.documents, rates = 0, []
        with replacing(path) as file:
            for document in documents(self._collection):
                parts = document.title, document.text
                title, text = noise.spoiled(document.id, parts, level) if noise else parts
                rates.append(Rate(distance(parts, (title, text)), sum(map(len, parts))))
                write_documents([replace(document, title=title, text=text)], file)
                self.documents += 1
                self._watcher.advance()
        return realised(rates)

    def _there(self, rate: float, seed: int) -> SpoiledCopy | None:
        """Returns the copy that an earlier run made of the same, None where there is none."""
        path = self.corpus(rate, seed)
        try:
            facts: dict[str, Any] = json.loads(path.with_name(_MADE).read_bytes())
            if facts["basis"] != self._basis or facts["sha256"] != sha256_of(path):
                return None
            low, middle, high = facts["quartiles"]
            done = Realised(Rate(facts["errors"], facts["characters"]), (low, middle, high))
            self.documents = facts["documents"]
            return SpoiledCopy(rate, seed, facts["level"], done)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _parts(self) -> Iterator[tuple[str, Parts]]:
        return ((document.id, (document.title, document.text)) for document in documents(self._collection))

    def _fingerprint(self) -> str:
        """Returns what tells copies apart that were made of other things or by other code."""
        corpus = fingerprints(self._collection)["corpus"]
        digest = hashlib.sha256(json.dumps([source_sha256(), corpus]).encode())
        digest.update(confusions_json(self._confusions))
        return digest.hexdigest()
