"""On how many cores a network is run, learnt from times that the test makes up."""

from __future__ import annotations

import pytest

from ailab.services.inference.core_choice import CoreChoice

SIZE = 1000
"""Numbers of an input."""


class Machine:
    """Cores, and a network whose runs take as long as the test says.

    Args:
        alone: seconds of a run on one core.
        shared: seconds of a run on all.
        cores: that there are.

    Attributes:
        others: how many times as long a run takes by the clock, since others have the core too.
    """

    def __init__(self, alone: float, shared: float, cores: int = 4) -> None:
        self.alone, self.shared = alone, shared
        self.others = 1.0
        self.now = self.worked = 0.0
        self.choice = CoreChoice(cores, lambda: self.now, lambda: self.worked, lambda: self.worked)

    def run(self, size: int = SIZE, *, after: float = 0.001) -> int:
        self.now += after
        cores = self.choice.begin(size)
        self.now += self.others * (self.alone if cores == 1 else self.shared)
        self.worked += self.alone
        self.choice.end()
        return cores

    def settled(self, *, after: float = 0.001) -> int:
        for _ in range(20):
            self.run(after=after)
        return self.run(after=after)


@pytest.mark.parametrize(
    ("alone", "shared", "cores"),
    [
        (0.02, 0.04, 1),  # waking the others takes longer than it spares
        (0.02, 0.018, 1),  # little is spared
        (0.02, 0.01, 4),
        (0.06, 0.07, 4),  # not small
        (3.0, 1.0, 4),
    ],
)
def test_that_a_small_network_is_kept_on_one_core_unless_all_are_much_sooner(
    alone: float, shared: float, cores: int
) -> None:
    assert Machine(alone, shared).settled() == cores


def test_that_a_network_is_small_also_while_others_have_the_core() -> None:
    machine = Machine(0.03, 0.04)
    machine.others = 3.0
    assert machine.settled() == 1
    assert machine.run() == 1


def test_that_the_first_run_counts_for_nothing() -> None:
    machine = Machine(0.02, 0.01)
    machine.shared = 0.15  # what is made ready once
    assert machine.run() == 4
    machine.shared = 0.01
    assert machine.settled() == 4


def test_that_one_core_and_all_take_turns_until_it_is_settled() -> None:
    machine = Machine(0.02, 0.019)
    machine.run(after=1.0)
    assert [machine.run() for _ in range(7)] == [4, 1, 4, 1, 4, 1, 1]


def test_that_what_takes_long_on_all_cores_is_never_tried_on_one() -> None:
    machine = Machine(0.5, 0.15)
    assert {machine.run() for _ in range(20)} == {4}


def test_that_pictures_in_a_row_are_learnt_apart_from_those_after_a_rest() -> None:
    machine = Machine(0.02, 0.05)
    assert machine.settled(after=1.0) == 1
    machine.shared = 0.01
    assert machine.settled() == 4
    machine.shared = 0.05
    assert machine.run(after=1.0) == 1


def test_that_much_larger_inputs_go_to_all_cores() -> None:
    machine = Machine(0.02, 0.02)
    assert machine.settled() == 1
    assert machine.run(2 * SIZE) == 1
    assert machine.run(3 * SIZE) == 4


def test_that_a_larger_input_that_took_long_is_not_left_to_one_core_again() -> None:
    machine = Machine(0.02, 0.02)
    machine.settled()
    machine.alone = 0.3
    assert machine.run(2 * SIZE) == 1
    assert machine.run(2 * SIZE) == 4
    assert machine.run(SIZE) == 1


def test_that_a_larger_input_is_not_tried_on_one_core_first() -> None:
    machine = Machine(0.02, 0.02)
    machine.run(after=1.0)
    machine.run()
    assert machine.run(100 * SIZE) == 4


def test_that_a_failed_run_teaches_nothing() -> None:
    machine = Machine(0.02, 0.04)
    machine.run()
    machine.choice.begin(SIZE)
    assert machine.settled() == 1


def test_that_one_core_is_all_there_is() -> None:
    machine = Machine(0.02, 0.02, cores=1)
    assert {machine.run() for _ in range(9)} == {1}
