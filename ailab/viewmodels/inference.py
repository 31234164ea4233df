"""The Inference tab: a model, pictures, a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.model_hub import ModelHub
from ailab.services.images.pictures import Pictures
from ailab.services.inference.inference import Inference
from ailab.services.lab_error import LabError
from ailab.services.problem import Problem
from ailab.services.results.result_error import ResultError
from ailab.services.results.runs import Runs, SavedRun
from ailab.services.served.servers import Servers
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.inference_run import InferenceRun
from ailab.viewmodels.inference_state import InferenceState, ModelSource, RunProgress, RunStage
from ailab.viewmodels.latest import Latest
from ailab.viewmodels.live_run import LiveRun
from ailab.viewmodels.model_check import ModelCheck
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.model_picker import ModelPicker
from ailab.viewmodels.picture_input import PictureInput
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_state import PromptState
from ailab.viewmodels.results import ResultsViewModel
from ailab.viewmodels.run_place import RunPlaceViewModel
from ailab.viewmodels.run_request import RunRequest
from ailab.viewmodels.saved_run_input import SavedRunInput
from ailab.viewmodels.servers import ServersViewModel
from ailab.viewmodels.servers_state import ServersState
from ailab.viewmodels.view_model import ViewModel


class InferenceViewModel(ViewModel[InferenceState]):
    """Chooses a model and pictures, runs one on the other, and hands on what comes of it.

    Args:
        hub: where models are looked up; lent.
        downloads: brings a model's files; lent.
        inference: runs models; lent.
        pictures: finds and reads pictures; lent.
        runs: keeps the records of runs; lent.
        judge: says whether models run here; lent.
        servers: other machines that run models; lent.
        picker: asks the person for a model; None where nobody can be asked.
        debounce: seconds of rest after a keystroke before the model is looked up.

    Attributes:
        results: what is shown of the pictures and their results.
        prompt: what is asked of the model beside the pictures.
        place: where the pictures are run.
        servers: which model of which server.
    """

    def __init__(
        self,
        hub: ModelHub,
        downloads: ModelDownloads,
        inference: Inference,
        pictures: Pictures,
        runs: Runs,
        *,
        judge: ModelJudge,
        servers: Servers | None = None,
        picker: ModelPicker | None = None,
        debounce: float = 0.4,
    ) -> None:
        super().__init__(InferenceState())
        self.results = ResultsViewModel(pictures, runs, stay=debounce / 2)
        self.prompt = PromptViewModel()
        self.place = RunPlaceViewModel(self.check_again)
        self.servers = ServersViewModel(servers)
        self._hub = hub
        self._downloads = downloads
        self._inference = inference
        self._runs = runs
        self._judge = judge
        self._picker = picker
        self._debounce = debounce
        self._threshold: float | None = None
        self._run: InferenceRun | None = None
        self._browsing = Latest("model choice")
        self._running = Latest("run")
        self._concluding = Latest("run record")
        board = InferenceBoard(lambda: self.state, self._become)
        self._check = ModelCheck(board, self._choice_of, self.prompt, self.results, self.place)
        self._input = PictureInput(board, pictures, runs, self._show_input)
        self._opening = SavedRunInput(board, runs, self._show_saved)
        self._live = LiveRun(
            board,
            self._request,
            downloads=downloads,
            inference=inference,
            prompt=self.prompt,
            results=self.results,
            debounce=debounce / 4,
        )
        self.results.changed.connect(self.prompt.follow)
        self.prompt.changed.connect(self._on_prompt)
        self.servers.changed.connect(self._on_servers)

    def set_picker(self, picker: ModelPicker) -> None:
        """Name who asks the person for a model."""
        self._picker = picker

    def set_model_source(self, source: ModelSource) -> None:
        """Take the model from the Hub or from this disk."""
        if source is not self.state.model_source:
            self._become(replace(self.state, model_source=source))
            self._choose(0)

    def set_model_text(self, text: str) -> None:
        """Name a Hub model: an id, or the address of its page."""
        if text != self.state.model_text:
            self._become(replace(self.state, model_text=text))
            self._choose(self._debounce)

    def use_model(self, reference: str) -> None:
        """Take a Hub model that was chosen elsewhere."""
        hub = ModelSource.HUGGING_FACE
        self._become(replace(self.state, model_source=hub, model_text=reference))
        self._choose(0)

    def set_local_path(self, path: str) -> None:
        """Name a local model: an `.onnx` file or a folder in Hugging Face layout."""
        if path != self.state.local_path:
            self._become(replace(self.state, local_path=path))
            self._choose(self._debounce)

    def set_served_model(self, address: str) -> None:
        """Name a model on a server by its address."""
        if address != self.state.served_model:
            self._become(replace(self.state, served_model=address))
            self._choose(self._debounce)

    def browse(self) -> None:
        """Ask the person for a Hub model."""
        if self._picker is not None:
            self._browsing.start(self._run_browse(self._picker))

    def check_again(self) -> None:
        """Look the model up again, after a failure."""
        self._choose(0)

    def set_inputs(self, paths: Sequence[str]) -> None:
        """Choose picture files, or a folder of them."""
        self._opening.cancel()
        self._set_inputs(paths)

    def take(self, paths: Sequence[str]) -> None:
        """Take what was dropped or pasted: a saved run, picture files, or a folder of them."""
        self._opening.take(paths, self._set_inputs)

    def paste_picture(self, width: int, height: int, pixels: bytes) -> None:
        """Take a pasted picture as input; `pixels` are 4 bytes each: B, G, R, X."""
        self._opening.cancel()
        self._live.cancel()
        self._input.paste(width, height, pixels)

    def set_save_to(self, folder: str) -> None:
        """Choose the folder for results; an empty text saves none."""
        self._become(replace(self.state, save_to=folder, problem=None))

    def choose_threshold(self, threshold: float | None) -> None:
        """Start runs at a threshold, 0 to 1; None for the one that suits the model."""
        self._threshold = threshold

    def run(self) -> None:
        """Run the model on the pictures."""
        if not self.state.can_run:
            return
        self._live.cancel()
        self._run = InferenceRun(
            self._request(),
            downloads=self._downloads,
            inference=self._inference,
            runs=self._runs,
            results=self.results,
            judge=self._judge,
            on_progress=self._tell_progress,
        )
        progress = RunProgress(RunStage.CHECKING, self._check.choice.text)
        self._become(replace(self.state, progress=progress, problem=None, notice=""))
        self._running.start(self._run_run(self._run))

    def fetch(self) -> None:
        """Download the model, which has to be described before it can run."""
        if self.state.can_fetch:
            self._run = None
            self._running.start(self._check.fetch(self._downloads))

    def cancel(self) -> None:
        """Stop the run, or what a point began; what is done stays."""
        self._live.cancel()
        if not self.state.is_running:
            return
        self._running.cancel()
        self._become(self.state.cancelled(self.results.state))
        if self._run is not None:
            self._run.give_back()
            self._concluding.start(self._run_conclude(self._run))

    def load_results(self, folder: str) -> None:
        """Show the results of an earlier run, from its folder."""
        self._opening.open(folder)

    def dismiss_problem(self) -> None:
        """Put away what is told of the last run."""
        self._become(replace(self.state, problem=None, notice=""))

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        self.cancel()
        works = (self._check, self._browsing, self._running, self._opening, self.servers)
        for work in (*works, self._input, self._live):
            await work.close()
        await self._concluding.wait()
        await self.results.close()

    async def wait(self) -> None:
        """Wait until nothing is under way but the asking of the person."""
        # In this order, since a later one can be started by one before it.
        for first in (self._opening, self._input, self.servers):
            await first.wait()
        for work in (self._running, self._concluding, self._check, self._live, self.results):
            await work.wait()

    def _request(self) -> RunRequest:
        state, prompts = self.state, self.prompt.state.prompts
        return RunRequest(
            *(self._check.choice, state.pictures, state.save_to.strip(), self._threshold, prompts),
            where=self.place.chosen,
        )

    def _choose(self, delay: float) -> None:
        self._live.cancel()
        self._check.choose(delay)

    def _choice_of(self, source: ModelSource, text: str) -> ModelChoice:
        return ModelChoice(
            self._hub, self._downloads, self._inference, self._judge, source=source, text=text
        )

    async def _run_browse(self, picker: ModelPicker) -> None:
        reference = await picker()
        if reference is not None:
            self.use_model(reference)

    def _show_input(self, pictures: tuple[str, ...]) -> None:
        # A run keeps its own pictures on the screen until it ends.
        if not self.state.is_running:
            self.results.show_pictures(pictures)

    def _on_prompt(self, _old: PromptState, new: PromptState) -> None:
        self._become(replace(self.state, lacks_labels=new.is_missing))

    def _on_servers(self, old: ServersState, new: ServersState) -> None:
        self.set_served_model(new.model)
        if old.is_connecting and not new.is_connecting and new.model == old.model != "":
            self.check_again()  # its server may be there again, or no more

    def _tell_progress(self, progress: RunProgress) -> None:
        if self.state.is_running:  # else it comes late, of a run that was cancelled
            self._become(replace(self.state, progress=progress))

    async def _run_run(self, run: InferenceRun) -> None:
        await self._concluding.wait()
        try:
            notice = await run.carry_out()
        except LabError as error:
            self._become(replace(self.state, progress=None, problem=Problem.of(error)))
            self._check.again()  # it may be let in no more
            await self._run_conclude(run)
            return
        self._become(replace(self.state, progress=None, notice=notice))
        self._check.again()  # its files are here now

    async def _run_conclude(self, run: InferenceRun) -> None:
        try:
            await run.conclude()
        except ResultError as error:
            self._become(replace(self.state, problem=Problem.of(error)))

    def _set_inputs(self, paths: Sequence[str]) -> None:
        self._live.cancel()
        self._input.set_paths(paths)

    def _show_saved(self, saved: SavedRun) -> None:
        self._input.cancel()
        record = saved.record
        self._become(self.state.repeating(record, str(saved.folder.parent)))
        if self.state.model_source is ModelSource.SERVER:
            self.servers.show_model(self.state.served_model)
        self._choose(0)
        self.prompt.repeat(record)
        self.results.show_saved(saved)
