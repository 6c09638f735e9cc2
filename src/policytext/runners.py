"""Where work runs: one function over many items, outcomes in order, one failure never stops the rest.

A distributed runner plugs in here: it needs a picklable function and picklable items, nothing else.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_AHEAD = 2  # items under way per process: enough to keep it busy, few enough to keep memory flat


@dataclass(frozen=True, slots=True)
class Outcome(Generic[Item, Result]):
    """What became of one item: a result, or the error that stopped it."""

    item: Item
    result: Result | None
    error: Exception | None


class Runner(Protocol):
    """Runs ``function`` over ``items``; yields outcomes in the items' order, reading items as it goes."""

    def run(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        """Yields one outcome an item."""
        ...


_Answer = tuple[Result | None, Exception | None]


class WorkerDied(RuntimeError):
    """The process that worked on an item ended without a word (out of memory, killed)."""


class SerialRunner:
    """Runs everything here, one item after the other."""

    def run(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        """Yields one outcome an item, in order."""
        for item in items:
            yield _attempt(function, item)


class ProcessRunner:
    """Runs items in ``workers`` processes, holding only a few items and results at a time."""

    def __init__(self, workers: int) -> None:
        if workers < 1:
            raise ValueError("workers must be 1 or more")
        self.workers = workers

    def run(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[Outcome[Item, Result]]:
        """Yields one outcome an item, in order.

        When a process dies, every item that was under way is tried once more in a process of its own, so
        that only the item that kills its process fails.
        """
        pool = process_pool(self.workers)
        waiting: deque[tuple[Item, Future[_Answer[Result]]]] = deque()
        try:
            for item in items:
                waiting.append((item, _submit(pool, function, item)))
                if len(waiting) >= self.workers * _AHEAD:
                    outcome, broken = self._next(function, waiting)
                    yield outcome
                    if broken:
                        pool, waiting = self._restart(pool, function, waiting)
            while waiting:
                yield self._next(function, waiting)[0]
        finally:
            pool.shutdown(wait=True, cancel_futures=True)

    def _next(
        self,
        function: Callable[[Item], Result],
        waiting: deque[tuple[Item, Future[_Answer[Result]]]],
    ) -> tuple[Outcome[Item, Result], bool]:
        item, future = waiting.popleft()
        try:
            return Outcome(item, *future.result()), False
        except BrokenProcessPool:
            return self._alone(function, item), True
        except Exception as error:  # noqa: BLE001 - a result that cannot be sent back is one item's failure
            return Outcome(item, None, error), False

    def _alone(self, function: Callable[[Item], Result], item: Item) -> Outcome[Item, Result]:
        with process_pool(1) as pool:
            try:
                return Outcome(item, *pool.submit(_answer, function, item).result())
            except BrokenProcessPool:
                return Outcome(item, None, WorkerDied("its process died, for want of memory perhaps"))
            except Exception as error:  # noqa: BLE001 - as above
                return Outcome(item, None, error)

    def _restart(
        self,
        pool: ProcessPoolExecutor,
        function: Callable[[Item], Result],
        waiting: deque[tuple[Item, Future[_Answer[Result]]]],
    ) -> tuple[ProcessPoolExecutor, deque[tuple[Item, Future[_Answer[Result]]]]]:
        """Returns a fresh pool; the items that had finished keep their results."""
        pool.shutdown(wait=False, cancel_futures=True)
        fresh = process_pool(self.workers)
        kept = deque(
            (item, future if _finished(future) else _submit(fresh, function, item))
            for item, future in waiting
        )
        return fresh, kept


def process_pool(workers: int) -> ProcessPoolExecutor:
    """Returns a pool of fresh processes, which end with this one. The caller shuts it down."""
    # A forked child would share open SQLite handles and threads; a spawned one starts clean.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=context, initializer=_settle_in)


def _settle_in() -> None:
    """Leaves Ctrl-C to the parent, and ends this process when the parent is gone (killed, say)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def runner_for(workers: int) -> Runner:
    """Returns the plain runner for one worker, processes for more. Raises ValueError below one."""
    return SerialRunner() if workers == 1 else ProcessRunner(workers)


def _submit(
    pool: ProcessPoolExecutor, function: Callable[[Item], Result], item: Item
) -> Future[_Answer[Result]]:
    try:
        return pool.submit(_answer, function, item)
    except BrokenProcessPool as error:
        future: Future[_Answer[Result]] = Future()
        future.set_exception(error)
        return future


def _finished(future: Future[_Answer[Result]]) -> bool:
    return future.done() and future.exception() is None


def _attempt(function: Callable[[Item], Result], item: Item) -> Outcome[Item, Result]:
    try:
        return Outcome(item, function(item), None)
    except Exception as error:  # noqa: BLE001 - one bad document must not stop the others
        return Outcome(item, None, error)


def _answer(function: Callable[[Item], Result], item: Item) -> _Answer[Result]:
    """Does the work in another process. The item is not sent back: the parent has it."""
    outcome = _attempt(function, item)
    return outcome.result, outcome.error if outcome.error is None else _sendable(outcome.error)


def _sendable(error: Exception) -> Exception:
    """Returns the error, or its words where it would not survive the way to the parent."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes, to see that they can be read
    except Exception:  # noqa: BLE001 - whatever is wrong with it
        return RuntimeError(f"{type(error).__name__}: {error}")
    return error
