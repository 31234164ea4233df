"""Safetensors become ONNX, step by step, and both are compared; in the worker process alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.loaded_model import LoadedModel
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.prediction_agreement import COMPARABLE, Figure, agreement
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind
from ailab.services.inference.recording_network import RecordingNetwork

if TYPE_CHECKING:
    from ailab.services.images.image_reader import DecodedImage
    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.predictions import Prediction
    from ailab.services.inference.runnable_model import RunnableModel

    Pixels = npt.NDArray[np.uint8]

WEIGHTS = "model.onnx"
DATA = "model.onnx.data"
_LABELS = Prompt(labels=("cat", "a red bicycle", "two people on a bench"))
"""What is looked for where a model asks for labels."""
_OWN_SIZE = (480, 640)


class Converter:
    """One conversion in three steps, each a request: `load`, `export`, `check`.

    `load` runs the network as it is on the person's picture and on a part of it turned by 90°,
    so that another shape goes through as well; `export` writes `model.onnx` and
    `model.onnx.data`; `check` runs these on the same two pictures and compares.

    Args:
        read: decodes a picture.
    """

    def __init__(self, read: Callable[[Path], DecodedImage]) -> None:
        self._read = read
        self._description: ModelDescription | None = None
        self._module: Any = None
        self._feeds: Any = {}
        self._wants_free_size = False
        self._prompt = NO_PROMPT
        self._pictures: tuple[Pixels, ...] = ()
        self._references: tuple[Prediction, ...] = ()

    def step(self, name: str, model: RunnableModel, fields: Fields) -> dict[str, Any]:
        """Take a step; what it came to, as JSON.

        Raises:
            ModelFileError: the model cannot be converted; says why.
            PictureError: the picture cannot be read.
        """
        if name == "load":
            self._load(model, fields.text_or_none("picture"))
            return {}
        folder = Path(fields.text("save_to"))
        if name == "export":
            return self._export(folder)
        return self._check(folder)

    def _load(self, model: RunnableModel, picture: str | None) -> None:
        from ailab.services.inference.torch_engine import TorchEngine  # noqa: PLC0415

        pixels = own_picture() if picture is None else self._read(Path(picture)).pixels
        self._pictures = pixels, _turned(pixels)
        self._description = describe_model(model.path, model.variant or None)
        network = TorchEngine().load(self._description, "cpu")
        recording = RecordingNetwork(network)
        loaded = LoadedModel(recording, self._description)
        has_labels = prompt_kind(self._description.task) is PromptKind.LABELS
        self._prompt = _LABELS if has_labels else NO_PROMPT
        self._references = tuple(self._answer(loaded, each) for each in self._pictures)
        if not isinstance(self._references[0], COMPARABLE):
            raise ModelFileError(
                "Models that answer with what this one does are not converted: nothing would say "
                "whether the outcome is right.",
                "It runs on PyTorch as before.",
            )
        shapes = {tuple(sorted((k, v.shape) for k, v in each.items())) for each in recording.feeds}
        self._wants_free_size = len(shapes) > 1
        self._feeds = recording.feeds[0]
        self._module = network.release()

    def _answer(self, loaded: LoadedModel, pixels: Pixels) -> Prediction:
        return loaded.predict(pixels, self._prompt).prediction

    def _export(self, folder: Path) -> dict[str, Any]:
        from ailab.services.inference.onnx_export import export_onnx  # noqa: PLC0415

        export = export_onnx(
            self._module,
            self._feeds,
            folder / WEIGHTS,
            wants_free_size=self._wants_free_size,
            try_out=self._try_out,
        )
        self._module = None  # its memory is wanted for the check
        return {"is_size_free": export.is_size_free, "reason": export.reason}

    def _try_out(self, weights: Path) -> None:
        from ailab.services.inference.onnx_engine import OnnxEngine  # noqa: PLC0415

        if self._description is not None:
            described = replace(self._description, weights=weights)
            OnnxEngine().load(described, "cpu").run(self._feeds)

    def _check(self, folder: Path) -> dict[str, Any]:
        from ailab.services.inference.onnx_engine import OnnxEngine  # noqa: PLC0415

        if self._description is None:
            raise ValueError("a check before the loading")
        described = replace(self._description, weights=folder / WEIGHTS)
        network = OnnxEngine().load(described, "cpu")
        loaded = LoadedModel(network, described)
        sizes = network.inputs()[0].shape[-2:]
        is_fixed = all(isinstance(size, int) for size in sizes)
        # A graph of one size, of a model of any, is right for the picture that it was made with.
        count = 1 if is_fixed and self._wants_free_size else len(self._pictures)
        figures: list[Figure] = []
        for pixels, reference in zip(self._pictures[:count], self._references, strict=False):
            figures += agreement(reference, self._answer(loaded, pixels))
        if failed := [each for each in figures if not each.holds]:
            raise ModelFileError(
                "The model was converted, but the outcome does not answer as PyTorch does, so "
                f"that it was not kept: {failed[0].text}.",
                "It runs on PyTorch as before.",
                detail="; ".join(each.text for each in figures),
            )
        return {
            "figures": [
                {"name": each.name, "value": each.value, "limit": each.limit}
                for each in _worst(figures)
            ]
        }


def own_picture() -> Pixels:
    """A picture for whoever has none at hand: colours, edges and a fine pattern.

    Returns:
        RGB of shape (480, 640, 3), the same each time.
    """
    height, width = _OWN_SIZE
    y, x = np.mgrid[0:height, 0:width]
    red = 127 + 127 * np.sin(x / 37.0)
    green = 255.0 * y / height
    blue = 127 + 127 * np.cos((x + 2 * y) / 23.0)
    pixels = np.stack([red, green, blue], axis=-1)
    pixels[120:300, 200:420] = (230, 60, 40)
    pixels[(x - 480) ** 2 + (y - 320) ** 2 < 90**2] = (40, 90, 220)
    return pixels.astype(np.uint8)


def _turned(pixels: Pixels) -> Pixels:
    """A part of a picture, turned, so that its shape is another."""
    height = max(1, pixels.shape[0] * 3 // 4)
    return np.ascontiguousarray(np.rot90(pixels[:height]))


def _worst(figures: list[Figure]) -> list[Figure]:
    """Of figures with the same name the one that is nearest to its limit."""
    worst: dict[str, Figure] = {}
    for each in figures:
        known = worst.get(each.name)
        if known is None or (each.value < known.value) == each.is_least:
            worst[each.name] = each
    return list(worst.values())
