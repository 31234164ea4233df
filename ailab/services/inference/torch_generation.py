"""Networks of transformers that write about a picture, by their own `generate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import torch

from ailab.services.inference.chat_models import CHAT_MODELS, reads_text
from ailab.services.inference.generation_settings import (
    MOST_BEAMS,
    MOST_TOKENS,
    USUAL_NEW_TOKENS,
    usual_new_tokens,
)
from ailab.services.inference.inference_errors import ModelFileError
from ailab.services.inference.network import TensorSpec
from ailab.services.inference.pipeline import Tell
from ailab.services.inference.question_tokens import ENDS
from ailab.services.inference.torch_picture_specs import picture_spec
from ailab.services.inference.writing_models import WRITING_MODELS, WritingModel

_LENGTHS = ("max_new_tokens", "max_length")
_PICTURE, _ENCODED = "pixel_values", "mm_encoder_outputs"
_SHAPES: Mapping[str, tuple[int | None, ...]] = MappingProxyType(
    {
        "flattened_patches": (None, None, None),
        "attention_mask": (None, None),
    }
)


def picture_inputs(network: Any) -> tuple[TensorSpec, ...]:
    """What a network that writes takes of the picture; sizes are free."""
    return tuple(
        picture_spec(network) if name == _PICTURE else TensorSpec(name, "float32", _SHAPES[name])
        for name in _model(network).picture
    )


def writes(network: Any) -> bool:
    """True for a network that writes token after token."""
    can_generate = getattr(network, "can_generate", None)
    return bool(can_generate()) if can_generate is not None else False


def generated(network: Any, tensors: Mapping[str, Any], tell: Tell | None = None) -> Any:
    """The tokens that a network writes, as its `generation_config.json` asks for them.

    Nothing is drawn by lot, so that the same picture always gives the same words.

    Args:
        network: a model of transformers.
        tensors: its inputs for one picture, and for the question where it is asked one.
        tell: is told with each token how many were written, of how many at most.

    Returns:
        An int64 tensor of shape (1, length), without the question where the network repeats it.

    Raises:
        ModelFileError: it asks for more than `MOST_BEAMS` beams.
    """
    model = _model(network)
    asked = getattr(getattr(network, model.writer, network), "generation_config", None)
    if (getattr(asked, "num_beams", None) or 1) > MOST_BEAMS:
        raise ModelFileError(
            f"The model follows more than {MOST_BEAMS} texts at once.", "Choose another model."
        )
    given = {name: values for name, values in tensors.items() if name != ENDS}
    is_chat = type(network).__name__ in CHAT_MODELS  # looks at its patches and tiles at once
    if not is_chat and len(given.get(_PICTURE, ())) > 1:
        given |= {_ENCODED: {"image": _seen_apart(network, given.pop(_PICTURE))}}
    ends = _ends(asked, tensors[ENDS]) if ENDS in tensors else {}
    bound = _bound(network, asked)
    told = {} if tell is None else {"stopping_criteria": [_telling(tell, bound, asked)]}
    written = network.generate(**given, do_sample=False, **bound, **ends, **told)
    return written if model.goes_on else written[:, _repeated(network, tensors, written) :]


def _seen_apart(network: Any, pictures: Any) -> Any:
    """What a network makes of several pictures, one by one: at once they take gigabytes."""
    seen = [
        network.base_model.get_image_features(pixel_values=one, return_dict=True)
        for one in pictures.split(1)
    ]
    return type(seen[0])(pooler_output=torch.cat([each.pooler_output for each in seen]))


def _ends(asked: Any, more: Any) -> dict[str, list[int]]:
    """The tokens that end a text: the network's own, and those of the question."""
    own = getattr(asked, ENDS, None)
    listed = own if isinstance(own, list) else [] if own is None else [own]
    return {ENDS: [*listed, *(int(token) for token in more[0])]}


def _model(network: Any) -> WritingModel:
    return WRITING_MODELS.get(type(network).__name__, WritingModel())


def _bound(network: Any, asked: Any) -> dict[str, int]:
    """How long a text may be, where the network's own settings say nothing or far too much."""
    lengths = [getattr(asked, name, None) or 0 for name in reversed(_LENGTHS)]
    if max(lengths) > MOST_TOKENS:
        return {"max_new_tokens": MOST_TOKENS}
    if lengths[0] not in {0, USUAL_NEW_TOKENS} or lengths[1]:
        return {}
    name = type(network).__name__
    if reads_text(name):
        return {"max_new_tokens": MOST_TOKENS}
    model = _model(network)
    is_asked = bool(model.form) or name in CHAT_MODELS
    usual = usual_new_tokens(network.config.to_dict(), is_asked=is_asked)
    usual = model.new_tokens or usual
    return {} if usual == USUAL_NEW_TOKENS else {"max_new_tokens": usual}


def _telling(tell: Tell, bound: Mapping[str, int], asked: Any) -> Callable[..., torch.Tensor]:
    """A criterion of transformers that ends nothing, and tells how far a text is."""
    lengths = (bound.get("max_new_tokens"), *(getattr(asked, name, None) for name in _LENGTHS))
    most = next(filter(None, lengths), USUAL_NEW_TOKENS)
    done = 0

    def tell_of(tokens: torch.Tensor, *_: object, **__: object) -> torch.Tensor:
        nonlocal done
        done = min(done + 1, most)
        tell(done, most)
        return torch.zeros(len(tokens), dtype=torch.bool, device=tokens.device)

    return tell_of


def _repeated(network: Any, tensors: Mapping[str, Any], written: Any) -> int:
    """How many tokens of a text are those that the network was given to read."""
    given = tensors.get("input_ids")
    if given is not None:
        begins_anew = written.shape[1] < given.shape[1] or bool(
            (written[:, : given.shape[1]] != given).any()
        )
        return 0 if begins_anew else int(given.shape[1])
    place = getattr(network.config, "image_token_index", None)
    is_place = (written[0] == place).tolist() if place is not None else []
    return is_place.index(False) if False in is_place else len(is_place)
