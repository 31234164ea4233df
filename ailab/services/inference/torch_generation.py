"""Networks of transformers that write about a picture, by their own `generate`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ailab.services.inference.generation_settings import MOST_BEAMS, MOST_TOKENS
from ailab.services.inference.inference_errors import ModelFileError


def writes(network: Any) -> bool:
    """True for a network that writes token after token."""
    can_generate = getattr(network, "can_generate", None)
    return bool(can_generate()) if can_generate is not None else False


def generated(network: Any, tensors: Mapping[str, Any]) -> Any:
    """The tokens that a network writes, as its `generation_config.json` asks for them.

    Nothing is drawn by lot, so that the same picture always gives the same words.

    Args:
        network: a model of transformers.
        tensors: its inputs for one picture.

    Returns:
        An int64 tensor of shape (1, length).

    Raises:
        ModelFileError: it asks for more than `MOST_BEAMS` beams.
    """
    # BLIP's text is written by a part of its own, with that part's settings.
    asked = getattr(getattr(network, "text_decoder", network), "generation_config", None)
    if (getattr(asked, "num_beams", None) or 1) > MOST_BEAMS:
        raise ModelFileError(
            f"The model follows more than {MOST_BEAMS} texts at once.", "Choose another model."
        )
    lengths = (getattr(asked, "max_length", None), getattr(asked, "max_new_tokens", None))
    bound = (
        {"max_new_tokens": MOST_TOKENS} if max(each or 0 for each in lengths) > MOST_TOKENS else {}
    )
    return network.generate(**tensors, do_sample=False, **bound)
