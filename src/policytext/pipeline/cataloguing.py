"""Which catalogue speaks for which file, when several folders are ingested at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from policytext.document import Metadata
from policytext.ingest.catalogue import Catalogue
from policytext.ingest.discovery import Found


class Catalogues:
    """The catalogue given, or those that lie in the folders that are read.

    A file named outright is looked up in the catalogue beside it. ``notes`` tells of rows that fitted several
    files; the first has it.

    Raises:
        CatalogueError: one of them cannot be used.
    """

    def __init__(self, paths: Sequence[Path], given: Path | None = None) -> None:
        self._given = Catalogue.load(given) if given else None
        self._owners: dict[tuple[int, str], str] = {}
        self.notes: list[str] = []
        self._walked = {p.resolve() for p in paths if p.is_dir()}
        folders = sorted({p if p.is_dir() else p.parent for p in paths})
        self._beside = {} if given else {f.resolve(): c for f, c in Catalogue.beside(folders).items()}

    def metadata(self, found: Found) -> Metadata | None:
        """Returns what the nearest catalogue above the file says of it, None where none does."""
        if self._given is not None:
            return self._row(self._given, found)
        for folder in Path(found.path).parents:
            if folder in self._beside:
                return self._row(self._beside[folder], found)
        return None

    def _row(self, catalogue: Catalogue, found: Found) -> Metadata | None:
        """Returns the row of a file, unless it was another file's: one row describes one file."""
        row = catalogue.row_of(found)
        if row is None:
            return None
        file = found.path.removesuffix(found.name) + found.name.partition("#")[0]
        owner = self._owners.setdefault((id(catalogue), row), file)
        if owner != file:
            self.notes.append(
                f"the catalogue's row {row} went to {owner}, not to {file}: name both by folder"
            )
            return None
        return catalogue.metadata(found)

    def unused(self, seen: set[str]) -> list[str]:
        """Returns a line for each catalogue that lists files not met; ``seen`` holds file names."""
        listed = [self._given] if self._given else [c for f, c in self._beside.items() if f in self._walked]
        lines = []
        for catalogue in listed:
            missing = [name for name in catalogue.unused(seen) if Path(name).name not in seen]
            if missing:
                shown = ", ".join(missing[:5]) + (" ..." if len(missing) > 5 else "")
                lines.append(f"the catalogue lists {len(missing)} file(s) that were not met: {shown}")
        return lines
