"""What a person is told of a download's progress."""

from __future__ import annotations

import pytest

from ailab.services.downloads.download_progress import DownloadProgress, FileProgress
from ailab.services.downloads.progress_meter import ProgressMeter
from ailab.services.hub.model_info import RepoFile


class Told:
    """A meter with a clock that the test turns."""

    def __init__(self, *files: RepoFile) -> None:
        self.now = 100.0
        self.reports: list[DownloadProgress] = []
        self.meter = ProgressMeter(files, self.reports.append, lambda: self.now)


def test_that_reports_come_at_most_ten_times_a_second() -> None:
    told = Told(RepoFile("a", 1000))
    told.meter.begin("a", 1000)
    for _ in range(1000):
        told.now += 0.001
        told.meter.add("a", 1)
    assert 9 <= len(told.reports) <= 11
    told.meter.tell()
    assert told.reports[-1].done == 1000


def test_that_the_speed_is_that_of_the_last_moments() -> None:
    told = Told(RepoFile("a", None))
    told.meter.begin("a", None)
    files = (FileProgress("a", 0, None),)
    assert told.reports[0] == DownloadProgress(0, None, 0.0, "a", files)
    for _ in range(10):
        told.now += 0.5
        told.meter.add("a", 500_000)
    assert told.reports[-1].speed == pytest.approx(1e6)
    told.now += 0.5
    told.meter.add("a", 0)
    assert 0.5e6 < told.reports[-1].speed < 1e6
    for _ in range(40):
        told.now += 0.5
        told.meter.add("a", 0)
    assert told.reports[-1].speed < 1000


def test_that_files_already_there_count_as_done_but_not_as_speed() -> None:
    told = Told(RepoFile("a", 5_000_000), RepoFile("b", 10))
    told.meter.skip("a", 5_000_000)
    told.now += 1
    told.meter.begin("b", 10)
    files = (FileProgress("a", 5_000_000, 5_000_000), FileProgress("b", 0, 10))
    assert told.reports[-1] == DownloadProgress(5_000_000, 5_000_010, 0.0, "b", files)


def test_that_a_size_found_out_later_makes_the_total() -> None:
    told = Told(RepoFile("a", 1), RepoFile("b"))
    told.meter.begin("a", 1)
    assert told.reports[-1].total is None
    told.now += 1
    told.meter.begin("b", 4)
    assert told.reports[-1].total == 5


def test_that_bytes_that_come_again_do_not_count_twice() -> None:
    told = Told(RepoFile("a", 10))
    told.meter.begin("a", 10)
    told.meter.add("a", 7)
    told.meter.begin("a", 10, 0)
    told.meter.add("a", 10)
    told.meter.tell()
    assert told.reports[-1].done == 10


def test_that_what_lay_on_the_disk_makes_no_speed_and_shortens_the_time_left() -> None:
    told = Told(RepoFile("a", 10_000_000))
    told.meter.begin("a", 10_000_000, 8_000_000)
    assert told.reports[-1].seconds_left is None
    told.now += 1
    told.meter.add("a", 1_000_000)
    assert told.reports[-1].speed == pytest.approx(1e6)
    assert told.reports[-1].seconds_left == pytest.approx(1)


def test_that_silence_is_told_in_place_of_a_speed_that_is_history() -> None:
    told = Told(RepoFile("a", 10_000_000))
    told.meter.begin("a", 10_000_000)
    told.now += 1
    told.meter.add("a", 1_000_000)
    told.now += 2
    told.meter.tell()
    assert (told.reports[-1].silence, told.reports[-1].speed > 0) == (0.0, True)
    told.now += 10
    told.meter.add("a", 0)
    silent = told.reports[-1]
    assert (silent.silence, silent.speed, silent.seconds_left) == (12.0, 0.0, None)
    told.now += 1
    told.meter.add("a", 500)
    told.now += 1
    told.meter.add("a", 1_000_000)
    assert told.reports[-1].silence == 0.0
    assert told.reports[-1].speed == pytest.approx(1e6)


def test_that_a_pause_before_another_try_is_counted_down() -> None:
    told = Told(RepoFile("a", 10), RepoFile("b", 10))
    told.meter.pause("a", "It broke off.", 4.0, can_hurry=True)
    assert told.reports[-1].note == "Trying again in 4 s. It broke off."
    assert told.reports[-1].can_hurry
    told.now += 2.5
    told.meter.add("b", 5)  # another file that arrives is no reason to say nothing
    assert told.reports[-1].note == "Trying again in 2 s. It broke off."
    told.meter.go_on("a")
    assert (told.reports[-1].note, told.reports[-1].can_hurry) == ("", False)


def test_that_what_is_waited_for_is_told_at_once() -> None:
    told = Told(RepoFile("a", 10))
    told.meter.begin("a", 10)
    told.meter.note("Trying again.")
    assert told.reports[-1].note == "Trying again."
    told.meter.note("")
    assert told.reports[-1].note == ""
