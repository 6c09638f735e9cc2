"""Statements by way of a user's own parser: who is subject of a reporting verb, which clause it takes.

The rules read words and marks; a parser knows the clause in "The matron said only half the beds were full".
``clauses_of`` takes such clauses from a parsed document and leaves out what nobody is said to have said
(negated, supposed, still to come); ``find_parsed`` makes statements of those that the rules have missed. The
labels are those of spaCy's English pipelines (ClearNLP) and of Universal Dependencies.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from policytext.annotation import Statement
from policytext.extract.indirect.clauses import clause_end, trimmed
from policytext.extract.indirect.reporting import Head, forms, lists
from policytext.extract.indirect.verbal import tense_of
from policytext.extract.indirect.verbgroups import Group, verb_group
from policytext.extract.quotations import BLANK
from policytext.extract.speakers.mentions import lower
from policytext.extract.speakers.speaker import Speaker
from policytext.extract.speech.frame import Cue
from policytext.extract.speech.said import WORD, Reading, Said
from policytext.extract.words import Tense, verbs, words
from policytext.spans import Span
from policytext.text.sentences import sentences

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

RULE = "parsed-clause"
_SURE = 0.6
"""No statement by a parser is surer: which parser it is, and what it was trained on, is not known here."""
_CONTENT = frozenset({"that", "bare", "told", "wh"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "nsubj:pass", "csubj", "csubjpass", "csubj:pass", "expl"})
_FINITE = frozenset({"mark", "aux", "aux:pass", "auxpass", "cop"})
_PASSIVE = frozenset({"auxpass", "aux:pass", "nsubjpass", "nsubj:pass"})
_RELATIVE = frozenset({"relcl", "acl:relcl"})
_NOT_YET = frozenset(
    {"to", "will", "would", "can", "could", "may", "might", "should", "shall", "must", "ought"}
) | {
    *(
        "wo",
        "ca",
        "'ll",
        "’ll",
        "'d",
        "’d",
        "if",
        "unless",
        "whether",
        "lest",
        "until",
        "suppose",
        "supposing",
    )
}
"""Auxiliaries and conjunctions of what has not been said."""
_NEVER = frozenset({"not", "n't", "n’t", "never", "nor", "neither", "hardly", "scarcely"})
_NOBODY = re.compile(
    r"(?:(?:if|unless|hardly any|almost no) )?(?:few|no|nobody|none|neither|any|anyone|anybody|whoever|"
    r"everyone|everybody|those|you)\b",
    re.IGNORECASE,
)
_ITSELF = re.compile(r"(?:this|these|the present)\b", re.IGNORECASE)
_WHO = re.compile(r"\b(?:who|that|which)\b")
_EDGE = re.compile(r"[\s,;:–—-]*")
_LEAST_WORDS = 3
_MOST_WORDS = 3
"""The longest form of a reporting verb has so many words."""
_MOST_STEPS = 4
_MOST_JOINED = 12
_BY_SPEAKER = 0.3
"""How far a doubtful speaker lowers the certainty (an exponent), as for indirect speech by rule."""


@dataclass(frozen=True, slots=True)
class ParsedClause:
    """A clause that a parser gives to a reporting verb with a subject; all spans are clean.

    ``subject`` is the whole noun phrase, ``heads`` the nouns, names or pronouns at its head, more than one
    where they are joined; ``verb`` is the reporting verb without auxiliaries, ``clause`` what it takes.
    """

    subject: Span
    heads: tuple[Span, ...]
    verb: Span
    clause: Span


def clauses_of(doc: Doc, offset: int = 0) -> tuple[ParsedClause, ...]:
    """Returns the clauses of reporting verbs in a parsed document, in reading order of the verbs.

    Args:
        doc: the document; one without dependencies has no clauses.
        offset: where its text begins in the clean text.
    """
    if not doc.has_annotation("DEP"):
        return ()
    return tuple(c for token in doc if token.dep_ not in _FINITE for c in _clauses(token, offset))


def _clauses(token: Token, offset: int) -> Iterator[ParsedClause]:
    verb = _reporting(token)
    if verb is None or not _is_told(token):
        return
    subject = _subject(token)
    if subject is None:
        return
    phrase, heads = subject
    complements = [c for word in verb for c in word.children if c.dep_ in {"ccomp", "xcomp"}]
    for complement in complements:
        clause = _content(complement, verb)
        if clause is not None:
            yield ParsedClause(
                _span(phrase, offset),
                tuple(_span([h, h], offset) for h in heads),
                _span([verb[0], verb[-1]], offset),
                _span(clause, offset),
            )


def _span(ends: Sequence[Token], offset: int) -> Span:
    return Span(offset + ends[0].idx, offset + ends[-1].idx + len(ends[-1]))


def _reporting(token: Token) -> list[Token] | None:
    """Returns the words of the reporting verb that begins with a token, the longest form first."""
    doc = token.doc
    for length in range(_MOST_WORDS, 0, -1):
        found = list(doc[token.i : token.i + length])
        shown = " ".join(t.lower_ for t in found)
        form = forms().get(shown)
        if form is not None or (shown in verbs() and length == 1):
            return found
    return None


def _is_told(verb: Token) -> bool:
    """Tells what was said from what was not, might be or is asked for."""
    for child in verb.children:
        if child.dep_ in _PASSIVE or child.dep_ == "neg" or child.lower_ in _NEVER:
            return False
    while True:
        if any(c.dep_ in {"aux", "mark"} and c.lower_ in _NOT_YET for c in verb.children):
            return False
        if verb.dep_ != "conj" or verb.head is verb or _own_subject(verb) is not None:
            return True
        verb = verb.head  # "would rise and say": the auxiliary belongs to both


def _own_subject(verb: Token) -> Token | None:
    return next((c for c in verb.children if c.dep_ in _SUBJECTS), None)


def _subject(verb: Token) -> tuple[list[Token], list[Token]] | None:
    """Returns the first and last token of a verb's subject, and its heads; a joined verb shares its own."""
    for _ in range(_MOST_STEPS):
        subject = _own_subject(verb)
        if subject is not None:
            break
        if verb.dep_ != "conj":
            return None
        verb = verb.head
    else:
        return None
    if subject.dep_ != "nsubj":
        return None
    last = subject.right_edge
    if subject.lower_ in {"who", "which", "that"}:
        if verb.dep_ not in _RELATIVE:
            return None
        subject, last = verb.head, verb.left_edge.nbor(-1) if verb.left_edge.i else verb.head
    return [subject.left_edge, last], [subject, *_joined(subject, last)]


