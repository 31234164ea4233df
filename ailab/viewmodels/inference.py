"""The Inference tab: a model, pictures, a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ailab.services.compatibility.model_judge import ModelJudge
from ailab.services.downloads.model_downloads import ModelDownloads
from ailab.services.hub.model_hub import ModelHub
from ailab.services.images.pictures import Pictures
from ailab.services.inference.inference import Inference
from ailab.services.results.runs import Runs, SavedRun
from ailab.services.served.servers import Servers
from ailab.viewmodels.current_run import CurrentRun
from ailab.viewmodels.inference_board import InferenceBoard
from ailab.viewmodels.inference_state import InferenceState, ModelSource
from ailab.viewmodels.live_run import LiveRun
from ailab.viewmodels.model_asking import ModelAsking
from ailab.viewmodels.model_check import ModelCheck
from ailab.viewmodels.model_choice import ModelChoice
from ailab.viewmodels.model_picker import ModelPicker
from ailab.viewmodels.pages import PagesViewModel
from ailab.viewmodels.pending_run import CHOSE_OTHERS, IS_SAVED, PendingRun
from ailab.viewmodels.picture_input import PictureInput
from ailab.viewmodels.prompt import PromptViewModel
from ailab.viewmodels.prompt_state import PromptState
from ailab.viewmodels.reader import ReaderViewModel
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
        pages: which pages of the pictures are run, and how their values are read.
        prompt: what is asked of the model beside the pictures.
        place: where the pictures are run.
        reader: reads the lines of text that the model finds.
        resuming: whether a run that broke off is gone on with.
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
        self.pages = PagesViewModel(pictures)
        self.place = RunPlaceViewModel(self.check_again)
        self.servers = ServersViewModel(servers)
        self._downloads = downloads
        self._judge = judge
        self._debounce = debounce
        self._threshold: float | None = None
        self._asking = ModelAsking(picker)
        board = InferenceBoard(lambda: self.state, self._become)

        def choice_of(source: ModelSource, text: str) -> ModelChoice:
            return ModelChoice(hub, downloads, inference, self._judge, source=source, text=text)

        self.reader = ReaderViewModel(choice_of, self._asking, judge, debounce)
        asked = self.prompt, self.reader
        self._check = ModelCheck(board, choice_of, *asked, results=self.results, place=self.place)
        self._input = PictureInput(board, pictures, runs, self.pages, self.results)
        self._opening = SavedRunInput(board, runs, self._show_saved)
        self._current = CurrentRun(
            board,
            downloads=downloads,
            inference=inference,
            runs=runs,
            results=self.results,
            judge=judge,
            on_end=self._check.again,
        )
        self.resuming = self._current.resuming
        self._pending = PendingRun(board, self._wait_for_input, self._start_run)
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
        self.results.changed.connect(self.pages.follow)
        self.prompt.changed.connect(self._on_prompt)
        self.servers.changed.connect(self._on_servers)

    def set_picker(self, picker: ModelPicker) -> None:
        """Name who asks the person for a model."""
        self._asking.set_picker(picker)

    def set_model_source(self, source: ModelSource) -> None:
        """Take the model from the Hub or from this disk."""
        if source is not self.state.model_source:
            self._take_model(replace(self.state, model_source=source), 0)

    def set_model_text(self, text: str) -> None:
        """Name a Hub model: an id, or the address of its page."""
        if text != self.state.model_text:
            self._take_model(replace(self.state, model_text=text), self._debounce)

    def use_model(self, reference: str) -> None:
        """Take a Hub model that was chosen elsewhere."""
        hub = ModelSource.HUGGING_FACE
        self._take_model(replace(self.state, model_source=hub, model_text=reference), 0)

    def set_local_path(self, path: str) -> None:
        """Name a local model: an `.onnx` file or a folder in Hugging Face layout."""
        if path != self.state.local_path:
            self._take_model(replace(self.state, local_path=path), self._debounce)

    def set_served_model(self, address: str) -> None:
        """Name a model on a server by its address."""
        if address != self.state.served_model:
            self._take_model(replace(self.state, served_model=address), self._debounce)

    def browse(self) -> None:
        """Ask the person for a Hub model."""
        self._asking.ask(self.use_model)

    def check_again(self) -> None:
        """Look the model up again, after a failure."""
        self._choose(0)

    def set_inputs(self, paths: Sequence[str], *, with_sub_folders: bool | None = None) -> None:
        """Choose pictures, or folders, with what is below them or not (None: as before)."""
        self._opening.cancel()
        self._set_inputs(paths, with_sub_folders)
        self._pending.drop(CHOSE_OTHERS)

    def type_input(self, text: str) -> None:
        """Take note of what is being typed for the input; it is looked at when that is finished."""
        self._input.type_text(text)
        if self.state.typed_input is not None:
            self._pending.drop(CHOSE_OTHERS)

    def take_typed(self) -> None:
        """Take what was typed as input."""
        if self.state.typed_input is not None:
            self._opening.cancel()
            self._live.cancel()
            self._input.take_typed()

    def take(self, paths: Sequence[str]) -> None:
        """Take what was dropped or pasted: a saved run, a model's `.onnx` file, pictures."""
        self._opening.take(paths, self._take_files)
        self._pending.drop(CHOSE_OTHERS)

    def paste_picture(self, width: int, height: int, pixels: bytes) -> None:
        """Take a pasted picture as input; `pixels` are 4 bytes each: B, G, R, X."""
        self._opening.cancel()
        self._live.cancel()
        self._input.paste(width, height, pixels)
        self._pending.drop(CHOSE_OTHERS)

    def set_save_to(self, folder: str) -> None:
        """Choose the folder for results; an empty text saves none."""
        self._become(replace(self.state, save_to=folder, problem=None))

    def choose_threshold(self, threshold: float | None) -> None:
        """Start runs at a threshold, 0 to 1; None for the one that suits the model."""
        self._threshold = threshold

    def run(self) -> None:
        """Run the model on what stands in the input, once it is known which pictures that is."""
        if self.state.can_cancel:
            return
        self.take_typed()
        if not self.state.can_run:
            return
        if self.state.is_reading:
            self._pending.ask()
        else:
            self._start_run()

    def fetch(self) -> None:
        """Download the model, which has to be described before it can run."""
        if self.state.can_fetch:
            self._pending.drop(CHOSE_OTHERS)
            self._current.fetch(self._check.fetch(self._downloads))

    def cancel(self) -> None:
        """Stop the run, or what a point began; what is done stays."""
        self._live.cancel()
        self._pending.drop("Cancelled.")
        self._current.cancel()

    def load_results(self, folder: str) -> None:
        """Show the results of an earlier run, from its folder."""
        self._opening.open(folder)
        self._pending.drop(CHOSE_OTHERS)

    def dismiss_problem(self) -> None:
        """Put away what is told of the last run."""
        self._become(replace(self.state, problem=None, notice=""))

    async def close(self) -> None:
        """Stop what is under way and wait for its end."""
        self.cancel()
        works = (self._check, self._asking, self._pending, self._opening, self.servers)
        for work in (*works, self.reader, self._input, self._live, self._current, self.results):
            await work.close()

    async def wait(self) -> None:
        """Wait until nothing is under way but the asking of the person."""
        # In this order, since a later one can be started by one before it.
        await self._wait_for_input()
        before, after = (self.servers, self._pending, self._current), (self._live, self.results)
        for work in (*before, self._check, self.reader, *after):
            await work.wait()

    def _request(self) -> RunRequest:
        state, prompts = self.state, self.prompt.state.prompts
        return RunRequest(
            *(self._check.choice, state.pictures, state.save_to.strip(), self._threshold, prompts),
            where=self.place.chosen,
            reader=self.reader.chosen,
        )

    async def _wait_for_input(self) -> None:
        await self._opening.wait()
        await self._input.wait()

    def _start_run(self) -> None:
        self._live.cancel()
        self._current.start(self._request())

    def _take_model(self, state: InferenceState, delay: float) -> None:
        self._become(state)
        self._choose(delay)
        self._pending.drop(CHOSE_OTHERS)

    def _choose(self, delay: float, unasked: str = "") -> None:
        self._live.cancel()
        self._check.choose(delay, unasked=unasked)

    def _on_prompt(self, _old: PromptState, new: PromptState) -> None:
        self._become(replace(self.state, lacks_labels=new.is_missing))

    def _on_servers(self, old: ServersState, new: ServersState) -> None:
        self.set_served_model(new.model)
        if old.is_connecting and not new.is_connecting and new.model == old.model != "":
            self.check_again()  # its server may be there again, or no more

    def _take_files(self, paths: Sequence[str], model: str) -> None:
        if model:
            local = ModelSource.LOCAL
            self._take_model(replace(self.state, model_source=local, local_path=model), 0)
        if paths:
            self._set_inputs(paths)

    def _set_inputs(self, paths: Sequence[str], with_sub_folders: bool | None = None) -> None:
        self._live.cancel()
        self._input.set_paths(paths, with_sub_folders)

    def _show_saved(self, saved: SavedRun) -> None:
        record = saved.record
        self._input.repeat(record.pictures, record.planes)
        save_to, done = str(saved.folder.parent), len(saved.results)
        self._become(self.state.repeating(record, save_to, done, saved.strange_paths))
        if self.state.model_source is ModelSource.SERVER:
            self.servers.show_model(self.state.served_model)
        self._choose(0, saved.strange_place or self.servers.unknown_place(self.state))
        self.prompt.repeat(record)
        self.reader.repeat(record, saved.strange_place_of_reader)
        self.results.show_saved(saved)
        self._pending.drop(IS_SAVED)
