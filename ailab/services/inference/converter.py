"""Safetensors become ONNX, step by step, and both are compared; in the worker process alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ailab.services.inference.answer_models import ANSWER_SCORES
from ailab.services.inference.exported_files import exported_files
from ailab.services.inference.inference_errors import OtherAnswerError
from ailab.services.inference.json_fields import Fields
from ailab.services.inference.json_file import read_json_object
from ailab.services.inference.loaded_model import LoadedModel
from ailab.services.inference.mask_models import SHOWN_OR_NAMED_MASKS
from ailab.services.inference.model_layout import ModelLayout
from ailab.services.inference.model_writing import model_writing
from ailab.services.inference.open_model import describe_model
from ailab.services.inference.prediction_agreement import Figure, agreement
from ailab.services.inference.prompt import NO_PROMPT, Prompt
from ailab.services.inference.prompt_kind import PromptKind, prompt_kind
from ailab.services.inference.recording_network import RecordingNetwork
from ailab.services.inference.subtask import Subtask
from ailab.services.inference.text_readers import SCENE_TEXT, TEXT_LINE
from ailab.services.inference.writing_models import WRITES

if TYPE_CHECKING:
    from ailab.services.images.decoded_image import DecodedImage
    from ailab.services.inference.model_description import ModelDescription
    from ailab.services.inference.network import Tensors
    from ailab.services.inference.predictions import Prediction
    from ailab.services.inference.runnable_model import RunnableModel

    Pixels = npt.NDArray[np.uint8]

_LABELS = (
    Prompt(labels=("cat", "a red bicycle", "two people on a bench")),
    Prompt(labels=("a tree whose leaves have turned yellow", "sky", "car", "a cup", "dog")),
    Prompt(labels=("window",)),
)
"""What is looked for where a model asks for labels; what is written is traced on the first alone,
and has to be right for others, fewer and more."""
_QUESTION = Prompt(question="What is there in the middle of the picture?")
"""What a model is asked that reads questions, beside its usual one."""
_WORDS = ("input_ids", "attention_mask", "token_type_ids")
"""How names of inputs end that take words, whose length says nothing of the picture's shape."""
_TOLD = "task-queries"
"""The decoder of networks that are told in words which kind of segmentation is wanted."""
_OWN_SIZE = (480, 640)
_LONG = 16
"""How many times its height a long line is wide."""