def _joined(noun: Token, last: Token) -> list[Token]:
    """Returns the nouns joined to a subject's head, hanging each on the one before, or all on it."""
    found, at = [noun], 0
    while at < len(found) < _MOST_JOINED:
        found += [c for c in found[at].children if c.dep_ == "conj" and c.i <= last.i]
        at += 1
    return found[1:]


def _content(complement: Token, verb: Sequence[Token]) -> list[Token] | None:
    """Returns the first and last token of a complement that tells something, without its "that"."""
    shown = " ".join(t.lower_ for t in verb)
    frames = forms()[shown].frames if shown in forms() else frozenset()
    deps = {child.dep_ for child in complement.children}
    if complement.dep_ == "xcomp":
        if "to" not in frames or not any(c.lower_ == "to" for c in complement.children):
            return None
    elif not deps & _SUBJECTS or not (_has_verb(complement, deps) if frames & _CONTENT else "mark" in deps):
        return None  # "called it a shame" has no verb of its own
    first, last = complement.left_edge, complement.right_edge
    if first.lower_ == "that" and first.dep_ == "mark":
        first = first.nbor(1)
    if first.i <= verb[-1].i <= last.i:
        return None  # "The beds, she said, were empty": no one stretch
    return [first, last]


def _has_verb(complement: Token, deps: set[str]) -> bool:
    return bool(deps & _FINITE) or complement.pos_ in {"", "VERB", "AUX"}


def find_parsed(
    reading: Reading,
    paragraphs: Sequence[Span],
    clauses: Sequence[ParsedClause],
    taken: Iterable[Statement],
) -> list[Said]:
    """Returns the clauses that no statement has told yet as indirect speech, in reading order.

    Args:
        reading: the document.
        paragraphs: its paragraphs, in order; a clause outside them is none.
        clauses: what a parser found.
        taken: the statements already found; nothing of a clause or of its verb may stand in one. Turns do
            not count: in a speech others are reported.
    """
    if not clauses:
        return []
    covered = _Covered((s.start, s.end) for s in taken if s.kind != "turn")
    starts = [p.start for p in paragraphs]
    bounds: dict[int, list[Span]] = {}
    found: list[Said] = []
    for parsed in sorted(set(clauses), key=lambda c: (c.clause.start, -c.clause.end, c.verb)):
        index = bisect_right(starts, parsed.verb.start) - 1
        if index < 0 or parsed.verb.end > paragraphs[index].end:
            continue
        if index not in bounds:
            place = paragraphs[index]
            bounds[index] = sentences(reading.frame.text, place.start, place.end)
        said = _said(reading, parsed, bounds[index])
        if (
            said is None
            or covered.any(said.start, said.end)
            or covered.any(parsed.verb.start, parsed.verb.end)
        ):
            continue
        if not found or said.start >= found[-1].end:
            found.append(said)
    return found


