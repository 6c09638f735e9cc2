"""Topics on the screen."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from policytext.cli.reading import WIDEST, shown
from policytext.export.topics import by_decade
from policytext.export.wording import display_date
from policytext.store.archive import Archive
from policytext.store.topics import ExamplePassage, Making, Topic, TopicDecade, example_passages

_BARS = "▁▂▃▄▅▆▇█"
_NO_SOURCE = "·"
_WORDS = {"stable": "yes", "fairly stable": "fairly", "not stable": "no"}
_LONGEST_LABEL = 56
_EXAMPLE = 280
"""Characters of an example; the passage's name leads to the rest."""
_ONE_PAPER = 0.9


def report_lines(
    archive: Archive, making: Making, topics: Sequence[Topic], *, examples: bool, decades: bool
) -> Iterator[str]:
    """Yields the table of topics, what it rests on, and on demand the decades and examples of each topic."""
    yield from _wrapped(_headline(making, topics))
    yield ""
    yield from _table(making, topics)
    yield ""
    for note in _notes(making, topics):
        yield from _wrapped(note)
    yield from _trials(making, len(topics))
    if not (examples or decades):
        return
    for topic in topics:
        yield ""
        yield from _wrapped(shown(f"{topic.number}  {topic.label}"))
        yield from _wrapped(shown(", ".join(term.printed for term in topic.terms)), "   ")
        if decades:
            yield from _decades(making, topic)
        if examples:
            for passage in example_passages(archive, topic.examples):
                yield from _example(passage)


def _wrapped(text: str, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, WIDEST, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    )


def _headline(making: Making, topics: Sequence[Topic]) -> str:
    documents = "1 document" if making.documents == 1 else f"{making.documents:,} documents"
    if making.asked is not None:
        how = "as many as asked for"
    else:
        tried = [trial.number for trial in making.trials]
        how = f"chosen from {tried[0]} to {tried[-1]} because most of so many hold"
    held = sum(topic.verdict != "not stable" for topic in topics)
    many = f"{len(topics)} topics in {making.passages:,} passages of {documents}"
    return f"{many}, {how} (seed {making.seed}); {held} of them hold."


def _table(making: Making, topics: Sequence[Topic]) -> Iterator[str]:
    labels = [_cut(shown(topic.label), _LONGEST_LABEL) for topic in topics]
    width = max(5, *map(len, labels))
    over_time = len(making.periods) > 1
    span = f"{making.periods[0].decade}s–{making.periods[-1].decade}s" if over_time else ""
    yield f" #  {'topic':<{width}}  share  stable       NPMI  {span}".rstrip()
    for topic, label in zip(topics, labels, strict=True):
        stable = f"{_two(topic.stability)} {_WORDS[topic.verdict]}"
        drawn = _sparkline([found for _, found in by_decade(making, topic)]) if over_time else ""
        cells = f"{_percent(topic.share):>5}  {stable:<10}  {_two(topic.npmi):>5}  {drawn}"
        yield f"{topic.number:>2}  {label:<{width}}  {cells}".rstrip()


def _sparkline(found: Sequence[TopicDecade | None]) -> str:
    """Returns a bar a decade, the highest for the topic's largest share; a dot is no source."""
    most = max((decade.share for decade in found if decade), default=0.0) or 1.0
    return "".join(
        _BARS[min(len(_BARS) - 1, int(decade.share / most * len(_BARS)))] if decade else _NO_SOURCE
        for decade in found
    )


def _notes(making: Making, topics: Sequence[Topic]) -> Iterator[str]:
    yield (
        f"Stable: how far a topic comes back in {making.subsamples} samples of {making.subsample:,} "
        f"passages, 0 to 1. With the words dealt at random topics reach {_two(making.chance)}, "
        f"and nearly all of them stay under {_two(making.bar)}."
    )
    loose = [str(topic.number) for topic in topics if topic.verdict == "not stable"]
    if loose:
        which = "all of them" if len(loose) == len(topics) else ", ".join(loose)
        yield f"Not stable: {which}. What cannot be told from chance is no finding."
    alone = [str(t.number) for t in topics if t.largest_share >= _ONE_PAPER and making.documents > 1]
    if alone:
        yield f"Of one paper almost alone: {', '.join(alone)}."
    if len(making.periods) > 1:
        yield (
            "Decades: share of each decade's passages, the highest bar for the topic's largest share; a dot "
            "is no source. --decades gives figures and bands."
        )
    elif making.periods:
        yield f"All passages are of the {making.periods[0].decade}s: there is no change to see."
    yield from _read(making)


def _read(making: Making) -> Iterator[str]:
    if making.second_hand or making.undated:
        yield (
            f"Dated by what they quote, not by their paper: {making.second_hand:,} passages; "
            f"without a decade: {making.undated:,}."
        )
    if making.left_out:
        left_out = ", ".join(f"{count:,} {reason}" for reason, count in making.left_out.items())
        yield f"Passages not read: {left_out}."


def _trials(making: Making, number: int) -> Iterator[str]:
    if not making.trials:
        return
    yield ""
    yield f"tried on {making.tried_on:,} passages:"
    yield "   topics  stable  by chance  hold   NPMI"
    for trial in making.trials:
        mark = "*" if trial.number == number else " "
        cells = f"{_two(trial.stability):>6}  {_two(trial.chance):>9}  {trial.held:>4}  {_two(trial.npmi):>5}"
        yield f" {mark} {trial.number:>6}  {cells}"


def _decades(making: Making, topic: Topic) -> Iterator[str]:
    for period, found in by_decade(making, topic):
        if found is None:
            yield f"     {period.decade}s  no source"
            continue
        band = f"({_percent(found.low)} to {_percent(found.high)})" if found.low is not None else "(no band)"
        size = f"{_many(period.passages, 'passage')} of {_many(period.documents, 'document')}"
        yield f"     {period.decade}s  {_percent(found.share):>5}  {band:<16}  {size}"


def _example(passage: ExamplePassage) -> Iterator[str]:
    said = display_date(passage.statement_date) if passage.statement_date else None
    facts = [
        passage.speaker or "no author known",
        *([f"said {said}"] if said else []),
        f"printed {display_date(passage.publication_date)}",
    ]
    yield from _wrapped(shown(" · ".join(facts)), "   ")
    yield from _wrapped(_cut(shown(" ".join(passage.text.split())), _EXAMPLE), "     ")
    yield shown(
        f"     {passage.source}, line {passage.line}, characters {passage.start}–{passage.end} · {passage.id}"
    )


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


def _percent(share: float | None) -> str:
    share = share or 0.0
    return "< 1 %" if 0 < share < 0.005 else f"{100 * share:.0f} %"


def _two(number: float) -> str:
    """Returns two decimals without the nought before them, as statistics are printed."""
    text = f"{number:.2f}"
    return text.replace("0.", ".", 1) if abs(number) < 1 else text


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
