"""What the Inference tab shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from ailab.services.conversion.local_reference import LocalReference, parse_local
from ailab.services.hub.model_reference import ModelReference
from ailab.services.images.picture_reference import parse_picture
from ailab.services.inference.model_layout import SAFETENSORS
from ailab.services.inference.prompt_kind import PromptKind
from ailab.services.next_step import NextStep
from ailab.services.problem import Problem
from ailab.services.results.model_identity import RECORDED_LOCAL, RECORDED_SERVER
from ailab.services.results.run_record import RunRecord
from ailab.viewmodels.other_weights import OtherWeights
from ailab.viewmodels.provider_choice import NOBODY, ProviderChoice
from ailab.viewmodels.results_state import ResultsState
from ailab.viewmodels.run_progress import RunProgress, RunStage
from ailab.viewmodels.sheet_step import SheetStep


class ModelSource(Enum):
    """Where the model comes from; the value is the drop-down's text."""

    HUGGING_FACE = "Hugging Face"
    LOCAL = "Local"
    SERVER = "Server"


_SOURCES = {RECORDED_LOCAL: ModelSource.LOCAL, RECORDED_SERVER: ModelSource.SERVER}


class Fitness(Enum):
    """What is known about the model in the field."""

    NONE = "none"
    CHECKING = "checking"
    RUNS = "runs"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The line under the model field.

    Attributes:
        fitness: whether the model runs, does not, or is not known yet.
        text: what is known, in one sentence.
        advice: what to do next; may be empty.
        command: what to type to install what is missing; empty where nothing is.
        sheet: whether a sheet can be written or edited here, or its model has to come first.
        sheet_path: path of the `.onnx` file that it is of, where the field does not name it.
        by_button: what to do next where the button for the sheet stands below the words; empty
            where that is the `advice`.
        next_step: what leads to a gated model's files.
        model_id: the Hub model's present id, where a next step needs it.
        task: the pipeline tag of a model that runs; empty for others.
        is_here: its files are on this disk.
        can_convert: PyTorch runs it, and it can be turned into ONNX.
        why_not_convert: PyTorch runs it, but it is known that it cannot be turned into ONNX; why.
        asks_for: what a model that runs takes beside the picture.
        other: what else can be run of a model that was converted here.
        run_by: who runs it elsewhere; nobody for a model of this computer.
        unused_card: why a graphics card is not used for a model that runs, and what to do; empty
            where it is, and where there is none.
        needs_sheet: a Hub model that runs once a sheet describes it.
        detail: what is told of it beside, to those who want to know; may be empty.
    """

    fitness: Fitness = Fitness.NONE
    text: str = ""
    advice: str = ""
    command: str = ""
    sheet: SheetStep = SheetStep.NONE
    sheet_path: str = ""
    by_button: str = ""
    next_step: NextStep = NextStep.NONE
    model_id: str = ""
    task: str = ""
    is_here: bool = False
    can_convert: bool = False
    why_not_convert: str = ""
    asks_for: PromptKind = PromptKind.NONE
    other: OtherWeights | None = None
    run_by: ProviderChoice = NOBODY
    unused_card: str = ""
    needs_sheet: bool = False
    detail: str = ""


@dataclass(frozen=True, slots=True)
class InferenceState:
    """What the Inference tab shows, but for the results.

    Attributes:
        model_source: where the model comes from.
        model_text: the Hub model as chosen, typed or pasted: a reference, or its page's address.
        local_path: path of the local model: an `.onnx` file or a `LocalReference` to a folder.
        served_model: address of the model on a server; empty where none is chosen.
        status: what is known about the model.
        inputs: paths chosen as input: files, or one folder.
        typed_input: what stands in the field for them where it was typed and not looked at yet;
            None where that is the `inputs`.
        pictures: what is run: references of the pictures that the inputs mean.
        unreadable: those of the pictures that are files, but no pictures.
        left_out: pictures in the folders chosen that are not among them, for their formats.
        with_sub_folders: the folders below those chosen are searched, too.
        has_sub_folders: there are such folders, whether they are searched or not.
        closed_folders: those of them that could not be read.
        saved_runs: of how many saved runs they are the files, from their folders; else 0.
        input_problem: why there are none.
        is_reading_input: the inputs are being looked through.
        is_opening: a saved run is being read, or looked for in what was dropped.
        awaits_input: Run was asked for, and begins once it is known which pictures there are.
        lacks_labels: the model looks for what is typed, and nothing is.
        refuses_reader: lines are to be read by a model that cannot.
        save_to: folder for results; empty to save none.
        strange: paths of saved results on other computers that nobody named here.
        progress: how far the run is; None while none is under way.
        problem: why the last run failed as a whole.
        notice: what the last run came to, in one sentence.
    """

    model_source: ModelSource = ModelSource.HUGGING_FACE
    model_text: str = ""
    local_path: str = ""
    served_model: str = ""
    status: ModelStatus = ModelStatus()
    inputs: tuple[str, ...] = ()
    typed_input: str | None = None
    pictures: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    with_sub_folders: bool = False
    has_sub_folders: bool = False
    closed_folders: tuple[str, ...] = ()
    saved_runs: int = 0
    input_problem: Problem | None = None
    is_reading_input: bool = False
    is_opening: bool = False
    awaits_input: bool = False
    lacks_labels: bool = False
    refuses_reader: bool = False
    save_to: str = ""
    strange: frozenset[str] = frozenset()
    progress: RunProgress | None = None
    problem: Problem | None = None
    notice: str = ""

    @property
    def source_text(self) -> str:
        """What names the model, by where it comes from."""
        if self.model_source is ModelSource.SERVER:
            return self.served_model
        return self.model_text if self.source_visible else self.local_path

    @property
    def source_visible(self) -> bool:
        """The Browse button beside the model field is visible."""
        return self.model_source is ModelSource.HUGGING_FACE

    @property
    def is_running(self) -> bool:
        """A run is under way."""
        return self.progress is not None

    @property
    def is_reading(self) -> bool:
        """It is not known yet which pictures there are."""
        return self.is_reading_input or self.is_opening

    @property
    def has_input(self) -> bool:
        """There are pictures, or the person has named a place that may hold some."""
        if self.typed_input is not None:
            return bool(self.typed_input.strip())
        return bool(self.pictures) or self.is_reading

    @property
    def can_cancel(self) -> bool:
        """A run is under way, or waits for its pictures."""
        return self.is_running or self.awaits_input

    @property
    def can_fetch(self) -> bool:
        """The model can be downloaded, to be described then."""
        return self.status.sheet is SheetStep.DOWNLOAD and not self.is_running

    @property
    def can_run(self) -> bool:
        """There is a model not known to be refused, with all that it needs, and no run goes on."""
        return (
            not self.can_cancel
            and self.has_input
            and not (self.lacks_labels or self.refuses_reader)
            and self.status.fitness in (Fitness.RUNS, Fitness.UNKNOWN, Fitness.CHECKING)
        )

    @property
    def why_not_run(self) -> str:
        """What is missing before Run, in a few words; empty where nothing is."""
        if self.can_cancel or self.can_run:
            return ""
        if self.status.fitness is Fitness.NONE:
            return "Choose a model first."
        if self.status.sheet is SheetStep.DOWNLOAD:
            return "Download the model and describe it first."
        if self.status.sheet is SheetStep.DESCRIBE:
            return "Describe the model first."
        if self.status.needs_sheet:
            return "Choose one of the model's files first."
        if self.status.fitness is Fitness.REFUSED:
            return "Choose a model that can be run."
        if self.input_problem is not None and self.typed_input is None:
            return self.input_problem.message
        if not self.has_input:
            return "Choose a picture or a folder of pictures first."
        return "Read with another model." if self.refuses_reader else "Type what to look for."

    def cancelled(self, results: ResultsState) -> InferenceState:
        """This state after its run was stopped, when there were these results."""
        done = len(results.results)
        progress = self.progress
        total = 0 if progress is None else progress.total
        # Else they are those of the run before.
        is_begun = bool(done) and progress is not None and progress.stage is RunStage.RUNNING
        notice = f"Cancelled after {done} of {total} pictures." if is_begun else "Cancelled."
        if is_begun and results.folder:
            notice += f" What was found in {'it' if done == 1 else 'them'} is saved."
        return replace(self, progress=None, notice=notice)

    def start_of(self, path: str) -> str:
        """Where a dialog begins that is to choose another path; empty for its usual place."""
        return "" if parse_local(path).path in self.strange else path

    def repeating(
        self, record: RunRecord, save_to: str, done: int, strange: frozenset[str] = frozenset()
    ) -> InferenceState:
        """This state with a recorded run in its fields, so that Run repeats it.

        Args:
            record: the run.
            save_to: the folder that holds the run's own.
            done: how many of its pictures have results; of a run that was killed its record has
                fewer.
            strange: its paths on other computers that nobody named here.
        """
        source = _SOURCES.get(record.model_source, ModelSource.HUGGING_FACE)
        is_of_hub = source is ModelSource.HUGGING_FACE
        model = str(ModelReference(record.model, record.revision, record.variant))
        # What was made of a folder is run without being named, where it is there still.
        own = SAFETENSORS if record.variant == SAFETENSORS else None
        local = str(LocalReference(record.model, own))
        total = len(record.pictures)
        is_whole = record.finished is not None or done == total
        notice = "" if is_whole else f"This run broke off after {done} of {total} pictures."
        return replace(
            self,
            model_source=source,
            model_text=model if is_of_hub else self.model_text,
            local_path=local if source is ModelSource.LOCAL else self.local_path,
            served_model=record.model if source is ModelSource.SERVER else self.served_model,
            inputs=tuple(dict.fromkeys(parse_picture(each).path for each in record.pictures)),
            typed_input=None,
            pictures=record.pictures,
            unreadable=(),
            left_out=(),
            has_sub_folders=False,
            closed_folders=(),
            saved_runs=0,
            input_problem=None,
            is_reading_input=False,
            save_to=save_to,
            strange=strange,
            problem=None,
            notice=notice,
        )
