"""The model that reads the lines which the model in the field finds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from fake_judge import FakeJudge

from ailab.services.compatibility.verdict import Fit, Verdict
from ailab.services.hub.model_info import ModelDetails
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.inference.run_place import RunPlace
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.inference.text_detectors import TEXT_MAP
from ailab.services.inference.text_readers import TEXT_LINE
from ailab.services.inference.writing_models import WRITES
from ailab.services.results.run_record import reader_title
from ailab.viewmodels.bring_model import bring_both
from ailab.viewmodels.inference_state import Fitness, ModelSource
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.named_source import named_source
from ailab.viewmodels.reader_status import reader_status
from ailab.viewmodels.run_parts import RunParts
from ailab.viewmodels.usual_reader import usual_reader
from fake_elsewhere import FakeElsewhere
from fakes import (
    FakeDownloads,
    FakeHub,
    FakeInference,
    a_model,
    details_of,
    until,
)
from inference_lab import Lab

FINDER, READER = "/models/text_det.onnx", "/models/text_rec.onnx"


@pytest.fixture
def lab() -> Lab:
    made = Lab()
    made.inference.others = {
        "text_det.onnx": ("object-detection", TEXT_MAP),
        "text_rec.onnx": (WRITES, TEXT_LINE),
    }
    made.inference.prediction = GeneratedText("a\nb")
    return made


async def choose(lab: Lab, path: str = FINDER) -> None:
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path(path)
    lab.view_model.set_inputs(("page.png",))
    await lab.view_model.wait()


async def run(lab: Lab, save_to: str = "") -> None:
    lab.view_model.set_save_to(save_to)
    lab.view_model.run()
    await until(lambda: not lab.view_model.state.is_running)
    await lab.view_model.wait()


async def test_that_a_reader_is_asked_for_where_lines_are_found(lab: Lab) -> None:
    await choose(lab, "/models/model.onnx")
    assert not lab.view_model.reader.state.is_wanted
    await choose(lab)
    assert lab.view_model.prompt.state.kind is PromptKind.READER
    assert lab.view_model.reader.state.is_wanted
    assert lab.view_model.state.can_run  # lines are found without one
    await run(lab)
    assert lab.inference.loaded[-1].reader is None


async def test_that_the_reader_that_goes_along_is_offered_and_read_with(lab: Lab) -> None:
    await choose(lab)
    reader = lab.view_model.reader
    assert reader.state.offered == READER
    reader.take_offer()
    await lab.view_model.wait()
    assert not reader.state.can_take_offer
    assert reader.state.status.fitness is Fitness.RUNS
    await run(lab)
    loaded = lab.inference.loaded[-1]
    assert loaded.reader is not None
    assert (loaded.path, loaded.reader.path) == (Path(FINDER), Path(READER))
    assert lab.view_model.results.state.title == "text_det.onnx + text_rec.onnx"


async def test_that_the_offer_and_the_status_stay_where_the_same_model_is_looked_up_again(
    lab: Lab,
) -> None:
    await choose(lab)
    lab.view_model.reader.use(READER)
    await lab.view_model.wait()
    seen = []
    lab.view_model.reader.changed.connect(lambda _old, new: seen.append(new))
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert {(state.offered, state.status.fitness) for state in seen} <= {(READER, Fitness.RUNS)}


async def test_that_a_reader_waits_while_another_kind_of_model_is_run(lab: Lab) -> None:
    await choose(lab)
    lab.view_model.reader.use(READER)
    await choose(lab, "/models/model.onnx")
    await run(lab)
    assert lab.inference.loaded[-1].reader is None
    await choose(lab)
    assert lab.view_model.reader.state.text == READER
    assert lab.view_model.reader.state.is_chosen


async def test_that_what_cannot_read_is_refused_before_the_run(lab: Lab) -> None:
    await choose(lab)
    reader = lab.view_model.reader
    for text, why in (
        (FINDER, "does not read a line"),
        ("http://host:8000/v2/models/rec", "is on a server"),
    ):
        reader.set_text(text)
        await lab.view_model.wait()
        assert why in reader.state.status.text
        assert not lab.view_model.state.can_run
        assert lab.view_model.state.why_not_run == "Read with another model."
    reader.set_text("")
    await lab.view_model.wait()
    assert lab.view_model.state.can_run


async def test_that_a_run_with_a_reader_is_recorded_and_repeated(lab: Lab) -> None:
    await choose(lab)
    lab.view_model.reader.use(READER)
    await lab.view_model.wait()
    await run(lab, "/results")
    (record,) = lab.runs.records.values()
    assert (record.reader, record.task) == (READER, WRITES)
    lab.view_model.reader.repeat(replace(record, reader=None))
    assert lab.view_model.reader.state.text == ""
    lab.view_model.reader.repeat(record)
    assert lab.view_model.reader.state.text == READER


async def test_that_pages_are_not_read_elsewhere(lab: Lab) -> None:
    await choose(lab)
    lab.view_model.reader.use(READER)
    lab.view_model.place.offer(RunPlace.RAY, FakeElsewhere())
    lab.view_model.place.choose(RunPlace.RAY)
    await lab.view_model.wait()
    await run(lab)
    problem = lab.view_model.state.problem
    assert problem is not None
    assert problem.message.startswith("Lines are found and read on this computer alone")
    assert lab.inference.loaded == []


async def test_that_lines_are_told_while_a_page_is_read(lab: Lab) -> None:
    await choose(lab)
    lab.view_model.reader.use(READER)
    await lab.view_model.wait()
    lab.inference.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.inference.watcher is not None)
    progress = lab.view_model.state.progress
    assert progress is not None
    assert progress.parts is RunParts.LINES
    lab.inference.gate.open()


class _Judge(FakeJudge):
    def judge(
        self, details: ModelDetails, *, variant: str | None = None, is_here: bool = False
    ) -> Verdict:
        return replace(super().judge(details, variant=variant, is_here=is_here), memory=600)


class _Pair:
    """A detector and a reader of the Hub, and what brings them."""

    def __init__(self, reader_task: str = WRITES) -> None:
        models = a_model("acme/x_det"), a_model("acme/x_rec", task=reader_task)
        self.hub, self.judge, self.downloads = FakeHub(*models), _Judge(), FakeDownloads()
        self.hub.details["acme/x_rec"] = replace(
            details_of(models[1]), architectures=("PPOCRV5MobileRecForTextRecognition",)
        )
        self.inference = FakeInference()
        self.inference.others = {
            "x_det": ("object-detection", TEXT_MAP),
            "x_rec": (WRITES, TEXT_LINE),
        }
        self.finder, self.reader = (self.choice(model.id) for model in models)

    def choice(self, text: str, source: ModelSource = ModelSource.HUGGING_FACE) -> ModelChoice:
        lent = (self.hub, self.downloads, self.inference, self.judge)
        return ModelChoice(*lent, source=source, text=text)

    async def bring(self) -> RunnableModel:
        lent = (self.downloads, self.inference, lambda _: None)
        return await bring_both(self.finder, self.reader, *lent)


async def test_that_both_models_are_brought_from_the_hub() -> None:
    pair = _Pair()
    model = await pair.bring()
    assert [name for name, _ in pair.downloads.asked] == ["acme/x_det", "acme/x_rec"]
    assert (model.task, model.title) == (WRITES, "acme/x_det + acme/x_rec")


async def test_that_nothing_is_brought_where_the_other_model_does_not_read() -> None:
    pair = _Pair(reader_task="depth-estimation")
    with pytest.raises(ModelFileError, match="acme/x_rec does not read"):
        await pair.bring()
    pair = _Pair()
    pair.judge.fits["acme/x_rec"] = Fit.WONT_RUN
    with pytest.raises(ModelFileError, match="acme/x_rec: Won't run"):
        await pair.bring()
    pair.reader = pair.choice("/models/x_det", ModelSource.LOCAL)
    with pytest.raises(ModelFileError, match="x_det does not read"):
        await pair.bring()
    assert pair.downloads.asked == []


async def test_that_both_models_have_to_fit_into_memory() -> None:
    pair = _Pair()
    pair.judge.total_memory = 1200
    status = await reader_status(pair.reader, pair.finder, pair.judge)
    assert status.fitness is Fitness.RUNS
    pair.judge.total_memory = 1000
    refused = await reader_status(pair.reader, pair.finder, pair.judge)
    assert refused.fitness is Fitness.REFUSED
    assert "both models together" in refused.text


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("owner/name", ModelSource.HUGGING_FACE),
        ("owner/name@main:fp16", ModelSource.HUGGING_FACE),
        ("owner/name:safetensors", ModelSource.HUGGING_FACE),
        ("https://huggingface.co/owner/name", ModelSource.HUGGING_FACE),
        ("rec.onnx", ModelSource.LOCAL),
        ("/models/rec", ModelSource.LOCAL),
        ("/models/rec:safetensors", ModelSource.LOCAL),
        ("./rec", ModelSource.LOCAL),
        ("~/rec", ModelSource.LOCAL),
        (r"C:\models\rec", ModelSource.LOCAL),
        ("http://host:8000/v2/models/rec", ModelSource.SERVER),
    ],
)
def test_that_a_name_tells_where_its_model_comes_from(text: str, source: ModelSource) -> None:
    assert named_source(text) is source


def test_that_detectors_and_readers_are_told_by_their_names() -> None:
    hub, local = ModelSource.HUGGING_FACE, ModelSource.LOCAL
    usual = usual_reader(hub, "PaddlePaddle/PP-OCRv5_mobile_det_safetensors@main")
    assert usual == "PaddlePaddle/PP-OCRv5_mobile_rec_safetensors"
    assert usual_reader(local, "/det/ch_PP-OCRv4_det_infer.onnx") == (
        "/det/ch_PP-OCRv4_rec_infer.onnx"
    )
    assert usual_reader(hub, "a/ocr@v1:ch_det_infer") == "a/ocr@v1:ch_rec_infer"
    assert usual_reader(hub, "acme/detector") == ""
    assert usual_reader(ModelSource.SERVER, "http://host/v2/models/det") == ""


def test_that_a_reader_goes_by_its_name() -> None:
    assert reader_title("owner/name@0123:fp16") == "owner/name"
    assert reader_title("/models/rec.onnx") == "rec"
    assert reader_title("/models/rec") == "rec"
