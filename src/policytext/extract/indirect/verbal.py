"""Indirect speech told by a reporting verb with its subject: "X said that", "Y stressed the need for"."""

from __future__ import annotations

import re
from functools import lru_cache

from policytext.extract.indirect.clauses import (
    FINITE,
    before_predicate,
    clause_end,
    is_subordinate,
    phrase_end,
)
from policytext.extract.indirect.complements import Content, agreed_with, content_of
from policytext.extract.indirect.reporting import Head, any_of, lists
from policytext.extract.indirect.subjects import Subject, main_subject
from policytext.extract.indirect.telling import Indirect, Telling
from policytext.extract.indirect.verbgroups import Group
from policytext.extract.quotations import BLANK
from policytext.extract.speech.frame import Cue
from policytext.extract.words import Tense

_SELF = frozenset({"i", "we"})
_JOINED = re.compile(r"(?:\b(?:and|but|or|then)|,)(?: (?:also|then|later|further))?\s*$")
_GERUND = re.compile(r"(?:,|\b(?:by|in|while|before|after|on))\s*$")
_RESTRICTIVE = re.compile(r"[^,]*\b(?:who|that) ")
_NOUN_BEFORE = re.compile(
    r"(?:[’']s|s[’']|\b(?:the|an?|this|that|these|those|any|no|some|our|my|your|their|its|his|her|such|"
    r"of|in|by)) $",
    re.IGNORECASE,
)
_NOUN_PHRASE = re.compile(
    r"\b(?:the|an?|its|their|his|her|our|my|this) (?:own|first|last|final|latest|new|next|recent|annual|full|"
    r"detailed|joint|special|separate|further|only|main|chief) $"
)
_COMPLEMENT = re.compile(r"\b(?:is|was|are|were|be|seems?|appears?) (?:[a-z]+ly |very |so |also )?[a-z]+ $")
_RELATIVE = re.compile(r"\b(?:that|which|whom) (?:the |my |our |his |her |their )?$")
_PRONOUN = re.compile(r"he|she|i|we|they|it")
_EMBEDDING = re.compile(
    r"\W*(?:[A-Z][a-z]+(?: [^.;:,]{1,60})?, (?:with [^.;:,]{2,60}, )?)?"
    r"(?P<np>(?:[Tt]he|[Oo]ne|[Tt]wo|[Tt]hree|[Ww]hat|[Aa]nother|[Aa]ll|[Ss]ome)\b(?: [\w’'-]{1,20}){0,8}?)"
    r"(?: (?:that|which|who))? (?:the |most |many |some )?"
)
_EMBEDDED_VERB = re.compile(rf" (?:[a-z]+ly )?(?:{FINITE}|[a-z]{{3,}}(?:ed|s)|to be)\b")
_AUXILIARY = re.compile(rf"(?:{any_of(lists()['auxiliaries'])})\b")
_AFTERWARDS = re.compile(
    r"would (?:later|afterwards|subsequently|soon|eventually|often|always|sometimes|regularly|frequently|"
    r"in time|one day|ever after|in due course|afterward|come to|go on to)\b"
)
_FRONTED = re.compile(
    r"\W*(?:In|From|At|On|For|By|During|After|Before|With|Under|Within|Of|To|Last|Next|This|"
    r"That)\b[^,;:.]{2,60} "
)
_WITH_ARTICLE = re.compile(
    r"(?:the|an?|his|her|its|their|our|my|this|that|one|each|every|another|somebody|someone|nobody) "
)
_CAPITALS = re.compile(r"(?:[A-Z][\w’'-]*(?: |$))+")
_INFORMED = frozenset({"inform", "advise", "remind", "notify", "assure", "warn", "tell"})
_MENTIONS = frozenset({"talk about", "speak about"})
_WELL_FOR = re.compile(
    r"\b(?:(?:very|all|quite) well|fine|easy|all right|no (?:good|use)|open|convenient|fashionable|"
    r"natural|typical) "
    r"for (?:the |my |our )?(?:right )?(?:hon\. )?$"
)
_BY_WHOM = re.compile(r" (?:\w+ )?by\b")
_HOPED = re.compile(
    r"\b(?:I|we) (?:very much |really |do |also |only |still |just |can only |must |would )?(?:hope|"
    r"trust|wish|expect|suspect|"
    r"presume|assume|imagine|doubt|wonder|believe|think|(?:am|are) (?:\w+ )?(?:sure|certain|confident|"
    r"glad|pleased|"
    r"afraid|hopeful))(?: whether| if)?(?: that)?(?: the| my| our| both| all)?(?: (?:right|hon\.|noble|"
    r"learned|gallant))* $"
)
_NEAR = 30
_FINITE = re.compile(rf"\b{FINITE}\b")
_LONGEST_EMBEDDING = 250


