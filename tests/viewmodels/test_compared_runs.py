"""Pictures compared with those of another run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from fake_runs import FakeRuns
from vector_run import RUN, a_result, told

from ailab.services.inference.feature_set import FeatureSet
from ailab.services.inference.picture_result import PictureResult
from ailab.services.results.model_identity import RECORDED_HUB, RECORDED_LOCAL, ModelIdentity
from ailab.services.results.saved_vectors import SavedVectors
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.results import ResultsViewModel
from fake_pictures import FakePictures
from inference_lab import Lab

MODEL = ModelIdentity("acme/dino", RECORDED_HUB, "a" * 40)
OTHER = replace(MODEL, revision="b" * 40)
QUERY = (a_result("query.png", 1, 9),)
KEPT = Path("/runs/monday")


def a_view_model(model: ModelIdentity = MODEL) -> ResultsViewModel:
    """One that knows a saved run by a model."""
    runs = FakeRuns()
    vectors = np.array([[1, 0], [2, 9]], np.float32)
    features = FeatureSet(["/old/a.png", "/old/b.png"], vectors)
    runs.saved_vectors[KEPT] = SavedVectors(KEPT, model, features)
    return ResultsViewModel(FakePictures(), runs)


async def show(
    results: ResultsViewModel,
    run: tuple[PictureResult, ...],
    model: ModelIdentity = MODEL,
    folder: str = "",
) -> None:
    results.show_run("dino", folder, run, 0.0, model=model)
    await results.wait()


async def test_that_a_picture_alone_is_compared_with_the_run_before() -> None:
    results = a_view_model()
    await show(results, RUN, folder="/runs/friday")
    await show(results, QUERY)
    state = results.neighbours.state
    assert told(results) == ["north.png", "north-east.png", "east.png"]
    assert state.other is not None
    assert (state.other.name, state.other.count, state.compared) == ("friday", 3, 3)
    assert state.others == (state.other,)
    # The run of one picture takes its place for nobody.
    await show(results, (a_result("another.png", 9, 1),))
    assert told(results)[0] == "east.png"
    results.neighbours.go_to(1)  # which is a place in the other run
    assert results.state.current == 0


async def test_that_it_is_found_after_the_new_picture_was_chosen_and_run() -> None:
    results = a_view_model()
    await show(results, RUN)
    results.show_pictures(("query.png",))
    results.start_run("dino", ("query.png",), 0.0)
    results.show_model(MODEL)
    results.add_result(QUERY[0])
    results.end_run()
    await results.wait()
    assert told(results)[0] == "north.png"
    other = results.neighbours.state.other
    assert other is not None
    assert other.name == "the run before, which was not saved"


async def test_that_several_pictures_are_compared_with_one_another_until_a_person_chooses() -> None:
    results = a_view_model()
    await show(results, RUN)
    await show(results, (*QUERY, a_result("second.png", 9, 1)))
    neighbours = results.neighbours
    assert told(results) == ["second.png"]
    (before,) = neighbours.state.others
    neighbours.choose(before)
    assert (told(results), neighbours.state.is_looking) == ([], True)
    await results.wait()
    assert told(results)[0] == "north.png"
    neighbours.choose(None)
    await results.wait()
    assert (told(results), neighbours.state.other) == (["second.png"], None)


async def test_that_another_models_run_before_is_not_offered() -> None:
    results = a_view_model()
    await show(results, RUN)
    await show(results, QUERY, OTHER)
    assert told(results) == []
    assert results.neighbours.state.others == ()
    # It is kept, though, for when its model runs again.
    await show(results, QUERY)
    assert told(results)[0] == "north.png"


async def test_that_a_saved_run_is_compared_with_and_stays() -> None:
    results = a_view_model()
    await show(results, RUN)
    neighbours = results.neighbours
    neighbours.compare_with(str(KEPT))
    assert neighbours.state.is_opening
    await results.wait()
    state = neighbours.state
    assert told(results) == ["/old/a.png", "/old/b.png"]
    assert not state.is_opening
    assert state.other is not None
    assert (state.other.name, state.other.folder) == ("monday", str(KEPT))
    await show(results, (*QUERY, *RUN))
    assert told(results) == ["/old/b.png", "/old/a.png"]


async def test_that_a_saved_run_of_another_model_is_refused_in_words() -> None:
    results = a_view_model(OTHER)
    await show(results, RUN)
    neighbours = results.neighbours
    neighbours.compare_with(str(KEPT))
    await results.wait()
    problem = neighbours.state.problem
    assert problem is not None
    assert problem.message.startswith("The run monday cannot be compared with: its vectors are of")
    # Those of the run itself are still told.
    assert told(results) == ["north-east.png", "north.png"]
    await show(results, RUN, OTHER)
    assert neighbours.state.problem is None
    assert told(results) == ["/old/a.png", "/old/b.png"]


async def test_that_a_run_without_vectors_is_told_and_forgotten() -> None:
    results = a_view_model()
    await show(results, RUN)
    neighbours = results.neighbours
    neighbours.compare_with("/runs/nowhere")
    await results.wait()
    assert neighbours.state.problem is not None
    assert not neighbours.state.is_opening
    assert told(results) == ["north-east.png", "north.png"]
    neighbours.choose(None)
    assert neighbours.state.problem is None
    await results.wait()


async def test_that_a_run_is_not_compared_with_itself() -> None:
    results = a_view_model()
    await show(results, RUN, folder=str(KEPT))
    results.neighbours.compare_with(str(KEPT))
    await results.wait()
    assert results.neighbours.state.others == ()
    assert told(results) == ["north-east.png", "north.png"]
    # Nor where it is loaded again.
    await show(results, RUN, folder="")
    await show(results, RUN, folder=str(KEPT))
    assert results.neighbours.state.other is None


async def test_that_pictures_that_are_gone_are_told() -> None:
    pictures = FakePictures()
    pictures.missing = {"/old/a.png"}
    pictures.broken = {"/old/b.png"}
    runs = FakeRuns()
    features = FeatureSet(["/old/a.png", "/old/b.png"], np.eye(2, dtype=np.float32))
    runs.saved_vectors[KEPT] = SavedVectors(KEPT, MODEL, features)
    results = ResultsViewModel(pictures, runs)
    await show(results, RUN)
    results.neighbours.compare_with(str(KEPT))
    await results.wait()
    assert results.neighbours.state.missing == {"/old/a.png"}
    assert results.neighbours.state.thumbnails["/old/b.png"] is None


async def test_that_the_nearest_of_each_picture_are_told_by_both() -> None:
    results = a_view_model()
    await show(results, RUN)
    own = await results.neighbours.of_each(1)
    assert [near[0].picture for near in own] == ["north-east.png", "north-east.png", "east.png"]
    results.neighbours.compare_with(str(KEPT))
    await results.wait()
    others = await results.neighbours.of_each(1)
    assert [near[0].picture for near in others] == ["/old/a.png", "/old/b.png", "/old/b.png"]
    await results.close()


async def test_that_a_run_of_vectors_tells_which_model_it_is() -> None:
    lab = Lab()
    lab.inference.task = "image-feature-extraction"
    await lab.run("a.png")
    model = lab.view_model.results.state.model
    assert model is not None
    assert (model.model, model.source, model.files) == ("acme/nuclei", RECORDED_HUB, ())
    assert model.revision
    # A saved one has the sha256 of its files, and is the same.
    await lab.run("a.png", save_to="kept")
    saved = lab.view_model.results.state.model
    assert saved is not None
    assert saved.files
    assert saved.is_same(model)
    (folder,) = lab.runs.records
    lab.view_model.load_results(str(folder))
    await lab.view_model.wait()
    assert lab.view_model.results.state.model == saved
    await lab.close()


async def test_that_a_local_model_is_known_by_its_files() -> None:
    lab = Lab()
    lab.inference.task = "image-feature-extraction"
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("/models/net.onnx")
    await lab.run("a.png")
    model = lab.view_model.results.state.model
    assert model is not None
    assert (model.source, model.files) == (RECORDED_LOCAL, (("model.onnx", "ab" * 32),))
    await lab.close()
