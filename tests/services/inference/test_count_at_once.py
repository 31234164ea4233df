"""How many pictures are run at once, learned from times that the test makes up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ailab.services.inference.count_at_once import CountAtOnce


def settled(seconds: Callable[[int], float], *, may_grow: Callable[[int], bool]) -> CountAtOnce:
    """What is found where a run of n pictures takes `seconds(n)`."""
    counts = CountAtOnce()
    for _ in range(20):
        size = counts.count
        counts.took(size, seconds(size), may_grow=may_grow(size))
    assert counts.is_settled
    return counts


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
    assert settled(seconds, may_grow=lambda _: True).count == size


def test_that_memory_bounds_the_size() -> None:
    assert settled(lambda n: 1.0 + 0.1 * n, may_grow=lambda size: size < 4).count == 4


def test_that_one_slow_run_does_not_decide() -> None:
    counts = CountAtOnce()
    for seconds in (9.0, 1.0, 1.0):
        counts.took(1, seconds, may_grow=True)
    assert counts.count == 2
    for seconds in (1.2, 8.0, 1.2):
        counts.took(2, seconds, may_grow=True)
    assert counts.count == 4


def test_that_runs_of_another_size_teach_nothing() -> None:
    counts = CountAtOnce()
    for _ in range(10):
        counts.took(2, 0.0, may_grow=True)
    assert (counts.count, counts.is_settled) == (1, False)


def test_that_what_was_given_up_is_not_tried_again() -> None:
    counts = CountAtOnce()
    for _ in range(3):
        counts.took(1, 1.0, may_grow=True)
    counts.give_up()
    counts.took(1, 1.0, may_grow=True)
    assert (counts.count, counts.is_settled) == (1, True)
