"""What is taken of a run that broke off, and what is not."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from io import FileIO
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from finished_runs import RECORD

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Classification, ClassScore
from ailab.services.problem import Problem
from ailab.services.results import resumed_run, run_journal
from ailab.services.results.journal_lines import read_lines
from ailab.services.results.result_error import ResultError
from ailab.services.results.result_reader import read_result
from ailab.services.results.result_writer import ResultWriter
from ailab.services.results.run_difference import Difference
from ailab.services.results.run_journal import JOURNAL_FILE
from ailab.services.results.run_record import RunRecord
from ailab.services.results.run_service import RunService
from ailab.services.results.unfinished_run import ResumedRun, UnfinishedRun

PREDICTION = Classification((ClassScore(0, "nucleus", 0.75),))
RUNS = RunService()


class Broken:
    """A run of three pictures, all of them done, that has not come to its end."""

    def __init__(self, place: Path) -> None:
        self.pictures = tuple(str(place / name) for name in ("a.png", "b.png", "c.png"))
        for picture in self.pictures:
            Path(picture).write_bytes(picture.encode())
        self.save_to = place / "runs"
        self.record = replace(RECORD, pictures=self.pictures)
        self.folder = place

    async def run(self, *pictures: str) -> Broken:
        self.folder = await RUNS.start(str(self.save_to), self.record)
        journal = await RUNS.journal(self.folder, self.record)
        for picture in pictures or self.pictures:
            result = PictureResult(picture, 4, 4, PREDICTION)
            pixels = np.zeros((4, 4, 3), np.uint8)
            files = ResultWriter().write(self.folder, result, pixels, threshold=0.5)
            await journal.note(replace(result, files=tuple(map(str, files))))
        await journal.close(is_over=False)
        return self

    @asynccontextmanager
    async def taken_up(self) -> AsyncIterator[ResumedRun]:
        found = await self.found()
        resumed = await RUNS.take_up(found)
        yield resumed
        await resumed.journal.close(is_over=False)

    async def found(self, record: RunRecord | None = None) -> UnfinishedRun:
        found = await RUNS.unfinished(str(self.save_to), record or self.record)
        assert found is not None
        return found

    @property
    def files(self) -> set[str]:
        return {str(file.relative_to(self.folder)) for file in self.folder.rglob("*")}

    @property
    def lines(self) -> list[bytes]:
        return self.journal.read_bytes().splitlines(keepends=True)

    @property
    def journal(self) -> Path:
        return self.folder / JOURNAL_FILE


async def test_that_what_is_whole_is_taken_and_stays_as_it_is(tmp_path: Path) -> None:
    run = await Broken(tmp_path).run()
    found, files = await run.found(), run.files
    assert (found.done, found.differences, found.why_not) == (3, {}, None)
    async with run.taken_up() as resumed:
        assert tuple(resumed.kept) == run.pictures
        assert [each.prediction for each in resumed.kept.values()] == [PREDICTION] * 3
        assert resumed.set_aside == 0
    assert run.files == files


@pytest.mark.parametrize(
    "damage",
    [
        lambda line: line[:-10],
        lambda line: line[: len(line) // 2] + b"\n",
        lambda line: b"\0" * len(line),
        lambda line: b"\xff\xfe" + line,
        lambda _: b"[" * 100_000 + b"\n",
        lambda _: b'{"picture": ' + b"9" * 5000 + b"}\n",
        lambda line: line.replace(b"b.json", b"../b.json"),
        lambda line: line.replace(b'"b.json"', b"7"),
        lambda line: line.replace(b'"size": ', b'"size": -'),
        lambda line: line[:-1] + b" " * 2**17 + b"\n",
        lambda _: b'{"picture": "b", "size": 1, "modified": 1, "files": []}\n',
    ],
)
async def test_that_a_line_that_was_cut_off_or_changed_only_costs_its_picture(
    tmp_path: Path, damage: object
) -> None:
    assert callable(damage)
    run = await Broken(tmp_path).run()
    first, second, third = run.lines
    run.journal.write_bytes(first + damage(second).rstrip(b"\n") + b"\n" + third)
    async with run.taken_up() as resumed:
        assert tuple(resumed.kept) == (run.pictures[0], run.pictures[2])
    assert "b.json" not in run.files, "to be written anew"
    run.journal.write_bytes(first + third + damage(second))
    async with run.taken_up() as resumed:
        assert tuple(resumed.kept) == (run.pictures[0], run.pictures[2])
        await resumed.journal.note(next(iter(resumed.kept.values())))
    assert run.pictures[0] in read_lines(run.journal), "a new line begins a line of its own"
    assert run.lines[-1] == first


async def test_that_what_is_half_there_is_run_again_under_its_own_name(tmp_path: Path) -> None:
    run = await Broken(tmp_path).run(*Broken(tmp_path).pictures[:2])
    (run.folder / "c.annotated.jpg").write_bytes(b"half")
    (run.folder / "c.json.part").write_bytes(b"{")
    (run.folder / "c (2).json").write_bytes(b"{}")
    (run.folder / "notes.txt").write_text("a person's own")
    (run.folder / "counts.csv").write_text("of the pictures done by then")
    (run.folder / "b.json").write_bytes(b"")  # its bytes were not on the disk yet
    async with run.taken_up() as resumed:
        assert tuple(resumed.kept) == run.pictures[:1]
        assert resumed.set_aside == 1
    assert run.files == {
        *("a.json", "a.annotated.jpg", "run.json", JOURNAL_FILE, "notes.txt", "counts.csv"),
        *("set aside", "set aside/b.annotated.jpg"),
    }


async def test_that_a_result_that_was_changed_is_set_aside_and_not_lost(tmp_path: Path) -> None:
    run = await Broken(tmp_path).run()
    for word in ("one", "two"):
        (run.folder / "b.annotated.jpg").write_text(word)
        async with run.taken_up() as resumed:
            assert run.pictures[1] not in resumed.kept
            assert resumed.set_aside == 1
    aside = run.folder / "set aside"
    assert (aside / "b.annotated.jpg").read_text() == "one"
    assert (aside / "2 b.annotated.jpg").read_text() == "two"
    assert (aside / "b.json").exists()


async def test_that_nothing_is_set_aside_through_a_link(tmp_path: Path) -> None:
    broken = await Broken(tmp_path).run()
    (tmp_path / "elsewhere").mkdir()
    (broken.folder / "set aside").symlink_to(tmp_path / "elsewhere")
    (broken.folder / "a.json").write_bytes(b"{}")
    async with broken.taken_up() as resumed:
        assert resumed.set_aside == 1
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert "set aside/a.json" in broken.files


async def test_that_no_line_is_written_through_a_link(tmp_path: Path) -> None:
    broken = await Broken(tmp_path).run()
    precious = broken.journal.rename(tmp_path / "precious")
    before = precious.read_bytes()
    broken.journal.symlink_to(precious)
    with pytest.raises(ResultError, match="could not be saved"):
        await RUNS.take_up(await broken.found())
    assert precious.read_bytes() == before


async def test_that_a_picture_that_has_changed_is_run_again(tmp_path: Path) -> None:
    run = await Broken(tmp_path).run()
    os.utime(run.pictures[0], ns=(1, 1))
    os.unlink(run.pictures[2])  # noqa: PTH108 - no loop waits for it
    async with run.taken_up() as resumed:
        assert tuple(resumed.kept) == run.pictures[1:2]


async def test_that_only_what_was_saved_whole_is_noted(tmp_path: Path) -> None:
    run = await Broken(tmp_path).run()
    journal = await RUNS.journal(run.folder, run.record)
    result = PictureResult(run.pictures[0], 4, 4, PREDICTION)
    await journal.note(result)
    full = Problem("The disk is full.")
    await journal.note(replace(result, files=("a.json",), problem=full))
    await journal.note(PictureResult(run.pictures[0], problem=full))
    await journal.note(replace(result, files=("gone.json",)))
    assert len(run.lines) == len(run.pictures)
    await journal.close(is_over=True)
    assert not run.journal.exists()
    assert await RUNS.unfinished(str(run.save_to), run.record) is None, "it is over"


@pytest.mark.skipif(sys.platform != "linux", reason="which alone has a device that is full")
async def test_that_a_full_disk_is_told_with_the_next_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await Broken(tmp_path).run()
    monkeypatch.setattr(run_journal, "open_to_append", lambda _: FileIO("/dev/full", "ab+"))
    journal = await RUNS.journal(run.folder, run.record)
    result = PictureResult(run.pictures[0], 4, 4, PREDICTION, files=("a.json",))

    async def note_on() -> None:
        for _ in range(1000):
            await journal.note(result)
            await asyncio.to_thread(lambda: None)

    with pytest.raises(ResultError, match="disk is full"):
        await note_on()
    await journal.close(is_over=False)


async def test_that_two_never_go_on_with_one_run(tmp_path: Path) -> None:
    run = await Broken(tmp_path).run()
    async with run.taken_up():
        found = await run.found()
        assert set(found.differences) == {Difference.IS_RUN}
        assert not found.is_the_same
        assert found.why_not is not None
        assert "by another ailab at this moment" in found.why_not.message
        with pytest.raises(ResultError, match="by another ailab at this moment"):
            await RUNS.take_up(found)
    assert (await run.found()).why_not is None


async def test_that_giving_up_while_all_is_looked_through_leaves_it_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await Broken(tmp_path).run()
    (run.folder / "b.json").write_bytes(b"changed")
    files, found = run.files, await run.found()
    is_at_it, may_go_on = asyncio.Event(), Event()
    loop = asyncio.get_running_loop()

    def read_slowly(path: Path) -> PictureResult:
        loop.call_soon_threadsafe(is_at_it.set)
        may_go_on.wait()
        return read_result(path)

    monkeypatch.setattr(resumed_run, "read_result", read_slowly)
    taking = asyncio.ensure_future(RUNS.take_up(found))
    await is_at_it.wait()
    taking.cancel()
    await asyncio.sleep(0)
    may_go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await taking
    assert run.files == files
    assert (await run.found()).why_not is None, "nobody has it"


async def test_that_the_run_most_like_the_new_one_is_found(tmp_path: Path) -> None:
    run = Broken(tmp_path)
    kinds = (
        replace(run.record, started="2026-03-01T12:00:00+00:00"),
        replace(run.record, started="2026-03-02T12:00:00+00:00"),
        replace(run.record, started="2026-03-03T12:00:00+00:00", threshold=0.25),
        replace(run.record, started="2026-03-04T12:00:00+00:00", task="image-classification"),
    )
    for each in kinds:
        run.record = each
        await run.run()
    (run.save_to / "no run").mkdir()
    damaged = run.save_to / "damaged"
    damaged.mkdir()
    for name in (JOURNAL_FILE, "run.json"):
        (damaged / name).write_bytes(b"\0")
    for wanted, found in ((kinds[0], kinds[1]), (kinds[2], kinds[2]), (kinds[3], kinds[3])):
        assert (await run.found(wanted)).record.started == found.started
    seen = await run.found(replace(kinds[0], threshold=0.75))
    assert (seen.is_the_same, set(seen.differences)) == (True, {Difference.THRESHOLD})
    one = await RUNS.unfinished(str(run.folder), run.record)
    assert one is not None
    assert one.folder == run.folder, "its own folder names it, too"


async def test_that_the_journal_says_what_it_says_it_does(tmp_path: Path) -> None:
    run = await Broken(tmp_path).run()
    line = json.loads(run.lines[0])
    there = os.stat(run.pictures[0])  # noqa: PTH116 - no loop waits for it
    assert (line["size"], line["modified"]) == (there.st_size, there.st_mtime_ns)
    assert [name for name, *_ in line["files"]] == ["a.json", "a.annotated.jpg"]
