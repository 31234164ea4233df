"""What is shown of turning a model into ONNX."""

from __future__ import annotations

from dataclasses import dataclass

from ailab.services.conversion.conversions import ConversionStage
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.problem import Problem
from ailab.viewmodels.progress_text import progress_text
from ailab.viewmodels.run_progress import RunProgress


@dataclass(frozen=True, slots=True)
class ConversionState:
    """What is under way, what came of it, and what is there.

    Attributes:
        model: the model that is, or was last, converted; a reference or a path as it was chosen.
        bringing: how far it is with looking the model up and downloading it; None after that.
        stage: what the conversion does; None before and after.
        is_running: one is under way.
        problem: why the last one failed; None where it did not.
        notice: what it came to.
        models: all conversions on this disk, the newest first.
        looked_at: the model whose configuration was read last, for `why_not`; an id of the Hub.
        why_not: why that one cannot be converted; empty where nothing speaks against it.
    """

    model: str = ""
    bringing: RunProgress | None = None
    stage: ConversionStage | None = None
    is_running: bool = False
    problem: Problem | None = None
    notice: str = ""
    models: tuple[ConvertedModel, ...] = ()
    looked_at: str = ""
    why_not: str = ""

    @property
    def progress(self) -> str:
        """What is done now, in a few words; empty while nothing is."""
        if not self.is_running:
            return ""
        if self.stage is not None:
            number = list(ConversionStage).index(self.stage) + 1
            return f"Step {number} of {len(ConversionStage)}: {self.stage.value} …"
        if self.bringing is not None:
            return " · ".join(part for part in progress_text(self.bringing) if part)
        return "Looking the model up …"

    def of_model(self, model_id: str) -> tuple[ConvertedModel, ...]:
        """What was made of a model, of whichever revision; the newest first.

        Args:
            model_id: the Hub's id, or the absolute path of a local folder.
        """
        return tuple(each for each in self.models if each.record.model_id == model_id)
