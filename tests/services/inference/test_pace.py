"""How long pictures take one after the other, by a clock that the test makes up."""

from __future__ import annotations

import pytest

from ailab.services.inference.pace import Pace


def ended(pace: Pace, *times: float) -> list[float]:
    """What is told as pictures end at these times, without a gap."""
    return [told for at in times if (told := pace.ended(at)) is not None]


def test_that_the_pace_of_six_pictures_is_told_from_the_end_of_the_one_before() -> None:
    pace = Pace()
    told = ended(pace, *(10.0 + 0.5 * index for index in range(13)))
    assert told == [0.5, 0.5]


def test_that_pictures_that_end_in_pairs_count_as_all_do() -> None:
    pace = Pace()
    assert ended(pace, 1.0, 1.0, 3.0, 3.0, 5.0, 5.0, 7.0) == [1.0]


def test_that_a_pause_is_not_counted() -> None:
    pace = Pace()
    assert ended(pace, 1.0, 2.0, 3.0) == []
    pace.began(60.0)
    assert ended(pace, 61.0, 62.0, 63.0, 64.0, 65.0, 66.0) == []
    pace.began(66.001)
    assert ended(pace, 67.0) == [1.0]


def test_that_the_first_ones_of_a_new_way_are_passed_over() -> None:
    pace = Pace()
    pace.restart(skipped=2)
    assert ended(pace, 9.0, 9.5, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0) == []
    assert ended(pace, 16.0) == [pytest.approx(1.0)]
