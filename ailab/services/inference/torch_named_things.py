"""SAM 3 by words: what it sees of a picture, what it reads, and the things of one name in it."""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import torch

from ailab.services.inference.label_feeds import TEXT_INPUTS
from ailab.services.inference.network import FIND, READ, SEE, TensorSpec
from ailab.services.inference.torch_part import Answer, TorchPart

_PICTURE = TensorSpec("pixel_values", "float32", (None, 3, None, None))
_SEEN, _WORDS = "image_embeddings", "text_embeds"
_WORD_INPUTS = TEXT_INPUTS[:2]
_OUTPUTS = ("pred_logits", "presence_logits", "pred_masks")


def shown_or_named(shown: Any, named: Any) -> Any:
    """SAM 3 whole: the network that is shown points and boxes, and the one that is told names.

    Both see by the same layers, which are kept once.

    Args:
        shown: a `Sam3TrackerModel` of transformers.
        named: a `Sam3Model`, loaded from the same files.

    Returns:
        A `torch.nn.ModuleDict` of `shown` and `named`.
    """
    named.vision_encoder.backbone = shown.vision_encoder.backbone
    return torch.nn.ModuleDict({"shown": shown, "named": named}).eval()


def named_things(network: Any) -> Mapping[str, TorchPart]:
    """The parts of a `Sam3Model` or `Sam3LiteTextModel`, as its own call puts them together.

    A picture is seen once for all names, and names are read once for all pictures.
    """
    # The coarsest level is not looked at, as in the network's own call.
    count = len(network.config.vision_config.scale_factors) - 1
    levels = tuple(f"{_SEEN}.{level}" for level in range(count))

    def see(feeds: Mapping[str, torch.Tensor]) -> Answer:
        seen = network.get_vision_features(feeds["pixel_values"]).fpn_hidden_states
        return dict(zip(levels, seen, strict=False))

    def read(feeds: Mapping[str, torch.Tensor]) -> Answer:
        return {_WORDS: network.get_text_features(**feeds, return_dict=True).pooler_output}

    def find(feeds: Mapping[str, torch.Tensor]) -> Answer:
        seen = [feeds[name] for name in levels]
        places = network.vision_encoder.neck.position_encoding
        positions = [places(level.shape, level.device, level.dtype) for level in seen]
        answer = network(
            vision_embeds=SimpleNamespace(
                fpn_hidden_states=(*seen, None),
                fpn_position_encoding=(*positions, None),
                hidden_states=None,
                attentions=None,
            ),
            text_embeds=SimpleNamespace(pooler_output=feeds[_WORDS]),
            attention_mask=feeds["attention_mask"],
            return_dict=True,
        )
        return {name: answer[name] for name in _OUTPUTS}

    words = tuple(TensorSpec(name, "int64", (None, None)) for name in _WORD_INPUTS)
    taken = (
        *(TensorSpec(name, "float32", (None, None, None, None)) for name in levels),
        TensorSpec(_WORDS, "float32", (None, None, None)),
        words[1],
    )
    return {
        SEE: TorchPart((_PICTURE,), see),
        READ: TorchPart(words, read),
        FIND: TorchPart(taken, find),
    }
