"""What can go wrong, said in one line: what, where, and what to try.

    PolicytextError
    ├── UnreadableSource     a file or a line of one cannot become a document
    ├── CatalogueError       catalogue.csv cannot be used
    ├── ArchiveError         the archive is missing, locked, damaged or of another version
    ├── IndexUnavailable     an index is missing, stale or half-written
    │   └── IndexDamaged     its bytes are not what they were when it was made
    ├── ModelUnavailable     no embedding model where one is needed
    ├── NotFound             no such document, passage or layer
    └── BadRequest           a query, date or option that cannot be understood

The library raises these; only the command line turns them into text and an exit code.
"""

from __future__ import annotations


class PolicytextError(Exception):
    """Base of all errors of this package.

    Args:
        what: the fault in a few words, without a final stop.
        where: the file, document or option it concerns; empty where there is none.
        advice: what to try next; empty where nothing helps.
    """

    def __init__(self, what: str, where: str = "", advice: str = "") -> None:
        super().__init__(what, where, advice)
        self.what, self.where, self.advice = what, where, advice

    def __str__(self) -> str:
        """One line: ``where: what (try: advice)``."""
        place = f"{self.where}: " if self.where else ""
        hint = f" (try: {self.advice})" if self.advice else ""
        return " ".join(f"{place}{self.what}{hint}".split())


class UnreadableSource(PolicytextError):
    """A file, or one line of a file, cannot become a document."""


class CatalogueError(PolicytextError):
    """The catalogue cannot be used as it stands."""


class ArchiveError(PolicytextError):
    """The archive is missing, locked, damaged or of another version."""


class IndexUnavailable(PolicytextError):
    """An index is missing, stale or half-written."""


class IndexDamaged(IndexUnavailable):
    """The bytes of an index are not what they were when it was made."""


class ModelUnavailable(PolicytextError):
    """No usable embedding model was found."""


class NotFound(PolicytextError):
    """Nothing of that name is in the archive."""


class BadRequest(PolicytextError):
    """A query, a date or an option cannot be understood."""
