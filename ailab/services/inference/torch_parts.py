"""The parts of a model of transformers: what each takes, and how it is called.

Most models are whole in one. Another kind is one more function here and its classes' lines in
the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch

from ailab.services.inference.chat_models import CHAT_MODELS, JUDGES
from ailab.services.inference.network import GENERATE, MODEL, TensorSpec
from ailab.services.inference.pipeline import Tell
from ailab.services.inference.text_readers import SCENE_READER
from ailab.services.inference.torch_generation import generated, picture_inputs, writes
from ailab.services.inference.torch_label_maps import LabelMaps
from ailab.services.inference.torch_matched_texts import MatchedTexts
from ailab.services.inference.torch_model import (
    takes_expert,
    takes_mask,
    takes_task,
    text_inputs,
)
from ailab.services.inference.torch_named_things import named_things
from ailab.services.inference.torch_part import Answer, TorchPart
from ailab.services.inference.torch_picture_specs import PICTURE, picture_specs
from ailab.services.inference.torch_pictured_words import PicturedQuestion, PicturedTexts
from ailab.services.inference.torch_scene_text import SceneReader

# What the decoders read; hidden states and the like are not brought back.
_OUTPUTS = (
    "logits",
    "logits_per_image",
    "pred_boxes",
    "pred_masks",
    "class_queries_logits",
    "masks_queries_logits",
    "predicted_depth",
    "field_of_view",
    "reconstruction",
    "alphas",
    "heatmaps",
    "keypoints",
    "scores",
    "mask",
    "image_embeds",
    "pooler_output",
    "cls_token_value",
    "summary",
)
_HIDDEN = "last_hidden_state"
"""Brought back where a network names none of these."""

_READ = tuple(TensorSpec(name, "int64", (None, None)) for name in ("input_ids", "attention_mask"))
_LABELS_AT_ONCE = 8
"""Of CLIPSeg's decoder, and of the texts that look at a picture in BLIP."""

_SEEN, _EARLIER = "image_embeddings", "intermediate_embeddings"


def torch_parts(network: Any) -> Mapping[str, TorchPart]:
    """The parts of a `transformers.PreTrainedModel`, by name."""
    return _KINDS.get(type(network).__name__, _whole)(network)


def _whole(network: Any) -> Mapping[str, TorchPart]:
    specs = picture_specs(network)
    if takes_mask(network):
        specs.append(TensorSpec("pixel_mask", "int64", (None, None, None)))
    specs += [TensorSpec(name, "int64", (None, None)) for name in text_inputs(network)]
    if takes_task(network):
        specs.append(TensorSpec("task_inputs", "int64", (None, None)))
    if takes_expert(network):
        specs.append(TensorSpec("dataset_index", "int64", (None,)))

    def run(feeds: Mapping[str, torch.Tensor]) -> Answer:
        answer = network(**feeds, return_dict=True)
        if (maps := answer.get("feature_maps")) is not None:
            return {_HIDDEN: maps[-1]}
        named = {name: answer.get(name) for name in _OUTPUTS}
        is_known = any(isinstance(values, torch.Tensor) for values in named.values())
        return named if is_known else {_HIDDEN: answer.get(_HIDDEN)}

    def write(feeds: Mapping[str, torch.Tensor], tell: Tell | None = None) -> Answer:
        return {"sequences": generated(network, feeds, tell)}

    parts = {MODEL: TorchPart(tuple(specs), run)}
    return parts | (
        {GENERATE: TorchPart(picture_inputs(network), write, write)} if writes(network) else {}
    )