@lru_cache(maxsize=1)
def _bases() -> dict[str, frozenset[str]]:
    """Returns the lists of verbs that are treated apart, by name."""
    names = ("said_by_self", "felt_verbs", "not_progressive", "people_only", "subordinators", "told_of")
    return {name: frozenset(lists()[name]) for name in names}


def by_verb(telling: Telling, head: Head) -> Indirect | None:
    """Returns what a reporting verb with a subject reports."""
    group = telling.group(head.start)
    tense = tense_of(head, group)
    if tense is None and group.any_of("infinitive") and "that" in head.form.frames:
        return _well_for(telling, head, group)
    if tense is None or group.any_of("wish") or (group.any_of("modal") and not _came_to(telling, group)):
        return None
    if group.any_of("negated") and head.form.base not in _bases()["felt_verbs"]:
        return None
    agreed = agreed_with(telling.text, head, telling.end)
    if agreed is not None:
        return _agreed(telling, head, agreed)
    return _embedded(telling, head, group, tense) or _told(telling, head, group, tense)


def _well_for(telling: Telling, head: Head, group: Group) -> Indirect | None:
    """Reads "It is all very well for the Minister to argue that": he does."""
    speaker = next(
        reversed(telling.frame.speakers_within(max(telling.start, group.start - 90), group.start)), None
    )
    content = content_of(telling.text, head, telling.end)
    if speaker is None or content is None or content.rule != "that-clause":
        return None
    if telling.text[speaker.end : group.start] != " to " or not _WELL_FOR.search(
        telling.before(speaker.start, 60)
    ):
        return None
    words = telling.text[group.start : content.start].strip(" ,")
    cue = Cue(speaker, words, "present", speaker.start, content.start, content.rule, 0.5)
    return Indirect(
        content.start, clause_end(telling.text, content.start, telling.end), cue, head.start, speaker.start
    )


def _came_to(telling: Telling, group: Group) -> bool:
    """Tells what somebody said afterwards: "would later concede that", "would often say that"."""
    return _AFTERWARDS.match(telling.text, group.start) is not None


def _told(telling: Telling, head: Head, group: Group, tense: Tense) -> Indirect | None:
    content = content_of(telling.text, head, telling.end)
    subject = _subject(telling, head, group, content) if content is not None else None
    if content is None or subject is None or not _fits(telling, head, group, subject):
        return None
    if not _allowed(telling, content, head, group, subject, tense):
        return None
    ends = clause_end if content.clause else phrase_end
    subordinate = is_subordinate(telling.text, telling.start, subject.start)
    end = ends(telling.text, content.start, telling.end, subordinate=subordinate)
    if _is_gerund(head, group) and not content.clause:
        end = before_predicate(telling.text, content.start, end)
    words = telling.text[group.start : content.start].strip(" ,:")
    certainty = content.certainty * subject.certainty
    cue = Cue(subject.speaker, words, tense, subject.start, content.start, content.rule, certainty)
    return Indirect(content.start, end, cue, head.start, subject.start, content.clause, group.start)


def _is_gerund(head: Head, group: Group) -> bool:
    return "gerund" in head.form.parts and group.led is None and not group.any_of("passive")


