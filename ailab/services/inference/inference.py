"""What the view models ask of the inference worker."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path
from typing import Protocol

from ailab.services.inference.device_in_use import DeviceInUse
from ailab.services.inference.picture_progress import PictureProgress
from ailab.services.inference.picture_result import PictureResult
from ailab.services.inference.picture_runner import tell_nobody
from ailab.services.inference.pieces_from import PIECES_FROM
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompts import NO_PROMPTS, Prompts
from ailab.services.inference.run_before import NOTHING_BEFORE, RunBefore
from ailab.services.inference.runnable_model import RunnableModel


class Inference(Protocol):
    """Inference as the view models see it: a process of its own behind awaitable methods."""

    async def open(
        self,
        path: str,
        *,
        model_id: str | None = None,
        revision: str | None = None,
        variant: str | None = None,
    ) -> RunnableModel:
        """Read what lies at a path (an `.onnx` file or a folder in Hugging Face layout).

        The address of a model on a server is such a path too; its server is asked then.

        Only configuration is read, no weights. `variant` says which weights of a folder are
        meant; None for those that run best.

        Raises:
            ModelFileError: nothing runnable there; says what is missing.
            ServerError: the model's server does not answer, or is not ready.
        """
        ...

    async def load(self, model: RunnableModel) -> DeviceInUse:
        """Start the worker where it is not running, and load the model's weights into it.

        Loading a model that is already loaded costs nothing. Returns what it runs on.

        Raises:
            ModelFileError: the files are damaged or not what they say they are.
            WorkerError: the worker ended.
        """
        ...

    async def predict(
        self,
        model: RunnableModel,
        picture: str,
        *,
        threshold: float,
        save_to: Path | None,
        prompt: Prompt = NO_PROMPT,
    ) -> PictureResult:
        """Run a model on one picture and, where `save_to` is a folder, save its result there.

        Cancelling the awaiting run stops the forward pass, by ending the worker if need be.

        Raises:
            PictureError: the picture cannot be read.
            ModelFileError: the model cannot be loaded, or its outputs are not what it promises.
            WorkerError: the worker ended or did not answer; the next call starts a new one.
        """
        ...

    def predict_all(
        self,
        model: RunnableModel,
        pictures: Sequence[str],
        *,
        threshold: float,
        save_to: Path | None,
        prompts: Prompts = NO_PROMPTS,
        pieces_from: int = PIECES_FROM,
        on_ready: Callable[[], None] = tell_nobody,
        before: RunBefore = NOTHING_BEFORE,
    ) -> AsyncGenerator[PictureResult, None]:
        """Run a model on pictures, and give their results in the same order.

        Each is run with its own of the `prompts`. `pieces_from` says from how many pixels a piece
        of a region is counted in what is saved. Where what runs them has to be started or
        reached first, `on_ready` is called in the loop once that is done. What is known `before`
        shortens the time that the first picture is waited for.

        A picture that fails, or on which the worker ends, comes with the reason as its problem,
        and the next one is run. Whoever stops early closes the generator (`aclosing`).

        Raises:
            ModelFileError: the model cannot be loaded, or its outputs are not what it promises of
                the first three pictures, or all of fewer; once a picture has come through, others
                fail alone.
            WorkerError: no worker can be started, or it ended while it loaded the model: each
                picture would fail alike.
        """
        ...

    def watch(self, watcher: Callable[[PictureProgress], None] | None) -> None:
        """Name who is told how far the network is with a picture that takes it long.

        It is told a few times a second, in the loop, of the picture in the network; of most
        pictures never. There is one at a time; None for nobody.
        """
        ...

    async def close(self) -> None:
        """End the worker and wait for its end."""
        ...
