"""Converting a model without widgets, a disk or a worker."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fake_judge import FakeJudge

from ailab.services.conversion.conversions import ConversionStage
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.hub.hub_errors import ModelNotFoundError
from ailab.services.inference.mask_models import SHOWN_OR_NAMED_MASKS
from ailab.services.lab_error import LabError
from ailab.viewmodels.conversion import ConversionViewModel
from ailab.viewmodels.conversion_state import ConversionState
from ailab.viewmodels.inference_state import ModelSource
from ailab.viewmodels.model_choice import ModelChoice
from fake_conversions import FakeConversions, a_conversion
from fakes import COMMIT, FakeDownloads, FakeHub, FakeInference, a_model, until


class Bench:
    """The view model over fakes."""

    def __init__(self) -> None:
        self.hub = FakeHub(a_model())
        self.downloads = FakeDownloads()
        self.inference = FakeInference()
        self.conversions = FakeConversions()
        self.chosen: list[str] = []
        self.view_model = ConversionViewModel(
            self.conversions, self.downloads, self.inference, self._choose
        )
        self.seen: list[str] = []
        self.view_model.changed.connect(self._note)

    @property
    def state(self) -> ConversionState:
        return self.view_model.state

    def _choose(self, reference: str) -> ModelChoice:
        self.chosen.append(reference)
        return ModelChoice(
            *(self.hub, self.downloads, self.inference, FakeJudge()),
            source=ModelSource.HUGGING_FACE,
            text=reference,
        )

    def _note(self, _: ConversionState, new: ConversionState) -> None:
        if new.progress and new.progress not in self.seen:
            self.seen.append(new.progress)


async def test_that_a_model_is_brought_converted_and_listed() -> None:
    bench = Bench()
    bench.view_model.convert("acme/nuclei", "cells.png")
    assert bench.state.is_running
    await bench.view_model.wait()
    [(model, picture)] = bench.conversions.asked
    assert (model.model_id, model.revision, picture) == ("acme/nuclei", COMMIT, "cells.png")
    assert bench.chosen == ["acme/nuclei:safetensors"]
    assert [each.record.revision for each in bench.state.models] == [COMMIT]
    assert bench.state.of_model("acme/nuclei") == bench.state.models
    assert bench.state.of_model("acme/other") == ()
    assert bench.state.notice == (
        "Converted to ONNX (346 MB) and run from now on in place of PyTorch. "
        "Compared with PyTorch: difference of scores 2.5e-06; overlap of regions 99.9%."
    )
    assert bench.seen[0] == "Looking the model up …"
    assert "Step 2 of 4: Writing it as ONNX …" in bench.seen
    assert not bench.state.is_running
    assert bench.state.progress == ""


async def test_that_a_size_that_had_to_be_fixed_is_told_with_its_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bench = Bench()
    convert = bench.conversions.convert

    async def convert_fixed(*asked: Any, **others: Any) -> ConvertedModel:
        made = await convert(*asked, **others)
        figures = (("overlap of masks", 1.0, 0.99),)
        return replace(made, record=replace(made.record, reason="its trace", figures=figures))

    monkeypatch.setattr(bench.conversions, "convert", convert_fixed)
    bench.view_model.convert("acme/nuclei")
    await bench.view_model.wait()
    assert bench.state.notice.endswith(
        "Compared with PyTorch: overlap of masks 100%. "
        "Pictures of any shape are stretched to one size: its trace."
    )


async def test_that_what_a_model_takes_no_more_once_converted_is_told() -> None:
    bench = Bench()
    bench.inference.task, bench.inference.decoder = "mask-generation", SHOWN_OR_NAMED_MASKS
    bench.view_model.convert("acme/nuclei")
    await bench.view_model.wait()
    assert bench.state.notice.endswith(
        " It takes points and boxes alone: to find what labels name, run acme/nuclei:safetensors."
    )
    bench.view_model.convert("/models/own", source=ModelSource.LOCAL)
    await bench.view_model.wait()
    assert bench.state.notice.endswith("labels name, run /models/own:safetensors.")


async def test_that_an_address_is_chosen_as_it_is() -> None:
    bench = Bench()
    bench.view_model.convert("https://hub.test/acme/nuclei")
    await bench.view_model.wait()
    assert bench.chosen == ["https://hub.test/acme/nuclei"]


async def test_that_a_local_folder_is_opened_by_its_safetensors() -> None:
    bench = Bench()
    bench.view_model.convert("/models/own", "cells.png", ModelSource.LOCAL)
    await bench.view_model.wait()
    [(model, _)] = bench.conversions.asked
    assert (model.path, model.variant, model.model_id) == (Path("/models/own"), "safetensors", None)
    assert bench.chosen == []


async def test_that_a_failure_is_told_and_put_away() -> None:
    bench = Bench()
    bench.conversions.failure = LabError("It answers otherwise.", "It runs on PyTorch as before.")
    bench.view_model.convert("acme/nuclei")
    await bench.view_model.wait()
    assert bench.state.problem is not None
    assert bench.state.problem.message == "It answers otherwise."
    assert bench.state.models == ()
    bench.view_model.dismiss()
    assert bench.state.problem is None


async def test_that_a_model_that_is_not_there_is_told() -> None:
    bench = Bench()
    bench.hub.failure = ModelNotFoundError("There is no such model.", "Look at its name.")
    bench.view_model.convert("acme/none")
    await bench.view_model.wait()
    assert bench.state.problem is not None
    assert bench.conversions.asked == []


async def test_that_cancelling_keeps_nothing_and_a_second_click_starts_no_second_one() -> None:
    bench = Bench()
    bench.conversions.gate.shut()
    bench.view_model.convert("acme/nuclei")
    await until(lambda: bench.state.stage is ConversionStage.EXPORTING)
    bench.view_model.convert("acme/nuclei")
    bench.view_model.cancel()
    assert bench.state.notice == "Cancelled: nothing was kept."
    await bench.view_model.wait()
    assert len(bench.conversions.asked) == 1
    assert bench.state.models == ()
    await bench.view_model.close()


async def test_that_conversions_are_listed_and_deleted() -> None:
    bench = Bench()
    bench.conversions.there = [a_conversion(), a_conversion("acme/cells")]
    bench.view_model.open()
    await bench.view_model.wait()
    assert len(bench.state.models) == 2
    bench.conversions.failure = LabError("It is in use.", "Close it.")
    bench.view_model.delete(bench.state.models[0])
    await bench.view_model.wait()
    assert bench.state.problem is not None
    assert len(bench.state.models) == 2
    bench.view_model.delete(bench.state.models[0])
    await bench.view_model.wait()
    assert [each.record.model_id for each in bench.state.models] == ["acme/cells"]
    assert bench.state.problem is None
