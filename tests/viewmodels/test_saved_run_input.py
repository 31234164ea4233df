"""Saved runs that are dropped, or chosen as input."""

from __future__ import annotations

from pathlib import Path

from ailab.viewmodels.inference_state import ModelSource
from inference_lab import Lab

FOLDER = ("a.png", "b.png", "c.png")


async def a_saved_run(lab: Lab) -> str:
    await lab.run("folder", save_to="out")
    folder = next(iter(lab.runs.records))
    lab.runs.results[folder] = lab.view_model.results.state.results
    return str(folder)


async def a_run_of_a_bare_model(lab: Lab) -> str:
    """Its folder bears the model's name, ending and all."""
    named, own = Path("out/2026-03-01 123005 net.onnx"), Path(await a_saved_run(lab))
    lab.runs.records[named] = lab.runs.records.pop(own)
    lab.runs.results[named] = lab.runs.results.pop(own)
    return str(named)


async def test_that_a_saved_run_that_is_dropped_is_opened() -> None:
    lab = Lab()
    folder = await a_saved_run(lab)
    other = Lab(runs=lab.runs)
    other.view_model.take((folder,))
    await other.view_model.wait()
    assert other.view_model.results.state.folder == folder
    assert other.view_model.state.pictures == FOLDER
    assert not other.view_model.state.saved_runs, "its pictures are those that were run"


async def test_that_a_saved_run_that_is_named_after_a_bare_model_is_opened() -> None:
    lab = Lab()
    folder = await a_run_of_a_bare_model(lab)
    other = Lab(runs=lab.runs)
    other.view_model.take((folder,))
    await other.view_model.wait()
    assert other.view_model.results.state.folder == folder
    assert other.view_model.state.source_text.startswith("acme/nuclei")


async def test_that_a_bare_model_that_is_dropped_leaves_what_is_typed_as_input() -> None:
    lab = Lab()
    lab.view_model.type_input("b.pn")
    lab.view_model.take(("/data/net.onnx",))
    await lab.view_model.wait()
    assert lab.view_model.state.model_source is ModelSource.LOCAL
    assert lab.view_model.state.local_path == "/data/net.onnx"
    assert lab.view_model.state.typed_input == "b.pn"
    assert not lab.view_model.state.is_reading


async def test_that_a_bare_model_is_told_from_a_saved_run_beside_it() -> None:
    lab = Lab()
    folder = await a_run_of_a_bare_model(lab)
    other = Lab(runs=lab.runs)
    other.pictures.folders[folder] = ("a.annotated.jpg",)
    other.view_model.take((folder, "/data/net.onnx"))
    await other.view_model.wait()
    assert other.view_model.state.local_path == "/data/net.onnx"
    assert other.view_model.state.inputs == (folder,)


async def test_that_of_a_saved_run_beside_other_things_the_pictures_are_taken() -> None:
    lab = Lab()
    folder = await a_saved_run(lab)
    other = Lab(runs=lab.runs)
    other.pictures.folders[folder] = ("a.annotated.jpg",)
    other.view_model.take((folder, "b.png"))
    await other.view_model.wait()
    assert other.view_model.state.pictures == ("a.annotated.jpg", "b.png")
    assert not other.view_model.results.state.results


async def test_that_a_saved_run_that_is_chosen_as_input_is_known_as_one() -> None:
    lab = Lab()
    folder = await a_saved_run(lab)
    lab.pictures.folders[folder] = ("a.annotated.jpg",)
    lab.view_model.set_inputs((folder,))
    await lab.view_model.wait()
    assert lab.view_model.state.pictures == ("a.annotated.jpg",)
    assert lab.view_model.state.saved_runs == 1
    lab.view_model.set_inputs(("folder",))
    assert not lab.view_model.state.saved_runs
    await lab.view_model.wait()
    assert not lab.view_model.state.saved_runs


async def test_that_a_saved_run_that_is_dropped_during_a_run_is_told_to_wait() -> None:
    lab = Lab()
    folder = await a_saved_run(lab)
    lab.inference.gate.shut()
    lab.view_model.run()
    lab.view_model.take((folder,))
    await lab.until(lambda: lab.view_model.state.problem is not None)
    assert lab.view_model.state.problem is not None
    assert "another is under way" in lab.view_model.state.problem.message
    assert lab.view_model.state.is_running
    lab.inference.gate.open()
    await lab.view_model.wait()


async def test_that_pictures_chosen_later_win_over_a_saved_run_that_is_being_opened() -> None:
    lab = Lab()
    folder = await a_saved_run(lab)
    other = Lab(runs=lab.runs)
    other.view_model.take((folder,))
    other.view_model.set_inputs(("b.png",))
    await other.view_model.wait()
    assert other.view_model.state.pictures == ("b.png",)
    assert not other.view_model.results.state.results
