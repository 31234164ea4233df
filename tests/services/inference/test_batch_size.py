"""How many pictures are run at once, learned from times that the test makes up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ailab.services.inference.batch_size import BatchSize


def settled(seconds: Callable[[int], float], *, may_grow: Callable[[int], bool]) -> BatchSize:
    """What is found where a run of n pictures takes `seconds(n)`."""
    batch = BatchSize()
    for _ in range(20):
        size = batch.size
        batch.took(size, seconds(size), may_grow=may_grow(size))
    assert batch.is_settled
    return batch


@pytest.mark.parametrize(
    ("seconds", "size"),
    [
        (float, 1),  # nothing gained
        (lambda n: 0.97 * n if n > 1 else 1.0, 1),  # too little gained
        (lambda n: 1.0 + 0.1 * n, 8),  # each doubling pays
        (lambda n: n / min(n, 4), 4),  # up to four
    ],
)
def test_that_the_size_grows_as_long_as_that_pays(
    seconds: Callable[[int], float], size: int
) -> None:
    assert settled(seconds, may_grow=lambda _: True).size == size


def test_that_memory_bounds_the_size() -> None:
    assert settled(lambda n: 1.0 + 0.1 * n, may_grow=lambda size: size < 4).size == 4


def test_that_one_slow_run_does_not_decide() -> None:
    batch = BatchSize()
    for seconds in (9.0, 1.0, 1.0):
        batch.took(1, seconds, may_grow=True)
    assert batch.size == 2
    for seconds in (1.2, 8.0, 1.2):
        batch.took(2, seconds, may_grow=True)
    assert batch.size == 4


def test_that_runs_of_another_size_teach_nothing() -> None:
    batch = BatchSize()
    for _ in range(10):
        batch.took(2, 0.0, may_grow=True)
    assert (batch.size, batch.is_settled) == (1, False)


def test_that_what_was_given_up_is_not_tried_again() -> None:
    batch = BatchSize()
    for _ in range(3):
        batch.took(1, 1.0, may_grow=True)
    batch.give_up()
    batch.took(1, 1.0, may_grow=True)
    assert (batch.size, batch.is_settled) == (1, True)
