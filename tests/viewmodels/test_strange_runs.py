"""Saved runs of models on computers that nobody named here."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from fake_runs import FakeRuns

from ailab.services.results.runs import SavedRun
from ailab.viewmodels.inference_state import Fitness, ModelSource
from inference_lab import Lab

MODEL = r"\\evil\models\a.onnx"


class StrangeRuns(FakeRuns):
    """Whoever made its runs put the models on a computer of their own."""

    async def load(self, folder: str) -> SavedRun:
        saved = await super().load(folder)
        record = replace(saved.record, model=MODEL, model_source="local", reader=MODEL)
        return replace(
            saved,
            record=record,
            strange_model="evil",
            strange_reader="evil",
            strange_paths=frozenset({MODEL, "a.png"}),
        )


async def test_that_results_of_a_stranger_open_no_model_on_another_computer() -> None:
    lab = Lab(runs=StrangeRuns())
    await lab.run(save_to="out")
    opened: list[str] = []
    open_model = lab.inference.open

    async def opening(path: str, **options: str | None) -> object:
        opened.append(path)
        return await open_model(path, **options)

    lab.inference.open = opening  # type: ignore[method-assign,assignment]
    (folder,) = lab.runs.records
    view_model = lab.view_model
    view_model.load_results(str(Path(folder)))
    await view_model.wait()
    state = view_model.state
    assert (state.model_source, state.local_path) == (ModelSource.LOCAL, MODEL)
    assert state.status.fitness is Fitness.UNKNOWN
    assert state.status.text == "It is on the computer evil, which was not asked: it is new here."
    assert view_model.reader.state.text == MODEL
    assert not opened
    assert state.start_of(MODEL) == state.start_of(state.inputs[0]) == "", "no dialog begins there"
    assert state.start_of("b.png") == "b.png"
    view_model.check_again()
    await view_model.wait()
    assert opened == [MODEL], "the reader is asked about apart"
    view_model.reader.again()
    await view_model.wait()
