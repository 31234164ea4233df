"""Networks that are told in words what to look for as ONNX, as the exports on the Hub are made.

Names, inputs and outputs are those of `CLIPOnnxConfig`, `OwlViTOnnxConfig` and the like of
optimum 1.x, which made the files of Xenova's and many others' repositories.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

_FREE = {
    "input_ids": {0: "text_batch_size", 1: "sequence_length"},
    "attention_mask": {0: "text_batch_size", 1: "sequence_length"},
    "token_type_ids": {0: "text_batch_size", 1: "sequence_length"},
}


def export_zero_shot(
    network: Any, folder: Path, *, is_classifier: bool, without: tuple[str, ...] = ()
) -> None:
    """Write `onnx/model.onnx` into a folder.

    Args:
        network: any of `zero_shot.py`, but for Grounding DINO's: the exporter does not know it.
        folder: the one that it was saved into.
        is_classifier: whether it scores labels, or boxes too.
        without: inputs that are left out.
    """
    side = network.config.vision_config.image_size
    taken = [name for name in ("input_ids", "attention_mask") if name not in without]
    # More than one label, so that nothing depends on there being one.
    words = {"input_ids": torch.tensor([[1, 5, 6, 2], [1, 7, 2, 2]])}
    words["attention_mask"] = torch.ones_like(words["input_ids"])
    feeds = {"pixel_values": torch.zeros(1, 3, side, side), **{n: words[n] for n in taken}}
    outputs = ["logits_per_image"] if is_classifier else ["logits", "pred_boxes"]
    target = folder / "onnx" / "model.onnx"
    target.parent.mkdir()
    forward = network.forward

    def named(*values: Any) -> Any:
        answer = forward(**dict(zip(feeds, values, strict=True)), return_dict=True)
        return tuple(answer[name] for name in outputs)

    network.forward = named
    with torch.no_grad():
        torch.onnx.export(
            network.eval(),
            tuple(feeds.values()),
            target,
            input_names=list(feeds),
            output_names=outputs,
            dynamic_axes={name: axes for name, axes in _FREE.items() if name in feeds},
            dynamo=False,
        )
    network.forward = forward
