"""PyTorch with transformers, for weights that are safetensors; an extra."""

from __future__ import annotations

import os
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from ailab.services.inference.engine import Forward, Terminated
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.model_layout import TORCH
from ailab.services.inference.onnx_input import PictureInput
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.preprocess import preprocess
from ailab.services.inference.tasks.decoders import DECODERS
from ailab.services.inference.tasks.decoding import Decoding
from ailab.services.inference.torch_model import load_network, takes_mask

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.placement import Placement
    from ailab.services.inference.runnable_model import RunnableModel

# What the decoders read; hidden states and the like are not brought back.
_OUTPUTS = (
    "logits",
    "pred_boxes",
    "pred_masks",
    "class_queries_logits",
    "masks_queries_logits",
    "predicted_depth",
    "reconstruction",
)


class TorchEngine:
    """Runs the classes of transformers, on the graphics card where there is one.

    Nothing of a repository is run or unpickled, and nothing is fetched: only safetensors are
    read, by transformers' own code, from the model's folder alone.
    """

    name = TORCH

    def load(self, model: RunnableModel) -> TorchModel:
        """Load a model's weights.

        Raises:
            ModelFileError: the files are damaged, do not belong together, or are of an
                architecture that the installed transformers does not know.
        """
        torch.set_num_threads(max(1, (os.cpu_count() or 1) - 1))
        # The same results on every machine are worth more than the last bit of speed.
        torch.backends.cudnn.allow_tf32 = False
        description = describe_model(model.path, model.variant or None)
        network = load_network(description.weights.parent)
        return TorchModel(network, description)


class TorchModel:
    """A network in memory, and what its files say of it.

    Args:
        network: a model of transformers, in float32.
        description: how pictures go in and what comes out.
    """

    def __init__(self, network: Any, description: ModelDescription) -> None:
        self._device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._network = _moved(network, self._device)
        self._description = description
        mask_name = "pixel_mask" if takes_mask(network) else None
        self._picture = PictureInput(
            "pixel_values", np.float32, description.preprocessing, mask_name
        )
        self._is_terminated = False
        for module in network.modules():
            module.register_forward_pre_hook(self._stop_if_terminated)

    def predict(self, pixels: npt.NDArray[np.uint8]) -> Forward:
        """Run the model on one upright RGB picture of shape (height, width, 3).

        Raises:
            ModelFileError: the outputs are not what the configuration promises.
            PictureError: the picture's shape does not suit the model.
            Terminated: `terminate` was called meanwhile.
        """
        self._is_terminated = False
        start = perf_counter()
        tensor, placement = preprocess(pixels, self._picture.preprocessing)
        feeds = self._picture.feeds(tensor, placement)
        prepared = perf_counter()
        outputs = self._run(feeds)
        done = perf_counter()
        prediction = self._decode(outputs, placement)
        return Forward(
            prediction=prediction,
            preprocess=prepared - start,
            forward=done - prepared,
            postprocess=perf_counter() - done,
        )

    def terminate(self) -> None:
        """Stop a prediction under way at its next layer; it then raises `Terminated`."""
        self._is_terminated = True

    def _stop_if_terminated(self, *_: object) -> None:
        if self._is_terminated:
            raise Terminated

    def _run(self, feeds: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
        try:
            with torch.inference_mode():
                tensors = {
                    name: torch.from_numpy(values).to(self._device)
                    for name, values in feeds.items()
                }
                answer = self._network(**tensors, return_dict=True)
                return {
                    name: answer[name].float().cpu().numpy()
                    for name in _OUTPUTS
                    if isinstance(answer.get(name), torch.Tensor)
                }
        except (Terminated, MemoryError):
            raise
        except Exception as error:  # transformers raises whatever its models do
            raise _failed_run(error) from error

    def _decode(self, outputs: dict[str, npt.NDArray[Any]], placement: Placement) -> Any:
        if not outputs:
            raise ModelFileError(
                "The model answered nothing that ailab can read.", "Choose another model."
            )
        for name, values in outputs.items():
            if not np.isfinite(values).all():
                raise ModelFileError(
                    "The model returned numbers that are not numbers (NaN or infinity).",
                    "Its file may be damaged: download it again, or choose another model.",
                    detail=f"output {name}",
                )
        decoding = Decoding(self._description.labels, self._description.decoder, placement)
        return DECODERS[self._description.decoder.name](outputs, decoding)


def _moved(network: Any, device: torch.device) -> Any:
    try:
        return network.to(device)
    except torch.OutOfMemoryError as error:
        raise _no_memory(error) from error


def _failed_run(error: Exception) -> ModelFileError:
    said = str(error)
    if isinstance(error, torch.OutOfMemoryError) or "allocate memory" in said:
        return _no_memory(error)
    return ModelFileError(
        "The model could not be run on this picture: its network refused what its description "
        "makes of it.",
        "Choose another model, or another variant of it.",
        detail=repr(error),
    )


def _no_memory(error: Exception) -> ModelFileError:
    return ModelFileError(
        "There is not enough memory to run the model on this picture.",
        "Close other programs, choose a smaller model, or cut the picture into pieces.",
        detail=str(error),
    )
