"""From a trained network to the files of a model's repository."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import nn

from training.running import open_session

OPSET = 18
_LARGEST_DIFFERENCE = 1e-3


class LogitsOnly(nn.Module):
    """A transformers model as a network of one input and one output."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixel_values: torch.Tensor) -> torch.Tensor:
        """The model's logits."""
        return self.model(pixel_values=pixel_values).logits


def export_onnx(network: nn.Module, folder: Path, size: int, outputs: Sequence[str]) -> None:
    """Write `onnx/model.onnx` with its weights inside, and check it against the network.

    Raises:
        ValueError: ONNX Runtime's outputs are not the network's.
    """
    target = folder / "onnx" / "model.onnx"
    target.parent.mkdir(parents=True, exist_ok=True)
    example = torch.rand(1, 3, size, size, generator=torch.Generator().manual_seed(0))
    network.eval()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network, (example,), target, input_names=["pixel_values"], output_names=[*outputs],
            opset_version=OPSET, dynamo=True, external_data=False, verbose=False,
        )  # fmt: skip
    _strip(target)
    with torch.no_grad():
        wanted = network(example)
    wanted = wanted if isinstance(wanted, tuple) else (wanted,)
    found = open_session(folder).run(list(outputs), {"pixel_values": example.numpy()})
    for name, ours, theirs in zip(outputs, wanted, found, strict=True):
        difference = float(np.abs(ours.numpy() - theirs).max())
        print(f"  {name} {theirs.shape}: differs by {difference:.1e} at most")
        if difference > _LARGEST_DIFFERENCE:
            raise ValueError(f"the exported {name} differs by {difference}")


def write_preprocessor(
    folder: Path, kind: str, size: int, normalise: tuple[Sequence[float], Sequence[float]] | None
) -> None:
    """Write `preprocessor_config.json` as transformers' image processors do."""
    mean, std = normalise or ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    settings = {
        "do_normalize": normalise is not None,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": [*mean],
        "image_processor_type": kind,
        "image_std": [*std],
        "resample": 2,
        "rescale_factor": 1 / 255,
        "size": {"height": size, "width": size},
    }
    write_json(folder / "preprocessor_config.json", settings)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write JSON as the Hub's files have it."""
    path.write_text(json.dumps(values, indent=2, sort_keys=True) + "\n", "utf-8", newline="\n")


def _strip(path: Path) -> None:
    """Drop what the exporter notes for debugging, the machine's paths among it."""
    model = onnx.load(path)
    for node in model.graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    for value in (*model.graph.value_info, *model.graph.input, *model.graph.output):
        del value.metadata_props[:]
    for tensor in model.graph.initializer:
        del tensor.metadata_props[:]
        tensor.doc_string = ""
    del model.graph.metadata_props[:]
    del model.metadata_props[:]
    onnx.checker.check_model(model)
    onnx.save(model, path)
