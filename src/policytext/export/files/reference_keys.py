"""Keys of bibliographies: a name and a year to read, and what the work is, so that a key stays its own."""

from __future__ import annotations

import hashlib
import re
import unicodedata

_NOT_IN_KEY = re.compile("[^a-z0-9]")


class Keys:
    """Gives keys such as ``pryce1956-3f2a``: the last part is of the work's own identity, so it stays."""

    def __init__(self) -> None:
        self._taken: dict[str, str] = {}

    def of(self, head: str, identity: str) -> str:
        """Returns the key of a work; ``head`` is a name and a year."""
        name, _, year = head.rpartition(" ")
        plain = unicodedata.normalize("NFKD", name[:200]).casefold()
        word = _NOT_IN_KEY.sub("", plain)[:40] or "anonymous"
        digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
        for length in range(4, len(digest) + 1):
            key = f"{word}{year}-{digest[:length]}"
            if self._taken.setdefault(key, identity) == identity:
                return key
        raise AssertionError("two works of one identity")
