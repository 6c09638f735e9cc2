"""Systems run on spoiled copies of a collection: what damage costs each of them.

Documents are spoiled, titles and all; queries and qrels stay as they are. What is done is kept in a working
folder, a subfolder for each copy, and not done again: copies, and runs of the same systems on them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from policytext.errors import BadRequest
from policytext.evaluation.noise.confusions import Confusions
from policytext.evaluation.noise.curves import CLEAN, Curves, SpoiledCopy, Unreached, curve_points
from policytext.evaluation.retrieval.collections.opening import fingerprints
from policytext.evaluation.retrieval.measuring.scoring import score_run
from policytext.evaluation.retrieval.records import Collection, Judging, Score
from policytext.evaluation.retrieval.runs.reading import read_run
from policytext.pipeline.benchmarks.copies import CLEAN_NAME, CopyMaker, copy_name
from policytext.pipeline.benchmarks.experiment import Setting
from policytext.pipeline.benchmarks.running import run_systems
from policytext.pipeline.benchmarks.systems import SystemSpec, tuned_on
from policytext.pipeline.watching import Watcher
from policytext.ranking import Filters
from policytext.store.archive import writing_alone


@dataclass(frozen=True, slots=True)
class Plan:
    """What curves are drawn of.

    ``rates`` are error rates above 0, rising, as shares of characters; ``seeds`` are those of the noise.
    ``judging`` says what is measured and how; its ``seed`` is that of the bootstrap.
    """

    rates: tuple[float, ...]
    seeds: tuple[int, ...]
    judging: Judging

    def __post_init__(self) -> None:
        if not self.rates or list(self.rates) != sorted(set(self.rates)):
            raise ValueError("rates rise")
        if self.rates[0] <= 0 or self.rates[-1] >= 1 or not self.seeds:
            raise ValueError("rates lie between 0 and 1, and there is a seed")


def draw_curves(
    collection: Collection,
    specs: Sequence[SystemSpec],
    setting: Setting,
    confusions: Confusions,
    plan: Plan,
    work: Path,
    watcher: Watcher,
) -> Curves:
    """Returns the curves of all systems that could be run on every copy.

    An error rate that the confusions cannot reach with every seed is left out, and stands in ``unreached``.

    Args:
        collection: what is spoiled and asked. Of an archive the passages are spoiled; filters of its queries
            are not heeded then, on the clean side neither.
        specs: the systems.
        setting: how they are run.
        confusions: what was learned of misreading.
        plan: error rates, seeds, measures.
        work: the working folder, made where it is missing; one process at a time may use it.
        watcher: hears of the progress.

    Raises:
        ArchiveError: another process uses the working folder.
        BadRequest: no rate can be reached, or no system could be run.
        UnreadableSource: a document cannot be read.
    """
    with writing_alone(work):
        maker = CopyMaker(collection, confusions, plan.rates, work, watcher)
        bench = _Bench(collection, setting, plan.judging, work, watcher)
        made = [copy for seed in plan.seeds for copy in maker.copies(seed)]
        unreached = maker.unreached()
        rates = (CLEAN, *_reached(plan.rates, unreached))
        copies = [copy for copy in made if copy.wished in rates]
        scores = _all_scores(bench, maker, specs, copies, plan.seeds)
    ran = [spec for spec in specs if _is_whole(scores, spec.tag, copies)]
    if not ran:
        raise BadRequest("no system could be run", advice="see the lines above")
    systems = tuple(spec.tag for spec in ran)
    return Curves(
        collection=collection.name,
        split=collection.split,
        queries=len(collection.queries),
        documents=maker.documents,
        characters=copies[0].realised.rate.length,
        judging=plan.judging,
        systems=systems,
        rates=rates,
        seeds=plan.seeds,
        copies=tuple(sorted(copies, key=lambda copy: (copy.wished, plan.seeds.index(copy.seed)))),
        points=curve_points(scores, systems, rates, plan.seeds, plan.judging),
        per_query={key: score for key, score in scores.items() if key[0] in systems},
        unreached=tuple(unreached),
        notes=tuple(_notes(collection, ran)),
        files=fingerprints(collection),
        is_archive=collection.is_archive,
    )


def _reached(rates: Sequence[float], unreached: Sequence[Unreached]) -> list[float]:
    """Returns the rates that all copies reached. Raises BadRequest where there is none."""
    missed = {one.wished for one in unreached}
    found = [rate for rate in rates if rate not in missed]
    if not found:
        most = 100 * max(one.most for one in unreached)
        raise BadRequest(f"these confusions spoil at most {most:.2f} % of the characters here", "--rates")
    return found


@dataclass(frozen=True, slots=True)
class _Bench:
    """What is the same for all copies: what is asked, how systems are run and judged, and where."""

    collection: Collection
    setting: Setting
    judging: Judging
    work: Path
    watcher: Watcher

    def scores(
        self, specs: Sequence[SystemSpec], name: str, corpus: Path | None, seed: int | None
    ) -> Mapping[str, Score]:
        """Returns by tag the scores of all systems that could be run on a copy.

        Args:
            specs: the systems.
            name: of the copy and its folder.
            corpus: its documents; None leaves the collection its own.
            seed: that they were drawn from, None where nothing was spoiled.
        """
        asked = _asked(self.collection, corpus, name)
        hearing = _Hearing(name, self.watcher)
        setting = self.setting if seed is None else replace(self.setting, seed=seed)
        paths = run_systems(asked, specs, setting, self.work / name / "runs", hearing)
        if len(paths) < len(specs):
            hearing.tell()
        runs = map(read_run, paths)
        return {run.name: score_run(run, asked, self.judging, self.judging.measures) for run in runs}


def _all_scores(
    bench: _Bench,
    maker: CopyMaker,
    specs: Sequence[SystemSpec],
    copies: Sequence[SpoiledCopy],
    seeds: Sequence[int],
) -> dict[tuple[str, float, int], Score]:
    """Returns the scores by system, rate and seed; what cannot be run on clean documents is left at that."""
    clean = bench.scores(specs, CLEAN_NAME, maker.clean(), None)
    scores = {(tag, CLEAN, seeds[0]): score for tag, score in clean.items()}
    left = [spec for spec in specs if spec.tag in clean]
    for copy in copies:
        corpus = maker.corpus(copy.wished, copy.seed)
        found = bench.scores(left, copy_name(copy.wished, copy.seed), corpus, copy.seed)
        scores |= {(tag, copy.wished, copy.seed): score for tag, score in found.items()}
    return scores


def _is_whole(
    scores: Mapping[tuple[str, float, int], Score], tag: str, copies: Sequence[SpoiledCopy]
) -> bool:
    return all((tag, copy.wished, copy.seed) in scores for copy in copies)


def _asked(collection: Collection, corpus: Path | None, name: str) -> Collection:
    """Returns the collection asked of another corpus; None leaves it its own."""
    if corpus is None:
        return collection
    files = {**collection.files, "corpus": corpus}
    return replace(collection, name=f"{collection.name}-{name}", corpus=corpus, files=files, is_archive=False)


def _notes(collection: Collection, specs: Sequence[SystemSpec]) -> Iterator[str]:
    """Yields what the figures must not be taken for."""
    flattered = [spec.tag for spec in specs if collection.name in tuned_on(spec)]
    if flattered:
        names = ", ".join(flattered)
        yield f"{names}: parameters were chosen on {collection.name}, so these figures are optimistic"
    filtered = sum(asked.query.filters != Filters() for asked in collection.queries)
    if filtered:
        yield f"the filters of {filtered:,} of the queries are not heeded, on clean documents neither"
    yield from collection.notes


class _Hearing:
    """Says of each stage which copy it is about, and keeps notes until somebody wants to know."""

    def __init__(self, about: str, watcher: Watcher) -> None:
        self._about, self._watcher = about, watcher
        self._notes: list[str] = []

    def stage(self, name: str, total: int | None) -> None:
        """A stage begins."""
        self._watcher.stage(f"{self._about}: {name}", total)

    def advance(self, steps: int = 1) -> None:
        """``steps`` more are done."""
        self._watcher.advance(steps)

    def note(self, line: str) -> None:
        """Keeps a line: with a line or two for each run of dozens nobody would see the one that matters."""
        self._notes.append(line)

    def tell(self) -> None:
        """Passes on what was kept."""
        for line in self._notes:
            self._watcher.note(f"{self._about}: {line}")
