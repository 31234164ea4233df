"""Networks that are told in words what to look for as ONNX, as the exports on the Hub are made.

Names, inputs and outputs are those of `CLIPOnnxConfig`, `OwlViTOnnxConfig` and the like of
optimum 1.x, which made the files of Xenova's and many others' repositories.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import onnx
import onnx.numpy_helper
import torch

from ailab.services.inference.torch_matched_texts import MatchedTexts

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
        network: any of `zero_shot.py`, but for Grounding DINO's.
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
    free = {name: axes for name, axes in _FREE.items() if name in feeds}
    _export(network, folder, feeds, outputs, free)


def export_matched_texts(network: Any, folder: Path) -> None:
    """Write BLIP's match as `onnx/model.onnx`: one picture, and as many texts as wanted."""
    call = MatchedTexts(network)
    call.config = network.config
    export_zero_shot(call, folder, is_classifier=True)


def export_label_maps(network: Any, folder: Path) -> None:
    """Write CLIPSeg as `onnx/model.onnx` into a folder: one picture, and as many labels as wanted.

    As transformers.js has it: without the check that asks for a picture for each label, which the
    decoder does not need.
    """
    words = torch.tensor([[1, 5, 6, 2], [1, 7, 2, 2]])
    feeds = {
        "pixel_values": torch.zeros(1, 3, 48, 48),
        "input_ids": words,
        "attention_mask": torch.ones_like(words),
    }
    ask = network.get_conditional_embeddings

    def asked(batch_size: int, input_ids: Any, **others: Any) -> Any:
        return ask(batch_size=len(input_ids), input_ids=input_ids, **others)

    network.get_conditional_embeddings = asked
    free = {name: axes for name, axes in _FREE.items() if name in feeds}
    _export(network, folder, feeds, ["logits"], free)


def export_grounding_dino(network: Any, folder: Path, side: int) -> None:
    """Write `onnx/model.onnx` into a folder, for square pictures and texts of any length."""
    words = torch.tensor([[101, 110, 111, 1012, 112, 1012, 102]])
    feeds = {
        "pixel_values": torch.zeros(1, 3, side, side),
        "input_ids": words,
        "token_type_ids": torch.zeros_like(words),
        "attention_mask": torch.ones_like(words),
        "pixel_mask": torch.ones(1, side, side, dtype=torch.int64),
    }
    free = {name: {1: "sequence_length"} for name in _FREE}
    with mock.patch.multiple(torch, isin=_isin, cummax=_cummax, cummin=_cummin, eye=_eye):
        _export(network, folder, feeds, ["logits", "pred_boxes"], free)
    _to_single(folder / "onnx" / "model.onnx")


def _export(
    network: Any,
    folder: Path,
    feeds: dict[str, Any],
    outputs: list[str],
    free: dict[str, dict[int, str]],
) -> None:
    target = folder / "onnx" / "model.onnx"
    target.parent.mkdir()
    forward = network.forward

    def named(*values: Any) -> Any:
        how = {} if isinstance(network, MatchedTexts) else {"return_dict": True}
        answer = forward(**dict(zip(feeds, values, strict=True)), **how)
        return tuple(answer[name] for name in outputs)

    network.forward = named
    with torch.no_grad():
        torch.onnx.export(
            network.eval(),
            tuple(feeds.values()),
            target,
            input_names=list(feeds),
            output_names=outputs,
            dynamic_axes=free,
            opset_version=17,
            dynamo=False,
        )
    network.forward = forward


# What Grounding DINO finds the ends of labels with; the exporter or ONNX Runtime lacks these.
def _isin(values: Any, wanted: Any) -> Any:
    return (values[..., None] == wanted).any(dim=-1)


def _cummax(values: Any, dim: int) -> Any:
    assert dim == 1
    places = torch.arange(values.shape[1])
    is_before = places[None, :] <= places[:, None]
    lowest = torch.full_like(values[:, None, :], -1)
    return (torch.where(is_before, values[:, None, :], lowest).max(dim=-1).values,)


_LARGE = 1000  # more than the longest text


def _cummin(values: Any, dim: int) -> Any:
    return (_LARGE - _cummax(_LARGE - values, dim)[0],)


def _eye(side: Any, **_: Any) -> Any:
    places = torch.arange(side)
    return places[None, :] == places[:, None]


def _to_single(path: Path) -> None:
    """The exporter takes the places of Grounding DINO for doubles, which ONNX Runtime refuses."""
    model = onnx.load(path)
    for node in model.graph.node:
        for attribute in node.attribute:
            if node.op_type == "Cast" and attribute.i == onnx.TensorProto.DOUBLE:
                attribute.i = onnx.TensorProto.FLOAT
            if node.op_type == "Constant" and attribute.t.data_type == onnx.TensorProto.DOUBLE:
                values = onnx.numpy_helper.to_array(attribute.t).astype("float32")
                attribute.t.CopyFrom(onnx.numpy_helper.from_array(values))
    del model.graph.value_info[:]
    onnx.save(model, path)