def tense_of(head: Head, group: Group) -> Tense | None:
    """Returns the tense of a verb with what stands before it; None where it is no verb that tells."""
    parts = head.form.parts
    if group.led is not None:
        if group.any_of("to-have"):  # "is supposed to have said"
            return group.led if "participle" in parts else None
        led = parts & {"base", "gerund"} and not group.any_of("infinitive")
        return group.led if led else None
    for flag, part in (("perfect", "participle"), ("passive", "gerund"), ("emphatic", "base")):
        if group.any_of(flag) and part not in parts:
            return None
    if group.any_of("infinitive") and "base" in parts:
        return None
    return "past" if group.any_of("perfect", "modal") else _simple(parts)


def _simple(parts: frozenset[str]) -> Tense | None:
    """Returns the tense of a form by itself; who "set out" a plan in a text has set it out."""
    if parts & {"past", "gerund"}:
        return "past"
    return "present" if parts & {"base", "third"} else None


def _subject(telling: Telling, head: Head, group: Group, content: Content) -> Subject | None:
    before = telling.before(group.start, 12)
    if _is_gerund(head, group):
        if not _GERUND.search(before):
            return _reduced(telling, group)
        told = (content.clause and content.rule != "wh-clause") or head.form.base in _bases()["told_of"]
        return telling.leading(group.start) if told else None
    found = telling.subject(group.start, human="human" in head.form.frames)
    if found is None and _JOINED.search(before):
        return main_subject(telling.frame, telling.start, group.start)
    return found


def _reduced(telling: Telling, group: Group) -> Subject | None:
    """Returns the subject of a participle right behind its noun: "a petition asking for a crossing"."""
    near = telling.subject(group.start, human=False)
    return near if near is not None and near.speaker.type == "document" else None


def _fits(telling: Telling, head: Head, group: Group, subject: Subject) -> bool:
    """Tells whether a verb can be said of a subject, and whether it is a report at all."""
    parts, base, shown = head.form.parts, head.form.base, telling.shown(subject)
    if _not_said(telling, head, subject) or shown in {"you", "please"}:
        return False
    if shown in _SELF:
        here = re.match(r" (?:what|it|so|this)\b", telling.text[head.end : head.end + 6])
        told = group.any_of("perfect") or group.led == "past" or not parts & {"base", "third"}
        return here is None and told and base in _bases()["said_by_self"]
    if group.any_of("passive") and (shown == "it" or base in _bases()["not_progressive"]):
        return False
    nameless = subject.speaker.type == "anonymous"
    if base == "find" and (shown == "they" or (nameless and parts <= {"base", "third"})):
        return False  # "people find that" tells what happens to them
    return not _is_noun(telling, head, group, subject)


def _not_said(telling: Telling, head: Head, subject: Subject) -> bool:
    """Tells "I hope the Minister agrees that", which he has not said, and "informed by"."""
    parts = head.form.parts
    if parts <= {"base", "third"} and _HOPED.search(telling.before(subject.start, 60)):
        return True
    by_whom = "participle" in parts and head.form.base in _INFORMED
    return by_whom and _BY_WHOM.match(telling.text, head.end) is not None


def _is_noun(telling: Telling, head: Head, group: Group, subject: Subject) -> bool:
    """Tells "the nurses' claims that", "wider questions if", "the report claim" from verbs."""
    parts, shown = head.form.parts, telling.shown(subject)
    if not parts <= {"base", "third"}:
        return False
    if _NOUN_BEFORE.search(telling.before(group.start, 8)):
        return True
    if parts == {"third"}:
        noun = telling.text[subject.speaker.start : subject.speaker.end]
        bare = not _WITH_ARTICLE.match(shown) and not _CAPITALS.fullmatch(noun)
        return subject.speaker.rule == "subject" and bare
    if parts != {"base"} or group.led is not None or group.any_of("emphatic", "modal"):
        return False
    if not group.flags and _NOUN_PHRASE.search(telling.before(group.start, 30)):
        return True  # "has its own report on"
    singular = subject.speaker.type == "person" and "; " not in (subject.speaker.name or "")
    return singular or re.match(r"(?:one|an?|another|the [a-z]+[^s]$)\b", shown) is not None


