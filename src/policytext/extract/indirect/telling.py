"""A sentence and the reporting words in it, as the passes for indirect speech see it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from policytext.extract.indirect.reporting import Head, Noun
from policytext.extract.indirect.subjects import Subject, participle_subject, subject_of
from policytext.extract.indirect.verbgroups import Group, verb_group
from policytext.extract.speech.frame import Cue, Frame

_GERUND = re.compile(r"[a-z]+ing\b")


@dataclass(frozen=True, slots=True)
class Indirect:
    """A content that is attributed in indirect speech; clean ``[start, end)``.

    ``head`` is where the reporting word stands and ``opens`` where its clause begins: of two in one sentence
    the earlier head goes first, and one inside the content of another is part of that content. ``clause``
    tells a clause from a noun phrase; ``group`` is where a reporting verb begins with its auxiliaries, 0 for
    anything else.
    """

    start: int
    end: int
    cue: Cue
    head: int
    opens: int
    clause: bool = True
    group: int = 0


@dataclass(frozen=True, slots=True)
class Telling:
    """A sentence, clean ``[start, end)``, with its reporting verbs and nouns of saying in order.

    What stands before a verb is read once, however many passes ask for it.
    """

    frame: Frame
    start: int
    end: int
    heads: tuple[Head, ...]
    nouns: tuple[Noun, ...]
    _groups: dict[int, Group] = field(default_factory=dict)
    _subjects: dict[tuple[int, int, bool], Subject | None] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole text of the frame."""
        return self.frame.text

    def group(self, at: int) -> Group:
        """Returns the verb group before the verb at ``at``."""
        if at not in self._groups:
            gerund = _GERUND.match(self.frame.text, at) is not None
            self._groups[at] = verb_group(self.frame.text, self.start, at, gerund=gerund)
        return self._groups[at]

    def subject(self, at: int, *, human: bool, floor: int | None = None) -> Subject | None:
        """Returns the subject before ``at``, where a verb group begins, as ``subject_of`` does."""
        low = self.start if floor is None else floor
        key = (low, at, human)
        if key not in self._subjects:
            self._subjects[key] = subject_of(self.frame, low, at, human=human)
        return self._subjects[key]

    def leading(self, at: int) -> Subject | None:
        """Returns who a form in -ing at ``at`` is said of: a paper right before it, else the main subject."""
        found = participle_subject(self.frame, self.start, at)
        for head in self.heads if found is None else ():
            if head.start >= at:
                break
            found = self.subject(self.group(head.start).start, human=True)
            if found is not None:
                return found
        return found

    def before(self, at: int, length: int) -> str:
        """Returns at most so many characters of the sentence before a place."""
        return self.frame.text[max(self.start, at - length) : at]

    def shown(self, subject: Subject) -> str:
        """Returns the words that name a subject, in lower case."""
        return self.frame.text[subject.speaker.start : subject.speaker.end].lower()
