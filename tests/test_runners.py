"""One failure never stops the rest, outcomes come in order, and little is held at a time."""

import os
import time

import pytest

from policytext.runners import ProcessRunner, SerialRunner, WorkerDied, runner_for


def halve(number: int) -> int:
    if number % 2:
        raise ValueError(f"{number} is odd")
    return number // 2


def slow_when_even(number: int) -> int:
    time.sleep(0.05 if number % 2 == 0 else 0)
    return number


def die_on_three(number: int) -> int:
    if number == 3:
        os._exit(9)
    return number


@pytest.mark.parametrize("runner", [SerialRunner(), ProcessRunner(2)], ids=["serial", "processes"])
def test_a_failure_is_an_outcome_among_others(runner):
    outcomes = list(runner.run(halve, range(6)))
    assert [o.item for o in outcomes] == list(range(6))
    assert [o.result for o in outcomes] == [0, None, 1, None, 2, None]
    assert [type(o.error) for o in outcomes if o.error] == [ValueError] * 3


def test_outcomes_keep_the_order_of_the_items():
    assert [o.result for o in ProcessRunner(2).run(slow_when_even, range(8))] == list(range(8))


def test_a_process_that_dies_takes_only_its_own_item_with_it():
    outcomes = list(ProcessRunner(2).run(die_on_three, range(8)))
    assert [o.result for o in outcomes] == [0, 1, 2, None, 4, 5, 6, 7]
    assert isinstance(outcomes[3].error, WorkerDied)


@pytest.mark.parametrize("runner", [SerialRunner(), ProcessRunner(2)], ids=["serial", "processes"])
def test_items_are_read_as_the_work_goes_on(runner):
    read = []

    def items():
        for n in range(0, 200, 2):
            read.append(n)
            yield n

    outcomes = runner.run(halve, items())
    next(outcomes)
    assert len(read) <= 5
    outcomes.close()


def test_runner_for():
    assert isinstance(runner_for(1), SerialRunner)
    assert runner_for(3).workers == 3
    with pytest.raises(ValueError, match="1 or more"):
        ProcessRunner(0)


class NeedsTwo(Exception):
    """Survives no pickling: it is made again from one argument."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and {two}")


def fail_oddly(number: int) -> object:
    if number == 1:
        raise ValueError(lambda: 0)
    if number == 2:
        raise NeedsTwo("this", "that")
    if number == 3:
        return lambda: 0
    return number


def test_what_cannot_be_sent_back_is_one_items_failure():
    outcomes = list(ProcessRunner(2).run(fail_oddly, range(6)))
    assert [o.result for o in outcomes] == [0, None, None, None, 4, 5]
    assert "this and that" in str(outcomes[2].error)
    assert not any(isinstance(o.error, WorkerDied) for o in outcomes)
