"""The threshold at which a run is saved."""

from __future__ import annotations

from fake_runs import FakeRuns

from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.prompt import NO_PROMPT
from ailab.services.inference.runnable_model import RunnableModel
from fakes import FakeInference, Gate
from inference_lab import Lab


class SlowRuns(FakeRuns):
    """Takes its time for the hash of a large file."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = Gate(is_open=False)

    async def fingerprint(self, model: RunnableModel) -> tuple[tuple[str, str], ...]:
        await self.gate.passage()
        return await super().fingerprint(model)


class DrawingInference(FakeInference):
    """Takes note of the threshold at which copies are drawn."""

    def __init__(self) -> None:
        super().__init__()
        self.drawn_at: list[float] = []

    async def predict(
        self, model: RunnableModel, picture: str, *, threshold: float, **_more: object
    ) -> PictureResult:
        self.drawn_at.append(threshold)
        return await super().predict(
            model, picture, threshold=threshold, save_to=None, prompt=NO_PROMPT
        )


async def test_that_a_threshold_moved_while_the_model_is_hashed_is_only_shown() -> None:
    runs, inference = SlowRuns(), DrawingInference()
    lab = Lab(inference=inference, runs=runs)
    await lab.choose("folder", save_to="out")
    lab.view_model.run()
    await lab.until(lambda: runs.gate.waiting == 1)
    results = lab.view_model.results
    before = results.state.threshold
    results.set_threshold(0.9)
    runs.gate.open()
    await lab.view_model.wait()
    (record,) = runs.records.values()
    assert record.threshold == before
    assert set(inference.drawn_at) == {before}
    assert (results.state.threshold, results.state.saved_threshold) == (0.9, before)
