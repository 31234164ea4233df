from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

import pytest
from fake_runs import FakeRuns

from ailab.services.compatibility.compatibility import Compatibility
from ailab.services.compatibility.machine import Machine
from ailab.services.conversion.converted_model import CONVERTED
from ailab.services.hub.gate_failure import gate_failure
from ailab.services.hub.gate_reason import GateReason
from ailab.services.hub.hub_errors import (
    HubOfflineError,
    ModelNotFoundError,
    RevisionNotFoundError,
)
from ailab.services.images.picture_error import PictureError
from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.inference_errors import (
    MissingPackageError,
    ModelFileError,
    WorkerError,
)
from ailab.services.inference.runnable_model import RunnableModel
from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.run_record import RunRecord
from ailab.viewmodels import inference_run
from ailab.viewmodels.inference import InferenceViewModel
from ailab.viewmodels.inference_state import Fitness, InferenceState, ModelSource
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.run_progress import RunProgress, RunStage
from fake_pictures import FakePictures
from fakes import COMMIT, FakeDownloads, FakeHub, FakeInference, a_model, details_of, until


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run takes a quarter of a second."""
    ticks = count()
    monkeypatch.setattr(inference_run, "perf_counter", lambda: next(ticks) / 4)


FOLDER = ("folder/a.png", "folder/b.png", "folder/c.png")


@dataclass
class Lab:
    """A view model on fakes."""

    hub: FakeHub = field(default_factory=FakeHub)
    downloads: FakeDownloads = field(default_factory=FakeDownloads)
    inference: FakeInference = field(default_factory=FakeInference)
    pictures: FakePictures = field(default_factory=lambda: FakePictures({"folder": FOLDER}))
    runs: FakeRuns = field(default_factory=FakeRuns)

    def __post_init__(self) -> None:
        self.picked: str | None = "acme/nuclei"

        async def picker() -> str | None:
            return self.picked

        self.view_model = InferenceViewModel(
            self.hub,
            self.downloads,
            self.inference,
            self.pictures,
            self.runs,
            judge=Compatibility(lambda: self.hub.has_token, look=Machine),
            picker=picker,
            debounce=0,
        )

    @property
    def state(self) -> InferenceState:
        return self.view_model.state

    def fitness(self) -> Fitness:
        return self.state.status.fitness

    async def ready(self, *inputs: str, save_to: str = "") -> None:
        """A model and pictures are chosen."""
        self.view_model.set_model_text("acme/nuclei")
        self.view_model.set_inputs(inputs or ("cells.png",))
        self.view_model.set_save_to(save_to)
        await self.view_model.wait()

    async def run(self) -> None:
        self.view_model.run()
        await self.view_model.wait()

    @property
    def record(self) -> RunRecord:
        return next(iter(self.runs.records.values()))


async def test_that_browse_is_visible_for_hugging_face_only() -> None:
    lab = Lab()
    assert lab.state.source_visible
    lab.view_model.set_model_source(ModelSource.LOCAL)
    assert not lab.state.source_visible
    lab.view_model.set_model_source(ModelSource.HUGGING_FACE)
    assert lab.state.source_visible


async def test_that_the_browsed_model_stands_in_the_field_and_is_checked() -> None:
    lab = Lab()
    lab.view_model.browse()
    await until(lambda: lab.state.model_text == "acme/nuclei")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.RUNS
    assert "3.0 MB" in lab.state.status.text


async def test_that_cancelling_the_browser_changes_nothing() -> None:
    lab = Lab()
    lab.picked = None
    before = lab.state
    lab.view_model.browse()
    await lab.view_model.close()
    assert lab.state == before


async def test_that_the_address_of_a_models_page_is_taken() -> None:
    lab = Lab()
    lab.view_model.set_model_text("https://huggingface.co/acme/nuclei/tree/main")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.RUNS
    assert lab.hub.asked_details == ["acme/nuclei"]


async def test_that_a_revision_may_stand_behind_the_id() -> None:
    lab = Lab()
    lab.view_model.set_model_text("acme/nuclei@v1.0")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.RUNS
    assert "now called" not in lab.state.status.text
    assert lab.hub.asked_details == ["acme/nuclei"]
    assert lab.hub.asked_revisions == ["v1.0"]


async def test_that_nonsense_in_the_field_is_refused_without_asking_the_hub() -> None:
    lab = Lab()
    lab.view_model.set_model_text("not a model / at all")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.REFUSED
    assert lab.state.status.advice
    assert lab.hub.asked_details == []


async def test_that_a_refused_model_says_why_and_cannot_be_run() -> None:
    lab = Lab()
    lab.hub.details["acme/nuclei"] = details_of(a_model(), "pytorch_model.bin", "config.json")
    await lab.ready()
    assert lab.fitness() is Fitness.REFUSED
    assert "pickle" in lab.state.status.text
    assert not lab.state.can_run
    assert lab.state.why_not_run
    await lab.run()
    assert lab.downloads.asked == []


async def test_that_a_missing_model_is_refused_and_an_offline_hub_is_not() -> None:
    lab = Lab()
    lab.hub.failure = ModelNotFoundError("There is no model acme/gone.", "Check its name.")
    lab.view_model.set_model_text("acme/gone")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.REFUSED
    lab.hub.failure = HubOfflineError("The Hub can't be reached.", "Check the network.")
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.UNKNOWN


async def test_that_a_renamed_model_tells_its_present_name() -> None:
    lab = Lab()
    lab.hub.details["acme/old"] = details_of(a_model("acme/new"))
    lab.view_model.set_model_text("acme/old")
    await lab.view_model.wait()
    assert "acme/new" in lab.state.status.text


async def test_that_clearing_the_field_forgets_the_model() -> None:
    lab = Lab()
    await lab.ready()
    lab.view_model.set_model_text("  ")
    assert lab.fitness() is Fitness.NONE
    assert lab.state.why_not_run == "Choose a model first."


async def test_that_a_folder_means_its_pictures() -> None:
    lab = Lab()
    lab.view_model.set_inputs(("folder", "more.png", "more.png"))
    await lab.view_model.wait()
    assert lab.state.pictures == (*FOLDER, "more.png")
    assert lab.view_model.results.state.pictures == lab.state.pictures


async def test_that_an_input_that_follows_at_once_takes_the_place_of_the_one_before() -> None:
    lab = Lab()
    lab.view_model.set_inputs(("folder",))
    lab.view_model.set_inputs(("more.png",))  # warnings are errors: nothing is left unawaited
    await lab.view_model.wait()
    assert lab.state.pictures == ("more.png",)


async def test_that_a_file_that_is_no_picture_cannot_be_run() -> None:
    lab = Lab()
    await lab.ready("a.png")
    lab.pictures.no_pictures = {"notes.txt", "more.txt"}
    lab.view_model.set_inputs(("notes.txt",))
    await lab.view_model.wait()
    assert lab.state.input_problem == Problem("notes.txt is not a picture.", "Choose another.")
    assert lab.state.pictures == ()
    assert not lab.state.can_run
    assert lab.state.why_not_run == "notes.txt is not a picture."
    lab.view_model.set_inputs(("notes.txt", "more.txt"))
    await lab.view_model.wait()
    assert not lab.state.can_run


async def test_that_among_pictures_it_keeps_none_from_being_run(tmp_path: Path) -> None:
    lab = Lab()
    await lab.ready("a.png")
    notes = str(tmp_path / "notes.txt")
    lab.pictures.no_pictures = {notes}
    lab.view_model.set_inputs(("a.png", notes, "b.png"))
    await lab.view_model.wait()
    assert lab.state.can_run
    assert lab.state.pictures == ("a.png", notes, "b.png")  # the run tells of it
    assert lab.state.unreadable == (notes,)


async def test_that_an_input_that_is_not_there_is_told() -> None:
    lab = Lab()
    lab.view_model.set_inputs(("nowhere",))
    await lab.view_model.wait()
    assert lab.state.input_problem is not None
    assert "nowhere" in lab.state.input_problem.message
    assert lab.state.pictures == ()


async def test_that_a_pasted_picture_becomes_the_input() -> None:
    lab = Lab()
    lab.view_model.paste_picture(2, 1, bytes(8))
    await lab.view_model.wait()
    assert lab.state.pictures == ("pasted.png",)
    assert lab.view_model.results.state.picture is not None


async def test_that_a_run_downloads_loads_predicts_and_shows() -> None:
    lab = Lab()
    await lab.ready("folder")
    stages: list[RunStage] = []

    def note(_: InferenceState, new: InferenceState) -> None:
        if new.progress is not None and new.progress.stage not in stages:
            stages.append(new.progress.stage)

    lab.view_model.changed.connect(note)
    assert lab.state.can_run
    await lab.run()
    others = {
        *(RunStage.STARTING, RunStage.LOADING_THERE),  # on Ray
        *(RunStage.LOOKING, RunStage.RESUMING),
    }
    assert stages == [stage for stage in RunStage if stage not in others]
    wanted = ("onnx/model.onnx", "config.json", "preprocessor_config.json")
    assert lab.downloads.asked == [("acme/nuclei", wanted)]
    assert lab.inference.predicted == list(FOLDER)
    assert [r.picture for r in lab.view_model.results.state.results] == list(FOLDER)
    assert not lab.state.is_running
    assert lab.state.notice == "Ran 3 pictures in 0.25 s."
    assert lab.runs.records == {}


async def test_that_what_a_run_used_is_told_recorded_and_measured() -> None:
    lab = Lab()
    lab.inference.device = DeviceInUse("cuda", note := "TensorRT could not be used.", "float16")
    await lab.ready("folder", save_to="results")
    await lab.run()
    expected = "Ran 3 pictures in 0.25 s on CUDA, in half precision (float16)."
    assert lab.state.notice == f"{expected} {note}"
    assert (lab.record.device, lab.record.precision) == ("cuda", "float16")


async def test_that_the_hub_is_asked_once_for_checking_and_running() -> None:
    lab = Lab()
    await lab.ready()
    await lab.run()
    assert lab.hub.asked_details == ["acme/nuclei"]


async def test_that_the_record_tells_model_revision_and_results() -> None:
    lab = Lab()
    await lab.ready("folder", save_to="out")
    await lab.run()
    record = lab.record
    assert (record.model, record.revision) == ("acme/nuclei", COMMIT)
    assert record.endpoint == "https://hub.test"
    assert record.pictures == FOLDER
    assert record.results == ("a.png.json", "b.png.json", "c.png.json")
    assert record.finished is not None
    assert record.model_files
    assert record.versions
    assert Path(lab.view_model.results.state.folder) == Path("out/run 1")


async def test_that_the_download_shows_bytes_and_speed() -> None:
    lab = Lab()
    await lab.ready()
    lab.downloads.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.downloads.gate.waiting == 1)
    progress = lab.state.progress
    assert progress is not None
    assert progress.download is not None
    assert (progress.download.done, progress.download.total) == (500_000, 3_000_000)
    assert progress.download.speed > 0
    lab.view_model.cancel()
    assert not lab.state.is_running
    await lab.view_model.wait()
    assert lab.downloads.gate.waiting == 0
    assert lab.inference.loaded == []


async def test_that_cancelling_keeps_what_is_done_and_its_record() -> None:
    lab = Lab()
    await lab.ready("folder", save_to="out")

    def hold_up_the_second(_: ResultsState, new: ResultsState) -> None:
        if new.results:
            lab.inference.gate.shut()

    lab.view_model.results.changed.connect(hold_up_the_second)
    lab.view_model.run()
    await until(lambda: lab.inference.gate.waiting == 1)
    lab.view_model.cancel()
    await lab.view_model.wait()
    assert len(lab.view_model.results.state.results) == 1
    assert len(lab.record.results) == 1
    assert lab.record.finished is None
    assert lab.runs.summed_up == {Path("out/run 1"): lab.record}
    assert lab.state.notice == "Cancelled after 1 of 3 pictures. What was found in it is saved."
    assert lab.state.can_run


async def test_that_cancelling_before_any_result_leaves_no_folder() -> None:
    lab = Lab()
    await lab.ready("folder", save_to="out")
    lab.inference.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.inference.gate.waiting == 1)
    lab.view_model.cancel()
    await lab.view_model.wait()
    assert lab.runs.records == {}
    assert lab.runs.summed_up == {}
    assert len(lab.runs.discarded) == 1
    assert lab.view_model.results.state.folder == ""


async def test_that_cancelling_before_any_result_brings_back_those_before() -> None:
    lab = Lab()
    await lab.ready("folder", save_to="out")
    await lab.run()
    lab.view_model.results.go_to(1)
    lab.view_model.results.set_threshold(0.9)
    before = lab.view_model.results.state
    assert len(before.results) == 3
    assert before.folder
    lab.inference.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.inference.gate.waiting == 1)
    assert lab.view_model.results.state.results == ()
    lab.view_model.cancel()
    await lab.view_model.wait()
    after = lab.view_model.results.state
    assert (after.title, after.folder, after.results) == (
        before.title,
        before.folder,
        before.results,
    )
    assert (after.current, after.threshold) == (1, 0.9)
    assert lab.state.notice == "Cancelled."
    assert len(lab.runs.discarded) == 1


async def test_that_results_of_the_run_before_are_not_told_as_those_of_a_cancelled_one() -> None:
    lab = Lab()
    await lab.ready("folder", save_to="out")
    await lab.run()
    loading = RunProgress(RunStage.LOADING, "acme/nuclei", total=3)
    results = lab.view_model.results.state
    assert replace(lab.state, progress=loading).cancelled(results).notice == "Cancelled."
    running = replace(loading, stage=RunStage.RUNNING)
    told = replace(lab.state, progress=running).cancelled(replace(results, folder="")).notice
    assert told == "Cancelled after 3 of 3 pictures."


async def test_that_a_run_after_a_cancelled_one_works() -> None:
    lab = Lab()
    await lab.ready(save_to="out")
    lab.inference.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.inference.gate.waiting == 1)
    lab.view_model.cancel()
    lab.inference.gate.open()
    await lab.run()
    assert len(lab.view_model.results.state.results) == 1
    assert lab.state.problem is None


async def test_that_one_bad_picture_does_not_stop_the_folder() -> None:
    lab = Lab()
    lab.inference.failures[FOLDER[1]] = PictureError("b.png is damaged.", "Check it.")
    await lab.ready("folder", save_to="out")
    await lab.run()
    results = lab.view_model.results.state.results
    assert [r.prediction is not None for r in results] == [True, False, True]
    assert results[1].problem == Problem("b.png is damaged.", "Check it.")
    assert lab.record.results == ("a.png.json", "", "c.png.json")
    assert lab.record.failures == ((FOLDER[1], "b.png is damaged."),)
    assert lab.state.notice == "Ran 2 of 3 pictures in 0.25 s; 1 failed."


async def test_that_where_all_pictures_fail_none_is_said_to_have_run() -> None:
    lab = Lab()
    for path in FOLDER:
        lab.inference.failures[path] = PictureError("It is damaged.", "Check it.")
    await lab.ready("folder")
    await lab.run()
    assert lab.state.notice == "All 3 pictures failed."


async def test_that_pictures_on_which_the_worker_ends_are_told_and_passed_over() -> None:
    lab = Lab()
    for path in FOLDER[:2]:
        lab.inference.failures[path] = WorkerError("The worker ended.", "Run again.")
    await lab.ready("folder", save_to="out")
    await lab.run()
    assert lab.state.problem is None
    assert lab.inference.predicted == list(FOLDER)
    assert len(lab.record.failures) == 2
    assert lab.record.finished is not None
    assert lab.state.notice == "Ran 1 of 3 pictures in 0.25 s; 2 failed."


async def test_that_a_worker_that_ends_while_it_loads_the_model_ends_the_run() -> None:
    lab = Lab()
    lab.inference.load_failure = WorkerError("The worker ended.", "Run again.")
    await lab.ready("folder")
    await lab.run()
    assert lab.state.problem == Problem("The worker ended.", "Run again.")
    assert lab.inference.predicted == []
    lab.inference.load_failure = None
    await lab.run()
    assert lab.state.problem is None
    assert len(lab.view_model.results.state.results) == 3


async def test_that_a_failing_download_or_save_is_told() -> None:
    lab = Lab()
    await lab.ready(save_to="out")
    lab.runs.failure = ResultError("out can't be written.", "Choose another folder.")
    await lab.run()
    assert lab.state.problem == Problem("out can't be written.", "Choose another folder.")
    assert lab.downloads.asked == []
    lab.runs.failure = None
    lab.downloads.failure = HubOfflineError("The Hub is gone.", "Check the network.")
    await lab.run()
    assert lab.state.problem is not None
    assert lab.state.problem.is_offline
    lab.view_model.dismiss_problem()
    assert lab.state.problem is None


async def test_that_another_choice_puts_the_last_runs_problem_away() -> None:
    lab = Lab()
    await lab.ready(save_to="out")
    lab.runs.failure = ResultError("out can't be written.", "Choose another folder.")
    choices: tuple[Callable[[], None], ...] = (
        lambda: lab.view_model.set_save_to("elsewhere"),
        lambda: lab.view_model.set_inputs(("other.png",)),
        lambda: lab.view_model.set_model_text("acme/nuclei "),
    )
    for choose in choices:
        await lab.run()
        assert lab.state.problem is not None
        choose()
        assert lab.state.problem is None
        await lab.view_model.wait()


async def test_that_a_local_model_is_opened_and_run_without_the_hub() -> None:
    lab = Lab()
    lab.view_model.set_model_source(ModelSource.LOCAL)
    assert lab.fitness() is Fitness.NONE
    lab.view_model.set_local_path("models/yolox.onnx")
    lab.view_model.set_inputs(("cells.png",))
    lab.view_model.set_save_to("out")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.RUNS
    assert "2 classes" in lab.state.status.text
    await lab.run()
    assert lab.hub.asked_details == []
    assert lab.downloads.asked == []
    assert lab.record.model_source == "local"
    assert lab.record.revision is None


async def test_that_a_run_of_what_was_made_of_a_folder_goes_by_that_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    lab = Lab()
    opened = lab.inference.open

    async def open_made(path: str, *, variant: str | None = None) -> RunnableModel:
        assert variant in {None, "safetensors"}
        made = await opened("/data/converted/local-own/onnx/model.onnx")
        return replace(made, name=Path(path).name, variant=CONVERTED)

    monkeypatch.setattr(lab.inference, "open", open_made)
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("/models/own")
    lab.view_model.set_inputs(["a.png"])
    lab.view_model.set_save_to("out")
    await lab.view_model.wait()
    await lab.run()
    assert (lab.record.model, lab.record.variant) == ("/models/own", CONVERTED)


async def test_that_a_run_of_weights_of_a_folder_that_were_named_is_repeated_with_them() -> None:
    lab = Lab()
    lab.view_model.set_model_source(ModelSource.LOCAL)
    for named in ("/models/own:safetensors", "/models/own"):
        lab.view_model.set_local_path(named)
        lab.view_model.set_inputs(["a.png"])
        lab.view_model.set_save_to("out")
        await lab.view_model.wait()
        await lab.run()
        variant = "safetensors" if named.endswith(":safetensors") else None
        *_, record = lab.runs.records.values()
        assert (record.model, record.variant) == (str(Path("/models/own")), variant)
        assert lab.state.repeating(record, "out", 1).local_path == named


async def test_that_a_local_model_without_description_says_what_is_missing() -> None:
    lab = Lab()
    lab.inference.open_failure = ModelFileError("No sheet beside x.onnx.", "Write one.")
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("x.onnx")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.REFUSED
    assert lab.state.status.text == "No sheet beside x.onnx."


async def test_that_an_earlier_run_is_shown_with_its_threshold() -> None:
    lab = Lab()
    await lab.ready("folder", save_to="out")
    lab.view_model.results.set_threshold(0.5)
    await lab.run()
    folder, record = next(iter(lab.runs.records.items()))
    lab.runs.results[folder] = lab.view_model.results.state.results
    other = Lab(runs=lab.runs)
    other.view_model.load_results(str(folder))
    await other.view_model.wait()
    shown = other.view_model.results.state
    assert shown.pictures == FOLDER
    assert shown.title == "acme/nuclei"
    assert shown.threshold == record.threshold
    assert len(shown.results) == 3
    assert other.state.model_text == f"acme/nuclei@{COMMIT}:fp32"
    assert other.state.pictures == FOLDER
    assert other.state.save_to == "out"
    assert other.state.can_run


async def test_that_a_chosen_variant_is_fetched_run_and_recorded() -> None:
    lab = Lab()
    files = ("config.json", "preprocessor_config.json", "onnx/model.onnx", "onnx/model_int8.onnx")
    lab.hub.details["acme/nuclei"] = details_of(a_model(), *files)
    await lab.ready(save_to="out")
    lab.view_model.set_model_text("acme/nuclei@v2:int8")
    await lab.view_model.wait()
    await lab.run()
    assert lab.hub.asked_revisions[-1] == "v2"
    assert lab.downloads.asked[0][1][0] == "onnx/model_int8.onnx"
    assert lab.inference.loaded[0].variant == "int8"
    assert lab.record.variant == "int8"
    assert lab.view_model.results.state.weights == "int8"
    lab.view_model.set_model_text("acme/nuclei:q4")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.REFUSED
    assert "no weights called q4" in lab.state.status.text


async def test_that_the_status_tells_what_the_run_took() -> None:
    lab = Lab()
    await lab.ready()
    await lab.run()
    assert "took 250 ms here" in lab.state.status.text


async def test_that_a_variant_on_this_disk_runs_without_the_hub() -> None:
    lab = Lab()
    lab.hub.failure = HubOfflineError("The Hub can't be reached.", "Check the network.")
    lab.downloads.held.add("acme/nuclei")
    await lab.ready()
    lab.view_model.set_model_text("acme/nuclei:int8")
    await lab.view_model.wait()
    await lab.run()
    assert lab.inference.loaded[0].variant == "int8"


async def test_that_a_model_on_this_disk_costs_nothing_more() -> None:
    lab = Lab()
    await lab.ready()
    assert "to download" in lab.state.status.text
    await lab.run()
    assert "already on this disk" in lab.state.status.text
    assert lab.hub.asked_details == ["acme/nuclei"]


async def test_that_a_model_on_this_disk_runs_without_the_hub() -> None:
    lab = Lab()
    lab.hub.failure = HubOfflineError("The Hub can't be reached.", "Check the network.")
    lab.downloads.held.add("acme/nuclei")
    await lab.ready(save_to="out")
    assert lab.fitness() is Fitness.RUNS
    assert "on this disk" in lab.state.status.text
    await lab.run()
    assert lab.state.problem is None
    assert lab.downloads.asked == []
    assert (lab.record.model, lab.record.revision) == ("acme/nuclei", COMMIT)


async def test_that_a_part_of_a_model_on_this_disk_does_not_run_without_the_hub() -> None:
    lab = Lab()
    lab.hub.failure = HubOfflineError("The Hub can't be reached.", "Check the network.")
    lab.downloads.held.add("acme/nuclei")
    lab.inference.open_failure = ModelFileError("No weights.", "Download them.")
    await lab.ready()
    assert lab.fitness() is Fitness.UNKNOWN
    await lab.run()
    assert lab.state.problem == Problem("The Hub can't be reached.", "Check the network.", True)


async def test_that_a_missing_revision_is_refused() -> None:
    lab = Lab()
    lab.hub.failure = RevisionNotFoundError("acme/nuclei has no revision v9.", "Check it.")
    lab.view_model.set_model_text("acme/nuclei@v9")
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.REFUSED


async def test_that_a_model_of_the_other_source_says_where_to_switch() -> None:
    lab = Lab()
    lab.view_model.set_model_text("/models/yolox.onnx")
    await lab.view_model.wait()
    assert "“Local”" in lab.state.status.advice
    lab.inference.open_failure = ModelFileError("There is no acme/nuclei.", "Choose another.")
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("acme/nuclei")
    await lab.view_model.wait()
    assert "“Hugging Face”" in lab.state.status.advice


async def test_that_a_folder_that_is_there_is_not_taken_for_a_model_of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "acme" / "nuclei").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    lab = Lab()
    lab.inference.open_failure = ModelFileError("It is damaged.", "Copy it again.")
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("acme/nuclei")
    await lab.view_model.wait()
    assert lab.state.status.advice == "Copy it again."


async def test_that_what_installs_a_missing_package_stands_apart_to_be_copied() -> None:
    lab = Lab()
    lab.inference.open_failure = MissingPackageError("OpenCV is not installed.", "pip install x")
    lab.view_model.set_model_source(ModelSource.LOCAL)
    lab.view_model.set_local_path("/models/text")
    await lab.view_model.wait()
    status = lab.state.status
    assert (status.advice, status.command) == ("Install it:", "pip install x")


async def test_that_a_run_that_broke_off_says_so_when_loaded() -> None:
    lab = Lab()
    await lab.ready("folder", save_to="out")
    await lab.run()
    folder, record = next(iter(lab.runs.records.items()))
    lab.runs.records[folder] = replace(record, finished=None, results=record.results[:1])
    lab.runs.results[folder] = lab.view_model.results.state.results[:2]
    lab.view_model.load_results(str(folder))
    await lab.view_model.wait()
    assert lab.state.notice == "This run broke off after 2 of 3 pictures."


async def test_that_a_folder_without_a_run_is_told() -> None:
    lab = Lab()
    lab.view_model.load_results("empty")
    await lab.view_model.wait()
    assert lab.state.problem is not None
    assert "empty" in lab.state.problem.message


async def test_that_the_input_chosen_during_a_run_waits_for_its_end() -> None:
    lab = Lab()
    await lab.ready("folder")
    lab.inference.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.inference.gate.waiting == 1)
    lab.view_model.set_inputs(("other.png",))
    await until(lambda: lab.state.pictures == ("other.png",))
    assert lab.view_model.results.state.pictures == FOLDER
    lab.inference.gate.open()
    await lab.view_model.wait()
    assert len(lab.view_model.results.state.results) == 3


async def test_that_closing_ends_a_run() -> None:
    lab = Lab()
    await lab.ready(save_to="out")
    lab.inference.gate.shut()
    lab.view_model.run()
    await until(lambda: lab.inference.gate.waiting == 1)
    await lab.view_model.close()
    assert lab.inference.gate.waiting == 0
    assert lab.runs.records == {}


async def test_that_a_gated_model_runs_only_once_the_hub_lets_the_person_in() -> None:
    lab = Lab()
    lab.hub.models = (a_model(gated="manual"),)
    refusal = gate_failure(GateReason.NOT_ACCEPTED, "acme/nuclei", "https://hub.test", "")
    lab.hub.refusals["acme/nuclei"] = refusal
    await lab.ready()
    assert lab.fitness() is Fitness.REFUSED
    assert lab.state.status.text == refusal.message
    assert lab.state.status.next_step is NextStep.OPEN_MODEL_PAGE
    del lab.hub.refusals["acme/nuclei"]
    lab.view_model.check_again()
    await lab.view_model.wait()
    assert lab.fitness() is Fitness.RUNS


async def test_that_a_run_that_is_refused_takes_the_promise_back() -> None:
    lab = Lab()
    lab.hub.models = (a_model(gated="manual"),)
    await lab.ready()
    assert lab.fitness() is Fitness.RUNS
    refusal = gate_failure(GateReason.DENIED, "acme/nuclei", "https://hub.test", "")
    lab.hub.refusals["acme/nuclei"] = refusal
    await lab.run()
    assert lab.state.problem == Problem.of(refusal)
    assert lab.fitness() is Fitness.REFUSED


async def test_that_a_gated_model_on_this_disk_runs_without_asking() -> None:
    lab = Lab()
    lab.hub.models = (a_model(gated="manual"),)
    lab.downloads.held.add("acme/nuclei")
    await lab.ready()
    assert lab.fitness() is Fitness.RUNS
    assert lab.hub.asked_access == []
