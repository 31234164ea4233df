"""Going on in the window with a run that broke off."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.predictions import Detections
from ailab.services.results.result_error import ResultError
from ailab.services.results.unfinished_run import ResumedRun, UnfinishedRun
from ailab.viewmodels.inference_state import InferenceState
from ailab.viewmodels.resuming import ResumeRule
from ailab.viewmodels.resuming_text import begin_anew_tip, go_on_tip, offer_text
from ailab.viewmodels.run_progress import RunStage
from inference_lab import Lab

FOLDER = ("a.png", "b.png", "c.png")
BROKEN = Path("out/broken")


async def with_a_broken_run(rule: ResumeRule = ResumeRule.ASK, **changes: object) -> Lab:
    """Two of three pictures are done of a run that broke off, and the same is asked for again."""
    lab = Lab()
    await lab.run("folder", save_to="out")
    (record,) = lab.runs.records.values()
    lab.inference.predicted.clear()
    record = replace(record, finished=None, **changes)  # type: ignore[arg-type]
    lab.runs.broken_off = UnfinishedRun(BROKEN, record, 2)
    lab.runs.kept = {
        each: PictureResult(each, 4, 4, Detections(()), files=(f"out/broken/{each}.json",))
        for each in ("a.png", "c.png")
    }
    lab.view_model.resuming.follow(rule)
    return lab


async def asked(lab: Lab) -> UnfinishedRun:
    lab.view_model.run()
    await lab.until(lambda: lab.view_model.resuming.state.offer is not None)
    offer = lab.view_model.resuming.state.offer
    assert offer is not None
    assert lab.view_model.state.is_running
    assert lab.inference.predicted == []
    return offer


async def test_that_going_on_runs_what_is_left_alone_and_ends_as_one_run() -> None:
    lab = await with_a_broken_run()
    stages = list[tuple[RunStage, int]]()

    def note(_: InferenceState, new: InferenceState) -> None:
        if new.progress is not None:
            stages.append((new.progress.stage, new.progress.done))

    lab.view_model.changed.connect(note)
    await asked(lab)
    lab.view_model.resuming.go_on()
    await lab.view_model.wait()
    assert lab.inference.predicted == ["b.png"]
    assert lab.inference.before.has_come, "so that what fails now fails alone"
    assert lab.view_model.resuming.state.offer is None
    assert (RunStage.RESUMING, 2) in stages
    shown = lab.view_model.results.state
    assert tuple(each.picture for each in shown.results) == FOLDER
    assert shown.folder == str(BROKEN)
    record = lab.runs.records[BROKEN]
    assert record.finished is not None
    assert (record.results[0], record.results[2]) == ("a.png.json", "c.png.json")
    assert lab.runs.summed_up[BROKEN] == record
    journal = lab.runs.journals[BROKEN]
    assert (journal.noted, journal.is_over) == (["b.png"], True)
    assert lab.view_model.state.notice.startswith("Ran 1 picture in ")
    assert lab.view_model.state.notice.endswith("; 2 were there already.")
    await lab.close()


async def test_that_beginning_anew_runs_all_and_leaves_the_other_alone() -> None:
    lab = await with_a_broken_run()
    await asked(lab)
    lab.view_model.resuming.begin_anew()
    await lab.view_model.wait()
    assert tuple(lab.inference.predicted) == FOLDER
    assert BROKEN not in lab.runs.records
    assert lab.view_model.state.notice.startswith("Ran 3 pictures in ")
    lab.view_model.run()
    await lab.view_model.wait()
    assert tuple(lab.inference.predicted) == 2 * FOLDER, "not asked again"
    await lab.close()


async def test_that_cancelling_answers_nothing_and_touches_nothing() -> None:
    lab = await with_a_broken_run()
    before = dict(lab.runs.records)
    await asked(lab)
    lab.view_model.cancel()
    await lab.view_model.wait()
    assert lab.view_model.resuming.state.offer is None
    assert lab.inference.predicted == []
    assert lab.runs.records == before
    lab.view_model.resuming.go_on()  # of a click that comes late
    await asked(lab)
    await lab.close()


async def test_that_a_run_that_goes_on_has_its_own_threshold() -> None:
    lab = await with_a_broken_run(threshold=0.25)
    offer = await asked(lab)
    assert "goes on at its own threshold, 25%." in offer_text(offer)[1]
    lab.view_model.resuming.go_on()
    await lab.view_model.wait()
    assert lab.view_model.results.state.threshold == 0.25
    assert lab.runs.records[BROKEN].threshold == 0.25
    await lab.close()


async def test_that_what_is_of_something_else_is_not_offered() -> None:
    lab = await with_a_broken_run(task="image-classification")
    lab.view_model.run()
    await lab.view_model.wait()
    assert tuple(lab.inference.predicted) == FOLDER
    await lab.close()


async def test_that_who_insists_is_told_what_differs_and_nothing_runs() -> None:
    lab = await with_a_broken_run(ResumeRule.INSIST, threshold=0.25)
    lab.view_model.run()
    await lab.view_model.wait()
    problem = lab.view_model.state.problem
    assert problem is not None
    assert "cannot be gone on with: its threshold was 0.25, and is 0.5 now." in problem.message
    assert lab.inference.predicted == []
    await lab.close()


async def test_that_who_insists_is_not_asked_and_begins_where_there_is_nothing() -> None:
    lab = await with_a_broken_run(ResumeRule.INSIST)
    lab.view_model.run()
    await lab.view_model.wait()
    assert lab.inference.predicted == ["b.png"]
    lab.runs.broken_off = None
    lab.view_model.run()
    await lab.view_model.wait()
    assert tuple(lab.inference.predicted) == ("b.png", *FOLDER)
    assert lab.view_model.resuming.state.note == "No run in out broke off: a new one begins."
    await lab.close()


async def test_that_cancelling_while_it_goes_on_loses_no_result_of_before() -> None:
    lab = await with_a_broken_run()
    lab.runs.kept = dict.fromkeys(FOLDER[:2], lab.runs.kept["a.png"])
    lab.inference.gate.shut()
    await asked(lab)
    lab.view_model.resuming.go_on()
    await lab.until(lambda: bool(lab.view_model.results.state.results))
    lab.view_model.cancel()
    await lab.view_model.wait()
    record = lab.runs.records[BROKEN]
    assert len(record.results) == 2
    assert (record.finished, lab.runs.journals[BROKEN].is_over) == (None, False)
    assert lab.runs.summed_up[BROKEN] == record
    await lab.close()


async def test_that_a_folder_that_cannot_be_taken_up_is_told_and_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = await with_a_broken_run()
    before = dict(lab.runs.records)

    async def refuse(_: UnfinishedRun) -> ResumedRun:
        await asyncio.sleep(0)
        raise ResultError("It cannot be read.", "Look whether it is there.")

    monkeypatch.setattr(lab.runs, "take_up", refuse)
    await asked(lab)
    lab.view_model.resuming.go_on()
    await lab.view_model.wait()
    problem = lab.view_model.state.problem
    assert problem is not None
    assert problem.message == "It cannot be read."
    assert lab.runs.records == before
    await lab.close()


async def test_that_the_question_says_what_there_is() -> None:
    lab = await with_a_broken_run()
    offer = await asked(lab)
    assert offer_text(offer)[0].startswith("This run was begun here on ")
    assert offer_text(offer)[0].endswith(", and broke off with 2 of 3 pictures done.")
    assert go_on_tip(offer) == "Run the 1 picture left, into the folder of that run"
    assert begin_anew_tip(offer).startswith("Run all 3 pictures into a new folder")
    all_done = replace(offer, done=3)
    assert "before it had summed them up." in offer_text(all_done)[0]
    assert go_on_tip(all_done) == "Sum them up in the folder of that run"
    undated = replace(offer, record=replace(offer.record, started="nonsense"))
    assert offer_text(undated)[0].startswith("This run was begun here before and broke off")
    await lab.close()