def _masked(network: Any) -> Mapping[str, TorchPart]:
    """ViTMAE, which draws by lot what it sees of a picture: here all, in its order."""

    def run(feeds: Mapping[str, torch.Tensor]) -> Answer:
        pictures, _, height, width = feeds["pixel_values"].shape
        patch = network.config.patch_size
        order = torch.arange((height // patch) * (width // patch), device=network.device)
        answer = network(**feeds, noise=order.repeat(pictures, 1).float(), return_dict=True)
        return {_HIDDEN: answer[_HIDDEN]}

    return {MODEL: TorchPart((PICTURE,), run)}


def _seen_alone(network: Any) -> Mapping[str, TorchPart]:
    """FLAVA, which sees without words what it compares with them: its first token."""

    def run(feeds: Mapping[str, torch.Tensor]) -> Answer:
        return {"image_embeds": network.get_image_features(**feeds).pooler_output[:, 0]}

    return {MODEL: TorchPart((PICTURE,), run)}


def _asked_for_all(network: Any) -> Mapping[str, TorchPart]:
    """OmDet-Turbo, which reads the labels and a sentence that asks for all of them."""
    words = ("input_ids", "attention_mask", "tasks_input_ids", "tasks_attention_mask")

    def run(feeds: Mapping[str, torch.Tensor]) -> Answer:
        labels = feeds["input_ids"]
        answer = network(
            pixel_values=feeds["pixel_values"],
            classes_input_ids=labels,
            classes_attention_mask=feeds["attention_mask"],
            tasks_input_ids=feeds["tasks_input_ids"],
            tasks_attention_mask=feeds["tasks_attention_mask"],
            classes_structure=torch.tensor([len(labels)], device=labels.device),
            return_dict=True,
        )
        return {"logits": answer.decoder_class_logits, "pred_boxes": answer.decoder_coord_logits}

    specs = (PICTURE, *(TensorSpec(name, "int64", (None, None)) for name in words))
    return {MODEL: TorchPart(specs, run)}


def _told_apart(network: Any) -> Mapping[str, TorchPart]:
    """CLIPSeg, whose own call wants the picture once for each label, and looks at each anew."""
    return _read_beside(LabelMaps(network, _LABELS_AT_ONCE))


def _matched(network: Any) -> Mapping[str, TorchPart]:
    """BLIP's match of picture and text, whose own call does so too."""
    return _read_beside(MatchedTexts(network, _LABELS_AT_ONCE))


def _asked(network: Any) -> Mapping[str, TorchPart]:
    """ViLT, which reads a question beside the picture."""
    return _read_beside(PicturedQuestion(network))


def _ranked(network: Any) -> Mapping[str, TorchPart]:
    """ViLT's match of picture and text, whose own call wants the picture once for each text."""
    return _read_beside(PicturedTexts(network, _LABELS_AT_ONCE))


def _read_beside(call: Any) -> Mapping[str, TorchPart]:
    """What looks at one picture, and reads words beside it."""
    return {MODEL: TorchPart((PICTURE, *_READ), lambda feeds: call(**feeds))}


def _scene_text(network: Any) -> Mapping[str, TorchPart]:
    """MGP-STR, which reads a word in three kinds of pieces."""
    reader = SceneReader(network)
    return {MODEL: TorchPart((PICTURE,), lambda feeds: reader(**feeds))}


def _sam(network: Any) -> Mapping[str, TorchPart]:
    """SAM: what it sees of a picture, and the masks of a prompt in it."""

    def see(feeds: Mapping[str, torch.Tensor]) -> Answer:
        seen = network.get_image_embeddings(**feeds)
        if isinstance(seen, torch.Tensor):
            return {_SEEN: seen}
        whole, earlier = seen
        return {_SEEN: whole, _EARLIER: earlier[0]}

    def decode(feeds: Mapping[str, torch.Tensor]) -> Answer:
        given: dict[str, Any] = dict(feeds)
        if _EARLIER in given:
            given[_EARLIER] = [given[_EARLIER]]
        answer: Answer = network(**given, return_dict=True)
        return answer

    # SAM-HQ's masks are made of an earlier layer's features too.
    seen = (_SEEN, _EARLIER) if type(network).__name__ == "SamHQModel" else (_SEEN,)
    return _promptable(seen, see, decode)


def _sam2(network: Any) -> Mapping[str, TorchPart]:
    """SAM 2 and those built like it: what they see has several resolutions, the finest first."""
    # Called as in the exports on the Hub.
    names = tuple(f"{_SEEN}.{level}" for level in range(len(network.backbone_feature_sizes)))

    def see(feeds: Mapping[str, torch.Tensor]) -> Answer:
        return dict(zip(names, network.get_image_embeddings(**feeds), strict=True))

    def decode(feeds: Mapping[str, torch.Tensor]) -> Answer:
        shown = {name: values for name, values in feeds.items() if name not in names}
        seen = [feeds[name] for name in names]
        answer: Answer = network(**{_SEEN: seen}, **shown, return_dict=True)
        return answer

    return _promptable(names, see, decode)


def _shown_or_named(network: Any) -> Mapping[str, TorchPart]:
    """SAM 3, whose two networks have parts of other names."""
    return {**_sam2(network["shown"]), **named_things(network["named"])}


def _promptable(
    seen: tuple[str, ...],
    see: Callable[[Mapping[str, torch.Tensor]], Answer],
    decode: Callable[[Mapping[str, torch.Tensor]], Answer],
) -> Mapping[str, TorchPart]:
    def masks(feeds: Mapping[str, torch.Tensor]) -> Answer:
        answer = decode(feeds)
        return {name: answer[name] for name in ("iou_scores", "pred_masks")}

    decoder = (
        *(TensorSpec(name, "float32", (None, None, None, None)) for name in seen),
        TensorSpec("input_points", "float32", (None, None, None, 2)),
        TensorSpec("input_labels", "int64", (None, None, None)),
        TensorSpec("input_boxes", "float32", (None, None, 4), is_optional=True),
    )
    return {"vision": TorchPart((PICTURE,), see), "decoder": TorchPart(decoder, masks)}


def _chat(network: Any) -> Mapping[str, TorchPart]:
    """Those that answer in a conversation, whose inputs their own processors make."""

    def write(feeds: Mapping[str, torch.Tensor], tell: Tell | None = None) -> Answer:
        return {"sequences": generated(network, _in_its_type(network, feeds), tell)}

    return {GENERATE: TorchPart((), write, write)}


def _judge(network: Any) -> Mapping[str, TorchPart]:
    """ShieldGemma 2, whose inputs its own processor makes, a row of words for each rule."""

    def judge(feeds: Mapping[str, torch.Tensor]) -> Answer:
        # Of a whole conversation's words, each with a score for 262,144 others, the last counts.
        answer = network(**_in_its_type(network, feeds), logits_to_keep=1, return_dict=True)
        return {"probabilities": answer.probabilities}

    return {MODEL: TorchPart((), judge)}


def _in_its_type(network: Any, feeds: Mapping[str, torch.Tensor]) -> Mapping[str, torch.Tensor]:
    return {
        name: values.to(network.dtype) if values.is_floating_point() else values
        for name, values in feeds.items()
    }


_KINDS: Mapping[str, Callable[[Any], Mapping[str, TorchPart]]] = MappingProxyType(
    {
        "SamModel": _sam,
        "SamHQModel": _sam,
        "Sam2Model": _sam2,
        "EdgeTamModel": _sam2,
        "Sam3TrackerModel": _sam2,
        "Sam3Model": named_things,
        "Sam3LiteTextModel": named_things,
        "ModuleDict": _shown_or_named,
        "BlipForImageTextRetrieval": _matched,
        "CLIPSegForImageSegmentation": _told_apart,
        "ViltForImageAndTextRetrieval": _ranked,
        "ViltForQuestionAnswering": _asked,
        SCENE_READER: _scene_text,
        "OmDetTurboForObjectDetection": _asked_for_all,
        "FlavaModel": _seen_alone,
        "ViTMAEModel": _masked,
        **dict.fromkeys(CHAT_MODELS, _chat),
        **dict.fromkeys(JUDGES, _judge),
    }
)
