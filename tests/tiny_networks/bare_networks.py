"""Files run by ONNX Runtime alone, as transformers' own processors can read their answers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from onnxruntime import InferenceSession, SessionOptions
from transformers.utils import ModelOutput

_TYPES = {
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
}
_OPSET = 12
"""That of most of the Hub's files: normalising layers and GELU are several nodes each."""


class BareNetwork:
    """A file in the place of a model of transformers.

    Args:
        weights: the file.
        config: transformers' own.
    """

    def __init__(self, weights: Path, config: Any = None) -> None:
        self.config = config
        options = SessionOptions()
        options.intra_op_num_threads = 1  # threads that wait for each other take longer
        self._session = InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
        self.types = {each.name: _TYPES[each.type] for each in self._session.get_inputs()}
        self.shapes = {each.name: each.shape for each in self._session.get_inputs()}

    def __call__(self, **inputs: Any) -> Any:
        """Answer with tensors by name, in 32-bit numbers where they are fractions."""
        answer = self.run({name: np.asarray(values) for name, values in inputs.items()})
        wide = {n: v.astype(np.float32) if v.dtype.kind == "f" else v for n, v in answer.items()}
        return ModelOutput({name: torch.from_numpy(values) for name, values in wide.items()})

    def run(self, feeds: dict[str, Any]) -> dict[str, npt.NDArray[Any]]:
        """Answer by name, as the file does; what it does not take is left out."""
        given = {name: feeds[name].astype(kind) for name, kind in self.types.items()}
        names = [each.name for each in self._session.get_outputs()]
        return dict(zip(names, self._session.run(names, given), strict=True))


def written(encoder: BareNetwork, decoder: BareNetwork, pixels: Any, most: int) -> list[int]:
    """The likeliest tokens that a merged decoder writes about a picture, one after the other.

    Args:
        encoder: makes states of pixels.
        decoder: `decoder_model_merged`, of whatever variant.
        pixels: as the processor prepares them.
        most: tokens, the first and the last with them.
    """
    (states,) = encoder.run({"pixel_values": np.asarray(pixels)}).values()
    kept = {
        name: np.zeros((1, shape[1], 0, shape[3]))
        for name, shape in decoder.shapes.items()
        if name.startswith("past_key_values")
    }
    tokens = [1]
    while len(tokens) < most and (tokens[-1] != 2):
        is_first = len(tokens) == 1
        answer = decoder.run(
            {
                "input_ids": np.array([tokens[-1:]]),
                "encoder_hidden_states": states,
                "use_cache_branch": np.array([not is_first]),
                **kept,
            }
        )
        for name in kept:
            if is_first or ".decoder." in name:
                kept[name] = answer[name.replace("past_key_values", "present")]
        tokens.append(int(answer["logits"][0, -1].argmax()))
    return tokens


def export_whole(
    network: Any, inputs: dict[str, Any], outputs: Sequence[str], folder: Path
) -> None:
    """Write `onnx/model.onnx` of a network that a picture goes through once.

    Args:
        network: of transformers.
        inputs: what it is traced on; height and width stay free.
        outputs: the names of what it answers.
        folder: the model's.
    """
    network.set_attn_implementation("eager")  # the only one that so old an opset has
    (folder / "onnx").mkdir()
    sides = {"pixel_values": {2: "height", 3: "width"}, "pixel_mask": {1: "height", 2: "width"}}
    with torch.no_grad():
        torch.onnx.export(
            _Named(network, tuple(inputs), tuple(outputs)).eval(),
            tuple(inputs.values()),
            str(folder / "onnx" / "model.onnx"),
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes={name: axes for name, axes in sides.items() if name in inputs},
            opset_version=_OPSET,
            dynamo=False,
        )


class _Named(torch.nn.Module):  # type: ignore[misc]  # PyTorch has no types here
    def __init__(self, network: Any, inputs: tuple[str, ...], outputs: tuple[str, ...]) -> None:
        super().__init__()
        self.network, self.inputs, self.outputs = network, inputs, outputs

    def forward(self, *values: Any) -> Any:
        answer = self.network(**dict(zip(self.inputs, values, strict=True)), return_dict=True)
        return tuple(answer[name] for name in self.outputs)