def _allowed(
    telling: Telling, content: Content, head: Head, group: Group, subject: Subject, tense: Tense
) -> bool:
    """Tells whether a content is one that this verb tells of this subject."""
    speaker, base = subject.speaker, head.form.base
    if base == "ask for" and not (
        group.any_of("perfect") or "gerund" in head.form.parts or speaker.type == "document"
    ):
        return False  # who asks for a thing asks; a petition that asks for it tells
    if base in _MENTIONS and (not speaker.name or speaker.rule in {"pronoun", "office"}):
        return False  # "he talked about the railways" tells nothing of them
    between = telling.text[speaker.end : group.start]
    if tense == "present" and speaker.type == "anonymous" and _RESTRICTIVE.fullmatch(between):
        return False  # "those who believe that" are defined, not quoted
    if telling.text[content.start : content.start + 2].strip("“\"‘'*_")[:1] == BLANK:
        return False  # what is quoted is direct speech
    paper = speaker.type == "document"
    if content.clause:
        relative = content.rule == "that-clause" and _AUXILIARY.match(telling.text, content.start)
        return not relative and (content.rule != "found-it" or not paper)
    untitled = paper and speaker.name is None and base in _bases()["people_only"]
    # "expressed the hope that": the noun tells
    return not (untitled or _tells_noun(telling, head, content) or _in_relative(telling, subject))


def _tells_noun(telling: Telling, head: Head, content: Content) -> bool:
    """Tells whether a noun of saying with a that-clause opens a noun phrase."""
    if " with " in head.form.base:
        return False  # "viewed with alarm any suggestion that": the verb tells
    near = (n for n in telling.nouns if content.start <= n.start < content.start + _NEAR)
    return any(telling.text.startswith(" that ", n.end) for n in near)


def _in_relative(telling: Telling, subject: Subject) -> bool:
    """Tells whether the clause belongs to a noun, which is what is told of: "the case that he described"."""
    before = telling.before(subject.start, 60)
    relative = _RELATIVE.search(before)
    if relative is not None:
        return _COMPLEMENT.search(before, 0, relative.start()) is None
    last = re.search(r"\b([a-z]{3,20}) $", before)
    pronoun = _PRONOUN.fullmatch(telling.shown(subject)) is not None
    if pronoun and _FRONTED.fullmatch(telling.text, telling.start, subject.start):
        return "," in telling.text[subject.start : telling.end]  # "In the case he described, ..."
    return pronoun and last is not None and last[1] not in _bases()["subordinators"]


def _embedded(telling: Telling, head: Head, group: Group, tense: Tense) -> Indirect | None:
    """Reads "The wards that the nurses felt needed help are the old ones": the clause is their opinion."""
    text = telling.text
    if "bare" not in head.form.frames or not _EMBEDDED_VERB.match(text, head.end, telling.end):
        return None
    subject = telling.subject(group.start, human=False)
    if subject is None or subject.start - telling.start > _LONGEST_EMBEDDING:
        return None
    opening = _EMBEDDING.fullmatch(text, telling.start, subject.start)
    if opening is None or not _FINITE.search(text, head.end + 12, telling.end):
        return None
    start = opening.start("np")
    if _FINITE.search(text, start, subject.start):
        return None
    words = text[group.start : head.end]
    cue = Cue(subject.speaker, words, tense, subject.start, head.end, "relative-clause", 0.5)
    return Indirect(start, clause_end(text, head.end, telling.end), cue, start, start)


def _agreed(telling: Telling, head: Head, match: re.Match[str]) -> Indirect | None:
    """Reads "I agree with the Committee that": what is agreed with is what the Committee says."""
    start, end = match.span("who")
    speaker = next((s for s in telling.frame.speakers_within(start, end) if s.end <= end), None)
    if speaker is None:
        return None
    cue = Cue(speaker, "agree with … that", "past", head.start, match.end(), "agreed-with", 0.6)
    stop = clause_end(telling.text, match.end(), telling.end)
    return Indirect(match.end(), stop, cue, head.start, head.start)
