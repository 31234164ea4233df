"""`image-feature-extraction`: a vector that is near those of pictures that resemble it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.feature_models import MEAN
from ailab.services.inference.features import Features
from ailab.services.inference.float_map import FloatMap
from ailab.services.inference.tasks.decoding import Decoding, unexpected

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Outputs

_NAMED = ("image_embeds", "pooler_output", "cls_token_value", "summary")
_HIDDEN = "last_hidden_state"
_MOST = 1_000_000


def decode_features(outputs: Outputs, decoding: Decoding) -> Features:
    """The vector that the network names itself, or what its last hidden state tells.

    Args:
        outputs: `image_embeds`, `pooler_output`, CvT's `cls_token_value` or RADIO's `summary`, with
            all their numbers in a row; else `last_hidden_state`, or the first output: (1, n);
            (1, n, height, width), whose mean over the picture is taken; (1, tokens, n), whose first
            token or mean is taken.
        decoding: its `pooling` says which.

    Raises:
        ModelFileError: another shape.
    """
    named = next((outputs[name] for name in _NAMED if name in outputs), None)
    values = named if named is not None else outputs.get(_HIDDEN, next(iter(outputs.values())))
    if values.ndim < 2 or values.shape[0] != 1 or values.size == 0:
        raise unexpected(outputs, "a vector for the picture")
    picture = values[0].astype(np.float32, copy=False)
    is_named = named is not None
    vector = picture.reshape(-1) if is_named else _vector(picture, decoding.settings.pooling)
    if vector is None or vector.size > _MOST:
        raise unexpected(outputs, "a vector for the picture, one for each token, or a map of them")
    return Features(FloatMap.pack(vector[None]))


def _vector(values: npt.NDArray[np.float32], pooling: str) -> npt.NDArray[Any] | None:
    vector: npt.NDArray[Any] | None
    match values.ndim:
        case 1:
            vector = values
        case 2:
            vector = values.mean(axis=0) if pooling == MEAN else values[0]
        case 3:
            vector = values.mean(axis=(1, 2))
        case _:
            vector = None
    return vector
