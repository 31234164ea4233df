"""`image-to-text` of one line: probabilities of characters, from left to right.

Source: Graves et al., “Connectionist Temporal Classification”, 2006; its greedy reading as
PaddleOCR's `CTCLabelDecode` and `post_process_text_recognition` of transformers'
`PPOCRV5ServerRecImageProcessor` do it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ailab.services.inference.generated_text import GeneratedText
from ailab.services.inference.inference_errors import DescriptionError
from ailab.services.inference.tasks.decoding import Decoding, output, softmax

if TYPE_CHECKING:
    import numpy.typing as npt

    from ailab.services.inference.tasks.decoding import Floats, Outputs

_HIDDEN = "last_hidden_state"
_BLANK, _SPACE = "", " "
_SLACK = 0.01
"""How far arithmetic in float16 or int8 leads probabilities beyond 0 and 1."""


def decode_text_line(outputs: Outputs, decoding: Decoding) -> GeneratedText:
    """The likeliest character of each step, one of several alike in a row, and no blanks.

    The score is the mean probability of those kept; there is none where nothing was read.

    Args:
        outputs: 1 × steps × characters, or steps × 1 × characters as PyTorch's CRNN gives them:
            probabilities, or logits where some lie beyond 0 and 1. The first character is the
            blank.
        decoding: has the characters; where the blank is missing there, or that and the space
            behind all others, as in PaddleOCR's lists, they are added.

    Raises:
        ModelFileError: other outputs, or characters that are not as many.
    """
    outputs = {name: _of_one_line(values) for name, values in outputs.items()}
    steps = _probabilities(output(outputs, _HIDDEN, 2))
    characters = _as_many(decoding.settings.characters, steps.shape[1])
    best = steps.argmax(axis=1)
    is_kept = best != 0
    is_kept[1:] &= best[1:] != best[:-1]
    text = "".join(characters[number] for number in best[is_kept])
    scores = steps[np.arange(len(best)), best][is_kept]
    return GeneratedText(text, float(np.clip(scores.mean(), 0, 1)) if scores.size else None)


def _of_one_line(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Of steps × 1 × characters, 1 × steps × characters; all else as it is."""
    is_turned = values.ndim == 3 and values.shape[1] == 1 < values.shape[0]
    return values.swapaxes(0, 1) if is_turned else values


def _probabilities(values: Floats) -> Floats:
    is_between = values.min() >= -_SLACK and values.max() <= 1 + _SLACK
    return values if is_between else softmax(values)


def _as_many(characters: tuple[str, ...], count: int) -> tuple[str, ...]:
    missing = count - len(characters)
    if missing == 0:
        return characters
    if missing == 1:
        return (_BLANK, *characters)
    if missing == 2:
        return (_BLANK, *characters, _SPACE)
    raise DescriptionError(
        f"The model's network tells {count:,} characters apart, and its files name "
        f"{len(characters):,}, so that the text would be wrong.",
        "Choose the list of characters that belongs to the network, or another model.",
    )