class _Covered:
    """Stretches of a text, overlapping ones joined, to look places up in."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        for start, end in sorted(spans):
            if self._ends and start <= self._ends[-1]:
                self._ends[-1] = max(end, self._ends[-1])
            else:
                self._starts.append(start)
                self._ends.append(end)

    def any(self, start: int, end: int) -> bool:
        """Whether one of them overlaps ``[start, end)``."""
        return bisect_left(self._starts, end) > bisect_right(self._ends, start)


def _said(reading: Reading, parsed: ParsedClause, bounds: Sequence[Span]) -> Said | None:
    text = reading.frame.text
    at = bisect_right(bounds, parsed.verb.start, key=lambda s: s.start) - 1
    if at < 0 or text[bounds[at].end - 1] == "?":
        return None
    start, end = _stretch(text, parsed, bounds[at])
    if BLANK in text[parsed.verb.start : parsed.verb.end] or _is_quoted(text, start):
        return None
    if len(WORD.findall(text, start, max(start, end))) < _LEAST_WORDS:
        return None
    told = _tense(text, parsed.verb, bounds[at].start)
    speaker = _speaker(reading, parsed) if told else None
    if told is None or speaker is None or not _may_tell(reading, parsed, speaker, told):
        return None
    sure = min(_SURE, _SURE * speaker.confidence**_BY_SPEAKER)
    begins, ends = min(speaker.start, parsed.verb.start), max(speaker.end, parsed.verb.end)
    cue = Cue(speaker, text[parsed.verb.start : parsed.verb.end], told, begins, ends, RULE, sure)
    dated = reading.dated(cue, bounds[at].start, max(end, ends))
    return Said(start, end, "indirect", cue, bounds[at].start, dated, RULE, sure)


def _stretch(text: str, parsed: ParsedClause, sentence: Span) -> tuple[int, int]:
    """Returns a clause without the marks at its edges, kept within its sentence as our rules see it."""
    start = max(parsed.clause.start, sentence.start)
    end = min(parsed.clause.end, sentence.end)
    edge = _EDGE.match(text, start, max(start, end))
    start = edge.end() if edge else start
    ends = clause_end if start >= parsed.verb.end else trimmed
    return start, ends(text, start, end) if end > start else start


def _is_quoted(text: str, start: int) -> bool:
    return text[start : start + 3].lstrip("“\"‘'*_")[:1] == BLANK


def _tense(text: str, verb: Span, floor: int) -> Tense | None:
    shown = " ".join(text[verb.start : verb.end].lower().split())
    form = forms().get(shown)
    if form is None:
        return verbs()[shown].tense if shown in verbs() else None
    group: Group = verb_group(text, floor, verb.start)
    return tense_of(Head(verb.start, verb.end, form), group)


def _may_tell(reading: Reading, parsed: ParsedClause, speaker: Speaker, tense: Tense) -> bool:
    """Tells a report from what a text says of itself, and from those whom a clause only defines."""
    text = reading.frame.text
    subject = text[parsed.subject.start : parsed.subject.end]
    shown = text[speaker.start : speaker.end].lower()
    if _NOBODY.match(subject) or (speaker.type == "document" and _ITSELF.match(subject)):
        return False
    if shown in {"i", "we"}:
        verb = " ".join(text[parsed.verb.start : parsed.verb.end].lower().split())
        form = forms().get(verb)
        return tense == "past" and form is not None and form.base in lists()["said_by_self"]
    between = text[speaker.end : max(speaker.end, parsed.verb.start)]
    return tense == "past" or speaker.type != "anonymous" or _WHO.search(between) is None


def _speaker(reading: Reading, parsed: ParsedClause) -> Speaker | None:
    """Returns who stands at the head of a subject; joined ones as one; None for what is nobody we know."""
    found = [_at(reading, parsed.subject, head) for head in parsed.heads]
    if None in found:
        return None
    known = list(dict.fromkeys(speaker for speaker in found if speaker is not None))
    first, last = known[0], known[-1]
    if len(known) == 1:
        unknown = first.rule == "pronoun" and reading.resolved(first).name is None
        return None if unknown else first
    sure = min(speaker.confidence for speaker in known)
    if all(s.name and s.type == first.type and s.rule != "pronoun" for s in known):
        name = "; ".join(s.name or "" for s in known)
        return replace(first, end=last.end, name=name, rule="names", confidence=sure, antecedent=None)
    return Speaker(first.start, last.end, None, "anonymous", "people", sure)


def _at(reading: Reading, subject: Span, head: Span) -> Speaker | None:
    frame = reading.frame
    reach = max(subject.end, head.end)
    near = [s for s in frame.speakers_within(subject.start, reach) if s.end <= reach]
    here = next((s for s in near if s.start <= head.start and head.end <= s.end), None)
    if here is not None:
        return here
    beside = next((s for s in near if s.start >= head.end), None)  # "its matron, Mrs Hall, said"
    named = beside is not None and beside.type == "person" and beside.name
    if beside is not None and named and frame.text[head.end : beside.start] in {", ", " "}:
        return beside
    noun = lower(frame.text[head.start : head.end])
    people = words()["people"] | words()["role"] | words()["occupation"]
    if not {noun, noun.removesuffix("s")} & people:
        return None
    return Speaker(min(subject.start, head.start), head.end, None, "anonymous", "people", _SURE)
