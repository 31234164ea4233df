"""Run, asked for before it is known which pictures it is of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from ailab.viewmodels.inference import InferenceViewModel
from inference_lab import Lab

FOLDER = ("a.png", "b.png", "c.png")
OTHERS = ("x.png", "y.png")


async def with_results() -> Lab:
    """Results of one folder are shown, and looking for pictures takes its time from now on."""
    made = Lab()
    made.pictures.folders["others"] = OTHERS
    await made.run("folder", save_to="out")
    made.pictures.gate.shut()
    made.inference.predicted.clear()
    return made


def shown(lab: Lab) -> tuple[str, ...]:
    return tuple(result.picture for result in lab.view_model.results.state.results)


async def go_on(lab: Lab) -> None:
    lab.pictures.gate.open()
    await lab.view_model.wait()


async def test_that_run_takes_what_was_typed_and_not_confirmed() -> None:
    lab = await with_results()
    lab.view_model.type_input(' "others" ')
    assert lab.view_model.state.typed_input == ' "others" '
    assert lab.view_model.state.inputs == ("folder",), "it is not looked for with each letter"
    lab.view_model.run()
    assert lab.view_model.state.awaits_input
    await go_on(lab)
    assert lab.view_model.state.inputs == ("others",)
    assert tuple(lab.inference.predicted) == shown(lab) == OTHERS
    *_, record = lab.runs.records.values()
    assert record.pictures == OTHERS


async def test_that_run_is_remembered_while_the_input_is_read() -> None:
    lab = await with_results()
    lab.view_model.set_inputs(("others",))
    assert lab.view_model.state.can_run
    lab.view_model.run()
    assert lab.view_model.state.can_cancel
    assert not lab.view_model.state.is_running
    lab.view_model.run()
    await go_on(lab)
    assert tuple(lab.inference.predicted) == OTHERS, "once"
    assert lab.view_model.state.notice.startswith("Ran 2 pictures")


async def test_that_run_after_a_drop_never_runs_the_pictures_before() -> None:
    lab = await with_results()
    lab.view_model.take(("others",))
    lab.view_model.run()
    await go_on(lab)
    assert tuple(lab.inference.predicted) == shown(lab) == OTHERS


async def test_that_run_after_a_paste_runs_the_pasted_picture() -> None:
    lab = await with_results()
    lab.view_model.paste_picture(2, 1, bytes(8))
    lab.view_model.run()
    await go_on(lab)
    assert lab.inference.predicted == ["pasted.png"]


async def test_that_a_path_can_be_run_before_any_picture_was_chosen() -> None:
    lab = Lab()
    lab.view_model.set_model_text("acme/nuclei")
    await lab.view_model.wait()
    assert not lab.view_model.state.can_run
    lab.view_model.type_input("folder")
    assert lab.view_model.state.can_run
    assert lab.view_model.state.why_not_run == ""
    lab.view_model.run()
    await lab.view_model.wait()
    assert tuple(lab.inference.predicted) == FOLDER


async def test_that_a_cleared_field_is_no_input() -> None:
    lab = await with_results()
    lab.view_model.type_input("")
    assert not lab.view_model.state.can_run
    expected = "Choose a picture or a folder of pictures first."
    assert lab.view_model.state.why_not_run == expected
    lab.view_model.run()
    await go_on(lab)
    assert not lab.inference.predicted


async def test_that_what_is_typed_back_is_what_was_chosen() -> None:
    lab = await with_results()
    lab.view_model.type_input("folde")
    lab.view_model.type_input("folder")
    assert lab.view_model.state.typed_input is None
    lab.view_model.run()
    assert lab.view_model.state.is_running
    await go_on(lab)
    assert tuple(lab.inference.predicted) == FOLDER


@pytest.mark.parametrize("typed", ["nowhere", "notes.txt"])
async def test_that_it_is_dropped_with_a_word_where_there_are_no_pictures(
    typed: str,
) -> None:
    lab = await with_results()
    lab.pictures.no_pictures = {"notes.txt"}
    lab.view_model.type_input(typed)
    lab.view_model.run()
    await go_on(lab)
    state = lab.view_model.state
    assert not state.can_cancel
    assert not lab.inference.predicted
    assert state.notice == "Nothing was run."
    assert typed in state.why_not_run


async def test_that_cancelling_drops_it_and_the_pictures_are_found() -> None:
    lab = await with_results()
    lab.view_model.set_inputs(("others",))
    lab.view_model.run()
    lab.view_model.cancel()
    assert not lab.view_model.state.can_cancel
    assert lab.view_model.state.notice == "Cancelled."
    await go_on(lab)
    assert lab.view_model.state.pictures == OTHERS
    assert not lab.inference.predicted


CHOICES: tuple[Callable[[InferenceViewModel], None], ...] = (
    lambda model: model.set_inputs(("a.png",)),
    lambda model: model.take(("a.png",)),
    lambda model: model.type_input("a.pn"),
    lambda model: model.paste_picture(2, 1, bytes(8)),
    lambda model: model.set_model_text("acme/other"),
    lambda model: model.use_model("acme/other"),
    lambda model: model.load_results("out/run 1"),
)


@pytest.mark.parametrize("choose", CHOICES)
async def test_that_another_choice_drops_it_with_a_word(
    choose: Callable[[InferenceViewModel], None],
) -> None:
    lab = await with_results()
    lab.view_model.set_inputs(("others",))
    lab.view_model.run()
    choose(lab.view_model)
    told = "Nothing was run: something else was chosen meanwhile."
    assert lab.view_model.state.notice == told
    assert not lab.view_model.state.can_cancel
    await go_on(lab)
    assert not lab.inference.predicted


async def test_that_a_saved_run_is_shown_and_not_repeated_unasked() -> None:
    lab = await with_results()
    folder, record = next(iter(lab.runs.records.items()))
    lab.runs.records[folder] = replace(record, finished=None, results=record.results[:1])
    lab.runs.results[folder] = lab.view_model.results.state.results[:1]
    lab.view_model.take((str(folder),))
    lab.view_model.run()
    await go_on(lab)
    assert not lab.inference.predicted
    assert lab.view_model.state.notice == (
        "Nothing was run: this is a saved run. Run repeats it. "
        "This run broke off after 1 of 3 pictures."
    )
    assert lab.view_model.results.state.folder == str(folder)


async def test_that_where_a_saved_run_cannot_be_opened_nothing_is_run() -> None:
    lab = await with_results()
    lab.view_model.load_results("empty")
    lab.view_model.run()
    await go_on(lab)
    assert not lab.inference.predicted
    assert lab.view_model.state.problem is not None
    assert lab.view_model.state.notice == "Nothing was run."
    assert lab.view_model.state.can_run, "the next Run is of what stands in the input"


async def test_that_closing_drops_it() -> None:
    lab = await with_results()
    lab.view_model.set_inputs(("others",))
    lab.view_model.run()
    await lab.view_model.close()
    assert not lab.inference.predicted


async def test_that_results_stay_while_the_input_is_none() -> None:
    lab = await with_results()
    before = lab.view_model.results.state
    lab.view_model.type_input("/no/where/here")
    lab.view_model.take_typed()
    await go_on(lab)
    assert lab.view_model.state.input_problem is not None
    assert not lab.view_model.state.can_run
    after = lab.view_model.results.state
    assert (after.results, after.pictures) == (before.results, before.pictures)
    assert after.folder == before.folder != ""
    lab.view_model.set_inputs(("others",))
    await lab.view_model.wait()
    assert not shown(lab), "others are on the screen now"
    assert lab.view_model.results.state.pictures == OTHERS


async def test_that_pictures_that_were_not_run_go_with_their_input() -> None:
    lab = Lab()
    await lab.choose("folder")
    lab.view_model.set_inputs(("nowhere",))
    await lab.view_model.wait()
    assert lab.view_model.results.state.pictures == ()
