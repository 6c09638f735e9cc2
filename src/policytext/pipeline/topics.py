"""Making the topics of an archive: which passages, since when, and what is kept of what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import cast

from policytext.analysis.topics.choosing import SUBSAMPLES
from policytext.analysis.topics.finding import FoundTopic, TopicModel, find_topics
from policytext.analysis.topics.models import FITTED_ON
from policytext.analysis.topics.prevalence import periods
from policytext.analysis.topics.terms import TermCounts, count_terms
from policytext.analysis.topics.units import (
    NameWords,
    Reprinted,
    TopicUnit,
    WorksOnce,
    covered,
    decade_of,
    why_not,
)
from policytext.document import BlockKind
from policytext.errors import IndexUnavailable
from policytext.pipeline.watching import Watcher
from policytext.spans import Span
from policytext.store.archive import Archive, writing_alone
from policytext.store.topics import (
    Making,
    Topic,
    TopicDecade,
    TopicPeriod,
    TopicSource,
    TopicTerm,
    TopicTrial,
    made_topics,
    named_persons,
    put_topics,
    quoted_from_before,
    reprinted_stretches,
    texts_of,
    topic_sources,
)

METHOD = "nmf-1"
"""Changes whenever the same papers and seed would give other topics."""
_MOSTLY = 0.5


def make_topics(folder: Path, watcher: Watcher, number: int | None = None, seed: int = 0) -> bool:
    """Makes the topics of the archive in ``folder`` and keeps them in place of those it has.

    Returns False, and does nothing, where the archive has just these topics already: made from its present
    papers, with this number asked for (None: chosen) and this seed. Interrupted, it leaves what was there.

    Raises:
        PolicytextError: too little prose for topics, or too many topics for it.
        IndexUnavailable: an ingest was interrupted, and reprints are not known.
        ArchiveError: no archive, or it is being written to.
    """
    with Archive.open(folder) as archive:
        if _has(archive, number, seed):
            return False
        if archive.meta("reprints") != str(archive.generation):
            raise IndexUnavailable("an ingest did not finish", str(folder), "policytext ingest PATH again")
    with writing_alone(folder), Archive.create(folder) as archive:
        left_out: Counter[str] = Counter()
        persons = NameWords(named_persons(archive))
        watcher.stage("reading passages", None)
        units = persons.read(_watched(topic_units(archive, left_out), watcher))
        counted = count_terms(units, persons.found)
        model = find_topics(counted, lambda ids: texts_of(archive, ids), watcher, number, seed)
        making = _making(archive, counted, model, left_out, asked=number, seed=seed)
        topics = [_kept(n, topic) for n, topic in enumerate(model.topics, 1)]
        put_topics(archive, making, topics, model.carried(counted.ids))
    return True


def _has(archive: Archive, number: int | None, seed: int) -> bool:
    made = made_topics(archive)
    return made is not None and (made.method, made.asked, made.seed) == (METHOD, number, seed)


def _watched(units: Iterator[TopicUnit], watcher: Watcher) -> Iterator[TopicUnit]:
    for unit in units:
        watcher.advance()
        yield unit


def topic_units(archive: Archive, left_out: Counter[str]) -> Iterator[TopicUnit]:
    """Yields the passages that topics are made from, in order of print: prose, every work once.

    Args:
        archive: with its reprints.
        left_out: counts the others, by the reason.
    """
    reprinted = {
        name: [Reprinted(group, span) for group, span in stretches]
        for name, stretches in reprinted_stretches(archive).items()
    }
    once, quoted = WorksOnce(reprinted), quoted_from_before(archive)
    for source in topic_sources(archive):
        kind = cast("BlockKind", source.kind)
        reason = why_not(kind, source.section, source.text, source.quality)
        if reason is None and not once.passes(source.id, source.end - source.start):
            reason = "reprints"
        if reason is not None:
            left_out[reason] += 1
            continue
        decade, second_hand = _decade(source, quoted.get(source.id, []))
        yield TopicUnit(source.id, source.document, source.text, decade, second_hand)


def _decade(source: TopicSource, quoted: list[tuple[Span, str, str]]) -> tuple[int | None, bool]:
    """Returns the decade of a passage, and whether it is that of what it quotes, not that of its paper.

    It is where statements of one decade, said before the paper was printed, fill half of the passage.
    """
    spans: dict[int, list[Span]] = {}
    for span, earliest, latest in quoted:
        said = decade_of(earliest, latest)
        if said is not None:
            spans.setdefault(said, []).append(span)
    for said in sorted(spans):
        if covered(spans[said]) > _MOSTLY * (source.end - source.start):
            return said, True
    return decade_of(source.published_earliest, source.published_latest), False


def _making(
    archive: Archive,
    counted: TermCounts,
    model: TopicModel,
    left_out: Counter[str],
    *,
    asked: int | None,
    seed: int,
) -> Making:
    found = periods(counted.documents, counted.decades)
    return Making(
        generation=archive.generation,
        corpus=archive.meta("corpus") or "",
        method=METHOD,
        seed=seed,
        asked=asked,
        passages=len(counted.ids),
        documents=len(set(counted.documents)),
        terms=len(counted.terms),
        left_out=dict(sorted(left_out.items())),
        second_hand=counted.second_hand,
        undated=sum(d is None for d in counted.decades),
        periods=tuple(TopicPeriod(**asdict(p)) for p in found),
        trials=tuple(
            TopicTrial(t.number, round(t.stability, 4), round(t.chance, 4), t.held, round(t.npmi, 4))
            for t in model.trials
        ),
        tried_on=model.tried_on,
        subsample=model.subsample,
        subsamples=SUBSAMPLES,
        chance=model.chance,
        bar=model.bar,
        fitted_on=min(len(counted.ids), FITTED_ON),
    )


def _kept(number: int, topic: FoundTopic) -> Topic:
    return Topic(
        number=number,
        label=topic.label,
        terms=tuple(TopicTerm(*term) for term in topic.terms),
        share=topic.share,
        stability=topic.stability,
        verdict=topic.verdict,
        npmi=topic.npmi,
        passages=topic.passages,
        documents=topic.documents,
        largest=topic.largest,
        largest_share=topic.largest_share,
        decades=tuple(TopicDecade(**asdict(d)) for d in topic.decades),
        examples=topic.examples,
    )
