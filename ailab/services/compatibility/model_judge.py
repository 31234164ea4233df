"""What the view models ask about models and this machine."""

from __future__ import annotations

from typing import Protocol

from ailab.services.compatibility.device_forecast import DeviceForecast
from ailab.services.compatibility.measurement import Measurement
from ailab.services.compatibility.verdict import Verdict
from ailab.services.conversion.converted_model import ConvertedModel
from ailab.services.hub.model_info import ModelDetails, ModelInfo
from ailab.services.inference.runnable_model import RunnableModel


class ModelJudge(Protocol):
    """Says whether models run here; quick, from what was read of this machine before."""

    @property
    def total_memory(self) -> int | None:
        """Bytes of memory that this machine has; None where not known."""
        ...

    def judge_row(self, model: ModelInfo) -> Verdict:
        """What a row of the list is enough to say; `Fit.UNKNOWN` where it is not enough."""
        ...

    def judge(
        self, details: ModelDetails, *, variant: str | None = None, is_here: bool = False
    ) -> Verdict:
        """Whether a model runs, and which of its files that takes.

        Args:
            details: the model with its files.
            variant: which weights; None for those that run best.
            is_here: all that a run needs is on this disk already.
        """
        ...

    def variants(self, details: ModelDetails) -> tuple[str, ...]:
        """The weights to choose from, best first, such as `fp32`, `fp16`, `int8`."""
        ...

    def forecast(self, engine: str) -> DeviceForecast:
        """On what an engine will run, and why not on the graphics card where there is one."""
        ...

    def converted(self, model_id: str, revision: str | None = None) -> ConvertedModel | None:
        """A model that was turned into ONNX on this machine; None where it was not.

        Args:
            model_id: the Hub's id.
            revision: the full commit; None for the one that was converted last.
        """
        ...

    async def converted_folder(self, folder: str) -> ConvertedModel | None:
        """What was made of a local folder on this machine, of the weights that lie there now.

        None where nothing was, or the folder has ONNX weights of its own.
        """
        ...

    def tell_access(self, model_id: str, *, is_let_in: bool) -> None:
        """Know of a gated model whether its files are given to the person."""
        ...

    def forget_access(self) -> None:
        """Know of no gated model any more: somebody else may ask."""
        ...

    async def look_into(self, details: ModelDetails) -> bool:
        """Read what the model's list of files does not tell, where that is little.

        Small ONNX graphs may name files as those of their tensors, which count to what a run
        needs. The head of safetensors weights that the Hub has not counted tells whether they are
        made wider while they are loaded, which takes memory. Where the Hub does not give them, the
        verdict stays as it is.

        Returns:
            True where the verdict may be another now.
        """
        ...

    async def look_around(self) -> None:
        """Read this machine anew: free memory, engines installed."""
        ...

    def recall(self, model: RunnableModel, device: str) -> Measurement | None:
        """What a run of a model took on a device of this machine; None where nobody knows."""
        ...

    async def remember(self, measured: Measurement) -> None:
        """Keep what a run took, so that later verdicts tell it instead of an estimate."""
        ...
