"""A model on this disk or on a server, ready to be loaded by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ailab.services.inference.device import AUTO
from ailab.services.inference.engine_table import ONNX
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind
from ailab.services.inference.subtask import Subtask

if TYPE_CHECKING:
    from ailab.services.served.server_token import ServerToken


@dataclass(frozen=True, slots=True)
class RunnableModel:
    """A model that the worker can load.

    Attributes:
        name: what a person calls it: the Hub's id, or the file's or folder's name.
        path: an `.onnx` file, or a folder in Hugging Face layout.
        task: its pipeline tag: one of those in `services/compatibility/runnable_tasks.py`.
        labels: the classes' names, by index.
        model_id: the Hub's id; None for a local model.
        revision: the full commit; None for a local model.
        default_threshold: the confidence that suits the task and the decoder, 0 to 1.
        variant: which of the weights in the folder; empty for the one that its files lead to.
        engine: name of the engine that runs it.
        has_sheet: True where a sheet describes it.
        sheet: a sheet, as JSON, that counts in place of the one beside the file; empty for none.
        device: what it shall run on; one of `device.CHOICES`.
        address: of a model on a server, whose `path` is that of its sheet; empty for all others.
        token: that its server is asked with, for the worker alone; None where it is asked without.
        decoder: what its outputs are read by; empty where that is not known.
        note: what a person should know of how it is run; may be empty.
        takes_boxes: False for one that makes masks of points alone.
        architectures: of one that PyTorch runs, as its configuration names them; empty else.
        reader: of one that finds lines of text, the model that reads them; None where nothing does.
    """

    name: str
    path: Path
    task: str
    labels: tuple[str, ...] = ()
    model_id: str | None = None
    revision: str | None = None
    default_threshold: float = 0.5
    variant: str = ""
    engine: str = ONNX
    has_sheet: bool = False
    sheet: str = ""
    device: str = AUTO
    address: str = ""
    token: ServerToken | None = None
    decoder: str = ""
    note: str = ""
    takes_boxes: bool = True
    architectures: tuple[str, ...] = ()
    reader: RunnableModel | None = None

    @property
    def paths(self) -> tuple[Path, ...]:
        """Its place, and that of its reader."""
        return (self.path,) if self.reader is None else (self.path, *self.reader.paths)

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, and that of its reader; of two in one repository with their weights."""
        if self.reader is None:
            return (self.name,)
        if self.name != self.reader.name:
            return (self.name, self.reader.name)
        return tuple(f"{each.name}:{each.variant}" for each in (self, self.reader))

    @property
    def title(self) -> str:
        """The same as people read it."""
        return " + ".join(self.names)

    @property
    def asks_for(self) -> PromptKind:
        """What it takes beside the picture."""
        kind = prompt_kind(self.task, decoder=self.decoder, takes_boxes=self.takes_boxes)
        # What may use the network may read no other model's files.
        is_alone = kind is PromptKind.READER and bool(self.address)
        return PromptKind.NONE if is_alone else kind

    def threshold_for(self, prompt: Prompt) -> float:
        """The confidence that suits what is asked: semantic, each pixel is to have a class."""
        return 0.0 if prompt.subtask is Subtask.SEMANTIC else self.default_threshold