class Converter:
    """One conversion in three steps, each a request: `load`, `export`, `check`.

    `load` runs the network as it is on the person's picture and on a part of it turned by 90°,
    so that another shape goes through as well, or on a long strip, where it reads a line; `export`
    writes the files of `exported_files`, in another form where one answers otherwise; `check` runs
    these on the same two pictures once more, and tells how far both agree.

    Args:
        read: decodes a picture, by its reference.
    """

    def __init__(self, read: Callable[[str], DecodedImage]) -> None:
        self._read = read
        self._description: ModelDescription | None = None
        self._module: Any = None
        self._runs: list[tuple[str, Tensors]] = []
        self._wants_free_size = False
        self._questions: tuple[tuple[tuple[Pixels, Prompt], ...], ...] = ()
        self._references: tuple[tuple[Prediction, ...], ...] = ()

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
        return {
            "figures": [
                {"name": each.name, "value": each.value, "limit": each.limit}
                for each in _worst(self._compared(folder))
            ]
        }

    def _load(self, model: RunnableModel, picture: str | None) -> None:
        from ailab.services.inference.torch_engine import TorchEngine  # noqa: PLC0415

        pixels = own_picture() if picture is None else self._read(picture).pixels
        description = describe_model(model.path, model.variant or None)
        if description.decoder.name == SHOWN_OR_NAMED_MASKS:  # what is named has no ONNX form
            description = replace(description, decoder=replace(description.decoder, name="masks"))
        self._description = description
        kind = prompt_kind(description.task, decoder=description.decoder.name)
        reads_lines = description.decoder.name == TEXT_LINE
        other = _strip(pixels) if reads_lines else _turned(pixels)
        self._questions = tuple(
            tuple((each, prompt) for prompt in _prompts(kind, each, description))
            for each in (pixels, other)
        )
        network = TorchEngine().load(description, "cpu")
        recording = RecordingNetwork(network)
        loaded = LoadedModel(recording, description)
        self._references = tuple(_answers(loaded, each) for each in self._questions)
        first = recording.runs[0][0]
        shapes = {
            tuple(sorted((n, v.shape) for n, v in feeds.items() if not n.endswith(_WORDS)))
            for part, feeds in recording.runs
            if part == first
        }
        self._wants_free_size = len(shapes) > 1
        self._runs = recording.runs
        self._module = network.release()

    def _export(self, folder: Path) -> dict[str, Any]:
        from ailab.services.inference.onnx_export import export_onnx  # noqa: PLC0415
        from ailab.services.inference.onnx_parts import onnx_parts  # noqa: PLC0415

        parts = onnx_parts(self._module, self._runs, wants_free_size=self._wants_free_size)
        export = export_onnx(
            parts,
            folder,
            wants_free_size=self._wants_free_size,
            try_out=lambda: self._compared(folder),
        )
        self._module = None  # its memory is wanted for the check
        return {"is_size_free": export.is_size_free, "reason": export.reason}

    def _compared(self, folder: Path) -> list[Figure]:
        """How far what was written agrees with the network as it was.

        Raises:
            OtherAnswerError: too little.
        """
        from ailab.services.inference.onnx_engine import OnnxEngine  # noqa: PLC0415

        if self._description is None:
            raise ValueError("a check before the loading")
        files = exported_files(folder)
        parts = files if len(files) > 1 else ()
        described = replace(self._description, weights=files[0][1], parts=parts)
        if described.task == WRITES and described.decoder.name not in {SCENE_TEXT, TEXT_LINE}:
            root = self._description.weights.parent
            config = read_json_object(root / "config.json")
            writing = model_writing(root, ModelLayout(files[0][1].name), config, {})
            described = replace(described, generation=writing["generation"])
            if described.question is not None:  # an export may put it otherwise
                described = replace(described, question=writing["question"])
        network = OnnxEngine().load(described, "cpu")
        loaded = LoadedModel(network, described)
        shapes = (spec.shape for spec in network.inputs(files[0][0]))
        picture = next((shape for shape in shapes if len(shape) == 4), ())
        is_fixed = bool(picture) and all(isinstance(size, int) for size in picture[-2:])
        # A graph of one size, of a model of any, is right for the picture that it was made with.
        count = 1 if is_fixed and self._wants_free_size else len(self._questions)
        figures: list[Figure] = []
        for asked, references in zip(self._questions[:count], self._references, strict=False):
            for reference, answer in zip(references, _answers(loaded, asked), strict=True):
                figures += agreement(reference, answer)
        if failed := [each for each in figures if not each.holds]:
            raise OtherAnswerError(
                "The model was converted, but the outcome does not answer as PyTorch does, so "
                f"that it was not kept: {failed[0].text}.",
                "It runs on PyTorch as before.",
                detail="; ".join(each.text for each in figures),
            )
        return figures


def _answers(
    loaded: LoadedModel, asked: tuple[tuple[Pixels, Prompt], ...]
) -> tuple[Prediction, ...]:
    return tuple(loaded.predict(pixels, prompt).prediction for pixels, prompt in asked)


def _prompts(kind: PromptKind, pixels: Pixels, description: ModelDescription) -> tuple[Prompt, ...]:
    """What a model of a kind is asked of a picture."""
    height, width = pixels.shape[:2]
    box = (0.2 * width, 0.25 * height, 0.8 * width, 0.9 * height)
    middle = (0.5 * width, 0.5 * height)
    if kind is PromptKind.LABELS:
        return _LABELS
    if kind is PromptKind.BOXES:
        return NO_PROMPT, Prompt(boxes=(box,))
    if kind is PromptKind.SHAPES:
        return (
            Prompt(inside=(middle,)),
            Prompt(boxes=(box,)),
            Prompt(inside=(middle,), outside=((0.1 * width, 0.1 * height),), boxes=(box,)),
        )
    if description.decoder.name == _TOLD:
        return NO_PROMPT, Prompt(subtask=Subtask.SEMANTIC)
    places = description.question.places if description.question is not None else 0
    if places or description.decoder.name == ANSWER_SCORES:
        return NO_PROMPT, _QUESTION
    return (NO_PROMPT,)


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


def _strip(pixels: Pixels) -> Pixels:
    """A part of a picture that, as a line of text, is far wider or narrower than the whole."""
    height, width = pixels.shape[:2]
    if width > _LONG // 2 * height:  # it is a long line itself
        return _turned(pixels)
    strip = max(1, width // _LONG)
    top = (height - strip) // 2
    return np.ascontiguousarray(pixels[top : top + strip])


def _worst(figures: list[Figure]) -> list[Figure]:
    """Of figures with the same name the one that is nearest to its limit."""
    worst: dict[str, Figure] = {}
    for each in figures:
        known = worst.get(each.name)
        if known is None or (each.value < known.value) == each.is_least:
            worst[each.name] = each
    return list(worst.values())
