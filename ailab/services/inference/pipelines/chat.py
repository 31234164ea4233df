"""`image-to-text` by a network that answers in a conversation: one question about one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ailab.services.inference.chat_processor import ChatProcessor
from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import GENERATE, Network, TellingNetwork
from ailab.services.inference.prompt import Prompt
from ailab.services.inference.token_text import printable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.pipeline import Tell


class ChatPipeline:
    """The model's own template and processor, writing, and the words that are new.

    Args:
        network: has the part `generate`.
        description: which model.

    Raises:
        ModelFileError: the network writes nothing, or its files cannot be used; see
            `ChatProcessor`.
    """

    def __init__(self, network: Network, description: ModelDescription) -> None:
        if not network.has(GENERATE):
            raise ModelFileError("The model's network writes nothing.", "Choose another model.")
        self._network = network
        self._processor = ChatProcessor(description.weights.parent)

    def prepare(self, pixels: npt.NDArray[np.uint8], prompt: Prompt) -> Tensors:
        """See `Pipeline.prepare`."""
        return self._processor.feeds(pixels, prompt.question)

    def run(self, prepared: Tensors) -> Any:
        """See `Pipeline.run`; the tokens written."""
        return self._network.run(prepared, GENERATE)["sequences"][0].tolist()

    def run_telling(self, prepared: Tensors, tell: Tell) -> Any:
        """See `SteadyPipeline.run_telling`; told of are the tokens."""
        if not isinstance(self._network, TellingNetwork):
            return self.run(prepared)
        return self._network.run_telling(prepared, GENERATE, tell)["sequences"][0].tolist()

    def finish(self, answer: Any) -> GeneratedText:
        """See `Pipeline.finish`."""
        return GeneratedText(printable(self._processor.text(answer)))
